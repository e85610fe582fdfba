"""Counts of use beside need, and cells that need should predict: by hand, and honest about their misses."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small import EVEN, POOR, alike, around, assessed, between, england, two

from needs.methods.cascade import cascade
from needs.methods.comparison import (
    Held,
    held_counts,
    held_shares,
    if_past_use_were_need,
    misses,
    predicted_cells,
    use_against_need,
)
from needs.methods.need import TENTHS, deprivation_tenths
from needs.methods.shrinkage import shrink
from needs.values import Estimate, Provenance

SURE = around(1.24, 1.0), around(0.8, 1.0)
NAMES = {"a": "Ayton", "b": "Beeford", "c": "Catton"}
ADULTS = {"a": 400, "b": 600}
UNLIKE = between([("a", "a", 400.0), ("b", "b", 600.0)], 0.1)
OWN = pd.DataFrame({"own": [9.0, 1.0]}, ["a", "b"])
"""Weights far from need, where a has 40% of the people."""


@pytest.fixture(scope="module")
def found():
    return assessed(alike(ADULTS, between=UNLIKE), draws=4000)


def compared(found, counts):
    return use_against_need(found, pd.Series(counts), NAMES).set_index("cell")


def test_use_is_shared_by_need_and_need_by_use(found):
    """Area a has 40% of the people, and 150 of 250 events."""
    table = compared(found, {"b": 100.0, "a": 150.0})
    assert table["name"].to_dict() == {"b": "Beeford", "a": "Ayton"}
    assert list(table.index) == ["b", "a"]
    assert table["count"].tolist() == [100, 150]
    assert table["share"].tolist() == pytest.approx([0.4, 0.6])
    assert table["expected"].tolist() == pytest.approx([150, 100])
    assert table["ratio"].tolist() == pytest.approx([2 / 3, 1.5])
    assert table["by_use"].tolist() == pytest.approx([0.4 * 6700, 0.6 * 6700])
    assert table["by_need"].tolist() == pytest.approx([0.6 * 6700, 0.4 * 6700])
    assert table["gap"].tolist() == pytest.approx([-1340, 1340])


def test_where_need_is_sure_the_ratio_has_the_interval_of_chance():
    from scipy import stats

    table = compared(assessed(alike(ADULTS), draws=20_000), {"a": 150.0, "b": 100.0})
    for end, tail in (("lower", 0.025), ("upper", 0.975)):
        by_hand = stats.poisson.ppf(tail, [150, 100]) / [100, 150]
        assert table[f"ratio_{end}"].to_numpy() == pytest.approx(by_hand, abs=0.011)  # one event of 100
        assert table[f"by_need_{end}"].to_numpy() == pytest.approx([2680, 4020])
        assert table[f"gap_{end}"].to_numpy() == pytest.approx([1340, -1340])


def test_the_interval_of_the_ratio_holds_what_is_unsure_of_need_as_well_as_chance(found):
    counts = {"a": 15_000.0, "b": 10_000.0}
    table = compared(found, counts)
    assert (table["ratio_lower"] < table["ratio"]).all()
    share = found.told.between * [0.4, 0.6]
    share = share / share.sum(axis=1, keepdims=True)
    need_alone = np.quantile([0.6, 0.4] / share, [0.025, 0.975], axis=0)
    for end, by_hand in zip(("ratio_lower", "ratio_upper"), need_alone, strict=True):
        assert table[end].to_numpy() == pytest.approx(by_hand, rel=0.02)
    chance_alone = compared(assessed(alike(ADULTS), draws=4000), counts)
    width = lambda t: t["ratio_upper"] - t["ratio_lower"]  # noqa: E731
    assert (width(table) > 5 * width(chance_alone)).all()
    few = compared(found, {"a": 15.0, "b": 10.0})
    assert (width(few) > 2 * width(table)).all()


def test_the_gap_has_the_interval_of_the_share_that_need_gives(found):
    table = compared(found, {"a": 150.0, "b": 100.0})
    for area in "ab":
        ends = [6700 * end for end in found.share(area).bounds]
        assert table.loc[area, ["by_need_lower", "by_need_upper"]].tolist() == pytest.approx(ends)
    assert (table["by_need_upper"] > table["by_need"]).all()
    assert table["gap_lower"].tolist() == pytest.approx((table["by_use"] - table["by_need_upper"]).tolist())
    assert table["gap_upper"].tolist() == pytest.approx((table["by_use"] - table["by_need_lower"]).tolist())


@pytest.mark.parametrize("rules", [("need", "own"), ("own", "need"), ("population", "own", "need")])
def test_only_draws_of_need_count(rules):
    """Need gives a 40% and is sure, whatever else is on offer or chosen; own weights give it 90%."""
    found = assessed(alike(ADULTS, counts=OWN), rules, draws=2000)
    assert found.means.rows[:, 3, 0].max() > 0.8 * 6700
    table = compared(found, {"a": 150.0, "b": 100.0})
    for column in ("by_need", "by_need_lower", "by_need_upper"):
        assert table[column].tolist() == pytest.approx([2680, 4020])
    assert table["ratio_lower"]["a"] > 1.2
    assert table["ratio_upper"]["b"] < 0.9


def test_areas_published_together_stay_one_cell():
    adults = {"a": 400, "b": 600, "c": 1000}
    found = assessed(alike(adults, between=between([(x, x, float(n)) for x, n in adults.items()], 0.2)), draws=4000)
    table = compared(found, {"c": 100.0, "a+b": 150.0})
    assert table["name"].tolist() == ["Catton", "Ayton and Beeford"]
    assert table["expected"].tolist() == pytest.approx([125, 125])
    assert table["ratio"].tolist() == pytest.approx([0.8, 1.2])
    assert table["by_need"].sum() == pytest.approx(6700)
    joint = found.means.rows[:, 3, :2].sum(axis=1) / found.means.rows[:, 3].sum(axis=1)
    ends = table.loc["a+b", ["by_need_lower", "by_need_upper"]].tolist()
    assert ends == pytest.approx((6700 * np.quantile(joint, [0.025, 0.975])).tolist())
    apart = compared(found, {"a": 60.0, "b": 90.0, "c": 100.0})
    assert apart.loc["c", ["expected", "ratio", "by_need_lower"]].tolist() == pytest.approx(
        table.loc["c", ["expected", "ratio", "by_need_lower"]].tolist()
    )
    assert ends[1] - ends[0] < (apart["by_need_upper"] - apart["by_need_lower"])[["a", "b"]].sum()
    order = compared(found, {"b+a": 150.0, "c": 100.0})
    assert order["name"].tolist() == ["Beeford and Ayton", "Catton"]
    assert order["by_need_upper"].tolist() == pytest.approx(table["by_need_upper"].tolist()[::-1])


def test_ratios_are_shrunk_and_limits_widened(found):
    table = compared(found, {"a": 150.0, "b": 100.0})
    drawn = shrink([150, 100], [100, 150])
    assert table["shrunk"].to_numpy() == pytest.approx(drawn.ratio)
    assert table["weight"].to_numpy() == pytest.approx(drawn.weight)
    assert 1 < table["shrunk"]["a"] < table["ratio"]["a"]
    assert (table["phi"] > 1).all()
    ends = ["limit_lower_99_8", "limit_lower_95", "limit_upper_95", "limit_upper_99_8"]
    assert (np.diff(table[ends], axis=1) > 0).all()
    assert (table["limit_lower_95"] < 1).all()
    even = compared(found, {"a": 100.0, "b": 150.0})
    assert even["ratio"].tolist() == pytest.approx([1, 1])
    assert (even["phi"] < table["phi"]).all()
    assert (even["limit_upper_95"] < table["limit_upper_95"]).all()


PAST = Provenance("assumed", ("past#1",))


def group(share, men, women, name="Group"):
    """Return a group that is a share of a's residents and lives nowhere else."""
    return name, pd.Series({"b": 0.0, "a": share}), men, women


