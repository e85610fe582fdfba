"""Lay figures measured from a region's own service data between the edition's defaults and the region's own file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from needs.params.costs import FINANCE
from needs.params.service import MEASURED

if TYPE_CHECKING:
    from needs.methods.service.measured import Measured
    from needs.params.model import RunParameters

__all__ = ["measure", "replaced"]


def measure(parameters: RunParameters, root: Path) -> dict[str, Any]:
    """Return what a region's own data say of parameters, in the form of a parameter file.

    Parameters
    ----------
    parameters : RunParameters
        Parameters of the run; nothing is measured without ``service.folder``, or where ``service.replace`` is off.
    root : Path
        Project folder.

    Returns
    -------
    dict
        A document that lies over the edition's and under the region's.

    Raises
    ------
    DataError
        If the data cannot be used.

    Examples
    --------
    >>> from needs.params.load import load
    >>> from needs.project import project_root
    >>> measure(load("2023-24", "london"), project_root())
    {}
    """
    told = parameters.service
    if not (told.folder and told.replace):
        return {}
    from needs.data.geography import Regions
    from needs.data.inputs import Inputs
    from needs.data.service import read
    from needs.data.snapshot import Evidence
    from needs.methods.disclosure import Rule
    from needs.methods.service.data_quality import usable_tables
    from needs.methods.service.linking import link
    from needs.methods.service.measured import measured
    from needs.methods.service.monitored_now import LONG

    regions = Regions.open(parameters.edition, root)
    own = read(Inputs(parameters, Evidence(regions), regions))
    linked = link(own["stays"], own.since, own.until)
    stays = parameters.flow.stay.items()
    long: dict[str, float] = {**LONG, **{tier: stay.beyond.years for tier, stay in stays if stay.beyond}}
    tables = usable_tables(own.tables, own.until)
    found = measured(tables, linked, own.since, own.until, long, Rule(told.smallest, told.rounded_to))
    kind = {table: known.kind for table, known in own.known.items()}
    document = _document(found, kind, f"{MEASURED} to {own.until.day} {own.until:%B %Y}", long)
    if own.has("finance"):
        document.setdefault("costs", {})["spend_file"] = FINANCE
    return document


def _document(found: list[Measured], kind: Mapping[str, str], source: str, long: Mapping[str, float]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for one in found:
        *path, last = one.name.split(".")
        block = document
        for part in path:
            block = block.setdefault(part, {})
        told = f"{source}, table {one.table}: {one.what} ({one.people:,})"
        figure: dict[str, Any] = {"value": one.value, "kind": kind[one.table], "source": told}
        block[last] = figure | ({} if one.lower is None else {"lower": one.lower, "upper": one.upper})
        if path[-1] == "beyond":
            block["years"] = long[path[-2]]
    flow = document.get("flow", {})
    for stay in flow.get("stay", {}).values():
        stay["note"] = f"{source}: person-years in the tier over departures"
        stay.update({"median": None, "alike": None} if "beyond" in stay else {})
    for name in ("routing", "arrivals"):
        for tier, block in flow.get(name, {}).items():
            people = next(one.people for one in found if one.name.startswith(f"flow.{name}.{tier}.shares."))
            block |= {"people": people, "note": f"{source}: stays, {people:,} people"}
    return document


def replaced(parameters: RunParameters, root: Path) -> list[dict[str, str]]:
    """List the figures of a run that were measured from own data, and what each stands in place of.

    Parameters
    ----------
    parameters : RunParameters
        Parameters of the run.
    root : Path
        Project folder.

    Returns
    -------
    list of dict
        ``field`` (dotted name), ``value, default`` (figure with its range, as text) and ``source`` (table, measure, people).

    Examples
    --------
    >>> from needs.params.load import load
    >>> from needs.project import project_root
    >>> replaced(load("2023-24", "london"), project_root())
    []
    """
    from needs.params.figures import Given
    from needs.params.load import load

    every = parameters.figures()
    found = {n: f for n, (f, _) in every.items() if isinstance(f, Given) and f.source.startswith(MEASURED)}
    if not found:
        return []
    default = load(parameters.edition, "_edition", root).figures()
    rows: dict[str, list[str]] = {}
    for name in sorted(found):  # a manifest keeps its parameters in another order
        rows.setdefault(_block(name), []).append(name)
    return [
        {
            "field": block,
            "value": _together(block, {name: (found[name], every[name][1]) for name in names}),
            "default": _together(block, {name: told for name, told in default.items() if _block(name) == block}),
            "source": found[names[0]].source.partition(", table ")[2],
        }
        for block, names in rows.items()
    ]


def _block(name: str) -> str:
    """Return the name under which a figure stands in the list: shares that add up stand together."""
    whole, _, last = name.rpartition(".")
    return whole if whole.endswith(".shares") or whole.startswith("step_down.destination") else f"{whole}.{last}"


def _together(block: str, figures: Mapping[str, tuple[Any, str]]) -> str:
    """Write a figure, or shares that add up, each given with its unit."""
    if set(figures) <= {block}:
        return _said(*figures.get(block, (None, "")))
    named = {name.rpartition(".")[2].replace("_", " "): told for name, told in figures.items()}
    return ", ".join(f"{name} {_said(*told, ends=False)}" for name, told in named.items())


def _said(figure: Any, unit: str, ends: bool = True) -> str:
    """Write a figure of the parameters, with its range or without; shares in whole percent."""
    from needs.params.figures import Given
    from needs.present.words import percent, published

    def told(number: float) -> str:
        return percent(number, 0) if unit == "share" else published(number)

    if figure is None:
        return "none"
    around = f" ({told(figure.lower)} to {told(figure.upper)})" if ends and figure.lower is not None else ""
    return f"{told(figure.value)}{around}" if isinstance(figure, Given) else f"as evidence has it{around}"
