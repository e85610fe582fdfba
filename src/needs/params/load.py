"""Read, merge and check parameter files: every problem at once, each with its line."""

from __future__ import annotations

import datetime
import difflib
import io
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from needs.errors import ParamsError, Problem
from needs.params import model
from needs.params.model import Overridden, RunParameters, walk
from needs.project import project_root

__all__ = ["files", "load", "overrides", "strays"]

REMEDY = "needs params explain"
_TAGS = ("<row>", "<given>", "[key]")
"""Parts of a location that stand in no file."""


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
    """Return the parameters of one region: the edition's defaults under the region's own.

    Parameters
    ----------
    edition, region : str
        Slugs, such as ``2023-24`` and ``london``.
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
    documents = [_read(path, root) for path in paths]
    place = {"edition": edition, "region": region}
    merged: dict[str, Any] = {}
    found: list[tuple[int, Problem]] = []
    for index, document in enumerate(documents):
        for key, said in place.items():
            if key in document and document[key] != said:
                what = f"{key}: {document[key]} is not {said}, which the file's place says"
                found.append((index, Problem(f"line {_line(document, (key,))}", what)))
        merged = _merge(merged, document) | place
    try:
        parameters = RunParameters.model_validate(merged)
    except ValidationError as error:
        found += _explained(error, documents)
    if found:
        raise _refusal(found, paths, root)
    return parameters


def overrides(parameters: RunParameters, root: Path | None = None) -> list[Overridden]:
    """List what differs from the edition's defaults.

    Examples
    --------
    >>> overrides(load("2023-24", "london"))
    []
    """
    root = root or project_root()
    default = load(parameters.edition, "_edition", root)
    own, base = dict(_leaves(parameters.model_dump(mode="json"))), dict(_leaves(default.model_dump(mode="json")))
    names = [n for n in sorted({*own, *base}) if n != "region" and own.get(n) != base.get(n)]
    return [Overridden(field=n, value=_shown(own.get(n)), default=_shown(base.get(n))) for n in names]


def strays(edition: str, slugs: Collection[str], root: Path | None = None) -> None:
    """Refuse files beside the parameters that nobody would ever read; hidden files and backups (~) may be there.

    Raises
    ------
    ParamsError
        Naming each file and the nearest region.

    Examples
    --------
    >>> strays("2023-24", {"london", "midlands"})
    """
    folder = (root or project_root()) / "params" / edition
    read = {"_edition.yaml", "README.md", *(f"{slug}.yaml" for slug in slugs)}
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


def _read(path: Path, root: Path) -> CommentedMap:
    yaml = YAML(typ="rt")
    yaml.allow_duplicate_keys = False
    try:
        text = path.read_text(encoding="utf-8")
        document = yaml.load(io.StringIO(text))
    except FileNotFoundError:
        raise ParamsError(_headline(path, root), ["the file is missing"], "restore it from the repository") from None
    except UnicodeDecodeError as error:
        raise ParamsError(
            _headline(path, root), [f"byte {error.start} is not UTF-8 text"], "save it as UTF-8"
        ) from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else ""
        what = str(getattr(error, "problem", None) or error).splitlines()[0]
        raise ParamsError(_headline(path, root), [Problem(where, what)], "mend the YAML at that line") from None
    if document is None:
        return CommentedMap()
    if not isinstance(document, CommentedMap):
        raise ParamsError(_headline(path, root), ["the file holds no `name: value` pairs"], REMEDY)
    return document


def _headline(path: Path, root: Path) -> str:
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return f"{shown.as_posix()} cannot be used"


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one document over another; a figure (a map with table or value) is replaced whole."""
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        whole = isinstance(value, Mapping) and {"table", "value"} & value.keys()
        shares = key == "destination"  # a tier's shares add up together, so a tier is replaced whole
        if isinstance(value, Mapping) and isinstance(old, Mapping) and not whole:
            result[key] = {**old, **value} if shares else _merge(old, value)
        else:
            result[key] = value
    return result


def _line(document: Any, location: tuple[Any, ...]) -> int | None:
    """Line of the deepest part of a location that the document holds, or None."""
    line = None
    for part in location:
        try:
            line = document.lc.data[part][0] + 1
            document = document[part]
        except (AttributeError, KeyError, TypeError, IndexError):
            break
    return line


