"""An England of made-up numbers, small enough to work out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from needs.methods import demand
from needs.methods.cascade import BEYOND, SEXES, Anchors, Between, Places
from needs.methods.need import deprivation_tenths
from needs.values import TIERS, Estimate, Provenance

GROUPS = ("18_34", "35_plus")
KNOWN = Provenance("derived", ("x#y",))
PATIENTS = dict(zip(TIERS, (700, 3000, 3000), strict=True))
WOMEN = dict(zip(TIERS, (40, 500, 800), strict=True))
OUTSIDE = dict(zip(BEYOND, (400, 3700), strict=True))
EVEN, POOR = (0.1, 0.2), (0.2, 0.4)
"""Shares of people in England's most deprived tenth and fifth: as in England, and twice that."""


def around(value: float, factor: float = 1.2, source: str = "x#y") -> Estimate:
    """Return a published figure with the interval from value / factor to value x factor."""
    return Estimate(value, value / factor, value * factor, "published", (source,))


def england(factor: float = 1.2, **changes: Any) -> Anchors:
    """Return what is known of England; with a factor of 1 every number is sure."""
    told: dict[str, Any] = {
        "patients": {tier: around(n, factor) for tier, n in PATIENTS.items()},
        "women": {tier: around(n, factor) for tier, n in WOMEN.items()},
        "beyond": {tier: around(n, factor, f"beyond#{tier}") for tier, n in OUTSIDE.items()},
        "profile": pd.DataFrame({"male": [0.6, 0.4], "female": [0.3, 0.7]}, index=GROUPS),
        "effective": {"male": 40.0, "female": 60.0},
        "ratio": around(1.24, 1.0 + (factor - 1) / 10),
        "carried": around(0.7, factor),
    }
    return Anchors(**told | changes)


def two(poor: bool = True, **changes: Any) -> Places:
    """Return two areas, ``a`` and ``b``; the second has more people and, if asked, more deprivation."""
    cells = pd.MultiIndex.from_product([SEXES, GROUPS])
    people = pd.DataFrame({"a": [100.0, 300, 150, 250], "b": [400.0, 200, 250, 350]}, index=cells)
    shares = EVEN, POOR if poor else EVEN
    tenths = pd.DataFrame(deprivation_tenths(*zip(*shares, strict=True)), index=["a", "b"])
    told: dict[str, Any] = {"people": people, "tenths": tenths, "counts": pd.DataFrame({"own": [3.0, 1.0]}, ["a", "b"])}
    return Places(**told | changes)


def alike(adults: Mapping[str, float], **changes: Any) -> Places:
    """Return areas that differ in size alone, so that every rule but ``own`` gives each its share of the adults."""
    names = list(adults)
    cells = pd.MultiIndex.from_product([SEXES, GROUPS])
    people = pd.DataFrame({name: [size / 4] * 4 for name, size in adults.items()}, index=cells)
    tenths = pd.DataFrame(deprivation_tenths(*zip(*[EVEN] * len(names), strict=True)), index=names)
    return Places(**{"people": people, "tenths": tenths, "counts": pd.DataFrame({"own": 1.0}, names)} | changes)


def between(
    parts: Sequence[tuple[str, str, float]], regions: float | Estimate = 0.2, boards: float | Estimate | None = None
) -> Between:
    """Return what differs between areas made of parts (region, area, adults); a number is a spread that is sure."""
    spreads = [around(x, 1.0, "spread#1") if isinstance(x, float) else x for x in (regions, boards)]
    return Between(spreads[0], pd.DataFrame(parts, columns=["region", "area", "adults"]), spreads[1])


def assessed(places: Places, rules=("need",), anchors: Anchors | None = None, **changes: Any) -> demand.Demand:
    """Return demand from few draws."""
    return demand.assess(anchors or england(), places, KNOWN, list(rules), **{"draws": 400} | changes)
