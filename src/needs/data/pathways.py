"""What the flow of people is told: stays, routes, arrivals, recall, assessments, and what it is held against.

Each function returns what a method takes by name, so that a notebook hands it on as it is.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, get_args

from needs.data.inputs import Inputs
from needs.errors import DataError, Problem
from needs.params.figures import Figure
from needs.params.flow import FULLEST, Destination, Entered, Flow, FlowCheck, Origin, PathwayTier, StayLength
from needs.values import Estimate, weakest

__all__ = ["changes", "checks", "how", "seed", "told", "unusable"]

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
        If a row is missing, shares do not add up to 1, or a figure is at an end that it may not reach: see
        :func:`unusable`.

    Examples
    --------
    >>> from needs.params.load import load
    >>> known = told(Inputs.open(load("2023-24", "london").canonical_json()))
    >>> known["stay"]["medium"]["mean"].value, round(known["routing"]["medium"]["low"].value, 3), known["routed"]["medium"]
    (3.51, 0.286, 63.0)
    >>> round(known["assessment_days"].value, 1), [round(days) for days in known["assessment_days"].bounds]
    (22.6, [18, 30])
    """
    if problems := list(unusable(inputs)):
        remedy = "correct the figures or the rows they name in params; needs params explain flow"
        raise DataError("the flow of people cannot be told", problems, remedy)
    flow = inputs.parameters.flow
    together = _together(flow)

    def shares(name: str) -> dict[str, Estimate]:
        return _scaled(_shares(inputs, name, *together[name]))

    stay: dict[str, Any] = {tier: _stay(inputs, f"stay.{tier}", known) for tier, known in flow.stay.items()}
    stay["step_down"] = {"mean": _step_down_stay(inputs), "median": None, "beyond": None, "alike": None}
    return {
        "stay": {tier: stay[tier] for tier in get_args(PathwayTier)},
        "routing": {tier: shares(f"routing.{tier}.shares") for tier in get_args(PathwayTier)},
        "routed": {tier: flow.routing[tier].people for tier in get_args(PathwayTier)},
        "arrivals": {tier: shares(f"arrivals.{tier}.shares") for tier in get_args(Entered)},
        "arrived": {tier: flow.arrivals[tier].people for tier in get_args(Entered)},
        "recall_rate": _figure(inputs, flow.recall.rate, "recall.rate"),
        "recallable": _figure(inputs, flow.recall.recallable, "recall.recallable"),
        "recalled_to": shares("recall.to"),
        "recalled": flow.recall.people,
        "occupancy": _occupancy(inputs),
        "pool": _figure(inputs, flow.pool, "pool"),
        "assessment_days": _mean_days(_figure(inputs, flow.assessments.over_a_month, "assessments.over_a_month")),
        "assessments": _figure(inputs, flow.assessments.number, "assessments.number"),
        "first": flow.first,
        "beds": {
            tier: _figure(inputs, flow.beds[tier], f"beds.{tier}")
            for tier in get_args(PathwayTier)
            if tier in flow.beds
        },
    }


def unusable(inputs: Inputs) -> Iterator[Problem]:
    """Give what cannot be used though every row is there: shares that do not add up, lengths of 0, shares of 0 or 1, full tiers.

    A figure that cannot be read, or breaks the bounds of its unit, is left to the check of every figure: it is told once.

    Yields
    ------
    Problem
        With the dotted name of the parameter.

    Examples
    --------
    >>> from needs.params.load import load
    >>> list(unusable(Inputs.open(load("2023-24", "london").canonical_json())))
    []
    """
    flow = inputs.parameters.flow
    above_0: dict[str, Figure | None] = {"pool": flow.pool, "assessments.number": flow.assessments.number}
    inside: dict[str, Figure] = {"step_down_occupancy": flow.step_down_occupancy}
    inside["assessments.over_a_month"] = flow.assessments.over_a_month
    for tier, stay in flow.stay.items():
        above_0 |= {f"stay.{tier}.mean": stay.mean, f"stay.{tier}.median": stay.median}
        if stay.beyond is not None:
            inside[f"stay.{tier}.beyond.share"] = stay.beyond.share
    with suppress(DataError, ValueError):
        yield from _not_above_0("demand.pathway.stay", _step_down_stay(inputs))
    for name, length in above_0.items():
        with suppress(DataError, ValueError):
            yield from _not_above_0(f"flow.{name}", _figure(inputs, length, name)) if length else ()
    for name, share in inside.items():
        with suppress(DataError, ValueError):
            yield from _not_inside(f"flow.{name}", _figure(inputs, share, name))
    with suppress(DataError, ValueError):
        for limited, occupancy in _occupancy(inputs).items():
            if _is_share(occupancy) and occupancy.value > FULLEST:
                where = "flow.step_down_occupancy" if limited == "step_down" else f"demand.occupancy.{limited}"
                yield Problem(
                    where, f"{occupancy.value:.10g} is above {FULLEST}: a tier so full hardly ever takes anybody"
                )
    for name, (shares, order) in _together(flow).items():
        with suppress(DataError, ValueError):
            yield from _not_whole(f"flow.{name}", _shares(inputs, name, shares, order))


