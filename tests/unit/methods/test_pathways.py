"""The flow of an area made from a small made-up England: what fits together, and what cannot."""

from dataclasses import replace

import numpy as np
import pytest

from needs.methods.flow import simulate
from needs.methods.flow_changes import Change, changed, everyone_placed
from needs.methods.flow_draws import drawn_flow
from needs.methods.flow_network import EXITS, ORIGINS, PATHWAY, UNLIMITED
from needs.methods.flow_told import LIMITED, made_up
from needs.methods.pathways import calibrate
from needs.methods.steady import mean_wait
from needs.values import Estimate

TOLD, PEOPLE = made_up()
DRAWS = 200
DOWN = PATHWAY.index("step_down")
HELD = [PATHWAY.index(tier) for tier in LIMITED]


@pytest.fixture(scope="module")
def flow():
    people = PEOPLE * np.random.default_rng(3).uniform(0.9, 1.1, (DRAWS, 1))
    return calibrate(TOLD, people, years=6, parameter_draws=DRAWS, seed=4)


def figure(value, lower=None, upper=None):
    return Estimate(value, lower, upper, "synthetic", ("examples#flow",))


def test_shapes(flow):
    network = flow.network
    assert flow.draws == DRAWS
    assert network.arrivals.shape == (DRAWS, flow.pools.max(), 6, len(PATHWAY), len(ORIGINS))
    assert network.routing.shape == (DRAWS, len(PATHWAY), len(PATHWAY) + len(EXITS))
    assert flow.beds.shape == (DRAWS, 6, len(PATHWAY))
    assert (flow.beds[:, :, [0, 4]] == UNLIMITED).all()


def test_the_census_is_what_was_asked_for(flow):
    every = [PATHWAY.index(tier) for tier in PATHWAY if tier != "step_down"]
    ratio = flow.census[:, every] / PEOPLE[:, every]
    assert ratio.min() >= 0.9
    assert ratio.max() <= 1.1
    np.testing.assert_allclose(ratio, ratio[:, :1] * np.ones(4))  # the tiers of one draw of demand stay together
    np.testing.assert_allclose(flow.census, flow.leaving * flow.held, rtol=1e-12)


def test_what_arrives_and_is_routed_in_is_what_leaves(flow):
    within = flow.network.routing[:, :, : len(PATHWAY)]
    routed = (flow.leaving[:, None] @ within)[:, 0]
    np.testing.assert_allclose(flow.arriving + routed, flow.leaving, rtol=1e-9)
    assert (flow.arriving >= 0).all()
    assert (flow.arriving[:, DOWN] == 0).all()
    outside = flow.network.arrivals.sum(axis=(1, 4))
    np.testing.assert_allclose(outside, np.repeat(flow.arriving[:, None], 6, axis=1), rtol=1e-9)
    recalled = flow.leaving[:, 4] * within[:, 4, 1:3].sum(axis=1)
    rate = recalled / flow.census[:, 4] / TOLD.recallable.value
    assert TOLD.recall_rate.lower * 0.8 < np.median(rate) < TOLD.recall_rate.upper * 1.2


def test_there_are_always_more_beds_than_load(flow):
    beds = flow.network.beds[:, :, 0, HELD]
    assert (beds > (flow.census[:, HELD] / flow.pools[:, None])[:, None]).all()
    assert np.ptp(beds, axis=1).max() <= 1  # shared evenly
    occupancy = flow.census[:, HELD] / flow.beds[:, 0, HELD]
    for at, tier in enumerate(LIMITED):
        told = TOLD.occupancy[tier]
        assert told.lower < np.median(occupancy[:, at]) < told.upper


def test_published_stays_hold_the_wait_for_the_next_bed(flow):
    treated = (flow.network.stay * np.stack([1 - flow.network.share_long, flow.network.share_long], axis=-1)).sum(
        axis=2
    )
    assert (treated <= flow.held + 1e-12).all()
    assert (treated > flow.held / 4).all()
    blocking = [0, 1, 2]
    assert (treated[:, blocking] < flow.held[:, blocking]).all()
    np.testing.assert_allclose(treated[:, 4], flow.held[:, 4])  # recall gives up no bed


def test_the_start_is_the_long_run(flow):
    there = flow.network.census
    assert (there.occupied <= flow.network.beds[:, :, 0]).all()
    assert (np.diagonal(there.blocked, axis1=2, axis2=3) == 0).all()
    assert there.blocked[:, :, 3:, :3].sum() == 0
    error = there.occupied.sum(axis=1).std(axis=0) / DRAWS**0.5
    assert (np.abs(there.occupied.sum(axis=1).mean(axis=0) - flow.census.mean(axis=0)) <= 4 * error).all()


