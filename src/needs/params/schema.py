"""What each parameter means, from the model: for the terminal, the parameter page and the JSON schema."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, get_args

from pydantic.fields import FieldInfo

from needs.params.load import load
from needs.params.model import Block, EvidenceRow, Given, RunParameters, Series, walk
from needs.project import EDITIONS

__all__ = ["Explained", "assumptions_page", "explain", "json_schema", "page"]

_PARTS: dict[str, type[Block]] = {
    "a figure read from evidence": EvidenceRow,
    "a figure given here": Given,
    "a series": Series,
}

_NOT_GIVEN = object()
"""Stands for a field of a block that an edition does not give, or gives several times."""


@dataclass(frozen=True)
class Explained:
    """One parameter in words.

    Parameters
    ----------
    name, unit, meaning, default, source : str
        Dotted name, unit, meaning, default, and where the default comes from.
    """

    name: str
    unit: str
    meaning: str
    default: str
    source: str


def explain(match: str = "") -> list[Explained]:
    """Explain every parameter whose dotted name holds ``match``, with the default of each edition.

    Examples
    --------
    >>> explain("waiting_probability")[0].default
    '0.05'
    >>> explain("demand.occupancy.high")[0].default  # doctest: +ELLIPSIS
    '2023-24: 0.9 (0.84 to 0.95), modelled; 2009-10: evidence beds_activity / ...(0.84 to 0.95); example: ...'
    >>> [(item.name, item.default) for item in explain("projection.trend.c")]  # an optional block that no edition gives
    [('projection.trend.change', 'required'), ('projection.trend.cap', '0.25')]
    """
    told = {edition: load(edition, "_edition") for edition in EDITIONS}
    return [
        _explained(name, info, meaning, _defaults(told, name, info)) for name, info, meaning in walk() if match in name
    ]


def _explained(name: str, info: FieldInfo, meaning: str, default: str) -> Explained:
    extra: dict[str, Any] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    choices = [str(a) for a in get_args(info.annotation) if isinstance(a, str)]
    meaning += f" One of: {', '.join(choices)}." if choices else ""
    return Explained(name, str(extra.get("unit", "")), meaning, default, str(extra.get("source", "")))


def _defaults(told: dict[str, RunParameters], name: str, info: FieldInfo) -> str:
    """Say a field's default, by edition where they differ; a block's are those of its fields."""
    if name in ("edition", "region"):
        return "from the command line"
    values = {}
    for edition, parameters in told.items():
        node: Any = parameters
        for part in name.split("."):
            node = getattr(node, part, _NOT_GIVEN)
        values[edition] = _own_default(info) if node is _NOT_GIVEN else _said(node)
    distinct = set(values.values())
    return distinct.pop() if len(distinct) == 1 else "; ".join(f"{e}: {v}" for e, v in values.items())


def _own_default(info: FieldInfo) -> str:
    return "required" if info.is_required() else _said(info.get_default(call_default_factory=True))


def _said(node: Any) -> str:
    match node:
        case EvidenceRow():
            parts = (node.table, node.measure, node.tier, node.region_code, node.period)
            ends = f" ({node.lower:g} to {node.upper:g})" if node.lower is not None else ""
            return f"evidence {' / '.join(part for part in parts if part)}{ends}"
        case Given():
            ends = f" ({node.lower:g} to {node.upper:g})" if node.lower is not None else ""
            return f"{node.value:g}{ends}, {node.kind}"
        case Block():
            return "see its fields"
        case dict() if node and all(isinstance(number, int) for number in node.values()):
            return ", ".join(f"{key} {number}" for key, number in node.items())
        case dict() | tuple():
            return ", ".join(_label(item) for item in node) or "none"
        case _:
            return "none" if node is None else str(node)


def _label(item: Any) -> str:
    return str(getattr(item, "label", None) or getattr(item, "key", None) or _said(item))


def json_schema() -> str:
    """Return the JSON schema of a complete set of parameters.

    Examples
    --------
    >>> '"additionalProperties": false' in json_schema()
    True
    """
    return json.dumps(RunParameters.model_json_schema(), indent=2, sort_keys=True) + "\n"


def page() -> str:
    """Return the parameter page of the documentation, in Markdown.

    Examples
    --------
    >>> page().splitlines()[0]
    '# Parameters'
    """
    lines = [
        "# Parameters",
        "",
        "Made from the models in `src/needs/params/` by `make docs`; do not edit.",
        "",
        "A region reads `params/<edition>/_edition.yaml`, then `params/<edition>/<region>.yaml` over it. A figure is either",
        "a row of evidence (`table`, `measure`, ...) or given there (`value`, `lower`, `upper`, `kind`, `source`); what these",
        "and a series hold stands at the end. A star stands for each name or number of a block that is given several times.",
        "",
        *_table("All parameters", explain()),
    ]
    for name, model in _PARTS.items():
        lines += ["", *_table(f"Inside {name}", [_inside(n, i) for n, i in model.model_fields.items()])]
    return "\n".join(lines) + "\n"


def assumptions_page() -> str:
    """Return the assumptions of each edition in Markdown: every figure that no evidence row gives.

    Examples
    --------
    >>> assumptions_page().splitlines()[0]
    '# Assumptions'
    """
    lines = [
        "# Assumptions",
        "",
        "Made from `params/` by `make docs`; do not edit. A region's own file may replace any of them.",
    ]
    for edition in EDITIONS:
        lines += ["", f"## {edition}", "", "| parameter | figure | why |", "|---|---|---|"]
        for reference, given in load(edition, "_edition").assumptions().items():
            why = given.source if isinstance(given, Given) else given.because
            lines.append(f"| `{reference.partition('#')[2]}` | {_said(given)} | {why} |")
    return "\n".join(lines) + "\n"


def _inside(name: str, info: FieldInfo) -> Explained:
    return _explained(name, info, info.description or "", _own_default(info))


def _table(heading: str, items: list[Explained]) -> list[str]:
    rows = [f"| `{i.name}` | {i.meaning} | {i.unit} | {i.default} | {i.source} |" for i in items]
    return [
        f"## {heading}",
        "",
        "| name | meaning | unit | default | source of the default |",
        "|---|---|---|---|---|",
        *rows,
    ]
