"""What a network of tiers refuses, and what the engine is handed."""

import re
from dataclasses import replace

import numpy as np
import pytest
from wards import UNLIMITED, wards

from needs.methods.flow import simulate
from needs.methods.flow_network import EXITS, MEASURES, ORIGINS, PATHWAY, Census, Network


def pathway(**other):
    """Return five tiers with all names, in pools of two and for three draws of people."""
    tiers, origins = len(PATHWAY), len(ORIGINS)
    routing = np.zeros((3, tiers, tiers + len(EXITS)))
    routing[:, [0, 1, 2, 3], [1, 2, 3, 4]] = 0.5
    routing[:, 4, 1] = 0.2
    routing[:, :, tiers + 2] = 1 - routing.sum(axis=2)
    beds = np.full((1, 2, 4, tiers), [UNLIMITED, 10, 10, 6, UNLIMITED])
    there = Census(
        np.full((1, 2, tiers), 3), np.zeros((1, 2, tiers, tiers), int), np.zeros((1, 2, tiers, origins), int)
    )
    told = {
        "arrivals": np.full((1, 2, 4, tiers, origins), 0.2), "beds": beds, "stay": np.ones((3, tiers, 2)),
        "share_long": np.full((1, tiers), 0.2), "routing": routing, "census": there,
    }  # fmt: skip
    return Network(**{**told, **other})


def changed(name, where, value):
    """Return an array of the pathway with other values in one place."""
    values = np.array(getattr(pathway(), name), dtype=float)
    values[where] = value
    return values


NAN = float("nan")
AT = {tier: number for number, tier in enumerate(PATHWAY)}


@pytest.mark.parametrize(
    ("name", "where", "value", "message"),
    [
        ("arrivals", (0, 1, 2, 1, 3), -0.5, "medium to general_psychiatry (pool 2, year 3): -0.5 arrivals a year"),
        ("arrivals", (0, 1, 2, 2, 0), NAN, "low to prison_remand (pool 2, year 3): nan arrivals a year; give a number"),
        ("arrivals", (0, 1, 2, 2, 0), np.inf, "low to prison_remand (pool 2, year 3): inf arrivals a year"),
        ("beds", (0, 1, 2, 1), -1, "medium (pool 2, year 3): -1 beds; give a whole number from 0, or UNLIMITED"),
        ("beds", (0, 1, 0, 1), NAN, "medium (pool 2, year 1): nan beds; give a whole number from 0, or UNLIMITED"),
        ("beds", (0, 0, 1, 1), 9.5, "medium (pool 1, year 2): 9.5 beds; give a whole number from 0, or UNLIMITED"),
        ("stay", (1, 2, 0), -2.0, "low (draw 2): -2 years of stay; give more than 0"),
        ("stay", (1, 2, 0), 0.0, "low (draw 2): 0 years of stay; give more than 0"),
        ("stay", (1, 2, 1), NAN, "low (draw 2): nan years of stay; give more than 0"),
        ("share_long", (0, 4), 1.2, "community: 1.2 of admissions stay long; give a share from 0 to 1"),
        ("share_long", (0, 4), NAN, "community: nan of admissions stay long; give a share from 0 to 1"),
        ("routing", (2, 3, 4), 0.7, "step_down (draw 3): 1.2 is the sum of the routes; make them add up to 1"),
        ("routing", (2, 3, 4), 0.3, "step_down (draw 3): 0.8 is the sum of the routes; make them add up to 1"),
        ("routing", (2, 3, 0), -0.1, "step_down to high (draw 3): -0.1 is not a probability; give 0 or more"),
        ("routing", (2, 3, 9), NAN, "step_down to died (draw 3): nan is not a probability; give 0 or more"),
    ],
)
def test_a_number_that_cannot_be_is_named(name, where, value, message):
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        pathway(**{name: changed(name, where, value)})


@pytest.mark.parametrize("value", [-1.0, NAN, np.inf])
def test_assessments_that_cannot_be_are_named(value):
    number = np.ones((1, len(ORIGINS)))
    number[0, 2] = value
    with pytest.raises(ValueError, match=f"^court: {value:.10g} is not the number of assessments; give a number at or"):
        pathway(assessments=number)
    with pytest.raises(ValueError, match=f"^court: {value:.10g} is not the years of assessments"):
        pathway(assessment=number)


def test_tiers_that_cannot_be_left_are_named():
    routing = pathway().routing.copy()
    routing[1, 2:4] = 0
    routing[1, 2, 3] = routing[1, 3, 2] = 1.0
    with pytest.raises(
        ValueError, match=r"^low, step_down: cannot be left for good; give a route that ends in an exit$"
    ):
        pathway(routing=routing)
    routing[1, 2:4] = 0
    routing[1, [2, 3], [2, 7]] = 1.0  # nor one that only leads to itself
    with pytest.raises(ValueError, match=r"^low: cannot be left"):
        pathway(routing=routing)


