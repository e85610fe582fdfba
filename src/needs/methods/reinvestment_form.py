"""What closing beds and opening step-down places comes to in the long run, in closed form: queues and savings, at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from needs.methods.appraisal import factors
from needs.methods.flow_network import AT, PATHWAY, UNLIMITED
from needs.methods.flow_told import LIMITED
from needs.methods.pathways import Pathways
from needs.methods.prices import Prices
from needs.methods.spending import changeover, funded_beds, tier_spend
from needs.methods.steady import mean_wait, traffic
from needs.values import TIERS

__all__ = ["LongRun", "Terms", "long_run"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

_THIN = 50
"""Parameter draws that the closed form is worked on, evenly spread over all."""

_SWEEPS, _SETTLED = 60, 1e-4
"""Passes over the tiers at most, and the change of a wait, in years, at which they end."""

_SECURE = ("medium", "low")


@dataclass(frozen=True)
class Terms:
    """On what terms wards close so that places can open.

    Parameters
    ----------
    close : {"medium", "low"}
        Tier whose wards close.
    ward : int
        Beds of one.
    wards : int
        Most that may close.
    year : int
        Year from whose start beds are closed and places open.
    rate, later : float
        Discount rate a year, to year 30 and from year 31.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> Terms("medium", 12, 6).closed.tolist()
    [12, 24, 36, 48, 60, 72]
    """

    close: str
    ward: int
    wards: int
    year: int = 2
    rate: float = 0.035
    later: float = 0.03

    def __post_init__(self) -> None:
        if self.close not in _SECURE:
            raise ValueError(f"close: {self.close} has no wards that close; give {' or '.join(_SECURE)}")
        for name, least in (("ward", 1), ("wards", 1), ("year", 2)):
            if getattr(self, name) < least:
                raise ValueError(f"{name}: {getattr(self, name)} is below {least}; give {least} or more")

    @property
    def closed(self) -> Whole:
        """Beds closed, ward by ward."""
        return self.ward * np.arange(1, self.wards + 1)

    def since(self, years: int) -> int:
        """Return the place of the year of the change among some years.

        Raises
        ------
        ValueError
            If it is after the last.

        Examples
        --------
        >>> Terms("low", 12, 1, year=3).since(10)
        2
        """
        if self.year > years:
            raise ValueError(f"reinvestment.year: {self.year} is after the last of {years} years; give an earlier one")
        return self.year - 1


@dataclass(frozen=True)
class LongRun:
    """The pathway of an area in the long run, for some parameter draws; see :func:`long_run`.

    Parameters
    ----------
    ways : Pathways
        The flow as it is.
    rows : ndarray of int
        Parameter draws.
    prices : Prices
        Of these draws.
    terms : Terms
        Terms.
    """

    ways: Pathways
    rows: Whole
    prices: Prices
    terms: Terms

    @property
    def beds(self) -> Whole:
        """Beds today: rows x tiers."""
        return np.asarray(self.ways.beds[self.rows, self.terms.since(self.ways.network.years)], np.int64)

    def tried(self, closed: npt.ArrayLike, places: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Return what some closures and openings do.

        Parameters
        ----------
        closed, places : array_like of int, cases
            Beds that close, and step-down places that open.

        Returns
        -------
        ndarray, cases x rows x 2
            Prisoners, and people in all, more in the queues for medium and low secure beds; below 0 where fewer wait.
        ndarray, cases x rows
            GBP saved, as an equal amount a year from the second; below 0 where more is spent.

        Notes
        -----
        People: see :meth:`people`. Spend is as in :func:`needs.methods.spending.extra_spend`, with the long run from the
        year of the change on and one-offs in it. The formula blocks too many beds where a tier is nearly full, so that
        changes are bounded: a place that opens frees one bed at most, people in beds are never more than today, who no
        longer waits outside takes one of the beds freed, and a bed that closes adds one person to a queue at most.
        Prisoners have their share of arrivals in each queue. For London and the South West in two editions savings came out
        within GBP 0.5 million a year of those of the engine; the places that keep the prison queue where it is were too
        few, often by half: the engine decides.

        Examples
        --------
        >>> from needs.methods.flow_told import made_up
        >>> from needs.methods.pathways import calibrate
        >>> from needs.methods.prices import made_up_prices
        >>> ways = calibrate(*made_up(), years=5, parameter_draws=20, seed=1)
        >>> form = long_run(ways, made_up_prices(40), Terms("medium", 6, 2))
        >>> queue, saving = form.tried([0, 6, 6], [0, 0, 10])
        >>> float(abs(queue[0]).max()), round(float(abs(saving[0]).max()))
        (0.0, 0)
        >>> bool((queue[1] >= queue[2]).all()), bool((saving[1] > saving[2]).all())
        (True, True)
        """
        shut, more = (np.atleast_1d(np.asarray(number, np.int64)) for number in (closed, places))
        at, down = AT[self.terms.close], AT["step_down"]
        today = self.beds
        after = np.repeat(today[None], len(shut), axis=0)
        shutting = np.minimum(shut[:, None], after[..., at])
        after[..., at] -= shutting
        after[..., down] += more[:, None]
        queue, occupied = self.people(np.concatenate([today[None], after]))
        secure = [AT[tier] for tier in _SECURE]
        longer = np.clip((queue[1:] - queue[:1])[..., secure], -more[:, None, None], shutting[..., None])
        displaced = np.maximum(occupied[:1, :, at] - after[..., at], 0)
        held = self._in_beds(occupied, longer, displaced, more)
        saving = self._saving(after, np.concatenate([occupied[:1], held]), shutting, more)
        return np.stack([(longer * self._prisoners()).sum(axis=2), longer.sum(axis=2)], axis=2), saving

    def _prisoners(self) -> Floats:
        """Return the share of prisoners in arrivals from outside: rows x medium and low."""
        network = self.ways.network
        prison = np.array([origin in network.prisons for origin in network.origins])
        arriving = network.arrivals.sum(axis=1)[:, self.terms.since(network.years), [AT[tier] for tier in _SECURE]]
        arriving = np.broadcast_to(arriving, (self.ways.draws, *arriving.shape[1:]))[self.rows]
        every = arriving.sum(axis=2)
        share = np.divide(arriving[..., prison].sum(axis=2), every, out=np.zeros_like(every), where=every > 0)
        return np.asarray(share)

    def people(self, beds: Whole) -> tuple[Floats, Floats]:
        """Return people outside and in beds in the long run of some beds.

        Parameters
        ----------
        beds : ndarray of int, cases x rows x tiers
            Beds of all pools together.

        Returns
        -------
        ndarray, cases x rows x tiers
            People in the queue outside.
        ndarray, cases x rows x tiers
            People in beds, those who block one included.

        Notes
        -----
        As :func:`needs.methods.steady.steady`, pool by pool; but no wait is longer than the years of the flow, so that
        there is an answer where a tier has no long run.

        Examples
        --------
        >>> from needs.methods.flow_told import made_up
        >>> from needs.methods.pathways import calibrate
        >>> from needs.methods.prices import made_up_prices
        >>> ways = calibrate(*made_up(), years=5, parameter_draws=20, seed=1)
        >>> form = long_run(ways, made_up_prices(40), Terms("medium", 6, 2))
        >>> queue, held = form.people(form.beds[None])
        >>> bool((held[..., 1] <= form.beds[:, 1]).all()), float(queue[..., 0].max())
        (True, 0.0)
        """
        network, rows, tiers = self.ways.network, self.rows, range(len(PATHWAY))
        each, size = _pools(beds, self.ways.pools[rows])
        routing = network.routing[rows][:, :, : len(tiers)]
        treated = ((1 - network.share_long) * network.stay[..., 0] + network.share_long * network.stay[..., 1])[rows]
        gamma = self.ways.arriving[rows] / self.ways.pools[rows, None]
        visits, apart = traffic(gamma, routing), routing * (1 - np.eye(len(tiers)))
        kept = apart * ~network.outside_moves()
        own = 1 - np.diagonal(routing, axis1=1, axis2=2)
        wait, moving = np.zeros(each.shape), np.ones((*each.shape[:-1], 1), bool)
        for _ in range(_SWEEPS):
            before = wait.copy()
            for tier in reversed([AT[name] for name in LIMITED]):
                held = treated[:, None, tier] + (kept[:, None, tier] * wait).sum(axis=-1)
                stays, spread = held / own[:, None, tier], self.ways.stays[PATHWAY[tier]].cv2
                found = mean_wait(visits[:, None, tier] * held, each[..., tier], stays, spread)
                wait[..., tier] = np.minimum(found, network.years)
            wait = np.where(moving, wait, before)  # each pool ends by itself, whatever else is tried with it
            moving &= np.abs(wait - before).max(axis=-1, keepdims=True) >= _SETTLED
            if not moving.any():
                break
        blocked = visits[:, None] * (kept[:, None] * wait[..., None, :]).sum(axis=-1)
        held = np.minimum((visits * treated)[:, None] + blocked, each)
        outside = gamma + (visits[..., None] * (apart - kept)).sum(axis=1)
        of_kind = size[..., None]
        return (of_kind * outside[:, None] * wait).sum(axis=2), (of_kind * held).sum(axis=2)

    def _in_beds(self, occupied: Floats, queue: Floats, displaced: Floats, more: Whole) -> Floats:
        """Return people in beds after each case, no more of them gone than places can take; see :meth:`tried`."""
        today, found = occupied[:1], occupied[1:]
        secure = [AT[tier] for tier in TIERS]
        change = found - today
        fewer = change[..., secure].sum(axis=2)
        bound = np.clip(fewer, -(more[:, None] + displaced), 0)
        ratio = np.divide(bound, fewer, out=np.zeros_like(fewer), where=fewer != 0)
        change[..., secure] *= ratio[..., None]
        admitted = np.maximum(-queue, 0)  # who no longer waits outside is in a bed
        every = admitted.sum(axis=2)
        fit = np.divide(np.minimum(every, -bound), every, out=np.zeros_like(every), where=every > 0)
        change[..., [AT[tier] for tier in _SECURE]] += admitted * fit[..., None]
        return np.asarray(today + change)

    def _saving(self, after: Whole, occupied: Floats, shutting: Whole, more: Whole) -> Floats:
        """Return GBP saved as an equal amount a year: cases x rows; people in beds today come first."""
        spent = np.zeros(shutting.T.shape)
        for tier in PATHWAY:
            at = AT[tier]
            now = then = None
            if tier in LIMITED:
                ward = self.terms.ward if tier == self.terms.close else 1
                then = funded_beds(self.beds[None, :, at], after[..., at], ward).T
                now = np.broadcast_to(self.beds[:, at, None], then.shape).astype(float)
            used, empty = tier_spend(self.prices, tier, occupied[1:, :, at].T, then)
            before = np.broadcast_to(occupied[0, :, at, None], used.shape)
            was_used, was_empty = tier_spend(self.prices, tier, before, now)
            spent += used + empty - was_used - was_empty
        shut = shutting.T.astype(float)
        opened = np.broadcast_to(more, shut.shape).astype(float)
        once = changeover(self.prices, shut, opened, shut * self.prices.in_use(self.terms.close)[:, None])
        years = self.ways.network.years
        worth = factors(years, self.terms.rate, self.terms.later)
        since = self.terms.since(years)
        return np.asarray(-(spent * worth[since:].sum() + once * worth[since]).T / worth[1:].sum())


