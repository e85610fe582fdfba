"""What a run may be told about the flow of people: defaults of both editions, and every fault with its line."""

import shutil
from pathlib import Path
from typing import get_args

import pytest

from needs.errors import ParamsError
from needs.params.flow import Change, Destination, Exit, Flow, FlowCheck, PathwayTier
from needs.params.load import load, overrides
from needs.params.model import EvidenceRow, Given, RunParameters, walk
from needs.params.schema import explain
from needs.project import project_root

TIERS = get_args(PathwayTier)
LATE = "{tier: medium, number: 15, year: 11}"
GUESS = "kind: assumed, source: our own guess"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project folder with a copy of the parameters."""
    shutil.copytree(project_root() / "params", tmp_path / "params")
    return tmp_path


@pytest.fixture(params=["2023-24", "2009-10"])
def flow(request) -> Flow:
    return load(request.param, "london").flow


def told(project: Path, text: str) -> RunParameters:
    (project / "params/2023-24/london.yaml").write_text("flow:\n" + text, encoding="utf-8")
    return load("2023-24", "london", project)


def refused(project: Path, text: str) -> str:
    with pytest.raises(ParamsError) as caught:
        told(project, text)
    assert caught.value.exit_code == 10
    return str(caught.value)


def test_destinations_are_the_tiers_and_then_the_exits():
    assert get_args(Destination) == (*TIERS, *get_args(Exit))


def test_defaults_are_those_of_the_methods(flow):
    assert (flow.years, flow.parameter_draws, flow.paths) == (10, 250, 2)
    assert flow.first == (("up", "community_recall"), ("court",))
    assert flow.close == Change(tier="medium", number=15, year=2)
    assert flow.open == Change(tier="step_down", number=15, year=2)


def test_every_tier_has_a_stay_routes_and_arrivals(flow):
    assert set(flow.routing) == set(TIERS)
    assert set(flow.stay) == set(flow.arrivals) == set(TIERS) - {"step_down"}
    assert flow.stay["low"].alike == "medium"
    assert (flow.stay["high"].beyond.years, flow.stay["medium"].beyond.years) == (10, 5)
    assert flow.routing["medium"].people == 63
    assert set(flow.recall.to) == {"medium", "low"}


@pytest.mark.parametrize(
    ("edition", "by_hand", "ends"),
    [
        ("2023-24", 2 * 380 * 12 / 63 + 3003 * 0.9 / 3.1 * 0.33, (150, 750)),
        ("2009-10", 3500 * 0.909 / 2 * 12 / 63 + 3500 * 0.909 / 3.1 * 0.33, (200, 1100)),
    ],
)
def test_leavers_for_step_down_are_those_of_medium_and_of_low_security(edition, by_hand, ends):
    """The arithmetic that the source of the figure states."""
    parameters = load(edition, "london")
    leavers = parameters.demand.pathway.leavers
    assert leavers.value == pytest.approx(by_hand, abs=1)
    assert (leavers.lower, leavers.upper, leavers.kind) == (*ends, "assumed")
    assert parameters.flow.stay["low"].mean.value == 3.1
    assert parameters.flow.routing["low"].shares["step_down"].value == 0.33


def test_one_unit_and_one_survey_are_read_from_evidence(flow):
    shares = flow.routing["medium"].shares
    assert all(isinstance(share, EvidenceRow) for share in shares.values())
    assert shares["community"].measure == shares["discharge"].measure == "exit_probability_to_home"
    assert shares["community"].scale + shares["discharge"].scale == pytest.approx(1)
    assert flow.pool.scale == pytest.approx(1 / 29, rel=1e-6)


def test_what_is_assumed_says_so_and_why(flow):
    given = {**flow.routing["low"].shares, **flow.arrivals["medium"].shares, "number": flow.assessments.number}
    for name, figure in given.items():
        assert isinstance(figure, Given), name
        assert figure.kind == "assumed", name
        assert len(figure.source) > 20, name


def test_every_figure_is_found_with_its_unit():
    figures = load("2023-24", "london").figures()
    units = {name: figures[f"flow.{name}"][1] for name in (
        "pool", "step_down_occupancy", "stay.high.mean", "stay.medium.median", "stay.high.beyond.share",
        "routing.low.shares.died", "recall.rate", "arrivals.low.shares.court", "checks.0.row", "checks.3.row",
        "checks.4.row",
    )}  # fmt: skip
    assert list(units.values()) == [
        "beds", "share", "years", "years", "share", "share", "a person-year", "share", "people a year", "days", "share"
    ]  # fmt: skip


def test_the_page_and_the_help_name_every_block_once():
    names = [name for name, _, _ in walk() if name.startswith("flow")]
    assert len(names) == len(set(names))
    assert {
        "flow.stay.*.beyond.share",
        "flow.routing.*.shares",
        "flow.recall.to",
        "flow.close.year",
        "flow.checks.*.row",
    } <= {*names}
    assert explain("flow.paths")[0].default == "2"
    assert explain("flow.close.year")[0].default == "2"


def test_parameters_go_to_a_notebook_and_back(flow):
    for edition in ("2023-24", "2009-10"):
        parameters = load(edition, "london")
        assert RunParameters.from_json(parameters.canonical_json()) == parameters


def test_a_region_may_change_one_figure(project):
    found = told(project, f"  stay: {{low: {{mean: {{value: 2.5, lower: 2, upper: 3, {GUESS}}}}}}}\n  years: 12\n")
    assert (found.flow.stay["low"].mean.value, found.flow.stay["low"].alike, found.flow.years) == (2.5, "medium", 12)
    assert {o.field for o in overrides(found, project)} >= {"flow.stay.low.mean.value", "flow.years"}


def test_a_region_states_all_the_shares_of_a_tier_and_keeps_the_rest(project):
    """Shares that add up are replaced together; those of other tiers, and the people behind them, stay."""
    parts = f"{{step_down: {{value: 0.4, {GUESS}}}, discharge: {{value: 0.6, {GUESS}}}}}"
    recall = f"{{to: {{low: {{value: 1, {GUESS}}}}}}}"
    arrivals = f"{{high: {{shares: {{court: {{value: 1, {GUESS}}}}}}}}}"
    found = told(project, f"  routing: {{low: {{shares: {parts}}}}}\n  recall: {recall}\n  arrivals: {arrivals}\n")
    default, flow = load("2023-24", "midlands", project).flow, found.flow
    assert {to: share.value for to, share in flow.routing["low"].shares.items()} == {"step_down": 0.4, "discharge": 0.6}
    assert {tier: share.value for tier, share in flow.recall.to.items()} == {"low": 1}
    assert list(flow.arrivals["high"].shares) == ["court"]
    assert flow.routing["low"].people == default.routing["low"].people
    assert flow.routing["medium"] == default.routing["medium"]
    assert (flow.recall.rate, flow.recall.people) == (default.recall.rate, default.recall.people)
    lost = [o for o in overrides(found, project) if o.field == "flow.routing.low.shares.died.value"]
    assert [(o.value, o.default) for o in lost] == [("none", "0.03")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  years: 26\n", "line 2  flow.years: 26 is more than 25"),
        ("  years: 1\n", "line 2  flow.years: 1 is below 2"),
        ("  parameter_draws: 19\n", "line 2  flow.parameter_draws: 19 is below 20"),
        ("  paths: 1\n", "line 2  flow.paths: 1 is below 2"),
        ("  close: {tier: step_down, number: 5, year: 2}\n", "close.tier: step_down is not medium or low"),
        (
            "  open: {tier: high, number: 5, year: 2}\n",
            "flow.open.tier: input should be 'medium', 'low' or 'step_down'",
        ),
        ("  close: {tier: low, number: 0, year: 2}\n", "flow.close.number: 0 is not above 0"),
        ("  close: {tier: low, number: 5, year: 1}\n", "line 2  flow.close.year: 1 is below 2"),
        ("  open: {tier: low, number: 5, year: 1}\n", "line 2  flow.open.year: 1 is below 2"),
        (
            f"  assessments: {{number: {{value: 0.5, {GUESS}}}}}\n",
            "flow.assessments.number: value 0.5 is outside 1 to 10",
        ),
        (
            f"  assessments: {{number: {{value: 3, lower: 2, upper: 11, {GUESS}}}}}\n",
            "flow.assessments.number: upper 11 is outside 1 to 10: there is at least one assessment",
        ),
        (f"  pool: {{value: 4, {GUESS}}}\n", "flow.pool: value 4 is outside 5 to 2,000 beds"),
        (
            f"  pool: {{value: 60, lower: 50, upper: 2001, {GUESS}}}\n",
            "flow.pool: upper 2001 is outside 5 to 2,000 beds",
        ),
        (f"  close: {LATE}\n", "close.year: 11 is after the last year, 10"),
        ("  first: [[up, court], [up]]\n", "first: up named twice"),
        ("  first: [[prison]]\n", "flow.first"),
        (
            f"  stay: {{high: {{mean: {{value: -1, {GUESS}}}}}}}\n",
            "line 2  flow.stay.high.mean: value -1 is below 0",
        ),
        (f"  stay: {{high: {{mean: {{value: 0, {GUESS}}}}}}}\n", "flow.stay.high.mean: value 0 is not above 0"),
        (
            "  stay: {high: {alike: medium}}\n",
            "line 2  flow.stay.high: alike: medium stands beside beyond; keep the one or the other",
        ),
        ("  stay: {low: {alike: community}}\n", "stay.low.alike: community has no median and no beyond to be like"),
        (
            f"  routing: {{low: {{shares: {{step_down: {{value: 0.5, {GUESS}}}}}}}}}\n",
            "line 2  flow.routing.low: shares: the shares add up to 0.5, not 1",
        ),
        (
            f"  stay: {{step_down: {{mean: {{value: 3, {GUESS}}}, note: ours}}}}\n",
            "line 2  flow.stay: 'step_down' is not a tier. There are high, medium, low, community",
        ),
        (
            f"  routing: {{community: {{shares: {{discharge: {{value: 1, {GUESS}}}, community: {{value: 0, {GUESS}}}}}}}}}\n",
            "routing.community.shares: community: the caseload is one place; leave it out",
        ),
        (
            f"  arrivals: {{high: {{shares: {{court: {{value: 0.1, {GUESS}}}}}}}}}\n",
            "line 2  flow.arrivals.high: shares: the shares add up to 0.1, not 1",
        ),
        (
            f"  arrivals: {{high: {{shares: {{community_recall: {{value: 0.1, {GUESS}}}}}}}}}\n",
            "flow.arrivals.high.shares",
        ),
        (
            f"  recall: {{to: {{medium: {{value: 0.7, {GUESS}}}}}}}\n",
            "flow.recall: to: the shares add up to 0.7, not 1",
        ),
        (
            f"  assessments: {{over_a_month: {{value: 1, {GUESS}}}}}\n",
            "flow.assessments.over_a_month: value 1 is not below 1",
        ),
        (f"  step_down_occupancy: {{value: 1, {GUESS}}}\n", "flow.step_down_occupancy: value 1 is not below 1"),
        (f"  beds: {{low: {{value: 10.5, {GUESS}}}}}\n", "flow.beds.low: value 10.5 is not a whole number from 0"),
        ("  roads: 1\n", "line 2  flow.roads: not a parameter"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_place(project, text, expected):
    assert expected in refused(project, text)


def test_tiers_that_cannot_be_left_are_named(project):
    """Everybody who leaves step-down or low security would only change between them."""
    flow = load("2023-24", "london").flow.model_dump()
    certain = {"value": 1.0, "kind": "assumed", "source": "our own guess"}
    flow["routing"]["low"]["shares"] = {"step_down": certain}
    flow["routing"]["step_down"]["shares"] = {"low": certain, "died": certain | {"value": 0.0}}
    with pytest.raises(ValueError, match="routing: low, step_down cannot be left: no route leads to an exit"):
        Flow.model_validate(flow)
    flow["routing"]["low"]["shares"] = {"low": certain}
    with pytest.raises(ValueError, match="routing: low, step_down cannot be left"):
        Flow.model_validate(flow)


@pytest.mark.parametrize("block", ["stay", "routing", "arrivals"])
def test_a_tier_left_out_is_named(block):
    flow = load("2023-24", "london").flow.model_dump()
    del flow[block]["low"]
    with pytest.raises(ValueError, match=f"{block}: low missing"):
        Flow.model_validate(flow)


def check(**changes) -> FlowCheck:
    row = {"table": "national_secure_facts", "measure": "mean_wait_for_transfer"}
    return FlowCheck(
        **{"label": "A figure", "of": "mean_wait_days", "clock": "referral", "row": row, "note": "x"} | changes
    )


def test_a_wait_has_a_clock_and_nothing_else_has():
    assert (check().unit, check(of="share_within_14", over=True).unit) == ("days", "share")
    assert check(of="prison_transfers", clock=None).unit == "people a year"
    with pytest.raises(ValueError, match="of: mean_wait_days needs a clock: referral, acceptance or not stated"):
        check(clock=None)
    with pytest.raises(ValueError, match="of: remitted_to_prison is no wait and has no clock"):
        check(of="remitted_to_prison")
    with pytest.raises(ValueError, match="over: mean_wait_days is no share of people admitted within some days"):
        check(over=True)
