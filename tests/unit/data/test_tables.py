"""A spoiled table is refused with file, line, column, value, rule and remedy."""

from pathlib import Path

import pytest

from needs.data.snapshot import Evidence
from needs.errors import DataError

TABLE = "2023-24/prison.csv"
LOW = "prison_population_projection_low,prison,persons,2029-03,95700,people,published"
SMI = "2023-24/smi_register_nhs_region.csv"


def refusal(root: Path, table: str = TABLE) -> str:
    with pytest.raises(DataError) as error:
        Evidence.open("2023-24", root).table(Path(table).stem)
    return str(error.value)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (LOW.replace("95700", "95k"), "column value  '95k' is not a number; write digits and a decimal point"),
        (LOW.replace("95700", '"95,700"'), "column value  '95,700' is not a number"),
        (LOW.replace("95700", "inf"), "column value  'inf' is not a number"),
        (LOW.replace("95700", "-5"), "column value  '-5' is negative; only a change, growth or sign may be"),
        (LOW.replace("95700", ""), "column value  '' is blank; every row needs one"),
        (LOW.replace("people", "share"), "column value  '95700' is no share; write it between 0 and 1"),
        (LOW.replace("people", "%"), "column value  '95700' is more than 100%"),
        (LOW.replace("persons", "all"), "column sex  'all' is none of persons, male, female"),
        (
            LOW.replace("published", "guess"),
            "column status  'guess' is none of published, published_secondary, derived",
        ),
        (LOW.replace("prison_population", "Prison population"), "is not snake_case; write it like population_18_plus"),
    ],
)
def test_a_bad_cell_is_named(root, change, new, said):
    change(TABLE, LOW, new)
    text = refusal(root)
    assert text.startswith("data_raw/2023-24/prison.csv cannot be used: 1 problem\n  line 3, ") or "status" in said
    assert f"line 3, {said}" in text or said in text
    assert text.endswith("[exit 11]")


def test_a_change_may_be_negative(root, change):
    change(TABLE, "-5500", "-5501")
    assert Evidence.open("2023-24", root).figure("prison", "change_from_previous_projection_central").value == -5501


def test_unknown_codes_are_named(root, change):
    change(
        TABLE,
        "K04000001,England and Wales,prison_population_projection_low",
        "EW,England,prison_population_projection_low",
    )
    assert "line 3, column region_code  'EW' is no region or area code; add it to region_codes.csv" in refusal(root)


def test_an_unknown_source_is_named(root, change):
    change(TABLE, "moj-omsq-2021-q2", "moj-omsq")
    text = refusal(root)
    assert "column source_id  'moj-omsq' is no source of the sidecar; add its citation there" in text
    assert "sidecar  source 'moj-omsq-2021-q2' is used by no row; remove it" in text


def test_a_duplicate_is_named_on_both_lines(root):
    path = root / "data_raw" / TABLE
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, lines[1]]), encoding="utf-8", newline="\n")
    text = refusal(root)
    assert "line 2, column measure  'prison_population_projection_central' stands twice" in text
    assert f"line {len(lines) + 1}, column measure" in text


def test_every_problem_is_told_at_once(root, change):
    change(TABLE, LOW, LOW.replace("95700", "many").replace("persons", "both"))
    change(TABLE, "105200", "")
    assert "prison.csv cannot be used: 3 problems" in refusal(root)


def test_lines_are_counted_in_the_file(root, change):
    change(TABLE, LOW, LOW.replace("people", '"people,\nabout"'))
    change(TABLE, "105200", "x")
    assert "line 5, column value  'x'" in refusal(root)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",value,", ",amount,", "line 1  no column 'value'; add it\n  line 1  column 'amount' is unknown; remove it"),
        (",note\n", ",note,more\n", "cells where the header has 12"),
    ],
)
def test_a_wrong_header_is_named(root, change, old, new, said):
    change(TABLE, old, new)
    assert said in refusal(root)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it has no rows"),
        (b"a,b\n", "it has no rows"),
        (b"a,b\n\xff,1\n", "it is not UTF-8 text; save it as UTF-8"),
        (b'a,b\n"x"y,1\n', "line 2  it is not CSV"),
    ],
)
def test_a_file_that_is_no_table(root, content, said):
    (root / "data_raw" / TABLE).write_bytes(content)
    text = refusal(root)
    assert said in text
    assert "it has changed: its sha256 is" in text


def test_a_changed_table_is_refused_with_the_hash_to_write(root, edit):
    edit(TABLE, "105200", "105201")
    text = refusal(root)
    assert "it has changed: its sha256 is " in text
    assert "if you changed it on purpose, write sha256: " in text
    assert "in data_raw/2023-24/prison.yaml" in text


def test_line_ends_of_windows_do_not_change_a_table(root):
    path = root / "data_raw" / TABLE
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(Evidence.open("2023-24", root).table("prison")) == 19


def test_a_missing_table_is_named(root):
    (root / "data_raw" / TABLE).unlink()
    assert refusal(root).startswith("data_raw/2023-24/prison.csv is missing")


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("2023-24/regions.csv", "E40000003,2,1", "E40000003,0,0", "stands twice (tile_row, tile_col); remove one"),
        ("2023-24/regions.csv", "London", "Midlands", "stands twice (region_name); remove one"),
        ("2023-24/region_codes.csv", "E40000013,ods,2023-24,Y61", "E40000013,ods,2023-24,Y56", "means two regions"),
        (
            "2023-24/region_codes.csv",
            "E40000013,ods",
            "E40009999,ods",
            "E40009999 stands in region_codes.csv and not here",
        ),
        ("2023-24/footprints.csv", "E54000008,NHS Cheshire", "E54000010,NHS Cheshire", "stands twice (icb_code)"),
        ("2023-24/footprints.csv", ",high,", ",,", ""),
    ],
)
def test_tables_without_figures_have_rules_too(root, change, table, old, new, said):
    change(table, old, new)
    if said:
        assert said in refusal(root, table)
    else:
        assert len(Evidence.open("2023-24", root).table("footprints")) == 42
