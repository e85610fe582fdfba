"""Expected patients on two areas: figures by hand, and intervals made of the draws they say they are."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small import EVEN, KNOWN, OUTSIDE, PATIENTS, POOR, WOMEN, alike, around, assessed, between, england, two

from needs.methods.cascade import ROWS, Places
from needs.methods.need import TENTHS, deprivation_tenths
from needs.values import TIERS, Estimate, Provenance

RULES = ("need", "population", "own")
MEN, ALL_WOMEN = sum(PATIENTS.values()) - sum(WOMEN.values()), sum(WOMEN.values())
MALE = 100 * 0.6 / 500 + 300 * 0.4 / 500  # share of men's need in area a where deprivation is even
FEMALE = 150 * 0.3 / 400 + 250 * 0.7 / 600


@pytest.fixture(scope="module")
def found():
    return assessed(two(), RULES, rule_weight=0.5, draws=4000)


def test_the_table_holds_central_figures_shares_and_ends_of_its_draws(found):
    table = found.expected
    assert list(table["tier"]) == [row for row in ROWS for _ in "ab"]
    assert list(table["area"]) == ["a", "b"] * 6
    assert table["patients"].to_numpy() == pytest.approx(found.central[0].rows[0].ravel())
    everywhere = table.groupby("tier")["patients"].transform("sum")
    assert table["share"].to_numpy() == pytest.approx((table["patients"] / everywhere).to_numpy())
    row = table.query("tier == 'low' and area == 'b'").iloc[0]
    at = ROWS.index("low")
    for name, drawn, level in (
        ("patients", found.counts, 80), ("patients", found.counts, 95), ("mean", found.means.rows, 95)
    ):  # fmt: skip
        lower, upper = np.quantile(drawn[:, at, 1], [0.5 - level / 200, 0.5 + level / 200])
        assert (row[f"{name}_lower_{level}"], row[f"{name}_upper_{level}"]) == pytest.approx((lower, upper))


def test_the_rows_of_an_area_are_its_own(found):
    assert found.rows("b").equals(found.expected.query("area == 'b'").drop(columns="area").reset_index(drop=True))
    assert found.areas == ("a", "b")
    assert found.national == england().patients


def test_counts_are_whole_people_around_their_means(found):
    assert (found.counts == found.counts.round()).all()
    assert (found.counts[:, 3] == found.counts[:, :3].sum(axis=1)).all()
    means = found.means.rows
    assert found.counts.mean(axis=0) == pytest.approx(means.mean(axis=0), rel=0.01)
    chance = ((found.counts - means) ** 2).mean(axis=0) / means.mean(axis=0)
    assert chance == pytest.approx(1, abs=0.1)


def test_patients_of_one_day_are_less_sure_than_their_mean(found):
    day, mean = found.patients("a"), found.mean("a")
    assert list(day) == list(mean) == list(ROWS)
    for row in ROWS:
        assert day[row].value == mean[row].value
        assert mean[row].lower < mean[row].value < mean[row].upper
        assert day[row].upper - day[row].lower > 0.99 * (mean[row].upper - mean[row].lower)
    assert day["high"].lower < mean["high"].lower < mean["high"].upper < day["high"].upper
    own = found.rows("a").set_index("tier").loc["high"]
    assert day["high"].bounds == (own["patients_lower_95"], own["patients_upper_95"])
    assert mean["high"].bounds == (own["mean_lower_95"], own["mean_upper_95"])


def test_figures_name_what_they_rest_on():
    found = assessed(two(), anchors=england(women={tier: around(n, 1.2, "women#1") for tier, n in WOMEN.items()}))
    figures = found.patients("a")
    assert (figures["high"].kind, figures["high"].source) == ("modelled", ("x#y", "women#1"))
    assert figures["community"].source == ("x#y", "women#1", "beyond#community")
    guess = Estimate(1.24, kind="assumed", source=("guess#1",))
    assert assessed(two(), anchors=england(ratio=guess)).known == Provenance("assumed", ("x#y", "guess#1"))
    counted = around(1300, 1.0, "counted#1")
    ages = Provenance("assumed", ("ages#1", "ages#2"))
    every = assessed(two(), anchors=england(ages=ages, all_women=counted))
    assert every.known == Provenance("assumed", ("x#y", "counted#1", "ages#1", "ages#2"))
    for figure in (every.patients("a")["all"], every.mean("a")["low"], every.share("a")):
        assert (figure.kind, figure.source) == (every.known.kind, every.known.sources)
    assert assessed(two(), anchors=england(ages=Provenance("published", ("ages#1",)))).known.kind == "modelled"


def test_beds_are_shared_as_patients_of_their_tier_are(found):
    beds = {tier: around(n) for tier, n in zip(TIERS, (800, 3500, 3100), strict=True)}
    central = found.central[0].secure[0].sum(axis=1)
    by_hand = sum(beds[tier].value * central[n, 0] / central[n].sum() for n, tier in enumerate(TIERS))
    a, b = found.beds("a", beds), found.beds("b", beds)
    assert a.value == pytest.approx(by_hand)
    assert a.value + b.value == pytest.approx(7400)
    assert a.lower + b.upper == pytest.approx(7400, rel=0.01)
    patients = found.patients("a")["all"]
    assert (a.upper - a.lower) / a.value < (patients.upper - patients.lower) / patients.value


def test_the_share_of_england_leaves_out_what_is_unsure_of_england(found):
    share = found.share("a")
    assert share.value == pytest.approx(found.expected.query("tier == 'all'")["share"].iloc[0])
    means = found.means.rows[:, ROWS.index("all")]
    assert share.bounds == pytest.approx(tuple(np.quantile(means[:, 0] / means.sum(axis=1), [0.025, 0.975])))


def test_adults_have_the_range_of_every_rule(found):
    """Adults give a 40%, own weights 75%, and need, with less deprivation than b has, less than both."""
    a, b = found.adults_share("a"), found.adults_share("b")
    need = found.share("a").value
    assert need < 0.4
    assert (a.value, *a.bounds) == pytest.approx((0.4, need, 0.75))
    assert (b.value, *b.bounds) == pytest.approx((0.6, 0.25, 1 - need))
    assert (a.kind, a.source) == (found.known.kind, found.known.sources)
    alone = assessed(two(), ("population",)).adults_share("a")
    assert (alone.value, *alone.bounds) == pytest.approx((0.4, 0.4, 0.4))


def test_how_many_draws_lie_below_the_central_figure(found):
    centre, table = found.central[0].rows[0], found.expected.set_index(["tier", "area"])["below"]
    for number, row in enumerate(ROWS):
        for at, area in enumerate("ab"):
            assert table[row, area] == (found.means.rows[:, number, at] < centre[number, at]).mean()
    assert found.rows("a")["below"].tolist() == table.xs("a", level="area").tolist()
    even = assessed(two(), draws=4000).rows("a").set_index("tier")["below"]
    assert even["all"] == pytest.approx(0.5, abs=0.03)


def test_other_rules_move_draws_to_one_side_of_the_central_figure():
    """A quarter of the draws follows weights that give a 90% and b 10%; need gives a 40%, within a few points."""
    own = pd.DataFrame({"own": [9.0, 1.0]}, ["a", "b"])
    places = alike({"a": 400, "b": 600}, counts=own, between=between([("a", "a", 4.0), ("b", "b", 6.0)], 0.05))
    moved = assessed(places, ("need", "own"), england(1.0), rule_weight=0.75, draws=4000)
    below = moved.expected.set_index(["tier", "area"])["below"]
    for row in ROWS:
        assert below[row, "a"] == pytest.approx(0.75 / 2, abs=0.03)
        assert below[row, "b"] == pytest.approx(0.75 / 2 + 0.25, abs=0.03)


def test_the_rate_is_of_the_areas_own_adults(found):
    rate = found.rate(pd.Series({"b": 600.0, "a": 400.0}))
    assert rate["b"] == pytest.approx(1e5 * found.patients("b")["all"].value / 600)
    assert list(rate.index) == ["a", "b"]


def test_areas_and_tiers_together_are_one_count(found):
    joined = found.joined(["a", "b"], ["medium", "low"])
    assert joined.value == pytest.approx(6000)
    drawn = found.counts[:, 1:3].sum(axis=(1, 2))
    assert joined.bounds == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])))
    one, high = found.joined(["b"], ["high"]), found.patients("b")["high"]
    assert (one.value, *one.bounds) == pytest.approx((high.value, *high.bounds))
    assert found.central_sum(["b"], ["high", "low"], "population") == pytest.approx(0.6 * 3700)


def test_every_rule_stands_beside_the_chosen_one(found):
    table = found.by_rule("a", {"need": "Need", "population": "Adults", "own": "Mine", "smi_register": "Register"})
    assert table["chosen"].tolist() == [True, False, False, False]
    assert table["label"].tolist() == ["Need", "Adults", "Mine", "Register"]
    rows = table.set_index("rule")
    assert rows.loc["population", ["high", "medium", "low"]].tolist() == pytest.approx([280, 1200, 1200])
    assert rows.loc["own", "share"] == pytest.approx(0.75)
    assert rows.loc["own", "patients"] == pytest.approx(0.75 * 6700)
    assert rows.loc["need", "patients"] == pytest.approx(found.patients("a")["all"].value)
    assert rows.loc["smi_register", ["share", "high", "patients"]].isna().all()


def test_the_spread_between_rules_is_part_of_the_interval(found):
    row = found.rows("a").set_index("tier").loc["all"]
    assert row["from_rule"] > 0.5  # own weights give 75%, people 40%
    assert row["patients_upper_95"] > 0.7 * 6700
    assert assessed(two()).expected["from_rule"].tolist() == pytest.approx([0] * 12)


def test_sexes_by_hand():
    table = assessed(two(poor=False)).by_sex("a")
    told = [(tier, sex) for tier in TIERS for sex in ("male", "female")]
    assert list(zip(table["tier"], table["sex"], strict=True)) == told
    made = [[(PATIENTS[t] - WOMEN[t]) * MALE, WOMEN[t] * FEMALE] for t in TIERS]
    assert table["patients"].tolist() == pytest.approx(np.ravel(made).tolist())
    assert table["patients"].between(table["mean_lower_95"], table["mean_upper_95"]).all()


def test_ages_by_hand_whatever_the_rule():
    """Within a sex, people of the group times the national rate of the group."""
    parts = np.array([[100 * 0.6 / 500, 300 * 0.4 / 500], [150 * 0.3 / 400, 250 * 0.7 / 600]])
    table = assessed(two(poor=False)).by_age("a")
    assert list(table["group"]) == ["18_34", "35_plus"] * 2
    assert table["patients"].tolist() == pytest.approx([*(MEN * parts[0]), *(ALL_WOMEN * parts[1])])
    assert (table["mean_upper_95"] > table["mean_lower_95"]).all()
    adults = assessed(two(poor=False), ("population",)).by_age("a")["patients"].tolist()
    split = parts / parts.sum(axis=1, keepdims=True)
    assert adults == pytest.approx([*(0.4 * MEN * split[0]), *(0.4 * ALL_WOMEN * split[1])])


def test_ages_and_sexes_add_up_to_the_area(found):
    total = found.patients("b")["all"].value
    assert found.by_sex("b")["patients"].sum() == pytest.approx(total)
    assert found.by_age("b")["patients"].sum() == pytest.approx(total)


def test_the_need_index_is_deprivation_alone_and_1_in_england(found):
    even, poor = (deprivation_tenths([t], [f])[0] @ 1.24 ** (0.7 * TENTHS) for t, f in (EVEN, POOR))
    index = {area: found.index(area).value for area in "ab"}
    assert index["b"] / index["a"] == pytest.approx(poor / even)
    assert (800 * index["a"] + 1200 * index["b"]) / 2000 == pytest.approx(1)
    assert found.index("b").bounds[0] < index["b"] < found.index("b").bounds[1]


PARTS = (("a", "a1", 100.0), ("a", "a2", 300.0), ("b", "b1", 600.0))
"""Boards of the two regions, with their adults."""
OF = {board: region for region, board, _ in PARTS}


def whole(**changes) -> Places:
    """Areas a and b, each all of its boards."""
    return two(between=between([(region, region, adults) for region, _, adults in PARTS], **changes))


def pieces(**changes) -> Places:
    """Area a in a quarter and three quarters of the same make-up, b in one."""
    of, part = list(OF.values()), pd.Series({"a1": 0.25, "a2": 0.75, "b1": 1.0})
    people = two().people[of].set_axis(list(OF), axis=1) * part
    counts = two().counts.loc[of].set_axis(list(OF)).mul(part, axis=0)
    return Places(people, two().tenths.loc[of].set_axis(list(OF)), counts, between(PARTS, **changes))


SPREADS = {"regions": 0.1, "boards": 0.4}


def test_pieces_of_a_region_add_up_to_it_in_every_draw_with_what_differs_between_them():
    regions, parts = (assessed(places, RULES, draws=2000) for places in (whole(**SPREADS), pieces(**SPREADS)))
    assert (parts.told.between[:, :2].std(axis=0) > regions.told.between[:, 0].std()).all()
    np.testing.assert_allclose(parts.means.rows[:, :, :2].sum(axis=2), regions.means.rows[:, :, 0], rtol=1e-9)
    np.testing.assert_allclose(parts.means.rows[:, :, 2], regions.means.rows[:, :, 1], rtol=1e-9)
    without = assessed(whole(regions=0.1), RULES, draws=2000)
    width = lambda found: found.mean("a")["all"].upper - found.mean("a")["all"].lower  # noqa: E731
    assert width(regions) == pytest.approx(width(without), rel=1e-6)  # boards add nothing to a region
    assert width(regions) > 1.01 * width(assessed(two(), RULES, draws=2000))


def test_a_footprint_that_is_a_region_has_its_figures_whatever_its_name_and_place():
    regions = assessed(whole(**SPREADS), RULES, draws=2000)
    order, names = ["b", "a"], {"b": "rest", "a": "footprint"}
    turned = two(
        people=two().people[order].rename(columns=names),
        tenths=two().tenths.loc[order].rename(names),
        counts=two().counts.loc[order].rename(names),
        between=between([(region, names[region], adults) for region, _, adults in PARTS], **SPREADS),
    )
    footprint = assessed(turned, RULES, draws=2000)
    np.testing.assert_allclose(footprint.means.rows[:, :, 1], regions.means.rows[:, :, 0], rtol=1e-9)
    own, same = footprint.mean("footprint"), regions.mean("a")
    for row in ROWS:
        assert (own[row].value, *own[row].bounds) == pytest.approx((same[row].value, *same[row].bounds))


@pytest.mark.parametrize("rule", ["need", "population", "own"])
def test_the_width_of_a_piece_is_that_of_what_differs_between_them(rule):
    """England and need are sure, so only the boards differ: a1 is 10% of England's people and a2 30%."""
    sure = england(1.0, effective={"male": 1e12, "female": 1e12})
    found = assessed(pieces(regions=0.0, boards=0.4), (rule,), sure, draws=4000)
    factor = found.told.between
    assert factor[:, 0] / 4 + factor[:, 1] * 3 / 4 == pytest.approx(np.ones(4000))
    for at, area in enumerate(OF):
        row, moved = found.mean(area)["all"], np.quantile(factor[:, at], [0.025, 0.975])
        assert np.array(row.bounds) / row.value == pytest.approx(moved, rel=1e-4)
    assert found.mean("b1")["all"].bounds == pytest.approx((found.mean("b1")["all"].value,) * 2, rel=1e-4)


