"""Let a finished web page answer its reader: values of charts, tables that sort, a scenario explorer.

The page is complete without this. What is added stands at its end: one script and the data that it shows, so that
nothing is loaded from anywhere and either renderer's page takes it.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["make_interactive"]


def make_interactive(page: Path, root: Path | None = None) -> None:
    """Add the scripts of ``reports/theme/`` and the values they show to a finished page.

    Parameters
    ----------
    page : Path
        The page, in the folder of its artefacts.
    root : Path, optional
        Project folder.
    """
