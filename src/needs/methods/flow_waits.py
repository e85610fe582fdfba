"""Waits of prisoners: the share admitted within a standard, the beds that would take, and what assessments add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.flow import Flow
from needs.methods.flow_changes import scaled
from needs.methods.flow_findings import spread
from needs.methods.flow_network import STANDARDS
from needs.methods.pathways import Pathways
from needs.values import TIERS, Estimate

__all__ = ["assessed", "beds_for_share", "share_within", "transfers"]

Floats = npt.NDArray[np.float64]
_DAYS = 365.25


def _counted(flow: Flow, clock: str, days: int) -> Floats:
    """Return counts of prisoners admitted, and of those within a standard, by parameter draw: draws x 2."""
    part = "whole" if clock == "referral" else "bed"
    both = [flow.year(f"prison_{name}", *TIERS) for name in ("counted", f"{part}_{days}")]
    return np.stack([m.sum(axis=1).reshape(flow.draws, flow.paths).sum(axis=1) for m in both], axis=1)


def share_within(flow: Flow, clock: str, days: int) -> tuple[float, float, float]:
    """Return the share of secure admissions from prison within some days, and its ends over parameter draws.

    Parameters
    ----------
    flow : Flow
        With measures by draw.
    clock : {"referral", "acceptance"}
        Where the wait starts: with assessments, or with the wait for a bed.
    days : {14, 28}
        A standard.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1).follow()
    >>> short, long = (share_within(flow, "referral", days)[0] for days in (14, 28))
    >>> 0 < short < long < 1
    True
    """
    counts = _counted(flow, clock, days)
    admitted, within = counts.sum(axis=0)
    share = float(within / admitted) if admitted else float("nan")
    each = counts[counts[:, 0] > 0]
    lower, upper = np.quantile(each[:, 1] / each[:, 0], [0.025, 0.975]) if len(each) else (np.nan, np.nan)
    return share, min(float(lower), share), max(float(upper), share)


def transfers(now: Flow, single: Flow, unblocked: Flow, needed: Mapping[tuple[str, int], Any]) -> pd.DataFrame:
    """Return the share of prisoners admitted within the standards, by clock.

    Parameters
    ----------
    now, single, unblocked : Flow
        As it is, with one assessment, and with a step-down place for everyone who is ready.
    needed : mapping of (clock, days) to (beds, lower, upper)
        See :func:`beds_for_share`.

    Returns
    -------
    DataFrame
        ``clock, days, now, now_lower, now_upper, single.., unblocked.., beds, beds_lower, beds_upper``; the share is
        of all admissions from prison over the years simulated, its ends those of parameter draws.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1).follow()
    >>> needed = {(clock, days): (0, 0, 0) for clock in ("referral", "acceptance") for days in (14, 28)}
    >>> found = transfers(flow, flow, flow, needed)
    >>> found["clock"].tolist()[::2], bool((found["now"] == found["single"]).all())
    (['from referral', 'from acceptance'], True)
    """
    rows = []
    for clock in ("referral", "acceptance"):
        for days in map(int, STANDARDS):
            row: dict[str, Any] = {"clock": f"from {clock}", "days": days}
            for name, flow in (("now", now), ("single", single), ("unblocked", unblocked)):
                row |= dict(zip((name, f"{name}_lower", f"{name}_upper"), share_within(flow, clock, days), strict=True))
            row |= dict(zip(("beds", "beds_lower", "beds_upper"), needed[clock, days], strict=True))
            rows.append(row)
    return pd.DataFrame(rows)


def beds_for_share(
    pathways: Pathways, wanted: float = 0.95, draws: int = 100,
    steps: Sequence[float] = (0.0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3),
) -> dict[tuple[str, int], tuple[float, float, float]]:  # fmt: skip
    """Return the extra medium and low secure beds that bring a share of prisoners in within each standard.

    Parameters
    ----------
    pathways : Pathways
        The calibrated flow.
    wanted : float
        Share of admissions from prison.
    draws : int
        Parameter draws simulated at each step.
    steps : sequence of float
        Beds added from the second year, as shares of the beds there are in each draw.

    Returns
    -------
    dict
        By clock and days: beds, and its ends over parameter draws; missing where not even the largest step is enough.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = calibrate(*made_up(), years=3, parameter_draws=20, seed=1)
    >>> found = beds_for_share(flow, 0.5, draws=10, steps=(0.0, 0.2))
    >>> found["acceptance", 28][0]
    0.0
    """
    draws = min(draws, pathways.draws)
    beds = pathways.beds[:, 0, 1:3].sum(axis=1)
    flows = []
    for step in steps:
        network = pathways.network
        for tier in ("medium", "low"):
            network = scaled(network, tier, step) if step else network
        flows.append(pathways.follow(network, draws))
    added = np.array(steps) * float(np.median(beds))
    found = {}
    for clock in ("referral", "acceptance"):
        for days in map(int, STANDARDS):
            counts = np.stack([_counted(flow, clock, days) for flow in flows])  # steps x draws x 2
            with np.errstate(invalid="ignore", divide="ignore"):
                shares = counts[..., 1] / counts[..., 0]
                pooled = counts[..., 1].sum(axis=1) / counts[..., 0].sum(axis=1)
            each = np.array([_reached(added, shares[:, draw], wanted) for draw in range(draws)])
            ends = np.quantile(np.where(np.isnan(each), np.inf, each), [0.025, 0.975], method="nearest")
            lower, upper = np.where(np.isfinite(ends), ends, np.nan)
            found[clock, days] = (_reached(added, pooled, wanted), float(lower), float(upper))
    return found


def _reached(added: Floats, shares: Floats, wanted: float) -> float:
    """Return where a rising share first reaches what is wanted, between the steps; missing where it never does."""
    reached = np.flatnonzero(shares >= wanted)
    if not len(reached):
        return float("nan")
    at = int(reached[0])
    if at == 0:
        return 0.0
    low, high = shares[at - 1], shares[at]
    return float(added[at - 1] + (added[at] - added[at - 1]) * (wanted - low) / (high - low))


def assessed(days: Estimate, flow: Flow, numbers: Sequence[int] = (1, 2, 3, 4)) -> pd.DataFrame:
    """Return the delay before admission by number of assessments, one after another.

    Parameters
    ----------
    days : Estimate
        Mean days of one assessment.
    flow : Flow
        For the wait for a bed that follows.
    numbers : sequence of int
        Assessments.

    Returns
    -------
    DataFrame
        ``number, mean_days, lower, upper, within_14, within_28, total_days, total_lower, total_upper``: days of
        assessment, the share whose assessments alone end within the standard, and days with the wait for a bed.

    Notes
    -----
    Each assessment is exponential, so that ``n`` of them are Erlang: ``P(A <= t) = 1 - sum_k e^-x x^k / k!``.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1).follow()
    >>> found = assessed(Estimate(20.0, kind="assumed", source=("x#y",)), flow, (1, 2))
    >>> found["mean_days"].tolist(), found["within_14"].round(3).tolist()
    ([20.0, 40.0], [0.503, 0.156])
    """
    from scipy import stats

    admitted = flow.year("prison_counted", *TIERS).reshape(flow.draws, -1).sum(axis=1)
    waited = flow.year("prison_bed_wait", *TIERS).reshape(flow.draws, -1).sum(axis=1) * _DAYS
    bed = spread(waited[admitted > 0] / admitted[admitted > 0], "bed")
    bed["bed"] = float(waited.sum() / admitted.sum()) if admitted.sum() else 0.0
    rows = []
    for number in numbers:
        mean, lower, upper = (number * end for end in (days.value, *days.bounds))
        within = {f"within_{limit:g}": float(stats.gamma.cdf(limit, number, scale=days.value)) for limit in STANDARDS}
        rows.append(
            {"number": number, "mean_days": mean, "lower": lower, "upper": upper, **within, "total_days": mean + bed["bed"],
             "total_lower": lower + min(bed["bed_lower"], bed["bed"]), "total_upper": upper + max(bed["bed_upper"], bed["bed"])}
        )  # fmt: skip
    return pd.DataFrame(rows)
