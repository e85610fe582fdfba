"""Chart of wards that close so that step-down places can open: which closures are safe."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from needs.data.geography import Region
from needs.methods.reinvestment import Confirmed, Plan
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.labels import name_points
from needs.present.charts.options import nothing_drawn
from needs.present.choices import extra
from needs.present.movement import futures
from needs.present.style import BLUE, INK, ORANGE, canvas, drawn, tell
from needs.values import Estimate, Provenance, records

__all__ = [
    "closure",
    "frontier",
    "frontier_finding",
    "no_ward",
    "saves",
]


_LINES = (
    ("affordable_places", ORANGE, "--", "Paid for by the\nclosure, by formula"),
    ("safe_places", BLUE, "-", "Enough, by formula"),
)
"""Lines of the frontier: column, colour, dashes, and name at the end."""
_BESIDE = [(8.0, 12.0 * up) for up in (0, -1, 1, -2, 2, -3, 3)]
"""Places of a line's name from its end, points."""
_ENOUGH = (
    "Enough: on average and in the middle future no more prisoners and no more people in all wait; in others more may."
)


def no_ward(region: Region) -> str:
    """Say that there was nothing to close.

    Examples
    --------
    >>> no_ward(Region("2023-24", "london", "London", "E40000003"))
    'No ward of London could be closed: it has fewer beds than a ward'
    """
    return f"No ward of {words.place(region.name)} could be closed: it has fewer beds than a ward"


def closure(plan: Plan) -> str:
    """Write a closure and what opens for it, inside a sentence.

    Examples
    --------
    >>> from types import SimpleNamespace as told
    >>> closure(told(close="medium", closed=12, places=1)), closure(told(close="low", closed=24, places=0))
    ('closing 12 medium secure beds for 1 step-down place', 'closing 24 low secure beds for no step-down place')
    """
    opened = f"{words.count(plan.places) if plan.places else 'no'} step-down {words.plural(plan.places or 1, 'place')}"
    beds = words.plural(plan.closed, "bed")
    return f"closing {words.count(plan.closed)} {words.TIER_NAMES[plan.close].lower()} {beds} for {opened}"


def saves(saved: Estimate, when: str = "") -> str:
    """Say what is saved, or what it costs where nothing is, with the interval.

    Parameters
    ----------
    saved : Estimate
        GBP; below 0 where more is spent.
    when : str
        In or over which time, such as ``a year``.

    Examples
    --------
    >>> saves(Estimate(6.8e6, -4.6e6, 20.8e6, "modelled", ("x#y",)))
    'saves £7 million (£21 million less to £5 million more)'
    >>> saves(Estimate(-8e6, -12e6, -4e6, "modelled", ("x#y",)), "a year")
    'costs £8.0 million more a year (£4.0 million to £12.0 million)'
    """
    lower, upper = saved.bounds
    told = extra(-saved.value, -upper, -lower)
    if told.startswith("no "):
        return told.replace("no ", "makes no ", 1).replace("change", "change in spend", 1)
    size, bracket, ends = told.partition(" (")
    verb = size if size.startswith("saves ") else f"costs {size} more"
    return f"{verb}{' ' + when if when else ''}{bracket}{ends}"


def frontier_finding(plan: Plan, region: Region) -> str:
    """Say which closure is safe and saves most, or that none tried does.

    Examples
    --------
    >>> year = Estimate(9e5, -6e5, 2.8e6, "modelled", ("x#y",))
    >>> told = Plan("medium", 12, 16, 2, True, pd.DataFrame(), 5.0, 0.86, year, year, 0.53, 0.63)
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> print(frontier_finding(told, london))  # doctest: +NORMALIZE_WHITESPACE
    In London, closing 12 medium secure beds for 16 step-down places on average saves £900,000 a year (£2.8 million less to
    £600,000 more); in 5 of 10 futures more prisoners wait
    """
    here, saved = words.place(region.name), saves(plan.annual, "a year")
    harm = "no future has more prisoners waiting"
    if plan.harm:
        harm = f"in {futures(plan.harm)} futures more prisoners wait"
    if plan.safe:
        return f"In {here}, {closure(plan)} on average {saved}; {harm}"
    none = f"No closure tried in {here} both opens enough step-down places and saves money"
    return f"{none}; the smallest, {closure(plan)}, {saved}"


