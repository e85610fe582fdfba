"""Which futures of a flow are followed where all of them would take too long, the same ones whatever is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from needs.methods.flow_network import Census, Network
from needs.methods.pathways import Pathways
from needs.values import TIERS

__all__ = ["FEWEST", "TOLD", "futures_of", "taken"]

Whole = npt.NDArray[np.int64]

FEWEST = 50
"""Futures that are followed, at least."""

TOLD = 0.0
"""Stands for the occupancy that is told, which varies from future to future, among those that are held."""


def futures_of(ways: Mapping[float, Pathways], followed: int) -> dict[float, tuple[Whole, int]]:
    """Choose the futures that are followed through every combination.

    Parameters
    ----------
    ways : mapping of float to Pathways
        The flow at the occupancy that is told (:data:`TOLD`), and at others.
    followed : int
        People at one time times futures.

    Returns
    -------
    dict of float to (ndarray of int, int)
        Parameter draws and paths, by occupancy. All draws where there is room for them. Otherwise some that fit together at
        every occupancy, the same ones: every so-manieth in the order of the people who wait, in beds or outside, in them
        today, so that light and heavy futures keep their share (systematic sampling). An occupancy at which too few of the
        draws fit is left out.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> ways = calibrate(*made_up(), years=3, parameter_draws=80, paths=2, seed=1)
    >>> people = ways.census.sum(axis=1).mean()
    >>> [(len(rows), paths) for n in (160, 159, 60) for rows, paths in futures_of({TOLD: ways}, n * people + 1).values()]
    [(80, 2), (80, 1), (60, 1)]
    """
    told = ways[TOLD]
    wanted = max(int(followed / told.census.sum(axis=1).mean()), FEWEST)
    if wanted >= told.draws:
        paths = min(wanted // told.draws, told.paths)
        return {share: (np.arange(way.draws), paths) for share, way in ways.items()}
    places = {share: _places(told, way) for share, way in ways.items()}
    fits = {share: place for share, place in places.items() if (place >= 0).mean() > 0.5}
    common = np.flatnonzero(np.all([place >= 0 for place in fits.values()], axis=0))
    today = replace(told, paths=1).follow()
    waiting = sum(today.year(name, *TIERS).mean(axis=1)[common] for name in ("blocked", "waiting"))
    order = common[np.argsort(np.asarray(waiting), kind="stable")]
    number = min(wanted, len(order))
    rows = np.sort(order[((np.arange(number) + 0.5) * len(order) / number).astype(int)])
    return {share: (place[rows], 1) for share, place in fits.items()}


def _places(told: Pathways, other: Pathways) -> Whole:
    """Return where each draw of the one is among those of the other, or -1: the same draw has the same stays."""
    at = {stays.tobytes(): row for row, stays in enumerate(other.held)}
    return np.array([at.get(stays.tobytes(), -1) for stays in told.held], np.int64)


def taken(ways: Pathways, rows: Whole, paths: int) -> Pathways:
    """Return the flow with some of its parameter draws, and so many paths of each.

    Parameters
    ----------
    ways : Pathways
        The flow.
    rows : ndarray of int
        Draws, in order.
    paths : int
        Paths.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> ways = calibrate(*made_up(), years=3, parameter_draws=40, paths=2, seed=1)
    >>> some = taken(ways, np.array([3, 8]), 1)
    >>> some.draws, bool((some.beds == ways.beds[[3, 8]]).all()), some.follow().year("occupied").shape
    (2, True, (2, 3))
    """

    def some(of: Any) -> dict[str, Any]:
        told = {field.name: getattr(of, field.name) for field in fields(of)}
        return {name: part[rows] for name, part in told.items() if _by_draw(part, ways.draws)}

    if len(rows) == ways.draws:
        return replace(ways, paths=paths)
    census: Census = replace(ways.network.census, **some(ways.network.census))
    network: Network = replace(ways.network, **{**some(ways.network), "census": census})
    return replace(ways, **{**some(ways), "network": network, "paths": paths})


def _by_draw(part: Any, draws: int) -> bool:
    return isinstance(part, np.ndarray) and len(part) == draws
