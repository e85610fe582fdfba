"""What must hold of demand carried forward, whatever the numbers are."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needs.methods.growth import damped_trend, paths, prison_factor, yearly_growth
from needs.methods.projection import demand_by_year, project

CELLS = pd.MultiIndex.from_product([["male", "female"], ["18_24", "25_44", "45_plus"]])
YEARS = np.arange(13)
DRAWS = 400
Z = np.random.default_rng(11).normal(size=(3, DRAWS))

rates = st.lists(st.floats(-0.05, 0.05), min_size=6, max_size=6).map(lambda r: pd.Series(r, CELLS))
rising = st.lists(st.floats(0.001, 0.05), min_size=6, max_size=6).map(lambda r: pd.Series(r, CELLS))
parts = st.lists(st.floats(0.01, 1), min_size=6, max_size=6).map(lambda w: pd.Series(w, CELLS) / sum(w))
means = st.floats(0.5, 2000)


@st.composite
def prisons(draw):
    low, central, high = sorted(draw(st.lists(st.floats(50_000, 150_000), min_size=3, max_size=3)))
    return draw(st.floats(50_000, 150_000)), low, central, high, draw(st.floats(0.5, 12))


def width(draws):
    """Relative width of the middle 95% of the draws in each year."""
    lower, upper = np.quantile(draws, [0.025, 0.975], axis=0)
    return np.log(upper / lower)


@given(mean=means, weights=parts)
def test_without_growth_and_drivers_demand_is_flat(mean, weights):
    flat = demand_by_year([mean] * DRAWS, weights, paths(CELLS, 0 * weights, YEARS, 0 * Z[0]))
    assert flat == pytest.approx(np.full((DRAWS, 13), mean))
    table = project([mean] * 13, flat, YEARS, np.random.default_rng(0))
    assert (table.iloc[:, 1:] == table.iloc[0, 1:]).all(axis=None)  # chance is the same in every year


@given(mean=means, weights=parts, growth=rates, share=st.floats(0, 1), prison=prisons(), change=st.floats(-0.4, 0.4))
def test_demand_starts_at_today(mean, weights, growth, share, prison, change):
    drawn = demand_by_year(
        mean * np.exp(Z[0]),
        weights,
        paths(CELLS, growth, YEARS, 0.005 * Z[1]),
        (np.full(DRAWS, share), prison_factor(*prison, YEARS, Z[2])),
        damped_trend(change, 0.8, 0.25, YEARS),
    )
    assert drawn[:, 0] == pytest.approx(mean * np.exp(Z[0]))
    assert (drawn > 0).all()


@given(
    weights=parts,
    cell=st.integers(0, 5),
    more=st.floats(1, 1e5),
    before=st.lists(st.floats(1e3, 1e6), min_size=6, max_size=6),
)
def test_people_who_are_added_never_lower_demand(weights, cell, more, before):
    earlier = pd.Series(before, CELLS)
    later = earlier * 1.01
    added = later.copy()
    added.iloc[cell] += more
    fewer, many = (
        demand_by_year([100], weights, paths(CELLS, yearly_growth(earlier, then), YEARS, [0]))[0]
        for then in (later, added)
    )
    assert (many >= fewer * (1 - 1e-12)).all()


@given(mean=means, weights=parts, growth=rates, order=st.permutations(range(6)))
def test_the_order_of_cells_does_not_matter(mean, weights, growth, order):
    first = demand_by_year([mean], weights, paths(weights.index, growth, YEARS, [0]))
    shuffled = weights.iloc[order]
    again = demand_by_year([mean], shuffled, paths(shuffled.index, growth, YEARS, [0]))
    assert again == pytest.approx(first, rel=1e-12)


@given(weights=parts, growth=rising, narrow=st.floats(0.05, 0.4), more=st.floats(0.1, 0.4))
def test_intervals_widen_with_the_horizon_and_with_the_spread(weights, growth, narrow, more):
    less, wide = (
        width(demand_by_year(np.ones(DRAWS), weights, paths(CELLS, growth, YEARS, 0.02 * spread * Z[0])))
        for spread in (narrow, narrow + more)
    )
    assert (np.diff(less) > 0).all()
    assert (wide[1:] > less[1:]).all()


@given(prison=prisons())
def test_what_is_not_known_of_prisons_grows_with_the_horizon(prison):
    assert (np.diff(width(prison_factor(*prison, YEARS, Z[0]))) >= -1e-12).all()


@given(change=st.floats(-0.49, 0.49), damping=st.floats(0, 0.99), cap=st.floats(0.01, 0.99))
def test_a_trend_stays_within_its_cap_and_never_turns(change, damping, cap):
    factors = damped_trend(change, damping, cap, np.arange(30))
    assert (abs(factors - 1) <= cap * (1 + 1e-12)).all()
    assert (np.sign(change) * np.diff(factors) >= -1e-12).all()
    assert factors[0] == 1


@given(mean=means, spread=st.floats(0.01, 0.6), growth=rates, weights=parts)
def test_intervals_hold_their_figure(mean, spread, growth, weights):
    drawn = demand_by_year(mean * np.exp(spread * Z[0]), weights, paths(CELLS, growth, YEARS, 0.005 * Z[1]))
    central = demand_by_year([mean], weights, paths(CELLS, growth, YEARS, [0]))[0]
    table = project(central, drawn, YEARS, np.random.default_rng(0))
    ends = ["patients_lower_95", "patients_lower_80", "patients", "patients_upper_80", "patients_upper_95"]
    assert (table[ends].diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert (table["mean_lower_95"] <= table["patients"]).all()
    assert (table["patients"] <= table["mean_upper_95"]).all()