def test_the_engine_holds_the_census(flow):
    found = simulate(flow.network, DRAWS, paths=4, seed=5)
    for tier, census in zip(PATHWAY, flow.census.mean(axis=0), strict=True):
        years = found.year("occupied", tier).mean(axis=0)
        assert years[:5] == pytest.approx(census, rel=0.05), tier


def test_the_same_seed_gives_the_same_bytes():
    def content(seed):
        made = calibrate(TOLD, PEOPLE, years=2, parameter_draws=30, seed=seed)
        network = made.network
        arrays = [made.census, made.held, network.arrivals, network.beds, network.stay, network.routing, network.rank]
        arrays += [network.census.active, network.census.blocked, network.census.queue, network.assessment]
        return b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)

    assert content(1) == content(1)
    assert content(1) != content(2)


@pytest.mark.parametrize("occupancy", [0.80, 0.85, 0.90])
def test_the_long_run_holds_the_people_that_were_told(occupancy):
    told = replace(TOLD, occupancy={tier: figure(occupancy) for tier in LIMITED})
    made = calibrate(told, PEOPLE, years=4, parameter_draws=600, seed=1)
    found = made.follow()
    for tier, census in zip(PATHWAY, made.census.mean(axis=0), strict=True):
        people = found.year("occupied", tier).mean()
        assert people == pytest.approx(census, rel=0.04), tier
    beds = made.beds[:, 0, HELD].mean(axis=0)
    assert made.census[:, HELD].mean(axis=0) / beds == pytest.approx(occupancy, abs=0.02)


def test_treatment_and_the_wait_for_the_next_bed_make_up_the_stay():
    """A move to another unit of the tier keeps its bed: a visit is longer than a stay, and so is the wait behind it."""
    low = {to: figure(0.8 * share.value) for to, share in TOLD.routing["low"].items()} | {"low": figure(0.2)}
    told = replace(TOLD, routing={**TOLD.routing, "low": low})
    stays, people = told.stays(), np.repeat(PEOPLE, 300, axis=0)
    drawn = drawn_flow(told, stays, people, 115.0, np.random.default_rng(1))
    within, good = drawn["routing"][:, :, : len(PATHWAY)], drawn["good"]
    assert good.mean() > 0.5
    np.testing.assert_allclose(drawn["treated"] + drawn["delay"].sum(axis=2), drawn["held"], rtol=1e-12)
    assert (np.diagonal(drawn["delay"], axis1=1, axis2=2) == 0).all()
    assert (drawn["delay"][:, 3:, :3] == 0).all()  # recalls keep no bed
    assert (within[:, 2, 2] > 0).all()
    for tier in LIMITED:
        at = PATHWAY.index(tier)
        visit = drawn["held"][good, at] / (1 - within[good, at, at])
        load, beds = drawn["census"][good, at] / drawn["pools"][good], drawn["total"][good, at] // drawn["pools"][good]
        wait = mean_wait(load, beds, visit, stays[tier].cv2)
        for f in range(at):
            np.testing.assert_allclose(drawn["delay"][good, f, at], within[good, f, at] * wait, rtol=1e-12)


def test_who_is_recalled_to_a_full_tier_waits_outside_at_the_start(flow):
    queue, blocked = flow.network.census.queue, flow.network.census.blocked
    recalls = queue[:, :, :, ORIGINS.index("community_recall")].sum(axis=(0, 1))
    assert (recalls[1:3] > 0).all()
    assert blocked[:, :, 3:, :3].sum() == 0  # nor in the bed or caseload they come from
    within = flow.network.routing[:, :, : len(PATHWAY)]
    back = (flow.leaving[:, 3:, None] * within[:, 3:, 1:3]).sum(axis=1)
    moving = (flow.leaving[:, :, None] * within)[:, :, 1:3].sum(axis=1)
    moving -= np.stack([flow.leaving[:, at] * within[:, at, at] for at in (1, 2)], axis=1)
    expected = back.sum(axis=0) / (moving + flow.arriving[:, 1:3]).sum(axis=0)
    waiting = queue.sum(axis=(0, 1, 3))[1:3] + blocked.sum(axis=(0, 1, 2))[1:3]
    assert recalls[1:3] / waiting == pytest.approx(expected, rel=0.25)


def test_told_beds_are_the_beds():
    made = calibrate(replace(TOLD, beds={"low": figure(95.0)}), PEOPLE, years=2, parameter_draws=40, seed=1)
    assert (made.beds[:, :, 2] == 95).all()
    fewer = calibrate(replace(TOLD, beds={"low": figure(83.0)}), PEOPLE, years=2, parameter_draws=40, seed=1)
    assert fewer.network.census.queue[:, :, 2].sum() > made.network.census.queue[:, :, 2].sum()


