"""Charts of the flow, options and own data tell their values in their places, and nothing that is suppressed."""

import re
from types import SimpleNamespace

import dashboard_frames
import flow_frames
import numpy as np
import pandas as pd
import present_frames
import pytest
from option_frames import confirmed, told, weighed
from present_frames import KNOWN, LONDON
from tests import equity_frames

from needs.methods.disclosure import Rule, release
from needs.methods.reinvestment import plan
from needs.methods.service import equity, equity_spread, experience, followed_up_rates, followed_up_released, indicators
from needs.methods.service import monitored_release as safe
from needs.methods.service.indicators_released import released_points, released_standards
from needs.present import charts
from needs.present.charts.told import MOST

ABOUT = (KNOWN, "2023-24", 10)
OWN = present_frames.KNOWN
ALL_HIDDEN = Rule(smallest=1_000_000)
OPEN = SimpleNamespace(verb="open", tier="step_down", number=1, year=0)
PANELS = {"medium": (520, 540, 30), "low": (610, 640, 40), "step_down": (88, 90, 3), "blocked": (42, 55, 22),
          "waiting": (18, 40, 25)}  # fmt: skip


def of_the_flow():
    frame = flow_frames.fan(PANELS)
    difference = flow_frames.fan(dict.fromkeys(PANELS, (0, 9, 6)), zero=True)
    long = flow_frames.fan(PANELS, years=25)
    return {
        "flow": charts.flow_diagram(flow_frames.moves(), flow_frames.standing(), LONDON, KNOWN),
        "fan": charts.stay_as_is(frame, LONDON, KNOWN, {"medium": 560.0}),
        "long fan": charts.stay_as_is(long, LONDON, KNOWN),
        "change": charts.after_change(difference, OPEN, LONDON, KNOWN),
    }


def of_options():
    ranked, _ = told(weighed([2e6, -1e6, 0, 5e5], [3000, -200, 50, 0], spread=0.1))
    sure = confirmed()
    chosen = plan(sure, KNOWN)
    return {
        "options": charts.options(ranked, LONDON, *ABOUT),
        "frontier": charts.frontier(sure, chosen, LONDON, *ABOUT),
        "savings": charts.cumulative_savings(chosen, LONDON, KNOWN, "2023-24", 0.035),
        "funnel": charts.funnel(present_frames.compared(1.2, 0.9, 1.0), "Detentions", LONDON, KNOWN, "use"),
    }


def months(first, later, number=24):
    """People of one tier by month: so many in the first year, so many after it."""
    days = pd.date_range("2022-01-01", periods=number, freq="MS")
    people = np.where(np.arange(number) < 12, first, later).astype(float)
    return pd.DataFrame({"month": days, "tier": "low", "occupied": people, "beds": 50.0, "occupancy": people / 50})


def moved(first, later):
    rows = months(first, later)[["month", "tier", "occupied"]].rename(columns={"occupied": "entered"})
    return rows.assign(left=rows["entered"], months=1)


def of_the_months(rule):
    reasons = pd.DataFrame({"delay_reason": ["housing", "funding", "step_down"], "delayed_now": 9,
                            "delayed": [28, 14, 3], "bed_days": [431, 120, 19]})  # fmt: skip
    delays = safe.delays(reasons, OWN, rule)
    moves = safe.moves(moved(3, 41), OWN, rule)
    return {
        "occupancy": charts.occupancy_by_month(safe.occupancy(months(3, 41), OWN, rule), LONDON),
        "moves": charts.flow_by_month(moves, moves, LONDON),
        "delays": charts.delays(delays, delays, LONDON, pd.Timestamp("2024-03-31")),
    }


@pytest.fixture(scope="module")
def cases():
    stays = equity_frames.some_stays(500)
    return equity_frames.worked(stays, equity_frames.some_reviews(stays), equity_frames.some_outcomes(stays))


def of_groups(found, rule):
    followed = found["followed"]
    readmitted = followed_up_released.release_incidence(followed_up_rates.incidence(followed, "readmission"), OWN, rule)
    curves = followed_up_released.release_curves(followed_up_rates.curves(followed, "readmission"), OWN, rule)
    answers = experience.release_answers(experience.answers(equity_frames.some_answers()), OWN, rule)
    return {
        "equity": charts.equity(equity.release_groups(found["compared"], OWN, rule), LONDON),
        "units": charts.equity_funnel(equity_spread.release_units(found["units"], OWN, rule), LONDON),
        "readmission": charts.readmission(curves, readmitted, LONDON),
        "experience": charts.experience(answers, LONDON),
    }


def of_the_dashboard(rule):
    own = dashboard_frames.region()
    found = indicators.assess(own, dashboard_frames.linked(own), own.since, own.until)
    points = released_points(indicators.charted(found), OWN, rule)
    filled = pd.DataFrame({"table": ["health", "health", "all"], "column": ["bmi", "checked", "all"],
                           "rows": [400, 400, 800], "filled": [300, 390, 690]})  # fmt: skip
    complete = release(filled, OWN, counts=["rows"], shares={"share": ("filled", "rows")}, rule=rule)
    return {
        "control": charts.control_charts(points, (), None, LONDON, OWN),
        "complete": charts.own_completeness(complete),
    }


