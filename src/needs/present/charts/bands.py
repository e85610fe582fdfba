"""Bands of 80% and 95% about a mean, told apart by their edges and shades."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Polygon

from needs.present.style import BLUE, INK

__all__ = ["BANDS", "band_key", "bands"]

BANDS = "Line: mean; darker band with dotted edges: 80% interval; lighter band with dashed edges: 95% interval."
"""What line and bands mean, for captions."""


def bands(axis: Axes, x: Any, rows: pd.DataFrame) -> None:
    """Draw the two bands with edges that differ in print, and the mean.

    Parameters
    ----------
    axis : Axes
        Where.
    x : array-like
        Places of the rows.
    rows : DataFrame
        ``mean, lower_80, upper_80, lower_95, upper_95``.

    Examples
    --------
    >>> rows = pd.DataFrame({"mean": [2.0], "lower_80": 1.0, "upper_80": 3.0, "lower_95": 0.0, "upper_95": 4.0})
    >>> from needs.present.style import canvas
    >>> with canvas() as (figure, (axis,)):
    ...     bands(axis, [0], rows)
    ...     len(axis.lines), len(axis.patches)
    (1, 2)
    """
    for level, shade, style in ((95, 0.16, "--"), (80, 0.3, ":")):
        edges = [rows[f"{end}_{level}"].to_numpy(float) for end in ("lower", "upper")]
        outline = np.column_stack([np.append(x, np.asarray(x)[::-1]), np.append(edges[0], edges[1][::-1])])
        axis.add_patch(Polygon(outline, facecolor=to_rgba(BLUE, shade), edgecolor=BLUE, linewidth=1, linestyle=style))
    axis.plot(x, rows["mean"], color=BLUE, linewidth=2.6)


def band_key(axis: Axes) -> None:
    """Draw what line and bands mean in an empty panel.

    Examples
    --------
    >>> from needs.present.style import canvas
    >>> with canvas() as (figure, (axis,)):
    ...     band_key(axis)
    ...     [text.get_text() for text in axis.texts]
    ['95% interval', '80% interval', 'Mean']
    """
    axis.set_axis_off()
    x = np.array([0.0, 0.8])
    rows = pd.DataFrame({"lower_95": [0.5] * 2, "lower_80": [1.75] * 2, "mean": [3.0] * 2})
    bands(axis, x, rows.assign(upper_80=4.25, upper_95=5.5))
    for y, text in ((4.9, "95% interval"), (3.9, "80% interval"), (3.0, "Mean")):
        axis.text(0.9, y, text, va="center", fontsize=12.5, color=INK)
    axis.set_xlim(0, 2.9)
    axis.set_ylim(-0.5, 6.5)
