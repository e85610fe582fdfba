"""K12: published control limits."""

import numpy as np
import pytest

from needs.methods.spc import PER_RANGE, t_chart, xmr

FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
"""Flow rate of ten batches: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2, Individuals control charts."""


def test_flow_rate_of_the_nist_handbook():
    chart = xmr(FLOW)
    first = chart.frame.iloc[0]
    assert [round(first[name], 4) for name in ("mean", "lower", "upper")] == [50.81, 45.8159, 55.8041]
    assert round(chart.frame["moving_range"].mean(), 4) == 1.8778
    assert not chart.frame["outside"].any()  # the handbook: the process is in control
    assert round(PER_RANGE, 2) == 2.66


def test_counts_of_the_statprocon_readme():
    """10, 50, 40, 30: mean 32.5, mean range 20; limits 85.7 and -20.7 with 2.66."""
    first = xmr([10, 50, 40, 30]).frame.iloc[0]
    assert first[["mean", "lower", "upper"]].tolist() == pytest.approx([32.5, -20.7, 85.7], abs=0.02)


def test_limits_of_a_normal_process_lie_at_three_standard_deviations():
    values = np.random.default_rng(5).normal(100, 10, 20_000)  # screening takes limits of so long a series in by 2%
    first = xmr(values).frame.iloc[0]
    assert [first["mean"], first["lower"], first["upper"]] == pytest.approx([100, 70, 130], abs=1)


def test_exponential_times_are_rarely_special():
    """Days between events that come at random lie within the limits of the t-chart but for 3 in 1,000 or so."""
    days = np.random.default_rng(7).exponential(30, 20_000)
    assert t_chart(days).frame["outside"].mean() < 0.005
    assert xmr(days).frame["outside"].mean() > 0.015  # untransformed, chance would be called special