def sure(value):
    return around(value, 1.0)


def test_past_use_moves_patients_draw_by_draw():
    """A factor of 3 on the need of a's men and of 2 on its women multiplies the odds of their shares."""
    found = assessed(two(poor=False), ("population", "need"), draws=2000)
    without, change = if_past_use_were_need(found, [group(0.5, sure(5), sure(3))], PAST, "a")
    need = assessed(two(poor=False), draws=2000)
    assert without == need.mean("a")["all"]  # by need alone, whatever the rules of the run
    men, women = 100 * 0.6 / 500 + 300 * 0.4 / 500, 150 * 0.3 / 400 + 250 * 0.7 / 600
    more = lambda share, odds: odds * share / (1 + (odds - 1) * share) - share  # noqa: E731
    assert change.value == pytest.approx(5360 * more(men, 3) + 1340 * more(women, 2))
    moved = replace(need.told, index=need.told.index * [[3, 1], [2, 1]])
    drawn = (cascade(moved, need.places, ["need"]).rows - need.means.rows)[:, 3, 0]
    assert change.bounds == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])))
    assert change.upper - change.lower < without.upper - without.lower
    assert (change.kind, change.source[-1]) == ("assumed", "past#1")
    assert "past#1" not in without.source
    _, other = if_past_use_were_need(found, [group(0.5, sure(5), sure(3))], PAST, "b")
    assert other.value == pytest.approx(-change.value)


