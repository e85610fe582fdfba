"""Small pictures in the Markdown of a table: where they point, what they say, and how wide their column is."""

import json
from pathlib import Path

import pytest

from needs.report import markdown
from needs.report.page import record_table
from needs.report.program import pandoc
from needs.report.source_check import check_source

NASTY = r'R&D | *cost* __of__ <2> {a} [b](c) $5$ @home "quoted" `c` \ d -- e'
SHOWN = {"columns": ["Tier", "Over time"], "align": ["l", "l"], "rows": [["High", "told"], ["Low", "not charted"]]}


def written(alt):
    table = SHOWN | {"sparks": [{"row": 0, "column": 1, "alt": alt}]}
    return record_table("tbl-x", {"title": "Beds", "caption": "England", "table": table})


def pictures(text):
    tree = json.dumps(json.loads(pandoc(["--to", "json"], Path.cwd(), text)))
    return [node["c"] for node in nodes(json.loads(tree)) if node["t"] == "Image"]


def nodes(value):
    if isinstance(value, dict):
        if "t" in value:
            yield value
        for item in value.values():
            yield from nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from nodes(item)


@pytest.mark.parametrize("alt", ["By month, 12 to 15; lowest 12, highest 15.", NASTY])
def test_the_cell_is_the_picture_alone_and_says_what_it_shows(alt):
    ((_, classes, pairs), _, (path, _)) = pictures(written(alt))[0]
    assert (classes, path, dict(pairs)["fig-alt"]) == (["spark"], "artefacts/tbl-x-0-1.svg", alt)
    row = written(alt).splitlines()[2]
    assert row.startswith("| High | ![")
    assert "told" not in row


def test_a_picture_takes_as_much_room_as_it_is_wide_whatever_it_says():
    short, long = (
        markdown.widths([["Tier"], ["Over time", markdown.spark("a.svg", alt)]]) for alt in ("x", "x " * 200)
    )
    assert short == long


def test_the_check_of_the_source_lets_pictures_into_cells_and_asks_for_their_files(tmp_path):
    missing = [problem.what for problem in check_source(written("From 1 to 2."), tmp_path, [])]
    assert missing == [f"picture artefacts/tbl-x-0-1.{kind} is missing" for kind in ("png", "svg")]
    (tmp_path / "artefacts").mkdir()
    for kind in ("svg", "png"):
        (tmp_path / "artefacts" / f"tbl-x-0-1.{kind}").write_bytes(b"")
    assert check_source(written("From 1 to 2."), tmp_path, []) == []
