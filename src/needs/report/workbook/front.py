"""The sheets before the data of a workbook: cover, contents, notes, sources and headline numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from needs.params.branding import Branding
from needs.present.column_names import unit_form
from needs.present.plain import plain
from needs.present.stamp import NOTICE
from needs.report.bibliography import Bibliography
from needs.report.page import OWN_FILES
from needs.report.workbook.sheets import ABSENT, NO_DATA, NO_INTERVAL, NOT_STATED, Cell, Sheet
from needs.values import KINDS

__all__ = [
    "CONTENTS",
    "FRONT",
    "SourceList",
    "cover",
    "headline_numbers",
    "kind_line",
    "list_contents",
    "list_notes",
    "synthetic_mark",
]

COVER, CONTENTS, NOTES, SOURCES, HEADLINES = FRONT = ("Cover", "Contents", "Notes", "Sources", "Headline numbers")
"""Sheets before the data, in their order."""

_KINDS = {
    "published": "Read in a source.",
    "derived": "Computed from published figures only.",
    "modelled": "Given by a method with stated assumptions.",
    "assumed": "Published by nobody; stated with a wide range and open to change.",
    "synthetic": "Made up for trial. No such country, region, unit or person exists.",
}
_SHORT = {
    "CSV": "A file of text with commas between values. One stands beside the report for each sheet of data.",
    "GBP, £": "Pounds sterling, at the prices that the sheet or the report states.",
    "ICB": "Integrated care board: plans health services of an area within a region.",
    "NHS": "National Health Service.",
    "95% interval": "The range that holds the figure in 95 of 100 draws or samples. An interval of 80% is narrower.",
    "Range": "Lowest and highest value that was told or assumed; no chance is stated.",
}


class SourceList:
    """Documents behind a workbook, numbered in the order in which they are met.

    Parameters
    ----------
    sources : mapping of str to mapping
        Reference to ``publisher``, ``title``, ``date``, ``licence``, ``url``, ``table``.

    Examples
    --------
    >>> beds = {"publisher": "DHSC", "title": "Beds", "date": "2024", "licence": "OGL", "url": "not applicable"}
    >>> sources = SourceList({"2023-24/beds#x": beds})
    >>> sources.line(["2023-24/beds#x", "params/2023-24#demand.rule"])
    'Sources: 1 DHSC; and 1 assumption of the parameters.'
    >>> sources.sheet("").rows[0][1].value
    'DHSC'
    """

    def __init__(self, sources: Mapping[str, Mapping[str, str]]) -> None:
        self._sources = sources
        self._keys = Bibliography(sources)
        self._numbers: dict[str, int] = {}
        self._first: dict[str, str] = {}
        self._tables: dict[str, dict[str, None]] = {}

    def line(self, refs: Iterable[str]) -> str:
        """Name the sources of a sheet, with their numbers in the list."""
        met: dict[str, None] = {}
        own, assumed = 0, 0
        for ref in dict.fromkeys(refs):
            if key := self._keys.key(ref):
                self._numbers.setdefault(key, len(self._numbers) + 1)
                self._first.setdefault(key, ref)
                self._tables.setdefault(key, {})[ref.partition("#")[0]] = None
                met[key] = None
            elif ref.partition("#")[2] in OWN_FILES:
                own += 1
            else:
                assumed += 1
        told = [f"{self._numbers[key]} {_one_line(self._sources[self._first[key]]['publisher'])}" for key in met]
        told += ["the region's own figures"] if own else []
        told += (
            [f"and {assumed} {'assumption' if assumed == 1 else 'assumptions'} of the parameters"] if assumed else []
        )
        return f"Sources: {'; '.join(told).removeprefix('and ')}."

    def sheet(self, mark: str) -> Sheet:
        """List the documents, with licence and address."""
        columns = ("Number", "Publisher", "Title", "Date", "Licence", "Address", "Held in")
        rows = [self._row(key, number) for key, number in self._numbers.items()]
        rows = rows or [tuple(Cell("none") for _ in columns)]
        lines = ("Documents behind the figures, numbered as the sheets name them.", *filter(None, [mark]))
        return Sheet(SOURCES, "Sources", lines, columns, tuple(rows), filtered=False)

    def _row(self, key: str, number: int) -> tuple[Cell, ...]:
        source = self._sources[self._first[key]]
        told = [
            _one_line(source.get(field) or "") or NOT_STATED
            for field in ("publisher", "title", "date", "licence", "url")
        ]
        address = told[-1] if re.fullmatch(r"https?://[^\s\"<>]{1,1900}", told[-1]) else ""
        held = ", ".join(f"data_raw/{table}.csv" for table in self._tables[key])
        return (Cell(float(number)), *map(Cell, told[:-1]), Cell(told[-1], link=address), Cell(held))


def kind_line(record: Mapping[str, Any]) -> str:
    """Say of which kind an artefact is.

    Examples
    --------
    >>> kind_line({"kind": "derived"}), kind_line({"kind": "synthetic"})
    ('Kind: derived.', 'Kind: synthetic. Synthetic data: made up, about nobody.')
    """
    return f"Kind: {record['kind']}.{f' {NOTICE}.' if record['kind'] == 'synthetic' else ''}"


def synthetic_mark(records: Iterable[Mapping[str, Any]]) -> str:
    """Say that a workbook holds made-up figures; empty where it does not.

    Examples
    --------
    >>> synthetic_mark([{"kind": "synthetic"}]), synthetic_mark([{"kind": "synthetic"}, {"kind": "derived"}])
    ('Synthetic data: made up, about nobody.', 'Figures of kind synthetic are made up, about nobody.')
    >>> synthetic_mark([{"kind": "derived"}])
    ''
    """
    found = {record["kind"] == "synthetic" for record in records}
    if found == {True}:
        return f"{NOTICE}."
    return "Figures of kind synthetic are made up, about nobody." if True in found else ""


def cover(about: Mapping[str, Any], records: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the lines of the cover, each with the name of its style: ``title``, ``heading`` or ``text``.

    Examples
    --------
    >>> about = {"region_name": "Ash", "edition_label": "2023-24", "fingerprint": "0123", "versions": {"needs": "0.1.0"}}
    >>> cover(about, {})[0]
    ('Secure mental health services: needs assessment for Ash', 'title')
    """
    mark, brand = synthetic_mark(records.values()), Branding.model_validate(about.get("branding") or {})
    told = (
        brand.organisation,
        *((brand.contact.name, brand.contact.email, brand.contact.phone) if brand.contact else ()),
    )
    who = [_one_line(text) for text in told if text]
    texts: list[tuple[str, str]] = [
        (f"Secure mental health services: needs assessment for {_one_line(about['region_name'])}", "title"),
        *([(mark, "heading")] if mark else []),
        ("This workbook holds the numbers behind every table and figure of the report of the same name.", "text"),
        (f"Edition: {_one_line(about['edition_label'])}.", "text"),
        (f"Region: {_one_line(about['region_name'])}.", "text"),
        ("How to use it", "heading"),
        ("The sheet Contents lists every sheet with what it shows and leads to each of them.", "text"),
        ("The sheet Notes explains kinds of figures, words in place of a figure and short forms; Sources lists documents.",
         "text"),
        ("Every other sheet holds one table. Above it stand the finding, what is measured, the kind of figure and its sources.",
         "text"),
        ("No cell is left empty: where there is no number, words say why. There are no formulas, macros or hidden sheets.",
         "text"),
        ("Numbers are those of the CSV files, shown rounded. Say no more of them than their intervals allow.", "text"),
        *([("Contact", "heading"), *((line, "text") for line in who)] if who else []),
        ("About this edition", "heading"),
        (f"Made by needs {_one_line(str(about['versions'].get('needs', '')))}. Fingerprint of parameters and evidence: "
         f"{_one_line(about['fingerprint'])}.", "text"),
    ]  # fmt: skip
    return texts


