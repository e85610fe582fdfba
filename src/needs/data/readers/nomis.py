"""CSV files of Nomis with people by age: a row a figure, a column an age, or blocks with lines of words above each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from needs.data.readers.ages import Ages, age_of, band_frame
from needs.data.readers.figures import figures, numbers, once, refuse, sexes
from needs.data.readers.form import Head, Reading
from needs.data.readers.found import find_tables, heads, listed
from needs.data.readers.grid import open_grids
from needs.data.readers.header import Column, squashed
from needs.data.readers.look import look
from needs.data.service.sheets import Unusable
from needs.data.sidecar import Citation
from needs.errors import DataError, Problem

__all__ = ["is_nomis", "read_nomis"]

LONG = (
    Column("code", "GEOGRAPHY_CODE"),
    Column("area", "GEOGRAPHY_NAME", needed=False),
    Column("date", "DATE", also=("DATE_NAME",)),
    Column("sex", "SEX_NAME", needed=False, also=("C_SEX_NAME", "GENDER_NAME")),
    Column("age", "AGE_NAME", also=("C_AGE_NAME",)),
    Column("kind", "MEASURES_NAME", needed=False),
    Column("value", "OBS_VALUE"),
)
WIDE = (Column("date", "date"), Column("area", "geography"), Column("code", "geography code"))
MEASURES = "measures:"
MNEMONIC = ("mnemonic", "geographycode", "areacode")
TOLERANCE = 0.005
"""Share by which census counts, which are changed a little to protect people, may differ from their total."""

AGAIN = "save the file again from where it was published"
FEWEST = 3  # ages that the header of a block has
KEYS = ["code", "area", "date", "sex"]
CITED = Citation(
    publisher="Office for National Statistics",
    title="Population by age and sex, from Nomis",
    date="not stated",
    licence="Open Government Licence v3.0",
    url="https://www.nomisweb.co.uk/",
)


def is_nomis(head: Head) -> bool:
    """Say whether a file is one of Nomis with people by age.

    Examples
    --------
    >>> is_nomis(Head("a.csv", ".csv", {"a": (("date", "geography", "geography code", "Age: Total; measures: Value"),)}))
    True
    """
    return heads(head, LONG) or any(_is_wide(row) or _is_block(row) for row in head.rows)


def _is_wide(row: Sequence[str]) -> bool:
    words = {cell.strip().casefold() for cell in row}
    return {"geography", "geography code"} <= words and any("age" in word and MEASURES in word for word in words)


def _is_block(row: Sequence[str]) -> bool:
    return any(squashed(cell) in MNEMONIC for cell in row) and sum(age_of(cell) is not None for cell in row) >= FEWEST


def read_nomis(path: Path) -> Reading:
    """Read a file; see :class:`needs.data.readers.form.Reader`.

    Raises
    ------
    DataError
        If it cannot be read, or ages do not make their total to half a percent.

    Notes
    -----
    Bands of the evidence are made only where the ages of the file make them exactly; others are said to be missing.
    """
    head = [row for rows in look(path).sheets.values() for row in rows]
    layout = _blocks if any(map(_is_block, head)) else _wide if any(map(_is_wide, head)) else _long
    frame, rows, notes = layout(path)
    found = numbers(frame["value"].astype("category"))
    lines = frame["line"].loc[found.wrong.index]
    refuse(path.name, [Problem(line, f"{cell!r} is no number") for line, cell in zip(lines, found.wrong, strict=True)])
    frame = frame.assign(value=found.value, hidden=found.hidden)
    sex, strange_sexes = sexes(frame["sex"].astype("category"))
    frame = frame.assign(sex=sex)[~frame["sex"].isin(list(strange_sexes))]
    told = {label: age_of(label) for label in frame["age"].unique()}
    strange = frame["age"][frame["age"].isin([label for label, ages in told.items() if ages is None])]
    held = list(dict.fromkeys(ages for ages in told.values() if ages is not None))
    places = {label: held.index(ages) for label, ages in told.items() if ages is not None}
    frame = frame.drop(index=strange.index).assign(ages=lambda f: f["age"].map(places))
    frame, repeats = once(frame, [*KEYS, "ages"], path.name, "an area, sex and age")
    bands, said = _banded(frame, held, path.name)
    made = figures(
        "ons_population",
        region_code=bands["code"],
        region_name=bands["area"],
        measure=bands["measure"],
        sex=bands["sex"],
        period=bands["date"],
        value=bands["value"],
        unit="people",
        status="derived",
        note=pd.Series("a cell of its ages is suppressed or blank", index=bands.index).where(bands["value"].isna(), ""),
    )
    unknown = {"age": Counter(strange.tolist()), "sex": strange_sexes}
    period = listed(sorted(frame["date"].unique()), 4)
    told_unknown = {name: words for name, words in unknown.items() if words}
    return Reading(made, period, CITED, rows, int(frame["hidden"].sum()), told_unknown, [*notes, *repeats, *said])


def _banded(frame: pd.DataFrame, held: Sequence[Ages], name: str) -> tuple[pd.DataFrame, list[str]]:
    """Return people by band of the evidence, a row a figure; persons too where only men and women are told."""
    wide = frame.pivot(index=KEYS, columns="ages", values="value")
    wide.columns = pd.Index([held[int(place)] for place in wide.columns], tupleize_cols=False)
    bands, notes, problems = band_frame(wide, "area", TOLERANCE)
    refuse(name, problems)
    long = bands.reset_index().melt(KEYS, var_name="measure", value_name="value")
    if set(long["sex"]) == {"female", "male"}:
        both = long.groupby([*KEYS[:3], "measure"], sort=False)["value"].sum(min_count=2).reset_index()
        long = pd.concat([long, both.assign(sex="persons")], ignore_index=True)
        notes.append("Persons are men and women together.")
    return long, notes


def _long(path: Path) -> tuple[pd.DataFrame, int, list[str]]:
    """Read a file with a row a figure."""
    tables, notes = find_tables(path, LONG)
    table = tables[0]
    frame = pd.DataFrame({column.key: table.get(column.key).astype("str") for column in LONG})
    frame["line"] = [f"row {row}" for row in frame.index]
    kept = frame["kind"].str.casefold().isin(["", "value"])
    if not kept.all():
        kinds = listed(sorted(frame["kind"][~kept].unique()))
        notes.append(f"{int((~kept).sum()):,} rows that are no counts are left out: {kinds}.")
    return frame[kept].assign(sex=lambda f: f["sex"].where(f["sex"] != "", "persons")), len(frame), notes


def _wide(path: Path) -> tuple[pd.DataFrame, int, list[str]]:
    """Read a file with a column an age."""
    tables, notes = find_tables(path, WIDE)
    table = tables[0]
    ages = [name for name in table.others if MEASURES in name.casefold()]
    frame = table.frame[["date", "area", "code", *ages]].astype("str")
    frame["line"] = [f"row {row}" for row in frame.index]
    long = frame.melt(["date", "area", "code", "line"], ages, var_name="named", value_name="value")
    parts = (
        long["named"]
        .str.split(";")
        .map(lambda words: {key.strip().casefold(): word.strip() for key, _, word in (w.partition(":") for w in words)})
    )
    long["age"] = parts.map(lambda told: told.get("age", ""))
    long["sex"] = parts.map(lambda told: told.get("sex", told.get("gender", "persons")))
    return long.drop(columns="named"), len(frame), notes


def _blocks(path: Path) -> tuple[pd.DataFrame, int, list[str]]:
    """Read blocks, each with lines above it that say the date and the sex."""
    told: dict[str, str] = {}
    header: list[str] = []
    held: list[list[dict[str, str]]] = []
    words: list[str] = []
    try:
        for line, row in (pair for grid in open_grids(path) for pair in grid.rows):
            cells = [cell.strip() for cell in row]
            filled = [cell for cell in cells if cell]
            if _is_block(cells):
                header = cells
            elif header and _is_data(cells, header):
                held.append(_cells(cells, header, told, f"row {line}"))
            elif len(filled) > 1 and ":" in filled[0]:
                header = []
                told[filled[0].split(":")[0].strip().casefold()] = filled[-1]
            else:
                words += filled[:1]
    except Unusable as error:
        raise DataError(f"{path.name} cannot be read", [Problem(error.where, error.what)], AGAIN) from None
    if not held:
        raise DataError(f"{path.name} cannot be read", ["no row of people stands below its header"], AGAIN)
    frame = pd.DataFrame([cell for cells in held for cell in cells])
    if any(re.search(r"(?i)population estimates", text) for text in words):
        frame["date"] = frame["date"].str.replace(r"^(\d{4})$", r"mid-\1", regex=True)
    notes = (
        [f"Lines of words beside the tables are left out: {listed([text[:60] for text in words], 4)}."] if words else []
    )
    return frame, len(held), notes


def _is_data(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a row holds the code of an area below the header of codes."""
    place = next(at for at, cell in enumerate(header) if squashed(cell) in MNEMONIC)
    return len(cells) > place and bool(cells[place]) and sum(bool(cell) for cell in cells) > FEWEST


def _cells(cells: Sequence[str], header: Sequence[str], told: dict[str, str], line: str) -> list[dict[str, str]]:
    place = next(at for at, cell in enumerate(header) if squashed(cell) in MNEMONIC)
    area = next(
        (cells[at] for at in range(len(header)) if at != place and header[at] and age_of(header[at]) is None), ""
    )
    row = {"code": cells[place], "area": area or cells[place], "line": line}
    row |= {
        "date": told.get("date", told.get("year", "not stated")),
        "sex": told.get("sex", told.get("gender", "persons")),
    }
    return [
        row | {"age": name, "value": cells[at] if at < len(cells) else ""}
        for at, name in enumerate(header)
        if name and at != place and header[at] != header[0] and (age_of(name) is not None or at > place)
    ]
