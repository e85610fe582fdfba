"""What the demand method is given, on regions, a footprint and boards: figures by hand, areas that add up to England."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from needs.data import demand as told
from needs.data.geography import Regions
from needs.data.inputs import Inputs
from needs.data.snapshot import Evidence
from needs.methods.cascade import Anchors, Places
from needs.methods.demand import assess
from needs.params.load import load
from needs.values import Provenance

WEIGHTS = {
    "north-east-and-yorkshire": 1, "north-west": 1, "midlands": 2, "east-of-england": 0, "london": 4, "south-east": 1,
    "south-west": 1,
}  # fmt: skip


def opened(edition: str, region: str, root=None) -> Inputs:
    return Inputs(load(edition, region, root), Evidence.open(edition, root), Regions.open(edition, root))


@pytest.fixture
def weighted(root):
    """Return a function that opens a run with a user's own weights."""

    def write(region="london") -> Inputs:
        weights = "".join(f"      {slug}: {weight}\n" for slug, weight in WEIGHTS.items())
        text = f"demand:\n  own_weights:\n    label: Our survey\n    source: our own survey\n    weights:\n{weights}"
        (root / "params/2023-24" / f"{region}.yaml").write_text(text, encoding="utf-8")
        return opened("2023-24", region, root)

    return write


@pytest.fixture(params=["2009-10", "2023-24"])
def inputs(request):
    return opened(request.param, "london")


def test_national_figures_are_beds_times_occupancy(inputs):
    known, occupancy = told.england(inputs), inputs.by_tier("demand.occupancy")
    for tier, beds in inputs.by_tier("demand.beds").items():
        assert known["patients"][tier].value == pytest.approx(beds.value * occupancy[tier].value)
        assert known["women"][tier].value == pytest.approx(told.women(inputs)[tier].value * occupancy[tier].value)
        assert known["patients"][tier].has_interval
        assert known["women"][tier].has_interval
    path = inputs.parameters.demand.pathway
    assert known["beyond"]["community"].value == pytest.approx(37 * 100)
    assert known["beyond"]["step_down"].value == pytest.approx(inputs.estimate(path.leavers, "x").value * 3)
    assert (
        "params/2023-24#demand.pathway.caseload"
        in told.england(opened("2023-24", "london"))["beyond"]["community"].source
    )


def test_age_profiles_are_scaled_to_1_and_women_have_their_own(inputs):
    known = told.england(inputs)
    assert known["profile"].sum().to_dict() == pytest.approx({"male": 1, "female": 1})
    assert known["effective"] == {"male": 12, "female": 20}
    shares = inputs.parameters.demand.age_profile["female"].shares
    raw = {group: inputs.estimate(share, "x").value for group, share in shares.items()}
    together = sum(raw.values())
    assert together == pytest.approx(1, abs=0.02)
    assert known["profile"]["female"].to_dict() == pytest.approx(
        {group: share / together for group, share in raw.items()}
    )
    assert known["profile"]["male"]["25_34"] == pytest.approx(0.28)
    assert known["ages"] == told.age_evidence(inputs)


def test_womens_beds_of_2010_11_are_carried_forward_with_the_fall_in_all_beds_of_their_tier():
    """From about 3,500 in each tier to 2,965 medium and 3,003 low; 2009-10 has them as they were counted."""
    now, then = told.women(opened("2023-24", "london")), told.women(opened("2009-10", "london"))
    assert (then["medium"].value, then["low"].value) == (589 + 46, 990)
    for tier, left in (("medium", 2965 / 3500), ("low", 3003 / 3500)):
        assert now[tier].value == pytest.approx(then[tier].value * left, rel=1e-3)
        assert now[tier].bounds[0] < 0.8 * now[tier].value  # women held fewer of the beds later


def test_women_of_every_tier_together_are_known_only_where_somebody_says_so(inputs, root):
    assert told.england(inputs)["all_women"] is None
    edition = inputs.parameters.edition
    given = "{value: 1200, lower: 1100, upper: 1300, kind: assumed, source: our own survey}"
    (root / f"params/{edition}/london.yaml").write_text(f"demand: {{women: {{together: {given}}}}}\n", encoding="utf-8")
    together = told.england(opened(edition, "london", root))["all_women"]
    assert (together.value, together.bounds) == (1200, (1100, 1300))
    assert together.source == (f"params/{edition}#demand.women.together",)


def test_how_is_what_the_parameters_say():
    assert told.how(opened("2023-24", "london")) == {
        "rules": ("need", "population", "deprivation", "smi_register"), "rule_weight": 0.5, "draws": 10_000, "seed": 2011,
    }  # fmt: skip


