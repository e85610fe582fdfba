"""Regression of counts: guards, advice, supply set aside and error out of sample."""

import numpy as np
import pandas as pd
import pytest

from needs.methods.regression import fit_areas, fit_counts

RNG = np.random.default_rng(11)
AREAS = [f"E{n:02d}" for n in range(42)]
X = pd.DataFrame(
    {"deprivation": RNG.normal(20, 5, 42), "beds": RNG.gamma(4, 1, 42), "minority": RNG.uniform(0, 0.4, 42)},
    index=AREAS,
)
PEOPLE = pd.Series(RNG.uniform(5e5, 3e6, 42), AREAS)
COUNTS = pd.Series(
    RNG.poisson(PEOPLE * np.exp(-10 + 0.04 * X["deprivation"] + 0.1 * X["beds"] - 1.5 * X["minority"])), AREAS
)
ROLES = {"deprivation": "need", "beds": "supply", "minority": "need"}


def test_the_coefficients_that_made_the_counts_are_found():
    table = fit_areas(COUNTS, PEOPLE, X).model.coefficients
    truth = pd.Series({"const": -10, "deprivation": 0.04, "beds": 0.1, "minority": -1.5})
    assert (table["estimate"] - truth).abs().lt(4 * table["se"]).all()
    assert (table["se"] < 0.2).all()


def test_supply_goes_to_its_mean_and_unmet_need_to_zero():
    fitted = fit_areas(COUNTS, PEOPLE, X, roles=ROLES)
    found = fitted.predict_need(PEOPLE, X)
    slope = fitted.model.coefficients["estimate"]
    national = X.mul(PEOPLE, axis=0).sum() / PEOPLE.sum()
    want = PEOPLE * np.exp(
        slope["const"]
        + slope["deprivation"] * X["deprivation"]
        + slope["beds"] * national["beds"]
        + slope["minority"] * national["minority"]
    )
    np.testing.assert_allclose(found.frame["need_based"], want, rtol=1e-12)
    np.testing.assert_allclose(found.frame["use_based"], fitted.model.predict(PEOPLE, X), rtol=1e-12)
    np.testing.assert_allclose(found.frame["gap"], found.frame["use_based"] - found.frame["need_based"], rtol=1e-12)
    assert list(found.frame.index) == AREAS
    assert [note.split(":")[0] for note in found.notes] == ["beds", "minority"]
    assert "national mean" in found.notes[0]
    assert "set to zero as unmet need" in found.notes[1]
    assert found.frame["gap"].corr(X["beds"]) > 0


def test_supply_with_a_negative_coefficient_is_supply_not_unmet_need():
    fitted = fit_areas(COUNTS, PEOPLE, X, roles={"deprivation": "need", "beds": "need", "minority": "supply"})
    assert [note.split(",")[0] for note in fitted.predict_need(PEOPLE, X).notes] == ["minority: supply"]


def test_without_supply_or_negative_need_nothing_is_set_aside():
    found = fit_areas(COUNTS, PEOPLE, X[["deprivation"]]).predict_need(PEOPLE, X[["deprivation"]])
    assert found.notes == ()
    assert found.frame["gap"].abs().max() == 0


def test_the_origin_of_a_negative_need_does_not_matter():
    moved = X.assign(minority=X["minority"] + 50)
    here, there = (fit_areas(COUNTS, PEOPLE, x, roles=ROLES).predict_need(PEOPLE, x).frame for x in (X, moved))
    np.testing.assert_allclose(here, there, rtol=1e-5, atol=1e-3)


def test_a_prediction_finds_covariates_by_name_and_takes_areas_without_people():
    model = fit_counts(COUNTS, PEOPLE, X)
    other = X.iloc[:2, ::-1]
    assert model.predict([1e6, 0], other)[1] == 0
    np.testing.assert_allclose(model.predict(PEOPLE.iloc[:2], other), model.predict(PEOPLE, X)[:2], rtol=1e-12)
    with pytest.raises(ValueError, match="the model has covariates"):
        model.predict([1, 1], other.drop(columns="beds"))
    with pytest.raises(ValueError, match="do not fit 2 rows"):
        model.predict([1], other)


