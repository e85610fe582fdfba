"""Which files of ``data_raw`` are evidence, and their hashes; quick to import, so that the command line answers at once."""

from __future__ import annotations

from pathlib import Path

from needs.data.sidecar import hash_file
from needs.project import EDITIONS

__all__ = ["boundary_files", "evidence_hashes", "misnamed", "projection_files", "spend_files", "table_files"]


def table_files(folder: Path) -> list[Path]:
    """Return the tables and sidecars of a folder, in order of name.

    Examples
    --------
    >>> table_files(Path("no-such-folder"))
    []
    """
    return sorted(p for p in folder.glob("*") if p.suffix in {".csv", ".yaml"} and not p.name.startswith("."))


def boundary_files(folder: Path) -> list[Path]:
    """Return the boundary files of a folder that are not hidden, in order of name.

    Examples
    --------
    >>> boundary_files(Path("no-such-folder"))
    []
    """
    return sorted(
        path
        for path in folder.glob("*")
        if path.suffix.lower() in {".geojson", ".gpkg"} and not path.name.startswith(".")
    )


def projection_files(folder: Path) -> list[Path]:
    """Return the files of a folder that may be named as a projection, in order of name.

    Examples
    --------
    >>> projection_files(Path("no-such-folder"))
    []
    """
    return sorted(path for path in folder.glob("*") if path.is_file() and not misnamed(path.name))


def spend_files(folder: Path) -> list[Path]:
    """Return the files of a folder that may be named as a region's own spend, in order of name.

    Examples
    --------
    >>> spend_files(Path("no-such-folder"))
    []
    """
    return sorted(path for path in folder.glob("*.csv") if path.is_file() and not path.name.startswith("."))


def evidence_hashes(root: Path) -> dict[str, str]:
    """Return the sha256 of every file of evidence, by path from the project folder.

    A figure may be read from another edition, so all of them count.

    Examples
    --------
    >>> from needs.project import project_root
    >>> "data_raw/2023-24/prison.csv" in evidence_hashes(project_root())
    True
    """
    data = root / "data_raw"
    found = [path for folder in (*EDITIONS, "common") for path in table_files(data / folder)]
    found += [
        *boundary_files(data / "boundaries"),
        *projection_files(data / "projections"),
        *spend_files(data / "spend"),
    ]
    return {path.relative_to(root).as_posix(): hash_file(path) for path in sorted(found)}


def misnamed(name: str) -> str:
    """Say why a file of this name is no projection, or nothing.

    Examples
    --------
    >>> misnamed("people.csv"), misnamed(".people.csv")
    ('', 'the name begins with a dot, which hides the file; rename it')
    """
    if name.startswith("."):
        return "the name begins with a dot, which hides the file; rename it"
    if not name.lower().endswith((".csv", ".zip")):
        return "the name does not end in .csv or .zip; save a workbook as CSV UTF-8"
    return ""
