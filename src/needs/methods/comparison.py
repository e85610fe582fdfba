"""The estimate held against published figures: counts of use by area, and cells that need alone should predict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.cascade import ROWS, Told, cascade, told_by
from needs.methods.demand import Demand
from needs.methods.draws import estimated, named_ends
from needs.methods.funnel import overdispersion, ratio_limits
from needs.methods.need import deprivation_tenths, need_index
from needs.methods.shrinkage import shrink
from needs.methods.uncertainty import spread_around
from needs.values import TIERS, Estimate, Provenance, Tier

__all__ = [
    "Held",
    "held_counts",
    "held_shares",
    "if_past_use_were_need",
    "misses",
    "predicted_cells",
    "use_against_need",
]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Held:
    """A published figure that the estimate is held against.

    Parameters
    ----------
    label : str
        What was published, of when.
    published, estimate : Estimate
        The figure, and the estimate of the same area and tiers.
    by_adults : float
        What adults alone would give.
    unit : {"people", "share"}
        Unit of all three.
    at_least : bool
        Whether the published figure is a lower bound.

    Examples
    --------
    >>> e = lambda *ends: Estimate(*ends, kind="published", source=("x#y",))
    >>> Held("at least", e(300), e(480, 370, 580), 470.0, "people", at_least=True).agrees
    True
    """

    label: str
    published: Estimate
    estimate: Estimate
    by_adults: float
    unit: Literal["people", "share"]
    at_least: bool = False

    @property
    def agrees(self) -> bool:
        """Whether the published figure lies in the estimate's interval, or a lower bound is not above it."""
        lower, upper = self.estimate.bounds
        return self.published.value <= upper and (self.at_least or lower <= self.published.value)


def held_shares(found: Demand, told: Iterable[tuple[str, str, Estimate]]) -> list[Held]:
    """Hold the shares of areas against published ones: area, label, share.

    Examples
    --------
    >>> from needs.methods.england import two_areas
    >>> from needs.methods.demand import assess
    >>> e = lambda value: Estimate(value, kind="published", source=("x#y",))
    >>> england, places = two_areas()
    >>> found = assess(england, places, Provenance("derived", ("x#z",)), ["need", "population"], draws=9)
    >>> [(held.label, held.estimate.value, held.by_adults) for held in held_shares(found, [("b", "beds", e(0.8))])]
    [('beds', 0.75, 0.75)]
    """
    england = found.central_sum(found.areas, TIERS, "population")
    return [
        Held(label, figure, found.share(area), found.central_sum([area], TIERS, "population") / england, "share")
        for area, label, figure in told
        if area in found.areas
    ]


def held_counts(found: Demand, told: Iterable[tuple[str, Sequence[Tier], Sequence[str], Estimate, bool]]) -> list[Held]:
    """Hold people of some areas and tiers against published ones: label, tiers, areas, people, whether at least.

    Examples
    --------
    >>> from needs.methods.england import two_areas
    >>> from needs.methods.demand import assess
    >>> e = lambda value: Estimate(value, kind="published", source=("x#y",))
    >>> england, places = two_areas()
    >>> found = assess(england, places, Provenance("derived", ("x#z",)), ["need", "population"])
    >>> held, = held_counts(found, [("people in care", ["medium", "low"], ["b"], e(160), False)])
    >>> held.estimate.value, held.by_adults, held.agrees
    (150.0, 150.0, True)
    """
    return [
        Held(
            label, figure, found.joined(areas, tiers), found.central_sum(areas, tiers, "population"), "people", at_least
        )
        for label, tiers, areas, figure, at_least in told
    ]


