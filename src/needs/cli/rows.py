"""Columns that fit: on a narrow terminal the least needed fall away, and nothing wraps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["GAP", "fitting"]

GAP = 2
"""Spaces between two columns."""


def fitting(widths: Mapping[str, int], width: int, spare: Sequence[str]) -> dict[str, int]:
    """Return the columns, and how wide they are, that fit beside each other.

    Parameters
    ----------
    widths : mapping of str to int
        Width that each column needs; the first one is cut where what must stay is too wide.
    width : int
        Width of the terminal.
    spare : sequence of str
        Columns that may fall away, the most needed first.

    Examples
    --------
    >>> fitting({"name": 6, "bar": 20, "percent": 4}, 20, ["bar"])
    {'name': 6, 'percent': 4}
    >>> fitting({"name": 24, "percent": 4}, 20, [])
    {'name': 14, 'percent': 4}
    """
    kept = [column for column in widths if column not in spare]
    for column in spare:
        if column in widths and _total(widths, [*kept, column]) <= width:
            kept.append(column)
    first = next(iter(widths))
    cut = max(_total(widths, kept) - width, 0)
    return {c: max(w - cut, 1) if c == first else w for c, w in widths.items() if c in kept}


def _total(widths: Mapping[str, int], kept: Sequence[str]) -> int:
    return sum(widths[column] for column in kept) + GAP * (len(kept) - 1)
