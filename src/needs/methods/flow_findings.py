"""What simulated flows say: moves a year, fans, blocked beds, waits, and what a change does to every tier."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.flow import Flow
from needs.methods.flow_network import EXITS, ORIGINS, PATHWAY
from needs.methods.flow_told import LIMITED

__all__ = ["ENDS", "chance", "differences", "effects", "fan", "later", "moves", "spread", "standing"]

Floats = npt.NDArray[np.float64]
ENDS = (0.025, 0.1, 0.9, 0.975)
"""Ends of 95% and 80% of draws, in order."""


def later(draws: Floats) -> Floats:
    """Return the years from the third (the last one of fewer), in which a change of the second year has worked.

    Examples
    --------
    >>> later(np.arange(4.0)[None]).tolist(), later(np.arange(2.0)[None]).tolist()
    ([[2.0, 3.0]], [[1.0]])
    """
    return draws[:, min(2, draws.shape[1] - 1) :]


def spread(draws: npt.ArrayLike, name: str) -> dict[str, float]:
    """Return the mean of draws and the ends of 80% and 95% of them.

    Examples
    --------
    >>> {part: round(value, 3) for part, value in spread([0.0, 10.0], "beds").items()}
    {'beds': 5.0, 'beds_lower': 0.25, 'beds_upper': 9.75, 'lower_80': 1.0, 'upper_80': 9.0}
    """
    values = np.asarray(draws, float)
    low95, low80, high80, high95 = np.quantile(values, ENDS)
    centre = float(values.mean())
    ends = {f"{name}_lower": min(low95, centre), f"{name}_upper": max(high95, centre)}
    ends |= {"lower_80": min(low80, centre), "upper_80": max(high80, centre)}
    return {name: centre} | {part: float(end) for part, end in ends.items()}


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
    >>> flow = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1).follow()
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


def standing(flow: Flow) -> pd.DataFrame:
    """Return who is in the tiers and who waits, means of the years from the third.

    Parameters
    ----------
    flow : Flow
        With measures by draw.

    Returns
    -------
    DataFrame
        ``measure, origin, destination, patients, patients_lower, patients_upper``: people in a tier (``occupied``, its name
        at both ends), people ``blocked`` in a tier by the one they wait for (no ends), for ``any``, and in ``all`` tiers, and
        people ``waiting`` from ``outside`` for a tier.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1).follow()
    >>> found = standing(flow).set_index(["measure", "origin", "destination"])["patients"]
    >>> bool(found["occupied", "low", "low"] > found["blocked", "low", "any"] > 0)
    True
    """
    rows = []
    for at, tier in enumerate(PATHWAY):
        there, held, queue = (later(flow.year(m, tier)).mean(axis=1) for m in ("occupied", "blocked", "waiting"))
        rows += [("occupied", tier, tier, there), ("blocked", tier, "any", held), ("waiting", "outside", tier, queue)]
        waits = flow.mean["blocked"][:, at].mean(axis=0)
        rows += [
            ("blocked", tier, to, held.mean(keepdims=True) * waits[n] / waits.sum())
            for n, to in enumerate(PATHWAY)
            if waits[n]
        ]
    rows.append(("blocked", "all", "any", later(flow.year("blocked")).mean(axis=1)))
    frame = pd.DataFrame(
        [{"measure": m, "origin": f, "destination": t, **spread(d, "patients")} for m, f, t, d in rows]
    )
    frame.loc[frame["measure"].eq("blocked") & frame["destination"].ne("any"), ["patients_lower", "patients_upper"]] = (
        np.nan
    )
    return frame.drop(columns=["lower_80", "upper_80"])


def fan(flow: Flow) -> pd.DataFrame:
    """Return fans of people in beds and of those who wait.

    Parameters
    ----------
    flow : Flow
        What was simulated.

    Returns
    -------
    DataFrame
        ``panel, month, mean, lower_80, upper_80, lower_95, upper_95``: in each limited tier at the end of each
        quarter (panels by tier), and by year all who block a bed (``blocked``) or wait outside (``waiting``).

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1).follow()
    >>> fan(flow).groupby("panel")["month"].max().to_dict()
    {'blocked': 30, 'low': 36, 'medium': 36, 'step_down': 36, 'waiting': 30}
    """
    months = np.arange(3, 12 * flow.network.years + 1, 3)
    monthly, mean = flow.quantile("occupied", ENDS)[:, 2::3], flow.mean["occupied"][2::3]
    frames = [_fanned(t, months, mean[:, PATHWAY.index(t)], monthly[..., PATHWAY.index(t)]) for t in LIMITED]
    frames += [_yearly(measure, flow.year(measure)) for measure in ("blocked", "waiting")]
    return pd.concat(frames, ignore_index=True)


def _fanned(panel: str, months: npt.NDArray[np.int64], mean: Floats, ends: Floats) -> pd.DataFrame:
    names = ["lower_95", "lower_80", "upper_80", "upper_95"]
    return pd.DataFrame({"panel": panel, "month": months, "mean": mean, **dict(zip(names, ends, strict=True))})


def _yearly(panel: str, draws: Floats) -> pd.DataFrame:
    """Return the fan of a measure by year, in the middle of each."""
    months = 12 * np.arange(draws.shape[1]) + 6
    return _fanned(panel, months, draws.mean(axis=0), np.quantile(draws, ENDS, axis=0))


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
        By year, as :func:`fan`.
    DataFrame
        In the last year: ``change, tier, measure, difference, difference_lower, difference_upper, lower_80, upper_80,
        more, less`` (shares of futures with more and with fewer); tiers and ``all``.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1).follow()
    >>> by_year, last = differences(flow, flow, "nothing")
    >>> len(by_year), float(last["difference"].abs().max())
    (15, 0.0)
    """
    frames, rows = [], []
    for measure in ("occupied", "blocked", "waiting"):
        for tier in (*PATHWAY, "all"):
            told = () if tier == "all" else (tier,)
            apart = after.year(measure, *told) - before.year(measure, *told)
            panel = measure if tier == "all" else tier if measure == "occupied" else ""
            if panel in (*LIMITED, "blocked", "waiting"):
                frames.append(_yearly(panel, apart))
            last = apart[:, -1]
            rows.append({"change": change, "tier": tier, "measure": measure, **spread(last, "difference"),
                         "more": float((last > 0).mean()), "less": float((last < 0).mean())})  # fmt: skip
    return pd.concat(frames, ignore_index=True), pd.DataFrame(rows)


