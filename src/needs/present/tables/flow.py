"""Tables of the flow: moves, what it was fitted to, what changes do, and what the spread comes from."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from needs.data.geography import Region
from needs.methods.mismatch import NEEDED_TIERS
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.movement import Change, changed, futures, moved, rate, rated, turn, way
from needs.present.tables.layout import DOES_NOT_APPLY, NONE_PUBLISHED, Column, laid_out, nothing
from needs.values import TIERS, Provenance, records

__all__ = ["after_changes", "calibration", "chance", "flows"]

_WAYS = {
    "in": "Into a tier",
    "down": "To less security",
    "up": "To more security",
    "side": "Same security",
    "out": "Out",
}
_MEASURES = {"occupied": "People in it", "blocked": "Blocked", "waiting": "Waiting outside"}
_TIERS = {**words.TIER_NAMES, "all": "All tiers"}
_SMALL = 25
"""A move below one in so many of its group is added to other small ones."""
_MOST = 10
"""Rows shown of each change, at most."""
_NEAR = 0.1
"""A miss that is called near: 10% of the figure told."""
_KNOWN = ("published", "derived")
"""Kinds of the figures that the title of a calibration counts."""


def flows(moves: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Tabulate a year's moves: into the tiers, between them, and out; small ones of a group together.

    Parameters
    ----------
    moves, region, known
        See :func:`needs.present.charts.flow_diagram`.

    Examples
    --------
    >>> moves = pd.DataFrame(
    ...     [("medium", "low", 9.0, 5.0, 14.0), ("court", "medium", 12.0, 8.0, 17.0)],
    ...     columns=["origin", "destination", "patients", "patients_lower", "patients_upper"],
    ... )
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> table = flows(moves, london, Provenance("modelled", ("x#y",)))
    >>> table.rows.to_numpy().tolist()[0]
    ['Into a tier', 'Court', 'Medium secure', '12', '8 to 17']
    >>> table.title
    'From London, the largest move into or between secure tiers is court to medium secure: 12 (8 to 17) a year'
    """
    here = words.place(region.name)
    caption = (
        f"Mean patients a year from {here} by where they come from and where they go, with 95% intervals. A person recalled "
        "comes from the community; moves inside a tier are to the same security. Moves that make less than one in "
        f"{_SMALL} of their group are added up; the data of this table hold each of them."
    )
    rows = moves[moves["patients_upper"] > 0].copy()
    if rows.empty:
        return nothing(
            f"Nobody from {here} comes into care, moves between tiers or leaves.", "Patients a year", caption, known
        )
    order = [*words.ORIGIN_NAMES, *NEEDED_TIERS, *words.EXIT_NAMES]
    rows["way"] = [way(row.origin, row.destination) for row in records(rows)]
    rows["place"] = [
        ([*_WAYS].index(row.way), order.index(row.origin), order.index(row.destination)) for row in records(rows)
    ]
    rows = rows.sort_values("place", kind="stable").drop(columns="place").reset_index(drop=True)
    origins = words.ORIGIN_NAMES | words.TIER_NAMES
    shown = rows.assign(
        move=rows["way"].map(_WAYS),
        of=rows["origin"].map(origins),
        to=[(words.EXIT_NAMES if row.way == "out" else words.TIER_NAMES)[row.destination] for row in records(rows)],
        told=[rate(r.patients, r.patients_lower, r.patients_upper) for r in records(rows)],
        interval=[
            " to ".join(rate(end, r.patients_lower, r.patients_upper) for end in (r.patients_lower, r.patients_upper))
            for r in records(rows)
        ],
    )
    columns: dict[str, Column] = {
        "move": ("Move", None),
        "of": ("From", None),
        "to": ("To", None),
        "told": ("Mean patients a year", words.count),
        "interval": ("95% interval", None),
    }
    title = f"Nobody from {here} moves into or between secure tiers"
    apart = shown[(shown["way"] != "side") & shown["destination"].isin(TIERS)]
    if len(apart):
        first = max(records(apart), key=lambda row: float(row.patients))
        told = rated(first.patients, first.patients_lower, first.patients_upper)
        ends = f"{words.lower(first.of)} to {words.lower(first.to)}"
        title = f"From {here}, the largest move into or between secure tiers is {ends}: {told} a year"
    few = pd.concat([_together(group) for _, group in shown.groupby("way", sort=False)], ignore_index=True)
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(few, columns))


