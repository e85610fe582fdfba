"""What money is told: the cost of a year in every tier, the index of prices, and what of it cannot be used."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pandas as pd

from needs.data.inputs import Inputs
from needs.data.lookup import select
from needs.data.own_spend import OwnSpend, read_own_spend
from needs.data.sidecar import read_sidecar
from needs.data.snapshot import KIND_OF_STATUS
from needs.errors import DataError, Problem
from needs.params.costs import FINANCE, cost_of_a_year
from needs.params.figures import EvidenceRow, Figure
from needs.values import KINDS, TIERS, Estimate, Provenance, records, weakest

__all__ = ["index", "own", "prices", "unusable"]

FAR = 2
"""Years that the period of a unit cost may lie from the year of the prices."""

REMEDY = "costs.index names a table and a measure with one index number a financial year; docs/money.md says how"


def prices(inputs: Inputs) -> dict[str, Any]:
    """Return what care and change cost, by the names of :func:`needs.methods.prices.drawn_prices`.

    Returns
    -------
    dict
        ``year_cost`` (GBP for a year of one occupied bed or place, or of one person on the caseload; all five tiers),
        ``support_at_home``, ``fixed_share``, ``independent_share`` (by tier), ``occupancy`` (of high security),
        ``independent_price``, ``out_of_region``, ``out_of_region_price``, ``closure``, ``opening``,
        ``double_running`` and ``worth_of_wait``.

    Examples
    --------
    >>> from needs.params.load import load
    >>> known = prices(Inputs.open(load("2023-24", "london").canonical_json()))
    >>> {tier: round(cost.value) for tier, cost in known["year_cost"].items()}
    {'high': 407063, 'medium': 334387, 'low': 277166, 'step_down': 179000, 'community': 16000}
    >>> known["fixed_share"].bounds, known["closure"].value, list(known["independent_share"])
    ((0.5, 0.9), 60000.0, ['medium', 'low'])
    """
    costs, change = inputs.parameters.costs, inputs.parameters.options.transition

    def of(name: str) -> Estimate:
        return inputs.estimate(getattr(costs, name), f"costs.{name}")

    year_cost = {tier: cost_of_a_year(unit, costs.basis) for tier, unit in inputs.unit_costs().items()}
    places = {tier: inputs.estimate(cost, f"costs.place_cost.{tier}") for tier, cost in costs.place_cost.items()}
    shares = sorted(costs.independent_share.items(), key=lambda item: TIERS.index(item[0]))
    return {
        "year_cost": {tier: year_cost[tier] for tier in TIERS}
        | {tier: places[tier] for tier in ("step_down", "community")},
        "support_at_home": of("support_at_home"),
        "fixed_share": of("fixed_share"),
        "independent_share": {
            tier: inputs.estimate(share, f"costs.independent_share.{tier}") for tier, share in shares
        },
        "occupancy": {"high": inputs.by_tier("demand.occupancy")["high"]},
        "independent_price": of("independent_price"),
        "out_of_region": of("out_of_region"),
        "out_of_region_price": of("out_of_region_price"),
        "closure": inputs.estimate(change.closure, "options.transition.closure"),
        "opening": inputs.estimate(change.opening, "options.transition.opening"),
        "double_running": inputs.estimate(change.double_running, "options.transition.double_running"),
        "worth_of_wait": inputs.estimate(inputs.parameters.options.worth_of_wait, "options.worth_of_wait"),
    }


def index(inputs: Inputs) -> tuple[pd.Series[float], Provenance]:
    """Return the index of prices by financial year, and how it is known.

    Returns
    -------
    Series
        Index by financial year (``2009-10``), in order; only ratios matter.
    Provenance

    Raises
    ------
    DataError
        If the table holds no such rows, or not one number above 0 a financial year.

    Examples
    --------
    >>> from needs.params.load import load
    >>> years, known = index(Inputs.open(load("2023-24", "london").canonical_json()))
    >>> round(float(years["2024-25"] / years["2009-10"]), 3), years.index[0], known.kind
    (1.477, '2000-01', 'derived')
    """
    told = inputs.parameters.costs.index
    rows = select(inputs.evidence.table(told.table), told.measure, {})
    if problems := list(_broken(inputs, rows)):
        raise DataError("the price index cannot be used", problems, REMEDY)
    ordered = rows.sort_values("period", kind="stable")
    sources = tuple(f"{rows.attrs['ref']}#{source}" for source in dict.fromkeys(ordered["source_id"]))
    kind = weakest(KIND_OF_STATUS[status] for status in ordered["status"])
    years = pd.Series(ordered["value"].to_numpy(float), index=ordered["period"].to_numpy(str), name=told.measure)
    return years, Provenance(kind, sources)


def own(inputs: Inputs) -> OwnSpend | None:
    """Return what the region says that it spent; None where it says nothing.

    Spend of another year than that of the prices brings with it what a pound of then is worth, by the index.

    Raises
    ------
    DataError
        If the index or the file cannot be used; see :func:`needs.data.own_spend.read_own_spend`.

    Examples
    --------
    >>> from needs.params.load import load
    >>> own(Inputs.open(load("2023-24", "london").canonical_json())) is None
    True
    """
    if inputs.parameters.costs.spend_file is None:
        return None
    years, known = index(inputs)
    found, to = _own(inputs, years), inputs.parameters.costs.price_year
    if found.period == to:
        return found
    worth = float(years[to] / years[found.period])
    return replace(found, worth=worth, known=Provenance.of(found.known, known))


def _own(inputs: Inputs, years: pd.Series[float]) -> OwnSpend:
    file, source = str(inputs.parameters.costs.spend_file), f"params/{inputs.parameters.edition}#costs.spend_file"
    try:
        beds: dict[str, float] = {tier: found.bounds[1] for tier, found in inputs.by_tier("demand.beds").items()}
    except DataError:  # told with every other figure that cannot be read
        beds = {}
    folder, kinds = inputs.evidence.data / "spend", [KINDS[0]]
    if of_service := file == FINANCE:
        told = inputs.parameters.service.folder
        if told is None:
            what = f"costs.spend_file is {FINANCE}, but service.folder names no service data"
            raise DataError("own spend cannot be read", [what], "name the folder, or a file in data_raw/spend")
        folder, file = inputs.evidence.data / "service" / told, "finance.csv"
        kinds = [KIND_OF_STATUS[status] for status in read_sidecar(folder / "finance.yaml").status]
    found = read_own_spend(folder / file, list(years.index), source, beds, of_service)
    return replace(found, known=Provenance(weakest([found.known.kind, *kinds]), found.known.sources))


def unusable(inputs: Inputs) -> Iterator[Problem]:
    """Give what cannot be used though every row is there: a year outside the index, prices of another time, own spend.

    A figure that cannot be read is left to the check of every figure: it is told once.

    Yields
    ------
    Problem
        With the dotted name of the parameter, or the name of the spend file.

    Examples
    --------
    >>> from needs.params.load import load
    >>> list(unusable(Inputs.open(load("2023-24", "london").canonical_json())))
    []
    """
    costs = inputs.parameters.costs
    yield from _outside(inputs)
    for tier in TIERS:
        yield from _of_its_time(inputs, f"costs.unit_cost.{tier}", getattr(costs.unit_cost, tier))
    for place, cost in costs.place_cost.items():
        yield from _of_its_time(inputs, f"costs.place_cost.{place}", cost)


def _outside(inputs: Inputs) -> Iterator[Problem]:
    """Give an index that cannot be used, or else years that it does not know and a spend file that cannot be read."""
    costs = inputs.parameters.costs
    try:
        years, _ = index(inputs)
    except DataError as error:
        told = "; ".join(map(str, error.problems))
        headline = "" if error.headline.startswith("the price index") else f"{error.headline}: "
        yield Problem("costs.index", f"{headline}{told}" if told else f"{error.headline}; {error.remedy}")
        return
    for name in ("price_year", "real_year"):
        if (year := getattr(costs, name)) not in years.index:
            ends = f"{years.index[0]} to {years.index[-1]}"
            what = f"{year} is not in the index {costs.index.label}, which runs from {ends}"
            yield Problem(f"costs.{name}", f"{what}; name one of its years, or an index that has it (costs.index)")
    try:
        if costs.spend_file is not None:
            _own(inputs, years)
    except DataError as error:
        where = error.headline.removesuffix(" cannot be used")
        for problem in error.problems:
            yield Problem(f"{where} {problem.where}".strip(), problem.what)


def _broken(inputs: Inputs, rows: pd.DataFrame) -> Iterator[str]:
    """Say why rows are no index."""
    told = inputs.parameters.costs.index
    what = f"{told.table} / {told.measure}"
    if rows.empty:
        there = list(dict.fromkeys(inputs.evidence.table(told.table)["measure"]))
        near = difflib.get_close_matches(told.measure, there) or there
        yield f"{what}: no such rows; measures there: {', '.join(near)}"
        return
    if changes := sorted(unit for unit in set(rows["unit"]) if str(unit).lstrip().startswith("%")):
        yield f"{what}: {changes[0]!r} is a change, not an index; an index is a level, such as 2024-25 = 100"
    for year in dict.fromkeys(year for year in rows["period"] if not _start(year)):
        yield f"{what}: {year!r} is no financial year, such as 2009-10"
    for year in rows["period"][rows["period"].duplicated()].unique():
        yield f"{what}: {year} stands there {int((rows['period'] == year).sum())} times; an index has one number a year"
    for row in records(rows[~(rows["value"] > 0)]):
        yield f"{what}: {row.value:g} in {row.period} is not above 0"


def _start(year: str) -> int | None:
    """Return the calendar year in which a financial year starts; None if it is none."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", year)
    return int(found[1]) if found and (int(found[1]) + 1) % 100 == int(found[2]) else None


def _of_its_time(inputs: Inputs, name: str, figure: Figure) -> Iterator[Problem]:
    """Give a unit cost of another time than the prices: the costs of one edition never stand for another's."""
    if not isinstance(figure, EvidenceRow):
        return
    with suppress(DataError):
        asked = figure.model_dump(include={"tier", "sex", "period", "region_code", "source_id"})
        rows = select(inputs.evidence.table(figure.table), figure.measure, asked)
        start = _start(inputs.parameters.costs.price_year)
        if len(rows) != 1 or start is None:
            return
        period = str(rows["period"].iloc[0])
        named = [int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", period)]
        if not named:
            yield Problem(name, f"its period {period!r} names no year, so that it cannot be told to be of {start}")
        elif min(abs(year - start) for year in named) > FAR:
            what = f"a price of {period} stands for {inputs.parameters.costs.price_year}, more than {FAR} years away"
            yield Problem(name, f"{what}; a unit cost is of its own edition and is never carried to another")
