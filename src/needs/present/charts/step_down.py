"""Charts of the tier that patients need and the places that takes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from needs.data.geography import Region
from needs.methods.mismatch import NEEDED_TIERS, Matrix
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.measured_names import by_tier_needed, patients_from
from needs.present.style import BLUE, INK, ORANGE, PALETTE, canvas, drawn, named_rows
from needs.values import Estimate, Provenance, merge_sources, records, weakest

__all__ = ["places_required", "tier_needed"]


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
    colours = dict(zip(NEEDED_TIERS, (PALETTE[0], PALETTE[1], PALETTE[2], PALETTE[3], PALETTE[4]), strict=True))
    most = max(sum(e.value for e in row.values()) for row in matrix.values())
    with canvas(3.7) as (figure, (axis,)):
        for y, row in zip(range(len(matrix))[::-1], matrix.values(), strict=True):
            left = 0.0
            for tier, people in row.items():
                axis.barh(
                    y, people.value, left=left, height=0.55, color=colours[tier], edgecolor="white", linewidth=1.5
                )
                if people.value > 0.05 * most:
                    axis.text(
                        left + people.value / 2, y, words.count(people.value), ha="center", va="center",
                        color="#111111" if tier in ("step_down", "medium") else "white",
                    )  # fmt: skip
                left += people.value
        named_rows(axis, [f"In {words.TIER_NAMES[t].lower()}" for t in matrix])
        axis.set_xlabel(f"{whose.capitalize()}, by the tier they need", loc="left")
        handles = [axis.barh(0, 0, color=colours[t], label=f"{words.TIER_NAMES[t]} needed") for t in needed]
        figure.legend(handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, fontsize=12, frameon=False)
        image = drawn(figure)
    everyone = sum(e.value for row in matrix.values() for e in row.values())
    title = f"About {words.spoken(moving, 'people')} of {words.count(everyone, 10)} patients may need less security"
    parts = [
        f"in {words.TIER_NAMES[tier].lower()}: "
        + ", ".join(f"{words.count(e.value)} need {words.TIER_NAMES[to].lower()}" for to, e in row.items())
        for tier, row in matrix.items()
    ]
    alt = f"Stacked bars of {whose} by current tier and tier needed: {'; '.join(parts)}."
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
    rows = required.reset_index(drop=True)
    with canvas(1.3 + 0.8 * len(rows)) as (figure, (axis,)):
        for y, row in zip(range(len(rows))[::-1], records(rows), strict=True):
            axis.hlines(y, row.beds_lower, row.beds_upper, color=BLUE, linewidth=3)
            axis.plot(row.beds, y, "o", color=BLUE, markersize=12)
            axis.plot(row.flat_beds, y - 0.24, "D", color=ORANGE, markeredgecolor=INK, markersize=8)
            axis.annotate(
                f"{row.beds:,}  ({row.beds_lower:,} to {row.beds_upper:,})",
                (row.beds_upper, y), xytext=(12, 0), textcoords="offset points", va="center",
            )  # fmt: skip
        named_rows(axis, [words.TIER_NAMES[t] for t in rows["tier"]])
        axis.set_ylim(-0.6, len(rows) - 0.4)
        axis.set_xlim(0, rows["beds_upper"].max() * 1.3)
        axis.set_xlabel(
            f"Places.  ● at most {words.percent(probability, 0)} wait, with range   ◆ the {words.percent(flat, 0)} rule",
            loc="left",
        )
        image = drawn(figure)
    lead = rows[rows["tier"] == "step_down"].iloc[0]
    places = Estimate(lead.beds, lead.beds_lower, lead.beds_upper, known.kind, known.sources)
    title = (
        f"About {words.spoken(places, 'places')} step-down places would leave at most {words.percent(probability, 0)} of those "
        "ready waiting"
    )
    parts = [
        f"{words.TIER_NAMES[r.tier]} {r.beds:,} places, range {r.beds_lower:,} to {r.beds_upper:,}, against {r.flat_beds:,}"
        for r in records(rows)
    ]
    alt = f"Dots with ranges of places required by tier beside the flat rule: {'; '.join(parts)}."
    caption = (
        f"Places required for patients from {words.place(region.name)} so that at most {words.percent(probability, 0)} of those "
        f"who are ready wait, beside the flat {words.percent(flat, 0)} occupancy rule; everyone placed in the tier they need."
    )
    return Artefact("figure", title, caption, known.kind, known.sources, rows, alt, image)
