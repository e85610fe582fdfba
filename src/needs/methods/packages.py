"""Care packages, and what the same care costs when beds or bed-days are bought."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from needs.methods.care import Care, bed_in_use, function_of
from needs.params.costs import DAYS_IN_YEAR
from needs.values import Estimate, Provenance

__all__ = ["FEWER", "contracts", "packages"]

FEWER = 0.1
"""Share of the bed-days in use that falls away, to show what each contract then costs."""


def packages(
    stay: Mapping[str, Estimate], year_cost: Mapping[str, Estimate], told: Mapping[str, tuple[str, str]]
) -> tuple[pd.DataFrame, Provenance]:
    """Price one stay in every tier.

    Parameters
    ----------
    stay : mapping of tier to Estimate
        Mean completed stay in years.
    year_cost : mapping of tier to Estimate
        GBP for a year of one occupied bed or place, or of one person on the caseload.
    told : mapping of tier to (str, str)
        What the stay is to bring about, and where the person goes next.

    Returns
    -------
    DataFrame
        ``tier, stay, day`` (GBP), ``package`` (GBP), each with ``_lower`` and ``_upper``, ``outcome, next_step``.
    Provenance

    Notes
    -----
    A package is the mean stay times the cost of a year; stay and cost are taken to be independent.

    Examples
    --------
    >>> e = lambda value, *ends: {"low": Estimate(value, *ends, kind="assumed", source=("x#y",))}
    >>> found, known = packages(e(2.0, 1.5, 2.5), e(146e3), {"low": ("a settled place", "home")})
    >>> found[["stay", "day", "package", "package_lower"]].round(6).to_numpy().tolist()
    [[2.0, 400.0, 292000.0, 219000.0]]
    """
    rows, figures = [], []
    for tier, (outcome, next_step) in told.items():
        package = stay[tier] * year_cost[tier]
        figures.append(package)
        row: dict[str, object] = {"tier": tier}
        for name, figure in (("stay", stay[tier]), ("day", year_cost[tier] / DAYS_IN_YEAR), ("package", package)):
            row |= dict(zip((name, f"{name}_lower", f"{name}_upper"), (figure.value, *figure.bounds), strict=True))
        rows.append(row | {"outcome": outcome, "next_step": next_step})
    return pd.DataFrame(rows), Provenance.of(*figures, kind="modelled")


def contracts(
    year_cost: Mapping[str, Estimate], occupancy: Mapping[str, Estimate], fixed_share: Estimate, own: Care | None = None
) -> tuple[pd.DataFrame, Provenance]:
    """Set beds bought in a block beside bed-days bought as they are used, at today's occupancy.

    Parameters
    ----------
    year_cost : mapping of tier to Estimate
        GBP for a year of one occupied bed, empty beds included.
    occupancy : mapping of tier to Estimate
        Share of funded beds that are in use.
    fixed_share : Estimate
        Share of what a bed costs in use that it goes on costing when empty.
    own : Care, optional
        Care of the area: a tier that the region told itself has the prices of its file, packages and blocks apart.

    Returns
    -------
    DataFrame
        ``tier, own, occupancy`` (of blocks), then GBP a day: ``package`` (price of a bed-day in use), ``block_bed`` (what
        a funded bed costs whether in use or not), ``block_use`` (what it costs on top when in use, so what a bed-day less saves),
        ``block_day`` (what the buyer pays a bed-day in use, empty beds included), each of the middle two with ``_lower`` and
        ``_upper``; ``block_day_less, package_less`` as ``block_day`` and ``package`` where :data:`FEWER` of the
        bed-days in use falls away. Missing where a region's file has no such contract, or one of too few people.
    Provenance

    Notes
    -----
    Block: ``occupied c (1 - phi) + funded phi c``. Package: ``occupied U``. Both are the same at today's occupancy,
    from which ``c`` follows. A region's file has two prices of its own, which need not be the same: package spend over
    bed-days of packages, and block spend, which gives ``c`` by the same formula.

    Examples
    --------
    >>> e = lambda value: {"low": Estimate(value, kind="assumed", source=("x#y",))}
    >>> found, known = contracts(e(146e3), e(0.9), Estimate(0.7, 0.5, 0.9, "assumed", ("x#z",)))
    >>> found[["package", "block_bed", "block_use", "block_day", "block_day_less"]].round(1).to_numpy().tolist()
    [[400.0, 259.8, 111.3, 400.0, 432.1]]
    """
    rows, figures = [], [fixed_share]
    for tier, cost in year_cost.items():
        told = own is not None and tier in own.own
        block, o, package = _told(own, tier) if own and told else (cost, occupancy[tier], cost)
        figures += [figure for figure in (block, o, package) if figure]
        row: dict[str, object] = {"tier": tier, "own": told, "occupancy": o.value if o else math.nan}
        row["package"] = row["package_less"] = package.value / DAYS_IN_YEAR if package else math.nan
        rows.append(row | _block(block, o, fixed_share))
    return pd.DataFrame(rows), Provenance.of(*figures, kind="modelled")


def _block(cost: Estimate | None, occupancy: Estimate | None, fixed_share: Estimate) -> dict[str, float]:
    """Take the cost of a year of a bed in use, empty ones included, apart; missing where there is no block."""
    names = [f"{part}{end}" for part in ("block_bed", "block_use") for end in ("", "_lower", "_upper")]
    if cost is None or occupancy is None:
        return dict.fromkeys([*names, "block_day", "block_day_less"], math.nan)
    day = cost / DAYS_IN_YEAR
    bed, use = (
        function_of(lambda u, o, f, part=part: part(f) * bed_in_use(u, o, f), day, occupancy, fixed_share)
        for part in (lambda f: f, lambda f: 1 - f)
    )
    ends = [number for figure in (bed, use) for number in (figure.value, *figure.bounds)]
    used = {"block_day": occupancy.value, "block_day_less": occupancy.value * (1 - FEWER)}
    paid = {name: use.value + bed.value / share for name, share in used.items()}
    return dict(zip(names, ends, strict=True)) | paid


def _told(own: Care, tier: str) -> tuple[Estimate | None, Estimate | None, Estimate | None]:
    """Return GBP for a year of a block bed in use, the share of them in use, and GBP for a year of a package."""
    rows, known = own.told[own.told["tier"] == tier], own.spend[tier]
    block = rows["contract"] == "block"
    (beds, days, spend), (_, bought, paid) = (
        map(float, rows.loc[of, ["funded_beds", "occupied_bed_days", "spend"]].sum(skipna=False))
        for of in (block, ~block)
    )

    def figure(value: float) -> Estimate:
        return Estimate(value, kind=known.kind, source=known.source)

    package = figure(paid / bought * DAYS_IN_YEAR) if bought > 0 else None
    if not days > 0:
        return None, None, package
    return figure(spend / days * DAYS_IN_YEAR), figure(min(1.0, days / DAYS_IN_YEAR / beds)), package
