"""Findings of a region's own data in sentences that its numbers cannot make false."""

from __future__ import annotations

from typing import Any

import pandas as pd

from needs.methods.disclosure import Released
from needs.present import words
from needs.present.monitored_names import IN, one_place, reason, share, shown, spoken
from needs.values import TIERS, records

__all__ = ["assessed", "delayed", "less_needed", "moved", "occupied", "waited"]


def occupied(released: Released) -> str:
    """Say how full each tier was in the last month.

    Examples
    --------
    >>> from needs.methods.service.monitored_release import occupancy
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"month": [pd.Timestamp("2024-01-01")], "tier": ["low"], "occupied": [41.2], "beds": [50.0],
    ...                       "occupancy": [0.824]})
    >>> occupied(occupancy(frame, Provenance("derived", ("x#y",))))
    'In January 2024 people in care came to 80% of the beds in low security'
    """
    frame = released.frame
    last = frame[frame["month"] == frame["month"].max()]
    full, there = (last[last[name].notna()] for name in ("occupancy", "occupied"))
    month = "" if last.empty else f"{last['month'].iloc[0]:%B %Y}"
    if len(full):
        parts = [
            f"{share(row.occupancy)} {'of the beds ' if at == 0 else ''}in {IN[row.tier]}"
            for at, row in enumerate(records(full))
        ]
        return f"In {month} people in care came to {words.listed(parts)}"
    if len(there):
        parts = [
            f"{words.count(row.occupied)} {'people were ' if at == 0 else ''}in {IN[row.tier]}"
            for at, row in enumerate(records(there))
        ]
        return f"In {month} about {words.listed(parts)}"
    return "Numbers are too small to show how many people are in care in the last month"


def moved(year: Released) -> str:
    """Say how many people came into and left each tier in the last year.

    Parameters
    ----------
    year : Released
        Moves of whole years.

    Examples
    --------
    >>> from needs.methods.service.monitored_release import moves
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"month": [pd.Timestamp("2023-04-01")], "tier": ["low"], "entered": [41.0], "left": [3.0]})
    >>> moved(moves(frame, Provenance("derived", ("x#y",))))
    'In the year to March 2024 about 40 people came into low security and fewer than 5 left'
    """
    frame = year.frame
    last = frame[(frame["month"] == frame["month"].max()) & frame[["entered", "left"]].notna().any(axis=1)]
    if last.empty:
        return "Numbers are too small to show how many people moved in the last whole year"
    few = f"fewer than {year.rule.smallest}"
    parts = []
    for at, row in enumerate(records(last)):
        came, left = (few if pd.isna(n) else f"about {words.count(n)}" for n in (row.entered, row.left))
        parts.append(f"{came} {'people came ' if at == 0 else ''}into {IN[row.tier]} and {left} left")
    end = last["month"].iloc[0] + pd.DateOffset(months=11)
    return f"In the year to {end:%B %Y} {'; '.join(parts)}"


def waited(row: Any, limits: tuple[int, int], clock: str) -> str:
    """Say what share of prisoners is admitted within the limits of the standard.

    Parameters
    ----------
    row : row of a frame
        Of :func:`needs.methods.service.monitored_release.waits`.
    limits : tuple of int
        Days within which a share is given.
    clock : str
        From when waits are counted.

    Examples
    --------
    >>> columns = {f"within_{n}{end}": [0.2] for n in (14, 28) for end in ("", "_lower", "_upper")}
    >>> print(waited(records(pd.DataFrame(columns))[0], (14, 28), "referral"))
    Of prisoners referred, 20% (20% to 20%) are admitted within 14 days of referral and 20% (20% to 20%) within 28
    """
    there = [n for n in limits if pd.notna(getattr(row, f"within_{n}"))]
    parts = [f"{spoken(row, f'within_{n}', share)} within {n}" for n in there]
    if parts:
        parts[0] = parts[0].replace(f") within {there[0]}", f") are admitted within {there[0]} days of {clock}")
    if not parts:
        return f"Numbers are too small to show how many prisoners are admitted soon after {clock}"
    return f"Of prisoners referred, {words.listed(parts)}"


def delayed(by_reason: Released, every: Released, until: pd.Timestamp) -> str:
    """Say how many bed-days people ready to leave took, and for what most of those shown waited.

    Parameters
    ----------
    by_reason, every : Released
        Of :func:`needs.methods.service.monitored_release.delays`: by reason, and all together in one row.
    until : Timestamp
        Last day.

    Examples
    --------
    >>> from needs.methods.service.monitored_release import delays
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"delay_reason": ["housing", "funding"], "delayed_now": 3, "delayed": [8, 6],
    ...                       "bed_days": [431, 120]})
    >>> every = pd.DataFrame({"people": ["all"], "delayed_now": 6, "delayed": 14, "bed_days": 551})
    >>> by_reason, together = (delays(each, Provenance("derived", ("x#y",))) for each in (frame, every))
    >>> delayed(by_reason, together, pd.Timestamp("2024-03-31"))
    'In the year to March 2024 about 15 people were ready to leave and took 550 bed-days, 430 of them for: no housing'
    """
    total = shown(every, "bed_days")
    if not total:
        return f"Numbers are too small to show how many people were ready to leave in the year to {until:%B %Y}"
    told = (
        f"In the year to {until:%B %Y} about {words.count(total[0].delayed)} people were ready to leave and took "
        f"{words.count(total[0].bed_days)} bed-days"
    )
    top = max(
        [row for row in shown(by_reason, "bed_days") if getattr(row, "tier", "all") == "all"],
        key=lambda row: row.bed_days,
        default=None,
    )
    return f"{told}, {words.count(top.bed_days)} of them for: {words.lower(reason(top.delay_reason))}" if top else told


def less_needed(released: Released) -> str:
    """Say what share of people reviewed need less security than they have.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.monitored_release.needed`.

    Examples
    --------
    >>> from needs.methods.service.monitored_release import needed
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"tier": ["low"], "people": [90], "reviewed": [80], "high": [0], "medium": [5], "low": [55],
    ...     "step_down": [15], "community": [5], "none": [0], "less": [20], "same": [55], "more": [5]})
    >>> less_needed(needed(frame, Provenance("derived", ("x#y",))))
    'Reviews find that 25% of those reviewed in low security need less security than they have'
    """
    parts = [
        f"{share(row.less_share)} of those reviewed in {IN[row.tier]}"
        for row in shown(released, "less_share")
        if row.tier in TIERS
    ]
    if not parts:
        return "Numbers are too small to show how many people need less security than they have"
    return f"Reviews find that {words.listed(parts)} need less security than they have"


def assessed(released: Released) -> str:
    """Say how often people were assessed before admission.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.monitored_release.assessments`.

    Examples
    --------
    >>> from needs.methods.service.monitored_release import assessments
    >>> from needs.values import Provenance
    >>> ends = {f"{name}{end}": [1.2] for name in ("mean", "mean_days", "share") for end in ("", "_lower", "_upper")}
    >>> frame = pd.DataFrame({"number": ["all"], "admissions": [40], "total": [40], **ends})
    >>> assessed(assessments(frame, Provenance("derived", ("x#y",))))
    'People admitted had been assessed 1.2 times (1.2 to 1.2) on average'
    """
    frame = released.frame
    found = records(frame[frame["number"].eq("all") & frame["mean"].notna()])
    if not found:
        return "Numbers are too small to say how often people admitted had been assessed"
    return f"People admitted had been assessed {spoken(found[0], 'mean', one_place, ' times')} on average"
