"""K2: funnel limits by round trip; overdispersion is 1 for Poisson counts and known for others."""

import numpy as np
import pytest
from scipy import stats

from needs.methods.funnel import overdispersion, proportion_limits, ratio_limits
from needs.methods.rates import wilson_interval

LEVELS = pytest.mark.parametrize("level", [0.8, 0.95, 0.998])
EXPECTED = np.array([8.0, 20, 61.5, 118, 600, 30_000])


@LEVELS
def test_limits_of_a_ratio_come_back_through_the_gamma_quantile(level):
    lower, upper = ratio_limits(EXPECTED, level)
    tail = (1 - level) / 2
    np.testing.assert_allclose(stats.gamma.ppf(tail, upper * EXPECTED), EXPECTED, rtol=1e-9)
    np.testing.assert_allclose(stats.gamma.ppf(1 - tail, lower * EXPECTED + 1), EXPECTED, rtol=1e-9)


@pytest.mark.parametrize("count", [1, 4, 30])
def test_a_whole_count_on_a_limit_has_the_poisson_tail(count):
    high, low = stats.gamma.ppf(0.025, count), stats.gamma.ppf(0.975, count + 1)
    assert stats.poisson.sf(count - 1, high) == pytest.approx(0.025, rel=1e-9)
    assert stats.poisson.cdf(count, low) == pytest.approx(0.025, rel=1e-9)
    assert ratio_limits([high])[1][0] * high == pytest.approx(count, rel=1e-9)
    assert ratio_limits([low])[0][0] * low == pytest.approx(count, rel=1e-9)


@LEVELS
def test_limits_of_a_proportion_come_back_through_wilson(level):
    people = np.array([60, 250, 4000])
    lower, upper = proportion_limits(0.3, people, level)
    np.testing.assert_allclose(wilson_interval(upper * people, people, level)[0], 0.3, rtol=1e-9)
    np.testing.assert_allclose(wilson_interval(lower * people, people, level)[1], 0.3, rtol=1e-9)


def test_poisson_counts_have_an_overdispersion_of_one():
    expected = np.random.default_rng(3).uniform(200, 2000, 200_000)
    found = overdispersion(np.random.default_rng(4).poisson(expected), expected)
    assert found.phi == pytest.approx(1, abs=0.012)  # 4 standard errors, and the bias of a square root
    assert found.tau2 < 1e-5


def test_the_quantiles_of_a_normal_have_an_overdispersion_of_one():
    root = 50 + stats.norm.ppf((np.arange(1_000_000) + 0.5) / 1_000_000) / 2
    assert overdispersion(root**2, np.full(1_000_000, 2500.0)).phi == pytest.approx(1, abs=1e-5)


def test_negative_binomial_counts_have_the_overdispersion_they_were_given():
    """Variance 3 mu gives phi 3; ratios with a standard deviation of 0.2 give tau2 near 0.1^2."""
    rng = np.random.default_rng(5)
    expected = np.full(100_000, 900.0)
    trebled = rng.negative_binomial(450, 1 / 3, expected.size)
    assert overdispersion(trebled, expected).phi == pytest.approx(3, rel=0.02)
    spread = rng.poisson(expected * rng.gamma(25, 1 / 25, expected.size))
    assert overdispersion(spread, expected).tau2 == pytest.approx(0.01, rel=0.05)


def test_limits_widened_by_either_measure_hold_the_share_they_say():
    rng = np.random.default_rng(6)
    expected = rng.uniform(300, 900, 50_000)
    observed = rng.poisson(expected * rng.gamma(100, 1 / 100, expected.size))
    found = overdispersion(observed, expected)
    for widened in ({"phi": found.phi}, {"tau2": found.tau2}):
        lower, upper = ratio_limits(expected, 0.95, **widened)
        inside = ((lower <= observed / expected) & (observed / expected <= upper)).mean()
        assert inside == pytest.approx(0.95, abs=0.01)
    plain_lower, plain_upper = ratio_limits(expected)
    assert ((plain_lower <= observed / expected) & (observed / expected <= plain_upper)).mean() < 0.7
