"""A drawing of the flow of people: where they come from, from tier to tier, and where they leave to."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Polygon, Rectangle
from matplotlib.path import Path

from needs.data.geography import Region
from needs.methods.mismatch import NEEDED_TIERS
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.flow_layout import BOX, HEIGHT, LEFT, RIGHT, WIDTH, Flows, Lane, Layout, laid
from needs.present.movement import rate, way
from needs.present.style import BLUE, GREY, INK, PURPLE, TEAL, canvas, drawn
from needs.values import TIERS, Provenance, records

__all__ = ["flow_diagram"]

_GROUPS = {
    "prison_remand": "Prison",
    "prison_sentenced": "Prison",
    "court": "Court",
    "general_psychiatry": "General\npsychiatry",
    "other_hospital": "Other hospital,\nadolescent secure",
    "adolescent_secure": "Other hospital,\nadolescent secure",
}
_EXITS = {
    "prison": "Prison",
    "general_psychiatry": "General\npsychiatry",
    "other": "Elsewhere",
    "died": "Death",
    "discharge": "Discharge",
}
"""Exits from top to bottom as drawn, so that ribbons cross little."""
_HEAD, _HAIR = 0.13, 0.015
"""Length of an arrowhead and the thinnest ribbon, inches."""


def flow_diagram(moves: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Draw a year's moves into, between and out of the tiers, widths to scale.

    Parameters
    ----------
    moves : DataFrame
        ``origin, destination, patients, patients_lower, patients_upper``: patients a year. Origins are those of
        :data:`needs.present.words.ORIGIN_NAMES` and tiers; destinations are tiers and those of
        :data:`needs.present.words.EXIT_NAMES`. A person recalled comes from ``community``.
    region : Region
        The region.
    known : Provenance
        Kind and sources of the figures.

    Examples
    --------
    >>> moves = pd.DataFrame(
    ...     [("court", "medium", 12.0, 8.0, 17.0), ("medium", "low", 9.0, 5.0, 14.0)],
    ...     columns=["origin", "destination", "patients", "patients_lower", "patients_upper"],
    ... )
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> flow_diagram(moves, london, Provenance("modelled", ("x#y",))).title
    'A year brings about 12 arrivals from outside into secure beds for London, 9 moves to less security and no moves to more'
    """
    flows = _flows(moves)
    layout = laid(flows, tuple(dict.fromkeys(_GROUPS.values())), tuple(_EXITS.values()))
    with canvas(HEIGHT + 0.45) as (figure, (axis,)):
        axis.set_axis_off()
        axis.set_aspect("equal")
        axis.set_xlim(0, WIDTH)
        axis.set_ylim(0, HEIGHT)
        _draw(axis, flows, layout)
        image = drawn(figure)
    ways = pd.Series([way(row.origin, row.destination) for row in records(moves)], index=moves.index, dtype=str)
    secure = moves["destination"].isin(TIERS)
    sums = {name: _sum(moves[(ways == name) & (secure | (name != "in"))]) for name in ("in", "down", "up")}
    here = words.place(region.name)
    title = (
        f"A year brings {_counted(sums['in'], 'arrival', 'about ')} from outside into secure beds for {here}, "
        f"{_counted(sums['down'], 'move')} to less security and {_counted(sums['up'], 'move')} to more"
    )
    if not flows.any:
        title = f"Nobody from {here} comes into care, moves between tiers or leaves"
    caption = (
        f"Patients a year from {here}: from where they come (left), between tiers, and to where they leave (right). Moves to "
        "less security are drawn on the right of the tiers, moves to more security and recalls on the left. Widths are to "
        "one scale; a very small flow keeps a hairline, and moves inside a tier are left out. Figures are means. People "
        "who reach the community caseload from outside are the rest that its size and stay imply."
    )
    return Artefact(
        "figure", title, caption, known.kind, known.sources, moves.reset_index(drop=True), _alt(flows), image
    )


def _flows(moves: pd.DataFrame) -> Flows:
    """Join the rows of a year's moves into the ribbons that are drawn."""
    into: dict[tuple[str, str], float] = {}
    between: dict[tuple[str, str], float] = {}
    out: dict[tuple[str, str], float] = {}
    for row in records(moves):
        origin = "community" if row.origin == "community_recall" else row.origin
        ends = (origin if origin in NEEDED_TIERS else _GROUPS[origin], row.destination)
        found = into
        if origin in NEEDED_TIERS:
            found = between if row.destination in NEEDED_TIERS else out
            ends = (origin, row.destination if found is between else _EXITS[row.destination])
        if row.patients > 0 and ends[0] != ends[1]:
            found[ends] = found.get(ends, 0.0) + float(row.patients)
    return Flows(into, between, out)


