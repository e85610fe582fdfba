"""Words for the columns of data beside figures and tables, and how their numbers are written."""

from __future__ import annotations

import re

__all__ = ["Form", "heading", "unit_form", "words_of"]

Form = str
"""How numbers are written: ``share`` (of one), ``percent``, ``GBP``, ``year``, ``ratio``, or ``number`` for anything else."""

_END = re.compile(r"(?P<of>.*?)_?(?P<side>lower|upper)(?:_(?P<level>80|95|99_8))?")
_RANGES = {"available", "gap", "published", "required"}
_RANGED = {"fig-tier-needed", "tbl-tier-needed"}
"""Columns and artefacts whose ends are a range that was told, not an interval of 95%."""

_SHARES = {
    "alone": "Share within the time, if done alone", "below": "Share of draws below England's rate",
    "better": "Share of futures that are better", "breaks_even": "Share of futures that break even",
    "cheaper": "Share of futures that are cheaper", "dearer": "Share of futures that are dearer",
    "england_share": "Share in England", "flat_wait": "Share who wait, by the rule of 85% occupancy",
    "from_chance": "Share of the variance from chance", "from_parameters": "Share of the variance from figures not known",
    "from_rule": "Share of the variance from the choice of rule", "harm": "Share of futures with more prisoners waiting",
    "harm_any": "Share of futures with more people waiting", "highest": "Share, if everybody who was silent had said so",
    "less": "Share of futures with less", "less_share": "Share who need less",
    "longer": "Share of futures with longer waits", "lowest": "Share, if nobody who was silent had said so",
    "miss": "Miss, as a share of the figure told", "miss_by_adults": "Miss by adults alone, as a share of the count",
    "miss_by_need": "Miss by need, as a share of the count", "more": "Share of futures with more",
    "now": "Share within the time, as things are", "occupancy": "Occupancy", "rate": "Discount rate a year",
    "response": "Share of those asked who answered", "share": "Share",
    "share_empty": "Share of spend that is on empty beds", "share_value": "Share, as a number",
    "shorter": "Share of futures with shorter waits", "single": "Share within the time, with one assessment",
    "still": "Share still there", "unblocked": "Share within the time, with a step-down place for everyone ready",
    "weight": "Weight of the place's own count", "worse": "Share of futures that are worse",
}  # fmt: skip
_POUNDS = {
    "annual": "Saving a year", "block_bed": "Block contract: an empty bed-day",
    "block_day": "Block contract: a day of a bed in use", "block_day_less": "Block contract: saved by one bed-day less",
    "block_use": "Block contract: what use alone costs a day", "budget": "Base a year",
    "centre": "Net benefit at the middle", "cost": "Cost a year", "cost_empty": "Cost of an empty bed a year",
    "cost_in_use": "Cost of a bed in use a year", "day": "Cost of a bed-day", "estimate": "Estimate",
    "high": "Net benefit at the high end", "high_error": "Standard error at the high end",
    "low": "Net benefit at the low end", "low_error": "Standard error at the low end",
    "mix": "Difference by the mix of tiers", "nominal": "Spend in the money of the year", "npv": "Net present value",
    "own": "Own spend", "own_year_cost": "Own cost of a year of care", "package": "Care package",
    "package_less": "Care package: saved by one bed-day less", "per_adult": "Spend per adult",
    "per_delayed_day": "Cost of each delayed bed-day avoided", "price": "Difference by the cost of a year",
    "real": "Spend in the money of the price year", "saving": "Saving a year", "spend": "Spend a year",
    "spend_empty": "Spend on empty beds a year", "spend_in_use": "Spend on beds in use a year",
    "volume": "Difference by the number of people", "year_cost": "Cost of a year of care",
}  # fmt: skip
_OTHER = {
    "admitted": "People admitted", "adults": "Adults", "affordable_places": "Places paid for, by formula",
    "age_band": "Age, years", "agrees": "Published figure lies inside the interval", "answered": "People who answered",
    "asked": "People asked", "assurance": "Against the standard", "at_risk": "People still followed",
    "autism": "Not known: autism", "avoids": "Avoids delayed bed-days", "bed_days": "Bed-days", "beds": "Beds",
    "beds_empty": "Funded beds empty", "beds_in_use": "Beds in use", "blocked": "People blocked",
    "break_even": "Break-even year", "by_adults": "By adults alone", "by_need": "By need", "by_use": "By use",
    "carries_over": "Each period tells much of the next", "cell": "Place or places counted together", "change": "Change",
    "clear": "Clear of sampling error", "close": "Tier that closes", "closed": "Beds closed", "community": "Community",
    "count": "Number counted", "counted": "Who was counted, and how", "data_kind": "Kind of data", "days": "Days",
    "deaths": "People who died first", "delay_reason": "Reason of delay", "delayed": "People ready to leave in 12 months",
    "delayed_now": "People ready to leave on the last day", "deprivation": "Not known: deprivation",
    "difference": "Difference", "driver": "Need driver", "entered": "People who came",
    "ethnicity": "Not known: ethnic group", "events": "Events", "every": "Period of a point", "excess": "Beyond expected",
    "excluded": "Rows left out", "exits": "People who left otherwise", "expected": "Expected number",
    "feasible": "Feasible", "fitted": "Fitted to it", "flat_beds": "Beds by the rule of 85% occupancy",
    "follow_up_years": "Median follow-up, years", "form": "Form of the measure", "gap": "Gap", "given": "Table was given",
    "group": "Group", "group_of": "Groups by", "groups": "Groups", "high_input": "Input at its high end",
    "independent": "Women at independent providers", "joined": "Rows that are part of another", "kind": "Kind",
    "label": "What it is", "last": "Last day of the period",
    "last_month_ratio": "Last month, as a ratio of a usual month",
    "learning_disability": "Not known: learning disability", "left": "People who left", "lengthens": "Lengthens waits",
    "level": "Level of the standard", "load": "People to place", "long": "People there for longer",
    "low_input": "Input at its low end", "mean_days": "Mean days", "mean_years": "Mean years",
    "median_days": "Median days", "median_years": "Median years", "men": "Ratio of men to White men",
    "met": "Units that met it", "months": "Months", "months_without": "Months without a row", "name": "Name",
    "needed_tier": "Tier needed", "not_met": "Units that did not meet it", "note": "What is counted",
    "numerator": "Number with it", "observed": "Number observed", "occupied": "People in beds", "of": "Among",
    "outcome": "Outcome", "overall": "Overall", "own_patients": "Own number of people", "panel": "What is charted",
    "partly": "Units that partly met it", "patients": "Patients", "patients_per_100k": "Patients per 100,000 adults",
    "people": "People", "per": "Per", "period": "First day of the period or its name", "phi": "Dispersion beyond chance",
    "places": "Places", "prisoners": "More prisoners waiting", "prisoners_waiting": "Fewer prisoners waiting",
    "published": "Figure told", "reference": "Group it is set against",
    "reference_numerator": "Number with it in the group it is set against",
    "reference_rate": "Rate of the group it is set against", "region": "From this region", "required": "Places required",
    "rest_off": "Rest left out", "reviewed": "People reviewed", "rows": "Rows", "rule": "Allocation rule", "safe": "Safe",
    "safe_places": "Places enough, by formula", "scope": "What the base covers", "sii": "Most less least deprived",
    "source": "Sources", "source_note": "Where it comes from", "special": "Side of a special cause",
    "standard": "Standard", "stay": "Stay, years", "stays": "Stays", "still_there": "Still there",
    "suppressed": "Suppressed", "tile_col": "Column of the tile map", "tile_row": "Row of the tile map", "to": "Moves to",
    "total_days": "Mean days to admission", "units": "Units", "units_silent": "Units without a row", "use": "Use here",
    "used": "Rows used", "value": "Value", "variation": "Variation", "waited": "Fewer people waiting",
    "waiting": "People waiting", "waits": "Wait", "wards": "Wards", "way": "Direction of the move",
    "weeks_to_last": "Whole weeks from the last event to the last day", "what": "What is counted", "women": "Women",
    "worth": "Worth", "years": "Years",
}  # fmt: skip
_RATIOS = {
    "ratio": "Ratio", "shrunk": "Ratio drawn towards 1",
}  # fmt: skip
_YEARS = {"year": "Year"}
_YEARS_AT_MOST = 10
"""Times in names of columns are years up to this, and days beyond."""

