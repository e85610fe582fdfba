"""Who is counted when groups are compared: admissions, time in a tier, people there on the last day, and people who left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from needs.values import TIERS

__all__ = ["GROUPS", "MEASURES", "REFERENCE", "Measure", "admitted", "left", "moving", "present", "tally"]

Form = Literal["rate", "share", "mean"]

TENTH = "tenth"
"""Grouping that slopes are fitted over; groups of it are not compared one by one."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "sex": ("female", "male", "other"),
    "ethnicity": ("asian", "black", "mixed", "other", "white"),
    "learning_disability": ("yes", "no"),
    "autism": ("yes", "no"),
    "deprivation": ("1", "2", "3", "4", "5"),
    TENTH: tuple(str(number) for number in range(1, 11)),
}
"""Groups of each grouping; fifths and tenths of deprivation from 1, the most deprived."""

REFERENCE: Mapping[str, str] = {
    "sex": "male", "ethnicity": "white", "learning_disability": "no", "autism": "no", "deprivation": "5",
}  # fmt: skip
"""Whom the others are compared with: the largest group, and the least deprived."""

DAYS = 365.25
HORIZON = 2
"""Years after which readmission no longer counts, and to which time in secure care is cut."""
RESTRICTED = ("s37_41", "s47_49", "s48_49")
SECURITY = {"high": 5, "medium": 4, "low": 3, "step_down": 2, "community": 1, "none": 0}
LESS_SECURE = {
    tier: {to for to, rank in SECURITY.items() if rank < SECURITY[tier]} | {"discharge", "general_psychiatry"}
    for tier in TIERS
}


@dataclass(frozen=True)
class Measure:
    """One measure by which groups are compared.

    Parameters
    ----------
    key, side, label : str
        Its name, its side (access, stay, restriction, outcome) and its name on the page.
    form : {"rate", "share", "mean"}
        Events over time, people over people, or a mean.
    per : float
        Unit of a rate or share, such as 100 for 100 person-years.
    unit : str
        The unit in words.
    counted, against, held_equal : str
        Numerator, denominator, and what the ratio holds equal.
    """

    key: str
    side: str
    label: str
    form: Form
    per: float
    unit: str
    counted: str
    against: str
    held_equal: str


MEASURES: Mapping[str, Measure] = {
    measure.key: measure
    for measure in (
        Measure("admissions", "access", "Admissions to secure care", "rate", 1e5, "per 100,000 adults a year",
                "admissions of adults in the days of the data", "adults who live there, times years",
                "age for women and men; nothing for other groups"),
        Measure("moves_on", "stay", "Moves to a less secure place", "rate", 100.0, "per 100 person-years",
                "stays that ended with a move to a less secure place", "person-years in secure tiers", "tier and diagnosis"),
        Measure("stay", "stay", "Time in secure care", "mean", 1.0, "days in the first 2 years",
                "days in secure care in the first 2 years", "people admitted in the days of the data", "nothing"),
        Measure("too_high", "restriction", "In a more secure tier than needed", "share", 100.0, "% of patients",
                "patients whose last review of the stay says less", "patients on the last day with a review", "tier"),
        Measure("restricted", "restriction", "Under a restriction order", "share", 100.0, "% of patients",
                "patients under section 37/41, 47/49 or 48/49", "patients on the last day", "tier"),
        Measure("delayed", "restriction", "Clinically ready and still there", "share", 100.0, "% of patients",
                "patients who are clinically ready to leave", "patients on the last day", "tier"),
        Measure("out_of_flow", "restriction", "Outside natural clinical flow", "share", 100.0, "% of patients",
                "patients in a unit outside their natural clinical flow", "patients on the last day", "tier"),
        Measure("readmitted", "outcome", "Readmission within 2 years", "rate", 100.0, "per 100 person-years",
                "people readmitted to secure care within 2 years", "person-years since discharge", "tier left"),
        Measure("settled_accommodation", "outcome", "Settled accommodation within a year", "share", 100.0, "% of people",
                "people recorded in settled accommodation", "people who left a year or more ago", "tier left"),
        Measure("community_team", "outcome", "Accepted by a community team within a year", "share", 100.0, "% of people",
                "people accepted by a mainstream community team", "people who left a year or more ago", "tier left"),
    )
}  # fmt: skip
"""Measures by name, in the order of the page."""


