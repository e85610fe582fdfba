"""Whatever bytes a file holds: a table with every row that is not blank, or an error that says what to do and shows no key."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from service_files import KEY, as_csv, as_ods, as_xlsx, rows_of

from needs.data.service import read_table
from needs.data.service.csv_text import read_csv
from needs.data.service.schema import schema
from needs.data.service.sheets import sheet_of_rows
from needs.data.service.workbook import open_workbook
from needs.dataset import table
from needs.errors import DataError

NAMES = ("health", "outcomes", "experience", "capacity", "finance", "stays")
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
PIECES = [
    b",", b'"', b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xe9", b"\xef\xbb\xbf", b"\xc2\xa0", b" ", b";", b"'", b"=1+1", b"-",
    b"nan", b"9434765919", b"31/05/2024", b"2024-02-30", b"1e400", b"\x1f", b"\xe2\x80\x8b", b",,,,", b'""', KEY.encode(),
]  # fmt: skip
EDITS = st.lists(
    st.tuples(st.integers(0, 4_000), st.integers(0, 12), st.one_of(st.sampled_from(PIECES), st.binary(max_size=6))),
    max_size=5,
)
WRITTEN = st.sampled_from([{}, {"end": "\n"}, {"encoding": "utf-8-sig"}, {"mark": ";"}, {"encoding": "utf-16"}])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bytes")


def edited(content, edits):
    """Bytes with some of them taken out and others put in."""
    for place, gone, piece in edits:
        at = place % (len(content) + 1)
        content = content[:at] + piece + content[at + gone :]
    return content


def held(path: Path, name: str):
    """Return a table that is as its schema says, or None where the file was refused in the way that it should be."""
    frame, error = attempt(path, name)
    if error is None:
        assert len(schema(table(name)).validate(frame)) == len(frame)
        return frame
    assert 1 <= len(error.problems) <= 41
    assert KEY.casefold() not in str(error).casefold()
    assert all(line.isprintable() for line in str(error).splitlines())
    return None


def attempt(path: Path, name: str):
    """Return a table and no error, or an error and no table."""
    try:
        return read_table(path, table(name)), None
    except DataError as error:
        return None, error


def filled(rows):
    """Rows of some cells below the first that are not wholly blank."""
    return len([row for row in rows if any(str(cell).strip() for cell in row)]) - 1


@settings(max_examples=200, suppress_health_check=SLOW)
@given(st.sampled_from(NAMES), WRITTEN, EDITS)
@example("health", {}, [(0, 0, b"\r")])
@example("health", {}, [(40, 0, b'"\n"')])
@example("stays", {}, [(236, 2, b"")])  # the first row of data in the header
def test_spoilt_csv(folder, name, written, edits):
    content = edited(as_csv(rows_of(name), **written), edits)
    path = folder / "spoilt.csv"
    path.write_bytes(content)
    if (frame := held(path, name)) is not None:
        assert len(frame) == filled(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@settings(max_examples=100, suppress_health_check=SLOW)
@given(
    st.one_of(st.binary(max_size=200), st.text(max_size=120).map(str.encode)),
    st.booleans(),
    st.sampled_from([".csv", ".xlsx", ".xls"]),
)
def test_any_bytes(folder, content, below_a_header, ending):
    header = b",".join(name.encode() for name in table("outcomes").names)
    path = folder / f"any{ending}"
    path.write_bytes(header + b"\n" + content if below_a_header else content)
    frame = held(path, "outcomes")
    assert frame is None or ending == ".csv"


@settings(max_examples=100, suppress_health_check=SLOW)
@given(
    st.sampled_from(NAMES[:4]),
    st.sampled_from(["", "sheet1.xml", "sharedStrings.xml", "workbook.xml", "styles.xml"]),
    EDITS,
)
@example("health", "sheet1.xml", [(0, 0, b"")])
def test_spoilt_workbooks(folder, name, part, edits):
    content = as_xlsx(rows_of(name), name)
    content = repacked(content, part, edits) if part else edited(content, edits)
    path = folder / "spoilt.xlsx"
    path.write_bytes(content)
    if (frame := held(path, name)) is not None:
        book = open_workbook(content)
        assert len(frame) == filled(book.get_sheet_by_index(0).to_python())


@settings(max_examples=60, suppress_health_check=SLOW)
@given(st.sampled_from(NAMES[:4]), st.sampled_from(["content.xml", ""]), EDITS)
@example("health", "content.xml", [(0, 0, b"")])
def test_spoilt_open_documents(folder, name, part, edits):
    content = as_ods(rows_of(name))
    path = folder / "spoilt.ods"
    path.write_bytes(repacked(content, part, edits) if part else edited(content, edits))
    if (frame := held(path, name)) is not None:
        assert len(frame) <= len(rows_of(name))


def repacked(content, part, edits):
    """A workbook of which one part is edited."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, edited(old.read(name), edits) if name.endswith(part) else old.read(name))
    return stream.getvalue()


CELL = st.one_of(
    st.sampled_from(["", " ", "a", "1", 'say "x"', "a,b", "é\u00a0", "two\nlines"]), st.text("ab1 ,\"'\t;é", max_size=5)
)


@settings(max_examples=80, suppress_health_check=SLOW)
@given(
    st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=8)
    ),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(0, 2),
)
def test_both_ways_of_reading_give_the_same_text(rows, quoting, end, blank):
    stream = io.StringIO()
    csv.writer(stream, quoting=quoting, lineterminator=end).writerows([["x"] * len(rows[0]), *rows])
    content = stream.getvalue().encode()
    content = content.replace(f"x{end}".encode(), f"x{end}{end * blank}".encode(), 1)
    found = read_csv(content)
    lines = iter(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
    expected = sheet_of_rows(enumerate(lines, 1))
    assert found.header == expected.header
    told = [[column.words[code] for code in column.codes] for column in found.columns]
    assert told == [[column.words[code] for code in column.codes] for column in expected.columns]
    if not any("\n" in cell for row in rows for cell in row):
        assert found.rows.tolist() == [
            n for n, row in enumerate(rows, 2 + blank * (quoting != csv.QUOTE_ALL)) if any(map(str.strip, row))
        ]
