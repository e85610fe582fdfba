"""What a run is told about money: prices, what a bed costs when it is empty, sectors, packages, budgets, price years."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from needs.params.figures import EDITION_FILE, AmountRow, Block, ByTier, Share, ShareRow, parameter
from needs.params.flow import PathwayTier, Positive
from needs.values import Estimate

__all__ = ["DAYS_IN_YEAR", "YEAR", "Basis", "Budget", "Costs", "Package", "Price", "PriceIndex", "cost_of_a_year"]

FINANCE = "service/finance.csv"
"""Own spend that is the finance table of the service data."""

YEAR = r"^\d{4}-\d{2}$"
"""A financial year, such as 2009-10."""

Basis = Literal["place_year", "occupied_bed_day"]
"""What one unit of care is: a place for a year, or one occupied bed-day."""

DAYS_IN_YEAR = 365
"""Days of a financial year without 29 February, as the National Cost Collection counts them."""


def cost_of_a_year(unit_cost: Estimate, basis: Basis) -> Estimate:
    """Cost of one occupied place for a year, in GBP.

    Parameters
    ----------
    unit_cost : Estimate
        GBP for one unit.
    basis : {"place_year", "occupied_bed_day"}
        What one unit is.

    Examples
    --------
    >>> day = Estimate(759.36, kind="published", source=("common/unit_costs#ncc-2024-25",))
    >>> round(cost_of_a_year(day, "occupied_bed_day").value)
    277166
    """
    return unit_cost * DAYS_IN_YEAR if basis == "occupied_bed_day" else unit_cost


class Price(Block):
    """One published price of a tier, for the range on the page."""

    tier: Literal["high", "medium", "low"] = parameter("Tier.", "tier", EDITION_FILE)
    label: str = parameter("What the price covers and when.", "text", EDITION_FILE)
    row: AmountRow = parameter("The published row.", "GBP", EDITION_FILE)
    basis: Basis = parameter("What one unit is.", "basis", EDITION_FILE)
    bound: Literal["lower", "upper"] | None = parameter(
        "Whether the price is an end of the range of the unit cost.", "end", EDITION_FILE, default=None
    )


class Budget(Block):
    """One base of the mental-health budget; bases are never mixed."""

    key: str = parameter("Short name.", "name", EDITION_FILE, pattern=r"^[a-z0-9_]+$")
    label: str = parameter("Name on the page.", "text", EDITION_FILE)
    scope: str = parameter("Who and what it covers.", "text", EDITION_FILE)
    row: AmountRow = parameter("England's figure.", "GBP", EDITION_FILE)
    times: ShareRow | None = parameter("Share to multiply it by.", "share", EDITION_FILE, default=None)
    published: ShareRow | None = parameter(
        "Share of secure care in this base as its own source publishes it.", "share", EDITION_FILE, default=None
    )
    published_note: str = parameter("What the published share covers.", "text", EDITION_FILE, default="as published")
    computed: bool = parameter(
        "Whether secure spend may be set over this base; no where the source of the base counts secure care otherwise.",
        "yes or no", EDITION_FILE, default=True,
    )  # fmt: skip
    regions: dict[str, AmountRow] = parameter(
        "Figures of regions that have one published.", "GBP", EDITION_FILE, default_factory=dict
    )


class PriceIndex(Block):
    """A versioned index of prices, one row a financial year."""

    label: str = parameter("Name on the page.", "text", EDITION_FILE)
    table: str = parameter("Evidence table, or the name of the user's own.", "name", EDITION_FILE)
    measure: str = parameter("Measure of the rows.", "name", EDITION_FILE)


class Package(Block):
    """A care package: one stay in a tier, bought for what it is to bring about."""

    outcome: str = parameter("What the stay is to bring about.", "text", EDITION_FILE, min_length=8)
    next_step: str = parameter("Where the person goes next, as planned.", "text", EDITION_FILE, min_length=4)


class Costs(Block):
    """What care costs, at which prices, against which budget."""

    basis: Basis = parameter("Unit of the unit costs.", "basis", EDITION_FILE)
    price_year: str = parameter("Year of the prices.", "financial year", EDITION_FILE, pattern=YEAR)
    index: PriceIndex = parameter(
        "Index that carries money from one year's prices to another's.", "block", EDITION_FILE
    )
    real_year: str = parameter(
        "Year in whose prices spend is shown beside those of its own year; the unit costs of an edition stay its own.",
        "financial year", EDITION_FILE, pattern=YEAR,
    )  # fmt: skip
    range_note: str = parameter("What the range of the unit costs is.", "text", EDITION_FILE)
    unit_cost: ByTier = parameter("Cost of one unit of care.", "GBP", EDITION_FILE)
    prices: tuple[Price, ...] = parameter("Published prices shown as a range.", "GBP", EDITION_FILE, default=())
    national_spend: AmountRow | None = parameter(
        "Published national spend on secure care; where none is published the modelled total stands.",
        "GBP a year", EDITION_FILE, default=None,
    )  # fmt: skip
    floor: AmountRow | None = parameter(
        "Published part of national spend that a total cannot fall below.", "GBP a year", EDITION_FILE, default=None
    )
    fixed_share: Share = parameter(
        "Share of what a funded bed costs in use that it goes on costing when it is empty, until its ward closes.",
        "share", EDITION_FILE,
    )  # fmt: skip
    place_cost: dict[Literal["step_down", "community"], Positive] = parameter(
        "Cost of a year in a step-down place, and of a year on the caseload of a community forensic team.",
        "GBP a year", EDITION_FILE,
    )  # fmt: skip
    support_at_home: Positive = parameter(
        "Cost of a year of the support and housing that a person needs who lives at home in place of a bed or a step-down "
        "place, on top of the community forensic team.",
        "GBP a year", EDITION_FILE,
    )  # fmt: skip
    independent_share: dict[Literal["medium", "low"], Share] = parameter(
        "Share of beds at independent providers.", "share", EDITION_FILE
    )
    independent_price: Positive = parameter(
        "Price of a bed-day at independent providers over that at NHS providers.", "ratio", EDITION_FILE
    )
    out_of_region: Share = parameter(
        "Share of the region's medium and low secure patients who are placed outside it.", "share", EDITION_FILE
    )
    out_of_region_price: Positive = parameter(
        "Price of a bed-day outside the region over that inside.", "ratio", EDITION_FILE
    )
    packages: dict[PathwayTier, Package] = parameter("Care packages, by tier.", "block", EDITION_FILE)
    spend_file: str | None = parameter(
        "The region's own spend, shown beside the estimate, which it replaces: name of a CSV file in data_raw/spend, or "
        "service/finance.csv for the last year of the finance table of its service data.",
        "file name", "none published", default=None, pattern=r"^(service/finance|[A-Za-z0-9][A-Za-z0-9._-]*)\.csv$",
    )  # fmt: skip
    budgets: tuple[Budget, ...] = parameter(
        "Bases of the mental-health budget, the first the default.", "GBP", EDITION_FILE
    )

    @model_validator(mode="after")
    def _every_place(self) -> Costs:
        for name, tiers in (
            ("place_cost", ("step_down", "community")),
            ("independent_share", ("medium", "low")),
            ("packages", ("high", "medium", "low", "step_down", "community")),
        ):
            if lost := [tier for tier in tiers if tier not in getattr(self, name)]:
                raise ValueError(f"{name}: {', '.join(lost)} missing")
        return self