def test_a_census_above_the_beds_is_named_with_its_pool():
    beds = pathway().beds.copy()
    beds[0, 1, :, 3] = 2
    expected = (
        "step_down: 3 people in the census of pool 2 but 2 beds in the first year; "
        "give at least as many beds, and close them in a later year"
    )
    with pytest.raises(ValueError, match=f"^{expected}$"):
        pathway(beds=beds)
    beds[0, 1, 0, 3] = 3
    assert pathway(beds=beds).years == 4
    there = pathway().census
    blocked = there.blocked.copy()
    blocked[0, 0, 1, 2] = 8  # in beds as well
    with pytest.raises(ValueError, match=r"^medium: 11 people in the census of pool 1 but 10 beds"):
        pathway(census=replace(there, blocked=blocked))


def test_beds_closed_later_may_be_fewer_than_the_people():
    beds = np.zeros_like(pathway().beds)
    closed = pathway().with_beds(beds)
    assert (closed.beds == 0).all()
    assert replace(closed, assessments=np.ones((1, len(ORIGINS)))).closing
    with pytest.raises(ValueError, match=r"^high \(pool 1, year 1\): -1 beds; give a whole number from 0"):
        pathway().with_beds(beds - 1)


@pytest.mark.parametrize(
    ("part", "where", "message"),
    [
        ("active", (0, 1, 2), r"low \(pool 2\): -1 people in the census \(active\); give a whole number"),
        ("blocked", (0, 1, 2, 3), r"low to step_down \(pool 2\): -1 people in the census \(blocked\); give a whole"),
        ("queue", (0, 1, 2, 6), r"low to community_recall \(pool 2\): -1 people in the census \(queue\); give a whole"),
    ],
)
def test_fewer_than_nobody_or_half_a_person_in_the_census(part, where, message):
    there = pathway().census
    values = getattr(there, part).astype(float)
    for people in (-1, 0.5, NAN):
        values[where] = people
        with pytest.raises(ValueError, match="^" + message.replace("-1", f"{people:.10g}")):
            pathway(census=replace(there, **{part: values}))


def test_all_problems_are_told_at_once_and_each_once():
    with pytest.raises(ValueError, match="medium") as raised:
        pathway(
            arrivals=changed("arrivals", (slice(None), slice(None), slice(None), 1), -1.0), beds=changed("beds", 0, -2),
            stay=changed("stay", (slice(None), 3), 0), routing=changed("routing", (slice(None), 4, 1), 0.4),
        )  # fmt: skip
    told = str(raised.value).split("; ")  # rules and remedies apart
    assert sum("arrivals a year" in part for part in told) == len(ORIGINS)
    assert sum(part.endswith(" (pool 1, year 1): -2 beds") for part in told) == len(PATHWAY)
    assert sum("years of stay" in part for part in told) == 1
    assert sum("sum of the routes" in part for part in told) == 1


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "arrivals",
            np.ones((1, 2, 5, 5, 7)),
            r"arrivals: shape \(1, 2, 5, 5, 7\); give \(1, 2, 4, 5, 7\), or 1 draws",
        ),
        ("beds", np.ones((2, 4, 5), int), r"beds: shape \(2, 4, 5\); give draws x pools x years x tiers"),
        ("beds", np.ones((1, 2, 0, 5), int), r"beds: shape \(1, 2, 0, 5\); give at least one draw, pool, year and"),
        ("beds", np.ones((0, 2, 4, 5), int), r"beds: shape \(0, 2, 4, 5\); give at least one draw, pool, year and"),
        ("stay", np.ones((2, 5, 2)), r"stay: shape \(2, 5, 2\); give \(1, 5, 2\), or 3 draws in place of 1"),
        ("routing", np.ones((1, 5, 5)), r"routing: shape \(1, 5, 5\); give \(1, 5, 10\), or 3 draws"),
        ("rank", np.ones((5, 7), int), r"rank: shape \(5, 7\); give \(5, 12\)"),
        ("outside", np.ones((5, 4), bool), r"outside: shape \(5, 4\); give \(5, 5\)"),
        ("assessments", np.ones(7), r"assessments: shape \(7,\); give \(1, 7\), or 3 draws"),
    ],
)
def test_a_shape_that_does_not_fit_is_named(name, value, message):
    with pytest.raises(ValueError, match="^" + message):
        pathway(**{name: value})


def test_what_the_engine_reads():
    network = pathway()
    world = network.world()
    assert (network.years, network.pools) == (4, 2)
    assert world.rates.sum() == pytest.approx(network.arrivals.sum() / 12)
    assert (world.mean == 12).all()
    assert world.outside[3:, :3].all()
    assert world.outside.sum() == 6
    assert (world.routes[:, :, -1] == 2).all()
    assert world.prison.tolist() == [True, True] + [False] * 5
    assert pathway(stay=np.full((3, 5, 2), [1.0, 4.0])).world().census_long == pytest.approx(0.2 * 4 / 1.6)


