"""A user's population projection is read as the ONS publishes it, or every reason why not is given."""

import zipfile
from pathlib import Path

import pytest

from needs.data.files import projection_files
from needs.data.geography import Regions
from needs.data.projections import read_projection
from needs.errors import DataError

YEARS = (2022, 2023, 2032)
HEADER = "AREA_CODE,AREA_NAME,COMPONENT,SEX,AGE_GROUP,2022,2023"
LONDON = {"E40000003": "london"}
SINGLE = [str(age) for age in range(90)] + ["90 and over"]
NO_HEADER = "no header with columns AREA_CODE, SEX, AGE_GROUP and a column a year"
SEMICOLONS = "semicolons stand between the cells; save it with commas"
REMEDY = (
    "data_raw/projections/README.md says which file to put there; without projection.file the mid-year change is used"
)


def rows(code: str = "E40000003", sex: str = "males", ages=SINGLE, cells: str = "100.5,101") -> list[str]:
    return [f"{code},Name,Population,{sex},{age},{cells}" for age in [*ages, "All ages"]]


def both(code: str = "E40000003", ages=SINGLE) -> list[str]:
    return [line for sex in ("males", "females", "persons") for line in rows(code, sex, ages)]


@pytest.fixture
def write(tmp_path: Path):
    def write(*lines: str, name: str = "snpp.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes("\r\n".join(lines).encode(encoding))
        return path

    return write


def refusal(path: Path, codes=LONDON, bands=("18_24", "65_plus"), years=(), names=None) -> list[str]:
    with pytest.raises(DataError) as error:
        read_projection(path, codes, bands, years, names or {})
    assert error.value.exit_code == 11
    assert error.value.headline.startswith(f"data_raw/projections/{path.name} ")
    assert error.value.remedy == REMEDY
    return [str(problem) for problem in error.value.problems]


def test_single_years_make_bands(write):
    people = read_projection(write(HEADER, *both()), LONDON, ["18_24", "65_plus", "18_plus"])
    assert people.loc[("london", "male", "18_24")].tolist() == [7 * 100.5, 7 * 101]
    assert people.loc[("london", "female", "65_plus"), 2022] == 26 * 100.5
    assert people.loc[("london", "female", "18_plus"), 2022] == 73 * 100.5
    assert list(people.columns) == [2022, 2023]
    assert people.attrs["split"] == ()


def test_the_zip_of_the_ons_is_read_as_downloaded(tmp_path):
    path = tmp_path / "2022snpppopulation.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for sex in ("males", "females", "persons"):
            archive.writestr(f"syoa/2022 SNPP Population {sex}.csv", "\n".join([HEADER, *rows(sex=sex)]))
        archive.writestr("__MACOSX/syoa/._2022 SNPP Population males.csv", b"\x00\xff")
        archive.writestr("notes.txt", "read me")
    people = read_projection(path, LONDON, ["18_plus"])
    assert people.loc["london"].to_numpy().tolist() == [[73 * 100.5, 73 * 101.0]] * 2


def test_what_spreadsheets_do_is_borne(write):
    lines = [line.replace("100.5,101", '"1,000.5", 1 001 ,,').replace("males", "Males ") for line in both()]
    header = "Area code,Area name,Component,Sex,Age group,2022,2023,,"
    path = write("Table 3: projections,,,,,,,,", "", header, *lines, "", "Source: ONS", encoding="utf-8-sig")
    people = read_projection(path, LONDON, ["18_24"])
    assert people.to_numpy().tolist() == [[7 * 1000.5, 7 * 1001.0]] * 2


def test_five_year_groups_are_spread_over_their_years_at_the_edge_of_a_band(write):
    groups = [f"{low}-{low + 4}" for low in range(0, 90, 5)] + ["90+"]
    people = read_projection(write(HEADER, *both(ages=groups)), LONDON, ["18_24", "25_34", "65_plus"])
    assert people[2022].round(6).tolist() == [0.4 * 100.5 + 100.5, 2 * 100.5, 6 * 100.5] * 2
    assert people.attrs["split"] == ("15-19",)


def test_codes_of_one_area_are_added_and_others_left_out(write):
    lines = [*both("E54000027"), *both("E54000028"), *both("E06000001")]
    people = read_projection(write(HEADER, *lines), {"E54000027": "a", "E54000028": "a"}, ["18_24"])
    assert people.loc[("a", "male", "18_24"), 2022] == 2 * 7 * 100.5


def test_every_region_of_an_older_vintage(write):
    regions = Regions.open("2023-24")
    codes_2021 = [f"E4000000{i}" for i in (3, 5, 6, 7, 8, 9)] + ["E40000010"]
    lines = [line for code in codes_2021 for line in both(code)]
    people = read_projection(write(HEADER, *lines), regions.codes, ["18_plus"], range(2022, 2024))
    assert set(people.index.get_level_values("area")) == {region.slug for region in regions}
    assert people.notna().all(axis=None)


def test_components_of_change_are_left_out(write):
    births = [line.replace("Population", "Births") for line in both()]
    people = read_projection(write(HEADER, *both(), *births), LONDON, ["18_24"])
    assert people[2022].tolist() == [7 * 100.5] * 2


def test_another_geography_is_named_with_the_missing_areas(write):
    lines = [line for code in ("E12000007", "E12000008", "E09000001") for line in both(code)]
    assert refusal(write(HEADER, *lines), LONDON | {"Y59": "south-east"}) == [
        "no rows for london",
        "no rows for south-east",
        "column AREA_CODE  E09000001: local authorities",
        "column AREA_CODE  E12000007 and 1 more: English regions, not those of the NHS",
    ]


def test_a_file_with_one_sex_is_named(write):
    path = write(HEADER, *rows(), *rows(sex="persons"))
    assert refusal(path) == ["no rows of females for london; the ONS gives one file a sex: use its zip"]


def test_a_file_of_persons_alone_is_named(write):
    assert refusal(write(HEADER, *rows(sex="persons"))) == ["no rows of males and females for london"]


def test_an_area_at_two_levels_is_not_added(write):
    codes = {"E40000003": "london", "E54000027": "london"}
    problem = "column AREA_CODE  london stands there more than once, as E40000003, E54000027"
    assert refusal(write(HEADER, *both(), *both("E54000027")), codes) == [problem]


def test_missing_ages_are_named(write):
    path = write(HEADER, *both(ages=[age for age in SINGLE if age not in ("21", "22", "90 and over")]))
    assert refusal(path) == [
        f"{sex}s of {band}: ages {missing} are not all there (london)"
        for sex in ("male", "female")
        for band, missing in (("18_24", "21 to 22"), ("65_plus", "90 and over"))
    ]


def test_an_open_group_is_not_spread(write):
    path = write(HEADER, *both(ages=["0-15", "16 and over"]))
    assert "males of 18_24: ages 18 to 24 are not all there (london)" in refusal(path)


def test_missing_years_are_named(write):
    lines = [line.removesuffix(",100.5,101") + ",1,2,3" for line in both()]
    header = HEADER.replace("2022,2023", "2022,2024,2025")
    assert refusal(write("", header, *lines), years=[2022, 2032]) == [
        "line 2  no column 2023; it runs from 2022 to 2025",
        "line 2  no column 2032; it runs from 2022 to 2025",
    ]


def test_bad_cells_are_all_named(write):
    lines = both()
    lines[0] = lines[0].replace("100.5,101", "-3,..")
    lines[1] = lines[1].replace("males", "all sexes")
    lines[2] = lines[2].replace(",2,", ",Oct-14,").removesuffix(",101")
    assert refusal(write(HEADER, *lines)) == [
        "line 2, column 2022  '-3' is not a number of people, 0 or more",
        "line 2, column 2023  '..' is not a number of people, 0 or more",
        "line 3, column SEX  'all sexes' is not males, females or persons",
        "line 4, column AGE_GROUP  'Oct-14' is no age group, such as 0, 20-24, 90 and over or All ages; "
        "a spreadsheet may have made a date of it",
        "line 4, column 2023  '' is not a number of people, 0 or more",
    ]


def test_a_thousand_problems_are_not_all_told(write):
    problems = refusal(write(HEADER, *[line.replace("100.5", "x") for line in both()]))
    assert len(problems) == 41
    assert problems[-1] == "and 142 more"


def test_a_cell_without_people_is_named(write):
    nobody = [
        line.replace("100.5", "0") if ",females," in line and line.split(",")[4] < "18" else line for line in both()
    ]
    assert read_projection(write(HEADER, *nobody), LONDON, ["18_24"]).min(axis=None) > 0  # children do not matter
    nobody = [line.replace("100.5", "0") if ",females," in line else line for line in both()]
    assert refusal(write(HEADER, *nobody), bands=["18_24"]) == [
        "column 2022  london: no females of 18_24; a cell has people in every year"
    ]


def test_rows_that_say_it_twice_are_named(write):
    assert refusal(write(HEADER, *both(), *rows(ages=["20", "21"]))) == [
        "line 278, column AGE_GROUP  E40000003, males: 20 tells of people of 20 (line 22) again"
    ]
    assert refusal(write(HEADER, *both(), *rows(ages=["30-34"], sex="females"))) == [
        "line 278, column AGE_GROUP  E40000003, females: 30-34 tells of people of 30 (line 124) again"
    ]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["not,a,projection"], NO_HEADER),
        (["AREA_CODE,SEX,AGE_GROUP", "E40000003,males,20"], NO_HEADER),
        ([], NO_HEADER),
        (["CODE,AREA,AGE GROUP,2022"], "line 1  no column SEX (males, females)"),
        (["CODE,AREA,SEX,AGE GROUP,2022,2022"], "line 1  column 2022 stands there twice"),
        ([HEADER, '"E40000003,Name'], "line 2  it is not CSV: unexpected end of data"),
        ([HEADER.replace(",", ";"), "E40000003;Name;Population;males;20;1;2"], f"line 1  {SEMICOLONS}"),
        (["Title", '"AREA_CODE";"SEX";"AGE_GROUP";"2022"'], f"line 2  {SEMICOLONS}"),
    ],
)  # fmt: skip
def test_what_is_no_projection_is_named(write, lines, problem):
    assert refusal(write(*lines)) == [problem]


