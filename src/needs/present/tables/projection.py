"""Tables of demand carried forward."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from needs.data.geography import Region
from needs.params.model import Quoted
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.spark import OVER_TIME, Spark, series_words, spark
from needs.present.tables.layout import Column, laid_out, with_ranges
from needs.present.tables.need import quoted
from needs.values import Estimate, Provenance, records

__all__ = ["projection", "projections_published"]


def projection(
    variants: pd.DataFrame,
    region: Region,
    years: int,
    known: Provenance,
    note: str,
    start: int | None = None,
    by_year: pd.DataFrame | None = None,
) -> Artefact:
    """Tabulate ways of carrying demand forward, and how each differs from the first.

    Parameters
    ----------
    variants : DataFrame
        See :func:`needs.methods.projection.variants`.
    region, known
        See :func:`needs.present.charts.demand_by_tier`.
    years : int
        Years from today to the last year.
    note : str
        How far growth to come may differ from the one used.
    start : int, optional
        Calendar year of today; without it, years count from today.
    by_year : DataFrame, year x variant, optional
        Patients expected year by year, for the small pictures.
    """
    rows = variants.reset_index(drop=True)
    changes = [words.signed_range(row.change, row.change_lower_95, row.change_upper_95) for row in records(rows)]
    shown = rows.assign(
        told=with_ranges(rows, "patients", "patients_lower_95", "patients_upper_95"),
        against=["reference", *changes[1:]],
    )
    here, then = words.place(region.name), words.horizon(years, start)
    columns: dict[str, Column] = {
        "variant": ("Variant", None),
        "told": (f"Secure patients {then} (95% interval)", words.count),
        "against": (f"Change from {words.lower(str(rows['variant'].iloc[0]))}", words.signed),
    }
    first, to = records(rows)[0], max(words.step(r.patients_lower_95, r.patients_upper_95) for r in records(rows))
    low, high = words.count(rows["patients"].min(), to), words.count(rows["patients"].max(), to)
    expected = words.ranged(first.patients, first.patients_lower_95, first.patients_upper_95)
    title = (
        f"{then[:1].upper()}{then[1:]}, about {expected} secure patients would be expected from {here}"
        if low == high
        else f"Variants run from {low} to {high} secure patients from {here} {then}"
    )
    caption = (
        f"Secure patients expected from {here} {then} under each variant, without the play of chance, and the change from the "
        f"first, draw by draw. People grow as in the first variant throughout; {note}. Variants are scenarios; none is a "
        "forecast."
    )
    told = laid_out(shown, columns)
    if by_year is not None:
        told.insert(
            1, OVER_TIME, _paths(by_year[list(rows["variant"])], start or 0, lambda value: words.count(value, to))
        )
        caption += " Small pictures share one scale."
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=told)


def _paths(by_year: pd.DataFrame, start: int, written: Callable[[float], str]) -> list[Spark]:
    """Draw the path of each variant, all on one scale."""
    every = by_year.to_numpy(float)
    ends = (float(every.min()), float(every.max()))
    first, last = (f"{start + int(year)}" if start else f"year {int(year)}" for year in by_year.index[[0, -1]])
    return [
        spark(list(path), series_words(list(path), written, first, last, "year"), ends=ends)
        for _, path in by_year.items()
    ]


def projections_published(
    items: Sequence[tuple[Quoted, Estimate]], fan: pd.DataFrame, region: Region, basis: str
) -> Artefact:
    """Tabulate published projections of people, beside what the demand of the area grows by.

    Parameters
    ----------
    items : sequence of (Quoted, Estimate)
        What each published figure is, and the figure.
    fan : DataFrame
        See :func:`needs.methods.projection.project`; at constant rates demand grows as people do.
    region, basis
        See :func:`needs.present.charts.projection_fan`.
    """
    first, last = fan.iloc[0], fan.iloc[-1]
    change = last.patients / first.patients - 1 if first.patients else 0.0
    years = f"{last.year:g} {words.plural(last.year, 'year')}"
    move = (
        f"{'fall' if change < 0 else 'grow'} by {words.percent(abs(change))} in" if change else "stay as they are for"
    )
    finding = (
        f"On {basis}, patients expected from {words.place(region.name)} would {move} {years}; published projections of people "
        "stand beside it"
    )
    return quoted(items, finding, "Published projections, not used in the estimate: of other areas, ages or years")
