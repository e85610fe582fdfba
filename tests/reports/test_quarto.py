"""The Quarto renderer against a recording stand-in for its command line, and against Quarto itself where it is."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from quarto_shapes import PARTS, shape, stand_in
from ruamel.yaml import YAML

from needs.errors import RenderError
from needs.project import project_root
from needs.report import program
from needs.report.audit.checks import audit_docx, audit_html, audit_pdf
from needs.report.compose import compose
from needs.report.publish import publish
from needs.report.quarto import QuartoRenderer, find_quarto
from needs.report.renderer import choose

Contents = dict[str, list[str]]
FORMATS = ["html", "pdf", "docx"]
FILES = [f"report.{name}" for name in FORMATS]
STAND_IN = """
import json, os, pathlib, shutil, sys
here = pathlib.Path.cwd()
log = pathlib.Path(os.environ["QUARTO_LOG"])
with log.open("a", encoding="utf-8") as lines:
    files = sorted(path.relative_to(here).as_posix() for path in here.rglob("*") if path.is_file())
    print(json.dumps({"arguments": sys.argv[1:], "folder": str(here), "files": files}), file=lines)
if sys.argv[1:] == ["--version"]:
    print("1.9.38")
    sys.exit(0)
mode = os.environ.get("QUARTO_MODE", "good")
to = sys.argv[sys.argv.index("--to") + 1]
wanted = pathlib.Path(sys.argv[2]).stem + "." + {"typst": "pdf"}.get(to, to)
if mode == "fail" and wanted.endswith("pdf"):
    (here / wanted).write_text("half a report")
    print("compiling", file=sys.stderr)
    print("ERROR: PDF/UA-1 error: missing alt text", file=sys.stderr)
    sys.exit(1)
if mode != "silent":
    ready = pathlib.Path(os.environ.get("QUARTO_READY", "none"), wanted)
    (here / wanted).write_bytes(ready.read_bytes() if ready.is_file() else b"made by quarto")
