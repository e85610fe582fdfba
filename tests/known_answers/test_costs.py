"""Money against numbers worked by hand: the 1.20 billion, the 18.9%, beds in use and empty, and two editions' money."""

import pytest

from needs.data import money
from needs.data.inputs import Inputs
from needs.methods import care, cost, packages, price_years, sectors
from needs.methods.prices import made_up_prices
from needs.params.load import load
from needs.values import Estimate, Provenance

BEDS = {"high": 800, "medium": 3500, "low": 3500}
PLACE = {"high": 273e3, "medium": 165e3, "low": 152e3}
KNOWN = Provenance("published", ("x#index",))


def figures(values, kind="published"):
    return {tier: Estimate(value, kind=kind, source=("x#y",)) for tier, value in values.items()}


def england(occupancy: float) -> care.Care:
    people = {tier: beds * occupancy for tier, beds in BEDS.items()}
    return care.estimated(figures(people), figures(PLACE), figures(dict.fromkeys(BEDS, occupancy)))


@pytest.mark.parametrize(("occupancy", "billion"), [(0.90, 1.1951), (0.905, 1.2017), (0.91, 1.2084)])
def test_the_places_of_2009_10_cost_1_20_billion_when_90_to_91_percent_are_in_use(occupancy, billion):
    """218.4 + 577.5 + 532 = 1,327.9 million for all places."""
    found = england(occupancy)
    assert found.whole.value / 1e9 == pytest.approx(billion, abs=5e-5)
    assert found.whole.value / 1e9 == pytest.approx(1.20, abs=0.01)


def test_1_2_billion_is_18_9_percent_of_total_investment_but_for_rounding():
    spend, base = (Estimate(value, kind="published", source=("x#y",)) for value in (1.2e9, 6.323e9))
    share = cost.share_of(spend, base)
    assert share.value == pytest.approx(0.18978, abs=5e-6)
    assert 1.195e9 / 6.323e9 < 0.1895 < share.value  # 1.2 billion and 18.9% agree as each was rounded


@pytest.mark.parametrize("fixed", [0.0, 0.5, 0.7, 1.0])
@pytest.mark.parametrize("occupancy", [0.6, 0.9, 1.0])
def test_beds_in_use_and_empty_beds_cost_what_is_spent(occupancy, fixed):
    """By the formula of the contract: occupied x (1 - phi) c + funded x phi c."""
    found = care.parts(england(occupancy), Estimate(fixed, kind="assumed", source=("x#z",))).set_index("tier")
    for tier, beds in BEDS.items():
        in_use = care.bed_in_use(PLACE[tier], occupancy, fixed)
        occupied = beds * occupancy
        by_hand = occupied * (1 - fixed) * in_use + beds * fixed * in_use
        assert by_hand == pytest.approx(occupied * PLACE[tier])
        assert found.loc[tier, "spend_empty"] == pytest.approx((beds - occupied) * fixed * in_use, abs=1e-3)
    assert (found["spend_in_use"] + found["spend_empty"]).tolist() == pytest.approx(found["spend"].tolist())
    assert found.loc["all", "spend"] == pytest.approx(england(occupancy).whole.value)


def test_90_beds_of_100_at_150_000_by_hand():
    """150,000 x 0.9 / (0.9 + 0.1 x 0.7) = 139,175 in use and 97,423 empty: 12.53 and 0.97 million."""
    here = care.estimated(figures({"low": 90.0}), figures({"low": 150e3}), figures({"low": 0.9}))
    row = care.parts(here, Estimate(0.7, 0.5, 0.9, "assumed", ("x#z",))).iloc[0]
    assert (round(row.cost_in_use), round(row.cost_empty)) == (139_175, 97_423)
    assert (round(row.spend_in_use), round(row.spend_empty)) == (12_525_773, 974_227)
    assert row.share_empty == pytest.approx(0.07 / 0.97)
    low, high = 0.05 / 0.95, 0.09 / 0.99  # of an empty bed that costs half, or nine tenths
    assert (row.spend_empty_lower, row.spend_empty_upper) == pytest.approx((13.5e6 * low, 13.5e6 * high))