def use_against_need(found: Demand, counts: pd.Series[float], names: Mapping[str, str]) -> pd.DataFrame:
    """Set a count of use beside what need alone would give, cell by cell.

    Parameters
    ----------
    found : Demand
        Expected patients of the areas, with the rule ``need`` on offer.
    counts : Series, by cell
        People or events counted; a cell is an area, or several published together (``a+b``).
    names : mapping of area to str
        Their names.

    Returns
    -------
    DataFrame, by cell
        ``cell, name, count, share, expected, ratio, ratio_lower, ratio_upper`` (count over the count that the cell's
        share of need would give, with chance and what is uncertain of need), ``shrunk`` and ``weight`` (the ratio
        drawn towards 1, and how much of it is the cell's own), ``limit_lower_95`` to ``limit_upper_99_8`` (funnel
        limits, widened by overdispersion), ``phi``, and ``by_use, by_need, by_need_lower, by_need_upper, gap,
        gap_lower, gap_upper``: England's secure patients shared by the count, by need, and the difference.

    Notes
    -----
    Only draws that follow the rule of need count: the other rules rest on counts of use themselves. Need holds
    supply at the national mean in every area, as no term for it enters. What a count shows above need is supply,
    practice, unmet need elsewhere and error, which this comparison cannot tell apart.

    Examples
    --------
    >>> from needs.methods.england import two_areas
    >>> from needs.methods.demand import assess
    >>> england, places = two_areas()
    >>> found = assess(england, places, Provenance("derived", ("x#z",)), ["need"], draws=9)
    >>> use_against_need(found, pd.Series({"a": 60.0, "b": 60.0}), {"a": "A", "b": "B"})["gap"].tolist()
    [75.0, -75.0]
    """
    cells = [str(cell).split("+") for cell in counts.index]
    member = np.array([[float(area in cell) for cell in cells] for area in found.areas])
    row, rule = ROWS.index("all"), found.rules.index("need")
    observed, total = counts.to_numpy(float), float(counts.sum())

    def share_of(rows: Floats) -> Floats:
        every = rows[:, row] @ member
        part: Floats = every / every.sum(axis=1, keepdims=True)
        return part

    share = share_of(found.central[rule].rows)[0]
    drawn = share_of(found.means.rows[found.told.rule == rule])
    rng = np.random.default_rng(np.random.Philox(key=[6, found.seed]))
    ratio = observed / (share * total)
    patients = float(found.central[rule].rows[0, row].sum())
    need = named_ends("by_need", drawn * patients, share * patients)
    by_use = observed / total * patients
    spread = overdispersion(observed, share * total)
    limits = {
        f"limit_{end}_{name}": side
        for level, name in ((0.95, "95"), (0.998, "99_8"))
        for end, side in zip(("lower", "upper"), ratio_limits(share * total, level, phi=spread.phi), strict=True)
    }
    own = shrink(np.round(observed), share * total)
    lower, upper = need["by_need_lower_95"], need["by_need_upper_95"]
    ends = named_ends("ratio", rng.poisson(observed, (len(drawn), len(cells))) / (drawn * total), ratio)
    return pd.DataFrame(
        {
            "cell": counts.index, "name": [" and ".join(names[area] for area in cell) for cell in cells],
            "count": observed, "share": observed / total, "expected": share * total, "ratio": ratio,
            "ratio_lower": ends["ratio_lower_95"], "ratio_upper": ends["ratio_upper_95"],
            "shrunk": own.ratio, "weight": own.weight, **limits, "phi": spread.phi, "by_use": by_use,
            "by_need": share * patients, "by_need_lower": lower, "by_need_upper": upper,
            "gap": by_use - share * patients, "gap_lower": by_use - upper, "gap_upper": by_use - lower,
        }
    )  # fmt: skip


def predicted_cells(
    cells: pd.DataFrame, ratio: Estimate, carried: Estimate, draws: int = 10_000, seed: int = 2011
) -> pd.DataFrame:
    """Predict published counts from their own total, adults and deprivation, and say by how much that misses.

    Parameters
    ----------
    cells : DataFrame
        ``cell, count, adults, tenth, fifth``.
    ratio, carried : Estimate
        See :class:`needs.methods.cascade.Anchors`.
    draws, seed : int
        Number of draws, and the seed of their stream.

    Returns
    -------
    DataFrame
        ``cell, count, by_adults, by_need, by_need_lower, by_need_upper, miss_by_adults, miss_by_need``; the ends
        are a 95% interval of the count (gradient and chance), a miss is predicted over published, less 1.

    Notes
    -----
    Only the total of the counts is taken from them, so nothing is fitted to where they fall.

    Examples
    --------
    >>> cells = pd.DataFrame({"cell": ["a", "b"], "count": [30.0, 10.0], "adults": [1e6, 1e6],
    ...                       "tenth": [0.1, 0.1], "fifth": [0.2, 0.2]})
    >>> e = lambda value: Estimate(value, kind="published", source=("x#y",))
    >>> predicted_cells(cells, e(1.24), e(0.8))["by_need"].round(6).tolist()
    [20.0, 20.0]
    """
    rng = np.random.default_rng(np.random.Philox(key=[3, seed]))
    adults, total = cells["adults"].to_numpy(float), float(cells["count"].sum())
    tenths = deprivation_tenths(cells["tenth"], cells["fifth"])

    def share(normals: Floats) -> Floats:
        slope = np.log(spread_around(ratio, normals[0])) * np.minimum(spread_around(carried, normals[1]), 1.0)
        weight = adults * need_index(tenths, slope)
        found: Floats = weight / weight.sum(axis=1, keepdims=True)
        return found

    central = total * share(np.zeros((2, 1)))[0]
    counted = rng.poisson(total * share(rng.standard_normal((2, draws))))
    lower, upper = np.quantile(counted, [0.025, 0.975], axis=0)
    by_adults = total * adults / adults.sum()
    found = cells[["cell", "count"]].assign(
        by_adults=by_adults, by_need=central, by_need_lower=lower, by_need_upper=upper
    )
    return found.assign(miss_by_adults=by_adults / cells["count"] - 1, miss_by_need=central / cells["count"] - 1)


