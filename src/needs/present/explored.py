"""Sentences and cells about sizes that a reader may try: what is expected, its interval, and what differs from today."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pandas as pd

from needs.data.geography import Region
from needs.methods.explorer import MEASURES, Explored
from needs.present import words
from needs.present.choices import difference, extra, spends
from needs.values import Estimate, records

__all__ = [
    "AS_TODAY",
    "NOUNS",
    "against_today",
    "alone",
    "as_full",
    "basis",
    "plainly",
    "tally",
    "three",
    "told",
    "told_rows",
]

AS_TODAY = "as today"

NOBODY = "nobody admitted"

NOUNS = {"blocked": ("blocked bed", "blocked beds"), "waiting": ("person waiting", "people waiting")}
"""What is counted, one and several."""

_DIGITS = {"blocked": 3, "spend": 0, "waiting": 3, "in_time": 5}
"""Decimals of the data: as many as a reader could use."""


def told(found: Explored) -> pd.DataFrame:
    """Return every combination with what the explorer of the web page says of it.

    Parameters
    ----------
    found : Explored
        See :func:`needs.methods.explorer.explore`.

    Returns
    -------
    DataFrame
        The frame, rounded, with ``tier`` (whose beds close), ``occupancy_told``, and for each measure ``_expected``,
        ``_interval`` (95%) and ``_against_today`` in words.

    Examples
    --------
    >>> from needs.methods.explorer import Grid
    >>> row = {"beds_closed": 12, "places_opened": 20, "occupancy": 0.9, "held": False}
    >>> ends = {"blocked": (41.7, 3.3, 172.7), "spend": (482e6, 354e6, 647e6)}
    >>> ends |= {"waiting": (1.0, 0.2, 4.0), "in_time": (0.28, 0.08, 0.56)}
    >>> ends |= {"blocked_difference": (-15.8, -46.2, -0.5), "spend_difference": (1.9e6, -0.4e6, 4e6)}
    >>> ends |= {"waiting_difference": (-0.4, -2.0, 1.0), "in_time_difference": (0.013, -0.005, 0.05)}
    >>> row |= {name + end: x for name, three in ends.items() for end, x in zip(("", "_lower", "_upper"), three)}
    >>> frame = told(Explored(pd.DataFrame([row]), Grid("medium", 12, (0, 1), (0, 20)), 83, 500, None))
    >>> for name in MEASURES:
    ...     print(*frame.loc[0, [f"{name}_expected", f"{name}_interval", f"{name}_against_today"]], sep="; ")
    42 beds; 3 to 173; 16 fewer (0 to 46 fewer)
    £480 million; £350 million to £650 million; costs £1.9 million more a year (£400,000 less to £4.0 million more)
    1.0 people; 0.2 to 4.0; 0.4 fewer (2.0 fewer to 1.0 more)
    28%; 8% to 56%; 1.3 percentage points higher (0.5 lower to 5.0 higher)
    """
    places = {f"{name}{part}{end}": digits for name, digits in _DIGITS.items() for part in ("", "_difference")
              for end in ("", "_lower", "_upper")}  # fmt: skip
    frame = found.frame.round(places)
    frame["tier"] = words.TIER_NAMES[found.grid.close]
    frame["occupancy_told"] = [as_full(found, row.occupancy, bool(row.held)) for row in records(frame)]
    for name in MEASURES:
        levels = [_level(name, *three(row, name)) for row in records(found.frame)]
        frame[f"{name}_expected"], frame[f"{name}_interval"] = zip(*levels, strict=True)
        changes = [three(row, f"{name}_difference") for row in records(found.frame)]
        frame[f"{name}_against_today"] = [against_today(name, *change) for change in changes]
    return frame


def told_rows(found: Explored) -> pd.DataFrame:
    """Return the combinations at the occupancy that is told, the first of which is going on as today."""
    return found.frame[~found.frame["held"].astype(bool)].reset_index(drop=True)


def as_full(found: Explored, share: float, held: bool) -> str:
    """Say how full step-down places are today.

    Examples
    --------
    >>> from needs.methods.explorer import Grid
    >>> known = Estimate(0.9, 0.8, 0.97, "assumed", ("x#y",))
    >>> found = Explored(pd.DataFrame(), Grid("medium", 12, (0, 1), (0, 20)), 83, 500, known)
    >>> as_full(found, 0.9, False), as_full(found, 0.85, True)
    ('90% (80% to 97%), as in this report', '85% in every future')
    """
    full = words.percent(share, 0)
    if held:
        return f"{full} in every future"
    if found.places is None:
        return f"{full}, by the area's own number of places"
    lower, upper = (words.percent(end, 0) for end in found.places.bounds)
    return (
        f"{full} ({lower} to {upper}), as in this report" if found.places.has_interval else f"{full}, as in this report"
    )


def three(row: Any, name: str) -> tuple[float, float, float]:
    """Return a figure of a row with its ends.

    Examples
    --------
    >>> three(SimpleNamespace(beds=2, beds_lower=1, beds_upper=4), "beds")
    (2.0, 1.0, 4.0)
    """
    value, lower, upper = (float(getattr(row, f"{name}{end}")) for end in ("", "_lower", "_upper"))
    return value, lower, upper


def _level(name: str, value: float, lower: float, upper: float) -> tuple[str, str]:
    """Write a level and its interval."""
    if math.isnan(value):
        return NOBODY, NOBODY
    if name == "spend":
        known = Estimate(value, lower, upper, "modelled", ("written",))
        return words.number_text(known, "GBP"), words.range_text(known, "GBP") or words.number_text(known, "GBP")
    if name == "in_time":
        return words.percent(value, 0), f"{words.percent(lower, 0)} to {words.percent(upper, 0)}"
    size, _, ends = difference(value, lower, upper).partition(" (")
    size, ends = ("0", "0 to 0") if size == "none" else (size, ends.rstrip(")") or "0 to 0")
    one, many = {"blocked": ("bed", "beds"), "waiting": ("person", "people")}[name]
    return f"{size} {words.plural(1 if size == '1' else 2, one, many)}", ends


def against_today(name: str, value: float, lower: float, upper: float, noun: bool = False) -> str:
    """Write what differs from today, with its interval.

    Parameters
    ----------
    name : str
        Of :data:`needs.methods.explorer.MEASURES`.
    value, lower, upper : float
        Mean difference and the ends of 95%.
    noun : bool
        Whether to name what is counted.

    Examples
    --------
    >>> against_today("blocked", -25.7, -86.6, -0.7), against_today("waiting", 8.6, -2.2, 22.2, noun=True)
    ('26 fewer (1 to 87 fewer)', '9 more people waiting (2 fewer to 22 more)')
    >>> against_today("spend", -2.84e6, -3.7e6, -2.0e6), against_today("waiting", 0, 0, 0)
    ('saves £2.84 million a year (£2.00 million to £3.70 million)', 'as today')
    >>> against_today("in_time", -0.0004, -0.02, 0.03), against_today("blocked", -0.01, -0.02, 0.0, noun=True)
    ('no clear change (2.0 lower to 3.0 higher)', 'hardly any change in blocked beds')
    """
    if math.isnan(value):
        return NOBODY
    if not any((value, lower, upper)):
        return AS_TODAY
    if name == "spend":
        return spends(SimpleNamespace(spend=value, spend_lower=lower, spend_upper=upper))
    scale = 100.0 if name == "in_time" else 1.0
    value, lower, upper = (scale * number for number in (value, lower, upper))
    less, more = ("lower", "higher") if name == "in_time" else ("fewer", "more")
    to = 0.1 if max(map(abs, (value, lower, upper))) < 10 else words.step(lower, upper)
    size, down, up = (round(number / to) * to for number in (value, lower, upper))

    def written(number: float) -> str:
        return f"{abs(number):,.{1 if to < 1 else 0}f}"

    many = f" in {NOUNS[name][1]}" if noun else ""
    if not size:
        start = "no clear change" if down or up else "hardly any change"
        start += many
    else:
        unit = f" percentage {words.plural(1 if written(size) == '1' else 2, 'point')}" if name == "in_time" else ""
        what = f" {words.plural(1 if written(size) == '1' else 2, *NOUNS[name])}" if noun else ""
        start = f"{written(size)}{unit} {less if size < 0 else more}{what}"
    return f"{start}{_between(down, up, written, less, more)}"


def _between(down: float, up: float, written: Callable[[float], str], less: str, more: str) -> str:
    """Write the ends of a difference, each with its side."""
    if not down and not up:
        return ""
    if down < 0 < up:
        return f" ({written(down)} {less} to {written(up)} {more})"
    low, high = sorted((abs(down), abs(up)))
    return f" ({written(low)} to {written(high)} {less if down < 0 else more})"


def plainly(name: str, row: Any) -> str:
    """Write what differs from today without its interval.

    Examples
    --------
    >>> ends = {"spend_difference": 2e6, "spend_difference_lower": 1e6, "spend_difference_upper": 3e6}
    >>> plainly("spend", SimpleNamespace(**ends))
    '£2.0 million more a year'
    """
    change = three(row, f"{name}_difference")
    if name != "spend":
        found = against_today(name, *change, noun=True).partition(" (")[0]
        return f"no change in {NOUNS[name][1]}" if found == AS_TODAY else found
    size = extra(*change).partition(" (")[0]
    if size.startswith("no "):
        return f"{size} in spend"
    return f"{size.removeprefix('saves ')} {'less' if size.startswith('saves ') else 'more'} a year"


def alone(found: Explored, region: Region) -> str:
    """Say what most places opened do alone, and most beds closed.

    Examples
    --------
    >>> from needs.methods.explorer import Grid
    >>> def row(closed, opened, blocked, spend, waiting):
    ...     ends = {"blocked": blocked, "spend": spend, "waiting": waiting}
    ...     told = {f"{n}_difference{end}": x for n, x in ends.items() for end in ("", "_lower", "_upper")}
    ...     return {"beds_closed": closed, "places_opened": opened, "held": False, **told}
    >>> frame = pd.DataFrame([row(0, 0, 0, 0, 0), row(0, 60, -32, 6.3e6, -14), row(36, 0, 1.2, -8.6e6, 26)])
    >>> found = Explored(frame, Grid("medium", 12, (0, 3), (0, 60)), 83, 500, None)
    >>> print(alone(found, Region("2023-24", "london", "London", "E40000003")))  # doctest: +NORMALIZE_WHITESPACE
    In London, opening 60 step-down places alone is expected to mean 32 fewer blocked beds and £6.30 million more a year;
    closing 36 medium secure beds alone, 26 more people waiting and £8.60 million less a year
    """
    rows = records(told_rows(found))
    opened = max((row for row in rows if not row.beds_closed), key=lambda row: float(row.places_opened))
    closed = max((row for row in rows if not row.places_opened), key=lambda row: float(row.beds_closed))
    places = f"{words.count(opened.places_opened)} step-down {words.plural(opened.places_opened, 'place')}"
    start = f"In {words.place(region.name)}, opening {places} alone is expected to mean"
    said = f"{start} {plainly('blocked', opened)} and {plainly('spend', opened)}"
    if not closed.beds_closed:
        return said
    tier = words.TIER_NAMES[found.grid.close].lower()
    beds = f"{words.count(closed.beds_closed)} {tier} {words.plural(closed.beds_closed, 'bed')}"
    return f"{said}; closing {beds} alone, {plainly('waiting', closed)} and {plainly('spend', closed)}"


def tally(found: Explored, region: Region) -> str:
    """Count the combinations that are expected to be better than today in beds blocked, money and people waiting at once.

    Examples
    --------
    >>> from needs.methods.explorer import Grid
    >>> told = {"blocked_difference": [0, -3.0, -1.0], "spend_difference": [0, -1e6, 2e6], "waiting_difference": [0, 0.0, -1.0]}
    >>> frame = pd.DataFrame({"beds_closed": [0, 12, 0], "places_opened": [0, 20, 20], "held": False, **told})
    >>> found = Explored(frame, Grid("medium", 12, (0, 1), (0, 20)), 83, 500, None)
    >>> print(tally(found, Region("2023-24", "london", "London", "E40000003")))  # doctest: +NORMALIZE_WHITESPACE
    Of 2 sizes of closing and opening tried for London, 1 is expected to mean fewer blocked beds, less spend and no more people
    waiting, all at once
    """
    rows = told_rows(found)
    tried = rows[(rows["beds_closed"] > 0) | (rows["places_opened"] > 0)]
    good = (tried["blocked_difference"] < 0) & (tried["spend_difference"] < 0) & (tried["waiting_difference"] <= 0)
    number, many = int(good.sum()), len(tried)
    return (
        f"Of {many} {words.plural(many, 'size')} of closing and opening tried for {words.place(region.name)}, "
        f"{number or 'none'} {words.plural(number or 1, 'is', 'are')} expected to mean fewer blocked beds, less spend and no "
        "more people waiting, all at once"
    )


def basis(found: Explored, price_year: str, years: int) -> str:
    """Say what the figures are means of, for captions.

    Examples
    --------
    >>> from needs.methods.explorer import Grid
    >>> known = Estimate(0.9, 0.8, 0.97, "assumed", ("x#y",))
    >>> found = Explored(pd.DataFrame(), Grid("medium", 12, (0, 1), (0, 20)), 69, 500, known)
    >>> print(basis(found, "2024-25", 10))  # doctest: +NORMALIZE_WHITESPACE
    Changes from the start of year 2, means of years 2 to 10; money as an equal amount a year, one-off costs included, 2024-25
    prices; 69 of the flow's 500 futures.
    """
    when = f"means of years 2 to {years}" if years > 2 else f"year {years}"
    some = f"{found.futures:,} of the flow's {found.of:,}" if found.futures < found.of else f"all {found.of:,}"
    return (
        f"Changes from the start of year {found.grid.year}, {when}; money as an equal amount a year, one-off costs included, "
        f"{price_year} prices; {some} futures."
    )
