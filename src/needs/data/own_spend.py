"""The region's own spend: what was paid, for how many beds and bed-days, by tier, sector and contract."""

from __future__ import annotations

import csv
import difflib
import io
import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from needs.data.files import spend_files
from needs.errors import DataError, Problem
from needs.params.costs import DAYS_IN_YEAR
from needs.values import TIERS, Provenance, Tier

__all__ = ["COLUMNS", "CONTRACTS", "SECTORS", "OwnSpend", "read_own_spend"]

FOLDER = "data_raw/spend"
REMEDY = f"{FOLDER}/README.md says what the file holds; without costs.spend_file spend is estimated"
MOST = 40  # problems told

COLUMNS = ("tier", "sector", "contract", "funded_beds", "occupied_bed_days", "spend", "period")
"""Columns of the file, in any order."""

SECTORS = ("nhs", "independent")
CONTRACTS = ("block", "package")
"""Beds paid for whether in use or not, or bed-days as they are used."""

LONGEST_YEAR = 366
PLAUSIBLE = (30.0, 10_000.0)
"""GBP of an occupied bed-day, below and above which spend was not written in pounds."""

_WORDS: Mapping[str, tuple[str, ...]] = {"tier": TIERS, "sector": SECTORS, "contract": CONTRACTS}
_NUMBERS = {"funded_beds": "beds", "occupied_bed_days": "bed-days", "spend": "pounds"}


@dataclass(frozen=True)
class OwnSpend:
    """What the region paid in one financial year.

    Parameters
    ----------
    rows : DataFrame
        ``tier, sector, contract, funded_beds, occupied_bed_days, spend``, one row a contract; GBP of the year.
    period : str
        The financial year.
    file : str
        Name of the file.
    known : Provenance
        Kind and source.
    worth : float
        What a pound of that year is in the money of the prices.

    Examples
    --------
    >>> rows = pd.DataFrame([("low", "nhs", "block", 60.0, 19_000.0, 12e6)], columns=list(COLUMNS[:-1]))
    >>> OwnSpend(rows, "2024-25", "ours.csv", Provenance("derived", ("params/2023-24#costs.spend_file",))).tiers
    ('low',)
    """

    rows: pd.DataFrame
    period: str
    file: str
    known: Provenance
    worth: float = 1.0

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """Tiers that the file tells of, from most to least secure."""
        return tuple(tier for tier in TIERS if tier in set(self.rows["tier"]))


def read_own_spend(
    path: Path, years: Collection[str], source: str, beds: Mapping[str, float] | None = None, last: bool = False
) -> OwnSpend:
    r"""Read a region's own spend.

    Parameters
    ----------
    path : Path
        A CSV file in UTF-8 with the columns :data:`COLUMNS`.
    years : collection of str
        Financial years that the price index knows, in order.
    source : str
        Reference of the parameter that names the file.
    beds : mapping of tier to float, optional
        Beds in England: no region has more.
    last : bool
        Whether a file of several years is read, of which the last counts.

    Raises
    ------
    DataError
        If the file is missing, is a link or no CSV in UTF-8, lacks a column or has one too many, has an empty cell, an unknown
        tier, sector or contract, a number that is none or below 0, more bed-days than beds of a block contract have, a
        contract twice, spend on a block of nothing, several years or one outside the index, spend that cannot be in
        pounds, or more beds than England has; every problem at once.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "ours.csv"
    >>> _ = path.write_text("tier,sector,contract,funded_beds,occupied_bed_days,spend,period\n"
    ...                     "low,nhs,block,60,19000,12000000,2024-25\n")
    >>> own = read_own_spend(path, ["2024-25"], "params/2023-24#costs.spend_file")
    >>> own.period, own.rows["spend"].tolist()
    ('2024-25', [12000000.0])
    """
    lines = _lines(path)
    header, problems = _header(lines)
    if problems:
        raise _unusable(path, problems)
    if last:
        lines = _of_last_year(lines, header.index("period"))
    found: dict[int, dict[str, str | float]] = {}
    for line, cells in list(lines.items())[1:]:
        row, wrong = _row(line, header, cells)
        problems += wrong
        if not wrong:
            found[line] = row
    problems += _twice(header, lines)
    problems += _years(header, lines, years)
    frame = pd.DataFrame(list(found.values()), columns=list(COLUMNS))
    if not problems:
        problems += (
            ["no row stands below the header"] if frame.empty else [*_pounds(frame), *_too_many(frame, beds or {})]
        )
    if problems:
        raise _unusable(path, problems)
    period = str(frame["period"].iloc[0])
    order = {word: n for words in _WORDS.values() for n, word in enumerate(words)}
    rows = frame.drop(columns="period").sort_values(list(_WORDS), key=lambda cells: cells.map(order))
    return OwnSpend(rows.reset_index(drop=True), period, path.name, Provenance("derived", (source,)))