def test_smaller_areas_fit_their_region_in_every_draw_with_wider_intervals():
    found = assessed(whole(**SPREADS), RULES, draws=4000)
    parts = found.split(pieces(**SPREADS), KNOWN, OF)
    assert parts.means.rows[:, :, :2].sum(axis=2) == pytest.approx(found.means.rows[:, :, 0])
    assert parts.means.rows[:, :, 2] == pytest.approx(found.means.rows[:, :, 1])
    assert parts.means.secure[:, :, :, :2].sum(axis=3) == pytest.approx(found.means.secure[:, :, :, 0])
    for rule in range(3):
        assert parts.central[rule].rows[0, :, 0] == pytest.approx(found.central[rule].rows[0, :, 0] / 4)
    region, part = found.rows("a").iloc[3], parts.rows("a1").iloc[3]
    assert part["patients"] == pytest.approx(region["patients"] / 4)
    wide = [(row["mean_upper_95"] - row["mean_lower_95"]) / row["patients"] for row in (region, part)]
    assert wide[1] > 1.05 * wide[0]
    assert parts.counts.mean(axis=0) == pytest.approx(parts.means.rows.mean(axis=0), rel=0.015)
    assert (parts.counts[:, :, 2] != found.counts[:, :, 1]).any()  # their own chance


