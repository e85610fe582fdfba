"""Expected people of 42 boards, 5 tiers and 10,000 parameter draws, three ways with the same answer.

    one call    needs.methods.cascade.cascade
    loop        for each area and tier, statsmodels' Poisson mean for every draw of the coefficients
    pandas      the same sums as group-bys and merges over one long table, a block of draws at a time

Run: ``python benchmarks/demand.py [draws]``. Each way runs in its own process: median wall seconds of three
calculations (imports and inputs left out), and the peak memory of the process.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from needs.methods.cascade import BEYOND, SEXES, Anchors, Places, Told, cascade, told_by
from needs.methods.need import TENTHS, deprivation_tenths, need_index
from needs.values import TIERS, Estimate

AREAS, GROUPS, SEED = 42, ("18_24", "25_34", "35_44", "45_54", "55_plus"), 2011


def england() -> tuple[Anchors, Places]:
    """Return anchors of the size of England's and areas of the size of boards, made up."""
    rng = np.random.default_rng(SEED)
    names = [f"board-{i}" for i in range(AREAS)]
    cells = pd.MultiIndex.from_product([SEXES, GROUPS])
    people = pd.DataFrame(rng.uniform(40_000, 180_000, (len(cells), AREAS)), index=cells, columns=names)
    tenth = rng.uniform(0.03, 0.2, AREAS)
    tenths = pd.DataFrame(deprivation_tenths(tenth, tenth * 2 + 0.01), index=names)

    def figure(value: float) -> Estimate:
        return Estimate(value, value * 0.9, value * 1.1, "synthetic", ("benchmark#made-up",))

    anchors = Anchors(
        dict(zip(TIERS, map(figure, (640, 2670, 2700)), strict=True)),
        dict(zip(TIERS, map(figure, (45, 570, 890)), strict=True)),
        dict(zip(BEYOND, map(figure, (435, 3700)), strict=True)),
        pd.DataFrame({sex: rng.dirichlet(np.full(len(GROUPS), 9.0)) for sex in SEXES}, index=GROUPS),
        {"male": 30.0, "female": 66.0}, figure(1.24), figure(0.8),
    )  # fmt: skip
    return anchors, Places(people, tenths, pd.DataFrame(index=names))


def one_call(told: Told, places: Places, slopes: np.ndarray) -> np.ndarray:
    """Share every draw, tier, sex and area in one calculation."""
    index = np.repeat(need_index(places.tenths, slopes)[:, None], 2, axis=1)
    return cascade(replace(told, index=index), places, ["need"]).tiers


def loop(told: Told, places: Places, slopes: np.ndarray) -> np.ndarray:
    """Predict area by area with statsmodels: log link, offset of people, one coefficient vector a draw."""
    import statsmodels.api as sm

    people = np.stack([places.people.loc[sex].to_numpy() for sex in SEXES])
    log_rates = np.log(told.profile / people.sum(axis=2))
    rows = len(GROUPS) * len(TENTHS)
    design = np.column_stack([np.tile(np.eye(len(GROUPS)), (len(TENTHS), 1)), np.repeat(TENTHS, len(GROUPS))])
    model = sm.GLM(np.ones(rows), design, family=sm.families.Poisson())
    weight = np.empty((len(slopes), 2, AREAS))
    for area in range(AREAS):
        for sex in range(2):
            there = np.outer(places.tenths.iloc[area], people[sex, :, area]).ravel()
            offset = np.log(np.maximum(there, 1e-300))
            for draw, slope in enumerate(slopes):
                coefficients = np.append(log_rates[draw, sex], slope)
                weight[draw, sex, area] = model.predict(coefficients, exog=design, offset=offset).sum()
    share = weight / weight.sum(axis=2, keepdims=True)
    found = np.empty((len(slopes), 5, AREAS))
    for tier in range(3):
        found[:, tier] = np.einsum("ds,dsr->dr", told.patients[:, tier], share)
    everyone = found[:, :3].sum(axis=1)
    for tier in range(2):
        found[:, 3 + tier] = told.beyond[:, tier, None] * everyone / everyone.sum(axis=1, keepdims=True)
    return found


