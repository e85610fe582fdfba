"""What moved a figure from one value to another: each factor's part, exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import pandas as pd

from needs.values import records

__all__ = ["FACTOR_NAMES", "MOST_FACTORS", "Spending", "shapley", "spend_steps", "volume_mix_price"]

MOST_FACTORS = 8
"""Most factors that are told apart: the value is computed for every subset of them."""

FACTOR_NAMES = {
    "adults": "Adults",
    "use": "Patients per adult",
    "mix": "Mix of tiers",
    "price": "Cost of a year of care",
    "level": "Price level",
}
"""What moves spend, in order, as it is named beside its step."""


def shapley(
    before: Mapping[str, Any], after: Mapping[str, Any], value: Callable[[Mapping[str, Any]], float]
) -> dict[str, float]:
    r"""Split the change of a figure among its factors, in no order of them.

    Parameters
    ----------
    before, after : mapping of str to any
        The factors at both ends: the same names, at most :data:`MOST_FACTORS`.
    value : callable
        The figure that a set of factors gives.

    Returns
    -------
    dict of str to float
        Part of each factor, in the order of ``before``; they add up to ``value(after) - value(before)``.

    Raises
    ------
    ValueError
        If the names differ, or there are none or too many.

    Notes
    -----
    The Shapley value: with :math:`n` factors :math:`N` and :math:`v(S)` the figure with the factors of :math:`S` as
    after and the others as before,

    .. math:: \phi_i = \sum_{S \subseteq N \setminus i} \frac{|S|!\,(n-|S|-1)!}{n!} [v(S \cup i) - v(S)]

    the mean, over all orders in which the factors could change, of what a factor adds when its turn comes.

    References
    ----------
    Shorrocks AF (2013). Decomposition procedures for distributional analysis: a unified framework based on the Shapley
    value. Journal of Economic Inequality 11(1):99-126.

    Examples
    --------
    >>> shapley({"beds": 10, "price": 2.0}, {"beds": 12, "price": 3.0}, lambda f: f["beds"] * f["price"])
    {'beds': 5.0, 'price': 11.0}
    """
    names = list(before)
    if set(names) != set(after):
        raise ValueError(f"the factors differ: {', '.join(sorted(set(names) ^ set(after)))}")
    if not 0 < len(names) <= MOST_FACTORS:
        raise ValueError(f"a figure is split among 1 to {MOST_FACTORS} factors, got {len(names)}")
    subsets = [frozenset(chosen) for size in range(len(names) + 1) for chosen in combinations(names, size)]
    worth = {chosen: float(value({n: (after if n in chosen else before)[n] for n in names})) for chosen in subsets}
    weight = [1 / (len(names) * comb(len(names) - 1, size)) for size in range(len(names))]
    return {
        name: sum(weight[len(s)] * (worth[s | {name}] - worth[s]) for s in subsets if name not in s) for name in names
    }


def volume_mix_price(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, float]:
    """Split a change of spend into how much was bought, of what, and at which price.

    Parameters
    ----------
    before, after : DataFrame
        ``tier, volume, price``, a row a tier: spend is volume times price. A tier that only one of them has counts as 0
        in the other, at the same price, so that opening it is a change of mix and not of price.

    Returns
    -------
    dict of str to float
        ``volume`` (all tiers), ``mix`` (share of each tier in the volume) and ``price``; they add up to the change.

    Raises
    ------
    ValueError
        If a tier stands twice, or a volume or the price of a tier in use is not a number from 0.

    Examples
    --------
    >>> before = pd.DataFrame({"tier": ["medium", "low"], "volume": [10, 10], "price": [3.0, 1.0]})
    >>> after = pd.DataFrame({"tier": ["medium", "low"], "volume": [8, 12], "price": [3.0, 1.0]})
    >>> {part: round(change, 6) for part, change in volume_mix_price(before, after).items()}
    {'volume': 0.0, 'mix': -4.0, 'price': 0.0}
    """
    tiers = _tiers(before, after)
    ends = [{"volume": sum(v.values()), "mix": _mix(v), "price": p} for v, p in tiers]
    for one, other in (ends, ends[::-1]):
        one["mix"] = one["mix"] or other["mix"]  # nothing bought has the other's mix
    return shapley(ends[0], ends[1], lambda f: f["volume"] * _mean(f["mix"], f["price"]))


def _tiers(*frames: pd.DataFrame) -> list[tuple[dict[str, float], dict[str, float]]]:
    """Return volume and price by tier, of every tier of any frame: 0 at the other's price where a frame has none."""
    known: list[dict[str, tuple[float, float]]] = []
    for frame in frames:
        if twice := sorted(set(frame["tier"][frame["tier"].duplicated()])):
            raise ValueError(f"{', '.join(twice)}: one row a tier, there are several")
        rows = {str(row.tier): (float(row.volume), float(row.price)) for row in records(frame)}
        for tier, (volume, price) in rows.items():
            if not (0 <= volume < float("inf")) or (volume and not 0 <= price < float("inf")):
                raise ValueError(f"{tier}: volume and price are numbers from 0, got {volume:g} at {price:g}")
        known.append({tier: row for tier, row in rows.items() if row[0] > 0 or row[1] >= 0})
    every = dict.fromkeys(tier for rows in known for tier in rows)
    found = []
    for rows in known:
        prices = {tier: next(each[tier][1] for each in (rows, *known) if tier in each) for tier in every}
        found.append(({tier: rows[tier][0] if tier in rows else 0.0 for tier in every}, prices))
    return found


