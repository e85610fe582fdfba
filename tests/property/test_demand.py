"""What must hold of expected patients whatever the numbers are."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import small
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small import GROUPS, KNOWN, OUTSIDE, PATIENTS, england

from needs.methods import demand, mismatch, raking
from needs.methods.cascade import ROWS, SEXES, Between, Places
from needs.methods.need import deprivation_tenths, need_index
from needs.methods.uncertainty import NORMAL_95, spread_around
from needs.values import Estimate, Provenance

positive = st.floats(0.01, 1e7, allow_nan=False)
share = st.floats(0, 1)


@st.composite
def estimates(draw, number=positive):
    low, value, high = sorted(draw(st.lists(number, min_size=3, max_size=3)))
    return Estimate(value, low, high, draw(st.sampled_from(["published", "derived", "assumed"])), ("x#y",))


@st.composite
def areas(draw, least=2, most=7):
    names = [f"a{i}" for i in range(draw(st.integers(least, most)))]
    numbers = st.lists(st.floats(1000, 1e6), min_size=len(names), max_size=len(names))
    cells = pd.MultiIndex.from_product([SEXES, GROUPS])
    people = pd.DataFrame([draw(numbers) for _ in cells], index=cells, columns=names)
    tenth = np.array(draw(st.lists(st.floats(0.02, 0.3), min_size=len(names), max_size=len(names))))
    fifth = tenth + np.array(draw(st.lists(st.floats(0.02, 0.3), min_size=len(names), max_size=len(names))))
    tenths = pd.DataFrame(deprivation_tenths(tenth, fifth), index=names)
    return Places(people, tenths, pd.DataFrame({"smi_register": draw(numbers)}, index=names))


@st.composite
def differing(draw):
    """Draw regions of boards, and areas that are sets of boards: names stand in no order, sizes and spreads differ."""
    board = st.tuples(st.sampled_from("nsew"), st.sampled_from("pqrs"), st.floats(1, 1e3))
    told = draw(st.lists(board, min_size=2, max_size=12))
    parts = pd.DataFrame(told, columns=["region", "area", "adults"])
    return Between(draw(estimates(st.floats(0.01, 1))), parts, draw(estimates(st.floats(0.01, 1)) | st.none()))


def factors(between, column, draws=50):
    """Draw the factors of the parts, taken together by the values of a column: draws x values."""
    parts = between.parts.assign(area=column)
    names = list(dict.fromkeys(column))
    drawn = replace(between, parts=parts).draw(names, draws, np.random.default_rng(1))
    return pd.DataFrame(drawn, columns=names)


def assessed(places, rules=("need", "population", "smi_register"), **changes):
    return small.assessed(places, rules, **changes)


@settings(max_examples=25)
@given(places=areas())
def test_areas_add_up_in_the_middle_and_in_every_draw(places):
    found = assessed(places)
    told = PATIENTS | OUTSIDE
    table = found.expected.groupby("tier")["patients"].sum()
    for tier, national in told.items():
        assert table[tier] == pytest.approx(national, rel=1e-9)
    assert found.means.secure.sum(axis=3) == pytest.approx(found.told.patients, rel=1e-9)
    assert found.means.beyond.sum(axis=2) == pytest.approx(found.told.beyond, rel=1e-9)
    assert found.central[0].secure.sum(axis=(0, 3)) == pytest.approx(np.array([[660, 40], [2500, 500], [2200, 800]]))


@settings(max_examples=25)
@given(places=areas())
def test_intervals_hold_their_figures_and_each_other(places):
    table = assessed(places).expected
    ends = ["patients_lower_95", "patients_lower_80", "patients", "patients_upper_80", "patients_upper_95"]
    assert (np.diff(table[ends], axis=1) >= -1e-9).all()
    assert table["patients"].between(table["mean_lower_95"], table["mean_upper_95"]).all()
    assert table[["from_parameters", "from_rule", "from_chance"]].sum(axis=1).to_numpy() == pytest.approx(1)
    assert list(dict.fromkeys(table["tier"])) == list(ROWS)


@settings(max_examples=15)
@given(places=areas(least=3), seed=st.integers(0, 99))
def test_the_order_of_areas_does_not_matter(places, seed):
    order = list(np.random.default_rng(seed).permutation(list(places.areas)))
    other = Places(places.people[order], places.tenths.loc[order], places.counts.loc[order])
    first, second = assessed(places), assessed(other)
    for area in places.areas:
        np.testing.assert_allclose(
            first.means.rows[:, :, first.areas.index(area)],
            second.means.rows[:, :, second.areas.index(area)],
            rtol=1e-9,
        )


@settings(max_examples=15)
@given(places=areas())
def test_intervals_widen_as_evidence_weakens(places):
    sure, unsure = (assessed(places, anchors=england(factor)).expected for factor in (1.01, 1.6))
    widths = [t["mean_upper_95"] - t["mean_lower_95"] for t in (sure, unsure)]
    assert (widths[1] > widths[0]).mean() > 0.9


@settings(max_examples=25)
@given(
    places=areas(),
    more=st.floats(1, 1e5),
    row=st.integers(0, 3),
    rule=st.sampled_from(["need", "population", "deprivation"]),
)
def test_adding_people_never_lowers_expected_demand(places, more, row, rule):
    people = places.people.copy()
    people.iloc[row, 0] += more
    before, after = (assessed(p, (rule,)).central[0].rows[0, :, 0] for p in (places, replace(places, people=people)))
    assert (after >= before - 1e-9).all()


@settings(max_examples=50)
@given(between=differing())
def test_areas_of_any_partition_share_the_draws_of_their_parts(between):
    """An area is the mean of its parts weighted by adults, in every draw, whichever other areas there are."""
    parts = between.parts
    alone = factors(between, [f"part {n}" for n in range(len(parts))]).to_numpy()
    assert (alone > 0).all()
    found = factors(between, parts["area"])
    for area, members in parts.groupby("area"):
        by_hand = np.average(alone[:, members.index], axis=1, weights=members["adults"])
        np.testing.assert_allclose(found[area], by_hand, rtol=1e-9)


@settings(max_examples=50)
@given(between=differing())
def test_boards_add_nothing_to_a_region_and_move_their_own_part_of_it(between):
    regions = between.parts["region"]
    found, without = factors(between, regions), factors(replace(between, boards=None), regions)
    np.testing.assert_allclose(found, without, rtol=1e-9)
    parts = factors(between, [f"part {n}" for n in range(len(regions))]).to_numpy()
    alone = regions.map(regions.value_counts()) == 1
    np.testing.assert_allclose(parts[:, alone], found[regions[alone]], rtol=1e-9)
    differ = abs(parts / found[regions] - 1).max() > 1e-9
    assert (differ[~alone.to_numpy()] == (between.boards is not None)).all()


@settings(max_examples=20)
@given(places=areas(), part=st.floats(0.05, 0.95), spreads=st.tuples(st.floats(0.05, 0.3), st.floats(0.2, 0.6)))
def test_a_region_split_in_two_sums_to_itself(places, part, spreads):
    """Two parts of the same make-up and deprivation have the region's demand between them, in every draw."""
    halves = places.people.drop(columns="a0").assign(x=places.people["a0"] * part, y=places.people["a0"] * (1 - part))
    names = list(halves.columns)
    of = {name: name if name in places.areas else "a0" for name in names}
    counts = places.counts.loc[[of[n] for n in names]].set_axis(names)
    counts.loc["x"] *= part
    counts.loc["y"] *= 1 - part
    boards = [(of[name], name, adults) for name, adults in halves.sum().items()]
    regions = [(region, region, adults) for region, _, adults in boards]
    tenths = places.tenths.loc[[of[n] for n in names]].set_axis(names)
    split = assessed(Places(halves, tenths, counts, small.between(boards, *spreads)))
    whole = assessed(replace(places, between=small.between(regions, *spreads)))
    assert not np.allclose(split.told.between[:, names.index("x")], split.told.between[:, names.index("y")], rtol=0.01)
    together = sum(split.means.rows[:, :, split.areas.index(name)] for name in ("x", "y"))
    np.testing.assert_allclose(together, whole.means.rows[:, :, whole.areas.index("a0")], rtol=1e-9)
    centre = [split.expected.query("area == @name")["patients"].to_numpy() for name in ("x", "y")]
    np.testing.assert_allclose(sum(centre), whole.rows("a0")["patients"], rtol=1e-9)


