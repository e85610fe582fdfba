"""Small grids of sizes in the shape of the explorer's result, for tests of what is shown."""

from __future__ import annotations

from itertools import product

import pandas as pd

from needs.methods.explorer import Explored, Grid
from needs.values import Estimate

PLACES = Estimate(0.9, 0.8, 0.97, "assumed", ("params/2023-24#flow.step_down_occupancy",))


def explored(wards=(0, 1, 3), places=(0, 20, 40), occupancy=(0.85, 0.95), ward=12, own=False, **scale) -> Explored:
    """A grid whose numbers follow from its sizes: places free beds and cost, beds closed save and lengthen queues."""
    by = {"blocked": 1.0, "spend": 1.0, "waiting": 1.0, "in_time": 1.0} | scale
    shares = [0.79] if own else [0.9, *occupancy]
    rows = []
    for share, closed, opened in product(shares, wards, places):
        of = (share - 0.7) * 5
        changes = {
            "blocked": by["blocked"] * of * (0.02 * closed * ward - 0.6 * opened),
            "spend": by["spend"] * (1.1e5 * opened - 2.4e5 * closed * ward),
            "waiting": by["waiting"] * (0.7 * closed * ward - 0.2 * opened),
            "in_time": by["in_time"] * (0.0005 * opened - 0.001 * closed * ward),
        }
        levels = {"blocked": 60 * of, "spend": 4.8e8, "waiting": 55.0, "in_time": 0.28}
        row = {
            "beds_closed": closed * ward,
            "places_opened": opened,
            "occupancy": share,
            "held": share in occupancy and not own,
        }
        for name, level in levels.items():
            change = changes[name]
            row |= {name: level + change, f"{name}_lower": 0.2 * level, f"{name}_upper": 3 * level}
            wide = abs(change) * 1.6
            row |= {f"{name}_difference": change, f"{name}_difference_lower": change - wide}
            row |= {f"{name}_difference_upper": change + wide}
        rows.append(row)
    grid = Grid("medium", ward, wards, places, () if own else occupancy)
    return Explored(pd.DataFrame(rows), grid, 69, 500, None if own else PLACES)
