"""A map of an edition's regions: tiles that ship with the project, or the user's own boundaries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.labels import fit_labels, wrapped
from needs.present.style import BLUE, GREY, INK, canvas, drawn, named_rows, tell
from needs.values import Provenance, records

__all__ = ["need_map"]

Write = Callable[[float], str]

_RAMP = LinearSegmentedColormap.from_list("needs", ["#E8EDF3", "#8FA9C4", BLUE])


FINE = 300
"""Parts of the height of a map that are drawn apart; finer bends of a real boundary cannot be seen."""


def need_map(
    values: pd.DataFrame, region: Region | None, measure: str, unit: str, known: Provenance, boundaries: Any = None
) -> Artefact:
    """Draw one need driver over the edition's regions.

    Parameters
    ----------
    values : DataFrame
        ``area, name, value, tile_row, tile_col``, one row a region.
    region : Region, optional
        The region to outline; without one the map is of the country.
    measure, unit : str
        What is shown, in which unit.
    known : Provenance
        Kind and sources.
    boundaries : GeoDataFrame, optional
        Real boundaries indexed by area; tiles are drawn where there are none.
    """
    low, high = float(values["value"].min()), float(values["value"].max())
    span = high - low or 1.0

    def write(value: float) -> str:
        return f"{value:,.{2 if high < 10 else 1 if high < 1000 else 0}f}"

    shades = {row.area: (row.value - low) / span for row in records(values)}
    ranked = values.sort_values("value", ascending=False, ignore_index=True)
    tall = 0.8 * (1 + values["tile_row"].max() - values["tile_row"].min()) + 0.3 if boundaries is None else 5.8
    own, several = region.slug if region is not None else "", f"{len(ranked)} {words.plural(len(ranked), 'area')}"
    with canvas(max(tall, 0.44 * len(ranked) + 0.7), 2, (1.7, 1)) as (figure, (axis, bars)):
        if boundaries is None:
            places = _tiles(axis, values, shades, own, write)
        else:
            places = _shapes(axis, values, shades, own, write, boundaries)
        for row in records(ranked):
            stands = f"{words.stands(row.value, ranked['value'])} of {several}"
            tell(axis, *places[row.area], f"{row.name}: {write(row.value)} {measure}, {stands}")
        axis.set_axis_off()
        axis.set_aspect("equal" if boundaries is not None else "auto")
        _ranked(bars, ranked, own, write)
        fit_labels(figure, bars)
        image = drawn(figure)
    first = ranked[ranked["value"] == ranked["value"].iloc[0]]
    leads = words.listed([words.place(name, start=n == 0) for n, name in enumerate(first["name"])])
    most = (
        f"{leads} {words.plural(len(first), 'has', 'have')} the {'most' if ' per ' in measure else 'highest'} {measure}"
    )
    title = f"{most} of {several}"
    if region is not None and own not in set(first["area"]):
        here = float(ranked.loc[ranked["area"] == own, "value"].iloc[0])
        title = f"{most}; {words.place(region.name)} is {words.stands(here, ranked['value'])} of {len(ranked)}"
    parts = [f"{row.name} {write(row.value)}" for row in records(ranked)]
    form = "Map" if boundaries is not None else "Tile map (one square a region, roughly where it lies)"
    alt = f"{form} of {measure}{'' if unit in measure else f' ({unit})'} from highest to lowest: {'; '.join(parts)}."
    shown = f"{measure[0].upper() + measure[1:]} by region{'' if unit in measure else f', {unit}'}"
    caption = f"{shown}." + (f" The outlined region is {words.place(region.name)}." if region is not None else "")
    if boundaries is not None:
        caption += (
            " Source of boundaries: Office for National Statistics licensed under the Open Government Licence v.3.0. "
            f"Contains OS data © Crown copyright and database right {boundaries.attrs['vintage']}."
        )
    return Artefact("figure", title, caption, known.kind, known.sources, ranked, alt, image)


def _ranked(axis: Any, ranked: pd.DataFrame, own: str, write: Write) -> None:
    """Draw the values beside the map from the highest to the lowest, with the region's own in bold."""
    for y, row in zip(range(len(ranked))[::-1], records(ranked), strict=True):
        colour, weight = (BLUE, "bold") if row.area == own else (GREY, "normal")
        axis.barh(y, row.value, height=0.6, color=colour)
        axis.annotate(write(row.value), (row.value, y), xytext=(6, 0), textcoords="offset points", va="center", fontsize=13,
                      weight=weight)  # fmt: skip
    named_rows(axis, [wrapped(name, 16) for name in ranked["name"]])
    for label, area in zip(axis.get_yticklabels(), ranked["area"][::-1], strict=True):
        label.set(fontsize=12.5, fontweight="bold" if area == own else "normal")
    axis.set_xticks([])
    axis.set_xlim(0, max(float(ranked["value"].max()), 1e-9))


