"""What must hold of intervals, standardised rates, funnels, slopes and shrinkage, whatever the data."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from needs.methods.funnel import overdispersion, ratio_limits
from needs.methods.inequality import slope_index
from needs.methods.rates import byar_interval, exact_interval, poisson_interval, wilson_interval
from needs.methods.shrinkage import shrink
from needs.methods.standardise import (
    directly_standardised_rate,
    directly_standardised_rate_repeated,
    indirectly_standardised_ratio,
)

levels = st.sampled_from([0.5, 0.8, 0.95, 0.998])
counts = st.integers(0, 100_000)


def grid(low, high, shape=(3, 4)):
    return arrays(np.int64, shape, elements=st.integers(low, high)).map(lambda a: a.astype(float))


@given(count=counts, level=levels, interval=st.sampled_from([byar_interval, exact_interval, poisson_interval]))
def test_an_interval_holds_its_count(count, level, interval):
    lower, upper = interval(count, level)
    assert count < upper
    assert np.isnan(lower) or 0 <= lower <= count
    assert interval is not poisson_interval or not np.isnan(lower)


@given(people=st.integers(1, 10_000), data=st.data(), level=levels)
def test_a_proportion_lies_in_its_interval(people, data, level):
    events = data.draw(st.integers(0, people))
    lower, upper = wilson_interval(events, people, level)
    assert 0 <= lower <= events / people + 1e-12
    assert events / people - 1e-12 <= upper <= 1


@given(count=st.integers(1, 10_000), times=st.integers(2, 50), level=levels)
def test_intervals_widen_as_evidence_weakens(count, times, level):
    """The same rate from fewer events has a wider interval, relative to the rate."""
    for interval in (exact_interval, poisson_interval):
        few, many = interval(count, level), interval(count * times, level)
        assert (few[1] - few[0]) / count > (many[1] - many[0]) / (count * times)
    few, many = wilson_interval(count, 2 * count, level), wilson_interval(times * count, 2 * times * count, level)
    assert few[1] - few[0] > many[1] - many[0]


@given(count=counts)
def test_a_higher_level_is_wider(count):
    near, far = exact_interval(count, 0.8), exact_interval(count, 0.998)
    assert far[0] <= near[0]
    assert near[1] < far[1]


@given(events=grid(0, 50), people=grid(1, 5000), standard=grid(1, 1000, (4,)), order=st.permutations(range(3)))
def test_the_order_of_areas_and_strata_does_not_matter(events, people, standard, order):
    rate = directly_standardised_rate(events, people, standard)
    other = directly_standardised_rate(events[order][:, ::-1], people[order][:, ::-1], standard[::-1])
    ratio, turned = (
        indirectly_standardised_ratio(e.sum(1), n, standard, standard * 9)
        for e, n in ((events, people), (events[order], people[order]))
    )
    for name in ("value", "lower", "upper"):
        np.testing.assert_allclose(getattr(other, name), getattr(rate, name)[order], rtol=1e-9)
        np.testing.assert_allclose(getattr(turned, name), getattr(ratio, name)[order], rtol=1e-9)


@given(events=grid(0, 50), people=grid(1, 5000), standard=grid(1, 1000, (4,)))
def test_a_standardised_rate_lies_between_its_strata_and_in_its_interval(events, people, standard):
    rate = directly_standardised_rate(events, people, standard, per=1)
    by_stratum = events / people
    assert (by_stratum.min(1) - 1e-12 <= rate.value).all()
    assert (rate.value <= by_stratum.max(1) + 1e-12).all()
    known = events.sum(1) >= 10
    assert (np.isfinite(rate.lower) == known).all()
    assert (rate.lower[known] < rate.value[known]).all()
    assert (rate.value[known] < rate.upper[known]).all()


@given(events=grid(0, 50), people=grid(1, 5000), standard=grid(1, 1000, (4,)))
def test_repeated_events_reduce_to_independent_ones(events, people, standard):
    plain = directly_standardised_rate(events, people, standard)
    once = directly_standardised_rate_repeated(np.stack([events, 0 * events, 0 * events], -1), people, standard)
    for name in ("value", "lower", "upper"):
        np.testing.assert_allclose(getattr(once, name), getattr(plain, name), rtol=1e-12)


@given(events=grid(0, 50, (3, 1)), people=grid(1, 5000, (3, 1)), weight=st.floats(0.1, 1e6))
def test_one_stratum_is_the_crude_rate(events, people, weight):
    rate = directly_standardised_rate(events, people, [weight], per=1)
    np.testing.assert_allclose(rate.value, (events / people)[:, 0], rtol=1e-12)
    np.testing.assert_allclose(
        rate.upper, np.where(events < 10, np.nan, byar_interval(events)[1] / people)[:, 0], rtol=1e-9
    )


@given(events=grid(0, 50), people=grid(1, 5000))
def test_areas_at_their_own_rates_expect_what_they_observe(events, people):
    """Indirect standardisation to all areas together: expected events add up to those observed."""
    totals = events.sum(0) + 1, people.sum(0)
    ratio = indirectly_standardised_ratio(events.sum(1) + 1, people, *totals)
    expected = (events.sum(1) + 1) / ratio.value
    assert expected.sum() == pytest.approx(totals[0].sum(), rel=1e-9)


@given(expected=st.floats(0.01, 1e6), level=levels, phi=st.floats(0, 20))
def test_funnel_limits_hold_one_and_never_narrow(expected, level, phi):
    lower, upper = ratio_limits(expected, level, phi=phi)
    plain_lower, plain_upper = ratio_limits(expected, level)
    assert 0 <= lower <= plain_lower < 1 < plain_upper <= upper


@given(z=arrays(float, 12, elements=st.floats(-10, 10)), order=st.permutations(range(12)))
def test_overdispersion_does_not_mind_order_or_one_wild_area(z, order):
    expected = np.full(12, 900.0)
    observed = (30 + z / 2) ** 2
    found, turned = overdispersion(observed, expected), overdispersion(observed[order], expected)
    assert found.phi == pytest.approx(turned.phi)
    wild = observed.copy()
    wild[np.argmax(z)] *= 100
    assert overdispersion(wild, expected).phi == pytest.approx(found.phi)


@given(rate=grid(1, 100, (5,)), people=grid(1, 1000, (5,)), shift=st.floats(-50, 50), scale=st.floats(0.1, 10))
def test_a_slope_follows_shift_and_scale(rate, people, shift, scale):
    error = np.sqrt(rate)
    here, there = slope_index(people, rate, error), slope_index(people, shift + scale * rate, scale * error)
    for name in ("sii", "sii_lower", "sii_upper"):
        assert getattr(there, name) == pytest.approx(scale * getattr(here, name), rel=1e-6, abs=1e-6)
    assert here.sii_lower < here.sii < here.sii_upper
    assert np.isnan(here.rii) or here.rii_lower < here.rii < here.rii_upper


@given(
    expected=arrays(float, 5, elements=st.floats(0.5, 500)),
    ratio=arrays(float, 5, elements=st.floats(0, 3)),
    order=st.permutations(range(5)),
)
def test_shrinkage_draws_towards_one_and_does_not_mind_order(expected, ratio, order):
    observed = np.round(expected * ratio)
    found = shrink(observed, expected, points=50)
    own = observed / expected
    assert (np.abs(found.ratio - 1) <= np.abs(own - 1) + 1e-9).all()
    assert ((found.ratio - 1) * (own - 1) >= -1e-9).all()
    assert (found.lower < found.ratio).all()
    assert (found.ratio < found.upper).all()
    assert ((found.weight > 0) & (found.weight < 1)).all()
    assert (np.diff(found.weight[np.argsort(expected)]) >= -1e-12).all()
    turned = shrink(observed[order], expected[order], points=50)
    np.testing.assert_allclose(turned.ratio, found.ratio[order], rtol=1e-9)
    np.testing.assert_allclose(turned.upper, found.upper[order], rtol=1e-7)
