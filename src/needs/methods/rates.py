"""Intervals for counts and for proportions: exact, Byar's and Wilson's."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = [
    "Floats",
    "byar_interval",
    "critical_value",
    "exact_interval",
    "nonnegative",
    "poisson_interval",
    "wilson_interval",
]

Floats = npt.NDArray[np.float64]

FEW = 10
"""Below this many events an interval is exact, not approximate."""


def nonnegative(values: npt.ArrayLike, name: str) -> Floats:
    """Return values as floats, refusing any that is negative or not finite.

    Parameters
    ----------
    values : array_like
        Numbers of any shape.
    name : str
        What they are, for the message.

    Raises
    ------
    ValueError
        Naming the place and value of the first few that cannot be used.

    Examples
    --------
    >>> nonnegative([3, 0], "observed").tolist()
    [3.0, 0.0]
    """
    array = np.asarray(values, float)
    bad = np.argwhere(~(np.isfinite(array) & (array >= 0)))
    if len(bad):
        shown = ", ".join(f"{array[tuple(at)]:g} at {at.tolist()}" for at in bad[:5])
        more = f" and {len(bad) - 5} more" if len(bad) > 5 else ""
        raise ValueError(f"{name} are finite numbers at or above 0, got {shown}{more}")
    return array


def critical_value(level: float) -> float:
    """Return the standard normal quantile that leaves half of what ``level`` does not cover above it.

    Raises
    ------
    ValueError
        If ``level`` is not between 0 and 1.

    Examples
    --------
    >>> round(critical_value(0.95), 4), round(critical_value(0.998), 4)
    (1.96, 3.0902)
    """
    from scipy import special

    if not 0 < level < 1:
        raise ValueError(f"a level is between 0 and 1, such as 0.95; got {level}")
    return float(special.ndtri((1 + level) / 2))


def byar_interval(observed: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Byar's approximate interval for the mean of a Poisson count.

    Parameters
    ----------
    observed : array_like
        Counts, of any shape.
    level : float
        Coverage, such as 0.95 or 0.998.

    Returns
    -------
    lower, upper : ndarray of float
        Events, in the shape of ``observed``. A lower limit below 0 is missing (nan), not 0.

    Raises
    ------
    ValueError
        If a count is negative or not finite.

    Notes
    -----
    ``lower = O (1 - 1/(9 O) - z / (3 sqrt(O)))^3`` and, with ``U = O + 1``,
    ``upper = U (1 - 1/(9 U) + z / (3 sqrt(U)))^3``.

    References
    ----------
    Breslow NE, Day NE (1987). Statistical methods in cancer research, volume II. IARC, page 69.

    Examples
    --------
    >>> lower, upper = byar_interval([100, 0])
    >>> lower.round(2).tolist(), upper.round(2).tolist()
    ([81.36, nan], [121.63, 3.67])
    """
    o, z = nonnegative(observed, "counts"), critical_value(level)
    some, u = np.where(o == 0, np.nan, o), o + 1
    lower = some * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3
    return np.where(lower < 0, np.nan, lower), u * (1 - 1 / (9 * u) + z / (3 * np.sqrt(u))) ** 3


def exact_interval(observed: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Exact (Garwood) interval for the mean of a Poisson count.

    Parameters
    ----------
    observed, level
        See :func:`byar_interval`.

    Returns
    -------
    lower, upper : ndarray of float
        Events; the lower limit of no events is 0.

    Raises
    ------
    ValueError
        If a count is negative or not finite.

    Notes
    -----
    ``chi2(a/2, 2 O) / 2`` and ``chi2(1 - a/2, 2 O + 2) / 2``, which are gamma quantiles.

    References
    ----------
    Garwood F (1936). Fiducial limits for the Poisson distribution. Biometrika 28(3/4):437-442.

    Examples
    --------
    >>> lower, upper = exact_interval([0, 5])
    >>> lower.round(3).tolist(), upper.round(3).tolist()
    ([0.0, 1.623], [3.689, 11.668])
    """
    from scipy import special

    o, tail = nonnegative(observed, "counts"), special.ndtr(-critical_value(level))
    lower = np.where(o == 0, 0.0, special.gammaincinv(np.where(o == 0, 1.0, o), tail))
    return lower, np.asarray(special.gammainccinv(o + 1, tail), float)


def poisson_interval(observed: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Interval for the mean of a Poisson count: exact below 10 events, Byar's from 10.

    Parameters
    ----------
    observed, level
        See :func:`byar_interval`.

    Returns
    -------
    lower, upper : ndarray of float
        Events. Divide by person-years for a rate, by expected events for a ratio.

    Raises
    ------
    ValueError
        If a count is negative or not finite.

    Examples
    --------
    >>> lower, upper = poisson_interval([0, 9, 10])
    >>> lower.round(2).tolist(), upper.round(2).tolist()
    ([0.0, 4.12, 4.79], [3.69, 17.08, 18.39])
    """
    few = nonnegative(observed, "counts") < FEW
    exact, byar = exact_interval(observed, level), byar_interval(observed, level)
    return np.where(few, exact[0], byar[0]), np.where(few, exact[1], byar[1])


def wilson_interval(events: npt.ArrayLike, people: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Wilson's score interval for a proportion.

    Parameters
    ----------
    events, people : array_like
        People with the event, and people; shapes broadcast.
    level : float
        Coverage.

    Returns
    -------
    lower, upper : ndarray of float
        Shares from 0 to 1; missing (nan) where there are no people.

    Raises
    ------
    ValueError
        If a number is negative or not finite, or more people have the event than there are.

    Notes
    -----
    ``(2 x + z^2 -/+ z sqrt(z^2 + 4 x (1 - x/n))) / (2 (n + z^2))``.

    References
    ----------
    Wilson EB (1927). Probable inference, the law of succession, and statistical inference. Journal
    of the American Statistical Association 22(158):209-212.

    Examples
    --------
    >>> lower, upper = wilson_interval([10, 0, 0], [100, 50, 0])
    >>> lower.round(4).tolist(), upper.round(4).tolist()
    ([0.0552, 0.0, nan], [0.1744, 0.0713, nan])
    """
    x, n = np.broadcast_arrays(nonnegative(events, "events"), nonnegative(people, "people"))
    z = critical_value(level)
    if (x > n).any():
        at = np.argwhere(x > n)[0]
        raise ValueError(f"more events than people at {at.tolist()}: {x[tuple(at)]:g} of {n[tuple(at)]:g}")
    n = np.where(n == 0, np.nan, n)
    middle, half = 2 * x + z**2, z * np.sqrt(z**2 + 4 * x * (1 - x / n))
    lower, upper = ((middle + side) / (2 * (n + z**2)) for side in (-half, half))
    return np.where(x == 0, lower * 0, lower), np.where(x == n, 1.0, upper)
