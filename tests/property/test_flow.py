"""What must hold of every pathway that is simulated, whatever its beds, stays and routes are."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wards import UNLIMITED, people_at, same, wards

from needs.methods.flow import simulate
from needs.methods.flow_network import MEASURES, STOCKS, Network

FEW = settings(max_examples=20)


limits = st.integers(0, 7) | st.just(UNLIMITED)


@st.composite
def pathways(draw, beds=limits, up=True, pools=1, years=4):
    """Return a small pathway with routes in all directions, some people at the start, and full tiers."""
    tiers = draw(st.integers(2, 4))
    numbers = st.lists(st.integers(0, 5), min_size=tiers + 1, max_size=tiers + 1)
    weights = np.array([draw(numbers) for _ in range(tiers)], float)
    weights[:, -1] += 0.5  # everyone may go home
    if not up:
        weights[:, :-1] = np.triu(weights[:, :-1])
    routing = weights / weights.sum(axis=1, keepdims=True)

    def each(values):
        return np.array(draw(st.lists(values, min_size=tiers, max_size=tiers)))

    most = each(beds)
    active = np.minimum(each(st.integers(0, 5)), most)
    stay = np.sort(np.stack([each(st.floats(0.05, 3)), each(st.floats(0.05, 3))], axis=-1), axis=-1)
    outside = np.zeros((tiers, tiers), bool)
    if up:
        outside[-1] = draw(st.booleans())
        outside[-1, -1] = False
    return wards(
        each(st.floats(0, 6)), most, stay, routing[:, :-1], long=each(st.floats(0, 1)), years=years, active=active,
        queue=each(st.integers(0, 3)), pools=pools, outside=outside,
    )  # fmt: skip


seeds = st.integers(0, 2**31)


@FEW
@given(pathways(), seeds)
def test_patients_are_conserved_and_never_negative(network, seed):
    found = simulate(network, 1, seed=seed)
    stocks = {stock: people_at(found, stock) for stock in STOCKS}
    change = np.cumsum(stocks["admissions"] - stocks["discharges"], axis=0)
    assert (network.census.occupied[0, 0] + change == stocks["occupied"]).all()
    assert (stocks["blocked"] <= stocks["occupied"]).all()
    assert (stocks["occupied"] <= network.beds[0, 0, 0]).all()
    full = stocks["occupied"] == network.beds[0, 0, 0]
    assert (full | (stocks["waiting"] == 0)).all()  # nobody waits beside a free bed
    counts = [MEASURES.index(name) for name in MEASURES if not name.endswith("wait")]
    assert (found.yearly[..., counts] >= -1e-9).all()
    assert (found.yearly >= -1e-6).all()
    left = found.moves[0, :, len(network.tiers) :].sum()
    # who came from outside, or was waiting there at the start, is in a bed, is waiting or has gone
    inside = found.moves[0, :, : len(network.tiers)][network.outside].sum()
    came = found.entries[0].sum() + stocks["waiting"][-1].sum()
    assert (
        network.census.occupied.sum() + came - inside
        == left + stocks["occupied"][-1].sum() + stocks["waiting"][-1].sum()
    )


@FEW
@given(pathways(beds=st.integers(0, 2)), seeds)
def test_rings_of_full_tiers_never_stop(network, seed):
    found = simulate(network, 20, seed=seed)
    assert (found.mean["occupied"] <= network.beds[0, 0, 0] + 1e-9).all()


def test_a_ring_that_holds_all_beds_keeps_turning():
    # Everyone goes round and round, nobody can leave a bed but for another's.
    ring = wards([0.0] * 3, [2, 1, 1], [0.2] * 3, 0.999 * np.roll(np.eye(3), 1, axis=1), active=[2, 1, 1], years=2)
    blocked = replace(
        ring.census, active=np.zeros((1, 1, 3), int), blocked=np.array([[np.diag([2, 1], 1)]])[..., :3, :3]
    )
    blocked.blocked[0, 0, 2, 0] = 1
    for census in (ring.census, blocked):
        found = simulate(replace(ring, census=census), 100, seed=1)
        assert found.moves[:, :, :3].sum() > 10 * 100
        assert (found.mean["blocked"].sum(axis=2) <= found.mean["occupied"] + 1e-9).all()
    first = simulate(replace(ring, census=blocked), 100, seed=1)
    assert first.moves[:, [0, 1, 2], [1, 2, 0]].min() >= 1  # three change places at the start


@FEW
@given(pathways(beds=st.just(UNLIMITED)), seeds)
def test_without_limits_nobody_blocks_or_waits(network, seed):
    found = simulate(network, 10, seed=seed)
    assert found.year("blocked").max() == 0
    assert found.year("waiting").max() == 0
    assert found.year("bed_wait").max() == 0
    assert found.emptying() == {}


@settings(max_examples=15)
@given(pathways(beds=st.integers(1, 7), up=False, years=8), seeds, st.data())
def test_a_bed_more_never_lengthens_the_queue_of_its_tier(network, seed, data):
    at = data.draw(st.integers(0, len(network.tiers) - 1))
    beds = network.beds.copy()
    beds[..., at] += 1
    fewer, more = simulate(network, 300, seed=seed), simulate(network.with_beds(beds), 300, seed=seed)
    change = (more.year("waiting", network.tiers[at]) - fewer.year("waiting", network.tiers[at])).mean(axis=1)
    assert change.mean() <= 4 * change.std() / len(change) ** 0.5


def one_pool(network: Network, pool: int) -> Network:
    """Return a network in which other pools are empty, closed and unasked for."""

    def alone(values):
        values = np.array(values)
        values[:, np.arange(values.shape[1]) != pool] = 0
        return values

    census = network.census
    return replace(
        network, arrivals=alone(network.arrivals), beds=alone(network.beds),
        census=replace(census, active=alone(census.active), blocked=alone(census.blocked), queue=alone(census.queue)),
    )  # fmt: skip


@settings(max_examples=10)
@given(pathways(pools=3), seeds, st.permutations([0, 1, 2]))
def test_pools_do_not_know_of_each_other(network, seed, order):
    together = simulate(network, 30, seed=seed)
    alone = [simulate(network, 30, seed=seed, pools=[pool]) for pool in range(3)]
    for name, values in together.mean.items():
        np.testing.assert_allclose(sum(one.mean[name] for one in alone), values, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(sum(one.yearly for one in alone), together.yearly, rtol=1e-9, atol=1e-9)
    assert (sum(one.moves for one in alone) == together.moves).all()
    shuffled = simulate(network, 30, seed=seed, pools=order)
    assert shuffled.histogram.tobytes() == together.histogram.tobytes()
    assert (shuffled.moves == together.moves).all()
    for pool in range(3):
        assert (simulate(one_pool(network, pool), 30, seed=seed).moves == alone[pool].moves).all()


@settings(max_examples=10)
@given(seeds, st.integers(1, 4), st.integers(0, 3))
def test_a_closed_bed_leaves_tiers_without_a_way_to_it_as_they_are(seed, closed, start):
    routing = np.zeros((4, 4))
    routing[0, 1] = routing[2, 3] = 0.6  # two pathways side by side
    network = wards([8.0, 2, 8, 2], [6, 4, 6, 4], [(0.5, 2)] * 4, routing, long=[0.3] * 4, active=[5, 4, 5, 4])
    beds = network.beds.copy()
    beds[:, :, start:, 1] -= closed
    before, after = simulate(network, 40, seed=seed), simulate(network.with_beds(beds), 40, seed=seed)
    assert before.yearly[:, :, 2:].tobytes() == after.yearly[:, :, 2:].tobytes()
    assert before.histogram[:, :, 2:].tobytes() == after.histogram[:, :, 2:].tobytes()
    assert before.yearly[:, :, :2].tobytes() != after.yearly[:, :, :2].tobytes()
    assert before.yearly[:, :start].tobytes() == after.yearly[:, :start].tobytes()


@FEW
@given(pathways(), seeds)
def test_quantiles_are_those_of_the_stocks_of_each_draw(network, seed):
    draws, levels = 12, [0.0, 0.1, 0.25, 0.5, 0.9, 1.0]
    runs = [simulate(network, draws=number, seed=seed) for number in range(1, draws + 1)]
    moved = np.zeros((draws, 2, *runs[0].mean["admissions"].shape))
    for number, found in enumerate(runs):  # what a draw more adds
        for way, name in enumerate(("admissions", "discharges")):
            every = found.mean[name] * (number + 1)
            moved[number, way] = np.rint(every - (runs[number - 1].mean[name] * number if number else 0))
    stocks = {
        "occupied": network.census.occupied[0].sum(axis=0) + np.cumsum(moved[:, 0] - moved[:, 1], axis=1),
        "admissions": moved[:, 0], "discharges": moved[:, 1],
    }  # fmt: skip
    for stock, people in stocks.items():
        expected = np.quantile(people, levels, axis=0, method="inverted_cdf")
        assert (runs[-1].quantile(stock, levels) == expected).all()


@settings(max_examples=5)
@given(st.integers(300, 2500), seeds)
@example(255, 1)
@example(256, 1)
def test_many_people_are_counted_to_the_width_of_a_bin(people, seed):
    # The queue grows past what was likely from the start, so that bins have to widen.
    network = wards([people / 2], [0], [1.0], years=3, active=[0], queue=[people // 3])
    found = simulate(network, 3, seed=seed)
    width = found.width[STOCKS.index("waiting"), 0]
    exact = simulate(network, 1, seed=seed)
    assert found.histogram.sum() == 3 * found.histogram[..., 0].size
    assert found.histogram[..., -1].sum() == 0
    queue = exact.mean["waiting"][:, 0].sum(axis=1)  # nobody leaves: the mean of a month lies between its ends
    end = exact.quantile("waiting", [0.5])[0, :, 0]
    widest = exact.width[STOCKS.index("waiting"), 0]
    assert (end >= queue - widest).all()
    assert (end[:-1] <= queue[1:] + widest).all()
    assert width * 255 > end[-1]


def test_a_closing_tier_empties_by_attrition():
    beds = np.array([[10]] * 2 + [[3]] * 6)
    ward = wards([8.0], beds, [2.0], years=8, active=[10])
    for seed in range(30):
        found = simulate(ward, 1, seed=seed)
        occupied, admitted = people_at(found, "occupied")[:, 0], people_at(found, "admissions")[:, 0]
        over = int((occupied[23:] > 3).argmin())  # months until no more than the beds
        assert over > 0
        assert (np.diff(occupied[23 : 23 + over]) <= 0).all()
        assert admitted[24 : 23 + over].sum() == 0
        assert occupied[23 + over :].max() <= 3
        most = int(occupied[24:].max()) - 3
        assert found.emptying() == ({"a": most} if most > 0 else {})
    found = simulate(ward, 400, seed=1)
    full = simulate(wards([8.0], [10], [2.0], years=8, active=[10]), 400, seed=1)
    assert full.emptying() == {}
    assert 0 < found.emptying()["a"] <= 7
    assert found.emptying()["a"] == found.mean["over"][24, 0]


@settings(max_examples=8)
@given(seeds, st.sampled_from([0, 2]), st.floats(4, 12))
def test_nobody_comes_into_a_closing_tier_by_a_ring(seed, left, arrivals):
    """People of two full tiers who wait for each other's beds do not change places while one has more than its beds."""
    beds = np.array([[8, 10]] * 2 + [[8, left]] * 6)
    routing = np.array([[0, 0.6], [0.6, 0]])
    pair = wards([arrivals, 2.0], beds, [0.5, 0.5], routing, years=8, active=[8, 10])
    for number in range(5):
        found = simulate(pair, 1, seed=seed + number)
        occupied, admitted = people_at(found, "occupied")[:, 1], people_at(found, "admissions")[:, 1]
        over = (occupied[23:-1] > left) & (occupied[24:] > left)
        assert admitted[24:][over].sum() == 0
        assert (np.diff(occupied[23:])[over] <= 0).all()
        if left == 0:
            assert admitted[24:].sum() == 0
        assert admitted[:24].sum() > 0  # there was somebody to keep out
        assert (people_at(found, "blocked") <= people_at(found, "occupied")).all()


