"""Names and values beside the marks of a chart, so that nobody has to look them up in a legend."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from needs.present.style import GREY, INK

__all__ = ["fit_labels", "name_points", "wrapped"]

_SLACK = 1.1
"""How much wider letters may be in a browser, which does not round them to dots, and with another font."""
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
        size = np.add(np.multiply(text.get_window_extent(renderer).size, (_SLACK, 1)), (0, 4))
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


def fit_labels(figure: Figure, axis: Axes, least: float = 0.0) -> None:
    """Widen an axis to the right until the labels beside its marks lie inside, in a somewhat wider font too.

    Parameters
    ----------
    figure, axis
        With everything drawn; labels are annotations that start right of their place by an offset in points, and the lower
        limit of the axis is set.
    least : float
        Smallest upper limit, in the units of the axis.

    Examples
    --------
    >>> from needs.present.style import canvas
    >>> with canvas() as (figure, (axis,)):
    ...     bars = axis.barh([0, 1], [5.0, 10.0])
    ...     limits = axis.set_xlim(0)
    ...     label = axis.annotate("10 people (5 to 20)", (10, 1), xytext=(8, 0), textcoords="offset points")
    ...     fit_labels(figure, axis)
    ...     bool(12 < axis.get_xlim()[1] < 20)
    True
    """
    labels = [text for text in axis.texts if isinstance(text, Annotation) and text.anncoords == "offset points"]
    low = axis.get_xlim()[0]
    axis.set_xlim(low, max([least, *(float(text.xy[0]) for text in labels)], default=least) or low + 1)
    for text in labels:
        text.set_in_layout(False)  # or the labels themselves would narrow the axis
    figure.tight_layout()
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    width, high = axis.get_window_extent(renderer).width, axis.get_xlim()[1]
    for text in labels:
        reach = text.get_window_extent(renderer).width * _SLACK + text.get_position()[0] * figure.dpi / 72
        high = max(high, low + (float(text.xy[0]) - low) / max(1 - reach / width, 0.2))
        text.set_in_layout(True)
    axis.set_xlim(low, high)


def wrapped(text: str, width: int) -> str:
    """Break words into as few lines of at most this many letters as they take, each about as long as the others.

    Parameters
    ----------
    text : str
        A name.
    width : int
        Letters in a line at most; a longer word keeps its length.

    Examples
    --------
    >>> wrapped("Worth of a day's wait (a judgement)", 30).splitlines(), wrapped("London", 30)
    (["Worth of a day's", 'wait (a judgement)'], 'London')
    """
    lines = _lines(text, width)
    even = max(len(text) // max(len(lines), 1), 1)
    return "\n".join(
        next((found for found in (_lines(text, at) for at in range(even, width)) if len(found) == len(lines)), lines)
    )


def _lines(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _box(centre: npt.NDArray[np.float64], size: npt.NDArray[np.float64]) -> Bbox:
    return Bbox([centre - size / 2, centre + size / 2])


def _holds(frame: Bbox, box: Bbox) -> bool:
    return all(frame.contains(x, y) for x, y in (box.min, box.max))


def _meets(box: Bbox, curves: npt.NDArray[np.float64]) -> bool:
    return bool(((curves > box.min) & (curves < box.max)).all(axis=1).any())
