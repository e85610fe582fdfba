"""Indicators of quality: what each means, its series, and its control chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from needs.methods.service.indicators_defined import CHARTED, INDICATORS, NEEDED, Definition
from needs.methods.service.indicators_moves import MOVES, days_between_deaths
from needs.methods.service.indicators_present import PRESENT
from needs.methods.service.indicators_told import TOLD
from needs.methods.service.linking import Linked
from needs.methods.service.periods import Every, periods
from needs.methods.spc import Xmr, t_chart, xmr
from needs.params.service import Period, Target

__all__ = [
    "CHARTED",
    "INDICATORS",
    "NEEDED",
    "Definition",
    "Measured",
    "Tables",
    "assess",
    "charted",
    "latest",
    "meanings",
    "series",
]

CARRIED = 0.5
"""Autocorrelation from which limits are much too narrow: with it, by the root of 2."""


_MOST_HIDDEN: dict[Every, float] = {"month": 0.2, "quarter": 0.5, "year": 0.99}
"""Largest share of points that may be suppressed before periods are made longer."""


class Tables(Protocol):
    """Tables of a region's own data, by name."""

    def __getitem__(self, name: str, /) -> pd.DataFrame: ...


_LONGER: dict[Every, tuple[Every, ...]] = {
    "month": ("month", "quarter", "year"),
    "quarter": ("quarter", "year"),
    "year": ("year",),
}


@dataclass(frozen=True)
class Measured:
    """An indicator as measured.

    Parameters
    ----------
    definition : Definition
        What it is.
    series : DataFrame
        ``period, last, numerator, denominator, value``; without rows where its tables were not given.
    every : {"month", "quarter", "year"}
        How long its periods are.
    chart : Xmr
        Its control chart; of deaths, the chart of the days between them.
    target : Target or None
        Standard it is held against.
    given : bool
        Whether its tables were given.
    """

    definition: Definition
    series: pd.DataFrame
    every: Every
    chart: Xmr
    target: Target | None
    given: bool

    @property
    def carries_over(self) -> bool:
        """Whether each period tells much of the next, so that limits are too narrow and rules hold too easily."""
        return self.chart.autocorrelation > CARRIED


def series(
    name: str,
    own: Tables,
    linked: Linked,
    since: pd.Timestamp,
    until: pd.Timestamp,
    every: Every | None = None,
) -> pd.DataFrame:
    """Return an indicator period by period.

    Parameters
    ----------
    name : str
        Name of one of :data:`INDICATORS`.
    own : Tables
        The region's own data.
    linked : Linked
        Its stays, linked.
    since, until : Timestamp
        First and last day that the data cover; periods lie wholly within them.
    every : {"month", "quarter", "year"}, optional
        How long a period is; without it, the shortest of the indicator. Money comes by financial year always.

    Returns
    -------
    DataFrame
        ``period`` (first day), ``last`` (last day), ``numerator``, ``denominator`` (missing for a number of people) and
        ``value`` in the unit of the indicator, missing where there is nothing to divide by. **Not safe to show.**

    Raises
    ------
    KeyError
        If there is no such indicator.

    Examples
    --------
    >>> days = pd.to_datetime(["2023-02-10", "2023-02-20"])
    >>> stays = pd.DataFrame({"tier": "low", "origin": ["court", "medium"], "admitted": days})
    >>> linked = Linked(stays, stays, stays, stays)
    >>> found = series("admissions", {"stays": stays}, linked, pd.Timestamp("2023-01-01"), pd.Timestamp("2023-03-31"))
    >>> found["value"].tolist()
    [0.0, 1.0, 0.0]
    """
    definition = next((each for each in INDICATORS if each.name == name), None)
    if definition is None:
        raise KeyError(f"no indicator {name}: {', '.join(each.name for each in INDICATORS)}")
    within = periods(since, until, every or definition.every)
    if name in PRESENT:
        return PRESENT[name](own, linked, within)
    return MOVES[name](own, linked, within, until) if name in MOVES else TOLD[name](own, within)


def latest(told: pd.DataFrame) -> pd.DataFrame:
    """Return the last period of a series that has a value; no row where none has.

    Examples
    --------
    >>> latest(pd.DataFrame({"period": [1, 2, 3], "value": [0.4, 0.5, None]}))["value"].tolist()
    [0.5]
    """
    return told.dropna(subset=["value"]).tail(1).reset_index(drop=True)


