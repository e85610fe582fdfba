"""What becomes of people who leave secure care, counted: cumulative incidence, rates per person-year and the first year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from needs.methods.disclosure import in_steps
from needs.methods.rates import exact_interval, wilson_interval
from needs.methods.service.followed_up import DAYS, FIRST_YEAR
from needs.methods.survival import cumulative_incidence, kaplan_meier
from needs.values import TIERS

__all__ = ["HORIZONS", "after_a_year", "curves", "follow_up", "incidence", "person_years"]

HORIZONS = (1, 2, 5)
"""Years at which cumulative incidence is read off."""

EVERYBODY = "all"


_ORDER = {name: at for at, name in enumerate((*TIERS, "step_down", "community", "elsewhere"))}


def _groups(followed: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Stack everybody, and the groups of each column in order, as ``of, group``."""
    parts = [followed.assign(of=EVERYBODY, group=EVERYBODY)]
    for name in by:
        part = followed.assign(of=name, group=followed[name].astype("str"))
        parts.append(part.sort_values("group", key=lambda group: group.map(_ORDER).fillna(len(_ORDER)), kind="stable"))
    return pd.concat(parts, ignore_index=True)


def incidence(
    followed: pd.DataFrame, event: str, by: Sequence[str] = ("tier", "route", "care_package")
) -> pd.DataFrame:
    """Return the share with an event within 1, 2 and 5 years, death being another end, by group.

    Parameters
    ----------
    followed : DataFrame
        Of :func:`needs.methods.service.followed_up.follow`.
    event : str
        ``readmission`` or ``reconviction``.
    by : sequence of str
        Columns by which people are grouped; everybody comes first.

    Returns
    -------
    DataFrame
        ``of, group, people, events, deaths, follow_up_years`` and, for each horizon, ``within_1, within_1_lower,
        within_1_upper, at_risk_1`` and ``events_1`` (events by then).

    Notes
    -----
    Aalen and Johansen's estimate; the share of a horizon is missing where nobody is followed for so long. Follow-up is the
    median time to the last day by the reverse Kaplan-Meier method: events and deaths are taken as the end of watching.

    References
    ----------
    Schemper M, Smith TL (1996). A note on quantifying follow-up in studies of failure time. Controlled Clinical Trials
    17(4):343-346.

    Examples
    --------
    >>> followed = pd.DataFrame({"tier": "low", "readmission": ["readmission", None, "death", None],
    ...                          "readmission_days": [200.0, 800.0, 300.0, 900.0]})
    >>> found = incidence(followed, "readmission", ["tier"])
    >>> found[["group", "people", "events", "deaths", "within_2"]].values.tolist()
    [['all', 4, 1, 1, 0.25], ['low', 4, 1, 1, 0.25]]
    """
    rows = []
    for (of, group), part in _groups(followed, by).groupby(["of", "group"], sort=False):
        days, cause = part[f"{event}_days"], part[event]
        told = {"of": of, "group": group, "people": len(part), "events": int((cause == event).sum())}
        told |= {"deaths": int((cause == "death").sum()), "follow_up_years": follow_up(part, event)}
        rows.append(told | _within(days, cause, event))
    names = ["of", "group", "people", "events", "deaths", "follow_up_years"]
    reads = [f"{name}_{year}{end}" for year in HORIZONS for name, end in _READS]
    return pd.DataFrame(rows, columns=[*names, *reads])


_READS = (("within", ""), ("within", "_lower"), ("within", "_upper"), ("at_risk", ""), ("events", ""))


def _within(days: pd.Series, cause: pd.Series, event: str) -> dict[str, float]:
    times = [year * DAYS for year in HORIZONS]
    curve = cumulative_incidence(days, cause, at=times)
    curve = curve[curve["cause"] == event].set_index("time").reindex(times)
    none = curve["events"].isna().to_numpy()  # nobody has the event: 0 for as long as somebody is followed
    curve["within"] = np.where(none, np.where(np.array(times) <= days.max(), 0.0, np.nan), curve["incidence"])
    curve = curve.assign(at_risk=[float((days >= time).sum()) for time in times], events=curve["events"].fillna(0.0))
    names = {
        "within": "within",
        "within_lower": "lower",
        "within_upper": "upper",
        "at_risk": "at_risk",
        "events": "events",
    }
    found: dict[str, float] = {}
    for read, name in names.items():
        stem, _, end = read.partition("_") if read.startswith("within") else (read, "", "")
        at = [f"{stem}_{year}{'_' + end if end else ''}" for year in HORIZONS]
        found |= dict(zip(at, curve[name].astype(float).tolist(), strict=True))
    return found


def follow_up(followed: pd.DataFrame, event: str) -> float:
    """Return the median years of follow-up, by the reverse Kaplan-Meier method.

    Parameters
    ----------
    followed, event
        See :func:`incidence`.

    Examples
    --------
    >>> followed = pd.DataFrame({"readmission": ["readmission", None, None], "readmission_days": [100.0, 365.25, 730.5]})
    >>> follow_up(followed, "readmission")
    1.0
    """
    median, _, _ = kaplan_meier(followed[f"{event}_days"], followed[event].isna()).quantile()
    return float(median / DAYS)


