"""The cascade by group: people times group rates times a need index, scaled to national numbers, draw by draw.

Every array has its draws first, so that ten thousand futures of every area are one calculation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from needs.methods.england import BEYOND, SEXES, Anchors, Between, Places
from needs.methods.need import need_index
from needs.methods.raking import rake
from needs.methods.uncertainty import spread_around
from needs.values import TIERS

__all__ = ["BEYOND", "ROWS", "SEXES", "Anchors", "Between", "Means", "Places", "Told", "cascade", "told_by", "with_sum"]

Floats = npt.NDArray[np.float64]

ROWS = (*TIERS, "all", *BEYOND)
"""Rows of a table of demand: secure tiers, their sum, and the tiers beyond."""


@dataclass(frozen=True)
class Told:
    """Draws of what the cascade is told; one draw holds the central figures.

    Parameters
    ----------
    patients : ndarray, draws x 3 tiers x 2 sexes
        People in England.
    beyond : ndarray, draws x 2 tiers
        People in step-down places and on caseloads in England.
    profile : ndarray, draws x 2 sexes x age groups
        Shares of patients.
    index : ndarray, draws x 2 sexes x areas
        Relative need.
    rule : ndarray of int, draws
        Which rule shares the draw.
    between : ndarray, draws x areas, or None
        Factor for what differs between areas beyond what is known of them, whichever the rule.
    """

    patients: Floats
    beyond: Floats
    profile: Floats
    index: Floats
    rule: npt.NDArray[np.int64]
    between: Floats | None = None


def told_by(
    anchors: Anchors,
    places: Places,
    rules: Sequence[str],
    rule_weight: float,
    draws: int,
    rng: np.random.Generator | None,
) -> Told:
    """Draw national numbers, age profiles, need indices and rules; without a generator, the central figures.

    Parameters
    ----------
    anchors, places
        England and its areas.
    rules : sequence of str
        Rules on offer, the chosen one first; it has ``rule_weight``, the others share the rest.
    rule_weight, draws : float, int
        Between 0 and 1; number of draws.
    rng : Generator or None
        Stream of random numbers. National figures are drawn before those of areas, so a run on
        other areas with the same seed has the same England.

    Examples
    --------
    >>> from needs.methods.england import two_areas
    >>> england, places = two_areas()
    >>> told = told_by(england, places, ["need", "population"], 0.5, 1000, np.random.default_rng(1))
    >>> told.patients.shape, told.patients[0].tolist(), sorted(set(told.rule.tolist()))
    ((1000, 3, 2), [[80.0, 20.0], [80.0, 20.0], [80.0, 20.0]], [0, 1])
    """

    def normals() -> Floats:
        return np.zeros(draws) if rng is None else rng.standard_normal(draws)

    shared = normals()  # one occupancy stands behind every tier, so their errors move together
    patients = np.stack([spread_around(anchors.patients[tier], shared) for tier in TIERS], axis=1)
    women = np.stack([spread_around(anchors.women[tier], normals()) for tier in TIERS], axis=1)
    together = spread_around(anchors.all_women, normals()) if anchors.all_women else None
    beyond = np.stack([spread_around(anchors.beyond[tier], normals()) for tier in BEYOND], axis=1)
    slope = np.log(spread_around(anchors.ratio, normals())) * np.minimum(spread_around(anchors.carried, normals()), 1.0)
    profile = np.stack([_profile(anchors, sex, draws, rng) for sex in SEXES], axis=1)
    odds = [rule_weight, *[(1 - rule_weight) / max(len(rules) - 1, 1)] * (len(rules) - 1)]
    chosen = (
        rng.choice(len(rules), size=draws, p=np.array(odds) / sum(odds)) if rng is not None else np.zeros(draws, int)
    )
    index = np.repeat(need_index(places.tenths, slope)[:, None, :], 2, axis=1)
    between = places.between.draw(places.areas, draws, rng) if places.between is not None and rng is not None else None
    return Told(_by_sex(patients, women, together), beyond, profile, index, chosen, between)


def _by_sex(patients: Floats, women: Floats, together: Floats | None) -> Floats:
    """Split patients by sex: tier by tier, or fitted to a known number of women as well."""
    women = np.minimum(women, 0.9 * patients)
    split = np.stack([patients - women, women], axis=-1)
    if together is None:
        return split
    if (together >= patients.sum(axis=1)).any():
        raise ValueError(f"women of every tier together, up to {together.max():,.0f}, are not fewer than all patients")
    sexes = np.stack([patients.sum(axis=1) - together, together], axis=1)
    return rake(split, [patients, sexes])


def _profile(anchors: Anchors, sex: str, draws: int, rng: np.random.Generator | None) -> Floats:
    shares = anchors.profile[sex].to_numpy(float)
    if rng is None:
        return np.repeat(shares[None], draws, axis=0)
    return rng.dirichlet(shares * anchors.effective[sex], size=draws)


@dataclass(frozen=True)
class Means:
    """Expected people for each draw.

    Parameters
    ----------
    secure : ndarray, draws x 3 tiers x 2 sexes x areas
        In high, medium and low security.
    beyond : ndarray, draws x 2 tiers x areas
        In step-down places and on community caseloads.
    """

    secure: Floats
    beyond: Floats

    @property
    def tiers(self) -> Floats:
        """People by the five tiers of the pathway: draws x 5 x areas."""
        return np.concatenate([self.secure.sum(axis=2), self.beyond], axis=1)

    @property
    def rows(self) -> Floats:
        """People by the rows of :data:`ROWS`: draws x 6 x areas."""
        return with_sum(self.tiers)


def with_sum(tiers: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Put the sum of the secure tiers between them and the tiers beyond: draws x 5 x areas to draws x 6 x areas.

    Examples
    --------
    >>> with_sum(np.array([[[1], [2], [3], [4], [5]]])).ravel().tolist()
    [1, 2, 3, 6, 4, 5]
    """
    return np.concatenate([tiers[:, :3], tiers[:, :3].sum(axis=1, keepdims=True), tiers[:, 3:]], axis=1)


