"""Monthly statistics: which status goes first, which version a code is of, and what cannot be read."""

import pandas as pd
import pytest
from public_files import MHSDS, as_book, as_csv, mhsds

from needs.data.readers.look import look
from needs.data.readers.mhsds import Mhsds
from needs.data.readers.secure_codes import read_codes
from needs.data.recognise import recognise
from needs.errors import DataError


@pytest.fixture
def read(tmp_path):
    def reading(*rows, header=MHSDS, content=None):
        path = tmp_path / "mhsds.csv"
        path.write_bytes(content if content is not None else as_csv([header, *rows]))
        return Mhsds().read(path)

    return reading


def refused(read, *rows, **how):
    with pytest.raises(DataError) as error:
        read(*rows, **how)
    assert error.value.exit_code == 11
    return str(error.value)


@pytest.mark.parametrize(
    ("statuses", "kept"),
    [
        (("Provisional", "Final", "Performance"), 2.0),
        (("Provisional", "Performance"), 2.0),
        (("Final", "Provisional"), 1.0),
        (("Experimental", "Provisional"), 2.0),
    ],
)
def test_final_goes_before_performance_before_provisional(read, statuses, kept):
    found = read(*(mhsds(str(n), status) for n, status in enumerate(statuses, 1)))
    assert found.frame["value"].tolist() == [kept]
    assert found.rows == len(statuses)
    assert (
        sum("left out: the same figure stands under one that goes first" in note for note in found.notes)
        == len(statuses) - 1
    )


def test_a_later_status_of_another_area_is_kept(read):
    found = read(mhsds("1", "Final"), mhsds("2", "Provisional", level="RYY"))
    assert found.frame["value"].tolist() == [1.0, 2.0]


def test_one_status_with_two_values_is_an_error_and_with_one_is_told(read):
    assert "rows 2 and 3  the same figure of one status has different values: 40, 50" in refused(
        read, mhsds(), mhsds("50")
    )
    found = read(mhsds(), mhsds())
    assert "1 row repeats a figure that is there already and is left out." in found.notes
    assert "suppressed" in refused(read, mhsds(), mhsds("*"))


@pytest.mark.parametrize(
    ("month", "code", "tier", "unknown"),
    [
        ("2024-03", "19", "low", ""),
        ("2024-03", "20", "medium", ""),
        ("2024-03", "21", "high", ""),
        ("2024-04", "206", "low", ""),
        ("2024-04", "207", "medium", ""),
        ("2024-04", "208", "high", ""),
        ("2024-04", "21", "all", "21 (code of version 5 in 2024-04)"),
        ("2024-03", "208", "all", "208 (code of version 6 in 2024-03)"),
        ("2024-04", "200", "not secure", ""),
        ("2024-04", "Adult Medium Secure", "medium", ""),
        ("2024-04", "UNKNOWN", "all", "UNKNOWN"),
    ],
)
def test_codes_of_secure_services_are_of_their_version(read, month, code, tier, unknown):
    last = {"2024-03": "31", "2024-04": "30"}[month]
    row = mhsds(breakdown="Provider; Bed Type", second=code, start=f"{month}-01", end=f"{month}-{last}")
    found = read(row)
    assert found.frame["tier"].tolist() == [tier]
    assert found.frame["period"].tolist() == [month]
    assert dict(found.unknown) == ({"inpatient services": {unknown: 1}} if unknown else {})


def test_a_quarter_over_the_change_may_hold_codes_of_both_versions(read):
    days = {"start": "01/02/2024", "end": "30/04/2024", "breakdown": "Provider; Bed Type"}
    found = read(mhsds(second="20", **days), mhsds(second="207", **days))
    assert found.frame["tier"].tolist() == ["medium", "medium"]
    assert found.frame["measure"].is_unique


@pytest.mark.parametrize(
    ("level", "tier"), [("0", "not secure"), ("1", "low"), ("2", "medium"), ("3", "high"), ("4", "all")]
)
def test_ward_security_levels(read, level, tier):
    found = read(mhsds(breakdown="England; Ward Security Level", level="England", second=level))
    assert found.frame["tier"].tolist() == [tier]
    assert dict(found.unknown) == ({"ward security": {"4": 1}} if tier == "all" else {})


def test_codes_mean_what_the_tables_say():
    codes = read_codes()
    assert codes.levels["0"] == "not secure"
    assert set(codes.version_5) & {"17", "35", "36", "38"} == {"17", "35", "36", "38"}
    assert not set(codes.version_5) & set(codes.version_6)


