"""The Word file: a contents list with entries, running header and footer, captions and tables as Word knows them."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from needs.errors import RenderError
from needs.present.spark import spark
from needs.report.compose import compose, read_about, read_records
from needs.report.pandoc import EmbeddedRenderer
from needs.report.word.finished import finish_word
from needs.report.word.tables import fitted_table

TEXT = 9298


@pytest.fixture(scope="module")
def word(published: Path) -> docx.document.Document:
    return docx.Document(str(published / "report.docx"))


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode("utf-8")


def said(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter(qn("w:t")))


def test_contents_lists_every_heading_and_leads_to_it_without_asking_the_reader(
    published: Path, word: docx.document.Document
) -> None:
    body = word.element.body
    listed = [
        p
        for p in body.iter(qn("w:p"))
        if (p.pPr is not None and p.pPr.pStyle is not None and p.pPr.pStyle.val in ("TOC1", "TOC2"))
    ]
    entries = [said(p) for p in listed]
    headings = [p for p in word.paragraphs if p.style and p.style.name in ("Heading 1", "Heading 2")]
    assert [re.sub(r"\s", "", entry) for entry in entries] == [re.sub(r"\s", "", p.text) for p in headings]
    anchors = [link.get(qn("w:anchor")) for p in listed for link in p.iter(qn("w:hyperlink"))]
    bookmarks = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    assert len(set(anchors)) == len(headings) >= 16
    assert set(anchors) <= bookmarks
    text = part(published / "report.docx", "word/document.xml")
    assert "w:dirty" not in text
    assert "updateFields" not in part(published / "report.docx", "word/settings.xml")
    assert [text.count(f'w:fldCharType="{kind}"') for kind in ("begin", "separate", "end")] == [1, 1, 1]


def test_bookmarks_are_unique_and_closed(word: docx.document.Document) -> None:
    starts, ends = (
        [mark.get(qn("w:id")) for mark in word.element.body.iter(qn(f"w:bookmark{side}"))] for side in ("Start", "End")
    )
    assert len(starts) == len(set(starts))
    assert sorted(starts) == sorted(ends)


def test_every_page_but_the_first_names_the_report_and_every_page_its_number(word: docx.document.Document) -> None:
    section = word.sections[0]
    assert section.header.paragraphs[0].text == word.core_properties.title
    assert section.different_first_page_header_footer
    for footer in (section.footer, section.first_page_footer):
        fields = [field.get(qn("w:instr")).strip() for field in footer._element.iter(qn("w:fldSimple"))]
        assert fields == ["PAGE", "NUMPAGES"]
        assert said(footer._element) == "Page 1 of 1"


def test_tables_fit_the_page_repeat_their_header_and_name_their_rows(word: docx.document.Document) -> None:
    assert len(word.tables) > 10
    for table in word.tables:
        widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid.iter(qn("w:gridCol"))]
        assert sum(widths) == TEXT == int(table._tbl.tblPr.find(qn("w:tblW")).get(qn("w:w")))
        assert min(widths) > 300
        assert [bool(list(row._tr.iter(qn("w:tblHeader")))) for row in table.rows] == [True] + [False] * (
            len(table.rows) - 1
        )
        look = table._tbl.tblPr.find(qn("w:tblLook"))
        assert (look.get(qn("w:firstRow")), look.get(qn("w:firstColumn")), look.get(qn("w:val"))) == ("1", "1", "00A0")
        assert {p.style.name for row in table.rows for cell in row.cells for p in cell.paragraphs} == {"Table Text"}


def test_captions_have_words_own_style_and_pictures_are_described(
    published: Path, word: docx.document.Document
) -> None:
    captions = [p.text for p in word.paragraphs if p.style and p.style.name in ("Caption", "caption")]
    figures = sum(record["form"] == "figure" for record in read_records(published).values())
    assert sum(text.startswith("Figure") for text in captions) == figures
    assert sum(text.startswith("Table") for text in captions) == len(word.tables)
    assert all(picture.get("descr") for picture in word.element.body.xpath(".//wp:docPr"))


def test_language_and_title_are_told(published: Path, word: docx.document.Document) -> None:
    assert word.core_properties.language == "en-GB"
    assert word.core_properties.title
    assert 'w:lang w:bidi="ar-SA" w:eastAsia="zh-CN" w:val="en-GB"' in part(
        published / "report.docx", "word/styles.xml"
    )
    assert 'w:themeFontLang w:val="en-GB"' in part(published / "report.docx", "word/settings.xml")


def test_a_brand_colours_headings(sparked: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(sparked / "typeset.docx", tmp_path))
    finish_word(path, {"branding": {"colours": {"primary": "#801650"}}})
    styles = part(path, "word/styles.xml")
    assert "801650" in styles
    assert "12436D" not in styles
    finished = path.read_bytes()
    finish_word(path, {})
    assert path.read_bytes() == finished


def test_a_title_with_an_ampersand_stays_well_formed(word: docx.document.Document) -> None:
    assert "York & |Humber|" in word.sections[0].header.paragraphs[0].text


def test_what_is_no_word_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(b"PK no")
    with pytest.raises(RenderError, match=r"report\.docx cannot be finished"):
        finish_word(path, {})


def cells(*lines: tuple[str, ...]) -> str:
    rows = "".join(
        "<w:tr>"
        + "".join(
            f'<w:tc><w:p><w:pPr><w:pStyle w:val="Compact" /></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>'
            for text in line
        )
        + "</w:tr>"
        for line in lines
    )
    return f'<w:tbl><w:tblW w:type="pct" w:w="5000" /><w:tblGrid></w:tblGrid>{rows}</w:tbl>'


def grid(table: str) -> list[int]:
    return [int(width) for width in re.findall(r'<w:gridCol w:w="(\d+)"', table)]


def test_the_longest_word_fits_and_numbers_stay_on_one_line_where_there_is_room() -> None:
    widths = grid(
        fitted_table(cells(("Tier", "Clinically ready", "Told"), ("A", "1,190 (800 to 1,460)", "word " * 60)), TEXT)
    )
    assert sum(widths) == TEXT
    assert widths[1] > 96 * len("1,190 (800 to 1,460)")
    assert widths[2] > widths[1] > widths[0]


def test_a_short_table_stays_on_one_page_and_a_long_one_does_not() -> None:
    short, long = (fitted_table(cells(("A",), *[("b",)] * rows), TEXT) for rows in (5, 40))
    assert short.count("<w:keepNext />") == 6
    assert "keepNext" not in long


def test_more_words_than_the_page_has_room_for_share_it() -> None:
    widths = grid(fitted_table(cells(("x" * 60, "y" * 60, "z" * 60), ("1", "2", "3")), TEXT))
    assert sum(widths) == TEXT
    assert max(widths) - min(widths) <= 1


@pytest.fixture(scope="module")
def sparked(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with small pictures in a table, in three formats."""
    folder = Path(shutil.copytree(published, tmp_path_factory.mktemp("spark") / "yorkshire"))
    path = folder / "artefacts" / "tbl-gap.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["table"]["sparks"] = []
    for row, said in enumerate(("By month, 12 to 15; lowest 12, highest 15.", 'Hostile | "words" \\ <b> {x} $5 & *y*')):
        picture = spark([12, 14, 15], said)
        record["table"]["sparks"].append({"row": row, "column": 1, "alt": picture.alt})
        record["table"]["rows"][row][1] = picture.alt
        place = folder / "artefacts" / f"tbl-gap-{row}-1"
        place.with_suffix(".svg").write_text(picture.svg, encoding="utf-8")
        place.with_suffix(".png").write_bytes(picture.png)
    path.write_text(json.dumps(record), encoding="utf-8")
    compose(folder)
    EmbeddedRenderer().render(folder, ["report.html", "report.pdf", "report.docx"])
    shutil.copy(folder / "report.docx", folder / "typeset.docx")
    finish_word(folder / "report.docx", read_about(folder))
    return folder


