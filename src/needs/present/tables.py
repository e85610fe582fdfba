"""Every table of the report: rows of text made from a frame of numbers, with its finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from needs.data.geography import Region
from needs.methods.demand import Demand
from needs.methods.mismatch import NEEDED_TIERS, Matrix, needed
from needs.params.model import Quoted
from needs.present import words
from needs.present.artefact import Artefact
from needs.values import Estimate, Provenance, Tier, merge_sources, records, total, weakest

__all__ = [
    "NONE_PUBLISHED",
    "allocation_rules",
    "budget_share",
    "demand",
    "drivers",
    "gap",
    "places",
    "population",
    "prices",
    "quoted",
    "reconciliation",
    "spend",
    "tier_needed",
]

NONE_PUBLISHED = "no published figure"
Column = tuple[str, Callable[[Any], str] | None]
"""Heading on the page, and how a number is written; None for text."""


def _rows(frame: pd.DataFrame, columns: Mapping[str, Column]) -> pd.DataFrame:
    """Write a frame's chosen columns as text, numbers to the right."""
    shown = pd.DataFrame(
        {
            heading: [_cell(value, write) for value in frame[name]]
            for name, (heading, write) in columns.items()
        }
    )  # fmt: skip
    shown.attrs["numeric"] = [heading for heading, write in columns.values() if write]
    return shown


def _cell(value: Any, write: Callable[[Any], str] | None) -> str:
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return NONE_PUBLISHED
    return write(value) if write and not isinstance(value, str) else str(value)


def _share(value: float) -> str:
    return words.percent(value)


def _ends(lower: pd.Series, upper: pd.Series, write: Callable[[Any], str] = words.count) -> list[str]:
    return [f"{write(a)} to {write(b)}" for a, b in zip(lower, upper, strict=True)]


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
        "share": ("Share of adults", _share),
        "england_share": ("Share in England", _share),
    }
    title = f"{words.place(region.name, start=True)} has {words.adults(total['persons'])} adults"
    caption = f"Adults by sex and age band, {region.name}, {period}."
    return Artefact("table", title, caption, known.kind, known.sources, wide, rows=_rows(wide, columns))


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
    caption = f"Need drivers of {words.place(region.name)} beside England, and rank among the regions."
    return Artefact("table", title, caption, known.kind, known.sources, own, rows=_rows(own, columns))


def demand(
    expected: pd.DataFrame, region: Region, occupancy: Mapping[str, float], adults: float, known: Provenance
) -> Artefact:
    """Tabulate expected patients and beds by tier, with 80% and 95% intervals.

    Parameters
    ----------
    expected : DataFrame
        Rows of :func:`needs.methods.demand.expected_patients` for the region.
    region, known
        See :func:`needs.present.charts.demand_by_tier`.
    occupancy : mapping of tier to float
        National occupancy, ``all`` included, that turns patients into beds.
    adults : float
        Adults of the region.
    """
    rows = expected.copy()
    rows["beds"] = rows["patients"] / rows["tier"].map(occupancy)
    rows["patients_per_100k"] = rows["patients"] / adults * 1e5
    rows["name"] = rows["tier"].map(words.TIER_NAMES)
    rows["interval_80"] = _ends(rows["patients_lower_80"], rows["patients_upper_80"])
    rows["interval_95"] = _ends(rows["patients_lower_95"], rows["patients_upper_95"])
    columns: dict[str, Column] = {
        "name": ("Tier", None),
        "patients": ("Expected patients", words.count),
        "interval_80": ("80% interval", None),
        "interval_95": ("95% interval", None),
        "beds": ("Beds at national occupancy", words.count),
        "patients_per_100k": ("Patients per 100,000 adults", lambda v: f"{v:.1f}"),
    }
    everyone = rows[rows["tier"] == "all"].iloc[0]
    title = f"{words.place(region.name, start=True)} would use about {words.count(everyone.beds)} secure beds at England's rate"
    caption = (
        f"Expected patients and beds by tier, {region.name}. Regional figures add up to England's by construction."
    )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=_rows(rows, columns))


