"""The frontier of closures: its optimum against brute force, its people against the long run, and the engine's word."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from needs.methods.appraisal import equivalent_annual, factors
from needs.methods.flow_told import made_up
from needs.methods.pathways import calibrate
from needs.methods.prices import made_up_prices
from needs.methods.reinvestment import Confirmed, Terms, Tried, confirm, frontier, optimum, plan
from needs.methods.reinvestment_engine import follow
from needs.methods.reinvestment_form import long_run
from needs.methods.steady import steady
from needs.values import Estimate, Provenance

KNOWN = Provenance("synthetic", ("examples#flow",))


@pytest.fixture(scope="module")
def ways():
    return calibrate(*made_up(), years=8, parameter_draws=20, paths=2, seed=1)


@pytest.fixture(scope="module")
def crowded():
    """An area whose step-down places are nearly full, so that more than one ward can close."""
    told, people = made_up()
    full = {**told.occupancy, "step_down": Estimate(0.93, 0.91, 0.95, "synthetic", ("examples#flow",))}
    return calibrate(replace(told, occupancy=full), people, years=8, parameter_draws=20, paths=2, seed=1)


@pytest.fixture(scope="module")
def today(ways):
    return ways.follow()


def brute_force(form, terms):
    """Try every number of wards with every number of places, and keep the safe one that saves most."""
    best = None
    for closed in terms.closed:
        places = np.arange(4 * closed + 1)
        longer, saving = form.tried(np.full(len(places), closed), places)
        for number in places:
            safe = all(
                of(queue) <= 0 for queue in np.moveaxis(longer[number], -1, 0) for of in (np.mean, np.median)
            )  # fmt: skip
            money = saving[number].mean()
            if safe and money >= 0 and (best is None or money > best[2]):
                best = (int(closed), int(number), money)
    return best


@pytest.mark.parametrize(("close", "ward", "place"), [("medium", 3, 100e3), ("low", 4, 100e3), ("medium", 4, 30e3)])
def test_the_optimum_is_that_of_brute_force(ways, close, ward, place):
    prices = made_up_prices(40)
    prices.year_cost["step_down"][:] = place
    terms = Terms(close, ward, 3)
    found = optimum(frontier(ways, prices, terms))
    closed, places, saving = brute_force(long_run(ways, prices, terms), terms)
    assert (found["closed"], found["safe_places"]) == (closed, places)
    assert found["saving"] == pytest.approx(saving, rel=1e-12)


def test_the_optimum_is_that_of_brute_force_where_several_wards_may_close(crowded):
    prices, terms = made_up_prices(40), Terms("medium", 3, 4)
    found = optimum(frontier(crowded, prices, terms))
    closed, places, saving = brute_force(long_run(crowded, prices, terms), terms)
    assert (found["wards"], found["closed"], found["safe_places"]) == (3, closed, places)
    assert found["saving"] == pytest.approx(saving, rel=1e-12)


def test_each_row_of_the_frontier_is_that_of_brute_force(ways):
    prices, terms = made_up_prices(40), Terms("medium", 3, 3)
    form = long_run(ways, prices, terms)
    for row in frontier(ways, prices, terms).itertuples():
        places = np.arange(4 * row.closed + 1)
        longer, saving = form.tried(np.full(len(places), row.closed), places)
        safe = [n for n in places if max(longer[n].mean(axis=0).max(), np.median(longer[n], axis=0).max()) <= 0]
        paid = [n for n in places if saving[n].mean() >= 0]
        assert (row.safe_places == min(safe)) if safe else np.isnan(row.safe_places)
        assert row.affordable_places == max(paid)
        assert row.feasible == bool(safe and min(safe) <= max(paid))


def test_where_a_wait_has_an_end_people_are_those_of_the_long_run(ways):
    form = long_run(ways, made_up_prices(40), Terms("medium", 3, 1))
    beds = form.beds[None] + np.array([0, 12, 12, 12, 0])  # far from full, and pools alike or not
    queue, held = form.people(beds)
    network, rows = ways.network, form.rows
    mean = (1 - network.share_long) * network.stay[..., 0] + network.share_long * network.stay[..., 1]
    for row in rows:
        pools = int(ways.pools[row])
        each, more = np.divmod(beds[0, row], pools)
        of_pools = [each + (number < more) for number in range(pools)]
        told = steady(
            np.repeat(ways.arriving[row][None] / pools, pools, axis=0), network.routing[row, :, :5], mean[row],
            np.where(np.isin(np.arange(5), (0, 4)), 2**31 - 1, of_pools), outside=network.outside_moves(),
            cv2=np.array([stay.cv2 for stay in ways.stays.values()]),
        )  # fmt: skip
        assert told.stable.all()
        np.testing.assert_allclose(held[0, row], told.occupied.sum(axis=0), rtol=1e-3)
        np.testing.assert_allclose(queue[0, row], told.queue.sum(axis=0), rtol=0.02, atol=1e-3)


def test_a_ward_saves_what_it_costs_empty_less_what_it_costs_to_close(ways):
    # nobody changes: 100 beds of which 6 close, each phi c a year from year 2, and 6 closures in year 2
    prices, terms = made_up_prices(40), Terms("medium", 6, 1)
    form = long_run(ways, prices, terms)
    bed = 300e3 * 0.8 / (0.8 + 0.2 * 0.66)
    once = 6 * 40e3 * factors(8)[1] / factors(8)[1:].sum()
    people = form.people(form.beds[None])[1]
    after = form.beds[None].copy()
    after[..., 1] -= 6
    saving = form._saving(after, np.concatenate([people, people]), np.full((1, 20), 6), np.zeros(1, int))
    np.testing.assert_allclose(saving, 6 * 0.66 * bed - once, rtol=1e-9)


def test_no_more_wards_close_than_there_are(ways):
    there = int(np.median(ways.beds[:, 0, 1]))
    found = frontier(ways, made_up_prices(40), Terms("medium", there // 2, 4))
    assert found["closed"].tolist() == [there // 2, 2 * (there // 2)]
    assert frontier(ways, made_up_prices(40), Terms("medium", there + 20, 2)).empty


def test_what_the_engine_chose_is_safe_and_saves(ways, today):
    prices, terms = made_up_prices(40), Terms("medium", 3, 2)
    sure = confirm(ways, today, frontier(ways, prices, terms), prices, terms)
    assert set(sure.tried) == set(sure.frame.loc[sure.frame["places"].notna(), "wards"])
    row = sure.frame.iloc[0]
    alone = follow(ways, today, 3, int(row["places"]), prices, terms)
    assert row["safe"] == (alone.longer <= 0)
    assert row["spend"] == pytest.approx(-equivalent_annual(alone.saving, first=2).mean())
    assert row["harm"] == (alone.prisoners > 0).mean() <= row["harm_any"] + 1
    laid = plan(sure, KNOWN)
    assert laid.safe == (sure.chosen is not None)
    assert laid.npv.value == pytest.approx(laid.cumulative["mean"].iloc[-1])
    assert laid.annual.value == pytest.approx(laid.npv.value / factors(8)[1:].sum())
    assert laid.cumulative.iloc[0].tolist() == [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]


def tried(saving, queue):
    one = np.ones(4)
    years = np.outer(one, [0.0, -1.0, saving + 1.0])
    return Tried(12, 20, years, saving * one, queue * one, queue * one, queue * one > 0)


def test_where_no_closure_is_safe_none_is_chosen_and_the_plan_says_so():
    frame = pd.DataFrame({"wards": [1, 2], "safe": [False, np.nan], "spend": [-5.0, np.nan]})
    sure = Confirmed(frame, {1: tried(5.0, 1.0)}, Terms("medium", 12, 2))
    assert sure.chosen is None
    laid = plan(sure, KNOWN)
    assert (laid.safe, laid.closed, laid.harm, laid.harm_any) == (False, 12, 1.0, 1.0)
    costly = Confirmed(frame.assign(safe=[True, np.nan], spend=[5.0, np.nan]), sure.tried, sure.terms)
    assert costly.chosen is None  # safe, but it saves nothing
    assert plan(Confirmed(frame.iloc[:0], {}, sure.terms), KNOWN) is None


def test_a_queue_is_longer_if_its_mean_or_its_middle_is():
    skewed = np.array([-9.0, 1.0, 1.0, 1.0])
    found = Tried(12, 20, np.zeros((4, 2)), np.zeros(4), skewed, 0 * skewed, skewed > 0)
    assert (found.longer, found.safe, found.harm) == (1.0, False, 0.75)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (("high", 12, 1), "close: high has no wards that close; give medium or low"),
        (("medium", 0, 1), "ward: 0 is below 1"),
        (("medium", 12, 1, 1), "year: 1 is below 2"),
    ],
)
def test_terms_that_make_no_sense_are_refused(told, says):
    with pytest.raises(ValueError, match=says):
        Terms(*told)


def test_a_change_after_the_last_year_is_refused(ways):
    with pytest.raises(ValueError, match=r"reinvestment\.year: 9 is after the last of 8 years"):
        frontier(ways, made_up_prices(40), Terms("medium", 3, 1, year=9))
