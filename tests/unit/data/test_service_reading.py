"""Good files are read alike, however they are written; folders are read only when they are what their sidecars say."""

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest
from service_files import ROWS, as_csv, as_ods, as_xlsx, put, reading, refusal, rows_of

from needs.data.service import read, read_folder
from needs.data.service.schema import schema
from needs.data.sidecar import hash_file, read_sidecar
from needs.dataset import TABLES, table
from needs.errors import DataError
from needs.project import EDITIONS, project_root

SINCE, UNTIL = dt.date(2021, 4, 1), dt.date(2024, 3, 31)
NAMES = [each.name for each in TABLES]


def same(one, other):
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("name", NAMES)
def test_a_good_table(tmp_path, name):
    frame = reading(tmp_path, name, as_csv(rows_of(name)))
    assert list(frame) == [*table(name).names, "row"]
    assert frame["row"].tolist() == list(range(2, len(ROWS[name]) + 2))
    assert len(schema(table(name)).validate(frame)) == len(ROWS[name])


def test_what_cells_become(tmp_path):
    frame = reading(tmp_path, "stays", as_csv(rows_of("stays")))
    assert frame["tier"].cat.categories.tolist() == ["high", "medium", "low", "step_down", "community"]
    assert frame["tier"].tolist() == ["medium", "low", "low", "high"]
    assert frame["admitted"].dt.strftime("%d %b %Y").tolist() == [
        "04 May 2021",
        "20 Nov 2023",
        "12 Sep 2022",
        "01 Jan 2019",
    ]
    assert frame.isna().sum()[["discharged", "age", "home_icb", "sex", "person_key"]].tolist() == [3, 1, 1, 1, 0]
    assert set(frame.dtypes.astype(str)) == {"str", "category", "float64", "datetime64[s]", "int64"}


def test_the_same_rows_however_they_are_written(tmp_path):
    plain = reading(tmp_path, "stays", as_csv(rows_of("stays")))
    rows = rows_of("stays")
    shouted = [[f" {cell.upper()} ".replace("_", " ") for cell in rows[0]], *rows[1:]]
    shouted[1:] = [
        [cell if n in (0, 1, 2, 3) else f" {cell.title()}" for n, cell in enumerate(row)] for row in rows[1:]
    ]
    wide = [[*row, "", " "] for row in rows]
    turned = [row[::-1] for row in rows]
    for content in (
        as_csv(rows, "utf-8-sig"), as_csv(rows, end="\n"), as_csv(rows, end="\r"), as_csv(rows)[:-2], as_csv(shouted),
        as_csv(wide), as_csv(turned), as_csv([*rows, [""] * 21, [], [""] * 30]),
        b"\r\n".join(b",".join(b'"%s"' % cell.encode() for cell in row) for row in rows),
    ):  # fmt: skip
        same(reading(tmp_path, "stays", content), plain)


def test_days_of_midnight_and_numbers_with_a_nought_behind_the_point(tmp_path):
    plain = reading(tmp_path, "stays", as_csv(rows_of("stays")))
    for column, cell in (("admitted", "2021-05-04 00:00:00"), ("admitted", "2021-05-04T00:00"), ("age", "34.0")):
        same(reading(tmp_path, "stays", as_csv(put("stays", column, cell))), plain)


def test_rows_are_lines_of_the_file(tmp_path):
    rows = rows_of("standards")
    rows[1][1] = "1.1, Named nurse"
    content = as_csv([[""] * 5, rows[0], [], rows[1], [""] * 5, rows[2]], end="\n")
    assert reading(tmp_path, "standards", content)["row"].tolist() == [4, 6]
    content = as_csv([*put("stays", "unit", "El\nm"), rows_of("stays")[1]], end="\n").replace(b"El\nm", b" \nElm ")
    assert reading(tmp_path, "stays", content)["row"].tolist() == [2, 4, 5, 6, 7]


def test_pounds_and_commas_in_spend_alone(tmp_path):
    frame = reading(tmp_path, "finance", as_csv(put("finance", "spend", "£2,700,000.50")))
    assert frame["spend"].tolist() == [2_700_000.5, 2_300_000.0]


def test_columns_that_may_be_left_out(tmp_path):
    rows = [[row[n] for n in (0, 5, 15)] for row in rows_of("stays")]
    frame = reading(tmp_path, "stays", as_csv(rows))
    assert frame.drop(columns=["person_key", "tier", "admitted", "row"]).isna().all(axis=None)
    assert len(schema(table("stays")).validate(frame)) == 4


