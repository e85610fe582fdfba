"""The workbook that a region fills in: a sheet for each table, with lists to choose from and a page that explains them.

It follows the guidance of the Government Statistical Service on spreadsheets: a cover, one table a sheet from its first
row, no merged cell, nothing said by colour alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from needs.data.service.example_rows import example_rows
from needs.data.service.forms import FIRST_DAY, LAST_DAY
from needs.dataset import TABLES, Column, Table

__all__ = ["EXPLAIN", "FORMS", "NEVER", "ROWS", "write_template", "written"]

ROWS = 5_000
"""Rows of each table that have lists and bounds; more may be filled in."""

COVER, COLUMNS, CODES = "cover", "columns", "codes"
EXPLAIN = (COVER, COLUMNS, CODES)
"""Sheets that hold no data."""

MADE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)  # the same in every template, so that bytes are too
TITLE = "Regional data set for adult secure mental health services"
FONT = {"font_name": "Arial", "font_size": 12, "font_scheme": "none"}

FORMS: Mapping[str, str] = {
    "key": "a key of your own; never a name or an NHS number",
    "code": "one of the codes",
    "text": "free words",
    "date": "a day, as 2024-05-31",
    "whole": "a whole number",
    "number": "a number",
    "year": "a financial year, as 2024-25",
}
"""How the cells of each form are written."""

FILL_IN = (
    "Fill in the tables that you have; leave the others empty. Rows are about the people that the region is responsible "
    "for, wherever they are placed.",
    "Write one row for each thing that happened or was counted, from row 2 down, without blank rows. Keep the names of "
    "sheets and columns.",
    "The sheet columns says what each column holds and which ones every row needs. A blank cell in another column means "
    "not known; it is never read as no or as none.",
    f"Cells with a code have a list to choose from, in the first {ROWS:,} rows. The sheet codes says what each code means.",
    "Write days as 2024-05-31 or as dates of the workbook, and money in pounds, in full.",
    "Save the workbook, then run: needs data add FILE --region REGION. All that is wrong is said at once, and nothing is "
    "kept until all is right.",
)
NEVER = (
    "Names of patients or of staff, initials, NHS numbers, hospital or prison numbers, dates of birth, addresses, postcodes.",
    "Use a key of your own for each person, the same in every table, and keep the list that links keys to people elsewhere.",
    "Free text about a person. The few columns of free words are for units, providers, questions and standards.",
)


def write_template(path: Path, example: bool = False) -> None:
    """Write the workbook.

    Parameters
    ----------
    path : Path
        File to write, ending in ``.xlsx``; one that is there is overwritten.
    example : bool
        Whether every table holds a few made-up rows.

    Notes
    -----
    The bytes depend on the definition of the data set alone.

    References
    ----------
    Government Statistical Service, Releasing statistics in spreadsheets.

    Examples
    --------
    >>> from python_calamine import CalamineWorkbook
    >>> path = getfixture("tmp_path") / "template.xlsx"
    >>> write_template(path)
    >>> with CalamineWorkbook.from_path(path) as book:
    ...     book.sheet_names[:3], book.get_sheet_by_name("capacity").to_python()
    (['cover', 'stays', 'referrals'], [['unit', 'provider', 'tier', 'sector', 'sex', 'beds', 'validated']])
    """
    with closing(xlsxwriter.Workbook(path, {"default_format_properties": FONT})) as book:
        book.set_properties({
            "title": TITLE,
            "subject": "Template for needs data add",
            "comments": "No names, NHS numbers or free text about a person.",
            "created": MADE,
        })  # fmt: skip
        names = (COVER, *(table.name for table in TABLES), COLUMNS, CODES)
        sheets = {name: book.add_worksheet(name) for name in names}
        _write_cover(book, sheets[COVER], example)
        ranges = _write_codes(book, sheets[CODES])
        _write_columns(book, sheets[COLUMNS])
        for table in TABLES:
            _write_table(book, sheets[table.name], table, ranges, example_rows(table) if example else [])


def _write_cover(book: Workbook, cover: Worksheet, example: bool) -> None:
    title = book.add_format({**FONT, "bold": True, "font_size": 18, "text_wrap": True})
    heading = book.add_format({**FONT, "bold": True, "font_size": 14, "text_wrap": True})
    words = book.add_format({**FONT, "text_wrap": True, "valign": "top"})
    link = book.add_format({**FONT, "underline": True, "font_color": "#0B4F9E", "text_wrap": True})
    made_up = "Every row of this copy is made up; it shows how cells are written." if example else ""
    lines: list[tuple[str, Format]] = [
        (TITLE, title),
        ("Stays, referrals, reviews, beds, money and outcomes of the people that a region is responsible for, so that the "
         "progress of people and the work of services can be followed, region by region and in the same words.", words),
        *([(made_up, words)] if example else []),
        ("What never goes in", heading), *((each, words) for each in NEVER),
        ("How to fill it in", heading), *((each, words) for each in FILL_IN),
        ("Sheets", heading),
    ]  # fmt: skip
    cover.set_column(0, 0, 110, words)
    for row, (text, form) in enumerate(lines):
        cover.write_string(row, 0, text, form)
    sheets = {table.name: table.meaning for table in TABLES} | {
        COLUMNS: "What each column holds and how it is written.", CODES: "What each code means.",
    }  # fmt: skip
    for row, (name, meaning) in enumerate(sheets.items(), len(lines)):
        cover.write_url(row, 0, f"internal:'{name}'!A1", link, f"{name}: {meaning}", f"Go to the sheet {name}")


def _write_columns(book: Workbook, sheet: Worksheet) -> None:
    """Write the sheet that explains every column."""
    header = ("table", "column", "meaning", "how it is written", "needed in every row", "codes")
    rows = [
        (table.name, c.name, c.meaning, written(c), "yes" if c.required else "no", ", ".join(c.words))
        for table in TABLES
        for c in table.columns
    ]
    _listed(book, sheet, header, rows, (14, 24, 70, 42, 20, 70))


def _write_codes(book: Workbook, sheet: Worksheet) -> dict[tuple[str, str], str]:
    """Write the sheet of codes; return the range of each column's, for the lists to choose from."""
    rows: list[tuple[str, str, str, str]] = []
    ranges = {}
    for table in TABLES:
        for column in table.columns:
            if column.words:
                first = len(rows) + 2
                rows += [(table.name, column.name, code, meaning) for code, meaning in column.codes.items()]
                ranges[table.name, column.name] = f"='{CODES}'!$C${first}:$C${len(rows) + 1}"
    _listed(book, sheet, ("table", "column", "code", "meaning"), rows, (14, 24, 26, 80))
    return ranges