def list_contents(sheets: Sequence[Sheet], kinds: Mapping[str, tuple[str, str]], mark: str) -> Sheet:
    """Make the table of contents.

    Parameters
    ----------
    sheets : sequence of Sheet
        All others, in their order.
    kinds : mapping of str to (str, str)
        By name of sheet: what it holds, and its kind.
    mark : str
        Notice of synthetic data, or empty.

    Examples
    --------
    >>> sheet = Sheet("need", "Need is high", (), ("Tier",), ((Cell("high"),),))
    >>> [cell.value for cell in list_contents([sheet], {"need": ("table", "derived")}, "").rows[0]]
    ['need', 'Need is high', 'table', 'derived']
    """
    rows = [
        (Cell(sheet.name, link=f"#{sheet.name}"), Cell(_one_line(sheet.title)),
         *map(Cell, kinds.get(sheet.name, ("about the workbook", "does not apply"))))
        for sheet in sheets
    ]  # fmt: skip
    lines = (f"{len(rows)} sheets. The name of each leads to it.", *filter(None, [mark]))
    return Sheet(
        CONTENTS, "Contents", lines, ("Sheet", "What it shows", "What it holds", "Kind"), tuple(rows), filtered=False
    )


def list_notes(mark: str) -> Sheet:
    """Make the table that explains kinds, words in place of a figure, and short forms.

    Examples
    --------
    >>> [cell.value for cell in list_notes("").rows[0]]
    ['Kind of figure', 'published', 'Read in a source.']
    """
    groups = (
        ("Kind of figure", {kind: _KINDS[kind] for kind in KINDS}),
        ("Words in place of a figure", ABSENT),
        ("Short form", _SHORT),
    )
    rows = tuple((Cell(group), Cell(word), Cell(told)) for group, words in groups for word, told in words.items())
    lines = (
        "Kinds run from the strongest to the weakest; a result has the kind of its weakest input.",
        *filter(None, [mark]),
    )
    return Sheet(NOTES, "Notes", lines, ("About", "Term", "Meaning"), rows, filtered=False)


