"""What a workbook's sheets say: numbers as the CSV has them, and words wherever a number is not."""

import datetime as dt

import pytest

from needs.errors import RenderError
from needs.report.workbook.front import SourceList, cover
from needs.report.workbook.sheets import ABSENT, data_sheet, names, read_csv


def sheet(header, *rows, artefact="tbl-x", **record):
    return data_sheet(artefact, {"title": "A finding"} | record, "x", [], (header, [list(row) for row in rows]))


def values(made):
    return [[cell.value for cell in row] for row in made.rows]


def test_numbers_days_and_words_are_told_apart_by_the_whole_column():
    made = sheet(["tier", "month", "beds", "code"], ["high", "2024-04-01", "1e3", "01"], ["low", "", "-2.5", "12"])
    assert values(made) == [["high", dt.date(2024, 4, 1), 1000.0, "01"], ["low", "no figure", -2.5, "12"]]


def test_what_is_suppressed_says_so_and_never_shows_a_number():
    made = sheet(["tier", "people", "share", "suppressed"], ["high", "", "", "people share"], ["low", "15", "0.5", ""])
    assert values(made) == [["high", "suppressed", "suppressed"], ["low", 15.0, 0.5]]
    assert made.columns == ("Tier", "People", "Share")


def test_the_report_says_why_a_figure_is_missing():
    shown = {"columns": ["Tier", "Places"], "rows": [["High", "no published figure"], ["Low", "12"]]}
    made = sheet(["tier", "available", "available_lower"], ["high", "", ""], ["low", "12", ""], table=shown)
    assert values(made) == [["high", "no published figure", "no published figure"], ["low", 12.0, "no interval"]]


def test_every_word_in_place_of_a_figure_is_explained():
    made = sheet(
        ["level", "standard", "mean", "mean_lower", "special"], ["", "", "", "", "'-"], ["core", "1", "2", "", "low"]
    )
    said = {value for value in values(made)[0] if isinstance(value, str)}
    assert said <= set(ABSENT)
    assert len(said) == 4


@pytest.mark.parametrize("text", ["=1+1", "+44", "-a", "@x", "\tx", "＝x"])
def test_the_apostrophe_of_a_guarded_word_goes_where_words_are_marked_as_words(text):
    assert values(sheet(["name", "n"], [f"'{text}", "1"]))[0][0] == text.strip()


def test_an_apostrophe_of_its_own_stays():
    assert values(sheet(["name"], ["'tis"]))[0][0] == "'tis"


def test_codes_become_words_and_yes_and_no():
    made = sheet(["tier", "fitted"], ["step_down", "True"], ["18_24", "False"])
    assert values(made) == [["step down", "yes"], ["18 to 24", "no"]]


def test_a_number_is_written_in_the_unit_of_its_row():
    made = sheet(["unit", "value", "value_lower"], ["GBP", "5", "4"], ["share", "0.5", "0.4"])
    assert [[cell.form for cell in row[1:]] for row in made.rows] == [["GBP", "GBP"], ["share", "share"]]


def test_bare_ends_are_written_like_what_they_are_the_ends_of():
    made = sheet(["share", "lower", "upper"], ["0.5", "0.4", "0.6"])
    assert [cell.form for cell in made.rows[0]] == ["share", "share", "share"]


def test_columns_that_read_alike_are_told_apart_and_a_table_without_rows_has_words():
    made = sheet(["people", "PEOPLE", "People"])
    assert len({column.lower() for column in made.columns}) == 3
    assert values(made) == [["no rows", "no rows", "no rows"]]


@pytest.mark.parametrize(
    ("content", "told"), [("", "it is empty"), ("a,b\n1\n", "row 2 has 1 cells"), ('a\n"x', "unexpected end")]
)
def test_a_file_that_is_no_table_is_named(tmp_path, content, told):
    path = tmp_path / "tbl-x.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RenderError, match=r"tbl-x\.csv cannot be read") as caught:
        read_csv(path)
    assert told in str(caught.value)


def test_names_of_sheets_fit_and_differ_whatever_the_ids():
    stem = "a" * 31
    ids = [
        f"tbl-{stem}",
        f"fig-{stem}",
        f"tbl-{stem.upper()}",
        f"fig-{stem}b",
        "tbl-Notes",
        "tbl-history",
        "tbl-a/b:c*[d]?",
    ]
    found = names(ids, ["Notes"])
    assert list(found) == ids
    assert all(0 < len(name) <= 31 for name in found.values())
    assert len({name.lower() for name in found.values()} | {"notes", "history"}) == len(ids) + 2
    assert not set("".join(found.values())) & set("[]:*?/\\'")


def test_sources_are_numbered_once_in_the_order_in_which_sheets_meet_them():
    told = {"publisher": "A", "title": "T", "date": "2024", "licence": "", "url": "https://example.org/a b"}
    sources = SourceList({"e/x#1": told, "e/y#1": told, "e/z#1": told | {"title": "U", "url": "https://example.org/u"}})
    assert (
        sources.line(["e/z#1", "e/x#1", "params/e#costs.spend_file"]) == "Sources: 1 A; 2 A; the region's own figures."
    )
    assert sources.line(["e/y#1", "params/e#a", "params/e#b"]) == "Sources: 2 A; and 2 assumptions of the parameters."
    first, second = sources.sheet("").rows
    assert (first[2].value, first[5].link) == ("U", "https://example.org/u")
    assert (second[4].value, second[5].link, second[6].value) == (
        "not stated",
        "",
        "data_raw/e/x.csv, data_raw/e/y.csv",
    )


def test_the_cover_names_organisation_and_contact_where_there_are_any():
    about = {"region_name": "Ash", "edition_label": "2023-24", "fingerprint": "01", "versions": {"needs": "1"}}
    brand = {"organisation": "=Ash Trust", "contact": {"name": "Data team", "email": "data@example.org"}}
    plain, branded = ([text for text, _ in cover(about | extra, {})] for extra in ({}, {"branding": brand}))
    assert "Contact" not in plain
    assert {"Contact", "=Ash Trust", "Data team", "data@example.org"} <= set(branded)
