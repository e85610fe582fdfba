"""Draws of a figure from its interval."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from needs.values import Estimate

__all__ = ["NORMAL_95", "spread_around"]

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
