"""Expected patients by area, tier, sex and age: national use shared by need, with honest intervals.

A synthetic estimate: areas add up to England by construction, which is arithmetic and not validation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.cascade import BEYOND, ROWS, SEXES, Anchors, Means, Places, Told, cascade, told_by, with_sum
from needs.methods.draws import estimated, named_ends, variance_parts, with_ends
from needs.values import TIERS, Estimate, Provenance, Tier, records

__all__ = ["Demand", "assess"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Demand:
    """Expected patients of every area: central figures under each rule, and draws around them.

    Parameters
    ----------
    anchors, places
        England and its areas.
    rules : tuple of str
        Rules on offer, the chosen one first.
    central : tuple of Means
        Central figures, one draw, under each rule.
    told : Told
        Draws of what the cascade was told.
    means : Means
        Expected people for each draw.
    counts : ndarray, draws x 6 rows x areas
        People on one day for each draw, rows as in :data:`ROWS`.
    known : Provenance
        Kind and sources.
    rule_weight : float
        Share of the draws that follow the chosen rule.
    seed : int
        Seed of the draws.
    """

    anchors: Anchors
    places: Places
    rules: tuple[str, ...]
    central: tuple[Means, ...]
    told: Told
    means: Means
    counts: npt.NDArray[np.int64]
    known: Provenance
    rule_weight: float
    seed: int

    @property
    def areas(self) -> tuple[str, ...]:
        """Names of the areas."""
        return self.places.areas

    @property
    def national(self) -> dict[Tier, Estimate]:
        """Patients in England by secure tier."""
        return self.anchors.patients

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.told.rule)

    def _at(self, area: str) -> int:
        return self.areas.index(area)

    @cached_property
    def expected(self) -> pd.DataFrame:
        """Expected patients of every area, with intervals.

        Returns
        -------
        DataFrame
            ``area, tier, share, patients, patients_lower_80, patients_upper_80, patients_lower_95,
            patients_upper_95, mean_lower_95, mean_upper_95, from_parameters, from_rule, from_chance, below``,
            tiers as in :data:`ROWS`. The ends of ``patients`` hold parameters, rules and chance, those
            of ``mean`` parameters and rules; the columns ``from_`` say how much of the variance of
            ``patients`` each makes, and add up to 1; ``below`` is the share of draws below ``patients``.
        """
        centre, means = self.central[0].rows[0], self.means.rows
        ends = named_ends("patients", self.counts, centre, 80) | named_ends("patients", self.counts, centre)
        ends |= named_ends("mean", means, centre)
        parts = variance_parts(means, self.told.rule)
        frame = pd.DataFrame({"area": np.tile(self.areas, len(ROWS)), "tier": np.repeat(ROWS, len(self.areas))})
        frame["share"] = (centre / centre.sum(axis=1, keepdims=True)).ravel()
        frame["patients"] = centre.ravel()
        columns = ends | {f"from_{name}": part for name, part in parts.items()}
        columns |= {"below": (means < centre).mean(axis=0)}
        return frame.assign(**{name: values.ravel() for name, values in columns.items()})

    def rows(self, area: str) -> pd.DataFrame:
        """Return the rows of one area, as in :data:`ROWS`."""
        every = self.expected
        return every[every["area"] == area].drop(columns="area").reset_index(drop=True)

    def patients(self, area: str) -> dict[str, Estimate]:
        """Return one area's expected patients by row: what may be counted on one day."""
        return self._estimates(area, "patients")

    def mean(self, area: str) -> dict[str, Estimate]:
        """Return one area's expected patients by row, without the play of chance."""
        return self._estimates(area, "mean")

    def _estimates(self, area: str, of: str) -> dict[str, Estimate]:
        found = {}
        for row in records(self.rows(area)):
            lower, upper = (float(getattr(row, f"{of}_{end}_95")) for end in ("lower", "upper"))
            known = self.known
            if row.tier in BEYOND:
                known = Provenance.of(known, self.anchors.beyond[row.tier])
            found[row.tier] = Estimate(row.patients, lower, upper, known.kind, known.sources)
        return found

    def beds(self, area: str, beds: Mapping[Tier, Estimate]) -> Estimate:
        """Return one area's share of England's beds."""

        def part(means: Means) -> Floats:
            tiers = means.secure.sum(axis=2)
            share = tiers[:, :, self._at(area)] / tiers.sum(axis=2)
            found: Floats = share @ np.array([beds[tier].value for tier in TIERS])
            return found

        known = Provenance.of(self.known, *beds.values())
        return estimated(float(part(self.central[0])[0]), part(self.means), known)

    def rate(self, adults: pd.Series[float]) -> pd.Series[float]:
        """Return the central expected secure patients per 100,000 adults of every area."""
        return pd.Series(1e5 * self.central[0].rows[0, ROWS.index("all")] / adults[list(self.areas)], index=self.areas)

    def share(self, area: str) -> Estimate:
        """Return one area's share of England's secure patients."""

        def part(rows: Floats) -> Floats:
            found: Floats = rows[:, ROWS.index("all"), self._at(area)] / rows[:, ROWS.index("all")].sum(axis=1)
            return found

        return estimated(float(part(self.central[0].rows)[0]), part(self.means.rows), self.known)

    def adults_share(self, area: str) -> Estimate:
        """Return one area's share of England's adults, with the shares of all rules as its range."""
        at, row = self._at(area), ROWS.index("all")
        share = {
            rule: m.rows[0, row, at] / m.rows[0, row].sum() for rule, m in zip(self.rules, self.central, strict=True)
        }
        every = [float(part) for part in share.values()]
        return Estimate(float(share["population"]), min(every), max(every), self.known.kind, self.known.sources)

    def joined(self, areas: Sequence[str], tiers: Sequence[Tier]) -> Estimate:
        """Return the expected patients of some areas and secure tiers together: what may be counted on one day."""
        at, rows = [self._at(area) for area in areas], [ROWS.index(tier) for tier in tiers]
        value = self.central_sum(areas, tiers, self.rules[0])
        return estimated(value, self.counts[:, rows][:, :, at].sum(axis=(1, 2)), self.known)

    def by_rule(self, area: str, names: Mapping[str, str]) -> pd.DataFrame:
        """Return one area's patients under every rule: ``rule, label, chosen, share``, a column a tier, ``patients``.

        Rules of ``names`` that are not on offer have missing numbers.
        """
        frame = pd.DataFrame({"rule": list(names), "label": list(names.values())})
        frame["chosen"] = frame["rule"] == self.rules[0]
        central = {rule: means.rows[0] for rule, means in zip(self.rules, self.central, strict=True)}
        everyone = {rule: found[ROWS.index("all")] for rule, found in central.items()}
        frame["share"] = frame["rule"].map({r: every[self._at(area)] / every.sum() for r, every in everyone.items()})
        for tier in TIERS:
            frame[tier] = frame["rule"].map({r: f[ROWS.index(tier), self._at(area)] for r, f in central.items()})
        return frame.assign(patients=frame[list(TIERS)].sum(axis=1, skipna=False))

    def by_sex(self, area: str) -> pd.DataFrame:
        """Return one area's secure patients without chance: ``tier, sex, patients, mean_lower_95, mean_upper_95``."""
        at = self._at(area)
        frame = pd.DataFrame([(tier, sex) for tier in TIERS for sex in SEXES], columns=["tier", "sex"])
        centre = self.central[0].secure[0, :, :, at].ravel()
        return with_ends(frame, centre, self.means.secure[:, :, :, at])

    def by_age(self, area: str) -> pd.DataFrame:
        """Return one area's secure patients without chance: ``sex, group, patients, mean_lower_95, mean_upper_95``.

        Notes
        -----
        Within a sex, patients are split by the area's people in each group times the national rate of
        the group, whatever rule gives their number.
        """
        at, groups = self._at(area), list(self.anchors.profile.index)
        people = np.stack([self.places.people.loc[sex].to_numpy(float) for sex in SEXES])

        def split(profile: Floats, secure: Floats) -> Floats:
            cells = profile / people.sum(axis=2) * people[:, :, at]
            found: Floats = secure.sum(axis=1)[:, :, at, None] * cells / cells.sum(axis=2, keepdims=True)
            return found

        middle = np.stack([self.anchors.profile[sex].to_numpy(float) for sex in SEXES])[None]
        frame = pd.DataFrame([(sex, group) for sex in SEXES for group in groups], columns=["sex", "group"])
        return with_ends(
            frame, split(middle, self.central[0].secure).ravel(), split(self.told.profile, self.means.secure)
        )

    def index(self, area: str) -> Estimate:
        """Return one area's need index: deprivation alone, 1 for England."""
        people = self.places.people.sum().to_numpy(float)

        def part(told: Told) -> Floats:
            areas = told.index.mean(axis=1)
            found: Floats = areas[:, self._at(area)] / (areas @ people / people.sum())
            return found

        middle = told_by(self.anchors, self.places, self.rules, 1.0, 1, None)
        return estimated(float(part(middle)[0]), part(self.told), self.known)

    def split(self, places: Places, known: Provenance, region: Mapping[str, str]) -> Demand:
        """Return the demand of smaller areas, on the same draws, fitted to the areas they lie in (``region``)."""
        smaller = assess(self.anchors, places, known, self.rules, self.rule_weight, self.draws, self.seed)
        return smaller.within(self, region)

    def central_sum(self, areas: Sequence[str], tiers: Sequence[Tier], rule: str) -> float:
        """Return the central figure of some areas and secure tiers together under a rule."""
        rows, at = [ROWS.index(tier) for tier in tiers], [self._at(area) for area in areas]
        return float(self.central[self.rules.index(rule)].rows[0][np.ix_(rows, at)].sum())

    def within(self, whole: Demand, region: Mapping[str, str]) -> Demand:
        """Fit areas to the regions they lie in, in every draw.

        Parameters
        ----------
        whole : Demand
            The same England by region, from the same seed.
        region : mapping of area to area of ``whole``
            Where each area lies.

        Returns
        -------
        Demand
            Areas of a region add up to the region; what is uncertain of the region as a whole is as
            before, and what is uncertain between its areas comes on top.
        """
        at = np.array([whole._at(region[area]) for area in self.areas])
        central = tuple(_fitted(own, over, at) for own, over in zip(self.central, whole.central, strict=True))
        means = _fitted(self.means, whole.means, at)
        return replace(self, central=central, means=means, counts=_counted(means, 2, self.seed))


