"""What must hold of the parts of a change, whatever the figures."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needs.methods.decomposition import Spending, shapley, spend_steps, volume_mix_price
from needs.values import TIERS

amounts = st.floats(0, 1e6).map(lambda x: round(x, 3))
above = st.floats(0.01, 1e6)


@st.composite
def tiers(draw, names=TIERS):
    chosen = draw(st.lists(st.sampled_from(names), unique=True))
    return pd.DataFrame(
        [(tier, draw(amounts), draw(amounts)) for tier in chosen], columns=["tier", "volume", "price"]
    ).astype({"volume": float, "price": float})


@st.composite
def spendings(draw):
    frame = draw(tiers()).rename(columns={"volume": "patients", "price": "year_cost"})
    return Spending("x", draw(above), frame, draw(above))


@st.composite
def factors(draw):
    names = draw(st.lists(st.sampled_from("abcde"), min_size=1, max_size=5, unique=True))
    return [{name: draw(st.floats(-100, 100)) for name in names} for _ in range(2)]


def worth(values):
    """A figure in which factors multiply, add and cap one another."""
    total, product = 0.0, 1.0
    for name in sorted(values):
        total, product = total + values[name], product * (1 + values[name] / 100)
    return min(total, 50.0) + 10 * product


@given(ends=factors())
def test_parts_add_up_to_the_change(ends):
    before, after = ends
    change = worth(after) - worth(before)
    assert sum(shapley(before, after, worth).values()) == pytest.approx(change, rel=1e-9, abs=1e-7)


@given(ends=factors(), data=st.data())
def test_the_order_of_the_factors_is_no_matter(ends, data):
    before, after = ends
    order = data.draw(st.permutations(list(before)))
    again = shapley({name: before[name] for name in order}, after, worth)
    assert again == {name: pytest.approx(part, abs=1e-9) for name, part in shapley(before, after, worth).items()}


@given(ends=factors())
def test_the_way_back_has_the_same_parts_with_the_other_sign(ends):
    there, back = shapley(*ends, worth), shapley(*ends[::-1], worth)
    assert back == {name: pytest.approx(-part, abs=1e-9) for name, part in there.items()}


@given(ends=factors(), data=st.data())
def test_a_factor_that_does_not_change_moves_nothing(ends, data):
    before, after = ends
    still = data.draw(st.sampled_from(sorted(before)))
    assert shapley(before, after | {still: before[still]}, worth)[still] == 0


@given(value=st.floats(-100, 100), other=st.floats(-100, 100))
def test_factors_that_do_the_same_get_the_same(value, other):
    parts = shapley(dict.fromkeys("ab", value), dict.fromkeys("ab", other), worth)
    assert parts["a"] == pytest.approx(parts["b"], abs=1e-9)


@settings(max_examples=50)
@given(before=tiers(), after=tiers())
def test_volume_mix_and_price_add_up(before, after):
    spend = [float((frame["volume"] * frame["price"]).sum()) for frame in (before, after)]
    parts = volume_mix_price(before, after)
    assert sum(parts.values()) == pytest.approx(spend[1] - spend[0], rel=1e-9, abs=1e-9 * (1 + sum(spend)))


@settings(max_examples=50)
@given(before=spendings(), after=spendings(), per_adult=st.booleans())
def test_steps_lead_from_one_total_to_the_other(before, after, per_adult):
    steps = spend_steps(before, after, per_adult=per_adult)
    first, *between, last = steps["value"]
    size = 1 + abs(steps["value"]).max()
    assert first + sum(between) == pytest.approx(last, abs=1e-9 * size)
    assert last == pytest.approx(after.total / (after.adults if per_adult else 1), rel=1e-12)
    assert ("adults" in list(steps["factor"])) is not per_adult


@settings(max_examples=25)
@given(one=spendings(), per_adult=st.booleans())
def test_nothing_moves_between_a_figure_and_itself(one, per_adult):
    steps = spend_steps(one, one, per_adult=per_adult)
    assert steps.loc[~steps["total"], "value"].tolist() == [0.0] * (3 if per_adult else 4)