def cascade(told: Told, places: Places, rules: Sequence[str]) -> Means:
    """Share England's patients between areas: every draw, tier, sex and area in one calculation.

    Parameters
    ----------
    told, places
        Draws of what the cascade is told, and the areas.
    rules : sequence of str
        Names of the rules that ``told.rule`` numbers: ``need``, ``population``, ``deprivation`` or a
        column of ``places.counts``.

    Returns
    -------
    Means
        Areas add up to England in every draw. People beyond hospital are shared as all patients of
        the draw are, because no need of their own is published.

    Notes
    -----
    ``need``: ``A = sum_g N_rg rho_g x I_r`` with ``rho_g`` the national patients of age group ``g`` over
    its people, and ``I_r`` the need index; ``A_r / sum_r A_r`` is the area's share of each tier and sex.
    ``deprivation``: adults of the sex times the index. Other rules share both sexes alike.

    Examples
    --------
    >>> from needs.methods.england import two_areas
    >>> england, places = two_areas()
    >>> cascade(told_by(england, places, ["need"], 1.0, 1, None), places, ["need"]).tiers[0, :, 1].tolist()
    [75.0, 75.0, 75.0, 37.5, 37.5]
    """
    sexes = [places.people.loc[sex].to_numpy(float) for sex in SEXES]  # groups x areas each
    people = np.stack(sexes)
    adults = people.sum(axis=1)
    fixed = {
        name: np.repeat((weights / weights.sum())[None], 2, axis=0)
        for name, weights in ((str(name), places.counts[name].to_numpy(float)) for name in places.counts)
    } | {"population": adults / adults.sum(axis=1, keepdims=True)}
    rates = told.profile / people.sum(axis=2)
    share = np.empty(told.index.shape)
    for number, rule in enumerate(rules):
        at = told.rule == number
        if rule in fixed:
            share[at] = fixed[rule]
        else:
            base = adults if rule == "deprivation" else np.moveaxis(np.moveaxis(rates[at], 1, 0) @ people, 0, 1)
            weight = base * told.index[at]
            share[at] = weight / weight.sum(axis=2, keepdims=True)
    if told.between is not None:
        share *= told.between[:, None]
        share /= share.sum(axis=2, keepdims=True)
    secure = told.patients[:, :, :, None] * share[:, None]
    everyone = np.einsum("dts,dsr->dr", told.patients, share)
    beyond = told.beyond[:, :, None] * (everyone / everyone.sum(axis=1, keepdims=True))[:, None]
    return Means(secure, beyond)
