"""What the engine says of wards that close for step-down places: how many places keep it safe, and when it pays back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.appraisal import break_even, cumulative, equivalent_annual, present_value
from needs.methods.draws import estimated
from needs.methods.flow import Flow
from needs.methods.flow_changes import Change, changed
from needs.methods.flow_findings import ENDS, spread
from needs.methods.levers import Applied
from needs.methods.pathways import Pathways
from needs.methods.prices import Prices
from needs.methods.reinvestment_form import Terms
from needs.methods.spending import extra_spend
from needs.values import TIERS, Estimate, Provenance

__all__ = ["Confirmed", "Plan", "Tried", "confirm", "follow", "plan"]

Floats = npt.NDArray[np.float64]

MISSED = 3.0
"""Places that it takes in the engine over those of the closed form, to begin with."""

TRIES = 3
"""Numbers of places that the engine tries for each number of wards; one more where they say too little."""


@dataclass(frozen=True)
class Tried:
    """One closure with its places, followed by the engine: paired differences by replication.

    Parameters
    ----------
    closed, places : int
        Beds closed, step-down places opened.
    saving : ndarray, replications x years
        GBP saved; below 0 where more is spent.
    annual : ndarray, replications
        The same as an equal amount a year from the second.
    prisoners : ndarray, replications
        Prisoners more in the queue, mean of the years after the change.
    waiting : ndarray, replications
        People more in the queues outside, prisoners and others.
    any_longer : ndarray of bool, replications
        Whether more wait outside for high, medium or low security, or more block a secure bed.
    """

    closed: int
    places: int
    saving: Floats
    annual: Floats
    prisoners: Floats
    waiting: Floats
    any_longer: npt.NDArray[np.bool_]

    @property
    def safe(self) -> bool:
        """Whether neither more prisoners nor more people in all wait, in the mean over futures and in the middle one."""
        return self.longer <= 0

    @property
    def longer(self) -> float:
        """Prisoners, or people in all, more in the queue: the mean over futures or the middle one, whichever is most."""
        return max(float(of(queue)) for queue in (self.prisoners, self.waiting) for of in (np.mean, np.median))

    @property
    def harm(self) -> float:
        """Share of futures in which more prisoners wait."""
        return float((self.prisoners > 0).mean())

    @property
    def harm_any(self) -> float:
        """Share of futures in which any queue is longer."""
        return float(self.any_longer.mean())


@dataclass(frozen=True)
class Confirmed:
    """A frontier as the engine has it.

    Parameters
    ----------
    frame : DataFrame
        The frontier with ``places`` (the fewest found safe; else the most that are paid for), ``safe``, ``waiting`` and
        ``prisoners`` (people more outside at one time), ``spend`` (GBP more a year), each with ``_lower`` and ``_upper``, and
        ``harm, harm_any`` (shares of futures); missing where the engine was not asked.
    tried : mapping of wards to Tried
        What was followed.
    terms : Terms
        Terms.
    """

    frame: pd.DataFrame
    tried: Mapping[int, Tried]
    terms: Terms

    @property
    def chosen(self) -> pd.Series | None:
        """The row of the smallest closure that is safe, saves, and is not clearly beaten by a larger one; or None.

        Clearly: the larger saves more by over twice the standard error of the difference.
        """
        some = self.frame[(self.frame["safe"] == True) & (self.frame["spend"] < 0)]  # noqa: E712 - missing where not asked
        best: pd.Series | None = None
        for _, row in some.sort_values("wards").iterrows():
            if best is None or _clearly(self.tried[int(row["wards"])].annual - self.tried[int(best["wards"])].annual):
                best = row
        return best


def _clearly(more: Floats) -> bool:
    """Say whether paired differences are above 0 beyond their noise."""
    return bool(more.mean() > 2 * more.std() / np.sqrt(len(more)))


def confirm(ways: Pathways, today: Flow, found: pd.DataFrame, prices: Prices, terms: Terms) -> Confirmed:
    """Let the engine look for the fewest places that keep each closure safe.

    Parameters
    ----------
    ways : Pathways
        The flow as it is.
    today : Flow
        Simulated from it.
    found : DataFrame
        See :func:`frontier`.
    prices : Prices
        By replication.
    terms : Terms
        Terms.

    Returns
    -------
    Confirmed

    Notes
    -----
    For each number of wards from one up, the engine starts at the safe places of the closed form times what that missed by
    for fewer wards, or at the affordable ones where these are fewer, and goes on along the line through two numbers
    tried, three or four numbers, to the fewest places at which neither more prisoners nor more people in all wait than
    today, in the mean over futures and in the middle one. It stops at the first number of wards whose places cost more than the
    closure saves, or still are too few: more wards need more places for each bed.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> from needs.methods.prices import made_up_prices
    >>> from needs.methods.reinvestment_form import Terms
    >>> ways = calibrate(*made_up(), years=6, parameter_draws=20, paths=2, seed=1)
    >>> form = pd.DataFrame({"wards": [1], "closed": [4], "safe_places": [6.0], "affordable_places": [8.0]})
    >>> sure = confirm(ways, ways.follow(), form, made_up_prices(40), Terms("medium", 4, 1))
    >>> sure.tried[1].closed, sure.frame["places"].tolist() == [sure.tried[1].places]
    (4, True)
    """
    tried: dict[int, Tried] = {}
    missed = MISSED
    for wards, closed, safe, paid in found[["wards", "closed", "safe_places", "affordable_places"]].to_numpy(float):
        start = np.fmin(missed * safe, paid) if np.isfinite([safe, paid]).any() else closed
        last = _fewest(ways, today, int(closed), int(np.ceil(start)), prices, terms)
        tried[int(wards)] = last
        if not last.safe or last.annual.mean() < 0:
            break
        missed = last.places / safe if safe > 0 else missed
    rows = [_row(tried[wards]) if wards in tried else {} for wards in found["wards"]]
    return Confirmed(
        pd.concat([found, pd.DataFrame(rows, index=found.index, columns=_columns())], axis=1), tried, terms
    )


def _fewest(ways: Pathways, today: Flow, closed: int, start: int, prices: Prices, terms: Terms) -> Tried:
    """Return the fewest places found safe; where none is, the most that are paid for, or else the fewest tried."""
    tries: list[Tried] = []
    places = start
    while len(tries) <= TRIES:
        tries.append(follow(ways, today, closed, places, prices, terms))
        unsafe = max((t.places for t in tries if not t.safe), default=-1)
        safe = min((t.places for t in tries if t.safe), default=None)
        if safe is None and tries[-1].annual.mean() < 0:
            break
        if safe is not None and safe - unsafe <= max(1, (0.25 if len(tries) >= TRIES else 0.05) * safe):
            break
        places = _next(tries, safe, unsafe, terms.ward)
    if good := [t for t in tries if t.safe]:
        return min(good, key=lambda t: t.places)
    paid = [t for t in tries if t.annual.mean() >= 0]
    return max(paid, key=lambda t: t.places) if paid else min(tries, key=lambda t: t.places)


def _next(tries: list[Tried], safe: int | None, unsafe: int, ward: int) -> int:
    """Return the number of places to try next: where the line through two tries meets 0, or a step further."""
    if safe is not None and unsafe < 0:
        return safe // 2
    points = sorted((t.places, t.longer) for t in tries)
    if safe is not None:
        points = [(p, q) for p, q in points if p in (unsafe, safe)]
    if len(points) == 1:
        return unsafe + max(ward // 2, unsafe // 2)
    (p0, q0), (p1, q1) = points[-2:]
    line = p0 + (p1 - p0) * q0 / (q0 - q1) if q0 > q1 else 2.0 * p1
    if safe is not None:
        return int(np.clip(np.ceil(line), unsafe + 1, safe - 1))
    return int(np.clip(np.ceil(line), unsafe + 1, 2 * unsafe + ward))


def follow(ways: Pathways, today: Flow, closed: int, places: int, prices: Prices, terms: Terms) -> Tried:
    """Follow the patients of today through one closure with its places.

    Parameters
    ----------
    ways, today, prices, terms
        See :func:`confirm`.
    closed, places : int
        Beds closed, step-down places opened.

    Examples
    --------
    >>> from needs.methods.flow_told import made_up
    >>> from needs.methods.pathways import calibrate
    >>> from needs.methods.prices import made_up_prices
    >>> from needs.methods.reinvestment_form import Terms
    >>> ways = calibrate(*made_up(), years=4, parameter_draws=20, paths=2, seed=1)
    >>> found = follow(ways, ways.follow(), 0, 0, made_up_prices(40), Terms("medium", 4, 1))
    >>> float(abs(found.saving).max()), found.safe, found.harm
    (0.0, True, 0.0)
    """
    network = ways.network
    for verb, tier, number in (("close", terms.close, closed), ("open", "step_down", places)):
        network = changed(network, Change(verb, tier, number, terms.year), terms.ward) if number else network
    done = Applied("reinvestment", "Reinvestment", network, np.zeros(ways.draws))
    after = ways.follow(network, today.paths)
    parts = extra_spend(ways, today, after, done, prices, {terms.close: terms.ward})
    since = min(terms.year, network.years - 1)  # the year after that of the change, where there is one

    def more(measure: str, *tiers: str) -> Floats:
        return np.asarray((after.year(measure, *tiers) - today.year(measure, *tiers))[:, since:].mean(axis=1))

    queues = [more("waiting", tier) for tier in TIERS] + [more("blocked", *TIERS)]
    saving = 0.0 - np.asarray(sum(parts.values()))
    annual = equivalent_annual(saving, terms.rate, terms.later, first=2)
    return Tried(
        closed, places, saving, annual, more("prison_waiting", *TIERS),
        more("waiting", *TIERS), np.any([queue > 0 for queue in queues], axis=0),
    )  # fmt: skip


def _columns() -> list[str]:
    ends = [f"{name}{end}" for name in ("waiting", "prisoners", "spend") for end in ("", "_lower", "_upper")]
    return ["places", "safe", *ends, "harm", "harm_any"]


def _row(tried: Tried) -> dict[str, float | bool]:
    """Return what the engine says of one closure."""
    found: dict[str, float | bool] = {"places": tried.places, "safe": tried.safe}
    for name, draws in {"waiting": tried.waiting, "prisoners": tried.prisoners, "spend": 0.0 - tried.annual}.items():
        found |= {part: end for part, end in spread(draws, name).items() if part.startswith(name)}
    return found | {"harm": tried.harm, "harm_any": tried.harm_any}


@dataclass(frozen=True)
class Plan:
    """One closure with its places, year by year.

    Parameters
    ----------
    close : str
        Tier whose beds close.
    closed, places, year : int
        Beds closed, step-down places opened, and the year of it.
    safe : bool
        Whether it was chosen: neither more prisoners nor more people in all wait, in the mean and in the middle future, and
        money is saved.
    cumulative : DataFrame
        ``year, mean, lower_80, upper_80, lower_95, upper_95``: net saving up to the end of each year, at present value.
    break_even : float
        Year by whose end what was spent is paid back, the middle of the futures; missing where half of them or more do not
        get there within the years.
    breaks_even : float
        Share of futures that do.
    npv, annual : Estimate
        Net present value of what is saved, and the same as an equal amount a year from the second, GBP.
    harm, harm_any : float
        Shares of futures in which more prisoners wait, and in which any queue is longer.
    """

    close: str
    closed: int
    places: int
    year: int
    safe: bool
    cumulative: pd.DataFrame
    break_even: float
    breaks_even: float
    npv: Estimate
    annual: Estimate
    harm: float
    harm_any: float


def plan(sure: Confirmed, known: Provenance) -> Plan | None:
    """Lay out the closure that was chosen, or where none was, the smallest that was tried.

    Parameters
    ----------
    sure : Confirmed
        The frontier as the engine has it.
    known : Provenance
        How flows and prices are known.

    Returns
    -------
    Plan or None
        None where nothing could be tried, for want of a ward's beds.

    Examples
    --------
    >>> from needs.methods.reinvestment_form import Terms
    >>> one, years = np.ones(2), np.array([[0.0, -100.0, 90.0, 90.0]] * 2)
    >>> tried = Tried(12, 10, years, 20 * one, -one, -one, one > 1)
    >>> frame = pd.DataFrame({"wards": [1], "safe": [True], "spend": [-20.0]})
    >>> found = plan(Confirmed(frame, {1: tried}, Terms("medium", 12, 1)), Provenance("synthetic", ("x#y",)))
    >>> found.safe, found.break_even, found.breaks_even, round(found.npv.value, 1), found.harm
    (True, 4.0, 1.0, 66.3, 0.0)
    """
    if not sure.tried:
        return None
    chosen, terms = sure.chosen, sure.terms
    tried = sure.tried[min(sure.tried) if chosen is None else int(chosen["wards"])]
    saving, rate, later = tried.saving, terms.rate, terms.later
    sums = cumulative(saving, rate, later)
    ends = zip(("lower_95", "lower_80", "upper_80", "upper_95"), np.quantile(sums, ENDS, axis=0), strict=True)
    frame = pd.DataFrame({"year": np.arange(1, sums.shape[1] + 1), "mean": sums.mean(axis=0), **dict(ends)})
    years = break_even(saving, rate, later)
    middle = float(np.median(np.where(np.isnan(years), np.inf, years)))
    npv, annual = present_value(saving, rate, later), tried.annual
    return Plan(
        terms.close, tried.closed, tried.places, terms.year, chosen is not None,
        frame[["year", "mean", "lower_80", "upper_80", "lower_95", "upper_95"]],
        middle if np.isfinite(middle) else float("nan"), float(np.isfinite(years).mean()),
        estimated(float(npv.mean()), npv, known), estimated(float(annual.mean()), annual, known),
        tried.harm, tried.harm_any,
    )  # fmt: skip
