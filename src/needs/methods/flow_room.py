"""Memory of the flow engine: the working memory of a thread, and what runs add to."""

from __future__ import annotations

from typing import Any

import numpy as np

from needs.methods.flow_kernel import Room, Sums
from needs.methods.flow_network import MEASURES, STOCKS

__all__ = ["room_for", "sums_for"]


def room_for(tiers: int, origins: int, months: int, slots: int, draws: int, settle: int = 0, events: int = 0) -> Room:
    """Return working memory for some patients at one time.

    Parameters
    ----------
    tiers, origins, months : int
        Size of the network.
    slots : int
        Patients in beds and in queues at one time.
    draws : int
        Draws that are simulated in one go.
    settle : int
        Months before those that are counted.
    events : int
        Events that a journal may hold; none is kept without.

    Examples
    --------
    >>> room_for(5, 7, 120, 300, 25).key.shape
    (300,)
    """
    whole, real = np.int64, np.float64
    return Room(
        key=np.zeros(slots, np.uint64), visit=np.zeros(slots, whole), tier=np.zeros(slots, whole),
        to=np.zeros(slots, whole), since=np.zeros(slots), before=np.zeros(slots), when=np.zeros(slots),
        link=np.zeros(slots, whole), month=np.zeros(settle + months, whole),
        heap_time=np.zeros(slots + tiers * origins), heap_who=np.zeros(slots + tiers * origins, whole),
        head=np.zeros((tiers, origins + tiers), whole), tail=np.zeros((tiers, origins + tiers), whole),
        occupied=np.zeros(tiers, whole), blocked=np.zeros((tiers, tiers), whole), held=np.zeros(tiers, whole),
        queued=np.zeros((tiers, origins), whole), waiting=np.zeros(tiers, whole),
        line=np.zeros(tiers, whole), stirred=np.zeros((2, tiers), np.bool_), limit=np.zeros(tiers, whole),
        of_occupied=np.zeros(tiers, real), of_blocked=np.zeros((tiers, tiers)), of_queued=np.zeros((tiers, origins)),
        target=np.zeros(tiers * origins), done=np.zeros(tiers * origins), next=np.zeros(tiers * origins),
        gaps=np.zeros(tiers * origins, whole), cell=np.zeros(tiers * origins, np.uint64),
        stack=np.zeros(tiers * (tiers + 1), whole), on_stack=np.zeros(tiers, np.bool_),
        before_in_path=np.zeros(tiers, whole), count=np.zeros(9, whole),
        snap=np.zeros((len(STOCKS), months, tiers, draws), np.int32), number=np.zeros(slots, whole),
        journal=np.zeros((events, 6)),
    )  # fmt: skip


def sums_for(tiers: int, exits: int, origins: int, months: int, kept: int, width: Any, histogram: Any) -> Sums:
    """Return empty sums, with the bins of a histogram that others may add to as well.

    Parameters
    ----------
    tiers, exits, origins, months : int
        Size of the network.
    kept : int
        Draws that are kept apart; 1 adds them up.
    width : ndarray of int, stocks x tiers
        People in one bin.
    histogram : ndarray of int, stocks x months x tiers x bins
        Bins.

    Examples
    --------
    >>> sums_for(5, 5, 7, 120, 1, None, None).waits.shape
    (120, 5, 7, 7)
    """
    return Sums(
        histogram=histogram, width=width, occupied=np.zeros((months, tiers)), blocked=np.zeros((months, tiers, tiers)),
        queued=np.zeros((months, tiers, origins)), moved=np.zeros((months, 2, tiers)),
        waits=np.zeros((months, tiers, origins, 7)), over=np.zeros((months, tiers)),
        yearly=np.zeros((kept, -(-months // 12), tiers, len(MEASURES))),
        moves=np.zeros((kept, tiers, tiers + exits)), entries=np.zeros((kept, tiers, origins)),
    )  # fmt: skip
