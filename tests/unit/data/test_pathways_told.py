"""What the flow of people is told: published figures by hand, shares that add up, and rows that do not."""

import math

import pytest

from needs.data import pathways
from needs.data.geography import Regions
from needs.data.inputs import Inputs
from needs.data.references import check_parameters
from needs.data.snapshot import Evidence
from needs.errors import DataError
from needs.params.flow import FULLEST
from needs.params.load import load
from needs.values import Estimate

TIERS = ["high", "medium", "low", "step_down", "community"]
EXITS = ["prison", "general_psychiatry", "discharge", "other", "died"]
ORIGINS = ["prison_remand", "prison_sentenced", "court", "general_psychiatry", "other_hospital", "adolescent_secure"]
GIVEN = "kind: assumed, source: our own guess"


def opened(edition: str, region: str = "london", root=None) -> Inputs:
    return Inputs(load(edition, region, root), Evidence.open(edition, root), Regions.open(edition, root))


@pytest.fixture(params=["2023-24", "2009-10"])
def inputs(request) -> Inputs:
    return opened(request.param)


@pytest.fixture
def of_london(root):
    """Return a function that opens London of 2023-24 with its own flow."""

    def write(text: str) -> Inputs:
        (root / "params/2023-24/london.yaml").write_text("flow:\n" + text, encoding="utf-8")
        return opened("2023-24", root=root)

    return write


ROW = "{table: transitions, measure: exit_probability_to_supported_accommodation, tier: medium}"


def of_medium(low: float, row: str = ROW) -> str:
    """Where those go who leave medium security: two figures given and a row of 0.1905."""
    return f"{{low: {{value: {low}, {GIVEN}}}, step_down: {row}, discharge: {{value: 0.5, {GIVEN}}}}}"


def problems(inputs: Inputs) -> list[str]:
    return [str(problem) for problem in check_parameters(inputs.parameters, inputs.evidence)]


def figures(node) -> list[Estimate]:
    if isinstance(node, Estimate):
        return [node]
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, tuple) else ()
    return [figure for part in parts for figure in figures(part)]


def test_names_are_those_of_the_method(inputs):
    known = pathways.told(inputs)
    assert list(known) == [
        "stay", "routing", "routed", "arrivals", "arrived", "recall_rate", "recallable", "recalled_to", "recalled",
        "occupancy", "pool", "assessment_days", "assessments", "first", "beds",
    ]  # fmt: skip
    for name in ("stay", "routing", "routed"):
        assert list(known[name]) == TIERS
    for name in ("arrivals", "arrived"):  # nobody enters the pathway in a step-down place
        assert list(known[name]) == ["high", "medium", "low", "community"]
    assert list(known["occupancy"]) == ["medium", "low", "step_down"]
    assert known["first"] == (("up", "community_recall"), ("court",))
    assert len(figures(known)) > 60
    assert all(figure.source for figure in figures(known))


def test_shares_add_up_to_1_in_the_order_of_the_pathway(inputs):
    known = pathways.told(inputs)
    for shares in [*known["routing"].values(), *known["arrivals"].values(), known["recalled_to"]]:
        assert math.fsum(share.value for share in shares.values()) == pytest.approx(1, abs=1e-12)
    for shares in known["routing"].values():
        assert list(shares) == [name for name in TIERS + EXITS if name in shares]
    for shares in known["arrivals"].values():
        assert list(shares) == [name for name in ORIGINS if name in shares]


def test_a_notebook_hears_what_the_file_says(inputs):
    """Parameters reach a notebook as JSON with sorted names; nothing may hang on the order of a file."""
    edition = inputs.parameters.edition
    heard = Inputs.open(load(edition, "london").canonical_json())
    assert pathways.told(heard) == pathways.told(inputs)
    assert str(pathways.told(heard)) == str(pathways.told(inputs))
    assert pathways.checks(heard) == pathways.checks(inputs)


