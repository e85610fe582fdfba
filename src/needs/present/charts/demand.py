"""Charts of expected patients."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.ticker import MaxNLocator

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.labels import fit_labels, wrapped
from needs.present.style import BLUE, GREY, INK, canvas, drawn, named_rows, tell
from needs.values import TIERS, Estimate, Provenance, records

__all__ = ["allocation_rules", "demand_by_tier"]

_HEIGHTS = {"high": 6.0, "medium": 5.0, "low": 4.0, "step_down": 1.9, "community": 0.9}


def demand_by_tier(expected: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Draw expected patients by tier with 80% and 95% intervals, secure tiers apart from those beyond.

    Parameters
    ----------
    expected : DataFrame
        Rows of :meth:`needs.methods.demand.Demand.rows` for the region.
    region, known
        See :func:`population_pyramid`.
    """
    rows = expected[expected["tier"] != "all"].reset_index(drop=True)
    told = {r.tier: words.ranged(r.patients, r.patients_lower_95, r.patients_upper_95) for r in records(expected)}
    with canvas(4.6) as (figure, (axis,)):
        for row in records(rows):
            y = _HEIGHTS[row.tier]
            axis.hlines(y, row.patients_lower_95, row.patients_upper_95, color=BLUE, linewidth=2.5)
            axis.hlines(y, row.patients_lower_80, row.patients_upper_80, color=BLUE, linewidth=9, alpha=0.6)
            axis.plot(row.patients, y, "o", color=BLUE, markersize=11)
            axis.annotate(
                told[row.tier], (row.patients_upper_95, y), xytext=(10, 0), textcoords="offset points", va="center"
            )
            tell(axis, row.patients, y, f"{words.TIER_NAMES[row.tier]}, {region.name}: {_people(row)}")
        for y, heading in ((6.75, "In secure hospital"), (2.65, "Beyond hospital")):
            axis.text(0, y, heading, transform=axis.get_yaxis_transform(), weight="bold", color=INK, va="center")
        axis.axhline(3.3, color=GREY, linewidth=0.8)
        axis.set_yticks([_HEIGHTS[t] for t in rows["tier"]], [words.TIER_NAMES[t] for t in rows["tier"]])
        axis.tick_params(axis="y", length=0)
        axis.set_ylim(0.3, 7.1)
        axis.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axis.xaxis.set_major_formatter("{x:,.0f}")
        axis.set_xlabel("Expected patients.  Thin line: 95% interval.  Thick line: 80%", loc="left")
        axis.set_xlim(0, 1)
        fit_labels(figure, axis, max(rows["patients_upper_95"].max(), 1))
        image = drawn(figure)
    here = words.place(region.name)
    everyone = expected[expected["tier"] == "all"].iloc[0]
    total = Estimate(
        everyone.patients, everyone.patients_lower_95, everyone.patients_upper_95, known.kind, known.sources
    )
    number, ends = words.number_text(total, "people"), words.range_text(total, "people")
    who = words.plural(float(number == "1"), "person", "people")
    title = f"About {number} {who} from {here} would be expected in secure care" + (f" ({ends})" if ends else "")
    parts = [f"{words.TIER_NAMES[t]} {told[t]}" for t in rows["tier"]]
    alt = (
        f"Dots with 95% interval lines of expected patients by tier: {'; '.join(parts)}. "
        "Step-down and community stand apart, below the secure tiers."
    )
    caption = (
        f"Expected patients from {here} by tier at one time: national numbers shared by the rule used. Intervals hold what is "
        "uncertain of the national figures, the spread between rules and chance."
    )
    return Artefact("figure", title, caption, known.kind, known.sources, expected, alt, image)


def allocation_rules(by_rule: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Draw the region's expected patients under every rule on offer, a panel a secure tier.

    Parameters
    ----------
    by_rule : DataFrame
        ``label, chosen, share, high, medium, low, patients`` of :meth:`needs.methods.demand.Demand.by_rule`, rules
        without data left out.
    region, known
        See :func:`population_pyramid`.
    """
    rows = by_rule.sort_values("patients", ignore_index=True)
    with canvas(1.3 + 0.66 * len(rows), len(TIERS)) as (figure, axes):
        for axis, tier in zip(axes, TIERS, strict=True):
            for y, row in reversed([*enumerate(records(rows))]):
                people = getattr(row, tier)
                colour, weight = (BLUE, "bold") if row.chosen else (GREY, "normal")
                axis.hlines(y, 0, people, color=colour, linewidth=3 if row.chosen else 1.2)
                axis.plot(people, y, "o" if row.chosen else "D", color=colour, markersize=12 if row.chosen else 9)
                axis.annotate(words.count(people), (people, y), xytext=(11, 0), textcoords="offset points", va="center",
                              weight=weight)  # fmt: skip
                rule = f"by the rule ‘{row.label}’{' (used)' if row.chosen else ''}"
                tell(
                    axis,
                    people,
                    y,
                    f"{words.TIER_NAMES[tier]}, {region.name}, {rule}: {words.count(people)} {_noun(people)}",
                )
            named_rows(axis, [""] * len(rows))
            axis.set_xlim(0, max(rows[tier].max(), 1) * 1.3)
            axis.set_xticks([])
            axis.set_title(words.TIER_NAMES[tier], loc="left", fontsize=14)
        labels = [wrapped(f"{r.label}{' (used)' if r.chosen else ''}", 20) for r in records(rows)]
        named_rows(axes[0], labels[::-1])
        for label, row in zip(axes[0].get_yticklabels(), records(rows), strict=True):
            label.set_fontweight("bold" if row.chosen else "normal")
        about = "Expected patients by rule; in bold, with a round dot: the rule used"
        figure.supxlabel(about, x=0, ha="left", size=13, color=INK)
        for axis in axes:
            fit_labels(figure, axis, 1)
        image = drawn(figure)
    here = words.place(region.name)
    low, high = rows["patients"].iloc[0], rows["patients"].iloc[-1]
    title = (
        f"Allocation rules move {here} between {words.count(low, 10)} and {words.count(high, 10)} patients"
        if words.count(low, 10) != words.count(high, 10)
        else f"The allocation rules give {here} about the same number of patients"
        if len(rows) > 1
        else f"Only one allocation rule is published for {here}"
    )
    parts = [
        f"{r.label}{' (used)' if r.chosen else ''}: high {words.count(r.high)}, medium {words.count(r.medium)}, "
        f"low {words.count(r.low)}, together {words.count(r.patients)}"
        for r in records(rows)
    ]
    alt = (
        f"Three panels, one a secure tier, with a dot of expected patients under {len(rows)} allocation "
        f"{words.plural(len(rows), 'rule')}. {'; '.join(parts)}."
    )
    caption = (
        f"Expected patients from {here} by secure tier under each rule that has published data, fewest patients at the "
        "bottom. Every panel starts at 0 and has its own scale."
    )
    return Artefact("figure", title, caption, known.kind, known.sources, rows, alt, image)


def _people(row: Any) -> str:
    """Write expected patients of a tier with both intervals, to the precision of the wider one."""
    ends = row.patients_lower_95, row.patients_upper_95
    to = words.step(*ends)
    told = f"{words.count(row.patients, to)} {_noun(row.patients, to)} ({' to '.join(words.count(end, to) for end in ends)})"
    within = [words.count(end, to) for end in (row.patients_lower_80, row.patients_upper_80)]
    return f"{told}; 80% interval {within[0]} to {within[1]}"


def _noun(people: float, to: float = 1) -> str:
    return "person" if words.count(people, to) == "1" else "people"
