"""Charts of the tier that patients need and the places that takes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from needs.data.geography import Region
from needs.methods.mismatch import NEEDED_TIERS, Matrix
from needs.present import movement, words
from needs.present.artefact import Artefact
from needs.present.charts.labels import fit_labels, wrapped
from needs.present.measured_names import by_tier_needed, patients_from
from needs.present.style import BLUE, GREY, INK, ORANGE, TEAL, canvas, drawn, named_rows, tell
from needs.values import Estimate, Provenance, merge_sources, records, weakest

__all__ = ["places_required", "tier_needed"]

BELOW = 0.32
"""How far the mark of the flat rule lies below that of the other, rows."""


def tier_needed(
    matrix: Matrix, ready: Mapping[str, Estimate], moving: Estimate, region: Region, counted: Collection[str] = ()
) -> Artefact:
    """Draw the patients of each tier by the tier they need.

    Parameters
    ----------
    matrix : dict of dict of Estimate
        People by current tier, then tier needed.
    ready : mapping of tier to Estimate
        Share of each tier's patients who need less security.
    moving : Estimate
        Those who need less security than they have.
    region : Region
        The region.
    counted : collection of tier
        Tiers whose people the area counted; elsewhere they are expected.
    """
    whose = by_tier_needed(matrix, counted)
    needed = [t for t in NEEDED_TIERS if any(t in row for row in matrix.values())]
    most = [max(row[to].bounds[1] for row in matrix.values() if to in row) for to in needed]
    room = max(0.11 * sum(most), 0.11)  # for labels; all panels have one scale, so their widths differ
    widths = [max(upper + room, 0.17 * (sum(most) + len(most) * room)) for upper in most]  # room for names of tiers too
    with canvas(1.6 + 0.62 * len(matrix), len(needed), widths) as (figure, axes):
        for axis, to, width in zip(axes, needed, widths, strict=True):
            for y, (tier, row) in zip(range(len(matrix))[::-1], matrix.items(), strict=True):
                if to in row:
                    _cell(axis, y, row[to], stays=tier == to)
                    who = (
                        f"{region.name}, in {words.TIER_NAMES[tier].lower()} and needing {words.TIER_NAMES[to].lower()}"
                    )
                    tell(axis, row[to].value, y, f"{who}: {movement.people(row[to].value, *row[to].bounds)}")
            named_rows(axis, [""] * len(matrix))
            axis.set_ylim(-0.5, len(matrix) - 0.5)
            axis.set_xlim(0, width)
            axis.set_xticks([])
            axis.axvline(0, color=GREY, linewidth=0.8)
            axis.set_title(wrapped(words.TIER_NAMES[to], 8), loc="left", fontsize=13)
        axes[0].set_yticks(range(len(matrix)), [f"In {words.TIER_NAMES[t].lower()}" for t in matrix][::-1])
        about = (
            f"{whose.capitalize()} by the tier they need.  Solid: in it now.  Hatched: elsewhere.\nLine: 95% interval"
        )
        figure.supxlabel(about, x=0, ha="left", size=13, color=INK)
        image = drawn(figure)
    everyone = sum(e.value for row in matrix.values() for e in row.values())
    title = f"About {words.spoken(moving, 'people')} of {words.count(everyone, 10)} patients may need less security"
    parts = [
        f"in {words.TIER_NAMES[tier].lower()}: "
        + ", ".join(f"{words.number_text(e, 'people')} need {words.TIER_NAMES[to].lower()}" for to, e in row.items())
        for tier, row in matrix.items()
    ]
    alt = f"Bars of {whose} by current tier and tier needed: {'; '.join(parts)}."
    figures = [e for row in matrix.values() for e in row.values()]
    data = pd.DataFrame(
        [{"current_tier": t, "needed_tier": to, **e.as_record()} for t, row in matrix.items() for to, e in row.items()]
    )
    caption = (
        f"{patients_from(words.place(region.name), matrix, counted)} by current tier and tier needed. "
        f"Share who need less security: {words.shares_by_tier(ready)}."
    )
    kind, sources = weakest(e.kind for e in figures), merge_sources(*(e.source for e in figures))
    return Artefact("figure", title, caption, kind, sources, data, alt, image)


def places_required(
    required: pd.DataFrame, region: Region, probability: float, flat: float, known: Provenance
) -> Artefact:
    """Draw places required by probability of waiting beside the flat rule.

    Parameters
    ----------
    required : DataFrame
        ``tier, load, beds, beds_lower, beds_upper, flat_beds, flat_wait``.
    region, known
        See :func:`population_pyramid`.
    probability, flat : float
        Largest probability of waiting; occupancy of the flat rule.
    """
    rows, limit, rule = required.reset_index(drop=True), words.percent(probability, 0), words.percent(flat, 0)
    with canvas(1.3 + 0.8 * len(rows)) as (figure, (axis,)):
        for y, row in zip(range(len(rows))[::-1], records(rows), strict=True):
            axis.hlines(y, row.beds_lower, row.beds_upper, color=BLUE, linewidth=3)
            axis.plot(row.beds, y, "o", color=BLUE, markersize=12)
            axis.plot(row.flat_beds, y - BELOW, "D", color=ORANGE, markeredgecolor=INK, markersize=8)
            told = words.ranged(row.beds, row.beds_lower, row.beds_upper)
            axis.annotate(told, (row.beds_upper, y), xytext=(12, 0), textcoords="offset points", va="center")
            by_rule = f"{words.count(row.flat_beds)}{f' by the {rule} rule' if y == len(rows) - 1 else ''}"
            axis.annotate(by_rule, (row.flat_beds, y - BELOW), xytext=(9, 0), textcoords="offset points", va="center",
                          fontsize=12, color=INK)  # fmt: skip
            who = f"{words.TIER_NAMES[row.tier]}, {region.name}"
            ends = (row.beds, row.beds_lower, row.beds_upper)
            tell(axis, row.beds, y, f"{who}, at most {limit} wait: {movement.people(*ends, 'place', 'places')}")
            flat_beds = movement.people(row.flat_beds, row.flat_beds, row.flat_beds, "place", "places")
            tell(axis, row.flat_beds, y - BELOW, f"{who}, by the {rule} rule: {flat_beds}")
        named_rows(axis, [words.TIER_NAMES[t] for t in rows["tier"]])
        axis.set_ylim(-0.65, len(rows) - 0.6)
        axis.set_xlim(0, 1)
        axis.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axis.xaxis.set_major_formatter("{x:,.0f}")
        axis.set_xlabel(f"Places.  ● at most {limit} wait, with range.  ◆ the {rule} rule", loc="left")
        fit_labels(figure, axis, 1)
        image = drawn(figure)
    lead = rows[rows["tier"] == "step_down"].iloc[0]
    places = Estimate(lead.beds, lead.beds_lower, lead.beds_upper, known.kind, known.sources)
    title = (
        f"About {words.spoken(places, 'places')} step-down places would leave at most {limit} of those ready waiting"
    )
    parts = [
        f"{words.TIER_NAMES[r.tier]} {movement.people(r.beds, r.beds_lower, r.beds_upper, 'place', 'places')}, "
        f"against {words.count(r.flat_beds)}"
        for r in records(rows)
    ]
    alt = f"Dots with ranges of places required by tier beside the flat rule: {'; '.join(parts)}."
    caption = (
        f"Places required for patients from {words.place(region.name)} so that at most {limit} of those "
        f"who are ready wait, beside the flat {rule} occupancy rule; everyone placed in the tier they need."
    )
    return Artefact("figure", title, caption, known.kind, known.sources, rows, alt, image)


def _cell(axis: Axes, y: int, people: Estimate, stays: bool) -> None:
    """Draw the people of one tier who need one tier, with their interval and number."""
    lower, upper = people.bounds
    axis.barh(y, people.value, height=0.55, color=BLUE if stays else TEAL, edgecolor="white", linewidth=0,
              hatch=None if stays else "//")  # fmt: skip
    if people.has_interval:
        for colour, width in (("white", 4.5), (INK, 2.0)):
            axis.plot([lower, upper], [y, y], color=colour, linewidth=width, solid_capstyle="butt")
    axis.annotate(words.number_text(people, "people"), (max(upper, people.value), y), xytext=(5, 0), va="center",
                  textcoords="offset points", fontsize=13)  # fmt: skip