def test_a_bed_in_use_costs_the_same_in_spend_and_in_options():
    prices = made_up_prices(3)
    for tier in ("medium", "low", "step_down"):
        here = care.bed_in_use(prices.year_cost[tier], prices.occupancy[tier], prices.fixed_share)
        assert here.tolist() == pytest.approx(prices.in_use(tier).tolist())


def test_the_published_price_is_the_mean_of_both_sectors():
    here = care.estimated(figures({"medium": 100.0}), figures({"medium": 165e3}), figures({"medium": 0.9}))
    share, ratio = Estimate(0.35, kind="published", source=("x#s",)), Estimate(1.1, kind="assumed", source=("x#r",))
    found, _ = sectors.sectors(here, {"medium": share}, ratio)
    nhs, independent = found["year_cost"].iloc[:2]
    assert nhs == pytest.approx(165e3 / 1.035)
    assert independent / nhs == pytest.approx(1.1)
    assert 0.65 * nhs + 0.35 * independent == pytest.approx(165e3)
    assert found["spend"].iloc[:2].sum() == pytest.approx(16.5e6)
    alike, _ = sectors.sectors(here, {"medium": share}, Estimate(1.0, kind="assumed", source=("x#r",)))
    assert alike["year_cost"].tolist() == pytest.approx([165e3] * 4)


def test_1_2_billion_of_2009_10_in_the_money_of_2024_25():
    inputs = Inputs.open(load("2009-10", "london").canonical_json())
    index, known = money.index(inputs)
    spend = inputs.row("national_spend")
    real = price_years.in_money_of(spend, index, "2009-10", "2024-25", known)
    assert real.value == pytest.approx(1.2e9 * 100 / 67.70, rel=5e-4)
    assert real.source == (*spend.source, *known.sources)
    assert price_years.in_money_of(real, index, "2024-25", "2009-10", known).value == pytest.approx(1.2e9, rel=1e-12)


def test_nominal_and_real_reconcile_by_way_of_any_year():
    inputs = Inputs.open(load("2023-24", "london").canonical_json())
    index, _ = money.index(inputs)
    for by in index.index:
        there = price_years.worth(index, "2024-25", by) * price_years.worth(index, by, "2009-10")
        assert there == pytest.approx(price_years.worth(index, "2024-25", "2009-10"), rel=1e-12)


def test_the_cost_of_a_day_of_2009_10_is_not_that_of_2024_25_in_other_money():
    """165,000 a place of about 2010 is 244,000 in the money of 2024-25; a place then costs 334,000."""
    now, then = (Inputs.open(load(edition, "london").canonical_json()) for edition in ("2023-24", "2009-10"))
    costs = [money.prices(inputs)["year_cost"]["medium"].value for inputs in (then, now)]
    carried = costs[0] * price_years.worth(money.index(now)[0], "2009-10", "2024-25")
    assert round(carried, -3) == 244_000
    assert costs[1] > 1.3 * carried


def test_block_and_package_cost_the_same_today_and_part_when_beds_empty():
    """At 90% of 100 beds in use and 146,000 a year: both pay 400 a day in use; a tenth fewer days and a block pays 432."""
    found, _ = packages.contracts(
        figures({"low": 146e3}), figures({"low": 0.9}), Estimate(0.7, kind="assumed", source=("x#z",))
    )
    row = found.iloc[0]
    in_use = care.bed_in_use(146e3, 0.9, 0.7) / 365
    assert (row.block_bed, row.block_use) == pytest.approx((0.7 * in_use, 0.3 * in_use))
    assert row.block_day == pytest.approx(row.package) == 400
    assert row.block_day_less == pytest.approx((100 * row.block_bed + 81 * row.block_use) / 81)


def test_a_package_of_two_years_by_hand():
    stay = {"medium": Estimate(2.0, 1.5, 2.5, "published", ("x#stay",))}
    found, known = packages.packages(stay, figures({"medium": 146e3}), {"medium": ("an outcome", "low security")})
    row = found.iloc[0]
    assert (row.stay, row.day, row.package) == (2.0, 400.0, 292e3)
    assert (row.package_lower, row.package_upper) == pytest.approx((219e3, 365e3))
    assert known.kind == "modelled"
