"""Groups compared: who counts where, nobody twice, and nobody shown who is few."""

import numpy as np
import pandas as pd
import pytest
from tests.equity_frames import BANDS, SINCE, UNTIL, frame, residents, some_outcomes, some_reviews, some_stays, worked

from needs.methods.disclosure import Rule
from needs.methods.service import equity, equity_cases, equity_spread, linking, spells
from needs.values import TIERS, Provenance

KNOWN = Provenance("derived", ("service/london/stays#own-data",))


@pytest.fixture(scope="module")
def own():
    stays = some_stays(600)
    reviews = some_reviews(stays)
    return stays, reviews, some_outcomes(stays)


@pytest.fixture(scope="module")
def found(own):
    return worked(*own)


def test_a_spell_is_the_secure_stays_that_follow_one_another(own):
    stays = linking.link(own[0], SINCE, UNTIL).stays
    found = spells.secure_spells(stays)
    secure = stays[stays["tier"].isin(TIERS)]
    follows = secure["step"] - 1 == secure.groupby("pathway")["step"].shift()
    assert len(found) == (~follows).sum()
    assert (found["days"] >= 0).all()
    assert set(found["person"]) == set(secure["person"])


def test_only_the_first_discharge_to_a_place_outside_counts(own):
    found = spells.secure_spells(linking.link(own[0], SINCE, UNTIL).stays)
    gone = spells.discharges(found, SINCE, UNTIL)
    assert not gone["person"].duplicated().any()
    assert set(gone["to"]) <= set(spells.OUTSIDE)
    assert gone["left"].between(SINCE, UNTIL).all()
    assert (gone["age_left"] >= gone["age"]).all()


def test_everybody_is_in_one_group_of_each_grouping(found):
    counts = found["counts"]
    sums = counts.pivot_table(index="measure", columns="group_of", values="numerator", aggfunc="sum")
    assert np.allclose(sums.to_numpy(), sums[["sex"]].to_numpy())
    told = found["counted"].set_index("measure")
    unknown = (
        counts[(counts["group"] == "unknown") & (counts["group_of"] == "ethnicity")].groupby("measure")["people"].sum()
    )
    assert (told.loc[unknown.index, "ethnicity"] == unknown).all()


def test_person_years_are_those_within_the_data(own):
    stays = linking.link(own[0], SINCE, UNTIL).stays
    moved = equity_cases.moving(stays, SINCE, UNTIL)
    assert moved["denominator"].max() <= (UNTIL - SINCE).days / 365.25 + 1e-9
    assert (moved.loc[moved["numerator"] == 1, "end"] <= UNTIL).all()
    assert set(moved.loc[moved["to"] == "prison", "numerator"]) == {0.0}


def test_a_review_of_an_earlier_stay_says_nothing_of_this_one():
    stays = frame("stays", 1, person_key=["a"], tier=["medium"], admitted=[pd.Timestamp("2022-01-01")], legal_section=["s3"],
                  natural_clinical_flow=["yes"], clinically_ready=[pd.Timestamp("2022-05-01")])  # fmt: skip
    stays = stays.assign(ended=False, end=UNTIL)
    for day, known in (("2021-12-01", 0), ("2022-02-01", 1), ("2030-01-01", 0)):
        reviews = frame("reviews", 1, person_key=["a"], reviewed=[pd.Timestamp(day)], tier_needed=["low"])
        there = equity_cases.present(stays, reviews, UNTIL)
        assert len(there["too_high"]) == known
        assert there["too_high"]["numerator"].sum() == known
        assert there["delayed"]["numerator"].tolist() == [1.0]
        assert there["restricted"]["numerator"].tolist() == [0.0]


def test_admissions_of_women_are_held_at_equal_age():
    """At each age women and men have the same rate; women are older, where rates are lower."""
    told = [
        ("female", BANDS[0], 100.0),
        ("female", BANDS[1], 900.0),
        ("male", BANDS[0], 900.0),
        ("male", BANDS[1], 100.0),
    ]
    lived = pd.DataFrame(told, columns=["group", "stratum", "denominator"]).assign(group_of="sex")
    counts = lived.assign(measure="admissions", people=0, numerator=lived["denominator"] * [0.1, 0.02, 0.1, 0.02])
    empty = spells.secure_spells(linking.link(frame("stays", 0), SINCE, UNTIL).stays)
    compared = equity.compare_groups(counts, empty, (SINCE, UNTIL))
    assert compared["ratio"].tolist() == pytest.approx([1.0])
    assert compared["rate"].iloc[0] < compared["reference_rate"].iloc[0]


def test_who_is_counted_nowhere_has_no_denominator(found):
    compared = found["compared"]
    none = compared[compared["method"] == equity.NO_DENOMINATOR]
    assert set(none["measure"]) == {"admissions"}
    assert set(none["group_of"]) == {"learning_disability", "autism"}
    assert none["ratio"].isna().all()
    assert (none["numerator"] > 0).all()


