"""Spend beside that of England, and the region's own spend beside the estimate: what makes the difference."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from needs.methods.care import Care
from needs.methods.decomposition import Spending, shapley, spend_steps
from needs.values import Estimate

__all__ = ["ENGLAND", "against_england", "own_beside_estimate", "steps_from_england"]

ENGLAND = "England"
"""What the country is called in place of an area."""


def against_england(
    care: Care, national: Mapping[str, Estimate], year_cost: Mapping[str, Estimate], adults: pd.Series[float], area: str
) -> pd.DataFrame:
    """Set the care and spend of an area beside those of England, by tier.

    Parameters
    ----------
    care : Care
        Of the area.
    national : mapping of tier to Estimate
        People in England.
    year_cost : mapping of tier to Estimate
        GBP for a year of one occupied place in England.
    adults : Series
        Adults of every area of England, by slug.
    area : str
        Slug of the area.

    Returns
    -------
    DataFrame
        ``area`` (England, then the slug), ``tier, adults, patients, year_cost, spend, rate`` (patients per 100,000
        adults), ``per_adult`` (GBP); the last row of each area is ``all``.

    Examples
    --------
    >>> from needs.methods.care import estimated
    >>> e = lambda value: {"low": Estimate(value, kind="assumed", source=("x#y",))}
    >>> care = estimated(e(90.0), e(150e3), e(0.9))
    >>> found = against_england(care, e(300.0), e(150e3), pd.Series({"a": 1e6, "b": 4e6}), "a")
    >>> found[found["tier"].eq("all")][["area", "rate", "per_adult"]].to_numpy().tolist()
    [['England', 6.0, 9.0], ['a', 9.0, 13.5]]
    """
    rows = []
    for name, people, cost, of in (
        (ENGLAND, national, year_cost, float(adults.sum())),
        (area, care.patients, care.year_cost, float(adults[area])),
    ):
        told = [(tier, people[tier].value, cost[tier].value) for tier in care.spend]
        everyone, spend = sum(count for _, count, _ in told), sum(count * price for _, count, price in told)
        told.append(("all", everyone, spend / everyone))
        rows += [(name, tier, of, count, price, count * price) for tier, count, price in told]
    frame = pd.DataFrame(rows, columns=["area", "tier", "adults", "patients", "year_cost", "spend"])
    return frame.assign(rate=1e5 * frame["patients"] / frame["adults"], per_adult=frame["spend"] / frame["adults"])


def steps_from_england(compared: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return what leads from spend per adult in England to that in an area, step by step.

    Parameters
    ----------
    compared : DataFrame
        See :func:`against_england`.
    name : str
        Name of the area on the page.

    Returns
    -------
    DataFrame
        ``factor, label, value, total``, GBP an adult; see :func:`needs.methods.decomposition.spend_steps`. A step that is
        nothing by construction, as that of prices where both have the same, is left out.

    Examples
    --------
    >>> told = pd.DataFrame([("England", "low", 5e6, 300.0, 150e3), ("a", "low", 1e6, 90.0, 150e3)],
    ...                     columns=["area", "tier", "adults", "patients", "year_cost"])
    >>> steps_from_england(told, "Here")[["label", "value"]].to_numpy().tolist()
    [['England', 9.0], ['Patients per adult', 4.5], ['Mix of tiers', 0.0], ['Here', 13.5]]
    """
    by_tier = compared[compared["tier"] != "all"]
    ends = []
    for area, rows in by_tier.groupby("area", sort=False):
        label = ENGLAND if area == ENGLAND else name
        ends.append(Spending(label, float(rows["adults"].iloc[0]), rows[["tier", "patients", "year_cost"]]))
    england, here = ends
    steps = spend_steps(england, here, per_adult=True)
    prices = [side.tiers["year_cost"].to_numpy() for side in ends]
    same = bool((prices[0] == prices[1]).all())
    return steps[~(steps["factor"].eq("price") & same)].reset_index(drop=True)


def own_beside_estimate(own: Care, estimate: Care) -> pd.DataFrame:
    """Set what a region says that it spent beside the estimate, and part the difference.

    Parameters
    ----------
    own, estimate : Care
        The same area with its own figures, and as modelled.

    Returns
    -------
    DataFrame
        Tiers that the region told, and ``all`` of them: ``tier, own, estimate, estimate_lower, estimate_upper,
        difference, volume, mix, price``, GBP a year, and people and the cost of a year on both sides (``own_patients,
        patients, own_year_cost, year_cost``). ``volume, mix, price`` add up to the difference, of each tier and of all.
        Empty where the region told nothing.

    Notes
    -----
    Spend of a tier is all people times the tier's share of them times its price; each factor's part is its Shapley
    value, which adds up over tiers.

    Examples
    --------
    >>> from needs.methods.care import estimated, with_own
    >>> from needs.values import Provenance
    >>> e = lambda value: {"low": Estimate(value, kind="assumed", source=("x#y",))}
    >>> told = pd.DataFrame([("low", "nhs", "block", 110.0, 36_500.0, 11e6)], columns=[
    ...     "tier", "sector", "contract", "funded_beds", "occupied_bed_days", "spend"])
    >>> estimate = estimated(e(90.0), e(100e3), e(0.9))
    >>> found = own_beside_estimate(with_own(estimate, told, Provenance("derived", ("x#own",))), estimate)
    >>> found[["tier", "difference", "volume", "mix", "price"]].round().to_numpy().tolist()[-1]
    ['all', 2000000.0, 1050000.0, 0.0, 950000.0]
    """
    sides = (estimate, own)
    people = [sum(side.patients[tier].value for tier in own.own) for side in sides]
    rows = []
    for tier in own.own:
        ends = [
            {"volume": whole, "mix": side.patients[tier].value / whole, "price": side.year_cost[tier].value}
            for side, whole in zip(sides, people, strict=True)
        ]
        parts = shapley(ends[0], ends[1], lambda f: f["volume"] * f["mix"] * f["price"])
        told, modelled = own.spend[tier], estimate.spend[tier]
        row: dict[str, object] = {"tier": tier, "own": told.value, "estimate": modelled.value}
        row |= dict(zip(("estimate_lower", "estimate_upper"), modelled.bounds, strict=True))
        row |= {"difference": told.value - modelled.value, **parts}
        row |= {"own_patients": own.patients[tier].value, "patients": estimate.patients[tier].value}
        rows.append(row | {"own_year_cost": ends[1]["price"], "year_cost": ends[0]["price"]})
    frame = pd.DataFrame(rows)
    if not rows:
        return frame
    everything: dict[str, object] = dict(frame.drop(columns=["tier", "own_year_cost", "year_cost"]).sum())
    everything |= {"own_year_cost": frame["own"].sum() / people[1], "year_cost": frame["estimate"].sum() / people[0]}
    return pd.concat([frame, pd.DataFrame([{"tier": "all"} | everything])], ignore_index=True)
