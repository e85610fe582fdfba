"""K6: the drunkard's walk of Kemeny and Snell."""

import numpy as np
import pytest

from needs.methods.absorbing import absorbing_chain

STEP = [[0, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0]]
HOME_OR_BAR = [[0.5, 0], [0, 0], [0, 0.5]]


def test_the_drunkards_walk():
    walk = absorbing_chain(STEP, HOME_OR_BAR)
    np.testing.assert_allclose(walk.visits, [[1.5, 1, 0.5], [1, 2, 1], [0.5, 1, 1.5]], rtol=1e-12)
    np.testing.assert_allclose(walk.time, [3, 4, 3], rtol=1e-12)
    np.testing.assert_allclose(walk.exits, [[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]], rtol=1e-12)


def test_time_is_visits_times_stay():
    walk = absorbing_chain(STEP, HOME_OR_BAR, [2.0, 10.0, 1.0])
    np.testing.assert_allclose(walk.time, [3 + 10 + 0.5, 2 + 20 + 1, 1 + 10 + 1.5], rtol=1e-12)


@pytest.mark.parametrize(
    ("routing", "exits", "what"),
    [
        ([[0.5]], [[0.4]], "add up to 1"),
        ([[-0.5]], [[1.5]], "probabilities"),
        ([[0.0, 1.0], [1.0, 0.0]], [[0.0], [0.0]], "stay for ever"),
        ([[0.0, 0.5], [0.0, 1.0]], [[0.5], [0.0]], "stay for ever"),
    ],
)
def test_a_chain_without_end_or_sense_is_refused(routing, exits, what):
    with pytest.raises(ValueError, match=what):
        absorbing_chain(routing, exits)