def test_63_exits_of_one_unit(inputs):
    """10 to prison, 18 low, 6 other medium, 2 high, 12 supported places, 13 home, 2 died."""
    known = pathways.told(inputs)
    shares = {name: share.value for name, share in known["routing"]["medium"].items()}
    home = 13 / 63
    assert shares == pytest.approx(
        {"high": 2 / 63, "medium": 6 / 63, "low": 18 / 63, "step_down": 12 / 63, "community": home * 409 / 1061,
         "prison": 10 / 63, "discharge": home * 652 / 1061, "died": 2 / 63}, abs=2e-4
    )  # fmt: skip
    assert known["routed"] == {"high": 20, "medium": 63, "low": 12, "step_down": 12, "community": 12}
    assert known["routing"]["medium"]["low"].kind == "derived"
    assert known["routing"]["medium"]["low"].source == ("common/transitions#earnshaw-2019",)


def test_high_secure_routes_of_one_hospital(inputs):
    shares = pathways.told(inputs)["routing"]["high"]
    assert {name: share.value for name, share in shares.items()} == {
        "medium": 0.65, "low": 0.1, "prison": 0.15, "other": 0.04, "died": 0.06
    }  # fmt: skip
    assert shares["prison"].source == ("2009-10/length_of_stay_pathways#itv-broadmoor-2014",)
    assert (shares["prison"].kind, shares["medium"].kind, shares["died"].kind) == ("published", "derived", "assumed")


def test_stays_in_years():
    """Beds x 0.9 over yearly discharges; medians in days of 365.25; census shares."""
    stay = pathways.told(opened("2023-24"))["stay"]
    assert stay["high"]["mean"].value == pytest.approx(0.9 * 715 / 110, abs=0.005)
    assert stay["medium"]["mean"].value == pytest.approx(0.9 * 2965 / 760, abs=0.005)
    assert stay["medium"]["mean"].bounds == (1.6, 3.9)
    assert stay["medium"]["median"].value == pytest.approx(580 / 365.25, abs=1e-4)
    assert [(tier, stay[tier]["beyond"][0], stay[tier]["beyond"][1].value) for tier in ("high", "medium")] == [
        ("high", 10, pytest.approx(0.235)), ("medium", 5, pytest.approx(0.181))
    ]  # fmt: skip
    assert stay["low"]["mean"].value == pytest.approx(28.8 / 9, rel=0.05)
    assert stay["low"]["alike"] == "medium"
    then = pathways.told(opened("2009-10"))["stay"]
    assert (then["high"]["mean"].value, then["medium"]["mean"].value) == (5, 2)
    assert then["medium"]["median"].value == pytest.approx(110 / 365.25, abs=1e-4)


def test_intervals_of_census_shares_are_wilsons(inputs):
    from statsmodels.stats.proportion import proportion_confint

    known = pathways.told(inputs)
    over = inputs.estimate(inputs.parameters.flow.assessments.over_a_month, "x")
    told = [known["stay"]["high"]["beyond"][1], known["stay"]["medium"]["beyond"][1], over]
    for figure, people in zip(told, (715, 1572, 80), strict=True):
        assert figure.bounds == pytest.approx(
            proportion_confint(round(figure.value * people), people, method="wilson"), abs=6e-4
        )


def test_recall_pool_and_occupancy(inputs):
    known = pathways.told(inputs)
    assert known["recall_rate"].value == pytest.approx(45 / (101 * 811 / 365.25), abs=1e-4)
    assert known["recall_rate"].bounds == pytest.approx((0.1463, 0.2685))
    assert known["recallable"].value == pytest.approx(2821 * 409 / 1061 / 3700, abs=0.01)
    assert {tier: share.value for tier, share in known["recalled_to"].items()} == {"medium": 0.5, "low": 0.5}
    assert known["recalled"] == 12
    assert known["pool"].value == pytest.approx(1939 / 29, abs=0.001)
    assert known["pool"].bounds == (40, 100)
    assert known["occupancy"]["medium"] == inputs.by_tier("demand.occupancy")["medium"]
    assert known["occupancy"]["step_down"].bounds == (0.8, 0.97)


