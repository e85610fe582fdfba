"""Times to an event: the leukaemia trial of Freireich, delayed entry, and competing ends against statsmodels."""

import numpy as np
import pytest
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import CumIncidenceRight

from needs.methods.rates import critical_value
from needs.methods.service.followed import incidence_and_variance
from needs.methods.survival import cumulative_incidence, kaplan_meier, log_rank, restricted_mean

# Freireich EJ et al. (1963), Blood 21:699-716: weeks in remission, with 6-mercaptopurine and with placebo.
TREATED = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35])
RELAPSED = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], bool)
PLACEBO = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23])
EVERY = np.ones(len(PLACEBO), bool)


def test_kaplan_meier_of_the_treated():
    found = kaplan_meier(TREATED, RELAPSED).at([6, 7, 10, 13, 16, 22, 23])
    assert found["survival"].tolist() == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=1e-3)
    ten = found.iloc[2]
    spread = 0.0963 / (ten["survival"] * abs(np.log(ten["survival"])))  # standard error on the log-log scale
    ends = ten["survival"] ** np.exp(np.array([1, -1]) * critical_value(0.95) * spread)
    assert [ten["lower"], ten["upper"]] == pytest.approx(ends, abs=1e-3)


def test_medians_and_restricted_means():
    assert kaplan_meier(TREATED, RELAPSED).quantile()[0] == 23
    assert kaplan_meier(PLACEBO, EVERY).quantile()[0] == 8
    assert restricted_mean(TREATED, RELAPSED, 23)[0] == pytest.approx(17.909, abs=1e-3)
    value, lower, upper = restricted_mean(PLACEBO, EVERY, 23)
    assert value == pytest.approx(PLACEBO.mean(), abs=1e-9)
    error = PLACEBO.std() / np.sqrt(len(PLACEBO))  # with everyone followed it is a plain mean
    assert (upper - lower) / 2 == pytest.approx(critical_value(0.95) * error, rel=1e-9)


def test_log_rank_and_cox():
    days, ended = np.append(TREATED, PLACEBO), np.append(RELAPSED, EVERY)
    group = np.repeat([0, 1], [len(TREATED), len(PLACEBO)])
    assert log_rank(days, ended, group)[0] == pytest.approx(16.79, abs=0.01)
    for ties, known in (("breslow", 1.509), ("efron", 1.572)):
        fit = PHReg(days, group[:, None].astype(float), ended.astype(float), ties=ties).fit()
        assert fit.params[0] == pytest.approx(known, abs=1e-3)


def test_delayed_entry_by_hand():
    """Seven people; two are seen from day 4 on. At risk: 5 at 2, 4 at 3, 5 at 5, 3 at 6, 1 at 9."""
    days, entry = [2, 3, 5, 5, 6, 7, 9], [0, 0, 0, 0, 4, 0, 4]
    ended = [True, True, True, False, True, False, True]
    curve = kaplan_meier(days, ended, entry)
    assert curve.at_risk.tolist() == [5, 4, 5, 3, 1]
    assert curve.survival.tolist() == pytest.approx(np.cumprod([4 / 5, 3 / 4, 4 / 5, 2 / 3, 0]))
    at = curve.at([4, 9])
    assert at["at_risk"].tolist() == [5, 1]
    assert at["survival"].tolist() == pytest.approx([0.6, 0.0])
    every = cumulative_incidence(days, ["x" if end else "" for end in ended], entry)
    assert every["incidence"].tolist() == pytest.approx((1 - curve.survival).tolist())


def test_who_is_there_at_the_start_counts_from_then_on():
    """Stays of mean 1,000 days, seen for three years: without delayed entry the median comes out too long."""
    rng = np.random.default_rng(5)
    start, days = rng.uniform(-20000, 1095, 40000), rng.exponential(1000, 40000)
    seen = start + days >= 0
    start, days = start[seen], days[seen]
    ended, followed = start + days <= 1095, np.minimum(days, 1095 - start)
    entry = np.clip(-start, 0, None)
    found, lower, upper = kaplan_meier(followed, ended, entry).quantile()
    assert lower < 1000 * np.log(2) < upper
    assert found == pytest.approx(1000 * np.log(2), rel=0.1)
    assert kaplan_meier(followed, ended).quantile()[0] > 1.5 * 1000 * np.log(2)


def test_competing_ends_are_those_of_statsmodels():
    rng = np.random.default_rng(3)
    days = rng.integers(1, 60, 200).astype(float)
    cause = rng.choice(4, 200)
    cause[days == days.max()] = 0  # their variance divides by those left
    theirs = CumIncidenceRight(days, cause)
    ours = cumulative_incidence(days, np.array(["", "a", "b", "c"])[cause], at=theirs.times)
    moments, place = np.unique(days, return_inverse=True)
    counts = np.zeros((len(moments), 3))
    np.add.at(counts, (place[cause > 0], cause[cause > 0] - 1), 1.0)
    at_risk = (days[:, None] >= moments).sum(axis=0).astype(float)[:, None]
    variance = incidence_and_variance(counts, at_risk)[1]
    for number, name in enumerate("abc"):
        own = ours[ours["cause"] == name]
        assert own["incidence"].to_numpy() == pytest.approx(theirs.cinc[number], abs=1e-12)
        assert np.sqrt(variance[:, number]) == pytest.approx(theirs.cinc_se[number], abs=1e-9)


def test_one_cause_is_the_complement_of_kaplan_meier():
    times = np.arange(1, 36)
    curve = kaplan_meier(TREATED, RELAPSED).at(times)
    found = cumulative_incidence(TREATED, np.where(RELAPSED, "x", ""), at=times)
    some = found["incidence"] > 0
    assert found["incidence"].to_numpy() == pytest.approx(1 - curve["survival"].to_numpy())
    assert found.loc[some, "upper"].to_numpy() == pytest.approx(1 - curve.loc[some, "lower"].to_numpy())
    assert found.loc[some, "lower"].to_numpy() == pytest.approx(1 - curve.loc[some, "upper"].to_numpy())


@pytest.mark.parametrize(
    ("days", "ended", "entry", "match"),
    [
        ([1, -2], [True, True], None, "at or above 0"),
        ([1, np.nan], [True, True], None, "finite"),
        ([1, 2], [True, True], [0, 3], "not before their entry"),
        ([1, 2], [True], None, "as many of each"),
    ],
)
def test_what_cannot_be_is_refused(days, ended, entry, match):
    with pytest.raises(ValueError, match=match):
        kaplan_meier(days, ended, entry)


def test_nobody_and_nothing():
    assert kaplan_meier([], []).at([1])["survival"].isna().all()
    assert cumulative_incidence([], []).empty
    assert np.isnan(restricted_mean([], [], 5)).all()
    assert np.isnan(log_rank([1, 2], [False, False], ["a", "b"])).all()
    assert np.isnan(log_rank([1, 2], [True, True], ["a", "a"])).all()
    still = kaplan_meier([3], [False])
    assert still.at([1, 4])["survival"].tolist() == pytest.approx([1.0, np.nan], nan_ok=True)
    assert np.isnan(still.quantile()).all()
    assert np.isnan(restricted_mean([3], [False], 10)).all()
    assert restricted_mean([3], [True], 10)[0] == 3
