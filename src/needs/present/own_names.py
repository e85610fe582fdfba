"""Names on the page of the tables, columns, rules and findings of a region's own data."""

from __future__ import annotations

import pandas as pd

from needs.dataset import table
from needs.methods.disclosure import Released
from needs.present import words
from needs.values import records

__all__ = [
    "REASON_NAMES",
    "column_name",
    "completeness_finding",
    "file_name",
    "inside",
    "some_rows",
    "whole_percent",
]

REASON_NAMES = {
    "same_row_again": "the same row again",
    "ends_before_start": "ends before it starts",
    "begins_after_last_day": "begins after the last day",
    "ended_before_first_day": "ended before the first day",
    "after_death": "after death",
    "same_day_elsewhere": "admitted elsewhere on the same day",
    "within_another": "within a stay elsewhere",
    "overlaps_earlier": "overlaps an earlier stay",
    "caseload_beside_bed": "caseload beside a bed",
    "after_last_day": "after the last day",
}
"""Short name of each reason why a row is left out."""

_COLUMNS = {
    "home_icb": "Home ICB",
    "bmi": "Body mass index",
    "dundrum_total": "DUNDRUM total",
    "honos_secure_total": "HoNOS-secure total",
}


def column_name(name: str) -> str:
    """Write the name of a column as words.

    Examples
    --------
    >>> column_name("legal_section"), column_name("bmi")
    ('Legal section', 'Body mass index')
    """
    return _COLUMNS.get(name, name.replace("_", " ").capitalize())


def file_name(name: str) -> str:
    """Write the name of a table; ``other`` are all but the stays, and ``all`` sums up.

    Examples
    --------
    >>> file_name("health"), file_name("all")
    ('Physical health', 'All tables')
    """
    return {"all": "All tables", "other": "Other tables"}.get(name) or table(name).title


def some_rows(number: float, smallest: int, one: str = "row", many: str = "rows") -> str:
    """Write a released number of rows to open a sentence; a suppressed one is below the smallest.

    Parameters
    ----------
    number : float
        As it was released; nan where suppressed.
    smallest : int
        Smallest number that is shown.
    one, many : str
        What is counted.

    Examples
    --------
    >>> some_rows(1200.0, 5), some_rows(float("nan"), 5, "stay", "stays")
    ('About 1,200 rows', 'Fewer than 5 stays')
    """
    if pd.isna(number):
        return f"Fewer than {smallest} {many}"
    return f"About {words.count(number)} {one if number == 1 else many}"


def completeness_finding(released: Released) -> str:
    """Say what share of cells is filled, and which column is the least complete.

    Parameters
    ----------
    released : Released
        ``completeness`` of :class:`needs.methods.service.data_quality_released.ReleasedQuality`.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"table": ["stays", "stays", "all"], "column": ["destination", "sex", "all"],
    ...                       "rows": [400, 600, 1000], "filled": [336, 580, 916]})
    >>> safe = release(frame, Provenance("derived", ("x#y",)), counts=["rows"], shares={"share": ("filled", "rows")})
    >>> completeness_finding(safe)
    '92% of cells are filled; least complete is destination (stays), at 84%'
    """
    frame = released.frame
    total, parts = frame[frame["column"] == "all"], frame[(frame["column"] != "all") & frame["share"].notna()]
    if total["share"].isna().all() or parts.empty:
        return "There are too few filled cells to say how complete the data are"
    title = f"{words.percent(float(total['share'].iloc[0]), 0)} of cells are filled"
    least = parts[parts["share"] == parts["share"].min()]
    share = words.percent(float(least["share"].iloc[0]), 0)
    hidden = bool(released.hidden.loc[(frame["column"] != "all").to_numpy(), "share"].any())
    where = ", of columns shown," if hidden else ""
    if len(least) == len(parts):
        return f"{title}; {'the one column' if len(parts) == 1 else 'every column'} shown is {share} filled"
    names = [f"{inside(column_name(row.column))} ({file_name(row.table).lower()})" for row in records(least)]
    told = words.listed(names) if len(names) < 3 else f"{len(names)} columns"
    return f"{title}; least complete{where} {'is' if len(names) == 1 else 'are'} {told}, at {share}"


def inside(name: str) -> str:
    """Write the name of a column within a sentence, abbreviations as they are.

    Examples
    --------
    >>> inside("Legal section"), inside("DUNDRUM total"), inside("HoNOS-secure total")
    ('legal section', 'DUNDRUM total', 'HoNOS-secure total')
    """
    return name if name[1:2].isupper() or name.startswith("HoNOS") else name[:1].lower() + name[1:]


def whole_percent(share: float) -> str:
    """Write a share that has been released, which is in whole percent.

    Examples
    --------
    >>> whole_percent(0.84)
    '84%'
    """
    return words.percent(share, 0)
