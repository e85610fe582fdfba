"""What is known of flows in England, before it is made into the flow of one area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from needs.methods.stays import Stay, fit_stay
from needs.values import Estimate, Provenance

__all__ = ["LIMITED", "Told", "made_up"]

LIMITED = ("medium", "low", "step_down")
"""Tiers whose beds or places limit who can come; high security is national, community care is a caseload."""


@dataclass(frozen=True)
class Told:
    """What is known of flows in England.

    Parameters
    ----------
    stay : mapping of tier to mapping
        ``mean`` and ``median`` completed stay in years (the wait for the next bed included), ``beyond`` (years and
        the share of a census there longer), ``alike`` (tier whose shape is taken); None where nothing is known.
    routing : mapping of tier to mapping of destination to Estimate
        Shares of those who leave; for community, of those who leave without recall.
    routed : mapping of tier to float
        People behind them: the weight of a Dirichlet distribution.
    arrivals, arrived
        The same of external arrivals, by tier and origin. Nobody comes to step-down places from outside.
    recall_rate, recallable : Estimate
        Recalls a person-year of those who can be recalled, and their share of the caseload.
    recalled_to : mapping of tier to Estimate
        Where they go, with ``recalled`` people behind the shares.
    recalled : float
    occupancy : mapping of tier to Estimate
        Share of beds or places in use, for :data:`LIMITED` tiers.
    pool : Estimate
        Medium secure beds that stand in for each other.
    assessment_days, assessments : Estimate
        Mean days of one assessment, and mean number before acceptance.
    first : sequence of sequence of str
        Who is placed first: ranks of origins, ``up`` and ``down``; the rest share the last rank.
    beds : mapping of tier to Estimate
        Beds or places of the area in all, where it says so.
    """

    stay: Mapping[str, Mapping[str, Any]]
    routing: Mapping[str, Mapping[str, Estimate]]
    routed: Mapping[str, float]
    arrivals: Mapping[str, Mapping[str, Estimate]]
    arrived: Mapping[str, float]
    recall_rate: Estimate
    recallable: Estimate
    recalled_to: Mapping[str, Estimate]
    recalled: float
    occupancy: Mapping[str, Estimate]
    pool: Estimate
    assessment_days: Estimate
    assessments: Estimate
    first: Sequence[Sequence[str]]
    beds: Mapping[str, Estimate]

    @property
    def beds_told(self) -> dict[str, float]:
        """Beds or places that the area told, by tier."""
        return {tier: beds.value for tier, beds in self.beds.items()}

    @property
    def known(self) -> Provenance:
        """Kind and sources of all of it."""
        figures = [*self.occupancy.values(), *self.recalled_to.values(), *self.beds.values(), self.pool]
        figures += [self.recall_rate, self.recallable, self.assessment_days, self.assessments]
        for shares in (*self.routing.values(), *self.arrivals.values()):
            figures += shares.values()
        for told in self.stay.values():
            figures += [figure for figure in (told["mean"], told["median"]) if figure]
            figures += [told["beyond"][1]] if told["beyond"] else []
        return Provenance.of(*figures, kind="modelled")

    def stays(self) -> dict[str, Stay]:
        """Fit the two classes of stay of every tier.

        Examples
        --------
        >>> made_up()[0].stays()["low"].mean
        2.0
        """
        found = {tier: fit_stay(told["mean"], told["median"], told["beyond"]) for tier, told in self.stay.items()}
        return {
            tier: found[told["alike"]].scaled(told["mean"].value) if told["alike"] else found[tier]
            for tier, told in self.stay.items()
        }


def made_up() -> tuple[Told, npt.NDArray[np.float64]]:
    """Return a made-up England and the people of an area, for examples.

    Examples
    --------
    >>> told, people = made_up()
    >>> told.known.kind, people.shape
    ('synthetic', (1, 5))
    """

    def e(value: float, lower: float | None = None, upper: float | None = None) -> Estimate:
        return Estimate(value, lower, upper, "synthetic", ("examples#flow",))

    def shares(**of: float) -> dict[str, Estimate]:
        return {name: e(value) for name, value in of.items()}

    plain: dict[str, Any] = {"median": None, "beyond": None, "alike": None}
    means = {"high": 5.0, "medium": 2.5, "low": 2.0, "step_down": 2.0, "community": 4.0}
    routing = {
        "high": shares(medium=0.7, prison=0.2, died=0.1),
        "medium": shares(high=0.03, medium=0.07, low=0.3, step_down=0.2, prison=0.2, discharge=0.2),
        "low": shares(medium=0.05, step_down=0.35, community=0.2, discharge=0.4),
        "step_down": shares(low=0.1, community=0.3, discharge=0.6),
        "community": shares(discharge=0.9, died=0.1),
    }
    arrivals = {
        "high": shares(prison_sentenced=0.7, court=0.3),
        "medium": shares(prison_remand=0.3, prison_sentenced=0.3, court=0.4),
        "low": shares(general_psychiatry=0.8, prison_remand=0.2),
        "community": shares(general_psychiatry=1.0),
    }
    told = Told(
        stay={tier: {"mean": e(mean, 0.8 * mean, 1.25 * mean), **plain} for tier, mean in means.items()},
        routing=routing, routed=dict.fromkeys(routing, 60.0), arrivals=arrivals, arrived=dict.fromkeys(arrivals, 60.0),
        recall_rate=e(0.2, 0.15, 0.25), recallable=e(0.3), recalled_to=shares(medium=0.5, low=0.5), recalled=20.0,
        occupancy={"medium": e(0.88, 0.84, 0.93), "low": e(0.88, 0.84, 0.93), "step_down": e(0.85, 0.75, 0.95)}, pool=e(60.0),
        assessment_days=e(22.0, 18.0, 28.0), assessments=e(2.0, 1.0, 3.0), first=(("up", "community_recall"),), beds={},
    )  # fmt: skip
    return told, np.array([[15.0, 100.0, 80.0, 50.0, 120.0]])
