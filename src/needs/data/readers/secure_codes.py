"""What the codes of inpatient services and of ward security mean, from the two tables of codes in the evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from needs.data.geography import read_rows
from needs.project import project_root

__all__ = ["Codes", "read_codes"]

EDITION = "2023-24"
VERSION_6 = dt.date(2024, 4, 1)
"""First day that is told in codes of version 6."""

TIERS = {"low secure": "low", "medium secure": "medium", "high secure": "high"}
LEVELS = {"low secure": "low", "medium secure": "medium", "high secure": "high", "general (non-secure)": "not secure"}


@dataclass(frozen=True)
class Codes:
    """Tiers that codes of two versions mean.

    Parameters
    ----------
    version_5, version_6 : mapping of str to str
        Tier of each code: ``low``, ``medium``, ``high`` or what the table of codes says in its place.
    described : mapping of str to str
        Tier of each description, in lower case.
    levels : mapping of str to str
        Tier of each ward security level, by code and by description in lower case.
    """

    version_5: Mapping[str, str]
    version_6: Mapping[str, str]
    described: Mapping[str, str]
    levels: Mapping[str, str]

    def service(self, code: str, start: dt.date, end: dt.date) -> tuple[str, str]:
        """Return the tier that an inpatient service has, and what is wrong with its code.

        Parameters
        ----------
        code : str
            Code or description of the service.
        start, end : date
            First and last day that it is told for; they choose the version of the codes.

        Returns
        -------
        tier : str
            ``all`` where the code cannot be read.
        wrong : str
            Empty, or what is to be reported.

        Examples
        --------
        >>> codes, april = read_codes(), (dt.date(2024, 4, 1), dt.date(2024, 4, 30))
        >>> codes.service("207", *april), codes.service("Adult Low secure", *april)
        (('medium', ''), ('low', ''))
        >>> codes.service("20", *april), codes.service("999", *april)
        (('all', '20 (code of version 5 in 2024-04)'), ('all', '999'))
        """
        word = code.strip()
        if (tier := self.described.get(word.casefold())) is not None:
            return tier, ""
        old, new = self.version_5.get(word), self.version_6.get(word)
        if old is not None and start < VERSION_6:
            return old, ""
        if new is not None and end >= VERSION_6:
            return new, ""
        if old is not None or new is not None:
            return "all", f"{word} (code of version {5 if old is not None else 6} in {start:%Y-%m})"
        return "all", word

    def level(self, code: str) -> tuple[str, str]:
        """Return the tier of a ward security level, and what is wrong with it.

        Examples
        --------
        >>> codes = read_codes()
        >>> codes.level("2"), codes.level("0"), codes.level("4")
        (('medium', ''), ('not secure', ''), ('all', '4'))
        """
        tier = self.levels.get(code.strip().casefold())
        return (tier, "") if tier is not None else ("all", code.strip())


def read_codes(root: Path | None = None) -> Codes:
    """Read the tables of codes.

    Raises
    ------
    DataError
        If one of them is missing or cannot be read.

    Examples
    --------
    >>> codes = read_codes()
    >>> [codes.version_5[code] for code in ("19", "20", "21")], [codes.version_6[code] for code in ("206", "207", "208")]
    (['low', 'medium', 'high'], ['low', 'medium', 'high'])
    """
    folder = (root or project_root()) / "data_raw" / EDITION
    names = ("code_v5_to_mar2024", "code_v6_from_apr2024", "description", "toolkit_tier")
    rows = list(read_rows(folder / "codes_mhsds_admitted_patient_class.csv", *names))
    tiers = [TIERS.get(row["toolkit_tier"], row["toolkit_tier"]) for row in rows]
    old = {code: tier for row, tier in zip(rows, tiers, strict=True) for code in row[names[0]].split("/")}
    new = {row[names[1]]: tier for row, tier in zip(rows, tiers, strict=True)}
    described = {row["description"].casefold(): tier for row, tier in zip(rows, tiers, strict=True)}
    wards = list(read_rows(folder / "codes_ward_security_level.csv", "ward_security_level", "description"))
    meant = [(row["ward_security_level"], row["description"].casefold()) for row in wards]
    levels = {word: LEVELS.get(told, told) for code, told in meant for word in (code, told)}
    return Codes(old, new, described, levels)
