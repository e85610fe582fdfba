"""The way from the spend of one finished run to that of another, and what must be said of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from needs.methods.decomposition import Spending, spend_steps
from needs.present import compared, words
from needs.present.choices import PART_NAMES, over, quoted, spends
from needs.present.money_words import known_spend
from needs.run.finished import ENGLAND, Finished
from needs.values import Provenance, merge_sources, records, weakest

__all__ = ["Change", "between_areas", "between_scenarios", "name_of", "price_level"]

ORDERS = (
    "Each step is what its factor adds as it goes from the one to the other: the mean over all orders in which the factors "
    "could change, so that the steps add up"
)

BASES = {
    "place_year": "a place for a year",
    "occupied_bed_day": "an occupied bed-day, times the days of a year",
}
"""What one unit of the cost of care is, as a sentence says it."""


@dataclass(frozen=True)
class Change:
    """A way from one figure to another.

    Parameters
    ----------
    names : (str, str)
        Where it starts and ends.
    steps : DataFrame
        ``factor, label, value, total, lower, upper``, in pounds.
    title, caption : str
        The finding, and what is measured.
    known : Provenance
        Kind and sources.
    notes : tuple of str
        What a reader must know.
    sides : mapping of str to DataFrame
        ``tier, adults, patients, year_cost, spend`` of each area; empty for scenarios.
    otherwise : tuple of str
        What two runs of one edition were told otherwise, by name.
    prices : str
        Year of the prices, as it stands after the unit.

    Examples
    --------
    >>> Change(("a", "b"), pd.DataFrame(), "Up", "Spend", Provenance("modelled", ("x#y",)), ()).sides
    {}
    """

    names: tuple[str, str]
    steps: pd.DataFrame
    title: str
    caption: str
    known: Provenance
    notes: tuple[str, ...]
    sides: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    otherwise: tuple[str, ...] = ()
    prices: str = ""


def name_of(run: Finished) -> str:
    """Return the name of what is meant, without the edition.

    Examples
    --------
    >>> from pathlib import Path
    >>> from needs.run.manifest import Manifest
    >>> made = {"inputs": {}, "parameters": {}, "code": {}, "lock": "", "fingerprint": "", "versions": {}}
    >>> record = Manifest(**made, edition="2009-10", region="london", formats=(), outputs={}, artefacts={})
    >>> name_of(Finished(Path("build"), record, {"region_name": "London"}, "diversion"))
    'London with diversion'
    """
    if run.scenario:
        return f"{run.about['region_name']} with {run.scenario}"
    return "England" if run.part == ENGLAND else str(run.about["region_name"])


def _labels(runs: Sequence[Finished]) -> tuple[str, str]:
    """Name both sides, with the edition where it differs."""
    editions = {run.about["edition_label"] for run in runs}
    names = [name_of(run) + f", {run.about['edition_label']}" * (len(editions) > 1) for run in runs]
    if names[0] == names[1]:
        names = [f"{name} ({which})" for name, which in zip(names, ("first run", "second run"), strict=True)]
    return names[0], names[1]


def _places(runs: Sequence[Finished]) -> tuple[str, str]:
    """Name both sides as running text does."""
    ends = [
        label.partition(name_of(run))[2].replace(", ", " in edition ")
        for label, run in zip(_labels(runs), runs, strict=True)
    ]
    one, other = (words.place(name_of(run)) + end for run, end in zip(runs, ends, strict=True))
    return one, other


def between_areas(runs: Sequence[Finished], per_adult: bool) -> Change:
    """Part the way from the spend of one area to that of another.

    Parameters
    ----------
    runs : sequence of Finished
        Two, each a region or England.
    per_adult : bool
        Whether to explain spend for each adult.

    Examples
    --------
    >>> between_areas(find_finished(["london:england", "london"], Path("build")), True).title  # doctest: +SKIP
    """
    labels = _labels(runs)
    years = [run.record.parameters["costs"]["price_year"] for run in runs]
    moved = years[0] != years[1]
    tables = [run.tiers for run in runs]
    levels = (1.0, price_level(runs) or 1.0)
    sides = [
        Spending(label, float(table["adults"].iloc[0]), table, level)
        for label, table, level in zip(labels, tables, levels, strict=True)
    ]
    steps = spend_steps(*sides, per_adult=per_adult)
    over_adults = [side.adults if per_adult else 1.0 for side in sides]
    ends = [_interval(run, side.total) for run, side in zip(runs, sides, strict=True)]
    for column, which in (("lower", 0), ("upper", 1)):
        steps[column] = float("nan")
        for row, number in ((steps.index[0], 0), (steps.index[-1], 1)):
            steps.loc[row, column] = ends[number][which] / over_adults[number]
    how = known_spend("own" if not _modelled(runs) else "partly own" if any(run.own for run in runs) else "modelled")
    each = " for each adult" * per_adult
    told = [
        f"{words.money(steps['value'].iloc[row])} for {place}"
        for row, place in zip((0, -1), _places(runs), strict=True)
    ]
    prices = f"each in the prices of its own year, {years[0]} and {years[1]}" if moved else f"{years[0]} prices"
    return Change(
        labels,
        steps,
        f"{how} on secure care{each} is {told[0]} and {told[1]}; {compared.largest(steps)}",
        f"{how} on secure care{each}, from {labels[0]} to {labels[1]}, {prices}. {ORDERS}",
        _known(runs, ["tbl-spend-england", *(["tbl-price-years"] if moved else [])]),
        tuple(_notes_on_areas(runs, tables)),
        dict(zip(labels, tables, strict=True)),
        _told_otherwise(runs),
        "in each year's own prices" if moved else f"at {years[0]} prices",
    )


def _years(run: Finished) -> pd.DataFrame:
    """Return spend with its interval and what a pound is worth, by tier, ``all`` and ``england``."""
    return run.data("tbl-price-years").set_index("tier")


def price_level(runs: Sequence[Finished]) -> float | None:
    """Return the price level of the second run over that of the first, from what a pound is worth in their tables.

    Parameters
    ----------
    runs : sequence of Finished
        Two. A run knows the ratio of the index in its ``costs.real_year`` to that in its ``costs.price_year``.

    Returns
    -------
    float or None
        1 where both have the prices of one year; None where neither run links the two years by the index of both.

    Examples
    --------
    >>> price_level(find_finished(["london@2009-10", "london"], Path("build")))  # doctest: +SKIP
    1.477
    """
    one, other = (run.record.parameters["costs"] for run in runs)
    if one["price_year"] == other["price_year"]:
        return 1.0
    if one["index"] != other["index"]:
        return None
    worth = [float(_years(run)["worth"]["all"]) for run in runs]
    if one["real_year"] == other["price_year"]:
        return worth[0]
    if other["real_year"] == one["price_year"]:
        return 1 / worth[1]
    return worth[0] / worth[1] if one["real_year"] == other["real_year"] else None


def _interval(run: Finished, total: float) -> tuple[float, float]:
    """Return the interval of an area's spend; missing where the run has none for this very figure."""
    which, years = ENGLAND if run.part == ENGLAND else "all", _years(run)
    value, lower, upper = (float(years[name][which]) for name in ("nominal", "nominal_lower", "nominal_upper"))
    same = abs(value - total) <= 1e-3 * total and lower < upper
    return (lower, upper) if same else (float("nan"), float("nan"))


