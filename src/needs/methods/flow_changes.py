"""Beds that close and places that open: the same network with other beds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from needs.methods.flow_network import AT, UNLIMITED, Network

__all__ = ["Change", "changed", "everyone_placed", "scaled"]


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


def changed(network: Network, change: Change) -> Network:
    """Close or open beds of a tier, shared evenly between its pools.

    Parameters
    ----------
    network : Network
        Beds as they are.
    change : Change
        What changes.

    Returns
    -------
    Network
        In a draw with fewer beds than close, all of them close.

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
    >>> (less.beds - network.beds)[0, :, :, 1].sum(axis=0).tolist()
    [0, 0, -6, -6, -6]
    """
    at, beds = AT[change.tier], network.beds.copy()
    usual = int(np.median(beds[:, :, change.year - 1, at].sum(axis=1)))
    if change.verb == "close" and usual < change.number:
        raise ValueError(f"{change.tier}: {change.number} beds cannot close where there are about {usual}; close fewer")
    there = network.there()
    for _ in range(change.number):  # one bed at a time, from the pool with most or to the pool with fewest
        now = beds[:, :, change.year - 1, at]
        open_pools = np.where(there, now, UNLIMITED)
        pool = now.argmax(axis=1) if change.verb == "close" else open_pools.argmin(axis=1)
        beds[np.arange(len(beds)), pool, change.year - 1 :, at] += 1 if change.verb == "open" else -1
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
    """Give a tier a share more beds (or fewer), in every draw by what it has, spread evenly over its pools.

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
    spread = each[:, None] + (there.cumsum(axis=1) <= more[:, None])
    beds[:, :, since:, at] = np.where(there, spread, 0)[:, :, None]
    return network.with_beds(beds)
