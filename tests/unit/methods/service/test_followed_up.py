"""After secure care: what ends the watch, what is read off, and what is too few for a model."""

import numpy as np
import pandas as pd
import pytest
from tests.equity_frames import frame, some_answers, some_outcomes, some_reviews, some_stays, worked

from needs.methods.disclosure import Rule
from needs.methods.service import experience, followed_up, followed_up_rates, followed_up_released, hazards
from needs.values import Provenance

KNOWN = Provenance("derived", ("service/london/stays#own-data",))
DAY = pd.Timestamp("2021-01-01")
UNTIL = pd.Timestamp("2024-01-01")


def days(number):
    return DAY + pd.Timedelta(days=number)


def followed(outcomes=(), later=(), reviews=()):
    discharged = pd.DataFrame({"person": [1], "person_key": ["a"], "left": [DAY], "tier": ["low"]})
    stays = pd.DataFrame(
        [(1, "low", days(-90), DAY, "community"), *later], columns=["person", "tier", "admitted", "end", "to"]
    )
    told = frame("outcomes", len(outcomes), person_key=["a"] * len(outcomes), event=[e for e, _ in outcomes],
                 day=[days(n) for _, n in outcomes])  # fmt: skip
    seen = frame("reviews", len(reviews), person_key=["a"] * len(reviews), care_package=[p for p, _ in reviews],
                 reviewed=[days(n) for _, n in reviews], tier_needed=["low"] * len(reviews))  # fmt: skip
    return followed_up.follow(discharged, stays, told, seen, UNTIL).iloc[0]


def test_nothing_happens():
    row = followed()
    assert pd.isna([row["readmission"], row["reconviction"]]).all()
    assert row["readmission_days"] == (UNTIL - DAY).days
    assert row["care_package"] == "unknown"


@pytest.mark.parametrize(
    ("outcomes", "later", "cause", "after"),
    [
        ([("readmission", 30)], [], "readmission", 30),
        ([], [(1, "medium", days(50), UNTIL, None)], "readmission", 50),
        ([("readmission", 80)], [(1, "medium", days(50), UNTIL, None)], "readmission", 50),
        ([], [(1, "step_down", DAY, days(70), "died")], "death", 70),
        ([("death", 20)], [(1, "medium", days(50), UNTIL, None)], "death", 20),
        ([("readmission", 40), ("death", 40)], [], "readmission", 40),
        ([("readmission", 0)], [], "readmission", 1),
        ([("readmission", -3)], [], None, (UNTIL - DAY).days),
        ([("death", 5000)], [], None, (UNTIL - DAY).days),
    ],
)
def test_what_comes_first_ends_the_watch(outcomes, later, cause, after):
    row = followed(outcomes, later)
    assert (None if pd.isna(row["readmission"]) else row["readmission"]) == cause
    assert row["readmission_days"] == after


def test_a_grave_offence_is_an_offence_and_readmission_does_not_end_that_watch():
    row = followed([("readmission", 10), ("grave_reconviction", 300)])
    assert (row["reconviction"], row["reconviction_days"]) == ("reconviction", 300)


def test_within_a_year_and_the_last_package_before_discharge():
    row = followed(
        [("employment", 365), ("settled_accommodation", 366)],
        reviews=[("acute", -60), ("rehabilitation", -5), ("other", 9)],
    )
    assert row["employment"]
    assert not row["settled_accommodation"]
    assert row["care_package"] == "rehabilitation"


@pytest.fixture(scope="module")
def people():
    stays = some_stays(600)
    return worked(stays, some_reviews(stays), some_outcomes(stays))["followed"]


def test_groups_add_up_to_everybody(people):
    found = followed_up_rates.incidence(people, "readmission").groupby("of")[["people", "events", "deaths"]].sum()
    assert (found == found.loc["all"]).all(axis=None)
    rates = followed_up_rates.person_years(people).groupby(["event", "of"])[["people", "events", "years"]].sum()
    assert np.allclose(rates.xs("tier", level="of"), rates.xs("all", level="of"))


