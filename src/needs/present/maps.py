"""A map of an edition's regions: tiles that ship with the project, or the user's own boundaries."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.style import BLUE, GREY, INK, ORANGE, canvas, drawn
from needs.values import Provenance, records

__all__ = ["need_map"]

Write = Callable[[float], str]

_RAMP = LinearSegmentedColormap.from_list("needs", ["#E8EDF3", "#8FA9C4", BLUE])


def need_map(
    values: pd.DataFrame, region: Region, measure: str, unit: str, known: Provenance, boundaries: Any = None
) -> Artefact:
    """Draw one need driver over the edition's regions.

    Parameters
    ----------
    values : DataFrame
        ``area, name, value, tile_row, tile_col``, one row a region.
    region : Region
        The region to outline.
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
    with canvas(0.8 * (1 + values["tile_row"].max()) + 0.2 if boundaries is None else 7.0) as (figure, (axis,)):
        if boundaries is None:
            _tiles(axis, values, shades, region, write)
        else:
            _shapes(axis, values, shades, region, write, boundaries)
        axis.set_axis_off()
        axis.set_aspect("equal")
        image = drawn(figure, crop=False)
    ranked = values.sort_values("value", ascending=False, ignore_index=True)
    rank = int(ranked.index[ranked["area"] == region.slug][0]) + 1
    most = f"{words.place(ranked['name'].iloc[0], start=True)} has the {'most' if ' per ' in measure else 'highest'} {measure}"
    title = (
        f"{most}; {words.place(region.name)} is {words.ordinal(rank, len(ranked))} of {len(ranked)}"
        if rank != 1
        else f"{most} of {len(ranked)} areas"
    )
    parts = [f"{row.name} {write(row.value)}" for row in records(ranked)]
    form = "Map" if boundaries is not None else "Tile map (one square a region, roughly where it lies)"
    alt = f"{form} of {measure}{'' if unit in measure else f' ({unit})'} from highest to lowest: {'; '.join(parts)}."
    shown = f"{measure[0].upper() + measure[1:]} by region{'' if unit in measure else f', {unit}'}"
    caption = f"{shown}. The outlined region is {words.place(region.name)}."
    if boundaries is not None:
        caption += (
            " Source of boundaries: Office for National Statistics licensed under the Open Government Licence v.3.0. "
            f"Contains OS data © Crown copyright and database right {boundaries.attrs['vintage']}."
        )
    return Artefact("figure", title, caption, known.kind, known.sources, ranked, alt, image)


def _tiles(axis: Any, values: pd.DataFrame, shades: dict[str, float], region: Region, write: Write) -> None:
    for row in records(values):
        own = row.area == region.slug
        shade = shades[row.area]
        x, y = row.tile_col * 2.0, -float(row.tile_row)
        edge: dict[str, Any] = (
            {"edgecolor": ORANGE, "linewidth": 5, "zorder": 3} if own else {"edgecolor": "white", "linewidth": 2}
        )
        axis.add_patch(Rectangle((x, y), 1.94, 0.94, facecolor=_RAMP(shade), **edge))
        ink = "white" if shade > 0.74 else "#1A1A1A"  # the better contrast of the two
        lines = textwrap.wrap(row.name, 17)
        size = 11.0
        if len(lines) > 2:
            lines, size = textwrap.wrap(row.name, 22), 8.5
        axis.text(x + 0.97, y + 0.62, "\n".join(lines), ha="center", va="center", color=ink, fontsize=size, zorder=4)
        axis.text(x + 0.97, y + 0.2, write(row.value), ha="center", va="center", color=ink, weight="bold", zorder=4)
    axis.set_xlim(values["tile_col"].min() * 2 - 0.1, values["tile_col"].max() * 2 + 2.05)
    axis.set_ylim(-values["tile_row"].max() - 0.1, -values["tile_row"].min() + 1.05)


def _shapes(
    axis: Any, values: pd.DataFrame, shades: dict[str, float], region: Region, write: Write, boundaries: Any
) -> None:
    shapes = boundaries.loc[list(values["area"])]
    shapes.plot(ax=axis, color=[_RAMP(shades[a]) for a in shapes.index], edgecolor=GREY, linewidth=0.6)
    shapes.loc[[region.slug]].plot(ax=axis, facecolor="none", edgecolor=ORANGE, linewidth=3.5)
    points, areas = shapes.representative_point(), shapes.area
    halo = [withStroke(linewidth=3, foreground="white")]
    for row in records(values):
        at, small = points.loc[row.area], areas[row.area] < 0.03 * areas.sum()
        label = "\n".join([row.name.replace(" and ", " and\n"), write(row.value)])
        axis.annotate(
            label, (at.x, at.y), xytext=(110, 0) if small else (0, 0), textcoords="offset points", ha="center", va="center",
            color=INK, fontsize=10, path_effects=halo, arrowprops={"arrowstyle": "-", "color": INK} if small else None,
        )  # fmt: skip
