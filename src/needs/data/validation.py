"""What the estimate is held against: counts of use, cells that need should predict, and published figures.

Nothing here is used to make the estimate.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from needs.data.inputs import Inputs
from needs.data.lookup import select
from needs.data.snapshot import KIND_OF_STATUS
from needs.errors import DataError
from needs.params.model import Series
from needs.values import Estimate, Provenance, Tier, records

__all__ = ["counts_of_use", "published_cells", "published_counts", "published_shares"]


def counts_of_use(inputs: Inputs) -> Iterator[tuple[str, str, pd.Series[float], Provenance]]:
    """Give each published count of use: label, note, count by cell, and how it is known.

    A cell is a region's slug, or the slugs of several that were published together (``a+b``), which stay one cell.

    Examples
    --------
    >>> from needs.params.load import load
    >>> inputs = Inputs.open(load("2009-10", "london").canonical_json())
    >>> [(len(counts), float(counts["south-east-coast+south-central"])) for _, _, counts, _ in counts_of_use(inputs)]
    [(9, 198.0)]
    """
    for use in inputs.parameters.demand.use:
        values, known = inputs.regional(use.series, "repeat")
        table = inputs.evidence.table(use.series.table)
        codes = {region.code: region.slug for region in inputs.regions}
        together: dict[str, str] = {}
        for code in select(table, use.series.measure, {"period": use.series.period})["region_code"].unique():
            members = [codes.get(part, "") for part in str(code).split("+")]
            if all(members) and len(members) > 1:
                together |= dict.fromkeys(members, "+".join(members))
        cells = values.rename(index=together)
        yield use.label, use.note, cells[~cells.index.duplicated()], known


def published_cells(inputs: Inputs) -> tuple[pd.DataFrame, Provenance]:
    """Return the published cells that the need index is asked to predict, with what it needs to do so.

    A cell published for several regions together stays one cell: its adults are added up, its shares weighted by
    them.

    Returns
    -------
    DataFrame
        ``cell, count, adults, tenth, fifth``.
    Provenance

    Examples
    --------
    >>> from needs.params.load import load
    >>> cells, _ = published_cells(Inputs.open(load("2023-24", "london").canonical_json()))
    >>> len(cells), int(cells["count"].sum())
    (9, 1240)
    """
    told = inputs.parameters.validation.transfers
    read: dict[str, Series] = {"adults": told.adults, "tenth": told.tenth, "fifth": told.fifth}
    found, known = {}, []
    for name, series in read.items():
        values = inputs.evidence.regional(
            series.table, series.measure, tier=series.tier, sex=series.sex, period=series.period
        )
        found[name] = values * series.scale
        known.append(Provenance(values.attrs["kind"], values.attrs["sources"]))
    adults = found["adults"]
    edition = told.counts.table.partition("/")[0]
    slug = {region.code: region.slug for region in inputs.evidence.elsewhere(edition).regions}
    table = inputs.evidence.table(told.counts.table)
    cells = []
    for row in records(select(table, told.counts.measure, {"period": told.counts.period, "tier": told.counts.tier})):
        members = [slug.get(code, "") for code in str(row.region_code).split("+")]
        if not all(members):
            continue
        weights = adults[members] / adults[members].sum()
        shares = [float((found[name][members] * weights).sum()) for name in ("tenth", "fifth")]
        cells.append((row.region_name, float(row.value), float(adults[members].sum()), *shares))
        known.append(Provenance(KIND_OF_STATUS[str(row.status)], (f"{table.attrs['ref']}#{row.source_id}",)))
    return pd.DataFrame(cells, columns=["cell", "count", "adults", "tenth", "fifth"]), Provenance.of(
        *known, kind="derived"
    )


def published_counts(inputs: Inputs) -> list[tuple[str, tuple[Tier, ...], list[str], Estimate, bool]]:
    """Return published people in care by collaborative: label, tiers, its boards' slugs, people, whether at least.

    The boards are those that the evidence table of footprints names, whatever a user has made of them.

    Examples
    --------
    >>> from needs.params.load import load
    >>> counts = published_counts(Inputs.open(load("2023-24", "london").canonical_json()))
    >>> [(label, len(boards), people.value) for label, _, boards, people, _ in counts][1]
    ('Reach Out (West Midlands): People whose care is commissioned, October 2021', 6, 550.0)
    """
    told = inputs.parameters.validation.counts
    if not told:
        return []
    table, slug = inputs.evidence.table("footprints"), {board.code: board.slug for board in inputs.boards()}
    found: list[tuple[str, tuple[Tier, ...], list[str], Estimate, bool]] = []
    for number, count in enumerate(told):
        members = [slug[code] for code in table.loc[table["collaborative"] == count.footprint, "icb_code"]]
        if not members:
            raise DataError(
                f"no board of the table footprints belongs to {count.footprint!r}", remedy="name one it has"
            )
        figure = inputs.estimate(count.row, f"validation.counts.{number}.row")
        if count.beds:
            figure = figure * inputs.by_tier("demand.occupancy")["medium"]
        label = f"{count.footprint}: {count.label}"
        found.append((label, count.tiers, members, figure, count.at_least))
    return found


def published_shares(inputs: Inputs) -> list[tuple[str, str, Estimate]]:
    """Return published shares of England: region's slug, label, share.

    Examples
    --------
    >>> from needs.params.load import load
    >>> inputs = Inputs.open(load("2009-10", "london").canonical_json())
    >>> [share.value for _, _, share in published_shares(inputs)]
    [0.3114, 0.3082, 0.2932, 0.1914]
    """
    return [(share.region, share.label, inputs.estimate(share.row, f"validation.shares.{number}.row"))
            for number, share in enumerate(inputs.parameters.validation.shares)]  # fmt: skip
