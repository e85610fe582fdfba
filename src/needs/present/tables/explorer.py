"""The table of sizes that a reader may try: beds closed by places opened, and as data every combination."""

from __future__ import annotations

from typing import Any

import pandas as pd

from needs.data.geography import Region
from needs.methods.explorer import Explored
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.choices import difference
from needs.present.explored import as_full, basis, tally, three, told, told_rows
from needs.present.money_words import ranged_in, unit_of
from needs.present.tables.layout import Column, laid_out
from needs.values import Provenance, records

__all__ = ["explorer"]

_ENDS = ["spend_difference", "spend_difference_lower", "spend_difference_upper"]


def explorer(found: Explored, region: Region, known: Provenance, price_year: str, years: int) -> Artefact:
    """Tabulate what is expected to differ from today, by beds closed and places opened.

    Parameters
    ----------
    found : Explored
        Every combination; the data of the table have them all, the table those at the occupancy that is told.
    region : Region
        The region.
    known : Provenance
        Kind and sources.
    price_year : str
        Financial year of the prices.
    years : int
        Years of the flow.

    Examples
    --------
    >>> from needs.methods.explorer import MEASURES, Grid
    >>> def row(opened, blocked, spend):
    ...     ends = {"blocked": (50, 4, 200), "spend": (5e8, 4e8, 6e8), "waiting": (9, 2, 30), "in_time": (0.3, 0.1, 0.5)}
    ...     ends |= {"blocked_difference": blocked, "spend_difference": spend}
    ...     ends |= {"waiting_difference": (0, 0, 0), "in_time_difference": (0, 0, 0)}
    ...     told = {name + end: x for name, three in ends.items() for end, x in zip(("", "_lower", "_upper"), three)}
    ...     return {"beds_closed": 0, "places_opened": opened, "occupancy": 0.9, "held": False, **told}
    >>> frame = pd.DataFrame([row(0, (0, 0, 0), (0, 0, 0)), row(20, (-16, -46, -1), (1.9e6, -0.4e6, 4e6))])
    >>> found = Explored(frame, Grid("medium", 12, (0,), (0, 20)), 83, 500, None)
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> table = explorer(found, london, Provenance("modelled", ("x#y",)), "2024-25", 10)
    >>> for line in table.rows.to_numpy().tolist(): print(*line, sep="; ")
    Blocked beds; none; as today; −16 (−46 to −1)
    Cost a year, £ million; none; as today; 1.9 (−0.4 to 4.0)
    People waiting; none; as today; 0
    """
    frame = told_rows(found)
    scale, unit = unit_of(frame[_ENDS])
    tier = words.TIER_NAMES[found.grid.close]
    measures = {"blocked": "Blocked beds", "spend": f"Cost a year, {unit}", "waiting": "People waiting"}
    rows = {(row.beds_closed, row.places_opened): row for row in records(frame)}
    lines = [
        [heading, words.count(closed) if closed else "none"]
        + [_cell(name, rows[closed, opened], scale) for opened in found.grid.places]
        for name, heading in measures.items()
        for closed in found.grid.beds
    ]
    columns: dict[str, Column] = {
        "of": ("Expected difference in", None),
        "closed": (f"{tier} beds closed", words.count),
    }
    columns |= {f"opened_{number}": (_opened(number), words.count) for number in found.grid.places}
    first = records(frame)[0]
    caption = (
        "Expected differences from today on the same patients, with 95% intervals; below zero: less. Step-down places in use "
        f"today: {as_full(found, first.occupancy, False)}. {basis(found, price_year, years)}{_other(found)}"
    )
    shown = laid_out(pd.DataFrame(lines, columns=list(columns)), columns)
    return Artefact("table", tally(found, region), caption, known.kind, known.sources, told(found), rows=shown)


def _opened(number: int) -> str:
    return f"{words.count(number)} places opened" if number else "No place opened"


def _cell(name: str, row: Any, scale: float) -> str:
    """Write what is expected to differ, with its interval."""
    value, lower, upper = three(row, f"{name}_difference")
    if not row.beds_closed and not row.places_opened:
        return "as today"
    if name == "spend":
        return ranged_in(value, lower, upper, scale)
    cell = difference(value, lower, upper)
    return "0" if cell == "none" else cell


def _other(found: Explored) -> str:
    """Say which other occupancies the data hold, and which are left out."""
    shares, left = ([words.percent(share, 0) for share in some] for some in (found.grid.occupancy, found.left_out))
    said = f" The data add {words.listed(shares)} in use." if shares else ""
    return said + (f" With {words.listed(left)} in use too few futures fit together." if left else "")
