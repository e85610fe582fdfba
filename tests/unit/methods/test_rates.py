"""Intervals of counts and proportions: shapes, edges and refusals."""

import numpy as np
import pytest

from needs.methods.rates import (
    byar_interval,
    critical_value,
    exact_interval,
    nonnegative,
    poisson_interval,
    wilson_interval,
)


@pytest.mark.parametrize("interval", [byar_interval, exact_interval, poisson_interval])
@pytest.mark.parametrize("bad", [-1, np.nan, np.inf])
def test_a_count_that_cannot_be_is_refused_with_its_place(interval, bad):
    with pytest.raises(ValueError, match=rf"at or above 0, got {bad:g} at \[1\]"):
        interval([3, bad, 4])


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, np.nan])
def test_a_level_is_between_zero_and_one(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        critical_value(level)


def test_only_the_first_few_places_are_named():
    with pytest.raises(ValueError, match=r"-1 at \[4\] and 3 more"):
        nonnegative(np.full(8, -1), "counts")


@pytest.mark.parametrize("interval", [byar_interval, exact_interval, poisson_interval])
def test_an_interval_has_the_shape_of_its_counts(interval):
    assert [end.shape for end in interval(np.full((2, 3), 20))] == [(2, 3), (2, 3)]
    assert [end.shape for end in interval(20)] == [(), ()]


def test_a_lower_byar_limit_below_zero_is_missing():
    lower, upper = byar_interval([0, 1, 2], 0.998)
    assert np.isnan(lower).tolist() == [True, True, False]
    assert (upper > [0, 1, 2]).all()


def test_no_people_have_no_proportion():
    assert np.isnan(wilson_interval(0, 0)).all()


def test_none_and_all_end_exactly_at_zero_and_one():
    lower, upper = wilson_interval([0, 7], [7, 7])
    assert (lower[0], upper[1]) == (0, 1)
    assert 0 < upper[0] < 1
    assert 0 < lower[1] < 1


def test_more_events_than_people_are_refused():
    with pytest.raises(ValueError, match=r"more events than people at \[1\]: 3 of 2"):
        wilson_interval([1, 3], 2)
