"""How many beds or places a load of people needs: by probability of waiting, and by the flat rule."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import pandas as pd

from needs.values import Estimate, Tier, records, total

__all__ = [
    "Requirement",
    "beds_by_flat_rule",
    "beds_for_wait",
    "erlang_b",
    "erlang_c",
    "gaps",
    "mean_occupancy",
    "required",
    "requirements",
]


def erlang_b(load: float, beds: int) -> float:
    """Probability that all beds are full when people who find no bed go elsewhere.

    Parameters
    ----------
    load : float
        Mean number of beds that would be in use without a limit, at or above 0.
    beds : int
        Beds, at or above 0.

    Notes
    -----
    ``B_0 = 1``; ``B_k = a B_{k-1} / (k + a B_{k-1})``.

    Examples
    --------
    >>> round(erlang_b(4.461, 10), 4)
    0.01
    """
    if load < 0 or beds < 0:
        raise ValueError("load and beds are at or above zero")
    blocked = 1.0
    for k in range(1, beds + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def erlang_c(load: float, beds: int) -> float:
    """Probability that a person who is ready has to wait, when people queue for a bed.

    Parameters
    ----------
    load : float
        Mean number of beds in use without a limit.
    beds : int
        Beds; with no more beds than load everyone waits in the end.

    Returns
    -------
    float
        1.0 where ``beds <= load`` (unless the load is 0).

    Notes
    -----
    ``C = B / (1 - (a/c)(1 - B))`` with ``B`` from :func:`erlang_b`.

    Examples
    --------
    >>> round(erlang_c(20, 24), 2)
    0.3
    """
    if load == 0:
        return 0.0 if beds > 0 else 1.0
    if beds <= load:
        return 1.0
    blocked = erlang_b(load, beds)
    return blocked / (1 - load / beds * (1 - blocked))


def beds_for_wait(load: float, probability: float) -> int:
    """Fewest beds at which the probability of waiting is at most ``probability``.

    Raises
    ------
    ValueError
        If ``probability`` is not between 0 and 1, or the load is negative or not finite.

    Examples
    --------
    >>> [beds_for_wait(load, 0.05) for load in (5, 10, 20, 40)]
    [10, 17, 29, 52]
    """
    if not 0 < probability < 1 or not 0 <= load < math.inf:
        raise ValueError(f"a load of {load} and a probability of {probability} have no answer")
    beds = math.floor(load) + 1 if load else 0
    blocked = erlang_b(load, beds)
    while load and blocked / (1 - load / beds * (1 - blocked)) > probability:
        beds += 1
        blocked = load * blocked / (beds + load * blocked)
    return beds


def beds_by_flat_rule(load: float, occupancy: float = 0.85) -> int:
    """Beds by a flat occupancy rule, whatever the size.

    Examples
    --------
    >>> [beds_by_flat_rule(load) for load in (5, 10, 150)]
    [6, 12, 177]
    """
    return math.ceil(load / occupancy - 1e-9)


@dataclass(frozen=True)
class Requirement:
    """Beds for one load by both rules, and what each rule leads to.

    Parameters
    ----------
    load : float
        Mean number of people.
    beds, occupancy
        Beds by probability of waiting, and the occupancy that results.
    flat_beds, flat_wait
        Beds by the flat rule, and the probability of waiting that results.
    """

    load: float
    beds: int
    occupancy: float
    flat_beds: int
    flat_wait: float


def required(load: float, probability: float, occupancy: float = 0.85, pools: int = 1) -> Requirement:
    """Size a tier by probability of waiting, with the flat rule beside it.

    Parameters
    ----------
    load, probability, occupancy
        See :func:`beds_for_wait` and :func:`beds_by_flat_rule`.
    pools : int
        Pools that share the load, whose beds do not stand in for each other.

    Examples
    --------
    >>> r = required(100, 0.05)
    >>> r.beds, round(r.occupancy, 2), r.flat_beds, round(r.flat_wait, 2)
    (119, 0.84, 118, 0.05)
    """
    beds, flat = pools * beds_for_wait(load / pools, probability), beds_by_flat_rule(load, occupancy)
    each, more = divmod(flat, pools)
    waits = [erlang_c(load / pools, each + extra) if flat else 0.0 for extra in (0, 1)]
    then = waits[0] + (waits[1] - waits[0]) * more / pools
    return Requirement(load, beds, load / beds if beds else 0.0, flat, then)


def requirements(
    needed: Mapping[str, Estimate], probability: float, occupancy: float, pools: Mapping[str, int] | None = None
) -> pd.DataFrame:
    """Size every tier for the people who need it, with the interval of their number.

    Parameters
    ----------
    needed : mapping of tier to Estimate
        People who need each tier.
    probability, occupancy : float
        Largest probability of waiting; occupancy of the flat rule.
    pools : mapping of tier to int, optional
        Pools of beds that do not stand in for each other; one for a tier that is not named.

    Returns
    -------
    DataFrame
        ``tier, load, beds, beds_lower, beds_upper, occupancy, flat_beds, flat_wait``.

    Examples
    --------
    >>> table = requirements({"low": Estimate(20, 10, 40, "assumed", ("x#y",))}, 0.05, 0.85)
    >>> table[["beds", "beds_lower", "beds_upper", "flat_beds"]].to_numpy().tolist()
    [[29, 17, 52, 24]]
    """
    rows = []
    for tier, people in needed.items():
        parts = (pools or {}).get(tier, 1)
        lower, upper = (parts * beds_for_wait(end / parts, probability) for end in people.bounds)
        rows.append(
            {
                "tier": tier,
                **asdict(required(people.value, probability, occupancy, parts)),
                "beds_lower": lower,
                "beds_upper": upper,
            }
        )
    return pd.DataFrame(rows)


def gaps(required: pd.DataFrame, local: Mapping[str, Estimate]) -> pd.DataFrame:
    """Set places required against places available; missing where nobody says.

    Parameters
    ----------
    required : DataFrame
        See :func:`requirements`.
    local : mapping of tier to Estimate
        Places of the area that these people could take.

    Returns
    -------
    DataFrame
        ``tier``, then ``required, available, gap`` with their ends; a gap above 0 means that
        places are missing. Its ends join those of both figures as independent errors.

    Examples
    --------
    >>> table = requirements({"low": Estimate(20, 10, 40, "assumed", ("x#y",))}, 0.05, 0.85)
    >>> gaps(table, {"low": Estimate(25, kind="assumed", source=("x#z",))})[["gap", "gap_lower", "gap_upper"]].to_numpy().tolist()
    [[4.0, -8.0, 27.0]]
    """
    rows = []
    for row in records(required):
        need = Estimate(row.beds, row.beds_lower, row.beds_upper, source=("required",))
        there = local.get(row.tier)
        gap = need - there if there else None
        rows.append({"tier": row.tier, **_ends("required", need), **_ends("available", there), **_ends("gap", gap)})
    return (
        pd.DataFrame(rows).astype(dict.fromkeys([c for c in rows[0] if c != "tier"], float)) if rows else pd.DataFrame()
    )


def _ends(name: str, figure: Estimate | None) -> dict[str, float | None]:
    lower, upper = figure.bounds if figure else (None, None)
    return {name: figure.value if figure else None, f"{name}_lower": lower, f"{name}_upper": upper}


def mean_occupancy(national: Mapping[Tier, Estimate], beds: Mapping[Tier, Estimate]) -> float:
    """Return the occupancy of all tiers together.

    Examples
    --------
    >>> e = lambda value: Estimate(value, kind="published", source=("x#y",))
    >>> mean_occupancy({"low": e(90)}, {"low": e(100)})
    0.9
    """
    return total(national.values()).value / total(beds.values()).value
