"""Scenarios put into the network of the flow: each lever by what it changes, on the same patients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from needs.methods.flow_changes import balance, changed
from needs.methods.flow_network import AT, ORIGINS, PATHWAY, Network
from needs.methods.lever_search import enough_beds, enough_places
from needs.methods.pathways import Pathways
from needs.methods.steady import traffic
from needs.methods.uncertainty import spread_around
from needs.params.scenario import Levers, Scenario
from needs.values import TIERS, Estimate

__all__ = ["Applied", "applied", "caseload", "refused"]

Floats = npt.NDArray[np.float64]
Ready = Mapping[str, Estimate]
Destination = Mapping[str, Mapping[str, Estimate]]

PRISONS = ("prison_remand", "prison_sentenced")
DIVERTED = (*PRISONS, "court")
"""Origins of people who may be diverted."""

_KEY = 12
"""Stream of random numbers of its own."""
_HALVINGS = 40


@dataclass(frozen=True)
class Applied:
    """A scenario as it is followed.

    Parameters
    ----------
    name, label : str
        Name of its file, and on the page.
    network : Network
        What the engine simulates; today's own where only money changes.
    diverted : ndarray, draws
        People a year who are cared for on the community caseload instead, outside the flow.
    supported : ndarray, draws or 1
        People on the caseload at one time who would have been in step-down places.
    independent : mapping of tier to float
        New shares of beds at independent providers; empty where they stay.
    brought_back : float
        Share of the people placed outside the region who are brought back.
    note : str
        What a search found, as "step-down places up by 30%, the fewest tried that do it"; empty without one.
    """

    name: str
    label: str
    network: Network
    diverted: Floats
    supported: Floats = field(default_factory=lambda: np.zeros(1))
    independent: Mapping[str, float] = field(default_factory=dict)
    brought_back: float = 0.0
    note: str = ""


def applied(
    ways: Pathways, scenario: Scenario, ready: Ready, destination: Destination, ward: Mapping[str, int]
) -> Applied:  # fmt: skip
    """Put a scenario into the network of an area.

    Parameters
    ----------
    ways : Pathways
        The calibrated flow.
    scenario : Scenario
        What is done, the levers of all that it combines included.
    ready : mapping of tier to Estimate
        Share of patients who need less security, see step_down.ready.
    destination : mapping of tier to mapping of tier to Estimate
        Where those would go, see step_down.destination.
    ward : mapping of tier to int
        Beds of one ward, which closes in one place; places of other tiers close one by one.

    Returns
    -------
    Applied

    Raises
    ------
    ValueError
        If more beds close than there are, see :func:`refused`.

    Notes
    -----
    Beds, places and arrivals change from the year that the lever says, or the second. Stays, routes and assessments have
    no year in the engine: they hold from the years in which the flow settles on, so that differences are read from the
    second year. Beds that are searched for come last, on top of everything else, and cost some simulations of one path.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> ways = calibrate(*made_up(), years=3, parameter_draws=20, seed=1)
    >>> told = {"name": "one", "label": "One assessment", "because": "an example", "levers": {"assessments": 1}}
    >>> found = applied(ways, Scenario(**told), {}, {}, {})
    >>> float(found.network.assessments.max()), found.network.beds is ways.network.beds
    (1.0, True)
    """
    if wrong := refused(ways, [scenario]):
        raise ValueError("; ".join(wrong))
    levers = scenario.levers
    network = _treated(ways.network, levers)
    if levers.direct_admission:
        network = _directly(network, levers.direct_admission, _drawn_ready(ways, ready), destination)
    network, diverted = _diverted(network, ways.draws, levers.diversion or 0.0)
    for change in balance(levers.open, levers.close):
        network = changed(network, change, ward.get(change.tier, 1))
    notes = []
    supported = np.zeros(ways.draws)
    if levers.community_caseload:
        network, supported, told = _cared_for(network, levers.community_caseload)
        notes.append(told)
    searches: list[Callable[[Network], tuple[Network, str]]] = []
    if levers.delayed is not None:
        searches.append(lambda now: enough_places(ways, now, levers.delayed or 0.0))
    if levers.meet is not None:
        standard = levers.meet
        searches.append(lambda now: enough_beds(ways, now, standard.clock, standard.days, standard.share))
    for search in searches:
        network, told = search(network)
        notes.append(told)
    return Applied(
        scenario.name, scenario.label, network, diverted, supported,
        {str(t): share for t, share in levers.independent_share.items()}, levers.bring_back or 0.0,
        "; ".join(filter(None, notes)),
    )  # fmt: skip


def refused(ways: Pathways, scenarios: Sequence[Scenario]) -> list[str]:
    """Say which scenarios close more beds than there are, or change beds after the last year, without simulating anybody.

    Parameters
    ----------
    ways : Pathways
        The calibrated flow.
    scenarios : sequence of Scenario
        Their beds that open and close are counted together, year by year, in the middle draw.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> ways = calibrate(*made_up(), years=3, parameter_draws=20, seed=1)
    >>> told = {"levers": {"close": [{"tier": "low", "number": 900}]}}
    >>> refused(ways, [Scenario(name="shut", label="All shut", because="an example", **told)])
    ['shut: 900 low secure beds cannot close by year 2 where there are about 91; close fewer']
    """
    found = []
    for scenario in scenarios:
        told: set[str] = set()
        closing: dict[str, int] = {}
        for change in balance(scenario.levers.open, scenario.levers.close):
            tier, at = change.tier, AT[change.tier]
            if change.year > ways.network.years:
                found.append(f"{scenario.name}: year {change.year} is after the last year, {ways.network.years}")
                continue
            closing[tier] = closing.get(tier, 0) + (change.number if change.verb == "close" else -change.number)
            usual = int(np.median(ways.beds[:, change.year - 1, at]))
            if closing[tier] > usual and tier not in told:
                told.add(tier)
                name = "step-down places" if tier == "step_down" else f"{tier} secure beds"
                found.append(
                    f"{scenario.name}: {closing[tier]:,} {name} cannot close by year {change.year} where there are about "
                    f"{usual:,}; close fewer"
                )
    return found


def caseload(network: Network) -> Floats:
    """Return the people on the community caseload in the long run, by draw: those who come a year times their stay.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> ways = calibrate(*made_up(), years=3, parameter_draws=20, seed=1)
    >>> bool(np.allclose(caseload(ways.network), ways.census[:, 4]))
    True
    """
    at, long = AT["community"], network.share_long[:, AT["community"]]
    stay = (1 - long) * network.stay[:, at, 0] + long * network.stay[:, at, 1]
    outside = network.arrivals[:, :, -1].sum(axis=(1, 3))
    return np.asarray(traffic(outside, network.routing[:, :, : len(PATHWAY)])[:, at] * stay, float)


def _treated(network: Network, levers: Levers) -> Network:
    """Change stays and assessments."""
    if levers.stay:
        stay = network.stay.copy()
        for tier, ratio in levers.stay.items():
            stay[:, AT[tier]] *= ratio
        network = replace(network, stay=stay)
    if levers.assessments is not None:
        network = replace(network, assessments=np.full((1, len(ORIGINS)), float(levers.assessments)))
    return network


def _drawn_ready(ways: Pathways, ready: Ready) -> dict[str, Floats]:
    """Draw the share of patients in a tier who need less security."""
    rng = np.random.Generator(np.random.Philox(key=[_KEY, ways.seed]))
    normals = {tier: rng.standard_normal(ways.draws) for tier in TIERS[:2]}
    return {tier: np.minimum(spread_around(ready[tier], normals[tier]), 1.0) for tier in normals}


def _directly(network: Network, share: float, ready: Mapping[str, Floats], destination: Destination) -> Network:
    """Admit prisoners to the lowest secure tier that meets their need, from the second year."""
    since, origins = min(1, network.years - 1), [ORIGINS.index(prison) for prison in PRISONS]
    high, medium, low = (AT[tier] for tier in TIERS)
    arrivals = network.arrivals.copy()
    to = {tier: estimate.value for tier, estimate in destination["high"].items()}
    to_medium = to.get("medium", 0.0) / sum(to.values())
    for origin in origins:
        now = arrivals[:, :, since:, :, origin].copy()
        from_high = now[..., high] * (share * ready["high"])[:, None, None]
        from_medium = now[..., medium] * (share * ready["medium"])[:, None, None]
        arrivals[:, :, since:, high, origin] -= from_high
        arrivals[:, :, since:, medium, origin] += to_medium * from_high - from_medium
        arrivals[:, :, since:, low, origin] += (1 - to_medium) * from_high + from_medium
    return replace(network, arrivals=np.maximum(arrivals, 0.0))


def _diverted(network: Network, draws: int, share: float) -> tuple[Network, Floats]:
    """Keep a share of people from prison and court out of secure care, from the second year; count them."""
    if not share:
        return network, np.zeros(draws)
    since, arrivals = min(1, network.years - 1), network.arrivals.copy()
    kept = np.ones(arrivals.shape[3:])
    kept[np.ix_([AT[tier] for tier in TIERS], [ORIGINS.index(origin) for origin in DIVERTED])] -= share
    arrivals[:, :, since:] *= kept
    people = (network.arrivals[:, :, since] - arrivals[:, :, since]).sum(axis=(1, 2, 3))
    return replace(network, arrivals=arrivals), np.broadcast_to(people, (draws,)).copy()


def _cared_for(network: Network, more: float) -> tuple[Network, Floats, str]:
    """Send leavers of medium and low security to the caseload in place of a step-down place, until it holds some more."""
    down, home = AT["step_down"], AT["community"]
    tiers = [AT["medium"], AT["low"]]

    def sent(share: Floats) -> Network:
        routing = network.routing.copy()
        moved = routing[:, tiers, down] * share[:, None]
        routing[:, tiers, down] -= moved
        routing[:, tiers, home] += moved
        return replace(network, routing=routing)

    today, size = caseload(network), len(network.routing)
    low, high = np.zeros(size), np.ones(size)
    most = caseload(sent(high)) - today
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        less = caseload(sent(middle)) - today < more
        low, high = np.where(less, middle, low), np.where(less, high, middle)
    low = np.where(most < more, 1.0, low)
    after = sent(low)
    capped = float((most < more).mean())
    found = caseload(after) - today
    told = f"in {capped:.0%} of draws fewer can move than {more:g}; {found.mean():.0f} people more on average"
    return after, found, told if capped else ""
