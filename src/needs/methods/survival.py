"""Times to an event where some have not had it yet: Kaplan-Meier, Aalen-Johansen, restricted mean and log-rank.

Those who were already there when the data begin are seen from that day on (delayed entry), so that long stays do not count twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.rates import Floats, critical_value
from needs.methods.service.followed import greenwood, incidence_and_variance, known_at, log_log_limits, told

__all__ = ["Curve", "cumulative_incidence", "kaplan_meier", "log_rank", "restricted_mean"]


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier curve with its interval.

    Parameters
    ----------
    times : ndarray of float
        Times at which something ended, rising.
    survival, lower, upper : ndarray of float
        Share that goes on beyond each time, and the ends of its interval.
    at_risk, events : ndarray of float
        Followed just before each time, and ended at it.
    starts, stops : ndarray of float
        Sorted times from which and to which each one is followed.

    Examples
    --------
    >>> curve = kaplan_meier([1, 2, 3, 4], [True, True, True, False])
    >>> curve.survival.round(2).tolist(), curve.quantile()[0]
    ([0.75, 0.5, 0.25], 2.0)
    """

    times: Floats
    survival: Floats
    lower: Floats
    upper: Floats
    at_risk: Floats
    events: Floats
    starts: Floats = field(repr=False)
    stops: Floats = field(repr=False)

    def at(self, times: npt.ArrayLike) -> pd.DataFrame:
        """Return the curve at some times; missing after the last one that is followed, unless nothing is left.

        Parameters
        ----------
        times : array_like
            In the unit of the times.

        Returns
        -------
        DataFrame
            ``time, survival, lower, upper, at_risk, events``: share, interval, those followed then, and ends so far.
        """
        t = np.asarray(times, float)
        place = np.searchsorted(self.times, t, side="right")
        known = known_at(t, self.stops, np.append(1.0, self.survival)[place])
        parts = {
            name: np.where(known, np.append(1.0, getattr(self, name))[place], np.nan)
            for name in ("survival", "lower", "upper")
        }
        followed = np.searchsorted(self.starts, t, side="right") - np.searchsorted(self.stops, t, side="left")
        ended = np.append(0.0, self.events.cumsum())[place]
        return pd.DataFrame({"time": t, **parts, "at_risk": followed.astype(float), "events": ended})

    def quantile(self, share: float = 0.5) -> tuple[float, float, float]:
        """Return the time by which a share has ended, with its interval; missing where the curve does not fall so far.

        Parameters
        ----------
        share : float
            Between 0 and 1; a half gives the median.

        Returns
        -------
        value, lower, upper : float
            First times at which the curve, its lower and its upper limit are at or below ``1 - share``.

        References
        ----------
        Brookmeyer R, Crowley J (1982). A confidence interval for the median survival time. Biometrics 38(1):29-41.
        """
        value, lower, upper = (
            _first(self.times, edge <= 1 - share + 1e-12) for edge in (self.survival, self.lower, self.upper)
        )
        return value, lower, upper

    def restricted_mean(self, to: float, level: float = 0.95) -> tuple[float, float, float]:
        """Return the mean time up to a limit, with its interval; see :func:`restricted_mean`."""
        left = np.append(1.0, self.survival)[[np.searchsorted(self.times, to, side="right")]]
        if not known_at(np.array([to]), self.stops, left)[0]:
            return np.nan, np.nan, np.nan
        inside = self.times < to
        knots = np.concatenate(([0.0], self.times[inside], [to]))
        areas = np.diff(knots) * np.append(1.0, self.survival[inside])
        later = areas[::-1].cumsum()[::-1][1:]
        spread = critical_value(level) * np.sqrt((later**2 * greenwood(self.at_risk, self.events)[inside]).sum())
        mean = float(areas.sum())
        return mean, float(max(mean - spread, 0.0)), float(min(mean + spread, to))


