"""The compiled heart of :mod:`needs.methods.flow`: every event of every patient, in the order of time.

Time is in months. Numba compiles these functions once an install and keeps the result; without numba the same
lines run as plain Python. Every random number is a hash of who it belongs to (seed, draw, area, patient, visit),
never the next of a sequence: the same patient has the same stay whatever else happens, in any thread.

All that is compiled stands in this file, the layout of its arguments included: the compiler's cache watches it alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np

__all__ = ["COMPILED", "Room", "Sums", "World", "simulate_draws"]

_F = TypeVar("_F", bound=Callable[..., Any])
try:
    import numba

    COMPILED = True
except ImportError:  # pragma: no cover - numba is a dependency; this serves platforms without it
    COMPILED = False

# Nothing is allocated here, so arrays need no counting of references, which would take nine tenths of the time.
_LEAN: Any = {"_nrt": False} if COMPILED and hasattr(numba.core.options.DefaultOptions, "_nrt") else {}

_U = np.uint64
_GOLDEN, _MIX1, _MIX2 = _U(0x9E3779B97F4A7C15), _U(0xBF58476D1CE4E5B9), _U(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = _U(30), _U(27), _U(31), _U(11)
_ONE, _FOUR = _U(1), _U(4)
_CELL, _PERSON, _BEFORE = _U(0x2545F4914F6CDD1D), _U(0x9FB21C651E98DF25), _U(1 << 40)
_ACTIVE, _BLOCKED, _QUEUED = _U(1 << 50), _U(2 << 50), _U(3 << 50)
_REFERRED, _ADMITTED, _READY, _LEFT = 0.0, 1.0, 2.0, 3.0  # events of a journal


def _compiled(function: _F) -> _F:
    try:
        return cast(_F, numba.njit(cache=True, nogil=True, **_LEAN)(function)) if COMPILED else function
    except RuntimeError:  # no folder to keep the result in: compile in every process
        return cast(_F, numba.njit(nogil=True, **_LEAN)(function))


def _inlined(function: _F) -> _F:
    return cast(_F, numba.njit(forceinline=True, **_LEAN)(function)) if COMPILED else function


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
    count: Any  # 0 heap, 1 free list, 2 status, 3 month, 4 draw, 5 month counted or -1, 6 settling, 7 noted, 8 people
    snap: Any  # stocks x months x tiers x draws of a chunk
    number: Any  # running number of each person, for the journal: places in memory are used again
    journal: Any  # events x (event, person, month, tier, other, months before); no rows where none is kept


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


@_inlined
def _mixed(z: Any) -> Any:
    z = (z ^ (z >> _S30)) * _MIX1
    z = (z ^ (z >> _S27)) * _MIX2
    return z ^ (z >> _S31)


@_inlined
def _uniform(key: Any, number: Any) -> Any:
    z = _mixed(key + (number + _ONE) * _GOLDEN)
    return (float(z >> _S11) + 0.5) * (1.0 / 9007199254740992.0)


@_inlined
def _push(room: Any, time: Any, who: Any) -> None:
    times, whos = room.heap_time, room.heap_who
    at = room.count[0]
    room.count[0] = at + 1
    while at > 0:
        up = (at - 1) >> 1
        if times[up] <= time:
            break
        times[at], whos[at] = times[up], whos[up]
        at = up
    times[at], whos[at] = time, who


@_inlined
def _pop(room: Any) -> None:
    times, whos = room.heap_time, room.heap_who
    size = room.count[0] - 1
    room.count[0] = size
    time, who = times[size], whos[size]
    at = 0
    while True:
        down = 2 * at + 1
        if down >= size:
            break
        if down + 1 < size and times[down + 1] < times[down]:
            down += 1
        if times[down] >= time:
            break
        times[at], whos[at] = times[down], whos[down]
        at = down
    times[at], whos[at] = time, who


@_inlined
def _noted(room: Any, event: Any, who: Any, time: Any, tier: Any, other: Any, before: Any) -> None:
    """Write an event into the journal, where one is kept; ``other`` is where from or where to, -1 where not known."""
    if room.journal.shape[0] == 0:
        return
    at = room.count[7]
    if at == room.journal.shape[0]:
        room.count[2] = 3
        return
    room.count[7] = at + 1
    line = room.journal[at]
    line[0], line[1], line[2] = event, room.number[who], time
    line[3], line[4], line[5] = tier, other, before


@_inlined
def _leaves_at(room: Any, who: Any, time: Any) -> None:
    month = room.count[3]
    if time < month + 1:
        _push(room, time, who)
    elif time < room.month.shape[0]:
        at = int(time)
        room.when[who] = time
        room.link[who] = room.month[at]
        room.month[at] = who


@_inlined
def _stays(world: Any, room: Any, p: Any, who: Any, tier: Any, time: Any, census: Any) -> None:
    """Give a patient a bed: draw the class and length of the stay, and where it leads."""
    key, visit = room.key[who], _U(room.visit[who]) * _FOUR
    room.visit[who] += 1
    share = world.census_long[p, tier] if census else world.long[p, tier]
    kind = 1 if _uniform(key, visit) < share else 0
    stay = -math.log(_uniform(key, visit + _ONE)) * world.mean[p, tier, kind]
    u = _uniform(key, visit + _ONE + _ONE)
    to = 0
    while u >= world.routes[p, tier, to]:
        to += 1
    room.tier[who], room.to[who] = tier, to
    _leaves_at(room, who, time + stay)


@_inlined
def _taken(room: Any) -> Any:
    """Take a free place in memory, or -1 where none is left."""
    who = room.count[1]
    if who < 0:
        room.count[2] = 1
        return who
    room.count[1] = room.link[who]
    room.visit[who] = 0
    room.number[who] = room.count[8]
    room.count[8] += 1
    return who


@_inlined
def _given_back(room: Any, who: Any) -> None:
    room.link[who] = room.count[1]
    room.count[1] = who


@_inlined
def _joins(room: Any, who: Any, tier: Any, of: Any, time: Any) -> None:
    room.since[who] = time
    room.link[who] = -1
    last = room.tail[tier, of]
    if last < 0:
        room.head[tier, of] = who
    else:
        room.link[last] = who
    room.tail[tier, of] = who
    room.waiting[tier] += 1


@_inlined
def _first(room: Any, tier: Any, of: Any) -> Any:
    who = room.head[tier, of]
    room.head[tier, of] = room.link[who]
    if room.link[who] < 0:
        room.tail[tier, of] = -1
    room.waiting[tier] -= 1
    return who


@_inlined
def _occupies(room: Any, sums: Any, r: Any, tier: Any, by: Any, time: Any) -> None:
    room.occupied[tier] += by
    room.of_occupied[tier] -= by * time
    month, way = room.count[5], 0 if by > 0 else 1
    if month < 0:  # not yet counted
        return
    room.snap[3 + way, month, tier, room.count[4]] += 1
    sums.moved[month, way, tier] += 1
    sums.yearly[r, month // 12, tier, 3 + way] += 1


@_inlined
def _moved(room: Any, sums: Any, r: Any, tier: Any, to: Any) -> None:
    if room.count[5] >= 0:
        sums.moves[r, tier, to] += 1


@_inlined
def _blocks(room: Any, tier: Any, to: Any, by: Any, time: Any) -> None:
    room.blocked[tier, to] += by
    room.held[tier] += by
    room.of_blocked[tier, to] -= by * time
    room.stirred[0, tier] = True


@_inlined
def _queues(room: Any, tier: Any, origin: Any, by: Any, time: Any) -> None:
    room.queued[tier, origin] += by
    room.of_queued[tier, origin] -= by * time
    room.line[tier] += by
    room.stirred[1, tier] = True


@_inlined
def _counted(world: Any, room: Any, sums: Any, r: Any, who: Any, tier: Any, origin: Any, time: Any) -> None:
    """Count an admission from outside, with its wait for a bed and its whole wait."""
    month = room.count[5]
    if month < 0:
        return
    sums.entries[r, tier, origin] += 1
    before = room.before[who]
    if before < 0:  # was waiting when the simulation began: how long is not known
        return
    bed = time - room.since[who]
    whole = bed + before
    waits, year = sums.waits[month, tier, origin], sums.yearly[r, month // 12, tier]
    short, long = world.standard[0], world.standard[1]
    waits[0] += 1
    waits[1] += bed
    waits[2] += whole
    year[5] += 1
    year[6] += bed
    year[7] += whole
    shift = 8 if world.prison[origin] else 0
    if shift:
        year[13] += 1
        year[14] += bed
        year[15] += whole
    if whole <= short:
        waits[3] += 1
        year[8] += 1
        if shift:
            year[16] += 1
    if whole <= long:
        waits[4] += 1
        year[9] += 1
        if shift:
            year[17] += 1
    if bed <= short:
        waits[5] += 1
        year[10] += 1
        if shift:
            year[18] += 1
    if bed <= long:
        waits[6] += 1
        year[11] += 1
        if shift:
            year[19] += 1


@_inlined
def _filled(world: Any, room: Any, sums: Any, p: Any, r: Any, tier: Any, time: Any) -> None:
    """Give free beds of a tier to those who wait for it, and the beds they leave to others in turn."""
    origins = world.rates.shape[4]
    room.stack[0] = tier
    room.on_stack[tier] = True
    size = 1
    while size > 0:
        size -= 1
        g = room.stack[size]
        room.on_stack[g] = False
        while room.waiting[g] > 0 and room.occupied[g] < room.limit[g]:
            best = -1
            for c in range(world.rank.shape[1]):
                if room.head[g, c] >= 0 and (
                    best < 0
                    or world.rank[g, c] < world.rank[g, best]
                    or (
                        world.rank[g, c] == world.rank[g, best]
                        and room.since[room.head[g, c]] < room.since[room.head[g, best]]
                    )
                ):
                    best = c
            who = _first(room, g, best)
            if best < origins:
                _queues(room, g, best, -1, time)
                _counted(world, room, sums, r, who, g, best, time)
            else:
                f = best - origins
                _blocks(room, f, g, -1, time)
                _occupies(room, sums, r, f, -1, time)
                _moved(room, sums, r, f, g)
                _noted(room, _LEFT, who, time, f, g, 0.0)
                if room.waiting[f] > 0 and not room.on_stack[f]:
                    room.stack[size] = f
                    room.on_stack[f] = True
                    size += 1
            _occupies(room, sums, r, g, 1, time)
            _noted(room, _ADMITTED, who, time, g, best, 0.0)
            _stays(world, room, p, who, g, time, False)


@_inlined
def _way(room: Any, start: Any, end: Any) -> Any:
    """Find a way from one tier to another along people who block beds, and leave it in ``before_in_path``."""
    tiers = room.occupied.shape[0]
    for f in range(tiers):
        room.before_in_path[f] = -1
    room.before_in_path[start] = start
    room.stack[0] = start
    size = 1
    while size > 0:
        size -= 1
        f = room.stack[size]
        if f == end:
            return True
        for g in range(tiers):
            if room.blocked[f, g] > 0 and room.before_in_path[g] < 0:
                room.before_in_path[g] = f
                room.stack[size] = g
                size += 1
    return False


@_inlined
def _closing(room: Any, tier: Any, to: Any) -> Any:
    """Say whether a tier of the ring just found has more people than beds, so that none of its beds is passed on."""
    end = tier
    while room.occupied[end] <= room.limit[end]:
        if end == to:
            return False
        end = room.before_in_path[end]
    return True


@_inlined
def _swapped(world: Any, room: Any, sums: Any, p: Any, r: Any, tier: Any, to: Any, time: Any) -> Any:
    """Where people hold each other's beds in a ring, let them change places at one moment; say whether they do."""
    origins = world.rates.shape[4]
    if room.held[to] == 0 or not _way(room, to, tier) or _closing(room, tier, to):
        return False
    f, g = tier, to  # the last link of the ring first, then back along the way
    end = tier
    while True:
        who = _first(room, g, origins + f)
        _blocks(room, f, g, -1, time)
        _occupies(room, sums, r, f, -1, time)
        _occupies(room, sums, r, g, 1, time)
        _moved(room, sums, r, f, g)
        _noted(room, _LEFT, who, time, f, g, 0.0)
        _noted(room, _ADMITTED, who, time, g, origins + f, 0.0)
        _stays(world, room, p, who, g, time, False)
        if end == to:
            return True
        f, g = room.before_in_path[end], end
        end = f


