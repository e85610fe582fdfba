"""Cells of an XLSX sheet whose formula gave an error or was never worked out: the reader of workbooks takes both for blank."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable
from xml.parsers.expat import ParserCreate

__all__ = ["NEVER", "faulty_cells"]

NEVER = ""
"""Stands for a formula without a value, as programs write that work nothing out."""

_Start = Callable[[str, dict[str, str]], None]
_Said = Callable[[str], None]

_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SIGNS = (b'"e"', b"'e'", b"<f", b":f")


def faulty_cells(data: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """Return the error of each faulty cell by row and column, from 1; of a formula never worked out :data:`NEVER`.

    Parameters
    ----------
    data : bytes
        What the workbook holds; of another form than XLSX nothing is known.
    sheet : str
        Name of the sheet.

    Examples
    --------
    >>> from needs.data.service.template import write_template
    >>> path = getfixture("tmp_path") / "template.xlsx"
    >>> write_template(path)
    >>> faulty_cells(path.read_bytes(), "stays")
    {}
    """
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        place = _place(parts, sheet)
        content = parts.read(place) if place in parts.namelist() else b""
    if not any(sign in content for sign in _SIGNS):
        return {}
    cells = _Cells()
    _parse(content, cells.start, cells.end, cells.text)
    return cells.found


def _place(parts: zipfile.ZipFile, sheet: str) -> str:
    """Return the part that holds a sheet."""
    if not {_BOOK, _LINKS} <= set(parts.namelist()):
        return ""
    links: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def start(tag: str, told: dict[str, str]) -> None:
        if tag.endswith("Relationship"):
            links[told.get("Id", "")] = told.get("Target", "")
        elif tag.rpartition(":")[2] == "sheet":
            sheets[told.get("name", "")] = next((told[n] for n in told if n.rpartition(":")[2] == "id"), "")

    for name in (_LINKS, _BOOK):
        _parse(parts.read(name), start)
    target = links.get(sheets.get(sheet, ""), "")
    return target.removeprefix("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _parse(content: bytes, start: _Start, end: _Said | None = None, text: _Said | None = None) -> None:
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.Parse(content, True)


class _Cells:
    """Goes through the cells of a sheet and notes the faulty ones."""

    def __init__(self) -> None:
        self.found: dict[tuple[int, int], str] = {}
        self.row = self.column = 0
        self.kind = self.value = ""
        self.formula = self.inside = False

    def start(self, tag: str, told: dict[str, str]) -> None:
        match tag.rpartition(":")[2]:
            case "row":
                self.row, self.column = int(told.get("r", self.row + 1)), 0
            case "c":
                self.column = _column(told["r"]) if "r" in told else self.column + 1
                self.kind, self.value, self.formula = told.get("t", "n"), "", False
            case "f":
                self.formula = True
            case "v":
                self.inside = True

    def text(self, words: str) -> None:
        if self.inside:
            self.value += words

    def end(self, tag: str) -> None:
        match tag.rpartition(":")[2]:
            case "v":
                self.inside = False
            case "c" if self.kind == "e":
                self.found[self.row, self.column] = self.value or "#N/A"
            case "c" if self.formula and not self.value and self.kind != "str":  # text may be worked out to nothing
                self.found[self.row, self.column] = NEVER


def _column(place: str) -> int:
    """Return the number of the column of a cell such as ``AB12``."""
    number = 0
    for letter in place.rstrip("0123456789").upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
