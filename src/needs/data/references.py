"""The rows of evidence that parameters refer to, looked up before a notebook does."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from functools import partial
from typing import Literal, get_args

from needs.data import money, own_spend, pathways
from needs.data.demand import women
from needs.data.growth import projected
from needs.data.inputs import Inputs
from needs.data.snapshot import Evidence
from needs.errors import DataError, NeedsError, Problem
from needs.params.demand import OwnWeights
from needs.params.figures import breach
from needs.params.load import overrides
from needs.params.model import Budget, EvidenceRow, Given, RunParameters, Series

__all__ = ["check_parameters", "locate", "remedy_of"]

REMEDIES = {
    " costs.index": money.REMEDY,
    " costs.price_year": "needs params explain costs.price_year",
    " costs.real_year": "needs params explain costs.real_year",
    "data_raw/spend/": own_spend.REMEDY,
    "params/": "correct the parameters, or the rows that they name; needs params explain",
}
"""What to do about a problem, by a part of its place; anything else is of a table."""

Rule = Callable[[], Iterator[str]]
Sex = Literal["male", "female"]


def check_parameters(parameters: RunParameters, evidence: Evidence) -> list[Problem]:
    """Look up every figure and series that parameters name.

    Parameters
    ----------
    parameters : RunParameters
        Parameters of a region, or the defaults of an edition.
    evidence : Evidence
        Evidence of the same edition.

    Returns
    -------
    list of Problem
        Each with the file and dotted name of the parameter: a table, measure, tier or period that is
        not there, a region missing or doubled, a number that breaks the bounds of its unit, shares
        that do not add up. A table that cannot be used is told once, with its own problems.

    Examples
    --------
    >>> from needs.params.load import load
    >>> check_parameters(load("2023-24", "london"), Evidence.open("2023-24"))
    []
    """
    inputs = Inputs(parameters, evidence, evidence.regions)
    changed = [f"{override.field}." for override in overrides(parameters, evidence.regions.root)]
    problems: list[Problem] = []
    for name, rule in _rules(inputs, changed):
        own = any(field.startswith(f"{name}.") or name.startswith(field) for field in changed)
        file = f"params/{parameters.edition}/{parameters.region if own else '_edition'}.yaml"
        where = name if name.startswith("data_raw/") else f"{file} {name}"
        try:
            problems += [Problem(where, wrong) for wrong in rule()]
        except DataError as error:
            of_file = error.headline.startswith("data_raw/")
            problems += locate(error) if of_file else [Problem(where, _said(error))]
    return list(dict.fromkeys(problems))


def locate(error: NeedsError) -> Iterator[Problem]:
    """Give the problems of a file with the file's name; of none, the headline.

    Examples
    --------
    >>> print(*locate(DataError("prison.csv cannot be used", [Problem("line 2", "'x' is not a number")])))
    prison.csv line 2  'x' is not a number
    """
    if not error.problems:
        yield Problem("", f"{error.headline}; {error.remedy}")
    where = error.headline.removesuffix(" cannot be used")
    for problem in error.problems:
        yield Problem(f"{where} {problem.where}".strip(), problem.what)


def remedy_of(problem: Problem) -> str:
    """Return what to do about a problem of evidence, or of parameters that name what is not there.

    Examples
    --------
    >>> remedy_of(Problem("params/2023-24/london.yaml costs.price_year", "2034-35 is not in the index"))
    'needs params explain costs.price_year'
    >>> remedy_of(Problem("data_raw/2023-24/prison.csv line 4", "'many' is not a number"))
    'correct these, or restore the files; write the new sha256 in the sidecar of a table changed on purpose'
    """
    table = "correct these, or restore the files; write the new sha256 in the sidecar of a table changed on purpose"
    return next((remedy for place, remedy in REMEDIES.items() if place in problem.where), table)


def _said(error: DataError) -> str:
    return f"{error.headline}: {'; '.join(map(str, error.problems)) or error.remedy}"


def _rules(inputs: Inputs, changed: Collection[str]) -> Iterator[tuple[str, Rule]]:
    """Give what each parameter has to keep, by dotted name; those of prices by what was changed."""
    told = inputs.parameters
    yield "population", partial(_people, inputs)
    for name, (figure, unit) in told.figures().items():
        if isinstance(figure, Series):
            driver = name.startswith("drivers.")
            change = driver and unit not in ("share", "percent")  # a driver may be a fall
            yield name, partial(_every_region, inputs, figure, "change" if change else unit)
            if driver:
                yield f"{name}.per", partial(_every_region, inputs, inputs.head_count(figure.per), "people")
        else:
            yield name, partial(_one_figure, inputs, figure, name, unit)
    for tier in told.step_down.destination:
        yield f"step_down.destination.{tier}", partial(_of_several, partial(_whole, inputs, tier))
    for index, budget in enumerate(told.costs.budgets):
        yield f"costs.budgets.{index}.regions", partial(_known_regions, inputs, budget)
    if told.demand.own_weights is not None:
        yield "demand.own_weights.weights", partial(_every_weight, inputs, told.demand.own_weights)
    for share in told.validation.shares:
        yield "validation.shares", partial(_a_region, inputs, share.region)
    yield "validation.counts", partial(_boards_of_counts, inputs)
    yield "demand.age_profile", partial(_alike, inputs)
    for sex in told.demand.age_profile:
        yield f"demand.age_profile.{sex}.shares", partial(_of_several, partial(_ages, inputs, sex))
    yield "demand.women", partial(_of_several, partial(_no_more_women_than_beds, inputs))
    yield "demand.deprivation", partial(_of_several, partial(_tenth_in_fifth, inputs))
    for problem in (*pathways.unusable(inputs), *_priced(inputs, changed)):
        yield problem.where, partial(_told_already, problem)
    yield "projection.bands", partial(_bands_of_change, inputs)
    if told.projection.file is not None:
        yield "projection.file", partial(_user_projection, inputs)
    for table in told.local_evidence:
        yield "local_evidence", partial(_of_figures, inputs, table)


def _told_already(problem: Problem) -> Iterator[str]:
    yield problem.what


def _priced(inputs: Inputs, changed: Collection[str]) -> Iterator[Problem]:
    """Give what is wrong with money; a price year far from several costs that are the edition's own is told once, as itself."""
    problems, costs = list(money.unusable(inputs)), inputs.parameters.costs
    of_costs = [problem for problem in problems if problem.where.startswith(("costs.unit_cost.", "costs.place_cost."))]
    theirs = [one for one in of_costs if not any(field.startswith(f"{one.where}.") for field in changed)]
    year_is_theirs = "costs.price_year." in changed
    if not theirs or (len(theirs) < 2 and not year_is_theirs):
        yield from problems
        return
    yield from (problem for problem in problems if problem not in theirs)
    named = ", ".join(problem.where.removeprefix("costs.") for problem in theirs)
    what = f"{costs.price_year} is more than {money.FAR} years from the prices of {named}"
    what += "; a unit cost is of its own edition and is never carried to another"
    yield Problem("costs.price_year", f"{what}; see costs.real_year for spend in the money of another year")