def _ink(shade: float) -> str:
    """Return the colour of words on a shade: the better contrast of the two."""
    return "white" if shade > 0.74 else "black"


def _tiles(
    axis: Any, values: pd.DataFrame, shades: dict[str, float], own: str, write: Write
) -> dict[str, tuple[float, float]]:
    """Draw a tile an area, and return where each lies."""
    places, letters = {}, int(46 / (1 + values["tile_col"].max() - values["tile_col"].min()))
    for row in records(values):
        shade, x, y = shades[row.area], float(row.tile_col), -float(row.tile_row)
        axis.add_patch(
            Rectangle((x - 0.46, y - 0.45), 0.92, 0.9, facecolor=_RAMP(shade), edgecolor=GREY, linewidth=0.8)
        )
        if row.area == own:  # outside its tile, on white, where it is seen beside any shade
            axis.add_patch(
                Rectangle((x - 0.49, y - 0.49), 0.98, 0.98, fill=False, edgecolor=INK, linewidth=3.5, zorder=3)
            )
        ink = _ink(shade)
        axis.text(x, y + 0.14, wrapped(row.name, letters), ha="center", va="center", color=ink, fontsize=12, zorder=4)
        axis.text(x, y - 0.26, write(row.value), ha="center", va="center", color=ink, weight="bold", zorder=4)
        places[row.area] = (x, y)
    axis.set_xlim(values["tile_col"].min() - 0.52, values["tile_col"].max() + 0.52)
    axis.set_ylim(-values["tile_row"].max() - 0.52, -values["tile_row"].min() + 0.52)
    return places


def _shapes(
    axis: Any, values: pd.DataFrame, shades: dict[str, float], own: str, write: Write, boundaries: Any
) -> dict[str, tuple[float, float]]:
    """Draw real boundaries with the value of each, by which the names beside them are found, and return where it stands."""
    shapes = boundaries.loc[list(values["area"])]
    _, south, _, north = shapes.total_bounds
    shapes = shapes.set_geometry(shapes.simplify_coverage((north - south) / FINE))  # borders stay shared
    shapes.plot(ax=axis, color=[_RAMP(shades[a]) for a in shapes.index], edgecolor=GREY, linewidth=0.6)
    shapes.loc[shapes.index == own].boundary.plot(ax=axis, edgecolor=INK, linewidth=3.5)
    points, areas = shapes.representative_point(), shapes.area
    for row in records(values):
        at, small = points.loc[row.area], areas[row.area] < 0.03 * areas.sum()
        axis.annotate(
            write(row.value), (at.x, at.y), xytext=(60, 0) if small else (0, 0), textcoords="offset points", ha="center",
            va="center", color=INK if small else _ink(shades[row.area]), fontsize=13, weight="bold",
            arrowprops={"arrowstyle": "-", "color": INK} if small else None,
        )  # fmt: skip
    return {area: (points.loc[area].x, points.loc[area].y) for area in shapes.index}
