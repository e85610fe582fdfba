"""One private folder per render: everything a renderer reads goes in, only finished reports come out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from needs.errors import RenderError
from needs.project import project_root
from needs.report.brand import dress
from needs.report.compose import read_about
from needs.report.word.reference import write_reference

__all__ = ["TYPESET", "workspace"]

TYPESET = (".html", ".pdf", ".docx")
"""Kinds of file that a renderer makes."""


@contextmanager
def workspace(folder: Path, files: Sequence[str], root: Path | None = None) -> Iterator[Path]:
    """Give a scratch folder for one render and deliver the reports left in it.

    It holds the composed sources, ``references.bib``, the pictures, the ``reports/`` project and
    ``reference.docx``. Earlier files of these names are removed first, and new ones arrive in ``folder`` only
    when every one is there, so an old file is never taken for a new one.

    Parameters
    ----------
    folder : Path
        Folder with the composed sources.
    files : sequence of str
        What to deliver, each made of the source of its name: ``report.pdf`` of ``report.qmd``.
    root : Path, optional
        Project folder.

    Yields
    ------
    Path
        The scratch folder, removed afterwards.

    Raises
    ------
    RenderError
        If a file is of another kind or the renderer left one out.

    Examples
    --------
    >>> with workspace(Path("nowhere"), ["report.odt"]):
    ...     pass
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: report.odt cannot be typeset
    Next: choose from .html, .pdf, .docx        [exit 13]
    """
    if unknown := [name for name in files if Path(name).suffix not in TYPESET]:
        raise RenderError(f"{', '.join(unknown)} cannot be typeset", [], f"choose from {', '.join(TYPESET)}")
    reports = (root or project_root()) / "reports"
    for file in files:
        (folder / file).unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="needs-report-") as name:
        scratch = Path(name)
        for part in ("theme", "filters"):
            shutil.copytree(reports / part, scratch / part)
        pictures = shutil.ignore_patterns("*.json", "*.csv")
        shutil.copytree(folder / "artefacts", scratch / "artefacts", ignore=pictures)
        for source in (reports / "_quarto.yml", folder / "references.bib", *sorted(folder.glob("*.qmd"))):
            shutil.copy(source, scratch)
        dress(scratch / "theme", read_about(folder), folder)
        write_reference(scratch / "reference.docx", scratch / "theme")
        yield scratch
        if missing := [file for file in files if not (scratch / file).is_file()]:
            raise RenderError("the renderer ended well but left out", missing, "run with --debug and see the renderer")
        for file in files:
            shutil.copyfile(scratch / file, folder / file)