def _depth(document: Any, location: tuple[Any, ...]) -> int:
    depth = 0
    for part in location:
        try:
            document = document[part]
        except (KeyError, TypeError, IndexError):
            break
        depth += 1
    return depth


def _explained(error: ValidationError, documents: list[CommentedMap]) -> Iterator[tuple[int, Problem]]:
    """Say each problem in words, with the number of the file that caused it and its line there."""
    for item in error.errors():
        location = tuple(part for part in item["loc"] if part not in _TAGS)
        depths = [_depth(document, location) for document in documents]
        index = max(range(len(documents)), key=lambda i: (depths[i], i))
        line = _line(documents[index], location)
        what = _words(item, ".".join(str(part) for part in location))
        yield index, Problem(f"line {line}" if line else "", what)


def _refusal(found: list[tuple[int, Problem]], paths: list[Path], root: Path) -> ParamsError:
    """Return the error of all problems: file by file, line by line."""
    found.sort(key=lambda pair: (pair[0], *_order(pair[1])))
    if len({index for index, _ in found}) == 1:
        return ParamsError(_headline(paths[found[0][0]], root), [problem for _, problem in found], REMEDY)
    named = [Problem(f"{paths[index].name} {p.where}".strip(), p.what) for index, p in found]
    return ParamsError(f"params/{paths[0].parent.name} cannot be used", named, REMEDY)


def _order(problem: Problem) -> tuple[int, str]:
    digits = problem.where.removeprefix("line ")
    return (int(digits) if digits.isdigit() else 0, problem.what)


def _words(item: Any, name: str) -> str:
    value, limits = item.get("input"), item.get("ctx", {})
    match item["type"]:
        case "extra_forbidden":
            said = f"not a parameter.{_suggestion(name)}"
        case "missing":
            said = "missing, and the edition gives no default"
        case "less_than_equal" | "less_than":
            said = f"{value} is more than {limits.get('le', limits.get('lt')):g}"
        case "greater_than_equal" | "greater_than":
            said = f"{value} is not above {limits.get('ge', limits.get('gt')):g}"
        case "string_type" if isinstance(value, (int, float, datetime.date)):
            said = f'{value} is not text; put it in quotes: "{value}"'
        case "literal_error" if item["loc"][-1] == "[key]":
            name, _, key = name.rpartition(".")
            kind = {"demand.need": "rule", "quoted": "section"}.get(name, "tier")
            allowed = re.findall(r"'(\w+)'", limits["expected"])
            near = difflib.get_close_matches(key, allowed, n=1)
            told = f"Did you mean '{near[0]}'?" if near else f"There are {', '.join(allowed)}"
            said = f"'{key}' is not a {kind}. {told}"
        case "value_error":
            said = str(limits["error"])
        case _:
            shown = (
                ""
                if isinstance(value, (dict, list))
                else f", got {value!r}"
                if isinstance(value, str)
                else f", got {value}"
            )
            said = item["msg"][0].lower() + item["msg"][1:] + shown
    return f"{name}: {said}" if name else said


def _suggestion(name: str) -> str:
    """Suggest the nearest right name: one of the same block, or else that of a parameter elsewhere."""
    parent, _, leaf = name.rpartition(".")
    elsewhere = {dotted.rpartition(".")[2]: dotted for dotted, _, _ in walk()}
    for names in ({own: own for own in _names(parent)}, elsewhere):
        if near := difflib.get_close_matches(leaf, names, n=1, cutoff=0.7):
            return f" Did you mean '{names[near[0]]}'?"
    return ""


def _names(dotted: str) -> list[str]:
    """Names that are allowed under a dotted place."""
    prefix = f"{dotted}." if dotted else ""
    names = [n.removeprefix(prefix) for n, _, _ in walk() if n.startswith(prefix)]
    blocks = [m for m in vars(model).values() if isinstance(m, type) and issubclass(m, BaseModel)]
    return [n for n in names if "." not in n] or sorted({field for block in blocks for field in block.model_fields})
