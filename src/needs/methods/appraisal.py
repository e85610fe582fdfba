"""What money in different years is worth today: discount factors, present value, equal amounts a year, break-even."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["LONG_TERM", "annuity", "break_even", "cumulative", "equivalent_annual", "factors", "present_value"]

Floats = npt.NDArray[np.float64]

LONG_TERM = 30
"""Years after which the later rate holds."""


def factors(years: int, rate: float = 0.035, later: float = 0.03) -> Floats:
    """Return what one pound at the end of each year is worth now.

    Parameters
    ----------
    years : int
        Number of years.
    rate, later : float
        Discount rate a year, to the end of year 30 and from year 31.

    Returns
    -------
    ndarray of years
        The first is that of year 1.

    Raises
    ------
    ValueError
        If a rate is a loss of everything, or there is no year.

    Notes
    -----
    ``d_y = (1 + rate)^-y`` to year 30, then ``d_30 (1 + later)^-(y - 30)``.

    References
    ----------
    HM Treasury (2022). The Green Book: central government guidance on appraisal and evaluation, annex 6.

    Examples
    --------
    >>> found = factors(31)
    >>> [round(float(found[year - 1]), 4) for year in (1, 5, 10, 30, 31)]
    [0.9662, 0.842, 0.7089, 0.3563, 0.3459]
    """
    if years < 1:
        raise ValueError(f"years: {years}; give at least one")
    if min(rate, later) <= -1:
        raise ValueError(f"discount rate: {min(rate, later):g} a year leaves nothing; give a share such as 0.035")
    year = np.arange(1.0, years + 1)
    found: Floats = (1 + rate) ** -np.minimum(year, LONG_TERM) * (1 + later) ** -np.maximum(year - LONG_TERM, 0)
    return found


def present_value(flows: npt.ArrayLike, rate: float = 0.035, later: float = 0.03) -> Floats:
    """Return what amounts at the ends of years are worth now, in all.

    Parameters
    ----------
    flows : array_like, (..., years)
        Amounts; the first year is year 1.
    rate, later : float
        See :func:`factors`.

    Returns
    -------
    ndarray, (...)

    Examples
    --------
    >>> round(float(present_value([-100.0, 60.0, 60.0], 0.1)), 4)
    3.7566
    """
    amounts = np.asarray(flows, float)
    return np.asarray(amounts @ factors(amounts.shape[-1], rate, later))


def annuity(years: int, rate: float = 0.035, later: float = 0.03) -> float:
    """Return what one pound at the end of every year is worth now.

    Examples
    --------
    >>> round(annuity(10), 4), annuity(10, 0.0)
    (8.3166, 10.0)
    """
    return float(factors(years, rate, later).sum())


def equivalent_annual(flows: npt.ArrayLike, rate: float = 0.035, later: float = 0.03, first: int = 1) -> Floats:
    """Return the equal amount a year that is worth as much now as some amounts.

    Parameters
    ----------
    flows : array_like, (..., years)
        Amounts.
    rate, later : float
        See :func:`factors`.
    first : int
        First year in which the equal amount falls due: 2 where nothing can differ in the first.

    Returns
    -------
    ndarray, (...)

    Raises
    ------
    ValueError
        If the first year is none of the years.

    Notes
    -----
    ``EAC = NPV / sum of factors`` of the years from the first on: the mean of those years, later ones counting less.

    Examples
    --------
    >>> float(equivalent_annual([5.0, 5.0]).round(6)), float(equivalent_annual([0.0, 5.0, 5.0], first=2).round(6))
    (5.0, 5.0)
    """
    amounts = np.asarray(flows, float)
    years = amounts.shape[-1]
    if not 1 <= first <= years:
        raise ValueError(f"first: year {first} is none of the years 1 to {years}")
    return np.asarray(present_value(amounts, rate, later) / factors(years, rate, later)[first - 1 :].sum())


def cumulative(flows: npt.ArrayLike, rate: float = 0.035, later: float = 0.03) -> Floats:
    """Return what amounts up to the end of each year are worth now.

    Examples
    --------
    >>> cumulative([-100.0, 60.0, 60.0], 0.1).round(2).tolist()
    [-90.91, -41.32, 3.76]
    """
    amounts = np.asarray(flows, float)
    return np.asarray(np.cumsum(amounts * factors(amounts.shape[-1], rate, later), axis=-1))


def break_even(savings: npt.ArrayLike, rate: float = 0.035, later: float = 0.03) -> Floats:
    """Return the year by whose end what is saved has paid back what was spent, and after which it stays so.

    Parameters
    ----------
    savings : array_like, (..., years)
        Net saving of each year; below 0 where more is spent.
    rate, later : float
        See :func:`factors`.

    Returns
    -------
    ndarray, (...)
        Year; missing where it is not paid back within the years, or nothing is ever saved or spent. Where nothing has
        to be paid back, the first year with a saving.

    Examples
    --------
    >>> break_even([[-100.0, 60.0, 60.0], [-100.0, 10.0, 10.0], [0.0, 5.0, 5.0]], 0.1).tolist()
    [3.0, nan, 2.0]
    """
    found = cumulative(savings, rate, later)
    years = found.shape[-1]
    below = found < 0
    last = years - np.argmax(below[..., ::-1], axis=-1)  # last year with more spent than saved
    first = np.argmax(found > 0, axis=-1) + 1.0
    year = np.where(below.any(axis=-1), last + 1.0, first)
    never = below[..., -1] | ~(found != 0).any(axis=-1)
    return np.asarray(np.where(never, np.nan, year))
