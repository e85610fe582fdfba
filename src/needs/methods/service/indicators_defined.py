"""What each indicator of quality is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from needs.methods.service.indicators_present import PRESENT
from needs.methods.service.periods import Every
from needs.methods.spc import Side

__all__ = ["CHARTED", "INDICATORS", "NEEDED", "Definition"]

Unit = Literal["share", "people", "ratio", "GBP", "per 1,000 person-years"]
Known = Literal["people", "open", "public"]


@dataclass(frozen=True)
class Definition:
    """What an indicator is.

    Parameters
    ----------
    name : str
        Word for it in parameters.
    theme : str
        Part of the dashboard.
    label, meaning : str
        Name on the page, and what is counted, in one sentence.
    unit : {"share", "people", "ratio", "GBP", "per 1,000 person-years"}
        Unit of its values.
    better : {"higher", "lower"} or None
        Which side is better; None where neither is.
    tables : tuple of str
        Tables it is made of.
    every : {"month", "quarter", "year"}
        Shortest period.
    known : {"people", "open", "public"}
        ``people``: both a share and its rest are numbers of people; ``open``: the rest is not; ``public``: not about people.

    Examples
    --------
    >>> [each.name for each in INDICATORS if each.theme == "safety"]
    ['readmitted_within_a_year', 'deaths_in_care']
    """

    name: str
    theme: str
    label: str
    meaning: str
    unit: Unit
    better: Side | None
    tables: tuple[str, ...] = ("stays",)
    every: Every = "month"
    known: Known = "people"

    @property
    def on_a_day(self) -> bool:
        """Whether it counts who is there, so that one period carries over to the next."""
        return self.name in PRESENT

    @property
    def rare(self) -> bool:
        """Whether it is judged by the days between events, because there are too few for a series."""
        return self.every == "year" and self.unit == "per 1,000 person-years"


_OF_SECURE = "people in secure beds on the last day of the month"
INDICATORS: tuple[Definition, ...] = (
    Definition("occupancy", "capacity", "Occupancy of secure beds", "Mean people in secure beds over beds, by month.",
               "share", None, ("stays", "capacity"), known="open"),
    Definition("out_of_flow", "capacity", "Outside natural clinical flow",
               f"Of {_OF_SECURE}, those in a unit outside their natural clinical flow, where known.", "share", "lower"),
    Definition("long_stay", "capacity", "Five years or more in secure care",
               f"Of {_OF_SECURE}, those who came into secure care 5 years ago or more, without a break.", "share", "lower"),
    Definition("admissions", "flow", "Admissions to secure care", "Admissions to a secure bed from outside secure care.",
               "people", None),
    Definition("discharges", "flow", "Discharges from secure care", "Secure stays that ended outside secure care.",
               "people", None),
    Definition("ready_and_delayed", "step-down", "Ready and still in a secure bed",
               f"Of {_OF_SECURE}, those clinically ready for discharge or a less secure place.", "share", "lower"),
    Definition("needs_less_security", "step-down", "Needs less security than they have",
               f"Of {_OF_SECURE} and reviewed in the year before, those whose last review found that they need a less secure "
               "tier.", "share", "lower", ("stays", "reviews")),
    Definition("moved_within_28_days", "step-down", "Moved within 28 days of being ready",
               "Of people in secure beds who became ready, those who left that bed within 28 days.", "share", "higher",
               every="quarter"),
    Definition("transferred_within_14_days", "justice", "Transferred from prison within 14 days",
               "Of people referred from prison, those admitted within 14 days; refused, withdrawn or released by then are not "
               "counted.", "share", "higher", ("referrals",), "quarter"),
    Definition("transferred_within_28_days", "justice", "Transferred from prison within 28 days",
               "Of people referred from prison, those admitted within 28 days; refused, withdrawn or released by then are not "
               "counted.", "share", "higher", ("referrals",), "quarter"),
    Definition("assessments_per_admission", "justice", "Assessments per admission",
               "Assessments of each referral that ended in admission, mean.", "ratio", "lower", ("referrals",), "quarter"),
    Definition("women_share", "equity", "Women", f"Of {_OF_SECURE}, women, where sex is known.", "share", None),
    Definition("readmitted_within_a_year", "safety", "Readmitted within a year",
               "Of people discharged from secure care, those back in a secure bed within 365 days.", "share", "lower",
               every="quarter"),
    Definition("deaths_in_care", "safety", "Deaths per 1,000 person-years",
               "Deaths in secure beds per 1,000 person-years there.", "per 1,000 person-years", "lower", every="year"),
    Definition("annual_health_check", "physical health", "Full health check in the last year",
               f"Of {_OF_SECURE} and in secure care for a year or more, those with a full check in that year.", "share", "higher",
               ("stays", "health")),
    Definition("healthy_weight", "physical health", "Healthy weight",
               f"Of {_OF_SECURE} and weighed in the year before, those with a body mass index from 18.5 to under 25 when last "
               "weighed.", "share", "higher", ("stays", "health")),
    Definition("positive_experience", "experience", "Positive answers",
               "Of answers of patients and carers to all questions, those that were positive.", "share", "higher",
               ("experience",), "quarter"),
    Definition("response_rate", "experience", "Response rate", "Answers over people asked, all questions.", "share", "higher",
               ("experience",), "quarter"),
    Definition("spend_per_bed_day", "money", "Spend per bed-day", "Pounds spent over bed-days used, all tiers.", "GBP", None,
               ("finance",), "year", "public"),
    Definition("core_standards_met", "standards", "Core standards met",
               "Of core standards, as last assessed in each unit, those met.", "share", "higher", ("standards",), "quarter",
               "public"),
    Definition("developmental_standards_met", "standards", "Developmental standards met",
               "Of developmental standards, as last assessed in each unit, those met.", "share", "higher", ("standards",),
               "quarter", "public"),
    Definition("complete_records", "data completeness", "Complete records of stays begun",
               "Of stays begun, those with home, sex, age, ethnic group, diagnosis, legal section and source.", "share", "higher",
               known="open"),
)  # fmt: skip
"""Indicators of the dashboard, in order; the data set holds no incidents, restraint or seclusion."""

CHARTED = ("occupancy", "admissions", "ready_and_delayed", "out_of_flow", "moved_within_28_days", "transferred_within_28_days",
           "annual_health_check", "positive_experience")  # fmt: skip
"""Those whose control chart is drawn."""

NEEDED = tuple(dict.fromkeys([*(name for each in INDICATORS for name in each.tables), "outcomes"]))
"""Tables that any of them is made of, and outcomes, which readmission takes in."""
