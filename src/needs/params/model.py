"""What a run may be told: one typed model, read by notebooks, report and manifest alike.

Every field carries its unit, its meaning and where its default comes from; the parameter page,
the JSON schema and ``needs params explain`` are made from here. Unknown names are refused.
"""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, model_validator
from pydantic.fields import FieldInfo

from needs.params.areas import Footprint, Population
from needs.params.costs import Budget, Costs, Package, Price, PriceIndex
from needs.params.demand import Demand, Projection, Validation, Women
from needs.params.explorer import Explorer
from needs.params.figures import (
    EDITION_FILE,
    AmountRow,
    Block,
    ByTier,
    EvidenceRow,
    Figure,
    Given,
    Places,
    Series,
    Share,
    ShareByTier,
    parameter,
)
from needs.params.flow import Flow, FlowCheck, PathwayTier
from needs.params.options import Options
from needs.params.scenario import Levers, Scenario
from needs.params.service import Service

__all__ = [
    "Block",
    "Budget",
    "ByTier",
    "Costs",
    "Demand",
    "EvidenceRow",
    "Explorer",
    "Figure",
    "Flow",
    "FlowCheck",
    "Given",
    "Levers",
    "Options",
    "Overridden",
    "Package",
    "Population",
    "Price",
    "PriceIndex",
    "Quoted",
    "RunParameters",
    "Scenario",
    "Series",
    "Service",
    "StepDown",
    "walk",
]


