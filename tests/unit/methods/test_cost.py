"""What care costs, tier by tier: as modelled, as the region told it, and both together."""

import pandas as pd
import pytest

from needs.methods import care, cost, packages, price_years, sectors, spend_compared
from needs.values import Estimate, Provenance

OWN = Provenance("derived", ("params/2023-24#costs.spend_file",))
COLUMNS = ["tier", "sector", "contract", "funded_beds", "occupied_bed_days", "spend"]
ROWS = pd.DataFrame([("medium", "nhs", "block", 100.0, 29_200.0, 9.0e6),
                     ("medium", "independent", "package", 0.0, 7_300.0, 3.0e6)], columns=COLUMNS)  # fmt: skip


def e(value, *ends, kind="modelled", source="x#y"):
    return Estimate(value, *ends, kind=kind, source=(source,))


def three(*values):
    return {
        tier: e(value, 0.8 * value, 1.2 * value) for tier, value in zip(("high", "medium", "low"), values, strict=True)
    }


def modelled() -> care.Care:
    return care.estimated(
        three(10, 90, 80), three(300e3, 100e3, 90e3), dict.fromkeys(("high", "medium", "low"), e(0.9))
    )


def test_spend_is_people_at_the_cost_of_a_year():
    found = modelled()
    assert {tier: spend.value for tier, spend in found.spend.items()} == {"high": 3e6, "medium": 9e6, "low": 7.2e6}
    assert found.whole.value == 19.2e6
    assert (found.how, found.own, found.known.kind) == ("modelled", (), "modelled")


def test_tiers_that_the_region_told_take_the_place_of_the_estimate():
    found = care.with_own(modelled(), ROWS, OWN)
    assert (found.how, found.own) == ("partly own", ("medium",))
    assert found.patients["medium"].value == 100.0  # 36,500 bed-days
    assert found.occupancy["medium"].value == pytest.approx(100 / 120)  # 80 of 100 beds, and 20 bought by the day
    assert (found.spend["medium"].value, found.spend["medium"].has_interval) == (12e6, False)
    assert found.spend["medium"].source == OWN.sources
    assert found.year_cost["medium"].value == 120e3
    assert found.spend["low"] == modelled().spend["low"]
    assert found.known.kind == "modelled"
    every = (found.patients, found.year_cost, found.occupancy, found.spend)
    only = care.Care(*({"medium": held["medium"]} for held in every), found.told)
    assert (only.how, only.known.kind) == ("own", "derived")


def test_spend_of_another_year_is_carried_and_its_bed_days_are_not():
    found = care.with_own(modelled(), ROWS, OWN, 1.05)
    assert found.spend["medium"].value == pytest.approx(12.6e6)
    assert found.patients["medium"].value == 100.0
    assert found.told["spend"].tolist() == pytest.approx([9.45e6, 3.15e6])
    assert ROWS["spend"].tolist() == [9.0e6, 3.0e6]


def test_a_leap_year_never_fills_more_beds_than_there_are():
    rows = pd.DataFrame([("low", "nhs", "block", 10.0, 3_660.0, 1e6)], columns=COLUMNS)
    found = care.with_own(modelled(), rows, OWN)
    assert found.occupancy["low"].value == 1.0
    parts = care.parts(found, e(0.7)).set_index("tier")
    assert parts.loc["low", ["beds_empty", "spend_empty"]].tolist() == [0.0, 0.0]


def test_the_table_says_which_tiers_are_own_and_prices_england_alike():
    own = care.with_own(modelled(), ROWS, OWN)
    found = cost.spend_table(own, three(100, 900, 800), three(300e3, 100e3, 90e3), 1e6).set_index("tier")
    assert found["own"].tolist() == [False, True, False, False]
    assert found.loc["medium", "england_share"] == pytest.approx(12e6 / 90e6)
    assert found.loc["all", ["patients", "spend"]].tolist() == [190.0, 22.2e6]
    assert found.loc["all", "per_adult"] == pytest.approx(22.2)
    assert found.loc["medium", "spend_lower"] == found.loc["medium", "spend_upper"] == 12e6


