"""Whose programs run: those of the project that this ``needs`` belongs to, and others only where the user says so.

Notebooks, and the templates and filters of ``reports/``, are programs. Someone who is handed a folder, or stands in one, and
runs a report with it would run whatever its sender wrote. So the programs of a folder that was only found (by the working
directory or ``NEEDS_PROJECT``) must be those of the checkout that ``needs`` was installed from, byte for byte; its evidence and
parameters may be others. No link may lead out of the folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import needs
from needs.errors import NotebookError, Problem
from needs.project import project_root

__all__ = ["PROGRAMS", "trusted"]

PROGRAMS = ("notebooks", "reports")
"""Folders of a project that hold what is run."""

SHOWN = 5
"""Files that are named."""


def trusted(root: Path | None = None, trust: bool = False, own: Path | None = None) -> Path:
    """Return the project folder, once its programs may run.

    Parameters
    ----------
    root : Path, optional
        Project folder, where the caller's program says which; without it the one that is found.
    trust : bool
        Whether the user has said that programs from elsewhere may run.
    own : Path, optional
        The project that is known; by default the one that this package is installed from.

    Raises
    ------
    NotebookError
        If a link leads out of the folder, or a folder that was found holds other programs than the known project.

    Examples
    --------
    >>> (trusted() / "notebooks").is_dir()
    True
    """
    found = root or project_root()
    problems = [] if trust else [*_links(found)]
    if not trust and root is None:
        problems += _strange(found, own or Path(needs.__file__).resolve().parents[2])
    if problems:
        more = [Problem("", f"and {len(problems) - SHOWN} more")] if len(problems) > SHOWN else []
        remedy = (
            f"read them as you would any program from whoever made {found}; then add --trust, or install needs there"
        )
        raise NotebookError("programs from outside the project are not run", [*problems[:SHOWN], *more], remedy)
    return found


def _links(root: Path) -> Iterator[Problem]:
    """Give the links that lead out of the project."""
    base = root.resolve()
    for path in (*(root / part for part in PROGRAMS), *_entries(root)):
        if path.is_symlink() and not path.resolve().is_relative_to(base):
            yield Problem(path.relative_to(root).as_posix(), f"is a link to {path.readlink()}, outside the project")


def _strange(root: Path, own: Path) -> Iterator[Problem]:
    """Give the programs that the known project does not hold, or holds otherwise."""
    if root.resolve() == own.resolve():
        return
    if not all((own / part).is_dir() for part in PROGRAMS):
        yield Problem(str(root), "this needs was installed without a project, so that no notebook is known to it")
        return
    for path in sorted(_entries(root)):
        name = path.relative_to(root)
        if path.is_file() and _text(path) != _text(own / name):
            yield Problem(name.as_posix(), f"is not the one in {own}, where this needs comes from")


def _entries(root: Path) -> Iterator[Path]:
    """Give what is in the folders of programs, without hidden and compiled files; links are not followed."""
    for part in PROGRAMS:
        for folder, folders, files in os.walk(root / part):
            folders[:] = [name for name in folders if not name.startswith((".", "__pycache__"))]
            yield from (Path(folder, name) for name in (*folders, *files) if not name.startswith("."))


def _text(path: Path) -> bytes | None:
    """Return what a file holds whatever ends its lines, or None where there is none."""
    return path.read_bytes().replace(b"\r\n", b"\n") if path.is_file() else None