def kaplan_meier(
    days: npt.ArrayLike, ended: npt.ArrayLike, entry: npt.ArrayLike | None = None, level: float = 0.95
) -> Curve:
    """Estimate the share that goes on beyond each time.

    Parameters
    ----------
    days : array_like
        Time from the start to the end, or to the last day that is known of.
    ended : array_like of bool
        Whether it had ended.
    entry : array_like, optional
        Time from the start from which each one is followed, that time included; 0 where followed from the start.
    level : float
        Coverage of the intervals.

    Returns
    -------
    Curve

    Raises
    ------
    ValueError
        If a time is negative or missing, or an entry is after its end.

    Notes
    -----
    ``S(t) = prod (1 - d/n)`` with log-log limits ``S^exp(+/- z sqrt(V) / log S)``, ``V = sum d / (n (n - d))`` (Greenwood).
    Where all who are left end, the lower limit is 0 and the upper stays where it was.

    References
    ----------
    Kaplan EL, Meier P (1958). Nonparametric estimation from incomplete observations. Journal of the American Statistical
    Association 53(282):457-481. Kalbfleisch JD, Prentice RL (2002). The statistical analysis of failure time data. Wiley.

    Examples
    --------
    >>> kaplan_meier([2, 3, 3, 5], [True, True, False, False]).at([1, 2, 4, 6])["survival"].round(2).tolist()
    [1.0, 0.75, 0.5, nan]
    >>> kaplan_meier([10, 10, 30], [True, True, True], entry=[0, 0, 20]).at_risk.tolist()
    [2.0, 1.0]
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    time, status, start = told(days, np.asarray(ended, bool), entry)
    starts, stops = np.sort(start), np.sort(time)
    if not status.any():
        none = np.empty(0)
        return Curve(none, none, none, none, none, none, starts, stops)
    found = SurvfuncRight(time, status.astype(float), entry=np.nextafter(start, -np.inf))
    survival = np.clip(found.surv_prob, 0.0, 1.0)
    at_risk, events = found.n_risk.astype(float), found.n_events
    lower, upper = log_log_limits(survival, np.sqrt(greenwood(at_risk, events).cumsum()), level)
    return Curve(found.surv_times, survival, lower, upper, at_risk, events, starts, stops)


def restricted_mean(
    days: npt.ArrayLike, ended: npt.ArrayLike, to: float, entry: npt.ArrayLike | None = None, level: float = 0.95
) -> tuple[float, float, float]:
    """Estimate the mean time up to a limit: the area under the Kaplan-Meier curve.

    Parameters
    ----------
    days, ended, entry, level
        See :func:`kaplan_meier`.
    to : float
        The limit; later time does not count.

    Returns
    -------
    value, lower, upper : float
        Missing where nobody is followed for so long.

    Notes
    -----
    ``V = sum A_i^2 d_i / (n_i (n_i - d_i))`` with ``A_i`` the area from the i-th time to the limit; normal limits, cut at 0
    and at the limit.

    References
    ----------
    Royston P, Parmar MKB (2013). Restricted mean survival time. BMC Medical Research Methodology 13:152.

    Examples
    --------
    >>> restricted_mean([2, 4, 6], [True, True, True], 6)[0]
    4.0
    """
    return kaplan_meier(days, ended, entry, level).restricted_mean(to, level)


def cumulative_incidence(
    days: npt.ArrayLike,
    cause: Any,
    entry: npt.ArrayLike | None = None,
    at: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate the share that has ended by each time, by cause, where one cause rules out the others (Aalen-Johansen).

    Parameters
    ----------
    days, entry, level
        See :func:`kaplan_meier`.
    cause : sequence of str
        Why it ended; missing or empty where it had not.
    at : array_like, optional
        Times wanted; by default those at which something ended.

    Returns
    -------
    DataFrame
        ``time, cause, incidence, lower, upper, at_risk, events``, a row a time and cause: the share ended by then for that
        cause, its interval, those followed then, and ends for that cause so far. Missing after the last time followed.

    Raises
    ------
    ValueError
        As :func:`kaplan_meier`.

    Notes
    -----
    ``I_k(t) = sum S(t_i-) d_ki / n_i``. Variance of Dinse and Larson with the risk sets of delayed entry; limits on the
    log-log scale of ``1 - I``, so that with a single cause they are those of the Kaplan-Meier curve.

    References
    ----------
    Aalen OO, Johansen S (1978). An empirical transition matrix for non-homogeneous Markov chains based on censored
    observations. Scandinavian Journal of Statistics 5(3):141-150. Dinse GE, Larson MG (1986). A note on semi-Markov models for
    partially censored data. Biometrika 73(2):379-386.

    Examples
    --------
    >>> found = cumulative_incidence([1, 2, 3, 4], ["low", "discharge", "low", ""], at=[3])
    >>> found[["cause", "incidence"]].to_numpy().tolist()
    [['discharge', 0.25], ['low', 0.5]]
    """
    causes = pd.Series(np.asarray(cause, dtype=object), dtype="str").fillna("")
    time, status, start = told(days, causes.ne("").to_numpy(), entry)
    starts, stops = np.sort(start), np.sort(time)
    names = sorted(set(causes[status]))
    moments, place = np.unique(time[status], return_inverse=True)
    counts = np.zeros((len(moments), len(names)))
    np.add.at(counts, (place, np.searchsorted(names, causes[status])), 1.0)
    at_risk = np.searchsorted(starts, moments, side="right") - np.searchsorted(stops, moments, side="left")
    incidence, variance = incidence_and_variance(counts, at_risk.astype(float)[:, None])
    wanted = moments if at is None else np.asarray(at, float)
    upto = np.searchsorted(moments, wanted, side="right")
    start_row = np.zeros((1, len(names)))
    shares, spreads, events = (
        np.vstack((start_row, part))[upto] for part in (incidence, np.sqrt(variance), counts.cumsum(axis=0))
    )
    followed = np.searchsorted(starts, wanted, side="right") - np.searchsorted(stops, wanted, side="left")
    known = known_at(wanted, stops, 1 - shares.sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        upper, lower = (1 - edge for edge in log_log_limits(1 - shares, spreads / (1 - shares), level))
    flat = {
        "incidence": shares, "lower": lower, "upper": np.where(shares == 0, np.nan, upper),
        "at_risk": np.broadcast_to(followed[:, None], shares.shape), "events": events,
    }  # fmt: skip
    frame = pd.DataFrame({name: values.astype(float).ravel() for name, values in flat.items()})
    frame.loc[~np.repeat(known, len(names)), ["incidence", "lower", "upper"]] = np.nan
    frame.insert(0, "cause", pd.Series(np.tile(names, len(wanted)), dtype="str"))
    frame.insert(0, "time", np.repeat(wanted, len(names)))
    return frame


def log_rank(
    days: npt.ArrayLike, ended: npt.ArrayLike, group: Any, entry: npt.ArrayLike | None = None
) -> tuple[float, float]:
    """Test whether groups differ in how long something lasts.

    Parameters
    ----------
    days, ended, entry
        See :func:`kaplan_meier`.
    group : sequence
        Group of each.

    Returns
    -------
    statistic, p_value : float
        Chi-squared with one degree of freedom less than groups; missing where they cannot be held against each other.

    References
    ----------
    Mantel N (1966). Evaluation of survival data and two new rank order statistics arising in its consideration. Cancer
    Chemotherapy Reports 50(3):163-170.

    Examples
    --------
    >>> statistic, p = log_rank([1, 2, 3, 9, 10, 11], [True] * 6, ["a", "a", "a", "b", "b", "b"])
    >>> round(statistic, 2), p < 0.05
    (5.05, True)
    """
    from statsmodels.duration.survfunc import survdiff

    time, status, start = told(days, np.asarray(ended, bool), entry)
    groups = np.unique(np.asarray(group, dtype=str), return_inverse=True)[1]
    if not status.any() or groups.max(initial=0) == 0:
        return np.nan, np.nan
    try:
        found = survdiff(time, status.astype(float), groups, entry=np.nextafter(start, -np.inf))
    except np.linalg.LinAlgError:
        return np.nan, np.nan
    return float(found[0]), float(found[1])


def _first(times: Floats, reached: npt.NDArray[np.bool_]) -> float:
    return float(times[np.argmax(reached)]) if reached.any() else np.nan
