"""Parameter files as YAML documents, and what is wrong with them in words, each problem with its line."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml.comments import CommentedMap

from needs.errors import ParamsError, Problem
from needs.params import model
from needs.params.model import RunParameters, walk
from needs.params.yaml_text import Unreadable, read_yaml

__all__ = ["REMEDY", "explained", "headline", "holds", "in_order", "line_of", "read_document"]

REMEDY = "needs params explain"
"""What to do about a name or value that cannot be used."""

_TAGS = ("<row>", "<given>", "[key]")
"""Parts of a location that stand in no file."""

_BOUNDS = {
    "less_than_equal": ("more than", "le"),
    "less_than": ("not below", "lt"),
    "greater_than_equal": ("below", "ge"),
    "greater_than": ("not above", "gt"),
}
"""What a number is that breaks a bound, and where the bound stands."""

_YEAR = "a financial year such as 2024-25"

_FORMS = {
    "file": "a file name without folders", "key": "a short name of small letters, digits and underscores",
    "price_year": _YEAR, "real_year": _YEAR, "spend_file": "the name of a CSV file, without folders",
    "folder": "names of small letters, digits and hyphens, with a slash between them",
    "combines": "the name of a scenario: small letters, digits and hyphens", "name": "small letters, digits and hyphens",
}  # fmt: skip
"""What a text is that has a pattern, by its field."""

_CODES = "a list of codes such as [E54000055]"


def read_document(path: Path, root: Path) -> CommentedMap:
    """Read a file of names and values, which keeps its line numbers; an empty file has none.

    Raises
    ------
    ParamsError
        If the file is missing, is no text or no YAML, gives a name twice, or is larger or deeper than any of ours.

    Examples
    --------
    >>> from needs.project import project_root
    >>> read_document(project_root() / "params" / "2023-24" / "_edition.yaml", project_root())["label"]
    '2023-24'
    """
    try:
        document = read_yaml(path, with_lines=True)
    except FileNotFoundError:
        raise ParamsError(headline(path, root), ["the file is missing"], "restore it from the repository") from None
    except Unreadable as error:
        raise ParamsError(headline(path, root), [Problem(error.where, error.what)], error.remedy) from None
    if document is None:
        return CommentedMap()
    if not isinstance(document, CommentedMap):
        raise ParamsError(headline(path, root), ["the file holds no `name: value` pairs"], REMEDY)
    return document


def headline(path: Path, root: Path) -> str:
    """Say that a file cannot be used, by its path in the project.

    Examples
    --------
    >>> headline(Path("p/params/2023-24/london.yaml"), Path("p"))
    'params/2023-24/london.yaml cannot be used'
    """
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return f"{shown.as_posix()} cannot be used"


def line_of(document: Any, location: tuple[Any, ...]) -> int | None:
    r"""Return the line of the deepest part of a location that the document holds, or None.

    Examples
    --------
    >>> from ruamel.yaml import YAML
    >>> line_of(YAML().load("a:\n  b: 1\n"), ("a", "b", "c"))
    2
    """
    line = None
    for part in location:
        try:
            line = document.lc.data[part][0] + 1
            document = document[part]
        except (AttributeError, KeyError, TypeError, IndexError):
            break
    return line


def holds(document: Any, location: tuple[Any, ...]) -> bool:
    """Say whether a document gives what stands at a location.

    Examples
    --------
    >>> holds({"a": {"b": 1}}, ("a", "b")), holds({"a": {}}, ("a", "b"))
    (True, False)
    """
    return _depth(document, location) == len(location)


def _depth(document: Any, location: tuple[Any, ...]) -> int:
    depth = 0
    for part in location:
        try:
            document = document[part]
        except (KeyError, TypeError, IndexError):
            break
        depth += 1
    return depth


def explained(
    error: ValidationError, documents: Sequence[CommentedMap], of: type[BaseModel] = RunParameters
) -> Iterator[tuple[int, Problem]]:
    """Say each problem in words, with the number of the file that caused it and its line there.

    Parameters
    ----------
    error : ValidationError
        What the model refused.
    documents : sequence of CommentedMap
        Files that were laid over each other.
    of : type of BaseModel
        The model that refused them.

    Examples
    --------
    >>> from needs.params.model import StepDown
    >>> try:
    ...     StepDown.model_validate({"flat_occupancy": 2})
    ... except ValidationError as error:
    ...     print(next(told for _, told in explained(error, [CommentedMap()]) if "flat" in told.what))
    flat_occupancy: 2 is not below 1
    """
    items = error.errors()
    deeper = {item["loc"][:depth] for item in items for depth in range(len(item["loc"]))}
    for item in items:
        if item["type"] == "too_short" and item["loc"] in deeper:  # what it holds is wrong, not how much
            continue
        location = tuple(part for part in item["loc"] if part not in _TAGS)
        above = location[:-1] if item["type"] == "missing" else location  # what lacks it is at fault
        depths = [_depth(document, above) for document in documents]
        index = max(range(len(documents)), key=lambda i: (depths[i], i))
        line = line_of(documents[index], location)
        what = _words(item, ".".join(str(part) for part in location), of)
        yield index, Problem(f"line {line}" if line else "", what)


def in_order(problem: Problem) -> tuple[int, str]:
    """Return what problems of one file are sorted by.

    Examples
    --------
    >>> [problem.what for problem in sorted([Problem("line 10", "b"), Problem("line 9", "a")], key=in_order)]
    ['a', 'b']
    """
    digits = problem.where.removeprefix("line ")
    return (int(digits) if digits.isdigit() else 0, problem.what)


def _words(item: Any, name: str, of: type[BaseModel]) -> str:
    value, limits = item.get("input"), item.get("ctx", {})
    match item["type"]:
        case "extra_forbidden":
            said = _unknown(name, of)
        case "missing":
            said = "missing" + _without(name, of)
        case bound if bound in _BOUNDS:
            word, key = _BOUNDS[bound]
            said = f"{value} is {word} {limits[key]:g}"
        case "too_short":
            said = f"empty; write {_CODES}" if name.endswith(".icbs") else "empty; it holds at least one"
        case "tuple_type":
            what = "nothing" if value is None else f"{_shown(value) or 'this'} is no list"
            said = f"{what}; write {_CODES}" if name.endswith(".icbs") else what
        case "string_pattern_mismatch":
            said = f"{value!r} is not {_FORMS.get(_field(name), 'of the form ' + limits['pattern'])}"
        case "model_type" if of is not RunParameters:
            said = f"{_shown(value) or 'this'} is no block; write names and values under it"
        case "string_type" if isinstance(value, int) and _FORMS.get(_field(name)) == _YEAR:
            said = f"{value} is not {_YEAR}"
        case "string_type" if isinstance(value, (int, float, datetime.date)):
            said = f'{value} is not text; put it in quotes: "{value}"'
        case "literal_error" if item["loc"][-1] == "[key]":
            name, _, key = name.rpartition(".")
            kinds = {"demand.need": "rule", "demand.age_profile": "sex", "quoted": "section"}
            kind = f"a {kinds.get(name, 'tier')}" if name != "service.targets" else "an indicator"
            allowed = re.findall(r"'(\w+)'", limits["expected"])
            near = difflib.get_close_matches(key, allowed, n=1)
            told = f"Did you mean '{near[0]}'?" if near else f"There are {', '.join(allowed)}"
            said = f"'{key}' is not {kind}. {told}"
        case "value_error":
            said = str(limits["error"])
        case _:
            got = f", got {shown}" if (shown := _shown(value)) else ""
            said = item["msg"][0].lower() + item["msg"][1:] + got
    return f"{name}: {said}" if name else said


def _without(name: str, of: type[BaseModel]) -> str:
    """Say what lacks a name."""
    if name.startswith("costs.index."):
        return "; label, table and measure of an index are given together"
    return ", and the edition gives no default" if of is RunParameters else ""


def _shown(value: Any) -> str:
    """Return a value as it was written; nothing of a block."""
    return "" if isinstance(value, (dict, list)) else repr(value) if isinstance(value, str) else str(value)


def _field(name: str) -> str:
    """Return the field of a dotted name that may end in a number."""
    return next((part for part in reversed(name.split(".")) if not part.isdigit()), "")


def _unknown(name: str, of: type[BaseModel]) -> str:
    """Refuse a name, with the nearest right one: of the same block, or else that of a parameter elsewhere."""
    parent, _, leaf = name.rpartition(".")
    lever = of is not RunParameters and parent == "levers"
    said = f"not a {'lever' if lever else 'parameter'}."
    elsewhere = {dotted.rpartition(".")[2]: dotted for dotted, _, _ in walk(of)}
    own = {one: one for one in _names(parent, of)}
    for names in (own, elsewhere):
        if near := difflib.get_close_matches(leaf, names, n=1, cutoff=0.7):
            return f"{said} Did you mean '{names[near[0]]}'?"
    return f"{said} There are {', '.join(own)}" if lever else said


def _names(dotted: str, of: type[BaseModel]) -> list[str]:
    """Names that are allowed under a dotted place."""
    prefix = f"{re.sub(r'[.][0-9]+(?=[.]|$)', '.*', dotted)}." if dotted else ""
    names = [n.removeprefix(prefix) for n, _, _ in walk(of) if n.startswith(prefix)]
    blocks = [m for m in vars(model).values() if isinstance(m, type) and issubclass(m, BaseModel)]
    return [n for n in names if "." not in n] or sorted({field for block in blocks for field in block.model_fields})
