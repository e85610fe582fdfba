"""What a run is told about choices: discounting, wards, what change costs, and what a day of waiting is worth."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, field_validator, model_validator

from needs.params.figures import EDITION_FILE, Amount, Block, parameter

__all__ = ["Options", "Reinvestment", "Transition"]

HIGHEST_RATE = 0.2
"""Discount rate above which a percentage was written for a share."""


def _rate(rate: float) -> float:
    if not 0 <= rate <= HIGHEST_RATE:
        meant = f"; {rate:g}% is {rate / 100:g}" if rate > HIGHEST_RATE else ""
        raise ValueError(f"{rate:g} is not a rate from 0 to {HIGHEST_RATE:g} a year{meant}")
    return rate


Rate = Annotated[float, AfterValidator(_rate)]


WARD = {"medium": 12, "low": 12}
"""Beds of a ward of each tier that the parameters leave out."""


class Transition(Block):
    """What it costs to change, beside what the beds and places cost."""

    closure: Amount = parameter(
        "One-off cost of a bed that closes: redeployment, redundancy, moves.", "GBP a bed", EDITION_FILE
    )
    opening: Amount = parameter("One-off cost of a place that opens: buildings and start.", "GBP a place", EDITION_FILE)
    double_running: Amount = parameter(
        "Years for which both the beds that close and the places that open are paid for.", "years", EDITION_FILE
    )


class Reinvestment(Block):
    """Wards that close so that places can open."""

    close: Literal["medium", "low"] = parameter(
        "Tier whose wards close.", "tier", "methods: medium security", default="medium"
    )
    wards: int = parameter("Most wards that may close.", "wards", "methods", default=6, ge=1, le=20)
    year: int = parameter(
        "Year from whose start the beds are closed and the places open.", "year", "methods", default=2, ge=2
    )


class Options(Block):
    """How options are weighed against each other and against going on as today."""

    discount_rate: Rate = parameter(
        "Rate at which later money counts less, a share a year: 3.5% is 0.035.", "share a year",
        "Green Book social time preference rate", default=0.035,
    )  # fmt: skip
    later_rate: Rate = parameter(
        "The rate from the 31st year.", "share a year", "Green Book social time preference rate", default=0.03
    )
    ward: dict[Literal["medium", "low"], int] = parameter(
        "Beds of one ward: closed beds save their fixed cost only ward by ward.",
        "beds", "assumed: wards of 10 to 16 beds are usual", default_factory=lambda: dict(WARD),
    )  # fmt: skip
    transition: Transition = parameter("What it costs to change.", "block", EDITION_FILE)
    worth_of_wait: Amount = parameter(
        "What sparing one person a day of waiting outside for a secure bed is worth; 0 counts money alone.",
        "GBP a day", EDITION_FILE,
    )  # fmt: skip
    reinvestment: Reinvestment = parameter(
        "Closing wards to open step-down places.", "block", "methods", default_factory=Reinvestment
    )

    @field_validator("ward", mode="before")
    @classmethod
    def _other_ward(cls, ward: Any) -> Any:
        return {**WARD, **ward} if isinstance(ward, dict) else ward

    @model_validator(mode="after")
    def _wards_have_beds(self) -> Options:
        for tier in ("medium", "low"):
            if not 1 <= self.ward[tier] <= 60:
                raise ValueError(f"ward.{tier}: {self.ward[tier]} is not from 1 to 60 beds")
        return self
