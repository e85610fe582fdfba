"""Tables of a region's own service data, read and checked: every problem at once, and none that shows a key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa

from needs.data.people import People
from needs.data.service.csv_text import read_csv
from needs.data.service.forms import parse
from needs.data.service.header import columns_of
from needs.data.service.held import Service
from needs.data.service.messages import capped, problems_of
from needs.data.service.rules import compare
from needs.data.service.schema import dtype, empty, schema
from needs.data.service.sheets import Sheet, Unusable
from needs.data.service.workbook import read_workbook
from needs.data.sidecar import hash_file, read_sidecar
from needs.data.snapshot import KIND_OF_STATUS
from needs.dataset import TABLES, Table
from needs.errors import DataError, Problem
from needs.values import Provenance

__all__ = ["OWN_DATA", "WORKBOOKS", "read", "read_folder", "read_table"]

FOLDER = "service"
OWN_DATA = "own-data"
"""Name of the source that every sidecar of own data cites."""

WORKBOOKS = (".xlsx", ".xls", ".ods")
MOST_RAGGED = 10
ADD = "correct the file and add it again with needs data add; docs/data-set.md says what each column holds"


def read_table(path: Path, table: Table) -> pd.DataFrame:
    r"""Read one table and check it.

    Parameters
    ----------
    path : Path
        A CSV file in UTF-8, or a workbook (XLSX, XLS, ODS) with a sheet named as the table or only one sheet.
    table : Table
        What it should hold.

    Returns
    -------
    DataFrame
        Its columns in the order of the definition, typed as :class:`~needs.data.service.held.Service` says, and ``row``.

    Raises
    ------
    DataError
        If a rule is broken; it names file, row, column, value, rule and remedy of every problem, the first 40 at least. Keys
        are never shown, and of days and of what tells of one person only the pattern.

    Examples
    --------
    >>> from needs.dataset import table
    >>> path = getfixture("tmp_path") / "health.csv"
    >>> _ = path.write_text("Person key,checked,annual check\nP1,2024-05-31,Done\nP2,31/05/2024,dome\n")
    >>> try:
    ...     read_table(path, table("health"))
    ... except DataError as error:
    ...     print(*error.problems, sep="\n")
    row 3, column checked  '99/99/9999' is not a day as it is to be written; write it as 2024-05-31: year, month, day
    row 3, column annual_check  'dome' is not done, declined or not_done. Did you mean 'done'?
    """
    try:
        sheet = _sheet(path, table)
    except Unusable as error:
        raise _unusable(path, [Problem(error.where, error.what)]) from None
    places, problems = columns_of(sheet, table)
    if not problems:
        frame, problems = _typed(sheet, places, table)
    if problems:
        raise _unusable(path, problems)
    try:
        return schema(table).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:  # its text would show the cells
        broken = errors.failure_cases[["column", "check"]].drop_duplicates()
        what = [f"column {column}: it breaks the rule {check}" for column, check in broken.itertuples(index=False)]
    raise _unusable(path, [Problem("", each) for each in what])


def _unusable(path: Path, problems: list[Problem]) -> DataError:
    return DataError(f"{path.name} cannot be used", capped(problems), ADD)


def _sheet(path: Path, table: Table) -> Sheet:
    """Return the text of a file."""
    if path.is_dir():
        raise Unusable("it is a folder; name the file")
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise Unusable("there is no such file") from None
    except OSError as error:
        raise Unusable(f"it cannot be read: {error.strerror}") from None
    suffix = path.suffix.lower()
    if not data:
        raise Unusable("it is empty")
    if suffix == ".csv":
        return read_csv(data)
    if suffix in WORKBOOKS:
        return read_workbook(data, table.name)
    raise Unusable(
        f"{suffix or 'a name without an ending'} is not .csv, {', '.join(WORKBOOKS[:-1])} or {WORKBOOKS[-1]}"
    )


def _typed(sheet: Sheet, places: Mapping[str, int], table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the typed columns of a sheet, and what is wrong with its cells."""
    problems = list(_ragged(sheet))
    columns: dict[str, pd.Series] = {}
    for column in table.columns:
        if column.name not in places:
            columns[column.name] = pd.Series(index=range(len(sheet.rows)), dtype=dtype(column))
            continue
        cells = sheet.columns[places[column.name]]
        values, rules, meant = parse(column, cells.words, money=(table.name, column.name) == ("finance", "spend"))
        problems += problems_of(column, table, cells, sheet.rows, rules, meant)
        columns[column.name] = pd.Series(values.astype(dtype(column)).array.take(cells.codes))
    frame = pd.DataFrame({**columns, "row": sheet.rows.astype(np.int64)})
    return frame, problems + compare(frame, table)


def _ragged(sheet: Sheet) -> Iterator[Problem]:
    """Give rows with more or fewer cells than columns."""
    for row, cells in list(sheet.ragged.items())[:MOST_RAGGED]:
        what = f"{cells} cells under {len(sheet.header)} columns; quote a cell with commas, and write commas for blank cells"
        yield Problem(f"row {row}", what)
    if (more := len(sheet.ragged) - MOST_RAGGED) > 0:
        yield Problem("", f"{more:,} more rows with too many or too few cells")


