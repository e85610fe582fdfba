"""Workbooks as rows of text: days as 2024-05-31, whole numbers without a decimal point."""

from __future__ import annotations

import datetime as dt
import difflib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from xml.parsers.expat import ParserCreate

import python_calamine

from needs.data.service.formulas import NEVER, faulty_cells
from needs.data.service.sheets import Sheet, Unusable, sheet_of_rows

__all__ = ["open_workbook", "read_workbook", "sheet_names"]

LARGEST = 1 << 28  # bytes that a workbook may unpack to: ten million cells, of which each takes many more
BLOCK, TAIL = 1 << 22, 1 << 16  # bytes
LETTERS = "A to AZ"
FAR = re.compile(
    rb"""<(?:\w+:)?(?:c\s(?:[^>]*?\s)?r=["'](?P<column>[B-Zb-z][A-Za-z]|[A-Za-z]{3,})[0-9]+["'][^>]*(?<!/)>"""
    rb"""|(?:c|row)\s(?:[^>]*?\s)?r=["'][A-Za-z]*(?:[0-9]{8,}|[2-9][0-9]{6}|1[1-9][0-9]{5})["'])"""
)
FAR_ODS = re.compile(
    rb"""<table:table-cell\s(?=[^>]*office:value-type)[^>]*number-columns-repeated="[0-9]{3,}"|number-rows-repeated="[0-9]{8,}\""""
)
SAVE_AS_CSV = "save the sheet as CSV UTF-8"

Value = str | float | bool | dt.date | dt.time | dt.timedelta


def sheet_names(data: bytes) -> list[str]:
    """Return the names of the sheets of a workbook.

    Raises
    ------
    Unusable
        If it is no workbook that can be read.

    Examples
    --------
    >>> from needs.data.service.template import write_template
    >>> path = getfixture("tmp_path") / "template.xlsx"
    >>> write_template(path)
    >>> sheet_names(path.read_bytes())[1]
    'stays'
    """
    return list(open_workbook(data).sheet_names)


def read_workbook(data: bytes, name: str) -> Sheet:
    """Read the sheet of a table as text.

    Parameters
    ----------
    data : bytes
        What the file holds: XLSX, XLS or ODS.
    name : str
        Name of the sheet; the only sheet of a workbook may have another.

    Returns
    -------
    Sheet
        Its rows. A day is text such as ``2024-05-31``, with its time unless that is midnight; a whole number has no decimal
        point.

    Raises
    ------
    Unusable
        If it is no workbook that can be read, has no such sheet, or the sheet is empty or far larger than any table.

    Examples
    --------
    >>> from needs.data.service.template import write_template
    >>> path = getfixture("tmp_path") / "template.xlsx"
    >>> write_template(path)
    >>> read_workbook(path.read_bytes(), "finance").header[:3]
    ('tier', 'sector', 'contract')
    """
    book = open_workbook(data)
    found = _sheet(list(book.sheet_names), name)
    with _told():
        rows = book.get_sheet_by_name(found).to_python(skip_empty_area=False)
        faulty = faulty_cells(data, found)
    return sheet_of_rows(_as_text(_with_errors(rows, faulty)))


def _with_errors(rows: Sequence[Sequence[Value]], faulty: Mapping[tuple[int, int], str]) -> Sequence[Sequence[Value]]:
    """Return rows with the errors of formulas where the reader left a blank; refuse formulas that were never worked out."""
    if never := [row for (row, _), error in faulty.items() if error == NEVER]:
        what = "a formula was" if len(never) == 1 else f"{len(never):,} formulas were"
        raise Unusable(
            f"{what} never worked out; open it in a spreadsheet program, save it there and add it again",
            f"row {min(never)}",
        )
    if not faulty:
        return rows
    shown = [list(row) for row in rows]
    for (row, column), error in faulty.items():
        if row <= len(shown) and column <= len(shown[row - 1]):
            shown[row - 1][column - 1] = error
    return shown


@contextmanager
def _told() -> Iterator[None]:
    """Turn whatever the reader of workbooks raises into an error that says what to do; its panics are no exceptions."""
    try:
        yield
    except (Unusable, MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except python_calamine.PasswordError:
        raise Unusable("a password protects it; save a copy without one") from None
    except BaseException:
        raise Unusable("it is no workbook that can be read (.xlsx, .xls or .ods); open it and save it again") from None


def open_workbook(data: bytes) -> python_calamine.CalamineWorkbook:
    """Open a workbook, unless reading it would fill the memory.

    Raises
    ------
    Unusable
        If it is no workbook that can be read, unpacks to more than a quarter of a gigabyte, or holds something far from its
        first columns.

    Examples
    --------
    >>> try:
    ...     open_workbook(b"no workbook")
    ... except Unusable as error:
    ...     print(error.what)
    it is no workbook that can be read (.xlsx, .xls or .ods); open it and save it again
    """
    with _told():
        if zipfile.is_zipfile(io.BytesIO(data)):
            _refuse_traps(data)
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))


def _refuse_traps(data: bytes) -> None:
    """Refuse what would fill the memory, as room is made for every cell up to the last, or keep the reader busy for ever.

    Parts that are no XML are refused here, because the reader may look for their end without ever finding it.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        if sum(part.file_size for part in parts.infolist()) > LARGEST:
            raise Unusable(f"it is too large for a workbook; {SAVE_AS_CSV}")
        for part in parts.infolist():
            whole = ParserCreate() if part.filename.endswith((".xml", ".rels")) else None
            far = FAR_ODS if part.filename == "content.xml" else FAR
            with parts.open(part) as stream:
                tail = b""
                while piece := stream.read(BLOCK):
                    _refuse_far_cells(tail + piece, far)
                    tail = piece[-TAIL:]
                    if whole:
                        whole.Parse(piece)
            if whole:
                whole.Parse(b"", True)


def _refuse_far_cells(piece: bytes, far: re.Pattern[bytes]) -> None:
    """Refuse a cell that holds something far from all others."""
    if found := far.search(piece):
        column = found["column"].decode() if far is FAR and found["column"] else ""
        where = f"column {column}" if column else "a cell that is repeated, or in a row too many,"
        raise Unusable(f"{where} holds something, far from columns {LETTERS}; delete what is there")


def _sheet(names: Sequence[str], name: str) -> str:
    """Return the sheet of a table: the one of its name, or the only one."""
    same = [each for each in names if each.strip().casefold() == name]
    if same or len(names) == 1:
        return (same or list(names))[0]
    if not names:
        raise Unusable("it has no sheet")
    near = difflib.get_close_matches(name, [each.casefold() for each in names], n=1)
    meant = f". Is it {near[0]!r}? Rename it" if near else ""
    listed = ", ".join(repr(each[:40]) for each in names[:12])
    raise Unusable(f"no sheet is named {name!r}; there are {listed}{meant}")


def _as_text(rows: Sequence[Sequence[Value]]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(rows, 1):
        yield number, [cell if isinstance(cell, str) else _text(cell) for cell in row]


def _text(cell: Value) -> str:
    """Return a cell as a person would write it."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float | int):
        return str(int(cell)) if float(cell).is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return cell.isoformat(" ") if isinstance(cell, dt.datetime) else str(cell)
