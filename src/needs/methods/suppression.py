"""Tables with totals: what can be worked out of a suppressed number, and which further numbers hide it.

Whoever knows all numbers that are shown, how they were rounded, and which parts add up to which totals can bound every number
that is not shown. The bounds are two linear programmes a cell; cells are hidden until no bounds are narrower than the rule.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

__all__ = ["feasible", "hidden_with_sums", "lines", "protected"]

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]
Cell = tuple[Hashable, Hashable]

_SLACK = 1e-6


def lines(frame: pd.DataFrame, totals: Mapping[str, str], within: Sequence[str] = ()) -> csr_array:
    """Return which rows of a frame add up to which.

    Parameters
    ----------
    frame : DataFrame
        One row a cell of a table, or of several tables one under another.
    totals : mapping of str to str
        Columns whose parts add up, and the word in each that marks the total.
    within : sequence of str
        Columns that tell one table from another, such as the period.

    Returns
    -------
    csr_array, shape (lines, rows)
        1 at a part and -1 at its total; a line is zero when multiplied by the exact numbers.

    Raises
    ------
    ValueError
        If a cell stands twice.

    Examples
    --------
    >>> frame = pd.DataFrame({"tier": ["low", "high", "all"]})
    >>> lines(frame, {"tier": "all"}).toarray().tolist()
    [[1.0, 1.0, -1.0]]
    """
    keys = [*within, *totals]
    if frame.duplicated(keys).any():
        raise ValueError(f"a cell of a table with totals stands once: {', '.join(keys)}")
    entries: list[tuple[NDArray[np.int64], NDArray[np.int64], Numbers]] = []
    count = 0
    for name, word in totals.items():
        others = [key for key in keys if key != name]
        whole = frame[name].astype(str).eq(word).to_numpy()
        line = (
            frame.groupby(others, dropna=False, observed=True).ngroup().to_numpy()
            if others
            else np.zeros(len(frame), int)
        )
        used = np.isin(line, np.intersect1d(line[whole], line[~whole]))
        _, at = np.unique(line[used], return_inverse=True)
        entries.append((at + count, np.flatnonzero(used), np.where(whole[used], -1.0, 1.0)))
        count += int(at.max()) + 1 if len(at) else 0
    row, column, sign = (np.concatenate(parts) for parts in zip(*entries, strict=True))
    return csr_array((sign, (row, column)), shape=(count, len(frame)))


def feasible(
    shown: pd.Series,
    hidden: pd.Series,
    adds_up: csr_array,
    *,
    rounded_to: int = 1,
    smallest: int = 5,
    most: float = np.inf,
) -> pd.DataFrame:
    """Bound every number as somebody can who knows what is shown, the rounding, and what adds up to what.

    Parameters
    ----------
    shown : Series of float
        Numbers as shown; what stands in a hidden cell is not looked at.
    hidden : Series of bool
        Which are suppressed.
    adds_up : csr_array
        See :func:`lines`.
    rounded_to : int
        Multiple that shown numbers are rounded to, halves up; 1 where they are exact.
    smallest : int
        Smallest number that is shown.
    most : float
        Largest number that a hidden cell may hold, where that is known: ``smallest - 1`` for who takes it that nothing was hidden
        but for being small. Infinite by default.

    Returns
    -------
    DataFrame
        ``lower, upper`` of each row, whole numbers; the bounds of shown numbers from their rounding alone.

    Raises
    ------
    ValueError
        If no numbers could have been shown like this.

    Notes
    -----
    A shown ``v`` stands for ``ceil(v - r/2) <= n <= ceil(v + r/2) - 1`` and ``n >= smallest``. The bounds of a hidden ``n_i`` are
    the least and the largest ``n_i`` over all ``n >= 0`` with ``A n = 0``, by linear programming; fractions are allowed, which is
    exact for tables of one or two dimensions and never too narrow for others.

    References
    ----------
    Hundepool A, Domingo-Ferrer J, Franconi L, et al. Statistical Disclosure Control. Wiley, 2012, chapter 4.

    Examples
    --------
    >>> frame = pd.DataFrame({"tier": ["low", "high", "all"], "n": [40.0, float("nan"), 43.0]})
    >>> feasible(frame["n"], frame["n"].isna(), lines(frame, {"tier": "all"})).to_numpy().tolist()
    [[40.0, 40.0], [3.0, 3.0], [43.0, 43.0]]
    """
    mask = hidden.to_numpy(dtype=bool)
    bounds = _bounds(shown.to_numpy(dtype=float), mask, rounded_to, smallest, most)
    found = bounds.copy()
    for part in _components(adds_up):
        if mask[part].any():
            found[part] = _bounded(bounds[part], mask[part], _lines_of(adds_up, part))
    return pd.DataFrame(found, columns=["lower", "upper"], index=shown.index)


def _bounds(values: Numbers, hidden: Mask, rounded_to: int, smallest: int, most: float) -> Numbers:
    """Bound each number by itself."""
    lower, upper = np.ceil(values - rounded_to / 2), np.ceil(values + rounded_to / 2) - 1
    missing = np.isnan(values) & ~hidden
    lower = np.where(hidden | missing, 0.0, np.maximum(lower, smallest))
    upper = np.where(missing, np.inf, np.where(hidden, most, upper))
    return np.column_stack([lower, upper])


def _components(adds_up: csr_array) -> list[NDArray[np.int64]]:
    """Return the rows of each set of cells that are tied together."""
    count, label = connected_components(adds_up.T @ adds_up, directed=False)
    order = np.argsort(label, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(label, minlength=count))[:-1])
    return [part for part in parts if len(part) > 1]


def _lines_of(adds_up: csr_array, part: NDArray[np.int64]) -> Numbers:
    some: Numbers = adds_up[:, part].toarray()
    used: Numbers = some[np.abs(some).sum(axis=1) > 0]
    return used


def _bounded(bounds: Numbers, hidden: Mask, adds_up: Numbers) -> Numbers:
    """Bound the hidden numbers of one set of cells that are tied together."""
    found = bounds.copy()
    ends = [(float(lower), float(upper)) for lower, upper in bounds]
    for cell in np.flatnonzero(hidden):
        for side, sign in ((0, 1.0), (1, -1.0)):
            goal = np.zeros(len(bounds))
            goal[cell] = sign
            done = linprog(goal, A_eq=adds_up, b_eq=np.zeros(len(adds_up)), bounds=ends, method="highs")
            if done.status == 3:
                found[cell, side] = np.inf
            elif done.status:
                raise ValueError("no numbers could have been shown like this: parts and totals do not fit")
            else:
                least = float(done.fun or 0.0)
                found[cell, side] = np.ceil(least - _SLACK) if side == 0 else np.floor(-least + _SLACK)
    return found


def protected(
    numbers: pd.Series, adds_up: csr_array, *, rounded_to: int = 1, smallest: int = 5, also: pd.Series | None = None
) -> pd.Series:
    """Choose what to hide so that no hidden number can be worked out to within less than the rule.

    Parameters
    ----------
    numbers : Series of float
        Exact numbers of people.
    adds_up : csr_array
        See :func:`lines`.
    rounded_to : int
        Multiple that shown numbers are rounded to; 1 where they are exact.
    smallest : int
        Smallest number that is shown.
    also : Series of bool, optional
        Cells to be hidden for another reason.

    Returns
    -------
    Series of bool
        Which to hide.

    Raises
    ------
    ValueError
        If parts do not add up to their total.

    Notes
    -----
    First every number below ``smallest``. Then, until nothing changes: where exactly one number of a line is hidden, the smallest
    other part of it, whatever the numbers round to; and where the bounds of a hidden number lie less than ``smallest`` apart
    (:func:`feasible`, with hidden numbers of any size), the smallest part, or else the total, of a line through it.

    References
    ----------
    Hundepool A, Domingo-Ferrer J, Franconi L, et al. Statistical Disclosure Control. Wiley, 2012, chapter 4.

    Examples
    --------
    >>> frame = pd.DataFrame({"tier": ["low", "medium", "high", "all"], "n": [40, 17, 3, 60]})
    >>> protected(frame["n"], lines(frame, {"tier": "all"})).tolist()
    [False, True, True, False]
    """
    values = numbers.to_numpy(dtype=float)
    adds_up = _whole(values, adds_up)
    hidden: Mask = (values < smallest) | (np.zeros(len(values), bool) if also is None else also.to_numpy(dtype=bool))
    for part in _components(adds_up):
        if hidden[part].any():
            hidden[part] = _closed(values[part], hidden[part], _lines_of(adds_up, part), rounded_to, smallest)
    return pd.Series(hidden, index=numbers.index)


def hidden_with_sums(
    numbers: pd.DataFrame,
    sums: Iterable[tuple[Cell, Sequence[Cell]]],
    *,
    rounded_to: int = 1,
    smallest: int = 5,
    also: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Choose what to hide of a table in which some cells are sums of others, within a row or across rows.

    Parameters
    ----------
    numbers : DataFrame
        Exact numbers of people; every row with an index of its own. Missing where there is no such number.
    sums : iterable of (cell, sequence of cell)
        Each sum and its parts; a cell is a row of the index and a column. Missing parts count as none.
    rounded_to, smallest
        See :func:`protected`.
    also : DataFrame of bool, optional
        Cells to be hidden for another reason, shape of ``numbers``.

    Returns
    -------
    DataFrame of bool, shape of ``numbers``

    Raises
    ------
    ValueError
        If parts do not add up to their sum.

    Examples
    --------
    >>> table = pd.DataFrame({"men": [40, 4], "women": [9, 17], "all": [49, 21]}, index=["low", "high"])
    >>> sums = [((tier, "all"), [(tier, "men"), (tier, "women")]) for tier in table.index]
    >>> hidden_with_sums(table, sums).to_numpy().tolist()
    [[False, False, False], [True, True, False]]
    """
    values = pd.Series(numbers.to_numpy(dtype=float).ravel())
    width = len(numbers.columns)
    at = {(row, name): i * width + j for i, row in enumerate(numbers.index) for j, name in enumerate(numbers)}
    entries: list[tuple[int, int, float]] = []
    for line, (total, parts) in enumerate(sums):
        told = [at[part] for part in parts if not np.isnan(values[at[part]])]
        entries += [(line, at[total], -1.0), *((line, part, 1.0) for part in told)]
    row, column, sign = np.array(entries, dtype=float).reshape(-1, 3).T
    count = int(row.max(initial=-1)) + 1
    adds_up = csr_array((sign, (row.astype(int), column.astype(int))), shape=(count, len(values)))
    mask = None if also is None else pd.Series(also.to_numpy(dtype=bool).ravel())
    found = protected(values, adds_up, rounded_to=rounded_to, smallest=smallest, also=mask)
    return pd.DataFrame(found.to_numpy().reshape(numbers.shape), index=numbers.index, columns=numbers.columns)


