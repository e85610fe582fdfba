"""What simulated flows say: the settled start, chance told apart, waits by Little's law, beds by pools."""

from dataclasses import replace

import numpy as np
import pytest

from needs.methods import beds, flow_blocked, flow_checks, flow_findings, flow_waits
from needs.methods.flow_changes import Change, changed, everyone_placed, scaled
from needs.methods.flow_network import PATHWAY, UNLIMITED
from needs.methods.flow_told import made_up
from needs.methods.pathways import calibrate
from needs.values import TIERS, Estimate, Provenance

KNOWN = Provenance("synthetic", ("examples#flow",))


@pytest.fixture(scope="module")
def ways():
    return calibrate(*made_up(), years=8, parameter_draws=120, paths=3, seed=5)


@pytest.fixture(scope="module")
def now(ways):
    return ways.follow()


@pytest.mark.parametrize("measure", ["occupied", "blocked", "waiting"])
def test_a_settled_flow_stays_as_it_is(now, measure):
    """K10 on a calibrated area, queues included: no dip and no rise beyond chance."""
    years = now.year(measure).reshape(now.draws, now.paths, -1).mean(axis=1)
    drift = years[:, -1] - years[:, 0]
    assert abs(drift.mean()) < 4 * drift.std(ddof=1) / np.sqrt(len(drift)) + 0.02 * years.mean()


def test_nothing_is_counted_while_the_flow_settles(ways, now):
    assert now.mean["occupied"].shape == (96, 5)
    entries = now.entries.sum(axis=(1, 2)).mean() / 8
    arrivals = ways.network.arrivals[:, :, 0].sum(axis=(1, 2, 3)).mean()
    recalls = now.entries[:, :, -1].sum(axis=1).mean() / 8
    assert entries - recalls == pytest.approx(arrivals, rel=0.05)


def test_with_one_parameter_row_all_spread_is_chance(ways):
    first = {name: getattr(ways.network, name)[:1] for name in ("arrivals", "beds", "stay", "routing", "assessment")}
    census = ways.network.census
    start = replace(census, active=census.active[:1], blocked=census.blocked[:1], queue=census.queue[:1])
    alone = replace(ways.network, **first, assessments=ways.network.assessments[:1], census=start)
    parts = flow_findings.chance(ways.follow(alone)).set_index(["measure", "tier"])["from_parameters"]
    assert parts.max() < 0.2
    assert parts.mean() < 0.07


def test_the_mean_wait_is_that_of_little(now):
    waiting = now.year("prison_waiting", *TIERS)[:, 2:].sum()
    admitted = now.year("prison_counted", *TIERS)[:, 2:].sum()
    direct = now.year("prison_bed_wait", *TIERS)[:, 2:].sum() / admitted
    assert waiting / admitted == pytest.approx(direct, rel=0.15)
    of_draw = [now.year(f"prison_{name}", *TIERS)[:3, 2:].sum() for name in ("waiting", "counted")]  # three paths
    assert flow_waits.mean_wait(now)[0] == pytest.approx(of_draw[0] / of_draw[1])


def test_blocked_beds_cost_their_price_and_add_up(ways, now):
    price = {tier: Estimate(100.0 * n, kind="assumed", source=("x#y",)) for n, tier in enumerate(TIERS, start=1)}
    found = flow_blocked.cost_of_blocked(now, price, KNOWN).set_index("tier")
    assert found.loc["all", "blocked"] == pytest.approx(found.loc[list(TIERS), "blocked"].sum())
    assert found.loc["low", "cost"] == pytest.approx(300 * found.loc["low", "blocked"])
    assert found.loc["all", "bed_days"] == pytest.approx(365.25 * found.loc["all", "blocked"])
    curve = flow_blocked.blocked_by_places(ways, now, steps=(0.0, 0.4))
    assert curve["mean"].iloc[0] == pytest.approx(found.loc["all", "blocked"])
    assert curve["mean"].iloc[1] < curve["mean"].iloc[0]


