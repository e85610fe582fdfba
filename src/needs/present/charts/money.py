"""Charts of spend."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.style import BLUE, ORANGE, canvas, drawn, named_rows
from needs.values import Estimate, merge_sources, weakest

__all__ = ["spend_by_tier"]


def spend_by_tier(spend: Mapping[str, Estimate], region: Region, price_year: str) -> Artefact:
    """Draw spend by tier with its interval.

    Parameters
    ----------
    spend : mapping of tier to Estimate
        GBP a year.
    region : Region
        The region.
    price_year : str
        Year of the prices.
    """
    parts = list(spend.items())
    together = sum(e.value for e in spend.values())
    with canvas(3.3) as (figure, (axis,)):
        for y, (_, cost) in zip(range(len(parts))[::-1], parts, strict=True):
            lower, upper = cost.bounds
            axis.barh(y, cost.value / 1e6, height=0.5, color=BLUE)
            axis.hlines(y, lower / 1e6, upper / 1e6, color=ORANGE, linewidth=4)
            axis.annotate(
                f"{words.money(cost.value)}  ({words.money(lower)} to {words.money(upper)})",
                (max(upper, cost.value) / 1e6, y), xytext=(12, 0), textcoords="offset points", va="center",
            )  # fmt: skip
        named_rows(axis, [words.TIER_NAMES[t] for t, _ in parts])
        axis.set_xlim(0, max(e.bounds[1] for e in spend.values()) / 1e6 * 1.75)
        axis.set_xlabel(f"£ million a year at {price_year} prices.  Line: 95% interval", loc="left")
        image = drawn(figure)
    largest = max(parts, key=lambda item: item[1].value)
    title = f"{words.TIER_NAMES[largest[0]]} care takes {words.percent(largest[1].value / together, 0)} of the modelled spend"
    told = [f"{words.TIER_NAMES[t]} {words.spoken(e, 'GBP')}" for t, e in parts]
    alt = f"Bars of modelled spend by tier with intervals: {'; '.join(told)}."
    data = pd.DataFrame([{"tier": tier, "unit": "GBP a year", **e.as_record()} for tier, e in parts])
    caption = (
        f"Modelled spend on secure care for patients from {words.place(region.name)} by tier, {price_year} prices."
    )
    kind, sources = weakest(e.kind for e in spend.values()), merge_sources(*(e.source for e in spend.values()))
    return Artefact("figure", title, caption, kind, sources, data, alt, image)
