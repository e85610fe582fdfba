"""What information is worth, against closed forms, and against another library's regression."""

import numpy as np
import pytest
from scipy import integrate, stats

from needs.methods.value_of_information import evpi, evppi, without_chance

HALF = 1 / np.sqrt(2 * np.pi)  # 0.39894: of one standard normal net benefit against nothing


def closed_form(mean, sd):
    """Worth of knowing the net benefit of one option before taking it or not."""
    m = abs(mean) / sd
    return sd * (stats.norm.pdf(m) - m * stats.norm.sf(m))


def normals(count, draws, seed=5):
    return np.random.Generator(np.random.Philox(key=seed)).standard_normal((count, draws))


@pytest.mark.parametrize(("mean", "sd"), [(0.0, 1.0), (0.5, 1.0), (-0.8, 2.0), (3.0, 1.5), (0.0, 1e6)])
def test_perfect_information_of_a_normal_net_benefit(mean, sd):
    evenly = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    found = evpi(np.column_stack([0 * evenly, mean + sd * evenly]))
    assert found.value == pytest.approx(closed_form(mean, sd), abs=2e-4 * sd)


def test_the_standard_normal_case():
    assert closed_form(0.0, 1.0) == pytest.approx(0.39894, abs=5e-6)


def test_its_error_is_that_of_the_draws():
    found = [evpi(np.column_stack([np.zeros(400), normals(1, 400, seed)[0] + 0.5])) for seed in range(300)]
    assert np.std([worth.value for worth in found]) == pytest.approx(np.mean([worth.error for worth in found]), rel=0.1)
    inside = [worth.lower <= closed_form(0.5, 1.0) <= worth.upper for worth in found]
    assert np.mean(inside) > 0.9


def test_nothing_is_worth_knowing_where_one_option_always_wins():
    x, z = normals(2, 500)
    nb = np.column_stack([0 * x, 10 + 0.1 * x, z])
    assert (evpi(nb).value, evpi(nb).error, evpi(nb).shown) == (0.0, 0.0, False)
    assert evppi(nb, x).value == 0.0
    assert evpi(nb[:, [1]]).value == 0.0


@pytest.mark.parametrize(
    ("mean", "one", "other"), [(0.0, 1.0, 1.0), (0.0, 2.0, 1.0), (0.7, 1.0, 3.0), (-1.0, 1.0, 0.5)]
)
def test_part_of_a_sum_of_normals(mean, one, other):
    x, z = normals(2, 20_000)
    found = evppi(np.column_stack([0 * x, mean + one * x + other * z]), x)
    assert found.value == pytest.approx(closed_form(mean, one), abs=0.02 * (one + other))
    assert found.lower <= closed_form(mean, one) <= found.upper


def test_inputs_that_only_matter_together():
    """Net benefit x z with means 0 and m: the mean given x is m x, and given both it is known."""
    x, z = normals(2, 20_000)
    together = np.column_stack([0 * x, x * (z + 0.6)])
    assert evppi(together, x).value == pytest.approx(0.6 * HALF, abs=0.02)
    alone = np.column_stack([0 * x, x * z])
    assert evppi(alone, x).value < 0.01
    assert not evppi(alone, x).shown
    assert evpi(alone).value == pytest.approx(1 / np.pi, abs=0.01)  # E max(0, x z) = E|x z| / 2


def test_three_options():
    x, z = normals(2, 20_000)
    nb = np.column_stack([0 * x, x, z])
    largest = integrate.quad(lambda t: 1 - stats.norm.cdf(t) ** 2, 0, 12)[0]  # E max(0, x, z)
    assert evpi(nb).value == pytest.approx(largest, abs=0.02)
    assert evppi(nb, x).value == pytest.approx(HALF, abs=0.02)
    assert evppi(nb, np.column_stack([x, z])).value == pytest.approx(largest, abs=0.03)


def test_a_curve_that_a_straight_line_would_miss():
    x, z = normals(2, 20_000)
    nb = np.column_stack([0 * x, x**2 - 1 + z])  # E max(0, x^2 - 1) = 2 phi(1)
    assert evppi(nb, x).value == pytest.approx(2 * stats.norm.pdf(1), abs=0.03)


