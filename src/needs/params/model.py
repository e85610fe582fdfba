"""What a run may be told: one typed model, read by notebooks, report and manifest alike.

Every field carries its unit, its meaning and where its default comes from; the parameter page,
the JSON schema and ``needs params explain`` are made from here. Unknown names are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic.fields import FieldInfo

from needs.values import Kind

__all__ = [
    "RULES",
    "Block",
    "Budget",
    "ByTier",
    "Costs",
    "Demand",
    "EvidenceRow",
    "Figure",
    "Given",
    "Overridden",
    "Population",
    "Price",
    "Quoted",
    "RunParameters",
    "Series",
    "StepDown",
    "walk",
]

Rule = Literal["population", "deprivation", "smi_register", "prison_transfers"]
RULES: tuple[Rule, ...] = ("population", "deprivation", "smi_register", "prison_transfers")
Basis = Literal["place_year", "occupied_bed_day"]
NeededTier = Literal["high", "medium", "low", "step_down", "community"]


def _field(meaning: str, unit: str, source: str, **kwargs: Any) -> Any:
    return Field(description=meaning, json_schema_extra={"unit": unit, "source": source}, **kwargs)


EDITION_FILE = "params/<edition>/_edition.yaml"
"""Where a field without a default of its own takes it from."""


class Block(BaseModel):
    """A frozen group of parameters that refuses names it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _both_ends(lower: float | None, upper: float | None) -> None:
    if (lower is None) != (upper is None):
        raise ValueError("a range needs both lower and upper")


class EvidenceRow(Block):
    """A figure read from one row of evidence, with that row's source."""

    table: str = _field("Evidence table, in the edition's folder or in common.", "name", EDITION_FILE)
    measure: str = _field("Measure of the row.", "name", EDITION_FILE)
    tier: str | None = _field("Tier of the row.", "name", EDITION_FILE, default=None)
    sex: str | None = _field("Sex of the row.", "name", EDITION_FILE, default=None)
    period: str | None = _field("Period of the row.", "text", EDITION_FILE, default=None)
    region_code: str | None = _field("Area of the row.", "code", EDITION_FILE, default=None)
    source_id: str | None = _field("Source of the row, where two report the same.", "id", EDITION_FILE, default=None)
    scale: float = _field("Multiplier to the unit of the field.", "ratio", "unit of the row", default=1.0, gt=0)
    lower: float | None = _field("Lower end of a range stated here.", "unit of the field", "row's own", default=None)
    upper: float | None = _field("Upper end of a range stated here.", "unit of the field", "row's own", default=None)

    @model_validator(mode="after")
    def _ordered(self) -> EvidenceRow:
        _both_ends(self.lower, self.upper)
        return self


class Given(Block):
    """A figure given here, with its range, kind and reason."""

    value: float = _field("The figure.", "unit of the field", EDITION_FILE)
    lower: float | None = _field(
        "Lower end of its 95% interval or range.", "unit of the field", EDITION_FILE, default=None
    )
    upper: float | None = _field(
        "Upper end of its 95% interval or range.", "unit of the field", EDITION_FILE, default=None
    )
    kind: Kind = _field("How the figure is known.", "kind", EDITION_FILE, default="assumed")
    source: str = _field("Where it comes from, or why it is assumed.", "text", EDITION_FILE, min_length=8)

    @model_validator(mode="after")
    def _ordered(self) -> Given:
        _both_ends(self.lower, self.upper)
        if self.lower is not None and self.upper is not None and not self.lower <= self.value <= self.upper:
            raise ValueError(f"the range {self.lower} to {self.upper} does not hold the value {self.value}")
        return self


def _form(figure: Any) -> str:
    named = figure if isinstance(figure, dict) else {"table": 1} if isinstance(figure, EvidenceRow) else {}
    return "row" if {"table", "measure"} & named.keys() else "given"


Figure = Annotated[Annotated[EvidenceRow, Tag("row")] | Annotated[Given, Tag("given")], Discriminator(_form)]
"""A figure read from evidence, or given here."""


def _within(low: float, high: float) -> Callable[[EvidenceRow | Given], EvidenceRow | Given]:
    """Return a check that given numbers lie in [low, high]."""

    def check(figure: EvidenceRow | Given) -> EvidenceRow | Given:
        if isinstance(figure, Given):
            for name in ("value", "lower", "upper"):
                number = getattr(figure, name)
                if number is not None and not low <= number <= high:
                    raise ValueError(f"{name} {number:g} is outside {low:g} to {high:g}")
        return figure

    return check


Share = Annotated[Figure, AfterValidator(_within(0.0, 1.0))]
Amount = Annotated[Figure, AfterValidator(_within(0.0, float("inf")))]


class Series(Block):
    """A measure published for every region of the edition."""

    label: str = _field("Name on the page.", "text", EDITION_FILE)
    unit: str = _field("Unit on the page.", "text", EDITION_FILE)
    table: str = _field("Evidence table.", "name", EDITION_FILE)
    measure: str = _field("Measure of the rows.", "name", EDITION_FILE)
    tier: str | None = _field("Tier of the rows.", "name", EDITION_FILE, default=None)
    sex: str | None = _field("Sex of the rows.", "name", EDITION_FILE, default=None)
    period: str | None = _field("Period of the rows.", "text", EDITION_FILE, default=None)
    scale: float = _field("Multiplier to the unit on the page.", "ratio", "unit of the rows", default=1.0, gt=0)