@_inlined
def _leaves(world: Any, room: Any, sums: Any, p: Any, r: Any, who: Any, time: Any) -> None:
    """End a stay: go on, go out, or keep the bed until there is room."""
    tiers, origins = room.occupied.shape[0], world.rates.shape[4]
    f, to = room.tier[who], room.to[who]
    if to == f:  # another unit of the same tier
        _moved(room, sums, r, f, f)
        _noted(room, _LEFT, who, time, f, f, 0.0)
        _noted(room, _ADMITTED, who, time, f, origins + f, 0.0)
        _stays(world, room, p, who, f, time, False)
        return
    if to < tiers and not world.outside[f, to] and room.occupied[to] >= room.limit[to]:
        _blocks(room, f, to, 1, time)
        _noted(room, _READY, who, time, f, to, 0.0)
        _joins(room, who, to, origins + f, time)
        _swapped(world, room, sums, p, r, f, to, time)
        return
    _moved(room, sums, r, f, to)
    _noted(room, _LEFT, who, time, f, to, 0.0)
    _occupies(room, sums, r, f, -1, time)
    if to >= tiers:
        _given_back(room, who)
    elif room.occupied[to] < room.limit[to]:
        before = origins + f
        if world.outside[f, to]:
            room.since[who] = time
            room.before[who] = 0.0
            before = origins - 1
            _noted(room, _REFERRED, who, time, to, before, 0.0)
            _counted(world, room, sums, r, who, to, before, time)
        _occupies(room, sums, r, to, 1, time)
        _noted(room, _ADMITTED, who, time, to, before, 0.0)
        _stays(world, room, p, who, to, time, False)
    else:
        room.before[who] = 0.0
        _noted(room, _REFERRED, who, time, to, origins - 1, 0.0)
        _queues(room, to, origins - 1, 1, time)
        _joins(room, who, to, origins - 1, time)
    if room.waiting[f] > 0:
        _filled(world, room, sums, p, r, f, time)


