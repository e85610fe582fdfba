"""What is shown of sizes that a reader may try: a table, a chart, and the words of the web page."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.explored_frames import explored

from needs.data.geography import Region
from needs.methods.explorer import MEASURES
from needs.present import charts, tables
from needs.present.explored import against_today, alone, as_full, basis, tally, told
from needs.values import Provenance

LONDON = Region("2023-24", "london", "London", "E40000003")
ABOUT = {"region": LONDON, "known": Provenance("modelled", ("x#y",)), "price_year": "2024-25", "years": 10}


def test_the_table_shows_one_occupancy_and_its_data_hold_all():
    table = tables.explorer(explored(), **ABOUT)
    assert list(table.rows.columns) == [
        "Expected difference in", "Medium secure beds closed", "No place opened", "20 places opened", "40 places opened",
    ]  # fmt: skip
    assert (
        table.rows.iloc[:, 0].tolist() == ["Blocked beds"] * 3 + ["Cost a year, £ million"] * 3 + ["People waiting"] * 3
    )
    assert table.rows.iloc[0, 1:4].tolist() == ["none", "as today", "−12 (−31 to 7)"]
    assert len(table.data) == len(explored().frame) == 27
    assert "69 of the flow's 500 futures" in table.caption
    assert table.caption.endswith("The data add 85% and 95% in use.")


def test_the_data_say_in_words_what_their_numbers_are():
    data = pd.read_csv(io.StringIO(tables.explorer(explored(), **ABOUT).record()["csv"]))
    for name in MEASURES:
        assert data[[f"{name}_expected", f"{name}_interval", f"{name}_against_today"]].notna().all().all()
        assert not data[f"{name}_against_today"].str.startswith("'").any()
    today = data[(data["beds_closed"] == 0) & (data["places_opened"] == 0)]
    assert (today[[f"{name}_against_today" for name in MEASURES]] == "as today").all().all()
    assert set(data["occupancy_told"]) == {
        "90% (80% to 97%), as in this report", "85% in every future", "95% in every future",
    }  # fmt: skip


def test_the_chart_has_a_square_for_each_size_and_tells_each():
    chart = charts.explorer(explored(), **ABOUT)
    assert len(chart.image.points) == 27
    told_points = [text for _, _, text in chart.image.points]
    assert told_points[0] == "no bed closed and no place opened: as today"
    assert (
        told_points[1]
        == "no bed closed and 20 places opened: 12 fewer blocked beds expected, 95% interval 31 fewer to 7 more"
    )
    assert chart.image.svg.count(">today<") == 3
    assert "with 36 beds closed and 40 places opened" in chart.alt


def test_titles_say_what_the_numbers_say():
    assert alone(explored(), LONDON) == (
        "In London, opening 40 step-down places alone is expected to mean 24 fewer blocked beds and £4.4 million more a year; "
        "closing 36 medium secure beds alone, 25 more people waiting and £9 million less a year"
    )
    assert tally(explored(), LONDON).startswith(
        "Of 8 sizes of closing and opening tried for London, none is expected to mean"
    )
    assert tally(explored(waiting=0.0), LONDON).startswith(
        "Of 8 sizes of closing and opening tried for London, 3 are expected"
    )


def test_a_region_with_beds_for_no_ward_and_places_of_its_own():
    found = explored(wards=(0,), places=(0, 1), own=True)
    assert ";" not in alone(found, LONDON)
    assert "opening 1 step-down place alone" in alone(found, LONDON)
    assert tally(found, LONDON).startswith("Of 1 size of")
    table = tables.explorer(found, **ABOUT)
    assert "Step-down places in use today: 79%, by the area's own number of places." in table.caption
    assert "The data add" not in table.caption
    assert charts.explorer(found, **ABOUT).image.points


def test_nobody_admitted_is_said_and_nothing_is_made_up():
    found = explored()
    missing = [name for name in found.frame if name.startswith("in_time")]
    data = told(replace(found, frame=found.frame.assign(**dict.fromkeys(missing, np.nan))))
    assert set(data["in_time_expected"]) == {"nobody admitted"} == set(data["in_time_against_today"])


def test_what_stands_over_the_figure_and_the_table_is_short():
    for made in (charts.explorer(explored(), **ABOUT), tables.explorer(explored(), **ABOUT)):
        assert len(made.title.split()) <= 45
        assert len(made.caption.split()) <= 70


def test_captions_say_how_many_futures_and_what_is_left_out():
    assert basis(replace(explored(), futures=500), "2024-25", 2).endswith("2024-25 prices; all 500 futures.")
    assert "of year 2, year 2; " in basis(explored(), "2024-25", 2)
    table = tables.explorer(replace(explored(occupancy=(0.85,)), left_out=(0.95,)), **ABOUT)
    assert table.caption.endswith("The data add 85% in use. With 95% in use too few futures fit together.")
    assert as_full(explored(), 0.95, True) == "95% in every future"


@pytest.mark.parametrize(
    ("three", "said"),
    [
        ((1.0, 0.0, 12.0), "1 more blocked bed (0 to 12 more)"),
        ((-1.0, -2.0, -0.5), "1.0 fewer blocked beds (0.5 to 2.0 fewer)"),
        ((0.2, -14.0, 15.0), "no clear change in blocked beds (14 fewer to 15 more)"),
        ((0.0, 0.0, 0.0), "as today"),
    ],
)
def test_words_of_a_difference(three, said):
    assert against_today("blocked", *three, noun=True) == said


@given(st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3), st.sampled_from(MEASURES))
def test_no_word_of_a_difference_contradicts_its_number(numbers, name):
    lower, value, upper = sorted(x * (1e3 if name == "spend" else 1e-5 if name == "in_time" else 1) for x in numbers)
    said = against_today(name, value, lower, upper)
    head, _, ends = said.partition(" (")
    less, more = {"spend": ("saves", "costs"), "in_time": ("lower", "higher")}.get(name, ("fewer", "more"))
    if less in head:
        assert value < 0
    elif head.startswith(("costs",)) or (more in head and name != "spend"):
        assert value > 0
    if f" {less if name != 'spend' else 'less'} to " in ends:
        assert lower < 0 < upper
    if not any((value, lower, upper)):
        assert said == "as today"
