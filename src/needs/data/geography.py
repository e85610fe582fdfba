"""Regions of an edition: their names, the codes of every vintage, and where they lie.

Reading and resolving regions needs the standard library only, so the command line answers at
once.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from needs.errors import DataError, ParamsError, Problem
from needs.project import EDITIONS, project_root

__all__ = ["Region", "Regions", "area_codes", "find_region", "key_of", "nearest", "read_rows"]

RESTORE = "restore the file from the repository"


@dataclass(frozen=True)
class Region:
    """One region of an edition.

    Parameters
    ----------
    edition : str
        Vintage of evidence, such as ``2023-24``.
    slug : str
        Name in file paths and commands, such as ``london``.
    name : str
        Name on the page.
    code : str
        The code that the edition's tables use.
    tile : tuple of int
        Row and column on the tile map.

    Examples
    --------
    >>> Region("2009-10", "london", "London", "Q36")
    Region(edition='2009-10', slug='london', name='London', code='Q36', tile=(0, 0))
    """

    edition: str
    slug: str
    name: str
    code: str
    tile: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Regions:
    """The regions of an edition, in the edition's order.

    Parameters
    ----------
    edition : str
        Vintage of evidence.
    regions : tuple of Region
        Every region.
    codes : dict
        Slug of the region that each code of any vintage means.
    root : Path
        Project folder.

    Examples
    --------
    >>> regions = Regions.open("2023-24")
    >>> [region.slug for region in regions][:2]
    ['north-east-and-yorkshire', 'north-west']
    >>> regions.resolve("EAST OF ENGLAND").code, regions.resolve("e40000007").code
    ('E40000013', 'E40000013')
    """

    edition: str
    regions: tuple[Region, ...]
    codes: dict[str, str]
    root: Path

    @classmethod
    def open(cls, edition: str, root: Path | None = None) -> Regions:
        """Read the regions of an edition.

        Raises
        ------
        ParamsError
            If there is no such edition.
        DataError
            If its tables of regions are missing, not readable, or at odds with each other.

        Examples
        --------
        >>> len(Regions.open("2009-10"))
        10
        """
        if edition not in EDITIONS:
            raise ParamsError(f"edition {edition!r} is not known", [_meant(edition, EDITIONS)], "needs regions")
        root = root or project_root()
        folder = root / "data_raw" / edition
        regions = tuple(
            Region(edition, r["slug"], r["region_name"], r["region_code"], _tile(r, folder / "regions.csv"))
            for r in read_rows(folder / "regions.csv", "slug", "region_name", "region_code", "tile_row", "tile_col")
        )
        slugs = {region.code: region.slug for region in regions}
        rows = read_rows(folder / "region_codes.csv", "region_code", "code")
        _check_agreement(slugs.keys(), {row["region_code"] for row in rows}, edition)
        return cls(edition, regions, slugs | {row["code"]: slugs[row["region_code"]] for row in rows}, root)

    def __iter__(self) -> Iterator[Region]:
        return iter(self.regions)

    def __len__(self) -> int:
        return len(self.regions)

    def resolve(self, text: str) -> Region:
        """Find the region that a slug, a name in any case or a code of any vintage means.

        Raises
        ------
        ParamsError
            If no region is meant; it gives the nearest names.

        Examples
        --------
        >>> Regions.open("2009-10").resolve("south east coast").code
        'Q37'
        >>> Regions.open("2009-10").resolve("E18000007").slug
        'london'
        """
        region = self.find(text)
        if region is None:
            raise _unknown(text, [self])
        return region

    def find(self, text: str) -> Region | None:
        """Return the region that a text means, as :meth:`resolve` does, or None if none is meant.

        Examples
        --------
        >>> Regions.open("2009-10").find("Reach Out") is None
        True
        """
        if re.search(r"[/\\]", text):  # a path is no name
            return None
        by_slug = {region.slug: region for region in self}
        names = {key_of(region.name): region for region in self}
        known = {key_of(code): by_slug[slug] for code, slug in self.codes.items()} | names | by_slug
        return known.get(key_of(text))


def find_region(text: str, edition: str | None = None, root: Path | None = None) -> Region:
    """Find a region by slug, name or code, or a footprint, in one edition or in the first that knows it.

    Parameters
    ----------
    text : str
        What the user wrote.
    edition : str, optional
        Look here only; without it the default edition comes first, then the others. In each edition
        its regions come before its footprints.

    Raises
    ------
    ParamsError
        If nothing is meant (it gives the nearest names), or if footprints that are looked up cannot be used.

    Examples
    --------
    >>> find_region("Y56")
    Region(edition='2023-24', slug='london', name='London', code='E40000003', tile=(2, 1))
    >>> find_region("Q31").edition
    '2009-10'
    >>> find_region("Londn")
    Traceback (most recent call last):
        ...
    needs.errors.ParamsError: region 'Londn' is not known: 1 problem
      Did you mean 'London'?
    Next: needs regions        [exit 10]
    """
    every = [Regions.open(name, root) for name in ((edition,) if edition else EDITIONS)]
    for regions in every:
        if region := regions.find(text) or _footprint(text, regions):
            return region
    raise _unknown(text, every)


def _footprint(text: str, regions: Regions) -> Region | None:
    from needs.data.footprints import find_footprint

    return find_footprint(text, regions)


def area_codes(root: Path, edition: str | None = None) -> frozenset[str]:
    """Return every code that the tables of an edition may use; without one, of ``common``.

    Examples
    --------
    >>> {"Q37+Q38", "E92000001"} <= area_codes(project_root(), "2009-10")
    True
    """
    areas = {row["area_code"] for row in read_rows(root / "data_raw" / "common" / "area_codes.csv", "area_code")}
    for name in (edition,) if edition else EDITIONS:
        areas |= Regions.open(name, root).codes.keys()
    return frozenset(areas)


def read_rows(path: Path, *columns: str) -> list[dict[str, str]]:
    """Return the rows of a table of areas, which has these columns.

    Raises
    ------
    DataError
        If the file is missing, cannot be read, or lacks a column.

    Examples
    --------
    >>> read_rows(project_root() / "data_raw" / "2009-10" / "regions.csv", "slug")[0]["slug"]
    'north-east'
    """
    name = "/".join(path.parts[-3:])
    if not path.is_file():
        raise DataError(f"{name} is missing", remedy=RESTORE)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem("", f"byte {error.start} is not UTF-8 text; save it as UTF-8")
        raise DataError(f"{name} cannot be used", [problem], RESTORE) from None
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        rows = [{k: v or "" for k, v in row.items() if k} for row in reader]
    except csv.Error as error:
        raise DataError(
            f"{name} cannot be used", [Problem(f"line {reader.reader.line_num}", f"it is not CSV: {error}")], RESTORE
        ) from None
    if missing := [f"no column {c}" for c in columns if c not in (reader.fieldnames or ())]:
        raise DataError(f"{name} cannot be used", missing, RESTORE)
    return rows


def _check_agreement(regions: Collection[str], named: Collection[str], edition: str) -> None:
    lost = [f"{code} stands in region_codes.csv and not here" for code in sorted(set(named) - set(regions))]
    lost += [f"{code} stands here and not in region_codes.csv" for code in sorted(set(regions) - set(named))]
    if lost:
        raise DataError(f"data_raw/{edition}/regions.csv cannot be used", lost, RESTORE)


def _tile(row: dict[str, str], path: Path) -> tuple[int, int]:
    try:
        return int(row["tile_row"]), int(row["tile_col"])
    except ValueError:
        problem = f"{row['slug']}: tile_row and tile_col are whole numbers, got {row['tile_row']}, {row['tile_col']}"
        raise DataError(f"{'/'.join(path.parts[-3:])} cannot be used", [problem], "needs data check") from None


def key_of(text: str) -> str:
    """Write a name or code as a slug, so that case, spaces and ``&`` make no difference.

    Examples
    --------
    >>> key_of(" Yorkshire & The Humber ")
    'yorkshire-and-the-humber'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.casefold().replace("&", " and ")).strip("-")


