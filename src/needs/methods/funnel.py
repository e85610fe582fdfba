"""Funnel plots: how far areas of a size may lie from the target by chance, and by more than chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from needs.methods.rates import Floats, critical_value, nonnegative

__all__ = ["Overdispersion", "overdispersion", "proportion_limits", "ratio_limits"]

WINSORISED = 0.1
"""Share of areas at each end whose z-scores are drawn in before overdispersion is measured."""


def ratio_limits(
    expected: npt.ArrayLike, level: float = 0.95, phi: float = 1.0, tau2: float = 0.0
) -> tuple[Floats, Floats]:
    """Control limits for the ratio of observed to expected events, against the events expected.

    Parameters
    ----------
    expected : array_like
        Expected events of each area (the horizontal axis), of any shape.
    level : float
        Share of areas inside the limits by chance alone, such as 0.95 and 0.998.
    phi, tau2 : float
        Multiplicative overdispersion, or additive variance between areas, of
        :func:`overdispersion`; give one of them. A ``phi`` below 1 never narrows the limits.

    Returns
    -------
    lower, upper : ndarray of float
        Ratios around 1; missing (nan) where nothing is expected. Where no count would be low
        enough (fewer than 3.7 events expected, at 95%), the lower limit is 0 and nothing lies below.

    Raises
    ------
    ValueError
        If a number is negative or not finite, or both ``phi`` and ``tau2`` are given.

    Notes
    -----
    With ``p = (1 - level)/2`` the limits for a count ``O`` at ``E`` expected solve ``P(X >= O | E) =
    p`` and ``P(X <= O | E) = p`` for a Poisson count, made continuous by the gamma function: ``E =
    gamma.ppf(p, O)`` and ``E = gamma.ppf(1 - p, O + 1)``. Published tables give the expected count
    for each ``O``; here the same curves are solved for ``O`` at the area's own ``E``, so that limits
    stand where the area is drawn. Overdispersion stretches the distance from 1 on the square root
    scale, where z-scores live: by ``sqrt(phi)``, or by ``sqrt(1 + 4 E tau2)``.

    References
    ----------
    Spiegelhalter DJ (2005). Funnel plots for comparing institutional performance. Statistics in
    Medicine 24(8):1185-1202.

    Examples
    --------
    >>> lower, upper = ratio_limits([2, 20, 600])
    >>> lower.round(2).tolist(), upper.round(2).tolist()
    ([0.0, 0.56, 0.92], [2.83, 1.49, 1.08])
    """
    from scipy import special

    e = nonnegative(expected, "expected events")
    nonnegative([phi, tau2], "phi and tau2")
    if phi > 1 and tau2 > 0:
        raise ValueError("phi and tau2 say the same thing in two ways: give one of them")
    e = np.where(e == 0, np.nan, e)
    tail = special.ndtr(-critical_value(level))
    upper, lower = special.gdtrib(1.0, tail, e) / e, (special.gdtrib(1.0, 1 - tail, e) - 1) / e
    stretch = np.sqrt(max(phi, 1.0) + 4 * e * tau2)
    lower, upper = (1 + (np.sqrt(np.maximum(limit, 0)) - 1) * stretch for limit in (lower, upper))
    return np.maximum(lower, 0) ** 2, upper**2


def proportion_limits(target: float, people: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Control limits for a proportion, against the people of each area.

    Parameters
    ----------
    target : float
        Share that areas are held against, from 0 to 1.
    people : array_like
        People of each area, of any shape.
    level : float
        Share of areas inside the limits by chance alone.

    Returns
    -------
    lower, upper : ndarray of float
        Shares, kept within 0 and 1; missing (nan) where there are no people.

    Raises
    ------
    ValueError
        If the target is not a share, or a number of people is negative or not finite.

    Notes
    -----
    Wilson inverted for the observed share: the share whose own interval
    (:func:`needs.methods.rates.wilson_interval`) ends at the target ``t`` is ``t -/+ z sqrt(t (1 - t)/n)``.

    References
    ----------
    Wilson EB (1927). Probable inference, the law of succession, and statistical inference. Journal
    of the American Statistical Association 22(158):209-212.

    Examples
    --------
    >>> lower, upper = proportion_limits(0.2, [50, 1000])
    >>> lower.round(3).tolist(), upper.round(3).tolist()
    ([0.089, 0.175], [0.311, 0.225])
    """
    n, z = nonnegative(people, "people"), critical_value(level)
    if not 0 <= target <= 1:
        raise ValueError(f"a target share is from 0 to 1, got {target}")
    half = z * np.sqrt(target * (1 - target) / np.where(n == 0, np.nan, n))
    return np.maximum(target - half, 0), np.minimum(target + half, 1)


