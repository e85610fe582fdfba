"""A corpus of bad files: each has one fault or several, and each message says what, where and what to do."""

# ruff: noqa: E501 (one case a line)

import datetime as dt
import io
import re
import zipfile

import pytest
from service_files import KEY, as_csv, as_xlsx, put, refusal, rows_of

from needs.data.service.messages import MOST

NHS_NUMBERS = ("9434765919", "943 476 5919", "943-476-5919", "9434765919.0", "NHS 9434765919")
DAY = "write it as 2024-05-31: year, month, day"
OWN = "use a key of your own (pseudonymous), the same in every table"
BLANK = "leave the cell blank where it is not known"

CELLS = {
    # id: table, column, cell, what is said; the cell stands in row 2
    "tier misspelt": ("stays", "tier", "Medum", "'Medum' is not high, medium, low, step_down or community. Did you mean 'medium'?"),
    "tier in words": ("stays", "tier", "Medium secure", "'Medium secure' is not high, medium, low, step_down or community. Did you mean 'medium'?"),
    "tier blank": ("stays", "tier", " ", "'' is blank; every row needs one"),
    "tier that is none": ("stays", "tier", "acute", "'acute' is not high, medium, low, step_down or community\n"),
    "a key among tiers": ("stays", "tier", "Zq7X0101", "'aa9a9999' is not high"),
    "sex by letter": ("stays", "sex", "M", f"'M' is not female, male, other or unknown; {BLANK}"),
    "section with a slash": ("stays", "legal_section", "S37/41", "Did you mean 's37_41'?"),
    "yes by letter": ("stays", "autism", "Y", "'Y' is not yes, no or unknown"),
    "null as a code": ("stays", "ethnicity", "NULL", f"'NULL' is not asian, black, mixed, white, other or unknown; {BLANK}"),
    "a code with a line break": ("stays", "sector", "n\nhs", "'n?hs' is not nhs or independent"),
    "a code with a bell": ("stays", "sector", "\x07nhs", "'?nhs' is not nhs or independent"),
    "a very long code": ("stays", "sector", "x" * 90, f"'{'x' * 40}...' is not nhs or independent"),
    "key blank": ("stays", "person_key", "", "'' is blank; every row needs one"),
    **{f"NHS number {n}": ("stays", "person_key", n, "a key looks like an NHS number, which must not be here") for n in NHS_NUMBERS[:4]},
    "NHS number with its name": ("stays", "person_key", "NHS9434765919", f"a key looks like an NHS number, which must not be here; {OWN}"),
    "a name as key": ("stays", "person_key", "Zq7X Smith", f"a key holds a blank and letters after it, as a name does; {OWN}"),
    "an address as key": ("stays", "person_key", "Zq7X@nhs.net", f"a key holds an @, as an address does; {OWN}"),
    "a long key": ("stays", "person_key", KEY * 17, f"a key has more than 64 characters; {OWN}"),
    "a shortened key": ("stays", "person_key", "1.23457E+11", "a key is a number that a spreadsheet has shortened; format the cells as text"),
    "a key that is a day": ("stays", "person_key", "2024-05-31", "a key is a day: a spreadsheet has turned a name or code into one"),
    "null as a key": ("stays", "person_key", "NULL", "a key stands for nothing"),
    "a referral's key that is a name": ("referrals", "referral_key", "Zq7X Jo", "column referral_key  a key holds a blank"),
    "day in British order": ("stays", "admitted", "31/05/2024", f"'99/99/9999' is not a day as it is to be written; {DAY}"),
    "day with a month in letters": ("stays", "admitted", "31-May-2024", f"'99-aaa-9999' is not a day as it is to be written; {DAY}"),
    "day that does not exist": ("stays", "discharged", "2023-02-29", "'9999-99-99' is no day of the calendar; write a day that there is"),
    "day without its zeros": ("stays", "discharged", "2024-5-1", f"'9999-9-9' is not a day as it is to be written; {DAY}"),
    "day of another century": ("stays", "admitted", "0021-05-04", "'9999-99-99' is not from 1900-01-01 to 2099-12-31; check the year"),
    "day as a serial number": ("stays", "admitted", "45443", "'99999' is a number; format the cells as days"),
    "day with a time": ("stays", "admitted", "2021-05-04 10:30", "'9999-99-99 99:99' has a time of day; write the day alone"),
    "day missing": ("stays", "admitted", "", "'' is blank; every row needs one"),
    "day that is a dash": ("stays", "discharged", "-", f"'-' stands for nothing; {BLANK}"),
    "day of a bed count": ("capacity", "validated", "March 2024", f"'aaaaa 9999' is not a day as it is to be written; {DAY}"),
    "age above all": ("stays", "age", "212", "'999' is not from 10 to 110; correct it"),
    "age below all": ("stays", "age", "-3", "'-9' is not from 10 to 110; correct it"),
    "age not whole": ("stays", "age", "34.5", "'99.9' is not a whole number; round it, or count again"),
    "age in words": ("stays", "age", "34 years", "'99 aaaaa' is not a whole number; write digits alone"),
    "tenth out of bounds": ("stays", "deprivation_tenth", "11", "'11' is not from 1 to 10; correct it"),
    "tenth as a fraction": ("stays", "deprivation_tenth", "2,5", "'2,5' is not a whole number; write a point before decimals, not a comma"),
    "a unit that became a day": ("stays", "unit", "2024-03-01", "is a day: a spreadsheet has turned a name or code into one"),
    "a story for a unit": ("stays", "unit", "story " * 60, "has more than 300 characters; write a name or code, no story"),
    "a unit with a tab": ("stays", "unit", "El\tm", "holds a line break, a tab or another control character; remove it"),
    "null for a unit": ("stays", "unit", "n/a", f"'n/a' stands for nothing; {BLANK}"),
    "an error of the workbook": ("stays", "unit", "#REF!", "'#REF!' is an error of the workbook; mend the formula"),
    "a day that is an error": ("stays", "admitted", "#N/A", "is an error of the workbook"),
    "beds with a comma": ("capacity", "beds", "1,200", "'1,200' is not a whole number; write digits alone, no pounds and no commas"),
    "too many beds": ("capacity", "beds", "50000", "'50000' is not from 0 to 5000"),
    "beds below none": ("capacity", "beds", "-1", "'-1' is not from 0 to 5000"),
    "beds left out": ("capacity", "beds", "", "'' is blank; every row needs one"),
    "score above all items": ("reviews", "dundrum_total", "45", "'99' is not from 0 to 44"),
    "mass in other units": ("health", "bmi", "274", "'999' is not from 10 to 90"),
    "mass with its unit": ("health", "bmi", "27.4 kg", "'99.9 aa' is not a number; write digits and a decimal point, no unit and no word"),
    "pounds where none are": ("finance", "funded_beds", "£12", "'£12' is not a number; write digits alone, no pounds and no commas"),
    "bed-days with a comma": ("finance", "occupied_bed_days", "4,100", "'4,100' is not a number; write digits alone"),
    "spend in words": ("finance", "spend", "2.7m", "'2.7m' is not a number"),
    "spend in thousands": ("finance", "spend", "2700", "£0.66 an occupied bed-day is not from 30 to 10,000; write pounds, not thousands"),
    "spend below nothing": ("finance", "spend", "-2700000", "'-2700000' is not 0 or more"),
    "spend beyond numbers": ("finance", "spend", "1e400", "'1e400' is not a number that a computer holds"),
    "more bed-days than beds": ("finance", "occupied_bed_days", "4393", "4,393 is more than 12 beds hold in a year (4,392); correct one of the two"),
    "beds of a package": ("finance", "contract", "package", "12 is not 0: a package buys bed-days as they are used; write 0"),
    "year with a slash": ("finance", "period", "2023/24", "'2023/24' is no financial year; write a financial year as 2024-25"),
    "year of two years": ("finance", "period", "2023-25", "the second is the one after the first"),
    "year of a calendar": ("finance", "period", "2023", "'2023' is no financial year"),
    "year long past": ("finance", "period", "1889-90", "is not from 1990-91 to 2098-99"),
    "community spend": ("finance", "tier", "community", "'community' is not high, medium or low"),
    "more answers than people": ("experience", "answered", "13", "13 is more than 12 people asked; correct one of the two"),
    "more praise than answers": ("experience", "positive", "11", "11 is more than 10 people who answered; correct one of the two"),
    "no question": ("experience", "question", "", "'' is blank; every row needs one"),
    "a status of a standard": ("standards", "status", "part met", "'part met' is not met, partly or not_met. Did you mean 'partly'?"),
    "an event that is none": ("outcomes", "event", "re-admission", "Did you mean 'readmission'?"),
}  # fmt: skip