def assess(
    own: Tables,
    linked: Linked,
    since: pd.Timestamp,
    until: pd.Timestamp,
    targets: Mapping[str, Target] | None = None,
    baseline: Period | None = None,
    smallest: int = 5,
) -> tuple[Measured, ...]:
    """Measure every indicator and make its control chart.

    Parameters
    ----------
    own, linked, since, until
        See :func:`series`.
    targets : mapping of str to Target, optional
        Standard of each indicator that has one.
    baseline : Period, optional
        Months whose mean and limits the charts keep; without it, all periods count.
    smallest : int
        Smallest number of people that is shown.

    Returns
    -------
    tuple of Measured
        In the order of :data:`INDICATORS`.

    Notes
    -----
    Where more than a fifth of the months of what happens (moves, referrals) would be suppressed, they are put together to
    quarters, and where more than half of those, to years; who is there on a day does not add up, so those stay as they are.
    Deaths are too few for a series: variation is judged by the days between them.

    Examples
    --------
    >>> from needs.dataset import TABLES
    >>> none = {table.name: pd.DataFrame({column: [] for column in table.names}) for table in TABLES}
    >>> linked = Linked(none["stays"], none["stays"], none["stays"], none["stays"])
    >>> found = assess(none, linked, pd.Timestamp("2023-01-01"), pd.Timestamp("2023-12-31"))
    >>> len(found), any(each.given for each in found)
    (22, False)
    """
    every_one = []
    for definition in INDICATORS:
        target = (targets or {}).get(definition.name)
        given = all(len(own[table]) for table in definition.tables)
        told, every = _none(), definition.every
        if given:
            told, every = _wide_enough(definition, own, linked, since, until, smallest)
        chart = _chart(definition, told, linked, since, target, baseline)
        every_one.append(Measured(definition, told, every, chart, target, given))
    return tuple(every_one)


def _none() -> pd.DataFrame:
    days = pd.Series([], dtype="datetime64[s]")
    numbers = {name: pd.Series([], dtype=float) for name in ("numerator", "denominator", "value")}
    return pd.DataFrame({"period": days, "last": days, **numbers})


def _wide_enough(
    definition: Definition, own: Tables, linked: Linked, since: pd.Timestamp, until: pd.Timestamp, smallest: int
) -> tuple[pd.DataFrame, Every]:
    """Return a series of the shortest periods of which few enough are suppressed; else of those of which fewest are."""
    ladder = (definition.every,) if definition.on_a_day or definition.known == "public" else _LONGER[definition.every]
    tried = [(series(definition.name, own, linked, since, until, every), every) for every in ladder]
    hidden = [_hidden(definition, told, smallest) for told, _ in tried]
    shown = (found for found, share in zip(tried, hidden, strict=True) if share <= _MOST_HIDDEN[found[1]])
    return next(shown, tried[int(np.argmin(hidden))])


def _hidden(definition: Definition, told: pd.DataFrame, smallest: int) -> float:
    known = told.dropna(subset=["value"])
    if not len(known):
        return 2.0
    rest = known["denominator"] - known["numerator"]
    small = (known["numerator"] < smallest) | (known["denominator"] < smallest)
    return float((small | (rest < smallest) & (definition.unit == "share") & (definition.known == "people")).mean())


def _chart(
    definition: Definition,
    told: pd.DataFrame,
    linked: Linked,
    since: pd.Timestamp,
    target: Target | None,
    baseline: Period | None,
) -> Xmr:
    if definition.rare and len(told):
        return t_chart(days_between_deaths(linked, since))
    counts = None
    if baseline is not None:
        first, last = pd.Timestamp(baseline.since), pd.Timestamp(baseline.until)
        counts = (told["period"] >= first) & (told["last"] <= last)
    better = target.better if target else definition.better
    return xmr(told["value"], counts, target.value if target else None, better)


def charted(found: Sequence[Measured]) -> tuple[Measured, ...]:
    """Return those whose control chart is drawn: of :data:`CHARTED`, in its order, those with values.

    Examples
    --------
    >>> charted([])
    ()
    """
    by_name = {each.definition.name: each for each in found}
    return tuple(by_name[name] for name in CHARTED if name in by_name and by_name[name].series["value"].notna().any())


def meanings(found: Sequence[Measured]) -> list[tuple[str, str]]:
    """Return name and meaning of each indicator, to stand beside its figures.

    Examples
    --------
    >>> meanings([])
    []
    """
    return [(each.definition.name, each.definition.meaning) for each in found]
