"""K3: British doctors (Dobson), Scottish lip cancer (Clayton and Kaldor), and the tables of small samples."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from needs.methods.regression import fit_areas, fit_counts
from needs.methods.shrinkage import empirical_bayes, marshall_moments, own_weight, shrink, small_sample_table

DEATHS = np.array([32, 104, 206, 186, 102, 2, 12, 28, 28, 31])
PERSON_YEARS = np.array([52407, 43248, 28612, 12663, 5317, 18790, 10673, 5710, 2585, 1462])
AGE = np.tile(np.arange(1.0, 6), 2)
SMOKES = np.repeat([1.0, 0.0], 5)

OBSERVED = np.array(
    [9, 39, 11, 9, 15, 8, 26, 7, 6, 20, 13, 5, 3, 8, 17, 9, 2, 7, 9, 7, 16, 31, 11, 7, 19, 15, 7, 10, 16, 11, 5, 3, 7, 8, 11, 9,
     11, 8, 6, 4, 10, 8, 2, 6, 19, 3, 2, 3, 28, 6, 1, 1, 1, 1, 0, 0]
)  # fmt: skip
EXPECTED = np.array(
    [1.4, 8.7, 3.0, 2.5, 4.3, 2.4, 8.1, 2.3, 2.0, 6.6, 4.4, 1.8, 1.1, 3.3, 7.8, 4.6, 1.1, 4.2, 5.5, 4.4, 10.5, 22.7, 8.8, 5.6,
     15.5, 12.5, 6.0, 9.0, 14.4, 10.2, 4.8, 2.9, 7.0, 8.5, 12.3, 10.1, 12.7, 9.4, 7.2, 5.3, 18.8, 15.8, 4.3, 14.6, 50.7, 8.2,
     5.6, 9.3, 88.7, 19.6, 3.4, 3.6, 5.7, 7.0, 4.2, 1.8]
)  # fmt: skip
OUTDOOR = pd.DataFrame(
    {"aff": [1.6, 1.6, 1, 2.4, 1, 2.4, 1, 0.7, 0.7, 1.6, 0.7, 1.6, 1, 2.4, 0.7, 1.6, 1, 0.7, 0.7, 1, 0.7, 1.6, 1, 0.7, 0.1, 0.1,
             0.7, 0.7, 1, 1, 0.7, 2.4, 1, 0.7, 0.7, 0, 1, 0.1, 1.6, 0, 0.1, 1.6, 1.6, 0, 0.1, 0.7, 0.1, 0.1, 0, 0.1, 0.1, 0, 0.1,
             0.1, 1.6, 1]}
)  # fmt: skip
"""Share of people in agriculture, fishing and forestry, over 10%."""


def test_british_doctors():
    covariates = pd.DataFrame({"agecat": AGE, "agesq": AGE**2, "smoke": SMOKES, "smoke_by_age": SMOKES * AGE})
    model = fit_counts(DEATHS, PERSON_YEARS, covariates)
    assert model.coefficients["estimate"].round(3).to_dict() == {
        "const": -10.792, "agecat": 2.376, "agesq": -0.198, "smoke": 1.441, "smoke_by_age": -0.308
    }  # fmt: skip
    assert model.dispersion * 5 == pytest.approx(1.550, abs=5e-4)


def test_british_doctors_rate_ratio_adjusted_for_age():
    ages = pd.get_dummies(AGE.astype(int), prefix="age", dtype=float).iloc[:, 1:]
    model = fit_counts(DEATHS, PERSON_YEARS, ages.assign(smoke=SMOKES))
    assert np.exp(model.coefficients["estimate"]["smoke"]) == pytest.approx(1.43, abs=0.005)


def test_the_lip_cancer_data_are_those_published():
    assert (len(OBSERVED), len(EXPECTED), len(OUTDOOR)) == (56, 56, 56)
    assert OBSERVED.sum() == 536
    assert EXPECTED.sum() == pytest.approx(536.2)


def test_lip_cancer_regressions():
    poisson = fit_areas(OBSERVED, EXPECTED, OUTDOOR)
    assert poisson.model.coefficients["estimate"]["aff"] == pytest.approx(0.737, abs=5e-4)
    assert poisson.model.dispersion == pytest.approx(4.92, abs=5e-3)
    assert "4.92" in poisson.advice
    mixed = fit_counts(OBSERVED, EXPECTED, OUTDOOR, "negative_binomial")
    full = sm.NegativeBinomial(OBSERVED, sm.add_constant(OUTDOOR), offset=np.log(EXPECTED)).fit(disp=0)
    assert mixed.coefficients["estimate"]["aff"] == pytest.approx(0.715, abs=5e-4)
    assert mixed.alpha == pytest.approx(full.params["alpha"], rel=1e-4)
    assert mixed.coefficients["estimate"].to_numpy() == pytest.approx(full.params[:2], rel=1e-4)
    assert mixed.coefficients["se"].to_numpy() == pytest.approx(full.bse[:2], rel=2e-3)


def test_quasi_poisson_equals_statsmodels():
    model = fit_counts(OBSERVED, EXPECTED, OUTDOOR, "quasi")
    glm = sm.GLM(OBSERVED, sm.add_constant(OUTDOOR), family=sm.families.Poisson(), offset=np.log(EXPECTED)).fit(
        scale="X2"
    )
    assert model.coefficients["se"].to_numpy() == pytest.approx(glm.bse, rel=1e-6)
    np.testing.assert_allclose(model.coefficients[["lower", "upper"]], glm.conf_int(), rtol=1e-6)


@pytest.mark.parametrize("family", ["poisson", "quasi", "negative_binomial"])
def test_leaving_out_equals_refitting_area_by_area(family):
    fitted = fit_areas(OBSERVED, EXPECTED, OUTDOOR, family)
    design, offset = sm.add_constant(OUTDOOR).to_numpy(), np.log(EXPECTED)
    kind = sm.families.NegativeBinomial(alpha=fitted.model.alpha) if fitted.model.alpha else sm.families.Poisson()
    predicted = np.empty(56)
    for area in range(56):
        others = np.arange(56) != area
        refit = sm.GLM(OBSERVED[others], design[others], family=kind, offset=offset[others]).fit(tol=1e-12)
        predicted[area] = refit.predict(design[[area]], offset=offset[[area]])[0]
    share = np.abs(OBSERVED - predicted).sum() / 536
    distance = np.log((OBSERVED + 0.5) / (predicted + 0.5))
    assert fitted.errors["absolute_error_share"]["leave_one_out"] == pytest.approx(share, rel=1e-6)
    assert fitted.errors["rmse_log_rate"]["leave_one_out"] == pytest.approx(np.sqrt((distance**2).mean()), rel=1e-6)


def test_lip_cancer_empirical_bayes():
    found = empirical_bayes(OBSERVED, EXPECTED)
    assert (found.nu, found.alpha) == (pytest.approx(1.8795, abs=5e-5), pytest.approx(1.3217, abs=5e-5))
    np.testing.assert_allclose(found.ratio, (OBSERVED + found.nu) / (EXPECTED + found.alpha), rtol=1e-9)
    mixed = sm.NegativeBinomial(OBSERVED, np.ones((56, 1)), offset=np.log(EXPECTED)).fit(disp=0)
    assert 1 / found.nu == pytest.approx(mixed.params[1], rel=1e-4)


def test_lip_cancer_moments():
    """The same sums as Marshall's equations, written out one area at a time."""
    mean = 536 / sum(EXPECTED)
    spread = sum(e * (o / e - mean) ** 2 for o, e in zip(OBSERVED, EXPECTED, strict=True)) / sum(EXPECTED)
    between = spread - mean / (sum(EXPECTED) / 56)
    found = marshall_moments(OBSERVED, EXPECTED)
    assert (found.mean, found.variance) == (pytest.approx(mean, rel=1e-12), pytest.approx(between, rel=1e-9))
    assert found.ratio[0] == pytest.approx(mean + between / (between + mean / 1.4) * (9 / 1.4 - mean), rel=1e-9)