def allocation_rules(by_rule: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Tabulate the region's share and patients under every rule, and rules that cannot be used.

    Parameters
    ----------
    by_rule : DataFrame
        ``label, share, patients, high, medium, low, chosen``; missing numbers where a rule has
        no published data.
    region, known
        See :func:`needs.present.charts.allocation_rules`.
    """
    rows = by_rule.assign(label=[f"{r.label}{' (used)' if r.chosen else ''}" for r in records(by_rule)])
    columns: dict[str, Column] = {
        "label": ("Allocation rule", None),
        "share": ("Share of England", _share),
        "high": ("High", words.count),
        "medium": ("Medium", words.count),
        "low": ("Low", words.count),
        "patients": ("All patients", words.count),
    }
    known_rows = rows.dropna(subset=["patients"])
    spread = known_rows["patients"].max() - known_rows["patients"].min()
    title = f"Allocation rules differ by up to {words.count(spread)} patients"
    caption = f"Expected patients from {words.place(region.name)} under each allocation rule."
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=_rows(rows, columns))


def tier_needed(matrix: Matrix, region: Region) -> Artefact:
    """Tabulate patients by current tier and tier needed.

    Parameters
    ----------
    matrix : dict of dict of Estimate
        People by current tier, then tier needed.
    region : Region
        The region.
    """
    columns = [to for to in NEEDED_TIERS if any(to in row for row in matrix.values())]
    sums = needed(matrix)

    def text(estimate: Estimate | None) -> str:
        if estimate is None:
            return "0"
        return f"{words.count(estimate.value)} ({words.count(estimate.bounds[0])} to {words.count(estimate.bounds[1])})"

    lines = [[words.TIER_NAMES[tier], *(text(row.get(to)) for to in columns)] for tier, row in matrix.items()]
    lines.append(["All who need it", *(text(sums[to]) for to in columns)])
    headings = [f"Need {words.TIER_NAMES[to].lower()}" for to in columns]
    shown = pd.DataFrame(lines, columns=["Current tier", *headings])
    shown.attrs["numeric"] = headings
    data = pd.DataFrame(
        [{"current_tier": t, "needed_tier": to, **e.as_record()} for t, row in matrix.items() for to, e in row.items()]
        + [{"current_tier": "all", "needed_tier": to, **e.as_record()} for to, e in sums.items()]
    )
    places = total((sums[to] for to in ("step_down", "community") if to in sums), together=True)
    title = (
        f"About {words.number_text(places, 'people')} secure patients ({words.range_text(places, 'people')}) may need "
        "step-down or community care instead"
    )
    caption = f"Expected patients from {words.place(region.name)} by current tier and tier needed, with 95% intervals."
    figures = list(sums.values())
    kind, sources = weakest(e.kind for e in figures), merge_sources(*(e.source for e in figures))
    return Artefact("table", title, caption, kind, sources, data, rows=shown)


def places(required: pd.DataFrame, region: Region, probability: float, flat: float, known: Provenance) -> Artefact:
    """Tabulate places required by both rules and what each leads to.

    Parameters
    ----------
    required : DataFrame
        ``tier, load, beds, beds_lower, beds_upper, occupancy, flat_beds, flat_wait``.
    region, probability, flat, known
        See :func:`needs.present.charts.places_required`.
    """
    rows = required.assign(
        name=required["tier"].map(words.TIER_NAMES), interval=_ends(required["beds_lower"], required["beds_upper"])
    )
    limit, rule = words.percent(probability, 0), words.percent(flat, 0)
    columns: dict[str, Column] = {
        "name": ("Tier needed", None),
        "load": ("People", words.count),
        "beds": (f"Places, at most {limit} wait", words.count),
        "interval": ("95% interval", None),
        "occupancy": ("Occupancy that results", lambda v: words.percent(v, 0)),
        "flat_beds": (f"Places by the {rule} rule", words.count),
        "flat_wait": ("Share who then wait", lambda v: words.percent(v, 0)),
    }
    step_down = rows[rows["tier"] == "step_down"].iloc[0]
    title = f"{words.count(step_down.beds)} step-down places would leave at most {limit} of those ready waiting"
    caption = f"Places required by tier for patients from {words.place(region.name)}, if all were placed in the tier they need."
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=_rows(rows, columns))


def gap(gaps: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Tabulate places required against places that exist, where that is known.

    Parameters
    ----------
    gaps : DataFrame
        ``tier, required, required_lower, required_upper, existing, gap``; missing where no
        figure is published and none is given.
    region, known
        See :func:`places`.
    """
    rows = gaps.assign(
        name=gaps["tier"].map(words.TIER_NAMES), interval=_ends(gaps["required_lower"], gaps["required_upper"])
    )
    columns: dict[str, Column] = {
        "name": ("Tier needed", None),
        "required": ("Places required", words.count),
        "interval": ("95% interval", None),
        "existing": ("Places in the region", words.count),
        "gap": ("Gap", lambda v: f"{v:+,.0f}"),
    }
    here = words.place(region.name)
    told = [row for row in records(rows) if not pd.isna(row.existing)]
    title = "; ".join(
        f"{here} has {words.count(row.existing)} {words.TIER_NAMES[row.tier].lower()} places against {words.count(row.required)} "
        f"required ({row.interval})"
        for row in told
    )
    title = title[:1].upper() + title[1:] or f"No published figure says how many places {here} has in any tier"
    caption = (
        f"Places required and existing, {region.name}. Existing places come from step_down.local_places in the region's "
        "parameter file."
    )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=_rows(rows, columns))


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
        interval=_ends(costs["spend_lower"], costs["spend_upper"], words.money),
    )
    columns: dict[str, Column] = {
        "name": ("Tier", None),
        "patients": ("Occupied places", words.count),
        "year_cost": ("Cost of a year", words.money),
        "spend": ("Spend a year", words.money),
        "interval": ("95% interval", None),
        "per_adult": ("Per adult", words.money),
        "england_share": ("Share of England", _share),
    }
    everything = rows[rows["tier"] == "all"].iloc[0]
    title = (
        f"Secure care for {words.place(region.name)} costs about {words.money(everything.per_adult)} per adult a year"
    )
    caption = f"Modelled spend on secure care by tier, {region.name}, {price_year} prices."
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=_rows(rows, columns))


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
        "share": ("Share", _share),
        "interval": ("Range", None),
    }
    first = rows.iloc[0]
    title = f"Secure care takes {words.percent(first.share)} of {words.lower(first.label)} in {first.area}"
    caption = f"Secure spend as a share of the mental-health budget by base, England and {region.name}. Bases are never mixed."
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=_rows(rows, columns))


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
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=_rows(rows, columns))


