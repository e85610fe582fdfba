"""The words for single numbers: what is written is the number, to the precision it claims."""

from __future__ import annotations

import math

import pandas as pd
from claims import intervals, numbers, tried, wrong
from hypothesis import given
from hypothesis import strategies as st

from needs.present import choices, movement, uncertain, words
from needs.present.equity_words import differs
from needs.present.monitored_names import one_place, share

many = tried(300)
FINE = st.integers(0, 6)  # decimals: a computer's smallest numbers are nobody's figures
SIZES = st.one_of(
    st.tuples(st.one_of(st.floats(0, 3), st.floats(0, 2000), st.floats(0, 1e8)), FINE).map(lambda pair: round(*pair)),
    st.integers(0, 40).map(float),
    st.sampled_from(
        [
            0.0,
            0.4999,
            0.5,
            0.95,
            0.9951,
            1.0,
            1.4999,
            1.5,
            9.95,
            9.996,
            99.5,
            999.5,
            999_500.0,
            999_499.0,
            1e6,
            999.5e6,
            1e9,
            1e10,
        ]
    ),
)
SIGNED = st.tuples(SIZES, st.booleans()).map(lambda pair: -pair[0] if pair[1] and pair[0] else pair[0])


@st.composite
def ends(draw, number=SIZES):
    """A value between the ends of its interval; sometimes all three are one."""
    if draw(st.integers(0, 9)) == 0:
        value = draw(number)
        return value, value, value
    lower, value, upper = sorted(draw(number) for _ in range(3))
    return value, lower, upper


@given(SIZES, st.sampled_from([1, 10, 100, 1000]))
@many
def test_counts(value, to):
    text = words.count(value, to)
    assert abs(numbers(text)[0] - value) <= to / 2 + 1e-6 * value
    assert numbers(text)[0] % to == 0


@given(SIGNED)
@many
def test_money_keeps_three_digits_and_its_unit(value):
    text = words.money(value)
    assert wrong(text) == [], text
    assert abs(numbers(text)[0] - value) <= max(0.0051 * abs(value), 0.0051, 0.51 * (abs(value) >= 999.995))


@given(ends())
@many
def test_money_with_its_interval_is_in_order(three):
    from needs.present.money_words import in_unit, pounds, ranged, ranged_in

    text = ranged(*three)
    assert wrong(text) == []
    for told in intervals(text):
        half = words.step(three[1], three[2]) / 2
        for found, true in zip((told.value, told.low, told.high), three, strict=True):
            assert abs(found - true) <= half + 0.0051 * true
    for scale in (1.0, 1e3, 1e6):
        assert wrong(ranged_in(*three, scale)) == []
        assert wrong(in_unit(*three, scale)) == []
    assert wrong(pounds(*three)) == []


POUNDS = st.one_of(
    st.integers(-3, 40), st.integers(-90_000_000, 90_000_000), st.sampled_from([0, -1, 999_500, -999_499])
)


@given(ends(POUNDS.map(float)))
@many
def test_differences_of_money(three):
    from needs.present.money_words import change_text, pounds, ranged_in

    for text in (pounds(*three), ranged_in(*three), choices.extra(*three), change_text(three[0])):
        assert wrong(text) == [], text
    if (told := pounds(*three)).startswith("−"):
        assert three[0] < 0
    assert change_text(three[0]).startswith(("+", "−")) <= (abs(three[0]) >= 0.005)
    text = choices.extra(*three)
    assert ("saves" in text) <= (three[0] < 0)
    assert told.count("£") == 1


@given(
    st.one_of(
        st.floats(0, 1), st.sampled_from([0.0, 1e-9, 0.00049, 0.0005, 0.004, 0.005, 0.5, 0.995, 0.9949, 0.9996, 1.0])
    ),
    st.sampled_from([0, 1]),
)
@many
def test_a_percentage_is_all_or_nothing_only_where_it_is(value, digits):
    text = words.percent(value, digits)
    assert wrong(text) == []
    number = numbers(text)[0]
    if text.startswith("under"):
        assert 0 < value < number
    elif text.startswith("over"):
        assert number < value < 1
    else:
        assert abs(number - value) <= 0.5 * 10.0 ** -(digits + 2) + 1e-12
        assert (number == 0) == (value == 0), "nothing is nothing"
        assert (number == 1) == (value == 1), "all is all"


@given(st.integers(-2000, 2000).map(lambda n: n / 1000))
@many
def test_a_negative_percentage_has_a_minus(value):
    assert wrong(words.percent(value, 0)) == []
    assert words.percent(value, 0).startswith("−") <= (value < 0)


@given(ends())
@many
def test_numbers_with_intervals_are_in_order_and_near(three):
    for text in (words.ranged(*three), movement.rated(*three), movement.people(*three), choices.difference(*three)):
        assert wrong(text) == [], text
    to = words.step(three[1], three[2])
    for told in intervals(words.ranged(*three)):
        for found, true in zip((told.value, told.low, told.high), three, strict=True):
            assert abs(found - true) <= to / 2 + 1e-6
    assert to <= max(1.0, (three[2] - three[1]) / 2), "not coarser than the interval"


@given(ends(SIGNED))
@many
def test_signed_numbers(three):
    for text in (words.signed_range(*three), choices.difference(*three)):
        assert wrong(text) == [], text
    told = words.signed(three[0])
    assert (told[0] == "+") == (three[0] > 0.5) or told == "0" or three[0] == 0.5
    assert (told[0] == "−") <= (three[0] < 0)