def test_the_mean_of_an_assessment_follows_from_the_share_over_a_month(inputs):
    """With an exponential wait of that mean, 26% (18% to 37%) wait longer than a month."""
    days = pathways.told(inputs)["assessment_days"]
    assert [math.exp(-30.4375 / mean) for mean in (days.value, *days.bounds)] == pytest.approx([0.26, 0.179, 0.368])
    assert days.kind == "modelled"
    assert pathways.told(inputs)["assessments"].value == 2


def test_beds_are_those_that_the_area_says_it_has(of_london, inputs):
    assert pathways.told(inputs)["beds"] == {}
    beds = pathways.told(of_london(f"  beds: {{low: {{value: 300, {GIVEN}}}, medium: {{value: 450, {GIVEN}}}}}\n"))[
        "beds"
    ]
    assert [(tier, places.value) for tier, places in beds.items()] == [("medium", 450), ("low", 300)]
    assert beds["low"].source == ("params/2023-24#flow.beds.low",)


def test_arrivals_are_the_assumed_shares(inputs):
    known = pathways.told(inputs)
    assert [share.value for share in known["arrivals"]["medium"].values()] == [0.28, 0.32, 0.15, 0.18, 0.05, 0.02]
    assert known["arrived"] == {"high": 12, "medium": 30, "low": 12, "community": 12}


def test_how_the_flow_is_followed(of_london):
    inputs = of_london("  years: 5\n  open: {tier: low, number: 8, year: 3}\n")
    assert pathways.how(inputs) == {"years": 5, "parameter_draws": 250, "paths": 2, "seed": pathways.seed(inputs)}
    assert pathways.changes(inputs) == {
        "close": {"verb": "close", "tier": "medium", "number": 15, "year": 2},
        "open": {"verb": "open", "tier": "low", "number": 8, "year": 3},
    }


def test_people_stay_in_step_down_places_as_long_as_demand_says(inputs, root):
    assert pathways.told(inputs)["stay"]["step_down"] == {
        "mean": inputs.estimate(inputs.parameters.demand.pathway.stay, "demand.pathway.stay"),
        "median": None, "beyond": None, "alike": None,
    }  # fmt: skip
    text = f"demand: {{pathway: {{stay: {{value: 2.5, lower: 2, upper: 4, {GIVEN}}}}}}}\n"
    (root / "params/2023-24/london.yaml").write_text(text, encoding="utf-8")
    mean = pathways.told(opened("2023-24", root=root))["stay"]["step_down"]["mean"]
    assert (mean.value, *mean.bounds, mean.source) == (2.5, 2, 4, ("params/2023-24#demand.pathway.stay",))


def test_figures_to_hold_the_flow_against():
    now = [(check.of, check.clock, figure.value) for check, figure in pathways.checks(opened("2023-24"))]
    assert now == [
        ("prison_transfers", None, 931), ("prison_transfers", None, 936), ("remitted_to_prison", None, 192),
        ("mean_wait_days", "referral", 85), ("share_within_28", "referral", pytest.approx(0.15)),
    ]  # fmt: skip
    then = [(check.of, check.clock, figure.value) for check, figure in pathways.checks(opened("2009-10"))]
    assert then == [
        ("prison_transfers", None, 1240), ("share_from_prison_or_high", None, 0.63),
        ("share_from_prison_or_high", None, 0.37), ("mean_wait_days", "referral", 93),
        ("mean_wait_days", "referral", 102), ("share_within_14", "not stated", 0.11),
    ]  # fmt: skip


