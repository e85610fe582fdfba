"""How large files are, and which pictures and tables make them so."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from pathlib import Path

from needs.report.audit.page import read_page
from needs.report.audit.rows import Check, named

__all__ = ["LIMITS", "largest", "size_check"]

LIMITS = {"html": 1_000_000, "pdf": 2_000_000, "docx": 2_000_000, "xlsx": 2_000_000}
"""Bytes that a file of each format stays under."""

_PART = re.compile(
    r"<img\b[^>]*>|<svg\b.*?</svg>|<table\b.*?</table>|<script\b.*?</script>|<style\b.*?</style>", re.DOTALL
)
_PICTURES = {".png", ".svg", ".jpeg", ".jpg", ".emf"}
_TOLD = 5


def size_check(path: Path, root: Path | None = None) -> Check:
    """Check the size of a file; of one that is too large, its largest pictures and tables are named.

    Parameters
    ----------
    path : Path
        The file.
    root : Path, optional
        Folder from which it is named.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp(), "a.html")
    >>> _ = path.write_text('<table id="tbl-a">' + " " * 1_004_000 + "</table>")
    >>> size_check(path).problems
    ('has 1.004 MB, which is not under 1 MB; the largest in it: table tbl-a 1.004 MB',)
    """
    size, limit = path.stat().st_size, LIMITS[path.suffix[1:]]
    problems = []
    if size >= limit:
        parts = ", ".join(f"{part} {_told(many)}" for part, many in largest(path))
        more = f"; the largest in it: {parts}" if parts else ""
        problems = [f"has {_told(size)}, which is not under {limit / 1e6:g} MB{more}"]
    return Check.of("size", named(path, root), _told(size), problems, 1 - size / limit)


def largest(path: Path) -> list[tuple[str, int]]:
    """Return the largest pictures and tables of a file with their bytes, the largest first.

    Of a PDF they are the pictures that its run kept beside it.

    Parameters
    ----------
    path : Path
        A finished file.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp(), "a.html")
    >>> _ = path.write_text('<figure id="fig-a"><img src="data:x"></figure><style>a{}</style>')
    >>> largest(path)
    [('picture fig-a', 18), ('style', 18)]
    """
    if path.suffix == ".html":
        found = _of_page(read_page(path)[0])
    elif path.suffix == ".pdf":
        found = Counter(
            {f"picture {kept.stem}": kept.stat().st_size for kept in (path.parent / "artefacts").glob("*.svg")}
        )
    else:
        found = _of_archive(path)
    return found.most_common(_TOLD)


def _of_page(text: str) -> Counter[str]:
    """Measure the parts of a web page, each by the figure or the table that it is in."""
    found: Counter[str] = Counter()
    ids = [(match.start(), match[1]) for match in re.finditer(r'\bid="((?:fig|tbl|num)-[^"]*)"', text)]
    for part in _PART.finditer(text):
        kind = part[0][1:].partition(" ")[0].partition(">")[0]
        if kind in ("script", "style"):
            found[kind] += len(part[0].encode())
            continue
        own = re.match(r'<[^>]*?\bid="([^"]+)"', part[0])
        before = [name for place, name in ids if place < part.start()]
        name = own[1] if own else before[-1] if before else "without a name"
        found[f"{'table' if kind == 'table' else 'picture'} {name}"] += len(part[0].encode())
    return found


def _of_archive(path: Path) -> Counter[str]:
    """Measure the parts of a Word file or a workbook as they are packed."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError):
        return Counter()
    return Counter(
        {
            f"{'picture' if Path(part.filename).suffix in _PICTURES else 'part'} {part.filename}": part.compress_size
            for part in parts
        }
    )


def _told(size: int) -> str:
    """Write bytes as megabytes, cut off after three decimals, so that what is under a limit looks so."""
    return f"{size // 1000 / 1000:.3f} MB"
