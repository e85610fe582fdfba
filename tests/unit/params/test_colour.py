"""Contrast by WCAG and the nearest colour that passes: known answers and rules that hold for any colour."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needs.params.colour import WHITE, _linear, _oklab, contrast, nearest, wash

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
        ("#767676", "#ffffff", 4.54),
    ],
)
def test_contrast_is_that_of_the_guidelines(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize(
    ("colour", "lab"),
    [("#ffffff", (1, 0, 0)), ("#ff0000", (0.628, 0.225, 0.126)), ("#0000ff", (0.452, -0.032, -0.312))],
)
def test_perceptual_space_is_that_which_was_published(colour, lab):
    assert _oklab(_linear(colour)) == pytest.approx(lab, abs=0.001)


@given(COLOURS, st.sampled_from([3.0, 4.5, 7.0]))
def test_nearest_passes_keeps_its_hue_and_is_not_darker_than_it_needs_to_be(colour, least):
    found = nearest(colour, least)
    ratio = contrast(found, WHITE)
    assert ratio >= least
    if contrast(colour, WHITE) >= least:
        assert found == colour
        return
    assert ratio <= least * 1.06
    (_, a, b), (_, c, d) = _oklab(_linear(colour)), _oklab(_linear(found))
    if min(math.hypot(a, b), math.hypot(c, d)) > 0.03:
        turn = math.atan2(a * d - b * c, a * c + b * d)
        assert abs(math.degrees(turn)) < 8


@given(COLOURS)
def test_no_colour_close_by_is_nearer_and_passes(colour):
    """Around what was found, no lighter byte of the same hue would have done."""
    found = nearest(colour, 4.5)
    if found == colour:
        return
    here = _oklab(_linear(colour))
    far = math.dist(here, _oklab(_linear(found)))
    lighter = [min(255, round(int(found[at : at + 2], 16) * 1.05 + 2)) for at in (1, 3, 5)]
    other = "#" + "".join(f"{part:02x}" for part in lighter)
    assert contrast(other, WHITE) < 4.5 or math.dist(here, _oklab(_linear(other))) >= far * 0.97


@given(COLOURS)
def test_text_in_a_colour_is_read_on_a_wash_of_it(colour):
    text = nearest(colour, 4.5)
    assert contrast(wash(text, 4.5), text) >= 4.5
    assert contrast(wash(text, 4.5), WHITE) < 1.25
