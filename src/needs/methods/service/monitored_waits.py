"""How long people wait for a secure bed, from referral, acceptance or a region's own clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from needs.methods.rates import wilson_interval
from needs.methods.service.time_in_tier import people_by
from needs.methods.survival import cumulative_incidence, kaplan_meier

__all__ = [
    "ADMITTED", "EXITS", "MEAN_TO", "STANDARDS", "STARTS", "WEEKS", "Clock", "by_clock", "has_own_clock", "known_events",
    "summaries", "summary", "waiting_curve", "waits",
]  # fmt: skip

STANDARDS = (14, 28)
"""Days within which a prisoner is to be admitted: the older standard of 14, and the one of 28."""

MEAN_TO = 90
"""Days to which a mean wait is restricted."""

STARTS = {
    "Referral to admission": "referral",
    "Acceptance to admission": "acceptance",
    "Start to end of the region's own clock": "the start of the region's own clock",
}
"""Names of waits, and what starts each."""

Clock = Literal["referred", "accepted", "own"]
"""What starts a wait: the referral, its acceptance, or the event that the region's own rule names."""

EXITS = ("withdrawn", "released", "refused")
"""Ways in which a referral ends without admission."""

ADMITTED = "admitted"
"""The end of a wait that is counted."""

WEEKS = tuple(range(0, 183, 7))
"""Days on which curves are given: every week, for half a year."""


def has_own_clock(referrals: pd.DataFrame) -> bool:
    """Say whether events name the start and the end of the transfer standard's clock.

    Examples
    --------
    >>> has_own_clock(pd.DataFrame({"clock": ["start", None]}))
    False
    """
    return bool(referrals["clock"].eq("start").any() and referrals["clock"].eq("end").any())


def waits(
    referrals: pd.DataFrame,
    since: pd.Timestamp,
    until: pd.Timestamp,
    clock: Clock = "referred",
    setting: str | None = "prison",
) -> pd.DataFrame:
    """Measure how long each referral has waited, and how the wait ended.

    Parameters
    ----------
    referrals : DataFrame
        Table of referrals, a row an event.
    since, until : Timestamp
        First and last day that the data cover; later events are not known yet.
    clock : {"referred", "accepted", "own"}
        What starts the wait. Under ``own`` the event marked as the clock's end ends it, else admission does.
    setting : str, optional
        Where the person is at referral; None for all.

    Returns
    -------
    DataFrame
        A row a referral: ``person, tier, started, days`` (so far where it lasts), ``entry_days`` (of them before the data begin),
        ``outcome`` (``admitted``, one of :data:`EXITS`, or empty while it lasts) and ``ended``. Referrals without a start, that
        had ended before the data begin, or whose admission is before the start, are left out.

    Notes
    -----
    A referral that was refused, withdrawn or released ends so on the day of its last event, if that is its last event: one that
    goes on with another provider goes on.

    Examples
    --------
    >>> events = pd.DataFrame({"person_key": "a", "referral_key": ["1", "1", "2"], "event": ["referred", "admitted", "referred"],
    ...     "day": pd.to_datetime(["2024-01-01", "2024-01-21", "2024-02-01"]), "setting": "prison", "tier": "medium",
    ...     "clock": None, "row": [2, 3, 4]})
    >>> found = waits(events, pd.Timestamp("2023-04-01"), pd.Timestamp("2024-03-31"))
    >>> found[["days", "outcome"]].to_numpy().tolist()
    [[20.0, 'admitted'], [59.0, '']]
    """
    known = known_events(referrals, until)
    if clock == "own":
        started, finished = (known[known["clock"].eq(end)] for end in ("start", "end"))
    else:
        started, finished = known[known["event"].eq(clock)], known[known["event"].eq(ADMITTED)]
    start = started.groupby("referral")["day"].min().rename("started")
    done = finished.merge(start, on="referral")
    back = done.loc[done["day"] < done["started"], "referral"].unique()
    finish = done[~done["referral"].isin(back)].groupby("referral")["day"].min()
    last = known.drop_duplicates("referral", keep="last").set_index("referral")
    frame = known.groupby("referral").agg(
        person=("person", "first"), tier=("tier", "first"), setting=("setting", "first")
    )
    frame = frame.join(start, how="inner").join(finish.rename("finish")).join(last[["event", "day"]])
    gone = frame["finish"].isna() & frame["event"].isin(EXITS) & (frame["day"] >= frame["started"])
    frame["outcome"] = np.where(frame["finish"].notna(), ADMITTED, np.where(gone, frame["event"].astype(str), ""))
    end = frame["finish"].fillna(frame["day"].where(gone)).fillna(until)
    frame["ended"] = frame["outcome"].ne("")
    frame["days"] = (end - frame["started"]).dt.days.astype(float)
    frame["entry_days"] = (since - frame["started"]).dt.days.clip(lower=0).astype(float)
    wanted = (frame["days"] >= frame["entry_days"]) & ~frame.index.isin(back)
    if setting is not None:
        wanted &= frame["setting"].eq(setting)
    columns = ["person", "tier", "started", "days", "entry_days", "outcome", "ended"]
    return frame.loc[wanted, columns].reset_index(drop=True)