def test_a_header_alone_is_a_table_without_rows(tmp_path):
    frame = reading(tmp_path, "reviews", as_csv(rows_of("reviews")[:1]))
    assert len(frame) == 0
    assert schema(table("reviews")).validate(frame) is not None


def as_cells(rows):
    """Cells of a workbook: days and numbers as such."""
    dates = {n for n, name in enumerate(rows[0]) if name in ("admitted", "discharged", "clinically_ready")}
    numbers = {n for n, name in enumerate(rows[0]) if name in ("age", "deprivation_tenth")}
    turn = {**dict.fromkeys(dates, dt.date.fromisoformat), **dict.fromkeys(numbers, float)}
    return [rows[0], *([turn.get(n, str)(cell) if cell else "" for n, cell in enumerate(row)] for row in rows[1:])]


def test_a_workbook_is_read_as_its_csv(tmp_path):
    plain = reading(tmp_path, "stays", as_csv(rows_of("stays")))
    cells = as_cells(rows_of("stays"))
    same(reading(tmp_path, "stays", as_xlsx(cells), ".xlsx"), plain)
    same(reading(tmp_path, "stays", as_xlsx(cells, "Sheet1"), ".xlsx"), plain)
    same(reading(tmp_path, "stays", as_xlsx(cells, " Stays", ["notes"]), ".xlsx"), plain)
    lower = reading(tmp_path, "stays", as_xlsx([[], [], *cells, [], [""] * 3]), ".xlsx")
    assert lower["row"].tolist() == [4, 5, 6, 7]
    same(lower.drop(columns="row"), plain.drop(columns="row"))


def test_a_part_that_does_not_end_is_not_waited_for(tmp_path):
    """The reader of workbooks looks for the end of a cell for ever."""
    trap = as_ods(
        rows_of("stays"), "<table:table-row><table:table-cell><text:p>:/text:p></table:table-cell></table:table-row>"
    )
    assert "it is no workbook that can be read" in refusal(tmp_path, "stays", trap, ".ods")


def test_an_open_document(tmp_path):
    same(
        reading(tmp_path, "stays", as_ods(rows_of("stays")), ".ods"),
        reading(tmp_path, "stays", as_csv(rows_of("stays"))),
    )
    cell = '<table:table-cell office:value-type="string" table:number-columns-repeated="16000"/>'
    far = f"<table:table-row>{cell}</table:table-row>"
    said = refusal(tmp_path, "stays", as_ods(rows_of("stays"), far), ".ods")
    assert "a cell that is repeated, or in a row too many, holds something, far from columns A to AZ" in said


@pytest.mark.parametrize(
    ("ending", "said"), [(".txt", ".txt is not .csv, .xlsx, .xls or .ods"), ("", "a name without an ending is not")]
)
def test_other_endings(tmp_path, ending, said):
    assert said in refusal(tmp_path, "stays", b"x", ending)


def test_no_file_and_a_folder(tmp_path):
    from needs.data.service import read_table

    with pytest.raises(DataError, match="there is no such file"):
        read_table(tmp_path / "no.csv", table("stays"))
    with pytest.raises(DataError, match="it is a folder; name the file"):
        read_table(tmp_path, table("stays"))


@pytest.fixture
def kept(tmp_path):
    """Return a function that keeps tables in a folder of service data, and the folder."""
    folder = tmp_path / "data_raw" / "service" / "ours"
    folder.mkdir(parents=True)

    def keep(*names, status="own", source="own-data"):
        for name in names:
            path = folder / f"{name}.csv"
            path.write_bytes(as_csv(rows_of(name)))
            cited = "".join(f"    {part}: x\n" for part in ("publisher", "title", "date", "licence", "url"))
            path.with_suffix(".yaml").write_text(
                f"title: Ours\nsha256: {hash_file(path)}\nstatus: [{status}]\ncaveats: []\nsources:\n  {source}:\n{cited}"
            )
        return folder

    return keep


def told(folder):
    with pytest.raises(DataError) as error:
        read_folder(folder, SINCE, UNTIL, "service/ours")
    assert error.value.headline == "data_raw/service/ours cannot be used"
    return [str(problem) for problem in error.value.problems]


def test_a_folder(kept):
    own = read_folder(kept("stays", "capacity"), SINCE, UNTIL, "service/ours")
    assert (own.since, own.until) == (pd.Timestamp(SINCE), pd.Timestamp(UNTIL))
    assert own.has("stays", "capacity")
    assert not own.has("stays", "reviews")
    assert list(own["reviews"]) == [*table("reviews").names, "row"]
    known = own.rests_on("stays", "reviews", "capacity")
    assert (known.kind, known.sources) == ("derived", ("service/ours/stays#own-data", "service/ours/capacity#own-data"))


