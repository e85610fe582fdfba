"""Areas below the region: boards and footprints, what is known of them, and what is refused."""

import json

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

from needs.data.areas import SEXES, Areas, board_adults
from needs.data.check import check
from needs.data.geography import Regions
from needs.data.inputs import Inputs
from needs.data.snapshot import Evidence
from needs.errors import DataError
from needs.params.load import load


def inputs(slug: str, edition: str = "2023-24") -> Inputs:
    return Inputs.open(load(edition, slug).canonical_json())


def test_boards_have_exactly_the_adults_of_their_region():
    told = load("2023-24", "london").population
    evidence = Evidence.open("2023-24")
    people, known = board_adults(evidence, told)
    assert (len(people), known.kind) == (42, "derived")
    assert known.sources == (
        "2023-24/population_icb_mid2022#ons-health-geographies-mid2022",
        "2023-24/icbs#ons-icb-region-lookup",
    )
    for sex in SEXES:
        adults = evidence.regional(told.table, "population_18_plus", sex=sex, period=told.period)
        assert people.groupby("region")[sex].sum().to_dict() == adults.to_dict()


def test_a_region_is_an_area_as_it_is():
    london = inputs("london")
    adults, known = london.adults()
    assert adults.to_dict() == london.region_adults().to_dict()
    assert known.kind == "derived"
    assert london.areas.known.sources == ()
    assert london.areas.note == ""


def test_a_footprint_has_the_people_of_its_boards():
    reach_out = inputs("reach-out")
    adults, known = reach_out.adults()
    assert adults["reach-out"] == pytest.approx(reach_out.members()["adults"].sum())
    assert adults["reach-out"] + adults["rest-of-midlands"] == pytest.approx(8643525)
    assert known.kind == "derived"
    bands, known = reach_out.age_bands()
    assert known.kind == "modelled"
    assert "its region's age structure" in reach_out.areas.note
    men = bands.loc["male"]
    np.testing.assert_allclose(
        men["reach-out"] / men["reach-out"].sum(), men["rest-of-midlands"] / men["rest-of-midlands"].sum()
    )
    people, _ = reach_out.people()
    assert people["people"].sum() == pytest.approx(adults["reach-out"])


def test_a_footprint_across_regions_takes_their_rates_by_people():
    wessex = inputs("thames-valley-and-wessex")
    drivers = wessex.drivers()[0]
    imd = drivers[drivers["driver"] == "IMD 2025 mean score"].set_index("area")["value"]
    england = inputs("london").drivers()[0].set_index(["driver", "area"])["value"]["IMD 2025 mean score"]
    codes = {region.name: region.slug for region in wessex.regions}
    boards = wessex.members().assign(rate=lambda frame: frame["region"].map(codes).map(england))
    everyone = wessex.regional(wessex.head_count("population_all_ages"))[0]["thames-valley-and-wessex"]
    assert len(set(boards["rate"])) == 3
    assert everyone > boards["adults"].sum()
    mean = (boards["rate"] * boards["adults"]).sum() / boards["adults"].sum()
    assert imd["thames-valley-and-wessex"] == pytest.approx(mean, rel=1e-3)  # weighted by all ages there
    assert imd["london"] == pytest.approx(england["london"])


def test_a_footprint_of_a_whole_region_leaves_no_rest_of_it():
    told = load("2023-24", "north-london")
    icbs = tuple(f"E540000{number}" for number in range(27, 32))
    told = told.model_copy(update={"region": "capital", "footprint": told.footprint.model_copy(update={"icbs": icbs})})
    capital = Inputs.open(told.canonical_json())
    assert [area.slug for area in capital.areas][:2] == ["capital", "north-east-and-yorkshire"]
    assert len(capital.areas) == 7
    assert capital.region.tile == next(region.tile for region in capital.regions if region.slug == "london")
    ours, theirs = capital.age_bands()[0]["capital"], inputs("london").age_bands()[0]["london"]
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_the_same_on_boards():
    boards = inputs("midlands").by_icb()
    assert len(boards.areas) == 42
    assert boards.region.slug == "midlands"
    values, known = boards.regional(boards.parameters.demand.need["smi_register"], boards.region_adults())
    assert values.sum() == pytest.approx(527556)
    assert known.kind == "modelled"
    own = inputs("midlands").members()
    assert list(own["area"]) == [board.slug for board in boards.boards() if board.region == "midlands"]
    assert set(own["region"]) == {"Midlands"}


