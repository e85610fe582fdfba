"""Pages of a site that are made of the project's own documents: methods, sources, assumptions."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from needs.errors import RenderError
from needs.report import markdown
from needs.report.program import pandoc

__all__ = ["DOCUMENTS", "document"]

DOCUMENTS = {
    "method-demand": "docs/demand.md",
    "method-flow": "docs/flow.md",
    "method-money": "docs/money.md",
    "method-scenarios": "docs/scenarios.md",
    "method-own-data": "docs/own-data.md",
    "data-set": "docs/data-set.md",
    "parameters": "docs/parameters.md",
    "glossary": "GLOSSARY.md",
    "data-log": "docs/data-log.md",
    "assumptions": "docs/assumptions.md",
}
"""Page of each document, by its path in the project."""

_BY_EDITION = ("data-log", "assumptions")
"""Pages of which a site shows the sections of its own edition and of what all editions share."""

_FOR_EDITORS = "do not edit."
"""How a paragraph ends that is for those who change a generated document."""

_PAGES = {Path(path).name: f"{name}.html" for name, path in DOCUMENTS.items()}
_LINKED = re.compile(r"(?:\.\./|docs/|\./)*([\w-]+\.md)(#[\w-]+)?")

Node = dict[str, Any]


def document(name: str, root: Path, edition: str) -> tuple[str, str]:
    """Turn a document of the project into the text of a page, in the Markdown that both renderers read.

    Tables get captions, links lead to pages of the site, and those to anything else become plain text.

    Parameters
    ----------
    name : str
        Page, one of :data:`DOCUMENTS`.
    root : Path
        Project folder.
    edition : str
        Edition of the site.

    Returns
    -------
    title, text : str
        Title of the page as plain text, and its Markdown from the first section on.

    Raises
    ------
    RenderError
        If the document is missing.

    Examples
    --------
    >>> from needs.project import project_root
    >>> title, text = document("method-demand", project_root(), "2023-24")
    >>> title
    'Demand: what each number means, and how to change it'
    >>> "[parameters.md](parameters.html)" in text
    True
    """
    path = root / DOCUMENTS[name]
    try:
        told = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RenderError(f"{path} cannot be read", [str(error)], "restore the file from the repository") from error
    tree = json.loads(pandoc(["--from", "gfm", "--to", "json"], root, told))
    title, blocks = _titled([block for block in tree["blocks"] if not _text(block).endswith(_FOR_EDITORS)])
    if name in _BY_EDITION:
        blocks = list(_sections(blocks, {edition, "common"}))
    tree["blocks"] = list(_captioned(blocks, name))
    _relinked(tree["blocks"])
    form = "markdown-simple_tables-multiline_tables-grid_tables"
    written = ["--from", "json", "--to", form, "--wrap=none", "--columns=60", "--markdown-headings=atx"]
    return title, pandoc(written, root, json.dumps(tree))


def _titled(blocks: list[Node]) -> tuple[str, list[Node]]:
    """Part the title from the rest of a document."""
    at = next(n for n, block in enumerate(blocks) if block["t"] == "Header" and block["c"][0] == 1)
    return _text(blocks[at]), [*blocks[:at], *blocks[at + 1 :]]


def _sections(blocks: list[Node], wanted: Collection[str]) -> Iterator[Node]:
    """Give what stands before the first section, and the sections wanted."""
    keep = True
    for block in blocks:
        if block["t"] == "Header" and block["c"][0] == 2:
            keep = _text(block) in wanted
        if keep:
            yield block


def _captioned(blocks: list[Node], name: str) -> Iterator[Node]:
    """Give every table a name, the heading above it as its caption, and columns as wide as their words."""
    heading, number = "", 0
    for block in blocks:
        if block["t"] == "Header":
            heading = _text(block)
        if block["t"] == "Table":
            number += 1
            block["c"][0][0] = f"tbl-{name}-{number}"
            block["c"][1] = [None, [{"t": "Plain", "c": [{"t": "Str", "c": heading or name}]}]]
            _widened(block["c"])
        yield block


def _widened(table: list[Any]) -> None:
    """Set the widths of a table's columns by what stands in them."""
    rows = [*table[3][1], *(row for body in table[4] for row in body[3])]
    columns = zip(*([_text(cell) for cell in row[1]] for row in rows), strict=True)
    wide = markdown.widths([list(column) for column in columns])
    table[2] = [
        [spec[0], {"t": "ColWidth", "c": round(width / sum(wide), 4)}]
        for spec, width in zip(table[2], wide, strict=True)
    ]


def _relinked(value: Any) -> None:
    """Point links at pages of the site, take away those that lead to other files, and show words in angle brackets."""
    if isinstance(value, dict):
        _relinked(value.get("c"))
        return
    if not isinstance(value, list):
        return
    for at, item in enumerate(value):
        _relinked(item)
        if isinstance(item, dict) and item.get("t") == "RawInline":  # a word in angle brackets
            value[at] = {"t": "Str", "c": item["c"][1]}
        if isinstance(item, dict) and item.get("t") == "Link":
            target = item["c"][2][0]
            found = _LINKED.fullmatch(target)
            if found and found[1] in _PAGES:
                item["c"][2][0] = _PAGES[found[1]] + (found[2] or "")
            elif not re.match(r"[a-z]+:|#", target):
                value[at] = {"t": "Span", "c": [["", [], []], item["c"][1]]}


def _text(value: Any) -> str:
    """Return the words of a part of a document."""
    if isinstance(value, Mapping):
        if value.get("t") in ("Space", "SoftBreak", "LineBreak"):
            return " "
        if value.get("t") == "Code":
            return str(value["c"][1])
        return _text(value.get("c", ""))
    if isinstance(value, list):
        return "".join(_text(item) for item in value if isinstance(item, Mapping | list))
    return str(value) if isinstance(value, str) else ""
