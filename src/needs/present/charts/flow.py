"""A drawing of the flow of people: where they come from, where they are, where they wait, and where they leave to."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from needs.data.geography import Region
from needs.methods.mismatch import NEEDED_TIERS
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.flow_layout import HEIGHT, laid
from needs.present.charts.flow_marks import Inside, draw
from needs.present.charts.flow_parts import Flows, Step, Stub
from needs.present.movement import people, rate, way
from needs.present.style import canvas, drawn
from needs.values import TIERS, Provenance, records

__all__ = ["flow_diagram"]

_ORIGINS = {**words.ORIGIN_NAMES, "prison_remand": "Prison", "prison_sentenced": "Prison"}
"""Where people come from as drawn, from top to bottom."""
_EXITS = {name: words.EXIT_NAMES[name] for name in ("prison", "general_psychiatry", "discharge", "other", "died")}
_SMALL = 40
"""A ribbon below one in so many of all on its side is added to the other small ones of its tier."""
_HAIR = 25
"""A move over a tier below one in so many of all between tiers is not drawn."""
_SOME = 0.5
"""People who wait, at least, for a mark where they do."""
_WIDE = 24
"""Letters that a tier holds."""

Ends = tuple[float, float, float]


def flow_diagram(moves: pd.DataFrame, standing: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Draw a year's moves into, between and out of the tiers, who is in them, and who waits.

    Parameters
    ----------
    moves : DataFrame
        ``origin, destination, patients, patients_lower, patients_upper``: patients a year. Origins are those of
        :data:`needs.present.words.ORIGIN_NAMES` and tiers; destinations are tiers and those of
        :data:`needs.present.words.EXIT_NAMES`. A person recalled comes from ``community``.
    standing : DataFrame
        Who is in the tiers and who waits; see :func:`needs.methods.flow_findings.standing`.
    region : Region
        The region.
    known : Provenance
        Kind and sources of the figures.

    Examples
    --------
    >>> names = ["origin", "destination", "patients", "patients_lower", "patients_upper"]
    >>> moves = pd.DataFrame([("court", "medium", 12.0, 8.0, 17.0), ("medium", "low", 9.0, 5.0, 14.0)], columns=names)
    >>> there = [("occupied", "medium", "medium", 45.0, 30.0, 61.0), ("blocked", "all", "any", 7.0, 2.0, 15.0)]
    >>> standing = pd.DataFrame(there, columns=["measure", *names])
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> print(flow_diagram(moves, standing, london, Provenance("modelled", ("x#y",))).title)  # doctest: +NORMALIZE_WHITESPACE
    A year brings about 12 arrivals from outside into secure beds for London, 9 moves to less security and no moves to more;
    7 people (2 to 15) are blocked
    """
    flows, left_out = _flows(moves, standing)
    with canvas(HEIGHT + 0.35) as (figure, (axis,)):
        draw(axis, flows, laid(flows), _inside(standing), *(_headed(moves, side) for side in ("in", "out")))
        image = drawn(figure)
    here, every = words.place(region.name), flows.any
    title = (
        _title(moves, standing, here) if every else f"Nobody from {here} comes into care, moves between tiers or leaves"
    )
    small = f" Not drawn, as they are small: {words.listed(left_out)}." if left_out else ""
    caption = (
        f"Patients a year from {here}: from where they come (left), between tiers, and to where they leave (right), and the "
        "people in each tier (bars). Blue arrows lead to less security, purple ones to more and back on recall. A gate stands "
        "where people wait: blocked in their tier because the next is full, or outside for a bed. Widths are to one scale; a "
        "very small flow keeps a hairline, small ones of a tier are joined as other, and moves inside a tier are left out."
        f"{small} Figures are means; each tells its interval on the web page. People who reach the community caseload from "
        "outside are the rest that its size and stay imply."
    )
    data = pd.concat([moves.assign(measure="moves"), standing], ignore_index=True)
    data = data[["measure", *data.columns.drop("measure")]]
    return Artefact("figure", title, caption, known.kind, known.sources, data, _alt(moves, standing), image)


def _title(moves: pd.DataFrame, standing: pd.DataFrame, here: str) -> str:
    ways = pd.Series([way(row.origin, row.destination) for row in records(moves)], index=moves.index, dtype=str)
    secure = moves["destination"].isin(TIERS)
    sums = {name: _sum(moves[(ways == name) & (secure | (name != "in"))]) for name in ("in", "down", "up")}
    held = people(*_found(standing, "blocked", "all"))
    return (
        f"A year brings {_counted(sums['in'], 'arrival', 'about ')} from outside into secure beds for {here}, "
        f"{_counted(sums['down'], 'move')} to less security and {_counted(sums['up'], 'move')} to more; "
        f"{held} {'is' if held.startswith(('1 person', 'under 1', 'nobody')) else 'are'} blocked"
    )


