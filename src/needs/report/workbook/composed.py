"""Read a composed source again: the order of its figures and tables, and the tables that are made of the run's own record."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from needs.report.workbook.sheets import NOT_STATED, Cell, Sheet

__all__ = ["record_sheets", "shown_order"]

_SHOWN = re.compile(r"\{#((?:fig|tbl)-[a-z0-9-]+)[ }]|artefacts/(num-[a-z0-9-]+)\.csv")
_TABLE = re.compile(r"^((?:\|.*\n)+)\n: (.*) \{#(tbl-[a-z0-9-]+)\}$", re.MULTILINE)
_CELL = re.compile(r"(?<!\\)\|")


def shown_order(source: str, ids: Iterable[str]) -> list[str]:
    r"""Return artefacts in the order in which a report shows them, and those that it does not show after them.

    Parameters
    ----------
    source : str
        Text of ``report.qmd``.
    ids : iterable of str
        Ids of all artefacts.

    Examples
    --------
    >>> shown_order("![a](artefacts/fig-b.svg){#fig-b fig-alt=x}\n: T {#tbl-a}", ["fig-a", "fig-b", "tbl-a"])
    ['fig-b', 'tbl-a', 'fig-a']
    """
    there = list(ids)
    met = dict.fromkeys(name for match in _SHOWN.finditer(source) if (name := match[1] or match[2]) in there)
    return [*met, *(name for name in there if name not in met)]


def record_sheets(source: str, ids: Collection[str], names: Mapping[str, str]) -> dict[str, Sheet]:
    r"""Make a sheet of each table of a report that is no artefact: parameters, programs, kinds.

    Parameters
    ----------
    source : str
        Text of ``report.qmd``.
    ids : collection of str
        Ids of the artefacts, whose tables are left out.
    names : mapping of str to str
        Names of the sheets of artefacts, to which cells may point.

    Returns
    -------
    dict of str to Sheet
        By id; their names are yet to be chosen.

    Examples
    --------
    >>> text = "| Program | Version |\n|:--|:--|\n| pandas, see @tbl-a | `3.0` |\n"
    >>> text += "\n: **Programs.** And versions {#tbl-versions}\n"
    >>> sheet = record_sheets(text, ["tbl-a"], {"tbl-a": "a"})["tbl-versions"]
    >>> sheet.title, sheet.lines, [[cell.value for cell in row] for row in sheet.rows]
    ('Programs', ('And versions',), [['pandas, see a', '3.0']])
    """
    found = {}
    for lines, caption, name in _TABLE.findall(source):
        if name in ids:
            continue
        header, _, *rows = ([_text(cell, names) for cell in _CELL.split(line)[1:-1]] for line in lines.splitlines())
        title, _, measure = caption.partition("** ") if caption.startswith("**") else (caption, "", "")
        title, measure = (_text(part, names) for part in (title, measure))
        body = tuple(tuple(Cell(cell or NOT_STATED) for cell in row) for row in rows)
        found[name] = Sheet(name, title.rstrip("."), (measure,) if measure else (), tuple(header), body)
    return found


def _text(markdown: str, names: Mapping[str, str]) -> str:
    """Return the plain text of a piece of the small Markdown of a report."""
    pieces = re.split(r"\\(.)", markdown.strip())  # what is escaped stands at odd places
    pieces[::2] = [_unmarked(piece, names) for piece in pieces[::2]]
    return " ".join("".join(pieces).split())


def _unmarked(text: str, names: Mapping[str, str]) -> str:
    text = re.sub(r"@((?:fig|tbl)-[a-z0-9-]+)", lambda match: names.get(match[1], match[1]), text)
    return re.sub(r"\{\.fixed\}|\*\*|[`\[\]]", "", text)
