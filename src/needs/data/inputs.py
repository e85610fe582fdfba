"""What the methods are given: a region's parameters turned into figures and frames, each with its source.

Notebooks open :class:`Inputs` with the parameters they are told and hand its values to the methods.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from needs.data.geography import Region, Regions
from needs.data.snapshot import KIND_OF_STATUS, Evidence
from needs.errors import DataError
from needs.params.model import Budget, EvidenceRow, Figure, Price, Quoted, RunParameters, Series
from needs.values import TIERS, Estimate, Kind, Provenance, Tier, merge_sources, records, weakest

__all__ = ["RULE_NAMES", "Inputs", "split_combined"]

RULE_NAMES = {
    "population": "Adults",
    "deprivation": "Adults weighted by deprivation",
    "smi_register": "Severe mental illness register",
    "prison_transfers": "Prison transfers to hospital",
}
"""Name of each allocation rule on the page."""


def split_combined(
    values: pd.Series, combined: Mapping[str, tuple[str, ...]], by: pd.Series, share: bool = True
) -> pd.Series:
    """Give every area a figure where some were published together.

    Parameters
    ----------
    values : Series
        Published figures by area or by combined cell.
    combined : mapping of str to tuple of str
        Areas that each combined cell holds.
    by : Series
        Counts of every area, adults for example.
    share : bool
        Split a combined cell in proportion to ``by`` (counts); else repeat it (rates).

    Returns
    -------
    Series indexed like ``by``
        One figure an area.

    Raises
    ------
    ValueError
        If an area has no figure, or two.

    Examples
    --------
    >>> split_combined(pd.Series({"a": 5.0, "b+c": 6.0}), {"b+c": ("b", "c")},
    ...                pd.Series({"a": 9.0, "b": 2.0, "c": 1.0})).to_dict()
    {'a': 5.0, 'b': 4.0, 'c': 2.0}
    """
    parts: dict[str, float] = {}
    for cell, value in values.items():
        areas = list(combined.get(str(cell), (str(cell),)))
        for area, count in by.loc[areas].items():
            if str(area) in parts:
                raise ValueError(f"{area} has two figures")
            part = float(count) / float(by.loc[areas].sum()) if share else 1.0
            parts[str(area)] = float(value) * part
    missing = [str(area) for area in by.index if str(area) not in parts]
    if missing:
        raise ValueError(f"no figure for {', '.join(missing)}")
    return pd.Series(parts).loc[list(by.index)]


@dataclass(frozen=True)
class Inputs:
    """Everything that the methods need to know about one region.

    Parameters
    ----------
    parameters : RunParameters
        What the run is told.
    evidence : Evidence
        Published evidence of the edition.
    regions : Regions
        Regions of the edition.

    Examples
    --------
    >>> from needs.params.load import load
    >>> london = Inputs.open(load("2023-24", "london").canonical_json())
    >>> adults, known = london.adults()
    >>> round(adults["london"] / 1000, 1), known.kind
    (6969.3, 'derived')
    """

    parameters: RunParameters
    evidence: Evidence
    regions: Regions

    @classmethod
    def open(cls, parameters: str) -> Inputs:
        """Open the inputs of the region that canonical parameters name."""
        told = RunParameters.from_json(parameters)
        return cls(told, Evidence.open(told.edition), Regions.open(told.edition))

    @cached_property
    def region(self) -> Region:
        """The region of the run."""
        return self.regions.resolve(self.parameters.region)

    def estimate(self, figure: Figure, name: str) -> Estimate:
        """Return a parameter's figure, read from evidence or given.

        Parameters
        ----------
        figure : EvidenceRow or Given
            The figure.
        name : str
            Dotted name of the parameter, for the source of a given figure.
        """
        if isinstance(figure, EvidenceRow):
            found = self.evidence.figure(**figure.model_dump(exclude={"scale", "lower", "upper"}))
            ends = [None if end is None else end * figure.scale for end in (found.lower, found.upper)]
            if figure.lower is not None and figure.upper is not None:
                ends = [figure.lower, figure.upper]
            return replace(found, value=found.value * figure.scale, lower=ends[0], upper=ends[1])
        source = (f"params/{self.parameters.edition}#{name}",)
        return Estimate(figure.value, figure.lower, figure.upper, figure.kind, source)

    def by_tier(self, name: str) -> dict[Tier, Estimate]:
        """Return a parameter that has one figure a tier, such as ``demand.beds``."""
        block: Any = self.parameters
        for part in name.split("."):
            block = getattr(block, part)
        return {tier: self.estimate(getattr(block, tier), f"{name}.{tier}") for tier in TIERS}

    def adults(self) -> tuple[pd.Series, Provenance]:
        """Return adults of every region, by slug."""
        told = self.parameters.population
        return self._regional(Series(label="", unit="", table=told.table, measure="population_18_plus",
                                     sex="persons", period=told.period))  # fmt: skip

    def people(self) -> tuple[pd.DataFrame, Provenance]:
        """Return the region's adults by sex and age band, with their share and England's.

        Returns
        -------
        DataFrame
            ``sex, age_band, people, share, england_share``; shares are of all adults of the area.
        Provenance
        """
        told = self.parameters.population
        rows, known = [], []
        for sex in ("male", "female"):
            for band in told.age_bands:
                series = Series(
                    label="", unit="", table=told.table, measure=f"population_{band}", sex=sex, period=told.period
                )
                counts, provenance = self._regional(series)
                rows.append((sex, _band_name(band), counts[self.region.slug], counts.sum()))
                known.append(provenance)
        frame = pd.DataFrame(rows, columns=["sex", "age_band", "people", "england_people"])
        frame["share"] = frame["people"] / frame["people"].sum()
        frame["england_share"] = frame["england_people"] / frame["england_people"].sum()
        adults, _ = self.adults()
        if round(frame["people"].sum()) != round(adults[self.region.slug]):
            raise DataError(
                f"{told.table} does not add up",
                [
                    f"{self.region.name}: bands make {frame['people'].sum():,.0f}, adults are {adults[self.region.slug]:,.0f}"
                ],
                "check population.age_bands in the parameters against the table",
            )
        return frame, Provenance.of(*known)

    def drivers(self) -> tuple[pd.DataFrame, Provenance]:
        """Return need drivers of all regions beside England.

        Returns
        -------
        DataFrame
            ``driver, unit, area, name, value, england``; England is the published figure where
            the table has one, else the adult-weighted mean of its regions.
        Provenance
        """
        adults, known = self.adults()
        frames = []
        for series in self.parameters.drivers:
            values, provenance = self._regional(series, split=False)
            england = self._england(series)
            centre = england if england is not None else float((values * adults).sum() / adults.sum())
            names = [self.regions.resolve(slug).name for slug in values.index]
            frames.append(
                pd.DataFrame({"driver": series.label, "unit": series.unit, "area": values.index, "name": names,
                              "value": values.to_numpy(), "england": centre})
            )  # fmt: skip
            known = Provenance.of(known, provenance, kind="derived")
        return pd.concat(frames, ignore_index=True), known

    def need_weights(self) -> tuple[pd.DataFrame, Provenance]:
        """Return the need weight of every region under every rule that has published data.

        Returns
        -------
        DataFrame, regions x rules
            Adults; adults times the deprivation score; people on registers; prison transfers.
        Provenance
        """
        adults, known = self.adults()
        weights = {"population": adults}
        for rule, series in self.parameters.demand.need.items():
            values, provenance = self._regional(series)
            weights[rule] = values * adults if rule == "deprivation" else values
            known = Provenance.of(known, provenance, kind="derived")
        return pd.DataFrame(weights), known

    def unit_costs(self) -> dict[Tier, Estimate]:
        """Return the cost of one unit of care by tier, with the range of published prices that bound it."""
        costs = self.by_tier("costs.unit_cost")
        for price in self.parameters.costs.prices:
            if price.bound is None:
                continue
            cost, end = costs[price.tier], self._per_unit(price)
            lower, upper = cost.bounds
            ends = (min(lower, end.value), upper) if price.bound == "lower" else (lower, max(upper, end.value))
            costs[price.tier] = replace(
                cost, lower=ends[0], upper=ends[1], kind=weakest([cost.kind, end.kind]),
                source=merge_sources(cost.source, end.source),
            )  # fmt: skip
        return costs

    def prices(self) -> Iterator[tuple[Price, str, Estimate]]:
        """Give each published price with what it is used for here and its figure, in its own unit."""
        for price in self.parameters.costs.prices:
            central = price.row == getattr(self.parameters.costs.unit_cost, price.tier)
            use = (
                "unit cost used" if central else f"{price.bound} end of the range" if price.bound else "for comparison"
            )
            yield price, use, self.estimate(price.row, "costs.prices")

    def row(self, name: str) -> Estimate | None:
        """Return an optional row of evidence of ``costs``, such as ``national_spend``; None where there is none."""
        told: EvidenceRow | None = getattr(self.parameters.costs, name)
        return self.estimate(told, f"costs.{name}") if told else None

    def budgets(self) -> Iterator[tuple[Budget, str, Estimate | None]]:
        """Give each base of the mental-health budget for England and the region; None where none is published."""
        for budget in self.parameters.costs.budgets:
            base = self.estimate(budget.row, "costs.budgets")
            if budget.times is not None:
                base = base * self.estimate(budget.times, "costs.budgets")
            yield budget, "England", base
            own = budget.regions.get(self.region.slug)
            yield budget, self.region.name, self.estimate(own, "costs.budgets") if own else None

    def quoted(
        self, section: Literal["provision", "prison_transfers", "groups", "outcomes"]
    ) -> list[tuple[Quoted, Estimate]]:
        """Return the published national figures that a section quotes."""
        return [(told, self.estimate(told.row, f"quoted.{section}")) for told in self.parameters.quoted[section]]

    def destination(self) -> dict[str, dict[str, Estimate]]:
        """Return where patients who need less security would go, by current tier."""
        told = self.parameters.step_down.destination
        return {
            tier: {to: self.estimate(share, f"step_down.destination.{tier}.{to}") for to, share in shares.items()}
            for tier, shares in told.items()
        }

    def local_places(self) -> dict[str, Estimate]:
        """Return the places that the region says it has, by tier; empty where it says nothing."""
        told = self.parameters.step_down.local_places
        return {tier: self.estimate(places, f"step_down.local_places.{tier}") for tier, places in told.items()}

    def tiles(self) -> pd.DataFrame:
        """Return where each region stands on the tile map: ``area, name, tile_row, tile_col``."""
        return pd.DataFrame(
            [{"area": r.slug, "name": r.name, "tile_row": r.tile[0], "tile_col": r.tile[1]} for r in self.regions]
        )

    def _per_unit(self, price: Price) -> Estimate:
        """Turn a price into the unit of the unit costs (a place-year or an occupied bed-day)."""
        found = self.estimate(price.row, "costs.prices")
        basis = self.parameters.costs.basis
        if price.basis == basis:
            return found
        return found / 365 if basis == "occupied_bed_day" else found * 365

    def _england(self, series: Series) -> float | None:
        rows = self._rows(series)
        found = rows[rows["region_code"] == "E92000001"]
        return float(found["value"].iloc[0]) * series.scale if len(found) == 1 else None

    def _rows(self, series: Series) -> pd.DataFrame:
        rows = self.evidence.table(series.table)
        for name in ("measure", "tier", "sex", "period"):
            wanted = getattr(series, name)
            if wanted is not None:
                rows = rows[rows[name] == wanted]
        return rows

    def _regional(self, series: Series, split: bool = True) -> tuple[pd.Series, Provenance]:
        """Return one figure a region; cells of several regions are split by adults, or repeated if rates."""
        rows = self._rows(series)
        slugs = {region.code: region.slug for region in self.regions}
        names = {region.code: region.name for region in self.regions}
        cells: dict[str, float] = {}
        combined: dict[str, tuple[str, ...]] = {}
        used = []
        for row in records(rows):
            codes = str(row.region_code).split("+")
            part = len(codes) == 1 and row.region_name != names.get(codes[0])  # one trust, say, of a region
            if all(code in slugs for code in codes) and not part:
                cell = "+".join(slugs[code] for code in codes)
                if cell in cells:
                    raise self._unusable(series, f"{cell} has two rows; name the tier, sex or period")
                cells[cell] = float(row.value) * series.scale
                combined[cell] = tuple(slugs[code] for code in codes)
                used.append(row)
        if not used:
            raise self._unusable(series, "no row of any region")
        by = self.adults()[0] if split and any(len(c) > 1 for c in combined.values()) else None
        order = [region.slug for region in self.regions]
        weights = by if by is not None else pd.Series(1.0, index=order)
        try:
            values = split_combined(pd.Series(cells), combined, weights, share=split)
        except ValueError as error:
            raise self._unusable(series, str(error)) from None
        kinds: list[Kind] = [KIND_OF_STATUS[str(row.status)] for row in used]
        if by is not None:
            kinds.append("derived")
        sources = merge_sources(f"{rows.attrs['ref']}#{row.source_id}" for row in used)
        return values, Provenance(weakest(kinds), sources)

    def _unusable(self, series: Series, what: str) -> DataError:
        told = {k: v for k, v in series.model_dump().items() if k in ("measure", "tier", "sex", "period") and v}
        return DataError(
            f"{series.table} cannot be used",
            [f"{what} ({', '.join(f'{k} {v}' for k, v in told.items())})"],
            "needs data check",
        )


def _band_name(band: str) -> str:
    return band.replace("_plus", " and over").replace("_", " to ")
