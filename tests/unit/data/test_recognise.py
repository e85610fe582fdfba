"""What a file holds is told by names and columns; where it cannot be told, nothing is guessed and nothing is shown."""

import struct
import zipfile

import pytest
import xlsxwriter
from nowhere import Beds

from needs.data import readers
from needs.data.readers import HEAD_ROWS
from needs.data.readers.look import look
from needs.data.recognise import recognise
from needs.data.service.template import write_template
from needs.dataset import TABLES, table
from needs.errors import DataError

REVIEWS = "person_key,reviewed,tier_needed"


@pytest.fixture
def public(monkeypatch):
    """Put the reader of beds in place of the others."""
    monkeypatch.setattr(readers, "READERS", (Beds(),))


@pytest.fixture
def csv(tmp_path):
    def write(name, *lines):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def book(tmp_path):
    def write(name="book.xlsx", **sheets):
        path = tmp_path / name
        with xlsxwriter.Workbook(path) as made:
            for sheet, rows in sheets.items():
                place = made.add_worksheet(sheet)
                for number, row in enumerate(rows):
                    place.write_row(number, 0, row)
        return path

    return write


def refused(path, named=None):
    with pytest.raises(DataError) as error:
        recognise(path, named)
    assert error.value.exit_code == 11
    assert error.value.remedy
    return str(error.value)


@pytest.mark.parametrize("name", ["reviews.csv", "Reviews 2024.CSV", "london-reviews.csv", "extract.csv"])
def test_a_csv_file_is_known_by_its_name_or_its_columns(csv, name):
    found = recognise(csv(name, REVIEWS.upper(), "A,2024-05-31,low"))
    assert list(found.tables) == ["reviews"]
    assert found.reader is None


@pytest.mark.parametrize("name", [each.name for each in TABLES])
def test_every_table_is_known_by_its_columns_alone(csv, name):
    header = ",".join(each.name for each in table(name).columns)
    assert list(recognise(csv("extract.csv", header, "x")).tables) == [name]


def test_a_template_gives_the_tables_that_were_filled_in(tmp_path):
    write_template(tmp_path / "filled.xlsx", example=True)
    found = recognise(tmp_path / "filled.xlsx")
    assert list(found.tables) == [each.name for each in TABLES]
    assert (found.empty, found.strange) == ((), ())


def test_sheets_that_hold_no_rows_or_something_else_are_told(book):
    header = REVIEWS.split(",")
    found = recognise(
        book(Reviews=[header, ["A", "2024-05-31", "low"]], stays=[list(table("stays").names)], notes=[["hello"]])
    )
    assert dict(found.tables) == {"reviews": "Reviews"}
    assert found.empty == ("stays",)
    assert found.strange == ("notes",)


def test_an_empty_template_holds_no_data(tmp_path):
    write_template(tmp_path / "empty.xlsx")
    assert "no row stands below the header of stays" in refused(tmp_path / "empty.xlsx")


def test_name_and_columns_at_odds_are_not_guessed(csv):
    path = csv("stays.csv", REVIEWS, "A,2024-05-31,low")
    assert "it is named as stays, and its columns are those of reviews" in refused(path)
    assert dict(recognise(path, "reviews").tables) == {"reviews": "stays"}


def test_columns_of_two_tables_are_not_guessed(csv):
    said = refused(csv("extract.csv", "person_key,checked,annual_check,event,day", "x"))
    assert "its columns are those of outcomes and of health" in said
    assert "--table" in said


def test_a_table_in_two_sheets_and_one_under_another_name_are_told_at_once(book):
    rows = [REVIEWS.split(","), ["A", "2024-05-31", "low"]]
    said = refused(book(**{"reviews": rows, "Reviews ": rows, "March": rows}))
    assert "reviews stands in 2 sheets" in said
    assert "sheet March  its columns are those of reviews; name the sheet reviews" in said