def summary(
    found: pd.DataFrame, limits: Sequence[int] = STANDARDS, to: float = MEAN_TO, level: float = 0.95
) -> dict[str, Any]:
    """Summarise waits: shares admitted within some days, the median and the restricted mean.

    Parameters
    ----------
    found : DataFrame
        Of :func:`waits`.
    limits : sequence of int
        Days within which a share is given.
    to : float
        Days to which the mean is restricted.
    level : float
        Coverage of the intervals.

    Returns
    -------
    dict
        ``people`` referred, ``admitted``, ``exits`` (ended otherwise) and ``waiting``; ``within_<n>`` with its ends and
        ``behind_<n>`` (the smaller of the people admitted within n days and the others); ``median_days`` and ``mean_days`` with
        their ends, of the time until the wait ended in any way; ``method``.

    Notes
    -----
    Where everyone was followed from the start and for as long as every limit, the share is the plain one, with Wilson's
    interval; else it is the cumulative incidence of admission where the other exits rule it out (Aalen-Johansen). The mean is
    the area under the Kaplan-Meier curve up to ``to`` days.

    Examples
    --------
    >>> found = pd.DataFrame({"person": [1, 2, 3, 4], "days": [10.0, 20.0, 40.0, 30.0], "entry_days": 0.0,
    ...     "outcome": ["admitted", "admitted", "admitted", "withdrawn"], "ended": True})
    >>> row = summary(found)
    >>> row["within_14"], row["within_28"], row["median_days"], row["mean_days"], row["method"]
    (0.25, 0.5, 20.0, 25.0, 'wilson')
    """
    admitted = found["outcome"].eq(ADMITTED)
    people = {"people": found["person"].nunique()} | {
        name: found.loc[rows, "person"].nunique()
        for name, rows in (("admitted", admitted), ("exits", found["ended"] & ~admitted), ("waiting", ~found["ended"]))
    }
    full = bool(
        ((found["days"] >= max(limits)) | found["ended"]).all() and found["entry_days"].eq(0).all() and len(found)
    )
    reached = pd.DataFrame({"incidence": np.nan, "lower": np.nan, "upper": np.nan}, index=range(len(limits)))
    if full:
        inside = np.array([(admitted & (found["days"] <= n)).sum() for n in limits], float)
        lower, upper = wilson_interval(inside, len(found), level)
        reached = pd.DataFrame({"incidence": inside / len(found), "lower": lower, "upper": upper})
    elif admitted.any():
        every = cumulative_incidence(found["days"], found["outcome"], found["entry_days"], limits, level)
        reached = every[every["cause"].eq(ADMITTED)].reset_index(drop=True)
    row: dict[str, Any] = dict(people)
    within = people_by(found.assign(ended=admitted), limits)[1]
    for at, n in enumerate(limits):
        row |= _ends(f"within_{n}", reached.loc[at, ["incidence", "lower", "upper"]])
        row[f"behind_{n}"] = min(within[at], people["people"] - within[at])
    curve = kaplan_meier(found["days"], found["ended"], found["entry_days"], level)
    row |= _ends("median_days", curve.quantile()) | _ends("mean_days", curve.restricted_mean(to, level))
    return row | {"method": "wilson" if full else "aalen_johansen"}


def summaries(
    groups: Mapping[str, pd.DataFrame], limits: Sequence[int] = STANDARDS, to: float = MEAN_TO
) -> pd.DataFrame:
    """Summarise several sets of waits, a row each; see :func:`summary`.

    Parameters
    ----------
    groups : mapping of str to DataFrame
        Sets of waits by name.
    limits, to
        See :func:`summary`.

    Returns
    -------
    DataFrame
        ``waits`` (the name) and what :func:`summary` returns; sets without anybody are left out.

    Examples
    --------
    >>> found = pd.DataFrame({"person": [1], "days": [10.0], "entry_days": 0.0, "outcome": ["admitted"], "ended": True})
    >>> summaries({"Prisoners": found})[["waits", "within_14"]].to_numpy().tolist()
    [['Prisoners', 1.0]]
    """
    frame = pd.DataFrame([{"waits": name, **summary(found, limits, to)} for name, found in groups.items()])
    return frame[frame["people"] > 0].reset_index(drop=True)


