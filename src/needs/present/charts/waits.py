"""Charts of people blocked against places, and of days before admission by number of assessments."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.fans import BANDS, bands
from needs.present.movement import people
from needs.present.style import BLUE, INK, LIGHT, ORANGE, TEAL, canvas, drawn, named_rows
from needs.values import Estimate, Provenance, records

__all__ = ["assessment_finding", "assessments", "blocked_by_places"]


def blocked_by_places(frame: pd.DataFrame, here: Estimate, told: bool, region: Region, known: Provenance) -> Artefact:
    """Draw people blocked against the step-down places there are.

    Parameters
    ----------
    frame : DataFrame
        ``places, mean, lower_80, upper_80, lower_95, upper_95``: people blocked at each number of places.
    here : Estimate
        Step-down places that are available or, where no figure is published, in use.
    told : bool
        Whether the region said how many are available.
    region, known
        See :func:`fans`.

    Examples
    --------
    >>> frame = pd.DataFrame({"places": [10, 20, 40], "mean": [30.0, 20.0, 4.0], "lower_80": [20.0, 12.0, 0.0],
    ...                       "upper_80": [40.0, 30.0, 9.0], "lower_95": [15.0, 9.0, 0.0], "upper_95": [50.0, 38.0, 12.0]})
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> places = Estimate(20, kind="assumed", source=("x#z",))
    >>> blocked_by_places(frame, places, True, london, Provenance("modelled", ("x#y",))).title
    'With 20 step-down places, 20 people (9 to 38) from London would be blocked; with 40, 4 people (0 to 12)'
    """
    rows = frame.sort_values("places").reset_index(drop=True)
    at = float(np.clip(here.value, rows["places"].iloc[0], rows["places"].iloc[-1]))
    met = {name: float(np.interp(at, rows["places"], rows[name])) for name in ("mean", "lower_95", "upper_95")}
    name = "places available" if told else "places in use"
    with canvas(4.4) as (figure, (axis,)):
        bands(axis, rows["places"], rows)
        top = max(float(rows[["mean", "upper_95"]].max().max()), 1.0)
        axis.set_ylim(0, 1.2 * top)
        left = min(float(rows["places"].iloc[0]), here.value)
        far = max(float(rows["places"].iloc[-1]), here.value, left + 1.0)
        low, high = (float(end) for end in np.clip(here.bounds, left, far))
        if left < low < high or low < high < far:
            axis.axvspan(low, high, color=LIGHT, alpha=0.55, linewidth=0, zorder=0)
        axis.set_xlim(left, far)
        axis.axvline(here.value, color=ORANGE, linewidth=2.2, linestyle=(0, (6, 2)), zorder=3)
        axis.plot(at, met["mean"], "D", color=ORANGE, markeredgecolor=INK, markersize=10, zorder=4, clip_on=False)
        turn = here.value > left + 0.6 * (far - left)
        count = words.spoken(here, "places")
        axis.annotate(
            f"{count} {name}", (here.value, 1.13 * top), xytext=(-8 if turn else 8, 0), textcoords="offset points",
            ha="right" if turn else "left", va="center", color=INK, weight="bold", fontsize=13,
        )  # fmt: skip
        last = rows.iloc[-1]
        axis.annotate(
            words.count(last["mean"], words.step(last["lower_95"], last["upper_95"])), (last["places"], last["mean"]),
            xytext=(10, 0), textcoords="offset points", va="center", weight="bold", fontsize=13, annotation_clip=False, color=INK,
        )  # fmt: skip
        axis.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        axis.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axis.spines["bottom"].set_visible(True)
        axis.set_xlabel("Step-down places", loc="left")
        axis.set_ylabel("People blocked")
        image = drawn(figure)
    other = rows.iloc[-1] if at < rows["places"].iloc[-1] else rows.iloc[0]
    blocked = people(met["mean"], met["lower_95"], met["upper_95"])
    then = people(other["mean"], other["lower_95"], other["upper_95"])
    region_name = words.place(region.name)
    places = words.number_text(here, "places") if at == here.value else words.count(at)
    title = (
        f"With {places} step-down {words.plural(round(at), 'place')}, {blocked} from {region_name} would be blocked; "
        f"with {words.count(other['places'])}, {then}"
    )
    whose = "the region's own figure" if told else "those in use, as no figure of places available is published"
    caption = (
        f"People from {region_name} who would keep a bed they no longer need, by number of step-down places. Marker: "
        f"{count} {words.plural(round(here.value), 'place')}, {whose}. {BANDS}"
    )
    parts = [
        f"{words.count(row.places)} places {people(row.mean, row.lower_95, row.upper_95)}"
        for row in records(rows.iloc[np.unique(np.linspace(0, len(rows) - 1, 6).round().astype(int))])
    ]
    alt = f"Curve with bands of people blocked by step-down places: {'; '.join(parts)}. A dashed line marks {count} {name}."
    return Artefact("figure", title, caption, known.kind, known.sources, rows, alt, image)


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
    >>> frame = pd.DataFrame({"number": [1, 2], "mean_days": [20.0, 40.0], "lower": [15.0, 30.0], "upper": [28.0, 56.0],
    ...     "total_days": [50.0, 70.0], "total_lower": [30.0, 48.0], "total_upper": [90.0, 112.0]})
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> print(assessments(frame, london, Provenance("modelled", ("x#y",))).title)  # doctest: +NORMALIZE_WHITESPACE
    Each assessment adds 20 days (15 to 28) before admission: with 1, prisoners from London wait 50 days (30 to 90) in
    all; with 2, 70 days (48 to 112)
    """
    rows = frame.sort_values("number").reset_index(drop=True)
    most = max(float(rows["total_upper"].max()), 1.0)
    with canvas(1.6 + 0.75 * len(rows)) as (figure, (axis,)):
        for y, row in zip(range(len(rows))[::-1], records(rows), strict=True):
            bed = max(row.total_days - row.mean_days, 0.0)
            axis.barh(y, row.mean_days, height=0.5, color=BLUE)
            axis.barh(y, bed, left=row.mean_days, height=0.5, color="#BFE3E0", edgecolor=TEAL, hatch="//", linewidth=0)
            for colour, extra in (("white", 2.5), (INK, 0.0)):
                ends = [row.total_lower, row.total_upper]
                axis.plot(ends, [y, y], color=colour, linewidth=2 + extra, solid_capstyle="butt")
                axis.plot(ends, [y, y], "|", color=colour, markersize=11 + extra, markeredgewidth=2 + extra)
            axis.annotate(
                people(row.total_days, row.total_lower, row.total_upper, "day", "days"), (row.total_upper, y),
                xytext=(10, 0), textcoords="offset points", va="center", color=INK, fontsize=13,
            )  # fmt: skip
        named_rows(axis, [_number(row.number) for row in records(rows)])
        axis.set_ylim(-0.5, len(rows) - 0.5)
        axis.set_xlim(0, 1.5 * most)
        axis.set_xlabel("Mean days from referral to admission, with 95% interval", loc="left")
        axis.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        handles = [
            axis.barh(0, 0, color=BLUE, label="Assessments"),
            axis.barh(0, 0, color="#BFE3E0", edgecolor=TEAL, hatch="//", linewidth=0, label="Wait for a bed"),
        ]
        figure.legend(
            handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, fontsize=12.5, frameon=False
        )
        image = drawn(figure)
    parts = [
        f"{_number(row.number)} {people(row.total_days, row.total_lower, row.total_upper, 'day', 'days')}, of which "
        f"{people(row.mean_days, row.mean_days, row.mean_days, 'day', 'days')} assessing"
        for row in records(rows)
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
    >>> rows = pd.DataFrame({"number": [1], "mean_days": [20.0], "lower": [15.0], "upper": [28.0], "total_days": [50.0],
    ...                      "total_lower": [30.0], "total_upper": [90.0]})
    >>> assessment_finding(rows, Region("2023-24", "london", "London", "E40000003"))
    'Each assessment adds 20 days (15 to 28) before admission: with 1, prisoners from London wait 50 days (30 to 90) in all'
    """
    found = records(rows.sort_values("number"))
    first, last = found[0], found[-1]
    number = first.number
    each = people(first.mean_days / number, first.lower / number, first.upper / number, "day", "days")
    told = [people(row.total_days, row.total_lower, row.total_upper, "day", "days") for row in (first, last)]
    title = (
        f"Each assessment adds {each} before admission: with {words.count(number)}, prisoners from "
        f"{words.place(region.name)} wait {told[0]} in all"
    )
    return title if len(found) == 1 else f"{title}; with {words.count(last.number)}, {told[1]}"


def _number(number: float) -> str:
    return f"{words.count(number)} {words.plural(number, 'assessment')}"
