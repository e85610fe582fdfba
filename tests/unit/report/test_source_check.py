"""Each thing that only one renderer can read is refused, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from needs.report.source_check import check_source

GOOD = """---
title: "Report"
---

## Beds {#sec-beds}

::: {.callout-note icon=false title="How to read"}
See @fig-a, @tbl-a and @sec-beds. Beds are published [@src-a]; @src-a says so. It is [28]{.fixed} days, `code`.
:::

::: {.band}
Beds
:   **715** \\
    no interval
:::

![Beds by tier](artefacts/fig-a.svg){#fig-a fig-alt="Two bars."}

| Tier | Beds |
|:-----|-----:|
| High | 715  |

: Beds by tier {#tbl-a}

Costs are $5 and $6. A note.[^1]

[^1]: Published.

## Sources {.unnumbered}

::: {#refs}
:::
"""
REFUSED = {
    "raw html <b>": "A <b>bold</b> claim.",
    "raw html <table>": "<table><tr><td>1</td></tr></table>",
    "raw html <!-- hidden -->": "<!-- hidden -->",
    "raw html <br>": "```{=html}\n<br>\n```",
    "TeX math $x^2$": "The square $x^2$ is.",
    "TeX math $y$": "$$y$$",
    "raw tex \\alpha": "The \\alpha error.",
    "a code cell": "```{python}\n1 + 1\n```",
    "a code cell: ": "It is `{python} 1 + 1` here.",
    "a shortcode": "Value {{< meta x >}}.",
    "template code": "Value {{ x }}.",
    "template code that": "Value {% x %}.",
    "@fig-a next to a bracket": "See @fig-a [@src-a].",
    "@sec-beds next to a bracket": "See @sec-beds [page 3].",
    "@tbl-a next to a bracket": "See [@tbl-a].",
    "@fig-none: nothing in the report has this id": "See @fig-none.",
    "@src-none: no source has this key": "See @src-none.",
    "@eq-one: no source has this key": "See @eq-one.",
    "picture artefacts/fig-a.svg has no fig-alt": "![Beds](artefacts/fig-a.svg){#fig-b}",
    "picture artefacts/fig-none.svg is missing": '![Beds](artefacts/fig-none.svg){#fig-b fig-alt="Bars."}',
    "picture artefacts/fig-c.png is missing": '![Beds](artefacts/fig-c.svg){#fig-b fig-alt="Bars."}',
    "picture artefacts/fig-a.svg has no id": '![Beds](artefacts/fig-a.svg){fig-alt="Bars."}',
    "picture artefacts/fig-a.svg has no caption or stands in": 'Here ![x](artefacts/fig-a.svg){fig-alt="Bars."} is.',
    "picture ../secret.svg lies outside": '![Beds](../secret.svg){#fig-b fig-alt="Bars."}',
    "picture https://x.org/a.png lies outside": '![Beds](https://x.org/a.png){#fig-b fig-alt="Bars."}',
    "callout-tip without icon=false": "::: {.callout-tip}\nText\n:::",
    "id tbl-a is used 2 times": "| A |\n|---|\n| 1 |\n\n: Again {#tbl-a}",
    "table without a name has no caption": "| A |\n|---|\n| 1 |",
    "table tbl-b has a column without a name": "|   | A |\n|---|---|\n| 1 | 2 |\n\n: Corner {#tbl-b}",
    "a level 1 heading (Top)": "# Top",
    "a block of class panel-tabset": "::: {.panel-tabset}\nText\n:::",
    "a block of class :": '::: {layout-ncol="2"}\nText\n:::',
    "text of class red": "Some [text]{.red}.",
}


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    (tmp_path / "artefacts").mkdir()
    for name in ("fig-a.svg", "fig-a.png", "fig-c.svg"):
        (tmp_path / "artefacts" / name).touch()
    return tmp_path


def test_what_both_renderers_read_passes(pictures: Path) -> None:
    assert check_source(GOOD, pictures, ["src-a"]) == []


@pytest.mark.parametrize("what", REFUSED)
def test_each_of_the_rest_is_refused_at_its_line(what: str, pictures: Path) -> None:
    problems = check_source(f"{GOOD}\n{REFUSED[what]}\n", pictures, ["src-a"])
    matching = [problem for problem in problems if problem.what.startswith(what)]
    assert matching, problems
    assert all(problem.where.startswith("line ") for problem in problems)
    if not what.startswith(("id tbl-a", "table without", "@", "picture artefacts/fig-a")):
        assert int(matching[0].where.split()[1]) > len(GOOD.splitlines())


def test_region_in_the_front_matter_is_refused(pictures: Path) -> None:
    (problem,) = check_source(GOOD.replace("title:", "region: London\ntitle:"), pictures, ["src-a"])
    assert "front matter key region" in problem.what


def test_unclosed_block_is_refused(pictures: Path) -> None:
    problems = check_source("Text\n\n::: {.callout-tip icon=false}\nText\n\n## Next\n", pictures, [])
    assert [str(problem) for problem in problems] == ["line 3  ::: opens a block that is not closed"]


def test_block_closed_twice_is_refused(pictures: Path) -> None:
    problems = check_source("::: {.callout-tip icon=false}\nText\n:::\n\n:::\n", pictures, [])
    assert [str(problem) for problem in problems] == ["line 5  ::: closes a block that was not opened"]


def test_all_problems_come_at_once_in_order_of_their_line(pictures: Path) -> None:
    problems = check_source("See @fig-x.\n\nA $y$.\n\n# Top\n", pictures, [])
    assert [problem.where for problem in problems] == ["line 1", "line 3", "line 5"]
