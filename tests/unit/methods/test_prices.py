"""Prices by future: what moves together, what a bed costs in use and empty, sectors."""

import numpy as np
import pytest

from needs.methods.flow_network import AT, PATHWAY
from needs.methods.flow_told import LIMITED, made_up
from needs.methods.pathways import calibrate
from needs.methods.prices import SECTORS, drawn_prices, made_up_prices
from needs.values import Estimate

ALONE = (
    "support_at_home", "fixed_share", "independent_price", "out_of_region", "out_of_region_price", "closure", "opening",
    "double_running", "worth_of_wait",
)  # fmt: skip


def e(value, wide=0.3):
    return Estimate(value, value * (1 - wide), value * (1 + wide), "assumed", ("x#y",))


@pytest.fixture(scope="module")
def ways():
    return calibrate(*made_up(), years=3, parameter_draws=200, paths=2, seed=1)


@pytest.fixture
def told():
    year = {"high": 4e5, "medium": 3e5, "low": 2e5, "step_down": 1e5, "community": 1e4}
    return {name: e(0.5) for name in ALONE} | {
        "year_cost": {tier: e(cost) for tier, cost in year.items()},
        "independent_share": {tier: e(0.4) for tier in SECTORS},
        "occupancy": {"high": e(0.9, 0.08)},
    }


def every(prices):
    """Return each array by dotted name."""
    found = {}
    for name, values in vars(prices).items():
        found |= {f"{name}.{t}": v for t, v in values.items()} if isinstance(values, dict) else {name: values}
    return found


def test_paths_of_one_parameter_draw_have_its_prices(ways, told):
    for values in every(drawn_prices(told, ways)).values():
        assert values.shape == (400,)
        np.testing.assert_array_equal(values[::2], values[1::2])


def test_secure_unit_costs_move_together_and_all_else_apart(ways, told):
    found = {name: v[::2] for name, v in every(drawn_prices(told, ways)).items() if not name.startswith("occupancy")}
    for tier in ("medium", "low"):
        assert np.corrcoef(found["year_cost.high"], found[f"year_cost.{tier}"])[0, 1] == pytest.approx(1)
    apart = [v for name, v in found.items() if name not in ("year_cost.medium", "year_cost.low")]
    between = np.corrcoef(apart) - np.eye(len(apart))
    assert abs(between).max() < 4 / np.sqrt(200)


def test_the_same_seed_gives_the_same_prices_and_another_seed_others(ways, told):
    from dataclasses import replace

    one, again, other = (drawn_prices(told, replace(ways, seed=seed)).closure for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert (one[::2] != other[::2]).all()


def test_a_figure_without_an_interval_is_itself_in_every_future(ways, told):
    told["closure"] = Estimate(7.0, kind="assumed", source=("x#y",))
    assert set(drawn_prices(told, ways).closure) == {7.0}


def test_shares_stay_shares(ways, told):
    told |= {"fixed_share": Estimate(0.9, 0.5, 0.99, "assumed", ("x#y",)), "out_of_region": e(0.9, 0.9)}
    found = drawn_prices(told, ways)
    for share in (found.fixed_share, found.out_of_region, *found.independent_share.values()):
        assert ((share >= 0) & (share <= 1)).all()


def test_occupancy_is_people_over_beds(ways, told):
    found = drawn_prices(told, ways).occupancy
    for tier in PATHWAY:
        if tier in LIMITED:
            people = np.repeat(ways.census[:, AT[tier]], 2)
            np.testing.assert_allclose(found[tier] * np.repeat(ways.beds[:, 0, AT[tier]], 2), people)
    assert found["high"].mean() == pytest.approx(0.9, abs=0.01)
    assert (found["community"] == 1).all()


def test_drawn_prices_have_the_figure_as_their_mean(ways, told):
    told["closure"] = Estimate(60e3, 20e3, 150e3, "assumed", ("x#y",))
    told["fixed_share"] = Estimate(0.7, 0.5, 0.9, "assumed", ("x#y",))
    found = drawn_prices(told, ways)
    assert found.closure.mean() == pytest.approx(60e3, rel=0.15)
    assert found.fixed_share.mean() == pytest.approx(0.7, abs=0.03)


def test_all_that_is_not_told_is_named_at_once(ways, told):
    del told["closure"], told["year_cost"]["low"]
    with pytest.raises(ValueError, match=r"prices: year_cost\.low, closure not told; give an estimate of each"):
        drawn_prices(told, ways)


def test_a_bed_in_use_and_its_share_of_empty_ones_cost_what_a_year_costs():
    prices = made_up_prices(3)
    for tier in PATHWAY:
        o, phi, c = prices.occupancy[tier], prices.fixed_share, prices.in_use(tier)
        np.testing.assert_allclose(o * c + (1 - o) * phi * c, o * prices.year_cost[tier])


def test_prices_of_sectors():
    prices = made_up_prices(1)  # 40% independent at 1.1 times the price, 20% outside the region at 1.2 times
    assert prices.sector_ratio("medium", 0.4) == pytest.approx(1)
    assert prices.sector_ratio("medium", 1.0) == pytest.approx(1.1 / 1.04)
    assert prices.sector_ratio("low", brought_back=1.0) == pytest.approx(1 / 1.04)
    assert prices.sector_ratio("low", 0.0, 0.5) == pytest.approx(1 / 1.04 * 1.02 / 1.04)
    for tier in ("high", "step_down", "community"):
        assert prices.sector_ratio(tier, 1.0, 1.0) == pytest.approx(1)