def test_shares_of_groups_add_up_and_a_ratio_of_1_changes_nothing():
    found = assessed(two(), draws=400)
    one, several = (
        if_past_use_were_need(found, groups, PAST, "a")[1]
        for groups in ([group(0.5, sure(5), sure(3))],
                       [group(0.5, sure(3), sure(2)), group(0.25, sure(5), sure(3), "Other")])
    )  # fmt: skip
    assert (several.value, *several.bounds) == pytest.approx((one.value, *one.bounds))
    same = if_past_use_were_need(found, [group(0.5, sure(1), sure(1))], PAST, "a")
    assert (same[1].value, *same[1].bounds) == (0, 0, 0)
    less = if_past_use_were_need(found, [group(0.5, sure(0.5), sure(1))], PAST, "a")
    assert less[1].upper < 0


def test_the_interval_of_past_use_holds_that_of_the_ratios():
    """England and need are sure here, so the change moves with the ratio of men alone, and has its ends."""
    places = alike({"a": 400, "b": 600})
    found = assessed(places, anchors=england(1.0), draws=20_000)
    _, change = if_past_use_were_need(found, [group(0.5, around(3, 1.5), sure(1))], PAST, "a")
    moved = {}
    for ratio in (2, 3, 4.5):
        odds = (1 + 0.5 * (ratio - 1)) * 0.4 / 0.6
        moved[ratio] = 5360 * (odds / (1 + odds) - 0.4)
    assert change.value == pytest.approx(moved[3])
    assert change.bounds == pytest.approx((moved[2], moved[4.5]), rel=0.02)
    _, certain = if_past_use_were_need(found, [group(0.5, sure(3), sure(1))], PAST, "a")
    assert certain.bounds == pytest.approx((moved[3], moved[3]))
    both = if_past_use_were_need(found, [group(0.5, around(3, 1.5), around(3, 1.5))], PAST, "a")[1]
    together = sum(n * (2 * 0.4 / (2 * 0.4 + 0.6) - 0.4) for n in (5360, 1340))
    assert both.value == pytest.approx(together)
    if_one = (moved[4.5] - moved[3]) * 6700 / 5360
    assert both.upper - both.value == pytest.approx(if_one * np.hypot(0.8, 0.2), rel=0.04)  # each sex by itself


def test_what_differs_between_areas_stays_as_it_is_drawn():
    found = assessed(alike(ADULTS, between=UNLIKE), draws=400)
    without, _ = if_past_use_were_need(found, [group(0.5, sure(1), sure(1))], PAST, "a")
    assert without == found.mean("a")["all"]


def test_published_shares_are_held_against_the_share_and_adults_alone():
    found = assessed(two(), ("need", "population"))
    told = [("b", "beds", around(0.8, 1.0)), ("elsewhere", "beds", around(0.3, 1.0)), ("a", "spend", around(0.05, 1.0))]
    held = held_shares(found, told)
    assert [(h.label, h.published.value, h.unit, h.at_least) for h in held] == [
        ("beds", 0.8, "share", False), ("spend", 0.05, "share", False)
    ]  # fmt: skip
    assert held[0].estimate == found.share("b")
    assert [h.by_adults for h in held] == pytest.approx([0.6, 0.4])
    assert not held[1].agrees


def test_published_people_are_held_against_areas_and_tiers_together():
    found = assessed(two(), ("need", "population"))
    told = [
        ("both", ["medium", "low"], ["a", "b"], around(6000, 1.0), False),
        ("some", ["high"], ["b"], around(1, 1.0), True),
    ]
    both, some = held_counts(found, told)
    assert both.estimate == found.joined(["a", "b"], ["medium", "low"])
    assert both.by_adults == pytest.approx(6000)
    assert some.estimate == found.joined(["b"], ["high"])
    assert some.by_adults == pytest.approx(0.6 * 700)
    assert (both.unit, both.at_least, some.at_least) == ("people", False, True)


