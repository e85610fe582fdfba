"""K1: intervals, standardised rates and the slope index against independent computations and cases worked by hand."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from scipy import stats
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from needs.methods.inequality import slope_index
from needs.methods.rates import byar_interval, exact_interval, poisson_interval, wilson_interval
from needs.methods.standardise import (
    directly_standardised_rate,
    directly_standardised_rate_repeated,
    indirectly_standardised_ratio,
)

LEVELS = pytest.mark.parametrize("level", [0.8, 0.95, 0.998])
COUNTS = np.array([1, 2, 5, 9, 10, 27, 300, 12_345])


def byar(count, level):
    """The published formula in Python's own arithmetic."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    lower = count * (1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3
    more = count + 1
    return lower, more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3


@LEVELS
def test_byar(level):
    lower, upper = byar_interval(COUNTS, level)
    for count, low, high in zip(COUNTS.tolist(), lower, upper, strict=True):
        want = byar(count, level)
        assert high == pytest.approx(want[1], rel=1e-9)
        assert math.isnan(low) if want[0] < 0 else low == pytest.approx(want[0], rel=1e-9)


@LEVELS
def test_exact_equals_statsmodels_and_chi_squared(level):
    counts = np.arange(0, 40)
    lower, upper = exact_interval(counts, level)
    np.testing.assert_allclose(upper, confint_poisson(counts, 1, method="exact-c", alpha=1 - level)[1], rtol=1e-9)
    np.testing.assert_allclose(
        lower[1:], confint_poisson(counts[1:], 1, method="exact-c", alpha=1 - level)[0], rtol=1e-9
    )
    np.testing.assert_allclose(lower[1:], stats.chi2.ppf((1 - level) / 2, 2 * counts[1:]) / 2, rtol=1e-9)
    assert lower[0] == 0


def test_a_count_is_exact_below_ten_and_byar_from_ten():
    counts = np.arange(0, 20)
    for got, exact, approximate in zip(
        poisson_interval(counts), exact_interval(counts), byar_interval(counts), strict=True
    ):
        assert got[:10].tolist() == exact[:10].tolist()
        assert got[10:].tolist() == approximate[10:].tolist()


@LEVELS
def test_wilson_equals_statsmodels(level):
    events, people = np.array([0, 1, 7, 50, 99, 100, 3]), np.array([10, 10, 70, 100, 100, 100, 1000])
    want = proportion_confint(events, people, alpha=1 - level, method="wilson")
    np.testing.assert_allclose(wilson_interval(events, people, level), want, rtol=1e-9, atol=1e-12)


def test_a_direct_rate_of_two_strata_worked_by_hand():
    """20 of 1,000 and 30 of 500 with weights 3 and 1: R = (3 x 0.02 + 0.06)/4, V = (9 x 20/1e6 + 30/25e4)/16."""
    rate = directly_standardised_rate([[20, 30]], [[1000, 500]], [3000, 1000])
    variance = (9 * 20 / 1000**2 + 30 / 500**2) / 16
    lower, upper = byar(50, 0.95)
    assert rate.value[0] == pytest.approx(3000, rel=1e-12)
    assert rate.lower[0] == pytest.approx(1e5 * (0.03 + math.sqrt(variance / 50) * (lower - 50)), rel=1e-9)
    assert rate.upper[0] == pytest.approx(1e5 * (0.03 + math.sqrt(variance / 50) * (upper - 50)), rel=1e-9)


def test_a_direct_rate_of_repeated_events_worked_by_hand():
    """One stratum of 100 people: 6 with one event, 3 with two, 1 with three; T = 15, sum f^2 x = 27."""
    rate = directly_standardised_rate_repeated([[[6, 3, 1]]], [[100]], [1], per=100)
    upper = byar(15, 0.95)[1]
    assert rate.value[0] == pytest.approx(15, rel=1e-12)
    assert rate.upper[0] == pytest.approx(15 + math.sqrt(27 / 15) * (upper - 15), rel=1e-9)


def test_an_indirect_ratio_worked_by_hand():
    """Reference rates 1% and 4% on 1,000 and 250 people expect 20; 30 are observed."""
    ratio = indirectly_standardised_ratio([30], [[1000, 250]], [50, 80], [5000, 2000])
    assert ratio.value[0] == pytest.approx(1.5, rel=1e-12)
    assert (ratio.lower[0], ratio.upper[0]) == pytest.approx([end / 20 for end in byar(30, 0.95)], rel=1e-9)


def test_a_slope_equals_weighted_least_squares():
    people, rate, error = (
        np.array([90, 120, 100, 80, 130.0]),
        np.array([11, 14, 13, 19, 24.0]),
        np.array([1, 2, 1, 3, 2.0]),
    )
    rank = (people.cumsum() - people / 2) / people.sum()
    design = np.column_stack([np.ones(5), rank])
    alpha, beta = WLS(rate, design, weights=people).fit().params
    found = slope_index(people, rate, error)
    assert found.sii == pytest.approx(beta, rel=1e-9)
    assert found.rii == pytest.approx((alpha + beta) / alpha, rel=1e-9)
    moved = [WLS(rate + error * row, design, weights=people).fit().params[1] - beta for row in np.eye(5)]
    assert (found.sii_upper - found.sii) / 1.959963984540054 == pytest.approx(
        math.sqrt(np.square(moved).sum()), rel=1e-9
    )


def test_linear_data_give_back_their_line():
    people = np.array([5.0, 1, 2, 9, 4, 3])
    rank = (people.cumsum() - people / 2) / people.sum()
    found = slope_index(people, 20 + 60 * rank, np.full(6, 0.5))
    assert (found.sii, found.rii) == (pytest.approx(60, rel=1e-9), pytest.approx(4, rel=1e-9))


def test_the_analytic_intervals_agree_with_a_simulation():
    people, rate, error = (
        np.array([90, 120, 100, 80, 130.0]),
        np.array([31, 35, 38, 44, 52.0]),
        np.array([1, 2, 1, 3, 2.0]),
    )
    draws = rate + error * np.random.default_rng(2).standard_normal((100_000, 5))
    shape = (100_000, 5)
    simulated = slope_index(np.broadcast_to(people, shape), draws, np.broadcast_to(error, shape))
    found = slope_index(people, rate, error)
    for name in ("sii", "rii"):
        ends = np.quantile(getattr(simulated, name), [0.025, 0.975])
        width = getattr(found, f"{name}_upper") - getattr(found, f"{name}_lower")
        assert width == pytest.approx(ends[1] - ends[0], rel=0.05)
        assert getattr(found, f"{name}_lower") == pytest.approx(ends[0], rel=0.05)
