"""Footprints: the file as shipped is in step with its evidence, and every fault of it is named with its line."""

import csv
import shutil
from pathlib import Path

import pytest

from needs.errors import ParamsError
from needs.params.footprints import read_footprints
from needs.params.load import load, overrides, strays
from needs.params.model import RunParameters
from needs.project import project_root

CODES = "a list of codes such as [E54000055]"
NO_TEXT = "this is not text; write a slug such as reach-out"
SURE = ("low", "medium", "high")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project folder with a copy of the parameters."""
    shutil.copytree(project_root() / "params", tmp_path / "params")
    return tmp_path


def refused(project: Path, text: str) -> str:
    (project / "params/2023-24/footprints.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ParamsError) as caught:
        read_footprints("2023-24", project)
    assert caught.value.exit_code == 10
    return str(caught.value)


def test_the_shipped_file_is_in_step_with_the_evidence():
    with (project_root() / "data_raw/2023-24/footprints.csv").open(encoding="utf-8", newline="") as stream:
        boards = [row for row in csv.DictReader(stream) if row["collaborative"]]
    shipped = {footprint.name: footprint for footprint in read_footprints("2023-24").values()}
    members: dict[str, list[dict[str, str]]] = {}
    for row in boards:
        members.setdefault(row["collaborative"].partition(" (")[0], []).append(row)
    assert members.keys() == shipped.keys()
    assert len(shipped) == 7
    for name, rows in members.items():
        assert list(shipped[name].icbs) == [row["icb_code"] for row in rows]
        assert shipped[name].confidence == min((row["confidence"] for row in rows), key=SURE.index)
        assert ("in part" in shipped[name].note) == any(row["extent"] == "part" for row in rows)


def test_a_footprint_comes_with_its_parameters():
    told = load("2023-24", "reach-out")
    assert told.footprint == read_footprints("2023-24")["reach-out"]
    assert RunParameters.from_json(told.canonical_json()) == told
    assert overrides(told) == []
    assert load("2023-24", "london").footprint is None


def test_a_footprint_has_parameters_of_its_own_as_a_region_has(project):
    (project / "params/2023-24/reach-out.yaml").write_text("step_down: {waiting_probability: 0.1}\n", encoding="utf-8")
    strays("2023-24", {"london"}, project)
    told = load("2023-24", "reach-out", project)
    assert [(o.field, o.value) for o in overrides(told, project)] == [("step_down.waiting_probability", "0.1")]


def test_an_edition_without_the_file_has_none(project):
    assert read_footprints("2009-10", project) == {}


def test_a_footprint_says_how_sure_it_is_or_that_the_user_does(project):
    (project / "params/2023-24/footprints.yaml").write_text("mine: {name: My area, icbs: [E54000010]}\n")
    assert read_footprints("2023-24", project)["mine"].confidence == "stated by the user"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "mine:\n  name: My area\n  icbs:\n    - A\n    - B\n    - A\n",
            "line 6  mine.icbs.2: A stands twice; remove one",
        ),
        ("mine:\n  name: My area\n  icbs: []\n", f"line 3  mine.icbs: empty; write {CODES}"),
        ("mine:\n  name: My area\n  icbs:\n", f"line 3  mine.icbs: nothing; write {CODES}"),
        ("mine:\n  name: My area\n  icbs: E54000010\n", f"line 3  mine.icbs: 'E54000010' is no list; write {CODES}"),
        ("mine:\n  name: My area\n  icbs: {a: b}\n", f"line 3  mine.icbs: this is no list; write {CODES}"),
        ("mine:\n  name: My {{ area }}\n  icbs: [A]\n", "line 2  mine.name: 'My {{ area }}' holds {{; "),
        ("mine:\n  name: My area\n  icbs: [A]\n  note: a {% b\n", "line 4  mine.note: 'a {% b' holds {%; "),
        ("mine:\n  name: My area\n  icbs: [A]\n  note: <# b\n", "line 4  mine.note: '<# b' holds <; "),
        ("mine:\n  name: <b>x</b>\n  icbs: [A]\n", "line 2  mine.name: '<b>x</b>' holds < and >; leave"),
        ("mine:\n  name: 'a\n\n    b'\n  icbs: [A]\n", "line 2  mine.name: this runs over several lines"),
        ("~:\n  name: My area\n  icbs: [A]\n", f"line 1  None: {NO_TEXT}"),
        ("mine: {name: My area, icbs: [A]}\ntrue: {name: Two, icbs: [A]}\n", f"line 2  True: {NO_TEXT}"),
        ("mine:\n  name: My area\n", "line 1  mine.icbs: missing"),
        ("mine:\n  nmae: My area\n", "line 2  mine.nmae: not a parameter. Did you mean 'name'?"),
        ("mine:\n  name: My area\n  icbs: [1]\n", 'line 3  mine.icbs.0: 1 is not text; put it in quotes: "1"'),
        ("mine: {name: My area, icbs: [A], confidence: sure}\n", "line 1  mine.confidence: input should be 'high', "),
        ("My area:\n  name: x y\n  icbs: [A]\n", "line 1  My area: this cannot name a folder; write small letters"),
        ("footprints: {name: My area, icbs: [A]}\n", "line 1  footprints: this cannot name a folder"),
        ("2024: {name: My area, icbs: [A]}\n", f"line 1  2024: {NO_TEXT}"),
        ("mine: 5\n", "line 1  mine: input should be a valid dictionary"),
        ("mine: {name: a, name: b}\n", 'line 1  found duplicate key "name"'),
        ("- mine\n", "the file holds no `name: value` pairs"),
    ],
)
def test_each_fault_is_named(project, text, expected):
    told = refused(project, text)
    assert expected in told
    assert told.startswith("params/2023-24/footprints.yaml cannot be used: ")


def test_all_faults_are_told_at_once_and_stop_every_run_of_the_edition(project):
    told = refused(project, "a:\n  name: My area\n  icbs: [A, A]\nb:\n  nam: x\nC: {name: My area, icbs: [A]}\n")
    assert [line.split("  ")[1] for line in told.splitlines()[1:-1]] == [
        "line 3",
        "line 4",
        "line 4",
        "line 5",
        "line 6",
    ]
    for read in (lambda: load("2023-24", "london", project), lambda: strays("2023-24", set(), project)):
        with pytest.raises(ParamsError) as caught:
            read()
        assert str(caught.value) == told
    assert load("2009-10", "london", project).edition == "2009-10"
