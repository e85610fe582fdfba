"""The embedded renderer: three formats that say the same, twice the same bytes, and clear failures."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from html import unescape
from pathlib import Path

import docx
import pypdf
import pytest

from needs.errors import RenderError
from needs.project import project_root
from needs.report.compose import compose, read_records
from needs.report.pandoc import EmbeddedRenderer
from needs.report.publish import publish

SOURCE = """---
title: "Small"
---

## First {#sec-first}

::: {.callout-warning icon=false title="Take care"}
See @fig-a, @tbl-a and @sec-second.
:::

![Caption](artefacts/fig-need-map.svg){#fig-a fig-alt="Bars \\"a\\" \\\\ b."}

### Part {#sec-part}

| A | B |
|---|--:|
| 1 | 2 |

: Rows {#tbl-a}

## Second {#sec-second}

As @sec-part says.
"""


@pytest.fixture
def small(folder: Path) -> Path:
    """A folder with a small report written by hand."""
    (folder / "report.qmd").write_text(SOURCE, encoding="utf-8")
    (folder / "references.bib").write_text("", encoding="utf-8")
    return folder


def text_of(report: Path) -> str:
    """Words of a report, whatever its format."""
    if report.suffix == ".pdf":
        text = "\n".join(page.extract_text() for page in pypdf.PdfReader(report).pages)
    elif report.suffix == ".docx":
        with zipfile.ZipFile(report) as archive:
            text = archive.read("word/document.xml").decode("utf-8")
        text = re.sub(r"<[^>]*>", "", text.replace("</w:p>", " ").replace("<w:br", " <w:br"))
    else:
        inline = r"<style.*?</style>|<(?!/?(?:a|span|em|strong|code)\b)[^>]*>"
        text = re.sub(inline, " ", report.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r"<[^>]*>", "", text)
    text = text if report.suffix == ".pdf" else unescape(text)
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.mark.parametrize("suffix", ["html", "pdf", "docx"])
def test_every_format_has_the_headings_captions_and_numbers(published: Path, suffix: str) -> None:
    text = text_of(published / f"report.{suffix}")
    source = (published / "report.qmd").read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*?) \{", source, re.MULTILINE)
    assert len(headings) >= 16
    assert [heading for heading in headings if heading not in text] == []
    figures, tables = (len(re.findall(rf"\{{#{kind}-", source)) for kind in ("fig", "tbl"))
    assert f"Figure {figures}: " in text
    assert f"Figure {figures + 1}" not in text
    assert f"Table {tables}: " in text
    assert "1,034 (880 to 1,210)" in text
    assert "House of Lords (12 March 2024)" in text
    assert "NHS England (undated)" in text
    assert not re.search(r"@(fig|tbl|sec|src)-|\\[|*$]", text)


def test_published_folder_holds_the_reports_and_nothing_else_new(published: Path) -> None:
    names = {path.name for path in published.iterdir()}
    reports = {"report.qmd", "summary.qmd", "references.bib", "report.html", "report.pdf", "summary.pdf", "report.docx"}
    assert names == {"about.json", "artefacts"} | reports


def test_html_tables_and_alternative_text_are_those_of_the_artefacts(published: Path) -> None:
    page = (published / "report.html").read_text(encoding="utf-8")
    tables = {}
    for name, body in re.findall(r'<table[^>]* id="([^"]+)">.*?<tbody>(.*?)</tbody>', page, re.DOTALL):
        rows = [
            re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
            for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
        ]
        tables[name] = [[unescape(" ".join(cell.split())) for cell in row] for row in rows]
    alts = [unescape(" ".join(alt.split())) for alt in re.findall(r'<img[^>]*? alt="([^"]*)"', page)]
    for name, record in read_records(published).items():
        if record["form"] == "table":
            shown = [[re.sub("[“”]", '"', cell) for cell in row] for row in tables[name]]
            assert shown == record["table"]["rows"]
        if record["form"] == "figure":
            assert record["alt"] in alts


def test_html_is_one_file_without_outside_resources(published: Path) -> None:
    page = (published / "report.html").read_text(encoding="utf-8")
    assert "<link" not in page
    assert not re.search(r"<script[^>]*\ssrc=", page)
    assert not re.search(r'src="(?!data:)', page)
    assert page.count("<h1") == 1


def test_pdf_is_tagged_described_and_titled(published: Path) -> None:
    reader = pypdf.PdfReader(published / "report.pdf")
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert reader.metadata is not None
    assert "needs assessment for York & |Humber|" in str(reader.metadata.title)
    assert reader.metadata.creation_date is None
    assert "CreationDate" not in (published / "report.pdf").read_bytes().decode("latin-1")
    assert tags(root["/StructTreeRoot"]).issuperset(
        {"/Figure", "/Table", "/TH", "/H1", "/L", "/Caption", "/TOC", "/Link"}
    )
    assert all(
        page.mediabox[2:] == pypdf.PdfReader(published / "report.pdf").pages[0].mediabox[2:] for page in reader.pages
    )


def tags(node: object) -> set[str]:
    """Structure types in a tagged PDF."""
    found, queue = set(), [node]
    while queue:
        item = queue.pop()
        item = item.get_object() if hasattr(item, "get_object") else item
        if isinstance(item, list):
            queue += item
        elif isinstance(item, dict):
            found.add(str(item.get("/S", "")))
            queue.append(item.get("/K"))
    return found


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_pdf_reads_in_order(published: Path) -> None:
    done = subprocess.run(["pdftotext", published / "report.pdf", "-"], capture_output=True, check=True)
    text = done.stdout.decode("utf-8")
    headings = ("Key messages", "Population and need", "Money", "How sure are we")
    after_contents = text.index("Purpose and scope", text.index("How sure are we"))
    places = [text.index(f"{heading}\n", after_contents if n > 1 else 0) for n, heading in enumerate(headings)]
    assert places == sorted(places)


def test_docx_has_real_structure(published: Path) -> None:
    document = docx.Document(str(published / "report.docx"))
    styles = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert {"Title", "Subtitle", "Heading 1", "Heading 2", "Caption", "Source"} <= styles
    pictures = document.element.body.xpath(".//wp:docPr")
    assert len(pictures) == sum(record["form"] == "figure" for record in read_records(published).values())
    assert all(picture.get("descr").startswith("Two bars about") for picture in pictures)
    assert len(document.element.body.xpath(".//w:tblHeader")) == len(document.tables)
    assert document.element.body.xpath(".//w:instrText[contains(., 'TOC')]")
    assert document.sections[0].page_width.mm == pytest.approx(210, abs=0.2)
    assert "York & |Humber|" in document.core_properties.title


def test_docx_names_nothing_of_this_machine(published: Path) -> None:
    with zipfile.ZipFile(published / "report.docx") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels")))
    for place in (str(published), str(project_root()), "needs-report-", str(Path.home())):
        assert place.encode() not in content


def test_same_bytes_from_another_folder_time_zone_and_locale(
    published: Path, make_folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_folder("elsewhere")
    monkeypatch.chdir(folder)
    for name, value in (("TZ", "Asia/Tokyo"), ("LC_ALL", "C"), ("SOURCE_DATE_EPOCH", "1700000000")):
        monkeypatch.setenv(name, value)
    publish(folder, ["html", "pdf", "docx"], "embedded", project_root())
    for name in ("report.qmd", "references.bib", "report.html", "report.pdf", "report.docx"):
        assert (folder / name).read_bytes() == (published / name).read_bytes(), name


def test_cross_references_captions_and_callouts(small: Path) -> None:
    EmbeddedRenderer().render(small, ["report.html", "report.pdf", "report.docx"])
    page = (small / "report.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert '<a href="#fig-a">Figure 1</a>' in page
    assert '<a href="#sec-part">Section 1.1</a>' in page
    assert 'role="note"' in page
    assert 'alt="Bars &quot;a&quot; \\ b."' in page
    for name in ("html", "pdf", "docx"):
        text = text_of(small / f"report.{name}")
        assert "Take care" in text
        assert "See Figure 1, Table 1 and Section 2." in text
        assert "As Section 1.1 says." in text
        assert "Figure 1: Caption" in text
        assert "Table 1: Rows" in text


def test_pdf_is_refused_when_alternative_text_is_missing(small: Path) -> None:
    text = re.sub(r" fig-alt=.*}", "}", SOURCE)
    (small / "report.qmd").write_text(text, encoding="utf-8")
    with pytest.raises(RenderError, match="the PDF cannot be typeset") as caught:
        EmbeddedRenderer().render(small, ["report.pdf"])
    assert "alt" in str(caught.value)


@pytest.mark.parametrize("text", ["See [@src-none].", "::: {.callout-tip}\nText", "![A](artefacts/none.svg)"])
def test_what_pandoc_warns_of_is_an_error_and_nothing_is_delivered(text: str, small: Path) -> None:
    (small / "report.html").write_text("old", encoding="utf-8")
    (small / "report.qmd").write_text(f"{SOURCE}\n{text}\n", encoding="utf-8")
    with pytest.raises(RenderError, match="pandoc failed"):
        EmbeddedRenderer().render(small, ["report.html"])
    assert not (small / "report.html").exists()


def test_audit_stops_a_report_with_a_number_of_its_own(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(project_root() / "reports", root / "reports")
    template = root / "reports" / "report.qmd.j2"
    template.write_text(template.read_text(encoding="utf-8") + "\nAbout 4,321 people.\n", encoding="utf-8")
    with pytest.raises(RenderError, match="4,321 comes from no artefact"):
        publish(folder, ["html"], "embedded", root)


def test_audit_finds_rows_that_are_not_the_artefacts(folder: Path) -> None:
    from needs.report.audit.checks import audit_source

    compose(folder)
    path = folder / "artefacts" / "tbl-gap.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["table"]["rows"][0][1] = "2,965"
    path.write_text(json.dumps(record), encoding="utf-8")
    assert "tbl-gap shows other rows than its artefact" in [problem.what for problem in audit_source(folder)]
