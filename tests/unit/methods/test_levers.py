"""Scenarios in the network: each lever does what it says, and nothing else."""

import numpy as np
import pytest
from wards import same

from needs.methods import lever_search
from needs.methods.flow_findings import later
from needs.methods.flow_network import AT, ORIGINS
from needs.methods.flow_told import made_up
from needs.methods.flow_waits import share_within
from needs.methods.lever_search import BED_STEPS, PLACE_STEPS, enough_beds, enough_places
from needs.methods.levers import applied, caseload, refused
from needs.methods.pathways import calibrate
from needs.params.scenario import Scenario
from needs.values import TIERS, Estimate

HIGH, MEDIUM, LOW, DOWN, HOME = range(5)
PRISONS = [ORIGINS.index(origin) for origin in ("prison_remand", "prison_sentenced")]


def plain(value, lower=None, upper=None):
    return Estimate(value, lower, upper, "assumed", ("tests#levers",))


READY = {"high": plain(0.4), "medium": plain(0.3), "low": plain(0.2)}
DESTINATION = {
    "high": {"medium": plain(0.75), "low": plain(0.15), "step_down": plain(0.1)},
    "medium": {"low": plain(0.4), "community": plain(0.6)},
    "low": {"community": plain(1.0)},
}


@pytest.fixture(scope="module")
def ways():
    return calibrate(*made_up(), years=4, parameter_draws=20, seed=1)


def scenario(**levers) -> Scenario:
    return Scenario(name="mine", label="Mine", because="a test of it", levers=levers)


def put(ways, ready=READY, **levers):
    return applied(ways, scenario(**levers), ready, DESTINATION, {"medium": 12, "low": 12})


@pytest.mark.parametrize(
    "levers",
    [
        {"bring_back": 0.5},
        {"independent_share": {"medium": 0.1}},
        {"open": [{"tier": "low", "number": 9}], "close": [{"tier": "low", "number": 9}]},
        {"stay": {"medium": 1.0, "high": 1.0}},  # 0.5 and 2.0 combined
    ],
    ids=["brought back", "other providers", "as many open as close", "ratios that cancel"],
)
def test_what_changes_nothing_in_the_flow_changes_nobody(ways, levers):
    found = put(ways, **levers)
    assert same(ways.follow(found.network), ways.follow())
    assert found.diverted.tolist() == [0.0] * ways.draws
    assert found.note == ""


def test_money_alone_is_handed_on(ways):
    found = put(ways, bring_back=0.5, independent_share={"medium": 0.1, "low": 0.3})
    assert (found.brought_back, dict(found.independent)) == (0.5, {"medium": 0.1, "low": 0.3})
    assert found.network is ways.network


def test_beds_open_and_close_in_their_year_and_stay_so(ways):
    found = put(ways, open=[{"tier": "step_down", "number": 7}], close=[{"tier": "medium", "number": 5, "year": 3},
                                                                    {"tier": "step_down", "number": 7, "year": 4}])  # fmt: skip
    change = (found.network.beds - ways.network.beds).sum(axis=1)
    assert (change[:, :, DOWN] == [0, 7, 7, 0]).all()
    assert (change[:, :, MEDIUM] == [0, 0, -5, -5]).all()
    assert (change[:, :, [HIGH, LOW, HOME]] == 0).all()
    assert (ways.follow(found.network).yearly[:, 0] == ways.follow().yearly[:, 0]).all()  # the first year is as today


def test_stays_and_assessments_hold_throughout(ways):
    network = put(ways, stay={"medium": 0.9, "community": 2.0}, assessments=1).network
    assert (network.stay / ways.network.stay)[0, :, 0].round(12).tolist() == [1, 0.9, 1, 1, 2]
    assert (network.assessments == 1).all()
    assert ways.network.assessments.min() < 2 < ways.network.assessments.max()
    assert (network.beds == ways.network.beds).all()


def test_prisoners_are_admitted_to_the_lowest_tier_that_meets_their_need(ways):
    before, after = (n.arrivals for n in (ways.network, put(ways, direct_admission=0.5).network))
    assert (after[:, :, 0] == before[:, :, 0]).all()
    others = [number for number in range(len(ORIGINS)) if number not in PRISONS]
    assert (after[..., others] == before[..., others]).all()
    np.testing.assert_allclose(after.sum(axis=3), before.sum(axis=3), rtol=1e-12)  # as many arrive
    was, now = before[:, :, 1:, :, PRISONS], after[:, :, 1:, :, PRISONS]
    from_high, from_medium = 0.5 * 0.4 * was[..., HIGH, :], 0.5 * 0.3 * was[..., MEDIUM, :]
    np.testing.assert_allclose(now[..., HIGH, :], was[..., HIGH, :] - from_high)
    np.testing.assert_allclose(now[..., MEDIUM, :], was[..., MEDIUM, :] + 0.75 * from_high - from_medium)
    np.testing.assert_allclose(
        now[..., LOW, :], was[..., LOW, :] + 0.25 * from_high + from_medium
    )  # no lower tier is secure


