"""Sentences built from numbers, with grammar that survives every region.

Numbers are rounded to the precision of their interval; a claim such as *more* or *highest* is
computed, never typed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from needs.present.numbers import (
    count,
    money,
    number_text,
    percent,
    plain,
    plural,
    published,
    quantity,
    range_text,
    ranged,
    signed,
    signed_range,
    spoken,
    step,
)
from needs.values import Estimate, records

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "EXIT_NAMES",
    "ORIGIN_NAMES",
    "TIER_NAMES",
    "adults",
    "ages",
    "cells_of",
    "compared",
    "count",
    "day",
    "horizon",
    "kind_of_areas",
    "listed",
    "lower",
    "money",
    "notes",
    "number_text",
    "ordinal",
    "percent",
    "place",
    "plain",
    "plural",
    "published",
    "quantity",
    "range_text",
    "ranged",
    "shares_by_tier",
    "signed",
    "signed_range",
    "spoken",
    "stands",
    "step",
]

TIER_NAMES = {
    "high": "High secure",
    "medium": "Medium secure",
    "low": "Low secure",
    "all": "All secure",
    "step_down": "Step-down",
    "community": "Community",
}
"""Name of each tier on the page."""

ORIGIN_NAMES = {
    "prison_remand": "Prison, on remand",
    "prison_sentenced": "Prison, sentenced",
    "court": "Court",
    "general_psychiatry": "General psychiatry",
    "other_hospital": "Other hospital",
    "adolescent_secure": "Adolescent secure",
    "community_recall": "Community, on recall",
}
"""Where people come from, in order."""

EXIT_NAMES = {
    "prison": "Prison",
    "general_psychiatry": "General psychiatry",
    "discharge": "Discharge",
    "other": "Elsewhere",
    "died": "Death",
}
"""Where people go who leave the pathway, in order."""


def shares_by_tier(shares: Mapping[str, Estimate]) -> str:
    """Write the share of each tier with its range and kind.

    Examples
    --------
    >>> shares_by_tier({"low": Estimate(0.3, 0.1, 0.5, "assumed", ("x#y",))})
    'low secure 30% (10% to 50%, assumed)'
    """
    told = []
    for tier, share in shares.items():
        lower, upper = (percent(end, 0) for end in share.bounds)
        ends = f"{lower} to {upper}, " if share.has_interval else ""
        told.append(f"{TIER_NAMES[tier].lower()} {percent(share.value, 0)} ({ends}{share.kind})")
    return listed(told)


def ages(group: str) -> str:
    """Write a group of age bands.

    Examples
    --------
    >>> ages("18_24"), ages("55_64+65_plus"), ages("65_plus"), ages("18_24+25_34")
    ('18 to 24', '55 and over', '65 and over', '18 to 34')
    """
    first, last = group.partition("_")[0], group.rpartition("_")[2]
    return f"{first} and over" if last == "plus" else f"{first} to {last}"


def notes(frame: pd.DataFrame) -> str:
    """Write what a reader must know of the measures in a frame's column ``note``, each once.

    Examples
    --------
    >>> import pandas as pd
    >>> notes(pd.DataFrame({"driver": ["Detentions", "IMD"], "note": ["counts are rounded", ""]}))
    ' Detentions: counts are rounded.'
    """
    told = {row.driver: row.note for row in records(frame) if row.note}
    return "".join(f" {driver}: {note}." for driver, note in told.items())


def cells_of(cells: pd.Series[str], area: str) -> pd.Series[bool]:
    """Say which cells hold an area; a cell of several published together is written ``a+b``."""
    return cells.map(lambda cell: area in cell.split("+"))


def kind_of_areas(names: Iterable[str]) -> str:
    """Say what the areas of a run are: regions, or areas where a footprint leaves a rest of one.

    Examples
    --------
    >>> kind_of_areas(["London", "Midlands"]), kind_of_areas(["Reach Out", "Rest of Midlands"])
    ('regions', 'areas')
    """
    return "areas" if any(name.startswith("Rest of ") for name in names) else "regions"


def listed(items: Sequence[str]) -> str:
    """Join words as a sentence does.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def lower(label: str) -> str:
    """Write a label inside a sentence: its first letter small, unless it opens with a name.

    Examples
    --------
    >>> lower("Prison transfers"), lower("IMD 2010 mean score"), lower("Mental Health Act detentions")
    ('prison transfers', 'IMD 2010 mean score', 'Mental Health Act detentions')
    """
    proper = label[:2].isupper() or label.startswith(("Mental Health Act", "England"))
    return label if proper else label[:1].lower() + label[1:]


