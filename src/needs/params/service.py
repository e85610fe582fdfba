"""What a run is told of the region's own service data."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import model_validator

from needs.params.figures import Block, parameter

__all__ = ["MEASURED", "Indicator", "Period", "Service", "Target"]

FOLDER = "data_raw/service"

MEASURED = "own service data"
"""How the source of a figure measured from them begins."""

Indicator = Literal[
    "occupancy", "admissions", "discharges", "out_of_flow", "ready_and_delayed", "needs_less_security", "moved_within_28_days",
    "transferred_within_14_days", "transferred_within_28_days", "assessments_per_admission", "women_share", "long_stay",
    "readmitted_within_a_year", "annual_health_check", "healthy_weight", "positive_experience", "response_rate",
    "spend_per_bed_day", "core_standards_met", "developmental_standards_met", "complete_records",
]  # fmt: skip
"""Indicators of the quality dashboard."""


class Period(Block):
    """A time that charts mark, such as a pandemic."""

    label: str = parameter("What it was.", "text", "analyst", min_length=3)
    since: dt.date = parameter("First day.", "date", "analyst")
    until: dt.date = parameter("Last day.", "date", "analyst")

    @model_validator(mode="after")
    def _forwards(self) -> Period:
        if self.until < self.since:
            raise ValueError(f"until {self.until} is before since {self.since}")
        return self


class Target(Block):
    """A standard that an indicator is held against."""

    value: float = parameter("The standard, in the unit of the indicator.", "unit of the indicator", "analyst")
    better: Literal["higher", "lower"] = parameter("Which side of it is better.", "side", "analyst")
    level: Literal["core", "developmental"] = parameter("Core or developmental standard.", "level", "analyst")
    source: str = parameter("Where it is set.", "text", "analyst", min_length=8)


class Service(Block):
    """The region's own service data, and how they are shown."""

    folder: str | None = parameter(
        "Folder of the data under data_raw/service, made by needs data add; without it sections that need own data say so.",
        "name", "none", default=None, pattern=r"^[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*$",
    )  # fmt: skip
    since: dt.date | None = parameter(
        "First day that the data cover: stays that had ended before it are not in them.", "date", "none", default=None
    )
    until: dt.date | None = parameter(
        "Last day that the data cover; who is there then is still there.", "date", "none", default=None
    )
    replace: bool = parameter(
        "Whether figures measured from the data take the place of published and assumed ones in demand, flow and cost, "
        "unless the region's file gives its own.",
        "yes or no", "methods: own data before national figures", default=True,
    )  # fmt: skip
    smallest: int = parameter(
        "Smallest number of people that is shown; others are suppressed.",
        "people", "NHS England disclosure rule for figures below England", default=5, ge=5, le=20,
    )  # fmt: skip
    rounded_to: int = parameter(
        "Numbers of people are rounded to the nearest multiple.",
        "people", "NHS England disclosure rule for figures below England", default=5, ge=5, le=10,
    )  # fmt: skip
    baseline: Period | None = parameter(
        "Months whose mean and limits control charts keep; without it all months count.",
        "period",
        "analyst",
        default=None,
    )
    periods: tuple[Period, ...] = parameter(
        "Times that charts mark.", "periods", "first and last national lockdown rules in England",
        default=(Period(label="COVID-19", since=dt.date(2020, 3, 23), until=dt.date(2021, 7, 18)),),
    )  # fmt: skip
    targets: dict[Indicator, Target] = parameter(
        "Standards that indicators are held against.",
        "standards",
        "params/<edition>/_edition.yaml",
        default_factory=dict,
    )

    @model_validator(mode="after")
    def _told_together(self) -> Service:
        if self.folder and (self.since is None or self.until is None):
            raise ValueError("folder: since and until say which days the data cover; give both")
        if self.since and self.until and self.until <= self.since:
            raise ValueError(f"until {self.until} is not after since {self.since}")
        if self.baseline and self.since and self.until:
            inside = self.since <= self.baseline.since and self.baseline.until <= self.until
            if not inside:
                told = f"{self.baseline.since} to {self.baseline.until}"
                raise ValueError(f"baseline: {told} is not within the days of the data, {self.since} to {self.until}")
        return self
