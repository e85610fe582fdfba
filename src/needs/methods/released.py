"""What has passed disclosure control: frames that cannot be made by hand, and the rule by which they were made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from needs.values import Provenance

__all__ = ["RULE", "Released", "Rule", "half_up", "together"]

_SEAL = object()


@dataclass(frozen=True)
class Rule:
    """How numbers of people are made safe.

    Parameters
    ----------
    smallest : int
        Numbers below it, zero included, are suppressed; 5 or more.
    rounded_to : int
        Others are rounded to the nearest multiple, halves up; 5 or more.

    Raises
    ------
    ValueError
        If it is less strict than the rule of NHS England.

    Examples
    --------
    >>> Rule(smallest=8).rounded_to
    5
    """

    smallest: int = 5
    rounded_to: int = 5

    def __post_init__(self) -> None:
        if min(self.smallest, self.rounded_to) < 5:
            raise ValueError(f"a rule may be stricter than 5 and 5, not weaker: {self.smallest} and {self.rounded_to}")


RULE = Rule()
"""The rule of NHS England for figures below national level."""


class Released:
    """A frame that has passed disclosure control; :func:`release` alone makes one.

    It cannot be changed: its frames are given out as copies.

    Parameters
    ----------
    frame : DataFrame
        Safe figures; NaN where suppressed.
    hidden : DataFrame of bool
        Same shape: whether a cell was suppressed (a NaN that is not hidden was missing before).
    known : Provenance
        Kind and sources.
    rule : Rule
        By which it was made safe.
    counts : tuple of str
        Columns that hold numbers of people.
    rounded_to : int, optional
        Multiple that shown numbers were rounded to, where not that of the rule: 1 where they are exact.
    most : float, optional
        Largest number that a suppressed cell may hold, where not one below the smallest: infinite where more was suppressed.

    Raises
    ------
    TypeError
        If it is built by hand.

    Examples
    --------
    >>> Released(pd.DataFrame(), pd.DataFrame(), Provenance("derived", ("x#y",)))
    Traceback (most recent call last):
    ...
    TypeError: figures about patients are released by needs.methods.disclosure.release, never by hand
    """

    __slots__ = ("_counts", "_frame", "_hidden", "_known", "_most", "_rounded_to", "_rule")
    _counts: tuple[str, ...]
    _frame: pd.DataFrame
    _hidden: pd.DataFrame
    _known: Provenance
    _most: float
    _rounded_to: int
    _rule: Rule

    def __init__(
        self,
        frame: pd.DataFrame,
        hidden: pd.DataFrame,
        known: Provenance,
        rule: Rule = RULE,
        counts: Iterable[str] = (),
        *,
        rounded_to: int | None = None,
        most: float | None = None,
        _seal: object = None,
    ) -> None:
        if _seal is not _SEAL:
            raise TypeError("figures about patients are released by needs.methods.disclosure.release, never by hand")
        largest, step = rule.smallest - 1 if most is None else most, rounded_to or rule.rounded_to
        values = (tuple(counts), frame.copy(), hidden.copy(), known, largest, step, rule)
        for name, value in zip(self.__slots__, values, strict=True):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"a released frame is not changed: {name}")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a released frame is not pickled")

    def __len__(self) -> int:
        return len(self._frame)

    def __repr__(self) -> str:
        return f"Released({len(self._frame)} rows, {int(self._hidden.to_numpy().sum())} cells suppressed)"

    @property
    def frame(self) -> pd.DataFrame:
        """Safe figures, as a copy."""
        return self._frame.copy()

    @property
    def hidden(self) -> pd.DataFrame:
        """Which cells were suppressed, as a copy."""
        return self._hidden.copy()

    @property
    def known(self) -> Provenance:
        """Kind and sources."""
        return self._known

    @property
    def rule(self) -> Rule:
        """Rule by which it was made safe."""
        return self._rule

    @property
    def counts(self) -> tuple[str, ...]:
        """Columns that hold numbers of people."""
        return self._counts

    def bounds(self, count: str) -> pd.DataFrame:
        """Return between which whole numbers each number of people lies, for who knows its rounding.

        Examples
        --------
        >>> from needs.methods.disclosure import release
        >>> table = release(pd.DataFrame({"n": [12, 3, 6]}), Provenance("derived", ("x#y",)), counts=["n"])
        >>> table.bounds("n").to_numpy().tolist()
        [[8.0, 12.0], [0.0, 4.0], [5.0, 7.0]]
        """
        shown, hidden, half = self._frame[count], self._hidden[count], self._rounded_to / 2
        lower = np.ceil(shown - half).clip(lower=self._rule.smallest).mask(hidden, 0.0)
        upper = (np.ceil(shown + half) - 1).mask(hidden, float(self._most))
        return pd.DataFrame({"lower": lower, "upper": upper})

    def _made(self) -> tuple[Rule, int, float, tuple[str, ...]]:
        return self._rule, self._rounded_to, self._most, self._counts

    def only(self, rows: Any = None, columns: Sequence[str] | None = None) -> Released:
        """Return some rows and columns, in the order asked for.

        Parameters
        ----------
        rows : array of bool or of int, optional
            Which rows: a mask, or positions.
        columns : sequence of str, optional
            Which columns.

        Examples
        --------
        >>> from needs.methods.disclosure import release
        >>> table = release(pd.DataFrame({"tier": ["low", "high"], "n": [12, 3]}), Provenance("derived", ("x#y",)), counts=["n"])
        >>> table.only(table.frame["tier"] == "low").frame.to_numpy().tolist()
        [['low', 10.0]]
        """
        names = list(self._frame.columns) if columns is None else list(columns)
        place = np.arange(len(self)) if rows is None else np.asarray(rows)
        frame, hidden = (part.loc[:, names].iloc[place].reset_index(drop=True) for part in (self._frame, self._hidden))
        return self._like(frame, hidden, self._known)

    def _like(self, frame: pd.DataFrame, hidden: pd.DataFrame, known: Provenance) -> Released:
        counts = [count for count in self._counts if count in frame]
        return Released(
            frame, hidden, known, self._rule, counts, rounded_to=self._rounded_to, most=self._most, _seal=_SEAL
        )


def half_up(values: Any, step: float = 1.0) -> Any:
    """Round to the nearest multiple, halves up; Python's own rounding takes halves to the even neighbour.

    Parameters
    ----------
    values : float or array of float
        Numbers.
    step : float
        Multiple to round to.

    Returns
    -------
    float or array of float

    Notes
    -----
    ``step * floor(value / step + 1/2)``.

    Examples
    --------
    >>> float(half_up(12.5, 5)), float(half_up(12.5)), round(12.5)
    (15.0, 13.0, 12)
    """
    return np.floor(np.asarray(values, float) / step + 0.5) * step


def together(*parts: Released) -> Released:
    """Put released frames one under another.

    Parameters
    ----------
    *parts : Released
        With the same columns, made by the same rule and in the same way.

    Raises
    ------
    ValueError
        If there is none, or they differ.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> one = release(pd.DataFrame({"tier": ["low"], "n": [12]}), Provenance("derived", ("x#y",)), counts=["n"])
    >>> together(one, one)
    Released(2 rows, 0 cells suppressed)
    """
    if not parts or any(list(p._frame) != list(parts[0]._frame) or p._made() != parts[0]._made() for p in parts):
        raise ValueError("released frames that go together have the same columns and were made in the same way")
    frame, hidden = (pd.concat([getattr(p, at) for p in parts], ignore_index=True) for at in ("_frame", "_hidden"))
    return parts[0]._like(frame, hidden, Provenance.of(*(part.known for part in parts)))


def _sealed(
    safe: pd.DataFrame,
    hidden: Mapping[str, pd.Series],
    known: Provenance,
    rule: Rule,
    counts: Sequence[str],
    rounded_to: int | None = None,
    most: float | None = None,
) -> Released:
    """Seal a safe frame; for :mod:`needs.methods.disclosure` alone."""
    mask = pd.DataFrame({name: hidden.get(name, False) for name in safe.columns}, index=safe.index, dtype=bool)
    return Released(safe, mask, known, rule, counts, rounded_to=rounded_to, most=most, _seal=_SEAL)
