"""Draws of the flow's parameters, and what they imply: leavers, arrivals, beds, and the wait for the next bed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from needs.methods.flow_network import AT, EXITS, ORIGINS, PATHWAY, UNLIMITED
from needs.methods.flow_told import LIMITED, Told
from needs.methods.stays import Stay
from needs.methods.steady import mean_wait
from needs.methods.uncertainty import spread_around
from needs.params.flow import FULLEST
from needs.values import Estimate

__all__ = ["MISFITS", "drawn_flow", "inside"]

Floats = npt.NDArray[np.float64]
MISFITS = (
    "other tiers send more people than leave it", "it is as good as full",
    "people would wait for the next bed for most of their stay", "nine in ten of its people would be recalled",
)  # fmt: skip
"""Why a draw does not fit together, of a tier."""
_DESTINATIONS = PATHWAY + EXITS


def drawn_flow(
    told: Told, stays: Mapping[str, Stay], people: Floats, medium_beds: float, rng: np.random.Generator
) -> dict[str, Floats]:
    """Draw parameters of the flow and solve for what they imply.

    Parameters
    ----------
    told : Told
        What is known of flows in England.
    stays : mapping of tier to Stay
        Fitted stays; their means are drawn, their shapes are kept.
    people : ndarray, draws x tiers
        Expected people of the area.
    medium_beds : float
        Medium secure beds of the area, which say how many pools of the size drawn there are.
    rng : Generator
        Source of chance.

    Returns
    -------
    dict of ndarray
        By draw: ``good`` (whether it fits together), ``misfit`` (why not: tiers x :data:`MISFITS`), ``held`` and
        ``treated`` (years of stay with and without the wait for the next bed), ``delay`` (that wait, tiers x tiers),
        ``routing, census, leaving, arriving, total`` (beds), ``pools, origins, back`` (recalls a year), ``days`` and
        ``number`` (of assessments).

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> told, people = made_up()
    >>> found = drawn_flow(told, told.stays(), np.repeat(people, 50, axis=0), 115.0, np.random.default_rng(1))
    >>> bool(found["good"].mean() > 0.5), bool((found["treated"][found["good"]] <= found["held"][found["good"]]).all())
    (True, True)
    """
    size, tiers = len(people), len(PATHWAY)
    held = np.empty((size, tiers))
    for tier, stay in stays.items():
        mean = told.stay[tier]["mean"]
        lower, upper = mean.bounds
        fitted = Estimate(stay.mean, min(lower, stay.mean), max(upper, stay.mean), mean.kind, mean.source)
        held[:, AT[tier]] = spread_around(fitted, rng.standard_normal(size))
    routing = np.zeros((size, tiers, len(_DESTINATIONS)))
    for tier, shares in told.routing.items():
        routing[:, AT[tier], [_DESTINATIONS.index(to) for to in shares]] = _dirichlet(
            shares, told.routed[tier], size, rng
        )
    back = spread_around(told.recall_rate, rng.standard_normal(size)) * spread_around(
        told.recallable, rng.standard_normal(size)
    )
    recall = back * held[:, AT["community"]]
    routing[:, AT["community"]] *= (1 - recall)[:, None]
    to = [AT[tier] for tier in told.recalled_to]
    routing[:, AT["community"], to] += recall[:, None] * _dirichlet(told.recalled_to, told.recalled, size, rng)
    within = routing[:, :, :tiers]
    census, down = people.copy(), AT["step_down"]
    leaving = census / held
    leaving[:, down] = 0
    leaving[:, down] = (leaving[:, None] @ within)[:, 0, down] / (1 - within[:, down, down])
    census[:, down] = leaving[:, down] * held[:, down]
    arriving = leaving - (leaving[:, None] @ within)[:, 0]
    arriving[:, down] = 0
    pools = np.maximum(1, np.rint(medium_beds / spread_around(told.pool, rng.standard_normal(size))))
    total = _total_beds(told, census, pools, rng)
    wait, full = np.zeros((size, tiers)), np.zeros((size, tiers), bool)
    for tier in LIMITED:
        at = AT[tier]
        load, least = census[:, at] / pools, np.floor(total[:, at] / pools)
        full[:, at] = load >= FULLEST * least
        visit = held[:, at] / (1 - within[:, at, at])  # a move to another unit keeps the bed
        wait[:, at] = mean_wait(np.where(full[:, at], 0.0, load), np.maximum(least, 1), visit, stays[tier].cv2)
    delay = inside(within) * wait[:, None]
    treated = held - delay.sum(axis=2)
    often = np.zeros((size, tiers), bool)
    often[:, -1] = recall >= 0.9
    misfit = np.stack([arriving < 0, full, treated <= held / 4, often], axis=2)
    origins = np.zeros((size, tiers, len(ORIGINS)))
    for tier, shares in told.arrivals.items():
        origins[:, AT[tier], [ORIGINS.index(origin) for origin in shares]] = _dirichlet(
            shares, told.arrived[tier], size, rng
        )
    return {
        "good": ~misfit.any(axis=(1, 2)), "misfit": misfit,
        "held": held, "treated": treated, "routing": routing, "census": census, "leaving": leaving,
        "arriving": arriving, "total": total, "pools": pools, "delay": delay, "origins": origins,
        "back": leaving[:, -1:] * within[:, -1],
        "days": spread_around(told.assessment_days, rng.standard_normal(size)),
        "number": np.maximum(spread_around(told.assessments, rng.standard_normal(size)), 1.0),
    }  # fmt: skip


def _dirichlet(shares: Mapping[str, Estimate], people: float, size: int, rng: np.random.Generator) -> Floats:
    central = np.array([share.value for share in shares.values()])
    drawn = np.zeros((size, len(central)))
    drawn[:, central > 0] = rng.dirichlet(central[central > 0] / central.sum() * people, size)
    return drawn


def inside(within: Floats) -> Floats:
    """Leave out moves that wait for no bed from a bed: to another unit of the tier, and recalls.

    Examples
    --------
    >>> inside(np.full((1, 5, 5), 0.1))[0].sum(axis=1).round(1).tolist()
    [0.4, 0.4, 0.4, 0.1, 0.1]
    """
    kept = within.copy()
    kept[:, np.arange(len(PATHWAY)), np.arange(len(PATHWAY))] = 0
    kept[:, 3:, :3] = 0
    return kept


def _total_beds(told: Told, census: Floats, pools: Floats, rng: np.random.Generator) -> Floats:
    """Return beds by draw and tier: those told, or census over a drawn occupancy, always more than the load of a pool."""
    total = np.full(census.shape, float(UNLIMITED))
    for tier in LIMITED:
        at, normals = AT[tier], rng.standard_normal(len(census))
        if tier in told.beds:
            total[:, at] = told.beds[tier].value
            continue
        occupancy = np.minimum(spread_around(told.occupancy[tier], normals), FULLEST)
        least = pools * (np.floor(census[:, at] / pools / FULLEST) + 1)
        total[:, at] = np.maximum(np.rint(census[:, at] / occupancy), least)
    return total
