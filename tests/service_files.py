"""Files of service data for tests: a good one of every table, and ways to spoil it."""

import csv
import io
import zipfile

import pytest
import xlsxwriter

from needs.data.service import read_table
from needs.dataset import table
from needs.errors import DataError

KEY = "Zq7X"
"""With this begin all keys of the good files; no message may hold it."""

ROWS = {
    "stays": [
        "Zq7X0101,Q71,Elm,Trust A,nhs,medium,male,34,white,2,mental_illness,no,no,s37_41,prison_sentenced,2021-05-04,2023-11-20,"
        "low,2023-06-01,secure_bed,yes",
        "Zq7X0101,Q71,Oak,Trust B,independent,low,male,37,white,2,mental_illness,no,no,s37_41,medium,2023-11-20,,,,,no",
        "Zq7X0202,Q62,Oak,Trust B,independent,low,female,29,black,1,both,unknown,no,s3,general_psychiatry,2022-09-12,,,"
        "2023-12-05,step_down,yes",
        "Zq7X0303,,Elm,,,high,,,,,,,,,,2019-01-01,,,,,",
    ],
    "referrals": ["Zq7X0404,Zq7Xr1,referred,2023-08-01,prison,medium,,,start",
                  "Zq7X0404,Zq7Xr1,assessed,2023-08-15,,,Trust A,suitable,"],
    "reviews": ["Zq7X0101,2024-01-16,step_down,14,21,unescorted_community,rehabilitation,less_secure",
                "Zq7X0202,2024-01-23,low,,,,,"],
    "capacity": ["Elm,Trust A,medium,nhs,male,12,2024-03-31",
                 "Elm,Trust A,medium,nhs,female,9,2024-03-31", "Oak,,low,independent,,16,2024-03-31"],
    "finance": ["medium,nhs,block,12,4100,2700000,2023-24", "low,independent,package,0,5200,2300000,2023-24"],
    "outcomes": ["Zq7X0404,settled_accommodation,2023-02-01", "Zq7X0404,readmission,2023-10-09"],
    "health": ["Zq7X0101,2023-10-02,done,27.4", "Zq7X0202,2023-10-02,declined,"],
    "experience": ["2024-01-01,Elm,patient,I feel safe,12,10,7", "2024-01-01,,carer,I am told,20,9,6"],
    "standards": ["Elm,1.1 Named nurse,core,2023-11-14,met", "Oak,4.2 Carers,developmental,2023-11-14,partly"],
}  # fmt: skip


def rows_of(name):
    """The good rows of a table, its header first."""
    return [list(table(name).names), *csv.reader(ROWS[name])]


def as_csv(rows, encoding="utf-8", mark=",", end="\r\n"):
    """Rows as the bytes of a CSV file."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=mark, lineterminator=end).writerows(rows)
    return stream.getvalue().encode(encoding)


def as_xlsx(rows, sheet="stays", more=()):
    """Rows as the bytes of a workbook; text that is a day becomes a day, and a number a number."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        written = book.add_worksheet(sheet)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                written.write(r, c, cell)
        for name in more:
            book.add_worksheet(name)
    return stream.getvalue()


def as_ods(rows, more=""):
    """Rows as an OpenDocument spreadsheet, all text."""
    cells = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in row)
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(f'xmlns:{s}="urn:oasis:names:tc:opendocument:xmlns:{s}:1.0"' for s in ("office", "table", "text"))
    content = (
        f"<?xml version='1.0' encoding='UTF-8'?><office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="stays">{cells}{more}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("content.xml", content)
        parts.writestr("META-INF/manifest.xml", "<manifest/>")
    return stream.getvalue()


def put(name, column, value, row=1):
    """Rows of a table with another cell in one column."""
    rows = rows_of(name)
    rows[row][table(name).names.index(column)] = value
    return rows


def reading(folder, name, content, ending=".csv"):
    """Read a file of some bytes."""
    path = folder / f"{name}{ending}"
    path.write_bytes(content)
    return read_table(path, table(name))


def refusal(folder, name, content, ending=".csv"):
    """Return what is said of a file that cannot be used; it holds no key."""
    with pytest.raises(DataError) as caught:
        reading(folder, name, content, ending)
    error = caught.value
    assert error.exit_code == 11
    assert error.headline == f"{name}{ending} cannot be used"
    assert "needs data add" in error.remedy
    assert KEY.casefold() not in str(error).casefold()
    return str(error)