def test_how_many_are_ready_is_drawn_from_its_interval(ways):
    wide = READY | {"high": plain(0.4, 0.2, 0.8)}
    now, wider = (put(ways, ready, direct_admission=1).network.arrivals for ready in (READY, wide))
    prison = ORIGINS.index("prison_sentenced")
    left = [a[:, 0, 1, HIGH, prison] / ways.network.arrivals[:, 0, 1, HIGH, prison] for a in (now, wider)]
    assert left[0] == pytest.approx(0.6)
    assert 0.4 < left[1].min() + 0.2 < 0.75 < left[1].max() + 0.1
    assert (put(ways, wide, direct_admission=1).network.arrivals == wider).all()  # the same seed, the same draws


def test_people_from_prison_and_court_are_diverted_and_counted(ways):
    found = put(ways, diversion=0.2)
    before, after = ways.network.arrivals, found.network.arrivals
    told = [ORIGINS.index(origin) for origin in ("prison_remand", "prison_sentenced", "court")]
    ratio = np.divide(after, before, out=np.ones_like(after), where=before > 0)
    assert (ratio[:, :, 0] == 1).all()
    expected = np.ones(ratio.shape[3:])
    expected[np.ix_([HIGH, MEDIUM, LOW], told)] = 0.8
    some = before[:, :, 1:] > 0
    np.testing.assert_allclose(ratio[:, :, 1:][some], np.broadcast_to(expected, some.shape)[some])
    np.testing.assert_allclose(found.diverted, 0.2 * before[:, :, 1, :3][..., told].sum(axis=(1, 2, 3)))
    assert found.diverted.min() > 0


def test_the_caseload_grows_by_what_is_told(ways):
    found = put(ways, community_caseload=12)
    np.testing.assert_allclose(caseload(found.network) - caseload(ways.network), 12, atol=1e-6)
    assert found.note == ""
    moved = ways.network.routing - found.network.routing
    assert (moved[:, [MEDIUM, LOW], DOWN] > 0).all()
    np.testing.assert_allclose(moved[..., DOWN], -moved[..., HOME], atol=1e-12)
    shares = moved[:, [MEDIUM, LOW], DOWN] / ways.network.routing[:, [MEDIUM, LOW], DOWN]
    np.testing.assert_allclose(shares[:, 0], shares[:, 1])  # in proportion
    followed = [later(ways.follow(n, 6).year("occupied", "community")).mean() for n in (found.network, ways.network)]
    assert followed[0] - followed[1] == pytest.approx(12, rel=0.25)


def test_a_caseload_beyond_all_who_move_takes_all_of_them_and_says_so(ways):
    found = put(ways, community_caseload=5000)
    assert found.network.routing[:, [MEDIUM, LOW], DOWN].max() == pytest.approx(0, abs=1e-15)
    more = float((caseload(found.network) - caseload(ways.network)).mean())
    assert found.note == f"in 100% of draws fewer can move than 5000; {more:.0f} people more on average"
    assert 0 < more < 1000


def test_beds_for_a_standard_are_the_fewest_tried_that_are_enough(ways):
    found = put(ways, meet={"days": 14, "share": 0.9})
    share = share_within(ways.follow(found.network, 1), "acceptance", 14)[0]
    step = BED_STEPS.index(float(found.note.split("up by ")[1].split("%")[0]) / 100)
    assert share >= 0.9
    assert step > 0
    less = lever_search.scaled(
        lever_search.scaled(ways.network, "medium", BED_STEPS[step - 1]), "low", BED_STEPS[step - 1]
    )
    assert share_within(ways.follow(less, 1), "acceptance", 14)[0] < 0.9
    growth = found.network.beds.sum(axis=1) / ways.network.beds.sum(axis=1)
    assert (growth[:, 0] == 1).all()
    assert growth[:, 1:, [MEDIUM, LOW]] == pytest.approx(1 + BED_STEPS[step], abs=0.01)


def test_a_standard_that_no_beds_meet_takes_the_most_tried_and_says_so(ways):
    found = put(ways, meet={"days": 14, "share": 0.95, "clock": "referral"})
    share = share_within(ways.follow(found.network, 1), "referral", 14)[0]
    assert found.note == (
        f"medium and low secure beds up by 50%, the most tried: {share:.0%} of prisoners are then admitted within 14 days of "
        "referral"
    )


def test_places_open_until_half_the_blocked_beds_are_left(ways):
    found = put(ways, delayed=0.5)
    today, then = (later(ways.follow(n, 1).year("blocked")).mean() for n in (ways.network, found.network))
    assert then <= 0.5 * today
    step = PLACE_STEPS.index(float(found.note.split("up by ")[1].split("%")[0]) / 100)
    less = lever_search.scaled(ways.network, "step_down", PLACE_STEPS[step - 1])
    assert later(ways.follow(less, 1).year("blocked")).mean() > 0.5 * today
    assert (found.network.beds[..., [MEDIUM, LOW]] == ways.network.beds[..., [MEDIUM, LOW]]).all()


def test_beds_blocked_for_other_tiers_are_said_to_be_left(ways):
    network, note = enough_places(ways, ways.network, 0.001)
    assert note.startswith("step-down places up by 300%, the most tried: ")
    assert note.endswith("% of today's blocked beds are left")
    assert network.beds[0, :, 1, DOWN].sum() == 4 * ways.network.beds[0, :, 1, DOWN].sum()


