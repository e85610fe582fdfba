"""Closed forms of flow: waits for a bed, blocked beds and queues in the long run, and the way there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from needs.methods.queues import (
    UNLIMITED,
    Bools,
    Floats,
    Ints,
    Queued,
    Transient,
    counted,
    in_system,
    mean_wait,
    mmc,
    place,
    quantities,
    transient,
    within,
)

__all__ = [
    "UNLIMITED",
    "Queued",
    "Steady",
    "Transient",
    "in_system",
    "mean_wait",
    "mmc",
    "steady",
    "traffic",
    "transient",
    "within",
]

SWEEPS = 500
"""Passes over the tiers before waits that still grow count as without limit."""

CLOSE = 1e-10
"""Relative change of a stay between two passes at which the passes end."""


def traffic(external: npt.ArrayLike, routing: npt.ArrayLike) -> Floats:
    """Stays a year in each tier, those of people who come from other tiers included.

    Parameters
    ----------
    external : array_like, (..., tiers)
        Arrivals a year from outside.
    routing : array_like, (..., tiers, tiers)
        Probability of the next tier (columns) by tier (rows); the rest leave the pathway.

    Raises
    ------
    ValueError
        If routing is not made of probabilities, or a tier cannot be left.

    Notes
    -----
    ``lambda (I - Q) = gamma``.

    Examples
    --------
    >>> traffic([10, 0], [[0, 0.5], [0.2, 0]]).round(2).tolist()
    [11.11, 5.56]
    """
    q = _routing(routing)
    gamma = np.asarray(external, float)
    lead = np.broadcast_shapes(gamma.shape[:-1], q.shape[:-2])
    out = np.swapaxes(np.eye(q.shape[-1]) - q, -1, -2)
    found = np.linalg.solve(out, np.broadcast_to(gamma, (*lead, q.shape[-1]))[..., None])
    return np.asarray(found[..., 0], float)


@dataclass(frozen=True)
class Steady:
    """People in the tiers of a pathway in the long run; arrays are (..., tiers).

    Parameters
    ----------
    external, arrivals : ndarray
        Arrivals a year from outside; stays a year, those of people from other tiers included.
    occupied, active : ndarray
        Beds in use, and those in use by people in treatment.
    blocked : ndarray, (..., tiers, tiers)
        Beds kept by people whose treatment there is over, by the tier (last axis) they wait for.
    queue : ndarray
        People outside who wait for a bed; those who wait in a bed of another tier are blocked.
    wait : ndarray
        Mean wait for a bed, years, from wherever.
    stable : ndarray of bool
        Whether a long run exists. Else all beds are occupied and waits grow without limit (``inf``).
    """

    external: Floats
    arrivals: Floats
    occupied: Floats
    active: Floats
    blocked: Floats
    queue: Floats
    wait: Floats
    stable: Bools

    @property
    def blocked_beds(self) -> Floats:
        """Beds of each tier kept by people who wait for another tier."""
        return np.asarray(self.blocked.sum(-1), float)


def steady(
    external: npt.ArrayLike,
    routing: npt.ArrayLike,
    stay: npt.ArrayLike,
    beds: npt.ArrayLike,
    pools: npt.ArrayLike = 1,
    outside: npt.ArrayLike | None = None,
    cv2: npt.ArrayLike = 1.0,
) -> Steady:
    """Occupied and blocked beds, queues and waits of a pathway in the long run.

    Parameters
    ----------
    external : array_like, (..., tiers)
        Arrivals a year from outside, of one pool of beds.
    routing : array_like, (..., tiers, tiers)
        Probability of the next tier; a move to the same tier keeps its bed and waits for nobody.
    stay : array_like, (..., tiers)
        Mean years of treatment in a tier, without the time blocked.
    beds : array_like of int, (..., tiers)
        Beds of one pool, or :data:`UNLIMITED`.
    pools : array_like, (...)
        Pools alike. People and moves of the result are those of all pools together.
    outside : array_like of bool, (tiers, tiers), optional
        Moves that leave their bed at once and queue outside (a recall); none by default.
    cv2 : array_like, (..., tiers)
        Variance over squared mean of the time a bed is held; 1 for exponential stays.

    Returns
    -------
    Steady

    Raises
    ------
    ValueError
        If a number is out of range or a tier cannot be left; the error names the tier.

    Notes
    -----
    A person ready for tier d keeps the bed in tier f for the wait ``W_d`` of the queue M/M/c at d, so
    ``S'_f = S_f + sum_d p_fd W_d``, worked from the last tier back and repeated until it no longer
    changes, because people also move up. People in treatment, and all of the last tier, are exact wherever
    a long run exists. Blocked beds are too many, since the formula lets more people wait than there are
    beds to wait in. Against exact chains of a tier of 30 or 67 beds, 70% or 80% of them in treatment, they
    are up to 8% too many where the next tier is 60% occupied, up to 15% at 70%, 2% to 33% at 80%, 5% to
    54% at 85%; fewest for the larger and emptier tier. The queue outside of a tier with blocked beds is
    too short, often by half or more, because beds are blocked in bursts: take queues and waits from the
    engine.

    Examples
    --------
    >>> found = steady([30, 0], [[0, 0.5], [0, 0]], [1.0, 1.0], [40, 18])
    >>> found.occupied.round(1).tolist(), found.blocked_beds.round(2).tolist(), found.queue.round(2).tolist()
    ([31.8, 15.0], [1.81, 0.0], [0.44, 0.0])
    """
    q, gamma = _routing(routing), quantities("arrivals from outside", external, True)
    visits = traffic(gamma, q)
    treated = quantities("stay", stay, True, strictly=True)
    c = counted(beds, tiers=True)
    shape = np.broadcast_shapes(visits.shape, treated.shape, c.shape, np.shape(cv2))
    visits, treated, c, spread = (np.broadcast_to(x, shape) for x in (visits, treated, c, np.asarray(cv2, float)))
    own, kept = 1 - np.diagonal(q, axis1=-2, axis2=-1), _kept(q, outside)
    held, wait = treated.copy(), np.zeros(shape)
    settled: Bools = np.zeros(shape[:-1], bool)
    for _ in range(SWEEPS):
        before = held.copy()
        for tier in reversed(range(shape[-1])):
            held[..., tier] = treated[..., tier] + _times(kept[..., tier, :], wait).sum(-1)
            load = _times(visits[..., tier], held[..., tier])
            stays = held[..., tier] / own[..., tier]
            wait[..., tier] = mean_wait(load, c[..., tier], stays, spread[..., tier])
        settled = np.asarray(np.isclose(held, before, rtol=CLOSE, atol=0).all(-1), bool)
        if settled.all():
            break
    wait[~settled[..., None] & (wait > 0)] = np.inf
    return _people(np.broadcast_to(gamma, shape), visits, treated, c, q, kept, wait, np.asarray(pools, float))


def _people(
    gamma: Floats, visits: Floats, treated: Floats, beds: Ints, q: Floats, kept: Floats, wait: Floats, pools: Floats
) -> Steady:
    """Turn arrivals and waits into people; see :class:`Steady`."""
    every = pools[..., None]
    blocked = _times(visits[..., :, None] * kept, wait[..., None, :])
    load = visits * treated + blocked.sum(-1)
    stable = ((load < beds) | (load == 0)) & np.isfinite(load) & (np.isfinite(wait) | (visits == 0))
    limit = np.where(np.isnan(load), np.nan, np.where(beds == UNLIMITED, np.inf, beds))
    recalled = (visits[..., :, None] * (_apart(q) - kept)).sum(-2)
    return Steady(
        external=every * gamma,
        arrivals=every * visits,
        occupied=every * np.where(stable, load, limit),
        active=every * np.where(stable, visits * treated, np.minimum(visits * treated, limit)),
        blocked=every[..., None] * blocked,
        queue=every * _times(gamma + recalled, wait),
        wait=wait,
        stable=stable,
    )


def _times(one: Floats, other: Floats) -> Floats:
    """Multiply; nothing times without limit is nothing."""
    a, b = np.broadcast_arrays(one, other)
    product: Floats = np.multiply(a, b, out=np.zeros(a.shape), where=(a != 0) & (b != 0))
    return product


def _apart(routing: Floats) -> Floats:
    """Leave out moves to the same tier."""
    return routing * (1 - np.eye(routing.shape[-1]))


def _kept(routing: Floats, outside: npt.ArrayLike | None) -> Floats:
    """Leave out moves that give up their bed at once as well."""
    return _apart(routing) if outside is None else _apart(routing) * ~np.asarray(outside, bool)


def _routing(values: npt.ArrayLike) -> Floats:
    """Check that rows are probabilities and that every tier can be left."""
    q = np.asarray(values, float)
    if q.ndim < 2 or q.shape[-1] != q.shape[-2]:
        raise ValueError(f"routing of shape {q.shape} is not tiers x tiers")
    onward = q.sum(-1)
    bad: Bools = ~((q >= 0).all(-1) & (onward <= 1 + 1e-9))
    if bad.any():
        raise ValueError(
            f"routing{place(bad, True)}: {q[bad][0].tolist()} are not probabilities that add up to at most 1"
        )
    ends: Bools = np.asarray(onward < 1 - 1e-12, bool)
    for _ in range(q.shape[-1]):
        ends = ends | ((q > 0) & ends[..., None, :]).any(-1)
    if not ends.all():
        raise ValueError(f"routing{place(~ends, True)}: nobody who is there ever leaves; give a way out of the pathway")
    return q
