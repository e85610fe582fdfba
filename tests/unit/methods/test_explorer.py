"""Every combination of sizes: today is today, places free beds, and neither order nor repetition changes anything."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from needs.methods import explorer
from needs.methods.explorer import MEASURES, Grid, cells, explore
from needs.methods.explorer_futures import FEWEST, TOLD, futures_of, taken
from needs.methods.flow_network import PATHWAY
from needs.methods.flow_told import made_up
from needs.methods.levers import Applied
from needs.methods.options import ranked, weigh
from needs.methods.pathways import calibrate
from needs.methods.prices import made_up_prices
from needs.params.load import load
from needs.values import TIERS, Estimate

HOW = {"years": 5, "parameter_draws": 80, "paths": 2, "seed": 3}
GRID = Grid("medium", 6, (0, 1, 2), (0, 10, 20), (0.7, 0.92))
DIFFERENCES = [f"{name}_difference{end}" for name in MEASURES for end in ("", "_lower", "_upper")]


def figure(value):
    return Estimate(value, 0.8 * value, 1.2 * value, "synthetic", ("x#y",))


def priced():
    names = ("support_at_home", "fixed_share", "independent_price", "out_of_region", "out_of_region_price")
    told = {name: figure(0.5) for name in (*names, "double_running", "worth_of_wait")}
    told |= {"closure": figure(5e4), "opening": figure(5e4), "occupancy": {"high": figure(0.8)}}
    told |= {"year_cost": {tier: figure(cost) for tier, cost in zip(PATHWAY, (4e5, 3e5, 2e5, 1e5, 1e4), strict=True)}}
    return told | {"independent_share": {"medium": figure(0.4), "low": figure(0.4)}}


def found(grid=GRID, **changes):
    told, people = made_up()
    return explore(replace(told, **changes), people, priced(), grid, **HOW)


@pytest.fixture(scope="module")
def explored():
    return found()


def by_size(frame):
    return frame.set_index(["beds_closed", "places_opened", "occupancy", "held"])


def test_every_combination_has_one_row(explored):
    frame = explored.frame
    assert len(frame) == 27 == len(frame.drop_duplicates(["beds_closed", "places_opened", "occupancy", "held"]))
    assert explored.futures == explored.of == 160
    assert explored.left_out == ()


def test_today_differs_from_itself_by_nothing_at_every_occupancy(explored):
    today = explored.frame[(explored.frame["beds_closed"] == 0) & (explored.frame["places_opened"] == 0)]
    assert len(today) == 3
    assert (today[DIFFERENCES] == 0).all().all()


def test_a_level_is_todays_and_the_difference_and_lies_within_its_ends(explored):
    frame = explored.frame
    for _, rows in frame.groupby(["occupancy", "held"]):
        for name in MEASURES:
            np.testing.assert_allclose(
                rows[name], rows[name].iloc[0] + rows[f"{name}_difference"], rtol=1e-9, atol=1e-9
            )
    for name in (*MEASURES, *(f"{measure}_difference" for measure in MEASURES)):
        assert (frame[f"{name}_lower"] <= frame[name]).all()
        assert (frame[name] <= frame[f"{name}_upper"]).all()


def test_more_places_never_block_more_beds_on_average(explored):
    for _, rows in explored.frame.groupby(["occupancy", "held", "beds_closed"]):
        steps = rows.sort_values("places_opened")
        width = steps["blocked_difference_upper"] - steps["blocked_difference_lower"]
        chance = 2 * width.max() / 3.92 / np.sqrt(explored.futures)
        assert (steps["blocked"].diff().dropna() <= chance).all()
        assert steps["blocked"].iloc[-1] < steps["blocked"].iloc[0]


def test_more_beds_closed_save_money_and_make_people_wait(explored):
    rows = explored.frame[(explored.frame["places_opened"] == 0) & ~explored.frame["held"]].sort_values("beds_closed")
    assert rows["spend_difference"].is_monotonic_decreasing
    assert rows["waiting_difference"].is_monotonic_increasing
    assert rows["in_time_difference"].iloc[-1] < 0


def test_fuller_places_block_more_beds(explored):
    today = explored.frame.drop_duplicates(["occupancy", "held"]).sort_values("occupancy")
    assert today["blocked"].is_monotonic_increasing


def test_neither_order_nor_company_changes_a_combination(explored):
    fewer = found(replace(GRID, wards=(0, 2), places=(0, 20), occupancy=(0.92, 0.7)))
    shared = by_size(fewer.frame)
    pd.testing.assert_frame_equal(by_size(explored.frame).loc[shared.index], shared)


def test_the_same_seed_gives_the_same_bytes():
    few = replace(GRID, wards=(0, 1), places=(0, 10), occupancy=(0.7,))
    assert found(few).frame.to_csv() == found(few).frame.to_csv()


def test_a_combination_is_worth_what_the_options_say_of_it():
    ways = calibrate(*made_up(), **HOW)
    prices = made_up_prices(160)
    grid = Grid("medium", 6, (0, 1), (0, 10))
    row = cells(ways, prices, grid).iloc[-1]
    network = explorer._applied(ways, grid, 6, 10).network
    weighed = weigh(ways, ways.follow(), [Applied("both", "Both", network, np.zeros(80))], prices, {"medium": 6})
    told = ranked(weighed, grid.rate, grid.later).iloc[0]
    assert row["spend_difference"] == pytest.approx(told["spend"])
    assert row["blocked_difference"] == pytest.approx(-told["delayed"] / 365.25)
    assert row["waiting_difference"] == pytest.approx(-told["waited"] / 365.25)


def test_a_large_area_is_followed_in_fewer_futures_which_are_the_same_at_every_occupancy():
    told, people = made_up()
    ways = {TOLD: calibrate(told, people, **HOW), 0.92: calibrate(explorer._held(told, 0.92), people, **HOW)}
    chosen = futures_of(ways, 1000)
    assert {share: (len(rows), paths) for share, (rows, paths) in chosen.items()} == {
        TOLD: (FEWEST, 1),
        0.92: (FEWEST, 1),
    }
    some = [taken(ways[share], *which) for share, which in chosen.items()]
    assert (some[0].held == some[1].held).all()
    assert not np.array_equal(some[0].beds[..., 3], some[1].beds[..., 3])
    every = ways[TOLD].follow().year("blocked", *TIERS).mean()
    assert some[0].follow().year("blocked", *TIERS).mean() == pytest.approx(every, rel=0.25)


def test_an_area_that_tells_its_places_has_one_occupancy():
    explored = found(replace(GRID, wards=(0,), places=(0, 10)), beds={"step_down": figure(60.0)})
    assert explored.frame["held"].tolist() == [False, False]
    assert explored.places is None
    assert 0.5 < explored.frame["occupancy"].iloc[0] < 1


def test_more_beds_than_there_are_are_not_closed():
    explored = found(Grid("low", 40, (0, 1, 2, 3), (0, 10)))
    assert explored.grid.beds == (0, 40, 80)
    assert explored.frame["beds_closed"].max() == 80


def test_an_occupancy_at_which_too_few_futures_fit_is_left_out(monkeypatch):
    def refuses(told, people, **how):
        if told.occupancy["step_down"].value == 0.92:
            raise ValueError("only 3 of 400 draws of the flow fit together")
        return calibrate(told, people, **how)

    monkeypatch.setattr(explorer, "calibrate", refuses)
    explored = found(replace(GRID, wards=(0, 1), places=(0, 10)))
    assert explored.left_out == (0.92,)
    assert explored.grid.occupancy == (0.7,)
    assert sorted(set(explored.frame["occupancy"])) == [0.7, 0.85]


def test_a_change_after_the_last_year_is_refused():
    with pytest.raises(ValueError, match="6 is after the last of 5 years"):
        found(replace(GRID, year=6))


def test_the_grid_of_a_run_closes_what_reinvestment_closes():
    told = load("2023-24", "london")
    grid = Grid.of(told.options, told.explorer)
    assert (grid.close, grid.ward, grid.year) == ("medium", 12, told.options.reinvestment.year)
    assert grid.beds == (0, 12, 24, 36)
    assert len(grid.beds) * len(grid.places) * (1 + len(grid.occupancy)) == told.explorer.cells
