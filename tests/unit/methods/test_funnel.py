"""Funnel limits: edges, widening and refusals."""

import numpy as np
import pytest

from needs.methods.funnel import overdispersion, proportion_limits, ratio_limits


def test_nothing_expected_has_no_limits_and_little_expected_no_lower_one():
    lower, upper = ratio_limits([0, 3.6, 3.8])
    assert np.isnan([lower[0], upper[0]]).all()
    assert lower[1] == 0
    assert 0 < lower[2] < 0.05
    assert upper[1] > 2


def test_limits_close_in_on_one_and_open_with_the_level():
    expected = np.geomspace(5, 1e5, 50)
    lower, upper = ratio_limits(expected)
    wide_lower, wide_upper = ratio_limits(expected, 0.998)
    assert (np.diff(lower) > 0).all()
    assert (np.diff(upper) < 0).all()
    assert (wide_lower < lower).all()
    assert (wide_upper > upper).all()


def test_overdispersion_stretches_the_square_root_and_never_narrows():
    plain, narrow, wide = (ratio_limits([100.0], phi=phi) for phi in (1, 0.5, 4))
    assert narrow[0] == plain[0]
    assert narrow[1] == plain[1]
    for end in (0, 1):
        assert np.sqrt(wide[end]) - 1 == pytest.approx(2 * (np.sqrt(plain[end]) - 1))
    assert ratio_limits([100.0], tau2=3 / 400)[1] == pytest.approx(wide[1])
    assert ratio_limits([5.0], phi=100)[0] == 0


@pytest.mark.parametrize(
    ("given", "match"),
    [({"phi": 2, "tau2": 0.1}, "give one"), ({"phi": np.nan}, "phi"), ({"tau2": -1}, "tau2"), ({"level": 1}, "level")],
)
def test_measures_that_cannot_be_are_refused(given, match):
    with pytest.raises(ValueError, match=match):
        ratio_limits([10], **given)


def test_shares_stay_within_zero_and_one():
    lower, upper = proportion_limits(0.02, [10, 0])
    assert lower[0] == 0
    assert proportion_limits(0.98, [10])[1] == 1
    assert np.isnan([lower[1], upper[1]]).all()


@pytest.mark.parametrize("target", [-0.1, 1.1, np.nan])
def test_a_target_is_a_share(target):
    with pytest.raises(ValueError, match="from 0 to 1"):
        proportion_limits(target, [10])


def test_an_outlier_is_spared_from_ten_areas_on():
    """z of 0 and one of 10: with nine areas it counts in full, with ten it is drawn in to 0."""
    assert overdispersion([225] + [100] * 8, [100] * 9).phi == pytest.approx(100 / 9)
    assert overdispersion([225] + [100] * 9, [100] * 10).phi == 0


def test_areas_alike_have_no_variance_between_them():
    assert overdispersion([10, 20, 30], [10, 20, 30]).tau2 == 0


@pytest.mark.parametrize(
    ("observed", "expected", "match"),
    [([5], [5], "two or more"), ([5, 6], [5], "two or more"), ([5, 6], [5, 0], "area 1 expects no events")],
)
def test_areas_without_a_spread_are_refused(observed, expected, match):
    with pytest.raises(ValueError, match=match):
        overdispersion(observed, expected)