@given(ends(SIGNED))
@many
def test_more_and_fewer_people(three):
    value, lower, upper = three
    text = movement.moved(*three, "waiting")
    assert wrong(text) == [], text
    if " more " in text:
        assert value > 0
        assert upper > 0
    if " fewer " in text:
        assert value < 0
        assert lower < 0
    if text.startswith("no change"):
        to = words.step(lower, upper)
        assert max(abs(lower), abs(upper)) < to
    assert ("no clear change" in text) <= (lower < 0 < upper or value * (upper + lower) <= 0)


@given(ends(), st.sampled_from([("person", "people"), ("day", "days")]))
@many
def test_people_are_one_or_many(three, names):
    text = movement.people(*three, *names)
    assert wrong(text) == [], text
    assert (text.startswith(("nobody", "0 days"))) == (three[0] == three[2] == 0)
    number = text.split()[0]
    one = number == "1" or text.startswith("under 1 ")
    assert one == (f" {names[0]} " in f"{text} ") or number == "nobody"


@given(st.floats(0, 1))
@many
def test_futures(share_of):
    text = movement.futures(share_of)
    number = {"none": 0, "fewer": 1, "more": 9}.get(text.split()[0])
    if text.startswith("fewer"):
        assert 0 < share_of < 0.1
    elif text.startswith("more"):
        assert 0.9 < share_of < 1
    else:
        told = 0 if number == 0 else int(text.split()[0])
        assert abs(told / 10 - share_of) <= 0.05 + 1e-9
        assert (told == 0) == (share_of == 0)
        assert (told == 10) == (share_of == 1)


@given(st.integers(1, 12), st.integers(1, 42))
@many
def test_ranks(rank, of):
    if rank > of:
        rank, of = of, rank
    text = words.ordinal(rank, of)
    names = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}
    first = text.removeprefix("the ").split()[0]
    told = 1 if first in ("highest", "lowest", "only") else names.get(first) or int(first.removesuffix("th"))
    from_top = text.endswith("highest")
    if of > 1:
        assert (rank if from_top else of - rank + 1) == told
    assert not first.endswith(("1th", "2th", "3th")) or first.endswith(("11th", "12th", "13th"))


@given(SIZES, SIZES)
@many
def test_compared(value, reference):
    text = words.compared(value, reference)
    assert (text == "above") <= (value > reference)
    assert (text == "below") <= (value < reference)
    assert text != "about the same as" or math.isclose(value, reference, rel_tol=0.0051, abs_tol=1e-12)


@given(st.integers(0, 40), st.one_of(st.none(), st.integers(2000, 2040)))
def test_when(years, start):
    text = words.horizon(years, start)
    assert wrong(text) == []
    assert (text == "today") == (years == 0 and start is None)


@given(
    st.one_of(st.floats(0, 2), st.floats(0, 1e6)),
    st.sampled_from(["share", "percent", "days", "ratio", "beds", "people", "rate"]),
)
@many
def test_published_figures_keep_their_unit(value, unit):
    text = words.quantity(value, unit)
    assert wrong(text) == [], text


@given(st.sampled_from([*uncertain._LABELS, "stay.low", "use.low", "cost.low"]), SIZES)
@many
def test_values_of_inputs(name, value):
    assert wrong(uncertain.at_value(name, value)) == []


@given(st.floats(0, 5), st.floats(0, 5))
@many
def test_a_ratio_differs_only_where_its_interval_leaves_one_out(one, other):
    lower, upper = sorted((one, other))
    assert (differs(lower, upper) == "higher") == (lower > 1)
    assert (differs(lower, upper) == "lower") == (upper < 1 and not lower > 1)


@given(st.floats(0, 1), SIZES)
@many
def test_released_numbers(of, value):
    assert abs(numbers(share(of))[0] - of) <= 0.005 + 1e-9
    assert abs(numbers(one_place(value))[0] - value) <= 0.05 + 1e-6 * value


@given(st.lists(SIGNED, min_size=1, max_size=4), st.sampled_from([0.0, 50.0, 1e6]))
@many
def test_what_parts_do(values, whole):
    from needs.present.money_words import changes

    names = ["patients per adult", "the mix of tiers", "prices", "the cost of a year"]
    text = changes(list(zip(names, values, strict=False)), whole=whole)
    assert wrong(text) == [], text
    for name, value in zip(names, values, strict=False):
        said = text.partition(name)[2].split()
        assert said[0].startswith(("add", "take", "change"))
        assert said[0].endswith("s") != name.split()[0].endswith("s")
        assert said[0].startswith("add") <= (value > 0)
        assert said[0].startswith("take") <= (value < 0)
        if " ".join(said[1:3]) == "nothing" or said[1].rstrip(",") == "nothing":
            assert abs(value) < 0.005


@given(st.lists(SIGNED, min_size=1, max_size=5))
@many
def test_steps_add_up_as_they_are_written(values):
    from needs.present.compared import largest, lines, unit_of

    factors = ["adults", "use", "mix", "price", "level"][: len(values)]
    total = 5e6 + sum(values)
    steps = pd.DataFrame(
        {
            "factor": ["from", *factors, "to"],
            "label": ["England", *factors, "London"],
            "value": [5e6, *values, total],
            "total": [True, *[False] * len(values), True],
        }
    )
    unit = unit_of(steps, "at 2024-25 prices")
    written = [numbers(line.rpartition("  ")[2])[0] for line in lines(steps, unit)[1:]]
    assert abs(written[0] + sum(written[1:-1]) - written[-1]) < 10.0**-unit.digits * 0.6
    text = largest(steps)
    assert wrong(text) == []
    most = max(values, key=abs)
    if text != "nothing moves it":
        assert ("(+" in text) == (most > 0)
