"""Look into a file: its first rows, and whether it can be read at all."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path

from python_calamine import CalamineWorkbook, SheetTypeEnum

from needs.data.readers.form import HEAD_ROWS, Head
from needs.data.readers.grid import Value, as_text, mark_between, refuse_too_large
from needs.data.service.sheets import Unusable
from needs.errors import DataError

__all__ = ["SUFFIXES", "look"]

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
SUFFIXES = (".csv", *WORKBOOKS)
"""Endings of files that can be read."""

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # how workbooks begin
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # what Excel calls a workbook inside one that it has locked
NAME_FILE = "name the file itself"


def look(path: Path) -> Head:
    r"""Return the first rows of a CSV file or a workbook.

    Raises
    ------
    DataError
        If the file is missing, a folder, a link or empty, is neither CSV nor a workbook, is protected by a password, or
        is not what its ending says.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "Beds.CSV"
    >>> _ = path.write_bytes(b"\xef\xbb\xbfcode,beds\r\nA1,12\r\n")
    >>> look(path)
    Head(name='Beds.CSV', suffix='.csv', sheets={'Beds': (('code', 'beds'), ('A1', '12'))})
    """
    suffix = path.suffix.lower()
    start = _start(path)
    if suffix not in SUFFIXES:
        more = "; unpack it and name the files in it" if start.startswith(ZIP) else ""
        raise _refusal(
            path, f"it ends in {suffix!r}, which is none of {', '.join(SUFFIXES)}{more}", "save it as CSV or as XLSX"
        )
    workbook = start.startswith((ZIP, OLE))
    if suffix == ".csv":
        if workbook:
            raise _refusal(
                path, "it is a workbook and no CSV file", "give it the ending .xlsx, or save it as CSV UTF-8"
            )
        return Head(path.name, suffix, {path.stem: _csv_rows(path)})
    if not workbook:
        raise _refusal(
            path, f"it is no workbook, although it ends in {suffix}", "save it as XLSX, or give text the ending .csv"
        )
    return Head(path.name, suffix, _sheets(path))


def _refusal(path: Path, problem: str, remedy: str) -> DataError:
    return DataError(f"{path.name or path} cannot be used", [problem], remedy)


def _start(path: Path) -> bytes:
    """Return the first bytes of a file that is there and is a file."""
    if path.is_symlink():
        raise _refusal(path, "it is a link", NAME_FILE)
    if path.is_dir():
        inside = sorted(file.name for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
        raise _refusal(
            path, f"it is a folder{f' with {len(inside)} files that can be read' if inside else ''}", NAME_FILE
        )
    if not path.is_file():
        near = difflib.get_close_matches(path.name, _beside(path), n=1)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        raise DataError(
            f"{path.name} is missing", [f"there is no file {str(path)!r}{meant}"], "correct its name or its folder"
        )
    try:
        with path.open("rb") as stream:
            start = stream.read(8)
    except OSError as error:
        raise _refusal(
            path, f"it cannot be read: {error.strerror or error}", "close it elsewhere, or ask for leave"
        ) from None
    if not start:
        raise _refusal(path, "it is empty", "save it again where it was made")
    return start


def _beside(path: Path) -> list[str]:
    with suppress(OSError):
        return [file.name for file in path.parent.iterdir() if file.suffix.lower() in SUFFIXES]
    return []


def _csv_rows(path: Path) -> tuple[tuple[str, ...], ...]:
    with path.open("rb") as stream:
        text = stream.read(400_000).decode("utf-8-sig", errors="replace")
    if "\0" in text:
        raise _refusal(path, "it is not text: it holds bytes of 0", "save it as CSV UTF-8")
    mark = mark_between(text[:20_000])
    with suppress(csv.Error):
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        return _text(islice((row for row in rows if any(map(str.strip, row))), HEAD_ROWS))
    return _text([text.partition("\n")[0].split(mark)])  # whoever reads it says where it is not CSV


def _sheets(path: Path) -> dict[str, tuple[tuple[str, ...], ...]]:
    data = path.read_bytes()
    if data.startswith(OLE) and ENCRYPTED in data:
        raise _refusal(path, "a password protects it", "save a copy without one")
    try:
        refuse_too_large(data)
        with CalamineWorkbook.from_path(path) as book:
            names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            return {name: _text(book.get_sheet_by_name(name).to_python(nrows=HEAD_ROWS)) for name in names}
    except Unusable as error:
        problem = f"{error.where}: {error.what}" if error.where else error.what
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # the library's panics are no Exceptions
        problem = "it is no workbook that can be read; open it and save it again"
    raise _refusal(path, problem, "save it as XLSX or as CSV UTF-8")


def _text(rows: Iterable[Iterable[Value]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(as_text(cell) for cell in row) for row in rows)