def test_areas_fit_a_region_that_their_own_draws_do_not_add_up_to(found):
    """The region was drawn without what differs between areas, its boards with it."""
    parts = found.split(pieces(**SPREADS), KNOWN, OF)
    assert parts.means.rows[:, :, :2].sum(axis=2) == pytest.approx(found.means.rows[:, :, 0])
    apart = assessed(pieces(**SPREADS), RULES, rule_weight=0.5, draws=4000)
    assert abs(apart.means.rows[:, 3, :2].sum(axis=1) / found.means.rows[:, 3, 0] - 1).max() > 0.05


def test_another_rule_or_seed_or_number_of_draws_is_kept(found):
    assert (found.rules, found.rule_weight, found.seed, len(found.counts)) == (RULES, 0.5, 2011, 4000)
    other = assessed(two(), RULES, draws=4000, seed=7)
    assert (other.counts != found.counts).any()
    assert other.expected["patients"].tolist() == found.expected["patients"].tolist()


def test_a_rule_without_weights_is_refused():
    with pytest.raises(ValueError, match=r"^no weights for the rule prison_transfers, smi_register$"):
        assessed(two(), ("need", "smi_register", "prison_transfers"))
    with pytest.raises(ValueError, match=r"^no weights for the rule own$"):
        assessed(replace(two(), counts=two().counts[[]]), ("own",))
    assert sum(OUTSIDE.values()) == pytest.approx(assessed(two()).expected.tail(4)["patients"].sum())


@pytest.mark.parametrize("groups", [["35_plus", "18_34"], ["18_34", "35_64", "65_plus"], ["18_34+35_plus"]])
def test_ages_of_patients_and_of_people_are_the_same_groups(groups):
    """A profile in another order would give the young the rate of the old."""
    profile = pd.DataFrame(1 / len(groups), index=groups, columns=["male", "female"])
    said = rf"^age groups of patients \({re.escape(', '.join(groups))}\) and of people \(18_34, 35_plus\) are not the same$"
    with pytest.raises(ValueError, match=said):
        assessed(two(), anchors=england(profile=profile))
