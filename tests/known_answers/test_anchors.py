"""The published anchors of both editions, through the evidence, the parameters and the methods."""

import pytest

from needs.data.inputs import Inputs
from needs.methods import cost, demand
from needs.params.load import load
from needs.values import total


@pytest.fixture(scope="module", params=["2009-10", "2023-24"])
def inputs(request):
    return Inputs.open(load(request.param, "london").canonical_json())


def found(inputs, rule="population"):
    beds, occupancy = inputs.by_tier("demand.beds"), inputs.by_tier("demand.occupancy")
    return demand.assess(beds, occupancy, *inputs.need_weights(), rule)


ANCHORS = {
    "2009-10": {"high": 800, "medium": 3500, "low": 3500},
    "2023-24": {"high": 715, "medium": 2965, "low": 3003},
}


def test_national_beds_are_the_published_ones(inputs):
    beds = {tier: figure.value for tier, figure in inputs.by_tier("demand.beds").items()}
    assert beds == ANCHORS[inputs.parameters.edition]
    if inputs.parameters.edition == "2023-24":
        assert sum(beds.values()) == 715 + 2965 + 3003 == 6683


def test_regions_add_up_to_the_anchors_under_every_rule(inputs):
    weights, _ = inputs.need_weights()
    occupancy = inputs.by_tier("demand.occupancy")
    for rule in weights:
        table = found(inputs, rule).expected
        assert table["area"].nunique() == {"2009-10": 10, "2023-24": 7}[inputs.parameters.edition]
        for tier, beds in ANCHORS[inputs.parameters.edition].items():
            patients = table.loc[table["tier"] == tier, "patients"].sum()
            assert patients / occupancy[tier].value == pytest.approx(beds, rel=1e-12)


def test_london_and_england_adults():
    then, _ = Inputs.open(load("2009-10", "london").canonical_json()).adults()
    assert then["london"] == 6_362_547
    assert then.sum() == 41_675_496
    now, _ = Inputs.open(load("2023-24", "london").canonical_json()).adults()
    assert round(now["london"] / 1000, 1) == 6969.3


def test_seven_to_eight_thousand_people_in_2009_10():
    patients = found(Inputs.open(load("2009-10", "london").canonical_json())).national
    assert 7000 <= total(patients.values()).value <= 8000


def spend(inputs):
    year = {
        tier: cost.cost_of_a_year(unit, inputs.parameters.costs.basis) for tier, unit in inputs.unit_costs().items()
    }
    return cost.national_spend(inputs.by_tier("demand.beds"), inputs.by_tier("demand.occupancy"), year)


def test_the_2009_10_places_cost_1_20_billion_at_90_to_91_percent_occupancy():
    full = 800 * 273e3 + 3500 * 165e3 + 3500 * 152e3
    assert full * 0.90 / 1e9 == pytest.approx(1.20, abs=0.005)
    modelled = spend(Inputs.open(load("2009-10", "london").canonical_json()))
    assert modelled.value == pytest.approx(full * 0.9095)
    assert modelled.value / 1e9 == pytest.approx(1.20, abs=0.01)


def test_the_share_of_2009_10_is_18_9_percent_of_total_investment():
    inputs = Inputs.open(load("2009-10", "london").canonical_json())
    published, computed = list(inputs.budgets())[:2]
    assert (published.area, published.share.value) == ("England", 0.189)
    assert computed.budget.value == 6.323e9
    share = cost.share_of(inputs.row("national_spend"), computed.budget)
    assert 0.1895 <= share.value <= 0.1900
    assert set(computed.budget.source) < set(share.source)


def test_the_three_bases_of_2009_10_are_never_mixed():
    bases = list(Inputs.open(load("2009-10", "london").canonical_json()).budgets())
    computed = {(base.label, base.area): base.budget.value for base in bases if base.budget}
    assert computed == {
        ("Total adult mental health investment", "England"): 6.323e9,
        ("Programme budget for mental health", "England"): 10.61e9,
        ("Programme budget for mental health", "London"): 2.0309e9,
    }
    assert {base.label: base.share.value for base in bases if base.share} == {
        "Total adult mental health investment": 0.189,
        "Direct services": 0.19,
    }


def test_the_2023_24_total_is_modelled_about_1_9_billion_and_above_the_floor():
    inputs = Inputs.open(load("2023-24", "london").canonical_json())
    modelled = spend(inputs)
    assert modelled.kind == "modelled"
    assert [round(end / 1e9, 1) for end in (modelled.lower, modelled.value, modelled.upper)] == [1.6, 1.9, 1.9]
    days = 0.9 * 365
    by_hand = days * (715 * 1115.24 + 2965 * 916.13 + 3003 * 759.36)
    assert modelled.value == pytest.approx(by_hand, rel=1e-12)
    floor = inputs.row("floor")
    assert floor.value == 1_218_667_988
    assert modelled.lower > floor.value
    assert inputs.row("national_spend") is None
    share = cost.share_of(modelled, next(inputs.budgets()).budget)
    assert 0.105 < share.lower < share.upper < 0.135


def test_prison_transfers_split_the_south_east_cell_and_keep_the_total():
    weights, known = Inputs.open(load("2009-10", "london").canonical_json()).need_weights()
    transfers = weights["prison_transfers"]
    assert transfers["london"] == 316
    assert transfers["south-east-coast"] + transfers["south-central"] == pytest.approx(198)
    assert transfers.sum() == pytest.approx(1240)
    assert known.kind == "derived"


def test_high_secure_mismatch_is_the_published_40_percent():
    inputs = Inputs.open(load("2023-24", "london").canonical_json())
    ready = inputs.by_tier("step_down.ready")
    assert (ready["high"].value, ready["high"].kind) == (0.4, "published")
    assert ready["high"].bounds == (0.33, 0.67)  # a third to two thirds, wider than 0.372 to 0.426 by sampling
    sampled = inputs.evidence.figure("tier_mismatch", "share_suitable_for_lower_security")
    assert sampled.bounds == (pytest.approx(0.372, abs=5e-4), pytest.approx(0.426, abs=5e-4))
    assert {ready["medium"].kind, ready["low"].kind} == {"assumed"}


def test_what_is_published_for_the_south_west_stands_beside_the_estimate():
    """350 people in low and medium care for 5.0 million (October 2020) lie below the estimate, and the page shows both."""
    inputs = Inputs.open(load("2023-24", "south-west").canonical_json())
    local = inputs.local_evidence()
    assert 350 in local.loc[local["measure"].str.contains("people"), "value"].to_list()
    patients = found(inputs).patients("south-west")
    residents, _ = inputs._people_of("population_all_ages")
    scaled = 350 * residents["south-west"] / 5.0e6
    assert scaled < patients["medium"].value + patients["low"].value
