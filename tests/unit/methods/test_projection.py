"""People, prison population and rates are carried forward as stated, and what cannot be is refused."""

import math

import numpy as np
import pandas as pd
import pytest

from needs.data.snapshot import Evidence
from needs.methods.growth import damped_trend, paths, paths_from_projection, prison_factor, yearly_growth
from needs.methods.projection import demand_by_year, project, variants

CELLS = pd.MultiIndex.from_product([["male", "female"], ["18_24", "25_plus"]])
WEIGHTS = pd.Series([0.2, 0.6, 0.05, 0.15], CELLS)
ADULTS = pd.MultiIndex.from_product([["male", "female"], ["18_plus"]])
YEARS = np.arange(11)
PRISON = (87726, 95700, 100800, 105200, 4.75)


def people(*numbers: float) -> pd.DataFrame:
    return pd.DataFrame({"london": numbers, "north-west": [100.0] * 4}, index=CELLS)


def test_growth_is_yearly_and_undone_by_time():
    earlier, later = people(100, 200, 300, 400), people(121, 200, 363, 324)
    growth = yearly_growth(earlier, later, years=2)
    assert growth["london"].to_numpy() == pytest.approx(np.log([1.1, 1, 1.1, 0.9]))
    factors = paths(CELLS, growth["london"], [2], [0])[0, 0]
    assert factors * earlier["london"].to_numpy() == pytest.approx(later["london"].to_numpy())


def test_growth_of_nobody_is_refused_with_cell_and_area():
    message = r"no people \(earlier\) in male 18_24 london, female 25_plus london"
    with pytest.raises(ValueError, match=message):
        yearly_growth(people(0, 1, 1, math.nan), people(1, 1, 1, 1))
    with pytest.raises(ValueError, match=r"no people \(later\) in male 25_plus"):
        yearly_growth(people(1, 1, 1, 1)["london"], people(1, -1, 1, 1)["london"])


def test_growth_between_other_cells_or_dates_is_refused():
    with pytest.raises(ValueError, match="other cells or areas"):
        yearly_growth(people(1, 1, 1, 1), people(1, 1, 1, 1)[["london"]])
    with pytest.raises(ValueError, match="years above 0, got 0"):
        yearly_growth(people(1, 1, 1, 1), people(1, 1, 1, 1), 0)


def test_a_cell_takes_its_own_growth_or_that_of_its_sex():
    whole = paths(CELLS, pd.Series([0.01, 0.02], ADULTS), [10], [0])
    assert np.log(whole).ravel() == pytest.approx([0.1, 0.1, 0.2, 0.2])
    own = paths(CELLS, pd.Series([0.01, 0.02, 0.03, 0.04], CELLS), [10], [0, 0.01])
    assert np.log(own)[:, 0] == pytest.approx(np.array([[0.1, 0.2, 0.3, 0.4], [0.2, 0.3, 0.4, 0.5]]))
    with pytest.raises(ValueError, match="no growth of female 18_24, female 25_plus"):
        paths(CELLS, pd.Series([0.01], ADULTS[:1]), [10], [0])
    with pytest.raises(ValueError, match="no growth of male 18_24"):
        paths(
            CELLS[:2], pd.Series([0.01, 0.02], pd.MultiIndex.from_product([["male"], ["25_plus", "65_plus"]])), [1], [1]
        )


def test_a_projection_is_relative_to_its_own_start():
    table = pd.DataFrame({2022: [100.0] * 4, 2023: [50.0] * 4, 2032: [110.0, 120.0, 130.0, 140.0]}, index=CELLS)
    factors = paths_from_projection(CELLS[::-1], table, 2022, [0, 1, 10], [0])[0]
    assert factors == pytest.approx(np.array([[1.0] * 4, [0.5] * 4, [1.4, 1.3, 1.2, 1.1]]))
    with pytest.raises(ValueError, match="no year 2024, 2033"):
        paths_from_projection(CELLS, table, 2023, [0, 1, 10], [0])
    with pytest.raises(ValueError, match=r"no people \(projected\) in male 18_24 2023"):
        paths_from_projection(CELLS, table.replace(50.0, 0.0), 2022, [0, 1], [0])


def test_a_damped_trend_is_the_sum_of_its_changes():
    changes = [0.03 * 0.7**k for k in range(10)]
    assert damped_trend(0.03, 0.7, 0.5, YEARS) == pytest.approx(1 + np.concatenate([[0], np.cumsum(changes)]))
    assert damped_trend(0.3, 0.9, 0.25, [1, 20]).tolist() == [1.25, 1.25]
    for damping, cap in ((1, 0.2), (-0.1, 0.2), (0.5, 0), (0.5, 1)):
        with pytest.raises(ValueError, match="out of range"):
            damped_trend(0.1, damping, cap, YEARS)


def test_the_prison_path_reaches_the_projection_and_stays():
    now, low, central, high, at = PRISON
    z = np.random.default_rng(1).normal(size=200_000)
    factors = prison_factor(*PRISON, [0, at / 2, at, 10], [0])[0]
    assert factors == pytest.approx([1, math.sqrt(central / now), central / now, central / now])
    drawn = prison_factor(*PRISON, [at], z)[:, 0]
    lower, upper = np.quantile(drawn, [0.1, 0.9])
    assert upper / lower == pytest.approx(high / low, rel=2e-3)  # the published range holds 80%


