"""The page with scripts in a real browser: tables sort and filter, charts tell their values, nothing is loaded."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from needs.report import program
from needs.report.interactive import make_interactive
from needs.report.markdown import escape, figure, table
from needs.report.pandoc import EmbeddedRenderer
from needs.report.workspace import workspace

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
QUARTO_SHAPE = [
    "report.qmd", "--standalone", "--data-dir=.", "--metadata=lang:en-GB", "--metadata=link-citations:true",
    "--lua-filter=quarto_shape.lua", "--lua-filter=common.lua", "--citeproc", "--bibliography=references.bib",
    "--csl=theme/report.csl", "--to=html5", "--template=theme/html.template", "--css=theme/report.css", "--toc",
    "--section-divs", "--embed-resources", "--output=report.html",
]  # fmt: skip

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

BARS = [[66.7, 23.3, "London: 300 people (250 to 350)"], [40, 50, "Kent: 180 <b>people</b>"], [20, 76.7, "Leeds: 90"]]
MONTHS = [[20, 20, "Jan: 4"], [20.1, 20.2, "Jan: all"], [24, 70, "Feb: 9"], [70, 30, "May: 2"], [77, 66, "Jun: 5"]]
GROUPS = [
    ["Moves, per 100:", "", ""], ["Women", "12", "3"], ["Men", "4", "1"], ["All", "16", "4"],
    ["Waits, days:", "", ""], ["Women", "9", "-"], ["Men", "30", "2"], ["Young", "10", "7"], ["Old", "1", "5"],
    ["Asian", "2", "2"], ["Black", "8", "9"],
]  # fmt: skip
KINDS = {
    "Cost of a day": ["saves money", "£1,200", "£28", "avoids none", "£3,500", "waits grow", "does not apply"],
    "Told": ["3.35 years", "41%", "120 people", "1 person", "0", "-", "2 years"],
    "Closed": ["12", "none", "36", "24", "-", "not recorded", "none"],
    "Year": ["2024-25", "2009-10", "Mar 2026", "2023-24", "2022-23", "2021-22", "suppressed"],
    "Often": ["1 of 10", "none of 10", "fewer than 1 of 10", "none", "3 of 10", "not charted", "no interval"],
}
KINDS_UP = {
    "Cost of a day": ["£28", "£1,200", "£3,500", "saves money", "avoids none", "waits grow", "does not apply"],
    "Closed": ["none", "none", "12", "24", "36", "-", "not recorded"],
    "Year": ["2009-10", "2021-22", "2022-23", "2023-24", "2024-25", "Mar 2026", "suppressed"],
    "Often": ["none of 10", "fewer than 1 of 10", "1 of 10", "3 of 10", "none", "not charted", "no interval"],
}
MONEY = [
    "no published figure", "£311 million", "£1.2 billion", "£950 thousand", "−£3 million", "£0", "under £1 million",
    "£1 million", "about £40 million", "–",
]  # fmt: skip
MONEY_UP = [
    "−£3 million", "£0", "£950 thousand", "under £1 million", "£1 million", "about £40 million", "£311 million",
    "£1.2 billion", "no published figure", "–",
]  # fmt: skip
COUNTS = ["1,030 (880 to 1,210)", "12.8", "998 (1 to 2)", "−5 (−9 to +1)", "+7", "*", "8 of 10", "100", "none", "11"]
COUNTS_UP = [
    "−5 (−9 to +1)",
    "+7",
    "8 of 10",
    "11",
    "12.8",
    "100",
    "998 (1 to 2)",
    "1,030 (880 to 1,210)",
    "*",
    "none",
]
AREAS = ["Ash", "Écija", "Elm 10", "Elm 9", "Oak & <b>Yew</b>", "Fir", "Bay", "Cedar", "Lime", "Box"]
AREAS_UP = ["Ash", "Bay", "Box", "Cedar", "Écija", "Elm 9", "Elm 10", "Fir", "Lime", "Oak & <b>Yew</b>"]


COLUMNS = ["Area", "Spend", "People"]
TOTAL = ["England", "£2 million", "1"]
BARS_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="450" height="150" viewBox="0 0 450 150">'
    '<rect width="450" height="150" fill="#ffffff"/><rect y="20" width="300" height="30" fill="#12436D"/>'
    '<rect y="60" width="180" height="30" fill="#28A197"/><rect y="100" width="90" height="30" fill="#801650"/></svg>'
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short report of two charts that tell values and one that does not, and three tables."""
    folder = tmp_path_factory.mktemp("told") / "yorkshire"
    artefacts = folder / "artefacts"
    artefacts.mkdir(parents=True)
    lines = [[10, 50, "2024: 1"], [50, 40, "2025: 2"], [90, 30, "2026: 3"]]
    figures: dict[str, Any] = {"fig-bars": {"points": BARS}, "fig-lines": {"points": lines}, "fig-silent": {}}
    figures["fig-months"] = {"points": MONTHS}
    for name, record in figures.items():
        (artefacts / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")
        (artefacts / f"{name}.svg").write_text(BARS_SVG, encoding="utf-8")
    rows = [list(map(escape, row)) for row in zip(AREAS, MONEY, COUNTS, strict=True)]
    tables = {"tbl-areas": [*rows, TOTAL], "tbl-few": rows[:8], "tbl-one": rows[:1]}
    tables |= {"tbl-groups": GROUPS, "tbl-kinds": list(map(list, zip(*KINDS.values(), strict=True)))}
    heads = {"tbl-kinds": list(KINDS)}
    parts = [figure(name, f"**Finding {name}.** Measure.", f"artefacts/{name}.svg", "Bars.") for name in figures]
    for name, body in tables.items():
        head = heads.get(name, COLUMNS)
        parts.append(table(name, f"**Finding {name}.** Measure.", head, body, "l" + "r" * (len(head) - 1)))
    filler = "A paragraph of words that fill a section.\n\n" * 12
    text = "\n\n".join(f"## Section {n} {{#sec-{n}}}\n\n{part}\n\n{filler}" for n, part in enumerate(parts))
    refs = "## Sources {.unnumbered #sec-sources}\n\n::: {#refs}\n:::\n"
    (folder / "report.qmd").write_text(f"---\ntitle: A report\n---\n\n{text}\n\n{refs}", encoding="utf-8")
    (folder / "references.bib").write_text("", encoding="utf-8")
    (folder / "about.json").write_text("{}", encoding="utf-8")
    EmbeddedRenderer().render(folder, ["report.html"])
    make_interactive(folder / "report.html")
    return folder


@pytest.fixture(scope="module")
def quarto(told: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same report as Quarto frames it, as far as Pandoc alone can make it."""
    folder = tmp_path_factory.mktemp("shaped") / "yorkshire"
    shutil.copytree(told, folder)
    with workspace(folder, ["report.html"]) as scratch:
        shutil.copy(Path(__file__).with_name("quarto_shape.lua"), scratch)
        filters = (scratch / "filters" / "common.lua").read_text(encoding="utf-8")
        (scratch / "common.lua").write_text(f"quarto = {{}}\n{filters}", encoding="utf-8")
        program.pandoc(QUARTO_SHAPE, scratch)
    make_interactive(folder / "report.html")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A function that opens a report; at the end nothing was requested and nothing went wrong."""
    opened: list[Page] = []
    wrong: list[str] = []

    def open_page(folder: Path, width: int = 1280, **settings: Any) -> Page:
        settings = {"reduced_motion": "reduce"} | settings
        page = browser.new_page(viewport={"width": width, "height": 800}, **settings)
        opened.append(page)
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.append(request.url))
        address = (folder / "report.html").as_uri()
        page.goto(address)
        wrong[:] = [one for one in wrong if one != address and not one.startswith("data:")]
        return page

    yield open_page
    for page in opened:
        page.close()
    assert wrong == []


@pytest.fixture(params=["embedded", "quarto"])
def page(request: pytest.FixtureRequest, visit: Callable[..., Page], told: Path, quarto: Path) -> Page:
    """The report of either renderer at the width of a desk."""
    return visit(told if request.param == "embedded" else quarto)


def eventually(page: Page, condition: str) -> None:
    """Wait for a condition; the page's policy forbids the browser to keep testing it by itself."""
    page.evaluate(
        f"() => new Promise(done => {{ const look = () => {condition} ? done() : setTimeout(look); look(); }})"
    )


def shown(page: Page, name: str = "tbl-areas") -> Locator:
    return page.locator(f"table#{name}, #{name} table")


def column(page: Page, n: int, name: str = "tbl-areas") -> list[str]:
    cells = shown(page, name).locator(f"tbody tr:visible > :nth-child({n})")
    return [text.strip() for text in cells.all_inner_texts()]


def press(page: Page, header: str, name: str = "tbl-areas") -> str | None:
    button = shown(page, name).get_by_role("button", name=header, exact=True)
    button.focus()
    page.keyboard.press("Enter")
    return button.locator("..").get_attribute("aria-sort")


def voice(page: Page) -> Locator:
    return page.get_by_role("status")


def chart(page: Page, name: str = "fig-bars") -> Locator:
    region = page.locator(f"#{name} .scroll")
    region.evaluate("region => region.scrollIntoView({block: 'center'})")
    return region


def test_without_scripts_everything_is_there_and_no_control(visit: Callable[..., Page], told: Path) -> None:
    page = visit(told, java_script_enabled=False)
    assert page.locator("button, input, .values, .filter, output").count() == 0
    assert column(page, 1) == [*AREAS, "England"]
    assert page.locator("main img").count() > 2
    assert all(image.is_visible() for image in page.locator("main img").all())


@pytest.mark.parametrize(
    ("n", "order", "up", "words"), [(1, AREAS, AREAS_UP, 0), (2, MONEY, MONEY_UP, 2), (3, COUNTS, COUNTS_UP, 2)]
)
def test_sort(n: int, order: list[str], up: list[str], words: int, page: Page) -> None:
    header, last = COLUMNS[n - 1], TOTAL[n - 1]
    numbers = up[: len(up) - words]
    assert press(page, header) == "ascending"
    assert column(page, n) == [*up, last]
    assert press(page, header) == "descending"
    assert column(page, n) == [*reversed(numbers), *up[len(numbers) :], last]
    assert press(page, header) is None
    assert column(page, n) == [*order, last]


@pytest.mark.parametrize("header", KINDS_UP)
def test_numbers_sort_beside_words_and_words_for_nothing_come_last(header: str, page: Page) -> None:
    n = list(KINDS).index(header) + 1
    press(page, header, "tbl-kinds")
    assert column(page, n, "tbl-kinds") == KINDS_UP[header]
    press(page, header, "tbl-kinds")
    last = {"Cost of a day": 4, "Closed": 2, "Year": 1, "Often": 3}[header]
    told = KINDS_UP[header][: 7 - last]
    assert column(page, n, "tbl-kinds") == [*reversed(told), *KINDS_UP[header][7 - last :]]


def test_a_column_of_several_units_does_not_sort(page: Page) -> None:
    headers = shown(page, "tbl-kinds").locator("th[scope=col]")
    assert headers.filter(has=page.locator("button")).all_inner_texts() == [one for one in KINDS if one != "Told"]


def test_rows_sort_under_their_heads(page: Page) -> None:
    first = [row[0] for row in GROUPS]
    assert press(page, "Spend", "tbl-groups") == "ascending"
    up = ["Men", "Women", "All", "Waits, days:", "Old", "Asian", "Black", "Women", "Young", "Men"]
    assert column(page, 1, "tbl-groups") == [first[0], *up]
    press(page, "People", "tbl-groups")
    assert column(page, 1, "tbl-groups")[4:] == ["Waits, days:", "Men", "Asian", "Old", "Young", "Black", "Women"]
    press(page, "People", "tbl-groups")
    press(page, "People", "tbl-groups")
    assert column(page, 1, "tbl-groups") == first


def test_a_filter_keeps_the_head_of_what_it_shows(page: Page) -> None:
    number = shown(page, "tbl-groups").locator("xpath=ancestor::div[@class='scroll']").get_attribute("aria-label")
    box = page.get_by_label(f"Filter {number}", exact=True)
    expect(box.locator("+ span")).to_have_text("9 rows")
    box.fill("women")
    assert column(page, 1, "tbl-groups") == ["Moves, per 100:", "Women", "Waits, days:", "Women"]
    expect(box.locator("+ span")).to_have_text("2 of 9 rows")
    box.fill("asian")
    assert column(page, 1, "tbl-groups") == ["Waits, days:", "Asian"]
    box.fill("moves")
    assert column(page, 1, "tbl-groups") == ["Moves, per 100:", "Women", "Men", "All"]


def test_every_header_that_sorts_shows_one_mark_at_its_free_side(page: Page) -> None:
    marks = page.locator(".sort").evaluate_all(
        """all => all.map(one => [one.closest("th").classList.contains("r"), ...["::before", "::after"].filter(
            side => !["none", "normal"].includes(getComputedStyle(one, side).content))])"""
    )
    assert [True, "::before"] in marks
    assert [False, "::after"] in marks
    assert all(mark in ([True, "::before"], [False, "::after"]) for mark in marks)


def test_sort_says_what_it_did_and_marks_one_column(page: Page) -> None:
    press(page, "Spend")
    expect(voice(page)).to_have_text("Table 1 sorted by Spend, ascending")
    press(page, "People")
    assert shown(page).locator("th[aria-sort]").all_inner_texts() == ["People"]
    press(page, "People")
    expect(voice(page)).to_have_text("Table 1 sorted by People, descending")
    press(page, "People")
    expect(voice(page)).to_have_text("Table 1 in the order of the report")


def test_a_table_of_one_row_has_nothing_to_sort(page: Page) -> None:
    assert shown(page, "tbl-one").locator("tbody tr").count() == 1
    assert shown(page, "tbl-one").locator("button, input").count() == 0


def test_filter_counts_and_clears(page: Page) -> None:
    box = page.get_by_label("Filter Table 1", exact=True)
    count = box.locator("+ span")
    expect(count).to_have_text("11 rows")
    box.fill("ELM")
    assert column(page, 1) == ["Elm 10", "Elm 9"]
    expect(count).to_have_text("2 of 11 rows")
    expect(voice(page)).to_have_text("2 of 11 rows")
    press(page, "Area")
    assert column(page, 1) == ["Elm 9", "Elm 10"]
    box.fill("<b>  oak")
    assert column(page, 1) == ["Oak & <b>Yew</b>"]
    box.fill("no such place")
    expect(count).to_have_text("0 of 11 rows")
    box.fill("")
    expect(count).to_have_text("11 rows")
    assert len(column(page, 1)) == 11


def test_only_a_table_of_more_than_eight_rows_filters(page: Page) -> None:
    assert page.locator(".filter").count() == 2
    assert shown(page, "tbl-few").locator("tbody tr").count() == 8
    assert shown(page, "tbl-few").locator("th button").count() == 3


def test_the_words_of_a_caption_still_name_their_table(visit: Callable[..., Page], told: Path) -> None:
    page = visit(told)
    caption = shown(page).locator("caption > span").inner_text()
    assert caption.startswith("Table\xa01: Finding tbl-areas.")
    assert page.get_by_role("table", name=" ".join(caption.split()), exact=True).count() == 1


def test_print_has_every_row_and_no_control(page: Page) -> None:
    page.get_by_label("Filter Table 1", exact=True).fill("elm")
    chart(page).focus()
    page.keyboard.press("ArrowDown")
    page.emulate_media(media="print")
    assert len(column(page, 1)) == 11
    assert page.locator(".filter:visible, .values:visible").count() == 0
    for side in ("::before", "::after"):
        shows = f"all => all.map(one => getComputedStyle(one, '{side}').display)"
        assert set(page.locator(".sort").evaluate_all(shows)) == {"none"}


@pytest.mark.parametrize("width", [320, 1280])
def test_headers_keep_their_height_and_targets_are_large(width: int, visit: Callable[..., Page], told: Path) -> None:
    heights = "heads => heads.map(head => head.getBoundingClientRect().height)"
    plain = visit(told, width, java_script_enabled=False).locator("thead").evaluate_all(heights)
    page = visit(told, width)
    assert page.locator("thead").evaluate_all(heights) == pytest.approx(plain, abs=1)
    sizes = page.locator(".sort, .filter input").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(box => Math.min(box.width, box.height))"
    )
    assert min(sizes) >= 24
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_keys_read_the_values(page: Page) -> None:
    region = chart(page)
    tip, ring = region.locator(".tip"), region.locator(".ring")
    described = region.get_attribute("aria-describedby")
    assert page.locator(f"#{described}").text_content() == "Up and down arrow keys read the values, Escape stops"
    page.keyboard.press("Tab")
    region.focus()
    expect(tip).to_have_text("Up and down arrow keys read the values, Escape stops")
    expect(ring).to_be_hidden()
    for key, n in (("ArrowDown", 0), ("ArrowRight", 1), ("ArrowUp", 0), ("End", 2), ("ArrowLeft", 1), ("Home", 0)):
        page.keyboard.press(key)
        expect(tip).to_have_text(BARS[n][2])
        expect(voice(page)).to_have_text(f"{BARS[n][2]}, {n + 1} of 3")
        assert mark(region) == pytest.approx(BARS[n][:2], abs=0.3)
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.keyboard.press("ArrowDown")  # scrolls, as anywhere
    expect(tip).to_be_hidden()
    region.blur()
    region.focus()
    page.keyboard.press("ArrowDown")
    expect(tip).to_have_text(BARS[0][2])
    region.blur()
    expect(tip).to_be_hidden()


