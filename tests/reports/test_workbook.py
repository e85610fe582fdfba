"""The workbook: the government's pattern, the numbers of the CSV files, and words that stay words whatever they begin with."""

from __future__ import annotations

import csv
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import python_calamine

from needs.errors import RenderError
from needs.report.compose import compose, read_records
from needs.report.workbook import audit_workbook, write_workbook

NASTY = 'R&D | *cost* of 1<2 {a} [b] $5 @home "quoted" ~x^y `c` \\ d'
REFS = ["2023-24/beds#hl3021", "common/costs#ncc-2024", "params/2023-24#occupancy.high"]
INJECTED = (
    '=HYPERLINK("http://x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "http://example.org",
    "_x0041_",
    NASTY,
)
ROWS = [
    ["tier", "patients", "patients_lower_95", "share", "period", "unit", "value", "suppressed"],
    ["step_down", "34.16133413", "19", "0.1", "2024-04-01", "GBP a year", "1962210.9479", ""],
    ["high", "", "", "0.9576", "2024-05-01", "share", "0.25", "patients"],
]


def put(folder: Path, name: str, rows: list[list[str]], **record: Any) -> None:
    """Write an artefact's data, and what is to be said of it."""
    with (folder / "artefacts" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    path = folder / "artefacts" / f"{name}.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    base = {
        "form": "table",
        "title": "A finding",
        "caption": "A measure",
        "kind": "derived",
        "sources": REFS,
        "id": name,
    }
    table = {"columns": ["Tier"], "align": ["l"], "rows": [["x"]]}
    path.write_text(json.dumps({"table": table} | base | found | record), encoding="utf-8")


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    """Read every sheet of a workbook."""
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def table(rows: list[list[Any]]) -> list[list[Any]]:
    """Return the table of a sheet: what stands below the way back."""
    start = next(n for n, row in enumerate(rows) if str(row[0]).startswith("Back to "))
    return rows[start + 1 :]