def test_an_edition_without_boards_has_none():
    old = inputs("london", "2009-10")
    assert old.by_icb() is None
    assert old.members().empty
    assert old.boards() == ()
    assert len(old.areas) == 10


def test_a_series_of_another_edition_keeps_its_regions():
    reach_out = inputs("reach-out")
    adults = reach_out.parameters.validation.transfers.adults
    assert len(reach_out.regional(adults)[0]) == 10


def test_a_footprint_shows_what_is_published_for_its_regions():
    names = set(inputs("impact").local_evidence()["name"])
    assert names == {"Midlands (Reach Out, West Midlands footprint)", "Midlands (IMPACT, East Midlands footprint)"}
    assert len(set(inputs("thames-valley-and-wessex").local_evidence()["name"])) == 2
    (whole,) = [base for base in inputs("impact").budgets() if base.area == "IMPACT"]
    assert whole.budget is None


POPULATION = "2023-24/population_icb_mid2022.csv"
LINE = "E54000008,NHS Cheshire and Merseyside Integrated Care Board,population_18_plus,all,male,mid-2022,984852"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            LINE,
            LINE.replace("984852", "1484852"),
            "adults of population_icb_mid2022 are not those of population_nhs_region  North West: its boards have "
            "3,256,414, the region has 2,756,414 (male)",
        ),
        (
            LINE,
            LINE.replace("984852", "989852"),
            "adults of population_icb_mid2022 are not those of population_nhs_region  North West: its boards have "
            "2,761,414, the region has 2,756,414 (male)",
        ),
        (
            LINE,
            LINE.replace("984852", "0"),
            "2023-24/population_icb_mid2022 is not one figure a board  Cheshire and Merseyside (E54000008) has no people "
            "(population_18_plus, male)",
        ),
        (
            LINE,
            LINE.replace("male", "persons"),
            "2023-24/population_icb_mid2022 is not one figure a board  Cheshire and Merseyside (E54000008) has no row of "
            "population_18_plus, male",
        ),
    ],
)
def test_people_that_are_not_those_of_the_regions_are_refused(root, change, old, new, said):
    change(POPULATION, old, new)
    with pytest.raises(DataError) as error:
        check(root)
    assert [str(problem) for problem in error.value.problems] == [said]


def test_a_board_of_the_people_that_is_no_board_of_the_edition_is_refused(root, edit, change):
    """Its people would be nobody's."""
    line = next(
        x for x in (root / "data_raw/2023-24/icbs.csv").read_text(encoding="utf-8").splitlines() if ",QYG," in x
    )
    change("2023-24/icbs.csv", line + "\n", "")
    with pytest.raises(DataError) as error:
        Areas.of_boards(Evidence.open("2023-24", root), load("2023-24", "london", root).population)
    assert [str(problem) for problem in error.value.problems] == [
        "E54000008 has people and is no board of data_raw/2023-24/icbs.csv"
    ]


