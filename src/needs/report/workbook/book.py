"""Every table of a report as a workbook of numbers, by the government's pattern for accessible spreadsheets.

A sheet holds one table and says above it what it shows; no cells are merged or empty, nothing is computed, and the
same artefacts give the same bytes.
"""

from __future__ import annotations

import datetime
import io
import re
import textwrap
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from needs.errors import RenderError
from needs.present.plain import plain
from needs.present.style import BLUE, INK, LIGHT
from needs.report.brand import recoloured
from needs.report.compose import read_about, read_records
from needs.report.page import Record
from needs.report.workbook import front
from needs.report.workbook.composed import record_sheets, shown_order
from needs.report.workbook.sheets import Cell, Sheet, data_sheet, names, read_csv

__all__ = ["write_workbook"]

_CREATED = datetime.datetime(2000, 1, 1)
"""A date of its own in every workbook would give other bytes each time."""

_LANGUAGE = "en-GB"
LINK = "#1A5C96"
"""Colour of links, as on the web page."""

_FONT = {"font_name": "Arial", "font_size": 11, "font_color": INK, "valign": "top"}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "font_color": BLUE},
    "heading": {"bold": True, "font_size": 12, "font_color": BLUE},
    "text": {},
    "wrapped": {"text_wrap": True},
    "link": {"font_color": LINK, "underline": True},
    "header": {"bold": True, "font_color": "#FFFFFF", "bg_color": BLUE, "text_wrap": True, "border": 1, "border_color": LIGHT},
    "cell": {"text_wrap": True, "indent": 1, "align": "left", "bottom": 1, "bottom_color": LIGHT},
    "missing": {"align": "right", "bottom": 1, "bottom_color": LIGHT},
    "cell link": {
        "text_wrap": True, "indent": 1, "align": "left", "bottom": 1, "bottom_color": LIGHT,
        "font_color": LINK, "underline": True,
    },
}  # fmt: skip
_NARROWEST, _WIDEST, _HEAD_LINES = 9, 60, 3
_LETTERS, _BUTTON, _HEIGHT = 1.1, 3, 14.5
"""Width of a letter in the width of a digit, of the button of a filter, and height of a line in points."""

_DIGITS = "1,234,567.8"
_DAY = "yyyy-mm-dd"
_SENTENCE = re.compile(r"(?<=[.;:]) (?=\S)")
_LINE = 150


def write_workbook(path: Path) -> None:
    """Write ``workbook.xlsx`` from the artefacts beside it.

    Parameters
    ----------
    path : Path
        File to write, in a region's folder with ``artefacts/`` and ``about.json``; where ``report.qmd`` is there as
        well, sheets stand in its order.

    Raises
    ------
    RenderError
        If an artefact or its data cannot be read, or the file cannot be written.

    Examples
    --------
    >>> write_workbook(Path("nowhere", "workbook.xlsx"))
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: ...about.json cannot be read: 1 problem
    ...
    """
    about, records = read_about(path.parent), read_records(path.parent)
    source = path.with_name("report.qmd")
    composed = source.read_text(encoding="utf-8") if source.is_file() else ""
    ordered = {name: records[name] for name in shown_order(composed, records)}
    try:
        content = _workbook(path.parent, about, ordered, composed)
        path.write_bytes(content)
    except (KeyError, TypeError, XlsxWriterException, OSError) as error:
        what = f"{type(error).__name__}: {error}"
        raise RenderError(f"{path} cannot be written", [what], "run the region again: needs run REGION") from error


def _workbook(folder: Path, about: Mapping[str, Any], records: Mapping[str, Record], composed: str) -> bytes:
    """Return the bytes of the workbook."""
    mark, sources = front.synthetic_mark(records.values()), front.SourceList(about["sources"])
    numbers = front.headline_numbers(records, sources, mark)
    sheets, kinds = _data_sheets(folder, records, sources, composed, mark)
    about_them = [front.list_notes(mark), sources.sheet(mark), numbers]
    contents = front.list_contents([*about_them, *sheets], kinds, mark)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_format_properties": {**_FONT}}) as book:
        book.set_properties({
            "title": f"Secure mental health services: needs assessment for {plain(about['region_name'])}, numbers",
            "subject": f"Edition {plain(about['edition_label'])}", "author": "needs", "created": _CREATED,
            "comments": mark or "Numbers behind the report of the same name.",
        })  # fmt: skip
        writer = _Writer(book, recoloured(about))
        writer.add_cover(front.cover(about, records))
        for sheet in (contents, *about_them, *sheets):
            writer.add(sheet)
    return _finished(buffer.getvalue())


