"""Integrated care boards, and the footprints that a user makes of them, each as an area to run.

Like regions, they are read with little, so that the command line answers at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

from needs.data.geography import Region, Regions, key_of, nearest, read_rows
from needs.errors import DataError

if TYPE_CHECKING:
    from needs.params.areas import Footprint

__all__ = [
    "Board",
    "as_region",
    "find_footprint",
    "footprints",
    "read_boards",
    "rest_of",
    "unknown_boards",
    "with_boards",
]


@dataclass(frozen=True)
class Board:
    """One integrated care board.

    Parameters
    ----------
    code, ods_code : str
        Its codes at the Office for National Statistics and in the NHS.
    name : str
        Its name without ``NHS`` and ``Integrated Care Board``.
    region : str
        Slug of the region it lies in.

    Examples
    --------
    >>> Board("E54000032", "QKS", "Kent and Medway", "south-east").slug
    'kent-and-medway'
    """

    code: str
    ods_code: str
    name: str
    region: str

    @property
    def slug(self) -> str:
        """Name in tables."""
        return key_of(self.name)

    def meant_by(self, text: str) -> bool:
        """Whether a text is one of its codes, or its name in any case.

        Examples
        --------
        >>> Board("E54000032", "QKS", "Kent and Medway", "south-east").meant_by("NHS Kent & Medway Integrated Care Board")
        True
        """
        return key_of(text) in (
            self.slug,
            key_of(f"NHS {self.name} Integrated Care Board"),
            key_of(self.code),
            key_of(self.ods_code),
        )


def read_boards(regions: Regions) -> dict[str, Board]:
    """Return the integrated care boards of an edition by code; none where it has no such table.

    Raises
    ------
    DataError
        If the table cannot be read, or names a region that is none.

    Examples
    --------
    >>> boards = read_boards(Regions.open("2023-24"))
    >>> len(boards), boards["E54000055"].name, boards["E54000055"].region
    (42, 'Birmingham and Solihull', 'midlands')
    >>> read_boards(Regions.open("2009-10"))
    {}
    """
    path = regions.root / "data_raw" / regions.edition / "icbs.csv"
    if not path.is_file():
        return {}
    slugs = {region.code: region.slug for region in regions}
    rows = read_rows(path, "icb_code", "icb_name", "ods_code", "region_code")
    if lost := [f"{r['icb_code']}: {r['region_code']} is no region" for r in rows if r["region_code"] not in slugs]:
        raise DataError(f"data_raw/{regions.edition}/icbs.csv cannot be used", lost, "write a code of regions.csv")
    return {
        row["icb_code"]: Board(row["icb_code"], row["ods_code"], _short(row["icb_name"]), slugs[row["region_code"]])
        for row in rows
    }


def with_boards(regions: Regions) -> Regions:
    """Return regions that know their boards' codes too, as a file of boundaries may hold these alone.

    Examples
    --------
    >>> with_boards(Regions.open("2023-24")).codes["E54000055"]
    'midlands'
    """
    return replace(regions, codes=regions.codes | {board.code: board.region for board in read_boards(regions).values()})


def footprints(regions: Regions) -> dict[str, Footprint]:
    """Return the footprints of an edition by slug, checked against its boards and regions.

    Raises
    ------
    ParamsError
        With every problem and its line: those of the file itself, a board that is not known (and the
        nearest that is), a slug or name that already means a region or another footprint.

    Examples
    --------
    >>> list(footprints(Regions.open("2023-24")))[:2]
    ['reach-out', 'impact']
    """
    from needs.params.footprints import read_footprints

    return read_footprints(regions.edition, regions.root, partial(_faults, regions, read_boards(regions)))


def find_footprint(text: str, regions: Regions) -> Region | None:
    """Return the area of the footprint that a slug, or a name in any case, means; None if none is meant.

    Examples
    --------
    >>> find_footprint("reach OUT", Regions.open("2023-24"))
    Region(edition='2023-24', slug='reach-out', name='Reach Out', code='reach-out', tile=(2, 0))
    """
    for slug, footprint in footprints(regions).items():
        if key_of(text) in (slug, key_of(footprint.name)):
            return as_region(regions, slug, footprint)
    return None


def as_region(regions: Regions, slug: str, footprint: Footprint) -> Region:
    """Return a footprint as an area to run: no table has its code, and its tile is a free one beside most of its boards.

    Raises
    ------
    DataError
        If a board is not known.

    Examples
    --------
    >>> regions = Regions.open("2023-24")
    >>> as_region(regions, "impact", footprints(regions)["impact"]).code
    'impact'
    """
    boards = read_boards(regions)
    if wrong := [what for _, what in unknown_boards(boards, footprint.icbs)]:
        raise DataError(f"footprint {slug!r} cannot be used", wrong, "needs regions")
    return Region(regions.edition, slug, footprint.name, slug, _tile(regions, boards, footprint.icbs))


def rest_of(region: Region) -> Region:
    """Return what a footprint leaves of a region: no table has its code.

    Examples
    --------
    >>> rest_of(Regions.open("2023-24").resolve("london"))
    Region(edition='2023-24', slug='rest-of-london', name='Rest of London', code='rest-of-london', tile=(2, 1))
    """
    slug = f"rest-of-{region.slug}"
    return replace(region, slug=slug, name=f"Rest of {region.name}", code=slug)


def unknown_boards(boards: Mapping[str, Board], codes: Collection[str]) -> Iterator[tuple[int, str]]:
    """Give the place of each code that is no board's, and what is wrong with it.

    Examples
    --------
    >>> boards = read_boards(Regions.open("2023-24"))
    >>> next(unknown_boards(boards, ["E54000055", "QHL"]))
    (1, "'QHL' is no integrated care board's code. Did you mean 'E54000055' (Birmingham and Solihull)?")
    """
    for index, code in enumerate(codes):
        if code not in boards:
            yield index, f"{code!r} is no integrated care board's code. {_meant(boards, code)}"


def _meant(boards: Mapping[str, Board], text: str) -> str:
    names = {name: b for b in boards.values() for name in (b.ods_code, b.name, b.code)}
    if near := nearest(text, names, 1):
        board = names[near[0]]
        return f"Did you mean {board.code!r} ({board.name})?"
    return f"There are {', '.join(boards)}" if boards else "The edition has none"


def _faults(
    regions: Regions, boards: Mapping[str, Board], told: Mapping[str, Footprint]
) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Give what a file of footprints cannot know of itself, with its place there."""
    taken = {"england": "England"}
    taken |= {key: rest.name for rest in map(rest_of, regions) for key in (rest.slug, key_of(rest.name))}
    for slug, footprint in told.items():
        for place, name in (((slug,), slug), ((slug, "name"), footprint.name)):
            other = region.name if (region := regions.find(name)) else taken.get(key_of(name))
            if other:
                yield place, f"{name!r} already means {other}; choose another"
        taken |= dict.fromkeys((slug, key_of(footprint.name)), slug)
        for index, what in unknown_boards(boards, footprint.icbs):
            yield (slug, "icbs", index), what
        if boards and not boards.keys() - set(footprint.icbs):
            yield (slug, "icbs"), "every board is in it: that is England, which each report shows beside its area"


def _tile(regions: Regions, boards: Mapping[str, Board], codes: Collection[str]) -> tuple[int, int]:
    """Return the nearest free tile to the region with most of the boards, on the map as it is if possible."""
    inside = [boards[code].region for code in codes]
    left = {board.region for board in boards.values() if board.code not in codes}
    row, column = max(regions, key=lambda region: inside.count(region.slug)).tile
    taken = {region.tile for region in regions if region.slug in left}
    rows, columns = (1 + max(region.tile[side] for region in regions) for side in (0, 1))

    def far(tile: tuple[int, int]) -> tuple[int, bool, tuple[int, int]]:
        grows = not (0 <= tile[0] < rows and 0 <= tile[1] < columns)
        return abs(tile[0] - row) + abs(tile[1] - column), grows, tile

    return min({*product(range(rows + 1), range(-1, columns + 1))} - taken, key=far)


def _short(name: str) -> str:
    return name.removeprefix("NHS ").removesuffix(" Integrated Care Board")
