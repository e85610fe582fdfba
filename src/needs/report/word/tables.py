"""Tables of a Word file: columns as wide as their words need, headers that name rows, short ones on one page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

__all__ = ["fitted_table"]

_ROW = re.compile(r"<w:tr\b.*?</w:tr>", re.DOTALL)
_CELL = re.compile(r"<w:tc>(.*?)</w:tc>", re.DOTALL)
_TEXT = re.compile(r"<w:t\b[^>]*>(.*?)</w:t>|<w:(?:br|tab) />", re.DOTALL)
_PICTURE = re.compile(r'<wp:extent\b[^>]*\bcx="(\d+)"')
_GRID = re.compile(r"<w:tblGrid>.*?</w:tblGrid>", re.DOTALL)
_WIDE = re.compile(r"<w:tblW\b[^>]*/>")
_COMPACT = '<w:pStyle w:val="Compact" />'
_STYLED = '<w:pStyle w:val="TableText" />'
_LETTER, _BOLD, _PADDING = 96, 112, 180
"""Widths of a letter of a table's size, of one in a header, and of the room beside a cell, twentieths of a point."""

_DOTS = 635  # English metric units in a twentieth of a point
_LONGEST = 34
"""Letters of a cell that get room on one line where the page has it."""

_SHORT = 13
"""Rows of a table, its header among them, that does not break across pages."""


def fitted_table(table: str, width: int) -> str:
    """Return a table of a Word file that fits the page.

    Parameters
    ----------
    table : str
        One ``w:tbl`` as Pandoc writes it.
    width : int
        Width of the text on the page, twentieths of a point.

    Returns
    -------
    str
        The table as wide as the text, its cells in the style ``TableText``, its first column marked as naming rows.

    Examples
    --------
    >>> cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    >>> lines = [("Tier", "Beds"), ("Medium secure", "3,010")]
    >>> rows = "".join(f"<w:tr>{cell.format(a)}{cell.format(b)}</w:tr>" for a, b in lines)
    >>> print(fitted_table(f"<w:tbl><w:tblGrid></w:tblGrid>{rows}</w:tbl>", 9000)[7:78])
    <w:tblGrid><w:gridCol w:w="6155" /><w:gridCol w:w="2845" /></w:tblGrid>
    """
    rows = [_CELL.findall(row) for row in _ROW.findall(table)]
    columns = [list(cells) for cells in zip(*rows, strict=False)]
    if not columns:
        return table
    widths = _widths(columns, width)
    grid = "".join(f'<w:gridCol w:w="{each}" />' for each in widths)
    table = _GRID.sub(f"<w:tblGrid>{grid}</w:tblGrid>", table, count=1)
    table = _WIDE.sub(f'<w:tblW w:type="dxa" w:w="{sum(widths)}" />', table, count=1)
    table = table.replace('w:firstColumn="0"', 'w:firstColumn="1"').replace('w:val="0020"', 'w:val="00A0"')
    return table.replace(_COMPACT, _STYLED + ("<w:keepNext />" if len(rows) <= _SHORT else ""))


def _widths(columns: Sequence[Sequence[str]], width: int) -> list[int]:
    """Return widths that add up to the page: room for every word, then for whole cells as far as it goes."""
    least, wanted = [], []
    for header, *cells in columns:
        words = max((_BOLD * len(word) for word in _words(header)), default=0)
        words = max(
            [words, *(_letter(cell) * len(word) for cell in cells for word in _words(cell)), *map(_picture, cells)]
        )
        whole = max((_LETTER * min(_LONGEST, len(" ".join(_words(cell)))) for cell in cells), default=0)
        least.append(_PADDING + words)
        wanted.append(_PADDING + max(words, whole))
    low, high = sum(least), sum(wanted)
    part = min(1.0, max(0.0, (width - low) / (high - low))) if high > low else 1.0
    given = [a + part * (b - a) for a, b in zip(least, wanted, strict=True)]
    return _whole([each * width / sum(given) for each in given], width)


def _whole(widths: Sequence[float], total: int) -> list[int]:
    """Round widths so that they still add up."""
    ends = [round(sum(widths[: n + 1])) for n in range(len(widths) - 1)]
    return [end - start for start, end in zip([0, *ends], [*ends, total], strict=True)]


def _words(cell: str) -> list[str]:
    """Return what may not break in a cell."""
    text = unescape("".join(match[1] if match[1] is not None else " " for match in _TEXT.finditer(cell)))
    return [word for part in text.split(" ") for word in re.findall(r"[^\s-]+-*|-+", part)]


def _letter(cell: str) -> int:
    return _BOLD if "VerbatimChar" in cell else _LETTER


def _picture(cell: str) -> int:
    return max((int(across) // _DOTS for across in _PICTURE.findall(cell)), default=0)