def test_nothing_known_names_what_was_looked_for_and_the_nearest(csv, public):
    said = refused(csv("extract.csv", "person_key,reviewed,tier", "Ann Smith,2024-05-31,low"))
    assert "no table of the service data" in said
    assert "Beds of nowhere (beds): that is a CSV file with the columns org_code and beds_open" in said
    assert "nearest is reviews" in said
    assert "without tier_needed" in said


def test_a_file_without_a_header_shows_none_of_its_cells(csv):
    said = refused(csv("extract.csv", "Ann Smith,4857773456,low", "Bea Jones,4857773457,low"))
    assert [cell for cell in ("Ann Smith", "Bea Jones", "4857773456", "4857773457") if cell in said] == []


def test_an_unknown_table_is_refused_with_those_there_are(csv, public):
    said = refused(csv("a.csv", "a", "1"), "revues")
    assert "--table revues is not known" in said
    assert "reviews" in said
    assert "beds" in said


def test_a_public_file_goes_to_its_reader(csv, public):
    path = csv("2024.csv", "Beds of nowhere,", "org_code,beds_open", "A1,12")
    assert recognise(path).reader == Beds()
    assert recognise(path, "beds").reader == Beds()


def test_own_and_public_at_once_is_not_guessed(csv, monkeypatch):
    monkeypatch.setattr(readers, "READERS", (Beds(columns=("unit", "beds")),))
    path = csv("capacity.csv", ",".join(table("capacity").names), "A,B,low,nhs,male,3,2024-05-31")
    assert "it may be beds or capacity" in refused(path)
    assert list(recognise(path, "capacity").tables) == ["capacity"]


def test_a_head_is_short_and_knows_marks_between_cells(csv):
    path = csv("long.csv", "a;b", *("1;2" for _ in range(100)))
    head = look(path)
    assert len(head.rows) == HEAD_ROWS
    assert head.rows[0] == ("a", "b")


def locked_workbook():
    """Return the bytes of what Excel writes when a password is asked for: an OLE file around an encrypted package."""
    free, end, table_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    start += struct.pack("<10I", 0, 1, 1, 0, 4096, end, 0, end, 0, 0) + struct.pack("<I", free) * 108
    chain = [table_sector, end, *range(3, 10), end]
    sectors = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))

    def entry(name, kind, child, first, size):
        raw = name.encode("utf-16-le") + bytes(2)
        told = struct.pack("<HBB3I", len(raw), kind, 1, free, free, child)
        return raw.ljust(64, b"\0") + told + bytes(36) + struct.pack("<IQ", first, size)

    folder = entry("Root Entry", 5, 1, end, 0) + entry("EncryptedPackage", 2, free, 2, 4096)
    return start[:512] + sectors + folder.ljust(512, b"\0") + bytes(4096)


def test_files_that_cannot_be_read_say_why(tmp_path):
    made = {
        "locked.xlsx": locked_workbook(),
        "empty.csv": b"",
        "words.xlsx": b"a,b\n1,2\n",
        "book.csv": b"PK\x03\x04rest",
        "broken.xlsx": b"PK\x03\x04" + bytes(200),
        "zeros.csv": b"a,b\n\0\0",
        "report.pdf": b"%PDF",
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as pack:
        pack.writestr("a.csv", "a")
    (tmp_path / "link.csv").symlink_to(tmp_path / "empty.csv")
    (tmp_path / "folder").mkdir()
    said = {
        "locked.xlsx": "a password protects it",
        "empty.csv": "it is empty",
        "words.xlsx": "it is no workbook, although it ends in .xlsx",
        "book.csv": "it is a workbook and no CSV file",
        "broken.xlsx": "it is no workbook that can be read",
        "zeros.csv": "it is not text",
        "report.pdf": "it ends in '.pdf', which is none of .csv",
        "both.zip": "unpack it",
        "link.csv": "it is a link",
        "folder": "it is a folder",
        "emty.csv": "did you mean 'empty.csv'?",
    }
    assert {name: words in refused(tmp_path / name) for name, words in said.items()} == dict.fromkeys(said, True)