@pytest.fixture(scope="module")
def made(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of a composed folder with hostile words; look, do not touch."""
    folder = Path(shutil.copytree(published, tmp_path_factory.mktemp("workbook") / "yorkshire"))
    put(folder, "tbl-gap", ROWS)
    put(
        folder,
        "tbl-demand",
        [["name", "beds"], *([f"'{text}", "1"] for text in INJECTED[:5]), *([t, "2"] for t in INJECTED[5:])],
    )
    put(folder, "tbl-extra-" + "x" * 40, ROWS, title="=1+1", caption=f"=2+2. {NASTY}")
    put(folder, "tbl-extra-" + "x" * 41, ROWS)
    write_workbook(folder / "workbook.xlsx")
    return folder


def test_a_workbook_of_hostile_words_keeps_the_pattern(made: Path) -> None:
    assert list(audit_workbook(made / "workbook.xlsx")) == []


def test_numbers_are_those_of_the_csv_and_what_is_missing_is_told_in_words(made: Path) -> None:
    header, first, second = table(sheets(made / "workbook.xlsx")["gap"])
    assert header[:2] == ["Tier", "Patients"]
    assert header[2] == "Patients, lower end of 95% interval"
    assert first[:4] == ["step down", 34.16133413, 19.0, 0.1]
    assert first[6] == 1962210.9479
    assert str(first[4]) == "2024-04-01"
    assert second[:4] == ["high", "suppressed", "suppressed", 0.9576]
    assert len(header) == len(ROWS[0]) - 1


def test_every_number_of_every_csv_is_there(made: Path) -> None:
    found = sheets(made / "workbook.xlsx")
    shown = sorted(
        cell for rows in list(found.values())[5:] for row in table(rows) for cell in row if isinstance(cell, float)
    )
    told = []
    for path in sorted((made / "artefacts").glob("*.csv")):
        if path.name.startswith("num-"):
            continue
        _, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
        told += [float(cell) for row in rows for cell in row if re.fullmatch(r"-?\d+(\.\d+)?", cell)]
    assert shown == sorted(told)


def test_words_that_begin_like_formulas_are_words(made: Path) -> None:
    path = made / "workbook.xlsx"
    assert [row[0] for row in table(sheets(path)["demand"])[1:]] == list(INJECTED)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")}
        assert not any("vba" in name.lower() or "external" in name.lower() for name in archive.namelist())
    assert not [name for name, part in parts.items() if b"<f>" in part or b"<f " in part]
    assert sum(b"mergeCell" in part for part in parts.values()) == 0


def test_every_artefact_and_every_table_of_the_report_has_a_sheet_in_its_order(made: Path) -> None:
    names = list(sheets(made / "workbook.xlsx"))
    assert names[:5] == ["Cover", "Contents", "Notes", "Sources", "Headline numbers"]
    records = read_records(made)
    text = (made / "report.qmd").read_text(encoding="utf-8")
    tables = re.findall(r"^: .* \{#(tbl-[a-z0-9-]+)\}$", text, re.MULTILINE)
    others = [name for name in tables if name not in records]
    shown = [name for name in records if not name.startswith("num-")]
    assert len(others) >= 3
    assert len(names) == 5 + len(shown) + len(others)
    assert [name for name in names if name.lower() in ("population", "gap", "options")] == [
        "population",
        "gap",
        "options",
    ]
    assert all(len(name) <= 31 for name in names)
    assert len({name.lower() for name in names}) == len(names)
    last = [name for name in names if name.startswith("extra-x")]
    assert len(last) == 2
    assert last[1].endswith(" 2")


def test_contents_leads_to_every_sheet_and_says_what_it_shows(made: Path) -> None:
    found = sheets(made / "workbook.xlsx")
    rows = {row[0]: row[1:] for row in table(found["Contents"])[1:]}
    assert list(rows) == list(found)[2:]
    assert rows["need-map"] == ["Finding about need map", "data of a figure", "modelled"]
    assert rows["need-map"][0] == found["need-map"][0][0]
    assert rows[next(name for name in rows if name.startswith("extra-x"))][0] == "=1+1"


def test_each_sheet_says_measure_kind_and_sources_above_its_table(made: Path) -> None:
    found = sheets(made / "workbook.xlsx")
    above = [row[0] for row in found["need-map"][: -len(table(found["need-map"]))]]
    assert any(line.startswith("Measure of need map, England, 2024") for line in above)
    assert "Kind: modelled." in above
    assert "Sources: 1 House of Lords; 2 NHS England; and 1 assumption of the parameters." in above
    documents = table(found["Sources"])[1:]
    assert [row[:2] for row in documents] == [[1.0, "House of Lords"], [2.0, "NHS England"]]
    assert documents[0][4:6] == ["Open Government Licence v3.0", "https://example.org/a_b%20c#d~e"]


def test_headline_numbers_have_value_and_interval(made: Path) -> None:
    rows = table(sheets(made / "workbook.xlsx")["Headline numbers"])
    assert rows[0][1:5] == ["Value", "Lower end of 95% interval", "Upper end of 95% interval", "Unit"]
    assert len(rows) - 1 == sum(name.startswith("num-") for name in read_records(made))
    assert all(row[1:5] == [1034.0, 880.0, 1210.0, "people"] for row in rows[1:])
    assert {row[5] for row in rows[1:]} == {"1,034", "1,034 (880 to 1,210)"}


def test_the_same_artefacts_give_the_same_bytes(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = Path(shutil.copytree(made, tmp_path / "copy"))
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    write_workbook(copy / "workbook.xlsx")
    assert (copy / "workbook.xlsx").read_bytes() == (made / "workbook.xlsx").read_bytes()


def test_properties_name_title_and_language_and_nothing_of_this_machine(made: Path) -> None:
    with zipfile.ZipFile(made / "workbook.xlsx") as archive:
        core = archive.read("docProps/core.xml").decode()
        everything = b"".join(map(archive.read, archive.namelist()))
    assert "<dc:language>en-GB</dc:language>" in core
    assert "York &amp; |Humber|" in core
    assert str(made).encode() not in everything


def test_every_sheet_of_synthetic_figures_says_so(make_folder: Callable[..., Path]) -> None:
    folder = make_folder("example")
    for path in sorted((folder / "artefacts").glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(record | {"kind": "synthetic"}), encoding="utf-8")
    compose(folder)
    write_workbook(folder / "workbook.xlsx")
    silent = [name for name, rows in sheets(folder / "workbook.xlsx").items()
              if not any("made up, about nobody" in str(cell) for row in rows[:14] for cell in row)]  # fmt: skip
    assert silent == []


def test_a_sheet_of_other_figures_does_not(made: Path) -> None:
    assert not any("made up" in str(row[0]) for row in sheets(made / "workbook.xlsx")["need-map"])


@pytest.mark.parametrize("name", ["tbl-gap.csv", "tbl-gap.json"])
def test_an_artefact_that_cannot_be_read_is_named(folder: Path, name: str) -> None:
    (folder / "artefacts" / name).write_text('a,b\n1,"', encoding="utf-8")
    with pytest.raises(RenderError, match=re.escape(name)):
        write_workbook(folder / "workbook.xlsx")


def test_a_place_that_cannot_be_written_is_named(folder: Path) -> None:
    (folder / "workbook.xlsx").mkdir()
    with pytest.raises(RenderError, match=r"workbook\.xlsx cannot be written"):
        write_workbook(folder / "workbook.xlsx")


BREACHES = {
    "merged": (r"</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells>', "has merged cells"),
    "formula": (r"(<c r=\"A1\"[^>]*>)", r"\1<f>1+1</f>", "cell A1 holds a formula"),
    "title": (r"<c r=\"A1\".*?</c>", "", "has no title in A1"),
    "frozen": (r"<pane [^>]*/>", "", "does not keep its header row in view"),
    "hidden": (r"<row r=\"2\"", '<row hidden="1" r="2"', "something on it is hidden"),
    "empty": (r"<c r=\"B7\".*?</c>", "", "cell B7 is empty"),
    "back": (r"<hyperlinks>.*?</hyperlinks>", "", "has no link to Contents"),
}


@pytest.mark.parametrize("breach", list(BREACHES))
def test_the_audit_names_each_breach(made: Path, tmp_path: Path, breach: str) -> None:
    pattern, instead, told = BREACHES[breach]
    broken, changed = tmp_path / "workbook.xlsx", 0
    with zipfile.ZipFile(made / "workbook.xlsx") as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet7.xml":
                text, changed = re.subn(pattern, instead, content.decode(), count=1, flags=re.DOTALL)
                content = text.encode()
            new.writestr(name, content)
    assert changed == 1
    found = list(audit_workbook(broken))
    assert any(told in what for what in found), found


def test_the_audit_names_macros_sheets_in_another_order_and_a_file_that_is_none(made: Path, tmp_path: Path) -> None:
    broken = tmp_path / "workbook.xlsx"
    with zipfile.ZipFile(made / "workbook.xlsx") as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            content = (
                old.read(name)
                .replace(b'name="Notes"', b'name="Other"')
                .replace(b"<dc:language>en-GB</dc:language>", b"")
            )
            new.writestr(name, content)
        new.writestr("xl/vbaProject.bin", b"")
    found = list(audit_workbook(broken))
    assert {"holds macros", "has no language among its properties"} <= set(found)
    assert any(what.startswith("does not begin with the sheets") for what in found)
    assert "sheet Contents: a link leads to Notes, which is not there" in found
    broken.write_bytes((made / "workbook.xlsx").read_bytes()[:500])
    assert list(audit_workbook(broken)) == ["is not a whole workbook"]
