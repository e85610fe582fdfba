"""Who lives where: the area of a run, the areas that make up England with it, and the people in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Self

import pandas as pd

from needs.data.areas import ADULTS, Areas, board_adults
from needs.data.boundaries import read_boundaries
from needs.data.footprints import Board, as_region, read_boards
from needs.data.geography import Region, Regions
from needs.data.snapshot import Evidence
from needs.errors import DataError
from needs.params.model import RunParameters, Series
from needs.values import Provenance

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["People", "asked"]


@dataclass(frozen=True)
class People:
    """The areas of a run and the people in them.

    Parameters
    ----------
    parameters : RunParameters
        What the run is told.
    evidence : Evidence
        Published evidence of the edition.
    regions : Regions
        Regions of the edition, by which evidence is published.
    finer : bool
        Whether the areas are the integrated care boards, whatever the run is of; see :meth:`by_icb`.

    Examples
    --------
    >>> from needs.params.load import load
    >>> midlands = People.open(load("2023-24", "midlands").canonical_json())
    >>> reach_out = People.open(load("2023-24", "reach-out").canonical_json())
    >>> len(midlands.areas), len(reach_out.areas), reach_out.region.name
    (7, 8, 'Reach Out')
    """

    parameters: RunParameters
    evidence: Evidence
    regions: Regions
    finer: bool = False

    @classmethod
    def open(cls, parameters: str) -> Self:
        """Open what is known of the region or footprint that canonical parameters name.

        Examples
        --------
        >>> from needs.params.load import load
        >>> People.open(load("2009-10", "london").canonical_json()).region.code
        'Q36'
        """
        told = RunParameters.from_json(parameters)
        return cls(told, Evidence.open(told.edition), Regions.open(told.edition))

    @cached_property
    def region(self) -> Region:
        """The region or footprint of the run."""
        told = self.parameters
        if told.footprint is not None:
            return as_region(self.regions, told.region, told.footprint)
        return self.regions.resolve(told.region)

    @cached_property
    def areas(self) -> Areas:
        """The areas that make up England: regions, a footprint and what it leaves of them, or boards."""
        told = self.parameters
        if self.finer:
            return Areas.of_boards(self.evidence, told.population)
        if told.footprint is not None:
            return Areas.of_footprint(self.evidence, told.population, told.region, told.footprint)
        return Areas.of_regions(self.regions)

    def by_icb(self) -> Self | None:
        """Return the same on the integrated care boards as areas; None where the edition has none.

        Examples
        --------
        >>> from needs.params.load import load
        >>> boards = People.open(load("2023-24", "london").canonical_json()).by_icb()
        >>> len(boards.adults()[0]), boards.region.name
        (42, 'London')
        """
        return None if self.parameters.population.areas is None else replace(self, finer=True)

    def by_region(self) -> Self:
        """Return the same for the region that most of a footprint's adults live in; a region is as it is.

        What is published by region alone says nothing of a footprint of its own.

        Examples
        --------
        >>> from needs.params.load import load
        >>> People.open(load("2023-24", "thames-valley-and-wessex").canonical_json()).by_region().region.name
        'South East'
        """
        told = self.parameters
        if told.footprint is None:
            return self
        adults = self.areas.share["persons"].loc[self.region.slug] * self.region_adults()
        main = told.model_copy(update={"region": str(adults.idxmax()), "footprint": None})
        return replace(self, parameters=main)

    def boards(self) -> tuple[Board, ...]:
        """Return the integrated care boards of the edition; empty where it has none."""
        return tuple(read_boards(self.regions).values())

    def members(self) -> pd.DataFrame:
        """Return the integrated care boards of the run's region or footprint.

        Returns
        -------
        DataFrame
            ``area, name, code, region, adults``: slug, name and code of the board, name of its region, and its
            adults; empty where the edition has no boards.

        Examples
        --------
        >>> from needs.params.load import load
        >>> wessex = People.open(load("2023-24", "thames-valley-and-wessex").canonical_json()).members()
        >>> sorted(set(wessex["region"]))
        ['East of England', 'South East', 'South West']
        """
        columns = ["area", "name", "code", "region", "adults"]
        if self.parameters.population.areas is None:
            return pd.DataFrame(columns=columns)
        people, _ = board_adults(self.evidence, self.parameters.population)
        told = self.parameters.footprint
        own = people.index.isin(told.icbs) if told else people["region"] == self.region.slug
        names = {region.slug: region.name for region in self.regions}
        frame = people[own].rename_axis("code").reset_index()
        frame = frame.assign(region=frame["region"].map(names)).rename(columns={"slug": "area", "persons": "adults"})
        return frame[columns]

    def head_count(self, measure: str, sex: str = "persons") -> Series:
        """Return the series of a measure of people, such as ``population_18_24``."""
        told = self.parameters.population
        return Series(label="", unit="people", table=told.table, measure=measure, sex=sex, period=told.period)

    def adults(self) -> tuple[pd.Series, Provenance]:
        """Return adults of every area, by slug."""
        return self.regional(self.head_count(ADULTS))

    def region_adults(self) -> pd.Series:
        """Return adults of every region of the edition, by slug, which split a cell published for several."""
        return self._published(self.head_count(ADULTS), None)[0]

    def people(self) -> tuple[pd.DataFrame, Provenance]:
        """Return the adults of the run's area by sex and age band, with their share and England's.

        Returns
        -------
        DataFrame
            ``sex, age_band, people, share, england_share``; shares are of all adults of the area.
        Provenance
        """
        bands, known = self.age_bands()
        frame = pd.DataFrame({"people": bands[self.region.slug], "england_people": bands.sum(axis="columns")})
        frame = frame.rename_axis(["sex", "age_band"]).reset_index()
        frame["share"] = frame["people"] / frame["people"].sum()
        frame["england_share"] = frame["england_people"] / frame["england_people"].sum()
        return frame, known

    def age_bands(self) -> tuple[pd.DataFrame, Provenance]:
        """Return adults of every area (columns, by slug) by sex and age band (rows, in this order).

        Raises
        ------
        DataError
            If the bands do not add up to the adults of each area.

        Notes
        -----
        Below regions only adults by sex are published: each board has its region's age structure within each sex.
        """
        told, counts, known = self.parameters.population, {}, []
        for sex in ("male", "female"):
            for band in told.age_bands:
                counts[sex, _band_name(band)], provenance = self.regional(self.head_count(f"population_{band}", sex))
                known.append(provenance)
        frame = pd.DataFrame(counts).T
        adults, _ = self.adults()
        wrong = [
            f"{area.name}: bands make {made:,.0f}, adults are {adults[area.slug]:,.0f}"
            for area in self.areas
            if abs((made := frame[area.slug].sum()) - adults[area.slug]) > 0.5
        ]
        if wrong:
            remedy = "check population.age_bands in the parameters against the table"
            raise DataError(f"{told.table} does not add up", wrong, remedy)
        return frame, Provenance.of(*known)

    def regional(
        self, series: Series, split_by: pd.Series | Literal["repeat"] | None = None
    ) -> tuple[pd.Series, Provenance]:
        """Return a series of every area, by slug; one of another edition by the regions of that edition.

        Parameters
        ----------
        series : Series
            What is published by region.
        split_by : Series by slug of region, or "repeat", optional
            As in :meth:`Evidence.regional`. With ``repeat`` the series is a rate, and an area has the mean of its
            regions' rates weighted by the people the rate is of; else a count, spread by adults of its sex.
        """
        values, known = self._published(series, split_by)
        below = self.areas.known
        if not below.sources or list(values.index) != [region.slug for region in self.regions]:
            return values, known
        if split_by is not None and isinstance(split_by, str):
            people, _ = self._published(self.head_count(series.per), None)
            values = self.areas.rates(values, people)
        else:
            values = self.areas.counts(values, series.sex or "persons")
        return values, Provenance.of(known, below, kind="derived" if series.measure == ADULTS else "modelled")

    def _published(
        self, series: Series, split_by: pd.Series | Literal["repeat"] | None
    ) -> tuple[pd.Series, Provenance]:
        values = self.evidence.regional(series.table, series.measure, **asked(series), split_by=split_by)
        return values * series.scale, Provenance(values.attrs["kind"], values.attrs["sources"])

    def tiles(self) -> pd.DataFrame:
        """Return where each area stands on the tile map: ``area, name, tile_row, tile_col``; boards have no place."""
        return pd.DataFrame(
            [{"area": a.slug, "name": a.name, "tile_row": a.tile[0], "tile_col": a.tile[1]} for a in self.areas]
        )

    def boundaries(self) -> GeoDataFrame | None:
        """Return the user's own boundaries of the areas, or None where there is no file.

        A file of integrated care boards serves any area; one of regions serves regions alone.
        """
        regions = replace(self.regions, regions=self.areas.areas, codes=dict(self.areas.codes))
        try:
            return read_boundaries(regions)
        except DataError:
            if self.areas.known.sources:  # a file of regions
                return None
            raise


def asked(series: Series) -> dict[str, str | None]:
    """Return what a series asks of the rows of its table.

    Examples
    --------
    >>> asked(Series(label="", unit="people", table="prison", measure="prison_population", period="2024-06-30"))
    {'tier': None, 'sex': None, 'period': '2024-06-30'}
    """
    return {"tier": series.tier, "sex": series.sex, "period": series.period}


def _band_name(band: str) -> str:
    return band.replace("_plus", " and over").replace("_", " to ")
