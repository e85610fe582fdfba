"""What a run is told about demand: need, women, age, pathway beyond hospital, validation and projection."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Strict, field_validator, model_validator

from needs.params.figures import (
    EDITION_FILE,
    Amount,
    AmountRow,
    Block,
    ByTier,
    Given,
    Places,
    Series,
    Share,
    ShareByTier,
    parameter,
)

__all__ = [
    "AgeProfile",
    "Demand",
    "Deprivation",
    "EthnicGroup",
    "Group",
    "OwnWeights",
    "Pathway",
    "PrisonDriver",
    "Projection",
    "Rule",
    "Trend",
    "Use",
    "Validation",
    "Women",
]

Rule = Literal["need", "population", "deprivation", "smi_register", "prison_transfers", "own"]
Counted = Literal["smi_register", "prison_transfers"]


def _between(weight: Given) -> Given:
    if not 0 < weight.value <= 0.85:
        raise ValueError(
            f"value {weight.value:.10g} is outside 0 to 0.85: every rule on offer keeps a part of the interval"
        )
    return weight


RuleWeight = Annotated[Given, AfterValidator(_between)]


class Women(Block):
    """Beds for women in England by tier: figures that are added up."""

    high: tuple[Amount, ...] = parameter("High secure.", "beds", EDITION_FILE, min_length=1)
    medium: tuple[Amount, ...] = parameter(
        "Medium secure, enhanced medium included.", "beds", EDITION_FILE, min_length=1
    )
    low: tuple[Amount, ...] = parameter("Low secure.", "beds", EDITION_FILE, min_length=1)
    together: Amount | None = parameter(
        "Women in secure care of every tier together, where that is known beside the tiers; both are then met "
        "(iterative proportional fitting).",
        "people", "none published", default=None,
    )  # fmt: skip
    independent: dict[Literal["high", "medium", "low"], Share] = parameter(
        "Share of those beds at independent providers, as published.", "share", EDITION_FILE, default_factory=dict
    )
    note: str = parameter("What the figures are, and of when.", "text", EDITION_FILE)


class AgeProfile(Block):
    """Share of the patients of one sex in each group of age bands."""

    shares: dict[str, Share] = parameter(
        "Share by group of age bands, such as 55_64+65_plus; the shares add up to about 1.", "share", EDITION_FILE
    )
    people: float = parameter(
        "People behind the shares: the effective number of a Dirichlet distribution.", "people", EDITION_FILE, gt=0
    )
    note: str = parameter("Who was counted.", "text", EDITION_FILE)


class Deprivation(Block):
    """The published deprivation gradient of secure admissions, carried to the edition's own score."""

    tenth: Series = parameter("Share of people who live in England's most deprived tenth.", "series", EDITION_FILE)
    fifth: Series = parameter("Share of people who live in England's most deprived fifth.", "series", EDITION_FILE)
    ratio: Amount = parameter("Rate ratio from one deprivation tenth to the next.", "ratio", EDITION_FILE)
    carried: Share = parameter(
        "Share of the gradient (on the log scale) that holds for tenths of the edition's own deprivation score.",
        "share", EDITION_FILE,
    )  # fmt: skip


class Use(Block):
    """A published count of use, set beside need."""

    label: str = parameter("Name on the page.", "text", EDITION_FILE)
    series: Series = parameter("The count, by region.", "series", EDITION_FILE)
    note: str = parameter("What it counts, and why it is not need.", "text", EDITION_FILE)


class EthnicGroup(Block):
    """One ethnic group of the scenario of past detention."""

    people: Series = parameter("Share of residents in the group.", "series", EDITION_FILE)
    men: Amount = parameter("Rate ratio to White men.", "ratio", EDITION_FILE)
    women: Amount = parameter("Rate ratio to White women.", "ratio", EDITION_FILE)


class Pathway(Block):
    """National numbers beyond secure hospital."""

    leavers: Amount = parameter(
        "People a year who leave secure hospital for supported places.", "people a year", EDITION_FILE
    )
    stay: Amount = parameter("Mean stay in a step-down place.", "years", EDITION_FILE)
    services: Amount = parameter("Community forensic services.", "services", EDITION_FILE)
    caseload: Amount = parameter("People on the caseload of one service.", "people", EDITION_FILE)
    note: str = parameter("What these figures are, and of when.", "text", EDITION_FILE)


class Group(Block):
    """A group of patients with a published national number, shared between regions by adults."""

    label: str = parameter("Name on the page.", "text", EDITION_FILE)
    people: Amount = parameter("People in England.", "people", EDITION_FILE)
    note: str = parameter("Who is counted.", "text", EDITION_FILE)