def _one_figure(inputs: Inputs, figure: EvidenceRow | Given, name: str, unit: str) -> Iterator[str]:
    row = figure.model_dump(include={"table", "measure", "tier", "region_code", "period"}, exclude_none=True)
    said = "".join(f"{part} / " for part in row.values()).removesuffix(" / ")
    try:
        found = inputs.estimate(figure, name)
    except ValueError as error:  # a range stated here that does not hold the row's figure
        yield f"{said}: {error}"
        return
    for number in dict.fromkeys((found.value, *found.bounds)):
        if wrong := breach(number, unit):
            yield f"{said}: {wrong}"


def _every_region(inputs: Inputs, series: Series, unit: str) -> Iterator[str]:
    values, _ = inputs.regional(series, "repeat")
    names = {region.slug: region.name for region in inputs.regions}
    for slug, value in values.items():
        if wrong := breach(float(value), unit):
            yield f"{series.table} / {series.measure}: {names.get(str(slug), slug)}: {wrong}"


def _people(inputs: Inputs) -> Iterator[str]:
    """Adults first; then every band; then whether the bands add up."""
    inputs.adults()
    lost = False
    for band in inputs.parameters.population.age_bands:
        try:
            inputs.regional(inputs.head_count(f"population_{band}", "male"))
        except DataError as error:
            lost = True
            yield _said(error)
    if not lost:
        bands, _ = inputs.age_bands()
        names = {area.slug: area.name for area in inputs.areas}
        for area, people in bands.items():
            for sex, band in bands.index[~(people > 0)]:
                yield f"{names[str(area)]}: no {sex} people aged {band}; a rate needs people"


def _of_several(rule: Rule) -> Iterator[str]:
    """Give what a rule over several figures says; one that cannot be used is told of itself."""
    with suppress(DataError, ValueError):
        yield from rule()


