"""Every table of ``data_raw`` checked at once, for ``needs data check`` and before a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from needs.data.geography import area_codes
from needs.data.sidecar import Citation, Sidecar
from needs.data.tables import read_table
from needs.errors import DataError, NeedsError, Problem
from needs.project import EDITIONS, project_root

__all__ = ["Summary", "check"]


@dataclass(frozen=True)
class Summary:
    """What was checked and found good.

    Parameters
    ----------
    tables, rows, figures, sources : int
        Counts; figures are the rows of tables that have a value.

    Examples
    --------
    >>> print(Summary(2, 30, 20, 5))
    2 tables, 30 rows, 20 figures, 5 sources
    """

    tables: int
    rows: int
    figures: int
    sources: int

    def __str__(self) -> str:
        return f"{self.tables} tables, {self.rows:,} rows, {self.figures:,} figures, {self.sources} sources"


def check(root: Path | None = None, editions: Iterable[str] = EDITIONS) -> Summary:
    """Check every table and sidecar of some editions and of ``common``.

    Raises
    ------
    DataError
        With every problem of every table.

    Examples
    --------
    >>> check().tables
    44
    """
    root = root or project_root()
    problems: list[Problem] = []
    cited: dict[str, tuple[Citation, str]] = {}
    tables = rows = figures = 0
    for folder in (*editions, "common"):
        try:
            codes = area_codes(root, None if folder == "common" else folder)
        except NeedsError as error:
            problems += _at(error, f"data_raw/{folder}")
            continue
        problems += _strangers(root / "data_raw" / folder)
        for name in _names(root / "data_raw" / folder):
            try:
                frame, sidecar = read_table(root / "data_raw" / folder / f"{name}.csv", codes)
            except DataError as error:
                problems += _at(error, f"data_raw/{folder}/{name}.csv")
                continue
            problems += _cite(cited, sidecar, f"data_raw/{folder}/{name}.yaml")
            tables, rows, figures = tables + 1, rows + len(frame), figures + len(frame) * ("value" in frame)
    if problems:
        remedy = (
            "correct these, or restore the files; write the new sha256 in the sidecar of a table changed on purpose"
        )
        raise DataError("the evidence cannot be used", dict.fromkeys(problems), remedy)
    return Summary(tables, rows, figures, len(cited))


def _names(folder: Path) -> list[str]:
    return sorted({path.stem for suffix in ("csv", "yaml") for path in folder.glob(f"*.{suffix}")})


def _strangers(folder: Path) -> Iterator[Problem]:
    for path in sorted(folder.iterdir()):
        if path.suffix not in {".csv", ".yaml"}:
            yield Problem(f"data_raw/{folder.name}/{path.name}", "is no table (.csv) and no sidecar (.yaml); move it")


def _at(error: NeedsError, where: str) -> Iterator[Problem]:
    """Give the problems of one table with the table's name; of none, the headline."""
    if not error.problems:
        yield Problem("", f"{error.headline}; {error.remedy}")
    for problem in error.problems:
        yield Problem(f"{where} {problem.where}".strip(), problem.what)


def _cite(cited: dict[str, tuple[Citation, str]], sidecar: Sidecar, where: str) -> Iterator[Problem]:
    """Note each source, which every sidecar cites in the same words."""
    for name, citation in sidecar.sources.items():
        first, place = cited.setdefault(name, (citation, where))
        if citation != first:
            yield Problem(where, f"source {name!r} is cited in other words than in {place}; write both the same")