def test_a_place_for_everyone_keeps_no_more_prisoners_out(ways, now):
    waiting, kept_out = flow_blocked.prisoners_kept_out(now, ways.follow(everyone_placed(ways.network)), KNOWN)
    assert 0 < kept_out.value < waiting.value


def test_more_beds_bring_more_prisoners_in_time(ways):
    needed = flow_waits.beds_for_share(ways, 0.9, steps=(0.0, 0.2, 0.6))
    assert needed["acceptance", 28][0] <= needed["acceptance", 14][0]
    assert np.isnan(needed["referral", 14][0]), "two assessments of three weeks are never over in two"


def test_beds_told_and_people_counted_are_named_as_such():
    told, people = made_up()
    roomy = Estimate(200.0, kind="derived", source=("x#beds",))
    ways = calibrate(replace(told, beds={"medium": roomy}), people, years=3, parameter_draws=20, paths=2, seed=1)
    counted = {tier: Estimate(90.0, 88.0, 92.0, "derived", ("x#counted",)) for tier in ("medium", "step_down")}
    rows = flow_checks.fitted(ways, ways.follow(), people, counted).set_index(["figure", "tier"])
    occupancy = rows.loc["Occupancy"]
    assert occupancy["fitted"].to_dict() == {"medium": False, "low": True, "step_down": True}
    assert occupancy["miss"].isna().to_dict() == {"medium": True, "low": False, "step_down": False}
    assert occupancy["source_note"]["medium"] == "not used: the area told its beds"
    notes, kinds = rows.loc["People", "source_note"], rows.loc["People", "kind"]
    assert notes["medium"] == "people that the area counted"
    assert notes["step_down"].startswith("counted in the area; the flow")
    assert notes["low"].startswith("mean of the demand chapter's draws")
    assert (kinds["medium"], kinds["low"]) == ("derived", "modelled")
    shares = {to: replace(share, kind="derived") for to, share in told.routing["medium"].items()}
    ways = replace(ways, told=replace(ways.told, routing={**told.routing, "medium": shares}))
    for routed, note in (((), "one study, small numbers"), (("medium",), "measured from own data")):
        rows = flow_checks.fitted(ways, ways.follow(), people, counted, routed).set_index(["figure", "tier"])
        assert rows.loc[("Share who go to low security", "medium"), "source_note"] == note


def test_pools_that_are_not_there_get_no_beds():
    told, people = made_up()
    told = replace(told, pool=Estimate(45.0, 28.0, 120.0, "synthetic", ("x#y",)))
    ways = calibrate(told, people, years=2, parameter_draws=60, seed=2)
    there = ways.network.there()
    assert there.sum(axis=1).min() < there.shape[1]
    assert (ways.pools == there.sum(axis=1)).all()
    for network in (
        scaled(ways.network, "low", 0.3, 1), changed(ways.network, Change("open", "low", 9, 1)),
        changed(ways.network, Change("close", "low", 5, 1)),
    ):  # fmt: skip
        assert (network.beds[:, :, 0, PATHWAY.index("low")][~there] == 0).all()
    opened = changed(ways.network, Change("open", "low", 9, 1)).beds - ways.network.beds
    assert (opened[:, :, 0, PATHWAY.index("low")].sum(axis=1) == 9).all()
    assert (ways.network.beds[..., 0][there] == UNLIMITED).all()
    assert (ways.network.arrivals.sum(axis=(2, 3, 4))[~there] == 0).all()


def test_pools_need_more_beds_than_one():
    together, apart = (beds.required(160, 0.05, pools=pools) for pools in (1, 8))
    assert apart.beds == 8 * beds.beds_for_wait(20, 0.05) > together.beds
    assert apart.flat_beds == together.flat_beds
    assert apart.flat_wait > together.flat_wait
    frame = beds.requirements({"low": Estimate(160, 80, 320, "assumed", ("x#y",))}, 0.05, 0.85, {"low": 8})
    assert frame[["beds", "beds_lower", "beds_upper"]].to_numpy().tolist() == [
        [8 * beds.beds_for_wait(n, 0.05) for n in (20, 10, 40)]
    ]
