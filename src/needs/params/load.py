"""Read, merge and check parameter files: every problem at once, each with its line."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml.comments import CommentedMap

from needs.errors import ParamsError, Problem
from needs.params.areas import Footprint
from needs.params.documents import REMEDY, explained, headline, holds, in_order, line_of, read_document
from needs.params.footprints import FILE, read_footprints
from needs.params.model import Overridden, RunParameters
from needs.params.scenario import Scenario
from needs.params.scenarios import EVERY, FOLDER, Placed, astray, read_scenarios
from needs.project import project_root

MEASURED = "figures measured from own data"
"""What stands for a file in messages about them."""

__all__ = ["files", "load", "load_scenarios", "overrides", "strays"]


def files(edition: str, region: str, root: Path | None = None) -> list[Path]:
    """Return the parameter files that a region reads, the edition's first.

    Examples
    --------
    >>> [f.name for f in files("2023-24", "london")][0]
    '_edition.yaml'
    """
    folder = (root or project_root()) / "params" / edition
    own = folder / f"{region}.yaml"
    return [folder / "_edition.yaml", *([own] if own.is_file() and region != "_edition" else [])]


def load(
    edition: str,
    region: str,
    root: Path | None = None,
    scenarios: Sequence[str] | None = None,
    measured: Mapping[str, Any] | None = None,
) -> RunParameters:
    """Return the parameters of one region or footprint: the edition's defaults under its own.

    Parameters
    ----------
    edition, region : str
        Slugs, such as ``2023-24`` and ``london``; that of a footprint brings its boards with it.
    root : Path, optional
        Project folder.
    scenarios : sequence of str, optional
        Names of params/scenarios, files of the user's own, or several with a plus between them, in the order given;
        without them every file of params/scenarios, by name.
    measured : mapping, optional
        Figures measured from own data, which lie between the two.

    Raises
    ------
    ParamsError
        With every problem of every file: unknown or mistyped names (and the nearest right one),
        values of the wrong type or out of range, keys given twice, YAML that cannot be read.

    Examples
    --------
    >>> load("2009-10", "london").costs.price_year
    '2009-10'
    >>> load("2009-10", "london", scenarios=["single-assessment"]).scenarios[0].levers.assessments
    1.0
    """
    root = root or project_root()
    paths = files(edition, region, root)
    documents = [read_document(path, root) for path in paths]
    if measured:
        paths.insert(1, root / "params" / edition / MEASURED)
        documents.insert(1, CommentedMap(measured))
    footprints = {} if region == "_edition" else read_footprints(edition, root)
    place = {"edition": edition, "region": region, "footprint": footprints.get(region)}
    elsewhere = {"footprint": FILE, "scenarios": f"files of their own in params/{FOLDER}"}
    merged: dict[str, Any] = {}
    found: list[Placed] = []
    for path, document in zip(paths, documents, strict=True):
        for key, said in (*place.items(), ("scenarios", None)):
            if key in document and document[key] != said:
                what = f"{key}: {document[key]} is not {said}, which the file's place says"
                what = f"{key}: this stands in {elsewhere[key]}" if key in elsewhere else what
                found.append((path, Problem(f"line {line_of(document, (key,))}", what)))
        merged = _merge(merged, document) | place
    merged.pop("scenarios", None)
    parameters = None
    try:
        parameters = RunParameters.model_validate(merged)
    except ValidationError as error:
        found += [(paths[index], problem) for index, problem in explained(error, documents)]
    else:
        found += _too_late(parameters, paths, documents)
    told, wrong = read_scenarios(scenarios, root, parameters.flow.years if parameters else None)
    if found or wrong or parameters is None:
        raise _refusal([*found, *wrong], paths, root)
    return parameters.model_copy(update={"scenarios": told})


def load_scenarios(chosen: Sequence[str] | None = None, root: Path | None = None) -> tuple[Scenario, ...]:
    """Return scenarios alone, as :func:`load` would; by default every file of params/scenarios.

    Raises
    ------
    ParamsError
        With every problem of every file.

    Examples
    --------
    >>> load_scenarios(["single-assessment"])[0].label
    'One assessment'
    """
    root = root or project_root()
    found, wrong = read_scenarios(chosen, root)
    if wrong:
        raise _refusal(wrong, [], root)
    return found


def overrides(parameters: RunParameters, root: Path | None = None) -> list[Overridden]:
    """List what differs from the edition's defaults, other than the place; scenarios by their names.

    Examples
    --------
    >>> overrides(load("2023-24", "london"))
    []
    >>> [str(o.value) for o in overrides(load("2023-24", "london", scenarios=["single-assessment"]))]
    ['single-assessment']
    """
    root = root or project_root()
    default = load(parameters.edition, "_edition", root)
    own, base = dict(_leaves(parameters.model_dump(mode="json"))), dict(_leaves(default.model_dump(mode="json")))
    place = ("region", "footprint", *(f"footprint.{name}" for name in Footprint.model_fields), "scenarios")
    names = [n for n in sorted({*own, *base}) if n not in place and own.get(n) != base.get(n)]
    found = [Overridden(field=n, value=_shown(own.get(n)), default=_shown(base.get(n))) for n in names]
    if parameters.scenarios != default.scenarios:
        chosen = ", ".join(scenario.name for scenario in parameters.scenarios) or "none"
        every = chosen == ", ".join(scenario.name for scenario in default.scenarios)
        found.append(Overridden(field="scenarios", value="as they were then" if every else chosen, default=EVERY))
    return found


def strays(edition: str, slugs: Collection[str], root: Path | None = None) -> None:
    """Refuse files beside the parameters and scenarios that nobody would ever read; hidden files and backups (~) may be there.

    Parameters
    ----------
    edition : str
        Vintage of evidence.
    slugs : collection of str
        Its regions; its footprints are looked up.
    root : Path, optional
        Project folder.

    Raises
    ------
    ParamsError
        Naming each file and the nearest region.

    Examples
    --------
    >>> strays("2023-24", {"london", "midlands"})
    """
    root = root or project_root()
    folder = root / "params" / edition
    slugs = {*slugs, *read_footprints(edition, root)}
    read = {"_edition.yaml", "README.md", FILE, *(f"{slug}.yaml" for slug in slugs)}
    problems = []
    for name in sorted({path.name for path in folder.glob("*")} - read):
        if not name.startswith(".") and not name.endswith("~"):
            near = difflib.get_close_matches(name.lower().partition(".")[0], sorted(slugs), n=1)
            problems.append(
                Problem(name, "belongs to no region." + (f" Did you mean '{near[0]}.yaml'?" if near else ""))
            )
    remedy = "rename the file; needs regions lists the names"
    if (wrong := list(astray(root))) and not problems:
        remedy = "rename the file, or move it away; needs scenarios lists what is there"
        raise ParamsError(f"params/{FOLDER} cannot be used", wrong, remedy)
    if problems:
        problems += [Problem(f"../{FOLDER}/{problem.where}", problem.what) for problem in wrong]
        raise ParamsError(f"params/{edition} cannot be used", problems, remedy)


def _too_late(told: RunParameters, paths: Sequence[Path], documents: Sequence[CommentedMap]) -> Iterator[Placed]:
    """Give wards that close for places after the last year of the flow, where the last file says either year."""
    year, last = told.options.reinvestment.year, told.flow.years
    if year <= last:
        return
    names = (("options", "reinvestment", "year"), ("flow", "years"))
    for path, document in reversed(list(zip(paths, documents, strict=True))):
        for name in names:
            if holds(document, name):
                what = f"{year} is after the last year, {last} (flow.years)"
                yield path, Problem(f"line {line_of(document, name)}", f"options.reinvestment.year: {what}")
                return


def _shown(value: Any) -> str:
    return "none" if value is None else str(value)


def _leaves(node: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, Mapping):
        for key, child in node.items():
            yield from _leaves(child, f"{prefix}.{key}" if prefix else str(key))
    else:
        yield prefix, node


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one document over another; a figure (a map with table or value) and shares that add up are replaced whole."""
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        figure = isinstance(value, Mapping) and bool({"table", "value"} & value.keys())
        together = key in ("shares", "to")  # shares that add up
        if isinstance(value, Mapping) and isinstance(old, Mapping) and not figure and not together:
            result[key] = {**old, **value} if key == "destination" else _merge(old, value)
        else:
            result[key] = value
    return result


