"""Small multiples of fans: what the years may bring, as things are and after a change."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import ScaledTranslation

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.bands import BANDS, band_key, bands
from needs.present.charts.told import MOST, spaced
from needs.present.movement import Change, changed, moved, people
from needs.present.style import BLUE, INK, ORANGE, canvas, drawn, tell
from needs.values import Provenance, records

__all__ = ["after_change", "fans", "stay_as_is"]

_PANELS = (
    ("medium", "In medium secure beds"),
    ("low", "In low secure beds"),
    ("step_down", "In step-down places"),
    ("blocked", "Blocked, all tiers"),
    ("waiting", "Waiting outside"),
)
_NOTE = "blocked: people who keep a bed they no longer need because no place further on is free"


def fans(
    frame: pd.DataFrame,
    panels: Sequence[tuple[str, str]],
    title: str,
    caption: str,
    alt: str,
    region: Region,
    known: Provenance,
    unit: str = "People",
    zero: bool = False,
    lines: Mapping[str, float] | None = None,
) -> Artefact:
    """Draw small multiples of fans over the years.

    Parameters
    ----------
    frame : DataFrame
        ``panel, month, mean, lower_80, upper_80, lower_95, upper_95``; months count from today.
    panels : sequence of (str, str)
        Key and label of each panel, at most six; a panel without rows is left out.
    title, caption, alt : str
        The finding; the measure; what the picture shows, to which the ends of the fans are added.
    region : Region
        The region.
    known : Provenance
        Kind and sources of the figures.
    unit : str
        What the heights count.
    zero : bool
        Whether the heights are differences, with a line at zero.
    lines : mapping of str to float, optional
        Beds or places of a panel that the region told, drawn as a level line.

    Examples
    --------
    >>> frame = pd.DataFrame({"panel": "low", "month": [0, 60, 120], "mean": 9.0, "lower_80": 8.0, "upper_80": 11.0,
    ...                       "lower_95": 7.0, "upper_95": 13.0})
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> fan = fans(frame, [("low", "Low secure")], "About 9", "People in low secure", "Fan.", london,
    ...            Provenance("modelled", ("x#y",)))
    >>> fan.alt
    'Fan. From first to last month, means with the last 95% interval: low secure 9 to 9 (7 to 13).'
    """
    shown = [(key, label) for key, label in panels if (frame["panel"] == key).any()]
    columns = min(len(shown), 3) if len(shown) != 4 else 2
    rows = -(-len(shown) // columns)
    with canvas(0.6 + 2.85 * rows) as (figure, _):
        figure.clear()
        grid: list[Axes] = list(figure.subplots(rows, columns, squeeze=False).flat)
        for place, (axis, (key, label)) in enumerate(zip(grid, shown, strict=False)):
            beside = [k for k, _ in shown[place - place % columns :][:columns]]
            told = any(k in (lines or {}) for k in beside)
            years = _by_year(frame[frame["panel"] == key].sort_values("month"))
            _panel(axis, years, label, zero, 42 if told else 10)
            _tell_years(axis, years, label, zero, (MOST - len(lines or {})) // len(shown))
            if lines and key in lines:
                _level(axis, lines[key], "place" if key == "step_down" else "bed", label)
            if place % columns == 0:
                axis.set_ylabel(unit)
            if place + columns >= len(shown):
                axis.set_xlabel("Years from today", loc="left")
        for axis in grid[len(shown) :]:
            band_key(axis)
        figure.tight_layout(w_pad=2.6, h_pad=1.6)
        image = drawn(figure)
    data = frame[frame["panel"].isin([key for key, _ in shown])].reset_index(drop=True)
    ends = [f"{words.lower(label)} {_ends(data[data['panel'] == key], zero)}" for key, label in shown]
    alt = f"{alt} From first to last month, means with the last 95% interval: {'; '.join(ends)}."
    caption = f"{caption.rstrip('.')}, {region.name}. {BANDS}"
    return Artefact("figure", title, caption, known.kind, known.sources, data, alt, image)


def stay_as_is(
    frame: pd.DataFrame, region: Region, known: Provenance, lines: Mapping[str, float] | None = None
) -> Artefact:
    """Draw the years to come if beds and arrivals stay as they are.

    Parameters
    ----------
    frame, region, known, lines
        See :func:`fans`; panels ``medium``, ``low``, ``step_down`` (people in beds), ``blocked``, ``waiting``.

    Examples
    --------
    >>> frame = pd.DataFrame({"panel": ["blocked", "waiting"], "month": 119, "mean": [9.0, 0.0], "lower_80": 0.0,
    ...                       "upper_80": [12.0, 0.0], "lower_95": 0.0, "upper_95": [13.0, 0.0]})
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> stay_as_is(frame, london, Provenance("modelled", ("x#y",))).title
    'If nothing changes in London: on average in year 10, 9 people (0 to 13) blocked and nobody waiting outside'
    """
    told = {key: people(*_last(frame, key)) for key in ("blocked", "waiting")}
    years = _years(frame)
    when = f"in year {years}" if {*told.values()} == {"nobody"} else f"on average in year {years}"
    title = (
        f"If nothing changes in {words.place(region.name)}: {when}, {told['blocked']} blocked and {told['waiting']} "
        "waiting outside"
    )
    caption = (
        "People in beds and places at the end of each year, and means of each year of people blocked and waiting, if beds, "
        f"arrivals and stays remain as they are ({_NOTE})"
    )
    alt = f"Small fans over {years} {words.plural(years, 'year')} if nothing changes."
    return fans(frame, _PANELS, title, caption, alt, region, known, lines=lines)


def after_change(
    frame: pd.DataFrame, change: Change, region: Region, known: Provenance, over: Mapping[str, float] | None = None
) -> Artefact:
    """Draw what a bed closed or a place opened does to every tier, against the same futures without it.

    Parameters
    ----------
    frame : DataFrame
        Paired differences; see :func:`fans` and, for the panels, :func:`stay_as_is`.
    change : Change
        What is closed or opened.
    region, known
        See :func:`fans`.
    over : mapping of tier to float, optional
        People above the beds that are left, in the month with the most: a closing tier empties by attrition.

    Examples
    --------
    >>> from types import SimpleNamespace as told
    >>> frame = pd.DataFrame({"panel": ["blocked", "waiting"], "month": 119, "mean": [9.0, 0.0], "lower_80": 4.0,
    ...                       "upper_80": 12.0, "lower_95": [3.0, -3.0], "upper_95": 13.0})
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> close = told(verb="close", tier="low", number=5, year=1)
    >>> print(after_change(frame, close, london, Provenance("modelled", ("x#y",))).title)  # doctest: +NORMALIZE_WHITESPACE
    In London, closing 5 low secure beds today: on average in year 10, 9 more people blocked (3 to 13) and no clear change
    in people waiting outside (−3 to +13)
    """
    what, years = changed(change), _years(frame)
    told = [moved(*_last(frame, key), text) for key, text in (("blocked", "blocked"), ("waiting", "waiting outside"))]
    title = f"In {words.place(region.name)}, {what}: on average in year {years}, {words.listed(told)}"
    caption = (
        f"Difference in people, mean of each year, after {what}, against the same futures without it ({_NOTE}); above "
        "zero is more people"
    )
    if most := (over or {}).get(change.tier):
        caption += (
            f". Nobody is moved out: the tier empties as people leave, and until then at most {people(most, most, most)} "
            f"{words.plural(round(most), 'is', 'are')} above the beds that are left, on average over the futures"
        )
    alt = f"Small fans of the difference over {years} {words.plural(years, 'year')} after {what}."
    return fans(frame, _PANELS, title, caption, alt, region, known, "Difference", zero=True)


def _last(frame: pd.DataFrame, key: str) -> tuple[float, float, float]:
    """Return mean and 95% ends of a panel's last month."""
    rows = frame[frame["panel"] == key]
    if rows.empty:
        raise ValueError(
            f"fans: panel {key!r} has no rows, and the title needs its last month; give all months of {key!r}"
        )
    last = rows.sort_values("month").iloc[-1]
    return float(last["mean"]), float(last["lower_95"]), float(last["upper_95"])


