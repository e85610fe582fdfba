"""What an audit finds, as rows: the printed table, the exit code and the accessibility statement are made of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from needs.errors import Problem

__all__ = ["RULES", "Check", "Result", "Rule", "alternatives", "faults", "named", "remedy", "table"]

Result = Literal["met", "fault", "aim missed", "not tested"]
"""How a check ended; only a fault makes an audit fail."""


@dataclass(frozen=True)
class Rule:
    """What is checked, and against what.

    Parameters
    ----------
    what : str
        What is looked at, as a list of the accessibility statement says it.
    limit : str
        What a sound file keeps to.
    always : bool
        Whether every run checks it before its files are put in place; otherwise ``needs audit`` alone does.

    Examples
    --------
    >>> RULES["alternative text"].limit
    'every picture is described'
    """

    what: str
    limit: str
    always: bool = True


RULES = {
    "accessibility": Rule("the page in a browser, by the rules of axe", "no rule of WCAG 2.2 AA broken", always=False),
    "structure": Rule("main heading, main part, title, language and named contents of a page", "one of each"),
    "alternative text": Rule("pictures", "every picture is described"),
    "links": Rule("links inside a file and between files", "every link leads somewhere"),
    "self-contained": Rule("styles, scripts and pictures of a page", "nothing is fetched from a network"),
    "contrast": Rule(
        "colours of text, marks and charts against what lies behind them", "4.5:1 for text, 3:1 for marks"
    ),
    "leftovers": Rule("references and fields that were not resolved", "none"),
    "tags": Rule("tags of the PDF", "PDF/UA-1 declared, every picture tagged"),
    "numbers": Rule("numbers in the text", "each comes from an artefact"),
    "tables": Rule("rows of tables", "those of the artefacts"),
    "as the run left it": Rule("files of the run", "each with the hash in manifest.json", always=False),
    "workbook": Rule("sheets of the workbook", "the pattern of accessible spreadsheets"),
    "reading age": Rule(
        "length of sentences and of words in key messages and summary", "aim: 14 years or less", always=False
    ),
    "reading age of the whole": Rule("length of sentences and of words", "measured only", always=False),
    "size": Rule("size of files", "HTML under 1 MB, others under 2 MB", always=False),
}
"""Every rule by name, in the order of the table."""


@dataclass(frozen=True)
class Check:
    """One thing that was checked in one file.

    Parameters
    ----------
    name : str
        One of :data:`RULES`.
    file : str
        File, from the folder that is audited.
    measured : str
        What was found, in few words.
    result : {"met", "fault", "aim missed", "not tested"}
        How it ended.
    problems : tuple of str
        Each fault.
    margin : float
        How far from the limit, the smallest first: of many checks of one name the one nearest to it is shown.

    Examples
    --------
    >>> check = Check.of("alternative text", "report.html", "22 of 23 described", ["picture 7 has no alternative text"])
    >>> check.result, check.limit, check.ok
    ('fault', 'every picture is described', False)
    """

    name: str
    file: str
    measured: str
    result: Result = "met"
    problems: tuple[str, ...] = ()
    margin: float = math.inf

    @classmethod
    def of(cls, name: str, file: str, measured: str, problems: Iterable[str] = (), margin: float = math.inf) -> Check:
        """Return a check that is met where it found no problem."""
        found = tuple(problems)
        return cls(name, file, measured, "fault" if found else "met", found, margin)

    @property
    def limit(self) -> str:
        """What a sound file keeps to."""
        return RULES[self.name].limit

    @property
    def ok(self) -> bool:
        """Whether it is no fault."""
        return self.result != "fault"


def faults(checks: Iterable[Check]) -> list[Problem]:
    """Return every fault with its file.

    Examples
    --------
    >>> faults([Check.of("links", "report.html", "4", ["link to #x leads nowhere"]), Check.of("size", "a.pdf", "1 MB")])
    [Problem(where='report.html', what='link to #x leads nowhere')]
    """
    return [Problem(check.file, problem) for check in checks for problem in check.problems]


def remedy(checks: Iterable[Check]) -> str:
    """Say what helps against the faults that were found.

    Examples
    --------
    >>> remedy([Check.of("links", "report.html", "1", ["link to #x leads nowhere"])])
    'make the region again'
    >>> remedy([Check.of("size", "report.html", "1.004 MB", ["has 1.004 MB"])])
    'take the largest pictures and tables that are named, or their sections, out of the template in reports/; run again'
    """
    found = {check.name for check in checks if not check.ok}
    smaller = "take the largest pictures and tables that are named, or their sections, out of the template in reports/"
    told = [smaller] if "size" in found else []
    return "; ".join([*told, "run again" if found == {"size"} else "make the region again"])


def named(path: Path, root: Path | None) -> str:
    """Return the name of a file, from a folder where one is given.

    Examples
    --------
    >>> named(Path("a/b.html"), None), named(Path("a/b.html"), Path("a"))
    ('b.html', 'b.html')
    """
    return path.name if root is None else path.relative_to(root).as_posix()


def alternatives(name: str, alts: Iterable[str]) -> Check:
    """Check that every picture of a file is described.

    Parameters
    ----------
    name : str
        The file.
    alts : iterable of str
        Alternative text of each picture, empty where there is none.

    Examples
    --------
    >>> alternatives("report.html", ["Bars", ""]).problems
    ('picture 2 has no alternative text',)
    """
    told = [bool(alt.strip()) for alt in alts]
    silent = [f"picture {number} has no alternative text" for number, there in enumerate(told, 1) if not there]
    return Check.of("alternative text", name, f"{sum(told)} of {len(told)} described", silent)


def table(checks: Sequence[Check], most: int = 3) -> list[tuple[str, str, str, str, str]]:
    """Return the rows to print: check, file, measured, limit, result; many files that are alike share one.

    Parameters
    ----------
    checks : sequence of Check
        In any order.
    most : int
        Files of one name and one result that have a row each; of more, the one nearest to its limit stands for all.

    Examples
    --------
    >>> for row in table([Check.of("size", f"{name}.html", size, (), margin)
    ...                   for name, size, margin in (("a", "0.5 MB", 0.5), ("b", "0.9 MB", 0.1))], most=1):
    ...     print(row)
    ('size', 'b.html and 1 more', '0.9 MB at most', 'HTML under 1 MB, others under 2 MB', 'met')
    """
    rows = []
    for name in RULES:
        for result in ("fault", "aim missed", "not tested", "met"):
            found = [check for check in checks if check.name == name and check.result == result]
            if result != "fault" and len(found) > most:
                first = min(found, key=lambda check: check.margin)
                nearest = "" if math.isinf(first.margin) else " at most" if name == "size" else " nearest to the limit"
                rows.append(
                    (name, f"{first.file} and {len(found) - 1} more", first.measured + nearest, first.limit, result)
                )
            else:
                rows += [(name, check.file, check.measured, check.limit, check.result) for check in found]
    return rows