def test_weights_on_an_areas_own_ratio():
    assert own_weight([600, 60, 20, 5], 0.25).round(2).tolist() == [0.97, 0.79, 0.56, 0.24]


def test_shrinkage_equals_brute_force_integration():
    """A plain Riemann sum over tau and theta, with densities from scipy."""
    from scipy import stats

    observed, expected = np.array([14, 3, 25, 0]), np.array([9.0, 6, 24, 3])
    tau = (np.arange(800) + 0.5) * 1.8 / 800
    nu = 1 / tau**2
    chance = np.prod([stats.nbinom.pmf(o, nu, nu / (nu + e)) for o, e in zip(observed, expected, strict=True)], axis=0)
    belief = stats.halfnorm.pdf(tau, scale=0.3) * chance
    belief /= belief.sum()
    theta = (np.arange(4000) + 0.5) * 8 / 4000
    found = shrink(observed, expected)
    assert found.tau == pytest.approx(belief @ tau, rel=1e-4)
    kept = belief > 1e-9
    for area in (0, 3):
        parts = stats.gamma.cdf(theta[:, None], nu[kept] + observed[area], scale=1 / (nu[kept] + expected[area]))
        within = parts @ belief[kept]
        lower, upper = np.interp([0.025, 0.975], within, theta)
        assert found.lower[area] == pytest.approx(lower, rel=1e-3)
        assert found.upper[area] == pytest.approx(upper, rel=1e-3)
        assert found.ratio[area] == pytest.approx((1 - within).sum() * 8 / 4000, rel=1e-3)


def test_how_little_few_areas_show():
    table = small_sample_table([7, 10, 14, 42])
    assert table["least_correlation"].round(2).tolist() == [0.75, 0.63, 0.53, 0.30]
    assert table["variance_cv"].round(2).tolist() == [0.58, 0.47, 0.39, 0.22]
    assert table["variance_lower"].round(2).tolist() == [0.42, 0.47, 0.53, 0.68]
    assert table["variance_upper"].round(1).tolist() == [4.8, 3.3, 2.6, 1.6]


def test_a_plug_in_variance_would_be_zero_in_half_of_small_samples():
    """Ten areas whose ratios have a standard deviation of 0.15: 49%, 11% and 0% at 10, 60 and 600 expected."""
    rng = np.random.default_rng(7)
    for expected, share in ((10, 0.49), (60, 0.11), (600, 0.0)):
        e = np.full(10, float(expected))
        samples = rng.poisson(expected * rng.gamma(1 / 0.15**2, 0.15**2, (2000, 10)))
        zero = np.mean([marshall_moments(o, e).variance == 0 for o in samples])
        assert zero == pytest.approx(share, abs=0.06)
    assert shrink([10] * 10, [10.0] * 10).tau > 0.05