def _years(frame: pd.DataFrame) -> int:
    return round((float(frame["month"].max()) + 1) / 12)


def _ends(rows: pd.DataFrame, zero: bool) -> str:
    first, ends = float(rows.sort_values("month")["mean"].iloc[0]), _last(rows, rows["panel"].iloc[0])
    now, then, low, high = (_written(number, ends, zero) for number in (first, *ends))
    return f"{now} to {then} ({low} to {high})"


def _written(number: float, ends: tuple[float, float, float], zero: bool) -> str:
    """Write a number of people to the precision of its interval; tenths where all are below one."""
    if max(abs(end) for end in ends) < 1:
        return f"{number:{'+' if zero else ''}.1f}".replace("-", "−") if round(number, 1) else "0"
    return (words.signed if zero else words.count)(number, words.step(*ends[1:]))


def _panel(axis: Axes, rows: pd.DataFrame, label: str, zero: bool, pad: float) -> None:
    years = rows["month"] / 12
    bands(axis, years, rows)
    drawn_over = rows[["mean", "lower_95", "upper_95"]]
    top, low = float(drawn_over.max().max()), min(float(drawn_over.min().min()), 0.0)
    most = max(top, -low, 1.0)
    if zero:
        axis.axhline(0, color=INK, linewidth=1.2)
        least = 1.0 if most <= 1 else 0.15 * most
        axis.set_ylim(-1.15 * max(-low, least), 1.15 * max(top, least))
    else:
        axis.set_ylim(0, 1.08 * most)
    axis.set_xlim(0, max(_years(rows), 1))
    axis.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axis.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda y, _: words.signed(y) if zero else words.count(y)))
    axis.tick_params(labelsize=12)
    axis.spines["bottom"].set_visible(not zero)
    axis.set_title(textwrap.fill(label, 24), fontsize=13, loc="left", weight="bold", color=INK, pad=pad)
    ends = _last(rows, rows["panel"].iloc[0])
    mean, told = ends[0], _written(ends[0], ends, zero)
    axis.plot(years.iloc[-1], mean, "o", color=BLUE, markersize=7, clip_on=False, zorder=4)
    axis.annotate(
        told, (years.iloc[-1], mean), xytext=(8, 0), textcoords="offset points", va="center", weight="bold",
        fontsize=13, annotation_clip=False, color=INK,
    )  # fmt: skip


