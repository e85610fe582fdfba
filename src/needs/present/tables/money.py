"""Tables of spend, budgets and prices."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from needs.data.geography import Region
from needs.data.inputs import Base
from needs.methods.care import Care
from needs.present import money_words, words
from needs.present.artefact import Artefact
from needs.present.tables.layout import DOES_NOT_APPLY, NONE_PUBLISHED, Column, laid_out, ranges
from needs.values import Estimate, Provenance

__all__ = ["budget_share", "price_years", "prices", "spend", "spend_parts"]

AS_TOLD = "as told"
"""What an interval says where the region gave a figure of its own."""

USE_BESIDE_OWN = {
    "unit cost used": "unit cost of England, the estimate and the options; spend is the region's own",
    "lower end of the range": "lower end of the estimate's range",
    "upper end of the range": "upper end of the estimate's range",
}
"""What a price is used for in a tier whose spend the region told itself."""


def spend(costs: pd.DataFrame, care: Care, region: Region, price_year: str, note: str, known: Provenance) -> Artefact:
    """Tabulate spend by tier beside England.

    Parameters
    ----------
    costs : DataFrame
        See :func:`needs.methods.cost.spend_table`.
    care : Care
        What the frame is made of.
    note : str
        What the range of the unit costs is.
    region, price_year, known
        See :func:`needs.present.charts.spend_by_tier`.
    """
    modelled = ranges(costs["spend_lower"], costs["spend_upper"], words.money)
    own = costs["own"].astype(bool)
    rows = costs.assign(
        name=costs["tier"].map(words.TIER_NAMES),
        interval=[AS_TOLD if told else ends for told, ends in zip(own, modelled, strict=True)],
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
    told = float(costs.loc[own & (costs["tier"] != "all"), "spend"].sum())
    title = money_words.spend_of(words.place(region.name), care.whole, care.how, told)
    caption = f"{money_words.known_spend(care.how)} on secure care by tier, {region.name}, {price_year} prices."
    if care.how != "own":
        caption += f" The interval holds {note}."
    if care.own:
        caption += (
            f" {AS_TOLD.capitalize()}: the region's own file, its people rounded. "
            "England's spend is modelled at published unit costs."
        )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))


def spend_parts(parts: pd.DataFrame, region: Region, price_year: str, fixed: Estimate, known: Provenance) -> Artefact:
    """Tabulate spend on beds in use and on funded beds that stand empty.

    Parameters
    ----------
    parts : DataFrame
        See :func:`needs.methods.care.parts`.
    fixed : Estimate
        Share of what a bed costs in use that it goes on costing when empty.
    region, price_year, known
        See :func:`spend`.
    """
    rows = parts.assign(name=parts["tier"].map(words.TIER_NAMES))
    for part in ("spend_in_use", "spend_empty"):
        ends = zip(rows[part], rows[f"{part}_lower"], rows[f"{part}_upper"], strict=True)
        rows[f"{part}_text"] = [money_words.ranged_in(*figures) for figures in ends]
    rows["cost_empty"] = rows["cost_empty"].astype(object).where(rows["tier"] != "all", DOES_NOT_APPLY)
    spent = "Spend on beds in use, £ million", "Spend on empty beds, £ million"
    columns: dict[str, Column] = {
        "name": ("Tier", None),
        "beds_in_use": ("Beds in use", words.count),
        "beds_empty": ("Funded beds empty", words.count),
        "cost_empty": ("An empty bed a year, £", words.count),
        "spend_in_use_text": (spent[0], None),
        "spend_empty_text": (spent[1], None),
    }
    shown = laid_out(rows, columns)
    shown.attrs["numeric"] += spent
    everything = rows.iloc[-1]
    empty = money_words.ranged(everything.spend_empty, everything.spend_empty_lower, everything.spend_empty_upper)
    title = (
        f"Funded beds that stand empty take {empty} a year, "
        f"{words.percent(everything.share_empty)} of spend on secure care for {words.place(region.name)}"
    )
    caption = (
        f"Spend on secure care by what it pays for, {region.name}, {price_year} prices. The parts add up to the spend; an empty "
        f"bed is taken to go on costing {_share(fixed)} of a bed in use until its ward closes."
    )
    data = parts
    return Artefact("table", title, caption, known.kind, known.sources, data, rows=shown)


def _share(share: Estimate) -> str:
    """Write a share with its range and kind."""
    ends = " to ".join(words.percent(end, 0) for end in share.bounds) + ", " if share.has_interval else ""
    return f"{words.percent(share.value, 0)} ({ends}{share.kind})"


def price_years(
    money: pd.DataFrame, care: Care, region: Region, years: tuple[str, str], label: str, known: Provenance
) -> Artefact:
    """Tabulate spend in the money of its own year and of another.

    Parameters
    ----------
    money : DataFrame
        See :func:`needs.methods.price_years.nominal_and_real`.
    care : Care
        What was spent.
    years : (str, str)
        Year of the prices, and the other.
    label : str
        Name of the index.
    region, known
        See :func:`spend`.
    """
    of, to = years
    names = words.TIER_NAMES | {"england": "England"}
    rows = money.assign(name=money["tier"].map(names))
    rows.loc[rows["tier"] == "england", "name"] += ", " + rows["kind"]
    for part in ("nominal", "real"):
        ends = zip(rows[part], rows[f"{part}_lower"], rows[f"{part}_upper"], strict=True)
        rows[f"{part}_text"] = [money_words.ranged_in(*figures) for figures in ends]
    columns: dict[str, Column] = {
        "name": ("Spend on", None),
        "nominal_text": (f"In the money of {of}, £ million", None),
        "real_text": (f"In the money of {to}, £ million", None),
    }
    shown = laid_out(rows, columns)
    shown.attrs["numeric"] = [heading for heading, _ in list(columns.values())[1:]]
    everything = rows[rows["tier"] == "all"].iloc[0]
    real = money_words.ranged(everything.real, everything.real_lower, everything.real_upper)
    title = f"In the money of {to}, spend on secure care for {words.place(region.name)} comes to {real} a year"
    beside = ", and spend of England" if care.own else " and England"
    caption = (
        f"{money_words.known_spend(care.how)} on secure care, {region.name}{beside}, in the money of {of} and of {to}: "
        f"£1 of {of} is £{everything.worth:.3f} of {to} by the {label}. It carries what a pound is worth, not what care "
        f"cost"
    )
    told, rest = ([words.TIER_NAMES[t].lower() for t in care.spend if (t in care.own) is how] for how in (True, False))
    modelled = f" of {words.listed(rest)}" if told else ""
    caption += f": unit costs{modelled} are those of {of} on both sides." if rest else "."
    if told:
        caption += f" Spend on {words.listed(told)} is that of the region's own file, on both sides."
    return Artefact("table", title, caption, known.kind, known.sources, money, rows=shown)


def budget_share(
    shares: Sequence[tuple[Base, Estimate | None, Estimate | None]], region: Region, modelled: bool = True
) -> Artefact:
    """Tabulate secure spend as a share of each named budget base.

    Parameters
    ----------
    shares : sequence of (Base, Estimate or None, Estimate or None)
        Each base with the spend set over it (None for a share as published) and the share (None where no base is known).
    region : Region
        The region.
    modelled : bool
        Whether England's spend is modelled; else it is as told.
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
    one = rows[["label", "scope"]].drop_duplicates().shape[0] == 1
    columns: dict[str, Column] = {
        "area": ("Area", None),
        "base": ("Base" if one else "Base and what it covers", None),
        "budget": ("Base a year", words.money),
        "spend": ("Secure spend", words.money),
        "told": ("Share (range of prices)", words.percent),
    }
    again = rows.duplicated(["label", "scope"])
    covers = (rows["label"] + ": " + rows["scope"]).where(~again, rows["label"] + ", as above")
    shown = rows.assign(
        base=rows["label"] if one else covers,
        told=[words.spoken(share, "share") if share else NONE_PUBLISHED for *_, share in shares],
    )
    first, _, share = shares[0]
    figures = [figure for base, *rest in shares for figure in (base.budget, *rest) if figure]
    known = Provenance.of(*figures)
    told = words.spoken(share, "share") if share else NONE_PUBLISHED
    how = "As published, secure" if first.share else "Modelled secure" if modelled else "Secure"
    base = first.scope.removesuffix(", as published") if first.share else words.lower(first.label)
    title = f"{how} spend in {first.area} is {told} of {base}"
    caption = f"Secure spend as a share of the mental-health budget by base, England and {region.name}. Bases are never mixed."
    if one:
        caption += f" {first.label} covers {first.scope}."
    elif any(base.share for base, *_ in shares):
        caption += " A share as published is of what its own source counts, as the second column says."
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(shown, columns))


