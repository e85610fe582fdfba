"""Every way a run can fail, with what a person needs in order to mend it.

Library code raises; :mod:`needs.cli` prints. An error says what cannot be used, lists all
problems at once with where each one is, and ends with what to do next and the exit code. It
quotes files that anyone may have written, so what a terminal would act on is left out of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import category

__all__ = [
    "DataError",
    "DisclosureError",
    "NeedsError",
    "NotebookError",
    "ParamsError",
    "Problem",
    "RenderError",
    "ReproduceError",
]


_MOST, _LONGEST = 200, 2_000  # problems that are told, and characters of each
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # controls, marks of direction, halves of characters, ends of lines


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong and where it is.

    Parameters
    ----------
    where : str
        Place inside the file or run, such as ``line 7`` or ``row 3, column value``.
    what : str
        The problem in plain words, with the value and the rule it breaks.

    Examples
    --------
    >>> print(Problem("line 7", "horizon_years: 40 is more than 25"))
    line 7  horizon_years: 40 is more than 25
    """

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}  {self.what}" if self.where else self.what


class NeedsError(Exception):
    """A failure with its cause, its place and its remedy.

    Parameters
    ----------
    headline : str
        What cannot be used or done, naming the file, region or step.
    problems : iterable of Problem or str, optional
        Everything that is wrong, not only the first.
    remedy : str, optional
        The command to run or the thing to change next.

    Examples
    --------
    >>> print(ParamsError("london.yaml cannot be used",
    ...                   [Problem("line 9", "regoin: not a parameter. Did you mean 'region'?")],
    ...                   "needs params explain"))
    london.yaml cannot be used: 1 problem
      line 9  regoin: not a parameter. Did you mean 'region'?
    Next: needs params explain        [exit 10]
    """

    exit_code = 1

    def __init__(self, headline: str, problems: Iterable[Problem | str] = (), remedy: str = "") -> None:
        self.headline = headline
        self.problems = tuple(p if isinstance(p, Problem) else Problem("", p) for p in problems)
        self.remedy = remedy
        super().__init__(headline, self.problems, remedy)

    def __str__(self) -> str:
        count = len(self.problems)
        head = self.headline
        if count:
            head = f"{self.headline}: {count} problem{'s' if count != 1 else ''}"
        lines = [head, *(f"  {line}" for p in self.problems[:_MOST] for line in str(p)[:_LONGEST].splitlines())]
        lines += [f"  and {count - _MOST:,} more"] if count > _MOST else []
        lines.append(f"Next: {self.remedy or 'see the lines above'}        [exit {self.exit_code}]")
        return "\n".join(map(_seen, lines))


def _seen(line: str) -> str:
    """Return a line as a terminal may show it: what it would act on, or not show, is a question mark."""
    return "".join("?" if category(each) in _UNSEEN and each not in "\n\t" else each for each in line)


class ParamsError(NeedsError):
    """A parameter, region, edition or option that cannot be used."""

    exit_code = 10


class DataError(NeedsError):
    """Evidence that is missing, changed or breaks a rule (file, row, column, value, rule)."""

    exit_code = 11


class NotebookError(NeedsError):
    """A notebook that failed (region, notebook, cell id, last lines, kept notebook)."""

    exit_code = 12


class RenderError(NeedsError):
    """A report that could not be composed, typeset, checked or put in place."""

    exit_code = 13


class ReproduceError(NeedsError):
    """A rerun that gave something else (first differing artefact)."""

    exit_code = 14


class DisclosureError(NeedsError):
    """Something about patients that has not passed disclosure control."""

    exit_code = 15
