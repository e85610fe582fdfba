"""The uncertain inputs behind results, one number each, in groups that one local record would settle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.flow import Flow
from needs.methods.flow_network import AT, EXITS, ORIGINS, PATHWAY, UNLIMITED
from needs.methods.flow_told import LIMITED
from needs.methods.pathways import Pathways
from needs.methods.prices import SECTORS, Prices
from needs.methods.spending import beds_of, tier_spend
from needs.values import TIERS

__all__ = ["JUDGEMENT", "RESTS_ON", "Named", "named", "outcomes"]

Floats = npt.NDArray[np.float64]

JUDGEMENT = "judgement"
"""Group of what is a judgement and no fact: no record would settle it."""

PRISONS = ("prison_remand", "prison_sentenced")

ROUTES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "high": {"medium": ("medium",), "prison": ("prison",)},
    "medium": {"low": ("low",), "step_down": ("step_down",), "prison": ("prison",), "discharge": ("discharge",)},
    "low": {"step_down": ("step_down",), "home": ("community", "discharge"), "medium": ("medium",)},
    "step_down": {"community": ("community",), "back": ("medium", "low")},
    "community": {"recall": ("high", "medium", "low")},
}
"""Moves that matter, by tier left: name, and where it leads."""

RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "people": ("demand.counted",),
    "stay": ("flow.stay",),
    "routes": ("flow.routing",),
    "origins": ("flow.arrivals",),
    "places": ("flow.beds.step_down", "flow.step_down_occupancy"),
    "beds": ("flow.beds.medium", "flow.beds.low"),
    "assessments": ("flow.assessments",),
    "bed_cost": ("costs.spend_file",),
}
"""Parameters by which a region gives the figures of a group, where it can."""

ALIKE = 0.999
"""Rank correlation from which an input is the same as one before it."""


@dataclass(frozen=True)
class Named:
    """Uncertain inputs by name and group.

    Parameters
    ----------
    values : DataFrame, draws x inputs
        One row a parameter draw.
    groups : mapping of group to sequence of input
        Every input is in one group.
    """

    values: pd.DataFrame
    groups: Mapping[str, Sequence[str]]

    @property
    def facts(self) -> dict[str, Sequence[str]]:
        """Groups that a region can collect: all but :data:`JUDGEMENT`.

        Examples
        --------
        >>> list(Named(pd.DataFrame(), {"stay": ["stay.low"], "judgement": ["worth_of_wait"]}).facts)
        ['stay']
        """
        return {group: names for group, names in self.groups.items() if group != JUDGEMENT}


def named(ways: Pathways, prices: Prices) -> Named:
    """Return the uncertain inputs of a flow and of its prices, by name and group.

    Parameters
    ----------
    ways : Pathways
        The calibrated flow.
    prices : Prices
        By replication.

    Returns
    -------
    Named
        Without inputs that do not vary, and without those that move as one before them does: the costs of secure tiers
        come of one collection and stand as that of medium security.

    Notes
    -----
    Inputs are what is drawn, or what it comes to: people in each tier (those in step-down places follow from the rest),
    stays, routes, origins, people over beds or places, pools, assessments and prices.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> from needs.methods.prices import made_up_prices
    >>> found = named(calibrate(*made_up(), years=3, parameter_draws=40, seed=1), made_up_prices(40))
    >>> list(found.groups), found.groups["stay"], len(found.values)
    ... # doctest: +NORMALIZE_WHITESPACE
    (['stay', 'routes', 'origins', 'places', 'beds', 'assessments'],
     ['stay.high', 'stay.medium', 'stay.low', 'stay.step_down', 'stay.community'], 40)
    """
    told = {**_flow(ways), **_prices(prices, ways.paths)}
    columns: dict[str, Floats] = {}
    ranks: list[Floats] = []
    groups: dict[str, list[str]] = {}
    for group, inputs in told.items():
        for name, values in inputs.items():
            if np.ptp(values) <= 1e-9 * np.abs(values).max(initial=0.0):
                continue
            rank = np.unique(values, return_inverse=True)[1].astype(float)
            if any(np.corrcoef(rank, other)[0, 1] > ALIKE for other in ranks):
                continue
            ranks.append(rank)
            columns[name] = values
            groups.setdefault(group, []).append(name)
    return Named(pd.DataFrame(columns), groups)


def _flow(ways: Pathways) -> dict[str, dict[str, Floats]]:
    """Return the inputs of the flow by group and name: draws each."""
    routing = np.broadcast_to(ways.network.routing, (ways.draws, *ways.network.routing.shape[1:]))
    to = {name: at for at, name in enumerate((*PATHWAY, *EXITS))}
    routes: dict[str, Floats] = {
        f"route.{tier}.{name}": routing[:, AT[tier], [to[end] for end in ends]].sum(axis=1)
        for tier, moves in ROUTES.items()
        for name, ends in moves.items()
    }
    arrivals = ways.network.arrivals[:, :, 0].sum(axis=1)
    use = {t: ways.census[:, AT[t]] / np.maximum(ways.beds[:, 0, AT[t]], 1) for t in LIMITED}
    return {
        "people": {f"people.{tier}": ways.census[:, AT[tier]] for tier in PATHWAY if tier != "step_down"},
        "stay": {f"stay.{tier}": ways.held[:, AT[tier]] for tier in PATHWAY},
        "routes": routes,
        "origins": {f"origin.{tier}.prison": _share(arrivals[:, AT[tier]], PRISONS) for tier in ("medium", "low")},
        "places": {"use.step_down": use["step_down"]},
        "beds": {f"use.{tier}": use[tier] for tier in LIMITED if tier != "step_down"},
        "sharing": {"pools": ways.pools.astype(float)},
        "assessments": {"assessment.days": ways.assessment_days, "assessment.number": ways.assessment_number},
    }


def _share(arrivals: Floats, origins: Iterable[str]) -> Floats:
    """Return the share of arrivals that come from some origins: draws."""
    part, every = arrivals[:, [ORIGINS.index(origin) for origin in origins]].sum(axis=1), arrivals.sum(axis=1)
    found: Floats = np.divide(part, every, out=np.zeros_like(part), where=every > 0)
    return found


def _prices(prices: Prices, paths: int) -> dict[str, dict[str, Floats]]:
    """Return prices by group and name: draws each."""
    cost = {tier: values[::paths] for tier, values in prices.year_cost.items()}
    alone = {name: getattr(prices, name)[::paths] for name in _ALONE}
    shares = {f"independent.{tier}": prices.independent_share[tier][::paths] for tier in SECTORS}
    return {
        "bed_cost": {f"cost.{tier}": cost[tier] for tier in ("medium", "high", "low")}
        | {"fixed_share": alone["fixed_share"]},
        "sectors": shares | {name: alone[name] for name in _ALONE[1:4]},
        "place_cost": {f"cost.{tier}": cost[tier] for tier in ("step_down", "community")},
        "change": {name: alone[name] for name in _ALONE[4:7]},
        JUDGEMENT: {"worth_of_wait": alone["worth_of_wait"]},
    }


_ALONE = (
    "fixed_share", "independent_price", "out_of_region", "out_of_region_price", "closure", "opening", "double_running",
    "worth_of_wait",
)  # fmt: skip


def outcomes(ways: Pathways, today: Flow, prices: Prices) -> dict[str, Floats]:
    """Return what the page tells of going on as today, by simulated path.

    Parameters
    ----------
    ways : Pathways
        The calibrated flow.
    today : Flow
        Simulated from it.
    prices : Prices
        By replication.

    Returns
    -------
    dict of ndarray, draws x paths
        ``spend`` (GBP a year, all tiers, empty beds included), ``blocked`` (secure beds) and ``prisoners`` (waiting for
        a secure bed), each the mean over the years.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> from needs.methods.prices import made_up_prices
    >>> ways = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1)
    >>> found = outcomes(ways, ways.follow(), made_up_prices(40))
    >>> {name: values.shape for name, values in found.items()}
    {'spend': (20, 2), 'blocked': (20, 2), 'prisoners': (20, 2)}
    """
    beds = np.repeat(beds_of(ways.network, ways.draws), today.paths, axis=0).astype(float)
    spend = np.zeros_like(today.year("occupied"))
    for tier in PATHWAY:
        funded = beds[..., AT[tier]]
        limited = None if (funded >= UNLIMITED).any() else funded
        spend += sum(tier_spend(prices, tier, today.year("occupied", tier), limited))
    told = {"spend": spend, "blocked": today.year("blocked", *TIERS), "prisoners": today.year("prison_waiting", *TIERS)}
    return {name: values.mean(axis=1).reshape(ways.draws, -1) for name, values in told.items()}