def prices(priced: Sequence[tuple[str, str, str, Estimate]], own: Collection[str] = ()) -> Artefact:
    """Tabulate the prices found for each tier.

    Parameters
    ----------
    priced : sequence of (tier, label, use, Estimate)
        What each price covers, what it is used for here, and GBP for a place a year.
    own : collection of tier
        Tiers whose spend the region told itself: prices there are those of the estimate beside it.
    """
    rows = pd.DataFrame(
        [
            {
                "tier": tier,
                "name": words.TIER_NAMES[tier],
                "label": label,
                "use": USE_BESIDE_OWN.get(use, use) if tier in own else use,
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
    low, high = words.money(rows["year_cost"].min()), words.money(rows["year_cost"].max())
    title = f"Prices found for a secure place run from {low} to {high} a year"
    if low == high:
        title = f"A secure place is found at one price, {low} a year"
    caption = (
        "Published costs, prices and budgets a person by tier, in the money of their own year. Place, person and occupied bed "
        "are different bases."
    )
    if told := [words.TIER_NAMES[tier].lower() for tier in dict.fromkeys(rows["tier"]) if tier in own]:
        caption += f" Spend on {words.listed(told)} is the region's own and uses none of them."
    known = Provenance.of(*(cost for *_, cost in priced), kind="derived")
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))