def mark(region: Locator) -> list[float]:
    """Where the ring stands on the picture, in percent."""
    ring, image = region.locator(".ring").bounding_box(), region.locator("img").bounding_box()
    assert ring
    assert image
    across = (ring["x"] + ring["width"] / 2 - image["x"]) / image["width"]
    down = (ring["y"] + ring["height"] / 2 - image["y"]) / image["height"]
    return [100 * across, 100 * down]


def test_keys_past_the_ends_and_with_a_modifier_are_left_to_the_browser(page: Page) -> None:
    region = chart(page)
    page.evaluate(
        "() => { window.taken = []; document.addEventListener('keydown', e => taken.push(e.defaultPrevented)); }"
    )
    region.focus()
    for key in ("ArrowUp", "Control+ArrowDown", "ArrowDown", "End", "ArrowDown", "a"):
        page.keyboard.press(key)
    taken = page.evaluate("taken")
    assert taken == [False, False, False, True, True, False, False]  # Control is a key of its own


def test_on_a_phone_left_and_right_scroll_and_the_mark_comes_into_view(visit: Callable[..., Page], told: Path) -> None:
    page = visit(told, 320)
    region = chart(page)
    assert region.evaluate("region => region.scrollWidth > region.clientWidth")
    region.focus()
    page.evaluate("document.activeElement.addEventListener('scrollend', () => { window.settled = true; })")
    page.keyboard.press("ArrowRight")
    eventually(page, "window.settled && document.activeElement.scrollLeft > 0")
    assert not region.locator(".ring").is_visible()
    for n in (0, 1, 2):
        page.keyboard.press("ArrowDown")
        expect(region.locator(".tip")).to_have_text(BARS[n][2])
        assert mark(region) == pytest.approx(BARS[n][:2], abs=0.3)
        inside(region.locator(".ring"), region)
        inside(region.locator(".tip"), region)


