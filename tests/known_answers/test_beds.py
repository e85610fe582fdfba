"""K5: Erlang B and C, and the beds table, against published and closed-form numbers."""

import math

import pytest

from needs.methods.beds import beds_by_flat_rule, beds_for_wait, erlang_b, erlang_c


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
