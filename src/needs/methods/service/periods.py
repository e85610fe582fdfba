"""Months, quarters and years that data cover in full, and what falls into each."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["YEAR", "Every", "held", "in_days", "in_force", "periods", "present", "shares_of"]

Every = Literal["month", "quarter", "year"]
"""How long a period is; a year is a financial year, from April."""

_FREQUENCY = {"month": "M", "quarter": "Q", "year": "Y-MAR"}

YEAR = 365
"""Days within which something counts as of the last year."""


def periods(since: pd.Timestamp, until: pd.Timestamp, every: Every = "month") -> pd.DataFrame:
    """Return the periods that lie wholly within some days.

    Parameters
    ----------
    since, until : Timestamp
        First and last day.
    every : {"month", "quarter", "year"}
        How long a period is.

    Returns
    -------
    DataFrame
        ``period`` (first day) and ``last`` (last day), in order.

    Examples
    --------
    >>> periods(pd.Timestamp("2024-01-15"), pd.Timestamp("2024-06-30"), "quarter").astype(str).to_numpy().tolist()
    [['2024-04-01', '2024-06-30']]
    """
    every_one = pd.period_range(since, until, freq=_FREQUENCY[every])
    frame = pd.DataFrame({"period": every_one.start_time.normalize(), "last": every_one.end_time.normalize()})
    return frame[(frame["period"] >= since) & (frame["last"] <= until)].astype("datetime64[s]").reset_index(drop=True)


def held(days: pd.Series, within: pd.DataFrame, weight: npt.ArrayLike | None = None) -> npt.NDArray[np.float64]:
    """Count what happened in each period.

    Parameters
    ----------
    days : Series of datetime64, (events,)
        When; a missing day counts nowhere.
    within : DataFrame
        Periods of :func:`periods`.
    weight : array_like, (events,), optional
        What each event counts for, such as 0 and 1; without it, 1.

    Returns
    -------
    ndarray of float, (periods,)

    Examples
    --------
    >>> quarters = periods(pd.Timestamp("2024-01-01"), pd.Timestamp("2024-06-30"), "quarter")
    >>> held(pd.Series(pd.to_datetime(["2024-01-01", "2024-03-31", "2024-07-01", None])), quarters).tolist()
    [2.0, 0.0]
    """
    if not len(within):
        return np.zeros(0)
    days = days.astype("datetime64[s]")
    at = np.searchsorted(within["period"].to_numpy(), days.to_numpy(), side="right") - 1
    inside = (at >= 0) & (days.to_numpy() <= within["last"].to_numpy()[at])  # a missing day is on no side of another
    counted = np.ones(len(days)) if weight is None else np.asarray(weight, float)
    return np.bincount(at[inside], counted[inside], minlength=len(within)).astype(float)


def in_days(gap: pd.Series) -> pd.Series:
    """Return times between two days as numbers of days; missing where one of them is.

    Examples
    --------
    >>> in_days(pd.Series(pd.to_datetime(["2024-03-01", None])) - pd.Timestamp("2024-02-01")).tolist()
    [29.0, nan]
    """
    days: pd.Series = gap.dt.total_seconds() / 86_400
    return days


def present(stays: pd.DataFrame, days: pd.Series) -> pd.DataFrame:
    """Return who is there on some days.

    Parameters
    ----------
    stays : DataFrame
        Stays of :class:`needs.methods.service.linking.Linked`: ``person, admitted, end, ended`` and others.
    days : Series of datetime64, (periods,)
        Days on which people are counted, in the evening: who left that day is not there.

    Returns
    -------
    DataFrame
        Columns of the stays, with ``at`` (position of the day) and ``day``; each person once a day, in the stay begun last.

    Examples
    --------
    >>> stays = pd.DataFrame({"person": [1], "admitted": pd.to_datetime(["2024-01-05"]), "end": pd.to_datetime(["2024-02-29"]),
    ...                       "ended": [True]})
    >>> present(stays, pd.Series(pd.to_datetime(["2024-01-31", "2024-02-29"])))["at"].tolist()
    [0]
    """
    on = days.to_numpy()
    came, left = (stays[name].to_numpy()[:, None] for name in ("admitted", "end"))
    row, at = np.nonzero((came <= on) & ((left > on) | ~stays["ended"].to_numpy(dtype=bool)[:, None]))
    found = stays.iloc[row].assign(at=at, day=on[at]).sort_values(["at", "admitted"], kind="stable")
    return found.drop_duplicates(["person", "at"], keep="last").reset_index(drop=True)


def in_force(rows: pd.DataFrame, key: list[str], day: str, days: pd.Series) -> npt.NDArray[np.bool_]:
    """Say which rows are the latest of their key on some days.

    Parameters
    ----------
    rows : DataFrame
        ``key`` columns and ``day``, the day from which a row holds until the next of its key.
    key : list of str
        Columns of the key.
    day : str
        Column of the day.
    days : Series of datetime64, (periods,)
        Days asked for.

    Returns
    -------
    ndarray of bool, (rows, periods)

    Examples
    --------
    >>> rows = pd.DataFrame({"unit": ["a", "a"], "day": pd.to_datetime(["2024-01-01", "2024-03-01"])})
    >>> in_force(rows, ["unit"], "day", pd.Series(pd.to_datetime(["2024-02-01", "2024-03-01"]))).tolist()
    [[True, False], [False, True]]
    """
    ordered = rows.sort_values(day, kind="stable")
    later = ordered.groupby(key, observed=True, dropna=False)[day].shift(-1).reindex(rows.index).to_numpy()[:, None]
    on = days.to_numpy()
    holds: npt.NDArray[np.bool_] = (rows[day].to_numpy()[:, None] <= on) & (np.isnat(later) | (later > on))
    return holds


def shares_of(within: pd.DataFrame, numerator: Any, denominator: Any, times: float = 1.0) -> pd.DataFrame:
    """Put numerators over denominators, period by period.

    Parameters
    ----------
    within : DataFrame
        Periods of :func:`periods`.
    numerator, denominator : array_like, (periods,)
        Numbers.
    times : float
        What the ratio is multiplied by, such as 1,000 for a rate per 1,000.

    Returns
    -------
    DataFrame
        ``period, last, numerator, denominator, value``; no value where there is nothing to divide by.

    Examples
    --------
    >>> quarters = periods(pd.Timestamp("2024-01-01"), pd.Timestamp("2024-06-30"), "quarter")
    >>> shares_of(quarters, [3, 0], [12, 0])["value"].tolist()
    [0.25, nan]
    """
    some, every = np.asarray(numerator, float), np.asarray(denominator, float)
    value = np.divide(some * times, every, out=np.full(every.shape, np.nan), where=every > 0)
    return within.assign(numerator=some, denominator=every, value=value)
