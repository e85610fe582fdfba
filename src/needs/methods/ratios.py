"""Ratios of two groups, strata held equal: of rates by exact conditional limits, of shares by Mantel and Haenszel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Literal

import numpy as np
import numpy.typing as npt

from needs.methods.rates import FEW, Floats, critical_value, nonnegative

__all__ = ["Ratio", "excess", "rate_ratio", "risk_ratio"]

Method = Literal["exact", "mantel_haenszel", "crude_score", "none"]

_WIDEST = 40.0
"""No ratio that can be estimated lies outside exp(-40) to exp(40)."""


@dataclass(frozen=True)
class Ratio:
    """A group over a reference group.

    Parameters
    ----------
    value, lower, upper : float
        Missing (nan) where neither group has an event, or where nothing can be compared; infinite where the reference has none.
    method : {"exact", "mantel_haenszel", "crude_score", "none"}
        How the interval was made; ``crude_score`` holds no strata equal.
    """

    value: float
    lower: float
    upper: float
    method: Method


_NOTHING = Ratio(np.nan, np.nan, np.nan, "none")


def rate_ratio(
    events: npt.ArrayLike,
    time: npt.ArrayLike,
    reference_events: npt.ArrayLike,
    reference_time: npt.ArrayLike,
    level: float = 0.95,
) -> Ratio:
    """Ratio of two rates that is the same in all strata, with its exact interval.

    Parameters
    ----------
    events, reference_events : array_like, (strata,)
        Counts of the group and of the reference.
    time, reference_time : array_like, (strata,)
        Person-years of each, or people; a stratum that one of them lacks compares nothing and is left out.
    level : float
        Coverage, at least.

    Returns
    -------
    Ratio
        By exact limits, however few the events.

    Raises
    ------
    ValueError
        If a number is negative or not finite, shapes differ, or there are events without time.

    Notes
    -----
    Given the events ``n_s`` of both groups in stratum ``s``, those of the group are binomial with share ``p_s = theta T1_s /
    (theta T1_s + T0_s)``. The estimate solves ``sum a_s = sum n_s p_s``; the limits are the ``theta`` at which the sum of the
    binomials is as high, or as low, as was seen with probability ``(1 - level)/2``. One stratum gives the limits of Clopper
    and Pearson.

    References
    ----------
    Breslow NE, Day NE (1987). Statistical methods in cancer research, volume II. IARC, pages 93 to 95 and 109 to 113.

    Examples
    --------
    >>> ratio = rate_ratio([8, 4], [100, 40], [10, 20], [200, 300])
    >>> round(ratio.value, 2), round(ratio.lower, 2), round(ratio.upper, 2)
    (1.56, 0.7, 3.25)
    """
    a, b, t1, t0 = _strata(events, reference_events, time, reference_time)
    if ((a > 0) & (t1 == 0) | (b > 0) & (t0 == 0)).any():
        raise ValueError("there are events in a stratum without people or time")
    used = (t1 > 0) & (t0 > 0) & (a + b > 0)
    a, n, odds = a[used], (a + b)[used], (t1[used] / t0[used])
    seen, total = float(a.sum()), float(n.sum())
    if total == 0:
        return _NOTHING
    tail = (1 - level) / 2
    value = 0.0 if seen == 0 else np.inf if seen == total else _solve(lambda p: float(n @ p) - seen, odds)
    lower = 0.0 if seen == 0 else _solve(lambda p: float(_spread(n, p)[int(seen) :].sum()) - tail, odds)
    upper = np.inf if seen == total else _solve(lambda p: tail - float(_spread(n, p)[: int(seen) + 1].sum()), odds)
    return Ratio(value, lower, upper, "exact")


def _strata(*numbers: npt.ArrayLike) -> list[Floats]:
    found = [np.atleast_1d(nonnegative(each, "events and time")) for each in numbers]
    if len({each.shape for each in found}) > 1 or found[0].ndim != 1:
        raise ValueError(f"strata differ: {', '.join(str(each.shape) for each in found)}")
    return found


def _solve(rising: Callable[[Floats], float], odds: Floats) -> float:
    """Return the ratio at which something that rises with it is nought."""
    from scipy.optimize import brentq
    from scipy.special import expit

    return float(np.exp(brentq(lambda log: rising(expit(log + np.log(odds))), -_WIDEST, _WIDEST, xtol=1e-10)))


def _spread(n: Floats, p: Floats) -> Floats:
    """Return the distribution of the sum of binomials, from none to all."""
    from scipy import stats

    parts = [stats.binom.pmf(np.arange(int(each) + 1), int(each), share) for each, share in zip(n, p, strict=True)]
    return np.asarray(reduce(np.convolve, parts), float)


def risk_ratio(
    cases: npt.ArrayLike,
    people: npt.ArrayLike,
    reference_cases: npt.ArrayLike,
    reference_people: npt.ArrayLike,
    level: float = 0.95,
) -> Ratio:
    """Ratio of two shares that is the same in all strata.

    Parameters
    ----------
    cases, reference_cases : array_like, (strata,)
        People with the event in the group and in the reference.
    people, reference_people : array_like, (strata,)
        People of each; a stratum that one of them lacks compares nothing and is left out.
    level : float
        Coverage.

    Returns
    -------
    Ratio
        By Mantel and Haenszel; with fewer than 10 people with or without the event in either group the strata are put
        together and the interval is the score interval (``crude_score``), which holds up in small samples.

    Raises
    ------
    ValueError
        If a number is negative or not finite, shapes differ, or more people have the event than there are.

    Notes
    -----
    ``RR = sum(a N0/N) / sum(b N1/N)``; the variance of its logarithm is ``sum((m N1 N0 - a b N)/N^2) / (R S)``, with ``m = a +
    b`` and ``R``, ``S`` the two sums.

    References
    ----------
    Greenland S, Robins JM (1985). Estimation of a common effect parameter from sparse follow-up data. Biometrics 41(1):55-68.

    Koopman PAR (1984). Confidence intervals for the ratio of two binomial proportions. Biometrics 40(2):513-517.

    Examples
    --------
    >>> ratio = risk_ratio([30, 20], [60, 80], [40, 30], [120, 200])
    >>> round(ratio.value, 2), round(ratio.lower, 2), round(ratio.upper, 2), ratio.method
    (1.57, 1.17, 2.1, 'mantel_haenszel')
    >>> risk_ratio([3], [20], [30], [90]).method
    'crude_score'
    """
    a, b, n1, n0 = _strata(cases, reference_cases, people, reference_people)
    if (a > n1).any() or (b > n0).any():
        raise ValueError("more people have the event than there are")
    used = (n1 > 0) & (n0 > 0)
    a, b, n1, n0 = a[used], b[used], n1[used], n0[used]
    if a.sum() + b.sum() == 0:
        return _NOTHING
    if min(a.sum(), b.sum(), (n1 - a).sum(), (n0 - b).sum()) < FEW:
        return _score(float(a.sum()), float(n1.sum()), float(b.sum()), float(n0.sum()), level)
    n = n1 + n0
    top, bottom = float((a * n0 / n).sum()), float((b * n1 / n).sum())
    variance = float((((a + b) * n1 * n0 - a * b * n) / n**2).sum()) / (top * bottom)
    value, factor = top / bottom, float(np.exp(critical_value(level) * np.sqrt(variance)))
    return Ratio(value, value / factor, value * factor, "mantel_haenszel")


def _score(a: float, n1: float, b: float, n0: float, level: float) -> Ratio:
    """Koopman's limits: the ratios that a score test does not refuse.

    The library's closed form divides by nought where a group has none or all of its people with the event.
    """
    from scipy.optimize import brentq

    limit, everybody = critical_value(level) ** 2, n0 + n1
    value = a / n1 / (b / n0) if b else np.inf

    def misfit(log: float) -> float:
        ratio = float(np.exp(log))
        half = ratio * (n1 + b) + a + n0
        p0 = (half - np.sqrt(max(half * half - 4 * ratio * everybody * (a + b), 0))) / (2 * ratio * everybody)
        pairs = ((a, n1, min(ratio * p0, 1.0)), (b, n0, p0))
        return float(sum((x - n * p) ** 2 / (n * p * (1 - p)) for x, n, p in pairs if 0 < p < 1)) - limit

    centre, far = (float(np.log(value)) if 0 < value < np.inf else 0.0), _WIDEST / 4
    lower = 0.0 if a == 0 else float(np.exp(brentq(misfit, -far, centre if b else far)))
    upper = np.inf if b == 0 else float(np.exp(brentq(misfit, centre if a else -far, far)))
    return Ratio(value, lower, upper, "crude_score")


def excess(observed: float, ratio: Ratio) -> tuple[float, float, float]:
    """Events beyond those that the group would have at the rates of the reference, with their interval.

    Parameters
    ----------
    observed : float
        Events of the group.
    ratio : Ratio
        Of the group to the reference.

    Returns
    -------
    value, lower, upper : float
        Below 0 where the group has fewer; missing where the ratio is.

    Notes
    -----
    ``O - E`` with ``E = O / ratio``, so that the interval leaves out 0 where that of the ratio leaves out 1.

    Examples
    --------
    >>> excess(30, Ratio(1.5, 1.2, 2.0, "exact"))
    (10.0, 5.0, 15.0)
    """
    ends = (observed - observed / end if end else -np.inf for end in (ratio.value, ratio.lower, ratio.upper))
    value, lower, upper = (float(end) for end in ends)
    return value, lower, upper
