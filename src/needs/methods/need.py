"""Need for secure care by area: the deprivation gradient, carried to an edition's own tenths."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["TENTHS", "deprivation_tenths", "need_index"]

Floats = npt.NDArray[np.float64]

TENTHS = np.arange(1, 11) - 5.5
"""Tenths of deprivation, from least to most deprived, around their middle."""


def deprivation_tenths(tenth: npt.ArrayLike, fifth: npt.ArrayLike) -> Floats:
    """Spread the people of areas over England's deprivation tenths, from two published shares.

    Parameters
    ----------
    tenth, fifth : array_like, areas
        Share of an area's people who live in England's most deprived tenth and fifth.

    Returns
    -------
    ndarray, areas x 10
        Share of the area's people in each tenth of England, least deprived first; rows add up to 1,
        the last column is ``tenth`` and the last two add up to ``fifth``.

    Raises
    ------
    ValueError
        If a share is not between 0 and 1, or the tenth is not smaller than the fifth.

    Notes
    -----
    Deprivation is taken as normal in England, mean 0 and standard deviation 1, and as normal in each
    area with the mean and standard deviation that give both published shares:
    ``sd = (z(.9) - z(.8)) / (z(1 - tenth) - z(1 - fifth))`` and ``mean = z(.9) - sd z(1 - tenth)``.
    Over the regions of both editions the tenths then hold 9% to 11% of England each.

    Examples
    --------
    >>> deprivation_tenths([0.1, 0.2], [0.2, 0.4]).round(3)[:, -2:].tolist()
    [[0.1, 0.1], [0.2, 0.2]]
    >>> deprivation_tenths([0.1], [0.2]).round(6).tolist()[0][:3]
    [0.1, 0.1, 0.1]
    """
    from scipy.special import ndtr, ndtri

    top, two = np.atleast_1d(np.asarray(tenth, float)), np.atleast_1d(np.asarray(fifth, float))
    wrong = ~((top > 0) & (top < two) & (two < 1))
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise ValueError(f"area {at}: {top[at]:g} in the most deprived tenth and {two[at]:g} in the fifth cannot be")
    spread = (ndtri(0.9) - ndtri(0.8)) / (ndtri(1 - top) - ndtri(1 - two))
    centre = ndtri(0.9) - spread * ndtri(1 - top)
    edges = ndtr((ndtri(np.arange(1, 10) / 10) - centre[:, None]) / spread[:, None])
    return np.diff(edges, axis=1, prepend=0.0, append=1.0)


def need_index(tenths: npt.ArrayLike, log_ratio: npt.ArrayLike) -> Floats:
    """Relative need of areas from a rate ratio between deprivation tenths.

    Parameters
    ----------
    tenths : array_like, areas x 10
        See :func:`deprivation_tenths`.
    log_ratio : array_like, draws
        Logarithm of the rate ratio from one tenth to the next. Below 0 (less use where deprivation is
        greater, which would be unmet need) it counts as 0.

    Returns
    -------
    ndarray, draws x areas
        Mean relative rate of the area's people; 1 at the middle of England's tenths.

    References
    ----------
    Coid J, Kahtan N, Cook A, Gault S, Jarman B (2001). Predicting admission rates to secure forensic
    psychiatry services. Psychological Medicine 31(3):531-539.

    Examples
    --------
    >>> flat, steep = need_index(deprivation_tenths([0.2], [0.4]), [-0.1, 0.2])
    >>> float(flat[0]), bool(steep[0] > 1)
    (1.0, True)
    """
    slope = np.maximum(np.atleast_1d(np.asarray(log_ratio, float)), 0.0)
    found: Floats = np.exp(slope[:, None] * TENTHS) @ np.asarray(tenths, float).T
    return found