def test_scattered_counts_get_advice_and_wider_intervals():
    scattered = RNG.negative_binomial(2, 2 / (2 + COUNTS))
    plain, quasi, mixed = (
        fit_areas(scattered, PEOPLE, X, family) for family in ("poisson", "quasi", "negative_binomial")
    )
    assert "use family 'quasi' or 'negative_binomial'" in plain.advice
    assert (quasi.advice, mixed.advice) == ("", "")
    width = [(m.model.coefficients["upper"] - m.model.coefficients["lower"]) for m in (plain, quasi, mixed)]
    np.testing.assert_allclose(width[1] / width[0], np.sqrt(plain.model.dispersion), rtol=1e-6)
    assert (width[2] > width[0]).all()
    assert mixed.model.alpha == pytest.approx(0.5, rel=0.5)
    assert 0.4 < mixed.model.dispersion < 1.5 < plain.model.dispersion


def test_counts_that_fit_get_no_advice_and_no_alpha():
    assert fit_areas(COUNTS, PEOPLE, X).advice == ""
    less = np.round(PEOPLE * np.exp(-10 + 0.04 * X["deprivation"]))
    assert fit_counts(less, PEOPLE, X[["deprivation"]], "negative_binomial").alpha < 1e-5


def test_a_perfect_fit_is_no_fault():
    model = fit_counts([10, 20, 30, 80], [100, 200, 100, 800 / 3], pd.DataFrame({"x": [0, 0, 1, 1]}))
    assert model.coefficients["estimate"].to_numpy() == pytest.approx(np.log([0.1, 3]), rel=1e-6)


def test_error_out_of_sample_is_larger_and_grows_with_a_useless_covariate():
    one = fit_areas(COUNTS, PEOPLE, X[["deprivation"]]).errors
    assert (one.loc["leave_one_out"] > one.loc["in_sample"]).all()
    assert list(one.columns) == ["rmse_log_rate", "absolute_error_share"]


@pytest.mark.parametrize("n", [2, 7, 10, 19])
def test_few_areas_are_refused_with_the_reason(n):
    with pytest.raises(ValueError, match=f"no regression of use on need across {n} areas.*mostly supply.*published"):
        fit_areas(COUNTS[:n], PEOPLE[:n], X[["deprivation"]][:n])


def test_the_reason_names_the_correlation_that_ten_areas_need():
    with pytest.raises(ValueError, match=r"\|r\| must pass 0.63"):
        fit_areas(COUNTS[:10], PEOPLE[:10], X[["deprivation"]][:10])


def test_more_covariates_than_the_evidence_carries_are_refused():
    with pytest.raises(ValueError, match="3 covariates across 29 areas are too many: at most 2"):
        fit_areas(COUNTS[:29], PEOPLE[:29], X[:29])


@pytest.mark.parametrize(
    ("counts", "people", "covariates", "match"),
    [
        (COUNTS, PEOPLE, X.assign(beds=4.0), "do not vary say nothing: beds"),
        (COUNTS, PEOPLE, X.assign(beds=3 * X["deprivation"] - 7), "collinear: beds"),
        (COUNTS, PEOPLE, X.assign(beds=X["beds"].where(X["beds"] > 2)), "without gaps; beds are not"),
        (COUNTS, PEOPLE.replace(PEOPLE.iloc[4], 0), X, "row E04 has no people"),
        (COUNTS + 0.5, PEOPLE, X, "whole numbers, got .* in row E00"),
        (COUNTS - 1000, PEOPLE, X, "counts are finite numbers at or above 0"),
        (COUNTS * 0, PEOPLE, X, "no events"),
        (COUNTS.iloc[::-1], PEOPLE, X, "another order"),
        (COUNTS.to_numpy()[1:], PEOPLE, X, "do not fit 42 rows"),
        (COUNTS, PEOPLE, X.assign(beds=np.eye(42)[7]), "area E07 alone decides"),
    ],
)
def test_evidence_that_cannot_carry_a_regression_is_refused(counts, people, covariates, match):
    with pytest.raises(ValueError, match=match):
        fit_areas(counts, people, covariates)


@pytest.mark.parametrize("roles", [{"deprivation": "need"}, {**ROLES, "other": "need"}, {**ROLES, "beds": "demand"}])
def test_roles_name_every_covariate(roles):
    with pytest.raises(ValueError, match="roles say need or supply"):
        fit_areas(COUNTS, PEOPLE, X, roles=roles)


def test_an_unknown_family_is_refused():
    with pytest.raises(ValueError, match="'gamma' is not a family"):
        fit_counts(COUNTS, PEOPLE, X, "gamma")


def test_coefficients_need_more_rows_than_their_number():
    with pytest.raises(ValueError, match="4 coefficients cannot be learnt from 4 rows"):
        fit_counts(COUNTS[:4], PEOPLE[:4], X[:4])
