"""The site of an edition: every page, every link, with and without scripts, in a real browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from nation_runs import EDITION, finish_nation
from playwright.sync_api import Browser, Page, sync_playwright
from site_crawl import Links, crawl

from needs.errors import RenderError
from needs.project import project_root
from needs.report.site import build as building
from needs.report.site.build import build_site
from needs.report.site.documents import DOCUMENTS, document
from needs.report.source_check import check_source
from needs.run import manifest
from needs.run.nation import make_site

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of hand-made runs, one region without data of its own; look, do not touch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest, "code", lambda _root: {"src/needs/x.py": "00"})
        out = finish_nation(tmp_path_factory.mktemp("nation"))
        return make_site(EDITION, out, lambda folder: build_site(folder, "embedded"))


def test_every_link_leads_somewhere_and_every_page_is_reached(site: Path) -> None:
    reached, lost = crawl(site.resolve())
    assert lost == []
    assert set(reached) == set(site.resolve().rglob("*.html"))
    assert len(reached) > 20


def test_pages_load_nothing_and_mark_where_they_are(site: Path) -> None:
    for page in site.glob("*.html"):
        found = Links(page)
        assert [each for each in found.loads if not each.startswith("data:")] == [], page.name
        assert found.headings == 1, page.name
        assert len(found.here) == 1, page.name
    assert Links(site / "dashboard-northmark.html").here == ["dashboards.html"]
    assert Links(site / "method-flow.html").here == ["methods.html"]


def test_sizes(site: Path) -> None:
    assert (site / "index.html").stat().st_size < 500_000


def test_only_what_a_reader_needs_is_left(site: Path) -> None:
    kinds = {path.suffix for path in site.rglob("*") if path.is_file()}
    assert kinds == {".html", ".csv"}
    assert not (site / "regions" / "northmark" / "private").exists()
    assert (site / "artefacts" / "tbl-adding-up.csv").is_file()


def text_of(page: Path) -> str:
    words = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(words.split())


def test_pages_say_what_they_must_without_scripts(site: Path) -> None:
    front = text_of(site / "index.html")
    assert "Everything here is synthetic" in front
    assert "their intervals overlap, so that they cannot be told apart" in front
    sums = text_of(site / "reconciliation.html")
    assert "by construction: that is arithmetic, not validation" in sums
    assert "Residual" in sums
    compared = text_of(site / "regions.html")
    assert all(
        name in compared for name in ("Northmark", "Eastvale", "Southmoor", "Step-down places for secure patients")
    )
    bare = text_of(site / "dashboard-eastvale.html")
    assert "has loaded no service data" in bare
    assert "needs data add FILE --region eastvale" in bare
    own = text_of(site / "dashboard-northmark.html")
    assert "Finding of control charts" in own
    assert "Data: tbl-dashboard-northmark.csv" in own.replace("‘", "").replace("’", "")


def test_findings_of_all_pages_are_listed_from_a_to_z(site: Path) -> None:
    page = (site / "search.html").read_text(encoding="utf-8")
    listed = re.findall(r'<li><a\s+href="([^"#]+)#[^"]+">(.*?)</a>', page[page.index("<main") :], re.DOTALL)
    texts = [" ".join(text.split()).strip("‘’“”").casefold() for _, text in listed]
    assert texts == sorted(texts, key=lambda text: (text[:1].isalpha(), text))
    assert {"index.html", "regions.html", "dashboard-northmark.html", "regions/eastvale/report.html"} <= {
        href for href, _ in listed
    }


def test_a_report_of_a_region_leads_home(site: Path) -> None:
    assert Links(site / "regions" / "eastvale" / "report.html").hrefs[1:3] == [
        "../../index.html",
        "../../dashboard-eastvale.html",
    ]


REPORT = (
    '<html><body class="x">\n<a href="#a">A</a><p class="skip">x</p>'
    '<a id=s class={}>Skip</a\n><main id="main"></main></body></html>'
)


@pytest.mark.parametrize("named", ['"skip"', "'skip'", "skip", '"far skip near"'])
def test_the_way_home_follows_the_skip_link_however_it_is_written(named: str) -> None:
    page = REPORT.format(named)
    assert page[building._after_skip_link(page, "report.html") :].startswith("<main")


@pytest.mark.parametrize(
    "page",
    [
        REPORT.format('"skipped"'),
        "<html><body><main>No link</main></body></html>\n",
        '<html><body></body></html><a class="skip" href="#main">Skip</a>',
        "<html><head><script>\"<a class='skip'></a>\"</script></head><body></body></html>",
    ],
)
def test_a_report_without_a_skip_link_is_refused(page: str, tmp_path: Path) -> None:
    report = tmp_path / "regions" / "ash" / "report.html"
    report.parent.mkdir(parents=True)
    report.write_text(page, encoding="utf-8")
    with pytest.raises(RenderError, match=r"regions/ash/report\.html has no link of class skip"):
        building._point_home(tmp_path, {"nation": {"country": "England", "places": [{"area": "ash"}]}})
    assert report.read_text(encoding="utf-8") == page


def test_a_site_with_a_dead_link_is_refused(site: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    shutil.copytree(site, folder)
    page = folder / "about.html"
    page.write_text(page.read_text(encoding="utf-8").replace("regions.html", "nowhere.html"), encoding="utf-8")
    with pytest.raises(RenderError, match=r"about\.html\s+link to nowhere\.html leads nowhere"):
        building._check(folder)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_are_written_as_both_renderers_read(name: str, tmp_path: Path) -> None:
    title, text = document(name, project_root(), "2009-10")
    assert title
    assert check_source(text, tmp_path, []) == []
    assert "## 2023-24" not in text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


def opened(browser: Browser, page: Path, width: int = 1280) -> Page:
    """Open a page; nothing may go wrong or be asked of the network."""
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.on("pageerror", lambda error: pytest.fail(str(error)))
    tab.on("console", lambda told: pytest.fail(told.text) if told.type == "error" else None)
    tab.on("request", lambda asked: pytest.fail(asked.url) if not asked.url.startswith(("file:", "data:")) else None)
    tab.goto(page.as_uri())
    return tab


KINDS = ("index", "regions", "dashboard-northmark", "dashboard-eastvale", "methods", "method-scenarios", "search")


@needs_browser
@pytest.mark.parametrize(("name", "width"), [*((name, 320) for name in KINDS), *((name, 1280) for name in KINDS[:3])])
def test_no_axe_violations(name: str, width: int, browser: Browser, site: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab = opened(browser, site / f"{name}.html", width)
    found = Axe().run(tab).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in found] == []
    assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    tab.close()


@needs_browser
def test_menu_is_large_enough_and_comes_after_the_skip_link(browser: Browser, site: Path) -> None:
    tab = opened(browser, site / "index.html", 320)
    links = "Array.from(document.querySelectorAll('.site-menu a'))"
    assert tab.evaluate(f"Math.min(...{links}.map(a => a.getBoundingClientRect().height)) >= 24")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "England"
    tab.close()


@needs_browser
def test_any_two_regions_stand_side_by_side(browser: Browser, site: Path) -> None:
    tab = opened(browser, site / "regions.html")
    tab.select_option("#compare-1", label="Southmoor")
    tab.select_option("#compare-2", label="Northmark")
    rows = tab.locator(".compare tbody tr")
    shown = {
        cells[0]: cells[1:] for cells in (rows.nth(n).locator("th, td").all_inner_texts() for n in range(rows.count()))
    }
    full = tab.locator(".scroll:has(#tbl-side-by-side) tbody tr, #tbl-side-by-side tbody tr")
    assert len(shown) == full.count()
    assert shown["Adults"] == ["1,300,000", "1,200,000", "+100,000", "no interval"]
    assert shown["Expected patients in secure care"][2:] == ["−23", "overlap"]
    tab.select_option("#compare-2", label="Southmoor")
    assert tab.locator(".compare [role=status]").inner_text() == "Choose two different regions."
    tab.close()


@needs_browser
def test_search_finds_words_of_captions_and_gives_the_list_back(browser: Browser, site: Path) -> None:
    tab = opened(browser, site / "search.html")
    tab.fill("#find", "construction ENGLAND")
    results = tab.locator(".find li")
    assert results.count() > 1
    assert all("construction" in text.lower() for text in results.all_inner_texts())
    assert tab.locator("main > h2:visible, main > section:visible").count() == 0
    tab.locator(".find li a").first.click()
    assert tab.url.split("#")[0].endswith(".html")
    tab.go_back()
    tab.fill("#find", "zzz")
    assert tab.locator(".find [role=status]").inner_text() == "Nothing found"
    tab.fill("#find", "")
    assert tab.locator("main > h2:visible, main > section:visible").count() > 3
    tab.close()