class ByTier(Block):
    """One figure for each tier of secure care."""

    high: Amount = _field("High secure.", "unit of the field", EDITION_FILE)
    medium: Amount = _field("Medium secure.", "unit of the field", EDITION_FILE)
    low: Amount = _field("Low secure.", "unit of the field", EDITION_FILE)


class ShareByTier(Block):
    """One share for each tier of secure care."""

    high: Share = _field("High secure.", "share", EDITION_FILE)
    medium: Share = _field("Medium secure.", "share", EDITION_FILE)
    low: Share = _field("Low secure.", "share", EDITION_FILE)


class Population(Block):
    """Which people are counted."""

    table: str = _field("Evidence table of people by sex and age band.", "name", EDITION_FILE)
    period: str = _field("Reference date of the population.", "text", EDITION_FILE)
    age_bands: tuple[str, ...] = _field("Age bands that add up to adults.", "measures", EDITION_FILE, min_length=1)


class Demand(Block):
    """How national use is shared between regions."""

    rule: Rule = _field(
        "Rule that shares national patients between regions.",
        "rule",
        "methods: synthetic estimation",
        default="population",
    )
    beds: ByTier = _field("Beds in England.", "beds", EDITION_FILE)
    occupancy: ShareByTier = _field("Share of beds occupied.", "share", EDITION_FILE)
    need: dict[Rule, Series] = _field(
        "Published series behind each rule other than population; a rule without one is not offered.",
        "series",
        EDITION_FILE,
    )

    @model_validator(mode="after")
    def _rule_has_series(self) -> Demand:
        if self.rule != "population" and self.rule not in self.need:
            offered = ", ".join(["population", *self.need])
            raise ValueError(f"rule: {self.rule} has no published series in this edition; use one of {offered}")
        return self


class StepDown(Block):
    """Who needs less security, and how many places that takes."""

    ready: ShareByTier = _field("Share of patients who need less security than they have.", "share", EDITION_FILE)
    destination: dict[Literal["high", "medium", "low"], dict[NeededTier, Share]] = _field(
        "Where those patients would go, by current tier; the shares of a tier add up to 1.", "share", EDITION_FILE
    )
    waiting_probability: float = _field(
        "Largest acceptable probability that a person who is ready has to wait for a place.",
        "probability", "methods: size by the probability of waiting", default=0.05, gt=0, lt=1,
    )  # fmt: skip
    flat_occupancy: float = _field(
        "Occupancy of the flat rule shown beside it.", "share", "common planning rule", default=0.85, gt=0, lt=1
    )
    local_places: dict[NeededTier, Given] = _field(
        "Places that exist in the region by tier, from the region's own records; empty where unknown.",
        "places", "none published", default_factory=dict,
    )  # fmt: skip

    @model_validator(mode="after")
    def _destinations_add_up(self) -> StepDown:
        order = ("high", "medium", "low", "step_down", "community")
        for tier in ("high", "medium", "low"):
            shares = self.destination.get(tier)
            if not shares:
                raise ValueError(f"destination.{tier}: missing")
            wrong = [t for t in shares if order.index(t) <= order.index(tier)]
            if wrong:
                raise ValueError(f"destination.{tier}: {', '.join(wrong)} is not less secure than {tier}")
            values = [s.value for s in shares.values() if isinstance(s, Given)]
            if len(values) == len(shares) and abs(sum(values) - 1) > 1e-9:
                raise ValueError(f"destination.{tier}: the shares add up to {sum(values):g}, not 1")
        return self


class Price(Block):
    """One published price of a tier, for the range on the page."""

    tier: Literal["high", "medium", "low"] = _field("Tier.", "tier", EDITION_FILE)
    label: str = _field("What the price covers and when.", "text", EDITION_FILE)
    row: EvidenceRow = _field("The published row.", "GBP", EDITION_FILE)
    basis: Basis = _field("What one unit is.", "basis", EDITION_FILE)
    bound: Literal["lower", "upper"] | None = _field(
        "Whether the price is an end of the range of the unit cost.", "end", EDITION_FILE, default=None
    )


class Budget(Block):
    """One base of the mental-health budget; bases are never mixed."""

    key: str = _field("Short name.", "name", EDITION_FILE, pattern=r"^[a-z0-9_]+$")
    label: str = _field("Name on the page.", "text", EDITION_FILE)
    scope: str = _field("Who and what it covers.", "text", EDITION_FILE)
    row: EvidenceRow = _field("England's figure.", "GBP", EDITION_FILE)
    times: EvidenceRow | None = _field("Share to multiply it by.", "share", EDITION_FILE, default=None)
    regions: dict[str, EvidenceRow] = _field(
        "Figures of regions that have one published.", "GBP", EDITION_FILE, default_factory=dict
    )


