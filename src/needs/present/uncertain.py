"""Names on the page: uncertain figures, their values, their groups, and the local record that would settle each."""

from __future__ import annotations

import math

from needs.methods.sensitivity import LEFT
from needs.present import words

__all__ = ["GIVEN", "GROUPS", "OUTCOMES", "RECORDS", "at_value", "input_label", "two_digits"]

GROUPS = {
    "people": "People in each tier",
    "stay": "Length of stay",
    "routes": "Where people go next",
    "origins": "Where people come from",
    "places": "Step-down places and their use",
    "beds": "Secure beds and their use",
    "sharing": "How far beds are shared",
    "assessments": "Assessments",
    "bed_cost": "Cost of a secure bed",
    "sectors": "Beds bought elsewhere",
    "place_cost": "Cost of step-down and community care",
    "change": "Cost of change",
    "judgement": "Worth of a day's wait (a judgement)",
    LEFT: "Several together, or not told apart",
    "all": "Everything at once",
}
"""Name of each group of uncertain inputs on the page."""

RECORDS = {
    "people": "The region's own people in each tier on one day, wherever they are placed",
    "stay": "Dates of admission and of leaving, tier by tier, over some years",
    "routes": "Where each person went who left a tier, and who was recalled",
    "origins": "Where each person admitted came from",
    "places": "The step-down places that the region can use, and how many are taken on one day",
    "beds": "The region's own medium and low secure beds, and how many are in use on one day",
    "sharing": "Which units take each other's patients",
    "assessments": "Dates of referral, of each assessment and of acceptance",
    "bed_cost": "The region's own prices of a secure bed, in use and empty",
    "sectors": "Beds and prices at independent providers and outside the region",
    "place_cost": "The region's own prices of a step-down place and of a community team",
    "change": "Past or quoted costs of closing beds and opening places",
    "all": "All records below",
}
"""Local record that would settle each group."""

GIVEN = dict.fromkeys(RECORDS, "Given already: more years of the region's own figures") | {
    "bed_cost": "Given in the region's file of spend, which options do not use",
    "all": RECORDS["all"],
}
"""The same where the region gave figures of the group."""

OUTCOMES = {
    "spend": "Spend a year",
    "blocked": "Blocked beds",
    "prisoners": "Prisoners waiting",
    "benefit": "Net benefit",
}
"""Name of each outcome on the page."""

_IN = {
    "high": "high secure care",
    "medium": "medium secure care",
    "low": "low secure care",
    "step_down": "step-down places",
}
_LABELS = {
    "people.community": "People on the community caseload",
    "stay.community": "Stay on the community caseload",
    "route.high.medium": "Leave high for medium secure care",
    "route.high.prison": "Leave high secure care for prison",
    "route.medium.low": "Leave medium for low secure care",
    "route.medium.step_down": "Leave medium secure care for step-down",
    "route.medium.prison": "Leave medium secure care for prison",
    "route.medium.discharge": "Leave medium secure care, discharged",
    "route.low.step_down": "Leave low secure care for step-down",
    "route.low.home": "Leave low secure care for home",
    "route.low.medium": "Leave low for medium secure care",
    "route.step_down.community": "Leave step-down for a community team",
    "route.step_down.back": "Return from step-down to hospital",
    "route.community.recall": "Leave the caseload by recall",
    "use.step_down": "Step-down places in use",
    "pools": "Groups of units that share beds",
    "assessment.days": "Length of one assessment",
    "assessment.number": "Assessments of one person",
    "cost.medium": "Cost of a secure bed (medium) a year",
    "cost.step_down": "Cost of a step-down place a year",
    "cost.community": "Cost of a year on the caseload",
    "fixed_share": "Cost that stays when a bed is empty",
    "independent_price": "Independent over NHS price",
    "out_of_region": "Patients placed outside the region",
    "out_of_region_price": "Price outside over inside the region",
    "closure": "Cost of closing a bed",
    "opening": "Cost of opening a place",
    "double_running": "Time for which both are paid",
    "worth_of_wait": "Worth of a day's wait (a judgement)",
}
_SHARES = ("route", "origin", "use", "fixed_share", "independent", "out_of_region")
_POUNDS = ("cost", "closure", "opening", "worth_of_wait")


def input_label(name: str) -> str:
    """Return the name of an input on the page.

    Examples
    --------
    >>> input_label("stay.medium"), input_label("use.low"), input_label("route.low.home"), input_label("origin.low.prison")
    ... # doctest: +NORMALIZE_WHITESPACE
    ('Stay in medium secure care', 'Low secure beds in use', 'Leave low secure care for home',
     'Come to low secure care from prison')
    """
    if name in _LABELS:
        return _LABELS[name]
    kind, _, rest = name.partition(".")
    tier = rest.partition(".")[0]
    told = {
        "people": f"People in {_IN.get(tier, tier)}",
        "stay": f"Stay in {_IN.get(tier, tier)}",
        "origin": f"Come to {_IN.get(tier, tier)} from prison",
        "use": f"{words.TIER_NAMES.get(tier, tier)} beds in use",
        "cost": f"Cost of a {tier} secure bed a year",
        "independent": f"{words.TIER_NAMES.get(tier, tier)} beds at independent providers",
    }
    return told[kind]


def at_value(name: str, value: float) -> str:
    """Write a value of an input in its unit, as short as the ends of a range deserve.

    Examples
    --------
    >>> at_value("use.low", 0.843), at_value("stay.low", 1.72), at_value("cost.low", 281_400), at_value("worth_of_wait", 0)
    ('84%', '1.7 years', '£280,000', '£0')
    >>> at_value("people.low", 512.7), at_value("assessment.days", 17.3), at_value("independent_price", 1.18)
    ('510', '17 days', '1.2 times')
    """
    kind = name.partition(".")[0]
    if kind in _SHARES and name not in ("independent_price", "out_of_region_price"):
        return words.percent(value, 0)
    if kind == "stay" or name == "double_running":
        return f"{value:.1f} years"
    if kind in _POUNDS:
        return words.money(value, two_digits(value))
    if name == "assessment.days":
        days = words.count(value)
        return f"{days} {words.plural(float(days == '1'), 'day')}"
    if kind == "people":
        return words.count(value, two_digits(value))
    return (
        f"{value:.1f} times"
        if name.endswith("price")
        else f"{value:.1f}"
        if kind == "assessment"
        else words.count(value)
    )


def two_digits(value: float) -> float:
    """Return the step in which a value has two digits, at least 1.

    Examples
    --------
    >>> two_digits(281_400), two_digits(7.3), two_digits(0)
    (10000.0, 1.0, 1.0)
    """
    return max(10.0 ** (math.floor(math.log10(abs(value))) - 1), 1.0) if value else 1.0
