"""One private folder per render: everything a renderer reads goes in, only finished reports come out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from needs.errors import RenderError
from needs.project import project_root
from needs.report.word import write_reference

__all__ = ["FORMATS", "workspace"]

FORMATS = ("html", "pdf", "docx")
"""Formats of a report, by their file extension."""


@contextmanager
def workspace(folder: Path, formats: Sequence[str], root: Path | None = None) -> Iterator[Path]:
    """Give a scratch folder for one render and deliver the reports left in it.

    It holds ``report.qmd``, ``references.bib``, the pictures, the ``reports/`` project and
    ``reference.docx``. Earlier reports are removed first, and new ones arrive in ``folder`` only
    when every format is there, so an old file is never taken for a new one.

    Parameters
    ----------
    folder : Path
        Region's folder with the composed report.
    formats : sequence of {"html", "pdf", "docx"}
        What to deliver.
    root : Path, optional
        Project folder.

    Yields
    ------
    Path
        The scratch folder, removed afterwards.

    Raises
    ------
    RenderError
        If a format is not known or the renderer left one out.

    Examples
    --------
    >>> with workspace(Path("nowhere"), ["odt"]):
    ...     pass
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: a report cannot be made as odt
    Next: choose from html, pdf, docx        [exit 13]
    """
    if unknown := [name for name in formats if name not in FORMATS]:
        raise RenderError(f"a report cannot be made as {', '.join(unknown)}", [], f"choose from {', '.join(FORMATS)}")
    reports = (root or project_root()) / "reports"
    for name in FORMATS:
        (folder / f"report.{name}").unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="needs-report-") as name:
        scratch = Path(name)
        for part in ("theme", "filters"):
            shutil.copytree(reports / part, scratch / part)
        pictures = shutil.ignore_patterns("*.json", "*.csv")
        shutil.copytree(folder / "artefacts", scratch / "artefacts", ignore=pictures)
        for file in (reports / "_quarto.yml", folder / "report.qmd", folder / "references.bib"):
            shutil.copy(file, scratch)
        write_reference(scratch / "reference.docx", scratch / "theme")
        yield scratch
        made = [scratch / f"report.{name}" for name in formats]
        if missing := [file.name for file in made if not file.is_file()]:
            raise RenderError("the renderer ended well but left out", missing, "run with --debug and see the renderer")
        for file in made:
            shutil.copyfile(file, folder / file.name)
