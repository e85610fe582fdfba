"""People of a region's own spend, made safe: bed-days of few people tell of them as a number of people does."""

from __future__ import annotations

import pandas as pd

from needs.methods.disclosure import RULE, Rule, half_up
from needs.params.costs import DAYS_IN_YEAR

__all__ = ["people_of", "safe_rows"]


def safe_rows(told: pd.DataFrame, rule: Rule = RULE) -> pd.DataFrame:
    """Round the bed-days of a spend file to those of a rounded number of people, before any figure is made of them.

    Parameters
    ----------
    told : DataFrame
        ``tier, sector, contract, funded_beds, occupied_bed_days, spend``, as the file has them.
    rule : Rule
        What is too small to show, and what people are rounded to.

    Returns
    -------
    DataFrame
        The same columns, and ``tier_people``: people of the whole tier. Bed-days of fewer people than the smallest are missing;
        tiers of fewer are left out. Beds and spend stay exact.

    Notes
    -----
    People are bed-days over 365. A tier's people are the sum of its rows as rounded, so that tables add up; with a missing row
    they are rounded on their own instead, so that what is shown of the others does not narrow the missing one.

    Examples
    --------
    >>> told = pd.DataFrame([("low", "nhs", "block", 42.0, 14_661.0, 8e6), ("low", "independent", "package", 0.0, 900.0, 5e5),
    ...                      ("high", "nhs", "block", 4.0, 1_000.0, 1e6)], columns=[
    ...     "tier", "sector", "contract", "funded_beds", "occupied_bed_days", "spend"])
    >>> safe_rows(told)[["tier", "occupied_bed_days", "tier_people"]].to_numpy().tolist()
    [['low', 14600.0, 45.0], ['low', nan, 45.0]]
    """
    people = told["occupied_bed_days"] / DAYS_IN_YEAR
    none = told[["funded_beds", "occupied_bed_days", "spend"]].eq(0).all(axis=1)
    rounded = pd.Series(half_up(people, rule.rounded_to), told.index).where((people >= rule.smallest) | none)
    exact, known = people.groupby(told["tier"]).transform("sum"), rounded.notna().groupby(told["tier"]).transform("all")
    alone = pd.Series(half_up(exact, rule.rounded_to), told.index)
    together = rounded.groupby(told["tier"]).transform("sum").where(known, alone)
    rows = told.assign(occupied_bed_days=rounded * DAYS_IN_YEAR, tier_people=together)
    return rows[exact >= rule.smallest].reset_index(drop=True)


def people_of(rows: pd.DataFrame) -> tuple[float, float]:
    """Return people of a tier, and those of them in packages, whose beds are those in use.

    Parameters
    ----------
    rows : DataFrame
        Rows of one tier, of :func:`safe_rows`.

    Notes
    -----
    Where packages are missing, they are what the tier has over its blocks, both as rounded.

    Examples
    --------
    >>> rows = pd.DataFrame({"contract": ["block", "package"], "occupied_bed_days": [14_600.0, None], "tier_people": 45.0})
    >>> people_of(rows)
    (45.0, 5.0)
    """
    everyone, block = float(rows["tier_people"].iloc[0]), rows["contract"] == "block"
    in_blocks, bought = (rows.loc[of, "occupied_bed_days"] / DAYS_IN_YEAR for of in (block, ~block))
    if bought.isna().any():
        return everyone, max(0.0, everyone - float(in_blocks.sum()))
    return everyone, float(bought.sum())
