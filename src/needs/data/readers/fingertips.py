"""Indicator downloads of Fingertips: 26 or 27 columns, names with line breaks, short rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from needs.data.readers.figures import Numbers, apart, figures, numbers, once, refuse, sexes
from needs.data.readers.form import Head, Reading
from needs.data.readers.found import Found, find_tables, heads, listed
from needs.data.readers.header import Column
from needs.data.sidecar import Citation
from needs.errors import Problem

__all__ = ["Fingertips"]

COLUMNS = (
    Column("id", "Indicator ID"),
    Column("indicator", "Indicator Name"),
    Column("parent", "Parent Code", needed=False),
    Column("parent_name", "Parent Name", needed=False),
    Column("code", "Area Code"),
    Column("area", "Area Name"),
    Column("kind", "Area Type", needed=False),
    Column("sex", "Sex"),
    Column("age", "Age"),
    Column("category_type", "Category Type", needed=False),
    Column("category", "Category", needed=False),
    Column("period", "Time period"),
    Column("value", "Value"),
    Column("lower", "Lower CI 95.0 limit", needed=False, also=("Lower CI limit",)),
    Column("upper", "Upper CI 95.0 limit", needed=False, also=("Upper CI limit",)),
    Column("lower_998", "Lower CI 99.8 limit", needed=False),
    Column("upper_998", "Upper CI 99.8 limit", needed=False),
    Column("count", "Count"),
    Column("denominator", "Denominator"),
    Column("value_note", "Value note", needed=False),
    Column("trend", "Recent Trend", needed=False),
    Column("compared", "Compared to England value or percentiles", needed=False),
    Column(
        "compared_region",
        "Compared to Region value or percentiles",
        needed=False,
        also=("Compared to Counties & UAs value or percentiles", "Compared to parent value or percentiles"),
    ),
    Column("sortable", "Time period Sortable", needed=False),
    Column("new", "New data", needed=False),
    Column("goal", "Compared to goal", needed=False),
    Column("range", "Time period range", needed=False),
)
PARTS = {"value": "", "count": " count", "denominator": " denominator"}
KEYS = ["id", "code", "kind", "sex", "age", "category_type", "category", "period", "part"]
EMPTY = ("lower", "upper", "lower_998", "upper_998")
HIDDEN = re.compile(r"(?i)suppress|disclos|small number")
CITED = Citation(
    publisher="Department of Health and Social Care",
    title="Fingertips public health data, indicator download",
    date="not stated",
    licence="Open Government Licence v3.0",
    url="https://fingertips.phe.org.uk/",
)


def _headless(row: Sequence[str]) -> str:
    cells = [cell.strip() for cell in row]
    known = len(cells) in range(24, 28) and cells[0].isdigit() and bool(re.fullmatch(r"[EWNSK]\d{8}", cells[4]))
    return ",".join(column.name for column in COLUMNS[: max(len(cells), 26)]) if known else ""


@dataclass(frozen=True)
class Fingertips:
    r"""Reader of indicators of Fingertips.

    Examples
    --------
    >>> header = ",".join(column.name for column in COLUMNS[:26])
    >>> row = '93356,"Infections\n",,,E92000001,England,Country,Male,18+ yrs,,,2015,94.7,93.9,95.5,,,51,54,,,,,20150000,'
    >>> path = getfixture("tmp_path") / "indicator.csv"
    >>> _ = path.write_text(header + "\n" + row + "\n")
    >>> found = Fingertips().read(path)
    >>> found.frame[["measure", "sex", "value", "note"]].values.tolist()[0]
    ['i93356_infections_18_plus_yrs', 'male', 94.7, 'Country; 95% interval 93.9 to 95.5']
    >>> found.notes[0]
    '1 row is shorter than the header, and its last cells are blank.'
    """

    name: str = "fingertips"
    title: str = "Fingertips indicators"
    looks_for: str = "a CSV file with Indicator ID, Area Code and Time period"

    def matches(self, head: Head) -> bool:
        """Say whether a file is of this format."""
        return heads(head, COLUMNS, _headless)

    def read(self, path: Path) -> Reading:
        """Read a file; see :class:`needs.data.readers.form.Reader`."""
        tables, forgiven = find_tables(path, COLUMNS, _headless)
        notes = [*_short(tables), *forgiven]
        problems: list[Problem] = []
        parts = [_part(table, problems) for table in tables]
        refuse(path.name, problems)
        frame = pd.concat(parts)
        rows = len(frame) // len(PARTS)
        blank = frame["value"].isna() & ~frame["hidden"]
        notes += _notes(frame, blank, tables)
        frame, repeats = once(frame[~blank], KEYS, path.name, "the same indicator of the same area and time")
        sex, strange = sexes(frame["sex"].astype("category"))
        measure, kept = apart(_labels(frame), "indicators")
        made = figures(
            "fingertips",
            region_code=frame["code"],
            region_name=frame["area"],
            measure=measure,
            sex=sex,
            period=frame["period"],
            value=frame["value"],
            unit=frame["part"].map(
                {"value": "as the indicator is defined", "count": "count", "denominator": "denominator"}
            ),
            note=frame["note"],
        )
        period = listed(sorted(frame["period"].unique()), 6)
        unknown = {"Sex": strange} if strange else {}
        return Reading(made, period, CITED, rows, int(frame["hidden"].sum()), unknown, [*notes, *repeats, *kept])


def _short(tables: Sequence[Found]) -> list[str]:
    count = sum(len(table.short) for table in tables)
    if not count:
        return []
    said = "1 row is" if count == 1 else f"{count:,} rows are"
    return [f"{said} shorter than the header, and {'its' if count == 1 else 'their'} last cells are blank."]


def _part(table: Found, problems: list[Problem]) -> pd.DataFrame:
    """Return value, count and denominator of each row, a row each."""
    frame = pd.DataFrame({c.key: table.get(c.key).astype("str").str.replace(r"\s+", " ", regex=True) for c in COLUMNS})
    told = {key: numbers(table.get(key), ("*", "suppressed")) for key in (*PARTS, *EMPTY)}
    for key, found in told.items():
        name = next(column.name for column in COLUMNS if column.key == key)
        problems += [
            Problem(f"{table.where} {row}", f"{name} {cell!r} is no number") for row, cell in found.wrong.items()
        ]
    for key in ("id", "code", "period"):
        problems += [Problem(f"{table.where} {row}", f"{key} is blank") for row in frame.index[frame[key] == ""]]
    hidden_by_note = frame["value_note"].str.contains(HIDDEN)
    frame["interval"] = _interval(told)
    parts = []
    for key in PARTS:
        hidden = told[key].hidden | (told[key].value.isna() & hidden_by_note & (key == "value"))
        shown = frame["kind"] + frame["interval"] if key == "value" else frame["kind"]
        said = ("; " + frame["value_note"]).where(frame["value_note"] != "", "")
        note = shown + said + pd.Series("; suppressed", index=frame.index).where(hidden, "")
        parts.append(frame.assign(part=key, value=told[key].value, hidden=hidden, note=note.str.removeprefix("; ")))
    return pd.concat(parts)


def _interval(told: dict[str, Numbers]) -> pd.Series:
    lower, upper = told["lower"].value, told["upper"].value
    text = "; 95% interval " + lower.map("{:.4g}".format).astype("str")
    text += " to " + upper.map("{:.4g}".format).astype("str")
    return text.where(lower.notna() & upper.notna(), "")


def _labels(frame: pd.DataFrame) -> pd.Series:
    """Return what each figure is of: indicator, age and category."""
    age = (" " + frame["age"]).where(~frame["age"].str.casefold().isin(["all ages", ""]), "")
    category = (" " + frame["category_type"] + " " + frame["category"]).where(frame["category"] != "", "")
    kinds = frame.groupby(["id", "code", "sex", "age", "category_type", "category", "period", "part"])[
        "kind"
    ].transform("nunique")
    kind = (" " + frame["kind"]).where(kinds > 1, "")
    return "i" + frame["id"] + " " + frame["indicator"] + age + category + kind + frame["part"].map(PARTS)


def _notes(frame: pd.DataFrame, blank: pd.Series, tables: Sequence[Found]) -> list[str]:
    names = frame.drop_duplicates("id")
    notes = [
        "Indicators: "
        + listed([f"{i} {name}" for i, name in zip(names["id"], names["indicator"], strict=True)], 6)
        + "."
    ]
    notes.append(
        "Areas by type: "
        + ", ".join(f"{k} {n:,}" for k, n in frame.groupby("kind", sort=False)["code"].nunique().items())
        + "."
    )
    values = frame["part"] == "value"
    count = int((blank & values).sum())
    if count:
        notes.append(
            f"{count:,} row{'' if count == 1 else 's'} without a value, and not suppressed, give no figure of it."
        )
    empty = [column.name for column in COLUMNS if column.key in EMPTY and (frame[column.key] == "").all()]
    if empty:
        notes.append(f"Columns that are empty: {', '.join(empty)}.")
    others = [name for table in tables for name in table.others]
    if others:
        notes.append(f"Columns that are not read: {listed(list(dict.fromkeys(others)), 6)}.")
    return notes
