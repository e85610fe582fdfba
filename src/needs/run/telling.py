"""How a run tells what it is doing: events, heard by the command line, by a log or by nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from needs.data.geography import Region
    from needs.errors import NeedsError

__all__ = ["REPORT", "Event", "Progress", "State", "silent"]

REPORT = "report"
"""The last step of a region: composing and typesetting."""

State = Literal["begins", "ends", "kept", "says", "done", "unchanged", "failed"]
"""A step begins, ends or is kept from an earlier run; a region says something, and is done, unchanged or failed."""


@dataclass(frozen=True)
class Event:
    """One thing that happened to one region.

    Parameters
    ----------
    region : Region
        The region.
    state : State
        What happened. The last event of a region is ``done``, ``unchanged`` or ``failed``.
    step : str
        Name of the notebook, or :data:`REPORT`; empty where the whole region is meant.
    number, of : int
        Place of the step among the steps of its region, from 1.
    seconds : float
        How long a step that ends took.
    detail : str
        Why a step that begins is run and not kept; what is said.
    error : NeedsError, optional
        Why a region failed.

    Examples
    --------
    >>> from needs.data.geography import find_region
    >>> Event(find_region("london"), "begins", "demand", 2, 13).step
    'demand'
    """

    region: Region
    state: State
    step: str = ""
    number: int = 0
    of: int = 0
    seconds: float = 0.0
    detail: str = ""
    error: NeedsError | None = field(default=None, compare=False)


Progress = Callable[[Event], None]
"""Hears how a run goes on."""


def silent(event: Event) -> None:
    """Tell nobody.

    Examples
    --------
    >>> from needs.data.geography import find_region
    >>> silent(Event(find_region("london"), "done"))
    """
