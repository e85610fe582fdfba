"""The need index: tenths that hold both published shares, and a gradient over them."""

import numpy as np
import pytest
from scipy import stats

from needs.methods.need import TENTHS, deprivation_tenths, need_index


def test_an_area_like_england_has_a_tenth_of_its_people_in_each_tenth():
    assert deprivation_tenths([0.1], [0.2]) == pytest.approx(np.full((1, 10), 0.1))


def test_tenths_are_those_of_a_normal_distribution_that_gives_both_shares():
    """Worked by another way: mean and deviation from two quantiles, then the ten pieces."""
    z = stats.norm.ppf
    deviation = (z(0.9) - z(0.8)) / (z(1 - 0.03) - z(1 - 0.12))
    area = stats.norm(z(0.9) - deviation * z(1 - 0.03), deviation)
    pieces = [area.cdf(z((n + 1) / 10)) - area.cdf(z(n / 10)) for n in range(10)]
    assert deprivation_tenths([0.03], [0.12])[0] == pytest.approx(pieces)
    assert pieces[9] == pytest.approx(0.03)
    assert pieces[8] + pieces[9] == pytest.approx(0.12)


def test_least_deprived_first():
    poor, rich = deprivation_tenths([0.3, 0.02], [0.5, 0.05])
    assert poor[0] < 0.1 < poor[9]
    assert rich[9] < 0.1 < rich[0]


@pytest.mark.parametrize(("tenth", "fifth"), [(0.0, 0.2), (0.2, 0.2), (0.3, 0.2), (0.5, 1.0), (float("nan"), 0.2)])
def test_shares_that_cannot_be_are_refused_with_their_area(tenth, fifth):
    with pytest.raises(ValueError, match=rf"^area 1: {tenth:g} in the most deprived tenth and {fifth:g} in the fifth "):
        deprivation_tenths([0.1, tenth, 0.5], [0.2, fifth, 0.4])


def test_the_index_is_the_mean_rate_of_an_areas_people():
    top, bottom, half = np.eye(10)[9], np.eye(10)[0], np.eye(10)[[0, 9]].mean(axis=0)
    found = need_index([top, bottom, half], [0.0, 0.1])
    assert found.shape == (2, 3)
    assert found[0].tolist() == [1, 1, 1]
    assert found[1] == pytest.approx([np.exp(0.45), np.exp(-0.45), np.cosh(0.45)])
    assert TENTHS.tolist() == [-4.5, -3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 4.5]


def test_less_use_where_deprivation_is_greater_counts_as_no_gradient():
    assert need_index(np.eye(10)[[9, 0]], [-0.5]).tolist() == [[1.0, 1.0]]
