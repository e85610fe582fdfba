"""Mental Health Services Monthly Statistics: status precedence, versions, suppression, codes and levels of secure care."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from needs.data.readers.figures import ENGLAND, apart, each, figures, numbers, once, refuse, unknown_words
from needs.data.readers.form import Head, Reading
from needs.data.readers.found import Found, find_tables, heads
from needs.data.readers.header import Column
from needs.data.readers.mhsds_levels import AREA, KNOWN, Levels, levels_of
from needs.data.readers.periods import day, month_or_span, span
from needs.data.readers.secure_codes import read_codes
from needs.data.sidecar import Citation
from needs.errors import Problem

__all__ = ["Mhsds"]

COLUMNS = (
    Column("start", "REPORTING_PERIOD_START"),
    Column("end", "REPORTING_PERIOD_END"),
    Column("status", "STATUS"),
    Column("breakdown", "BREAKDOWN"),
    Column("primary", "PRIMARY_LEVEL", also=("LEVEL_ONE",)),
    Column("primary_name", "PRIMARY_LEVEL_DESCRIPTION", needed=False, also=("LEVEL_ONE_DESCRIPTION",)),
    Column("secondary", "SECONDARY_LEVEL", needed=False, also=("LEVEL_TWO",)),
    Column("secondary_name", "SECONDARY_LEVEL_DESCRIPTION", needed=False, also=("LEVEL_TWO_DESCRIPTION",)),
    Column("measure", "MEASURE_ID", also=("METRIC", "METRIC_ID")),
    Column("measure_name", "MEASURE_NAME", needed=False, also=("METRIC_NAME", "METRIC_DESCRIPTION")),
    Column("value", "MEASURE_VALUE", also=("METRIC_VALUE",)),
    Column("third", "LEVEL_THREE", needed=False),
    Column("third_name", "LEVEL_THREE_DESCRIPTION", needed=False),
    Column("fourth", "LEVEL_FOUR", needed=False),
    Column("fourth_name", "LEVEL_FOUR_DESCRIPTION", needed=False),
    Column("source", "SOURCE_DB", needed=False),
)
STATUSES = ("provisional", "performance", "final")
"""Statuses, each giving way to the ones after it."""

KEYS = ["start", "end", "breakdown", "primary", "secondary", "third", "fourth", "measure"]
BOUND = 4
"""The most that a suppressed count may be: the publisher suppresses counts below 5."""

UNITS = (
    ("%", r"proportion|percentage|per cent|%"),
    ("days", r"\(days\)|in days|bed days"),
    ("rate", r"\brate\b"),
    ("count", r"number|count|people|referrals"),
)
CITED = Citation(
    publisher="NHS England",
    title="Mental Health Services Monthly Statistics",
    date="not stated",
    licence="Open Government Licence v3.0",
    url="https://digital.nhs.uk/data-and-information/publications/statistical/mental-health-services-monthly-statistics",
)


def _headless(row: Sequence[str]) -> str:
    cells = [cell.strip() for cell in row]
    known = len(cells) >= len(KEYS) and bool(day(cells[0]) and day(cells[1])) and cells[2].casefold() in STATUSES
    return ",".join(column.name for column in COLUMNS[:11]) if known else ""


@dataclass(frozen=True)
class Mhsds:
    r"""Reader of the monthly CSV of the Mental Health Services Data Set.

    Examples
    --------
    >>> header = ",".join(column.name for column in COLUMNS[:11])
    >>> row = "{},30/04/2024,{},Provider,RXX,TRUST,NONE,NONE,MHS01,People in contact,{}"
    >>> path = getfixture("tmp_path") / "mhsds.csv"
    >>> text = [header, row.format("01/04/2024", "Final", 40), row.format("01/04/2024", "Provisional", "*")]
    >>> _ = path.write_text("\n".join(text))
    >>> found = Mhsds().read(path)
    >>> found.period, found.rows, found.frame[["region_code", "measure", "period", "value"]].values.tolist()
    ('2024-04', 2, [['RXX', 'mhs01_provider', '2024-04', 40.0]])
    """

    name: str = "mhsds"
    title: str = "Mental Health Services Monthly Statistics"
    looks_for: str = "a CSV file with REPORTING_PERIOD_START, BREAKDOWN, MEASURE_ID and MEASURE_VALUE"

    def matches(self, head: Head) -> bool:
        """Say whether a file is of this format."""
        return heads(head, COLUMNS, _headless)

    def read(self, path: Path) -> Reading:
        """Read a file; see :class:`needs.data.readers.form.Reader`."""
        tables, notes = find_tables(path, COLUMNS, _headless)
        frame, problems = _together(tables)
        refuse(path.name, problems)
        rows = len(frame)
        frame, superseded = _by_status(frame)
        notes += superseded
        frame, repeats = once(frame, KEYS, path.name, "the same figure of one status")
        notes += repeats
        told = levels_of(frame, read_codes())
        made, apart_notes = _figures(frame, told)
        statuses = unknown_words(frame["status"], lambda word: word.casefold() in STATUSES)
        unknown = {"STATUS": statuses, "BREAKDOWN": _strange_breakdowns(frame)} | dict(told.unknown)
        notes += [*apart_notes, *_notes(frame, told)]
        period = span(frame["start"].cat.categories, frame["end"].cat.categories)
        hidden = int(frame["hidden"].sum())
        return Reading(made, period, CITED, rows, hidden, {k: v for k, v in unknown.items() if v}, notes)


def _together(tables: Sequence[Found]) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the rows of every sheet with their numbers, and cells that cannot be read."""
    parts, problems = [], []
    for table in tables:
        part = pd.DataFrame({column.key: table.get(column.key) for column in COLUMNS})
        found = numbers(part["value"])
        problems += [
            Problem(f"{table.where} {row}", f"MEASURE_VALUE {cell!r} is no number") for row, cell in found.wrong.items()
        ]
        for key in ("start", "end"):
            wrong = part[key][each(part[key], lambda word: "" if day(word) else "x") == "x"]
            problems += [
                Problem(f"{table.where} {row}", f"{cell!r} is no day such as 31/03/2024") for row, cell in wrong.items()
            ]
        for key, name in (("breakdown", "BREAKDOWN"), ("measure", "MEASURE_ID")):
            blank = part.index[part[key] == ""]
            problems += [Problem(f"{table.where} {row}", f"{name} is blank") for row in blank]
        parts.append(part.assign(value=found.value, hidden=found.hidden))
    frame = pd.concat(parts)
    return frame.astype({column: "category" for column in frame if column not in ("value", "hidden")}), problems