def in_pandas(told: Told, places: Places, slopes: np.ndarray, block: int = 500) -> np.ndarray:
    """Merge and group long tables, a block of draws at a time to stay in memory."""
    people = places.people.rename_axis(["sex", "group"]).reset_index()
    people = people.melt(["sex", "group"], var_name="area", value_name="n")
    people["all"] = people.groupby(["sex", "group"])["n"].transform("sum")
    tenths = places.tenths.set_axis(TENTHS, axis=1).rename_axis("area").reset_index()
    tenths = tenths.melt("area", var_name="tenth", value_name="p")
    parts = []
    for start in range(0, len(slopes), block):
        draws = np.arange(start, min(start + block, len(slopes)))
        profile = pd.DataFrame(
            told.profile[draws].reshape(len(draws), -1), index=pd.Index(draws, name="draw"),
            columns=pd.MultiIndex.from_product([SEXES, GROUPS], names=["sex", "group"]),
        ).stack(["sex", "group"]).rename("share").reset_index()  # fmt: skip
        base = profile.merge(people, on=["sex", "group"])
        base["expected"] = base["share"] / base["all"] * base["n"]
        base = base.groupby(["draw", "sex", "area"], as_index=False)["expected"].sum()
        index = pd.DataFrame({"draw": draws, "slope": slopes[draws]}).merge(tenths, how="cross")
        index["index"] = np.exp(index["slope"] * index["tenth"].astype(float)) * index["p"]
        base = base.merge(index.groupby(["draw", "area"], as_index=False)["index"].sum(), on=["draw", "area"])
        base["weight"] = base["expected"] * base["index"]
        base["weight"] /= base.groupby(["draw", "sex"])["weight"].transform("sum")
        national = pd.DataFrame(
            told.patients[draws].reshape(len(draws), -1), index=pd.Index(draws, name="draw"),
            columns=pd.MultiIndex.from_product([TIERS, SEXES], names=["tier", "sex"]),
        ).stack(["tier", "sex"]).rename("national").reset_index()  # fmt: skip
        secure = base.merge(national, on=["draw", "sex"])
        secure["people"] = secure["weight"] * secure["national"]
        secure = secure.groupby(["draw", "tier", "area"], as_index=False)["people"].sum()
        everyone = secure.groupby(["draw", "area"], as_index=False)["people"].sum()
        everyone["share"] = everyone["people"] / everyone.groupby("draw")["people"].transform("sum")
        beyond = pd.DataFrame(told.beyond[draws], index=pd.Index(draws, name="draw"), columns=BEYOND)
        beyond = beyond.rename_axis("tier", axis=1).stack().rename("national").reset_index()
        beyond = beyond.merge(everyone[["draw", "area", "share"]], on="draw")
        beyond["people"] = beyond["share"] * beyond["national"]
        every = pd.concat([secure, beyond[["draw", "tier", "area", "people"]]])
        wide = every.pivot(index="draw", columns=["tier", "area"], values="people")
        wide = wide[[(tier, area) for tier in (*TIERS, *BEYOND) for area in places.areas]]
        parts.append(wide.to_numpy().reshape(len(draws), 5, AREAS))
    return np.concatenate(parts)


WAYS = {"one call": one_call, "loop": loop, "pandas": in_pandas}


def measure(way: str, draws: int) -> dict[str, Any]:
    """Run one way three times and say how long it took, its peak and a summary of its answer."""
    anchors, places = england()
    told = told_by(anchors, places, ["need"], 1.0, draws, np.random.default_rng(SEED))
    slopes = np.random.default_rng(SEED + 1).normal(0.17, 0.02, draws)
    if way == "loop":
        import statsmodels.api  # noqa: F401 (an import is not part of the calculation)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        found = WAYS[way](told, places, slopes)
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": statistics.median(times), "peak_mb": peak / 1024,
            "sums": found.sum(axis=(0, 2)).tolist(), "some": found[:: max(draws // 7, 1), :, ::11].ravel().tolist()}  # fmt: skip


def main(draws: int) -> None:
    """Run every way in its own process, check that they agree, and print the ratios."""
    results = {}
    for way in WAYS:
        done = subprocess.run([sys.executable, __file__, str(draws), way], capture_output=True, text=True, check=True)
        results[way] = json.loads(done.stdout)
    first = results["one call"]
    for way, result in results.items():
        for part in ("sums", "some"):
            np.testing.assert_allclose(result[part], first[part], rtol=1e-8, err_msg=f"{way} gives other numbers")
    print(f"{AREAS} boards x 5 tiers x {draws:,} draws; every way gives the same numbers")
    for way, result in results.items():
        ratio, peak = result["seconds"] / first["seconds"], result["peak_mb"]
        print(f"{way:10}{result['seconds']:10.2f} s{ratio:10.1f} x{peak:10.0f} MB at the peak of the process")


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    if len(sys.argv) > 2:
        print(json.dumps(measure(sys.argv[2], asked)))
    else:
        main(asked)
