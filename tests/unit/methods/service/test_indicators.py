"""Indicators of quality: cases worked by hand, and that numbers agree with each other."""

import dataclasses

import dashboard_frames as frames
import numpy as np
import pandas as pd
import pytest

from needs.methods.disclosure import Rule
from needs.methods.service import indicators
from needs.methods.service.indicators_present import SECURE
from needs.methods.service.indicators_released import HIDDEN, released_latest, released_points, released_standards
from needs.methods.service.indicators_told import standards_latest
from needs.methods.service.periods import in_force, periods
from needs.methods.spc import xmr
from needs.params.service import Indicator, Period, Target

day = pd.Timestamp


@pytest.fixture(scope="module")
def own():
    return frames.region()


@pytest.fixture(scope="module")
def linked(own):
    return frames.linked(own)


@pytest.fixture(scope="module")
def found(own, linked):
    return indicators.assess(own, linked, own.since, own.until)


def few(rows, **tables):
    """A region of a few stays: (person, tier, admitted, discharged, destination) and more columns by name."""
    names = ["person_key", "tier", "admitted", "discharged", "destination"]
    told = {
        name: [row.get(name, extra) for row in rows] for name, extra in {**dict.fromkeys(names), **_more(rows)}.items()
    }
    return frames.service({"stays": told, **tables})


def _more(rows):
    return {name: None for row in rows for name in row if name not in ("person_key", "tier", "admitted", "discharged")}


def value(name, own, at, every=None):
    told = indicators.series(name, own, frames.linked(own), own.since, own.until, every)
    row = told[told["period"] == day(at)]
    return row[["numerator", "denominator"]].iloc[0].tolist()


def stay(person, tier, admitted, discharged=None, destination=None, **more):
    return {"person_key": person, "tier": tier, "admitted": admitted, "discharged": discharged, "destination": destination,
            "unit": f"{tier} ward", **more}  # fmt: skip


def test_parameters_and_definitions_name_the_same():
    told = {each.name for each in indicators.INDICATORS}
    assert set(Indicator.__args__) <= told
    assert told - set(Indicator.__args__) == {"deaths_in_care"}
    assert set(indicators.CHARTED) <= told


@pytest.mark.parametrize(
    ("every", "count", "first", "last"),
    [("month", 46, "2020-05-01", "2024-02-29"), ("quarter", 14, "2020-07-01", "2023-12-31"),
     ("year", 2, "2021-04-01", "2023-03-31")],
)  # fmt: skip
def test_periods_lie_within_the_data(every, count, first, last):
    found = periods(day("2020-04-02"), day("2024-03-30"), every)
    assert len(found) == count
    assert (found["period"].iloc[0], found["last"].iloc[-1]) == (day(first), day(last))


def test_admissions_and_discharges_leave_moves_within_secure_care_out():
    own = few([stay("a", "medium", "2021-01-05", "2021-05-04", "low", source="court"),
               stay("a", "low", "2021-05-04", "2021-06-30", "step_down"),
               stay("a", "step_down", "2021-06-30")])  # fmt: skip
    assert value("admissions", own, "2021-01-01")[0] == 1
    assert value("admissions", own, "2021-05-01")[0] == 0
    assert value("discharges", own, "2021-05-01")[0] == 0
    assert value("discharges", own, "2021-06-01")[0] == 1


def test_who_leaves_on_the_last_day_is_not_there():
    own = few(
        [
            stay("a", "low", "2021-01-05", "2021-03-31", "discharge", sex="female"),
            stay("b", "low", "2021-01-31", sex="male"),
        ]
    )
    assert value("women_share", own, "2021-01-01") == [1, 2]
    assert value("women_share", own, "2021-03-01") == [0, 1]


def test_moved_within_28_days_waits_for_28_days_to_pass():
    rows = [stay("a", "low", "2021-01-05", "2023-11-28", "step_down", clinically_ready="2023-10-31"),
            stay("b", "low", "2021-01-05", "2023-11-29", "step_down", clinically_ready="2023-10-31"),
            stay("c", "low", "2021-01-05", None, None, clinically_ready="2023-10-31"),
            stay("d", "low", "2021-01-05", "2023-11-05", "died", clinically_ready="2023-10-31")]  # fmt: skip
    own = few(rows)
    assert value("moved_within_28_days", own, "2023-10-01") == [1, 3]
    told = indicators.series("moved_within_28_days", own, frames.linked(own), own.since, own.until)
    assert told["last"].max() == day("2023-12-31")  # the next ends with the data


def referral(key, *events, setting="prison"):
    told = [dict(zip(("event", "day", "clock"), each, strict=False)) for each in events]
    return [{"person_key": "p" + key, "referral_key": key, "setting": setting, **each} for each in told]


