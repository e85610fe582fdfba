"""How complete and how timely the region's own data are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from needs.dataset import TABLES

__all__ = ["RECORD", "SILENT_DAYS", "completeness", "days_of", "full_records", "timeliness"]

RECORD = ("home_icb", "sex", "age", "ethnicity", "diagnosis", "legal_section", "source")
"""Columns of the stays that a full record tells: those by which people are compared."""

SILENT_DAYS = 365
"""Days without an admission after which a unit with people there may have stopped sending rows."""

_DAY = {
    "stays": "admitted", "referrals": "day", "reviews": "reviewed", "capacity": "validated", "outcomes": "day",
    "health": "checked", "experience": "quarter", "standards": "assessed",
}  # fmt: skip

_MONTHLY = ("stays", "referrals", "reviews", "outcomes", "health")
"""Tables of events that happen in every month."""

_ONLY_WHERE: dict[tuple[str, str], Callable[[pd.DataFrame], pd.Series]] = {
    ("stays", "destination"): lambda f: f["discharged"].notna(),
    ("stays", "delay_reason"): lambda f: f["clinically_ready"].notna() & ~(f["clinically_ready"] >= f["discharged"]),
    ("referrals", "setting"): lambda f: f["event"].astype(object) == "referred",
    ("referrals", "tier"): lambda f: f["event"].astype(object) == "referred",
    ("referrals", "assessor"): lambda f: f["event"].astype(object) == "assessed",
    ("referrals", "outcome"): lambda f: f["event"].astype(object) == "assessed",
}
"""Columns that are expected in some rows only."""

_MEANS_NO = {("stays", "discharged"), ("stays", "clinically_ready"), ("referrals", "clock")}
"""Columns in which a blank says that it has not happened."""


def days_of(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return the day of each row of a table; missing where its rows have none.

    Examples
    --------
    >>> days_of(pd.DataFrame({"checked": pd.to_datetime(["2022-01-01"])}), "health").dt.year.tolist()
    [2022]
    """
    if name in _DAY:
        return frame[_DAY[name]]
    return pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")


def _filled(cells: pd.Series) -> pd.Series:
    """Say which cells tell something: neither blank nor a word for not known."""
    return cells.notna() & (cells.astype(object) != "unknown")


def _everywhere(frame: pd.DataFrame) -> pd.Series:
    return pd.Series(True, index=frame.index)


