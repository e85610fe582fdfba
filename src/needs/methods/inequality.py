"""How much a rate changes from the least to the most deprived: slope and relative index of inequality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from needs.methods.rates import Floats, critical_value, nonnegative

__all__ = ["Inequality", "slope_index"]

FEWEST_GROUPS = 5
"""Quintiles; with fewer groups a slope says little more than a difference between two rates."""


@dataclass(frozen=True)
class Inequality:
    """Slope and relative index of inequality, with their intervals.

    Parameters
    ----------
    sii, sii_lower, sii_upper : ndarray of float
        Difference between the most and the least deprived ends, in the unit of the rate; above 0
        where the most deprived have more.
    rii, rii_lower, rii_upper : ndarray of float
        Ratio of the same two ends; missing (nan) where the fitted line is not above 0 at both.
    """

    sii: Floats
    sii_lower: Floats
    sii_upper: Floats
    rii: Floats
    rii_lower: Floats
    rii_upper: Floats


def slope_index(
    people: npt.ArrayLike, rate: npt.ArrayLike, standard_error: npt.ArrayLike, level: float = 0.95
) -> Inequality:
    """Fit a line through the rates of groups ranked from the least to the most deprived.

    Parameters
    ----------
    people : array_like, (groups,) or (areas, groups)
        People of each group, **least deprived first**; more than 0.
    rate, standard_error : array_like, the same shape
        Rate of each group in any unit, and its standard error in that unit.
    level : float
        Coverage.

    Returns
    -------
    Inequality
        Scalars (0-d) or one per area.

    Raises
    ------
    ValueError
        If there are fewer than 5 groups, shapes differ, a group has no people, or a number is not finite.

    Notes
    -----
    ``a`` is the share of people, ``b`` the cumulated mid-rank from 0 (least) to 1 (most deprived).
    Least squares of the rate ``y`` on ``b`` with weight ``a`` gives ``y = alpha + beta b``, ``SII =
    beta`` and ``RII = (alpha + beta)/alpha``. Both ends of the line are linear in ``y``, so the
    interval needs no simulation: ``beta -/+ z sqrt(sum (M_i se_i)^2)`` with ``M`` the weights of
    ``beta``; for the RII the delta method on the log scale.

    References
    ----------
    Mackenbach JP, Kunst AE (1997). Measuring the magnitude of socio-economic inequalities in health.
    Social Science & Medicine 44(6):757-771.

    Examples
    --------
    >>> found = slope_index([100] * 5, [10, 20, 30, 40, 50], [2] * 5)
    >>> round(float(found.sii), 6), round(float(found.sii_lower), 1), round(float(found.rii), 6)
    (50.0, 43.8, 11.0)
    """
    n, y = nonnegative(people, "people"), np.asarray(rate, float)
    se, z = nonnegative(standard_error, "standard errors"), critical_value(level)
    _refuse(n, y, se)
    a = n / n.sum(-1, keepdims=True)
    from_middle = a.cumsum(-1) - a / 2 - 0.5  # the mean of b with weight a is one half
    slope = a * from_middle / (a * from_middle**2).sum(-1, keepdims=True)
    least, most = a - slope / 2, a + slope / 2
    sii, sii_half = (slope * y).sum(-1), z * np.sqrt(((slope * se) ** 2).sum(-1))
    ends = np.stack([(least * y).sum(-1), (most * y).sum(-1)])
    bottom, top = np.where((ends > 0).all(0), ends, np.nan)
    relative = most / top[..., None] - least / bottom[..., None]
    rii, factor = top / bottom, np.exp(z * np.sqrt(((relative * se) ** 2).sum(-1)))
    return Inequality(sii, sii - sii_half, sii + sii_half, rii, rii / factor, rii * factor)


def _refuse(people: Floats, rate: Floats, standard_error: Floats) -> None:
    if not people.shape == rate.shape == standard_error.shape or people.ndim == 0:
        raise ValueError(f"people {people.shape}, rates {rate.shape} and errors {standard_error.shape} differ in shape")
    if people.shape[-1] < FEWEST_GROUPS:
        raise ValueError(f"{people.shape[-1]} groups are too few: a slope needs {FEWEST_GROUPS} or more")
    if not np.isfinite(rate).all():
        raise ValueError(f"a rate is not finite, at {np.argwhere(~np.isfinite(rate))[0].tolist()}")
    if (people == 0).any():
        raise ValueError(f"a group has no people, at {np.argwhere(people == 0)[0].tolist()}: leave it out or merge it")
