"""Small pathways solved exactly from the generator of their Markov chain."""

from collections.abc import Callable, Hashable, Iterable

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve

Moves = Callable[[Hashable], Iterable[tuple[float, Hashable]]]


def stationary(start: Hashable, moves: Moves) -> dict[Hashable, float]:
    """Explore the states from one on and solve ``pi G = 0``."""
    index, todo, cells = {start: 0}, [start], []
    while todo:
        state = todo.pop()
        for rate, to in moves(state):
            if rate <= 0:
                continue
            if to not in index:
                index[to] = len(index)
                todo.append(to)
            cells += [(index[to], index[state], rate), (index[state], index[state], -rate)]
    rows, columns, rates = zip(*cells, strict=True)
    generator = sparse.csr_matrix((rates, (rows, columns)), shape=(len(index),) * 2).tolil()
    generator[0, :] = 1.0
    one = np.zeros(len(index))
    one[0] = 1.0
    return dict(zip(index, spsolve(generator.tocsc(), one), strict=True))


def two_tier(
    gamma: float, mu1: float, mu2: float, c1: int, c2: int, p12: float, queue_max: int, gamma2: float = 0.0
) -> dict[str, float]:
    """Two tiers with beds ``c1, c2``, an external queue for the first, and blocking after service.

    People who finish in tier 1 (rate ``mu1`` each) need tier 2 with probability ``p12`` and keep their bed
    until tier 2 has room. A state is (people in tier 1 or in its queue, people in tier 2 or blocked for it).
    ``queue_max`` cuts the queue: ``full`` is the probability of that end and should be negligible.
    """

    def moves(state):
        first, second = state
        blocked = max(0, second - c2)
        active = min(first, c1) - blocked
        yield (gamma if first < c1 + queue_max else 0.0), (first + 1, second)
        yield active * mu1 * (1 - p12), (first - 1, second)
        # a person who is blocked counts in both numbers; one who finds room counts in the second alone
        yield active * mu1 * p12, (first - (second < c2), second + 1)
        yield min(second, c2) * mu2, (first - (blocked > 0), second - 1)

    found = stationary((0, 0), moves)

    def mean(of):
        return float(sum(chance * of(first, second) for (first, second), chance in found.items()))

    return {
        "occupied1": mean(lambda first, _: min(first, c1)),
        "blocked1": mean(lambda _, second: max(0, second - c2)),
        "queue1": mean(lambda first, _: max(0, first - c1)),
        "occupied2": mean(lambda _, second: min(second, c2)),
        "all_full2": mean(lambda _, second: float(second >= c2)),
        "full": mean(lambda first, _: float(first == c1 + queue_max)),
        "states": float(len(found)),
    }


WORKING, BLOCKED, IDLE = "w", "b", "-"


def hunt(servers: int) -> float:
    """Throughput of a line of single servers with rate 1, never short of work, with no room between them."""

    def settle(line):
        """Move those who are blocked on as far as there is room, from the end back; refill the first server."""
        line = list(line)
        for at in reversed(range(servers - 1)):
            if line[at] == BLOCKED and line[at + 1] == IDLE:
                line[at], line[at + 1] = IDLE, WORKING
        if line[0] == IDLE:
            line[0] = WORKING
        return tuple(line)

    def moves(line):
        for at, state in enumerate(line):
            if state == WORKING:
                after = list(line)
                after[at] = IDLE if at == servers - 1 else BLOCKED
                yield 1.0, settle(after)

    found = stationary(settle([IDLE] * servers), moves)
    return float(sum(chance for line, chance in found.items() if line[-1] == WORKING))
