"""Wards that close so that step-down places can open: what is safe, what it pays for, and what the engine says of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.flow_findings import spread
from needs.methods.flow_network import AT
from needs.methods.pathways import Pathways
from needs.methods.prices import Prices
from needs.methods.reinvestment_engine import Confirmed, Plan, Tried, confirm, plan
from needs.methods.reinvestment_form import LongRun, Terms, long_run

__all__ = ["Confirmed", "Plan", "Terms", "Tried", "confirm", "frontier", "optimum", "plan"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

MOST = 4
"""Step-down places tried for each bed closed, at most."""

_FRONTIER = (
    "wards", "closed", "safe_places", "affordable_places", "saving", "saving_lower", "saving_upper", "feasible",
)  # fmt: skip


def frontier(ways: Pathways, prices: Prices, terms: Terms) -> pd.DataFrame:
    """Return, for each number of wards closed, the step-down places that keep it safe and those that it pays for.

    Parameters
    ----------
    ways : Pathways
        The flow as it is.
    prices : Prices
        By replication.
    terms : Terms
        What closes, and how money of later years counts.

    Returns
    -------
    DataFrame
        One row a number of wards, as far as there are beds: ``wards, closed`` (beds); ``safe_places``, the fewest step-down
        places more at which neither more prisoners nor more people in all wait outside than today (in the mean and in the
        middle draw), or more than that where more save more (missing where no number up to four for each bed is enough);
        ``affordable_places``, the most, up to four for each bed, that the closure pays for (missing where it saves nothing);
        ``saving``, GBP a year at the safe places, with its ends over parameter draws; ``feasible``, whether the safe
        places are affordable.

    Raises
    ------
    ValueError
        If the year of the change is after the last.

    Notes
    -----
    In closed form, see :meth:`needs.methods.reinvestment_form.LongRun.tried`; queue and saving are means over parameter
    draws. Queues and, but for the first places, savings fall with every place, so that numbers are found by halving. Closing,
    opening and paying twice for a while are in the saving, over the years of the flow.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> from needs.methods.prices import made_up_prices
    >>> ways = calibrate(*made_up(), years=8, parameter_draws=20, paths=2, seed=1)
    >>> found = frontier(ways, made_up_prices(40), Terms("medium", 4, 2))
    >>> found[["wards", "closed", "feasible"]].values.tolist()
    [[1, 4, True], [2, 8, False]]
    """
    form = long_run(ways, prices, terms)
    there = float(np.median(form.ways.beds[:, terms.since(ways.network.years), AT[terms.close]].astype(float)))
    closed = terms.closed[terms.closed <= there]
    if not len(closed):
        return pd.DataFrame({name: [] for name in _FRONTIER})
    most = MOST * closed
    safe, affordable = _halved(form, closed, most)
    better = _more_saves_more(form, closed, np.where(np.isnan(safe), 0, safe).astype(np.int64), most)
    places = np.where(np.isnan(safe), np.nan, better)
    saving = form.tried(closed, better)[1]
    rows = []
    for k, beds in enumerate(closed):
        ends = spread(saving[k], "saving")
        known = np.isfinite(places[k])
        money = {name: ends[name] if known else np.nan for name in ("saving", "saving_lower", "saving_upper")}
        feasible = bool(known and places[k] <= affordable[k])
        rows.append((k + 1, int(beds), float(places[k]), float(affordable[k]), *money.values(), feasible))
    return pd.DataFrame(rows, columns=list(_FRONTIER))


def _halved(form: LongRun, closed: Whole, most: Whole) -> tuple[Floats, Floats]:
    """Return the fewest places that are safe and the most that are affordable, by halving both spans at once."""
    longer, saving = form.tried(np.concatenate([closed, closed]), np.concatenate([most, 0 * most]))
    cases = len(closed)
    never, nothing = _unsafe(longer[:cases]), saving[cases:].mean(axis=1) < 0
    low, high = np.full(2 * cases, -1), np.concatenate([most, most + 1])  # unsafe, safe; affordable, not
    low[cases:] = 0
    while (high - low > 1).any():
        middle = (low + high) // 2
        longer, saving = form.tried(np.concatenate([closed, closed]), np.maximum(middle, 0))
        up = np.concatenate([_unsafe(longer[:cases]), saving[cases:].mean(axis=1) >= 0])
        low, high = np.where(up, middle, low), np.where(up, high, middle)
    return np.where(never, np.nan, high[:cases]), np.where(nothing, np.nan, low[cases:])


def _unsafe(longer: Floats) -> npt.NDArray[np.bool_]:
    """Return whether more prisoners, or more people in all, wait in the mean over draws or in the middle one: cases."""
    return np.asarray((np.maximum(longer.mean(axis=1), np.median(longer, axis=1)) > 0).any(axis=1))


def _more_saves_more(form: LongRun, closed: Whole, safe: Whole, most: Whole) -> Whole:
    """Return the places from the safe ones on at which most is saved: the safe ones, unless another place saves more."""

    def rises(places: Whole) -> npt.NDArray[np.bool_]:
        saving = form.tried(np.concatenate([closed, closed]), np.concatenate([places, places + 1]))[1].mean(axis=1)
        return np.asarray(saving[len(closed) :] > saving[: len(closed)] + 1e-6)

    low, high = safe - 1, most.copy()
    up = rises(safe)
    low, high = np.where(up, safe, low), np.where(up, high, safe)
    while (high - low > 1).any():
        middle = (low + high) // 2
        up = rises(np.maximum(middle, 0))
        low, high = np.where(up, middle, low), np.where(up, high, middle)
    return np.asarray(high, np.int64)


def optimum(found: pd.DataFrame) -> pd.Series | None:
    """Return the row of a frontier with the largest saving among the feasible ones; None where none is.

    Examples
    --------
    >>> rows = pd.DataFrame({"wards": [1, 2], "saving": [5.0, 9.0], "feasible": [True, False]})
    >>> int(optimum(rows)["wards"])
    1
    """
    some = found[found["feasible"].astype(bool)]
    return None if some.empty else some.iloc[int(some["saving"].argmax())]
