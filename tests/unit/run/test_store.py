"""Artefacts out of notebooks, and folders that are whole or untouched."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny import PIXEL, bundle, record

from needs.errors import NotebookError, RenderError
from needs.run import store


def notebook(**cells):
    outputs = {name: shown if isinstance(shown, list) else [shown] for name, shown in cells.items()}
    return {"cells": [{"id": n.replace("_", "-"), "outputs": [{"data": d} for d in o]} for n, o in outputs.items()]}


def test_each_form_is_written_with_its_files(tmp_path):
    shown = notebook(fig_map=bundle("figure"), tbl_beds=bundle("table"), num_beds=bundle("number"), other=[])
    found = store.collect({"demand": shown}, tmp_path)
    assert {name: artefact["files"] for name, artefact in found.items()} == {
        "fig-map": ["fig-map.csv", "fig-map.svg", "fig-map.png"],
        "tbl-beds": ["tbl-beds.csv"],
        "num-beds": ["num-beds.csv"],
    }
    folder = tmp_path / "artefacts"
    written = json.loads((folder / "fig-map.json").read_text())
    assert written == found["fig-map"]
    assert (written["id"], written["notebook"], written["cell"]) == ("fig-map", "demand", "fig-map")
    assert "csv" not in written
    assert (folder / "fig-map.csv").read_bytes() == record("figure")["csv"].encode()
    assert (folder / "fig-map.svg").read_text() == "<svg/>\n"
    assert (folder / "fig-map.png").read_bytes() == base64.b64decode(PIXEL)


def test_small_pictures_of_a_table_become_files_and_leave_the_record(tmp_path):
    spark = {"row": 0, "column": 1, "alt": "From 1 to 2.", "svg": "<svg/>\n", "png": PIXEL}
    table = record("table")["table"] | {"sparks": [spark]}
    found = store.collect({"demand": notebook(tbl_beds=bundle("table", table=table))}, tmp_path)["tbl-beds"]
    assert found["files"] == ["tbl-beds.csv", "tbl-beds-0-1.svg", "tbl-beds-0-1.png"]
    assert found["table"]["sparks"] == [{"row": 0, "column": 1, "alt": "From 1 to 2."}]
    folder = tmp_path / "artefacts"
    assert json.loads((folder / "tbl-beds.json").read_text()) == found
    assert (folder / "tbl-beds-0-1.svg").read_text() == "<svg/>\n"
    assert (folder / "tbl-beds-0-1.png").read_bytes() == base64.b64decode(PIXEL)


@pytest.mark.parametrize("part", ["svg", "alt", "row"])
def test_a_small_picture_that_is_not_whole_is_a_fault(tmp_path, part):
    spark = {"row": 0, "column": 1, "alt": "From 1 to 2.", "svg": "<svg/>", "png": PIXEL}
    del spark[part]
    table = record("table")["table"] | {"sparks": [spark]}
    with pytest.raises(NotebookError, match="a picture in a cell is not whole"):
        store.collect({"demand": notebook(tbl_beds=bundle("table", table=table))}, tmp_path)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"fig_map": []}, "shows no artefact"),
        ({"num_beds": [bundle("number"), bundle("number")]}, "shows 2 artefacts"),
        ({"beds": bundle("number")}, "fig-, tbl- or num-"),
        ({"num_../x": bundle("number")}, "fig-, tbl- or num-"),
        ({"num_Beds": bundle("number")}, "in lower case"),
        ({"tbl_beds": bundle("number")}, "the name says table, the artefact says number"),
        ({"fig_map": bundle("figure", alt=" ")}, "alt is missing"),
        ({"num_beds": bundle("number", title="")}, "title is missing"),
        ({"num_beds": bundle("number", sources=[])}, "sources is missing"),
        ({"num_beds": bundle("number", number=None)}, "number is missing"),
        ({"tbl_beds": bundle("table", table={})}, "table is missing"),
        ({"num_beds": bundle("number", csv="")}, "csv is missing"),
        ({"num_beds": bundle("number", kind="guessed")}, "kind guessed is not one of published, derived"),
        ({"fig_map": bundle("figure") | {"image/svg+xml": ""}}, "image/svg+xml is missing"),
        ({"fig_map": bundle("figure") | {"image/png": "a"}}, "image/png is not base64"),
    ],
)
def test_faults_of_an_artefact(tmp_path, cells, told):
    with pytest.raises(NotebookError, match="artefacts cannot be collected") as caught:
        store.collect({"demand": notebook(**cells)}, tmp_path)
    assert told in str(caught.value)
    assert "notebook demand, cell" in str(caught.value)


def test_all_faults_at_once_and_names_are_unique_over_notebooks(tmp_path):
    with pytest.raises(NotebookError) as caught:
        store.collect(
            {"demand": notebook(num_beds=bundle("number")), "costs": notebook(num_beds=bundle("number"), fig_a=[])},
            tmp_path,
        )
    assert [str(problem) for problem in caught.value.problems] == [
        "notebook costs, cell num-beds  the name is taken by notebook demand",
        "notebook costs, cell fig-a  shows no artefact, not exactly one",
    ]


def make(target: Path, text: str) -> None:
    with store.staged(target) as folder:
        (folder / "report.html").write_text(text)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    target = tmp_path / "2023-24" / "london"
    make(target, "good")
    return target


def fail(target: Path, failure: BaseException) -> None:
    with store.staged(target) as folder:
        assert list(folder.iterdir()) == []
        (folder / "report.html").write_text("half")
        raise failure


def states(target: Path) -> list[str]:
    return sorted(p.name for p in target.parent.iterdir() if p.suffix in (".new", ".old"))


def test_new_report_takes_the_place_of_the_old_one_as_a_whole(good):
    (good / "stale.pdf").write_text("old")
    make(good, "better")
    assert [(p.name, p.read_text()) for p in good.iterdir()] == [("report.html", "better")]
    assert states(good) == []


@pytest.mark.parametrize("failure", [NotebookError("x"), KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_failure_leaves_the_last_good_report(good, failure):
    with pytest.raises(type(failure)):
        fail(good, failure)
    assert (good / "report.html").read_text() == "good"
    assert states(good) == []


def test_failing_rename_brings_the_last_good_report_back(good, monkeypatch):
    rename = Path.rename

    def fail_second(self: Path, target: Path) -> Path:
        if self.suffix == ".new":
            raise PermissionError(13, "Permission denied", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_second)
    with pytest.raises(RenderError, match="Permission denied") as caught:
        make(good, "better")
    assert "--out" in caught.value.remedy
    assert (good / "report.html").read_text() == "good"
    assert states(good) == []


def test_what_a_killed_run_left_is_put_right(good):
    good.rename(good.with_name(".london.old"))
    left = good.with_name(".london.new")
    left.mkdir()
    (left / "report.html").write_text("half")
    with pytest.raises(NotebookError):
        fail(good, NotebookError("x"))
    assert (good / "report.html").read_text() == "good"
    assert states(good) == []


def test_place_that_cannot_be_written(tmp_path):
    (tmp_path / "build").write_text("a file in place of the folder")
    with pytest.raises(RenderError, match="cannot be written") as caught:
        make(tmp_path / "build" / "2023-24" / "london", "x")
    assert "build" in str(caught.value.problems[0])


def test_second_run_of_a_region_says_who_holds_it(good, monkeypatch):
    hold = (
        "import sys\nfrom pathlib import Path\nfrom needs.run.store import staged\n"
        "with staged(Path(sys.argv[1])) as folder:\n    print('held', flush=True)\n    sys.stdin.read()\n"
        "    (folder / 'report.html').write_text('first')"
    )
    monkeypatch.setattr(store, "LOCK_WAIT", 0.2)
    with subprocess.Popen(
        [sys.executable, "-c", hold, good], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout.readline() == "held\n"
        with pytest.raises(RenderError, match="being made by another run") as caught:
            make(good, "second")
        assert f"process {first.pid} of " in str(caught.value)
        first.stdin.close()
    assert (good / "report.html").read_text() == "first"
    make(good, "second")
    assert (good / "report.html").read_text() == "second"


def test_unknown_user_can_hold(good, monkeypatch):
    monkeypatch.setattr(store.getpass, "getuser", lambda: (_ for _ in ()).throw(KeyError("uid")))
    make(good, "better")
    assert good.with_name(".london.holder").read_text().startswith(f"process {os.getpid()} of an unknown user on ")
