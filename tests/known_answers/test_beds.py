"""K5: Erlang B and C, and the beds table, against published and closed-form numbers."""

import math

import pytest
from known_answers.chains import two_tier

from needs.methods.beds import beds_by_flat_rule, beds_for_wait, erlang_b, erlang_c, required


@pytest.mark.parametrize(("beds", "load"), [(10, 4.461), (15, 8.108), (20, 12.03), (50, 37.90), (100, 84.06)])
def test_offered_load_at_one_percent_loss(beds, load):
    assert erlang_b(load, beds) == pytest.approx(0.01, abs=6e-5)


@pytest.mark.parametrize(("load", "beds"), [(0.7, 1), (3.0, 4), (8.0, 12), (40.0, 52)])
def test_erlang_b_and_c_equal_their_sums(load, beds):
    terms = [load**k / math.factorial(k) for k in range(beds + 1)]
    assert erlang_b(load, beds) == pytest.approx(terms[-1] / sum(terms), rel=1e-12)
    waiting = terms[-1] * beds / (beds - load)
    assert erlang_c(load, beds) == pytest.approx(waiting / (sum(terms[:-1]) + waiting), rel=1e-12)


def test_one_bed_waits_as_often_as_it_is_full():
    assert erlang_c(0.37, 1) == pytest.approx(0.37, rel=1e-12)


@pytest.mark.parametrize(
    ("load", "beds", "flat", "wait"),
    [(5, 10, 6, 0.59), (10, 17, 12, 0.45), (20, 29, 24, 0.30), (40, 52, 48, 0.16), (60, 75, 71, 0.11), (100, 119, 118, 0.05),
     (150, 173, 177, 0.02)],
)  # fmt: skip
def test_beds_for_five_percent_waiting_beside_the_flat_rule(load, beds, flat, wait):
    assert beds_for_wait(load, 0.05) == beds
    assert beds_by_flat_rule(load) == flat
    assert erlang_c(load, flat) == pytest.approx(wait, abs=0.006)


def test_more_people_than_beds_wait_for_certain():
    assert erlang_c(10, 10) == 1.0
    assert erlang_c(0, 0) == 1.0
    assert erlang_c(0, 3) == 0.0
    assert beds_for_wait(0, 0.05) == 0


@pytest.mark.parametrize(("load", "probability"), [(-1, 0.05), (5, 0), (5, 1), (math.inf, 0.05), (math.nan, 0.05)])
def test_questions_without_an_answer_are_refused(load, probability):
    with pytest.raises(ValueError, match="have no answer"):
        beds_for_wait(load, probability)


@pytest.mark.parametrize(
    ("load", "occupancy"), [(5, 0.50), (10, 0.59), (20, 0.69), (40, 0.77), (60, 0.80), (100, 0.84), (150, 0.87)]
)
def test_occupancy_is_what_size_makes_of_it(load, occupancy):
    assert required(load, 0.05).occupancy == pytest.approx(occupancy, abs=0.005)


@pytest.mark.parametrize(("load", "beds", "room"), [(3.0, 4, 6), (6.0, 4, 5), (8.0, 8, 12), (2.5, 5, 0)])
def test_beds_with_a_short_queue_equal_their_closed_form(load, beds, room):
    """M/M/c/K: ``p_n = p_0 a^n / n!`` up to c, then ``p_c rho^(n-c)`` up to K."""
    weights = [load**n / math.factorial(n) for n in range(beds + 1)]
    weights += [weights[beds] * (load / beds) ** k for k in range(1, room + 1)]
    exact = two_tier(load, 1.0, 1.0, beds, 1, 0.0, room)
    assert exact["full"] == pytest.approx(weights[-1] / sum(weights), rel=1e-8)
    assert exact["occupied1"] == pytest.approx(load * (1 - exact["full"]), rel=1e-8)
    waiting = sum(k * weight for k, weight in enumerate(weights[beds:]))
    assert exact["queue1"] == pytest.approx(waiting / sum(weights), rel=1e-8, abs=1e-12)
    if room == 0:
        assert exact["full"] == pytest.approx(erlang_b(load, beds), rel=1e-8)


def test_a_long_queue_waits_as_erlang_says():
    load, beds, room = 8.0, 10, 150
    exact = two_tier(load, 1.0, 1.0, beds, 1, 0.0, room)
    assert exact["queue1"] == pytest.approx(erlang_c(load, beds) * load / (beds - load), rel=1e-8)