def _modelled(runs: Sequence[Finished]) -> list[str]:
    """Name what is modelled on a side: a side as a whole, or some of its tiers."""
    named = []
    for label, run in zip(_labels(runs), runs, strict=True):
        tiers = [words.TIER_NAMES[tier].lower() for tier in run.tiers["tier"] if tier not in run.own]
        if tiers:
            named.append(f"{label} ({words.listed(tiers)})" if run.own else label)
    return named


def _notes_on_areas(runs: Sequence[Finished], tables: Sequence[pd.DataFrame]) -> Iterator[str]:
    told = [run.record.parameters["costs"] for run in runs]
    labels = [run.about["edition_label"] for run in runs]
    whole, modelled = (
        "Spend is people in secure care at one time, times the cost of a year of one of them.",
        _modelled(runs),
    )
    if modelled:
        of = f" of {words.listed(modelled)}" if any(run.own for run in runs) else ""
        yield (
            f"{whole} Both{of} come from published figures of England and from assumptions: there a step says what moves a "
            "modelled figure, not what anybody's accounts show."
        )
    else:
        yield f"{whole} Both sides are regions' own figures."
    yield (
        "Steps are central figures and have no interval of their own. The two totals rest on many of the same figures, so "
        "their intervals say little about the difference between them."
    )
    if labels[0] != labels[1]:
        yield (
            "The editions were gathered at different times, and their regions are drawn otherwise: the same name need not be "
            "the same area. The steps of adults and of patients per adult hold that too."
        )
        if told[0]["basis"] != told[1]["basis"]:
            bases = [f"{BASES[costs['basis']]}, in {label}" for costs, label in zip(told, labels, strict=True)]
            yield (
                f"What a cost is the cost of is counted otherwise: {bases[0]}; {bases[1]}. The step of the cost of a year "
                "holds this change of what is counted. It is no like-for-like price."
            )
    elif (merged := tables[0].merge(tables[1], on="tier"))["year_cost_x"].equals(merged["year_cost_y"]):
        yield "Both have the same cost of a year in each tier. That prices move nothing is how spend is modelled, no finding."
    if any(run.part == ENGLAND for run in runs):
        yield "England's interval, where there is one, is the range of published prices alone."
    for run in runs:
        if run.own:
            tiers = words.listed([words.TIER_NAMES[tier].lower() for tier in run.own])
            yield f"{run.about['region_name']} gave figures of its own spend on {tiers}, which stand in place of the estimate."
    if _told_otherwise(runs):
        yield "The two runs were told different things beyond the place, and the steps hold that too; the last table names them."


