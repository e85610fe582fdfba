"""Charts of spend."""

from __future__ import annotations

import pandas as pd

from needs.data.geography import Region
from needs.methods.care import Care
from needs.present import money_words, words
from needs.present.artefact import Artefact
from needs.present.charts.labels import fit_labels
from needs.present.charts.waterfall import waterfall
from needs.present.style import BLUE, ORANGE, canvas, drawn, named_rows, tell
from needs.values import Provenance, records

__all__ = ["spend_by_tier", "spend_england"]


def spend_by_tier(care: Care, region: Region, price_year: str) -> Artefact:
    """Draw spend by tier with its interval.

    Parameters
    ----------
    care : Care
        Spend in GBP a year, modelled or as the region told it.
    region : Region
        The region.
    price_year : str
        Year of the prices.
    """
    parts = list(care.spend.items())
    together = care.whole.value
    with canvas(3.3) as (figure, (axis,)):
        for y, (tier, cost) in zip(range(len(parts))[::-1], parts, strict=True):
            lower, upper = cost.bounds
            axis.barh(y, cost.value / 1e6, height=0.5, color=BLUE)
            axis.hlines(y, lower / 1e6, upper / 1e6, color=ORANGE, linewidth=4 if cost.has_interval else 0)
            amount = words.spoken(cost, "GBP") + (" (own figure)" if tier in care.own else "")
            axis.annotate(
                amount, (max(upper, cost.value) / 1e6, y), xytext=(12, 0), textcoords="offset points", va="center"
            )
            tell(axis, cost.value / 1e6, y, f"{words.TIER_NAMES[tier]}, {region.name}: {_a_year(amount)}")
        named_rows(axis, [words.TIER_NAMES[t] for t, _ in parts])
        axis.set_xlim(0, 1)
        line = "" if care.how == "own" else ".  Line: 95% interval"
        axis.set_xlabel(f"£ million a year at {price_year} prices{line}", loc="left")
        fit_labels(figure, axis)
        image = drawn(figure)
    largest = max(parts, key=lambda item: item[1].value)
    which = "modelled spend" if care.how == "modelled" else "spend"
    title = f"{words.TIER_NAMES[largest[0]]} care takes {words.percent(largest[1].value / together, 0)} of the {which}"
    told = [f"{words.TIER_NAMES[t]} {words.spoken(e, 'GBP')}" for t, e in parts]
    bars = "modelled spend by tier with intervals" if care.how == "modelled" else "spend by tier"
    alt = f"Bars of {bars}: {'; '.join(told)}."
    data = pd.DataFrame([{"tier": tier, "unit": "GBP a year", **e.as_record()} for tier, e in parts])
    caption = (
        f"{money_words.known_spend(care.how)} on secure care for patients from {words.place(region.name)} by tier, "
        f"{price_year} prices."
    )
    return Artefact("figure", title, caption, care.known.kind, care.known.sources, data, alt, image)


def spend_england(steps: pd.DataFrame, region: Region, price_year: str, known: Provenance) -> Artefact:
    """Draw what leads from spend per adult in England to that of the region.

    Parameters
    ----------
    steps : DataFrame
        See :func:`needs.methods.spend_compared.steps_from_england`.
    region, price_year
        See :func:`spend_by_tier`.
    known : Provenance
        Kind and sources.
    """
    names = {"use": "patients per adult", "mix": "the mix of tiers", "price": "the cost of a year of care"}
    parts = [(names[row.factor], float(row.value)) for row in records(steps) if not row.total]
    where = words.place(region.name)
    ends = [float(steps["value"].iloc[at]) for at in (0, -1)]
    first, last = map(words.money, ends)
    title = f"From England's {first} per adult to {last} for {where}: {money_words.changes(parts, whole=max(ends))}"
    at = "" if "price" in set(steps["factor"]) else "; both at the same unit costs, so that prices make no step"
    caption = f"Spend on secure care per adult, from England to {where}, step by step, {price_year} prices{at}."
    return waterfall(steps.drop(columns="factor"), title, caption, known, axis=f"£ per adult a year at {price_year} prices",
                     unit="GBP per adult a year")  # fmt: skip


def _a_year(amount: str) -> str:
    """Say that an amount is one of each year, before its interval."""
    value, opened, rest = amount.partition(" (")
    return f"{value} a year{opened}{rest}"
