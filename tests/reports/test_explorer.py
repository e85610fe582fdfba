"""The explorer of sizes in a real browser: sliders by keyboard, and every word from the data."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.explored_frames import explored

from needs.data.geography import Region
from needs.methods.explorer import MEASURES, Explored
from needs.present import tables
from needs.report.interactive import make_interactive
from needs.report.markdown import escape, table
from needs.report.pandoc import EmbeddedRenderer
from needs.values import Provenance

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

LONDON = Region("2023-24", "london", "London", "E40000003")
STOPS = ("expected", "interval", "against")


def made(folder: Path, found: Explored) -> Path:
    """A short report with the table of a grid, as the whole one has it."""
    record = tables.explorer(found, LONDON, Provenance("modelled", ("x#y",)), "2024-25", 10).record()
    (folder / "artefacts").mkdir(parents=True)
    (folder / "artefacts" / "tbl-explorer.csv").write_text(record["csv"], encoding="utf-8")
    told, columns = record["table"], [escape(name) for name in record["table"]["columns"]]
    rows = [list(map(escape, row)) for row in told["rows"]]
    caption = f"**{escape(record['title'])}.** {escape(record['caption'])}"
    shown = table("tbl-explorer", caption, columns, rows, "".join(told["align"]))
    text = f"## Options {{#sec-options}}\n\n### Try other sizes {{#sec-explorer}}\n\nA paragraph.\n\n{shown}\n"
    refs = "\n## Sources {.unnumbered #sec-sources}\n\n::: {#refs}\n:::\n"
    (folder / "report.qmd").write_text(f"---\ntitle: A report\n---\n\n{text}{refs}", encoding="utf-8")
    (folder / "references.bib").write_text("", encoding="utf-8")
    (folder / "about.json").write_text("{}", encoding="utf-8")
    EmbeddedRenderer().render(folder, ["report.html"])
    make_interactive(folder / "report.html")
    return folder / "report.html"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("explorer") / "london", explored())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[320, 1280])
def page(request: pytest.FixtureRequest, browser: Browser, report: Path) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": request.param, "height": 800})
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(report.as_uri())
    yield page
    page.close()
    assert wrong == []


def rows(report: Path) -> list[dict[str, str]]:
    """What the data say, read as a spreadsheet would."""
    text = (report.parent / "artefacts" / "tbl-explorer.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def shown(page: Page) -> dict[str, str]:
    """What the page says, by measure and part."""
    outputs = page.locator("#explorer .card output")
    return {
        f"{output.get_attribute('data-measure')} {output.get_attribute('class')}": output.inner_text()
        for output in outputs.all()
    }


def told(row: dict[str, str]) -> dict[str, str]:
    names = {"expected": "expected", "interval": "interval", "against": "against_today"}
    return {f"{name} {stop}": row[f"{name}_{names[stop]}"] for name in MEASURES for stop in STOPS}


def the_row(report: Path, closed: int, opened: int, full: str) -> dict[str, str]:
    (row,) = [
        row
        for row in rows(report)
        if (row["beds_closed"], row["places_opened"]) == (str(closed), str(opened))
        and row["occupancy_told"].startswith(full)
    ]
    return row


def test_it_starts_as_today(page: Page, report: Path) -> None:
    assert shown(page) == told(the_row(report, 0, 0, "90%"))
    assert set(page.locator("#explorer .against").all_inner_texts()) == {"as today"}


def test_each_slider_moves_by_keyboard_to_the_values_of_the_data(page: Page, report: Path) -> None:
    page.locator("#explorer-1").focus()
    page.keyboard.press("ArrowRight")
    assert shown(page) == told(the_row(report, 12, 0, "90%"))
    page.keyboard.press("End")
    assert shown(page) == told(the_row(report, 36, 0, "90%"))
    assert page.locator("#explorer-1").get_attribute("aria-valuetext") == "36 beds"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert shown(page) == told(the_row(report, 36, 20, "90%"))
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert shown(page) == told(the_row(report, 36, 20, "95%"))
    assert page.locator("#explorer-3").get_attribute("aria-valuetext") == "95% in every future"
    page.keyboard.press("Home")
    assert shown(page) == told(the_row(report, 36, 20, "85%"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert shown(page) == told(the_row(report, 0, 0, "90%"))


def test_every_combination_can_be_reached(browser: Browser, report: Path) -> None:
    page = browser.new_page()
    page.goto(report.as_uri())
    reached = page.evaluate(
        """() => {
          const sliders = [1, 2, 3].map((n) => document.getElementById(`explorer-${n}`));
          const found = [];
          const walk = (n) => {
            if (n === sliders.length) {
              found.push([...document.querySelectorAll("#explorer .card output")].map((one) => one.textContent));
              return;
            }
            for (let value = 0; value <= +sliders[n].max; value += 1) {
              sliders[n].value = value;
              sliders[n].dispatchEvent(new Event("input", { bubbles: true }));
              walk(n + 1);
            }
          };
          walk(0);
          return found;
        }"""
    )
    page.close()
    ordered = sorted(
        rows(report), key=lambda row: [float(row[size]) for size in ("beds_closed", "places_opened", "occupancy")]
    )
    assert reached == [list(told(row).values()) for row in ordered]


def test_one_voice_says_what_is_expected_once_a_hand_rests(page: Page, report: Path) -> None:
    voice = page.locator("#explorer [role=status]")
    assert voice.inner_text() == ""
    assert voice.get_attribute("aria-live") == "polite"
    page.locator("#explorer-2").focus()
    page.keyboard.press("ArrowRight")
    row = the_row(report, 0, 20, "90%")
    for name in MEASURES:
        said = f"expected {row[f'{name}_expected']}, 95% interval {row[f'{name}_interval']}"
        expect(voice).to_contain_text(said)


def test_the_bar_of_an_interval_reaches_as_far_as_its_ends(page: Page) -> None:
    page.locator("#explorer-1").focus()
    page.keyboard.press("End")
    for card in page.locator("#explorer .card").all():
        line, dot = card.locator(".reach"), card.locator(".mean")
        left, mean, right = (
            float(x) for x in (line.get_attribute("x1"), dot.get_attribute("cx"), line.get_attribute("x2"))
        )
        assert 0 <= left < mean < right <= 240


def test_axe_finds_nothing_and_the_page_does_not_scroll_sideways(page: Page) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context="#explorer").response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    heights = page.locator("#explorer input, #explorer button").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 24


def test_it_is_not_printed_and_not_there_without_scripts(browser: Browser, report: Path) -> None:
    page = browser.new_page()
    page.goto(report.as_uri())
    page.emulate_media(media="print")
    assert not page.locator("#explorer").is_visible()
    page.close()
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(report.as_uri())
    assert plain.locator("#explorer").count() == 0
    assert plain.locator("#tbl-explorer").is_visible()
    plain.close()


def test_a_single_choice_is_said_and_has_no_slider(browser: Browser, tmp_path: Path) -> None:
    report = made(tmp_path / "own", explored(wards=(0,), places=(0, 1), own=True))
    page = browser.new_page()
    page.goto(report.as_uri())
    assert page.locator("#explorer input").count() == 1
    assert page.locator("#explorer .fixed").all_inner_texts() == [
        "Medium secure beds closed: none",
        "Step-down places in use today: 79%, by the area's own number of places",
    ]
    page.locator("#explorer input").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#explorer .chosen").inner_text() == "1 place"
    assert shown(page) == told(the_row(report, 0, 1, "79%"))
    page.close()
