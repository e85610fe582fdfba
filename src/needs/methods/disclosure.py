"""Disclosure control: the one door through which figures about patients go out.

The rule is the one by which NHS England publishes its Mental Health Services Data Set below national level: numbers below 5, zero
included, are suppressed and others rounded to the nearest 5, halves up; percentages are suppressed where the numerator or the
denominator is below 5 and otherwise whole numbers, halves up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types
from scipy.sparse import csr_array

from needs.dataset import TABLES
from needs.methods.released import RULE, Released, Rule, _sealed, half_up, together
from needs.methods.suppression import lines, protected
from needs.values import Provenance

__all__ = ["RULE", "Released", "Rule", "half_up", "in_steps", "release", "release_with_totals", "together"]

_PERSONAL = {
    column.name for table in TABLES for column in table.columns if column.form == "key"
} | {"person", "pathway", "row"}  # fmt: skip
"""Columns that tell one person or line from another: they never go out."""


def release(
    frame: pd.DataFrame,
    known: Provenance,
    *,
    counts: Sequence[str] = (),
    shares: Mapping[str, tuple[str, str]] | None = None,
    statistics: Mapping[str, str | tuple[str, ...]] | None = None,
    digits: Mapping[str, int] | None = None,
    groups: Sequence[str] = (),
    public: Sequence[str] = (),
    one_sided: Sequence[str] = (),
    totals: Mapping[str, str] | None = None,
    within: Sequence[str] = (),
    withheld: Mapping[str, str] | None = None,
    rule: Rule = RULE,
) -> Released:
    """Make a frame of figures about patients safe to show.

    Parameters
    ----------
    frame : DataFrame
        One row a line of a table or a point of a picture, with exact figures.
    known : Provenance
        Kind and sources.
    counts : sequence of str
        Columns that hold numbers of people (or stays, referrals, reviews).
    shares : mapping of str to (str, str)
        Column to be made, of the columns that hold its numerator and denominator.
    statistics : mapping of str to str or tuple of str
        Column such as a median, a rate or an end of an interval, and the column or columns that hold the number of people
        behind it; hidden where any of those is too small.
    digits : mapping of str to int
        Digits after the point that a statistic keeps; none by default.
    groups : sequence of str
        Columns of whole numbers that are labels, such as a year or a tenth.
    public : sequence of str
        Columns of figures that are not about patients, such as beds or adults who live there; they pass as they are.
    one_sided : sequence of str
        Shares whose complement is no group of people, such as complete records: not hidden near 100%.
    totals : mapping of str to str
        Columns whose parts add up to a row of the same frame, and the word that marks that row: ``{"tier": "all"}``. More is then
        hidden than by the rule alone, until no suppressed number can be worked out (:mod:`needs.methods.suppression`).
    within : sequence of str
        Columns that tell one table with totals from another, such as the period.
    withheld : mapping of str to str
        Column, and the column of yes and no that says where it is hidden besides, as
        :func:`needs.methods.suppression.hidden_with_sums` finds; those of yes and no are left out.
    rule : Rule
        What is too small, and what others are rounded to.

    Returns
    -------
    Released
        The columns of ``frame`` and the shares. Columns named only as numerator, denominator or number behind a statistic are
        left out.

    Raises
    ------
    ValueError
        If a numeric column is not declared, a declared one is missing, a column tells one person from another, or parts do not
        add up to their total.

    Notes
    -----
    A share is hidden where its numerator, its denominator or the rest (denominator less numerator) is below the smallest: the
    rest of a share of 98% is as small a group as a share of 2%. The published rule does not ask for that; with the denominator
    beside it such a share would give the small number away. A figure is called hidden wherever what stands behind it is small,
    whether or not there was one, or else nobody would be told from a few; only one with enough behind it, or with a missing
    number behind it, is called missing.

    References
    ----------
    NHS England. Mental Health Services Data Set: disclosure control of figures below national level.

    Examples
    --------
    >>> stays = pd.DataFrame({"tier": ["medium", "low", "high"], "people": [40, 23, 4], "women": [12, 2, 1]})
    >>> known = Provenance("derived", ("service/x#own-data",))
    >>> release(stays, known, counts=["people"], shares={"share": ("women", "people")}).frame.to_numpy().tolist()
    [['medium', 40.0, 0.3], ['low', 25.0, nan], ['high', nan, nan]]
    """
    shares, digits = shares or {}, digits or {}
    behind = {name: (at,) if isinstance(at, str) else tuple(at) for name, at in (statistics or {}).items()}
    bases = [*counts, *_parts(shares, behind)]
    _check(frame, [*bases, *behind, *public, *groups], {*public, *groups}, set(shares))
    safe, hidden = frame.reset_index(drop=True), {}
    safe.attrs = {}
    raw = {name: safe[name].astype(float) for name in dict.fromkeys([*bases, *behind])}
    rests = {name: raw[every] - raw[some] for name, (some, every) in shares.items() if name not in one_sided}
    adds_up = lines(safe, totals, within) if totals else None
    exact = {
        part for pair in shares.values() for part in pair
    }  # a share and a rounded count together give the number itself
    small = {
        n: _small(raw[n], rule, adds_up, 1 if n in exact else None, must=n in counts) for n in dict.fromkeys(bases)
    }
    for name in counts:
        hidden[name] = small[name]
        safe[name] = _shown(half_up(raw[name], rule.rounded_to), hidden[name])
    for name, parts in behind.items():
        hidden[name] = _any([small[part] for part in parts])
        safe[name] = _shown(half_up(raw[name], 10.0 ** -digits.get(name, 0)), hidden[name])
    for name, (some, every) in shares.items():
        rest = [_small(rests[name], rule, adds_up, 1)] if name in rests else []
        hidden[name] = _any([small[some], small[every], *rest])
        percent = np.floor((200 * raw[some] + raw[every]) / (2 * raw[every].where(raw[every] > 0)))
        safe[name] = _shown(percent / 100, hidden[name])
    for name, where in (withheld or {}).items():
        hidden[name] = hidden[name] | safe[where].astype(bool)
        safe[name] = _shown(safe[name], hidden[name])
    kept = {*counts, *behind, *shares, *public, *groups}
    only_behind = {*_parts(shares, behind), *(withheld or {}).values()} - kept
    safe = safe.drop(columns=[name for name in safe if name in only_behind])
    return _sealed(safe, hidden, known, rule, counts, most=np.inf if totals or withheld else None)


def in_steps(events: pd.Series, smallest: int = 5) -> pd.Series:
    """Say which points of a curve are kept, so that no step between two of them tells of a few people.

    Parameters
    ----------
    events : Series of float, (points,)
        People who had had the event by each point, in order; never less than before.
    smallest : int
        Fewest further events from one point that is kept to the next.

    Returns
    -------
    Series of bool, (points,)
        The first point, and each one by which ``smallest`` or more have come since the last that was kept.

    Examples
    --------
    >>> in_steps(pd.Series([0, 3, 5, 9, 10, 12])).tolist()
    [True, False, True, False, True, False]
    """
    kept, last = [], -np.inf
    for count in events:
        kept.append(bool(count >= last + smallest))
        last = count if kept[-1] else last
    return pd.Series(kept, index=events.index, dtype=bool)


def release_with_totals(
    frame: pd.DataFrame,
    known: Provenance,
    *,
    counts: Sequence[str],
    totals: Mapping[str, str],
    within: Sequence[str] = (),
    groups: Sequence[str] = (),
    rule: Rule = RULE,
) -> Released:
    """Make a table of exact numbers with exact totals safe to show, by hiding more numbers instead of rounding.

    For figures of England, which the rule does not ask to be rounded; a region's own are released by :func:`release`.

    Parameters
    ----------
    frame, known, counts, totals, within, groups, rule
        See :func:`release`.

    Raises
    ------
    ValueError
        As :func:`release`.

    Examples
    --------
    >>> stays = pd.DataFrame({"tier": ["low", "medium", "high", "all"], "people": [41, 17, 3, 61]})
    >>> safe = release_with_totals(stays, Provenance("published", ("x#y",)), counts=["people"], totals={"tier": "all"})
    >>> safe.frame["people"].tolist()
    [41.0, nan, nan, 61.0]
    """
    _check(frame, [*counts, *groups], set(groups), set())
    safe = frame.reset_index(drop=True)
    safe.attrs = {}
    adds_up = lines(safe, totals, within)
    hidden = {name: protected(safe[name].astype(float), adds_up, smallest=rule.smallest) for name in counts}
    for name in counts:
        safe[name] = _shown(safe[name], hidden[name])
    return _sealed(safe, hidden, known, rule, counts, rounded_to=1, most=np.inf)


def _parts(shares: Mapping[str, tuple[str, str]], behind: Mapping[str, tuple[str, ...]]) -> list[str]:
    return list(dict.fromkeys(name for names in (*shares.values(), *behind.values()) for name in names))


def _small(
    numbers: pd.Series, rule: Rule, adds_up: csr_array | None, rounded_to: int | None = None, must: bool = False
) -> pd.Series:
    """Say which numbers are hidden: those that are too small, and those by which such a one could be worked out."""
    if adds_up is not None:
        try:
            return protected(numbers, adds_up, rounded_to=rounded_to or rule.rounded_to, smallest=rule.smallest)
        except ValueError:
            if must:
                raise
    return numbers < rule.smallest


def _any(masks: Sequence[pd.Series]) -> pd.Series:
    return pd.concat(masks, axis=1).any(axis=1)


def _shown(values: Any, hidden: pd.Series) -> pd.Series:
    return pd.Series(values, index=hidden.index, dtype=float).where(~hidden)


def _check(frame: pd.DataFrame, declared: Sequence[str], labels: set[str], made: set[str]) -> None:
    """Refuse a frame with anything in it that nobody has vouched for."""
    names = list(frame.columns)
    if not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
        raise ValueError("a frame to release has columns named by words, each once")
    if absent := [name for name in dict.fromkeys(declared) if name not in names]:
        raise ValueError(f"no such column to release: {', '.join(absent)}")
    counted = {*declared} - labels
    if personal := [name for name in names if name in _PERSONAL and name not in counted]:
        raise ValueError(f"a column that tells one person from another is never released: {', '.join(personal)}")
    if loose := [n for n in names if n not in {*declared, *made} and not _is_label(frame[n])]:
        raise ValueError(f"say what these numbers are (counts, shares, statistics, groups, public): {', '.join(loose)}")


def _is_label(column: pd.Series) -> bool:
    """Whether a column holds words, days, intervals or yes and no: nothing that could be a number of people."""
    dtype: Any = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _is_label(pd.Series(dtype.categories))
    if (
        types.is_bool_dtype(dtype)
        or types.is_string_dtype(dtype)
        or isinstance(dtype, (pd.PeriodDtype, pd.IntervalDtype))
    ):
        return not types.is_object_dtype(dtype) or _only_words(column)
    return types.is_datetime64_any_dtype(dtype) or (types.is_object_dtype(dtype) and _only_words(column))


def _only_words(column: pd.Series) -> bool:
    return types.infer_dtype(column, skipna=True) in {
        "string",
        "boolean",
        "date",
        "datetime",
        "empty",
        "period",
        "interval",
    }
