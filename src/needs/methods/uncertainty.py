"""Intervals for numbers of people whose expectation is itself uncertain."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["count_interval", "mean_interval"]

Floats = npt.NDArray[np.float64]


def mean_interval(mean: npt.ArrayLike, spread: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Interval for an expected number itself, without the play of chance on any one day.

    Parameters
    ----------
    mean, spread, level
        See :func:`count_interval`.

    Returns
    -------
    lower, upper : ndarray of float
        Quantiles of a gamma distribution, around ``mean``.

    Examples
    --------
    >>> lower, upper = mean_interval(100.0, 0.2)
    >>> round(float(lower)), round(float(upper))
    (65, 143)
    """
    from scipy import stats

    m, s = np.broadcast_arrays(np.asarray(mean, float), np.maximum(np.asarray(spread, float), 1e-9))
    lower, upper = (stats.gamma.ppf(tail, 1 / s**2, scale=m * s**2) for tail in ((1 - level) / 2, (1 + level) / 2))
    return np.minimum(np.nan_to_num(lower), m), np.maximum(np.nan_to_num(upper), m)


def count_interval(mean: npt.ArrayLike, spread: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Interval for a number of people whose expected number is itself uncertain.

    Parameters
    ----------
    mean : array_like
        Expected counts, at or above zero.
    spread : array_like
        Relative standard deviation of the expected count (rule, occupancy), broadcast with
        ``mean``; 0 leaves chance alone.
    level : float
        Coverage, such as 0.95.

    Returns
    -------
    lower, upper : ndarray of float
        Whole people, around ``mean``.

    Notes
    -----
    Patients in a tier without a capacity limit are Poisson with mean ``m``; with ``m`` gamma
    distributed, relative variance ``s^2``, the count is negative binomial with size ``1/s^2``.

    References
    ----------
    Eick SG, Massey WA, Whitt W (1993). The physics of the Mt/G/infinity queue. Operations
    Research 41(4):731-742.

    Examples
    --------
    >>> lower, upper = count_interval([100.0, 100.0], [0.0, 0.2])
    >>> lower.tolist(), upper.tolist()
    ([81.0, 61.0], [120.0, 148.0])
    """
    from scipy import stats

    m, s = np.broadcast_arrays(np.asarray(mean, float), np.asarray(spread, float))
    if (m < 0).any() or (s < 0).any():
        raise ValueError("a mean or a spread is negative")
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    narrow = s < 1e-6  # below that the mixture is Poisson to the last digit
    size = 1 / np.where(narrow, 1.0, s) ** 2
    mixed = stats.nbinom.ppf(tails[:, None], size.ravel(), (size / (size + m)).ravel())
    chance = stats.poisson.ppf(tails[:, None], m.ravel())
    ends = np.where(narrow.ravel(), chance, mixed).reshape(2, *m.shape)
    ends = np.where(m == 0, 0.0, ends)
    return np.minimum(ends[0], m), np.maximum(ends[1], m)
