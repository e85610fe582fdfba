"""Names beside the points of a chart, so that nobody has to look them up in a legend."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from needs.present.style import GREY, INK

__all__ = ["name_points"]

_NEAR = [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)]
"""Places of a name beside its point: right, left, above, below."""
_FAR = [(side * 0.8, up * more) for more in (1.6, 2.6, 3.6) for side in (1, -1) for up in (1, -1)]
"""Places that need a line to the point."""


def name_points(
    figure: Figure,
    axis: Axes,
    points: Sequence[tuple[float, float, str]],
    unnamed: Sequence[tuple[float, float]] = (),
) -> None:
    """Name points, the first one in bold: each where no other point or name is, clear of curves if possible.

    Parameters
    ----------
    figure, axis
        With everything else drawn and laid out, as the places are those on the canvas.
    points : sequence of (x, y, name)
        Where each point lies, the most important first.
    unnamed : sequence of (x, y)
        Points without a name, which no name is to hide.

    Examples
    --------
    >>> from needs.present.style import canvas
    >>> with canvas() as (figure, (axis,)):
    ...     line = axis.plot([1, 2], [1, 1], "o")
    ...     name_points(figure, axis, [(1, 1, "a"), (2, 1, "b")])
    ...     [(text.get_text(), text.get_fontweight()) for text in axis.texts]
    [('a', 'bold'), ('b', 'normal')]
    """
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    paths = [axis.transData.transform(line.get_xydata()) for line in axis.lines if line.get_linestyle() != "None"]
    curves = np.concatenate(paths) if paths else np.empty((0, 2))
    centres = [axis.transData.transform((x, y)) for x, y, _ in points]
    taken, frame = [_box(centre, np.array([34.0, 34.0])) for centre in centres], axis.get_window_extent(renderer)
    dots = [_box(axis.transData.transform(place), np.array([14.0, 14.0])) for place in unnamed]
    for number, (x, y, name) in enumerate(points):
        text = axis.annotate(
            name, (x, y), xytext=(0, 0), textcoords="offset points", va="center", ha="center", color=INK,
            fontsize=12 if number else 14, fontweight="normal" if number else "bold",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 5},
        )  # fmt: skip
        size = np.add(text.get_window_extent(renderer).size, (0, 4))
        others = [*taken[:number], *taken[number + 1 :], *dots]
        steps = np.array(_NEAR + _FAR) * (size / 2 + [18, 12])
        boxes = [_box(centres[number] + step, size) for step in steps]
        costs = [
            (box.count_overlaps(others) + (not _holds(frame, box)), far >= len(_NEAR), _meets(box, curves), far)
            for far, box in enumerate(boxes)
        ]
        best = costs.index(min(costs))
        text.set_position(tuple(steps[best] * 72 / figure.dpi))
        if best < len(_NEAR) and text.arrow_patch is not None:
            text.arrow_patch.set_visible(False)
        taken.append(boxes[best])


def _box(centre: npt.NDArray[np.float64], size: npt.NDArray[np.float64]) -> Bbox:
    return Bbox([centre - size / 2, centre + size / 2])


def _holds(frame: Bbox, box: Bbox) -> bool:
    return all(frame.contains(x, y) for x, y in (box.min, box.max))


def _meets(box: Bbox, curves: npt.NDArray[np.float64]) -> bool:
    return bool(((curves > box.min) & (curves < box.max)).all(axis=1).any())
