"""The flow engine: patients through beds and queues, event by event, in continuous time.

People arrive from outside, wait where no bed is free, stay, and move on: down, up, sideways, to prison, to general
psychiatry or home. Who is ready but finds the next tier full keeps the bed (blocking after service). Random numbers
belong to the draw, the pool of beds and the patient, so that results are the same for any number of threads and
scenarios are compared on the same patients.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from needs.methods.flow_network import MEASURES, STOCKS, Network

if TYPE_CHECKING:
    from needs.methods.flow_kernel import Sums, World

__all__ = ["Flow", "simulate"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
_CHUNK, _BINS, _SLOW = 25, 256, 20_000


@dataclass(frozen=True)
class Flow:
    """What a simulation found: sums over pools, by draw and year, and by month over all draws.

    Parameters
    ----------
    network : Network
        What was simulated.
    draws, paths, seed : int
        Parameter draws, paths for each, and the seed.
    histogram, width : ndarray
        People at the end of each month (moves: in it), counted in bins; see :meth:`quantile`.
    mean : dict of str to ndarray
        Means over all draws by month: ``occupied, admissions, discharges, over`` (months x tiers),
        ``blocked`` (months x tiers x tiers), ``waiting`` (months x tiers x origins) and ``waits``
        (months x tiers x origins x 7: people counted, years waited for a bed and in all, and how many were placed
        within 14 and 28 days of referral and of acceptance).
    yearly : ndarray, replications x years x tiers x measures
        Measures as in :data:`~needs.methods.flow_network.MEASURES`; stocks are means over the year, waits are in years.
    moves : ndarray, replications x tiers x (tiers + exits)
        Moves over all years.
    entries : ndarray, replications x tiers x origins
        Admissions from outside over all years.
    """

    network: Network
    draws: int
    paths: int
    seed: int
    histogram: npt.NDArray[Any]
    width: Whole
    mean: dict[str, Floats]
    yearly: Floats = field(repr=False)
    moves: Floats = field(repr=False)
    entries: Floats = field(repr=False)

    def quantile(self, stock: str, levels: npt.ArrayLike) -> Floats:
        """Return quantiles over all draws by month: levels x months x tiers.

        Parameters
        ----------
        stock : {"occupied", "blocked", "waiting", "admissions", "discharges"}
            People at the end of the month, or moves in it.
        levels : array_like
            Between 0 and 1. A bin holds one number of people, or a few where there are very many.
        """
        at = STOCKS.index(stock)
        below = np.cumsum(self.histogram[at], axis=2, dtype=float) / self.histogram[at, 0, 0].sum()
        wanted = np.maximum(np.asarray(levels, float).reshape(-1, 1, 1, 1) - 1e-12, 1e-12)
        bins = (below[None] < wanted).sum(axis=3)
        return np.asarray(bins * self.width[at] + (self.width[at] - 1) / 2)

    def year(self, measure: str, *tiers: str) -> Floats:
        """Return one measure by draw and year, of some tiers or of all together: replications x years."""
        at = [self.network.tiers.index(tier) for tier in tiers or self.network.tiers]
        return np.asarray(self.yearly[:, :, at, MEASURES.index(measure)].sum(axis=2))

    def emptying(self) -> dict[str, float]:
        """Return the people above the beds of closing tiers in the month with the most, by tier: they leave by attrition.

        Closing a tier stops admissions; nobody is moved out.
        """
        most = self.mean["over"].max(axis=0)
        return {tier: float(people) for tier, people in zip(self.network.tiers, most, strict=True) if people > 0}


def simulate(
    network: Network, draws: int, *, paths: int = 1, seed: int = 0, pools: Sequence[int] | None = None,
    settle: int = 0, keep: bool = True, threads: int = 2,
) -> Flow:  # fmt: skip
    """Simulate a network of tiers, event by event.

    Parameters
    ----------
    network : Network
        Beds, arrivals, stays, routes and the start.
    draws : int
        Parameter draws; each follows its own row of the network, or the only one.
    paths : int
        Simulated paths for each draw: what varies between them is chance.
    seed : int
        Seed; the same one gives scenarios the same patients.
    pools : sequence of int, optional
        Pools that are simulated and added up; all by default.
    settle : int
        Years that the network of the first year runs from its census before anything is counted, so that beds,
        blocked beds, queues and waits are those of its long run.
    keep : bool
        Whether measures by draw are kept; without them only months over all draws are.
    threads : int
        Threads; results are the same bytes for any number.

    Returns
    -------
    Flow

    Raises
    ------
    ValueError
        If a pool is asked for that is not there, or there is too much to simulate without the compiler.

    Notes
    -----
    Exact: the next event is drawn from continuous time, nothing is stepped. Stays are exponential within two
    classes. Upward moves wait in their bed; where people hold each other's beds in a ring they change places at
    once, and the engine stops if such a ring is ever found. Every random number is a hash of its owner.

    Examples
    --------
    >>> from needs.methods.flow_network import Census
    >>> one = lambda *shape: np.ones(shape)
    >>> census = Census(np.array([[[5]]]), np.zeros((1, 1, 1, 1), int), np.zeros((1, 1, 1, 1), int))
    >>> beds = np.full((1, 1, 10, 1), 6)
    >>> ward = Network(2.5 * one(1, 1, 10, 1, 1), beds, 2 * one(1, 1, 2), 0 * one(1, 1), np.array([[[0, 1.0]]]), census,
    ...     tiers=("ward",), exits=("home",), origins=("court",), prisons=())
    >>> found = simulate(ward, 40, seed=1)
    >>> inflow, outflow = found.mean["admissions"].sum(), found.mean["discharges"].sum()
    >>> bool(0.7 < found.mean["occupied"].mean() / 5 < 1.2), bool(abs(inflow - outflow) < 6)
    (True, True)
    """
    from needs.methods import flow_kernel

    if min(draws, paths, threads) < 1 or min(seed, settle) < 0:
        raise ValueError(
            f"draws {draws}, paths {paths}, threads {threads} are at least 1, seed {seed} and settle {settle} at least 0"
        )
    world, replications = network.world(), draws * paths
    chosen = np.arange(network.pools) if pools is None else np.asarray(pools, np.int64)
    if len(chosen) == 0 or len(np.unique(chosen)) < len(chosen) or ((chosen < 0) | (chosen >= network.pools)).any():
        raise ValueError(
            f"pools: {chosen.tolist()} are not each once among the {network.pools} of the network, from 0 on"
        )
    arriving = world.rates.sum(axis=(2, 3, 4)).max(axis=0) * 12 * (1 + settle / network.years)
    sitting = (network.census.occupied.sum(axis=2) + network.census.queue.sum(axis=(2, 3))).max(axis=0)
    if not flow_kernel.COMPILED:
        work = replications * float((arriving + sitting)[chosen % len(sitting)].sum())
        if work > _SLOW:
            raise ValueError(
                f"{work:,.0f} patients are too many without the compiler; install numba, or ask for fewer draws"
            )
        warnings.warn("numba is not installed: the flow engine runs uncompiled, about 500 times slower", stacklevel=2)
    width = _widths(world, chosen)
    slots = int(1.3 * (arriving + sitting).max()) + 100
    while True:
        status, histogram, sums = _run(world, chosen, (draws, paths, seed, settle), width, slots, keep, threads)
        if status == 2:
            raise AssertionError("people hold each other's beds in a ring: the engine must let them change places")
        full = histogram[..., -1].sum(axis=1) > 0
        if status == 0 and not full.any():
            break
        slots, width = slots * (2 if status else 1), np.where(full, width * 2, width)
    months = {
        "occupied": sums.occupied, "admissions": sums.moved[:, 0], "discharges": sums.moved[:, 1], "over": sums.over,
        "blocked": sums.blocked, "waiting": sums.queued, "waits": sums.waits,
    }  # fmt: skip
    mean = {name: np.asarray(values) / replications for name, values in months.items()}
    mean["waits"][..., 1:3] /= 12
    yearly = sums.yearly
    for name in ("bed_wait", "whole_wait", "prison_bed_wait", "prison_whole_wait"):
        yearly[..., MEASURES.index(name)] /= 12
    return Flow(network, draws, paths, seed, histogram, width, mean, yearly, sums.moves, sums.entries)


def _widths(world: World, pools: npt.NDArray[Any]) -> Whole:
    """Return people in a bin, so that the bins hold what is likely; the engine runs again with more where they do not."""
    beds = world.beds[:, pools].max(axis=2).sum(axis=1).max(axis=0)
    sitting = world.active + world.blocked.sum(axis=3) + world.queue.sum(axis=3)
    likely = 2 * sitting[:, pools].sum(axis=1).max(axis=0) + 60
    limits = np.minimum(beds, likely)
    most = np.stack([limits, limits, likely // 2, likely // 4, likely // 4])
    return np.asarray(most // (_BINS - 1) + 1, np.int64)


def _run(
    world: World, pools: npt.NDArray[Any], what: tuple[int, int, int, int], width: Whole, slots: int, keep: bool, threads: int
) -> tuple[int, npt.NDArray[Any], Sums]:  # fmt: skip
    """Run all draws in chunks of one size, whatever the threads, and add up the chunks in order."""
    from needs.methods.flow_kernel import simulate_draws
    from needs.methods.flow_room import room_for, sums_for

    draws, paths, seed, settle = what
    _, _, years, tiers, origins = world.rates.shape
    exits, replications, months = world.routes.shape[2] - tiers, draws * paths, 12 * years
    chunks = [(at, min(at + _CHUNK, replications)) for at in range(0, replications, _CHUNK)]
    size = (tiers, exits, origins, months)
    everything = sums_for(*size, replications if keep else 1, width, None)

    def work(thread: int) -> tuple[int, npt.NDArray[Any], list[Sums]]:
        room = room_for(tiers, origins, months, slots, _CHUNK, 12 * settle)
        histogram = np.zeros((len(STOCKS), months, tiers, _BINS), np.uint32)
        done: list[Sums] = []
        for first, last in chunks[thread::threads]:
            sums = sums_for(*size, 1, width, histogram)
            if keep:
                sums = sums._replace(yearly=everything.yearly, moves=everything.moves, entries=everything.entries)
            with np.errstate(over="ignore"):
                status = simulate_draws(world, room, sums, first, last, paths, seed, pools)
            if status:
                return status, histogram, done
            done.append(sums)
        return 0, histogram, done

    if threads == 1:
        results = [work(0)]
    else:
        with ThreadPoolExecutor(threads) as pool:
            results = list(pool.map(work, range(threads)))
    status = max(result[0] for result in results)
    histogram = sum((result[1] for result in results[1:]), results[0][1])
    if status:
        return status, histogram, everything
    parts = ["occupied", "blocked", "queued", "moved", "waits", "over"]
    parts += [] if keep else ["yearly", "moves", "entries"]
    for number in range(len(chunks)):
        sums = results[number % threads][2][number // threads]
        for part in parts:
            getattr(everything, part)[...] += getattr(sums, part)
    return 0, histogram, everything
