"""Indicators of what happens: admissions, discharges, moves, referrals, deaths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from needs.methods.service.indicators_present import SECURE
from needs.methods.service.linking import Linked
from needs.methods.service.periods import YEAR, held, in_days, shares_of

__all__ = ["MOVES", "days_between_deaths", "readmitted", "transferred"]

_DAY = pd.Timedelta(days=1)
MOVE, THOUSAND, DAYS_IN_YEAR = 28, 1000.0, 365.25
_COMPLETE = ("home_icb", "sex", "age", "ethnicity", "diagnosis", "legal_section", "source")


def _secure(linked: Linked) -> pd.DataFrame:
    return linked.stays[linked.stays["tier"].isin(SECURE)]


def _left(linked: Linked) -> pd.DataFrame:
    """Return secure stays that ended outside secure care."""
    stays = _secure(linked)
    return stays[stays["ended"].to_numpy(dtype=bool) & ~stays["to"].isin([*SECURE, "leave"])]


def _followed(within: pd.DataFrame, days: int, until: pd.Timestamp) -> pd.DataFrame:
    """Return periods whose last day is followed by so many days."""
    return within[within["last"] + days * _DAY <= until].reset_index(drop=True)


def _admissions(own: Any, linked: Linked, within: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:  # noqa: ARG001
    stays = _secure(linked)
    number = held(stays.loc[~stays["origin"].isin(SECURE), "admitted"], within)
    return within.assign(numerator=number, denominator=np.nan, value=number)


def _discharges(own: Any, linked: Linked, within: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:  # noqa: ARG001
    number = held(_left(linked)["end"], within)
    return within.assign(numerator=number, denominator=np.nan, value=number)


def _moved(own: Any, linked: Linked, within: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:  # noqa: ARG001
    within, stays = _followed(within, MOVE, until), _secure(linked)
    days = in_days(stays["end"] - stays["clinically_ready"])
    soon = stays["ended"].to_numpy(dtype=bool) & (days <= MOVE)
    alive = ~(soon & (stays["to"] == "died"))
    told = stays.assign(soon=soon)[alive & stays["clinically_ready"].notna()]
    ready = told["clinically_ready"]
    return shares_of(within, held(ready, within, told["soon"]), held(ready, within))


def transferred(referrals: pd.DataFrame, within: pd.DataFrame, until: pd.Timestamp, days: int) -> pd.DataFrame:
    """Return the share of people referred from prison who were admitted within some days, by day of referral.

    Parameters
    ----------
    referrals : DataFrame
        Events of the table of referrals.
    within : DataFrame
        Periods of :func:`needs.methods.service.periods.periods`; the last without enough days after them are left out.
    until : Timestamp
        Last day that the data cover.
    days : int
        Standard.

    Returns
    -------
    DataFrame
        ``period, last, numerator, denominator, value``.

    Notes
    -----
    The clock runs from the event that is marked as its start, else from referral, to the one marked as its end, else to
    admission. A referral that was refused, withdrawn or ended by release within the days of the standard is not counted; one
    that still waits after them counts as not admitted in time. By referral, not by admission: the mean of those admitted
    leaves out the longest waits, which are not over.

    Examples
    --------
    >>> from needs.methods.service.periods import periods
    >>> rows = pd.DataFrame({"referral_key": ["a", "a", "b"], "event": ["referred", "admitted", "referred"],
    ...     "day": pd.to_datetime(["2024-01-02", "2024-01-12", "2024-02-01"]), "setting": "prison", "clock": None})
    >>> quarters = periods(pd.Timestamp("2024-01-01"), pd.Timestamp("2024-06-30"), "quarter")
    >>> transferred(rows, quarters, pd.Timestamp("2024-06-30"), 14)[["numerator", "denominator"]].to_numpy().tolist()
    [[1.0, 2.0]]
    """
    within = _followed(within, days, until)
    prison = referrals["referral_key"].isin(referrals.loc[referrals["setting"] == "prison", "referral_key"])
    rows = referrals[prison]

    def first(mask: pd.Series) -> pd.Series:
        return rows[mask].groupby("referral_key")["day"].min()

    begun, over = first(rows["event"] == "referred"), first(rows["event"] == "admitted")
    start = first(rows["clock"] == "start").combine_first(begun)
    end = first(rows["clock"] == "end").combine_first(over).reindex(start.index)
    gone = first(rows["event"].isin(["refused", "withdrawn", "released"])).reindex(start.index)
    soon = in_days(end - start) <= days
    counts = soon | ~(in_days(gone - start) <= days)
    return shares_of(within, held(start[counts], within, soon[counts]), held(start[counts], within))


def _within_14(own: Any, linked: Linked, within: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:  # noqa: ARG001
    return transferred(own["referrals"], within, until, 14)


def _within_28(own: Any, linked: Linked, within: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:  # noqa: ARG001
    return transferred(own["referrals"], within, until, 28)


def _assessments(own: Any, linked: Linked, within: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:  # noqa: ARG001
    rows = own["referrals"]
    admitted = rows[rows["event"] == "admitted"].groupby("referral_key")["day"].min()
    times = rows[rows["event"] == "assessed"].groupby("referral_key").size().reindex(admitted.index, fill_value=0)
    return shares_of(within, held(admitted, within, times), held(admitted, within))


def readmitted(linked: Linked, outcomes: pd.DataFrame, within: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Return the share of people discharged from secure care who are back in a secure bed within a year.

    Parameters
    ----------
    linked : Linked
        Stays.
    outcomes : DataFrame
        Table of outcomes; readmissions that it tells of count beside those seen in the stays.
    within, until
        See :func:`transferred`.

    Returns
    -------
    DataFrame
        ``period, last, numerator, denominator, value``, by day of discharge. Those who died in a secure bed are left out.

    Examples
    --------
    >>> from needs.methods.service.periods import periods
    >>> stays = pd.DataFrame({"person": [1, 1], "person_key": "p", "tier": ["low", "medium"], "ended": [True, False],
    ...     "admitted": pd.to_datetime(["2023-01-05", "2023-09-01"]), "end": pd.to_datetime(["2023-02-01", "2024-12-31"]),
    ...     "to": ["discharge", None]})
    >>> linked = Linked(stays, pd.DataFrame(), pd.DataFrame(), pd.DataFrame())
    >>> none = pd.DataFrame({"person_key": [], "event": [], "day": pd.to_datetime([])})
    >>> quarters = periods(pd.Timestamp("2023-01-01"), pd.Timestamp("2023-12-31"), "quarter")
    >>> readmitted(linked, none, quarters, pd.Timestamp("2024-12-31"))["value"].tolist()
    [1.0, nan, nan, nan]
    """
    within, left = _followed(within, YEAR, until), _left(linked)
    left = left[left["to"] != "died"].assign(place=lambda frame: range(len(frame)))
    told = outcomes.loc[outcomes["event"] == "readmission", ["person_key", "day"]]
    back = pd.concat([_secure(linked).rename(columns={"admitted": "day"})[["person_key", "day"]], told])
    pairs = left.merge(back.dropna(), on="person_key")
    after = in_days(pairs["day"] - pairs["end"])
    again = left["place"].isin(pairs.loc[(after > 0) & (after <= YEAR), "place"])
    return shares_of(within, held(left["end"], within, again), held(left["end"], within))


