"""Each fault of a finished file is found, and told with its file, as a row and as a problem."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from needs import cli
from needs.errors import RenderError
from needs.report import audit_browser
from needs.report.audit import addresses, audit_docx, audit_html, audit_pdf, checks
from needs.report.audit_files import html_checks, size_check
from needs.report.audit_rows import RULES, Check, faults, table

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
        (
            'href="https://example.org"',
            'href="https://not%20applicable"',
            "link to https://not%20applicable is no address",
        ),
        ('href="https://example.org"', 'href="mailto:nobody"', "link to mailto:nobody is no address"),
        ('href="https://example.org"', 'href="b.html"', "link to b.html leads nowhere"),
        (
            "url(data:x)}",
            "url(data:x)}h1{color:#999}",
            "h1: #999999 on #ffffff has a contrast of 2.85:1, needs 4.5:1",
        ),
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


def test_a_picture_of_a_pdf_without_words_is_found(tmp_path: Path) -> None:
    report = tmp_path / "report.pdf"
    told = b"1 0 obj\n<< /S /Figure /Alt (Bars) >>\nendobj\n"
    report.write_bytes(b"%PDF-1.7\n<pdfuaid:part>1\n" + told + told.replace(b"/Alt (Bars)", b"") + b"%%EOF")
    assert list(audit_pdf(report)) == ["picture 2 has no alternative text"]


def test_links_of_a_word_file_are_followed(tmp_path: Path) -> None:
    report = tmp_path / "report.docx"
    with zipfile.ZipFile(report, "w") as archive:
        links = '<w:hyperlink w:anchor="a"/><w:hyperlink w:anchor="b"/><w:bookmarkStart w:name="a"/>'
        archive.writestr("word/document.xml", links)
    assert list(audit_docx(report)) == ["link to #b leads nowhere"]


def site(folder: Path) -> Path:
    """Write two pages that share a style and point at each other."""
    (folder / "regions").mkdir(parents=True)
    (folder / "site.css").write_text("a{color:#12436d}", encoding="utf-8")
    page = PAGE.replace("<style>", '<link rel="stylesheet" href="site.css"><style>')
    (folder / "index.html").write_text(page.replace("https://example.org", "regions/a.html#a"), encoding="utf-8")
    page = page.replace("site.css", "../site.css").replace("https://example.org", "../index.html#a")
    (folder / "regions" / "a.html").write_text(page, encoding="utf-8")
    return folder


def test_a_site_may_load_its_own_files_and_point_to_them(tmp_path: Path) -> None:
    found = checks(site(tmp_path), in_browser=False)
    assert faults(found) == []
    assert {check.file for check in found} == {"index.html", "regions/a.html"}
    assert [check.measured for check in found if check.name == "links"] == [
        "1 inside, 1 to files; 0 outside, not followed"
    ] * 2


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("regions/a.html#a", "regions/a.html#z", "link to regions/a.html#z: a.html has no such place"),
        ("regions/a.html#a", "regions/b.html", "link to regions/b.html leads nowhere"),
        ("regions/a.html#a", "../../etc/hosts", "link to ../../etc/hosts leads nowhere"),
        ('href="site.css"', 'href="site2.css"', "loads site2.css from outside"),
        ('href="site.css"', 'href="https://x.org/site.css"', "loads https://x.org/site.css from outside"),
    ],
)
def test_each_fault_between_files(old: str, new: str, problem: str, tmp_path: Path) -> None:
    index = site(tmp_path) / "index.html"
    index.write_text(index.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert [str(fault) for fault in faults(checks(tmp_path, in_browser=False))] == [f"index.html  {problem}"]


def test_what_reports_are_made_from_is_passed_over(tmp_path: Path) -> None:
    for name in ("artefacts", "private", "notebooks", ".scratch"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.html").write_text("<p>", encoding="utf-8")
    with pytest.raises(RenderError, match="holds no report"):
        checks(tmp_path, in_browser=False)


@pytest.mark.parametrize(("size", "ok"), [(999_999, True), (1_000_000, False)])
def test_a_page_is_under_a_megabyte(size: int, ok: bool, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_bytes(b"x" * size)
    check = size_check(page)
    assert (check.ok, check.measured) == (ok, "1.00 MB")
    assert check.problems == (() if ok else ("has 1.00 MB, which is not under 1 MB",))


def test_colours_of_a_brand_are_those_of_charts(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text(PAGE, encoding="utf-8")
    found = {check.name: check for check in html_checks(page, recoloured={"#12436d": "#dddddd"})}
    assert found["contrast"].problems == ("colour 1 of charts: #dddddd on #ffffff has a contrast of 1.36:1, needs 3:1",)


def test_addresses_are_counted_by_site(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(PAGE.replace("</main>", '<a href="https://example.org/b">b</a></main>'))
    assert addresses(tmp_path) == {"example.org": 2}


def test_rows_share_a_line_where_they_are_many_and_alike() -> None:
    pages = [Check.of("size", f"{n}.html", f"0.{n} MB", (), 1 - n / 10) for n in range(1, 6)]
    found = table([*pages, Check.of("size", "x.pdf", "3 MB", ["has 3 MB"])])
    assert [row[1:3] + row[4:] for row in found] == [
        ("x.pdf", "3 MB", "fault"),
        ("5.html and 4 more", "0.5 MB at most", "met"),
    ]
    assert all(row[0] in RULES for row in found)


def test_a_browser_that_is_absent_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "report.html").write_text(PAGE, encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    if audit_browser.absent() == "Chromium is not installed":
        row = next(check for check in checks(tmp_path) if check.name == "accessibility")
        assert (row.ok, row.result) == (True, "not tested")
        assert row.measured == "not tested: Chromium is not installed"
    monkeypatch.setattr(audit_browser.importlib.util, "find_spec", lambda _: None)
    assert audit_browser.absent() == "axe is not installed: pip install 'needs[audit]'"


def run(arguments: list[str]) -> int | str | None:
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    return end.value.code


def test_the_command_prints_a_table_and_ends_by_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "report.html"
    page.write_text(PAGE, encoding="utf-8")
    assert run(["audit", str(tmp_path), "--no-browser"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in ("alternative text", "contrast", "links", "size", "self-contained"))
    assert "Outside addresses, not followed: 1 at 1 site: example.org 1" in told
    assert "No fault found." in told
    page.write_text(PAGE.replace('alt="Bars"', "").replace('href="#a"', 'href="#b"'), encoding="utf-8")
    assert run(["audit", str(tmp_path), "--no-browser"]) == 13
    out, errors = capsys.readouterr()
    assert "fault" in out
    assert errors.count("report.html  ") == 2
    assert "picture 1 has no alternative text" in errors
    assert "[exit 13]" in errors


def test_the_reading_age_is_measured_and_aimed_at(tmp_path: Path) -> None:
    """A text that is hard to read misses its aim, which is no fault."""
    hard = "Commissioners require considerable evidence of deteriorating accessibility across collaboratives. " * 12
    (tmp_path / "report.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "report.qmd").write_text(f"## Key messages\n\n{hard}\n\n## Need\n\n{hard}\n", encoding="utf-8")
    parameters = {"population": {"period": ""}, "costs": {"price_year": "", "range_note": ""}, "demand": {"note": ""}}
    about = {"edition_label": "", "region_name": "", "parameters": parameters | {"geography": ""}}
    (tmp_path / "about.json").write_text(json.dumps(about), encoding="utf-8")
    rows = {check.file: check for check in checks(tmp_path, in_browser=False) if check.name.startswith("reading")}
    assert rows["report.qmd, Key messages"].result == "aim missed"
    assert rows["report.qmd, the whole"].result == "met"
    assert rows["report.qmd, Key messages"].ok