def _by_status(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Leave out a figure that stands under a status with precedence as well."""
    rank = frame["status"].astype("str").str.casefold().map({word: n for n, word in enumerate(STATUSES, 1)}).fillna(0)
    best = rank.groupby([frame[key] for key in KEYS], observed=True).transform("max")
    gone = frame["status"][rank < best]
    notes = [
        f"{count:,} row{'' if count == 1 else 's'} of status {status} left out: the same figure stands under one that goes first."
        for status, count in gone.value_counts().items()
        if count
    ]
    return frame[rank == best], notes


def _figures(frame: pd.DataFrame, told: Levels) -> tuple[pd.DataFrame, list[str]]:
    labels = frame["measure"].astype("str") + told.label
    measure, notes = apart(labels, "figures")
    name = frame["measure_name"].astype("str")
    unit = each(frame["measure_name"], _unit)
    bounds = pd.Series("; suppressed", index=frame.index).where(unit != "count", f"; suppressed, 0 to {BOUND}")
    bounds = bounds.where(unit != "%", "; suppressed, 0 to 100")
    periods = (frame["start"].astype("str") + "|" + frame["end"].astype("str")).astype("category")
    text = name + "; " + frame["status"].astype("str") + told.said
    made = figures(
        "mhsds",
        region_code=told.area,
        region_name=told.area_name,
        measure=measure,
        tier=told.tier,
        sex=told.sex,
        period=each(periods, lambda word: month_or_span(*word.split("|"))),
        value=frame["value"],
        unit=unit,
        note=text + bounds.where(frame["hidden"], ""),
    )
    return made, notes


def _unit(name: str) -> str:
    return next((unit for unit, words in UNITS if re.search(words, name.casefold())), "as published")


def _strange_breakdowns(frame: pd.DataFrame) -> Counter[str]:
    def known(word: str) -> bool:
        return all(AREA.search(part) or KNOWN.search(part) for part in word.casefold().split(";"))

    return unknown_words(frame["breakdown"], known)


def _notes(frame: pd.DataFrame, told: Levels) -> list[str]:
    """Say which statuses and breakdowns there are, and whether anything tells of secure care."""
    statuses = ", ".join(f"{name} {count:,}" for name, count in frame["status"].value_counts().items() if count)
    parts = frame["breakdown"].value_counts()
    breakdowns = ", ".join(f"{name} {count:,}" for name, count in parts.items() if count)
    notes = [f"Figures by status: {statuses}.", f"Figures by breakdown: {breakdowns}."]
    if not any("region" in str(name).casefold() for name, count in parts.items() if count):
        notes.append("No figure is of an NHS England region, and sums of boards lack what is suppressed.")
    secure = Counter(told.tier[told.tier.isin(("low", "medium", "high"))])
    if secure:
        notes.append("Figures by tier: " + ", ".join(f"{tier} {count:,}" for tier, count in secure.items()) + ".")
    else:
        notes.append("No figure is by service or by ward security: nothing in it tells of secure care.")
    ends = [found for word in frame["end"].cat.categories if (found := day(str(word)))]
    if ends and min(ends) < dt.date(2024, 4, 1) <= max(ends):
        notes.append("It holds months before and after April 2024, when the codes of inpatient services changed.")
    blank = int((frame["value"].isna() & ~frame["hidden"]).sum())
    if blank:
        notes.append(f"{blank:,} cells are blank, and not suppressed.")
    if ENGLAND not in set(told.area):
        notes.append("No figure is of England.")
    return notes
