"""Sentences about people who move: how many a year, more or fewer, in how many futures, and after which change."""

from __future__ import annotations

from typing import Protocol

from needs.methods.mismatch import NEEDED_TIERS
from needs.present.numbers import count, plural, signed, step
from needs.present.words import TIER_NAMES

__all__ = ["Change", "changed", "futures", "moved", "people", "rate", "rated", "turn", "way"]


def way(origin: str, destination: str) -> str:
    """Say which way a move goes: ``in``, ``down`` (to less security), ``up``, ``side`` or ``out``.

    Examples
    --------
    >>> way("court", "low"), way("low", "community"), way("community_recall", "low"), way("low", "low"), way("low", "prison")
    ('in', 'down', 'up', 'side', 'out')
    """
    tiers = {name: number for number, name in enumerate(NEEDED_TIERS)}
    tiers["community_recall"] = tiers["community"]
    if origin not in tiers:
        return "in"
    if destination not in tiers:
        return "out"
    steps = tiers[destination] - tiers[origin]
    return "down" if steps > 0 else "up" if steps < 0 else "side"


def rate(value: float, lower: float, upper: float) -> str:
    """Write how many a year: tenths where the interval ends below 10, else to the precision of the interval.

    Examples
    --------
    >>> rate(0.31, 0.1, 0.8), rate(0.01, 0, 0.04), rate(45.2, 31, 62), rate(0, 0, 0), rate(412, 180, 730)
    ('0.3', 'under 0.1', '45', '0', '410')
    >>> rate(0.02, 0, 12), rate(4, 0, 412)
    ('under 1', '4')
    """
    if upper >= 10:
        told = count(value, step(lower, upper))
        if told == "0" and value > lower:  # a mean that is not nothing
            return count(value) if count(value) != "0" else "under 1"
        return told
    if 0 < value < 0.05:
        return "under 0.1"
    return f"{value:.1f}" if value else "0"


def rated(value: float, lower: float, upper: float) -> str:
    """Write how many a year with its interval.

    Examples
    --------
    >>> rated(0.31, 0, 0.8), rated(45.2, 31, 62)
    ('0.3 (0 to 0.8)', '45 (31 to 62)')
    """
    told = [rate(number, lower, upper) for number in (value, lower, upper)]
    return f"{told[0]} ({told[1]} to {told[2]})"


def people(value: float, lower: float, upper: float, one: str = "person", many: str = "people") -> str:
    """Write a number of people, or of things, with its interval and the word that goes with it.

    Examples
    --------
    >>> people(41.2, 25, 66), people(1.1, 0, 3.2), people(0.2, 0, 2), people(0.1, 0, 0.3), people(0, 0, 0)
    ('41 people (25 to 66)', '1 person (0 to 3)', 'under 1 person (0 to 2)', 'under 1 person', 'nobody')
    >>> people(0, 0, 0, "day", "days"), people(12, 12, 12, "day", "days")
    ('0 days', '12 days')
    """
    to = step(lower, upper)
    told, low, high = (count(number, to) for number in (value, lower, upper))
    if value == upper == 0:
        return "nobody" if one == "person" else f"0 {many}"
    ends = "" if low == high else f" ({low} to {high})"
    return f"under 1 {one}{ends}" if told == "0" else f"{told} {one if told == '1' else many}{ends}"


def moved(value: float, lower: float, upper: float, what: str) -> str:
    """Say how a number of people changes: no clear change only where the interval, as written, has both signs.

    Examples
    --------
    >>> moved(8.2, 3.1, 14.4, "waiting"), moved(-8.2, -14.4, -3.1, "waiting"), moved(1.3, 0.6, 2.2, "waiting")
    ('8 more people waiting (3 to 14)', '8 fewer people waiting (3 to 14)', '1 more person waiting (1 to 2)')
    >>> moved(9.2, -0.3, 27, "waiting"), moved(-0.3, -2, 0, "waiting"), moved(4, 0, 290, "waiting")
    ('9 more people waiting (0 to 27)', 'under 1 fewer person waiting (0 to 2)', '4 more people waiting (0 to 290)')
    >>> moved(1, -4, 6, "waiting"), moved(0.1, 0, 0.3, "waiting")
    ('no clear change in people waiting (−4 to +6)', 'no change in people waiting')
    """
    to = step(lower, upper)
    sign = turn(value, lower, upper)
    if not sign:
        told = "" if _none(lower, upper) else f" ({signed(lower, to)} to {signed(upper, to)})"
        return f"no {'clear ' if told else ''}change in people {what}{told}"
    low, high = sorted((abs(lower), abs(upper))) if lower * upper > 0 else (0.0, max(sign * lower, sign * upper))
    size = abs(value)
    told = next((found for found in (count(size, to), count(size)) if found != "0"), "under 1")
    noun = plural(float(told in ("1", "under 1")), "person", "people")
    return f"{told} {'more' if sign > 0 else 'fewer'} {noun} {what} ({count(low, to)} to {count(high, to)})"


def turn(value: float, lower: float, upper: float) -> int:
    """Say which way a number of people changes: 1 for more, -1 for fewer, 0 where that is not clear.

    An end of the interval that is written 0 is on neither side.

    Examples
    --------
    >>> turn(9, -0.3, 27), turn(-9, -27, 0), turn(1, -4, 6), turn(0.1, 0, 0.3), turn(-0.1, 0, 3)
    (1, -1, 0, 0, 0)
    """
    to = step(lower, upper)
    sides = {signed(end, to)[0] for end in (lower, upper)} & {"+", "−"}
    if len(sides) != 1:
        return 0
    sign = 1 if sides == {"+"} else -1
    return sign if sign * value > 0 else 0


def _none(lower: float, upper: float) -> bool:
    to = step(lower, upper)
    return signed(lower, to) == signed(upper, to) == "0"


def futures(share: float) -> str:
    """Say in how many of ten futures something is so.

    Examples
    --------
    >>> [futures(share) for share in (0.0, 0.02, 0.31, 0.95, 1.0)]
    ['none of 10', 'fewer than 1 of 10', '3 of 10', 'more than 9 of 10', '10 of 10']
    """
    if share <= 0 or share >= 1:
        return "10 of 10" if share >= 1 else "none of 10"
    if not 0.05 <= share < 0.95:
        return "fewer than 1 of 10" if share < 0.5 else "more than 9 of 10"
    return f"{count(10 * share)} of 10"


class Change(Protocol):
    """A change of beds or places, as a sentence needs it: ``close`` or ``open``, where, how many, from which year."""

    @property
    def verb(self) -> str: ...  # noqa: D102
    @property
    def tier(self) -> str: ...  # noqa: D102
    @property
    def number(self) -> float: ...  # noqa: D102
    @property
    def year(self) -> int: ...  # noqa: D102


def changed(change: Change) -> str:
    """Write a change inside a sentence.

    Examples
    --------
    >>> from types import SimpleNamespace as told
    >>> changed(told(verb="close", tier="medium", number=10, year=2))
    'closing 10 medium secure beds from the start of year 2'
    >>> changed(told(verb="open", tier="step_down", number=1, year=1))
    'opening 1 step-down place today'
    """
    unit = "place" if change.tier in ("step_down", "community") else "bed"
    when = f"from the start of year {change.year}" if change.year > 1 else "today"
    verb = {"close": "closing", "open": "opening"}[change.verb]
    return f"{verb} {count(change.number)} {TIER_NAMES[change.tier].lower()} {plural(change.number, unit)} {when}"
