"""What money is worth in time: the Green Book's factors, annuities, and net present values worked elsewhere."""

import numpy as np
import pytest

from needs.methods.appraisal import annuity, break_even, cumulative, equivalent_annual, factors, present_value

GREEN_BOOK = {1: 0.9662, 5: 0.8420, 10: 0.7089, 30: 0.3563, 31: 0.3459}
"""Discount factors of the Green Book, annex 6, table 8: 3.5% to year 30 and 3.0% from year 31."""


@pytest.mark.parametrize(("year", "factor"), GREEN_BOOK.items())
def test_the_factors_of_the_green_book(year, factor):
    assert round(float(factors(40)[year - 1]), 4) == factor


def test_from_year_31_each_year_is_3_percent_below_the_last():
    found = factors(75)
    np.testing.assert_allclose(found[1:30] / found[:29], 1 / 1.035)
    np.testing.assert_allclose(found[30:] / found[29:-1], 1 / 1.03)


def test_ten_years_at_3_and_a_half_percent_are_worth_8_3166_of_one():
    assert round(annuity(10), 4) == 8.3166
    closed_form = (1 - 1.035**-10) / 0.035
    assert annuity(10) == pytest.approx(closed_form, rel=1e-12)


@pytest.mark.parametrize(
    ("rate", "values", "worth"),
    [(0.281, [-100, 39, 59, 55, 20], -0.00848), (0.08, [-40_000, 5_000, 8_000, 12_000, 30_000], 3065.22267)],
)
def test_net_present_values_of_the_manual_of_numpy_financial(rate, values, worth):
    # its npv counts the first value as of now; here every value falls at the end of its year
    assert values[0] + float(present_value(values[1:], rate)) == pytest.approx(worth, abs=5e-6)


def test_a_programme_worked_by_hand():
    # 500 spent in year 2, 200 saved in years 3, 4 and 5, at 3.5%:
    # -500 x 0.933511 + 200 x (0.901943 + 0.871442 + 0.841973) = -466.7554 + 523.0716
    flows = [0.0, -500.0, 200.0, 200.0, 200.0]
    assert float(present_value(flows)) == pytest.approx(56.3162, abs=1e-3)
    assert cumulative(flows)[1] == pytest.approx(-466.7554, abs=1e-3)
    assert float(equivalent_annual(flows)) == pytest.approx(56.3162 / 4.515052, abs=1e-3)
    assert float(equivalent_annual(flows, first=2)) == pytest.approx(56.3162 / (4.515052 - 0.966184), abs=1e-3)
    assert float(break_even(flows)) == 5.0
    assert float(break_even(flows, rate=0.0)) == 5.0  # 100 is left in year 5, after -100 in year 4


def test_an_equal_amount_a_year_is_its_own_equivalent():
    assert float(equivalent_annual(np.full(40, 7.0))) == pytest.approx(7.0, rel=1e-12)


def test_without_a_rate_money_only_adds_up():
    np.testing.assert_array_equal(cumulative([1.0, 2.0, 3.0], 0.0, 0.0), [1.0, 3.0, 6.0])


def test_what_is_paid_back_and_spent_again_is_not_paid_back():
    assert np.isnan(break_even([-1.0, 5.0, -9.0], 0.0, 0.0))
    assert float(break_even([-1.0, 5.0, -9.0, 6.0], 0.0, 0.0)) == 4.0
    assert np.isnan(break_even([0.0, 0.0]))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: factors(0), "years: 0; give at least one"),
        (lambda: factors(5, -1.0), "leaves nothing"),
        (lambda: equivalent_annual([1.0], first=2), "year 2 is none of the years 1 to 1"),
    ],
)
def test_what_cannot_be_discounted_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()
