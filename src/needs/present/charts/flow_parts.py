"""The parts of a flow diagram: people from and to outside, moves between tiers, and what each says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Flows", "Lane", "Ribbon", "Step", "Stub"]


@dataclass(frozen=True)
class Stub:
    """People who come into a tier from outside, or leave it to outside, as one ribbon.

    Parameters
    ----------
    value : float
        People a year; 0 for people who wait, who have a label and no ribbon.
    label, told : str
        What stands beside it, and what it tells by itself.
    """

    value: float
    label: str
    told: str


@dataclass(frozen=True)
class Step:
    """A move from tier to tier.

    Parameters
    ----------
    tiers : tuple of int
        Numbers of the two tiers.
    value : float
        People a year.
    label, told : str
        What stands beside it, and what it tells by itself.
    held : bool
        Whether people wait for it in their tier.
    """

    tiers: tuple[int, int]
    value: float
    label: str
    told: str
    held: bool = False

    @property
    def down(self) -> bool:
        """Whether it goes to less security."""
        return self.tiers[1] > self.tiers[0]

    @property
    def over(self) -> bool:
        """Whether it passes a tier by."""
        return abs(self.tiers[1] - self.tiers[0]) > 1


@dataclass(frozen=True)
class Flows:
    """What is drawn.

    Parameters
    ----------
    into, out : mapping of tier to sequence of Stub
        Ribbons on the left and on the right of each tier, from top to bottom.
    steps : sequence of Step
        Moves between tiers.

    Examples
    --------
    >>> Flows({}, {}, (Step((1, 2), 9.0, "9", "Medium secure to low secure: 9 people a year"),)).any
    True
    """

    into: Mapping[str, Sequence[Stub]]
    out: Mapping[str, Sequence[Stub]]
    steps: Sequence[Step]

    @property
    def any(self) -> bool:
        """Whether anybody moves."""
        return bool(self.steps) or any(
            stub.value for side in (self.into, self.out) for each in side.values() for stub in each
        )


@dataclass(frozen=True)
class Lane:
    """A step with its width, the heights where it starts and ends, and how far out or where it runs."""

    step: Step
    width: float
    start: float = 0.0
    end: float = 0.0
    reach: float = 0.0


@dataclass(frozen=True)
class Ribbon:
    """A stub with its side, its width, and its heights at the label and at the tier."""

    stub: Stub
    side: str
    outer: float
    inner: float
    width: float
