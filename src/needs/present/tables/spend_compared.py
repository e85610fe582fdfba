"""Tables of spend beside England's, and of the region's own spend beside the estimate."""

from __future__ import annotations

import math

import pandas as pd

from needs.data.geography import Region
from needs.methods.care import Care
from needs.methods.spend_compared import ENGLAND
from needs.params.costs import DAYS_IN_YEAR, FINANCE
from needs.present import money_words, words
from needs.present.artefact import Artefact
from needs.present.tables.layout import Column, laid_out
from needs.values import Estimate, Provenance

__all__ = ["own_spend", "spend_england"]

NOT_GIVEN = "not given"
"""What a cell says where the region told nothing."""


def own_spend(
    compared: pd.DataFrame, estimate: Care, region: Region, price_year: str, file: str | None, known: Provenance,
    period: str | None = None,
) -> Artefact:  # fmt: skip
    """Tabulate the region's own spend beside the estimate, with what makes the difference.

    Parameters
    ----------
    compared : DataFrame
        See :func:`needs.methods.spend_compared.own_beside_estimate`; empty where the region told nothing.
    estimate : Care
        As modelled.
    region : Region
        The region.
    price_year : str
        Year of the prices.
    file : str or None
        The region's file, as its parameters name it.
    known : Provenance
        Kind and sources.
    period : str, optional
        Year that the file tells of.
    """
    if compared.empty or file is None:
        return _none(estimate, region, price_year, known, file)
    to = 10.0 ** (math.floor(math.log10(compared["own"].max())) - 3)

    def million(pounds: float) -> str:
        return money_words.stepped(pounds, to)

    ends = zip(compared["estimate"], compared["estimate_lower"], compared["estimate_upper"], strict=True)
    rows = compared.assign(
        name=compared["tier"].map(words.TIER_NAMES | {"all": "All tiers told"}),
        estimate=[money_words.ranged_in(*figures) for figures in ends],
    )
    columns: dict[str, Column] = {
        "name": ("Tier", None),
        "own": ("Own spend, £ million", million),
        "estimate": ("Estimate, £ million", million),
        "difference": ("Difference, £ million", million),
        "volume": ("Of which people", million),
        "mix": ("Of which mix of tiers", million),
        "price": ("Of which cost of a year", million),
    }
    everything = compared.iloc[-1]
    parts = [(name, getattr(everything, part)) for part, name in
             (("volume", "the number of people"), ("mix", "the mix of tiers"), ("price", "the cost of a year"))]  # fmt: skip
    ends_apart = everything.estimate_upper > everything.estimate_lower
    rough = words.step(everything.estimate_lower, everything.estimate_upper) if ends_apart else to
    estimated = money_words.ranged(everything.estimate, everything.estimate_lower, everything.estimate_upper)
    title = (
        f"The region's own file says {words.money(everything.own)} a year, against {estimated} estimated: "
        f"{money_words.changes(parts, lambda pounds: words.money(pounds, rough), whole=everything.own)}"
    )
    where = (
        f"{file.rpartition('/')[2]} of the region's service data" if file == FINANCE else f"{file} in data_raw/spend"
    )
    carried = f", spend of {period} carried to the money of {price_year}" if period not in (None, price_year) else ""
    caption = (
        f"Spend on secure care by the file {where} and as estimated, {region.name}, {price_year} "
        f"prices{carried}. The file replaces the estimate in this chapter. People of the file are its occupied bed-days over "
        f"{DAYS_IN_YEAR}, rounded; a tier of too few people to show stays as estimated."
    )
    return Artefact("table", title, caption, known.kind, known.sources, compared, rows=laid_out(rows, columns))


def _none(estimate: Care, region: Region, price_year: str, known: Provenance, file: str | None) -> Artefact:
    """Tabulate the estimate alone, and say how a region's own spend comes beside it."""
    told = {**estimate.spend, "all": estimate.whole}
    heading = "Estimate, £ million"
    data = pd.DataFrame([{"tier": tier, "unit": "GBP a year", **spend.as_record()} for tier, spend in told.items()])
    rows = data.assign(
        name=data["tier"].map(words.TIER_NAMES), own=NOT_GIVEN,
        money=[money_words.ranged_in(spend.value, *spend.bounds) for spend in told.values()],
    )  # fmt: skip
    columns: dict[str, Column] = {
        "name": ("Tier", None),
        "own": ("Own spend", None),
        "money": (heading, None),
    }
    shown = laid_out(rows, columns)
    shown.attrs["numeric"] = [heading]
    title = f"No spend of its own was given for {words.place(region.name)}: all spend here is modelled"
    if file:
        title = (
            f"The file of own spend for {words.place(region.name)} tells of too few people: all spend here is modelled"
        )
    caption = (
        f"Own spend and estimate, {region.name}, {price_year} prices. A CSV file in data_raw/spend, named in "
        "costs.spend_file of the region's parameter file, replaces the estimate and stands beside it here, with the "
        "difference parted."
    )
    return Artefact("table", title, caption, known.kind, known.sources, data, rows=shown)


def spend_england(
    compared: pd.DataFrame, relative: Estimate, care: Care, region: Region, price_year: str, known: Provenance
) -> Artefact:
    """Tabulate patients and spend per adult beside England.

    Parameters
    ----------
    compared : DataFrame
        See :func:`needs.methods.spend_compared.against_england`.
    relative : Estimate
        Patients per adult as modelled over those of England.
    care : Care
        Of the area.
    region, price_year, known
        See :func:`own_spend`.
    """
    of = compared["area"] == ENGLAND
    england = compared[of].set_index("tier").add_suffix("_england")
    here = compared[~of].set_index("tier").join(england).reset_index()
    here["difference"] = here["per_adult"] - here["per_adult_england"]
    rows = here.assign(name=here["tier"].map(words.TIER_NAMES))
    columns: dict[str, Column] = {
        "name": ("Tier", None),
        "rate": ("Patients per 100,000 adults", words.plain),
        "rate_england": ("The same in England", words.plain),
        "per_adult": ("Spend per adult", words.money),
        "per_adult_england": ("Spend per adult in England", words.money),
        "difference": ("Difference per adult", money_words.change_text),
    }
    shown = laid_out(rows, columns)
    everything = rows[rows["tier"] == "all"].iloc[0]
    where = words.compared(everything.per_adult, everything.per_adult_england)
    how = {"modelled": "is modelled at", "own": "is", "partly own": "is put at"}[care.how]
    title = (
        f"Spend on secure care per adult {how} {words.money(everything.per_adult)} for {words.place(region.name)}, {where} "
        f"England's {words.money(everything.per_adult_england)}"
    )
    lower, upper = relative.bounds
    ends = f" ({lower:.2f} to {upper:.2f})" if relative.has_interval else ""
    both = "; the interval holds both fewer and more" if lower < 1 < upper else ""
    caption = (
        f"Patients and spend per adult by tier, {region.name} and England, {price_year} prices. Patients per adult as modelled "
        f"are {relative.value:.2f} times England's{ends}{both}."
    )
    if care.own:
        told = words.listed([words.TIER_NAMES[tier].lower() for tier in care.own])
        caption += (
            f" Patients and spend of {told} are the region's own; England's are modelled at published unit costs."
        )
    return Artefact("table", title, caption, known.kind, known.sources, here, rows=shown)
