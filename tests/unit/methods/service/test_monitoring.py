"""Beds, moves, stays in a tier, delays, tiers needed and waits, each against a count made the long way."""

import numpy as np
import pandas as pd
import pytest
from monitored_frames import KNOWN, SINCE, UNTIL, monitored, typed

from needs.methods.service import linking, monitored_now, monitored_release, monitoring, time_in_tier
from needs.methods.service.monitored_assessments import assessments_made
from needs.methods.service.monitored_waits import by_clock, has_own_clock, summary, waiting_curve, waits

DAY = pd.Timestamp


@pytest.fixture(scope="module")
def own():
    return monitored(seed=4, people=300)


@pytest.fixture(scope="module")
def stays(own):
    return linking.link(own["stays"], own.since, own.until).stays


def stay(person, pathway, tier, admitted, end, ended=True, to="discharge", **more):
    row = {"person": person, "person_key": str(person), "pathway": pathway, "tier": tier, "admitted": DAY(admitted),
           "end": DAY(end), "ended": ended, "origin": "court", "to": to if ended else None,
           "clinically_ready": pd.NaT, "delay_reason": None}  # fmt: skip
    return row | more


def test_people_in_care_are_those_counted_night_by_night(stays):
    found = monitoring.by_month(stays, SINCE, UNTIL)
    nights = pd.date_range("2022-05-01", "2022-05-31")
    out = stays["end"].where(stays["ended"], UNTIL + pd.Timedelta(days=1))
    for tier in ("medium", "community"):
        own = stays["tier"].eq(tier)
        there = [int((own & (stays["admitted"] <= night) & (out > night)).sum()) for night in nights]
        row = found[found["tier"].eq(tier) & found["month"].eq(DAY("2022-05-01"))].iloc[0]
        assert row["occupied"] == pytest.approx(np.mean(there))


def test_nobody_is_lost_between_months(stays):
    """People there at the start, and those who come less those who go, are those there at the end."""
    spells, months = time_in_tier.tier_spells(stays, SINCE), monitoring.by_month(stays, SINCE, UNTIL)
    assert months["entered"].equals(months["admissions"] + months["transfers_in"])
    assert months["left"].equals(months["discharges"] + months["transfers_out"])
    for tier, own in months.groupby("tier"):
        spell = spells[spells["tier"] == tier]
        before, now = (spell["admitted"] < SINCE).sum(), (~spell["ended"]).sum()
        assert before + own["entered"].sum() - own["left"].sum() == now
    for step in (3, 6, 12):
        together = monitoring.by_month(stays, SINCE, UNTIL, months=step)
        assert together[["entered", "left"]].sum().equals(months[["entered", "left"]].sum())


def test_beds_are_those_last_validated():
    rows = {"unit": ["a", "a", "b", "c"], "tier": ["low"] * 4, "sex": ["male", "male", "male", "female"], "sector": "nhs",
            "beds": [10, 8, 5, 3], "validated": ["2024-01-10", "2024-03-01", "2024-02-28", "2025-01-01"]}  # fmt: skip
    none = pd.DataFrame([stay(1, 1, "high", "2020-01-01", "2020-06-01")])
    found = monitoring.by_month(none, DAY("2023-12-01"), DAY("2024-03-31"), typed("capacity", rows))
    assert found.loc[found["tier"].eq("low"), "beds"].tolist() == pytest.approx([np.nan, 10, 15, 13], nan_ok=True)


def test_months_covered_in_part_are_left_out(stays):
    found = monitoring.by_month(stays, DAY("2023-01-15"), DAY("2023-04-29"))
    assert sorted(set(found["month"])) == [DAY("2023-02-01"), DAY("2023-03-01")]
    assert monitoring.by_month(stays, DAY("2023-01-15"), DAY("2023-02-10")).empty
    assert monitoring.flows(stays, DAY("2023-01-15"), DAY("2023-02-10")).empty


def test_flows_are_shown_over_the_fewest_months_that_usually_hold_twenty(stays):
    found = monitoring.flows(stays, SINCE, UNTIL)
    for tier, own in found.groupby("tier"):
        step = own["months"].iloc[0]
        assert step == 12 or np.median(own[["entered", "left"]].to_numpy()) >= monitoring.USUAL, tier
    many = pd.concat(
        [stays.assign(person=stays["person"] + at, pathway=stays["pathway"] + at) for at in np.arange(30) * 10**6]
    )
    busy = monitoring.flows(many.reset_index(drop=True), SINCE, UNTIL)
    assert busy.loc[busy["tier"].eq("low"), "months"].iloc[0] < 12


