"""What simulated flows say: moves a year, fans, blocked beds, waits, and what a change does to every tier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.flow import Flow, simulate
from needs.methods.flow_network import EXITS, ORIGINS, PATHWAY
from needs.methods.pathways import Pathways, changed
from needs.values import Estimate, Provenance

__all__ = ["blocked", "blocked_by_places", "chance", "differences", "fan", "moves", "prisoners_kept_out", "spread"]

Floats = npt.NDArray[np.float64]
_DAYS = 365.25
_ENDS = (0.025, 0.1, 0.9, 0.975)
_LATER = slice(2, None)
"""Years in which a change of the second year has worked."""


def spread(draws: npt.ArrayLike, name: str) -> dict[str, float]:
    """Return the mean of draws and the ends of 80% and 95% of them.

    Examples
    --------
    >>> {part: round(value, 3) for part, value in spread([0.0, 10.0], "beds").items()}
    {'beds': 5.0, 'beds_lower': 0.25, 'beds_upper': 9.75, 'lower_80': 1.0, 'upper_80': 9.0}
    """
    values = np.asarray(draws, float)
    low95, low80, high80, high95 = np.quantile(values, _ENDS)
    centre = float(values.mean())
    ends = {f"{name}_lower": min(low95, centre), f"{name}_upper": max(high95, centre)}
    ends |= {"lower_80": min(low80, centre), "upper_80": max(high80, centre)}
    return {name: centre} | {part: float(end) for part, end in ends.items()}


def _estimate(draws: npt.ArrayLike, known: Provenance) -> Estimate:
    found = spread(draws, "value")
    return Estimate(found["value"], found["value_lower"], found["value_upper"], known.kind, known.sources)


def moves(flow: Flow) -> pd.DataFrame:
    """Return patients a year between origins, tiers and exits.

    Parameters
    ----------
    flow : Flow
        With measures by draw.

    Returns
    -------
    DataFrame
        ``origin, destination, patients, patients_lower, patients_upper``; a recall leads from community to its tier,
        and a tier to itself is another unit of it.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = simulate(calibrate(*made_up(), years=3, draws=20, seed=1).network, 20, paths=2, seed=1)
    >>> found = moves(flow).set_index(["origin", "destination"])["patients"]
    >>> bool(found["medium", "low"] > found["medium", "high"] > 0)
    True
    """
    years, rows = flow.network.years, []
    for at, tier in enumerate(PATHWAY):
        for number, origin in enumerate(ORIGINS[:-1]):
            rows.append((origin, tier, flow.entries[:, at, number] / years))
    for at, tier in enumerate(PATHWAY):
        for number, to in enumerate(PATHWAY + EXITS):
            rows.append((tier, to, flow.moves[:, at, number] / years))
    frame = pd.DataFrame(
        [{"origin": f, "destination": t, **spread(draws, "patients")} for f, t, draws in rows if draws.any()]
    )
    return frame.drop(columns=["lower_80", "upper_80"])


def fan(flow: Flow, panels: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """Return the fan of people by month.

    Parameters
    ----------
    flow : Flow
        What was simulated.
    panels : iterable of (stock, tier)
        Such as ``("occupied", "medium")``; the tier ``all`` adds up, by year.

    Returns
    -------
    DataFrame
        ``panel, month, median, lower_80, upper_80, lower_95, upper_95``; the panel is ``stock:tier``.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = simulate(calibrate(*made_up(), years=3, draws=20, seed=1).network, 20, paths=2, seed=1)
    >>> found = fan(flow, [("occupied", "medium"), ("blocked", "all")])
    >>> found.groupby("panel")["month"].max().to_dict()
    {'blocked:all': 30, 'occupied:medium': 36}
    """
    levels = (0.5, *_ENDS)
    names = ["median", "lower_95", "lower_80", "upper_80", "upper_95"]
    frames = []
    for stock, tier in panels:
        if tier == "all":
            values, month = np.quantile(flow.year(stock), levels, axis=0), 12 * np.arange(flow.network.years) + 6
        else:
            values = flow.quantile(stock, levels)[..., PATHWAY.index(tier)]
            month = np.arange(1, values.shape[1] + 1)
        frames.append(
            pd.DataFrame({"panel": f"{stock}:{tier}", "month": month, **dict(zip(names, values, strict=True))})
        )
    return pd.concat(frames, ignore_index=True)


def differences(after: Flow, before: Flow, change: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Set a change beside staying as it is: paired differences, because both follow the same patients.

    Parameters
    ----------
    after, before : Flow
        With and without the change, same draws, paths and seed.
    change : str
        Name of the change.

    Returns
    -------
    DataFrame
        By year: ``panel, month, median, lower_80, upper_80, lower_95, upper_95``, panels as in :func:`fan`.
    DataFrame
        In the last year: ``change, tier, measure, difference, difference_lower, difference_upper, lower_80, upper_80,
        more`` (share of futures with more); tiers and ``all``.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = simulate(calibrate(*made_up(), years=3, draws=20, seed=1).network, 20, paths=2, seed=1)
    >>> by_year, last = differences(flow, flow, "nothing")
    >>> len(by_year), float(last["difference"].abs().max())
    (54, 0.0)
    """
    names = ["median", "lower_95", "lower_80", "upper_80", "upper_95"]
    frames, rows = [], []
    for measure in ("occupied", "blocked", "waiting"):
        for tier in (*PATHWAY, "all"):
            told = None if tier == "all" else tier
            apart = after.year(measure, told) - before.year(measure, told)
            values = np.quantile(apart, (0.5, *_ENDS), axis=0)
            month = 12 * np.arange(apart.shape[1]) + 6
            frames.append(
                pd.DataFrame({"panel": f"{measure}:{tier}", "month": month, **dict(zip(names, values, strict=True))})
            )
            last = apart[:, -1]
            rows.append({"change": change, "tier": tier, "measure": measure, **spread(last, "difference"),
                         "more": float((last > 0).mean()), "less": float((last < 0).mean())})  # fmt: skip
    return pd.concat(frames, ignore_index=True), pd.DataFrame(rows)


