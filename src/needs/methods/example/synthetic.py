"""Service data of a made-up region, drawn from known laws: to show the toolkit at work, and to prove that it finds them again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from needs.dataset import TABLES, Table
from needs.methods.example import synthetic_tables as of_people
from needs.methods.example import synthetic_units as of_units
from needs.methods.example.synthetic_example import EXAMPLE
from needs.methods.example.synthetic_faults import with_faults
from needs.methods.example.synthetic_people import history
from needs.methods.example.synthetic_referrals import referrals
from needs.methods.example.synthetic_truth import Hazards, Truth, Unit

__all__ = ["EXAMPLE", "Hazards", "Truth", "Unit", "synthetic"]


def synthetic(truth: Truth, seed: int, *, faults: bool = False) -> dict[str, pd.DataFrame]:
    """Return the nine tables of a made-up region.

    Parameters
    ----------
    truth : Truth
        What is true of it.
    seed : int
        Seed; the same one gives the same rows.
    faults : bool
        Whether the records have faults, at the rates of :mod:`needs.methods.example.synthetic_faults`.

    Returns
    -------
    dict of str to DataFrame
        Every table of :data:`needs.dataset.TABLES` by name, typed as a region's own are when they are read: codes as
        categories in the order of the definition, days as dates, numbers as float, words as text, and ``row``.

    Notes
    -----
    People come from an exact simulation of a network of tiers (:func:`needs.methods.flow_journal.journal`), empty forty
    years before the first day, so that stays, blocked beds and waits belong together. Who people are is drawn apart from
    how long they stay. Each table has a stream of chance of its own, so that one table may change without the others.

    Examples
    --------
    >>> tables = synthetic(EXAMPLE["eastvale"], 1)
    >>> list(tables)
    ['stays', 'referrals', 'reviews', 'capacity', 'finance', 'outcomes', 'health', 'experience', 'standards']
    >>> tables["stays"]["tier"].cat.categories.tolist()
    ['high', 'medium', 'low', 'step_down', 'community']
    """
    found = history(truth, seed)
    rngs = {table.name: np.random.default_rng([seed, 100 + place]) for place, table in enumerate(TABLES)}
    tables = {
        "stays": of_people.stays(truth, found, rngs["stays"]), "referrals": referrals(truth, found, rngs["referrals"]),
        "reviews": of_people.reviews(truth, found, rngs["reviews"]), "capacity": of_units.capacity(truth),
        "finance": of_units.finance(truth, found), "outcomes": of_people.outcomes(truth, found, rngs["outcomes"]),
        "health": of_people.health(truth, found, rngs["health"]), "experience": of_units.experience(truth, rngs["experience"]),
        "standards": of_units.standards(truth, rngs["standards"]),
    }  # fmt: skip
    if faults:
        tables = with_faults(tables, np.random.default_rng([seed, 99]))
    return {table.name: _typed(tables[table.name], table) for table in TABLES}


def _typed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return a table in the types that a region's own has when it is read."""
    found: dict[str, pd.Series[Any]] = {}
    for column in table.columns:
        cells = frame[column.name].reset_index(drop=True)
        if column.form == "code":
            found[column.name] = cells.astype(pd.CategoricalDtype(list(column.words)))
        elif column.form == "date":
            found[column.name] = cells.astype("datetime64[s]")
        else:
            found[column.name] = cells.astype(float if column.form in ("whole", "number") else "str")
    return pd.DataFrame(found).assign(row=np.arange(len(frame), dtype=np.int64) + 2)
