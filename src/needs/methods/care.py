"""Care that an area uses and what it costs: people, beds in use and empty, modelled or as the region told it.

The cost of a year of an occupied bed holds its part of the beds that stand empty. Here the two are taken apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.disclosure import RULE, Rule
from needs.methods.own_people import people_of, safe_rows
from needs.values import Estimate, Provenance, merge_sources, total, weakest

__all__ = ["Care", "bed_in_use", "estimated", "function_of", "parts", "with_own"]

How = Literal["modelled", "own", "partly own"]

_N = TypeVar("_N", float, npt.NDArray[np.float64])


@dataclass(frozen=True)
class Care:
    """Care of an area in a year, by tier of secure care.

    Parameters
    ----------
    patients : mapping of tier to Estimate
        People in the tier, on average over the year.
    year_cost : mapping of tier to Estimate
        GBP for a year of one occupied place, empty beds included.
    occupancy : mapping of tier to Estimate
        Share of funded beds that are in use.
    spend : mapping of tier to Estimate
        GBP a year.
    told : DataFrame, optional
        ``tier, sector, contract, funded_beds, occupied_bed_days, spend``: what the region says of its own, in the money
        of ``spend``, with people rounded; empty where it says nothing.

    Examples
    --------
    >>> e = lambda value: {"low": Estimate(value, kind="assumed", source=("x#y",))}
    >>> care = estimated(e(90.0), e(150e3), e(0.9))
    >>> care.whole.value, care.how, care.own
    (13500000.0, 'modelled', ())
    """

    patients: Mapping[str, Estimate]
    year_cost: Mapping[str, Estimate]
    occupancy: Mapping[str, Estimate]
    spend: Mapping[str, Estimate]
    told: pd.DataFrame

    @property
    def whole(self) -> Estimate:
        """Spend of all tiers; errors move together."""
        return total(self.spend.values(), together=True)

    @property
    def own(self) -> tuple[str, ...]:
        """Tiers that the region told itself."""
        told = set(self.told["tier"])
        return tuple(tier for tier in self.spend if tier in told)

    @property
    def how(self) -> How:
        """Whether spend is modelled, the region's own, or partly so."""
        return "modelled" if not self.own else "own" if len(self.own) == len(self.spend) else "partly own"

    @property
    def known(self) -> Provenance:
        """Kind and sources of the spend."""
        return Provenance.of(*self.spend.values())


def estimated(
    patients: Mapping[str, Estimate], year_cost: Mapping[str, Estimate], occupancy: Mapping[str, Estimate]
) -> Care:
    """Return the care of an area as it is modelled: people at the cost of a year, in the order of ``year_cost``.

    Parameters
    ----------
    patients, year_cost, occupancy : mapping of tier to Estimate
        See :class:`Care`.

    Examples
    --------
    >>> e = lambda value: {"low": Estimate(value, kind="assumed", source=("x#y",))}
    >>> estimated(e(90.0), e(150e3), e(0.9)).spend["low"].value
    13500000.0
    """
    people = {tier: patients[tier] for tier in year_cost}
    spend = {tier: people[tier] * cost for tier, cost in year_cost.items()}
    columns = ["tier", "sector", "contract", "funded_beds", "occupied_bed_days", "spend"]
    return Care(people, year_cost, {tier: occupancy[tier] for tier in year_cost}, spend, pd.DataFrame(columns=columns))


def with_own(care: Care, told: pd.DataFrame, known: Provenance, ratio: float = 1.0, rule: Rule = RULE) -> Care:
    """Replace the tiers that a region tells of by its own figures; the others stay as modelled.

    Parameters
    ----------
    care : Care
        As modelled.
    told : DataFrame
        ``tier, sector, contract, funded_beds, occupied_bed_days, spend``, GBP of the file's year.
    known : Provenance
        Kind and source of the file.
    ratio : float
        What a pound of the file's year is in the money of the prices: index there over index in the file's year.
    rule : Rule
        By which people are rounded before anything is made of them, see :func:`needs.methods.own_people.safe_rows`; a tier of
        fewer than the smallest stays as modelled.

    Notes
    -----
    People are bed-days over 365, rounded. Beds of packages are those in use: a package pays for no empty bed.

    Examples
    --------
    >>> e = lambda value: {"low": Estimate(value, kind="assumed", source=("x#y",))}
    >>> told = pd.DataFrame([("low", "nhs", "block", 100.0, 29_200.0, 12e6)], columns=[
    ...     "tier", "sector", "contract", "funded_beds", "occupied_bed_days", "spend"])
    >>> own = with_own(estimated(e(90.0), e(150e3), e(0.9)), told, Provenance("derived", ("params/x#costs.spend_file",)))
    >>> own.patients["low"].value, own.year_cost["low"].value, own.occupancy["low"].value, own.how
    (80.0, 150000.0, 0.8, 'own')
    """
    rows = safe_rows(told.assign(spend=told["spend"] * ratio), rule)
    patients, year_cost, occupancy, spend = (
        dict(held) for held in (care.patients, care.year_cost, care.occupancy, care.spend)
    )

    def figure(value: float) -> Estimate:
        return Estimate(value, kind=known.kind, source=known.sources)

    for tier in spend:
        own = rows[rows["tier"] == tier]
        if own.empty:
            continue
        block = own["contract"] == "block"
        people, bought = people_of(own)
        beds = float(own.loc[block, "funded_beds"].sum()) + bought
        patients[tier], spend[tier] = figure(people), figure(float(own["spend"].sum()))
        year_cost[tier], occupancy[tier] = (
            figure(spend[tier].value / people),
            figure(min(1.0, people / beds) if beds else 1.0),
        )
    return Care(patients, year_cost, occupancy, spend, rows)


