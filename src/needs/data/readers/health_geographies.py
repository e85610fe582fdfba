"""Population workbooks of the ONS: a sheet a geography and year, a column for each age of each sex."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from needs.data.readers.ages import Ages, band_frame
from needs.data.readers.figures import figures, numbers, once, refuse
from needs.data.readers.form import Reading
from needs.data.readers.found import Found, find_tables, listed
from needs.data.readers.grid import open_grids
from needs.data.readers.header import YEAR, Column
from needs.data.readers.periods import day
from needs.data.sidecar import Citation
from needs.errors import DataError, Problem

__all__ = ["BOTH", "ONE", "headless", "read_workbook"]

KINDS = ("SICBL", "LOC", "CCG", "ICB", "STP", "NHSER", "LHB", "LAD", "LA", "UTLA", "RGN", "CTRY", "LSOA", "MSOA", "")
OLDEST, NEEDED = 90, 84  # the last age, and the last that every vintage has
AGE = "[{}](?:0|[1-9][0-9]?|1[0-9][0-9])"  # a column of people of one sex
FEWEST = 80  # cells of numbers by which a row without a header is known

KEY = ["region_code", "region_name", "period", "sex", "measure"]
AREAS = tuple(
    Column(
        f"{kind.lower()}_{what.lower()}",
        f"{kind} {what}".strip(),
        needed=False,
        also=(f"{kind}{short}",) if kind else (),
    )
    for kind in KINDS
    for what, short in (("Code", "CD"), ("Name", "NM"))
)
TOTAL = Column("total", "Total", also=("All ages", "All persons"))
BOTH = (*AREAS, TOTAL, *(Column(f"{s}{age}", f"{s}{age}", age <= NEEDED) for s in "FM" for age in range(OLDEST + 1)))
"""Columns of a sheet of both sexes."""

ONE = (*AREAS, TOTAL, *(Column(f"P{age}", f"{age}", age <= NEEDED) for age in range(OLDEST + 1)))
"""Columns of a sheet of one sex, or of persons, as older workbooks have them."""

CITED = Citation(
    publisher="Office for National Statistics",
    title="Population estimates by single year of age and sex",
    date="not stated",
    licence="Open Government Licence v3.0",
    url="https://www.ons.gov.uk/peoplepopulationandcommunity/populationandmigration/populationestimates",
)


def headless(row: Sequence[str]) -> str:
    """Return the header of a row that is data of such a sheet: a code, names, and very many numbers.

    Examples
    --------
    >>> headless(["E38000006", "NHS Barnsley CCG", *map(str, range(183))])[:40]
    'SICBL 2023 Code, SICBL 2023 Name, ICB 20'
    >>> headless(["E38000006", "12"])
    ''
    """
    cells = [cell.strip() for cell in row]
    many = sum(bool(re.fullmatch(r"\d+(?:\.0)?", cell)) for cell in cells) >= FEWEST
    known = many and bool(re.fullmatch(r"[A-Z]\d{8}", cells[0]))
    areas = "SICBL 2023 Code, SICBL 2023 Name, ICB 2023 Code, ICB 2023 Name, NHSER 2023 Code, NHSER 2023 Name"
    return f"{areas}, Total, F0 to F90, M0 to M90" if known else ""


def read_workbook(path: Path) -> Reading:
    """Read a workbook or a sheet of one saved as CSV; see :class:`needs.data.readers.form.Reader`.

    Notes
    -----
    People are summed from single years of age to the bands of the evidence, and from the areas of a sheet to those that
    its further columns name. The ages of every row must make its total.
    """
    try:
        tables, notes = find_tables(path, BOTH, headless)
    except DataError as error:
        try:
            tables, notes = find_tables(path, ONE)
        except DataError:
            raise error from None
    problems: list[Problem] = []
    parts: list[pd.DataFrame] = []
    for table in tables:
        long, said, wrong = _people(table, path.stem)
        problems += wrong
        notes += [note for note in said if note not in notes]
        parts.append(long)
    refuse(path.name, problems)
    frame, told = _apart(pd.concat(parts, ignore_index=True).sort_values("vintage", ascending=False, kind="stable"))
    areas = ", ".join(f"{name} {count:,}" for name, count in _areas(frame))
    frame, repeats = once(frame, KEY, path.name, "an area")
    notes += [*told, *(note.replace("row", "figure", 1) for note in repeats)]
    notes += [f"Areas: {areas}.", "People of age bands, and of areas that others make up, are sums of its rows."]
    columns = {str(name): frame[name] for name in frame if name not in ("hidden", "kind", "vintage")}
    made = figures("ons_population", **columns, unit="people")
    periods = sorted(frame["period"].unique())
    cited = CITED.model_copy(update={"date": _published(path)})
    return Reading(made, " and ".join(periods), cited, sum(len(table.frame) for table in tables), 0, {}, notes)


def _published(path: Path) -> str:
    """Return the day that the cover of a workbook says it was published."""
    cover = next((grid for grid in open_grids(path) if "cover" in grid.name.casefold()), None)
    text = "\n".join(cell for _, row in (cover.rows if cover else ()) for cell in row)
    found = re.search(r"(?i)published:? (\d{1,2})(?:st|nd|rd|th)? ([a-z]+) (20\d\d)", text)
    told = day(" ".join(found.groups())) if found else None
    return str(told) if told else "not stated"


def _apart(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Name the older of two areas that share a code and a name, but not the people, by its year."""
    area = ["region_code", "region_name", "period"]
    differ = frame.groupby(KEY)["value"].transform("nunique") > 1
    areas = differ.groupby([frame[name] for name in area]).transform("any")
    older = areas & (frame["vintage"] < frame.groupby(area)["vintage"].transform("max"))
    if not older.any():
        return frame, []
    names, year = listed(sorted(frame.loc[older, "region_name"].unique())), frame.loc[older, "vintage"].iloc[0]
    said = f"Areas of one code with other people in another year are named by it, such as (areas of {year}): {names}."
    named = frame["region_name"] + " (areas of " + frame["vintage"] + ")"
    return frame.assign(region_name=frame["region_name"].mask(older, named)), [said]


