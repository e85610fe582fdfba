"""People who leave secure care, followed to readmission, reconviction, death or the last day of the data."""

from __future__ import annotations

import numpy as np
import pandas as pd

from needs.values import TIERS

__all__ = ["DAYS", "FIRST_YEAR", "follow"]

DAYS = 365.25
YEAR = 365
"""Days within which work, accommodation and a community team count as within a year."""

FIRST_YEAR = ("employment", "settled_accommodation", "community_team")


def follow(
    discharged: pd.DataFrame, stays: pd.DataFrame, outcomes: pd.DataFrame, reviews: pd.DataFrame, until: pd.Timestamp
) -> pd.DataFrame:
    """Follow people from their discharge to the first readmission, reconviction, death or the last day of the data.

    Parameters
    ----------
    discharged : DataFrame
        Of :func:`needs.methods.service.spells.discharges`.
    stays : DataFrame
        Linked stays: a later stay in a secure tier is a readmission, and one that ends in death a death, recorded or not.
    outcomes, reviews : DataFrame
        As given; may be empty.
    until : Timestamp
        Last day that the data cover.

    Returns
    -------
    DataFrame
        Rows of ``discharged`` with, for ``readmission`` and ``reconviction``, what ended it (the event, ``death``, or
        missing) and its days (``readmission_days``); ``whole_year`` (left a year or more before the last day),
        ``employment, settled_accommodation, community_team`` (recorded within a year) and ``care_package`` of the last
        review before discharge.

    Notes
    -----
    An event on the day of discharge counts as of the next day. Where both fall on one day, the event comes before death.

    Examples
    --------
    >>> day = pd.Timestamp("2021-01-01")
    >>> before = day - pd.Timedelta(days=90)
    >>> discharged = pd.DataFrame({"person": [1], "person_key": ["a"], "left": [day], "tier": ["low"]})
    >>> stays = pd.DataFrame({"person": [1], "tier": ["low"], "admitted": [before], "end": [day], "to": ["x"]})
    >>> outcomes = pd.DataFrame({"person_key": ["a"], "event": ["readmission"], "day": [pd.Timestamp("2021-07-20")]})
    >>> reviews = pd.DataFrame({"person_key": [], "reviewed": pd.to_datetime([]), "care_package": []})
    >>> followed = follow(discharged, stays, outcomes, reviews, pd.Timestamp("2024-01-01"))
    >>> followed[["readmission", "readmission_days", "reconviction_days", "whole_year"]].values.tolist()
    [['readmission', 200.0, 1095.0, True]]
    """
    found = discharged.reset_index(drop=True)
    days = _first_days(found, stays, outcomes, until)
    last = (until - found["left"]).dt.days.astype(float)
    for event in ("readmission", "reconviction"):
        ends = days[[event, "death"]].where(days[[event, "death"]].le(last.clip(lower=1), axis=0))
        cause = np.where(ends[event].notna() & ~(ends["death"] < ends[event]), event, "death")
        found[event] = pd.Series(cause, dtype="str").where(ends.notna().any(axis=1))
        found[f"{event}_days"] = ends.min(axis=1).fillna(last)
    found["whole_year"] = last >= YEAR
    found[list(FIRST_YEAR)] = days[list(FIRST_YEAR)] <= YEAR
    return found.assign(care_package=_last_package(found, reviews))


def _first_days(found: pd.DataFrame, stays: pd.DataFrame, outcomes: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Return days from leaving to the first event of each kind, by the row of the person."""
    who = found[["person", "person_key", "left"]].reset_index()
    told = who.merge(outcomes[["person_key", "event", "day"]], on="person_key")
    told["event"] = told["event"].astype("str").replace("grave_reconviction", "reconviction")
    later = who.merge(stays[["person", "tier", "admitted", "end", "to"]], on="person")
    back = later[later["tier"].astype("str").isin(TIERS) & (later["admitted"] > later["left"])]
    died = later[(later["to"].astype("str") == "died") & (later["end"] >= later["left"])]
    columns = ["index", "left", "event", "day"]
    parts = [
        told[columns],
        back.assign(event="readmission", day=back["admitted"])[columns],
        died.assign(event="death", day=died["end"])[columns],
    ]
    events = pd.concat([part for part in parts if len(part)] or parts[:1])
    events = events[(events["day"] >= events["left"]) & (events["day"] <= until)]
    days = (events["day"] - events["left"]).dt.days.clip(lower=1).astype(float)
    first = events.assign(days=days).pivot_table(index="index", columns="event", values="days", aggfunc="min")
    return first.reindex(index=found.index, columns=["readmission", "reconviction", "death", *FIRST_YEAR]).astype(float)


def _last_package(found: pd.DataFrame, reviews: pd.DataFrame) -> pd.Series:
    """Return the care package of each person's last review before discharge."""
    before = (
        found[["person_key", "left"]]
        .reset_index()
        .merge(reviews[["person_key", "reviewed", "care_package"]], on="person_key")
    )
    before = before[before["reviewed"] <= before["left"]].sort_values("reviewed", kind="stable")
    last = before.drop_duplicates("index", keep="last").set_index("index")["care_package"]
    return last.astype("str").reindex(found.index).fillna("unknown")