def admitted(spells: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp, bands: tuple[str, ...]) -> pd.DataFrame:
    """Return admissions of adults to secure care, with their age band as stratum.

    Parameters
    ----------
    spells : DataFrame
        Of :func:`needs.methods.service.spells.secure_spells`.
    since, until : Timestamp
        First and last day that the data cover.
    bands : tuple of str
        Age bands, such as ``18 to 24`` and ``65 and over``, rising.

    Returns
    -------
    DataFrame
        Spells with ``stratum``, ``numerator`` (1) and ``denominator`` (missing: who lives there is told elsewhere).

    Examples
    --------
    >>> spells = pd.DataFrame({"admitted": pd.to_datetime(["2021-05-01"]), "age": [30.0]})
    >>> admitted(spells, pd.Timestamp("2021-01-01"), pd.Timestamp("2022-01-01"), ("18 to 24", "25 and over"))["stratum"].tolist()
    ['25 and over']
    """
    new = spells[spells["admitted"].between(since, until) & ~(spells["age"] < 18)]
    lows = [int(band.split()[0]) for band in bands]
    place = np.searchsorted(lows, new["age"].fillna(-1), side="right") - 1
    stratum = pd.Series(["", *bands], dtype="str").to_numpy()[place + 1]
    return new.assign(stratum=stratum, numerator=1.0, denominator=np.nan)