def referrals(*lists):
    rows = [row for rows in lists for row in rows]
    names = ["person_key", "referral_key", "event", "day", "setting", "clock"]
    return few([stay("x", "low", "2021-01-05")], referrals={name: [row.get(name) for row in rows] for name in names})


def test_transfers_count_who_still_waits_and_not_who_was_refused_in_time():
    own = referrals(
        referral("a", ("referred", "2022-01-01"), ("admitted", "2022-01-15")),
        referral("b", ("referred", "2022-01-01"), ("admitted", "2022-01-16")),
        referral("c", ("referred", "2022-01-01")),
        referral("d", ("referred", "2022-01-01"), ("refused", "2022-01-10")),
        referral("e", ("referred", "2022-01-01"), ("withdrawn", "2022-03-10")),
        referral("f", ("referred", "2022-01-01"), ("admitted", "2022-01-02"), setting="hospital"),
    )
    assert value("transferred_within_14_days", own, "2022-01-01") == [1, 4]
    assert value("transferred_within_28_days", own, "2022-01-01") == [2, 4]


def test_a_clock_of_ones_own_goes_before_referral_and_admission():
    times = [("assessed", "2022-02-01", "start"), ("accepted", "2022-02-10", "end"), ("admitted", "2022-06-10")]
    own = referrals(referral("a", ("referred", "2022-01-01"), *times))
    assert value("transferred_within_14_days", own, "2022-01-01") == [1, 1]


def test_assessments_of_admissions_alone():
    first, seen = ("referred", "2022-01-01"), ("assessed", "2022-01-03")
    own = referrals(
        referral("a", first, seen, ("assessed", "2022-01-05"), ("admitted", "2022-01-15")),
        referral("b", first, seen, ("refused", "2022-01-15")),
        referral("c", first, ("admitted", "2022-02-15")),
    )
    assert value("assessments_per_admission", own, "2022-01-01") == [2, 2]


def test_readmissions_of_stays_and_of_outcomes_count_once():
    rows = [stay("a", "low", "2021-01-05", "2021-08-01", "discharge"), stay("a", "medium", "2022-07-30"),
            stay("b", "low", "2021-01-05", "2021-08-01", "discharge"), stay("c", "low", "2021-01-05", "2021-08-01", "died"),
            stay("d", "low", "2021-01-05", "2021-08-01", "discharge"), stay("d", "low", "2022-08-02")]  # fmt: skip
    told = {
        "person_key": ["a", "b", "b"],
        "event": ["readmission"] * 3,
        "day": ["2022-07-30", "2021-10-01", "2021-11-01"],
    }
    assert value("readmitted_within_a_year", few(rows, outcomes=told), "2021-07-01") == [2, 3]


def test_less_security_by_the_last_review_of_a_year():
    rows = [stay(key, "medium", "2020-05-01") for key in "abcd"]
    told = {"person_key": list("aabc"), "reviewed": ["2021-01-01", "2021-06-01", "2021-06-01", "2020-05-02"],
            "tier_needed": ["low", "medium", "none", "low"]}  # fmt: skip
    assert value("needs_less_security", few(rows, reviews=told), "2021-06-01") == [1, 2]


def test_checks_of_people_there_for_a_year():
    rows = [stay("a", "medium", "2020-05-01"), stay("b", "medium", "2020-05-01"), stay("c", "medium", "2021-09-01")]
    told = {"person_key": ["a", "b", "c", "a"], "checked": ["2021-05-01", "2021-06-01", "2021-09-05", "2020-04-01"],
            "annual_check": ["done", "declined", "done", "done"], "bmi": [24.9, 25.0, 18.5, 50]}  # fmt: skip
    own = few(rows, health=told)
    assert value("annual_health_check", own, "2021-10-01") == [1, 2]
    assert value("healthy_weight", own, "2021-10-01") == [2, 3]
    assert value("annual_health_check", own, "2022-09-01") == [0, 3]


def test_five_years_run_from_the_first_secure_stay_of_the_pathway():
    first, later = stay("a", "medium", "2016-01-01", "2020-06-01", "low"), stay("a", "low", "2020-06-01")
    own = few([first, later, stay("b", "low", "2019-01-01")])
    assert value("long_stay", own, "2020-12-01") == [0, 2]
    assert value("long_stay", own, "2021-01-01") == [1, 2]