def test_no_figure_is_both_used_and_held_against():
    for edition in ("2023-24", "2009-10"):
        parameters = opened(edition).parameters
        used = {
            (figure.table, figure.measure, figure.period)
            for name, (figure, _) in parameters.figures().items()
            if hasattr(figure, "measure") and name.startswith("flow.") and not name.startswith("flow.checks")
        }
        held = {(check.row.table, check.row.measure, check.row.period) for check in parameters.flow.checks}
        assert not used & held


def test_the_ends_of_a_share_turn_with_it(of_london):
    row = "{table: transitions, measure: patients_in_census, scale: 0.001, lower: 0.1, upper: 0.3, because: a test}"
    inputs = of_london(
        f"  checks:\n    - {{label: A, of: share_within_14, clock: referral, over: true, note: x, row: {row}}}\n"
    )
    ((_, figure),) = pathways.checks(inputs)
    assert (figure.value, *figure.bounds) == pytest.approx((0.817, 0.7, 0.9))


def test_routes_that_do_not_add_up_name_tier_and_cells(of_london):
    with pytest.raises(DataError) as caught:
        pathways.told(of_london(f"  routing: {{medium: {{shares: {of_medium(0.35)}}}}}\n"))
    text = str(caught.value)
    assert text.startswith("the flow of people cannot be told: 1 problem\n  flow.routing.medium.shares  low 0.35, ")
    assert "low 0.35, step_down 0.1905, discharge 0.5 add up to 1.04, not 1" in text
    assert (
        "Next: correct the figures or the rows they name in params; needs params explain flow        [exit 11]" in text
    )


def test_rounding_alone_is_scaled_away(of_london):
    shares = pathways.told(of_london(f"  routing: {{medium: {{shares: {of_medium(0.3)}}}}}\n"))["routing"]["medium"]
    assert math.fsum(share.value for share in shares.values()) == pytest.approx(1, abs=1e-12)
    assert {to: share.value for to, share in shares.items()} == pytest.approx(
        {"low": 0.3 / 0.9905, "step_down": 0.1905 / 0.9905, "discharge": 0.5 / 0.9905}
    )


def test_a_scaled_share_stays_below_1(of_london):
    """0.98 and 0.009 are scaled up to 1, the upper end of 1 not."""
    nearly = f"{{value: 0.98, lower: 0.9, upper: 1, {GIVEN}}}"
    row = "{table: transitions, measure: patients_in_independent_units, scale: 0.0001}"
    none = f"{{value: 0, {GIVEN}}}"
    shares = f"general_psychiatry: {nearly}, court: {row}, prison_sentenced: {none}"
    inputs = of_london(f"  arrivals: {{community: {{shares: {{{shares}}}}}}}\n")
    share = pathways.told(inputs)["arrivals"]["community"]["general_psychiatry"]
    assert (share.value, *share.bounds) == pytest.approx((0.98 / 0.989, 0.9 / 0.989, 1))


def test_a_stay_or_an_assessment_without_length_is_told_at_once(of_london):
    nothing = "{table: length_of_stay, measure: long_stay_share_lowest_unit}"
    everybody = "{table: length_of_stay, measure: long_stay_share_highest_unit, scale: 2}"
    inputs = of_london(f"  stay: {{high: {{mean: {nothing}}}}}\n  assessments: {{over_a_month: {everybody}}}\n")
    with pytest.raises(DataError) as caught:
        pathways.told(inputs)
    assert "flow.stay.high.mean  0 is not above 0" in str(caught.value)
    assert "flow.assessments.over_a_month  1 is not between 0 and 1\n" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("recall: {rate: {table: community_forensic, measure: recall_rat}}", "recall.rate"),
        (f"routing: {{medium: {{shares: {of_medium(0.31, ROW.replace('supported', 'unsupported'))}}}}}",
         "routing.medium.shares.step_down"),
        ("stay: {high: {mean: {table: length_of_sta, measure: mean}}}", "stay.high.mean"),
        (f"arrivals: {{high: {{shares: {{court: {ROW[:-1]}, scale: 9}}}}}}}}", "arrivals.high.shares.court"),
        (f"step_down_occupancy: {ROW[:-1]}, scale: 9}}", "step_down_occupancy"),
        (f"pool: {ROW[:-1]}, lower: 5, upper: 6, because: a test}}", "pool"),
    ],
)  # fmt: skip
def test_a_figure_that_cannot_be_used_is_told_once_before_a_run(of_london, text, name):
    (problem,) = problems(of_london(f"  {text}\n"))
    assert problem.startswith(f"params/2023-24/london.yaml flow.{name}  ")


