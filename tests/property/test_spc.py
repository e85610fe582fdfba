"""Control charts: what no change of scale, place or direction may alter."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from needs.methods.spc import xmr

FEW = settings(max_examples=40)
SERIES = st.lists(st.integers(0, 60), min_size=12, max_size=40)
RULES = ["outside", "side", "trend", "two_of_three"]
LINES = ["mean", "lower", "upper"]


@given(SERIES, st.integers(-50, 50))
@FEW
def test_a_shift_shifts_the_lines_alone(values, by):
    chart, moved = xmr(values).frame, xmr(np.add(values, by)).frame
    assert moved[LINES].to_numpy() == pytest.approx(chart[LINES].to_numpy() + by)
    assert moved[[*RULES, "special"]].equals(chart[[*RULES, "special"]])


@given(SERIES, st.sampled_from([0.25, 2.0, 8.0]))
@FEW
def test_a_unit_changes_nothing_but_the_lines(values, times):
    chart, scaled = xmr(values).frame, xmr(np.multiply(values, times)).frame
    assert scaled[LINES].to_numpy() == pytest.approx(chart[LINES].to_numpy() * times)
    assert scaled[RULES].equals(chart[RULES])


@given(SERIES)
@FEW
def test_the_other_way_round_keeps_limits_and_runs(values):
    chart, back = xmr(values).frame, xmr(values[::-1]).frame
    assert back[LINES].iloc[0].to_numpy() == pytest.approx(chart[LINES].iloc[0].to_numpy())
    assert back[RULES].to_numpy()[::-1].tolist() == chart[RULES].to_numpy().tolist()


@given(SERIES)
@FEW
def test_upside_down_high_is_low_and_good_is_bad(values):
    chart, under = xmr(values, better="higher"), xmr(np.negative(values), better="higher")
    swap = {"high": "low", "low": "high", "-": "-"}
    assert under.frame["special"].tolist() == [swap[word] for word in chart.frame["special"]]
    pairs = {"special improving": "special concerning", "special concerning": "special improving"}
    assert under.variation == pairs.get(chart.variation, chart.variation)


@given(SERIES, SERIES)
@FEW
def test_what_follows_a_baseline_leaves_it_alone(values, more):
    alone = xmr(values).frame[LINES].iloc[0]
    both = xmr([*values, *more], baseline=[True] * len(values) + [False] * len(more)).frame[LINES]
    assert (both.nunique() == 1).all()
    assert both.iloc[0].to_numpy() == pytest.approx(alone.to_numpy())


@given(SERIES, st.integers(0, 60))
@FEW
def test_a_standard_that_is_passed_from_one_side_is_failed_from_the_other(values, target):
    assume(len(set(values)) > 1)
    words = {better: xmr(values, target=target, better=better).assurance for better in ("higher", "lower")}
    other = {"passes consistently": "fails consistently", "fails consistently": "passes consistently"}
    assert words["lower"] == other.get(words["higher"], "hit and miss")