def test_as_an_unpenalised_regression_by_splines_finds():
    from statsmodels.gam.api import BSplines, GLMGam

    x, y, z = normals(3, 5000)
    skewed = np.exp(0.5 * x)
    nb = skewed - 1.2 + 0.5 * np.sin(y) + z
    inputs = np.column_stack([skewed, y])
    splines = BSplines(inputs, df=[6, 6], degree=[3, 3])
    fitted = GLMGam(nb, exog=np.ones((5000, 1)), smoother=splines).fit().fittedvalues
    theirs = np.maximum(fitted, 0).mean() - max(nb.mean(), 0)
    assert evppi(np.column_stack([0 * nb, nb]), inputs).value == pytest.approx(theirs, abs=0.015)


def test_few_draws_find_no_worth_in_inputs_that_have_none():
    """250 draws, five options as good as today, ten idle inputs: the hardest case for a regression."""
    found = []
    for seed in range(15):
        drawn = normals(15, 250, 100 + seed)
        found.append(evppi(np.column_stack([np.zeros(250), drawn[:5].T]), drawn[5:].T))
    assert np.mean([worth.shown for worth in found]) < 0.1
    assert np.mean([worth.value for worth in found]) < 0.1  # of 1.16 for knowing everything


@pytest.mark.parametrize("share", [0.2, 0.6])
def test_few_draws_hold_the_truth_in_their_interval(share):
    found = []
    for seed in range(60):
        x, z = normals(2, 250, 500 + seed)
        found.append(evppi(np.column_stack([0 * x, -0.3 + np.sqrt(share) * x + np.sqrt(1 - share) * z]), x))
    truth = closed_form(0.3, np.sqrt(share))
    assert np.mean([worth.lower <= truth <= worth.upper for worth in found]) >= 0.85
    assert np.mean([worth.value for worth in found]) == pytest.approx(truth, abs=0.025)


def test_chance_is_not_taken_for_something_that_can_be_known():
    rng = np.random.Generator(np.random.Philox(key=3))
    known = rng.standard_normal((20_000, 1)) @ np.array([[0.0, 1.0, -0.5]]) + [[0.0, 0.0, -0.2]]
    paths = known[:, None] + rng.standard_normal((20_000, 2, 3)) @ np.array([[0.0, 0, 0], [0, 1.5, 0.6], [0, 0, 1.2]])
    raw, cleaned = evpi(paths.mean(axis=1)), evpi(without_chance(paths))
    assert cleaned.value == pytest.approx(evpi(known).value, abs=0.03)
    assert raw.value > evpi(known).value + 0.15


def test_without_chance_nothing_changes_where_there_is_none():
    known = normals(3, 50).T
    assert np.allclose(without_chance(np.repeat(known[:, None], 2, axis=1)), known)
    assert np.allclose(without_chance(known[:, None]), known)
    assert np.allclose(without_chance(np.zeros((5, 2, 3))), 0)


def test_no_part_is_worth_more_than_the_whole():
    for seed in range(10):
        drawn = normals(6, 60, 900 + seed)
        nb, inputs = np.column_stack([np.zeros(60), drawn[:3].T]), drawn[2:].T
        part, whole = evppi(nb, inputs), evpi(nb)
        assert 0 <= part.lower <= part.value <= min(whole.value, part.upper)
        assert part.upper <= whole.upper


@pytest.mark.parametrize(
    ("nb", "told"),
    [
        (np.zeros(5), "give two or more draws x one or more options"),
        (np.zeros((1, 2)), r"shape \(1, 2\)"),
        (np.zeros((4, 0)), r"shape \(4, 0\)"),
        (np.array([[0.0, np.nan], [0.0, 1.0]]), "a figure is missing or not finite"),
    ],
)
def test_what_cannot_be_used_is_refused(nb, told):
    with pytest.raises(ValueError, match=told):
        evpi(nb)
