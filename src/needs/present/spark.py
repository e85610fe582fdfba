"""A small picture of a series for a cell of a table: its line, and its last point; what it shows stands in words beside it."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import PIL.Image
import PIL.ImageDraw

from needs.present.style import BLUE, GREY, LIGHT, PURPLE

__all__ = ["OVER_TIME", "Spark", "series_words", "spark"]

OVER_TIME = "Over time"
"""Heading of a column of small pictures."""

WIDTH, HEIGHT = 90, 18
"""Size of the picture, points."""

_EDGE, _DOT, _LINE = 3.0, 2.4, 1.4
_DENSE, _FINE = 4, 3
"""Dots of the bitmap to a point, and by how much it is drawn larger before that."""


@dataclass(frozen=True)
class Spark:
    """A small picture of a series, in a cell of a table of text.

    Parameters
    ----------
    svg : str
        Scalable text of the picture.
    png : bytes
        The same picture as a bitmap, for Word.
    alt : str
        What it shows, in words and numbers.
    """

    svg: str
    png: bytes
    alt: str

    def __str__(self) -> str:
        return self.alt


def spark(
    values: Sequence[float],
    text: str,
    limits: tuple[float, float] | None = None,
    target: float | None = None,
    ends: tuple[float, float] | None = None,
) -> Spark:
    r"""Draw a series as a line with its last point marked.

    Parameters
    ----------
    values : sequence of float
        Figures in their order, at equal steps; what is missing leaves a gap.
    text : str
        What the picture shows, in words and numbers; a reader who does not see it hears this.
    limits : (float, float), optional
        Lower and upper limit, shaded.
    target : float, optional
        Standard, as a broken line.
    ends : (float, float), optional
        Least and greatest figure of the scale, where several pictures share one; by default those of this picture.

    Returns
    -------
    Spark

    Raises
    ------
    ValueError
        If there is no figure, or nothing is said of it.

    Examples
    --------
    >>> picture = spark([12.0, 14.0, float("nan"), 15.0], "From 12 to 15 people; lowest 12, highest 15.", target=13)
    >>> picture.svg.count("<polyline"), picture.svg.count("<circle"), picture.png[:4] == b"\x89PNG", str(picture)
    (1, 2, True, 'From 12 to 15 people; lowest 12, highest 15.')
    """
    numbers = np.asarray(values, dtype=float)
    if not np.isfinite(numbers).any() or not text.strip():
        raise ValueError("a spark shows a figure at least, and says what it shows")
    marks = [*numbers[np.isfinite(numbers)], *(limits or ()), *([target] if target is not None else [])]
    low, high = ends or (min(marks), max(marks))
    at = _scale(low, high)
    step = (WIDTH - 2 * _EDGE) / max(1, len(numbers) - 1)
    points = [(_EDGE + n * step, at(value) if np.isfinite(value) else value) for n, value in enumerate(numbers)]
    runs = [list(run) for there, run in groupby(points, lambda point: bool(np.isfinite(point[1]))) if there]
    band = (at(limits[1]), at(limits[0])) if limits else None
    across = at(target) if target is not None else None
    return Spark(_svg(runs, band, across), _png(runs, band, across), " ".join(text.split()))


def series_words(values: Sequence[float], written: Callable[[float], str], first: str, last: str, every: str) -> str:
    """Say of a series what a small picture of it shows: first, last, lowest and highest, and how many are missing.

    Parameters
    ----------
    values : sequence of float
        Figures in their order.
    written : callable
        How a figure is written, with its unit.
    first, last : str
        Names of the first and the last period.
    every : str
        What a figure is of: ``month``, ``quarter`` or ``year``.

    Examples
    --------
    >>> series_words([12.0, 15.0, float("nan"), 14.0], "{:.0f}".format, "Apr 2023", "Jul 2023", "month")
    'By month, 12 in Apr 2023 to 14 in Jul 2023; lowest 12, highest 15; 1 of 4 not shown.'
    """
    numbers = np.asarray(values, dtype=float)
    shown = numbers[np.isfinite(numbers)]
    missing = len(numbers) - len(shown)
    told = f"By {every}, {written(float(shown[0]))} in {first} to {written(float(shown[-1]))} in {last}; "
    told += f"lowest {written(float(shown.min()))}, highest {written(float(shown.max()))}"
    return f"{told}; {missing} of {len(numbers)} not shown." if missing else f"{told}."


def _scale(low: float, high: float) -> Callable[[float], float]:
    """Return how far down a figure stands; a series that does not vary stands in the middle."""
    room = HEIGHT - 2 * _EDGE
    return lambda value: HEIGHT / 2 if high == low else _EDGE + room * (high - value) / (high - low)


Runs = Sequence[Sequence[tuple[float, float]]]


def _svg(runs: Runs, band: tuple[float, float] | None, across: float | None) -> str:
    """Return the picture as SVG, in the fewest letters."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
    ]
    if band:
        parts.append(
            f'<rect x="0" y="{band[0]:.2f}" width="{WIDTH}" height="{max(0.5, band[1] - band[0]):.2f}" fill="{LIGHT}"/>'
        )
    if across is not None:
        parts.append(
            f'<line x1="0" x2="{WIDTH}" y1="{across:.2f}" y2="{across:.2f}" stroke="{PURPLE}" stroke-dasharray="3 2"/>'
        )
    for run in runs:
        if len(run) == 1:
            parts.append(f'<circle cx="{run[0][0]:.2f}" cy="{run[0][1]:.2f}" r="1" fill="{GREY}"/>')
        else:
            line = " ".join(f"{x:.2f},{y:.2f}" for x, y in run)
            parts.append(
                f'<polyline points="{line}" fill="none" stroke="{BLUE}" stroke-width="{_LINE}" stroke-linejoin="round"/>'
            )
    x, y = runs[-1][-1]
    parts.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{_DOT}" fill="{BLUE}"/></svg>\n')
    return "\n".join(parts)


def _png(runs: Runs, band: tuple[float, float] | None, across: float | None) -> bytes:
    """Return the picture as a bitmap, drawn large and made smaller so that its edges are smooth."""
    scale = _DENSE * _FINE
    canvas = PIL.Image.new("RGB", (WIDTH * scale, HEIGHT * scale), "white")
    pen = PIL.ImageDraw.Draw(canvas)
    if band:
        pen.rectangle((0, band[0] * scale, WIDTH * scale, max(band[0] + 0.5, band[1]) * scale), fill=LIGHT)
    if across is not None:
        for start in range(0, WIDTH, 5):
            pen.line((start * scale, across * scale, (start + 3) * scale, across * scale), fill=PURPLE, width=scale)
    for run in runs:
        if len(run) == 1:
            _dot(pen, run[0], 1, GREY, scale)
        else:
            line = [(x * scale, y * scale) for x, y in run]
            pen.line(line, fill=BLUE, width=round(_LINE * scale), joint="curve")
    _dot(pen, runs[-1][-1], _DOT, BLUE, scale)
    few = io.BytesIO()
    small = canvas.resize((WIDTH * _DENSE, HEIGHT * _DENSE), PIL.Image.Resampling.LANCZOS)
    small.quantize(16, dither=PIL.Image.Dither.NONE).save(few, format="png", optimize=True)
    return few.getvalue()


def _dot(pen: PIL.ImageDraw.ImageDraw, at: tuple[float, float], radius: float, colour: str, scale: int) -> None:
    x, y = at
    pen.ellipse([(v * scale) for v in (x - radius, y - radius, x + radius, y + radius)], fill=colour)
