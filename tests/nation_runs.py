"""Finished runs of all regions of the made-up edition, of made-up figures that add up: no notebook runs."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from finished_runs import SOURCE, record

from needs.data.geography import Regions
from needs.params.load import load
from needs.project import project_root
from needs.run import manifest, store

EDITION = "example"
REF = "example/country#made-up"
SHARES = {"northmark": 0.4, "eastvale": 0.25, "southmoor": 0.35}
PATIENTS = {"high": 40.0, "medium": 240.0, "low": 180.0}
BEYOND = {"step_down": 100.0, "community": 240.0}
COSTS = {"high": 400e3, "medium": 250e3, "low": 200e3}
ADULTS = {"northmark": 1.2e6, "eastvale": 1.0e6, "southmoor": 1.3e6}
OCCUPANCY = 0.9
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="450" height="150"><rect width="450" height="150" fill="#ffffff"/></svg>'
REPORT = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Report</title></head><body>
<a class="skip" href="#main">Skip to the report</a>
<header><h1>Needs assessment for {name}</h1></header>
<nav aria-label="Contents"><a href="#sec-quality">Quality</a></nav>
<main id="main"><h2 id="sec-quality">13 Quality dashboard</h2>
<figure id="fig-demand"><figcaption>Figure 1: <strong>{name} has few beds.</strong> Beds, 2025.</figcaption></figure></main>
</body></html>
"""


def national() -> dict[str, float]:
    """Return the country's people by tier."""
    return {**PATIENTS, "all": sum(PATIENTS.values()), **BEYOND}


def finish_nation(out: Path, without_data: str = "eastvale", regions: tuple[str, ...] = tuple(SHARES)) -> Path:
    """Leave finished runs under ``out``; one region has no data of its own."""
    for region in regions:
        finish_region(out, region, own=region != without_data)
    return out


@cache
def _told(region: str) -> str:
    return load(EDITION, region, scenarios=["single-assessment"]).canonical_json()


def finish_region(out: Path, region: str, own: bool = True, england: float = 1.0, **changes: Any) -> Path:
    """Leave the finished run of a region; ``england`` times the country's people are in it, ``changes`` its manifest's parts."""
    root = project_root()
    folder = out / EDITION / region
    (folder / "artefacts").mkdir(parents=True)
    (folder / "private").mkdir()
    (folder / "private" / "excluded.csv").write_text("person_key\nP1\n", encoding="utf-8")
    name = next(each.name for each in Regions.open(EDITION, root) if each.slug == region)
    told = json.loads(_told(region))
    if not own:
        told["service"]["folder"] = None
        told["costs"]["spend_file"] = None
    made = frames(region, name)
    made["tbl-reconciliation"].loc[made["tbl-reconciliation"]["name"] == "England", "low"] *= england
    for artefact, frame in made.items():
        put(folder, artefact, frame)
    for artefact in ("tbl-dashboard", "fig-control-charts", "fig-standards", "tbl-standards") if own else ():
        put(folder, artefact, pd.DataFrame({"name": ["occupancy"], "value": [0.85]}), ("service/example#own-data",))
    about = {
        "edition": EDITION, "edition_label": "Example (synthetic)", "region": region, "region_name": name, "parameters": told,
        "overrides": [], "measured": [], "sources": {REF: {**SOURCE, "table": "example/country"}}, "versions": {"python": "3"},
        "fingerprint": "",
    }  # fmt: skip
    store.write_json(folder / "about.json", about)
    (folder / "report.html").write_text(REPORT.format(name=name), encoding="utf-8")
    named = ["data_raw/example/country.csv", "params/example/_edition.yaml"]
    shared = manifest.hashes([root / each for each in named], root)
    lock = manifest.hashes([root / "requirements.lock"], root)["requirements.lock"]
    aside = folder.with_name(f"{region}-private")  # no manifest lists what is private
    (folder / "private").rename(aside)
    record(folder, told, root, **{"inputs": shared, "lock": lock} | changes)
    aside.rename(folder / "private")
    return folder


def put(folder: Path, name: str, frame: pd.DataFrame, released: tuple[str, ...] = ()) -> None:
    """Write an artefact as a run does."""
    form = {"fig": "figure", "tbl": "table", "num": "number"}[name[:3]]
    files = [f"{name}.csv"]
    frame.to_csv(folder / "artefacts" / files[0], index=False)
    made: dict[str, Any] = {
        "id": name, "notebook": "demand", "cell": name, "form": form, "kind": "synthetic", "sources": [REF],
        "title": f"Finding of {name[4:].replace('-', ' ')}", "caption": f"Measure of {name}", "alt": "A picture of grey bars",
    }  # fmt: skip
    if form == "table":
        made["table"] = {"columns": ["Indicator", "Value"], "align": ["l", "r"], "rows": [["Occupancy", "85%"]]}
    if form == "figure":
        (folder / "artefacts" / f"{name}.svg").write_text(SVG, encoding="utf-8")
        (folder / "artefacts" / f"{name}.png").write_bytes(b"\x89PNG")
        files += [f"{name}.svg", f"{name}.png"]
    if released:
        made["released"] = True
    store.write_json(folder / "artefacts" / f"{name}.json", made | {"files": files})