@pytest.mark.parametrize("name", ["beds", "routing", "stay"])
def test_figures_that_cannot_all_be_true_are_refused(name):
    medium, low = dict(TOLD.routing["medium"]), dict(TOLD.stay)
    low["low"] = {**TOLD.stay["low"], "mean": figure(40.0)}
    medium["low"], medium["discharge"] = figure(0.5), figure(0.0)
    told = {
        "beds": replace(TOLD, beds={"low": figure(70.0)}),  # 80 people
        "routing": replace(TOLD, routing={**TOLD.routing, "medium": medium}, routed={**TOLD.routed, "medium": 1e9}),
        "stay": replace(TOLD, stay=low),
    }[name]
    people = PEOPLE * [1, 4, 1, 1, 1] if name == "routing" else PEOPLE
    cause = {
        "beds": r"\(low: it is as good as full in 1?\d\d%", "stay": r"\(.*: other tiers send more people than leave it in",
        "routing": r"\(.*low: other tiers send more people than leave it in 100%",
    }[name]  # fmt: skip
    with pytest.raises(
        ValueError, match=rf"^only \d+ of 400 draws of the flow fit together, and one in twenty is needed {cause}"
    ) as raised:
        calibrate(told, people, years=2, parameter_draws=50, seed=1)
    assert str(raised.value).endswith("%); look at the stay, the routing, the occupancy and the beds of these tiers")


def test_some_draws_are_refused_and_their_share_is_told(flow):
    people = PEOPLE * np.linspace(0.9, 1.1, 100)[:, None]  # 72 to 88 in low security
    tight = calibrate(replace(TOLD, beds={"low": figure(82.0)}), people, years=2, parameter_draws=50, seed=1)
    assert flow.refused < 0.3
    assert 0.3 < tight.refused < 0.95
    assert tight.draws == 50
    assert tight.census[:, 2].max() < 82


def by(network, tier, number, year):
    """Return the network with beds opened, or closed where the number is negative."""
    return changed(network, Change("open" if number > 0 else "close", tier, abs(number), year))


def test_beds_close_in_one_pool_and_open_evenly(flow):
    before = flow.network.beds
    for tier, number, year in (("medium", -7, 3), ("step_down", 5, 1), ("low", -1, 6), ("low", 1, 2)):
        at = PATHWAY.index(tier)
        beds = by(flow.network, tier, number, year).beds
        assert (beds[:, :, year - 1 :, at].sum(axis=1) == before[:, :, year - 1 :, at].sum(axis=1) + number).all()
        assert (beds[:, :, : year - 1] == before[:, :, : year - 1]).all()
        assert (np.delete(beds, at, axis=3) == np.delete(before, at, axis=3)).all()
        if number > 0:
            assert np.ptp(beds[:, :, year - 1, at], axis=1).max() <= 1
        else:  # a ward is in one place
            assert ((before - beds)[:, :, year - 1, at].max(axis=1) == -number).all()
    assert (before == flow.network.beds).all()


def test_changes_add_up(flow):
    twice = by(by(flow.network, "medium", -3, 2), "medium", -4, 4).beds.sum(axis=1)[..., 1]
    first = flow.network.beds.sum(axis=1)[..., 1]
    assert (twice - first == [0, -3, -3, -7, -7, -7]).all()
    everyone = everyone_placed(flow.network).beds
    assert (everyone[..., DOWN] == UNLIMITED).all()
    assert (np.delete(everyone, DOWN, axis=3) == np.delete(flow.network.beds, DOWN, axis=3)).all()


def test_more_beds_than_there_are_cannot_close(flow):
    beds = flow.beds[:, 0, 1]
    middle = int(np.median(beds))
    left = by(flow.network, "medium", -middle, 2).beds[:, :, 1:, 1].sum(axis=1)
    assert (left == np.maximum(beds - middle, 0)[:, None]).all()
    expected = f"^medium: {middle + 1} beds cannot close where there are about {middle}; close fewer$"
    with pytest.raises(ValueError, match=expected):
        by(flow.network, "medium", -middle - 1, 2)


def test_one_assessment_leaves_queues_as_they_are(flow):
    single = flow.with_assessments(1.0)
    before, after = (simulate(one.network, 50, seed=1) for one in (flow, single))
    assert before.histogram.tobytes() == after.histogram.tobytes()
    assert before.year("bed_wait").tobytes() == after.year("bed_wait").tobytes()
    assert before.year("whole_wait").sum() > after.year("whole_wait").sum() > after.year("bed_wait").sum()
    later = by(single.network, "low", -2, 1)  # and beds may close from the start
    assert (later.beds[:, 0, 0, 2] <= single.network.beds[:, 0, 0, 2]).all()