def test_what_is_no_text_is_named(write, tmp_path):
    assert refusal(write(HEADER, "é", encoding="latin-1")) == [
        f"byte {len(HEADER) + 2} is not UTF-8 text; save a workbook as CSV UTF-8"
    ]
    workbook = tmp_path / "table3.xlsx"
    workbook.write_bytes(b"PK\x03\x04\xff")
    assert refusal(workbook) == ["the name does not end in .csv or .zip; save a workbook as CSV UTF-8"]
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04\xff")
    assert refusal(broken) == ["it is not a zip that can be read: File is not a zip file"]
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("notes.txt", "none")
    assert refusal(tmp_path / "empty.zip") == ["it holds no CSV file"]


def test_a_problem_in_a_zip_names_its_file(tmp_path):
    path = tmp_path / "both.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("males.csv", "\n".join([HEADER, *rows()]))
        archive.writestr("females.csv", "\n".join([HEADER, *rows(sex="females", cells="x,1")[:1]]))
    assert refusal(path) == ["females.csv line 2, column 2022  'x' is not a number of people, 0 or more"]


def test_a_missing_file_says_what_is_there(write, tmp_path):
    assert refusal(tmp_path / "gone.csv") == ["data_raw/projections holds no file"]
    write(HEADER)
    assert refusal(tmp_path / "gone.csv") == ["data_raw/projections holds snpp.csv"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("p.txt", "the name does not end in .csv or .zip; save a workbook as CSV UTF-8"),
        ("pop", "the name does not end in .csv or .zip; save a workbook as CSV UTF-8"),
        (".p.csv", "the name begins with a dot, which hides the file; rename it"),
    ],
)
def test_a_file_that_would_not_be_hashed_is_not_read(write, name, problem):
    path = write(HEADER, *both(), name=name)
    assert refusal(path) == [problem]
    assert projection_files(path.parent) == []


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "x.csv").mkdir()
    assert refusal(tmp_path / "x.csv") == ["it is a folder; put the file itself there"]
    assert projection_files(tmp_path) == []


