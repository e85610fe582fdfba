"""What is true of the made-up regions: every law that their service data are drawn from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from needs.methods.flow_network import DAYS, EXITS, ORIGINS, PATHWAY, UNLIMITED, Census, Network
from needs.methods.need import deprivation_tenths
from needs.methods.stays import Stay
from needs.values import TIERS

__all__ = ["Hazards", "Truth", "Unit"]

Shares = Mapping[str, float]

_DIAGNOSIS: Shares = {"mental_illness": 0.7, "personality_disorder": 0.12, "both": 0.1, "other": 0.08}


@dataclass(frozen=True)
class Unit:
    """One made-up unit.

    Parameters
    ----------
    name, provider : str
        Plainly made-up names.
    tier : str
        Tier of care.
    sector : {"nhs", "independent"}
        Sector of the provider.
    beds : int
        Beds or places that the region may use.
    flow : bool
        Whether it lies within the natural clinical flow of the region's people.
    """

    name: str
    provider: str
    tier: str
    sector: Literal["nhs", "independent"]
    beds: int
    flow: bool = True


@dataclass(frozen=True)
class Hazards:
    """Constant hazards of one person after discharge from a secure bed, a year at risk.

    Parameters
    ----------
    recall : float
        Recall or new referral to a secure bed; admission follows after the wait.
    death : float
        Death.
    reconviction : float
        First conviction of an offence before the next admission to a secure bed.
    grave : float
        Share of first convictions that are of a grave offence.
    """

    recall: float = 0.08
    death: float = 0.015
    reconviction: float = 0.06
    grave: float = 0.15


@dataclass(frozen=True)
class Truth:
    """All that is true of one made-up region.

    Parameters
    ----------
    name, key : str
        Name, and the letters that its people's keys begin with.
    units : tuple of Unit
        Its units; those of a community team have no limit of their own.
    boards : mapping of str to float
        Share of homes by code of the board.
    arrivals : mapping of str to mapping
        People a year from outside, by tier and origin.
    stay : mapping of str to Stay
        Treatment in each tier, without the wait for the next bed; years.
    routing : mapping of str to mapping
        Where people go who leave, by tier; for step-down and community, those who leave alive and without recall.
    recalled_to : mapping of str to float
        Tier recalled to.
    assessments : mapping of str to tuple
        By origin, how many assessments go before acceptance, and the mean days of one.
    refused, withdrawn : float
        Referrals that are refused, and withdrawn, for each person from outside who is admitted.
    women : mapping of str to float
        Share of women by tier of first admission.
    age : tuple of float
        Mean and standard deviation of age at first admission, years above 17 (gamma).
    ethnicity : mapping of str to tuple
        By group, its share of adults and the ratio of its admission rate to that of White people.
    adults : int
        Adults of the region.
    most_deprived : tuple of float
        Share of adults in the country's most deprived tenth and fifth, which settle those in the others.
    gradient : float
        Ratio of the admission rate of one tenth to that of the next less deprived.
    diagnosis : mapping of str to float
        Share of people by main diagnosis.
    learning_disability, autism : float
        Share of people.
    ready : mapping of str to float
        Share of people who need less security at a review, of those who do not already wait for the next place.
    hazards : Hazards
        After discharge.
    checked, answered, positive : float
        Share of physical health checks done, of people asked who answer, and of answers that are positive.
    standard_met : float
        Share of standards met at first; a third of the rest each year follows.
    price : mapping of str to float
        Pounds for one funded (NHS) or used (independent) bed-day, by tier.
    independent_price : float
        Ratio of the independent price to that.
    since, until : date
        First and last day of the data.

    Examples
    --------
    >>> from needs.methods.example.synthetic_example import EXAMPLE
    >>> truth = EXAMPLE["northmark"]
    >>> truth.beds["low"], round(sum(truth.routes["community"].values()), 9), truth.admitted("black") > 0.1
    (68, 1.0, True)
    """

    name: str
    key: str
    units: tuple[Unit, ...]
    boards: Shares
    arrivals: Mapping[str, Shares]
    stay: Mapping[str, Stay]
    routing: Mapping[str, Shares]
    assessments: Mapping[str, tuple[int, float]]
    women: Shares
    ethnicity: Mapping[str, tuple[float, float]]
    adults: int
    most_deprived: tuple[float, float]
    recalled_to: Shares
    ready: Shares
    price: Shares
    refused: float = 0.2
    withdrawn: float = 0.05
    age: tuple[float, float] = (20.0, 10.0)
    gradient: float = 1.15
    diagnosis: Shares = field(default_factory=lambda: _DIAGNOSIS)
    learning_disability: float = 0.06
    autism: float = 0.05
    hazards: Hazards = field(default_factory=Hazards)
    checked: float = 0.8
    answered: float = 0.55
    positive: float = 0.7
    standard_met: float = 0.7
    independent_price: float = 1.08
    since: dt.date = dt.date(2020, 4, 1)
    until: dt.date = dt.date(2026, 3, 31)

    @property
    def years(self) -> float:
        """Years of data."""
        return ((self.until - self.since).days + 1) / DAYS

    @property
    def beds(self) -> dict[str, int]:
        """Beds or places by tier, as its units have them."""
        return {tier: sum(unit.beds for unit in self.units if unit.tier == tier) for tier in PATHWAY}

    @cached_property
    def routes(self) -> dict[str, dict[str, float]]:
        """Share of those who leave, by tier and where to; recalls and deaths after discharge follow from their hazards."""
        found: dict[str, dict[str, float]] = {tier: dict(self.routing[tier]) for tier in TIERS}
        for tier in ("step_down", "community"):
            recalled, died = self.hazards.recall * self.stay[tier].mean, self.hazards.death * self.stay[tier].mean
            rest = {to: share * (1 - recalled - died) for to, share in self.routing[tier].items()}
            found[tier] = {to: share * recalled for to, share in self.recalled_to.items()} | rest | {"died": died}
        return found

    def admitted(self, group: str) -> float:
        """Return the share of people admitted who belong to an ethnic group: as adults do, times their ratios."""
        weights = {name: share * ratio for name, (share, ratio) in self.ethnicity.items()}
        return weights[group] / sum(weights.values())

    @cached_property
    def tenths(self) -> npt.NDArray[np.float64]:
        """Share of people admitted by deprivation tenth, the most deprived first."""
        top, two = self.most_deprived
        weights = deprivation_tenths([top], [two])[0][::-1] * self.gradient ** -np.arange(10.0)
        return np.asarray(weights / weights.sum())

    def network(self) -> Network:
        """Return the network that the people move through, empty at the start.

        Examples
        --------
        >>> from needs.methods.example.synthetic_example import EXAMPLE
        >>> EXAMPLE["northmark"].network().years
        6
        """
        tiers, ways = len(PATHWAY), (*PATHWAY, *EXITS)
        arrivals = np.array([[self.arrivals.get(tier, {}).get(origin, 0.0) for origin in ORIGINS] for tier in PATHWAY])
        beds = np.array([UNLIMITED if tier == "community" else self.beds[tier] for tier in PATHWAY], np.int64)
        years = int(np.ceil(self.years))
        told = np.array([self.assessments.get(origin, (0, 0.0)) for origin in ORIGINS], float)
        stay = np.array([[self.stay[tier].short, self.stay[tier].long] for tier in PATHWAY])
        nobody = Census(
            np.zeros((1, 1, tiers), np.int64), np.zeros((1, 1, tiers, tiers), np.int64),
            np.zeros((1, 1, tiers, len(ORIGINS)), np.int64),
        )  # fmt: skip
        return Network(
            np.tile(arrivals, (1, 1, years, 1, 1)), np.tile(beds, (1, 1, years, 1)), stay[None],
            np.array([[self.stay[tier].share_long for tier in PATHWAY]]),
            np.array([[[self.routes[tier].get(way, 0.0) for way in ways] for tier in PATHWAY]]), nobody,
            assessment=told[None, :, 1] / DAYS, assessments=told[None, :, 0],
        )  # fmt: skip