def by_clock(
    referrals: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp, months: int = 12
) -> dict[str, pd.DataFrame]:
    """Measure the waits of prisoners by every clock there is, the region's own first, and once more those that began of late.

    Parameters
    ----------
    referrals, since, until
        See :func:`waits`.
    months : int
        Months up to the last day in which a late wait began.

    Returns
    -------
    dict of str to DataFrame
        Of :func:`waits`, by names of :data:`STARTS`, the first one even if empty; others that never began are left out.

    Examples
    --------
    >>> events = pd.DataFrame({"person_key": "a", "referral_key": ["1", "1"], "event": ["referred", "admitted"],
    ...     "day": pd.to_datetime(["2024-01-01", "2024-01-21"]), "setting": "prison", "tier": "low", "clock": None, "row": 2})
    >>> list(by_clock(events, pd.Timestamp("2023-04-01"), pd.Timestamp("2024-03-31")))
    ['Referral to admission', 'Referral to admission, begun in the last 12 months']
    """
    clocks: list[Clock] = ["own", "referred", "accepted"] if has_own_clock(referrals) else ["referred", "accepted"]
    names = dict(zip(("referred", "accepted", "own"), STARTS, strict=True))
    every = {names[clock]: waits(referrals, since, until, clock) for clock in clocks}
    start = until - pd.DateOffset(months=months)
    late = {
        f"{name}, begun in the last {months} months": found[found["started"] > start] for name, found in every.items()
    }
    first = clocks[0]
    return {name: found for name, found in (every | late).items() if len(found) or name == names[first]}


def waiting_curve(found: pd.DataFrame, days: Sequence[float]) -> pd.DataFrame:
    """Estimate the share admitted, and the share that left otherwise, by days of waiting.

    Parameters
    ----------
    found : DataFrame
        Of :func:`waits`.
    days : sequence of float
        Days since the start.

    Returns
    -------
    DataFrame
        ``outcome`` (``admitted``, or ``exits`` for the others together), ``days, share, share_lower, share_upper, events``
        (people who had that end by then) and ``behind``: the smaller of these and of the others (all of those followed, on
        day 0).

    Examples
    --------
    >>> found = pd.DataFrame({"person": [1, 2], "days": [10.0, 20.0], "entry_days": 0.0, "ended": True,
    ...                       "outcome": ["admitted", "withdrawn"]})
    >>> waiting_curve(found, [0, 15])[["outcome", "days", "share"]].to_numpy().tolist()
    [['admitted', 0.0, 0.0], ['admitted', 15.0, 0.5], ['exits', 0.0, 0.0], ['exits', 15.0, 0.0]]
    """
    grid = np.asarray(days, float)
    cause = found["outcome"].where(~found["outcome"].isin(EXITS), "exits")
    every = cumulative_incidence(found["days"], cause, found["entry_days"], grid)
    followed, parts = people_by(found, grid)[0], []
    for name in (ADMITTED, "exits"):
        own = every[every["cause"].eq(name)].reset_index(drop=True)
        if own.empty:
            continue
        so_far = people_by(found.assign(ended=cause.eq(name)), grid)[1]
        behind = np.where(
            grid == 0, np.maximum(followed, so_far), np.minimum(so_far, found["person"].nunique() - so_far)
        )
        shares = {
            f"share{end}": own[column] for end, column in (("", "incidence"), ("_lower", "lower"), ("_upper", "upper"))
        }
        parts.append(pd.DataFrame({"outcome": name, "days": grid, **shares, "events": so_far, "behind": behind}))
    columns = ["outcome", "days", "share", "share_lower", "share_upper", "events", "behind"]
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype="str" if name == "outcome" else float) for name in columns})
    return pd.concat(parts, ignore_index=True)


def known_events(referrals: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Return events known by the last day, in order, numbered by referral and person.

    Examples
    --------
    >>> events = pd.DataFrame({"person_key": "a", "referral_key": ["1", "1"], "event": ["assessed", "referred"],
    ...     "day": pd.to_datetime(["2024-01-09", "2024-01-01"]), "setting": "prison", "tier": "low", "clock": None, "row": 2})
    >>> known_events(events, pd.Timestamp("2024-03-31"))["event"].tolist()
    ['referred', 'assessed']
    """
    known = referrals[referrals["day"] <= until]
    keys = known["person_key"].astype("str") + "\n" + known["referral_key"].astype("str")
    known = known.assign(
        referral=pd.factorize(keys)[0], person=pd.factorize(known["person_key"])[0],
        event=known["event"].astype("str"), clock=known["clock"].astype("str"),
        **{name: known[name].astype("str").where(known[name].ne("unknown")) for name in ("setting", "tier")},
    )  # fmt: skip
    return known.sort_values(["referral", "day", "row"], kind="stable", ignore_index=True)


def _ends(name: str, values: Any) -> dict[str, float]:
    return {f"{name}{end}": float(value) for end, value in zip(("", "_lower", "_upper"), values, strict=True)}