def split_in_two(places, spread):
    """Return the places in halves and where each lies, and the places with the same differences between them."""
    halves = pd.concat([places.people / 2, places.people / 2], axis=1, keys=["l", "r"])
    halves.columns = [f"{side}-{name}" for side, name in halves.columns]
    of = {name: name.partition("-")[2] for name in halves}
    rows = list(of.values())
    boards = [(of[name], name, adults) for name, adults in halves.sum().items()]
    parts = Places(halves, places.tenths.loc[rows].set_axis(list(of)), places.counts.loc[rows].set_axis(list(of)) / 2,
                   small.between(boards, 0.1, spread))  # fmt: skip
    regions = small.between([(region, region, adults) for region, _, adults in boards], 0.1, spread)
    return parts, of, replace(places, between=regions)


@settings(max_examples=15)
@given(places=areas(), spread=st.floats(0.2, 0.5))
def test_smaller_areas_fit_their_region_and_are_less_sure(places, spread):
    parts, of, regions = split_in_two(places, spread)
    whole, found = assessed(regions), assessed(parts)
    fitted = found.within(whole, of)
    np.testing.assert_allclose(fitted.means.rows, found.means.rows, rtol=1e-9)  # halves add up before they are fitted
    for name in places.areas:
        at = [fitted.areas.index(f"{side}-{name}") for side in "lr"]
        np.testing.assert_allclose(
            fitted.means.rows[:, :, at].sum(axis=2), whole.means.rows[:, :, whole.areas.index(name)], rtol=1e-9
        )
    relative = lambda means: means.std(axis=0) / means.mean(axis=0)  # noqa: E731
    half = relative(fitted.means.rows)[:, fitted.areas.index("l-a0")]
    assert (half > 0.98 * relative(whole.means.rows)[:, 0]).all()


