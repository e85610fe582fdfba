"""Charts of groups compared: ratios with their intervals side by side, and units in a funnel."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, LogLocator, NullLocator

from needs.data.geography import Region
from needs.methods.disclosure import Released
from needs.methods.funnel import ratio_limits
from needs.methods.service.equity import NO_DENOMINATOR
from needs.methods.service.equity_cases import MEASURES
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.funnel import limit_lines
from needs.present.charts.labels import name_points
from needs.present.equity_words import (
    CAUTION,
    GROUP_NAMES,
    GROUPS_AGAINST,
    REFERENCES,
    differs,
    equity_finding,
    funnel_finding,
    name_of,
)
from needs.present.released import SUPPRESSED, data_of, empty_figure, note
from needs.present.style import BLUE, GREY, INK, LIGHT, canvas, drawn, named_rows, tell
from needs.values import records

__all__ = ["equity", "equity_funnel"]

_SIDES = ("access", "stay", "restriction", "outcome")
_SHORT = {
    ("ethnicity", "asian"): "Asian", ("ethnicity", "black"): "Black", ("ethnicity", "mixed"): "Mixed ethnicity",
    ("ethnicity", "other"): "Other ethnic groups", ("learning_disability", "yes"): "Learning disability",
    ("autism", "yes"): "Autism",
    ("deprivation", "1"): "Most deprived fifth", ("deprivation", "2"): "Second fifth", ("deprivation", "3"): "Third fifth",
    ("deprivation", "4"): "Fourth fifth",
}  # fmt: skip
_WIDE = 15
"""Ends of the axis so many times apart leave room for powers of ten alone."""
_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}


def equity(compared: Released, region: Region) -> Artefact:
    """Draw ratios of groups to their reference with intervals, one measure of each side.

    Parameters
    ----------
    compared : Released
        Of :func:`needs.methods.service.equity.release_groups`.
    region : Region
        Where.

    Returns
    -------
    Artefact
        Of each side the measure with most ratios that can be shown; filled marks where the interval leaves out 1.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> empty = release(pd.DataFrame({"measure": pd.Series(dtype="str")}), Provenance("derived", ("x#y",)))
    >>> equity(empty, Region("2023-24", "london", "London", "E40000003")).title
    'No comparison between groups from London rests on enough people to be shown'
    """
    frame, title = compared.frame, equity_finding(compared, region)
    caption = (
        f"Ratio of the rate, share or time of each group from {words.place(region.name)} to that of its reference, with 95% "
        f"interval, on a log scale; 1 is the reference. {REFERENCES} Filled marks: the interval leaves out 1. Of each side the "
        "measure with most ratios is drawn; the two tables that follow have all, and what each ratio holds "
        f"equal. {CAUTION} {note(compared.rule)}"
    )
    shown = frame[frame[["ratio", "ratio_lower", "ratio_upper"]].notna().all(axis=1)] if len(frame) else frame
    if shown.empty:
        return empty_figure(f"{title}.", caption, compared.known)
    chosen = [_most(shown[shown["side"] == side]) for side in _SIDES]
    drawn_ones = [name for name in chosen if name]
    keys = [key for key in GROUP_NAMES if (frame[["group_of", "group"]] == list(key)).all(axis=1).any()]
    reach = shown[shown["measure"].isin(drawn_ones)]
    ends = (
        min(0.5, float(reach["ratio_lower"].clip(lower=0.05).min())),
        max(2.0, float(reach["ratio_upper"].clip(upper=20).max())),
    )
    with canvas(1.9 + 0.36 * len(keys), len(drawn_ones)) as (figure, axes):
        for axis, name in zip(axes, drawn_ones, strict=True):
            _panel(axis, frame[frame["measure"] == name], keys, ends)
            axis.set_title("\n".join(textwrap.wrap(MEASURES[name].label, 17)), loc="left", fontsize=13, color=INK)
        named_rows(axes[0], [_SHORT.get(key, GROUP_NAMES[key]) for key in keys])
        image = drawn(figure)
    told = [
        f"{MEASURES[row.measure].label}, {name_of(row)} {row.ratio:.2f}"
        for row in records(reach)
        if differs(row.ratio_lower, row.ratio_upper)
    ]
    what = f"Those that leave out 1: {'; '.join(told)}." if told else "None leaves out 1."
    alt = f"Ratios of {len(keys)} groups to their reference with intervals, in {len(drawn_ones)} panels. {what}"
    known = compared.known
    return Artefact("figure", title, caption, known.kind, known.sources, data_of(compared), alt, image, released=True)


def _most(part: pd.DataFrame) -> str:
    """Return the measure with most ratios, the first of those with as many; none where there is none."""
    counts = part["measure"].value_counts(sort=False)
    return str(counts.idxmax()) if len(counts) else ""


def _panel(axis: Axes, part: pd.DataFrame, keys: list[tuple[str, str]], ends: tuple[float, float]) -> None:
    axis.set_xscale("log")
    axis.axvline(1, color=GREY, linewidth=1.2, zorder=0)
    found = {(row.group_of, row.group): row for row in records(part)}
    heights = np.repeat(np.arange(len(keys), dtype=float), 3)
    across = np.tile([0.0, 1.0, np.nan], len(keys))
    axis.plot(across, heights, color=LIGHT, linewidth=0.8, zorder=0, transform=axis.get_yaxis_transform())
    for at, key in enumerate(reversed(keys)):
        row = found.get(key)
        if row is None or pd.isna([row.ratio, row.ratio_lower, row.ratio_upper]).any():
            _missing(axis, at, _why(row))
            continue
        strong = bool(differs(row.ratio_lower, row.ratio_upper))
        colour = BLUE if strong else GREY
        lower, upper = max(row.ratio_lower, ends[0]), min(row.ratio_upper, ends[1])
        axis.plot([lower, upper], [at, at], color=colour, linewidth=2.2 if strong else 1.5)
        middle = min(max(row.ratio, ends[0]), ends[1])
        axis.plot(
            middle,
            at,
            "o",
            color=colour,
            markersize=8,
            markerfacecolor=colour if strong else "white",
            markeredgewidth=1.6,
        )
        axis.text(middle, at + 0.2, f"{row.ratio:.2f}", ha="center", va="bottom", fontsize=12, color=INK,
                  bbox=_WHITE if abs(np.log(middle)) < 0.2 * np.log(ends[1] / ends[0]) else None)  # fmt: skip
        told = f"{row.ratio:.2f} times ({row.ratio_lower:.2f} to {row.ratio_upper:.2f})"
        tell(axis, middle, at, f"{MEASURES[row.measure].label}. {_against(key)}: {told}")
    axis.set_xlim(ends[0] / 1.25, ends[1] * 1.25)
    wide = ends[1] > _WIDE * ends[0]
    marks = [
        mark
        for mark in ((0.1, 0.3, 1, 3, 10) if wide else (0.2, 0.5, 1, 2, 5))
        if ends[0] / 1.25 <= mark <= ends[1] * 1.25
    ]
    axis.xaxis.set_major_locator(FixedLocator(marks))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter("{x:g}")
    axis.tick_params(axis="x", labelsize=12)
    axis.set_ylim(-0.6, len(keys) - 0.25)
    axis.set_yticks([])


def _missing(axis: Axes, at: int, why: str) -> None:
    """Say why there is no ratio: a star beside the line, words across it."""
    if why == SUPPRESSED:
        axis.annotate(why, (1, at), xytext=(5, -3), textcoords="offset points", va="center", fontsize=12, color=INK)
    else:
        place = axis.get_yaxis_transform()
        axis.text(0.5, at, why, transform=place, ha="center", va="center", fontsize=12, color=INK, bbox=_WHITE)


def _against(key: tuple[str, str]) -> str:
    """Name a group and whom it is compared with."""
    return GROUPS_AGAINST[key] + (" fifth" if key[0] == "deprivation" else "")


def _why(row: object) -> str:
    """Say why no ratio is drawn."""
    if row is None:
        return "nobody"
    return "no denominator" if row.method == NO_DENOMINATOR else SUPPRESSED  # type: ignore[attr-defined]


def equity_funnel(units: Released, region: Region) -> Artefact:
    """Draw moves to a less secure place over those expected, by unit, with control limits.

    Parameters
    ----------
    units : Released
        Of :func:`needs.methods.service.equity_spread.release_units`.
    region : Region
        Where.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> empty = release(pd.DataFrame({"unit": pd.Series(dtype="str")}), Provenance("derived", ("x#y",)))
    >>> equity_funnel(empty, Region("2023-24", "london", "London", "E40000003")).title
    'No unit that serves London has enough moves to be shown'
    """
    frame, here = units.frame, words.place(region.name)
    shown = (
        frame[frame[["expected", "ratio", "phi"]].notna().all(axis=1) & (frame["expected"] > 0)]
        if len(frame)
        else frame
    )
    phi = max(1.0, float(shown["phi"].iloc[0])) if len(shown) else 1.0
    shown = _held(shown, phi) if len(shown) else shown
    outside = shown[shown["outside"] != ""].sort_values("far", ascending=False) if len(shown) else shown
    title = funnel_finding(len(shown), len(outside), region)
    hidden = len(frame) - len(shown)
    widened = (
        f"widened for overdispersion (factor {phi:.1f}: units differ more than chance alone would have it)"
        if phi > 1
        else "not widened, as units differ no more than chance would have it"
    )
    caption = (
        f"Moves of people from {here} to a less secure place, by unit and tier: observed over those that the unit's patients "
        "would have at the rates of all units, tier and diagnosis held equal, against those expected. Lines: limits that hold "
        f"95% and 99.8% of units, {widened}. A unit outside is a reason to ask, not a finding of fault: what else differs "
        f"between patients is not held equal. {hidden} {words.plural(hidden, 'unit')} with too few moves "
        f"{words.plural(hidden, 'is', 'are')} not drawn. {note(units.rule)}"
    )
    if shown.empty:
        return empty_figure(f"{title}.", caption, units.known)
    with canvas(5.2) as (figure, (axis,)):
        limit_lines(axis, shown, phi)
        _log_scale(axis)
        axis.plot(shown["expected"], shown["ratio"], "o", color=GREY, markersize=8)
        axis.plot(outside["expected"], outside["ratio"], "D", color=BLUE, markersize=11, markeredgecolor="white")
        for name, row in zip(_names(shown), records(shown), strict=True):
            where = row.outside or "inside the 95% limits"
            tell(axis, row.expected, row.ratio, f"{name}: {row.ratio:.2f} times the moves expected, {where}")
        figure.tight_layout()
        points = list(zip(outside["expected"], outside["ratio"], _names(outside), strict=True))
        if points:
            inside = shown[~shown.index.isin(outside.index)]
            name_points(figure, axis, points, list(zip(inside["expected"], inside["ratio"], strict=True)))
        image = drawn(figure)
    told = [
        f"{name} {row.ratio:.2f}, {row.outside}" for name, row in zip(_names(outside), records(outside), strict=True)
    ]
    what = "; ".join(told) if told else "none lies outside the 95% limits"
    alt = f"Funnel plot of moves over moves expected for {len(shown)} {words.plural(len(shown), 'unit')}: {what}."
    return Artefact(
        "figure", title, caption, units.known.kind, units.known.sources, data_of(units), alt, image, released=True
    )


def _names(rows: pd.DataFrame) -> list[str]:
    """Name units, with their tier where one has several."""
    several = rows["unit"].duplicated(keep=False)
    return [
        f"{row.unit}, {words.TIER_NAMES[row.tier].lower()}" if again else str(row.unit)
        for row, again in zip(records(rows), several, strict=True)
    ]


def _held(shown: pd.DataFrame, phi: float) -> pd.DataFrame:
    """Say where each unit lies against its limits."""
    outside = pd.Series("", index=shown.index, dtype="str")
    for level, said in ((0.95, "between the 95% and 99.8% limits"), (0.998, "outside the 99.8% limits")):
        lower, upper = ratio_limits(shown["expected"], level, phi=phi)
        outside = outside.mask((shown["ratio"] < lower) | (shown["ratio"] > upper), said)
    return shown.assign(outside=outside, far=(shown["ratio"] - 1).abs() * shown["expected"] ** 0.5)


def _log_scale(axis: Axes) -> None:
    """Write moves on scales that units of every size share."""
    axis.set_xscale("log")
    axis.xaxis.set_major_locator(LogLocator(10, subs=(1, 1.5, 2, 3, 4, 5, 7)))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter("{x:,.0f}")
    axis.yaxis.set_major_formatter("{x:g}")
    axis.set_xlabel("Moves expected (log scale)", loc="left")
    axis.set_ylabel("Moves over moves expected")
