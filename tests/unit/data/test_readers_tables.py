"""Deprivation, indicators, detentions, health checks and placements, in the forms of their years."""

import pytest
from public_files import FINGERTIPS, IMD_2010, IMD_2019, MADE, MHA, OAP, SMI, as_book, as_csv, fingertips, mha

from needs.data.readers import READERS
from needs.data.recognise import recognise
from needs.errors import DataError

NAMED = {reader.name: reader for reader in READERS}
LSOA = ["E01000001", "City of London 001A", "E09000001", "City of London", "6.2", "29199", "9"]


@pytest.fixture
def read(tmp_path):
    def reading(*rows, name="file.csv"):
        path = tmp_path / name
        path.write_bytes(as_csv(rows))
        reader = recognise(path).reader
        return reader.read(path)

    return reading


def refused(read, *rows, **how):
    with pytest.raises(DataError) as error:
        read(*rows, **how)
    assert error.value.remedy
    return str(error.value)


def values(found):
    return dict(zip(found.frame["measure"], found.frame["value"], strict=True))


@pytest.mark.parametrize(
    ("header", "row", "period"),
    [
        (IMD_2019, LSOA, "IMD 2019"),
        ([name.replace("2019", "2013") for name in IMD_2019], LSOA, "IMD 2015"),
        ([name.replace("2011", "2021").replace("2019", "2024") for name in IMD_2019], LSOA, "IMD 2025"),
        ([name.replace("(IMD) ", "").split(" (where")[0].upper() for name in IMD_2019], LSOA, "IMD 2019"),
        (
            ["LSOA code", "LSOA name", "LA code", "LA name", "IMD Score", "IMD Rank", "IMD Decile"],
            LSOA,
            "IMD of a year not stated",
        ),
    ],
)
def test_deprivation_of_every_year(read, header, row, period):
    found = read(header, row)
    assert values(found) == {"imd_score": 6.2, "imd_rank": 29199.0, "imd_decile": 9.0}
    assert found.frame["region_name"].tolist()[0] == "City of London 001A"
    assert found.period == period


def test_deprivation_of_2010_has_no_deciles(read):
    found = read(IMD_2010, ["E01000001", "00AA", "City", "E09000001", "City", "E12000007", "London", "6.16", "28814"])
    assert values(found) == {"imd_score": 6.16, "imd_rank": 28814.0}
    assert found.period == "IMD 2010"
    assert "It ranks 1 small areas of 32,482 in England; 1 is the most deprived." in found.notes
    assert "It has no deciles." in found.notes
    assert "Columns that are not read: GOR CODE, GOR NAME." in found.notes


def test_deprivation_that_cannot_be(read):
    second = ["E01000002", *LSOA[1:5], "40000", "11"]
    said = refused(read, IMD_2019, LSOA, second)
    assert "row 3  rank 40000 is not between 1 and 32,844" in said
    assert "row 3  decile 11 is none of 1 to 10" in said
    assert "deciles fall where ranks rise" in refused(read, IMD_2019, LSOA, ["E01000002", *LSOA[1:5], "30000", "1"])
    assert "the rank of a small area has different values" in refused(read, IMD_2019, LSOA, [*LSOA[:5], "5", "1"])
    assert "'X1' is no code of a small area" in refused(read, IMD_2019, ["X1", *LSOA[1:]])
    assert "the header is missing" in refused(read, LSOA)


def test_indicators_of_26_and_27_columns(read):
    wide = [*FINGERTIPS, "Time period range"]
    short = read(FINGERTIPS, fingertips(columns=25), fingertips("9", "E06000002"))
    assert short.notes[0] == "1 row is shorter than the header, and its last cells are blank."
    full = read(wide, fingertips(columns=27), fingertips("9", "E06000002", columns=27))
    assert short.frame.equals(full.frame)
    assert values(full)["i93356_infections_count"] == 51
    assert full.frame["note"].tolist()[0] == "County & UA; 95% interval 93.9 to 95.5"


def test_an_indicator_that_is_suppressed_is_missing_and_one_without_a_value_is_told(read):
    rows = [
        fingertips(""),
        fingertips("", "E06000002", note="Value suppressed for disclosure control"),
        fingertips("*", "E06000003"),
    ]
    found = read(FINGERTIPS, *rows)
    frame = found.frame[found.frame["measure"] == "i93356_infections"]
    assert frame["region_code"].tolist() == ["E06000002", "E06000003"]
    assert frame["value"].isna().all()
    assert found.suppressed == 2
    assert "1 row without a value, and not suppressed, give no figure of it." in found.notes