def quoted(items: Sequence[tuple[Quoted, Estimate]], about: str) -> Artefact:
    """Tabulate published national figures as they stand, each with how it was counted.

    Parameters
    ----------
    items : sequence of (Quoted, Estimate)
        What each figure is, and the figure.
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
                else "none published",
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
        "interval": ("95% interval", None),
        "counted": ("Who was counted, and how", None),
    }
    first = rows.iloc[0]
    shown = _rows(rows, columns)
    shown.attrs["numeric"] = ["Value"]
    known = Provenance.of(*(figure for _, figure in items))
    return Artefact(
        "table", f"{first.label}: {first.text}", f"{about}, as published.", known.kind, known.sources, rows, rows=shown
    )


def reconciliation(found: Demand, beds: Mapping[Tier, Estimate], tiles: pd.DataFrame) -> Artefact:
    """Tabulate every region's expected patients by tier beside England's anchors.

    Parameters
    ----------
    found : Demand
        Expected patients of every region.
    beds : mapping of tier to Estimate
        Beds in England.
    tiles : DataFrame
        ``area, name`` of every region.
    """
    wide = found.expected.pivot(index="area", columns="tier", values="patients")[[*found.national, "all"]]
    wide.insert(0, "name", tiles.set_index("area")["name"])
    sums: dict[Any, Any] = {"name": "Sum of regions", **wide.drop(columns="name").sum().to_dict()}
    national = {tier: people.value for tier, people in found.national.items()}
    anchors: dict[Any, Any] = {"name": "England", **national, "all": sum(national.values())}
    rows = pd.concat([wide.loc[list(tiles["area"])], pd.DataFrame([sums, anchors])]).reset_index(drop=True)
    columns: dict[str, Column] = {"name": ("Region", None)}
    columns |= {tier: (words.TIER_NAMES[tier], words.count) for tier in [*found.national, "all"]}
    title = f"Regional patients add up to England's {words.count(anchors['all'])} by construction"
    caption = (
        "Expected patients by region and tier beside England's figure (beds times occupancy: "
        + ", ".join(f"{words.TIER_NAMES[t].lower()} {words.count(b.value)} beds" for t, b in beds.items())
        + "). That the sums match is arithmetic, not validation."
    )
    return Artefact("table", title, caption, found.known.kind, found.known.sources, rows, rows=_rows(rows, columns))