def how(inputs: Inputs) -> dict[str, Any]:
    """Return how the flow is followed: years, draws, paths and seed.

    Examples
    --------
    >>> from needs.params.load import load
    >>> how(Inputs.open(load("2023-24", "london").canonical_json()))
    {'years': 10, 'parameter_draws': 250, 'paths': 2, 'seed': 28768471352878150}
    """
    flow = inputs.parameters.flow
    plan = {name: getattr(flow, name) for name in ("years", "parameter_draws", "paths")}
    return plan | {"seed": seed(inputs)}


def seed(inputs: Inputs) -> int:
    """Return the seed of a region's own chance: another for every region and edition, the same for all its options.

    Examples
    --------
    >>> from needs.params.load import load
    >>> london, midlands = (Inputs.open(load("2023-24", name).canonical_json()) for name in ("london", "midlands"))
    >>> seed(london) == seed(london), seed(london) == seed(midlands)
    (True, False)
    """
    place = f"{inputs.parameters.edition}/{inputs.parameters.region}/{inputs.parameters.demand.seed}"
    return int.from_bytes(hashlib.sha256(place.encode()).digest()[:7], "big")


def changes(inputs: Inputs) -> dict[str, dict[str, Any]]:
    """Return the closure and the opening that are followed, by verb, as methods take them.

    Examples
    --------
    >>> from needs.params.load import load
    >>> changes(Inputs.open(load("2023-24", "london").canonical_json()))["close"]
    {'verb': 'close', 'tier': 'medium', 'number': 15, 'year': 2}
    """
    flow = inputs.parameters.flow
    return {verb: {"verb": verb} | getattr(flow, verb).model_dump() for verb in ("close", "open")}


def checks(inputs: Inputs) -> list[tuple[FlowCheck, Estimate]]:
    """Return the published figures that the flow is held against, none of which it is fitted to.

    A published share of people who wait longer is given as the share who do not, in line with the name ``of`` the check.

    Examples
    --------
    >>> from needs.params.load import load
    >>> found = checks(Inputs.open(load("2023-24", "london").canonical_json()))
    >>> [(check.of, round(figure.value, 2)) for check, figure in found][-2:]
    [('mean_wait_days', 85.0), ('share_within_28', 0.15)]
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


def _not_above_0(name: str, figure: Estimate) -> Iterator[Problem]:
    if min(figure.value, *figure.bounds) == 0:  # what is below 0 breaks the bounds of its unit
        yield Problem(name, f"{_said(figure)} is not above 0")


def _not_inside(name: str, share: Estimate) -> Iterator[Problem]:
    if _is_share(share) and not all(0 < end < 1 for end in (share.value, *share.bounds)):
        yield Problem(name, f"{_said(share)} is not between 0 and 1")


def _not_whole(name: str, shares: Mapping[str, Estimate]) -> Iterator[Problem]:
    together = math.fsum(share.value for share in shares.values())
    if all(map(_is_share, shares.values())) and abs(together - 1) > ROUNDED + 1e-9:
        cells = ", ".join(f"{to} {share.value:.4g}" for to, share in shares.items())
        yield Problem(name, f"{cells} add up to {together:.4g}, not 1")


def _is_share(figure: Estimate) -> bool:
    return all(0 <= end <= 1 for end in (figure.value, *figure.bounds))


def _step_down_stay(inputs: Inputs) -> Estimate:
    """Return the stay in step-down places, which is told where demand is."""
    return inputs.estimate(inputs.parameters.demand.pathway.stay, "demand.pathway.stay")


def _stay(inputs: Inputs, name: str, stay: StayLength) -> dict[str, Any]:
    """Return what is known of the stay in one tier."""
    median = _figure(inputs, stay.median, f"{name}.median") if stay.median else None
    beyond = stay.beyond
    long = (beyond.years, _figure(inputs, beyond.share, f"{name}.beyond.share")) if beyond else None
    return {"mean": _figure(inputs, stay.mean, f"{name}.mean"), "median": median, "beyond": long, "alike": stay.alike}


def _together(flow: Flow) -> dict[str, tuple[Mapping[Any, Figure], tuple[str, ...]]]:
    """Return the shares that add up, by dotted name, and the order they stand in."""
    tiers, to, origins = get_args(PathwayTier), get_args(Destination), get_args(Origin)
    routing = {f"routing.{tier}.shares": (told.shares, to) for tier, told in flow.routing.items()}
    arrivals = {f"arrivals.{tier}.shares": (told.shares, origins) for tier, told in flow.arrivals.items()}
    return {**routing, **arrivals, "recall.to": (flow.recall.to, tiers)}


def _shares(inputs: Inputs, name: str, shares: Mapping[Any, Figure], order: tuple[str, ...]) -> dict[str, Estimate]:
    """Return the shares of one tier in the order of the pathway."""
    return {to: _figure(inputs, shares[to], f"{name}.{to}") for to in order if to in shares}


def _scaled(shares: dict[str, Estimate]) -> dict[str, Estimate]:
    """Return shares scaled to 1, from which rounding alone parts them."""
    together = math.fsum(share.value for share in shares.values())
    return shares if abs(together - 1) < 1e-12 else {to: _times(share, 1 / together) for to, share in shares.items()}


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
