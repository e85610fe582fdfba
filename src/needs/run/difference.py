"""Where two versions of a file differ, place by place, and whether it counts: exactly, or beyond a tolerance."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import zip_longest
from types import MappingProxyType
from typing import Any, NamedTuple

__all__ = ["Compared", "Difference", "compare"]

NOTHING = "nothing"
"""What stands for a cell, a line or a value that one of the versions does not have."""

ZERO = 1e-12
"""Below this two numbers are the same within any tolerance: what is left of a difference of equal numbers."""

NONE: Mapping[str, tuple[str, str]] = MappingProxyType({})

_NUMBER = re.compile(
    r"(?<!\w)(?<!\w[-/.])[-−]?(?!(?:19\d\d|20\d\d|2100)(?!\d|\.\d))"
    r"(?>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![-/.]?\w)"
)
"""A number that may be rounded: no year, and not joined to letters or another number (a code, a date, a version)."""

_VERSION = re.compile(r"\d[\w.+-]*|(?:Linux|Darwin|Windows) \w+")


class _Pair(NamedTuple):
    place: str
    before: str
    after: str
    near: str = ""
    data: bool = False


@dataclass(frozen=True)
class Difference:
    """One place where two versions differ; as text, in words.

    Parameters
    ----------
    place : str
        Row and column, line, or name of a value; the whole story where nothing stands beside it.
    before, after : str
        What stands there in each.
    relative : float or None
        By how much of the larger a number differs; None where either is no number.

    Examples
    --------
    >>> print(Difference('row "high", column beds', "715", "716"))
    row "high", column beds: 715 became 716
    """

    place: str
    before: str = ""
    after: str = ""
    relative: float | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.before} became {self.after}" if self.before or self.after else self.place


@dataclass(frozen=True)
class Compared:
    """What a comparison of two versions found.

    Parameters
    ----------
    first : Difference or None
        The first difference that counts: of numbers, where any is one; None where none counts.
    largest : float
        The largest relative difference of numbers that is within the tolerance.
    """

    first: Difference | None = None
    largest: float = 0.0


def compare(
    name: str, old: bytes, new: bytes, tolerance: float | None = None, versions: Mapping[str, tuple[str, str]] = NONE
) -> Compared:
    r"""Find the first difference of two versions of a file.

    Parameters
    ----------
    name : str
        Name of the file, which says of what form it is.
    old, new : bytes
        Its contents.
    tolerance : float, optional
        By how much of the larger a number may differ. A number inside of words is rounded, so that it may also move by
        one in its last digit. Of a page its words are compared then, of a notebook not its pictures. Without it
        everything counts.
    versions : mapping of str to (str, str)
        Programs of which the two were made with different versions. A page says so beside the name; it does not count.

    Examples
    --------
    >>> old, new = b"tier,beds\nhigh,715\nlow,9\n", b"tier,beds\nhigh,716\nlow,9\n"
    >>> print(compare("tbl.csv", old, new).first)
    row "high", column beds: 715 became 716
    >>> found = compare("tbl.csv", old, new, 0.01)
    >>> found.first, round(found.largest, 6)
    (None, 0.001397)
    """
    if old == new:
        return Compared()
    pairs = list(_pairs(name, old, new, words=tolerance is not None))
    if not pairs:
        return Compared(Difference("the same content, written another way") if tolerance is None else None)
    largest, counting = 0.0, []
    for pair in pairs:
        relative = _relative(pair.before, pair.after)
        if _told(pair, versions):
            continue
        if tolerance is not None and _close(pair, relative, tolerance):
            largest = max(largest, relative or 0.0 if pair.data else 0.0)
        else:
            counting.append((pair, relative))
    if not counting:
        return Compared(None, largest)
    pair, relative = next((found for found in counting if found[1] is not None), counting[0])
    before, after = _around(pair.before, pair.after)
    return Compared(Difference(pair.place, before, after, relative), largest)


def _pairs(name: str, old: bytes, new: bytes, *, words: bool) -> Iterator[_Pair]:
    """Return every place where two versions differ; of what cannot be read as text, that they do."""
    if name.endswith((".png", ".svg", ".pdf", ".docx", ".xlsx")):
        yield _Pair(f"bytes differ ({len(old):,} and {len(new):,})", "", "")
        return
    before, after = (content.decode(errors="replace") for content in (old, new))
    if name.endswith(".csv"):
        yield from _cells(before, after)
        return
    if name.endswith((".json", ".ipynb")):
        try:
            leaves = [dict(_leaves(json.loads(text))) for text in (before, after)]
            if words and name.endswith(".ipynb"):
                leaves = [{p: leaf for p, leaf in side.items() if ".data.image/" not in p} for side in leaves]
        except ValueError:
            pass  # somebody edited it: line by line
        else:
            yield from _values(*leaves)
            return
    sides = [_words(text) if words and name.endswith(".html") else text.splitlines() for text in (before, after)]
    last = ""
    for number, (a, b) in enumerate(zip_longest(*sides, fillvalue=NOTHING), 1):
        if a != b:
            yield _Pair(f"line {number}", a, b, near=last)
        last = a


def _values(old: Mapping[str, tuple[str, bool]], new: Mapping[str, tuple[str, bool]]) -> Iterator[_Pair]:
    for place in dict.fromkeys([*old, *new]):
        (a, is_data), (b, was_data) = old.get(place, (NOTHING, False)), new.get(place, (NOTHING, False))
        if a != b:
            yield _Pair(place, a, b, near=place, data=is_data and was_data)


def _cells(before: str, after: str) -> Iterator[_Pair]:
    old, new = (list(csv.reader(io.StringIO(text))) for text in (before, after))
    header = old[0] if old else []
    heads = list(zip_longest(header, new[0] if new else [], fillvalue=NOTHING))
    if wrong := [(a, b) for a, b in heads if a != b]:
        yield from (_Pair("columns", a, b, data=True) for a, b in wrong)
        return
    labels = _labels(old[1:], new[1:])
    for number, (a, b) in enumerate(zip_longest(old[1:], new[1:])):
        if a is None or b is None:
            yield _Pair(f"row {number + 1}: only in the {'second' if a is None else 'first'} run", "", "")
            continue
        for column, (x, y) in enumerate(zip_longest(a, b, fillvalue=NOTHING)):
            if x != y:
                place = f"column {header[column]}" if column < len(header) else f"cell {column + 1}"
                yield _Pair(f"row {labels[number]}, {place}", x, y, data=True)


def _labels(old: list[list[str]], new: list[list[str]]) -> list[str]:
    """Name rows by their first cells, as many as it takes, where these are the same in both; else by number."""
    rows = max(len(old), len(new))
    heads: list[tuple[str, ...]] = [()] * len(old)
    for column in range(3):
        cells = [[row[column] if column < len(row) else "" for row in side] for side in (old, new)]
        if cells[0] != cells[1] or not any(cells[0]):
            break
        heads = [(*head, cell) for head, cell in zip(heads, cells[0], strict=True)]
        if len(set(heads)) == len(heads):
            return [f'"{", ".join(head)}"' for head in heads]
    return [str(number + 1) for number in range(rows)]


def _leaves(node: Any, place: str = "") -> Iterator[tuple[str, tuple[str, bool]]]:
    """Return the values of a document by their place in it, and whether each is data or words."""
    if isinstance(node, dict) and node:
        for key, child in node.items():
            yield from _leaves(child, f"{place}.{key}" if place else key)
    elif isinstance(node, list) and node:
        for number, child in enumerate(node):
            yield from _leaves(child, f"{place}[{number}]")
    else:
        yield place, (node, False) if isinstance(node, str) else (json.dumps(node), True)


class _Page(HTMLParser):
    """The words of a page; pictures and scripts are compared by their data."""

    UNREAD = ("script", "style", "svg")

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.unread += tag in self.UNREAD

    def handle_endtag(self, tag: str) -> None:
        self.unread -= tag in self.UNREAD

    def handle_data(self, data: str) -> None:
        if not self.unread and (words := " ".join(data.split())):
            self.words.append(words)


def _words(text: str) -> list[str]:
    page = _Page()
    page.feed(text)
    page.close()
    return page.words


def _relative(before: str, after: str) -> float | None:
    """Return by how much of the larger two numbers differ; None where either is no number."""
    try:
        a, b = float(before), float(after)
    except ValueError:
        return None
    if not (math.isfinite(a) and math.isfinite(b)):
        return None
    largest = max(abs(a), abs(b))
    return abs(a - b) / largest if largest > ZERO else 0.0


def _close(pair: _Pair, relative: float | None, tolerance: float) -> bool:
    """Say whether a difference is within the tolerance."""
    if pair.data:
        return relative is not None and relative <= tolerance
    words, others = (_NUMBER.split(" ".join(text.split())) for text in (pair.before, pair.after))
    numbers, theirs = (_NUMBER.findall(text) for text in (pair.before, pair.after))
    near = (_near(a, b, tolerance) for a, b in zip(numbers, theirs, strict=False))
    return bool(numbers) and words == others and all(near)


def _near(a: str, b: str, tolerance: float) -> bool:
    """Say whether two numbers of words are close, or one of the last digit that is shown apart."""
    x, y = (float(text.replace(",", "").replace("−", "-")) for text in (a, b))
    unit = min(_unit(text) for text in (a, b))
    return math.isclose(x, y, rel_tol=tolerance) or abs(x - y) <= unit * 1.000001


def _unit(text: str) -> float:
    """Return one of the last digit that is shown; of a plainly rounded integer more, at most a hundredth of it."""
    if "e" in text.lower():
        return 0.0
    whole, _, part = text.lstrip("-−").replace(",", "").partition(".")
    if part:
        return float(10.0 ** -len(part))
    places = len(whole.rstrip("0"))
    return min(10.0 ** (len(whole) - places), int(whole) / 100) if places >= 3 else 1.0


def _told(pair: _Pair, versions: Mapping[str, tuple[str, str]]) -> bool:
    """Say whether a difference is a page's word of the version of a program, which is compared apart."""
    if pair.data or pair.before == pair.after:
        return False
    before, after = (f"{pair.near} {text}".replace("\\", "") for text in (pair.before, pair.after))
    for name, (old, new) in versions.items():
        if name and _VERSION.fullmatch(old) and _VERSION.fullmatch(new):
            beside = rf"(?<!\w)({re.escape(name)}(?:<[^<>]*>|[^\w<])+?){re.escape(old)}(?![\w+-]|\.\w)"
            before = re.sub(beside, lambda found, new=new: f"{found[1]}{new}", before)  # type: ignore[misc]
    return before == after


def _around(before: str, after: str) -> tuple[str, str]:
    """Cut two long texts to what stands around their first difference."""
    if max(len(before), len(after)) <= 80:
        return before, after
    first = next((i for i, (x, y) in enumerate(zip(before, after, strict=False)) if x != y), 0)
    start = max(first - 20, 0)
    return before[start : start + 60], after[start : start + 60]
