"""One area's demand carried forward to a horizon: people, prison population and an optional trend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.cascade import ROWS
from needs.methods.demand import Demand
from needs.methods.growth import damped_trend, paths, paths_from_projection, prison_factor, yearly_growth
from needs.methods.projection import demand_by_year, project, variants
from needs.methods.uncertainty import spread_around
from needs.values import Estimate

__all__ = ["Forward", "carry_forward"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Forward:
    """Expected patients in secure care of one area, carried forward.

    Parameters
    ----------
    fan : DataFrame
        By year at constant rates, see :func:`project`.
    compared : DataFrame
        Ways of carrying demand forward at the horizon, see :func:`variants`.
    by_year : DataFrame, year x variant
        Patients expected under each of them, year by year.
    """

    fan: pd.DataFrame
    compared: pd.DataFrame
    by_year: pd.DataFrame


def carry_forward(
    found: Demand,
    area: str,
    horizon: int,
    spread: Estimate,
    change: tuple[pd.Series[float], pd.Series[float]] | None = None,
    people: pd.DataFrame | None = None,
    start: int = 0,
    prison: Mapping[str, Any] | None = None,
    trend: Mapping[str, float] | None = None,
) -> Forward:
    """Carry the secure patients of an area forward, at constant rates and with other drivers.

    Parameters
    ----------
    found : Demand
        Expected patients today.
    area : str
        The area.
    horizon : int
        Years ahead.
    spread : Estimate
        Standard deviation of yearly growth around what is published, log scale; its range is drawn as well.
    change : pair of Series by (sex, band), optional
        People a year apart, whose growth goes on; or else ``people``.
    people : DataFrame, (sex, band) x calendar year, optional
        A projection of people, of which ``start`` is today.
    start : int
        Calendar year of today, for ``people``.
    prison : mapping, optional
        Estimates ``share, now, low, central, high``, and ``years`` to the projection.
    trend : mapping, optional
        ``change, damping, cap`` of :func:`needs.methods.growth.damped_trend`.

    Returns
    -------
    Forward

    Raises
    ------
    ValueError
        If there is neither a change nor people.

    Examples
    --------
    >>> from needs.methods.england import SEXES, two_areas
    >>> from needs.methods.demand import assess
    >>> from needs.values import Provenance
    >>> e = lambda value: Estimate(value, kind="published", source=("x#y",))
    >>> england, places = two_areas()
    >>> found = assess(england, places, Provenance("derived", ("x#z",)), ["need"], draws=9)
    >>> people = pd.Series(100.0, pd.MultiIndex.from_product([SEXES, ["18_plus"]]))
    >>> trend = {"change": -0.01, "damping": 0.8, "cap": 0.25}
    >>> ahead = carry_forward(found, "b", 10, e(0.005), (people, 1.01 * people), trend=trend)
    >>> ahead.fan.loc[[0, 10], "patients"].round(1).tolist(), ahead.compared["change"].round(1).tolist()
    ([225.0, 248.5], [0.0, -11.1])
    """
    ages = found.by_age(area)
    if not ages["patients"].sum() > 0:
        raise ValueError(f"{area} has no expected patients to carry forward; a rule gives it a weight of 0")
    cells = pd.MultiIndex.from_frame(ages[["sex", "group"]])
    weights = pd.Series((ages["patients"] / ages["patients"].sum()).to_numpy(), index=cells)
    years, rng = np.arange(horizon + 1), np.random.default_rng(np.random.Philox(key=[4, found.seed]))
    at, row = found.areas.index(area), ROWS.index("all")
    mean, middle = found.means.rows[:, row, at], found.central[0].rows[:, row, at]
    shifts = spread_around(spread, rng.standard_normal(len(mean))) * rng.standard_normal(len(mean))

    def grown(shift: npt.ArrayLike) -> Floats:
        if people is not None:
            return paths_from_projection(cells, _grouped(people, cells), start, years, shift)
        if change is None:
            raise ValueError("a projection needs a change or projected people")
        return paths(cells, yearly_growth(*change), years, shift)

    every, one = grown(shifts), grown([0.0])

    def ahead(**drivers: Any) -> Floats:
        return demand_by_year(mean, weights, every, **drivers)

    def middle_ahead(**drivers: Any) -> Floats:
        found: Floats = demand_by_year(middle, weights, one, **drivers)[0]
        return found

    told = {"Constant rates, population alone": (middle_ahead(), ahead())}
    if prison is not None:
        share, z = (rng.standard_normal(len(mean)) for _ in range(2))
        parts = np.minimum(spread_around(prison["share"], share), 1.0)
        for name in ("low", "central", "high"):
            low, central, high = (
                prison[end if name == "central" else name].value for end in ("low", "central", "high")
            )
            factor = partial(prison_factor, prison["now"].value, low, central, high, prison["years"], years)
            told[f"Prison population as projected, {name}"] = (
                middle_ahead(prison=([prison["share"].value], factor([0.0]))), ahead(prison=(parts, factor(z)))
            )  # fmt: skip
    if trend is not None:
        factors = damped_trend(**trend, years=years)
        told["With the trend in rates"] = middle_ahead(trend=factors), ahead(trend=factors)
    first, draws = next(iter(told.values()))
    by_year = pd.DataFrame({name: central for name, (central, _) in told.items()}, index=years)
    return Forward(project(first, draws, years, rng), variants(told), by_year)


def _grouped(people: pd.DataFrame, cells: pd.MultiIndex) -> pd.DataFrame:
    """Add up projected people by age band to the groups of the patients' ages."""
    rows = {(sex, group): people.loc[[(sex, band) for band in group.split("+")]].sum() for sex, group in cells}
    return pd.DataFrame(rows, columns=cells).T