def test_rows_and_given_shares_that_do_not_add_up_are_found_before_a_run(of_london):
    """Each with its own dotted name and file, and beside a row that is not there."""
    everything = f"{{low: {{value: 0.5, {GIVEN}}}, medium: {ROW}}}"
    inputs = of_london(
        f"  routing: {{medium: {{shares: {of_medium(0.35)}}}}}\n  recall: {{to: {everything}}}\n"
        "  pool: {table: transitions, measure: beds}\n"
    )
    row, shares, to = problems(inputs)
    assert row.startswith("params/2023-24/london.yaml flow.pool  ")
    assert shares == (
        "params/2023-24/london.yaml flow.routing.medium.shares  low 0.35, step_down 0.1905, discharge 0.5 add up to 1.04, not 1"
    )
    assert to == "params/2023-24/london.yaml flow.recall.to  medium 0.1905, low 0.5 add up to 0.6905, not 1"


def test_shares_of_the_edition_that_do_not_add_up_are_told_of_its_file(root):
    path = root / "params/2023-24/_edition.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(f"step_down: {ROW}") == 1
    path.write_text(text.replace(f"step_down: {ROW}", f"step_down: {ROW[:-1]}, scale: 2}}"), encoding="utf-8")
    (problem,) = problems(opened("2023-24", root=root))
    assert problem.startswith("params/2023-24/_edition.yaml flow.routing.medium.shares  high 0.0317, ")
    assert problem.endswith(" add up to 1.19, not 1")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("demand: {{occupancy: {{medium: {{value: {0}, {1}}}}}}}\n", "demand.occupancy.medium"),
        ("demand: {{occupancy: {{low: {{value: {0}, {1}}}}}}}\n", "demand.occupancy.low"),
        ("flow: {{step_down_occupancy: {{value: {0}, {1}}}}}\n", "flow.step_down_occupancy"),
    ],
)
def test_a_tier_that_is_as_good_as_full_is_found_before_a_run(root, text, field):
    path = root / "params/2023-24/london.yaml"
    path.write_text(text.format(0.99, GIVEN), encoding="utf-8")
    assert problems(opened("2023-24", root=root)) == [
        f"params/2023-24/london.yaml {field}  0.99 is above {FULLEST}: a tier so full hardly ever takes anybody"
    ]
    path.write_text(text.format(FULLEST, GIVEN), encoding="utf-8")
    assert problems(opened("2023-24", root=root)) == []


def test_lengths_and_shares_at_their_ends_are_found_before_a_run(root):
    """A place that nobody stays in is no fault of demand, but nobody can flow through it."""
    nobody = "{table: length_of_stay, measure: long_stay_share_lowest_unit}"
    text = f"demand: {{pathway: {{stay: {{value: 0, {GIVEN}}}}}}}\n"
    text += f"flow: {{pool: {nobody}, stay: {{high: {{beyond: {{years: 9, share: {nobody}}}}}}}}}\n"
    (root / "params/2023-24/london.yaml").write_text(text, encoding="utf-8")
    assert problems(opened("2023-24", root=root)) == [
        "params/2023-24/london.yaml demand.pathway.stay  0 is not above 0",
        "params/2023-24/london.yaml flow.pool  0 is not above 0",
        "params/2023-24/london.yaml flow.stay.high.beyond.share  0 is not between 0 and 1",
    ]
