"""What draws say: ends of intervals, an estimate, and the parts of a variance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.values import Estimate, Provenance

__all__ = ["estimated", "named_ends", "variance_parts", "with_ends"]

Floats = npt.NDArray[np.float64]


def named_ends(name: str, draws: npt.ArrayLike, centre: npt.ArrayLike, level: int = 95) -> dict[str, Floats]:
    """Return the ends of the interval of some draws, by name; they always hold the central figure.

    Parameters
    ----------
    name : str
        Name of what is drawn.
    draws : array_like, draws x ...
        Draws.
    centre : array_like, ...
        Central figures.
    level : int
        Percent of the draws that lie inside.

    Examples
    --------
    >>> {end: round(float(x), 6) for end, x in named_ends("people", [0.0, 50.0, 100.0], 50.0, 80).items()}
    {'people_lower_80': 10.0, 'people_upper_80': 90.0}
    """
    lower, upper = np.quantile(np.asarray(draws, float), [0.5 - level / 200, 0.5 + level / 200], axis=0)
    return {f"{name}_lower_{level}": np.minimum(lower, centre), f"{name}_upper_{level}": np.maximum(upper, centre)}


def estimated(value: float, draws: npt.ArrayLike, known: Provenance) -> Estimate:
    """Return a central figure with the 95% interval of its draws.

    Examples
    --------
    >>> found = estimated(50.0, np.arange(41.0) * 2.5, Provenance("modelled", ("x#y",)))
    >>> [round(end, 6) for end in found.bounds], found.kind
    ([2.5, 97.5], 'modelled')
    """
    lower, upper = (float(end) for end in named_ends("", draws, value).values())
    return Estimate(value, lower, upper, known.kind, known.sources)


def with_ends(frame: pd.DataFrame, centre: Floats, draws: Floats) -> pd.DataFrame:
    """Add ``patients, mean_lower_95, mean_upper_95`` to a frame with one row a figure.

    Parameters
    ----------
    frame : DataFrame of n rows
        What each figure is about.
    centre : ndarray of n
        Central figures.
    draws : ndarray, draws x ...
        Draws of the same n figures, in any shape of n.

    Examples
    --------
    >>> with_ends(pd.DataFrame({"sex": ["male"]}), np.array([5.0]), np.array([[4.0], [6.0]])).round(2).values.tolist()
    [['male', 5.0, 4.05, 5.95]]
    """
    return frame.assign(patients=centre, **named_ends("mean", draws.reshape(len(draws), -1), centre))


def variance_parts(means: Floats, rule: npt.NDArray[np.int64]) -> dict[str, Floats]:
    """Say how much of the variance of a count is made by parameters, by the rule and by chance.

    Parameters
    ----------
    means : ndarray, draws x ...
        Expected counts.
    rule : ndarray of int, draws
        Rule that each draw follows.

    Returns
    -------
    dict
        ``parameters, rule, chance``: shares that add up to 1.

    Notes
    -----
    The law of total variance twice: a count is Poisson around its mean, so chance makes ``E[m]``; the mean
    varies within rules (parameters) and between them.

    Examples
    --------
    >>> parts = variance_parts(np.array([90.0, 110.0, 190.0, 210.0]), np.array([0, 0, 1, 1]))
    >>> {name: round(float(part), 3) for name, part in parts.items()}
    {'parameters': 0.036, 'rule': 0.909, 'chance': 0.055}
    """
    numbers, times = np.unique(rule, return_counts=True)
    odds = (times / len(rule)).reshape(-1, *[1] * (means.ndim - 1))
    within = np.stack([means[rule == number].var(axis=0) for number in numbers])
    between = np.stack([means[rule == number].mean(axis=0) for number in numbers])
    middle = (odds * between).sum(axis=0)
    parts = {
        "parameters": (odds * within).sum(axis=0),
        "rule": (odds * (between - middle) ** 2).sum(axis=0),
        "chance": means.mean(axis=0),
    }
    everything = np.asarray(sum(parts.values()))
    return {n: np.divide(p, everything, out=np.zeros_like(p), where=everything > 0) for n, p in parts.items()}
