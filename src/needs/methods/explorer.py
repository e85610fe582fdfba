"""Every combination of beds closed, places opened and occupancy, followed beforehand for a reader who tries sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.appraisal import equivalent_annual
from needs.methods.explorer_futures import TOLD, futures_of, taken
from needs.methods.flow import Flow
from needs.methods.flow_changes import Change, changed
from needs.methods.flow_findings import spread
from needs.methods.flow_network import AT, DAYS, PATHWAY
from needs.methods.flow_told import LIMITED, Told
from needs.methods.levers import Applied
from needs.methods.pathways import Pathways, calibrate
from needs.methods.prices import Prices, drawn_prices
from needs.methods.reinvestment_form import Terms
from needs.methods.spending import beds_of, high_beds, tier_spend
from needs.methods.weighing import Weighed, weigh
from needs.params.explorer import Explorer
from needs.params.options import Options
from needs.values import TIERS, Estimate

__all__ = ["MEASURES", "Explored", "Grid", "cells", "explore"]

Floats = npt.NDArray[np.float64]

MEASURES = ("blocked", "spend", "waiting", "in_time")
"""What is told of each combination: secure beds blocked, GBP a year, people waiting outside, share of prisoners in time."""

_DAYS = 28
_SIZES = ("beds_closed", "places_opened", "occupancy", "held")


@dataclass(frozen=True)
class Grid:
    """Sizes to try, and on what terms.

    Parameters
    ----------
    close : {"medium", "low"}
        Tier whose wards close.
    ward : int
        Beds of one.
    wards, places : tuple of int
        Wards closed and step-down places opened, from 0 up.
    occupancy : tuple of float
        Shares of today's step-down places in use that are held in every future, beside the one that is told.
    year : int
        Year from whose start beds are closed and places open.
    followed : int
        People at one time times futures, of each combination.
    rate, later : float
        Discount rate a year, to year 30 and from year 31.

    Examples
    --------
    >>> Grid("medium", 12, (0, 1, 3), (0, 20)).beds
    (0, 12, 36)
    """

    close: str
    ward: int
    wards: tuple[int, ...]
    places: tuple[int, ...]
    occupancy: tuple[float, ...] = ()
    year: int = 2
    followed: int = 150_000
    rate: float = 0.035
    later: float = 0.03

    @classmethod
    def of(cls, options: Options, sizes: Explorer) -> Grid:
        """Return the sizes that a run is told: wards of the tier and from the year of reinvestment.

        Examples
        --------
        >>> from needs.params.load import load
        >>> told = load("2023-24", "london")
        >>> Grid.of(told.options, told.explorer).close
        'medium'
        """
        close, rates = options.reinvestment, (options.discount_rate, options.later_rate)
        return cls(
            close.close, options.ward[close.close], sizes.wards, sizes.places, sizes.occupancy, close.year,
            sizes.followed, *rates,
        )  # fmt: skip

    @property
    def beds(self) -> tuple[int, ...]:
        """Beds closed."""
        return tuple(self.ward * wards for wards in self.wards)


@dataclass(frozen=True)
class Explored:
    """What was found for every combination.

    Parameters
    ----------
    frame : DataFrame
        See :func:`explore`.
    grid : Grid
        Sizes that were tried: closures of more beds than there are, and occupancies that fit no future, are left out.
    futures, of : int
        Futures that were followed, of how many that the flow has.
    places : Estimate or None
        Share of step-down places in use today as told; None where the area tells its places.
    left_out : tuple of float
        Occupancies at which too few futures fit together.
    """

    frame: pd.DataFrame
    grid: Grid
    futures: int
    of: int
    places: Estimate | None
    left_out: tuple[float, ...] = ()


def explore(
    told: Told, people: npt.ArrayLike, priced: Mapping[str, Any], grid: Grid,
    *, years: int, parameter_draws: int, paths: int, seed: int,
) -> Explored:  # fmt: skip
    """Follow the same patients through every combination, and set each against going on as today.

    Parameters
    ----------
    told : Told
        What is known of flows in England.
    people : array_like, demand draws x tiers
        Expected people of the area.
    priced : mapping of name to Estimate
        See :func:`needs.methods.prices.drawn_prices`.
    grid : Grid
        Sizes to try.
    years, parameter_draws, paths, seed
        See :func:`needs.methods.pathways.calibrate`.

    Returns
    -------
    Explored
        Its frame has one row a combination: ``beds_closed, places_opened, occupancy`` (of step-down places today: as told,
        or over all futures where the area tells its places), ``held`` (whether that share holds in every future), and for
        each of :data:`MEASURES` the mean with its ends (``_lower, _upper``), and the mean difference from the row of the
        same occupancy without a closure or an opening (``_difference``, with ends): 95% of futures, paired.

    Raises
    ------
    ValueError
        If the year of the change is after the last, or too few futures fit together at the occupancy that is told.

    Notes
    -----
    Means of the years from the second, as in :func:`needs.methods.options.ranked`; shares in time from the third. Where
    occupancy is held, the flow is calibrated anew, so that people are the same and places are not. Which futures are
    followed, where not all are: :func:`needs.methods.explorer_futures.futures_of`.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> e = lambda value: Estimate(value, 0.8 * value, 1.2 * value, "synthetic", ("x#y",))
    >>> names = ("support_at_home", "fixed_share", "independent_price", "out_of_region", "out_of_region_price", "opening")
    >>> priced = {name: e(0.5) for name in (*names, "closure", "double_running", "worth_of_wait")}
    >>> priced |= {"year_cost": {tier: e(1e5) for tier in PATHWAY}, "occupancy": {"high": e(0.8)}}
    >>> priced |= {"independent_share": {"medium": e(0.4), "low": e(0.4)}}
    >>> grid = Grid("medium", 6, (0, 1), (0, 20), (0.9,))
    >>> found = explore(*made_up(), priced, grid, years=4, parameter_draws=30, paths=2, seed=1)
    >>> len(found.frame), found.futures, float(found.frame.loc[0, "blocked_difference"])
    (8, 60, 0.0)
    """
    how = {"years": years, "parameter_draws": parameter_draws, "paths": paths, "seed": seed}
    since = Terms(grid.close, grid.ward, 1, grid.year).since(years)
    own = "step_down" in told.beds
    every = {TOLD: calibrate(told, people, **how)}
    for share in () if own else grid.occupancy:
        with suppress(ValueError):  # too few futures fit together: left out
            every[share] = calibrate(_held(told, share), people, **how)
    chosen = futures_of(every, grid.followed)
    some = {share: taken(every[share], *which) for share, which in chosen.items()}
    there = min(float(np.median(ways.beds[:, since, AT[grid.close]])) for ways in some.values())
    tried = replace(
        grid, wards=tuple(wards for wards in grid.wards if wards * grid.ward <= there),
        occupancy=tuple(share for share in grid.occupancy if share in some),
    )  # fmt: skip
    frames = []
    for share, ways in some.items():
        futures = chosen[share][0][:, None] * paths + np.arange(ways.paths)
        prices = drawn_prices(priced, every[share]).take(futures.ravel())
        now = {"occupancy": share or _share(told, ways), "held": share != TOLD}
        frame = cells(ways, prices, tried).assign(**now)
        frames.append(frame[[*_SIZES, *(name for name in frame if name not in _SIZES)]])
    return Explored(
        pd.concat(frames, ignore_index=True), tried, some[TOLD].draws * some[TOLD].paths, parameter_draws * paths,
        None if own else told.occupancy["step_down"],
        tuple(share for share in grid.occupancy if not own and share not in some),
    )  # fmt: skip


def _held(told: Told, share: float) -> Told:
    """Return what is told, with one share of step-down places in use in every future."""
    of = told.occupancy["step_down"]
    return replace(told, occupancy={**told.occupancy, "step_down": Estimate(share, kind=of.kind, source=of.source)})


def _share(told: Told, ways: Pathways) -> float:
    """Return the share of step-down places in use today."""
    at = AT["step_down"]
    if "step_down" in told.beds:
        return float(ways.census[:, at].mean() / ways.beds[:, 0, at].mean())
    return told.occupancy["step_down"].value


def cells(ways: Pathways, prices: Prices, grid: Grid) -> pd.DataFrame:
    """Return what every closure with every opening comes to, at one occupancy.

    Parameters
    ----------
    ways : Pathways
        The flow as it is.
    prices : Prices
        By replication.
    grid : Grid
        Sizes.

    Returns
    -------
    DataFrame
        As :func:`explore`, without occupancy; the first row is going on as today, whose differences are 0.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.prices import made_up_prices
    >>> ways = calibrate(*made_up(), years=4, parameter_draws=20, paths=2, seed=1)
    >>> found = cells(ways, made_up_prices(40), Grid("medium", 6, (0, 1), (0, 20)))
    >>> found[["beds_closed", "places_opened"]].values.tolist()
    [[0, 0], [0, 20], [6, 0], [6, 20]]
    >>> bool(found.loc[1, "blocked_difference"] < 0 < found.loc[2, "waiting_difference"])
    True
    """
    sizes = [(closed, opened) for closed in grid.beds for opened in grid.places]
    chosen = [_applied(ways, grid, closed, opened) for closed, opened in sizes[1:]]
    today = ways.follow()
    weighed = weigh(ways, today, chosen, prices, {grid.close: grid.ward})
    now = _today(ways, today, prices, grid)
    changes = _changes(weighed, grid)
    shares = weighed.within["referral", _DAYS]
    rows = []
    for number, (closed, opened) in enumerate(sizes):
        row: dict[str, float] = {"beds_closed": closed, "places_opened": opened}
        for name, level in now.items():
            more = changes[name][number - 1] if number else np.zeros_like(level)
            row |= _told(name, level + more, more)
        rows.append(row | _told("in_time", shares[number], shares[number] - shares[0]))
    return pd.DataFrame(rows).astype({"beds_closed": int, "places_opened": int})


def _applied(ways: Pathways, grid: Grid, closed: int, opened: int) -> Applied:
    """Put one closure with its opening into the network."""
    network = ways.network
    for verb, tier, number in (("close", grid.close, closed), ("open", "step_down", opened)):
        network = changed(network, Change(verb, tier, number, grid.year), grid.ward) if number else network
    return Applied(f"{closed}-{opened}", "", network, np.zeros(ways.draws))


def _today(ways: Pathways, today: Flow, prices: Prices, grid: Grid) -> dict[str, Floats]:
    """Return levels of going on as today by replication: people, and GBP as an equal amount a year from the second."""
    beds = np.repeat(beds_of(ways.network, ways.draws), ways.paths, axis=0).astype(float)
    funded = {tier: beds[..., AT[tier]] for tier in LIMITED} | {"high": high_beds(ways, prices)}
    spend = np.zeros_like(today.year("occupied"))
    for tier in PATHWAY:
        spend += sum(tier_spend(prices, tier, today.year("occupied", tier), funded.get(tier)))
    people = {name: _yearly(today.year(name, *TIERS)) for name in ("blocked", "waiting")}
    annual = equivalent_annual(spend, grid.rate, grid.later, first=min(2, spend.shape[1]))
    return {"blocked": people["blocked"], "spend": annual, "waiting": people["waiting"]}


def _changes(weighed: Weighed, grid: Grid) -> dict[str, Floats]:
    """Return differences from today: combinations x replications."""
    annual = equivalent_annual(weighed.spend, grid.rate, grid.later, first=min(2, weighed.spend.shape[-1]))
    return {
        "blocked": 0.0 - _yearly(weighed.delayed) / DAYS, "spend": annual, "waiting": 0.0 - _yearly(weighed.waited) / DAYS,
    }  # fmt: skip


def _yearly(values: Floats) -> Floats:
    """Return the mean of the years from the second."""
    return np.asarray(values[..., min(1, values.shape[-1] - 1) :].mean(axis=-1))


def _told(name: str, level: Floats, more: Floats) -> dict[str, float]:
    """Return means with the ends of 95%; missing where nothing is known."""
    parts = dict(_ends(name, level))
    return parts | dict(_ends(f"{name}_difference", more))


def _ends(name: str, draws: Floats) -> Iterator[tuple[str, float]]:
    known = draws[np.isfinite(draws)]
    found = spread(known, name) if len(known) else {}
    for end in ("", "_lower", "_upper"):
        yield f"{name}{end}", found.get(f"{name}{end}", float("nan"))