def _sum(moves: pd.DataFrame) -> Ends:
    return (moves["patients"].sum(), moves["patients_lower"].sum(), moves["patients_upper"].sum())


def _counted(ends: Ends, what: str, about: str = "") -> str:
    told = rate(*ends)
    number = "no" if told == "0" else told if told.startswith("under") else f"{about}{told}"
    return f"{number} {words.plural(float(told in ('1', 'under 1')), what)}"


def _found(standing: pd.DataFrame, measure: str, origin: str, destination: str = "any") -> Ends:
    """Return a number of people with its ends; nobody where there is no row."""
    rows = standing[
        standing["measure"].eq(measure) & standing["origin"].eq(origin) & standing["destination"].eq(destination)
    ]
    return _sum(rows)


def _a_year(ends: Ends) -> str:
    """Write people a year with their interval."""
    told, low, high = (rate(number, *ends[1:]) for number in ends)
    return f"{told} {words.plural(float(told in ('1', 'under 1')), 'person', 'people')} a year ({low} to {high})"


def _short(ends: Ends) -> str:
    """Write people a year for the drawing."""
    return rate(*ends).replace("under ", "<")


def _flows(moves: pd.DataFrame, standing: pd.DataFrame) -> tuple[Flows, list[str]]:
    """Join the rows of a year's moves into the ribbons that are drawn; name the small ones over a tier that are not."""
    told = moves[moves["patients"] > 0]
    told = told.assign(origin=told["origin"].replace("community_recall", "community"))
    outside, leaves = ~told["origin"].isin(NEEDED_TIERS), ~told["destination"].isin(NEEDED_TIERS)
    comes, goes = told[outside], told[leaves]
    into = {tier: _stubs(comes[comes["destination"].eq(tier)], comes, "origin", tier) for tier in NEEDED_TIERS}
    out = {tier: _stubs(goes[goes["origin"].eq(tier)], goes, "destination", tier) for tier in NEEDED_TIERS}
    for tier in NEEDED_TIERS:
        into[tier] += _queue(standing, tier)
    between = told[~outside & ~leaves & told["origin"].ne(told["destination"])]
    steps, left_out = [], []
    for row in records(between.groupby(["origin", "destination"], sort=False, as_index=False).sum(numeric_only=True)):
        step = _step(row, standing)
        if step.over and step.value < between["patients"].sum() / _HAIR:
            left_out.append(f"{_ends(row)} {step.label}")
        else:
            steps.append(step)
    return Flows(into, out, steps), left_out


def _stubs(rows: pd.DataFrame, every: pd.DataFrame, key: str, tier: str) -> list[Stub]:
    """Make the ribbons of one side of a tier, small ones joined; ``every`` has those of all tiers."""
    names = _ORIGINS if key == "origin" else _EXITS
    parts = {name: rows[rows[key].map(names).eq(name)] for name in dict.fromkeys(names.values())}
    sums = {name: _sum(part) for name, part in parts.items() if len(part)}
    least, first = every["patients"].sum() / _SMALL, max([ends[0] for ends in sums.values()], default=0.0)
    small = [name for name, ends in sums.items() if ends[0] < min(least, first)]
    kept = [name for name in sums if name not in small or len(small) == 1]
    found = [_stub(name, parts[name], key, tier) for name in kept]
    if len(small) > 1:
        found.append(_stub("Other", pd.concat([parts[name] for name in small]), key, tier))
    return found


def _stub(name: str, rows: pd.DataFrame, key: str, tier: str) -> Stub:
    ends, inside = _sum(rows), words.TIER_NAMES[tier]
    what = {"Other": "other places"}.get(name, words.lower(name))
    whole = f"{what[:1].upper()}{what[1:]} to {inside.lower()}" if key == "origin" else f"{inside} to {what}"
    told = f"{whole}: {_a_year(ends)}"
    if len(rows) > 1:
        each = words.ORIGIN_NAMES if key == "origin" else words.EXIT_NAMES
        parts = [
            f"{words.lower(each[getattr(row, key)]).rpartition(', ')[2]} {rate(*_ends_of(row))}"
            for row in records(rows)
        ]
        told = f"{told.rpartition(' (')[0]}, of them {words.listed(parts)}"
    return Stub(ends[0], f"{name} {_short(ends)}", told)


