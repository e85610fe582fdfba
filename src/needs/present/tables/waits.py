"""Tables of waits: people blocked, prison transfers within a standard, and what repeated assessments cost."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.waits import assessment_finding
from needs.present.movement import people
from needs.present.tables.layout import DOES_NOT_APPLY, NONE_PUBLISHED, Column, laid_out, with_ranges
from needs.values import Estimate, Provenance, records

__all__ = ["assessments", "blocked", "transfers"]

_TARGET = 0.95
_MOST = 0.3
"""Beds added at most, as a share of those there are, in the search of :func:`needs.methods.flow_waits.beds_for_share`."""
_NO_NUMBER = "no number does"
_BEYOND = f"over {words.percent(_MOST, 0)} more"


def blocked(
    frame: pd.DataFrame,
    prison: Estimate | None,
    region: Region,
    known: Provenance,
    price_year: str,
    waiting: Estimate | None = None,
) -> Artefact:
    """Tabulate people blocked in each tier, the bed-days and pounds that takes, and for what they wait.

    Parameters
    ----------
    frame : DataFrame
        ``tier, blocked, bed_days, cost``, each with ``_lower`` and ``_upper``, and ``to``, the tier most of them wait for;
        the row of ``all`` is the total.
    prison : Estimate or None
        Prisoners who wait for want of step-down places, where known.
    region, known
        See :func:`needs.present.charts.flow_diagram`.
    price_year : str
        Year of the prices.
    waiting : Estimate, optional
        All prisoners who wait for a bed.

    Examples
    --------
    >>> row = {"tier": "all", "to": None, "blocked": 41.0, "blocked_lower": 25.0, "blocked_upper": 66.0, "bed_days": 15e3,
    ...        "bed_days_lower": 9e3, "bed_days_upper": 24e3, "cost": 7.9e6, "cost_lower": 4.6e6, "cost_upper": 13e6}
    >>> table = blocked(pd.DataFrame([row]), None, Region("2023-24", "london", "London", "E40000003"),
    ...                 Provenance("modelled", ("x#y",)), "2023-24")
    >>> print(table.title)  # doctest: +NORMALIZE_WHITESPACE
    On average 41 people (25 to 66) from London keep a bed they no longer need because the next tier is full; their beds
    cost £7.9 million (£4.6 million to £13.0 million) a year, which is no saving: a freed bed goes to somebody who waits
    """
    rows = frame.reset_index(drop=True)
    shown = rows.assign(
        name=rows["tier"].map({**words.TIER_NAMES, "all": "All tiers"}),
        now=[_number(r.blocked, r.blocked_lower, r.blocked_upper) for r in records(rows)],
        days=with_ranges(rows, "bed_days", "bed_days_lower", "bed_days_upper"),
        pounds=[_pounds(r, known) or NONE_PUBLISHED for r in records(rows)],
        next=[
            words.TIER_NAMES[r.to]
            if isinstance(r.to, str) and r.to
            else DOES_NOT_APPLY
            if r.tier == "all"
            else "nobody waits"
            for r in records(rows)
        ],
    )
    columns: dict[str, Column] = {
        "name": ("Tier", None),
        "now": ("Mean people blocked (95% interval)", words.count),
        "days": ("Mean bed-days a year (95% interval)", words.count),
        "pounds": ("Mean cost a year (95% interval)", words.money),
        "next": ("Most wait for", None),
    }
    everything = next(row for row in records(rows) if row.tier == "all")
    told = people(everything.blocked, everything.blocked_lower, everything.blocked_upper)
    here = words.place(region.name)
    cost = _pounds(everything, known)
    who = "Nobody" if told == "nobody" else f"On average {told}"
    title = f"{who} from {here} {_keep(told)} a bed they no longer need because the next tier is full"
    if cost and told != "nobody":
        beds = "their bed costs" if _one(told) else "their beds cost"
        title += f"; {beds} {cost} a year, which is no saving: a freed bed goes to somebody who waits"
    if prisoners := _prisoners(prison, waiting):
        title += f". {prisoners}"
    caption = (
        f"People from {here} who keep a bed because no place further on is free: mean number at a time, bed-days and cost a "
        f"year, over the years from the third. The cost is the gross price of the beds they keep, at unit cost, {price_year} "
        "prices. High secure beds are national: they are kept in hospitals that serve other regions too."
    )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(shown, columns))


def _one(told: str) -> bool:
    return told == "nobody" or " person" in told


def _keep(told: str) -> str:
    return "keeps" if _one(told) else "keep"


def _prisoners(prison: Estimate | None, waiting: Estimate | None) -> str:
    """Say how many prisoners wait, and how many of them for want of step-down places: never more than wait."""
    want = "for want of step-down places"
    everyone = waiting or prison
    if everyone is None:
        return ""
    if max(everyone.value, everyone.bounds[1]) <= 0:
        return "No prisoner waits for a bed" if waiting else f"No prisoner waits {want}"
    if waiting is None and _to(everyone.value, words.step(*everyone.bounds)) <= 0:
        return f"Hardly any prisoner waits {want}"
    told = people(everyone.value, *everyone.bounds, "prisoner", "prisoners")
    wait = f"On average {told} {'waits' if told.startswith(('1 ', 'under 1 ')) else 'wait'}"
    if waiting is None:
        return f"{wait} {want}"
    if prison is None:
        return f"{wait} for a bed"
    step, coarse = words.step(*prison.bounds), words.step(*waiting.bounds)
    pairs = zip((prison.value, prison.bounds[1]), (waiting.value, waiting.bounds[1]), strict=True)
    if any(_to(some, step) > _to(every, coarse) for some, every in pairs):
        step = max(step, coarse)
    number, low, high = (words.count(end, step).replace("-", "\u2212") for end in (prison.value, *prison.bounds))
    if _to(prison.value, step) <= 0:
        number = "hardly any" if max(prison.value, prison.bounds[1]) > 0 else "none"
    ends = "" if low == high else f" ({low} to {high})"
    return f"{wait}, {number} of them{ends} {want}"


def _to(number: float, step: float) -> float:
    return math.floor(number / step + 0.5) * step


def _number(value: float, lower: float, upper: float) -> str:
    """Write people with their interval, without the word."""
    told = people(value, lower, upper).replace(" person", "").replace(" people", "")
    return "0" if told == "nobody" else told


def _pounds(row: Any, known: Provenance) -> str:
    if pd.isna(row.cost):
        return ""
    if row.cost_upper <= row.cost_lower:
        return words.money(row.cost)
    return words.spoken(Estimate(row.cost, row.cost_lower, row.cost_upper, known.kind, known.sources), "GBP")


def transfers(frame: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Tabulate prison transfers within 14 and 28 days: now, with one assessment, with step-down places, and beds for 95%.

    Parameters
    ----------
    frame : DataFrame
        ``clock`` (``from referral``, ``from acceptance``), ``days``, shares ``now, single, unblocked`` and extra ``beds``
        that bring 95% in the middle draw (missing where not even 30% more do), each with ``_lower`` and ``_upper``; and
        ``alone``, the share of prisoners whose assessments alone end within the standard.
    region, known
        See :func:`needs.present.charts.flow_diagram`.

    Examples
    --------
    >>> row = {"clock": "from referral", "days": 28, "alone": 0.6, "beds": None, "beds_lower": None, "beds_upper": None}
    >>> row |= {f"{name}{end}": share for name in ("now", "single", "unblocked")
    ...         for end, share in (("", 0.34), ("_lower", 0.2), ("_upper", 0.5))}
    >>> table = transfers(pd.DataFrame([row]), Region("2023-24", "london", "London", "E40000003"),
    ...                   Provenance("modelled", ("x#y",)))
    >>> print(table.title)  # doctest: +NORMALIZE_WHITESPACE
    34% (20% to 50%) of prison transfers from London are expected within 28 days from referral; no number of beds brings
    95%, because assessments alone take longer
    """
    rows = frame.reset_index(drop=True)
    shown = rows.assign(
        standard=[f"{r.days:g} days {r.clock}" for r in records(rows)],
        today=_shares(rows, "now"),
        one=_shares(rows, "single"),
        free=_shares(rows, "unblocked"),
        more=[_beds(r) for r in records(rows)],
    )
    target = words.percent(_TARGET, 0)
    columns: dict[str, Column] = {
        "standard": ("Within", None),
        "today": ("As things are", words.percent),
        "one": ("With one assessment", words.percent),
        "free": ("With a step-down place for everyone ready", words.percent),
        "more": (f"More beds for {target}", words.count),
    }
    lead = max(records(shown), key=lambda row: (row.clock == "from referral", row.days))
    here, number = words.place(region.name), _beds(lead)
    if number == _NO_NUMBER:
        told = f"no number of beds brings {target}, because assessments alone take longer"
    elif number == _BEYOND:
        told = f"not even {words.percent(_MOST, 0)} more beds bring {target}"
    elif number == "0":
        told = f"{target} would take no more beds"
    else:
        told = f"{target} would take more beds: {number}"
    share = f"{lead.today[:1].upper()}{lead.today[1:]}"
    title = f"{share} of prison transfers from {here} are expected within {lead.days:g} days {lead.clock}; {told}"
    caption = (
        f"Share of admissions from prison, {here}, within 14 and 28 days, mean of the years from the third with 95% intervals: "
        "as things are, with a single assessment, and with a step-down place for everyone who is ready for one; and the beds "
        f"beyond today's that would bring {target} in the middle draw, spread over medium and low security and in use from the "
        "second year. The clock from referral holds the assessments and the wait for a bed; from acceptance, the wait for a bed "
        "only."
    )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(shown, columns))


