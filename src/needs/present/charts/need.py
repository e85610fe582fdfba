"""Charts of people and need drivers."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.labels import wrapped
from needs.present.style import BLUE, GREY, INK, ORANGE, TEAL, canvas, drawn, tell
from needs.values import Provenance, records

__all__ = ["need_drivers", "population_pyramid"]

_SEXES: dict[str, tuple[str, str, Literal["left", "right"], str]] = {
    "male": ("Men", BLUE, "right", "white"),
    "female": ("Women", TEAL, "left", "#111111"),
}
"""Name, colour, side of the ages and colour of the words of each sex."""

_MOST = 60
"""Dots whose values a reader can ask for one by one."""


def population_pyramid(people: pd.DataFrame, region: Region, period: str, known: Provenance) -> Artefact:
    """Draw adults by sex and age band beside England.

    Parameters
    ----------
    people : DataFrame
        ``sex, age_band, people, share, england_share``; shares of all adults of the area.
    region : Region
        The region.
    period : str
        Reference date.
    known : Provenance
        Kind and sources of the counts.
    """
    bands = list(dict.fromkeys(people["age_band"]))
    top = 1.06 * float(max(people["share"].max(), people["england_share"].max()))
    with canvas(4.4, 2) as (figure, axes):
        for axis, sex in zip(axes, _SEXES, strict=True):
            _side(axis, people[people["sex"] == sex].set_index("age_band").loc[bands], sex, region)
            axis.set_xlim((top, 0) if sex == "male" else (0, top))
        axes[0].set_xlabel(f"Share of all adults.   Bar: {region.name}   ◆ England", loc="left")
        image = drawn(figure)
    title, alt = _ages(people, region)
    caption = f"Adults by sex and age band as a share of all adults, thousands of people, {region.name} and England, {period}."
    return Artefact("figure", title, caption, known.kind, known.sources, people, alt, image)


def _side(axis: Axes, rows: pd.DataFrame, sex: str, region: Region) -> None:
    """Draw the bars of one sex, away from the ages that stand between both sides."""
    name, colour, side, ink = _SEXES[sex]
    at = list(range(len(rows)))
    axis.barh(at, rows["share"], height=0.7, color=colour)
    axis.plot(rows["england_share"], at, "D", color=ORANGE, markeredgecolor=INK, markersize=8)
    for y, row in zip(at, records(rows.reset_index()), strict=True):
        thousands = words.count(row.people / 1000)
        axis.annotate(f"{thousands}k", (0, y), xytext=(6 if side == "left" else -6, 0), textcoords="offset points",
                      va="center", ha=side, color=ink)  # fmt: skip
        told = f"{words.count(row.people, 1000)} people, {words.percent(row.share)} of adults"
        tell(
            axis,
            row.share,
            y,
            f"{name} aged {row.age_band}, {region.name}: {told} (England {words.percent(row.england_share)})",
        )
    axis.set_title(name, loc=side, fontsize=14)
    axis.set_yticks(at, list(rows.index) if side == "left" else [""] * len(rows))
    axis.tick_params(length=0)
    axis.tick_params(axis="y", pad=6)
    axis.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axis.xaxis.set_major_formatter(lambda x, _: f"{100 * x:.0f}%")


def _ages(people: pd.DataFrame, region: Region) -> tuple[str, str]:
    """Say which age bands the area has relatively more and fewer of than England, as far as shares tell; and the same for alt."""
    bands = people.groupby("age_band", sort=False)[["share", "england_share"]].sum()
    shares = {
        row.age_band: [words.percent(row.share), words.percent(row.england_share)]
        for row in records(bands.reset_index())
    }
    here, begun = words.place(region.name), "Paired bars of men and women by age band."
    ratio = (bands["share"] / bands["england_share"])[[told != england for told, england in shares.values()]]
    more, fewer = ratio[ratio > 1], ratio[ratio < 1]
    ends = {"more": str(more.idxmax()) if len(more) else "", "fewer": str(fewer.idxmin()) if len(fewer) else ""}
    named = {how: band for how, band in ends.items() if band}
    if not named:
        age, (told, _) = next(iter(shares.items()))
        alike = f"Shares of all adults in {here} are those of England in every band, such as {told} aged {age}."
        return f"{words.place(region.name, start=True)} has adults of the same ages as England", f"{begun} {alike}"
    first, *rest = named.values()
    alt = f"{begun} Share of all adults aged {first}: {shares[first][0]} in {here}, {shares[first][1]} in England"
    alt += "".join(f"; aged {band}: {shares[band][0]} against {shares[band][1]}" for band in rest)
    found = " and ".join(f"{how} aged {band}" for how, band in named.items()).replace(" aged", " adults aged", 1)
    return f"{words.place(region.name, start=True)} has relatively {found} than England", f"{alt}."


def need_drivers(drivers: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Draw each need driver of the region as a ratio to England, among all regions.

    Parameters
    ----------
    drivers : DataFrame
        ``driver, unit, area, name, value, england``, one row an area and driver.
    region, known
        See :func:`population_pyramid`.
    """
    table = drivers.assign(ratio=drivers["value"] / drivers["england"])
    names = list(dict.fromkeys(table["driver"]))
    own = table[table["area"] == region.slug].set_index("driver")
    kind = words.kind_of_areas(table["name"])
    told = {row.driver: (words.plain(row.value), words.plain(row.england)) for row in records(own.reset_index())}
    with canvas(1.5 + 0.95 * len(names)) as (figure, (axis,)):
        for y, name in zip(range(len(names))[::-1], names, strict=True):
            rows = table[table["driver"] == name].sort_values("ratio", ignore_index=True)
            _dots(axis, y, rows, region, len(table) <= _MOST)
        axis.axvline(1, color=INK, linewidth=1.2, zorder=0)
        top, here = len(names) - 1, float(own.loc[names[0], "ratio"])
        left, right = axis.get_xlim()
        side = (
            "right"
            if here > left + 0.7 * (right - left)
            else "left"
            if here < left + 0.3 * (right - left)
            else "center"
        )
        _name(axis, "England", 1, top + 0.5, 2, "center")
        _name(axis, region.name, here, top, 11, side, "bold")
        labels = [f"{wrapped(name, 30)}\n{told[name][0]} (England {told[name][1]})" for name in reversed(names)]
        axis.set_yticks(range(len(names)), labels)
        axis.set_ylim(-0.5, top + 0.5)
        axis.tick_params(axis="y", length=0)
        axis.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        axis.set_xlabel(f"Ratio to England.  Small dots: other {kind}", loc="left")
        image = drawn(figure)
    lead, ratio = names[0], float(own.loc[names[0], "ratio"])
    areas = table["area"].nunique()
    stands = words.stands(ratio, table.loc[table["driver"] == lead, "ratio"])
    beside = f"{words.percent(abs(ratio - 1), 0)} {words.compared(ratio, 1, 0)} England's"
    title = (
        f"{words.place(region.name, start=True)} has {stands} {words.lower(lead)} of {areas} {kind}, "
        f"{beside if ratio != 1 else 'the same as England'}"
    )
    parts = [
        f"{name}: {words.place(region.name)} {told[name][0]}, England {told[name][1]} {own.loc[name, 'unit']}"
        for name in names
    ]
    alt = f"Dot plot of the ratio to England for {len(names)} need drivers. {'. '.join(parts)}."
    caption = (
        "Need drivers of every area as a ratio to England; the label gives the area's and England's own values."
        f"{words.notes(drivers)}"
    )
    return Artefact("figure", title, caption, known.kind, known.sources, table, alt, image)


