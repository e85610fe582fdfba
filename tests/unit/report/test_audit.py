"""Each fault of a finished file is found, and told with its file, as a row and as a problem."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from pathlib import Path

import pytest

from needs import cli
from needs.errors import RenderError
from needs.report.audit import browser as audit_browser
from needs.report.audit.checks import addresses, audit_docx, audit_html, audit_pdf, checks
from needs.report.audit.files import html_checks
from needs.report.audit.kept import MANIFEST
from needs.report.audit.pdf import pages
from needs.report.audit.rows import RULES, Check, faults, remedy, table
from needs.report.audit.sizes import largest, size_check

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
        ("outside link", '<video poster="//x.org/a.png"></video>', "loads //x.org/a.png from outside"),
        ("outside link", '<object data="a.svg"></object>', "loads a.svg from outside"),
        ("outside link", '<p style="background: url(//x.org/a)">a</p>', "loads //x.org/a from outside"),
        ("outside link", '<svg><image href="//x.org/a"/></svg>', "loads //x.org/a from outside"),
        ("outside link", '<svg><use xlink:href="a.svg#b"/></svg>', "loads a.svg#b from outside"),
        ("outside link", '<svg><path fill="url(//x.org/a#b)"/></svg>', "loads //x.org/a#b from outside"),
        ("outside link", '<img alt="a" srcset="data:x 1x,//x.org/a 2x">', "loads //x.org/a from outside"),
        ("<body>", '<body background="a.png">', "loads a.png from outside"),
        ("<style>", '<meta http-equiv="Refresh" content="0; URL=//x.org"><style>', "moves on to //x.org"),
        ("outside link", '<form action="https://x.org"></form>', "sends a form to https://x.org"),
        (
            "</body>",
            '<script>fetch("https://x.org/a")</script></body>',
            "has a script that fetches https://x.org/a",
        ),
        (
            "https://example.org",
            "file:///home/a.html",
            "link to file:///home/a.html begins with file:; only http, https, mailto, tel are allowed",
        ),
        (
            "https://example.org",
            " java\nscript:a()",
            "link to javascript:a() begins with javascript:; only http, https, mailto, tel are allowed",
        ),
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


@pytest.mark.parametrize(
    "inside",
    [
        '<a href="tel:+441632960000">Call</a>',
        '<svg><g id="b"/><use href="#b"/><path fill="url(#b)"/></svg>',
        '<p style="background: url(data:x)">a</p><img alt="a" srcset="data:x,y 2x">',
        "<script>document.createElementNS('http://www.w3.org/2000/svg', 'g')</script>",
    ],
)
def test_what_a_page_may_hold(inside: str, tmp_path: Path) -> None:
    assert html(tmp_path, PAGE.replace("outside link", f"link</a>{inside}<a>")) == []


def test_a_page_that_is_no_text_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    report.write_bytes(PAGE.replace("outside", "\u00e9").encode("latin-1"))
    assert list(audit_html(report)) == ["is not UTF-8"]
    report.write_bytes(bytes(range(256)) * 9 + b"<![x[<a href='https://[x'>")
    assert next(iter(audit_html(report))) == "is not UTF-8"
    assert addresses(tmp_path).total() <= 1
    report.write_text("<![x[", encoding="utf-8")
    assert list(audit_html(report)) == ["cannot be read as a web page"]


def pdf(more: bytes = b"", count: int = 1) -> bytes:
    """Write the smallest PDF."""
    body = b"%PDF-1.7\n<pdfuaid:part>1\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    body += b"2 0 obj\n<</Type/Pages/Count %d/Kids[3 0 R]>>\nendobj\n" % count + more
    return body + b"xref\n0 0\ntrailer\n<</Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)


def packed() -> bytes:
    """Write a PDF whose objects stand packed in a stream."""
    one, two = b"<</Type/Catalog/Pages 2 0 R>> ", b"<</Type/Pages/Count 7>>"
    places = b"1 0 2 %d " % len(one)
    body = b"%%PDF-1.7\n9 0 obj\n<</Type/ObjStm/N 2/First %d>>\nstream\n" % len(places)
    body += zlib.compress(places + one + two) + b"\nendstream\nendobj\n"
    return body + b"8 0 obj\n<</Type/XRef/Root 1 0 R>>\nstream\n\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(
        body
    )


def test_pdf(tmp_path: Path) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(pdf())
    assert list(audit_pdf(report)) == []
    report.write_bytes(b"%PDF-1.7\n")
    assert list(audit_pdf(report)) == ["is not a whole PDF", "is not tagged as PDF/UA"]


def test_a_pdf_is_opened_as_far_as_its_pages() -> None:
    assert [pages(data) for data in (pdf(count=12), packed())] == [12, 7]
    for data in (
        b"%PDF-1.7 pdfuaid:part %%EOF",
        pdf(count=0),
        pdf().replace(b"pdfuaid", b""),  # cut in the middle: its table of contents is elsewhere
        pdf().replace(b"/Root 1", b"/Root 5"),
        pdf()[:-9],
    ):
        assert pages(data) == 0


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
    told = b"3 0 obj\n<< /S /Figure /Alt (Bars) >>\nendobj\n"
    report.write_bytes(pdf(told + told.replace(b"/Alt (Bars)", b"")))
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


@pytest.mark.parametrize(("size", "told"), [(999_999, "0.999 MB"), (1_000_000, "1.000 MB"), (1_004_000, "1.004 MB")])
def test_a_page_is_under_a_megabyte(size: int, told: str, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_bytes(b"x" * size)
    check = size_check(page)
    assert (check.ok, check.measured) == (size < 1_000_000, told)
    assert check.problems == (() if check.ok else (f"has {told}, which is not under 1 MB",))
    assert ("template in reports/" in remedy([check])) is not check.ok


def test_the_largest_parts_of_a_file_are_named(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    table_, picture = f'<table id="tbl-a">{"x" * 700_000}</table>', f'<img alt="" src="data:{"x" * 400_000}">'
    page.write_text(f'<figure id="fig-b">{picture}</figure>{table_}', encoding="utf-8")
    assert "; the largest in it: table tbl-a 0.700 MB, picture fig-b 0.400 MB" in size_check(page).problems[0]
    report = tmp_path / "report.docx"
    with zipfile.ZipFile(report, "w") as archive:
        archive.writestr("word/media/a.png", "xx")
        archive.writestr("word/document.xml", "x")
    assert largest(report) == [("picture word/media/a.png", 2), ("part word/document.xml", 1)]
    (tmp_path / "artefacts").mkdir()
    (tmp_path / "artefacts" / "fig-c.svg").write_text("<svg/>", encoding="utf-8")
    assert largest(tmp_path / "report.pdf") == [("picture fig-c", 6)]


def left(folder: Path) -> Path:
    """Write a page and the manifest that a run leaves with it."""
    page = folder / "report.html"
    page.write_text(PAGE, encoding="utf-8")
    outputs = {"report.html": hashlib.sha256(page.read_bytes()).hexdigest()}
    (folder / MANIFEST).write_text(json.dumps({"outputs": outputs}), encoding="utf-8")
    return page


def kept(folder: Path) -> tuple[str, ...]:
    return next(row.problems for row in checks(folder, in_browser=False) if row.name == "as the run left it")


def test_a_file_that_was_changed_after_the_run_is_noticed(tmp_path: Path) -> None:
    page = left(tmp_path)
    (tmp_path / "notes.html").write_text(PAGE, encoding="utf-8")  # which the run does not name
    assert kept(tmp_path) == ()
    page.write_text(PAGE.replace("outside link", "5 beds"), encoding="utf-8")
    assert kept(tmp_path) == ("report.html is not as the run left it",)
    page.unlink()
    assert kept(tmp_path) == ("report.html is missing",)
    (tmp_path / MANIFEST).write_text('{"outputs": {"../a": ""}}', encoding="utf-8")
    assert kept(tmp_path) == ("../a is not a path inside the folder",)
    (tmp_path / MANIFEST).write_bytes(b"\xff")
    assert kept(tmp_path) == ("manifest.json cannot be read",)


def test_numbers_that_cannot_be_tested_are_a_fault_where_a_run_left_them(tmp_path: Path) -> None:
    page = left(tmp_path)
    told = "not tested, report.qmd and about.json are missing"
    row = next(row for row in checks(tmp_path, in_browser=False) if row.name == "numbers")
    assert (row.result, row.measured, row.problems) == ("fault", told, (f"numbers: {told}",))
    (tmp_path / MANIFEST).unlink()
    row = next(row for row in checks(tmp_path, in_browser=False) if row.name == "numbers")
    assert (row.file, row.result, row.measured, row.ok) == (page.name, "not tested", told, True)


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