def _unusable(path: Path, problems: Sequence[Problem | str]) -> DataError:
    more = [f"and {len(problems) - MOST} more"] if len(problems) > MOST else []
    return DataError(f"{FOLDER}/{path.name} cannot be used", [*problems[:MOST], *more], REMEDY)


def _lines(path: Path) -> dict[int, list[str]]:
    """Return the cells of every line that is not blank, by its number."""
    if path.is_symlink():
        raise _unusable(path, ["it is a link; put the file itself there"])
    if path.is_dir():
        raise _unusable(path, ["it is a folder; put the file itself there"])
    if not path.is_file():
        there = ", ".join(file.name for file in spend_files(path.parent)) or "no CSV file"
        near = difflib.get_close_matches(path.name, [file.name for file in spend_files(path.parent)], n=1)
        meant = f". Did you mean {near[0]!r}?" if near else ""
        raise DataError(f"{FOLDER}/{path.name} is missing", [f"{FOLDER} holds {there}{meant}"], REMEDY)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unusable(path, [f"byte {error.start} is not UTF-8 text; save a workbook as CSV UTF-8"]) from None
    rows: dict[int, list[str]] = {}
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows[reader.line_num] = [cell.strip() for cell in cells]
    except csv.Error as error:
        raise _unusable(path, [Problem(f"line {reader.line_num}", f"it is not CSV: {error}")]) from None
    if not rows:
        raise _unusable(path, ["it is empty"])
    return rows