def _told_otherwise(runs: Sequence[Finished]) -> tuple[str, ...]:
    """Name what two runs of one edition were told otherwise, beyond the place: parameters, then files."""
    one, other = (run.record for run in runs)
    if one.edition != other.edition:
        return ()
    files = [name for name in sorted(one.inputs) if other.inputs.get(name, one.inputs[name]) != one.inputs[name]]
    leaves = [dict(_leaves(record.parameters)) for record in (one, other)]
    names = [name for name in sorted({*leaves[0], *leaves[1]}) if leaves[0].get(name) != leaves[1].get(name)]
    return (*names, *files)


def _leaves(parameters: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for block, content in parameters.items():
        if block in ("region", "footprint", "scenarios"):
            continue
        if isinstance(content, Mapping):
            yield from ((f"{block}.{name}", value) for name, value in content.items())
        else:
            yield block, content


def between_scenarios(runs: Sequence[Finished]) -> Change:
    """Part the way from the extra spend of one scenario, or of none, to that of another of the same run.

    Parameters
    ----------
    runs : sequence of Finished
        The same run twice, with a scenario or without one.

    Examples
    --------
    >>> between_scenarios(find_finished(["london", "london:single-assessment"], Path("build"))).names  # doctest: +SKIP
    ('As today', 'One assessment')
    """
    run = runs[0]
    told = run.data("tbl-options-money")
    rows = [{row.part: row for row in records(told[told["name"] == run.scenario])} for run in runs]
    names = [found["all"].label if found else "As today" for found in rows]
    values = [{part: found[part].spend if found else 0.0 for part in PART_NAMES} for found in rows]
    moved = [part for part in PART_NAMES if values[0][part] or values[1][part]]
    frame = [("from", names[0], sum(values[0].values()), True, *_ends(rows[0].get("all")))]
    for part in moved:
        # a paired difference from today has its interval; one between two scenarios has none in the artefacts
        ends = _ends(rows[1][part]) if not rows[0] else _ends(rows[0][part], -1) if not rows[1] else _ends(None)
        frame.append((part, PART_NAMES[part], values[1][part] - values[0][part], False, *ends))
    frame.append(("to", names[1], sum(values[1].values()), True, *_ends(rows[1].get("all"))))
    steps = pd.DataFrame(frame, columns=["factor", "label", "value", "total", "lower", "upper"])
    said = " and ".join(f"{quoted(found['all'].label)} {spends(found['all'])}" for found in rows if found)
    here, costs = words.place(run.about["region_name"]), run.record.parameters["costs"]
    today = float(_years(run)["nominal"]["all"])
    sides = [quoted(name) if found else words.lower(name) for name, found in zip(names, rows, strict=True)]
    way = "" if not rows[0] else "without it, " if not rows[1] else "from the first to the second, "
    return Change(
        (names[0], names[1]),
        steps,
        f"For {here}, {said} against going on as today; {way}{compared.largest(steps)}",
        f"What moves extra spend from {sides[0]} to {sides[1]}, {run.about['region_name']}. "
        f"{over(costs['price_year'], run.record.parameters['flow']['years'])} Extra spend is that of every tier, step-down "
        f"and community among them; {words.lower(known_spend(run.how))} on secure care today is "
        f"{words.money(today)} a year",
        _known([run], ["tbl-options-money"]),
        tuple(_notes_on_scenarios(paired=not all(rows))),
        prices=f"at {costs['price_year']} prices",
    )


def _ends(row: Any, sign: int = 1) -> tuple[float, float]:
    """Return the interval of a part, turned over with its sign; missing without a row."""
    if row is None:
        return float("nan"), float("nan")
    return (row.spend_lower, row.spend_upper) if sign > 0 else (-row.spend_upper, -row.spend_lower)


def _notes_on_scenarios(paired: bool) -> Iterator[str]:
    yield "Every figure is modelled: the same simulated futures with the scenario and without it. No such change was observed."
    if paired:
        yield (
            "Intervals are of paired differences: each future is compared with itself. Those of the steps do not add up to "
            "that of the whole, because what one part saves another may cost in the same future."
        )
    else:
        yield (
            "Each total has the interval of its paired difference from going on as today. The steps between two scenarios are "
            "central figures: their interval is not kept by the run. Compare each with going on as today to see one."
        )


def _known(runs: Sequence[Finished], names: Sequence[str]) -> Provenance:
    shown = [run.shown(name) for run in runs for name in names]
    kind = weakest(["modelled", *(record["kind"] for record in shown)])
    return Provenance(kind, merge_sources(*(record["sources"] for record in shown)))
