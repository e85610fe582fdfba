"""A waterfall: what a figure is made of, or what moves it from one total to another."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.labels import fit_labels, wrapped
from needs.present.money_words import change_text
from needs.present.style import BLUE, GREY, INK, ORANGE, TEAL, canvas, drawn, named_rows, tell
from needs.values import Provenance, records

__all__ = ["change_text", "waterfall"]

THICK = 0.55
"""Height of a bar."""

HATCH = "//"
"""Pattern of what takes away, so that nobody has to tell colours apart."""


def waterfall(
    steps: pd.DataFrame,
    title: str,
    caption: str,
    known: Provenance,
    *,
    axis: str,
    write: Callable[[float], str] = words.money,
    scale: float = 1.0,
    unit: str = "GBP a year",
) -> Artefact:
    """Draw totals as bars from nothing, and between them what each step adds or takes away.

    Parameters
    ----------
    steps : DataFrame
        ``label, value, total``, from the top: a total is a bar from 0 (``value`` is the whole), any other row a
        change (``value`` with its sign) that floats from where the row above ends. Without a total first, the changes
        start at 0. ``lower`` and ``upper``, where there are such columns and they are not missing, are the ends of an
        interval of ``value``.
    title, caption : str
        The finding, and what is measured, with the region's name.
    known : Provenance
        Kind and sources.
    axis : str
        What the axis counts, such as ``£ million a year at 2024-25 prices``.
    write : callable
        How a size is written beside its bar, such as :func:`needs.present.words.money`; changes get their sign.
    scale : float
        What one unit of the axis is, such as 1e6 for millions.
    unit : str
        Unit of ``value`` in the data.

    Returns
    -------
    Artefact

    Raises
    ------
    ValueError
        If there is no step, or a total is not what the rows above add up to.

    Examples
    --------
    >>> steps = pd.DataFrame({"label": ["England", "More patients", "Region"], "value": [40.0, 9.5, 49.5],
    ...                       "total": [True, False, True]})
    >>> made = waterfall(steps, "London spends more", "Spend per adult, London", Provenance("modelled", ("x#y",)),
    ...                  axis="£ an adult")
    >>> made.alt
    'Bars of steps from top to bottom: England £40.00; More patients +£9.50, which makes £49.50; Region £49.50.'
    >>> made.data["end"].tolist()
    [40.0, 49.5, 49.5]
    """
    rows, per = _ends(steps), f" {unit.removeprefix('GBP').strip()}"
    with canvas(0.9 + 0.62 * len(rows)) as (figure, (panel,)):
        for y, row in zip(range(len(rows))[::-1], records(rows), strict=True):
            _bar(panel, y, row, scale)
            panel.annotate(
                _label(row, write), (_right(row) / scale, y), xytext=(8, 0), textcoords="offset points",
                va="center", color=INK, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )  # fmt: skip
            value, opened, ends = _label(row, write).partition("  (")
            makes = "" if row.total else f", which makes {_signed(row.end, write)}"
            tell(panel, row.end / scale, y, f"{row.label}: {value}{per if value != 'no change' else ''}"
                 f"{opened.replace('  ', ' ')}{ends}{makes}")  # fmt: skip
            if y:
                panel.vlines(row.end / scale, y - 1 + THICK / 2, y - THICK / 2, color=GREY, linewidth=0.9)
        named_rows(panel, [wrapped(label, 22) for label in rows["label"]])
        low, high = min(0.0, rows[["start", "end", "lower_end"]].min().min()), max(_right(r) for r in records(rows))
        high = high if high > low else low + scale  # nothing but zeros
        panel.set_xlim(low * 1.05 / scale, high / scale)
        panel.axvline(0, color=INK, linewidth=1.0)
        panel.set_xlabel(axis + _legend(rows), loc="left")
        fit_labels(figure, panel, high / scale)
        image = drawn(figure)
    said = [
        f"{row.label} {' '.join(_label(row, write).split())}"
        + ("" if row.total else f", which makes {_signed(row.end, write)}")
        for row in records(rows)
    ]
    alt = f"Bars of steps from top to bottom: {'; '.join(said)}."
    data = rows.drop(columns="lower_end").assign(unit=unit)
    return Artefact("figure", title, caption, known.kind, known.sources, data, alt, image)


def _ends(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the steps with where each starts and ends, and how far its interval reaches to both sides."""
    if steps.empty:
        raise ValueError("a waterfall has at least one step")
    size = float(np.abs(steps["value"]).max())
    start, end, at = [], [], 0.0
    for number, row in enumerate(records(steps)):
        if row.total and number and abs(row.value - at) > 1e-6 * max(size, 1e-12):
            raise ValueError(f"{row.label}: the steps above come to {at:.10g}, not {row.value:.10g}")
        start.append(0.0 if row.total else at)
        at = float(row.value) if row.total else at + float(row.value)
        end.append(at)
    rows = steps.reset_index(drop=True).assign(start=start, end=end)
    rows["total"] = rows["total"].astype(bool)
    for name in ("lower", "upper"):
        rows[name] = rows[name].astype(float) if name in rows else np.nan
    from_zero = rows["start"].where(~rows["total"], 0.0)
    return rows.assign(lower_end=(from_zero + rows["lower"]).fillna(rows["end"]))


def _bar(panel: Axes, y: int, row: Any, scale: float) -> None:
    """Draw one bar, and its interval as a line at its end."""
    start, end = row.start / scale, row.end / scale
    total, down = row.total, end < start
    colour = BLUE if total else TEAL if down else ORANGE
    panel.barh(
        y, end - start, left=start, height=THICK, color=colour, edgecolor=colour if total else "white",
        hatch=HATCH if down and not total else None, linewidth=0.0,
    )  # fmt: skip
    if not total:  # a change too small to see has its line
        panel.vlines(end, y - THICK / 2, y + THICK / 2, color=GREY, linewidth=0.9)
    if _has_interval(row):
        ends = (start + row.lower / scale, start + row.upper / scale)
        panel.hlines(y, *ends, color=INK, linewidth=2.2)


def _legend(rows: pd.DataFrame) -> str:
    """Say what a pattern and a line mean, where there is one."""
    down = bool((~rows["total"] & (rows["value"] < 0)).any())
    return ".  Hatched: takes away" * down + ".  Line: 95% interval" * bool(rows["upper"].notna().any())


def _has_interval(row: Any) -> bool:
    return not (math.isnan(row.lower) or math.isnan(row.upper))


def _right(row: Any) -> float:
    """Return where a row's drawing ends on the right."""
    far = row.start + row.upper if _has_interval(row) else row.end
    return float(max(row.start, row.end, far))


def _label(row: Any, write: Callable[[float], str]) -> str:
    """Write a total, or a change with its sign, with its interval."""
    told = _signed(row.value, write) if row.total else change_text(row.value, write)
    if not _has_interval(row):
        return told
    ends = [_signed(end, write) if row.total else _change(end, write) for end in (row.lower, row.upper)]
    return f"{told}  ({ends[0]} to {ends[1]})"


def _signed(value: float, write: Callable[[float], str]) -> str:
    return write(abs(value)) if value >= 0 or write(abs(value)) == write(0) else f"−{write(abs(value))}"


def _change(value: float, write: Callable[[float], str]) -> str:
    told = change_text(value, write)
    return write(0) if told == "no change" else told
