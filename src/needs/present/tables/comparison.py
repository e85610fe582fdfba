"""Tables that hold the estimate against published figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from needs.data.geography import Region
from needs.methods.comparison import Held
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.tables.layout import Column, laid_out, nothing, with_ranges
from needs.values import Estimate, Provenance, records

__all__ = ["use_against_need", "validation_cells", "validation_published"]


def use_against_need(
    compared: Sequence[tuple[str, str, pd.DataFrame]], ratio: Estimate, region: Region, known: Provenance
) -> Artefact:
    """Tabulate the region's patients by each count of use beside its patients by need.

    Parameters
    ----------
    compared : sequence of (label, note, DataFrame)
        Each count, why it is not need, and :func:`needs.methods.comparison.use_against_need` of it.
    ratio : Estimate
        Rate ratio between deprivation tenths: the need coefficient.
    region, known
        See :func:`needs.present.charts.demand_by_tier`.
    """
    here = words.place(region.name)
    if not compared:
        said = f"No count of use was found to set beside the need of {here}."
        return nothing(said, "Count of use", f"Use set beside need, {region.name}", known)
    rows = pd.concat(
        [frame.assign(label=label, note=note) for label, note, frame in compared],
        ignore_index=True,
    )
    rows = rows[words.cells_of(rows["cell"], region.slug)].reset_index(drop=True)
    here = words.place(str(rows["name"].iloc[0]))
    shown = rows.assign(
        counted=[f"{words.count(row.count)} ({words.percent(row.share)})" for row in records(rows)],
        use=[words.count(row.by_use, words.step(row.by_need_lower, row.by_need_upper)) for row in records(rows)],
        need=with_ranges(rows, "by_need", "by_need_lower", "by_need_upper"),
        difference=[words.signed_range(row.gap, row.gap_lower, row.gap_upper) for row in records(rows)],
        ratios=[f"{row.ratio:.2f} ({row.ratio_lower:.2f} to {row.ratio_upper:.2f})" for row in records(rows)],
        drawn=[f"{row.shrunk:.2f} ({words.percent(row.weight, 0)} own data)" for row in records(rows)],
    )
    gaps = sorted(shown["gap"].tolist())
    if len(rows) == 1:
        only = records(shown)[0]
        title = (
            f"Shared by {words.lower(only.label)} instead of need, {here} would have {_more(only.gap, _gap_step(only))} "
            f"patients ({only.difference.partition('(')[2]}"
        )
    else:
        to = max(_gap_step(row) for row in records(rows))
        low, high = _more(gaps[0], to), _more(gaps[-1], to)
        beyond = sum(row.gap_lower > 0 or row.gap_upper < 0 for row in records(rows))
        some = f"{beyond} of the {len(rows)}" if beyond else f"none of the {len(rows)}"
        title = (
            f"Shared by use instead of need, {here} would have {low if low == high else f'from {low} to {high}'} patients; "
            f"{some} counts {words.plural(max(beyond, 1), 'lies', 'lie')} outside the interval of need"
        )
    notes = " ".join(f"{row.label}: {row.note.rstrip('.')}." for row in records(rows))
    moved = max(abs(row.ratio - row.shrunk) for row in records(rows))
    drawn = "almost nothing" if moved < 0.02 else f"it by up to {moved:.2f}, because the count is small"
    zeroed = (
        "The need coefficient is below zero, as where need is unmet, and counts as zero."
        if ratio.value < 1
        else "No need coefficient is below zero; one that is would count as zero."
    )
    caption = (
        f"England's secure patients shared to {here} by each count of use and by need, and the gap between them. The ratio is "
        f"the count over the count that need would give; drawn towards 1 by how much of it is the region's own, which changes "
        f"{drawn}. Supply is held at the national mean. {zeroed} {notes}"
    )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(shown, _USE_COLUMNS))


_USE_COLUMNS: dict[str, Column] = {
    "label": ("Count of use", None),
    "counted": ("Count (share of England)", words.count),
    "use": ("Patients by use", words.count),
    "need": ("Patients by need", words.count),
    "difference": ("Gap", words.signed),
    "ratios": ("Count over need", words.plain),
    "drawn": ("Drawn towards 1", words.plain),
}


def _gap_step(row: object) -> float:
    return words.step(row.gap_lower, row.gap_upper)  # type: ignore[attr-defined]


def _more(gap: float, to: float) -> str:
    """Say a gap in words.

    Examples
    --------
    >>> _more(253.2, 10), _more(-4.0, 10)
    ('250 more', 'about as many')
    """
    number = words.count(abs(gap), to)
    return "about as many" if number == "0" else f"{number} {'more' if gap > 0 else 'fewer'}"


def validation_cells(cells: pd.DataFrame, missed: Mapping[str, float], what: str, known: Provenance) -> Artefact:
    """Tabulate published cells beside what adults alone and need predict for them.

    Parameters
    ----------
    cells : DataFrame
        See :func:`needs.methods.comparison.predicted_cells`.
    missed : mapping
        See :func:`needs.methods.comparison.misses`.
    what : str
        What was counted, of when.
    known : Provenance
        Kind and sources of both.
    """
    rows = cells.reset_index(drop=True)
    inside = rows["count"].between(rows["by_need_lower"], rows["by_need_upper"])
    shown = rows.assign(
        need=with_ranges(rows, "by_need", "by_need_lower", "by_need_upper"),
        inside=["yes" if found else "no" for found in inside],
    )
    columns: dict[str, Column] = {
        "cell": ("Area", None),
        "count": ("Published", words.count),
        "by_adults": ("By adults alone", words.count),
        "need": ("By need (95% interval)", words.count),
        "miss_by_adults": ("Adults miss by", _signed_percent),
        "miss_by_need": ("Need misses by", _signed_percent),
        "inside": ("Inside the interval", None),
    }
    adults, need = (words.percent(missed[name], 0) for name in ("by_adults", "by_need"))
    others = [words.percent(missed[name], 0) for name in ("by_need_without", "by_adults_without")]
    largest = str(rows["cell"].iloc[int(rows["count"].to_numpy().argmax())])
    how = (
        "no better than"
        if adults == need
        else "better than"
        if missed["by_need"] < missed["by_adults"]
        else "worse than"
    )
    many = len(rows)
    title = (
        f"Need predicts {many} published {words.plural(many, 'count')} ({words.lower(what)}) {how} adults alone: it misses by "
        f"{need} on average, adults by {adults}"
    )
    caption = (
        "Published counts beside predictions from adults and deprivation that take only their total. A miss is predicted over "
        "published, less 1. "
        f"{int(missed['inside'])} of {many} published counts {words.plural(missed['inside'], 'lies', 'lie')} inside the 95% "
        "interval of need; about 95% should. "
        f"Without {words.place(largest)}, the largest, need misses by {others[0]} and adults by {others[1]}. "
        "The counts are of use: this tests whether need orders areas as use did, not whether need was met."
    )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(shown, columns))


def _signed_percent(share: float) -> str:
    return f"{words.signed(100 * share)}%"


def validation_published(held: Sequence[Held], whose: str, known: Provenance) -> Artefact:
    """Tabulate published figures beside the estimate of each.

    Parameters
    ----------
    held : sequence of Held
        What was published, what is estimated for the same area and tiers, and what adults alone would give; may be empty.
    whose : str
        Whose figures they are.
    known : Provenance
        Kind and sources of the estimate.
    """
    if not held:
        said = "No figure was published that the estimate could be held against."
        return nothing(said, "Published figure", "Published figures beside the estimate", known)
    data = pd.DataFrame(
        [
            {
                "label": one.label, "unit": one.unit, "at_least": one.at_least,
                "published": one.published.value, "by_adults": one.by_adults,
                "estimate": one.estimate.value, "estimate_lower": one.estimate.bounds[0],
                "estimate_upper": one.estimate.bounds[1], "agrees": one.agrees,
            }
            for one in held
        ]
    )  # fmt: skip
    shown = data.assign(
        published=[f"{'at least ' if h.at_least else ''}{words.spoken(h.published, h.unit)}" for h in held],
        estimate=[words.spoken(h.estimate, h.unit) for h in held],
        difference=[_difference(h.estimate.value - h.published.value, h.estimate, h.unit) for h in held],
        agrees=[("not below it" if h.at_least else "yes") if h.agrees else "no" for h in held],
        by_adults=[words.percent(h.by_adults) if h.unit == "share" else words.count(h.by_adults, 10) for h in held],
    )
    columns: dict[str, Column] = {
        "label": ("Published figure", None),
        "published": ("Published", words.count),
        "estimate": ("Estimate (95% interval)", words.count),
        "difference": ("Estimate less published", words.signed),
        "agrees": ("Inside the interval", None),
        "by_adults": ("By adults alone", words.count),
    }
    title = _how_many([one.agrees for one in held if not one.at_least], whose)
    caption = (
        "Published figures, to which nothing is fitted, beside the estimate. A figure inside a wide interval is weak support, "
        "one outside it is a warning; each has its own date and definition. A lower bound tests little and is not counted."
    )
    source = Provenance.of(known, *(figure for one in held for figure in (one.published, one.estimate)))
    return Artefact("table", title, caption, source.kind, source.sources, data, rows=laid_out(shown, columns))


def _how_many(agree: Sequence[bool], whose: str) -> str:
    """Say how many of the figures that can be tested, which lower bounds cannot, lie inside the interval.

    Examples
    --------
    >>> _how_many([True, False], "London")
    "1 of 2 published figures of London lies inside the estimate's interval"
    """
    if not agree:
        return f"Of {whose} only lower bounds were published, which test the estimate little"
    where = "the estimate's interval"
    if len(agree) == 1:
        return (
            f"The one published figure of {whose} that can be tested lies {'inside' if agree[0] else 'outside'} {where}"
        )
    inside = sum(agree)
    lie = words.plural(inside, "lies", "lie")
    return f"{inside or 'None'} of {len(agree)} published figures of {whose} {lie} inside {where}"


def _difference(gap: float, found: Estimate, unit: str) -> str:
    if unit == "share":
        return f"{100 * gap:+.1f} points".replace("-", "−")
    return words.signed(gap, words.step(*found.bounds))
