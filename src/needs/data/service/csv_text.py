"""CSV files as rows of text: every line kept, nothing guessed."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from pyarrow import csv as arrow_csv

from needs.data.service.sheets import TEXT, Sheet, Unusable, sheet_of_rows

__all__ = ["read_csv"]

SAVE = "save it as CSV UTF-8, with commas between the cells"
BLOCK = 1 << 24  # bytes that are read or decoded at once
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
OTHER_MARKS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def read_csv(data: bytes) -> Sheet:
    r"""Read a CSV file as text.

    Parameters
    ----------
    data : bytes
        What the file holds: UTF-8, with or without its mark, cells parted by commas.

    Returns
    -------
    Sheet
        Its rows; ``rows`` are the lines that they begin on.

    Raises
    ------
    Unusable
        If it is empty, a workbook, not UTF-8, parted by something else than commas, or its quotes do not end.

    Notes
    -----
    A file of one line a row, or none, and as many cells in each is read by Arrow; any other is read again, a row at a time, so
    that lines are counted right and what is wrong is told with its line.

    Examples
    --------
    >>> sheet = read_csv(b'tier,beds\nlow,12\n\n"me\ndium",3\n,\n')
    >>> sheet.header, sheet.rows.tolist(), sheet.columns[0].words.tolist()
    (('tier', 'beds'), [2, 4], ['low', 'me\ndium', ''])
    """
    _refuse_other_bytes(data)
    data = data.removeprefix(codecs.BOM_UTF8)
    sheet = _by_arrow(data) or sheet_of_rows(_by_row(data))
    if len(sheet.header) == 1:
        for mark, name in OTHER_MARKS.items():
            if mark in sheet.header[0]:
                raise Unusable(f"{name} stand between the cells; {SAVE}", f"row {sheet.place}")
    return sheet


def _refuse_other_bytes(data: bytes) -> None:
    """Refuse what is not UTF-8 text, and say what it looks like."""
    if data.startswith(WORKBOOKS):
        raise Unusable("it is a workbook under the name of a CSV file; name it .xlsx, .xls or .ods as it is")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:4]:
        raise Unusable(f"it is UTF-16 text, as 'Unicode text' of a spreadsheet; {SAVE}")
    if (nul := data.find(b"\0")) >= 0:
        raise Unusable(f"byte {nul} is 0, which no text holds; {SAVE}", _row(data, nul))
    if data.isascii():
        return
    decoder, start = codecs.getincrementaldecoder("utf-8")(), 0
    try:
        for start in range(0, len(data), BLOCK):
            decoder.decode(data[start : start + BLOCK], final=start + BLOCK >= len(data))
    except UnicodeDecodeError as error:
        byte = min(start + error.start, len(data) - 1)
        raise Unusable(f"it is not UTF-8 text, perhaps Windows-1252; {SAVE}", _row(data, byte)) from None


def _row(data: bytes, byte: int) -> str:
    count = data.count(b"\n", 0, byte) + 1
    return f"row {count}"


def _by_arrow(data: bytes) -> Sheet | None:
    """Read a file of one line a row; None where it has another form."""
    end = data.find(b"\n")
    returns = data.count(b"\r")
    if end < 0 or (returns and returns != data.count(b"\r\n")) or not _plain_quotes(data):
        return None
    header = next(csv.reader([data[:end].decode("utf-8").rstrip("\r")]), [])
    if not any(map(str.strip, header)):
        return None
    names = [str(number) for number in range(len(header))]
    try:
        table = arrow_csv.read_csv(
            pa.py_buffer(data),
            arrow_csv.ReadOptions(skip_rows=1, column_names=names, block_size=BLOCK),
            arrow_csv.ParseOptions(newlines_in_values=b'"' in data),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, TEXT), null_values=[], strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    rows = _filled_lines(data)[1:]
    return Sheet.of(header, 1, table.columns, rows) if table.num_rows == len(rows) > 0 else None


def _filled_lines(data: bytes) -> np.ndarray:
    """Return the numbers of lines that hold anything, from 1."""
    text = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(text == ord("\n"))
    ends = ends if data.endswith(b"\n") else np.append(ends, len(text))
    lengths = np.diff(ends, prepend=-1) - 1
    returns = (lengths == 1) & (text[np.minimum(ends, len(text)) - 1] == ord("\r"))
    return np.flatnonzero((lengths > 0) & ~returns) + 1


def _plain_quotes(data: bytes) -> bool:
    """Whether half of the quotes open a cell and the others close one."""
    text = np.frombuffer(data, dtype=np.uint8)
    at = np.flatnonzero(text == ord('"'))
    before, after = text[np.maximum(at - 1, 0)], text[np.minimum(at + 1, len(text) - 1)]
    opens = np.isin(before, list(b",\n")) | (at == 0)
    closes = np.isin(after, list(b",\r\n")) | (at == len(text) - 1)
    return int(opens.sum()) * 2 == int(closes.sum()) * 2 == len(at)


def _by_row(data: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    """Give each row and the line that it begins on."""
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline=""), strict=True)
    line = 0
    try:
        for cells in reader:
            yield line + 1, cells
            line = reader.line_num
    except csv.Error as error:
        what = "a quote does not end" if "unexpected end" in str(error) else f"it is not CSV: {error}"
        raise Unusable(f"{what}; {SAVE}", f"row {line + 1}") from None
