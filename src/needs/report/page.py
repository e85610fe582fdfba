"""The words a report template may use, over the artefacts of one region."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from needs.errors import Problem
from needs.params.model import EvidenceRow, Given, RunParameters
from needs.present.words import published
from needs.report import markdown
from needs.report.audit.statement import accessibility
from needs.report.bibliography import Bibliography
from needs.report.brand import brand_words
from needs.report.own import beds_told, is_measured, measured_table, told_by
from needs.values import KINDS

__all__ = ["Page", "Record", "record_table"]

Record = Mapping[str, Any]
"""One artefact as the run left it: ``artefacts/<id>.json``."""

NAMED = 2
"""Sources that a source line names; more of them are told by their numbers in the list."""

OWN_FILES = ("costs.spend_file", "projection.file")
"""Parameters that name a file of the user's own: figures, and no assumption."""


class Page:
    """The words a template may use, over the artefacts of one region.

    Parameters
    ----------
    records : mapping of str to Record
        Artefacts by id.
    about : mapping
        What the run says about itself.
    lists_assumptions : bool
        Whether the page has the table of assumptions, so that source lines can point to it.

    Examples
    --------
    >>> number = {"label": "Adults", "text": "1,030", "interval": "880 to 1,210"}
    >>> page = Page({"num-adults": {"form": "number", "number": number}}, {"sources": {}})
    >>> page.number("num-adults")
    '1,030 (880 to 1,210)'
    >>> page.number("num-beds")
    '[num-beds]'
    >>> [str(problem) for problem in page.problems(Path("notebooks"))]
    ['num-beds: no artefact of this name; expected from a cell num-beds']
    """

    def __init__(
        self, records: Mapping[str, Record], about: Mapping[str, Any], lists_assumptions: bool = False
    ) -> None:
        self._records = records
        self._about = about
        self._bibliography = Bibliography(about["sources"])
        self._cited: set[str] = set()
        self._shown: dict[str, Record] = {}
        self._lists_assumptions = lists_assumptions
        self._missing: dict[str, str] = {}
        self._wrong: list[str] = []

    def vocabulary(self) -> dict[str, Callable[..., Any] | Any]:
        """Return every name that a template may use."""
        return {
            "accessibility": lambda: accessibility(self._about),
            "assumptions": self.assumptions,
            "about": markdown.escape_all(self._about),
            "beds_told": self.beds_told,
            "brand": brand_words(self._about),
            "finding": self.finding,
            "fixed": self.fixed,
            "figure": self.figure,
            "has": self._records.__contains__,
            "headline": self.headline,
            "kinds": self.kinds,
            "measured": self.measured,
            "number": self.number,
            "overrides": self.overrides,
            "source": self.source,
            "table": self.table,
            "told_by": self.told_by,
            "versions": self.versions,
        }

    @property
    def keys(self) -> set[str]:
        """Citation keys in the reference list."""
        return {key for ref in self._cited if (key := self._bibliography.key(ref))}

    @property
    def cited(self) -> set[str]:
        """References of published sources that were cited."""
        return {ref for ref in self._cited if self._bibliography.key(ref)}

    def problems(self, notebooks: Path) -> list[Problem]:
        """Return what the template asked for and did not get."""
        return [
            Problem("", f"{name}: no artefact of this name; expected {_origin(name, notebooks)}")
            for name in self._missing
        ] + [Problem("", text) for text in dict.fromkeys(self._wrong)]

    def number(self, name: str) -> str:
        """Write a number with its interval, for running text."""
        if not (record := self._find(name, "number")):
            return f"[{name}]"
        text, interval = record["number"]["text"], record["number"]["interval"]
        return markdown.escape(f"{text} ({interval})" if interval else text)

    def finding(self, name: str) -> str:
        """Write the finding of an artefact as a sentence."""
        record = self._records.get(name)
        if record is None:
            self._missing[name] = ""
            return f"[{name}]"
        return markdown.escape(record["title"]).rstrip(".") + "."

    def headline(self, name: str) -> str:
        """Write a number for the summary band: label, number, interval."""
        if not (record := self._find(name, "number")):
            return f"[{name}]"
        number = {key: markdown.escape(str(record["number"][key])) for key in ("label", "text", "interval")}
        interval = number["interval"] or "no interval"
        return f"{number['label']}\n\n:   **{number['text']}** \\\n    {interval}"

    def figure(self, name: str, brief: bool = False) -> str:
        """Write a figure: finding, measure, picture, alternative text, source line; a ``brief`` one leaves the sources out."""
        if not (record := self._find(name, "figure")):
            return f"[{name}]"
        picture = markdown.figure(name, _caption(record), f"artefacts/{name}.svg", record["alt"])
        told = f"Kind: {record['kind']}. Sources: the full report. Data: `{name}.csv`."
        return f"{picture}\n\n{_line(told) if brief else self.source(name)}"

    def table(self, name: str) -> str:
        """Write a table: finding, measure, rows, source line."""
        if not (record := self._find(name, "table")):
            return f"[{name}]"
        return f"{record_table(name, record)}\n\n{self.source(name)}"

    def source(self, *names: str) -> str:
        """Write the line that says where artefacts come from: sources, kind, data, notebook."""
        records = {name: self._records[name] for name in names if name in self._records}
        self._missing |= dict.fromkeys((n for n in names if n not in self._records), "")
        refs = dict.fromkeys(ref for record in records.values() for ref in record["sources"])
        kinds = dict.fromkeys(record["kind"] for record in records.values())
        told = "; ".join(self._citations(refs))
        line = f"Source: {told}. Kind: {', '.join(kinds)}. Data: {_origins(records)}."
        return _line(line)

    def _citations(self, refs: Iterable[str]) -> list[str]:
        published: dict[str, str] = {}
        assumed: list[str] = []
        own: list[str] = []
        for ref in refs:
            self._cited.add(ref)
            key = self._bibliography.key(ref)
            if key:
                published[key] = markdown.escape(str(self._about["sources"][ref]["publisher"]))
            elif ref.partition("#")[2] in OWN_FILES:
                own.append(f"own figures `{ref.partition('#')[2]}`")
            elif ref.startswith("params/"):
                assumed.append(f"`{'.'.join(ref.partition('#')[2].split('.')[:2])}`")
            else:
                self._wrong.append(f"{ref}: an artefact names this source, about.json does not")
        named = [f"{publisher} [@{key}]" for key, publisher in published.items()]
        if len(named) > NAMED:
            named = [f"[{'; '.join(f'@{key}' for key in published)}]"]
        return [*named, *dict.fromkeys(own), *self._assumed(list(dict.fromkeys(assumed)))]

    def _assumed(self, names: Sequence[str]) -> list[str]:
        """Name few assumptions, and point to the list of many where the page has it."""
        if len(names) > NAMED and self._lists_assumptions:
            return ["assumptions in @tbl-assumptions"]
        return [f"assumption{'s' if len(names) > 1 else ''} {', '.join(names)}"] if names else []

    @staticmethod
    def fixed(text: str | int) -> str:
        """Mark a number that is a definition, not a result."""
        return f"[{text}]{{.fixed}}"

    def overrides(self) -> str:
        """Write the table of parameters that differ from the edition's defaults; empty when none does."""
        rows = [
            [f"`{changed['field']}`", _written(changed["value"]), _written(changed["default"])]
            for changed in self._about["overrides"]
            if not is_measured(self._about, changed["field"])
        ]
        columns = ["Parameter", "This report", "National default"]
        caption = "Parameters that differ from the national defaults"
        return markdown.table("tbl-overrides", caption, columns, rows, "lrr") if rows else ""

    def measured(self) -> str:
        """Write the table of figures measured from own data, and what each stands in place of; empty without any."""
        return measured_table(self._about)

    def beds_told(self) -> str:
        """Write the beds and places that the region told, by tier."""
        return self.fixed(beds_told(self._about))

    def told_by(self, name: str) -> str:
        """Say whether own data or the parameters tell the figures of a parameter."""
        return told_by(self._about, name)

    def assumptions(self) -> str:
        """Write the table of figures that parameters give because no row of evidence does."""
        told = RunParameters.model_validate(self._about["parameters"]).assumptions()
        rows = [
            [f"`{reference.partition('#')[2]}`", *map(markdown.escape, _given(figure))]
            for reference, figure in told.items()
            if not is_measured(self._about, f"{reference.partition('#')[2]}.")
        ]
        columns = ["Parameter", "Figure and range", "Kind", "Why"]
        return markdown.table(
            "tbl-assumptions", "Figures given in the parameters, and ranges stated there", columns, rows
        )

    def versions(self) -> str:
        """Write the table of program versions."""
        rows = [[markdown.escape(name), _written(version)] for name, version in self._about["versions"].items()]
        return markdown.table("tbl-versions", "Programs and their versions", ["Program", "Version"], rows)

    def kinds(self) -> str:
        """Write the table that gives the kind of every artefact shown before it, the strongest kind first."""
        rows = []
        for kind in KINDS:
            of = {name: record for name, record in self._shown.items() if record["kind"] == kind}
            pictures = ", ".join(f"@{name}" for name, record in of.items() if record["form"] != "number")
            numbers = "; ".join(
                markdown.escape(record["title"]) for record in of.values() if record["form"] == "number"
            )
            if of:
                rows.append([kind, pictures or "none", numbers or "none"])
        headers = ["Kind", "Figures and tables", "Numbers in the text"]
        return markdown.table("tbl-kinds", "Kind of every figure, table and number", headers, rows)

    def _find(self, name: str, form: str) -> Record | None:
        record = self._records.get(name)
        if record is None:
            self._missing[name] = form
        elif record["form"] != form:
            self._wrong.append(f"{name} is a {record['form']}: show it with {record['form']}(), not {form}()")
            return None
        else:
            self._shown[name] = record
        return record


