"""Control charts: each rule at its edge, baselines, verdicts."""

import numpy as np
import pytest

from needs.methods.spc import t_chart, xmr

CALM = [10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12]
"""Mean 11, ranges 2: limits 5.68 and 16.32, two thirds of the way at 7.45 and 14.55."""


def flags(values, rule, **told):
    return xmr(values, **told).frame[rule].tolist()


def based(more):
    """Calm points that set the limits, then others."""
    return {"values": CALM + more, "baseline": [True] * len(CALM) + [False] * len(more)}


def test_limits():
    first = xmr(CALM).frame.iloc[0]
    assert first[["mean", "lower", "upper"]].tolist() == pytest.approx([11, 11 - 2 * 3 / 1.128, 11 + 2 * 3 / 1.128])


@pytest.mark.parametrize(("value", "outside"), [(16.3, False), (16.4, True), (5.7, False), (5.6, True)])
def test_a_point_outside_a_limit(value, outside):
    chart = xmr(**based([value]))
    assert chart.frame["outside"].iloc[-1] == outside
    assert not chart.frame["outside"].iloc[:-1].any()


def test_a_run_has_seven_points_and_a_point_on_the_mean_ends_it():
    told = based([10, *[12, 11.5] * 3])
    assert sum(flags(rule="side", **told)) == 0
    told = based([10, *[12, 11.5] * 3, 12])
    assert sum(flags(rule="side", **told)) == 7
    told = based([10, 12, 11.5, 12, 11, 12, 11.5, 12, 12])
    assert sum(flags(rule="side", **told)) == 0


@pytest.mark.parametrize(
    ("more", "found"),
    [([9, 10, 11, 12, 13, 14], 0), ([9, 10, 11, 12, 13, 14, 15], 7), ([9, 10, 11, 11, 12, 13, 14], 0)],
)
def test_a_trend_has_six_rises(more, found):
    assert sum(flags(rule="trend", **based([12, *more]))) == found


def test_a_trend_may_fall_and_says_where_it_goes():
    chart = xmr(**based([13, 12.5, 12, 11.5, 11.2, 10.8, 10.6]), better="lower")
    assert chart.frame["trend"].sum() == 7
    assert chart.variation == "special improving"


@pytest.mark.parametrize(
    ("more", "found"),
    [([15, 11.5, 15], [True, False, True]), ([15, 15, 11.5], [True, True, False]), ([15, 11.5, 7], [False] * 3),
     ([14.4, 11, 15], [False] * 3), ([15, 11, 11.5, 15], [False] * 4), ([15, 17], [True, True])],
)  # fmt: skip
def test_two_of_three_beyond_two_thirds(more, found):
    assert flags(rule="two_of_three", **based(more))[len(CALM) :] == found


def test_a_wild_range_is_left_out_of_the_limits():
    calm, wild = xmr(CALM * 2), xmr([*CALM, 60, *CALM])
    assert wild.frame["upper"].iloc[0] - wild.frame["mean"].iloc[0] == pytest.approx(
        calm.frame["upper"].iloc[0] - calm.frame["mean"].iloc[0]
    )
    assert wild.frame["outside"].tolist().count(True) == 1


def test_other_points_do_not_move_the_baseline():
    quiet, loud = xmr(**based([11, 12])), xmr(**based([90, 95]))
    assert quiet.frame.loc[0, ["mean", "lower", "upper"]].equals(loud.frame.loc[0, ["mean", "lower", "upper"]])
    assert loud.variation == "special high"


@pytest.mark.parametrize(
    ("target", "better", "word"),
    [(4, "higher", "passes consistently"), (18, "higher", "fails consistently"), (12, "higher", "hit and miss"),
     (4, "lower", "fails consistently"), (18, "lower", "passes consistently"), (None, "lower", "no standard"),
     (12, None, "no standard")],
)  # fmt: skip
def test_assurance(target, better, word):
    assert xmr(CALM, target=target, better=better).assurance == word


@pytest.mark.parametrize(
    ("last", "better", "word"),
    [(30, "higher", "special improving"), (30, "lower", "special concerning"), (-9, "higher", "special concerning"),
     (-9, "lower", "special improving"), (30, None, "special high"), (-9, None, "special low"), (12, "lower", "common cause")],
)  # fmt: skip
def test_variation(last, better, word):
    assert xmr(**based([last]), better=better).variation == word


def test_too_few_points():
    chart = xmr(CALM[:11], target=4, better="higher")
    assert (chart.variation, chart.assurance) == ("too few points", "too few points")


def test_missing_points_are_passed_over():
    told = [10, np.nan, 12, *CALM]
    chart, without = xmr(told), xmr([10, 12, *CALM])
    assert chart.frame.loc[0, ["mean", "upper"]].equals(without.frame.loc[0, ["mean", "upper"]])
    assert not chart.frame.loc[1, ["outside", "side", "trend", "two_of_three", "baseline"]].any()
    assert chart.frame.loc[1, "special"] == "-"


@pytest.mark.parametrize("values", [[], [3.0], [np.nan, np.nan], [5.0] * 20])
def test_poor_series_break_nothing(values):
    chart = xmr(values, target=1, better="higher")
    assert len(chart.frame) == len(values)
    assert not chart.frame[["outside", "side", "trend", "two_of_three"]].any(axis=None)


def test_errors():
    with pytest.raises(ValueError, match="not one row"):
        xmr([[1, 2]])
    with pytest.raises(ValueError, match="not one row"):
        xmr([1, 2], baseline=[True])
    with pytest.raises(ValueError, match="0 or more"):
        t_chart([4, -1])


def test_autocorrelation_tells_a_walk_from_noise():
    rng = np.random.default_rng(3)
    noise = rng.normal(0, 1, 300)
    assert xmr(noise).autocorrelation < 0.2
    assert xmr(noise.cumsum()).autocorrelation > 0.8


def test_frequent_deaths_are_a_concern():
    rng = np.random.default_rng(2)
    chart = t_chart([*rng.exponential(60, 30), *[2.0] * 8], baseline=[True] * 30 + [False] * 8)
    assert chart.variation == "special concerning"
    assert (chart.frame["lower"] >= 0).all()