def moving(stays: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Return time in secure tiers, and stays that ended with a move to a less secure place.

    Parameters
    ----------
    stays : DataFrame
        Linked stays.
    since, until : Timestamp
        First and last day that the data cover; earlier time does not count.

    Returns
    -------
    DataFrame
        Stays with ``stratum`` (tier and diagnosis), ``numerator`` and ``denominator`` (years).

    Examples
    --------
    >>> day = pd.Timestamp("2021-01-01")
    >>> stays = pd.DataFrame({"tier": ["low"], "diagnosis": ["other"], "admitted": [day], "end": [day + pd.Timedelta(days=731)],
    ...                       "ended": [True], "to": ["community"]})
    >>> moving(stays, day, pd.Timestamp("2024-01-01"))["denominator"].round(2).tolist()
    [2.0]
    """
    tier = stays["tier"].astype("str")
    found = stays.assign(tier=tier)[tier.isin(TIERS) & (stays["end"] >= since) & (stays["admitted"] <= until)]
    days = (
        found["end"].where(found["end"] < until, until) - found["admitted"].where(found["admitted"] > since, since)
    ).dt.days
    went = found["tier"] + ">" + found["to"].astype("str").fillna("")
    moves = [f"{tier}>{to}" for tier, places in LESS_SECURE.items() for to in places]
    done = found["ended"].astype(bool) & (found["end"] <= until) & went.isin(moves)
    diagnosis = found["diagnosis"].astype("str").fillna("unknown")
    years = days.clip(lower=0.5) / DAYS  # a stay of a day is half a day at risk
    return found.assign(stratum=found["tier"] + " " + diagnosis, numerator=done.astype(float), denominator=years)


def present(stays: pd.DataFrame, reviews: pd.DataFrame, until: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Return patients in secure tiers on the last day, by measure of restriction.

    Parameters
    ----------
    stays : DataFrame
        Linked stays.
    reviews : DataFrame
        Reviews as given; may be empty.
    until : Timestamp
        Last day that the data cover.

    Returns
    -------
    dict of str to DataFrame
        ``too_high, restricted, delayed, out_of_flow``: patients for whom it is known, with ``stratum`` (tier), ``numerator``
        and ``denominator`` (1 each).

    Examples
    --------
    >>> day = pd.Timestamp("2024-01-01")
    >>> stays = pd.DataFrame({"person_key": ["a"], "tier": ["medium"], "admitted": [day], "end": [day], "ended": [False],
    ...                       "legal_section": ["s37_41"], "clinically_ready": [pd.NaT], "natural_clinical_flow": ["no"]})
    >>> reviews = pd.DataFrame({"person_key": ["a"], "reviewed": [day], "tier_needed": ["low"]})
    >>> {name: int(frame["numerator"].sum()) for name, frame in present(stays, reviews, day).items()}
    {'too_high': 1, 'restricted': 1, 'delayed': 0, 'out_of_flow': 1}
    """
    tier = stays["tier"].astype("str")
    there = stays.assign(tier=tier, stratum=tier, denominator=1.0)[tier.isin(TIERS) & ~stays["ended"].astype(bool)]
    last = (
        reviews[reviews["reviewed"] <= until]
        .sort_values("reviewed", kind="stable")
        .drop_duplicates("person_key", keep="last")
    )
    reviewed = there.merge(last[["person_key", "reviewed", "tier_needed"]], on="person_key")
    reviewed = reviewed[reviewed["reviewed"] >= reviewed["admitted"]]
    need, has = (reviewed[name].astype("str").map(SECURITY) for name in ("tier_needed", "tier"))
    section, flow = (there[name].astype("str") for name in ("legal_section", "natural_clinical_flow"))
    return {
        "too_high": reviewed.assign(numerator=(need < has).astype(float)),
        "restricted": there.assign(numerator=section.isin(RESTRICTED).astype(float))[
            section.notna() & (section != "unknown")
        ],
        "delayed": there.assign(numerator=(there["clinically_ready"] <= until).astype(float)),
        "out_of_flow": there.assign(numerator=(flow == "no").astype(float))[flow.isin(("yes", "no"))],
    }


def left(followed: pd.DataFrame, recorded: bool = True) -> dict[str, pd.DataFrame]:
    """Return people who left secure care, by measure of outcome.

    Parameters
    ----------
    followed : DataFrame
        Of :func:`needs.methods.service.followed_up.follow`.
    recorded : bool
        Whether outcomes were recorded at all; without them only readmission is known, from later stays.

    Returns
    -------
    dict of str to DataFrame
        ``readmitted`` and, where recorded, ``settled_accommodation, community_team``, with ``stratum`` (tier left),
        ``numerator`` and ``denominator``.

    Examples
    --------
    >>> followed = pd.DataFrame({"tier": ["low"], "readmission_days": [1000.0], "readmission": ["readmission"],
    ...                          "whole_year": [True], "settled_accommodation": [True], "community_team": [False]})
    >>> found = left(followed)
    >>> [float(frame["numerator"].iloc[0]) for frame in found.values()], float(found["readmitted"]["denominator"].iloc[0])
    ([0.0, 1.0, 0.0], 2.0)
    """
    most = HORIZON * DAYS
    days = followed["readmission_days"]
    base = followed.assign(stratum=followed["tier"].astype("str"), denominator=days.clip(lower=0.5, upper=most) / DAYS)
    back = (followed["readmission"] == "readmission") & (days <= most)
    year = base[followed["whole_year"].astype(bool)].assign(denominator=1.0)
    names = ("settled_accommodation", "community_team") if recorded else ()
    found = {"readmitted": base.assign(numerator=back.astype(float))}
    return found | {name: year.assign(numerator=year[name].astype(float)) for name in names}


def tally(cases: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Count cases by group and stratum.

    Parameters
    ----------
    cases : DataFrame
        Rows with ``stratum, numerator, denominator`` and the traits of the person.
    measure : str
        Name of the measure.

    Returns
    -------
    DataFrame
        ``measure, group_of, group, stratum, people, numerator, denominator``; the group ``unknown`` holds who is in none.

    Examples
    --------
    >>> cases = pd.DataFrame({"sex": ["female", "male", "male"], "ethnicity": "white", "learning_disability": "no",
    ...                       "autism": "no", "deprivation_tenth": [1.0, 4.0, None], "stratum": "low", "numerator": 1.0,
    ...                       "denominator": 2.0})
    >>> found = tally(cases, "moves_on")
    >>> found.loc[found["group_of"] == "deprivation", ["group", "people", "denominator"]].to_numpy().tolist()
    [['1', 1, 2.0], ['2', 1, 2.0], ['unknown', 1, 2.0]]
    """
    tenth = cases["deprivation_tenth"]
    words = {name: cases[name].astype("str") for name in ("sex", "ethnicity", "learning_disability", "autism")}
    words["deprivation"], words[TENTH] = (np.ceil(tenth / step).astype("Int64").astype("str") for step in (2, 1))
    base = cases[["stratum", "numerator", "denominator"]]
    long = pd.concat(
        [
            base.assign(group_of=name, group=word.where(word.isin(GROUPS[name]), "unknown"))
            for name, word in words.items()
        ]
    )
    by = ["group_of", "group", "stratum"]
    found = long.groupby(by, sort=True).agg(
        people=("numerator", "size"), numerator=("numerator", "sum"), denominator=("denominator", "sum")
    )
    return found.reset_index().assign(measure=measure)[["measure", *by, "people", "numerator", "denominator"]]
