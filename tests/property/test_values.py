"""What must hold of estimates and their arithmetic."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needs.values import KINDS, Estimate, total, weakest

number = st.floats(0.001, 1e9, allow_nan=False)


@st.composite
def estimates(draw):
    low, value, high = sorted(draw(st.lists(number, min_size=3, max_size=3)))
    bounded = draw(st.booleans())
    return Estimate(value, low if bounded else None, high if bounded else None, draw(st.sampled_from(KINDS)), ("x#y",))


@given(a=estimates(), b=estimates())
def test_arithmetic_keeps_the_weakest_kind_and_holds_its_value(a, b):
    for result, value in (
        (a * b, a.value * b.value),
        (a / b, a.value / b.value),
        (a + b, a.value + b.value),
        (a - b, a.value - b.value),
    ):
        assert result.value == pytest.approx(value, rel=1e-9, abs=1e-6)
        assert result.kind == weakest([a.kind, b.kind, "derived"])
        assert result.bounds[0] <= result.value + 1e-6
        assert result.value <= result.bounds[1] + 1e-6
        assert result.has_interval == (a.has_interval or b.has_interval)


@given(parts=st.lists(estimates(), min_size=1, max_size=6))
def test_errors_that_move_together_widen_a_sum(parts):
    alone, together = total(parts), total(parts, together=True)
    assert together.value == alone.value
    slack = 1e-9 * alone.value + 1e-9
    assert together.bounds[0] <= alone.bounds[0] + slack
    assert together.bounds[1] >= alone.bounds[1] - slack


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"value": math.nan, "source": ("x",)}, "finite"),
        ({"value": 1.0, "lower": 2.0, "upper": 3.0, "source": ("x",)}, "does not hold"),
        ({"value": 1.0, "lower": 0.5, "source": ("x",)}, "both ends"),
        ({"value": 1.0}, "names its source"),
        ({"value": 1.0, "kind": "guessed", "source": ("x",)}, "not a kind"),
    ],
)
def test_a_figure_that_hides_something_cannot_be_made(arguments, what):
    with pytest.raises(ValueError, match=what):
        Estimate(**arguments)
