"""Each fault of a finished file is found."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from needs.report.audit import audit_docx, audit_html, audit_pdf

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>T</title><style>a{background:url(data:x)}</style></head><body>
<nav aria-label="Contents"><a href="#a">A</a></nav><main><h1 id="a">T</h1><img src="data:x" alt="Bars">
<a href="https://example.org">outside link</a></main></body></html>"""


def html(tmp_path: Path, page: str) -> list[str]:
    report = tmp_path / "report.html"
    report.write_text(page, encoding="utf-8")
    return list(audit_html(report))


def test_sound_page(tmp_path: Path) -> None:
    assert html(tmp_path, PAGE) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("<h1", "<h1>S</h1><h1", "has 2 <h1>, needs 1"),
        ("<main>", "<div>", "has 0 <main>, needs 1"),
        ("<title>T</title>", "", "has 0 <title>, needs 1"),
        (' lang="en-GB"', "", "names no language"),
        (' aria-label="Contents"', "", "has no labelled <nav>"),
        ('alt="Bars"', 'alt=" "', "picture 1 has no alternative text"),
        ('alt="Bars"', "", "picture 1 has no alternative text"),
        ("<img", '<p id="a"></p><img', "id a is used 2 times"),
        ('href="#a"', 'href="#b"', "link to #b leads nowhere"),
        ('src="data:x"', 'src="a.png"', "loads a.png from outside"),
        (
            "<style>",
            '<link rel="stylesheet" href="https://x.org/a.css"><style>',
            "loads https://x.org/a.css from outside",
        ),
        ("<style>", '<script src="//x.org/a.js"></script><style>', "loads //x.org/a.js from outside"),
        ("url(data:x)", "url('https://x.org/a.woff')", "loads https://x.org/a.woff from outside"),
        ("<style>", '<style>@import "a.css";', "loads a.css from outside"),
        ("outside link", "see @fig-x", "shows @fig-x, which was not resolved"),
        ("outside link", "?meta:x", "shows ?meta:x, which was not resolved"),
        ("outside link", "{{ x }}", "shows {{, which was not resolved"),
        ("outside link", "(src-ons?)", "shows src-ons?, which was not resolved"),
    ],
)
def test_each_fault_of_a_page(old: str, new: str, problem: str, tmp_path: Path) -> None:
    assert old in PAGE
    assert html(tmp_path, PAGE.replace(old, new)) == [problem]


def test_scripts_and_styles_are_not_text(tmp_path: Path) -> None:
    assert html(tmp_path, PAGE.replace("</style>", "b{content:'@fig-x'}</style><script>{{</script>")) == []


def test_pdf(tmp_path: Path) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF-1.7\n<pdfuaid:part>1\n%%EOF")
    assert list(audit_pdf(report)) == []
    report.write_bytes(b"%PDF-1.7\n")
    assert list(audit_pdf(report)) == ["is not a whole PDF", "is not tagged as PDF/UA"]


def test_docx(tmp_path: Path) -> None:
    report = tmp_path / "report.docx"
    with zipfile.ZipFile(report, "w") as archive:
        archive.writestr("word/document.xml", '<wp:docPr descr="Bars" id="1"/><wp:docPr descr="" id="2"/><t>@tbl-x</t>')
    found = ["picture 2 has no alternative text", "shows @tbl-x, which was not resolved"]
    assert list(audit_docx(report)) == found
    report.write_bytes(b"no zip")
    assert list(audit_docx(report)) == ["is not a whole Word file"]
