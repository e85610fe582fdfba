"""What care costs: spend by tier, and its share of a named budget."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from needs.methods.care import Care
from needs.params.costs import DAYS_IN_YEAR, cost_of_a_year
from needs.values import Estimate, total

__all__ = [
    "DAYS_IN_YEAR",
    "budget_share",
    "cost_of_a_year",
    "national_spend",
    "share_of",
    "spend_table",
]


def share_of(part: Estimate, base: Estimate) -> Estimate:
    """Share of a part in a named base.

    Raises
    ------
    ValueError
        If the base is not above zero.

    Examples
    --------
    >>> secure = Estimate(1.2e9, kind="published", source=("2009-10/costs_spend#cmh-2011",))
    >>> investment = Estimate(6.323e9, kind="published", source=("2009-10/costs_spend#nsi-2010-11",))
    >>> round(share_of(secure, investment).value, 4)
    0.1898
    """
    if base.value <= 0:
        raise ValueError("the base of a share is above zero")
    return part / base


def national_spend(
    beds: Mapping[str, Estimate], occupancy: Mapping[str, Estimate], year_cost: Mapping[str, Estimate]
) -> Estimate:
    """Spend in England at published unit costs, with the range of published prices.

    Parameters
    ----------
    beds, occupancy : mapping of tier to Estimate
        Beds in England; occupancy, held at its central value so that the range is that of prices.
    year_cost : mapping of tier to Estimate
        GBP a year for one occupied place, with the range of published prices.

    Returns
    -------
    Estimate
        GBP a year, ``modelled`` at best.

    Examples
    --------
    >>> e = lambda value: Estimate(value, kind="published", source=("x#y",))
    >>> beds, prices = {"high": 800, "medium": 3500, "low": 3500}, {"high": 273e3, "medium": 165e3, "low": 152e3}
    >>> full = national_spend({t: e(b) for t, b in beds.items()}, dict.fromkeys(beds, e(0.905)),
    ...                       {t: e(p) for t, p in prices.items()})
    >>> round(full.value / 1e9, 2), full.kind
    (1.2, 'modelled')
    """
    held = {tier: Estimate(share.value, kind=share.kind, source=share.source) for tier, share in occupancy.items()}
    spend = total((beds[tier] * held[tier] * year_cost[tier] for tier in beds), together=True)
    return spend * Estimate(1.0, kind="modelled", source=spend.source)


def spend_table(
    care: Care, national: Mapping[str, Estimate], year_cost: Mapping[str, Estimate], adults: float
) -> pd.DataFrame:
    """Lay out spend by tier and for all tiers.

    Parameters
    ----------
    care : Care
        People, GBP for a year of one occupied place, and GBP a year of the area.
    national : mapping of tier to Estimate
        People in England.
    year_cost : mapping of tier to Estimate
        GBP for a year of one occupied place in England.
    adults : float
        Adults of the area.

    Returns
    -------
    DataFrame
        ``tier, patients, year_cost, spend, spend_lower, spend_upper, per_adult, england_share, own`` (whether the
        region told it); the last row is ``all``.

    Examples
    --------
    >>> from needs.methods.care import estimated
    >>> e = lambda value: {"low": Estimate(value, kind="assumed", source=("x#y",))}
    >>> spend_table(estimated(e(10), e(150e3), e(0.9)), e(100), e(150e3), 1e6)["england_share"].tolist()
    [0.1, 0.1]
    """
    everything = care.whole
    england = {tier: people.value * year_cost[tier].value for tier, people in national.items()}
    people = sum(care.patients[tier].value for tier in care.spend)
    rows = [
        (tier, care.patients[tier].value, care.year_cost[tier].value, cost, england[tier], tier in care.own)
        for tier, cost in care.spend.items()
    ]
    rows.append(("all", people, everything.value / people, everything, sum(england.values()), care.how == "own"))
    return pd.DataFrame(
        [
            {
                "tier": tier,
                "patients": count,
                "year_cost": price,
                "spend": cost.value,
                "spend_lower": cost.bounds[0],
                "spend_upper": cost.bounds[1],
                "per_adult": cost.value / adults,
                "england_share": cost.value / base,
                "own": own,
            }
            for tier, count, price, cost, base, own in rows
        ]
    )


def budget_share(spend: Estimate, base: Estimate | None, published: Estimate | None = None) -> Estimate | None:
    """Share of secure care in one base: as published, or computed where a base is known.

    Examples
    --------
    >>> e = lambda value: Estimate(value, kind="published", source=("x#y",))
    >>> budget_share(e(1.0), e(4.0)).value, budget_share(e(1.0), None, e(0.189)).value, budget_share(e(1.0), None)
    (0.25, 0.189, None)
    """
    return published or (share_of(spend, base) if base else None)
