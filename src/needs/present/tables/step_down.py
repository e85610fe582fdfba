"""Tables of the tier that patients need and the places that takes."""

from __future__ import annotations

import pandas as pd

from needs.data.geography import Region
from needs.methods.mismatch import NEEDED_TIERS, Matrix, needed
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.tables.layout import Column, laid_out, ranges
from needs.values import Estimate, Provenance, merge_sources, records, total, weakest

__all__ = ["gap", "places", "tier_needed"]


def tier_needed(matrix: Matrix, region: Region) -> Artefact:
    """Tabulate patients by current tier and tier needed.

    Parameters
    ----------
    matrix : dict of dict of Estimate
        People by current tier, then tier needed.
    region : Region
        The region.
    """
    columns = [to for to in NEEDED_TIERS if any(to in row for row in matrix.values())]
    sums = needed(matrix)

    def text(estimate: Estimate | None) -> str:
        if estimate is None:
            return "0"
        return f"{words.count(estimate.value)} ({words.count(estimate.bounds[0])} to {words.count(estimate.bounds[1])})"

    lines = [[words.TIER_NAMES[tier], *(text(row.get(to)) for to in columns)] for tier, row in matrix.items()]
    lines.append(["All who need it", *(text(sums[to]) for to in columns)])
    headings = [f"Need {words.TIER_NAMES[to].lower()}" for to in columns]
    shown = pd.DataFrame(lines, columns=["Current tier", *headings])
    shown.attrs["numeric"] = headings
    data = pd.DataFrame(
        [{"current_tier": t, "needed_tier": to, **e.as_record()} for t, row in matrix.items() for to, e in row.items()]
        + [{"current_tier": "all", "needed_tier": to, **e.as_record()} for to, e in sums.items()]
    )
    places = total((sums[to] for to in ("step_down", "community") if to in sums), together=True)
    title = (
        f"About {words.number_text(places, 'people')} secure patients ({words.range_text(places, 'people')}) may need "
        "step-down or community care instead"
    )
    caption = f"Expected patients from {words.place(region.name)} by current tier and tier needed, with 95% intervals."
    figures = list(sums.values())
    kind, sources = weakest(e.kind for e in figures), merge_sources(*(e.source for e in figures))
    return Artefact("table", title, caption, kind, sources, data, rows=shown)


def places(required: pd.DataFrame, region: Region, probability: float, flat: float, known: Provenance) -> Artefact:
    """Tabulate places required by both rules and what each leads to.

    Parameters
    ----------
    required : DataFrame
        ``tier, load, beds, beds_lower, beds_upper, occupancy, flat_beds, flat_wait``.
    region, probability, flat, known
        See :func:`needs.present.charts.places_required`.
    """
    rows = required.assign(
        name=required["tier"].map(words.TIER_NAMES), interval=ranges(required["beds_lower"], required["beds_upper"])
    )
    limit, rule = words.percent(probability, 0), words.percent(flat, 0)
    columns: dict[str, Column] = {
        "name": ("Tier needed", None),
        "load": ("People", words.count),
        "beds": (f"Places, at most {limit} wait", words.count),
        "interval": ("95% interval", None),
        "occupancy": ("Occupancy that results", lambda v: words.percent(v, 0)),
        "flat_beds": (f"Places by the {rule} rule", words.count),
        "flat_wait": ("Share who then wait", lambda v: words.percent(v, 0)),
    }
    step_down = rows[rows["tier"] == "step_down"].iloc[0]
    title = f"{words.count(step_down.beds)} step-down places would leave at most {limit} of those ready waiting"
    caption = f"Places required by tier for patients from {words.place(region.name)}, if all were placed in the tier they need."
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))


def gap(gaps: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Tabulate places required against places that exist, where that is known.

    Parameters
    ----------
    gaps : DataFrame
        ``tier, required, required_lower, required_upper, existing, gap``; missing where no
        figure is published and none is given.
    region, known
        See :func:`places`.
    """
    rows = gaps.assign(
        name=gaps["tier"].map(words.TIER_NAMES), interval=ranges(gaps["required_lower"], gaps["required_upper"])
    )
    columns: dict[str, Column] = {
        "name": ("Tier needed", None),
        "required": ("Places required", words.count),
        "interval": ("95% interval", None),
        "existing": ("Places in the region", words.count),
        "gap": ("Gap", lambda v: f"{v:+,.0f}"),
    }
    here = words.place(region.name)
    told = [row for row in records(rows) if not pd.isna(row.existing)]
    title = "; ".join(
        f"{here} has {words.count(row.existing)} {words.TIER_NAMES[row.tier].lower()} places against {words.count(row.required)} "
        f"required ({row.interval})"
        for row in told
    )
    title = title[:1].upper() + title[1:] or f"No published figure says how many places {here} has in any tier"
    caption = (
        f"Places required and existing, {region.name}. Existing places come from step_down.local_places in the region's "
        "parameter file."
    )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))
