"""Control charts of single values over time: what a process does by itself, and what stands out from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["FEWEST", "PER_RANGE", "Side", "Xmr", "t_chart", "xmr"]

Side = Literal["higher", "lower"]
"""Which side is better."""

PER_RANGE = 3 / 1.128
"""Three standard deviations in mean moving ranges: 2.6596, usually written 2.66; 1.128 is the mean range of two normal values."""

SCREEN = 3.267
"""Moving ranges of more than so many mean moving ranges are left out of the limits."""

RUN, FEWEST = 7, 12
"""Points of a run or a trend, and the fewest points from which limits are more than a trial."""

WEIBULL = 3.6
"""Root that makes times between events about normal."""


@dataclass(frozen=True)
class Xmr:
    """A control chart.

    Parameters
    ----------
    frame : DataFrame
        One row a point, in order: ``value, mean, lower, upper, moving_range`` in the unit of the values, and of each rule
        whether the point is part of it: ``outside`` (beyond a limit), ``side`` (of 7 or more on one side of the mean),
        ``trend`` (of 7 or more that only rise, or only fall), ``two_of_three`` (of 2 in 3 that lie beyond two thirds of the
        way to the same limit). ``special`` is ``high`` or ``low`` where a rule holds, ``-`` elsewhere: the side of the mean,
        or where the trend goes if no other rule holds. ``baseline`` says which points the limits rest on.
    variation : str
        Of the latest point: ``special improving``, ``special concerning``, ``common cause`` or ``too few points``; where no side
        is better, ``special high`` and ``special low``.
    assurance : str
        ``passes consistently``, ``hit and miss``, ``fails consistently`` or ``too few points``; ``no standard`` without one.
    autocorrelation : float
        Of each point of the baseline with the next. Well above 0 the limits are too narrow, and rules hold too easily.
    """

    frame: pd.DataFrame
    variation: str
    assurance: str
    autocorrelation: float


def xmr(
    values: npt.ArrayLike,
    baseline: npt.ArrayLike | None = None,
    target: float | None = None,
    better: Side | None = None,
) -> Xmr:
    """Make a control chart of single values (XmR) by the rules of NHS England's Making Data Count.

    Parameters
    ----------
    values : array_like, (points,)
        In order of time, in any unit; missing (nan) points are passed over, so that their neighbours count as consecutive.
    baseline : array_like of bool, (points,), optional
        Points that set mean and limits; without it, all. Limits never move by themselves.
    target : float, optional
        Standard, in the unit of the values.
    better : {"higher", "lower"}, optional
        Which side is better; without it no point is an improvement or a concern, and there is no assurance.

    Returns
    -------
    Xmr

    Raises
    ------
    ValueError
        If values are not one row of numbers, or the baseline has another length.

    Notes
    -----
    With ``R`` the mean of the moving ranges ``|x_i - x_(i-1)|`` of the baseline, limits are ``mean -/+ 3/1.128 R``. Ranges above
    ``3.267 R`` are left out once, and ``R`` is taken again. A moving range belongs to the baseline where both its points do.
    A trend of 7 points has 6 rises or 6 falls; equal neighbours end it, and a point on the mean ends a run. The two of three
    points that count lie on one side; points beyond the limit count among them. **The rules take points to be independent**:
    numbers of people who are there on a day carry over, see ``autocorrelation``.

    Assurance holds the standard against the limits: if all that the process does by itself lies on the better side of it, the
    standard is passed consistently; on the worse side, failed consistently; in between, hit and miss.

    References
    ----------
    NHS England. Making Data Count. https://www.england.nhs.uk/publication/making-data-count/

    Nelson LS (1982). Control charts for individual measurements. Journal of Quality Technology 14(3):172-173.

    NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2, Individuals control charts.

    Examples
    --------
    >>> flow = xmr([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    >>> flow.frame[["mean", "lower", "upper"]].iloc[0].round(4).tolist(), flow.variation
    ([50.81, 45.8159, 55.8041], 'too few points')
    >>> rising = xmr([5, 6, 5, 7, 5, 6, 5, 6, 5, 6, 7, 8, 9, 10, 11], target=4, better="higher")
    >>> rising.frame["trend"].sum(), rising.variation, rising.assurance
    (np.int64(7), 'special improving', 'hit and miss')
    """
    x, counts = _checked(values, baseline)
    known = ~np.isnan(x)
    frame = _charted(x[known], counts[known]).set_axis(np.flatnonzero(known)).reindex(range(len(x)))
    return _judged(_completed(frame, x, counts), target, better)


def t_chart(days: npt.ArrayLike, baseline: npt.ArrayLike | None = None, better: Side | None = "higher") -> Xmr:
    """Make a control chart of the days between rare events, for fewer than about 5 events a month.

    Parameters
    ----------
    days : array_like, (events - 1,)
        Days from each event to the next, 0 or more.
    baseline
        See :func:`xmr`.
    better : {"higher", "lower"}, optional
        ``higher`` where the event is one to avoid.

    Returns
    -------
    Xmr
        In days; ``moving_range`` alone is on the transformed scale. There is no assurance.

    Raises
    ------
    ValueError
        If a number of days is negative.

    Notes
    -----
    Days are exponential if events come at random; ``days^(1/3.6)`` is then about normal (a Weibull distribution of shape 3.6).
    The chart of :func:`xmr` is made of that, and its mean and limits are turned back by the power of 3.6, a lower limit below 0
    to 0. The chart reads the other way round from a count: high is rare.

    References
    ----------
    Nelson LS (1994). A control chart for parts-per-million nonconforming items. Journal of Quality Technology 26(3):239-240.

    Provost LP, Murray SK (2011). The Health Care Data Guide. San Francisco: Jossey-Bass.

    Examples
    --------
    >>> rare = t_chart([30, 25, 41, 18, 33, 29, 22, 37, 26, 31, 24, 400])
    >>> rare.frame[["mean", "upper"]].iloc[0].round().tolist(), rare.frame["outside"].sum(), rare.variation
    ([39.0, 88.0], np.int64(1), 'special improving')
    """
    told = np.asarray(days, float)
    if (told < 0).any():
        raise ValueError("days between events are 0 or more: put the events in order")
    chart = xmr(told ** (1 / WEIBULL), baseline, None, better)
    back = {name: chart.frame[name].clip(lower=0) ** WEIBULL for name in ("mean", "lower", "upper")}
    frame = chart.frame.assign(value=told, **back)
    return Xmr(frame, chart.variation, chart.assurance, chart.autocorrelation)


def _checked(
    values: npt.ArrayLike, baseline: npt.ArrayLike | None
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    x = np.asarray(values, float)
    counts = np.ones(x.shape, bool) if baseline is None else np.asarray(baseline, bool)
    if x.ndim != 1 or counts.shape != x.shape or np.isinf(x).any():
        raise ValueError(f"values {x.shape} and baseline {counts.shape} are not one row of finite numbers")
    return x, counts


def _charted(x: npt.NDArray[np.float64], counts: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Return mean, limits and rules of points that are all known."""
    ranges = np.abs(np.diff(x, prepend=np.nan))
    used = ranges[counts & np.roll(counts, 1) & ~np.isnan(ranges)]
    width = PER_RANGE * float(used[used <= SCREEN * used.mean()].mean()) if used.size else np.nan
    mean = float(x[counts].mean()) if counts.any() else np.nan
    slack = 1e-9 * abs(mean)
    away, towards = x - mean, _trends(x)
    rules = {
        "outside": np.abs(away) > width + slack,
        "side": _runs(np.where(np.abs(away) > slack, np.sign(away), 0), RUN),
        "two_of_three": _two_of_three(np.where(np.abs(away) > 2 / 3 * width + slack, np.sign(away), 0)),
    }
    sign = np.where(np.any(list(rules.values()), axis=0), np.sign(away), towards)
    return pd.DataFrame({
        "mean": mean, "lower": mean - width, "upper": mean + width, "moving_range": ranges,
        "outside": rules["outside"], "side": rules["side"], "trend": towards != 0, "two_of_three": rules["two_of_three"],
        "special": pd.Series(np.select([sign > 0, sign < 0], ["high", "low"], "-"), dtype="str"),
    })  # fmt: skip


def _runs(signs: npt.NDArray[np.float64], length: int) -> npt.NDArray[np.bool_]:
    """Say of each point whether it lies in a run of this many or more of one sign."""
    if not signs.size:
        return np.zeros(0, bool)
    run = np.cumsum(np.diff(signs, prepend=signs[0]) != 0)
    inside: npt.NDArray[np.bool_] = (np.bincount(run)[run] >= length) & (signs != 0)
    return inside


def _trends(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Say of each point where the trend goes that it lies in: 1 up, -1 down, 0 none; the way it came first."""
    if not x.size:
        return np.zeros(0)
    signs = np.sign(np.diff(x))
    steps = np.where(_runs(signs, RUN - 1), signs, 0)
    came, goes = np.append(0, steps), np.append(steps, 0)
    return np.where(came != 0, came, goes)


def _two_of_three(near: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Say of each point near a limit whether another lies near the same one, at most two points away."""
    padded = np.pad(near, 2)
    others = np.stack([padded[2 + by : len(padded) - 2 + by] for by in (-2, -1, 1, 2)])
    found: npt.NDArray[np.bool_] = (near != 0) & (others == near).any(axis=0)
    return found


def _completed(frame: pd.DataFrame, x: npt.NDArray[np.float64], counts: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Fill in points without a value."""
    lines, rules = ["mean", "lower", "upper"], ["outside", "side", "trend", "two_of_three"]
    filled = {name: frame[name].ffill().bfill() for name in lines} | {name: frame[name].eq(True) for name in rules}
    frame = frame.assign(**filled, special=frame["special"].fillna("-"), baseline=counts & ~np.isnan(x))
    frame.insert(0, "value", x)
    return frame


def _judged(frame: pd.DataFrame, target: float | None, better: Side | None) -> Xmr:
    """Judge the latest point by the rules, and the limits by the standard."""
    known = frame.dropna(subset=["value"])
    told = frame.loc[frame["baseline"], "value"]
    spread = told.std(ddof=0) if len(told) > 2 else 0.0
    carried = float(told.autocorr()) if spread > 0 and told[:-1].std() > 0 and told[1:].std() > 0 else float("nan")
    assurance = "no standard" if target is None or better is None else "too few points"
    if len(told) < FEWEST:
        return Xmr(frame, "too few points", assurance, carried)
    last = str(known["special"].iloc[-1])
    variation = "common cause"
    if last != "-":
        good = "special improving" if (last == "high") == (better == "higher") else "special concerning"
        variation = good if better else f"special {last}"
    if target is not None and better is not None:
        lower, upper = float(frame["lower"].iloc[0]), float(frame["upper"].iloc[0])
        below, above = target < lower, target > upper
        word = "passes consistently" if (below if better == "higher" else above) else "fails consistently"
        assurance = word if below or above else "hit and miss"
    return Xmr(frame, variation, assurance, carried)
