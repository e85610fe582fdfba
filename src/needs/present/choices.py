"""Sentences about options: what each costs or saves, what it avoids, and which ranks first."""

from __future__ import annotations

from typing import Any

import pandas as pd

from needs.data.geography import Region
from needs.present import words
from needs.values import records

__all__ = [
    "PART_NAMES",
    "against",
    "difference",
    "extra",
    "helps",
    "no_option",
    "options_finding",
    "over",
    "parts_finding",
    "quoted",
    "spend_finding",
    "spends",
    "tally",
]

PART_NAMES = {
    "occupied": "Beds in use",
    "empty": "Empty funded beds",
    "opened": "Tiers that grow",
    "at_home": "Care at home",
    "one_off": "One-off costs",
    "sector": "Sector and place",
}
"""Name of each part of extra spend on the page."""

_DAYS = "delayed bed-days"


def no_option(region: Region) -> str:
    """Say that a run names no scenario.

    Examples
    --------
    >>> no_option(Region("2023-24", "north-west", "North West", "E40000010"))
    'No option was weighed for the North West, because the run names no scenario'
    """
    return f"No option was weighed for {words.place(region.name)}, because the run names no scenario"


def quoted(label: str) -> str:
    """Write the label of an option inside a sentence.

    Examples
    --------
    >>> quoted("A bed within 14 days of acceptance")
    '‘A bed within 14 days of acceptance’'
    """
    return f"\u2018{label}\u2019"


def against(price_year: str, years: int) -> str:
    """Say over which years, against what and at which prices options are weighed, for captions under the text that tells how.

    Examples
    --------
    >>> against("2024-25", 10)
    'Means of years 2 to 10 against the same futures without the option, 95% intervals, 2024-25 prices.'
    """
    when = f"Means of years 2 to {years}" if years > 2 else f"Year {years}"
    return f"{when} against the same futures without the option, 95% intervals, {price_year} prices."


def over(price_year: str, years: int) -> str:
    """Say over which years, against what and at which prices options are weighed, where no text tells how.

    Examples
    --------
    >>> print(over("2024-25", 10))  # doctest: +NORMALIZE_WHITESPACE
    Means of the years from the second to year 10, against the same futures without it; money as an equal amount a year,
    one-off costs included and later years counting less, 2024-25 prices.
    """
    when = f"Means of the years from the second to year {years}" if years > 2 else f"Year {years}"
    return (
        f"{when}, against the same futures without it; money as an equal amount a year, one-off costs included and later years "
        f"counting less, {price_year} prices."
    )


def extra(value: float, lower: float, upper: float) -> str:
    """Write extra spend with its interval, to the precision of the interval; a saving says so.

    Parameters
    ----------
    value, lower, upper : float
        Pounds more than today; below zero saves.

    Examples
    --------
    >>> print(extra(1.24e7, 4e6, 2.1e7), extra(-1.2e6, -2.1e6, 0), extra(0, 0, 0), extra(-5e3, -5e3, -5e3), sep="; ")
    £12.4 million (£4.0 million to £21.0 million); saves £1.2 million (£0 to £2.1 million); no change; saves £5,000
    >>> print(extra(-0.3e6, -1e6, 0.5e6), extra(3e3, -1e6, 0.5e6), sep="; ")
    saves £300,000 (£1.00 million less to £500,000 more); no clear change (£1.00 million less to £500,000 more)
    >>> print(extra(-400, 0, 9e4), extra(400, -10, 9e4), sep="; ")
    no clear change (up to £90,000 more); £400.00 (£0 to £90,000)
    """
    to = words.step(lower, upper) if upper > lower else 0.0
    sign, *ends = (_sign(number, to) for number in (value, lower, upper))
    sides = {*ends} - {0}
    if not sides and not sign:
        return "no change"
    clear = bool(sign) or (len(sides) == 1 and value * min(sides) > 0)
    told = ("saves " * (value < 0) + words.money(abs(value), to if sign else 0)) if clear else "no clear change"
    if upper <= lower:
        return told
    if len(sides) > 1:
        return f"{told} ({words.money(-lower, to)} less to {words.money(upper, to)} more)"
    low, high = sorted((abs(lower), abs(upper))) if lower * upper > 0 else (0.0, max(abs(lower), abs(upper)))
    if not clear:
        return f"{told} (up to {words.money(high, to)} {'less' if sides == {-1} else 'more'})"
    return f"{told} ({words.money(low, to)} to {words.money(high, to)})"


