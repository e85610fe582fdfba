"""Rates and ratios made comparable: direct and indirect standardisation for age, sex or other strata."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from needs.methods.rates import FEW, Floats, byar_interval, nonnegative, poisson_interval

__all__ = [
    "Rate",
    "directly_standardised_rate",
    "directly_standardised_rate_repeated",
    "expected_events",
    "indirectly_standardised_ratio",
]


@dataclass(frozen=True)
class Rate:
    """Rates or ratios of areas, with their intervals.

    Parameters
    ----------
    value, lower, upper : ndarray of float, (areas,)
        Missing (nan) where there is nothing to divide by, or too few events for an interval.
    """

    value: Floats
    lower: Floats
    upper: Floats


def directly_standardised_rate(
    events: npt.ArrayLike,
    people: npt.ArrayLike,
    standard: npt.ArrayLike,
    per: float = 100_000,
    level: float = 0.95,
) -> Rate:
    """Rate that areas would have with the people of a standard population, with Dobson's interval.

    Parameters
    ----------
    events, people : array_like, (areas, strata)
        Independent events, and people or person-years at risk, by stratum (age, sex).
    standard : array_like, (strata,)
        Standard population; only its proportions matter. A stratum of weight 0 is left out.
    per : float
        Unit of the rate.
    level : float
        Coverage.

    Returns
    -------
    Rate
        Per ``per`` people. The interval is missing where an area has fewer than 10 events in
        all: the approximation it rests on is then poor, and so is the rate.

    Raises
    ------
    ValueError
        If a number is negative or not finite, shapes do not fit, or a stratum has no people: with
        events the data are wrong, and without there is no rate to weight (0/0 is not 0). Merge
        strata then. A stratum without people or events may stand where its standard weight is 0.

    Notes
    -----
    ``R = sum(w O/n) / sum(w)``; ``V = sum(w^2 O/n^2) / sum(w)^2``; with ``T = sum(O)`` the limits
    are ``R + sqrt(V/T) (Byar(T) - T)``.

    References
    ----------
    Dobson AJ, Kuulasmaa K, Eberle E, Scherer J (1991). Confidence intervals for weighted sums of
    Poisson parameters. Statistics in Medicine 10(3):457-462.

    Examples
    --------
    >>> rate = directly_standardised_rate([[10, 40], [2, 3]], [[1000, 1000], [500, 500]], [3, 1])
    >>> rate.value.round(1).tolist(), rate.lower.round(1).tolist()
    ([1750.0, 450.0], [1230.3, nan])
    """
    return _dobson(nonnegative(events, "events")[..., None], people, standard, per, level)


def directly_standardised_rate_repeated(
    events_by_frequency: npt.ArrayLike,
    people: npt.ArrayLike,
    standard: npt.ArrayLike,
    per: float = 100_000,
    level: float = 0.95,
) -> Rate:
    """Directly standardised rate of events that one person may have several times (readmission, recall).

    Parameters
    ----------
    events_by_frequency : array_like, (areas, strata, frequencies)
        People with exactly 1, 2, 3, ... events, in that order.
    people, standard, per, level
        See :func:`directly_standardised_rate`.

    Returns
    -------
    Rate
        Events per ``per`` people, with an interval wider than that of independent events.

    Raises
    ------
    ValueError
        See :func:`directly_standardised_rate`.

    Notes
    -----
    ``V = sum over f of f^2 V_f``, with ``V_f`` the variance of the rate of people with exactly ``f``
    events; everything else as for independent events, with ``T`` the events in all.

    References
    ----------
    Stukel TA, Glynn RJ, Fisher ES, et al. (1994). Standardized rates of recurrent outcomes.
    Statistics in Medicine 13(17):1781-1791.

    Examples
    --------
    >>> once = directly_standardised_rate([[20]], [[1000]], [1])
    >>> twice = directly_standardised_rate_repeated([[[0, 10]]], [[1000]], [1])
    >>> twice.value.tolist() == once.value.tolist(), bool(twice.upper > once.upper)
    (True, True)
    """
    return _dobson(nonnegative(events_by_frequency, "events"), people, standard, per, level)


def _dobson(by_frequency: Floats, people: npt.ArrayLike, standard: npt.ArrayLike, per: float, level: float) -> Rate:
    n, w = nonnegative(people, "people"), nonnegative(standard, "standard weights")
    if n.shape != by_frequency.shape[:-1] or w.shape != n.shape[-1:]:
        raise ValueError(
            f"events {by_frequency.shape[:-1]}, people {n.shape} and standard {w.shape} are not areas x strata"
        )
    if not w.sum() > 0:
        raise ValueError("the standard population has no people")
    times = np.arange(1.0, by_frequency.shape[-1] + 1)
    events, squares = by_frequency @ times, by_frequency @ times**2
    _refuse_empty(events, n, w)
    used = w > 0
    share = np.divide(w / w.sum(), n, where=used, out=np.zeros_like(n))
    total = events[..., used].sum(-1)
    value, variance = (share * events).sum(-1), (share**2 * squares).sum(-1)
    enough = np.where(total < FEW, np.nan, total)
    lower, upper = (value + np.sqrt(variance / enough) * (limit - total) for limit in byar_interval(total, level))
    return Rate(value * per, lower * per, upper * per)


def _refuse_empty(events: Floats, people: Floats, standard: Floats) -> None:
    empty = np.argwhere((people == 0) & ((events > 0) | (standard > 0)))
    if len(empty):
        shown = "; ".join(
            f"area {', '.join(map(str, at[:-1]))}, stratum {at[-1]}: {events[tuple(at)]:g} events" for at in empty[:5]
        )
        more = f"; and {len(empty) - 5} more" if len(empty) > 5 else ""
        raise ValueError(f"no people, so no rate exists ({shown}{more}): merge strata or mend the population")


def expected_events(people: npt.ArrayLike, reference_events: npt.ArrayLike, reference_people: npt.ArrayLike) -> Floats:
    """Events that areas would have at the rates of a reference population.

    Parameters
    ----------
    people : array_like, (areas, strata)
        People or person-years at risk.
    reference_events, reference_people : array_like, (strata,)
        Events and people of the reference population.

    Returns
    -------
    ndarray of float, (areas,)
        Events; missing (nan) for an area with people in a stratum that the reference lacks.

    Raises
    ------
    ValueError
        If a number is negative or not finite, or shapes do not fit.

    Notes
    -----
    ``E = sum over strata of n (x_ref / n_ref)``.

    Examples
    --------
    >>> expected_events([[1000, 500], [0, 300]], [20, 30], [10_000, 3000]).tolist()
    [7.0, 3.0]
    """
    n = nonnegative(people, "people")
    x, n_ref = nonnegative(reference_events, "reference events"), nonnegative(reference_people, "reference people")
    if not x.shape == n_ref.shape == n.shape[-1:]:
        raise ValueError(f"people {n.shape} and reference {x.shape}, {n_ref.shape} do not have the same strata")
    rate = np.divide(x, n_ref, where=n_ref > 0, out=np.full_like(x, np.nan))
    return np.asarray(np.where(n > 0, n * rate, 0.0).sum(-1))


def indirectly_standardised_ratio(
    observed: npt.ArrayLike,
    people: npt.ArrayLike,
    reference_events: npt.ArrayLike,
    reference_people: npt.ArrayLike,
    level: float = 0.95,
) -> Rate:
    """Ratio of observed to expected events (a standardised admission or mortality ratio).

    Parameters
    ----------
    observed : array_like, (areas,)
        Events of each area.
    people, reference_events, reference_people
        See :func:`expected_events`.
    level : float
        Coverage.

    Returns
    -------
    Rate
        Ratios, 1 at the rates of the reference; missing (nan) where no events are expected.
        Times the crude rate of the reference it is an indirectly standardised rate.

    Raises
    ------
    ValueError
        If a number is negative or not finite, or shapes do not fit.

    Notes
    -----
    ``O / E``; the limits are those of :func:`needs.methods.rates.poisson_interval` for ``O``, over ``E``.

    References
    ----------
    Breslow NE, Day NE (1987). Statistical methods in cancer research, volume II. IARC, chapter 2.

    Examples
    --------
    >>> ratio = indirectly_standardised_ratio([14, 0], [[1000, 500], [0, 0]], [20, 30], [10_000, 3000])
    >>> ratio.value.tolist(), ratio.lower.round(2).tolist(), ratio.upper.round(2).tolist()
    ([2.0, nan], [1.09, nan], [3.36, nan])
    """
    o, expected = nonnegative(observed, "observed events"), expected_events(people, reference_events, reference_people)
    if o.shape != expected.shape:
        raise ValueError(f"observed {o.shape} and people give {expected.shape} areas")
    expected = np.where(expected == 0, np.nan, expected)
    lower, upper = poisson_interval(o, level)
    return Rate(o / expected, lower / expected, upper / expected)
