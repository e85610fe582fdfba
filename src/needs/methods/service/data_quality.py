"""What the region's own data hold, what is used of them, and how complete, sensible and timely they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from needs.dataset import TABLES
from needs.methods.service.data_quality_findings import FINDINGS, flagged
from needs.methods.service.data_quality_measures import completeness, days_of, full_records, timeliness
from needs.methods.service.linking import RULES, Linked
from needs.methods.service.linking_rules import LEFT_OUT

__all__ = ["OTHER_TABLES", "Quality", "excluded_rows", "quality", "usable", "usable_tables"]

OTHER_TABLES = {
    "same_row_again": RULES["same_row_again"],
    "after_last_day": "The day is after the last day of the data.",
}
"""Reasons why a row of a table other than the stays is left out."""


@dataclass(frozen=True)
class Quality:
    """Quality of a region's own data; exact numbers of rows, which pass disclosure control before they are shown.

    Parameters
    ----------
    tables : DataFrame
        One row a table that was given: ``table, rows, used, joined`` (part of the stay of another row), ``excluded, people``
        (missing where a table is not about people).
    completeness : DataFrame
        One row a column that may be blank: ``table, column, rows`` (in which it is expected), ``filled, share``.
    findings : DataFrame
        ``table, finding, rows``: rows that cannot be right, or not together with others; names of :data:`FINDINGS`.
    flagged : DataFrame
        ``table, finding, row``: which rows those are.
    duplicates : DataFrame
        ``table, rows``: rows that are as another in every cell.
    timeliness : DataFrame
        One row a table of days: ``table, rows, days_to_last`` (from the last event to the last day of the data),
        ``rows_in_last_month, rows_a_month, last_month_ratio`` (rows of the last month over the mean of the months before) and,
        of the stays, ``months, months_without`` (an admission) and ``units, units_silent`` (units with people there now and
        no admission for a year).
    excluded : DataFrame
        ``table, reason, rows``: rows left out, for every reason that there is.
    full, stays : int
        Stays that are used and say home, sex, age, ethnic group, diagnosis, legal section and source; and all that are used.
    since, until : Timestamp
        First and last day of the data.
    """

    tables: pd.DataFrame
    completeness: pd.DataFrame
    findings: pd.DataFrame
    flagged: pd.DataFrame
    duplicates: pd.DataFrame
    timeliness: pd.DataFrame
    excluded: pd.DataFrame
    full: int
    stays: int
    since: pd.Timestamp
    until: pd.Timestamp


def usable(frame: pd.DataFrame, name: str, until: pd.Timestamp) -> pd.DataFrame:
    """Return the rows of a table other than the stays that are used.

    Parameters
    ----------
    frame : DataFrame
        The table.
    name : str
        Its name.
    until : Timestamp
        Last day of the data.

    Examples
    --------
    >>> checks = pd.DataFrame({"row": [2, 3, 4], "person_key": ["a", "a", "b"], "annual_check": "done", "bmi": 30.0,
    ...     "checked": pd.to_datetime(["2022-01-01", "2022-01-01", "2024-01-01"])})
    >>> usable(checks, "health", pd.Timestamp("2023-03-31"))["row"].tolist()
    [2]
    """
    return frame[_reasons(frame, name, until).isna()].reset_index(drop=True)


def usable_tables(own: Mapping[str, pd.DataFrame], until: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Return every table with the rows that are used; stays as they are, because linking chooses among them.

    Parameters
    ----------
    own : mapping of str to DataFrame
        Tables of the data set by name, as they were read.
    until : Timestamp
        Last day of the data.

    Examples
    --------
    >>> checks = pd.DataFrame({"row": [2, 3], "person_key": ["a", "b"], "annual_check": "done", "bmi": 30.0,
    ...     "checked": pd.to_datetime(["2022-01-01", "2024-01-01"])})
    >>> len(usable_tables({"health": checks}, pd.Timestamp("2023-03-31"))["health"])
    1
    """
    return {name: frame if name == "stays" else usable(frame, name, until) for name, frame in own.items()}


def quality(own: Mapping[str, pd.DataFrame], linked: Linked, since: pd.Timestamp, until: pd.Timestamp) -> Quality:
    """Look at every table that was given.

    Parameters
    ----------
    own : mapping of str to DataFrame
        Tables of the data set by name, as they were read; one that was not given has no rows.
    linked : Linked
        The stays, linked.
    since, until : Timestamp
        First and last day of the data.

    Returns
    -------
    Quality

    Examples
    --------
    >>> from needs.methods.service.linking import link
    >>> own = {t.name: pd.DataFrame({c.name: pd.Series(dtype="datetime64[s]" if c.form == "date" else "str") for c in t.columns})
    ...        .assign(row=pd.Series(dtype=int)) for t in TABLES}
    >>> days = pd.Timestamp("2022-04-01"), pd.Timestamp("2023-03-31")
    >>> found = quality(own, link(own["stays"], *days), *days)
    >>> len(found.tables), found.full, found.stays
    (0, 0, 0)
    """
    given = {each.name: own[each.name] for each in TABLES if len(own[each.name])}
    rows = flagged(given, until)
    left_out = _left_out(given, linked, until)
    counts = rows.groupby(["table", "finding"]).size()
    looked_for = [pair for pair in FINDINGS if pair[0] in given]
    findings = pd.DataFrame(looked_for, columns=["table", "finding"], dtype="str")
    return Quality(
        tables=_tables(given, linked, left_out),
        completeness=completeness(given),
        findings=findings.assign(rows=[int(counts.get(pair, 0)) for pair in looked_for]),
        flagged=rows,
        duplicates=pd.DataFrame({
            "table": pd.Series(list(given), dtype="str"),
            "rows": [int(frame.drop(columns="row").duplicated().sum()) for frame in given.values()],
        }),
        timeliness=timeliness(given, linked.stays, since, until),
        excluded=left_out,
        full=int(full_records(linked.stays).sum()),
        stays=len(linked.stays),
        since=since,
        until=until,
    )  # fmt: skip