def inside(part: Locator, whole: Locator) -> None:
    small, large = part.bounding_box(), whole.bounding_box()
    assert small
    assert large
    assert small["x"] >= large["x"] - 1
    assert small["x"] + small["width"] <= large["x"] + large["width"] + 1
    assert small["y"] >= large["y"] - 1
    assert small["y"] + small["height"] <= large["y"] + large["height"] + 1


def test_pointer_shows_the_value_of_the_bar_it_is_over(page: Page) -> None:
    region = chart(page)
    box = region.locator("img").bounding_box()
    assert box
    for left, (_, down, text) in ((5, BARS[0]), (20, BARS[0]), (60, BARS[1]), (95, BARS[2])):
        page.mouse.move(box["x"] + box["width"] * left / 100, box["y"] + box["height"] * down / 100)
        expect(region.locator(".tip")).to_have_text(text)
        inside(region.locator(".tip"), region)
    expect(voice(page)).to_have_text("")
    page.keyboard.press("Escape")
    expect(region.locator(".tip")).to_be_hidden()
    page.mouse.move(box["x"] + 20, box["y"] + 5)  # above every row
    expect(region.locator(".tip")).to_be_hidden()
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] * 0.2)
    expect(region.locator(".tip")).to_be_visible()
    tip = region.locator(".tip").bounding_box()
    assert tip
    page.mouse.move(tip["x"] + tip["width"] / 2, tip["y"] + tip["height"] / 2)
    expect(region.locator(".tip")).to_be_visible()
    page.mouse.move(box["x"] + 20, box["y"] - 60)
    expect(region.locator(".tip")).to_be_hidden()


