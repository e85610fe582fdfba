"""Spend by who provides the care: NHS and independent providers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from needs.methods.care import Care, function_of
from needs.params.costs import DAYS_IN_YEAR
from needs.values import Estimate, Provenance

__all__ = ["SECTORS", "sectors"]

SECTORS = ("nhs", "independent")
"""Who provides beds."""


def sectors(care: Care, independent: Mapping[str, Estimate], price: Estimate) -> tuple[pd.DataFrame, Provenance]:
    """Part people and spend between NHS and independent providers.

    Parameters
    ----------
    care : Care
        People and spend; the tiers that the region told itself are parted as its file has them.
    independent : mapping of tier to Estimate
        Share of beds at independent providers; tiers without one are left out.
    price : Estimate
        Price of a bed-day there over that at NHS providers.

    Returns
    -------
    DataFrame
        ``tier, sector, patients, share`` (of people), ``year_cost, spend, spend_lower, spend_upper, own``; the last two
        rows are ``all``, of the tiers shown. People that the region told are rounded, and missing where they are too few, as are
        shares of a tier of which some are missing.
    Provenance

    Notes
    -----
    The mean of both prices stays the cost of a year: NHS ``U / (1 + s (r - 1))``, independent ``r`` times that, with
    ``s`` the share and ``r`` the ratio of prices.

    Examples
    --------
    >>> from needs.methods.care import estimated
    >>> e = lambda value: {"low": Estimate(value, kind="assumed", source=("x#y",))}
    >>> found, known = sectors(estimated(e(90.0), e(150e3), e(0.9)), e(0.4), e(1.1)["low"])
    >>> found["spend"].round().tolist(), found["year_cost"].round().tolist()
    ([7788462.0, 5711538.0, 7788462.0, 5711538.0], [144231.0, 158654.0, 144231.0, 158654.0])
    """
    rows: list[dict[str, object]] = []
    figures: list[Estimate] = []
    for tier in (tier for tier in care.spend if tier in independent or tier in care.own):
        if tier in care.own:
            rows += list(_told(care, tier))
            figures.append(care.spend[tier])
            continue
        share = independent[tier]
        there = function_of(lambda s, r: s * r / (1 + s * (r - 1)), share, price)
        here = function_of(lambda s, r: (1 - s) / (1 + s * (r - 1)), share, price)
        figures += [share, price, care.spend[tier]]
        people, whole = care.patients[tier].value, care.spend[tier]
        for sector, beds, money in (
            ("nhs", 1 - share.value, whole * here),
            ("independent", share.value, whole * there),
        ):
            cost = money.value / (people * beds) if beds else math.nan
            rows.append(_sector(tier, sector, people * beds, beds, cost, money, own=False))
    frame = pd.DataFrame(rows)
    people = frame["patients"].sum(skipna=False)
    for sector in SECTORS:
        of = frame[(frame["sector"] == sector) & (frame["tier"] != "all")]
        sums = of[["patients", "spend", "spend_lower", "spend_upper"]].sum(skipna=False)
        cost = sums["spend"] / sums["patients"] if sums["patients"] else math.nan
        row = {"tier": "all", "sector": sector, "share": sums["patients"] / people, "year_cost": cost, **sums}
        frame = pd.concat([frame, pd.DataFrame([row | {"own": bool(frame["own"].all())}])], ignore_index=True)
    return frame, Provenance.of(*figures, kind="derived" if frame["own"].all() else "modelled")


def _told(care: Care, tier: str) -> Iterator[dict[str, object]]:
    """Give the rows of a tier that the region told itself."""
    own = care.told[care.told["tier"] == tier]
    everyone = float(own["occupied_bed_days"].sum(skipna=False)) / DAYS_IN_YEAR
    for sector in SECTORS:
        of = own[own["sector"] == sector]
        people, money = float(of["occupied_bed_days"].sum(skipna=False)) / DAYS_IN_YEAR, float(of["spend"].sum())
        spend = replace(care.spend[tier], value=money)
        cost = money / people if people else math.nan
        if not of.empty:
            yield _sector(tier, sector, people, people / everyone, cost, spend, own=True)


def _sector(
    tier: str, sector: str, people: float, share: float, cost: float, spend: Estimate, *, own: bool
) -> dict[str, object]:
    lower, upper = spend.bounds
    return {"tier": tier, "sector": sector, "patients": people, "share": share, "year_cost": cost, "spend": spend.value,
            "spend_lower": lower, "spend_upper": upper, "own": own}  # fmt: skip
