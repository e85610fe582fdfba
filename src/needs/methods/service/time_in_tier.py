"""How long people stay in a tier of care, and where they go next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from needs.dataset.words import TIER
from needs.methods.rates import Floats
from needs.methods.survival import Curve, cumulative_incidence, kaplan_meier, log_rank

__all__ = [
     "QUARTERS", "STILL_THERE", "YEAR", "differences", "next_places", "people_by", "still_there", "tier_spells", "time_in_tier",
    "with_diagnosis_groups",
]  # fmt: skip

YEAR = 365.25
"""Days in a year."""

QUARTERS = tuple(quarter * YEAR / 4 for quarter in range(41))
"""Days on which curves are given: every three months, for ten years."""

STILL_THERE = "still_there"
"""What stands among the next places for people who have not moved on."""

SECURE = ("high", "medium", "low")


def tier_spells(stays: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Join stays that follow each other in the same tier of the same pathway.

    Parameters
    ----------
    stays : DataFrame
        Stays of :func:`needs.methods.service.linking.link`.
    since : Timestamp
        First day that the data cover.

    Returns
    -------
    DataFrame
        A row a spell, with the columns of its first stay; ``end, ended`` and ``to`` are those of its last. ``days`` is its
        length, so far where it lasts, and ``entry_days`` how much of it had passed when the data begin. Spells that had ended
        before are left out.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> stays = pd.DataFrame({"person": [1, 1], "pathway": [1, 1], "tier": ["low", "low"],
    ...     "admitted": [day("2020-01-01"), day("2020-03-01")], "end": [day("2020-03-01"), day("2020-04-01")],
    ...     "ended": [True, True], "to": ["low", "discharge"]})
    >>> tier_spells(stays, day("2020-02-01"))[["days", "entry_days", "to"]].to_numpy().tolist()
    [[91.0, 31.0, 'discharge']]
    """
    tier = stays["tier"].astype("str")
    opens = (stays["pathway"].ne(stays["pathway"].shift()) | tier.ne(tier.shift())).to_numpy(bool)
    closes = np.append(opens[1:], True)[: len(opens)]
    spells, last = stays[opens].reset_index(drop=True), stays[closes].reset_index(drop=True)
    to = last["to"].astype("str").fillna("unknown").where(last["ended"], "")
    ordered = pd.Categorical(tier[opens], categories=list(TIER))
    spells = spells.assign(tier=ordered, end=last["end"], ended=last["ended"].astype(bool), to=to)
    days = (spells["end"] - spells["admitted"]).dt.days.astype(float)
    entry = (since - spells["admitted"]).dt.days.clip(lower=0).astype(float)
    found: pd.DataFrame = spells.assign(days=days, entry_days=entry)[days >= entry].reset_index(drop=True)
    return found


def still_there(spells: pd.DataFrame, days: Sequence[float] | Floats, by: str = "tier") -> pd.DataFrame:
    """Estimate the share still in a tier after some days.

    Parameters
    ----------
    spells : DataFrame
        Of :func:`tier_spells`.
    days : sequence of float
        Days since the spell began.
    by : str
        Column of the groups.

    Returns
    -------
    DataFrame
        ``<by>, days, still, still_lower, still_upper, events, behind``: Kaplan-Meier with delayed entry, the people who had left
        by then, and the smaller of these and of those followed on that day (all of them on day 0).

    Examples
    --------
    >>> spells = pd.DataFrame({"person": [1, 2], "tier": ["low"] * 2, "days": [10.0, 20.0], "entry_days": [0.0, 0.0],
    ...                        "ended": [True, True]})
    >>> still_there(spells, [0, 15])[["days", "still", "behind"]].to_numpy().tolist()
    [[0.0, 1.0, 2.0], [15.0, 0.5, 1.0]]
    """
    grid, parts = np.asarray(days, float), []
    for name, group in spells.groupby(by, observed=True):
        found = _curve(group).at(grid)
        followed, left = people_by(group, grid)
        behind = np.where(grid == 0, followed, np.minimum(followed, left))
        edges = {
            f"still{end}": found[f"{column}"]
            for end, column in (("", "survival"), ("_lower", "lower"), ("_upper", "upper"))
        }
        parts.append(pd.DataFrame({by: name, "days": grid, **edges, "events": left, "behind": behind}))
    columns = [by, "days", "still", "still_lower", "still_upper", "events", "behind"]
    return pd.concat(parts, ignore_index=True) if parts else _none(columns, by)


