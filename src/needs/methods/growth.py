"""How people, the prison population and rates change with the years.

``D`` is the number of draws, ``Y`` of years, ``C`` of cells (sex by age band); year 0 is today. Every
function returns factors relative to today, which :mod:`needs.methods.projection` puts together.
"""

from __future__ import annotations

from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["damped_trend", "paths", "paths_from_projection", "prison_factor", "yearly_growth"]

Floats = npt.NDArray[np.float64]
People = TypeVar("People", pd.Series, pd.DataFrame)

RANGE_80 = 2.5631
"""Width of the middle 80% of a normal distribution, in standard deviations."""


def yearly_growth(earlier: People, later: People, years: float = 1.0) -> People:
    """Yearly growth of people on the log scale.

    Parameters
    ----------
    earlier, later : Series or DataFrame
        People by cell (sex, band), of one area or of areas in columns, with the same labels.
    years : float
        Years between them, above 0.

    Returns
    -------
    Series or DataFrame
        ``log(later / earlier) / years``, a year.

    Raises
    ------
    ValueError
        If the labels differ, a cell has no people (it names cell and area), or ``years`` is not above 0.

    Examples
    --------
    >>> growth = yearly_growth(pd.Series({"male": 3302043}), pd.Series({"male": 3334222}))
    >>> round(float(growth["male"]), 5)
    0.0097
    """
    if years <= 0:
        raise ValueError(f"growth needs years above 0, got {years}")
    if not all(mine.equals(theirs) for mine, theirs in zip(earlier.axes, later.axes, strict=True)):
        raise ValueError("people of the two dates have other cells or areas")
    _check_people(earlier, "earlier")
    _check_people(later, "later")
    return (later / earlier).apply(np.log) / years


def paths(cells: pd.MultiIndex, growth: pd.Series[float], years: npt.ArrayLike, shifts: npt.ArrayLike) -> Floats:
    """People of one area in each year relative to today, at a constant yearly growth.

    Parameters
    ----------
    cells : MultiIndex of (sex, band), C
        Cells wanted.
    growth : Series by (sex, band)
        Yearly growth on the log scale, see :func:`yearly_growth`. Where a sex has a single band (all
        adults), each of its cells takes that; else a cell takes its own.
    years : array_like of Y
        Years from today.
    shifts : array_like of D
        Difference of future yearly growth from ``growth``, log scale, one a draw and the same for every cell.

    Returns
    -------
    ndarray, D x Y x C
        Factors; 1 in year 0.

    Raises
    ------
    ValueError
        If a cell has no growth.

    Notes
    -----
    ``N_g(y) / N_g(0) = exp((r_g + d) y)``. One year's growth of single age bands is mostly cohorts that move
    on: growth of all adults by sex is the safer base for more than a few years.

    Examples
    --------
    >>> cells = pd.MultiIndex.from_tuples([("male", "18_24"), ("male", "25_plus")])
    >>> growth = pd.Series([0.01], index=pd.MultiIndex.from_tuples([("male", "18_plus")]))
    >>> paths(cells, growth, [0, 10], [-0.01, 0, 0.01]).round(3)[:, 1].tolist()
    [[1.0, 1.0], [1.105, 1.105], [1.221, 1.221]]
    """
    yearly = _per_cell(growth.to_frame(), cells)[:, 0]
    return _spread(np.multiply.outer(np.asarray(years, float), yearly), years, shifts)


def paths_from_projection(
    cells: pd.MultiIndex, people: pd.DataFrame, start: int, years: npt.ArrayLike, shifts: npt.ArrayLike
) -> Floats:
    """People of one area in each year relative to today, by a population projection.

    Parameters
    ----------
    cells, shifts
        See :func:`paths`.
    people : DataFrame, (sex, band) x calendar year
        Projected people of the area.
    start : int
        Calendar year that is today.
    years : array_like of Y
        Whole years from today.

    Returns
    -------
    ndarray, D x Y x C
        Factors relative to the projection's own people at the start; 1 in year 0.

    Raises
    ------
    ValueError
        If the projection lacks a year or a cell, or has no people in one (it names it).

    Examples
    --------
    >>> cells = pd.MultiIndex.from_tuples([("male", "18_plus")])
    >>> people = pd.DataFrame({2022: [100.0], 2032: [110.0]}, index=cells)
    >>> paths_from_projection(cells, people, 2022, [0, 10], [0, 0.01]).round(3).ravel().tolist()
    [1.0, 1.1, 1.0, 1.216]
    """
    wanted = start + np.asarray(years)
    if lost := [f"{year:g}" for year in [start, *wanted] if year not in people.columns]:
        raise ValueError(f"the projection has no year {', '.join(dict.fromkeys(lost))}")
    _check_people(people, "projected")
    logs = np.log(_per_cell(people[[start, *wanted]], cells))
    return _spread((logs[:, 1:] - logs[:, :1]).T, years, shifts)