@pytest.mark.parametrize("region", ["london", "reach-out", "boards"])
def test_places_add_up_to_england_whatever_the_areas(region):
    whole, _ = told.places(opened("2023-24", "london"))
    inputs = opened("2023-24", "london" if region == "boards" else region)
    areas, known = told.places(inputs.by_icb() if region == "boards" else inputs)
    number = {"london": 7, "reach-out": 8, "boards": 42}[region]
    assert areas["people"].shape == (12, number)
    assert list(areas["people"].index)[:2] == [("male", "18_24"), ("male", "25_34")]
    close = 0.005 if region == "boards" else 0.001
    np.testing.assert_allclose(areas["people"].sum(axis=1), whole["people"].sum(axis=1), rtol=close)
    assert areas["counts"].sum().to_dict() == pytest.approx(whole["counts"].sum().to_dict())
    assert list(areas["people"].columns) == list(areas["counts"].index) == list(areas["tenth"].index)
    assert ((areas["tenth"] < areas["fifth"]) & (areas["fifth"] < 1)).all()
    assert known.kind == "assumed"
    assert {"params/2023-24#demand.region_spread", "params/2023-24#demand.rule_weight"} <= set(known.sources)
    assert ("params/2023-24#demand.area_spread" in known.sources) == (
        region != "london"
    )  # in regions boards cancel out
    assert areas["groups"]["55_64+65_plus"] == ["55_64", "65_plus"]
    assert [band for bands in areas["groups"].values() for band in bands] == list(
        inputs.parameters.population.age_bands
    )


@pytest.mark.parametrize("region", ["london", "reach-out", "thames-valley-and-wessex", "boards"])
def test_areas_differ_by_the_boards_that_they_are_made_of(region):
    """Whatever the areas, the same 42 boards stand in the same order, so that runs share their draws."""
    inputs = opened("2023-24", "london" if region == "boards" else region)
    inputs = inputs.by_icb() if region == "boards" else inputs
    between, whole = (told.places(each)[0]["between"] for each in (inputs, opened("2023-24", "london")))
    assert between["regions"].bounds == (0.05, 0.2)
    assert between["boards"].bounds == (0.25, 0.6)
    parts = between["parts"]
    pd.testing.assert_frame_equal(parts[["region", "adults"]], whole["parts"][["region", "adults"]])
    assert len(parts) == 42
    adults, _ = inputs.adults()
    assert parts.groupby("area")["adults"].sum().to_dict() == pytest.approx(adults.to_dict(), rel=0.005)
    assert (parts["region"] == parts["area"]).all() == (region == "london")


def test_an_edition_without_boards_has_its_regions_for_parts():
    inputs = opened("2009-10", "london")
    areas, known = told.places(inputs)
    parts, adults = areas["between"]["parts"], inputs.region_adults()
    assert areas["between"]["boards"] is None
    assert parts["region"].tolist() == parts["area"].tolist() == list(adults.index)
    assert parts["adults"].tolist() == adults.tolist()
    assert known.kind == "assumed"


@pytest.mark.parametrize(
    ("region", "main"),
    [
        ("reach-out", "midlands"),
        ("thames-valley-and-wessex", "south-east"),
        ("london", "london"),
        ("midlands", "midlands"),
    ],
)
def test_what_is_published_by_region_is_read_for_the_region_of_most_of_a_footprints_adults(region, main):
    inputs = opened("2023-24", region).by_region()
    assert (inputs.region.slug, inputs.parameters.footprint) == (main, None)
    assert [area.slug for area in inputs.areas] == list(WEIGHTS)
    pd.testing.assert_frame_equal(told.places(inputs)[0]["people"], told.places(opened("2023-24", main))[0]["people"])


def test_a_region_has_its_published_people_and_shares():
    inputs = opened("2023-24", "london")
    areas, _ = told.places(inputs)
    published = inputs.evidence.regional("population_nhs_region", "population_25_34", sex="female", period="mid-2022")[
        "london"
    ]
    assert areas["people"].loc[("female", "25_34"), "london"] == published
    table = "deprivation_ethnicity_nhs_region"
    for name, word in (("tenth", "tenth"), ("fifth", "fifth")):
        percent = inputs.evidence.regional(table, f"percent_of_people_in_most_deprived_{word}_of_england")
        assert areas[name]["south-east"] == pytest.approx(percent["south-east"] / 100)


def test_boards_have_the_shares_of_their_region(inputs):
    if inputs.by_icb() is None:
        assert told.of_board(inputs) == {}
        return
    region = told.of_board(inputs)
    whole, smaller = told.places(inputs)[0], told.places(inputs.by_icb())[0]
    for board, of in region.items():
        assert smaller["tenth"][board] == pytest.approx(whole["tenth"][of])
    counts = smaller["counts"].groupby(region).sum()
    pd.testing.assert_frame_equal(counts.loc[whole["counts"].index], whole["counts"], check_names=False)