def completeness(own: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Count filled cells of each column that may be blank.

    Parameters
    ----------
    own : mapping of str to DataFrame
        Tables that were given, by name.

    Returns
    -------
    DataFrame
        ``table, column, rows, filled, share``: rows in which the column is expected, and those in which it tells something;
        a word for not known tells nothing. A destination is expected of a stay that has ended, a reason of delay of a person
        who stays on after being ready, what an assessment found of an assessment. Columns in which a blank says that
        something has not happened are left out.

    Examples
    --------
    >>> health = pd.DataFrame({"bmi": [31.0, None, 24.0, 28.0]})
    >>> completeness({"health": health}).values.tolist()
    [['health', 'bmi', 4, 3, 0.75]]
    """
    rows = []
    for each in (each for each in TABLES if each.name in own):
        frame = own[each.name]
        for column in each.columns:
            pair = (each.name, column.name)
            if column.required or pair in _MEANS_NO:
                continue
            where = _ONLY_WHERE.get(pair, _everywhere)(frame)
            rows.append((*pair, int(where.sum()), int((where & _filled(frame[column.name])).sum())))
    found = pd.DataFrame(rows, columns=["table", "column", "rows", "filled"]).astype({"table": "str", "column": "str"})
    found[["rows", "filled"]] = found[["rows", "filled"]].astype(np.int64)
    return found.assign(share=found["filled"] / found["rows"].where(found["rows"] > 0))


def full_records(stays: pd.DataFrame) -> pd.Series:
    """Say which stays tell home, sex, age, ethnic group, diagnosis, legal section and source.

    Parameters
    ----------
    stays : DataFrame, (stays,)
        Stays, linked or as they were read.

    Returns
    -------
    Series of bool, (stays,)

    Examples
    --------
    >>> cells = dict.fromkeys(RECORD, "told")
    >>> full_records(pd.DataFrame([cells, {**cells, "sex": "unknown"}, {**cells, "home_icb": None}])).tolist()
    [True, False, False]
    """
    full = pd.Series(True, index=stays.index)
    for name in RECORD:
        full &= _filled(stays[name])
    return full


def timeliness(
    own: Mapping[str, pd.DataFrame], stays: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp
) -> pd.DataFrame:
    """Say how near to the last day of the data each table goes, and whether its last month is as full as those before.

    Parameters
    ----------
    own : mapping of str to DataFrame
        Tables that were given, by name.
    stays : DataFrame
        Linked stays.
    since, until : Timestamp
        First and last day of the data.

    Returns
    -------
    DataFrame
        See :class:`needs.methods.service.data_quality.Quality`. Months are those wholly within the days of the data.

    Notes
    -----
    ``last_month_ratio = n_last / mean(n_before)``: a ratio well below 1 says that rows are still to come.

    Examples
    --------
    >>> days = pd.to_datetime(["2023-01-10", "2023-01-20", "2023-02-02", "2023-02-20", "2023-03-21"])
    >>> none = pd.DataFrame({"admitted": days[:0], "unit": [], "ended": []})
    >>> span = pd.Timestamp("2023-01-01"), pd.Timestamp("2023-03-31")
    >>> found = timeliness({"health": pd.DataFrame({"checked": days})}, none, *span)
    >>> found[["table", "days_to_last", "last_month_ratio"]].values.tolist()
    [['health', 10.0, 0.5]]
    """
    months = pd.period_range(since.to_period("M"), until.to_period("M"), freq="M")
    months = months[(months.start_time >= since) & (months.end_time.normalize() <= until)]
    rows = []
    for name in (each.name for each in TABLES if each.name in own and each.name in _DAY):
        day = own[name][_DAY[name]]
        known = day[day <= until]
        last = known.max()
        if name == "stays":
            ends = own[name]["discharged"]
            last = max([day for day in (last, ends[ends <= until].max()) if pd.notna(day)], default=pd.NaT)
        row: dict[str, object] = {"table": name, "rows": len(day), "days_to_last": (until - last).days}
        if name in _MONTHLY and len(months) > 1:
            counts = known.dt.to_period("M").value_counts().reindex(months, fill_value=0)
            before = float(counts.iloc[:-1].mean())
            row |= {"rows_in_last_month": int(counts.iloc[-1]), "rows_a_month": before}
            row |= {"last_month_ratio": counts.iloc[-1] / before if before else np.nan}
            row |= _silence(counts, stays, until) if name == "stays" else {}
        rows.append(row)
    return pd.DataFrame(rows, columns=_TIMELY).astype(dict.fromkeys(_TIMELY[1:], float) | {"table": "str"})


_TIMELY = [
    "table", "rows", "days_to_last", "rows_in_last_month", "rows_a_month", "last_month_ratio", "months", "months_without",
    "units", "units_silent",
]  # fmt: skip


def _silence(counts: pd.Series, stays: pd.DataFrame, until: pd.Timestamp) -> dict[str, object]:
    """Count months without an admission, and units with people there but no admission for a year."""
    units = (
        stays.assign(there=~stays["ended"].astype(bool))
        .groupby("unit")
        .agg(there=("there", "any"), last=("admitted", "max"))
    )
    inside = units[units["there"]]
    silent = inside["last"] < until - pd.Timedelta(days=SILENT_DAYS)
    return {
        "months": len(counts),
        "months_without": int((counts == 0).sum()),
        "units": len(inside),
        "units_silent": int(silent.sum()),
    }