def time_in_tier(
    spells: pd.DataFrame, years: Sequence[int] = (1, 2, 5, 10), to_years: float = 5.0, by: Sequence[str] = ("tier",)
) -> pd.DataFrame:
    """Summarise how long spells last, group by group.

    Parameters
    ----------
    spells : DataFrame
        Of :func:`tier_spells`.
    years : sequence of int
        Years after which the share still there is given.
    to_years : float
        Years within which the mean is taken.
    by : sequence of str
        Columns of the groups.

    Returns
    -------
    DataFrame
        The groups, ``people`` (with a spell), ``left`` (people whose spell ended), ``median_years`` and ``mean_years`` (within
        ``to_years``) with ``_lower`` and ``_upper``, and for each of the years ``still_<n>`` with its ends and ``behind_<n>``
        (see :func:`still_there`). A median that is not reached yet is missing.

    Examples
    --------
    >>> spells = pd.DataFrame({"person": [1, 2, 3], "tier": ["low"] * 3, "days": [365.25, 730.5, 1461.0],
    ...                        "entry_days": [0.0] * 3, "ended": [True] * 3})
    >>> time_in_tier(spells, years=(1,))[["people", "median_years", "mean_years", "still_1"]].round(2).to_numpy().tolist()
    [[3.0, 2.0, 2.33, 0.67]]
    """
    rows: list[dict[str, Any]] = []
    grid = np.array([np.ceil(n * YEAR) for n in years])
    for names, group in spells.groupby(list(by), observed=True):
        curve = _curve(group)
        found, (followed, left) = curve.at(grid), people_by(group, grid)
        row: dict[str, Any] = dict(zip(by, names, strict=True))
        row |= {"people": group["person"].nunique(), "left": group.loc[group["ended"], "person"].nunique()}
        row |= _ends("median_years", [end / YEAR for end in curve.quantile()])
        row |= _ends("mean_years", [end / YEAR for end in curve.restricted_mean(to_years * YEAR)])
        for at, n in enumerate(years):
            row |= _ends(f"still_{n}", found.loc[at, ["survival", "lower", "upper"]])
            row[f"behind_{n}"] = min(followed[at], left[at])
        rows.append(row)
    ends = ("", "_lower", "_upper")
    columns = [f"{name}{end}" for name in ("median_years", "mean_years") for end in ends]
    columns += [name for n in years for name in (*(f"still_{n}{end}" for end in ends), f"behind_{n}")]
    return pd.DataFrame(rows) if rows else _none([*by, "people", "left", *columns], *by)