@_inlined
def _told(room: Any, year: Any) -> Any:
    """Return the year whose beds and arrivals hold: the first one also while the flow settles."""
    return max(0, year - room.count[6] // 12)


@_inlined
def _next_arrival(world: Any, room: Any, q: Any, a: Any, cell: Any, year: Any) -> None:
    """Turn the operational time of the next arrival into months; none where it lies beyond the year."""
    origins = world.rates.shape[4]
    rate = world.rates[q, a, _told(room, year), cell // origins, cell % origins]
    room.next[cell] = math.inf
    if rate > 0:
        time = 12 * year + (room.target[cell] - room.done[cell]) / rate
        if time < 12 * (year + 1):
            room.next[cell] = time
            if time < room.count[3] + 1:
                _push(room, time, -1 - cell)


@_inlined
def _gap(room: Any, cell: Any) -> None:
    room.target[cell] -= math.log(_uniform(room.cell[cell], _U(room.gaps[cell])))
    room.gaps[cell] += 1


@_inlined
def _arrives(world: Any, room: Any, sums: Any, p: Any, q: Any, a: Any, r: Any, cell: Any, time: Any) -> None:
    origins = world.rates.shape[4]
    tier, origin = cell // origins, cell % origins
    who = _taken(room)
    if who < 0:
        return
    key = _mixed(room.cell[cell] + _U(room.gaps[cell]) * _PERSON)
    room.key[who] = key
    mean = world.assessments[p, origin]
    number = int(mean)
    if _uniform(key, _BEFORE) < mean - number:
        number += 1
    left = 1.0  # the product of uniforms: its logarithm is the sum of exponential times
    for i in range(number):
        left *= _uniform(key, _BEFORE + _U(i + 1))
    room.before[who] = -math.log(left) * world.assessment[p, origin]
    room.since[who] = time
    _noted(room, _REFERRED, who, time, tier, origin, room.before[who])
    if room.occupied[tier] < room.limit[tier]:
        _counted(world, room, sums, r, who, tier, origin, time)
        _occupies(room, sums, r, tier, 1, time)
        _noted(room, _ADMITTED, who, time, tier, origin, 0.0)
        _stays(world, room, p, who, tier, time, False)
    else:
        _queues(room, tier, origin, 1, time)
        _joins(room, who, tier, origin, time)
    _gap(room, cell)
    _next_arrival(world, room, q, a, cell, room.count[3] // 12)


@_inlined
def _begins(world: Any, room: Any, p: Any, q: Any, a: Any, base: Any) -> None:
    """Empty the room and seat the census: residual stays for those in treatment, queues as they stand."""
    tiers, origins = world.rates.shape[3], world.rates.shape[4]
    slots = room.key.shape[0]
    for i in range(slots):
        room.link[i] = i + 1
    room.link[slots - 1] = -1
    room.count[0], room.count[1], room.count[3] = 0, 0, 0
    room.month[:] = -1
    room.head[:, :] = -1
    room.tail[:, :] = -1
    room.occupied[:] = 0
    room.blocked[:, :] = 0
    room.held[:] = 0
    room.queued[:, :] = 0
    room.waiting[:] = 0
    room.line[:] = 0
    room.stirred[:, :] = True
    room.of_occupied[:] = 0.0
    room.of_blocked[:, :] = 0.0
    room.of_queued[:, :] = 0.0
    room.gaps[:] = 0
    room.target[:] = 0.0
    room.done[:] = 0.0
    for f in range(tiers):
        room.limit[f] = world.beds[q, a, 0, f]
        for i in range(world.active[q, a, f]):
            who = _taken(room)
            if who < 0:
                return
            room.key[who] = _mixed(base + _ACTIVE + _U(f << 32) + _U(i))
            room.occupied[f] += 1
            _noted(room, _ADMITTED, who, -math.inf, f, -1, 0.0)
            _stays(world, room, p, who, f, 0.0, True)
    for f in range(tiers):
        for g in range(tiers):
            for i in range(world.blocked[q, a, f, g]):
                who = _taken(room)
                if who < 0:
                    return
                room.key[who] = _mixed(base + _BLOCKED + _U((f * tiers + g) << 32) + _U(i))
                room.tier[who], room.to[who] = f, g
                room.occupied[f] += 1
                room.blocked[f, g] += 1
                room.held[f] += 1
                _noted(room, _ADMITTED, who, -math.inf, f, -1, 0.0)
                _noted(room, _READY, who, -math.inf, f, g, 0.0)
                _joins(room, who, g, origins + f, 0.0)
        for s in range(origins):
            for i in range(world.queue[q, a, f, s]):
                who = _taken(room)
                if who < 0:
                    return
                room.key[who] = _mixed(base + _QUEUED + _U((f * origins + s) << 32) + _U(i))
                room.before[who] = -1.0
                room.queued[f, s] += 1
                room.line[f] += 1
                _noted(room, _REFERRED, who, -math.inf, f, s, 0.0)
                _joins(room, who, f, s, 0.0)
    for cell in world.cells:
        room.cell[cell] = _mixed(base + _U(cell + 1) * _CELL)
        _gap(room, cell)


@_inlined
def _month_starts(world: Any, room: Any, sums: Any, p: Any, q: Any, a: Any, r: Any, month: Any) -> None:
    tiers, origins = world.rates.shape[3], world.rates.shape[4]
    room.count[3] = month
    room.count[5] = max(-1, month - room.count[6])
    year = month // 12
    who = room.month[month]
    while who >= 0:
        following = room.link[who]
        _push(room, room.when[who], who)
        who = following
    if month % 12 == 0:
        for cell in world.cells:
            f, s = cell // origins, cell % origins
            if year > 0:
                room.done[cell] += 12 * world.rates[q, a, _told(room, year - 1), f, s]
            _next_arrival(world, room, q, a, cell, year)
        for f in range(tiers):
            room.limit[f] = world.beds[q, a, _told(room, year), f]
        for f in range(tiers):
            if room.waiting[f] > 0 and room.occupied[f] < room.limit[f]:
                _filled(world, room, sums, p, r, f, float(month))
    else:
        for cell in world.cells:
            if room.next[cell] < month + 1:
                _push(room, room.next[cell], -1 - cell)


@_inlined
def _rings(world: Any, room: Any, sums: Any, p: Any, r: Any, time: Any) -> None:
    """Let people who hold each other's beds change places: those of a census, and those of a tier no longer closing."""
    for f in range(room.occupied.shape[0]):
        for g in range(f):  # a ring has an upward move
            while room.blocked[f, g] > 0 and _swapped(world, room, sums, p, r, f, g, time):
                pass
            if room.blocked[f, g] > 0 and _way(room, g, f) and not _closing(room, f, g):
                room.count[2] = 2  # nobody may wait in a ring for ever


@_inlined
def _month_of_blocked(room: Any, sums: Any, r: Any, f: Any, at: Any, end: Any) -> None:
    held = 0.0
    for g in range(room.occupied.shape[0]):
        part = room.of_blocked[f, g] + room.blocked[f, g] * end
        room.of_blocked[f, g] = -room.blocked[f, g] * end
        held += part
        if room.count[5] >= 0:
            sums.blocked[at, f, g] += part
    if room.count[5] >= 0:
        sums.yearly[r, at // 12, f, 1] += held / 12
        room.snap[1, at, f, room.count[4]] += room.held[f]
    room.stirred[0, f] = room.held[f] > 0


@_inlined
def _month_of_queues(world: Any, room: Any, sums: Any, r: Any, f: Any, at: Any, end: Any) -> None:
    waiting, prison = 0.0, 0.0
    for s in range(room.queued.shape[1]):
        part = room.of_queued[f, s] + room.queued[f, s] * end
        room.of_queued[f, s] = -room.queued[f, s] * end
        waiting += part
        if world.prison[s]:
            prison += part
        if room.count[5] >= 0:
            sums.queued[at, f, s] += part
    if room.count[5] >= 0:
        year = sums.yearly[r, at // 12, f]
        year[2] += waiting / 12
        year[12] += prison / 12
        room.snap[2, at, f, room.count[4]] += room.line[f]
    room.stirred[1, f] = room.line[f] > 0


@_inlined
def _month_ends(world: Any, room: Any, sums: Any, r: Any, month: Any) -> None:
    end, at = float(month + 1), max(room.count[5], 0)
    for f in range(room.occupied.shape[0]):
        mean = room.of_occupied[f] + room.occupied[f] * end
        room.of_occupied[f] = -room.occupied[f] * end
        if room.count[5] >= 0:
            sums.occupied[at, f] += mean
            sums.yearly[r, at // 12, f, 0] += mean / 12
            room.snap[0, at, f, room.count[4]] += room.occupied[f]
            sums.over[at, f] += max(room.occupied[f] - room.limit[f], 0)
        if room.stirred[0, f]:
            _month_of_blocked(room, sums, r, f, at, end)
        if room.stirred[1, f]:
            _month_of_queues(world, room, sums, r, f, at, end)


@_inlined
def _binned(room: Any, sums: Any, draws: Any) -> None:
    """Count the stocks of these draws in their bins, month by month; the last bin holds all that is too many."""
    stocks, months, tiers, _ = room.snap.shape
    bins = sums.histogram.shape[3]
    for k in range(stocks):
        for m in range(months):
            for f in range(tiers):
                width = sums.width[k, f]
                for i in range(draws):  # all draws at once: the bins of all months do not fit in the cache
                    at = room.snap[k, m, f, i]
                    if width > 1:
                        at //= width
                    sums.histogram[k, m, f, min(at, bins - 1)] += 1


@_compiled
def simulate_draws(world: Any, room: Any, sums: Any, first: Any, last: Any, paths: Any, seed: Any, areas: Any) -> Any:
    """Simulate the draws from ``first`` to ``last`` (not included) of some areas that are added up.

    Returns
    -------
    int
        0, or 1 where the working memory is too small, 2 where a ring of people holds each other's beds, or 3 where the
        journal is full.

    Examples
    --------
    >>> from needs.methods.flow_room import room_for, sums_for
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> world = calibrate(*made_up(), years=1, parameter_draws=20).network.world()
    >>> width, bins = np.ones((5, 5), np.int64), np.zeros((5, 12, 5, 256), np.uint32)
    >>> sums = sums_for(5, 5, 7, 12, 1, width, bins)
    >>> simulate_draws(world, room_for(5, 7, 12, 2000, 4), sums, 0, 4, 1, 2011, np.arange(2)), int(bins[0, 0, 1].sum())
    (0, 4)
    """
    months = room.month.shape[0]
    room.count[6] = months - room.snap.shape[1]  # to settle before anything is counted
    kept = sums.yearly.shape[0] > 1
    room.snap[:, :, :, :] = 0
    for r in range(first, last):
        row = r if kept else 0
        room.count[4] = r - first
        for a in areas:
            base = _mixed(_mixed(_U(seed) * _CELL + _U(r + 1) * _GOLDEN) + _U(a + 1) * _PERSON)
            p, q = (r // paths) % world.mean.shape[0], (r // paths) % world.rates.shape[0]
            room.count[2] = 0
            room.count[5] = -1 if room.count[6] > 0 else 0
            _begins(world, room, p, q, a, base)
            if room.count[2] != 0:
                return room.count[2]
            _rings(world, room, sums, p, row, 0.0)
            for month in range(months):
                _month_starts(world, room, sums, p, q, a, row, month)
                while room.count[0] > 0:
                    time, who = room.heap_time[0], room.heap_who[0]
                    _pop(room)
                    if who < 0:
                        _arrives(world, room, sums, p, q, a, row, -1 - who, time)
                    else:
                        _leaves(world, room, sums, p, row, who, time)
                    if room.count[2] != 0:
                        return room.count[2]
                _month_ends(world, room, sums, row, month)
                _rings(world, room, sums, p, row, float(month + 1))
                if room.count[2] != 0:
                    return room.count[2]
    _binned(room, sums, last - first)
    return 0