def _data_sheets(
    folder: Path, records: Mapping[str, Record], sources: front.SourceList, composed: str, mark: str
) -> tuple[list[Sheet], dict[str, tuple[str, str]]]:
    """Make the sheets of data, in order, and say what each holds and of which kind it is."""
    shown = {name: record for name, record in records.items() if record["form"] != "number"}
    named = names([*shown, *record_sheets(composed, shown, {})], front.FRONT)
    sheets, kinds = [], {}
    for name, record in shown.items():
        lines = (*_sentences(record["caption"]), front.kind_line(record), sources.line(record["sources"]))
        sheets.append(data_sheet(name, record, named[name], lines, read_csv(folder / "artefacts" / f"{name}.csv")))
        kinds[named[name]] = ("table" if record["form"] == "table" else "data of a figure", str(record["kind"]))
    for name, sheet in record_sheets(composed, shown, named).items():
        lines = (*sheet.lines, *filter(None, [mark]), "Kind: does not apply. Source: the record of the run.")
        sheets.append(replace(sheet, name=named[name], lines=lines))
        kinds[named[name]] = ("table of the run", "does not apply")
    return sheets, kinds


def _sentences(text: str) -> list[str]:
    """Break a text into lines that a screen can show, at the ends of sentences."""
    lines = [""]
    for part in _SENTENCE.split(" ".join(plain(text).split())):
        if lines[-1] and len(lines[-1]) + len(part) >= _LINE:
            lines.append(part)
        else:
            lines[-1] = f"{lines[-1]} {part}".strip()
    return [line for line in lines if line]


class _Writer:
    """Writes sheets, each in the same form."""

    def __init__(self, book: xlsxwriter.Workbook, colours: Mapping[str, str]) -> None:
        self._book = book
        self._colours = colours
        self._formats: dict[str, Format] = {}

    def add_cover(self, lines: Sequence[tuple[str, str]]) -> None:
        """Write the cover: one column of text, no table."""
        page = self._book.add_worksheet(front.FRONT[0])
        page.set_column(0, 0, 100)
        for row, (text, style) in enumerate(lines):
            page.write_string(row, 0, text, self._style("wrapped" if style == "text" else style))
        page.write_url(
            len(lines), 0, f"internal:'{front.CONTENTS}'!A1", self._style("link"), "Contents of this workbook"
        )
        self._printed(page)

    def add(self, sheet: Sheet) -> None:
        """Write a sheet: title, what it shows, a way back, and its table under a header that stays in view."""
        page = self._book.add_worksheet(sheet.name)
        page.write_string(0, 0, " ".join(plain(sheet.title).split()), self._style("title"))
        for row, line in enumerate(sheet.lines, 1):
            page.write_string(row, 0, line, self._style("text"))
        top = len(sheet.lines) + 2
        back = front.FRONT[0] if sheet.name == front.CONTENTS else front.CONTENTS
        page.write_url(top - 1, 0, f"internal:'{back}'!A1", self._style("link"), f"Back to {back}")
        self._table(page, sheet, top)
        page.freeze_panes(top + 1, 0)
        page.repeat_rows(top)
        self._printed(page)

    def _table(self, page: Worksheet, sheet: Sheet, top: int) -> None:
        lines = [1] * len(sheet.rows)
        head = 1
        for at, cells in enumerate(zip(*sheet.rows, strict=True)):
            forms = _written([cell.value for cell in cells], [cell.form for cell in cells])
            style = "cell" if all(isinstance(cell.value, str) for cell in cells) else "missing"
            for row, (cell, form) in enumerate(zip(cells, forms, strict=True), top + 1):
                self._cell(page, row, at, cell, form, style)
            shown = [cell.value if isinstance(cell.value, str) else _DIGITS for cell in cells]
            width = _width(sheet.columns[at], shown)
            page.set_column(at, at, width)
            lines = [max(most, _lines(text, width)) for most, text in zip(lines, shown, strict=True)]
            head = max(head, _lines(sheet.columns[at], width - (_BUTTON if sheet.filtered else 0)))
        for row, most in enumerate((head, *lines), top):
            page.set_row(row, _HEIGHT * most + 3)
        header = self._style("header")
        page.add_table(top, 0, top + len(sheet.rows), len(sheet.columns) - 1, {
            "columns": [{"header": name, "header_format": header} for name in sheet.columns],
            "name": "table_" + re.sub(r"\W", "_", sheet.name.lower()), "style": None, "autofilter": sheet.filtered,
            "title": sheet.title[:250], "description": sheet.lines[0][:250] if sheet.lines else sheet.title[:250],
        })  # fmt: skip

    def _cell(self, page: Worksheet, row: int, column: int, cell: Cell, form: str, style: str) -> None:
        """Write a number as a number, a day as a day, and words as words, whatever they begin with."""
        value, link = cell.value, cell.link
        if link:
            target = f"internal:'{link[1:]}'!A1" if link.startswith("#") else link
            page.write_url(row, column, target, self._style("cell link"), str(value))
        elif isinstance(value, str):
            page.write_string(row, column, value, self._style(style))
        elif isinstance(value, datetime.date):
            page.write_datetime(row, column, datetime.datetime.combine(value, datetime.time()), self._number(_DAY))
        else:
            page.write_number(row, column, value, self._number(form))

    def _number(self, code: str) -> Format:
        if code not in self._formats:
            self._formats[code] = self._book.add_format({**_FONT, **_STYLES["missing"], "num_format": code})
        return self._formats[code]

    def _style(self, name: str) -> Format:
        if name not in self._formats:
            look = {
                key: self._colours.get(str(value).lower(), value) for key, value in {**_FONT, **_STYLES[name]}.items()
            }
            self._formats[name] = self._book.add_format(look)
        return self._formats[name]

    def _printed(self, page: Worksheet) -> None:
        page.hide_gridlines(2)
        page.set_paper(9)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_footer("&L&A&RPage &P of &N")


