"""Charts of demand carried forward."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from needs.data.geography import Region
from needs.present import movement, words
from needs.present.artefact import Artefact
from needs.present.style import BLUE, INK, canvas, drawn, tell
from needs.values import Provenance, records

__all__ = ["projection_fan"]


def projection_fan(
    frame: pd.DataFrame, region: Region, known: Provenance, basis: str, note: str, start: int | None = None
) -> Artefact:
    """Draw expected patients over the years as a fan.

    Parameters
    ----------
    frame : DataFrame
        See :func:`needs.methods.projection.project`.
    region, known
        See :func:`population_pyramid`.
    basis : str
        Whose growth people are carried forward on, for the title.
    note : str
        What is held constant and what moves, and how far it may differ.
    start : int, optional
        Calendar year of today; without it, years count from today.
    """
    data = frame.assign(year=frame["year"] + (start or 0))
    first, last = data.iloc[0], data.iloc[-1]
    with canvas(4.4) as (figure, (axis,)):
        for level, shade in ((95, 0.16), (80, 0.3)):
            low, high = data[f"patients_lower_{level}"], data[f"patients_upper_{level}"]
            axis.fill_between(data["year"], low, high, color=BLUE, alpha=shade, linewidth=0)
            for edge in (low, high):
                axis.plot(data["year"], edge, color=BLUE, linewidth=1, linestyle="--" if level == 95 else ":")
        axis.plot(data["year"], data["patients"], color=BLUE, linewidth=3)
        axis.plot([first.year, last.year], [first.patients, last.patients], "o", color=BLUE, markersize=9, clip_on=False,
                  zorder=3)  # fmt: skip
        for years, row in zip(frame["year"], records(data), strict=True):
            tell(axis, row.year, row.patients, f"{region.name} {words.horizon(int(years), start)}: {_people(row)}")
        axis.set_ylim(0, max(float(data["patients_upper_95"].max()), 1.0) * 1.06)
        axis.set_xlim(first.year, last.year)
        axis.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axis.yaxis.set_major_formatter("{x:,.0f}")
        axis.tick_params(axis="x", pad=7)
        axis.spines["bottom"].set_visible(True)
        axis.set_xlabel("Year" if start else "Years from today", loc="left")
        axis.set_title("Expected patients", loc="left", fontsize=13, color=INK)
        _ends(axis, first, last)
        image = drawn(figure)
    here = words.place(region.name)
    then = words.horizon(int(frame["year"].iloc[-1]), start)
    ends = {name: words.ranged(row.patients, row.patients_lower_95, row.patients_upper_95)
            for name, row in (("first", first), ("last", last))}  # fmt: skip
    to = words.step(last.patients_lower_95, last.patients_upper_95)
    today, future = words.count(first.patients, to), words.count(last.patients, to)
    move = "rise" if last.patients_lower_95 > first.patients else "fall"
    apart = not last.patients_lower_95 <= first.patients <= last.patients_upper_95
    moved = f"stay at about {today}" if today == future else f"{move if apart else 'go'} from about {today} to {future}"
    title = (
        f"At today's rates and {basis}, secure patients expected from {here} would {moved} {then} "
        f"({words.count(last.patients_lower_95, to)} to {words.count(last.patients_upper_95, to)})"
    )
    if not apart and today != future:
        title += ", which the interval does not tell apart from today"
    alt = (
        f"Fan of expected patients with 80% and 95% intervals: {ends['first']} {words.horizon(0, start)}, "
        f"{ends['last']} {then}; 80% interval then {words.count(last.patients_lower_80, to)} to "
        f"{words.count(last.patients_upper_80, to)}."
    )
    caption = (
        f"Expected patients from {here} in secure care, all tiers. Line: central figure; darker band with dotted edge: 80% "
        f"interval; lighter band with dashed edge: 95% interval. {note[:1].upper()}{note[1:].rstrip('.')}."
    )
    return Artefact("figure", title, caption, known.kind, known.sources, data, alt, image)


def _people(row: Any) -> str:
    """Write expected patients of a year with both intervals, to the precision of the wider one."""
    to = words.step(row.patients_lower_95, row.patients_upper_95)
    told = movement.people(row.patients, row.patients_lower_95, row.patients_upper_95)
    return f"{told}; 80% interval {words.count(row.patients_lower_80, to)} to {words.count(row.patients_upper_80, to)}"


def _ends(axis: Axes, first: Any, last: Any) -> None:
    """Name the line at both ends, and the edges of its bands at the right end, far enough apart to be read."""
    to = words.step(last.patients_lower_95, last.patients_upper_95)
    axis.annotate(words.count(first.patients, to), (first.year, first.patients), xytext=(9, 9), textcoords="offset points",
                  weight="bold", fontsize=14, color=INK)  # fmt: skip
    gap, middle = 0.065 * axis.get_ylim()[1], last.patients
    _end(axis, last.year, middle, words.count(middle, to), "bold")
    above = below = middle
    for level in (80, 95):
        upper, lower = getattr(last, f"patients_upper_{level}"), getattr(last, f"patients_lower_{level}")
        above, below = max(upper, above + gap), min(lower, below - gap)
        _end(axis, last.year, above, f"{words.count(upper, to)} ({level}%)", "normal")
        _end(axis, last.year, below, f"{words.count(lower, to)} ({level}%)", "normal")


def _end(axis: Axes, x: float, y: float, text: str, weight: str) -> None:
    axis.annotate(
        text, (x, y), xytext=(10, 0), textcoords="offset points", va="center", weight=weight,
        fontsize=14 if weight == "bold" else 12, annotation_clip=False, color=INK,
    )  # fmt: skip
