"""A small try of the methods on parameters that a user changed, before any notebook starts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from needs.errors import ParamsError
from needs.project import project_root

if TYPE_CHECKING:
    from needs.data.inputs import Inputs
    from needs.methods.demand import Demand
    from needs.params.model import RunParameters

__all__ = ["rehearse"]

DRAWS = 200
FLOW_DRAWS = 20


def rehearse(parameters: RunParameters, root: Path | None = None) -> None:
    """Try the methods on a few draws of parameters that differ from the edition's: demand, its projection and the flow.

    Nobody is simulated: the flow is made to fit together, and the beds that a scenario closes are looked for.

    Parameters
    ----------
    parameters : RunParameters
        Parameters of a run whose evidence has been checked. Those of the edition are tried by its tests and pass at once.
    root : Path, optional
        Project folder.

    Raises
    ------
    ParamsError
        If a method cannot use them together, though each alone keeps its rules.

    Examples
    --------
    >>> from needs.params.load import load
    >>> rehearse(load("2023-24", "london"))
    """
    from needs.params.load import overrides

    root = root or project_root()
    changed = [override.field for override in overrides(parameters, root)]
    if not changed:
        return
    block = "demand"
    try:
        inputs, found = _try(parameters, root)
        block = "flow" if any(field.startswith("flow.") for field in changed) else "demand"
        _try_flow(inputs, found)
    except (ValueError, ArithmeticError) as error:
        where = f"params/{parameters.edition}/{parameters.region}.yaml cannot be used"
        blocks = dict.fromkeys(".".join(field.split(".")[:2]) for field in changed)
        said = f"{', '.join(blocks)}: the methods cannot use these values together: {error}"
        raise ParamsError(where, [said], f"needs params explain {block}") from error


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


def _try_flow(inputs: Inputs, found: Demand) -> None:
    import numpy as np

    from needs.data import pathways as told
    from needs.methods.flow_changes import Change, changed
    from needs.methods.flow_told import Told
    from needs.methods.pathways import calibrate

    plan = told.how(inputs) | {"parameter_draws": FLOW_DRAWS}
    people = found.means.tiers[:, :, found.areas.index(inputs.region.slug)]
    with np.errstate(all="raise", under="ignore"):
        flow = calibrate(Told(**told.told(inputs)), people, **plan)
        changed(flow.network, Change(**told.changes(inputs)["close"]))
