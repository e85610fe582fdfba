"""Tables that a public file holds: each a header, and the rows below it as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pandas as pd

from needs.data.readers.form import HEAD_ROWS, Head
from needs.data.readers.grid import Grid, open_grids
from needs.data.readers.header import Column, Header, find_header
from needs.data.service.sheets import Cells, Sheet, Unusable, sheet_of_rows
from needs.errors import DataError, Problem

__all__ = ["LISTED", "Found", "Headless", "find_tables", "heads", "listed"]

LISTED = 12
"""Things of a kind that are named in a message."""

Headless = Callable[[Sequence[str]], str]
"""The header as published of a row that is data of the format, so that a file without a header is known; else ``""``."""


@dataclass(frozen=True)
class Found:
    """A table of a public file.

    Parameters
    ----------
    name : str
        Its sheet; of a CSV file ``""``.
    title : str
        What stands above its header.
    frame : DataFrame
        Cells as categories of text, indexed by row of the file: known columns by key, others as they are written.
    columns : mapping of str to str
        How the file writes each known column.
    others : tuple of str
        Columns of the frame that the format does not know.
    short : tuple of int
        Rows with fewer cells than the header; what is not there is blank.
    notes : tuple of str
        What had to be forgiven.
    """

    name: str
    title: str
    frame: pd.DataFrame
    columns: Mapping[str, str]
    others: tuple[str, ...]
    short: tuple[int, ...]
    notes: tuple[str, ...]

    @property
    def where(self) -> str:
        """How a message names a row of it."""
        return f"sheet {self.name}, row" if self.name else "row"

    def has(self, *keys: str) -> bool:
        """Whether it has every one of some columns."""
        return all(key in self.frame for key in keys)

    def get(self, key: str) -> pd.Series:
        """Return a column; blank in every row where it is not there."""
        if key in self.frame:
            return self.frame[key]
        return pd.Series("", index=self.frame.index, dtype="category")


def listed(words: Sequence[str], most: int = LISTED) -> str:
    """List some words, and say how many more there are.

    Examples
    --------
    >>> listed(["a", "b", "c"], 2), listed(["a"])
    ('a, b and 1 more', 'a')
    """
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def heads(head: Head, columns: Sequence[Column], headless: Headless | None = None) -> bool:
    """Say whether a sheet begins like a table of these columns, or like its rows without their header.

    Examples
    --------
    >>> columns = [Column("code", "Org code"), Column("beds", "Beds open")]
    >>> heads(Head("a.csv", ".csv", {"a": (("ORG_CODE", "beds open", "x"),)}), columns)
    True
    """
    sheets = [[row for row in rows if any(row)] for rows in head.sheets.values()]
    return any(
        find_header(rows, columns) is not None or (headless is not None and any(map(headless, rows))) for rows in sheets
    )


def find_tables(
    path: Path, columns: Sequence[Column], headless: Headless | None = None
) -> tuple[list[Found], list[str]]:
    r"""Find every table of a format in a file.

    Parameters
    ----------
    path : Path
        CSV file or workbook.
    columns : sequence of Column
        Columns that the table may have.
    headless : callable, optional
        Tells a row of data, and its header as published, for a file that has lost it.

    Returns
    -------
    tables : list of Found
        At least one.
    notes : list of str
        What was left out or forgiven.

    Raises
    ------
    DataError
        If no sheet has the header in its first rows, a needed column is lost, a column is there twice, or a row has more
        cells than the header.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "beds.csv"
    >>> _ = path.write_text("Beds open overnight\n\nOrg Code,Beds Opne,\nA1,12,\nSource: made up\n")
    >>> tables, notes = find_tables(path, [Column("code", "Org code"), Column("beds", "Beds open")])
    >>> tables[0].frame.astype(str).to_dict("list"), tables[0].title
    ({'code': ['A1'], 'beds': ['12']}, 'Beds open overnight')
    >>> notes
    ['Beds Opne was read as Beds open.', 'Row 5 below the table holds a remark and is left out: Source: made up.']
    """
    tables: list[Found] = []
    problems: list[Problem] = []
    left: list[str] = []
    notes: list[str] = []
    try:
        for grid in open_grids(path):
            notes += grid.notes
            found = _table(grid, columns, headless, problems)
            if isinstance(found, Found):
                tables.append(found)
            elif found:
                left.append(grid.name)
    except Unusable as error:
        problems.append(Problem(error.where, error.what))
    if not tables and not problems:
        names = listed([column.name for column in columns if column.needed])
        problems.append(Problem("", f"no row of the first {HEAD_ROWS} holds its columns: {names}"))
    if tables and all(table.frame.empty for table in tables):
        problems.append(Problem("", "no row of data stands below its header"))
    if problems:
        raise DataError(
            f"{path.name} cannot be read", problems, "mend the file, or save it again from where it was published"
        )
    notes += list(dict.fromkeys(note for table in tables for note in table.notes))
    if left:
        notes.append(f"Sheets without such a table are left out: {listed(left)}.")
    return tables, notes


def _table(grid: Grid, columns: Sequence[Column], headless: Headless | None, problems: list[Problem]) -> Found | bool:
    """Return the table of a sheet; else whether the sheet holds something else."""
    filled = ((line, cells) for line, cells in grid.rows if any(map(str.strip, cells)))
    first = list(islice(filled, HEAD_ROWS))
    header = find_header([cells for _, cells in first], columns)
    if header is None:
        bare = next(((row, names) for row, cells in first if headless is not None and (names := headless(cells))), None)
        if bare is not None:
            what = f"the header is missing: this is a row of data. Write above it what was published, such as {bare[1]}"
            problems.append(Problem(f"{grid.where} {bare[0]}", what))
        return bool(first)
    line, cells = first[header.row]
    where = f"{grid.where} {line}"
    problems += [
        Problem(where, f"no column {column.name!r}; the table cannot be read without it") for column in header.lost
    ]
    problems += [Problem(where, f"column {cell!r} stands there more than once; keep one") for cell in header.twice]
    above = find_header([cells for _, cells in first[: header.row]], columns)
    if above is not None and header.row - above.row > 1:
        what = f"it is a header like that of row {line}, and what stands between would be lost; keep one of them"
        problems.append(Problem(f"{grid.where} {first[above.row][0]}", what))
        return True
    if header.lost or header.twice:
        return True
    short: list[int] = []
    width = max(place for place, cell in enumerate(cells) if cell.strip()) + 1
    below = _padded(chain(first[header.row + 1 :], filled), width, short)
    sheet = sheet_of_rows(chain([(line, cells[:width])], below))
    if sheet.ragged:
        rows = listed([f"{row} ({count})" for row, count in sheet.ragged.items()])
        problems.append(Problem(where, f"it has {width} cells, and more stand in row {rows}"))
    return _found(grid, header, first[: header.row + 1], sheet, short)


def _padded(
    rows: Iterator[tuple[int, list[str]]] | chain[tuple[int, list[str]]], width: int, short: list[int]
) -> Iterator[tuple[int, list[str]]]:
    for line, cells in rows:
        if len(cells) < width:
            short.append(line)
        yield line, [*cells, *[""] * (width - len(cells))]


def _found(
    grid: Grid, header: Header, above: Sequence[tuple[int, list[str]]], sheet: Sheet, short: Sequence[int]
) -> Found:
    names = {place: key for key, place in header.places.items()}
    for place, cell in header.others.items():
        names[place] = cell if cell not in names.values() else f"{cell} ({place + 1})"
    *above, (_, cells) = above
    held = {name: _text(sheet.columns[place]) for place, name in sorted(names.items()) if place < len(sheet.columns)}
    frame = pd.DataFrame(held)
    frame.index = pd.Index(sheet.rows, name="row")
    frame, remarks = _without_remarks(frame, grid.where)
    title = "; ".join(cell.strip() for _, cells in above for cell in cells if cell.strip())
    known = set(header.places)
    return Found(
        grid.name,
        title,
        frame,
        {key: cells[place].strip() for key, place in header.places.items()},
        tuple(str(name) for name in frame if name not in known),
        tuple(row for row in short if row in frame.index),
        (*header.notes, *remarks),
    )


def _text(cells: Cells) -> pd.Series:
    """Return a column as categories, each word once."""
    codes, words = pd.factorize(cells.words.str.replace("\xa0", " ").str.strip())
    return pd.Series(pd.Categorical.from_codes(codes[cells.codes], categories=pd.Index(words, dtype="str")))


def _without_remarks(frame: pd.DataFrame, where: str) -> tuple[pd.DataFrame, list[str]]:
    """Take off last rows that hold one cell alone, and not a number: what publishers say below a table."""
    filled = np.sum([np.asarray(frame[name].ne("")) for name in frame], axis=0)
    last = len(frame)
    while last and filled[last - 1] == 1 and len(frame.columns) > 1 and frame.iloc[last - 1, 0] != "":
        last -= 1
    if last == len(frame):
        return frame, []
    gone = frame.iloc[last:]
    said = "; ".join(dict.fromkeys(str(cell)[:60].rstrip(".") for cell in gone.iloc[:, 0]))
    rows = f"{where} {gone.index[0]}" if len(gone) == 1 else f"{where}s {gone.index[0]} to {gone.index[-1]}"
    what = "holds a remark and is left out" if len(gone) == 1 else "hold remarks and are left out"
    return frame.iloc[:last], [f"{rows[0].upper()}{rows[1:]} below the table {what}: {said[:200]}."]