def _whole(inputs: Inputs, tier: str) -> Iterator[str]:
    shares = inputs.destination()[tier]
    together = sum(share.value for share in shares.values())
    if abs(together - 1) > 1e-9:
        yield f"the shares add up to {together:.10g}, not 1"


def _every_weight(inputs: Inputs, own: OwnWeights) -> Iterator[str]:
    slugs = {region.slug for region in inputs.regions}
    if lost := sorted(slugs - own.weights.keys()):
        yield f"no weight for {', '.join(lost)}; give every region of {inputs.parameters.edition} one"
    for strange in sorted(own.weights.keys() - slugs):
        near = difflib.get_close_matches(strange, slugs, n=1)
        yield f"{strange!r} is no region of {inputs.parameters.edition}" + (
            f"; did you mean {near[0]!r}?" if near else ""
        )


def _a_region(inputs: Inputs, slug: str) -> Iterator[str]:
    if slug not in {region.slug for region in inputs.regions}:
        yield f"{slug!r} is no region of {inputs.parameters.edition}"


def _boards_of_counts(inputs: Inputs) -> Iterator[str]:
    told = inputs.parameters.validation.counts
    known = set(inputs.evidence.table("footprints")["collaborative"]) if told else set()
    for strange in sorted({count.footprint for count in told} - known):
        yield f"{strange!r} is no collaborative of the table footprints"


def _holds_each_band(inputs: Inputs, groups: list[str]) -> bool:
    return sorted("+".join(groups).split("+")) == sorted(inputs.parameters.population.age_bands)


def _alike(inputs: Inputs) -> Iterator[str]:
    """Hold the groups of women against those of men, once each holds every band."""
    men, women = (list(inputs.parameters.demand.age_profile[sex].shares) for sex in get_args(Sex))
    if men != women and _holds_each_band(inputs, men) and _holds_each_band(inputs, women):
        yield f"{', '.join(women)} of women are not the groups of men: {', '.join(men)}; write both alike, in one order"


def _ages(inputs: Inputs, sex: Sex) -> Iterator[str]:
    """Add the shares up where the groups hold every band."""
    shares = inputs.parameters.demand.age_profile[sex].shares
    if not _holds_each_band(inputs, list(shares)):
        bands = ", ".join(inputs.parameters.population.age_bands)
        yield f"{', '.join(shares)} do not hold each age band once: {bands}; give every share of the sex"
        return
    name = f"demand.age_profile.{sex}.shares"
    together = sum(inputs.estimate(share, f"{name}.{group}").value for group, share in shares.items())
    if abs(together - 1) > 0.02 + 1e-9:
        yield f"the shares add up to {together:.10g}, not 1"


def _no_more_women_than_beds(inputs: Inputs) -> Iterator[str]:
    beds = inputs.by_tier("demand.beds")
    for tier, figure in women(inputs).items():
        if figure.bounds[1] > beds[tier].value:
            yield f"{tier}: up to {figure.bounds[1]:,.0f} beds for women are more than the tier's {beds[tier].value:,.0f} beds"


def _tenth_in_fifth(inputs: Inputs) -> Iterator[str]:
    told = inputs.parameters.demand.deprivation
    tenth, fifth = (inputs.regional(series, "repeat")[0] for series in (told.tenth, told.fifth))
    names = {area.slug: area.name for area in inputs.areas}
    for slug in tenth.index[~((tenth > 0) & (tenth < fifth) & (fifth < 1))]:
        yield (
            f"{names[slug]}: {tenth[slug]:.4g} in England's most deprived tenth and {fifth[slug]:.4g} in its fifth; the tenth is "
            "above 0 and below the fifth, which is below 1"
        )


def _bands_of_change(inputs: Inputs) -> Iterator[str]:
    bands, ages = inputs.parameters.projection.bands, inputs.parameters.population.age_bands
    if bands not in (("18_plus",), ("18_64",)) and sorted(bands) != sorted(ages):
        yield f"{', '.join(bands)}: either all adults (18_plus), adults under 65 (18_64), or each of {', '.join(ages)}"


def _user_projection(inputs: Inputs) -> Iterator[str]:
    yield from ()
    projected(inputs)


def _known_regions(inputs: Inputs, budget: Budget) -> Iterator[str]:
    for slug in budget.regions.keys() - {region.slug for region in inputs.regions}:
        yield f"{slug!r} is no region of {inputs.parameters.edition}"


def _of_figures(inputs: Inputs, table: str) -> Iterator[str]:
    if "value" not in inputs.evidence.table(table):
        yield f"{table} holds no figures"