def _sum(moves: pd.DataFrame) -> tuple[float, float, float]:
    return (moves["patients"].sum(), moves["patients_lower"].sum(), moves["patients_upper"].sum())


def _counted(ends: tuple[float, float, float], what: str, about: str = "") -> str:
    told = rate(*ends)
    number = "no" if told == "0" else told if told.startswith("under") else f"{about}{told}"
    return f"{number} {words.plural(float(told == '1'), what)}"


def _told(value: float, flows: Flows) -> str:
    """Write a flow on the drawing: tenths where all flows are small. Its interval stands in the table."""
    largest = max((*flows.into.values(), *flows.between.values(), *flows.out.values()), default=0.0)
    if largest >= 10 and value >= 0.95:
        return rate(value, 0.5 * value, max(1.5 * value, 10.0))
    return rate(value, 0.0, 0.0).replace("under ", "<")


def _alt(flows: Flows) -> str:
    def sums(found: Mapping[tuple[str, str], float], side: int, names: Mapping[str, str]) -> str:
        together: dict[str, float] = {}
        for ends, value in found.items():
            together[ends[side]] = together.get(ends[side], 0.0) + value
        return words.listed([f"{names.get(n, n)} {_told(v, flows)}" for n, v in together.items()]) or "nobody"

    plain = {name: " ".join(name.split()) for name in (*_GROUPS.values(), *_EXITS.values())}
    between = [
        f"{words.TIER_NAMES[a]} to {words.TIER_NAMES[b].lower()} {_told(value, flows)}"
        for (a, b), value in sorted(flows.between.items(), key=lambda item: -item[1])
    ]
    return (
        "Flow diagram of patients a year, ribbons as wide as the flows. "
        f"Come from: {sums(flows.into, 0, plain)}. Enter from outside at: {sums(flows.into, 1, words.TIER_NAMES)}. "
        f"Between tiers, from the largest: {words.listed(between) or 'nobody'}. "
        f"Leave to: {sums(flows.out, 1, plain)}."
    )


def _draw(axis: Axes, flows: Flows, layout: Layout) -> None:
    for x, heading, align in (
        (LEFT, "Come from", "right"),
        (sum(BOX) / 2, "Tier", "center"),
        (RIGHT, "Leave to", "left"),
    ):
        axis.text(x, HEIGHT - 0.08, heading, fontsize=14, weight="bold", ha=align, va="top", color=INK)
    for x0, y0, x1, y1, width, side in layout.ribbons:
        _ribbon(axis, (x0, y0), (x1, y1), max(width, _HAIR), TEAL if side == "in" else GREY)
    for lane in layout.lanes:
        _lane(axis, lane)
    for lane in layout.direct:
        _direct(axis, lane)
    for side, x, nudge in (("in", LEFT, -0.1), ("out", RIGHT, 0.1)):
        for name, (middle, height, value) in layout.nodes[side].items():
            if value:
                axis.add_patch(Rectangle((x - 0.05, middle - height / 2), 0.1, height, color=INK, linewidth=0))
            axis.text(
                x + nudge, middle, f"{name}\n{_told(value, flows)}", fontsize=12.5, va="center", color=INK, linespacing=1.15,
                ha="right" if side == "in" else "left",
            )  # fmt: skip
    for tier, (top, height) in layout.boxes.items():
        axis.add_patch(Rectangle((BOX[0], top - height), BOX[1] - BOX[0], height, color=INK, linewidth=0, zorder=4))
        entering = sum(v for (_, to), v in (*flows.into.items(), *flows.between.items()) if to == tier)
        axis.text(
            sum(BOX) / 2, top - height / 2, f"{words.TIER_NAMES[tier]}\n{_told(entering, flows)} come in", fontsize=12.5,
            ha="center", va="center", color="white", linespacing=1.15, zorder=5,
        )  # fmt: skip
    for x, y, value, align in layout.labels:
        axis.text(
            x, y, _told(value, flows), fontsize=12, ha=align, va="center", color=INK, zorder=6, weight="bold",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.88, "pad": 1.2},
        )  # fmt: skip
    if flows.any:
        _key(axis, layout)


