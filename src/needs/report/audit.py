"""Check the finished files: what a reader, a screen reader and a reviewer will meet."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from needs.errors import Problem
from needs.report.compose import read_about, read_records
from needs.report.page import record_table
from needs.report.trace import untraced_numbers

__all__ = ["audit", "audit_docx", "audit_html", "audit_pdf", "audit_source"]

_LEFTOVER = re.compile(r"@(?:fig|tbl|sec|src)-[\w-]*|\?(?:meta|var):\w*|\{\{|src-[\w-]+\?")
_LANDMARKS = ("h1", "main", "title")
_CSS_RESOURCE = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])(?!data:|["'#])([^"')]+)""")
_PICTURE = re.compile(r"<wp:docPr\b[^>]*>")


def audit(folder: Path) -> list[Problem]:
    """Check the reports of a region: text, numbers, structure, alternative text, links.

    Parameters
    ----------
    folder : Path
        Region's folder with the finished reports; formats that were not made are passed over.

    Returns
    -------
    list of Problem
        Everything found; empty when the reports are sound.

    Examples
    --------
    >>> audit(Path("nowhere"))
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: ...about.json cannot be read: 1 problem
    ...
    """
    found = audit_source(folder)
    for kind, check in (("html", audit_html), ("pdf", audit_pdf), ("docx", audit_docx)):
        for report in sorted(folder.glob(f"*.{kind}")):
            found += [Problem(report.name, what) for what in check(report)]
    return found


def audit_source(folder: Path) -> list[Problem]:
    """Check that every number and every table row of composed sources is that of the artefacts."""
    about, records = read_about(folder), read_records(folder)
    tables = {name: record_table(name, record) for name, record in records.items() if record["form"] == "table"}
    found = []
    for source in sorted(folder.glob("*.qmd")):
        text = source.read_text(encoding="utf-8")
        found += [
            Problem(source.name, f"{name} shows other rows than its artefact")
            for name, table in tables.items()
            if f"{{#{name}}}" in text and table not in text
        ]
        untraced = untraced_numbers(text, [_told(about), *map(_shown, records.values())])
        found += [Problem(f"{source.name} {problem.where}", problem.what) for problem in untraced]
    return found


def _told(about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the run says about itself in prose: names and the notes of its parameters."""
    parameters = about["parameters"]
    return {
        "names": [about["edition_label"], about["region_name"], parameters["geography"]],
        "dates": [parameters["population"]["period"], parameters["costs"]["price_year"]],
        "notes": [parameters["demand"]["note"], parameters["costs"]["range_note"]],
        "measured": [len(about.get("measured", ()))],
    }


def _shown(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an artefact says in prose; the rows of a table are compared whole."""
    return {part: record.get(part) for part in ("title", "caption", "number")}


def audit_html(report: Path) -> Iterator[str]:
    """Check a web page for its landmarks, links, pictures and anything left unresolved or outside."""
    page = _Page()
    page.feed(report.read_text(encoding="utf-8"))
    yield from (f"has {page.tags[tag]} <{tag}>, needs 1" for tag in _LANDMARKS if page.tags[tag] != 1)
    if not page.language:
        yield "names no language"
    if not page.labelled_nav:
        yield "has no labelled <nav>"
    yield from (f"picture {n} has no alternative text" for n, alt in enumerate(page.alts, 1) if not alt.strip())
    yield from (f"id {name} is used {times} times" for name, times in page.ids.items() if times > 1)
    yield from (f"link to #{name} leads nowhere" for name in page.links if name not in page.ids)
    yield from (f"loads {address[:80]} from outside" for address in page.resources)
    yield from (f"shows {text}, which was not resolved" for text in dict.fromkeys(_LEFTOVER.findall(page.text)))


def audit_pdf(report: Path) -> Iterator[str]:
    """Check that a PDF is whole and declares PDF/UA."""
    data = report.read_bytes()
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-32:]:
        yield "is not a whole PDF"
    if b"pdfuaid:part" not in data:
        yield "is not tagged as PDF/UA"


def audit_docx(report: Path) -> Iterator[str]:
    """Check that every picture of a Word file is described, and nothing is left unresolved."""
    try:
        with zipfile.ZipFile(report) as archive:
            body = archive.read("word/document.xml").decode("utf-8")
    except (zipfile.BadZipFile, KeyError):
        yield "is not a whole Word file"
        return
    for number, picture in enumerate(_PICTURE.findall(body), 1):
        if not re.search(r'\bdescr="\s*[^"\s]', picture):
            yield f"picture {number} has no alternative text"
    shown = re.sub(r"<[^>]+>", "", body)
    yield from (f"shows {text}, which was not resolved" for text in dict.fromkeys(_LEFTOVER.findall(shown)))


class _Page(HTMLParser):
    """What the checks need to know of a web page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.alts: list[str] = []
        self.links: list[str] = []
        self.resources: list[str] = []
        self.language = ""
        self.labelled_nav = False
        self.text = ""
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags[tag] += 1
        self._inside = tag if tag in ("style", "script") else ""
        if "id" in values:
            self.ids[values["id"]] += 1
        if tag == "html":
            self.language = values.get("lang", "")
        elif tag == "img":
            self.alts.append(values.get("alt", ""))
        elif tag == "nav":
            self.labelled_nav |= bool(values.keys() & {"aria-label", "aria-labelledby"})
        elif tag == "a" and values.get("href", "").startswith("#"):
            self.links.append(values["href"][1:])
        loaded = [values.get("src", ""), values.get("href", "") if tag == "link" else "", values.get("srcset", "")]
        self.resources += [address for address in loaded if address and not address.startswith("data:")]

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.resources += _CSS_RESOURCE.findall(data)
        elif self._inside != "script":
            self.text += data
