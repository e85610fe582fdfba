"""The summary for commissioners: two pages, whatever a region's words and numbers; and the brand on every page."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import docx
import matplotlib as mpl
import pypdf
import pytest
import typst

from needs.params.branding import Branding
from needs.project import project_root
from needs.report import program
from needs.report.audit.checks import audit_source
from needs.report.compose import compose
from needs.report.pandoc import EmbeddedRenderer
from needs.report.publish import publish
from needs.report.workspace import workspace

BRAND = Branding.model_validate(
    {
        "organisation": 'Ash & "Elm" #1',
        "colours": {"primary": "#801650", "accent": "#c9571a"},
        "contact": {"name": "Data team", "email": "data@example.org", "phone": "01632 960 000"},
        "logo": {"file": "logo.svg", "alt": 'Disc "Ash" \\ green'},
        "foreword": {"text": "We looked at 12 wards.\n\n*Thank you.*", "name": "Alex Example", "role": "Chair"},
    }
).model_dump(mode="json")
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><circle cx="5" cy="5" r="4" fill="#801650"/></svg>'


def told(folder: Path, **changes: object) -> Path:
    """Change what a run says about itself."""
    path = folder / "about.json"
    about = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(about | changes), encoding="utf-8")
    return folder


def parameters(folder: Path) -> dict[str, object]:
    content = json.loads((folder / "about.json").read_text(encoding="utf-8"))["parameters"]
    assert isinstance(content, dict)
    return content


def made(folder: Path, *files: str) -> list[pypdf.PdfReader]:
    compose(folder, None, ["report.qmd.j2", "summary.qmd.j2"])
    assert audit_source(folder) == []
    EmbeddedRenderer().render(folder, files)
    return [pypdf.PdfReader(folder / file) for file in files]


def plain(folder: Path) -> Path:
    return folder


def long_words(folder: Path) -> Path:
    """Every finding that the summary tells three times as long."""
    for path in sorted((folder / "artefacts").glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        record["title"] = f"{record['title']} {'and so on for more of its people than anybody counted ' * 3}".strip()
        path.write_text(json.dumps(record), encoding="utf-8")
    return folder


def tall_chart(folder: Path) -> Path:
    """A chart of many options."""
    size = 'width="630" height="1100" viewBox="0 0 630 1100"'
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect width="9" height="9"/></svg>'
    (folder / "artefacts" / "fig-options.svg").write_text(picture, encoding="utf-8")
    return folder


def no_options(folder: Path) -> Path:
    return told(folder, parameters=parameters(folder) | {"scenarios": []})


def synthetic(folder: Path) -> Path:
    return told(folder, edition="example", edition_label="Example (synthetic)")


def national(folder: Path) -> Path:
    """Without own data."""
    service = {"folder": None, "since": None, "until": None}
    return told(folder, parameters=parameters(folder) | {"service": service})


def branded(folder: Path) -> Path:
    (folder / "branding").mkdir()
    (folder / "branding" / "logo.svg").write_text(LOGO, encoding="utf-8")
    return told(folder, branding=BRAND)


@pytest.mark.parametrize("change", [plain, long_words, tall_chart, no_options, synthetic, national, branded])
def test_two_pages_of_a4_tagged_and_titled(folder: Path, change: Callable[[Path], Path]) -> None:
    (reader,) = made(change(folder), "summary.pdf")
    assert len(reader.pages) == 2
    assert [round(float(size)) for size in reader.pages[0].mediabox[2:]] == [595, 842]
    assert b"pdfuaid:part" in (folder / "summary.pdf").read_bytes()
    first, second = (" ".join((page.extract_text() or "").split()) for page in reader.pages)
    assert "What we found" in first
    assert "Finding about tier needed" in first
    assert "Page 1 of 2" in first
    assert "What could be done" in second
    assert "report.html" in second
    assert "Page 2 of 2" in second
    assert ("Everything here is synthetic" in first) == (change is synthetic)
    assert ("Finding about options" in second) == (change is not no_options)


def test_every_number_of_the_summary_has_its_interval_and_its_artefact(folder: Path) -> None:
    made(folder, "summary.pdf")
    text = (folder / "summary.qmd").read_text(encoding="utf-8")
    assert "1,034 (880 to 1,210)" in text
    assert re.findall(r"@(?:fig|tbl|sec|src)-", text) == [], "no reference list stands in a summary"
    assert len(re.findall(r"^!\[", text, re.MULTILINE)) == 2
    assert "1,034" in (folder / "summary.qmd").read_text(encoding="utf-8").split(":::")[2]


def test_summary_from_what_quarto_hands_over_is_two_pages(folder: Path, tmp_path: Path) -> None:
    """Where a renderer sets the title itself, in its own template, both sheets still fit."""
    compose(folder, None, ["report.qmd.j2", "summary.qmd.j2"])
    with workspace(folder, []) as scratch:
        shutil.copy(Path(__file__).with_name("quarto_shape.lua"), scratch)
        filters = (scratch / "filters" / "common.lua").read_text(encoding="utf-8")
        (scratch / "common.lua").write_text(f"quarto = {{}}\n{filters}", encoding="utf-8")
        (scratch / "header.typ").write_text('#import "theme/paper.typ": *\n#show: needs-paper\n', encoding="utf-8")
        program.pandoc(
            ["summary.qmd", "--standalone", "--data-dir=.", "--metadata=lang:en-GB", "--lua-filter=quarto_shape.lua",
             "--lua-filter=common.lua", "--to=typst", "--shift-heading-level-by=-1", "--include-in-header=header.typ",
             "--variable=papersize:a4", "--variable=mainfont:DejaVu Sans", "--output=summary.typ"], scratch,
        )  # fmt: skip
        fonts = Path(mpl.get_data_path(), "fonts", "ttf")
        typst.compile(
            scratch / "summary.typ", output=tmp_path / "s.pdf", root=scratch, font_paths=[fonts], ignore_system_fonts=True,
            pdf_standards="ua-1",
        )  # fmt: skip
    assert len(pypdf.PdfReader(tmp_path / "s.pdf").pages) == 2


def test_brand_is_on_every_page_and_nothing_of_it_is_code(folder: Path) -> None:
    report, summary = made(branded(folder), "report.pdf", "summary.pdf")
    EmbeddedRenderer().render(folder, ["report.html"])
    for reader in (report, summary):
        pages = ["".join((page.extract_text() or "").split()) for page in reader.pages]
        assert all('Ash&"Elm"#1' in page for page in pages)
    words = " ".join((report.pages[0].extract_text() or "").split())
    assert "We looked at 12 wards." in words
    assert "*Thank you.*" in words
    assert "Alex Example, Chair" in words
    page = " ".join((folder / "report.html").read_text(encoding="utf-8").split())
    assert re.search(r'<p class="organisation">.*?<span>Ash &amp; “Elm” #1</span></p>', page, re.DOTALL)
    assert "--blue: #801650" in page
    assert 'href="mailto:data@example.org"' in page
    assert "Disc “Ash” \\ green" in page or "Disc &quot;Ash&quot; \\ green" in page
    assert "<em>Thank you" not in page


def test_without_a_brand_no_page_has_an_empty_place_for_one(published: Path) -> None:
    page = (published / "report.html").read_text(encoding="utf-8")
    assert 'class="organisation"' not in page
    assert "Foreword" not in page
    assert "Questions about it go to" not in page


def test_colours_of_paper_and_page_are_those_of_the_brand_module() -> None:
    """The plain look is told once: in the style of the page, and in the model of a brand."""
    css = (project_root() / "reports" / "theme" / "report.css").read_text(encoding="utf-8")
    plain_look = Branding().colours
    assert f"--blue: {plain_look.primary}; --teal: {plain_look.accent};" in css
    paper = (project_root() / "reports" / "theme" / "paper.typ").read_text(encoding="utf-8")
    assert plain_look.primary not in paper
    assert plain_look.accent not in paper


def test_every_region_has_a_summary_of_two_pages_and_a_report_that_is_not_too_long(
    built: dict[tuple[str, str], Path],
) -> None:
    found = {}
    for (edition, slug), folder in built.items():
        summary, report = (len(pypdf.PdfReader(folder / name).pages) for name in ("summary.pdf", "report.pdf"))
        assert (folder / "report.pdf").stat().st_size < 2_000_000, slug
        found[edition, slug] = summary
        assert report < (65 if edition == "example" else 50), f"{edition} {slug} has {report} pages"
    assert set(found.values()) == {2}


def test_word_has_name_and_logo_in_its_header(folder: Path) -> None:
    publish(branded(folder), ["docx"], "embedded")
    section = docx.Document(str(folder / "report.docx")).sections[0]
    header = section.header.paragraphs[0]
    assert header.text.splitlines()[0].strip() == 'Ash & "Elm" #1'
    assert "needs assessment for York" in header.text
    (picture,) = header._p.xpath(".//wp:docPr")
    assert picture.get("descr") == 'Disc "Ash" \\ green'
    (drawn,) = [part for part in section.header.part.related_parts.values() if part.partname.endswith(".png")]
    assert drawn.blob.startswith(b"\x89PNG")
    styles = docx.Document(str(folder / "report.docx")).styles
    assert str(styles["Heading 1"].font.color.rgb) == "801650"