def misses(cells: pd.DataFrame) -> dict[str, float]:
    """Sum up how far predictions miss.

    Parameters
    ----------
    cells : DataFrame
        See :func:`predicted_cells`.

    Returns
    -------
    dict
        ``by_adults`` and ``by_need``: mean absolute miss as a share of the published counts, weighted by them;
        ``by_adults_without`` and ``by_need_without``: the same without the cell of the largest count;
        ``inside``: cells whose published count lies in the interval.

    Examples
    --------
    >>> misses(pd.DataFrame({"count": [10.0, 30.0], "by_adults": [20.0, 20.0], "by_need": [15.0, 25.0],
    ...                      "by_need_lower": [8.0, 18.0], "by_need_upper": [22.0, 28.0]}))
    {'by_adults': 0.5, 'by_need': 0.25, 'by_adults_without': 1.0, 'by_need_without': 0.5, 'inside': 1.0}
    """
    count, missed = cells["count"], {}
    for name, some in (("", cells), ("_without", cells.drop(index=count.idxmax()))):
        for rule in ("by_adults", "by_need"):
            missed[rule + name] = float((some[rule] - some["count"]).abs().sum() / some["count"].sum())
    return missed | {"inside": float(count.between(cells["by_need_lower"], cells["by_need_upper"]).sum())}


def if_past_use_were_need(
    found: Demand, groups: Sequence[tuple[str, pd.Series[float], Estimate, Estimate]], known: Provenance, area: str
) -> tuple[Estimate, Estimate]:
    """Say what rate ratios of past use would do to one area's secure patients, by the rule of need alone.

    Parameters
    ----------
    found : Demand
        Expected patients of the areas.
    groups : sequence of (name, share by area, ratio of men, ratio of women)
        Groups of residents, and their rate ratios to everybody else.
    known : Provenance
        Kind and sources of the groups.
    area : str
        The area.

    Returns
    -------
    Estimate, Estimate
        Patients without it, and the change with it: each draw of one is a pair with a draw of the other.

    Notes
    -----
    The need index of a sex is multiplied by ``1 + sum_e share_e (ratio_e - 1)``, with the ratios drawn from their
    intervals; then England's patients are shared again.

    Examples
    --------
    >>> from needs.methods.england import two_areas
    >>> from needs.methods.demand import assess
    >>> e = lambda value: Estimate(value, kind="published", source=("x#y",))
    >>> england, places = two_areas()
    >>> found = assess(england, places, Provenance("derived", ("x#z",)), ["need"], draws=9)
    >>> groups = [("some", pd.Series({"a": 1.0, "b": 0.0}), e(3), e(3))]
    >>> without, change = if_past_use_were_need(found, groups, Provenance("assumed", ("x#past",)), "a")
    >>> without.value, round(change.value, 6), change.kind
    (75.0, 75.0, 'synthetic')
    """
    rng = np.random.default_rng(np.random.Philox(key=[5, found.seed]))
    normals = rng.standard_normal((len(groups), 2, found.draws))
    at, row, rules = found.areas.index(area), ROWS.index("all"), ["need"]

    def rows(told: Told, z: Floats | None) -> Floats:
        told = replace(told, rule=np.zeros(len(told.rule), int))
        if z is not None:
            factor = np.ones(told.index.shape)
            for (_, share, men, women), drawn in zip(groups, z, strict=True):
                for sex, ratio in enumerate((men, women)):
                    more = spread_around(ratio, drawn[sex]) - 1
                    factor[:, sex] += more[:, None] * share[list(found.areas)].to_numpy(float)
            told = replace(told, index=told.index * factor)
        found_rows: Floats = cascade(told, found.places, rules).rows[:, row, at]
        return found_rows

    middle = told_by(found.anchors, found.places, rules, 1.0, 1, None)
    without, central = rows(found.told, None), float(rows(middle, None)[0])
    change = rows(found.told, normals) - without
    value = float(rows(middle, np.zeros((len(groups), 2, 1)))[0]) - central
    return estimated(central, without, found.known), estimated(value, change, Provenance.of(found.known, known))
