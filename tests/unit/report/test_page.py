"""What a template gets for each word it may use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from needs.report.page import Page

ABOUT: dict[str, Any] = {
    "sources": {
        "a/beds#one": {"publisher": "DHSC", "title": "Beds", "date": "2024"},
        "a/days#one": {"publisher": "DHSC", "title": "Beds", "date": "2024"},
    },
    "measured": [],
    "overrides": [{"field": "demand.rule", "value": "a|b", "default": [1, 2]}],
    "versions": {"needs": "0.1.0", "numba": None},
}


def record(form: str = "number", notebook: str = "demand", kind: str = "modelled", *refs: str) -> dict[str, Any]:
    number = {"label": "Beds", "text": "12", "interval": ""}
    sources = list(refs) or ["a/beds#one"]
    return {"form": form, "notebook": notebook, "kind": kind, "title": "T*", "sources": sources, "number": number}


def page(**records: dict[str, Any]) -> Page:
    return Page({name.replace("_", "-"): record for name, record in records.items()}, ABOUT)


def test_source_line_of_one_artefact() -> None:
    line = page(num_a=record()).source("num-a").splitlines()[1]
    assert line == "Source: DHSC [@src-one]. Kind: modelled. Data: `num-a.csv` (notebook `demand`)."


def test_source_line_of_several_artefacts_names_each_document_and_notebook_once() -> None:
    shown = page(
        num_a=record(), num_b=record("number", "costs", "derived", "a/days#one"), num_c=record("number", "costs")
    ).source("num-a", "num-b", "num-c")
    assert "Source: DHSC [@src-one]. Kind: modelled, derived." in shown
    assert "`num-a.csv` (notebook `demand`); `num-b.csv`, `num-c.csv` (notebook `costs`)" in shown


def test_assumptions_are_named_by_their_block() -> None:
    refs = ("params/a#demand.occupancy.high", "params/a#demand.occupancy.low", "params/a#step_down.ready")
    assert "Source: assumptions `demand.occupancy`, `step_down.ready`." in page(
        num_a=record("number", "demand", "assumed", *refs)
    ).source("num-a")
    assert "Source: assumption `demand.occupancy`." in page(
        num_a=record("number", "demand", "assumed", refs[0])
    ).source("num-a")


def test_files_of_the_user_are_own_figures_and_no_assumption() -> None:
    refs = ("params/a#costs.spend_file", "params/a#costs.fixed_share", "params/a#projection.file")
    shown = page(num_a=record("number", "costs", "derived", "a/beds#one", *refs)).source("num-a")
    told = "own figures `costs.spend_file`; own figures `projection.file`; assumption `costs.fixed_share`"
    assert f"Source: DHSC [@src-one]; {told}." in shown


def test_only_what_was_cited_is_in_the_reference_list() -> None:
    made = page(num_a=record())
    assert made.cited == set()
    made.source("num-a")
    assert made.keys == {"src-one"}
    assert made.cited == {"a/beds#one"}


def test_many_sources_are_told_by_their_numbers() -> None:
    held = {f"a/t#{name}": {"publisher": "DHSC", "title": name, "date": "2024"} for name in ("one", "two", "three")}
    records = {
        "num-a": record("number", "demand", "derived", *held),
        "num-b": record("number", "demand", "derived", *list(held)[:2]),
    }
    made = Page(records, ABOUT | {"sources": held})
    assert "Source: [@src-one; @src-two; @src-three]. Kind" in made.source("num-a")
    assert "Source: DHSC [@src-one]; DHSC [@src-two]. Kind" in made.source("num-b")


def test_many_assumptions_are_pointed_to_where_the_page_lists_them() -> None:
    refs = [f"params/x#demand.a{n}.b" for n in range(7)]
    records = {
        "num-a": record("number", "demand", "assumed", *refs),
        "num-b": record("number", "demand", "assumed", *refs[:2]),
    }
    listed, bare = (Page(records, ABOUT, lists_assumptions=lists) for lists in (True, False))
    assert "Source: assumptions in @tbl-assumptions. Kind" in listed.source("num-a")
    assert "Source: assumptions `demand.a0`, `demand.a1`. Kind" in listed.source("num-b")
    assert "`demand.a6`" in bare.source("num-a")


def test_number_without_an_interval() -> None:
    made = page(num_a=record())
    assert made.number("num-a") == "12"
    assert made.headline("num-a") == "Beds\n\n:   **12** \\\n    no interval"


def test_tables_that_the_run_fills() -> None:
    made = page(num_a=record(), num_b=record())
    made.number("num-a")
    assert "| `demand.rule` | a\\|b | \\[1, 2\\] |" in made.overrides()
    assert "| numba | null |" in made.versions()
    assert "| modelled | none | T\\* |" in made.kinds()
    assert made.kinds().count("modelled") == 1


def test_measured_figures_have_a_finding_names_and_what_they_stand_for() -> None:
    one = {"field": "demand.counted.low", "value": "75 (73 to 77)", "default": "none", "source": "stays: people (75)"}
    shares = {
        "field": "flow.routing.low.shares",
        "value": "low 8%",
        "default": "low 4%",
        "source": "stays: moves (235)",
    }
    about = ABOUT | {"region_name": "North West", "edition": "2023-24", "measured": [one, shares]}
    lines = Page({}, about).measured().splitlines()
    assert lines[2] == "| People in care: low secure | `demand.counted.low` | 75 (73 to 77) | none | stays, 75 |"
    assert lines[3].startswith("| Where people go next: low secure | `flow.routing.low.shares` | low 8% | low 4% |")
    assert lines[-1].startswith(": **2 figures of the North West are measured from its own data.** What each")
    made_up = Page({}, about | {"edition": "example", "measured": [one]}).measured()
    assert ": **1 figure of the North West is measured from its own data.** Synthetic data. What" in made_up
    assert Page({}, about | {"measured": []}).measured() == ""


def test_beds_that_a_region_told_are_named_with_who_told_them() -> None:
    beds = {
        "low": {"value": 78.0, "source": "own service data to 31 March 2026, table capacity"},
        "step_down": {"value": 1.0, "source": "count of the council"},
    }
    words = Page({}, ABOUT | {"parameters": {"flow": {"beds": beds}}}).vocabulary()
    assert words["beds_told"]() == "[78 low secure beds and 1 step-down place]{.fixed}"
    assert words["told_by"]("flow.beds") == "own data and the parameters"
    assert words["told_by"]("flow.beds.step_down") == "the parameters"


@pytest.mark.parametrize("word", ["number", "headline", "figure", "table", "source"])
def test_what_is_missing_is_remembered_once(word: str) -> None:
    made = page()
    for _ in range(2):
        getattr(made, word)("num-none")
    assert [str(problem) for problem in made.problems(Path("nowhere"))] == [
        "num-none: no artefact of this name; expected from a cell num-none"
    ]


def test_text_from_the_run_is_escaped_before_a_template_sees_it() -> None:
    words = Page({}, ABOUT | {"region_name": "A|B"}).vocabulary()
    assert words["about"]["region_name"] == "A\\|B"
    assert words["fixed"](28) == "[28]{.fixed}"
    assert not words["has"]("num-a")
