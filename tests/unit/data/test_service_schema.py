"""Schemas say what the definition says, for pandas and for programs that know JSON Schema."""

import jsonschema
import pandas as pd
import pandera.pandas as pa
import pytest
from service_files import as_csv, reading, rows_of

from needs.data.service.schema import empty, json_schema, schema
from needs.dataset import TABLES, table

NAMES = [each.name for each in TABLES]


def test_every_table_and_column_is_in_the_json_schema():
    whole = json_schema()
    assert whole["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert list(whole["properties"]) == NAMES
    for each in TABLES:
        items = whole["properties"][each.name]["items"]
        assert list(items["properties"]) == list(each.names)
        assert items["required"] == [column.name for column in each.columns if column.required]
        for column in each.columns:
            told = items["properties"][column.name]
            assert column.meaning in told["description"]
            assert told["title"]
            nullable = [] if column.required else [None]
            assert told.get("enum", [*column.words, *nullable]) == [*column.words, *nullable]
            assert (told.get("minimum"), told.get("maximum")) == (column.lowest, column.highest)
            assert ("null" in told["type"]) != column.required


def test_forms_of_json():
    stays = json_schema()["properties"]["stays"]["items"]["properties"]
    assert stays["admitted"]["format"] == "date"
    assert stays["age"]["type"] == ["integer", "null"]
    assert "medium: Medium secure" in stays["tier"]["description"]
    assert json_schema()["properties"]["finance"]["items"]["properties"]["period"]["pattern"] == "^[0-9]{4}-[0-9]{2}$"


def as_json(name):
    """Rows of a table as JSON has them."""
    forms = {column.name: {"whole": int, "number": float}.get(column.form, str) for column in table(name).columns}
    header, *rows = rows_of(name)
    return [{key: forms[key](cell) if cell else None for key, cell in zip(header, row, strict=True)} for row in rows]


def test_json_schema_takes_good_rows_and_refuses_bad_ones():
    checked = jsonschema.Draft202012Validator(json_schema(), format_checker=jsonschema.FormatChecker())
    jsonschema.Draft202012Validator.check_schema(json_schema())
    good = {name: as_json(name) for name in NAMES}
    assert list(checked.iter_errors(good)) == []
    for name, column, cell in (
        ("stays", "tier", "medum"), ("stays", "person_key", None), ("stays", "age", 212), ("stays", "admitted", "31/05/2024"),
        ("finance", "period", "2023"), ("capacity", "beds", 1.5), ("stays", "surname", "x"),
    ):  # fmt: skip
        bad = {**good, name: [{**good[name][0], column: cell}]}
        assert [list(error.path)[:2] for error in checked.iter_errors(bad)] == [[name, 0]]
    assert len(list(checked.iter_errors({"stays": []}))) == 1


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_table_fits(name):
    assert len(schema(table(name)).validate(empty(table(name)))) == 0


SPOILT = {
    "another word": ("tier", lambda s: s.astype("str")),
    "blank where none may be": ("person_key", lambda s: s.mask(s.index == 1)),
    "above the bound": ("age", lambda s: s.mask(s.index == 1, 111.0)),
    "below the bound": ("deprivation_tenth", lambda s: s.mask(s.index == 1, 0.0)),
    "not whole": ("age", lambda s: s.mask(s.index == 1, 34.5)),
    "text for days": ("admitted", lambda s: s.astype("str")),
    "a day of another age": ("admitted", lambda s: s.mask(s.index == 1, pd.Timestamp("1021-01-01"))),
    "a long key": ("person_key", lambda s: s.mask(s.index == 1, "x" * 65)),
    "a row twice": ("row", lambda s: s * 0 + 2),
}


@pytest.mark.parametrize("case", SPOILT, ids=list(SPOILT))
def test_a_frame_that_does_not_fit(tmp_path, case):
    column, spoil = SPOILT[case]
    frame = reading(tmp_path, "stays", as_csv(rows_of("stays")))
    with pytest.raises(pa.errors.SchemaErrors) as error:
        schema(table("stays")).validate(frame.assign(**{column: spoil(frame[column])}), lazy=True)
    assert column in set(error.value.failure_cases["column"])


def test_columns_and_keys_of_a_frame(tmp_path):
    frame = reading(tmp_path, "capacity", as_csv(rows_of("capacity")))
    checked = schema(table("capacity"))
    again = pd.concat([frame, frame[:1].assign(row=9)], ignore_index=True)
    for wrong in (frame.assign(more=1), frame.drop(columns="provider"), again):
        with pytest.raises(pa.errors.SchemaErrors):
            checked.validate(wrong, lazy=True)
    assert len(checked.validate(frame)) == 3