def frontier(
    sure: Confirmed, plan: Plan | None, region: Region, known: Provenance, price_year: str, years: int
) -> Artefact:
    """Draw, by beds closed, the step-down places that are enough and those that the saving pays for.

    Parameters
    ----------
    sure : Confirmed
        The frontier, and what the engine says of it.
    plan : Plan or None
        The closure that is marked.
    region, known, price_year, years
        See :func:`needs.present.charts.options`.

    Examples
    --------
    >>> from needs.methods.reinvestment import Terms
    >>> told = {"wards": [1], "closed": [12], "safe_places": [8.0], "affordable_places": [23.0], "feasible": [True]}
    >>> frame = pd.DataFrame({**told, "places": [16.0], "safe": [True], "spend": [-9e5]})
    >>> year = Estimate(9e5, -6e5, 2.8e6, "modelled", ("x#y",))
    >>> plan = Plan("medium", 12, 16, 2, True, pd.DataFrame(), 5.0, 0.86, year, year, 0.53, 0.63)
    >>> sure, london = Confirmed(frame, {}, Terms("medium", 12, 1)), Region("2023-24", "london", "London", "E40000003")
    >>> print(frontier(sure, plan, london, Provenance("modelled", ("x#y",)), "2024-25", 10).alt)  # doctest: +NORMALIZE_WHITESPACE
    Two lines by beds closed, the fewest step-down places that by formula would be enough and the most that are paid for, and
    points, what the simulation found. 12 beds: by formula 8 would be enough and 23 are paid for; simulated, 16 are enough.
    """
    if plan is None:
        return nothing_drawn(no_ward(region), f"Wards closed for step-down places, {region.name}", known)
    frame = sure.frame
    with canvas(5.0) as (figure, (axis,)):
        _lines(axis, frame, sure.terms.ward)
        axis.set_xlabel(f"{words.TIER_NAMES[plan.close]} beds closed, ward by ward", loc="left")
        axis.set_ylabel("Step-down places opened")
        figure.tight_layout()
        name_points(figure, axis, _named(frame, plan))
        _name_lines(figure, axis, frame)
        _tell_closures(axis, frame)
        image = drawn(figure)
    parts = [
        f"{words.count(row.closed)} beds: by formula {_places(row.safe_places, 'no number tried')} would be enough and "
        f"{_places(row.affordable_places, 'none')} {words.plural(row.affordable_places, 'is', 'are')} paid for{_simulated(row)}"
        for row in records(frame)
    ]
    alt = (
        "Two lines by beds closed, the fewest step-down places that by formula would be enough and the most that are paid for, "
        f"and points, what the simulation found. {'. '.join(parts)}."
    )
    caption = (
        f"Step-down places by beds closed from the start of year {plan.year}. Lines: by formula, a first guess; points: "
        f"simulated, the last word (filled: enough; hollow: too few). {_ENOUGH} Paid for: within {years} "
        f"{words.plural(years, 'year')}, {price_year} prices."
    )
    return Artefact("figure", frontier_finding(plan, region), caption, known.kind, known.sources, frame, alt, image)


def _places(number: float, none: str) -> str:
    return none if pd.isna(number) else words.count(number)


def _simulated(row: Any) -> str:
    """Say what the simulation found of a closure, which has the last word; nothing where it was not simulated."""
    if pd.isna(row.places):
        return ""
    verb = words.plural(row.places, "is", "are")
    return f"; simulated, {words.count(row.places)} {verb} {'enough' if row.safe else 'too few'}"


def _lines(axis: Axes, frame: pd.DataFrame, ward: int) -> None:
    """Draw both lines, and what was simulated."""
    for name, colour, style, _ in _LINES:
        if not (rows := frame.dropna(subset=[name])).empty:
            axis.plot([0, *rows["closed"]], [0, *rows[name]], style, color=colour, linewidth=2.6)
    for row in records(frame[frame["places"].notna()]):
        fill = INK if row.safe else "white"
        axis.plot(row.closed, row.places, "o", color=fill, markeredgecolor=INK, markeredgewidth=2, markersize=11)
    most = np.nanmax(frame[["safe_places", "affordable_places", "places"]].to_numpy(float), initial=1.0)
    axis.set_ylim(0, 1.12 * most)
    axis.set_xlim(0, frame["closed"].max() + 1.2 * ward)
    axis.set_xticks([0, *frame["closed"]][:: 1 + len(frame) // 10])
    axis.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axis.yaxis.set_major_formatter("{x:,.0f}")
    axis.spines["bottom"].set_visible(True)


def _name_lines(figure: Figure, axis: Axes, frame: pd.DataFrame) -> None:
    """Name each line at its end, where no other name is."""
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]

    def box(text: Annotation) -> Bbox:
        text.update_positions(renderer)
        return Text.get_window_extent(text, renderer)

    taken = [box(text) for text in axis.texts if isinstance(text, Annotation)]
    for name, _, _, label in _LINES:
        if (rows := frame.dropna(subset=[name])).empty:
            continue
        text = axis.annotate(
            label, (float(rows["closed"].iloc[-1]), float(rows[name].iloc[-1])), xytext=(8, 0), textcoords="offset points",
            va="center", fontsize=12.5, color=INK, linespacing=1.1,
        )  # fmt: skip
        for place in _BESIDE:
            text.set_position(place)
            if not box(text).padded(2).count_overlaps(taken):
                break
        taken.append(box(text))


def _tell_closures(axis: Axes, frame: pd.DataFrame) -> None:
    """Tell both lines and what was simulated, closure by closure."""
    for row in records(frame):
        beds = f"{words.count(row.closed)} beds closed"
        for name in ("safe_places", "affordable_places"):
            if pd.notna(number := getattr(row, name)):
                told = f"{beds}: by formula {words.count(number)} step-down {words.plural(number, 'place')}"
                paid = f"{words.plural(number, 'is', 'are')} paid for by the closure"
                what = f"would be enough{_simulated(row)}" if name == "safe_places" else paid
                tell(axis, row.closed, number, f"{told} {what}")
        if pd.notna(row.places):
            places = f"{words.count(row.places)} step-down {words.plural(row.places, 'place')}"
            tell(axis, row.closed, row.places, f"{beds}, {places} simulated: {'enough' if row.safe else 'too few'}")


def _named(frame: pd.DataFrame, plan: Plan) -> list[tuple[float, float, str]]:
    """Return the names of what was simulated, the closure that is marked first."""
    tried = frame[frame["places"].notna()].sort_values(
        "closed", key=lambda closed: closed != plan.closed, kind="stable"
    )
    names = [f"{words.count(row.places)}: {'enough' if row.safe else 'too few'}" for row in records(tried)]
    saved = saves(plan.annual, "a year").partition(" (")[0]
    found = "enough" if tried["safe"].iloc[0] else "too few"
    names[0] = f"{words.count(plan.places)} simulated, {found}: {saved}"
    return [(float(row.closed), float(row.places), name) for row, name in zip(records(tried), names, strict=True)]