_FORMS: dict[Form, dict[str, str]] = {
    "share": _SHARES, "GBP": _POUNDS, "ratio": _RATIOS, "year": _YEARS, "number": _OTHER,
}  # fmt: skip
_TIERS = {
    "high": "High secure",
    "medium": "Medium secure",
    "low": "Low secure",
    "step_down": "Step-down",
    "all": "All secure",
}
_TIERED = ("allocation-rules", "reconciliation")
_HERE: dict[str, dict[str, tuple[str, Form]]] = {
    "fig-control-charts": {
        "lower": ("Lower limit", "number"), "upper": ("Upper limit", "number"), "better": ("Better side", "number"),
    },
    "tbl-dashboard": {"better": ("Better side", "number")},
    "fig-cumulative-savings": {"mean": ("Mean saved so far", "GBP"), "": ("", "GBP")},
    "fig-blocked-by-places": {
        "share": ("Change of places, as a share of them", "share"), "mean": ("Mean people blocked", "number"),
    },
    "fig-funnel": {"expected": ("Number expected by need", "number")},
    "tbl-incidence": {"rate": ("Rate per 1,000 person-years", "number"), "years": ("Person-years", "number")},
    "tbl-ethnicity": {"women": ("Ratio of women to White women", "ratio"), "men": ("Ratio of men to White men", "ratio")},
    "tbl-information": {"worth": ("Worth for the choice a year", "GBP"), "alone": ("Worth for one option alone a year", "GBP")},
    "tbl-own-spend": {"difference": ("Difference", "GBP")},
    "tbl-spend-england": {"difference": ("Difference per adult", "GBP"), "rate": ("Patients per 100,000 adults", "number")},
    "tbl-price-years": {"worth": ("Worth of a pound in the price year", "ratio")},
    "tbl-validation-published": {"estimate": ("Estimate", "number")},
    "fig-equity": {"rate": ("Rate, in the unit of the measure", "number")},
    "tbl-equity": {"rate": ("Rate, in the unit of the measure", "number")},
    "tbl-sectors": {"own": ("Told by the region", "number")}, "tbl-spend": {"own": ("Told by the region", "number")},
    "tbl-contracts": {"own": ("Told by the region", "number")},
    "tbl-tier-mismatch": {
        name: (f"People who need {words}", "number")
        for name, words in (
            ("high", "high secure"), ("medium", "medium secure"), ("low", "low secure"), ("step_down", "step-down"),
            ("community", "community"), ("none", "none"), ("less", "less than they have"),
        )
    },
}  # fmt: skip


