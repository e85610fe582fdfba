"""Scenarios on the command line: which are weighed, which are listed, and what is refused before anything runs."""

import re

import pytest

from needs import cli
from needs.data.check import Summary
from needs.params.load import load_scenarios
from needs.run import pool


@pytest.fixture
def needs(capsys):
    """Run a command; return exit code, output and errors."""

    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            cli.main([str(argument) for argument in arguments])
        return end.value.code, *capsys.readouterr()

    return run


@pytest.fixture
def asked(monkeypatch):
    """Return what was asked for, in place of running it."""
    requests = []

    def stand_in(told, *_, **__):
        requests.extend(told)
        return [pool.Outcome(request, request.folder) for request in told]

    monkeypatch.setattr(pool, "run_regions", stand_in)
    return requests


@pytest.fixture
def own(tmp_path):
    """Write a scenario of the user's own."""

    def write(levers, name="my-plan"):
        path = tmp_path / f"{name}.yaml"
        path.write_text(f"label: My plan\nbecause: a test of it\nlevers: {levers}\n", encoding="utf-8")
        return path

    return write


def test_scenarios_are_listed_with_name_label_and_reason(needs):
    code, out, errors = needs("scenarios")
    assert (code, errors) == (0, "")
    names = re.findall(r"^(\S+)  (.+)$", out, re.MULTILINE)
    assert names == [(scenario.name, scenario.label) for scenario in load_scenarios()]
    assert "    The ward's money opens two places for each bed." in out
    assert max(map(len, out.splitlines())) <= 100


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--scenario", "single-assessment", "--scenario", "step-down-40"], ["single-assessment", "step-down-40"]),
        (["--scenario", "step-down-40+single-assessment"], ["step-down-40+single-assessment"]),
        (["--scenario", "none"], []),
        ([], [scenario.name for scenario in load_scenarios()]),
    ],
    ids=["two", "two at once", "none", "every one"],
)
def test_a_run_weighs_what_it_is_told(needs, asked, options, names):
    code, _, errors = needs("run", "london", "reach-out", "--renderer", "embedded", *options)
    assert (code, errors) == (0, "")
    assert [[scenario.name for scenario in request.parameters.scenarios] for request in asked] == [names, names]


def test_a_file_of_the_users_own_is_weighed(needs, asked, own):
    assert needs("run", "london", "--renderer", "embedded", "--scenario", own("{diversion: 0.2}"))[0] == 0
    ((told,),) = [request.parameters.scenarios for request in asked]
    assert (told.name, told.label, told.levers.diversion) == ("my-plan", "My plan", 0.2)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--scenario", "singel-assessment"],
         "scenarios cannot be used: 1 problem\n  'singel-assessment' is not a scenario. Did you mean 'single-assessment'?\n"
         "Next: needs scenarios        [exit 10]\n"),
        (["--scenario", "none", "--scenario", "step-down-40"],
         "scenarios cannot be used: 1 problem\n  'none' stands for no scenario; leave it out, or the others\n"),
        (["--scenario", "../../etc/passwd"], "../../etc/passwd cannot be used: 1 problem\n  it is no .yaml file\n"),
    ],
    ids=["a slip", "none and one", "another file"],
)  # fmt: skip
def test_a_scenario_that_is_none_is_refused(needs, asked, options, said):
    code, _, errors = needs("run", "--all", *options)
    assert (code, asked) == (10, [])
    assert errors.startswith(said)


def test_an_unknown_lever_is_refused_once_for_every_region(needs, asked, own):
    path = own("{step_down_places: 40, divresion: 0.1}")
    code, _, errors = needs("run", "--all", "--scenario", path)
    assert (code, asked) == (10, [])
    assert errors.splitlines()[:3] == [
        f"{path} cannot be used: 2 problems",
        "  line 3  levers.divresion: not a lever. Did you mean 'diversion'?",
        "  line 3  levers.step_down_places: not a lever. There are open, close, meet, assessments, delayed, "
        "community_caseload, bring_back, independent_share, direct_admission, diversion, stay",
    ]
    assert "Traceback" not in errors


@pytest.fixture
def unread(monkeypatch):
    """Take the evidence as checked, which takes long and is told elsewhere; nothing may run."""
    monkeypatch.setattr("needs.data.check.check", lambda *_: Summary(0, 0, 0, 0))
    monkeypatch.setattr(pool.Task, "__call__", lambda *_: pytest.fail("a run was started"))


def test_closing_more_beds_than_there_are_is_refused_before_anything_runs(needs, own, tmp_path, unread):
    path = own("{close: [{tier: low, number: 400}, {tier: low, number: 300, year: 4}]}")
    out = tmp_path / "out"
    code, _, errors = needs(
        "run", "london", "--renderer", "embedded", "--out", out, "--scenario", "single-assessment", "--scenario", path
    )
    assert code == 10
    said = r"""my-plan.yaml cannot be used: 1 problem
  my-plan: 700 low secure beds cannot close by year 4 where there are about \d{3}; close fewer
Next: close fewer beds in london, or name the scenarios to weigh: needs run --scenario        \[exit 10\]
"""
    assert re.fullmatch(said, errors)
    assert not out.exists()
