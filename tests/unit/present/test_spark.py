"""Small pictures in cells: what they draw, what they say, and that nothing but what they are given enters them."""

import io
from xml.etree import ElementTree

import pandas as pd
import PIL.Image
import pytest

from needs.present.artefact import Artefact
from needs.present.spark import HEIGHT, OVER_TIME, WIDTH, Spark, series_words, spark

NAN = float("nan")
SVG = "{http://www.w3.org/2000/svg}"


def parts(picture, tag):
    return ElementTree.fromstring(picture.svg).findall(f".//{SVG}{tag}")


def places(picture):
    return [
        tuple(map(float, pair.split(",")))
        for line in parts(picture, "polyline")
        for pair in line.attrib["points"].split()
    ]


def test_higher_figures_stand_higher_and_all_inside_the_picture():
    told = places(spark([1.0, 5.0, 3.0], "From 1 to 3."))
    heights = [y for _, y in told]
    assert heights[1] < heights[2] < heights[0]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in told)


def test_a_series_that_does_not_vary_stands_in_the_middle():
    assert {y for _, y in places(spark([4.0, 4.0, 4.0], "4 throughout."))} == {HEIGHT / 2}


def test_what_is_missing_leaves_a_gap_and_the_last_figure_there_is_carries_the_dot():
    picture = spark([1.0, 2.0, NAN, 2.0, 3.0, NAN], "From 1 to 3.")
    lines = parts(picture, "polyline")
    assert len(lines) == 2
    dot = parts(picture, "circle")[-1]
    assert lines[-1].attrib["points"].split()[-1] == f"{dot.attrib['cx']},{dot.attrib['cy']}"


def test_one_figure_is_a_dot():
    picture = spark([NAN, 7.0, NAN], "7 once.")
    assert not parts(picture, "polyline")
    assert len(parts(picture, "circle")) == 2


def test_limits_and_target_are_drawn_and_count_for_the_scale():
    picture = spark([5.0, 6.0], "From 5 to 6.", limits=(4.0, 8.0), target=10.0)
    assert len(parts(picture, "rect")) == len(parts(picture, "line")) == 1
    assert float(parts(picture, "line")[0].attrib["y1"]) < float(parts(picture, "rect")[0].attrib["y"])


def test_pictures_share_a_scale_where_they_are_told_to():
    low, high = (spark([1.0, last], "x y", ends=(0.0, 10.0)) for last in (2.0, 9.0))
    assert places(low)[0] == places(high)[0]
    assert places(low)[1][1] > places(high)[1][1]


def test_there_are_no_letters_in_it_and_the_bitmap_is_the_same_picture_four_times_as_fine():
    picture = spark([1.0, 2.0], "From <b> & 1 to 2.")
    assert not parts(picture, "text")
    assert "<b>" not in picture.svg
    with PIL.Image.open(io.BytesIO(picture.png)) as bitmap:
        assert bitmap.size == (4 * WIDTH, 4 * HEIGHT)
        assert len(bitmap.convert("RGB").getcolors(500)) > 2
    assert len(picture.png) < 3000
    assert picture == spark([1.0, 2.0], "From <b> & 1 to 2.")


@pytest.mark.parametrize(("values", "text"), [([], "x"), ([NAN], "x"), ([1.0], " ")])
def test_nothing_to_show_or_nothing_said_is_refused(values, text):
    with pytest.raises(ValueError, match="shows a figure at least"):
        spark(values, text)


def test_words_name_first_last_lowest_highest_and_what_is_not_shown():
    told = series_words([NAN, 12.0, 15.0, 9.0], "{:.0f}".format, "May", "July", "month")
    assert told == "By month, 12 in May to 9 in July; lowest 9, highest 15; 1 of 4 not shown."


def table(**columns):
    rows = pd.DataFrame({name: list(cells) for name, cells in columns.items()})
    return Artefact("table", "Beds rise", "Beds", "derived", ("x#y",), pd.DataFrame({"beds": [1]}), rows=rows)


def test_a_record_carries_the_pictures_with_their_place_and_says_them_in_the_cell():
    picture = spark([3.0, 4.0], "From 3 to 4\u202e beds.")
    made = table(Tier=["High", "Low"], **{OVER_TIME: ["not charted", picture]})
    shown = made.record()["table"]
    assert shown["rows"] == [["High", "not charted"], ["Low", "From 3 to 4 beds."]]
    assert [(each["row"], each["column"], each["alt"]) for each in shown["sparks"]] == [(1, 1, "From 3 to 4 beds.")]
    assert shown["sparks"][0]["svg"] == picture.svg
    assert "From 3 to 4 beds." in made._repr_mimebundle_()["text/html"]


def test_a_table_without_pictures_has_none_in_its_record():
    assert "sparks" not in table(Tier=["High"]).record()["table"]
    assert isinstance(spark([1.0], "1 once."), Spark)