def _fitted(own: Means, whole: Means, at: npt.NDArray[np.intp]) -> Means:
    """Scale areas so that those of each region add up to the region's number in ``whole``."""
    member = np.zeros((len(at), whole.beyond.shape[-1]))
    member[np.arange(len(at)), at] = 1.0

    def fit(parts: Floats, wholes: Floats) -> Floats:
        sums = parts @ member
        found: Floats = parts * np.divide(wholes, sums, out=np.zeros_like(sums), where=sums > 0)[..., at]
        return found

    return Means(fit(own.secure, whole.secure), fit(own.beyond, whole.beyond))


def _counted(means: Means, key: int, seed: int) -> npt.NDArray[np.int64]:
    found: npt.NDArray[np.int64] = with_sum(
        np.random.default_rng(np.random.Philox(key=[key, seed])).poisson(means.tiers)
    )
    return found


def assess(
    anchors: Anchors,
    places: Places,
    known: Provenance,
    rules: Sequence[str],
    rule_weight: float = 0.5,
    draws: int = 10_000,
    seed: int = 2011,
) -> Demand:
    """Estimate the expected patients of every area.

    Parameters
    ----------
    anchors : Anchors
        What is known for England.
    places : Places
        The areas that make up England.
    known : Provenance
        Kind and sources of both.
    rules : sequence of str
        Rules on offer, the chosen one first; see :func:`~needs.methods.cascade.cascade`.
    rule_weight : float
        Share of the draws that follow the chosen rule; the others share the rest equally.
    draws, seed : int
        Number of draws, and the seed of their stream.

    Returns
    -------
    Demand

    Raises
    ------
    ValueError
        If a rule has no weights, or patients and people have other age groups.

    Notes
    -----
    Intervals are quantiles of the draws. With the default weight and six rules each has a tenth of the
    draws, so that the 95% interval holds what every rule says.

    Examples
    --------
    >>> from needs.methods.england import two_areas
    >>> found = assess(*two_areas(), Provenance("derived", ("x#z",)), ["need", "population"])
    >>> [(row.tier, row.patients) for row in records(found.rows("b"))][:4]
    [('high', 75.0), ('medium', 75.0), ('low', 75.0), ('all', 225.0)]
    """
    if not 0 < rule_weight <= 1:
        raise ValueError(f"rule_weight: {rule_weight:.10g} is not above 0 and at most 1")
    if lost := sorted({*rules} - {"need", "population", "deprivation", *map(str, places.counts)}):
        raise ValueError(f"no weights for the rule {', '.join(lost)}")
    ages, groups = list(anchors.profile.index), list(dict.fromkeys(places.people.index.get_level_values(1)))
    if ages != groups:
        raise ValueError(
            f"age groups of patients ({', '.join(ages)}) and of people ({', '.join(groups)}) are not the same"
        )
    rng = np.random.default_rng(np.random.Philox(key=[0, seed]))
    told = told_by(anchors, places, rules, rule_weight, draws, rng)
    parts: list[Estimate | Provenance] = [
        *anchors.patients.values(),
        *anchors.women.values(),
        anchors.ratio,
        anchors.carried,
    ]
    parts += [figure for figure in (anchors.all_women, anchors.ages) if figure is not None]
    known = Provenance.of(known, *parts, kind="modelled")
    middle = told_by(anchors, places, rules, rule_weight, 1, None)
    central = tuple(cascade(replace(middle, rule=np.array([n])), places, rules) for n in range(len(rules)))
    means = cascade(told, places, rules)
    return Demand(
        anchors, places, tuple(rules), central, told, means, _counted(means, 1, seed), known, rule_weight, seed
    )