def _sign(number: float, to: float) -> int:
    rounded = round(number / to) if to else number
    return (rounded > 0) - (rounded < 0)


def spends(row: Any) -> str:
    """Say what an option does to spend in a year, as the end of a sentence about it.

    Parameters
    ----------
    row
        ``spend, spend_lower, spend_upper`` in pounds a year more than today.

    Examples
    --------
    >>> from types import SimpleNamespace as told
    >>> spends(told(spend=-1.24e7, spend_lower=-2.1e7, spend_upper=-4e6))
    'saves £12.4 million a year (£4.0 million to £21.0 million)'
    >>> spends(told(spend=1.24e7, spend_lower=4e6, spend_upper=2.1e7)), spends(told(spend=0, spend_lower=0, spend_upper=0))
    ('costs £12.4 million more a year (£4.0 million to £21.0 million)', 'changes no spend')
    >>> spends(told(spend=1.2e6, spend_lower=-4e6, spend_upper=2.1e7))
    'costs £1 million more a year (£4 million less to £21 million more)'
    >>> spends(told(spend=2e4, spend_lower=-4e6, spend_upper=2.1e7))
    'makes no clear change in spend (£4 million less to £21 million more)'
    """
    told = extra(row.spend, row.spend_lower, row.spend_upper)
    if told.startswith("no "):
        return (
            "changes no spend"
            if told == "no change"
            else told.replace("no clear change", "makes no clear change in spend")
        )
    size, bracket, ends = told.partition(" (")
    return f"{size if size.startswith('saves ') else f'costs {size} more'} a year{bracket}{ends}"


def difference(value: float, lower: float, upper: float) -> str:
    """Write a difference in bed-days or people with its interval, without a plus; tenths where all of it is below 10.

    Examples
    --------
    >>> difference(3412, 900, 6800), difference(-4, -12.3, 5), difference(0.31, 0, 0.8), difference(0, 0, 0)
    ('3,400 (900 to 6,800)', '−4 (−12 to 5)', '0.3 (0.0 to 0.8)', 'none')
    >>> difference(0.2, 0, 31), difference(1, -195, 5), difference(-0.01, -0.2, 0), difference(-0.01, -0.02, 0)
    ('under 1 (0 to 31)', '1 (−195 to 5)', '0.0 (−0.2 to 0.0)', 'hardly any')
    """
    if not any((value, lower, upper)):
        return "none"
    to = 0.1 if max(abs(value), abs(lower), abs(upper)) < 10 else words.step(lower, upper)
    steps = [to, *(to / 10**n for n in range(1, 12) if to / 10**n >= 1)]
    fine = next((step for step in steps if _plain(value, step).strip("0.")), 0.0)
    told = _plain(value, fine) if fine else ""
    if fine and not round(lower / to) * to <= round(value / fine) * fine <= round(upper / to) * to:
        to = fine  # a mean told more finely than its interval would lie outside it
    low, high = (_plain(end, to) for end in (lower, upper))
    if not told and low == high:
        return "hardly any"
    return f"{told or (f'under {min(to, 1):g}' if value > 0 else _plain(0, to))} ({low} to {high})"


def _plain(value: float, to: float) -> str:
    written = f"{round(value / to) * to:,.{1 if to < 1 else 0}f}"
    return written.replace("-", "\u2212" if written.strip("-0.") else "")


