"""Charts of a nation: where its regions lie, how they differ with their intervals, and use against need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.funnel import limit_lines
from needs.present.charts.labels import name_points
from needs.present.maps import need_map
from needs.present.nation_words import INDICATORS, Place, every, extremes, ranked, spoken, told_apart
from needs.present.style import BLUE, INK, ORANGE, canvas, drawn, named_rows, tell
from needs.values import Estimate, Provenance, records

__all__ = ["intervals", "nation_map", "use_funnel"]


def nation_map(
    places: Sequence[Place], tiles: pd.DataFrame, key: str, has: str, note: str, boundaries: Any = None
) -> Artefact:
    """Map a figure of every region.

    Parameters
    ----------
    places : sequence of Place
        The regions that were run.
    tiles : DataFrame
        ``area, tile_row, tile_col`` of them.
    key, has : str
        Indicator, and what it counts as a sentence says it.
    note : str
        What else a reader must know; may be empty.
    boundaries : GeoDataFrame, optional
        Real boundaries indexed by area.

    Examples
    --------
    >>> rates = {name: Estimate(v, v - 1, v + 1, "modelled", ("x#y",)) for name, v in (("ash", 9), ("elm", 6))}
    >>> tiles = pd.DataFrame({"area": ["ash", "elm"], "tile_row": [0, 0], "tile_col": [0, 1]})
    >>> nation_map([Place(n, n.title(), {"rate": r}) for n, r in rates.items()], tiles, "rate", "patients", "").title
    'Ash has the most patients, 9.0 (8.0 to 10.0), and Elm the least, 6.0 (5.0 to 7.0); their intervals do not overlap'
    """
    values = pd.DataFrame([{"area": p.area, "name": p.name, "value": p.figures[key].value} for p in places])
    values = values.merge(tiles, on="area", validate="1:1")
    known = Provenance.of(*(place.figures[key] for place in places))
    made = need_map(values, None, has, "per 100,000 adults", known, boundaries)
    caption = " ".join(part for part in (made.caption, told_apart(places, key), note) if part)
    return replace(made, title=extremes(places, key, has), caption=caption)


def intervals(
    places: Sequence[Place], key: str, has: str, caption: str, whole: Estimate | None = None, country: str = "England"
) -> Artefact:
    """Draw a figure of every region with its interval, the highest on top, beside the whole country.

    Parameters
    ----------
    places : sequence of Place
        The regions that were run.
    key, has : str
        Indicator, and what it counts as a sentence says it.
    caption : str
        What is measured.
    whole : Estimate, optional
        The same figure of the country.
    country : str
        Its name.

    Examples
    --------
    >>> spend = {name: Estimate(v, v - 10, v + 10, "modelled", ("x#y",)) for name, v in (("Ash", 54), ("Elm", 39))}
    >>> places = [Place(name.lower(), name, {"per_adult": each}) for name, each in spend.items()]
    >>> intervals(places, "per_adult", "spend", "Spend", Estimate(42, kind="modelled", source=("x#y",))).alt
    'Dots with 95% interval lines of spend from highest to lowest: Ash £54 (£44 to £64); Elm £39 (£29 to £49). England £42.00.'
    """
    order = ranked(places, key)
    unit = next(indicator.unit for indicator in INDICATORS if indicator.key == key)
    with canvas(0.55 * len(order) + 1.3) as (figure, (axis,)):
        named_rows(axis, [place.name for place in order])
        for y, place in zip(range(len(order))[::-1], order, strict=True):
            found, (low, high) = place.figures[key], place.figures[key].bounds
            axis.hlines(y, low, high, color=BLUE, linewidth=3)
            axis.plot(found.value, y, "o", color=BLUE, markersize=11, markeredgecolor="white")
            tell(axis, found.value, y, f"{place.name}: {place.written(key)}")
        if whole is not None:
            axis.axvline(whole.value, color=INK, linewidth=1.2, linestyle=(0, (5, 3)), zorder=0)
            axis.annotate(
                f"{country} {words.number_text(whole, unit)}", (whole.value, len(order) - 0.35), xytext=(6, 0),
                textcoords="offset points", va="center", color=INK, fontsize=13, annotation_clip=False,
            )  # fmt: skip
        axis.set_xlim(0, max(place.figures[key].bounds[1] for place in order) * 1.08)
        axis.xaxis.set_major_locator(MaxNLocator(6))
        axis.xaxis.set_major_formatter(lambda value, _: f"£{value:,.0f}" if unit == "GBP" else f"{value:,.0f}")
        known_ends = any(place.figures[key].has_interval for place in order)
        axis.set_xlabel("Line: 95% interval" if known_ends else "Without intervals: none is known", loc="left")
        image = drawn(figure)
    parts = "; ".join(f"{place.name} {place.written(key)}" for place in order)
    beside = "" if whole is None else f" {country} {spoken(whole, unit)}."
    alt = f"Dots{' with 95% interval lines' if known_ends else ''} of {has} from highest to lowest: {parts}.{beside}"
    known = Provenance.of(*(place.figures[key] for place in order), *([] if whole is None else [whole]))
    data = pd.DataFrame([{"area": place.area, "name": place.name, **place.figures[key].as_record()} for place in order])
    said = " ".join(part for part in (f"{caption.rstrip('.')}.", told_apart(places, key)) if part)
    return Artefact("figure", extremes(places, key, has), said, known.kind, known.sources, data, alt, image)


def use_funnel(compared: pd.DataFrame, label: str, note: str, known: Provenance) -> Artefact:
    """Draw a count of use over the count that need alone would give, every region named, with control limits.

    Parameters
    ----------
    compared : DataFrame
        ``name, expected, ratio, limit_lower_95, limit_upper_95, limit_lower_99_8, limit_upper_99_8, phi``, one row an area.
    label, note : str
        What was counted, and why it is not need.
    known : Provenance
        Kind and sources.

    Examples
    --------
    >>> rows = pd.DataFrame({"name": ["Ash", "Elm"], "expected": [100.0, 200.0], "ratio": [1.4, 0.9], "phi": 1.0,
    ...     "limit_lower_95": 0.8, "limit_upper_95": 1.2, "limit_lower_99_8": 0.7, "limit_upper_99_8": 1.3})
    >>> use_funnel(rows, "Transfers", "made up", Provenance("synthetic", ("x#y",))).title
    'Transfers: Ash lies above the 95% limits of its share of need; 1 of 2 areas lies inside them'
    """
    above, below = (list(compared.loc[rule, "name"]) for rule in _beyond(compared))
    with canvas(6.0) as (figure, (axis,)):
        limit_lines(axis, compared, float(compared["phi"].iloc[0]))
        for row in records(compared):
            out = row.name in {*above, *below}
            shape, colour, size = ("D", ORANGE, 12) if out else ("o", BLUE, 10)
            axis.plot(row.expected, row.ratio, shape, color=colour, markersize=size, markeredgecolor="white")
            tell(axis, row.expected, row.ratio, f"{row.name}: {row.ratio:.2f} times the count by need")
        axis.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
        axis.yaxis.set_major_formatter("{x:g}")
        axis.set_xscale("log")  # small areas stand apart
        axis.xaxis.set_major_locator(LogLocator(10, subs=(1, 1.5, 2, 3, 4, 5, 7)))
        axis.xaxis.set_minor_locator(NullLocator())
        axis.xaxis.set_major_formatter("{x:,.0f}")
        axis.set_xlabel("Count that the area's share of need would give (log scale)", loc="left")
        axis.set_ylabel("Count over count by need")
        figure.tight_layout()
        rows = compared.assign(out=compared["name"].isin([*above, *below]))
        rows = rows.sort_values(["out", "expected"], ascending=[False, True])
        name_points(figure, axis, list(zip(rows["expected"], rows["ratio"], rows["name"], strict=True)))
        for text in axis.texts:  # the first name is bold, which only one outside is to be
            if text.get_text() not in {*above, *below}:
                text.set_fontweight("normal")
        image = drawn(figure)
    ordered = compared.sort_values("ratio", ascending=False)
    parts = "; ".join(f"{row.name} {row.ratio:.2f}" for row in records(ordered))
    alt = (
        f"Funnel plot of {words.lower(label)}, count over what need alone would give, by the size of the area, with 95% and "
        f"99.8% limits. From highest: {parts}."
    )
    phi = float(compared["phi"].iloc[0])
    widened = (
        f"widened for overdispersion (phi {words.plain(phi)}: areas differ more than chance alone would have it)"
        if phi > 1
        else "not widened, as areas differ no more than chance would have it"
    )
    caption = (
        f"{label} over the count that each area's share of need would give, against that count; 1 is the country. Lines: limits "
        f"that hold 95% and 99.8% of areas, {widened}. Diamonds lie outside the 95% limits. The count is use and not need: "
        f"{note.rstrip('.')}."
    )
    title = _funnel_title(label, above, below, len(compared))
    return Artefact("figure", title, caption, known.kind, known.sources, compared, alt, image)


def _beyond(compared: pd.DataFrame) -> tuple[pd.Series[bool], pd.Series[bool]]:
    """Say which areas lie above their 95% limits, and which below."""
    return compared["ratio"] > compared["limit_upper_95"], compared["ratio"] < compared["limit_lower_95"]


def _funnel_title(label: str, above: Sequence[str], below: Sequence[str], of: int) -> str:
    if not above and not below:
        who = f"{every(of, 'areas')} lie" if of > 1 else "the one area lies"
        return f"{label}: {who} inside the 95% limits of {words.plural(of, 'its', 'their')} share of need"
    said = [
        f"{words.listed([words.place(name) for name in names])} {words.plural(len(names), 'lies', 'lie')} {side}"
        for names, side in ((above, "above"), (below, "below"))
        if names
    ]
    inside = of - len(above) - len(below)
    whose = "its share" if len(above) + len(below) == 1 else "their shares"
    return (
        f"{label}: {' and '.join(said)} the 95% limits of {whose} of need; {inside} of {of} {words.plural(of, 'area')} "
        f"{words.plural(inside, 'lies', 'lie')} inside them"
    )