@settings(max_examples=10)
@given(places=areas(), spread=st.floats(0.2, 0.5))
def test_halves_fit_a_region_that_was_drawn_without_them(places, spread):
    parts, of, _ = split_in_two(places, spread)
    whole, found = assessed(places), assessed(parts)
    fitted = found.within(whole, of)
    assert not np.allclose(fitted.means.rows, found.means.rows, rtol=0.01)
    for name in places.areas:
        at = [fitted.areas.index(f"{side}-{name}") for side in "lr"]
        np.testing.assert_allclose(
            fitted.means.rows[:, :, at].sum(axis=2), whole.means.rows[:, :, whole.areas.index(name)], rtol=1e-9
        )


@settings(max_examples=20)
@given(places=areas())
def test_the_interval_holds_every_rule(places):
    found = demand.assess(england(), places, KNOWN, ["need", "population", "deprivation", "smi_register"], draws=2000)
    for area in places.areas:
        told = found.by_rule(area, dict.fromkeys(found.rules, ""))
        row = found.rows(area).set_index("tier").loc["all"]
        assert told["patients"].between(row["patients_lower_95"] - 1, row["patients_upper_95"] + 1).all()


@settings(max_examples=10)
@given(places=areas(), seed=st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_draws_and_the_same_england(places, seed):
    first, second = assessed(places, seed=seed), assessed(places, seed=seed)
    np.testing.assert_array_equal(first.counts, second.counts)
    regions = small.between([(area, area, 1.0) for area in places.areas], 0.2)
    other = assessed(replace(places, between=regions), seed=seed)
    for name in ("patients", "beyond", "profile", "index", "rule"):
        np.testing.assert_array_equal(getattr(other.told, name), getattr(first.told, name))
    assert (other.means.rows != first.means.rows).any()


@given(log_ratio=st.floats(-2, 0), tenth=st.floats(0.01, 0.4), more=st.floats(0.01, 0.4))
def test_a_negative_need_coefficient_counts_as_zero(log_ratio, tenth, more):
    assert need_index(deprivation_tenths([tenth], [tenth + more]), [log_ratio]).tolist() == [[pytest.approx(1.0)]]


@given(tenth=st.floats(0.005, 0.45), more=st.floats(0.005, 0.45))
def test_tenths_hold_both_published_shares(tenth, more):
    tenths = deprivation_tenths([tenth], [tenth + more])
    assert tenths.sum() == pytest.approx(1)
    assert tenths[0, -1] == pytest.approx(tenth)
    assert tenths[0, -2:].sum() == pytest.approx(tenth + more)
    assert (tenths >= 0).all()


tables = st.integers(2, 4).flatmap(
    lambda n: st.lists(st.lists(st.floats(0.5, 20), min_size=3, max_size=3), min_size=n, max_size=n)
)


@settings(max_examples=50)
@given(seed=tables, goal=tables, shuffle=st.integers(0, 99))
def test_raking_keeps_margins_and_the_order_of_rows_does_not_matter(seed, goal, shuffle):
    assume(len(seed) == len(goal))
    table, wanted = np.array(seed), np.array(goal)
    margins = [wanted.sum(axis=1), wanted.sum(axis=0)]
    fitted = raking.rake(table, margins)
    for axis, margin in enumerate(margins):
        assert fitted.sum(axis=1 - axis) == pytest.approx(margin, rel=1e-8)
    order = np.random.default_rng(shuffle).permutation(len(table))
    np.testing.assert_allclose(raking.rake(table[order], [margins[0][order], margins[1]]), fitted[order], rtol=1e-6)
    odds = table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0])
    assert fitted[0, 0] * fitted[1, 1] / (fitted[0, 1] * fitted[1, 0]) == pytest.approx(odds, rel=1e-6)


@given(figure=estimates())
def test_draws_of_an_estimate_hold_its_interval(figure):
    ends = spread_around(figure, [-NORMAL_95, 0.0, NORMAL_95])
    assert ends == pytest.approx([figure.lower, figure.value, figure.upper], rel=1e-9)


@given(people=estimates(), ready=estimates(share), split=st.floats(0, 1))
def test_patients_are_conserved_between_tiers(people, ready, split):
    to = {"step_down": Estimate(split, source=("x",)), "community": Estimate(1 - split, source=("x",))}
    row = mismatch.tier_needed({"low": people}, {"low": ready}, {"low": to})["low"]
    assert sum(part.value for part in row.values()) == pytest.approx(people.value, rel=1e-9)


@given(parts=st.lists(estimates(), min_size=1, max_size=5))
def test_provenance_keeps_the_weakest_kind(parts):
    kinds = ["published", "derived", "modelled", "assumed", "synthetic"]
    known = Provenance.of(*parts)
    assert known.kind == max((p.kind for p in parts), key=kinds.index)