def test_stays_in_one_tier_are_one_spell():
    frame = pd.DataFrame([
        stay(1, 1, "medium", "2020-01-01", "2021-01-01", to="medium"), stay(1, 1, "medium", "2021-01-02", "2022-01-01", to="low"),
        stay(1, 1, "low", "2022-01-01", "2024-03-31", ended=False), stay(2, 2, "low", "2023-01-01", "2023-06-01", to=None),
        stay(3, 3, "low", "2018-01-01", "2020-03-31"),
    ])  # fmt: skip
    spells = time_in_tier.tier_spells(frame, SINCE)
    assert spells[["tier", "days", "entry_days", "to"]].to_numpy().tolist() == [
        ["medium", 731.0, 91.0, "low"], ["low", 820.0, 0.0, ""], ["low", 151.0, 0.0, "unknown"],
    ]  # fmt: skip


def test_next_places_and_those_still_there_are_everyone(stays):
    spells = time_in_tier.tier_spells(stays, SINCE)
    found = time_in_tier.next_places(spells, (1, 3))
    assert found.groupby(["tier", "years"])["share"].sum().to_numpy() == pytest.approx(1.0)
    assert list(dict.fromkeys(found["tier"])) == ["high", "medium", "low", "step_down", "community"]


def test_people_count_once():
    spells = pd.DataFrame(
        {"person": [1, 1, 2], "days": [400.0, 500.0, 600.0], "entry_days": [0.0, 0.0, 300.0], "ended": True}
    )
    followed, gone = time_in_tier.people_by(spells, [0, 350, 450, 700])
    assert followed.tolist() == [1, 2, 2, 0]
    assert gone.tolist() == [0, 0, 1, 2]


def test_long_stays_count_those_there_today():
    spells = pd.DataFrame({"person": [1, 2, 3], "tier": "medium", "ended": [False, False, True],
                           "admitted": pd.to_datetime(["2010-01-01", "2020-01-01", "2010-01-01"])})  # fmt: skip
    found = monitored_now.long_stays(spells, UNTIL).set_index("tier")
    assert found.loc["medium", ["people", "long"]].tolist() == [2, 1]
    assert found.loc["high", ["people", "long"]].tolist() == [0, 0]


def test_bed_days_lost_are_nights_after_ready(stays):
    found = monitored_now.delayed(stays, UNTIL, by=("tier",)).set_index("tier")
    nights = pd.date_range(UNTIL - pd.DateOffset(months=12) + pd.Timedelta(days=1), UNTIL)
    out = stays["end"].where(stays["ended"], UNTIL + pd.Timedelta(days=1))
    own = stays["tier"].eq("low")
    lost = sum(int((own & (stays["clinically_ready"] <= night) & (out > night)).sum()) for night in nights)
    assert found.loc["low", "bed_days"] == lost
    tiers = monitored_now.delayed_by_tier(stays, UNTIL).set_index("tier")
    assert tiers.loc["low", "bed_days"] == lost
    months = monitoring.by_month(stays, SINCE, UNTIL, months=12)
    last = months[months["tier"].eq("low")].iloc[-1]
    assert tiers.loc["low", "all_bed_days"] == pytest.approx(last["occupied"] * last["days"])


def test_reasons_add_up_and_blank_ones_are_not_known(stays):
    found = monitored_now.delayed_by_reason(stays, UNTIL)
    every, one = found[found["tier"] == "all"], monitored_now.delayed(stays, UNTIL, by=())
    assert every["bed_days"].sum() == one.loc[0, "bed_days"] == found.loc[found["tier"] != "all", "bed_days"].sum()
    assert "unknown" in set(every["delay_reason"])


def test_the_latest_review_of_this_pathway_counts():
    there = pd.DataFrame([
        stay(1, 1, "medium", "2023-01-01", UNTIL, ended=False), stay(2, 2, "low", "2023-01-01", UNTIL, ended=False),
        stay(3, 3, "low", "2023-01-01", UNTIL, ended=False), stay(4, 4, "low", "2023-01-01", "2024-01-01"),
    ])  # fmt: skip
    reviews = typed("reviews", {
        "person_key": ["1", "1", "2", "3", "4"], "tier_needed": ["high", "none", "low", "low", "low"],
        "reviewed": ["2023-02-01", "2023-08-01", "2022-12-31", "2024-04-01", "2023-06-01"],
    })  # fmt: skip
    found = monitored_now.tier_needed(there, reviews, UNTIL).set_index("tier")
    assert found.loc["medium", ["people", "reviewed", "none", "less", "more"]].tolist() == [1, 1, 1, 1, 0]
    assert found.loc["low", ["people", "reviewed"]].tolist() == [2, 0]  # one before the pathway, one after the last day


