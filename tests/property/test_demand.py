"""What must hold of expected patients whatever the numbers are."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from needs.methods import demand, mismatch, uncertainty
from needs.values import Estimate, Provenance

positive = st.floats(0.01, 1e7, allow_nan=False)
share = st.floats(0, 1)


@st.composite
def estimates(draw, number=positive):
    low, value, high = sorted(draw(st.lists(number, min_size=3, max_size=3)))
    return Estimate(value, low, high, draw(st.sampled_from(["published", "derived", "assumed"])), ("x#y",))


@st.composite
def weight_frames(draw):
    areas = [f"a{i}" for i in range(draw(st.integers(1, 10)))]
    rules = [f"r{i}" for i in range(draw(st.integers(1, 4)))]
    numbers = st.lists(positive, min_size=len(areas), max_size=len(areas))
    return pd.DataFrame({rule: draw(numbers) for rule in rules}, index=areas)


@given(weights=weight_frames(), low=estimates(), high=estimates())
def test_areas_add_up_and_intervals_hold_their_figures(weights, low, high):
    national = {"high": high, "low": low}
    table = demand.expected_patients(national, demand.need_shares(weights), "r0")
    for tier, figure in {**national, "all": Estimate(low.value + high.value, source=("x",))}.items():
        assert table.loc[table["tier"] == tier, "patients"].sum() == pytest.approx(figure.value, rel=1e-9)
    assert (table["patients_lower_95"] <= table["patients_lower_80"] + 1e-9).all()
    assert (table["patients_lower_80"] <= table["patients"] + 1e-9).all()
    assert (table["patients"] <= table["patients_upper_80"] + 1e-9).all()
    assert (table["patients_upper_80"] <= table["patients_upper_95"] + 1e-9).all()


@given(weights=weight_frames(), low=estimates(), seed=st.integers(0, 99))
def test_the_order_of_areas_does_not_matter(weights, low, seed):
    shuffled = weights.sample(frac=1, random_state=seed)
    first, second = (demand.expected_patients({"low": low}, demand.need_shares(w), "r0") for w in (weights, shuffled))
    columns = ["area", "tier"]
    pd.testing.assert_frame_equal(
        first.sort_values(columns, ignore_index=True), second.sort_values(columns, ignore_index=True), rtol=1e-9
    )


@example(mean=1.0, narrow=4e-160, more=0.25)
@given(mean=st.floats(1, 5000), narrow=st.floats(0, 0.3), more=st.floats(0.05, 0.3))
def test_intervals_widen_as_evidence_weakens(mean, narrow, more):
    (a, b), (c, d) = (uncertainty.count_interval(mean, spread) for spread in (narrow, narrow + more))
    assert d - c >= b - a


@given(chosen=st.floats(0.01, 1), factors=st.lists(st.floats(0.4, 2.5), min_size=1, max_size=3))
def test_the_interval_holds_every_rule(chosen, factors):
    shares = pd.DataFrame({"r0": [chosen], **{f"r{i}": [chosen * f] for i, f in enumerate(factors, 1)}}, index=["a"])
    national = {"low": Estimate(3000, source=("x",))}
    row = demand.expected_patients(national, shares, "r0").iloc[0]
    for share in shares.loc["a"]:
        assert row["patients_lower_95"] - 1 <= 3000 * share <= row["patients_upper_95"] + 1


def test_rules_that_say_more_do_not_lower_the_lower_end():
    shares = pd.DataFrame({"r0": [0.15], "r1": [0.26]}, index=["a"])
    national = {"low": Estimate(3000, source=("x",))}
    both, alone = (demand.expected_patients(national, s, "r0").iloc[0] for s in (shares, shares[["r0"]]))
    assert both["patients_lower_95"] == alone["patients_lower_95"]
    assert both["patients_upper_95"] > alone["patients_upper_95"]


def test_intervals_take_any_shape():
    lower, upper = uncertainty.count_interval(np.full((2, 3), 50.0), 0.1)
    assert lower.shape == upper.shape == (2, 3)
    assert uncertainty.count_interval(50.0, 0.0)[0].shape == ()


def test_chance_alone_is_poisson():
    draws = np.random.default_rng(1).poisson(80, 200_000)
    lower, upper = uncertainty.count_interval(80.0, 0.0)
    assert ((draws >= lower) & (draws <= upper)).mean() >= 0.95
    assert (lower, upper) == tuple(np.quantile(draws, [0.025, 0.975], method="inverted_cdf"))


@given(people=estimates(), ready=estimates(share), split=st.floats(0, 1))
def test_patients_are_conserved_between_tiers(people, ready, split):
    to = {"step_down": Estimate(split, source=("x",)), "community": Estimate(1 - split, source=("x",))}
    row = mismatch.tier_needed({"low": people}, {"low": ready}, {"low": to})["low"]
    assert sum(part.value for part in row.values()) == pytest.approx(people.value, rel=1e-9)


def test_weights_that_cannot_be_used_are_refused():
    for weights, what in (
        ([1.0, np.nan], "no weight for b"),
        ([1.0, -1.0], "negative"),
        ([0.0, 0.0], "add up to nothing"),
    ):
        with pytest.raises(ValueError, match=what):
            demand.need_shares(pd.DataFrame({"r": weights}, index=["a", "b"]))


@given(parts=st.lists(estimates(), min_size=1, max_size=5))
def test_provenance_keeps_the_weakest_kind(parts):
    kinds = ["published", "derived", "modelled", "assumed", "synthetic"]
    known = Provenance.of(*parts)
    assert known.kind == max((p.kind for p in parts), key=kinds.index)
