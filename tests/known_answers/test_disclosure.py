"""Display rules of the Mental Health Services Data Set, and what rounding alone does and does not keep secret."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from needs.errors import DisclosureError
from needs.methods.disclosure import Rule, half_up, release, release_with_totals
from needs.methods.disclosure_checks import check_differences, check_rates, differences, safe_digits
from needs.methods.suppression import feasible, lines
from needs.present import words
from needs.present.released import cell
from needs.values import Provenance

KNOWN = Provenance("derived", ("service/x#own-data",))


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "*"), (1, "*"), (4, "*"), (5, "5"), (7, "5"), (8, "10"), (12, "10"), (13, "15"), (97, "95"), (98, "100"),
     (1003, "1,005")],
)  # fmt: skip
def test_counts_as_published(number, shown):
    out = release(pd.DataFrame({"n": [number]}), KNOWN, counts=["n"])
    assert cell(out.frame["n"].iloc[0], out.hidden["n"].iloc[0], words.count) == shown


def test_halves_go_up():
    assert half_up(12.5, 5) == 15
    assert half_up([0.5, 1.5, 2.5, 12.5]).tolist() == [1, 2, 3, 13]
    assert [round(x) for x in (0.5, 2.5, 12.5)] == [0, 2, 12]  # why Python's own rounding will not do


@pytest.mark.parametrize(
    ("some", "every", "shown"),
    [
        (5, 40, 0.13),
        (25, 200, 0.13),
        (29, 200, 0.15),
        (5, 5000, 0.0),
        (5, 10, 0.5),
        (4, 40, None),
        (3, 4, None),
        (0, 40, None),
    ],
)
def test_percentages_as_published(some, every, shown):
    out = release(pd.DataFrame({"a": [some], "b": [every]}), KNOWN, shares={"share": ("a", "b")})
    assert out.hidden["share"].iloc[0] == (shown is None)
    assert shown is None or out.frame["share"].iloc[0] == pytest.approx(shown, abs=1e-12)


def test_a_stricter_rule():
    out = release(pd.DataFrame({"n": [7, 8, 14, 15]}), KNOWN, counts=["n"], rule=Rule(8, 10))
    assert out.frame["n"].fillna(-1).tolist() == [-1, 10, 10, 20]


def test_the_national_rule_alone_can_give_a_number_away():
    """Two suppressed parts of a total shown as 10 are 4 and 4: suppressed means 4 at most, 10 means 8 at least."""
    frame = pd.DataFrame({"sex": ["women", "men", "all"], "n": [4, 4, 8]})
    plain = release(frame, KNOWN, counts=["n"])
    found = feasible(plain.frame["n"], plain.hidden["n"], lines(frame, {"sex": "all"}), rounded_to=5, most=4)
    assert found.loc[:1].to_numpy().tolist() == [[4, 4], [4, 4]]


def test_bounds_of_a_table_of_two_dimensions_by_hand():
    """Rows (a, b) = 10 and (c, d) = 20, columns (a, c) = 12 and (b, d) = 18: a is between 0 and 10, and so on."""
    cells = [("x", "u", 4), ("x", "v", 6), ("x", "all", 10), ("y", "u", 8), ("y", "v", 12), ("y", "all", 20),
             ("all", "u", 12), ("all", "v", 18), ("all", "all", 30)]  # fmt: skip
    frame = pd.DataFrame(cells, columns=["row", "column", "n"])
    hidden = (frame["row"] != "all") & (frame["column"] != "all")
    found = feasible(frame["n"], hidden, lines(frame, {"row": "all", "column": "all"}))
    assert found[hidden].to_numpy().tolist() == [[0, 10], [0, 10], [2, 12], [8, 18]]


def test_exact_totals_hide_the_next_smallest():
    frame = pd.DataFrame({"tier": ["a", "b", "c", "d", "all"], "n": [2, 9, 30, 51, 92]})
    out = release_with_totals(frame, KNOWN, counts=["n"], totals={"tier": "all"})
    assert out.frame["n"].fillna(-1).tolist() == [-1, -1, 30, 51, 92]


def test_exact_totals_hide_a_third_where_two_leave_less_than_five():
    frame = pd.DataFrame({"tier": ["a", "b", "c", "d", "all"], "n": [1, 2, 30, 51, 84]})
    out = release_with_totals(frame, KNOWN, counts=["n"], totals={"tier": "all"})
    assert out.frame["n"].fillna(-1).tolist() == [-1, -1, -1, 51, 84]


def test_numbers_that_do_not_fit_are_said_so():
    frame = pd.DataFrame({"tier": ["a", "b", "all"], "n": [50, np.nan, 20]})
    with pytest.raises(ValueError, match="do not fit"):
        feasible(frame["n"], frame["n"].isna(), lines(frame, {"tier": "all"}))


def test_two_rounded_releases_keep_the_difference_to_the_rule():
    """Both shown as 20: between 0 and 4 more; 25 and 20: between 1 and 9."""
    earlier, same, later = (release(pd.DataFrame({"t": ["x"], "n": [n]}), KNOWN, counts=["n"]) for n in (20, 22, 23))
    assert differences(same, earlier, ["t"])[["lower", "upper", "pinned"]].to_numpy().tolist() == [[0, 4, False]]
    assert differences(later, earlier, ["t"])[["lower", "upper", "pinned"]].to_numpy().tolist() == [[1, 9, False]]
    check_differences(later, earlier, ["t"])


def test_differences_name_every_row_that_gives_a_number_away():
    part = release(pd.DataFrame({"t": ["x", "y", "z"], "n": [6, 20, 90]}), KNOWN, counts=["n"])
    whole = release(pd.DataFrame({"t": ["x", "y", "z"], "n": [7, 24, 95]}), KNOWN, counts=["n"])
    with pytest.raises(DisclosureError) as caught:
        check_differences(whole, part, ["t"])
    assert caught.value.exit_code == 15
    assert [p.where for p in caught.value.problems] == ["t x"]  # both shown as 5: 0 to 2
    with pytest.raises(ValueError, match="released by one rule"):
        differences(pd.DataFrame(), pd.DataFrame(), ["t"])
    with pytest.raises(ValueError, match="stands once"):
        differences(pd.DataFrame({"t": ["x", "x"], "n": [1, 2]}), part, ["t"])


def test_parts_are_added_before_they_are_subtracted():
    part = release(pd.DataFrame({"t": ["x", "x"], "s": ["a", "b"], "n": [50, 48]}), KNOWN, counts=["n"])
    found = differences(pd.DataFrame({"t": ["x"], "n": [100]}), part, ["t"])
    assert found[["lower", "upper"]].to_numpy().tolist() == [[0, 4]]  # 50 and 50 shown: 96 to 104


def test_digits_of_a_rate_that_keep_a_count_to_within_five():
    people = pd.Series([50e6, 500_000, 499_999], index=["England", "one", "less"])
    assert safe_digits(people).tolist() == [2, 0, -1]
    check_rates(people.head(2), 0)
    with pytest.raises(DisclosureError, match="less"):
        check_rates(people, 0)
