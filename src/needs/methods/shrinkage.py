"""Ratios of areas with few events, drawn towards the average by as much as chance explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.rates import Floats, critical_value, nonnegative

__all__ = [
    "EmpiricalBayes",
    "Shrunk",
    "empirical_bayes",
    "marshall_moments",
    "own_weight",
    "shrink",
    "small_sample_table",
]

REACH = 6
"""The grid over tau ends at this many standard deviations of its prior."""


@dataclass(frozen=True)
class Shrunk:
    """Shrunken ratios and how much of them is prior.

    Parameters
    ----------
    ratio, lower, upper : ndarray of float, (areas,)
        Posterior mean and interval of each area's ratio.
    weight, prior_share : ndarray of float, (areas,)
        Average weight on the area's own events, and what is left: how much of the answer comes
        from the other areas and the prior.
    tau : float
        Posterior mean of the standard deviation of the ratios between areas.
    """

    ratio: Floats
    lower: Floats
    upper: Floats
    weight: Floats
    prior_share: Floats
    tau: float


def own_weight(expected: npt.ArrayLike, tau: npt.ArrayLike) -> Floats:
    """Weight that an area's own ratio gets, from 0 (nothing expected, or all areas alike) to 1.

    Parameters
    ----------
    expected, tau : array_like
        Expected events, and standard deviation of the ratios between areas; shapes broadcast.

    Notes
    -----
    ``tau^2 / (tau^2 + 1/E)``.

    Examples
    --------
    >>> own_weight([600, 60, 20, 5], 0.25).round(2).tolist()
    [0.97, 0.79, 0.56, 0.24]
    """
    signal = nonnegative(expected, "expected events") * nonnegative(tau, "tau") ** 2
    return np.asarray(signal / (1 + signal), float)


def shrink(
    observed: npt.ArrayLike,
    expected: npt.ArrayLike,
    prior_sd: float = 0.3,
    points: int = 200,
    level: float = 0.95,
) -> Shrunk:
    """Shrink ratios of observed to expected events, with the spread between areas itself uncertain.

    Parameters
    ----------
    observed, expected : array_like, (areas,)
        Events. Expected events should add up to those observed (benchmark them first), because
        ratios are drawn towards 1. An area that expects none, and has none, gets the prior alone.
    prior_sd : float
        Scale of the half-normal prior on tau, the standard deviation of the ratios between areas.
    points : int
        Points of the grid over tau.
    level : float
        Coverage.

    Returns
    -------
    Shrunk
        The total of a region barely moves; women, or one group in one tier, may move a lot.

    Raises
    ------
    ValueError
        If a number is negative or not finite, shapes differ, there are no areas, or events occur
        where none are expected.

    Notes
    -----
    ``O_i ~ Poisson(E_i theta_i)``, ``theta_i ~ Gamma(nu, nu)``, ``nu = 1/tau^2``, ``tau ~
    half-normal(prior_sd)``. Given tau, counts are negative binomial and ``theta_i`` is ``Gamma(nu +
    O_i, nu + E_i)``; these are averaged over a grid of tau (finer near 0) with the posterior
    weights of tau, and the limits are quantiles of that mixture. Tau is never set to 0, which moment
    estimates do in half of all samples of ten areas with ten events.

    References
    ----------
    Clayton D, Kaldor J (1987). Empirical Bayes estimates of age-standardized relative risks for use
    in disease mapping. Biometrics 43(3):671-681.

    Gelman A (2006). Prior distributions for variance parameters in hierarchical models. Bayesian
    Analysis 1(3):515-534.

    Examples
    --------
    >>> found = shrink([660, 8, 0], [600, 5, 5])
    >>> found.ratio.round(2).tolist(), found.prior_share.round(2).tolist()
    ([1.09, 1.17, 0.72], [0.09, 0.72, 0.72])
    """
    o, e = _areas(observed, expected)
    if points < 1 or not 0 < prior_sd < np.inf:
        raise ValueError(f"a grid of {points} points over a prior of scale {prior_sd} says nothing")
    root = (np.arange(points) + 0.5) / points
    tau = REACH * prior_sd * root**2
    nu = 1 / tau**2
    log_posterior = _log_probability(o, e, nu[:, None], nu[:, None]).sum(-1) - (tau / prior_sd) ** 2 / 2
    density = root * np.exp(log_posterior - log_posterior.max())
    belief = density / density.sum()
    weight = own_weight(e[:, None], tau) @ belief
    ratio = (nu + o[:, None]) / (nu + e[:, None]) @ belief
    lower, upper = _mixture_interval(o, e, nu, belief, level)
    return Shrunk(ratio, lower, upper, weight, 1 - weight, float(tau @ belief))


def _areas(observed: npt.ArrayLike, expected: npt.ArrayLike) -> tuple[Floats, Floats]:
    o, e = nonnegative(observed, "observed events"), nonnegative(expected, "expected events")
    if o.shape != e.shape or o.ndim != 1 or not o.size:
        raise ValueError(f"observed {o.shape} and expected {e.shape} are not one number for each area")
    if (impossible := (e == 0) & (o > 0)).any():
        at = int(np.argmax(impossible))
        raise ValueError(f"area {at} has {o[at]:g} events where none are expected")
    return o, e


def _log_probability(observed: Floats, expected: Floats, nu: npt.ArrayLike, alpha: npt.ArrayLike) -> Floats:
    """Log probability of counts whose ratios are Gamma(nu, alpha): negative binomial."""
    from scipy import special

    n, a = np.asarray(nu, float), np.asarray(alpha, float)
    ways = -special.betaln(n, observed + 1) - np.log(n + observed)
    chance = -n * np.log1p(expected / a) + special.xlogy(observed, expected / (a + expected))
    return np.asarray(ways + chance, float)


def _mixture_interval(
    observed: Floats, expected: Floats, nu: Floats, belief: Floats, level: float
) -> tuple[Floats, Floats]:
    """Quantiles of mixtures over nu of ``Gamma(nu + observed, nu + expected)``, for every area."""
    from scipy import special
    from scipy.optimize import elementwise

    def missed(x: Floats, o: Floats, e: Floats, below: Floats) -> Floats:
        within = special.gammainc(nu + o[..., None], (nu + e[..., None]) * x[..., None])
        return np.asarray(within @ belief - below, float)

    tail = special.ndtr(-critical_value(level))
    below = np.array([[tail], [1 - tail]])
    parts = special.gammaincinv(nu + observed[:, None], below[..., None]) / (nu + expected[:, None])
    bracket = parts.min(-1) * (1 - 1e-9), parts.max(-1) * (1 + 1e-9)
    lower, upper = elementwise.find_root(missed, bracket, args=(observed, expected, below)).x
    return lower, upper


def small_sample_table(areas: npt.ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """Say how little a number of areas can show.

    Parameters
    ----------
    areas, level
        Numbers of areas, 3 or more; coverage (a correlation is significant at ``1 - level``).

    Returns
    -------
    DataFrame
        ``areas``; ``least_correlation`` that differs from 0; ``variance_cv`` of an estimated variance
        between areas; its interval as a multiple of the estimate (``variance_lower, variance_upper``).

    Notes
    -----
    ``t / sqrt(n - 2 + t^2)`` with ``t`` on ``n - 2`` degrees of freedom; ``sqrt(2/(n - 1))``; and
    ``(n - 1) / chi2`` quantiles on ``n - 1``, for normal data.

    Examples
    --------
    >>> small_sample_table([7, 10]).round(2).to_numpy().tolist()
    [[7.0, 0.75, 0.58, 0.42, 4.85], [10.0, 0.63, 0.47, 0.47, 3.33]]
    """
    from scipy import stats

    n = np.atleast_1d(nonnegative(areas, "numbers of areas"))
    if (n < 3).any():
        raise ValueError("two areas always lie on a line: 3 or more are needed")
    tail = stats.norm.sf(critical_value(level))
    t = stats.t.isf(tail, n - 2)
    return pd.DataFrame(
        {
            "areas": n,
            "least_correlation": t / np.sqrt(n - 2 + t**2),
            "variance_cv": np.sqrt(2 / (n - 1)),
            "variance_lower": (n - 1) / stats.chi2.isf(tail, n - 1),
            "variance_upper": (n - 1) / stats.chi2.ppf(tail, n - 1),
        }
    )


@dataclass(frozen=True)
class EmpiricalBayes:
    """Ratios shrunk towards a common gamma distribution whose parameters are estimated.

    Parameters
    ----------
    mean, variance : float
        Of the ratios between areas; a variance of 0 means that areas differ no more than chance.
    ratio, weight : ndarray of float, (areas,)
        Posterior means, and the weight on the area's own ratio.
    """

    mean: float
    variance: float
    ratio: Floats
    weight: Floats

    @property
    def nu(self) -> float:
        """Shape of the gamma distribution; infinite where the variance is 0."""
        return self.mean**2 / self.variance if self.variance else np.inf

    @property
    def alpha(self) -> float:
        """Rate of the gamma distribution, in expected events; infinite where the variance is 0."""
        return self.mean / self.variance if self.variance else np.inf


def empirical_bayes(observed: npt.ArrayLike, expected: npt.ArrayLike) -> EmpiricalBayes:
    """Shrink ratios by the gamma distribution that makes the counts most likely (Clayton and Kaldor).

    Parameters
    ----------
    observed, expected : array_like, (areas,)
        Events; at least one is observed and every area expects some.

    Returns
    -------
    EmpiricalBayes
        Its parameters are taken as known, so it says nothing about uncertainty; with a variance of 0
        every area gets the mean. For reports use :func:`shrink`.

    Raises
    ------
    ValueError
        If numbers are negative or not finite, shapes differ, nothing is observed, or an area expects nothing.

    Notes
    -----
    ``theta_i ~ Gamma(nu, alpha)``; ``(O_i + nu)/(E_i + alpha) = B_i O_i/E_i + (1 - B_i) nu/alpha`` with
    ``B_i = E_i/(E_i + alpha)``; nu and alpha maximise the negative binomial likelihood.

    References
    ----------
    Clayton D, Kaldor J (1987). Empirical Bayes estimates of age-standardized relative risks for use
    in disease mapping. Biometrics 43(3):671-681.

    Examples
    --------
    >>> found = empirical_bayes([15, 2, 9, 1, 30], [5, 6, 7, 8, 20])
    >>> round(found.mean, 2), found.ratio.round(2).tolist()
    (1.24, [2.67, 0.48, 1.28, 0.26, 1.49])
    """
    from scipy import optimize

    o, e = _expecting(observed, expected)
    mean = float(o.sum() / e.sum())
    if ((o - mean * e) ** 2 - o).sum() <= 0:  # the likelihood falls from a variance of 0 on
        return _towards(o, e, mean, 0.0)

    def unlikely(logs: Floats) -> float:
        nu, alpha = np.exp(logs)
        return -float(_log_probability(o, e, nu, alpha).sum())

    start = np.log([1.0, 1 / mean])
    found = optimize.minimize(
        unlikely, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000}
    )
    nu, alpha = np.exp(found.x)
    return _towards(o, e, float(nu / alpha), float(nu / alpha**2))


def marshall_moments(observed: npt.ArrayLike, expected: npt.ArrayLike) -> EmpiricalBayes:
    """Shrink ratios by the moments of the counts, without a likelihood (Marshall).

    Parameters, returns and errors are those of :func:`empirical_bayes`. The variance is 0 in half of all
    samples of ten areas with ten events each, which is why reports use :func:`shrink`.

    Notes
    -----
    ``m = sum O / sum E``; ``s2 = sum E (O/E - m)^2 / sum E``; variance ``A = s2 - m / mean(E)``, not below
    0; weight ``A / (A + m/E_i)``.

    References
    ----------
    Marshall RJ (1991). Mapping disease and mortality rates using empirical Bayes estimators. Applied
    Statistics 40(2):283-294.

    Examples
    --------
    >>> found = marshall_moments([15, 2, 9, 1, 30], [5, 6, 7, 8, 20])
    >>> round(found.mean, 2), round(found.variance, 2), found.ratio.round(2).tolist()
    (1.24, 0.56, [2.46, 0.58, 1.27, 0.37, 1.47])
    """
    o, e = _expecting(observed, expected)
    mean = float(o.sum() / e.sum())
    spread = float(((o - mean * e) ** 2 / e).sum() / e.sum())
    return _towards(o, e, mean, max(0.0, spread - mean / float(e.mean())))


def _expecting(observed: npt.ArrayLike, expected: npt.ArrayLike) -> tuple[Floats, Floats]:
    o, e = _areas(observed, expected)
    if (e == 0).any():
        raise ValueError(f"area {int(np.argmax(e == 0))} expects no events: leave it out")
    if not o.any():
        raise ValueError("no events are observed in any area")
    return o, e


def _towards(observed: Floats, expected: Floats, mean: float, variance: float) -> EmpiricalBayes:
    weight = variance / (variance + mean / expected)
    return EmpiricalBayes(mean, variance, weight * observed / expected + (1 - weight) * mean, weight)
