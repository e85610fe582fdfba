"""The tile map ships; a real boundary file takes its place, with its attribution."""

import shutil

import pytest

from needs.data.boundaries import read_boundaries
from needs.data.geography import Regions
from needs.data.inputs import Inputs
from needs.params.load import load
from needs.present import maps
from needs.project import project_root


def draw(slug, boundaries=None):
    inputs = Inputs.open(load("2023-24", slug).canonical_json())
    drivers, known = inputs.drivers()
    first = drivers["driver"].iloc[0]
    values = drivers[drivers["driver"] == first].merge(inputs.tiles(), on=["area", "name"], validate="1:1")
    return maps.need_map(values, inputs.region, first, "score", known, boundaries)


def test_tiles_need_no_file_and_draw_the_same_twice():
    first, second = draw("london"), draw("london")
    assert first.image == second.image
    assert first.title == "The North West has the highest IMD 2025 mean score; London is 4 of 7"
    assert first.alt.startswith("Tile map")
    assert draw("north-west").title == "The North West has the highest IMD 2025 mean score of 7 regions"


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