def record_table(name: str, record: Record) -> str:
    """Write the rows of a table artefact, as they stand in the report.

    Examples
    --------
    >>> shown = {"columns": ["Tier", "Beds"], "align": ["l", "r"], "rows": [["High", "715"]]}
    >>> print(record_table("tbl-beds", {"title": "Beds", "caption": "England", "table": shown}).splitlines()[2])
    | High | 715 |
    """
    shown = record["table"]
    columns = [markdown.escape(column) for column in shown["columns"]]
    rows = [[markdown.escape(cell) for cell in row] for row in shown["rows"]]
    for spark in shown.get("sparks", []):
        row, column = spark["row"], spark["column"]
        rows[row][column] = markdown.spark(f"artefacts/{name}-{row}-{column}.svg", spark["alt"])
    return markdown.table(name, _caption(record), columns, rows, shown["align"])


def _line(told: str) -> str:
    return f'::: {{.source custom-style="Source"}}\n{told}\n:::'


def _caption(record: Record) -> str:
    title, caption = (markdown.escape(record[key]).rstrip(".") for key in ("title", "caption"))
    return f"**{title}.** {caption}."


def _given(figure: Given | EvidenceRow) -> tuple[str, str, str]:
    """Write an assumption: its figure and range, its kind, and why."""
    ends = ""
    if figure.lower is not None and figure.upper is not None:
        ends = f" ({published(figure.lower)} to {published(figure.upper)})"
    if isinstance(figure, Given):
        return f"{published(figure.value)}{ends}", figure.kind, figure.source
    return f"as evidence has it{ends}", "range assumed", figure.because


def _written(value: Any) -> str:
    return markdown.escape(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _origins(records: Mapping[str, Record]) -> str:
    """Name the files with the data, which are named as the cells that made them, and their notebooks."""
    by_notebook: dict[str, list[str]] = {}
    for name, record in records.items():
        by_notebook.setdefault(record["notebook"], []).append(f"`{name}.csv`")
    return "; ".join(
        ", ".join(names) + (f" (notebook `{notebook}`)" if notebook else "") for notebook, names in by_notebook.items()
    )


def _origin(name: str, notebooks: Path) -> str:
    for path in sorted(notebooks.glob("*.ipynb")):
        if any(cell.get("id") == name for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]):
            return f"from notebook {path.stem}, cell {name}"
    return f"from a cell {name}"
