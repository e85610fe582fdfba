"""Who is in care today: the people that an area counted, and in other tiers the people expected."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from needs.methods.demand import Demand
from needs.methods.flow_network import AT
from needs.values import TIERS, Estimate, total

__all__ = ["in_care", "people"]


def in_care(expected: Mapping[str, Estimate], counted: Mapping[str, Estimate]) -> dict[str, Estimate]:
    """Return the people of each tier: counted where the area says so, expected elsewhere.

    Parameters
    ----------
    expected : mapping of tier to Estimate
        People expected by tier, with ``all`` for the secure tiers together; see :meth:`~needs.methods.demand.Demand.mean`.
    counted : mapping of tier to Estimate
        People counted by the area.

    Examples
    --------
    >>> e = lambda v: Estimate(v, v - 2, v + 2, "derived", ("x#y",))
    >>> found = in_care({"high": e(20), "medium": e(90), "low": e(80), "all": e(190)}, {"medium": e(120)})
    >>> found["medium"].value, found["all"].value
    (120, 220.0)
    """
    if not counted:
        return dict(expected)
    found = {tier: counted.get(tier, figure) for tier, figure in expected.items()}
    if any(tier in counted for tier in TIERS):
        found["all"] = total((found[tier] for tier in TIERS), together=True)
    return found


def people(found: Demand, area: str, counted: Mapping[str, Estimate]) -> npt.NDArray[np.float64]:
    """Return draws of the people of an area by tier: draws x tiers of the pathway.

    A count is drawn evenly from its range, which holds how it was rounded.

    Parameters
    ----------
    found : Demand
        People expected.
    area : str
        Name of the area.
    counted : mapping of tier to Estimate
        People counted by the area.

    Examples
    --------
    >>> from needs.methods.demand import assess
    >>> from needs.methods.england import two_areas
    >>> from needs.values import Provenance
    >>> found = assess(*two_areas(), Provenance("derived", ("x#z",)), ["need", "population"], draws=200)
    >>> drawn = people(found, "b", {"medium": Estimate(60, 58, 62, "derived", ("x#y",))})
    >>> drawn.shape, bool((abs(drawn[:, 1] - 60) <= 2).all())
    ((200, 5), True)
    """
    drawn = np.array(found.means.tiers[:, :, found.areas.index(area)], float)
    rng = np.random.Generator(np.random.Philox(key=[11, found.seed]))
    for tier, count in counted.items():
        drawn[:, AT[tier]] = rng.uniform(*count.bounds, size=len(drawn))
    return drawn