def test_a_ring_turns_once_its_tier_has_no_more_people_than_beds():
    """Three people in two beds of ``b``: two wait for ``a`` and ``a`` for them, until the third goes home, if he does."""
    blocked = np.array([[0, 1], [2, 0]])
    pair = wards([0.0, 0], [1, 3], [0.3] * 2, [[0, 0.5], [0.5, 0]], years=6, active=[0, 1], blocked=blocked)
    assert simulate(pair, 200, seed=1).moves[:, 0, 1].min() >= 1  # at the start, where b has its three beds
    found = simulate(pair.with_beds(np.broadcast_to([1, 2], pair.beds.shape).copy()), 200, seed=1)
    left, turned = found.moves[:, 1, 2] > 0, found.moves[:, :, :2].sum(axis=(1, 2)) > 0
    assert (left == turned).all()
    assert 60 < left.sum() < 140


def test_beds_closed_from_the_start_leave_people_where_they_are():
    ward = wards([2.0], [10], [2.0], years=4, active=[10])
    found = simulate(ward.with_beds(np.full((1, 1, 4, 1), 4)), 200, seed=1)
    assert found.emptying()["a"] > 3
    assert found.quantile("occupied", [1.0])[0, -1, 0] <= 10
    assert found.mean["occupied"][0, 0] > 9


