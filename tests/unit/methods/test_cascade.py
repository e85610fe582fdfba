"""The cascade on two areas, worked by hand: each rule, each sex, and what lies beyond hospital."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small import EVEN, OUTSIDE, PATIENTS, POOR, WOMEN, alike, around, between, england, two

from needs.methods.cascade import BEYOND, ROWS, SEXES, Places, cascade, told_by, with_sum
from needs.methods.need import TENTHS, deprivation_tenths
from needs.methods.uncertainty import spread_around
from needs.values import TIERS

SURE = england(1.0)
MEN = np.array([PATIENTS[tier] - WOMEN[tier] for tier in TIERS])
ALL_WOMEN = np.array([WOMEN[tier] for tier in TIERS])
TOGETHER = np.array([MEN.sum(), ALL_WOMEN.sum()])


def middle(places, rule, anchors=SURE):
    return cascade(told_by(anchors, places, [rule], 1.0, 1, None), places, [rule])


def draws(anchors, places, rules=("need",), weight=1.0, number=2000, seed=1):
    return told_by(anchors, places, rules, weight, number, np.random.default_rng(seed))


def gradient(place):
    """Mean relative rate of an area, from 1.24 between tenths, of which 0.7 carries over."""
    return float(deprivation_tenths([place[0]], [place[1]])[0] @ 1.24 ** (0.7 * TENTHS))


SHARES = {
    # people of area a over both areas, men and women
    "population": (np.array([400 / 1000, 400 / 1000])),
    "own": np.array([0.75, 0.75]),
    # men: rates .6/500 and .4/500; women: .3/400 and .7/600
    "need": np.array([100 * 0.6 / 500 + 300 * 0.4 / 500, 150 * 0.3 / 400 + 250 * 0.7 / 600]),
}


@pytest.mark.parametrize("rule", SHARES)
def test_each_rule_by_hand_where_deprivation_is_even(rule):
    found = middle(two(poor=False), rule)
    assert found.secure[0, :, 0, 0] == pytest.approx(MEN * SHARES[rule][0])
    assert found.secure[0, :, 1, 0] == pytest.approx(ALL_WOMEN * SHARES[rule][1])
    assert found.secure[0].sum(axis=-1) == pytest.approx(np.stack([MEN, ALL_WOMEN], axis=1))


@pytest.mark.parametrize(("rule", "base"), [("need", "need"), ("deprivation", "population")])
def test_deprivation_moves_people_by_the_ratio_of_mean_rates(rule, base):
    found, odds = middle(two(), rule), SHARES[base] / (1 - SHARES[base]) * gradient(EVEN) / gradient(POOR)
    assert found.secure[0, 1, :, 0] == pytest.approx(np.array([2500, 500]) * odds / (1 + odds))


@pytest.mark.parametrize("rule", ["population", "own"])
def test_other_rules_do_not_see_deprivation(rule):
    assert middle(two(), rule).secure == pytest.approx(middle(two(poor=False), rule).secure)


def test_people_beyond_hospital_are_shared_as_all_patients_are():
    found = middle(two(poor=False), "need")
    share = (TOGETHER * SHARES["need"]).sum() / TOGETHER.sum()
    assert found.beyond[0, :, 0] == pytest.approx(np.array([OUTSIDE[tier] for tier in BEYOND]) * share)
    assert found.beyond[0].sum(axis=1) == pytest.approx(list(OUTSIDE.values()))


def test_rows_put_the_sum_of_the_secure_tiers_before_the_tiers_beyond():
    found = middle(two(), "need")
    assert (*TIERS, "all", *BEYOND) == ROWS
    assert found.tiers[0].sum(axis=1) == pytest.approx([*PATIENTS.values(), *OUTSIDE.values()])
    assert found.rows[0].sum(axis=1) == pytest.approx([700, 3000, 3000, 6700, 400, 3700])
    assert with_sum(np.arange(10).reshape(1, 5, 2))[0].tolist() == [[0, 1], [2, 3], [4, 5], [6, 9], [6, 7], [8, 9]]


def test_an_index_moves_its_sex_under_need_and_deprivation_alone():
    places = two(poor=False)
    for rule in ("need", "deprivation", "population", "own"):
        told = told_by(SURE, places, [rule], 1.0, 1, None)
        moved = cascade(replace(told, index=told.index * [[3, 1], [1, 1]]), places, [rule]).secure[0]
        share = SHARES["population" if rule == "deprivation" else rule][0]
        odds = (3 if rule in ("need", "deprivation") else 1) * share / (1 - share)
        assert moved[:, 0, 0] == pytest.approx(MEN * odds / (1 + odds))
        assert moved[:, 1] == pytest.approx(middle(places, rule).secure[0, :, 1])


def test_without_a_generator_all_is_central():
    told = told_by(england(), two(), ["need", "population"], 0.5, 3, None)
    assert told.patients == pytest.approx(np.repeat(np.stack([MEN, ALL_WOMEN], axis=1)[None], 3, axis=0))
    assert told.beyond.tolist() == [[400, 3700]] * 3
    assert told.profile.tolist() == [[[0.6, 0.4], [0.3, 0.7]]] * 3
    assert told.index[0] == pytest.approx(np.array([[gradient(EVEN), gradient(POOR)]] * 2))
    assert told.rule.tolist() == [0, 0, 0]
    assert told.between is None


def test_a_gradient_carries_at_most_whole():
    whole, more = (england(1.0, carried=around(value, 1.0)) for value in (1.0, 4.0))
    assert middle(two(), "need", more).secure == pytest.approx(middle(two(), "need", whole).secure)
    assert abs(middle(two(), "need", whole).secure - middle(two(), "need").secure).max() > 1


def test_a_known_number_of_women_is_kept_with_the_tiers_and_the_odds_between_them():
    table = told_by(england(1.0, all_women=around(1500, 1.0)), two(), ["need"], 1.0, 1, None).patients[0]
    assert table.sum(axis=1) == pytest.approx(list(PATIENTS.values()))
    assert table.sum(axis=0) == pytest.approx([5200, 1500])
    odds = table[:, 1] / table[:, 0] / (ALL_WOMEN / MEN)
    assert odds == pytest.approx(np.full(3, odds[0]))
    assert odds[0] > 1


@pytest.mark.parametrize("together", [6700, 8000])
def test_women_are_fewer_than_all_patients(together):
    said = rf"^women of every tier together, up to {together:,}, are not fewer than all patients$"
    with pytest.raises(ValueError, match=said):
        told_by(england(1.0, all_women=around(together, 1.0)), two(), ["need"], 1.0, 1, None)
    fewer = told_by(england(1.0, all_women=around(6699, 1.0)), two(), ["need"], 1.0, 1, None).patients[0]
    assert fewer.sum(axis=0) == pytest.approx([1, 6699])


def test_women_are_fewer_than_all_patients_in_every_draw():
    with pytest.raises(ValueError, match="not fewer than all patients"):
        draws(england(1.0, all_women=around(6000, 1.2)), two())


def test_there_are_always_men():
    anchors = england(1.0, women={tier: around(900, 1.0) for tier in TIERS})
    assert told_by(anchors, two(), ["need"], 1.0, 1, None).patients[0, 0] == pytest.approx([70, 630])


def test_draws_hold_the_stated_intervals():
    told = draws(england(1.2), two(), number=20_000)
    inside = lambda drawn, value: ((drawn > value / 1.2) & (drawn < value * 1.2)).mean()  # noqa: E731
    for number, tier in enumerate(TIERS):
        assert inside(told.patients[:, number].sum(axis=1), PATIENTS[tier]) == pytest.approx(0.95, abs=0.01)
        assert inside(told.patients[:, number, 1], WOMEN[tier]) == pytest.approx(0.95, abs=0.01)
    for number, tier in enumerate(BEYOND):
        assert inside(told.beyond[:, number], OUTSIDE[tier]) == pytest.approx(0.95, abs=0.01)


def test_tiers_share_the_error_of_one_occupancy_and_nothing_else_is_shared():
    told = draws(england(1.2), two(), number=4000)
    tiers, women = told.patients.sum(axis=2), told.patients[:, :, 1]
    assert np.corrcoef(tiers.T) == pytest.approx(np.ones((3, 3)))
    apart = np.corrcoef(np.column_stack([tiers[:, 0], women, told.beyond, told.index[:, 0, 1]]).T)
    assert abs(apart - np.eye(len(apart))).max() < 0.06


def test_an_age_profile_varies_as_its_people_say():
    told = draws(england(1.0), two(), number=20_000)
    assert told.profile.sum(axis=2) == pytest.approx(1)
    assert told.profile.mean(axis=0) == pytest.approx(np.array([[0.6, 0.4], [0.3, 0.7]]), abs=0.005)
    assert told.profile[:, :, 0].var(axis=0) == pytest.approx([0.24 / 41, 0.21 / 61], rel=0.05)


@pytest.mark.parametrize(("rules", "weight", "odds"), [
    (("need", "population", "own"), 0.5, [0.5, 0.25, 0.25]), (("need", "own"), 0.8, [0.8, 0.2]), (("need",), 0.3, [1.0]),
    (("need", "own"), 1.0, [1.0, 0.0]),
])  # fmt: skip
def test_the_chosen_rule_has_its_weight_and_the_others_share_the_rest(rules, weight, odds):
    told = draws(SURE, two(), rules, weight, 20_000)
    assert np.bincount(told.rule, minlength=len(rules)) / 20_000 == pytest.approx(odds, abs=0.015)


def test_every_draw_follows_its_own_rule():
    places, rules = two(poor=False), ["need", "population", "own"]
    told = draws(england(1.0, effective={"male": 1e12, "female": 1e12}), places, rules, 0.5, 60)
    assert set(told.rule) == {0, 1, 2}
    share = cascade(told, places, rules).secure[:, 0, :, 0] / told.patients[:, 0]
    assert share == pytest.approx(np.stack([SHARES[rules[n]] for n in told.rule]), abs=1e-4)


REGIONS = (("a", "a", 1.0), ("b", "b", 1.0))


def test_what_differs_between_areas_moves_every_rule_and_keeps_england():
    flat = alike({"a": 400, "b": 400}, between=between(REGIONS, 0.25))
    for rule in ("own", "population", "deprivation", "need"):
        told = draws(SURE, flat, [rule], number=20_000)
        assert np.log(told.between).std(axis=0) == pytest.approx([0.25, 0.25], rel=0.03)
        means = cascade(told, flat, [rule])
        odds = means.rows[:, 0, 0] / means.rows[:, 0, 1]
        assert odds == pytest.approx(told.between[:, 0] / told.between[:, 1])
        assert means.rows.sum(axis=2) == pytest.approx(np.tile([700, 3000, 3000, 6700, 400, 3700], (20_000, 1)))
    assert told_by(SURE, flat, ["own"], 1.0, 1, None).between is None
    assert draws(SURE, replace(flat, between=None)).between is None


def test_what_differs_between_areas_comes_after_all_that_is_said_of_england():
    plain, moved = draws(england(1.2), two()), draws(england(1.2), two(between=between(REGIONS)))
    for name in ("patients", "beyond", "profile", "index", "rule"):
        np.testing.assert_array_equal(getattr(moved, name), getattr(plain, name))


BOARDS = (("n", "n1", 1.0), ("n", "n2", 3.0), ("n", "n3", 4.0), ("s", "s1", 2.0), ("s", "s2", 2.0))
"""Two regions of three and of two boards: region, board, adults."""


def drawn(areas, group=None, regions=0.2, boards=0.4, number=4000):
    """Draw the factors of areas that are sets of boards: ``group`` says of a board which area it lies in."""
    parts = [(region, group(region, board) if group else board, adults) for region, board, adults in BOARDS]
    return between(parts, regions, boards).draw(areas, number, np.random.default_rng(1))


def by_board(**changes):
    return pd.DataFrame(drawn([board for _, board, _ in BOARDS], **changes), columns=[board for _, board, _ in BOARDS])


def test_without_boards_only_regions_differ():
    found = by_board(boards=None, number=20_000)
    np.testing.assert_array_equal(found[["n2", "n3", "s2"]], found[["n1", "n1", "s1"]])
    assert np.log(found[["n1", "s1"]]).std().tolist() == pytest.approx([0.2, 0.2], rel=0.03)
    assert np.corrcoef(np.log(found[["n1", "s1"]]).T)[0, 1] == pytest.approx(0, abs=0.03)


def test_boards_average_to_nothing_over_their_region_in_every_draw():
    found, regions = by_board(), by_board(boards=None)
    assert (found.std(axis=1) > 0.01).all()
    together = found["n1"] / 8 + found["n2"] * 3 / 8 + found["n3"] / 2
    np.testing.assert_allclose(together, regions["n1"], rtol=1e-12)
    np.testing.assert_allclose(found[["s1", "s2"]].mean(axis=1), regions["s1"], rtol=1e-12)
    flat = by_board(regions=0.0)
    np.testing.assert_allclose(flat["n1"] / 8 + flat["n2"] * 3 / 8 + flat["n3"] / 2, 1)


def test_an_area_of_all_boards_of_a_region_has_the_draws_of_the_region():
    regions = drawn(["n", "s"], lambda region, board: region)
    np.testing.assert_allclose(regions, drawn(["n", "s"], lambda region, board: region, boards=None), rtol=1e-12)
    found = drawn(["rest", "own", "s1"], lambda region, board: "own" if region == "n" else
                  "s1" if board == "s1" else "rest")  # fmt: skip
    np.testing.assert_array_equal(found[:, 1], regions[:, 0])
    assert np.log(found).std(axis=0)[[0, 2]] == pytest.approx([0.35, 0.35], rel=0.1)


def test_an_area_across_regions_is_the_mean_of_its_boards_weighted_by_adults():
    found, boards = drawn(["x", "y"], lambda region, board: "x" if board in ("n1", "n2", "s2") else "y"), by_board()
    np.testing.assert_allclose(found[:, 0], (boards["n1"] + 3 * boards["n2"] + 2 * boards["s2"]) / 6)
    np.testing.assert_allclose(found[:, 1], (4 * boards["n3"] + 2 * boards["s1"]) / 6)


@pytest.mark.parametrize("boards", [1, 2, 4, 8])
def test_the_more_boards_of_a_region_an_area_has_the_less_it_differs(boards):
    """With k of n boards of one size, the variance is that of a mean of k less that of all n."""
    parts = [("n", "own" if number < boards else "rest", 1.0) for number in range(8)] + [("s", "s", 8.0)]
    told = between(parts, 0.05, 0.1)
    found = told.draw(["own", "rest", "s"] if boards < 8 else ["own", "s"], 20_000, np.random.default_rng(2))
    assert np.log(found[:, 0]).var() == pytest.approx(0.05**2 + 0.1**2 * (1 / boards - 1 / 8), rel=0.05)
    assert np.log(found[:, -1]).var() == pytest.approx(0.05**2, rel=0.05)  # its parts are not told apart


def test_a_board_that_is_most_of_its_region_differs_less():
    spread = np.log(by_board(regions=0.0, number=20_000)).std()
    assert spread["n3"] < spread["n2"] < spread["n1"]
    assert spread["s1"] == pytest.approx(spread["s2"], rel=0.05)


def test_how_much_areas_differ_is_itself_unsure():
    unsure = between(REGIONS, around(0.2, 2.0)).draw(["a", "b"], 40_000, np.random.default_rng(1))
    sizes = spread_around(around(0.2, 2.0), np.random.default_rng(3).standard_normal(100_000))
    assert np.log(unsure).var() == pytest.approx((sizes**2).mean(), rel=0.03)
    assert (sizes**2).mean() > 1.2 * 0.2**2
    many = [(name, name, 1.0) for name in "abcdefgh"]
    own, sure = (
        np.log(between(many, around(0.2, factor)).draw("abcdefgh", 20_000, np.random.default_rng(1))).std(axis=1)
        for factor in (2.0, 1.0)
    )
    assert own.std() > 1.3 * sure.std()  # one size a draw, for every region


def test_bands_are_added_to_the_groups_of_the_age_profile():
    bands = pd.MultiIndex.from_product([SEXES, ["18_24", "25_34", "35_plus"]])
    people = pd.DataFrame({"a": [1.0, 2, 3, 4, 5, 6], "b": [10.0, 20, 30, 40, 50, 60]}, index=bands)
    shares = [pd.Series(share, ["a", "b"]) for share in zip(EVEN, POOR, strict=True)]
    found = Places.of(
        people, {"young": ["18_24", "25_34"], "old": ["35_plus"]}, *shares, pd.DataFrame(index=["a", "b"])
    )
    assert found.people["a"].to_dict() == {
        ("male", "young"): 3, ("male", "old"): 3, ("female", "young"): 9, ("female", "old"): 6,
    }  # fmt: skip
    assert found.people["b"].tolist() == [30, 30, 90, 60]
    assert found.tenths.loc["b"].to_numpy()[-2:] == pytest.approx([0.2, 0.2])
    assert (found.areas, found.between) == (("a", "b"), None)
    parts = pd.DataFrame(REGIONS, columns=["region", "area", "adults"])
    told = {"regions": around(0.2), "parts": parts, "boards": None}
    found = Places.of(people, {"all": ["18_24", "25_34", "35_plus"]}, *shares, pd.DataFrame(index=["a", "b"]), told)
    assert (found.between.regions, found.between.boards) == (around(0.2), None)
    assert found.between.parts is parts


@pytest.mark.parametrize("nobody", [0, -1, np.nan])
def test_a_cell_without_people_is_named(nobody):
    people = two().people
    people.loc[("female", "35_plus"), "b"] = nobody
    with pytest.raises(ValueError, match=r"^b: no female people aged 35_plus; a rate needs people$"):
        two(people=people)


@pytest.mark.parametrize("weight", [-0.5, np.nan])
def test_a_weight_that_is_none_is_named(weight):
    with pytest.raises(ValueError, match=r"^b: no weight at or above zero under own$"):
        two(counts=pd.DataFrame({"smi": [1, 0], "own": [1, weight]}, ["a", "b"]))


def test_weights_that_are_all_zero_are_refused():
    assert two(counts=pd.DataFrame({"own": [1.0, 0.0]}, ["a", "b"])).counts["own"].tolist() == [1, 0]
    with pytest.raises(ValueError, match="add up to nothing"):
        two(counts=pd.DataFrame({"smi": [1, 1], "own": [0, 0]}, ["a", "b"]))


def test_a_profile_that_does_not_add_up_is_named():
    profile = pd.DataFrame({"male": [0.6, 0.4], "female": [0.3, 0.695]}, index=["18_34", "35_plus"])
    with pytest.raises(ValueError, match=r"^the age profile of female patients adds up to 0\.995, not 1$"):
        england(profile=profile)