def headline_numbers(records: Mapping[str, Mapping[str, Any]], sources: SourceList, mark: str) -> Sheet:
    """Make the table of the numbers in the text of the report.

    Parameters
    ----------
    records : mapping of str to Record
        Artefacts by id, in the order of the report.
    sources : SourceList
        Documents, numbered as they are met.
    mark : str
        Notice of synthetic data, or empty.

    Examples
    --------
    >>> number = {"label": "Adults", "value": 1150000, "lower": None, "upper": None, "unit": "people", "text": "1,150,000",
    ...           "interval": ""}
    >>> record = {"form": "number", "kind": "derived", "caption": "Adults, 2022", "sources": ["a#b"], "number": number}
    >>> sheet = headline_numbers({"num-adults": record}, SourceList({}), "")
    >>> [cell.value for cell in sheet.rows[0]][:5]
    ['Adults', 1150000.0, 'no interval', 'no interval', 'people']
    """
    rows = []
    for record in records.values():
        if record["form"] != "number":
            continue
        number = record["number"]
        form, ends = unit_form(number.get("unit") or ""), [number.get(end) for end in ("lower", "upper")]
        shown = number["text"] + (f" ({number['interval']})" if number.get("interval") else "")
        rows.append((
            Cell(_one_line(number["label"])),
            _figure(number.get("value"), form, number["text"] or NO_DATA),
            *(_figure(end, form, NO_INTERVAL) for end in ends),
            *(Cell(_one_line(text) or NOT_STATED) for text in (number.get("unit") or "", shown, str(record["kind"]))),
            Cell(_one_line(record["caption"])), Cell(sources.line(record["sources"]).removeprefix("Sources: ")),
        ))  # fmt: skip
    columns = ("Number", "Value", "Lower end of 95% interval", "Upper end of 95% interval", "Unit", "As the report says it",
               "Kind", "What is measured", "Sources")  # fmt: skip
    lines = ("Numbers in the text of the report, in the order in which it shows them.", *filter(None, [mark]))
    return Sheet(HEADLINES, "Headline numbers", lines, columns, tuple(rows) or (tuple(Cell("none") for _ in columns),))


def _figure(value: float | None, form: str, words: str) -> Cell:
    """Return a number with the digits that its CSV file has, or words where there is none."""
    return Cell(words) if value is None else Cell(float(f"{value:.10g}"), form)


def _one_line(text: str) -> str:
    return " ".join(plain(text).split())
