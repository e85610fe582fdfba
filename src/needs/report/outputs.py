"""Which files a report consists of, by format."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["FORMATS", "SUMMARY", "WORKBOOK", "files"]

WORKBOOK = "workbook.xlsx"
"""Every table of a report, as numbers."""

SUMMARY = "summary.pdf"
"""Two pages for commissioners."""

_FILES = {
    "html": ("report.html",),
    "pdf": ("report.pdf", SUMMARY),
    "docx": ("report.docx",),
    "xlsx": (WORKBOOK,),
}

FORMATS = tuple(_FILES)
"""Formats that a run may be asked for."""


def files(formats: Iterable[str]) -> tuple[str, ...]:
    """Return the files of a report in these formats, in reading order.

    Parameters
    ----------
    formats : iterable of str
        Some of :data:`FORMATS`.

    Examples
    --------
    >>> files(["pdf", "xlsx"])
    ('report.pdf', 'summary.pdf', 'workbook.xlsx')
    """
    return tuple(file for name in formats for file in _FILES[name])
