"""Control charts of key indicators."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import ConciseDateFormatter, MonthLocator, YearLocator, date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter, MaxNLocator

from needs.data.geography import Region
from needs.methods.disclosure import RULE, Released
from needs.methods.spc import FEWEST
from needs.params.service import Period
from needs.present import quality, words
from needs.present.artefact import Artefact
from needs.present.charts.told import MOST, bends, spaced
from needs.present.released import data_of, empty_figure, note
from needs.present.style import BLUE, GREY, INK, LIGHT, ORANGE, PURPLE, TEAL, canvas, drawn, tell
from needs.values import Provenance, records

__all__ = ["control_charts"]

_MARKS = {"concern": ("s", ORANGE), "improvement": ("^", TEAL), "neither": ("D", PURPLE)}
_NAMES = {
    "concern": "special cause, concern",
    "improvement": "special cause, improvement",
    "neither": "special cause, neither better nor worse",
}
_LINES: dict[str, dict[str, Any]] = {
    "mean": {"color": INK, "linewidth": 1.4},
    "lower": {"color": GREY, "linewidth": 1.6, "linestyle": (0, (6, 3))},
    "upper": {"color": GREY, "linewidth": 1.6, "linestyle": (0, (6, 3))},
    "standard": {"color": PURPLE, "linewidth": 2, "linestyle": ":"},
}


def control_charts(
    released: Sequence[Released],
    periods: Sequence[Period],
    baseline: Period | None,
    region: Region,
    known: Provenance,
) -> Artefact:
    """Draw control charts of key indicators: points, mean and limits, special causes by shape, told times shaded.

    Parameters
    ----------
    released : sequence of Released
        Of :func:`needs.methods.service.indicators_released.released_points`.
    periods : sequence of Period
        Times to shade and name.
    baseline : Period, optional
        Months that set mean and limits.
    region : Region
        Where.
    known : Provenance
        Kind and sources of the tables.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> days = pd.date_range("2024-01-01", periods=3, freq="MS")
    >>> told = pd.DataFrame({"name": "admissions", "label": "Admissions", "unit": "people", "every": "month", "period": days,
    ...     "last": days, "value": [22.0, 3.0, 31.0], "mean": 19.0, "lower": 2.0, "upper": 36.0, "standard": None, "better": "",
    ...     "special": "-", "baseline": True, "carries_over": False, "variation": "too few points"})
    >>> safe = release(told.astype({"standard": float}), Provenance("derived", ("x#y",)), counts=["value"],
    ...                public=["standard", "mean", "lower", "upper"])
    >>> chart = control_charts([safe], (), None, Region("2023-24", "london", "London", "E40000003"), safe.known)
    >>> chart.title
    'No indicator of London has enough points to be judged by a control chart'
    """
    here, frame = words.place(region.name), quality.one_frame(released)
    caption = _caption(here, baseline, frame, note(released[0].rule if released else RULE))
    parts = [
        part.reset_index(drop=True) for _, part in frame.groupby("label", sort=False) if part["value"].notna().any()
    ]
    if not parts:
        return empty_figure(f"No indicator of {here} has figures that can be charted.", caption, known)
    columns, height = min(2, len(parts)), 2.4 * math.ceil(len(parts) / 2) + 0.7
    with canvas(height) as (figure, (whole,)):
        whole.remove()
        axes = figure.subplots(math.ceil(len(parts) / columns), columns, squeeze=False).ravel()
        for axis in axes[len(parts) :]:
            axis.remove()
        span = (frame["period"].min() - pd.Timedelta(days=20), frame["last"].max() + pd.Timedelta(days=20))
        for axis, part in zip(axes, parts, strict=False):
            _panel(axis, part, periods, baseline, span)
            _tell_points(axis, part, MOST // len(parts))
        _legend(figure, parts)
        image = drawn(figure)
    latest = [part.dropna(subset=["value"]).iloc[-1] for part in parts]
    shown = [row for part, row in zip(parts, latest, strict=True) if not part["star"].iloc[-1]]
    title = quality.finding(
        [row["label"] for row in shown],
        [row["variation"] for row in shown],
        here,
        "indicators charted with enough points",
    )
    told = "; ".join(
        f"{row['label']} {quality.written(row['value'], row['unit'])} in {quality.period_name(row['period'], row['last'])}"
        f"{_limits(row)}{_specials(part)}"
        for part, row in zip(parts, latest, strict=True)
    )
    alt = f"{len(parts)} {words.plural(len(parts), 'line chart')} over time with mean and limits. Last points shown: {told}."
    data = pd.concat([data_of(each) for each in released], ignore_index=True)
    return Artefact("figure", title, caption, known.kind, known.sources, data, alt, image, released=True)


def _caption(here: str, baseline: Period | None, frame: pd.DataFrame, safe: str) -> str:
    base = f"{baseline.label}, {_span(baseline)}" if baseline else "all periods shown"
    limited = frame[frame[["lower", "upper"]].notna().all(axis=1)] if len(frame) else frame
    carried = list(dict.fromkeys(limited.loc[limited["carries_over"].eq(True), "label"])) if len(limited) else []
    narrow = (
        f" In {words.listed([words.lower(label) for label in carried])}, each period tells much of the next: limits are "
        "too narrow there, and special causes are found too easily."
        if carried
        else ""
    )
    return (
        f"Control charts (XmR) of indicators of {here}, by month, or by quarter or year where months are too small. Thin line: "
        f"mean; dashed: limits, mean less and plus 2.66 mean moving ranges, of {base}; dotted: standard. Special cause: a point "
        "outside a limit, 7 on one side of the mean, 7 that only "
        "rise or fall, or 2 of 3 beyond two thirds of the way to one limit (NHS England, Making Data Count). Grey: times told, "
        f"not left out. Rules rest on exact figures; points, means and limits are shown rounded. Mean and limits are left "
        f"out where the baseline has fewer than {FEWEST} points or a suppressed one, which they would give back.{narrow} {safe}"
    )


def _span(period: Period) -> str:
    return f"{period.since:%b %Y} to {period.until:%b %Y}"


def _panel(
    axis: Axes, part: pd.DataFrame, periods: Sequence[Period], baseline: Period | None, span: tuple[Any, Any]
) -> None:
    unit, at = str(part["unit"].iloc[0]), part["period"] + (part["last"] - part["period"]) / 2
    numbers = part[["value", "mean", "lower", "upper", "standard"]].to_numpy(float)
    low, high = float(np.nanmin(numbers)), float(np.nanmax(numbers))
    room = max(high - low, 0.02 if unit == "share" else 1.0)
    axis.set(xlim=span, ylim=(low - (0.34 if baseline else 0.1) * room, high + 0.3 * room))
    for time in periods:
        _shade(axis, time, span)
    if baseline and (told := _within(baseline, span)):
        place = low - 0.29 * room
        axis.plot(told, [place, place], color=INK, linewidth=4, solid_capstyle="butt")
        axis.annotate("Baseline", (told[0], place), xytext=(0, 4), textcoords="offset points", fontsize=11.5, color=INK)
    for name, style in _LINES.items():
        line = bends(part[name])
        axis.plot(at[line], part.loc[line, name], **style)
    line = bends(part["value"])
    axis.plot(at[line], part.loc[line, "value"], color=BLUE, linewidth=1.6)
    _points(axis, at, part)
    _ends(axis, part, unit)
    if part[["mean", "lower", "upper"]].isna().all(axis=None):
        few = part["baseline"].sum() < FEWEST
        axis.annotate(
            "Too few points for limits" if few else "Mean and limits suppressed", (0.99, 1.0),
            xycoords="axes fraction", xytext=(0, -3), textcoords="offset points",
            ha="right", va="top", fontsize=11.5, color=INK,
        )  # fmt: skip
    axis.set_title(str(part["label"].iloc[0]), loc="left", fontsize=13, weight="bold", color=INK)
    ticks = MaxNLocator(4, integer=unit == "people", steps=[1, 2, 5, 10]).tick_values(low, high)
    axis.set_yticks([tick for tick in ticks if low - 0.08 * room <= tick <= high + 0.08 * room])
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value, unit)))
    years = (span[1] - span[0]).days / 365
    locator = YearLocator(2 if years > 4 else 1) if years > 1.5 else MonthLocator(bymonth=(1, 4, 7, 10))  # type: ignore[no-untyped-call]
    axis.xaxis.set_major_locator(locator)
    axis.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]
    axis.tick_params(labelsize=12)
    axis.tick_params(axis="y", length=0)
    axis.spines["bottom"].set_visible(True)


def _points(axis: Axes, at: pd.Series, part: pd.DataFrame) -> None:
    """Draw each point by what it is: dots and squares as ends of a line, which is short in a file, others as marks."""
    days, kinds = pd.Series(date2num(at), index=part.index), _kind(part)  # type: ignore[no-untyped-call]
    there = part["value"].notna()
    least = 2e-4 * (axis.get_xlim()[1] - axis.get_xlim()[0])
    for kind, size, shape in (("", 4.5, "round"), ("concern", 6.5, "projecting")):
        some = there & kinds.eq(kind)
        places = np.column_stack([days[some], part.loc[some, "value"]]).tolist()
        if places:
            ends = [end for x, y in places for end in ((x, y), (x + least, y))]
            path = Path(ends, [Path.MOVETO, Path.LINETO] * len(places))
            colour = _MARKS[kind][1] if kind else BLUE
            axis.add_patch(
                PathPatch(path, fill=False, edgecolor=colour, linewidth=size, capstyle=shape, snap=False, zorder=3)
            )
    for kind in ("improvement", "neither"):
        shape, colour = _MARKS[kind]
        some = there & kinds.eq(kind)
        axis.plot(at[some], part.loc[some, "value"], shape, color=colour, markersize=6.5)


def _tick(value: float, unit: str) -> str:
    return f"{100 * value:.3g}%" if unit == "share" else f"{value:,.10g}"


def _tell_points(axis: Axes, part: pd.DataFrame, most: int) -> None:
    """Tell the points shown, of many the last, those outside the limits nearest to it, and others at equal steps."""
    there = part[part["value"].notna()]
    beyond = there[(there["value"] > there["upper"]) | (there["value"] < there["lower"])]
    even = spaced(there, most - min(len(beyond), most // 2))
    chosen = [*even.index, *beyond.index.difference(even.index)[::-1]][:most]
    kinds = _kind(part)
    for at, row in zip(sorted(chosen), records(part.loc[sorted(chosen)]), strict=True):
        said = [quality.written(row.value, row.unit)]
        if row.value > row.upper or row.value < row.lower:
            said.append(f"{'above the upper' if row.value > row.upper else 'below the lower'} limit")
        if kinds[at]:
            said.append(_NAMES[kinds[at]])
        middle = row.period + (row.last - row.period) / 2
        when = quality.period_name(row.period, row.last)
        tell(axis, float(date2num(middle)), row.value, f"{row.label}, {when}: {', '.join(said)}")  # type: ignore[no-untyped-call]


def _within(time: Period, span: tuple[Any, Any]) -> tuple[float, float] | None:
    """Return first and last day of a time, as far as it is in the picture; None where none of it is."""
    ends = (max(pd.Timestamp(time.since), span[0]), min(pd.Timestamp(time.until), span[1]))
    first, last = (float(date2num(day)) for day in ends)  # type: ignore[no-untyped-call]
    return (first, last) if first < last else None


def _shade(axis: Axes, time: Period, span: tuple[Any, Any]) -> None:
    """Shade a time and name it, where any of it is in the picture."""
    if (told := _within(time, span)) is None:
        return
    first, last = told
    axis.axvspan(first, last, color=LIGHT, alpha=0.55, linewidth=0, zorder=0)
    axis.annotate(
        time.label, (first, 1.0), xycoords=axis.get_xaxis_transform(), xytext=(3, -3), textcoords="offset points",
        va="top", fontsize=11.5, color=INK,
    )  # fmt: skip


def _ends(axis: Axes, part: pd.DataFrame, unit: str) -> None:
    """Write mean and limits beside their ends, each a line's height from the next."""
    row = part.iloc[-1]
    named = {name: float(row[name]) for name in ("lower", "mean", "upper") if pd.notna(row[name])}
    if not named:
        return
    low, high = axis.get_ylim()
    least = 0.1 * (high - low)
    places: list[float] = []
    for value in named.values():
        places.append(value if not places else max(value, places[-1] + least))
    for (name, value), place in zip(named.items(), places, strict=True):
        axis.annotate(
            quality.written(value, unit), (1.0, place), xycoords=axis.get_yaxis_transform(), xytext=(4, 0),
            textcoords="offset points", va="center", fontsize=12, color=INK, weight="bold" if name == "mean" else "normal",
            annotation_clip=False,
        )  # fmt: skip