def _mix(volume: Mapping[str, float]) -> dict[str, float]:
    whole = sum(volume.values())
    return {tier: part / whole for tier, part in volume.items()} if whole else {}


def _mean(mix: Mapping[str, float], price: Mapping[str, float]) -> float:
    return sum(share * price[tier] for tier, share in mix.items())


@dataclass(frozen=True)
class Spending:
    """Modelled spend of one area in one edition, by what it is made of.

    Parameters
    ----------
    label : str
        Name on the page.
    adults : float
        Adults of the area.
    tiers : DataFrame
        ``tier, patients, year_cost``: people at one time, and GBP for a year of one of them at prices of the year.
    price_level : float
        Index of prices of that year; only its ratio to that of another matters.

    Examples
    --------
    >>> Spending("London", 100, pd.DataFrame({"tier": ["low"], "patients": [2.0], "year_cost": [150.0]})).total
    300.0
    """

    label: str
    adults: float
    tiers: pd.DataFrame
    price_level: float = 1.0

    def __post_init__(self) -> None:
        for name in ("adults", "price_level"):
            if not 0 < getattr(self, name) < float("inf"):
                raise ValueError(f"{self.label}: {name} is a number above 0, got {getattr(self, name):g}")

    @property
    def total(self) -> float:
        """GBP a year."""
        return float((self.tiers["patients"] * self.tiers["year_cost"].where(self.tiers["patients"] > 0, 0.0)).sum())


def spend_steps(before: Spending, after: Spending, *, per_adult: bool = False) -> pd.DataFrame:
    """Split the way from one spend to another into steps.

    Parameters
    ----------
    before, after : Spending
        Where the way starts and ends.
    per_adult : bool
        Whether to explain spend for each adult; how many adults there are then moves nothing.

    Returns
    -------
    DataFrame
        ``factor, label, value, total``: first and last the spend of both, in GBP of their own years; between them what
        each of :data:`FACTOR_NAMES` adds or takes away. The steps add up. ``adults`` is there for spend as a whole, and
        ``level`` where price levels differ; ``price`` is then the change above that of all prices.

    Notes
    -----
    Spend = adults x patients per adult x sum over tiers of share x real cost of a year x price level, split by
    :func:`shapley`.

    Examples
    --------
    >>> tiers = pd.DataFrame({"tier": ["medium", "low"], "patients": [10.0, 10.0], "year_cost": [300.0, 200.0]})
    >>> steps = spend_steps(Spending("England", 100, tiers), Spending("Here", 200, tiers))
    >>> list(zip(steps["label"], steps["value"].round(6)))[:3]
    [('England', 5000.0), ('Adults', 3750.0), ('Patients per adult', -3750.0)]
    >>> each = spend_steps(Spending("England", 100, tiers), Spending("Here", 200, tiers), per_adult=True)
    >>> each["value"].round(6).tolist()
    [50.0, -25.0, 0.0, 0.0, 25.0]
    """
    ends = _factors(before, after, per_adult)
    parts = shapley(ends[0], ends[1], _spend)
    if before.price_level == after.price_level:
        del parts["level"]
    over = [side.adults if per_adult else 1.0 for side in (before, after)]
    rows: list[tuple[str, str, float, bool]] = [("from", before.label, before.total / over[0], True)]
    rows += [(factor, FACTOR_NAMES[factor], part, False) for factor, part in parts.items()]
    rows.append(("to", after.label, after.total / over[1], True))
    return pd.DataFrame(rows, columns=["factor", "label", "value", "total"])


def _factors(before: Spending, after: Spending, per_adult: bool) -> list[dict[str, Any]]:
    sides = (before, after)
    real = [
        pd.DataFrame({"tier": s.tiers["tier"], "volume": s.tiers["patients"], "price": s.tiers["year_cost"] / s.price_level})
        for s in sides
    ]  # fmt: skip
    ends: list[dict[str, Any]] = []
    for side, (volume, price) in zip(sides, _tiers(*real), strict=True):
        adults = {} if per_adult else {"adults": side.adults}
        use = sum(volume.values()) / side.adults
        ends.append(adults | {"use": use, "mix": _mix(volume), "price": price, "level": side.price_level})
    for one, other in (ends, ends[::-1]):
        one["mix"] = one["mix"] or other["mix"]
    return ends


def _spend(factors: Mapping[str, Any]) -> float:
    per_adult = factors["use"] * _mean(factors["mix"], factors["price"]) * factors["level"]
    return float(factors.get("adults", 1.0) * per_adult)
