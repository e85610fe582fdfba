"""Tables of expected patients and beds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from needs.data.geography import Region
from needs.methods.cascade import ROWS
from needs.methods.demand import Demand
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.tables.layout import DOES_NOT_APPLY, Column, laid_out
from needs.values import Provenance, records

__all__ = ["allocation_rules", "demand", "reconciliation", "uncertainty"]


def demand(
    expected: pd.DataFrame, region: Region, rates: Mapping[str, float], adults: float, note: str, known: Provenance
) -> Artefact:
    """Tabulate expected patients and beds by tier, with 80% and 95% intervals.

    Parameters
    ----------
    expected : DataFrame
        Rows of :meth:`needs.methods.demand.Demand.rows` for the region.
    region, known
        See :func:`needs.present.charts.demand_by_tier`.
    rates : mapping of tier to float
        National occupancy of the secure tiers, ``all`` included, that turns patients into beds.
    adults : float
        Adults of the region.
    note : str
        What the beds are, and of when.
    """
    rows = expected.assign(
        beds=expected["patients"] / expected["tier"].map(rates), patients_per_100k=expected["patients"] / adults * 1e5
    )
    steps = [words.step(row.patients_lower_95, row.patients_upper_95) for row in records(rows)]
    shown = rows.assign(
        name=rows["tier"].map(words.TIER_NAMES),
        patients=[words.count(value, to) for value, to in zip(rows["patients"], steps, strict=True)],
        beds=[
            DOES_NOT_APPLY if pd.isna(value) else words.count(value, to)
            for value, to in zip(rows["beds"], steps, strict=True)
        ],
    )
    for level in (80, 95):
        ends = zip(rows[f"patients_lower_{level}"], rows[f"patients_upper_{level}"], steps, strict=True)
        shown[f"interval_{level}"] = [f"{words.count(low, to)} to {words.count(high, to)}" for low, high, to in ends]
    columns: dict[str, Column] = {
        "name": ("Tier", None),
        "patients": ("Expected patients", words.count),
        "interval_80": ("80% interval", None),
        "interval_95": ("95% interval", None),
        "beds": ("Beds at national occupancy", words.count),
        "patients_per_100k": ("Patients per 100,000 adults", lambda v: f"{v:.1f}"),
    }
    everyone = shown[shown["tier"] == "all"].iloc[0]
    title = (
        f"By the rule used, {words.place(region.name)} would take {words.percent(everyone.share)} of England's secure patients, "
        f"which is about {everyone.beds} {words.plural(float(everyone.beds == '1'), 'bed')}"
    )
    caption = (
        f"Expected patients and beds by tier, {region.name}. Areas add up to England by construction. "
        f"Beds in England: {note}."
    )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(shown, columns))


def uncertainty(expected: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Tabulate what makes the uncertainty of each tier: what is known, the choice of rule, and chance.

    Parameters
    ----------
    expected, region, known
        See :func:`demand`.
    """
    parts = {
        "from_parameters": "what is not known of England and of need",
        "from_rule": "the choice of rule",
        "from_chance": "chance",
    }
    rows = expected[["tier", *parts, "below"]].reset_index(drop=True)
    below = words.percent(float(rows.loc[rows["tier"] == "all", "below"].iloc[0]), 0)
    columns: dict[str, Column] = {"name": ("Tier", None)}
    headings = ("National figures and need", "Choice of rule", "Chance")
    columns |= {part: (heading, lambda v: words.percent(v, 0)) for part, heading in zip(parts, headings, strict=True)}
    everyone = rows.loc[rows["tier"] == "all", list(parts)].iloc[0].astype(float)
    most, share = str(everyone.idxmax()), float(everyone.max())
    finding = parts[most][:1].upper() + parts[most][1:]
    how = "most" if share > 0.5 else "more than any other part"
    here = words.place(region.name)
    title = f"{finding} makes {how} of the uncertainty in secure patients from {here}: {words.percent(share, 0)}"
    if (everyone == share).sum() > 1:
        title = f"No one part makes most of the uncertainty in secure patients from {here}"
    caption = (
        f"Share of the variance of expected patients from {here}, by tier. National figures and need: "
        "beds, occupancy, women, ages, deprivation gradient, and what is not known of need between areas. Choice of rule: how "
        "far the allocation rules differ. Chance: how much a count on one day varies by itself. A row adds up to 100%, but for "
        f"rounding. The central figure is not the middle of the interval: {below} of the draws of all secure patients lie below "
        "it."
    )
    shown = laid_out(rows.assign(name=rows["tier"].map(words.TIER_NAMES)), columns)
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=shown)


def allocation_rules(by_rule: pd.DataFrame, region: Region, notes: str, known: Provenance) -> Artefact:
    """Tabulate the region's share and patients under every rule, and rules that cannot be used.

    Parameters
    ----------
    by_rule : DataFrame
        ``label, share, patients, high, medium, low, chosen``; missing numbers where a rule has
        no published data.
    region, known
        See :func:`needs.present.charts.allocation_rules`.
    notes : str
        What a reader must know of the series behind the rules.
    """
    rows = by_rule.assign(label=[f"{r.label}{' (used)' if r.chosen else ''}" for r in records(by_rule)])
    columns: dict[str, Column] = {
        "label": ("Allocation rule", None),
        "share": ("Share of England", words.percent),
        "high": ("High", words.count),
        "medium": ("Medium", words.count),
        "low": ("Low", words.count),
        "patients": ("All patients", words.count),
    }
    known_rows = rows.dropna(subset=["patients"])
    spread = known_rows["patients"].max() - known_rows["patients"].min()
    title = (
        f"Allocation rules differ by up to {words.count(spread, 10)} patients"
        if words.count(spread, 10) != "0"
        else "The allocation rules give about the same number of patients"
        if len(known_rows) > 1
        else "Only one allocation rule has published data"
    )
    caption = (
        f"Expected patients from {words.place(region.name)} in secure care under each allocation rule. Need and deprivation use "
        f"the need index: the published gradient of secure admissions over deprivation tenths.{notes}"
    )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))


def reconciliation(found: Demand, note: str, tiles: pd.DataFrame) -> Artefact:
    """Tabulate every region's expected patients by tier beside England's anchors.

    Parameters
    ----------
    found : Demand
        Expected patients of every region.
    note : str
        What the beds are, and of when.
    tiles : DataFrame
        ``area, name`` of every region.
    """
    wide = found.expected.pivot(index="area", columns="tier", values="patients")[list(ROWS)]
    wide.insert(0, "name", tiles.set_index("area")["name"])
    kind = words.kind_of_areas(tiles["name"])
    sums: dict[Any, Any] = {"name": f"Sum of {kind}", **wide.drop(columns="name").sum().to_dict()}
    national = {tier: people.value for tier, people in found.national.items()}
    beyond = {tier: people.value for tier, people in found.anchors.beyond.items()}
    anchors: dict[Any, Any] = {"name": "England", **national, "all": sum(national.values()), **beyond}
    rows = pd.concat([wide.loc[list(tiles["area"])], pd.DataFrame([sums, anchors])]).reset_index(drop=True)
    columns: dict[str, Column] = {"name": (kind[:-1].capitalize(), None)}
    columns |= {tier: (words.TIER_NAMES[tier], words.count) for tier in ROWS}
    title = f"Patients of the {kind} add up to England's {words.count(anchors['all'], 10)} by construction"
    caption = (
        f"Expected patients by {kind[:-1]} and tier beside England's figure, for secure tiers beds times occupancy ({note}). "
        "That the sums match is arithmetic, not validation."
    )
    known = Provenance.of(found.known, *found.anchors.beyond.values())
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))
