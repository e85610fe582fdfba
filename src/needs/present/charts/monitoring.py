"""Charts of a region's own data month by month: people in care against beds, and moves into and out of each tier."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.dates as mdates
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from needs.data.geography import Region
from needs.methods.disclosure import Released
from needs.params.service import Period
from needs.present import words
from needs.present.artefact import Artefact, Image
from needs.present.charts.told import MOST, bends, spaced
from needs.present.monitored_names import IN, PERIODS
from needs.present.monitored_words import moved, occupied
from needs.present.quality import period_name
from needs.present.released import SUPPRESSED, data_of, empty_figure, note
from needs.present.style import BLUE, GREY, INK, LIGHT, ORANGE, canvas, drawn, tell
from needs.values import records

__all__ = ["flow_by_month", "mark", "occupancy_by_month", "panels", "picture"]


def occupancy_by_month(released: Released, region: Region, periods: Sequence[Period] = ()) -> Artefact:
    """Draw people in care against beds, month by month, a panel a tier.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.monitored_release.occupancy`.
    region : Region
        The area.
    periods : sequence of Period
        Times to mark.

    Examples
    --------
    >>> from needs.methods.service.monitored_release import occupancy
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"month": pd.date_range("2024-01-01", periods=2, freq="MS"), "tier": "low", "occupied": [41.2, 44.0],
    ...                       "beds": [50.0, 50.0], "occupancy": [0.824, 0.88]})
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> occupancy_by_month(occupancy(frame, Provenance("derived", ("x#y",))), london).title
    'In February 2024 people in care came to 90% of the beds in low security'
    """
    caption = (
        f"People from {words.place(region.name)} in care, as the mean of the nights of each month, and beds or places as "
        "last validated, by tier; shares of beds are of the rounded people. "
        f"{note(released.rule)} A line breaks where numbers are suppressed."
    )
    frame, title = released.frame, occupied(released)
    if frame["occupied"].notna().sum() == 0:
        return empty_figure(f"{title}.", caption, released.known)
    tiers, parts = list(dict.fromkeys(frame["tier"])), []
    with canvas(1.0 + 2.3 * -(-len(tiers) // 2)) as (figure, _):
        for at, (axis, tier) in enumerate(zip(panels(figure, len(tiers)), tiers, strict=True)):
            rows = frame[frame["tier"] == tier]
            months, top = _days(rows["month"]), float(rows[["occupied", "beds"]].max().max())
            line = bends(rows["occupied"])
            axis.plot(months[line], rows["occupied"][line], color=BLUE, linewidth=2.6)
            _steps(axis, months, rows["beds"])
            _time(axis, months, top, words.TIER_NAMES[tier])
            mark(axis, periods, named=at == 0)
            unit = "places" if tier in ("step_down", "community") else "beds"
            _tell_months(axis, rows.assign(day=months).dropna(subset=["occupied"]), unit, MOST // len(tiers))
            ends = [
                (rows[name], f"{{}} {what}", colour)
                for name, what, colour in (("occupied", "people", BLUE), ("beds", unit, INK))
            ]
            _end_labels(axis, months, ends)
            parts.append(f"{IN[tier]} {_from_to(rows, 'occupied', 'people')}" + _now(rows["beds"], unit))
        image = drawn(figure)
    alt = f"Lines of people in care (solid) against beds (dashed) by month, a panel a tier: {'; '.join(parts)}."
    return picture(title, caption, released, alt, image)


def flow_by_month(released: Released, year: Released, region: Region, periods: Sequence[Period] = ()) -> Artefact:
    """Draw people who came into and left each tier, over so many months as can be shown, a panel a tier.

    Parameters
    ----------
    released, year : Released
        Of :func:`needs.methods.service.monitored_release.moves`: over as few months as can be shown, and over whole years.
    region, periods
        See :func:`occupancy_by_month`.

    Examples
    --------
    >>> from needs.methods.service.monitored_release import moves
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"month": [pd.Timestamp("2023-04-01")], "tier": ["low"], "entered": [41.0], "left": [33.0]})
    >>> safe = moves(frame.assign(months=12), Provenance("derived", ("x#y",)))
    >>> flow_by_month(safe, safe, Region("2023-24", "london", "London", "E40000003")).title
    'In the year to March 2024 about 40 people came into low security and about 35 left'
    """
    caption = (
        f"People from {words.place(region.name)} who came into each tier, from outside or from another tier, and who left "
        "it, counted over the fewest of 1, 3, 6 or 12 months in which 20 or more usually did, or else over the year. "
        f"{note(released.rule)}"
    )
    frame, title = released.frame, moved(year)
    tiers = [tier for tier in dict.fromkeys(frame["tier"]) if _any(frame[frame["tier"] == tier])]
    if not tiers:
        return empty_figure("Numbers are too small to show how many people moved.", caption, released.known)
    parts, most = [], MOST // (2 * len(tiers))
    with canvas(1.0 + 2.3 * -(-len(tiers) // 2)) as (figure, _):
        for at, (axis, tier) in enumerate(zip(panels(figure, len(tiers)), tiers, strict=True)):
            rows = frame[frame["tier"] == tier]
            step = int(rows["months"].iloc[0])
            middle = _days(rows["month"]) + 15.2 * step
            lines = (("entered", "came", BLUE, "-", "o"), ("left", "left", ORANGE, (0, (4, 2)), "s"))
            for name, verb, colour, style, marker in lines:
                axis.plot(middle, rows[name], color=colour, linewidth=2.2, linestyle=style, marker=marker, markersize=5)
                _tell_moves(axis, rows.assign(middle=middle, number=rows[name]).dropna(subset=["number"]), verb, most)
            title_of = f"{words.TIER_NAMES[tier]}, by {PERIODS[step]}"
            _time(axis, middle, float(rows[["entered", "left"]].max().max()), title_of)
            mark(axis, periods, named=at == 0)
            _end_labels(axis, middle, [(rows[name], f"{{}} {what}", INK) for name, what, *_ in lines])
            told = [
                f"{verb} {_from_to(rows, name, '')}".rstrip()
                for name, verb in (("entered", "came in"), ("left", "left"))
            ]
            parts.append(f"{IN[tier]} by {PERIODS[step]}, {', '.join(told)}")
        image = drawn(figure)
    alt = f"Lines of people who came into (solid, dots) and left (dashed, squares) each tier, a panel a tier: {'; '.join(parts)}."
    return picture(title, caption, released, alt, image)


def picture(title: str, caption: str, released: Released, alt: str, image: Image) -> Artefact:
    """Make a figure of released figures.

    Parameters
    ----------
    title, caption, alt, image
        See :class:`needs.present.artefact.Artefact`.
    released : Released
        What it shows.
    """
    known = released.known
    return Artefact("figure", title, caption, known.kind, known.sources, data_of(released), alt, image, released=True)


def panels(figure: Figure, number: int, columns: int = 2) -> list[Axes]:
    """Lay out small panels, row by row.

    Parameters
    ----------
    figure : Figure
        Of :func:`needs.present.style.canvas`.
    number : int
        Panels wanted.
    columns : int
        Panels in a row.

    Examples
    --------
    >>> with canvas() as (figure, _):
    ...     len(panels(figure, 3))
    3
    """
    figure.clear()
    axes: list[Axes] = list(figure.subplots(-(-number // columns), columns, squeeze=False).ravel())
    for spare in axes[number:]:
        spare.set_axis_off()
    return axes[:number]


def mark(axis: Axes, periods: Sequence[Period], named: bool) -> None:
    """Shade times within the span of an axis of days, and name them if asked.

    Examples
    --------
    >>> with canvas() as (figure, (axis,)):
    ...     mark(axis, (), True)
    ...     len(axis.patches)
    0
    """
    low, high = axis.get_xlim()
    for period in periods:
        start, end = (float(mdates.date2num(pd.Timestamp(day))) for day in (period.since, period.until))  # type: ignore[no-untyped-call]
        start, end = max(start, low), min(end, high)
        if start < end:
            axis.axvspan(start, end, color=LIGHT, alpha=0.6, linewidth=0, zorder=0)
            if named:
                axis.annotate(
                    period.label,
                    (start, 0),
                    xytext=(4, 5),
                    textcoords="offset points",
                    fontsize=12,
                    color=INK,
                    va="bottom",
                )


def _time(axis: Axes, days: npt.NDArray[np.float64], top: float, title: str) -> None:
    """Set out an axis of time, with room for labels at the end."""
    first, last = float(days.min()), float(days.max())
    axis.set_xlim(first - 15, last + 0.36 * max(last - first, 60.0))
    axis.set_ylim(0, 1.15 * max(top, 1.0) if np.isfinite(top) else 1.0)
    years = range(mdates.num2date(first).year, mdates.num2date(last).year + 1)  # type: ignore[no-untyped-call]
    starts = [(float(mdates.date2num(pd.Timestamp(year, 1, 1))), year) for year in years]  # type: ignore[no-untyped-call]
    inside = [(day, year) for day, year in starts if first - 15 <= day <= last]
    inside = inside[:: -(-len(inside) // 4) or 1]
    axis.set_xticks([day for day, _ in inside], [str(year) for _, year in inside], fontsize=12)
    axis.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axis.tick_params(axis="y", labelsize=12)
    axis.spines["bottom"].set_visible(True)
    axis.spines["bottom"].set_color(GREY)
    axis.set_title(title, loc="left", fontsize=14, weight="bold", color=INK)


def _end_labels(axis: Axes, days: npt.NDArray[np.float64], lines: Sequence[tuple[pd.Series, str, str]]) -> None:
    """Name lines at their ends, those that would meet moved apart."""
    ends: list[tuple[float, str, str]] = []
    for values, text, colour in lines:
        told = values[values.notna()]
        if len(told):
            number = SUPPRESSED if pd.isna(values.iloc[-1]) else words.count(told.iloc[-1])
            ends.append((float(told.iloc[-1]), text.format(number), colour))
    ends.sort(key=lambda end: end[0])
    low, high = axis.get_ylim()
    gap = 0.17 * (high - low)
    lift = max(gap - (ends[-1][0] - ends[0][0]), 0.0) / 2 if len(ends) > 1 else 0.0
    for side, (height, text, colour) in zip((-1, 1), ends, strict=False):
        axis.annotate(
            text, (float(days.max()), height + side * lift), xytext=(8, 0), textcoords="offset points", va="center",
            fontsize=12.5, weight="bold", color=colour, annotation_clip=False,
        )  # fmt: skip


def _tell_months(axis: Axes, rows: pd.DataFrame, unit: str, most: int) -> None:
    """Tell people and beds of months that may be shown."""
    for row in records(spaced(rows, most)):
        beds = "" if pd.isna(row.beds) else f", {words.count(row.beds)} {unit}"
        people = f"{words.count(row.occupied)} {words.plural(row.occupied, 'person', 'people')}"
        tell(axis, row.day, row.occupied, f"{words.TIER_NAMES[row.tier]}, {row.month:%B %Y}: {people}{beds}")


def _tell_moves(axis: Axes, rows: pd.DataFrame, verb: str, most: int) -> None:
    """Tell people who came or left in periods that may be shown."""
    for row in records(spaced(rows, most)):
        when = period_name(row.month, row.month + pd.DateOffset(months=int(row.months), days=-1))
        people = f"{words.count(row.number)} {words.plural(row.number, 'person', 'people')}"
        tell(axis, row.middle, row.number, f"{words.TIER_NAMES[row.tier]}, {when}: {people} {verb}")


def _steps(axis: Axes, days: npt.NDArray[np.float64], beds: pd.Series) -> None:
    """Draw beds as a dashed line with a step where their number changes."""
    needed = bends(beds)
    axis.plot(days[needed], beds[needed], color=INK, linewidth=1.8, linestyle=(0, (5, 2)), drawstyle="steps-mid")


def _days(months: pd.Series) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = mdates.date2num(months.to_numpy())  # type: ignore[no-untyped-call]
    return found


def _any(rows: pd.DataFrame) -> bool:
    return bool(rows[["entered", "left"]].notna().any(axis=None))


def _from_to(rows: pd.DataFrame, name: str, what: str) -> str:
    """Say from and to which number a line runs."""
    told = records(rows[rows[name].notna()])
    if not told:
        return f"numbers of {what} suppressed" if what else "numbers suppressed"
    first, last = told[0], told[-1]
    from_, to = (f"{words.count(getattr(row, name))} in {row.month:%B %Y}" for row in (first, last))
    return f"{from_} {what}".strip() if first is last else f"from {from_} to {to} {what}".strip()


def _now(values: pd.Series, what: str) -> str:
    told = values.dropna()
    return f", {words.count(told.iloc[-1])} {what}" if len(told) else ""
