"""A region's own spend: what the file says, and everything that keeps it from being used, at once."""

import pytest

from needs.data.files import spend_files
from needs.data.own_spend import read_own_spend
from needs.errors import DataError

SOURCE = "params/2023-24#costs.spend_file"
YEARS = ["2022-23", "2023-24", "2024-25"]
HEADER = "tier,sector,contract,funded_beds,occupied_bed_days,spend,period"
BLOCK, PACKAGE = "medium,nhs,block,400,131400,118000000,2024-25", "low,independent,package,0,70000,49000000,2024-25"


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a file of some lines and reads it."""

    def write(*lines: str, encoding: str = "utf-8", name: str = "ours.csv"):
        path = tmp_path / name
        path.write_bytes("\r\n".join(lines).encode(encoding))
        return read_own_spend(path, YEARS, SOURCE)

    return write


@pytest.fixture
def refused(written):
    """Return a function that gives the problems of a file."""

    def write(*lines: str, **told: str) -> list[str]:
        with pytest.raises(DataError) as error:
            written(*lines, **told)
        assert error.value.headline == "data_raw/spend/ours.csv cannot be used"
        assert error.value.exit_code == 11
        assert "data_raw/spend/README.md" in error.value.remedy
        return [str(problem) for problem in error.value.problems]

    return write


def test_a_file_as_the_readme_has_it(written):
    own = written(HEADER, BLOCK, PACKAGE)
    assert (own.period, own.file, own.tiers, own.worth) == ("2024-25", "ours.csv", ("medium", "low"), 1.0)
    assert own.rows.to_numpy().tolist() == [
        ["medium", "nhs", "block", 400.0, 131_400.0, 118e6],
        ["low", "independent", "package", 0.0, 70_000.0, 49e6],
    ]
    assert (own.known.kind, own.known.sources) == ("derived", (SOURCE,))


def test_columns_in_any_order_a_bom_capitals_pounds_and_thousands(written):
    header = "Spend,TIER,sector,contract,period,funded_beds,occupied_bed_days"
    own = written(header, '"£118,000,000",Medium,NHS,Block,2024-25,400,"131,400"', "", ",,,,,,", encoding="utf-8-sig")
    assert own.rows.to_numpy().tolist() == [["medium", "nhs", "block", 400.0, 131_400.0, 118e6]]


def test_rows_come_in_the_order_of_tiers_sectors_and_contracts(written):
    rows = [(tier, sector) for tier in ("low", "high") for sector in ("independent", "nhs")]
    lines = [f"{tier},{sector},package,0,1000,500000,2024-25" for tier, sector in rows]
    assert written(HEADER, *lines).rows[["tier", "sector"]].to_numpy().tolist() == [
        ["high", "nhs"], ["high", "independent"], ["low", "nhs"], ["low", "independent"]]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("midium,nhs,block,400,131400,118000000,2024-25",
         "line 2, column tier  'midium' is not high, medium or low. Did you mean 'medium'?"),
        ("step_down,nhs,block,400,131400,118000000,2024-25", "line 2, column tier  'step_down' is not high, medium or low"),
        ("medium,private,block,400,131400,118000000,2024-25",
         "line 2, column sector  'private' is not nhs or independent"),
        ("medium,nhs,spot,400,131400,118000000,2024-25", "line 2, column contract  'spot' is not block or package"),
        ("medium,,block,400,131400,118000000,2024-25", "line 2, column sector  '' is empty; every row needs one"),
        ("medium,nhs,block,,131400,118000000,2024-25",
         "line 2, column funded_beds  '' is empty; write 0 where there is none"),
        ("medium,nhs,block,-400,131400,118000000,2024-25",
         "line 2, column funded_beds  '-400' is not a number of beds, 0 or more"),
        ("medium,nhs,block,400,many,118000000,2024-25",
         "line 2, column occupied_bed_days  'many' is not a number of bed-days, 0 or more"),
        ("medium,nhs,block,400,131400,1.2.3,2024-25",
         "line 2, column spend  '1.2.3' is not a number of pounds, 0 or more"),
        ("medium,nhs,block,400,131400,nan,2024-25", "line 2, column spend  'nan' is not a number of pounds, 0 or more"),
        ("medium,nhs,block,400,131400,1e400,2024-25", "line 2, column spend  '1e400' is not a number of pounds, 0 or more"),
        ("medium,nhs,block,400,146401,118000000,2024-25",
         "line 2, column occupied_bed_days  146401 is more than 400 beds hold in a year (146,400)"),
        ("medium,nhs,package,12,131400,118000000,2024-25",
         "line 2, column funded_beds  12 is not 0: a package buys bed-days as they are used, and no bed that may stand empty"),
        ("medium,nhs,block,400,131400,118000000,", "line 2, column period  '' is empty; every row needs one"),
        ("medium,nhs,block,400,131400,118000000,2024/25",
         "line 2, column period  '2024/25' is no financial year of the price index; it runs from 2022-23 to 2024-25, "
         "written as 2024-25"),
        ("medium,nhs,block,400,131400,118000000,2031-32",
         "line 2, column period  '2031-32' is no financial year of the price index; it runs from 2022-23 to 2024-25, "
         "written as 2024-25"),
        ("medium,nhs,block,400,131,400,118000000,2024-25", "line 2  8 cells under 7 columns; quote a cell with commas"),
        ("medium,nhs,block,400,131400,118000,2024-25",
         "column spend  medium: £0.90 an occupied bed-day is not from 30 to 10,000; spend is in pounds, not in thousands or "
         "millions"),
        ("medium,nhs,block,400,1314,118000000,2024-25",
         "column spend  medium: £89,802.13 an occupied bed-day is not from 30 to 10,000"),
        ("medium,nhs,block,400,0,118000000,2024-25",
         "column occupied_bed_days  medium: none at all; leave out the rows of the tier"),
    ],
)  # fmt: skip
def test_a_row_that_breaks_a_rule(refused, line, said):
    assert refused(HEADER, line) == [said]


def test_the_same_contract_twice_and_two_years(refused):
    lines = [BLOCK, PACKAGE, BLOCK.replace("nhs", "NHS"), PACKAGE.replace("low", "high").replace("2024-25", "2023-24")]
    assert refused(HEADER, *lines) == [
        "line 4  medium, nhs, block stands on line 2 already; add the two up",
        "column period  2024-25 from line 2, 2023-24 from line 5; a file holds one year",
    ]


def test_everything_is_told_at_once(refused):
    said = refused(HEADER, "midium,nhs,blok,x,-1,,2024-25", "low,,package,3,1,1,2031-32")
    assert len(said) == 8
    assert [text.split("  ")[0] for text in said] == [
        "line 2, column tier", "line 2, column contract", "line 2, column funded_beds", "line 2, column occupied_bed_days",
        "line 2, column spend", "line 3, column sector", "line 3, column period", "column period"]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (HEADER.replace("spend", "spent"),
         ["line 1  column 'spent' is unknown. Did you mean 'spend'?", "line 1  no column 'spend'; add it"]),
        (HEADER + ",note", ["line 1  column 'note' is unknown; remove it"]),
        (HEADER.replace("sector", "tier"),
         ["line 1  no column 'sector'; add it", "line 1  column 'tier' stands there 2 times"]),
        (HEADER.replace(",", ";"), ["line 1  semicolons stand between the cells; save it with commas"]),
    ],
)  # fmt: skip
def test_a_header_that_breaks_a_rule(refused, header, said):
    assert refused(header, BLOCK) == said


def test_what_is_no_such_file(refused, tmp_path):
    assert refused("") == ["it is empty"]
    assert refused(HEADER) == ["no row stands below the header"]
    assert refused(HEADER, '"medium,nhs') == ["line 2  it is not CSV: unexpected end of data"]
    assert refused(HEADER, BLOCK.replace("118", "£118"), encoding="latin-1") == [
        "byte 93 is not UTF-8 text; save a workbook as CSV UTF-8"
    ]
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(DataError, match="it is a folder"):
        read_own_spend(tmp_path / "folder.csv", YEARS, SOURCE)
    with pytest.raises(DataError) as error:
        read_own_spend(tmp_path / "our.csv", YEARS, SOURCE)
    assert str(error.value).splitlines()[:2] == [
        "data_raw/spend/our.csv is missing: 1 problem",
        "  data_raw/spend holds ours.csv. Did you mean 'ours.csv'?",
    ]


def test_no_more_than_a_page_of_problems(refused):
    said = refused(HEADER, *["x,nhs,block,1,1,1,2024-25"] * 60)
    assert len(said) == 41
    assert said[-1].startswith("and ")


def test_files_that_may_be_named(tmp_path):
    for name in ("b.csv", "a.csv", ".hidden.csv", "README.md"):
        (tmp_path / name).write_text("")
    assert [path.name for path in spend_files(tmp_path)] == ["a.csv", "b.csv"]


def test_spend_on_a_block_of_nothing_is_refused(refused):
    assert refused(HEADER, BLOCK, "medium,independent,block,0,0,5000000,2024-25") == [
        "line 3, column funded_beds  0 beds and 0 bed-days, but spend: a block pays for beds; write how many"
    ]


def test_a_link_is_refused(tmp_path, written):
    written(HEADER, BLOCK)
    (tmp_path / "link.csv").symlink_to(tmp_path / "ours.csv")
    with pytest.raises(DataError, match="it is a link; put the file itself there"):
        read_own_spend(tmp_path / "link.csv", YEARS, SOURCE)


def test_more_beds_than_england_has_are_refused(tmp_path, written):
    written(HEADER, BLOCK, PACKAGE)
    with pytest.raises(DataError) as error:
        read_own_spend(tmp_path / "ours.csv", YEARS, SOURCE, {"medium": 399.0, "low": 191.0})
    assert [str(problem) for problem in error.value.problems] == [
        f"column funded_beds  {tier}: {beds} beds, of blocks and in use by packages, are more than England has ({most}); "
        "write the region's own alone"
        for tier, beds, most in (("medium", 400, 399), ("low", 192, 191))
    ]
    assert read_own_spend(tmp_path / "ours.csv", YEARS, SOURCE, {"medium": 400.0, "low": 192.0}).tiers == (
        "medium",
        "low",
    )
