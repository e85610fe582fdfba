"""K5, K7, K9: closed forms of flow against exact chains, published lines and chance."""

import math

import numpy as np
import pytest
from known_answers.chains import hunt, two_tier
from scipy import stats

from needs.methods.beds import erlang_c
from needs.methods.stays import Stay
from needs.methods.steady import (
    UNLIMITED,
    in_system,
    mean_wait,
    mmc,
    steady,
    traffic,
    transient,
    within,
)

ROUTING = np.array([
    [0.10, 0.50, 0.05, 0.00, 0.00],
    [0.04, 0.15, 0.35, 0.10, 0.10],
    [0.00, 0.06, 0.10, 0.30, 0.25],
    [0.00, 0.01, 0.04, 0.00, 0.60],
    [0.00, 0.05, 0.05, 0.02, 0.00],
])  # fmt: skip
OUTSIDE = np.zeros((5, 5), bool)
OUTSIDE[4, :4] = True
STAY = np.array([4.0, 2.5, 2.0, 1.5, 3.0])
BEDS = np.array([UNLIMITED, 60, 45, 25, UNLIMITED])
EXTERNAL = np.array([2.0, 10.0, 5.0, 1.0, 0.0])


@pytest.mark.parametrize(("servers", "throughput"), [(2, 2 / 3), (3, 22 / 39), (4, 0.51478)])
def test_hunts_lines(servers, throughput):
    assert hunt(servers) == pytest.approx(throughput, abs=1e-12 if servers < 4 else 5e-6)


@pytest.mark.parametrize(
    ("load", "beds"), [(0.7, 1), (3.0, 4), (8.0, 12), (40.0, 52), (150.0, 173), (900.0, 950), (1e-9, 3)]
)
def test_waiting_equals_the_recursion(load, beds):
    found = mmc(load, beds)
    assert found.probability == pytest.approx(erlang_c(load, beds), rel=1e-10)
    assert found.queue == pytest.approx(erlang_c(load, beds) * load / (beds - load), rel=1e-10)


def test_waiting_at_the_edges_in_one_call():
    found = mmc([0.0, 0.0, 5.0, 5.0, 5.0, 0.0], [0, 3, 5, 4, UNLIMITED, UNLIMITED])
    assert found.probability.tolist() == [1.0, 0.0, 1.0, 1.0, 0.0, 0.0]
    assert found.queue.tolist() == [0.0, 0.0, math.inf, math.inf, 0.0, 0.0]
    assert mean_wait([5.0, 5.0], [5, UNLIMITED], 2.0).tolist() == [math.inf, 0.0]
    assert within([5.0, 5.0, 0.0], [5, UNLIMITED, 2], 2.0, 0.0).tolist() == [0.0, 1.0, 1.0]


@pytest.mark.parametrize("years", [0.0, 0.1, 1.0])
def test_waits_equal_the_sum_over_people_found_on_arrival(years):
    load, beds, stay = 17.0, 20, 1.7
    ahead = np.arange(4000)
    found = mmc(load, beds).probability * (1 - load / beds) * (load / beds) ** ahead
    longer = stats.gamma.sf(years, ahead + 1, scale=stay / beds)
    assert within(load, beds, stay, years) == pytest.approx(1 - found @ longer, abs=1e-10)
    assert mean_wait(load, beds, stay) == pytest.approx(found @ (ahead + 1) * stay / beds, rel=1e-9)


def test_one_tier_equals_the_chain():
    exact = two_tier(6.0, 0.5, 1.0, 15, 1, 0.0, 300)
    found = steady([6.0], [[0.0]], [2.0], [15])
    assert found.occupied[0] == pytest.approx(exact["occupied1"], rel=1e-9)
    assert found.queue[0] == pytest.approx(exact["queue1"], rel=1e-9)
    assert exact["full"] < 1e-12


def test_two_tiers_are_exact_where_the_first_has_room_for_all_who_are_blocked():
    exact = two_tier(6.0, 0.5, 1.0, 130, 5, 0.7, 0)
    found = steady([6.0, 0.0], [[0, 0.7], [0, 0]], [2.0, 1.0], [130, 5])
    assert exact["full"] < 1e-9
    assert found.occupied == pytest.approx([exact["occupied1"], exact["occupied2"]], rel=1e-6)
    assert found.blocked_beds[0] == pytest.approx(exact["blocked1"], rel=1e-5)