def read(inputs: People) -> Service:
    """Read the service data that the parameters of a run name.

    Parameters
    ----------
    inputs : Inputs
        What the run is told (``service.folder``, ``service.since``, ``service.until``) and where the evidence is.

    Raises
    ------
    DataError
        If no folder is named, a link or another folder is, or :func:`read_folder` refuses it.

    Examples
    --------
    >>> from needs.data.inputs import Inputs
    >>> from needs.params.load import load
    >>> try:
    ...     read(Inputs.open(load("2009-10", "london").canonical_json()))
    ... except DataError as error:
    ...     print(error.headline)
    service data are not told
    """
    told = inputs.parameters.service
    if told.folder is None or told.since is None or told.until is None:
        raise DataError(
            "service data are not told", remedy="needs data add, then service.folder, since and until in the parameters"
        )
    base = inputs.evidence.data / FOLDER
    steps = [base]
    for part in told.folder.split("/"):
        steps.append(steps[-1] / part)
    ref = f"{FOLDER}/{told.folder}"
    if any(step.is_symlink() for step in steps):
        raise DataError(f"data_raw/{ref} cannot be used", ["it is a link; put the files themselves there"], ADD)
    if not steps[-1].resolve().is_relative_to(base.resolve()):
        raise DataError(f"data_raw/{ref} cannot be used", [f"it is outside data_raw/{FOLDER}"], ADD)
    return read_folder(steps[-1], told.since, told.until, ref)


def read_folder(path: Path, since: dt.date, until: dt.date, ref: str) -> Service:
    """Read the tables of a folder and check them against their sidecars.

    Parameters
    ----------
    path : Path
        Folder with ``<table>.csv`` and its sidecar ``<table>.yaml`` for each table that was given.
    since, until : date
        First and last day that the data cover.
    ref : str
        Name of the folder in sources, such as ``service/london``.

    Returns
    -------
    Service
        The tables; one that was not given has no rows.

    Raises
    ------
    DataError
        If there is no folder, no stay, a file that belongs to no table, a link, a table without its sidecar or one that has
        changed since, or a table that breaks a rule; every problem of every table at once.

    Examples
    --------
    >>> try:
    ...     read_folder(getfixture("tmp_path"), dt.date(2023, 4, 1), dt.date(2024, 3, 31), "service/ours")
    ... except DataError as error:
    ...     print(error)
    data_raw/service/ours cannot be used: 1 problem
      stays.csv  it is missing or has no row; stays are what everything else rests on
    Next: correct the file and add it again with needs data add; docs/data-set.md says what each column holds        [exit 11]
    """
    headline = f"data_raw/{ref} cannot be used"
    if not path.is_dir():
        raise DataError(
            f"data_raw/{ref} is missing", remedy="needs data add makes it; or correct service.folder in the parameters"
        )
    problems = list(_strangers(path))
    tables: dict[str, pd.DataFrame] = {}
    known: dict[str, Provenance] = {}
    for table in TABLES:
        tables[table.name] = empty(table)
        if table.name in {p.stem for p in path.iterdir() if not p.is_symlink() and p.is_file()}:
            try:
                tables[table.name], known[table.name] = _given(path / f"{table.name}.csv", table, ref)
            except DataError as error:
                problems += _of_file(error, f"{table.name}.csv")
    if not any(p.where.startswith("stays.") for p in problems) and tables["stays"].empty:
        problems.append(Problem("stays.csv", "it is missing or has no row; stays are what everything else rests on"))
    stays = tables["stays"]
    there = (stays["admitted"] <= pd.Timestamp(until)) & ~(stays["discharged"] < pd.Timestamp(since))
    if len(stays) and not there.any():
        problems.append(
            Problem("stays.csv", f"no stay lies between {since} and {until}; correct service.since and until")
        )
    if problems:
        raise DataError(headline, capped(problems), ADD)
    return Service(tables, pd.Timestamp(since), pd.Timestamp(until), known)


def _strangers(path: Path) -> Iterator[Problem]:
    """Give what does not belong in a folder of service data."""
    names = {f"{table.name}{suffix}" for table in TABLES for suffix in (".csv", ".yaml")}
    for each in sorted(path.iterdir()):
        if each.is_symlink():
            yield Problem(each.name, "it is a link; put the file itself there")
        elif each.is_dir():
            yield Problem(each.name, "it is a folder; name the folder that holds the tables in service.folder")
        elif each.name not in names and not each.name.startswith("."):
            yield Problem(each.name, "it belongs to no table; move it out")


def _given(path: Path, table: Table, ref: str) -> tuple[pd.DataFrame, Provenance]:
    """Return a table and how it is known, once it is what its sidecar says."""
    if not path.is_file():
        raise DataError(path.name, ["it is missing; add it again, or remove its sidecar"])
    sidecar = read_sidecar(path.with_suffix(".yaml"))
    wrong = []
    if sidecar.status not in (["own"], ["synthetic"]):
        wrong.append("its sidecar's status is not [own] or [synthetic]; add the file again")
    if OWN_DATA not in sidecar.sources:
        wrong.append(f"its sidecar cites no source {OWN_DATA}; add the file again")
    if hash_file(path) != sidecar.sha256:
        wrong.append("it has changed since it was added (sha256); add the file again")
    if wrong:
        raise DataError(path.name, wrong)
    return read_table(path, table), Provenance(KIND_OF_STATUS[sidecar.status[0]], (f"{ref}/{table.name}#{OWN_DATA}",))


def _of_file(error: DataError, name: str) -> list[Problem]:
    """Return the problems of a file, each with its name."""
    found = [Problem(f"{name}, {p.where}" if p.where else name, p.what) for p in error.problems]
    return found or [Problem(name, error.headline)]
