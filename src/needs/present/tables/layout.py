"""How a table is laid out: text made from numbers, cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from needs.present import words
from needs.present.artefact import Artefact
from needs.values import Provenance

__all__ = ["DOES_NOT_APPLY", "NONE_PUBLISHED", "Column", "laid_out", "nothing", "ranges", "with_ranges"]

NONE_PUBLISHED = "no published figure"
"""What a cell says where a figure is missing."""

DOES_NOT_APPLY = "does not apply"
"""What a cell says where there can be no figure."""

Column = tuple[str, Callable[[Any], str] | None]
"""Heading on the page, and how a number is written; None for text."""


def laid_out(frame: pd.DataFrame, columns: Mapping[str, Column]) -> pd.DataFrame:
    """Write a frame's chosen columns as text, numbers to the right.

    Parameters
    ----------
    frame : DataFrame
        One row a line of the table.
    columns : mapping of str to Column
        Heading of each column shown, and how its numbers are written.

    Examples
    --------
    >>> shown = laid_out(pd.DataFrame({"tier": ["High", "Low"], "beds": [715.0, None]}),
    ...                  {"tier": ("Tier", None), "beds": ("Beds", words.count)})
    >>> shown.to_numpy().tolist(), shown.attrs["numeric"]
    ([['High', '715'], ['Low', 'no published figure']], ['Beds'])
    """
    shown = pd.DataFrame(
        {
            heading: [_cell(value, write) for value in frame[name]]
            for name, (heading, write) in columns.items()
        }
    )  # fmt: skip
    shown.attrs["numeric"] = [heading for heading, write in columns.values() if write]
    return shown


def _cell(value: Any, write: Callable[[Any], str] | None) -> str:
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return NONE_PUBLISHED
    return write(value) if write and not isinstance(value, str) else str(value)


def ranges(lower: pd.Series, upper: pd.Series, write: Callable[[Any], str] = words.count) -> list[str]:
    """Write the ends of intervals, row by row.

    Examples
    --------
    >>> ranges(pd.Series([64.0]), pd.Series([141.0]))
    ['64 to 141']
    """
    return [f"{write(a)} to {write(b)}" for a, b in zip(lower, upper, strict=True)]


def with_ranges(frame: pd.DataFrame, value: str, lower: str, upper: str) -> list[str]:
    """Write counts with their intervals, each to the precision of its interval.

    Parameters
    ----------
    frame : DataFrame
        One row a line of the table.
    value, lower, upper : str
        Its columns.

    Examples
    --------
    >>> with_ranges(pd.DataFrame({"n": [1233.8], "low": [875.0], "high": [1331.0]}), "n", "low", "high")
    ['1,230 (880 to 1,330)']
    """
    return [words.ranged(*ends) for ends in zip(frame[value], frame[lower], frame[upper], strict=True)]


def nothing(sentence: str, heading: str, caption: str, known: Provenance) -> Artefact:
    """Make a table of one sentence, where there is nothing to tabulate.

    Examples
    --------
    >>> found = nothing("No count was found.", "Count", "Counts of use", Provenance("published", ("x#y",)))
    >>> found.title, found.rows.to_numpy().tolist()
    ('No count was found', [['No count was found.']])
    """
    rows = pd.DataFrame({heading: [sentence]})
    return Artefact("table", sentence.rstrip("."), caption, known.kind, known.sources, rows, rows=rows)