@pytest.mark.parametrize("case", CELLS, ids=list(CELLS))
def test_one_bad_cell(tmp_path, case):
    name, column, cell, said = CELLS[case]
    text = refusal(tmp_path, name, as_csv(put(name, column, cell)))
    assert f"{said}" in text
    assert text.startswith(f"{name}.csv cannot be used: 1 problem\n  row 2, column ")


def without(name, *columns):
    rows = rows_of(name)
    kept = [n for n, column in enumerate(rows[0]) if column not in columns]
    return [[row[n] for n in kept] for row in rows]


def renamed(name, **names):
    rows = rows_of(name)
    return [[names.get(cell, cell) for cell in rows[0]], *rows[1:]]


def again(name, **changes):
    rows = rows_of(name)
    last = [changes.get(column, cell) for column, cell in zip(rows[0], rows[1], strict=True)]
    return [*rows, last]


STAYS = as_csv(rows_of("stays"))
FILES = {
    # id: table, bytes, what is said
    "empty": ("stays", b"", "it is empty"),
    "blank lines alone": ("stays", b"\n\n  \n,,,\n", "it is empty"),
    "semicolons": ("stays", as_csv(rows_of("stays"), mark=";"), "row 1  semicolons stand between the cells; save it as CSV UTF-8"),
    "tabs": ("stays", as_csv(rows_of("stays"), mark="\t"), "row 1  tabs stand between the cells; save it as CSV UTF-8"),
    "bars": ("stays", as_csv(rows_of("stays"), mark="|"), "row 1  bars stand between the cells"),
    "UTF-16": ("stays", as_csv(rows_of("stays"), "utf-16"), "it is UTF-16 text, as 'Unicode text' of a spreadsheet; save it as CSV UTF-8"),
    "UTF-16 without its mark": ("stays", as_csv(rows_of("stays"), "utf-16-le"), "it is UTF-16 text"),
    "Windows-1252": ("stays", as_csv(put("stays", "unit", "Café", 3), "cp1252"), "row 4  it is not UTF-8 text, perhaps Windows-1252; save"),
    "a zero byte": ("stays", STAYS.replace(b"Oak", b"O\0k", 1), "row 3  byte"),
    "a workbook with another name": ("stays", as_xlsx(rows_of("stays")), "it is a workbook under the name of a CSV file"),
    "a quote that does not end": ("stays", STAYS.replace(b"Elm", b'"Elm', 1), "row 2  a quote does not end"),
    "words after a quote": ("stays", STAYS.replace(b"Elm", b'"El"m', 1), "row 2  it is not CSV: ',' expected after '\"'"),
    "a cell without a comma": ("stays", STAYS.replace(b"Elm,", b"Elm", 1), "row 2  20 cells under 21 columns; quote a cell with commas"),
    "a comma too many": ("stays", STAYS.replace(b"Oak", b"Oak, east", 1), "row 3  22 cells under 21 columns; quote a cell with commas"),
    "no header": ("stays", as_csv(rows_of("stays")[1:]), "row 1  it does not hold the names of the columns, such as person_key, tier, admitted"),
    "a title above": ("stays", b"Stays of the region\n" + STAYS, "row 1  it does not hold the names of the columns"),
    "a column missing": ("stays", as_csv(without("stays", "admitted")), "row 1  no column 'admitted'; add it, every row needs one"),
    "a column misspelt": ("stays", as_csv(renamed("stays", sector="secter")), "row 1  column 'secter' is unknown. Did you mean 'sector'?"),
    "a needed column misspelt": ("stays", as_csv(renamed("stays", tier="teir")), "column 'teir' is unknown. Did you mean 'tier'?\n  row 1  no column 'tier'"),
    "a column of another table": ("stays", as_csv(renamed("stays", sector="surname")), "row 1  column 'surname' is unknown; remove it"),
    "a column without a name": ("stays", as_csv(renamed("stays", sector="")), "row 1  column 5 has no name; name it or delete its cells"),
    "a column twice": ("stays", as_csv(renamed("stays", provider="unit")), "row 1  column 'unit' stands there 2 times; keep one"),
    "the same beds again": ("capacity", as_csv(again("capacity")), "row 5  the same unit, tier, sex, validated as in row 2; remove one of the two"),
    "the same beds in capitals": ("capacity", as_csv(again("capacity", tier="Medium ")), "row 5  the same unit, tier, sex, validated as in row 2"),
    "beds again, sex unknown to both": ("capacity", as_csv([*rows_of("capacity"), rows_of("capacity")[3]]), "row 5  the same unit, tier, sex, validated as in row 4"),
    "the same contract again": ("finance", as_csv(again("finance", spend="1000000")), "row 4  the same tier, sector, contract, period as in row 2"),
    "the same answers again": ("experience", as_csv(again("experience")), "row 4  the same quarter, unit, respondent, question as in row 2"),
    "the same standard again": ("standards", as_csv(again("standards")), "row 4  the same unit, standard, assessed as in row 2"),
    "spend on no bed": ("finance", as_csv([rows_of("finance")[0], ["high", "nhs", "block", "0", "0", "5", "2023-24"]]), "0 beds and 0 bed-days, but spend"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES, ids=list(FILES))
def test_one_bad_file(tmp_path, case):
    name, content, said = FILES[case]
    assert said in refusal(tmp_path, name, content)


def book(name, column, value, row=1):
    return as_xlsx(put(name, column, value, row), name)


def worked_out(rows, value, kind):
    """A workbook whose first stay ended on the day that a formula gives."""
    column = rows[0].index("discharged")
    place = f"{chr(ord('A') + column)}2"
    rows[1][column] = "2023-11-20"
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx(rows, "stays"))) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                formula = f'<c r="{place}" {kind}><f>VLOOKUP(A2,X:Y,2)</f><v>{value}</v></c>'
                text, times = re.subn(rf'<c r="{place}".*?</c>', formula, part.decode())
                assert times == 1
                part = text.encode()
            new.writestr(name, part)
    return made.getvalue()


