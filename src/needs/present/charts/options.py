"""Charts of options weighed against going on as today: what each avoids and costs, and what the first is made of."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.waterfall import waterfall
from needs.present.choices import PART_NAMES, against, difference, extra, no_option, parts_finding, tally
from needs.present.money_words import pounds, unit_of
from needs.present.movement import turn
from needs.present.style import BLUE, INK, canvas, drawn, named_rows, tell
from needs.values import Provenance, records

__all__ = ["nothing_drawn", "options", "options_money"]

_ENDS = ["spend", "spend_lower", "spend_upper"]


def options(ranked: pd.DataFrame, region: Region, known: Provenance, price_year: str, years: int) -> Artefact:
    """Draw what each option avoids and what it costs, the first-ranked on top.

    Parameters
    ----------
    ranked : DataFrame
        See :func:`needs.methods.options.ranked`; 80% intervals are drawn where it has them (``spend_lower_80``).
    region : Region
        The region.
    known : Provenance
        Kind and sources of the figures.
    price_year : str
        Year of the prices.
    years : int
        Years over which the options are weighed.

    Examples
    --------
    >>> ends = {"spend": (-1.24e7, -2.1e7, -4e6), "delayed": (3400.0, 900.0, 6800.0)}
    >>> row = {name + end: [x] for name, three in ends.items() for end, x in zip(("", "_lower", "_upper"), three)}
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> frame = pd.DataFrame({"label": ["One assessment"], "avoids": True, "lengthens": False, **row})
    >>> print(options(frame, london, Provenance("modelled", ("x#y",)), "2023-24", 10).alt)  # doctest: +NORMALIZE_WHITESPACE
    Dots with intervals by option, delayed bed-days avoided a year and extra spend a year: One assessment 3,400 (900 to
    6,800), saves £12.4 million (£4.0 million to £21.0 million).
    """
    if ranked.empty:
        return nothing_drawn(no_option(region), f"Options weighed, {region.name}", known)
    rows = records(ranked)
    labels = [textwrap.fill(row.label, 28) for row in rows]
    tall = 0.14 + 0.21 * max(1 + label.count("\n") for label in labels)
    scale, unit = unit_of(ranked[_ENDS])
    with canvas(0.9 + tall * len(rows), 2, (1.05, 1.2)) as (figure, (days, money)):
        _dots(days, ranked, "delayed", 1.0)
        _dots(money, ranked, "spend", scale)
        for axis, heading in ((days, "Delayed bed-days avoided"), (money, f"Extra spend, {unit}")):
            axis.set_title(heading, loc="left", fontsize=13, weight="bold", color=INK)
            named_rows(axis, labels)
        money.set_yticks([])
        days.set_xlabel("A year, against going on as today", loc="left", fontsize=12)
        figure.tight_layout(w_pad=1.5)
        image = drawn(figure)
    told = "; ".join(
        f"{row.label} {difference(row.delayed, row.delayed_lower, row.delayed_upper)}, "
        f"{extra(row.spend, row.spend_lower, row.spend_upper)}"
        for row in rows
    )
    alt = f"Dots with intervals by option, delayed bed-days avoided a year and extra spend a year: {told}."
    lines = "thick line: 80% interval; thin: 95%" if "spend_lower_80" in ranked else "line: 95% interval"
    caption = (
        f"{against(price_year, years)} Left of zero: more delay, or money saved. Dot: mean, filled where the interval is on one "
        f"side of zero; {lines}."
    )
    return Artefact("figure", tally(ranked, region), caption, known.kind, known.sources, ranked, alt, image)


def _dots(axis: Axes, frame: pd.DataFrame, name: str, scale: float) -> None:
    """Draw dots with intervals, each mean written beside its interval."""
    axis.axvline(0, color=INK, linewidth=1.2)
    days = name == "delayed"
    low, high = (pick([0.0, *(frame[f"{name}_{end}"] / scale)]) for pick, end in ((min, "lower"), (max, "upper")))
    span = (high - low) or 1.0
    for y, row in zip(range(len(frame))[::-1], frame.to_dict("records"), strict=True):
        value, lower, upper = (row[name + end] for end in ("", "_lower", "_upper"))
        axis.plot([lower / scale, upper / scale], [y, y], color=BLUE, linewidth=1.6, solid_capstyle="butt")
        if f"{name}_lower_80" in row:
            ends = [row[f"{name}_{end}_80"] / scale for end in ("lower", "upper")]
            axis.plot(ends, [y, y], color=BLUE, linewidth=5, solid_capstyle="butt")
        fill = BLUE if turn(value, lower, upper) else "white"
        axis.plot(value / scale, y, "o", color=fill, markeredgecolor=BLUE, markeredgewidth=2, markersize=9)
        axis.annotate(
            difference(value, lower, upper).split(" (")[0] if days else pounds(value, lower, upper),
            (max(upper / scale, 0.0), y), xytext=(9, 0), textcoords="offset points", va="center", fontsize=12.5,
            weight="bold", color=INK,
        )  # fmt: skip
        told = (difference if days else extra)(value, lower, upper)
        tell(
            axis,
            value / scale,
            y,
            f"{row['label']}, {'delayed bed-days avoided' if days else 'extra spend'} a year: {told}",
        )
    axis.set_xlim(low - 0.05 * span, high + (0.4 if days else 0.75) * span)
    ticks = MaxNLocator(2 if days else 3, integer=scale == 1).tick_values(low, high)
    axis.set_xticks([tick for tick in ticks if low <= tick <= high])
    axis.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,g}".replace("-", "\u2212")))
    axis.tick_params(labelsize=12)


def options_money(
    money: pd.DataFrame, ranked: pd.DataFrame, region: Region, known: Provenance, price_year: str, years: int
) -> Artefact:
    """Draw what the extra spend of the option ranked first is made of, as a waterfall.

    Parameters
    ----------
    money : DataFrame
        See :func:`needs.methods.options.money`.
    ranked, region, known, price_year, years
        See :func:`options`.

    Examples
    --------
    >>> told = {"name": "one", "spend": -1.24e7, "spend_lower": -2.1e7, "spend_upper": -4e6}
    >>> money = pd.DataFrame([{**told, "part": part} for part in ("occupied", "all")])
    >>> ranked = pd.DataFrame([{"name": "one", "label": "One assessment"}])
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> print(options_money(money, ranked, london, Provenance("modelled", ("x#y",)), "2023-24", 10).data["label"].tolist())
    ['Beds in use', 'Net change']
    """
    if ranked.empty:
        return nothing_drawn(no_option(region), f"Extra spend of the option ranked first, {region.name}", known)
    rows = money[(money["name"] == ranked["name"].iloc[0]) & ((money["spend"] != 0) | (money["part"] == "all"))]
    if (rows["part"] == "all").all():
        return nothing_drawn(
            parts_finding(money, ranked, region), f"Extra spend of the option ranked first, {region.name}", known
        )
    scale, unit = unit_of(rows[_ENDS])
    to = min(words.step(row.spend_lower, row.spend_upper) for row in records(rows))
    steps = pd.DataFrame(
        {
            "label": rows["part"].map({**PART_NAMES, "all": "Net change"}),
            "value": rows["spend"],
            "total": rows["part"] == "all",
            "lower": rows["spend_lower"],
            "upper": rows["spend_upper"],
        }
    )
    caption = f"What the extra spend of the option ranked first is made of. {against(price_year, years)}"
    return waterfall(
        steps.sort_values("total", kind="stable"), parts_finding(money, ranked, region), caption, known,
        axis=f"{unit} a year, against going on as today", write=lambda pounds: words.money(pounds, to), scale=scale,
    )  # fmt: skip


def nothing_drawn(sentence: str, caption: str, known: Provenance) -> Artefact:
    """Make a picture of one sentence, where there is nothing to draw.

    Examples
    --------
    >>> nothing_drawn("No option was weighed", "Options", Provenance("published", ("x#y",))).alt
    'A sentence in place of a picture: No option was weighed.'
    """
    with canvas(1.0) as (figure, (axis,)):
        axis.set_axis_off()
        axis.text(0, 0.5, textwrap.fill(f"{sentence}.", 80), va="center", fontsize=14, color=INK)
        image = drawn(figure, crop=False)
    data = pd.DataFrame({"note": [sentence]})
    alt = f"A sentence in place of a picture: {sentence}."
    return Artefact("figure", sentence, caption, known.kind, known.sources, data, alt, image)
