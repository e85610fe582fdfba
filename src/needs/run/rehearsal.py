"""A small try of the methods on parameters that a user changed, before any notebook starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from needs.errors import ParamsError, Problem
from needs.project import project_root

if TYPE_CHECKING:
    from needs.data.inputs import Inputs
    from needs.methods.demand import Demand
    from needs.methods.pathways import Pathways
    from needs.params.model import RunParameters

__all__ = ["rehearse"]

DRAWS = 200
FLOW_DRAWS = 20


def rehearse(told: RunParameters | Sequence[RunParameters], root: Path | None = None) -> None:
    """Try the methods on a few draws of parameters that differ from the edition's: demand, its projection, flow, scenarios.

    Nobody is simulated: the flow is made to fit together, and the beds that scenarios close are looked for.

    Parameters
    ----------
    told : RunParameters, or a sequence of them
        Parameters of runs whose evidence has been checked. Those of the edition are tried by its tests and pass at once.
    root : Path, optional
        Project folder.

    Raises
    ------
    ParamsError
        If a method cannot use them together, though each alone keeps its rules, or a scenario closes more beds than
        there are; with every region of which that is so.

    Examples
    --------
    >>> from needs.params.load import load
    >>> rehearse(load("2023-24", "london"))
    """
    from needs.data.references import locate

    root = root or project_root()
    wrong: list[ParamsError] = []
    closed: list[_Closed] = []
    for parameters in told if isinstance(told, Sequence) else (told,):
        try:
            closed += _rehearsed(parameters, root)
        except ParamsError as error:
            wrong.append(error)
    if closed:
        wrong.append(_too_many(closed))
    if len(wrong) == 1:
        raise wrong[0]
    if wrong:
        remedy = "; ".join(dict.fromkeys(error.remedy for error in wrong))
        raise ParamsError("the parameters cannot be used", [one for error in wrong for one in locate(error)], remedy)


@dataclass(frozen=True)
class _Closed:
    """More beds closed than there are: the region, the scenario's file, and what is wrong."""

    region: str
    file: str
    what: str


def _rehearsed(parameters: RunParameters, root: Path) -> list[_Closed]:
    """Try the methods on one region; return what is wrong with its scenarios."""
    from needs.params.load import overrides

    changed = [override.field for override in overrides(parameters, root)]
    if not changed:
        return []
    block = "demand"
    try:
        inputs, found = _try(parameters, root)
        block = "flow" if any(field.startswith("flow.") for field in changed) else "demand"
        ways = _try_flow(inputs, found)
    except (ValueError, ArithmeticError) as error:
        raise _together(parameters, changed, block, error, root) from error
    return list(_try_scenarios(ways, parameters, root))


def _together(
    parameters: RunParameters, changed: Sequence[str], block: str, error: Exception, root: Path
) -> ParamsError:
    """Say which values do not fit together; those measured from own data by their table, for nobody wrote them."""
    from needs.run.measured import replaced

    blocks = dict.fromkeys(".".join(field.split(".")[:2]) for field in changed)
    said = f"{', '.join(blocks)}: the methods cannot use these values together: {error}"
    where = f"params/{parameters.edition}/{parameters.region}.yaml cannot be used"
    if not (own := replaced(parameters, root)):
        return ParamsError(where, [said], f"needs params explain {block}")
    where = f"figures measured from the own data of {parameters.region} cannot be used together"
    measured = [Problem(one["field"], f"{one['value']}, from {one['source']}") for one in own]
    remedy = (
        "complete the tables named, give the figure in the region's own file, or write service.replace: false there"
    )
    return ParamsError(where, [said, *measured], remedy)


def _try(parameters: RunParameters, root: Path) -> tuple[Inputs, Demand]:
    import numpy as np

    from needs.data import demand as told
    from needs.data.geography import Regions
    from needs.data.growth import to_come
    from needs.data.inputs import Inputs
    from needs.data.snapshot import Evidence
    from needs.methods import cascade, demand, forward

    regions = Regions.open(parameters.edition, root)
    inputs = Inputs(parameters, Evidence(regions), regions)
    with np.errstate(all="raise", under="ignore"):
        places, known = told.places(inputs)
        how = told.how(inputs) | {"draws": DRAWS}
        found = demand.assess(cascade.Anchors(**told.england(inputs)), cascade.Places.of(**places), known, **how)
        forward.carry_forward(found, inputs.region.slug, **to_come(inputs)[0])
    return inputs, found


def _try_flow(inputs: Inputs, found: Demand) -> Pathways:
    import numpy as np

    from needs.data import pathways as told
    from needs.methods import in_care
    from needs.methods.flow_changes import Change, changed
    from needs.methods.flow_told import Told
    from needs.methods.pathways import calibrate

    plan = told.how(inputs) | {"parameter_draws": FLOW_DRAWS}
    people = in_care.people(found, inputs.region.slug, inputs.counted())
    with np.errstate(all="raise", under="ignore"):
        flow = calibrate(Told(**told.told(inputs)), people, **plan)
        changed(flow.network, Change(**told.changes(inputs)["close"]))
    return flow


def _try_scenarios(ways: Pathways, parameters: RunParameters, root: Path) -> Iterator[_Closed]:
    """Give scenarios that close more beds than the area has, with the files of each."""
    from needs.methods.levers import refused
    from needs.params.scenarios import FOLDER, shelved

    ours = {path.stem for path in shelved(root)}
    for scenario in parameters.scenarios:
        names = scenario.name.split("+")
        file = " + ".join(f"params/{FOLDER}/{name}.yaml" if name in ours else f"{name}.yaml" for name in names)
        yield from (_Closed(parameters.region, file, what) for what in refused(ways, [scenario]))


def _too_many(closed: Sequence[_Closed]) -> ParamsError:
    """Return the error of all beds that cannot close: one file in the headline, several each with its problems."""
    regions, files = (list(dict.fromkeys(getattr(one, name) for one in closed)) for name in ("region", "file"))
    problems = [
        Problem(one.file if len(files) > 1 else "", f"{one.region}: {one.what}" if len(regions) > 1 else one.what)
        for one in closed
    ]
    remedy = f"close fewer beds in {', '.join(regions)}, or name the scenarios to weigh: needs run --scenario"
    what = files[0] if len(files) == 1 else f"scenarios of {', '.join(regions)}"
    return ParamsError(f"{what} cannot be used", problems, remedy)