def test_made_up_tables_stay_made_up(kept):
    assert (
        read_folder(kept("stays", status="synthetic"), SINCE, UNTIL, "service/ours").rests_on("stays").kind
        == "synthetic"
    )


def test_what_keeps_a_folder_out(kept, tmp_path):
    assert told(kept("capacity")) == ["stays.csv  it is missing or has no row; stays are what everything else rests on"]
    folder = kept("stays")
    (folder / "notes.docx").write_bytes(b"x")
    (folder / ".hidden").write_bytes(b"x")
    (folder / "more").mkdir()
    (folder / "reviews.yaml").write_text("title: x")
    (folder / "capacity.csv").write_bytes(as_csv(put("capacity", "beds", "many")))
    (folder / "health.csv").write_bytes(as_csv(put("health", "bmi", "many")))
    (tmp_path / "outside.csv").write_bytes(as_csv(rows_of("outcomes")))
    (folder / "outcomes.csv").symlink_to(tmp_path / "outside.csv")
    assert told(folder) == [
        "more  it is a folder; name the folder that holds the tables in service.folder",
        "notes.docx  it belongs to no table; move it out",
        "outcomes.csv  it is a link; put the file itself there",
        "reviews.csv  it is missing; add it again, or remove its sidecar",
        "capacity.csv  it has changed since it was added (sha256); add the file again",
        "health.csv  service/ours/health.yaml is missing",
    ]


def test_tables_that_break_a_rule_are_told_together(kept):
    folder = kept("stays", "capacity")
    for name, column in (("stays", "age"), ("capacity", "beds")):
        path = folder / f"{name}.csv"
        old = hash_file(path)
        path.write_bytes(as_csv(put(name, column, "many")))
        sidecar = path.with_suffix(".yaml")
        sidecar.write_text(sidecar.read_text().replace(old, hash_file(path)))
    assert told(folder) == [
        "stays.csv, row 2, column age  'aaaa' is not a whole number; write digits alone",
        "capacity.csv, row 2, column beds  'many' is not a whole number; write digits alone",
    ]


def test_sidecars_of_other_things(kept):
    folder = kept("stays", status="published, own", source="another")
    assert told(folder) == [
        "stays.csv  its sidecar's status is not [own] or [synthetic]; add the file again",
        "stays.csv  its sidecar cites no source own-data; add the file again",
    ]


def inputs(root, folder, since=SINCE, until=UNTIL):
    """What reading needs of the inputs of a run."""
    service = SimpleNamespace(folder=folder, since=since, until=until)
    evidence = SimpleNamespace(data=root / "data_raw")
    return SimpleNamespace(parameters=SimpleNamespace(service=service), evidence=evidence)


def test_days_without_a_stay_are_mistyped(kept):
    with pytest.raises(DataError, match="cannot be used") as caught:
        read_folder(kept("stays"), dt.date(1901, 4, 1), dt.date(1901, 6, 30), "service/ours")
    assert "no stay lies between 1901-04-01 and 1901-06-30; correct service.since and until" in str(caught.value)


def test_a_run_reads_the_folder_that_it_is_told(kept, tmp_path):
    kept("stays")
    assert len(read(inputs(tmp_path, "ours"))["stays"]) == 4
    with pytest.raises(DataError, match="data_raw/service/others is missing"):
        read(inputs(tmp_path, "others"))
    with pytest.raises(DataError, match="service data are not told"):
        read(inputs(tmp_path, "ours", until=None))


def test_a_run_never_leaves_the_folder(kept, tmp_path):
    folder = kept("stays")
    (folder.parent / "linked").symlink_to(folder)
    with pytest.raises(DataError, match="it is a link; put the files themselves there"):
        read(inputs(tmp_path, "linked"))
    with pytest.raises(DataError, match="it is outside data_raw/service"):
        read(inputs(tmp_path, "../../data_raw"))


def test_evidence_of_real_editions_is_neither_made_up_nor_own():
    real = [edition for edition in EDITIONS if edition != "example"] + ["common"]
    files = [path for place in real for path in (project_root() / "data_raw" / place).glob("*.csv")]
    said = {status for path in files for status in read_sidecar(path.with_suffix(".yaml")).status}
    assert said == {"published", "published_secondary", "derived"}
