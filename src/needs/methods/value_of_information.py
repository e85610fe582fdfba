"""What it is worth to know more before choosing: everything, or one group of inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.smoothing import smoothed
from needs.methods.uncertainty import NORMAL_95

__all__ = ["Worth", "collect_first", "evpi", "evppi", "information", "without_chance"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Worth:
    """What information is worth, in the unit of net benefit.

    Parameters
    ----------
    value : float
        Central figure, at or above 0.
    lower, upper : float
        Ends of its 95% interval.
    error : float
        Standard error that comes of the number of draws.
    """

    value: float
    lower: float
    upper: float
    error: float

    @property
    def shown(self) -> bool:
        """Whether the draws show that it is worth anything.

        Examples
        --------
        >>> Worth(2.0, 0.0, 5.0, 1.5).shown, Worth(2.0, 1.0, 3.0, 0.5).shown
        (False, True)
        """
        return self.lower > 0


def evpi(nb: npt.ArrayLike) -> Worth:
    """Return the expected value of perfect information: of knowing every input before choosing.

    Parameters
    ----------
    nb : array_like, draws x options
        Net benefit; higher is better.

    Returns
    -------
    Worth

    Raises
    ------
    ValueError
        If there are fewer than two draws, no option, or a figure is missing.

    Notes
    -----
    ``E[max_d NB_d] - max_d E[NB_d]``; its standard error is that of the mean regret of the option chosen now,
    ``sd(max_d NB_d - NB_d*) / sqrt(n)``. For one option against nothing with ``NB ~ N(mu, sd)`` it is
    ``sd (phi(m) - m (1 - Phi(m)))``, ``m = |mu| / sd``.

    References
    ----------
    Raiffa H, Schlaifer R (1961). Applied statistical decision theory. Harvard University.

    Examples
    --------
    >>> found = evpi([[0.0, 3.0], [0.0, -1.0]])
    >>> found.value, round(found.error, 4), evpi([[0.0, 3.0], [0.0, 1.0]]).value
    (0.5, 0.5, 0.0)
    """
    values = _checked(nb)
    regret = values.max(axis=1) - values[:, values.mean(axis=0).argmax()]
    value, error = float(regret.mean()), float(regret.std(ddof=1) / np.sqrt(len(values)))
    return Worth(value, max(value - NORMAL_95 * error, 0.0), value + NORMAL_95 * error, error)


def evppi(nb: npt.ArrayLike, inputs: npt.ArrayLike, most: Worth | None = None) -> Worth:
    """Return the expected value of partial perfect information: of knowing some inputs before choosing.

    Parameters
    ----------
    nb : array_like, draws x options
        Net benefit; higher is better.
    inputs : array_like, draws or draws x inputs
        Those that would be known.
    most : Worth, optional
        What knowing everything is worth, which no part exceeds; by default that of ``nb``.

    Returns
    -------
    Worth

    Raises
    ------
    ValueError
        As :func:`evpi` and :func:`~needs.methods.smoothing.smoothed`.

    Notes
    -----
    Net benefit over the option chosen now is smoothed on the inputs; ``E[max_d fitted_d]`` is what a choice after they are
    known is expected to bring (Strong 2014). A smooth curve of few draws finds some worth in inputs that have none. Its
    lower end and standard error are therefore those of choices in draws that were left out of the fit: what following the
    curve would have brought there. These err low where the central figure errs high. What the lower end does not part
    from 0 is not shown.

    References
    ----------
    Strong M, Oakley JE, Brennan A (2014). Estimating multiparameter partial expected value of perfect information from a
    probabilistic sensitivity analysis sample: a nonparametric regression approach. Medical Decision Making 34(3):311-326.

    Examples
    --------
    >>> x, z = np.random.Generator(np.random.Philox(key=1)).standard_normal((2, 4000))
    >>> nb = np.column_stack([0 * x, x + z])
    >>> round(evppi(nb, x).value, 2), round(evppi(nb, np.column_stack([x, z])).value, 2), evppi(nb, x * 0).value
    (0.4, 0.56, 0.0)
    """
    values = _checked(nb)
    over = values - values[:, [int(values.mean(axis=0).argmax())]]
    found = smoothed(inputs, over)
    return _partial(over, found.fitted, found.left_out, most or evpi(values))


def _partial(over: Floats, fitted: Floats, left_out: Floats, ceiling: Worth) -> Worth:
    """Return the worth of choosing by fitted net benefits over the option chosen now, for which all of them are 0."""
    value = float(min(fitted.max(axis=1).mean(), ceiling.value))
    picks = over[np.arange(len(over)), left_out.argmax(axis=1)]
    followed, error = float(picks.mean()), float(picks.std(ddof=1) / np.sqrt(len(picks)))
    lower = min(max(followed - NORMAL_95 * error, 0.0), value)
    upper = max(value, min(max(value, followed) + NORMAL_95 * error, ceiling.upper))
    return Worth(value, lower, upper, error)


def information(
    nb: npt.ArrayLike, inputs: pd.DataFrame, groups: Mapping[str, Sequence[str]], options: Sequence[str]
) -> pd.DataFrame:
    """Return what it is worth to know each group of inputs, and everything, for two kinds of choice.

    Parameters
    ----------
    nb : array_like, draws x paths x options
        Net benefit by simulated path, see :func:`needs.methods.choice.by_path`; the first option is going on as today.
    inputs : DataFrame, draws x inputs
        Uncertain inputs.
    groups : mapping of group to sequence of input
        What is known together.
    options : sequence of str
        Names of the options.

    Returns
    -------
    DataFrame
        ``group``, ``all`` first; ``worth, worth_lower, worth_upper, shown`` for the choice of one option among all; and for
        one option alone, to do it or not, ``alone_option`` (the one that the group is worth most to), ``alone, alone_lower,
        alone_upper, alone_shown``. Groups shown to be worth something come first, the largest first.

    Notes
    -----
    Chance is taken out of the worth of knowing everything, see :func:`without_chance`; smoothing takes it out of the rest.
    Options that do not exclude each other are each chosen or not: one that is clearly better than all others says nothing
    of whether these are worth it as well. Everything is worth no less than a part is shown to be.

    Examples
    --------
    >>> x, z = np.random.Generator(np.random.Philox(key=1)).standard_normal((2, 400))
    >>> nb = np.column_stack([0 * x, x])[:, None]
    >>> found = information(nb, pd.DataFrame({"x": x, "z": z}), {"idle": ["z"], "key": ["x"]}, ["today", "act"])
    >>> found["group"].tolist(), found["shown"].tolist(), found["alone_option"].tolist()
    (['all', 'key', 'idle'], [True, True, False], ['act', 'act', 'act'])
    """
    paths = np.asarray(nb, float)
    means, apart = paths.mean(axis=1), without_chance(paths)
    every = evpi(apart)
    each = {name: evpi(apart[:, [0, at]]) for at, name in enumerate(options) if at}
    parts = {}
    for group, names in groups.items():
        known = inputs[list(names)]
        parts[group] = evppi(means, known, every), _each(means, known, each)
    every = _at_least(every, [worth for worth, _ in parts.values()])
    each = {name: _at_least(worth, [found[name] for _, found in parts.values()]) for name, worth in each.items()}
    rows: list[dict[str, Any]] = [_row("all", every, each), *(_row(group, *found) for group, found in parts.items())]
    rows[1:] = sorted(rows[1:], key=_rank, reverse=True)
    return pd.DataFrame(rows)


def _rank(row: Mapping[str, Any]) -> tuple[float, ...]:
    """Return where a row stands: by what is shown of it for the choice among all, then for one option alone."""
    return row["shown"] * row["worth"], row["alone_shown"] * row["alone"], row["worth"], row["alone"]


def _each(means: Floats, known: pd.DataFrame, most: Mapping[str, Worth]) -> dict[str, Worth]:
    """Return what knowing some inputs is worth to do one option or not, for each of them."""
    if not most:
        return {}
    found = smoothed(known, means[:, 1:])
    worth = {}
    for at, (name, ceiling) in enumerate(most.items()):
        parts = (means[:, at + 1], found.fitted[:, at], found.left_out[:, at])
        sign = -1 if parts[0].mean() > 0 else 1  # over the option itself, where it is chosen now
        over, fitted, left_out = (np.column_stack([0 * part, sign * part]) for part in parts)
        worth[name] = _partial(over, fitted, left_out, ceiling)
    return worth


def _at_least(whole: Worth, parts: Sequence[Worth]) -> Worth:
    """Return what knowing everything is worth: no less than is shown of a part."""
    return replace(whole, lower=max([whole.lower, *(part.lower for part in parts)]))


def _row(group: str, worth: Worth, each: Mapping[str, Worth]) -> dict[str, Any]:
    """Return a row of what a group is worth to the choice among all, and to the option that it is worth most to."""
    alone = max(each, key=lambda name: (each[name].shown, each[name].value), default="")
    row: dict[str, Any] = {"group": group, "alone_option": alone}
    for part, shown, found in (("worth", "shown", worth), ("alone", "alone_shown", each.get(alone, worth))):
        row |= {part: found.value, f"{part}_lower": found.lower, f"{part}_upper": found.upper, shown: found.shown}
    return row


def collect_first(found: pd.DataFrame) -> dict[str, object] | None:
    """Return the group most worth knowing, and for which choice.

    Parameters
    ----------
    found : DataFrame
        See :func:`information`.

    Returns
    -------
    dict or None
        ``group, option, worth, lower, upper``: ``option`` is empty for the choice among all, else the option for which
        alone it is worth most. None where no group is shown to be worth anything.

    Examples
    --------
    >>> row = {"group": "stay", "worth": 0.0, "worth_lower": 0.0, "worth_upper": 1.0, "shown": False, "alone_option": "act"}
    >>> told = pd.DataFrame([row | {"alone": 2.0, "alone_lower": 1.0, "alone_upper": 3.0, "alone_shown": True}])
    >>> collect_first(told)
    {'group': 'stay', 'option': 'act', 'worth': 2.0, 'lower': 1.0, 'upper': 3.0}
    >>> collect_first(told.assign(alone_shown=False)) is None
    True
    """
    groups = found[found["group"] != "all"]
    for part, shown in (("worth", "shown"), ("alone", "alone_shown")):
        if groups[shown].any():
            best = groups[groups[shown]].sort_values(part, ascending=False, kind="stable").iloc[0]
            option = "" if part == "worth" else str(best["alone_option"])
            ends = {"worth": part, "lower": f"{part}_lower", "upper": f"{part}_upper"}
            return {"group": str(best["group"]), "option": option} | {
                n: float(best[column]) for n, column in ends.items()
            }
    return None


def without_chance(nb: npt.ArrayLike) -> Floats:
    """Return net benefit as parameters alone make it vary: what no information could tell is taken out.

    Parameters
    ----------
    nb : array_like, draws x paths x options
        Net benefit by simulated path; paths of one draw differ by chance.

    Returns
    -------
    ndarray, draws x options
        With the means of ``nb``. With one path, its values.

    Raises
    ------
    ValueError
        If there are fewer than two draws, no option, or a figure is missing.

    Notes
    -----
    Means over J paths vary by ``T = B + W / J``: parameters and what is left of chance, which would pass for something
    that can be known. They are drawn together by the linear map that turns T into B and moves them least,
    ``A = T^-1/2 (T^1/2 B T^1/2)^1/2 T^-1/2``.

    Examples
    --------
    >>> seen = np.array([[[1.0], [3.0]], [[3.0], [5.0]], [[5.0], [7.0]], [[7.0], [9.0]]])
    >>> seen.mean(axis=1).var(ddof=1).round(3), without_chance(seen).var(ddof=1).round(3)  # less 2 / 2
    (np.float64(6.667), np.float64(5.667))
    """
    paths = np.asarray(nb, float)
    means = _checked(paths.mean(axis=1))
    if paths.shape[1] < 2:
        return means
    within = paths - means[:, None]
    chance = np.einsum("dpi,dpj->ij", within, within) / (len(paths) * (paths.shape[1] - 1) * paths.shape[1])
    apart = means - means.mean(axis=0)
    total = apart.T @ apart / (len(means) - 1)
    size = np.sqrt(np.maximum(np.diag(total), 1e-300))  # options in units of their own
    total, chance = total / np.outer(size, size), chance / np.outer(size, size)
    half, back = _power(total, 0.5), _power(total, -0.5)
    inner = _power(half @ _power(total - chance, 1.0) @ half, 0.5)
    found: Floats = means.mean(axis=0) + (apart / size) @ (back @ inner @ back) * size
    return found


def _power(matrix: Floats, power: float) -> Floats:
    """Return a power of a symmetric matrix on the directions in which it is above 0."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    good = values > 1e-10 * max(float(values.max(initial=0.0)), 1e-300)
    powers = np.zeros_like(values)
    powers[good] = values[good] ** power
    return np.asarray((vectors * powers) @ vectors.T)


def _checked(nb: npt.ArrayLike) -> Floats:
    values = np.asarray(nb, float)
    if values.ndim != 2 or len(values) < 2 or not values.shape[1]:
        raise ValueError(f"net benefit: shape {values.shape}; give two or more draws x one or more options")
    if not np.isfinite(values).all():
        raise ValueError("net benefit: a figure is missing or not finite; give one for every draw and option")
    return values
