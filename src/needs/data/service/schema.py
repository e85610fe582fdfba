"""What the tables hold as schemas, for programs: pandera for frames, JSON Schema for anyone else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from needs.data.service.forms import FIRST_DAY, LAST_DAY, LONGEST_KEY, LONGEST_TEXT
from needs.dataset import TABLES, Column, Form, Table

__all__ = ["dtype", "empty", "json_schema", "schema"]

YEAR = "^[0-9]{4}-[0-9]{2}$"
TEXT = pd.StringDtype(na_value=np.nan)
DAY = np.dtype("datetime64[s]")

_JSON: Mapping[Form, Mapping[str, Any]] = {
    "key": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[^@]+$"},
    "code": {"type": "string"},
    "text": {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT},
    "date": {"type": "string", "format": "date"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "year": {"type": "string", "pattern": YEAR},
}


def dtype(column: Column) -> Any:
    """Return the type of a column in a frame.

    Examples
    --------
    >>> from needs.dataset import table
    >>> stays = table("stays")
    >>> [str(dtype(stays.column(name))) for name in ("person_key", "tier", "admitted", "age")]
    ['str', 'category', 'datetime64[s]', 'float64']
    """
    if column.form == "code":
        return pd.CategoricalDtype(list(column.words))
    if column.form == "date":
        return DAY
    return np.dtype("float64") if column.form in ("whole", "number") else TEXT


def empty(table: Table) -> pd.DataFrame:
    """Return a table without rows: its columns, typed, and ``row``.

    Examples
    --------
    >>> from needs.dataset import table
    >>> empty(table("health")).dtypes.astype(str).to_dict()
    {'person_key': 'str', 'checked': 'datetime64[s]', 'annual_check': 'category', 'bmi': 'float64', 'row': 'int64'}
    """
    columns = {column.name: pd.Series([], dtype=dtype(column)) for column in table.columns}
    return pd.DataFrame({**columns, "row": pd.Series([], dtype="int64")})


def schema(table: Table) -> pa.DataFrameSchema:
    """Return the schema of a table as it is read.

    Parameters
    ----------
    table : Table
        The table.

    Returns
    -------
    DataFrameSchema
        Types, words, bounds, required columns and the key, all from the definition; no other column may be there.

    Examples
    --------
    >>> from needs.dataset import table
    >>> checked = schema(table("capacity"))
    >>> checked.unique, checked.columns["beds"].nullable, checked.columns["sex"].nullable
    (['unit', 'tier', 'sex', 'validated'], False, True)
    >>> len(checked.validate(empty(table("capacity"))))
    0
    """
    columns = {
        column.name: pa.Column(
            dtype(column),
            checks=_checks(column),
            nullable=not column.required,
            title=column.name,
            description=column.meaning,
        )
        for column in table.columns
    }
    columns["row"] = pa.Column("int64", pa.Check.ge(1), unique=True, description="Row of the file, from 1.")
    return pa.DataFrameSchema(
        columns,
        strict=True,
        unique=list(table.key) or None,
        name=table.name,
        title=table.title,
        description=table.meaning,
    )


def _checks(column: Column) -> list[pa.Check]:
    """Return the rules of a column's cells."""
    checks = []
    if column.lowest is not None:
        checks.append(pa.Check.ge(column.lowest))
    if column.highest is not None:
        checks.append(pa.Check.le(column.highest))
    if column.form == "whole":
        checks.append(pa.Check(lambda numbers: numbers % 1 == 0, error="whole"))
    if column.form in ("key", "text"):
        checks.append(pa.Check.str_length(1, LONGEST_KEY if column.form == "key" else LONGEST_TEXT))
    if column.form == "year":
        checks.append(pa.Check.str_matches(YEAR))
    if column.form == "date":
        checks.append(pa.Check.in_range(pd.Timestamp(FIRST_DAY), pd.Timestamp(LAST_DAY)))
    return checks


def json_schema() -> dict[str, Any]:
    """Return the schema of the whole data set: an object that holds each table as a list of rows.

    Returns
    -------
    dict
        JSON Schema 2020-12.

    Notes
    -----
    A cell that is not known is null or left out. What JSON Schema cannot say, that some columns stand once together, stands in
    ``$comment``.

    References
    ----------
    JSON Schema: A Media Type for Describing JSON Documents, draft 2020-12.

    Examples
    --------
    >>> stays = json_schema()["properties"]["stays"]["items"]
    >>> stays["required"], stays["properties"]["sex"]["enum"]
    (['person_key', 'tier', 'admitted'], ['female', 'male', 'other', 'unknown', None])
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Regional data set for adult secure mental health services",
        "description": "Stays, referrals, reviews, beds, money and outcomes of the people that a region is responsible for.",
        "type": "object",
        "properties": {table.name: _json_table(table) for table in TABLES},
        "required": ["stays"],
        "additionalProperties": False,
    }


def _json_table(table: Table) -> dict[str, Any]:
    comment = {"$comment": f"{', '.join(table.key)} stand once together."} if table.key else {}
    return {
        "title": table.title,
        "description": table.meaning,
        **comment,
        "type": "array",
        **({"minItems": 1} if table.name == "stays" else {}),
        "items": {
            "type": "object",
            "properties": {column.name: _json_column(column) for column in table.columns},
            "required": [column.name for column in table.columns if column.required],
            "additionalProperties": False,
        },
    }


def _json_column(column: Column) -> dict[str, Any]:
    form = dict(_JSON[column.form])
    meanings = "; ".join(f"{word}: {meaning}" for word, meaning in column.codes.items())
    told: dict[str, Any] = {
        "title": column.name.replace("_", " ").capitalize(),
        "description": f"{column.meaning} {meanings}.".strip() if meanings else column.meaning,
        **form,
    }
    if not column.required:
        told["type"] = [form["type"], "null"]
    if column.codes:
        told["enum"] = [*column.words, *([] if column.required else [None])]
    if column.lowest is not None:
        told["minimum"] = column.lowest
    if column.highest is not None:
        told["maximum"] = column.highest
    return told