def nearest(text: str, names: Iterable[str], most: int = 3) -> list[str]:
    """Return the names nearest to what somebody wrote, the nearest first; none where none is near.

    Examples
    --------
    >>> nearest("Midland", ["London", "Midlands"])
    ['Midlands']
    """
    by_key = {key_of(name): name for name in names}
    return [by_key[key] for key in difflib.get_close_matches(key_of(text), by_key, n=most, cutoff=0.5)]


def _meant(text: str, names: Collection[str]) -> str:
    if near := nearest(text, names):
        return f"Did you mean {' or '.join(map(repr, near))}?"
    return f"It is none of {', '.join(names)}"


def _unknown(text: str, every: list[Regions]) -> ParamsError:
    from needs.data.footprints import footprints, read_boards

    for regions in every:
        for board in read_boards(regions).values():
            if board.meant_by(text):
                file = f"params/{regions.edition}/footprints.yaml"
                what = f"It is an integrated care board, {board.name}; name {board.code} in a footprint of its own in {file}"
                return ParamsError(f"region {text!r} is not known", [f"{what} to assess it"], "needs regions")
    areas = [area.name for regions in every for area in (*regions, *footprints(regions).values())]
    return ParamsError(f"region {text!r} is not known", [_meant(text, dict.fromkeys(areas))], "needs regions")