def compared(value: float, reference: float, tolerance: float = 0.005) -> str:
    """Say how a number stands against a reference.

    Examples
    --------
    >>> compared(22.6, 21.5), compared(15.8, 21.5), compared(21.51, 21.5)
    ('above', 'below', 'about the same as')
    """
    if abs(value - reference) <= tolerance * abs(reference):
        return "about the same as"
    return "above" if value > reference else "below"


def ordinal(rank: int, of: int, same: int = 1) -> str:
    """Say a rank from the highest, of which ``same`` many share it.

    Examples
    --------
    >>> ordinal(1, 7), ordinal(2, 7), ordinal(7, 7), ordinal(3, 10), ordinal(6, 7)
    ('the highest', 'the second highest', 'the lowest', 'the third highest', 'the second lowest')
    >>> ordinal(3, 4, 2)
    'the lowest'
    """
    names = {1: "", 2: "second ", 3: "third ", 4: "fourth ", 5: "fifth "}
    from_low = of - rank - same + 2
    if rank <= from_low:
        return f"the {names.get(rank, f'{rank}th ')}highest"
    return f"the {names.get(from_low, f'{from_low}th ')}lowest"


def stands(value: float, values: Iterable[float]) -> str:
    """Say where a value stands among several, itself one of them; those that are alike share a rank.

    Examples
    --------
    >>> stands(5, [5, 3, 3, 5]), stands(3, [5, 3, 3, 5]), stands(4, [5, 4, 3])
    ('the highest', 'the lowest', 'the second highest')
    """
    told = list(values)
    return ordinal(1 + sum(other > value for other in told), len(told), sum(other == value for other in told))


def adults(people: float) -> str:
    """Write a number of people in millions or thousands.

    Examples
    --------
    >>> adults(6_969_318), adults(852_000)
    ('6.97 million', '852,000')
    """
    return f"{people / 1e6:.2f} million" if people >= 1e6 else count(people, 1000)


def horizon(years: int, start: int | None = None) -> str:
    """Say when something is: in a calendar year where today's is known, else in some years.

    Examples
    --------
    >>> horizon(10, 2022), horizon(10), horizon(1), horizon(0)
    ('in 2032', 'in 10 years', 'in 1 year', 'today')
    """
    if start is not None:
        return f"in {start + years}"
    return f"in {years} {plural(years, 'year')}" if years else "today"


_WITH_ARTICLE = ("Midlands", "North East", "North West", "South East", "South West", "East of", "East Mid", "West Mid")
_WITH_ARTICLE_LAST = ("Collaborative", "Partnership", "Alliance", "Network")


def day(text: str) -> str:
    """Write a day of the calendar.

    Examples
    --------
    >>> day("2026-03-01")
    '1 March 2026'
    """
    then = dt.date.fromisoformat(text)
    return f"{then.day} {then:%B %Y}"


def place(name: str, start: bool = False) -> str:
    """Write a region's name as running text does, with its article where it takes one.

    Parameters
    ----------
    name : str
        Name of the region.
    start : bool
        Whether it opens a sentence.

    Examples
    --------
    >>> place("London"), place("North West"), place("Midlands", start=True), place("South East Coast")
    ('London', 'the North West', 'The Midlands', 'South East Coast')
    >>> place("Reach Out"), place("North London"), place("South London Partnership")
    ('Reach Out', 'North London', 'the South London Partnership')
    """
    named = name == "South East Coast" or name.endswith("London") or not name.startswith(_WITH_ARTICLE)
    if named and not name.endswith(_WITH_ARTICLE_LAST):
        return name
    return f"{'The' if start else 'the'} {name}"
