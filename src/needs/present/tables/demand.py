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
from needs.values import Estimate, Provenance, Tier, records

__all__ = ["allocation_rules", "demand", "reconciliation"]


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
    title = f"{words.place(region.name, start=True)} would use about {words.count(everyone.beds)} secure beds at England's rate"
    caption = (
        f"Expected patients and beds by tier, {region.name}. Regional figures add up to England's by construction."
    )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))


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
        "share": ("Share of England", words.percent),
        "high": ("High", words.count),
        "medium": ("Medium", words.count),
        "low": ("Low", words.count),
        "patients": ("All patients", words.count),
    }
    known_rows = rows.dropna(subset=["patients"])
    spread = known_rows["patients"].max() - known_rows["patients"].min()
    title = f"Allocation rules differ by up to {words.count(spread)} patients"
    caption = f"Expected patients from {words.place(region.name)} under each allocation rule."
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))


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
    return Artefact("table", title, caption, found.known.kind, found.known.sources, rows, rows=laid_out(rows, columns))