BOOKS = {
    "no workbook": ("stays", b"stays", "it is no workbook that can be read (.xlsx, .xls or .ods); open it and save it again"),
    "half a workbook": ("stays", as_xlsx(rows_of("stays"))[:3000], "it is no workbook that can be read"),
    "an empty sheet": ("stays", as_xlsx([]), "it is empty"),
    "no sheet of the table": ("stays", as_xlsx(rows_of("stays"), "staying", ["notes"]), "no sheet is named 'stays'; there are 'staying', 'notes'. Is it 'staying'? Rename it"),
    "a day with a time": ("stays", book("stays", "admitted", dt.datetime(2021, 5, 4, 10, 30)), "row 2, column admitted  '9999-99-99 99:99:99' has a time of day"),
    "a day as text": ("stays", book("stays", "admitted", "04/05/2021"), f"'99/99/9999' is not a day as it is to be written; {DAY}"),
    "a day as a number": ("stays", book("stays", "admitted", 44320), "'99999' is a number; format the cells as days"),
    "a unit that became a day": ("stays", book("stays", "unit", dt.date(2024, 3, 1)), "is a day: a spreadsheet has turned a name or code into one"),
    "true for yes": ("stays", book("stays", "autism", True), "'TRUE' is not yes, no or unknown"),
    "half a bed": ("capacity", book("capacity", "beds", 12.5), "'12.5' is not a whole number"),
    "an NHS number as a number": ("stays", book("stays", "person_key", 9434765919), "a key looks like an NHS number"),
    "a key that lost digits": ("stays", book("stays", "person_key", 1234567890123456789), "a key is a number that a spreadsheet has shortened"),
    "an error of a formula": ("stays", worked_out(rows_of("stays"), "#N/A", 't="e"'), "row 2, column discharged  '#a/a' is an error of the workbook; mend the formula"),
    "a formula never worked out": ("stays", worked_out(rows_of("stays"), "", ""), "row 2  a formula was never worked out; open it in a spreadsheet program"),
    "a cell at the far end": ("stays", as_xlsx([*rows_of("stays"), [""] * 16_383 + ["x"]]), "column XFD holds something, far from columns A to AZ; delete what is there"),
    "a row with one cell too many": ("capacity", as_xlsx([*rows_of("capacity"), ["a"] * 9], "capacity"), "column 8 has no name; name it or delete its cells"),
}  # fmt: skip


