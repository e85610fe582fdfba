"""Stays written out with their cells, as steps of pathways."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.dataset.words import DESTINATION, SOURCE
from needs.methods.service.linking_overlaps import ENDLESS, Days
from needs.methods.service.linking_rules import TRANSFER_DAYS

__all__ = ["days", "in_steps", "pathways", "written"]

_OWN = ["admitted", "discharged", "destination", "clinically_ready", "row"]
"""Columns that are not filled from the other rows of a stay."""


def days(dates: pd.Series) -> Days:
    """Count days from 1970; a blank is :data:`ENDLESS`.

    Examples
    --------
    >>> days(pd.Series(pd.to_datetime(["1970-01-11", None]))).tolist()
    [10, 1000000]
    """
    counted = dates.to_numpy(dtype="datetime64[s]").astype("datetime64[D]").astype(np.int64)
    return np.asarray(np.where(dates.isna(), ENDLESS, counted))


def _dates(counted: Days, like: pd.Series) -> pd.Series:
    known = np.where(counted < ENDLESS, counted, 0).astype("datetime64[D]")
    dates = pd.Series(known).astype(like.dtype if like.dtype.kind == "M" else "datetime64[s]")
    return dates.where(counted < ENDLESS)


def written(frame: pd.DataFrame, work: pd.DataFrame, owner: Days, several: Days, until: pd.Timestamp) -> pd.DataFrame:
    """Give each stay its cells: those of its first row, blanks filled from its other rows, the end from the last.

    Parameters
    ----------
    frame : DataFrame, (rows,)
        The table of stays.
    work : DataFrame
        ``at`` (first row), ``last`` (row that says how it ended), ``person``, ``admitted``, ``end`` (days), ``closing``
        (whether it ends as that row says), in order.
    owner : ndarray of int, (rows,)
        First row of the stay that each row is part of.
    several : ndarray of int
        Rows of stays that several rows make, in an order that does not depend on that of the file.
    until : Timestamp
        Last day of the data.

    Returns
    -------
    DataFrame
        Columns of the table as settled, with ``person, end, ended``; :func:`in_steps` adds the others.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> frame = pd.DataFrame({"row": [2, 3], "sex": [None, "male"], "admitted": day(["2021-01-01", "2021-05-01"]),
    ...     "discharged": day(["2021-06-01", "2021-07-01"]), "destination": ["low", "prison"], "delay_reason": None,
    ...     "clinically_ready": day([None, "2021-06-15"])})
    >>> work = pd.DataFrame({"at": [0], "last": [1], "person": [0], "admitted": days(frame["admitted"])[:1],
    ...     "end": days(frame["discharged"])[1:], "closing": [True]})
    >>> one = written(frame, work, np.array([0, 0]), np.array([0, 1]), pd.Timestamp("2022-03-31"))
    >>> one[["row", "sex", "destination"]].values.tolist(), f"{one['clinically_ready'][0]:%d %B}"
    ([[2, 'male', 'prison']], '15 June')
    """
    at, last = work["at"].to_numpy(), work["last"].to_numpy()
    told = frame.copy()
    ready = days(frame["clinically_ready"])
    if len(several):
        whole = owner[several]
        first = frame.iloc[several].groupby(whole).first()
        for column in first.columns.difference(_OWN):
            told[column] = frame[column].fillna(first[column])
        since = np.where(ready >= days(frame["admitted"]), ready, ENDLESS)
        np.minimum.at(since, whole, since[several])
        ready = np.where(np.isin(np.arange(len(frame)), whole) & (since < ENDLESS), since, ready)
    end = work["end"].to_numpy()
    as_given = (end < ENDLESS) & work["closing"].to_numpy() & (days(frame["discharged"])[last] == end)
    stays = told.iloc[at].reset_index(drop=True)
    reason = frame["delay_reason"].iloc[last].reset_index(drop=True)
    reached = _dates(np.where(end < ENDLESS, end, days(pd.Series([until]))[0]), frame["admitted"])
    return stays.assign(
        admitted=_dates(work["admitted"].to_numpy(), frame["admitted"]),
        discharged=_dates(end, frame["discharged"]),
        destination=frame["destination"].iloc[last].reset_index(drop=True).where(as_given),
        clinically_ready=_dates(ready[at], frame["clinically_ready"]),
        delay_reason=reason.where(reason.notna(), stays["delay_reason"]),
        person=np.unique(work["person"].to_numpy(), return_inverse=True)[1].astype(np.int64),
        end=reached, ended=end < ENDLESS,
    )  # fmt: skip


def in_steps(stays: pd.DataFrame, cut: npt.NDArray[np.bool_]) -> tuple[pd.DataFrame, dict[str, int]]:
    """Count the steps of pathways, say whence and where to, and settle days of being ready that are not in the stay.

    Parameters
    ----------
    stays : DataFrame
        As :func:`written` gives them.
    cut : ndarray of bool, (stays,)
        Whether a stay is one piece of a caseload; a day that lies in another piece is not counted as wrong.

    Returns
    -------
    stays : DataFrame
    counts : dict of str to int
        Stays to which a rule was applied, by rule.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> stays = pd.DataFrame({"person": [0, 0], "tier": ["medium", "low"], "source": ["court", None], "ended": [True, False],
    ...     "admitted": day(["2021-01-01", "2021-06-02"]), "end": day(["2021-06-01", "2022-03-31"]), "destination": None,
    ...     "clinically_ready": day(["2021-05-01", None])})
    >>> done, counts = in_steps(stays, np.array([False, False]))
    >>> done[["pathway", "step", "origin", "delayed_days"]].values.tolist(), counts["transfer"]
    ([[0, 1, 'court', 31], [0, 2, 'medium', 0]], 1)
    """
    person, tier = stays["person"].to_numpy(), stays["tier"].astype(object).to_numpy()
    start, end, ready = days(stays["admitted"]), days(stays["end"]), days(stays["clinically_ready"])
    follows = np.zeros(len(stays), dtype=bool)
    follows[1:] = (person[1:] == person[:-1]) & (start[1:] - end[:-1] <= TRANSFER_DAYS)
    pathway = np.cumsum(~follows) - 1
    onward = np.r_[follows[1:], False][: len(stays)]
    before, after = np.roll(tier, 1), np.roll(tier, -1)
    early, never = ready < start, ready == ENDLESS
    carried = early & follows & (before == tier)
    unused = ~never & ((early & ~carried) | (ready > end))
    ready = np.where(carried, start, np.where(unused, ENDLESS, ready))
    source = stays["source"].astype(object).where(stays["source"].notna(), "unknown").to_numpy()
    gone = stays["destination"].astype(object).where(stays["destination"].notna(), "unknown").to_numpy()
    lasting = ~stays["ended"].to_numpy()
    done = stays.assign(
        clinically_ready=_dates(ready, stays["clinically_ready"]),
        pathway=pathway,
        step=pd.Series(np.ones(len(stays), dtype=np.int64)).groupby(pathway).cumsum().to_numpy(),
        los_days=end - start,
        origin=pd.Categorical(np.where(follows, before, source), list(SOURCE)),
        to=pd.Categorical(
            np.where(onward, after, np.where(lasting, np.array(None, dtype=object), gone)), list(DESTINATION)
        ),
        delayed_days=np.where(ready < ENDLESS, end - ready, 0),
    )
    counts = {"transfer": follows, "ready_carried": carried, "ready_not_used": unused & ~cut}
    return done, {name: int(rows.sum()) for name, rows in counts.items()}


def pathways(stays: pd.DataFrame) -> pd.DataFrame:
    """Sum stays up by pathway.

    Parameters
    ----------
    stays : DataFrame
        As :func:`in_steps` gives them.

    Returns
    -------
    DataFrame
        See :class:`needs.methods.service.linking.Linked`.

    Examples
    --------
    >>> stays = pd.DataFrame({"pathway": 0, "person": 0, "admitted": pd.to_datetime(["2021-01-01", "2021-06-02"]),
    ...     "end": pd.to_datetime(["2021-06-01", "2022-03-31"]), "ended": [True, False], "origin": ["court", "medium"],
    ...     "tier": ["medium", "low"], "step": [1, 2], "to": ["low", None]})
    >>> pathways(stays)[["first_tier", "last_tier", "stays", "los_days"]].values.tolist()
    [['medium', 'low', 2, 454]]
    """
    first, last = (stays[~stays["pathway"].duplicated(keep=keep)].reset_index(drop=True) for keep in ("first", "last"))
    return pd.DataFrame({
        "pathway": first["pathway"], "person": first["person"], "started": first["admitted"], "end": last["end"],
        "ended": last["ended"], "origin": first["origin"], "first_tier": first["tier"], "last_tier": last["tier"],
        "stays": last["step"], "los_days": (last["end"] - first["admitted"]).dt.days, "to": last["to"],
    })  # fmt: skip
