"""A file as rows of text, before anything in it means something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]

__all__ = ["TEXT", "Cells", "Sheet", "Unusable", "sheet_of_rows"]

TEXT = pa.dictionary(pa.int32(), pa.string())
CHUNK = 65_536  # rows that are held as Python text at once


class Unusable(Exception):
    """A file that gives no rows at all.

    Parameters
    ----------
    what : str
        What is wrong and what to do.
    where : str
        Place in the file.

    Examples
    --------
    >>> print(Unusable("it is empty").what)
    it is empty
    """

    def __init__(self, what: str, where: str = "") -> None:
        self.what, self.where = what, where
        super().__init__(what)


@dataclass(frozen=True)
class Cells:
    """One column of text: each different word once, and which of them stands in each row.

    Parameters
    ----------
    codes : ndarray of int
        Place of each row's word.
    words : Series of str
        The different words, without blanks around them.

    Notes
    -----
    What a word means is worked out once for all rows that hold it, so that two million dates cost as much as the few
    thousand days that there are.

    Examples
    --------
    >>> cells = Cells.of(pa.array([" low", "high", "low"]))
    >>> cells.words.tolist(), cells.codes.tolist()
    (['low', 'high', 'low'], [0, 1, 2])
    """

    codes: np.ndarray[Any, np.dtype[np.int32]]
    words: pd.Series[str]

    @classmethod
    def of(cls, column: pa.Array | pa.ChunkedArray) -> Cells:
        """Return the cells of a column of text."""
        if isinstance(column, pa.ChunkedArray):
            column = column.unify_dictionaries().combine_chunks()
        if isinstance(column, pa.ChunkedArray):  # some versions give one of one chunk, or of none
            column = column.chunk(0) if column.num_chunks else pa.array([], type=column.type)
        if not pa.types.is_dictionary(column.type):
            column = column.cast(pa.string()).dictionary_encode()
        words = column.dictionary.to_pandas().astype("str").str.strip()
        return cls(column.indices.to_numpy(zero_copy_only=False), words)

    @property
    def blank(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether each row's cell is blank."""
        blank: np.ndarray[Any, np.dtype[np.bool_]] = np.asarray(self.words == "", dtype=bool)[self.codes]
        return blank

    def kept(self, rows: np.ndarray[Any, np.dtype[np.bool_]]) -> Cells:
        """Return the cells of some rows."""
        return Cells(self.codes[rows], self.words)


@dataclass(frozen=True)
class Sheet:
    """Rows of text below a header; rows without any text are left out.

    Parameters
    ----------
    header : tuple of str
        Cells of the first row that is not blank.
    place : int
        Its row in the file, from 1.
    columns : tuple of Cells
        One for each cell of the header.
    rows : ndarray of int
        Row of the file that each row stands in; of a CSV file the line.
    ragged : mapping of int to int
        Rows with another number of cells than the header, which are in no column, and that number.
    """

    header: tuple[str, ...]
    place: int
    columns: tuple[Cells, ...]
    rows: np.ndarray[Any, np.dtype[np.int64]]
    ragged: dict[int, int]

    @classmethod
    def of(
        cls, header: Sequence[str], place: int, columns: Sequence[Any], rows: Any, ragged: dict[int, int] | None = None
    ) -> Sheet:
        """Return the sheet of a header and columns of text, without rows and last columns that are wholly blank."""
        cells = [Cells.of(column) for column in columns]
        rows = np.asarray(rows, dtype=np.int64)
        blank = np.ones(len(rows), dtype=bool)
        for column in cells:
            blank &= column.blank
        if blank.any():
            cells, rows = [column.kept(~blank) for column in cells], rows[~blank]
        names = [name.strip() for name in header]
        while names and not names[-1] and bool(cells[-1].blank.all()):
            names, cells = names[:-1], cells[:-1]
        return cls(tuple(names), place, tuple(cells), rows, ragged or {})


def sheet_of_rows(rows: Iterable[tuple[int, Sequence[str]]]) -> Sheet:
    """Return the sheet that rows of text make, a part at a time so that few are held as Python text.

    Parameters
    ----------
    rows : iterable of (int, sequence of str)
        Row in the file, and its cells.

    Raises
    ------
    Unusable
        If every row is blank.

    Examples
    --------
    >>> sheet = sheet_of_rows([(1, ["a", "b", ""]), (2, ["1", "2", ""]), (3, ["", "", ""]), (4, ["3"]), (5, ["4", "5", "", " "])])
    >>> sheet.header, sheet.rows.tolist(), sheet.ragged
    (('a', 'b'), [2, 5], {4: 1})
    """
    remaining = iter(rows)
    place, header = next(((row, cells) for row, cells in remaining if any(map(str.strip, cells))), (0, []))
    if not place:
        raise Unusable("it is empty")
    width = len(header)
    parts: list[list[pa.Array]] = [[] for _ in header]
    numbers: list[int] = []
    ragged: dict[int, int] = {}
    for chunk in _chunks(remaining, width, ragged):
        numbers += [row for row, _ in chunk]
        for part, column in zip(parts, zip(*(cells for _, cells in chunk), strict=True), strict=True):
            part.append(pa.array(column, type=pa.string()).dictionary_encode())
    columns = [pa.chunked_array(part, type=TEXT) for part in parts]
    return Sheet.of(header, place, columns, numbers, ragged)


def _chunks(
    rows: Iterator[tuple[int, Sequence[str]]], width: int, ragged: dict[int, int]
) -> Iterator[list[tuple[int, Sequence[str]]]]:
    """Give the rows of the header's width in parts, and note the others; cells beyond it count only where filled."""
    chunk: list[tuple[int, Sequence[str]]] = []
    for row, cells in rows:
        if len(cells) > width and not any(map(str.strip, cells[width:])):
            chunk.append((row, cells[:width]))
        elif len(cells) == width:
            chunk.append((row, cells))
        elif any(map(str.strip, cells)):
            ragged[row] = len(cells)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
