"""Charts of a region's own data on time: how long people stay, wait for a bed, and stay on although ready to leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from needs.data.geography import Region
from needs.methods.disclosure import Released
from needs.methods.service.monitored_waits import STANDARDS, STARTS
from needs.methods.service.time_in_tier import YEAR
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.monitoring import panels, picture
from needs.present.charts.told import MOST, spaced
from needs.present.monitored_names import APART, IN, one_place, reason, share, spoken
from needs.present.monitored_stay_words import stayed
from needs.present.monitored_words import delayed, waited
from needs.present.released import SUPPRESSED, empty_figure, note
from needs.present.style import BLUE, GREY, INK, ORANGE, TEAL, canvas, drawn, named_rows, tell
from needs.values import records

__all__ = ["delays", "time_in_tier", "transfer_waits"]


def time_in_tier(curves: Released, summary: Released, region: Region) -> Artefact:
    """Draw the share of people still in each tier by years since they came, a panel a tier.

    Parameters
    ----------
    curves : Released
        Curves of :func:`needs.methods.service.monitored_release.curve` by tier.
    summary : Released
        Of :func:`needs.methods.service.monitored_release.time_in_tier`.
    region : Region
        The area.

    Examples
    --------
    >>> from needs.methods.service import monitored_release, time_in_tier as methods
    >>> from needs.values import Provenance
    >>> spells = pd.DataFrame({"person": range(40), "tier": "low", "days": range(0, 1600, 40), "entry_days": 0.0, "ended": True})
    >>> known = Provenance("derived", ("service/x#own-data",))
    >>> curves = monitored_release.curve(methods.still_there(spells, [0, 365, 730, 1095]), known)
    >>> summary = monitored_release.time_in_tier(methods.time_in_tier(spells), known)
    >>> time_in_tier(curves, summary, Region("2023-24", "london", "London", "E40000003")).title
    'Half of the people leave low security within 2.1 years (1.4 to 2.7)'
    """
    caption = (
        f"Share of people from {words.place(region.name)} still in a tier by years since they came to it (Kaplan-Meier; "
        "who was already there when the data begin is followed from then on). Band: 95% interval; diamond: time by which "
        f"half have left. {APART} {note(curves.rule)} Points lie where "
        f"{curves.rule.smallest} or more further people had left; those that rest on fewer people followed are left out."
    )
    frame, title = curves.frame.sort_values("days", kind="stable"), stayed(summary)
    tiers = [tier for tier in IN if _drawable(frame[frame["tier"].eq(tier)])]
    if not tiers:
        return empty_figure("Numbers are too small to show how long people stay.", caption, curves.known)
    medians = {row.tier: row for row in records(summary.frame)}
    longest = max(float(frame.loc[frame["still"].notna(), "days"].max()) / YEAR, 1.0)
    parts = []
    with canvas(1.0 + 2.5 * -(-len(tiers) // 2)) as (figure, _):
        for axis, tier in zip(panels(figure, len(tiers)), tiers, strict=True):
            rows = frame[frame["tier"].eq(tier) & frame["still"].notna()]
            _band(axis, rows["days"] / YEAR, rows, "still", BLUE)
            for point in records(spaced(rows[rows["days"].gt(0)], MOST // len(tiers) - 1)):
                told = f"after {_years(point.days)} {spoken(point, 'still', share)} are still there"
                tell(axis, point.days / YEAR, point.still, f"{words.TIER_NAMES[tier]}: {told}")
            row = medians.get(tier)
            if row is not None and pd.notna(row.median_years):
                axis.plot(row.median_years, 0.5, "D", color=ORANGE, markeredgecolor=INK, markersize=8, zorder=4)
                told = spoken(row, "median_years", one_place, " years")
                tell(axis, row.median_years, 0.5, f"{words.TIER_NAMES[tier]}: half have left by {told}")
                axis.annotate(
                    f"half have left by\n{told}",
                    (longest, 1.0),
                    ha="right",
                    va="top",
                    fontsize=12.5,
                    weight="bold",
                    color=INK,
                )
            _shares(axis, longest, words.TIER_NAMES[tier], (0, 0.5, 1))
            axis.xaxis.set_major_locator(MaxNLocator(6, integer=True))
            axis.set_xlabel("Years", loc="right", fontsize=12)
            parts.append(f"{IN[tier]} {_points(rows, 'still', [n * YEAR for n in (1, 2, 5, 10)], _years)}")
        image = drawn(figure)
    alt = f"Falling curves of the share of people still in each tier, a panel a tier: {'; '.join(parts)}."
    return picture(title, caption, curves, alt, image)


def transfer_waits(
    curve: Released, summary: Released, clock: str, region: Region, limits: tuple[int, int] = STANDARDS
) -> Artefact:
    """Draw the share of prisoners admitted, and who left otherwise, by days of waiting.

    Parameters
    ----------
    curve : Released
        Curve of :func:`needs.methods.service.monitored_release.curve`.
    summary : Released
        Of :func:`needs.methods.service.monitored_release.waits`; its first row is that of the curve.
    clock : str
        Name of the wait, of :data:`needs.methods.service.monitored_waits.STARTS`.
    region : Region
        The area.
    limits : tuple of int
        Days of the transfer standard.

    Examples
    --------
    >>> from needs.methods.service import monitored_release, monitored_waits
    >>> from needs.values import Provenance
    >>> found = pd.DataFrame({"person": range(60), "days": range(60), "entry_days": 0.0, "outcome": "admitted", "ended": True})
    >>> known = Provenance("derived", ("service/x#own-data",))
    >>> curve = monitored_release.curve(monitored_waits.waiting_curve(found, range(0, 57, 7)), known)
    >>> summary = monitored_release.waits(monitored_waits.summaries({"referral": found}), known)
    >>> print(transfer_waits(curve, summary, "Referral to admission", Region("2023-24", "london", "London", "E40000003")).title)
    Of prisoners referred, 25% (16% to 37%) are admitted within 14 days of referral and 48% (36% to 61%) within 28
    """
    clock = STARTS.get(clock, words.lower(clock))
    caption = (
        f"Prisoners from {words.place(region.name)} referred to secure care: share admitted, and share whose referral "
        f"ended otherwise (withdrawn, released or refused), by days since {clock}. Those who still wait count until the "
        f"last day of the data (Aalen-Johansen). Band: 95% interval. {APART} {note(curve.rule)} Points lie where "
        f"{curve.rule.smallest} or more further people had come to that end; those that rest on fewer people are left out."
    )
    frame = curve.frame.sort_values("days", kind="stable")
    lines = [(name, frame[frame["outcome"].eq(name) & frame["share"].notna()]) for name in ("admitted", "exits")]
    lines = [(name, rows) for name, rows in lines if len(rows) > 1]
    if not lines or summary.frame.empty:
        return empty_figure("Numbers are too small to show how long prisoners wait.", caption, curve.known)
    first, parts = records(summary.frame)[0], []
    with canvas(4.2) as (figure, (axis,)):
        span = max(float(rows["days"].max()) for _, rows in lines)
        for name, rows in lines:
            colour, style, told = (
                (BLUE, "-", "admitted") if name == "admitted" else (TEAL, (0, (4, 2)), "left otherwise")
            )
            _band(axis, rows["days"], rows, "share", colour, style)
            for row in records(spaced(rows[rows["days"].gt(0)], MOST // 2 - len(limits))):
                tell(axis, row.days, row.share, f"After {row.days:.0f} days: {spoken(row, 'share', share)} {told}")
            last = records(rows)[-1]
            axis.annotate(
                f"{share(last.share)} {told}", (last.days, last.share), xytext=(8, 0), textcoords="offset points", va="center",
                fontsize=13, weight="bold", color=INK, annotation_clip=False,
            )  # fmt: skip
            parts.append(f"{told} {_points(rows, 'share', [*limits, span], lambda day: f'{day:.0f} days')}")
        _shares(axis, span, "")
        for at, day in enumerate(limits):
            axis.axvline(day, color=ORANGE, linewidth=1.8, linestyle=(0, (6, 2)), zorder=1)
            reached = getattr(first, f"within_{day}")
            told = f"{day} days: {SUPPRESSED if pd.isna(reached) else share(reached)}"
            if pd.notna(reached):
                tell(
                    axis,
                    day,
                    reached,
                    f"Within {day} days, the standard: {spoken(first, f'within_{day}', share)} admitted",
                )
            axis.annotate(
                told, (day, 1.0), xytext=(5, -2 - 19 * at), textcoords="offset points", va="top", fontsize=13, color=INK,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )  # fmt: skip
        axis.set_xlim(0, 1.3 * span)
        axis.set_xticks(np.arange(0, span + 1, 28))
        axis.set_xlabel(f"Days since {clock}", loc="left")
        image = drawn(figure)
    alt = f"Rising curves of prisoners by days since {clock}: {'; '.join(parts)}. Dashed lines: {limits[0]} and {limits[1]} days."
    return picture(waited(first, limits, clock), caption, curve, alt, image)


def delays(by_reason: Released, every: Released, region: Region, until: pd.Timestamp) -> Artefact:
    """Draw the bed-days of people ready to leave by the reason why they were still there.

    Parameters
    ----------
    by_reason, every : Released
        Of :func:`needs.methods.service.monitored_release.delays`: by reason over all tiers, and all together in one row.
    region : Region
        The area.
    until : Timestamp
        Last day of the year.

    Examples
    --------
    >>> from needs.methods.service.monitored_release import delays as safe
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"delay_reason": ["housing", "funding"], "delayed_now": 3, "delayed": [8, 6],
    ...                       "bed_days": [431, 120]})
    >>> released = safe(frame, Provenance("derived", ("service/x#own-data",)))
    >>> chart = delays(released, released, Region("2023-24", "london", "London", "E40000003"), pd.Timestamp("2024-03-31"))
    >>> chart.alt
    'Bars of bed-days of people ready to leave by reason: no housing 430 bed-days, about 10 people.'
    """
    caption = (
        f"Bed-days of people from {words.place(region.name)} from the day they were clinically ready to leave, all tiers, "
        f"in the 12 months to {until:%d %B %Y}, by main reason; and how many people. {note(by_reason.rule)}"
    )
    frame = by_reason.frame
    if "tier" in frame:
        by_reason = by_reason.only(frame["tier"].eq("all").to_numpy())
    rows = by_reason.frame.sort_values("bed_days", ascending=False, kind="stable", na_position="last")
    if rows["bed_days"].notna().sum() == 0:
        return empty_figure(f"{delayed(by_reason, every, until)}.", caption, by_reason.known)
    told = [
        f"{words.count(row.bed_days)} bed-days, about {words.count(row.delayed)} people"
        if pd.notna(row.bed_days)
        else SUPPRESSED
        for row in records(rows)
    ]
    names = [reason(code) for code in rows["delay_reason"]]
    with canvas(0.9 + 0.56 * len(rows)) as (figure, (axis,)):
        for y, row, text, name in zip(range(len(rows))[::-1], records(rows), told, names, strict=True):
            length = 0.0 if pd.isna(row.bed_days) else row.bed_days
            if text != SUPPRESSED:
                tell(axis, length, y, f"{name}: {text}")
            axis.barh(y, length, height=0.6, color=BLUE)
            axis.annotate(
                text,
                (length, y),
                xytext=(8, 0),
                textcoords="offset points",
                va="center",
                fontsize=13,
                color=INK,
                annotation_clip=False,
            )
        named_rows(axis, [_folded(name) for name in names])
        axis.set_xlim(0, 1.75 * max(float(rows["bed_days"].max()), 1.0))
        axis.set_xticks([])
        image = drawn(figure)
    parts = [
        f"{words.lower(name)} {'suppressed' if text == SUPPRESSED else text}"
        for name, text in zip(names, told, strict=True)
    ]
    alt = f"Bars of bed-days of people ready to leave by reason: {'; '.join(parts)}."
    return picture(delayed(by_reason, every, until), caption, by_reason, alt, image)


def _folded(name: str) -> str:
    """Break a long name in two lines near its middle."""
    if len(name) <= 30:
        return name
    places = [at for at, letter in enumerate(name) if letter == " "]
    middle = min(places, key=lambda at: abs(at - len(name) / 2))
    return f"{name[:middle]}\n{name[middle + 1 :]}"


def _band(axis: Axes, x: pd.Series, rows: pd.DataFrame, name: str, colour: str, style: Any = "-") -> None:
    lower, upper = (rows[f"{name}_{end}"].fillna(rows[name]) for end in ("lower", "upper"))
    axis.fill_between(x, lower, upper, color=colour, alpha=0.16, linewidth=0)
    axis.plot(x, rows[name], color=colour, linewidth=2.6, linestyle=style)


def _shares(axis: Axes, span: float, title: str, ticks: Sequence[float] = (0, 0.25, 0.5, 0.75, 1)) -> None:
    """Set out an axis of shares."""
    axis.set_ylim(0, 1.02)
    axis.set_xlim(0, span)
    axis.set_yticks(ticks, [share(tick) for tick in ticks], fontsize=12)
    axis.tick_params(axis="x", labelsize=12)
    axis.spines["bottom"].set_visible(True)
    axis.spines["bottom"].set_color(GREY)
    axis.set_title(title, loc="left", fontsize=14, weight="bold", color=INK)


def _drawable(rows: pd.DataFrame) -> bool:
    """Whether there is more to draw than the start."""
    return bool((rows["still"].notna() & rows["days"].gt(0)).any())


def _points(rows: pd.DataFrame, name: str, days: list[float], unit: Any) -> str:
    """Say where a curve is at the points after the start that lie nearest to some days."""
    there = rows[rows[name].notna() & rows["days"].gt(0)]
    shown = [there.iloc[int((there["days"] - day).abs().to_numpy().argmin())] for day in days if len(there)]
    told = [f"{share(row[name])} after {unit(row['days'])}" for row in shown]
    return words.listed(list(dict.fromkeys(told))) or "suppressed"


def _years(days: float) -> str:
    years = round(days / YEAR, 2)
    return f"{years:g} {words.plural(years, 'year')}"