def test_of_board_names_the_area_of_the_run():
    in_regions, in_footprint = (told.of_board(opened("2023-24", region)) for region in ("london", "reach-out"))
    assert len(in_regions) == len(in_footprint) == 42
    assert in_regions["black-country"] == "midlands"
    assert in_footprint["black-country"] == "reach-out"
    assert in_footprint["lincolnshire"] == "rest-of-midlands"
    assert sum(area == "reach-out" for area in in_footprint.values()) == 6


def test_own_weights_are_a_rule_of_their_own(weighted):
    inputs = weighted()
    areas, known = told.places(inputs)
    assert areas["counts"]["own"].to_dict() == WEIGHTS
    assert told.rule_names(inputs)["own"] == "Our survey"
    assert "Our survey: our own survey." in told.rule_notes(inputs)
    found = assess(Anchors(**told.england(inputs)), Places.of(**areas), known, **told.how(inputs) | {"draws": 200})
    table = found.by_rule("london", told.rule_names(inputs)).set_index("rule")
    assert table.loc["own", "share"] == pytest.approx(0.4)
    assert found.by_rule("east-of-england", {"own": ""})["patients"].tolist() == [0]


def test_own_weights_of_a_region_are_spread_over_what_a_footprint_makes_of_it(weighted):
    areas, _ = told.places(weighted("reach-out"))
    own = areas["counts"]["own"]
    assert own["london"] == 4
    assert own["reach-out"] + own["rest-of-midlands"] == pytest.approx(2)
    adults = areas["people"].sum()
    share = adults["reach-out"] / (adults["reach-out"] + adults["rest-of-midlands"])
    assert own["reach-out"] == pytest.approx(2 * share, rel=0.01)


def test_rules_without_weights_of_their_own_have_names_all_the_same(inputs):
    names = told.rule_names(inputs)
    assert "own" not in names
    assert set(told.how(inputs)["rules"]) <= set(names)
    assert len(set(names.values())) == len(names) == 5


def test_the_groups_of_the_ethnic_scenario_are_as_published():
    """London: 13.5% Black residents with a ratio of 5.6 for men and 2.9 for women, 20.7% Asian with 0.5 and 1/3."""
    groups, known = told.ethnic_groups(opened("2023-24", "london"))
    found = {name: (share["london"], men.value, women.value) for name, share, men, women in groups}
    assert found["Black"] == pytest.approx((0.135, 5.6, 2.9), rel=1e-3)
    assert found["Asian"] == pytest.approx((0.2066, 0.5, 1 / 3), rel=1e-3)
    assert all(list(share.index) == list(WEIGHTS) for _, share, _, _ in groups)
    assert {name: men.has_interval and women.has_interval for name, _, men, women in groups} == {
        "Asian": False, "Black": True,
    }  # fmt: skip
    assert known.kind == "assumed"
    assert {"2009-10/need_drivers#coid-2000-ethnic"} < set(known.sources)


def test_a_footprint_has_the_ethnic_groups_of_its_region():
    regions, footprint = (
        {name: share for name, share, *_ in told.ethnic_groups(opened("2023-24", place))[0]}
        for place in ("london", "reach-out")
    )
    for name, share in regions.items():
        assert footprint[name][["reach-out", "rest-of-midlands"]].tolist() == pytest.approx([share["midlands"]] * 2)


def test_without_an_ethnic_group_there_is_no_scenario():
    inputs = opened("2023-24", "london")
    demand = inputs.parameters.demand.model_copy(update={"ethnicity": {}})
    without = replace(inputs, parameters=inputs.parameters.model_copy(update={"demand": demand}))
    assert told.ethnic_groups(without) == ([], Provenance("assumed", ()))


def test_the_weight_of_the_rule_is_a_figure_with_a_range(inputs, root):
    """The run takes its value; its range and its reason are on the record."""
    weight = inputs.parameters.demand.rule_weight
    assert (told.how(inputs)["rule_weight"], weight.lower, weight.upper, weight.kind) == (0.5, 0.3, 0.7, "assumed")
    edition = inputs.parameters.edition
    text = "demand: {rule_weight: {value: 0.8, kind: assumed, source: our own judgement}}\n"
    (root / f"params/{edition}/london.yaml").write_text(text, encoding="utf-8")
    assert told.how(opened(edition, "london", root))["rule_weight"] == 0.8


def test_groups_and_ages_say_how_they_are_known(inputs):
    for label, note, people in told.groups(inputs):
        assert label
        assert note
        assert people.value > 100
    known = told.age_evidence(inputs)
    assert known.kind == "assumed"
    assert {f"params/{inputs.parameters.edition}#demand.age_profile.male.shares.25_34"} < set(known.sources)
    assert any(source.startswith("common/case_mix#") for source in known.sources)
