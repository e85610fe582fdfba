"""Keep a region's own tables: read, checked, and written the same way whatever file they came in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from needs.data.filing import Filed, Outcome, file_away, sha256_of
from needs.data.recognise import Format
from needs.data.service.reading import OWN_DATA, read_table
from needs.data.sidecar import Citation, Sidecar, hash_file
from needs.dataset import Column, Table, table
from needs.errors import DataError, Problem

__all__ = ["FOLDER", "Added", "Received", "add", "canonical", "folder_named", "receive"]

FOLDER = "data_raw/service"
LICENCE = "not for publication; figures leave through disclosure control"
NAME = r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*"
DEVICE = r"con|prn|aux|nul|(com|lpt)[0-9]"  # no folder of Windows may be named so


@dataclass(frozen=True)
class Received:
    """A table that was read from a file and checked.

    Parameters
    ----------
    table : Table
        Its definition.
    frame : DataFrame
        Its rows, as :func:`needs.data.service.read_table` gives them.
    file, sheet, sha256 : str
        Name of the file, sheet in it (of a CSV file ``""``), and the hash of the file.
    """

    table: Table
    frame: pd.DataFrame
    file: str
    sheet: str
    sha256: str


@dataclass(frozen=True)
class Added:
    """What is known of a table without telling of a person.

    Parameters
    ----------
    table, place : str
        Its name, and where it is kept, from the project folder.
    outcome : Outcome
        Whether it is new, took the place of another or was there already.
    rows : int
        Rows of the file.
    kinds : mapping of str to int
        Rows by word of the first column that needs a code in every row, such as the tier.
    by : str
        That column.
    first, last : Timestamp or None
        First and last month with a day of the table.
    ended : Timestamp or None
        Month from which the rows seem to be whole: of stays that of the first day of discharge, of others ``first``.
    blank, unknown : mapping of str to int
        Rows with a blank cell, and with the word ``unknown``, by column; columns without either are left out.
    """

    table: str
    place: str
    outcome: Outcome
    rows: int
    kinds: Mapping[str, int]
    by: str
    first: pd.Timestamp | None
    last: pd.Timestamp | None
    ended: pd.Timestamp | None
    blank: Mapping[str, int]
    unknown: Mapping[str, int]


def receive(files: Mapping[Path, Format]) -> list[Received]:
    r"""Read and check every table of some files.

    Parameters
    ----------
    files : mapping of Path to Format
        Files and what each holds, see :func:`needs.data.recognise.recognise`.

    Raises
    ------
    DataError
        With every problem of every table, and tables that stand in two files.

    Examples
    --------
    >>> from needs.data.recognise import recognise
    >>> path = getfixture("tmp_path") / "outcomes.csv"
    >>> _ = path.write_text("person_key,event,day\nA,death,2024-05-31\n")
    >>> [(each.table.name, len(each.frame)) for each in receive({path: recognise(path)})]
    [('outcomes', 1)]
    """
    errors: list[DataError] = []
    held: dict[str, list[Path]] = {}
    received = []
    for path, found in files.items():
        for name, sheet in found.tables.items():
            held.setdefault(name, []).append(path)
            try:
                frame = read_table(path, table(name))
                where = "" if path.suffix.lower() == ".csv" else sheet
                received.append(Received(table(name), frame, path.name, where, hash_file(path)))
            except DataError as error:
                errors.append(error)
    twice = [
        f"{name} stands in {' and in '.join(path.name for path in paths)}; put all rows in one file"
        for name, paths in held.items()
        if len(paths) > 1
    ]
    if errors or twice:
        raise _together(errors, twice)
    return received


def _together(errors: Sequence[DataError], twice: Sequence[str]) -> DataError:
    """Return one error of several."""
    if len(errors) == 1 and not twice:
        return errors[0]
    problems: list[Problem | str] = list(twice)
    for error in errors:
        subject = error.headline.removesuffix(" cannot be used")
        problems += [
            Problem(f"{subject}, {p.where}" if p.where else subject, p.what)
            for p in error.problems or (Problem("", error.headline),)
        ]
    remedy = next((error.remedy for error in errors), "put the rows of a table in one file")
    return DataError("the files cannot be used", problems, remedy)


def folder_named(name: str) -> str:
    """Return the name of a folder of service data, checked.

    Raises
    ------
    DataError
        If it is no plain name, or several with ``/`` between: small letters, digits, ``-`` and ``_``.

    Examples
    --------
    >>> folder_named("london")
    'london'
    """
    if not re.fullmatch(NAME, name) or any(re.fullmatch(DEVICE, part) for part in name.split("/")):
        problem = f"{name!r} is no name of a folder in {FOLDER}"
        raise DataError(
            "the folder cannot be used", [problem], "write it in small letters, digits, - and _, such as london"
        )
    return name


def add(received: Iterable[Received], folder: str, root: Path, owner: str, replace: bool = False) -> list[Added]:
    r"""Keep tables of a region's own service data.

    Parameters
    ----------
    received : iterable of Received
        Tables, each once.
    folder : str
        Folder under ``data_raw/service``.
    root : Path
        Project folder.
    owner : str
        Whose data they are, in words.
    replace : bool
        Whether a table that is kept already may be replaced.

    Returns
    -------
    list of Added
        What is known of each.

    Raises
    ------
    DataError
        If a table with other rows is kept already and ``replace`` is not said; then no table is kept.

    Examples
    --------
    >>> from needs.data.recognise import recognise
    >>> root = getfixture("tmp_path")
    >>> path = root / "outcomes.csv"
    >>> _ = path.write_text("event,person_key,day\nDeath,A,2024-05-31\n")
    >>> (added,) = add(receive({path: recognise(path)}), "london", root, "London")
    >>> added.place, added.outcome, added.rows
    ('data_raw/service/london/outcomes.csv', 'new', 1)
    >>> (root / added.place).read_text()
    'person_key,event,day\nA,death,2024-05-31\n'
    """
    folder = folder_named(folder)
    tables = list(received)
    filed = [_filed(each, folder, owner) for each in tables]
    done = file_away(filed, root, replace)
    return [_summary(each, file.place, done[file.place]) for each, file in zip(tables, filed, strict=True)]


def _filed(each: Received, folder: str, owner: str) -> Filed:
    content = canonical(each.frame, each.table)
    where = f", sheet {each.sheet}" if each.sheet else ""
    rows = f"{len(each.frame):,} row{'' if len(each.frame) == 1 else 's'}"
    sidecar = Sidecar(
        title=f"{each.table.title} of {owner}",
        sha256=sha256_of(content, ".csv"),
        status=["own"],
        caveats=[
            f"Made from {each.file}{where} by needs data add, {rows}, in the order received.",
            f"The file received has the sha256 {each.sha256}.",
        ],
        sources={
            OWN_DATA: Citation(
                publisher=owner,
                title=f"Own service data: {each.table.title.lower()}",
                date="as received",
                licence=LICENCE,
                url="none",
            )
        },
    )
    return Filed(f"{FOLDER}/{folder}/{each.table.name}.csv", content, sidecar, len(each.frame))


def canonical(frame: pd.DataFrame, told: Table) -> bytes:
    r"""Return a table as CSV in UTF-8: every column of the definition in its order, days as 2024-05-31, rows as received.

    Examples
    --------
    >>> frame = pd.DataFrame({"person_key": ["A"], "checked": pd.to_datetime(["2024-05-31"]), "annual_check": ["done"]})
    >>> frame["bmi"] = 27.0
    >>> canonical(frame, table("health"))
    b'person_key,checked,annual_check,bmi\nA,2024-05-31,done,27\n'
    """
    text = pd.DataFrame(
        {column.name: _text(frame[column.name], column) for column in told.columns}, columns=list(told.names)
    )
    return text.to_csv(index=False, lineterminator="\n").encode()


def _text(cells: pd.Series, column: Column) -> pd.Series:
    """Write each different value of a column once."""
    codes, values = pd.factorize(cells)
    match column.form:
        case "date":
            words = [value.strftime("%Y-%m-%d") for value in pd.DatetimeIndex(values)]
        case "whole" | "number":
            words = [str(int(value)) if float(value).is_integer() else repr(float(value)) for value in values]
        case _:
            words = [str(value) for value in values]
    return pd.Series(pd.Categorical.from_codes(codes, pd.Index(words, dtype=object)), index=cells.index)


def _summary(each: Received, place: str, outcome: Outcome) -> Added:
    """Return what is known of a table without telling of a person."""
    frame, told = each.frame, each.table
    dated = {c.name: _months(frame[c.name]) for c in told.columns if c.form == "date"}
    found = [months for months in dated.values() if months]
    first = min((months[0] for months in found), default=None)
    by = next(column.name for column in told.columns if column.form == "code" and column.required)
    counted = frame[by].value_counts()
    blank = {c.name: int(frame[c.name].isna().sum()) for c in told.columns}
    unknown = {c.name: int((frame[c.name] == "unknown").sum()) for c in told.columns if "unknown" in c.words}
    return Added(
        told.name, place, outcome, len(frame),
        kinds={word: int(counted[word]) for word in told.column(by).words if counted.get(word)},
        by=by,
        first=first,
        last=max((months[1] for months in found), default=None),
        ended=next(iter(dated["discharged"]), None) if "discharged" in dated else first,
        blank={name: count for name, count in blank.items() if count},
        unknown={name: count for name, count in unknown.items() if count},
    )  # fmt: skip


def _months(days: pd.Series) -> tuple[pd.Timestamp, ...]:
    """Return the first days of the months of the first and the last day, if there is one."""
    known = days.dropna()
    return tuple(day.replace(day=1) for day in (known.min(), known.max())) if len(known) else ()
