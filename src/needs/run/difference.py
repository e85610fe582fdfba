"""The first difference of two versions of a file, in words."""

from __future__ import annotations

import csv
import io
from itertools import zip_longest

__all__ = ["difference"]


def difference(name: str, old: bytes, new: bytes) -> str:
    r"""Put the first difference of two versions of a file into words.

    Parameters
    ----------
    name : str
        Name of the file, which says of what form it is.
    old, new : bytes
        Its contents.

    Examples
    --------
    >>> difference("tbl.csv", b"tier,beds\nhigh,715\n", b"tier,beds\nhigh,716\n")
    'row 1, column beds: 715 became 716'
    """
    if old == new:
        return "nothing differs"
    if name.endswith((".png", ".svg", ".pdf", ".docx")):
        return f"bytes differ ({len(old):,} and {len(new):,})"
    before, after = old.decode(errors="replace"), new.decode(errors="replace")
    if name.endswith(".csv"):
        return _cell_difference(before, after)
    lines = zip_longest(before.splitlines(), after.splitlines(), fillvalue="nothing")
    for number, (a, b) in enumerate(lines, 1):
        if a != b:
            start = max(next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 0) - 20, 0)
            return f"line {number}: {a[start : start + 60]} became {b[start : start + 60]}"
    return "line endings differ"


def _cell_difference(before: str, after: str) -> str:
    old, new = (list(csv.reader(io.StringIO(text))) for text in (before, after))
    header = old[0] if old else []
    for number, (a, b) in enumerate(zip_longest(old, new)):
        if a is None or b is None:
            return f"row {number}: only in the {'second' if a is None else 'first'} run"
        for column, (x, y) in enumerate(zip_longest(a, b, fillvalue="nothing")):
            if x != y:
                place = f"row {number}, column {header[column]}" if number and column < len(header) else "columns"
                return f"{place}: {x} became {y}"
    return "the same cells, written another way"
