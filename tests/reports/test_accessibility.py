"""The web page in a real browser: WCAG rules, keyboard, narrow screens, zoom."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[320, 640, 1280])
def page(request: pytest.FixtureRequest, browser: Browser, published: Path) -> Iterator[Page]:
    """The report at the width of a phone, of a page at 200% zoom and of a desk."""
    page = browser.new_page(viewport={"width": request.param, "height": 800})
    page.goto((published / "report.html").as_uri())
    yield page
    page.close()


def test_no_axe_violations(page: Page) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in found] == []


def test_page_never_scrolls_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_skip_link_is_the_first_stop_and_leads_to_the_report(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_every_table_and_chart_can_be_reached_and_named(page: Page) -> None:
    regions = page.locator(".scroll")
    assert regions.count() == page.locator("table, main img").count() > 0
    names = [regions.nth(n).get_attribute("aria-label") for n in range(regions.count())]
    assert len(set(names)) == len(names)
    regions.first.focus()
    assert page.evaluate("document.activeElement.className") == "scroll"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_contents_links_are_large_enough_and_underlined(page: Page) -> None:
    links = "Array.from(document.querySelectorAll('#TOC > ul > li > a'))"
    assert page.evaluate(f"Math.min(...{links}.map(a => a.getBoundingClientRect().height)) >= 24")
    assert page.evaluate(f"{links}.every(a => getComputedStyle(a).textDecorationLine === 'underline')")


def test_lines_are_short(page: Page) -> None:
    widest = "Math.max(...Array.from(document.querySelectorAll('main > p')).map(p => p.clientWidth))"
    character = "(() => { const s = document.createElement('span'); s.style.cssText = 'position:absolute;width:1ch';"
    character += " document.querySelector('main').append(s); return s.getBoundingClientRect().width; })()"
    assert page.evaluate(f"{widest} / {character}") <= 66.5


def test_headings_step_down_one_at_a_time(page: Page) -> None:
    levels = page.evaluate("Array.from(document.querySelectorAll('h1,h2,h3,h4')).map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
