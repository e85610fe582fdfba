"""Small frames of the flow in the shape of the methods' results, for tests of what is shown."""

import numpy as np
import pandas as pd

ENDS = ["origin", "destination", "patients", "patients_lower", "patients_upper"]
MOVES = [
    ("prison_remand", "high", 12), ("prison_remand", "medium", 95), ("prison_remand", "low", 20),
    ("prison_sentenced", "high", 18), ("prison_sentenced", "medium", 80), ("prison_sentenced", "low", 25),
    ("court", "high", 6), ("court", "medium", 40), ("court", "low", 12), ("general_psychiatry", "medium", 38),
    ("general_psychiatry", "low", 130), ("general_psychiatry", "step_down", 9), ("other_hospital", "medium", 14),
    ("other_hospital", "low", 28), ("adolescent_secure", "medium", 5), ("adolescent_secure", "low", 4),
    ("community", "medium", 24), ("community", "low", 31), ("high", "medium", 28), ("high", "low", 3),
    ("medium", "low", 85), ("medium", "step_down", 22), ("medium", "community", 60), ("medium", "high", 7),
    ("medium", "medium", 30), ("low", "low", 18), ("low", "medium", 16), ("low", "step_down", 45),
    ("low", "community", 90), ("step_down", "community", 66), ("step_down", "low", 9), ("community", "step_down", 4),
    ("high", "prison", 9), ("medium", "prison", 66), ("low", "prison", 20), ("low", "general_psychiatry", 70),
    ("medium", "general_psychiatry", 28), ("community", "discharge", 150), ("low", "discharge", 40),
    ("medium", "discharge", 12), ("community", "died", 6), ("low", "died", 4), ("medium", "died", 3),
    ("low", "other", 10), ("step_down", "other", 5),
]  # fmt: skip


def moves(scale=1.0):
    """A year's moves: a big region at 1, a tiny one at 0.005, nothing at 0."""
    frame = pd.DataFrame([(a, b, n, 0.6 * n, 1.5 * n) for a, b, n in MOVES], columns=ENDS)
    frame[ENDS[2:]] *= scale
    return frame


def standing(scale=1.0):
    """Who is in the tiers and who waits, of the same region."""
    inside = {"high": (120, 6), "medium": (520, 42), "low": (610, 24), "step_down": (310, 0), "community": (900, 0)}
    rows = [("occupied", tier, tier, people) for tier, (people, _) in inside.items()]
    rows += [("blocked", tier, "any", held) for tier, (_, held) in inside.items()]
    rows += [("blocked", "all", "any", 72), ("waiting", "outside", "medium", 38), ("waiting", "outside", "low", 17)]
    rows += [("blocked", "high", "medium", 6), ("blocked", "medium", "low", 12), ("blocked", "medium", "step_down", 30),
             ("blocked", "low", "step_down", 24)]  # fmt: skip
    frame = pd.DataFrame([(m, a, b, n, 0.4 * n, 1.9 * n) for m, a, b, n in rows], columns=["measure", *ENDS])
    frame[ENDS[2:]] *= scale
    return frame


def fan(panels, years=10, zero=False):
    """Months of each panel, from a start to an end: ``{key: (start, end, spread)}``."""
    months = np.arange(12 * years)
    parts = []
    for key, (start, end, spread) in panels.items():
        middle = start + (end - start) * months / months[-1]
        wide = spread * np.sqrt((months + 1) / len(months))
        low = -np.inf if zero else 0.0
        ends = {
            f"{side}_{level}": np.maximum(low, middle + way * times * wide)
            for side, way in (("lower", -1), ("upper", 1))
            for level, times in ((80, 1.0), (95, 1.6))
        }
        parts.append(pd.DataFrame({"panel": key, "month": months, "mean": middle, **ends}))
    return pd.concat(parts, ignore_index=True)
