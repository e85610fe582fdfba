"""What a run may be told about demand: own weights, ages, draws, projection; every fault with its line."""

import shutil
from pathlib import Path

import pytest

from needs.errors import ParamsError
from needs.params.load import load, overrides
from needs.project import project_root

WEIGHT = "{value: 0.85, lower: 0.3, upper: 0.85, source: our own guess}"
SOURCE = "a judgement that the rule used is as likely to be right as all the others together; no evidence weighs them"
REGIONS = (
    "north-east-and-yorkshire",
    "north-west",
    "midlands",
    "east-of-england",
    "london",
    "south-east",
    "south-west",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project folder with a copy of the parameters."""
    shutil.copytree(project_root() / "params", tmp_path / "params")
    return tmp_path


def told(project: Path, text: str, edition: str = "2023-24"):
    (project / "params" / edition / "london.yaml").write_text(text, encoding="utf-8")
    return load(edition, "london", project)


def refused(project: Path, text: str, edition: str = "2023-24") -> str:
    with pytest.raises(ParamsError) as caught:
        told(project, text, edition)
    assert caught.value.exit_code == 10
    assert str(caught.value).startswith(f"params/{edition}/london.yaml cannot be used: ")
    return str(caught.value)


def own(source: str = "our own survey", **weights: object) -> str:
    lines = "".join(f"      {slug.replace('_', '-')}: {weight}\n" for slug, weight in weights.items())
    return f"  own_weights:\n    label: Our survey\n    source: {source}\n    weights:\n{lines}"


def test_own_weights_are_one_rule_more(project):
    every = dict.fromkeys(REGIONS, 1.5) | {"london": 0}
    found = told(project, "demand:\n" + own(**every)).demand
    assert found.own_weights.weights == every
    assert found.rules == ("need", "population", "deprivation", "smi_register", "own")
    assert told(project, "demand:\n  rule: own\n" + own(**every)).demand.rules[0] == "own"


def test_rules_on_offer_are_those_with_a_series_the_chosen_one_first(project):
    assert load("2023-24", "london").demand.rules == ("need", "population", "deprivation", "smi_register")
    assert load("2009-10", "london").demand.rules == ("need", "population", "deprivation", "prison_transfers")
    found = told(project, f"demand: {{rule: smi_register, rule_weight: {WEIGHT}, draws: 200, seed: 0}}\n")
    assert found.demand.rules == ("smi_register", "need", "population", "deprivation")
    assert [(o.field, o.value, o.default) for o in overrides(found, project)] == [
        ("demand.draws", "200", "10000"),
        ("demand.rule", "smi_register", "need"),
        ("demand.rule_weight.source", "our own guess", SOURCE),
        ("demand.rule_weight.upper", "0.85", "0.7"),
        ("demand.rule_weight.value", "0.85", "0.5"),
        ("demand.seed", "0", "2011"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "demand:\n" + own(london=-0.5, south_west=-2, midlands=1),
            "line 5  demand.own_weights.weights: weights below 0: london -0.5, south-west -2; a weight is 0 or more",
        ),
        (
            "demand:\n" + own(london=0, midlands=0),
            "line 5  demand.own_weights.weights: every weight is 0; at least one is more",
        ),
        (
            "demand:\n  own_weights: {label: Mine, source: our own survey, weights: {}}\n",
            "line 2  demand.own_weights.weights: empty; it holds at least one",
        ),
        (
            "demand:\n" + own(london=".nan"),
            "line 6  demand.own_weights.weights.london: input should be a finite number",
        ),
        ("demand:\n" + own(london="true"), "line 6  demand.own_weights.weights.london: input should be a valid number"),
        ("demand:\n" + own(london="much"), "line 6  demand.own_weights.weights.london: input should be a valid number"),
        ("demand:\n" + own(source="mine", london=1), "line 4  demand.own_weights.source: "),
        (
            "demand:\n  own_weights: {label: Mine, weights: {london: 1}}\n",
            "line 2  demand.own_weights.source: missing",
        ),
        (
            "demand:\n  rule: own\n",
            "line 1  demand: rule: own needs own_weights; use one of need, population, deprivation, smi_register",
        ),
        (
            "demand:\n  rule: prison_transfers\n",
            "line 1  demand: rule: prison_transfers has no published series in this edition; "
            "use one of need, population, deprivation, smi_register",
        ),
        ("demand:\n  rule: shoe_size\n", "line 2  demand.rule: input should be 'need', 'population', 'deprivation', "),
        ("demand:\n  seed: 1.5\n", "line 2  demand.seed: input should be a valid integer"),
        ("demand:\n  draws: 200001\n", "line 2  demand.draws: 200001 is more than 200000"),
        ("demand:\n  rule_weight: 1\n", "line 2  demand.rule_weight: input should be a valid dictionary"),
        (
            "demand:\n  rule_weight: {value: 0, source: a guess of ours}\n",
            "line 2  demand.rule_weight: value 0 is outside 0 to 0.85",
        ),
        (
            "demand:\n  rule_weight: {value: 0.86, source: a guess of ours}\n",
            "line 2  demand.rule_weight: value 0.86 is outside 0 to 0.85",
        ),
        (
            "demand:\n  deprivation:\n    carried: {value: 1.2, source: a guess of ours}\n",
            "line 3  demand.deprivation.carried: value 1.2 is outside 0 to 1",
        ),
        (
            "demand:\n  women:\n    high: []\n",
            "line 3  demand.women.high: empty; it holds at least one",
        ),
        (
            "demand:\n  women:\n    independent: {step_down: {value: .5, source: a guess of ours}}\n",
            "line 3  demand.women.independent: 'step_down' is not a tier. There are high, medium, low",
        ),
        (
            "demand:\n  age_profile:\n    male: {people: 0}\n",
            "line 3  demand.age_profile.male.people: 0 is not above 0",
        ),
        (
            'demand:\n  age_profile:\n    male:\n      shares: {"18_24": {value: 1.5, source: a guess of ours}}\n',
            "demand.age_profile.male.shares.18_24: value 1.5 is outside 0 to 1",
        ),
        ("projection:\n  horizon_years: 26\n", "line 2  projection.horizon_years: 26 is more than 25"),
        (
            "projection:\n  file: ../secret.csv\n",
            "line 2  projection.file: '../secret.csv' is not a file name without folders",
        ),
        (
            "projection:\n  file: a\\b.csv\n",
            "line 2  projection.file: 'a\\\\b.csv' is not a file name without folders",
        ),
        (
            "projection:\n  earlier: mid-2022\n",
            "line 1  projection: later: mid-2022 is not a year after earlier, mid-2022; dates name their years, such as mid-2022",
        ),
        (
            "projection:\n  later: mid-2023\n",
            "line 1  projection: later: mid-2023 is not a year after earlier, mid-2021",
        ),
        ("projection:\n  later: last year\n", "line 1  projection: later: last year is not a year after earlier, mid-"),
        (
            "validation:\n  counts:\n    - {footprint: A, label: B, tiers: [], row: {table: a, measure: b}}\n",
            "line 3  validation.counts.0.tiers: empty; it holds at least one",
        ),
        ("validation:\n  counts: 5\n", "line 2  validation.counts: 5 is no list"),
        ("projection:\n  bands: []\n", "line 2  projection.bands: empty; it holds at least one"),
        ("projection:\n  trend: {change: 0.1}\n", "line 2  projection.trend.source: missing"),
        ("projection:\n  prison: {years: 0}\n", "line 2  projection.prison.years: 0 is not above 0"),
    ],
)
def test_each_fault_is_named(project, text, expected):
    found = refused(project, text)
    assert expected in found
    assert found.count("\n") == 2, "one problem and the remedy"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("demand:\n  seed: -1\n", "demand.seed: -1 is below 0"),
        ("demand:\n  draws: 199\n", "demand.draws: 199 is below 200"),
        ("projection:\n  horizon_years: 0\n", "projection.horizon_years: 0 is below 1"),
        (
            "projection:\n  spread: {value: -0.01, source: a guess of ours}\n",
            "projection.spread: value -0.01 is below 0",
        ),
        (
            "projection:\n  spread: {value: .4, lower: .3, upper: .5, source: a guess of ours}\n",
            "projection.spread: 0.5 is more than 0.05; half a percent a year is 0.005",
        ),
        (
            "projection:\n  trend: {change: .5, source: our own series}\n",
            "projection.trend.change: 0.5 is not below 0.5",
        ),
        (
            "projection:\n  trend: {change: -.5, source: our own series}\n",
            "projection.trend.change: -0.5 is not above -0.5",
        ),
        (
            "projection:\n  trend: {change: 0, damping: 1, source: our own series}\n",
            "projection.trend.damping: 1 is not below 1",
        ),
    ],
)
def test_a_bound_is_worded_as_it_is(project, text, expected):
    """A bound that may be reached (200 draws, a seed of 0) is not one that may not (a damping of 1)."""
    assert refused(project, text).splitlines()[1] == f"  line 2  {expected}"


def test_a_wrong_figure_in_a_list_is_one_problem(project):
    found = refused(project, "demand:\n  women:\n    high: [{value: -5, source: a guess of ours}]\n")
    assert found.splitlines()[1:-1] == ["  line 3  demand.women.high.0: value -5 is below 0"]


def test_an_age_profile_of_one_sex_is_refused(project):
    path = project / "params/2009-10/_edition.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("    female:\n      people: 20"), text.index("  deprivation:\n    tenth:")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    with pytest.raises(ParamsError) as caught:
        load("2009-10", "london", project)
    line = text[: text.index("demand:")].count("\n") + 1
    assert [str(p) for p in caught.value.problems] == [
        f"line {line}  demand: age_profile: both male and female are needed"
    ]


def test_a_trend_has_a_damping_and_a_cap_of_its_own(project):
    trend = told(project, "projection: {trend: {change: -0.02, source: our own series}}\n").projection.trend
    assert (trend.change, trend.damping, trend.cap) == (-0.02, 0.8, 0.25)
    assert load("2023-24", "london").projection.trend is None
