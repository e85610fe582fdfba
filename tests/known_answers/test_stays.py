"""Stays of two classes: recovered from their own figures, and a census drawn by chance."""

import numpy as np
import pytest

from needs.methods.stays import LARGEST_RATIO, Stay, fit_stay, misses
from needs.values import Estimate


def figure(value, *ends):
    return Estimate(value, *ends, kind="published", source=("x#y",))


@pytest.mark.parametrize(
    "true", [Stay(1.0, 9.0, 0.25), Stay(0.6, 4.0, 0.5), Stay(2.0, 14.0, 0.1), Stay(0.3, 7.5, 0.35)]
)
@pytest.mark.parametrize("years", [5.0, 10.0])
def test_a_stay_is_recovered_from_its_own_figures(true, years):
    found = fit_stay(figure(true.mean), figure(true.median), (years, figure(float(true.beyond(years)))))
    assert [found.short, found.long, found.share_long] == pytest.approx(
        [true.short, true.long, true.share_long], rel=1e-3
    )


def test_figures_in_conflict_end_in_a_compromise_that_says_so():
    evidence = figure(3.51, 3.2, 3.9), figure(1.59, 1.4, 1.8), (5.0, figure(0.181, 0.163, 0.201))
    found = fit_stay(*evidence)
    table = misses(found, *evidence).set_index("figure")
    assert list(table.index) == ["mean", "median", "beyond 5 years"]
    assert table["miss"].abs().max() > 0.05
    assert (table["value"] / table["fitted_to"] - 1).to_numpy() == pytest.approx(table["miss"].to_numpy())
    assert found == fit_stay(*evidence)
    assert found.long <= LARGEST_RATIO * found.short * (1 + 1e-9)


def test_a_sharp_figure_is_met_before_a_vague_one():
    vague, sharp = figure(1.59, 0.8, 3.2), figure(1.59, 1.58, 1.60)
    rest = (5.0, figure(0.181, 0.15, 0.22))
    near = abs(misses(fit_stay(figure(3.51, 3, 4), sharp, rest), figure(3.51), sharp, rest)["miss"][1])
    far = abs(misses(fit_stay(figure(3.51, 3, 4), vague, rest), figure(3.51), vague, rest)["miss"][1])
    assert near < 0.01 < far


@pytest.mark.parametrize("given", [{"median": figure(1.2)}, {"beyond": (5.0, figure(0.35))}])
def test_two_figures_are_both_met_and_the_answer_is_unique(given):
    found = fit_stay(figure(2.5), **given)
    assert misses(found, figure(2.5), **given)["miss"].abs().max() < 1e-3
    assert found == fit_stay(figure(2.5), **given)


def test_one_class_is_exponential():
    stay = fit_stay(figure(3.2))
    assert stay.beyond([1.0, 5.0]) == pytest.approx(np.exp(-np.array([1.0, 5.0]) / 3.2), rel=1e-12)
    assert stay.survival(5.0) == pytest.approx(stay.beyond(5.0), rel=1e-12)
    assert (stay.elapsed, stay.residual, stay.cv2) == pytest.approx((3.2, 3.2, 1.0), rel=1e-12)
    assert stay.median == pytest.approx(3.2 * np.log(2), rel=1e-12)


def test_elapsed_is_the_length_biased_mean():
    stay = Stay(0.5, 8.0, 0.2)
    assert stay.elapsed == pytest.approx(stay.mean * (1 + stay.cv2) / 2, rel=1e-12)
    assert stay.scaled(4.0).mean == pytest.approx(4.0, rel=1e-12)
    assert stay.scaled(4.0).cv2 == pytest.approx(stay.cv2, rel=1e-12)
    assert stay.survival(stay.median) == pytest.approx(0.5, abs=1e-10)


def test_a_census_drawn_by_chance_agrees():
    stay, rng, window = Stay(0.5, 6.0, 0.3), np.random.default_rng(11), 120.0
    people = 400_000
    came = rng.uniform(-window, 0, people)
    long = rng.random(people) < stay.share_long
    left = came + rng.exponential(np.where(long, stay.long, stay.short))
    here = left > 0
    n = here.sum()
    share = long[here].mean()
    assert abs(share - stay.weight_long) < 4 * np.sqrt(stay.weight_long * stay.weights[0] / n)
    for times in (-came[here], left[here]):
        beyond = float(stay.beyond(5.0))
        assert abs((times > 5).mean() - beyond) < 4 * np.sqrt(beyond * (1 - beyond) / n)
        assert abs(times.mean() - stay.elapsed) < 4 * times.std() / np.sqrt(n)
    assert abs(n - people / window * stay.mean) < 4 * np.sqrt(n)
    for years in (1.0, 4.0):
        survival = float(stay.survival(years))
        assert abs((left - came > years).mean() - survival) < 4 * np.sqrt(survival * (1 - survival) / people)


@pytest.mark.parametrize(
    ("args", "told"),
    [((0, 1, 0.5), "short: 0 is not"), ((1, float("inf"), 0.5), "long: inf is not"), ((1, 2, 1.2), "share_long: 1.2 is not"),
     ((3, 2, 0.5), "short: 3 is above long: 2")],
)  # fmt: skip
def test_stays_without_sense_are_refused(args, told):
    with pytest.raises(ValueError, match=told):
        Stay(*args)


@pytest.mark.parametrize(
    ("mean", "rest", "told"),
    [(-1, {}, "mean: -1 is not a stay"), (2, {"median": figure(0)}, "median: 0 is not a stay"),
     (2, {"beyond": (5, figure(1.5))}, "beyond 5 years: 1.5 is not a share"),
     (2, {"beyond": (0, figure(0.5))}, "beyond: 0 years is not above 0"),
     (2, {"beyond": (5, figure(0.5, 0.0, 1.0))}, "says nothing")],
)  # fmt: skip
def test_figures_without_sense_are_refused(mean, rest, told):
    with pytest.raises(ValueError, match=told):
        fit_stay(figure(mean), **rest)
    with pytest.raises(ValueError, match="mean: 0 is not"):
        Stay(1, 2, 0.5).scaled(0)


def test_an_interval_that_reaches_an_end_weighs_by_its_other_side():
    rest = figure(3.0, 2.9, 3.1), figure(1.0, 0.95, 1.05)
    odds = (0.2 / 0.8) ** 2 / (0.3 / 0.7)  # of the end as far below on the logit scale as 0.3 is above
    even = fit_stay(*rest, (5.0, figure(0.2, odds / (1 + odds), 0.3)))
    assert fit_stay(*rest, (5.0, figure(0.2, 0.0, 0.3))).mean == pytest.approx(even.mean, rel=1e-6)
    short = fit_stay(figure(3.0, 0.0, 4.0), figure(1.0, 0.95, 1.05))
    assert short.mean == pytest.approx(3.0, rel=1e-3)
