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
from needs.methods.flow_draws import MISFITS, drawn_flow, inside
from needs.methods.flow_network import AT, DAYS, ORIGINS, PATHWAY, UNLIMITED, Census, Network
from needs.methods.flow_told import LIMITED, Told
from needs.methods.rates import wilson_interval
from needs.methods.stays import Stay
from needs.methods.steady import in_system
from needs.values import Estimate, Provenance

__all__ = ["SETTLE", "Pathways", "calibrate"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

SETTLE = 10
"""Years that a flow runs before it is counted: blocked beds and queues are then those of its long run."""


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
    pools : ndarray of int, draws
        Pools of beds.
    refused : float
        Share of draws refused because they do not fit together, see :func:`calibrate`.
    tried : int
        Draws of which that is the share.
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
    pools: Whole
    refused: float
    tried: int
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

    @property
    def usual_pools(self) -> dict[str, int]:
        """Pools of beds in the middle draw, by limited tier."""
        return dict.fromkeys(LIMITED, int(np.median(self.pools)))

    @property
    def assessment_days(self) -> Floats:
        """Mean days of one assessment: draws."""
        told = self.network.assessment
        return np.zeros(self.draws) if told is None else told[:, 0] * DAYS

    @property
    def assessment_number(self) -> Floats:
        """Mean number of assessments: draws."""
        told = self.network.assessments
        return np.zeros(self.draws) if told is None else np.broadcast_to(told[:, 0], (self.draws,))

    def refused_share(self, known: Provenance) -> Estimate:
        """Return the share of draws refused, with its Wilson interval."""
        lower, upper = (float(end) for end in wilson_interval(round(self.refused * self.tried), self.tried))
        return Estimate(self.refused, min(lower, self.refused), max(upper, self.refused), known.kind, known.sources)

    def places(self, known: Provenance) -> Estimate:
        """Return step-down places there are: those told, or people over occupancy."""
        if "step_down" in self.told.beds:
            return self.told.beds["step_down"]
        middle, *ends = np.quantile(self.beds[:, 0, AT["step_down"]], [0.5, 0.025, 0.975])
        return Estimate(float(middle), float(ends[0]), float(ends[1]), known.kind, known.sources)

    def follow(self, network: Network | None = None, paths: int | None = None) -> Flow:
        """Simulate the flow as it is, or another network of the same area on the same patients.

        The beds and arrivals of the first year hold for :data:`SETTLE` years before anything is counted.

        Parameters
        ----------
        network : Network, optional
            A scenario, see :func:`needs.methods.flow_changes.changed`.
        paths : int, optional
            Paths for each draw, for a quick look.
        """
        return simulate(network or self.network, self.draws, paths=paths or self.paths, seed=self.seed, settle=SETTLE)

    def with_assessments(self, number: float) -> Pathways:
        """Return the same flow with another number of assessments before acceptance."""
        return replace(self, network=replace(self.network, assessments=np.full((1, len(ORIGINS)), float(number))))


def calibrate(
    told: Told, people: npt.ArrayLike, *, years: int, parameter_draws: int, paths: int = 2, seed: int = 0,
) -> Pathways:  # fmt: skip
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
        If fewer than one draw in twenty fits together, with the tiers and causes that most of them break.

    Notes
    -----
    For each draw: ``lambda = N / S`` leave, ``gamma = lambda - lambda Q`` arrive from outside. A bed of tier d is
    waited for ``W_d`` (M/M/c of a pool with load N), so treatment takes ``S_f - sum_d p_fd W_d``: published stays
    hold the wait for the next bed, which the engine adds again. The formula finds somewhat too many blocked beds, so
    that tiers hold a few percent fewer people than they should; :mod:`needs.methods.flow_checks` says how many. Draws are
    refused where gamma would be negative, treatment shorter than a quarter of the stay, a tier as good as full, or
    nine in ten of the caseload recalled: the rest are what fits all figures together. The number of pools is drawn
    with the size of one.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> flow = calibrate(*made_up(), years=5, parameter_draws=20, seed=1)
    >>> flow.pools[:3].tolist(), bool(np.allclose(flow.census, flow.leaving * flow.held)), bool((flow.arriving >= 0).all())
    ([2, 2, 2], True, True)
    """
    rng = np.random.Generator(np.random.Philox(key=[7, seed]))
    stays = told.stays()
    everyone = np.asarray(people, float)
    medium_beds = float(np.median(everyone[:, AT["medium"]])) / told.occupancy["medium"].value
    draws = parameter_draws
    kept: list[dict[str, Floats]] = []
    misfits: list[Floats] = []
    found, tried = 0, 0
    while found < draws or found < tried / 20:
        size = max(2 * draws, 400)
        rows = everyone[np.arange(tried, tried + size) % len(everyone)]
        batch = drawn_flow(told, stays, rows, medium_beds, rng)
        misfits.append(batch.pop("misfit"))
        good = batch.pop("good").astype(bool)
        kept.append({name: values[good] for name, values in batch.items()})
        found, tried = found + int(good.sum()), tried + size
        if found < tried / 20:
            raise ValueError(_why_not(np.concatenate(misfits), found))
    every = {name: np.concatenate([part[name] for part in kept]) for name in kept[0]}
    drawn = {name: values[:draws] for name, values in every.items()}
    beds = _beds(drawn)
    start = _start(drawn, beds, rng)
    return Pathways(
        told, stays, _network(told, stays, drawn, beds, start, years), drawn["census"], drawn["leaving"],
        drawn["arriving"], drawn["held"], drawn["pools"].astype(np.int64), 1 - found / tried, tried, paths, seed,
    )  # fmt: skip


def _why_not(misfits: Floats, found: int) -> str:
    """Say how few draws fit together, and the tiers and causes that most of them break."""
    tiers, often = np.array(PATHWAY), misfits.mean(axis=0)
    worst = [divmod(int(cell), len(MISFITS)) for cell in often.ravel().argsort()[::-1][:3]]
    causes = "; ".join(f"{tiers[t]}: {MISFITS[c]} in {often[t, c]:.0%}" for t, c in worst if often[t, c] > 0)
    return (
        f"only {found} of {len(misfits)} draws of the flow fit together, and one in twenty is needed ({causes}); look at "
        "the stay, the routing, the occupancy and the beds of these tiers"
    )


def _beds(drawn: Mapping[str, Floats]) -> Whole:
    """Spread beds evenly over the pools of each draw: draws x pools x tiers; pools that are not there have none."""
    pools = drawn["pools"]
    number = np.arange(int(pools.max()))
    each, more = np.divmod(drawn["total"], pools[:, None])
    beds = each[:, None] + (number[:, None] < more[:, None])
    beds[:, :, [at for tier, at in AT.items() if tier not in LIMITED]] = UNLIMITED
    return np.asarray(np.where((number < pools[:, None])[:, :, None], beds, 0), np.int64)


def _network(
    told: Told, stays: Mapping[str, Stay], drawn: Mapping[str, Floats], beds: Whole, start: Census, years: int
) -> Network:
    """Put the draws into the shape of the engine."""
    size, pools = beds.shape[:2]
    laws = [stays[tier] for tier in PATHWAY]
    classes = np.array([(stay.short / stay.mean, stay.long / stay.mean) for stay in laws])
    long = np.array([[stay.share_long for stay in laws]])
    there = (np.arange(pools) < drawn["pools"][:, None]) / drawn["pools"][:, None]
    arrivals = there[:, :, None, None] * (drawn["arriving"][:, :, None] * drawn["origins"])[:, None]
    return Network(
        arrivals=np.repeat(arrivals[:, :, None], years, axis=2), beds=np.repeat(beds[:, :, None], years, axis=2),
        stay=drawn["treated"][:, :, None] * classes, share_long=long, census=start,
        routing=drawn["routing"] / drawn["routing"].sum(axis=2, keepdims=True),
        rank=_ranks(told), assessment=np.repeat(drawn["days"][:, None] / DAYS, len(ORIGINS), axis=1),
        assessments=np.repeat(drawn["number"][:, None], len(ORIGINS), axis=1) * np.ones((size, 1)),
    )  # fmt: skip


def _ranks(told: Told) -> Whole:
    """Return who is placed first: tiers x (origins + tiers)."""
    tiers = len(PATHWAY)
    rank = np.full((tiers, len(ORIGINS) + tiers), len(told.first))
    for number, names in enumerate(told.first):
        for name in names:
            if name in ORIGINS:
                rank[:, ORIGINS.index(name)] = number
        for g in range(tiers):
            for f in range(tiers):
                if ("up" if g < f else "down") in names:
                    rank[g, len(ORIGINS) + f] = number
    return rank


def _start(drawn: Mapping[str, Floats], beds: Whole, rng: np.random.Generator) -> Census:
    """Draw who is in beds, who blocks one and who waits outside, pool by pool, from the long run of each tier alone."""
    tiers, pools = len(PATHWAY), beds.shape[1]
    there = (np.arange(pools) < drawn["pools"][:, None]) / drawn["pools"][:, None]
    occupied, waiting = in_system(there[:, :, None] * drawn["census"][:, None], beds, rng, beds.shape)
    within = drawn["routing"][:, :, :tiers]
    moving = drawn["leaving"][:, :, None] * inside(within)
    outside = drawn["arriving"][:, :, None] * drawn["origins"]
    outside[:, :3, -1] += drawn["back"][:, :3] + (drawn["leaving"][:, 3:4] * within[:, 3])[:, :3]
    flows = np.concatenate([np.swapaxes(moving, 1, 2), outside], axis=2)  # draws x to x (from + origin)
    together = flows.sum(axis=2, keepdims=True)
    shares = np.divide(flows, together, out=np.zeros_like(flows), where=together > 0)
    shares[..., -1] += 1 - shares.sum(axis=2)
    shares = np.clip(shares, 0, 1)
    split = rng.multinomial(waiting, np.repeat((shares / shares.sum(axis=2, keepdims=True))[:, None], pools, axis=1))
    blocked = np.swapaxes(split[..., :tiers], 2, 3).copy()  # from x to
    queue = split[..., tiers:].copy()
    for f in range(tiers):  # nobody blocks a bed that is not there: who is too many waits outside
        excess = np.maximum(blocked[:, :, f].sum(axis=2) - occupied[:, :, f], 0)
        for g in range(tiers):
            moved = np.minimum(excess, blocked[:, :, f, g])
            blocked[:, :, f, g] -= moved
            queue[:, :, g, -1] += moved
            excess -= moved
    return Census(occupied - blocked.sum(axis=3), blocked, queue)