def test_small_pictures_are_described_in_every_format(sparked: Path) -> None:
    said = ["By month, 12 to 15; lowest 12, highest 15.", 'Hostile | "words" \\ <b> {x} $5 & *y*']
    page = (sparked / "report.html").read_text(encoding="utf-8")
    pictures = re.findall(r'<img[^>]*class="spark"[^>]*>', page)
    assert len(pictures) == 2
    assert all('width="90" height="18"' in picture and "data:image/svg+xml" in picture for picture in pictures)
    assert re.search(r'alt="([^"]*)"', pictures[0])[1] == said[0]  # type: ignore[index]
    document = docx.Document(str(sparked / "report.docx"))
    small = document.element.body.xpath(".//w:tbl//wp:inline")
    assert [p.find(qn("wp:docPr")).get("descr") for p in small] == said
    assert all(0.8 < int(p.find(qn("wp:extent")).get("cx")) / 914400 < 1.1 for p in small)
    assert (sparked / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_small_pictures_in_word_are_the_bitmaps(sparked: Path) -> None:
    expected = {(sparked / "artefacts" / f"tbl-gap-{row}-1.png").read_bytes() for row in (0, 1)}
    with zipfile.ZipFile(sparked / "report.docx") as archive:
        held = {archive.read(name) for name in archive.namelist() if name.startswith("word/media/")}
    assert expected <= held
    assert io.BytesIO(next(iter(expected))).read(4) == b"\x89PNG"