class Costs(Block):
    """What care costs, at which prices, against which budget."""

    basis: Basis = _field("Unit of the unit costs.", "basis", EDITION_FILE)
    price_year: str = _field("Year of the prices.", "financial year", EDITION_FILE)
    unit_cost: ByTier = _field("Cost of one unit of care.", "GBP", EDITION_FILE)
    prices: tuple[Price, ...] = _field("Published prices shown as a range.", "GBP", EDITION_FILE, default=())
    national_spend: EvidenceRow | None = _field(
        "Published national spend on secure care; where none is published the modelled total stands.",
        "GBP a year", EDITION_FILE, default=None,
    )  # fmt: skip
    published_share: EvidenceRow | None = _field(
        "Published share of secure care in the mental-health budget, shown beside the computed one.",
        "share", EDITION_FILE, default=None,
    )  # fmt: skip
    floor: EvidenceRow | None = _field(
        "Published part of national spend that a total cannot fall below.", "GBP a year", EDITION_FILE, default=None
    )
    budgets: tuple[Budget, ...] = _field(
        "Bases of the mental-health budget, the first the default.", "GBP", EDITION_FILE
    )


class Quoted(Block):
    """One published figure that a section quotes for England, as it stands."""

    label: str = _field("What the figure is.", "text", EDITION_FILE)
    unit: Literal["people", "beds", "share", "percent", "days", "ratio", "rate"] = _field(
        "Unit of the row.", "unit", EDITION_FILE
    )
    counted: str = _field("Who was counted, where, when and by which clock.", "text", EDITION_FILE)
    row: EvidenceRow = _field("The published row.", "unit of the figure", EDITION_FILE)


class Overridden(Block):
    """One parameter that differs from the edition's default."""

    field: str = _field("Dotted name.", "name", "run")
    value: str = _field("Value of this run.", "text", "run")
    default: str = _field("Edition's default.", "text", "run")


class RunParameters(Block):
    """Everything that a run of one region is told."""

    edition: Literal["2023-24", "2009-10"] = _field("Vintage of evidence.", "edition", "command line")
    region: str = _field("Region, by slug.", "slug", "command line")
    label: str = _field("Name of the edition on the page.", "text", EDITION_FILE)
    geography: str = _field("What the regions are.", "text", EDITION_FILE)
    population: Population = _field("Which people are counted.", "block", EDITION_FILE)
    drivers: tuple[Series, ...] = _field("Need drivers shown beside England.", "series", EDITION_FILE)
    demand: Demand = _field("How national use is shared between regions.", "block", EDITION_FILE)
    step_down: StepDown = _field("Who needs less security, and places required.", "block", EDITION_FILE)
    quoted: dict[Literal["provision", "prison_transfers", "groups", "outcomes"], tuple[Quoted, ...]] = _field(
        "Published national figures that sections without regional evidence quote.", "figures", EDITION_FILE
    )
    costs: Costs = _field("What care costs, against which budget.", "block", EDITION_FILE)

    def canonical_json(self) -> str:
        """Return the parameters as one line of JSON, the same for the same parameters.

        Examples
        --------
        >>> from needs.params.load import load
        >>> p = load("2023-24", "london")
        >>> RunParameters.from_json(p.canonical_json()) == p
        True
        """
        import json

        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), allow_nan=False)

    def assumptions(self) -> dict[str, Given]:
        """Return every figure given in the parameters, by its source reference.

        Examples
        --------
        >>> from needs.params.load import load
        >>> load("2023-24", "london").assumptions()["params/2023-24#demand.occupancy.high"].value
        0.9
        """
        found: dict[str, Given] = {}

        def visit(node: object, name: str) -> None:
            if isinstance(node, Given):
                found[f"params/{self.edition}#{name}"] = node
            elif isinstance(node, BaseModel):
                for field in type(node).model_fields:
                    visit(getattr(node, field), f"{name}.{field}" if name else field)
            elif isinstance(node, dict):
                for key, child in node.items():
                    visit(child, f"{name}.{key}")

        visit(self, "")
        return found

    @classmethod
    def from_json(cls, text: str) -> RunParameters:
        """Return the parameters that :meth:`canonical_json` wrote.

        Raises
        ------
        pydantic.ValidationError
            If the text is not a set of parameters.
        """
        return cls.model_validate_json(text)


def walk(model: type[BaseModel] = RunParameters, prefix: str = "", of: str = "") -> list[tuple[str, FieldInfo, str]]:
    """List every field of a model: dotted name, field and meaning, blocks before their fields.

    Examples
    --------
    >>> {name: meaning for name, _, meaning in walk()}["demand.occupancy.high"]
    'Share of beds occupied. High secure.'
    """
    found: list[tuple[str, FieldInfo, str]] = []
    for name, info in model.model_fields.items():
        meaning = f"{of} {info.description or ''}".strip()
        found.append((prefix + name, info, meaning))
        inner = info.annotation
        if isinstance(inner, type) and issubclass(inner, Block):
            tiers = inner in (ByTier, ShareByTier)
            found.extend(walk(inner, f"{prefix}{name}.", meaning if tiers else ""))
    return found
