"""Demand carried forward: patients expected in each year, with their intervals and variants.

Rates stay constant unless a trend is given. ``D`` is the number of draws, ``Y`` of years, ``C`` of cells
(sex by age band); year 0 is today. The central path is made like the draws, from one draw of central values:

>>> from needs.methods.growth import paths, prison_factor
>>> cells = pd.MultiIndex.from_product([["male", "female"], ["18_24", "25_plus"]], names=["sex", "band"])
>>> growth = pd.Series([0.010, 0.006], index=pd.MultiIndex.from_tuples([("male", "18_plus"), ("female", "18_plus")]))
>>> weights, years = pd.Series([0.2, 0.6, 0.05, 0.15], cells), np.arange(11)
>>> rng = np.random.default_rng(1)
>>> mean, people = rng.gamma(100, 3, 2000), paths(cells, growth, years, rng.normal(0, 0.004, 2000))
>>> prison = (rng.beta(8, 12, 2000), prison_factor(87726, 95700, 100800, 105200, 4.75, years, rng.normal(size=2000)))
>>> central = demand_by_year([300], weights, paths(cells, growth, years, [0]),
...                          ([0.4], prison_factor(87726, 95700, 100800, 105200, 4.75, years, [0])))[0]
>>> table = project(central, demand_by_year(mean, weights, people, prison), years, rng)
>>> table.loc[10, ["patients", "mean_lower_95", "mean_upper_95"]].round().tolist()
[335.0, 267.0, 411.0]
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["demand_by_year", "project", "variants"]

Floats = npt.NDArray[np.float64]


def demand_by_year(
    mean: npt.ArrayLike,
    weights: pd.Series[float],
    people: Floats,
    prison: tuple[npt.ArrayLike, Floats] | None = None,
    trend: npt.ArrayLike | None = None,
) -> Floats:
    """Patients expected in each year.

    Parameters
    ----------
    mean : array_like of D
        Patients expected today.
    weights : Series by cell, C
        Share of the area's patients today in each cell; they add up to 1.
    people : ndarray, D x Y x C
        People relative to today, see :func:`needs.methods.growth.paths`, with the cells of ``weights`` in their order.
    prison : pair of array_like of D and ndarray, D x Y, optional
        Share of demand that comes through prison, and :func:`needs.methods.growth.prison_factor`.
    trend : array_like of Y, optional
        Rates relative to today, see :func:`needs.methods.growth.damped_trend`; without it they are constant.

    Returns
    -------
    ndarray, D x Y

    Raises
    ------
    ValueError
        If the weights are negative or do not add up to 1.

    Notes
    -----
    ``A(y) = A(0) [ (1 - s) sum_g w_g N_g(y)/N_g(0) + s P(y)/P(0) ] R(y)``.

    Examples
    --------
    >>> weights = pd.Series([0.8, 0.2], index=["male", "female"])
    >>> demand_by_year([100], weights, np.array([[[1, 1], [1.1, 1.0]]]), ([0.5], np.array([[1, 1.5]]))).tolist()
    [[100.0, 129.0]]
    """
    if not (weights >= 0).all() or abs(weights.sum() - 1) > 1e-6:
        raise ValueError(f"weights are at or above 0 and add up to 1, got {weights.to_dict()}")
    growth = people @ weights.to_numpy()
    if prison is not None:
        share = np.asarray(prison[0], float)[:, None]
        growth = (1 - share) * growth + share * prison[1]
    return np.asarray(np.asarray(mean, float)[:, None] * growth * (1.0 if trend is None else np.asarray(trend)))


def project(central: npt.ArrayLike, draws: Floats, years: npt.ArrayLike, rng: np.random.Generator) -> pd.DataFrame:
    """Summarise patients by year, with intervals of their mean and of their number on one day.

    Parameters
    ----------
    central : array_like of Y
        :func:`demand_by_year` at central values.
    draws : ndarray, D x Y
        :func:`demand_by_year` of every draw.
    years : array_like of Y
        Years from today.
    rng : Generator
        Source of chance: one number a draw, the same in every year, so that intervals do not flicker.

    Returns
    -------
    DataFrame
        ``year, patients, patients_lower_80, patients_upper_80, patients_lower_95, patients_upper_95,
        mean_lower_95, mean_upper_95``; the first four ends are people on one day (a Poisson number
        around each draw). Every interval holds ``patients``.

    Examples
    --------
    >>> table = project([100, 110], np.full((4000, 2), [100, 110]), [0, 5], np.random.default_rng(1))
    >>> table[["year", "patients", "patients_lower_95", "patients_upper_95", "mean_upper_95"]].values.tolist()
    [[0.0, 100.0, 81.0, 120.0, 100.0], [5.0, 110.0, 90.0, 131.0, 110.0]]
    """
    from scipy import stats

    value = np.asarray(central, float)
    counts = stats.poisson.ppf(rng.uniform(size=(len(draws), 1)), draws)
    table = {"year": np.asarray(years), "patients": value}
    for name, drawn, level in (("patients", counts, 80), ("patients", counts, 95), ("mean", draws, 95)):
        lower, upper = _interval(drawn, level)
        table[f"{name}_lower_{level}"] = np.minimum(lower, value)
        table[f"{name}_upper_{level}"] = np.maximum(upper, value)
    return pd.DataFrame(table)


def variants(demand: Mapping[str, tuple[npt.ArrayLike, Floats]]) -> pd.DataFrame:
    """Compare ways of carrying demand forward, in the last year.

    Parameters
    ----------
    demand : mapping of name to (array_like of Y, ndarray D x Y)
        :func:`demand_by_year` at central values and of every draw, all on the same draws; the first
        is what the others are compared with.

    Returns
    -------
    DataFrame
        ``variant, patients, patients_lower_95, patients_upper_95, change, change_lower_95,
        change_upper_95``: patients expected, and the change from the first, paired draw by draw.

    Notes
    -----
    A prison variant such as the low projection is ``prison_factor(now, low, low, low, ...)``.

    Examples
    --------
    >>> draws = np.array([[90.0], [100.0], [110.0]])
    >>> variants({"constant rates": ([100], draws), "with trend": ([105], 1.05 * draws)}).round(1).values.tolist()
    [['constant rates', 100.0, 90.5, 109.5, 0.0, 0.0, 0.0], ['with trend', 105.0, 95.0, 115.0, 5.0, 4.5, 5.5]]
    """
    rows = {name: (float(np.asarray(central)[-1]), drawn[:, -1]) for name, (central, drawn) in demand.items()}
    first, base = next(iter(rows.values()))
    table = []
    for name, (value, drawn) in rows.items():
        row: dict[str, object] = {"variant": name}
        for measure, middle, spread in (("patients", value, drawn), ("change", value - first, drawn - base)):
            lower, upper = _interval(spread, 95)
            row |= {
                measure: middle,
                f"{measure}_lower_95": min(float(lower), middle),
                f"{measure}_upper_95": max(float(upper), middle),
            }
        table.append(row)
    return pd.DataFrame(table)


def _interval(draws: npt.ArrayLike, level: int) -> tuple[Floats, Floats]:
    tail = (1 - level / 100) / 2
    lower, upper = np.quantile(np.asarray(draws, float), [tail, 1 - tail], axis=0)
    return lower, upper
