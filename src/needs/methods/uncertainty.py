"""Draws of a figure from its interval: amounts, shares, and figures whose interval leans to one side."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from needs.values import Estimate

__all__ = ["NORMAL_95", "beta_around", "gamma_around", "spread_around"]

Floats = npt.NDArray[np.float64]
NORMAL_95 = 1.959963984540054
"""Standard deviations from the middle of a normal distribution to the end of its 95% interval."""


def spread_around(estimate: Estimate, normals: npt.ArrayLike) -> Floats:
    """Draw values around an estimate so that its interval holds 95% of them.

    Parameters
    ----------
    estimate : Estimate
        At or above zero.
    normals : array_like
        Draws of a standard normal distribution.

    Returns
    -------
    ndarray
        Values of the shape of ``normals``: on each side of the estimate lognormal (normal, cut at zero,
        where the interval reaches zero) with the distance that its own end says; the estimate itself
        where it has no interval.

    Examples
    --------
    >>> beds = Estimate(100, 80, 150, "assumed", ("x#y",))
    >>> spread_around(beds, [-NORMAL_95, 0, NORMAL_95]).round(6).tolist()
    [80.0, 100.0, 150.0]
    """
    z = np.asarray(normals, float) / NORMAL_95
    lower, upper = estimate.bounds
    if lower <= 0:
        return np.maximum(
            estimate.value + np.where(z < 0, -z * (lower - estimate.value), z * (upper - estimate.value)), 0
        )
    down, up = np.log(estimate.value / lower), np.log(upper / estimate.value)
    found: Floats = estimate.value * np.exp(np.where(z < 0, z * down, z * up))
    return found


def gamma_around(estimate: Estimate, normals: npt.ArrayLike) -> Floats:
    """Draw an amount, such as a cost, whose mean is the estimate: gamma.

    Parameters
    ----------
    estimate : Estimate
        At or above zero.
    normals : array_like
        Draws of a standard normal distribution, so that amounts can move together.

    Returns
    -------
    ndarray
        Of the shape of ``normals``; the estimate itself where it has no interval.

    Notes
    -----
    ``Gamma(m^2 / s^2, s^2 / m)`` with ``s`` the width of the 95% interval over 3.92.

    References
    ----------
    Briggs AH and others (2012). Model parameter estimation and uncertainty analysis: ISPOR-SMDM task force 6. Medical
    Decision Making 32(5):722-732.

    Examples
    --------
    >>> cost = Estimate(100.0, 60.0, 160.0, "assumed", ("x#y",))
    >>> drawn = gamma_around(cost, np.linspace(-3, 3, 2001))
    >>> bool((drawn > 0).all()), gamma_around(Estimate(5.0, kind="assumed", source=("x#y",)), [0, 1]).tolist()
    (True, [5.0, 5.0])
    """
    from scipy import stats

    z, mean, sd = np.asarray(normals, float), estimate.value, _sd(estimate)
    if sd == 0 or mean <= 0:
        return np.full(z.shape, mean)
    return np.asarray(stats.gamma.ppf(stats.norm.cdf(z), (mean / sd) ** 2, scale=sd**2 / mean), float)


def beta_around(estimate: Estimate, normals: npt.ArrayLike) -> Floats:
    """Draw a share whose mean is the estimate: beta.

    Parameters
    ----------
    estimate : Estimate
        From 0 to 1.
    normals : array_like
        Draws of a standard normal distribution.

    Returns
    -------
    ndarray
        Of the shape of ``normals``, from 0 to 1; the estimate itself where it has no interval, or is 0 or 1.

    Notes
    -----
    ``Beta(m n, (1 - m) n)`` with ``n = m (1 - m) / s^2 - 1``, at least a half, and ``s`` as in :func:`gamma_around`.

    Examples
    --------
    >>> share = Estimate(0.7, 0.5, 0.9, "assumed", ("x#y",))
    >>> beta_around(share, [-NORMAL_95, 0, NORMAL_95]).round(2).tolist()
    [0.48, 0.71, 0.88]
    """
    from scipy import stats

    z, mean, sd = np.asarray(normals, float), estimate.value, _sd(estimate)
    if sd == 0 or mean in (0, 1):
        return np.full(z.shape, mean)
    number = max(mean * (1 - mean) / sd**2 - 1, 0.5)
    return np.asarray(stats.beta.ppf(stats.norm.cdf(z), mean * number, (1 - mean) * number), float)


def _sd(estimate: Estimate) -> float:
    lower, upper = estimate.bounds
    return (upper - lower) / (2 * NORMAL_95)
