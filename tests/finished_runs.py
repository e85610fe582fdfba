"""Folders as finished runs leave them, of made-up figures: no notebook runs."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from needs.data.geography import find_region
from needs.params.load import load
from needs.present.choices import PART_NAMES
from needs.project import project_root
from needs.run import manifest, store

SOURCE = {
    "publisher": "DHSC",
    "title": "Beds",
    "date": "2024-03-12",
    "licence": "OGL v3.0",
    "url": "https://example.org/a",
    "table": "beds",
}
TIERS = ("high", "medium", "low")
ENGLAND = {"adults": 46e6, "patients": (640, 2700, 2700)}
PLACES: dict[str, dict[str, Any]] = {
    "london": {"adults": 7e6, "patients": (100, 410, 420)},
    "midlands": {"adults": 8e6, "patients": (90, 430, 500)},
}
COSTS = {"2023-24": (400e3, 330e3, 280e3), "2009-10": (273e3, 165e3, 152e3)}
WORTH = {"2023-24": 0.625, "2009-10": 1.6}
PARTS = {
    "single-assessment": ("One assessment", {"occupied": (-3e6, -5e6, -1e6), "empty": (1e6, 0.5e6, 1.4e6)}),
    "step-down-40": ("40 more step-down places", {"occupied": (-2e6, -6e6, 3e6), "opened": (7e6, 5e6, 9e6)}),
}


def spend_england(region: str, edition: str) -> pd.DataFrame:
    """Return the data of ``tbl-spend-england``."""
    rows = []
    for tier, cost, *people in zip(TIERS, COSTS[edition], PLACES[region]["patients"], ENGLAND["patients"], strict=True):
        row: dict[str, Any] = {"area": region, "tier": tier}
        for end, of, count in (("", PLACES[region], people[0]), ("_england", ENGLAND, people[1])):
            row |= {f"adults{end}": of["adults"], f"patients{end}": count, f"year_cost{end}": cost}
            row[f"spend{end}"] = count * cost
        rows.append(row)
    return pd.concat([pd.DataFrame(rows), pd.DataFrame([{"area": region, "tier": "all"}])], ignore_index=True)


def price_years(spend: pd.DataFrame, edition: str) -> pd.DataFrame:
    """Return the data of ``tbl-price-years``."""
    rows = [
        {"tier": name, "nominal": value, "nominal_lower": 0.8 * value, "nominal_upper": 1.3 * value, "worth": WORTH[edition]}
        for name, value in (("all", spend["spend"].sum()), ("england", spend["spend_england"].sum()))
    ]  # fmt: skip
    return pd.DataFrame(rows)


def options_money() -> pd.DataFrame:
    """Return the data of ``tbl-options-money``."""
    columns = ["name", "label", "part", "spend", "spend_lower", "spend_upper"]
    rows = []
    for name, (label, told) in PARTS.items():
        parts = {part: told.get(part, (0.0, 0.0, 0.0)) for part in PART_NAMES}
        whole = sum(value for value, _, _ in parts.values())
        parts["all"] = (whole, whole - 1e6, whole + 2e6)
        rows += [(name, label, part, *ends) for part, ends in parts.items()]
    return pd.DataFrame(rows, columns=columns)


@cache
def _told(edition: str, region: str) -> str:
    return load(edition, region, scenarios=list(PARTS)).canonical_json()


def finish(
    out: Path, region: str = "london", edition: str = "2023-24", root: Path | None = None,
    own_tiers: tuple[str, ...] = ("medium",), **costs: Any,
) -> Path:  # fmt: skip
    """Leave a finished run in its place under ``out``; ``costs`` are parameters told otherwise.

    ``own_tiers`` are those of which a ``spend_file`` among them tells.
    """
    root = root or project_root()
    folder = out / edition / region
    told = json.loads(_told(edition, region))
    told["costs"] |= costs
    spend = spend_england(region, edition)
    frames = {
        "tbl-spend-england": spend,
        "tbl-price-years": price_years(spend, edition),
        "tbl-options-money": options_money(),
    }
    if costs.get("spend_file"):
        own = [tier in own_tiers for tier in TIERS]
        frames["tbl-spend"] = pd.DataFrame({"tier": [*TIERS, "all"], "own": [*own, all(own)]})
    (folder / "artefacts").mkdir(parents=True)
    for name, frame in frames.items():
        frame.to_csv(folder / "artefacts" / f"{name}.csv", index=False)
        store.write_json(folder / "artefacts" / f"{name}.json", {"kind": "assumed", "sources": [f"{edition}/beds#one"]})
    about = {
        "edition": edition,
        "edition_label": edition,
        "region": region,
        "region_name": find_region(region, edition).name,
        "parameters": told,
        "measured": [],
        "overrides": [],
        "sources": {f"{edition}/beds#one": SOURCE},
        "versions": {},
        "fingerprint": "",
    }
    store.write_json(folder / "about.json", about)
    record(folder, told, root)
    return folder


def record(folder: Path, told: dict[str, Any], root: Path, **changes: Any) -> None:
    """Write the manifest of a folder as it is now."""
    parts = {
        "inputs": {"data_raw/common/beds.csv": "00"},
        "parameters": told,
        "code": manifest.code(root),
        "lock": "00",
    }
    origin = manifest.Origin(**parts | changes)
    made = manifest.Manifest(
        **origin.model_dump(),
        edition=told["edition"],
        region=told["region"],
        formats=("html",),
        fingerprint=manifest.fingerprint(origin),
        versions={"renderer": "embedded"},
        outputs=manifest.hashes([f for f in manifest.tree(folder) if f.name != manifest.FILE], folder),
        artefacts={},
    )
    store.write_json(folder / manifest.FILE, made.model_dump(mode="json"))