@pytest.mark.parametrize("case", BOOKS, ids=list(BOOKS))
def test_one_bad_workbook(tmp_path, case):
    name, content, said = BOOKS[case]
    assert said in refusal(tmp_path, name, content, ".xlsx")


def many(name, times, **changes):
    """A table with its first row many times, cells changed by what a function of the number gives."""
    rows = rows_of(name)
    places = {rows[0].index(column): cell for column, cell in changes.items()}
    return [
        rows[0],
        *([places[n](i) if n in places else cell for n, cell in enumerate(rows[1])] for i in range(times)),
    ]


def mixed(name, *cells):
    rows = rows_of(name)
    for row, column, value in cells:
        rows[row][rows[0].index(column)] = value
    return rows


COMBINED = {
    "three cells of a row": ("stays", mixed("stays", (1, "tier", "lo"), (1, "age", "old"), (1, "admitted", "1/1/21")),
        ["3 problems", "row 2, column tier  'lo'", "row 2, column age  'aaa'", "row 2, column admitted  '9/9/99'"]),
    "two rows of a column": ("stays", mixed("stays", (2, "tier", "Medum"), (4, "tier", "Medum")),
        ["1 problem", "column tier  'Medum' in 2 rows, first row 3, is not high, medium, low, step_down or community. Did you mean 'medium'?"]),
    "days of one pattern": ("stays", mixed("stays", (1, "admitted", "01/02/2021"), (3, "admitted", "28/02/2022")),
        ["1 problem", "column admitted  '99/99/9999' in 2 rows, first row 2, is not a day as it is to be written"]),
    "names for keys": ("stays", mixed("stays", (1, "person_key", "Zq7X Ann"), (2, "person_key", "Zq7X Bob")),
        ["column person_key  a key in 2 rows, first row 2, holds a blank and letters after it"]),
    "a header and nothing of its cells": ("stays", [["persn_key", "teir", "admited"], ["Zq7X1", "x", "y"]],
        ["6 problems", "'persn_key' is unknown. Did you mean 'person_key'?", "'teir' is unknown. Did you mean 'tier'?", "no column 'admitted'"]),
    "ragged rows and bad cells": ("capacity", [*put("capacity", "beds", "many"), ["Ash", "low"], ["Ash"] * 9],
        ["3 problems", "row 5  2 cells under 7 columns", "row 6  9 cells under 7 columns", "row 2, column beds  'many'"]),
    "blank cells that are needed": ("stays", mixed("stays", *((r, c, "") for r in (1, 2, 3) for c in ("person_key", "tier"))),
        ["2 problems", "column person_key  '' in 3 rows, first row 2, is blank", "column tier  '' in 3 rows, first row 2, is blank"]),
    "two sides of one answer": ("experience", mixed("experience", (1, "answered", "30"), (1, "positive", "31"), (2, "asked", "x")),
        ["3 problems", "row 3, column asked  'x'", "row 2, column answered  30 is more than 12", "row 2, column positive  31 is more than 30"]),
    "a bad cell breaks no second rule": ("finance", mixed("finance", (1, "funded_beds", "twelve"), (2, "sector", "")),
        ["2 problems", "'twelve' is not a number", "row 3, column sector  '' is blank"]),
    "two contracts, one dear and one empty": ("finance", mixed("finance", (1, "spend", "270000000"), (2, "funded_beds", "3")),
        ["2 problems", "row 3, column funded_beds  3 is not 0", "row 2, column spend  medium in 2023-24: £65,853.66 an occupied bed-day",
         "correct the spend or the bed-days"]),
    "more values than are told": ("stays", many("stays", 100, tier=lambda i: "worng"[: i % 5 + 1] + "qwvz"[i % 4] * (i % 3 + 1)),
        ["column tier  ", "other values that break a rule, in "]),
    "many pairs of rows": ("capacity", many("capacity", 30), ["row 12  the same unit", "stand already in an earlier row in 19 more rows"]),
    "more rows than are told": ("experience", many("experience", 30, question=str, answered=lambda i: "13"),
        ["row 11, column answered  13 is more than 12", "column answered  the same in 20 more rows"]),
    "rows of many lengths": ("health", [rows_of("health")[0], *(["x"] * (5 + i % 3) for i in range(30))],
        ["row 2  5 cells under 4 columns", "20 more rows with too many or too few cells"]),
}  # fmt: skip


@pytest.mark.parametrize("case", COMBINED, ids=list(COMBINED))
def test_faults_together(tmp_path, case):
    name, rows, told = COMBINED[case]
    text = refusal(tmp_path, name, as_csv(rows))
    assert [said for said in told if said not in text] == []


def test_no_more_than_forty_problems_are_told(tmp_path):
    bad = dict.fromkeys(("tier", "sex", "ethnicity", "source", "destination"), str)
    text = refusal(tmp_path, "stays", as_csv(many("stays", 20, **bad)))
    assert len(text.splitlines()) == MOST + 3
    assert "and 25 more" in text


def test_the_corpus_is_large():
    assert len(CELLS) + len(FILES) + len(BOOKS) >= 60
    assert len(COMBINED) >= 10
