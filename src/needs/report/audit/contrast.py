"""Colours that lie on one another, and those of charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from needs.params.colour import WHITE, contrast
from needs.present.style import GREY, INK, PALETTE

__all__ = ["MARKS", "TEXT", "Pair", "chart_pairs"]

TEXT, MARKS = 4.5, 3.0
"""Least contrast of text, and of marks such as bars, by WCAG 2.2 (1.4.3 and 1.4.11)."""


@dataclass(frozen=True)
class Pair:
    """Two colours, one on the other.

    Parameters
    ----------
    where : str
        What is coloured: the selector of the style, or a part of charts.
    fore, back : str
        Colours as ``#rrggbb``.
    least : float
        Contrast that is needed.

    Examples
    --------
    >>> pair = Pair("a", "#777777", "#ffffff", TEXT)
    >>> f"{pair.ratio:.2f}", pair.enough
    ('4.48', False)
    """

    where: str
    fore: str
    back: str
    least: float

    @property
    def ratio(self) -> float:
        """Contrast of the two, from 1 to 21."""
        return contrast(self.fore, self.back)

    @property
    def enough(self) -> bool:
        """Whether the contrast is as large as needed."""
        return self.ratio >= self.least


def chart_pairs(recoloured: Mapping[str, str] | None = None) -> list[Pair]:
    """Return the colours of charts on their white ground: marks of the palette, and the two inks of words.

    Parameters
    ----------
    recoloured : mapping of str to str, optional
        Colours of a brand by those whose place they take.

    Examples
    --------
    >>> all(pair.enough for pair in chart_pairs())
    True
    >>> [pair.where for pair in chart_pairs({"#12436d": "#e0e0e0"}) if not pair.enough]
    ['colour 1 of charts']
    """
    new = {old.lower(): colour for old, colour in (recoloured or {}).items()}
    marks = [(f"colour {n} of charts", colour, MARKS) for n, colour in enumerate(PALETTE, 1)]
    words = [("words in charts", INK, TEXT), ("numbers of axes", GREY, TEXT)]
    return [Pair(where, new.get(colour.lower(), colour), WHITE, least) for where, colour, least in (*marks, *words)]
