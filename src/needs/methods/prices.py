"""Prices drawn for each future: what a bed costs in use and empty, sectors, what change costs, what a wait is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from needs.methods.flow_network import AT, PATHWAY
from needs.methods.flow_told import LIMITED
from needs.methods.pathways import Pathways
from needs.methods.uncertainty import beta_around, gamma_around
from needs.values import TIERS, Estimate

__all__ = ["SECTORS", "Prices", "drawn_prices", "made_up_prices"]

Floats = npt.NDArray[np.float64]

SECTORS = ("medium", "low")
"""Tiers in which beds are bought from independent providers and outside the region."""

_KEY = 9
"""First word of the key of these random numbers; others belong to demand, flow and blocked beds."""


@dataclass(frozen=True)
class Prices:
    """Prices by future; arrays have one value a replication: those of a parameter draw are the same on all its paths.

    Parameters
    ----------
    year_cost : mapping of tier to ndarray
        GBP for a year of one occupied bed, place or person on the caseload at today's occupancy, empty beds included,
        mean over NHS and independent providers.
    support_at_home : ndarray
        GBP for a year of support and housing at home in place of a bed or a step-down place.
    fixed_share : ndarray
        Share of the cost of a bed in use that an empty funded bed goes on costing.
    occupancy : mapping of tier to ndarray
        Today's: people over beds; 1 on the caseload.
    independent_share : mapping of tier to ndarray
        Share of beds at independent providers.
    independent_price, out_of_region, out_of_region_price : ndarray
        Price there over NHS price; share of patients outside the region; price there over price inside.
    closure, opening : ndarray
        One-off GBP of a bed that closes, of a place that opens.
    double_running : ndarray
        Years for which both are paid.
    worth_of_wait : ndarray
        GBP that a day of waiting outside is worth to be spared.
    """

    year_cost: Mapping[str, Floats]
    support_at_home: Floats
    fixed_share: Floats
    occupancy: Mapping[str, Floats]
    independent_share: Mapping[str, Floats]
    independent_price: Floats
    out_of_region: Floats
    out_of_region_price: Floats
    closure: Floats
    opening: Floats
    double_running: Floats
    worth_of_wait: Floats

    def in_use(self, tier: str) -> Floats:
        """Return the cost of a year of a bed in use, GBP, without the share of empty ones.

        Notes
        -----
        ``c = U o / (o + (1 - o) phi)``, so that ``o`` beds in use and ``1 - o`` empty ones at ``phi c`` cost ``U o``.

        Examples
        --------
        >>> made_up_prices(2).in_use("medium").round().tolist()
        [257511.0, 257511.0]
        """
        o, phi = self.occupancy[tier], self.fixed_share
        return np.asarray(self.year_cost[tier] * o / (o + (1 - o) * phi))

    def sector_ratio(self, tier: str, independent: float | None = None, brought_back: float = 0.0) -> Floats:
        """Return what a year costs over today, when shares of sectors or of places outside the region change.

        Parameters
        ----------
        tier : str
            A tier; only those of :data:`SECTORS` change.
        independent : float, optional
            New share of beds at independent providers; that of today by default.
        brought_back : float
            Share of those outside the region who are brought back.

        Notes
        -----
        ``(1 + s'(r - 1)) / (1 + s (r - 1))`` with ``r`` the ratio of prices; the same with places outside the region,
        whose share ``q`` becomes ``q (1 - b)``.

        Examples
        --------
        >>> prices = made_up_prices(1)
        >>> float(prices.sector_ratio("medium")[0]), float(prices.sector_ratio("medium", 0.0).round(3)[0])
        (1.0, 0.962)
        """
        ratio = np.ones_like(self.fixed_share)
        if tier not in SECTORS:
            return ratio
        if independent is not None:
            more = self.independent_price - 1
            ratio = ratio * (1 + independent * more) / (1 + self.independent_share[tier] * more)
        if brought_back:
            more, outside = self.out_of_region_price - 1, self.out_of_region
            ratio = ratio * (1 + outside * (1 - brought_back) * more) / (1 + outside * more)
        return ratio

    def take(self, futures: npt.ArrayLike) -> Prices:
        """Return the prices of some futures.

        Parameters
        ----------
        futures : array_like of int
            Numbers of replications.

        Examples
        --------
        >>> made_up_prices(4).take([0, 2]).closure.tolist()
        [40000.0, 40000.0]
        """
        rows = np.asarray(futures, int)

        def some(values: Any) -> Any:
            return {t: some(v) for t, v in values.items()} if isinstance(values, Mapping) else values[rows]

        return replace(self, **{name: some(values) for name, values in vars(self).items()})


def drawn_prices(told: Mapping[str, Any], ways: Pathways) -> Prices:
    """Draw prices for the futures of a flow.

    Parameters
    ----------
    told : mapping of name to Estimate
        ``year_cost`` (by the five tiers), ``independent_share`` (by tier), ``occupancy`` (of high), and each other
        name of :class:`Prices`.
    ways : Pathways
        The flow: draws, paths, seed, and today's occupancy.

    Returns
    -------
    Prices

    Raises
    ------
    ValueError
        Naming what is not told.

    Notes
    -----
    One draw for each parameter draw, repeated over its paths. The unit costs of the three secure tiers move together,
    as they come from one collection; all others are independent. Amounts are gamma and shares beta, with the figure as
    their mean. Occupancy of high security is told; that of other tiers follows from the flow.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> ways = calibrate(*made_up(), years=3, parameter_draws=20, paths=2, seed=1)
    >>> year = {"high": 4e5, "medium": 3e5, "low": 2e5, "step_down": 1e5, "community": 1e4}
    >>> names = ("support_at_home", "fixed_share", "independent_price", "out_of_region", "out_of_region_price", "opening")
    >>> e = lambda value: Estimate(value, 0.8 * value, 1.2 * value, "synthetic", ("x#y",))
    >>> told = {name: e(0.5) for name in (*names, "closure", "double_running", "worth_of_wait")}
    >>> told |= {"year_cost": {t: e(v) for t, v in year.items()}, "independent_share": {"medium": e(0.4), "low": e(0.4)}}
    >>> told |= {"occupancy": {"high": e(0.8)}}
    >>> prices = drawn_prices(told, ways)
    >>> prices.closure.shape, bool((prices.closure[::2] == prices.closure[1::2]).all())
    ((40,), True)
    >>> bool(np.allclose(prices.year_cost["high"] / prices.year_cost["low"], 2))
    True
    """
    figures = _figures(told)
    rng = np.random.Generator(np.random.Philox(key=[_KEY, ways.seed]))
    drawn: dict[str, Floats] = {}
    secure = rng.standard_normal(ways.draws)
    for name, figure in figures.items():
        tier = name.partition(".")[2]
        together = name.startswith("year_cost.") and tier in TIERS
        normals = secure if together else rng.standard_normal(ways.draws)
        share = name.startswith(("independent_share.", "occupancy.")) or name in ("fixed_share", "out_of_region")
        drawn[name] = np.repeat((beta_around if share else gamma_around)(figure, normals), ways.paths)
    beds = ways.beds[:, 0].astype(float)
    occupancy = {
        tier: np.clip(ways.census[:, AT[tier]] / np.maximum(beds[:, AT[tier]], 1), 1e-6, 1)
        if tier in LIMITED
        else np.ones(ways.draws)
        for tier in PATHWAY
        if tier != "high"
    }
    high = np.maximum(drawn.pop("occupancy.high"), 1e-6)
    return Prices(
        year_cost={tier: drawn.pop(f"year_cost.{tier}") for tier in PATHWAY},
        independent_share={tier: drawn.pop(f"independent_share.{tier}") for tier in SECTORS},
        occupancy={"high": high} | {tier: np.repeat(share, ways.paths) for tier, share in occupancy.items()},
        **drawn,
    )


_ALONE = (
    "support_at_home", "fixed_share", "independent_price", "out_of_region", "out_of_region_price", "closure", "opening",
    "double_running", "worth_of_wait",
)  # fmt: skip


def _figures(told: Mapping[str, Any]) -> dict[str, Estimate]:
    """Return the figures to draw by dotted name, in a fixed order."""
    wanted = {f"year_cost.{tier}": ("year_cost", tier) for tier in PATHWAY}
    wanted |= {f"independent_share.{tier}": ("independent_share", tier) for tier in SECTORS}
    wanted |= {"occupancy.high": ("occupancy", "high")}
    found = {name: told.get(part, {}).get(tier) for name, (part, tier) in wanted.items()}
    found |= {name: told.get(name) for name in _ALONE}
    if lost := [name for name, figure in found.items() if figure is None]:
        raise ValueError(f"prices: {', '.join(lost)} not told; give an estimate of each")
    return found


def made_up_prices(futures: int) -> Prices:
    """Return made-up prices, the same in every future, for examples.

    Examples
    --------
    >>> float(made_up_prices(3).year_cost["medium"].mean())
    300000.0
    """

    def all_of(value: float) -> Floats:
        return np.full(futures, value)

    year = {"high": 400e3, "medium": 300e3, "low": 250e3, "step_down": 100e3, "community": 15e3}
    held = {"high": 1.0, "medium": 0.8, "low": 0.8, "step_down": 0.8, "community": 1.0}
    return Prices(
        year_cost={tier: all_of(cost) for tier, cost in year.items()}, support_at_home=all_of(20e3),
        fixed_share=all_of(0.66),
        occupancy={tier: all_of(share) for tier, share in held.items()},
        independent_share={tier: all_of(0.4) for tier in SECTORS}, independent_price=all_of(1.1),
        out_of_region=all_of(0.2), out_of_region_price=all_of(1.2), closure=all_of(40e3), opening=all_of(50e3),
        double_running=all_of(0.5), worth_of_wait=all_of(800.0),
    )  # fmt: skip
