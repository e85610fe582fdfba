"""Attacks on figures that were released: differences between releases, and rates turned back into numbers of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from needs.errors import DisclosureError, Problem
from needs.methods.released import RULE, Released, Rule

__all__ = ["check_differences", "check_rates", "differences", "safe_digits"]

PER = 100_000
"""People that a rate is for."""


def differences(whole: Released | pd.DataFrame, part: Released | pd.DataFrame, on: Sequence[str]) -> pd.DataFrame:
    """Bound what is left when one release is subtracted from another that holds the same people and more.

    Parameters
    ----------
    whole : Released or DataFrame
        The larger: England, a total, or a count up to a later day. A DataFrame holds published exact numbers.
    part : Released or DataFrame
        The smaller, one or more rows to each row of ``whole``: a region, parts, or the count up to an earlier day. At least one
        of the two is a Released.
    on : sequence of str
        Columns by which rows belong together.

    Returns
    -------
    DataFrame
        ``on``, ``count`` (column), ``lower, upper`` (whole numbers between which the difference lies) and ``pinned``: whether it
        may be a number below the smallest and the bounds hold fewer whole numbers than the smallest.

    Raises
    ------
    ValueError
        If neither was released, their rules differ, or ``whole`` has a row twice.

    Notes
    -----
    With ``n`` between ``l`` and ``u`` by its rounding, the difference lies between ``max(0, l_whole - sum u_part)`` and
    ``u_whole - sum l_part``. A suppressed number lies between 0 and ``smallest - 1``.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> known = Provenance("derived", ("service/x#own-data",))
    >>> region = release(pd.DataFrame({"sex": ["women", "men"], "n": [12, 104]}), known, counts=["n"])
    >>> england = pd.DataFrame({"sex": ["women", "men"], "n": [10, 720]})
    >>> differences(england, region, ["sex"])
         sex count  lower  upper  pinned
    0  women     n    0.0    2.0    True
    1    men     n  613.0  617.0   False
    """
    rule, counts = _agreed(whole, part)
    if (whole.frame if isinstance(whole, Released) else whole).duplicated(list(on)).any():
        raise ValueError("a row of the whole stands once")
    found = []
    for name in counts:
        large, small = (
            _bounds(side, name, on).groupby(list(on), observed=True, sort=False).sum() for side in (whole, part)
        )
        both = large.add_suffix("_whole").join(small.add_suffix("_part"), how="inner").reset_index()
        lower = (both["lower_whole"] - both["upper_part"]).clip(lower=0)
        upper = both["upper_whole"] - both["lower_part"]
        pinned = (lower < rule.smallest) & (upper - lower + 1 < rule.smallest) & (upper >= 0)
        found.append(both[list(on)].assign(count=name, lower=lower, upper=upper, pinned=pinned))
    return pd.concat(found, ignore_index=True)


def _agreed(whole: Released | pd.DataFrame, part: Released | pd.DataFrame) -> tuple[Rule, list[str]]:
    """Return the rule of two releases and the counts that both hold."""
    made = [side for side in (whole, part) if isinstance(side, Released)]
    if not made or any(side.rule != made[0].rule for side in made):
        raise ValueError("differences are taken of frames released by one rule")
    has = [side.counts if isinstance(side, Released) else tuple(map(str, side.columns)) for side in (whole, part)]
    return made[0].rule, [name for name in made[0].counts if all(name in names for names in has)]


def _bounds(side: Released | pd.DataFrame, name: str, on: Sequence[str]) -> pd.DataFrame:
    """Bound each number by its rounding; a missing one is left out."""
    if not isinstance(side, Released):
        return side[list(on)].assign(lower=side[name], upper=side[name]).dropna()
    return side.frame[list(on)].join(side.bounds(name)).dropna(subset=["lower", "upper"])


def check_differences(whole: Released | pd.DataFrame, part: Released | pd.DataFrame, on: Sequence[str]) -> None:
    """Refuse two releases whose difference gives a small number away.

    Parameters
    ----------
    whole, part, on
        See :func:`differences`.

    Raises
    ------
    DisclosureError
        With every row and column whose difference lies between bounds narrower than the rule.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> known = Provenance("derived", ("service/x#own-data",))
    >>> to_may, to_june = (release(pd.DataFrame({"tier": ["low"], "n": [n]}), known, counts=["n"]) for n in (20, 22))
    >>> check_differences(to_june, to_may, ["tier"])
    >>> check_differences(pd.DataFrame({"tier": ["low"], "n": [20]}), to_may, ["tier"])
    Traceback (most recent call last):
    ...
    needs.errors.DisclosureError: two releases give small numbers away when one is taken from the other: 1 problem
      tier low  n: what is left lies between 0 and 2
    Next: hide these numbers in one of the two, or release their sum alone        [exit 15]
    """
    found = differences(whole, part, on)
    problems = [
        Problem(" ".join(f"{name} {row[name]}" for name in on), _said(row))
        for row in found[found["pinned"]].to_dict("records")
    ]
    if problems:
        headline = "two releases give small numbers away when one is taken from the other"
        raise DisclosureError(headline, problems, "hide these numbers in one of the two, or release their sum alone")


def _said(row: Mapping[Any, Any]) -> str:
    return f"{row['count']}: what is left lies between {row['lower']:.0f} and {row['upper']:.0f}"


def safe_digits(people: pd.Series, per: float = PER, rule: Rule = RULE) -> pd.Series:
    """Return how many digits after the point a rate may show when everybody knows how many people it is for.

    Parameters
    ----------
    people : Series of float
        Denominators, above 0.
    per : float
        People that the rate is for.
    rule : Rule
        Of the counts behind the rates.

    Returns
    -------
    Series of int
        Below zero where even tens are too fine: -1 is the nearest 10, -2 the nearest 100.

    Notes
    -----
    A rate rounded to ``d`` digits fixes its count to within ``10^-d people / per``; that is at least what the rule rounds counts
    to when ``d <= log10(people / (per rounded_to))``.

    Examples
    --------
    >>> safe_digits(pd.Series([7_000_000, 400_000, 90_000])).tolist()
    [1, -1, -1]
    """
    digits: pd.Series = np.floor(np.log10(people / (per * rule.rounded_to)) + 1e-12).astype(int)
    return digits


def check_rates(people: pd.Series, digits: int, per: float = PER, rule: Rule = RULE) -> None:
    """Refuse rates that give the count behind them back more exactly than the rule rounds counts.

    Parameters
    ----------
    people : Series of float
        Denominators that everybody knows; its index names the rows.
    digits : int
        Digits after the point that the rates show.
    per, rule
        See :func:`safe_digits`.

    Raises
    ------
    DisclosureError
        With every row whose rate is too exact, and the digits that are safe.

    Examples
    --------
    >>> adults = pd.Series([7_000_000, 400_000], index=["London", "Ashdown"])
    >>> check_rates(adults.head(1), 1)
    >>> check_rates(adults, 1)
    Traceback (most recent call last):
    ...
    needs.errors.DisclosureError: rates give the numbers behind them away: 1 problem
      Ashdown  1 digits after the point, -1 are safe
    Next: round rates to fewer digits, or give them for more people together        [exit 15]
    """
    safe = safe_digits(people, per, rule)
    problems = [
        Problem(str(name), f"{digits} digits after the point, {most} are safe")
        for name, most in safe[safe < digits].items()
    ]
    if problems:
        remedy = "round rates to fewer digits, or give them for more people together"
        raise DisclosureError("rates give the numbers behind them away", problems, remedy)
