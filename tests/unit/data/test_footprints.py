"""Footprints are found as regions are, and one that cannot be used is named with its file and line."""

import subprocess
import sys

import pytest

from needs.data.check import check
from needs.data.footprints import find_footprint, footprints, read_boards
from needs.data.geography import Regions, find_region
from needs.errors import DataError, ParamsError
from needs.project import project_root

REGIONS = Regions.open("2023-24")


@pytest.mark.parametrize("text", ["reach-out", "Reach Out", "REACH OUT", " reach out "])
def test_a_footprint_is_found_as_a_region_is(text):
    found = find_region(text)
    assert (found.edition, found.slug, found.name) == ("2023-24", "reach-out", "Reach Out")
    assert found.code not in REGIONS.codes


def test_a_name_that_is_not_the_slug_is_found_too():
    assert find_region("north london forensic collaborative").slug == find_region("north-london").slug == "north-london"


def test_a_footprint_belongs_to_its_edition():
    with pytest.raises(ParamsError, match="region 'reach-out' is not known"):
        find_region("reach-out", "2009-10")


def test_a_mistyped_footprint_gets_the_nearest_names():
    with pytest.raises(ParamsError, match="Did you mean 'Reach Out'"):
        find_region("reachout")
    assert find_footprint("reachout", REGIONS) is None


@pytest.mark.parametrize(
    "text",
    ["QHL", "qhl", "E54000055", "Birmingham and Solihull", "birmingham-and-solihull",
     "NHS Birmingham and Solihull Integrated Care Board"],
)  # fmt: skip
@pytest.mark.parametrize("edition", [None, "2023-24"])
def test_a_single_board_is_said_to_be_one(text, edition):
    with pytest.raises(ParamsError) as error:
        find_region(text, edition)
    assert [str(problem) for problem in error.value.problems] == [
        "It is an integrated care board, Birmingham and Solihull; name E54000055 in a footprint of its own in "
        "params/2023-24/footprints.yaml to assess it"
    ]


def test_a_board_is_none_of_an_edition_without_boards():
    with pytest.raises(ParamsError, match="region 'QHL' is not known") as error:
        find_region("QHL", "2009-10")
    assert "board" not in str(error.value)


def test_a_region_is_found_without_the_footprints(root):
    write(root, "[")
    assert find_region("london", root=root).slug == "london"
    with pytest.raises(ParamsError, match=r"params/2023-24/footprints.yaml cannot be used"):
        find_region("reach-out", root=root)


def test_every_footprint_has_a_free_tile_beside_its_regions():
    taken = {region.tile for region in REGIONS}
    tiles = {slug: find_region(slug).tile for slug in footprints(REGIONS)}
    assert not taken & set(tiles.values())
    assert tiles["reach-out"] == (2, 0)
    assert tiles["prospect"] == (0, -1)


def write(root, text: str) -> None:
    (root / "params/2023-24/footprints.yaml").write_text(text, encoding="utf-8")


def footprint(slug: str = "mine", name: str = "My area", icbs: str = "E54000010") -> str:
    return f"{slug}:\n  name: {name}\n  icbs: [{icbs}]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            footprint(icbs="E54000010, E5400055"),
            "line 3  mine.icbs.1: 'E5400055' is no integrated care board's code. Did you mean 'E54000055' "
            "(Birmingham and Solihull)?",
        ),
        (
            footprint(icbs="QHL"),
            "line 3  mine.icbs.0: 'QHL' is no integrated care board's code. Did you mean 'E54000055'",
        ),
        (footprint(icbs="Black country"), "Did you mean 'E54000062' (Black Country)?"),
        (footprint(icbs="zz"), "'zz' is no integrated care board's code. There are E54000008, E54000010, "),
        (footprint(icbs="E54000010, E54000010"), "line 3  mine.icbs.1: E54000010 stands twice; remove one"),
        (footprint(slug="london"), "line 1  london: 'london' already means London; choose another"),
        (footprint(name="LONDON"), "line 2  mine.name: 'LONDON' already means London; choose another"),
        (footprint(name="Y56"), "line 2  mine.name: 'Y56' already means London; choose another"),
        (footprint(name="England"), "line 2  mine.name: 'England' already means England; choose another"),
        (footprint(slug="england"), "line 1  england: 'england' already means England; choose another"),
        (
            footprint(slug="rest-of-midlands"),
            "line 1  rest-of-midlands: 'rest-of-midlands' already means Rest of Midlands; choose another",
        ),
        (
            footprint() + footprint("b", "REST OF SOUTH WEST"),
            "line 5  b.name: 'REST OF SOUTH WEST' already means Rest of South West; choose another",
        ),
        (footprint() + footprint("other"), "line 5  other.name: 'My area' already means mine; choose another"),
        (footprint(icbs=", ".join(read_boards(REGIONS))), "line 3  mine.icbs: every board is in it"),
    ],
)
def test_what_cannot_be_a_footprint_is_refused_before_a_run(root, text, said):
    write(root, text)
    with pytest.raises(ParamsError) as error:
        find_region("mine", root=root)
    assert said in str(error.value)
    assert str(error.value).startswith("params/2023-24/footprints.yaml cannot be used: 1 problem\n")


def test_every_fault_is_told_at_once_by_the_check_too(root):
    write(root, footprint(icbs="E54000010, E54000010, zz") + footprint("b", "London") + "c:\n  nam: x\n")
    (root / "params/2023-24/c.yaml").write_text("label: x\n", encoding="utf-8")
    with pytest.raises(ParamsError) as error:
        check(root)
    problems = [str(problem) for problem in error.value.problems]
    file = "params/2023-24/footprints.yaml"
    assert problems[:3] == [
        f"{file} line 3  mine.icbs.1: E54000010 stands twice; remove one",
        f"{file} line 3  mine.icbs.2: 'zz' is no integrated care board's code. There are "
        + ", ".join(read_boards(REGIONS)),
        f"{file} line 5  b.name: 'London' already means London; choose another",
    ]


def test_an_edition_without_boards_can_have_no_footprint(root):
    (root / "params/2009-10/footprints.yaml").write_text(footprint(), encoding="utf-8")
    with pytest.raises(ParamsError, match=r"board's code\. The edition has none"):
        check(root)


def test_the_parameters_of_a_footprint_are_checked(root):
    path = root / "params/2023-24/reach-out.yaml"
    path.write_text("population: {period: mid-1999}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"params/2023-24/reach-out.yaml population  2023-24/population_nhs_region: "):
        check(root)
    path.rename(path.with_name("reachout.yaml"))
    with pytest.raises(ParamsError, match=r"reachout.yaml  belongs to no region. Did you mean 'reach-out.yaml'"):
        check(root)


def test_footprints_are_found_without_heavy_modules():
    code = (
        "import sys; from needs.data.geography import find_region; find_region('reach-out');"
        "print([m for m in ('pandas', 'numpy', 'pandera', 'geopandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=project_root())
    assert done.stdout.strip() == "[]"
