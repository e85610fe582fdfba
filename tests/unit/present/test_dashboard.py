"""The quality dashboard as shown: words for every state, stars, shapes, and pictures of nothing."""

import datetime as dt
import re

import dashboard_frames as frames
import numpy as np
import pandas as pd
import pytest

from needs.data.geography import Region
from needs.methods.disclosure import Rule, release
from needs.methods.service import indicators
from needs.methods.service.indicators_released import released_latest, released_points, released_standards
from needs.params.service import Period, Target
from needs.present import charts, quality, tables
from needs.present.spark import Spark
from needs.present.tables.dashboard import NOT_CHARTED

LONDON = Region("2023-24", "london", "London", "E40000003")
COVID = Period(label="COVID-19", since=dt.date(2020, 3, 23), until=dt.date(2021, 7, 18))
BASE = Period(label="Before the new unit", since=dt.date(2020, 4, 1), until=dt.date(2022, 3, 31))


def target(value, better, level="core"):
    return Target(value=value, better=better, level=level, source="for a test")


@pytest.fixture(scope="module")
def own():
    return frames.region()


@pytest.fixture(scope="module")
def found(own):
    told = {"annual_health_check": target(0.95, "higher"), "ready_and_delayed": target(0.3, "lower", "developmental")}
    return indicators.assess(own, frames.linked(own), own.since, own.until, told, BASE)


@pytest.fixture(scope="module")
def dashboard(found):
    return tables.dashboard(released_latest(found, frames.KNOWN), indicators.meanings(found), LONDON)


@pytest.fixture(scope="module")
def nobody():
    own = frames.service({"stays": {"person_key": ["a"], "tier": ["low"], "admitted": ["2021-01-01"]}})
    return own, indicators.assess(own, frames.linked(own), own.since, own.until)


def row(table, label):
    return table.rows.drop(columns="Over time").set_index("Indicator").loc[label].tolist()


def test_one_row_an_indicator(dashboard):
    assert len(dashboard.rows) == len(indicators.INDICATORS)
    assert "SSQD" not in dashboard.title + dashboard.caption + dashboard.rows.to_csv()
    assert (dashboard.rows != "").all(axis=None)
    assert dashboard.data["meaning"].notna().all()


def test_standards_and_assurance_in_words(dashboard):
    check, ready = (
        row(dashboard, "Full health check in the last year"),
        row(dashboard, "Ready and still in a secure bed"),
    )
    assert (check[3], check[5]) == ("95% or more (core)", "fails consistently")
    assert (ready[3], ready[5]) == ("30% or less (developmental)", "passes consistently")
    assert dashboard.title.endswith("1 of 2 indicators held against a standard fails it consistently")


@pytest.mark.parametrize(("value", "better", "assurance", "told", "title"), [
    (22.0, "higher", "fails consistently", "fails by the limits of the baseline; the latest meets it",
     "0 of 1 indicator held against a standard fails it consistently; 1 more fails it by the limits of the baseline, though the "
     "latest figure meets it (admissions to secure care)"),
    (12.0, "higher", "fails consistently", "fails consistently",
     "1 of 1 indicator held against a standard fails it consistently"),
    (22.0, "lower", "passes consistently", "passes by the limits of the baseline; the latest does not meet it",
     "0 of 1 indicator held against a standard fails it consistently"),
    (22.0, "lower", "hit and miss", "hit and miss", "0 of 1 indicator held against a standard fails it consistently"),
])  # fmt: skip
def test_a_latest_figure_that_goes_against_the_limits_is_named(found, value, better, assurance, told, title):
    safe = next(each for each in released_latest(found, frames.KNOWN) if each.frame["name"].iloc[0] == "admissions")
    frame = safe.frame.assign(value=value, standard=15.0, better=better, level="core", assurance=assurance)
    table = tables.dashboard([release(frame, frames.KNOWN, counts=["value"], public=["standard"])], [], LONDON)
    assert table.rows.iloc[0].tolist()[-1] == told
    assert table.title.endswith(title)


def test_the_share_of_stays_begun_has_a_name_of_its_own(dashboard):
    assert "Complete records of stays begun" in set(dashboard.rows["Indicator"])


def test_what_is_suppressed_says_nothing_more(found):
    strict = tables.dashboard(
        released_latest(found, frames.KNOWN, Rule(smallest=20)), indicators.meanings(found), LONDON
    )
    told = row(strict, "Admissions to secure care")
    assert (told[1], told[4], told[5]) == ("*", "suppressed", "-")
    assert "no standard was told" in strict.caption
    assert "Numbers below 20 are suppressed (*)" in strict.caption


