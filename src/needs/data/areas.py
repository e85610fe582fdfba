"""The areas that make up England in a run, and how the edition's regions fall into them.

Regions are areas as they are. Below them stand the integrated care boards, and a footprint with what it
leaves of each region. Areas always add up to England.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import pandas as pd

from needs.data.footprints import Board, as_region, read_boards, rest_of, with_boards
from needs.data.geography import Region, Regions
from needs.data.sidecar import read_sidecar
from needs.data.snapshot import KIND_OF_STATUS, Evidence
from needs.errors import DataError
from needs.params.areas import Footprint, Population
from needs.values import Provenance, weakest

__all__ = ["ADULTS", "Areas", "board_adults"]

ADULTS = "population_18_plus"
"""Measure of adults."""

SEXES = ("male", "female", "persons")

ENGLAND = "E92000001"

TOLERANCE = 0.001
"""Largest difference, as a share, between the adults of a region and those of its boards: more is not the same place."""

MOST = 5
"""Boards told of a table that is not one of boards."""

NOTE = (
    "Adults of each sex are published by integrated care board. What is published for regions alone is shared between "
    "their boards: people of an age in proportion to adults of the sex (each board has its region's age structure), "
    "other counts in proportion to adults; rates are those of the region."
)


@dataclass(frozen=True, eq=False)
class Areas:
    """Areas that make up England, and the share of each region that lies in each.

    Parameters
    ----------
    areas : tuple of Region
        Every area, in order.
    share : dict of DataFrame, areas x regions
        By ``male``, ``female`` and ``persons``: share of a region's adults who live in the area, by slugs;
        every column adds up to 1.
    codes : dict
        Slug of the area that each code on a map means.
    known : Provenance
        What the shares rest on; no source where the areas are the regions.
    note : str
        What a reader must know of figures of these areas.

    Notes
    -----
    A board has its published adults by sex. What is published for regions alone is shared between their boards:
    people of an age in proportion to adults of the sex, so that each board has its region's age structure; other
    counts in proportion to adults. Rates are those of the region.

    Examples
    --------
    >>> from needs.params.load import load
    >>> boards = Areas.of_boards(Evidence.open("2023-24"), load("2023-24", "london").population)
    >>> beds = pd.Series({region.slug: 100.0 for region in Regions.open("2023-24")})
    >>> len(boards), round(float(boards.counts(beds).sum()), 9)
    (42, 700.0)
    """

    areas: tuple[Region, ...]
    share: Mapping[str, pd.DataFrame]
    codes: Mapping[str, str]
    known: Provenance
    note: str = ""

    def __iter__(self) -> Iterator[Region]:
        return iter(self.areas)

    def __len__(self) -> int:
        return len(self.areas)

    @classmethod
    def of_regions(cls, regions: Regions) -> Areas:
        """Return the regions of an edition, each an area as it is.

        Examples
        --------
        >>> len(Areas.of_regions(Regions.open("2009-10")))
        10
        """
        slugs = [region.slug for region in regions]
        same = pd.DataFrame({slug: [float(slug == other) for other in slugs] for slug in slugs}, index=slugs)
        share = dict.fromkeys(SEXES, same)
        return cls(regions.regions, share, with_boards(regions).codes, Provenance("published", ()))

    @classmethod
    def of_boards(cls, evidence: Evidence, told: Population) -> Areas:
        """Return the integrated care boards, each an area.

        Raises
        ------
        DataError
            See :func:`board_adults`.

        Examples
        --------
        >>> from needs.params.load import load
        >>> boards = Areas.of_boards(Evidence.open("2023-24"), load("2023-24", "london").population)
        >>> boards.areas[0].name, boards.known.kind
        ('Cheshire and Merseyside', 'derived')
        """
        people, known = board_adults(evidence, told)
        boards = read_boards(evidence.regions).values()
        areas = tuple(Region(evidence.edition, board.slug, board.name, board.code) for board in boards)
        return cls._of(people, people["slug"], areas, evidence.regions, known)

    @classmethod
    def of_footprint(cls, evidence: Evidence, told: Population, slug: str, footprint: Footprint) -> Areas:
        """Return a footprint and what it leaves of each region; a region that it does not touch stays as it is.

        Raises
        ------
        DataError
            If a board of the footprint is not known, or as :func:`board_adults`.

        Examples
        --------
        >>> from needs.params.load import load
        >>> told = load("2023-24", "reach-out")
        >>> areas = Areas.of_footprint(Evidence.open("2023-24"), told.population, "reach-out", told.footprint)
        >>> [area.name for area in areas][:4]
        ['Reach Out', 'North East and Yorkshire', 'North West', 'Rest of Midlands']
        """
        regions = evidence.regions
        own = as_region(regions, slug, footprint)
        people, known = board_adults(evidence, told)
        inside = people.index.isin(footprint.icbs)
        left = {region.slug: rest_of(region) for region in regions}
        touched = set(people.loc[inside, "region"])
        left |= {region.slug: region for region in regions if region.slug not in touched}
        area = people["region"].map({slug: rest.slug for slug, rest in left.items()}).where(~inside, own.slug)
        areas = (own, *(rest for rest in left.values() if rest.slug in set(area)))
        return cls._of(people, area, areas, regions, known)

    @classmethod
    def _of(
        cls, people: pd.DataFrame, area: pd.Series[str], areas: tuple[Region, ...], regions: Regions, known: Provenance
    ) -> Areas:
        """Group boards into areas."""
        order = [one.slug for one in areas], [region.slug for region in regions]
        share = {}
        for sex in SEXES:
            adults = people[sex].groupby([area, people["region"]]).sum().unstack(fill_value=0)
            share[sex] = (adults / adults.sum()).loc[order]
        return cls(areas, share, dict(zip(area.index, area, strict=True)), known, NOTE)

    def counts(self, values: pd.Series[float], sex: str = "persons") -> pd.Series[float]:
        """Spread a count by region over the areas, in proportion to adults of the sex; the sum stays.

        Parameters
        ----------
        values : Series by slug of region
            The count of every region.
        sex : str
            ``male``, ``female`` or ``persons``.

        Examples
        --------
        >>> regions = Regions.open("2023-24")
        >>> float(Areas.of_regions(regions).counts(pd.Series({region.slug: 5 for region in regions}))["london"])
        5.0
        """
        share = self.share[sex]
        return share @ values[list(share.columns)].astype(float)

    def rates(self, values: pd.Series[float], people: pd.Series[float]) -> pd.Series[float]:
        """Return the rate of each area: the mean of its regions' rates weighted by their people in it.

        Parameters
        ----------
        values, people : Series by slug of region
            The rate of every region, and the people it is of.

        Examples
        --------
        >>> regions = Regions.open("2023-24")
        >>> rate = pd.Series({region.slug: 0.5 for region in regions})
        >>> float(Areas.of_regions(regions).rates(rate, 1000 * rate)["london"])
        0.5
        """
        return self.counts(values * people) / self.counts(people)


def board_adults(evidence: Evidence, told: Population) -> tuple[pd.DataFrame, Provenance]:
    """Return the adults of every integrated care board by sex.

    Parameters
    ----------
    evidence : Evidence
        Evidence of the edition.
    told : Population
        Parameters that name the tables of people.

    Returns
    -------
    DataFrame
        By code of the board: ``name, slug, region`` (its slug), ``male, female, persons``.
    Provenance

    Raises
    ------
    DataError
        If the edition has no boards, no table of their people is named, a board has no people, no figure or several,
        there are people of a board that is none, or the boards of a region have other adults than the region by more
        than a thousandth.

    Examples
    --------
    >>> from needs.params.load import load
    >>> people, _ = board_adults(Evidence.open("2023-24"), load("2023-24", "london").population)
    >>> int(people.loc["E54000032", "persons"])
    1468193
    """
    boards = read_boards(evidence.regions)
    if not boards:
        raise DataError(f"edition {evidence.edition} has no areas below its regions", remedy="name a region")
    if told.areas is None:
        what = "none named; a footprint needs a table with the adults of every integrated care board"
        raise DataError("areas cannot be used", [what], "name one in population.areas")
    frame = evidence.table(told.areas)
    rows = frame[(frame["measure"] == ADULTS) & frame["sex"].isin(SEXES[:2])]
    if wrong := list(_not_one_each(rows, boards, evidence.regions)):
        more = [f"and {len(wrong) - MOST} more"] if len(wrong) > MOST else []
        headline = f"{frame.attrs['ref']} is not one figure a board"
        raise DataError(headline, [*wrong[:MOST], *more], "give every board of icbs.csv, and no other, one row a sex")
    rows = rows[rows["region_code"].isin(list(boards))]
    people = pd.DataFrame(
        [(b.name, b.slug, b.region) for b in boards.values()], list(boards), ["name", "slug", "region"]
    )
    for sex in ("male", "female"):
        people[sex] = rows[rows["sex"] == sex].set_index("region_code")["value"]
        _compare(people.groupby("region")[sex].sum(), evidence, told, sex)
    people["persons"] = people["male"] + people["female"]
    sources = [f"{frame.attrs['ref']}#{source}" for source in dict.fromkeys(rows["source_id"])]
    kind = weakest([KIND_OF_STATUS[status] for status in rows["status"]])
    return people, Provenance(kind, (*sources, *_lookup(evidence)))


def _not_one_each(rows: pd.DataFrame, boards: Mapping[str, Board], regions: Regions) -> Iterator[str]:
    """Give boards without one figure above 0 a sex, and other areas than these, regions and England."""
    figures = rows.groupby(["region_code", "sex"])["value"]
    count, people = figures.size(), figures.sum()
    for (code, board), sex in product(boards.items(), SEXES[:2]):
        n = count.get((code, sex), 0)
        if n != 1:
            yield f"{board.name} ({code}) has {n or 'no'} row{'s' if n > 1 else ''} of {ADULTS}, {sex}"
        elif not people[code, sex] > 0:
            yield f"{board.name} ({code}) has no people ({ADULTS}, {sex})"
    for code in sorted(set(rows["region_code"]) - boards.keys() - regions.codes.keys() - {ENGLAND}):
        yield f"{code} has people and is no board of data_raw/{regions.edition}/icbs.csv"


def _compare(boards: pd.Series[float], evidence: Evidence, told: Population, sex: str) -> None:
    adults = evidence.regional(told.table, ADULTS, sex=sex, period=told.period)
    wrong = [
        f"{region.name}: its boards have {boards.get(region.slug, 0):,.0f}, the region has {adults[region.slug]:,.0f} ({sex})"
        for region in evidence.regions
        if not abs(boards.get(region.slug, 0) / adults[region.slug] - 1) <= TOLERANCE
    ]
    if wrong:
        remedy = "name tables of the same date and places in population.table and population.areas"
        raise DataError(f"adults of {told.areas} are not those of {told.table}", wrong, remedy)


def _lookup(evidence: Evidence) -> tuple[str, ...]:
    """Return the sources of the lookup from boards to regions."""
    ref = f"{evidence.edition}/icbs"
    return tuple(f"{ref}#{source}" for source in read_sidecar(evidence.data / f"{ref}.yaml").sources)