@dataclass(frozen=True)
class Overdispersion:
    """How much more areas differ than chance explains.

    Parameters
    ----------
    phi : float
        Ratio of the spread of the areas to that of chance; 1 for Poisson counts.
    tau2 : float
        Variance between areas of the square root of the ratio; 0 where chance explains it all.
        The ratios themselves have a standard deviation of about ``2 sqrt(tau2)``.
    z : ndarray of float, (areas,)
        Distance of each area from its expected events, in standard errors, before winsorising.
    """

    phi: float
    tau2: float
    z: Floats


def overdispersion(observed: npt.ArrayLike, expected: npt.ArrayLike) -> Overdispersion:
    """Measure overdispersion around a target ratio of 1, sparing outlying areas.

    Parameters
    ----------
    observed, expected : array_like, (areas,)
        Events; every area expects some.

    Returns
    -------
    Overdispersion
        For the limits of :func:`ratio_limits`.

    Raises
    ------
    ValueError
        If a number is negative or not finite, shapes differ, fewer than 2 areas are given, or an
        area expects no events.

    Notes
    -----
    ``z = 2 (sqrt(O) - sqrt(E))``. The lowest and the highest tenth of the z-scores (rounded down) are
    set to the nearest one left; ``phi`` is the mean of their squares over what the same winsorising
    leaves of a standard normal, so that Poisson counts give 1, not 0.68. **With fewer than 10
    areas winsorising changes nothing**, and outlying areas count in full. Additive: with ``s_i = 1/(2
    sqrt(E_i))`` and ``w = 1/s^2``, ``tau2 = (n phi - (n - 1)) / (sum w - sum w^2 / sum w)``, not below
    0 (DerSimonian and Laird on the square root scale). Square roots are poor below about 5 expected events.

    References
    ----------
    Spiegelhalter DJ (2005). Handling over-dispersion of performance indicators. Quality and Safety
    in Health Care 14(5):347-351.

    Examples
    --------
    >>> found = overdispersion([64, 144, 100, 81], [100, 100, 100, 100])
    >>> found.phi, found.z.tolist(), round(found.tau2, 4)
    (9.0, [-4.0, 4.0, 0.0, -2.0], 0.0275)
    """
    o, e = nonnegative(observed, "observed events"), nonnegative(expected, "expected events")
    if o.shape != e.shape or o.ndim != 1 or o.size < 2:
        raise ValueError(f"observed {o.shape} and expected {e.shape} are not two or more areas")
    if (e == 0).any():
        raise ValueError(f"area {int(np.argmax(e == 0))} expects no events: leave it out")
    n, z = o.size, 2 * (np.sqrt(o) - np.sqrt(e))
    drawn_in = int(WINSORISED * n)
    ranked = np.sort(z)
    spared = np.clip(z, ranked[drawn_in], ranked[n - 1 - drawn_in])
    phi = float((spared**2).mean()) / _normal_left(drawn_in / n)
    weight = 4 * e
    tau2 = (n * phi - (n - 1)) / (weight.sum() - (weight**2).sum() / weight.sum())
    return Overdispersion(phi, max(0.0, float(tau2)), z)


def _normal_left(share: float) -> float:
    """Second moment of a standard normal with this share of each tail drawn in."""
    from scipy import stats

    if share == 0:
        return 1.0
    cut = float(stats.norm.isf(share))
    return 1 - 2 * share - 2 * cut * float(stats.norm.pdf(cut)) + 2 * share * cut**2
