"""Whether a run's folder is as the run left it: each file that its manifest names is there, with the hash it names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

from needs.report.audit.rows import Check, named

__all__ = ["MANIFEST", "kept_check"]

MANIFEST = "manifest.json"
"""What a run writes last: the hash of each file that it made."""


def kept_check(folder: Path, root: Path) -> Check:
    """Compare the files of a run's folder with its manifest; files that it does not name are passed over.

    Parameters
    ----------
    folder : Path
        A folder that holds ``manifest.json``.
    root : Path
        Folder from which it is named.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> _ = (folder / MANIFEST).write_text('{"outputs": {"report.html": "0"}}')
    >>> kept_check(folder, folder).problems
    ('report.html is missing',)
    """
    name = named(folder / MANIFEST, root)
    try:
        outputs = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["outputs"]
        wrong = list(_changed(folder, dict(outputs)))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Check.of("as the run left it", name, "not readable", [f"{MANIFEST} cannot be read"])
    told = f"{len(outputs) - len(wrong)} of {len(outputs)} files"
    return Check.of("as the run left it", name, told, wrong)


def _changed(folder: Path, outputs: dict[str, str]) -> Iterator[str]:
    for name, digest in sorted(outputs.items()):
        told = PureWindowsPath(name)  # which knows the separators of every system
        path = folder / name
        if told.anchor or ".." in told.parts:
            yield f"{name} is not a path inside the folder"
        elif not path.is_file():
            yield f"{name} is missing"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield f"{name} is not as the run left it"