def events(*rows):
    columns = ("referral_key", "event", "day", "clock")
    told = pd.DataFrame([(*row, None)[:4] for row in rows], columns=columns)
    return typed("referrals", {**dict(told), "person_key": told["referral_key"], "setting": "prison", "tier": "medium"})


def test_how_a_wait_ends():
    told = events(
        ("a", "referred", "2023-01-01"), ("a", "refused", "2023-01-05"), ("a", "admitted", "2023-01-31"),  # at last
        ("b", "referred", "2023-01-01"), ("b", "refused", "2023-01-05"),  # refused
        ("c", "referred", "2023-01-01"), ("c", "refused", "2023-01-05"), ("c", "assessed", "2023-02-01"),  # goes on elsewhere
        ("d", "referred", "2020-03-01"), ("d", "released", "2020-05-01"),  # began before the data
        ("e", "referred", "2020-01-01"), ("e", "admitted", "2020-02-01"),  # over before the data
        ("f", "referred", "2023-03-01"), ("f", "admitted", "2023-02-01"),  # cannot be
        ("g", "referred", "2024-05-01"),  # after the data
    )  # fmt: skip
    found = waits(told, SINCE, UNTIL)
    assert found[["days", "entry_days", "outcome"]].to_numpy().tolist() == [
        [30.0, 0.0, "admitted"], [4.0, 0.0, "refused"], [455.0, 0.0, ""], [61.0, 31.0, "released"],
    ]  # fmt: skip
    assert found["ended"].tolist() == [True, True, False, True]


def test_clocks():
    told = events(
        ("a", "referred", "2023-01-01"), ("a", "assessed", "2023-01-03", "start"), ("a", "accepted", "2023-01-10"),
        ("a", "waiting", "2023-01-11", "end"), ("a", "admitted", "2023-01-31"), ("b", "referred", "2023-01-01"),
    )  # fmt: skip
    assert has_own_clock(told)
    assert waits(told, SINCE, UNTIL, "own")["days"].tolist() == [8.0]
    assert waits(told, SINCE, UNTIL, "accepted")["days"].tolist() == [21.0]
    assert next(iter(by_clock(told, SINCE, UNTIL))) == "Start to end of the region's own clock"
    assert waits(told, SINCE, UNTIL, setting="court").empty
    assert len(waits(told, SINCE, UNTIL, setting=None)) == 2


def test_a_full_count_is_plain_and_others_are_not():
    whole = pd.DataFrame(
        {"person": range(40), "days": range(40), "entry_days": 0.0, "outcome": "admitted", "ended": True}
    )
    row = summary(whole.astype({"days": float}))
    assert (row["method"], row["within_14"]) == ("wilson", pytest.approx(15 / 40))
    part = whole.assign(ended=whole["person"] != 20, outcome=whole["outcome"].where(whole["person"] != 20, ""))
    assert summary(part)["method"] == "aalen_johansen"
    assert summary(part)["within_14"] == pytest.approx(15 / 40)
    assert summary(part)["within_28"] > 28 / 40  # the one still waiting might have been in time
    assert np.isnan(summary(whole.iloc[:0])["within_14"])


def test_ends_and_those_who_wait_are_everyone(own):
    found = waiting_curve(waits(own["referrals"], SINCE, UNTIL), [0, 30, 60, 90])
    total = found.groupby("days")["share"].sum()
    assert total.is_monotonic_increasing
    assert total.iloc[0] == 0
    assert total.max() <= 1
    assert waiting_curve(waits(own["referrals"].iloc[:0], SINCE, UNTIL), [0]).empty


def test_assessments_before_admission_count():
    told = events(
        ("a", "referred", "2023-01-01"), ("a", "assessed", "2023-01-02"), ("a", "admitted", "2023-01-11"),
        ("a", "assessed", "2023-02-01"), ("b", "referred", "2023-01-01"), ("b", "admitted", "2023-01-31"),
        *(("b", "assessed", f"2023-01-0{n}") for n in range(2, 8)),
        ("c", "referred", "2023-01-01"), ("c", "assessed", "2023-01-02"),
    )  # fmt: skip
    made = assessments_made(told, SINCE, UNTIL).set_index("number")
    assert made["admissions"].to_dict() == {"0": 0, "1": 1, "2": 0, "3": 0, "4 or more": 1, "all": 2}
    assert made.loc["all", ["mean", "mean_days"]].tolist() == [3.5, 20.0]
    assert made.loc["4 or more", "mean_days"] == 30
    assert assessments_made(told.iloc[:0], SINCE, UNTIL)["admissions"].sum() == 0


