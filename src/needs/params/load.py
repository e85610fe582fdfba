"""Read, merge and check parameter files: every problem at once, each with its line."""

from __future__ import annotations

import difflib
import io
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from needs.errors import ParamsError, Problem
from needs.params.model import Overridden, RunParameters
from needs.project import project_root

__all__ = ["files", "load", "overrides", "strays"]

REMEDY = "needs params explain"
_TAGS = ("row", "given", "function-after", "tagged-union")


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
    merged: dict[str, Any] = {"edition": edition, "region": region}
    for document, path in zip(documents, paths, strict=True):
        for key in ("edition", "region"):
            if key in document and document[key] != merged[key]:
                where, told = f"line {_line(document, (key,))}", f"{key}: {document[key]} is not {merged[key]}"
                raise ParamsError(
                    _headline(path, root), [Problem(where, f"{told}, which the file's place says")], REMEDY
                )
        merged = _merge(merged, document)
    try:
        return RunParameters.model_validate(merged)
    except ValidationError as error:
        raise _explained(error, paths, documents, root) from None


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
    """Refuse parameter files that belong to no region, which nobody would ever read.

    Raises
    ------
    ParamsError
        Naming each file and the nearest region.

    Examples
    --------
    >>> strays("2023-24", {"london", "midlands"})
    """
    folder = (root or project_root()) / "params" / edition
    problems = []
    for path in sorted(folder.glob("*.y*ml")):
        if path.name != "_edition.yaml" and (path.stem not in slugs or path.suffix != ".yaml"):
            near = difflib.get_close_matches(path.stem, sorted(slugs), n=1)
            problems.append(
                Problem(path.name, "belongs to no region." + (f" Did you mean '{near[0]}.yaml'?" if near else ""))
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


def _explained(error: ValidationError, paths: list[Path], documents: list[CommentedMap], root: Path) -> ParamsError:
    """Say each problem in words, at the line of the file that caused it."""
    by_file: dict[Path, list[Problem]] = {}
    for item in error.errors():
        location = tuple(part for part in item["loc"] if part not in _TAGS)
        depths = [_depth(document, location) for document in documents]
        index = max(range(len(paths)), key=lambda i: (depths[i], i))
        line = _line(documents[index], location)
        what = _words(item, ".".join(str(part) for part in location))
        by_file.setdefault(paths[index], []).append(Problem(f"line {line}" if line else "", what))
    problems: list[Problem] = sorted((p for found in by_file.values() for p in found), key=_order)
    if len(by_file) == 1:
        return ParamsError(_headline(next(iter(by_file)), root), problems, REMEDY)
    named = [
        Problem(f"{path.name} {p.where}".strip(), p.what)
        for path, found in by_file.items()
        for p in sorted(found, key=_order)
    ]
    return ParamsError(f"params/{paths[0].parent.name} cannot be used", named, REMEDY)


def _order(problem: Problem) -> tuple[int, str]:
    digits = problem.where.removeprefix("line ")
    return (int(digits) if digits.isdigit() else 0, problem.what)


def _words(item: Any, name: str) -> str:
    value = item.get("input")
    match item["type"]:
        case "extra_forbidden":
            leaf, _, parent = name.rpartition(".")[::-1]
            near = difflib.get_close_matches(leaf, _names(parent), n=1, cutoff=0.7)
            return f"{name}: not a parameter." + (f" Did you mean '{near[0]}'?" if near else "")
        case "missing":
            return f"{name}: missing, and the edition gives no default"
        case "less_than_equal" | "less_than":
            return f"{name}: {value} is more than {item['ctx'].get('le', item['ctx'].get('lt')):g}"
        case "greater_than_equal" | "greater_than":
            return f"{name}: {value} is not above {item['ctx'].get('ge', item['ctx'].get('gt')):g}"
        case "value_error":
            message = str(item["ctx"]["error"])
            return f"{name}: {message}" if name else message
        case _:
            shown = repr(value) if isinstance(value, str) else value
            told = item["msg"][0].lower() + item["msg"][1:]
            return f"{name}: {told}" + ("" if isinstance(value, (dict, list)) else f", got {shown}")


def _names(dotted: str) -> list[str]:
    """Names that are allowed under a dotted place, for the nearest right one."""
    from needs.params.model import walk

    prefix = f"{dotted}." if dotted else ""
    names = [n.removeprefix(prefix) for n, _, _ in walk() if n.startswith(prefix)]
    direct = [n for n in names if "." not in n]
    from needs.params import model

    blocks = [m for m in vars(model).values() if isinstance(m, type) and issubclass(m, BaseModel)]
    return direct or sorted({field for block in blocks for field in block.model_fields})
