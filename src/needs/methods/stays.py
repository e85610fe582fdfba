"""How long people stay in a tier: two classes, short and long, fitted to published figures."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.values import Estimate

__all__ = ["LARGEST_RATIO", "PREFERENCE", "Stay", "fit_stay", "misses"]

Floats = npt.NDArray[np.float64]
Beyond = tuple[float, Estimate]

LARGEST_RATIO = 50.0
"""A long stay is at most this many times a short one."""

PREFERENCE = (5.0, 0.2, 1e-3)
"""Preferred ratio of long to short, preferred share of long stays, and how little that weighs: a
departure by a factor of e counts as much as this many standard deviations of a published figure."""

NO_INTERVAL = 0.10
"""Relative standard deviation of a figure that is published without an interval."""

SPREAD_OF_95 = 2 * 1.959963984540054


@dataclass(frozen=True)
class Stay:
    """Stays of two classes of people, each exponential.

    Parameters
    ----------
    short, long : float
        Mean years of each class, above 0, short at most long.
    share_long : float
        Share of admissions that are of the long class, 0 to 1.

    Raises
    ------
    ValueError
        If a mean is not positive and finite, the share is outside 0 to 1, or short is above long.

    Notes
    -----
    Among admissions class k has share ``pi_k``; in a stationary census ``w_k = pi_k m_k / sum pi m``,
    because long stays fill more beds. A person found in a census is of class k with probability
    ``w_k``; both the time already stayed and the time still to come are then exponential with mean
    ``m_k``.

    References
    ----------
    Cox DR (1962). Renewal Theory. Methuen, chapter 5 (length-biased sampling).

    Examples
    --------
    >>> stay = Stay(1.0, 9.0, 0.25)
    >>> stay.mean, stay.weight_long, stay.elapsed
    (3.0, 0.75, 7.0)
    """

    short: float
    long: float
    share_long: float

    def __post_init__(self) -> None:
        for name in ("short", "long"):
            if not 0 < (value := getattr(self, name)) < math.inf:
                raise ValueError(f"{name}: {value} is not a mean stay in years above 0")
        if not 0 <= self.share_long <= 1:
            raise ValueError(f"share_long: {self.share_long} is not a share between 0 and 1")
        if self.short > self.long:
            raise ValueError(f"short: {self.short} is above long: {self.long}; give the shorter mean first")

    @property
    def shares(self) -> tuple[float, float]:
        """Shares of short and long among admissions."""
        return 1 - self.share_long, self.share_long

    @property
    def weights(self) -> tuple[float, float]:
        """Shares of short and long in a stationary census."""
        return 1 - self.weight_long, self.weight_long

    @property
    def weight_long(self) -> float:
        """Share of a stationary census that is of the long class."""
        return self.share_long * self.long / self.mean

    @property
    def mean(self) -> float:
        """Mean completed stay, years."""
        return self.short + self.share_long * (self.long - self.short)

    @property
    def variance(self) -> float:
        """Variance of the completed stay, years squared."""
        short, long = self.shares
        return 2 * (short * self.short**2 + long * self.long**2) - self.mean**2

    @property
    def cv2(self) -> float:
        """Variance over squared mean: 1 for one class, above 1 for two."""
        return self.variance / self.mean**2

    @property
    def elapsed(self) -> float:
        """Mean years already stayed by those in a stationary census, ``m (1 + CV2) / 2``."""
        return self.short + self.weight_long * (self.long - self.short)

    @property
    def residual(self) -> float:
        """Mean years still to come for those in a stationary census.

        It equals :attr:`elapsed`. To draw one stay to come: draw the class by :attr:`weights`, then an
        exponential with the mean of that class. Never a uniform part of a stay: that empties up to a
        third of the beds within a year.
        """
        return self.elapsed

    @property
    def median(self) -> float:
        """Median completed stay, years."""
        from scipy import optimize

        if self.short == self.long:
            return self.long * math.log(2)
        ends = (self.short * math.log(2), self.long * math.log(2))
        return float(optimize.brentq(lambda t: float(self.survival(t)) - 0.5, *ends, xtol=1e-12, rtol=1e-12))

    def survival(self, years: npt.ArrayLike) -> Floats:
        """Share of admissions that stay longer than some years.

        Examples
        --------
        >>> Stay(1.0, 9.0, 0.25).survival([0, 1, 5]).round(3).tolist()
        [1.0, 0.5, 0.148]
        """
        return self._mixed(years, self.shares)

    def beyond(self, years: npt.ArrayLike) -> Floats:
        """Share of a stationary census whose stay to date is longer than some years.

        Notes
        -----
        ``sum_k w_k exp(-x / m_k)``; the stay still to come has the same law.

        Examples
        --------
        >>> Stay(1.0, 9.0, 0.25).beyond([0, 1, 5]).round(3).tolist()
        [1.0, 0.763, 0.432]
        """
        return self._mixed(years, self.weights)

    def _mixed(self, years: npt.ArrayLike, parts: tuple[float, float]) -> Floats:
        t = np.asarray(years, float)
        return np.asarray(parts[0] * np.exp(-t / self.short) + parts[1] * np.exp(-t / self.long), float)

    def scaled(self, mean: float) -> Stay:
        """Return stays of the same shape with another mean.

        Examples
        --------
        >>> Stay(1.0, 9.0, 0.25).scaled(6.0)
        Stay(short=2.0, long=18.0, share_long=0.25)
        """
        if not 0 < mean < math.inf:
            raise ValueError(f"mean: {mean} is not a mean stay in years above 0")
        return replace(self, short=self.short * mean / self.mean, long=self.long * mean / self.mean)


def fit_stay(mean: Estimate, median: Estimate | None = None, beyond: Beyond | None = None) -> Stay:
    """Fit two classes of stays to the published figures of a tier.

    Parameters
    ----------
    mean, median : Estimate
        Mean and median completed stay, years.
    beyond : tuple of float and Estimate, optional
        Years, and the share of a census whose stay to date is longer.

    Returns
    -------
    Stay
        With a mean alone, one class. Figures from different places and years may conflict: the fit is a
        compromise between them, and :func:`misses` says how far it is from each.

    Raises
    ------
    ValueError
        If a stay is not above 0 years or a share not between 0 and 1.

    Notes
    -----
    Weighted least squares of the log mean, the log median and the logit of the share; each figure
    weighs by its own interval, ``sd = (upper - lower) / 3.92`` on that scale, and a figure without an
    interval has a relative standard deviation of 10%. Two figures do not settle three numbers, so a
    preference (:data:`PREFERENCE`) too weak to move what the figures settle chooses among equal fits.
    Long is at most :data:`LARGEST_RATIO` times short. The search starts from the same points each time.

    Examples
    --------
    >>> e = lambda value: Estimate(value, kind="published", source=("x#y",))
    >>> fit_stay(e(2.0))
    Stay(short=2.0, long=2.0, share_long=0.0)
    >>> stay = fit_stay(e(3.0), e(1.0), (5.0, e(0.4318)))
    >>> round(stay.short, 2), round(stay.long, 2), round(stay.share_long, 2)
    (1.0, 9.0, 0.25)
    """
    figures = _figures(mean, median, beyond)
    if len(figures) == 1:
        return Stay(mean.value, mean.value, 0.0)
    return _best(mean.value, tuple(figures.values()), beyond[0] if beyond else None, median is not None)


@lru_cache(maxsize=64)  # the same figures are fitted again for every area
def _best(mean: float, figures: tuple[tuple[float, float], ...], years: float | None, has_median: bool) -> Stay:
    from scipy import optimize, special

    ratio, share, weight = PREFERENCE
    preferred = np.array([math.log(ratio), special.logit(share)])
    target, sd = np.array(figures).T

    def stay(x: Floats) -> Stay:
        short, long = np.exp(x[0]), np.exp(x[0] + x[1])
        return Stay(float(short), float(max(short, long)), float(special.expit(x[2])))

    def residuals(x: Floats) -> Floats:
        tried = stay(x)
        found = [math.log(tried.mean)]
        if has_median:
            found.append(math.log(tried.median))
        if years is not None:
            found.append(float(special.logit(np.clip(tried.beyond(years), 1e-12, 1 - 1e-12))))
        return np.concatenate([(np.array(found) - target) / sd, weight * (x[1:] - preferred)])

    def search(ratio: float, share: float) -> optimize.OptimizeResult:
        start = [math.log(mean / (1 + share * (ratio - 1))), math.log(ratio), special.logit(share)]
        top = math.log(LARGEST_RATIO)
        bounds = ([-np.inf, 0.0, -9.0], [np.inf, top, 9.0])
        return optimize.least_squares(residuals, start, bounds=bounds, xtol=1e-12, ftol=1e-12, gtol=1e-12)

    tries = [search(r, s) for r in (1.5, 5.0, 20.0) for s in (0.05, 0.2, 0.6)]
    return stay(min(tries, key=lambda found: found.cost).x)


def _figures(mean: Estimate, median: Estimate | None, beyond: Beyond | None) -> dict[str, tuple[float, float]]:
    """Return value and standard deviation of each figure on the scale it is fitted on."""
    found = {"mean": _on_log(mean, "mean")}
    if median is not None:
        found["median"] = _on_log(median, "median")
    if beyond is not None:
        years, share = beyond
        if not years > 0:
            raise ValueError(f"beyond: {years} years is not above 0")
        found["beyond"] = _on_logit(share, f"beyond {years:g} years")
    return found


def _on_log(figure: Estimate, name: str) -> tuple[float, float]:
    if figure.value <= 0:
        raise ValueError(f"{name}: {figure.value} is not a stay in years above 0")
    lower, upper = figure.bounds
    if lower == upper:
        return math.log(figure.value), NO_INTERVAL
    down = lower if lower > 0 else figure.value**2 / upper
    return math.log(figure.value), math.log(upper / down) / SPREAD_OF_95


def _on_logit(figure: Estimate, name: str) -> tuple[float, float]:
    def logit(share: float) -> float:
        return math.log(share / (1 - share))

    if not 0 < figure.value < 1:
        raise ValueError(f"{name}: {figure.value} is not a share between 0 and 1")
    lower, upper = figure.bounds
    if lower == upper:
        return logit(figure.value), NO_INTERVAL / (1 - figure.value)
    ends = [logit(end) - logit(figure.value) for end in (lower, upper) if 0 < end < 1 and end != figure.value]
    if not ends:
        raise ValueError(f"{name}: the interval {lower:g} to {upper:g} says nothing; give it inside 0 to 1")
    return logit(figure.value), sum(map(abs, ends)) / len(ends) * 2 / SPREAD_OF_95


def misses(stay: Stay, mean: Estimate, median: Estimate | None = None, beyond: Beyond | None = None) -> pd.DataFrame:
    """Say how far fitted stays are from each figure they were fitted to.

    Parameters
    ----------
    stay : Stay
        The fit.
    mean, median, beyond
        What it was fitted to, see :func:`fit_stay`.

    Returns
    -------
    DataFrame
        ``figure, fitted_to, value`` (of the fit), ``miss`` (relative: 0.1 is 10% above the figure).

    Examples
    --------
    >>> e = lambda value: Estimate(value, kind="published", source=("x#y",))
    >>> misses(Stay(2.0, 2.0, 0.0), e(2.5), None, (5.0, e(0.1))).round(3).to_numpy().tolist()
    [['mean', 2.5, 2.0, -0.2], ['beyond 5 years', 0.1, 0.082, -0.179]]
    """
    rows = [("mean", mean.value, stay.mean)]
    if median is not None:
        rows.append(("median", median.value, stay.median))
    if beyond is not None:
        rows.append((f"beyond {beyond[0]:g} years", beyond[1].value, float(stay.beyond(beyond[0]))))
    frame = pd.DataFrame(rows, columns=["figure", "fitted_to", "value"])
    return frame.assign(miss=frame["value"] / frame["fitted_to"] - 1)