def test_a_table_without_boards_is_told_once_and_not_in_full(root):
    path = root / "params/2023-24/reach-out.yaml"
    path.write_text("population: {areas: population_nhs_region}\n", encoding="utf-8")
    with pytest.raises(DataError) as error:
        check(root)
    table = "params/2023-24/reach-out.yaml population  2023-24/population_nhs_region is not one figure a board"
    problems = [str(problem) for problem in error.value.problems]
    assert problems[0] == f"{table}: Cheshire and Merseyside (E54000008) has no row of population_18_plus, male"
    assert problems[5:] == [f"{table}: and 79 more"]
    path.write_text("population: {areas: null}\n", encoding="utf-8")
    with pytest.raises(DataError) as error:
        check(root)
    assert [str(problem) for problem in error.value.problems] == [
        "params/2023-24/reach-out.yaml population  areas: none named; a footprint needs a table with the adults of every "
        "integrated care board"
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",QYG,E40000014", ",QYG,E40009999", "line 2, column region_code  'E40009999' is no region or area code"),
        (",QYG,E40000014", ",QYG,E92000001", "icbs.csv  E54000008: E92000001 is no region"),
        (",QYG,", ",QNC,", "line 2, column ods_code  'QNC' stands twice (ods_code); remove one"),
        ("icb_code,", "icb,", "line 1  no column 'icb_code'; add it"),
    ],
)
def test_a_table_of_boards_has_rules(root, change, old, new, said):
    change("2023-24/icbs.csv", old, new)
    with pytest.raises(DataError) as error:
        check(root)
    assert said in str(error.value)
    assert all("icbs.csv" in str(problem) for problem in error.value.problems)


def write_boundaries(root, names: dict[str, str], column: str) -> None:
    """Draw a strip of squares, one a code."""
    (root / "data_raw/boundaries").mkdir(exist_ok=True)
    shapes = [box(number, 0, number + 1, 1) for number in range(len(names))]
    frame = gpd.GeoDataFrame({column: list(names)}, geometry=shapes, crs="EPSG:27700")
    (root / "data_raw/boundaries/map.geojson").write_text(
        json.dumps(
            json.loads(frame.to_json())
            | {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}}
        )
    )


def opened(root, slug: str) -> Inputs:
    told = load("2023-24", slug, root)
    return Inputs(told, Evidence.open("2023-24", root), Regions.open("2023-24", root))


def test_a_map_of_boards_serves_regions_and_footprints(root):
    write_boundaries(root, {board.code: board.slug for board in inputs("london").boards()}, "ICB23CD")
    assert check(root).tables == 52
    shapes = opened(root, "london").boundaries()
    assert list(shapes.index) == [region.slug for region in Regions.open("2023-24")]
    assert shapes.area["london"] == pytest.approx(5)
    shapes = opened(root, "reach-out").boundaries()
    assert shapes.area[["reach-out", "rest-of-midlands"]].tolist() == pytest.approx([6, 5])
    assert shapes.attrs["vintage"] == "2023"
    assert len(opened(root, "london").by_icb().boundaries()) == 42


def test_a_map_of_regions_serves_regions_alone(root):
    write_boundaries(root, {region.code: region.slug for region in Regions.open("2023-24")}, "NHSER24CD")
    assert len(opened(root, "london").boundaries()) == 7
    assert opened(root, "reach-out").boundaries() is None


def test_the_map_of_boards_of_the_trial_serves_a_footprint(root, shared):
    (root / "data_raw/boundaries").mkdir()
    name = "icb_2023_simplified.geojson"
    (root / "data_raw/boundaries" / name).write_bytes((shared / "geo" / name).read_bytes())
    shapes = opened(root, "thames-valley-and-wessex").boundaries()
    assert list(shapes.index) == [area.slug for area in opened(root, "thames-valley-and-wessex").areas]
    assert shapes.is_valid.all()


def test_the_boards_are_those_of_the_lookup(shared):
    import csv

    with (shared / "geo" / "icb_to_nhs_region_lookup.csv").open(encoding="utf-8", newline="") as stream:
        told = {row["ICB23CD"]: (row["ICB23CDH"], row["NHSER24CD"]) for row in csv.DictReader(stream)}
    codes = {region.slug: region.code for region in Regions.open("2023-24")}
    boards = inputs("london").boards()
    assert {board.code: (board.ods_code, codes[board.region]) for board in boards} == told


def test_areas_of_an_edition_without_boards_are_refused():
    with pytest.raises(DataError, match="edition 2009-10 has no areas below its regions"):
        Areas.of_boards(Evidence.open("2009-10"), load("2009-10", "london").population)