def effects(now: Flow, after: Mapping[str, Flow]) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Set several changes beside staying as it is; see :func:`differences`.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1).follow()
    >>> by_year, last = effects(flow, {"close": flow, "open": flow})
    >>> list(by_year), last["change"].unique().tolist()
    (['close', 'open'], ['close', 'open'])
    """
    found = {change: differences(flow, now, change) for change, flow in after.items()}
    return {c: by_year for c, (by_year, _) in found.items()}, pd.concat([last for _, last in found.values()])


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
    >>> flow = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1).follow()
    >>> found = chance(flow)
    >>> bool(((found["from_parameters"] + found["from_chance"]).round(9) == 1).all())
    True
    """
    rows = []
    for measure, tier in [("occupied", tier) for tier in PATHWAY] + [("blocked", "all"), ("waiting", "all")]:
        last = flow.year(measure, *(() if tier == "all" else (tier,)))[:, -1].reshape(flow.draws, flow.paths)
        within = float(last.var(axis=1, ddof=1).mean())
        between = max(float(last.mean(axis=1).var(ddof=1)) - within / flow.paths, 0.0)
        if within + between > 0:
            rows.append((measure, tier, between / (between + within), within / (between + within)))
    return pd.DataFrame(rows, columns=["measure", "tier", "from_parameters", "from_chance"])
