"""What a run is told about the explorer: the sizes that a reader of the web page may choose between."""

from __future__ import annotations

from itertools import pairwise

from pydantic import field_validator, model_validator

from needs.params.figures import Block, parameter
from needs.params.flow import FULLEST

__all__ = ["Explorer"]

LEAST_FULL = 0.5
"""Share of step-down places in use below which a percentage was written for a share, or nothing would be full."""

MOST = {"wards": 20, "places": 1000}
MOST_CELLS = 150
"""Combinations that are simulated, at most: a page that is read in ten minutes is made in one."""


class Explorer(Block):
    """Sizes that are tried, each combination of them, for the explorer of the web page.

    Examples
    --------
    >>> told = Explorer(wards=(0, 2), places=(0, 20, 40))
    >>> told.cells
    18
    """

    wards: tuple[int, ...] = parameter(
        "Wards closed, from 0 up: of the tier of options.reinvestment.close, of options.ward beds each, from the start of "
        "options.reinvestment.year.",
        "wards", "methods: whole wards", default=(0, 1, 2, 3),
    )  # fmt: skip
    places: tuple[int, ...] = parameter(
        "Step-down places opened, from 0 up.", "places", "methods: about the scenario of 40 places",
        default=(0, 20, 40, 60),
    )  # fmt: skip
    occupancy: tuple[float, ...] = parameter(
        "Share of today's step-down places in use, in every future, beside flow.step_down_occupancy; left out where the area "
        "tells its places in flow.beds.",
        "share", "methods: about the range of the judgement", default=(0.85, 0.95),
    )  # fmt: skip
    followed: int = parameter(
        "People at one time who are followed through each combination, over all futures: the more people an area has, the "
        "fewer of its futures are followed, at most all of the flow's and at least 50.",
        "people", "methods: as long for every area", default=150_000, ge=1000, le=5_000_000,
    )  # fmt: skip

    @property
    def cells(self) -> int:
        """Combinations."""
        return len(self.wards) * len(self.places) * (1 + len(self.occupancy))

    @field_validator("wards", "places")
    @classmethod
    def _from_0_up(cls, sizes: tuple[int, ...], info: object) -> tuple[int, ...]:
        most = MOST[str(getattr(info, "field_name", ""))]
        told = ", ".join(map(str, sizes)) or "nothing"
        if len(sizes) < 2 or sizes[0] != 0 or any(b <= a for a, b in pairwise(sizes)):
            raise ValueError(f"{told}: give at least two whole numbers from 0 up, such as 0, 10, 20")
        if sizes[-1] > most:
            raise ValueError(f"{sizes[-1]:,} is more than {most:,}")
        return sizes

    @field_validator("occupancy")
    @classmethod
    def _shares_that_rise(cls, shares: tuple[float, ...]) -> tuple[float, ...]:
        for share in shares:
            if not LEAST_FULL <= share <= FULLEST:
                meant = f"; {share:g}% is {share / 100:g}" if share > 1 else ""
                raise ValueError(f"{share:g} is not a share from {LEAST_FULL:g} to {FULLEST:g}{meant}")
        if any(b <= a for a, b in pairwise(shares)):
            raise ValueError(f"{', '.join(f'{share:g}' for share in shares)}: give each share once, the lowest first")
        return shares

    @model_validator(mode="after")
    def _few_enough(self) -> Explorer:
        if self.cells > MOST_CELLS:
            told = f"{len(self.wards)} wards x {len(self.places)} places x {1 + len(self.occupancy)} occupancies"
            raise ValueError(f"{told} are {self.cells} combinations, more than {MOST_CELLS}; give fewer")
        return self
