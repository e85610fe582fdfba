"""Spend in the money of another year: what changes is what a pound is worth, never what care cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from needs.values import Estimate, Provenance, merge_sources, total, weakest

__all__ = ["in_money_of", "nominal_and_real", "worth"]


def worth(index: pd.Series[float], of: str, to: str) -> float:
    """Return what a pound of one financial year is in the money of another.

    Parameters
    ----------
    index : Series
        Index of prices by financial year; only ratios matter.
    of, to : str
        Financial years, such as ``2009-10``.

    Raises
    ------
    ValueError
        If a year is not in the index.

    Notes
    -----
    ``index[to] / index[of]``; there and back is 1, and by way of a third year is the same.

    Examples
    --------
    >>> index = pd.Series({"2009-10": 67.7, "2024-25": 100.0})
    >>> round(worth(index, "2009-10", "2024-25"), 3), worth(index, "2024-25", "2024-25")
    (1.477, 1.0)
    """
    for year in (of, to):
        if year not in index.index:
            raise ValueError(f"{year} is not in the index, which runs from {index.index[0]} to {index.index[-1]}")
    return float(index[to] / index[of])


def in_money_of(spend: Estimate, index: pd.Series[float], of: str, to: str, known: Provenance) -> Estimate:
    """Return spend of one financial year in the money of another.

    Parameters
    ----------
    spend : Estimate
        GBP of the year ``of``; spend alone, as the cost of a bed-day is of its own time.
    index, of, to
        See :func:`worth`.
    known : Provenance
        Of the index.

    Examples
    --------
    >>> index, known = pd.Series({"2009-10": 67.7, "2024-25": 100.0}), Provenance("published", ("common/gdp#hmt",))
    >>> spend = Estimate(1.2e9, kind="published", source=("2009-10/costs_spend#cmh-2011",))
    >>> round(in_money_of(spend, index, "2009-10", "2024-25", known).value / 1e9, 2)
    1.77
    """
    money = spend * worth(index, of, to)
    return replace(money, kind=weakest([money.kind, known.kind]), source=merge_sources(money.source, known.sources))


def nominal_and_real(
    spend: Mapping[str, Estimate], index: pd.Series[float], of: str, to: str, known: Provenance,
    england: Estimate | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Set spend in the money of its own year beside the same in the money of another.

    Parameters
    ----------
    spend : mapping of tier to Estimate
        GBP of the year ``of``.
    index, of, to, known
        See :func:`in_money_of`.
    england : Estimate, optional
        GBP of the year ``of`` in England.

    Returns
    -------
    DataFrame
        ``tier, nominal, real``, each with ``_lower`` and ``_upper``, ``worth`` and the ``kind``
        of what was spent; after the tiers ``all``, and
        ``england`` where it is given.

    Examples
    --------
    >>> index, known = pd.Series({"2009-10": 50.0, "2024-25": 100.0}), Provenance("published", ("common/gdp#hmt",))
    >>> spend = {"low": Estimate(3e6, 2e6, 4e6, "modelled", ("x#y",))}
    >>> found = nominal_and_real(spend, index, "2024-25", "2009-10", known)
    >>> found[["tier", "nominal", "real", "real_lower"]].to_numpy().tolist()
    [['low', 3000000.0, 1500000.0, 1000000.0], ['all', 3000000.0, 1500000.0, 1000000.0]]
    """
    rows = []
    every = {**spend, "all": total(spend.values(), together=True)} | ({"england": england} if england else {})
    for tier, nominal in every.items():
        real = in_money_of(nominal, index, of, to, known)
        row: dict[str, object] = {"tier": tier}
        for name, figure in (("nominal", nominal), ("real", real)):
            row |= dict(zip((name, f"{name}_lower", f"{name}_upper"), (figure.value, *figure.bounds), strict=True))
        rows.append(row | {"worth": worth(index, of, to), "kind": nominal.kind})
    return pd.DataFrame(rows)
