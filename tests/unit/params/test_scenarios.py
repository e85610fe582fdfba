"""Scenario files: what is read, what is combined, and what is refused with its file, line and remedy."""

import os
import re
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from needs.errors import ParamsError
from needs.params.load import load, load_scenarios, overrides, strays
from needs.params.model import RunParameters
from needs.params.scenario import BedChange, Levers, Scenario, Standard
from needs.params.schema import explain
from needs.project import EDITIONS, project_root

SHIPPED = (
    "bring-people-back", "close-12-medium", "close-and-step-down", "community-30", "direct-admission", "diversion-10",
    "half-the-delays", "less-independent", "meet-14-days", "meet-28-days", "shorter-stays", "single-assessment",
    "step-down-40",
)  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project folder with a copy of the parameters."""
    shutil.copytree(project_root() / "params", tmp_path / "params")
    return tmp_path


def written(project: Path, levers: str, name: str = "mine", more: str = "") -> Path:
    path = project / "params" / "scenarios" / f"{name}.yaml"
    said = f"levers: {levers}\n" if levers else ""
    path.write_text(f"label: A label\nbecause: a test of files\n{more}{said}", encoding="utf-8")
    return path


def refused(project: Path, *chosen: str | Path, run: bool = False) -> str:
    names = [str(name) for name in chosen or ("mine",)]
    with pytest.raises(ParamsError) as caught:
        load("2023-24", "london", project, names) if run else load_scenarios(names, project)
    assert caught.value.exit_code == 10
    return str(caught.value)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_run_weighs_every_file_and_survives_its_json(edition):
    told = load(edition, "london")
    assert tuple(scenario.name for scenario in told.scenarios) == SHIPPED
    assert RunParameters.from_json(told.canonical_json()) == told
    assert overrides(told) == []


def test_shipped_labels_are_short_nouns_and_differ():
    labels = [scenario.label for scenario in load_scenarios()]
    assert len(set(labels)) == len(labels)
    assert max(map(len, labels)) <= 60
    assert not [label for label in labels if label.endswith(".")]


def test_a_scenario_without_levers_survives_its_json():
    empty = Scenario(name="empty", label="Nothing", because="a combination")
    assert Scenario.model_validate_json(empty.model_dump_json()) == empty


def test_named_scenarios_stand_in_the_order_given_once_each(project):
    asked = ["step-down-40", "single-assessment", "step-down-40", "single-assessment+single-assessment"]
    told = load("2023-24", "london", project, asked)
    assert [scenario.name for scenario in told.scenarios] == ["step-down-40", "single-assessment"]
    assert RunParameters.from_json(told.canonical_json()) == told
    (line,) = overrides(told, project)
    assert (line.field, line.value) == ("scenarios", "step-down-40, single-assessment")
    assert line.default == "every file of params/scenarios"


def test_a_run_may_weigh_none(project):
    told = load("2023-24", "london", project, [])
    assert told.scenarios == ()
    assert [(o.field, o.value) for o in overrides(told, project)] == [("scenarios", "none")]


def test_scenarios_of_an_older_run_are_an_override_though_they_have_the_same_names(project):
    told = load("2023-24", "london", project)
    path = project / "params/scenarios/step-down-40.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("number: 40", "number: 41"), encoding="utf-8")
    assert [(o.field, o.value) for o in overrides(told, project)] == [("scenarios", "as they were then")]


def test_a_combination_of_files_takes_all_their_levers(project):
    (told,) = load_scenarios(["close-and-step-down"], project)
    assert told.combines == ("close-12-medium",)
    assert told.levers.close == (BedChange(tier="medium", number=12, year=2),)
    assert told.levers.open == (BedChange(tier="step_down", number=24, year=2),)


def test_a_combination_on_the_command_line_joins_labels_beds_and_ratios(project):
    written(
        project,
        "{stay: {medium: 0.5}, delayed: 0.8, independent_share: {low: 0.1}, open: [{tier: low, number: 3}]}",
        "a",
    )
    written(project, "{stay: {medium: 2.0, low: 0.9}, delayed: 0.5, independent_share: {medium: 0.1}, assessments: 1,"
                     " open: [{tier: low, number: 4}]}", "b")  # fmt: skip
    (told,) = load_scenarios(["a+b"], project)
    assert (told.name, told.label, told.combines) == ("a+b", "A label + A label", ("a", "b"))
    levers = told.levers
    assert levers.stay == {"medium": 1.0, "low": 0.9}
    assert (levers.delayed, levers.assessments) == (0.4, 1)
    assert levers.independent_share == {"low": 0.1, "medium": 0.1}
    assert [change.number for change in levers.open] == [3, 4]
    assert [scenario.name for scenario in load_scenarios(["a+b", "b+a"], project)] == ["a+b"]


def test_what_several_combine_is_taken_once(project):
    written(project, "", "one", "combines: [step-down-40]\n")
    written(project, "", "two", "combines: [step-down-40, one]\n")
    (told,) = load_scenarios(["two"], project)
    assert told.combines == ("step-down-40", "one")
    assert [change.number for change in told.levers.open] == [40]
    assert [len(s.levers.open) for s in load_scenarios(["one+two", "two+step-down-40"], project)] == [1, 1]


def test_the_same_value_of_a_lever_is_no_conflict(project):
    written(project, "{assessments: 1, diversion: 0.2}", "a")
    (told,) = load_scenarios(["a+single-assessment"], project)
    assert (told.levers.assessments, told.levers.diversion) == (1, 0.2)


@pytest.mark.parametrize(
    ("levers", "said"),
    [
        ("{asessments: 1}", "line 3  levers.asessments: not a lever. Did you mean 'assessments'?"),
        ("{zebra: 1}", "line 3  levers.zebra: not a lever. There are open, close, meet, assessments, delayed, "),
        ("{open: [{tier: low, number: 3, yaer: 3}]}", "levers.open.0.yaer: not a parameter. Did you mean 'year'?"),
        ("{open: [{tier: high, number: 3}]}", "levers.open.0.tier: input should be 'medium', 'low' or 'step_down'"),
        ("{open: [{tier: low, number: 0}]}", "levers.open.0.number: 0 is below 1"),
        ("{open: [{tier: low, number: 3, year: 1}]}", "levers.open.0.year: 1 is below 2"),
        ("{open: {tier: low, number: 3}}", "levers.open: this is no list"),
        ("{open: [{tier: low}]}", "levers.open.0.number: missing\n"),
        ("{meet: 14}", "levers.meet: 14 is no block; write names and values under it"),
        ("{meet: {days: 21}}", "levers.meet.days: input should be 14 or 28"),
        ("{meet: {days: 14, share: 95}}", "levers.meet.share: 95 is more than 1; 95% is 0.95"),
        ("{delayed: 50}", "levers.delayed: 50 is more than 1; 50% is 0.5"),
        ("{delayed: 1}", "levers.delayed: 1 is not below 1"),
        ("{assessments: 0}", "levers.assessments: 0 is below 1"),
        ("{diversion: .nan}", "levers.diversion: input should be a finite number"),
        ("{direct_admission: 100}", "levers.direct_admission: 100 is more than 1"),
        ("{stay: {lwo: 0.9}}", "levers.stay: 'lwo' is not a tier. Did you mean 'low'?"),
        ("{stay: {low: 90}}", "levers.stay.low: 90 is not a ratio from 0.2 to 5; 90% is 0.9"),
        ("{independent_share: {medium: 20}}", "levers.independent_share.medium: 20 is not a share from 0 to 1; 20% is 0.2"),
        ("{independent_share: {high: 0.2}}", "'high' is not a tier. There are medium, low"),
        ("{}", "levers: no lever is named"),
        ("{open: []}", "levers: none is named; name at least one, or combine other scenarios"),
        ("", "levers: none is named; name at least one, or combine other scenarios"),
        ("5", "levers: 5 is no block"),
        ("{assessments: 1, assessments: 2}", 'found duplicate key "assessments"'),
        ("[", "line "),
    ],
)  # fmt: skip
def test_a_lever_that_cannot_be_used_is_refused_with_its_line(project, levers, said):
    written(project, levers)
    told = refused(project)
    assert told.startswith("params/scenarios/mine.yaml cannot be used: 1 problem\n")
    assert said in told
    assert told.endswith("Next: needs params explain scenarios        [exit 10]")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("name: other\n", "line 3  name: other is not mine, the file's own"),
        ("assessments: 1\n", "line 3  assessments: not a parameter. Did you mean 'levers.assessments'?"),
        ("combines: [../x]\n", "line 3  combines.0: '../x' is not the name of a scenario: small letters, digits and hyphens"),
        ("combines: [step-down-4]\n", "line 3  combines.0: 'step-down-4' is not a scenario. Did you mean 'step-down-40'?"),
        ("combines: [mine]\n", "line 3  combines.0: mine combines mine: a ring has no end"),
        ("combines: step-down-40\n", "combines: 'step-down-40' is no list"),
        ("combines: [meet-14-days, meet-28-days]\n",
         "line 3  levers.meet: meet-14-days and meet-28-days say different things; leave one of them out"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_with_its_line(project, more, said):
    written(project, "{diversion: 0.1}", more=more)
    told = refused(project)
    assert told.startswith("params/scenarios/mine.yaml cannot be used: 1 problem\n")
    assert said in told


def test_a_label_of_one_file_is_short(project):
    path = written(project, "{diversion: 0.1}")
    path.write_text(path.read_text(encoding="utf-8").replace("A label", "x" * 61), encoding="utf-8")
    assert "line 1  label: 61 letters are more than 60" in refused(project)


def test_files_that_combine_each_other_are_refused(project):
    written(project, "", "one", "combines: [two]\n")
    written(project, "", "two", "combines: [one]\n")
    assert "params/scenarios/two.yaml cannot be used" in (told := refused(project, "one"))
    assert "combines.0: one combines two combines one: a ring has no end" in told


def test_a_combination_out_of_range_is_refused(project):
    written(project, "{delayed: 0.1, stay: {low: 0.3}}", "a")
    written(project, "{delayed: 0.2}", "b")
    written(project, "{stay: {low: 0.3}}", "c")
    assert "a+b: levers.delayed: 0.02 is below 0.05 together" in refused(project, "a+b")
    assert "a+c: levers.stay.low: 0.09 is not a ratio from 0.2 to 5 together" in refused(project, "a+c")


def test_two_levers_at_odds_are_named_with_their_scenarios(project):
    assert refused(project, "meet-14-days+meet-28-days") == (
        "scenarios cannot be used: 1 problem\n"
        "  meet-14-days+meet-28-days: levers.meet: meet-14-days and meet-28-days say different things; leave one of them out\n"
        "Next: needs scenarios        [exit 10]"
    )


def test_every_problem_of_every_file_and_name_at_once(project):
    (project / "params/2023-24/london.yaml").write_text("horizon: 1\nscenarios: [x]\n", encoding="utf-8")
    written(project, "{zebra: 1}", "one")
    written(project, "{delayed: 2}", "two")
    told = refused(project, "one", "two", "thre", run=True)
    lines = told.splitlines()
    assert lines[0] == "params cannot be used: 5 problems"
    assert lines[1].startswith("  2023-24/london.yaml line 1  horizon: ")
    assert lines[2] == "  2023-24/london.yaml line 2  scenarios: this stands in files of their own in params/scenarios"
    assert lines[3].startswith("  scenarios/one.yaml line 3  levers.zebra: ")
    assert lines[4] == "  scenarios/two.yaml line 3  levers.delayed: 2 is not below 1"
    assert lines[5] == "  'thre' is not a scenario."


def test_a_scenario_after_the_last_year_of_a_region_is_refused_there(project):
    written(project, "{open: [{tier: low, number: 3, year: 4}]}")
    assert load("2023-24", "london", project).flow.years == 10
    (project / "params/2023-24/london.yaml").write_text("flow: {years: 3}\n", encoding="utf-8")
    with pytest.raises(
        ParamsError, match=r"params/scenarios/mine.yaml cannot be used.*\n.*4 is after the last year, 3"
    ):
        load("2023-24", "london", project)


def test_a_file_of_the_users_own_may_stand_anywhere(project, tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("plans+more")
    path = shutil.copy(written(project, "{diversion: 0.1}", "my-plan"), folder)
    written(project, "", "my-plan").unlink()
    (told,) = load_scenarios([str(path)], project)
    assert (told.name, told.levers.diversion) == ("my-plan", 0.1)
    monkeypatch.chdir(folder)
    both = load("2023-24", "london", project, ["my-plan.yaml+single-assessment", "./my-plan.yaml"])
    assert [s.name for s in both.scenarios] == ["my-plan+single-assessment", "my-plan"]
    assert str(folder) not in both.canonical_json()
    assert [str(o.value) for o in overrides(both, project)] == ["my-plan+single-assessment, my-plan"]


def test_a_shipped_file_may_be_named_by_its_path(project):
    path = project / "params/scenarios/step-down-40.yaml"
    assert load_scenarios([str(path)], project) == load_scenarios(["step-down-40"], project)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: folder / "gone.yaml", "there is no such file"),
        (lambda folder: folder, "it is no .yaml file"),
        (lambda folder: (folder / "a.txt", (folder / "a.txt").write_text("label: x"))[0], "it is no .yaml file"),
        (lambda folder: (folder / "dir.yaml", (folder / "dir.yaml").mkdir())[0], "it is no file"),
        (lambda folder: (folder / "pipe.yaml", os.mkfifo(folder / "pipe.yaml"))[0], "it is no file"),
        (lambda folder: (folder / "l.yaml", (folder / "l.yaml").symlink_to("/dev/null"))[0], "it is a link"),
        (lambda folder: (folder / "My Plan.yaml", (folder / "My Plan.yaml").write_text(""))[0], "such as my-plan.yaml"),
        (lambda folder: (folder / "step-down-40.yaml", (folder / "step-down-40.yaml").write_text(""))[0],
         "step-down-40 is a scenario of params/scenarios already; give the file another name"),
        (lambda folder: (folder / "raw.yaml", (folder / "raw.yaml").write_bytes(b"\xff"))[0], "is not UTF-8 text"),
        (lambda folder: (folder / "list.yaml", (folder / "list.yaml").write_text("- a\n"))[0], "holds no `name: value` pairs"),
    ],
    ids=["gone", "folder", "text", "folder named so", "pipe", "link", "no slug", "name taken", "no text", "a list"],
)  # fmt: skip
def test_a_path_that_is_no_plain_file_is_refused(project, tmp_path_factory, make, said):
    path = make(tmp_path_factory.mktemp("own"))
    told = refused(project, f"{path}/" if path.is_dir() and path.suffix != ".yaml" else path)
    assert said in told
    assert path.name in told


def test_two_files_of_one_name_are_refused(project, tmp_path_factory):
    one, two = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    first = shutil.copy(written(project, "{diversion: 0.1}"), one)
    second = shutil.copy(written(project, "{diversion: 0.2}"), two)
    written(project, "").unlink()
    assert "has the same name; give one of them another" in refused(project, first, second)
    assert len(load_scenarios([first, first], project)) == 1


@pytest.mark.parametrize(
    "name", ["../step-down-40", "../../etc/passwd", "/etc/passwd", "..", "", "STEP-DOWN-40", "a\\b"]
)
def test_no_name_leads_out_of_the_folder(project, name):
    told = refused(project, name)
    assert "it is no .yaml file" in told or "is not a scenario" in told


@pytest.mark.parametrize("name", ["mine.yml", "mine.YAML", "notes.txt", "folder.yaml"])
def test_a_stray_file_among_the_scenarios_is_refused(project, name):
    path = project / "params/scenarios" / name
    path.mkdir() if name.startswith("folder") else path.write_text("label: x", encoding="utf-8")
    with pytest.raises(ParamsError, match="params/scenarios cannot be used") as caught:
        strays("2023-24", {"london"}, project)
    stem = name.partition(".")[0]
    assert [str(problem) for problem in caught.value.problems] == [
        f"{name}  is no scenario: those are files such as {stem}.yaml"
    ]


def test_stray_files_of_both_folders_are_told_at_once(project):
    (project / "params/scenarios/mine.yml").write_text("", encoding="utf-8")
    (project / "params/2023-24/lodnon.yaml").write_text("", encoding="utf-8")
    (project / "params/scenarios/.hidden").write_text("", encoding="utf-8")
    (project / "params/scenarios/mine.yaml~").write_text("", encoding="utf-8")
    with pytest.raises(ParamsError) as caught:
        strays("2023-24", {"london"}, project)
    assert [problem.where for problem in caught.value.problems] == ["lodnon.yaml", "../scenarios/mine.yml"]


def test_a_project_without_scenarios_weighs_none(project):
    shutil.rmtree(project / "params/scenarios")
    assert load("2023-24", "london", project).scenarios == ()
    assert "'step-down-40' is not a scenario." in refused(project, "step-down-40")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("options: {discount_rate: 3.5}\n",
         "line 1  options.discount_rate: 3.5 is not a rate from 0 to 0.2 a year; 3.5% is 0.035"),
        ("costs: {price_year: 2024/25}\n", "line 1  costs.price_year: '2024/25' is not a financial year such as 2024-25"),
        ("costs: {spend_file: ../own.csv}\n", "costs.spend_file: '../own.csv' is not the name of a CSV file, without folders"),
    ],
)  # fmt: skip
def test_money_and_rates_written_wrongly_are_refused_with_what_was_meant(project, text, said):
    (project / "params/2023-24/london.yaml").write_text(text, encoding="utf-8")
    assert said in refused(project, "single-assessment", run=True)


PAGE = (project_root() / "docs/scenarios.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", PAGE, re.DOTALL | re.MULTILINE))
INNER = {"open": BedChange, "close": BedChange, "meet": Standard}


def unit(lever: str) -> str:
    fields = INNER[lever].model_fields if lever in INNER else {}
    inner = ", ".join(f"`{name}` ({info.json_schema_extra['unit']})" for name, info in fields.items())
    return inner or Levers.model_fields[lever].json_schema_extra["unit"]


def test_the_guide_documents_every_lever_and_no_other():
    assert list(SECTIONS) == list(Levers.model_fields)


@pytest.mark.parametrize("lever", Levers.model_fields)
def test_the_guide_gives_meaning_unit_and_an_example_of_each_lever(lever):
    told = " ".join(SECTIONS[lever].split())
    assert Levers.model_fields[lever].description in told
    assert f"Unit: {unit(lever)}." in told
    (example,) = re.findall(r"```yaml\n(.*?)```", SECTIONS[lever], re.DOTALL)
    levers = Levers.model_validate(YAML(typ="safe").load(example)["levers"])
    assert levers.model_fields_set == {lever}


def test_the_guides_file_can_be_used(project):
    (example,) = re.findall(r"```yaml\n(label.*?)```", PAGE, re.DOTALL)
    (project / "params/scenarios/mine.yaml").write_text(example, encoding="utf-8")
    (told,) = load_scenarios(["mine"], project)
    assert (told.label, told.combines) == ("One ward for 24 places", ("single-assessment",))
    named = re.findall(r"--scenario (\S+)", PAGE)
    assert {part for name in named for part in name.split("+")} <= {*SHIPPED, "my-plan.yaml", "none"}


@pytest.mark.parametrize("name", ["today", "england", "none"])
def test_a_name_that_stands_for_something_else_is_refused(project, name, tmp_path_factory):
    path = shutil.copy(written(project, "{diversion: 0.1}", name), tmp_path_factory.mktemp("own"))
    assert f"its name stands for {'England' if name == 'england' else ''}" in (told := refused(project, name))
    assert f"params/scenarios/{name}.yaml cannot be used" in told
    written(project, "{diversion: 0.1}", name).unlink()
    assert f"give the file another, such as my-{name}.yaml" in refused(project, path)


@pytest.mark.parametrize(
    ("label", "said"),
    [
        (
            "Beds \u4e2d",
            "line 1  label: '\u4e2d' (U+4E2D CJK UNIFIED IDEOGRAPH-4E2D) cannot be drawn; write Latin letters",
        ),
        ("Beds \U0001f600", "(U+1F600 GRINNING FACE) cannot be drawn"),
        ('"Two\\nlines"', "line 1  label: it runs over several lines; write it on one, or fold its lines with >-"),
        ('"A\\tb"', "(U+0009 a control character) cannot be drawn"),
    ],
)
def test_a_label_that_charts_cannot_draw_is_refused(project, label, said):
    path = written(project, "{diversion: 0.1}")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("A label", label), encoding="utf-8")
    assert said in refused(project)
    path.write_text(text.replace("a test of files", f"{label[:-1]}, a test{label[-1]}"), encoding="utf-8")
    assert said.replace("line 1  label", "line 2  because") in refused(project)


def test_letters_of_latin_alphabets_quotation_marks_and_dashes_may_stand_in_a_label(project):
    path = written(project, "{diversion: 0.1}")
    told = "T\u0177 \u2018Caf\u00e9\u2019 \u2013 \u00a35 or $6, \u2265 10%"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("A label", told.replace("\u00e9", "e\u0301")), encoding="utf-8")
    assert load_scenarios(["mine"], project)[0].label == told


@pytest.mark.parametrize(
    ("levers", "said"),
    [
        ("{assessments: true}", ["levers.assessments: true is no number"]),
        ("{delayed: true}", ["levers.delayed: true is no number"]),
        ("{direct_admission: true}", ["levers.direct_admission: true is no number"]),
        ("{open: [{tier: low, number: true}]}", ["levers.open.0.number: true is no number"]),
        ("{stay: {low: false, medium: true}}", ["levers.stay: low: false is no number; medium: true is no number"]),
        ("{delayed: 10%}", ["levers.delayed: '10%' is no number; 10% is 0.1"]),
        ("{independent_share: {low: 10 %}}", ["levers.independent_share: low: '10 %' is no number; 10 % is 0.1"]),
        ("{diversion: 50}", ["levers.diversion: 50 is more than 1; 50% is 0.5"]),
        ("{stay: {low: 90, medium: 0.1}}",
         ["levers.stay.low: 90 is not a ratio from 0.2 to 5; 90% is 0.9", "levers.stay.medium: 0.1 is not a ratio"]),
    ],
)  # fmt: skip
def test_a_number_written_as_something_else_is_refused_with_what_was_meant(project, levers, said):
    written(project, levers)
    told = refused(project)
    assert [part for part in said if part not in told] == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "options: {reinvestment: {year: 11}}\n",
            "line 1  options.reinvestment.year: 11 is after the last year, 10 (flow.years)",
        ),
        (
            "flow: {years: 3}\noptions:\n  reinvestment: {year: 5}\n",
            "line 3  options.reinvestment.year: 5 is after the last",
        ),
    ],
)
def test_places_that_open_after_the_last_year_are_refused_with_their_line(project, text, line):
    (project / "params/2023-24/london.yaml").write_text(text, encoding="utf-8")
    told = refused(project, "single-assessment", run=True)
    assert told.startswith("params/2023-24/london.yaml cannot be used: 1 problem\n")
    assert line in told


def test_a_number_for_a_financial_year_is_told_what_one_is(project):
    (project / "params/2023-24/london.yaml").write_text("costs: {price_year: 2024}\n", encoding="utf-8")
    told = refused(project, "single-assessment", run=True)
    assert "line 1  costs.price_year: 2024 is not a financial year such as 2024-25" in told


def test_one_ward_leaves_the_other_as_it_is(project):
    (project / "params/2023-24/london.yaml").write_text("options: {ward: {medium: 15}}\n", encoding="utf-8")
    assert load("2023-24", "london", project).options.ward == {"medium": 15, "low": 12}
    assert explain("options.ward")[0].default == "medium 12, low 12"


def test_an_index_is_given_whole_in_the_file_that_names_it(project):
    (project / "params/2023-24/london.yaml").write_text("costs:\n  index: {table: ours}\n", encoding="utf-8")
    told = refused(project, "single-assessment", run=True)
    assert told.startswith("params/2023-24/london.yaml cannot be used: 2 problems\n")
    for name in ("label", "measure"):
        said = f"line 2  costs.index.{name}: missing; label, table and measure of an index are given together"
        assert said in told
