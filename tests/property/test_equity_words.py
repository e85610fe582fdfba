"""Whatever the numbers, sentences about groups, outcomes and answers stay true."""

import re

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from needs.data.geography import Region
from needs.methods.disclosure import Rule, release
from needs.methods.service import equity_cases, experience, followed_up_released
from needs.methods.service.equity import release_groups
from needs.methods.service.equity_spread import release_slopes
from needs.present.equity_words import GROUP_NAMES, equity_finding, funnel_finding, slope_finding
from needs.present.outcome_words import after_finding, experience_finding, incidence_finding, person_years_finding
from needs.values import Provenance

MIDLANDS = Region("2023-24", "midlands", "Midlands", "E40000011")
KNOWN = Provenance("derived", ("x#y",))
quick = settings(max_examples=25, deadline=None)
NUMBERS = st.floats(0, 200)
RATIOS = st.one_of(st.floats(0.01, 50), st.sampled_from([0.995, 1.0, 1.004, float("nan")]))


@st.composite
def compared(draw):
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from(list(equity_cases.MEASURES)), st.sampled_from(list(GROUP_NAMES))),
            unique=True,
            max_size=8,
        )
    )
    rows = []
    for name, (group_of, group) in keys:
        lower, value, upper = sorted(draw(RATIOS) for _ in range(3))
        behind = draw(st.integers(0, 40))
        measure = equity_cases.MEASURES[name]
        rows.append({
            "side": measure.side, "measure": name, "form": measure.form, "group_of": group_of, "group": group,
            "reference": equity_cases.REFERENCE[group_of], "people": 50.0, "numerator": float(behind),
            "reference_numerator": 30.0, "rate": 3.0, "reference_rate": 2.0, "ratio": value, "ratio_lower": lower,
            "ratio_upper": upper,
            "excess": 1.0,
            "excess_lower": 0.0, "excess_upper": 2.0, "method": "exact", "behind": float(behind),
        })  # fmt: skip
    words = ["side", "measure", "form", "group_of", "group", "reference", "method"]
    numbers = ["people", "numerator", "reference_numerator", "rate", "reference_rate", "ratio", "ratio_lower", "ratio_upper",
               "excess", "excess_lower", "excess_upper", "behind"]  # fmt: skip
    return pd.DataFrame(rows, columns=[*words, *numbers]).astype(dict.fromkeys(words, "str"))


@given(compared())
@quick
def test_a_title_claims_no_more_than_the_intervals(told):
    safe = release_groups(told, KNOWN, Rule())
    title = equity_finding(safe, MIDLANDS)
    frame = safe.frame.dropna(subset=["ratio", "ratio_lower", "ratio_upper"])
    apart = (frame["ratio_lower"] > 1) | (frame["ratio_upper"] < 1)
    claims = [word for word in ("higher", "lower") if f": {word} for" in title]
    assert bool(claims) == bool(apart.any())
    assert "the Midlands" in title
    assert "nan" not in title
    if claims and len(frame) > 1:
        assert f"; {int(apart.sum())} of {len(frame)} comparisons" in title
    if claims:
        value, lower, upper = map(float, re.search(r"([\d.]+) times \(([\d.]+) to ([\d.]+)\)", title).groups())
        assert lower <= value <= upper
        assert (lower > 1) if claims == ["higher"] else (upper < 1)
    if not len(frame):
        assert title.startswith("No comparison")


@given(st.integers(0, 60), st.integers(0, 60))
@quick
def test_a_funnel_counts_units(units, outside):
    outside = min(units, outside)
    title = funnel_finding(units, outside, MIDLANDS)
    numbers = list(map(int, re.findall(r"(\d+)(?: of|\b units)", title)))
    if units > 1:
        assert numbers[-1] == units
        assert title.startswith(f"{outside} of" if outside else "None of")
    if units == 1:
        assert ("inside" in title) == (outside == 0)


@given(
    st.lists(
        st.tuples(st.sampled_from(list(equity_cases.MEASURES)), NUMBERS, st.floats(-50, 50), st.floats(0, 40)),
        unique_by=lambda t: t[0],
    )
)
@quick
def test_slopes_rise_or_fall_only_beyond_chance(told):
    rows = [(name, "rate", n, 10, 2.0, n, mid, mid - half, mid + half) for name, n, mid, half in told]
    columns = ["measure", "form", "events", "groups", "overall", "behind", "sii", "sii_lower", "sii_upper"]
    safe = release_slopes(
        pd.DataFrame(rows, columns=columns).astype({"measure": "str", "form": "str", "groups": "int64"}), KNOWN, Rule()
    )
    title, frame = slope_finding(safe, MIDLANDS), safe.frame.dropna(subset=["sii_lower", "sii_upper"])
    up, down = int((frame["sii_lower"] > 0).sum()), int((frame["sii_upper"] < 0).sum())
    if not len(frame):
        assert title == "No slope over deprivation can be shown for the Midlands"
        return
    for many, words in ((up, ("rises", "rise")), (down, ("falls", "fall"))):
        assert (f"{many} {words[many != 1]} (" in title) == (many > 0)
    assert bool(up or down) != ("none rises or falls" in title)


