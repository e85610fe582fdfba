"""Charts of people blocked against places, and of days before admission by number of assessments."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.bands import BANDS, bands
from needs.present.charts.labels import fit_labels
from needs.present.movement import people
from needs.present.style import BLUE, INK, ORANGE, TEAL, canvas, drawn, named_rows, tell
from needs.values import Estimate, Provenance, records

__all__ = ["assessment_finding", "assessments", "blocked_by_places"]

_MINUS = "\u2212"
_WAIT: dict[str, Any] = {"facecolor": "#BFE3E0", "edgecolor": TEAL, "hatch": "//", "linewidth": 1.2}
"""How a bar of days of waiting for a bed looks."""


def blocked_by_places(
    frame: pd.DataFrame,
    here: Estimate,
    told: bool,
    region: Region,
    known: Provenance,
    probability: float = 0.05,
    occupancy: Estimate | None = None,
) -> Artefact:
    """Draw the gap in step-down places, and people blocked, against the places there are.

    Parameters
    ----------
    frame : DataFrame
        ``share, places, gap, gap_lower, gap_upper, mean, lower_80, upper_80, lower_95, upper_95``: places added as a share
        of those there are now, how many that is, places missing, and people blocked.
    here : Estimate
        Step-down places there are now.
    told : bool
        Whether the region said how many.
    region, known
        See :func:`fans`.
    probability : float
        Largest share of those ready for a place that may have to wait, by which places are missing.
    occupancy : Estimate, optional
        Share of the places that is assumed to be full; None where the region said how many there are.

    Examples
    --------
    >>> frame = pd.DataFrame({"share": [0.0, 0.5], "places": [20, 30], "gap": [4.0, -6.0], "gap_lower": [1.0, -9.0],
    ...     "gap_upper": [9.0, -1.0], "mean": [20.0, 4.0], "lower_80": [12.0, 0.0], "upper_80": [30.0, 9.0],
    ...     "lower_95": [9.0, 0.0], "upper_95": [38.0, 12.0]})
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> places = Estimate(20, kind="assumed", source=("x#z",))
    >>> chart = blocked_by_places(frame, places, True, london, Provenance("modelled", ("x#y",)))
    >>> print(chart.title)  # doctest: +NORMALIZE_WHITESPACE
    With the 20 step-down places told by the region, on average 20 people (9 to 38) are blocked in London; with 50% more,
    4 (0 to 12)
    >>> full = Estimate(0.92, 0.88, 0.96, "assumed", ("x#z",))
    >>> chart = blocked_by_places(frame, places, False, london, Provenance("modelled", ("x#y",)), 0.05, full)
    >>> print(chart.title)  # doctest: +NORMALIZE_WHITESPACE
    If step-down places in London are 92% full as assumed, there are 20 and on average 20 people (9 to 38) are blocked; with
    50% more, 4 (0 to 12)
    """
    rows = frame.sort_values("share").reset_index(drop=True)
    now, most = (row for row in records(rows.iloc[[int((rows["share"].abs()).argmin()), len(rows) - 1]]))
    with canvas(4.6, 2) as (figure, (gap, held)):
        gap.fill_between(rows["share"], rows["gap_lower"], rows["gap_upper"], color=BLUE, alpha=0.16, linewidth=0)
        for edge in ("gap_lower", "gap_upper"):
            gap.plot(rows["share"], rows[edge], color=BLUE, linewidth=1, linestyle="--")
        gap.plot(rows["share"], rows["gap"], color=BLUE, linewidth=3)
        gap.axhline(0, color=INK, linewidth=1.2)
        bands(held, rows["share"], rows)
        held.set_ylim(0, 1.1 * max(float(rows[["mean", "upper_95"]].max().max()), 1.0))
        ticks = rows.iloc[[0, int(rows["share"].abs().argmin()), -2, -1]] if len(rows) > 4 else rows
        for axis, name, column, ends in (
            (gap, "Places missing (below 0: spare)", "gap", ("gap_lower", "gap_upper")),
            (held, "People blocked", "mean", ("lower_95", "upper_95")),
        ):  # fmt: skip
            axis.axvline(0, color=INK, linewidth=1.6, linestyle=(0, (6, 2)), zorder=3)
            axis.plot(
                0, getattr(now, column), "D", color=ORANGE, markeredgecolor=INK, markersize=9, zorder=4, clip_on=False
            )
            axis.set_xlim(rows["share"].iloc[0], max(rows["share"].iloc[-1], rows["share"].iloc[0] + 0.01))
            axis.set_xticks(ticks["share"], [_step(row) for row in records(ticks)], fontsize=12)
            axis.yaxis.set_major_locator(MaxNLocator(5, integer=True))
            axis.yaxis.set_major_formatter("{x:,.0f}")
            axis.spines["bottom"].set_visible(True)
            axis.set_title(name, loc="left", fontsize=14, weight="bold", color=INK)
            for row in records(rows):
                tell(axis, row.share, getattr(row, column), f"{_places(row, region)}: {_held(row, column)}")
            axis.annotate(
                _named(now, column, *ends), (0, getattr(now, column)), xytext=(9, 7), textcoords="offset points",
                weight="bold", fontsize=13, color=INK, bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
            )  # fmt: skip
            axis.annotate(
                _named(most, column, *ends), (most.share, getattr(most, column)), xytext=(8, 0),
                textcoords="offset points", va="center", weight="bold", fontsize=13, annotation_clip=False, color=INK,
            )  # fmt: skip
        gap.set_xlabel("Step-down places, against those there are now", loc="left")
        image = drawn(figure)
    place, count = words.place(region.name), words.spoken(here, "places")
    assumed = "" if told or occupancy is None else words.percent(occupancy.value, 0)
    blocked, then = (people(row.mean, row.lower_95, row.upper_95) for row in (now, most))
    stuck = "nobody is blocked" if blocked == "nobody" else f"on average {blocked} {_are(blocked)} blocked"
    if assumed:
        there = words.plural(float(count == "1"), "is", "are")
        title = f"If step-down places in {place} are {assumed} full as assumed, there {there} {count} and {stuck}"
    else:
        whose = "told by the region" if told else "that its flow implies"
        title = f"With the {count} step-down {words.plural(float(count == '1'), 'place')} {whose}, {stuck} in {place}"
    title += f"; with {words.percent(most.share, 0)} more, {then.replace(' people', '').replace(' person', '')}"
    basis = (
        "as the region told"
        if told
        else f"people who move there times their stay, over an assumed occupancy{_ends(occupancy)}; no count was found"
    )
    caption = (
        f"Left: step-down places missing in {place} for at most {words.percent(probability, 0)} of those ready to wait, means "
        "with 95% intervals. Right: people who keep a bed because the next tier is full, means of the years from the third. "
        f"Both by step-down places against those there are now, {count} ({basis}). {BANDS}"
    )
    parts = []
    for row in records(rows):
        step = ", ".join(_step(row).splitlines())
        some = words.plural(float(words.count(row.places) == "1"), "place")
        parts.append(f"at {step} {some}, {_held(row, 'gap')} and {_held(row, 'mean')}")
    alt = f"Two curves by step-down places against those there are now: {'; '.join(parts)}. A dashed line marks now."
    return Artefact("figure", title, caption, known.kind, known.sources, rows, alt, image)


def _are(told: str) -> str:
    return "is" if " person" in told else "are"


def _ends(occupancy: Estimate | None) -> str:
    """Write an occupancy with its interval, where it is known."""
    if occupancy is None:
        return ""
    told, low, high = (words.percent(end, 0) for end in (occupancy.value, *occupancy.bounds))
    return f" of {told} ({low} to {high})" if occupancy.has_interval else f" of {told}"


def _rounded(row: Any, *names: str) -> list[str]:
    """Write a figure and the ends of its interval to the precision of the interval: in the picture as in its text."""
    value, lower, upper = (float(getattr(row, name)) for name in names)
    to = words.step(lower, upper)
    return [words.count(end, to).replace("-", "\u2212") for end in (value, lower, upper)]


def _named(row: Any, column: str, *ends: str) -> str:
    """Write the figure that stands at a point of one of the curves."""
    told = _rounded(row, column, *ends)[0]
    return _spare(told) if told.startswith(_MINUS) else told


def _step(row: Any) -> str:
    """Write a number of places, and how far it is from now."""
    sign = "+" if row.share > 0 else _MINUS
    share = "now" if abs(row.share) < 1e-9 else f"{sign}{abs(row.share):.0%}"
    return f"{share}\n{words.count(row.places)}"


def _places(row: Any, region: Region) -> str:
    """Say how many step-down places a point of the curves stands for."""
    step, number = _step(row).splitlines()
    return f"{region.name} with {number} step-down {words.plural(round(row.places), 'place')} ({step})"


def _held(row: Any, column: str) -> str:
    """Write what a point of one of the curves shows."""
    if column == "gap":
        return _missing(row)
    return f"{people(row.mean, row.lower_95, row.upper_95)} blocked"


def _missing(row: Any) -> str:
    """Write the places missing, or spare, with the interval: each end says which it is where the ends differ in it."""
    value, low, high = _rounded(row, "gap", "gap_lower", "gap_upper")
    spare = {end: end.startswith("\u2212") for end in (value, low, high)}
    told = _spare(value)
    if not (spare[value] or spare[low] or spare[high]):
        return f"{told} ({low} to {high})"
    if not (spare[low] and (spare[high] or high == "0") and spare[value]):
        return f"{told} ({_spare(low)} to {_spare(high)})"
    return f"{told} ({high.lstrip(_MINUS)} to {low.lstrip(_MINUS)})"


def _spare(number: str) -> str:
    """Write a number of places as missing, or as spare where it is below zero."""
    return f"{number.lstrip(_MINUS)} {'spare' if number.startswith(_MINUS) else 'missing'}"


def assessments(frame: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Draw mean days before admission by number of assessments: assessments, then the wait for a bed.

    Parameters
    ----------
    frame : DataFrame
        See :func:`needs.present.tables.assessments`.
    region, known
        See :func:`fans`.

    Examples
    --------
    >>> frame = pd.DataFrame({"number": [1, 2], "mean_days": [20.0, 40.0], "mean_days_lower": [15.0, 30.0],
    ...     "mean_days_upper": [28.0, 56.0], "total_days": [50.0, 70.0], "total_days_lower": [30.0, 48.0],
    ...     "total_days_upper": [90.0, 112.0]})
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> print(assessments(frame, london, Provenance("modelled", ("x#y",))).title)  # doctest: +NORMALIZE_WHITESPACE
    On average each assessment adds 20 days (15 to 28) before admission: with 1, prisoners from London wait 50 days
    (30 to 90) in all; with 2, 70 days (48 to 112)
    """
    rows = frame.sort_values("number").reset_index(drop=True)
    with canvas(1.5 + 0.75 * len(rows)) as (figure, (axis,)):
        for y, row in zip(range(len(rows))[::-1], records(rows), strict=True):
            bed = max(row.total_days - row.mean_days, 0.0)
            axis.barh(y, row.mean_days, height=0.5, color=BLUE)
            axis.barh(y, bed, left=row.mean_days, height=0.5, **_WAIT)
            for colour, extra in (("white", 2.5), (INK, 0.0)):
                ends = [row.total_days_lower, row.total_days_upper]
                axis.plot(ends, [y, y], color=colour, linewidth=2 + extra, solid_capstyle="butt")
                axis.plot(ends, [y, y], "|", color=colour, markersize=11 + extra, markeredgewidth=2 + extra)
            whole, assessing = _days(row)
            axis.annotate(whole, (row.total_days_upper, y), xytext=(10, 0), textcoords="offset points", va="center", color=INK,
                          fontsize=13)  # fmt: skip
            who = f"{_number(row.number)}, prisoners from {region.name}"
            tell(axis, row.mean_days, y, f"{who}: {assessing} assessing")
            tell(axis, row.total_days, y, f"{who}: {whole} from referral to admission")
        named_rows(axis, [_number(row.number) for row in records(rows)])
        axis.set_ylim(-0.5, len(rows) - 0.5)
        axis.set_xlim(0, 1)
        axis.set_xlabel("Mean days from referral to admission.  Line: 95% interval", loc="left")
        axis.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axis.xaxis.set_major_formatter("{x:,.0f}")
        handles = [
            Patch(color=BLUE, label="Assessments"),
            Patch(label="Wait for a bed", **_WAIT),
        ]
        axis.legend(handles=handles, loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=2, fontsize=13, frameon=False)
        fit_labels(figure, axis, 1)
        image = drawn(figure)
    parts = [
        f"{_number(row.number)} {whole}, of which {assessing} assessing"
        for row in records(rows)
        for whole, assessing in [_days(row)]
    ]
    here = words.place(region.name)
    alt = f"Stacked bars of mean days before admission of prisoners by number of assessments: {'; '.join(parts)}."
    caption = (
        f"Mean days from referral to admission by number of assessments, prisoners from {here}: days that assessments take, "
        "then days of waiting for a bed. Line across the end of a bar: 95% interval of the whole wait."
    )
    return Artefact("figure", assessment_finding(rows, region), caption, known.kind, known.sources, rows, alt, image)


