"""Rules that compare rows of a table, or cells of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from needs.data.own_spend import LONGEST_YEAR, PLAUSIBLE
from needs.dataset import Table
from needs.errors import Problem

__all__ = ["compare"]

MOST = 10  # rows that are told of one rule


def compare(frame: pd.DataFrame, table: Table) -> list[Problem]:
    """Check what no cell says alone: rows that stand twice, and numbers that cannot stand beside each other.

    Parameters
    ----------
    frame : DataFrame
        Columns of the table and ``row``; cells that broke a rule are missing, and break no other.
    table : Table
        The table.

    Notes
    -----
    Days in the wrong order, stays that overlap and days after the end of the data are findings about quality, which linking
    counts and a report tells; they keep no file out.

    Examples
    --------
    >>> from needs.dataset import table
    >>> answers = pd.DataFrame({"quarter": pd.to_datetime(["2024-04-01"]), "unit": ["A"], "respondent": ["patient"],
    ...                         "question": ["Safe?"], "asked": [10.0], "answered": [12.0], "positive": [3.0], "row": [2]})
    >>> print(*compare(answers, table("experience")))
    row 2, column answered  12 is more than 10 people asked; correct one of the two
    """
    problems = list(_twice(frame, table))
    return [*problems, *_OWN[table.name](frame)] if table.name in _OWN else problems


def _each(
    frame: pd.DataFrame, wrong: pd.Series[bool], column: str, what: Callable[[Mapping[str, float]], str]
) -> Iterator[Problem]:
    """Give a problem for each of the first rows that break a rule, and how many more do."""
    rows = frame[wrong]
    for row in rows.head(MOST).to_dict("records"):
        yield Problem(f"row {row['row']}, column {column}", what({str(name): cell for name, cell in row.items()}))
    if len(rows) > MOST:
        yield Problem(f"column {column}", f"the same in {len(rows) - MOST:,} more rows")


def _twice(frame: pd.DataFrame, table: Table) -> Iterator[Problem]:
    """Give rows whose key stands in an earlier one."""
    if not table.key:
        return
    key = list(table.key)
    required = [name for name in key if table.column(name).required]
    known = frame[frame[required].notna().all(axis=1)]
    again = known[known.duplicated(key)]
    if again.empty:
        return
    first = known.groupby(key, dropna=False, observed=True)["row"].transform("min")
    names = ", ".join(key)
    for row in again["row"].head(MOST).index:
        what = f"the same {names} as in row {first[row]}; remove one of the two"
        yield Problem(f"row {again.loc[row, 'row']}", what)
    if len(again) > MOST:
        yield Problem(f"columns {names}", f"stand already in an earlier row in {len(again) - MOST:,} more rows")


def _experience(frame: pd.DataFrame) -> Iterator[Problem]:
    for few, many, people in (("answered", "asked", "people asked"), ("positive", "answered", "people who answered")):

        def what(row: Mapping[str, float], few: str = few, many: str = many, people: str = people) -> str:
            return f"{row[few]:g} is more than {row[many]:g} {people}; correct one of the two"

        yield from _each(frame, frame[few] > frame[many], few, what)


def _finance(frame: pd.DataFrame) -> Iterator[Problem]:
    block, package = frame["contract"] == "block", frame["contract"] == "package"
    beds, days, spend = frame["funded_beds"], frame["occupied_bed_days"], frame["spend"]
    yield from _each(
        frame, block & (days > beds * LONGEST_YEAR), "occupied_bed_days",
        lambda row: f"{row['occupied_bed_days']:,.10g} is more than {row['funded_beds']:,.10g} beds hold in a year "
                    f"({row['funded_beds'] * LONGEST_YEAR:,.10g}); correct one of the two",
    )  # fmt: skip
    yield from _each(
        frame, block & (beds == 0) & (days == 0) & (spend > 0), "funded_beds",
        lambda _: "0 beds and 0 bed-days, but spend: a block pays for beds; write how many",
    )  # fmt: skip
    yield from _each(
        frame, package & (beds > 0), "funded_beds",
        lambda row: f"{row['funded_beds']:g} is not 0: a package buys bed-days as they are used; write 0",
    )  # fmt: skip
    yield from _pounds(frame)


def _pounds(frame: pd.DataFrame) -> Iterator[Problem]:
    """Give tiers whose price in a year shows that spend is not in pounds."""
    low, high = PLAUSIBLE
    sums = frame.dropna(subset=["occupied_bed_days", "spend"]).groupby(["period", "tier"], observed=True)
    told = sums.agg(days=("occupied_bed_days", "sum"), spend=("spend", "sum"), row=("row", "min")).reset_index()
    told["price"] = told["spend"] / told["days"].replace(0.0, np.nan)
    for period, tier, _, _, row, price in told[~told["price"].between(low, high) & told["price"].notna()].itertuples(
        index=False
    ):
        meant = "write pounds, not thousands or millions" if price < low else "correct the spend or the bed-days"
        rule = f"{tier} in {period}: £{price:,.2f} an occupied bed-day is not from {low:,.0f} to {high:,.0f}; {meant}"
        yield Problem(f"row {row}, column spend", rule)


_OWN: Mapping[str, Callable[[pd.DataFrame], Iterator[Problem]]] = {"experience": _experience, "finance": _finance}
