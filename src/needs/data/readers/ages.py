"""Ages as publishers write them, and the age bands of the project made of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import cast

import pandas as pd

from needs.errors import Problem

__all__ = ["BANDS", "Ages", "age_of", "band_frame", "cover"]

Ages = tuple[int, int | None]
"""First and last age of a band; None where it is open, as in ``90+``."""

BANDS: Mapping[str, Ages] = {
    "population_all_ages": (0, None),
    "population_0_17": (0, 17),
    "population_18_plus": (18, None),
    "population_18_64": (18, 64),
    "population_18_24": (18, 24),
    "population_25_34": (25, 34),
    "population_35_44": (35, 44),
    "population_45_54": (45, 54),
    "population_55_64": (55, 64),
    "population_65_plus": (65, None),
}
"""Measures of people by age that the evidence has."""

TOTAL = re.compile(r"(?:all|total)(?: ages?| persons| people| usual residents| categories| residents)?(?:\b.*)?")
OLDEST = 200

Part = Callable[[re.Match[str]], int]
FORMS: tuple[tuple[str, Part, Callable[[re.Match[str]], int | None]], ...] = (
    (r"(\d+)\s?(?:-|to)\s?(\d+)", lambda m: int(m[1]), lambda m: int(m[2])),
    (r"(\d+)\s?(?:\+|(?:and|or|&) (?:over|above|older)|plus)", lambda m: int(m[1]), lambda _: None),
    (r"(\d+) (?:and|or) (?:under|younger|less)", lambda _: 0, lambda m: int(m[1])),
    (r"(?:under|less than|below) (\d+)", lambda _: 0, lambda m: int(m[1]) - 1),
    (r"(\d+)", lambda m: int(m[1]), lambda m: int(m[1])),
)


def age_of(label: str) -> Ages | None:
    """Return the ages that a label means, or None.

    Examples
    --------
    >>> [age_of(label) for label in ("Aged 18 to 24", "25-29", "Age 90+", "Aged 17 years", "Aged under 1 year", "F")]
    [(18, 24), (25, 29), (90, None), (17, 17), (0, 0), None]
    >>> [age_of(label) for label in ("All Ages", "Aged 4 years and under", "85 and over", "Under 16", "Age: Total")]
    [(0, None), (0, 4), (85, None), (0, 15), (0, None)]
    """
    plain = re.sub(r"\b(?:ages?|aged|years?|yrs?|old)\b|:", " ", label.casefold().replace("–", "-"))
    plain = re.sub(r"\s+", " ", plain).strip()
    if not re.search(r"\d", plain):
        named = re.sub(r"\s+", " ", label.casefold().split(":")[-1]).strip()
        return (0, None) if TOTAL.fullmatch(named) else None
    if re.search(r"\d{4}", plain):
        return None
    for form, first, last in FORMS:
        if found := re.fullmatch(form, plain):
            ages = first(found), last(found)
            return ages if ages[0] <= (OLDEST if ages[1] is None else ages[1]) <= OLDEST else None
    return None


def cover(held: Iterable[Ages], wanted: Ages) -> list[Ages] | None:
    """Return bands that make a wanted one exactly, without a gap and without one twice, or None.

    Examples
    --------
    >>> cover([(0, 15), (16, 17), (18, 24), (25, None), (18, None)], (16, 24))
    [(16, 17), (18, 24)]
    >>> cover([(0, 15), (16, 24)], (18, 24)) is None
    True
    """
    last = OLDEST if wanted[1] is None else wanted[1]
    starts: dict[int, list[Ages]] = {}
    for ages in held:
        starts.setdefault(ages[0], []).append(ages)

    @cache
    def from_age(age: int) -> list[Ages] | None:
        if age > last:
            return []
        for ages in sorted(starts.get(age, ()), key=lambda a: -(OLDEST if a[1] is None else a[1])):
            end = OLDEST if ages[1] is None else ages[1]
            if end <= last and (rest := from_age(end + 1)) is not None:
                return [ages, *rest]
        return None

    return from_age(wanted[0])


def band_frame(
    people: pd.DataFrame, where: str, tolerance: float = 0.0
) -> tuple[pd.DataFrame, list[str], list[Problem]]:
    """Sum ages to the bands of the project, and check them against the total.

    Parameters
    ----------
    people : DataFrame
        One row an area, sex and time; its columns are :data:`Ages`.
    where : str
        How a problem names a row.
    tolerance : float
        Share by which a total may differ from the sum of its ages, as census counts do, before that is an error.

    Returns
    -------
    frame : DataFrame
        The same rows; a column for each measure that can be made exactly.
    notes : list of str
    problems : list of Problem
        Rows whose ages do not add up to their total.

    Examples
    --------
    >>> ages = pd.Index([(0, 17), (18, 24), (25, None), (0, None)], tupleize_cols=False)
    >>> people = pd.DataFrame([[10.0, 3.0, 7.0, 20.0]], index=["A"], columns=ages)
    >>> frame, notes, problems = band_frame(people, "area")
    >>> frame.loc["A"].to_dict(), problems
    ({'population_all_ages': 20.0, 'population_0_17': 10.0, 'population_18_plus': 10.0, 'population_18_24': 3.0}, [])
    >>> notes[0][:55]
    'Its ages do not make population_18_64, population_25_34'
    """
    held = cast("list[Ages]", list(people.columns))
    made, lost = {}, []
    for name, wanted in BANDS.items():
        parts = [wanted] if wanted in held else cover(held, wanted)
        if parts is None:
            lost.append(name)
        else:
            made[name] = people[parts].sum(axis="columns", skipna=False)
    notes = [f"Its ages do not make {', '.join(lost)}."] if lost else []
    problems = []
    parts = cover([ages for ages in held if ages != (0, None)], (0, None))
    if parts is not None and (0, None) in held:
        total, sums = people[(0, None)], people[parts].sum(axis="columns", skipna=False)
        off = (sums - total).abs()
        for row in people.index[off > tolerance * total]:
            what = f"its ages make {sums[row]:,.0f}, and its total is {total[row]:,.0f}"
            problems.append(Problem(f"{where} {row}", what))
        if tolerance and (off > 0).any():
            notes.append(f"Ages and total differ by up to {off.max():,.0f} people, as counts that protect people do.")
    elif (0, None) in held:
        notes.append("Its ages cannot be checked against the total: they do not cover every age once.")
    return pd.DataFrame(made, index=people.index), notes, problems
