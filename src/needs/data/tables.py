"""Evidence tables and the one way to read them.

A table is read as text, so that nothing is guessed, and checked as a whole: every problem is
reported at once with its line, column, value, rule and remedy.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from needs.data.sidecar import Sidecar, hash_file, read_sidecar
from needs.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_table"]

RESTORE = "restore the file from the repository"


def read_table(path: Path, codes: Collection[str]) -> tuple[pd.DataFrame, Sidecar]:
    """Read a table of ``data_raw`` and its sidecar, and check both.

    Parameters
    ----------
    path : Path
        The CSV file.
    codes : collection of str
        Region and area codes that may stand in it.

    Returns
    -------
    frame : DataFrame
        The table; ``value`` is float, everything else text, and a blank is ``""``.
    sidecar : Sidecar
        Title, caveats and citations.

    Raises
    ------
    DataError
        If the table or its sidecar is missing, has changed or breaks a rule.

    Examples
    --------
    >>> from needs.data.geography import area_codes
    >>> from needs.project import project_root
    >>> root = project_root()
    >>> frame, sidecar = read_table(root / "data_raw" / "2023-24" / "prison.csv", area_codes(root, "2023-24"))
    >>> float(frame["value"].min()), sidecar.status
    (-5500.0, ['published', 'published_secondary'])
    """
    name = "/".join(path.parts[-3:])
    if not path.is_file():
        raise DataError(f"{name} is missing", remedy=f"{RESTORE}, or remove its sidecar")
    sidecar = read_sidecar(path.with_suffix(".yaml"))
    problems, remedy = [], f"correct these lines, or {RESTORE}"
    if (found := hash_file(path)) != sidecar.sha256:
        problems = [Problem("", f"it has changed: its sha256 is {found}, its sidecar says {sidecar.sha256}")]
        remedy = f"{RESTORE}; if you changed it on purpose, write sha256: {found} in {name.removesuffix('.csv')}.yaml"
    frame, broken = _read_text(path)
    if not frame.empty:
        from needs.data.schemas import check_frame

        broken = broken + check_frame(frame, path.stem, codes, sidecar)
    if problems or broken:
        raise DataError(f"{name} cannot be used", problems + broken, remedy)
    frame = frame.reset_index(drop=True)
    return frame.astype({"value": float}) if "value" in frame else frame, sidecar


def _read_text(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """Read the cells as text, indexed by the line that each row ends on."""
    import pandas as pd

    rows: dict[int, list[str]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = next(reader, [])
            for row in reader:
                rows[reader.line_num] = row
    except UnicodeDecodeError:
        return pd.DataFrame(), [Problem("", "it is not UTF-8 text; save it as UTF-8")]
    except csv.Error as error:
        return pd.DataFrame(), [Problem(f"line {reader.line_num}", f"it is not CSV: {error}")]
    if not rows:
        return pd.DataFrame(), [Problem("", "it has no rows")]
    ragged = {line: len(row) for line, row in rows.items() if len(row) != len(header)}
    problems = [Problem(f"line {n}", f"{k} cells where the header has {len(header)}") for n, k in ragged.items()]
    good = {line: row for line, row in rows.items() if line not in ragged}
    return pd.DataFrame.from_dict(good, orient="index", columns=header, dtype=str), problems
