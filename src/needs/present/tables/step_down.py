"""Tables of the tier that patients need and the places that takes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from needs.data.geography import Region
from needs.methods.mismatch import NEEDED_TIERS, Matrix, needed
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.measured_names import beds_named, patients_from
from needs.present.tables.layout import NONE_PUBLISHED, Column, laid_out, ranges
from needs.values import Estimate, Provenance, merge_sources, records, weakest

__all__ = ["gap", "places", "tier_needed"]


def tier_needed(
    matrix: Matrix, ready: Mapping[str, Estimate], outside: Estimate, region: Region, counted: Collection[str] = ()
) -> Artefact:
    """Tabulate patients by current tier and tier needed.

    Parameters
    ----------
    matrix : dict of dict of Estimate
        People by current tier, then tier needed.
    ready : mapping of tier to Estimate
        Share of each tier's patients who need less security.
    outside : Estimate
        Those who need step-down or community care.
    region : Region
        The region.
    counted : collection of tier
        Tiers whose people the area counted; elsewhere they are expected.
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
    title = f"About {words.spoken(outside, 'people')} secure patients may need step-down or community care instead"
    caption = (
        f"{patients_from(words.place(region.name), matrix, counted)} by current tier and tier needed, with ranges. "
        f"Share who need less security: {words.shares_by_tier(ready)}."
    )
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
        "interval": ("Range", None),
        "occupancy": ("Occupancy that results", lambda v: words.percent(v, 0)),
        "flat_beds": (f"Places by the {rule} rule", words.count),
        "flat_wait": ("Share who then wait", lambda v: words.percent(v, 0)),
    }
    worst = max(records(rows), key=lambda row: float(row.flat_wait))
    title = (
        f"The flat {rule} rule would leave {words.percent(worst.flat_wait, 0)} of people waiting for "
        f"{words.TIER_NAMES[worst.tier].lower()} places"
    )
    caption = (
        f"Places that people from {words.place(region.name)} who are now in secure care would take, each in the tier they need. "
        "Others who wait for these places, in prison or on general wards, are not counted."
    )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))


def gap(gaps: pd.DataFrame, region: Region, known: Provenance, beds: Mapping[str, Estimate] | None = None) -> Artefact:
    """Tabulate places required against places available, where that is known.

    Parameters
    ----------
    gaps : DataFrame
        See :func:`needs.methods.beds.gaps`; missing where no figure is published and none is given.
    region, known
        See :func:`places`.
    beds : mapping of tier to Estimate, optional
        Beds and places of the area in all, where it told them.
    """
    rows = gaps.assign(
        name=gaps["tier"].map(words.TIER_NAMES),
        interval=ranges(gaps["required_lower"], gaps["required_upper"]),
        gap_interval=[
            NONE_PUBLISHED if pd.isna(row.gap) else f"{words.signed(row.gap_lower)} to {words.signed(row.gap_upper)}"
            for row in records(gaps)
        ],
    )
    columns: dict[str, Column] = {
        "name": ("Tier needed", None),
        "required": ("Places required", words.count),
        "interval": ("Range", None),
        "available": ("Places available to them", words.count),
        "gap": ("Places missing", words.signed),
        "gap_interval": ("Range of the gap", None),
    }
    here = words.place(region.name)
    told = [row for row in records(rows) if not pd.isna(row.available)]
    title = "; ".join(map(_missing, told))
    none = f"No published figure says how many places {here} has for them in any tier"
    if beds:
        there = beds_named({tier: number.value for tier, number in beds.items()})
        none = (
            f"{words.place(region.name, start=True)} has {there} in all; no figure says how many of them are there for people "
            "who are now in secure care and need another tier"
        )
    title = f"For people from {here} now in secure care: {title}" if told else none
    caption = (
        f"Places required and available to people now in secure care, {region.name}. Places available come from "
        "step_down.local_places in the region's parameter file."
    )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(rows, columns))


def _missing(row: Any) -> str:
    """Say how many places of a tier are missing, or more than needed, with the interval of what is said.

    Examples
    --------
    >>> from types import SimpleNamespace as told
    >>> _missing(told(tier="low", gap=4.0, gap_lower=-2.0, gap_upper=9.0))
    '4 low secure places missing (−2 to +9)'
    >>> _missing(told(tier="low", gap=-1.0, gap_lower=-3.0, gap_upper=-1.0))
    '1 low secure place more than needed (1 to 3)'
    >>> _missing(told(tier="low", gap=0, gap_lower=0, gap_upper=0))
    'as many low secure places as needed (0 missing)'
    """
    tier, number = words.TIER_NAMES[row.tier].lower(), words.count(abs(row.gap))
    if number == "0":
        ends = (
            "0" if row.gap_lower == row.gap_upper else f"{words.signed(row.gap_lower)} to {words.signed(row.gap_upper)}"
        )
        return f"as many {tier} places as needed ({ends} missing)"
    sign = 1 if row.gap > 0 else -1
    low, high = sorted((sign * row.gap_lower, sign * row.gap_upper))
    write = words.signed if low < 0 else words.count
    places = words.plural(float(number == "1"), "place")
    return f"{number} {tier} {places} {'missing' if sign > 0 else 'more than needed'} ({write(low)} to {write(high)})"
