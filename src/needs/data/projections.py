"""The user's own population projection: a subnational projection of the Office for National Statistics.

The ONS publishes one CSV a sex (``AREA_CODE, AREA_NAME, COMPONENT, SEX, AGE_GROUP``, then a column a year)
in a zip; the zip is read as downloaded, and so is one CSV that holds both sexes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from needs.data.projection_rows import OLDEST, Group, read_groups, unusable
from needs.errors import Problem

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_projection"]

SEXES = ("male", "female")
KINDS = {
    "E06": "local authorities", "E07": "local authorities", "E08": "local authorities", "E09": "local authorities",
    "E10": "counties", "E11": "metropolitan counties", "E12": "English regions, not those of the NHS",
    "E16": "primary care organisations", "E18": "strategic health authorities",
    "E38": "clinical commissioning groups or parts of integrated care boards", "E39": "NHS England local offices",
    "E40": "NHS regions of another vintage", "E54": "integrated care boards", "E92": "England",
}  # fmt: skip
"""What stands there in place of areas that are asked for, by the start of the code."""

KINDS_FOR_BOARDS = {
    "E40": "NHS regions; a footprint needs a file of integrated care boards",
    "E54": "integrated care boards of another vintage",
}
"""The same, where boards are asked for."""


def read_projection(
    path: Path,
    codes: Mapping[str, str],
    bands: Sequence[str],
    years: Collection[int] = (),
    names: Mapping[str, str] = MappingProxyType({}),
) -> pd.DataFrame:
    r"""Read a subnational population projection.

    Parameters
    ----------
    path : Path
        A CSV file with both sexes, or a zip of CSV files.
    codes : mapping of str to str
        Area that each code means, such as ``Regions.codes``. Other rows are left out; codes of one area
        are added, so where every part of an area must be there, map each part to itself.
    bands : sequence of str
        Age bands, such as ``18_24`` and ``65_plus``.
    years : collection of int
        Calendar years that must be there.
    names : mapping of str to str, optional
        What errors call an area; without it, as ``codes`` has it.

    Returns
    -------
    DataFrame, (area, sex, band) x calendar year
        People, in the order of ``codes``, male and female, and ``bands``; ``.loc[area]`` is what
        :func:`needs.methods.growth.paths_from_projection` takes. ``attrs["split"]`` names the age
        groups that cross the edge of a band and were spread evenly over their single years.

    Raises
    ------
    DataError
        If the file is missing or hidden, is neither CSV in UTF-8 nor a zip of such, holds two tables, is of another
        geography, lacks a sex, an age or a year, says something twice, or has a cell without people; every problem at
        once.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "both.csv"
    >>> _ = path.write_text("AREA_CODE,AREA_NAME,SEX,AGE_GROUP,2022,2023\n"
    ...                     "E40000003,London,males,18 and over,3334222,3366000.5\n"
    ...                     "E40000003,London,females,18 and over,3635096,3660000\n")
    >>> people = read_projection(path, {"E40000003": "london"}, ["18_plus"])
    >>> people.loc["london"].values.tolist()
    [[3334222.0, 3366000.5], [3635096.0, 3660000.0]]
    """
    groups, stood = read_groups(path, codes, set(years))
    slugs = {names.get(area, area): area for area in codes.values()}
    codes = {code: names.get(area, area) for code, area in codes.items()}
    frame = _add_up(groups, codes, bands)
    rules = (_geography(groups, codes, stood), _sexes(groups, codes), _repeated(groups), _ages(groups, codes, bands))
    if problems := [problem for rule in (*rules, _empty(frame)) for problem in rule]:
        raise unusable(path, problems)
    return frame.rename(index=slugs, level="area")


def _geography(groups: Sequence[Group], codes: Mapping[str, str], stood: Collection[str]) -> Iterator[Problem]:
    """Give areas without a row, with what stands there in their place, and areas told at two levels."""
    there: dict[str, set[str]] = defaultdict(set)
    for group in groups:
        there[codes[group.code]].add(group.code)
    lost = [area for area in dict.fromkeys(codes.values()) if area not in there]
    totals = {codes[code] for code in stood if code in codes}
    for area in lost:
        yield Problem("", f"no rows {'of males and females ' if area in totals else ''}for {area}")
    known = KINDS | (KINDS_FOR_BOARDS if all(code.startswith("E54") for code in codes) else {})
    kinds: dict[str, list[str]] = defaultdict(list)
    for code in sorted(set(stood).difference(codes) if lost else ()):
        kinds[known.get(code[:3], "areas that are not known here")].append(code)
    for kind, found in kinds.items():
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        yield Problem("column AREA_CODE", f"{found[0]}{more}: {kind}")
    for area, parts in there.items():
        if len({code[:3] for code in parts}) > 1:
            yield Problem("column AREA_CODE", f"{area} stands there more than once, as {', '.join(sorted(parts))}")


def _sexes(groups: Sequence[Group], codes: Mapping[str, str]) -> Iterator[Problem]:
    there = {sex: {codes[group.code] for group in groups if group.sex == sex} for sex in SEXES}
    for sex, other in zip(SEXES, reversed(SEXES), strict=True):
        if lost := sorted(there[other] - there[sex]):
            yield Problem("", f"no rows of {sex}s for {', '.join(lost)}; the ONS gives one file a sex: use its zip")


def _repeated(groups: Sequence[Group]) -> Iterator[Problem]:
    """Give the first row of each area and sex that tells of the same people again."""
    ordered = sorted(groups, key=lambda group: (group.code, group.sex, group.low, group.high))
    told: set[tuple[str, str]] = set()
    for last, group in pairwise(ordered):
        same = (group.code, group.sex) == (last.code, last.sex)
        if same and group.low <= last.high and (group.code, group.sex) not in told:
            told.add((group.code, group.sex))
            what = f"{group.label} tells of people of {last.label} ({last.where}) again"
            yield Problem(f"{group.where}, column AGE_GROUP", f"{group.code}, {group.sex}s: {what}")


def _ages(groups: Sequence[Group], codes: Mapping[str, str], bands: Sequence[str]) -> Iterator[Problem]:
    """Give ages of a band that no row of an area and sex tells of."""
    ages: dict[tuple[str, str], set[int]] = defaultdict(set)
    for group in groups:
        ages[group.code, group.sex] |= {age for band in bands for age in _overlap(group, _ends(band))}
    lost: dict[str, list[str]] = defaultdict(list)
    for (code, sex), known in ages.items():
        for band in bands:
            low, high = _ends(band)
            if missing := sorted(set(range(low, high + 1)) - known):
                last = "and over" if missing[-1] == OLDEST else f"to {missing[-1]}"
                lost[f"{sex}s of {band}: ages {missing[0]} {last} are not all there"].append(codes[code])
    yield from (Problem("", f"{what} ({', '.join(dict.fromkeys(areas))})") for what, areas in lost.items())


def _add_up(groups: Sequence[Group], codes: Mapping[str, str], bands: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    order = pd.MultiIndex.from_product([dict.fromkeys(codes.values()), SEXES, bands], names=["area", "sex", "band"])
    rows: list[dict[int, float]] = []
    cells, split = [], set()
    for group in groups:
        for band in bands:
            inside, whole = len(_overlap(group, _ends(band))), group.high - group.low + 1
            if inside:
                split |= {group.label} if inside < whole else set()
                cells.append((codes[group.code], group.sex, band))
                rows.append({year: number * inside / whole for year, number in group.people.items()})
    if not rows:
        return pd.DataFrame(index=order)
    frame = pd.DataFrame(rows, index=pd.MultiIndex.from_tuples(cells, names=order.names))
    frame = frame.groupby(level=order.names).sum().reindex(order).rename_axis(columns="year")
    frame.attrs["split"] = tuple(sorted(split))
    return frame


def _empty(frame: pd.DataFrame) -> Iterator[Problem]:
    for year in frame.columns:
        for area, sex, band in frame.index[frame[year] <= 0]:
            yield Problem(f"column {year}", f"{area}: no {sex}s of {band}; a cell has people in every year")


def _ends(band: str) -> tuple[int, int]:
    low, _, high = band.partition("_")
    return int(low), OLDEST if high == "plus" else int(high)


def _overlap(group: Group, band: tuple[int, int]) -> range:
    """Ages of a group inside a band; an open group that is not all inside tells nothing of it."""
    low, high = max(group.low, band[0]), min(group.high, band[1])
    whole = (low, high) == (group.low, group.high)
    return range(low, high + 1) if whole or group.high < OLDEST else range(0)
