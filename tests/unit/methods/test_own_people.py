"""People of a region's own spend: rounded before anything is made of them, and few of them never shown."""

import numpy as np
import pandas as pd
import pytest

from needs.methods import care, packages, sectors, spend_compared
from needs.methods.disclosure import Rule
from needs.methods.own_people import safe_rows
from needs.values import Estimate, Provenance

OWN = Provenance("synthetic", ("params/example#costs.spend_file",))
COLUMNS = ["tier", "sector", "contract", "funded_beds", "occupied_bed_days", "spend"]
TIERS = ("high", "medium", "low")
ROWS = [("high", "nhs", "block", 17.0, 3_835.0, 6.0e6), ("medium", "nhs", "block", 46.0, 12_729.0, 10.7e6),
        ("medium", "independent", "package", 0.0, 11_666.0, 8.0e6)]  # fmt: skip


def e(value):
    return Estimate(value, kind="modelled", source=("x#y",))


def own(rows, rule=None):
    estimate = care.estimated(
        dict.fromkeys(TIERS, e(60.0)), dict.fromkeys(TIERS, e(250e3)), dict.fromkeys(TIERS, e(0.9))
    )
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return (care.with_own(estimate, frame, OWN, 1.0, rule) if rule else care.with_own(estimate, frame, OWN)), estimate


def every_figure(rows):
    here, estimate = own(rows)
    parted, _ = sectors.sectors(here, {}, e(1.0))
    by_day, _ = packages.contracts(here.year_cost, here.occupancy, e(0.7), here)
    return parted, by_day, spend_compared.own_beside_estimate(here, estimate), care.parts(here, e(0.7))


def nearby(rows, days):
    return [(*row[:4], row[4] + more, row[5]) for row, more in zip(rows, days, strict=True)]


def test_what_is_shown_is_the_same_for_all_bed_days_of_the_same_rounded_people():
    """Whoever sees every figure of every table learns no more than the rounded people."""
    for days in ([-100.0, 30.0, 100.0], [650.0, -300.0, -150.0]):
        for one, other in zip(every_figure(ROWS), every_figure(nearby(ROWS, days)), strict=True):
            pd.testing.assert_frame_equal(one, other)


def test_people_of_a_file_are_rounded_and_add_up():
    parted, by_day, beside, parts = every_figure(ROWS)
    assert parted["patients"].tolist() == [10.0, 35.0, 30.0, 45.0, 30.0]
    assert beside["own_patients"].tolist() == [10.0, 65.0, 75.0]
    assert by_day.set_index("tier").loc["high", "occupancy"] == pytest.approx(10 / 17)
    assert parts.set_index("tier").loc[["high", "medium"], "beds_in_use"].tolist() == [10.0, 65.0]
    assert beside["own"].tolist() == [6.0e6, 18.7e6, 24.7e6]  # spend stays exact


def test_a_stricter_rule_rounds_further():
    here, _ = own(ROWS, Rule(10, 20))
    assert {tier: here.patients[tier].value for tier in here.own} == {"high": 20.0, "medium": 80.0}


@pytest.mark.parametrize("few", [1.0, 400.0, 1_824.0])
def test_a_contract_of_few_people_is_hidden_wherever_it_stands(few):
    rows = [("low", "nhs", "block", 42.0, 14_661.0, 8e6), ("low", "independent", "package", 0.0, few, 5e5)]
    parted, by_day, _, _ = every_figure(rows)
    low = parted[parted["tier"] == "low"].set_index("sector")
    assert low["patients"].isna().tolist() == [False, True]
    assert low[["share"]].isna().all(axis=None)
    assert np.isnan(low.loc["independent", "year_cost"])
    assert parted.set_index(["tier", "sector"])["patients"].isna()["all", "independent"]
    assert np.isnan(by_day.set_index("tier").loc["low", "package"])
    assert low["spend"].tolist() == [8e6, 5e5]


def test_the_whole_does_not_narrow_a_hidden_contract():
    """People of a tier, as shown, less those of its blocks, as shown, leave every number of the hidden one."""
    for block in np.arange(8.0, 13.0, 0.25) * 365:
        for few in np.arange(0.25, 5, 0.25) * 365:
            rows = [("low", "nhs", "block", 42.0, block, 8e6), ("low", "independent", "package", 0.0, few, 5e5)]
            found = safe_rows(pd.DataFrame(rows, columns=COLUMNS))
            whole, shown = found["tier_people"].iloc[0], found["occupied_bed_days"].iloc[0] / 365
            lower, upper = (whole - 2.5) - (shown + 2.5), (whole + 2.5) - (shown - 2.5)
            assert lower <= 0
            assert upper >= 5


def test_a_tier_of_few_people_stays_as_estimated():
    here, estimate = own([*ROWS, ("low", "nhs", "block", 4.0, 1_000.0, 1e6)])
    assert here.own == ("high", "medium")
    assert here.spend["low"] == estimate.spend["low"]
    alone, _ = own([("low", "nhs", "block", 4.0, 1_000.0, 1e6)])
    assert alone.how == "modelled"
