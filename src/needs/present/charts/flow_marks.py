"""The shapes of a flow diagram: ribbons, brackets, arrows, tiers with the people in them, gates, and the key."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch, Polygon, Rectangle
from matplotlib.path import Path

from needs.present import words
from needs.present.charts.flow_layout import BOX, HEIGHT, LANES, LEFT, RIGHT, WIDTH, Layout
from needs.present.charts.flow_parts import Flows, Lane, Ribbon
from needs.present.style import BLUE, GREY, INK, ORANGE, PURPLE, TEAL, tell

__all__ = ["Inside", "draw"]

_HEAD, _NAME = 0.13, 0.16
_BAR, _PALE = 0.13, "#EDF0F2"
"""Height of a bar of people in a tier; ground of a tier."""


@dataclass(frozen=True)
class Inside:
    """Who is in a tier.

    Parameters
    ----------
    people, blocked : float
        People in it, and those of them who wait for another tier.
    label, told : str
        What stands in its box, and what it tells by itself.
    """

    people: float
    blocked: float
    label: str
    told: str


def draw(axis: Axes, flows: Flows, layout: Layout, inside: Mapping[str, Inside], come: str, leave: str) -> None:
    """Draw a flow diagram.

    Parameters
    ----------
    axis : Axes
        Where; it is set to inches.
    flows, layout
        What is drawn, and where each part lies.
    inside : mapping of tier to Inside
        Who is in the tiers.
    come, leave : str
        What stands above the ribbons on the left and on the right.

    Examples
    --------
    >>> from needs.present.charts.flow_layout import laid
    >>> from needs.present.charts.flow_parts import Stub
    >>> from needs.present.style import canvas, drawn
    >>> flows = Flows({"medium": [Stub(4.0, "Court 4", "Court to medium secure: 4 people a year")]}, {}, ())
    >>> with canvas(HEIGHT) as (figure, (axis,)):
    ...     draw(axis, flows, laid(flows), {"medium": Inside(20.0, 2.0, "20 people, 2 blocked", "In medium secure: 20")}, "", "")
    ...     image = drawn(figure)
    >>> [text for _, _, text in image.points]
    ['Court to medium secure: 4 people a year', 'In medium secure: 20']
    """
    axis.set_axis_off()
    axis.set_aspect("equal")
    axis.set_xlim(0, WIDTH)
    axis.set_ylim(0, HEIGHT)
    for x, heading, align in ((0.0, come, "left"), (sum(BOX) / 2, "Are in", "center"), (WIDTH, leave, "right")):
        axis.text(x, HEIGHT - 0.02, heading, fontsize=13, weight="bold", ha=align, va="top", color=INK)
    for ribbon in layout.ribbons:
        _ribbon(axis, ribbon)
    for lane in layout.lanes:
        _lane(axis, lane)
    for lane in layout.direct:
        _direct(axis, lane)
    longest = max([each.people for each in inside.values()], default=0.0)
    length = (BOX[1] - BOX[0] - 0.2) / longest if longest else 0.0
    for tier, (top, height) in layout.boxes.items():
        _tier(axis, tier, top, height, inside.get(tier), length)
    for tier, stubs in flows.into.items():
        if any(not stub.value for stub in stubs):
            _queue(axis, tier, layout)
    for lane in (*layout.lanes, *layout.direct):
        if lane.step.held:
            _gate_of(axis, lane)
    for x, y, step, align in layout.labels:
        axis.text(
            x, y, step.label, fontsize=12, ha=align, va="center", color=INK, zorder=6, weight="bold",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8} if step.over else None,
        )  # fmt: skip
        tell(axis, x, y, step.told)
    if flows.any:
        _key(axis, layout.scale, length)


def _ribbon(axis: Axes, ribbon: Ribbon) -> None:
    """Draw people from or to outside, straight under the brackets and bent to the label, which stands at its end."""
    left = ribbon.side == "in"
    outer, inner, turn = (LEFT, BOX[0], BOX[0] - LANES[0]) if left else (RIGHT, BOX[1], BOX[1] + LANES[1])
    half, middle = ribbon.width / 2, (outer + turn) / 2
    colour = TEAL if left else GREY
    if ribbon.width:
        over = [(outer, half), (middle, half)]
        edge = [(x, ribbon.outer + y) for x, y in over] + [(x, ribbon.inner + half) for x in (middle, turn, inner)]
        below = [(x, y - ribbon.width) for x, y in edge[::-1]]
        points = [*edge, *below, edge[0]]
        line, curve = Path.LINETO, [Path.CURVE4] * 3
        codes = [Path.MOVETO, *curve, line, line, line, *curve, Path.CLOSEPOLY]
        axis.add_patch(PathPatch(Path(points, codes), facecolor=to_rgba(colour, 0.45), edgecolor=colour, linewidth=0.8))
    nudge = -0.07 if left else 0.07
    axis.text(
        outer + nudge, ribbon.outer, ribbon.stub.label, fontsize=12, va="center", color=INK, ha="right" if left else "left",
        weight="normal" if ribbon.width else "bold",
    )  # fmt: skip
    tell(axis, outer, ribbon.outer, ribbon.stub.told)


def _lane(axis: Axes, lane: Lane) -> None:
    """Draw a move over a tier as a rounded bracket with its arrowhead."""
    half, reach, length = lane.width / 2, lane.reach, abs(lane.end - lane.start)
    side, way = (1, -1) if lane.step.down else (-1, 1)
    x = BOX[1] if lane.step.down else BOX[0]
    bend = 0.1

    def corner(u: float, v: float, dv: float, radius: float) -> list[tuple[float, float]]:
        return [(u - radius, v), (u, v), (u, v + dv * radius)]

    wide = bend + 2 * half
    outer = corner(reach + half, -half, 1, wide) + corner(reach + half, length + half, -1, wide)[::-1]
    inner = corner(reach - half, length - half, -1, bend) + corner(reach - half, half, 1, bend)[::-1]
    local = [(0.0, -half), *outer, (_HEAD, length + half), (_HEAD, length - half), *inner, (0.0, half), (0.0, -half)]
    curve = [Path.LINETO, Path.CURVE3, Path.CURVE3]
    codes = [Path.MOVETO, *curve * 2, Path.LINETO, Path.LINETO, *curve * 2, Path.LINETO, Path.CLOSEPOLY]
    path = Path([(x + side * u, lane.start + way * v) for u, v in local], codes)
    colour = BLUE if lane.step.down else PURPLE
    axis.add_patch(PathPatch(path, edgecolor="white", facecolor="white", linewidth=4, zorder=2.9))
    axis.add_patch(PathPatch(path, facecolor=colour, linewidth=0, zorder=3))
    base = max(half + 0.045, 0.07)
    head = [(x + side * _HEAD, lane.end + base), (x, lane.end), (x + side * _HEAD, lane.end - base)]
    axis.add_patch(Polygon(head, facecolor=colour, edgecolor="none", zorder=3.1))


def _direct(axis: Axes, lane: Lane) -> None:
    """Draw a move to the next tier as a straight arrow."""
    half, way = lane.width / 2, -1 if lane.step.down else 1
    colour, neck, base = BLUE if lane.step.down else PURPLE, lane.end - way * _HEAD, max(half + 0.045, 0.07)
    right = [(lane.reach + half, lane.start), (lane.reach + half, neck), (lane.reach + base, neck)]
    left = [(2 * lane.reach - x, y) for x, y in right[::-1]]
    axis.add_patch(Polygon([*right, (lane.reach, lane.end), *left], facecolor=colour, edgecolor="none"))


def _tier(axis: Axes, tier: str, top: float, height: float, inside: Inside | None, length: float) -> None:
    """Draw a tier as a box with its name and a bar of the people in it, those who are blocked at its end."""
    middle, y = sum(BOX) / 2, top - height / 2
    axis.add_patch(
        Rectangle(
            (BOX[0], top - height), BOX[1] - BOX[0], height, facecolor=_PALE, edgecolor=INK, linewidth=1.2, zorder=4
        )
    )
    axis.text(
        middle,
        y + 0.24,
        words.TIER_NAMES[tier],
        fontsize=13,
        weight="bold",
        ha="center",
        va="center",
        color=INK,
        zorder=5,
    )
    if inside is None:
        return
    left, free = BOX[0] + 0.1, inside.people - inside.blocked
    axis.add_patch(Rectangle((left, y - _BAR / 2), free * length, _BAR, facecolor=BLUE, linewidth=0, zorder=5))
    if inside.blocked:
        axis.add_patch(
            Rectangle(
                (left + free * length, y - _BAR / 2),
                inside.blocked * length,
                _BAR,
                facecolor=ORANGE,
                edgecolor=INK,
                linewidth=0.8,
                zorder=5,
            )
        )
    axis.text(middle, y - 0.22, inside.label, fontsize=12, ha="center", va="center", color=INK, zorder=5)
    tell(axis, left + inside.people * length, y, inside.told)


def _gate(axis: Axes, x: float, y: float, length: float, upright: bool) -> None:
    """Draw a gate across a ribbon: people wait there."""
    wide, high = (0.075, length) if upright else (length, 0.075)
    axis.add_patch(
        Rectangle((x - wide / 2, y - high / 2), wide, high, facecolor=ORANGE, edgecolor=INK, linewidth=0.9, zorder=6)
    )


def _gate_of(axis: Axes, lane: Lane) -> None:
    length = max(lane.width + 0.14, 0.24)
    if lane.step.over:
        _gate(axis, (BOX[1] + 0.07) if lane.step.down else (BOX[0] - 0.07), lane.start, length, True)
    else:
        _gate(axis, lane.reach, lane.start + (-0.05 if lane.step.down else 0.05), length, False)


def _queue(axis: Axes, tier: str, layout: Layout) -> None:
    """Draw the gate of a tier for which people wait outside, over the ribbons into it."""
    top, height = layout.boxes[tier]
    mine = [r for r in layout.ribbons if r.side == "in" and r.width and top >= r.inner >= top - height]
    high = max([r.inner + r.width / 2 for r in mine], default=top)
    low = min([r.inner - r.width / 2 for r in mine], default=top - 0.2)
    _gate(axis, BOX[0] - 0.07, (high + low) / 2, high - low + 0.1, True)


def _unit(wanted: float) -> float:
    """Round number of people near one."""
    power = 10.0 ** math.floor(math.log10(wanted))
    return float(power * min((1, 2, 5, 10), key=lambda times: abs(times * power - wanted)))


def _key(axis: Axes, scale: float, length: float) -> None:
    """Draw both scales: how wide so many people a year are, and how long so many people; and what a gate means."""
    number, y = _unit(0.2 / scale), 0.28
    axis.add_patch(Rectangle((0.02, y - number * scale / 2), 0.42, number * scale, facecolor=GREY, linewidth=0))
    told = f"this wide: {number:,g} {words.plural(number, 'person', 'people')} a year"
    axis.text(0.54, y, told, fontsize=12, va="center", color=INK)
    if length:
        number = _unit(0.5 / length)
        axis.add_patch(Rectangle((3.32, y - _BAR / 2), number * length, _BAR, facecolor=BLUE, linewidth=0))
        told = f"this long: {number:,g} {words.plural(number, 'person', 'people')}"
        axis.text(3.42 + number * length, y, told, fontsize=12, va="center", color=INK)
    _gate(axis, 6.62, y, 0.28, True)
    axis.text(6.75, y, "gate: people wait", fontsize=12, va="center", color=INK)
