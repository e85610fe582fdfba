"""Patients by the tier they are in and the tier they need."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from needs.values import Estimate, total

__all__ = ["NEEDED_TIERS", "PLACES", "Matrix", "complement", "leaving", "needed", "tier_needed"]

NEEDED_TIERS = ("high", "medium", "low", "step_down", "community")
"""Tiers of the pathway that a person may need, from most to least secure."""

PLACES = ("high", "medium", "low", "step_down")
"""Tiers that take a place; community care takes a caseload."""

Matrix = dict[str, dict[str, Estimate]]


def tier_needed(
    patients: Mapping[str, Estimate],
    ready: Mapping[str, Estimate],
    destination: Mapping[str, Mapping[str, Estimate]],
) -> Matrix:
    """Split the patients of each tier by the tier they need.

    Parameters
    ----------
    patients : mapping of tier to Estimate
        People in each tier now.
    ready : mapping of tier to Estimate
        Share of them who need less security.
    destination : mapping of tier to mapping of tier to Estimate
        Where those people would go; the shares of a tier add up to 1.

    Returns
    -------
    dict of dict of Estimate
        People by current tier, then tier needed; the row of a tier adds up to its patients.

    Raises
    ------
    ValueError
        If the shares of a tier do not add up to 1.

    Examples
    --------
    >>> one = lambda value: Estimate(value, kind="assumed", source=("x#y",))
    >>> split = tier_needed({"low": one(100)}, {"low": one(0.25)}, {"low": {"step_down": one(0.6), "community": one(0.4)}})
    >>> {tier: people.value for tier, people in split["low"].items()}
    {'low': 75.0, 'step_down': 15.0, 'community': 10.0}
    """
    matrix: Matrix = {}
    for tier, people in patients.items():
        shares = destination[tier]
        together = sum(share.value for share in shares.values())
        if abs(together - 1) > 1e-9:
            raise ValueError(f"the destinations of {tier} add up to {together:g}, not 1")
        row = {tier: people * complement(ready[tier])}
        row |= {to: people * ready[tier] * share for to, share in shares.items()}
        matrix[tier] = {to: row[to] for to in NEEDED_TIERS if to in row}
    return matrix


def complement(share: Estimate) -> Estimate:
    """Return one minus a share, with its interval turned over.

    Examples
    --------
    >>> complement(Estimate(0.4, 0.3, 0.6, "assumed", ("x#y",))).bounds
    (0.4, 0.7)
    """
    if share.lower is None or share.upper is None:
        return Estimate(1 - share.value, kind=share.kind, source=share.source)
    return Estimate(1 - share.value, max(0.0, 1 - share.upper), 1 - share.lower, share.kind, share.source)


def leaving(
    patients: Mapping[str, Estimate],
    ready: Mapping[str, Estimate],
    destination: Mapping[str, Mapping[str, Estimate]],
    to: Collection[str] = NEEDED_TIERS,
) -> Estimate:
    """Add up the patients who need one of some less secure tiers.

    The shares of a tier are held together: where all its destinations count, only the number of
    patients and the share who are ready make the sum uncertain. Errors of tiers move together.

    Parameters
    ----------
    patients, ready, destination
        See :func:`tier_needed`.
    to : collection of str
        Tiers needed that count; by default every less secure one.

    Examples
    --------
    >>> e = lambda value, *ends: Estimate(value, *ends, kind="assumed", source=("x#y",))
    >>> moving = leaving({"low": e(100)}, {"low": e(0.3, 0.1, 0.5)},
    ...         {"low": {"step_down": e(0.7, 0.5, 0.9), "community": e(0.3, 0.1, 0.5)}})
    >>> [round(end) for end in moving.bounds]
    [10, 50]
    """
    parts = []
    for tier, people in patients.items():
        moving = people * ready[tier]
        others = [share for name, share in destination[tier].items() if name not in to]
        if others and len(others) == len(destination[tier]):
            continue
        parts.append(moving * complement(total(others, together=True)) if others else moving)
    return total(parts, together=True)


def needed(matrix: Matrix) -> dict[str, Estimate]:
    """Add up the people who need each tier, whatever tier they are in; their errors move together.

    Examples
    --------
    >>> e = lambda v: Estimate(v, kind="assumed", source=("x#y",))
    >>> needed({"high": {"high": e(6), "medium": e(4)}, "medium": {"medium": e(10)}})["medium"].value
    14.0
    """
    found = {to for row in matrix.values() for to in row}
    return {
        to: total((row[to] for row in matrix.values() if to in row), together=True)
        for to in NEEDED_TIERS
        if to in found
    }