def _kind(part: pd.DataFrame) -> pd.Series:
    """Say of each special point whether it is a concern, an improvement or neither."""
    better = str(part["better"].iloc[0])
    good = {"higher": "high", "lower": "low"}.get(better)
    special = part["special"].where(part["value"].notna() & (part["variation"] != "too few points"), "-")
    kinds = special.map(
        lambda side: "" if side == "-" else "neither" if not good else "improvement" if side == good else "concern"
    )
    return kinds.astype("str")


def _legend(figure: Figure, parts: Sequence[pd.DataFrame]) -> None:
    every, stated = pd.concat([_kind(part) for part in parts]), any(part["standard"].notna().any() for part in parts)
    handles = [
        Line2D([], [], marker="o", color=BLUE, markersize=4.5, linewidth=1.6, label="common cause"),
        Line2D([], [], label="mean", **_LINES["mean"]),
        Line2D([], [], label="limits", **_LINES["lower"]),
        *([Line2D([], [], label="standard", **_LINES["standard"])] if stated else []),
        *(
            Line2D([], [], marker=shape, color=colour, markersize=6.5, linewidth=0, label=_NAMES[kind])
            for kind, (shape, colour) in _MARKS.items()
            if (every == kind).any()
        ),
    ]
    figure.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, fontsize=12.5, frameon=False,
        columnspacing=1.2, handletextpad=0.4,
    )  # fmt: skip


def _limits(row: pd.Series) -> str:
    if row[["mean", "lower", "upper"]].isna().any():
        return ""
    mean, lower, upper = (quality.written(row[name], row["unit"]) for name in ("mean", "lower", "upper"))
    return f", mean {mean}, limits {lower} to {upper}"


def _specials(part: pd.DataFrame) -> str:
    counts = _kind(part).value_counts()
    told = [f"{counts[kind]} of {_NAMES[kind]}" for kind in _MARKS if kind in counts]
    return f", points {words.listed(told)}" if told else ""
