"""What a projection is given: the published mid-year change, or the user's own file, and the prison driver."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from needs.data.inputs import Inputs
from needs.data.projections import read_projection
from needs.errors import DataError
from needs.params.model import Series
from needs.values import Estimate, Provenance

__all__ = ["growth_basis", "growth_note", "projected", "spread_note", "to_come"]


TOLERANCE = 0.1
"""Largest difference, as a share, between adults of a projection today and those of the edition."""


def to_come(inputs: Inputs) -> tuple[dict[str, Any], Provenance, Provenance]:
    """Return what the run's area is to become, by the names of :func:`needs.methods.forward.carry_forward`.

    Returns
    -------
    dict
        ``change`` (people by sex and band at both ends of the published mid-year change) or, where the user gave a
        projection, ``people`` (DataFrame, sex and band x calendar year); ``start, horizon, spread, prison, trend``.
    Provenance, Provenance
        Of people and the spread of their growth, and with the prison driver.

    Examples
    --------
    >>> from needs.params.load import load
    >>> inputs = Inputs.open(load("2023-24", "london").canonical_json())
    >>> told, people_alone, known = to_come(inputs)
    >>> [people.round().tolist() for people in told["change"]], people_alone.kind, known.kind
    ([[2833589.0, 3026177.0], [2855638.0, 3043125.0]], 'assumed', 'assumed')
    """
    told, area = inputs.parameters.projection, inputs.region.slug
    found: dict[str, Any] = {
        "start": _today(inputs),
        "horizon": told.horizon_years,
        "spread": inputs.estimate(told.spread, "projection.spread"),
        "trend": None,
    }
    if told.trend is not None:
        found["trend"] = {name: getattr(told.trend, name) for name in ("change", "damping", "cap")}
    known = []
    if told.file is not None:
        found["people"] = projected(inputs).loc[area]
        known.append(Provenance("modelled", (f"params/{inputs.parameters.edition}#projection.file",)))
    else:
        people: dict[str, dict[tuple[str, str], float]] = {told.earlier: {}, told.later: {}}
        for period, sex, band in product(people, ("male", "female"), told.bands):
            series = Series(
                label="", unit="people", table=told.table, measure=f"population_{band}", sex=sex, period=period
            )
            values, provenance = inputs.regional(series)
            people[period][sex, band] = float(values[area])
            known.append(provenance)
        found["change"] = tuple(pd.Series(counts) for counts in people.values())
    found["prison"], driver = None, told.prison
    if driver is not None:
        names = ("share", "now", "low", "central", "high")
        found["prison"] = {name: inputs.estimate(getattr(driver, name), f"projection.prison.{name}") for name in names}
        found["prison"]["years"] = driver.years
    drivers = [figure for figure in (found["prison"] or {}).values() if isinstance(figure, Estimate)]
    people_alone = Provenance.of(*known, found["spread"], kind="modelled")
    return found, people_alone, Provenance.of(people_alone, *drivers)


def growth_note(inputs: Inputs) -> str:
    """Return what moves and what is held constant, in a sentence or two.

    Examples
    --------
    >>> from needs.params.load import load
    >>> inputs = Inputs.open(load("2023-24", "london").canonical_json())
    >>> growth_note(inputs)[:87]
    'Rates of today on the growth of people aged 18 to 64 by sex from mid-2021 to mid-2022, '
    """
    told, spread = inputs.parameters.projection, spread_note(inputs)
    if told.file is not None:
        return (
            f"Rates of today, people of the projection {told.file} in data_raw/projections (Office for National Statistics, "
            f"Open Government Licence v3.0); {spread}"
        )
    ages = " and ".join(band.replace("_plus", " and over").replace("_", " to ") for band in told.bands)
    return (
        f"Rates of today on the growth of people aged {ages} by sex from {told.earlier} to {told.later}, compounded: one "
        f"published year is no forecast; {spread}; an official projection put in data_raw/projections replaces it"
    )


def growth_basis(inputs: Inputs) -> str:
    """Return whose growth people are carried forward on, as a title says it.

    Examples
    --------
    >>> from needs.params.load import load
    >>> growth_basis(Inputs.open(load("2023-24", "london").canonical_json()))
    'the growth of one year'
    """
    return "the growth of one year" if inputs.parameters.projection.file is None else "the growth of a projection"


def spread_note(inputs: Inputs) -> str:
    """Return how far growth to come is taken to differ from the one used.

    Examples
    --------
    >>> from needs.params.load import load
    >>> spread_note(Inputs.open(load("2023-24", "london").canonical_json()))
    'growth to come is taken to differ from that with a standard deviation of 0.5% a year (0.3% to 0.8%, assumed)'
    """
    spread = inputs.estimate(inputs.parameters.projection.spread, "projection.spread")
    ends = " to ".join(f"{end:.2g}%" for end in (100 * np.array(spread.bounds)) if spread.has_interval)
    known = f"{ends}, {spread.kind}" if ends else spread.kind
    return f"growth to come is taken to differ from that with a standard deviation of {100 * spread.value:.2g}% a year ({known})"


def projected(inputs: Inputs) -> pd.DataFrame:
    """Return the user's projection by areas of the run; a file of boards serves regions as well.

    Returns
    -------
    DataFrame, (area, sex, band) x calendar year

    Raises
    ------
    DataError
        See :func:`needs.data.projections.read_projection`.
    """
    told, start = inputs.parameters.projection, _today(inputs)
    path = inputs.regions.root / "data_raw" / "projections" / str(told.file)
    years, bands = range(start, start + told.horizon_years + 1), inputs.parameters.population.age_bands
    boards = {board.code: inputs.areas.codes[board.code] for board in inputs.boards()}
    levels = [codes for codes in (None if inputs.parameters.footprint else inputs.regions.codes, boards) if codes]
    names = {area.slug: area.name for area in inputs.areas}
    errors = []
    for codes in levels:
        try:
            people = read_projection(path, codes, bands, years, names)
        except DataError as error:
            errors.append(error)
            continue
        if codes is boards:  # an area without one of its boards is not that area
            own = {board.code: board.name for board in inputs.boards()}
            read_projection(path, {code: code for code in boards}, bands, years, own)
        _check_base(inputs, people[start], path.name)
        return people
    raise min(errors, key=lambda error: sum("no rows " in str(problem) for problem in error.problems))


def _check_base(inputs: Inputs, people: pd.Series[float], file: str) -> None:
    """Refuse a projection whose people today are not those of the population: other places, units or years."""
    bands, _ = inputs.age_bands()
    sexes = bands.groupby(level=0).sum()
    base = people.groupby(level=["area", "sex"]).sum()
    problems = []
    for area, sex in product(inputs.areas, ("male", "female")):
        found, told = float(base[area.slug, sex]), float(sexes[area.slug][sex])
        if abs(found / told - 1) > TOLERANCE:
            problems.append(
                f"{area.name}, {sex} adults today: {found:,.0f}, and {told:,.0f} in the population of the edition"
            )
    if problems:
        remedy = f"both are people of the same places in one unit, and differ by less than {TOLERANCE:.0%}"
        raise DataError(f"data_raw/projections/{file} cannot be used", problems, remedy)


def _today(inputs: Inputs) -> int:
    """Return the calendar year of the population."""
    return int(re.findall(r"\d{4}", inputs.parameters.population.period)[0])
