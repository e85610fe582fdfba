"""Parameters that each keep their rules, but that the methods cannot use together, are refused before a run."""

import pytest
import tiny

from needs.data.check import check
from needs.errors import ParamsError
from needs.params.load import load
from needs.project import EDITIONS
from needs.run import pool, rehearsal

SLUGS = ("north-east-and-yorkshire", "north-west", "midlands", "east-of-england", "london", "south-east", "south-west")
TOO_MANY = "demand: {women: {together: {value: 9000, kind: assumed, source: our own survey}}}\n"


def own_weights(rule: str = "own", **zero: float) -> str:
    """Weights of 1 for every region, but for those given."""
    weights = {slug: zero.get(slug.replace("-", "_"), 1) for slug in SLUGS}
    return (
        f"demand: {{rule: {rule}, own_weights: {{label: Our survey, source: our own survey, weights: "
        f"{{{', '.join(f'{slug}: {weight}' for slug, weight in weights.items())}}}}}}}\n"
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a project whose notebooks are the least that runs."""
    return tiny.project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def written(project):
    """Return a function that writes the parameters of a region and gives them as loaded; they go with the test."""
    paths = []

    def write(text: str, region: str = "london"):
        paths.append(project / "params/2023-24" / f"{region}.yaml")
        paths[-1].write_text(text, encoding="utf-8")
        told = load("2023-24", region, project)
        check(project, ["2023-24"], [told])  # each parameter keeps its rules
        return told

    yield write
    for path in paths:
        path.unlink()


def test_more_women_than_patients_are_refused_with_what_was_changed(written, project):
    told = written(TOO_MANY)
    with pytest.raises(ParamsError) as error:
        rehearsal.rehearse(told, project)
    assert error.value.exit_code == 10
    assert str(error.value).startswith("params/2023-24/london.yaml cannot be used: 1 problem\n")
    assert [problem.what for problem in error.value.problems] == [
        "demand.women: the methods cannot use these values together: women of every tier together, up to 9,000, are not fewer "
        "than all patients"
    ]
    assert error.value.remedy.startswith("needs params explain")


def test_a_region_that_its_own_rule_gives_nothing_is_refused(written, project):
    """Nobody of nobody is no growth, whichever way it is counted."""
    with pytest.raises(ParamsError) as error:
        rehearsal.rehearse(written(own_weights(london=0)), project)
    assert error.value.exit_code == 10
    assert "the methods cannot use these values together: " in str(error.value)
    assert "demand.own_weights" in str(error.value)
    assert "demand.rule" in str(error.value)


@pytest.mark.parametrize(
    ("region", "text"),
    [
        ("london", own_weights(east_of_england=0, south_west=0)),
        ("london", own_weights("need", london=0)),
        ("reach-out", own_weights(london=0)),
        ("london", TOO_MANY.replace("9000", "1500")),
        ("london", "projection: {horizon_years: 1}\n"),
    ],
    ids=["others at 0", "at 0 by another rule", "another region at 0", "fewer women", "fewer years"],
)
def test_what_the_methods_can_use_is_passed(written, project, region, text):
    rehearsal.rehearse(written(text, region), project)


def stay(tier: str, mean: float) -> str:
    return f"{{{tier}: {{mean: {{value: {mean}, kind: assumed, source: our own survey}}}}}}"


ALL_TO_HIGH = (
    "flow: {routing: {medium: {shares: {high: {value: 0.95, kind: assumed, source: our own survey}, "
    "died: {value: 0.05, kind: assumed, source: our own survey}}}}}\n"
)
TOO_MANY_CLOSED = "flow: {close: {tier: low, number: 900, year: 10}}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ALL_TO_HIGH, "flow.routing: the methods cannot use these values together: only 0 of "),
        ("flow: {beds: {low: {value: 20, kind: assumed, source: our own count}}}\n",
         "flow.beds: the methods cannot use these values together: only 0 of "),
        (TOO_MANY_CLOSED, "flow.close: the methods cannot use these values together: low: 900 beds cannot close where there"),
    ],
    ids=["tiers send on too many", "beds that people do not fit in", "more beds closed than there are"],
)  # fmt: skip
def test_a_flow_that_does_not_fit_together_is_refused(written, project, text, said):
    with pytest.raises(ParamsError) as error:
        rehearsal.rehearse(written(text), project)
    assert error.value.exit_code == 10
    assert str(error.value).startswith("params/2023-24/london.yaml cannot be used: 1 problem\n")
    (problem,) = error.value.problems
    assert problem.what.startswith(said)
    assert error.value.remedy == "needs params explain flow"


def test_a_flow_that_changed_demand_does_not_fit_is_a_matter_of_demand(written, project):
    """Two people a service are fewer than come; nothing of the flow was changed, so that it is not where to look."""
    few = "demand: {pathway: {caseload: {value: 2, kind: assumed, source: our own survey}}}\n"
    with pytest.raises(ParamsError) as error:
        rehearsal.rehearse(written(few), project)
    (problem,) = error.value.problems
    assert problem.what.startswith("demand.pathway: the methods cannot use these values together: only 0 of ")
    assert error.value.remedy == "needs params explain demand"


@pytest.mark.parametrize(
    "text",
    [
        f"flow: {{years: 25, stay: {stay('low', 2.5)}, close: {{tier: medium, number: 30, year: 25}}}}\n",
        "flow: {parameter_draws: 20000, paths: 50}\n",
        "flow: {beds: {low: {value: 600, kind: assumed, source: our own count}}}\n",
    ],
    ids=["other stays and years", "many draws", "own beds"],
)
def test_a_flow_that_fits_together_is_passed_and_nobody_simulated(written, project, monkeypatch, text):
    from needs.methods import pathways

    asked, calibrate = [], pathways.calibrate
    monkeypatch.setattr(pathways, "calibrate", lambda *told, **how: asked.append(how) or calibrate(*told, **how))
    monkeypatch.setattr(pathways, "simulate", lambda *_: pytest.fail("somebody was simulated"))
    rehearsal.rehearse(written(text), project)
    assert [how["parameter_draws"] for how in asked] == [rehearsal.FLOW_DRAWS]


@pytest.mark.parametrize("edition", EDITIONS)
def test_parameters_of_the_edition_are_not_tried(edition, monkeypatch):
    """They are tried by the tests of the edition, so that a run of every region does not wait for them."""
    tried = []
    monkeypatch.setattr(rehearsal, "_try", lambda *told: tried.append(told))
    rehearsal.rehearse(load(edition, "london"))
    assert tried == []


def test_changed_parameters_are_tried_on_few_draws(written, project, monkeypatch):
    from needs.methods import demand

    asked, assess = [], demand.assess
    monkeypatch.setattr(demand, "assess", lambda *told, **how: asked.append(how) or assess(*told, **how))
    rehearsal.rehearse(written("demand: {draws: 200000, seed: 7}\n"), project)
    assert [(how["draws"], how["seed"]) for how in asked] == [(rehearsal.DRAWS, 7)]


@pytest.mark.parametrize("text", [TOO_MANY, own_weights(london=0), ALL_TO_HIGH], ids=["women", "weights", "flow"])
def test_no_notebook_starts_of_any_region(written, project, tmp_path, text):
    written(text)
    requests = [tiny.request(project, tmp_path / "build", region) for region in ("midlands", "london")]
    events = []
    with pytest.raises(ParamsError) as error:
        pool.run_regions(requests, tiny.publish, 1, project, lambda *event: events.append(event))
    assert error.value.exit_code == 10
    assert "params/2023-24/london.yaml cannot be used" in str(error.value)
    assert events == []
    assert not (tmp_path / "build").exists()


def test_beds_that_cannot_close_are_told_of_every_region_at_once(project, monkeypatch):
    shut = project / "params/scenarios/shut.yaml"
    shut.write_text(
        "label: Shut\nbecause: a test of it\nlevers: {close: [{tier: low, number: 5000}]}\n", encoding="utf-8"
    )
    try:
        told = [load("2023-24", region, project, ["shut"]) for region in ("london", "midlands")]
    finally:
        shut.unlink()
    monkeypatch.setattr(rehearsal, "_try", lambda *_: (None, None))
    monkeypatch.setattr(rehearsal, "_try_flow", lambda *_: None)
    monkeypatch.setattr(
        "needs.methods.levers.refused", lambda _, scenarios: [f"{one.name}: too many" for one in scenarios]
    )
    with pytest.raises(ParamsError) as error:
        rehearsal.rehearse(told, project)
    assert error.value.headline == "shut.yaml cannot be used"
    assert [problem.what for problem in error.value.problems] == ["london: shut: too many", "midlands: shut: too many"]
    assert error.value.remedy.startswith("close fewer beds in london, midlands, or name")
