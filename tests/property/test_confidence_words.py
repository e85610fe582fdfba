"""Whatever the numbers, sentences about what is uncertain stay true, short and readable."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from needs.data.geography import Region
from needs.methods.uncertainty import NORMAL_95
from needs.present.confidence import (
    NONE_SHOWN,
    as_option,
    collect_finding,
    instead,
    lead_finding,
    part_text,
    turns,
    worth_text,
)
from needs.present.uncertain import GROUPS, at_value, input_label
from needs.values import records

LONDON = Region("2023-24", "london", "London", "E40000003")
POUNDS = st.floats(0, 1e10, allow_nan=False)
LEADS = st.floats(-1e9, 1e9, allow_nan=False)
LABELS = {"more": "More places", "shut": "A closed ward"}
quick = settings(max_examples=60)


def pounds(text):
    """Read sums back."""
    scale = {"million": 1e6, "billion": 1e9}
    words = text.replace("(", "").replace(")", "").replace(",", "").replace("under ", "").split()
    return [
        float(word[1:]) * scale.get(after, 1)
        for word, after in zip(words, [*words[1:], ""], strict=True)
        if word.startswith("£")
    ]


@given(POUNDS, POUNDS, POUNDS, st.booleans())
@quick
def test_worth_is_rounded_within_its_interval(a, b, c, shown):
    lower, value, upper = sorted((a, b, c))
    text = worth_text(value, lower, upper, shown)
    assert "nan" not in text
    if not shown:
        assert text == NONE_SHOWN
        return
    told = pounds(text)
    half = (upper - lower) / 2
    assert abs(told[0] - value) <= max(half, 0.06 * value, 1)
    if len(told) == 3:
        assert told[1] <= told[2]
        assert abs(told[1] - lower) <= max(half, 1)
        assert abs(told[2] - upper) <= max(half, 1)
        assert not (lower > 0 and told[1] == 0 and lower > 0.05 * half + 1)


@given(st.floats(0, 1), st.floats(0, 0.3))
@quick
def test_a_share_is_told_by_what_chance_leaves_of_it(share, error):
    text = part_text(share, error)
    figure = float(text.rpartition(" ")[2].rstrip("%")) / 100
    if text.startswith("under"):
        assert share <= figure + 1e-9
    elif text.startswith("over"):
        assert share > figure
    else:
        assert abs(share - figure) <= 0.0251
        assert share >= 1.9 * error


NAMES = ["use.step_down", "use.low", "use.medium", "cost.low", "closure", "opening"]
ROWS = st.lists(st.tuples(LEADS, st.floats(0, 1e9), LEADS, st.floats(0, 1e9)), min_size=0, max_size=6)


def ends_of(rows):
    """Leads at the ends of one figure a row; the option that leads is better at or above 0."""
    return pd.DataFrame(
        [
            {"name": name, "low_input": 0.8, "high_input": 0.97, "low": low, "low_error": low_error, "high": high,
             "high_error": high_error, "low_choice": "shut" if low < 0 else "more",
             "high_choice": "shut" if high < 0 else "more"}
            for name, (low, low_error, high, high_error) in zip(NAMES, rows, strict=False)
        ]
    )  # fmt: skip


@given(ROWS)
@quick
def test_a_choice_is_said_to_turn_only_where_it_clearly_does(rows):
    frame = ends_of(rows)
    title = lead_finding(frame, "more", LABELS, LONDON)
    ends = [turns(row, end) for row in frame.itertuples() for end in ("low", "high")]
    assert ("but not with" in title) == ("yes" in ends)
    assert bool(instead(frame, LABELS)) == ("yes" in ends), "all are lost to one option"
    assert ("comes closest" in title) == ("near" in ends and "yes" not in ends)
    assert ("either end of its range is shown to change that" in title) == (not {"yes", "near"} & set(ends))
    assert len(title) < 400


@given(ROWS)
@quick
def test_a_turn_at_both_ends_is_one_figure(rows):
    """Figures are counted, not ends: 1 that is named with each end at which it turns the choice, and the others."""
    title = lead_finding(frame := ends_of(rows), "more", LABELS, LONDON)
    lost = {row.name: [end for end in ("low", "high") if turns(row, end) == "yes"] for row in records(frame)}
    turning = [name for name, at in lost.items() if at]
    told = "one other figure" if len(turning) == 2 else f"any of {len(turning) - 1} other figures"
    assert (told in title) == (len(turning) > 1)
    assert ("other figure" in title) == (len(turning) > 1)
    named = [name for name in turning if f"{input_label(name).lower()} at" in title.lower()]
    assert len(named) == bool(turning)
    for name in named:
        low, high = at_value(name, 0.8), at_value(name, 0.97)
        both = f" at {low} or {high}" in title or f" at {high} or {low}" in title
        assert both == (len(lost[name]) == 2)


@given(ROWS, st.sampled_from([("more", "shut"), ("more", "today"), ("today", "shut")]))
@quick
def test_options_that_are_not_told_apart_are_both_named_and_neither_is_best(rows, pair):
    """What is the best is only said at the end of a figure where the lead is clear of 0, whichever way."""
    frame = ends_of(rows).replace("more", pair[0]).replace("shut", pair[1])
    title = lead_finding(frame, pair[0], LABELS, LONDON, pair[1])
    names = [as_option(LABELS.get(name, name)) for name in pair]
    assert f"{names[0]} and {names[1]} cannot be told apart as the best of the options compared" in title
    assert "is expected to be the best option compared" not in title
    clear = [row for row in rows if abs(row[0]) > NORMAL_95 * row[1] or abs(row[2]) > NORMAL_95 * row[3]]
    assert ("is expected to be the best" in title) == bool(clear)
    assert ("no single figure at either end of its range is shown to change that" in title) == (not clear)
    for first in (None, {"group": "stay", "option": "more", "worth": 2.0, "lower": 1.0, "upper": 3.0}):
        found = collect_finding(first, pair[0], LABELS, LONDON, pair[1])
        assert f"No single figure is shown to settle the choice between {names[0]} and {names[1]} for London" in found
        assert "the choice of" not in found


@given(
    st.sampled_from([group for group in GROUPS if group not in ("all", "left", "judgement")]), POUNDS, POUNDS, POUNDS
)
@quick
def test_what_to_collect_first_names_the_group_and_its_worth(group, a, b, c):
    lower, value, upper = sorted((a, b, c))
    first = {"group": group, "option": "", "worth": value, "lower": lower, "upper": upper}
    for option in ("", "more", "shut"):
        title = collect_finding(first | {"option": option}, "today", LABELS, LONDON)
        assert GROUPS[group].lower() in title.lower()
        assert worth_text(value, lower, upper) in title
        assert title.count("  ") == 0
    assert "£" not in collect_finding(None, "today", LABELS, LONDON)


@given(
    st.sampled_from(["use.low", "stay.low", "cost.low", "people.low", "pools", "independent_price", "assessment.days",
                     "assessment.number", "double_running", "worth_of_wait", "route.low.home"]),
    st.floats(0, 1e6, allow_nan=False),
)  # fmt: skip
@quick
def test_values_are_short(name, value):
    text = at_value(name, value)
    assert 0 < len(text) <= 16
    assert "nan" not in text
