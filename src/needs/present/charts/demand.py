"""Charts of expected patients."""

from __future__ import annotations

import pandas as pd

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.style import BLUE, GREY, LIGHT, canvas, drawn, named_rows
from needs.values import Estimate, Provenance, records

__all__ = ["allocation_rules", "demand_by_tier"]


def demand_by_tier(expected: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Draw expected patients by tier with 80% and 95% intervals.

    Parameters
    ----------
    expected : DataFrame
        Rows of :func:`needs.methods.demand.expected_patients` for the region.
    region, known
        See :func:`population_pyramid`.
    """
    rows = expected[expected["tier"] != "all"].reset_index(drop=True)
    with canvas(3.3) as (figure, (axis,)):
        for y, row in zip(range(len(rows))[::-1], records(rows), strict=True):
            axis.hlines(y, row.patients_lower_95, row.patients_upper_95, color=BLUE, linewidth=2.5)
            axis.hlines(y, row.patients_lower_80, row.patients_upper_80, color=BLUE, linewidth=9, alpha=0.45)
            axis.plot(row.patients, y, "o", color=BLUE, markersize=11)
            axis.annotate(
                f"{words.count(row.patients)}  ({row.patients_lower_95:,.0f} to {row.patients_upper_95:,.0f})",
                (row.patients, y), xytext=(0, 12), textcoords="offset points", ha="center", va="bottom",
            )  # fmt: skip
        named_rows(axis, [words.TIER_NAMES[t] for t in rows["tier"]])
        axis.set_xlim(0, rows["patients_upper_95"].max() * 1.12)
        axis.xaxis.set_major_formatter("{x:,.0f}")
        axis.set_xlabel("Expected patients.  Thin line 95%, thick line 80% interval", loc="left")
        image = drawn(figure)
    everyone = expected[expected["tier"] == "all"].iloc[0]
    total = Estimate(
        everyone.patients, everyone.patients_lower_95, everyone.patients_upper_95, known.kind, known.sources
    )
    title = (
        f"About {words.number_text(total, 'people')} people from {words.place(region.name)} would be expected in secure care "
        f"({words.range_text(total, 'people')})"
    )
    parts = [
        f"{words.TIER_NAMES[r.tier]} {words.count(r.patients)}, 95% interval {r.patients_lower_95:,.0f} to "
        f"{r.patients_upper_95:,.0f}"
        for r in records(rows)
    ]
    alt = f"Dots with interval lines of expected patients by tier: {'; '.join(parts)}."
    caption = (
        f"Expected patients from {words.place(region.name)} by tier at one time: national patients shared by the chosen rule, "
        "with the spread between rules, occupancy and chance in the interval."
    )
    return Artefact("figure", title, caption, known.kind, known.sources, expected, alt, image)


def allocation_rules(by_rule: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Draw the region's expected patients under every rule on offer.

    Parameters
    ----------
    by_rule : DataFrame
        ``rule, label, share, patients, chosen``.
    region, known
        See :func:`population_pyramid`.
    """
    rows = by_rule.sort_values("patients", ignore_index=True)
    with canvas(1.4 + 0.62 * len(rows)) as (figure, (axis,)):
        for y, row in enumerate(records(rows)):
            axis.hlines(y, 0, row.patients, color=LIGHT, linewidth=3)
            axis.plot(row.patients, y, "o" if row.chosen else "D", color=BLUE if row.chosen else GREY, markersize=12)
            axis.annotate(
                f"{words.count(row.patients)}  ({words.percent(row.share)} of England)",
                (row.patients, y), xytext=(12, 0), textcoords="offset points", va="center",
            )  # fmt: skip
        named_rows(axis, [f"{r.label}{' (used)' if r.chosen else ''}" for r in records(rows)][::-1])
        axis.set_xlim(0, rows["patients"].max() * 1.45)
        axis.xaxis.set_major_formatter("{x:,.0f}")
        axis.set_xlabel("Expected patients, all tiers", loc="left")
        image = drawn(figure)
    low, high = rows["patients"].iloc[0], rows["patients"].iloc[-1]
    title = (
        f"Allocation rules move {words.place(region.name)} between {words.count(low, 10)} and {words.count(high, 10)} patients"
        if len(rows) > 1
        else f"Only one allocation rule is published for {words.place(region.name)}"
    )
    parts = [f"{r.label} {words.count(r.patients)}" for r in records(rows)]
    alt = (
        f"Dots of expected patients under {len(rows)} allocation {words.plural(len(rows), 'rule')}: {'; '.join(parts)}."
    )
    caption = f"Expected patients of all tiers from {words.place(region.name)} under each rule that has published data."
    return Artefact("figure", title, caption, known.kind, known.sources, rows, alt, image)