@pytest.mark.parametrize(
    ("beds", "occupancy", "most"), [(30, 0.6, 0.04), (30, 0.7, 0.08), (30, 0.8, 0.18), (30, 0.85, 0.32),
                                    (67, 0.7, 0.02), (67, 0.8, 0.05), (67, 0.85, 0.10)],
)  # fmt: skip
def test_two_tiers_last_exact_and_first_within_the_stated_error(beds, occupancy, most):
    """The first tier is 70% full of people in treatment; blocked beds are too many, more so near its limit."""
    gamma, places = 0.7 * beds / 3, 12
    stay = places * occupancy / (gamma * 0.3)
    exact = two_tier(gamma, 1 / 3, 1 / stay, beds, places, 0.3, 200)
    found = steady([gamma, 0.0], [[0, 0.3], [0, 0]], [3.0, stay], [beds, places])
    assert exact["full"] < 1e-6
    assert found.occupied[1] == pytest.approx(exact["occupied2"], rel=1e-6)
    assert found.active[0] == pytest.approx(exact["occupied1"] - exact["blocked1"], rel=1e-6)
    assert 0 < found.blocked_beds[0] / exact["blocked1"] - 1 < most
    assert found.queue[0] < exact["queue1"]  # beds are blocked in bursts, which the formula does not see


def test_people_and_moves_balance():
    found = steady(EXTERNAL, ROUTING, STAY, BEDS, outside=OUTSIDE)
    assert found.stable.all()
    assert found.arrivals - found.arrivals @ ROUTING == pytest.approx(EXTERNAL, abs=1e-12)
    assert found.active == pytest.approx(found.arrivals * STAY, rel=1e-12)
    assert found.occupied == pytest.approx(found.active + found.blocked_beds, rel=1e-12)
    kept = ROUTING * (1 - np.eye(5)) * ~OUTSIDE
    assert found.blocked == pytest.approx(found.arrivals[:, None] * kept * found.wait, rel=1e-12)
    waiting = mmc(found.occupied, BEDS).queue  # everybody who waits, blocked or outside: Little's law
    assert found.blocked.sum(0) + found.queue == pytest.approx(waiting, rel=1e-8)
    assert found.wait[[0, 4]].tolist() == [0.0, 0.0]


def test_many_draws_at_once_are_as_each_alone():
    rng = np.random.default_rng(3)
    external = EXTERNAL * rng.uniform(0.7, 1.1, (50, 2, 5))
    stay = STAY * rng.uniform(0.9, 1.05, (50, 1, 5))
    there = steady(external, ROUTING, stay, BEDS, outside=OUTSIDE)
    assert there.stable.all()
    alone = steady(external[7, 1], ROUTING, stay[7, 0], BEDS, outside=OUTSIDE)
    assert alone.blocked == pytest.approx(there.blocked[7, 1], rel=1e-9)


def test_pools_add_up_and_recalls_wait_outside():
    one = steady(EXTERNAL, ROUTING, STAY, BEDS, outside=OUTSIDE)
    two = steady(EXTERNAL, ROUTING, STAY, BEDS, pools=2, outside=OUTSIDE)
    for part in ("external", "arrivals", "occupied", "active", "blocked", "queue"):
        assert getattr(two, part) == pytest.approx(2 * getattr(one, part), rel=1e-12)
    assert two.wait == pytest.approx(one.wait, rel=1e-12)
    inside = steady(EXTERNAL, ROUTING, STAY, BEDS)
    assert one.blocked[4].sum() == 0 < inside.blocked[4].sum()
    assert one.queue[1] > EXTERNAL[1] * one.wait[1]
    assert inside.queue[1] == pytest.approx(EXTERNAL[1] * inside.wait[1])


def test_longer_tails_of_stays_wait_longer():
    plain, long = (steady([8.0], [[0.0]], [2.0], [20], cv2=[cv2]) for cv2 in (1.0, 3.0))
    assert long.wait == pytest.approx(2 * plain.wait, rel=1e-12)
    assert long.occupied == pytest.approx(plain.occupied, rel=1e-12)


def test_without_limits_nobody_is_blocked_and_more_beds_never_block_more():
    free = steady(EXTERNAL, ROUTING, STAY, np.full(5, UNLIMITED), outside=OUTSIDE)
    assert free.blocked.sum() == free.queue.sum() == free.wait.sum() == 0
    beds = BEDS + np.arange(8)[:, None] * np.array([0, 0, 0, 1, 0])
    more = steady(EXTERNAL, ROUTING, STAY, beds, outside=OUTSIDE)
    assert (np.diff(more.blocked_beds.sum(-1)) < 0).all()
    assert (np.diff(more.queue, axis=0) <= 1e-9).all()


def test_a_full_tier_fills_those_that_feed_it_and_no_other():
    found = steady([[10, 0, 4], [10, 0, 1]], [[0, 0.5, 0], [0, 0, 0], [0, 0, 0.5]], [1.0, 1.0, 1.0], [20, 4, 20])
    assert found.stable.tolist() == [[False, False, True], [False, False, True]]
    assert found.wait[0, :2].tolist() == [math.inf, math.inf]
    assert found.occupied[0].tolist() == [20.0, 4.0, 8.0]


