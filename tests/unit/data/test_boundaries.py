"""A boundary file replaces the tile map when it covers the edition."""

import shutil
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import box
from shapely.geometry import Polygon

from needs.data.boundaries import read_boundaries
from needs.data.geography import Regions
from needs.errors import DataError

BOWTIE = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


@pytest.fixture
def folder(root: Path) -> Path:
    folder = root / "data_raw" / "boundaries"
    folder.mkdir()
    return folder


def layer(codes: list[str], column: str = "NHSER21CD", crs: str | None = "EPSG:27700") -> gpd.GeoDataFrame:
    shapes = [BOWTIE, *(box(i, 0, i + 1, 1) for i in range(1, len(codes)))]
    return gpd.GeoDataFrame({"name": codes, column: codes}, geometry=shapes, crs=crs)


def codes_2021() -> list[str]:
    return [f"E4000000{i}" for i in (3, 5, 6, 7, 8, 9)] + ["E40000010"]


def test_no_file_means_no_boundaries(root):
    assert read_boundaries(Regions.open("2023-24", root)) is None


def test_any_vintage_is_repaired_and_put_in_order(root, folder):
    layer(codes_2021()).to_crs("EPSG:4326").to_file(folder / "nhser.geojson")
    regions = Regions.open("2023-24", root)
    shapes = read_boundaries(regions)
    assert shapes is not None
    assert list(shapes.index) == [region.slug for region in regions]
    assert shapes.is_valid.all()
    assert shapes.crs == "EPSG:27700"


def test_smaller_areas_become_regions(root, folder):
    layer([*codes_2021(), "Y56"]).to_file(folder / "small.gpkg")
    shapes = read_boundaries(Regions.open("2023-24", root))
    assert shapes is not None
    assert len(shapes) == 7


def test_a_file_of_another_edition_is_left_to_it(root, folder):
    layer([f"Q3{i}" for i in range(10)], "SHA11CDO").to_file(folder / "sha.gpkg")
    assert read_boundaries(Regions.open("2023-24", root)) is None
    assert len(read_boundaries(Regions.open("2009-10", root))) == 10


def test_missing_regions_are_named(root, folder):
    layer(codes_2021()[1:]).to_file(folder / "most.gpkg")
    with pytest.raises(DataError) as error:
        read_boundaries(Regions.open("2023-24", root))
    assert str(error.value) == (
        "data_raw/boundaries/most.gpkg does not cover edition 2023-24: 1 problem\n"
        "  no shape for London\n"
        "Next: put a file with these regions there, or remove it to use the tile map        [exit 11]"
    )


def test_an_empty_shape_does_not_cover_its_region(root, folder):
    shapes = layer(codes_2021())
    shapes.loc[2, "geometry"] = None
    shapes.to_file(folder / "hole.gpkg")
    with pytest.raises(DataError, match="does not cover") as error:
        read_boundaries(Regions.open("2023-24", root))
    assert "no shape for South West" in str(error.value)


def test_an_unreadable_file_is_named(root, folder):
    (folder / "broken.geojson").write_text("not a map")
    with pytest.raises(DataError, match=r"boundaries/broken\.geojson cannot be read"):
        read_boundaries(Regions.open("2023-24", root))


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_file_without_a_coordinate_system_is_named(root, folder):
    layer(codes_2021(), crs=None).to_file(folder / "nowhere.gpkg")
    with pytest.raises(DataError, match=r"nowhere\.gpkg has no coordinate system"):
        read_boundaries(Regions.open("2023-24", root))


def test_the_map_of_nhs_england_regions(root, folder, shared):
    shutil.copy(shared / "geo" / "nhser_2024_from_icb_simplified.geojson", folder)
    shapes = read_boundaries(Regions.open("2023-24", root))
    assert shapes is not None
    assert shapes.is_valid.all()
    assert 120_000 < shapes.area.sum() / 1e6 < 140_000  # England is about 130,000 square km


def test_statistical_regions_are_not_nhs_regions(root, folder, shared):
    shutil.copy(shared / "geo" / "rgn_2023_buc.geojson", folder)
    with pytest.raises(DataError, match="does not cover edition 2023-24: 7 problems"):
        read_boundaries(Regions.open("2023-24", root))
