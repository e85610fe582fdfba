"""One door: nothing about patients passes it by accident."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
import pytest

from needs.methods.disclosure import Released, Rule, in_steps, release, release_with_totals, together
from needs.project import project_root
from needs.values import Provenance

KNOWN = Provenance("derived", ("service/x#own-data",))
FRAME = pd.DataFrame({"tier": ["low", "high"], "n": [12, 3], "age": [31.5, 40.0]})


def safe(frame: pd.DataFrame, **told) -> Released:
    return release(frame, KNOWN, **told)


def test_an_undeclared_number_is_refused_by_name():
    with pytest.raises(ValueError, match=r"counts, shares.*: age"):
        safe(FRAME, counts=["n"])


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, 2], dtype="Int64"),
        pd.Series([1, 2], dtype=object),
        pd.Series(["one", 2], dtype=object),
        pd.Series(pd.to_timedelta([3, 9], unit="D")),
        pd.Series([31, 40]).astype("category"),
        pd.Series([1 + 2j, 0]),
    ],
    ids=["nullable", "object", "mixed", "timedelta", "category", "complex"],
)
def test_numbers_in_any_guise_are_refused(column):
    with pytest.raises(ValueError, match="say what these numbers are"):
        safe(pd.DataFrame({"n": [12, 30], "x": column}), counts=["n"])


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["a", "b"]),
        pd.Series(["a", None], dtype=object),
        pd.Series(["a", "b"]).astype("category"),
        pd.Series(pd.to_datetime(["2024-01-01", None])),
        pd.Series([True, False]),
        pd.Series(pd.period_range("2024-01", periods=2, freq="M")),
        pd.Series(pd.IntervalIndex.from_breaks([18, 25, 35])),
    ],
    ids=["str", "object", "category", "day", "bool", "month", "band"],
)
def test_labels_pass_as_they_are(column):
    frame = safe(pd.DataFrame({"n": [12, 30], "x": column}), counts=["n"]).frame
    assert frame["x"].equals(column)


@pytest.mark.parametrize("name", ["person_key", "referral_key", "person", "pathway", "row"])
def test_what_tells_one_person_from_another_never_passes(name):
    with pytest.raises(ValueError, match=f"never released: {name}"):
        safe(pd.DataFrame({name: ["a", "b"], "n": [12, 30]}), counts=["n"])
    with pytest.raises(ValueError, match="never released"):
        safe(pd.DataFrame({name: [1, 2], "n": [12, 30]}), counts=["n"], groups=[name])


def test_names_must_be_words_and_there():
    with pytest.raises(ValueError, match="no such column to release: m"):
        safe(FRAME[["tier"]], counts=["m"])
    with pytest.raises(ValueError, match="named by words"):
        safe(pd.DataFrame({2024: ["a"]}))
    with pytest.raises(ValueError, match="each once"):
        safe(pd.DataFrame([["a", "b"]], columns=["x", "x"]))


def test_the_index_and_attributes_do_not_pass():
    frame = FRAME.set_index(pd.Index(["Px-1", "Px-2"], name="person_key"))
    frame.attrs["keys"] = ["Px-1"]
    out = safe(frame, counts=["n"], public=["age"]).frame
    assert out.index.equals(pd.RangeIndex(2))
    assert out.attrs == {}


def test_a_missing_number_is_not_called_hidden():
    frame = pd.DataFrame({"n": [np.nan, 3, 12], "days": [4.4, 9.0, np.nan], "d": [20.0, 20.0, np.nan]})
    out = safe(frame, counts=["n"], statistics={"days": "n"}, shares={"share": ("n", "d")})
    assert out.hidden["n"].tolist() == [False, True, False]
    assert out.hidden["days"].tolist() == [False, True, False]
    assert out.hidden["share"].tolist() == [False, True, False]
    assert out.frame["n"].isna().tolist() == [True, True, False]


def test_a_small_number_is_hidden_whether_or_not_there_was_a_figure():
    """Or else nobody would be told from a few."""
    frame = pd.DataFrame({"n": [0, 3], "days": [np.nan, 9.0], "some": [np.nan, 2.0], "every": [0.0, 20.0]})
    out = safe(frame, counts=["n"], statistics={"days": "n"}, shares={"share": ("some", "every")})
    assert out.hidden[["n", "days", "share"]].all(axis=None)


def test_more_may_be_withheld_than_the_rule_asks_for():
    frame = pd.DataFrame({"n": [12, 30], "days": [4.0, 9.0], "off": [True, False]})
    out = safe(frame, counts=["n"], statistics={"days": "n"}, withheld={"n": "off", "days": "off"})
    assert out.frame.iloc[1].tolist() == [30.0, 9.0]
    assert out.hidden.iloc[0].tolist() == [True, True]
    assert out.bounds("n")["upper"].iloc[0] == np.inf


@pytest.mark.parametrize(("events", "kept"), [
    ([0, 0, 4, 5, 9, 10, 14, 15, 30], [0, 3, 5, 7, 8]), ([0, 9, 10, 13, 14, 19], [0, 1, 4, 5]), ([7], [0]), ([], []),
])  # fmt: skip
def test_between_points_that_are_kept_lie_five_events(events, kept):
    assert np.flatnonzero(in_steps(pd.Series(events, dtype=float), 5)).tolist() == kept


def test_what_stands_only_behind_a_figure_does_not_go_out():
    frame = pd.DataFrame({"tier": ["low"], "women": [12], "people": [40], "days": [812.4]})
    out = safe(frame, shares={"share": ("women", "people")}, statistics={"days": "people"}, digits={"days": -1})
    assert out.frame.to_dict("list") == {"tier": ["low"], "days": [810.0], "share": [0.3]}


def test_a_statistic_may_rest_on_several_numbers():
    frame = pd.DataFrame({"lower": [0.1, 0.2], "some": [2, 12], "every": [40, 40]})
    out = safe(frame, statistics={"lower": ("some", "every")}, digits={"lower": 2})
    assert out.frame["lower"].tolist()[1:] == [0.2]
    assert out.hidden["lower"].tolist() == [True, False]


@pytest.mark.parametrize(("some", "every"), [(4, 40), (36, 40), (40, 40), (0, 40), (2, 4), (0, 0)])
def test_a_share_hides_a_small_group_and_the_small_rest(some, every):
    frame = pd.DataFrame({"some": [some], "every": [every]})
    assert safe(frame, shares={"share": ("some", "every")}).hidden["share"].tolist() == [True]


def test_a_share_whose_rest_is_nobody_shows_near_100():
    frame = pd.DataFrame({"some": [39], "every": [40]})
    out = safe(frame, shares={"complete": ("some", "every")}, one_sided=["complete"])
    assert out.frame["complete"].tolist() == [0.98]


def test_a_released_frame_is_made_by_release_alone():
    made = safe(FRAME, counts=["n"], public=["age"])
    for trick in (
        lambda: Released(FRAME, FRAME.isna(), KNOWN),
        lambda: setattr(made, "_frame", FRAME),
        lambda: pickle.dumps(made),
        lambda: copy.copy(made),
        lambda: copy.replace(made, frame=FRAME) if hasattr(copy, "replace") else Released(FRAME, FRAME.isna(), KNOWN),
    ):
        with pytest.raises((TypeError, AttributeError)):
            trick()


def test_the_seal_is_used_by_the_door_alone():
    """The one way round the constructor is imported nowhere else."""
    users = {
        path.name
        for path in (project_root() / "src").rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in ("_sealed", "_SEAL"))
    }
    assert users == {"released.py", "disclosure.py"}


def test_neither_the_given_nor_the_taken_frame_changes_what_was_released():
    given = FRAME.copy()
    made = safe(given, counts=["n"], public=["age"])
    given.loc[0, "n"] = 1
    taken = made.frame
    taken.loc[:, "n"] = 1.0
    mask = made.hidden
    mask.loc[:, "n"] = False
    assert made.frame["n"].tolist()[0] == 10.0
    assert made.hidden["n"].tolist() == [False, True]


@pytest.mark.parametrize("told", [(4, 5), (5, 4), (0, 0)])
def test_a_rule_is_never_weaker_than_the_national_one(told):
    with pytest.raises(ValueError, match="not weaker"):
        Rule(*told)


def test_some_rows_and_columns_stay_released():
    made = safe(FRAME, counts=["n"], public=["age"])
    part = made.only(made.frame["tier"] == "high", ["n"])
    assert part.frame.isna().to_numpy().tolist() == [[True]]
    assert part.hidden.to_numpy().tolist() == [[True]]
    assert together(part, part).counts == ("n",)
    with pytest.raises(ValueError, match="same columns"):
        together(part, made)
    with pytest.raises(ValueError, match="same columns"):
        together()


def test_totals_hide_more_and_shares_with_them():
    frame = pd.DataFrame({"tier": ["low", "medium", "high", "all"], "n": [41, 17, 3, 61], "of": [61] * 4})
    out = safe(frame, counts=["n"], shares={"share": ("n", "of")}, totals={"tier": "all"})
    assert out.hidden["n"].tolist() == [False, True, True, False]
    assert out.hidden["share"].tolist() == [False, True, True, True]


def test_parts_that_do_not_add_up_are_refused():
    frame = pd.DataFrame({"tier": ["low", "high", "all"], "n": [41, 17, 61]})
    for door in (safe, lambda f, **told: release_with_totals(f, KNOWN, **told)):
        with pytest.raises(ValueError, match="do not add up"):
            door(frame, counts=["n"], totals={"tier": "all"})


def test_no_rows_is_a_table_too():
    empty = pd.DataFrame({"tier": pd.Series([], dtype=str), "n": pd.Series([], dtype=float)})
    assert len(safe(empty, counts=["n"], shares={"share": ("n", "n")}, totals={"tier": "all"})) == 0