def test_people_are_rounded_before_they_are_put_over_beds():
    frame = pd.DataFrame({"month": pd.Timestamp("2024-01-01"), "tier": "low", "occupied": [81.0, 3.0, 41.0],
                          "beds": [100.0, 50.0, np.nan], "occupancy": [0.81, 0.06, np.nan]})  # fmt: skip
    safe = monitored_release.occupancy(frame, KNOWN)
    assert safe.frame["occupancy"].fillna(-1).tolist() == [0.8, -1, -1]
    assert safe.hidden["occupancy"].tolist() == [False, True, False]


def test_curves_go_in_steps_of_five_people(own, stays):
    found = waits(own["referrals"], SINCE, UNTIL)
    still = time_in_tier.still_there(time_in_tier.tier_spells(stays, SINCE), time_in_tier.QUARTERS)
    for curve, key, name in ((waiting_curve(found, range(0, 183, 7)), "outcome", "share"), (still, "tier", "still")):
        safe = monitored_release.curve(curve, KNOWN).frame
        assert len(safe) < len(curve)
        joined = safe.merge(curve[[key, "days", "events", "behind"]], on=[key, "days"])
        assert (joined.groupby(key, observed=True)["events"].diff().dropna() >= 5).all()
        assert (joined["behind"] >= 5).all()
        assert safe[name].notna().all()
        assert not {"events", "behind"} & set(safe)


def _delays(rows):
    cells = pd.DataFrame(rows, columns=["tier", "delay_reason", "delayed", "bed_days"]).assign(delayed_now=0)
    every = cells.groupby("delay_reason", as_index=False, sort=False)[["delayed", "bed_days", "delayed_now"]].sum()
    tiers = cells.groupby("tier", as_index=False, sort=False)[["delayed", "bed_days", "delayed_now"]].sum()
    tiers = tiers.assign(people=100, all_bed_days=30_000)
    return pd.concat([every.assign(tier="all"), cells], ignore_index=True)[[*cells]], tiers


def test_bed_days_of_few_people_are_not_the_rest_of_others():
    cells, tiers = _delays([(tier, "housing", 9, 300) for tier in ("high", "medium", "low", "step_down", "community")])
    assert monitored_release.delays_by_tier(tiers, KNOWN, cells=cells).frame["bed_days"].tolist() == [300] * 5
    for row in (("high", "funding", 2, 90), ("low", "funding", 2, 90), ("low", "tribunal", 0, 0)):
        cells, tiers = _delays([("medium", "housing", 9, 310), ("low", "housing", 10, 400), row])
        safe = monitored_release.delays_by_tier(tiers, KNOWN, cells=cells).frame
        assert safe["bed_days"].notna().sum() <= 1  # 800 less those shown are no small number's, nor nobody's
        reasons = monitored_release.delays(cells, KNOWN).frame
        assert "funding" not in set(reasons["delay_reason"])
        assert reasons["bed_days"].isna().all()  # all but those of housing would be those of funding


def test_no_reason_is_the_difference_of_those_shown():
    needed = pd.DataFrame({"tier": ["medium"], "people": [90], "reviewed": [80], "high": [1], "medium": [50], "low": [22],
                           "step_down": [7], "community": [0], "none": [0], "less": [29], "same": [50], "more": [1]})  # fmt: skip
    safe = monitored_release.needed(needed, KNOWN)
    shown = safe.frame.iloc[0]
    assert shown["less_share"] == 0.36
    assert shown[["high", "medium"]].isna().all()  # else the one would be 80 less the others
    assert not {"same", "more"} & set(safe.frame)


def test_a_place_to_which_few_went_is_as_one_to_which_nobody_did():
    ends = {f"share{end}": 0.1 for end in ("", "_lower", "_upper")}
    frame = pd.DataFrame([{"tier": "low", "to": to, "years": years, **ends, "behind": float(n)}
                          for to, counts in (("prison", (0, 6)), ("died", (1, 4)), ("still_there", (20, 3)))
                          for years, n in zip((1, 2), counts, strict=True)])  # fmt: skip
    frame.loc[0, "share_lower"] = np.nan
    safe = monitored_release.next_places(frame, KNOWN)
    assert set(safe.frame["to"]) == {"prison", "still_there"}
    assert safe.hidden.loc[0, ["share", "share_lower", "share_upper"]].all()
