"""Tables of expected patients and beds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from needs.data.geography import Region
from needs.methods.demand import Demand
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.tables.layout import Column, laid_out, ranges
from needs.values import Provenance, records

__all__ = ["allocation_rules", "demand", "reconciliation"]


def demand(
    expected: pd.DataFrame, region: Region, occupancy: Mapping[str, float], adults: float, note: str, known: Provenance
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
    note : str
        What the beds are, and of when.
    """
    rows = expected.copy()
    rows["beds"] = rows["patients"] / rows["tier"].map(occupancy)
    rows["patients_per_100k"] = rows["patients"] / adults * 1e5
    rows["name"] = rows["tier"].map(words.TIER_NAMES)
    rows["interval_80"] = ranges(rows["patients_lower_80"], rows["patients_upper_80"])
    rows["interval_95"] = ranges(rows["patients_lower_95"], rows["patients_upper_95"])
    columns: dict[str, Column] = {
        "name": ("Tier", None),
        "patients": ("Expected patients", words.count),
        "interval_80": ("80% interval", None),
        "interval_95": ("95% interval", None),
        "beds": ("Beds at national occupancy", words.count),
        "patients_per_100k": ("Patients per 100,000 adults", lambda v: f"{v:.1f}"),
    }
    everyone = rows[rows["tier"] == "all"].iloc[0]
    title = (
        f"By the rule used, {words.place(region.name)} would take {words.percent(everyone.share)} of England's beds, about "
        f"{words.count(everyone.beds, 10)}"
    )
    caption = (
        f"Expected patients and beds by tier, {region.name}. Regional figures add up to England's by construction. "
        f"Beds in England: {note}."
    )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))


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
        if len(known_rows) > 1
        else "Only one allocation rule has published data"
    )
    caption = (
        f"Expected patients from {words.place(region.name)} under each allocation rule. Deprivation weighs adults by the mean "
        f"score, taken to be in proportion to need.{notes}"
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
    wide = found.expected.pivot(index="area", columns="tier", values="patients")[[*found.national, "all"]]
    wide.insert(0, "name", tiles.set_index("area")["name"])
    sums: dict[Any, Any] = {"name": "Sum of regions", **wide.drop(columns="name").sum().to_dict()}
    national = {tier: people.value for tier, people in found.national.items()}
    anchors: dict[Any, Any] = {"name": "England", **national, "all": sum(national.values())}
    rows = pd.concat([wide.loc[list(tiles["area"])], pd.DataFrame([sums, anchors])]).reset_index(drop=True)
    columns: dict[str, Column] = {"name": ("Region", None)}
    columns |= {tier: (words.TIER_NAMES[tier], words.count) for tier in [*found.national, "all"]}
    title = f"Regional patients add up to England's {words.count(anchors['all'], 10)} by construction"
    caption = (
        f"Expected patients by region and tier beside England's figure, which is beds times occupancy ({note}). "
        "That the sums match is arithmetic, not validation."
    )
    return Artefact("table", title, caption, found.known.kind, found.known.sources, rows, rows=laid_out(rows, columns))