def _together(group: pd.DataFrame) -> pd.DataFrame:
    """Add up the small moves of a group, where there are several."""
    small = group["patients"] < group["patients"].sum() / _SMALL
    if small.sum() < 2:
        return group
    rest = group[small]
    number = rest["patients"].sum()
    row = {"move": group["move"].iloc[0], "of": "All other moves", "to": "any", "interval": "see the data"}
    row["told"] = rate(number, rest["patients_lower"].sum(), rest["patients_upper"].sum())
    return pd.concat([group[~small], pd.DataFrame([row])], ignore_index=True)


def calibration(fitted: pd.DataFrame, region: Region, known: Provenance, own: bool = False) -> Artefact:
    """Tabulate the figures that the flow was told beside the model's, and how far each is missed.

    Parameters
    ----------
    fitted : DataFrame
        ``figure, tier, unit, fitted, published, published_lower, published_upper, value, value_lower, value_upper, miss,
        kind, source_note``; the miss is the model's figure over the one told (``published``), less 1; ``kind`` is the kind
        of the figure told.
    region, known
        See :func:`needs.present.charts.flow_diagram`.
    own : bool
        Whether figures of the region's own are among those told.

    Examples
    --------
    >>> row = {"figure": "Median stay", "tier": "low", "unit": "years", "fitted": True, "published": 2.0, "value": 2.5,
    ...        "published_lower": None, "published_upper": None, "value_lower": 2.1, "value_upper": 3.0, "miss": 0.25,
    ...        "kind": "published", "source_note": "a census"}
    >>> table = calibration(pd.DataFrame([row]), Region("2023-24", "london", "London", "E40000003"),
    ...                     Provenance("modelled", ("x#y",)))
    >>> print(table.title)  # doctest: +NORMALIZE_WHITESPACE
    Within 10%: 0 of 1 published figure it was fitted to; of all it was fitted to, the largest miss is +25%, median stay,
    low secure
    """
    order = [*NEEDED_TIERS, "all"]
    by_tier = sorted(
        range(len(fitted)),
        key=lambda n: order.index(fitted["tier"].iloc[n]) if fitted["fitted"].iloc[n] else len(order),
    )
    rows = fitted.iloc[by_tier].reset_index(drop=True)
    shown = rows.assign(
        name=[_TIERS.get(tier, tier) for tier in rows["tier"]],
        sort=rows["kind"].str.capitalize(),
        use=rows["fitted"].map({True: "Fitted to", False: "Held against"}),
        told=[_with_ends(r.published, r.published_lower, r.published_upper, r.unit) for r in records(rows)],
        found=[_with_ends(r.value, r.value_lower, r.value_upper, r.unit) for r in records(rows)],
        off=[DOES_NOT_APPLY if pd.isna(miss) else _signed_share(miss) for miss in rows["miss"]],
    )
    columns: dict[str, Column] = {
        "figure": ("Figure", None),
        "name": ("Tier", None),
        "use": ("Use", None),
        "sort": ("Kind", None),
        "told": ("Told", words.count),
        "found": ("Model", words.count),
        "off": ("Miss", words.signed),
        "source_note": ("From", None),
    }
    used = rows[rows["fitted"].astype(bool) & rows["kind"].isin(_KNOWN)]
    whose = "published or own" if own else "published"
    near, of = int((used["miss"].abs() <= _NEAR + 1e-9).sum()), len(used)
    title = f"Within {words.percent(_NEAR, 0)}: {near} of {of} {whose} {words.plural(of, 'figure')} it was fitted to"
    if not of:
        title = "The flow was fitted to no published figure"
    for fit, begun in ((True, "it was fitted to"), (False, "it is only held against")):
        missed = records(shown[shown["miss"].notna() & (shown["fitted"].astype(bool) == fit)])
        if missed:
            worst = max(missed, key=lambda row: abs(float(row.miss)))
            title += f"; of all {begun}, the largest miss is {worst.off}, {words.lower(worst.figure)}, {words.lower(worst.name)}"
            title += "" if worst.kind in _KNOWN else f" ({worst.kind})"
    caption = (
        f"Figures that the flow for {words.place(region.name)} was told, to fit them or to be held against them, beside what "
        "the model gives, with 95% intervals around means where these come from draws. Kind is that of the figure told; the "
        f"title counts those published or derived from {whose} ones. Miss: model over told, less 100%."
    )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(shown, columns))


