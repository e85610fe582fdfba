"""Tables of people, need drivers and quoted national figures."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from needs.data.geography import Region
from needs.params.model import Quoted
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.tables.layout import Column, laid_out
from needs.values import Estimate, Kind, Provenance, merge_sources, records, weakest

__all__ = ["drivers", "local_evidence", "population", "quoted"]


def population(people: pd.DataFrame, region: Region, period: str, known: Provenance) -> Artefact:
    """Tabulate adults by age band and sex, with the share of England.

    Parameters
    ----------
    people : DataFrame
        ``sex, age_band, people, share, england_share``.
    region, period, known
        See :func:`needs.present.charts.population_pyramid`.
    """
    wide = people.pivot_table(index="age_band", columns="sex", values="people", aggfunc="sum", sort=False).reset_index()
    wide["persons"] = wide["female"] + wide["male"]
    total = {"age_band": "All adults", **wide[["female", "male", "persons"]].sum().to_dict()}
    wide = pd.concat([wide, pd.DataFrame([total])], ignore_index=True)
    shares = people.groupby("age_band", sort=False)[["share", "england_share"]].sum().reset_index()
    wide = wide.merge(shares, on="age_band", how="left").fillna({"share": 1.0, "england_share": 1.0})
    columns: dict[str, Column] = {
        "age_band": ("Age band", None),
        "male": ("Men", words.count),
        "female": ("Women", words.count),
        "persons": ("Adults", words.count),
        "share": ("Share of adults", words.percent),
        "england_share": ("Share in England", words.percent),
    }
    title = f"{words.place(region.name, start=True)} has {words.adults(total['persons'])} adults"
    caption = f"Adults by sex and age band, {region.name}, {period}."
    return Artefact("table", title, caption, known.kind, known.sources, wide, rows=laid_out(wide, columns))


def drivers(table: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Tabulate need drivers of the region beside England.

    Parameters
    ----------
    table : DataFrame
        ``driver, unit, area, name, value, england``.
    region, known
        See :func:`needs.present.charts.need_drivers`.
    """
    ranked = table.assign(
        ratio=table["value"] / table["england"],
        rank=table.groupby("driver")["value"].rank(ascending=False, method="min"),
    )
    own = ranked[ranked["area"] == region.slug].reset_index(drop=True)
    regions = table["area"].nunique()
    own["rank_text"] = [f"{int(rank)} of {regions}" for rank in own["rank"]]
    columns: dict[str, Column] = {
        "driver": ("Need driver", None),
        "unit": ("Unit", None),
        "value": (region.name, words.plain),
        "england": ("England", words.plain),
        "ratio": ("Ratio", lambda v: f"{v:.2f}"),
        "rank_text": ("Rank from highest", None),
    }
    above = int((own["ratio"] > 1).sum())
    title = (
        f"{above} of {len(own)} need {words.plural(len(own), 'driver')} {'is' if above == 1 else 'are'} above England's"
    )
    kind = words.kind_of_areas(table["name"])
    caption = (
        f"Need drivers of {words.place(region.name)} beside England, and rank among the {kind}.{words.notes(table)}"
    )
    return Artefact("table", title, caption, known.kind, known.sources, own, rows=laid_out(own, columns))


def quoted(items: Sequence[tuple[Quoted, Estimate]], finding: str, about: str) -> Artefact:
    """Tabulate published national figures as they stand, each with how it was counted.

    Parameters
    ----------
    items : sequence of (Quoted, Estimate)
        What each figure is, and the figure.
    finding : str
        What they say together.
    about : str
        What the figures have in common.
    """
    rows = pd.DataFrame(
        [
            {
                "label": told.label,
                "text": words.quantity(figure.value, told.unit),
                "interval": " to ".join(words.quantity(end, told.unit) for end in figure.bounds)
                if figure.has_interval
                else "none found",
                "counted": told.counted,
                "unit": told.unit,
                **figure.as_record(),
            }
            for told, figure in items
        ]
    )
    columns: dict[str, Column] = {
        "label": ("Published figure", None),
        "text": ("Value", None),
        "interval": ("Interval", None),
        "counted": ("Who was counted, and how", None),
    }
    shown = laid_out(rows, columns)
    shown.attrs["numeric"] = ["Value"]
    known = Provenance.of(*(figure for _, figure in items))
    caption = f"{about}; each row says who was counted."
    return Artefact("table", finding, caption, known.kind, known.sources, rows, rows=shown)


def local_evidence(found: pd.DataFrame, region: Region, known: Provenance, within: Sequence[str] = ()) -> Artefact:
    """Tabulate what is published for parts of the region, the only figures that a model can be held against.

    Parameters
    ----------
    found : DataFrame
        ``name, measure, tier, period, value, unit, kind, source``; may be empty.
    region : Region
        The region.
    known : Provenance
        Kind and sources of the tables that were looked through.
    within : sequence of str
        For a footprint, the regions that it lies in: figures are published by region.
    """
    own = words.place(region.name)
    here = f"{words.listed([words.place(name) for name in within])}, where {own} lies," if within else own
    if found.empty:
        rows = pd.DataFrame([{"name": region.name, "what": "none found", "period": "", "text": ""}])
        title = f"No published figure of beds or people in secure care was found for {here} or a part of it"
    else:
        rows = found.assign(
            what=[f"{row.measure} ({row.tier})" for row in records(found)],
            text=[
                words.quantity(row.value, "share")
                if row.unit == "share"
                else _counted(words.published(row.value), row.unit)
                for row in records(found)
            ],
        )
        many = words.plural(len(rows), "figure is", "figures are")
        title = f"{len(rows)} {many} published for {here} or parts of it; the estimate is not fitted to them"
        kinds: list[Kind] = list(found["kind"])
        known = Provenance(weakest(kinds), merge_sources(found["source"]))
    columns: dict[str, Column] = {
        "name": ("Area", None),
        "what": ("Figure", None),
        "period": ("When", None),
        "text": ("Value", None),
    }
    caption = f"Figures found for {here} or parts of it, each with its own area, date and definition."
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))


def _counted(number: str, unit: str) -> str:
    """Write a figure with its unit: one bed, two beds."""
    return (
        f"{number} {words.plural(float(number == '1'), {'people': 'person'}.get(unit, unit.removesuffix('s')), unit)}"
    )
