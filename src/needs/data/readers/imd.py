"""English indices of deprivation by small area: score, rank and decile of the index of multiple deprivation, 2004 to 2025."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from needs.data.readers.figures import figures, numbers, once, refuse
from needs.data.readers.form import Head, Reading
from needs.data.readers.found import Found, find_tables, heads, listed
from needs.data.readers.header import YEAR, Column
from needs.data.sidecar import Citation
from needs.errors import Problem

__all__ = ["Imd"]

LONG = "Index of Multiple Deprivation (IMD)"
COLUMNS = (
    Column("code", "LSOA code", also=("LSOA", "SOA", "LSOACD")),
    Column("name", "LSOA name", needed=False, also=("LSOANM",)),
    Column("la", "Local Authority District code", needed=False, also=("LA CODE", "POST LA CODE", "LADCD")),
    Column("la_name", "Local Authority District name", needed=False, also=("LA NAME", "POST LA NAME", "LADNM")),
    Column("old_la", "PRE LA CODE", needed=False),
    Column("old_la_name", "PRE LA NAME", needed=False),
    Column("score", f"{LONG} Score", needed=False, also=("IMD SCORE", "Index of Multiple Deprivation Score")),
    Column(
        "rank",
        f"{LONG} Rank",
        also=("RANK OF IMD SCORE", "RANK OF IMD", "IMD Rank", "Index of Multiple Deprivation Rank"),
    ),
    Column("decile", f"{LONG} Decile", needed=False, also=("IMD Decile", "Index of Multiple Deprivation Decile")),
)
LSOAS: Mapping[str, int] = {"2025": 33755, "2019": 32844, "2015": 32844, "2010": 32482, "2007": 32482, "2004": 32482}
"""Small areas of England that each index ranks."""

BY_YEARS: Mapping[tuple[str, str], str] = {("2021", "2024"): "2025", ("2011", "2019"): "2019", ("2011", "2013"): "2015"}
"""Index that has small areas and local authorities of these years."""

MEASURES = {"score": "score", "rank": "rank, 1 is most deprived", "decile": "decile, 1 is most deprived"}
TITLE, PLACE = (
    "English Indices of Deprivation",
    "https://www.gov.uk/government/collections/english-indices-of-deprivation",
)


def _headless(row: Sequence[str]) -> str:
    cells = [cell.strip() for cell in row if cell.strip()]
    numeric = sum(bool(re.fullmatch(r"[\d,.]+", cell)) for cell in cells)
    known = bool(cells) and bool(re.fullmatch(r"E01\d{6}", cells[0])) and numeric > 0
    names = (column.name for column in COLUMNS if column.key not in ("old_la", "old_la_name"))
    return f"{', '.join(names)}, with the year of small areas in brackets" if known else ""


@dataclass(frozen=True)
class Imd:
    r"""Reader of the index of multiple deprivation.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "imd2019.csv"
    >>> header = "LSOA code (2011),LSOA name (2011),Local Authority District code (2019),IMD Rank,IMD Decile"
    >>> _ = path.write_text(header + "\nE01000001,City of London 001A,E09000001,29199,9\n")
    >>> found = Imd().read(path)
    >>> found.period, found.frame[["measure", "value"]].values.tolist()
    ('IMD 2019', [['imd_rank', 29199.0], ['imd_decile', 9.0]])
    """

    name: str = "imd"
    title: str = "English Indices of Deprivation"
    looks_for: str = "a table with LSOA code and Index of Multiple Deprivation (IMD) Rank"

    def matches(self, head: Head) -> bool:
        """Say whether a file is of this format."""
        return heads(head, COLUMNS, _headless)

    def read(self, path: Path) -> Reading:
        """Read a file; see :class:`needs.data.readers.form.Reader`."""
        tables, notes = find_tables(path, COLUMNS, _headless)
        problems: list[Problem] = []
        parts = [_part(table, problems) for table in tables]
        refuse(path.name, problems)
        index = _index(path, tables[0])
        frame = pd.concat(parts)
        rows = len(frame)
        frame, repeats = once(
            frame.assign(value=frame["rank"], hidden=False), ["code"], path.name, "the rank of a small area"
        )
        refuse(path.name, _odd(frame, LSOAS.get(index)))
        notes += repeats + _notes(frame, tables, index)
        held = [key for key in MEASURES if frame[key].notna().any()]
        long = frame.drop(columns="value").melt(
            ["code", "name", "la_name"], held, var_name="measure", value_name="value", ignore_index=False
        )
        long = long[long["value"].notna()]
        made = figures(
            "imd",
            region_code=long["code"],
            region_name=long["name"].where(long["name"] != "", long["code"]),
            measure="imd_" + long["measure"],
            period=f"IMD {index}",
            value=long["value"],
            unit=long["measure"].map(MEASURES),
            note=long["la_name"],
        )
        cited = Citation(
            publisher="Ministry of Housing, Communities and Local Government",
            title=TITLE if index == "of a year not stated" else f"{TITLE} {index}",
            date=index if index.isdigit() else "not stated",
            licence="Open Government Licence v3.0",
            url=PLACE,
        )
        return Reading(made, f"IMD {index}", cited, rows, 0, {}, notes)


def _part(table: Found, problems: list[Problem]) -> pd.DataFrame:
    part = pd.DataFrame({key: table.get(key).astype("str") for key in ("code", "name", "la_name")})
    wrong = part["code"][~part["code"].str.fullmatch(r"[EW]01\d{6}")]
    problems += [
        Problem(f"{table.where} {row}", f"{code!r} is no code of a small area, such as E01000001")
        for row, code in wrong.items()
    ]
    for key in MEASURES:
        found = numbers(table.get(key), marks=())
        problems += [
            Problem(f"{table.where} {row}", f"{key} {cell!r} is no number") for row, cell in found.wrong.items()
        ]
        blank = found.value[found.value.isna()].index.difference(found.wrong.index)
        problems += [Problem(f"{table.where} {row}", f"{key} is blank") for row in blank if table.has(key)]
        part[key] = found.value
    return part


def _index(path: Path, table: Found) -> str:
    """Return the year of the index: by the years of its columns, or by names that say it."""
    names = [str(name) for name in (*table.columns.values(),)]
    years = {key: YEAR.findall(name) for key, name in table.columns.items()}
    told = (next(iter(years.get("code", [])), ""), next(iter(years.get("la", []) or years.get("la_name", [])), ""))
    if told in BY_YEARS:
        return BY_YEARS[told]
    if "old_la" in table.columns:
        return "2010"
    for text in (table.name, table.title, path.stem, *names):
        if found := re.search(r"(?i)(?:imd|iod|id|deprivation)[-_ ]?(20\d\d)", text):
            return found[1]
    return "of a year not stated"


def _odd(frame: pd.DataFrame, areas: int | None) -> list[Problem]:
    """Return what cannot be in an index: ranks or deciles out of range, or deciles that do not follow the ranks."""
    most = areas or 40_000
    rank, decile = frame["rank"], frame["decile"].dropna()
    wrong = rank[~rank.between(1, most)]
    problems = [Problem(f"row {row}", f"rank {value:g} is not between 1 and {most:,}") for row, value in wrong.items()]
    odd = decile[~decile.isin(range(1, 11))]
    problems += [Problem(f"row {row}", f"decile {value:g} is none of 1 to 10") for row, value in odd.items()]
    ordered = frame.dropna(subset=["decile"]).sort_values("rank")["decile"]
    if not problems and bool((np.diff(ordered) < 0).any()):
        problems.append(Problem("", "deciles fall where ranks rise; 1 should be the most deprived in both"))
    return problems


def _notes(frame: pd.DataFrame, tables: Sequence[Found], index: str) -> list[str]:
    whole = LSOAS.get(index)
    count = f"{len(frame):,} small areas" + (f" of {whole:,} in England" if whole and len(frame) != whole else "")
    notes = [f"It ranks {count}; 1 is the most deprived."]
    if index == "of a year not stated":
        notes.append("Neither its columns nor its name say which year's index it is.")
    if frame["decile"].isna().all():
        notes.append("It has no deciles.")
    others = [name for table in tables for name in table.others]
    if others:
        notes.append(f"Columns that are not read: {listed(list(dict.fromkeys(others)), 4)}.")
    return notes
