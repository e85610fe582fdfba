"""What the sheets of a workbook say: the data of artefacts with words for their columns and for what is not there."""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from needs.errors import RenderError
from needs.present.column_names import Form, heading, unit_form, words_of
from needs.present.plain import plain
from needs.present.quality import NO_FIGURE, NOT_GIVEN
from needs.present.released import MISSING

__all__ = [
    "ABSENT",
    "NOT_STATED",
    "NO_DATA",
    "NO_INTERVAL",
    "SUPPRESSED",
    "Cell",
    "Sheet",
    "data_sheet",
    "names",
    "read_csv",
]

SUPPRESSED = "suppressed"
"""What a cell says in place of a number that disclosure control hides."""

NO_DATA = "no figure"
"""What a cell says where a number is missing and the report does not say why."""

NOT_STATED = "not stated"
"""What a cell says where words are missing."""

NO_INTERVAL = "no interval"
"""What the ends of an interval say where none is known."""

NO_STANDARD = "no standard told"
DASH = "none"

_TOLD = ("no published figure", "does not apply", "none found", "none stated", "none tried", "no denominator",
         "not given", NO_FIGURE, NOT_GIVEN, MISSING)  # fmt: skip
"""Words by which a table of the report says that a figure is missing, and why."""

ABSENT = {
    SUPPRESSED: "A number below the least that may be shown, or one that would tell such a number. The report shows *.",
    NO_DATA: "There is no number here; the report gives no other reason.",
    NOT_STATED: "There are no words here.",
    NO_INTERVAL: "The figure was given without an interval.",
    NO_STANDARD: "No standard was told for this indicator.",
    DASH: "There is nothing of this kind. The CSV file shows -.",
    "no published figure": "Nobody has published the figure for this area.",
    "does not apply": "The figure makes no sense here.",
    "none found": "No interval was found with the published figure.",
    "none stated": "No interval was stated with the published figure.",
    "none tried": "No such option was simulated.",
    "no denominator": "There is nothing to divide by, so that no rate is given.",
    "not given": "The region did not give it.",
    NO_FIGURE: "There was nobody to count, so that no share or rate is given.",
    NOT_GIVEN: "The region's own data do not hold this.",
    MISSING: "The data say nothing here.",
}
"""What the words in place of a figure mean."""

_BY_UNIT = ("value", "mean", "lower", "upper", "standard", "published", "england", "start", "end")
_MAIN = ("share", "response", "ratio", "value", "mean", "rate")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?: 00:00:00)?")
_GUARDED = re.compile(r"'(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")
"""The apostrophe that a CSV file has before words that a spreadsheet would run; in a workbook they are marked as words."""

_YES = {"True": "yes", "False": "no"}
_END = re.compile(r"(.*?)_?(?:lower|upper)(?:_\d.*)?")
_LONGEST, _CUT = 31, 32_000


@dataclass(frozen=True)
class Cell:
    """One cell of a sheet.

    Parameters
    ----------
    value : str, float or date
        What it holds.
    form : str
        How a number is written, see :data:`needs.present.column_names.Form`.
    link : str
        Where it leads: an address, or the name of a sheet after ``#``.
    """

    value: str | float | datetime.date
    form: Form = ""
    link: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet with one table.

    Parameters
    ----------
    name : str
        Name on its tab, 31 characters at most.
    title : str
        What it shows, in one sentence.
    lines : tuple of str
        What stands between title and table: measure, kind, sources.
    columns : tuple of str
        Header row, no two alike.
    rows : tuple of tuple of Cell
        Body, none of them empty.
    filtered : bool
        Whether the header row has filters.
    """

    name: str
    title: str
    lines: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    filtered: bool = True


def read_csv(path: Path) -> tuple[list[str], list[list[str]]]:
    """Read the data beside an artefact: names of columns, and rows of text.

    Raises
    ------
    RenderError
        If it cannot be read, or a row has another number of cells than the header.

    Examples
    --------
    >>> read_csv(Path("nowhere.csv"))
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: nowhere.csv cannot be read: 1 problem
    ...
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file, strict=True)
        ragged = [f"row {n} has {len(row)} cells, the header {len(header)}" for n, row in enumerate(rows, 2)
                  if len(row) != len(header)]  # fmt: skip
    except (OSError, ValueError, csv.Error) as error:
        ragged = [str(error) if not str(error).startswith("not enough values") else "it is empty"]
    if ragged:
        raise RenderError(f"{path} cannot be read", ragged, "run the region again: needs run REGION")
    return header, rows


def names(ids: Sequence[str], taken: Sequence[str] = ()) -> dict[str, str]:
    """Name the sheets of artefacts: the id without its prefix, short enough, no two alike in any case of letters.

    Parameters
    ----------
    ids : sequence of str
        Ids of artefacts, in their order.
    taken : sequence of str
        Names that others have.

    Examples
    --------
    >>> names(["fig-equity", "tbl-equity", "tbl-need"], ["Notes"])
    {'fig-equity': 'equity figure', 'tbl-equity': 'equity', 'tbl-need': 'need'}
    >>> list(names(["tbl-" + "a" * 40, "tbl-" + "a" * 39, "tbl-notes"], ["Notes"]).values())
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaa 2', 'notes 2']
    """
    used = {name.lower() for name in (*taken, "history")}  # which Excel keeps for itself
    found: dict[str, str] = {}
    for name in ids:
        stem = re.sub(r"[\[\]:*?/\\']", " ", name.partition("-")[2]).strip() or "sheet"
        short = f"{stem} figure" if name.startswith("fig-") and f"tbl-{stem}" in ids else stem
        choice, number = short[:_LONGEST].strip(), 2
        while choice.lower() in used:
            choice, number = f"{short[: _LONGEST - len(str(number)) - 1]} {number}", number + 1
        used.add(choice.lower())
        found[name] = choice
    return found