def _shares(rows: pd.DataFrame, name: str) -> list[str]:
    return [
        f"{words.percent(value, 0)} ({words.percent(lower, 0)} to {words.percent(upper, 0)})"
        for value, lower, upper in zip(rows[name], rows[f"{name}_lower"], rows[f"{name}_upper"], strict=True)
    ]


def _beds(row: Any) -> str:
    """Write extra beds; an end that no number reaches is left open."""
    if pd.isna(row.beds):
        return _NO_NUMBER if row.alone < _TARGET else _BEYOND
    if pd.isna(row.beds_lower):
        return words.count(row.beds)
    if pd.isna(row.beds_upper):
        return f"{words.count(row.beds)} ({words.count(row.beds_lower)} or more)"
    low, high = (words.count(end) for end in (row.beds_lower, row.beds_upper))
    return words.count(row.beds) if low == high else words.ranged(row.beds, row.beds_lower, row.beds_upper)


def assessments(frame: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Tabulate days before admission by number of assessments.

    Parameters
    ----------
    frame : DataFrame
        ``number``, then each with ``_lower`` and ``_upper``: ``mean_days`` (that assessments take), ``within_14, within_28``
        (share whose assessments are over by then), ``total_days`` (with the wait for a bed).
    region, known
        See :func:`needs.present.charts.flow_diagram`.

    Examples
    --------
    >>> told = {"mean_days": (20.0, 15.0, 28.0), "within_14": (0.5, 0.4, 0.6), "within_28": (0.75, 0.6, 0.8),
    ...         "total_days": (50.0, 30.0, 90.0)}
    >>> ends = {name + end: [x] for name, three in told.items() for end, x in zip(("", "_lower", "_upper"), three)}
    >>> frame = pd.DataFrame({"number": [1], **ends})
    >>> table = assessments(frame, Region("2023-24", "london", "London", "E40000003"), Provenance("modelled", ("x#y",)))
    >>> table.rows.to_numpy().tolist()
    [['1', '20 (15 to 28)', '50% (40% to 60%)', '75% (60% to 80%)', '50 (30 to 90)']]
    """
    rows = frame.sort_values("number").reset_index(drop=True)
    shown = rows.assign(
        name=[words.count(number) for number in rows["number"]],
        assessing=[words.ranged(r.mean_days, r.mean_days_lower, r.mean_days_upper) for r in records(rows)],
        short=_shares(rows, "within_14"),
        long=_shares(rows, "within_28"),
        whole=[words.ranged(r.total_days, r.total_days_lower, r.total_days_upper) for r in records(rows)],
    )
    columns: dict[str, Column] = {
        "name": ("Assessments", None),
        "assessing": ("Mean days they take (95% interval)", words.count),
        "short": ("Over within 14 days", words.percent),
        "long": ("Over within 28 days", words.percent),
        "whole": ("Mean days to admission (95% interval)", words.count),
    }
    caption = (
        f"Days before admission by number of assessments, one after another, for prisoners from {words.place(region.name)}: mean "
        "days that assessments take, share whose assessments are over within 14 and 28 days of referral, and mean days from "
        "referral to admission with the wait for a bed."
    )
    return Artefact(
        "table",
        assessment_finding(rows, region),
        caption,
        known.kind,
        known.sources,
        rows,
        rows=laid_out(shown, columns),
    )
