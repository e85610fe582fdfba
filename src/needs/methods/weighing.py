"""Scenarios simulated beside going on as today, on the same patients: paired differences by future and year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from needs.methods.flow import Flow
from needs.methods.flow_findings import later as from_third
from needs.methods.flow_network import DAYS, STANDARDS, Network
from needs.methods.levers import Applied
from needs.methods.pathways import Pathways
from needs.methods.prices import Prices
from needs.methods.spending import PARTS, extra_spend
from needs.values import TIERS

__all__ = ["Weighed", "weigh"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Weighed:
    """Scenarios minus going on as today. K scenarios, R replications (paths of each draw together), Y years.

    Parameters
    ----------
    names, labels : tuple of str
        Scenarios.
    spend : ndarray, K x R x Y
        GBP spent more.
    delayed : ndarray, K x R x Y
        Bed-days avoided in secure beds of people who wait for the next bed or place.
    waited : ndarray, K x R x Y
        Days of waiting outside for a secure bed avoided, prisoners and others, from referral to admission: assessments
        and the wait for a bed.
    prisoners : ndarray, K x R x Y
        Days that prisoners who were accepted wait for a secure bed avoided; assessments are not in it.
    within : mapping of (clock, days) to ndarray, (K + 1) x draws
        Share of secure admissions from prison in the years from the third that were in time; today first. Clocks are
        ``referral`` (assessments as well) and ``acceptance`` (the wait for a bed). Missing where none was admitted.
    parts : mapping of part to ndarray, K x R x Y
        Of spend, see :data:`needs.methods.spending.PARTS`; they add up to it.
    draws : int
        Parameter draws.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    spend: Floats
    delayed: Floats
    waited: Floats
    prisoners: Floats
    within: Mapping[tuple[str, int], Floats]
    parts: Mapping[str, Floats]
    draws: int

    def by_draw(self, values: Floats) -> Floats:
        """Return the mean over the paths of each draw: ... x R to ... x draws.

        Examples
        --------
        >>> told = Weighed((), (), *[np.zeros((0, 4, 3))] * 4, {}, {}, 2)
        >>> told.by_draw(np.array([[1.0, 3.0, 5.0, 7.0]])).tolist()
        [[2.0, 6.0]]
        """
        each = values.shape[-1] // self.draws
        return np.asarray(values.reshape(*values.shape[:-1], self.draws, each).mean(axis=-1))


def weigh(
    ways: Pathways, today: Flow, chosen: Sequence[Applied], prices: Prices, ward: Mapping[str, int]
) -> Weighed:  # fmt: skip
    """Follow the same patients through every scenario, and set it against today.

    Parameters
    ----------
    ways : Pathways
        The flow as it is.
    today : Flow
        Simulated from it.
    chosen : sequence of Applied
        Scenarios.
    prices : Prices
        By replication.
    ward : mapping of tier to int
        Beds of one ward.

    Returns
    -------
    Weighed

    Notes
    -----
    Each difference is that of one future with and without the scenario. Days of assessment are referrals times the mean
    length of all assessments of a person: they are known, not simulated. The first year is as today in all of them. What
    has no year of its own (stays, routes, assessments) is simulated as if it had always been so, so that from the second
    year on its effect is that of the long run.

    Examples
    --------
    >>> from needs.methods.flow_changes import Change, changed
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> from needs.methods.prices import made_up_prices
    >>> ways = calibrate(*made_up(), years=4, parameter_draws=20, paths=2, seed=1)
    >>> more = changed(ways.network, Change("open", "step_down", 20, 2))
    >>> found = weigh(ways, ways.follow(), [Applied("more", "More", more, np.zeros(20))], made_up_prices(40), {})
    >>> found.spend.shape, bool((found.delayed[..., 0] == 0).all()), bool(found.delayed.mean() > 0)
    ((1, 40, 4), True, True)
    """
    flows = [ways.follow(done.network, today.paths) for done in chosen]
    spends = [
        extra_spend(ways, today, flow, done, prices, ward) for flow, done in zip(flows, chosen, strict=True)
    ]  # fmt: skip
    shape = (len(chosen), *today.year("blocked").shape)

    def avoided(measure: str) -> Floats:
        found = np.zeros(shape)
        for number, flow in enumerate(flows):
            found[number] = (today.year(measure, *TIERS) - flow.year(measure, *TIERS)) * DAYS
        found[..., 0] = 0.0
        return found

    waited = avoided("waiting")
    before = _assessing(ways.network, ways.draws)
    for number, done in enumerate(chosen):
        fewer = (before - _assessing(done.network, ways.draws)) * DAYS
        waited[number, :, 1:] += np.repeat(fewer, today.paths, axis=0)[:, 1:]
    parts = {part: np.array([spend[part] for spend in spends]).reshape(shape) for part in PARTS}
    return Weighed(
        names=tuple(done.name for done in chosen), labels=tuple(done.label for done in chosen),
        spend=np.asarray(sum(parts.values())), delayed=avoided("blocked"), waited=waited,
        prisoners=avoided("prison_waiting"), within=_within([today, *flows]), parts=parts, draws=ways.draws,
    )  # fmt: skip


def _assessing(network: Network, draws: int) -> Floats:
    """Return people who are being assessed for a secure bed at one time: draws x years (arrivals times their mean length)."""
    secure = [network.tiers.index(tier) for tier in TIERS]
    arrivals = network.arrivals.sum(axis=1)[:, :, secure].sum(axis=2)
    if network.assessment is None or network.assessments is None:
        return np.zeros((draws, network.years))
    years = network.assessment * network.assessments
    return np.asarray(np.broadcast_to((arrivals * years[:, None]).sum(axis=2), (draws, network.years)))


def _within(flows: Sequence[Flow]) -> dict[tuple[str, int], Floats]:
    """Return shares of secure admissions from prison in time: flows x draws, by clock and days."""

    def counts(flow: Flow, name: str) -> Floats:
        of_years = from_third(flow.year(f"prison_{name}", *TIERS)).sum(axis=1)
        return np.asarray(of_years.reshape(flow.draws, flow.paths).sum(axis=1))

    admitted = np.array([counts(flow, "counted") for flow in flows])
    found = {}
    for clock, part in (("referral", "whole"), ("acceptance", "bed")):
        for days in map(int, STANDARDS):
            in_time = np.array([counts(flow, f"{part}_{days}") for flow in flows])
            missing = np.full(admitted.shape, np.nan)
            found[clock, days] = np.divide(in_time, admitted, out=missing, where=admitted > 0)
    return found
