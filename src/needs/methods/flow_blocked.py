"""Beds that people block: how many, what they cost, whom they keep out, and how many more places would end it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.beds import beds_for_wait
from needs.methods.draws import estimated
from needs.methods.flow import Flow
from needs.methods.flow_changes import scaled
from needs.methods.flow_findings import ENDS, later, spread
from needs.methods.flow_network import DAYS, PATHWAY
from needs.methods.pathways import Pathways
from needs.methods.uncertainty import spread_around
from needs.values import TIERS, Estimate, Provenance, Tier

__all__ = ["blocked", "blocked_by_places", "cost_of_blocked", "prisoners_kept_out"]

Floats = npt.NDArray[np.float64]
_STEP_DOWN = PATHWAY.index("step_down")


def _estimate(draws: Floats, known: Provenance) -> Estimate:
    return estimated(float(draws.mean()), draws, known)


def blocked(flow: Flow, known: Provenance) -> dict[str, Estimate]:
    """Return secure beds that people block, by tier and in all: mean of the years from the third.

    Parameters
    ----------
    flow : Flow
        With measures by draw.
    known : Provenance
        Sources.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1).follow()
    >>> list(blocked(flow, Provenance("synthetic", ("examples#flow",))))
    ['high', 'medium', 'low', 'all']
    """
    return {tier: _estimate(beds, known) for tier, beds in _with_all(_held(flow)).items()}


def _held(flow: Flow) -> dict[str, Floats]:
    return {tier: later(flow.year("blocked", tier)).mean(axis=1) for tier in TIERS}


def _with_all(draws: Mapping[str, Floats]) -> dict[str, Floats]:
    return {**draws, "all": np.sum([*draws.values()], axis=0)}


def cost_of_blocked(flow: Flow, year_cost: Mapping[Tier, Estimate], known: Provenance) -> pd.DataFrame:
    """Turn blocked beds into bed-days and pounds a year.

    Parameters
    ----------
    flow : Flow
        With measures by draw.
    year_cost : mapping of tier to Estimate
        GBP for a year of one occupied bed.
    known : Provenance
        Sources of the flow.

    Returns
    -------
    DataFrame
        ``tier, blocked, bed_days, cost``, each with ``_lower`` and ``_upper``, and ``to``, what most wait for; the last
        row is ``all``. Costs are means and ends of draws of beds and of unit costs.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1).follow()
    >>> price = dict.fromkeys(TIERS, Estimate(300_000.0, kind="assumed", source=("x#y",)))
    >>> found = cost_of_blocked(flow, price, Provenance("synthetic", ("examples#flow",))).set_index("tier")
    >>> bool(np.isclose(found.loc["all", "cost"], 300_000 * found.loc["all", "blocked"])), found.loc["low", "to"]
    (True, 'step_down')
    """
    rng = np.random.Generator(np.random.Philox(key=[8, flow.seed]))
    held = _held(flow)
    prices = {tier: spread_around(year_cost[tier], rng.standard_normal(len(held[tier]))) for tier in TIERS}
    costs: dict[str, Floats] = {tier: np.asarray(held[tier] * prices[tier]) for tier in TIERS}
    beds, pounds = blocked(flow, known), _with_all(costs)
    waits = flow.mean["blocked"].mean(axis=0)
    rows = []
    for at, tier in enumerate(beds):
        row: dict[str, object] = {
            "tier": tier,
            "to": PATHWAY[int(waits[at].argmax())] if tier != "all" and waits[at].any() else "",
        }
        figures = {"blocked": beds[tier], "bed_days": beds[tier] * DAYS, "cost": _estimate(pounds[tier], known)}
        for name, figure in figures.items():
            row |= dict(zip((name, f"{name}_lower", f"{name}_upper"), (figure.value, *figure.bounds), strict=True))
        rows.append(row)
    return pd.DataFrame(rows)


def prisoners_kept_out(before: Flow, unblocked: Flow, known: Provenance) -> tuple[Estimate, Estimate]:
    """Return prisoners who wait for a bed, and how many fewer would if everyone ready for step-down had a place.

    Parameters
    ----------
    before, unblocked : Flow
        As it is, and with a step-down place for everyone who is ready; the same patients in both.
    known : Provenance
        Sources.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1).follow()
    >>> waiting, fewer = prisoners_kept_out(flow, flow, Provenance("synthetic", ("examples#flow",)))
    >>> waiting.value >= 0, fewer.value
    (True, 0.0)
    """
    now = later(before.year("prison_waiting", *TIERS)).mean(axis=1)
    return _estimate(now, known), _estimate(now - later(unblocked.year("prison_waiting", *TIERS)).mean(axis=1), known)


def blocked_by_places(
    pathways: Pathways, now: Flow, probability: float = 0.05,
    steps: Sequence[float] = (-0.1, 0.0, 0.1, 0.2, 0.35, 0.5),
) -> pd.DataFrame:  # fmt: skip
    """Return the gap in step-down places and the beds that people block, by how many places there are.

    Parameters
    ----------
    pathways : Pathways
        The calibrated flow.
    now : Flow
        Simulated from it, as it is.
    probability : float
        Largest acceptable probability that a person who is ready has to wait for a place.
    steps : sequence of float
        Places added (or closed) from the second year, as shares of the places there are in each draw.

    Returns
    -------
    DataFrame
        ``share, places, gap, gap_lower, gap_upper, mean, lower_80, upper_80, lower_95, upper_95``: the step, the places
        in the middle draw, places missing, and beds blocked, mean of the years from the third.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> ways = calibrate(*made_up(), years=4, parameter_draws=20, seed=1)
    >>> found = blocked_by_places(ways, ways.follow(), steps=(0.0, 0.5))
    >>> bool(found["upper_95"].iloc[1] < found["upper_95"].iloc[0]), bool(found["gap"].iloc[1] < found["gap"].iloc[0])
    (True, True)
    """
    there = pathways.beds[:, 0, _STEP_DOWN]
    each = pathways.census[:, _STEP_DOWN] / pathways.pools
    required = pathways.pools * np.array([beds_for_wait(float(load), probability) for load in each])
    rows = []
    for step in steps:
        flow = pathways.follow(scaled(pathways.network, "step_down", step), 1) if step else now
        held = later(flow.year("blocked")).mean(axis=1)
        missing = spread(required - np.rint(there * (1 + step)), "gap")
        row = {"share": step, "places": float(np.median(there)) * (1 + step)}
        row |= {name: missing[name] for name in ("gap", "gap_lower", "gap_upper")} | {"mean": float(held.mean())}
        ends = zip(("lower_95", "lower_80", "upper_80", "upper_95"), np.quantile(held, ENDS), strict=True)
        rows.append(row | {name: float(end) for name, end in ends})
    return pd.DataFrame(rows)