def _ribbon(axis: Axes, start: tuple[float, float], end: tuple[float, float], width: float, colour: str) -> None:
    (x0, y0), (x1, y1), half = start, end, width / 2
    middle = (x0 + x1) / 2
    points = [
        (x0, y0 + half), (middle, y0 + half), (middle, y1 + half), (x1, y1 + half),
        (x1, y1 - half), (middle, y1 - half), (middle, y0 - half), (x0, y0 - half), (x0, y0 + half),
    ]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    shade = 0.5 if colour == TEAL else 0.4
    axis.add_patch(PathPatch(Path(points, codes), facecolor=colour, alpha=shade, linewidth=0, zorder=1))
    axis.add_patch(PathPatch(Path(points, codes), facecolor="none", edgecolor=colour, linewidth=0.7, zorder=1.1))


def _lane(axis: Axes, lane: Lane) -> None:
    """Draw a move over a tier as a rounded bracket with its arrowhead."""
    half, reach, length = max(lane.width, _HAIR) / 2, lane.reach, abs(lane.end - lane.start)
    side, way = (1, -1) if lane.down else (-1, 1)
    x = BOX[1] if lane.down else BOX[0]
    bend = 0.1

    def corner(u: float, v: float, du: float, dv: float, radius: float) -> list[tuple[float, float]]:
        """Points of a rounded corner that is reached along one axis and left along the other."""
        if du:
            return [(u - du * radius, v), (u, v), (u, v + dv * radius)]
        return [(u, v), (u, v), (u, v)]

    wide = bend + 2 * half
    outer = corner(reach + half, -half, 1, 1, wide) + corner(reach + half, length + half, 1, -1, wide)[::-1]
    inner = corner(reach - half, length - half, 1, -1, bend) + corner(reach - half, half, 1, 1, bend)[::-1]
    local = [(0.0, -half), *outer, (_HEAD, length + half), (_HEAD, length - half), *inner, (0.0, half), (0.0, -half)]
    curve = [Path.LINETO, Path.CURVE3, Path.CURVE3]
    codes = [Path.MOVETO, *curve * 2, Path.LINETO, Path.LINETO, *curve * 2, Path.LINETO, Path.CLOSEPOLY]
    points = [(x + side * u, lane.start + way * v) for u, v in local]
    colour = BLUE if lane.down else PURPLE
    axis.add_patch(PathPatch(Path(points, codes), edgecolor="white", facecolor="white", linewidth=3, zorder=2.9))
    axis.add_patch(PathPatch(Path(points, codes), facecolor=colour, linewidth=0, zorder=3))
    base = max(half + 0.045, 0.07)
    head = [(x + side * _HEAD, lane.end + base), (x, lane.end), (x + side * _HEAD, lane.end - base)]
    axis.add_patch(Polygon(head, facecolor=colour, edgecolor="none", zorder=3.1))


def _direct(axis: Axes, lane: Lane) -> None:
    """Draw a move to the next tier as a straight ribbon with its arrowhead."""
    half, way = max(lane.width, _HAIR) / 2, -1 if lane.down else 1
    colour, neck = BLUE if lane.down else PURPLE, lane.end - way * _HEAD
    axis.add_patch(
        Rectangle((lane.reach - half, lane.start), 2 * half, neck - lane.start + way * 0.01, color=colour, linewidth=0)
    )
    base = max(half + 0.045, 0.07)
    head = [(lane.reach - base, neck), (lane.reach, lane.end), (lane.reach + base, neck)]
    axis.add_patch(Polygon(head, facecolor=colour, edgecolor="none"))


def _key(axis: Axes, layout: Layout) -> None:
    """Draw the scale: how wide so many people a year are; and what the colours of the arrows mean."""
    number, y = layout.unit, 0.2
    height = number * layout.scale
    axis.add_patch(Rectangle((0.05, y - height / 2), 0.5, height, color=GREY, linewidth=0))
    told = f"this thick: {number:,g} {words.plural(number, 'person', 'people')} a year"
    axis.text(0.65, y, told, fontsize=12.5, va="center", color=INK)
    for x, colour, what, turn in ((3.85, BLUE, "to less security", -1), (6.0, PURPLE, "to more security, recall", 1)):
        axis.add_patch(Rectangle((x - 0.04, y - 0.1 - 0.03 * turn), 0.08, 0.2, color=colour, linewidth=0))
        head = [(x - 0.09, y + 0.03 * turn), (x, y + 0.17 * turn), (x + 0.09, y + 0.03 * turn)]
        axis.add_patch(Polygon(head, facecolor=colour, edgecolor="none"))
        axis.text(x + 0.2, y, what, fontsize=12.5, va="center", color=INK)
