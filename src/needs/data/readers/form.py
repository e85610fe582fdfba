"""What a reader of a public format is, what it is shown of a file, and what it gives back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from needs.data.sidecar import Citation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HEAD_ROWS", "Head", "Reader", "Reading"]

HEAD_ROWS = 20
"""Rows of each sheet that a reader is shown before it is asked whether a file is its own."""


@dataclass(frozen=True)
class Head:
    """The first rows of a file: enough to tell what it is.

    Parameters
    ----------
    name : str
        Name of the file, without its folder.
    suffix : str
        Its ending in lower case, such as ``.csv``.
    sheets : mapping of str to tuple of tuple of str
        First :data:`HEAD_ROWS` rows of every sheet as text, in order; of a CSV file one sheet with the name of the file
        before its ending. Blank cells are ``""``.

    Examples
    --------
    >>> head = Head("beds.csv", ".csv", {"beds": (("Beds overnight", ""), ("Code", "Beds"), ("A1", "12"))})
    >>> head.rows[1], head.has("code", "beds"), head.has("code", "wards")
    (('Code', 'Beds'), True, False)
    """

    name: str
    suffix: str
    sheets: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Rows of the first sheet."""
        return next(iter(self.sheets.values()), ())

    def has(self, *columns: str) -> bool:
        """Whether one row of a sheet holds every one of some column names, in any case."""
        wanted = {column.casefold() for column in columns}
        return any(wanted <= {cell.strip().casefold() for cell in row} for row in self._rows())

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for rows in self.sheets.values():
            yield from rows


@dataclass(frozen=True)
class Reading:
    """What a reader found in a file.

    Parameters
    ----------
    frame : DataFrame
        One figure a row, with the columns of :data:`needs.data.schemas.FIGURES`; ``value`` is missing where the file
        suppresses it.
    period : str
        The time that the file tells of, as it says it.
    citation : Citation
        Publisher, title, date, licence and address, as far as the format or the file says; else ``not stated``.
    rows : int
        Rows of the file that were read.
    suppressed : int
        Cells that the publisher suppressed.
    unknown : mapping of str to Counter
        By column: words that the format does not know, and the rows that hold each.
    notes : sequence of str
        What else an analyst should know, one sentence each; they become caveats of the sidecar.

    Examples
    --------
    >>> import pandas as pd
    >>> cited = Citation(publisher="NHS England", title="Beds", date="2024-05", licence="OGL", url="https://x")
    >>> Reading(pd.DataFrame({"value": [12.0]}), "2024-25 Q1", cited, 1).suppressed
    0
    """

    frame: pd.DataFrame
    period: str
    citation: Citation
    rows: int
    suppressed: int = 0
    unknown: Mapping[str, Counter[str]] = field(default_factory=dict)
    notes: Sequence[str] = ()


class Reader(Protocol):
    """A reader of one public format; a module of this folder makes one and :data:`needs.data.readers.READERS` lists it."""

    @property
    def name(self) -> str:
        """Name in file paths, such as ``mhsds``."""

    @property
    def title(self) -> str:
        """Name on the terminal, such as ``Mental Health Services Monthly Statistics``."""

    @property
    def looks_for(self) -> str:
        """What makes a file one of its own, in words: ``a CSV file with the columns ...``."""

    def matches(self, head: Head) -> bool:
        """Whether a file is one of its own, from its first rows alone."""

    def read(self, path: Path) -> Reading:
        """Read a file.

        Raises
        ------
        DataError
            With every problem of the file at once.
        """
