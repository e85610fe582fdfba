"""Parameter files: every fault is refused with its file, line, value and remedy."""

import shutil
from pathlib import Path

import pytest

from needs.errors import ParamsError
from needs.params.load import load, overrides, strays
from needs.params.model import Given, RunParameters
from needs.project import EDITIONS, project_root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project folder with a copy of the parameters."""
    shutil.copytree(project_root() / "params", tmp_path / "params")
    return tmp_path


def own(project: Path, text: str) -> Path:
    path = project / "params" / "2023-24" / "london.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(project: Path, text: str) -> str:
    own(project, text)
    with pytest.raises(ParamsError) as caught:
        load("2023-24", "london", project)
    assert caught.value.exit_code == 10
    return str(caught.value)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_edition_loads_and_survives_its_json(edition):
    told = load(edition, "london")
    assert RunParameters.from_json(told.canonical_json()) == told
    assert overrides(told) == []


def test_a_region_lies_over_its_edition(project):
    own(project, "step_down:\n  waiting_probability: 0.1\n")
    told = load("2023-24", "london", project)
    assert told.step_down.waiting_probability == 0.1
    assert told.step_down.flat_occupancy == 0.85
    found = overrides(told, project)
    assert [(o.field, o.value, o.default) for o in found] == [("step_down.waiting_probability", "0.1", "0.05")]


def test_a_figure_is_replaced_whole(project):
    own(project, "demand:\n  beds:\n    high: {value: 700, source: our own count of 2024}\n")
    beds = load("2023-24", "london", project).demand.beds
    assert isinstance(beds.high, Given)
    assert beds.high.kind == "assumed"
    assert not isinstance(beds.medium, Given)


def test_all_problems_at_once_with_their_lines(project):
    told = refused(project, "demand:\n  rle: deprivation\nstep_down:\n  waiting_probability: 5\nhorizon: 40\n")
    assert told == (
        "params/2023-24/london.yaml cannot be used: 3 problems\n"
        "  line 2  demand.rle: not a parameter. Did you mean 'rule'?\n"
        "  line 4  step_down.waiting_probability: 5 is more than 1\n"
        "  line 5  horizon: not a parameter.\n"
        "Next: needs params explain        [exit 10]"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("demand:\n  rule: shoe_size\n", "line 2  demand.rule: input should be 'population'"),
        ("demand:\n  rule: prison_transfers\n", "prison_transfers has no published series in this edition"),
        (
            "step_down:\n  waiting_probability: often\n",
            "line 2  step_down.waiting_probability: input should be a valid number",
        ),
        ("step_down:\n  waiting_probability: -0.1\n", "line 2  step_down.waiting_probability: -0.1 is not above 0"),
        ("step_down:\n  ready:\n    low: {value: 1.5, source: a guess of ours}\n", "value 1.5 is outside 0 to 1"),
        (
            "step_down:\n  ready:\n    low: {value: .5, lower: .6, upper: .7, source: a guess of ours}\n",
            "does not hold the value",
        ),
        (
            "step_down:\n  ready:\n    low: {value: .5, lower: .4, source: a guess of ours}\n",
            "a range needs both lower and upper",
        ),
        ("step_down:\n  ready:\n    low: {value: .5}\n", "step_down.ready.low.source: missing"),
        (
            "demand:\n  beds:\n    high: {value: -7, source: a guess of ours}\n",
            "line 3  demand.beds.high: value -7 is outside",
        ),
        (
            "step_down:\n  destination:\n    low:\n      step_down: {value: .5, source: a guess of ours}\n"
            "      community: {value: .4, source: a guess of ours}\n",
            "destination.low: the shares add up to 0.9, not 1",
        ),
        (
            "step_down:\n  destination:\n    low: {medium: {value: 1, source: a guess of ours}}\n",
            "destination.low: medium is not less secure than low",
        ),
        ("step_down: {flat_occupancy: 0.8, flat_occupancy: 0.9}\n", 'found duplicate key "flat_occupancy"'),
        ("step_down: [\n", "line "),
        ("- a\n- b\n", "the file holds no `name: value` pairs"),
        ("region: leeds\n", "line 1  region: leeds is not london"),
    ],
)
def test_each_fault_is_named(project, text, expected):
    assert expected in refused(project, text)


def test_yaml_is_read_as_1_2(project):
    own(project, "label: NO\n")
    assert load("2023-24", "london", project).label == "NO"


def test_a_file_that_is_not_text(project):
    own(project, "").write_bytes(b"label: \xff\xfe")
    with pytest.raises(ParamsError, match="byte 7 is not UTF-8 text"):
        load("2023-24", "london", project)


def test_a_missing_edition_file(project):
    (project / "params" / "2023-24" / "_edition.yaml").unlink()
    with pytest.raises(
        ParamsError, match=r"params/2023-24/_edition.yaml cannot be used: 1 problem\n  the file is missing"
    ):
        load("2023-24", "london", project)


def test_a_file_that_belongs_to_no_region_is_refused(project):
    own(project, "").rename(project / "params" / "2023-24" / "lodnon.yaml")
    with pytest.raises(ParamsError, match=r"lodnon.yaml  belongs to no region. Did you mean 'london.yaml'\?"):
        strays("2023-24", {"london"}, project)