def assessment_finding(rows: pd.DataFrame, region: Region) -> str:
    """Say what each assessment adds, and how long prisoners wait with the fewest and with the most.

    Examples
    --------
    >>> rows = pd.DataFrame({"number": [1], "mean_days": [20.0], "mean_days_lower": [15.0], "mean_days_upper": [28.0],
    ...                      "total_days": [50.0], "total_days_lower": [30.0], "total_days_upper": [90.0]})
    >>> print(assessment_finding(rows, Region("2023-24", "london", "London", "E40000003")))  # doctest: +NORMALIZE_WHITESPACE
    On average each assessment adds 20 days (15 to 28) before admission: with 1, prisoners from London wait 50 days
    (30 to 90) in all
    """
    found = records(rows.sort_values("number"))
    first, last = found[0], found[-1]
    number = first.number
    each = people(
        first.mean_days / number, first.mean_days_lower / number, first.mean_days_upper / number, "day", "days"
    )
    told = [people(row.total_days, row.total_days_lower, row.total_days_upper, "day", "days") for row in (first, last)]
    title = (
        f"On average each assessment adds {each} before admission: with {words.count(number)}, prisoners from "
        f"{words.place(region.name)} wait {told[0]} in all"
    )
    return title if len(found) == 1 else f"{title}; with {words.count(last.number)}, {told[1]}"


def _number(number: float) -> str:
    return f"{words.count(number)} {words.plural(number, 'assessment')}"


def _days(row: Any) -> tuple[str, str]:
    """Write the days of a whole wait and those that assessments take of it, each with its interval."""
    whole = people(row.total_days, row.total_days_lower, row.total_days_upper, "day", "days")
    return whole, people(row.mean_days, row.mean_days_lower, row.mean_days_upper, "day", "days")