def _reasons(frame: pd.DataFrame, name: str, until: pd.Timestamp) -> pd.Series:
    """Say of each row of a table other than the stays why it is left out; missing where it is used."""
    again = frame.drop(columns="row").duplicated().to_numpy()
    late = (days_of(frame, name) > until).to_numpy()
    reason = pd.Series(pd.NA, index=frame.index, dtype="str")
    return reason.mask(late, "after_last_day").mask(again, "same_row_again")


def _left_out(given: Mapping[str, pd.DataFrame], linked: Linked, until: pd.Timestamp) -> pd.DataFrame:
    """Count rows left out of each table by reason, reasons that left none out among them."""
    parts = []
    for name, frame in given.items():
        why = linked.excluded["reason"] if name == "stays" else _reasons(frame, name, until)
        counts = why.value_counts()
        parts += [
            (name, reason, int(counts.get(reason, 0))) for reason in (LEFT_OUT if name == "stays" else OTHER_TABLES)
        ]
    found = pd.DataFrame(parts, columns=["table", "reason", "rows"])
    return found.astype({"table": "str", "reason": "str", "rows": "int64"})


def _tables(given: Mapping[str, pd.DataFrame], linked: Linked, left_out: pd.DataFrame) -> pd.DataFrame:
    """Sum rows up by table."""
    gone = left_out.groupby("table")["rows"].sum()
    rows = []
    for name, frame in given.items():
        joined = linked.joined if name == "stays" else 0
        people = frame["person_key"].nunique() if "person_key" in frame else None
        rows.append((name, len(frame), len(frame) - joined - int(gone[name]), joined, int(gone[name]), people))
    found = pd.DataFrame(rows, columns=["table", "rows", "used", "joined", "excluded", "people"])
    return found.astype({"table": "str", "people": float})


def excluded_rows(own: Mapping[str, pd.DataFrame], linked: Linked, found: Quality) -> pd.DataFrame:
    """List rows that are left out, and rows that are used but cannot be right: for the region itself, never for a report.

    Parameters
    ----------
    own : mapping of str to DataFrame
        Tables of the data set, as they were read.
    linked : Linked
        The stays, linked.
    found : Quality
        What :func:`quality` gave.

    Returns
    -------
    DataFrame
        ``table, row`` (line of the file), ``person_key``, ``day`` (of the event), ``use`` (``left out``, or ``look at it``),
        ``reason, because`` (the rule as a sentence), by table and row.

    Examples
    --------
    >>> from needs.methods.service.linking import link
    >>> own = {t.name: pd.DataFrame({c.name: pd.Series(dtype="datetime64[s]" if c.form == "date" else "str") for c in t.columns})
    ...        .assign(row=pd.Series(dtype=int)) for t in TABLES}
    >>> days = pd.Timestamp("2022-04-01"), pd.Timestamp("2023-03-31")
    >>> own["health"] = pd.DataFrame({"row": [2], "person_key": ["a"], "checked": [pd.Timestamp("2024-01-01")],
    ...     "annual_check": ["done"], "bmi": [None]})
    >>> linked = link(own["stays"], *days)
    >>> excluded_rows(own, linked, quality(own, linked, *days))[["row", "use", "reason"]].values.tolist()
    [[2, 'left out', 'after_last_day']]
    """
    parts = [linked.excluded.assign(table="stays", use="left out", because=linked.excluded["reason"].map(RULES))]
    for each in TABLES:
        frame = own[each.name]
        if each.name != "stays" and len(frame):
            reason = _reasons(frame, each.name, found.until)
            told = pd.DataFrame({"row": frame["row"], "reason": reason, "because": reason.map(OTHER_TABLES)})
            parts.append(told[reason.notna()].assign(table=each.name, use="left out"))
    strange = found.flagged.rename(columns={"finding": "reason"})
    because = [FINDINGS[pair] for pair in zip(strange["table"], strange["reason"], strict=True)]
    parts.append(strange.assign(use="look at it", because=pd.Series(because, index=strange.index, dtype="str")))
    keys = pd.concat([_keys(own[each.name], each.name) for each in TABLES], ignore_index=True)
    whole = pd.concat(parts, ignore_index=True).merge(keys, how="left", on=["table", "row"])
    order = whole["table"].map({each.name: i for i, each in enumerate(TABLES)})
    whole = whole.assign(order=order).sort_values(["order", "row", "use", "reason"], ignore_index=True)
    return whole[["table", "row", "person_key", "day", "use", "reason", "because"]]


def _keys(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Give the person and the day of each row of a table."""
    nobody = pd.Series(pd.NA, index=frame.index, dtype="str")
    return pd.DataFrame({
        "table": pd.Series(name, index=frame.index, dtype="str"),
        "row": frame["row"].astype("int64"),
        "person_key": frame["person_key"].astype("str") if "person_key" in frame else nobody,
        "day": days_of(frame, name).astype("datetime64[s]"),
    })  # fmt: skip
