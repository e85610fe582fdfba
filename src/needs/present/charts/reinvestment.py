"""Charts of wards that close so that step-down places can open: which closures are safe, and when one pays back."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from needs.data.geography import Region
from needs.methods.reinvestment import Confirmed, Plan
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.fans import BANDS, bands
from needs.present.charts.labels import name_points
from needs.present.charts.options import nothing_drawn
from needs.present.choices import extra
from needs.present.money_words import pounds, unit_of
from needs.present.movement import futures
from needs.present.style import BLUE, INK, ORANGE, canvas, drawn
from needs.values import Estimate, Provenance, records

__all__ = [
    "closure",
    "cumulative_savings",
    "frontier",
    "frontier_finding",
    "no_ward",
    "payback",
    "saves",
]


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
    Two lines by beds closed, the fewest step-down places that are enough and the most that are paid for, with what the
    simulation found: 12 beds: 8 are enough, 23 are paid for, 16 simulated.
    """
    if plan is None:
        return nothing_drawn(no_ward(region), f"Wards closed for step-down places, {region.name}", known)
    frame = sure.frame
    with canvas(5.0) as (figure, (axis,)):
        _lines(axis, frame, sure.terms.ward)
        axis.set_xlabel(f"{words.TIER_NAMES[plan.close]} beds closed, ward by ward", loc="left")
        axis.set_ylabel("Step-down places opened")
        figure.legend(bbox_to_anchor=(0.0, 1.06), loc="lower left", fontsize=12.5, frameon=False, ncols=2)
        figure.tight_layout()
        name_points(figure, axis, _named(frame, plan))
        image = drawn(figure)
    parts = [
        f"{words.count(row.closed)} beds: {_places(row.safe_places, 'no number tried is', 'are')} enough, "
        f"{_places(row.affordable_places, 'none', 'are' if row.affordable_places != 1 else 'is')} paid for"
        + ("" if pd.isna(row.places) else f", {words.count(row.places)} simulated{'' if row.safe else ', too few'}")
        for row in records(frame)
    ]
    alt = (
        "Two lines by beds closed, the fewest step-down places that are enough and the most that are paid for, with what the "
        f"simulation found: {'; '.join(parts)}."
    )
    caption = (
        f"Step-down places by beds closed from the start of year {plan.year}; lines by formula, points simulated (filled: "
        f"enough; hollow: too few). {_ENOUGH} Paid for: within {years} {words.plural(years, 'year')}, {price_year} prices."
    )
    return Artefact("figure", frontier_finding(plan, region), caption, known.kind, known.sources, frame, alt, image)


def _places(number: float, none: str, verb: str) -> str:
    return none if pd.isna(number) else f"{words.count(number)} {verb}"


def _lines(axis: Axes, frame: pd.DataFrame, ward: int) -> None:
    """Draw both lines, and what was simulated."""
    for name, colour, style, label in (
        ("affordable_places", ORANGE, "--", "Paid for by the closure"),
        ("safe_places", BLUE, "-", "Enough: on average no more people wait"),
    ):
        if not (rows := frame.dropna(subset=[name])).empty:
            axis.plot([0, *rows["closed"]], [0, *rows[name]], style, color=colour, linewidth=2.6, label=label)
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


def _named(frame: pd.DataFrame, plan: Plan) -> list[tuple[float, float, str]]:
    """Return the names of what was simulated, the closure that is marked first."""
    tried = frame[frame["places"].notna()].sort_values(
        "closed", key=lambda closed: closed != plan.closed, kind="stable"
    )
    names = [f"{words.count(row.places)}: {'enough' if row.safe else 'too few'}" for row in records(tried)]
    saved = saves(plan.annual, "a year").partition(" (")[0]
    few = "" if tried["safe"].iloc[0] else ", too few"
    names[0] = f"{words.count(plan.places)} {words.plural(plan.places, 'place')}{few}: {saved}"
    return [(float(row.closed), float(row.places), name) for row, name in zip(records(tried), names, strict=True)]


