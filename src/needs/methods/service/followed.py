"""What estimates of times to an event share: who is followed when, limits on the log-log scale, and competing ends."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.rates import Floats, critical_value

__all__ = ["greenwood", "incidence_and_variance", "known_at", "log_log_limits", "told"]


def told(days: npt.ArrayLike, ended: Any, entry: npt.ArrayLike | None) -> tuple[Floats, npt.NDArray[np.bool_], Floats]:
    """Return times, whether ended and entries as arrays, refusing what cannot be.

    Parameters
    ----------
    days : array_like
        Time from the start to the end, or to the last day that is known of.
    ended : array_like of bool
        Whether it had ended.
    entry : array_like, optional
        Time from the start from which each one is followed; 0 without.

    Raises
    ------
    ValueError
        If lengths differ, or a time is negative, missing or before its entry.

    Examples
    --------
    >>> [part.tolist() for part in told([3, 5], [True, False], None)]
    [[3.0, 5.0], [True, False], [0.0, 0.0]]
    """
    time = np.asarray(days, float)
    start = np.zeros_like(time) if entry is None else np.asarray(entry, float)
    if not len(time) == len(ended) == len(start):
        raise ValueError(f"{len(time)} times, {len(ended)} ends and {len(start)} entries: as many of each are needed")
    wrong = ~(np.isfinite(time) & np.isfinite(start) & (start >= 0) & (time >= start))
    if wrong.any():
        at = int(np.argmax(wrong))
        raise ValueError(f"times are finite, at or above 0 and not before their entry; got {time[at]} from {start[at]}")
    return time, np.asarray(ended, bool), start


def known_at(times: Floats, stops: Floats, left: Floats) -> npt.NDArray[np.bool_]:
    """Say at which times a curve is known: up to the last one followed, and beyond it where nothing is left.

    Parameters
    ----------
    times, left : ndarray of float
        Times asked for, and the share left at each.
    stops : ndarray of float
        Sorted times to which each one is followed.

    Examples
    --------
    >>> known_at(np.array([1.0, 9.0]), np.array([2.0, 4.0]), np.array([0.5, 0.5])).tolist()
    [True, False]
    """
    last = stops[-1] if len(stops) else -np.inf
    return np.asarray((times <= last) | (len(stops) > 0) & (left <= 1e-12), bool)


def log_log_limits(survival: Floats, spread: Floats, level: float) -> tuple[Floats, Floats]:
    """Limits of shares that go on, on the log-log scale.

    Parameters
    ----------
    survival : ndarray of float
        Shares, in order of time along the first axis.
    spread : ndarray of float
        Standard error of each over the share.
    level : float
        Coverage.

    Returns
    -------
    lower, upper : ndarray of float
        Where nothing is left, the lower limit is 0 and the upper stays where it was.

    Notes
    -----
    ``S^exp(+/- z spread / log S)``.

    Examples
    --------
    >>> lower, upper = log_log_limits(np.array([0.75]), np.array([0.128]), 0.95)
    >>> float(lower[0].round(2)), float(upper[0].round(2))
    (0.5, 0.89)
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        power = np.exp(critical_value(level) * spread / np.abs(np.log(survival)))
        lower, upper = survival**power, survival ** (1 / power)
    inside = (survival > 0) & (survival < 1)
    lower = np.where(inside, lower, np.where(survival >= 1, 1.0, 0.0))
    held = pd.DataFrame(np.where(inside, upper, np.where(survival >= 1, 1.0, np.nan))).ffill().fillna(1.0)
    return lower, held.to_numpy().reshape(survival.shape)


def greenwood(at_risk: Floats, events: Floats) -> Floats:
    """Return the terms of Greenwood's sum; 0 where all who are left end.

    Parameters
    ----------
    at_risk, events : ndarray of float
        Followed just before each time, and ended at it.

    Examples
    --------
    >>> greenwood(np.array([4.0, 2.0]), np.array([1.0, 2.0])).round(4).tolist()
    [0.0833, 0.0]
    """
    return np.divide(events, at_risk * (at_risk - events), out=np.zeros_like(at_risk), where=at_risk > events)


def incidence_and_variance(counts: Floats, at_risk: Floats) -> tuple[Floats, Floats]:
    """Aalen-Johansen incidence and its variance at each time, a column a cause.

    Parameters
    ----------
    counts : ndarray of float, (times, causes)
        Ends at each time by cause.
    at_risk : ndarray of float, (times, 1)
        Followed just before each time.

    Notes
    -----
    ``I_k(t) = sum S(t_i-) d_ki / n_i``; with ``d`` the ends for any cause, its variance is
    ``sum (I(t) - I(t_i))^2 d/(n(n - d)) + sum S(t_i-)^2 (n - d_k) d_k / n^3 - 2 sum (I(t) - I(t_i)) S(t_i-) d_k / n^2``.

    References
    ----------
    Dinse GE, Larson MG (1986). A note on semi-Markov models for partially censored data. Biometrika 73(2):379-386.

    Examples
    --------
    >>> incidence, variance = incidence_and_variance(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[4.0], [3.0]]))
    >>> incidence.tolist(), float(variance[0, 0])
    ([[0.25, 0.0], [0.25, 0.25]], 0.046875)
    """
    every = counts.sum(axis=1, keepdims=True)
    left = np.cumprod(1 - every / at_risk, axis=0)
    before = np.vstack((np.ones((1, 1)), left[:-1])) / at_risk if len(left) else left
    incidence = np.cumsum(before * counts, axis=0)
    hazard = greenwood(at_risk, every)
    chance = before * counts / at_risk
    variance = (
        incidence**2 * hazard.cumsum(axis=0)
        - 2 * incidence * np.cumsum(incidence * hazard, axis=0)
        + np.cumsum(incidence**2 * hazard, axis=0)
        + np.cumsum(before**2 * (at_risk - counts) * counts / at_risk, axis=0)
        - 2 * incidence * np.cumsum(chance, axis=0)
        + 2 * np.cumsum(incidence * chance, axis=0)
    )
    return incidence, np.clip(variance, 0.0, None)
