"""Figures measured from own data: each by its rule, none from few people, all as released."""

import dashboard_frames
import pandas as pd
import pytest

from needs.methods.service import linking, monitored_now
from needs.methods.service.measured import measured

SINCE, UNTIL = dashboard_frames.SINCE, dashboard_frames.UNTIL


def found(own):
    linked = linking.link(own["stays"], own.since, own.until)
    return linked, {one.name: one for one in measured(own.tables, linked, own.since, own.until)}


@pytest.fixture(scope="module")
def region():
    own = dashboard_frames.region()
    return (own, *found(own))


def test_people_in_care_are_rounded_with_the_range_of_the_rounding(region):
    _, linked, told = region
    present = linked.stays.loc[~linked.stays["ended"], "tier"].astype(str).value_counts()
    for tier in ("high", "medium", "low"):
        one = told[f"demand.counted.{tier}"]
        assert one.value % 5 == 0
        assert one.lower <= present[tier] <= one.upper


def test_a_mean_stay_is_time_in_the_tier_over_departures(region):
    _, linked, told = region
    stays = linked.stays[linked.stays["tier"].astype(str) == "medium"]
    years = (stays["end"] - stays["admitted"].where(stays["admitted"] > SINCE, SINCE)).dt.days.sum() / 365.25
    left = int((stays["ended"] & (stays["end"] >= SINCE)).sum())
    one = told["flow.stay.medium.mean"]
    assert one.value == pytest.approx(years / left, abs=0.05)
    assert one.lower < one.value < one.upper
    assert one.people % 5 == 0


def test_beds_are_those_last_validated():
    own = dashboard_frames.service({"capacity": {
        "unit": ["a", "a", "b", "c"], "tier": ["medium", "medium", "medium", "low"], "sector": ["nhs"] * 4, "sex": ["male"] * 4,
        "beds": [20, 16, 10, 12], "validated": ["2021-01-01", "2023-01-01", "2022-01-01", "2030-01-01"],
    }})  # fmt: skip
    _, told = found(own)
    assert {name: one.value for name, one in told.items()} == {"flow.beds.medium": 26}


def test_shares_of_routes_add_up_and_leave_out_few_people(region):
    _, linked, told = region
    shares = {name: one for name, one in told.items() if name.startswith("flow.routing.medium.shares.")}
    assert sum(one.value for one in shares.values()) == pytest.approx(1, abs=1e-12)
    stays = linked.stays[linked.stays["ended"] & (linked.stays["tier"].astype(str) == "medium")]
    counts = stays["to"].astype(str).value_counts()
    for name, one in shares.items():
        assert counts[name.rpartition(".")[2]] >= 5
        assert one.people % 5 == 0


def test_who_needs_less_security_is_as_the_page_shows(region):
    own, linked, told = region
    shown = monitored_now.tier_needed(linked.stays, own["reviews"], UNTIL).set_index("tier").loc["medium"]
    assert told["step_down.ready.medium"].value == pytest.approx(round(100 * shown["less"] / shown["reviewed"]) / 100)
    places = {name: m.value for name, m in told.items() if name.startswith("step_down.destination.medium.")}
    assert sum(places.values()) == pytest.approx(1, abs=1e-12)
    assert set(places) <= {f"step_down.destination.medium.{to}" for to in ("low", "step_down", "community")}


def test_assessments_are_those_of_prisoners_for_the_flow_is_asked_about_them():
    days = pd.date_range("2022-01-01", periods=20).strftime("%Y-%m-%d").tolist()
    rows = []
    for n, day in enumerate(days):
        setting, assessed = ("prison", 3) if n % 2 else ("hospital", 1)
        events = ["referred", *["assessed"] * assessed, "admitted"]
        rows += [(f"p{n}", f"r{n}", event, day, setting) for event in events]
    names = ("person_key", "referral_key", "event", "day", "setting")
    own = dashboard_frames.service({"referrals": dict(zip(names, zip(*rows, strict=True), strict=True))})
    one = found(own)[1]["flow.assessments.number"]
    assert (one.value, one.lower, one.upper, one.people) == (3.0, 3.0, 3.0, 10)


def test_nothing_is_measured_from_few_people():
    few = 4
    own = dashboard_frames.service({"stays": {
        "person_key": [f"p{n}" for n in range(few)], "tier": ["low"] * few, "admitted": ["2022-01-01"] * few,
        "discharged": ["2022-06-01"] * few, "destination": ["discharge"] * few,
    }})  # fmt: skip
    assert found(own)[1] == {}
