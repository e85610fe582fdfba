"""Where the project's folders are: one answer, asked everywhere."""

from __future__ import annotations

import os
from pathlib import Path

from needs.errors import DataError

__all__ = ["EDITIONS", "project_root"]

EDITIONS = ("2023-24", "2009-10", "example")
"""Editions of evidence, the default first."""


def project_root() -> Path:
    """Return the folder that holds ``data_raw/``, ``params/``, ``notebooks/`` and ``reports/``.

    ``NEEDS_PROJECT`` wins; then the nearest such folder at or above the working directory; then
    the checkout that this package is installed from.

    Raises
    ------
    DataError
        If there is no such folder.

    Examples
    --------
    >>> (project_root() / "data_raw").is_dir()
    True
    """
    named = os.environ.get("NEEDS_PROJECT")
    here = Path.cwd()
    candidates = [Path(named)] if named else [here, *here.parents, Path(__file__).resolve().parents[2]]
    for folder in candidates:
        if all((folder / part).is_dir() for part in ("data_raw", "params", "notebooks", "reports")):
            return folder.resolve()
    raise DataError(
        f"{named or 'this folder'} is not a needs project",
        ["it needs the folders data_raw, params, notebooks and reports"],
        "run the command inside the checkout, or set NEEDS_PROJECT to it",
    )