def options_finding(ranked: pd.DataFrame, region: Region) -> str:
    """Say what the first of the options does that avoid delayed bed-days without longer waits; or that none does.

    Parameters
    ----------
    ranked : DataFrame
        See :func:`needs.methods.options.ranked`.
    region : Region
        The region.

    Examples
    --------
    >>> ends = {"spend": (-1.24e7, -2.1e7, -4e6), "delayed": (3400.0, 900.0, 6800.0)}
    >>> row = {name + end: [x] for name, three in ends.items() for end, x in zip(("", "_lower", "_upper"), three)}
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> one = pd.DataFrame({"label": ["One assessment"], "avoids": True, "lengthens": False, **row})
    >>> print(options_finding(one, london))  # doctest: +NORMALIZE_WHITESPACE
    The only option for London, ‘One assessment’, avoids 3,400 delayed bed-days (900 to 6,800) and saves £12.4 million a year
    (£4.0 million to £21.0 million)
    >>> two = pd.concat([one, one.assign(label="Diversion")])
    >>> options_finding(two.assign(avoids=False), london)
    'Neither of the 2 options for London avoids delayed bed-days on average without longer waits'
    >>> print(options_finding(two, london))  # doctest: +NORMALIZE_WHITESPACE
    First of 2 options for London is ‘One assessment’: it avoids 3,400 delayed bed-days (900 to 6,800) and saves £12.4 million a
    year (£4.0 million to £21.0 million)
    """
    rows, here = records(ranked), words.place(region.name)
    if not rows:
        return no_option(region)
    good, number = [row for row in rows if helps(row)], len(rows)
    if not good:
        if number == 1:
            return f"The only option for {here}, {quoted(rows[0].label)}, avoids no {_DAYS} on average {_SAFELY}"
        none = "Neither of the 2" if number == 2 else f"None of the {number}"
        return f"{none} options for {here} avoids {_DAYS} on average {_SAFELY}"
    first = good[0]
    days, _, ends = difference(first.delayed, first.delayed_lower, first.delayed_upper).partition(" (")
    does = f"avoids {days} {_DAYS} ({ends} and {spends(first)}"
    if number == 1:
        return f"The only option for {here}, {quoted(first.label)}, {does}"
    return f"First of {number} options for {here} is {quoted(first.label)}: it {does}"


_SAFELY = "without longer waits"


def helps(row: Any) -> bool:
    """Say whether an option avoids delay on average and makes nobody wait longer outside for it.

    Examples
    --------
    >>> from types import SimpleNamespace as told
    >>> helps(told(avoids=True, lengthens=False)), helps(told(avoids=True, lengthens=True))
    (True, False)
    """
    return bool(row.avoids and not row.lengthens)


def parts_finding(money: pd.DataFrame, ranked: pd.DataFrame, region: Region) -> str:
    """Say what the option ranked first does to spend, and which parts take off and add most.

    Parameters
    ----------
    money : DataFrame
        See :func:`needs.methods.options.money`.
    ranked, region
        See :func:`options_finding`.

    Examples
    --------
    >>> told = {"name": "one", "spend": -1.24e7, "spend_lower": -2.1e7, "spend_upper": -4e6}
    >>> money = pd.DataFrame([{**told, "part": part} for part in ("occupied", "all")])
    >>> ranked = pd.DataFrame([{"name": "one", "label": "One assessment"}])
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> parts_finding(money, ranked, london)
    'In London, ‘One assessment’ on average saves £12.4 million a year, all of it beds in use'
    >>> more = pd.DataFrame([{**told, "part": "at_home", "spend": 3e6, "spend_lower": 1e6, "spend_upper": 4e6}])
    >>> print(parts_finding(pd.concat([money, more]), ranked, london))  # doctest: +NORMALIZE_WHITESPACE
    In London, ‘One assessment’ on average saves £12.4 million a year: beds in use take off £12.4 million, care at home adds
    £3.0 million
    """
    if ranked.empty:
        return no_option(region)
    first = records(ranked)[0]
    rows = records(money[money["name"] == first.name])
    net = next(row for row in rows if row.part == "all")
    parts = sorted((row for row in rows if row.part != "all" and row.spend), key=lambda row: -abs(float(row.spend)))
    told = f"In {words.place(region.name)}, {quoted(first.label)} on average {spends(net).partition(' (')[0]}"
    if not parts:
        return told
    if len(parts) == 1:
        return f"{told}, all of it {PART_NAMES[parts[0].part].lower()}"
    other = next((row for row in parts if row.spend * parts[0].spend < 0), parts[1])
    to = min(words.step(row.spend_lower, row.spend_upper) for row in (*parts, net))
    return f"{told}: {_moves(parts[0], to)}, {_moves(other, to)}"


