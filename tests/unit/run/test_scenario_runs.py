"""Scenarios of a run: tried before anything starts, recorded with it, and followed again from its record."""

import json

import pytest
import tiny

from needs.errors import ParamsError
from needs.params.load import load, load_scenarios
from needs.project import EDITIONS
from needs.run import manifest, plan, pool, rehearsal
from needs.run.reproduce import reproduce

EVERY = [scenario.name for scenario in load_scenarios()]
CLOSED = "label: Closed\nbecause: a test of it\nlevers: {close: [{tier: medium, number: %d}]}\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a project whose notebooks are the least that runs."""
    return tiny.project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def written(project):
    """Return a function that writes a file of parameters; it goes with the test."""
    paths = []

    def write(name: str, text: str):
        paths.append(project / "params" / name)
        paths[-1].write_text(text, encoding="utf-8")
        return paths[-1]

    yield write
    for path in paths:
        path.unlink(missing_ok=True)


@pytest.mark.parametrize("edition", EDITIONS)
def test_shipped_scenarios_with_the_editions_parameters_are_not_tried_again(edition, project, monkeypatch):
    monkeypatch.setattr(rehearsal, "_try", lambda *_: pytest.fail("tried"))
    rehearsal.rehearse(load(edition, "london", project), project)


@pytest.mark.parametrize("chosen", [EVERY[::-1], ["close-12-medium+close-and-step-down"], []])
def test_scenarios_that_can_be_followed_are_passed_and_nobody_simulated(project, monkeypatch, chosen):
    from needs.methods import pathways

    monkeypatch.setattr(pathways, "simulate", lambda *_: pytest.fail("somebody was simulated"))
    rehearsal.rehearse(load("2023-24", "prospect", project, chosen), project)


def test_a_small_area_that_has_fewer_beds_is_refused_with_the_files(project, written):
    few = "flow: {beds: {medium: {value: 160, kind: assumed, source: our own count}}}\n"
    written("2023-24/prospect.yaml", few)
    written("scenarios/two-wards.yaml", CLOSED % 165)
    written("scenarios/three-wards.yaml", CLOSED % 170)
    with pytest.raises(ParamsError) as error:
        rehearsal.rehearse(load("2023-24", "prospect", project, ["two-wards"]), project)
    assert str(error.value).startswith("params/scenarios/two-wards.yaml cannot be used: 1 problem\n")
    with pytest.raises(ParamsError) as error:
        rehearsal.rehearse(load("2023-24", "prospect", project), project)
    assert error.value.headline == "scenarios of prospect cannot be used"
    assert [problem.what for problem in error.value.problems] == [
        "three-wards: 170 medium secure beds cannot close by year 2 where there are about 160; close fewer",
        "two-wards: 165 medium secure beds cannot close by year 2 where there are about 160; close fewer",
    ]


def test_the_files_of_scenarios_are_inputs_of_every_run(project, written):
    mine = written("scenarios/mine.yaml", CLOSED % 10)
    told = json.loads(load("2023-24", "london", project, ["mine"]).canonical_json())
    inputs = manifest.trace("2023-24", "london", told, project).inputs
    assert "params/scenarios/step-down-40.yaml" in inputs
    assert inputs["params/scenarios/mine.yaml"] == manifest.hashes([mine], project)["params/scenarios/mine.yaml"]
    assert "params/scenarios/README.md" not in inputs


def test_a_run_with_a_file_of_the_users_own_is_made_again_without_it(project, written, tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "NOTEBOOKS", ("demand",))
    monkeypatch.setattr("needs.data.check.check", lambda *_: None)  # which takes long and is told elsewhere
    monkeypatch.setattr(pool, "rehearse", lambda *_: None)
    own = tmp_path / "my-plan.yaml"
    own.write_text(CLOSED % 10, encoding="utf-8")
    asked = tiny.request(project, tmp_path)
    told = load("2023-24", "london", project, [str(own), "single-assessment"])
    folder = plan.run_region(plan.Request(asked.region, told, ("html",), "auto", tmp_path), tiny.publish, project)
    own.unlink()
    record = manifest.Manifest.read(folder)
    assert [scenario["name"] for scenario in record.parameters["scenarios"]] == ["my-plan", "single-assessment"]
    assert str(tmp_path) not in (folder / manifest.FILE).read_text(encoding="utf-8")
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    assert [line["value"] for line in about["overrides"]] == ["my-plan, single-assessment"]
    comparison = reproduce(folder, tiny.publish, project)
    comparison.check()
    assert not [line for line in comparison.changed if line.startswith("evidence and parameter files")]
    written("scenarios/later.yaml", CLOSED % 10)
    assert manifest.trace("2023-24", "london", record.parameters, project).inputs.keys() - record.inputs == {
        "params/scenarios/later.yaml"
    }
