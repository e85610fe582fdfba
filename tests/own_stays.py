"""Tables of stays made by hand, a few cells a row."""

from __future__ import annotations

from typing import Any

import pandas as pd

from needs.dataset import table
from needs.dataset.columns import Column

SINCE, UNTIL = pd.Timestamp("2020-04-01"), pd.Timestamp("2023-03-31")


def frame(name: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """Make a table of the data set with the dtypes that reading gives; a cell that is not told is blank."""
    raw = pd.DataFrame(list(rows), columns=list(table(name).names))
    typed = pd.DataFrame({column.name: _typed(raw[column.name], column) for column in table(name).columns})
    return typed.assign(row=range(2, len(rows) + 2))


def _typed(cells: pd.Series, column: Column) -> pd.Series:
    if column.form == "code":
        return pd.Series(pd.Categorical(cells, categories=list(column.words)))
    if column.form == "date":
        return pd.to_datetime(cells).astype("datetime64[s]")
    return cells.astype(float) if column.form in ("whole", "number") else cells.astype("str").where(cells.notna())


def stays(*rows: tuple[str, str | None] | tuple[str, str | None, dict[str, Any]]) -> pd.DataFrame:
    """Make stays of one person at Elm, medium secure, from ``(admitted, discharged, other cells)``."""
    usual = {"person_key": "a", "tier": "medium", "unit": "Elm"}
    told = [
        {**usual, "admitted": row[0], "discharged": row[1], **(row[2] if len(row) > 2 else {})} for row in rows
    ]  # fmt: skip
    return frame("stays", *told)