def test_tiers_that_wait_for_each_other_may_have_no_long_run():
    swap = [[0, 0.6], [0.6, 0]]
    assert steady([1.0, 1.0], swap, [2.0, 2.0], [20, 20]).stable.all()
    assert not steady([1.0, 1.0], swap, [2.0, 2.0], [6, 6]).stable.any()


def test_traffic_of_a_pathway():
    assert traffic([10, 0], [[0, 0.5], [0.2, 0]]) == pytest.approx([100 / 9, 50 / 9], rel=1e-12)
    assert traffic(np.ones((4, 5)), ROUTING).shape == (4, 5)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"routing": np.eye(5)}, "routing of high: nobody who is there ever leaves"),
        ({"routing": ROUTING + 0.5 * np.eye(5)[[1, 1, 1, 1, 1]]}, "routing of high: .* not probabilities"),
        ({"stay": STAY * [1, 1, -1, 1, 1]}, "stay of low: -2 is not a number above 0"),
        ({"external": [[2, 10, 5, 1, 0], [2, -3, 5, 1, 0]]}, r"arrivals from outside of medium in cell \(1,\): -3"),
        ({"beds": [0, 60, 45, -2, 9]}, "beds of step_down: -2 is not a whole number at or above 0"),
        ({"routing": [0.5, 0.5]}, "is not tiers x tiers"),
    ],
)
def test_what_has_no_sense_is_refused_by_name(change, told):
    given = {"external": EXTERNAL, "routing": ROUTING, "stay": STAY, "beds": BEDS} | change
    with pytest.raises(ValueError, match=told):
        steady(**given)


def test_k9_a_tier_without_limit_on_its_way():
    stay, arrivals, census, times = Stay(0.6, 5.0, 0.3), 12.0, 9, np.array([0.0, 0.5, 2.0, 10.0])
    rng, runs = np.random.default_rng(5), 20_000
    counts = np.zeros((runs, len(times)))
    long = rng.random((runs, census)) < stay.weight_long
    remain = rng.exponential(np.where(long, stay.long, stay.short))
    new = rng.poisson(arrivals * times[-1], runs)
    who = np.repeat(np.arange(runs), new)
    came = rng.uniform(0, times[-1], len(who))
    left = came + rng.exponential(np.where(rng.random(len(who)) < stay.share_long, stay.long, stay.short))
    for at, time in enumerate(times):
        counts[:, at] = (remain > time).sum(1) + np.bincount(who[(came <= time) & (left > time)], minlength=runs)
    found = transient(arrivals, stay, census, times)
    error = np.sqrt(found.variance / runs)
    assert (np.abs(counts.mean(0) - found.mean) <= 4 * error + 1e-12).all()
    assert (np.abs(counts.var(0) - found.variance) <= 4 * found.variance * np.sqrt(3 / runs) + 1e-12).all()


def test_a_tier_in_balance_stays_there():
    stay = Stay(0.6, 5.0, 0.3)
    assert transient(12.0, stay, 12.0 * stay.mean, np.linspace(0, 10, 9)).mean == pytest.approx(12.0 * stay.mean)
    assert transient(12.0, stay, 0, 1e6).variance == pytest.approx(12.0 * stay.mean)


def test_people_drawn_follow_the_long_run():
    load, beds, draws = 9.0, 11, 200_000
    occupied, waiting = in_system(load, beds, np.random.default_rng(7), (draws,))
    assert ((waiting == 0) | (occupied == beds)).all()
    below = stats.poisson.pmf(np.arange(beds), load) / stats.poisson.cdf(beds - 1, load) * (1 - erlang_c(load, beds))
    queue = erlang_c(load, beds) * (1 - load / beds) * (load / beds) ** np.arange(60)
    expected = np.concatenate([below, queue])
    seen = np.bincount(occupied + waiting, minlength=len(expected))[: len(expected)] / draws
    assert (np.abs(seen - expected) <= 4.5 * np.sqrt(expected * (1 - expected) / draws) + 1e-5).all()


def test_people_drawn_at_the_edges():
    load, beds = np.array([0.0, 0.0, 30.0, 8.0]), np.array([0, 5, UNLIMITED, 12])
    occupied, waiting = in_system(load, beds, np.random.default_rng(8), (20_000, 4))
    assert occupied[:, :2].sum() == waiting[:, :3].sum() == 0
    assert abs(occupied[:, 2].mean() - 30) < 4 * math.sqrt(30 / 20_000)
    assert abs(occupied[:, 2].var() - 30) < 4 * 30 * math.sqrt(2.1 / 20_000)
    more, longer = in_system(load + 0.5 * (load > 0), beds, np.random.default_rng(8), (20_000, 4))
    assert (more + longer >= occupied + waiting).all()
    with pytest.raises(ValueError, match="a load of 5 needs more than 5 beds"):
        in_system([1.0, 5.0], 5, np.random.default_rng(8))
