"""Figures of monitoring, made safe: what of each frame counts people, and how many stand behind each statistic."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from needs.methods.disclosure import RULE, Released, Rule, half_up, in_steps, release
from needs.methods.service.monitored_sums import delays, delays_by_tier, needed
from needs.methods.service.time_in_tier import STILL_THERE
from needs.values import Provenance

__all__ = [
    "assessments", "curve", "delays", "delays_by_tier", "differences", "long_stays", "moves", "needed", "next_places",
    "occupancy", "time_in_tier", "waits",
]  # fmt: skip

_ENDS = ("", "_lower", "_upper")


def occupancy(frame: pd.DataFrame, known: Provenance, rule: Rule = RULE) -> Released:
    """Release people in care and beds month by month.

    Parameters
    ----------
    frame : DataFrame
        Of :func:`needs.methods.service.monitoring.by_month`.
    known : Provenance
        Kind and sources.
    rule : Rule
        What is too small, and what others are rounded to.

    Returns
    -------
    Released
        ``month, tier, occupied, beds, occupancy``; occupancy is of the rounded people, as beds are public: a share of the exact
        number would give that number away.

    Examples
    --------
    >>> frame = pd.DataFrame({"month": [pd.Timestamp("2024-01-01")], "tier": ["low"], "occupied": [41.2], "beds": [50.0],
    ...                       "occupancy": [0.824]})
    >>> occupancy(frame, Provenance("derived", ("x#y",))).frame[["occupied", "beds", "occupancy"]].to_numpy().tolist()
    [[40.0, 50.0, 0.8]]
    """
    rounded = half_up(frame["occupied"], rule.rounded_to) / frame["beds"].where(frame["beds"] > 0)
    columns = frame[["month", "tier", "occupied", "beds"]].assign(occupancy=rounded)
    behind = {"occupancy": ("occupied", "beds")}
    return release(
        columns, known, counts=["occupied"], statistics=behind, digits={"occupancy": 2}, public=["beds"], rule=rule
    )


def moves(frame: pd.DataFrame, known: Provenance, rule: Rule = RULE) -> Released:
    """Release moves into and out of tiers.

    Parameters
    ----------
    frame : DataFrame
        Of :func:`needs.methods.service.monitoring.flows`; ``months`` may be lacking.
    known, rule
        See :func:`occupancy`.

    Examples
    --------
    >>> frame = pd.DataFrame({"month": [pd.Timestamp("2024-01-01")], "tier": ["low"], "entered": [12.0], "left": [4.0]})
    >>> moves(frame.assign(months=3), Provenance("derived", ("x#y",))).frame[["entered", "left"]].to_numpy().tolist()
    [[10.0, nan]]
    """
    steps = [name for name in ("months",) if name in frame]
    return release(
        frame[["month", "tier", *steps, "entered", "left"]], known, counts=["entered", "left"], groups=steps, rule=rule
    )


def curve(frame: pd.DataFrame, known: Provenance, rule: Rule = RULE) -> Released:
    """Release a curve in steps of so many people that none tells of a few.

    Parameters
    ----------
    frame : DataFrame
        Of :func:`needs.methods.service.time_in_tier.still_there` or :func:`needs.methods.service.monitored_waits.waiting_curve`.
    known, rule
        See :func:`occupancy`.

    Returns
    -------
    Released
        The start, and each day by which so many more people have left as are shown at least, as long as enough are behind it:
        between days of a grid a single person would show.

    Examples
    --------
    >>> frame = pd.DataFrame({"tier": "low", "days": [0.0, 91.0, 182.0, 273.0], "still": [1.0, 0.95, 0.854, 0.84],
    ...                       "still_lower": 0.8, "still_upper": 1.0, "events": [0.0, 2.0, 6.0, 9.0],
    ...                       "behind": [40.0, 2.0, 6.0, 9.0]})
    >>> curve(frame, Provenance("derived", ("x#y",))).frame[["days", "still"]].to_numpy().tolist()
    [[0.0, 1.0], [182.0, 0.85]]
    """
    name, by = ("still", "tier") if "still" in frame else ("share", "outcome")
    values = [f"{name}{end}" for end in _ENDS]
    enough = frame[frame["behind"] >= rule.smallest].sort_values("days", kind="stable")
    kept = enough.groupby(by, observed=True)["events"].transform(in_steps, rule.smallest).astype(bool)
    told = frame.loc[kept.index[kept].sort_values()].drop(columns="events")
    return _statistics(told, known, dict.fromkeys(values, "behind"), dict.fromkeys(values, 2), ["days"], rule=rule)


def time_in_tier(frame: pd.DataFrame, known: Provenance, rule: Rule = RULE) -> Released:
    """Release how long people stay.

    Parameters
    ----------
    frame : DataFrame
        Of :func:`needs.methods.service.time_in_tier.time_in_tier`.
    known, rule
        See :func:`occupancy`.

    Examples
    --------
    >>> from needs.methods.service.time_in_tier import time_in_tier as found
    >>> spells = pd.DataFrame({"person": range(8), "tier": "low", "days": 500.0, "entry_days": 0.0, "ended": True})
    >>> safe = time_in_tier(found(spells, years=(1,)), Provenance("derived", ("x#y",)))
    >>> safe.frame[["tier", "people", "median_years", "still_1"]].round(1).to_numpy().tolist()
    [['low', 10.0, 1.4, nan]]
    """
    years = [name.removeprefix("behind_") for name in map(str, frame) if name.startswith("behind_")]
    statistics: dict[str, str | tuple[str, ...]] = {f"still_{n}{end}": f"behind_{n}" for n in years for end in _ENDS}
    digits = dict.fromkeys(statistics, 2)
    lengths = [f"{name}{end}" for name in ("median_years", "mean_years") for end in _ENDS]
    statistics |= dict.fromkeys(lengths, ("people", "left"))
    return _statistics(
        frame, known, statistics, digits | dict.fromkeys(lengths, 1), counts=["people", "left"], rule=rule
    )


def next_places(frame: pd.DataFrame, known: Provenance, rule: Rule = RULE) -> Released:
    """Release where people go next; a place to which few went is left out, like one to which nobody did.

    Parameters
    ----------
    frame : DataFrame
        Of :func:`needs.methods.service.time_in_tier.next_places`.
    known, rule
        See :func:`occupancy`.

    Examples
    --------
    >>> frame = pd.DataFrame({"tier": ["low"], "to": ["prison"], "years": [1], "share": [0.1234], "share_lower": [0.05],
    ...                       "share_upper": [0.2], "behind": [9.0]})
    >>> next_places(frame, Provenance("derived", ("x#y",))).frame["share"].tolist()
    [0.12]
    """
    went = frame.groupby(["tier", "to"], observed=True)["behind"].transform("max") >= rule.smallest
    frame = frame[went | frame["to"].eq(STILL_THERE)]
    values = [f"share{end}" for end in _ENDS]
    return _statistics(frame, known, dict.fromkeys(values, "behind"), dict.fromkeys(values, 2), ["years"], rule=rule)


def differences(frame: pd.DataFrame, known: Provenance, rule: Rule = RULE) -> Released:
    """Release p-values of a comparison.

    Parameters
    ----------
    frame : DataFrame
        Of :func:`needs.methods.service.time_in_tier.differences`.
    known, rule
        See :func:`occupancy`.

    Examples
    --------
    >>> frame = pd.DataFrame({"tier": ["low"], "people": [90], "p_value": [0.01234]})
    >>> differences(frame, Provenance("derived", ("x#y",))).frame["p_value"].tolist()
    [0.012]
    """
    return _statistics(frame, known, {"p_value": "people"}, {"p_value": 3}, rule=rule)


def long_stays(frame: pd.DataFrame, known: Provenance, rule: Rule = RULE) -> Released:
    """Release how many people have stayed long so far.

    Parameters
    ----------
    frame : DataFrame
        Of :func:`needs.methods.service.monitored_now.long_stays`.
    known, rule
        See :func:`occupancy`.

    Examples
    --------
    >>> frame = pd.DataFrame({"tier": ["low"], "years": [5.0], "people": [90], "long": [9]})
    >>> long_stays(frame, Provenance("derived", ("x#y",))).frame[["long", "share"]].to_numpy().tolist()
    [[10.0, 0.1]]
    """
    shares = {"share": ("long", "people")}
    return release(frame, known, counts=["people", "long"], shares=shares, groups=["years"], rule=rule)


def waits(frame: pd.DataFrame, known: Provenance, rule: Rule = RULE) -> Released:
    """Release summaries of waits.

    Parameters
    ----------
    frame : DataFrame
        Of :func:`needs.methods.service.monitored_waits.summaries`.
    known, rule
        See :func:`occupancy`.

    Examples
    --------
    >>> from needs.methods.service.monitored_waits import summaries
    >>> found = pd.DataFrame({"person": range(20), "days": range(20), "entry_days": 0.0, "outcome": "admitted", "ended": True})
    >>> safe = waits(summaries({"Prisoners": found}), Provenance("derived", ("x#y",)))
    >>> safe.frame[["people", "within_14", "median_days"]].to_numpy().tolist()
    [[20.0, 0.75, 9.0]]
    """
    limits = [name.removeprefix("behind_") for name in map(str, frame) if name.startswith("behind_")]
    statistics: dict[str, str | tuple[str, ...]] = {f"within_{n}{end}": f"behind_{n}" for n in limits for end in _ENDS}
    digits = dict.fromkeys(statistics, 2)
    statistics |= {f"{name}_days{end}": ("people", "admitted") for name in ("median", "mean") for end in _ENDS}
    return _statistics(frame, known, statistics, digits, counts=["people", "admitted", "exits", "waiting"], rule=rule)


def assessments(frame: pd.DataFrame, known: Provenance, rule: Rule = RULE) -> Released:
    """Release how often people were assessed before admission.

    Parameters
    ----------
    frame : DataFrame
        Of :func:`needs.methods.service.monitored_waits.assessments_made`.
    known, rule
        See :func:`occupancy`.

    Examples
    --------
    >>> ends = {f"{name}{end}": [1.25] for name in ("mean", "mean_days") for end in ("", "_lower", "_upper")}
    >>> frame = pd.DataFrame({"number": ["1"], "admissions": [12], "total": [40], "share": [0.3], "share_lower": [0.18],
    ...                       "share_upper": [0.45], **ends})
    >>> assessments(frame, Provenance("derived", ("x#y",))).frame[["admissions", "share", "mean"]].to_numpy().tolist()
    [[10.0, 0.3, 1.3]]
    """
    frame = frame.assign(rest=frame["total"] - frame["admissions"])
    every = frame["number"].eq("all")
    frame["rest"] = frame["rest"].where(~every, frame["total"])
    statistics: dict[str, str | tuple[str, ...]] = {f"share{end}": ("admissions", "rest") for end in _ENDS}
    digits = dict.fromkeys(statistics, 2) | {f"mean{end}": 1 for end in _ENDS}
    statistics |= {f"{name}{end}": "admissions" for name in ("mean", "mean_days") for end in _ENDS}
    frame, sums = frame.drop(columns="total"), {"number": "all"}
    return release(frame, known, counts=["admissions"], statistics=statistics, digits=digits, totals=sums, rule=rule)


def _statistics(
    frame: pd.DataFrame,
    known: Provenance,
    statistics: dict[str, str] | dict[str, str | tuple[str, ...]],
    digits: dict[str, int],
    groups: Sequence[str] = (),
    counts: Sequence[str] = (),
    rule: Rule = RULE,
) -> Released:
    return release(frame, known, counts=counts, statistics=statistics, digits=digits, groups=groups, rule=rule)
