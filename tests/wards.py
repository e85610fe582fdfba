"""Small pathways for the flow engine, told in few words."""

from __future__ import annotations

from typing import Any

import numpy as np

from needs.methods.flow import Flow
from needs.methods.flow_network import STOCKS, UNLIMITED, Census, Network

ORIGINS, EXITS = ("prison", "again"), ("home",)


def wards(
    arrivals: Any, beds: Any, stay: Any, routing: Any = 0.0, *, long: Any = 0.0, years: int = 10, active: Any = 0,
    blocked: Any = 0, queue: Any = 0, pools: int = 1, **more: Any,
) -> Network:  # fmt: skip
    """Return tiers ``a, b, c ...`` in which everyone who goes nowhere else goes home.

    Tiers are the last axis of ``arrivals`` (a year, of each pool), ``beds`` and ``stay``; the axis before ``beds`` and
    ``arrivals`` may be years. A stay is one mean, or a mean for each class with the share that is ``long``. ``active``
    and ``queue`` may lead with draws.
    """
    tiers = np.shape(beds)[-1]
    mean = np.asarray(stay, float)
    mean = np.stack([mean, mean], axis=-1) if mean.ndim < 2 else mean
    within = np.broadcast_to(routing, (tiers, tiers))
    rates = np.zeros((1, pools, years, tiers, 2))
    rates[..., 0] = np.broadcast_to(arrivals, (years, tiers))

    def people(values: Any, *last: int) -> Any:
        values = np.asarray(values, np.int64)
        values = np.broadcast_to(values, np.broadcast_shapes(values.shape, (1, *last)))
        return np.repeat(values[:, None], pools, axis=1)

    waiting = people(queue, tiers)[..., None] * np.array([1, 0])
    census = Census(people(active, tiers), people(blocked, tiers, tiers), waiting)
    return Network(
        rates, np.array(np.broadcast_to(beds, (1, pools, years, tiers)), np.int64), np.broadcast_to(mean, (1, tiers, 2)),
        np.broadcast_to(np.asarray(long, float), (1, tiers)), np.column_stack([within, 1 - within.sum(axis=1)])[None],
        census, tiers=tuple("abcdefg"[:tiers]), exits=EXITS, origins=ORIGINS, prisons=ORIGINS[:1],
        **{"outside": np.zeros((tiers, tiers), bool)} | more,
    )  # fmt: skip


def people_at(found: Flow, stock: str) -> np.ndarray:
    """Return the people at the end of each month, or moves in it, of a run of one draw: months x tiers."""
    bins = found.histogram[STOCKS.index(stock)]
    assert (bins.sum(axis=2) == 1).all()
    assert (found.width == 1).all()
    return bins.argmax(axis=2)


def same(one: Flow, other: Flow) -> bool:
    """Say whether two runs found the same bytes."""
    return content(one) == content(other)


def content(found: Flow) -> list[bytes]:
    """Return all a run found, as bytes."""
    arrays = [found.histogram, found.width, found.yearly, found.moves, found.entries]
    return [np.ascontiguousarray(array).tobytes() for array in [*arrays, *found.mean.values()]]


def within_four(values: Any, expected: Any, also: Any = 0.0) -> bool:
    """Say whether the means over draws (the first axis) are the expected ones within four standard errors."""
    values = np.asarray(values, float)
    error = values.std(axis=0, ddof=1) / len(values) ** 0.5
    return bool((np.abs(values.mean(axis=0) - expected) <= 4 * np.hypot(error, also) + 1e-12).all())


__all__ = ["EXITS", "ORIGINS", "UNLIMITED", "content", "people_at", "same", "wards", "within_four"]
