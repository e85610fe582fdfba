"""Sentences about money: how spend is known, and what a change of it adds or takes away."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from needs.present import words
from needs.values import Estimate, Kind

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "MILLION",
    "SECTOR_NAMES",
    "How",
    "change_text",
    "changes",
    "headline",
    "in_unit",
    "known_spend",
    "pounds",
    "ranged",
    "ranged_in",
    "spend_of",
    "stepped",
    "unit_of",
]

MILLION = 1e6
"""Pounds in one unit of a column that is headed £ million."""

How = Literal["modelled", "own", "partly own"]
"""How spend is known: modelled, told by the region, or some tiers of each."""

SECTOR_NAMES = {"nhs": "NHS", "independent": "Independent"}
"""Name of each kind of provider on the page."""

_HEADLINE: Mapping[How, str] = {
    "modelled": "Spend a year, modelled",
    "own": "Spend a year, own figures",
    "partly own": "Spend a year, partly own",
}
_KNOWN: Mapping[How, str] = {
    "modelled": "Modelled spend",
    "own": "Spend by the region's own figures",
    "partly own": "Spend, in part by the region's own figures,",
}


def headline(how: How) -> str:
    """Return the words above the number of spend.

    Examples
    --------
    >>> headline("modelled"), headline("own")
    ('Spend a year, modelled', 'Spend a year, own figures')
    """
    return _HEADLINE[how]


def known_spend(how: How) -> str:
    """Return how a caption opens.

    Examples
    --------
    >>> known_spend("modelled") + " on secure care", known_spend("partly own") + " on secure care"
    ('Modelled spend on secure care', "Spend, in part by the region's own figures, on secure care")
    """
    return _KNOWN[how]


def spend_of(place: str, spend: Estimate, how: How, own: float = 0.0) -> str:
    """Say what secure care for a place costs, as far as it is known.

    Parameters
    ----------
    place : str
        Name as running text has it.
    spend : Estimate
        GBP a year.
    how : str
        How it is known.
    own : float
        GBP of it that the region told, where that is a part.

    Examples
    --------
    >>> spend = Estimate(285.2e6, 250e6, 310e6, "modelled", ("x#y",))
    >>> spend_of("London", spend, "modelled")
    'Secure care for London is modelled to cost £285 million (£250 million to £310 million) a year'
    >>> spend_of("London", Estimate(285.2e6, kind="derived", source=("x#y",)), "own")
    "Secure care for London costs £285 million a year by the region's own figures"
    >>> spend_of("London", spend, "partly own", 200e6)[-57:]
    "year, £200 million of it told by the region's own figures"
    """
    told = words.spoken(spend, "GBP")
    if how == "modelled":
        return f"Secure care for {place} is modelled to cost {told} a year"
    if how == "own":
        return f"Secure care for {place} costs {told} a year by the region's own figures"
    return f"Secure care for {place} is put at {told} a year, {words.money(own)} of it told by the region's own figures"


def ranged(value: float, lower: float, upper: float) -> str:
    """Write pounds with their interval, to the precision of the interval; without one where the ends are the same.

    Examples
    --------
    >>> ranged(12.34e6, 9.1e6, 15.2e6), ranged(916.13, 916.13, 916.13)
    ('£12.3 million (£9.1 million to £15.2 million)', '£916.13')
    """
    kind: Kind = "derived"
    source = ("written",)
    figure = Estimate(value, lower, upper, kind, source) if upper > lower else Estimate(value, kind=kind, source=source)
    return words.spoken(figure, "GBP")


def unit_of(money: pd.DataFrame) -> tuple[float, str]:
    """Return the pounds in one unit of an axis or of columns that show them, and its name.

    Examples
    --------
    >>> import pandas as pd
    >>> unit_of(pd.DataFrame({"spend": [-2.4e6, 10.0]})), unit_of(pd.DataFrame({"spend": [0.0]}))
    ((1000000.0, '£ million'), (1.0, '£'))
    """
    most = float(money.abs().max().max())
    return next(((size, name) for size, name in ((1e6, "£ million"), (1e3, "£ thousand")) if most >= size), (1.0, "£"))


def in_unit(value: float, lower: float, upper: float, scale: float) -> str:
    """Write pounds in the unit of an axis or a column, to the precision of their interval, or to three digits without one.

    Examples
    --------
    >>> in_unit(-2.44e6, -9e6, 4e6, 1e6), in_unit(3412, 900, 6800, 1), in_unit(5e5, 5e5, 5e5, 1e6), in_unit(0, 0, 0, 1)
    ('−2.4', '3,400', '0.500', '0')
    """
    exact = 10.0 ** (math.floor(math.log10(abs(value))) - 2) if value else scale
    return stepped(value, words.step(lower, upper) if upper > lower else exact, scale)


def stepped(value: float, to: float, scale: float = MILLION) -> str:
    """Write pounds in the unit of an axis or a column, to the nearest ``to`` pounds.

    Examples
    --------
    >>> stepped(-14.94e6, 1e5), stepped(1365, 10, 1e3), stepped(-0.2, 1e5)
    ('−14.9', '1.37', '0.0')
    """
    digits = max(0, round(math.log10(scale / to)))
    size = f"{math.floor(abs(value) / to + 0.5) * to / scale:,.{digits}f}"
    return f"\u2212{size}" if value < 0 and size.strip("0.") else size


def ranged_in(value: float, lower: float, upper: float, scale: float = MILLION) -> str:
    """Write pounds with their interval as a cell whose heading has the unit.

    Examples
    --------
    >>> ranged_in(-2.27e6, -10.5e6, 1.7e6), ranged_in(916.13, 916.13, 916.13, 1.0), ranged_in(0, 0, 0)
    ('−2.3 (−10.5 to 1.7)', '916', '0')
    """
    if upper <= lower:
        return in_unit(value, value, value, scale)
    told, low, high = (in_unit(number, lower, upper, scale) for number in (value, lower, upper))
    return f"{told} ({low} to {high})"


def pounds(value: float, lower: float, upper: float) -> str:
    """Write pounds with their sign, to the precision of the interval.

    Examples
    --------
    >>> pounds(-2.27e6, -10.5e6, 1.7e6), pounds(4.1e7, 2.8e7, 5.8e7), pounds(-400, -9e4, 0), pounds(0, 0, 0)
    ('−£2.3 million', '£41 million', '£0', '£0')
    """
    to = words.step(lower, upper)
    size = words.money(abs(value), to)
    return f"\u2212{size}" if value < 0 and size != words.money(0, to) else size


def change_text(value: float, write: Callable[[float], str] = words.money) -> str:
    """Write a change with its sign; one that is written as nothing is no change.

    Parameters
    ----------
    value : float
        The change.
    write : callable
        How a size is written.

    Examples
    --------
    >>> change_text(2.5e6), change_text(-40_100), change_text(0.001)
    ('+£2.50 million', '−£40,100', 'no change')
    """
    size = write(abs(value))
    return "no change" if size == write(0) else f"{'+' if value > 0 else '−'}{size}"


def changes(parts: Sequence[tuple[str, float]], write: Callable[[float], str] = words.money, whole: float = 0.0) -> str:
    """Say what each of some parts adds, takes off or leaves as it is.

    Parameters
    ----------
    parts : sequence of (str, float)
        Name of each part inside a sentence, and its change.
    write : callable
        How a size is written.
    whole : float
        What is changed: less than a hundredth of it is next to nothing.

    Examples
    --------
    >>> changes([("patients per adult", 9.5), ("the mix of tiers", -1.3), ("prices", 0.0)])
    'patients per adult add £9.50, the mix of tiers takes off £1.30 and prices change nothing'
    >>> changes([("patients per adult", 12.1), ("the mix of tiers", -0.01)], whole=54.2)
    'patients per adult add £12.10 and the mix of tiers changes next to nothing'
    """
    said = []
    for name, value in parts:
        little = change_text(value, write) == "no change" or abs(value) < whole / 100
        none = little and change_text(value) == "no change"  # what is rounded away is next to nothing
        size = "nothing" if none else "next to nothing" if little else write(abs(value))
        verb = "change" if little else "add" if value > 0 else "take"
        verb += "" if name.split()[0].endswith("s") else "s"
        said.append(f"{name} {verb} {'off ' if value < 0 and not little else ''}{size}")
    return words.listed(said)
