"""Queues for the beds of a tier: waits in the long run, and people without a limit on the way there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from needs.methods.mismatch import NEEDED_TIERS
from needs.methods.stays import Stay

__all__ = [
    "UNLIMITED",
    "Queued",
    "Transient",
    "counted",
    "in_system",
    "mean_wait",
    "mmc",
    "place",
    "quantities",
    "transient",
    "within",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

UNLIMITED = 2**31 - 1
"""Beds of a tier without a limit."""


@dataclass(frozen=True)
class Queued:
    """A queue for beds in the long run.

    Parameters
    ----------
    probability : ndarray
        Probability that a person who is ready has to wait (Erlang C).
    queue : ndarray
        Mean number who wait; infinite where there are no more beds than load.
    """

    probability: Floats
    queue: Floats


def mmc(load: npt.ArrayLike, beds: npt.ArrayLike) -> Queued:
    """Probability of waiting and mean queue for beds, for many tiers at once.

    Parameters
    ----------
    load : array_like
        Mean number of beds in use without a limit.
    beds : array_like of int
        Beds, or :data:`UNLIMITED`; shapes broadcast.

    Returns
    -------
    Queued
        Where ``beds <= load`` all wait, without limit.

    Raises
    ------
    ValueError
        If a load is negative or beds are not whole numbers at or above 0.

    Notes
    -----
    ``B`` is the Poisson probability of ``beds`` among 0 to ``beds``; ``C = B / (1 - rho (1 - B))``,
    ``Lq = C rho / (1 - rho)``, ``rho = load / beds``. Equal to :func:`needs.methods.beds.erlang_c`.

    Examples
    --------
    >>> found = mmc([20, 20, 20], [24, 20, UNLIMITED])
    >>> found.probability.round(2).tolist(), found.queue.round(2).tolist()
    ([0.3, 1.0, 0.0], [1.49, inf, 0.0])
    """
    from scipy import special

    a, c = np.broadcast_arrays(quantities("load", load, endless=True), counted(beds))
    full = (c != UNLIMITED) & (a >= c)
    some = (c != UNLIMITED) & (a > 0) & (a < c)
    probability, queue = np.where(full, 1.0, 0.0), np.where(full & (a > 0), np.inf, 0.0)
    x, n = a[some], c[some].astype(float)
    lost = np.exp(special.xlogy(n, x) - x - special.gammaln(n + 1)) / special.gammaincc(n + 1, x)
    rho = x / n
    probability[some] = lost / (1 - rho + rho * lost)
    queue[some] = probability[some] * rho / (1 - rho)
    return Queued(probability, queue)


def mean_wait(load: npt.ArrayLike, beds: npt.ArrayLike, stay: npt.ArrayLike, cv2: npt.ArrayLike = 1.0) -> Floats:
    """Mean wait for a bed of all who come, those who find one at once included, years.

    Parameters
    ----------
    load, beds
        See :func:`mmc`.
    stay : array_like
        Mean years that a bed is held.
    cv2 : array_like
        Variance over squared mean of that time; 1 for exponential stays.

    Notes
    -----
    ``C s / (c - a)``, times ``(1 + CV2) / 2`` (Allen and Cunneen, an approximation).

    References
    ----------
    Allen AO (1990). Probability, Statistics and Queueing Theory, 2nd edition. Academic Press, chapter 5.

    Examples
    --------
    >>> mean_wait([20, 20, 20], [24, 20, UNLIMITED], 2.0).round(3).tolist()
    [0.149, inf, 0.0]
    """
    a, c, held = np.broadcast_arrays(np.asarray(load, float), counted(beds), quantities("stay", stay, endless=True))
    chance = mmc(a, c).probability
    with np.errstate(divide="ignore", invalid="ignore"):
        wait = np.where(a < c, chance * held / (c - a), np.inf)
    return np.asarray(np.where(c == UNLIMITED, 0.0, wait) * (1 + np.asarray(cv2, float)) / 2, float)


def within(load: npt.ArrayLike, beds: npt.ArrayLike, stay: npt.ArrayLike, years: npt.ArrayLike) -> Floats:
    """Probability of a bed within some years of asking for it.

    Parameters
    ----------
    load, beds, stay
        See :func:`mean_wait`.
    years : array_like
        Longest wait.

    Notes
    -----
    ``P(W <= t) = 1 - C exp(-(c - a) t / s)``; 0 where there are no more beds than load.

    Examples
    --------
    >>> within(20, 24, 2.0, [0, 14 / 365.25, 1]).round(3).tolist()
    [0.702, 0.724, 0.96]
    """
    a, c, held = np.broadcast_arrays(np.asarray(load, float), counted(beds), quantities("stay", stay, endless=True))
    spare = np.maximum(np.where(c == UNLIMITED, 1.0, c - a), 0.0)
    longer = np.exp(-spare * np.asarray(years, float) / np.where(held > 0, held, np.inf))
    return np.asarray(1 - mmc(a, c).probability * longer, float)


@dataclass(frozen=True)
class Transient:
    """People in a tier without a limit, at some times.

    Parameters
    ----------
    mean, variance : ndarray, (times,)
        Of the number of people.
    """

    mean: Floats
    variance: Floats


def transient(arrivals_per_year: float, stay: Stay, census: float, times: npt.ArrayLike) -> Transient:
    """People in a tier without a limit, from a census of a tier in balance on.

    Parameters
    ----------
    arrivals_per_year : float
        Arrivals a year from now on.
    stay : Stay
        Stays of new arrivals; the stays to come of the census follow from them.
    census : float
        People in the tier at time 0.
    times : array_like, (times,)
        Years from now.

    Notes
    -----
    M/G/infinity: ``m(u) = lambda sum pi_k m_k (1 - exp(-u/m_k)) + n sum w_k exp(-u/m_k)``. The first part
    is Poisson, the second binomial.

    References
    ----------
    Eick SG, Massey WA, Whitt W (1993). The physics of the Mt/G/infinity queue. Operations Research 41(4):731-742.

    Examples
    --------
    >>> transient(10, Stay(1.0, 9.0, 0.25), 30, [0, 5]).mean.round(6).tolist()
    [30.0, 30.0]
    """
    for name, value in (("arrivals_per_year", arrivals_per_year), ("census", census)):
        quantities(name, value)
    remain = stay.beyond(quantities("times", times))
    new = arrivals_per_year * stay.mean * (1 - remain)
    return Transient(new + census * remain, new + census * remain * (1 - remain))


def in_system(
    load: npt.ArrayLike, beds: npt.ArrayLike, rng: np.random.Generator, shape: tuple[int, ...] | None = None
) -> tuple[Ints, Ints]:
    """Draw how many people are in the beds of a tier and how many wait for one, in the long run.

    Parameters
    ----------
    load, beds
        See :func:`mmc`.
    rng : Generator
        Source of chance; one uniform number a draw, and more load never means fewer people.
    shape : tuple of int, optional
        Shape of the draws, with which load and beds broadcast; theirs without it.

    Returns
    -------
    tuple of ndarray of int
        Occupied beds, and people waiting.

    Raises
    ------
    ValueError
        If there are no more beds than load somewhere: there is no long run.

    Notes
    -----
    With probability ``C`` all beds are in use and the queue is geometric with ratio ``rho``; else the number
    in beds is Poisson below ``beds``. Without a limit it is Poisson.

    Examples
    --------
    >>> occupied, waiting = in_system(8.0, 10, np.random.default_rng(1), (100_000,))
    >>> int(occupied.max()), round(float(occupied.mean()), 1), round(float(waiting.mean()), 1)
    (10, 8.0, 1.6)
    """
    from scipy import special, stats

    a, c = np.broadcast_arrays(quantities("load", load), counted(beds))
    if (full := (a >= c) & (a > 0)).any():
        at = int(np.argmax(full))
        raise ValueError(f"a load of {a.flat[at]:g} needs more than {c.flat[at]} beds: there is no long run")
    size = a.shape if shape is None else shape
    a, c = np.broadcast_to(a, size), np.broadcast_to(c, size).astype(float)
    chance = np.where(a > 0, mmc(a, c).probability, 0.0)
    u = rng.random(size)
    waits = u >= 1 - chance
    under = np.where(waits, 0.0, u / (1 - chance)) * special.gammaincc(np.maximum(c, 1.0), a)
    below = np.clip(stats.poisson.ppf(under, a), 0, np.maximum(c - 1, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        queue = np.floor(np.log((1 - u) / chance) / np.log(a / c))
    return np.where(waits, c, below).astype(np.int64), np.where(waits, queue, 0).astype(np.int64)


def place(bad: Bools, tiers: bool) -> str:
    """Name the first place where something is wrong: its tier, and its cell among draws and pools.

    Examples
    --------
    >>> place(np.array([[0, 0, 0, 0, 0], [0, 0, 1, 0, 0]], bool), tiers=True)
    ' of low in cell (1,)'
    """
    at = tuple(int(i) for i in np.argwhere(bad)[0])
    if not tiers or not at:
        return f" in cell {at}" if at else ""
    name = NEEDED_TIERS[at[-1]] if bad.shape[-1] == len(NEEDED_TIERS) else f"tier {at[-1]}"
    return f" of {name} in cell {at[:-1]}" if at[:-1] else f" of {name}"


def quantities(
    what: str, values: npt.ArrayLike, tiers: bool = False, strictly: bool = False, endless: bool = False
) -> Floats:
    """Return numbers at or above 0; ``tiers`` says that the last axis is that of tiers.

    Parameters
    ----------
    what, values
        Name and numbers.
    tiers, strictly, endless : bool
        Whether the last axis is that of tiers; whether 0 is refused; whether infinity is allowed.

    Examples
    --------
    >>> quantities("stay", [1.0, -2.0], tiers=True)
    Traceback (most recent call last):
    ValueError: stay of tier 1: -2 is not a number at or above 0
    """
    found = np.asarray(values, float)
    right = ((found > 0) if strictly else (found >= 0)) & (endless | np.isfinite(found))
    bad = np.asarray(~right, bool)
    if bad.any():
        rule = "above 0" if strictly else "at or above 0"
        raise ValueError(f"{what}{place(bad, tiers)}: {found[bad].flat[0]:g} is not a number {rule}")
    return found


def counted(values: npt.ArrayLike, tiers: bool = False) -> Ints:
    """Return beds as whole numbers at or above 0; ``tiers`` says that the last axis is that of tiers.

    Examples
    --------
    >>> counted([3.0, 2.5])
    Traceback (most recent call last):
    ValueError: beds in cell (1,): 2.5 is not a whole number at or above 0
    """
    found = np.asarray(values)
    bad = np.asarray(~((found >= 0) & (found == np.floor(found))), bool)
    if bad.any():
        raise ValueError(f"beds{place(bad, tiers)}: {found[bad].flat[0]:g} is not a whole number at or above 0")
    return found.astype(np.int64)
