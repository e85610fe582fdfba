"""Beds that close and places that open: the same network with other beds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from needs.methods.flow_network import AT, UNLIMITED, Network

__all__ = ["Beds", "Change", "balance", "changed", "everyone_placed", "scaled"]


@dataclass(frozen=True)
class Change:
    """Beds or places that close or open.

    Parameters
    ----------
    verb : {"close", "open"}
        Which way.
    tier : str
        A tier with a limit.
    number : int
        How many beds or places.
    year : int
        Year, from 1, from whose start it holds.
    """

    verb: str
    tier: str
    number: int
    year: int


class Beds(Protocol):
    """Beds or places of a tier from a year on, as parameters tell of them.

    Examples
    --------
    >>> isinstance(Change("open", "low", 6, 2).number, int)
    True
    """

    @property
    def tier(self) -> str:
        """A tier with a limit."""

    @property
    def number(self) -> int:
        """How many."""

    @property
    def year(self) -> int:
        """Year, from 1, from whose start it holds."""


def balance(opened: Iterable[Beds], closed: Iterable[Beds]) -> list[Change]:
    """Set beds that open against those of the same tier and year that close; what is left, year by year.

    Examples
    --------
    >>> balance([Change("open", "low", 6, 2)], [Change("close", "low", 6, 2)])
    []
    >>> balance([Change("open", "low", 6, 4)], [Change("close", "low", 2, 4), Change("close", "medium", 1, 3)])
    [Change(verb='close', tier='medium', number=1, year=3), Change(verb='open', tier='low', number=4, year=4)]
    """
    net: dict[tuple[int, int], int] = {}
    for sign, beds in ((1, opened), (-1, closed)):
        for change in beds:
            key = change.year, AT[change.tier]
            net[key] = net.get(key, 0) + sign * change.number
    tiers = list(AT)
    return [
        Change("open" if number > 0 else "close", tiers[at], abs(number), year)
        for (year, at), number in sorted(net.items())
        if number
    ]


def changed(network: Network, change: Change, ward: int | None = None) -> Network:
    """Close beds of a tier ward by ward, or open beds or places one by one.

    Parameters
    ----------
    network : Network
        Beds as they are.
    change : Change
        What changes.
    ward : int, optional
        Beds of one ward, which stands in one pool; by default all that close are one. What opens is spread over the pools.

    Returns
    -------
    Network
        In a draw with fewer beds than close, all of them close.

    Notes
    -----
    Each ward closes in the pool with most beds, where the beds that are left have to do for all who go there: nobody
    redraws the catchments. Spread over all pools the same beds would be missed less.

    Raises
    ------
    ValueError
        If half of the draws have fewer beds than close.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> network = calibrate(*made_up(), years=5, parameter_draws=20, seed=1).network
    >>> less = changed(network, Change("close", "medium", 6, 3))
    >>> (less.beds - network.beds)[0, :, :, 1].tolist()
    [[0, 0, -6, -6, -6], [0, 0, 0, 0, 0]]
    """
    at, beds = AT[change.tier], network.beds.copy()
    usual = int(np.median(beds[:, :, change.year - 1, at].sum(axis=1)))
    if change.verb == "close" and usual < change.number:
        raise ValueError(f"{change.tier}: {change.number} beds cannot close where there are about {usual}; close fewer")
    now = beds[:, :, change.year - 1, at].copy()
    left = np.full(len(beds), change.number)
    while left.any():
        if change.verb == "close":  # a ward from the pool with most beds
            pool = now.argmax(axis=1)
            number = np.minimum.reduce([left, np.full_like(left, ward or change.number), now.max(axis=1)])
            if not number.any():
                break
        else:  # one to the pool with fewest
            pool, number = np.where(network.there(), now, UNLIMITED).argmin(axis=1), -np.minimum(left, 1)
        now[np.arange(len(beds)), pool] -= number
        left -= np.abs(number)
    beds[:, :, change.year - 1 :, at] += (now - beds[:, :, change.year - 1, at])[:, :, None]
    np.maximum(beds, 0, out=beds)
    return network.with_beds(beds)


def everyone_placed(network: Network, tier: str = "step_down") -> Network:
    """Give everyone who is ready a place in a tier, from the first day.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> network = calibrate(*made_up(), years=5, parameter_draws=20, seed=1).network
    >>> bool((everyone_placed(network).beds[..., 3] == UNLIMITED).all())
    True
    """
    beds = network.beds.copy()
    beds[..., AT[tier]] = UNLIMITED
    return network.with_beds(beds)


def scaled(network: Network, tier: str, share: float, year: int = 2) -> Network:
    """Give a tier a share more beds (or fewer), in every draw by what it has in a year, spread evenly over its pools.

    What opens or closes in later years is added to that.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> network = calibrate(*made_up(), years=3, parameter_draws=20, seed=1).network
    >>> now, more = (n.beds[0, :, 1:, 3].sum(axis=0) for n in (network, scaled(network, "step_down", 0.5)))
    >>> (more / now).round(1).tolist()
    [1.5, 1.5]
    """
    at, beds, since = AT[tier], network.beds.copy(), min(year, network.years) - 1
    total = np.rint(beds[:, :, since, at].sum(axis=1) * (1 + share)).astype(np.int64)
    there = network.there()
    each, more = np.divmod(total, there.sum(axis=1))
    spread = np.where(there, each[:, None] + (there.cumsum(axis=1) <= more[:, None]), 0)
    beds[:, :, since:, at] += (spread - beds[:, :, since, at])[:, :, None]
    np.maximum(beds, 0, out=beds)
    return network.with_beds(beds)
