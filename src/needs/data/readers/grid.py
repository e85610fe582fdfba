"""Sheets of a public file as rows of text: what stands where, before anything in it means something."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook, SheetTypeEnum

from needs.data.service.sheets import Unusable
from needs.errors import DataError, Problem

__all__ = ["CELLS", "Grid", "Value", "as_text", "mark_between", "open_grids", "refuse_too_large"]

CELLS = 20_000_000
"""Cells that a sheet may span, filled or not: room is made for every one."""

LARGEST = 1 << 30  # bytes that a workbook may unpack to
PIECE, TAIL = 1 << 22, 1 << 12
CELL = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r=["']([A-Za-z]+)([0-9]+)["'][^>]*(?<!/)>""")
UNPLACED = re.compile(rb"""<(?:\w+:)?c(?=[\s>])(?![^>]*\sr=)[^>]*(?<!/)>""")
ROW = re.compile(rb"""<(?:\w+:)?row\s(?:[^>]*?\s)?r=["']([0-9]+)["']""")
REPEATED = re.compile(
    rb"""<table:table-cell\s(?=[^>]*office:value-type)[^>]*number-columns-repeated="[0-9]{4,}"|number-rows-repeated="[0-9]{8,}\""""
)
BROKEN = "it is no workbook that can be read; open it and save it again"
MARKS = ",;\t|"
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

Value = str | float | bool | dt.date | dt.time | dt.timedelta
"""A cell of a workbook."""


@dataclass(frozen=True)
class Grid:
    """A sheet as rows of text.

    Parameters
    ----------
    name : str
        Its name; of a CSV file ``""``.
    rows : iterator of (int, list of str)
        Row or line that each begins on, and its cells. It can be gone through once.
    notes : tuple of str
        What had to be forgiven in order to read it.
    """

    name: str
    rows: Iterator[tuple[int, list[str]]]
    notes: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """How a message names a row of it: ``row`` or ``sheet X, row``."""
        return f"sheet {self.name}, row" if self.name else "row"


def open_grids(path: Path) -> list[Grid]:
    r"""Return the sheets of a workbook, or the one of a CSV file.

    Raises
    ------
    DataError
        If the file cannot be read.

    Notes
    -----
    Text that is not UTF-8 is read as Windows-1252, which spreadsheets write, and that is said.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "beds.csv"
    >>> _ = path.write_bytes(b"\xef\xbb\xbfcode,\"bed\ns\"\r\nCaf\xc3\xa9,12\r\n")
    >>> list(open_grids(path)[0].rows)
    [(1, ['code', 'bed\ns']), (3, ['Café', '12'])]
    """
    try:
        data = path.read_bytes()
        return _sheets(data) if data.startswith((ZIP, OLE)) else [_text_grid(data)]
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except OSError as error:
        what, where = f"it cannot be read: {error.strerror or error}", ""
    except Unusable as error:
        what, where = error.what, error.where
    except BaseException:  # the library's panics are no Exceptions
        what, where = BROKEN, ""
    raise DataError(f"{path.name} cannot be used", [Problem(where, what)], "save it as XLSX or as CSV UTF-8")


def _sheets(data: bytes) -> list[Grid]:
    refuse_too_large(data)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    return [Grid(name, _numbered(book, name)) for name in names]


def _numbered(book: CalamineWorkbook, name: str) -> Iterator[tuple[int, list[str]]]:
    """Give the rows of a sheet, which is read when the first is asked for."""
    rows: Sequence[Sequence[Value]] = []
    try:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # the library's panics are no Exceptions
        raise Unusable(BROKEN, f"sheet {name}") from None
    for number, row in enumerate(rows, 1):
        yield number, [cell.strip() if isinstance(cell, str) else as_text(cell) for cell in row]


def as_text(cell: Value) -> str:
    """Return a cell of a workbook as a person would write it.

    Examples
    --------
    >>> as_text(12.0), as_text(0.5), as_text(dt.datetime(2024, 5, 31)), as_text(" x ")
    ('12', '0.5', '2024-05-31', 'x')
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float | int):
        return str(int(cell)) if float(cell).is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return cell.isoformat(" ") if isinstance(cell, dt.datetime) else str(cell).strip()


def refuse_too_large(data: bytes) -> None:
    """Refuse a workbook that would fill the memory, by the cells that its sheets span.

    Parameters
    ----------
    data : bytes
        What the file holds. Public tables may be wide, so nothing is said of columns alone.

    Raises
    ------
    Unusable
        If it unpacks to more than a gigabyte or a sheet spans more than :data:`CELLS` cells.
    """
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        if sum(part.file_size for part in parts.infolist()) > LARGEST:
            raise Unusable("it is too large for a workbook; save its sheets as CSV UTF-8")
        for part in parts.infolist():
            if not part.filename.endswith(".xml"):
                continue
            with parts.open(part) as stream:
                rows, columns = _span(iter(lambda: stream.read(PIECE), b""), part.filename == "content.xml")
            if rows * columns > CELLS:
                span = f"it spans {rows:,} rows and {columns:,} columns"
                raise Unusable(
                    f"{span}, with something far from the rest; delete what is there, or save it as CSV UTF-8"
                )


def _span(pieces: Iterator[bytes], ods: bool) -> tuple[int, int]:
    """Return the last row and the last column of a sheet that hold something."""
    rows, letters, unplaced, tail, named = 1, b"", False, b"", 0
    for piece in pieces:
        text = tail + piece
        if ods and REPEATED.search(text):
            return CELLS, CELLS
        for found in CELL.finditer(text):
            letters = max(letters, found[1], key=lambda word: (len(word), word))
            rows = max(rows, int(found[2]))
        unplaced = unplaced or UNPLACED.search(text) is not None
        named = max([named, *map(int, ROW.findall(text))])
        tail = text[-TAIL:]
    columns = 0
    for letter in letters.upper():
        columns = columns * 26 + letter - ord("A") + 1
    return (max(rows, named), max(columns, 1)) if unplaced else (rows, max(columns, 1))


def _text_grid(data: bytes) -> Grid:
    encoding, notes = "utf-8-sig", ()
    try:
        codecs.decode(data, encoding)
    except UnicodeDecodeError:
        encoding, notes = "cp1252", ("It is not UTF-8 text and was read as Windows-1252.",)  # type: ignore[assignment]
        try:
            codecs.decode(data, encoding)
        except UnicodeDecodeError:
            raise Unusable("it is neither UTF-8 text nor Windows-1252; save it as CSV UTF-8") from None
    mark = mark_between(data[:20_000].decode(encoding, errors="replace"))
    return Grid("", _lines(data, encoding, mark), notes)


def mark_between(text: str) -> str:
    r"""Return the mark that stands between the cells of text: a comma, or whichever stands there most.

    Examples
    --------
    >>> mark_between("Beds, overnight\na;b;c\n1;2;3"), mark_between("Beds"), mark_between("a\tb")
    (';', ',', '\t')
    """
    return max(MARKS, key=text.count)


def _lines(data: bytes, encoding: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline=""), delimiter=mark, strict=True)
    line = 0
    try:
        for cells in reader:
            yield line + 1, cells
            line = reader.line_num
    except csv.Error as error:
        what = "a quote does not end" if "unexpected end" in str(error) else f"it is not CSV: {error}"
        raise Unusable(f"{what}; save it again as CSV UTF-8", f"row {line + 1}") from None