def test_pointer_far_from_every_mark_shows_nothing_and_marks_of_one_place_share_a_tip(page: Page) -> None:
    region = chart(page, "fig-months")
    box = region.locator("img").bounding_box()
    assert box
    for left, top, far, text in (
        (20, 20, 0, "Jan: 4; Jan: all"), (24, 70, 15, "Feb: 9"), (77, 66, -20, "Jun: 5"),
        (70, 30, 40, None), (24, 70, -80, None), (50, 50, 0, None),
    ):  # fmt: skip
        page.mouse.move(box["x"] + box["width"] * left / 100 + far, box["y"] + box["height"] * top / 100)
        if text:
            expect(region.locator(".tip")).to_have_text(text)
            expect(region.locator(".tip")).to_be_visible()
        else:
            expect(region.locator(".tip")).to_be_hidden()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(voice(page)).to_have_text("")
    page.mouse.click(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
    expect(voice(page)).to_have_text("Jan: 4; Jan: all, 1 of 5")


def test_in_columns_the_place_along_decides(page: Page) -> None:
    region = chart(page, "fig-lines")
    box = region.locator("img").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.5 + 15, box["y"] + box["height"] * 0.95)
    expect(region.locator(".tip")).to_have_text("2025: 2")
    page.mouse.move(box["x"] + box["width"] * 0.5 + 50, box["y"] + box["height"] * 0.4)
    expect(region.locator(".tip")).to_be_hidden()


