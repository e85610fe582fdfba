"""The flow of one area made from published figures: stays, routes, arrivals and beds that fit together.

The census of a tier is its expected patients; what leaves is census over stay; what arrives from outside is what
leaves and is not made up by other tiers. Beds are census over occupancy, in pools of about one service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from needs.methods.flow import Flow, simulate
from needs.methods.flow_network import EXITS, ORIGINS, PATHWAY, UNLIMITED, Census, Network
from needs.methods.flow_told import LIMITED, Told
from needs.methods.stays import Stay
from needs.methods.steady import in_system, mean_wait
from needs.methods.uncertainty import spread_around
from needs.values import Estimate, Provenance

__all__ = ["Pathways", "calibrate"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

_AT = {tier: number for number, tier in enumerate(PATHWAY)}
_DESTINATIONS = PATHWAY + EXITS
_FULLEST = 0.985
_DAYS = 365.25


@dataclass(frozen=True)
class Pathways:
    """The flow of one area, calibrated: a network for the engine, one row a parameter draw.

    Parameters
    ----------
    told : Told
        What it was made from.
    stays : mapping of tier to Stay
        Fitted stays.
    network : Network
        What the engine simulates.
    census : ndarray, draws x tiers
        People in each tier that the flow was made to hold.
    leaving, arriving : ndarray, draws x tiers
        Stays that end, and external arrivals (without recall), a year.
    held : ndarray, draws x tiers
        Mean stay with the wait for the next bed, years.
    pools : int
        Pools of beds.
    refused : float
        Share of draws refused because tiers would send more people on than the next can hold.
    paths, seed : int
        Simulated paths for each draw, and the seed.
    """

    told: Told
    stays: Mapping[str, Stay]
    network: Network
    census: Floats
    leaving: Floats
    arriving: Floats
    held: Floats
    pools: int
    refused: float
    paths: int
    seed: int

    @property
    def draws(self) -> int:
        """Parameter draws."""
        return len(self.census)

    @property
    def beds(self) -> Whole:
        """Beds of all pools together: draws x years x tiers."""
        beds = self.network.beds
        return np.where((beds == UNLIMITED).any(axis=1), UNLIMITED, beds.sum(axis=1))

    def places(self, known: Provenance) -> Estimate:
        """Return step-down places there are: those told, or people over occupancy."""
        if "step_down" in self.told.beds:
            return self.told.beds["step_down"]
        middle, *ends = np.quantile(self.beds[:, 0, _AT["step_down"]], [0.5, 0.025, 0.975])
        return Estimate(float(middle), float(ends[0]), float(ends[1]), known.kind, known.sources)

    def follow(self, network: Network | None = None, draws: int | None = None) -> Flow:
        """Simulate the flow as it is, or another network of the same area on the same patients.

        Parameters
        ----------
        network : Network, optional
            A scenario, see :func:`needs.methods.flow_changes.changed`.
        draws : int, optional
            The first few parameter draws, for a quick look.
        """
        return simulate(network or self.network, min(draws or self.draws, self.draws), paths=self.paths, seed=self.seed)

    def with_assessments(self, number: float) -> Pathways:
        """Return the same flow with another number of assessments before acceptance."""
        return replace(self, network=replace(self.network, assessments=np.full((1, len(ORIGINS)), float(number))))


def calibrate(
    told: Told, people: npt.ArrayLike, *, years: int, parameter_draws: int, paths: int = 4, seed: int = 0
) -> Pathways:
    """Make the flow of an area that holds its expected patients.

    Parameters
    ----------
    told : Told
        What is known of flows in England.
    people : array_like, demand draws x tiers
        Expected people of the area in each tier of the pathway; those in step-down places are replaced by the
        leavers of the other tiers times their stay, so that what flows in is what flows out.
    years : int
        Years to simulate.
    parameter_draws : int
        Parameter draws wanted.
    paths : int
        Simulated paths for each of them.
    seed : int
        Seed.

    Returns
    -------
    Pathways

    Raises
    ------
    ValueError
        If fewer than one draw in twenty can be met.

    Notes
    -----
    For each draw: ``lambda = N / S`` leave, ``gamma = lambda - lambda Q`` arrive from outside. A bed of tier d is
    waited for ``W_d`` (M/M/c of a pool with load N), so treatment takes ``S_f - sum_d p_fd W_d``: published stays
    hold the wait for the next bed, which the engine adds again. Draws where gamma would be negative, or treatment
    shorter than a quarter of the stay, are refused: the rest are what fits all figures together. The start is drawn
    from the long run of each pool.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> flow = calibrate(*made_up(), years=5, parameter_draws=20, seed=1)
    >>> flow.pools, bool(np.allclose(flow.census, flow.leaving * flow.held)), bool((flow.arriving >= 0).all())
    (2, True, True)
    """
    rng = np.random.Generator(np.random.Philox(key=[7, seed]))
    stays = told.stays()
    everyone = np.asarray(people, float)
    pool_count = max(
        1, round(float(np.median(everyone[:, _AT["medium"]])) / told.occupancy["medium"].value / told.pool.value)
    )
    draws = parameter_draws
    kept: list[dict[str, Floats]] = []
    found, tried = 0, 0
    while found < draws:
        size = 2 * draws
        rows = everyone[np.arange(tried, tried + size) % len(everyone)]
        batch = _drawn(told, stays, rows, pool_count, rng)
        good = batch.pop("good").astype(bool)
        kept.append({name: values[good] for name, values in batch.items()})
        found, tried = found + int(good.sum()), tried + size
        if tried >= 40 * draws and found < tried / 20:
            raise ValueError(
                f"only {found} of {tried} draws of the flow fit together: tiers send on more people than the next can "
                "hold; look at flow.stay, flow.routing and, if given, flow.beds"
            )
    every = {name: np.concatenate([part[name] for part in kept]) for name in kept[0]}
    drawn = {name: values[:draws] for name, values in every.items()}
    return Pathways(
        told, stays, _network(told, stays, drawn, pool_count, years, rng), drawn["census"], drawn["leaving"],
        drawn["arriving"], drawn["held"], pool_count, 1 - found / tried, paths, seed,
    )  # fmt: skip


def _drawn(
    told: Told, stays: Mapping[str, Stay], people: Floats, pools: int, rng: np.random.Generator
) -> dict[str, Floats]:
    """Draw parameters and solve for what they imply; ``good`` says which draws fit together."""
    size, tiers = len(people), len(PATHWAY)
    held = np.empty((size, tiers))
    for tier, stay in stays.items():
        mean = told.stay[tier]["mean"]
        lower, upper = mean.bounds
        fitted = Estimate(stay.mean, min(lower, stay.mean), max(upper, stay.mean), mean.kind, mean.source)
        held[:, _AT[tier]] = spread_around(fitted, rng.standard_normal(size))
    routing = np.zeros((size, tiers, len(_DESTINATIONS)))
    for tier, shares in told.routing.items():
        routing[:, _AT[tier], [_DESTINATIONS.index(to) for to in shares]] = _dirichlet(
            shares, told.routed[tier], size, rng
        )
    back = spread_around(told.recall_rate, rng.standard_normal(size)) * spread_around(
        told.recallable, rng.standard_normal(size)
    )
    recall = back * held[:, _AT["community"]]
    routing[:, _AT["community"]] *= (1 - recall)[:, None]
    to = [_AT[tier] for tier in told.recalled_to]
    routing[:, _AT["community"], to] += recall[:, None] * _dirichlet(told.recalled_to, told.recalled, size, rng)
    within = routing[:, :, :tiers]
    census, down = people.copy(), _AT["step_down"]
    leaving = census / held
    leaving[:, down] = 0
    leaving[:, down] = (leaving[:, None] @ within)[:, 0, down] / (1 - within[:, down, down])
    census[:, down] = leaving[:, down] * held[:, down]
    arriving = leaving - (leaving[:, None] @ within)[:, 0]
    arriving[:, down] = 0
    beds = _beds(told, census, pools, rng)
    load = census / pools
    wait = np.zeros((size, tiers))
    for tier in LIMITED:
        at = _AT[tier]
        least = beds[:, :, at].min(axis=1)
        fits = load[:, at] < _FULLEST * least
        safe = np.where(fits, load[:, at], 0.0)
        wait[:, at] = np.where(fits, mean_wait(safe, least, held[:, at], stays[tier].cv2), np.inf)
    kept = within.copy()
    kept[:, np.arange(tiers), np.arange(tiers)] = 0
    kept[:, down:, :3] = 0
    with np.errstate(invalid="ignore"):
        delay = np.where(kept > 0, kept * wait[:, None], 0.0).sum(axis=2)
    treated = held - delay
    good = (
        np.isfinite(delay).all(axis=1) & (treated > held / 4).all(axis=1) & (arriving >= 0).all(axis=1) & (recall < 0.9)
    )
    origins = np.zeros((size, tiers, len(ORIGINS)))
    for tier, shares in told.arrivals.items():
        origins[:, _AT[tier], [ORIGINS.index(origin) for origin in shares]] = _dirichlet(
            shares, told.arrived[tier], size, rng
        )
    return {
        "good": good, "held": held, "treated": treated, "routing": routing, "census": census, "leaving": leaving,
        "arriving": arriving, "beds": beds, "origins": origins, "back": leaving[:, -1:] * within[:, -1],
        "days": spread_around(told.assessment_days, rng.standard_normal(size)),
        "number": np.maximum(spread_around(told.assessments, rng.standard_normal(size)), 1.0),
    }  # fmt: skip


def _dirichlet(shares: Mapping[str, Estimate], people: float, size: int, rng: np.random.Generator) -> Floats:
    central = np.array([share.value for share in shares.values()])
    drawn = np.zeros((size, len(central)))
    drawn[:, central > 0] = rng.dirichlet(central[central > 0] / central.sum() * people, size)
    return drawn


def _beds(told: Told, census: Floats, pools: int, rng: np.random.Generator) -> Floats:
    """Return beds by draw, pool and tier: those told, or census over a drawn occupancy, always more than the load."""
    beds = np.full((len(census), pools, len(PATHWAY)), float(UNLIMITED))
    for tier in LIMITED:
        normals = rng.standard_normal(len(census))
        if tier in told.beds:
            total = np.full(len(census), told.beds[tier].value)
        else:
            occupancy = np.minimum(spread_around(told.occupancy[tier], normals), _FULLEST)
            total = np.rint(census[:, _AT[tier]] / occupancy)
            total = np.maximum(total, pools * (np.floor(census[:, _AT[tier]] / pools / _FULLEST) + 1))
        each, more = np.divmod(total, pools)
        beds[:, :, _AT[tier]] = each[:, None] + (np.arange(pools) < more[:, None])
    return beds


def _network(
    told: Told, stays: Mapping[str, Stay], drawn: Mapping[str, Floats], pools: int, years: int, rng: np.random.Generator
) -> Network:
    """Put the draws into the shape of the engine, with a start from the long run of each pool."""
    treated, size, tiers = drawn["treated"], len(drawn["census"]), len(PATHWAY)
    classes = np.array([(stay.short / stay.mean, stay.long / stay.mean) for stay in (stays[t] for t in PATHWAY)])
    long = np.array([[stays[tier].share_long for tier in PATHWAY]])
    arrivals = (drawn["arriving"][:, :, None] * drawn["origins"] / pools)[:, None, None]
    beds = drawn["beds"].astype(np.int64)
    rank = np.full((tiers, len(ORIGINS) + tiers), len(told.first))
    for number, names in enumerate(told.first):
        for name in names:
            if name in ORIGINS:
                rank[:, ORIGINS.index(name)] = number
        for g in range(tiers):
            for f in range(tiers):
                if ("up" if g < f else "down") in names:
                    rank[g, len(ORIGINS) + f] = number
    days = np.repeat(drawn["days"][:, None] / _DAYS, len(ORIGINS), axis=1)
    return Network(
        arrivals=np.repeat(np.repeat(arrivals, pools, axis=1), years, axis=2),
        beds=np.repeat(beds[:, :, None], years, axis=2), stay=treated[:, :, None] * classes, share_long=long,
        routing=_whole(drawn["routing"]), census=_start(drawn, beds, pools, rng), rank=rank, assessment=days,
        assessments=np.repeat(drawn["number"][:, None], len(ORIGINS), axis=1) * np.ones((size, 1)),
    )  # fmt: skip


def _whole(routing: Floats) -> Floats:
    return np.asarray(routing / routing.sum(axis=2, keepdims=True))


def _start(drawn: Mapping[str, Floats], beds: Whole, pools: int, rng: np.random.Generator) -> Census:
    """Draw who is in beds, who blocks one and who waits outside, pool by pool."""
    tiers = len(PATHWAY)
    load = np.repeat(drawn["census"][:, None] / pools, pools, axis=1)
    occupied, waiting = in_system(load, beds, rng, load.shape)
    within = drawn["routing"][:, :, :tiers]
    inside = drawn["leaving"][:, :, None] * within
    inside[:, np.arange(tiers), np.arange(tiers)] = 0
    inside[:, 3:, :3] = 0
    outside = drawn["arriving"][:, :, None] * drawn["origins"]
    outside[:, :3, -1] += drawn["back"][:, :3] + (drawn["leaving"][:, 3:4] * within[:, 3])[:, :3]
    flows = np.concatenate([np.swapaxes(inside, 1, 2), outside], axis=2)  # draws x to x (from + origin)
    together = flows.sum(axis=2, keepdims=True)
    shares = np.divide(flows, together, out=np.zeros_like(flows), where=together > 0)
    shares[..., -1] += 1 - shares.sum(axis=2)
    shares = np.clip(shares, 0, 1)
    split = rng.multinomial(waiting, np.repeat((shares / shares.sum(axis=2, keepdims=True))[:, None], pools, axis=1))
    blocked = np.swapaxes(split[..., :tiers], 2, 3).copy()  # from x to
    queue = split[..., tiers:].copy()
    # Nobody blocks a bed that is not there: who is too many waits outside.
    for f in range(tiers):
        excess = np.maximum(blocked[:, :, f].sum(axis=2) - occupied[:, :, f], 0)
        for g in range(tiers):
            moved = np.minimum(excess, blocked[:, :, f, g])
            blocked[:, :, f, g] -= moved
            queue[:, :, g, -1] += moved
            excess -= moved
    return Census(occupied - blocked.sum(axis=3), blocked, queue)
