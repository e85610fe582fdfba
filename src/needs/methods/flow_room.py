"""What the flow engine works on: what it is told, its working memory, and what it adds up."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

__all__ = ["MEASURES", "STOCKS", "Room", "Sums", "World", "room_for", "sums_for"]

MEASURES = (
    "occupied", "blocked", "waiting", "admissions", "discharges",
    "counted", "bed_wait", "whole_wait", "whole_14", "whole_28", "bed_14", "bed_28",
    "prison_waiting", "prison_counted", "prison_bed_wait", "prison_whole_wait",
    "prison_whole_14", "prison_whole_28", "prison_bed_14", "prison_bed_28",
)  # fmt: skip
"""What is kept of each draw, year and tier."""
STOCKS = ("occupied", "blocked", "waiting", "admissions", "discharges")
"""What is counted at the end of each month (people) or in it (moves), for quantiles."""


class World(NamedTuple):
    """What the simulation is told; draws (one or all) are the leading axis, of places and of people apart."""

    rates: Any  # draws of places x areas x years x tiers x origins, arrivals a month
    cells: Any  # tier and origin (tier x origins + origin) of every stream of arrivals
    beds: Any  # draws of places x areas x years x tiers
    mean: Any  # draws of people x tiers x 2, months
    long: Any  # draws of people x tiers, share of admissions in the long class
    census_long: Any  # draws of people x tiers, share of a census in the long class
    routes: Any  # draws of people x tiers x destinations, cumulative
    outside: Any  # tiers x tiers, whether the move goes by the queue outside
    rank: Any  # tiers x (origins + tiers), lowest first
    assessment: Any  # draws of people x origins, months that one takes on average
    assessments: Any  # draws of people x origins, mean number
    active: Any  # draws of places x areas x tiers
    blocked: Any  # draws of places x areas x tiers x tiers
    queue: Any  # draws of places x areas x tiers x origins
    prison: Any  # origins, whether it is a prison
    standard: Any  # two waits, months


class Room(NamedTuple):
    """Working memory of one thread: patients, events of this month, months to come, queues."""

    key: Any
    visit: Any
    tier: Any
    to: Any
    since: Any
    before: Any
    when: Any
    link: Any
    month: Any  # first patient who leaves a bed in each month
    heap_time: Any
    heap_who: Any
    head: Any  # tiers x classes
    tail: Any
    occupied: Any
    blocked: Any
    held: Any  # blocked of each tier
    queued: Any
    waiting: Any  # for each tier, inside and outside
    line: Any  # outside alone
    stirred: Any  # whether anybody blocked or queued this month, by tier
    limit: Any
    of_occupied: Any  # integrals
    of_blocked: Any
    of_queued: Any
    target: Any  # arrivals in operational time
    done: Any
    next: Any
    gaps: Any
    cell: Any  # keys of the arrival streams
    stack: Any
    on_stack: Any
    before_in_path: Any
    count: Any  # 0 heap, 1 free list, 2 status, 3 month, 4 draw, 5 month counted or -1, 6 months to settle
    snap: Any  # stocks x months x tiers x draws of a chunk


class Sums(NamedTuple):
    """What a run of draws adds to."""

    histogram: Any  # stocks x months x tiers x bins
    width: Any  # stocks x tiers
    occupied: Any  # months x tiers
    blocked: Any  # months x tiers x tiers
    queued: Any  # months x tiers x origins
    moved: Any  # months x 2 x tiers
    waits: Any  # months x tiers x origins x 7
    over: Any  # months x tiers
    yearly: Any  # draws x years x tiers x measures
    moves: Any  # draws x tiers x destinations
    entries: Any  # draws x tiers x origins


def room_for(tiers: int, origins: int, months: int, slots: int, draws: int, settle: int = 0) -> Room:
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
        before_in_path=np.zeros(tiers, whole), count=np.zeros(7, whole),
        snap=np.zeros((len(STOCKS), months, tiers, draws), np.int32),
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