def _listed(
    book: Workbook, sheet: Worksheet, header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> None:
    """Write a table of words, marked as one, with its header in view."""
    words = book.add_format({**FONT, "text_wrap": True, "valign": "top"})
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width, words)
    _mark(book, sheet, header, len(rows))
    for row, cells in enumerate(rows, 1):
        sheet.write_row(row, 0, cells, words)


def _mark(book: Workbook, sheet: Worksheet, header: Sequence[str], rows: int) -> None:
    """Mark a sheet's first rows as a table with a bold header that stays in view."""
    bold = book.add_format({**FONT, "bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    columns = [{"header": text, "header_format": bold} for text in header]
    options = {"name": f"table_{sheet.get_name()}", "columns": columns, "style": None, "autofilter": False}
    sheet.add_table(0, 0, max(rows, 1), len(header) - 1, options)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_table(
    book: Workbook,
    sheet: Worksheet,
    table: Table,
    ranges: Mapping[tuple[str, str], str],
    rows: Sequence[Mapping[str, str]],
) -> None:
    """Write a table to fill in: header, forms of cells, and what may stand in them."""
    forms = {
        "date": book.add_format({**FONT, "num_format": "yyyy-mm-dd"}),
        "whole": book.add_format({**FONT, "num_format": "0"}),
        "number": book.add_format({**FONT, "num_format": "General"}),
    }
    words = book.add_format({**FONT, "num_format": "@"})
    for n, column in enumerate(table.columns):
        widest = max(len(text) for text in (column.name, *column.words, *(row[column.name] for row in rows), " " * 12))
        sheet.set_column(n, n, min(widest + 3, 50), forms.get(column.form, words))
        sheet.data_validation(1, n, ROWS, n, _rule(column, n, ranges.get((table.name, column.name), "")))
    _mark(book, sheet, table.names, len(rows))
    for at, row in enumerate(rows, 1):
        for n, column in enumerate(table.columns):
            if text := row[column.name]:
                _write_cell(sheet, at, n, column, text, forms.get(column.form, words))


def _write_cell(sheet: Worksheet, row: int, n: int, column: Column, text: str, form: Format) -> None:
    match column.form:
        case "date":
            sheet.write_datetime(row, n, _day(text), form)
        case "whole" | "number":
            sheet.write_number(row, n, float(text), form)
        case _:
            sheet.write_string(row, n, text, form)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _rule(column: Column, n: int, codes: str) -> dict[str, Any]:
    """Return what may stand in a column, and what is said about it."""
    needed = "Needed in every row. " if column.required else ""
    said = f"{needed}{column.meaning}"
    rule: dict[str, Any] = {
        "input_title": column.name[:32],
        "input_message": said[:255],
        "error_title": column.name[:32],
    }
    rule["error_message"] = f"Write {written(column)}."[:255]
    cell = xlsxwriter.utility.xl_rowcol_to_cell(1, n)
    match column.form:
        case "code":
            rule |= {
                "validate": "list",
                "source": codes,
                "error_message": "Choose a code of the list; the sheet codes explains them.",
            }
        case "date":
            rule |= {"validate": "date", "criteria": "between", "minimum": _day(FIRST_DAY), "maximum": _day(LAST_DAY)}
        case "whole" | "number":
            rule |= {"validate": "integer" if column.form == "whole" else "decimal", **_bounds(column)}
        case "year":
            rule |= {
                "validate": "custom",
                "value": f'=AND(LEN({cell})=7,MID({cell},5,1)="-",ISNUMBER(--LEFT({cell},4)))',
            }
        case "key":
            plain = f'SUBSTITUTE({cell}," ","")'
            rule |= {"validate": "custom", "value": f"=NOT(AND(LEN({plain})=10,ISNUMBER(--{plain})))"}
            rule |= {"error_type": "warning", "error_message": "This looks like an NHS number. Use a key of your own."}
        case _:
            rule |= {"validate": "any"}
    return rule


def _bounds(column: Column) -> dict[str, Any]:
    match column.lowest, column.highest:
        case None, None:
            return {"criteria": ">=", "value": -1e15}
        case lowest, None:
            return {"criteria": ">=", "value": lowest}
        case None, highest:
            return {"criteria": "<=", "value": highest}
        case lowest, highest:
            return {"criteria": "between", "minimum": lowest, "maximum": highest}


def written(column: Column) -> str:
    """Say how the cells of a column are written, with their bounds.

    Examples
    --------
    >>> from needs.dataset import table
    >>> written(table("stays").column("age")), written(table("finance").column("spend"))
    ('a whole number, 10 to 110', 'a number, 0 or more')
    """
    match column.lowest, column.highest:
        case None, None:
            return FORMS[column.form]
        case lowest, None:
            return f"{FORMS[column.form]}, {lowest:g} or more"
        case None, highest:
            return f"{FORMS[column.form]}, {highest:g} or less"
        case lowest, highest:
            return f"{FORMS[column.form]}, {lowest:g} to {highest:g}"
