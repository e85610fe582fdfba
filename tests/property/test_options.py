"""What must hold of every price and every change of beds."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from needs.methods.appraisal import break_even, cumulative, equivalent_annual, factors, present_value
from needs.methods.options import Weighed, ranked
from needs.methods.prices import made_up_prices
from needs.methods.spending import funded_beds, tier_spend

FEW = settings(max_examples=50, deadline=None)
beds = st.integers(0, 400)
rates = st.floats(0, 0.2)
flows = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


@FEW
@given(beds, beds, st.integers(1, 60))
def test_beds_paid_for_lie_between_beds_there_are_and_beds_there_were(today, after, ward):
    funded = float(funded_beds(today, after, ward))
    assert min(today, after) <= funded <= max(today, after)
    assert funded - after < ward or after >= today
    assert float(funded_beds(today, after)) == after


@FEW
@given(st.floats(0.05, 1), st.floats(0, 1), st.floats(1, 1e6), st.floats(1, 500))
def test_at_todays_occupancy_people_cost_what_a_year_costs(occupancy, fixed, cost, there):
    prices = made_up_prices(1)
    prices.occupancy["low"][:], prices.fixed_share[:], prices.year_cost["low"][:] = occupancy, fixed, cost
    people = np.array([[occupancy * there]])
    used, empty = tier_spend(prices, "low", people, np.array([[there]]))
    np.testing.assert_allclose(used + empty, people * cost)
    assert (empty >= -1e-9).all()


@FEW
@given(st.floats(0, 300), st.floats(0, 300), st.floats(0, 300))
def test_more_people_and_more_beds_never_cost_less(people, more, there):
    prices = made_up_prices(1)

    def spent(occupied, funded):
        return sum(tier_spend(prices, "medium", np.array([[occupied]]), np.array([[funded]]))).item()

    assert spent(people + more, there) >= spent(people, there) - 1e-6
    assert spent(people, there + more) >= spent(people, there) - 1e-6


@FEW
@given(flows, rates, rates)
def test_money_in_time_adds_up(amounts, rate, later):
    worth = float(present_value(amounts, rate, later))
    size = 1e-9 * (1 + sum(map(abs, amounts)))
    assert abs(cumulative(amounts, rate, later)[-1] - worth) <= size
    equal = float(equivalent_annual(amounts, rate, later))
    assert abs(present_value(np.full(len(amounts), equal), rate, later) - worth) <= size * len(amounts)
    assert min(amounts) - size <= equal <= max(amounts) + size
    assert (np.diff(factors(len(amounts), rate, later)) <= 0).all()


@FEW
@given(flows, rates)
def test_what_is_paid_back_stays_so(amounts, rate):
    year, sums = float(break_even(amounts, rate)), cumulative(amounts, rate)
    if np.isnan(year):
        assert sums[-1] < 0 or not sums.any()
    else:
        assert (sums[int(year) - 1 :] >= 0).all()
        assert (sums[: int(year) - 1] <= 0).all() or (sums[int(year) - 2] < 0)


@FEW
@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=6), st.randoms())
def test_the_order_of_options_does_not_depend_on_the_order_told(told, random):
    numbers = list(range(len(told)))
    random.shuffle(numbers)
    spend, delayed = (np.array(values, float) for values in zip(*told, strict=True))

    def order(at):
        def years(values):
            return np.repeat(values[at][:, None, None], 4, axis=1) * np.array([0.0, 1.0])

        names = tuple(f"scenario-{number}" for number in at)
        days = years(delayed)
        return ranked(Weighed(names, names, years(spend), days, days, days, {}, {}, 2), 0.035, 0.03)

    one, other = order(list(range(len(told)))), order(numbers)
    assert one["name"].tolist() == other["name"].tolist()
    assert ((one["better"] + one["worse"]) <= 1).all()
    saves = (one["spend"] <= 0) & one["avoids"]
    assert saves.tolist() == sorted(saves, reverse=True)  # who saves money and avoids delay comes first
