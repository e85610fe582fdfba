"""What a scenario spends over going on as today: beds in use and empty, wards, change, sectors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from needs.methods.flow import Flow
from needs.methods.flow_network import AT, PATHWAY, UNLIMITED, Network
from needs.methods.flow_told import LIMITED
from needs.methods.levers import Applied
from needs.methods.pathways import Pathways
from needs.methods.prices import Prices

__all__ = ["PARTS", "beds_of", "changeover", "extra_spend", "funded_beds", "high_beds", "tier_spend"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

PARTS = ("occupied", "empty", "opened", "at_home", "one_off", "sector")
"""Parts of extra spend: more or fewer people in beds, places and the caseload; more or fewer empty funded beds; the
beds and places of tiers that open, in use or empty; people at home in place of a bed or place, with their support;
closing, opening and paying twice for a while; other prices."""


def beds_of(network: Network, draws: int) -> Whole:
    """Return beds of all pools together: draws x years x tiers.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> ways = calibrate(*made_up(), years=3, parameter_draws=20, seed=1)
    >>> bool((beds_of(ways.network, 20) == ways.beds).all())
    True
    """
    beds = network.beds
    together = np.where((beds == UNLIMITED).any(axis=1), UNLIMITED, beds.sum(axis=1))
    return np.asarray(np.broadcast_to(together, (draws, *together.shape[1:])), np.int64)


def funded_beds(today: npt.ArrayLike, after: npt.ArrayLike, ward: int = 1) -> Floats:
    """Return the beds that are paid for when some have closed: they fall ward by ward.

    Parameters
    ----------
    today, after : array_like of int
        Beds there are, and beds there will be.
    ward : int
        Beds of one ward.

    Notes
    -----
    ``funded = today - floor((today - after) / ward) ward`` where beds close, and 0 where none is left; beds that open
    count one by one.

    Examples
    --------
    >>> funded_beds([100, 100, 100, 100, 5], [110, 95, 88, 70, 0], 12).tolist()
    [110.0, 100.0, 88.0, 76.0, 0.0]
    """
    now, then = np.asarray(today, float), np.asarray(after, float)
    closed = np.maximum(now - then, 0)
    found = np.where(then > now, then, now - np.floor(closed / ward) * ward)
    return np.asarray(np.where(then <= 0, 0.0, found))


def tier_spend(prices: Prices, tier: str, occupied: Floats, funded: Floats | None) -> tuple[Floats, Floats]:
    """Return spend of a tier on beds in use and on empty ones, GBP a year.

    Parameters
    ----------
    prices : Prices
        By replication.
    tier : str
        Tier.
    occupied, funded : ndarray, replications x years
        Beds in use (mean of the year) and funded; None where nothing limits the tier.

    Notes
    -----
    ``occupied c + (max(funded, occupied) - occupied) phi c``, see :meth:`~needs.methods.prices.Prices.in_use`. At
    today's occupancy that is occupied beds times the cost of a year. A tier without a limit costs ``occupied U``.

    Examples
    --------
    >>> from needs.methods.prices import made_up_prices
    >>> used, empty = tier_spend(made_up_prices(1), "low", np.array([[80.0]]), np.array([[100.0]]))
    >>> round(float((used + empty)[0, 0])), round(float(empty[0, 0] / 20))
    (20000000, 141631)
    """
    if funded is None:
        return occupied * prices.year_cost[tier][:, None], np.zeros_like(occupied)
    cost = prices.in_use(tier)[:, None]
    empty = np.maximum(funded, occupied) - occupied
    return occupied * cost, empty * prices.fixed_share[:, None] * cost


def extra_spend(
    ways: Pathways, today: Flow, after: Flow, done: Applied, prices: Prices, ward: Mapping[str, int]
) -> dict[str, Floats]:
    """Return what a scenario spends over today by part, GBP a year.

    Parameters
    ----------
    ways : Pathways
        The flow as it is.
    today, after : Flow
        As it is and with the scenario, on the same patients.
    done : Applied
        The scenario.
    prices : Prices
        By replication.
    ward : mapping of tier to int
        Beds of one ward; beds of other tiers close one by one.

    Returns
    -------
    dict of ndarray, replications x years
        By :data:`PARTS`; they add up. Nothing differs in the first year.

    Notes
    -----
    High secure beds are national and stay paid for, see :func:`high_beds`. A tier whose beds or places open in any
    future is counted under ``opened`` with all that changes in it. One-offs fall in the year of the change:
    ``closure`` a bed that closes, ``opening`` a place or bed that opens, and, for as many beds as close in a year in
    which as many open, ``double_running c``. Who is diverted costs a community year and its support for a mean
    community stay, and who is on the caseload in place of a step-down place its support, from the second year; where
    the scenario has no limit in a tier nothing is said of places opened there, and people in them cost ``U``.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> from needs.methods.prices import made_up_prices
    >>> ways = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1)
    >>> same = Applied("same", "As today", ways.network, np.zeros(20))
    >>> flow = ways.follow()
    >>> parts = extra_spend(ways, flow, flow, same, made_up_prices(40), {"medium": 12})
    >>> tuple(parts) == PARTS, float(abs(sum(parts.values())).max())
    (True, 0.0)
    """
    now, then = (np.repeat(beds_of(n, ways.draws), ways.paths, axis=0) for n in (ways.network, done.network))
    parts = {part: np.zeros_like(today.year("occupied")) for part in PARTS}
    national = high_beds(ways, prices)
    for tier in PATHWAY:
        at = AT[tier]
        before = tier_spend(prices, tier, today.year("occupied", tier), _limited(now[..., at]))
        funded = _limited(then[..., at])
        if funded is not None and tier in LIMITED:
            funded = funded_beds(now[..., at], then[..., at], ward.get(tier, 1))
        if tier == "high":
            before, funded = tier_spend(prices, tier, today.year("occupied", tier), national), national
        spend = tier_spend(prices, tier, after.year("occupied", tier), funded)
        used, empty = (a - b for a, b in zip(spend, before, strict=True))
        if (then[..., at] > now[..., at]).any():
            parts["opened"] += used + empty
        else:
            parts["occupied"] += used
            parts["empty"] += empty
        ratio = prices.sector_ratio(tier, done.independent.get(tier), done.brought_back)
        parts["sector"] += (ratio - 1)[:, None] * sum(spend)
    diverted = np.repeat(done.diverted * ways.held[:, AT["community"]], ways.paths)
    supported = diverted + np.repeat(np.broadcast_to(done.supported, (ways.draws,)), ways.paths)
    parts["at_home"] += (diverted * prices.year_cost["community"] + supported * prices.support_at_home)[:, None]
    parts["one_off"] += _one_off(now, then, prices)
    for values in parts.values():
        values[:, 0] = 0.0
    return parts


def high_beds(ways: Pathways, prices: Prices) -> Floats:
    """Return the high secure beds that are paid for: people over occupancy, whoever is in them; replications x 1.

    Nothing limits who is admitted there from one region, but the hospitals' wards stay open when fewer come.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> from needs.methods.prices import made_up_prices
    >>> ways = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1)
    >>> bool((high_beds(ways, made_up_prices(40))[::2, 0] >= ways.census[:, 0]).all())
    True
    """
    people = np.repeat(ways.census[:, AT["high"]], ways.paths)
    return np.asarray(people / prices.occupancy["high"])[:, None]


def _limited(beds: Whole) -> Floats | None:
    """Return beds, or nothing where nothing limits them."""
    return None if (beds == UNLIMITED).any() else beds.astype(float)


def _one_off(now: Whole, then: Whole, prices: Prices) -> Floats:
    """Return what change costs over today, in the year of each change."""
    closed, opened, care = (np.zeros(now.shape[:2]) for _ in range(3))
    for tier in LIMITED:
        at = AT[tier]
        if _limited(now[..., at]) is None or _limited(then[..., at]) is None:
            continue
        more = np.diff(then[..., at] - now[..., at], axis=1, prepend=0).astype(float)
        closed += np.maximum(-more, 0)
        opened += np.maximum(more, 0)
        care += np.maximum(-more, 0) * prices.in_use(tier)[:, None]
    return changeover(prices, closed, opened, care)


def changeover(prices: Prices, closed: Floats, opened: Floats, care: Floats) -> Floats:
    """Return what it costs once to close beds and open places, GBP.

    Parameters
    ----------
    prices : Prices
        By replication.
    closed, opened : ndarray, replications x years
        Beds that close and beds or places that open in the year.
    care : ndarray, replications x years
        What a year of the beds that close costs in use.

    Notes
    -----
    ``closed closure + opened opening + double_running care min(closed, opened) / closed``: only beds in whose place
    something opens are paid for twice.

    Examples
    --------
    >>> from needs.methods.prices import made_up_prices
    >>> ten, five = np.full((1, 1), 10.0), np.full((1, 1), 5.0)
    >>> changeover(made_up_prices(1), ten, five, ten * 300e3).tolist()
    [[1400000.0]]
    """
    both = np.divide(np.minimum(closed, opened), closed, out=np.zeros_like(care), where=closed > 0)
    each = (prices.closure[:, None], prices.opening[:, None], prices.double_running[:, None])
    return closed * each[0] + opened * each[1] + both * care * each[2]
