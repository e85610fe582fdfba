"""Sentences built from numbers, with grammar that survives every region.

Numbers are rounded to the precision of their interval; a claim such as *more* or *highest* is
computed, never typed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from needs.values import Estimate, records

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "TIER_NAMES",
    "adults",
    "compared",
    "count",
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
    "shares_by_tier",
    "signed",
    "spoken",
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


def count(value: float, step: float = 1) -> str:
    """Write a count with thousands separators, to the nearest ``step``.

    Examples
    --------
    >>> count(6969318), count(1034.4, 10), count(0.4)
    ('6,969,318', '1,030', '0')
    """
    return f"{math.floor(value / step + 0.5) * step:,.0f}"


def money(pounds: float, step: float = 0) -> str:
    """Write pounds in the unit a reader would say, to three digits or to the nearest ``step``.

    Examples
    --------
    >>> money(1.2077e9), money(284.6e6), money(9.996e6), money(165_000), money(40.851)
    ('£1.21 billion', '£285 million', '£10.0 million', '£165,000', '£40.85')
    >>> money(284.6e6, 10e6), money(1.2077e9, 0.1e9), money(40.851, 1)
    ('£280 million', '£1.2 billion', '£41')
    """
    amount = math.floor(pounds / step + 0.5) * step if step else pounds
    for scale, name in ((1e9, "billion"), (1e6, "million")):
        if abs(amount) >= scale * 0.9995:
            digits = max(0, 2 - math.floor(math.log10(abs(float(f"{amount / scale:.3g}")))))
            if step:
                digits = min(2, max(0, -math.floor(math.log10(step / scale) + 1e-9)))
            return f"£{amount / scale:,.{digits}f} {name}"
    return f"£{amount:,.0f}" if abs(amount) >= 1000 or step >= 1 else f"£{amount:,.2f}"


def percent(share: float, digits: int = 1) -> str:
    """Write a share as a percentage; a small one that is not nothing says so.

    Examples
    --------
    >>> percent(0.18978), percent(0.4, 0), percent(0.001, 0), percent(0.0)
    ('19.0%', '40%', 'under 1%', '0.0%')
    """
    if 0 < share < 0.5 * 10.0 ** -(digits + 2):
        return f"under {10.0**-digits:.{digits}f}%"
    return f"{100 * share:.{digits}f}%"


def number_text(estimate: Estimate, unit: str) -> str:
    """Write an estimate's value in its unit, to the precision of its interval.

    Examples
    --------
    >>> number_text(Estimate(1034.4, 880.2, 1210.9, "modelled", ("x#y",)), "people")
    '1,030'
    """
    return _written(estimate.value, estimate, unit)


def range_text(estimate: Estimate, unit: str) -> str:
    """Write an estimate's interval; empty where there is none.

    Examples
    --------
    >>> range_text(Estimate(1034.4, 880.2, 1210.9, "modelled", ("x#y",)), "people")
    '880 to 1,210'
    """
    if estimate.lower is None or estimate.upper is None:
        return ""
    return f"{_written(estimate.lower, estimate, unit)} to {_written(estimate.upper, estimate, unit)}"


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


def signed(number: float) -> str:
    """Write a difference with its sign.

    Examples
    --------
    >>> signed(123.4), signed(-4), signed(0)
    ('+123', '−4', '0')
    """
    return f"{number:+,.0f}".replace("-", "−") if round(number) else "0"


def spoken(estimate: Estimate, unit: str) -> str:
    """Write an estimate with its interval, as a finding says it.

    Examples
    --------
    >>> spoken(Estimate(142, 47, 269, "assumed", ("x#y",)), "places")
    '140 (50 to 270)'
    """
    interval = range_text(estimate, unit)
    return number_text(estimate, unit) + (f" ({interval})" if interval else "")


def _written(value: float, estimate: Estimate, unit: str) -> str:
    if unit == "share":
        return percent(value)
    if unit == "GBP":
        return money(value, _step(estimate))
    if unit in ("people", "beds", "places"):
        return count(value, _step(estimate) or 1)
    return plain(value)


def _step(estimate: Estimate) -> float:
    """Return the steps in which a figure with this interval is written: 1, 10, 100, ...; 0 without an interval."""
    if estimate.lower is None or estimate.upper is None or estimate.upper <= estimate.lower:
        return 0
    return float(max(1, 10 ** (math.floor(math.log10((estimate.upper - estimate.lower) / 2)) - 1)))


def plain(value: float) -> str:
    """Write a score or a rate: two decimals below 10, one below 100, none above.

    Examples
    --------
    >>> plain(2.951), plain(25.0), plain(135.2), plain(1240)
    ('2.95', '25.0', '135', '1,240')
    """
    return f"{value:,.{2 if abs(value) < 10 else 1 if abs(value) < 100 else 0}f}"


def quantity(value: float, unit: str) -> str:
    """Write a published figure in its unit, without rounding it further.

    Examples
    --------
    >>> [quantity(0.4, "share"), quantity(15, "percent"), quantity(85, "days"), quantity(5.6, "ratio"), quantity(589, "beds")]
    ['40%', '15%', '85 days', '5.6 times', '589 beds']
    """
    if unit in ("share", "percent"):
        return f"{100 * value if unit == 'share' else value:.4g}%"
    if unit == "ratio":
        return f"{value:.3g} times"
    if unit == "rate":
        return plain(value)
    return f"{value:,.4g} {plural(value, unit.removesuffix('s'), unit)}" if unit != "people" else count(value)


def published(value: float) -> str:
    """Write a number as published: no digit more, no digit less.

    Examples
    --------
    >>> published(80.0), published(1.535125), published(1321600000)
    ('80', '1.535125', '1,321,600,000')
    """
    return f"{value:,.6f}".rstrip("0").rstrip(".")


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


def plural(number: float, one: str, many: str | None = None) -> str:
    """Choose the word that goes with a number.

    Examples
    --------
    >>> plural(1, "place"), plural(0, "place"), plural(2, "person", "people")
    ('place', 'places', 'people')
    """
    return one if number == 1 else many or one + "s"


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


def ordinal(rank: int, of: int) -> str:
    """Say a rank from the highest.

    Examples
    --------
    >>> ordinal(1, 7), ordinal(2, 7), ordinal(7, 7), ordinal(3, 10), ordinal(6, 7)
    ('the highest', 'the second highest', 'the lowest', 'the third highest', 'the second lowest')
    """
    names = {1: "", 2: "second ", 3: "third ", 4: "fourth ", 5: "fifth "}
    from_low = of - rank + 1
    if rank <= from_low:
        return f"the {names.get(rank, f'{rank}th ')}highest"
    return f"the {names.get(from_low, f'{from_low}th ')}lowest"


def adults(people: float) -> str:
    """Write a number of people in millions or thousands.

    Examples
    --------
    >>> adults(6_969_318), adults(852_000)
    ('6.97 million', '852,000')
    """
    return f"{people / 1e6:.2f} million" if people >= 1e6 else count(people, 1000)


_WITH_ARTICLE = ("Midlands", "North", "South East", "South West", "East of", "East Mid", "West Mid")


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
    """
    if not name.startswith(_WITH_ARTICLE) or name == "South East Coast":
        return name
    return f"{'The' if start else 'the'} {name}"