def test_a_second_table_below_the_first_is_refused(write):
    later = HEADER.replace("2022,2023", "2032,2033")
    path = write(HEADER, *both(), "", later, *both("E40000005"))
    assert refusal(path) == ["line 279  a second header; a file holds one table"]
    backwards = ",".join(reversed(later.split(",")))
    assert refusal(write(HEADER, *both(), backwards)) == ["line 278  a second header; a file holds one table"]


BOARDS = {"E54000027": "a", "E54000028": "b"}


def test_what_stands_in_place_of_boards_is_named(write):
    lines = [*both("E40000003"), *both("E54000999")]
    assert refusal(write(HEADER, *lines), BOARDS) == [
        "no rows for a",
        "no rows for b",
        "column AREA_CODE  E40000003: NHS regions; a footprint needs a file of integrated care boards",
        "column AREA_CODE  E54000999: integrated care boards of another vintage",
    ]
    assert refusal(write(HEADER, *both("E40000099"))) == [
        "no rows for london",
        "column AREA_CODE  E40000099: NHS regions of another vintage",
    ]


def test_areas_are_told_by_name_and_returned_by_slug(write):
    names = {"a": "North West London", "b": "North Central London"}
    path = write(HEADER, *rows("E54000027"), *both("E54000028", ages=SINGLE[:80]))
    assert refusal(path, BOARDS, names=names)[0] == (
        "no rows of females for North West London; the ONS gives one file a sex: use its zip"
    )
    assert "(North Central London)" in refusal(path, BOARDS, names=names)[1]
    assert refusal(write(HEADER, *both("E54000027")), BOARDS, names=names) == ["no rows for North Central London"]
    path = write(HEADER, *both("E54000027"), *both("E54000028", ages=["15-19", *SINGLE[20:]]))
    people = read_projection(path, BOARDS, ["18_24"], names=names)
    assert people.equals(read_projection(path, BOARDS, ["18_24"]))
    assert people.index.get_level_values("area").unique().tolist() == ["a", "b"]
    assert people.attrs["split"] == ("15-19",)


def test_files_are_found_by_suffix(tmp_path):
    for name in ("b.CSV", "a.zip", ".hidden.csv", "README.md"):
        (tmp_path / name).touch()
    assert [path.name for path in projection_files(tmp_path)] == ["a.zip", "b.CSV"]
