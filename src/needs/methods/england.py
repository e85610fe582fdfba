"""England as a whole and the areas that make it up: what the cascade is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.need import deprivation_tenths
from needs.methods.uncertainty import spread_around
from needs.values import TIERS, Estimate, Provenance, Tier

__all__ = ["BEYOND", "SEXES", "Anchors", "Between", "Places", "two_areas"]

Floats = npt.NDArray[np.float64]

SEXES = ("male", "female")
BEYOND = ("step_down", "community")
"""Tiers of the pathway beyond secure hospital."""


@dataclass(frozen=True)
class Anchors:
    """What is known for England as a whole.

    Parameters
    ----------
    patients, women : dict of tier to Estimate
        Patients in secure care by tier, and the women among them.
    beyond : dict of tier to Estimate
        People in step-down places and on community caseloads.
    profile : DataFrame, age groups x (male, female)
        Share of the patients of each sex by age group; columns add up to 1.
    effective : dict of sex to float
        People behind each profile (concentration of a Dirichlet distribution).
    ratio, carried : Estimate
        Rate ratio between deprivation tenths; share of it (log scale) that carries to the edition's own tenths.
    all_women : Estimate, optional
        Women in secure care of every tier together, where that is known beside the tiers.
    ages : Provenance, optional
        How the profile is known.

    Raises
    ------
    ValueError
        If a profile does not add up to 1.
    """

    patients: dict[Tier, Estimate]
    women: dict[Tier, Estimate]
    beyond: dict[str, Estimate]
    profile: pd.DataFrame
    effective: dict[str, float]
    ratio: Estimate
    carried: Estimate
    all_women: Estimate | None = None
    ages: Provenance | None = None

    def __post_init__(self) -> None:
        for sex, together in self.profile.sum().items():
            if abs(together - 1) > 1e-6:
                raise ValueError(f"the age profile of {sex} patients adds up to {together:.10g}, not 1")


@dataclass(frozen=True)
class Between:
    """How need differs between areas beyond what age, sex, deprivation and the rules say of them.

    Parameters
    ----------
    regions : Estimate
        Standard deviation between regions, log scale.
    parts : DataFrame
        ``region, area, adults`` of every part of England, one row a part: boards, or regions where there are none.
        Its rows stand in one order whatever the areas are, so that any areas share their draws.
    boards : Estimate, optional
        Standard deviation between the parts of a region, log scale.

    Examples
    --------
    >>> e = lambda value: Estimate(value, kind="assumed", source=("x#y",))
    >>> parts = pd.DataFrame({"region": ["n", "n", "s"], "area": ["n", "n", "s"], "adults": [1, 3, 4]})
    >>> whole = Between(e(0), parts, e(0.4)).draw(["n", "s"], 5, np.random.default_rng(1))
    >>> bool(np.allclose(whole, 1))
    True
    """

    regions: Estimate
    parts: pd.DataFrame
    boards: Estimate | None = None

    def draw(self, areas: Sequence[str], draws: int, rng: np.random.Generator) -> Floats:
        """Draw factors on the need of areas: draws x areas.

        Parts of a region differ around the region's own need, so that a region as a whole, or an area that is
        all of its parts, differs as regions do and no more.
        """
        adults = self.parts["adults"].to_numpy(float)
        of, regions = pd.factorize(self.parts["region"])
        sizes = spread_around(self.regions, rng.standard_normal(draws))
        factor = np.exp(sizes[:, None] * rng.standard_normal((draws, len(regions))))[:, of]
        if self.boards is not None:
            sizes = spread_around(self.boards, rng.standard_normal(draws))
            own = np.exp(sizes[:, None] * rng.standard_normal((draws, len(adults))))
            factor = factor * own / _mean(own, adults, np.asarray(of), len(regions))[:, of]
        order = {area: at for at, area in enumerate(areas)}
        return _mean(factor, adults, self.parts["area"].map(order).to_numpy(int), len(areas))


def _mean(values: Floats, weights: Floats, group: npt.NDArray[Any], groups: int) -> Floats:
    """Mean of the columns of each group, weighted: draws x groups."""
    member = np.zeros((len(weights), groups))
    member[np.arange(len(weights)), group] = weights
    found: Floats = values @ (member / member.sum(axis=0))
    return found


@dataclass(frozen=True)
class Places:
    """The areas that make up England.

    Parameters
    ----------
    people : DataFrame, (sex, age group) x areas
        Adults.
    tenths : DataFrame, areas x 10
        Share of people by deprivation tenth, least deprived first.
    counts : DataFrame, areas x rules
        Need weights of the rules that rest on a count; may have no column.
    between : Between, optional
        How need differs between the areas beyond all this.

    Raises
    ------
    ValueError
        If a cell has no people, or a weight is missing, negative or nothing but zero.
    """

    people: pd.DataFrame
    tenths: pd.DataFrame
    counts: pd.DataFrame
    between: Between | None = None

    def __post_init__(self) -> None:
        for row, column in np.argwhere(~(self.people.to_numpy() > 0))[:1]:
            sex, group = self.people.index[row]
            raise ValueError(f"{self.people.columns[column]}: no {sex} people aged {group}; a rate needs people")
        weights = self.counts.to_numpy(float)
        for row, column in np.argwhere(~(weights >= 0))[:1]:
            raise ValueError(
                f"{self.counts.index[row]}: no weight at or above zero under {self.counts.columns[column]}"
            )
        if (weights.sum(axis=0) == 0).any():
            raise ValueError("the weights of a rule add up to nothing")

    @classmethod
    def of(
        cls,
        people: pd.DataFrame,
        groups: Mapping[str, Sequence[str]],
        tenth: pd.Series[float],
        fifth: pd.Series[float],
        counts: pd.DataFrame,
        between: Mapping[str, Any] | None = None,
    ) -> Places:
        """Make places of people by age band and of published shares of deprivation.

        Parameters
        ----------
        people : DataFrame, (sex, age band) x areas
            Adults.
        groups : mapping of age group to sequence of age band
            Which bands each group of the age profile holds.
        tenth, fifth : Series, by area
            See :func:`~needs.methods.need.deprivation_tenths`.
        counts
            See :class:`Places`.
        between : mapping, optional
            What :class:`Between` takes.
        """
        cells = {(sex, group): people.loc[[(sex, band) for band in bands]].sum()
                 for sex in SEXES for group, bands in groups.items()}  # fmt: skip
        tenths = pd.DataFrame(deprivation_tenths(tenth, fifth), index=tenth.index)
        return cls(pd.DataFrame(cells).T, tenths, counts, None if between is None else Between(**between))

    @property
    def areas(self) -> tuple[str, ...]:
        """Names of the areas."""
        return tuple(map(str, self.people.columns))


def two_areas() -> tuple[Anchors, Places]:
    """Return a made-up England of two areas, for examples: ``b`` has three times the people of ``a``, else they are alike.

    Examples
    --------
    >>> england, places = two_areas()
    >>> england.patients["low"].value, england.women["low"].value, places.areas
    (100, 20, ('a', 'b'))
    """

    def made_up(value: float) -> Estimate:
        return Estimate(value, kind="synthetic", source=("examples#two-areas",))

    numbers = (
        dict.fromkeys(TIERS, made_up(100)),
        dict.fromkeys(TIERS, made_up(20)),
        dict.fromkeys(BEYOND, made_up(50)),
    )
    profile, effective = pd.DataFrame(1.0, ["18_plus"], list(SEXES)), dict.fromkeys(SEXES, 9.0)
    people = pd.DataFrame({"a": 1.0, "b": 3.0}, pd.MultiIndex.from_product([SEXES, ["18_plus"]]))
    places = Places(people, pd.DataFrame(0.1, ["a", "b"], range(10)), pd.DataFrame(index=["a", "b"]))
    return Anchors(*numbers, profile, effective, made_up(1.2), made_up(1)), places