def test_the_planted_difference_is_found(found):
    """Black people are 30% of the made-up patients and 13% of adults; White people 44% and 55%."""
    row = found["compared"].query("measure == 'admissions' and group == 'black'").iloc[0]
    assert row["ratio_lower"] < (0.3 / 0.13) / (0.44 / 0.55) < row["ratio_upper"]


def test_excess_and_ratio_say_the_same(found):
    rows = found["compared"].dropna(subset=["excess_lower", "excess_upper", "ratio_lower", "ratio_upper"])
    assert len(rows) > 30
    assert ((rows["excess_lower"] > 0) == (rows["ratio_lower"] > 1)).all()
    assert ((rows["excess_upper"] < 0) == (rows["ratio_upper"] < 1)).all()
    assert np.allclose(rows["excess"], rows["numerator"] - rows["numerator"] / rows["ratio"])


def test_released_ratios_rest_on_enough_people_on_both_sides(found):
    exact, safe = found["compared"], equity.release_groups(found["compared"], KNOWN, Rule())
    assert len(safe) == len(exact)
    shown = exact[safe.frame["ratio"].notna().to_numpy()]
    assert (shown[["numerator", "reference_numerator"]] >= 5).all(axis=None)
    shares = shown[shown["form"] == "share"]
    assert (shares["people"] - shares["numerator"] >= 5).all()
    few = exact["behind"] < 5
    assert few.any()
    assert safe.frame.loc[few.to_numpy(), ["rate", "reference_rate", "ratio", "excess"]].isna().all(axis=None)


def test_residents_and_a_rate_do_not_give_a_number_of_people_away(found):
    exact, safe = found["compared"], equity.release_groups(found["compared"], KNOWN, Rule()).frame
    rows = (exact["measure"] == "admissions") & exact["rate"].notna()
    years = 1e5 * exact.loc[rows, "numerator"] / exact.loc[rows, "rate"]
    back = safe.loc[rows.to_numpy(), "rate"].to_numpy() * years.to_numpy() / 1e5
    assert np.abs(back - safe.loc[rows.to_numpy(), "numerator"].to_numpy()).max() <= 0.05 * years.max() / 1e5 + 1e-6
    assert (safe["excess"].dropna() % 5 == 0).all()


def test_a_slope_is_recovered():
    tenths = [str(number) for number in range(1, 11)]
    counts = pd.DataFrame({"group": tenths, "numerator": [100 + 20 * (10.5 - number) for number in range(1, 11)]})
    counts = counts.assign(measure="delayed", group_of="tenth", stratum="low", people=1000, denominator=1000.0)
    found = equity_spread.slopes(counts).iloc[0]
    assert found["sii"] == pytest.approx(100 * 0.2)
    assert found["sii_lower"] > 0
    few = equity_spread.slopes(counts.iloc[:4]).iloc[0]
    assert np.isnan(few["sii"])
    assert few["groups"] == 4


def test_expected_moves_of_units_add_up_to_those_seen(found):
    units = found["units"]
    assert units["expected"].sum() == pytest.approx(units["observed"].sum())
    assert units["phi"].min() == units["phi"].max()


def test_rounded_moves_stand_over_rounded_ones_expected():
    frame = pd.DataFrame({"unit": ["Elm", "Oak", "Ash"], "tier": "low", "stays": 60.0, "observed": [12.0, 8.0, 7.0],
                          "expected": [9.13, 13.1, 1.9], "ratio": [1.3143, 0.61, 3.7], "phi": 1.0})  # fmt: skip
    safe = equity_spread.release_units(frame, KNOWN, Rule())
    assert safe.frame[["observed", "expected", "ratio"]].iloc[:2].to_numpy().tolist() == [[10, 10, 1], [10, 15, 0.67]]
    assert safe.hidden[["expected", "ratio"]].iloc[2].all()
    assert "total" not in safe.frame


def test_no_rows_at_all():
    nothing = worked(frame("stays", 0), frame("reviews", 0), frame("outcomes", 0))
    assert nothing["compared"]["ratio"].isna().all()
    assert len(equity.release_groups(nothing["compared"], KNOWN, Rule())) == len(nothing["compared"])
    assert nothing["units"].empty
    assert len(equity_spread.release_units(nothing["units"], KNOWN, Rule())) == 0
    assert len(equity_spread.release_slopes(nothing["slopes"], KNOWN, Rule())) == len(nothing["slopes"])


def test_adults_of_tenths_add_up():
    lived = equity.lived_there(residents(), 0.12, 0.25, 2.0)
    sums = lived.groupby("group_of")["denominator"].sum()
    assert sums["tenth"] == pytest.approx(sums["sex"]) == sums["deprivation"]
    most = lived[(lived["group_of"] == "tenth") & (lived["group"] == "1")]["denominator"].iloc[0]
    assert most == pytest.approx(0.12 * sums["sex"])