def _areas(frame: pd.DataFrame) -> Iterator[tuple[str, int]]:
    for kind, group in frame.groupby("kind", sort=False):
        yield str(kind), group["region_code"].nunique()


def _people(table: Found, stem: str) -> tuple[pd.DataFrame, list[str], list[Problem]]:
    """Return the people of a sheet by area, sex and measure."""
    people, problems = _counts(table)
    kinds = [kind for kind in KINDS if table.has(f"{kind.lower()}_code")]
    where = table.where.removesuffix(", row")
    if lost := _lost(people):
        return pd.DataFrame(), [], [Problem(where, f"no column {name!r}, which the other sex has") for name in lost]
    sexes = _by_sex(table, people)
    if not kinds:
        problems.append(Problem(where, "no column of area codes, such as ICB 2023 Code"))
    if not sexes:
        problems.append(Problem(where, "whether it is of men, women or persons is not said"))
    if problems:
        return pd.DataFrame(), [], problems
    parts, notes = [], []
    for kind in kinds:
        label, year = f"{kind or 'area'} {_vintage(table, kind)}".strip(), _vintage(table, kind)
        for sex, ages in sexes.items():
            summed, names = _by_area(table, kind, ages)
            bands, said, wrong = band_frame(summed, f"{table.name or 'area'}, {kind or 'area'}")
            notes += [note for note in said if note not in notes]
            problems += wrong
            long = (
                bands.rename_axis("region_code")
                .reset_index()
                .melt("region_code", var_name="measure", value_name="value")
            )
            given = (
                (long["measure"] == "population_all_ages") & (kind == kinds[0]) & (sex == "persons" or len(sexes) == 1)
            )
            told = long.assign(
                region_name=long["region_code"].map(names), sex=sex, note=label, kind=label, vintage=year
            )
            parts.append(told.assign(status=given.map({True: "published", False: "derived"})))
    return pd.concat(parts).assign(period=_period(table, stem), hidden=False), notes, problems


def _counts(table: Found) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the columns of people as numbers, and cells that are none."""
    problems, values = [], {}
    ages = re.compile(AGE.format("P" if "P0" in table.columns else "FM"))
    for key in map(str, table.frame):
        if key == "total" or ages.fullmatch(key):
            values[key] = numbers(table.frame[key], marks=()).value
            lost = table.frame[key][values[key].isna()]
            problems += [
                Problem(f"{table.where} {row}", f"{key} {cell!r} is no number of people") for row, cell in lost.items()
            ]
    return pd.DataFrame(values), problems


def _lost(people: pd.DataFrame) -> list[str]:
    """Return the columns of ages that one sex lacks and the other has."""
    names = {str(name) for name in people} - {"total"}
    other = {"F": "M", "M": "F"}
    pairs = [f"{other[name[0]]}{name[1:]}" for name in names if name[0] in other]
    return sorted(name for name in pairs if name not in names)


def _by_sex(table: Found, people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return a frame of ages for each sex that the sheet has, and persons."""
    if "P0" in people:
        words = f"{table.name} {table.title}".casefold()
        told = [
            sex
            for sex, word in (("female", "female"), ("male", r"\bmale"), ("persons", "person"))
            if re.search(word, words)
        ]
        return {told[0]: _aged(people, "P")} if len(told) == 1 else {}
    made = {sex: _aged(people, letter) for sex, letter in (("female", "F"), ("male", "M"))}
    whole = made["female"] + made["male"]
    whole[(0, None)] = people["total"]
    return {**made, "persons": whole}


def _aged(people: pd.DataFrame, letter: str) -> pd.DataFrame:
    ages = sorted(int(str(name)[1:]) for name in people if str(name).startswith(letter))
    columns: list[Ages] = [(age, None if age == ages[-1] else age) for age in ages]
    frame = people[[f"{letter}{age}" for age in ages]].set_axis(pd.Index(columns, tupleize_cols=False), axis="columns")
    if letter == "P":
        frame[(0, None)] = people["total"]
    return frame


def _by_area(table: Found, kind: str, ages: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return ages summed to the areas of a kind, and their names."""
    codes = table.frame[f"{kind.lower()}_code"].astype("str")
    names = table.get(f"{kind.lower()}_name").astype("str")
    named = names.where(names != "", codes).groupby(codes, sort=False).first()
    return ages.groupby(codes, sort=False).sum().rename_axis(None), {str(code): name for code, name in named.items()}


def _period(table: Found, stem: str) -> str:
    for text in (table.name, table.title, stem):
        if found := re.search(r"(?i)mid[-_ ]?((?:19|20)\d\d)", text):
            return f"mid-{found[1]}"
    return "not stated"


def _vintage(table: Found, kind: str) -> str:
    """Return the year of the areas, which their column, the name of the sheet or its title says."""
    if found := YEAR.findall(table.columns[f"{kind.lower()}_code"]):
        return found[0] if len(found[0]) > 2 else f"20{found[0]}"
    told = re.findall(r"(?<![-\d])(?:19|20)\d\d", re.sub(r"(?i)mid[-_ ]?\d{4}", "", f"{table.name} {table.title}"))
    return told[0] if told else ""
