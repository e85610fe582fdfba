"""Iterative proportional fitting: known tables, kept zeros, and every reason why there is no fit."""

import numpy as np
import pytest

from needs.methods.raking import rake


def test_a_table_of_ones_becomes_the_product_of_its_margins():
    rows, columns, layers = [10, 30], [5, 15, 20], [8, 32]
    fitted = rake(np.ones((2, 3, 2)), [rows, columns, layers])
    assert fitted == pytest.approx(np.einsum("i,j,k->ijk", rows, columns, layers) / 40**2)


def test_the_odds_of_the_seed_stay():
    """With odds of 3 and margins of a half, p / (1/2 - p) = sqrt(3)."""
    p = np.sqrt(3) / (2 * (1 + np.sqrt(3)))
    assert rake([[3.0, 1.0], [1.0, 1.0]], [[0.5, 0.5], [0.5, 0.5]]) == pytest.approx(
        np.array([[p, 0.5 - p], [0.5 - p, p]]), rel=1e-8
    )


def test_a_fitted_table_stays_and_the_seed_is_not_touched():
    seed = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert rake(seed, [[3, 7], [4, 6]]) == pytest.approx(seed, rel=1e-12)
    rake(seed, [[30, 70], [50, 50]])
    assert seed.tolist() == [[1, 2], [3, 4]]


def test_zeros_stay_and_a_total_of_zero_empties_its_row():
    fitted = rake([[1.0, 0.0], [1.0, 1.0]], [[2, 3], [4, 1]])
    assert fitted == pytest.approx(np.array([[2, 0], [2, 1]]))
    assert rake([[1.0, 1.0], [1.0, 1.0]], [[0, 5], [2, 3]]).tolist() == [[0, 0], [2, 3]]


def test_tables_of_a_stack_are_fitted_each_to_its_own_margins():
    seeds = np.array([[[1.0, 2], [3, 4]], [[5, 1], [1, 1]], [[1, 1], [1, 9]]])
    rows, columns = np.array([[3.0, 7], [40, 60], [0, 5]]), np.array([[5.0, 5], [70, 30], [2, 3]])
    fitted = rake(seeds, [rows, columns])
    for table, seed, row, column in zip(fitted, seeds, rows, columns, strict=True):
        assert table == pytest.approx(rake(seed, [row, column]), rel=1e-8)
    assert fitted.sum(axis=2) == pytest.approx(rows)
    assert fitted.sum(axis=1) == pytest.approx(columns)
    with pytest.raises(ValueError, match="do not fit a table"):
        rake(seeds, [rows[:2], columns])
    with pytest.raises(ValueError, match="add up to different numbers"):
        rake(seeds, [rows, columns + np.array([[0, 0], [0, 0], [0, 1]])])


@pytest.mark.parametrize(
    ("seed", "margins", "said"),
    [
        ([[1.0, 1.0]], [[1, 1], [2]], r"margins of \[\(2,\), \(1,\)\] do not fit a table of \(1, 2\)"),
        ([[1.0, 1.0]], [[2]], r"margins of \[\(1,\)\] do not fit a table of \(1, 2\)"),
        ([[1.0, -1.0]], [[2], [1, 1]], "negative or not finite"),
        ([[1.0, 1.0]], [[2], [3, -1]], "negative or not finite"),
        ([[1.0, np.nan]], [[2], [1, 1]], "negative or not finite"),
        ([[1.0, 1.0]], [[2], [1, 2]], "the margins add up to different numbers: 2, 3"),
        ([[1.0, 0.0], [1.0, 0.0]], [[1, 1], [1, 1]], "a total of axis 1 is above zero and has only zeros"),
        ([[1.0, 0.0], [0.0, 1.0]], [[1, 3], [2, 2]], "no fit after 1000 sweeps; some margin cannot be met"),
    ],
)
def test_what_has_no_fit_is_refused(seed, margins, said):
    with pytest.raises(ValueError, match=said):
        rake(seed, margins)
