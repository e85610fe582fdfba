"""The commands that look after finished reports: check them, put them on a site, show them."""

from __future__ import annotations

from pathlib import Path

import click

from needs.cli_data import debugging

__all__ = ["audit"]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@debugging
def audit(folder: Path) -> None:
    """Check the reports in FOLDER: accessibility, links, alternative text, contrast, reading age, file sizes."""
    from needs.errors import RenderError
    from needs.report.audit import audit as check

    if problems := check(folder):
        raise RenderError(f"the reports in {folder} are not sound", problems, "make the region again")
