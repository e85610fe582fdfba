"""Words that are made from numbers claim what the numbers say."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needs.data.geography import Regions
from needs.present import words
from needs.project import EDITIONS
from needs.values import Estimate


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_region_has_a_place_in_a_sentence(edition):
    for region in Regions.open(edition):
        inside, start = words.place(region.name), words.place(region.name, start=True)
        assert inside in (region.name, f"the {region.name}")
        assert start[0].isupper()
        assert start.lower() == inside.lower()


@given(
    value=st.floats(1, 1e6), down=st.floats(0.001, 0.9), up=st.floats(0.001, 3), unit=st.sampled_from(["people", "GBP"])
)
def test_rounding_stays_inside_the_interval(value, down, up, unit):
    estimate = Estimate(value, value * (1 - down), value * (1 + up), "modelled", ("x#y",))
    step = 10 ** (math.floor(math.log10((estimate.upper - estimate.lower) / 2)) - 1)
    written = float(re.sub(r"[£,]", "", words.number_text(estimate, unit)).split(" ")[0])
    scale = 1e6 if "million" in words.number_text(estimate, unit) else 1
    assert abs(written * scale - value) <= max(step, 1) / 2 * 1.01 + 0.005 * scale


@given(value=st.floats(0.01, 1e3), reference=st.floats(0.01, 1e3))
def test_compared_says_what_is_so(value, reference):
    said = words.compared(value, reference)
    assert (said == "above") == (value > reference * 1.005)
    assert (said == "below") == (value < reference * 0.995)


@given(of=st.integers(2, 10), data=st.data())
def test_ordinals_are_counted_from_the_nearer_end(of, data):
    rank = data.draw(st.integers(1, of))
    said = words.ordinal(rank, of)
    assert said.startswith("the ")
    assert said.endswith("highest" if rank <= of - rank + 1 else "lowest")
    assert said == {1: "the highest", of: "the lowest"}.get(rank, said)


@pytest.mark.parametrize(
    ("share", "digits", "said"),
    [(0, 0, "0%"), (0.0004, 0, "under 1%"), (0.0004, 1, "under 0.1%"), (0.5, 0, "50%"), (1, 1, "100.0%")],
)
def test_small_shares_are_not_nothing(share, digits, said):
    assert words.percent(share, digits) == said