def _refusal(found: Sequence[Placed], paths: Sequence[Path], root: Path) -> ParamsError:
    """Return the error of all problems: file by file, line by line; what was typed comes last."""
    typed = [problem for path, problem in found if path is None]
    placed = sorted(((path, problem) for path, problem in found if path), key=lambda pair: _rank(pair, paths))
    named = list(dict.fromkeys(path for path, _ in placed))
    if not named:
        return ParamsError("scenarios cannot be used", typed, "needs scenarios")
    remedy = REMEDY if named[0] in paths else f"{REMEDY} {FOLDER}"
    if len(named) == 1 and not typed:
        return ParamsError(headline(named[0], root), [problem for _, problem in placed], remedy)
    folders = {path.parent for path in named}
    params = root / "params"
    base = folders.pop() if len(folders) == 1 else params
    inside = [(path.relative_to(base) if path.is_relative_to(base) else path, problem) for path, problem in placed]
    told = [Problem(f"{path.as_posix()} {problem.where}".strip(), problem.what) for path, problem in inside]
    return ParamsError(headline(base, root), [*told, *typed], remedy)


def _rank(placed: tuple[Path, Problem], paths: Sequence[Path]) -> tuple[int, str, int, str]:
    path, problem = placed
    return (paths.index(path) if path in paths else len(paths), path.as_posix(), *in_order(problem))