def data_sheet(
    artefact: str,
    record: Mapping[str, Any],
    name: str,
    lines: Sequence[str],
    csv_file: tuple[list[str], list[list[str]]],
) -> Sheet:
    """Make the sheet of a table's or figure's data.

    Parameters
    ----------
    artefact : str
        Its id.
    record : Record
        What the run left of it.
    name : str
        Name of the sheet.
    lines : sequence of str
        What stands under its title.
    csv_file : tuple
        Header and rows of its CSV.

    Examples
    --------
    >>> rows = [["step_down", "34.5", "", ""], ["high", "", "0.1", "patients"]]
    >>> data = (["tier", "patients", "share_lower", "suppressed"], rows)
    >>> sheet = data_sheet("tbl-x", {"title": "A finding"}, "x", [], data)
    >>> sheet.columns
    ('Tier', 'Patients', 'Share, lower end of 95% interval')
    >>> [[cell.value for cell in row] for row in sheet.rows]
    [['step down', 34.5, 'no interval'], ['high', 'suppressed', 0.1]]
    """
    header, rows = csv_file
    hidden = [set(row[header.index("suppressed")].split()) if "suppressed" in header else set() for row in rows]
    told = [_phrase(record, position, len(rows)) for position in range(len(rows))]
    columns: dict[str, list[Cell]] = {}
    for at, column in enumerate(header):
        if column == "suppressed":
            continue
        words, form = heading(_unguarded(column), artefact)
        given = _column([row[at] for row in rows], _forms(column, form, header, rows))
        default = NOT_STATED if any(cell and isinstance(cell.value, str) for cell in given) else NO_DATA
        cells = [
            cell or Cell(_absent(column, header, row, gone, phrase or default))
            for cell, row, gone, phrase in zip(given, rows, hidden, told, strict=True)
        ]
        columns[_unused(" ".join(words.split()) or "Column", columns)] = cells or [Cell("no rows")]
    body = tuple(zip(*columns.values(), strict=True))
    return Sheet(name, str(record["title"]), tuple(lines), tuple(columns), body)


def _phrase(record: Mapping[str, Any], position: int, rows: int) -> str:
    """Return how the row of the report at this position says that something is missing; empty where it does not."""
    shown = record.get("table", {}).get("rows", [])
    if len(shown) != rows:
        return ""
    said = {cell for cell in shown[position] if cell in _TOLD}
    return said.pop() if len(said) == 1 else ""


def _forms(column: str, form: Form, header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Form]:
    """Return how the number of each row is written: by the unit of the row where that stands beside it."""
    end = _END.fullmatch(column)
    if "unit" in header and (end[1] if end else column) in ("", *_BY_UNIT):
        at = header.index("unit")
        return [unit_form(row[at]) for row in rows]
    if not form:
        main = next((name for name in _MAIN if name in header), "")
        form = heading(main)[1] if main else "number"
    return [form] * len(rows)


def _column(texts: Sequence[str], forms: Sequence[Form]) -> list[Cell | None]:
    """Read a column: as numbers or days where all of it are, and as words otherwise; None where nothing stands."""
    given = [text for text in texts if text]
    if all(_NUMBER.fullmatch(text) for text in given):
        return [Cell(float(text), form) if text else None for text, form in zip(texts, forms, strict=True)]
    if all(_DAY.fullmatch(text) for text in given):
        return [Cell(datetime.date.fromisoformat(text[:10]), "day") if text else None for text in texts]
    return [Cell(_words(text)) if text else None for text in texts]


def _words(text: str) -> str:
    """Write a text of the data as words: yes and no, codes without underscores, nothing that a spreadsheet would run."""
    text = _unguarded(text).strip()
    return DASH if text in ("-", "") else words_of(_YES.get(text, text))[:_CUT]


def _unguarded(text: str) -> str:
    return plain(_GUARDED.sub("", text, count=1) if _GUARDED.match(text) else text)


def _absent(column: str, header: Sequence[str], row: Sequence[str], gone: set[str], phrase: str) -> str:
    """Say why a cell holds nothing."""
    end = _END.fullmatch(column)
    if end and end[1] in header and not row[header.index(end[1])]:
        column, end = end[1], None
    if column in gone:
        return SUPPRESSED
    if column == "standard":
        return NO_STANDARD
    if end:
        return phrase if phrase in ("none found", "none stated") else NO_INTERVAL
    return phrase


def _unused(words: str, taken: Mapping[str, object]) -> str:
    used, choice, number = {name.lower() for name in taken}, words[:250], 2
    while choice.lower() in used:
        choice, number = f"{words[:240]} ({number})", number + 1
    return choice
