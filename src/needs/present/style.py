"""One look for every picture: Analysis Function palette, one font, and the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import matplotlib as mpl
import matplotlib.pyplot as plt
import PIL.Image
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from needs.present.artefact import Image

__all__ = [
    "BLUE",
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
    "svg.fonttype": "path",
    "axes.grid": False,
    "axes.spines.bottom": False,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "axes.labelsize": 13,
    "axes.labelcolor": INK,
    "figure.dpi": 100,
    "savefig.dpi": 160,
}


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
        figure, axes = plt.subplots(1, columns, figsize=(9, height), squeeze=False, width_ratios=widths)
        try:
            yield figure, list(axes[0])
        finally:
            plt.close(figure)


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
            svg, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight", pad_inches=0.08
        )
        figure.savefig(
            png, format="png", metadata={"Software": None}, bbox_inches="tight" if crop else None, pad_inches=0.08
        )
    return Image(svg.getvalue(), _flat(png))


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