def test_indicators_by_sex_age_and_time_are_figures_of_their_own(read):
    rows = [
        fingertips(sex="Male"),
        fingertips(sex="Not applicable"),
        fingertips(age="18+ yrs"),
        fingertips(period="2016"),
    ]
    found = read(FINGERTIPS, *rows)
    assert found.unknown == {"Sex": {"Not applicable": 3}}
    assert set(found.frame["measure"]) >= {"i93356_infections", "i93356_infections_18_plus_yrs"}
    assert "has different values: 94.7, 9" in refused(read, FINGERTIPS, fingertips(), fingertips("9"))


def test_detentions_by_organisation_and_people(read):
    rows = [
        mha(),
        mha("*", "QMJ", rate="NULL"),
        mha("52458", "All prov", "All submissions"),
        mha("44667", "All prov", "NHS TRUST"),
        mha("2556", "All prov", "All submissions", group="Ethnicity", people="African"),
        mha("20000", "All prov", "All submissions", group="Gender", people="2"),
    ]
    found = read(MHA, *rows, name="mha_annual_suppressed_2023_24.csv")
    frame = found.frame.set_index("measure")
    assert frame.loc["all_detentions", "value"].tolist() == 52458
    assert frame.loc["all_detentions_nhs_trust", "region_code"] == "E92000001"
    assert frame.loc["all_detentions_ethnicity_african", "value"] == 2556
    assert frame.loc["all_detentions_gender_2", "sex"] == "female"
    hidden = found.frame[(found.frame["region_code"] == "QMJ") & (found.frame["measure"] == "all_detentions_icb")]
    assert hidden["value"].isna().tolist() == [True]
    assert hidden["note"].tolist() == ["ICB; All; suppressed, 0 to 6"]
    assert (found.rows, found.period, dict(found.unknown)) == (6, "2023-24", {})
    assert "Counts of organisations are rounded to 5, so that their sums are of rounded counts." in found.notes


def test_detentions_with_other_names_for_columns_and_unknown_words(read):
    names = {"OrgID": "Org Code", "Total_Count": "Value", "DemographicBreakdown": "Demographic Brekdown"}
    found = read(
        [names.get(name, name) for name in MHA], mha(measure="Detentions on the moon"), mha("15", "X", "Planet")
    )
    assert "Org Code was read as OrgID." in found.notes
    assert "Demographic Brekdown was read as DemographicBreakdown." in found.notes
    assert found.unknown == {"Measure": {"Detentions on the moon": 1}, "OrganisationBreakdown": {"Planet": 1}}
    assert "the header is missing" in refused(read, mha())


def test_health_checks_in_columns(read, tmp_path):
    rows = MADE["smi_checks"]
    found = read(*rows, name="SMI health checks Q3 2023-24.csv")
    frame = found.frame
    assert found.period == "2023-24 Q3"
    assert set(frame["measure"]) == {"smi_register_people", "smi_full_checks_people", "smi_full_checks_percent"}
    assert frame["region_code"].unique().tolist() == ["93C", "A3A8R"], "the smallest area that a row names"
    assert found.suppressed == 2
    assert frame.loc[frame["measure"] == "smi_full_checks_percent", "unit"].unique().tolist() == ["share"]
    numbers = [*rows[:1], [*rows[1][:4], 20430, 11120, 0.544]]
    book = as_book(
        tmp_path / "smi.xlsx",
        Notes=[["Notes"]],
        Q4=[["Physical health checks for SMI, Quarter 4 2021/22"], [], *numbers],
    )
    assert recognise(book).reader.read(book).period == "2021-22 Q4"


def test_health_checks_in_rows_and_what_is_not_known(read):
    header = ["Period", "Region code", "Region name", "Measure", "Value"]
    rows = [
        ["Q3-2023-2024", "Y56", "London", "Number of people on the SMI register", "110653"],
        ["Q3-2023-2024", "Y56", "London", "People with alcohol checks", "70000"],
        ["Q3-2023-2024", "Y56", "London", "People offered yoga", "12"],
        ["Q3-2023-2024", "", "ENGLAND", "Number of people on the SMI register", "520000"],
    ]
    found = read(header, *rows, name="smi health checks.csv")
    assert found.frame["measure"].tolist() == [
        "smi_register_people",
        "smi_check_alcohol_people",
        "people_offered_yoga",
        "smi_register_people",
    ]
    assert found.frame["region_code"].tolist() == ["Y56"] * 3 + ["E92000001"]
    assert found.unknown == {"measure": {"People offered yoga": 1}}


