"""Beds and places that a scenario needs, found by simulation: the fewest of a few steps that are enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from needs.methods.flow_changes import scaled
from needs.methods.flow_findings import later
from needs.methods.flow_network import Network
from needs.methods.flow_waits import share_within
from needs.methods.pathways import Pathways

__all__ = ["BED_STEPS", "PLACE_STEPS", "enough_beds", "enough_places"]

BED_STEPS = (*(step / 100 for step in range(26)), 0.3, 0.35, 0.4, 0.45, 0.5)
"""Medium and low secure beds more, as shares of those there are: 31, so that five simulations find one of them."""

PLACE_STEPS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0)
"""Step-down places more, as shares of those there are: 15, which takes four."""


def enough_beds(ways: Pathways, network: Network, clock: str, days: int, share: float) -> tuple[Network, str]:
    """Add medium and low secure beds from the second year until a share of prisoners is admitted in time.

    Parameters
    ----------
    ways : Pathways
        The calibrated flow, whose patients are followed.
    network : Network
        A scenario before the beds.
    clock : {"referral", "acceptance"}
        Where the wait starts.
    days : {14, 28}
        A standard.
    share : float
        Share of secure admissions from prison in the years from the third, over all draws.

    Returns
    -------
    network : Network
        With the fewest beds of :data:`BED_STEPS` that are enough, or the most where none is.
    note : str
        What was found.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> ways = calibrate(*made_up(), years=3, parameter_draws=20, seed=1)
    >>> enough_beds(ways, ways.network, "acceptance", 28, 0.5)[1]
    'no more medium and low secure beds are needed'
    """

    def with_beds(step: float) -> Network:
        grown = network
        for tier in ("medium", "low"):
            grown = scaled(grown, tier, step) if step else grown
        return grown

    seen: dict[float, float] = {}

    def enough(step: float) -> bool:
        seen[step] = share_within(ways.follow(with_beds(step), 1), clock, days)[0]
        return not seen[step] < share

    step, found = _fewest(BED_STEPS, enough)
    if not found:
        left = f"{seen[step]:.0%} of prisoners are then admitted within {days} days of {clock}"
        return with_beds(step), f"medium and low secure beds up by {step:.0%}, the most tried: {left}"
    told = f"medium and low secure beds up by {step:.0%}, the fewest tried that do it"
    return with_beds(step), told if step else "no more medium and low secure beds are needed"


def enough_places(ways: Pathways, network: Network, share: float) -> tuple[Network, str]:
    """Open step-down places from the second year until no more than a share of today's blocked beds is left.

    Parameters
    ----------
    ways : Pathways
        The calibrated flow as it is today.
    network : Network
        A scenario before the places.
    share : float
        Share of the beds blocked today, in all tiers and the years from the third, over all draws.

    Returns
    -------
    network : Network
        With the fewest places of :data:`PLACE_STEPS` that are enough, or the most where none is: beds are blocked for
        other tiers as well.
    note : str
        What was found.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> ways = calibrate(*made_up(), years=3, parameter_draws=20, seed=1)
    >>> enough_places(ways, ways.network, 0.5)[1]
    'step-down places up by 25%, the fewest tried that do it'
    """

    def with_places(step: float) -> Network:
        return scaled(network, "step_down", step) if step else network

    def blocked(followed: Network) -> float:
        return float(later(ways.follow(followed, 1).year("blocked")).mean())

    today, seen = blocked(ways.network), dict[float, float]()

    def enough(step: float) -> bool:
        seen[step] = blocked(with_places(step))
        return seen[step] <= share * today

    step, found = _fewest(PLACE_STEPS, enough)
    if not found:
        left = f"{seen[step] / today:.0%} of today's blocked beds are left"
        return with_places(step), f"step-down places up by {step:.0%}, the most tried: {left}"
    told = f"step-down places up by {step:.0%}, the fewest tried that do it"
    return with_places(step), told if step else "no more step-down places are needed"


def _fewest(steps: Sequence[float], enough: Callable[[float], bool]) -> tuple[float, bool]:
    """Return the first of rising steps that is enough, by halving, and whether there is one; else the last."""
    low, high = 0, len(steps)
    while low < high:
        middle = (low + high) // 2
        if enough(steps[middle]):
            high = middle
        else:
            low = middle + 1
    return steps[min(low, len(steps) - 1)], low < len(steps)
