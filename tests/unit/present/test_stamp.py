"""Pictures of synthetic data say so, in both forms."""

import io
from dataclasses import replace

import numpy as np
import PIL.Image
import pytest

from needs.present.stamp import NOTICE, stamped
from needs.present.style import canvas, drawn


@pytest.fixture(scope="module")
def picture():
    with canvas(2) as (figure, (axis,)):
        axis.plot([0, 1])
        return drawn(figure)


def test_the_notice_stands_below_the_picture_and_hides_nothing_of_it(picture):
    plain, marked = (PIL.Image.open(io.BytesIO(one.png)).convert("RGB") for one in (picture, stamped(picture)))
    assert marked.width == plain.width
    assert marked.height > plain.height
    above, below = np.split(np.asarray(marked, int), [plain.height])
    assert np.abs(above - np.asarray(plain, int)).max() <= 8  # a shade, as the palette is chosen anew
    assert len(np.unique(below.reshape(-1, 3), axis=0)) > 2


def test_the_notice_can_be_read_in_the_drawing_and_values_stay_at_their_marks(picture):
    marked = stamped(replace(picture, points=((50.0, 40.0, "1: one"),)))
    assert marked.svg.count("<svg ") == 1
    assert f">{NOTICE}</text>" in marked.svg
    ((x, y, text),) = marked.points
    assert (x, text) == (50.0, "1: one")
    assert 30 < y < 40


def test_the_same_picture_gives_the_same_bytes(picture):
    assert stamped(picture) == stamped(picture)
