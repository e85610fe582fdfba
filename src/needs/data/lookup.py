"""Picking rows of a table by what they say, and saying what there is when none or several fit."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from needs.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NARROW", "choices", "describe", "not_one", "select"]

NARROW = "name tier, sex, period, region_code or source_id so that one row is left"
"""What to do when a filter leaves several rows."""


def select(frame: pd.DataFrame, measure: str, asked: Mapping[str, str | None]) -> pd.DataFrame:
    """Return the rows of a measure that have every value asked for; None asks for nothing.

    Raises
    ------
    DataError
        If the table is one of codes, without figures.

    Examples
    --------
    >>> import pandas as pd
    >>> beds = pd.DataFrame({"measure": ["beds", "beds", "stay"], "tier": ["high", "low", "low"]})
    >>> select(beds, "beds", {"tier": "low", "sex": None}).index.tolist()
    [1]
    """
    if "measure" not in frame:
        raise DataError(f"{frame.attrs['ref']} holds no figures", remedy="name a table of figures")
    keep = frame["measure"] == measure
    for column, value in asked.items():
        if value is not None:
            keep &= frame[column] == value
    return frame[keep]


def describe(frame: pd.DataFrame, measure: str, asked: Mapping[str, str | None]) -> str:
    """Say which table and what was asked of it.

    Examples
    --------
    >>> import pandas as pd
    >>> beds = pd.DataFrame()
    >>> beds.attrs["ref"] = "common/beds"
    >>> describe(beds, "beds", {"tier": "low", "sex": None})
    "common/beds: beds, tier 'low'"
    """
    words = [measure, *(f"{name} {value!r}" for name, value in asked.items() if value is not None)]
    return f"{frame.attrs['ref']}: {', '.join(words)}"


def choices(rows: pd.DataFrame, asked: Mapping[str, str | None]) -> list[str]:
    """Say, for each column that was left open and still varies, what it may be.

    Examples
    --------
    >>> import pandas as pd
    >>> choices(pd.DataFrame({"tier": ["high", "low"], "sex": ["male", "male"]}), {"tier": None, "sex": None})
    ['tier: high, low']
    """
    values = {name: list(dict.fromkeys(rows[name])) for name, value in asked.items() if value is None}
    return [f"{name}: {', '.join(there)}" for name, there in values.items() if len(there) > 1]


def not_one(frame: pd.DataFrame, measure: str, asked: Mapping[str, str | None], rows: pd.DataFrame) -> DataError:
    """Return the error of a filter that leaves no row or several, with what there is.

    Examples
    --------
    >>> import pandas as pd
    >>> beds = pd.DataFrame({"measure": ["beds"], "tier": ["high"]})
    >>> beds.attrs["ref"] = "common/beds"
    >>> print(not_one(beds, "bed", {"tier": "high"}, beds[:0]))
    common/beds: bed, tier 'high' names no row: 1 problem
      measures there: beds
    Next: name one of these        [exit 11]
    """
    said = describe(frame, measure, asked)
    if len(rows) > 1:
        return DataError(f"{said} names {len(rows)} rows", choices(rows, asked), NARROW)
    there = frame[frame["measure"] == measure]
    if there.empty:
        measures = list(dict.fromkeys(frame["measure"]))
        near = difflib.get_close_matches(measure, measures) or measures
        return DataError(f"{said} names no row", [f"measures there: {', '.join(near)}"], "name one of these")
    named = [name for name, value in asked.items() if value is not None]
    lines = [f"there is {', '.join(dict.fromkeys(there[name]))} for {name}" for name in named]
    return DataError(f"{said} names no row", lines, "ask for a combination that the table has")