def test_more_checks_than_people_is_said(read):
    found = read(SMI[:6], ["Y56", "London", "93C", "North Central London", "100", "120"], name="smi.csv")
    assert "More people had all checks than are on the register in 93C." in found.notes


def test_placements_of_a_month_that_only_the_name_says(read):
    rows = [
        ["OAPs active at period end", "England", "", "", "", "203"],
        ["OAPs active at period end", "BedType", "England", "", "", "203"],
        ["OAPs active at period end", "BedType", "20", "", "", "12"],
        ["OAPs active at period end", "Weather", "Rain", "", "", "3"],
        ["Total number of OAP days over the period", "Ccg", "00C", "", "", "*"],
    ]
    found = read(OAP, *rows, name="OAPs October 2016.csv")
    frame = found.frame.set_index("measure")
    assert found.period == "2016-10"
    assert frame.loc["oaps_active_at_period_end_bedtype_20", "tier"] == "medium"
    assert frame.loc["total_number_of_oap_days_over_the_period_ccg", ["region_code", "note"]].tolist() == [
        "00C",
        "Ccg; suppressed",
    ]
    assert found.unknown == {"Breakdown1": {"Weather": 1}}
    assert read(OAP, *rows, name="oaps.csv").period == "not stated"
    assert "has different values: 203, 204" in refused(read, OAP, rows[0], [*rows[0][:5], "204"])


@pytest.mark.parametrize("name", [name for name in MADE if name not in ("ons_population", "smi_checks")])
def test_a_missing_header_is_told_and_nothing_is_guessed(read, name):
    rows = MADE[name][1:]
    said = refused(read, *rows)
    assert "the header is missing: this is a row of data. Write above it what was published, such as" in said
    assert said.count(",") >= len(MADE[name][0]) - 1


@pytest.mark.parametrize("name", MADE)
def test_a_reader_says_what_it_looks_for(name):
    reader = NAMED[name]
    assert reader.title
    assert reader.looks_for.startswith(("a ", "an "))


def broken(name, change):
    rows = [[str(cell) for cell in row] for row in MADE[name]]
    change(rows)
    return rows


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("smi_checks", lambda rows: rows[1].__setitem__(4, "E01000001"), "'E01000001' is no number"),
        ("mhsds", lambda rows: rows.__delitem__(slice(1, None)), "no row of data stands below its header"),
        ("oap", lambda rows: rows[1].__setitem__(2, ""), "1 of its figures have no region_code"),
        ("fingertips", lambda rows: rows.__setitem__(slice(1, None), [fingertips("")[:17]]), "it holds no figure"),
        ("mha", lambda rows: rows.append([*rows[1][:9], "", "", "7", *rows[1][12:]]), "has different values: 1410, 7"),
        ("mha", lambda rows: rows.insert(0, [*rows[0][:9], "x", *rows[0][10:]]), ""),
    ],
)
def test_what_cannot_be_a_figure_is_refused(tmp_path, name, change, said):
    path = tmp_path / "file.csv"
    path.write_bytes(as_csv(broken(name, change)))
    if not said:
        assert NAMED[name].read(path).rows == len(MADE[name]) - 1, "a second line of header loses no row"
        return
    with pytest.raises(DataError) as error:
        NAMED[name].read(path)
    assert said in str(error.value)


def test_rows_between_two_headers_are_not_lost(read):
    header, *rows = MADE["mha"]
    worn = [name if name != "MHSDS_Count" else "x" for name in header]
    assert "what stands between would be lost" in refused(read, worn, *rows, header, *rows)


def test_an_area_without_a_name_has_its_code(read):
    header = ["DATE", "GEOGRAPHY_CODE", "C_AGE_NAME", "OBS_VALUE"]
    assert read(header, ["2022", "E10", "All ages", "3"]).frame["region_name"].tolist() == ["E10"]


def test_two_columns_of_one_measure_are_kept_apart(read):
    header, *rows = MADE["smi_checks"]
    found = read([*header, "People on the SMI register, again"], *([*row, "5"] for row in rows), name="smi checks.csv")
    assert not found.frame.duplicated(["region_code", "measure"]).any()
    assert found.frame["value"].eq(5).sum() == len(rows)
    assert "People on the SMI register, again" in found.unknown["measure"]