"""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """Put a stand-in for Quarto first on PATH; return a function that gives its calls."""
    return stand_in(STAND_IN, tmp_path, monkeypatch)


@pytest.fixture
def composed(folder: Path) -> Path:
    compose(folder)
    return folder


def test_arguments_and_delivery(composed: Path, calls: Callable[[], list[dict[str, Any]]]) -> None:
    assert QuartoRenderer().render(composed, FILES) == {"quarto": "1.9.38"}
    assert [call["arguments"] for call in calls()] == [
        ["render", "report.qmd", "--to", "html"],
        ["render", "report.qmd", "--to", "typst"],
        ["render", "report.qmd", "--to", "docx"],
        ["--version"],
    ]
    assert all((composed / f"report.{name}").read_bytes() == b"made by quarto" for name in FORMATS)


def test_scratch_folder_holds_everything_is_private_and_goes(
    composed: Path, make_folder: Callable[..., Path], calls: Callable[[], list[dict[str, Any]]]
) -> None:
    other = make_folder("other")
    compose(other)
    for folder in (composed, other):
        QuartoRenderer().render(folder, ["report.html"])
    first, second = (call for call in calls() if call["arguments"][0] == "render")
    assert first["folder"] != second["folder"]
    assert str(composed) not in first["folder"]
    assert not Path(first["folder"]).exists()
    assert not Path(second["folder"]).exists()
    assert {"_quarto.yml", "report.qmd", "references.bib", "reference.docx", "fonts/DejaVuSans.ttf"} <= set(
        first["files"]
    )
    assert {"theme/report.css", "theme/report.csl", "theme/html.template", "filters/common.lua"} <= set(first["files"])
    assert {"artefacts/fig-need-map.svg", "artefacts/fig-need-map.png"} <= set(first["files"])
    assert not [name for name in first["files"] if name.endswith((".json", ".csv", ".html", ".pdf"))]


def test_every_file_that_the_project_names_is_there(composed: Path, calls: Callable[[], list[dict[str, Any]]]) -> None:
    QuartoRenderer().render(composed, ["report.html"])
    files = set(calls()[0]["files"])
    settings = YAML(typ="safe").load((project_root() / "reports" / "_quarto.yml").read_text(encoding="utf-8"))
    html, docx = settings["format"]["html"], settings["format"]["docx"]
    named = [settings["bibliography"], settings["csl"], html["template"], *html["css"], docx["reference-doc"]]
    assert {*named, *(entry["path"] for entry in settings["filters"])} <= files
    assert settings["format"]["typst"]["pdf-standard"] == "ua-1"
    assert "region" not in settings


def test_failure_says_why_and_leaves_no_report_old_or_new(
    composed: Path, calls: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUARTO_MODE", "fail")
    for name in FORMATS:
        (composed / f"report.{name}").write_text("stale", encoding="utf-8")
    with pytest.raises(RenderError, match=r"quarto failed \(status 1\)") as caught:
        QuartoRenderer().render(composed, FILES)
    assert "PDF/UA-1 error: missing alt text" in str(caught.value)
    assert not [name for name in FORMATS if (composed / f"report.{name}").exists()]
    assert len(calls()) == 2
    assert not Path(calls()[0]["folder"]).exists()


def test_success_without_a_report_is_a_failure(
    composed: Path, calls: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUARTO_MODE", "silent")
    with pytest.raises(RenderError, match=r"left out: 1 problem\n  report\.html"):
        QuartoRenderer().render(composed, ["report.html"])


def test_a_quarto_that_hangs_is_stopped(
    composed: Path, calls: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(*_: object, **settings: object) -> None:
        raise program.subprocess.TimeoutExpired("quarto", float(str(settings["timeout"])))

    render = QuartoRenderer().render
    monkeypatch.setattr("needs.report.workspace.write_reference", lambda *_: None)
    monkeypatch.setattr(program.subprocess, "run", hang)
    with pytest.raises(RenderError, match="quarto was stopped after 180 seconds"):
        render(composed, ["report.html"])


def test_publish_uses_quarto_where_it_is_and_audits_what_it_made(
    folder: Path, published: Path, calls: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUARTO_READY", str(published))
    assert publish(folder, FORMATS, "auto") == {"renderer": "quarto", "quarto": "1.9.38"}
    monkeypatch.setenv("QUARTO_READY", "none")
    with pytest.raises(RenderError, match="is not sound"):
        publish(folder, ["html"], "quarto")


def test_choice(calls: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert [choose(name).name for name in ("auto", "quarto", "embedded")] == ["quarto", "quarto", "embedded"]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose("auto").name == "embedded"
    for ask in (lambda: choose("quarto"), lambda: QuartoRenderer().render(tmp_path, ["report.html"])):
        with pytest.raises(RenderError, match=r"Quarto is not on PATH\nNext: install it .*embedded"):
            ask()


needs_quarto = pytest.mark.skipif(find_quarto() is None, reason="Quarto is not on PATH")


@pytest.mark.quarto
@needs_quarto
def test_real_quarto_makes_sound_reports(folder: Path) -> None:
    versions = publish(folder, FORMATS, "quarto")
    assert versions["renderer"] == "quarto"
    assert re.match(r"\d+\.\d+", versions["quarto"])


@pytest.mark.quarto
@needs_quarto
@pytest.mark.parametrize("part", PARTS)
def test_real_quarto_says_the_same_as_the_embedded_renderer(part: str, real: Contents, embedded: Contents) -> None:
    assert real[part] == embedded[part]


@pytest.fixture(scope="module")
def real(published: Path, contents: Callable[[Path], Contents], tmp_path_factory: pytest.TempPathFactory) -> Contents:
    """What the web page of the real Quarto holds."""
    folder = tmp_path_factory.mktemp("quarto") / "report"
    shutil.copytree(published, folder)
    QuartoRenderer().render(folder, ["report.html"])
    return contents(folder / "report.html")


@pytest.fixture(scope="module")
def embedded(published: Path, contents: Callable[[Path], Contents]) -> Contents:
    """What the web page of the embedded renderer holds."""
    return contents(published / "report.html")


def test_what_the_parity_test_compares_is_not_empty(embedded: Contents) -> None:
    assert [part for part in PARTS if not embedded[part]] == []
    assert all(re.match(r"(Figure|Table) \d+: ", caption) for caption in embedded["captions"])


@pytest.fixture(scope="module")
def shaped(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of what Quarto hands to the project's filter, as far as Pandoc and Typst alone can make them."""
    return shape(published, tmp_path_factory.mktemp("shaped"))


@pytest.mark.parametrize(("name", "check"), [("html", audit_html), ("pdf", audit_pdf), ("docx", audit_docx)])
def test_quarto_shape_passes_the_audit(name: str, check: Callable[[Path], Any], shaped: Path) -> None:
    assert list(check(shaped / f"report.{name}")) == []


@pytest.mark.parametrize("part", PARTS)
def test_quarto_shape_says_the_same(
    part: str, shaped: Path, contents: Callable[[Path], Contents], embedded: Contents
) -> None:
    assert contents(shaped / "report.html")[part] == embedded[part]


def test_quarto_shape_scrolls_on_a_phone(shaped: Path, published: Path) -> None:
    found = [
        re.findall(
            r'<div class="scroll"[^>]*aria-label="([^"]*)"', (folder / "report.html").read_text(encoding="utf-8")
        )
        for folder in (shaped, published)
    ]
    assert found[0] == found[1] != []


def test_quarto_shape_keeps_real_tables_in_word(shaped: Path, published: Path) -> None:
    ours, theirs = (docx.Document(str(folder / "report.docx")) for folder in (shaped, published))
    assert [len(table.rows) for table in ours.tables] == [len(table.rows) for table in theirs.tables]
    assert len(ours.element.body.xpath(".//w:tblHeader")) == len(ours.tables)
    assert not ours.element.body.xpath(".//w:tbl//w:tbl")
    styles = [{p.style.name for p in document.paragraphs if p.style} for document in (ours, theirs)]
    assert styles[0] >= {"Heading 1", "Heading 2", "Captioned Figure", "Image Caption", "Table Caption", "Source"}
    assert styles[0] >= {name for name in styles[1] if name.startswith(("Heading", "Image", "Table", "Captioned"))}
