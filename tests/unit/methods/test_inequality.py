"""Slope and relative index: direction, areas together, and refusals."""

import numpy as np
import pytest

from needs.methods.inequality import slope_index

PEOPLE, ERROR = np.full(5, 100), np.ones(5)


def test_more_among_the_most_deprived_is_above_zero_and_above_one():
    up, down = slope_index(PEOPLE, [1, 2, 3, 4, 5], ERROR), slope_index(PEOPLE, [5, 4, 3, 2, 1], ERROR)
    assert up.sii == pytest.approx(-down.sii)
    assert up.sii > 0
    assert up.rii == pytest.approx(1 / down.rii)
    assert up.rii > 1


def test_areas_together_equal_areas_alone():
    rng = np.random.default_rng(1)
    people, rate, error = rng.uniform(50, 100, (3, 6)), rng.uniform(20, 30, (3, 6)), rng.uniform(1, 2, (3, 6))
    together = slope_index(people, rate, error)
    for area in range(3):
        alone = slope_index(people[area], rate[area], error[area])
        for name, value in vars(alone).items():
            assert getattr(together, name)[area] == pytest.approx(float(value), rel=1e-12)


def test_a_line_below_zero_has_a_slope_but_no_ratio():
    found = slope_index([PEOPLE] * 2, [[0, 0, 1, 5, 9], [1, 2, 3, 4, 5]], [ERROR] * 2)
    assert found.sii[0] > 0
    assert np.isnan([found.rii, found.rii_lower, found.rii_upper])[:, 0].all()
    assert np.isfinite([found.rii, found.rii_lower, found.rii_upper])[:, 1].all()


@pytest.mark.parametrize(
    ("people", "rate", "error", "match"),
    [
        ([1] * 4, [1] * 4, [1] * 4, "4 groups are too few"),
        ([1] * 5, [1] * 6, [1] * 5, "differ in shape"),
        (1, 1, 1, "differ in shape"),
        ([1, 1, 0, 1, 1], [1] * 5, [1] * 5, r"no people, at \[2\]"),
        ([1] * 5, [1, 1, 1, np.nan, 1], [1] * 5, r"not finite, at \[3\]"),
        ([1] * 5, [1] * 5, [1, 1, -1, 1, 1], "standard errors"),
    ],
)
def test_groups_without_a_slope_are_refused(people, rate, error, match):
    with pytest.raises(ValueError, match=match):
        slope_index(people, rate, error)