def test_one_value_is_open_at_a_time(page: Page) -> None:
    first, second = chart(page), chart(page, "fig-lines")
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(first.locator(".tip")).to_be_visible()
    box = chart(page, "fig-lines").locator("img").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.88, box["y"] + 5)
    expect(second.locator(".tip")).to_have_text("2026: 3")
    expect(first.locator(".tip")).to_be_hidden()


def test_a_tap_shows_and_says_the_nearest(visit: Callable[..., Page], told: Path) -> None:
    page = visit(told, 320, has_touch=True)
    region = chart(page)
    box = region.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + 100, box["y"] + box["height"] * 0.5)
    expect(region.locator(".tip")).to_have_text(BARS[1][2])
    expect(voice(page)).to_have_text(f"{BARS[1][2]}, 2 of 3")
    page.touchscreen.tap(box["x"] + 100, box["y"] - 20)
    expect(region.locator(".tip")).to_be_hidden()


def test_contents_mark_the_section_in_view(page: Page) -> None:
    current = page.locator("#TOC [aria-current=location]")
    links = page.locator("#TOC > ul > li > a")
    for n in (4, 2, 5):
        page.evaluate("id => document.getElementById(id).scrollIntoView()", str(links.nth(n).get_attribute("href"))[1:])
        expect(current).to_have_text(str(links.nth(n).text_content()))
    page.evaluate("window.scrollTo(0, 0)")
    expect(current).to_have_text(str(links.first.text_content()))
    page.evaluate("document.querySelector('.page').style.marginTop = '100vh'")
    expect(current).to_have_count(0)