def _whole(values: Numbers, adds_up: csr_array) -> csr_array:
    """Return the lines without a missing number, and refuse parts that do not add up."""
    kept: csr_array = adds_up[np.flatnonzero(abs(adds_up) @ np.isnan(values).astype(float) == 0)]
    if np.abs(kept @ np.nan_to_num(values)).max(initial=0) > _SLACK:
        raise ValueError("parts do not add up to their total")
    return kept


def _closed(values: Numbers, hidden: Mask, adds_up: Numbers, rounded_to: int, smallest: int) -> Mask:
    """Hide more of one set of cells until every hidden number is safe."""
    hidden = hidden.copy()
    inside, total = adds_up != 0, adds_up < 0
    while True:
        single = np.flatnonzero((inside & hidden).sum(axis=1) == 1)
        if len(single):
            hidden[_next(values, hidden, inside[single[:1]], total[single[:1]])] = True
            continue
        shown = np.floor(values / rounded_to + 0.5) * rounded_to
        found = _bounded(_bounds(shown, hidden, rounded_to, smallest, np.inf), hidden, adds_up)
        narrow = np.flatnonzero(hidden & (found[:, 1] - found[:, 0] < smallest))
        if not len(narrow):
            return hidden
        through = inside[:, narrow[0]]
        mine = through if (inside[through] & ~hidden).any() else np.ones_like(through)
        hidden[_next(values, hidden, inside[mine], total[mine])] = True


def _next(values: Numbers, hidden: Mask, inside: Mask, total: Mask) -> int:
    """Return the smallest shown part of some lines, or else their smallest shown total."""
    part = (inside & ~total).any(axis=0) & ~total.any(axis=0) & ~hidden
    some = part if part.any() else inside.any(axis=0) & ~hidden
    return int(np.flatnonzero(some)[np.argmin(values[some])])