def bed_in_use(year_cost: _N, occupancy: _N, fixed_share: _N) -> _N:
    """Return the cost of a year of a bed in use, GBP, without its part of the empty beds.

    Parameters
    ----------
    year_cost : float or ndarray
        GBP for a year of one occupied bed, empty beds included.
    occupancy : float or ndarray
        Share of funded beds that are in use.
    fixed_share : float or ndarray
        Share of that cost that an empty funded bed goes on costing.

    Notes
    -----
    ``c = U o / (o + (1 - o) phi)``: ``o`` beds in use at ``c`` and ``1 - o`` empty ones at ``phi c`` cost ``U o``.

    Examples
    --------
    >>> round(bed_in_use(165_000.0, 0.9, 0.7))
    153093
    """
    return year_cost * occupancy / (occupancy + (1 - occupancy) * fixed_share)


def function_of(function: Callable[..., float], *figures: Estimate) -> Estimate:
    """Return a function of some figures, each at the ends of its interval in turn.

    Parameters
    ----------
    function : callable
        Takes the values; rises or falls with each of them, and is 0 or more.
    *figures : Estimate
        Independent figures.

    Notes
    -----
    How far each figure moves the result is added in quadrature, downwards and upwards apart.

    Examples
    --------
    >>> share = Estimate(0.4, 0.2, 0.6, "assumed", ("x#y",))
    >>> price = Estimate(1.0, 0.9, 1.2, "assumed", ("x#z",))
    >>> found = function_of(lambda s, r: s * r / (1 + s * (r - 1)), share, price)
    >>> round(found.value, 2), round(found.lower, 2), round(found.upper, 2), found.kind
    (0.4, 0.2, 0.6, 'assumed')
    """
    values = [figure.value for figure in figures]
    centre = float(function(*values))
    down, up = 0.0, 0.0
    for at, figure in enumerate(figures):
        moved = [float(function(*values[:at], end, *values[at + 1 :])) - centre for end in figure.bounds]
        down, up = math.hypot(down, min(*moved, 0.0)), math.hypot(up, max(*moved, 0.0))
    kind = weakest(["modelled", *(figure.kind for figure in figures)])
    source = merge_sources(*(figure.source for figure in figures))
    if not any(figure.has_interval for figure in figures):
        return Estimate(centre, kind=kind, source=source)
    return Estimate(centre, max(0.0, centre - down), centre + up, kind, source)


def parts(care: Care, fixed_share: Estimate) -> pd.DataFrame:
    """Take spend apart into beds in use and empty funded beds.

    Parameters
    ----------
    care : Care
        People, cost of a year, occupancy and spend.
    fixed_share : Estimate
        Share of what a bed costs in use that it goes on costing when empty.

    Returns
    -------
    DataFrame
        ``tier, beds_in_use, beds_empty``, ``cost_in_use, cost_empty`` (GBP for a year of one), ``spend_in_use,
        spend_empty`` with ``_lower`` and ``_upper``, ``spend, share_empty``; the last row is ``all``. The two parts add
        up to the spend.

    Examples
    --------
    >>> e = lambda value: {"low": Estimate(value, kind="assumed", source=("x#y",))}
    >>> found = parts(estimated(e(90.0), e(150e3), e(0.9)), Estimate(0.7, 0.5, 0.9, "assumed", ("x#z",)))
    >>> row = found.iloc[0]
    >>> round(row.beds_empty), round(row.spend_in_use + row.spend_empty), f"{row.share_empty:.3f}"
    (10, 13500000, '0.072')
    """
    rows: list[dict[str, object]] = []
    every = []
    for tier, spend in care.spend.items():
        people, year_cost, occupancy = care.patients[tier].value, care.year_cost[tier].value, care.occupancy[tier]
        in_use = bed_in_use(year_cost, occupancy.value, fixed_share.value)
        share = function_of(_empty_share, occupancy, fixed_share)
        rest = function_of(lambda o, f: 1 - _empty_share(o, f), occupancy, fixed_share)
        every.append((spend * rest, spend * share, spend))
        rows.append({"tier": tier, "beds_in_use": people, "beds_empty": people * (1 / occupancy.value - 1), "cost_in_use": in_use,
                     "cost_empty": fixed_share.value * in_use} | _row(*every[-1]))  # fmt: skip
    together = [total(group, together=True) for group in zip(*every, strict=True)]
    rows.append({"tier": "all"} | _row(*together))
    frame = pd.DataFrame(rows)
    frame.loc[frame.index[-1], ["beds_in_use", "beds_empty"]] = frame[["beds_in_use", "beds_empty"]].sum()
    return frame


def _empty_share(occupancy: float, fixed_share: float) -> float:
    """Return the share of spend that empty beds take."""
    return (1 - occupancy) * fixed_share / (occupancy + (1 - occupancy) * fixed_share)


def _row(in_use: Estimate, empty: Estimate, spend: Estimate) -> dict[str, object]:
    ends: dict[str, object] = {
        f"{name}{end}": number
        for name, figure in (("spend_in_use", in_use), ("spend_empty", empty))
        for end, number in zip(("", "_lower", "_upper"), (figure.value, *figure.bounds), strict=True)
    }
    return ends | {"spend": spend.value, "share_empty": empty.value / spend.value}