def test_a_search_comes_after_what_else_is_done_and_needs_nothing_where_that_is_enough(ways):
    found = put(ways, delayed=0.5, open=[{"tier": "step_down", "number": 40}])
    assert found.note == "no more step-down places are needed"
    assert (found.network.beds == put(ways, open=[{"tier": "step_down", "number": 40}]).network.beds).all()


@pytest.mark.parametrize(("good", "runs"), [(0.0, 5), (0.07, 5), (0.5, 5), (0.6, 5)])
def test_a_search_takes_few_simulations(ways, monkeypatch, good, runs):
    tried = []

    def share(followed, *_):
        beds = followed.beds[0, :, 1, MEDIUM].sum() / ways.network.beds[0, :, 1, MEDIUM].sum() - 1
        return (1.0 if tried.append(beds) or beds >= good - 0.009 else 0.0, 0.0, 0.0)

    monkeypatch.setattr(lever_search, "share_within", share)
    monkeypatch.setattr(type(ways), "follow", lambda self, network, paths: network)
    note = enough_beds(ways, ways.network, "acceptance", 14, 0.95)[1]
    assert len(tried) <= runs
    wanted = {0.0: "no more", 0.07: "by 7%, the fewest", 0.5: "by 50%, the fewest", 0.6: "by 50%, the most tried: 0%"}
    assert wanted[good] in note


def test_more_beds_than_there_are_are_refused_with_scenario_tier_and_beds(ways):
    usual = {tier: int(np.median(ways.beds[:, 0, AT[tier]])) for tier in ("medium", "low", "step_down")}
    close = [{"tier": tier, "number": beds, "year": 2} for tier, beds in usual.items()]
    assert refused(ways, [scenario(close=close)]) == []
    more = [*close, {"tier": "low", "number": 1, "year": 3}, {"tier": "low", "number": 1, "year": 4},
            {"tier": "step_down", "number": 1, "year": 3}]  # fmt: skip
    told = [
        f"mine: {usual['low'] + 1} low secure beds cannot close by year 3 where there are about {usual['low']}; close fewer",
        f"mine: {usual['step_down'] + 1} step-down places cannot close by year 3 where there are about "
        f"{usual['step_down']}; close fewer",
    ]
    assert refused(ways, [scenario(bring_back=1), scenario(close=more)]) == told
    with pytest.raises(ValueError, match=r"mine: .* low secure beds cannot close by year 3") as error:
        put(ways, close=more)
    assert str(error.value) == "; ".join(told)


def test_what_opened_before_may_close(ways):
    usual = int(np.median(ways.beds[:, 0, LOW]))
    opened = {"open": [{"tier": "low", "number": 20, "year": 2}]}
    late, early = ({"close": [{"tier": "low", "number": usual + 20, "year": year}]} for year in (3, 2))
    assert refused(ways, [scenario(**opened, **late)]) == []
    assert refused(ways, [scenario(**opened, **early)]) == []
    first = {"open": [{"tier": "low", "number": 20, "year": 3}]}
    assert len(refused(ways, [scenario(**first, **early)])) == 1
    found = put(ways, **opened, **late).network.beds.sum(axis=1)
    assert (np.median(found[:, :, LOW], axis=0) == [usual, usual + 20, 0, 0]).all()


def test_a_year_after_the_last_is_refused(ways):
    assert refused(ways, [scenario(open=[{"tier": "low", "number": 2, "year": 5}])]) == [
        "mine: year 5 is after the last year, 4"
    ]


def test_every_tier_of_the_levers_is_one_of_the_flow():
    assert [AT[tier] for tier in TIERS] == [HIGH, MEDIUM, LOW]


def test_a_ward_closes_in_one_pool_and_places_open_in_all(ways):
    network = put(ways, close=[{"tier": "medium", "number": 18}], open=[{"tier": "step_down", "number": 7}]).network
    fewer = (ways.network.beds - network.beds)[:, :, -1]
    wards = np.sort(fewer[:, :, AT["medium"]], axis=1)[:, ::-1]
    assert set(wards[:, 0]) <= {12, 18}  # two wards of 12 and 6, in one pool or in two
    assert (wards.sum(axis=1) == 18).all()
    assert (-fewer[:, :, AT["step_down"]]).max() < 7


def test_what_a_search_adds_comes_on_top_of_later_changes(ways):
    plain = put(ways, close=[{"tier": "medium", "number": 6, "year": 3}]).network.beds
    both = put(ways, close=[{"tier": "medium", "number": 6, "year": 3}], meet={"days": 14, "share": 0.6}).network.beds
    more = put(ways, meet={"days": 14, "share": 0.6}).network.beds
    at = AT["medium"]
    closed = (both[:, :, 2] - both[:, :, 1])[..., at].sum(axis=1)
    assert (closed == (plain[:, :, 2] - plain[:, :, 1])[..., at].sum(axis=1)).all()
    assert (closed == -6).all()
    assert (both[:, :, 0] == more[:, :, 0]).all()