def long_run(ways: Pathways, prices: Prices, terms: Terms) -> LongRun:
    """Take a thin set of the parameter draws of a flow, to try closures in closed form.

    Parameters
    ----------
    ways : Pathways
        The flow as it is.
    prices : Prices
        By replication.
    terms : Terms
        Terms.

    Raises
    ------
    ValueError
        If the year of the change is after the last.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> from needs.methods.prices import made_up_prices
    >>> ways = calibrate(*made_up(), years=5, parameter_draws=20, paths=2, seed=1)
    >>> long_run(ways, made_up_prices(40), Terms("medium", 6, 2)).beds.shape
    (20, 5)
    """
    terms.since(ways.network.years)
    rows = np.unique(np.linspace(0, ways.draws - 1, min(_THIN, ways.draws)).astype(int))
    return LongRun(ways, rows, prices.take(rows * ways.paths), terms)


def _pools(beds: Whole, pools: Whole) -> tuple[Whole, Whole]:
    """Spread beds evenly over the pools of each row, and put pools alike together.

    The first pools have one bed more, tier by tier, so that there are at most four kinds. Returns beds of one pool
    (cases x rows x kinds x tiers) and how many are of the kind (cases x rows x kinds).
    """
    each, left = np.divmod(beds, pools[:, None])
    limited = [AT[tier] for tier in LIMITED]
    ends = np.broadcast_to(pools[None, :, None], (*left.shape[:2], 1))
    cuts = np.sort(np.concatenate([np.zeros_like(ends), left[..., limited], ends], axis=-1), axis=-1)
    kinds = each[..., None, :] + (cuts[..., :-1, None] < left[..., None, :])
    kinds[..., [at for tier, at in AT.items() if tier not in LIMITED]] = UNLIMITED
    return kinds, np.diff(cuts, axis=-1)
