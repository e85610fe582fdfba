"""What the flow of people is told: stays, routes, arrivals, recall, assessments, and what it is held against.

Each function returns what a method takes by name, so that a notebook hands it on as it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from needs.data.inputs import Inputs
from needs.errors import DataError, Problem
from needs.params.figures import Figure
from needs.params.flow import Destination, Entered, FlowCheck, Origin, PathwayTier, StayLength
from needs.values import Estimate, weakest

__all__ = ["checks", "how", "told"]

DAYS_OF_A_MONTH = 30.4375
"""A twelfth of 365.25 days."""

ROUNDED = 0.02
"""How far published shares, each rounded, may add up to other than 1 before they are scaled to it."""


def told(inputs: Inputs) -> dict[str, Any]:
    """Return what is known of the flow in England, by the names of :class:`needs.methods.flow_told.Told`.

    Tiers, destinations and origins stand in the order of the pathway. Published shares of one tier that add up to 1 but
    for rounding are scaled to it. The wait for one assessment is taken to be exponential, so that its mean follows from
    the share who wait more than a month.

    Returns
    -------
    dict
        ``stay`` (``mean, median, beyond, alike`` by tier; years), ``routing`` and ``routed`` (shares and the people
        behind them, by tier), ``arrivals`` and ``arrived`` (the same by tier entered and origin), ``recall_rate`` (a
        person-year), ``recallable``, ``recalled_to`` and ``recalled``, ``occupancy`` (by limited tier), ``pool``
        (beds), ``assessment_days`` (mean of one), ``assessments``, ``first`` (ranks of who is placed first) and
        ``beds`` (of the area in all, where it says so).

    Raises
    ------
    DataError
        If a row is missing, shares do not add up to 1, or the stay or the assessments are not above 0.

    Examples
    --------
    >>> from needs.params.load import load
    >>> known = told(Inputs.open(load("2023-24", "london").canonical_json()))
    >>> known["stay"]["medium"]["mean"].value, round(known["routing"]["medium"]["low"].value, 3), known["routed"]["medium"]
    (3.51, 0.286, 63.0)
    >>> round(known["assessment_days"].value, 1), [round(days) for days in known["assessment_days"].bounds]
    (22.6, [18, 30])
    """
    flow = inputs.parameters.flow
    problems: list[Problem] = []
    stay = {tier: _stay(inputs, tier, flow.stay[tier], problems) for tier in get_args(PathwayTier)}
    routing = {tier: _scaled(inputs, flow.routing[tier].shares, f"routing.{tier}.shares", get_args(Destination), problems)
               for tier in get_args(PathwayTier)}  # fmt: skip
    arrivals = {tier: _scaled(inputs, flow.arrivals[tier].shares, f"arrivals.{tier}.shares", get_args(Origin), problems)
                for tier in get_args(Entered)}  # fmt: skip
    recalled_to = _scaled(inputs, flow.recall.to, "recall.to", get_args(PathwayTier), problems)
    over_a_month = _figure(inputs, flow.assessments.over_a_month, "assessments.over_a_month")
    if not all(0 < end < 1 for end in (over_a_month.value, *over_a_month.bounds)):
        wrong = f"{_said(over_a_month)} is not between 0 and 1, so that no mean wait follows from it"
        problems.append(Problem("flow.assessments.over_a_month", wrong))
    if problems:
        remedy = "correct the figures or the rows they name in params; needs params explain flow"
        raise DataError("the flow of people cannot be told", problems, remedy)
    return {
        "stay": stay,
        "routing": routing,
        "routed": {tier: flow.routing[tier].people for tier in get_args(PathwayTier)},
        "arrivals": arrivals,
        "arrived": {tier: flow.arrivals[tier].people for tier in get_args(Entered)},
        "recall_rate": _figure(inputs, flow.recall.rate, "recall.rate"),
        "recallable": _figure(inputs, flow.recall.recallable, "recall.recallable"),
        "recalled_to": recalled_to,
        "recalled": flow.recall.people,
        "occupancy": _occupancy(inputs),
        "pool": _figure(inputs, flow.pool, "pool"),
        "assessment_days": _mean_days(over_a_month),
        "assessments": _figure(inputs, flow.assessments.number, "assessments.number"),
        "first": flow.first,
        "beds": {
            tier: _figure(inputs, flow.beds[tier], f"beds.{tier}")
            for tier in get_args(PathwayTier)
            if tier in flow.beds
        },
    }


def how(inputs: Inputs) -> dict[str, Any]:
    """Return how the flow is followed: years, draws, paths, seed, and the change of each scenario.

    Examples
    --------
    >>> from needs.params.load import load
    >>> plan = how(Inputs.open(load("2023-24", "london").canonical_json()))
    >>> plan["years"], plan["parameter_draws"], plan["paths"], plan["seed"]
    (10, 500, 4, 2011)
    >>> plan["close"], plan["open"]["tier"]
    ({'tier': 'medium', 'number': 15, 'year': 2}, 'step_down')
    """
    flow = inputs.parameters.flow
    return {
        "years": flow.years,
        "parameter_draws": flow.parameter_draws,
        "paths": flow.paths,
        "seed": inputs.parameters.demand.seed,
        "close": flow.close.model_dump(),
        "open": flow.open.model_dump(),
    }


def checks(inputs: Inputs) -> list[tuple[FlowCheck, Estimate]]:
    """Return the published figures that the flow is held against, none of which it is fitted to.

    A published share of people who wait longer is given as the share who do not, in line with the name ``of`` the check.

    Examples
    --------
    >>> from needs.params.load import load
    >>> found = checks(Inputs.open(load("2023-24", "london").canonical_json()))
    >>> [(check.of, round(figure.value, 2)) for check, figure in found][-2:]
    [('mean_wait_days', 14.0), ('share_within_14', 0.76)]
    """
    found = []
    for number, check in enumerate(inputs.parameters.flow.checks):
        figure = _figure(inputs, check.row, f"checks.{number}.row")
        found.append((check, _rest(figure) if check.over else figure))
    return found


def _figure(inputs: Inputs, figure: Figure, name: str) -> Estimate:
    return inputs.estimate(figure, f"flow.{name}")


def _said(figure: Estimate) -> str:
    """Say a figure with its interval, if it has one."""
    ends = f" ({figure.lower:.4g} to {figure.upper:.4g})" if figure.has_interval else ""
    return f"{figure.value:.4g}{ends}"


def _stay(inputs: Inputs, tier: PathwayTier, stay: StayLength, problems: list[Problem]) -> dict[str, Any]:
    """Return what is known of the stay in one tier; a length that is not above 0 is a problem."""
    name = f"stay.{tier}"
    lengths = {"mean": _figure(inputs, stay.mean, f"{name}.mean"), "median": None}
    if stay.median is not None:
        lengths["median"] = _figure(inputs, stay.median, f"{name}.median")
    problems += [
        Problem(f"flow.{name}.{part}", f"{_said(years)} years is not above 0")
        for part, years in lengths.items()
        if years is not None and min(years.value, *years.bounds) <= 0
    ]
    beyond = stay.beyond
    long = (beyond.years, _figure(inputs, beyond.share, f"{name}.beyond.share")) if beyond else None
    return {**lengths, "beyond": long, "alike": stay.alike}


def _scaled(
    inputs: Inputs, shares: Mapping[Any, Figure], name: str, order: tuple[str, ...], problems: list[Problem]
) -> dict[str, Estimate]:
    """Return the shares of one tier in the order of the pathway, scaled to 1 where rounding alone parts them from it."""
    found = {to: _figure(inputs, shares[to], f"{name}.{to}") for to in order if to in shares}
    together = math.fsum(share.value for share in found.values())
    if abs(together - 1) > ROUNDED:
        cells = ", ".join(f"{to} {share.value:.4g}" for to, share in found.items())
        problems.append(Problem(f"flow.{name}", f"{cells} add up to {together:.4g}, not 1"))
        return found
    return found if abs(together - 1) < 1e-12 else {to: _times(share, 1 / together) for to, share in found.items()}


def _times(share: Estimate, ratio: float) -> Estimate:
    """Scale a share, which stays at or below 1."""
    scaled = share * ratio
    if scaled.upper is not None:
        scaled = replace(scaled, upper=max(scaled.value, min(1.0, scaled.upper)))
    return scaled


def _rest(share: Estimate) -> Estimate:
    """Return 1 less a share, its ends turned."""
    lower, upper = (1 - share.bounds[1], 1 - share.bounds[0]) if share.has_interval else (None, None)
    kind = weakest([share.kind, "derived"])
    return replace(share, value=1 - share.value, lower=lower, upper=upper, kind=kind)


def _mean_days(over_a_month: Estimate) -> Estimate:
    """Return the mean of an exponential wait of which a share lasts more than a month."""

    def mean(share: float) -> float:
        return DAYS_OF_A_MONTH / -math.log(share)

    lower, upper = map(mean, over_a_month.bounds) if over_a_month.has_interval else (None, None)
    kind = weakest([over_a_month.kind, "modelled"])
    return replace(over_a_month, value=mean(over_a_month.value), lower=lower, upper=upper, kind=kind)


def _occupancy(inputs: Inputs) -> dict[str, Estimate]:
    """Return the occupancy of the tiers that have a limit of their own."""
    secure = inputs.by_tier("demand.occupancy")
    step_down = _figure(inputs, inputs.parameters.flow.step_down_occupancy, "step_down_occupancy")
    return {"medium": secure["medium"], "low": secure["low"], "step_down": step_down}
