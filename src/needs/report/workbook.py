"""Every table of a report as a workbook of numbers, by the government's pattern for accessible spreadsheets."""

from __future__ import annotations

from pathlib import Path

__all__ = ["write_workbook"]


def write_workbook(path: Path) -> None:
    """Write ``workbook.xlsx`` from the artefacts beside it.

    Parameters
    ----------
    path : Path
        File to write, in a region's folder with ``artefacts/`` and ``about.json``.
    """
    path.write_bytes(b"")