def _header(lines: Mapping[int, list[str]]) -> tuple[list[str], list[Problem | str]]:
    """Return the columns in their order, and what is wrong with them."""
    line, cells = next(iter(lines.items()))
    where, header = f"line {line}", [cell.lower() for cell in cells]
    if len(cells) == 1 and ";" in cells[0]:
        return header, [Problem(where, "semicolons stand between the cells; save it with commas")]
    problems: list[Problem | str] = []
    lost = [name for name in COLUMNS if name not in header]
    for name in dict.fromkeys(name for name in header if name not in COLUMNS):
        near = difflib.get_close_matches(name, lost, n=1)
        meant = f". Did you mean {near[0]!r}?" if near else "; remove it"
        problems.append(Problem(where, f"column {name!r} is unknown{meant}"))
    problems += [Problem(where, f"no column {name!r}; add it") for name in lost]
    problems += [
        Problem(where, f"column {name!r} stands there {header.count(name)} times")
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    return header, problems


def _of_last_year(lines: Mapping[int, list[str]], at: int) -> dict[int, list[str]]:
    """Return the header and the rows of the last year."""
    head, *rows = lines.items()
    latest = max((cells[at] for _, cells in rows if len(cells) > at), default="")
    return dict([head, *((line, cells) for line, cells in rows if len(cells) <= at or cells[at] == latest)])


def _row(line: int, header: Sequence[str], cells: Sequence[str]) -> tuple[dict[str, str | float], list[Problem]]:
    """Return a row, and what is wrong with its cells."""
    if len(cells) != len(header):
        return {}, [
            Problem(f"line {line}", f"{len(cells)} cells under {len(header)} columns; quote a cell with commas")
        ]
    told = dict(zip(header, cells, strict=True))
    row: dict[str, str | float] = {"period": told["period"]}
    problems = []

    def wrong(column: str, what: str) -> None:
        problems.append(Problem(f"line {line}, column {column}", what))

    for column, allowed in _WORDS.items():
        row[column] = word = told[column].lower()
        if word not in allowed:
            near = difflib.get_close_matches(word, allowed, n=1)
            rule = f"is not {', '.join(allowed[:-1])} or {allowed[-1]}" if word else "is empty; every row needs one"
            wrong(column, f"{told[column]!r} {rule}" + (f". Did you mean {near[0]!r}?" if near else ""))
    for column, unit in _NUMBERS.items():
        row[column] = number = _number(told[column])
        if not told[column]:
            wrong(column, "'' is empty; write 0 where there is none")
        elif not 0 <= number < math.inf:
            wrong(column, f"{told[column]!r} is not a number of {unit}, 0 or more")
    if not problems:
        beds, days = float(row["funded_beds"]), float(row["occupied_bed_days"])
        if row["contract"] == "block" and days > beds * LONGEST_YEAR:
            rule = f"is more than {beds:,.10g} beds hold in a year ({beds * LONGEST_YEAR:,.10g})"
            wrong("occupied_bed_days", f"{told['occupied_bed_days']} {rule}")
        if row["contract"] == "block" and row["spend"] and not beds and not days:
            wrong("funded_beds", "0 beds and 0 bed-days, but spend: a block pays for beds; write how many")
        if row["contract"] == "package" and beds:
            rule = "is not 0: a package buys bed-days as they are used, and no bed that may stand empty"
            wrong("funded_beds", f"{told['funded_beds']} {rule}")
    return row, problems


def _number(cell: str) -> float:
    """Read a number; thousands may be parted by commas and pounds marked."""
    plain = cell.removeprefix("£").strip()
    if not re.fullmatch(r"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?([eE]\+?\d+)?", plain):
        return math.nan
    return float(plain.replace(",", ""))


def _twice(header: Sequence[str], lines: Mapping[int, list[str]]) -> Iterator[Problem]:
    """Give each row that tells of the same tier, sector and contract again."""
    first: dict[tuple[str, ...], int] = {}
    for line, cells in list(lines.items())[1:]:
        if len(cells) == len(header):
            told = dict(zip(header, cells, strict=True))
            key = tuple(told[column].lower() for column in _WORDS)
            if all(key) and key in first:
                yield Problem(f"line {line}", f"{', '.join(key)} stands on line {first[key]} already; add the two up")
            first.setdefault(key, line)


def _years(header: Sequence[str], lines: Mapping[int, list[str]], years: Collection[str]) -> Iterator[Problem]:
    """Give rows without a year that the index knows, and rows of another year than the first."""
    known = list(years)
    told: dict[str, list[int]] = defaultdict(list)
    for line, cells in list(lines.items())[1:]:
        if len(cells) == len(header):
            told[dict(zip(header, cells, strict=True))["period"]].append(line)
    for year, rows in told.items():
        where = f"line {rows[0]}, column period"
        if not year:
            yield Problem(where, "'' is empty; every row needs one")
        elif year not in known:
            ends = f"; it runs from {known[0]} to {known[-1]}" if known else ""
            yield Problem(where, f"{year!r} is no financial year of the price index{ends}, written as 2024-25")
    if len(told) > 1 and all(told):
        several = ", ".join(f"{year} from line {rows[0]}" for year, rows in told.items())
        yield Problem("column period", f"{several}; a file holds one year")


def _pounds(frame: pd.DataFrame) -> Iterator[Problem]:
    """Give tiers without a bed-day, and those whose price shows that spend is not in pounds."""
    low, high = PLAUSIBLE
    for tier, rows in frame.groupby("tier", sort=False):
        days, spend = float(rows["occupied_bed_days"].sum()), float(rows["spend"].sum())
        if not days:
            yield Problem("column occupied_bed_days", f"{tier}: none at all; leave out the rows of the tier")
        elif not low <= spend / days <= high:
            meant = "; spend is in pounds, not in thousands or millions" if spend / days < low else ""
            rule = f"is not from {low:,.0f} to {high:,.0f}"
            yield Problem("column spend", f"{tier}: £{spend / days:,.2f} an occupied bed-day {rule}{meant}")


def _too_many(frame: pd.DataFrame, england: Mapping[str, float]) -> Iterator[Problem]:
    """Give tiers with more beds, funded in blocks or used in packages, than there are in England."""
    for tier, rows in frame.groupby("tier", sort=False):
        most = england.get(str(tier), math.inf)
        block = rows["contract"] == "block"
        bought = float(rows.loc[~block, "occupied_bed_days"].sum()) / DAYS_IN_YEAR
        if (beds := float(rows.loc[block, "funded_beds"].sum()) + bought) > most:
            rule = f"{beds:,.0f} beds, of blocks and in use by packages, are more than England has ({most:,.0f})"
            yield Problem("column funded_beds", f"{tier}: {rule}; write the region's own alone")
