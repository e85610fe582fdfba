"""Control limits of a funnel plot, drawn alike wherever areas or units are held against their expected counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from needs.methods.funnel import ratio_limits
from needs.present.style import GREY, INK

__all__ = ["limit_lines"]

_LEVELS = ((0.95, (0, (5, 3)), "95%"), (0.998, "-", "99.8%"))


def limit_lines(axis: Axes, shown: pd.DataFrame, phi: float) -> None:
    """Draw 95% and 99.8% limits as curves over the whole width, named at their end, and set the axes to hold them.

    Parameters
    ----------
    axis : Axes
        Of a figure made in :func:`needs.present.style.canvas`.
    shown : DataFrame
        ``expected, ratio``, one row a place.
    phi : float
        Overdispersion, at least 1.

    Examples
    --------
    >>> from needs.present.style import canvas
    >>> with canvas() as (figure, (axis,)):
    ...     limit_lines(axis, pd.DataFrame({"expected": [50.0, 200.0], "ratio": [0.9, 1.1]}), 1.0)
    ...     len(axis.lines), [text.get_text() for text in axis.texts]
    (5, ['95%', '95%', '99.8%', '99.8%'])
    """
    low, high = float(shown["expected"].min()), float(shown["expected"].max())
    reach = np.geomspace(low * 0.8, high * 1.12, 200)
    axis.plot(reach, np.ones_like(reach), color=INK, linewidth=1.2)
    edges = [float(shown["ratio"].min()), float(shown["ratio"].max())]
    for level, dashes, name in _LEVELS:
        for limit in ratio_limits(reach, level, phi=phi):
            axis.plot(reach, limit, linestyle=dashes, color=GREY, linewidth=1.6)
            axis.annotate(
                name,
                (reach[-1], limit[-1]),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                color=GREY,
                fontsize=12,
            )
            edges.append(float(limit[0]))
    margin = 0.06 * (max(edges) - min(edges))
    axis.set_ylim(max(0, min(edges) - margin), max(edges) + margin)
    axis.set_xlim(reach[0], reach[-1])
    axis.spines["bottom"].set_visible(True)