def _with_ends(value: float, lower: float | None, upper: float | None, unit: str) -> str:
    if pd.isna(value):
        return NONE_PUBLISHED

    def told(number: float) -> str:
        if unit.startswith("people"):
            return words.count(number)
        return words.percent(number) if unit == "share" else words.plain(number)

    name = "" if unit == "share" else f" {unit}"
    ends = "" if pd.isna(lower) or pd.isna(upper) else f" ({told(float(lower or 0))} to {told(float(upper or 0))})"
    one = told(value) == "1"
    return f"{told(value)}{name.replace('people', 'person', 1) if one else name}{ends}"


def _signed_share(share: float) -> str:
    rounded = round(100 * share)
    return f"{rounded:+d}%".replace("-", "−") if rounded else "0%" if share == 0 else "under 1%"


def after_changes(differences: pd.DataFrame, changes: Sequence[Change], region: Region, known: Provenance) -> Artefact:
    """Tabulate what each change does in the last year, against the same futures without it.

    Parameters
    ----------
    differences : DataFrame
        ``change`` (``close`` or ``open``), ``tier, measure`` (``occupied``, ``blocked``, ``waiting``), ``difference,
        lower_80, upper_80, difference_lower, difference_upper, more, less`` (shares of futures with more and with fewer).
    changes : sequence of Change
        What is closed or opened, at most one of each verb.
    region, known
        See :func:`needs.present.charts.flow_diagram`.

    Examples
    --------
    >>> from types import SimpleNamespace as told
    >>> row = {"change": "close", "tier": "low", "measure": "waiting", "difference": 8.2, "lower_80": 5.0, "upper_80": 11.0,
    ...        "difference_lower": 3.1, "difference_upper": 14.4, "more": 0.93, "less": 0.01}
    >>> table = after_changes(pd.DataFrame([row]), [told(verb="close", tier="low", number=5, year=1)],
    ...                       Region("2023-24", "london", "London", "E40000003"), Provenance("modelled", ("x#y",)))
    >>> print(table.title)  # doctest: +NORMALIZE_WHITESPACE
    In London, closing 5 low secure beds today: more people wait outside low secure in 9 of 10 futures (+8 on average,
    +3 to +14)
    >>> table.rows.to_numpy().tolist()[0][1:]
    ['Low secure', 'Waiting outside', '+8', '+5 to +11', '+3 to +14', '9 of 10']
    """
    names = {change.verb: changed(change) for change in changes}
    short = {change.verb: f"{change.verb.capitalize()} {words.count(change.number)}" for change in changes}
    rows = differences[differences["change"].isin(list(names))].reset_index(drop=True)
    findings = [f"{names[verb]}: {_finding(rows[rows['change'] == verb])}" for verb in names]
    title = f"In {words.place(region.name)}, {'; '.join(findings)}"
    caption = (
        f"Mean difference in people in the last year after each change, {region.name}, against the same futures without it, and "
        "in how many of ten futures there are more. Blocked: people who keep a bed they no longer need because no place further "
        f"on is free. Tiers without any change are left out; of the others, the totals of people blocked and waiting and the "
        f"largest differences are shown, at most {_MOST} for each change."
    )
    few = _largest(rows)
    if few.empty:
        told = pd.DataFrame({"Change": ["No tier changes."]})
        return Artefact("table", title, caption, known.kind, known.sources, rows, rows=told)
    steps = [words.step(r.difference_lower, r.difference_upper) for r in records(few)]
    shown = few.assign(
        what=[short[verb] for verb in few["change"]],
        name=few["tier"].map(_TIERS),
        count=few["measure"].map(_MEASURES),
        told=[words.signed(value, to) for value, to in zip(few["difference"], steps, strict=True)],
        mostly=_signed_ends(few["lower_80"], few["upper_80"], steps),
        interval=_signed_ends(few["difference_lower"], few["difference_upper"], steps),
        often=[futures(share) for share in few["more"]],
    )
    columns: dict[str, Column] = {
        "what": ("Change", None),
        "name": ("Tier", None),
        "count": ("People", None),
        "told": ("Mean difference", words.signed),
        "mostly": ("80% interval", None),
        "interval": ("95% interval", None),
        "often": ("Futures with more", None),
    }
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(shown, columns))


