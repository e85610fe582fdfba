"""Areas add up to England however its boards are drawn together, and the order of boards does not matter."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needs.data.areas import SEXES, Areas
from needs.data.footprints import read_boards
from needs.data.geography import Regions
from needs.data.people import People
from needs.data.snapshot import Evidence
from needs.params.areas import Footprint
from needs.params.load import load

TOLD = load("2023-24", "london")
EVIDENCE = Evidence.open("2023-24")
REGIONS = Regions.open("2023-24")
BOARDS = read_boards(REGIONS)
SLUGS = [region.slug for region in REGIONS]


def areas(codes):
    return Areas.of_footprint(EVIDENCE, TOLD.population, "mine", Footprint(name="My area", icbs=tuple(codes)))


def people(codes) -> People:
    told = TOLD.model_copy(update={"region": "mine", "footprint": Footprint(name="My area", icbs=tuple(codes))})
    return People(told, EVIDENCE, REGIONS)


some_boards = st.lists(st.sampled_from(sorted(BOARDS)), min_size=1, max_size=41, unique=True)
counts = st.lists(st.floats(0, 1e6), min_size=7, max_size=7).map(lambda values: pd.Series(values, SLUGS))


@given(some_boards, counts, st.sampled_from(SEXES))
@settings(max_examples=25)
def test_a_count_adds_up_to_the_same_over_any_areas(codes, values, sex):
    for drawn in (areas(codes), Areas.of_boards(EVIDENCE, TOLD.population), Areas.of_regions(REGIONS)):
        spread = drawn.counts(values, sex)
        assert list(spread.index) == [area.slug for area in drawn]
        assert spread.sum() == pytest.approx(values.sum(), rel=1e-12)
        np.testing.assert_allclose(drawn.share[sex].sum(), 1)
        assert (drawn.share[sex].to_numpy() >= 0).all()


@given(st.sampled_from(SLUGS), st.data(), counts)
@settings(max_examples=25)
def test_a_region_split_into_two_footprints_sums_to_itself(slug, data, values):
    inside = [code for code, board in BOARDS.items() if board.region == slug]
    first = data.draw(st.lists(st.sampled_from(inside), min_size=1, max_size=len(inside) - 1, unique=True))
    second = [code for code in inside if code not in first]
    for sex in SEXES:
        halves = [areas(codes).counts(values, sex)["mine"] for codes in (first, second)]
        assert sum(halves) == pytest.approx(values[slug], rel=1e-12)
    one, two = (people(codes) for codes in (first, second))
    whole, _ = People(TOLD, EVIDENCE, REGIONS).age_bands()
    np.testing.assert_allclose(one.age_bands()[0]["mine"] + two.age_bands()[0]["mine"], whole[slug], rtol=1e-12)
    assert one.adults()[0]["mine"] + two.adults()[0]["mine"] == pytest.approx(whole[slug].sum(), rel=1e-12)


@given(some_boards, st.randoms(use_true_random=False))
@settings(max_examples=10)
def test_the_order_of_boards_does_not_matter(codes, chance):
    mixed = list(codes)
    chance.shuffle(mixed)
    one, two = areas(codes), areas(mixed)
    assert one.areas == two.areas
    for sex in SEXES:
        pd.testing.assert_frame_equal(one.share[sex], two.share[sex])


@given(some_boards, counts)
@settings(max_examples=15)
def test_a_rate_lies_between_those_of_its_regions(codes, values):
    drawn = areas(codes)
    adults = People(TOLD, EVIDENCE, REGIONS).region_adults()
    within = values[sorted({BOARDS[code].region for code in codes})]
    rates = drawn.rates(values, adults)
    assert within.min() - 1e-6 <= rates["mine"] <= within.max() + 1e-6
    mean = (values * adults).sum() / adults.sum()
    assert (rates * drawn.counts(adults)).sum() / adults.sum() == pytest.approx(mean, rel=1e-12, abs=1e-9)


@given(some_boards)
@settings(max_examples=15)
def test_areas_have_names_slugs_and_tiles_of_their_own(codes):
    drawn = areas(codes)
    for part in ("slug", "name", "code", "tile"):
        assert len({getattr(area, part) for area in drawn}) == len(drawn)
    by_code = {region.code: region for region in REGIONS}
    touched = {BOARDS[code].region for code in codes}
    assert {by_code[area.code].slug for area in drawn if area.code in by_code} == set(SLUGS) - touched