class StepDown(Block):
    """Who needs less security, and how many places that takes."""

    ready: ShareByTier = parameter("Share of patients who need less security than they have.", "share", EDITION_FILE)
    destination: dict[Literal["high", "medium", "low"], dict[PathwayTier, Share]] = parameter(
        "Where those patients would go, by current tier; the shares of a tier add up to 1.", "share", EDITION_FILE
    )
    waiting_probability: float = parameter(
        "Largest acceptable probability that a person who is ready has to wait for a place.",
        "probability", "methods: size by the probability of waiting", default=0.05, gt=0, lt=1,
    )  # fmt: skip
    flat_occupancy: float = parameter(
        "Occupancy of the flat rule shown beside it.", "share", "common planning rule", default=0.85, gt=0, lt=1
    )
    local_places: dict[PathwayTier, Places] = parameter(
        "Places that these patients could take, by tier, from the region's own records: beds for its own residents, "
        "step-down places that are free or kept for people who leave secure care. Empty where unknown.",
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


class Quoted(Block):
    """One published figure that a section quotes for England, as it stands."""

    label: str = parameter("What the figure is.", "text", EDITION_FILE)
    unit: Literal["people", "beds", "share", "percent", "days", "ratio", "rate"] = parameter(
        "Unit of the row.", "unit", EDITION_FILE
    )
    counted: str = parameter("Who was counted, where, when and by which clock.", "text", EDITION_FILE)
    row: AmountRow = parameter("The published row.", "unit of the figure", EDITION_FILE)


class Overridden(Block):
    """One parameter that differs from the edition's default."""

    field: str = parameter("Dotted name.", "name", "run")
    value: str = parameter("Value of this run.", "text", "run")
    default: str = parameter("Edition's default.", "text", "run")


class RunParameters(Block):
    """Everything that a run of one region is told."""

    edition: Literal["2023-24", "2009-10", "example"] = parameter("Vintage of evidence.", "edition", "command line")
    region: str = parameter("Region, by slug.", "slug", "command line")
    label: str = parameter("Name of the edition on the page.", "text", EDITION_FILE)
    geography: str = parameter("What the regions are.", "text", EDITION_FILE)
    footprint: Footprint | None = parameter(
        "Set of integrated care boards that is assessed in place of a region.",
        "block", "params/<edition>/footprints.yaml", default=None,
    )  # fmt: skip
    population: Population = parameter("Which people are counted.", "block", EDITION_FILE)
    drivers: tuple[Series, ...] = parameter("Need drivers shown beside England.", "series", EDITION_FILE)
    demand: Demand = parameter("How national use is shared between regions.", "block", EDITION_FILE)
    validation: Validation = parameter("What the estimate is held against.", "block", EDITION_FILE)
    projection: Projection = parameter("How demand is carried forward.", "block", EDITION_FILE)
    step_down: StepDown = parameter("Who needs less security, and places required.", "block", EDITION_FILE)
    flow: Flow = parameter("How people move between tiers, in and out.", "block", EDITION_FILE)
    local_evidence: tuple[str, ...] = parameter(
        "Tables that hold figures for parts of regions, shown beside the estimate.", "tables", EDITION_FILE, default=()
    )
    quoted: dict[Literal["provision", "prison_transfers", "groups", "outcomes", "projections"], tuple[Quoted, ...]] = (
        parameter("Published national figures that sections without regional evidence quote.", "figures", EDITION_FILE)
    )
    costs: Costs = parameter("What care costs, against which budget.", "block", EDITION_FILE)
    options: Options = parameter("How options are weighed.", "block", EDITION_FILE)
    explorer: Explorer = parameter(
        "Sizes that a reader of the web page may choose between.", "block", "methods", default=Explorer()
    )
    service: Service = parameter(
        "The region's own service data.", "block", "params/<edition>/<region>.yaml", default=Service()
    )
    scenarios: tuple[Scenario, ...] = parameter(
        "What could be done, in the order of the page; without --scenario every file of params/scenarios.",
        "block", "params/scenarios/<name>.yaml", default=(),
    )  # fmt: skip

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

    def figures(self, *under: str) -> dict[str, tuple[EvidenceRow | Given | Series, str]]:
        """Return every figure and series with its unit, by dotted name.

        Parameters
        ----------
        under : str
            Dotted names of the figures and blocks that are asked for, and nothing else is read; without any, all.

        Examples
        --------
        >>> from needs.params.load import load
        >>> row, unit = load("2023-24", "london").figures()["costs.budgets.0.row"]
        >>> row.table, unit
        ('national_secure_facts', 'GBP')
        """
        found: dict[str, tuple[EvidenceRow | Given | Series, str]] = {}

        def leads(name: str) -> bool:
            return not under or any(f"{name}.".startswith(f"{u}.") or u.startswith(f"{name}.") for u in under)

        def visit(node: object, name: str, unit: str) -> None:
            if isinstance(node, (EvidenceRow, Given, Series)):
                found[name] = node, getattr(node, "unit", unit)
            elif isinstance(node, Block):
                for field, info in type(node).model_fields.items():
                    if leads(place := f"{name}.{field}".lstrip(".")):
                        visit(getattr(node, field), place, _unit(info, node, unit))
            elif isinstance(node, (dict, tuple)):
                for key, child in node.items() if isinstance(node, dict) else enumerate(node):
                    if leads(f"{name}.{key}"):
                        visit(child, f"{name}.{key}", unit)

        visit(self, "", "")
        return found

    def assumptions(self) -> dict[str, Given | EvidenceRow]:
        """Return every figure given in the parameters, and every row with a range stated here, by source reference.

        Examples
        --------
        >>> from needs.params.load import load
        >>> load("2023-24", "london").assumptions()["params/2023-24#demand.occupancy.high"].value
        0.9
        """
        return {
            f"params/{self.edition}#{name}": figure
            for name, (figure, _) in self.figures().items()
            if isinstance(figure, Given) or (isinstance(figure, EvidenceRow) and figure.lower is not None)
        }

    @classmethod
    def from_json(cls, text: str) -> RunParameters:
        """Return the parameters that :meth:`canonical_json` wrote.

        Raises
        ------
        pydantic.ValidationError
            If the text is not a set of parameters.
        """
        return cls.model_validate_json(text)


def _unit(info: FieldInfo, block: Block, outer: str) -> str:
    """Return the unit of a field, which may be that of the field around it or of its figure."""
    extra: dict[str, Any] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    unit = str(extra.get("unit", ""))
    return {"unit of the field": outer, "unit of the figure": getattr(block, "unit", "")}.get(unit, unit)


def walk(model: type[BaseModel] = RunParameters, prefix: str = "", of: str = "") -> list[tuple[str, FieldInfo, str]]:
    """List every field of a model: dotted name, field and meaning, blocks before their fields.

    A star in a name stands for each name or number in a block that is given several times. The fields of
    figures and series, which are everywhere, are left out.

    Examples
    --------
    >>> {name: meaning for name, _, meaning in walk()}["demand.occupancy.high"]
    'Share of beds occupied. High secure.'
    >>> [name for name, _, _ in walk() if name.startswith("demand.groups")]
    ['demand.groups', 'demand.groups.*.label', 'demand.groups.*.people', 'demand.groups.*.note']
    """
    found: list[tuple[str, FieldInfo, str]] = []
    for name, info in model.model_fields.items():
        meaning = f"{of} {info.description or ''}".strip()
        found.append((prefix + name, info, meaning))
        stars, inner = _held(info.annotation)
        if isinstance(inner, type) and issubclass(inner, Block) and inner not in (EvidenceRow, Given, Series):
            tiers = inner in (ByTier, ShareByTier, Women)
            found.extend(walk(inner, f"{prefix}{name}.{stars}", meaning if tiers else ""))
    return found


def _held(annotation: Any) -> tuple[str, Any]:
    """Return a star for each mapping or sequence of a type, and what it holds, which may be optional."""
    inner = [part for part in get_args(annotation) if part not in (type(None), ...)]
    if get_origin(annotation) in (dict, tuple):
        stars, held = _held(inner[-1])
        return f"*.{stars}", held
    return _held(inner[0]) if len(inner) == 1 else ("", annotation)
