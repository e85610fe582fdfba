"""What draws say: ends that hold the centre, and the parts of a variance."""

import numpy as np
import pandas as pd
import pytest

from needs.methods.draws import estimated, named_ends, variance_parts, with_ends
from needs.values import Provenance


@pytest.mark.parametrize(("level", "ends"), [(95, (2.5, 97.5)), (80, (10.0, 90.0)), (50, (25.0, 75.0))])
def test_a_level_holds_its_percent_of_the_draws(level, ends):
    found = named_ends("x", np.arange(101.0), 50.0, level)
    assert list(found) == [f"x_lower_{level}", f"x_upper_{level}"]
    assert list(found.values()) == [pytest.approx(end) for end in ends]


def test_ends_hold_a_centre_that_lies_outside_the_draws():
    found = named_ends("x", np.tile(np.arange(101.0)[:, None], 2), [-5.0, 200.0])
    assert found["x_lower_95"] == pytest.approx([-5, 2.5])
    assert found["x_upper_95"] == pytest.approx([97.5, 200])


def test_an_estimate_keeps_its_kind_and_sources():
    found = estimated(50.0, np.arange(101.0), Provenance("assumed", ("x#y", "x#z")))
    assert (found.value, found.kind, found.source) == (50, "assumed", ("x#y", "x#z"))
    assert found.bounds == pytest.approx((2.5, 97.5))


def test_each_figure_of_a_frame_has_the_ends_of_its_own_draws():
    draws = np.stack([np.arange(101.0), 10 * np.arange(101.0), 0 * np.arange(101.0), np.ones(101)], axis=1)
    frame = with_ends(pd.DataFrame({"n": range(4)}), np.array([50.0, 500, 0, 1]), draws.reshape(101, 2, 2))
    assert list(frame.columns) == ["n", "patients", "mean_lower_95", "mean_upper_95"]
    assert frame["patients"].tolist() == [50, 500, 0, 1]
    assert frame["mean_lower_95"].tolist() == pytest.approx([2.5, 25, 0, 1])
    assert frame["mean_upper_95"].tolist() == pytest.approx([97.5, 975, 0, 1])


def test_the_parts_of_a_variance_by_hand():
    """Three draws of one rule (variance 200/3 around 20), one of the other (80): odds 3/4 and 1/4."""
    means = np.array([[10.0], [20.0], [30.0], [80.0]])
    parts = variance_parts(means, np.array([0, 0, 0, 1]))
    made = {"parameters": 0.75 * 200 / 3, "rule": 0.75 * 15**2 + 0.25 * 45**2, "chance": 35.0}
    assert made["parameters"] + made["rule"] == pytest.approx(means.var())
    for name, part in made.items():
        assert parts[name] == pytest.approx([part / sum(made.values())])


def test_parts_keep_the_shape_of_the_figures_and_nobody_has_none():
    means = np.random.default_rng(1).gamma(9, 2, (50, 3, 2))
    means[:, 0, 0] = 0
    parts = variance_parts(means, np.arange(50) % 2)
    together = sum(parts.values())
    assert together.shape == (3, 2)
    assert together[0, 0] == 0
    assert sum(variance_parts(means / 100, np.arange(50) % 2).values())[1] == pytest.approx([1, 1])
    assert np.delete(together.ravel(), 0) == pytest.approx(1)


def test_one_rule_makes_no_variance_and_sure_parameters_leave_chance_alone():
    means = np.random.default_rng(1).gamma(9, 2, (50, 1))
    assert variance_parts(means, np.zeros(50, int))["rule"].tolist() == [0]
    assert variance_parts(np.full((50, 1), 7.0), np.arange(50) % 2) == {"parameters": 0, "rule": 0, "chance": 1}
