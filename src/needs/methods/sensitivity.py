"""Which inputs move an outcome: one at a time over their range, and by their share of its variance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.smoothing import Smoothed, smoothed

__all__ = ["CLEAR", "ENDS", "LEFT", "one_way", "turning", "variance_shares"]

Floats = npt.NDArray[np.float64]
Groups = Mapping[str, Sequence[str]]

ENDS = (0.025, 0.975)
"""Ends of the range of an input: those of 95% of its draws."""

CLEAR = 3.0
"""Standard errors by which an end of an input moves an outcome to be told from chance, of some forty inputs."""

LEFT = "left"
"""Row of what no sum of groups explains."""


def one_way(inputs: pd.DataFrame, groups: Groups, outcome: npt.ArrayLike) -> pd.DataFrame:
    """Return what is to be expected of an outcome at the ends of each input, the others varying as they do.

    Parameters
    ----------
    inputs : DataFrame, draws x inputs
        Uncertain inputs.
    groups : mapping of group to sequence of input
        Only inputs in a group are looked at.
    outcome : array_like, draws
        Mean over the paths of each draw.

    Returns
    -------
    DataFrame
        ``name, group, low_input, high_input`` (ends of the input), ``low, high`` (outcome expected there), ``low_error,
        high_error`` (their standard errors), ``centre`` (its mean) and ``clear`` (whether low or high differs from the centre
        by more than :data:`CLEAR` standard errors); clear ones first, those that move it furthest from the centre first.

    Notes
    -----
    The outcome is smoothed on each input alone, see :func:`~needs.methods.smoothing.smoothed`. An input that moves with
    others carries what they do with it. An input of which the draws say nothing has no width.

    Examples
    --------
    >>> x = np.linspace(0, 1, 201)
    >>> found = one_way(pd.DataFrame({"z": np.tile([0.0, 1, 0], 67), "x": x}), {"a": ["x", "z"]}, 10 * x)
    >>> found[["name", "low_input", "high_input", "low", "high"]].round(2).values.tolist()[0]
    ['x', 0.02, 0.98, 0.25, 9.75]
    """
    values = np.asarray(outcome, float)
    rows = []
    for name, group in _names(groups):
        ends, at, error = _at_ends(inputs[name].to_numpy(float), smoothed(inputs[name], values))
        rows.append((name, group, *ends, *at[:, 0], *error[:, 0], float(values.mean())))
    return _furthest_first(pd.DataFrame(rows, columns=_COLUMNS))


def turning(
    inputs: pd.DataFrame, groups: Groups, nb: npt.ArrayLike, names: Sequence[str], best: str | None = None
) -> pd.DataFrame:
    """Return the lead of the best option over the best of the others at the ends of each input.

    Parameters
    ----------
    inputs, groups
        See :func:`one_way`.
    nb : array_like, draws x options
        Net benefit; higher is better.
    names : sequence of str
        Options.
    best : str, optional
        The option that leads; by default the one with the largest mean.

    Returns
    -------
    DataFrame
        As :func:`one_way`, for the lead: below 0 another option is expected to be better. An input is ``clear`` as well where
        the lead at an end is below 0 by :data:`CLEAR` standard errors. ``low_choice, high_choice`` name the best option
        there, ``low_rival, high_rival`` the best of the others. No row where every option is like the best.

    Notes
    -----
    The lead may be lost at both ends: of three options, the middle one leads in the middle. An input is therefore judged by
    how far each end lies from the centre, not by how far the ends lie apart.

    Examples
    --------
    >>> x = np.linspace(-1, 2, 301)
    >>> found = turning(pd.DataFrame({"x": x}), {"a": ["x"]}, np.column_stack([0 * x, x]), ["today", "act"])
    >>> found[["low", "high", "low_choice", "high_choice", "centre"]].round(2).values.tolist()
    [[-0.92, 1.92, 'today', 'act', 0.5]]
    """
    values = np.asarray(nb, float)
    first = list(names).index(best) if best is not None else int(values.mean(axis=0).argmax())
    ahead = values[:, [first]] - values
    others = np.flatnonzero(np.abs(ahead).max(axis=0) > 0)
    columns = [*_COLUMNS, "low_choice", "high_choice", "low_rival", "high_rival"]
    if not len(others):
        return pd.DataFrame(columns=[*columns, "clear"])
    ahead = ahead[:, others]
    centre, rows = float(ahead.mean(axis=0).min()), []
    for name, group in _names(groups):
        ends, at, error = _at_ends(inputs[name].to_numpy(float), smoothed(inputs[name], ahead))
        rival = at.argmin(axis=1)
        lead, unsure = (part[[0, 1], rival] for part in (at, error))
        second = [names[others[r]] for r in rival]
        choice = [other if below else names[first] for other, below in zip(second, lead < 0, strict=True)]
        rows.append((name, group, *ends, *lead, *unsure, centre, *choice, *second))
    return _furthest_first(pd.DataFrame(rows, columns=columns), least=0.0)


def variance_shares(inputs: pd.DataFrame, groups: Groups, outcomes: Mapping[str, npt.ArrayLike]) -> pd.DataFrame:
    """Return the share of what is uncertain about outcomes that each group of inputs explains.

    Parameters
    ----------
    inputs, groups
        See :func:`one_way`.
    outcomes : mapping of outcome to array_like, draws x paths
        By simulated path; paths of one draw differ by chance, which is left out.

    Returns
    -------
    DataFrame
        ``outcome, group, share, error`` (standard error), the last row of each outcome :data:`LEFT`: what no sum of all
        groups explains, such as inputs that work together, or that are drawn elsewhere.

    Notes
    -----
    First-order shares ``Var(E[Y | group]) / Var(E[Y | all])`` by smoothing the means over paths: ``R2 (B + W / J) / B``
    with ``R2`` adjusted, ``B`` the variance between parameters and ``W`` that between paths. They add up to 1 with
    :data:`LEFT` where inputs of different groups are independent; where they move together they are counted in both. An
    outcome that parameters do not vary has shares of 0.

    Examples
    --------
    >>> x, z = np.random.Generator(np.random.Philox(key=1)).standard_normal((2, 4000))
    >>> found = variance_shares(pd.DataFrame({"x": x, "z": z}), {"a": ["x"], "b": ["z"]}, {"y": (2 * x + z)[:, None]})
    >>> found[["outcome", "group", "share"]].round(1).values.tolist()
    [['y', 'a', 0.8], ['y', 'b', 0.2], ['y', 'left', 0.0]]
    """
    paths = {name: np.asarray(values, float) for name, values in outcomes.items()}
    means = np.column_stack([values.mean(axis=1) for values in paths.values()])
    scale = np.array([_scale(values) for values in paths.values()])
    sets = {**{group: list(names) for group, names in groups.items()}, LEFT: [name for name, _ in _names(groups)]}
    explained = {group: smoothed(inputs[names], means).explained for group, names in sets.items()}
    rows = []
    for number, outcome in enumerate(paths):
        for group, found in explained.items():
            share = min(scale[number] * found[number], 1.0)
            error = scale[number] * 2 * np.sqrt(found[number]) * (1 - found[number]) / np.sqrt(len(means))
            rows.append((outcome, group, 1 - share if group == LEFT and scale[number] else share, error))
    return pd.DataFrame(rows, columns=["outcome", "group", "share", "error"])


def _scale(paths: Floats) -> float:
    """Return the variance of means over paths by that of parameters alone; 0 where there is none."""
    every = float(paths.mean(axis=1).var(ddof=1))
    chance = float(paths.var(axis=1, ddof=1).mean()) / paths.shape[1] if paths.shape[1] > 1 else 0.0
    return every / (every - chance) if every > chance else 0.0


_COLUMNS = ["name", "group", "low_input", "high_input", "low", "high", "low_error", "high_error", "centre"]


def _names(groups: Groups) -> list[tuple[str, str]]:
    return [(name, group) for group, names in groups.items() for name in names]


def _at_ends(values: Floats, found: Smoothed) -> tuple[Floats, Floats, Floats]:
    """Return the ends of an input, and outcomes expected there with their errors: 2 x outcomes."""
    ends, order = np.quantile(values, ENDS), np.argsort(values, kind="stable")

    def there(table: Floats) -> Floats:
        return np.array([np.interp(ends, values[order], column[order]) for column in table.T]).T

    return ends, there(found.fitted), there(found.error)


def _furthest_first(frame: pd.DataFrame, least: float = -np.inf) -> pd.DataFrame:
    """Say which inputs move the outcome clearly, or to below the least it may be; sort by the larger move of both ends."""
    ends, error = frame[["low", "high"]].to_numpy(float), frame[["low_error", "high_error"]].to_numpy(float)
    moved = np.abs(ends - frame[["centre"]].to_numpy(float))
    clear = (np.maximum(moved, least - ends) > CLEAR * error).any(axis=1)
    order = np.lexsort((-moved.max(axis=1, initial=0.0), ~clear))
    return frame.assign(clear=clear).iloc[order].reset_index(drop=True)
