"""The small Markdown that both renderers read alike: escaped text, pipe tables, figures, callouts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from needs.present.plain import plain

__all__ = ["attribute", "escape", "escape_all", "figure", "spark", "table", "widths"]

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|$@&~^]|(?<=-)-|(?<=\.)\.|(?<=\{)%")
_OPENING = re.compile(
    r"^(\(?(?:\d{1,9}|[A-Za-z]|[ivxlcdmIVXLCDM]{1,9}))(?=[.)]\s)|^(?=[-+%]\s|:)"
)  # of a list, a block
_SPARK = re.compile(r"^!\[.*\]\(\S+\)\{\.spark .*\}$")
_SPARK_WIDTH = "x" * 15  # room for a small picture, in characters
_DASHES = 100  # beyond the width at which Pandoc takes relative column widths from the dashes
_PAGE_WIDTH, _WIDEST, _PADDING = 108, 36, 4  # characters of table text on A4, of a cell, between columns


def escape(text: str) -> str:
    r"""Write plain text so that Markdown shows it as it is, on one line, even where it opens a paragraph.

    Examples
    --------
    >>> print(escape("R&D *costs* $5 | a_b <x>"))
    R\&D \*costs\* \$5 \| a\_b \<x\>
    >>> print(escape("1. Ash"), escape("::: Elm"), escape("- Oak"))
    1\. Ash \::: Elm \- Oak
    """
    return _OPENING.sub(r"\g<0>\\", _SPECIAL.sub(r"\\\g<0>", " ".join(plain(text).split())))


def escape_all(value: Any) -> Any:
    r"""Escape every string inside a JSON value; keys and numbers stay.

    Examples
    --------
    >>> print(escape_all({"name": "A|B", "years": [2024]}))
    {'name': 'A\\|B', 'years': [2024]}
    """
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, dict):
        return {key: escape_all(item) for key, item in value.items()}
    if isinstance(value, list):
        return [escape_all(item) for item in value]
    return value


def attribute(text: str) -> str:
    r"""Write plain text as a quoted attribute value.

    Examples
    --------
    >>> print(attribute('Bars "A" & B'))
    "Bars \"A\" \& B"
    """
    return '"' + re.sub(r'[\\"&{}<]', r"\\\g<0>", " ".join(plain(text).split())) + '"'


def figure(anchor: str, caption: str, path: str, alt: str) -> str:
    """Write a captioned picture with its alternative text.

    Parameters
    ----------
    anchor : str
        Identifier, ``fig-...``.
    caption : str
        Markdown.
    path : str
        Picture, relative to the report.
    alt : str
        Plain text.

    Examples
    --------
    >>> print(figure("fig-x", "**Need is high.** People, 2024.", "artefacts/fig-x.svg", "Three bars."))
    ![**Need is high.** People, 2024.](artefacts/fig-x.svg){#fig-x fig-alt="Three bars."}
    """
    return f"![{caption}]({path}){{#{anchor} fig-alt={attribute(alt)}}}"


def spark(path: str, alt: str) -> str:
    r"""Write a small picture in a cell of a table.

    Parameters
    ----------
    path : str
        Picture, relative to the report.
    alt : str
        What it shows, plain text.

    Examples
    --------
    >>> print(spark("artefacts/tbl-x-0-2.svg", "From 3 to 5 | beds"))
    ![From 3 to 5 \| beds](artefacts/tbl-x-0-2.svg){.spark fig-alt="From 3 to 5 \| beds"}
    """
    return f"![{escape(alt)}]({path}){{.spark fig-alt={attribute(alt).replace('|', chr(92) + '|')}}}"


def table(
    anchor: str, caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]], align: Sequence[str] = ()
) -> str:
    """Write a captioned pipe table; cells are Markdown.

    Column widths follow the text: the longest word always fits, long text wraps.

    Parameters
    ----------
    anchor : str
        Identifier, ``tbl-...``.
    caption : str
        Markdown.
    columns : sequence of str
        Header cells.
    rows : sequence of sequence of str
        Body cells, as many in each row as there are columns.
    align : sequence of {"l", "r"}, optional
        Alignment of each column; left by default.

    Raises
    ------
    ValueError
        If a row has another number of cells than the header.

    Examples
    --------
    >>> print(table("tbl-x", "Beds by tier", ["Tier", "Beds"], [["High", "715"]], "lr"))
    | Tier | Beds |
    |:--------------------------------------------------|-------------------------------------------------:|
    | High | 715 |
    <BLANKLINE>
    : Beds by tier {#tbl-x}
    """
    align = align or ["l"] * len(columns)
    lines = [list(row) for row in (columns, *rows)]
    if any(len(line) != len(columns) for line in (*lines, align)):
        raise ValueError(f"{anchor}: every row needs {len(columns)} cells")
    wide = widths([list(column) for column in zip(*lines, strict=True)])
    dashes = ["-" * round(_DASHES * width / sum(wide)) for width in wide]
    rule = [f":{dash}" if side == "l" else f"{dash[1:]}:" for dash, side in zip(dashes, align, strict=True)]
    head, *body = (f"| {' | '.join(line)} |" for line in lines)
    return "\n".join([head, f"|{'|'.join(rule)}|", *body, "", f": {caption} {{#{anchor}}}"])


def widths(columns: Sequence[Sequence[str]]) -> list[float]:
    """Return widths of columns in characters: room for every word, then for whole cells as far as the page goes.

    Parameters
    ----------
    columns : sequence of sequence of str
        Cells of each column, its heading first.

    Examples
    --------
    >>> widths([["Tier", "High secure"], ["Beds", "715"]])
    [15.0, 8.0]
    """
    shown = [[re.sub(r"\\(.)", r"\1", _SPARK.sub(_SPARK_WIDTH, cell)) for cell in column] for column in columns]
    least = [_PADDING + max(len(word) for cell in cells for word in re.split(r"[\s-]", cell)) for cells in shown]
    wanted = [
        max(low, *(_PADDING + min(_WIDEST, len(c)) for c in cells[1:]), 0)
        for low, cells in zip(least, shown, strict=True)
    ]
    spare = sum(wanted) - sum(least)
    share = min(1.0, max(0.0, (_PAGE_WIDTH - sum(least)) / spare)) if spare else 1.0
    return [low + share * (high - low) for low, high in zip(least, wanted, strict=True)]
