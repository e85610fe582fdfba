"""The value that keeps every figure honest: a number with its interval, kind and source.

A bare float never reaches a page. :class:`Estimate` carries a 95% interval (or none, where
none is published), its :data:`Kind` and the evidence it rests on; arithmetic keeps the weakest
kind, joins the sources and carries the interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KINDS", "TIERS", "Estimate", "Kind", "Provenance", "Tier", "merge_sources", "records", "total", "weakest"]

Kind = Literal["published", "derived", "modelled", "assumed", "synthetic"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""From strongest to weakest."""

Tier = Literal["high", "medium", "low"]
TIERS: tuple[Tier, ...] = get_args(Tier)
"""Tiers of secure inpatient care, from most to least secure."""


def weakest(kinds: Iterable[Kind]) -> Kind:
    """Return the weakest of some kinds.

    Examples
    --------
    >>> weakest(["published", "assumed", "derived"])
    'assumed'
    """
    return max(kinds, key=KINDS.index)


def merge_sources(*groups: Iterable[str]) -> tuple[str, ...]:
    """Join source references, each once, in order of first use.

    Examples
    --------
    >>> merge_sources(["a#1", "b#1"], ["a#1"])
    ('a#1', 'b#1')
    """
    return tuple(dict.fromkeys(s for group in groups for s in group))


@dataclass(frozen=True)
class Estimate:
    """A number with its 95% interval, its kind and its sources.

    Parameters
    ----------
    value : float
        The central figure, finite.
    lower, upper : float or None
        Ends of the 95% interval (or stated range), around ``value``. None where no interval
        is published; a figure without an interval says so on the page.
    kind : Kind
        ``published``, ``derived``, ``modelled``, ``assumed`` or ``synthetic``.
    source : tuple of str
        References to evidence (``2023-24/national_secure_facts#source-id``) or to the
        parameter that states an assumption (``params/2023-24#occupancy.high``).

    Raises
    ------
    ValueError
        If a number is not finite, the interval does not hold the value, only one end is
        given, or there is no source.

    Notes
    -----
    Sums and products treat their inputs as independent. Each end of the interval is carried
    on its own, so skewed intervals stay skewed: for a sum, ``lower = v - sqrt(d1^2 + d2^2)``
    with ``d`` the distance from value to lower end; for a product the same on the log scale.
    An exact number (a plain float) scales the interval.

    References
    ----------
    Zou GY, Donner A (2008). Construction of confidence limits about effect measures: a general
    approach. Statistics in Medicine 27(10):1693-1702.

    Examples
    --------
    >>> beds = Estimate(3500, kind="published", source=("2009-10/beds_activity#cmh-2011",))
    >>> occupancy = Estimate(0.9, 0.85, 0.95, "assumed", ("params/2009-10#occupancy",))
    >>> patients = beds * occupancy
    >>> round(patients.value), round(patients.lower), round(patients.upper), patients.kind
    (3150, 2975, 3325, 'assumed')
    """

    value: float
    lower: float | None = None
    upper: float | None = None
    kind: Kind = "derived"
    source: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.lower is None) != (self.upper is None):
            raise ValueError("an interval needs both ends or none")
        numbers = [self.value, *self.bounds] if self.has_interval else [self.value]
        if not all(math.isfinite(n) for n in numbers):
            raise ValueError(f"an estimate is finite, got {numbers}")
        slack = 1e-9 * max(1.0, abs(self.value))
        if self.has_interval and not self.bounds[0] - slack <= self.value <= self.bounds[1] + slack:
            raise ValueError(f"the interval {self.bounds} does not hold {self.value}")
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is not a kind: {', '.join(KINDS)}")
        if not self.source:
            raise ValueError("an estimate names its source")

    @property
    def has_interval(self) -> bool:
        """Whether an interval is known."""
        return self.lower is not None

    @property
    def bounds(self) -> tuple[float, float]:
        """Ends of the interval; the value twice where none is known."""
        if self.lower is None or self.upper is None:
            return self.value, self.value
        return self.lower, self.upper

    def _with(self, value: float, ends: tuple[float, float] | None, other: Estimate | None = None) -> Estimate:
        kind = weakest([self.kind, other.kind, "derived"]) if other else weakest([self.kind, "derived"])
        source = merge_sources(self.source, other.source if other else ())
        lower, upper = ends if ends else (None, None)
        return Estimate(value, lower, upper, kind, source)

    def __mul__(self, other: Estimate | float) -> Estimate:
        if not isinstance(other, Estimate):
            a, b = (other * end for end in self.bounds)
            return self._with(self.value * other, (min(a, b), max(a, b)) if self.has_interval else None)
        value = self.value * other.value
        if not (self.has_interval or other.has_interval):
            return self._with(value, None, other)
        return self._with(value, _log_quadrature(value, self, other), other)

    __rmul__ = __mul__

    def __truediv__(self, other: Estimate | float) -> Estimate:
        if not isinstance(other, Estimate):
            return self * (1.0 / other)
        lower, upper = (1.0 / b if b else math.inf for b in reversed(other.bounds))
        inverse = Estimate(1.0 / other.value, kind=other.kind, source=other.source)
        return self * (replace(inverse, lower=lower, upper=upper) if other.has_interval else inverse)

    def __add__(self, other: Estimate) -> Estimate:
        return self._quadrature(other, 1.0)

    def __sub__(self, other: Estimate) -> Estimate:
        return self._quadrature(other, -1.0)

    def _quadrature(self, other: Estimate, sign: float) -> Estimate:
        value = self.value + sign * other.value
        if not (self.has_interval or other.has_interval):
            return self._with(value, None, other)
        (l1, u1), (l2, u2) = self.bounds, other.bounds
        if sign < 0:
            l2, u2 = 2 * other.value - u2, 2 * other.value - l2
        down = math.hypot(self.value - l1, other.value - l2)
        up = math.hypot(u1 - self.value, u2 - other.value)
        return self._with(value, (value - down, value + up), other)

    def as_record(self) -> dict[str, object]:
        """Return the figure as a flat record for a table row or JSON.

        Examples
        --------
        >>> Estimate(2, 1, 3, "assumed", ("params/x#y",)).as_record()
        {'value': 2, 'value_lower': 1, 'value_upper': 3, 'kind': 'assumed', 'source': 'params/x#y'}
        """
        return {
            "value": self.value,
            "value_lower": self.lower,
            "value_upper": self.upper,
            "kind": self.kind,
            "source": "; ".join(self.source),
        }


