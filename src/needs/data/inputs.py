"""What the methods are given: a region's parameters turned into figures and frames, each with its source.

Notebooks open :class:`Inputs` with the parameters they are told and hand its values to the methods.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from needs.data.geography import Region
from needs.data.lookup import select
from needs.data.people import People, asked
from needs.data.snapshot import KIND_OF_STATUS
from needs.params.costs import DAYS_IN_YEAR
from needs.params.model import EvidenceRow, Figure, Given, Price, Quoted, Series
from needs.params.service import MEASURED
from needs.values import TIERS, Estimate, Provenance, Tier, merge_sources, records, weakest

__all__ = ["Base", "Inputs"]

REGIONS_ALONE = ("demand.counted.", "flow.beds.", "step_down.local_places.")
"""Figures that an edition has no default of: one that is there was given by the region."""


@dataclass(frozen=True)
class Base:
    """One base of the mental-health budget in one area.

    Parameters
    ----------
    label, scope, area : str
        Name of the base, what it (or the published share) covers, and its area.
    budget : Estimate or None
        GBP a year; None where none is published, or where a published share stands alone.
    share : Estimate or None
        Share of secure care as published.
    """

    label: str
    scope: str
    area: str
    budget: Estimate | None
    share: Estimate | None


@dataclass(frozen=True)
class Inputs(People):
    """Everything that the methods need to know about one region or footprint; its parameters are those of People.

    Examples
    --------
    >>> from needs.params.load import load
    >>> london = Inputs.open(load("2023-24", "london").canonical_json())
    >>> adults, known = london.adults()
    >>> round(float(adults["london"]) / 1000, 1), known.kind
    (6969.3, 'derived')
    """

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
            found = self.evidence.figure(**figure.model_dump(exclude={"scale", "lower", "upper", "because"}))
            ends = [None if end is None else end * figure.scale for end in (found.lower, found.upper)]
            sources = found.source
            if figure.lower is not None and figure.upper is not None:
                ends = [figure.lower, figure.upper]
                sources = (*sources, f"params/{self.parameters.edition}#{name}")
            return replace(found, value=found.value * figure.scale, lower=ends[0], upper=ends[1], source=sources)
        source = (f"params/{self.parameters.edition}#{name}",)
        return Estimate(figure.value, figure.lower, figure.upper, figure.kind, source)

    def by_tier(self, name: str) -> dict[Tier, Estimate]:
        """Return a parameter that has one figure a tier, such as ``demand.beds``."""
        block: Any = self.parameters
        for part in name.split("."):
            block = getattr(block, part)
        return {tier: self.estimate(getattr(block, tier), f"{name}.{tier}") for tier in TIERS}

    def drivers(self) -> tuple[pd.DataFrame, Provenance]:
        """Return need drivers of all areas beside England.

        Returns
        -------
        DataFrame
            ``driver, unit, note, area, name, value, england``; England is the published figure
            where the table has one, else the mean of its areas weighted by people.
        Provenance
        """
        _, known = self.adults()
        names = {area.slug: area.name for area in self.areas}
        frames = []
        for series in self.parameters.drivers:
            values, provenance = self.regional(series, "repeat")
            england = self._england(series)
            people, _ = self.regional(self.head_count(series.per))
            centre = england if england is not None else float((values * people).sum() / people.sum())
            frames.append(
                pd.DataFrame({"driver": series.label, "unit": series.unit, "note": series.note, "area": values.index,
                              "name": values.index.map(names), "value": values.to_numpy(), "england": centre})
            )  # fmt: skip
            known = Provenance.of(known, provenance, kind="derived")
        return pd.concat(frames, ignore_index=True), known

    def unit_costs(self) -> dict[Tier, Estimate]:
        """Return the cost of one unit of care by tier, with the range of published prices that bound it."""
        costs = self.by_tier("costs.unit_cost")
        for number, price in enumerate(self.parameters.costs.prices):
            if price.bound is None:
                continue
            cost, end = costs[price.tier], self._per_unit(price, f"costs.prices.{number}.row")
            lower, upper = cost.bounds
            ends = (min(lower, end.value), upper) if price.bound == "lower" else (lower, max(upper, end.value))
            costs[price.tier] = replace(
                cost, lower=ends[0], upper=ends[1], kind=weakest([cost.kind, end.kind]),
                source=merge_sources(cost.source, end.source),
            )  # fmt: skip
        return costs

    def prices(self) -> Iterator[tuple[Price, str, Estimate]]:
        """Give each published price with what it is used for here and its figure, in its own unit."""
        for number, price in enumerate(self.parameters.costs.prices):
            central = price.row == getattr(self.parameters.costs.unit_cost, price.tier)
            use = (
                "unit cost used" if central else f"{price.bound} end of the range" if price.bound else "for comparison"
            )
            yield price, use, self.estimate(price.row, f"costs.prices.{number}.row")

    def row(self, name: str) -> Estimate | None:
        """Return an optional row of evidence of ``costs``, such as ``national_spend``; None where there is none."""
        told: EvidenceRow | None = getattr(self.parameters.costs, name)
        return self.estimate(told, f"costs.{name}") if told else None

    def budgets(self) -> Iterator[Base]:
        """Give each base of the mental-health budget, for England and then for the region."""
        for number, budget in enumerate(self.parameters.costs.budgets):
            name = f"costs.budgets.{number}"
            base = self.estimate(budget.row, f"{name}.row")
            if budget.times is not None:
                base = base * self.estimate(budget.times, f"{name}.times")
            if budget.published is not None:
                share = self.estimate(budget.published, f"{name}.published")
                yield Base(budget.label, budget.published_note, "England", None, share)
            if budget.computed:
                yield Base(budget.label, budget.scope, "England", base, None)
                own = budget.regions.get(self.region.slug)
                regional = self.estimate(own, f"{name}.regions.{self.region.slug}") if own else None
                yield Base(budget.label, budget.scope, self.region.name, regional, None)

    def _regions(self) -> list[Region]:
        """Return the regions that the run's area is, or lies in."""
        told = self.parameters.footprint
        within = {board.region for board in self.boards() if told and board.code in told.icbs} or {self.region.slug}
        return [region for region in self.regions if region.slug in within]

    def lies_in(self) -> tuple[str, ...]:
        """Return the names of the regions that a footprint lies in; none for a region."""
        return tuple(region.name for region in self._regions()) if self.parameters.footprint else ()

    def local_evidence(self) -> pd.DataFrame:
        """Return what is published for the region or parts of it: the latest figure of each measure and area.

        A footprint has what is published for the regions that it lies in and their parts, which carry their own names.
        Where a measure has a figure of the whole region, those of its parts stay in the table of evidence.

        Returns
        -------
        DataFrame
            ``name, measure, tier, period, value, unit, kind, source``; empty where nothing was found.
        """
        found = []
        codes = [region.code for region in self._regions()]
        for table in self.parameters.local_evidence:
            rows = self.evidence.table(table)
            for row in records(rows[rows["region_code"].isin(codes) & (rows["value"] > 0)]):
                found.append((row.region_name, str(row.measure).replace("_", " "), row.tier, row.period, float(row.value),
                              row.unit, KIND_OF_STATUS[str(row.status)], f"{rows.attrs['ref']}#{row.source_id}"))  # fmt: skip
        columns = ["name", "measure", "tier", "period", "value", "unit", "kind", "source"]
        every = pd.DataFrame(found, columns=columns)
        latest = (
            every.sort_values("period", kind="stable")
            .drop_duplicates(["name", "measure", "tier"], keep="last")
            .sort_index()
        )
        whole = set(latest.loc[latest["name"] == self.region.name, "measure"])
        parts = (latest["name"] != self.region.name) & latest["measure"].isin(whole)
        return latest[~parts].reset_index(drop=True)

    def quoted(
        self, section: Literal["provision", "prison_transfers", "groups", "outcomes", "projections"]
    ) -> list[tuple[Quoted, Estimate]]:
        """Return the published national figures that a section quotes."""
        told = enumerate(self.parameters.quoted[section])
        return [(one, self.estimate(one.row, f"quoted.{section}.{number}.row")) for number, one in told]

    def destination(self) -> dict[str, dict[str, Estimate]]:
        """Return where patients who need less security would go, by current tier."""
        told = self.parameters.step_down.destination
        return {
            tier: {to: self.estimate(share, f"step_down.destination.{tier}.{to}") for to, share in shares.items()}
            for tier, shares in told.items()
        }

    def counted(self) -> dict[str, Estimate]:
        """Return the people that the area says are in each tier today; empty where it says nothing."""
        told = self.parameters.demand.counted
        return {tier: self.estimate(people, f"demand.counted.{tier}") for tier, people in told.items()}

    def local_places(self) -> dict[str, Estimate]:
        """Return the places that the region says it has, by tier; empty where it says nothing."""
        told = self.parameters.step_down.local_places
        return {tier: self.estimate(places, f"step_down.local_places.{tier}") for tier, places in told.items()}

    def gave(self, *names: str) -> bool:
        """Whether the region's own data or file give a parameter, or a figure of a block of parameters.

        Parameters
        ----------
        names : str
            Dotted names; one is enough. Of figures that the edition has too, only those measured from the region's own
            service data are known to be the region's.

        Examples
        --------
        >>> from needs.params.load import load
        >>> Inputs.open(load("2023-24", "london").canonical_json()).gave("flow.stay", "flow.beds", "costs.spend_file")
        False
        """
        if "costs.spend_file" in names and self.parameters.costs.spend_file is not None:
            return True
        return bool(names) and any(
            isinstance(figure, Given) and (figure.source.startswith(MEASURED) or name.startswith(REGIONS_ALONE))
            for name, (figure, _) in self.parameters.figures(*names).items()
        )

    def _per_unit(self, price: Price, name: str) -> Estimate:
        """Turn a price into the unit of the unit costs (a place-year or an occupied bed-day)."""
        found = self.estimate(price.row, name)
        basis = self.parameters.costs.basis
        if price.basis == basis:
            return found
        return found / DAYS_IN_YEAR if basis == "occupied_bed_day" else found * DAYS_IN_YEAR

    def _england(self, series: Series) -> float | None:
        """England's own figure of a series, where its table has one."""
        rows = select(self.evidence.table(series.table), series.measure, asked(series))
        found = rows[rows["region_code"] == "E92000001"]
        return float(found["value"].iloc[0]) * series.scale if len(found) == 1 else None
