"""Stays of one person made one at a time: what to do where they overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.service.linking_rules import OVERLAP_DAYS

__all__ = ["ENDLESS", "Days", "Swept", "one_at_a_time", "outside_beds"]

Days = npt.NDArray[np.int64]

ENDLESS = 1_000_000
"""Day, counted from 1970, of the end of a stay that lasts."""

_PERSON = 4 * ENDLESS
"""Days set aside for each person where days of all people stand in one line."""


@dataclass(frozen=True)
class Swept:
    """Stays of which no two of one person and lane overlap.

    Parameters
    ----------
    work : DataFrame
        Those that are kept, with their ``end`` as settled and ``last``, the row that says how they ended.
    parts : ndarray of int, (rows, 2)
        Rows that are part of another, and that other.
    excluded : mapping of str to ndarray
        Rows left out, by reason.
    settled : mapping of str to ndarray
        Rows whose end was settled, by rule.
    """

    work: pd.DataFrame
    parts: Days
    excluded: dict[str, Days]
    settled: dict[str, Days]


def one_at_a_time(work: pd.DataFrame) -> Swept:
    """Settle overlaps within the stays of each person, beds and caseloads apart.

    Parameters
    ----------
    work : DataFrame
        ``at`` (row), ``last``, ``lane`` (one number a person and kind of stay), ``admitted``, ``end`` (days), ``place``
        (int), sorted by lane, admission, stays of no days first, then the longest first.

    Returns
    -------
    Swept
        Lanes without an overlap go through as they are.

    Notes
    -----
    Whether a row is left out depends on whether the row before it was, so lanes with an overlap are swept row by row, in
    time proportional to their rows; all others are never looped over.

    Examples
    --------
    >>> work = pd.DataFrame({"at": [0, 1], "last": [0, 1], "lane": 0, "admitted": [0, 95], "end": [100, 300], "place": [1, 2]})
    >>> one_at_a_time(work).work["end"].tolist()
    [95, 300]
    """
    line = work["lane"].to_numpy() * _PERSON
    reached = np.maximum.accumulate(np.r_[-_PERSON, line + work["end"].to_numpy()])[:-1]
    tangled = work["lane"].isin(work["lane"].to_numpy()[line + work["admitted"].to_numpy() < reached])
    knot = work[tangled.to_numpy()]
    end, last, part, fate = _sweep(*(knot[c].to_numpy().tolist() for c in ("lane", "admitted", "end", "place")))
    at, told = knot["at"].to_numpy(), np.array(fate, dtype=object)
    lost = {name: at[told == name] for name in ("same_day_elsewhere", "within_another", "overlaps_earlier")}
    late = {name: at[told == name] for name in ("blank_discharge", "discharge_late")}
    mine = np.array(part, dtype=np.int64)
    inside = told == "part_of_another"
    kept = knot.assign(end=np.array(end, dtype=np.int64), last=at[np.array(last, dtype=np.int64)])
    kept = kept[~(inside | np.isin(told, list(lost)))]
    whole = pd.concat([work[~tangled.to_numpy()], kept]).sort_index()
    return Swept(whole, np.column_stack([at[inside], at[mine[inside]]]), lost, late)


def _sweep(
    lane: list[int], admitted: list[int], end: list[int], place: list[int]
) -> tuple[list[int], list[int], list[int], list[str]]:
    """Go through rows in order, holding each against the last that was kept; positions are those of the lists."""
    last, part, fate = list(range(len(lane))), list(range(len(lane))), [""] * len(lane)
    now = 0
    for i in range(1, len(lane)):
        if lane[i] != lane[now] or admitted[i] >= end[now]:
            now = i
        elif place[i] == place[now]:
            part[i], fate[i] = now, "part_of_another"
            if end[now] == ENDLESS or end[i] > end[now]:
                end[now], last[now] = end[i], i
        elif admitted[i] == admitted[now]:
            fate[i] = "same_day_elsewhere"
        elif end[now] == ENDLESS or (end[now] - admitted[i] <= OVERLAP_DAYS and end[i] >= end[now]):
            fate[now] = "blank_discharge" if end[now] == ENDLESS else "discharge_late"
            end[now], now = admitted[i], i
        else:
            fate[i] = "within_another" if end[i] <= end[now] else "overlaps_earlier"
    return end, last, part, fate


def outside_beds(caseloads: pd.DataFrame, beds: pd.DataFrame) -> pd.DataFrame:
    """Cut community caseloads to the days outside beds and step-down places.

    Parameters
    ----------
    caseloads, beds : DataFrame
        ``person`` (int), ``admitted``, ``end`` (days); in each frame sorted by person and admission, and no two of a person
        overlap.

    Returns
    -------
    DataFrame
        Pieces of the caseloads, with ``cut`` (whether it is not the whole) and ``closing`` (whether it ends as the whole
        did). A caseload without a day outside beds has none.

    Examples
    --------
    >>> caseload = pd.DataFrame({"person": [0], "admitted": [0], "end": [100]})
    >>> bed = pd.DataFrame({"person": [0], "admitted": [40], "end": [60]})
    >>> outside_beds(caseload, bed)[["admitted", "end", "cut", "closing"]].values.tolist()
    [[0, 40, True, False], [60, 100, True, True]]
    """
    line, bed_line = caseloads["person"].to_numpy() * _PERSON, beds["person"].to_numpy() * _PERSON
    start, stop = caseloads["admitted"].to_numpy(), caseloads["end"].to_numpy()
    opens, closes = beds["admitted"].to_numpy(), beds["end"].to_numpy()
    low = np.searchsorted(bed_line + closes, line + start, side="right")
    beside = np.maximum(np.searchsorted(bed_line + opens, line + stop, side="left") - low, 0)
    whole = np.repeat(np.arange(len(caseloads)), beside + 1)
    piece = np.arange(len(whole)) - np.repeat(np.cumsum(beside + 1) - (beside + 1), beside + 1)
    before, after = piece == 0, piece == beside[whole]
    begins, ends = start[whole].copy(), stop[whole].copy()
    begins[~before] = closes[(low[whole] + piece - 1)[~before]]
    ends[~after] = opens[(low[whole] + piece)[~after]]
    pieces = caseloads.iloc[whole].assign(admitted=begins, end=ends, cut=beside[whole] > 0, closing=after)
    left: pd.DataFrame = pieces.loc[(ends > begins) | (beside[whole] == 0)]
    return left.reset_index(drop=True)
