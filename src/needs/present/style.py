"""One look for every picture: Analysis Function palette, one font, and the same bytes each time.

Words in a picture stay words, so that they can be found, copied and read aloud, and the file is small. Values of a
chart can be told where they are drawn (:func:`tell`): the web page shows them on hover and focus.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import PIL.Image
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from needs.present.artefact import Image, Point

__all__ = [
    "BLUE",
    "FONTS",
    "GREY",
    "INK",
    "LIGHT",
    "ORANGE",
    "PALETTE",
    "PURPLE",
    "TEAL",
    "canvas",
    "drawn",
    "named_rows",
    "tell",
]

BLUE, TEAL, PURPLE, ORANGE, INK, LILAC = "#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1"
COLOURS = 128
"""Colours of a bitmap: those of the palette, and the shades between them at the edges of letters and lines."""

PALETTE = (BLUE, TEAL, PURPLE, ORANGE, INK, LILAC)
"""Colours of the Government Analysis Function, in its order; never used alone to tell things apart."""
GREY, LIGHT = "#6B7276", "#D5D9DC"

_SETTINGS = {
    "font.family": "DejaVu Sans",  # ships with matplotlib, so every machine draws the same
    "text.parse_math": False,  # a dollar sign in a label is a dollar sign
    "svg.hashsalt": "needs",
    "svg.fonttype": "none",
    "text.hinting": "none",  # letters as wide as browsers and paper draw them
    "axes.grid": False,
    "axes.spines.bottom": False,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "axes.labelsize": 13,
    "axes.labelcolor": INK,
    "figure.dpi": 100,
    "savefig.dpi": 160,
}

FONTS = "'DejaVu Sans', Verdana, sans-serif"
"""What a browser takes: Verdana has the widths of DejaVu Sans and is where that is not."""

_PAD = 0.12
"""Margin round a picture, inches."""


class Picture(Figure):
    """A figure that knows which of its values a reader may ask for."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.told: list[tuple[Axes, float, float, str]] = []


@contextmanager
def canvas(
    height: float = 3.6, columns: int = 1, widths: Sequence[float] | None = None
) -> Iterator[tuple[Figure, list[Axes]]]:
    r"""Give an empty figure in the house style, closed afterwards.

    Parameters
    ----------
    height : float
        Inches; the width is that of a page column (9 inches of drawing at 14 point text).
    columns : int
        Panels side by side.
    widths : sequence of float, optional
        Their relative widths.

    Yields
    ------
    figure, list of axes

    Examples
    --------
    >>> with canvas() as (figure, axes):
    ...     line = axes[0].plot([0, 1])
    ...     image = drawn(figure)
    >>> image.svg.startswith("<?xml") and image.png[:4] == b"\x89PNG"
    True
    """
    with plt.style.context(["afcharts.afcharts", _SETTINGS]):
        figure, axes = plt.subplots(
            1, columns, figsize=(9, height), squeeze=False, width_ratios=widths, FigureClass=Picture
        )
        try:
            yield figure, list(axes[0])
        finally:
            plt.close(figure)


def tell(axis: Axes, x: float, y: float, text: str) -> None:
    r"""Say what a mark of a chart shows, for readers who point at it or reach it by keyboard.

    Parameters
    ----------
    axis : Axes
        Of a figure made in :func:`canvas`.
    x, y : float
        Where the mark is, in the units of the axes.
    text : str
        Name and value with its interval, as in ``Medium secure: 440 people (320 to 560)``.

    Examples
    --------
    >>> with canvas() as (figure, (axis,)):
    ...     bars = axis.bar([0, 1], [2.0, 4.0])
    ...     tell(axis, 1, 4.0, "Low secure: 4 people")
    ...     image = drawn(figure)
    >>> [(text, 50 < x < 100, 0 < y < 50) for x, y, text in image.points]
    [('Low secure: 4 people', True, True)]
    """
    figure = axis.get_figure(root=True)
    if not isinstance(figure, Picture):
        raise TypeError("values are told on a figure made in canvas()")
    figure.told.append((axis, x, y, text))


def drawn(figure: Figure, crop: bool = True) -> Image:
    """Return a figure as SVG and PNG, the same bytes for the same drawing.

    Parameters
    ----------
    figure : Figure
        A figure made in :func:`canvas`.
    crop : bool
        Whether to cut empty margins; a map keeps its width, so that its text keeps its size.
    """
    figure.tight_layout()
    svg, png = io.StringIO(), io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "needs"}):
        figure.savefig(
            svg, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight", pad_inches=_PAD
        )
        figure.savefig(
            png, format="png", metadata={"Software": None}, bbox_inches="tight" if crop else None, pad_inches=_PAD
        )
    return Image(_small(svg.getvalue()), _flat(png), _points(figure))


def _points(figure: Figure) -> tuple[Point, ...]:
    """Return the values told, each at its place in percent of the picture from the left and from the top."""
    told = figure.told if isinstance(figure, Picture) else []
    if not told:
        return ()
    box = figure.get_tightbbox(FigureCanvasAgg(figure).get_renderer()).padded(_PAD)  # type: ignore[no-untyped-call]
    points = []
    for axis, x, y, text in told:
        across, up = axis.transData.transform((x, y)) / figure.dpi
        place = np.clip([(across - box.x0) / box.width, (box.y1 - up) / box.height], 0, 1)
        points.append((round(100 * float(place[0]), 1), round(100 * float(place[1]), 1), text))
    return tuple(points)


def _small(svg: str) -> str:
    """Return the same picture in fewer letters: hundredths of a point are enough, and nobody reads its metadata."""
    svg = re.sub(r"<!DOCTYPE.*?>|<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<[^?>][^>]*>", _small_tag, svg)
    svg = svg.replace("stroke-linecap: butt}", f"stroke-linecap: butt}}text{{font-family: {FONTS}}}")
    svg = re.sub(r"\s*\n\s*|<g/>", "\n", svg)
    alone = re.compile(r"<g>\s*(<(?:use|path)[^>]*/>|<text[^>]*>[^<]*</text>)\s*</g>")
    while alone.search(svg):
        svg = alone.sub(r"\1", svg)
    return re.sub(r"\n+", "\n", svg)


def _small_tag(tag: re.Match[str]) -> str:
    """Shorten one tag: its numbers, its path, and what it need not say."""
    text = re.sub(r"-?\d+\.\d+", lambda n: f"{float(n[0]):.2f}".rstrip("0").rstrip("."), tag[0])
    text = re.sub(r"(?<=\d) ?\n(?=[MLCQz])|(?<=[MLCQ]) (?=-?\d)", "", text)
    text = re.sub(r' transform="rotate\(-?0 [^)]*\)"| id="(?![mph][0-9a-f]{8})[^"]*"', "", text)
    return re.sub(r"font-family: 'DejaVu Sans'(?:; )?", "", text)


def _flat(png: io.BytesIO) -> bytes:
    """Return a bitmap in as many colours as a chart shows, a third of the size."""
    few = io.BytesIO()
    bitmap = PIL.Image.open(png).convert("RGB").quantize(COLOURS, dither=PIL.Image.Dither.NONE)
    bitmap.save(few, format="png", optimize=True)
    return few.getvalue()


def named_rows(axis: Axes, labels: Sequence[str]) -> None:
    """Name the rows of a horizontal chart, the first on top."""
    axis.set_yticks(range(len(labels)), list(labels)[::-1])
    axis.set_ylim(-0.6, len(labels) - 0.25)
    axis.tick_params(axis="y", length=0)
