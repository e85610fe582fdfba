"""The workbook to fill in: what it holds, what it lets in, and that a filled one comes back as it was written."""

import re
import zipfile
from xml.etree import ElementTree as ET

import pytest
from python_calamine import CalamineWorkbook

from needs.data.service import read_table
from needs.data.service.example_rows import example_rows
from needs.data.service.template import EXPLAIN, ROWS, write_template
from needs.dataset import TABLES

MAIN = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "empty.xlsx"
    write_template(path)
    return path


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "filled.xlsx"
    write_template(path, example=True)
    return path


def part(path, name):
    with zipfile.ZipFile(path) as book:
        return ET.fromstring(book.read(name))


def sheet(path, table):
    """Return the XML of a table's sheet: the cover comes first."""
    return part(path, f"xl/worksheets/sheet{[t.name for t in TABLES].index(table) + 2}.xml")


def test_a_sheet_for_each_table_between_cover_and_explanations(empty):
    with CalamineWorkbook.from_path(empty) as book:
        assert book.sheet_names == [EXPLAIN[0], *(table.name for table in TABLES), *EXPLAIN[1:]]
        for table in TABLES:
            assert book.get_sheet_by_name(table.name).to_python() == [list(table.names)], "a header and no row"
        cover = "\n".join(row[0] for row in book.get_sheet_by_name("cover").to_python())
        assert all(len(row) == 1 for row in book.get_sheet_by_name("cover").to_python())
    assert "NHS numbers" in cover
    assert all(f"{table.name}: {table.meaning}" in cover for table in TABLES), "a list of contents"


def test_every_column_and_every_code_is_explained(empty):
    with CalamineWorkbook.from_path(empty) as book:
        columns = book.get_sheet_by_name("columns").to_python()[1:]
        codes = book.get_sheet_by_name("codes").to_python()[1:]
    assert [row[:3] for row in columns] == [[t.name, c.name, c.meaning] for t in TABLES for c in t.columns]
    assert codes == [[t.name, c.name, *pair] for t in TABLES for c in t.columns for pair in c.codes.items()]


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_lists_offer_the_codes_of_the_column_and_no_others(empty, table):
    with CalamineWorkbook.from_path(empty) as book:
        codes = book.get_sheet_by_name("codes").to_python()
    rules = sheet(empty, table.name).findall(".//m:dataValidation", MAIN)
    held = {rule.get("promptTitle"): rule for rule in rules}
    assert set(held) == set(table.names)
    for column in table.columns:
        rule = held[column.name]
        assert rule.get("sqref").endswith(str(ROWS + 1)), "down to the last row"
        assert column.meaning[:100] in rule.get("prompt")
        if column.words:
            first, last = map(
                int, re.fullmatch(r"'codes'!\$C\$(\d+):\$C\$(\d+)", rule.find("m:formula1", MAIN).text).groups()
            )
            assert [row[2] for row in codes[first - 1 : last]] == list(column.words)


def test_numbers_and_days_have_the_bounds_of_the_definition(empty):
    rules = {rule.get("promptTitle"): rule for rule in sheet(empty, "stays").findall(".//m:dataValidation", MAIN)}
    age = rules["age"]
    assert (age.get("type"), age.find("m:formula1", MAIN).text, age.find("m:formula2", MAIN).text) == (
        "whole",
        "10",
        "110",
    )
    assert rules["admitted"].get("type") == "date"


def test_it_can_be_read_aloud_and_does_not_tell_by_colour(empty):
    for number in range(1, len(TABLES) + 4):
        xml = part(empty, f"xl/worksheets/sheet{number}.xml")
        assert not xml.findall(".//m:mergeCell", MAIN)
        assert not xml.findall(".//m:conditionalFormatting", MAIN)
        assert not [row for row in xml.findall(".//m:row", MAIN) if row.get("hidden")]
        if number > 1:
            assert xml.find(".//m:pane", MAIN).get("state") == "frozen"
            assert xml.findall(".//m:tablePart", MAIN), "marked as a table"
    fills = part(empty, "xl/styles.xml").findall(".//m:patternFill", MAIN)
    assert {fill.get("patternType") for fill in fills} <= {"none", "gray125"}
    with zipfile.ZipFile(empty) as book:
        assert b"<dc:title>Regional data set" in book.read("docProps/core.xml")


def test_same_bytes_every_time(empty, tmp_path):
    write_template(tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == empty.read_bytes()


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_a_filled_template_is_read_as_it_was_written(filled, table):
    frame = read_table(filled, table)
    assert len(frame) == len(example_rows(table))
    for column in table.columns:
        cells = frame[column.name]
        told = cells.dt.strftime("%Y-%m-%d") if column.form == "date" else cells
        wanted = [row[column.name] or None for row in example_rows(table)]
        wanted = [float(word) if word and column.form in ("whole", "number") else word for word in wanted]
        assert told.astype(object).where(told.notna(), None).tolist() == wanted, column.name


def test_made_up_rows_are_plainly_made_up():
    for table in TABLES:
        for row in example_rows(table):
            assert row.get("person_key", "example-1").startswith("example-")
            assert row.get("unit", "") == "" or row["unit"].startswith("Example")
            assert row.get("provider", "Example").startswith("Example")
