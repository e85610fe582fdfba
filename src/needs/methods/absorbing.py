"""Pathways as an absorbing chain: how often each tier is visited, for how long, and how people leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Absorbed", "absorbing_chain"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Absorbed:
    """What an absorbing chain says, by the tier that a person starts in (rows).

    Parameters
    ----------
    visits : ndarray, tiers x tiers
        Expected visits to each tier: the fundamental matrix.
    time : ndarray of tiers
        Expected time until exit, in the unit of the stays.
    exits : ndarray, tiers x exits
        Probability of each exit; rows add up to 1.
    """

    visits: Floats
    time: Floats
    exits: Floats


def absorbing_chain(routing: npt.ArrayLike, exits: npt.ArrayLike, stay: npt.ArrayLike | None = None) -> Absorbed:
    """Solve an absorbing chain.

    Parameters
    ----------
    routing : array_like, tiers x tiers
        Probability of the next tier.
    exits : array_like, tiers x exits
        Probability of leaving the pathway by each exit; with ``routing`` a row adds up to 1.
    stay : array_like of tiers, optional
        Mean stay of a visit; 1 (a step) without it.

    Returns
    -------
    Absorbed

    Raises
    ------
    ValueError
        If a probability is outside 0 to 1, a row does not add up to 1, or people could stay for ever.

    Notes
    -----
    With ``Q`` the routing and ``R`` the exits: visits ``N = (I - Q)^-1``, time ``N s``, exits ``N R``.

    References
    ----------
    Kemeny JG, Snell JL (1960). Finite Markov Chains. Van Nostrand, chapter 3.

    Examples
    --------
    >>> walk = absorbing_chain([[0, 0.5], [0.5, 0]], [[0.5, 0], [0, 0.5]])
    >>> walk.time.round(6).tolist(), walk.exits.round(3).tolist()
    ([2.0, 2.0], [[0.667, 0.333], [0.333, 0.667]])
    """
    within, out = np.asarray(routing, float), np.asarray(exits, float)
    rows = within.sum(axis=1) + out.sum(axis=1)
    if (within < 0).any() or (out < 0).any() or not np.allclose(rows, 1, atol=1e-9):
        raise ValueError(f"the rows of a chain are probabilities that add up to 1, got {rows.tolist()}")
    if np.abs(np.linalg.eigvals(within)).max() >= 1 - 1e-12:
        raise ValueError("some people would stay for ever: every tier needs a way out")
    visits = np.linalg.solve(np.eye(len(within)) - within, np.eye(len(within)))
    times = np.ones(len(within)) if stay is None else np.asarray(stay, float)
    return Absorbed(visits, visits @ times, visits @ out)