def _by_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the first row and one a year up to the last: what is drawn, as the months between say no more."""
    months = rows["month"]
    shown: pd.DataFrame = rows[((months.iloc[-1] - months) % 12 == 0) | (months == months.iloc[0])]
    return shown


def _tell_years(axis: Axes, rows: pd.DataFrame, label: str, zero: bool, most: int) -> None:
    """Tell the years that are drawn, of many the last and so many before."""
    for row in records(spaced(rows, most)):
        ends = (row.mean, row.lower_95, row.upper_95)
        number = _difference(ends) if zero else people(*ends)
        tell(axis, row.month / 12, row.mean, f"{label}, {_when(row.month)}: {number}")


def _difference(ends: tuple[float, float, float]) -> str:
    """Write more or fewer people with the interval."""
    told, low, high = (_written(end, ends, True) for end in ends)
    if {told, low, high} == {"0"}:
        return "no change"
    return f"{told} {words.plural(float(told in ('+1', '−1')), 'person', 'people')} ({low} to {high})"


def _when(month: float) -> str:
    """Say which time a month stands for: a year's end, its mean in the middle of it, or some months from today."""
    year, rest = divmod(month, 12)
    if rest == 0:
        return f"end of year {year:.0f}" if month else "today"
    if rest == 6:
        return f"mean of year {year + 1:.0f}"
    return f"year {year + 1:.0f}" if year else f"after {month:.0f} {words.plural(month, 'month')}"


def _level(axis: Axes, line: float, unit: str, label: str) -> None:
    """Draw the beds or places that the region told as a level line, named under the title of the panel."""
    dashed: dict[str, Any] = {"color": ORANGE, "linewidth": 2.2, "linestyle": (0, (4, 1.5)), "zorder": 3}
    axis.axhline(line, **dashed)
    axis.set_ylim(0, max(axis.get_ylim()[1], 1.08 * line))
    offset = axis.transAxes + ScaledTranslation(0, 22 / 72, axis.figure.dpi_scale_trans)
    axis.plot([0, 0.14], [1, 1], transform=offset, clip_on=False, **dashed)
    told = f"{words.count(line)} {words.plural(line, unit)} told\nby the region"
    tell(axis, 0.0, line, f"{label}: {told.replace(chr(10), ' ')}")
    axis.text(0.18, 1, told, transform=offset, va="center", fontsize=12, color=INK, linespacing=1.1)
