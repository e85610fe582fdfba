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


ROW = "{table: national_secure_facts, measure: commissioned_beds, tier: high, period: 2022-10}"


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
        "  line 4  step_down.waiting_probability: 5 is not below 1\n"
        "  line 5  horizon: not a parameter. Did you mean 'projection.horizon_years'?\n"
        "Next: needs params explain        [exit 10]"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("demand:\n  rule: shoe_size\n", "line 2  demand.rule: input should be 'need'"),
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
            "line 3  demand.beds.high: value -7 is below 0",
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
        (
            "step_down:\n  local_places:\n    low: {value: -5, source: our own count}\n",
            "line 3  step_down.local_places.low: value -5 is not a whole number from 0",
        ),
        (
            "step_down:\n  local_places:\n    low: {value: 400.5, source: our own count}\n",
            "400.5 is not a whole number",
        ),
        (
            "step_down:\n  local_places:\n    low: {value: 4, lower: 1, upper: 4.5, source: our own count}\n",
            "upper 4.5 is not a whole number",
        ),
        (
            f"demand:\n  beds:\n    high: {ROW[:-1]}, lower: 9000, upper: 10, because: a test}}\n",
            "line 3  demand.beds.high: the range 9000 to 10 runs backwards",
        ),
        (
            f"demand:\n  occupancy:\n    high: {ROW[:-1]}, lower: 0.5, upper: 10, because: a test}}\n",
            "line 3  demand.occupancy.high: upper 10 is outside 0 to 1",
        ),
        (
            f"costs:\n  floor: {ROW[:-1]}, lower: -2, upper: 10, because: a test}}\n",
            "line 2  costs.floor: lower -2 is below 0",
        ),
        (
            "costs:\n  prices:\n    - label: x\n      tier: low\n      basis: place_year\n"
            f"      row: {ROW[:-1]}, lower: 3, upper: 1, because: a test}}\n",
            "line 6  costs.prices.0.row: the range 3 to 1 runs backwards",
        ),
        (
            "demand:\n  beds:\n    high: {value: .inf, source: a guess of ours}\n",
            "line 3  demand.beds.high.value: input should be a finite number, got inf",
        ),
        (
            f"demand:\n  beds:\n    high: {ROW[:-1]}, scale: .nan}}\n",
            "line 3  demand.beds.high.scale: input should be a finite number, got nan",
        ),
        ("step_down:\n  flat_occupancy: .nan\n", "line 2  step_down.flat_occupancy: input should be a finite number"),
        (
            "demand:\n  need:\n    population: {label: a, unit: people, table: prison, measure: b}\n",
            "line 3  demand.need: 'population' is not a rule. There are smi_register, prison_transfers",
        ),
        (
            "population:\n  period: 2015-04-01\n",
            'line 2  population.period: 2015-04-01 is not text; put it in quotes: "2015-04-01"',
        ),
        ("population:\n  period: 2015\n", 'population.period: 2015 is not text; put it in quotes: "2015"'),
        (
            "step_down:\n  local_places:\n    stepdown: {value: 4, source: our own count}\n",
            "line 3  step_down.local_places: 'stepdown' is not a tier. Did you mean 'step_down'?",
        ),
        (
            "demand:\n  need: {sleep: 4}\n",
            "demand.need: 'sleep' is not a rule. There are smi_register, prison_transfers",
        ),
        ("demand:\n  age_profile: {boys: 4}\n", "demand.age_profile: 'boys' is not a sex. There are male, female"),
        ("footprint: {name: Here, icbs: [E54000010]}\n", "line 1  footprint: this stands in footprints.yaml"),
        ("step_down:\n  wating_probability: 0.1\n", "not a parameter. Did you mean 'waiting_probability'?"),
        ("wating_probability: 0.1\n", "not a parameter. Did you mean 'step_down.waiting_probability'?"),
    ],
)
def test_each_fault_is_named(project, text, expected):
    assert expected in refused(project, text)


def test_a_file_in_the_wrong_place_has_its_other_problems_told_too(project):
    told = refused(project, "edition: 2009-10\nregion: leeds\nhorizon: 40\n")
    assert told.startswith(
        "params/2023-24/london.yaml cannot be used: 3 problems\n"
        "  line 1  edition: 2009-10 is not 2023-24, which the file's place says\n"
        "  line 2  region: leeds is not london, which the file's place says\n"
        "  line 3  horizon: not a parameter. Did you mean 'projection.horizon_years'?\n"
    )


def test_problems_of_two_files_are_told_file_by_file(project):
    path = project / "params" / "2023-24" / "_edition.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("label: 2023-24\n", "label: 2023-24\nlable: x\n"))
    told = refused(project, "horizon: 40\n")
    assert told.startswith("params/2023-24 cannot be used: 2 problems\n  _edition.yaml line ")
    assert "london.yaml line 1  horizon: not a parameter." in told


def test_every_figure_has_its_unit():
    told = load("2009-10", "london").figures()
    units = {name: unit for name, (_, unit) in told.items()}
    assert units["demand.occupancy.low"] == units["step_down.destination.low.community"] == "share"
    assert units["costs.budgets.1.times"] == "share"
    assert (units["demand.beds.high"], units["costs.unit_cost.low"], units["drivers.0"]) == ("beds", "GBP", "score")
    assert (units["quoted.provision.0.row"], units["quoted.groups.0.row"]) == ("share", "beds")
    assert not {unit for unit in units.values() if not unit or unit.startswith("unit of")}


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


@pytest.mark.parametrize("name", ["London.yaml", "london.YAML", "london.yml", "london.yaml.txt", "notes.md", "old/"])
def test_a_file_that_nobody_reads_is_refused(project, name):
    folder = project / "params" / "2023-24"
    (folder / name).mkdir() if name.endswith("/") else (folder / name).write_text("label: x\n")
    with pytest.raises(ParamsError, match="belongs to no region") as caught:
        strays("2023-24", {"london"}, project)
    assert ("Did you mean 'london.yaml'?" in str(caught.value)) == ("ondon" in name)


@pytest.mark.parametrize("name", ["london.yaml", ".DS_Store", "README.md", ".london.yaml.swp", "london.yaml~"])
def test_a_file_that_may_be_there(project, name):
    (project / "params" / "2023-24" / name).write_text("label: x\n")
    strays("2023-24", {"london"}, project)


def test_a_baseline_lies_within_the_days_of_the_data():
    from needs.params.service import Period, Service

    days = {"folder": "ours", "since": "2020-04-01", "until": "2023-03-31"}
    inside = Period(label="before", since="2020-04-01", until="2021-03-31")
    assert Service(**days, baseline=inside).baseline == inside
    with pytest.raises(ValueError, match="baseline: 2010-04-01 to 2011-03-31 is not within the days of the data"):
        Service(**days, baseline={"label": "before", "since": "2010-04-01", "until": "2011-03-31"})
    with pytest.raises(ValueError, match="since and until say which days the data cover; give both"):
        Service(folder="ours")