def test_nothing_moves_where_motion_is_unwanted(page: Page) -> None:
    chart(page).focus()
    page.keyboard.press("ArrowDown")
    press(page, "Spend")
    moving = "[...document.querySelectorAll('main *, #TOC *')].filter(one => { const style = getComputedStyle(one);"
    moving += " return style.transitionDuration !== '0s' || style.animationName !== 'none'; }).length"
    assert page.evaluate(moving) == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_the_policy_lets_nothing_in_or_out(browser: Browser, told: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        page = browser.new_page()
        page.goto((told / "report.html").as_uri())
        page.evaluate(
            """address => {
                window.refused = [];
                document.addEventListener("securitypolicyviolation", one => refused.push(one.effectiveDirective));
                const add = (tag, parts) => document.body.append(Object.assign(document.createElement(tag), parts));
                add("script", {textContent: "window.ran = true;"});
                add("img", {src: address});
                add("link", {rel: "stylesheet", href: address});
                fetch(address).catch(() => {});
            }""",
            f"http://127.0.0.1:{server.getsockname()[1]}/",
        )
        eventually(page, "new Set(refused).size === 4")
        assert page.evaluate("window.ran") is None
        with pytest.raises(BlockingIOError):
            server.accept()
        page.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_axe_violations_after_use(width: int, visit: Callable[..., Page], told: Path, quarto: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for folder in (told, quarto):
        page = visit(folder, width)
        page.get_by_label("Filter Table 1", exact=True).fill("elm")
        press(page, "Spend")
        chart(page).focus()
        page.keyboard.press("ArrowDown")
        expect(chart(page).locator(".tip")).to_be_visible()
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in found] == []


def test_the_whole_report_loads_without_a_word_or_a_request(visit: Callable[..., Page], published: Path) -> None:
    page = visit(published)
    assert page.locator("th > button").count() > 50
    assert (published / "report.html").stat().st_size < 1_000_000
