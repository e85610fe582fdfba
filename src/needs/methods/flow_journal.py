"""A journal of the flow: every stay of every person in one simulated future, from referral to leaving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.flow_network import STOCKS, Network

if TYPE_CHECKING:
    from needs.methods.flow_kernel import World

__all__ = ["journal"]

Floats = npt.NDArray[np.float64]
_REFERRED, _ADMITTED, _READY, _LEFT = range(4)
"""Events, as the engine writes them."""
_STATUS_FULL = 3


def journal(
    network: Network, seed: int, pools: Sequence[int] | None = None, *, settle: int = 0, draw: int = 0
) -> pd.DataFrame:
    """Return every stay of one draw of a network, person by person.

    Parameters
    ----------
    network : Network
        Beds, arrivals, stays, routes and the start.
    seed : int
        Seed; with the same one :func:`needs.methods.flow.simulate` follows the same people.
    pools : sequence of int, optional
        Pools of beds; all by default.
    settle : int
        Years that the network of the first year runs from its census before time 0.
    draw : int
        Which draw.

    Returns
    -------
    DataFrame
        One row a stay, and one for each person still waiting outside at the end; by person, in the order of time:
        ``person`` (whole number), ``pool``, ``tier``, ``origin`` (where from: an origin, the tier before, or missing for
        who was there at the start), ``referred`` and ``accepted`` (assessments lie between them; missing for a move from
        a bed), ``admitted``, ``ready`` (missing where the person never waited in the bed), ``left`` (missing while it
        lasts) and ``to`` (missing until the person is ready or leaves). Times are years from the end of settling, negative
        before it; what happened before the simulation began is missing.

    Raises
    ------
    ValueError
        If a pool is asked for that is not there.

    Notes
    -----
    The journal takes memory of its own, which is made larger and the draw run again where it is full; the same seed
    gives the same people, so that nothing else changes. Whom the engine follows, it follows in the same way whether
    a journal is kept or not.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> stays = journal(calibrate(*made_up(), years=2, parameter_draws=20).network, 1, [0])
    >>> bool((stays["left"] >= stays["admitted"]).sum() > 20), bool((stays["ready"] > stays["left"]).any())
    (True, False)
    """
    chosen = range(network.pools) if pools is None else pools
    if strange := [pool for pool in chosen if not 0 <= pool < network.pools]:
        raise ValueError(f"pools: {strange} are not among the {network.pools} of the network, from 0 on")
    world = network.world()
    found: list[pd.DataFrame] = []
    for pool in chosen:
        events = _events(world, pool, seed, draw, 12 * settle)
        stays = _stays(events, network).assign(pool=pool)
        found.append(stays.assign(person=stays["person"] + sum(frame["person"].nunique() for frame in found)))
    times = ["referred", "accepted", "admitted", "ready", "left"]
    stays = pd.concat(found, ignore_index=True)
    years = stays[times].replace(-np.inf, np.nan) / 12 - settle
    columns = ["person", "pool", "tier", "origin", *times, "to"]
    return stays.assign(**{name: years[name] for name in times})[columns]


def _events(world: World, pool: int, seed: int, draw: int, settle: int) -> Floats:
    """Run one draw of one pool and return its events, with as much memory as they take."""
    from needs.methods.flow_kernel import simulate_draws
    from needs.methods.flow_room import room_for, sums_for

    _, _, years, tiers, origins = world.rates.shape
    months, exits = 12 * years, world.routes.shape[2] - tiers
    arriving = float(world.rates[:, pool].sum(axis=(2, 3)).max()) * (months + settle)
    sitting = float(world.active[:, pool].sum(axis=1).max() + world.queue[:, pool].sum(axis=(1, 2)).max())
    sitting += float(world.blocked[:, pool].sum(axis=(1, 2)).max())
    slots = int(1.3 * (arriving + sitting)) + 100
    size = 16 * slots
    width = np.full((len(STOCKS), tiers), np.iinfo(np.int64).max, np.int64)  # nothing is counted in bins here
    while True:
        room = room_for(tiers, origins, months, slots, 1, settle, size)
        histogram = np.zeros((len(STOCKS), months, tiers, 1), np.uint32)
        sums = sums_for(tiers, exits, origins, months, 1, width, histogram)
        with np.errstate(over="ignore"):
            status = simulate_draws(world, room, sums, draw, draw + 1, 1, seed, np.array([pool]))
        if status == 0:
            return np.asarray(room.journal[: room.count[7]])
        slots, size = slots * (1 if status == _STATUS_FULL else 2), size * 2


def _stays(events: Floats, network: Network) -> pd.DataFrame:
    """Join the events of each stay: a referral opens one, or an admission that no referral went before."""
    events = events[np.argsort(events[:, 1], kind="stable")]
    event, person = events[:, 0].astype(np.int64), events[:, 1].astype(np.int64)
    follows = np.concatenate([[False], (person[1:] == person[:-1]) & (event[:-1] == _REFERRED)])
    opens = (event == _REFERRED) | ((event == _ADMITTED) & ~follows)
    stay = np.cumsum(opens) - 1
    first = np.flatnonzero(opens)
    names = np.array([*network.origins, *network.tiers, None], object)  # -1, not known, is the last
    ways = np.array([*network.tiers, *network.exits], object)
    columns: dict[str, Any] = {"person": person[first], "tier": np.array(network.tiers)[events[first, 3].astype(int)]}
    columns["origin"] = names[events[first, 4].astype(int)]
    referred, admitted, ready, left = (event == kind for kind in (_REFERRED, _ADMITTED, _READY, _LEFT))
    columns["accepted"] = _at(events[:, 2], stay, referred, len(first))
    columns["referred"] = _at(events[:, 2] - events[:, 5], stay, referred, len(first))
    columns["admitted"] = _at(events[:, 2], stay, admitted, len(first))
    columns["ready"] = _at(events[:, 2], stay, ready, len(first))
    columns["left"] = _at(events[:, 2], stay, left, len(first))
    to = np.full(len(first), None, object)
    for known in (ready, left):
        to[stay[known]] = ways[events[known, 4].astype(int)]
    return pd.DataFrame(columns | {"to": to}).astype({"origin": "str", "to": "str"})


def _at(times: Floats, stay: npt.NDArray[np.int64], chosen: npt.NDArray[np.bool_], stays: int) -> Floats:
    found = np.full(stays, np.nan)
    found[stay[chosen]] = times[chosen]
    return found