class OwnWeights(Block):
    """A user's own need weights."""

    label: str = parameter("Name on the page.", "text", "user")
    weights: dict[str, Annotated[float, Strict()]] = parameter(
        "Weight of every region of the edition, by slug, also for a footprint.", "weight", "user", min_length=1
    )
    source: str = parameter("Where the weights come from.", "text", "user", min_length=8)

    @field_validator("weights")
    @classmethod
    def _not_negative(cls, weights: dict[str, float]) -> dict[str, float]:
        if wrong := [f"{slug} {weight:.10g}" for slug, weight in weights.items() if weight < 0]:
            raise ValueError(f"weights below 0: {', '.join(wrong)}; a weight is 0 or more")
        if not any(weights.values()):
            raise ValueError("every weight is 0; at least one is more")
        return weights


class Demand(Block):
    """How national use is shared between areas by need."""

    rule: Rule = parameter(
        "Rule that gives the central figure: need (age, sex and deprivation) or one of the others.",
        "rule", "methods: synthetic estimation", default="need",
    )  # fmt: skip
    rule_weight: RuleWeight = parameter(
        "Weight of that rule in the interval; the others share the rest equally.", "share", EDITION_FILE
    )
    draws: int = parameter(
        "Parameter draws behind every interval.", "draws", "methods", default=10_000, ge=200, le=200_000
    )
    seed: int = parameter("Seed of the draws.", "number", "fixed, so that a rerun gives the same", default=2011, ge=0)
    beds: ByTier = parameter("Beds in England.", "beds", EDITION_FILE)
    occupancy: ShareByTier = parameter("Share of beds occupied.", "share", EDITION_FILE)
    note: str = parameter("What the beds are, and of when.", "text", EDITION_FILE)
    women: Women = parameter("Beds for women.", "block", EDITION_FILE)
    age_profile: dict[Literal["male", "female"], AgeProfile] = parameter(
        "Patients by age, each sex from its own evidence.", "block", EDITION_FILE
    )
    deprivation: Deprivation = parameter("The need index.", "block", EDITION_FILE)
    region_spread: Amount = parameter(
        "Standard deviation of need on the log scale between regions, beyond age, sex, deprivation and the rules.",
        "log ratio", EDITION_FILE,
    )  # fmt: skip
    area_spread: Amount = parameter(
        "Standard deviation of need on the log scale between boards of one region, beyond age, sex and deprivation.",
        "log ratio", EDITION_FILE,
    )  # fmt: skip
    pathway: Pathway = parameter("Step-down and community.", "block", EDITION_FILE)
    need: dict[Counted, Series] = parameter(
        "Published counts behind other rules; a rule without one is not offered.",
        "series",
        EDITION_FILE,
        default_factory=dict,
    )
    own_weights: OwnWeights | None = parameter("A user's own need weights.", "block", "user", default=None)
    counted: dict[Literal["high", "medium", "low", "step_down", "community"], Places] = parameter(
        "People of the area in each tier today, from its own records. They take the place of the estimate in flow, step-down "
        "and cost, never in need.",
        "people", "none published", default_factory=dict,
    )  # fmt: skip
    use: tuple[Use, ...] = parameter("Published counts of use, set beside need.", "series", EDITION_FILE)
    ethnicity: dict[str, EthnicGroup] = parameter(
        "Rate ratios of past detention by ethnic group: a scenario on the page, never a need weight.",
        "block", EDITION_FILE,
    )  # fmt: skip
    groups: tuple[Group, ...] = parameter("Groups with a national number.", "people", EDITION_FILE, default=())

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Rules on offer, the chosen one first."""
        return (self.rule, *(rule for rule in self._offered() if rule != self.rule))

    def _offered(self) -> list[Rule]:
        own: list[Rule] = ["own"] if self.own_weights else []
        return ["need", "population", "deprivation", *self.need, *own]

    @model_validator(mode="after")
    def _rule_has_series(self) -> Demand:
        if self.rule not in (offered := self._offered()):
            lack = "needs own_weights" if self.rule == "own" else "has no published series in this edition"
            raise ValueError(f"rule: {self.rule} {lack}; use one of {', '.join(offered)}")
        return self

    @model_validator(mode="after")
    def _both_sexes(self) -> Demand:
        if len(self.age_profile) != 2:
            raise ValueError("age_profile: both male and female are needed")
        return self


class Transfers(Block):
    """Published cells that the need index predicts, in the edition that published them."""

    counts: Series = parameter("Published counts.", "series", EDITION_FILE)
    adults: Series = parameter("Adults of the same areas.", "series", EDITION_FILE)
    tenth: Series = parameter("Share of people who live in England's most deprived tenth.", "series", EDITION_FILE)
    fifth: Series = parameter("Share of people who live in England's most deprived fifth.", "series", EDITION_FILE)


class PublishedShare(Block):
    """A published share of England that one region's estimate is set beside."""

    region: str = parameter("Region, by slug.", "slug", EDITION_FILE)
    label: str = parameter("What the figure is.", "text", EDITION_FILE)
    row: AmountRow = parameter("The published row.", "share", EDITION_FILE)


