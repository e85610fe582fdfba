"""Tables about made-up units: capacity, finance, experience and standards."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from needs.methods.example.synthetic_people import History
from needs.methods.example.synthetic_truth import Truth, Unit
from needs.methods.flow_network import DAYS
from needs.values import TIERS

__all__ = ["capacity", "experience", "finance", "standards"]

_GROWTH = 1.03
"""Ratio of prices from one financial year to the next."""
_YEARS = 3
"""Last years in which units ask people and are assessed."""
_QUESTIONS = (
    ("patient", "Do you feel safe here?"),
    ("patient", "Are you involved in your care plan?"),
    ("carer", "Are you kept informed?"),
)
_STANDARDS = {
    "core": (
        "Care plan within a week",
        "Named nurse on every shift",
        "Physical health plan",
        "Twenty-five hours of activity",
    ),
    "developmental": ("Carers' group", "Peer support workers"),
}


def capacity(truth: Truth) -> pd.DataFrame:
    """Return the beds of every unit, as checked at the middle of the data and near their end.

    Parameters
    ----------
    truth : Truth
        What is true of the region.

    Returns
    -------
    DataFrame
        The columns of the definition, codes as words.

    Examples
    --------
    >>> from needs.methods.example.synthetic_example import EXAMPLE
    >>> int(capacity(EXAMPLE["eastvale"])["beds"].max())
    100
    """
    middle = truth.since + (truth.until - truth.since) / 2
    units = pd.DataFrame([vars(unit) for unit in truth.units])
    frame = pd.DataFrame({
        "unit": units["name"], "provider": units["provider"], "tier": units["tier"], "sector": units["sector"], "sex": "mixed",
        "beds": units["beds"].astype(float),
    })  # fmt: skip
    checked = (middle, truth.until - dt.timedelta(days=30))
    return pd.concat([frame.assign(validated=pd.Timestamp(day)) for day in checked], ignore_index=True)


def finance(truth: Truth, found: History) -> pd.DataFrame:
    """Return what was paid in every whole financial year: blocks for NHS beds, packages for independent bed-days.

    Parameters
    ----------
    truth : Truth
        What is true of the region.
    found : History
        Its people.

    Returns
    -------
    DataFrame
        The columns of the definition, codes as words.

    Examples
    --------
    >>> from needs.methods.example.synthetic_example import EXAMPLE
    >>> from needs.methods.example.synthetic_people import history
    >>> finance(EXAMPLE["eastvale"], history(EXAMPLE["eastvale"], 1))["period"].iloc[-1]
    '2025-26'
    """
    first = truth.since.year + ((truth.since.month, truth.since.day) > (4, 1))
    last = truth.until.year - ((truth.until.month, truth.until.day) < (3, 31))
    years = np.arange(first, last)
    starts = np.array([((dt.date(year, 4, 1)) - truth.since).days for year in range(first, last + 1)]) / DAYS
    sector = np.array([unit.sector for unit in truth.units])
    own = found.stays[found.stays["place"] >= 0]
    begin, end = own["admitted"].to_numpy()[:, None], own["left"].fillna(np.inf).to_numpy()[:, None]
    used = np.clip(np.minimum(end, starts[1:]) - np.maximum(begin, starts[:-1]), 0, None) * DAYS
    rows = []
    for tier in TIERS:
        for name, contract, ratio in (("nhs", "block", 1.0), ("independent", "package", truth.independent_price)):
            there = [unit for unit in truth.units if (unit.tier, unit.sector) == (tier, name)]
            if not there:
                continue
            beds = float(sum(unit.beds for unit in there)) if contract == "block" else 0.0
            mine = ((own["tier"] == tier) & (sector[own["place"]] == name)).to_numpy()
            of_year = used[mine].sum(axis=0).round()
            price = truth.price[tier] * ratio * _GROWTH ** (years - years[-1])
            paid = np.diff(starts) * DAYS * beds if contract == "block" else of_year
            rows.append(pd.DataFrame({
                "tier": tier, "sector": name, "contract": contract, "funded_beds": beds, "occupied_bed_days": of_year,
                "spend": (paid * price).round(-2), "period": [f"{year}-{(year + 1) % 100:02d}" for year in years],
            }))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def experience(truth: Truth, rng: np.random.Generator) -> pd.DataFrame:
    """Return answers to three questions in every quarter of the last years, by unit.

    Parameters
    ----------
    truth : Truth
        What is true of the region.
    rng : Generator
        Source of chance.

    Returns
    -------
    DataFrame
        The columns of the definition, codes as words.

    Examples
    --------
    >>> from needs.methods.example.synthetic_example import EXAMPLE
    >>> sorted(set(experience(EXAMPLE["eastvale"], np.random.default_rng(1))["respondent"]))
    ['carer', 'patient']
    """
    quarters = pd.date_range(end=pd.Timestamp(truth.until) + pd.Timedelta(days=1), periods=4 * _YEARS + 1, freq="QS")[
        :-1
    ]
    units = [unit for unit in truth.units if unit.tier in TIERS]
    shape = len(quarters), len(units), len(_QUESTIONS)
    q, u, k = (index.ravel() for index in np.indices(shape))
    beds = np.array([unit.beds for unit in units])[u]
    asked = rng.binomial(beds, 0.9)
    answered = rng.binomial(asked, truth.answered)
    return pd.DataFrame({
        "quarter": quarters[q], "unit": np.array([unit.name for unit in units], object)[u],
        "respondent": np.array([who for who, _ in _QUESTIONS], object)[k],
        "question": np.array([question for _, question in _QUESTIONS], object)[k], "asked": asked.astype(float),
        "answered": answered.astype(float), "positive": rng.binomial(answered, truth.positive).astype(float),
    })  # fmt: skip


def standards(truth: Truth, rng: np.random.Generator) -> pd.DataFrame:
    """Return how units met standards each year: a third of those not met is met the year after.

    Parameters
    ----------
    truth : Truth
        What is true of the region.
    rng : Generator
        Source of chance.

    Returns
    -------
    DataFrame
        The columns of the definition, codes as words.

    Examples
    --------
    >>> from needs.methods.example.synthetic_example import EXAMPLE
    >>> sorted(set(standards(EXAMPLE["eastvale"], np.random.default_rng(1))["status"]))
    ['met', 'not_met', 'partly']
    """
    units: list[Unit] = [unit for unit in truth.units if unit.tier in TIERS]
    told = [(name, level) for level, names in _STANDARDS.items() for name in names]
    u, k = (index.ravel() for index in np.indices((len(units), len(told))))
    met, parts = np.zeros(len(u), bool), []
    for year in range(_YEARS):
        met |= rng.random(len(u)) < (1 / 3 if year else truth.standard_met)
        short = np.where(rng.random(len(u)) < 0.6, "partly", "not_met")
        day: Any = truth.until - dt.timedelta(days=round(DAYS * (_YEARS - 1 - year)) + 60)
        parts.append(pd.DataFrame({
            "unit": np.array([unit.name for unit in units], object)[u], "standard": np.array([n for n, _ in told], object)[k],
            "level": np.array([level for _, level in told], object)[k], "assessed": pd.Timestamp(day),
            "status": np.where(met, "met", short),
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)