def check(chart, least=2):
    """Every value is in the picture, stands by itself, and is told once."""
    points = chart.image.points
    assert least <= len(points) <= MOST + 2
    assert len({*points}) == len(points), "no value is told twice in one place"
    for x, y, text in points:
        assert 0 <= x <= 100
        assert 0 <= y <= 100
        assert re.search(r"\d|nobody|none|no change|no clear change", text), text
        assert not re.search(r"\b(nan|NaN|NaT|inf)\b|_|\*| {2}|\.$", text), text
        assert len(text.split()) >= 3, text
    assert "<text" in chart.image.svg
    assert "nan" not in chart.image.svg


def test_charts_of_the_flow_tell_their_values():
    made = of_the_flow()
    for chart in made.values():
        check(chart)
        assert len(chart.image.svg) < 35_000
    fan = [text for *_, text in made["fan"].image.points]
    assert "In medium secure beds: 560 beds told by the region" in fan
    assert "Waiting outside, year 10: 40 people (0 to 80)" in fan
    assert [text.split(":")[0] for text in fan[:2]] == [
        "In medium secure beds, today",
        "In medium secure beds, after 11 months",
    ]
    assert "Waiting outside, year 10: +9 people (−1 to +19)" in [text for *_, text in made["change"].image.points]


def test_charts_of_options_tell_their_values():
    made = of_options()
    for chart in made.values():
        check(chart)
        assert len(chart.image.svg) < 25_000
    assert len(made["options"].image.points) == 8
    assert len(made["savings"].image.points) == 10
    assert all(text.startswith("Saved by the end of year") for *_, text in made["savings"].image.points)
    assert "London: 1.20 times its share of need, inside the 95% limits" in [t for *_, t in made["funnel"].image.points]


def test_months_that_are_suppressed_are_not_told():
    made = of_the_months(Rule())
    for chart in made.values():
        check(chart, least=1)
        assert chart.released
    delays = made["delays"].data
    assert len(made["delays"].image.points) == delays["bed_days"].notna().sum() < 3
    assert made["delays"].image.points[0][2] == "No housing: 430 bed-days, about 30 people"
    for name in ("occupancy", "moves"):
        told = [text for *_, text in made[name].image.points]
        assert told
        assert all("2023" in text and ": 40 people" in text for text in told), "months of 2022 have 3 people"


@pytest.mark.parametrize("rule", [Rule(), Rule(smallest=20)])
def test_groups_tell_what_is_released_alone(cases, rule):
    for chart in of_groups(cases, rule).values():
        check(chart, least=1)
        data = chart.data
        shown = data[data["suppressed"].eq("")] if "suppressed" in data else data
        assert len(chart.image.points) <= len(shown)


def test_a_curve_is_named_by_the_last_month_that_is_known(cases):
    chart = of_groups(cases, Rule())["readmission"]
    every = chart.data[chart.data["group"] == "all"].dropna(subset=["share"])
    last, before = every.iloc[-1], every.iloc[-2]
    assert last[["share", "lower", "upper"]].eq(before[["share", "lower", "upper"]]).all(), (
        "the end repeats the last step"
    )
    named = f"Everybody {before['share']:.0%} by {before['months'] / 12:.1f} years"
    level = f"{last['months'] / 12:.1f} years"
    assert named in chart.alt
    assert f">{named}<" in chart.image.svg
    told = [text for *_, text in chart.image.points if text.startswith("Everybody")]
    assert told[-1].startswith(
        f"Everybody, {before['months'] / 12:.1f} years after leaving: {before['share']:.0%} readmitted"
    )
    assert not any(f"Everybody, {level}" in text for text in told)


def test_the_dashboard_tells_points_against_their_limits():
    made = of_the_dashboard(Rule())
    for chart in made.values():
        check(chart)
    told = [text for *_, text in made["control"].image.points]
    assert any(
        re.search(r", [A-Z][a-z]{2} 20\d\d: \d+%, (above the upper|below the lower) limit, special", t) for t in told
    )
    own = dashboard_frames.region()
    standards = charts.standards(released_standards(own["standards"], OWN), LONDON)
    check(standards)
    assert sum(int(re.search(r": (\d+) of", t)[1]) for *_, t in standards.image.points if t.startswith("Core")) == 30


def test_nothing_is_told_where_everything_is_suppressed(cases):
    hidden = of_the_months(ALL_HIDDEN) | of_groups(cases, ALL_HIDDEN) | of_the_dashboard(ALL_HIDDEN)
    for name, chart in hidden.items():
        assert not chart.image.points, name


def test_a_line_runs_through_every_bend():
    from needs.present.charts.told import bends, spaced

    heights = [1.0, 1.0, 1.0, 2.0, np.nan, 2.0, 2.0]
    assert bends(heights).tolist() == [True, False, True, True, True, True, True]
    assert bends([3.0]).tolist() == [True]
    assert spaced(pd.Series(range(67)), 13).tolist() == [0, 6, 12, 18, 24, 30, 36, 42, 48, 54, 60, 66]
    assert spaced(pd.Series(range(5)), 1).tolist() == [4]