def test_five_years_run_from_the_last_time_they_came_into_secure_care():
    moves = [stay("a", "medium", "2014-01-01", "2018-01-01", "step_down"),
             stay("a", "step_down", "2018-01-01", "2021-09-01", "low"), stay("a", "low", "2021-09-01")]  # fmt: skip
    checks = {"person_key": ["b"], "checked": ["2021-05-01"], "annual_check": ["done"], "bmi": [24.0]}
    own = few([*moves, stay("b", "low", "2014-01-01")], health=checks)
    assert value("long_stay", own, "2021-12-01") == [1, 2]
    assert value("annual_health_check", own, "2022-05-01") == [0, 1]


def test_occupancy_takes_the_beds_of_its_day():
    rows = [stay(key, "low", "2020-04-01") for key in "abc"] + [stay("d", "medium", "2020-04-01")]
    told = {"unit": ["low ward"] * 2, "tier": ["low"] * 2, "sex": ["mixed"] * 2, "sector": ["nhs"] * 2, "beds": [4, 6],
            "validated": ["2021-01-15", "2022-01-15"]}  # fmt: skip
    own = few(rows, capacity=told)
    assert value("occupancy", own, "2020-06-01") == pytest.approx([3, 4])  # the first count holds before its day
    assert value("occupancy", own, "2021-12-01") == pytest.approx([3, 4])
    assert value("occupancy", own, "2022-01-01") == pytest.approx([3, 6])


def test_deaths_per_person_year():
    own = few([stay("a", "low", "2020-04-01", "2022-10-01", "died"), stay("b", "low", "2020-04-01")])
    died, years = value("deaths_in_care", own, "2022-04-01")
    assert died == 1
    assert years == pytest.approx((183 + 365) / 365.25)


def test_records_are_complete_where_every_column_is_known():
    full = {
        "home_icb": "Q",
        "sex": "male",
        "age": 30,
        "ethnicity": "white",
        "diagnosis": "both",
        "legal_section": "s3",
        "source": "court",
    }
    own = few([stay("a", "low", "2021-01-05", **full), stay("b", "low", "2021-01-06", **{**full, "ethnicity": "unknown"}),
               stay("c", "low", "2021-01-07", **{**full, "age": None})])  # fmt: skip
    assert value("complete_records", own, "2021-01-01") == [1, 3]


def test_money_comes_by_financial_year(found):
    told = next(each for each in found if each.definition.name == "spend_per_bed_day").series
    assert told["value"].tolist() == [63e6 / 126e3, 68e6 / 128e3]
    assert told["period"].tolist() == [day("2022-04-01"), day("2023-04-01")]


def test_standards_count_as_last_assessed():
    told = {
        "unit": ["a", "a", "b"], "standard": ["S1"] * 3, "level": ["core"] * 3, "status": ["met", "not_met", "met"],
        "assessed": ["2021-01-01", "2022-01-01", "2022-01-01"],
    }  # fmt: skip
    own = few([stay("x", "low", "2021-01-05")], standards=told)
    assert value("core_standards_met", own, "2021-04-01") == [1, 1]
    assert value("core_standards_met", own, "2022-01-01") == [1, 2]
    assert standards_latest(own["standards"])[["units", "met", "not_met"]].to_numpy().tolist() == [[2, 1, 1]]


def test_a_row_is_in_force_until_the_next_of_its_key():
    rows = pd.DataFrame({"unit": ["a", "b", "a"], "day": pd.to_datetime(["2022-01-01", "2021-01-01", "2021-01-01"])})
    days = pd.Series(pd.to_datetime(["2020-01-01", "2021-06-01", "2022-06-01"]))
    assert in_force(rows, ["unit"], "day", days).sum(axis=0).tolist() == [0, 2, 2]


def test_numbers_of_a_region_agree(own, linked, found):
    by_name = {each.definition.name: each.series for each in found}
    for each in found:
        told = each.series.dropna(subset=["value"])
        assert len(told), each.definition.name
        if each.definition.unit == "share" and each.definition.name != "occupancy":
            assert (told["numerator"] <= told["denominator"]).all(), each.definition.name
    stays = linked.stays[linked.stays["tier"].isin(SECURE)]
    began = stays[(stays["admitted"] >= own.since) & ~stays["origin"].isin(SECURE)]
    assert by_name["admissions"]["value"].sum() == len(began)
    there = by_name["ready_and_delayed"]["denominator"].to_numpy()
    flow = by_name["admissions"]["value"].to_numpy() - by_name["discharges"]["value"].to_numpy()
    assert np.diff(there).tolist() == flow[1:].tolist()


def test_periods_grow_until_half_can_be_shown(own, linked):
    found = {each.definition.name: each for each in indicators.assess(own, linked, own.since, own.until, smallest=12)}
    assert found["admissions"].every == "quarter"
    assert found["women_share"].every == "month"


