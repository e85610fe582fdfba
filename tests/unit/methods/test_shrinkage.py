"""Shrinkage: what it does to large and small areas, and what it refuses."""

import numpy as np
import pytest

from needs.methods.shrinkage import empirical_bayes, marshall_moments, own_weight, shrink, small_sample_table


def test_a_regions_total_barely_moves_and_a_small_stratum_moves_a_lot():
    expected = np.array([600.0, 600, 600, 600, 600, 600, 600, 5])
    observed = np.round(expected * [1.3, 0.7, 1.2, 0.8, 1.1, 0.9, 1, 2])
    found = shrink(observed, expected)
    moved = np.abs(found.ratio - observed / expected) / np.abs(observed / expected - 1)[[0, 1, 2, 3, 4, 5, 0, 7]]
    assert (moved[:6] < 0.1).all()
    assert moved[7] > 0.5
    assert found.weight[0] > 0.95
    assert found.weight[7] < 0.5
    assert found.weight + found.prior_share == pytest.approx(1)


def test_an_area_that_expects_nothing_gets_the_prior_alone():
    found = shrink([12, 9, 0], [10, 10, 0])
    assert (found.ratio[2], found.prior_share[2]) == (pytest.approx(1), 1)
    assert found.lower[2] < 1 < found.upper[2]


def test_one_area_alone_has_an_answer_that_is_mostly_prior():
    found = shrink([4], [2])
    assert 1 < found.ratio[0] < 1.3
    assert found.prior_share[0] > 0.7


def test_the_grid_is_fine_enough():
    expected = np.geomspace(5, 600, 12)
    observed = np.round(expected * np.linspace(0.7, 1.4, 12))
    usual, fine = shrink(observed, expected), shrink(observed, expected, points=4000)
    for name in ("ratio", "lower", "upper"):
        np.testing.assert_allclose(getattr(usual, name), getattr(fine, name), rtol=1e-4)
    assert usual.tau == pytest.approx(fine.tau, rel=1e-3)


def test_very_many_events_leave_the_areas_own_ratio():
    found = shrink([1_300_000, 700_000], [1e6, 1e6])
    assert found.ratio == pytest.approx([1.3, 0.7], rel=1e-4)
    assert found.lower == pytest.approx([1.3 - 1.96 * 1.3e3**0.5 / 31.6e3, 0.7 - 1.96 * 0.7e3**0.5 / 31.6e3], rel=1e-3)


@pytest.mark.parametrize("method", [empirical_bayes, marshall_moments])
def test_areas_that_differ_no_more_than_chance_all_get_the_mean(method):
    found = method([10, 11, 9, 12], [10, 10, 10, 12])
    assert (found.variance, found.nu, found.alpha) == (0, np.inf, np.inf)
    assert found.ratio == pytest.approx(1)
    assert found.weight == pytest.approx(0)


def test_both_estimates_agree_where_there_are_many_areas():
    rng = np.random.default_rng(3)
    expected = rng.uniform(20, 60, 5000)
    observed = rng.poisson(expected * rng.gamma(16, 1 / 16, 5000))
    for found in (empirical_bayes(observed, expected), marshall_moments(observed, expected)):
        assert found.mean == pytest.approx(1, abs=0.02)
        assert found.variance == pytest.approx(1 / 16, rel=0.1)


@pytest.mark.parametrize(
    ("observed", "expected", "match"),
    [
        ([1, 2], [1], "one number for each area"),
        ([], [], "one number for each area"),
        ([1, 2], [1, 0], "area 1 has 2 events where none are expected"),
        ([1, -2], [1, 1], "observed events"),
    ],
)
@pytest.mark.parametrize("method", [shrink, empirical_bayes, marshall_moments])
def test_areas_that_cannot_be_are_refused(method, observed, expected, match):
    with pytest.raises(ValueError, match=match):
        method(observed, expected)


@pytest.mark.parametrize(
    ("observed", "expected", "match"), [([1, 0], [1, 0], "expects no"), ([0, 0], [1, 1], "no events")]
)
@pytest.mark.parametrize("method", [empirical_bayes, marshall_moments])
def test_estimates_need_events_to_go_by(method, observed, expected, match):
    with pytest.raises(ValueError, match=match):
        method(observed, expected)


@pytest.mark.parametrize("grid", [{"points": 0}, {"prior_sd": 0}, {"prior_sd": np.inf}])
def test_a_grid_that_says_nothing_is_refused(grid):
    with pytest.raises(ValueError, match="says nothing"):
        shrink([1], [1], **grid)


def test_weights_of_nothing():
    assert own_weight([0, 10], [0.3, 0]).tolist() == [0, 0]


def test_two_areas_always_lie_on_a_line():
    with pytest.raises(ValueError, match="3 or more"):
        small_sample_table([10, 2])