@pytest.mark.parametrize("wrong", [(0, 1, 2, 3, 1), (1, 2, 1, 3, 1), (1, 1, 3, 2, 1), (1, 0, 1, 2, 1), (1, 1, 2, 3, 0)])
def test_prison_populations_out_of_order_are_refused(wrong):
    with pytest.raises(ValueError, match="make no path"):
        prison_factor(*wrong, YEARS, [0])


def test_demand_is_the_weighted_sum():
    factors = np.full((3, 2, 4), [[1.0, 1.0, 1.0, 1.0], [1.2, 1.1, 0.9, 1.0]])
    demand = demand_by_year([100, 200, 300], WEIGHTS, factors)
    assert demand[:, 1] == pytest.approx(np.array([100, 200, 300]) * (0.24 + 0.66 + 0.045 + 0.15))
    trend = demand_by_year([100, 200, 300], WEIGHTS, factors, trend=[1, 0.5])
    assert trend[:, 1] == pytest.approx(demand[:, 1] / 2)
    prison = demand_by_year([100, 200, 300], WEIGHTS, factors, ([0, 0.5, 1], np.full((3, 2), [1, 2])))
    assert prison[:, 1] == pytest.approx([demand[0, 1], demand[1, 1] / 2 + 200, 600])


@pytest.mark.parametrize("weights", [WEIGHTS / 2, WEIGHTS - [0.4, -0.2, -0.1, -0.1]])
def test_weights_that_are_no_shares_are_refused(weights):
    with pytest.raises(ValueError, match="add up to 1"):
        demand_by_year([100], weights, np.ones((1, 1, 4)))


def test_a_projection_starts_today_and_holds_its_figure():
    rng = np.random.default_rng(3)
    mean = rng.gamma(25, 4, 4000)
    draws = demand_by_year(
        mean, WEIGHTS, paths(CELLS, pd.Series([0.01, 0.02], ADULTS), YEARS, rng.normal(0, 0.005, 4000))
    )
    central = demand_by_year([100], WEIGHTS, paths(CELLS, pd.Series([0.01, 0.02], ADULTS), YEARS, [0]))[0]
    table = project(central, draws, YEARS, rng)
    assert table["patients"].iloc[0] == 100
    assert table["patients"].iloc[10] == pytest.approx(80 * math.exp(0.1) + 20 * math.exp(0.2))
    assert table["mean_upper_95"].iloc[0] == pytest.approx(np.quantile(mean, 0.975))
    ends = ["patients_lower_95", "patients_lower_80", "patients", "patients_upper_80", "patients_upper_95"]
    assert (table[ends].diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert (table["patients_upper_95"] >= table["mean_upper_95"]).all()
    # a negative binomial: gamma of shape 25 and mean 100, with chance
    assert table[ends].iloc[0].to_numpy() == pytest.approx([60, 72, 100, 129, 147], abs=3)


def test_the_same_seed_gives_the_same_fan():
    draws = np.random.default_rng(0).gamma(9, 1, (500, 3))
    first, again = (project([9, 9, 9], draws, [0, 1, 2], np.random.default_rng(7)) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)


def test_variants_are_paired():
    rng = np.random.default_rng(5)
    mean, z = rng.gamma(4, 25, 4000), np.zeros(4000)
    factors = np.ones((4000, 11, 4))
    now, low, central, high, at = PRISON
    demand = {
        name: (
            demand_by_year([100], WEIGHTS, factors[:1], ([0.4], prison_factor(now, *[level] * 3, at, YEARS, [0])))[0],
            demand_by_year(mean, WEIGHTS, factors, (z + 0.4, prison_factor(now, *[level] * 3, at, YEARS, z))),
        )
        for name, level in {"central": central, "low": low, "high": high}.items()
    }
    table = variants(demand).set_index("variant")
    assert table["change"].tolist() == pytest.approx([0, 40 * (low - central) / now, 40 * (high - central) / now])
    assert table.loc["central", ["change_lower_95", "change_upper_95"]].tolist() == [0, 0]
    low_row = table.loc["low"]
    assert low_row["change_lower_95"] < low_row["change"] < low_row["change_upper_95"] < 0  # whatever the mean is
    assert low_row["patients_upper_95"] > table.loc["high", "patients_lower_95"]  # which unpaired would hide


def test_ten_years_of_london_on_one_year_of_growth():
    """Mid-2021 to mid-2022: those under 65 grow less than all adults, and bands give half as many more young men."""
    evidence = Evidence.open("2023-24")

    def people(period, bands):
        cells = [(sex, band) for sex in ("male", "female") for band in bands]
        table = "population_nhs_region"
        found = {(s, b): evidence.regional(table, f"population_{b}", sex=s, period=period) for s, b in cells}
        return pd.DataFrame(found).T

    def growth(*bands):
        return yearly_growth(people("mid-2021", bands), people("mid-2022", bands))["london"]

    for band, expected in (("18_64", [1.081, 1.057]), ("18_plus", [1.102, 1.076])):
        whole = growth(band)
        ten = paths(pd.MultiIndex.from_tuples(whole.index), whole, [10], [0])[0, 0]
        assert ten == pytest.approx(expected, abs=5e-4)
    bands = growth("18_24", "35_44")
    ten = paths(pd.MultiIndex.from_tuples(bands.index), bands, [10], [0])[0, 0]
    assert ten == pytest.approx([1.447, 0.899, 1.345, 0.981], abs=5e-4)
