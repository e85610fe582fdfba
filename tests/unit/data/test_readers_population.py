"""Population by age: sums of single years, older workbooks, and the three forms of Nomis."""

import pytest
from public_files import ICB, as_book, as_csv, people, population_header

from needs.data.readers.ages import BANDS, age_of, cover
from needs.data.readers.look import look
from needs.data.readers.ons_population import OnsPopulation
from needs.errors import DataError


def read(path):
    assert OnsPopulation().matches(look(path))
    return OnsPopulation().read(path)


def refused(path):
    with pytest.raises(DataError) as error:
        OnsPopulation().read(path)
    return str(error.value)


@pytest.fixture
def book(tmp_path):
    def write(header, *rows, name="Mid-2022 ICB 2023", above=3, below=()):
        lines = [["Estimates by single year of age and sex"], *[[]] * (above - 1), header, *rows, *below]
        return as_book(tmp_path / "people.xlsx", **{"Cover sheet": [["Date published: 1st May 2025"]], name: lines})

    return write


def figure(found, code, measure="population_18_plus", sex="persons", period="mid-2022"):
    frame = found.frame
    rows = frame[
        (frame["region_code"] == code)
        & (frame["measure"] == measure)
        & (frame["sex"] == sex)
        & (frame["period"] == period)
    ]
    return rows["value"].item()


@pytest.mark.parametrize("above", [1, 3, 12])
def test_single_years_are_summed_to_bands_boards_and_regions(book, above):
    rows = [people(), people("E38000241", first=3), people("E38000300", "E54000030", first=5)]
    found = read(book(population_header(), *rows, above=above))
    women, men = rows[0][7:98], rows[0][98:]
    assert figure(found, "E38000240", sex="female") == sum(women[18:])
    assert figure(found, "E38000240", "population_65_plus", "male") == sum(men[65:])
    assert figure(found, "E38000240", "population_25_34") == sum(women[25:35]) + sum(men[25:35])
    assert figure(found, "E54000027", "population_all_ages") == rows[0][6] + rows[1][6]
    assert figure(found, "E40000003", "population_all_ages") == sum(row[6] for row in rows)
    assert (found.rows, found.citation.date) == (3, "2025-05-01")
    assert len(found.frame) == (3 + 2 + 1) * 3 * len(BANDS)


def test_total_that_is_not_the_sum_of_ages_is_an_error(book):
    row = people()
    row[6] += 1
    assert f"its ages make {row[6] - 1:,}, and its total is {row[6]:,}" in refused(book(population_header(), row))


def test_a_lost_age_and_a_blank_one_are_named(book):
    header, row = population_header(), people()
    place = header.index("F37")
    assert "no column 'F37'" in refused(
        book([*header[:place], *header[place + 1 :]], [*row[:place], *row[place + 1 :]])
    )
    row[place] = ""
    assert "sheet Mid-2022 ICB 2023, row 5  F37 '' is no number of people" in refused(book(header, row))


@pytest.mark.parametrize(("lost", "other"), [("M86", "x"), ("F90", "F00"), ("M88", "P0"), ("M90", "M91")])
def test_an_age_that_one_sex_alone_has_is_named(book, lost, other):
    header = [other if name == lost else name for name in population_header()]
    assert f"no column {lost!r}, which the other sex has" in refused(book(header, people()))


def test_a_column_that_is_no_age_of_the_sheet_is_not_counted(book):
    header, row = [*population_header(), "P0", "F00"], people()
    assert figure(read(book(header, [*row, 7, 7])), "E38000240", "population_all_ages") == row[6]


def test_a_sheet_without_its_header_is_told(book):
    assert "the header is missing" in refused(book(people()))


def test_notes_below_the_table_and_misspelt_headers_are_said(book):
    header = [name.replace("NHSER 2023 Code", "NSHER 2023 Code") for name in population_header()]
    found = read(book(header, people(), below=[["Source: Office for National Statistics"]]))
    assert "NSHER 2023 Code was read as NHSER 2023 Code." in found.notes
    assert any("below the table holds a remark" in note for note in found.notes)
    assert found.rows == 1
    assert "E40000003" in set(found.frame["region_code"])


