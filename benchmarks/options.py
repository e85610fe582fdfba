"""Ten scenarios of one region, 10,000 parameter draws each: paired with today, or one by one.

    paired   the flow is calibrated once, today and each scenario follow the same patients: 11 runs
    plain    what a user would do with any simulator: for each scenario, today and the scenario each with draws and
             patients of their own, and the difference of the two: 20 runs

Both give the change in blocked beds and in people who wait outside. They must agree within four standard errors.

Run: ``python benchmarks/options.py [draws]``. Both ways run in one process, compiled before the clock starts, on the
same threads.
"""

from __future__ import annotations

import sys
import time

import numpy as np

YEARS, SEED = 10, 2011
MEASURES = ("blocked", "waiting")
CHANGES = [("open", "step_down", n) for n in (5, 10, 15, 20, 30)] + [("open", "medium", n) for n in (5, 10)]
CHANGES += [("close", "medium", n) for n in (5, 10)] + [("close", "low", 5)]


def calibrated(draws: int, seed: int):
    """Return the flow of the made-up area."""
    from needs.methods.flow_told import made_up
    from needs.methods.pathways import calibrate

    return calibrate(*made_up(), years=YEARS, parameter_draws=draws, paths=1, seed=seed)


def told(flow) -> np.ndarray:
    """Return the measures of each draw: means of the years from the third."""
    return np.stack([flow.year(measure)[:, 2:].mean(axis=1) for measure in MEASURES], axis=1)


def paired(draws: int) -> np.ndarray:
    """Return differences to today: scenarios x draws x measures."""
    from needs.methods.flow_changes import Change, changed

    ways = calibrated(draws, SEED)
    today = told(ways.follow())
    return np.stack([told(ways.follow(changed(ways.network, Change(*change, 2)))) - today for change in CHANGES])


def plain(draws: int) -> np.ndarray:
    """Return the same, every run with draws and patients of its own."""
    from needs.methods.flow_changes import Change, changed

    found = []
    for number, change in enumerate(CHANGES):
        today, other = (calibrated(draws, SEED + 1 + 2 * number + which) for which in (0, 1))
        found.append(told(other.follow(changed(other.network, Change(*change, 2)))) - told(today.follow()))
    return np.stack(found)


def main(draws: int) -> None:
    """Run both ways, check that they agree, and print the ratios."""
    for way in (paired, plain):
        way(20)
    seconds, found = {}, {}
    for way in (paired, plain):
        start = time.perf_counter()
        found[way.__name__] = way(draws)
        seconds[way.__name__] = time.perf_counter() - start
    error = np.sqrt(sum(x.var(axis=1) / draws for x in found.values()))
    apart = np.abs(found["paired"].mean(axis=1) - found["plain"].mean(axis=1))
    if (apart > 4 * error + 1e-9).any():
        raise SystemExit(f"the two ways disagree: {(apart / error).max():.1f} standard errors")
    width = {name: np.diff(np.quantile(x, [0.025, 0.975], axis=1), axis=0)[0] for name, x in found.items()}
    print(f"{len(CHANGES)} scenarios, {draws:,} draws, {YEARS} years, one region of about 365 people")
    print(f"{'paired':34}{seconds['paired']:.1f} s")
    print(f"{'plain':34}{seconds['plain']:.1f} s, {seconds['plain'] / seconds['paired']:.1f} times as long")
    for number, measure in enumerate(MEASURES):
        ratio = width["plain"][:, number] / np.maximum(width["paired"][:, number], 1e-9)
        print(f"{'interval of the change, ' + measure:34}{np.median(ratio):.1f} times as wide when plain "
              f"({ratio.min():.1f} to {ratio.max():.1f})")  # fmt: skip
    error_ratio = (found["plain"].std(axis=1) / np.maximum(found["paired"].std(axis=1), 1e-9)) ** 2
    print(f"{'draws for the same precision':34}{np.median(error_ratio):.0f} times as many when plain")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
