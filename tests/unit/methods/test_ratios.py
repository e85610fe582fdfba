"""Ratios of two groups: exact limits, strata held equal, and what few events do."""

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from needs.methods.ratios import excess, rate_ratio, risk_ratio


def test_one_stratum_has_the_limits_of_clopper_and_pearson():
    found = rate_ratio([8], [100], [30], [300])
    ends = np.array(proportion_confint(8, 38, method="beta"))
    assert found.value == pytest.approx(8 / 100 / (30 / 300))
    assert [found.lower, found.upper] == pytest.approx((ends / (1 - ends) * 3).tolist(), rel=1e-6)


@pytest.mark.parametrize("compare", [rate_ratio, risk_ratio])
def test_the_other_way_round_is_the_inverse(compare):
    a, n, b, m = [20, 14], [100, 40], [30, 20], [200, 80]
    there, back = compare(a, n, b, m), compare(b, m, a, n)
    assert [1 / back.value, 1 / back.upper, 1 / back.lower] == pytest.approx(
        [there.value, there.lower, there.upper], rel=1e-6
    )


def test_strata_undo_confounding():
    """Both groups have the same rate in each stratum, but not the same people in it."""
    found = rate_ratio([90, 2], [900, 200], [10, 10], [100, 1000])
    assert found.value == pytest.approx(1.0)
    assert found.lower < 1 < found.upper
    assert risk_ratio([90, 12], [300, 400], [30, 30], [100, 1000]).value == pytest.approx(1.0)


def test_the_exact_limits_hold_their_level():
    random = np.random.default_rng(3)
    true = 1.7
    inside = [
        found.lower <= true <= found.upper
        for a, b in zip(
            random.poisson(np.full((200, 2), 6.0)), random.poisson(np.full((200, 2), 6.0 / true)), strict=True
        )
        if not np.isnan((found := rate_ratio(a, [1, 1], b, [1, 1])).value)
    ]
    assert np.mean(inside) >= 0.95


def test_mantel_haenszel_agrees_with_the_library():
    table = StratifiedTable([np.array([[30, 30], [40, 80]]), np.array([[20, 60], [30, 170]])])
    found = risk_ratio([30, 20], [60, 80], [40, 30], [120, 200])
    assert found.method == "mantel_haenszel"
    assert found.value == pytest.approx(table.riskratio_pooled)


@pytest.mark.parametrize("counts", [(3, 20, 30, 90), (0, 20, 5, 30), (5, 20, 0, 30), (1, 5, 1, 5), (9, 40, 3, 60)])
def test_few_events_give_score_limits(counts):
    a, n, b, m = counts
    found = risk_ratio([a], [n], [b], [m])
    assert found.method == "crude_score"
    with np.errstate(divide="ignore"):
        ends = confint_proportions_2indep(a, n, b, m, "score", "ratio", correction=False)
    assert [found.lower, found.upper] == pytest.approx(list(map(float, ends)), rel=1e-5)


def test_where_everybody_has_the_event_there_are_still_limits():
    found = risk_ratio([7], [7], [9], [9])
    assert found.lower < 1 < found.upper


@pytest.mark.parametrize("compare", [rate_ratio, risk_ratio])
def test_nothing_to_compare(compare):
    assert np.isnan(compare([0], [10], [0], [10]).value)
    assert np.isnan(compare([3, 0], [10, 0], [0, 4], [0, 10]).value), "no stratum has both"
    assert compare([4], [10], [0], [10]).upper == np.inf
    assert compare([0], [10], [4], [10]).lower == 0


@pytest.mark.parametrize(("compare", "why"), [(rate_ratio, "without people or time"), (risk_ratio, "more people")])
def test_events_without_anybody_are_refused(compare, why):
    with pytest.raises(ValueError, match=why):
        compare([1], [0], [1], [1])
    with pytest.raises(ValueError, match="strata differ"):
        compare([1, 1], [4], [1], [4])


def test_the_excess_leaves_out_nought_where_the_ratio_leaves_out_one():
    for a, b in ((40, 20), (22, 20), (5, 20)):
        ratio = rate_ratio([a], [100], [b], [100])
        value, lower, upper = excess(a, ratio)
        assert (lower > 0, upper < 0) == (ratio.lower > 1, ratio.upper < 1)
        assert value == pytest.approx(a - b)
