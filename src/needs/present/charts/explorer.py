"""The chart of sizes that a reader may try: beds closed by places opened, a square each, with what differs from today."""

from __future__ import annotations

from typing import Any

import matplotlib.colors as mcolors
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from needs.data.geography import Region
from needs.methods.explorer import Explored
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.explored import AS_TODAY, against_today, alone, as_full, basis, plainly, three, told_rows
from needs.present.money_words import stepped, unit_of
from needs.present.style import BLUE, INK, LIGHT, ORANGE, canvas, drawn, tell
from needs.values import Provenance, records

__all__ = ["explorer"]

_DARKEST = 0.45
"""Share of the colour in the square that differs most: black on it can be read."""

_NAMES = {"blocked": "Blocked beds", "spend": "Cost a year", "waiting": "People waiting"}


def explorer(found: Explored, region: Region, known: Provenance, price_year: str, years: int) -> Artefact:
    """Draw what is expected to differ from today, by beds closed and places opened.

    Parameters
    ----------
    found, region, known, price_year, years
        See :func:`needs.present.tables.explorer`.

    Examples
    --------
    >>> from needs.methods.explorer import Grid
    >>> def row(opened, blocked, spend):
    ...     ends = {"blocked": blocked, "spend": spend, "waiting": -2.0}
    ...     told = {f"{name}_difference{end}": x for name, x in ends.items() for end in ("", "_lower", "_upper")}
    ...     return {"beds_closed": 0, "places_opened": opened, "occupancy": 0.9, "held": False, **told}
    >>> frame = pd.DataFrame([row(0, 0, 0), row(20, -16, 1.9e6)])
    >>> found = Explored(frame, Grid("medium", 12, (0,), (0, 20)), 83, 500, None)
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> print(explorer(found, london, Provenance("modelled", ("x#y",)), "2024-25", 10).alt)  # doctest: +NORMALIZE_WHITESPACE
    Three tables of squares by medium secure beds closed and step-down places opened: differences from today in blocked beds,
    cost a year and people waiting. With no bed closed and 20 places opened: 16 fewer blocked beds, £1.90 million more a
    year, 2.0 fewer people waiting.
    """
    frame = told_rows(found)
    scale, unit = unit_of(frame[[f"spend_difference{end}" for end in ("", "_lower", "_upper")]])
    tier = words.TIER_NAMES[found.grid.close]
    with canvas(1.9 + 0.52 * len(found.grid.beds), columns=3) as (figure, axes):
        for axis, (name, heading) in zip(axes, _NAMES.items(), strict=True):
            _squares(axis, frame, found, name, scale)
            axis.set_title(heading + (f", {unit}" if name == "spend" else ""), loc="left", fontsize=14, weight="bold")
        axes[0].set_ylabel(f"{tier} beds closed", fontsize=13)
        axes[1].set_xlabel("Step-down places opened", fontsize=13)
        for axis in axes[1:]:
            axis.set_yticklabels([])
        image = drawn(figure)
    last = [row for row in records(frame) if not row.beds_closed][-1], records(frame)[-1]
    parts = "; ".join(dict.fromkeys(_spoken(row) for row in last))
    alt = (
        f"Three tables of squares by {tier.lower()} beds closed and step-down places opened: differences from today in blocked "
        f"beds, cost a year and people waiting. {parts[:1].upper()}{parts[1:]}."
    )
    caption = (
        "Expected difference from today on the same patients; blue, below zero: less; orange: more. Step-down places in use "
        "today: "
        f"{as_full(found, frame['occupancy'].iloc[0], False)}. {basis(found, price_year, years)}"
    )
    return Artefact("figure", alone(found, region), caption, known.kind, known.sources, frame, alt, image)


def _squares(axis: Axes, frame: pd.DataFrame, found: Explored, name: str, scale: float) -> None:
    """Draw one square a combination, darker the more it differs, with the difference in it."""
    beds, places = found.grid.beds, found.grid.places
    changes = [three(row, f"{name}_difference") for row in records(frame)]
    most = max(abs(value) for value, _, _ in changes) or 1.0
    to = max(_step(name, *change) for change in changes)
    for row, change in zip(records(frame), changes, strict=True):
        x, y = places.index(row.places_opened), beds.index(row.beds_closed)
        square = Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=_shade(change[0] / most), edgecolor=LIGHT, linewidth=1)
        axis.add_patch(square)
        text = (
            "today"
            if not row.places_opened and not row.beds_closed
            else stepped(change[0], to, scale if name == "spend" else 1)
        )
        axis.text(x, y, text, ha="center", va="center", fontsize=min(13, 56 / len(places)), color="black")
        tell(axis, x, y, f"{_sizes(row)}: {_said(name, row)}")
    axis.set(xlim=(-0.53, len(places) - 0.47), ylim=(len(beds) - 0.47, -0.53))
    axis.set_xticks(range(len(places)), [words.count(number) for number in places])
    axis.set_yticks(range(len(beds)), [words.count(number) for number in beds])
    axis.tick_params(length=0, labelcolor=INK)
    for spine in axis.spines.values():
        spine.set_visible(False)


def _step(name: str, value: float, lower: float, upper: float) -> float:
    """Return the step in which a difference is written: tenths of people where all of it is below 10."""
    if name != "spend" and max(map(abs, (value, lower, upper))) < 10:
        return 0.1
    return words.step(lower, upper)


def _shade(share: float) -> tuple[float, float, float]:
    """Return the colour of a square: blue below today, orange above, white as today."""
    strength = _DARKEST * min(abs(share), 1.0)
    red, green, blue = (1 + strength * (part - 1) for part in mcolors.to_rgb(BLUE if share < 0 else ORANGE))
    return red, green, blue


def _sizes(row: Any) -> str:
    closed = f"{words.count(row.beds_closed) if row.beds_closed else 'no'} {words.plural(row.beds_closed or 1, 'bed')} closed"
    opened = f"{words.count(row.places_opened) if row.places_opened else 'no'} {words.plural(row.places_opened or 1, 'place')}"
    return f"{closed} and {opened} opened"


def _said(name: str, row: Any) -> str:
    """Say what is expected of one combination, with its interval."""
    told = against_today(name, *three(row, f"{name}_difference"))
    interval = told.partition(" (")[2].rstrip(")")
    if told == AS_TODAY:
        return told
    return f"{plainly(name, row)} expected" + (f", 95% interval {interval}" if interval else "")


def _spoken(row: Any) -> str:
    """Say one combination as a sentence without its intervals."""
    return f"with {_sizes(row)}: {', '.join(plainly(name, row) for name in _NAMES)}"
