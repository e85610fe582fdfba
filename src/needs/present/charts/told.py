"""Which values of a long line a chart tells, and which of its points it needs: no more than can be heard and seen."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["MOST", "bends", "spaced"]

Rows = TypeVar("Rows", pd.DataFrame, pd.Series)
MOST = 78
"""Values that a chart tells at most."""

_STEPS = (1, 2, 3, 4, 6, 12, 24, 60, 120)
"""Rows from one value told to the next: months that fit a year, then years."""


def spaced(rows: Rows, most: int) -> Rows:
    """Return the last row and as many before it as may be told, at equal steps.

    Parameters
    ----------
    rows : DataFrame or Series
        In order of time.
    most : int
        Rows wanted at most, above zero.

    Examples
    --------
    >>> spaced(pd.DataFrame({"month": range(30)}), 12)["month"].tolist()
    [2, 5, 8, 11, 14, 17, 20, 23, 26, 29]
    >>> len(spaced(pd.DataFrame({"month": range(9)}), 12))
    9
    """
    step = next((step for step in _STEPS if -(-len(rows) // step) <= most), max(len(rows), 1))
    return rows.iloc[::-step].iloc[::-1]


def bends(values: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Say which points a line needs: its ends, and those where it does not run level.

    Parameters
    ----------
    values : array_like
        Heights in order; gaps are kept.

    Examples
    --------
    >>> bends([4.0, 4.0, 4.0, 5.0, 5.0, 5.0]).tolist()
    [True, False, True, True, False, True]
    """
    heights = np.asarray(values, float)
    needed = np.ones(len(heights), dtype=bool)
    needed[1:-1] = ~((heights[1:-1] == heights[:-2]) & (heights[1:-1] == heights[2:]))
    return needed
