"""Chart of what one figure at a time does to the choice: a tornado."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.labels import wrapped
from needs.present.charts.options import nothing_drawn
from needs.present.confidence import as_option, instead, lead_finding, no_choice
from needs.present.money_words import unit_of
from needs.present.style import BLUE, GREY, INK, ORANGE, canvas, drawn, named_rows, tell
from needs.present.uncertain import at_value, input_label, two_digits
from needs.values import Provenance, records

__all__ = ["MOST", "tornado"]

MOST = 10
"""Figures that are drawn."""

_COMPARED = "Compared: going on as today and only those options whose own cost is counted in full."
_MEASURE = f"Shown: figures whose effect is clear of chance, {MOST} at most; dots lead to the expected lead."


def tornado(
    frame: pd.DataFrame,
    best: str,
    labels: Mapping[str, str],
    region: Region,
    known: Provenance,
    price_year: str,
    tied: str = "",
) -> Artefact:
    """Draw the lead of the best option over the next best, one figure at a time at the ends of its range.

    Parameters
    ----------
    frame : DataFrame
        See :func:`needs.methods.sensitivity.turning`; GBP a year.
    best : str
        Name of the option that leads.
    labels : mapping of str to str
        Labels of options by name; going on as today is ``today``.
    region : Region
        The region.
    known : Provenance
        Kind and sources of the figures.
    price_year : str
        Year of the prices.
    tied : str
        Name of an option that cannot be told apart from it, see :func:`needs.methods.choice.lead`.

    Examples
    --------
    >>> row = {"name": "use.step_down", "group": "places", "low_input": 0.8, "high_input": 0.97, "low": -3e6, "high": 9e6,
    ...        "low_error": 1e6, "high_error": 1e6, "centre": 5e6, "low_choice": "shut", "high_choice": "more", "clear": True}
    >>> london, labels = Region("2023-24", "london", "London", "E40000003"), {"more": "More places", "shut": "A closed ward"}
    >>> chart = tornado(pd.DataFrame([row]), "more", labels, london, Provenance("modelled", ("x#y",)), "2024-25")
    >>> print(chart.alt)  # doctest: +NORMALIZE_WHITESPACE
    Bars of the lead of ‘More places’ over the next best option: £5.0 million a year expected. At the ends of figures:
    Step-down places in use, −£3.0 million at 80% and £9.0 million at 97%.
    """
    caption = f"What single figures do to the choice, {region.name}"
    if frame.empty:
        return nothing_drawn(no_choice(region), caption, known)
    clear = frame[frame["clear"].astype(bool)].reset_index(drop=True)
    title, rows = lead_finding(clear, best, labels, region, tied), clear[:MOST]
    if rows.empty:
        return nothing_drawn(title, caption, known)
    scale, unit = unit_of(rows[["low", "high", "centre"]])
    name, centre = as_option(labels.get(best, best)), _pounds(rows["centre"].iloc[0])
    names = [wrapped(input_label(row.name), 28) for row in records(rows)]
    with canvas(1.2 + 0.56 * len(rows)) as (figure, (axis,)):
        _lines(axis, rows, scale)
        for y, row in zip(range(len(rows))[::-1], records(rows), strict=True):
            _bar(axis, y, row, scale)
            for end in ("low", "high"):
                told = f"{input_label(row.name)} at {at_value(row.name, getattr(row, f'{end}_input'))}"
                tell(axis, getattr(row, end) / scale, y, f"{told}: lead of {name} {_pounds(getattr(row, end))} a year")
        named_rows(axis, names)
        about = f"Lead over the next best, {unit} a year.   ○ lowest   ● highest value of the figure"
        figure.supxlabel(about, x=0, ha="left", size=13, color=INK)
        image = drawn(figure)
    told = "; ".join(
        f"{input_label(row.name)}, {_pounds(row.low)} at {at_value(row.name, row.low_input)} and "
        f"{_pounds(row.high)} at {at_value(row.name, row.high_input)}"
        for row in records(rows)
    )
    alt = f"Bars of the lead of {name} over the next best option: {centre} a year expected. At the ends of figures: {told}."
    caption = (
        f"Lead of {name} over the next best option when one figure is at an end of its 95% range and the others vary, "
        f"{price_year} prices. {_COMPARED}{instead(clear, labels)} {_MEASURE}"
    )
    return Artefact("figure", title, caption, known.kind, known.sources, frame, alt, image)


def _lines(axis: Axes, rows: pd.DataFrame, scale: float) -> None:
    """Draw the lead expected and, if the bars come near it, the line where the choice changes."""
    low, high = (pick(pick(rows["low"]), pick(rows["high"])) / scale for pick in (min, max))
    centre = float(rows["centre"].iloc[0]) / scale
    low, high = min(low, centre, 0), max(high, centre)
    span = (high - low) or 1.0
    right = high + 0.2 * span
    left = min(low - 0.2 * span, -0.38 * right)  # room for the words left of the line
    axis.set_xlim(left, right)
    axis.axvspan(left, 0, color=ORANGE, alpha=0.09, linewidth=0)
    axis.axvline(0, color=INK, linewidth=1.6, linestyle=(0, (6, 2)))
    axis.axvline(centre, color=GREY, linewidth=1.2)
    top = len(rows) - 0.45
    axis.annotate(
        "another is better", (0, top), xytext=(-5, 0), textcoords="offset points", ha="right", va="bottom", fontsize=12,
        color=INK, annotation_clip=False,
    )  # fmt: skip
    axis.annotate(
        "expected", (centre, top), xytext=(5, 0), textcoords="offset points", ha="left", va="bottom", fontsize=12, color=INK,
        annotation_clip=False,
    )  # fmt: skip
    axis.xaxis.set_major_locator(MaxNLocator(6))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,g}".replace("-", "\u2212")))
    axis.tick_params(labelsize=12.5)


def _bar(axis: Axes, y: int, row: Any, scale: float) -> None:
    """Draw the bar of one figure, its ends told apart by their marks and named by their values."""
    ends = [(row.low / scale, row.low_input, "white"), (row.high / scale, row.high_input, BLUE)]
    axis.plot([x for x, *_ in ends], [y, y], color=BLUE, linewidth=9, alpha=0.6, solid_capstyle="butt")
    left, right, centre = min(x for x, *_ in ends), max(x for x, *_ in ends), row.centre / scale
    if not left <= centre <= right:  # the lead is larger (or smaller) between the ends than at either of them
        axis.plot([right if centre > right else left, centre], [y, y], color=BLUE, linewidth=1.6, linestyle=":")
    for number, (x, value, fill) in enumerate(ends):
        axis.plot(x, y, "o", color=fill, markeredgecolor=BLUE, markeredgewidth=2, markersize=9)
        side = -1 if x == left and (number == 0 or ends[0][0] != left) else 1
        axis.annotate(
            at_value(row.name, value), (x, y), xytext=(10 * side, 0), textcoords="offset points",
            ha="left" if side > 0 else "right", va="center", fontsize=12.5, color=INK,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1},
        )  # fmt: skip


def _pounds(pounds: float) -> str:
    return words.money(abs(pounds), two_digits(pounds)).replace("£", "\u2212£" if pounds < 0 else "£")