@pytest.mark.parametrize(
    ("published", "at_least", "agrees"),
    [(9, False, False), (10, False, True), (20, False, True), (21, False, False), (1, True, True), (20, True, True),
     (21, True, False)],
)  # fmt: skip
def test_a_figure_agrees_inside_the_interval_and_a_lower_bound_below_its_end(published, at_least, agrees):
    estimate = Estimate(15, 10, 20, "modelled", ("x#y",))
    assert Held("x", around(published, 1.0), estimate, 14.0, "people", at_least).agrees is agrees


def cells(*rows) -> pd.DataFrame:
    return pd.DataFrame(
        [(name, count, adults, *shares) for name, count, adults, shares in rows],
        columns=["cell", "count", "adults", "tenth", "fifth"],
    )


def test_only_the_total_is_taken_from_the_counts():
    told = cells(("a", 90.0, 1e6, EVEN), ("b", 30.0, 2e6, POOR))
    other = cells(("a", 20.0, 1e6, EVEN), ("b", 100.0, 2e6, POOR))
    first, second = (predicted_cells(t, *SURE) for t in (told, other))
    assert first["by_need"].tolist() == second["by_need"].tolist()
    assert first["by_adults"].tolist() == pytest.approx([40, 80])
    even, poor = (deprivation_tenths([t], [f])[0] @ 1.24 ** (0.8 * TENTHS) for t, f in (EVEN, POOR))
    by_hand = 120 * np.array([even, 2 * poor]) / (even + 2 * poor)
    assert first["by_need"].to_numpy() == pytest.approx(by_hand)
    assert first["miss_by_adults"].tolist() == pytest.approx([40 / 90 - 1, 80 / 30 - 1])
    assert first["miss_by_need"].to_numpy() == pytest.approx(by_hand / [90, 30] - 1)


def test_without_a_gradient_need_is_adults():
    told = cells(("a", 90.0, 1e6, EVEN), ("b", 30.0, 2e6, POOR))
    for ratio, carried in ((around(1.0, 1.0), SURE[1]), (around(0.9, 1.0), SURE[1]), (SURE[0], around(1e-9, 1.0))):
        assert predicted_cells(told, ratio, carried)["by_need"].tolist() == pytest.approx([40, 80])
    whole, more = (predicted_cells(told, SURE[0], around(carried, 1.0))["by_need"] for carried in (1.0, 3.0))
    assert more.tolist() == whole.tolist()


def test_the_interval_holds_chance_and_the_gradient():
    told = cells(("a", 100.0, 1e6, EVEN), ("b", 100.0, 1e6, POOR))
    sure = predicted_cells(told, *SURE)
    drawn = np.random.default_rng(1).poisson(sure["by_need"].to_numpy(), (200_000, 2))
    assert sure["by_need_lower"].to_numpy() == pytest.approx(np.quantile(drawn, 0.025, axis=0), abs=1.5)
    assert sure["by_need_upper"].to_numpy() == pytest.approx(np.quantile(drawn, 0.975, axis=0), abs=1.5)
    unsure = predicted_cells(told, around(1.24, 1.2), SURE[1])
    assert (unsure["by_need_lower"] < sure["by_need_lower"]).all()
    assert (unsure["by_need_upper"] > sure["by_need_upper"]).all()
    assert predicted_cells(told, *SURE).equals(sure)
    assert not predicted_cells(told, *SURE, seed=5).equals(sure)


def test_misses_by_hand():
    told = pd.DataFrame({"count": [10.0, 30, 60], "by_adults": [20.0, 20, 60], "by_need": [15.0, 25, 60],
                         "by_need_lower": [8.0, 31, 60], "by_need_upper": [10.0, 40, 70]})  # fmt: skip
    assert misses(told) == pytest.approx(
        {"by_adults": 0.2, "by_need": 0.1, "by_adults_without": 0.5, "by_need_without": 0.25, "inside": 2}
    )


def test_one_large_cell_does_not_hide_how_far_the_others_miss():
    """The cell left out is that of the largest published count, wherever it stands and whatever is predicted."""
    told = pd.DataFrame({"count": [100.0, 10, 20], "by_adults": [100.0, 20, 900], "by_need": [50.0, 10, 20],
                         "by_need_lower": 0.0, "by_need_upper": 1.0})  # fmt: skip
    found = misses(told)
    assert (found["by_adults_without"], found["by_need_without"]) == pytest.approx((890 / 30, 0))
    assert (found["by_adults"], found["by_need"]) == pytest.approx((890 / 130, 50 / 130))
    assert misses(told.iloc[::-1].set_axis([7, 8, 9])) == pytest.approx(found)