def test_opened_beds_are_filled_at_the_moment_they_open():
    arrivals = np.zeros((3, 1))
    arrivals[0] = 9
    ward = wards(arrivals, [[0], [5], [5]], [1e9], years=3, assessment=np.zeros((1, 2)), assessments=np.zeros((1, 2)))
    for seed in range(30):
        found = simulate(ward, 1, seed=seed)
        waiting, admitted = people_at(found, "waiting")[:, 0], people_at(found, "admissions")[:, 0]
        assert admitted[12] == min(waiting[11], 5)
        assert np.delete(admitted, 12).sum() == 0
        assert waiting[12] == waiting[11] - admitted[12]
        # at the first moment of the year: a wait ends there, to the last day
        still = found.year("waiting")[0]
        assert still[1] == pytest.approx(waiting[12])
        assert found.year("bed_wait")[0, 0] == 0
        if waiting[11] <= 5:
            assert found.year("bed_wait")[0, 1] == pytest.approx(still[0])


def test_nobody_changes_if_nothing_does():
    network = wards([4.0, 1], [5, 4], [(0.5, 1)] * 2, [[0, 0.5], [0, 0]], long=[0.5, 0.5], active=[4, 3])
    assert same(simulate(network, 20, seed=1), simulate(network.with_beds(network.beds.copy()), 20, seed=1))
