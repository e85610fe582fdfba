"""Names of what a region's own data count, and figures with their intervals in cells and sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from needs.dataset import table
from needs.dataset.words import DESTINATION
from needs.methods.disclosure import Released
from needs.methods.service.time_in_tier import STILL_THERE
from needs.present import words
from needs.present.released import SUPPRESSED
from needs.values import records

__all__ = [
    "APART", "IN", "PERIODS", "destination", "figure", "group", "one_place", "reason", "share", "shown", "spoken",
]  # fmt: skip

APART = "Intervals take people as independent; they are too narrow where beds are short, for there people wait for the same beds."
"""What captions say of intervals of times that may hold a wait for a bed."""

IN = {
    "high": "high security",
    "medium": "medium security",
    "low": "low security",
    "step_down": "step-down",
    "community": "community teams",
}
"""Each tier inside a sentence."""

PERIODS = {1: "month", 3: "quarter", 6: "half-year", 12: "year"}
"""Months counted together, in words."""


def share(value: float) -> str:
    """Write a released share, which is a whole percentage.

    Examples
    --------
    >>> share(0.07)
    '7%'
    """
    return f"{100 * value:.0f}%"


def one_place(value: float) -> str:
    """Write a number to one decimal place.

    Examples
    --------
    >>> one_place(2.1)
    '2.1'
    """
    return f"{value:,.1f}"


def destination(code: str) -> str:
    """Name where somebody went.

    Examples
    --------
    >>> destination("low"), destination("died"), destination("still_there")
    ('Low secure', 'Died', 'Still there')
    """
    if code == STILL_THERE:
        return "Still there"
    return words.TIER_NAMES.get(code) or {"discharge": "Home or other place"}.get(code) or DESTINATION[code]


def reason(code: str) -> str:
    """Name why somebody who is ready is still there.

    Examples
    --------
    >>> reason("housing"), reason("unknown")
    ('No housing', 'Not known or not stated')
    """
    return table("stays").column("delay_reason").codes[code]


def group(code: str) -> str:
    """Name a diagnosis group.

    Examples
    --------
    >>> group("both"), group("learning_disability_or_autism")
    ('Mental illness and personality disorder', 'Learning disability or autism')
    """
    if code == "learning_disability_or_autism":
        return "Learning disability or autism"
    return table("stays").column("diagnosis").codes[code]


def figure(row: Any, hidden: Any, name: str, write: Callable[[Any], str], missing: str = "not reached") -> str:
    """Write a released figure with its interval, for a cell.

    Parameters
    ----------
    row, hidden : row of a frame
        Figures, and whether each was suppressed.
    name : str
        Column; its ends are ``<name>_lower`` and ``<name>_upper``.
    write : callable
        How a number is written.
    missing : str
        What stands where the data give no figure.

    Examples
    --------
    >>> frame = pd.DataFrame({"x": [2.1, None], "x_lower": [1.7, None], "x_upper": [None, None]}, dtype=float)
    >>> [figure(row, off, "x", one_place) for row, off in zip(records(frame), records(frame.isna() & False))]
    ['2.1 (1.7 or more)', 'not reached']
    """
    if getattr(hidden, name):
        return SUPPRESSED
    if pd.isna(getattr(row, name)):
        return missing
    return spoken(row, name, write)


def spoken(row: Any, name: str, write: Callable[[Any], str], unit: str = "") -> str:
    """Write a figure that is there with its interval, for a sentence.

    Parameters
    ----------
    row, name, write
        See :func:`figure`.
    unit : str
        Its unit, with a space before it.

    Examples
    --------
    >>> row = records(pd.DataFrame({"x": [2.1], "x_lower": [1.7], "x_upper": [2.6]}))[0]
    >>> spoken(row, "x", one_place, " years")
    '2.1 years (1.7 to 2.6)'
    """
    value, lower, upper = (getattr(row, f"{name}{end}") for end in ("", "_lower", "_upper"))
    if pd.isna(lower):
        return f"{write(value)}{unit}"
    return f"{write(value)}{unit} ({write(lower)} {'or more' if pd.isna(upper) else f'to {write(upper)}'})"


def shown(released: Released, name: str) -> list[Any]:
    """Return rows in which a figure is shown.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> safe = release(pd.DataFrame({"tier": ["low", "high"], "n": [9, 2]}), Provenance("derived", ("x#y",)), counts=["n"])
    >>> [row.tier for row in shown(safe, "n")]
    ['low']
    """
    frame = released.frame
    return records(frame[frame[name].notna()])