def test_placed_first_is_who_ranks_first():
    rank = np.array([[1, 0, 0]])  # those who come again before those who first come
    arrivals = np.full((1, 1, 6, 1, 2), 3.0)
    beds = np.full((1, 1, 6, 1), 3)
    ward = replace(wards([6.0], [3], [0.45], years=6), arrivals=arrivals, beds=beds)
    alike, ranked = simulate(ward, 300, seed=1), simulate(replace(ward, rank=rank), 300, seed=1)
    waits = {name: found.mean["waits"][24:, 0].sum(axis=0) for name, found in (("alike", alike), ("ranked", ranked))}
    mean = {name: values[:, 1] / values[:, 0] for name, values in waits.items()}
    assert mean["ranked"][1] < 0.5 * mean["ranked"][0]
    assert mean["alike"][0] == pytest.approx(mean["alike"][1], rel=0.05)
    queue = MEASURES.index("waiting")  # who goes first is another person, but a bed is filled just as soon
    assert alike.yearly[..., queue].mean() == pytest.approx(ranked.yearly[..., queue].mean(), rel=0.1)


def test_a_stream_that_stops_and_starts_again_keeps_its_rate():
    arrivals = np.array([[4.0], [0.0], [8.0], [0.5], [4.0]])
    found = simulate(wards(arrivals, [UNLIMITED], [1.0], years=5), 3000, seed=2).year("admissions", "a")
    error = np.sqrt(arrivals[:, 0] / 3000)
    assert (np.abs(found.mean(axis=0) - arrivals[:, 0]) <= 4 * error).all()
    assert found[:, 1].max() == 0
    assert np.abs(np.corrcoef(np.delete(found, 1, axis=1), rowvar=False) - np.eye(4)).max() < 4 / 3000**0.5
    spread = 4 * np.sqrt((arrivals[:, 0] + 2 * arrivals[:, 0] ** 2) / 3000)
    assert (np.abs(found.var(axis=0) - arrivals[:, 0]) <= spread).all()


def test_draws_follow_their_own_rows_in_turn():
    stay = np.repeat(np.array([0.01, 5.0])[:, None, None], 2, axis=2)
    ward = replace(wards([10.0], [UNLIMITED], [1.0], years=5), stay=stay)
    found = simulate(ward, 4, paths=3, seed=1).year("occupied", "a").mean(axis=1).reshape(4, 3)
    assert (found[::2] < 1).all()
    assert (found[1::2] > 5).all()
    assert len(np.unique(found)) == 12


@pytest.mark.parametrize("pools", [[2], [-1], [0, 1, 5], [], [1, 1]])
def test_a_pool_that_is_not_there_or_named_twice_is_refused(pools):
    with pytest.raises(ValueError, match=r"^pools: .* are not each once among the 2 of the network, from 0 on$"):
        simulate(pathway(), 1, pools=pools)


@pytest.mark.parametrize(
    ("name", "value"), [("draws", 0), ("paths", 0), ("threads", 0), ("draws", -1), ("seed", -1), ("settle", -1)]
)
def test_runs_of_nothing_are_refused(name, value):
    least = "draws .*, paths .*, threads .* are at least 1, seed .* and settle .* at least 0"
    with pytest.raises(ValueError, match=least) as raised:
        simulate(pathway(), **{"draws": 1, name: value})
    assert f"{name} {value}" in str(raised.value)


def test_a_prison_that_is_no_origin_is_named():
    with pytest.raises(ValueError, match=r"^prisons: jail is no origin; use prison_remand, prison_sentenced, court, "):
        pathway(prisons=("prison_remand", "jail"))


def test_who_comes_back_moves_and_enters():
    outside = np.array([[False, False], [True, False]])
    network = wards([6.0, 0], [6, UNLIMITED], [0.5, 1], [[0, 0.8], [0.4, 0]], outside=outside)
    found = simulate(network, 100, seed=1)
    back, entries, waiting = found.moves[:, 1, 0], found.entries, found.year("waiting", "a")
    assert back.min() > 0
    assert (entries[:, 0, 1] <= back).all()
    assert entries[:, 0, 1].sum() > 0.95 * back.sum()  # all but those who still wait
    assert found.year("blocked").max() == 0  # nobody keeps a place to wait in
    assert waiting.max() > 0
    admitted = entries.sum(axis=2) + found.moves[:, :, :2].sum(axis=1) - np.stack([back, 0 * back], axis=1)
    assert (admitted == found.yearly[..., 3].sum(axis=1)).all()
