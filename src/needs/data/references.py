"""The rows of evidence that parameters refer to, looked up before a notebook does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from needs.data.inputs import Inputs
from needs.data.snapshot import Evidence
from needs.errors import DataError, NeedsError, Problem
from needs.params.figures import breach
from needs.params.load import overrides
from needs.params.model import Budget, EvidenceRow, Given, RunParameters, Series

__all__ = ["check_parameters", "locate"]

Rule = Callable[[], Iterator[str]]


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
    for name, rule in _rules(inputs):
        own = any(field.startswith(f"{name}.") or name.startswith(field) for field in changed)
        where = f"params/{parameters.edition}/{parameters.region if own else '_edition'}.yaml {name}"
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


def _said(error: DataError) -> str:
    return f"{error.headline}: {'; '.join(map(str, error.problems)) or error.remedy}"


def _rules(inputs: Inputs) -> Iterator[tuple[str, Rule]]:
    """Give what each parameter has to keep, by dotted name."""
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
        yield f"step_down.destination.{tier}", partial(_whole, inputs, tier)
    for index, budget in enumerate(told.costs.budgets):
        yield f"costs.budgets.{index}.regions", partial(_known_regions, inputs, budget)
    for table in told.local_evidence:
        yield "local_evidence", partial(_of_figures, inputs, table)


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
    for region in inputs.regions:
        if wrong := breach(float(values[region.slug]), unit):
            yield f"{series.table} / {series.measure}: {region.name}: {wrong}"


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
        inputs.age_bands()


def _whole(inputs: Inputs, tier: str) -> Iterator[str]:
    try:
        shares = inputs.destination()[tier]
    except DataError:  # told of the share itself
        return
    together = sum(share.value for share in shares.values())
    if abs(together - 1) > 1e-9:
        yield f"the shares add up to {together:.10g}, not 1"


def _known_regions(inputs: Inputs, budget: Budget) -> Iterator[str]:
    for slug in budget.regions.keys() - {region.slug for region in inputs.regions}:
        yield f"{slug!r} is no region of {inputs.parameters.edition}"


def _of_figures(inputs: Inputs, table: str) -> Iterator[str]:
    if "value" not in inputs.evidence.table(table):
        yield f"{table} holds no figures"
