"""Regions are found by slug, name and code, and a mistyped one gets the nearest names."""

import subprocess
import sys

import pytest

from needs.data.geography import Regions, area_codes, find_region
from needs.errors import DataError, ParamsError
from needs.project import EDITIONS, project_root


def test_the_editions_have_their_regions():
    assert [len(Regions.open(edition)) for edition in EDITIONS] == [7, 10, 3]


@pytest.mark.parametrize(
    ("text", "edition", "slug"),
    [
        ("london", "2023-24", "london"),
        (" North East & Yorkshire ", "2023-24", "north-east-and-yorkshire"),
        ("Yorkshire and The Humber", "2009-10", "yorkshire-and-the-humber"),
        ("E40000008", "2023-24", "midlands"),
        ("y61", "2023-24", "east-of-england"),
        ("Q36", "2009-10", "london"),
        ("e18000008", "2009-10", "south-east-coast"),
    ],
)
def test_a_region_is_found(text, edition, slug):
    region = find_region(text)
    assert (region.edition, region.slug) == (edition, slug)


def test_an_edition_may_be_named():
    assert find_region("london", "2009-10").code == "Q36"
    with pytest.raises(ParamsError, match="region 'Q36' is not known"):
        find_region("Q36", "2023-24")


def test_a_mistyped_region_gets_the_nearest_names():
    with pytest.raises(ParamsError) as error:
        find_region("sout east")
    assert str(error.value) == (
        "region 'sout east' is not known: 1 problem\n"
        "  Did you mean 'South East' or 'South West' or 'North East'?\n"
        "Next: needs regions        [exit 10]"
    )


def test_a_name_like_no_other_gets_all_names():
    with pytest.raises(ParamsError, match="is not known") as error:
        find_region("zzz", "2023-24")
    assert "It is none of North East and Yorkshire, North West" in str(error.value)


@pytest.mark.parametrize("path", ["../london", "london/", r"..\london", "/"])
def test_a_path_is_no_region(path):
    with pytest.raises(ParamsError, match="is not known"):
        find_region(path)
    with pytest.raises(ParamsError, match="is not known"):
        Regions.open("2009-10").resolve(path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("2023-24/regions.csv", b"slug,region_name\xff", "byte 16 is not UTF-8 text"),
        ("2023-24/region_codes.csv", b'region_code,code\n"x"y,1\n', "line 2  it is not CSV"),
        ("common/area_codes.csv", b"area_code\nE9\xe9\n", "byte 12 is not UTF-8 text"),
        ("common/area_codes.csv", b"", "no column area_code"),
    ],
)
def test_a_table_of_regions_that_cannot_be_read_is_named(root, name, content, said):
    (root / "data_raw" / name).write_bytes(content)
    with pytest.raises(DataError) as error:
        area_codes(root, "2023-24")
    assert str(error.value).startswith(f"data_raw/{name} cannot be used: 1 problem\n  {said}")


def test_tables_of_regions_agree(root, edit):
    edit("2023-24/regions.csv", "E40000003,2,1", "E40000004,2,1")
    with pytest.raises(DataError) as error:
        Regions.open("2023-24", root)
    assert str(error.value).startswith(
        "data_raw/2023-24/regions.csv cannot be used: 2 problems\n"
        "  E40000003 stands in region_codes.csv and not here\n"
        "  E40000004 stands here and not in region_codes.csv\n"
    )


def test_missing_or_spoiled_tables_of_regions_are_named(root, edit):
    edit("2023-24/regions.csv", "E40000003,2,1", "E40000003,two,1")
    with pytest.raises(DataError) as error:
        Regions.open("2023-24", root)
    assert "london: tile_row and tile_col are whole numbers, got two, 1" in str(error.value)
    assert error.value.exit_code == 11
    edit("2023-24/regions.csv", "E40000003,two,1", "E40000003,2,1")
    edit("2009-10/region_codes.csv", "vintage,code", "vintage,codes")
    with pytest.raises(DataError, match=r"region_codes\.csv cannot be used") as error:
        Regions.open("2009-10", root)
    assert "no column code" in str(error.value)
    (root / "data_raw/2009-10/region_codes.csv").unlink()
    with pytest.raises(DataError, match=r"data_raw/2009-10/region_codes\.csv is missing"):
        area_codes(root)


def test_regions_are_found_without_heavy_modules():
    code = (
        "import sys; from needs.data.geography import find_region; find_region('london');"
        "print([m for m in ('pandas', 'pandera', 'geopandas', 'pydantic', 'ruamel') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=project_root())
    assert done.stdout.strip() == "[]"