class PublishedCount(Block):
    """Published people in care from one footprint, which its estimate is set beside."""

    footprint: str = parameter("Collaborative, as the table footprints names it.", "name", EDITION_FILE)
    label: str = parameter("What the figure is.", "text", EDITION_FILE)
    tiers: tuple[Literal["high", "medium", "low"], ...] = parameter(
        "Tiers that it counts.", "tiers", EDITION_FILE, min_length=1
    )
    row: AmountRow = parameter("The published row.", "people", EDITION_FILE)
    beds: bool = parameter(
        "Whether beds are counted, which are taken at the occupancy of medium security.",
        "yes or no",
        EDITION_FILE,
        default=False,
    )
    at_least: bool = parameter("Whether the figure is a lower bound.", "yes or no", EDITION_FILE, default=False)


class Validation(Block):
    """What the estimate is held against; nothing here is used to make it."""

    transfers: Transfers = parameter("Cells that are predicted.", "block", EDITION_FILE)
    whose: str = parameter("Whose published figures these are, in a sentence.", "text", EDITION_FILE)
    shares: tuple[PublishedShare, ...] = parameter("Published shares of England.", "share", EDITION_FILE, default=())
    counts: tuple[PublishedCount, ...] = parameter("Published counts.", "people", EDITION_FILE, default=())


class PrisonDriver(Block):
    """Prison population as a driver of its own."""

    share: Share = parameter("Share of demand that comes through prison.", "share", EDITION_FILE)
    now: AmountRow = parameter("Prison population in the year of the population.", "people", EDITION_FILE)
    low: AmountRow = parameter("Low projection of the prison population.", "people", EDITION_FILE)
    central: AmountRow = parameter("Central projection of the prison population.", "people", EDITION_FILE)
    high: AmountRow = parameter("High projection of the prison population.", "people", EDITION_FILE)
    years: float = parameter("Years from that to the projection.", "years", EDITION_FILE, gt=0)


class Trend(Block):
    """A trend in rates that fades out."""

    change: float = parameter("Change of rates in the first year.", "share a year", "user", gt=-0.5, lt=0.5)
    damping: float = parameter(
        "Share of each year's change left the year after.", "share", "user", default=0.8, ge=0, lt=1
    )
    cap: float = parameter("Largest total change, up or down.", "share", "user", default=0.25, gt=0, lt=1)
    source: str = parameter("Where it comes from.", "text", "user", min_length=8)


class Projection(Block):
    """How demand is carried forward."""

    horizon_years: int = parameter("Years ahead.", "years", "methods", default=10, ge=1, le=25)
    table: str = parameter("Evidence table of the mid-year change.", "name", EDITION_FILE)
    earlier: str = parameter("Earlier reference date.", "text", EDITION_FILE)
    later: str = parameter("Later reference date, a year on.", "text", EDITION_FILE)
    bands: tuple[str, ...] = parameter(
        "Age bands of the change: all of those of the patients, or one for all of them.",
        "measures", EDITION_FILE, min_length=1,
    )  # fmt: skip
    spread: Amount = parameter(
        "Standard deviation of the yearly growth to come around the one used, log scale.",
        "log ratio a year", EDITION_FILE,
    )  # fmt: skip
    file: str | None = parameter(
        "Name of a subnational population projection file of the ONS in data_raw/projections, in place of the mid-year change.",
        "file", "none", default=None, pattern=r"^[^/\\]+$",
    )  # fmt: skip
    prison: PrisonDriver | None = parameter("Prison driver.", "block", EDITION_FILE, default=None)
    trend: Trend | None = parameter("Trend in rates; without it rates are constant.", "block", "none", default=None)

    @field_validator("spread")
    @classmethod
    def _yearly_and_logarithmic(cls, spread: Amount) -> Amount:
        if isinstance(spread, Given) and (largest := max(spread.value, spread.upper or 0.0)) > 0.05:
            raise ValueError(f"{largest:.10g} is more than 0.05; half a percent a year is 0.005")
        return spread

    @model_validator(mode="after")
    def _a_year_on(self) -> Projection:
        first, second = (re.findall(r"\d{4}", date)[:1] for date in (self.earlier, self.later))
        if not first or second != [str(int(first[0]) + 1)]:
            dates = "dates name their years, such as mid-2022"
            raise ValueError(f"later: {self.later} is not a year after earlier, {self.earlier}; {dates}")
        return self
