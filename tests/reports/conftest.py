"""A region's folder made by hand: every artefact that the real template asks for, no notebook needed."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from needs.params.load import load
from needs.params.service import Service
from needs.project import project_root
from needs.report.publish import publish

NASTY = 'R&D | *cost* of 1<2 {a} [b] $5 @home "quoted" ~x^y `c` \\ d'
REFS = ["2023-24/beds#hl3021", "common/costs#ncc-2024", "params/2023-24#occupancy.high"]
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="450" height="150" viewBox="0 0 450 150">'
    '<rect width="450" height="150" fill="#ffffff"/><rect x="0" y="20" width="300" height="30" fill="#12436D"/>'
    '<rect x="0" y="60" width="180" height="30" fill="#28A197"/></svg>'
)


OWN = json.loads(Service(folder="london", since="2020-04-01", until="2023-03-31").model_dump_json())
"""A region with own data, so that every section is shown."""


def png(width: int = 90, height: int = 30) -> bytes:
    """Return a plain blue picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\x00" + b"\x12\x43\x6d" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def record(name: str, position: int) -> dict[str, Any]:
    """Return an artefact of the form that its name says."""
    form = {"fig": "figure", "tbl": "table", "num": "number"}[name[:3]]
    words = name[4:].replace("-", " ")
    made: dict[str, Any] = {
        "id": name, "cell": name, "notebook": "demand", "form": form, "kind": "modelled", "sources": REFS,
        "title": f"Finding about {words}", "caption": f"Measure of {words}, England, 2024: {NASTY}",
        "alt": f"Two bars about {words}: 300 against 180. {NASTY}", "files": [f"{name}.csv"],
    }  # fmt: skip
    if form == "number":
        ends = {"value": 1034.0, "lower": 880.0, "upper": 1210.0, "unit": "people"}
        interval = "880 to 1,210" if position % 2 else ""
        made["number"] = {"label": words.capitalize(), "text": "1,034", "interval": interval, **ends}
    if form == "table":
        rows = [["High secure", f"{position}", "12 to 40", "modelled"], [NASTY, "2,965", "2,100 to 3,410", "assumed"]]
        columns = ["Tier", "Beds", "95% interval", "Kind"]
        made["table"] = {"columns": columns, "align": ["l", "r", "r", "l"], "rows": rows}
    return made


def write_folder(folder: Path, about: dict[str, Any] | None = None) -> Path:
    """Write the artefacts and the run's record of a region."""
    template = (project_root() / "reports" / "report.qmd.j2").read_text(encoding="utf-8")
    names = sorted(set(re.findall(r'"((?:fig|tbl|num)-(?!x")[a-z0-9-]+)"', template)))
    artefacts = folder / "artefacts"
    artefacts.mkdir(parents=True)
    for position, name in enumerate(names):
        (artefacts / f"{name}.json").write_text(json.dumps(record(name, position)), encoding="utf-8")
        (artefacts / f"{name}.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        if name.startswith("fig-"):
            (artefacts / f"{name}.svg").write_text(SVG, encoding="utf-8")
            (artefacts / f"{name}.png").write_bytes(png())
    beds = {"publisher": "House of Lords", "title": f"Written answer {NASTY}", "date": "2024-03-12", "table": "beds"}
    costs = {"publisher": "NHS England", "title": "Costs", "date": "not stated", "table": "costs"}
    shared = {"licence": "Open Government Licence v3.0", "url": "https://example.org/a_b%20c#d~e"}
    content = {
        "edition": "2023-24", "edition_label": "2023-24", "region": "yorkshire", "region_name": "York & |Humber|",
        "parameters": json.loads(load("2023-24", "london").canonical_json()) | {"service": OWN},
        "measured": [],
        "overrides": [{"field": "occupancy.high", "value": "0.95", "default": "0.9"}],
        "sources": {REFS[0]: beds | shared, REFS[1]: costs | shared},
        "versions": {"needs": "0.1.0", "python": "3.11.7"}, "fingerprint": "0123456789ab",
    } | (about or {})  # fmt: skip
    (folder / "about.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A region's folder before its report is made."""
    return write_folder(tmp_path / "yorkshire")


@pytest.fixture
def make_folder(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes another such folder by name."""
    return lambda name, **about: write_folder(tmp_path / name, about)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A region's folder with its reports in all formats; look, do not touch."""
    folder = write_folder(tmp_path_factory.mktemp("published") / "yorkshire")
    publish(folder, ["html", "pdf", "docx"], "embedded")
    return folder


@pytest.fixture(scope="session")
def contents() -> Callable[[Path], dict[str, list[str]]]:
    """A function that reads what a web page says, however its renderer builds it."""
    return read_contents


def read_contents(report: Path) -> dict[str, list[str]]:
    """Headings, captions, alternative texts, table cells, references, links and numbers of a web page."""
    page = report.read_text(encoding="utf-8")
    page = page[page.index("<main") : page.index("</main>")]

    def words(pattern: str) -> list[str]:
        return [plain(text) for text in re.findall(pattern, page, re.DOTALL)]

    link = r'<a\b[^>]*\bhref="#((?:fig|tbl|sec|ref)-[^"]+)"[^>]*>(.*?)</a>'
    links = {(target, plain(text)) for target, text in re.findall(link, page, re.DOTALL)}
    elsewhere = r"<(h[1-6]|table|figcaption|caption)\b.*?</\1>|<a\b[^>]*\bhref=\"#sec-.*?</a>"
    return {
        "headings": [re.sub(r"^[\d.]+ ", "", heading) for heading in words(r"<h[1-6]\b[^>]*>(.*?)</h[1-6]>")],
        "captions": words(r"<(?:figcaption|caption)\b[^>]*>(.*?)</(?:figcaption|caption)>"),
        "pictures": [" ".join(unescape(alt).split()) for alt in re.findall(r'<img\b[^>]*?\balt="([^"]*)"', page)],
        "tables": words(r"<t[hd]\b[^>]*>(.*?)</t[hd]>"),
        "references": words(r'<div\b[^>]*\bid="ref-[^>]*>(.*?)</div>'),
        "links": sorted(f"{to} {text if to[:3] in ('fig', 'tbl') else ''}".strip() for to, text in links),
        "numbers": sorted(re.findall(r"\d[\d,.]*", plain(re.sub(elsewhere, " ", page, flags=re.DOTALL)))),
    }


def plain(markup: str) -> str:
    """Words of a piece of a web page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())
