"""Check that a composed report is written in the Markdown that both renderers read alike.

Quarto and the embedded renderer agree on a part of the language. What lies outside it (raw HTML,
TeX, code, shortcodes, tabs, ...) fails in one of them, often silently, so it is refused before
either starts.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from needs.errors import Problem
from needs.report.program import pandoc

__all__ = ["check_source"]

_CALLOUTS = {f"callout-{kind}" for kind in ("note", "tip", "warning", "important", "caution")}
_DIVS = _CALLOUTS | {"band", "source"}
_SPANS = {"fixed"}
_ONE = "only one renderer knows it"
_CROSS_REFERENCE = re.compile(r"(fig|tbl|sec)-")
_FORBIDDEN = (
    (re.compile(r"(`{3,}|~{3,})\s*\{\s*\w|`\{\w+\} "), "a code cell: the report is free of code, notebooks compute"),
    (re.compile(r"\{\{<"), "a shortcode: only Quarto knows it"),
    (re.compile(r"\{\{(?!<)|(?<!\\)\{%"), "template code that was not filled in"),
)
_ATTRIBUTES = {"Header": 1, "Figure": 0, "Table": 0, "Div": 0, "Span": 0, "CodeBlock": 0, "Link": 0, "Image": 0}

Node = dict[str, Any]


def check_source(source: str, folder: Path, keys: Collection[str]) -> list[Problem]:
    r"""Find everything in a composed report that the two renderers would not treat alike.

    Parameters
    ----------
    source : str
        Text of ``report.qmd``.
    folder : Path
        Folder that holds its pictures.
    keys : collection of str
        Citation keys in its reference list.

    Returns
    -------
    list of Problem
        All of them, in order of their line.

    Examples
    --------
    >>> for problem in check_source("## Beds\n\nA <b>bold</b> claim, see @fig-none.", Path("."), []):
    ...     print(problem)
    line 3  @fig-none: nothing in the report has this id
    line 3  raw html </b>: write Markdown
    line 3  raw html <b>: write Markdown
    """
    document = json.loads(pandoc(["--from", "markdown", "--to", "json"], folder, source))
    nodes = list(_nodes(document["blocks"]))
    ids = Counter(_identifier(node) for node in nodes)
    del ids[""]

    found: list[tuple[str, str]] = [(match[0], what) for rule, what in _FORBIDDEN for match in rule.finditer(source)]
    found += [(name, f"id {name} is used {times} times") for name, times in ids.items() if times > 1]
    if "region" in document["meta"]:
        found.append(("region:", "front matter key region: Typst takes it for a country; use another key"))
    framed = {id(inner) for node in nodes if node["t"] == "Figure" for inner in _nodes(node)}
    for node in nodes:
        rule = _RULES.get(node["t"])
        found += rule(node["c"]) if rule else []
        if node["t"] == "Image":
            found += _image(node["c"], folder, framed=id(node) in framed)
        if node["t"] == "Cite":
            found += _references(node["c"], set(ids), keys)
    return sorted({*_located(source, found), *_fences(source)}, key=lambda p: (int(p.where.split()[-1]), p.what))


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, dict):
        if "t" in value:
            yield value
        for item in value.values():
            yield from _nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from _nodes(item)


def _identifier(node: Node) -> str:
    at = _ATTRIBUTES.get(node["t"])
    return "" if at is None else str(node["c"][at][0])


def _located(source: str, found: list[tuple[str, str]]) -> Iterator[Problem]:
    lines = source.splitlines()
    for needle, what in found:
        line = next((n for n, text in enumerate(lines, 1) if needle in text), 1)
        yield Problem(f"line {line}", what)


def _raw(content: Any) -> list[tuple[str, str]]:
    return [(content[1].splitlines()[0], f"raw {content[0]} {content[1].splitlines()[0]}: write Markdown")]


def _math(content: Any) -> list[tuple[str, str]]:
    return [(f"${content[1]}", f"TeX math ${content[1]}$: write it as text (PDF/UA-1 refuses it)")]


def _header(content: Any) -> list[tuple[str, str]]:
    word = next((n["c"] for n in _nodes(content[2]) if n["t"] == "Str"), "")
    return [(f"# {word}", f"a level 1 heading ({word}): sections start at ##")] if content[0] == 1 else []


def _div(content: Any) -> list[tuple[str, str]]:
    (name, classes, pairs), _ = content
    if name == "refs":
        return []
    problems = [
        (f".{unknown}" if unknown else pairs[0][0] if pairs else "<div", f"a block of class {unknown}: {_ONE}")
        for unknown in classes or [""]
        if unknown not in _DIVS
    ]
    if _CALLOUTS & set(classes) and ["icon", "false"] not in pairs:
        problems.append((f".{classes[0]}", f"{classes[0]} without icon=false: Word would name a file of this machine"))
    return problems


def _span(content: Any) -> list[tuple[str, str]]:
    return [(f".{unknown}", f"text of class {unknown}: {_ONE}") for unknown in content[0][1] if unknown not in _SPANS]


def _figure(content: Any) -> list[tuple[str, str]]:
    name, path = content[0][0], next((n["c"][2][0] for n in _nodes(content) if n["t"] == "Image"), "")
    return [] if name.startswith("fig-") else [(path, f"picture {path} has no id {{#fig-...}}")]


def _image(content: Any, folder: Path, framed: bool) -> list[tuple[str, str]]:
    path = content[2][0]
    problems = []
    if not framed and "spark" not in content[0][1]:
        problems.append(f"picture {path} has no caption or stands in running text: give it a paragraph of its own")
    if not dict(content[0][2]).get("fig-alt", "").strip():
        problems.append(f"picture {path} has no fig-alt")
    if Path(path).is_absolute() or ".." in Path(path).parts or ":" in path:
        problems.append(f"picture {path} lies outside the report's folder")
    else:
        wanted = dict.fromkeys([path, re.sub(r"\.svg$", ".png", path)])  # Word needs the bitmap
        problems += [f"picture {name} is missing" for name in wanted if not (folder / name).is_file()]
    return [(path, problem) for problem in problems]


def _table(content: Any) -> list[tuple[str, str]]:
    name, caption = content[0][0], content[1][1]
    problems = []
    if not (name.startswith("tbl-") and caption):
        problems.append((name or "|", f"table {name or 'without a name'} has no caption line `: caption {{#tbl-...}}`"))
    if any(not cell[4] for row in content[3][1] for cell in row[1]):
        problems.append((name or "|", f"table {name} has a column without a name"))
    return problems


def _references(content: Any, ids: Collection[str], keys: Collection[str]) -> list[tuple[str, str]]:
    cited = [citation["citationId"] for citation in content[0]]
    cross = [name for name in cited if _CROSS_REFERENCE.match(name)]
    problems = [
        (f"@{name}", f"@{name}: {'nothing in the report has this id' if name in cross else 'no source has this key'}")
        for name in cited
        if name not in (ids if name in cross else keys)
    ]
    mode, suffix = content[0][0]["citationMode"]["t"], content[0][0]["citationSuffix"]
    if cross and (len(cited) > 1 or suffix or mode != "AuthorInText"):
        problems.append((f"@{cross[0]}", f"@{cross[0]} next to a bracket: it swallows what follows; put words between"))
    return problems


def _fences(source: str) -> Iterator[Problem]:
    """Blocks that are opened and never closed, or closed and never opened."""
    opened: list[int] = []
    for number, line in enumerate(source.splitlines(), 1):
        if re.match(r":{3,}\s*[^:\s]", line):
            opened.append(number)
        elif re.match(r":{3,}\s*$", line):
            if not opened:
                yield Problem(f"line {number}", "::: closes a block that was not opened")
            else:
                opened.pop()
    yield from (Problem(f"line {number}", "::: opens a block that is not closed") for number in opened)


_RULES: dict[str, Callable[[Any], list[tuple[str, str]]]] = {
    "RawBlock": _raw,
    "RawInline": _raw,
    "Math": _math,
    "Header": _header,
    "Div": _div,
    "Span": _span,
    "Figure": _figure,
    "Table": _table,
}
