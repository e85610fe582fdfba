"""Tables of spend, budgets and prices."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from needs.data.geography import Region
from needs.data.inputs import Base
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.tables.layout import NONE_PUBLISHED, Column, laid_out, ranges
from needs.values import Estimate, Provenance

__all__ = ["budget_share", "prices", "spend"]


def spend(costs: pd.DataFrame, region: Region, price_year: str, note: str, known: Provenance) -> Artefact:
    """Tabulate spend by tier beside England.

    Parameters
    ----------
    costs : DataFrame
        ``tier, patients, year_cost, spend, spend_lower, spend_upper, per_adult, england_share``.
    note : str
        What the range of the unit costs is.
    region, price_year, known
        See :func:`needs.present.charts.spend_by_tier`.
    """
    rows = costs.assign(
        name=costs["tier"].map(words.TIER_NAMES),
        interval=ranges(costs["spend_lower"], costs["spend_upper"], words.money),
    )
    columns: dict[str, Column] = {
        "name": ("Tier", None),
        "patients": ("Occupied places", words.count),
        "year_cost": ("Cost of a year", words.money),
        "spend": ("Spend a year", words.money),
        "interval": ("95% interval", None),
        "per_adult": ("Per adult", words.money),
        "england_share": ("Share of England", words.percent),
    }
    everything = rows[rows["tier"] == "all"].iloc[0]
    cost = Estimate(everything.spend, everything.spend_lower, everything.spend_upper, known.kind, known.sources)
    title = f"Secure care for {words.place(region.name)} is modelled to cost {words.spoken(cost, 'GBP')} a year"
    caption = f"Modelled spend on secure care by tier, {region.name}, {price_year} prices. The interval holds {note}."
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))


def budget_share(shares: Sequence[tuple[Base, Estimate | None, Estimate | None]], region: Region) -> Artefact:
    """Tabulate secure spend as a share of each named budget base.

    Parameters
    ----------
    shares : sequence of (Base, Estimate or None, Estimate or None)
        Each base with the spend set over it (None for a share as published) and the share (None where no base is known).
    region : Region
        The region.
    """
    rows = pd.DataFrame(
        [
            {
                "area": base.area,
                "label": base.label,
                "scope": base.scope,
                "budget": words.money(base.budget.value)
                if base.budget
                else "as published"
                if base.share
                else NONE_PUBLISHED,
                "spend": words.money(spend.value) if spend else "as published",
                "share": words.percent(share.value) if share else NONE_PUBLISHED,
                "interval": (words.range_text(share, "share") or "none stated") if share else NONE_PUBLISHED,
                "kind": share.kind if share else "",
                "share_value": share.value if share else None,
            }
            for base, spend, share in shares
        ]
    )
    columns: dict[str, Column] = {
        "area": ("Area", None),
        "label": ("Base", None),
        "scope": ("Covers", None),
        "budget": ("Base a year", None),
        "spend": ("Secure spend", None),
        "share": ("Share", None),
        "interval": ("Range of prices", None),
    }
    first, _, share = shares[0]
    figures = [figure for base, *rest in shares for figure in (base.budget, *rest) if figure]
    known = Provenance.of(*figures)
    told = words.spoken(share, "share") if share else NONE_PUBLISHED
    how = (
        "As published, secure" if first.share else "Secure" if share and share.kind == "derived" else "Modelled secure"
    )
    title = f"{how} spend in {first.area} is {told} of {words.lower(first.label)}"
    caption = f"Secure spend as a share of the mental-health budget by base, England and {region.name}. Bases are never mixed."
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))


def prices(priced: Sequence[tuple[str, str, str, Estimate]]) -> Artefact:
    """Tabulate the prices found for each tier.

    Parameters
    ----------
    priced : sequence of (tier, label, use, Estimate)
        What each price covers, what it is used for here, and GBP for a place a year.
    """
    rows = pd.DataFrame(
        [
            {
                "tier": tier,
                "name": words.TIER_NAMES[tier],
                "label": label,
                "use": use,
                "year_cost": cost.value,
                "kind": cost.kind,
            }
            for tier, label, use, cost in priced
        ]
    )
    columns: dict[str, Column] = {
        "name": ("Tier", None),
        "label": ("What was priced", None),
        "year_cost": ("Place for a year", words.money),
        "use": ("Use here", None),
    }
    low, high = rows["year_cost"].min(), rows["year_cost"].max()
    title = f"Prices found for a secure place run from {words.money(low)} to {words.money(high)} a year"
    caption = (
        "Published costs, prices and budgets a person by tier, in the money of their own year. Place, person and occupied bed "
        "are different bases."
    )
    known = Provenance.of(*(cost for *_, cost in priced), kind="derived")
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))
