"""What a run is told about the flow of people: stays, routes, arrivals, recall, assessments and what is held against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, model_validator

from needs.params.figures import EDITION_FILE, Amount, AmountRow, Block, EvidenceRow, Given, Places, Share, parameter

__all__ = [
    "FULLEST",
    "Arrivals",
    "Assessments",
    "Beyond",
    "Change",
    "Destination",
    "Entered",
    "Exit",
    "Flow",
    "FlowCheck",
    "Origin",
    "PathwayTier",
    "Recall",
    "Routing",
    "StayLength",
]

PathwayTier = Literal["high", "medium", "low", "step_down", "community"]
Entered = Literal["high", "medium", "low", "community"]
"""Tiers that people enter from outside the pathway."""
FULLEST = 0.985
"""Occupancy above which a tier counts as full: hardly anybody would ever be placed."""

Stayed = Literal["high", "medium", "low", "community"]
Exit = Literal["prison", "general_psychiatry", "discharge", "other", "died"]
Destination = Literal[
    "high", "medium", "low", "step_down", "community", "prison", "general_psychiatry", "discharge", "other", "died"
]
Origin = Literal[
    "prison_remand", "prison_sentenced", "court", "general_psychiatry", "other_hospital", "adolescent_secure"
]
Claim = Literal[
    "prison_remand", "prison_sentenced", "court", "general_psychiatry", "other_hospital", "adolescent_secure",
    "community_recall", "up", "down",
]  # fmt: skip
Compared = Literal[
    "prison_transfers", "remitted_to_prison", "share_from_prison_or_high", "mean_wait_days", "share_within_14",
    "share_within_28",
]  # fmt: skip


def _only(allowed: Callable[[float], bool], rule: str, *names: str) -> AfterValidator:
    """Return a check of the numbers written in a figure."""

    def check(figure: EvidenceRow | Given) -> EvidenceRow | Given:
        for name in names or ("value", "lower", "upper"):
            number = getattr(figure, name, None)
            if number is not None and not allowed(number):
                raise ValueError(f"{name} {number:.10g} is {rule}")
        return figure

    return AfterValidator(check)


_ABOVE_0 = _only(lambda number: number > 0, "not above 0", "value", "lower")
_BELOW_1 = _only(lambda number: number < 1, "not below 1", "value", "upper")
_ONE_TO_TEN = _only(lambda number: 1 <= number <= 10, "outside 1 to 10: there is at least one assessment")
_POOL = _only(lambda number: 5 <= number <= 2000, "outside 5 to 2,000 beds")
Positive = Annotated[Amount, _ABOVE_0]
InnerShare = Annotated[Share, _ABOVE_0, _BELOW_1]


class Beyond(Block):
    """Share of the people present who have stayed longer than some years."""

    years: float = parameter("Years of stay so far.", "years", EDITION_FILE, gt=0)
    share: InnerShare = parameter("Share of the people present who have stayed longer.", "share", EDITION_FILE)


class StayLength(Block):
    """How long people stay in one tier, the time that they wait for the next one included."""

    mean: Positive = parameter("Mean completed stay.", "years", EDITION_FILE)
    median: Positive | None = parameter("Median completed stay.", "years", EDITION_FILE, default=None)
    beyond: Beyond | None = parameter("Long stays at a census.", "block", EDITION_FILE, default=None)
    alike: Stayed | None = parameter(
        "Tier whose mix of short and long stays is taken, where nothing but the mean is known.",
        "tier", EDITION_FILE, default=None,
    )  # fmt: skip
    note: str = parameter("What the figures are, and how well they are known.", "text", EDITION_FILE)

    @model_validator(mode="after")
    def _alike_only_without_a_shape(self) -> StayLength:
        if self.alike and (self.median or self.beyond):
            said = "median" if self.median else "beyond"
            raise ValueError(f"alike: {self.alike} stands beside {said}; keep the one or the other")
        return self


class _Shared(Block):
    """Shares that add up to 1, and who stands behind them."""

    people: float = parameter(
        "People behind the shares: the effective number of a Dirichlet distribution.", "people", EDITION_FILE, gt=0
    )
    note: str = parameter("Who was counted, or why it is assumed, and for whom it is taken.", "text", EDITION_FILE)

    @model_validator(mode="after")
    def _add_up(self) -> Self:
        for name in ("shares", "to"):
            _whole(name, getattr(self, name, {}))
        return self


class Routing(_Shared):
    """Where the people who leave one tier go."""

    shares: dict[Destination, Share] = parameter(
        "Share of those who leave, by tier or exit; they add up to 1. The tier's own name is another unit of it. "
        "A region that changes one gives every share of the tier.",
        "share", EDITION_FILE, min_length=1,
    )  # fmt: skip


class Arrivals(_Shared):
    """Where the people come from who arrive in one tier from outside the pathway."""

    shares: dict[Origin, Share] = parameter(
        "Share of those arrivals, by origin; they add up to 1. People recalled and moves between tiers are not among them. "
        "A region that changes one gives every share of the tier.",
        "share", EDITION_FILE, min_length=1,
    )  # fmt: skip


class Recall(_Shared):
    """Recall to hospital of people who were conditionally discharged."""

    rate: Amount = parameter("Recalls of a conditionally discharged person.", "a person-year", EDITION_FILE)
    recallable: Share = parameter("Share of the community caseload that may be recalled.", "share", EDITION_FILE)
    to: dict[Literal["high", "medium", "low"], Share] = parameter(
        "Tier recalled to; the shares add up to 1. A region that changes one gives every share.",
        "share",
        EDITION_FILE,
        min_length=1,
    )


class Assessments(Block):
    """Assessments between referral and acceptance."""

    over_a_month: InnerShare = parameter(
        "Share of referred prisoners who wait more than a month for an assessment.", "share", EDITION_FILE
    )
    number: Annotated[Amount, _ONE_TO_TEN] = parameter(
        "Mean assessments before admission, one after another.", "assessments", EDITION_FILE
    )
    note: str = parameter("Who was counted, and what is assumed.", "text", EDITION_FILE)


class Change(Block):
    """Beds closed or places opened, in one tier and year."""

    tier: Literal["medium", "low", "step_down"] = parameter("Tier.", "tier", "methods: an example")
    number: int = parameter("Beds or places.", "beds", "methods: one ward", gt=0, le=1000)
    year: int = parameter("Year of the run from whose start it holds.", "year", "methods: an example", ge=2)


class FlowCheck(Block):
    """One published figure that the flow is held against and not fitted to.

    Examples
    --------
    >>> row = {"table": "national_secure_facts", "measure": "mean_wait_for_transfer"}
    >>> FlowCheck(label="Mean wait", of="mean_wait_days", clock="referral", row=row, note="inspectors' sample").unit
    'days'
    """

    label: str = parameter("What the figure is.", "text", EDITION_FILE)
    of: Compared = parameter(
        "Figure of the flow: people a year, a share of admissions, the mean wait of prisoners in days, or the share of them "
        "admitted within so many days.",
        "name", EDITION_FILE,
    )  # fmt: skip
    clock: Literal["referral", "acceptance", "not stated"] | None = parameter(
        "Where a wait starts: at referral (assessments and the wait for a bed) or at acceptance (the wait for a bed).",
        "name", EDITION_FILE, default=None,
    )  # fmt: skip
    over: bool = parameter(
        "Whether the row gives the share who wait longer, which is taken from 1.",
        "yes or no",
        EDITION_FILE,
        default=False,
    )
    row: AmountRow = parameter("The published row.", "unit of the figure", EDITION_FILE)
    note: str = parameter("Who was counted, where, when and by which clock.", "text", EDITION_FILE)

    @property
    def unit(self) -> Literal["people a year", "share", "days"]:
        """Unit of the figure."""
        return "share" if self.of.startswith("share") else "days" if self.of == "mean_wait_days" else "people a year"

    @model_validator(mode="after")
    def _waits_have_a_clock(self) -> FlowCheck:
        waits = self.of == "mean_wait_days" or self.of.startswith("share_within")
        if waits != (self.clock is not None):
            need = "needs a clock: referral, acceptance or not stated" if waits else "is no wait and has no clock"
            raise ValueError(f"of: {self.of} {need}")
        if self.over and not self.of.startswith("share_within"):
            raise ValueError(f"over: {self.of} is no share of people admitted within some days")
        return self


class Flow(Block):
    """How people move between tiers, in and out."""

    years: int = parameter("Years that the flow is followed.", "years", "methods", default=10, ge=2, le=25)
    parameter_draws: int = parameter(
        "Draws of the parameters of the flow.", "draws", "methods: chance and parameters told apart",
        default=250, ge=20, le=20_000,
    )  # fmt: skip
    paths: int = parameter(
        "Simulated paths of each parameter draw.", "paths", "methods: chance and parameters told apart",
        default=2, ge=2, le=50,
    )  # fmt: skip
    pool: Annotated[Amount, _POOL] = parameter("Medium secure beds that stand in for each other.", "beds", EDITION_FILE)
    step_down_occupancy: InnerShare = parameter("Share of step-down places occupied.", "share", EDITION_FILE)
    beds: dict[Literal["medium", "low", "step_down"], Places] = parameter(
        "Beds or places of the area in all, from its own records. Without them they follow from people and occupancy.",
        "places", "none published", default_factory=dict,
    )  # fmt: skip
    stay: dict[Stayed, StayLength] = parameter(
        "Length of stay, by tier; that in step-down places is demand.pathway.stay.", "block", EDITION_FILE
    )
    routing: dict[PathwayTier, Routing] = parameter(
        "Where people go who leave a tier; for community, those who leave without recall.", "block", EDITION_FILE
    )
    recall: Recall = parameter("Recall from the community.", "block", EDITION_FILE)
    arrivals: dict[Entered, Arrivals] = parameter(
        "Where people come from who enter the pathway, by tier; step-down places take people from other tiers alone.",
        "block", EDITION_FILE,
    )  # fmt: skip
    assessments: Assessments = parameter("Assessments before admission.", "block", EDITION_FILE)
    first: tuple[tuple[Claim, ...], ...] = parameter(
        "Who is placed first when a bed falls free, in ranks: origins, up (a more secure move), down (a less secure one). "
        "Those not named share the last rank; within a rank first come, first placed.",
        "names", "assumed; no published rule was found", default=(("up", "community_recall"), ("court",)),
    )  # fmt: skip
    close: Change = parameter(
        "Beds closed in the scenario of a closure, of medium or low security.",
        "block", "methods: one ward", default=Change(tier="medium", number=15, year=2),
    )  # fmt: skip
    open: Change = parameter(
        "Places or beds opened in the scenario of an opening.",
        "block", "methods: as many as the ward", default=Change(tier="step_down", number=15, year=2),
    )  # fmt: skip
    checks: tuple[FlowCheck, ...] = parameter(
        "Published figures that the flow is held against and not fitted to.", "figures", EDITION_FILE, default=()
    )

    @model_validator(mode="after")
    def _every_tier(self) -> Flow:
        for name, tiers in (("stay", Stayed), ("routing", PathwayTier), ("arrivals", Entered)):
            if lost := [tier for tier in get_args(tiers) if tier not in getattr(self, name)]:
                raise ValueError(f"{name}: {', '.join(lost)} missing")
        return self

    @model_validator(mode="after")
    def _shapes_are_there(self) -> Flow:
        for tier, stay in self.stay.items():
            if stay.alike and not (self.stay[stay.alike].median or self.stay[stay.alike].beyond):
                raise ValueError(f"stay.{tier}.alike: {stay.alike} has no median and no beyond to be like")
        return self

    @model_validator(mode="after")
    def _routes_lead_out(self) -> Flow:
        if "community" in self.routing["community"].shares:
            raise ValueError("routing.community.shares: community: the caseload is one place; leave it out")
        if shut := _shut_in(self.routing):
            raise ValueError(f"routing: {', '.join(shut)} cannot be left: no route leads to an exit")
        return self

    @model_validator(mode="after")
    def _ranks_name_everybody_once(self) -> Flow:
        names = [name for rank in self.first for name in rank]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"first: {', '.join(twice)} named twice")
        return self

    @model_validator(mode="after")
    def _changes_fall_in_the_run(self) -> Flow:
        if self.close.tier == "step_down":
            raise ValueError("close.tier: step_down is not medium or low")
        for name in ("close", "open"):
            if (year := getattr(self, name).year) > self.years:
                raise ValueError(f"{name}.year: {year} is after the last year, {self.years}")
        return self


def _whole(name: str, shares: Mapping[Any, EvidenceRow | Given]) -> None:
    """Refuse given shares that do not add up to 1; rows are added up where they are read."""
    values = [share.value for share in shares.values() if isinstance(share, Given)]
    if values and len(values) == len(shares) and abs(sum(values) - 1) > 1e-9:
        raise ValueError(f"{name}: the shares add up to {sum(values):g}, not 1")


def _shut_in(routing: Mapping[PathwayTier, Routing]) -> list[str]:
    """Return the tiers from which no route leads to an exit."""

    def ways(tier: PathwayTier) -> Iterable[str]:
        told = routing[tier].shares.items()
        return (to for to, share in told if not (isinstance(share, Given) and share.value == 0))

    out: set[str] = set(get_args(Exit))
    for _ in routing:
        out |= {tier for tier in routing if out & set(ways(tier))}
    return [tier for tier in get_args(PathwayTier) if tier not in out]
