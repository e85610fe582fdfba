"""Escaped text survives a real Markdown reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from needs.report import markdown
from needs.report.program import pandoc

NASTY = r'R&D | *cost* __of__ 1<2> {a} [b](c) $5$ @home "quoted" ~x~ ^y^ `c` \ d -- e ... &amp; {{< f >}} ::: # g !'


def plain(text: str) -> str:
    return pandoc(["--from", "markdown-smart", "--to", "plain", "--wrap", "none"], Path.cwd(), text).strip()


def test_escaped_text_is_shown_as_it_is() -> None:
    assert plain(markdown.escape(NASTY)) == NASTY


def test_newlines_become_spaces() -> None:
    assert markdown.escape("two\n  lines") == "two lines"


def test_escape_all_reaches_every_string_and_only_strings() -> None:
    assert markdown.escape_all({"a*": ["b*", 1, None, {"c": True}]}) == {"a*": ["b\\*", 1, None, {"c": True}]}


def test_alternative_text_survives() -> None:
    tree = json.loads(pandoc(["--to", "json"], Path.cwd(), markdown.figure("fig-x", "Caption", "x.svg", NASTY)))
    figure = tree["blocks"][0]
    assert figure["t"] == "Figure"
    assert dict(figure["c"][2][0]["c"][0]["c"][0][2])["fig-alt"] == NASTY


def test_table_cells_caption_and_id_survive() -> None:
    text = markdown.table("tbl-x", markdown.escape(NASTY), ["A", "B"], [[markdown.escape(NASTY), "1"]], "lr")
    table = json.loads(pandoc(["--from", "markdown-smart", "--to", "json"], Path.cwd(), text))["blocks"][0]
    assert table["t"] == "Table"
    assert table["c"][0][0] == "tbl-x"
    assert [spec[0]["t"] for spec in table["c"][2]] == ["AlignLeft", "AlignRight"]
    assert NASTY in plain(text)


def test_table_without_rows_or_with_empty_cells() -> None:
    assert markdown.table("tbl-x", "c", ["A"], []).splitlines()[0] == "| A |"
    assert "|  | 1 |" in markdown.table("tbl-x", "c", ["A", "B"], [["", "1"]])


def test_ragged_table_is_refused() -> None:
    with pytest.raises(ValueError, match="tbl-x: every row needs 2 cells"):
        markdown.table("tbl-x", "c", ["A", "B"], [["1"]])
    with pytest.raises(ValueError, match="tbl-x"):
        markdown.table("tbl-x", "c", ["A", "B"], [["1", "2"]], "l")