def _ends_of(row: object) -> Ends:
    return (row.patients, row.patients_lower, row.patients_upper)  # type: ignore[attr-defined]


def _queue(standing: pd.DataFrame, tier: str) -> list[Stub]:
    """Make the label of people who wait outside for a tier, where there are any."""
    ends = _found(standing, "waiting", "outside", tier)
    if ends[0] < _SOME:
        return []
    number, bed = people(*ends), "a place" if tier == "step_down" else "a bed"
    one = number.startswith(("1 person", "under 1"))
    label = f"{number.partition(' pe')[0]} {'waits' if one else 'wait'} for {bed}"
    return [Stub(0.0, label, f"Waiting outside for {bed} in {words.TIER_NAMES[tier].lower()}: {number}")]


def _ends(row: object) -> str:
    origin, to = words.TIER_NAMES[row.origin], words.TIER_NAMES[row.destination]  # type: ignore[attr-defined]
    return f"{origin} to {to.lower()}"


def _step(row: object, standing: pd.DataFrame) -> Step:
    pair = (row.origin, row.destination)  # type: ignore[attr-defined]
    ends, held = _ends_of(row), _found(standing, "blocked", *pair)[0]
    told = f"{_ends(row)}: {_a_year(ends)}"
    if held >= _SOME:
        told += f"; {words.count(held)} blocked {words.plural(round(held), 'person waits', 'people wait')} for it"
    tiers = (NEEDED_TIERS.index(pair[0]), NEEDED_TIERS.index(pair[1]))
    return Step(tiers, ends[0], _short(ends), told, held >= _SOME)


def _inside(standing: pd.DataFrame) -> dict[str, Inside]:
    """Say of each tier who is in it and who is blocked."""
    found = {}
    for tier in NEEDED_TIERS:
        there, held = _found(standing, "occupied", tier, tier), _found(standing, "blocked", tier)
        told, label = f"In {words.TIER_NAMES[tier].lower()}: {people(*there)}", people(*there).partition(" (")[0]
        if held[0] >= _SOME:
            label += f", {people(*held).partition(' pe')[0]} blocked"
            told += f"; blocked: {people(*held)}"
        label = label if len(label) <= _WIDE else label.replace(" people", "")
        found[tier] = Inside(there[0], held[0] if held[0] >= _SOME else 0.0, label, told)
    return found


def _headed(moves: pd.DataFrame, side: str) -> str:
    outside = ~moves[{"in": "origin", "out": "destination"}[side]].isin([*NEEDED_TIERS, "community_recall"])
    ends = _sum(moves[outside])
    return f"{'Come from' if side == 'in' else 'Leave to'}: {rate(*ends)} a year"


def _alt(moves: pd.DataFrame, standing: pd.DataFrame) -> str:
    told = moves[moves["patients"] > 0].assign(origin=lambda f: f["origin"].replace("community_recall", "community"))
    outside, leaves = ~told["origin"].isin(NEEDED_TIERS), ~told["destination"].isin(NEEDED_TIERS)

    def sums(rows: pd.DataFrame, names: pd.Series) -> str:
        parts = {name: _sum(rows[names.eq(name)]) for name in names.unique()}
        return words.listed([f"{name} {rate(*ends)}" for name, ends in parts.items()]) or "nobody"

    between = told[~outside & ~leaves & told["origin"].ne(told["destination"])].sort_values("patients", ascending=False)
    steps = [f"{_ends(row)} {rate(*_ends_of(row))}" for row in records(between)]
    waits = [f"{stub.label} in {words.TIER_NAMES[tier].lower()}" for tier in TIERS for stub in _queue(standing, tier)]
    inside = [f"{words.TIER_NAMES[tier].lower()} {there.label}" for tier, there in _inside(standing).items()]
    return (
        "Flow diagram of patients a year, ribbons as wide as the flows. "
        f"Come from: {sums(told[outside], told.loc[outside, 'origin'].map(_ORIGINS))}. "
        f"Enter from outside at: {sums(told[outside], told.loc[outside, 'destination'].map(words.TIER_NAMES))}. "
        f"In the tiers: {'; '.join(inside)}. {_sentence(waits)}"
        f"Between tiers, from the largest: {words.listed(steps) or 'nobody'}. "
        f"Leave to: {sums(told[leaves], told.loc[leaves, 'destination'].map(_EXITS))}."
    )


def _sentence(parts: Sequence[str]) -> str:
    return f"Waiting: {words.listed(parts)}. " if parts else ""
