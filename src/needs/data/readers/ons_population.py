"""Population of the ONS: its workbooks of health geographies and others, and CSV files of Nomis."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from needs.data.readers.form import Head, Reading
from needs.data.readers.found import heads
from needs.data.readers.health_geographies import BOTH, ONE, headless, read_workbook
from needs.data.readers.look import look
from needs.data.readers.nomis import is_nomis, read_nomis

__all__ = ["OnsPopulation"]


@dataclass(frozen=True)
class OnsPopulation:
    r"""Reader of population by age and sex.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "ages.csv"
    >>> header = "date,geography,geography code,Age: 0 to 17; measures: Value,Age: 18+; measures: Value"
    >>> _ = path.write_text(header + "\n2021,Kent,E10,2,5\n")
    >>> OnsPopulation().read(path).frame[["measure", "value"]].values.tolist()
    [['population_all_ages', 7.0], ['population_0_17', 2.0], ['population_18_plus', 5.0]]
    """

    name: str = "ons_population"
    title: str = "Population by age and sex"
    looks_for: str = "a table with Total and each age (F0 to F90 and M0 to M90, or 0 to 90+), or one from Nomis"

    def matches(self, head: Head) -> bool:
        """Say whether a file is of this format."""
        return heads(head, BOTH, headless) or is_nomis(head) or heads(head, ONE)

    def read(self, path: Path) -> Reading:
        """Read a file; see :class:`needs.data.readers.form.Reader`."""
        return read_nomis(path) if is_nomis(look(path)) else read_workbook(path)
