"""Waits of prisoners: the share admitted within a standard, the beds that would take, and what assessments add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.flow import Flow
from needs.methods.flow_changes import scaled
from needs.methods.flow_findings import later, spread
from needs.methods.flow_network import DAYS, STANDARDS
from needs.methods.pathways import Pathways
from needs.values import TIERS

__all__ = ["assessed", "beds_for_share", "mean_wait", "share_within", "transfers"]

Floats = npt.NDArray[np.float64]


def _counted(flow: Flow, clock: str, days: int) -> Floats:
    """Return prisoners admitted in the years from the third, and those within a standard: draws x 2."""
    part = "whole" if clock == "referral" else "bed"
    both = [flow.year(f"prison_{name}", *TIERS) for name in ("counted", f"{part}_{days}")]
    return np.stack([later(m).sum(axis=1).reshape(flow.draws, flow.paths).sum(axis=1) for m in both], axis=1)


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


def transfers(
    pathways: Pathways, now: Flow, single: Flow, unblocked: Flow, needed: Mapping[tuple[str, int], Any]
) -> pd.DataFrame:
    """Return the share of prisoners admitted within the standards, by clock.

    Parameters
    ----------
    pathways : Pathways
        The calibrated flow.
    now, single, unblocked : Flow
        As it is, with one assessment, and with a step-down place for everyone who is ready.
    needed : mapping of (clock, days) to (beds, lower, upper)
        See :func:`beds_for_share`.

    Returns
    -------
    DataFrame
        ``clock, days, now, now_lower, now_upper, single.., unblocked.., beds, beds_lower, beds_upper, alone``; the share is
        of secure admissions from prison in the years from the third, its ends those of parameter draws; ``alone`` is the
        share whose assessments alone end in time, were there a bed for everyone at once.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> ways = calibrate(*made_up(), years=3, parameter_draws=20, seed=1)
    >>> flow = ways.follow()
    >>> needed = {(clock, days): (0, 0, 0) for clock in ("referral", "acceptance") for days in (14, 28)}
    >>> found = transfers(ways, flow, flow, flow, needed)
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
            row["alone"] = _assessed_within(pathways, days) if clock == "referral" else 1.0
            rows.append(row)
    return pd.DataFrame(rows)


def _assessed_within(pathways: Pathways, days: int) -> float:
    """Return the share of people whose assessments end within some days: Erlang, mean over parameter draws."""
    from scipy import stats

    each, number = pathways.assessment_days, pathways.assessment_number
    whole = np.floor(number)
    shares = [stats.gamma.cdf(days, np.maximum(whole + more, 1e-9), scale=each) for more in (0, 1)]
    return float(np.mean((1 - (number - whole)) * shares[0] + (number - whole) * shares[1]))


def beds_for_share(
    pathways: Pathways, wanted: float = 0.95, steps: Sequence[float] = (0.0, 0.05, 0.1, 0.2, 0.3)
) -> dict[tuple[str, int], tuple[float, float, float]]:
    """Return the extra medium and low secure beds that bring a share of prisoners in within each standard.

    Parameters
    ----------
    pathways : Pathways
        The calibrated flow.
    wanted : float
        Share of admissions from prison in the years from the third.
    steps : sequence of float
        Beds added from the second year, as shares of the beds there are in each draw.

    Returns
    -------
    dict
        By clock and days: beds in the middle draw, and the ends over draws; missing where not even the largest step is
        enough.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> flow = calibrate(*made_up(), years=3, parameter_draws=20, seed=1)
    >>> found = beds_for_share(flow, 0.5, steps=(0.0, 0.2))
    >>> found["acceptance", 28][0]
    0.0
    """
    flows = []
    for step in steps:
        network = pathways.network
        for tier in ("medium", "low"):
            network = scaled(network, tier, step) if step else network
        flows.append(pathways.follow(network, 1))
    beds = pathways.beds[:, 0, 1:3].sum(axis=1)
    found = {}
    for clock in ("referral", "acceptance"):
        for days in map(int, STANDARDS):
            counts = np.stack([_counted(flow, clock, days) for flow in flows])  # steps x draws x 2
            shares = counts[..., 1] / np.maximum(counts[..., 0], 1)
            each = [_reached(np.array(steps) * beds[draw], shares[:, draw], wanted) for draw in range(pathways.draws)]
            ends = np.quantile(np.nan_to_num(each, nan=np.inf), [0.5, 0.025, 0.975], method="nearest")
            middle, lower, upper = (float(end) if np.isfinite(end) else float("nan") for end in ends)
            found[clock, days] = (middle, lower, upper)
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


def assessed(pathways: Pathways, flow: Flow, numbers: Sequence[int] = (1, 2, 3, 4)) -> pd.DataFrame:
    """Return the delay before admission by number of assessments, one after another.

    Parameters
    ----------
    pathways : Pathways
        The calibrated flow.
    flow : Flow
        Simulated from it, for the wait for a bed that follows.
    numbers : sequence of int
        Assessments.

    Returns
    -------
    DataFrame
        ``number, mean_days, within_14, within_28, total_days``, each with ``_lower`` and ``_upper``: mean days of
        assessment, the share whose assessments alone end within the standard, and mean days with the wait for a bed
        that prisoners have on average; ends are those of parameter draws.

    Notes
    -----
    Each assessment is exponential, so that ``n`` of them are Erlang: ``P(A <= t) = 1 - sum_k e^-x x^k / k!``. The
    mean wait for a bed is people in the queue over people admitted (Little's law).

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> ways = calibrate(*made_up(), years=3, parameter_draws=20, seed=1)
    >>> found = assessed(ways, ways.follow(), (1, 2))
    >>> found["number"].tolist(), bool((found["total_days"] > found["mean_days"]).all())
    ([1, 2], True)
    """
    from scipy import stats

    days, bed = pathways.assessment_days, mean_wait(flow) * DAYS
    rows = []
    for number in numbers:
        within = {f"within_{limit:g}": stats.gamma.cdf(limit, number, scale=days) for limit in STANDARDS}
        row: dict[str, float] = {"number": number}
        for name, draws in {"mean_days": number * days, **within, "total_days": number * days + bed}.items():
            row |= {part: end for part, end in spread(draws, name).items() if part.startswith(name)}
        rows.append(row)
    return pd.DataFrame(rows).astype({"number": int})


def mean_wait(flow: Flow) -> Floats:
    """Return the mean wait of prisoners for a secure bed by parameter draw, years: people waiting over people admitted.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> wait = mean_wait(calibrate(*made_up(), years=3, parameter_draws=20, seed=1).follow())
    >>> wait.shape, bool((wait >= 0).all())
    ((20,), True)
    """
    waiting, admitted = (
        later(flow.year(f"prison_{name}", *TIERS)).sum(axis=1).reshape(flow.draws, flow.paths).sum(axis=1)
        for name in ("waiting", "counted")
    )
    return np.asarray(waiting / np.maximum(admitted, 1))
