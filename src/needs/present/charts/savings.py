"""Chart of what a closure has saved by the end of each year, and by when it pays back."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from needs.data.geography import Region
from needs.methods.reinvestment import Plan
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.bands import BANDS, bands
from needs.present.charts.options import nothing_drawn
from needs.present.charts.reinvestment import closure, no_ward
from needs.present.money_words import pounds, unit_of
from needs.present.movement import futures
from needs.present.style import BLUE, INK, ORANGE, canvas, drawn, tell
from needs.values import Provenance, records

__all__ = ["cumulative_savings", "payback"]


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
    >>> from needs.values import Estimate
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
        for row in records(frame):
            told, low, high = (pounds(x, row.lower_95, row.upper_95) for x in (row.mean, row.lower_95, row.upper_95))
            tell(axis, row.year, row.mean / scale, f"Saved by the end of year {row.year:g}: {told} ({low} to {high})")
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