def _readmitted(own: Any, linked: Linked, within: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    return readmitted(linked, own["outcomes"], within, until)


def _died(linked: Linked) -> pd.DataFrame:
    stays = _secure(linked)
    return stays[stays["ended"].to_numpy(dtype=bool) & (stays["to"] == "died")]


def _deaths(own: Any, linked: Linked, within: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:  # noqa: ARG001
    stays = _secure(linked)
    ends = [stays[name].to_numpy()[:, None] for name in ("admitted", "end")]
    starts, lasts = (within[name].to_numpy() for name in ("period", "last"))
    days = (np.minimum(ends[1], lasts + np.timedelta64(1, "D")) - np.maximum(ends[0], starts)) / np.timedelta64(1, "D")
    years = np.maximum(days, 0).sum(axis=0) / DAYS_IN_YEAR
    return shares_of(within, held(_died(linked)["end"], within), years, THOUSAND)


def days_between_deaths(linked: Linked, since: pd.Timestamp) -> pd.Series:
    """Return days between deaths in secure beds, from the first since the data began.

    Parameters
    ----------
    linked : Linked
        Stays.
    since : Timestamp
        First day that the data cover.

    Returns
    -------
    Series of float, (deaths - 1,)
        For :func:`needs.methods.spc.t_chart`; **each tells of one person, so that none is shown**.

    Examples
    --------
    >>> days = pd.to_datetime(["2023-01-05", "2023-02-04", "2023-02-09"])
    >>> stays = pd.DataFrame({"tier": "low", "ended": True, "end": days, "to": ["died", "prison", "died"]})
    >>> days_between_deaths(Linked(stays, stays, stays, stays), pd.Timestamp("2023-01-01")).tolist()
    [35.0]
    """
    days = _died(linked)["end"].sort_values()
    return in_days(days[days >= since].diff().dropna()).reset_index(drop=True)


def _complete(own: Any, linked: Linked, within: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:  # noqa: ARG001
    stays = linked.stays
    full = pd.concat([stays[name].notna() & (stays[name] != "unknown") for name in _COMPLETE], axis=1).all(axis=1)
    return shares_of(within, held(stays["admitted"], within, full), held(stays["admitted"], within))


MOVES: dict[str, Callable[[Any, Linked, pd.DataFrame, pd.Timestamp], pd.DataFrame]] = {
    "admissions": _admissions,
    "discharges": _discharges,
    "moved_within_28_days": _moved,
    "transferred_within_14_days": _within_14,
    "transferred_within_28_days": _within_28,
    "assessments_per_admission": _assessments,
    "readmitted_within_a_year": _readmitted,
    "deaths_in_care": _deaths,
    "complete_records": _complete,
}
"""How each is made of the tables, the linked stays, the periods and the last day of the data."""