def test_small_pictures_show_the_points_of_the_control_charts_and_nothing_more(found):
    points = released_points(indicators.charted(found), frames.KNOWN)
    table = tables.dashboard(released_latest(found, frames.KNOWN), indicators.meanings(found), LONDON, points)
    pictures = dict(zip(table.data["name"], table.rows["Over time"], strict=True))
    charted = {each.frame["name"].iloc[0]: each.frame for each in points}
    assert {name for name, shown in pictures.items() if isinstance(shown, Spark)} <= set(charted)
    assert all(shown == NOT_CHARTED for name, shown in pictures.items() if name not in charted)
    values = charted["occupancy"]["value"].dropna()
    first, last = (quality.written(float(value), "share") for value in values.iloc[[0, -1]])
    low, high = (quality.written(float(value), "share") for value in (values.min(), values.max()))
    told = str(pictures["occupancy"])
    assert f"{first} in " in told
    assert f" to {last} in " in told
    assert f"lowest {low}, highest {high}" in told
    assert table.record()["table"]["sparks"][0]["alt"] in {str(shown) for shown in pictures.values()}


def test_rows_without_a_table_say_so(nobody):
    _, found = nobody
    table = tables.dashboard(released_latest(found, frames.KNOWN), indicators.meanings(found), LONDON)
    assert row(table, "Positive answers")[1] == quality.NOT_GIVEN
    assert row(table, "Moved within 28 days of being ready")[1] == quality.NO_FIGURE
    assert "1 is" not in table.title


def test_charts_name_times_baseline_and_special_points(found):
    points = released_points(indicators.charted(found), frames.KNOWN)
    chart = charts.control_charts(points, (COVID,), BASE, LONDON, frames.KNOWN)
    assert "Before the new unit, Apr 2020 to Mar 2022" in chart.caption
    assert "each period tells much of the next" in chart.caption
    assert len(indicators.charted(found)) == len(indicators.CHARTED)
    assert "special cause, concern" in chart.alt
    assert chart.released
    assert {"value", "suppressed"} <= set(chart.data)


def charted(label, limits, special="-"):
    """Points of one indicator that carries over, with limits or with none."""
    days = pd.date_range("2023-01-01", periods=15, freq="MS")
    lines = dict(zip(("mean", "lower", "upper"), limits, strict=True))
    told = pd.DataFrame({
        "name": "made_up", "label": label, "unit": "people", "every": "month", "period": days, "last": days, "value": 25.0,
        **lines, "standard": np.nan, "better": "", "special": special, "baseline": True, "carries_over": True,
        "variation": "special high" if limits[0] > 0 else "too few points",
    })  # fmt: skip
    return release(told, frames.KNOWN, counts=["value"], public=["standard", "mean", "lower", "upper"])


def test_only_limits_that_are_drawn_are_called_narrow():
    points = [charted("Limited", (20.0, 10.0, 30.0)), charted("Unlimited", (np.nan, np.nan, np.nan))]
    told, none = (charts.control_charts(some, (), None, LONDON, frames.KNOWN).caption for some in (points, points[1:]))
    assert " In limited, each period tells much of the next: limits are too narrow there" in told
    assert "unlimited" not in told
    assert "too narrow" not in none


def test_what_is_neither_a_concern_nor_an_improvement_says_so():
    chart = charts.control_charts([charted("Limited", (20.0, 10.0, 30.0), "high")], (), None, LONDON, frames.KNOWN)
    said = [chart.alt, chart.image.svg, *(text for *_, text in chart.image.points)]
    assert all("neither better nor worse" in text for text in said)
    assert not any(re.search("neither(?! better nor worse)", text) for text in said)


@pytest.mark.parametrize("number", [1, 3])
def test_charts_of_any_number(found, number):
    points = released_points(indicators.charted(found)[:number], frames.KNOWN)
    chart = charts.control_charts(points, (), None, LONDON, frames.KNOWN)
    assert chart.alt.startswith(f"{number} line chart")


def test_nothing_to_draw_is_drawn_as_a_sentence(nobody):
    own, found = nobody
    empty = charts.control_charts((), (COVID,), None, LONDON, frames.KNOWN)
    hidden = charts.control_charts(
        released_points(indicators.charted(found), frames.KNOWN), (), None, LONDON, frames.KNOWN
    )
    assert empty.title == hidden.title == "No indicator of London has figures that can be charted"
    none = released_standards(own["standards"], frames.KNOWN)
    assert charts.standards(none, LONDON).title == tables.standards(none, LONDON).title == "No standards were given"


def test_standards_agree_in_chart_and_table(own):
    safe = released_standards(own["standards"], frames.KNOWN)
    chart, table = charts.standards(safe, LONDON), tables.standards(safe, LONDON)
    missed = safe.frame[safe.frame["met"] < safe.frame["units"]]
    assert len(table.rows) == len(missed)
    assert f"{safe.frame.loc[safe.frame['level'] == 'core', 'met'].sum()} of 30 core" in chart.title
    assert table.title == f"In London {len(missed)} of 8 standards are not fully met in at least one unit"


def test_standards_that_all_meet(own):
    met = own["standards"].assign(status="met")
    table = tables.standards(released_standards(met, frames.KNOWN), LONDON)
    assert table.title == "Every standard that was assessed in London is met by every unit"
