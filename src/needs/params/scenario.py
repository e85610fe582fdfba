"""Scenarios as data: what a commissioner could do, each thing a typed lever."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, StringConstraints, ValidationInfo, field_validator, model_validator

from needs.params.figures import Block, parameter
from needs.params.flow import PathwayTier

__all__ = ["SLUG", "BedChange", "Levers", "Scenario", "Standard"]

FILE = "params/scenarios/<name>.yaml"
"""Where a scenario stands."""

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
"""Name of a scenario; several of them with a plus between them name a combination."""

Name = Annotated[str, StringConstraints(pattern=f"^{SLUG}$")]

DRAWN = "\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2022\u20ac\u2212\u2264\u2265\u2192"
"""Dashes, quotation marks and signs that may stand in a label beside the letters of Latin alphabets."""

LAST_LETTER = "\u017f"
"""End of Latin Extended-A: Welsh, Polish and other letters that the font of charts draws."""


def _drawable(text: str) -> str:
    """Return a text on one line whose letters charts and reports can draw, accents joined to their letters."""
    text = unicodedata.normalize("NFC", text)
    for sign in dict.fromkeys(text):
        if sign in "\n\r\u0085\u2028\u2029":
            raise ValueError("it runs over several lines; write it on one, or fold its lines with >-")
        if not (sign in DRAWN or (sign <= LAST_LETTER and sign.isprintable())):
            shown = f"{sign!r} (U+{ord(sign):04X} {unicodedata.name(sign, 'a control character')})"
            raise ValueError(f"{shown} cannot be drawn; write Latin letters, digits and usual punctuation")
    return text


def _hint(number: float) -> str:
    """Say what a percentage was meant to be."""
    return f"; {number:g}% is {number / 100:g}" if 5 <= number <= 100 else ""


def _share(share: float) -> float:
    if not 0 <= share <= 1:
        raise ValueError(f"{share:g} is not a share from 0 to 1{_hint(share)}")
    return share


def _ratio(ratio: float) -> float:
    if not 0.2 <= ratio <= 5:
        raise ValueError(f"{ratio:g} is not a ratio from 0.2 to 5{_hint(ratio)}")
    return ratio


class _Numbers(Block):
    """A block whose numbers are written as numbers: neither yes nor no, nor with a percent sign."""

    @field_validator("*", mode="before")
    @classmethod
    def _number(cls, value: Any, info: ValidationInfo) -> Any:
        extra = cls.model_fields[str(info.field_name)].json_schema_extra
        part = isinstance(extra, dict) and extra.get("unit") in ("share", "ratio")
        wrong = []
        several = isinstance(value, dict)
        for key, one in value.items() if several else ((None, value),):
            said = f"{key}: " if several else ""
            if isinstance(one, bool):
                wrong.append(f"{said}{str(one).lower()} is no number")
            elif part and isinstance(one, str) and (found := re.fullmatch(r"(\d+(?:\.\d+)?) ?%", one.strip())):
                wrong.append(f"{said}{one!r} is no number; {found[0]} is {float(found[1]) / 100:g}")
            elif part and not several and isinstance(one, (int, float)) and _hint(one):
                wrong.append(f"{one:g} is more than 1{_hint(one)}")
        if wrong:
            raise ValueError("; ".join(wrong))
        return value


class BedChange(_Numbers):
    """Beds or places of one tier that open or close."""

    tier: Literal["medium", "low", "step_down"] = parameter("Tier with beds or places of its own.", "tier", FILE)
    number: int = parameter("How many.", "beds or places", FILE, ge=1, le=5000)
    year: int = parameter(
        "Year from whose start it holds; the first year is as today.", "year", FILE, default=2, ge=2, le=25
    )


class Standard(_Numbers):
    """A share of prisoners who are admitted in time."""

    days: Literal[14, 28] = parameter("Days.", "days", FILE)
    share: float = parameter("Share of secure admissions from prison.", "share", FILE, default=0.95, ge=0.5, le=0.99)
    clock: Literal["acceptance", "referral"] = parameter(
        "Where the wait starts: at acceptance (the wait for a bed) or at referral (assessments as well).",
        "name", FILE, default="acceptance",
    )  # fmt: skip


class Levers(_Numbers):
    """What a scenario does; what is not named stays as it is."""

    open: tuple[BedChange, ...] = parameter(
        "Beds or places that open; set against those of the same tier and year that close.", "block", FILE, default=()
    )
    close: tuple[BedChange, ...] = parameter(
        "Beds that close, by attrition: nobody is moved out. More than there are is refused.", "block", FILE, default=()
    )
    meet: Standard | None = parameter(
        "Medium and low secure beds from the second year, as many more as it takes for prisoners to be admitted in time, "
        "found by simulation; where no number is enough (from referral, assessments alone may take longer), as many as were "
        "tried.",
        "block", FILE, default=None,
    )  # fmt: skip
    assessments: float | None = parameter(
        "Mean number of assessments before acceptance, of people of every origin.",
        "assessments",
        FILE,
        default=None,
        ge=1,
        le=10,
    )
    delayed: float | None = parameter(
        "Share of today's blocked beds that remains: step-down places open from the second year until no more are blocked, "
        "found by simulation; where beds wait for other tiers, as many as were tried.",
        "share", FILE, default=None, ge=0.05, lt=1,
    )  # fmt: skip
    community_caseload: int | None = parameter(
        "People more on the community caseload in the long run: leavers of medium and low security who would have moved to "
        "step-down places, at most all of them.",
        "people", FILE, default=None, ge=1, le=5000,
    )  # fmt: skip
    bring_back: float | None = parameter(
        "Share of the people placed outside the region who are brought back, see costs.out_of_region; money alone changes.",
        "share", FILE, default=None, gt=0, le=1,
    )  # fmt: skip
    independent_share: dict[Literal["medium", "low"], Annotated[float, AfterValidator(_share)]] = parameter(
        "Share of beds at independent providers, in place of costs.independent_share; money alone changes.",
        "share",
        FILE,
        default_factory=dict,
    )
    direct_admission: float | None = parameter(
        "Share of prisoners now admitted to a tier more secure than they need who are admitted to the lowest secure tier "
        "that meets their need, by step_down.ready and step_down.destination; from the second year.",
        "share", FILE, default=None, gt=0, le=1,
    )  # fmt: skip
    diversion: float | None = parameter(
        "Share of people from prison and court who are cared for on the community caseload instead of in secure care, from "
        "the second year.",
        "share", FILE, default=None, gt=0, lt=1,
    )  # fmt: skip
    stay: dict[PathwayTier, Annotated[float, AfterValidator(_ratio)]] = parameter(
        "Length of treatment over today's, by tier; 0.9 is a tenth shorter.", "ratio", FILE, default_factory=dict
    )

    @model_validator(mode="after")
    def _something(self) -> Levers:
        if not self.model_fields_set:
            raise ValueError("no lever is named; name at least one, or leave the scenario out")
        return self


class Scenario(Block):
    """One thing, or several at once, that could be done.

    Examples
    --------
    >>> plan = Scenario(name="one", label="One assessment", because="an example", levers={"assessments": 1})
    >>> Scenario.model_validate_json(plan.model_dump_json()) == plan
    True
    """

    name: str = parameter(
        "Name: that of its file, or of several with a plus between them.", "slug", FILE, pattern=rf"^{SLUG}(\+{SLUG})*$"
    )
    label: Annotated[str, AfterValidator(_drawable)] = parameter(
        "Name on the page, as a noun: 'One assessment'; at most 60 letters in a file.",
        "text",
        FILE,
        min_length=3,
        max_length=250,
    )
    because: Annotated[str, AfterValidator(_drawable)] = parameter(
        "Why it is worth weighing, and what it leaves out.", "text", FILE, min_length=8
    )
    combines: tuple[Name, ...] = parameter(
        "Scenarios of params/scenarios whose levers are taken together with these.", "names", FILE, default=()
    )
    levers: Levers = parameter("What it does.", "block", FILE, default=Levers.model_construct())
