"""A suppressed number is a star, a missing one is said, and the data beside a table say which is which."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from needs.methods.disclosure import Rule, release
from needs.present import words
from needs.present.artefact import MIME, Artefact, number
from needs.present.released import cell, data_of, empty_figure, empty_table, laid_out_released, note
from needs.values import Estimate, Provenance

KNOWN = Provenance("derived", ("service/x#own-data",))
FRAME = pd.DataFrame(
    {"tier": ["High", "Low", None], "people": [4, 23, np.nan], "days": [10.0, 30.5, 3.0], "behind": [4, 23, 23]}
)
SAFE = release(FRAME, KNOWN, counts=["people"], statistics={"days": "behind"})


def test_cells():
    assert cell(1005.0, False, words.count) == "1,005"
    assert cell("low", False, words.count) == "low"
    assert cell(pd.NaT, False) == cell(None, False) == "not recorded"
    assert cell(12.0, True, words.count) == "*"


def test_a_table_shows_stars_words_and_numbers_to_the_right():
    columns = {"tier": ("Tier", None), "people": ("People", words.count), "days": ("Median days", words.count)}
    shown = laid_out_released(SAFE, columns)
    assert shown.to_numpy().tolist() == [["High", "*", "*"], ["Low", "25", "31"], ["not recorded", "not recorded", "3"]]
    assert shown.attrs["numeric"] == ["People", "Median days"]


def test_data_beside_it_hold_no_suppressed_number_and_name_it():
    data = data_of(SAFE)
    assert data["suppressed"].tolist() == ["people days", "", ""]
    text = Artefact("table", "a", "b", "derived", KNOWN.sources, data, rows=data, released=True).record()["csv"]
    assert text.splitlines() == ["tier,people,days,suppressed", "High,,,people days", "Low,25,31,", ",,3,"]


def test_an_empty_release_is_a_table_without_rows():
    empty = SAFE.only(np.zeros(3, dtype=bool))
    assert data_of(empty).columns.tolist() == ["tier", "people", "days", "suppressed"]
    assert laid_out_released(empty, {"people": ("People", words.count)}).empty


def test_the_note_states_the_rule():
    assert note(Rule(8, 10)) == "Numbers below 8 are suppressed (*) and others rounded to the nearest 10."


@pytest.mark.parametrize(
    "made", [empty_figure("No reviews.", "Reviews", KNOWN), empty_table("No reviews.", "Reviews", "By tier", KNOWN)]
)
def test_where_nothing_was_given_there_is_one_sentence(made):
    assert made.title == "No reviews"
    assert made.record()["released"] is True
    assert MIME in made._repr_mimebundle_()


def test_what_rests_on_service_data_is_made_of_released_figures():
    rows = pd.DataFrame({"a": ["b"]})
    for form in (
        lambda **told: Artefact(
            "table", "a", "b", "derived", ("x#y", "service/x/stays#own-data"), rows, rows=rows, **told
        ),
        lambda **told: number("Stays", Estimate(12, kind="derived", source=KNOWN.sources), "people", "Stays", **told),
    ):
        with pytest.raises(ValueError, match="disclosure control"):
            form()
        with pytest.raises(ValueError, match="disclosure control"):
            form(released="yes")
        assert form(released=True).record()["released"] is True
    other = Artefact("table", "a", "b", "derived", ("2023-24/x#y",), rows, rows=rows)
    assert "released" not in other.record()
