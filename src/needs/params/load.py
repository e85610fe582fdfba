"""Read, merge and check parameter files: every problem at once, each with its line."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from needs.errors import ParamsError, Problem
from needs.params.areas import Footprint
from needs.params.documents import REMEDY, explained, headline, in_order, line_of, read_document
from needs.params.footprints import FILE, read_footprints
from needs.params.model import Overridden, RunParameters
from needs.project import project_root

__all__ = ["files", "load", "overrides", "strays"]


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


def load(edition: str, region: str, root: Path | None = None) -> RunParameters:
    """Return the parameters of one region or footprint: the edition's defaults under its own.

    Parameters
    ----------
    edition, region : str
        Slugs, such as ``2023-24`` and ``london``; that of a footprint brings its boards with it.
    root : Path, optional
        Project folder.

    Raises
    ------
    ParamsError
        With every problem of every file: unknown or mistyped names (and the nearest right one),
        values of the wrong type or out of range, keys given twice, YAML that cannot be read.

    Examples
    --------
    >>> load("2009-10", "london").costs.price_year
    '2009-10'
    """
    root = root or project_root()
    paths = files(edition, region, root)
    documents = [read_document(path, root) for path in paths]
    footprints = {} if region == "_edition" else read_footprints(edition, root)
    place = {"edition": edition, "region": region, "footprint": footprints.get(region)}
    merged: dict[str, Any] = {}
    found: list[tuple[int, Problem]] = []
    for index, document in enumerate(documents):
        for key, said in place.items():
            if key in document and document[key] != said:
                what = f"{key}: {document[key]} is not {said}, which the file's place says"
                what = f"footprint: this stands in {FILE}" if key == "footprint" else what
                found.append((index, Problem(f"line {line_of(document, (key,))}", what)))
        merged = _merge(merged, document) | place
    try:
        parameters = RunParameters.model_validate(merged)
    except ValidationError as error:
        found += explained(error, documents)
    if found:
        raise _refusal(found, paths, root)
    return parameters


def overrides(parameters: RunParameters, root: Path | None = None) -> list[Overridden]:
    """List what differs from the edition's defaults, other than the place.

    Examples
    --------
    >>> overrides(load("2023-24", "london"))
    []
    """
    root = root or project_root()
    default = load(parameters.edition, "_edition", root)
    own, base = dict(_leaves(parameters.model_dump(mode="json"))), dict(_leaves(default.model_dump(mode="json")))
    place = ("region", "footprint", *(f"footprint.{name}" for name in Footprint.model_fields))
    names = [n for n in sorted({*own, *base}) if n not in place and own.get(n) != base.get(n)]
    return [Overridden(field=n, value=_shown(own.get(n)), default=_shown(base.get(n))) for n in names]


def strays(edition: str, slugs: Collection[str], root: Path | None = None) -> None:
    """Refuse files beside the parameters that nobody would ever read; hidden files and backups (~) may be there.

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
    folder = (root or project_root()) / "params" / edition
    slugs = {*slugs, *read_footprints(edition, root)}
    read = {"_edition.yaml", "README.md", FILE, *(f"{slug}.yaml" for slug in slugs)}
    problems = []
    for name in sorted({path.name for path in folder.glob("*")} - read):
        if not name.startswith(".") and not name.endswith("~"):
            near = difflib.get_close_matches(name.lower().partition(".")[0], sorted(slugs), n=1)
            problems.append(
                Problem(name, "belongs to no region." + (f" Did you mean '{near[0]}.yaml'?" if near else ""))
            )
    if problems:
        raise ParamsError(
            f"params/{edition} cannot be used", problems, "rename the file; needs regions lists the names"
        )


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


def _refusal(found: list[tuple[int, Problem]], paths: list[Path], root: Path) -> ParamsError:
    """Return the error of all problems: file by file, line by line."""
    found.sort(key=lambda pair: (pair[0], *in_order(pair[1])))
    if len({index for index, _ in found}) == 1:
        return ParamsError(headline(paths[found[0][0]], root), [problem for _, problem in found], REMEDY)
    named = [Problem(f"{paths[index].name} {p.where}".strip(), p.what) for index, p in found]
    return ParamsError(f"params/{paths[0].parent.name} cannot be used", named, REMEDY)
