"""Options: what they spend by part, what they bring, and their order."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from needs.methods.appraisal import equivalent_annual, factors
from needs.methods.flow_changes import Change, changed, everyone_placed
from needs.methods.flow_network import AT, DAYS
from needs.methods.flow_told import made_up
from needs.methods.levers import Applied
from needs.methods.options import Weighed, money, net_benefit, ranked, standards, weigh
from needs.methods.pathways import calibrate
from needs.methods.prices import made_up_prices
from needs.methods.spending import PARTS, changeover, extra_spend, funded_beds, tier_spend
from needs.values import TIERS

WARD = {"medium": 12, "low": 12}


@pytest.fixture(scope="module")
def ways():
    return calibrate(*made_up(), years=5, parameter_draws=25, paths=2, seed=1)


@pytest.fixture(scope="module")
def today(ways):
    return ways.follow()


@pytest.fixture(scope="module")
def prices():
    return made_up_prices(50)


def after(ways, *changes):
    network = ways.network
    for change in changes:
        network = changed(network, Change(*change))
    return network


def done(ways, network=None, name="x", diverted=0.0, **told):
    return Applied(name, name.title(), network or ways.network, np.full(ways.draws, diverted), **told)


def test_a_scenario_that_is_today_makes_exactly_no_difference(ways, today, prices):
    found = weigh(ways, today, [done(ways)], prices, WARD)
    for values in (found.spend, found.delayed, found.waited, found.prisoners, *found.parts.values()):
        assert not values.any()
    for shares in found.within.values():
        np.testing.assert_array_equal(shares[0], shares[1])
    assert not net_benefit(found, prices, 0.035, 0.03).any()
    row = ranked(found, 0.035, 0.03).iloc[0]
    shares = ["better", "worse", "cheaper", "dearer", "shorter", "longer"]
    assert row[shares].sum() == 0  # no future differs, in either direction
    assert np.isnan(row["per_delayed_day"])


def test_levers_that_cancel_make_no_difference_in_the_mean(ways, today, prices):
    both = after(ways, ("open", "medium", 7, 2), ("close", "medium", 7, 2))
    stay = ways.network.stay.copy()
    stay[:, AT["low"]] *= 0.8
    there_and_back = replace(ways.network, stay=stay * np.where(np.arange(5) == AT["low"], 1.25, 1)[None, :, None])
    found = weigh(ways, today, [done(ways, both), done(ways, there_and_back, "stay")], prices, WARD)
    for values in (found.spend, found.delayed, found.waited):
        means = found.by_draw(values.mean(axis=2))
        error = means.std(axis=1, ddof=1) / np.sqrt(ways.draws)
        assert (abs(means.mean(axis=1)) <= 4 * error + 1e-3).all()


def test_the_parts_add_up_and_the_first_year_is_as_today(ways, today, prices):
    chosen = [
        done(ways, after(ways, ("close", "medium", 12, 2), ("open", "step_down", 20, 3)), diverted=2.0),
        done(ways, name="sectors", independent={"medium": 0.1}, brought_back=0.5),
        done(ways, everyone_placed(ways.network), "all"),
    ]
    found = weigh(ways, today, chosen, prices, WARD)
    assert tuple(found.parts) == PARTS
    np.testing.assert_allclose(sum(found.parts.values()), found.spend)
    for values in (found.spend, found.delayed, found.waited, found.prisoners, *found.parts.values()):
        assert not values[..., 0].any()
    told = money(found, 0.035, 0.03).pivot(index="name", columns="part", values="spend")
    np.testing.assert_allclose(told[list(PARTS)].sum(axis=1), told["all"])
    np.testing.assert_allclose(
        told.loc[["x", "sectors", "all"], "all"], equivalent_annual(found.spend, first=2).mean(axis=1)
    )


def test_differences_are_those_of_the_same_patients(ways, today, prices):
    network = after(ways, ("open", "step_down", 15, 2))
    found, flow = weigh(ways, today, [done(ways, network)], prices, WARD), ways.follow(network)
    for values, measure in ((found.delayed, "blocked"), (found.waited, "waiting"), (found.prisoners, "prison_waiting")):
        apart = (today.year(measure, *TIERS) - flow.year(measure, *TIERS)) * DAYS
        np.testing.assert_allclose(values[0, :, 1:], apart[:, 1:], atol=1e-9)


def test_fewer_assessments_are_days_waited_less_and_nothing_else(ways, today, prices):
    one = ways.with_assessments(1.0)
    found = weigh(ways, today, [done(ways, one.network)], prices, WARD)
    referred = ways.network.arrivals[:, :, 0, :3].sum(axis=(1, 2, 3))
    spared = np.repeat(referred * ways.assessment_days * (ways.assessment_number - 1), 2)
    np.testing.assert_allclose(found.waited[0, :, 2], spared)
    assert not found.spend.any()
    assert not found.delayed.any()
    assert not found.prisoners.any()
    assert (found.within["referral", 14][1] > found.within["referral", 14][0]).mean() > 0.9
    np.testing.assert_array_equal(found.within["acceptance", 14][1], found.within["acceptance", 14][0])


def test_less_than_a_ward_saves_no_ward(ways, today, prices):
    few, ward = (done(ways, after(ways, ("close", "medium", n, 2)), f"close{n}") for n in (11, 12))
    found = weigh(ways, today, [few, ward], prices, WARD)
    empty = equivalent_annual(found.parts["empty"], first=2).mean(axis=1)
    assert empty[0] > 0 > empty[1]  # beds that fall empty are paid for until all twelve are gone


def test_one_offs_fall_in_the_year_of_the_change(ways, today, prices):
    network = after(ways, ("close", "medium", 12, 3), ("open", "step_down", 20, 3))
    once = weigh(ways, today, [done(ways, network)], prices, WARD).parts["one_off"][0]
    bed = prices.in_use("medium")[0]
    np.testing.assert_allclose(once[:, 2], 12 * 40e3 + 20 * 50e3 + 0.5 * 12 * bed)
    assert not once[:, [0, 1, 3, 4]].any()


def test_only_beds_in_whose_place_something_opens_are_paid_for_twice():
    two = np.full((1, 1), 2.0)
    prices = made_up_prices(1)
    assert changeover(prices, two, 0 * two, two * 100e3)[0, 0] == pytest.approx(2 * 40e3)
    assert changeover(prices, two, 2 * two, two * 100e3)[0, 0] == pytest.approx(2 * 40e3 + 4 * 50e3 + 0.5 * 2 * 100e3)
    assert changeover(prices, 0 * two, two, 0 * two)[0, 0] == pytest.approx(2 * 50e3)


def test_who_is_diverted_is_cared_for_at_home_with_support(ways, today, prices):
    found = weigh(ways, today, [done(ways, diverted=3.0)], prices, WARD)
    stay = np.repeat(ways.held[:, AT["community"]], 2)
    np.testing.assert_allclose(found.spend[0, :, 1:], np.repeat((3 * stay * 35e3)[:, None], 4, axis=1))


def test_who_is_on_the_caseload_in_place_of_a_step_down_place_costs_support(ways, today, prices):
    found = weigh(ways, today, [done(ways, supported=np.full(ways.draws, 5.0))], prices, WARD)
    np.testing.assert_allclose(found.spend[0, :, 1:], 5 * 20e3)
    np.testing.assert_array_equal(found.spend, found.parts["at_home"])


def test_high_secure_wards_stay_paid_for_when_fewer_come(ways, today, prices):
    """A bed-day less in high security saves no more than what a bed in use costs over an empty one."""
    share = {"high": np.full_like(prices.closure, 0.9)}
    kept = replace(prices, occupancy=prices.occupancy | share)
    free = replace(kept, year_cost=prices.year_cost | {"high": np.zeros_like(prices.closure)})
    fewer = replace(ways.network, arrivals=ways.network.arrivals * np.array([0.5, 1, 1, 1, 1])[:, None])
    after = ways.follow(fewer)
    spent, without = (extra_spend(ways, today, after, done(ways, fewer), each, WARD) for each in (kept, free))
    high = sum(spent[part] - without[part] for part in ("occupied", "empty"))[:, 1:]
    cost = 400e3 * 0.9 / (0.9 + 0.1 * 0.66)
    before, then = (flow.year("occupied", "high")[:, 1:] for flow in (today, after))
    beds = np.repeat(ways.census[:, AT["high"]], 2)[:, None] / 0.9
    held = np.maximum(beds, then) - np.maximum(beds, before)
    np.testing.assert_allclose(high, (1 - 0.66) * cost * (then - before) + 0.66 * cost * held, atol=1e-3)
    assert high.mean() < 0


def test_a_price_changes_what_is_spent_on_its_tier_alone(ways, today, prices):
    found = weigh(ways, today, [done(ways, independent={"low": 0.0})], prices, WARD)
    beds = np.repeat(ways.beds[:, :, AT["low"]], 2, axis=0).astype(float)
    low = sum(tier_spend(prices, "low", today.year("occupied", "low"), beds))
    np.testing.assert_allclose(found.spend[0, :, 1:], ((1 / 1.04 - 1) * low)[:, 1:])
    np.testing.assert_array_equal(found.spend, found.parts["sector"])


def test_places_that_open_are_told_apart(ways, today, prices):
    found = weigh(ways, today, [done(ways, after(ways, ("open", "step_down", 20, 2)))], prices, WARD)
    opened = found.parts["opened"][0, :, 1:]
    fixed = 20 * 0.66 * prices.in_use("step_down")[0]
    assert (opened.mean(axis=1) > 0.9 * fixed).all()
    assert (opened <= 20 * prices.in_use("step_down")[0] + 1e6).all()
    assert found.parts["occupied"].mean() < 0  # beds that are no longer blocked


def weighed(spend, delayed, waited=None, paths=1):
    """Return scenarios of two years with the same difference in the second year of every future."""

    def years(values):
        return np.stack([np.zeros_like(values), values], axis=-1)

    spend, delayed = np.asarray(spend, float), np.asarray(delayed, float)
    waited = delayed if waited is None else np.asarray(waited, float)
    names = tuple("abcdefgh"[: len(spend)])
    return Weighed(
        names, names, years(spend), years(delayed), years(waited), years(waited), {}, {"occupied": years(spend)},
        spend.shape[1] // paths,
    )  # fmt: skip


def test_the_order_of_options():
    futures = np.array([0.98, 1.0, 1.02])
    spend = np.array([900, 100, -5, -50, 0, -70, 400, -1])[:, None] * futures
    delayed = np.array([10, 10, 10, 1, 0, 0, -10, 1e-9])[:, None] * futures
    delayed[7] = [-50, 0, 51]  # noise
    found = ranked(weighed(spend, delayed), 0.0, 0.0)
    # saves and avoids (most saved first); by cost a day; avoids none, or no more than noise, by spend
    assert found["name"].tolist() == ["d", "c", "b", "a", "f", "h", "e", "g"]
    assert found["per_delayed_day"].notna().tolist() == [True] * 4 + [False] * 4
    assert found.set_index("name")["per_delayed_day"]["b"] == pytest.approx(10)
    assert found["per_delayed_day_lower"].notna().tolist() == [True] * 4 + [False] * 4


def test_who_makes_people_wait_longer_comes_last_whatever_is_saved():
    told = weighed([[-900, -900], [50, 50], [90, 90]], [[5, 5], [1, 1], [0, 0]], [[-3, -3], [0, 0], [-1, 1]])
    found = ranked(told, 0.0, 0.0)
    assert found["name"].tolist() == ["b", "c", "a"]
    assert found["lengthens"].tolist() == [False, False, True]
    assert found["avoids"].tolist() == [True, False, False]
    assert np.isnan(found["per_delayed_day"].iloc[2])  # beds that close are not blocked: no merit


def test_a_cost_a_day_has_ends_only_where_days_are_sure():
    sure = ranked(weighed([[10, 20, 30]], [[9, 10, 11]]), 0.0, 0.0).iloc[0]
    assert sure["per_delayed_day_lower"] < sure["per_delayed_day"] == 2 < sure["per_delayed_day_upper"]
    unsure = ranked(weighed([[10, 20, 30]], [[1, 10, 11]]), 0.0, 0.0).iloc[0]
    assert unsure["per_delayed_day"] == pytest.approx(20 / (22 / 3))
    assert np.isnan(unsure["per_delayed_day_lower"])
    assert np.isnan(unsure["per_delayed_day_upper"])


def test_futures_that_are_better_worse_and_the_same_are_told_apart():
    row = ranked(weighed([[5, -5, 0, 0]], [[1, -1, -1, 0]], [[0, 0, 2, 3]]), 0.0, 0.0).iloc[0]
    assert (row["better"], row["worse"]) == (0.25, 0.5)
    assert (row["cheaper"], row["dearer"]) == (0.25, 0.25)
    assert (row["shorter"], row["longer"]) == (0.5, 0.0)


def test_intervals_hold_the_mean_and_80_percent_lie_inside_95():
    row = ranked(weighed([[1, 5, 9, 40]], [[3, 2, 8, 4]]), 0.0, 0.0).iloc[0]
    for name in ("spend", "delayed"):
        ends = [row[f"{name}_{end}"] for end in ("lower", "lower_80", "upper_80", "upper")]
        assert ends == sorted(ends)
        assert ends[1] <= row[name] <= ends[2]


def test_later_money_counts_less():
    told = weighed([[100.0, 100.0]], [[1.0, 1.0]])
    assert ranked(told, 0.035, 0.03)["spend"].iloc[0] == pytest.approx(100)  # the only year that can differ
    three = replace(told, spend=np.array([[[0.0, 100.0, 0.0]] * 2]))
    second, third = factors(3)[1:]
    assert ranked(three, 0.035, 0.03)["spend"].iloc[0] == pytest.approx(100 * second / (second + third))


def test_net_benefit_is_days_at_their_worth_less_money_by_draw():
    told = weighed([[100, 300, 0, 0]], [[0, 0, 0, 0]], [[1, 1, 2, 4]], paths=2)
    found = net_benefit(told, made_up_prices(4), 0.035, 0.03)
    np.testing.assert_allclose(found, [[0, 800 - 200], [0, 3 * 800]])


def test_shares_in_time_leave_out_draws_without_admissions():
    told = replace(weighed([[0, 0]], [[0, 0]]), within={("acceptance", 28): np.array([[0.5, np.nan], [0.7, np.nan]])})
    found = standards(told)
    assert found[["name", "share"]].values.tolist() == [["today", 0.5], ["a", 0.7]]


def test_without_options_there_are_no_rows(ways, today, prices):
    none = weigh(ways, today, [], prices, WARD)
    assert ranked(none, 0.035, 0.03).empty
    assert money(none, 0.035, 0.03).empty
    assert isinstance(standards(none), pd.DataFrame)
    assert net_benefit(none, prices, 0.035, 0.03).shape == (25, 1)


def test_beds_paid_for_fall_ward_by_ward():
    closed = np.arange(0, 31)
    assert (100 - funded_beds(100, 100 - closed, 12)).tolist() == [0] * 12 + [12] * 12 + [24] * 7
    assert funded_beds(5, 0, 12) == 0  # all are gone
    assert funded_beds(100, 107, 12) == 107
