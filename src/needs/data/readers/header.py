"""Where the header of a public table stands, and which of its cells is which column, forgiving what publishers vary."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from needs.data.readers.form import HEAD_ROWS

__all__ = ["YEAR", "Column", "Header", "find_header", "squashed"]

LEAST = 0.6  # share of the needed columns by which a row is taken for the header
WORD, WHOLE, SHORT = 0.75, 0.8, 5  # likeness of each word, of all letters, and letters below which nothing is near
YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])|(?<=[A-Za-z]{3})[0-9]{2}(?=(?:CD|NM)?\b)", re.IGNORECASE)
"""A year in a header cell, with four digits or as in ``STP20``."""

REMARK = re.compile(r"\((?:where|rate|with)\b[^)]*\)", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """A column of a published table.

    Parameters
    ----------
    key : str
        What the code calls it.
    name : str
        How the publisher writes it, without a year.
    needed : bool
        Whether the table cannot be read without it.
    also : tuple of str
        How other vintages write it.
    """

    key: str
    name: str
    needed: bool = True
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every way in which it is written."""
        return (self.name, *self.also)


@dataclass(frozen=True)
class Header:
    """The header of a table.

    Parameters
    ----------
    row : int
        Its place among the rows looked at, from 0.
    places : mapping of str to int
        Place of each column that was found.
    lost : tuple of Column
        Needed columns that were not found.
    others : mapping of int to str
        Cells that are no column that is known.
    twice : tuple of str
        Cells that are the same column as another.
    notes : tuple of str
        What had to be forgiven.
    """

    row: int
    places: Mapping[str, int]
    lost: tuple[Column, ...]
    others: Mapping[int, str]
    twice: tuple[str, ...]
    notes: tuple[str, ...]


def squashed(text: str) -> str:
    """Return the letters and digits of a header cell: no case, no year, no remark in brackets.

    Examples
    --------
    >>> squashed("\ufeffLSOA code (2011) "), squashed("lsoa_code_2021"), squashed("STP20 Code"), squashed("Breakdown1")
    ('lsoacode', 'lsoacode', 'stpcode', 'breakdown1')
    >>> squashed("IMD Rank (where 1 is most deprived)")
    'imdrank'
    """
    plain = YEAR.sub(" ", REMARK.sub(" ", text.replace("_", " ")))
    return re.sub(r"[^0-9a-z]+", "", plain.casefold())


def find_header(rows: Iterable[Sequence[str]], columns: Sequence[Column]) -> Header | None:
    """Find the header of a table in its first rows.

    Parameters
    ----------
    rows : iterable of sequence of str
        First rows of a sheet; the first :data:`~needs.data.readers.form.HEAD_ROWS` are looked at.
    columns : sequence of Column
        Columns that the table may have.

    Returns
    -------
    Header or None
        The row that holds most columns, if it holds most of the needed ones, or two where none is needed.

    Notes
    -----
    Case, blanks, underscores, years and a byte order mark are forgiven without a word. The name that another vintage gives a
    column is said, and so is a near spelling: each word must be like that of a column that is not there, with the same digits.

    Examples
    --------
    >>> columns = [Column("code", "NHSER Code"), Column("name", "NHSER Name"), Column("people", "Total")]
    >>> rows = [["Estimates, mid-2022"], ["nhser_2023_code", "NSHER 2023 Name", "Total", "F0"]]
    >>> header = find_header(rows, columns)
    >>> header.row, dict(header.places), dict(header.others)
    (1, {'code': 0, 'people': 2, 'name': 1}, {3: 'F0'})
    >>> header.notes
    ('NSHER 2023 Name was read as NHSER 2023 Name.',)
    >>> find_header([["a", "b"]], columns) is None
    True
    """
    needed = sum(column.needed for column in columns)
    best: Header | None = None
    for place, row in zip(range(HEAD_ROWS), rows, strict=False):
        header = _read(place, row, columns)
        held = needed - len(header.lost) if needed else len(header.places)
        if held < max(2, LEAST * needed):
            continue
        if best is None or len(header.places) > len(best.places):
            best = header
    return best


def _read(place: int, row: Sequence[str], columns: Sequence[Column]) -> Header:
    known = {squashed(name): column.key for column in columns for name in column.names}
    proper = {column.key: column.name for column in columns}
    notes: list[str] = []
    places: dict[str, int] = {}
    others: dict[int, str] = {}
    twice: list[str] = []
    for number, cell in enumerate(row):
        key = known.get(squashed(cell)) if cell.strip() else None
        if key is not None and key in places:
            twice.append(cell.strip())
        elif key is not None:
            places[key] = number
            if squashed(cell) != squashed(proper[key]):
                notes.append(f"{cell.strip()} was read as {_respelt(cell, proper[key])}.")
        elif cell.strip():
            others[number] = cell.strip()
    notes += _take_near(columns, places, others) if places else []
    lost = tuple(column for column in columns if column.needed and column.key not in places)
    return Header(place, places, lost, others, tuple(twice), tuple(notes))


def _take_near(columns: Sequence[Column], places: dict[str, int], others: dict[int, str]) -> Iterator[str]:
    """Take cells that are near to a column that is not there, and say so."""
    for column in columns:
        if column.key in places:
            continue
        near = [(number, name) for number, cell in others.items() for name in column.names if _near(cell, name)]
        if len({number for number, _ in near}) == 1:
            number, name = near[0]
            cell = others.pop(number)
            places[column.key] = number
            yield f"{cell} was read as {_respelt(cell, name)}."


def _words(text: str) -> list[str]:
    plain = YEAR.sub(" ", REMARK.sub(" ", text.replace("_", " ")))
    return re.findall(r"[a-z]+|[0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).casefold())


def _near(cell: str, name: str) -> bool:
    found, meant = _words(cell), _words(name)
    if len(squashed(name)) < SHORT or len(found) != len(meant) or _like("".join(found), "".join(meant)) < WHOLE:
        return False
    pairs = list(zip(found, meant, strict=True))
    return all(a == b if a.isdigit() or b.isdigit() else _like(a, b) >= WORD for a, b in pairs)


def _like(a: str, b: str) -> float:
    return difflib.SequenceMatcher(None, a, b).ratio()


def _respelt(cell: str, name: str) -> str:
    """Return a column as it is written, with the year that the cell gives it."""
    years, words = YEAR.findall(cell), name.split()
    if years and f"({years[0]})" in cell:
        return f"{name} ({years[0]})"
    return " ".join([*words[:1], *years, *words[1:]])
