"""Whatever the figures of regions, what is said of the most, the least, overlaps and sums is so."""

from __future__ import annotations

import re
from itertools import combinations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from needs.present import nation, nation_sums
from needs.present.nation_charts import _funnel_title
from needs.present.nation_words import INDICATORS, Place, apart, difference, extremes, pairs, ranked, told_apart
from needs.values import Estimate, Provenance

NAMES = ("Ash", "Elm", "Oak", "Midlands", "North West", "Fir", "Yew")
KNOWN = Provenance("modelled", ("x#y",))


@st.composite
def figures(draw, most=1e6):
    value = draw(st.floats(0.01, most))
    if draw(st.integers(0, 5)) == 0:
        return Estimate(value, kind="modelled", source=("x#y",))
    return Estimate(value, value * draw(st.floats(0, 1)), value * draw(st.floats(1, 3)), "modelled", ("x#y",))


@st.composite
def places(draw, keys=("per_adult",), least=1):
    names = draw(st.lists(st.sampled_from(NAMES), min_size=least, max_size=len(NAMES), unique=True))
    return [Place(name.lower(), name, {key: draw(figures()) for key in keys}) for name in names]


@given(places())
def test_most_and_least_are_so(found):
    said = extremes(found, "per_adult", "spend")
    values = {place.name: place.figures["per_adult"].value for place in found}
    top, bottom = ranked(found, "per_adult")[0], ranked(found, "per_adult")[-1]
    assert values[top.name] == max(values.values())
    assert values[bottom.name] == min(values.values())
    if len(found) > 1:
        assert top.name in said or "regions have the same" in said
    if "do not overlap" in said:
        assert top.figures["per_adult"].bounds[0] > bottom.figures["per_adult"].bounds[1]
    elif "intervals overlap" in said:
        assert top.figures["per_adult"].bounds[0] <= bottom.figures["per_adult"].bounds[1]
    if "has the most" in said:
        written = [place.written("per_adult") for place in found]
        assert written.count(top.written("per_adult")) == 1
    assert not said.endswith(".")
    assert said[0].isupper()


@given(places(least=2))
def test_pairs_told_apart_are_counted(found):
    said = told_apart(found, "per_adult")
    hows = [apart(a.figures["per_adult"], b.figures["per_adult"]) for a, b in combinations(found, 2)]
    clear = hows.count("intervals do not overlap")
    if not all(place.figures["per_adult"].has_interval for place in found):
        assert said == ""
    elif clear:
        assert [int(n) for n in re.findall(r"\d+", said)] == [len(hows), clear]
    else:
        assert "No two regions can be told apart" in said


@given(figures(), figures(), st.sampled_from(sorted({indicator.unit for indicator in INDICATORS})))
def test_overlap_and_difference_do_not_depend_on_the_order(one, other, unit):
    assert apart(one, other) == apart(other, one)
    assert difference(one, other, unit) == difference(other, one, unit)
    assert difference(one, one, unit) == ""
    assert not difference(one, other, unit).startswith(("-", "−"))


@given(places([indicator.key for indicator in INDICATORS], least=2))
def test_every_pair_is_there_once(found):
    made = pairs(found)
    assert len(made["rows"]) == len(INDICATORS)
    for row in made["rows"]:
        assert [(i, j) for i, j, *_ in row["pairs"]] == list(combinations(range(len(found)), 2))
        for i, j, gap, _ in row["pairs"]:
            assert not gap or row["order"][i] != row["order"][j]


@given(places([indicator.key for indicator in INDICATORS]))
def test_the_table_of_indicators_counts_what_can_be_told_apart(found):
    title = nation.indicators(found, "x").title
    clear = [i.label for i in INDICATORS if told_apart(found, i.key).startswith("Of ")]
    if len(found) == 1:
        assert "nothing to compare" in title
    elif clear:
        assert title.startswith(f"By {len(clear)} of {len(INDICATORS)} indicators")
    else:
        assert title.startswith("No two of")


@given(
    st.lists(st.tuples(st.floats(1, 1e6), st.floats(0, 1e6)), min_size=1, max_size=6),
    st.sampled_from([0.0, 1e-9, 1e-3, 0.5]),
)
def test_sums_are_called_so_only_where_they_are(rows, off):
    sums = pd.DataFrame(rows, columns=["regions", "missing"])
    sums = sums.assign(label="All", whole=(sums["regions"] + sums["missing"]) * (1 + off), reported=sums["regions"])
    for made in (
        nation_sums.adding_up(sums, "3 regions", "England", KNOWN),
        nation_sums.adding_up_money(sums * 1, "3 regions", "England", [], KNOWN),
    ):
        assert ("by construction" in made.title) == (off < 1e-6)
        assert ("not add up" in made.title) == (off >= 1e-6)
        assert ("with those not run" in made.title) == bool((sums["missing"] > 0).any())
        zero = made.rows["Residual"].str.fullmatch(r"0\.0+")
        assert zero.all() if off < 1e-6 else True
        assert "as reported" not in made.title


@given(
    st.lists(st.sampled_from(NAMES), max_size=3, unique=True),
    st.lists(st.sampled_from("KLMN"), max_size=3, unique=True),
)
def test_a_funnel_counts_every_area_once(above, below):
    of = len(above) + len(below) + 2
    title = _funnel_title("Transfers", above, below, of)
    if above or below:
        assert f"{2} of {of} areas lie inside" in title
        assert ("above" in title, "below" in title) == (bool(above), bool(below))
    else:
        assert "lie inside" in title
