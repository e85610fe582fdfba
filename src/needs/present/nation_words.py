"""What may be said of regions beside each other: which has most, and which cannot be told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from needs.present import words
from needs.values import Estimate

__all__ = [
    "INDICATORS",
    "Indicator",
    "Place",
    "apart",
    "difference",
    "every",
    "extremes",
    "pairs",
    "ranked",
    "spoken",
    "told_apart",
]


@dataclass(frozen=True)
class Indicator:
    """A figure that every region has.

    Parameters
    ----------
    key : str
        Its name in files.
    label : str
        Its name on the page.
    unit : str
        See :func:`needs.present.words.number_text`.

    Examples
    --------
    >>> Indicator("rate", "Expected patients per 100,000 adults", "rate").unit
    'rate'
    """

    key: str
    label: str
    unit: str


MILLIONS = "GBP million"
"""Unit of sums that a column of a wide table is to hold."""

INDICATORS = (
    Indicator("adults", "Adults", "people"),
    Indicator("need_index", "Need index from deprivation, England 1", "ratio"),
    Indicator("patients", "Expected patients in secure care", "people"),
    Indicator("rate", "Expected patients per 100,000 adults", "rate"),
    Indicator("beds", "Share of England's secure beds", "beds"),
    Indicator("spend", "Spend on secure care a year, £ million", MILLIONS),
    Indicator("per_adult", "Spend on secure care per adult", "GBP"),
    Indicator("places", "Step-down places for secure patients", "places"),
    Indicator("blocked", "Secure beds blocked at one time", "beds"),
    Indicator("prisoners", "Prisoners waiting for a bed", "people"),
    Indicator("in_28_days", "Transfers from prison within 28 days of referral", "share"),
)
"""What regions are set beside each other by, in reading order."""


@dataclass(frozen=True)
class Place:
    """A region and its figures.

    Parameters
    ----------
    area, name : str
        Slug, and name on the page.
    figures : mapping of str to Estimate
        By key of :data:`INDICATORS`.

    Examples
    --------
    >>> Place("ash", "Ash", {"patients": Estimate(10, 8, 12, "modelled", ("x#y",))}).written("patients")
    '10 (8 to 12)'
    """

    area: str
    name: str
    figures: Mapping[str, Estimate]

    def written(self, key: str) -> str:
        """Write one of its figures with its interval."""
        return spoken(self.figures[key], _UNITS[key])


_UNITS = {indicator.key: indicator.unit for indicator in INDICATORS}


def spoken(figure: Estimate, unit: str) -> str:
    """Write a figure with its interval; a rate and its ends with one decimal, sums of money in millions.

    Examples
    --------
    >>> spoken(Estimate(11, 8.11, 15.4, "modelled", ("x#y",)), "rate")
    '11.0 (8.1 to 15.4)'
    >>> spoken(Estimate(38.6e6, kind="derived", source=("x#y",)), MILLIONS)
    '38.6'
    """
    if unit not in ("rate", MILLIONS):
        return words.spoken(figure, unit)
    low, high = figure.bounds
    scale, digits = (1.0, 1) if unit == "rate" else (1e6, _digits(high))
    ends = f" ({low / scale:,.{digits}f} to {high / scale:,.{digits}f})" if figure.has_interval else ""
    return f"{figure.value / scale:,.{digits}f}{ends}"


def _digits(pounds: float) -> int:
    """Return the decimals of millions: none from a hundred on."""
    return 0 if abs(pounds) >= 1e8 else 1


def apart(one: Estimate, other: Estimate) -> str:
    """Say whether two figures can be told apart by their intervals.

    Examples
    --------
    >>> a, b = (Estimate(v, v - 2, v + 2, "modelled", ("x#y",)) for v in (10, 13))
    >>> apart(a, b), apart(a, b * 10), apart(a, Estimate(4, kind="derived", source=("x#y",)))
    ('intervals overlap', 'intervals do not overlap', 'no interval')
    """
    if not (one.has_interval and other.has_interval):
        return "no interval"
    low, high = sorted((one, other), key=lambda figure: figure.bounds[0])
    return "intervals overlap" if low.bounds[1] >= high.bounds[0] else "intervals do not overlap"


def difference(one: Estimate, other: Estimate, unit: str) -> str:
    """Write how far two figures are from each other, to the coarser of their precisions; nothing where it rounds to none.

    Examples
    --------
    >>> a, b = (Estimate(v, v - 200, v + 200, "modelled", ("x#y",)) for v in (1034, 850))
    >>> difference(a, b, "people"), difference(a, a, "people"), difference(a * 1e-4, b * 1e-4, "share")
    ('180', '', '1.8 percentage points')
    """
    wider = max((one, other), key=lambda figure: figure.bounds[1] - figure.bounds[0])
    half = (wider.bounds[1] - wider.bounds[0]) / 2
    gap = abs(one.value - other.value)
    if unit == "share":
        text = f"{100 * gap:.1f} percentage points"
    elif unit == "rate":
        text = f"{gap:,.1f}"
    elif unit == MILLIONS:
        text = f"{gap / 1e6:,.{_digits(wider.bounds[1])}f}"
    else:
        lower, upper = (gap - half, gap + half) if half else (None, None)
        text = words.number_text(Estimate(gap, lower, upper, "derived", ("difference",)), unit)
    return text if any(digit in text for digit in "123456789") else ""


def every(number: int, what: str) -> str:
    """Say that all of some things are meant.

    Examples
    --------
    >>> every(7, "regions"), every(2, "regions")
    ('all 7 regions', 'both regions')
    """
    return f"both {what}" if number == 2 else f"all {number} {what}"


def ranked(places: Sequence[Place], key: str) -> list[Place]:
    """Return places from most to least; of equals the first named comes first.

    Examples
    --------
    >>> figures = {name: Estimate(value, kind="derived", source=("x#y",)) for name, value in (("Ash", 3), ("Elm", 7))}
    >>> [place.name for place in ranked([Place(n, n, {"adults": f}) for n, f in figures.items()], "adults")]
    ['Elm', 'Ash']
    """
    return sorted(places, key=lambda place: -place.figures[key].value)


def extremes(places: Sequence[Place], key: str, has: str) -> str:
    """Say which region has most and which least of something, and whether they can be told apart.

    Parameters
    ----------
    places : sequence of Place
        One at least.
    key : str
        Indicator.
    has : str
        What they have, as in ``expected secure patients per 100,000 adults``.

    Examples
    --------
    >>> made = {"Ash": (17, 12, 21), "Elm": (10, 7, 13), "Oak": (11, 8, 11.5)}
    >>> places = [Place(n, n, {"rate": Estimate(*ends, "modelled", ("x#y",))}) for n, ends in made.items()]
    >>> extremes(places, "rate", "patients per 100,000 adults")[:75]
    'Ash has the most patients per 100,000 adults, 17.0 (12.0 to 21.0), and Elm '
    >>> extremes(places, "rate", "patients per 100,000 adults")[75:]
    'the least, 10.0 (7.0 to 13.0); their intervals overlap, so that they cannot be told apart'
    >>> extremes(places[:1], "rate", "patients per 100,000 adults")
    'Ash has 17.0 (12.0 to 21.0) patients per 100,000 adults'
    """
    order = ranked(places, key)
    most, least = order[0], order[-1]
    tops, bottoms = (_alike(order, end, key) for end in (most, least))
    if len(order) == 1:
        return f"{words.place(most.name, start=True)} has {most.written(key)} {has}"
    if len(tops) == len(order):
        said = f"{every(len(order), 'regions')} have the same {has}, {most.written(key)}"
        return said[0].upper() + said[1:]
    top, bottom = (words.listed([words.place(name) for name in names]) for names in (tops, bottoms))
    verb = words.plural(len(tops), "has", "have")
    said = f"{top} {verb} the most {has}, {most.written(key)}, and {bottom} the least, {least.written(key)}"
    said = said[0].upper() + said[1:]
    how = apart(most.figures[key], least.figures[key])
    if how == "no interval":
        return f"{said}; not all have an interval, so that nothing says how sure the difference is"
    if how == "intervals overlap":
        return f"{said}; their intervals overlap, so that they cannot be told apart"
    return f"{said}; their intervals do not overlap"


def _alike(places: Sequence[Place], one: Place, key: str) -> list[str]:
    """Name the places whose figure is written as that of one."""
    return [place.name for place in places if place.written(key) == one.written(key)]


def told_apart(places: Sequence[Place], key: str) -> str:
    """Say how many pairs of regions can be told apart.

    Examples
    --------
    >>> made = {"Ash": (17, 12, 21), "Elm": (10, 7, 13), "Oak": (11, 8, 11.5)}
    >>> told_apart([Place(n, n, {"rate": Estimate(*ends, "modelled", ("x#y",))}) for n, ends in made.items()], "rate")
    'Of 3 pairs of regions, the intervals of 1 do not overlap.'
    """
    hows = [apart(one.figures[key], other.figures[key]) for one, other in combinations(places, 2)]
    clear = hows.count("intervals do not overlap")
    if not hows or "no interval" in hows:
        return ""
    if not clear:
        return "No two regions can be told apart: all intervals overlap."
    return f"Of {len(hows)} {words.plural(len(hows), 'pair')} of regions, the intervals of {clear} do not overlap."


def pairs(places: Sequence[Place]) -> dict[str, Any]:
    """Return what a page needs to set any two regions beside each other, in words that are ready.

    Parameters
    ----------
    places : sequence of Place
        In the order of the columns.

    Returns
    -------
    dict
        ``names``; ``rows`` of the indicators with ``order`` (the value of each place, for its sign alone) and ``pairs``:
        place, place, difference, whether they can be told apart.

    Examples
    --------
    >>> one = Place("a", "Ash", {i.key: Estimate(9, 8, 10, "modelled", ("x#y",)) for i in INDICATORS})
    >>> two = Place("e", "Elm", {i.key: Estimate(12, 11, 13, "modelled", ("x#y",)) for i in INDICATORS})
    >>> made = pairs([one, two])
    >>> made["names"], made["rows"][0]
    (['Ash', 'Elm'], {'order': [9, 12], 'pairs': [[0, 1, '3', 'intervals do not overlap']]})
    """
    rows = []
    for indicator in INDICATORS:
        figures = [place.figures[indicator.key] for place in places]
        rows.append(
            {
                "order": [figure.value for figure in figures],
                "pairs": [
                    [i, j, difference(figures[i], figures[j], indicator.unit), apart(figures[i], figures[j])]
                    for i, j in combinations(range(len(figures)), 2)
                ],
            }
        )
    return {"names": [place.name for place in places], "rows": rows}