def _moves(row: Any, to: float) -> str:
    """Say what a part adds or takes off, in steps of so many pounds."""
    size = abs(float(row.spend))
    written = words.money(size, to) if words.money(size, to) != words.money(0, to) else words.money(size)
    one = "s" if row.part == "at_home" else ""
    return f"{PART_NAMES[row.part].lower()} {f'add{one}' if row.spend > 0 else f'take{one} off'} {written}"


def tally(ranked: pd.DataFrame, region: Region) -> str:
    """Count the options that avoid delay, save money or do both, on average.

    Examples
    --------
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> frame = pd.DataFrame({"label": ["A", "B", "C"], "avoids": True, "lengthens": [False] * 2 + [True]})
    >>> frame["spend"] = [-5.0, 4.0, -3.0]
    >>> tally(frame, london)
    'Of 3 options for London, on average 2 avoid delayed bed-days without longer waits, 2 save money and 1 does both'
    """
    if len(ranked) < 2:
        return options_finding(ranked, region)
    saves, avoids = ranked["spend"] < 0, ranked["avoids"] & ~ranked["lengthens"]
    good, cheap, both = (int(which.sum()) for which in (avoids, saves, avoids & saves))

    def told(number: int, one: str, many: str) -> str:
        return f"{number or 'none'} {many if number > 1 else one}"

    return (
        f"Of {len(ranked)} options for {words.place(region.name)}, on average {told(good, 'avoids', 'avoid')} {_DAYS} "
        f"{_SAFELY}, {told(cheap, 'saves money', 'save money')} and {told(both, 'does both', 'do both')}"
    )


def spend_finding(ranked: pd.DataFrame, region: Region) -> str:
    """Say from the most that an option saves to the most that one costs.

    Examples
    --------
    >>> ends = {"spend_lower": [-2.1e7, 1e6], "spend_upper": [-4e6, 9e6]}
    >>> frame = pd.DataFrame({"label": ["One assessment", "Diversion"], "spend": [-1.24e7, 5e6], **ends})
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> print(spend_finding(frame, london))  # doctest: +NORMALIZE_WHITESPACE
    On average, spend a year under options for London runs from £12.4 million less (‘One assessment’) to £5.0 million more
    (‘Diversion’)
    """
    if ranked.empty:
        return no_option(region)
    rows, here = sorted(records(ranked), key=lambda row: float(row.spend)), words.place(region.name)
    if len(rows) == 1:
        return f"The only option for {here}, {quoted(rows[0].label)}, on average {spends(rows[0])}"
    if {spends(row) for row in rows} == {"changes no spend"}:
        return f"None of the {len(rows)} options for {here} changes spend"
    low, high = (f"{_level(row)} ({quoted(row.label)})" for row in (rows[0], rows[-1]))
    return f"On average, spend a year under options for {here} runs from {low} to {high}"


def _level(row: Any) -> str:
    """Write extra spend without its interval: less, more or no change."""
    told = extra(row.spend, row.spend_lower, row.spend_upper).partition(" (")[0]
    if told.startswith("no "):
        return told
    return f"{told.removeprefix('saves ')} {'less' if told.startswith('saves ') else 'more'}"