def headline(value: float, ends: tuple[float, float] | None = (0.8, 1.25)) -> pd.DataFrame:
    """Return the data of a headline number."""
    lower, upper = (value * ends[0], value * ends[1]) if ends else (None, None)
    row = {"label": "x", "unit": "people", "value": value, "value_lower": lower, "value_upper": upper}
    return pd.DataFrame([row | {"kind": "synthetic", "source": REF}])


def frames(region: str, name: str) -> dict[str, pd.DataFrame]:
    """Return the data of every artefact that a nation is made of."""
    share, everyone = SHARES[region], national()
    here = {tier: people * share for tier, people in everyone.items()}
    spend = {tier: here[tier] * cost for tier, cost in COSTS.items()}
    names = {each.slug: each.name for each in Regions.open(EDITION, project_root())}
    rows = [{"name": names[area], **{tier: n * part for tier, n in everyone.items()}} for area, part in SHARES.items()]
    rows += [{"name": "Sum of regions", **everyone}, {"name": "England", **everyone}]
    money = [
        {"tier": tier, "area": region, "adults": ADULTS[region], "patients": here[tier], "year_cost": cost, "spend": spend[tier],
         "adults_england": sum(ADULTS.values()), "patients_england": everyone[tier], "year_cost_england": cost,
         "spend_england": everyone[tier] * cost}
        for tier, cost in COSTS.items()
    ]  # fmt: skip
    whole = {"tier": "all", "area": region, "adults": ADULTS[region], "adults_england": sum(ADULTS.values())}
    whole |= {
        part: sum(row[part] for row in money) for part in ("patients", "spend", "patients_england", "spend_england")
    }
    use = pd.DataFrame(
        [
            {"cell": area, "name": names[area], "count": 60.0 * (n + 1), "share": part, "expected": 100.0 * part, "phi": 0.5,
             "ratio": 0.9 + 0.5 * (area == "southmoor"), "ratio_lower": 0.7, "ratio_upper": 1.6, "limit_lower_95": 0.7,
             "limit_upper_95": 1.3, "limit_lower_99_8": 0.5, "limit_upper_99_8": 1.6}
            for n, (area, part) in enumerate(SHARES.items())
        ]
    )  # fmt: skip
    option = {
        "name": "single-assessment",
        "label": "One assessment",
        "spend": -2e6,
        "spend_lower": -4e6,
        "spend_upper": 1e6,
    }
    standard = {"now": 0.3, "now_lower": 0.1, "now_upper": 0.6, "clock": "from referral"}
    return {
        "num-adults": headline(ADULTS[region], None),
        "num-need-index": headline(0.9 + share / 4, (0.99, 1.01)),
        "num-demand-all": headline(here["all"]),
        "num-beds-all": headline(here["all"] / OCCUPANCY),
        "num-secure-spend": headline(sum(spend.values())),
        "num-spend-per-adult": headline(sum(spend.values()) / ADULTS[region]),
        "num-step-down-places": headline(20 * share),
        "num-blocked": headline(10 * share),
        "num-prisoners-waiting": headline(8 * share),
        "num-england-beds": headline(everyone["all"] / OCCUPANCY, None),
        "num-england-modelled": headline(sum(everyone[tier] * cost for tier, cost in COSTS.items()), (0.9, 1.1)),
        "num-secure-share": headline(0.096, None),
        "tbl-transfer-standards": pd.DataFrame([{**standard, "days": 14}, {**standard, "days": 28}]),
        "tbl-demand": pd.DataFrame(
            [{"tier": tier, "patients": n, "beds": n / OCCUPANCY} for tier, n in here.items()]
        ),
        "tbl-reconciliation": pd.DataFrame(rows),
        "tbl-spend-england": pd.DataFrame([*money, whole]),
        "fig-need-map": pd.DataFrame(
            [{"area": a, "name": names[a], "value": everyone["all"] * s / ADULTS[a] * 1e5} for a, s in SHARES.items()]
        ),
        "fig-funnel": use,
        "tbl-use-need": use[use["cell"] == region].assign(label="Prison transfers to hospital", note="made up"),
        "tbl-options": pd.DataFrame([option | {"delayed": 900.0, "delayed_lower": -40.0, "delayed_upper": 2000.0}]),
        "tbl-spend": pd.DataFrame({"tier": [*COSTS, "all"], "own": [False] * 4}),
    }  # fmt: skip
