"""A PDF opened as far as its pages: its table of contents, its root and how many pages it has."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from needs.report.audit.rows import Check, alternatives, named

__all__ = ["pages", "pdf_checks"]

_LARGEST = 20_000_000
"""Bytes that one packed part may unfold into."""


def pdf_checks(report: Path, root: Path | None = None) -> list[Check]:
    """Check that a PDF is whole and has pages, declares PDF/UA and describes its pictures.

    Parameters
    ----------
    report : Path
        The PDF.
    root : Path, optional
        Folder from which it is named.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp(), "a.pdf")
    >>> _ = path.write_bytes(b"%PDF-1.7 pdfuaid:part %%EOF")
    >>> pdf_checks(path)[0].problems
    ('is not a whole PDF',)
    """
    data, name = report.read_bytes(), named(report, root)
    count = pages(data)
    wrong = [] if count else ["is not a whole PDF"]
    if b"pdfuaid:part" not in data:
        wrong.append("is not tagged as PDF/UA")
    pictures = [bool(re.search(rb"/Alt\b", each)) for each in _objects(data) if re.search(rb"/S\s*/Figure\b", each)]
    told = f"{'no PDF/UA' if b'pdfuaid:part' not in data else 'PDF/UA-1'}, {count} page{'s' if count != 1 else ''}"
    return [
        Check.of("tags", name, told, wrong),
        alternatives(name, ["told" if described else "" for described in pictures]),
    ]


def pages(data: bytes) -> int:
    """Return how many pages a PDF says it has; none where it cannot be opened.

    Parameters
    ----------
    data : bytes
        The file.

    Examples
    --------
    >>> pages(b"%PDF-1.7 %%EOF")
    0
    """
    start = re.search(rb"\bstartxref\s+(\d{1,12})\s+%%EOF\s*\Z", data[-256:])
    if not data.startswith(b"%PDF-") or not start:
        return 0
    table = data[int(start[1]) :]
    if not re.match(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)", table[:64]):
        return 0
    found = re.search(rb"/Root\s+(\d{1,9})\s+\d+\s+R\b", table)
    catalog = _object(data, found[1]) if found else b""
    tree = re.search(rb"/Pages\s+(\d{1,9})\s+\d+\s+R\b", catalog)
    many = re.search(rb"/Count\s+(\d{1,9})\b", _object(data, tree[1])) if tree else None
    return int(many[1]) if many else 0


def _object(data: bytes, number: bytes) -> bytes:
    """Return an object by its number, the newest of several; empty where there is none."""
    plain = re.findall(rb"(?<!\d)%b\s+\d+\s+obj\b(.*?)\bendobj\b" % number, data, re.DOTALL)
    return plain[-1] if plain else next(_packed(data, int(number)), b"")


def _packed(data: bytes, number: int) -> Iterator[bytes]:
    """Yield an object out of the streams that hold several."""
    for found in re.finditer(rb"<<((?:(?!endobj).)*?/ObjStm\b.*?)stream\r?\n", data, re.DOTALL):
        first = re.search(rb"/First\s+(\d{1,9})", found[1])
        try:
            text = zlib.decompressobj().decompress(data[found.end() :], _LARGEST)
        except zlib.error:
            continue
        begin = int(first[1]) if first else 0
        places = [int(word) for word in text[:begin].split() if word.isdigit()]
        for index in range(0, len(places) - 1, 2):
            if places[index] == number:
                end = places[index + 3] if index + 3 < len(places) else len(text)
                yield text[begin + places[index + 1] : begin + end]


def _objects(data: bytes) -> Iterator[bytes]:
    """Yield the objects of a PDF that are not streams."""
    for found in re.finditer(rb"\bobj\b(.*?)\b(?:endobj|stream)\b", data, re.DOTALL):
        yield found[1]