def blocked(flow: Flow, known: Provenance) -> tuple[dict[str, Estimate], dict[str, str]]:
    """Return beds that people block in the first year, by tier and in all, and what most of them wait for.

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
    >>> flow = simulate(calibrate(*made_up(), years=3, draws=20, seed=1).network, 20, paths=2, seed=1)
    >>> beds, waits_for = blocked(flow, Provenance("synthetic", ("examples#flow",)))
    >>> list(beds), waits_for["low"]
    (['high', 'medium', 'low', 'step_down', 'all'], 'step_down')
    """
    found = {tier: _estimate(flow.year("blocked", tier)[:, 0], known) for tier in PATHWAY[:4]}
    found["all"] = _estimate(flow.year("blocked")[:, 0], known)
    waits = flow.mean["blocked"][:12].mean(axis=0)
    return found, {tier: PATHWAY[int(waits[at].argmax())] for at, tier in enumerate(PATHWAY[:4]) if waits[at].any()}


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
    >>> flow = simulate(calibrate(*made_up(), years=3, draws=20, seed=1).network, 20, paths=2, seed=1)
    >>> waiting, fewer = prisoners_kept_out(flow, flow, Provenance("synthetic", ("examples#flow",)))
    >>> waiting.value >= 0, fewer.value
    (True, 0.0)
    """
    now = before.year("prison_waiting")[:, _LATER].mean(axis=1)
    return _estimate(now, known), _estimate(now - unblocked.year("prison_waiting")[:, _LATER].mean(axis=1), known)


def blocked_by_places(
    pathways: Pathways, draws: int = 100, seed: int = 0,
    steps: Sequence[float] = (-0.1, -0.05, 0.0, 0.05, 0.1, 0.2, 0.35, 0.5),
) -> pd.DataFrame:  # fmt: skip
    """Return beds that people block, by how many step-down places there are.

    Parameters
    ----------
    pathways : Pathways
        The calibrated flow.
    draws, seed : int
        Parameter draws simulated at each step, and the seed.
    steps : sequence of float
        Places added (or closed) from the second year, as shares of the places there are.

    Returns
    -------
    DataFrame
        ``places, median, lower_80, upper_80, lower_95, upper_95``: beds blocked, mean of the years from the third.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> found = blocked_by_places(calibrate(*made_up(), years=4, draws=20, seed=1), steps=(0.0, 0.5))
    >>> bool(found["upper_95"].iloc[1] < found["upper_95"].iloc[0])
    True
    """
    draws = min(draws, pathways.draws)
    here = float(np.median(pathways.beds[:, 0, PATHWAY.index("step_down")]))
    rows = []
    for step in steps:
        extra, year = round(step * here), min(2, pathways.network.years)
        network = changed(pathways.network, "step_down", extra, year) if extra else pathways.network
        held = simulate(network, draws, paths=2, seed=seed).year("blocked")[:, _LATER].mean(axis=1)
        middle, low95, low80, high80, high95 = np.quantile(held, (0.5, *_ENDS))
        rows.append((here + extra, middle, low80, high80, low95, high95))
    return pd.DataFrame(rows, columns=["places", "median", "lower_80", "upper_80", "lower_95", "upper_95"])


def chance(flow: Flow) -> pd.DataFrame:
    """Say how much of the variance in the last year chance makes, and how much the parameters.

    Parameters
    ----------
    flow : Flow
        With several paths for each parameter draw.

    Returns
    -------
    DataFrame
        ``measure, tier, from_parameters, from_chance``; shares that add up to 1.

    Notes
    -----
    ``Var(Y) = Var_theta(E) + E_theta(Var)``; the first is the variance of means over paths less the mean of the
    variance within draws over the number of paths, and not below 0.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = simulate(calibrate(*made_up(), years=3, draws=20, seed=1).network, 20, paths=2, seed=1)
    >>> found = chance(flow)
    >>> bool(((found["from_parameters"] + found["from_chance"]).round(9) == 1).all())
    True
    """
    rows = []
    for measure, tier in [("occupied", tier) for tier in PATHWAY] + [("blocked", "all"), ("waiting", "all")]:
        last = flow.year(measure, None if tier == "all" else tier)[:, -1].reshape(flow.draws, flow.paths)
        within = float(last.var(axis=1, ddof=1).mean())
        between = max(float(last.mean(axis=1).var(ddof=1)) - within / flow.paths, 0.0)
        if within + between > 0:
            rows.append((measure, tier, between / (between + within), within / (between + within)))
    return pd.DataFrame(rows, columns=["measure", "tier", "from_parameters", "from_chance"])
