"""Where the parts of a flow diagram lie, in inches: one scale, and nothing on top of anything else."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from needs.methods.mismatch import NEEDED_TIERS
from needs.present.charts.flow_parts import Flows, Lane, Ribbon, Step, Stub

__all__ = ["BOX", "HEIGHT", "LANES", "LEFT", "LINE", "RIGHT", "WIDTH", "Layout", "laid"]

WIDTH, HEIGHT = 8.75, 7.75
LEFT, RIGHT, BOX = 1.95, 6.68, (2.97, 5.29)
"""Size of the drawing; where ribbons from outside begin, where those to outside end, and where the tiers stand."""
LANES = (0.62, 0.95)
"""Room for moves over a tier, left and right of the tiers."""
LINE = 0.215
"""Height of a line of text beside a ribbon."""
_TOP, _BOTTOM, _GAP = 0.42, 0.78, 0.46
_LOWEST_BOX, _THINNEST, _WIDEST, _FOOT = 0.82, 0.02, 0.55, 0.62
_PARTS = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8)


@dataclass(frozen=True)
class Layout:
    """The places of all parts.

    Parameters
    ----------
    scale : float
        Inches for one person a year.
    boxes : dict of tier to (top, height)
        Tiers.
    ribbons : list of Ribbon
        To and from outside.
    lanes, direct : list of Lane
        Moves over a tier, and to the next tier.
    labels : list of (x, y, Step, alignment)
        Numbers of the moves between tiers.
    """

    scale: float
    boxes: dict[str, tuple[float, float]]
    ribbons: list[Ribbon]
    lanes: list[Lane]
    direct: list[Lane]
    labels: list[tuple[float, float, Step, str]]


def laid(flows: Flows) -> Layout:
    """Find the largest scale at which everything fits, and the place of each part.

    Parameters
    ----------
    flows : Flows
        What is drawn.

    Examples
    --------
    >>> from needs.present.charts.flow_parts import Flows, Stub
    >>> layout = laid(Flows({"medium": [Stub(4.0, "Court 4", "Court to medium secure: 4 people a year")]}, {}, ()))
    >>> [(part.side, round(part.width / layout.scale, 6)) for part in layout.ribbons], layout.lanes
    ([('in', 4.0)], [])
    """
    low, high = 0.0, 1.0
    values = [step.value for step in flows.steps] + [
        s.value for side in (flows.into, flows.out) for e in side.values() for s in e
    ]
    if flows.any:
        high = 1.0 / max(values)
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if _fits(flows, middle) else (low, middle)
    return _placed(flows, low or high)


def _fits(flows: Flows, scale: float) -> bool:
    """Whether all parts find room at a scale."""
    layout = _placed(flows, scale)
    lowest = min([ribbon.outer - max(ribbon.width, LINE) / 2 for ribbon in layout.ribbons], default=HEIGHT)
    gaps = [above[0] - above[1] - below[0] for above, below in pairwise(layout.boxes.values())]
    widest = max([lane.width for lane in layout.direct], default=0.0)
    return (
        min(gaps) >= _GAP - 1e-9
        and lowest >= _FOOT - 1e-9
        and widest <= _WIDEST
        and all(_furthest(layout.lanes, down) <= LANES[down] - 0.04 for down in (False, True))
    )


def _furthest(lanes: Iterable[Lane], down: bool) -> float:
    return max([lane.reach + lane.width / 2 for lane in lanes if lane.step.down is down], default=0.0)


def _placed(flows: Flows, scale: float) -> Layout:
    heights = _heights(flows, scale)
    gap = (HEIGHT - _TOP - _BOTTOM - sum(heights.values())) / (len(heights) - 1)
    boxes, top = {}, HEIGHT - _TOP
    for tier, height in heights.items():
        boxes[tier] = (top, height)
        top -= height + gap
    lanes = _lanes(flows, scale)
    ribbons, ends = _slots(flows, lanes, boxes, scale)
    lanes = [replace(lane, start=ends[lane.step.tiers, 0], end=ends[lane.step.tiers, 1]) for lane in lanes]
    direct = _direct(flows, boxes, scale)
    return Layout(scale, boxes, ribbons, lanes, direct, _labels(lanes, direct))


def _wide(value: float, scale: float) -> float:
    return max(value * scale, _THINNEST) if value else 0.0


def _slot(value: float, scale: float) -> float:
    """Room of a bracket at the side of a tier, with its arrowhead."""
    return max(value * scale + 0.11, 0.18)


def _heights(flows: Flows, scale: float) -> dict[str, float]:
    """Heights of the tiers: as high as the fuller of their two sides."""
    found = {}
    for number, tier in enumerate(NEEDED_TIERS):
        sides = []
        for side, down in ((flows.into, False), (flows.out, True)):
            met = [_slot(s.value, scale) for s in flows.steps if s.over and s.down is down and number in s.tiers]
            sides.append(sum(_wide(stub.value, scale) for stub in side.get(tier, ())) + sum(met) + 0.12)
        found[tier] = max(_LOWEST_BOX, *sides)
    return found


def _lanes(flows: Flows, scale: float) -> list[Lane]:
    """Give each move over a tier a lane of its own beside the tiers, short moves inside."""
    over = sorted((s for s in flows.steps if s.over), key=lambda s: (abs(s.tiers[0] - s.tiers[1]), s.tiers))
    found = []
    for down in (True, False):
        taken: list[list[Step]] = []
        for step in (step for step in over if step.down is down):
            free = next((row for row in taken if not any(_meet(step, other) for other in row)), None)
            if free is None:
                free = []
                taken.append(free)
            free.append(step)
        edge = 0.22
        for row in taken:
            width = max(_wide(step.value, scale) for step in row)
            found += [Lane(step, _wide(step.value, scale), reach=edge + width / 2) for step in row]
            edge += width + 0.1
    return found


def _meet(one: Step, other: Step) -> bool:
    return max(min(one.tiers), min(other.tiers)) < min(max(one.tiers), max(other.tiers))


_Ends = dict[tuple[tuple[int, int], int], float]


def _slots(
    flows: Flows, lanes: Iterable[Lane], boxes: Mapping[str, tuple[float, float]], scale: float
) -> tuple[list[Ribbon], _Ends]:
    """Stack what meets each side of each tier: brackets from above, ribbons, brackets from below."""
    ribbons: list[Ribbon] = []
    ends: _Ends = {}
    for side, found in (("in", flows.into), ("out", flows.out)):
        edge = HEIGHT - _TOP + 0.06
        for number, tier in enumerate(NEEDED_TIERS):
            top, height = boxes[tier]
            mine = [lane for lane in lanes if number in lane.step.tiers and lane.step.down is (side == "out")]
            above = sorted((lane for lane in mine if min(lane.step.tiers) < number), key=lambda lane: lane.reach)
            below = sorted((lane for lane in mine if max(lane.step.tiers) > number), key=lambda lane: -lane.reach)
            rooms = {lane.step.tiers: _slot(lane.step.value, scale) for lane in mine}
            y = top - 0.04
            for lane in above:
                ends[lane.step.tiers, lane.step.tiers.index(number)] = y - rooms[lane.step.tiers] / 2
                y -= rooms[lane.step.tiers]
            foot = top - height + 0.04 + sum(rooms[lane.step.tiers] for lane in below)
            met = _spread(found.get(tier, ()), side, (y + foot) / 2, edge, scale)
            ribbons += met
            edge = min([ribbon.outer - max(ribbon.width, LINE) / 2 - 0.05 for ribbon in met], default=edge)
            for lane in below:
                ends[lane.step.tiers, lane.step.tiers.index(number)] = foot - rooms[lane.step.tiers] / 2
                foot -= rooms[lane.step.tiers]
    return ribbons, ends


def _spread(stubs: Sequence[Stub], side: str, middle: float, edge: float, scale: float) -> list[Ribbon]:
    """Stack ribbons closely at a tier and a line of text apart at their labels, below an edge."""
    widths = [_wide(stub.value, scale) for stub in stubs]
    rooms = [max(width + 0.05, LINE) for width in widths]
    inner = middle + sum(widths) / 2
    outer = min(max(middle, _FOOT + sum(rooms) / 2) + sum(rooms) / 2, edge)
    found = []
    for stub, width, room in zip(stubs, widths, rooms, strict=True):
        found.append(Ribbon(stub, side, outer - room / 2, inner - width / 2, width))
        inner, outer = inner - width, outer - room
    return found


def _direct(flows: Flows, boxes: Mapping[str, tuple[float, float]], scale: float) -> list[Lane]:
    """Place the moves to the next tier: down in the right half, up in the left half."""
    found = []
    for step in flows.steps:
        if not step.over:
            a, b = step.tiers
            upper, lower = boxes[NEEDED_TIERS[min(a, b)]], boxes[NEEDED_TIERS[max(a, b)]]
            edges = (upper[0] - upper[1] - 0.02, lower[0] + 0.02)
            start, end = edges if step.down else edges[::-1]
            width = _wide(step.value, scale)
            x = BOX[0] + (BOX[1] - BOX[0]) * (0.52 if step.down else 0.08) + max(width / 2 + 0.05, 0.1)
            found.append(Lane(step, width, start, end, x))
    return found


def _labels(lanes: Iterable[Lane], direct: Iterable[Lane]) -> list[tuple[float, float, Step, str]]:
    """Put each number beside its ribbon, or on its bracket where no other number is."""
    found = [
        (lane.reach + max(lane.width / 2 + 0.05, 0.08) + 0.05, (lane.start + lane.end) / 2, lane.step, "left")
        for lane in direct
    ]
    taken: list[tuple[float, float]] = []
    for lane in sorted(lanes, key=lambda lane: lane.reach):
        x = BOX[1] + lane.reach if lane.step.down else BOX[0] - lane.reach
        heights = [lane.start + part * (lane.end - lane.start) for part in _PARTS]
        crowd = [sum(math.hypot((x - a) / 0.6, (y - b) / 0.24) < 1.0 for a, b in taken) for y in heights]
        y = heights[crowd.index(min(crowd))]
        taken.append((x, y))
        found.append((x, y, lane.step, "center"))
    return found