def cumulative_savings(plan: Plan | None, region: Region, known: Provenance, price_year: str, rate: float) -> Artefact:
    """Draw what a closure has saved by the end of each year, as a fan.

    Parameters
    ----------
    plan : Plan or None
        The closure.
    region, known, price_year
        See :func:`needs.present.charts.options`.
    rate : float
        Discount rate a year.

    Examples
    --------
    >>> year = Estimate(9e5, -6e5, 2.8e6, "modelled", ("x#y",))
    >>> ends = {"lower_80": -1e6, "upper_80": 2e6, "lower_95": -2e6, "upper_95": 3e6}
    >>> frame = pd.DataFrame({"year": [1, 2, 3], "mean": [0.0, -5e5, 9e5], **ends})
    >>> told = Plan("medium", 12, 16, 2, True, frame, 3.0, 0.86, year, year, 0.53, 0.63)
    >>> london, known = Region("2023-24", "london", "London", "E40000003"), Provenance("modelled", ("x#y",))
    >>> print(cumulative_savings(told, london, known, "2024-25", 0.035).title)  # doctest: +NORMALIZE_WHITESPACE
    In London, closing 12 medium secure beds for 16 step-down places pays back by year 3 in the middle future, and within 3
    years in 9 of 10 futures
    """
    if plan is None:
        return nothing_drawn(no_ward(region), f"Savings of wards closed for step-down places, {region.name}", known)
    frame = plan.cumulative.sort_values("year").reset_index(drop=True)
    scale, unit = unit_of(frame.drop(columns="year"))
    shown = pd.concat([pd.DataFrame(0.0, index=[0], columns=frame.columns), frame / scale], ignore_index=True)
    shown["year"] = [0, *frame["year"]]
    with canvas(4.6) as (figure, (axis,)):
        bands(axis, shown["year"], shown)
        axis.axhline(0, color=INK, linewidth=1.2)
        _break_even(axis, plan)
        last = frame.iloc[-1]
        axis.plot(last["year"], last["mean"] / scale, "o", color=BLUE, markersize=9, clip_on=False, zorder=4)
        axis.annotate(
            pounds(last["mean"], last["lower_95"], last["upper_95"]), (last["year"], last["mean"] / scale),
            xytext=(10, 0), textcoords="offset points", va="center", weight="bold", fontsize=14, annotation_clip=False,
            color=INK,
        )  # fmt: skip
        axis.set_xlim(0, last["year"])
        axis.xaxis.set_major_locator(MaxNLocator(10, integer=True))
        axis.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:,g}".replace("-", "\u2212")))
        axis.set_xlabel("End of year", loc="left")
        axis.set_ylabel(f"Saved so far, {unit}")
        image = drawn(figure)
    ends = "; ".join(
        f"year {row.year:g} {now} ({low} to {high})"
        for row in records(frame)
        for now, low, high in [[pounds(x, row.lower_95, row.upper_95) for x in (row.mean, row.lower_95, row.upper_95)]]
    )
    caption = (
        f"Net saving up to the end of each year against the same futures without it, closing from the start of year {plan.year}: "
        f"present values at {words.percent(rate)} a year, {price_year} prices. {BANDS}"
    )
    alt = f"Fan of what has been saved by the end of each year, means with 95% intervals: {ends}."
    return Artefact("figure", payback(plan, region), caption, known.kind, known.sources, frame, alt, image)


def payback(plan: Plan, region: Region) -> str:
    """Say when a closure pays back, or that in most futures it does not within the years."""
    years = int(plan.cumulative["year"].max())
    what = closure(plan) if plan.safe else f"the smallest closure tried, {closure(plan)},"
    start, within = f"In {words.place(region.name)}, {what}", f"within {years} {words.plural(years, 'year')}"
    often = futures(plan.breaks_even)
    if pd.isna(plan.break_even):
        return f"{start} pays back {within} in {often} futures{' only' if plan.breaks_even else ''}"
    return f"{start} pays back by year {plan.break_even:g} in the middle future, and {within} in {often} futures"


def _break_even(axis: Axes, plan: Plan) -> None:
    """Mark the year by whose end the middle future has paid back."""
    if pd.isna(plan.break_even):
        return
    axis.axvline(plan.break_even, color=ORANGE, linewidth=2.2, linestyle=(0, (6, 2)))
    late = plan.break_even > 0.6 * float(plan.cumulative["year"].max())
    axis.annotate(
        f"Half of the futures have paid back by year {plan.break_even:g}", (plan.break_even, 1.0),
        xycoords=("data", "axes fraction"), xytext=(0, 5), textcoords="offset points", ha="right" if late else "left",
        va="bottom", fontsize=12.5, color=INK,
    )  # fmt: skip
