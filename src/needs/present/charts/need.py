"""Charts of people and need drivers."""

from __future__ import annotations

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.style import BLUE, GREY, INK, LIGHT, ORANGE, TEAL, canvas, drawn
from needs.values import Provenance, records

__all__ = ["need_drivers", "population_pyramid"]


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
    top = float(max(people["share"].max(), people["england_share"].max()))
    with canvas(4.2, 2) as (figure, axes):
        for axis, sex, colour in zip(axes, ("male", "female"), (BLUE, TEAL), strict=True):
            rows = people[people["sex"] == sex].set_index("age_band").loc[bands]
            at = np.arange(len(bands))
            axis.barh(at, rows["share"], height=0.7, color=colour)
            axis.plot(rows["england_share"], at, "D", color=ORANGE, markeredgecolor=INK, markersize=8)
            for y, count in enumerate(rows["people"]):
                axis.text(
                    0.02 * top,
                    y,
                    f"{count / 1000:,.0f}k",
                    va="center",
                    color="white" if sex == "male" else "#111111",
                    ha="right" if sex == "male" else "left",
                )
            axis.set_xlim((top * 1.18, 0) if sex == "male" else (0, top * 1.18))
            axis.set_title("Men" if sex == "male" else "Women", loc="right" if sex == "male" else "left", fontsize=14)
            axis.set_yticks(at, bands if sex == "female" else [""] * len(bands))
            axis.tick_params(length=0)
            axis.xaxis.set_major_formatter(lambda x, _: f"{100 * x:.0f}%")
        axes[0].set_xlabel("Share of all adults")
        axes[1].set_xlabel("◆ England")
        image = drawn(figure)
    title, alt = _ages(people, region)
    caption = f"Adults by sex and age band as a share of all adults, thousands of people, {region.name} and England, {period}."
    return Artefact("figure", title, caption, known.kind, known.sources, people, alt, image)


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
    with canvas(1.3 + 0.95 * len(names)) as (figure, (axis,)):
        for y, name in enumerate(reversed(names)):
            ratios = table[table["driver"] == name]["ratio"]
            axis.hlines(y, ratios.min(), ratios.max(), color=LIGHT, linewidth=6, zorder=1)
            axis.plot(ratios, np.full(len(ratios), y), "o", color=GREY, markersize=6, zorder=2)
            axis.plot(own.loc[name, "ratio"], y, "o", color=BLUE, markersize=13, zorder=3)
        axis.axvline(1, color=INK, linewidth=1.2, zorder=0)
        labels = [f"{fill(name, 30)}\n{told[name][0]} (England {told[name][1]})" for name in reversed(names)]
        axis.set_yticks(range(len(names)), labels)
        axis.set_ylim(-0.6, len(names) - 0.4)
        axis.tick_params(axis="y", length=0)
        axis.xaxis.set_major_locator(MaxNLocator(5))
        axis.set_xlabel(f"Ratio to England.  Large dot: {region.name}; small dots: other {kind}", loc="left")
        image = drawn(figure)
    lead, ratio = names[0], float(own.loc[names[0], "ratio"])
    rank = int(
        table[table["driver"] == lead]["ratio"]
        .rank(ascending=False, method="min")[table["area"] == region.slug]
        .iloc[0]
    )
    areas = table["area"].nunique()
    title = (
        f"{words.place(region.name, start=True)} has {words.ordinal(rank, areas)} {words.lower(lead)} of {areas} {kind}, "
        f"{words.percent(abs(ratio - 1), 0)} {words.compared(ratio, 1, 0)} England's"
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