def curves(
    followed: pd.DataFrame, event: str, by: Sequence[str] = ("tier",), smallest: int = 5, to_years: float = 5.0
) -> pd.DataFrame:
    """Return the cumulative incidence of an event by group, in steps of so many events that none tells of one person.

    Parameters
    ----------
    followed, event, by
        See :func:`incidence`.
    smallest : int
        Fewest events of a step, and fewest people still followed at the end of a curve.
    to_years : float
        Last time wanted.

    Returns
    -------
    DataFrame
        ``of, group, months, share, lower, upper, at_risk, events``: at 0, at the end of the month in which ``smallest`` more
        events had come together, and at the last month with enough people followed, which repeats the step before.

    Examples
    --------
    >>> followed = pd.DataFrame({"tier": "low", "readmission": ["readmission"] * 6 + [None] * 14,
    ...                          "readmission_days": [20.0] * 5 + [50.0] + [400.0] * 14})
    >>> curves(followed, "readmission", [])[["months", "share", "events"]].values.tolist()
    [[0.0, 0.0, 0.0], [1.0, 0.25, 5.0], [13.0, 0.25, 5.0]]
    """
    months = np.arange(round(12 * to_years) + 1.0)
    columns = ["of", "group", "months", "share", "lower", "upper", "at_risk", "events"]
    parts = []
    for (of, group), part in _groups(followed, by).groupby(["of", "group"], sort=False):
        curve = cumulative_incidence(part[f"{event}_days"], part[event], at=months * DAYS / 12)
        curve = curve[curve["cause"] == event].assign(months=months) if (part[event] == event).any() else curve.iloc[:0]
        curve = (
            curve[curve["at_risk"] >= smallest]
            .rename(columns={"incidence": "share"})
            .assign(of=str(of), group=str(group))
        )
        kept = curve[in_steps(curve["events"], smallest)]
        if len(kept) > 1:
            parts += [kept[columns], kept[columns].tail(1).assign(months=curve["months"].iloc[-1])]
    whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return whole.drop_duplicates(["of", "group", "months"], ignore_index=True)


def person_years(followed: pd.DataFrame, by: Sequence[str] = ("tier", "route"), recorded: bool = True) -> pd.DataFrame:
    """Return events per 1,000 person-years, by event and group, with exact intervals.

    Parameters
    ----------
    followed, by
        See :func:`incidence`.
    recorded : bool
        Whether outcomes were recorded at all; without them reconviction is not known.

    Returns
    -------
    DataFrame
        ``event, of, group, people, events, years, rate, rate_lower, rate_upper``; events are ``readmission``,
        ``reconviction`` and ``death`` (before readmission).

    Examples
    --------
    >>> followed = pd.DataFrame({"tier": "low", "readmission": ["readmission", None], "readmission_days": [365.25, 1461.0],
    ...                          "reconviction": [None, None], "reconviction_days": [1461.0, 1461.0]})
    >>> person_years(followed, [])[["event", "events", "years", "rate"]].values.tolist()
    [['readmission', 1.0, 5.0, 200.0], ['reconviction', 0.0, 8.0, 0.0], ['death', 0.0, 5.0, 0.0]]
    """
    stacked, parts = _groups(followed, by), []
    ends = (
        {"readmission": "readmission"}
        | ({"reconviction": "reconviction"} if recorded else {})
        | {"death": "readmission"}
    )
    for event, ended in ends.items():
        cases = stacked.assign(events=(stacked[ended] == event).astype(float), years=stacked[f"{ended}_days"] / DAYS)
        found = cases.groupby(["of", "group"], sort=False).agg(
            people=("events", "size"), events=("events", "sum"), years=("years", "sum")
        )
        parts.append(found.reset_index().assign(event=event))
    table = pd.concat(parts, ignore_index=True)
    years = table["years"].where(table["years"] > 0)
    lower, upper = exact_interval(table["events"])
    for name, count in (("rate", table["events"]), ("rate_lower", lower), ("rate_upper", upper)):
        table[name] = 1000 * count / years
    return table[["event", "of", "group", "people", "events", "years", "rate", "rate_lower", "rate_upper"]]


def after_a_year(followed: pd.DataFrame, by: Sequence[str] = ("tier", "route")) -> pd.DataFrame:
    """Return who is recorded in work, in settled accommodation or with a community team within a year of discharge.

    Parameters
    ----------
    followed, by
        See :func:`incidence`; those who left less than a year before the last day do not count.

    Returns
    -------
    DataFrame
        ``event, of, group, people, numerator, lower, upper``: Wilson's interval of the share.

    Examples
    --------
    >>> followed = pd.DataFrame({"whole_year": [True, True, False], "employment": [True, False, True],
    ...                          "settled_accommodation": True, "community_team": False})
    >>> after_a_year(followed, [])[["event", "people", "numerator"]].values.tolist()
    [['employment', 2.0, 1.0], ['settled_accommodation', 2.0, 2.0], ['community_team', 2.0, 0.0]]
    """
    stacked = _groups(followed[followed["whole_year"].astype(bool)], by)
    long = stacked.melt(["of", "group"], list(FIRST_YEAR), "event", "recorded")
    long["recorded"] = long["recorded"].astype(float)
    found = (
        long.groupby(["event", "of", "group"], sort=False)["recorded"].agg(["size", "sum"]).astype(float).reset_index()
    )
    found = found.rename(columns={"size": "people", "sum": "numerator"})
    lower, upper = wilson_interval(found["numerator"], found["people"])
    return found.assign(lower=lower, upper=upper)
