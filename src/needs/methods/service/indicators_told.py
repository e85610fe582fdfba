"""Indicators of what is told in sums: experience, money, standards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from needs.methods.service.periods import held, in_force, shares_of

__all__ = ["TOLD", "standards_latest"]


def _positive(own: Any, within: pd.DataFrame) -> pd.DataFrame:
    rows = own["experience"]
    some, every = (held(rows["quarter"], within, rows[name]) for name in ("positive", "answered"))
    return shares_of(within, some, every)


def _answered(own: Any, within: pd.DataFrame) -> pd.DataFrame:
    rows = own["experience"]
    some, every = (held(rows["quarter"], within, rows[name]) for name in ("answered", "asked"))
    return shares_of(within, some, every)


def _spend(own: Any, within: pd.DataFrame) -> pd.DataFrame:  # noqa: ARG001
    """Return pounds a bed-day by financial year, whatever days the other tables cover."""
    sums = own["finance"].groupby("period", observed=True)[["spend", "occupied_bed_days"]].sum().sort_index()
    years = sums.index.astype(str).str[:4].astype(int)
    days = [pd.to_datetime([f"{year + late}-{day}" for year in years]) for late, day in ((0, "04-01"), (1, "03-31"))]
    told = pd.DataFrame({"period": days[0], "last": days[1]}).astype("datetime64[s]")
    return shares_of(told, sums["spend"], sums["occupied_bed_days"])


def _core(own: Any, within: pd.DataFrame) -> pd.DataFrame:
    return _standards(own["standards"], within, "core")


def _developmental(own: Any, within: pd.DataFrame) -> pd.DataFrame:
    return _standards(own["standards"], within, "developmental")


def _standards(standards: pd.DataFrame, within: pd.DataFrame, level: str) -> pd.DataFrame:
    """Return the share of standards met, as last assessed of each unit by the end of each period."""
    rows = standards[standards["level"] == level]
    holds = in_force(rows, ["unit", "standard"], "assessed", within["last"])
    return shares_of(within, holds[(rows["status"] == "met").to_numpy()].sum(axis=0), holds.sum(axis=0))


def standards_latest(standards: pd.DataFrame) -> pd.DataFrame:
    """Count units by how they met each standard when it was last assessed.

    Parameters
    ----------
    standards : DataFrame
        Table of standards.

    Returns
    -------
    DataFrame
        ``level, standard, units, met, partly, not_met``: units assessed and, of them, by status. Core standards first, then
        those that most units do not meet.

    Examples
    --------
    >>> rows = pd.DataFrame({"unit": ["a", "a", "b"], "standard": "S1", "level": "core", "status": ["not_met", "met", "partly"],
    ...     "assessed": pd.to_datetime(["2023-01-01", "2024-01-01", "2024-01-01"])})
    >>> standards_latest(rows).to_numpy().tolist()
    [['core', 'S1', 2, 1, 1, 0]]
    """
    last = standards.sort_values("assessed", kind="stable").drop_duplicates(["unit", "standard"], keep="last")
    words = last.assign(**{name: last[name].astype(str) for name in ("level", "standard", "status")})
    counts = words.groupby(["level", "standard", "status"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=["met", "partly", "not_met"], fill_value=0).reset_index()
    counts.insert(2, "units", counts[["met", "partly", "not_met"]].sum(axis=1))
    order = ["level", "not_met", "partly", "standard"]
    found = counts.sort_values(order, ascending=[True, False, False, True], ignore_index=True)
    return found.rename_axis(columns=None)


TOLD: dict[str, Callable[[Any, pd.DataFrame], pd.DataFrame]] = {
    "positive_experience": _positive,
    "response_rate": _answered,
    "spend_per_bed_day": _spend,
    "core_standards_met": _core,
    "developmental_standards_met": _developmental,
}
"""How each is made of the tables and the periods."""