def _largest(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out where nothing changes, and keep the totals and the largest differences of each change, in their order."""
    told = rows[(rows[["difference", "difference_lower", "difference_upper", "more", "less"]] != 0).any(axis=1)]
    totals = (told["tier"] == "all") & (told["measure"] != "occupied")
    rank = told["difference"].abs().mask(totals, float("inf"))
    kept = [rank[told["change"] == change].nlargest(_MOST).index for change in told["change"].unique()]
    return told.loc[sorted(i for found in kept for i in found)].reset_index(drop=True)


def _signed_ends(lower: pd.Series[float], upper: pd.Series[float], steps: Sequence[float]) -> list[str]:
    ends = zip(lower, upper, steps, strict=True)
    return [f"{words.signed(a, to)} to {words.signed(b, to)}" for a, b, to in ends]


def _finding(rows: pd.DataFrame) -> str:
    """Say the largest difference that a change makes to those who wait or are blocked."""
    found = rows[rows["measure"] != "occupied"].reset_index(drop=True)
    if found.empty or not found["difference"].any():
        return "no change in people waiting or blocked"
    first = found.loc[[found["difference"].abs().argmax()]].iloc[0]
    ends = (float(first["difference"]), float(first["difference_lower"]), float(first["difference_upper"]))
    sign, waiting = turn(*ends), first["measure"] == "waiting"
    where = f" {'outside' if waiting else 'in'} {words.TIER_NAMES.get(first['tier'], '').lower()}"
    if first["tier"] == "all":
        where = f"{' outside' if waiting else ''}, all tiers together{',' if sign else ''}"
    if not sign:
        return moved(*ends, f"{'waiting' if waiting else 'blocked'}{where}")
    to = words.step(*ends[1:])
    told = [words.signed(end, to) for end in ends]
    often = futures(first["more"] if sign > 0 else first["less"])
    who = f"{'more' if sign > 0 else 'fewer'} people {'wait' if waiting else 'are blocked'}{where}"
    return f"{who} in {often} futures ({told[0]} on average, {told[1]} to {told[2]})"


def chance(parts: pd.DataFrame, region: Region, known: Provenance) -> Artefact:
    """Tabulate how much of the spread of each figure comes from parameters and how much from chance.

    Parameters
    ----------
    parts : DataFrame
        ``measure, tier, from_parameters, from_chance``: shares of variance; missing where nothing varies.
    region, known
        See :func:`needs.present.charts.flow_diagram`.

    Examples
    --------
    >>> parts = pd.DataFrame({"measure": ["blocked", "waiting"], "tier": "all", "from_parameters": [0.7, 0.2],
    ...                       "from_chance": [0.3, 0.8]})
    >>> table = chance(parts, Region("2023-24", "london", "London", "E40000003"), Provenance("modelled", ("x#y",)))
    >>> table.title
    'For London, what is not known makes more of the spread than chance in 1 of 2 figures of the flow'
    """
    rows = parts.reset_index(drop=True)
    shown = rows.assign(
        count=[_MEASURES.get(measure, measure) for measure in rows["measure"]],
        name=rows["tier"].map(_TIERS),
        known=[_share(share) for share in rows["from_parameters"]],
        luck=[_share(share) for share in rows["from_chance"]],
    )
    columns: dict[str, Column] = {
        "count": ("People", None),
        "name": ("Tier", None),
        "known": ("From what is not known", words.percent),
        "luck": ("From chance", words.percent),
    }
    more = int((rows["from_parameters"] > rows["from_chance"]).sum())
    title = (
        f"For {words.place(region.name)}, what is not known makes more of the spread than chance in {more} of {len(rows)} "
        f"{words.plural(len(rows), 'figure')} of the flow"
    )
    caption = (
        f"Share of the variance of each figure in the last year, {region.name}, that comes from parameters that are not known "
        "and from the play of chance among futures with the same parameters."
    )
    return Artefact("table", title, caption, known.kind, known.sources, rows, rows=laid_out(shown, columns))


def _share(share: float) -> str:
    return DOES_NOT_APPLY if pd.isna(share) else words.percent(share, 0)
