"""Patients of 42 areas through five tiers over ten years, 10,000 parameter draws each.

    ciw      needs.methods.flow.simulate against ciw, CPU seconds of one replication of one area on one thread; both
             from empty, recalls and routes down alike (ciw stops where two full tiers wait for each other, so the
             only routes up from a bed lead to high security, which has no limit). They must agree on the people in
             every tier.
    areas    all draws of all areas on two threads, every draw with its own arrivals, stays and routes, upward moves
             and assessments included: wall seconds from parameters to results, and the peak memory of the process
    draws    seconds at half of the draws and at all; at half of the areas and at all
    compile  the first call with an empty cache, and in a second process

Run: ``python benchmarks/flow.py [draws]``. Each way runs in its own process, compiled before the clock starts.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

import numpy as np

AREAS, YEARS, SEED, THREADS = 42, 10, 2011, 2
PEOPLE = np.array([8.0, 35, 31.5, 17, 45])
STAY = np.array([(3.0, 8), (1.5, 5), (1.2, 4), (1.8, 1.8), (4, 4)])
LONG = np.array([0.4, 0.3, 0.25, 0.0, 0.0])
DOWN = np.array([
    [0, 0.65, 0.10, 0, 0], [0.03, 0, 0.33, 0.2, 0.1], [0.01, 0, 0, 0.4, 0.15], [0, 0, 0, 0, 0.4], [0, 0.15, 0.15, 0, 0],
])  # fmt: skip
UP = np.array([
    [0, 0.65, 0.10, 0, 0], [0.03, 0.1, 0.3, 0.2, 0.1], [0, 0.06, 0.1, 0.35, 0.1], [0, 0.02, 0.1, 0, 0.4],
    [0, 0.15, 0.15, 0, 0],
])  # fmt: skip
LIMITS = {1: 40, 2: 36, 3: 20}


def outside_arrivals(people: np.ndarray, stay: np.ndarray, within: np.ndarray) -> np.ndarray:
    """Return the arrivals a year from outside that keep so many people in each tier."""
    leaving = people / stay
    return np.maximum(leaving - (leaving[..., None, :] @ within)[..., 0, :], 0)


def network(draws: int, size: float, within: np.ndarray, rng: np.random.Generator, start: bool) -> Any:
    """Return the pathway of one area, with draws of its own."""
    from needs.methods.flow_network import EXITS, ORIGINS, UNLIMITED, Census, Network

    tiers, origins = len(PEOPLE), len(ORIGINS)
    spread = rng.uniform(0.9, 1.1, (draws, tiers)) if draws > 1 else np.ones((1, tiers))
    routes = np.zeros((draws, tiers, tiers + len(EXITS)))
    if draws > 1:
        drawn = rng.dirichlet(np.ones(4), (draws, tiers))
        scale = rng.uniform(0.9, 1.0, (draws, 1, 1))
    else:
        drawn, scale = np.full((1, tiers, 4), 0.25), np.ones((1, 1, 1))
    routes[:, :, :tiers] = within * scale
    routes[:, :, [5, 6, 7, 9]] = drawn * (1 - routes[:, :, :tiers].sum(axis=2, keepdims=True))
    routes /= routes.sum(axis=2, keepdims=True)
    mean = ((1 - LONG) * STAY[:, 0] + LONG * STAY[:, 1]) * spread
    rates = np.zeros((draws, 1, YEARS, tiers, origins))
    arrivals = outside_arrivals(size * PEOPLE, mean, routes[:, :, :tiers])[:, None, None]
    rates[..., 0], rates[..., 2], rates[..., 3] = 0.5 * arrivals, 0.3 * arrivals, 0.2 * arrivals
    beds = np.full((1, 1, YEARS, tiers), UNLIMITED)
    for tier, limit in LIMITS.items():
        beds[..., tier] = round(limit * size)
    active = np.rint(size * PEOPLE).astype(int) if start else np.zeros(tiers, int)
    census = Census(active[None, None], np.zeros((1, 1, tiers, tiers), int), np.zeros((1, 1, tiers, origins), int))
    each = np.full((draws, origins), 22 / 365.25) * spread[:, :1]
    return Network(
        rates, beds, STAY * spread[:, :, None], LONG[None], routes, census,
        assessment=each, assessments=np.full((1, origins), 2.0),
    )  # fmt: skip


def warm() -> None:
    """Compile, or read what was compiled before."""
    from needs.methods.flow import simulate

    simulate(network(1, 1.0, UP, np.random.default_rng(SEED), True), 2, threads=1)


def engine(draws: int) -> dict[str, Any]:
    """Time one replication of the engine on one thread, from empty."""
    from needs.methods.flow import simulate

    warm()
    area, times = network(1, 1.0, DOWN, np.random.default_rng(SEED), False), []
    for seed in range(5):
        start = time.process_time()
        found = simulate(area, draws, seed=seed, threads=1)
        times.append((time.process_time() - start) / draws)
    people = found.yearly[:, -5:, :, 0].mean(axis=1)
    waiting = found.yearly[:, -5:, :, 2].mean(axis=1)
    both = np.concatenate([people, waiting], axis=1)
    return {"seconds": statistics.median(times), "mean": both.mean(axis=0).tolist(),
            "error": (both.std(axis=0) / draws**0.5).tolist()}  # fmt: skip


def by_ciw(replications: int) -> dict[str, Any]:
    """Time one replication of ciw: a door of any number of servers before each tier holds the queue outside."""
    import ciw

    free, tiers = float("inf"), len(PEOPLE)
    mean = (1 - LONG) * STAY[:, 0] + LONG * STAY[:, 1]
    outside = np.zeros((tiers, tiers), bool)
    outside[3:, :3] = True
    routing = np.zeros((10, 10))
    routing[:5, 5:] = np.eye(5)
    routing[5:, 5:], routing[5:, :5] = np.where(outside, 0, DOWN), np.where(outside, DOWN, 0)
    rates = outside_arrivals(PEOPLE, mean, DOWN)
    room = [LIMITS.get(tier, free) for tier in range(tiers)]
    stays = [ciw.dists.HyperExponential([1 / a, 1 / b], [1 - p, p]) for (a, b), p in zip(STAY, LONG, strict=True)]
    told = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate) if rate else None for rate in rates] + [None] * 5,
        service_distributions=[ciw.dists.Deterministic(0.0)] * 5 + stays, routing=routing.tolist(),
        number_of_servers=[free] * 5 + room, queue_capacities=[free] * 5 + [free if b == free else 0 for b in room],
    )  # fmt: skip
    times, found = [], np.zeros((replications, 10))
    for replication in range(replications):
        ciw.seed(replication)
        start = time.process_time()
        simulation = ciw.Simulation(told)
        simulation.simulate_until_max_time(YEARS)
        times.append(time.process_time() - start)
        for record in simulation.get_all_records():
            found[replication, record.node - 1] += max(0, min(YEARS, record.exit_date) - max(5, record.arrival_date))
        for node in simulation.nodes[1:-1]:
            for person in node.all_individuals:
                found[replication, node.id_number - 1] += YEARS - max(5, person.arrival_date)
    both = np.concatenate([found[:, 5:], found[:, :5]], axis=1) / 5
    return {"seconds": statistics.median(times), "mean": both.mean(axis=0).tolist(),
            "error": (both.std(axis=0) / replications**0.5).tolist()}  # fmt: skip


def areas(draws: int) -> dict[str, Any]:
    """Time all draws of all areas from parameters to results, one area after the other."""
    from needs.methods.flow import simulate

    warm()
    rng, times, occupied = np.random.default_rng(SEED), [], 0.0
    sizes = rng.uniform(0.7, 1.3, AREAS)
    sizes *= AREAS / sizes.sum()
    worked = time.process_time()
    for number, size in enumerate(sizes):
        start = time.perf_counter()
        found = simulate(network(draws, size, UP, rng, True), draws, seed=number, keep=False, threads=THREADS)
        times.append(time.perf_counter() - start)
        occupied += found.mean["occupied"].sum(axis=1).mean()
    worked = time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    weight = np.cumsum(sizes)
    half = int(np.abs(weight - AREAS / 2).argmin())
    return {"seconds": sum(times), "cpu": worked, "peak_mb": peak, "people": occupied / AREAS,
            "half": sum(times[: half + 1]), "share": weight[half] / AREAS}  # fmt: skip


def in_draws(draws: int) -> dict[str, Any]:
    """Time half of the draws and all of them, for one area."""
    from needs.methods.flow import simulate

    warm()
    found = {}
    for number in (draws // 2, draws):
        times = []
        for _ in range(5):
            area = network(number, 1.0, UP, np.random.default_rng(SEED), True)
            start = time.perf_counter()
            simulate(area, number, seed=1, keep=False, threads=THREADS)
            times.append(time.perf_counter() - start)
        found[number] = statistics.median(times)
    return {"half": found[draws // 2], "seconds": found[draws]}


def first(_: int) -> dict[str, Any]:
    """Time the first call of a process."""
    start = time.perf_counter()
    import needs.methods.flow_kernel  # noqa: F401 (numba itself is part of what is paid)

    warm()
    return {"seconds": time.perf_counter() - start}


WAYS = {"engine": engine, "ciw": by_ciw, "areas": areas, "draws": in_draws, "first": first}


def measured(way: str, number: int, **environment: str) -> dict[str, Any]:
    """Run one way in a process of its own."""
    command = [sys.executable, __file__, str(number), way]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | environment)
    return json.loads(done.stdout)


def main(draws: int) -> None:
    """Run every way, check that both simulators agree, and print the ratios."""
    ours, theirs = measured("engine", draws), measured("ciw", 60)
    joint = np.hypot(ours["error"], theirs["error"])
    if (np.abs(np.subtract(ours["mean"], theirs["mean"])) > 4 * joint + 1e-9).any():
        raise SystemExit(f"the two simulators disagree: {ours['mean']} and {theirs['mean']}")
    every, some = measured("areas", draws), measured("draws", draws)
    with tempfile.TemporaryDirectory() as cache:
        cold, again = (measured("first", 1, NUMBA_CACHE_DIR=cache)["seconds"] for _ in range(2))
    ratio = theirs["seconds"] / ours["seconds"]
    print(f"five tiers, {YEARS} years, about {sum(LIMITS.values()) + PEOPLE[[0, 4]].sum():.0f} places an area")
    rows = [
        ("one replication, engine", f"{ours['seconds'] * 1e6:.0f} us of one core"),
        ("one replication, ciw", f"{theirs['seconds'] * 1e3:.0f} ms of one core, {ratio:,.0f} times as long"),
        (
            f"{draws:,} draws x {AREAS} areas",
            f"{every['seconds']:.1f} s on {THREADS} threads, {every['cpu']:.1f} CPU seconds",
        ),
        ("peak memory of that process", f"{every['peak_mb']:.0f} MB"),
        ("all draws / half of them", f"{some['seconds'] / some['half']:.2f} times as long"),
        (
            "all areas / about half of them",
            f"{every['seconds'] / every['half'] * every['share'] * 2:.2f} times as long",
        ),
        ("first call, empty cache", f"{cold:.1f} s"),
        ("first call of the next process", f"{again:.1f} s, {cold / again:.0f} times as short"),
    ]
    for name, value in rows:
        print(f"{name:34}{value}")


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    if len(sys.argv) > 2:
        print(json.dumps(WAYS[sys.argv[2]](asked)))
    else:
        main(asked)
