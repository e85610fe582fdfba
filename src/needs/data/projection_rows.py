"""Files of a population projection: which there are, and the people that stand on their lines."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from needs.data.files import misnamed, projection_files
from needs.errors import DataError, Problem

__all__ = ["OLDEST", "Group", "read_groups", "unusable"]

FOLDER = "data_raw/projections"
REMEDY = f"{FOLDER}/README.md says which file to put there; without projection.file the mid-year change is used"
MOST = 40  # problems told
CODE = re.compile(r"[A-Z]\d{8}")
AGE = re.compile(
    r"(\d{1,3})(?:\s*(?:-|–|to)\s*(\d{1,3})|(\s*\+|\s*(?:and|&|or)\s*(?:over|above|older)))?", re.IGNORECASE
)

LARGEST = 50_000_000
"""Bytes of text of a projection, unpacked: several times any file that is published."""

OLDEST = 120
"""Age that stands for the last, open age group."""


class Group(NamedTuple):
    """People of one area, sex and age group in every year.

    Parameters
    ----------
    where : str
        The line they stand on.
    code : str
        Code of the area.
    sex : str
        ``male`` or ``female``.
    low, high : int
        First and last age.
    label : str
        The age group as written.
    people : dict
        People by calendar year.

    Examples
    --------
    >>> Group("line 2", "E40000003", "male", 18, 24, "18-24", {2022: 395000.0}).people[2022]
    395000.0
    """

    where: str
    code: str
    sex: str
    low: int
    high: int
    label: str
    people: dict[int, float]


def read_groups(path: Path, codes: Mapping[str, str], years: set[int]) -> tuple[list[Group], set[str]]:
    r"""Return the people of known areas by sex and age group, and every code that stands in the file.

    Parameters
    ----------
    path : Path
        A CSV file, or a zip of CSV files.
    codes : mapping of str to str
        Known areas by code.
    years : set of int
        Calendar years that must be there.

    Raises
    ------
    DataError
        With every line that cannot be read.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "men.csv"
    >>> _ = path.write_text("CODE,SEX,AGE,2022\nE40000003,males,18+,3334222\nE12000007,males,18+,3334222\n")
    >>> groups, there = read_groups(path, {"E40000003": "london"}, {2022})
    >>> groups[0].people, sorted(there)
    ({2022: 3334222.0}, ['E12000007', 'E40000003'])
    """
    groups: list[Group] = []
    problems: list[Problem] = []
    stood: set[str] = set()
    for name, text in _texts(path):
        found, wrong, there = _read(text, codes, years)
        prefix = f"{name} " if name else ""
        groups += [group._replace(where=prefix + group.where) for group in found]
        problems += [Problem(f"{prefix}{problem.where}".strip(), problem.what) for problem in wrong]
        stood |= there
    if problems:
        raise unusable(path, problems)
    return groups, stood


def unusable(path: Path, problems: Sequence[Problem]) -> DataError:
    """Return the error of a file and its problems, of which not more than a page is told.

    Examples
    --------
    >>> print(unusable(Path("x.csv"), [Problem("line 2", "it is not CSV")]).problems[0])
    line 2  it is not CSV
    """
    more = [Problem("", f"and {len(problems) - MOST} more")] if len(problems) > MOST else []
    return DataError(f"{FOLDER}/{path.name} cannot be used", [*problems[:MOST], *more], REMEDY)


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    """Give the name (in a zip) and the text of each CSV file."""
    if path.is_dir():
        raise unusable(path, [Problem("", "it is a folder; put the file itself there")])
    if not path.is_file():
        there = ", ".join(file.name for file in projection_files(path.parent)) or "no file"
        raise DataError(f"{FOLDER}/{path.name} is missing", [f"{FOLDER} holds {there}"], REMEDY)
    if wrong := misnamed(path.name):
        raise unusable(path, [Problem("", wrong)])
    try:
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as archive:
                names = [
                    name
                    for name in archive.namelist()
                    if re.fullmatch(r"([^_].*/)?[^./][^/]*\.csv", name, re.IGNORECASE)
                ]
                _refuse_large(path, sum(archive.getinfo(name).file_size for name in names))
                files = {name: archive.read(name) for name in names}
        else:
            _refuse_large(path, path.stat().st_size)
            files = {"": path.read_bytes()}
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise unusable(path, [Problem("", f"it is not a zip that can be read: {error}")]) from None
    if not files:
        raise unusable(path, [Problem("", "it holds no CSV file")])
    for name, content in files.items():
        try:
            yield name, content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            problem = f"byte {error.start} is not UTF-8 text; save a workbook as CSV UTF-8"
            raise unusable(path, [Problem(name, problem)]) from None


def _refuse_large(path: Path, size: int) -> None:
    if size > LARGEST:
        what = f"it holds {size:,} bytes of text; up to {LARGEST:,} are read, so leave out other areas"
        raise unusable(path, [Problem("", what)])


def _read(text: str, codes: Mapping[str, str], years: set[int]) -> tuple[list[Group], list[Problem], set[str]]:
    """Return the rows of known areas by sex and age, what is wrong, and every code that stands there."""
    for number, row in enumerate(text.splitlines(), 1):
        if ";" in row and _is_header(row.split(";")):
            return [], [Problem(f"line {number}", "semicolons stand between the cells; save it with commas")], set()
    rows: dict[int, list[str]] = {}
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            rows[reader.line_num] = [cell.strip() for cell in cells]
    except csv.Error as error:
        return [], [Problem(f"line {reader.line_num}", f"it is not CSV: {error}")], set()
    start, *more = [line for line, cells in rows.items() if _is_header(cells)] or [0]
    header = _columns(rows.get(start, []))
    calendar = sorted(key for key in header if isinstance(key, int))
    if not start or not calendar:
        return [], [Problem("", "no header with columns AREA_CODE, SEX, AGE_GROUP and a column a year")], set()
    lost = sorted((years | set(range(calendar[0], calendar[-1] + 1))).difference(calendar))
    problems = [
        Problem(f"line {start}", f"no column {year}; it runs from {calendar[0]} to {calendar[-1]}") for year in lost
    ]
    problems += [] if "sex" in header else [Problem(f"line {start}", "no column SEX (males, females)")]
    twice = [name for name, n in Counter(filter(None, rows[start])).items() if n > 1]
    problems += [Problem(f"line {start}", f"column {name} stands there twice") for name in twice]
    problems += [Problem(f"line {line}", "a second header; a file holds one table") for line in more]
    if problems:
        return [], problems, set()
    groups: list[Group] = []
    stood: set[str] = set()
    for line, cells in rows.items():
        cell = {key: cells[place] if place < len(cells) else "" for key, place in header.items()}
        if line <= start or str(cell.get("component", "population")).lower() != "population":
            continue
        code = cell["code"].upper()
        stood |= {code} if CODE.fullmatch(code) or code in codes else set()
        if code not in codes:
            continue
        found, wrong = _group(f"line {line}", code, cell, calendar)
        groups += found
        problems += wrong
    return groups, problems, stood


def _is_header(cells: Sequence[str]) -> bool:
    """Whether a row names the columns of areas and ages; a row with a code does not."""
    return not any(map(CODE.fullmatch, cells)) and {"code", "age"} <= _columns(cells).keys()


def _columns(cells: Sequence[str]) -> dict[str | int, int]:
    """Return the place of each column of a header by what it holds, of a year by its number."""
    names = {
        "areacode": "code",
        "code": "code",
        "component": "component",
        "sex": "sex",
        "agegroup": "age",
        "age": "age",
    }
    found: dict[str | int, int] = {}
    for place, cell in enumerate(cells):
        key = re.sub(r"[^a-z0-9]", "", cell.lower())
        if re.fullmatch(r"(19|20)\d\d", key):
            found[int(key)] = place
        elif key in names:
            found[names[key]] = place
    return found


def _group(
    where: str, code: str, cell: Mapping[str | int, str], years: Sequence[int]
) -> tuple[list[Group], list[Problem]]:
    """Return the people of a row (none of a total, which is not needed) and what is wrong with it."""
    sex = {"male": "male", "female": "female", "person": ""}.get(cell["sex"].lower().removesuffix("s"))
    if sex == "" or re.match("all|total", cell["age"], re.IGNORECASE):
        return [], []
    age = AGE.fullmatch(cell["age"])
    problems = [] if sex else [Problem(f"{where}, column SEX", f"{cell['sex']!r} is not males, females or persons")]
    if not age:
        rule = "is no age group, such as 0, 20-24, 90 and over or All ages; a spreadsheet may have made a date of it"
        problems.append(Problem(f"{where}, column AGE_GROUP", f"{cell['age']!r} {rule}"))
    people = {}
    for year in years:
        try:
            people[year] = float(re.sub(r"[,\s]", "", cell[year]))
        except ValueError:
            people[year] = math.nan
        if not 0 <= people[year] < math.inf:
            problems.append(Problem(f"{where}, column {year}", f"{cell[year]!r} is not a number of people, 0 or more"))
    if not sex or not age:
        return [], problems
    high = OLDEST if age[3] else int(age[2] or age[1])
    return [Group(where, code, sex, int(age[1]), high, cell["age"], people)], problems
