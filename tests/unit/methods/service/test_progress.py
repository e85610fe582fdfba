"""One person's way: all of theirs, nothing of others, and no key in what is said."""

import dashboard_frames as frames
import pytest

from needs.methods.service.progress import progress
from needs.present.charts import progress as drawn
from needs.present.charts.progress import PRIVATE


@pytest.fixture(scope="module")
def own():
    return frames.region(people=200)


def test_rows_of_one_person_without_the_key(own):
    linked = frames.linked(own)
    key = linked.stays["person_key"].iloc[3]
    found = progress(own, linked, key)
    assert len(found.stays) == (linked.stays["person_key"] == key).sum()
    assert len(found.reviews) == (own["reviews"]["person_key"] == key).sum()
    for part in (found.stays, found.reviews, found.health, found.outcomes):
        assert not {"person_key", "row", "person"} & set(part)
    assert found.reviews["reviewed"].is_monotonic_increasing


def test_a_key_that_is_not_there_is_not_repeated(own):
    with pytest.raises(KeyError) as error:
        progress(own, frames.linked(own), "secret-key")
    assert "secret-key" not in str(error.value)


def test_every_picture_says_private(own):
    linked = frames.linked(own)
    key = linked.stays["person_key"].iloc[9]
    image = drawn(progress(own, linked, key))
    assert PRIVATE in image.svg
    assert key not in image.svg
