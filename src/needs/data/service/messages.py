"""What is said of cells that break a rule: by value and count, and nothing that tells of a person."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from needs.data.service.sheets import Cells
from needs.dataset import Column, Table
from needs.errors import Problem

__all__ = ["MOST", "MOST_OF_A_COLUMN", "capped", "near", "pattern", "problems_of", "shown"]

MOST = 40
"""Problems that are told of a file."""

MOST_OF_A_COLUMN = 12
"""Values that are told of one column."""

LONGEST = 40


def pattern(word: str) -> str:
    """Return the form of a word: digits as 9, letters as a.

    Examples
    --------
    >>> pattern("31/02/2024"), pattern("Mr X")
    ('99/99/9999', 'aa a')
    """
    marks = ("9" if c.isdigit() else "a" if c.isalpha() else _plain(c) for c in word[:LONGEST])
    return "".join(marks) + ("..." if len(word) > LONGEST else "")


def near(word: str, words: Sequence[str], cutoff: float = 0.6) -> str:
    """Return the nearest of some words, or ``""``.

    Examples
    --------
    >>> near("medum", ["high", "medium", "low"]), near("x", ["high"])
    ('medium', '')
    """
    return next(iter(difflib.get_close_matches(word[:LONGEST], words, n=1, cutoff=cutoff)), "")


def shown(word: str, column: Column, table: Table, meant: str = "") -> str:
    """Return a cell as a message may show it; ``""`` for a key.

    A word with more digits than a word of the column has may have slipped in from a column of keys: of it too only the pattern
    is shown.

    Examples
    --------
    >>> from needs.dataset import table
    >>> stays = table("stays")
    >>> [shown(word, stays.column(name), stays) for name, word in
    ...  [("tier", "secure"), ("tier", "P00417"), ("admitted", "31/02/2024"), ("age", "212"), ("person_key", "P00417")]]
    ['secure', 'a99999', '99/99/9999', '999', '']
    """
    if column.form == "key":
        return ""
    digits, letters = sum(map(str.isdigit, word)), any(map(str.isalpha, word))
    allowed = max(3 * (not letters), sum(map(str.isdigit, meant)))
    if not column.shown or (table.about_people and digits > allowed):
        return pattern(word)
    return "".join(map(_plain, word[:LONGEST])) + ("..." if len(word) > LONGEST else "")


def _plain(character: str) -> str:
    """Return a character that a terminal shows, or a mark in its place."""
    return "?" if unicodedata.category(character)[0] == "C" else character


@dataclass(frozen=True)
class _Fault:
    told: str
    rule: str
    count: int
    first: int


def problems_of(
    column: Column, table: Table, cells: Cells, rows: np.ndarray, rules: pd.Series[str], meant: Mapping[str, str]
) -> list[Problem]:
    """Return a problem for each value of a column that breaks a rule, the most frequent first.

    Parameters
    ----------
    column, table : Column, Table
        What it is.
    cells : Cells
        Its cells.
    rows : ndarray of int
        Row of the file of each.
    rules : Series of str
        For each of the different words the rule that it breaks, read on from the value, or ``""``.
    meant : mapping of str to str
        Words that were probably meant, by wrong word.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from needs.dataset import table
    >>> cells = Cells.of(pa.array(["low", "hihg", "hihg"]))
    >>> rules = pd.Series(["", "is not high or low"])
    >>> print(*problems_of(table("stays").column("tier"), table("stays"), cells, np.array([2, 3, 4]), rules, {"hihg": "high"}))
    column tier  'hihg' in 2 rows, first row 3, is not high or low. Did you mean 'high'?
    """
    wrong = np.asarray(rules != "", dtype=bool)
    here = np.flatnonzero(wrong[cells.codes])
    if not len(here):
        return []
    found = pd.DataFrame({"code": cells.codes[here], "row": rows[here]}).groupby("code")["row"].agg(["size", "min"])
    told = pd.DataFrame({"rule": rules.to_numpy()[found.index], "word": cells.words.to_numpy()[found.index]})
    told["told"] = [shown(word, column, table, meant.get(word, "")) for word in told["word"]]
    hints = [f". Did you mean {meant[word]!r}?" if word in meant else "" for word in told["word"]]
    told["rule"] = told["rule"].astype(str) + hints
    told = told.assign(count=found["size"].to_numpy(), first=found["min"].to_numpy())
    grouped = told.groupby(["told", "rule"], sort=False, as_index=False).agg({"count": "sum", "first": "min"})
    grouped = grouped.sort_values(["count", "first"], ascending=[False, True], kind="stable")
    faults = [_Fault(*row) for row in grouped.itertuples(index=False, name=None)]
    problems = [_problem(column, fault) for fault in faults[:MOST_OF_A_COLUMN]]
    if more := faults[MOST_OF_A_COLUMN:]:
        count = sum(fault.count for fault in more)
        what = (
            f"{len(more):,} other values that break a rule, in {count:,} rows, first row {min(f.first for f in more)}"
        )
        problems.append(Problem(f"column {column.name}", what))
    return problems


def _problem(column: Column, fault: _Fault) -> Problem:
    """Say what is wrong with one value."""
    subject = "a key" if column.form == "key" and not fault.rule.startswith("is blank") else repr(fault.told)
    if fault.count == 1:
        return Problem(f"row {fault.first}, column {column.name}", f"{subject} {fault.rule}")
    count = f"in {fault.count:,} rows, first row {fault.first},"
    return Problem(f"column {column.name}", f"{subject} {count} {fault.rule}")


def capped(problems: Sequence[Problem]) -> list[Problem | str]:
    """Return the first problems of many, and how many more there are.

    Examples
    --------
    >>> len(capped([Problem("", "x")] * 40)), capped([Problem("", "x")] * 43)[-1]
    (40, 'and 3 more')
    """
    more = [f"and {len(problems) - MOST} more"] if len(problems) > MOST else []
    return [*problems[:MOST], *more]
