"""What becomes of people who left secure care, and what patients and carers say, in words that no numbers make false."""

from __future__ import annotations

from typing import Any

import pandas as pd

from needs.data.geography import Region
from needs.dataset import table
from needs.methods.disclosure import Released
from needs.present import words
from needs.values import records

__all__ = [
    "EVENTS",
    "FIRST_YEAR",
    "LEAVING",
    "RESPONDENTS",
    "WHO",
    "after_finding",
    "experience_finding",
    "group_name",
    "incidence_finding",
    "person_years_finding",
    "share_text",
]

EVENTS = {"readmission": "readmitted to secure care", "reconviction": "convicted of an offence"}
"""What happens to people, as a sentence says it."""

LEAVING = {"readmission": "it", "reconviction": "secure care"}
"""What people left, after the words of :data:`EVENTS`."""

FIRST_YEAR = {
    "employment": "In work, training or education",
    "settled_accommodation": "In settled accommodation",
    "community_team": "Accepted by a mainstream community team",
}
"""What is recorded within a year of discharge."""

RESPONDENTS = {"patient": "Patients", "carer": "Carers"}

WHO = (
    "each person's first discharge from high, medium or low secure care to a step-down place, a community forensic team, a "
    "general ward or home in the days of the data; people who went to prison, died or were deported are left out"
)
"""Who is followed."""

_ROUTES = {
    "step_down": "To a step-down place",
    "community": "To a community forensic team",
    "elsewhere": "To another place",
}
_MANY = {"readmission": "readmissions", "reconviction": "convictions", "death": "deaths before readmission"}
_YEARS = (2, 1, 5)


def group_name(of: str, group: str) -> str:
    """Write the name of a group of people who left.

    Examples
    --------
    >>> group_name("all", "all"), group_name("tier", "low"), group_name("route", "step_down")
    ('Everybody', 'Left low secure', 'To a step-down place')
    >>> group_name("care_package", "acute")
    'Package: acute treatment'
    """
    if of == "tier":
        return f"Left {words.TIER_NAMES[group].lower()}"
    if of == "care_package":
        return f"Package: {words.lower(table('reviews').column('care_package').codes[group])}"
    return _ROUTES[group] if of == "route" else "Everybody"


def share_text(row: Any, name: str) -> str:
    """Write a share with its interval, where the interval is known.

    Examples
    --------
    >>> share_text(pd.Series({"within": 0.28, "within_lower": 0.2, "within_upper": 0.38}), "within")
    '28% (20% to 38%)'
    """
    value, lower, upper = (row[f"{name}{end}"] for end in ("", "_lower", "_upper"))
    ends = "" if pd.isna([lower, upper]).any() else f" ({words.percent(lower, 0)} to {words.percent(upper, 0)})"
    return f"{words.percent(value, 0)}{ends}"


def incidence_finding(found: Released, event: str, region: Region, given: bool = True) -> str:
    """Say which share of people have an event within 2 years of leaving, or within the time that can be shown.

    Parameters
    ----------
    found : Released
        Of :func:`needs.methods.service.followed_up_released.release_incidence`.
    event : str
        ``readmission`` or ``reconviction``.
    region : Region
        Where.
    given : bool
        Whether the region gave what the event is known from.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> row = {"of": "all", "within_2": 0.28, "within_2_lower": 0.2, "within_2_upper": 0.38, "n": 40.0}
    >>> ends = dict.fromkeys(["within_2", "within_2_lower", "within_2_upper"], "n")
    >>> safe = release(pd.DataFrame([row]), Provenance("derived", ("x#y",)), statistics=ends, digits=dict.fromkeys(ends, 2))
    >>> incidence_finding(safe, "readmission", Region("2023-24", "london", "London", "E40000003"))
    '28% (20% to 38%) of people from London are readmitted to secure care within 2 years of leaving it'
    """
    here, what = words.place(region.name), EVENTS[event]
    if not given:
        return f"No outcomes were given for {here}, so that nobody is known to be {what}"
    frame = found.frame
    if frame.empty:
        return f"Nobody from {here} left secure care for a place outside it in the days of the data"
    row = frame[frame["of"] == "all"].iloc[0]
    for years in _YEARS:
        if pd.notna(row.get(f"within_{years}")):
            when = f"{years} {words.plural(years, 'year')}"
            whole = share_text(row, f"within_{years}")
            return f"{whole} of people from {here} are {what} within {when} of leaving {LEAVING[event]}"
    return f"Too few people from {here} are known of to show how many are {what} after leaving {LEAVING[event]}"