def test_levels_without_an_area_are_of_england(read):
    beds = mhsds("1", breakdown="Bed Type as Reported to MHSDS; Gender", level="207", second="1")
    left_out = mhsds("2", breakdown="England; Bed Type", level="206")
    whole = mhsds("3", breakdown="England", level="England")
    frame = read(beds, left_out, whole).frame
    assert set(frame["region_code"]) == {"E92000001"}
    assert frame["tier"].tolist() == ["medium", "low", "all"]
    assert frame["sex"].tolist() == ["male", "persons", "persons"]
    assert frame["measure"].tolist()[2] == "mhs01"
    assert frame["measure"].is_unique


def test_a_suppressed_cell_is_missing_with_bounds(read):
    percent = [*mhsds("*")[:8], "MHS02", "Proportion of people", "*"]
    found = read(mhsds("*"), percent, mhsds("0", level="RYY"))
    assert found.frame["value"].isna().tolist() == [True, True, False]
    assert found.suppressed == 2
    assert found.frame["note"].str.extract(r"(suppressed, \d+ to \d+)")[0].tolist()[:2] == [
        "suppressed, 0 to 4",
        "suppressed, 0 to 100",
    ]


def test_what_is_not_known_is_counted(read):
    rows = [
        mhsds(status="Draft"),
        mhsds("1", breakdown="Moon phase", level="Full"),
        mhsds("2", breakdown="Moon phase", level="New"),
    ]
    found = read(*rows)
    assert found.unknown["STATUS"] == {"Draft": 1}
    assert found.unknown["BREAKDOWN"] == {"Moon phase": 2}
    assert len(found.frame) == 3


def test_a_missing_column_and_bad_cells_are_named(read):
    said = refused(read, mhsds()[:-1], header=MHSDS[:-1])
    assert "no column 'MEASURE_VALUE'; the table cannot be read without it" in said
    said = refused(read, mhsds("many"), mhsds(end="31/02/2024"), mhsds(breakdown=""))
    assert "row 2  MEASURE_VALUE 'many' is no number" in said
    assert "row 3  '31/02/2024' is no day such as 31/03/2024" in said
    assert "row 4  BREAKDOWN is blank" in said


def test_a_missing_header_is_told_with_the_header_to_write(tmp_path):
    path = tmp_path / "mhsds.csv"
    path.write_bytes(as_csv([mhsds(), mhsds("50", level="RYY")]))
    reader = recognise(path).reader
    assert reader == Mhsds()
    with pytest.raises(DataError) as error:
        reader.read(path)
    said = "row 1  the header is missing: this is a row of data. Write above it what was published, such as "
    assert said + ",".join(MHSDS) in str(error.value)


def test_rows_with_too_many_cells_are_named(read):
    assert "more stand in row 3 (12)" in refused(read, mhsds(), [*mhsds(level="RYY"), "extra"])


def test_forms_of_one_file_give_one_reading(read, tmp_path):
    rows = [MHSDS, mhsds(), mhsds("*", level="RYY")]
    plain = read(content=as_csv(rows))
    titled = [["Monthly statistics, June"], [], *rows]
    renamed = [[name.replace("MEASURE", "METRIC").replace("_", " ").lower() for name in MHSDS], *rows[1:]]
    forms = [
        as_csv(rows, "utf-8-sig"),
        as_csv([[*row, "", " "] for row in rows] + [[""] * 13] * 3),
        as_csv(titled),
        as_csv(rows, mark=";"),
        as_csv(renamed),
        as_csv([*rows, ["Source: NHS England"]]),
    ]
    for content in forms:
        pd.testing.assert_frame_equal(read(content=content).frame, plain.frame)
    book = as_book(tmp_path / "mhsds.xlsx", About=[["Monthly statistics"]], Data=titled)
    assert Mhsds().matches(look(book))
    pd.testing.assert_frame_equal(Mhsds().read(book).frame, plain.frame)


def test_other_text_than_utf_8_is_said(read):
    found = read(content=as_csv([MHSDS, [*mhsds()[:5], "Siôn’s Trust", *mhsds()[6:]]], "cp1252"))
    assert found.frame["region_name"].tolist() == ["Siôn’s Trust"]
    assert "It is not UTF-8 text and was read as Windows-1252." in found.notes


def test_the_wrong_order_of_words_is_no_near_spelling(read):
    swapped = ["PRIMARY_LEVL" if name == "PRIMARY_LEVEL" else name for name in MHSDS]
    found = read(mhsds(), header=swapped)
    assert "PRIMARY_LEVL was read as PRIMARY_LEVEL." in found.notes
    assert "no column 'PRIMARY_LEVEL'" in refused(
        read, mhsds(), header=["LEVEL" if n == "PRIMARY_LEVEL" else n for n in MHSDS]
    )