def _log_quadrature(value: float, a: Estimate, b: Estimate) -> tuple[float, float]:
    if min(*a.bounds, *b.bounds) < 0:
        raise ValueError("a product of estimates needs intervals at or above zero")
    if value == 0:
        return 0.0, a.bounds[1] * b.bounds[1]

    def distance(pick: Callable[[Estimate], float]) -> float:
        logs = [math.inf if pick(e) == 0 else math.log(pick(e)) - math.log(e.value) for e in (a, b)]
        return math.hypot(*logs)

    centre = math.log(value)
    ends = [math.exp(centre - distance(lambda e: e.bounds[0])), math.exp(centre + distance(lambda e: e.bounds[1]))]
    return min(ends[0], value), max(ends[1], value)


def total(parts: Iterable[Estimate], together: bool = False) -> Estimate:
    """Sum estimates.

    Parameters
    ----------
    parts : iterable of Estimate
        What to add, at least one.
    together : bool
        Whether the errors of the parts move together (a common rule, occupancy or price), so that
        the ends of the intervals add up; else the parts are independent.

    Raises
    ------
    ValueError
        If there is nothing to add.

    Examples
    --------
    >>> parts = [Estimate(10, 6, 14, "assumed", ("a",)), Estimate(20, 17, 23, "assumed", ("b",))]
    >>> total(parts).bounds, total(parts, together=True).bounds
    ((25.0, 35.0), (23, 37))
    """
    items = list(parts)
    if not items:
        raise ValueError("nothing to add")
    result = items[0]
    for item in items[1:]:
        result = result + item
    if together and len(items) > 1 and result.has_interval:
        ends = [sum(item.bounds[side] for item in items) for side in (0, 1)]
        result = Estimate(result.value, ends[0], ends[1], result.kind, result.source)
    return result


def records(frame: pd.DataFrame) -> list[Any]:
    """Return the rows of a frame, with their columns as attributes.

    Examples
    --------
    >>> import pandas as pd
    >>> [row.beds for row in records(pd.DataFrame({"beds": [715, 2965]}))]
    [715, 2965]
    """
    return list(frame.itertuples(index=False))


@dataclass(frozen=True)
class Provenance:
    """How a set of figures is known and what it rests on.

    Parameters
    ----------
    kind : Kind
        Weakest kind among the figures.
    sources : tuple of str
        References of all their sources, each once.

    Examples
    --------
    >>> beds = Estimate(715, kind="published", source=("2023-24/national_secure_facts#hl3021",))
    >>> Provenance.of(beds, kind="modelled").kind
    'modelled'
    """

    kind: Kind
    sources: tuple[str, ...]

    @classmethod
    def of(cls, *parts: Estimate | Provenance, kind: Kind = "published") -> Provenance:
        """Join the provenance of some figures; ``kind`` is the strongest that may result."""
        kinds = [kind, *(part.kind for part in parts)]
        sources = (part.source if isinstance(part, Estimate) else part.sources for part in parts)
        return cls(weakest(kinds), merge_sources(*sources))