SHARES = st.floats(0, 1)


@given(
    st.lists(st.tuples(SHARES, SHARES, SHARES, st.integers(0, 30)), min_size=3, max_size=3),
    st.booleans(),
    st.booleans(),
)
@quick
def test_readmission_is_told_by_the_horizon_that_can_be_shown(told, given_, some):
    row = {"of": "all", "group": "all", "people": 60.0, "events": 20.0, "deaths": 4.0, "follow_up_years": 2.0}
    for year, (*ends, events) in zip((1, 2, 5), told, strict=True):
        lower, value, upper = sorted(ends)
        row |= {f"within_{year}": value, f"within_{year}_lower": lower, f"within_{year}_upper": upper}
        row |= {f"events_{year}": float(events), f"at_risk_{year}": 20.0}
    frame = pd.DataFrame([row]) if some else pd.DataFrame([row]).iloc[:0]
    safe = followed_up_released.release_incidence(frame, KNOWN, Rule())
    title = incidence_finding(safe, "reconviction", MIDLANDS, given_)
    shown = [year for year in (2, 1, 5) if some and told[(1, 2, 5).index(year)][3] >= 5]
    if not given_:
        assert title.startswith("No outcomes were given")
    elif not some:
        assert title.startswith("Nobody")
    elif shown:
        assert f"within {shown[0]} year" in title
    else:
        assert title.startswith("Too few people")


@given(
    st.lists(
        st.tuples(st.integers(0, 80), st.integers(0, 80), st.integers(0, 80), st.sampled_from(["patient", "carer"])),
        max_size=5,
    )
)
@quick
def test_answers_are_told_with_their_span(told):
    rows = [
        (pd.Timestamp("2024-04-01"), who, f"Question {at}", float(a + b + c), float(a + b), float(a))
        for at, (a, b, c, who) in enumerate(told)
    ]
    names = ["quarter", "respondent", "question", "asked", "answered", "positive"]
    frame = pd.DataFrame(rows, columns=names).astype(
        {"quarter": "datetime64[s]", "respondent": "str", "question": "str"}
    )
    frame = frame.astype(dict.fromkeys(names[3:], float))
    safe = experience.release_answers(experience.answers(frame), KNOWN, Rule())
    title, known = experience_finding(safe, MIDLANDS), safe.frame.dropna(subset=["share", "response"])
    assert "nan" not in title
    if not len(known):
        assert ("were given" in title) == (not told)
        assert "positive" not in title
    for who, name in (("patient", "Patients"), ("carer", "arers")):
        part = known[known["respondent"] == who]
        assert (name in title) == bool(len(part)) or not len(known)
        if len(part):
            assert f"{100 * part['share'].min():.0f}%" in title


@given(
    st.lists(
        st.tuples(st.sampled_from(["readmission", "reconviction", "death"]), st.integers(0, 60)),
        unique_by=lambda t: t[0],
    )
)
@quick
def test_rates_are_told_where_they_can_be_shown(told):
    rows = [{"event": event, "of": "all", "group": "all", "people": 80.0, "events": float(n), "years": 90.0, "rate": n / 0.09,
             "rate_lower": np.nan, "rate_upper": np.nan} for event, n in told]  # fmt: skip
    columns = ["event", "of", "group", "people", "events", "years", "rate", "rate_lower", "rate_upper"]
    frame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[:3], "str"))
    title = person_years_finding(followed_up_released.release_person_years(frame, KNOWN, Rule()), MIDLANDS)
    for event, word in (("readmission", "readmissions"), ("reconviction", "convictions"), ("death", "deaths")):
        assert (word in title) == (dict(told).get(event, 0) >= 5)


@given(
    st.lists(
        st.tuples(st.sampled_from(["employment", "settled_accommodation"]), st.integers(0, 60)),
        unique_by=lambda t: t[0],
    )
)
@quick
def test_the_first_year_is_told_where_it_can_be_shown(told):
    rows = [{"event": event, "of": "all", "group": "all", "people": 60.0, "numerator": float(n), "lower": 0.1, "upper": 0.9}
            for event, n in told]  # fmt: skip
    columns = ["event", "of", "group", "people", "numerator", "lower", "upper"]
    frame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[:3], "str"))
    title = after_finding(followed_up_released.release_after_a_year(frame, KNOWN, Rule()), MIDLANDS)
    for event, word in (("employment", "in work"), ("settled_accommodation", "accommodation")):
        assert (word in title) == (5 <= dict(told).get(event, 0) <= 55)


def test_release_of_nothing_is_nothing():
    empty = release(pd.DataFrame({"measure": pd.Series(dtype="str")}), KNOWN)
    assert equity_finding(empty, MIDLANDS).startswith("No comparison")
