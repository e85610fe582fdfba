"""Whatever levers are pulled: people and beds stay above nothing, routes lead somewhere, the first year is as today."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from needs.methods.flow_changes import balance
from needs.methods.flow_network import AT, ORIGINS, UNLIMITED
from needs.methods.flow_told import made_up
from needs.methods.lever_search import _fewest
from needs.methods.levers import applied, caseload, refused
from needs.methods.pathways import calibrate
from needs.params.scenario import BedChange, Scenario
from needs.values import Estimate

YEARS = 4
WAYS = calibrate(*made_up(), years=YEARS, parameter_draws=20, seed=3)
FEW = settings(max_examples=40)


def shares(least: float = 0.0) -> st.SearchStrategy[float]:
    return st.floats(least, 1)


def plain(value: float) -> Estimate:
    return Estimate(value, kind="assumed", source=("tests#levers",))


changes = st.lists(
    st.builds(
        BedChange,
        tier=st.sampled_from(["medium", "low", "step_down"]),
        number=st.integers(1, 60),
        year=st.integers(2, YEARS),
    ),
    max_size=4,
)
levers = st.fixed_dictionaries(
    {"bring_back": shares(0.01)},
    optional={
        "open": changes, "close": changes, "assessments": st.floats(1, 10), "community_caseload": st.integers(1, 200),
        "direct_admission": shares(0.01), "diversion": st.floats(0.01, 0.99),
        "stay": st.dictionaries(st.sampled_from([*AT]), st.floats(0.2, 5)),
    },
)  # fmt: skip
needs = st.tuples(shares(), shares(), shares())


@FEW
@given(levers, needs)
def test_a_scenario_is_a_network_that_can_be_followed(told, need):
    plan = Scenario(name="any", label="Any", because="a test of it", levers=told)
    ready = {"high": plain(need[0]), "medium": plain(need[1]), "low": plain(0.2)}
    destination = {"high": {"medium": plain(need[2]), "low": plain(1 - need[2])}}
    if refused(WAYS, [plan]):
        return
    found, today = applied(WAYS, plan, ready, destination, {}), WAYS.network
    network = found.network
    assert (network.arrivals >= 0).all()
    assert (network.beds >= 0).all()
    assert (network.beds[..., [0, 4]][today.beds[..., [0, 4]] == UNLIMITED] == UNLIMITED).all()
    assert (network.routing >= -1e-15).all()
    np.testing.assert_allclose(network.routing.sum(axis=2), 1, atol=1e-12)
    assert (network.beds[:, :, 0] == today.beds[:, :, 0]).all()
    assert (network.arrivals[:, :, 0] == today.arrivals[:, :, 0]).all()
    left = today.arrivals[:, :, -1].sum(axis=(1, 2, 3)) - network.arrivals[:, :, -1].sum(axis=(1, 2, 3))
    np.testing.assert_allclose(left, found.diverted, atol=1e-9)  # nobody else is lost
    others = [number for number, origin in enumerate(ORIGINS) if not origin.startswith("prison") and origin != "court"]
    assert (network.arrivals[..., others] == today.arrivals[..., others]).all()


@FEW
@given(st.integers(1, 60), shares(0.01), st.floats(0.2, 5))
def test_the_caseload_grows_by_as_many_or_all_who_can_move(more, diverted, ratio):
    plan = Scenario(name="any", label="Any", because="a test of it",
                    levers={"community_caseload": more, "diversion": min(diverted, 0.9), "stay": {"low": ratio}})  # fmt: skip
    others = plan.model_copy(update={"levers": plan.levers.model_copy(update={"community_caseload": None})})
    found, without = (applied(WAYS, one, {}, {}, {}) for one in (plan, others))
    grown = caseload(found.network) - caseload(without.network)
    all_gone = found.network.routing[:, [1, 2], 3].sum(axis=1) < 1e-12
    assert (grown <= more + 1e-6).all()
    assert (all_gone | (np.abs(grown - more) < 1e-6)).all()


@FEW
@given(changes, changes, st.randoms())
def test_beds_that_open_and_close_balance_in_any_order(opened, closed, order):
    net = balance(opened, closed)
    assert all(change.number > 0 for change in net)
    assert [change.year for change in net] == sorted(change.year for change in net)
    for year in range(2, YEARS + 1):
        for tier in AT:
            told = sum(c.number for c in opened if (c.tier, c.year) == (tier, year))
            told -= sum(c.number for c in closed if (c.tier, c.year) == (tier, year))
            assert told == sum(
                (1 if c.verb == "open" else -1) * c.number for c in net if (c.tier, c.year) == (tier, year)
            )
    order.shuffle(opened)
    order.shuffle(closed)
    assert balance(opened, closed) == net
    assert balance([*opened, *closed], [*closed, *opened]) == []


@FEW
@given(st.lists(st.integers(0, 99), min_size=1, max_size=40, unique=True).map(sorted), st.integers(0, 110))
def test_halving_finds_the_first_that_is_enough(steps, needed):
    tried = []
    found = _fewest(steps, lambda step: tried.append(step) or step >= needed)
    good = [step for step in steps if step >= needed]
    assert found == ((good[0], True) if good else (steps[-1], False))
    assert len(tried) <= len(steps).bit_length()
    assert good or steps[-1] in tried
