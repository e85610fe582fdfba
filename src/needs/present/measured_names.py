"""Names and words for figures that a region gave, in its own data or its parameters."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from needs.present import words

__all__ = ["beds_named", "by_tier_needed", "figure_name", "patients_from"]

_NAMES = {
    "demand.counted": "People in care",
    "step_down.ready": "Share who need less security",
    "step_down.destination": "Where those people would go",
    "flow.beds": "Beds or places",
    "flow.stay.mean": "Mean stay, years",
    "flow.stay.median": "Median stay, years",
    "flow.stay.beyond.share": "Share whose stay is long",
    "flow.routing.shares": "Where people go next",
    "flow.arrivals.shares": "Where people come from",
    "flow.step_down_occupancy": "Step-down places in use",
    "flow.assessments.number": "Assessments of one person",
    "flow.assessments.over_a_month": "Assessments of over a month",
}


def figure_name(field: str) -> str:
    """Return the name on the page of a parameter that own data measure.

    Parameters
    ----------
    field : str
        Dotted name; where it names a tier the name on the page does.

    Examples
    --------
    >>> figure_name("flow.stay.medium.mean"), figure_name("flow.step_down_occupancy"), figure_name("flow.pool")
    ('Mean stay, years: medium secure', 'Step-down places in use', 'Flow, pool')
    """
    parts = field.split(".")
    tier = next((part for part in parts if part in words.TIER_NAMES), "")
    plain = ", ".join(parts).replace("_", " ")
    name = _NAMES.get(".".join(part for part in parts if part != tier))
    if name is None:
        return plain[:1].upper() + plain[1:]
    return f"{name}: {words.TIER_NAMES[tier].lower()}" if tier else name


def beds_named(beds: Mapping[str, float]) -> str:
    """Write the beds and places of an area by tier.

    Parameters
    ----------
    beds : mapping of tier to float
        Beds; places in step-down.

    Examples
    --------
    >>> beds_named({"step_down": 40.0, "medium": 128.0, "low": 1.0})
    '128 medium secure beds, 1 low secure bed and 40 step-down places'
    """
    return words.listed(
        [
            f"{words.count(beds[tier])} {name.lower()} "
            f"{words.plural(round(beds[tier]), 'place' if tier == 'step_down' else 'bed')}"
            for tier, name in words.TIER_NAMES.items()
            if tier in beds
        ]
    )


def patients_from(place: str, tiers: Collection[str], counted: Collection[str]) -> str:
    """Say whose patients a table or chart shows, and whether they are expected or counted.

    Parameters
    ----------
    place : str
        The area, as a sentence names it.
    tiers : collection of tier
        Tiers shown.
    counted : collection of tier
        Tiers whose people the area counted.

    Examples
    --------
    >>> patients_from("London", ["medium", "low"], []), patients_from("London", ["medium", "low"], ["low", "medium"])
    ('Expected patients from London', 'Patients from London, as counted,')
    >>> patients_from("London", ["high", "medium", "low"], ["low", "medium"])
    'Patients from London, counted in medium secure and low secure and expected elsewhere,'
    """
    told = [words.TIER_NAMES[tier].lower() for tier in tiers if tier in counted]
    if not told:
        return f"Expected patients from {place}"
    how = "as counted" if len(told) == len(tiers) else f"counted in {words.listed(told)} and expected elsewhere"
    return f"Patients from {place}, {how},"


def by_tier_needed(tiers: Collection[str], counted: Collection[str]) -> str:
    """Return the word for the patients of a chart: expected, where none are counted.

    Examples
    --------
    >>> by_tier_needed(["low"], []), by_tier_needed(["low"], ["low"])
    ('expected patients', 'patients')
    """
    return "patients" if any(tier in counted for tier in tiers) else "expected patients"