def test_without_censoring_incidence_is_a_share():
    told = pd.DataFrame(
        {
            "readmission": ["readmission"] * 3 + ["death"] * 2 + ["readmission"] * 5,
            "readmission_days": [100.0] * 5 + [2000.0] * 5,
        }
    )
    row = followed_up_rates.incidence(told, "readmission", []).iloc[0]
    assert row[["within_1", "within_2", "within_5"]].tolist() == pytest.approx([0.3, 0.3, 0.3])


def test_each_step_of_a_curve_holds_five_events_or_more(people):
    curves = followed_up_rates.curves(people, "readmission")
    assert {"all", "medium", "low"} <= set(curves["group"])
    for _, curve in curves.groupby("group"):
        steps = curve["events"].drop_duplicates().diff().dropna()
        assert (steps >= 1).all()
        assert (curve["events"].drop_duplicates() // 5).diff().dropna().ge(1).all()
        assert curve["share"].is_monotonic_increasing
        assert (curve["at_risk"] >= 5).all()
    safe = followed_up_released.release_curves(curves, KNOWN, Rule())
    assert safe.frame["share"].notna().all()


def test_released_incidence_hides_few_on_either_side(people):
    exact = followed_up_rates.incidence(people, "reconviction")
    safe = followed_up_released.release_incidence(exact, KNOWN, Rule()).frame
    for year in followed_up_rates.HORIZONS:
        shown = exact[safe[f"within_{year}"].notna().to_numpy()]
        assert (shown[f"events_{year}"] >= 5).all()
        assert (shown[f"at_risk_{year}"] >= 5).all()


def test_rates_are_of_rounded_events(people):
    safe = followed_up_released.release_person_years(
        followed_up_rates.person_years(people), KNOWN, Rule()
    ).frame.dropna()
    back = safe["rate"] * safe["years"] / 1000
    assert (back - safe["events"]).abs().max() < 1
    assert ((safe["rate_lower"] <= safe["rate"]) & (safe["rate"] <= safe["rate_upper"])).all()
    assert "reconviction" not in set(followed_up_rates.person_years(people, recorded=False)["event"])


def test_a_planted_hazard_ratio_is_found():
    random = np.random.default_rng(5)
    size = 900
    medium, step_down = random.random(size) < 0.5, random.random(size) < 0.4
    time = random.exponential(1 / (0.001 * np.exp(0.7 * medium)))
    told = pd.DataFrame({"tier": np.where(medium, "medium", "low"), "route": np.where(step_down, "step_down", "community"),
                         "sex": np.where(random.random(size) < 0.2, "female", "male"), "age_left": random.integers(20, 60, size),
                         "readmission": np.where(time < 1000, "readmission", None),
                         "readmission_days": np.minimum(time, 1000)})  # fmt: skip
    rows = hazards.hazards(told, "readmission").frame.set_index("term")
    assert rows.loc["medium", "lower"] < np.exp(0.7) < rows.loc["medium", "upper"]
    assert rows.loc["medium", "lower"] > 1
    assert list(rows.index) == ["medium", "step_down", "female", "age"]


def test_a_model_is_refused_where_events_are_few(people):
    few = hazards.hazards(people.iloc[:40], "readmission")
    assert few.frame.empty
    assert "events or more" in few.why_not
    assert hazards.hazards(people.iloc[:0], "readmission").why_not
    assert len(followed_up_released.release_hazards(few, KNOWN, Rule())) == 0


def test_nobody_who_did_not_answer_can_go_beyond_the_bounds():
    found = experience.answers(some_answers())
    assert (
        (found["lowest"] <= found["positive"] / found["answered"])
        & (found["positive"] / found["answered"] <= found["highest"])
    ).all()
    assert ((found["lower"] >= 0) & (found["upper"] <= 1)).all()
    assert found["period"].drop_duplicates().sort_values().tolist() == ["2020-21", "2021-22", "2022-23", "2023-24"]
    safe = experience.release_answers(found, KNOWN, Rule())
    few = (found["positive"] < 5) | (found["rest"] < 5)
    assert few.any()
    assert safe.frame.loc[few.to_numpy(), ["share", "lower", "lowest"]].isna().all(axis=None)