def test_a_workbook_with_a_sheet_for_each_sex(tmp_path):
    header = ["CCG Code", "CCG Name", "STP20 Code", "STP20 Name", "All Ages", *map(str, range(90)), "90+"]
    row = ["E38000006", "Barnsley", "E54000009", "South Yorkshire", 91 * 2, *[2] * 91]
    sheets = {
        f"Mid-2019 {sex}": [[f"CCGs, mid-2019: {sex.lower()}"], [], header, row]
        for sex in ("Males", "Females", "Persons")
    }
    found = read(as_book(tmp_path / "sape.xlsx", **sheets))
    assert {sex: figure(found, "E54000009", sex=sex, period="mid-2019") for sex in ("male", "female", "persons")} == {
        "male": 146.0,
        "female": 146.0,
        "persons": 146.0,
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_row_a_figure_of_nomis(tmp_path, encoding):
    header = ["DATE", "GEOGRAPHY_NAME", "GEOGRAPHY_CODE", "GENDER_NAME", "C_AGE_NAME", "MEASURES_NAME", "OBS_VALUE"]
    told = {"All ages": 12, "Aged 0 to 17": 2, "Aged 18-24": 3, "Aged 25 to 64": 4, "Aged 65+": 3}
    rows = [
        ["2022", "Kent", "E10000016", sex, age, "Value", n] for sex in ("Male", "Female") for age, n in told.items()
    ]
    percent = ["2022", "Kent", "E10000016", "Male", "All ages", "Percent", 100]
    path = tmp_path / "nomis.csv"
    path.write_bytes(as_csv([header, *rows, percent], encoding))
    found = read(path)
    assert figure(found, "E10000016", period="2022") == 20
    assert figure(found, "E10000016", "population_18_24", "male", "2022") == 3
    assert found.rows == 11
    assert "Persons are men and women together." in found.notes
    assert "1 rows that are no counts are left out: Percent." in found.notes
    assert any("do not make population_25_34" in note for note in found.notes)


def test_a_column_an_age_of_nomis(tmp_path):
    header = [
        "date",
        "geography",
        "geography code",
        *(f"Age: {age}; measures: Value" for age in ("Total", "Aged 17 years and under", "Aged 18 years and over")),
    ]
    path = tmp_path / "census2021.csv"
    path.write_bytes(
        as_csv([header, ["2021", "Kent", "E10000016", 1001, 300, 700], ["2021", "Surrey", "E10000030", 900, 300, 600]])
    )
    found = read(path)
    assert figure(found, "E10000016", "population_0_17", period="2021") == 300
    assert "Ages and total differ by up to 1 people, as counts that protect people do." in found.notes
    path.write_bytes(as_csv([header, ["2021", "Kent", "E10000016", 1100, 300, 700]]))
    assert "its ages make 1,000, and its total is 1,100" in refused(path)


def test_blocks_of_nomis(tmp_path):
    def block(sex, *rows):
        return [
            ["Gender:", sex],
            [],
            ["Area", "mnemonic", "All Ages", "Aged 0 to 17", "Age 18", "Age 19 to 24", "Aged 25+"],
            *rows,
            [],
        ]

    above = [
        ["Population estimates - local authority based by single year of age"],
        ["ONS Crown Copyright Reserved [from Nomis]"],
        [],
        ["Date:", "2022"],
    ]
    men = block("Male", ["Kent", "E10000016", 10, 2, 1, 3, 4], ["Surrey", "E10000030", 5, 1, 1, 1, 2])
    women = block("Female", ["Kent", "E10000016", 20, 4, 2, 6, 8], ["Surrey", "E10000030", 6, 1, 1, 1, 3])
    path = tmp_path / "blocks.csv"
    path.write_bytes(as_csv([*above, *men, *women, ["All figures are rounded."]]))
    found = read(path)
    assert figure(found, "E10000016") == 24
    assert figure(found, "E10000030", "population_18_24", "female") == 2
    assert found.rows == 4


@pytest.mark.parametrize("label", ["n/a", "Male", "Aged", "", "Aged under 0", "Aged 18 to 10", "Age 201", "9" * 5_000])
def test_what_is_no_age(label):
    assert age_of(label) is None


def test_a_band_is_made_exactly_or_not_at_all():
    singles = [(age, age) for age in range(90)] + [(90, None)]
    assert all(cover(singles, ages) for ages in BANDS.values())
    assert cover([(0, 15), (16, 64), (65, None)], (18, 64)) is None
    assert cover([(0, 15), (16, 64), (65, None), (16, 17), (18, 64)], (18, 64)) == [(18, 64)]


def test_bands_in_many_ways_that_do_not_reach_the_end_are_told_soon():
    held = [(age, age + wide - 1) for wide in (1, 2, 5, 10) for age in range(0, 90, wide)]
    assert cover(held, (0, None)) is None
    assert cover(held, (18, 64)) == [(18, 19), *((age, age + 9) for age in range(20, 60, 10)), (60, 64)]


def test_an_age_that_is_not_known_is_counted(tmp_path):
    header = [*ICB[2:4], "Total"]
    assert header[0] == "ICB 2023 Code"
    rows = [["2022", "Kent", "E10", age, 1] for age in ("Aged 0 to 17", "Aged 18+", "Working age")]
    path = tmp_path / "nomis.csv"
    path.write_bytes(as_csv([["DATE", "GEOGRAPHY_NAME", "GEOGRAPHY_CODE", "AGE_NAME", "OBS_VALUE"], *rows]))
    assert read(path).unknown == {"age": {"Working age": 1}}


@pytest.mark.parametrize(
    "content", [b'DATE,C_AGE_NAME,GEOGRAPHY_CODE,OBS_VALUE\n2022,"Aged', b'Area,mnemonic,Age 1,Age 2,Age 3\n"']
)
def test_a_quote_that_does_not_end_is_told(tmp_path, content):
    path = tmp_path / "nomis.csv"
    path.write_bytes(content)
    assert "a quote does not end" in refused(path)


def test_people_of_a_sex_that_is_not_known_alone_are_no_figures(tmp_path):
    header = ["Area", "mnemonic", "All Ages", "Aged 0 to 17", "Aged 18+"]
    path = tmp_path / "blocks.csv"
    path.write_bytes(as_csv([["Gender:", "age"], [], header, ["Kent", "E10000016", 3, 1, 2]]))
    assert refused(path)
