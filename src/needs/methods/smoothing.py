"""What is to be expected given some inputs: a regression that is as smooth as the draws can tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Smoothed", "smoothed"]

Floats = npt.NDArray[np.float64]

CURVES = (0.0, 0.1, 0.3, 1.0)
"""Sizes of curved parts against straight ones that are tried: straight lines alone, then ever more readily bent."""

PENALTIES = 10.0 ** np.arange(-4, 2.01, 0.5)
"""Penalties that are tried, a draw."""


@dataclass(frozen=True)
class Smoothed:
    """Outcomes to be expected given inputs.

    Parameters
    ----------
    fitted : ndarray, draws x outcomes
        Expected outcome at the inputs of each draw.
    left_out : ndarray, draws x outcomes
        The same, found without that draw.
    error : ndarray, draws x outcomes
        Standard error of ``fitted``.
    explained : ndarray, outcomes
        Share of the variance that the inputs explain, adjusted for what a fit explains by chance; 0 to 1.
    """

    fitted: Floats
    left_out: Floats
    error: Floats
    explained: Floats


def smoothed(inputs: npt.ArrayLike, outcomes: npt.ArrayLike) -> Smoothed:
    """Return outcomes to be expected given inputs.

    Parameters
    ----------
    inputs : array_like, draws or draws x inputs
        Each of them varies.
    outcomes : array_like, draws or draws x outcomes
        What depends on them, and on chance.

    Returns
    -------
    Smoothed

    Raises
    ------
    ValueError
        If there are fewer than ten draws, or not as many inputs as outcomes.

    Notes
    -----
    The outcome is a sum of smooth functions of the inputs: each a straight line and a cubic spline with a knot at the
    median, made orthogonal to the line. Both are held back by a ridge penalty, the spline by a larger one, and the two
    penalties are those that best foretell draws left out of the fit (leave one out, in closed form). Inputs that say
    nothing are so smoothed to a constant, and many inputs need no choice among them. ``adjusted R2 = 1 - (RSS / (n - 1 -
    df)) / (TSS / (n - 1))`` with ``df`` the trace of the smoother.

    References
    ----------
    Strong M, Oakley JE, Brennan A (2014). Estimating multiparameter partial expected value of perfect information from a
    probabilistic sensitivity analysis sample: a nonparametric regression approach. Medical Decision Making 34(3):311-326.

    Golub GH, Heath M, Wahba G (1979). Generalized cross-validation as a method for choosing a good ridge parameter.
    Technometrics 21(2):215-223.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 201)
    >>> found = smoothed(x, np.column_stack([2 * x, x**2, 0 * x]))
    >>> found.explained.round(3).tolist(), bool(np.abs(found.fitted[:, 1] - x**2).max() < 0.01)
    ([1.0, 1.0, 0.0], True)
    """
    told, known = np.asarray(outcomes, float), np.asarray(inputs, float)
    y = told[:, None] if told.ndim == 1 else told
    n = len(y)
    if n < 10 or len(known) != n:
        raise ValueError(f"{n} draws of outcomes and {len(known)} of inputs; give ten or more of both")
    mean = y.mean(axis=0)
    fitted, left_out = np.tile(mean, (n, 1)), (n * mean - y) / (n - 1)
    spread, freedom = np.full(y.shape, 1 / n), np.zeros(y.shape[1])
    least = ((y - left_out) ** 2).mean(axis=0) * (1 - 1e-9)
    for fit in _fits(known.reshape(n, -1), y):
        miss = ((y - fit.left_out) ** 2).mean(axis=0)
        better = miss < least
        if better.any():
            least, freedom = np.where(better, miss, least), np.where(better, fit.freedom, freedom)
            fitted, left_out = np.where(better, fit.fitted, fitted), np.where(better, fit.left_out, left_out)
            spread = np.where(better, fit.spread, spread)
    rest, every = ((y - fitted) ** 2).sum(axis=0), ((y - mean) ** 2).sum(axis=0)
    left = np.divide(rest, np.maximum(n - 1 - freedom, 1), out=np.zeros_like(rest), where=every > 0)
    share = 1 - np.divide(left * (n - 1), every, out=np.ones_like(every), where=every > 0)
    return Smoothed(fitted, left_out, np.sqrt(spread * left), np.clip(np.where(freedom > 0, share, 0), 0, 1))


class _Fit(NamedTuple):
    """One fit: fitted values with and without their draw, sums of squares of the smoother's rows, its trace."""

    fitted: Floats
    left_out: Floats
    spread: Floats
    freedom: float


def _fits(x: Floats, y: Floats) -> Iterator[_Fit]:
    """Fit by every size of curves and every penalty."""
    n, mean = len(y), y.mean(axis=0)
    lines, curves = _parts(x)
    for size in CURVES:
        parts = np.column_stack([lines, size * curves]) if size else lines
        u, s, _ = np.linalg.svd(parts, full_matrices=False)
        along, square = u.T @ (y - mean), u**2
        for penalty in n * PENALTIES:
            weight = s**2 / (s**2 + penalty)
            fitted, lever = mean + u @ (weight[:, None] * along), (1 / n + square @ weight)[:, None]
            without = (fitted - lever * y) / (1 - lever)
            yield _Fit(fitted, without, (1 / n + square @ weight**2)[:, None], float(weight.sum()))


def _parts(x: Floats) -> tuple[Floats, Floats]:
    """Return each input as a straight line and as curves orthogonal to it, all of mean 0 and about unit variance."""
    lines, curves = [], []
    for column in x.T:
        line = column - column.mean()
        line = line / (line.std() or 1.0)
        if not line.any():
            continue
        bent = np.column_stack([line**2, line**3, np.maximum(line - np.median(line), 0) ** 3])
        straight = np.column_stack([np.ones(len(line)), line])
        bent = bent - straight @ np.linalg.lstsq(straight, bent, rcond=None)[0]
        u, s, _ = np.linalg.svd(bent, full_matrices=False)
        lines.append(line)
        curves.append(u[:, s > 1e-8 * max(s[0], 1.0)] * np.sqrt(len(line)))
    none = np.empty((len(x), 0))
    return np.column_stack([none, *lines]), np.column_stack([none, *curves])
