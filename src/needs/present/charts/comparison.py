"""Charts of use held against need."""

from __future__ import annotations

import pandas as pd
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.funnel import limit_lines
from needs.present.charts.labels import name_points
from needs.present.style import BLUE, GREY, canvas, drawn, tell
from needs.values import Provenance, records

__all__ = ["funnel"]


def funnel(compared: pd.DataFrame, label: str, region: Region, known: Provenance, note: str) -> Artefact:
    """Draw a count of use over the count that need alone would give, with control limits.

    Parameters
    ----------
    compared : DataFrame
        See :func:`needs.methods.comparison.use_against_need`.
    label : str
        What was counted.
    region, known
        See :func:`population_pyramid`.
    note : str
        What the count is, and why it is not need.
    """
    holds = words.cells_of(compared["cell"], region.slug)
    own, others = compared[holds].iloc[0], compared[~holds]
    together = "+" in own.cell
    with canvas(6.0) as (figure, (axis,)):
        limit_lines(axis, compared, float(compared["phi"].iloc[0]))
        axis.plot(others["expected"], others["ratio"], "o", color=GREY, markersize=8)
        axis.plot(own.expected, own.ratio, "D", color=BLUE, markersize=13, markeredgecolor="white")
        axis.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
        axis.yaxis.set_major_formatter("{x:g}")
        axis.set_xscale("log")  # small areas stand apart
        axis.xaxis.set_major_locator(LogLocator(10, subs=(1, 1.5, 2, 3, 4, 5, 7)))
        axis.xaxis.set_minor_locator(NullLocator())
        axis.xaxis.set_major_formatter("{x:,.0f}")
        axis.set_xlabel("Count that the area's share of need would give (log scale)", loc="left")
        axis.set_ylabel("Count over count by need")
        figure.tight_layout()
        rows = pd.concat([compared[holds], others.sort_values("expected")])
        points = list(zip(rows["expected"], rows["ratio"], rows["name"], strict=True))
        name_points(figure, axis, points)
        for row in records(rows):
            told = f"{row.ratio:.2f} times its share of need, {_stands(row)}"
            tell(axis, row.expected, row.ratio, f"{words.place(row.name, start=True)}: {told}")
        image = drawn(figure)
    name = own["name"]
    start = words.place(name, start=True)
    how = words.compared(own.ratio, 1)
    by = "" if how.startswith("about") else f"{words.percent(abs(own.ratio - 1), 0)} "
    stands = {row.cell: _stands(row) for row in records(compared)}
    verb, whose = ("are", "their") if together else ("is", "its")
    title = f"{label}: {words.place(name)} {verb} {by}{how} {whose} share of need, {stands[own.cell]}"
    outside = sum(where != _INSIDE for where in stands.values())
    ranked = compared.sort_values("ratio", ascending=False)
    parts = [f"{name} {ratio:.2f}" for name, ratio in zip(ranked["name"], ranked["ratio"], strict=True)]
    alt = (
        f"Funnel plot of {words.lower(label)}, count over what need alone would give, by the size of the region. "
        f"{start} {verb} {stands[own.cell]}; {outside} of {len(compared)} areas {words.plural(outside, 'is', 'are')} outside "
        f"the 95% limits. From highest: {'; '.join(parts)}."
    )
    phi = float(own.phi)
    widened = (
        f"widened for overdispersion (phi {words.plain(phi)}: areas differ more than chance alone would have it)"
        if phi > 1
        else "not widened, as areas differ no more than chance would have it"
    )
    caption = (
        f"{label} over the count that each area's share of need would give, against that count; 1 is England. Lines: "
        f"limits that hold 95% and 99.8% of areas, {widened}. The count is use and not need: {note.rstrip('.')}."
    )
    return Artefact("figure", title, caption, known.kind, known.sources, compared, alt, image)


_INSIDE = "inside the 95% limits"


def _stands(row: object) -> str:
    """Say where an area lies against its limits."""
    ratio = row.ratio  # type: ignore[attr-defined]
    for level, said in (("99_8", "outside the 99.8% limits"), ("95", "between the 95% and 99.8% limits")):
        if not getattr(row, f"limit_lower_{level}") <= ratio <= getattr(row, f"limit_upper_{level}"):
            return said
    return _INSIDE
