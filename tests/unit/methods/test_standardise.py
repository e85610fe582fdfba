"""Standardised rates: what is missing, and what is refused."""

import numpy as np
import pytest

from needs.methods.standardise import (
    directly_standardised_rate,
    directly_standardised_rate_repeated,
    expected_events,
    indirectly_standardised_ratio,
)


def test_fewer_than_ten_events_have_a_rate_but_no_interval():
    rate = directly_standardised_rate([[4, 5], [5, 5]], np.full((2, 2), 100), [1, 1], per=1)
    assert rate.value == pytest.approx([0.045, 0.05])
    assert np.isnan([rate.lower, rate.upper]).tolist() == [[True, False], [True, False]]


def test_a_cell_without_people_is_refused_by_area_and_stratum():
    with pytest.raises(ValueError, match=r"no people.*area 1, stratum 0: 3 events; area 1, stratum 1: 0 events"):
        directly_standardised_rate([[20, 20], [3, 0]], [[100, 100], [0, 0]], [1, 1])


def test_a_stratum_of_no_weight_may_be_empty_but_not_have_events_without_people():
    full = directly_standardised_rate([[20, 30]], [[100, 200]], [1, 2])
    more = directly_standardised_rate([[20, 0, 30]], [[100, 0, 200]], [1, 0, 2])
    counted = directly_standardised_rate([[20, 9, 30]], [[100, 50, 200]], [1, 0, 2])
    assert full.value == more.value == counted.value
    assert full.upper == more.upper == counted.upper
    with pytest.raises(ValueError, match="area 0, stratum 1: 4 events"):
        directly_standardised_rate([[20, 4, 30]], [[100, 0, 200]], [1, 0, 2])


@pytest.mark.parametrize(
    ("events", "people", "standard", "match"),
    [
        ([[1, 2]], [[10, 10, 10]], [1, 1, 1], "not areas x strata"),
        ([[1, 2]], [[10, 10]], [1], "not areas x strata"),
        ([[1, 2]], [[10, 10]], [0, 0], "no people"),
        ([[1, 2]], [[10, 10]], [1, -1], "standard weights"),
        ([[1, -2]], [[10, 10]], [1, 1], "events"),
    ],
)
def test_tables_that_do_not_fit_are_refused(events, people, standard, match):
    with pytest.raises(ValueError, match=match):
        directly_standardised_rate(events, people, standard)


def test_repeated_events_of_one_person_widen_the_interval():
    people, standard = [[1000, 500]], [2, 1]
    independent = directly_standardised_rate([[30, 30]], people, standard)
    repeated = directly_standardised_rate_repeated([[[10, 10], [10, 10]]], people, standard)
    assert repeated.value == pytest.approx(independent.value)
    widths = [float((rate.upper - rate.lower)[0]) for rate in (independent, repeated)]
    assert widths[1] / widths[0] == pytest.approx(np.sqrt(50 / 30))


def test_an_empty_reference_matters_only_where_people_live():
    assert expected_events([[100, 0], [100, 5]], [10, 0], [1000, 0]).tolist() == pytest.approx(
        [1.0, np.nan], nan_ok=True
    )


def test_nothing_expected_gives_missing_not_a_crash():
    ratio = indirectly_standardised_ratio([0, 3], [[0], [0]], [5], [100])
    assert np.isnan([ratio.value, ratio.lower, ratio.upper]).all()


@pytest.mark.parametrize("observed", [[1], [1, 2, 3]])
def test_an_observed_count_for_each_area(observed):
    with pytest.raises(ValueError, match="areas"):
        indirectly_standardised_ratio(observed, [[10], [20]], [5], [100])


def test_a_reference_of_other_strata_is_refused():
    with pytest.raises(ValueError, match="same strata"):
        expected_events([[10, 20]], [5], [100])