def next_places(spells: pd.DataFrame, years: Sequence[int] = (1, 2, 5)) -> pd.DataFrame:
    """Estimate where people have gone from each tier after some years, and how many are still there.

    Parameters
    ----------
    spells : DataFrame
        Of :func:`tier_spells`.
    years : sequence of int
        Years since the spell began.

    Returns
    -------
    DataFrame
        ``tier, to, years, share, share_lower, share_upper, behind``: cumulative incidence (Aalen-Johansen, delayed entry) of
        each next place, most likely first, then :data:`STILL_THERE`; and the people who went there by then (who were followed
        and who had left, for those still there).

    Examples
    --------
    >>> spells = pd.DataFrame({"person": [1, 2], "tier": ["low"] * 2, "days": [10.0, 400.0], "entry_days": [0.0, 0.0],
    ...                        "ended": [True, True], "to": ["discharge", "prison"]})
    >>> next_places(spells, (1,))[["to", "share"]].to_numpy().tolist()
    [['discharge', 0.5], ['prison', 0.0], ['still_there', 0.5]]
    """
    grid = np.array([np.ceil(n * YEAR) for n in years])
    labels, parts = pd.DataFrame({"time": grid, "years": list(years)}), []
    for tier, group in spells.groupby("tier", observed=True):
        found = cumulative_incidence(group["days"], group["to"], group["entry_days"], at=grid)
        gone = {
            cause: people_by(own, grid)[1]
            for cause, own in group[["person", "days", "entry_days", "ended"]].groupby(group["to"])
        }
        found["behind"] = np.column_stack([gone[cause] for cause in dict.fromkeys(found["cause"])] or [grid]).ravel()[
            : len(found)
        ]
        order = found.groupby("cause")["events"].max().sort_values(ascending=False, kind="stable").index
        found = found.rename(
            columns={"incidence": "share", "lower": "share_lower", "upper": "share_upper", "cause": "to"}
        )
        found = found.assign(place=found["to"].map({name: at for at, name in enumerate(order)}))
        stay = still_there(group, grid).rename(
            columns=lambda name: name.replace("still", "share").replace("days", "time")
        )
        stay = stay.assign(to=STILL_THERE, place=len(order))
        parts.append(
            pd.concat([found, stay]).assign(tier=tier).merge(labels, on="time").sort_values(["place", "years"])
        )
    columns = ["tier", "to", "years", "share", "share_lower", "share_upper", "behind"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else _none(columns, "tier", "to")


def with_diagnosis_groups(spells: pd.DataFrame) -> pd.DataFrame:
    """Give every spell in secure care its diagnosis group, and once more those of people with a learning disability or autism.

    Parameters
    ----------
    spells : DataFrame
        Of :func:`tier_spells`, with ``diagnosis, learning_disability, autism``.

    Returns
    -------
    DataFrame
        Spells with ``group``: a word of ``diagnosis``, or ``learning_disability_or_autism``; that group cuts across the others.

    Examples
    --------
    >>> spells = pd.DataFrame({"tier": ["low"], "diagnosis": ["both"], "learning_disability": ["no"], "autism": ["yes"]})
    >>> with_diagnosis_groups(spells)["group"].tolist()
    ['both', 'learning_disability_or_autism']
    """
    secure = spells[spells["tier"].isin(SECURE)]
    main = secure.assign(group=secure["diagnosis"].astype("str").fillna("unknown"))
    across = secure[secure["learning_disability"].eq("yes") | secure["autism"].eq("yes")]
    return pd.concat([main, across.assign(group="learning_disability_or_autism")], ignore_index=True)


def differences(spells: pd.DataFrame, by: str = "diagnosis") -> pd.DataFrame:
    """Test, tier by tier, whether groups stay for different times.

    Parameters
    ----------
    spells : DataFrame
        Of :func:`tier_spells`.
    by : str
        Column of the groups; those not known are left out.

    Returns
    -------
    DataFrame
        ``tier, people, p_value`` of the log-rank test; missing where there is nothing to compare.

    Examples
    --------
    >>> spells = pd.DataFrame({"person": range(6), "tier": "low", "diagnosis": list("aaabbb"), "ended": True,
    ...                        "days": [1.0, 2, 3, 9, 10, 11], "entry_days": 0.0})
    >>> differences(spells).round(3).to_numpy().tolist()
    [['low', 6, 0.025]]
    """
    told = spells[spells[by].notna() & spells[by].ne("unknown") & spells["tier"].isin(SECURE)]
    rows = [
        (tier, group["person"].nunique(), log_rank(group["days"], group["ended"], group[by], group["entry_days"])[1])
        for tier, group in told.groupby("tier", observed=True)
    ]
    return pd.DataFrame(rows, columns=["tier", "people", "p_value"])


def people_by(spells: pd.DataFrame, days: Sequence[float] | Floats) -> tuple[Floats, Floats]:
    """Count the people followed on some days since the start, and those whose spell had ended by then.

    Examples
    --------
    >>> spells = pd.DataFrame({"person": [1, 1, 2], "days": [5.0, 9.0, 20.0], "entry_days": 0.0, "ended": True})
    >>> [part.tolist() for part in people_by(spells, [4, 10])]
    [[2.0, 1.0], [0.0, 1.0]]
    """
    grid = np.asarray(days, float)[None, :]
    end, entry = (spells[name].to_numpy(float)[:, None] for name in ("days", "entry_days"))
    gone = spells["ended"].to_numpy(bool)[:, None] & (end <= grid)
    person = pd.factorize(spells["person"])[0]
    return _distinct((entry <= grid) & (end >= grid), person), _distinct(gone, person)


def _distinct(where: Any, person: Any) -> Floats:
    seen = np.zeros((int(person.max(initial=-1)) + 1, where.shape[1]), dtype=bool)
    row, column = np.nonzero(where)
    seen[person[row], column] = True
    return np.asarray(seen.sum(axis=0), float)


def _curve(spells: pd.DataFrame) -> Curve:
    return kaplan_meier(spells["days"], spells["ended"], spells["entry_days"])


def _ends(name: str, values: Any) -> dict[str, float]:
    return {f"{name}{end}": float(value) for end, value in zip(("", "_lower", "_upper"), values, strict=True)}


def _none(columns: Sequence[str], *words: str) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="str" if name in words else float) for name in columns})
