"""What the flow engine simulates: tiers with beds, arrivals, stays, routes and the people there at the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import numpy.typing as npt

from needs.methods.mismatch import NEEDED_TIERS
from needs.methods.steady import UNLIMITED
from needs.params.flow import Exit, Origin

if TYPE_CHECKING:
    from needs.methods.flow_kernel import World

__all__ = [
    "AT",
    "DAYS",
    "EXITS",
    "MEASURES",
    "ORIGINS",
    "PATHWAY",
    "STANDARDS",
    "STOCKS",
    "UNLIMITED",
    "Census",
    "Network",
]

PATHWAY = NEEDED_TIERS
"""Tiers of the pathway."""
EXITS = get_args(Exit)
"""Ways out of it."""
ORIGINS = (*get_args(Origin), "community_recall")
"""Ways in; the last one is taken by people of the pathway who come back."""
MEASURES = (
    "occupied", "blocked", "waiting", "admissions", "discharges",
    "counted", "bed_wait", "whole_wait", "whole_14", "whole_28", "bed_14", "bed_28",
    "prison_waiting", "prison_counted", "prison_bed_wait", "prison_whole_wait",
    "prison_whole_14", "prison_whole_28", "prison_bed_14", "prison_bed_28",
)  # fmt: skip
"""What is kept of each draw, year and tier."""
STOCKS = ("occupied", "blocked", "waiting", "admissions", "discharges")
"""What is counted at the end of each month (people) or in it (moves), for quantiles."""
STANDARDS = (14.0, 28.0)
"""Waits that are counted, in days."""

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
DAYS = 365.25
"""Days of a year."""
AT = {tier: number for number, tier in enumerate(PATHWAY)}
"""Number of each tier of the pathway."""


@dataclass(frozen=True)
class Census:
    """Who is where when the simulation begins.

    Parameters
    ----------
    active : ndarray of int, draws x pools x tiers
        In treatment; their residual stay follows from the law of stays.
    blocked : ndarray of int, draws x pools x tiers x tiers
        Ready, in a bed of the first tier, waiting for the second.
    queue : ndarray of int, draws x pools x tiers x origins
        Waiting outside.
    """

    active: Whole
    blocked: Whole
    queue: Whole

    @property
    def occupied(self) -> Whole:
        """Beds in use: draws x pools x tiers."""
        return np.asarray(self.active + self.blocked.sum(axis=-1))


@dataclass(frozen=True)
class Network:
    """Beds, arrivals, stays and routes. Draws are the leading axis of each array: one for all, or one each.

    Parameters
    ----------
    arrivals : ndarray, draws x pools x years x tiers x origins
        People a year who are referred from outside.
    beds : ndarray of int, draws x pools x years x tiers
        Beds; :data:`UNLIMITED` where nothing limits a tier.
    stay : ndarray, draws x tiers x 2
        Mean stay in years of the short and of the long class, without the wait for the next bed.
    share_long : ndarray, draws x tiers
        Share of admissions in the long class.
    routing : ndarray, draws x tiers x (tiers + exits)
        Probability of the next tier or exit; a row adds up to 1. A tier that leads to itself is another unit.
    census : Census
        The start.
    outside : ndarray of bool, tiers x tiers, optional
        Moves of people who are not in a bed (recalls): where it is full they join the queue outside as the last
        origin. By default moves from tiers after the third to the first three.
    rank : ndarray of int, tiers x (origins + tiers), optional
        Who is placed first, by origin or by the tier they block; within a rank the longest wait. By default all alike.
    assessment, assessments : ndarray, draws x origins, optional
        Mean years of one assessment before acceptance, and mean number of them; none by default.
    tiers, exits, origins : tuple of str
        Names, most secure first.
    prisons : tuple of str
        Origins that are prisons.
    closing : bool
        Whether there may be more people at the start than beds; they leave by attrition.

    Raises
    ------
    ValueError
        Naming every tier and cell that is wrong.
    """

    arrivals: Floats
    beds: Whole
    stay: Floats
    share_long: Floats
    routing: Floats
    census: Census
    outside: npt.NDArray[np.bool_] | None = None
    rank: Whole | None = None
    assessment: Floats | None = None
    assessments: Floats | None = None
    tiers: tuple[str, ...] = PATHWAY
    exits: tuple[str, ...] = EXITS
    origins: tuple[str, ...] = ORIGINS
    prisons: tuple[str, ...] = ("prison_remand", "prison_sentenced")
    closing: bool = False

    def __post_init__(self) -> None:
        if wrong := _misshapen(self) or _wrong(self):
            raise ValueError("; ".join(wrong))

    @property
    def years(self) -> int:
        """Years to simulate."""
        return int(self.beds.shape[2])

    @property
    def pools(self) -> int:
        """Pools of beds."""
        return int(self.beds.shape[1])

    def outside_moves(self) -> npt.NDArray[np.bool_]:
        """Return which moves join the queue outside: tiers x tiers."""
        if self.outside is not None:
            return np.array(self.outside, bool)
        outside = np.zeros((len(self.tiers), len(self.tiers)), bool)
        outside[3:, :3] = True
        return outside

    def there(self) -> npt.NDArray[np.bool_]:
        """Return which pools are there in each draw: draws x pools; the others have neither beds nor arrivals."""
        some = (self.arrivals.sum(axis=(2, 3, 4)) > 0) | (self.beds[:, :, 0] > 0).any(axis=2)
        return np.broadcast_to(some, (max(len(self.beds), len(some)), self.pools))

    def with_beds(self, beds: Whole) -> Network:
        """Return the same network with other beds; those who are there at the start may be more than the beds."""
        return replace(self, beds=beds, closing=True)

    def world(self) -> World:
        """Return what the compiled engine reads: months, cumulative routes, every draw in full."""
        from needs.methods.flow_kernel import World

        places = max(a.shape[0] for a in (self.arrivals, self.beds, self.census.active, self.census.queue))
        people = max(a.shape[0] for a in (self.stay, self.share_long, self.routing, *self._assessed()))
        tiers, origins = len(self.tiers), len(self.origins)

        def full(values: Any, kind: Any, draws: int) -> Any:
            return np.array(np.broadcast_to(values, (draws, *values.shape[1:])), dtype=kind, order="C")

        stay, long = full(self.stay, float, people) * 12, full(self.share_long, float, people)
        mean = (1 - long) * stay[..., 0] + long * stay[..., 1]
        routes = np.cumsum(full(self.routing, float, people), axis=2)
        last = routes.shape[2] - 1 - np.argmax(full(self.routing, float, people)[..., ::-1] > 0, axis=2)
        routes[np.arange(routes.shape[2]) >= last[..., None]] = 2.0
        each, number = self._assessed()
        rank = self.rank
        rates = full(self.arrivals, float, places) / 12
        return World(
            rates=rates, cells=np.flatnonzero(rates.max(axis=(0, 1, 2)).ravel() > 0).astype(np.int64),
            beds=full(self.beds, np.int64, places), mean=stay, long=long, census_long=long * stay[..., 1] / mean,
            routes=routes, outside=self.outside_moves(),
            rank=np.zeros((tiers, origins + tiers), np.int64) if rank is None else np.array(rank, np.int64),
            assessment=full(each, float, people) * 12, assessments=full(number, float, people),
            active=full(self.census.active, np.int64, places), blocked=full(self.census.blocked, np.int64, places),
            queue=full(self.census.queue, np.int64, places),
            prison=np.array([origin in self.prisons for origin in self.origins]),
            standard=np.array(STANDARDS) / DAYS * 12,
        )  # fmt: skip

    def _assessed(self) -> tuple[Floats, Floats]:
        none = np.zeros((1, len(self.origins)))
        return (none if self.assessment is None else self.assessment,
                none if self.assessments is None else self.assessments)  # fmt: skip


def _misshapen(network: Network) -> list[str]:
    """Return which arrays have a shape that does not fit the names, the pools and the years."""
    if network.beds.ndim != 4:
        return [f"beds: shape {network.beds.shape}; give draws x pools x years x tiers"]
    pools, years = network.beds.shape[1:3]
    if 0 in network.beds.shape:
        return [f"beds: shape {network.beds.shape}; give at least one draw, pool, year and tier"]
    tiers, origins, exits = len(network.tiers), len(network.origins), len(network.exits)
    each, number = network._assessed()
    there = network.census
    place = {
        "arrivals": (network.arrivals, (pools, years, tiers, origins)), "beds": (network.beds, (pools, years, tiers)),
        "census.active": (there.active, (pools, tiers)), "census.blocked": (there.blocked, (pools, tiers, tiers)),
        "census.queue": (there.queue, (pools, tiers, origins)),
    }  # fmt: skip
    person = {
        "stay": (network.stay, (tiers, 2)), "share_long": (network.share_long, (tiers,)),
        "routing": (network.routing, (tiers, tiers + exits)), "assessment": (each, (origins,)),
        "assessments": (number, (origins,)),
    }  # fmt: skip
    found = []
    for group in (place, person):
        draws = max((values.shape[0] for values, shape in group.values() if values.shape[1:] == shape), default=1)
        for name, (values, shape) in group.items():
            if values.shape not in ((1, *shape), (draws, *shape)):
                found.append(f"{name}: shape {values.shape}; give {(1, *shape)}, or {draws} draws in place of 1")
    for name, table, size in (("outside", network.outside, tiers), ("rank", network.rank, origins + tiers)):
        if table is not None and np.shape(table) != (tiers, size):
            found.append(f"{name}: shape {np.shape(table)}; give {(tiers, size)}")
    return found


def _wrong(network: Network) -> list[str]:
    """Return what is wrong with a network, each with its tier, cell, value, rule and remedy."""
    found = []
    tiers, exits = network.tiers, network.tiers + network.exits

    def each(array: npt.NDArray[Any], bad: npt.NDArray[np.bool_], axes: Mapping[int, Sequence[str]], rule: str) -> None:
        """Name the first bad cell of each combination of names, with its draw, pool and year where there are several."""
        named: set[str] = set()
        spare = ("draw", "pool", "year")[: min(axes)]
        for where in np.argwhere(bad):
            names = " to ".join(names[where[axis]] for axis, names in axes.items())
            if names not in named:
                named.add(names)
                cell = ", ".join(f"{n} {where[i] + 1}" for i, n in enumerate(spare) if array.shape[i] > 1)
                found.append(f"{names}{f' ({cell})' if cell else ''}: {array[tuple(where)]:.10g} {rule}")

    def whole(array: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        return np.asarray((array >= 0) & np.isfinite(array) & (array == np.floor(array)), bool)

    each(network.arrivals, ~(network.arrivals >= 0) | ~np.isfinite(network.arrivals), {3: tiers, 4: network.origins},
         "arrivals a year; give a number at or above 0")  # fmt: skip
    each(network.beds, ~whole(network.beds), {3: tiers}, "beds; give a whole number from 0, or UNLIMITED")
    each(network.stay, ~(network.stay > 0) | ~np.isfinite(network.stay), {1: tiers}, "years of stay; give more than 0")
    each(network.share_long, ~((network.share_long >= 0) & (network.share_long <= 1)), {1: tiers},
         "of admissions stay long; give a share from 0 to 1")  # fmt: skip
    each(network.routing, ~(network.routing >= 0), {1: tiers, 2: exits},
         "is not a probability; give 0 or more")  # fmt: skip
    sums = network.routing.sum(axis=2)
    each(sums, ~(np.abs(sums - 1) <= 1e-9), {1: tiers}, "is the sum of the routes; make them add up to 1")
    if not found:
        within = network.routing[:, :, : len(tiers)]
        for draw in np.flatnonzero(np.abs(np.linalg.eigvals(within)).max(axis=1) >= 1 - 1e-9)[:1]:
            stuck = np.linalg.matrix_power(within[draw], 4096).sum(axis=1) > 0.5
            names = ", ".join(name for name, is_stuck in zip(tiers, stuck, strict=True) if is_stuck)
            found.append(f"{names}: cannot be left for good; give a route that ends in an exit")
    for name, values in zip(("years", "number"), network._assessed(), strict=True):
        each(values, ~(values >= 0) | ~np.isfinite(values), {1: network.origins},
             f"is not the {name} of assessments; give a number at or above 0")  # fmt: skip
    for prison in set(network.prisons) - set(network.origins):
        found.append(f"prisons: {prison} is no origin; use {', '.join(network.origins)}")
    census = network.census
    for name, part, axes in (
        ("active", census.active, {2: tiers}), ("blocked", census.blocked, {2: tiers, 3: tiers}),
        ("queue", census.queue, {2: tiers, 3: network.origins}),
    ):  # fmt: skip
        each(part, ~whole(part), axes, f"people in the census ({name}); give a whole number from 0")
    first = network.beds[:, :, 0]
    above = (census.occupied > first) & (not network.closing)
    over = np.broadcast_to(census.occupied, above.shape)
    for where in np.argwhere(above.any(axis=(0, 1))):
        at = (*np.argwhere(above[..., where[0]])[0], where[0])
        beds = int(np.broadcast_to(first, above.shape)[at])
        found.append(
            f"{tiers[where[0]]}: {int(over[at])} people in the census of pool {at[1] + 1} but {beds} beds in the "
            "first year; give at least as many beds, and close them in a later year"
        )
    return found
