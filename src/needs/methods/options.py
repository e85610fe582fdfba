"""Options weighed against going on as today, on the same patients: money, delayed bed-days, waits, and their order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.appraisal import equivalent_annual
from needs.methods.choice import by_path
from needs.methods.flow_findings import spread
from needs.methods.flow_network import DAYS
from needs.methods.prices import Prices
from needs.methods.weighing import Weighed, weigh

__all__ = ["Weighed", "money", "net_benefit", "ranked", "standards", "weigh"]

Floats = npt.NDArray[np.float64]

NOISE = 2.0
"""Standard errors of its mean by which delay avoided, or days waited, has to be off 0 to count as more than noise."""

SOLID = 0.25
"""Share of its mean that the lower end of delay avoided has to reach for the cost of a day to have an interval."""


def _yearly(values: Floats) -> Floats:
    """Return the mean of the years from the second, in which scenarios can differ: ... x Y to ..."""
    return np.asarray(values[..., 1:].mean(axis=-1) if values.shape[-1] > 1 else values[..., 0])


def _annual(values: Floats, rate: float, later: float) -> Floats:
    """Return money as an equal amount a year from the second."""
    return equivalent_annual(values, rate, later, first=min(2, values.shape[-1]))


def net_benefit(weighed: Weighed, prices: Prices, rate: float, later: float) -> Floats:
    """Return what each scenario is worth over today: days of waiting spared at their worth, less what is spent.

    Parameters
    ----------
    weighed : Weighed
        Scenarios minus today.
    prices : Prices
        With the worth of a day.
    rate, later : float
        Discount rate a year, to year 30 and from year 31.

    Returns
    -------
    ndarray, draws x (1 + K)
        GBP as an equal amount a year from the second, mean over the paths of a draw; the first column is going on as
        today, which is 0.

    Examples
    --------
    >>> from needs.methods.prices import made_up_prices
    >>> days = np.array([[[0.0, 10.0], [0.0, 30.0]]])
    >>> told = Weighed(("a",), ("A",), 100 * days, 0 * days, days, days, {}, {"occupied": 100 * days}, 1)
    >>> net_benefit(told, made_up_prices(2), 0.0, 0.0).round(6).tolist()
    [[0.0, 14000.0]]
    """
    return np.asarray(by_path(weighed, prices, rate, later).mean(axis=1))


def ranked(weighed: Weighed, rate: float, later: float) -> pd.DataFrame:
    """Return the scenarios, best first, with what each costs and brings over today.

    Parameters
    ----------
    weighed : Weighed
        Scenarios minus today.
    rate, later : float
        Discount rate a year, to year 30 and from year 31.

    Returns
    -------
    DataFrame
        ``name, label``; ``spend`` (GBP more, as an equal amount a year), ``delayed`` (bed-days avoided a year), ``waited``
        (days of waiting outside avoided a year, from referral), ``prisoners_waiting`` (more accepted prisoners waiting for
        a bed at one time; below 0 where fewer do), each with ``_lower`` and ``_upper`` (95% of paired differences);
        the first two with ``_lower_80`` and ``_upper_80`` as well; ``lengthens`` (whether people wait longer outside,
        beyond the noise of the simulation) and ``avoids`` (whether delay is avoided, beyond it, and waits are not
        lengthened); ``per_delayed_day`` (GBP a delayed bed-day avoided, missing where it avoids no delay) with its ends,
        missing where days avoided are too uncertain; and shares of futures: ``better, worse`` (fewer, more delayed
        bed-days), ``cheaper, dearer`` (present value), ``shorter, longer`` (days waited outside). What is left to 1 is no
        difference at all.

    Notes
    -----
    All from the second year on, in which scenarios can differ. Delay is avoided where the mean over draws is more than
    twice its standard error above 0; waits are lengthened in the same way. The cost of a day is a ratio of means; it has
    ends, those of the ratio by future, only where the lower end of days avoided is a quarter of their mean or more:
    futures in which hardly anyone is delayed make ratios without meaning.

    First come scenarios that avoid delay and save money, the largest saving first: a cost below 0 over days avoided does
    not rank, since fewer days would make it look better. Then those that avoid delay at a cost, by cost a day. Then those
    that avoid none, by spend. Last, by spend, those that make people wait longer outside, whatever else they do: closing
    beds also empties the beds that are blocked, for want of anybody in them.

    Examples
    --------
    >>> days = np.array([[[0.0, 20.0], [0.0, 30.0]], [[0.0, 4.0], [0.0, 4.0]]])
    >>> told = Weighed(("a", "b"), ("A", "B"), days * [[[100.0]], [[-5.0]]], days, days, days, {}, {}, 2)
    >>> ranked(told, 0.0, 0.0)[["name", "spend", "delayed", "per_delayed_day", "better"]].values.tolist()
    [['b', -20.0, 4.0, -5.0, 1.0], ['a', 2500.0, 25.0, 100.0, 1.0]]
    """
    rows = []
    spend = _annual(weighed.spend, rate, later)
    delayed, waited, prisoners = (_yearly(v) for v in (weighed.delayed, weighed.waited, weighed.prisoners))
    of_delayed, of_waited = weighed.by_draw(delayed), weighed.by_draw(waited)
    for k, (name, label) in enumerate(zip(weighed.names, weighed.labels, strict=True)):
        row: dict[str, object] = {"name": name, "label": label, **_fan("spend", spend[k])}
        row |= (
            _fan("delayed", delayed[k])
            | _ends("waited", waited[k])
            | _ends("prisoners_waiting", 0.0 - prisoners[k] / DAYS)
        )
        lengthens = _above_noise(-of_waited[k])
        avoids = _above_noise(of_delayed[k]) and not lengthens
        row |= {"avoids": avoids, "lengthens": lengthens, **_per_day(spend[k], delayed[k], avoids)}
        row |= {"better": _share(delayed[k] > 0), "worse": _share(delayed[k] < 0)}
        row |= {"cheaper": _share(spend[k] < 0), "dearer": _share(spend[k] > 0)}
        row |= {"shorter": _share(waited[k] > 0), "longer": _share(waited[k] < 0)}
        rows.append(row)
    if not rows:
        return pd.DataFrame({"name": [], "label": []})
    frame = pd.DataFrame(rows)
    saves, some = frame["spend"] <= 0, frame["avoids"]
    group = np.select([frame["lengthens"], some & saves, some], [3, 0, 1], 2)
    within = np.where(group == 1, frame["per_delayed_day"], frame["spend"])
    order = np.lexsort((frame["name"], within, group))
    return frame.iloc[order].reset_index(drop=True)


def _ends(name: str, draws: Floats) -> dict[str, float]:
    return {part: end for part, end in spread(draws, name).items() if part.startswith(name)}


def _fan(name: str, draws: Floats) -> dict[str, float]:
    """Return the mean with the ends of 95% and of 80% of draws."""
    found = spread(draws, name)
    return {f"{name}_{part}" if not part.startswith(name) else part: end for part, end in found.items()}


def _above_noise(draws: Floats) -> bool:
    """Return whether a mean over parameter draws is above 0 by more than chance may make it."""
    error = draws.std(ddof=1) / np.sqrt(len(draws)) if len(draws) > 1 else 0.0
    return bool(draws.mean() > NOISE * error)


def _share(futures: npt.NDArray[np.bool_]) -> float:
    return float(futures.mean())


def _per_day(spend: Floats, delayed: Floats, avoids: bool) -> dict[str, float]:
    """Return cost a delayed bed-day avoided: see :func:`ranked`."""
    name, missing = "per_delayed_day", float("nan")
    found = {name: missing, f"{name}_lower": missing, f"{name}_upper": missing}
    if not avoids:
        return found
    found[name] = centre = float(spend.mean() / delayed.mean())
    if np.quantile(delayed, 0.025) >= SOLID * delayed.mean():
        some = delayed > 0
        lower, upper = np.quantile(spend[some] / delayed[some], [0.025, 0.975])
        found |= {f"{name}_lower": min(float(lower), centre), f"{name}_upper": max(float(upper), centre)}
    return found


def money(weighed: Weighed, rate: float, later: float) -> pd.DataFrame:
    """Return what extra spend is made of, for each scenario.

    Parameters
    ----------
    weighed : Weighed
        Scenarios minus today.
    rate, later : float
        Discount rate a year, to year 30 and from year 31.

    Returns
    -------
    DataFrame
        ``name, label, part, spend, spend_lower, spend_upper``: GBP more as an equal amount a year from the second, by part
        (:data:`needs.methods.spending.PARTS`), and ``all``. The parts add up; their ends do not.

    Examples
    --------
    >>> days = np.ones((1, 2, 2))
    >>> told = Weighed(("a",), ("A",), 3 * days, days, days, days, {}, {"occupied": days, "one_off": 2 * days}, 2)
    >>> money(told, 0.0, 0.0)[["part", "spend"]].values.tolist()
    [['occupied', 2.0], ['one_off', 4.0], ['all', 6.0]]
    """
    every = {**weighed.parts, "all": weighed.spend}
    rows = [
        {"name": name, "label": label, "part": part, **_ends("spend", _annual(values[k], rate, later))}
        for k, (name, label) in enumerate(zip(weighed.names, weighed.labels, strict=True))
        for part, values in every.items()
    ]
    return pd.DataFrame(rows, columns=["name", "label", "part", "spend", "spend_lower", "spend_upper"])


def standards(weighed: Weighed) -> pd.DataFrame:
    """Return the share of prisoners admitted in time, as today (``today``, first) and with each scenario.

    Returns
    -------
    DataFrame
        ``name, label, clock, days, share, share_lower, share_upper``: mean and 95% of parameter draws.

    Examples
    --------
    >>> told = Weighed(("a",), ("A",), *[np.zeros((1, 2, 2))] * 4, {("referral", 14): np.array([[0.2, 0.4], [0.6, 0.8]])}, {}, 2)
    >>> standards(told)[["name", "days", "share"]].round(3).values.tolist()
    [['today', 14, 0.3], ['a', 14, 0.7]]
    """
    rows = []
    for k, (name, label) in enumerate([("today", "As today"), *zip(weighed.names, weighed.labels, strict=True)]):
        for (clock, days), shares in weighed.within.items():
            known = shares[k][np.isfinite(shares[k])]
            ends = _ends("share", known) if len(known) else {}
            rows.append({"name": name, "label": label, "clock": clock, "days": days, **ends})
    return pd.DataFrame(rows, columns=["name", "label", "clock", "days", "share", "share_lower", "share_upper"])
