"""What a region's service data hold, once they are read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from needs.values import Provenance

__all__ = ["Service"]


@dataclass(frozen=True)
class Service:
    """A region's own service data.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Every table of :data:`needs.dataset.TABLES` by name; one that was not given has its columns and no rows. Codes are
        categories in the order of the definition, days are datetime64, numbers float, keys and words text; a blank cell is
        missing. ``row`` is the line of the file.
    since, until : Timestamp
        First and last day that the data cover.
    known : mapping of str to Provenance
        Kind (``derived``, or ``synthetic``) and source of each table that was given.
    """

    tables: Mapping[str, pd.DataFrame]
    since: pd.Timestamp
    until: pd.Timestamp
    known: Mapping[str, Provenance]

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    def holding(self, tables: Mapping[str, pd.DataFrame]) -> Service:
        """Return the same data with other rows: those that are used."""
        return replace(self, tables=tables)

    def has(self, *names: str) -> bool:
        """Whether every one of some tables has rows."""
        return all(len(self.tables[name]) for name in names)

    def rests_on(self, *names: str) -> Provenance:
        """Return how figures from some tables are known; tables that were not given count for nothing."""
        return Provenance.of(*(self.known[name] for name in names if name in self.known), kind="derived")
