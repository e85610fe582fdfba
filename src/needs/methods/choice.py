"""The choice that information is worth something for: which options there are, and what each is worth over today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from needs.methods.appraisal import equivalent_annual
from needs.methods.prices import Prices
from needs.methods.weighing import Weighed
from needs.params.scenario import Levers, Scenario

__all__ = ["APART", "PRICED", "TODAY", "Lead", "by_path", "centred", "held_central", "lead", "leading", "priced"]

Floats = npt.NDArray[np.float64]

APART = 2.0
"""Standard errors by which the best option leads another to be told apart from it."""

TODAY = "today"
"""Name of going on as today among the options."""

PRICED = ("open", "close", "meet", "delayed")
"""Levers that cost what the beds and places cost. What it takes to pull the others, or what they risk, is counted nowhere."""


def priced(scenarios: Iterable[Scenario]) -> list[Scenario]:
    """Return the scenarios whose own cost is counted in full: those that pull no lever but :data:`PRICED`.

    Shorter stays or fewer assessments save what they save; what it takes to bring them about is counted nowhere, so that
    against an option with its price they would win for want of one.

    Examples
    --------
    >>> told = {"because": "an example", "label": "Example"}
    >>> places = Scenario(name="a", levers={"open": [{"tier": "step_down", "number": 9}]}, **told)
    >>> both = Scenario(name="b", levers={"stay": {"low": 0.9}, "delayed": 0.5}, **told)
    >>> [scenario.name for scenario in priced([places, both])]
    ['a']
    """
    plain = {name: field.get_default(call_default_factory=True) for name, field in Levers.model_fields.items()}
    return [
        scenario
        for scenario in scenarios
        if not any(getattr(scenario.levers, name) != default for name, default in plain.items() if name not in PRICED)
    ]


def held_central(prices: Prices) -> Prices:
    """Return the same prices with the worth of a day of waiting at its mean in every future.

    It is a judgement, which no record would settle: it belongs in what would change the choice, and in no worth of
    knowing more.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from needs.methods.prices import made_up_prices
    >>> held_central(replace(made_up_prices(2), worth_of_wait=np.array([0.0, 800.0]))).worth_of_wait.tolist()
    [400.0, 400.0]
    """
    return replace(prices, worth_of_wait=np.full_like(prices.worth_of_wait, prices.worth_of_wait.mean()))


def centred(benefit: npt.ArrayLike, settled: npt.ArrayLike) -> Floats:
    """Return what each option is worth, the worth of a day varying, about the mean that it has with that worth held central.

    Parameters
    ----------
    benefit, settled : array_like, draws x paths x options
        See :func:`by_path`; with drawn prices, and with those of :func:`held_central`.

    Notes
    -----
    What a day is worth is drawn apart from all else, so that both means differ by chance alone. The one of ``settled`` has
    less of it, and one mean for both keeps the option that is best, and its lead, the same wherever they are told.

    Examples
    --------
    >>> centred([[[0.0, 5.0]], [[0.0, -2.0]]], [[[0.0, 2.0]], [[0.0, 0.0]]]).tolist()
    [[[0.0, 4.5]], [[0.0, -2.5]]]
    """
    drawn, held = np.asarray(benefit, float), np.asarray(settled, float)
    return np.asarray(drawn + (held - drawn).mean(axis=(0, 1)), float)


@dataclass(frozen=True)
class Lead:
    """The option expected to be best.

    Parameters
    ----------
    best : str
        Name of the option with the largest mean.
    tied : str
        The next best option that the draws do not tell apart from it; empty where they tell all apart.
    """

    best: str
    tied: str


def lead(nb: npt.ArrayLike, names: Sequence[str]) -> Lead:
    """Return the option expected to be best, and the next best that cannot be told apart from it.

    Parameters
    ----------
    nb : array_like, draws x paths x options
        See :func:`by_path`; futures are paired, so that what options have in common drops out.
    names : sequence of str
        Options.

    Returns
    -------
    Lead
        ``tied`` where the mean lead over an option is within :data:`APART` standard errors of 0. An option that is like the
        best in every draw is no other choice.

    Examples
    --------
    >>> nb = np.array([[0.0, 1.0, 1.5], [0.0, 1.2, 0.6], [0.0, 1.1, 1.1], [0.0, 1.1, 1.0]])[:, None]
    >>> lead(nb, ["today", "more", "shut"]), lead(nb[..., :2], ["today", "more"])
    (Lead(best='more', tied='shut'), Lead(best='more', tied=''))
    """
    values = np.asarray(nb, float).mean(axis=1)
    first = int(values.mean(axis=0).argmax())
    ahead = values[:, [first]] - values
    error = ahead.std(axis=0, ddof=1) / np.sqrt(len(ahead))
    near = (np.abs(ahead).max(axis=0) > 0) & (ahead.mean(axis=0) <= APART * error)
    order = [at for at in ahead.mean(axis=0).argsort(kind="stable") if near[at]]
    return Lead(names[first], names[order[0]] if order else "")


def leading(nb: npt.ArrayLike) -> int:
    """Return the number of the best option that is not going on as today; 0 where there is none.

    Parameters
    ----------
    nb : array_like, draws x paths x options
        See :func:`by_path`.

    Examples
    --------
    >>> leading(np.zeros((2, 2, 1))), leading([[[0.0, -2.0, -1.0]]])
    (0, 2)
    """
    means = np.asarray(nb, float).mean(axis=(0, 1))
    return int(means[1:].argmax()) + 1 if len(means) > 1 else 0


def by_path(weighed: Weighed, prices: Prices, rate: float, later: float) -> Floats:
    """Return what each option is worth over going on as today, by simulated path.

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
    ndarray, draws x paths x (1 + K)
        As :func:`needs.methods.options.net_benefit`, before the mean over paths; the first option is today, which is 0.

    Examples
    --------
    >>> from needs.methods.prices import made_up_prices
    >>> days = np.array([[[0.0, 10.0], [0.0, 30.0]]])
    >>> told = Weighed(("a",), ("A",), 100 * days, 0 * days, days, days, {}, {"occupied": 100 * days}, 1)
    >>> by_path(told, made_up_prices(2), 0.0, 0.0).round(6).tolist()
    [[[0.0, 7000.0], [0.0, 21000.0]]]
    """
    worth = prices.worth_of_wait[None, :, None] * weighed.waited - weighed.spend
    each = equivalent_annual(worth, rate, later, first=min(2, worth.shape[-1]))
    paths = each.T.reshape(weighed.draws, each.shape[1] // weighed.draws, len(weighed.names))
    return np.concatenate([np.zeros((*paths.shape[:2], 1)), paths], axis=2)
