"""How tables stand on paper: widths that follow their text, rows that stay whole, headers that repeat."""

from __future__ import annotations

import re
from pathlib import Path

import pypdf
import pytest

from needs.project import project_root
from needs.report.pandoc import EmbeddedRenderer
from needs.report.program import pandoc

HEAD = '---\ntitle: "Small"\n---\n\n## First {#sec-first}\n\n'
WHY = "no origins of low secure patients were found, within the part that is neither prison nor court, by judgement"


def table(columns: list[str], rows: list[list[str]], align: str) -> str:
    rule = "|".join({"l": ":" + "-" * 40, "r": "-" * 40 + ":"}[side] for side in align)
    lines = [f"| {' | '.join(row)} |" for row in (columns, *rows)]
    return "\n".join([lines[0], f"|{rule}|", *lines[1:], "", ": Rows {#tbl-a}"])


def widths(text: str, to: str = "typst") -> list[float]:
    """Shares of the page that columns get."""
    filters = project_root() / "reports" / "filters"
    made = pandoc(["--from=markdown", f"--to={to}", f"--lua-filter={filters / 'common.lua'}"], Path.cwd(), text)
    found = re.search(r"columns: \(([^)]*)\)", made)
    assert found is not None
    return [float(share.rstrip("%")) for share in found[1].split(", ")]


def test_text_gets_the_space_and_short_columns_their_words() -> None:
    rows = [["flow.arrivals.low.shares.prison", "0.25 (0.1 to 0.4)", "assumed", WHY]] * 6
    name, figure, kind, why = widths(table(["Parameter", "Figure", "Kind", "Why"], rows, "llll"))
    assert why > 45
    assert kind < 14
    assert name > figure > kind
    assert sum((name, figure, kind, why)) == pytest.approx(100, abs=0.1)


def test_a_table_that_fits_keeps_its_proportions() -> None:
    first, second = widths(table(["Tier", "Beds"], [["High", "715"], ["Medium secure", "2,965"]], "lr"))
    assert first > second
    assert first + second == pytest.approx(100, abs=0.1)


def test_numbers_keep_one_line_where_there_is_room() -> None:
    rows = [["High secure", "1,190 (800 to 1,460)", WHY], ["Low secure", "540 (360 to 660)", WHY * 3]]
    _, number, _ = widths(table(["Tier", "Patients", "Why"], rows, "lrl"))
    assert number > 100 * 20 * 0.85 / 105


@pytest.mark.parametrize("count", [1, 9, 14])
def test_any_number_of_columns_adds_up(count: int) -> None:
    rows = [[f"{'word ' * (column + 1)}{row * 1000:,}" for column in range(count)] for row in range(4)]
    found = widths(table([f"Column {n}" for n in range(count)], rows, "l" * count))
    assert len(found) == count
    assert sum(found) == pytest.approx(100, abs=0.3)
    assert min(found) > 2


@pytest.fixture
def paper(folder: Path) -> Path:
    (folder / "references.bib").write_text("", encoding="utf-8")
    return folder


def pages(folder: Path, text: str) -> list[str]:
    (folder / "report.qmd").write_text(HEAD + text, encoding="utf-8")
    EmbeddedRenderer().render(folder, ["report.pdf"])
    return [" ".join((page.extract_text() or "").split()) for page in pypdf.PdfReader(folder / "report.pdf").pages]


def test_a_long_table_breaks_between_rows_repeats_its_header_and_loses_nothing(paper: Path) -> None:
    rows = [[f"row{n}", f"begin{n} {WHY} end{n}"] for n in range(120)]
    found = pages(paper, table(["Parameter", "Why"], rows, "ll") + "\n\n::: {.source}\nSource: here.\n:::\n")
    assert len(found) > 2
    assert all("Parameter Why" in page for page in found[:-1])
    for n in range(120):
        (at,) = [number for number, page in enumerate(found) if f"begin{n} " in page]
        assert f"end{n}" in found[at], f"row {n} stands on two pages"


def test_a_row_taller_than_a_page_is_not_lost(paper: Path) -> None:
    found = pages(paper, table(["A", "B"], [["tall", f"{WHY} " * 160 + "theend"], ["next", "last"]], "ll"))
    assert len(found) > 1
    assert "theend" in found[-1]
    assert "last" in found[-1]


def test_a_short_table_stays_whole_with_its_caption_and_source(paper: Path) -> None:
    rows = [[f"row{n}", str(n)] for n in range(8)]
    seen = set()
    for lines in range(20, 45, 4):
        filler = "\n\n".join(["Some words."] * lines)
        text = f"{filler}\n\n{table(['A', 'B'], rows, 'lr')}\n\n::: {{.source}}\nSource: here.\n:::\n"
        found = pages(paper, text)
        (at,) = [n for n, page in enumerate(found) if "Rows" in page]
        assert "row0" in found[at]
        assert "row7" in found[at]
        assert "Source: here." in found[at]
        seen.add(at)
    assert seen == {0, 1}


def test_a_heading_is_never_alone_at_the_foot_of_a_page(paper: Path) -> None:
    seen = set()
    for lines in range(27, 40, 2):
        filler = "\n\n".join(["Some words."] * lines)
        found = pages(paper, f"{filler}\n\n## Second {{#sec-second}}\n\nWhat follows it.\n")
        (at,) = [n for n, page in enumerate(found) if "What follows it." in page]
        assert "2 Second" in found[at]
        seen.add(at)
    assert seen == {0, 1}


def test_years_and_names_of_parameters_keep_their_letters(paper: Path) -> None:
    text = table(["Year", "Name"], [["2023-24", "`flow.arrivals.low.shares.prison_sentenced`"]], "ll")
    (page,) = pages(paper, text)
    assert "2023-24" in page
    assert "flow.arrivals.low.shares.prison_sentenced" in page.replace("\u200b", "").replace(" ", "")