def test_targets_and_baseline_reach_the_chart(own, linked):
    target = Target(value=0.05, better="higher", level="core", source="for a test")
    base = Period(label="before", since=day("2020-04-01").date(), until=day("2022-03-31").date())
    found = {
        each.definition.name: each
        for each in indicators.assess(own, linked, own.since, own.until, {"women_share": target}, base)
    }
    assert found["women_share"].chart.assurance == "passes consistently"
    assert found["women_share"].chart.frame["baseline"].sum() == 24


def test_nothing_given_is_said(own):
    some = frames.service({"stays": {"person_key": ["a"], "tier": ["low"], "admitted": ["2021-01-01"]}})
    found = indicators.assess(some, frames.linked(some), some.since, some.until)
    assert {each.definition.name for each in found if not each.given} >= {
        "occupancy",
        "positive_experience",
        "core_standards_met",
    }
    with pytest.raises(KeyError, match="no indicator zeal"):
        indicators.series("zeal", own, frames.linked(own), own.since, own.until)


def test_released_figures_are_safe(found):
    for each, safe in zip(found, released_latest(found, frames.KNOWN), strict=True):
        row, raw = safe.frame.iloc[0], indicators.latest(each.series).iloc[0]
        if each.definition.known == "people" and raw["numerator"] < 5:
            assert np.isnan(row["value"]), each.definition.name
            assert row["variation"] == HIDDEN or each.definition.rare
        elif each.definition.unit == "share" and each.definition.known != "public":
            assert row["value"] == pytest.approx(round(row["value"], 2))
        elif each.definition.unit == "people":
            assert row["value"] % 5 == 0


def test_released_points_say_nothing_of_hidden_ones(found):
    small = [dataclasses.replace(each) for each in indicators.charted(found)]
    for safe in released_points(small, frames.KNOWN, Rule(smallest=12)):
        frame, hidden = safe.frame, safe.hidden["value"]
        assert frame.loc[hidden, "value"].isna().all()
        assert (frame.loc[hidden, "special"] == "-").all()
        assert not {"numerator", "denominator", "behind"} & set(frame)
        if frame["unit"].iloc[0] == "share":
            assert not (frame[["mean", "lower", "upper"]] < 0).any(axis=None)
        if (hidden & frame["baseline"]).any():
            assert frame[["mean", "lower", "upper"]].isna().all(axis=None)
        assert (frame["variation"] == HIDDEN).all() == bool(hidden.iloc[-1])


def test_points_without_a_hidden_one_keep_their_mean_and_limits(found):
    women = [each for each in found if each.definition.name == "women_share"]
    (safe,) = released_points(women, frames.KNOWN)
    assert not safe.hidden["value"].any()
    assert safe.frame[["mean", "lower", "upper"]].notna().all(axis=None)


def test_a_series_of_few_points_has_no_mean_and_no_special_point(found):
    few = [each for each in found if each.chart.variation == "too few points" and len(each.series)]
    assert few
    for safe in released_points([each for each in few if not each.definition.rare], frames.KNOWN):
        assert safe.frame[["mean", "lower", "upper"]].isna().all(axis=None)
        assert (safe.frame["special"] == "-").all()


def test_pounds_a_bed_day_are_those_of_rounded_people(found):
    money = [each for each in found if each.definition.name == "spend_per_bed_day"]
    (safe,) = released_points(money, frames.KNOWN)
    people = (345.0, 350.0)  # 126,000 and 128,000 bed-days over 365: 345.2 and 350.7
    assert safe.frame["value"].tolist() == [
        spend / (365 * each) for spend, each in zip((63e6, 68e6), people, strict=True)
    ]


def test_people_in_beds_are_rounded_before_they_are_put_over_beds_or_years():
    definitions = {each.name: each for each in indicators.INDICATORS}
    days = pd.to_datetime(["2024-01-01", "2024-01-31"]).astype("datetime64[s]")

    def shown(name, some, every):
        told = pd.DataFrame(
            {"period": days[:1], "last": days[1:], "numerator": some, "denominator": every, "value": some / every}
        )
        measured = indicators.Measured(definitions[name], told, "month", xmr(told["value"]), None, True)
        return {
            released([measured], frames.KNOWN)[0].frame["value"].iloc[0]
            for released in (released_latest, released_points)
        }

    assert shown("occupancy", 81.0, 100.0) == {0.8}  # 81% of public beds would be 81 people
    assert shown("occupancy", 41.0, 40.0) == {1.0}
    assert shown("deaths_in_care", 11.0, 250.0) == {40.0}


def test_standards_are_released_as_they_are(own):
    assert released_standards(own["standards"], frames.KNOWN).frame.equals(standards_latest(own["standards"]))