def _name(axis: Axes, text: str, x: float, y: float, up: float, side: Any, weight: str = "normal") -> None:
    """Write a name some points above a place."""
    axis.annotate(
        text, (x, y), xytext=(0, up), textcoords="offset points", ha=side, va="bottom", color=INK, fontsize=13,
        weight=weight, annotation_clip=False, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )  # fmt: skip


def _dots(axis: Axes, y: int, rows: pd.DataFrame, region: Region, every: bool) -> None:
    """Draw all areas of one driver on a line, the region's own largest, and tell the values of every one or of the ends."""
    ratios, own = rows["ratio"], rows["area"] == region.slug
    axis.hlines(y, ratios.min(), ratios.max(), color=GREY, linewidth=1.2, zorder=1)
    axis.plot(ratios[~own], np.full((~own).sum(), y), "o", color=GREY, markeredgecolor="white", markersize=8, zorder=2)
    axis.plot(ratios[own], np.full(own.sum(), y), "o", color=BLUE, markeredgecolor="white", markersize=14, zorder=3)
    named = rows if every else rows[own | rows.index.isin([ratios.idxmin(), ratios.idxmax()])]
    for row in records(named):
        unit = "" if row.unit in row.driver else f" {row.unit}"
        told = f"{words.plain(row.value)}{unit}, {row.ratio:.2f} times England's {words.plain(row.england)}"
        tell(axis, row.ratio, y, f"{row.driver}, {row.name}: {told}")
