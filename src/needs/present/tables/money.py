"""Tables of spend, budgets and prices."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.tables.layout import NONE_PUBLISHED, Column, laid_out, ranges
from needs.values import Estimate, Provenance, records

__all__ = ["budget_share", "prices", "spend"]


def spend(costs: pd.DataFrame, region: Region, price_year: str, known: Provenance) -> Artefact:
    """Tabulate spend by tier beside England.

    Parameters
    ----------
    costs : DataFrame
        ``tier, patients, year_cost, spend, spend_lower, spend_upper, per_adult, england_share``.
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
    title = (
        f"Secure care for {words.place(region.name)} costs about {words.money(everything.per_adult)} per adult a year"
    )
    caption = f"Modelled spend on secure care by tier, {region.name}, {price_year} prices."
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))


def budget_share(shares: pd.DataFrame, region: Region, published: Estimate | None, known: Provenance) -> Artefact:
    """Tabulate secure spend as a share of each named budget base.

    Parameters
    ----------
    shares : DataFrame
        ``label, scope, area, budget, spend, share, share_lower, share_upper``; missing budget
        where none is published.
    published : Estimate, optional
        England's share as published, shown first beside the computed one.
    region, known
        See :func:`spend`.
    """
    if published:
        first_base = shares.iloc[0]
        row = {
            **dict.fromkeys(shares.columns),
            "label": f"{first_base.label}, share as published",
            "scope": first_base.scope,
        }
        row |= {"area": "England", "share": published.value, "kind": "published"}
        shares = pd.concat([shares.iloc[:1], pd.DataFrame([row]), shares.iloc[1:]], ignore_index=True)
    interval = [
        f"{words.percent(r.share_lower)} to {words.percent(r.share_upper)}"
        if pd.notna(r.share_lower)
        else ("no interval published" if pd.notna(r.share) else NONE_PUBLISHED)
        for r in records(shares)
    ]
    rows = shares.assign(interval=interval)
    columns: dict[str, Column] = {
        "area": ("Area", None),
        "label": ("Base", None),
        "scope": ("Covers", None),
        "budget": ("Base a year", words.money),
        "spend": ("Secure spend", words.money),
        "share": ("Share", words.percent),
        "interval": ("Range", None),
    }
    first = rows.iloc[0]
    title = f"Secure care takes {words.percent(first.share)} of {words.lower(first.label)} in {first.area}"
    caption = f"Secure spend as a share of the mental-health budget by base, England and {region.name}. Bases are never mixed."
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))


def prices(priced: Sequence[tuple[str, str, str, Estimate]]) -> Artefact:
    """Tabulate the published prices of each tier.

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
        "label": ("Published price", None),
        "year_cost": ("Place for a year", words.money),
        "use": ("Use here", None),
    }
    low, high = rows["year_cost"].min(), rows["year_cost"].max()
    title = f"Published prices of a secure place run from {words.money(low)} to {words.money(high)} a year"
    caption = (
        "Published prices by tier, in the money of their own year; place, person and occupied bed are different bases."
    )
    known = Provenance.of(*(cost for *_, cost in priced), kind="derived")
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))
