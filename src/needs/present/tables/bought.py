"""Tables of how care is bought: from whom, by the stay, and by the bed or the bed-day."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pandas as pd

from needs.data.geography import Region
from needs.methods.care import Care
from needs.present import money_words, words
from needs.present.artefact import Artefact
from needs.present.released import SUPPRESSED
from needs.present.tables.layout import DOES_NOT_APPLY, Column, laid_out
from needs.values import Estimate, Provenance, records

__all__ = ["contracts", "packages", "sectors"]

NOT_IN_FILE = "not in the file"
"""What a cell says where the region's own file has no such contract, or one of fewer people than may be shown."""


def sectors(
    parted: pd.DataFrame, care: Care, region: Region, price_year: str, ratio: Estimate, known: Provenance
) -> Artefact:
    """Tabulate people and spend by who provides the care.

    Parameters
    ----------
    parted : DataFrame
        See :func:`needs.methods.sectors.sectors`.
    care : Care
        What was parted.
    region : Region
        The region.
    price_year : str
        Year of the prices.
    ratio : Estimate
        Price of a bed-day at independent providers over that at NHS providers.
    known : Provenance
        Kind and sources.
    """
    tiers = [tier for tier in dict.fromkeys(parted["tier"]) if tier != "all"]
    together = words.listed([words.TIER_NAMES[tier].lower().removesuffix(" secure") for tier in tiers])
    names = words.TIER_NAMES | {"all": "Together"}
    rows = parted.assign(name=parted["tier"].map(names), by=parted["sector"].map(money_words.SECTOR_NAMES))
    rows["money"] = [money_words.ranged_in(row.spend, row.spend_lower, row.spend_upper) for row in records(rows)]
    few = rows["patients"].isna()
    for name in ("patients", "share", "year_cost"):
        blank = pd.Series(DOES_NOT_APPLY, rows.index).mask(few | rows["share"].isna(), SUPPRESSED)
        rows[name] = rows[name].astype(object).where(rows[name].notna(), blank)
    columns: dict[str, Column] = {
        "name": ("Tier", None),
        "by": ("Provider", None),
        "patients": ("People", words.count),
        "share": ("Share of people", lambda share: words.percent(share, 0)),
        "year_cost": ("Cost of a year, £", words.count),
        "money": ("Spend a year, £ million", None),
    }
    shown = laid_out(rows, columns)
    shown.attrs["numeric"].append("Spend a year, £ million")
    there = rows[(rows["tier"] == "all") & (rows["sector"] == "independent")].iloc[0]
    whole = float(rows.loc[rows["tier"] == "all", "spend"].sum())
    own, rest = (
        [words.TIER_NAMES[tier].lower() for tier in tiers if (tier in care.own) is told] for told in (True, False)
    )
    verb = "is modelled to go" if not own else "is put to go, in part by the region's own file," if rest else "goes"
    title = (
        f"Of spend on {together} secure care for {words.place(region.name)}, "
        f"{money_words.ranged(there.spend, there.spend_lower, there.spend_upper)} a year {verb} to independent providers: "
        f"{words.percent(there.spend / whole, 0)}"
    )
    caption = f"People and spend by provider, {region.name}, {price_year} prices."
    if rest:
        whose = f"Shares of {words.listed(rest)} are" if own else "Shares are"
        at = " there" if own else ""
        caption += (
            f" {whose} England's;{at} a bed-day at independent providers is taken to cost {words.spoken(ratio, 'ratio')} "
            f"times one at NHS providers ({ratio.kind}), and the mean of both stays the cost of a year."
        )
    if own:
        caption += f" By the region's own file: {words.listed(own)}."
        caption += f" People there are rounded, and numbers too small to show suppressed ({SUPPRESSED})."
    if "high" not in tiers:
        caption += " High security is not parted: no share is told."
    return Artefact("table", title, caption, known.kind, known.sources, parted, rows=shown)