def person_years_finding(found: Released, region: Region) -> str:
    """Say how often people are readmitted and convicted, per 1,000 person-years.

    Examples
    --------
    >>> from needs.methods.disclosure import Rule
    >>> from needs.methods.service.followed_up_released import release_person_years
    >>> from needs.values import Provenance
    >>> row = {"event": "readmission", "of": "all", "group": "all", "people": 40, "events": 8, "years": 80.0, "rate": 100.0}
    >>> frame = pd.DataFrame([row | {"rate_lower": 43.2, "rate_upper": 197.0}])
    >>> safe = release_person_years(frame, Provenance("derived", ("x#y",)), Rule())
    >>> person_years_finding(safe, Region("2023-24", "london", "London", "E40000003"))
    'After leaving secure care, people from London have 125 (60 to 230) readmissions in 1,000 person-years'
    """
    here, frame = words.place(region.name), found.frame
    if frame.empty:
        return f"Nobody from {here} left secure care for a place outside it in the days of the data"
    every = frame[(frame["of"] == "all") & frame[["rate", "rate_lower", "rate_upper"]].notna().all(axis=1)]
    told = [
        f"{words.count(row.rate)} ({words.count(row.rate_lower)} to {words.count(row.rate_upper)}) {_MANY[row.event]}"
        for row in records(every)
    ]
    if not told:
        return f"What happens to people from {here} after leaving secure care rests on too few events to be shown"
    return f"After leaving secure care, people from {here} have {words.listed(told)} in 1,000 person-years"


def after_finding(found: Released, region: Region, given: bool = True) -> str:
    """Say which share is recorded in settled accommodation, work or with a community team within a year.

    Examples
    --------
    >>> from needs.methods.disclosure import Rule
    >>> from needs.methods.service.followed_up_released import release_after_a_year
    >>> from needs.values import Provenance
    >>> row = {"event": "employment", "of": "all", "group": "all", "people": 40.0, "numerator": 8.0, "lower": 0.1, "upper": 0.35}
    >>> safe = release_after_a_year(pd.DataFrame([row]), Provenance("derived", ("x#y",)), Rule())
    >>> after_finding(safe, Region("2023-24", "london", "London", "E40000003"))
    'Within a year of leaving secure care, people from London are recorded in work, training or education: 20%'
    """
    here, frame = words.place(region.name), found.frame
    if not given:
        return f"No outcomes were given for {here}"
    if frame.empty:
        return f"Nobody from {here} left secure care a year or more before the last day of the data"
    every = frame[(frame["of"] == "all") & frame["share"].notna()]
    told = [f"{words.lower(FIRST_YEAR[row.event])}: {words.percent(row.share, 0)}" for row in records(every)]
    if not told:
        return f"What is recorded of people from {here} within a year of leaving secure care is of too few to be shown"
    return f"Within a year of leaving secure care, people from {here} are recorded {'; '.join(told)}"


def experience_finding(found: Released, region: Region) -> str:
    """Say which share of patients' and of carers' answers are positive in the last year, from all questions that can be shown.

    Examples
    --------
    >>> from needs.methods.disclosure import Rule
    >>> from needs.methods.service.experience import answers, release_answers
    >>> from needs.values import Provenance
    >>> told = pd.DataFrame({"quarter": pd.to_datetime(["2024-04-01"]), "respondent": "patient", "question": "Safe?",
    ...                      "asked": [100.0], "answered": [50.0], "positive": [40.0]})
    >>> safe = release_answers(answers(told), Provenance("derived", ("x#y",)), Rule())
    >>> experience_finding(safe, Region("2023-24", "london", "London", "E40000003"))
    'Patients from London, 2024-25: 80% of answers are positive, and 50% of those asked answer'
    """
    here, frame = words.place(region.name), found.frame
    known = frame[frame[["share", "response"]].notna().all(axis=1)] if len(frame) else frame
    if known.empty:
        if frame.empty:
            return f"No answers of patients or carers were given for {here}"
        return f"The answers of patients and carers from {here} are too few to be shown"
    told: list[str] = []
    for respondent, name in RESPONDENTS.items():
        part = known[known["respondent"] == respondent]
        if len(part):
            last = part[part["period"] == part["period"].max()]
            who = name.lower() if told else f"{name} from {here}"
            told.append(
                f"{who}, {last['period'].iloc[0]}: {_span(last['share'])} of answers are positive, and "
                f"{_span(last['response'])} of those asked answer"
            )
    return "; ".join(told)


def _span(shares: pd.Series) -> str:
    low, high = (words.percent(float(end), 0) for end in (shares.min(), shares.max()))
    return low if low == high else f"{low} to {high}"
