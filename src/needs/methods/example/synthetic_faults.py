"""Faults of records, at known rates: blanks, rows sent twice, transfers noted late, and leave that splits a stay."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

__all__ = ["BLANKS", "LATE", "LEAVE", "TWICE", "with_faults"]

BLANKS: Mapping[str, Mapping[str, float]] = {
    "stays": {"home_icb": 0.03, "ethnicity": 0.05, "deprivation_tenth": 0.08, "diagnosis": 0.03, "autism": 0.12,
              "learning_disability": 0.06, "legal_section": 0.02, "source": 0.02, "clinically_ready": 0.1},
    "referrals": {"setting": 0.03, "assessor": 0.1},
    "reviews": {"dundrum_total": 0.15, "honos_secure_total": 0.1, "leave": 0.06, "intended_outcome": 0.2},
    "health": {"bmi": 0.1},
}  # fmt: skip
"""Share of filled cells that are left blank, by table and column."""
TWICE = 0.006
"""Share of stays that are sent twice."""
LATE = 0.02
"""Share of moves to another tier whose first stay is closed some days late, so that two stays overlap."""
LEAVE = 0.01
"""Share of long stays that are split by a week of leave."""

_WEEK = 7
_LONG = 365


def with_faults(tables: Mapping[str, pd.DataFrame], rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return tables with faults of records, which linking has to resolve or count.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables without faults.
    rng : Generator
        Source of chance.

    Returns
    -------
    dict of str to DataFrame

    Examples
    --------
    >>> health = pd.DataFrame({"person_key": ["A"] * 1000, "bmi": [30.0] * 1000})
    >>> found = with_faults({"health": health}, np.random.default_rng(1))
    >>> bool(60 < found["health"]["bmi"].isna().sum() < 140)
    True
    """
    found = dict(tables)
    if "stays" in found:
        stays = _late(found["stays"], rng)
        stays = _leave(stays, rng)
        twice = stays[rng.random(len(stays)) < TWICE]
        found["stays"] = pd.concat([stays, twice]).sort_values(
            ["admitted", "person_key"], kind="stable", ignore_index=True
        )
    for name, columns in BLANKS.items():
        if name in found:
            gone = {column: rng.random(len(found[name])) < share for column, share in columns.items()}
            found[name] = found[name].assign(
                **{column: found[name][column].mask(where) for column, where in gone.items()}
            )
    return found


def _late(stays: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    secure = ["high", "medium", "low"]
    moved = stays["destination"].isin(secure) & stays["tier"].isin(secure)
    late = moved & (rng.random(len(stays)) < LATE)
    by = pd.to_timedelta(rng.integers(2, 15, len(stays)), unit="D")
    written = (stays["discharged"] + by).clip(upper=stays["discharged"].max())
    return stays.assign(discharged=stays["discharged"].mask(late, written))


def _leave(stays: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Split some long stays in beds in two, with a week of leave between them."""
    length = (stays["discharged"] - stays["admitted"]).dt.days
    some = (length > _LONG) & stays["tier"].isin(["medium", "low"]) & (rng.random(len(stays)) < LEAVE)
    part = (length.fillna(0) * rng.uniform(0.3, 0.6, len(stays))).round()
    out = stays["admitted"] + pd.to_timedelta(part, unit="D")
    blank = {name: stays[name].mask(some) for name in ("clinically_ready", "delay_reason")}
    before = stays.assign(
        discharged=stays["discharged"].mask(some, out), destination=stays["destination"].mask(some, "leave"), **blank
    )
    after = stays[some].assign(admitted=out[some] + pd.Timedelta(days=_WEEK))
    return pd.concat([before, after], ignore_index=True)
