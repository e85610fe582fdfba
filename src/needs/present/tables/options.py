"""Tables of options weighed against going on as today, and the number that names the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from needs.data.geography import Region
from needs.methods.flow_network import DAYS
from needs.present import words
from needs.present.artefact import Artefact, number
from needs.present.choices import against, difference, extra, helps, no_option, options_finding, quoted, spend_finding
from needs.present.money_words import in_unit, ranged_in, unit_of
from needs.present.movement import futures
from needs.present.tables.layout import Column, laid_out, nothing
from needs.values import Estimate, Provenance, records

__all__ = ["best_option", "options", "options_money"]


_CLOCK, _DAYS = "referral", 28
_NOBODY = "nobody admitted"
_ENDS = ["spend", "spend_lower", "spend_upper"]


def options(
    ranked: pd.DataFrame, standards: pd.DataFrame, region: Region, known: Provenance, price_year: str, years: int
) -> Artefact:
    """Tabulate options, the first-ranked on top: money, delay, waits, and cost per delayed bed-day avoided.

    Parameters
    ----------
    ranked : DataFrame
        See :func:`needs.methods.options.ranked`.
    standards : DataFrame
        See :func:`needs.methods.options.standards`.
    region, known, price_year, years
        See :func:`needs.present.charts.options`.

    Examples
    --------
    >>> ends = {"spend": (-1.24e7, -2.1e7, -4e6), "delayed": (3400.0, 900.0, 6800.0), "waited": (1826.25, 0.0, 3652.5),
    ...         "prisoners_waiting": (-3.0, -6.0, 0.0), "per_delayed_day": (-3647.0, -4000.0, -3000.0)}
    >>> row = {name + end: [x] for name, three in ends.items() for end, x in zip(("", "_lower", "_upper"), three)}
    >>> told = {"avoids": True, "lengthens": False, "better": 0.9, "worse": 0.1}
    >>> frame = pd.DataFrame({"name": ["one"], "label": ["One assessment"], **told, **row})
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> share = {"clock": "referral", "days": 28, "share_lower": 0.2, "share_upper": 0.6}
    >>> standards = pd.DataFrame([{"name": "today", "share": 0.34, **share}, {"name": "one", "share": 0.4, **share}])
    >>> table = options(frame, standards, london, Provenance("modelled", ("x#y",)), "2023-24", 10)
    >>> print(*table.rows.to_numpy().tolist()[0], sep="; ")
    One assessment; −12.4 (−21.0 to −4.0); 3,400 (900 to 6,800), 9 of 10; 5 (0 to 10); 40 (20 to 60); saves money
    """
    if ranked.empty:
        return nothing(f"{no_option(region)}.", "Options", f"Options weighed, {region.name}", known)
    rows, asked = records(ranked), standards[(standards["clock"] == _CLOCK) & (standards["days"] == _DAYS)]
    within = {row.name: _share(row) for row in records(asked)}
    scale, unit = unit_of(ranked[_ENDS])
    lines = [_line(row, within.get(row.name, _NOBODY), scale) for row in rows]
    shown = laid_out(pd.DataFrame(lines, columns=list(_COLUMNS)), _headed(unit))
    caption = (
        f"{against(price_year, years)} Ranked as told above. Below zero: money saved, or more delay or waiting. Waiting: outside "
        f"for a secure bed. {_soonest(rows, asked)}"
    )
    return Artefact("table", options_finding(ranked, region), caption, known.kind, known.sources, ranked, rows=shown)


def _soonest(rows: Sequence[Any], asked: pd.DataFrame) -> str:
    """Say how many prisoners are admitted in time as today, and with which option most are, where more are than today."""
    shares = {row.name: row for row in records(asked.dropna(subset=["share"]))}
    if "today" not in shares:
        return ""
    now = words.percent(shares["today"].share, 0)
    told = f"As today, {now} of prisoners are admitted within {_DAYS} days of {_CLOCK}"
    options = [row for row in rows if row.name in shares]
    best = max(options, key=lambda row: float(shares[row.name].share), default=None)
    if best is None or shares[best.name].share < shares["today"].share:
        return f"{told}."
    most = words.percent(shares[best.name].share, 0)
    return f"{told}." if most == now else f"{told}; most with {quoted(best.label)}."


_COLUMNS: dict[str, Column] = {
    "label": ("Option", None),
    "pounds": ("Extra spend a year", words.money),
    "days": ("Delayed bed-days avoided a year, and futures with less delay", words.count),
    "fewer": ("Fewer people waiting", words.count),
    "soon": (f"Prisoners admitted within {_DAYS} days, %", words.percent),
    "each": ("Cost per delayed bed-day avoided", None),
}


def _headed(unit: str) -> dict[str, Column]:
    """Return the columns with the unit of money in their headings."""
    return {**_COLUMNS, "pounds": (f"{_COLUMNS['pounds'][0]}, {unit}", words.money)}


def _line(row: Any, soon: str, scale: float) -> list[str]:
    """Write one option, cell by cell."""
    people = (days / DAYS for days in (row.waited, row.waited_lower, row.waited_upper))
    return [
        row.label,
        ranged_in(row.spend, row.spend_lower, row.spend_upper, scale),
        _avoided(row),
        _number(*people),
        soon,
        _each(row),
    ]


def _number(value: float, lower: float, upper: float) -> str:
    """Write a difference with its interval; nothing is 0."""
    told = difference(value, lower, upper)
    return "0" if told == "none" else told


def _share(row: Any) -> str:
    """Write a share of prisoners in hundredths; it is missing where none is admitted."""
    if pd.isna(row.share):
        return _NOBODY
    value, lower, upper = (words.percent(s, 0).removesuffix("%") for s in (row.share, row.share_lower, row.share_upper))
    return f"{value} ({lower} to {upper})"


def _each(row: Any) -> str:
    """Write the cost of a delayed bed-day avoided, or why there is none."""
    if row.lengthens:
        return "waits grow"
    if not row.avoids:
        return "avoids none"
    spent = extra(row.spend, row.spend_lower, row.spend_upper)
    if row.spend <= 0 or spent.startswith("no "):
        return "saves money" if spent.startswith("saves") else "no cost" if spent == "no change" else "no clear cost"
    each = (row.per_delayed_day, row.per_delayed_day_lower, row.per_delayed_day_upper)
    if pd.isna(each[1]):
        return _two_digits(each[0])
    less, more = (" less", " more") if each[1] < 0 else ("", "")
    return f"{_two_digits(each[0])} ({_two_digits(each[1])}{less} to {_two_digits(each[2])}{more})"


def _two_digits(pounds: float) -> str:
    """Write pounds to two digits, without a sign: the interval of a ratio is too wide to set a step."""
    return words.money(float(f"{abs(pounds):.2g}"), 1)


def _avoided(row: Any) -> str:
    """Write the days avoided, in how many futures there is less delay, and in how many there is no difference at all."""
    same = 1 - row.better - row.worse
    if same > 1 - 1e-9:
        return "0"
    told = f"{_number(row.delayed, row.delayed_lower, row.delayed_upper)}, {_often(row.better)}"
    return told + (f" (same in {_often(same)})" if same >= 0.05 else "")


def _often(share: float) -> str:
    """Say in how many of ten futures, in as few letters as a cell deserves."""
    return futures(share).replace("more than", "over").replace("fewer than", "under")


_PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "occupied": ("Beds in use", ("occupied",)),
    "empty": ("Empty funded beds", ("empty",)),
    "added": ("Places and care added", ("opened", "at_home")),
    "one_off": ("One-off costs", ("one_off",)),
    "sector": ("Sector and place", ("sector",)),
}
"""Heading of each part of extra spend, and the parts it is made of."""


def options_money(
    money: pd.DataFrame, ranked: pd.DataFrame, region: Region, known: Provenance, price_year: str, years: int,
    notes: Mapping[str, str] | None = None,
) -> Artefact:  # fmt: skip
    """Tabulate what the extra spend of each option is made of, the first-ranked on top.

    Parameters
    ----------
    money : DataFrame
        See :func:`needs.methods.options.money`.
    ranked, region, known, price_year, years
        See :func:`needs.present.charts.options_money`.
    notes : mapping of name to str, optional
        What an option came to, see :class:`needs.methods.levers.Applied`.

    Examples
    --------
    >>> told = {"name": "one", "spend": -1.24e7, "spend_lower": -2.1e7, "spend_upper": -4e6}
    >>> money = pd.DataFrame([{**told, "part": part} for part in ("occupied", "all")])
    >>> ranked = pd.DataFrame([{**told, "label": "A bed in time"}])
    >>> london, found = Region("2023-24", "london", "London", "E40000003"), {"one": "beds up by 5%"}
    >>> table = options_money(money, ranked, london, Provenance("modelled", ("x#y",)), "2023-24", 10, found)
    >>> list(table.rows), table.rows.to_numpy().tolist()
    (['Option', 'Net change, £ million', 'Beds in use'], [['A bed in time (beds up by 5%)', '−12.4', '−12.4']])
    """
    if ranked.empty:
        return nothing(f"{no_option(region)}.", "Options", f"Extra spend by part, {region.name}", known)
    used = {name: told for name, told in _PARTS.items() if (money.loc[money["part"].isin(told[1]), "spend"] != 0).any()}
    told = {(row.name, row.part): row for row in records(money)}
    scale, unit = unit_of(money[_ENDS])
    found = {name: note for name, note in (notes or {}).items() if note}
    shown = pd.DataFrame(
        {
            "label": [row.label + (f" ({found[row.name]})" if row.name in found else "") for row in records(ranked)],
            "net": [_part([told[name, "all"]], scale) for name in ranked["name"]],
            **{
                part: [_part([told[name, of] for of in made if (name, of) in told], scale) for name in ranked["name"]]
                for part, (_, made) in used.items()
            },
        }
    )
    columns: dict[str, Column] = {"label": ("Option", None), "net": (f"Net change, {unit}", words.money)}
    columns |= {part: (heading, words.money) for part, (heading, _) in used.items()}
    caption = (
        f"{unit} a year by part; below zero, money saved. {against(price_year, years).replace(', 95% intervals', '')} Intervals "
        "of parts are in the data."
    )
    rows = laid_out(shown, columns)
    return Artefact("table", spend_finding(ranked, region), caption, known.kind, known.sources, money, rows=rows)


def _part(parts: Sequence[Any], scale: float) -> str:
    """Write the sum of some parts, to the precision of the widest interval."""
    some = [row for row in parts if row.spend]
    if not some:
        return "0"
    widest = max(some, key=lambda row: float(row.spend_upper - row.spend_lower))
    return in_unit(sum(float(row.spend) for row in some), widest.spend_lower, widest.spend_upper, scale)


def best_option(ranked: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Give the delayed bed-days that the option ranked first avoids, with a sentence that names it.

    Parameters
    ----------
    ranked, region, known
        See :func:`options`.

    Examples
    --------
    >>> ends = {"spend": (-1.24e7, -2.1e7, -4e6), "delayed": (3400.0, 900.0, 6800.0)}
    >>> row = {name + end: [x] for name, three in ends.items() for end, x in zip(("", "_lower", "_upper"), three)}
    >>> frame = pd.DataFrame({"label": ["One assessment"], "avoids": True, "lengthens": False, **row})
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> best = best_option(frame, london, Provenance("modelled", ("x#y",)))
    >>> best.number["label"], best.number["text"], best.number["interval"]
    ('Delayed bed-days avoided', '3,400', '900 to 6,800')
    """
    first = next((row for row in records(ranked) if helps(row)), None)
    ends = (first.delayed, first.delayed_lower, first.delayed_upper) if first else (0.0, 0.0, 0.0)
    low, high = ends[1:] if first else (None, None)
    avoided = Estimate(ends[0], low, high, known.kind, known.sources)
    which = f"by {quoted(first.label)}, the option ranked first" if first else "by the options weighed"
    made = number(
        "Delayed bed-days avoided", avoided, "bed-days", f"Delayed bed-days avoided a year {which}, {region.name}"
    )
    text, _, interval = difference(*ends).partition(" (")
    content = {**(made.number or {}), "text": text, "interval": interval.rstrip(")")}
    return replace(made, title=options_finding(ranked, region), number=content)