def damped_trend(change: float, damping: float, cap: float, years: npt.ArrayLike) -> Floats:
    """Rates in each year relative to today, under a trend that fades.

    Parameters
    ----------
    change : float
        Change of rates in the first year, as a share of today's.
    damping : float
        Share of each year's change left the year after, at or above 0 and below 1.
    cap : float
        Largest total change, up or down, between 0 and 1.
    years : array_like of Y
        Years from today.

    Returns
    -------
    ndarray of Y
        Factors; 1 in year 0.

    Raises
    ------
    ValueError
        If ``damping`` or ``cap`` is out of range.

    Notes
    -----
    ``1 + change (1 - damping^y) / (1 - damping)``, held within ``1 - cap`` and ``1 + cap``.

    References
    ----------
    Gardner ES, McKenzie E (1985). Forecasting trends in time series. Management Science 31(10):1237-1246.

    Examples
    --------
    >>> damped_trend(0.02, 0.8, 0.25, [0, 1, 2, 10]).round(4).tolist()
    [1.0, 1.02, 1.036, 1.0893]
    >>> damped_trend(-0.1, 0.8, 0.25, [3, 10]).round(4).tolist()
    [0.756, 0.75]
    """
    if not 0 <= damping < 1 or not 0 < cap < 1:
        raise ValueError(f"a damping of {damping} or a cap of {cap} is out of range")
    total = change * (1 - damping ** np.asarray(years, float)) / (1 - damping)
    return 1 + np.clip(total, -cap, cap)


def prison_factor(
    now: float,
    low: float,
    central: float,
    high: float,
    years_to: float,
    years: npt.ArrayLike,
    z: npt.ArrayLike,
) -> Floats:
    """Prison population in each year relative to today.

    Parameters
    ----------
    now : float
        People in prison today.
    low, central, high : float
        Published projections, ``low`` and ``high`` taken for an 80% range.
    years_to : float
        Years from today to the projection.
    years : array_like of Y
        Years from today.
    z : array_like of D
        Standard normal draws; 0 is the central path.

    Returns
    -------
    ndarray, D x Y
        Factors; 1 in year 0.

    Raises
    ------
    ValueError
        If the populations are not above 0 and in order, or ``years_to`` is not above 0.

    Notes
    -----
    ``log P(y)/P(0) = min(y/T, 1) log(central/now) + z s y/T``, ``s = log(high/low) / 2.5631``: the
    path is straight on the log scale and flat after the projection's end (nothing is published
    beyond it), and what is not known goes on growing at the same pace.

    Examples
    --------
    >>> prison_factor(87726, 95700, 100800, 105200, 4.75, [0, 4.75, 10], [0, 1]).round(3).tolist()
    [[1.0, 1.149, 1.149], [1.0, 1.192, 1.242]]
    """
    if not 0 < low <= central <= high or now <= 0 or years_to <= 0:
        raise ValueError(f"prison populations {now}, {low}, {central}, {high} in {years_to} years make no path")
    elapsed = np.asarray(years, float) / years_to
    spread = np.log(high / low) / RANGE_80
    middle = np.minimum(elapsed, 1) * np.log(central / now)
    return np.asarray(np.exp(middle + np.multiply.outer(np.asarray(z, float), spread * elapsed)))


def _spread(change: Floats, years: npt.ArrayLike, shifts: npt.ArrayLike) -> Floats:
    """Factors (D x Y x C) of a change on the log scale (Y x C) and the shift of yearly growth in each draw."""
    shifted = np.multiply.outer(np.asarray(shifts, float), np.asarray(years, float))
    return np.asarray(np.exp(change + shifted[:, :, None]))


def _per_cell(table: pd.DataFrame, cells: pd.MultiIndex) -> Floats:
    """Rows of ``table`` for every cell: its own, or its sex's where that has a single band."""
    bands = table.groupby(level=0).size()
    whole = table.droplevel(1)
    rows, lost = [], []
    for sex, band in cells:
        if (sex, band) in table.index:
            rows.append(table.loc[(sex, band)].to_numpy(float))
        elif bands.get(sex) == 1:
            rows.append(whole.loc[sex].to_numpy(float))
        else:
            lost.append(f"{sex} {band}")
    if lost:
        raise ValueError(f"no growth of {', '.join(lost)}")
    return np.array(rows)


def _check_people(people: pd.Series[float] | pd.DataFrame, when: str) -> None:
    cells = people if isinstance(people, pd.Series) else cast("pd.Series[float]", people.stack())
    if empty := [_said(label) for label, number in cells.items() if not number > 0]:
        raise ValueError(f"no people ({when}) in {', '.join(empty)}")


def _said(label: object) -> str:
    return " ".join(map(str, label)) if isinstance(label, tuple) else str(label)