def _written(values: Sequence[object], forms: Sequence[str]) -> list[str]:
    """Return how a spreadsheet shows each number of a column: digits by the largest of its form."""
    codes = {}
    for form in dict.fromkeys(forms):
        some = [abs(v) for v, f in zip(values, forms, strict=True) if f == form and isinstance(v, float)]
        codes[form] = _code(form, some)
    return [codes[form] for form in forms]


def _code(form: str, numbers: Sequence[float]) -> str:
    most, whole = max(numbers, default=0.0), all(number.is_integer() for number in numbers)
    if form == "share":
        return "0.0%" if not numbers or max(numbers) >= 0.01 else "0.000%"
    if form == "GBP":
        return '"£"#,##0' if most >= 1000 or whole else '"£"#,##0.00'
    if form == "year":
        return "0" if whole else "0.0"
    if form == "ratio":
        return "0.00"
    if whole or most >= 1000:
        return "#,##0"
    return "#,##0.0" if most >= 10 else "0.00" if most >= 0.1 else "0.0000"


def _width(heading: str, texts: Sequence[str]) -> float:
    """Return the width of a column, in letters: its longest word fits, and a heading takes few lines."""
    word = max(len(word) for text in (heading, *texts) for word in text.split())
    wanted = max(min(max(map(len, texts)), _WIDEST), len(heading) / _HEAD_LINES, word)
    return min(max(wanted * _LETTERS + _BUTTON, _NARROWEST), _WIDEST * _LETTERS)


def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column."""
    return max(1, len(textwrap.wrap(text, max(1, int(width / _LETTERS)))))


def _finished(content: bytes) -> bytes:
    """Return the workbook with its language in the properties, which the library leaves out."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "docProps/core.xml":
                data = data.replace(
                    b"</cp:coreProperties>", f"<dc:language>{_LANGUAGE}</dc:language></cp:coreProperties>".encode()
                )
            new.writestr(zipfile.ZipInfo(part.filename), data, zipfile.ZIP_DEFLATED, 9)
    return made.getvalue()
