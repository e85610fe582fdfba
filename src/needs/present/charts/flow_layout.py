"""Where the parts of a flow diagram lie, in inches: one scale, nothing on top of anything else."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from needs.methods.mismatch import NEEDED_TIERS

__all__ = ["BOX", "HEIGHT", "LEFT", "RIGHT", "WIDTH", "Flows", "Lane", "Layout", "laid"]

WIDTH, HEIGHT = 8.55, 7.4
LEFT, RIGHT, BOX = 1.72, 7.1, (3.3, 5.5)
"""Size of the drawing; where origins, exits and tiers stand."""
_TOP, _BOTTOM, _GAP = 0.45, 0.55, 0.42
_LOWEST_BOX, _NODE, _THINNEST, _WIDEST, _LANES = 0.56, 0.62, 0.015, 0.5, 0.75

Pairs = dict[tuple[str, str], float]


@dataclass(frozen=True)
class Flows:
    """People a year by the two ends of their move.

    Parameters
    ----------
    into, between, out : dict of (from, to) to float
        From outside to a tier, from tier to tier, from a tier to an exit; all above zero.

    Examples
    --------
    >>> Flows({}, {("medium", "low"): 9.0}, {}).any
    True
    """

    into: Pairs
    between: Pairs
    out: Pairs

    @property
    def any(self) -> bool:
        """Whether anybody moves."""
        return bool(self.into or self.between or self.out)


@dataclass(frozen=True)
class Lane:
    """A move between tiers: the heights where it starts and ends, and how far out or where it runs.

    Parameters
    ----------
    tiers : tuple of int
        Numbers of the two tiers.
    value, width : float
        People a year, and inches.
    start, end, reach : float
        Heights of its ends; distance from the tier of a bracket, or place of a straight ribbon.
    """

    tiers: tuple[int, int]
    value: float
    width: float
    start: float = 0.0
    end: float = 0.0
    reach: float = 0.0

    @property
    def down(self) -> bool:
        """Whether it goes to less security."""
        return self.tiers[1] > self.tiers[0]


@dataclass(frozen=True)
class Layout:
    """The places of all parts.

    Parameters
    ----------
    scale, unit : float
        Inches for one person a year; people a year in the key.
    boxes : dict of tier to (top, height)
        Tiers.
    nodes : dict of side to dict of name to (middle, height, people)
        Origins under ``in``, exits under ``out``.
    ribbons : list of (x, y, x, y, width, side)
        Moves from outside and to outside.
    lanes, direct : list of Lane
        Moves over a tier, and to the next tier.
    labels : list of (x, y, people, alignment)
        Numbers of the moves between tiers.
    """

    scale: float
    unit: float
    boxes: dict[str, tuple[float, float]]
    nodes: dict[str, dict[str, tuple[float, float, float]]]
    ribbons: list[tuple[float, float, float, float, float, str]]
    lanes: list[Lane]
    direct: list[Lane]
    labels: list[tuple[float, float, float, str]]


def laid(flows: Flows, origins: Sequence[str], exits: Sequence[str]) -> Layout:
    """Find the largest scale at which everything fits, and the place of each part.

    Parameters
    ----------
    flows : Flows
        What is drawn.
    origins, exits : sequence of str
        Names on the left and on the right, from top to bottom.

    Examples
    --------
    >>> layout = laid(Flows({("Court", "medium"): 4.0}, {}, {}), ("Court",), ("Prison",))
    >>> [(part[-1], round(part[4], 2) == round(4 * layout.scale, 2)) for part in layout.ribbons], layout.lanes
    ([('in', True)], [])
    """
    scale = _scale(flows, origins, exits)
    heights = _heights(flows, scale)
    spare = HEIGHT - _TOP - _BOTTOM - sum(heights.values())
    gap = spare / (len(heights) - 1)
    boxes, top = {}, HEIGHT - _TOP
    for tier, height in heights.items():
        boxes[tier] = (top, height)
        top -= height + gap
    lanes, reaches = _lanes(flows, scale)
    lanes = [replace(lane, reach=reaches[lane.tiers]) for lane in lanes]
    nodes = {"in": _nodes(flows.into, 0, origins, scale), "out": _nodes(flows.out, 1, exits, scale)}
    ribbons, ends = _slots(flows, lanes, boxes, nodes, scale)
    lanes = [replace(lane, start=ends[lane.tiers, 0], end=ends[lane.tiers, 1]) for lane in lanes]
    direct = _direct(flows, boxes, scale)
    return Layout(scale, _unit(scale), boxes, nodes, ribbons, lanes, direct, _labels(lanes, direct))


def _wide(value: float, scale: float) -> float:
    return max(value * scale, _THINNEST)


def _slot(value: float, scale: float) -> float:
    """Room of a bracket at the side of a tier, with its arrowhead."""
    return max(value * scale + 0.11, 0.16)


def _steps(flows: Flows) -> dict[tuple[int, int], float]:
    return {(NEEDED_TIERS.index(a), NEEDED_TIERS.index(b)): value for (a, b), value in flows.between.items()}


def _heights(flows: Flows, scale: float) -> dict[str, float]:
    """Heights of the tiers: as high as the fuller of their two sides."""
    found = {}
    for number, tier in enumerate(NEEDED_TIERS):
        skips = [
            (ends, value) for ends, value in _steps(flows).items() if abs(ends[0] - ends[1]) > 1 and number in ends
        ]
        left = sum(_wide(v, scale) for (_, to), v in flows.into.items() if to == tier)
        right = sum(_wide(v, scale) for (of, _), v in flows.out.items() if of == tier)
        left += sum(_slot(v, scale) for (a, b), v in skips if b < a)
        right += sum(_slot(v, scale) for (a, b), v in skips if b > a)
        found[tier] = max(_LOWEST_BOX, left + 0.08, right + 0.08)
    return found


def _scale(flows: Flows, origins: Sequence[str], exits: Sequence[str]) -> float:
    """Inches for one person a year, by halving between nothing and too much."""
    room = HEIGHT - _TOP - _BOTTOM
    straight = [value for (a, b), value in _steps(flows).items() if abs(a - b) == 1]

    def fits(scale: float) -> bool:
        boxes = sum(_heights(flows, scale).values()) + _GAP * (len(NEEDED_TIERS) - 1)
        columns = [
            sum(max(_NODE, _sums(found, side).get(name, 0.0) * scale + 0.12) for name in names)
            for found, side, names in ((flows.into, 0, origins), (flows.out, 1, exits))
        ]
        _, reaches = _lanes(flows, scale)
        widest = max([value * scale for value in straight], default=0.0)
        furthest = max([reach + 0.5 * _steps(flows)[ends] * scale for ends, reach in reaches.items()], default=0.0)
        return max(boxes, *columns) <= room and widest <= _WIDEST and furthest <= _LANES

    if not flows.any:
        return 1.0
    largest = max((*flows.into.values(), *flows.between.values(), *flows.out.values()))
    low, high = 0.0, 1.0 / largest
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low or high


def _sums(found: Mapping[tuple[str, str], float], side: int) -> dict[str, float]:
    together: dict[str, float] = {}
    for ends, value in found.items():
        together[ends[side]] = together.get(ends[side], 0.0) + value
    return together


def _lanes(flows: Flows, scale: float) -> tuple[list[Lane], dict[tuple[int, int], float]]:
    """Give each move over a tier a lane of its own beside the tiers, short moves inside."""
    steps = {ends: value for ends, value in _steps(flows).items() if abs(ends[0] - ends[1]) > 1}
    found = [Lane(ends, value, _wide(value, scale)) for ends, value in steps.items()]
    found.sort(key=lambda lane: (abs(lane.tiers[0] - lane.tiers[1]), lane.tiers))
    reaches: dict[tuple[int, int], float] = {}
    for down in (True, False):
        taken: list[list[Lane]] = []
        for lane in (lane for lane in found if lane.down is down):
            free = next((row for row in taken if not any(_meet(lane, other) for other in row)), None)
            if free is None:
                free = []
                taken.append(free)
            free.append(lane)
        edge = 0.22
        for row in taken:
            width = max(lane.width for lane in row)
            reaches |= {lane.tiers: edge + width / 2 for lane in row}
            edge += width + 0.09
    return found, reaches


def _meet(one: Lane, other: Lane) -> bool:
    return max(min(one.tiers), min(other.tiers)) < min(max(one.tiers), max(other.tiers))


def _nodes(found: Pairs, side: int, names: Sequence[str], scale: float) -> dict[str, tuple[float, float, float]]:
    """Spread the names of a column over its height."""
    sums = _sums(found, side)
    rooms = [max(_NODE, sums.get(name, 0.0) * scale + 0.12) for name in names]
    gap = (HEIGHT - _TOP - _BOTTOM - sum(rooms)) / len(names)
    nodes, top = {}, HEIGHT - _TOP - gap / 2
    for name, room in zip(names, rooms, strict=True):
        widths = sum(_wide(value, scale) for ends, value in found.items() if ends[side] == name)
        nodes[name] = (top - room / 2, max(widths, 0.02), sums.get(name, 0.0))
        top -= room + gap
    return nodes


Ends = dict[tuple[tuple[int, int], int], float]


def _slots(
    flows: Flows,
    lanes: Iterable[Lane],
    boxes: Mapping[str, tuple[float, float]],
    nodes: Mapping[str, Mapping[str, tuple[float, float, float]]],
    scale: float,
) -> tuple[list[tuple[float, float, float, float, float, str]], Ends]:
    """Stack what meets each side of each tier: brackets from above, ribbons, brackets from below."""
    ribbons, ends = [], {}
    next_at = {(s, name): middle + height / 2 for s in nodes for name, (middle, height, _) in nodes[s].items()}
    orders = {s: {name: n for n, name in enumerate(nodes[s])} for s in nodes}
    for number, tier in enumerate(NEEDED_TIERS):
        top, height = boxes[tier]
        for side, found, at in (("in", flows.into, 1), ("out", flows.out, 0)):
            mine = [lane for lane in lanes if number in lane.tiers and lane.down is (side == "out")]
            above = [lane for lane in mine if min(lane.tiers) < number]
            below = [lane for lane in mine if max(lane.tiers) > number]
            above.sort(key=lambda lane: lane.reach)
            below.sort(key=lambda lane: -lane.reach)
            met = sorted((k for k in found if k[at] == tier), key=lambda k: orders[side][k[1 - at]])
            widths = [_wide(found[k], scale) for k in met]
            rooms = [_slot(lane.value, scale) for lane in (*above, *below)]
            spare = height - sum(widths) - sum(rooms)
            y = top
            for lane, room in zip(above, rooms, strict=False):
                ends[lane.tiers, lane.tiers.index(number)] = y - room / 2
                y -= room
            y -= spare / 2
            for key, width in zip(met, widths, strict=True):
                node = (side, key[1 - at])
                x0, x1 = (LEFT + 0.05, BOX[0]) if side == "in" else (RIGHT - 0.05, BOX[1])
                ribbons.append((x0, next_at[node] - width / 2, x1, y - width / 2, width, side))
                next_at[node] -= width
                y -= width
            y -= spare / 2
            for lane, room in zip(below, rooms[len(above) :], strict=True):
                ends[lane.tiers, lane.tiers.index(number)] = y - room / 2
                y -= room
    return ribbons, ends


def _direct(flows: Flows, boxes: Mapping[str, tuple[float, float]], scale: float) -> list[Lane]:
    """Place the moves to the next tier: down in the right half, up in the left half."""
    found = []
    for (a, b), value in _steps(flows).items():
        if abs(a - b) == 1:
            upper, lower = boxes[NEEDED_TIERS[min(a, b)]], boxes[NEEDED_TIERS[max(a, b)]]
            edges = (upper[0] - upper[1] - 0.02, lower[0] + 0.02)
            start, end = edges if b > a else edges[::-1]
            width = _wide(value, scale)
            x = BOX[0] + (BOX[1] - BOX[0]) * (0.55 if b > a else 0.08) + max(width / 2 + 0.05, 0.1)
            found.append(Lane((a, b), value, width, start, end, x))
    return found


def _labels(lanes: Iterable[Lane], direct: Iterable[Lane]) -> list[tuple[float, float, float, str]]:
    """Put each number beside its ribbon, or on its bracket where no other number is."""
    found = [
        (lane.reach + max(lane.width / 2 + 0.05, 0.08) + 0.05, (lane.start + lane.end) / 2, lane.value, "left")
        for lane in direct
    ]
    taken: list[tuple[float, float]] = []
    for lane in sorted(lanes, key=lambda lane: lane.reach):
        x = BOX[1] + lane.reach if lane.down else BOX[0] - lane.reach
        heights = [lane.start + part * (lane.end - lane.start) for part in _PARTS]
        crowd = [sum(math.hypot((x - a) / 0.6, (y - b) / 0.24) < 1.0 for a, b in taken) for y in heights]
        y = heights[crowd.index(min(crowd))]
        taken.append((x, y))
        found.append((x, y, lane.value, "center"))
    return found


_PARTS = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8)


def _unit(scale: float) -> float:
    """Round number of people a year for the key, about a fifth of an inch wide."""
    wanted = 0.2 / scale
    power = 10.0 ** math.floor(math.log10(wanted))
    return float(power * min((1, 2, 5, 10), key=lambda times: abs(times * power - wanted)))
