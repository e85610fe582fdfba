"""Who is in care on the last day of the data: how long so far, who is ready to leave, and which tier reviews find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.dataset.words import TIER
from needs.methods.service.time_in_tier import YEAR

__all__ = ["LONG", "NEEDED", "delayed", "delayed_by_reason", "delayed_by_tier", "long_stays", "tier_needed"]

LONG: Mapping[str, float] = {"high": 10.0, "medium": 5.0, "low": 5.0}
"""Years in a tier above which a stay is called long; those of high and medium security are of the English census of 2013."""

NEEDED = (*TIER, "none")
"""Tiers that a review may find, from most to least secure, and none."""

Whole = npt.NDArray[np.int64]


def long_stays(spells: pd.DataFrame, until: pd.Timestamp, years: Mapping[str, float] = LONG) -> pd.DataFrame:
    """Count people whose spell so far is long, of those there on the last day.

    Parameters
    ----------
    spells : DataFrame
        Of :func:`needs.methods.service.time_in_tier.tier_spells`.
    until : Timestamp
        Last day that the data cover.
    years : mapping of tier to float
        Years above which a spell is long.

    Returns
    -------
    DataFrame
        ``tier, years, people, long``: those there, and those there for longer.

    References
    ----------
    Hare Duke L, Furtado V, Guo B, Völlm BA (2018). Long-stay in forensic-psychiatric care in the UK. Social Psychiatry and
    Psychiatric Epidemiology 53(3):313-321.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> spells = pd.DataFrame({"person": [1, 2], "tier": ["low"] * 2, "admitted": [day("2010-01-01"), day("2020-01-01")],
    ...                        "ended": [False, False]})
    >>> long_stays(spells, day("2021-01-01"), {"low": 5.0}).to_numpy().tolist()
    [['low', 5.0, 2, 1]]
    """
    there = spells[~spells["ended"].astype(bool)]
    so_far = (until - there["admitted"]).dt.days / YEAR
    tiers = there["tier"].astype("str")
    rows = [
        (tier, float(limit), there.loc[tiers == tier, "person"].nunique(),
         there.loc[(tiers == tier) & (so_far > limit), "person"].nunique())
        for tier, limit in years.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["tier", "years", "people", "long"])


def delayed(
    stays: pd.DataFrame, until: pd.Timestamp, by: Sequence[str] = ("tier", "delay_reason"), months: int = 12
) -> pd.DataFrame:
    """Count people who were clinically ready to leave and still there, and the bed-days that took.

    Parameters
    ----------
    stays : DataFrame
        Stays of :func:`needs.methods.service.linking.link`.
    until : Timestamp
        Last day that the data cover.
    by : sequence of str
        Columns of the groups; a reason not given counts as ``unknown``. Without one, all stand together in a row ``all``.
    months : int
        Months up to the last day over which bed-days are counted.

    Returns
    -------
    DataFrame
        The groups, ``delayed_now`` (people on the last day), ``delayed`` (people in those months) and ``bed_days`` (from the day
        of being ready, in those months), groups with most bed-days first.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> stays = pd.DataFrame({"person": [1], "tier": ["low"], "delay_reason": ["housing"], "ended": [False],
    ...     "admitted": [day("2024-01-01")], "end": [day("2024-12-31")], "clinically_ready": [day("2024-12-22")]})
    >>> delayed(stays, day("2024-12-31"))[["delay_reason", "delayed_now", "bed_days"]].to_numpy().tolist()
    [['housing', 1, 10]]
    """
    lost = _lost(stays, until, months)
    rows = stays[lost > 0].assign(bed_days=lost[lost > 0])
    if not by:
        by, rows["people"] = ("people",), "all"
    if "delay_reason" in by:
        rows["delay_reason"] = rows["delay_reason"].astype("str").fillna("unknown")
    rows["now"] = rows["person"].where(~rows["ended"].astype(bool))
    found = rows.groupby(list(by), observed=True, as_index=False, sort=False).agg(
        delayed_now=("now", "nunique"), delayed=("person", "nunique"), bed_days=("bed_days", "sum")
    )
    return found.sort_values(["bed_days", *by], ascending=[False, *(True for _ in by)], ignore_index=True)


def delayed_by_reason(stays: pd.DataFrame, until: pd.Timestamp, months: int = 12) -> pd.DataFrame:
    """Count people ready to leave by reason, over all tiers and in each.

    Parameters
    ----------
    stays, until, months
        See :func:`delayed`.

    Returns
    -------
    DataFrame
        Columns of :func:`delayed`; ``tier`` is ``all``, then each tier in order.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> stays = pd.DataFrame({"person": [1], "tier": ["low"], "delay_reason": ["housing"], "ended": [False],
    ...     "admitted": [day("2024-01-01")], "end": [day("2024-12-31")], "clinically_ready": [day("2024-12-22")]})
    >>> delayed_by_reason(stays, day("2024-12-31"))["tier"].tolist()
    ['all', 'low']
    """
    stays = stays.assign(tier=stays["tier"].astype("str"))
    found = pd.concat(
        [delayed(stays.assign(tier="all"), until, months=months), delayed(stays, until, months=months)],
        ignore_index=True,
    )
    order = found["tier"].map({tier: at for at, tier in enumerate(("all", *TIER))})
    return found.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def delayed_by_tier(stays: pd.DataFrame, until: pd.Timestamp, months: int = 12) -> pd.DataFrame:
    """Give of each tier how much of the time in care was spent waiting to leave.

    Parameters
    ----------
    stays, until, months
        See :func:`delayed`.

    Returns
    -------
    DataFrame
        ``tier, people`` (in care in those months), ``delayed_now, delayed, bed_days`` (see :func:`delayed`) and
        ``all_bed_days``, of all people; a row a tier with anyone in care.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> stays = pd.DataFrame({"person": [1], "tier": ["low"], "ended": [False],
    ...     "admitted": [day("2024-12-01")], "end": [day("2024-12-31")], "clinically_ready": [day("2024-12-22")]})
    >>> delayed_by_tier(stays, day("2024-12-31"))[["bed_days", "all_bed_days"]].to_numpy().tolist()
    [[10, 31]]
    """
    used = _overlap(stays, stays["admitted"], until, months)
    rows = stays[used > 0].assign(used=used[used > 0], tier=stays["tier"].astype("str"))
    found = rows.groupby("tier", as_index=False).agg(people=("person", "nunique"), all_bed_days=("used", "sum"))
    waiting = delayed(stays.assign(tier=stays["tier"].astype("str")), until, ("tier",), months)
    found = found.merge(waiting, on="tier", how="left").fillna({"delayed_now": 0, "delayed": 0, "bed_days": 0})
    found = found.astype({"delayed_now": int, "delayed": int, "bed_days": int})
    order = found["tier"].map({tier: at for at, tier in enumerate(TIER)})
    columns = ["tier", "people", "delayed_now", "delayed", "bed_days", "all_bed_days"]
    return found.loc[order.sort_values().index, columns].reset_index(drop=True)


def tier_needed(stays: pd.DataFrame, reviews: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Hold the tier that people are in against the tier that their latest review found they need.

    Parameters
    ----------
    stays : DataFrame
        Stays of :func:`needs.methods.service.linking.link`.
    reviews : DataFrame
        Table of reviews; those before a person's pathway began are not used.
    until : Timestamp
        Last day that the data cover.

    Returns
    -------
    DataFrame
        A row a tier: ``tier, people`` (there on the last day), ``reviewed``, a column for each of :data:`NEEDED`, and ``less``,
        ``same`` and ``more``: people who need less, as much and more security than they have.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> stays = pd.DataFrame({"person": [1], "person_key": ["a"], "pathway": [1], "tier": ["medium"], "ended": [False],
    ...                       "admitted": [day("2023-01-01")]})
    >>> reviews = pd.DataFrame({"person_key": ["a"], "reviewed": [day("2024-01-01")], "tier_needed": ["low"]})
    >>> tier_needed(stays, reviews, day("2024-12-31"))[["tier", "people", "low", "less"]].to_numpy().tolist()
    [['medium', 1, 1, 1]]
    """
    begun = stays.assign(
        started=stays.groupby("pathway")["admitted"].transform("min"), tier=stays["tier"].astype("str")
    )
    there = begun.loc[~begun["ended"].astype(bool), ["person", "person_key", "started", "tier"]].drop_duplicates(
        "person"
    )
    told = reviews.loc[reviews["reviewed"] <= until, ["person_key", "reviewed", "tier_needed"]]
    joined = told.sort_values("reviewed", kind="stable").merge(there[["person_key", "started"]], on="person_key")
    latest = joined[joined["reviewed"] >= joined["started"]].drop_duplicates("person_key", keep="last")
    needed = there["person_key"].map(latest.set_index("person_key")["tier_needed"].astype("str"))
    table = pd.crosstab(there["tier"], needed).reindex(index=list(TIER), columns=list(NEEDED), fill_value=0)
    at = np.subtract.outer(np.arange(len(TIER)), np.arange(len(NEEDED)))
    values = table.to_numpy()
    people = there["tier"].value_counts().reindex(list(TIER), fill_value=0)
    ways = {"less": at < 0, "same": at == 0, "more": at > 0}
    table = table.assign(
        people=people, reviewed=values.sum(axis=1), **{name: (values * way).sum(axis=1) for name, way in ways.items()}
    )
    table = table[table["people"] > 0].rename_axis(index="tier", columns=None).reset_index()
    return table[["tier", "people", "reviewed", *NEEDED, *ways]].astype({"tier": "str"})


def _overlap(stays: pd.DataFrame, start: pd.Series, until: pd.Timestamp, months: int) -> Whole:
    """Return the nights from a day to the end of each stay that lie in the last months."""
    after = until + pd.Timedelta(days=1)
    end = stays["end"].where(stays["ended"].astype(bool), after)
    first, last = (pd.Series(edge, index=stays.index) for edge in (after - pd.DateOffset(months=months), after))
    nights = (end.where(end < last, last) - start.where(start.isna() | (start > first), first)).dt.days
    return np.asarray(nights.fillna(0).clip(lower=0), dtype=np.int64)


def _lost(stays: pd.DataFrame, until: pd.Timestamp, months: int) -> Whole:
    ready = stays["clinically_ready"]
    return _overlap(stays, ready.where(ready.isna() | (ready > stays["admitted"]), stays["admitted"]), until, months)