def test_sectors_of_a_told_tier_are_those_of_the_file():
    own = care.with_own(modelled(), ROWS, OWN)
    found, known = sectors.sectors(own, {"medium": e(0.35), "low": e(0.4)}, e(1.0, 0.9, 1.2, kind="assumed"))
    medium = found[found["tier"] == "medium"]
    assert medium[["sector", "patients", "share", "spend", "own"]].to_numpy().tolist() == [
        ["nhs", 80.0, 0.8, 9e6, True], ["independent", 20.0, 0.2, 3e6, True]]  # fmt: skip
    assert known.kind == "assumed"
    assert found[found["tier"] == "low"]["own"].tolist() == [False, False]
    alone, sure = sectors.sectors(own, {}, e(1.0, kind="assumed"))
    assert alone["own"].all()
    assert sure == OWN


def test_a_tier_without_independent_beds_has_one_row():
    rows = ROWS[ROWS["sector"] == "nhs"]
    found, _ = sectors.sectors(care.with_own(modelled(), rows, OWN), {}, e(1.0))
    assert found[["tier", "sector"]].to_numpy().tolist() == [["medium", "nhs"], ["all", "nhs"], ["all", "independent"]]
    assert found["spend"].tolist() == [9e6, 9e6, 0.0]


def test_a_function_moves_with_each_figure():
    found = care.function_of(lambda a, b: a / b, e(12, 9, 15), e(3, 2, 4))
    assert found.value == 4
    assert found.lower == pytest.approx(4 - (1 + 1) ** 0.5)
    assert found.upper == pytest.approx(4 + (1 + 4) ** 0.5)
    assert not care.function_of(lambda a: 2 * a, e(3)).has_interval
    assert care.function_of(lambda a: 2 * a, e(3, kind="assumed")).kind == "assumed"


def test_a_year_outside_the_index_is_named():
    index = pd.Series({"2009-10": 50.0, "2024-25": 100.0})
    with pytest.raises(ValueError, match="2031-32 is not in the index, which runs from 2009-10 to 2024-25"):
        price_years.worth(index, "2009-10", "2031-32")


def test_england_stands_after_the_area_in_its_own_kind():
    index = pd.Series({"2009-10": 50.0, "2024-25": 100.0})
    england = e(1.2e9, kind="published", source="x#england")
    found = price_years.nominal_and_real(modelled().spend, index, "2009-10", "2024-25", OWN, england)
    assert found["tier"].tolist() == ["high", "medium", "low", "all", "england"]
    assert found["kind"].tolist()[-2:] == ["modelled", "published"]
    assert found["real"].iloc[-1] == 2.4e9


def test_packages_keep_the_order_of_the_tiers_and_the_weakest_kind():
    stay = {"medium": e(2.0, kind="published"), "step_down": e(3.0, 1.5, 6.0, kind="assumed")}
    prices = {"medium": e(146e3), "step_down": e(73e3)}
    told = {tier: (f"outcome of {tier}", "home") for tier in stay}
    found, known = packages.packages(stay, prices, told)
    assert found["tier"].tolist() == ["medium", "step_down"]
    assert found["outcome"].tolist() == ["outcome of medium", "outcome of step_down"]
    assert known.kind == "assumed"


def test_nothing_told_leaves_nothing_beside_the_estimate():
    assert spend_compared.own_beside_estimate(modelled(), modelled()).empty


def test_own_prices_make_a_step_from_england():
    own = care.with_own(modelled(), ROWS, OWN)
    price = three(300e3, 100e3, 90e3)
    every = pd.Series({"here": 1e6, "rest": 9e6})
    national = three(100, 900, 800)
    compared = spend_compared.against_england(own, national, price, every, "here")
    steps = spend_compared.steps_from_england(compared, "Here").set_index("factor")["value"]
    assert list(steps.index) == ["from", "use", "mix", "price", "to"]
    assert steps["price"] > 0
    assert steps["from"] == pytest.approx(19.2)
    assert steps["to"] == pytest.approx(22.2)
