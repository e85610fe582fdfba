"""Headers are found where they stand, near spellings are said, and nothing far from a column is taken for it."""

import zipfile

import pytest
from public_files import FINGERTIPS, MADE, as_csv

from needs.data.readers import grid
from needs.data.readers.found import find_tables
from needs.data.readers.header import Column, find_header
from needs.data.readers.look import look
from needs.errors import DataError

COLUMNS = (
    Column("code", "Area code"),
    Column("lower", "Lower limit"),
    Column("upper", "Upper limit"),
    Column("people", "People"),
)


@pytest.mark.parametrize(
    "cell",
    ["AREA CODE", "area_code", " Area  Code ", "\ufeffArea Code", "Area code 2021", "Area code (2021)", "AreaCode"],
)
def test_case_blanks_underscores_and_years_are_forgiven(cell):
    header = find_header([[cell, "Lower limit", "Upper limit", "People"]], COLUMNS)
    assert (header.places["code"], header.notes, header.lost) == (0, (), ())


@pytest.mark.parametrize(("cell", "key"), [("Aera code", "code"), ("Lwer limit", "lower"), ("Peopel", "people")])
def test_a_near_spelling_is_said(cell, key):
    name = next(column.name for column in COLUMNS if column.key == key)
    row = [cell, *(column.name for column in COLUMNS if column.key != key)]
    header = find_header([row], COLUMNS)
    assert header.places[key] == 0
    assert header.notes == (f"{cell} was read as {name}.",)


@pytest.mark.parametrize("cell", ["Area name", "Limit", "Place", "Code of area"])
def test_another_column_is_never_taken_for_one(cell):
    header = find_header([[cell, "Lower limit", "Upper limit", "People"]], COLUMNS)
    assert "code" not in header.places
    assert COLUMNS[0] in header.lost


def test_two_candidates_are_not_guessed():
    header = find_header([["Aera code", "Areaa code", "Lower limit", "Upper limit", "People"]], COLUMNS)
    assert "code" not in header.places


def test_a_number_in_a_name_must_be_the_same():
    columns = [Column("a", "Breakdown1"), Column("b", "Breakdown2"), Column("c", "Question")]
    assert set(find_header([["Breakdown2", "Breakdown3", "Question"]], columns).places) == {"b", "c"}


def test_a_header_is_looked_for_in_the_first_rows_alone(tmp_path):
    path = tmp_path / "late.csv"
    rows = [["note"]] * 19 + [[column.name for column in COLUMNS], ["E1", "1", "2", "3"]]
    path.write_bytes(as_csv(rows))
    tables, _ = find_tables(path, COLUMNS)
    assert tables[0].frame["people"].tolist() == ["3"]
    path.write_bytes(as_csv([["note"], *rows]))
    with pytest.raises(DataError, match="no row of the first 20 holds its columns: Area code"):
        find_tables(path, COLUMNS)


def test_a_column_twice_and_an_open_quote_are_told(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("Area code,People,people,Lower limit,Upper limit\nE1,1,2,3,4\n")
    with pytest.raises(DataError, match="column 'people' stands there more than once"):
        find_tables(path, COLUMNS)
    path.write_text('Area code,People,Lower limit,Upper limit\nE1,1,"2,3\n')
    with pytest.raises(DataError, match="row 2  a quote does not end"):
        find_tables(path, COLUMNS)


def test_a_line_break_in_a_cell_does_not_lose_a_row(tmp_path):
    path = tmp_path / "file.csv"
    path.write_bytes(as_csv([FINGERTIPS, *MADE["fingertips"][1:]]))
    tables, _ = find_tables(path, [Column(name, name) for name in FINGERTIPS])
    assert tables[0].frame.index.tolist() == [2, 4]


def sheet_of(path, *cells):
    """Write a workbook with cells at some places, as Excel does."""
    rows = "".join(
        f'<row r="{place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{place}"><v>1</v></c></row>' for place in cells
    )
    namespace = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("xl/worksheets/sheet1.xml", f"<worksheet {namespace}><sheetData>{rows}</sheetData></worksheet>")
    return path.read_bytes()


def test_a_workbook_is_refused_by_the_cells_that_it_spans(tmp_path):
    with pytest.raises(grid.Unusable, match="it spans 1,048,576 rows and 16,384 columns"):
        grid.refuse_too_large(sheet_of(tmp_path / "far.xlsx", "A1", "XFD1048576"))
    for wide in (("A1", "GG110"), ("A1", "XFD10"), ("A1", "S1000000")):
        grid.refuse_too_large(sheet_of(tmp_path / "wide.xlsx", *wide))
    assert grid.CELLS < 1_048_576 * 16_384


def test_a_workbook_that_spans_too_much_says_so_to_the_user(tmp_path):
    sheet_of(tmp_path / "far.xlsx", "A1", "XFD1048576")
    with pytest.raises(DataError, match="something far from the rest"):
        look(tmp_path / "far.xlsx")
