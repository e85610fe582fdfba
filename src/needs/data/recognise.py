"""What a file holds: tables of the service data, by the names of its sheets or its columns, or a public format."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from needs.data.readers.form import Head, Reader
from needs.data.readers.look import look
from needs.data.service.template import EXPLAIN
from needs.dataset import TABLES, Table, table
from needs.errors import DataError, Problem

__all__ = ["Format", "recognise"]

SAY = "say --table and the name of what it holds"


@dataclass(frozen=True)
class Format:
    """What a file holds.

    Parameters
    ----------
    tables : mapping of str to str
        Tables of the service data, and the sheet that holds each; of a CSV file its name before the ending.
    empty : tuple of str
        Tables whose sheet has a header and no row.
    strange : tuple of str
        Sheets that are none of them.
    reader : Reader, optional
        Reader of a public format, in place of tables.
    """

    tables: Mapping[str, str] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    reader: Reader | None = None


def recognise(path: Path, named: str | None = None) -> Format:
    r"""Say what a file holds, or why that cannot be told.

    Parameters
    ----------
    path : Path
        A CSV file or a workbook.
    named : str, optional
        Table of the service data, or name of a public format, that the file is said to hold.

    Raises
    ------
    DataError
        If the file cannot be read, holds nothing that is known, or what it holds can be read in more than one way.

    Notes
    -----
    A sheet of several is a table's if it has the table's name. A file of one sheet is a table's if the name of the sheet or of
    the file holds the table's as a word, or else if the first row holds every column that the table needs in each row, and more
    of its columns than of any other table's. Where name and columns are at odds nothing is guessed.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "Reviews 2024.csv"
    >>> _ = path.write_text("person_key,reviewed,tier_needed\nA,2024-05-31,low\n")
    >>> dict(recognise(path).tables)
    {'reviews': 'Reviews 2024'}
    """
    from needs.data.readers import READERS

    head = look(path)
    known = {**{each.name: None for each in TABLES}, **{reader.name: reader for reader in READERS}}
    if named is not None and named not in known:
        listed = ", ".join(known)
        raise DataError(
            f"--table {named} is not known", [f"there are {listed}"], "choose one of them, or leave --table out"
        )
    if named is not None and (reader := known[named]):
        return Format(reader=reader)
    if named is not None:
        return Format({named: _sheet_of(head, table(named))})
    found, problems = _tables(head)
    public = [reader for reader in READERS if reader.matches(head)]
    if len(public) + bool(found) > 1:
        what = [*(reader.name for reader in public), *found]
        problems.append(f"it may be {' or '.join(what)}")
    if problems:
        raise DataError(f"what {head.name} holds cannot be told", problems, SAY)
    if public:
        return Format(reader=public[0])
    if not found:
        raise _nothing(head, READERS)
    return _of_tables(head, found)


def _of_tables(head: Head, found: Mapping[str, str]) -> Format:
    filled = {name: sheet for name, sheet in found.items() if len(_filled(head.sheets[sheet])) > 1}
    if not filled:
        problems = [f"no row stands below the header of {_listed(list(found))}"]
        raise DataError(f"{head.name} holds no data", problems, "fill in a table, save the file and add it again")
    strange = [name for name in head.sheets if name not in found.values() and name not in EXPLAIN]
    return Format(filled, tuple(name for name in found if name not in filled), tuple(strange))


def _tables(head: Head) -> tuple[dict[str, str], list[Problem | str]]:
    """Return the sheet of each table, and where that cannot be told."""
    held: dict[str, list[str]] = {}
    problems: list[Problem | str] = []
    only = len(head.sheets) == 1
    for sheet, rows in head.sheets.items():
        header = _header(rows)
        named = (_by_name(sheet) or _by_name(Path(head.name).stem)) if only else _exactly(sheet)
        fit = _by_columns(header)
        where = f"sheet {sheet}" if head.suffix != ".csv" else ""
        if named and fit and named not in fit and not _fits(table(named), header):
            problems.append(Problem(where, f"it is named as {named}, and its columns are those of {' or '.join(fit)}"))
        elif named and (header & set(table(named).names) or not header):
            held.setdefault(named, []).append(sheet)
        elif len(fit) > 1:
            problems.append(Problem(where, f"its columns are those of {' and of '.join(fit)}"))
        elif fit and not only:
            problems.append(Problem(where, f"its columns are those of {fit[0]}; name the sheet {fit[0]}, or delete it"))
        elif fit:
            held.setdefault(fit[0], []).append(sheet)
    for name, sheets in held.items():
        if len(sheets) > 1:
            problems.append(f"{name} stands in {len(sheets)} sheets, {_listed(sheets)}; put all rows in one")
    return {name: sheets[0] for name, sheets in held.items()}, problems


def _exactly(text: str) -> str | None:
    """Return the table of which a sheet has the name."""
    return next((each.name for each in TABLES if each.name == text.strip().casefold()), None)


def _by_name(text: str) -> str | None:
    """Return the table that a name holds as a word, if there is just one."""
    words = set(re.findall("[a-z]+", text.casefold()))
    named = [each.name for each in TABLES if each.name in words]
    return named[0] if len(named) == 1 else None


def _by_columns(header: set[str]) -> list[str]:
    """Return the tables of which a header has every needed column, and most columns."""
    fit = Counter({each.name: len(header & set(each.names)) for each in TABLES if _fits(each, header)})
    return [name for name, count in fit.items() if count == max(fit.values())]


def _fits(each: Table, header: set[str]) -> bool:
    return {column.name for column in each.columns if column.required} <= header


def _filled(rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    return [row for row in rows if any(cell.strip() for cell in row)]


def _header(rows: Sequence[Sequence[str]]) -> set[str]:
    cells = next(iter(_filled(rows)), ())
    return {re.sub(r"[\s_]+", "_", cell.strip()).casefold() for cell in cells if cell.strip()}


def _sheet_of(head: Head, told: Table) -> str:
    """Return the sheet of a table that the file is said to hold: that of its name, or the only one."""
    sheets = list(head.sheets)
    same = [name for name in sheets if _exactly(name) == told.name] or sheets
    if len(same) == 1:
        return same[0]
    what = f"it has {len(sheets)} sheets, {_listed(sheets)}, and not one is named {told.name}"
    remedy = f"name the sheet {told.name}, as needs data template does"
    raise DataError(f"what {head.name} holds cannot be told", [what], remedy)


def _nothing(head: Head, readers: Sequence[Reader]) -> DataError:
    """Say what was looked for; what stands in the file is not told, as its first row may be of a person."""
    said = ["no table of the service data: neither the name of a sheet or of the file is one's, nor are the columns"]
    said += [f"no {reader.title} ({reader.name}): that is {reader.looks_for}" for reader in readers]
    pairs = [(each, _header(rows)) for rows in head.sheets.values() for each in TABLES]
    near, header = max(pairs, key=lambda pair: _nearness(*pair), default=(TABLES[0], set()))
    if shared := len(header & set(near.names)):
        lost = [column.name for column in near.columns if column.required and column.name not in header]
        said.append(
            f"nearest is {near.name}, with {shared} of its {len(near.columns)} columns, "
            f"but without {_listed(lost)}, which every row needs"
        )
    remedy = "name the file as its table, as needs data template shows, or " + SAY
    return DataError(f"{head.name} holds nothing that is known", said, remedy)


def _nearness(each: Table, header: set[str]) -> tuple[int, int, int]:
    """Return how many of its columns a header has, and how few of the needed ones and of all are lost."""
    needed = {column.name for column in each.columns if column.required}
    return len(header & set(each.names)), -len(needed - header), -len(each.columns)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