def heading(column: str, artefact: str = "") -> tuple[str, Form]:
    """Return the words that head a column of an artefact's data, and how its numbers are written.

    Parameters
    ----------
    column : str
        Name in the CSV, such as ``patients_lower_95``.
    artefact : str
        Id of the artefact, where one name means several things.

    Returns
    -------
    words : str
    form : Form
        ``number`` where the name does not tell it; empty for the bare ends of an interval, which are like what they
        are the ends of.

    Examples
    --------
    >>> heading("patients_per_100k"), heading("per_adult_lower_80")
    (('Patients per 100,000 adults', 'number'), ('Spend per adult, £, lower end of 80% interval', 'GBP'))
    >>> heading("upper", "tbl-experience"), heading("within_28"), heading("days_from_acceptance")
    (('Upper end of 95% interval', ''), ('Share within 28 days', 'share'), ('Days from acceptance', 'number'))
    """
    here = _HERE.get(artefact, {})
    if column in here:
        return _with_unit(*here[column])
    if end := _END.fullmatch(column):
        if end["of"] == "limit":
            return f"{end['side'].capitalize()} limit of the funnel, {_level(end['level'])}", "ratio"
        words, form = heading(end["of"], artefact) if end["of"] else ("", here.get("", ("", ""))[1])
        ranged = end["of"] in _RANGES or artefact in _RANGED
        told = f"{end['side']} end of {'range' if ranged else _level(end['level']) + ' interval'}"
        return (f"{words}, {told}" if words else told.capitalize()), form
    if artefact.endswith(_TIERED) and column in _TIERS:
        return f"{_TIERS[column]}, patients", "number"
    for form, named in _FORMS.items():
        if column in named:
            return _with_unit(named[column], form)
    return _made(column, artefact)


def _level(level: str | None) -> str:
    return f"{(level or '95').replace('_', '.')}%"


def _with_unit(words: str, form: Form) -> tuple[str, Form]:
    return (f"{words}, £" if form == "GBP" else words), form


def _made(column: str, artefact: str) -> tuple[str, Form]:
    """Return words made of a name that stands in no list."""
    if match := re.fullmatch(r"within_(\d+)", column):
        unit = "days" if int(match[1]) > _YEARS_AT_MOST else "year" if match[1] == "1" else "years"
        return f"Share within {match[1]} {unit}", "share"
    if match := re.fullmatch(r"still_(\d+)", column):
        return f"Share still there after {match[1]} {'year' if match[1] == '1' else 'years'}", "share"
    if column.endswith("_england"):
        words, form = heading(column.removesuffix("_england"), artefact)
        return f"{words}, England", form
    words = words_of(column)
    return words[:1].upper() + words[1:], "number"


def words_of(code: str) -> str:
    """Write a code as words.

    Examples
    --------
    >>> words_of("prison_sentenced"), words_of("18_24"), words_of("65_plus"), words_of("High secure"), words_of("E54_x A")
    ('prison sentenced', '18 to 24', '65 plus', 'High secure', 'E54_x A')
    """
    if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", code):
        return code
    return re.sub(r"^(\d+)_(\d+)$", r"\1 to \2", code).replace("_", " ")


def unit_form(unit: str) -> Form:
    """Return how numbers of a unit are written.

    Examples
    --------
    >>> unit_form("GBP per adult a year"), unit_form("share"), unit_form("beds")
    ('GBP', 'share', 'number')
    """
    for form in ("GBP", "share", "percent", "ratio"):
        if unit == form or unit.startswith(f"{form} "):
            return form
    return "number"
