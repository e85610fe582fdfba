"""The tile map ships; a real boundary file takes its place, with its attribution."""

import shutil

import pytest

from needs.data.boundaries import read_boundaries
from needs.data.geography import Region, Regions
from needs.data.inputs import Inputs
from needs.params.load import load
from needs.present import maps
from needs.project import project_root
from needs.values import Provenance


def draw(slug, boundaries=None):
    inputs = Inputs.open(load("2023-24", slug).canonical_json())
    drivers, known = inputs.drivers()
    first = drivers["driver"].iloc[0]
    values = drivers[drivers["driver"] == first].merge(inputs.tiles(), on=["area", "name"], validate="1:1")
    return maps.need_map(values, inputs.region, first, "score", known, boundaries)


def test_tiles_need_no_file_and_draw_the_same_twice():
    first, second = draw("london"), draw("london")
    assert first.image == second.image
    assert first.title == "The North West has the highest IMD 2025 mean score; London is the fourth highest of 7"
    assert first.alt.startswith("Tile map")
    assert draw("north-west").title == "The North West has the highest IMD 2025 mean score of 7 areas"


def test_a_count_over_people_is_most_not_highest_and_has_one_number_of_decimals():
    tiles = (
        Inputs.open(load("2023-24", "london").canonical_json())
        .tiles()
        .assign(value=[14.5, 15.1, 13.8, 11.1, 9.94, 9.9, 9.7])
    )
    tiles.loc[tiles["area"] == "london", "name"] = "South West Provider Collaborative"
    region, known = (
        Region("2023-24", "london", "South West Provider Collaborative", "swpc"),
        Provenance("modelled", ("x#y",)),
    )
    found = maps.need_map(tiles, region, "expected secure patients per 100,000 adults", "per 100,000 adults", known)
    assert found.title == (
        "The North West has the most expected secure patients per 100,000 adults; "
        "the South West Provider Collaborative is the third lowest of 7"
    )
    assert "East of England 11.1; South West Provider Collaborative 9.9" in found.alt
    assert "(per 100,000 adults)" not in found.alt


def test_a_real_boundary_file_is_drawn_with_its_attribution(shared, tmp_path):
    shutil.copytree(project_root() / "data_raw", tmp_path / "data_raw")
    shutil.copy(shared / "geo" / "nhser_2024_from_icb_simplified.geojson", tmp_path / "data_raw" / "boundaries")
    boundaries = read_boundaries(Regions.open("2023-24", tmp_path))
    found = draw("london", boundaries)
    assert found.alt.startswith("Map of IMD 2025 mean score")
    assert "Crown copyright and database right 2024" in found.caption
    assert found.image != draw("london").image


@pytest.mark.parametrize("slug", ["midlands", "south-west"])
def test_the_finding_is_about_the_region(slug):
    assert "7" in draw(slug).title
