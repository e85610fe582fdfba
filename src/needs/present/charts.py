"""Every chart of the report: the finding as title, direct labels, nothing told by colour alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from needs.data.geography import Region
from needs.methods.mismatch import NEEDED_TIERS, Matrix
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.style import BLUE, GREY, INK, LIGHT, ORANGE, PALETTE, TEAL, canvas, drawn
from needs.values import Estimate, Provenance, merge_sources, records, weakest

__all__ = [
    "allocation_rules",
    "demand_by_tier",
    "need_drivers",
    "places_required",
    "population_pyramid",
    "spend_by_tier",
    "tier_needed",
]


def population_pyramid(people: pd.DataFrame, region: Region, period: str, known: Provenance) -> Artefact:
    """Draw adults by sex and age band beside England.

    Parameters
    ----------
    people : DataFrame
        ``sex, age_band, people, share, england_share``; shares of all adults of the area.
    region : Region
        The region.
    period : str
        Reference date.
    known : Provenance
        Kind and sources of the counts.
    """
    bands = list(dict.fromkeys(people["age_band"]))
    top = float(max(people["share"].max(), people["england_share"].max()))
    with canvas(4.2, 2) as (figure, axes):
        for axis, sex, colour in zip(axes, ("male", "female"), (BLUE, TEAL), strict=True):
            rows = people[people["sex"] == sex].set_index("age_band").loc[bands]
            at = np.arange(len(bands))
            axis.barh(at, rows["share"], height=0.7, color=colour)
            axis.plot(rows["england_share"], at, "D", color=ORANGE, markeredgecolor=INK, markersize=8)
            for y, count in enumerate(rows["people"]):
                axis.text(
                    0.02 * top,
                    y,
                    f"{count / 1000:,.0f}k",
                    va="center",
                    color="white",
                    ha="right" if sex == "male" else "left",
                )
            axis.set_xlim((top * 1.18, 0) if sex == "male" else (0, top * 1.18))
            axis.set_title("Men" if sex == "male" else "Women", loc="right" if sex == "male" else "left", fontsize=14)
            axis.set_yticks(at, bands if sex == "female" else [""] * len(bands))
            axis.tick_params(length=0)
            axis.xaxis.set_major_formatter(lambda x, _: f"{100 * x:.0f}%")
        axes[0].set_xlabel("Share of all adults")
        axes[1].set_xlabel("◆ England")
        image = drawn(figure)
    gap = people.groupby("age_band", sort=False)[["share", "england_share"]].sum()
    ratio = gap["share"] / gap["england_share"]
    most, least = str(ratio.idxmax()), str(ratio.idxmin())
    shares = {
        row.age_band: [words.percent(row.share), words.percent(row.england_share)] for row in records(gap.reset_index())
    }
    title = (
        f"{words.place(region.name, start=True)} has relatively more adults aged {most} "
        f"and fewer aged {least} than England"
    )  # fmt: skip
    alt = (
        f"Paired bars of men and women by age band. Share of all adults aged {most}: {shares[most][0]} in "
        f"{words.place(region.name)}, {shares[most][1]} in England; aged {least}: {shares[least][0]} against {shares[least][1]}."
    )
    caption = f"Adults by sex and age band as a share of all adults, thousands of people, {region.name} and England, {period}."
    return Artefact("figure", title, caption, known.kind, known.sources, people, alt, image)


def need_drivers(drivers: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Draw each need driver of the region as a ratio to England, among all regions.

    Parameters
    ----------
    drivers : DataFrame
        ``driver, unit, area, name, value, england``, one row an area and driver.
    region, known
        See :func:`population_pyramid`.
    """
    table = drivers.assign(ratio=drivers["value"] / drivers["england"])
    names = list(dict.fromkeys(table["driver"]))
    own = table[table["area"] == region.slug].set_index("driver")
    told = {row.driver: (words.plain(row.value), words.plain(row.england)) for row in records(own.reset_index())}
    with canvas(1.3 + 0.75 * len(names)) as (figure, (axis,)):
        for y, name in enumerate(reversed(names)):
            ratios = table[table["driver"] == name]["ratio"]
            axis.hlines(y, ratios.min(), ratios.max(), color=LIGHT, linewidth=6, zorder=1)
            axis.plot(ratios, np.full(len(ratios), y), "o", color=GREY, markersize=6, zorder=2)
            axis.plot(own.loc[name, "ratio"], y, "o", color=BLUE, markersize=13, zorder=3)
            axis.annotate(
                f"{told[name][0]} (England {told[name][1]}) {own.loc[name, 'unit']}",
                (table["ratio"].max(), y), xytext=(14, 0), textcoords="offset points", va="center",
            )  # fmt: skip
        axis.axvline(1, color=INK, linewidth=1.2, zorder=0)
        axis.set_yticks(range(len(names)), list(reversed(names)))
        axis.set_ylim(-0.6, len(names) - 0.4)
        axis.tick_params(axis="y", length=0)
        axis.set_xlabel(f"Ratio to England (1 = England).  ● {region.name}   • other regions", loc="left")
        image = drawn(figure)
    furthest, ratio = max(own["ratio"].items(), key=lambda item: abs(item[1] - 1))
    title = (
        f"{words.place(region.name, start=True)} stands furthest from England in {words.lower(str(furthest))}: "
        f"{words.percent(abs(ratio - 1), 0)} {words.compared(ratio, 1, 0)}"
    )
    parts = [
        f"{name}: {words.place(region.name)} {told[name][0]}, England {told[name][1]} {own.loc[name, 'unit']}"
        for name in names
    ]
    alt = f"Dot plot of the ratio to England for {len(names)} need drivers. {'. '.join(parts)}."
    caption = (
        "Need drivers of every region as a ratio to England; the label gives the region's and England's own values."
    )
    return Artefact("figure", title, caption, known.kind, known.sources, table, alt, image)


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
        _tier_axis(axis, [words.TIER_NAMES[t] for t in rows["tier"]])
        axis.set_xlim(0, rows["patients_upper_95"].max() * 1.12)
        axis.set_xlabel("Expected patients.  Thin line 95%, thick line 80% interval", loc="left")
        image = drawn(figure)
    everyone = expected[expected["tier"] == "all"].iloc[0]
    total = Estimate(
        everyone.patients, everyone.patients_lower_95, everyone.patients_upper_95, known.kind, known.sources
    )
    title = (
        f"About {words.number_text(total, 'people')} people from {words.place(region.name)} are expected in secure care "
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
        _tier_axis(axis, [f"{r.label}{' (used)' if r.chosen else ''}" for r in records(rows)][::-1])
        axis.set_xlim(0, rows["patients"].max() * 1.45)
        axis.set_xlabel("Expected patients, all tiers", loc="left")
        image = drawn(figure)
    low, high = rows["patients"].iloc[0], rows["patients"].iloc[-1]
    title = (
        f"The allocation rule moves {words.place(region.name)} between {words.count(low)} and {words.count(high)} patients"
        if len(rows) > 1
        else f"Only one allocation rule is published for {words.place(region.name)}"
    )
    parts = [f"{r.label} {words.count(r.patients)}" for r in records(rows)]
    alt = f"Dots of expected patients under {len(rows)} allocation rules: {'; '.join(parts)}."
    caption = f"Expected patients of all tiers from {words.place(region.name)} under each rule that has published data."
    return Artefact("figure", title, caption, known.kind, known.sources, rows, alt, image)


def tier_needed(matrix: Matrix, region: Region) -> Artefact:
    """Draw the patients of each tier by the tier they need.

    Parameters
    ----------
    matrix : dict of dict of Estimate
        People by current tier, then tier needed.
    region : Region
        The region.
    """
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
                        color=INK if tier in ("step_down", "medium") else "white",
                    )  # fmt: skip
                left += people.value
        _tier_axis(axis, [f"In {words.TIER_NAMES[t].lower()}" for t in matrix])
        axis.set_xlabel("Expected patients, by the tier they need", loc="left")
        handles = [axis.barh(0, 0, color=colours[t], label=f"{words.TIER_NAMES[t]} needed") for t in needed]
        figure.legend(handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, fontsize=12, frameon=False)
        image = drawn(figure)
    everyone = sum(e.value for row in matrix.values() for e in row.values())
    moving = sum(e.value for tier, row in matrix.items() for to, e in row.items() if to != tier)
    title = (
        f"About {words.count(moving, 10)} of {words.count(everyone, 10)} patients may need less security than they have"
    )
    parts = [
        f"in {words.TIER_NAMES[tier].lower()}: "
        + ", ".join(f"{words.count(e.value)} need {words.TIER_NAMES[to].lower()}" for to, e in row.items())
        for tier, row in matrix.items()
    ]
    alt = f"Stacked bars of expected patients by current tier and tier needed: {'; '.join(parts)}."
    figures = [e for row in matrix.values() for e in row.values()]
    data = pd.DataFrame(
        [{"current_tier": t, "needed_tier": to, **e.as_record()} for t, row in matrix.items() for to, e in row.items()]
    )
    caption = (
        f"Expected patients from {words.place(region.name)} by current tier and tier needed. Only the high secure share is "
        "published (2004); the rest are assumed, with wide ranges."
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
        _tier_axis(axis, [words.TIER_NAMES[t] for t in rows["tier"]])
        axis.set_ylim(-0.6, len(rows) - 0.4)
        axis.set_xlim(0, rows["beds_upper"].max() * 1.3)
        axis.set_xlabel(
            f"Places.  ● at most {words.percent(probability, 0)} wait, with range   ◆ the {words.percent(flat, 0)} rule",
            loc="left",
        )
        image = drawn(figure)
    most = max(records(rows), key=lambda row: float(row.flat_wait))
    title = (
        f"The flat {words.percent(flat, 0)} rule would leave {words.percent(most.flat_wait, 0)} of people waiting for "
        f"{words.TIER_NAMES[most.tier].lower()} places"
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


def spend_by_tier(spend: Mapping[str, Estimate], region: Region, price_year: str) -> Artefact:
    """Draw spend by tier with its interval.

    Parameters
    ----------
    spend : mapping of tier to Estimate
        GBP a year.
    region : Region
        The region.
    price_year : str
        Year of the prices.
    """
    parts = list(spend.items())
    together = sum(e.value for e in spend.values())
    with canvas(3.3) as (figure, (axis,)):
        for y, (_, cost) in zip(range(len(parts))[::-1], parts, strict=True):
            lower, upper = cost.bounds
            axis.barh(y, cost.value / 1e6, height=0.5, color=BLUE)
            axis.hlines(y, lower / 1e6, upper / 1e6, color=ORANGE, linewidth=4)
            axis.annotate(
                f"{words.money(cost.value)}  ({words.money(lower)} to {words.money(upper)})",
                (max(upper, cost.value) / 1e6, y), xytext=(12, 0), textcoords="offset points", va="center",
            )  # fmt: skip
        _tier_axis(axis, [words.TIER_NAMES[t] for t, _ in parts])
        axis.set_xlim(0, max(e.bounds[1] for e in spend.values()) / 1e6 * 1.75)
        axis.set_xlabel(f"£ million a year at {price_year} prices.  Line: 95% interval", loc="left")
        image = drawn(figure)
    largest = max(parts, key=lambda item: item[1].value)
    title = (
        f"{words.TIER_NAMES[largest[0]]} care takes {words.percent(largest[1].value / together, 0)} of the modelled "
        f"{words.money(together)} a year"
    )
    told = [f"{words.TIER_NAMES[t]} {words.money(e.value)}" for t, e in parts]
    alt = f"Bars of modelled spend by tier with intervals: {'; '.join(told)}."
    data = pd.DataFrame([{"tier": tier, "unit": "GBP a year", **e.as_record()} for tier, e in parts])
    caption = (
        f"Modelled spend on secure care for patients from {words.place(region.name)} by tier, {price_year} prices."
    )
    kind, sources = weakest(e.kind for e in spend.values()), merge_sources(*(e.source for e in spend.values()))
    return Artefact("figure", title, caption, kind, sources, data, alt, image)


def _tier_axis(axis: Axes, labels: Sequence[str]) -> None:
    """Name the rows of a horizontal chart, the first on top."""
    axis.set_yticks(range(len(labels)), list(labels)[::-1])
    axis.set_ylim(-0.6, len(labels) - 0.25)
    axis.tick_params(axis="y", length=0)
