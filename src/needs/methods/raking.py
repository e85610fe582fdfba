"""Fitting a table to margins that are known (iterative proportional fitting)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["rake"]

Floats = npt.NDArray[np.float64]


def rake(seed: npt.ArrayLike, margins: Sequence[npt.ArrayLike], tolerance: float = 1e-10, sweeps: int = 1000) -> Floats:
    """Fit a table to the totals of each of its axes, keeping its associations.

    Parameters
    ----------
    seed : array_like, ... x (one axis a margin)
        Tables of numbers at or above zero; axes before those of the margins are tables of their own.
    margins : sequence of array_like, ... x axis
        Totals along each axis, in the order of the axes; those of a table add up to the same number.
    tolerance : float
        Largest relative miss of any total.
    sweeps : int
        Largest number of sweeps over the margins.

    Returns
    -------
    ndarray
        The fitted tables, of the seed's shape.

    Raises
    ------
    ValueError
        If a number is negative or not finite, the margins do not fit the table or each other, or a
        total above zero has only zeros to draw on.

    References
    ----------
    Deming WE, Stephan FF (1940). On a least squares adjustment of a sampled frequency table when the
    expected marginal totals are known. Annals of Mathematical Statistics 11(4):427-444.

    Examples
    --------
    >>> rake([[1.0, 1.0], [1.0, 3.0]], [[30, 70], [40, 60]]).round(2).tolist()
    [[17.57, 12.43], [22.43, 47.57]]
    """
    table = np.array(seed, float)
    wanted = [np.asarray(margin, float) for margin in margins]
    first = table.ndim - len(wanted)
    shapes = [(*table.shape[:first], size) for size in table.shape[first:]]
    if first < 0 or [margin.shape for margin in wanted] != shapes:
        raise ValueError(f"margins of {[m.shape for m in wanted]} do not fit a table of {table.shape}")
    if not all((part >= 0).all() and np.isfinite(part).all() for part in (table, *wanted)):
        raise ValueError("a number of the table or of a margin is negative or not finite")
    sums = [margin.sum(axis=-1) for margin in wanted]
    if not all(np.allclose(other, sums[0], rtol=1e-9) for other in sums):
        raise ValueError(f"the margins add up to different numbers: {', '.join(f'{s.ravel()[0]:.10g}' for s in sums)}")
    scale = np.maximum(sums[0], 1e-300).reshape(*sums[0].shape, *[1] * len(wanted))
    for _ in range(sweeps):
        missed = 0.0
        for axis, margin in enumerate(wanted, first):
            others = tuple(other for other in range(first, table.ndim) if other != axis)
            now = table.sum(axis=others, keepdims=True)
            goal = margin.reshape(now.shape)
            if ((now == 0) & (goal > 0)).any():
                raise ValueError(f"a total of axis {axis} is above zero and has only zeros to draw on")
            missed = max(missed, float((np.abs(now - goal) / scale).max()))
            table *= np.divide(goal, now, out=np.zeros_like(now), where=now > 0)
        if missed <= tolerance:
            return table
    raise ValueError(f"no fit after {sweeps} sweeps; some margin cannot be met")
