"""The figures and series that parameters are made of: a row of evidence, or a figure given with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from needs.values import Kind

__all__ = [
    "EDITION_FILE",
    "Amount",
    "AmountRow",
    "Block",
    "ByTier",
    "EvidenceRow",
    "Figure",
    "Given",
    "Places",
    "Series",
    "Share",
    "ShareByTier",
    "ShareRow",
    "breach",
    "parameter",
]


def parameter(meaning: str, unit: str, source: str, **kwargs: Any) -> Any:
    """Make a parameter that says what it means, in which unit, and where its default comes from."""
    return Field(description=meaning, json_schema_extra={"unit": unit, "source": source}, **kwargs)


EDITION_FILE = "params/<edition>/_edition.yaml"
"""Where a field without a default of its own takes it from."""


class Block(BaseModel):
    """A frozen group of parameters that refuses names it does not know and numbers without end."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)


def _check_range(lower: float | None, upper: float | None) -> None:
    if (lower is None) != (upper is None):
        raise ValueError("a range needs both lower and upper")
    if lower is not None and upper is not None and lower > upper:
        raise ValueError(f"the range {lower:.10g} to {upper:.10g} runs backwards")


class EvidenceRow(Block):
    """A figure read from one row of evidence, with that row's source."""

    table: str = parameter("Evidence table, in the edition's folder or in common.", "name", EDITION_FILE)
    measure: str = parameter("Measure of the row.", "name", EDITION_FILE)
    tier: str | None = parameter("Tier of the row.", "name", EDITION_FILE, default=None)
    sex: str | None = parameter("Sex of the row.", "name", EDITION_FILE, default=None)
    period: str | None = parameter("Period of the row.", "text", EDITION_FILE, default=None)
    region_code: str | None = parameter("Area of the row.", "code", EDITION_FILE, default=None)
    source_id: str | None = parameter("Source of the row, where two report the same.", "id", EDITION_FILE, default=None)
    scale: float = parameter("Multiplier to the unit of the field.", "ratio", "unit of the row", default=1.0, gt=0)
    lower: float | None = parameter("Lower end of a range stated here.", "unit of the field", "row's own", default=None)
    upper: float | None = parameter("Upper end of a range stated here.", "unit of the field", "row's own", default=None)
    because: str = parameter("Why a range is stated here.", "text", "none", default="")

    @model_validator(mode="after")
    def _ordered(self) -> EvidenceRow:
        _check_range(self.lower, self.upper)
        if self.lower is not None and not self.because:
            raise ValueError("a range stated here says why in `because`")
        return self


class Given(Block):
    """A figure given here, with its range, kind and reason."""

    value: float = parameter("The figure.", "unit of the field", EDITION_FILE)
    lower: float | None = parameter(
        "Lower end of its 95% interval or range.", "unit of the field", EDITION_FILE, default=None
    )
    upper: float | None = parameter(
        "Upper end of its 95% interval or range.", "unit of the field", EDITION_FILE, default=None
    )
    kind: Kind = parameter("How the figure is known.", "kind", EDITION_FILE, default="assumed")
    source: str = parameter("Where it comes from, or why it is assumed.", "text", EDITION_FILE, min_length=8)

    @model_validator(mode="after")
    def _ordered(self) -> Given:
        _check_range(self.lower, self.upper)
        if self.lower is not None and self.upper is not None and not self.lower <= self.value <= self.upper:
            raise ValueError(f"the range {self.lower} to {self.upper} does not hold the value {self.value}")
        return self


def _form(figure: Any) -> str:
    named = figure if isinstance(figure, dict) else {"table": 1} if isinstance(figure, EvidenceRow) else {}
    return "<row>" if {"table", "measure"} & named.keys() else "<given>"


Figure = Annotated[Annotated[EvidenceRow, Tag("<row>")] | Annotated[Given, Tag("<given>")], Discriminator(_form)]
"""A figure read from evidence, or given here."""


def breach(number: float, unit: str) -> str:
    """Say how a number breaks the bounds of its unit, or nothing; only a ``change`` falls below 0.

    Examples
    --------
    >>> breach(1.5, "share"), breach(-7, "beds"), breach(-7, "change")
    ('1.5 is outside 0 to 1', '-7 is below 0', '')
    """
    high = {"share": 1, "percent": 100}.get(unit)
    if high is not None and not 0 <= number <= high:
        return f"{number:.10g} is outside 0 to {high}"
    return f"{number:.10g} is below 0" if number < 0 and unit != "change" else ""


_Told = TypeVar("_Told", EvidenceRow, Given, EvidenceRow | Given)


def _within(unit: str) -> Callable[[_Told], _Told]:
    """Return a check that the numbers written in a parameter keep the bounds of their unit."""

    def check(figure: _Told) -> _Told:
        for name in ("value", "lower", "upper"):
            number = getattr(figure, name, None)
            if number is not None and (wrong := breach(number, unit)):
                raise ValueError(f"{name} {wrong}")
        return figure

    return check


def _whole(figure: Given) -> Given:
    for name in ("value", "lower", "upper"):
        number = getattr(figure, name)
        if number is not None and (number < 0 or not number.is_integer()):
            raise ValueError(f"{name} {number:.10g} is not a whole number from 0")
    return figure


Share = Annotated[Figure, AfterValidator(_within("share"))]
Amount = Annotated[Figure, AfterValidator(_within("amount"))]
ShareRow = Annotated[EvidenceRow, AfterValidator(_within("share"))]
AmountRow = Annotated[EvidenceRow, AfterValidator(_within("amount"))]
Places = Annotated[Given, AfterValidator(_whole)]


class Series(Block):
    """A measure published for every region of the edition."""

    label: str = parameter("Name on the page.", "text", EDITION_FILE)
    unit: str = parameter("Unit on the page.", "text", EDITION_FILE)
    table: str = parameter("Evidence table.", "name", EDITION_FILE)
    measure: str = parameter("Measure of the rows.", "name", EDITION_FILE)
    tier: str | None = parameter("Tier of the rows.", "name", EDITION_FILE, default=None)
    sex: str | None = parameter("Sex of the rows.", "name", EDITION_FILE, default=None)
    period: str | None = parameter("Period of the rows.", "text", EDITION_FILE, default=None)
    scale: float = parameter("Multiplier to the unit on the page.", "ratio", "unit of the rows", default=1.0, gt=0)
    note: str = parameter("What a reader must know of the measure.", "text", "none", default="")
    per: str = parameter(
        "Measure of people that weighs regions where England has no figure of its own.",
        "measure", "population of the edition", default="population_18_plus",
    )  # fmt: skip


class ByTier(Block):
    """One figure for each tier of secure care."""

    high: Amount = parameter("High secure.", "unit of the field", EDITION_FILE)
    medium: Amount = parameter("Medium secure.", "unit of the field", EDITION_FILE)
    low: Amount = parameter("Low secure.", "unit of the field", EDITION_FILE)


class ShareByTier(Block):
    """One share for each tier of secure care."""

    high: Share = parameter("High secure.", "share", EDITION_FILE)
    medium: Share = parameter("Medium secure.", "share", EDITION_FILE)
    low: Share = parameter("Low secure.", "share", EDITION_FILE)