def packages(
    priced: pd.DataFrame, region: Region, price_year: str, known: Provenance, measured: Collection[str] = ()
) -> Artefact:
    """Tabulate care packages: tier, expected stay, price, intended outcome and next step.

    Parameters
    ----------
    priced : DataFrame
        See :func:`needs.methods.packages.packages`.
    region, price_year, known
        See :func:`sectors`.
    measured : collection of tier
        Tiers whose mean stay is measured from the region's own data.
    """
    rows = priced.assign(name=priced["tier"].map(words.TIER_NAMES))
    rows["stay_text"] = [_years(row.stay, row.stay_lower, row.stay_upper) for row in records(rows)]
    ends = zip(rows["package"], rows["package_lower"], rows["package_upper"], strict=True)
    rows["package_text"] = [money_words.ranged_in(*figures, 1e3) for figures in ends]
    columns: dict[str, Column] = {
        "name": ("Tier", None),
        "stay_text": ("Stay, years", None),
        "package_text": ("Package, £ thousand", None),
        "outcome": ("Intended outcome", None),
        "next_step": ("Next step", None),
    }
    shown = laid_out(rows, columns)
    shown.attrs["numeric"] = ["Stay, years", "Package, £ thousand"]
    dearest, cheapest = (rows.sort_values("package").iloc[at] for at in (-1, 0))
    title = (
        f"One package of care is priced from {_central(cheapest)} ({words.TIER_NAMES[cheapest.tier].lower()}) to "
        f"{_central(dearest)} ({words.TIER_NAMES[dearest.tier].lower()})"
    )
    if dearest["package"] < 1.03 * cheapest["package"]:
        title = f"One package of care is priced at about {_central(dearest)} in every tier"
    own = [words.TIER_NAMES[tier].lower() for tier in priced["tier"] if tier in measured]
    stay = (
        f"measured from own data in {words.listed(own)}" if own else "found in studies unless the region gave its own"
    )
    stay += "; elsewhere found in studies or assumed" if own and len(own) < len(priced) else ""
    caption = (
        f"One stay in one tier as it would be bought for {words.place(region.name)}, {price_year} prices: the mean stay "
        f"({stay}), the wait for the next bed included, times a day at unit costs, which a file of the region's own spend does "
        "not change. Outcome and next step are what is intended."
    )
    return Artefact("table", title, caption, known.kind, known.sources, priced, rows=shown)


def contracts(compared: pd.DataFrame, region: Region, price_year: str, known: Provenance) -> Artefact:
    """Tabulate what one bed-day less in use saves in a package and in a block contract.

    Parameters
    ----------
    compared : DataFrame
        See :func:`needs.methods.packages.contracts`.
    region, price_year, known
        See :func:`sectors`.
    """
    rows = compared.assign(name=compared["tier"].map(words.TIER_NAMES))
    for part in ("block_bed", "block_use"):
        ends = zip(rows[part], rows[f"{part}_lower"], rows[f"{part}_upper"], strict=True)
        rows[f"{part}_text"] = [
            money_words.ranged_in(*figures, 1.0) if figures[0] == figures[0] else NOT_IN_FILE for figures in ends
        ]
    rows["package"] = rows["package"].astype(object).where(rows["package"].notna(), NOT_IN_FILE)
    headings = "Block contract: saved by one bed-day less, £", "Block contract: the empty bed-day goes on costing, £"
    columns: dict[str, Column] = {
        "name": ("Tier", None),
        "package": ("Package: saved by one bed-day less, £", words.count),
        "block_use_text": (headings[0], None),
        "block_bed_text": (headings[1], None),
    }
    shown = laid_out(rows, columns)
    shown.attrs["numeric"] += headings
    title = _less(compared)
    caption = (
        f"What the buyer pays for a day of care for {words.place(region.name)}, {price_year} prices, at today's occupancy. A "
        "block pays for the bed until the contract or the ward ends. "
    )
    caption += " ".join(_whose(compared))
    return Artefact("table", title, caption, known.kind, known.sources, compared, rows=shown)


def _less(compared: pd.DataFrame) -> str:
    """Say what a bed-day less saves, of medium security where both contracts have a price there."""
    both = compared[compared["package"].notna() & compared["block_use"].notna()]
    if both.empty:
        return "In no tier does the region's own file price both a package and a block contract"
    lead = both[both["tier"] == "medium"].iloc[0] if (both["tier"] == "medium").any() else both.iloc[0]
    in_block = money_words.ranged(lead.block_use, lead.block_use_lower, lead.block_use_upper)
    return (
        f"A {words.TIER_NAMES[lead.tier].lower()} bed-day that is not needed would save {words.money(lead['package'], 1)} in a "
        f"package and {in_block} in a block contract"
    )


def _whose(compared: pd.DataFrame) -> Iterator[str]:
    """Say whose prices those of each tier are, and what follows for the two contracts."""
    own, rest = (
        words.listed([words.TIER_NAMES[tier].lower() for tier in compared.loc[of, "tier"]])
        for of in (compared["own"], ~compared["own"])
    )
    if own:
        yield (
            f"Prices of {own} are those of the region's own file, packages and blocks apart, so that one can be dearer than "
            "the other; only how a block's price parts into beds and days in use is modelled. Bed-days are those of rounded "
            "people, so that prices are rough; a contract of too few people to show counts as not in the file."
        )
    if rest:
        of = f"Prices of {rest} are unit costs: a" if own else "A"
        yield (
            f"{of} package's price holds its part of today's empty beds, so both contracts cost the same today. What "
            "providers would ask if they bore empty beds is not known."
        )


def _central(row: pd.Series) -> str:
    """Write the price of a package without its interval, to the precision of it."""
    return money_words.ranged(row["package"], row["package_lower"], row["package_upper"]).partition(" (")[0]


def _years(value: float, lower: float, upper: float) -> str:
    """Write a stay in years with its interval, where it has one."""
    return f"{value:.1f} ({lower:.1f} to {upper:.1f})" if upper > lower else f"{value:.1f}"
