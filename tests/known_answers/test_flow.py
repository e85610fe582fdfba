"""K7, K9, K10, K13: the flow engine against exact chains, published lines, closed forms and another simulator."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from known_answers.chains import hunt, two_tier
from scipy import stats
from wards import UNLIMITED, people_at, same, wards, within_four

from needs.methods.flow import simulate
from needs.methods.flow_network import MEASURES
from needs.methods.stays import Stay
from needs.methods.steady import in_system, mmc, transient, within

DAYS = 365.25


@pytest.mark.parametrize("servers", [2, 3, 4])
def test_a_line_that_is_never_short_of_work(servers):
    line = wards([0.0] * servers, [1] * servers, [0.05] * servers, np.eye(servers, k=1), years=20,
                 queue=[480] + [0] * (servers - 1))  # fmt: skip
    found = simulate(line, 3000, seed=3)
    assert found.mean["waiting"][-1, 0].sum() > 60  # the first server always had somebody
    out = found.year("discharges", line.tiers[-1])[:, 5:].mean(axis=1) * 0.05
    assert within_four(out, hunt(servers))
    assert out.std() / len(out) ** 0.5 < 7e-4


CHAINS = [(16, 1, 20, 12, 0.55), (9, 1, 13, 3, 0.2), (5, 1, 12, 2, 0.3)]


@pytest.mark.parametrize("chain", CHAINS)
def test_two_tiers_with_a_queue_and_blocking(chain):
    arrivals, rate, first, second, onward = chain
    exact = two_tier(arrivals, rate, 1, first, second, onward, 300)
    pair = wards([arrivals, 0], [first, second], [1, 1], [[0, onward], [0, 0]], years=50)
    found = simulate(pair, 1500, seed=4)
    told = [("occupied", "a", "occupied1"), ("blocked", "a", "blocked1"), ("waiting", "a", "queue1")]
    for measure, tier, name in [*told, ("occupied", "b", "occupied2")]:
        assert within_four(found.year(measure, tier)[:, 25:].mean(axis=1), exact[name]), name
    assert found.year("waiting", "b").max() == 0  # they wait in a bed


CIW_ARRIVALS, CIW_BEDS = np.array([2.0, 8, 6, 1, 3]), np.array([UNLIMITED, 9, 12, 8, UNLIMITED])
CIW_STAY = np.array([(1, 4), (0.4, 1.5), (0.6, 1.8), (0.7, 0.7), (0.5, 2.0)])
CIW_LONG = np.array([0.3, 0.3, 0.25, 0, 0.4])
CIW_ROUTING = np.array([
    [0, 0.6, 0.1, 0, 0], [0.05, 0, 0.35, 0.2, 0.1], [0.03, 0, 0, 0.35, 0.2], [0, 0, 0, 0, 0.6], [0, 0.05, 0.1, 0, 0],
])  # fmt: skip
CIW_OUTSIDE = np.zeros((5, 5), bool)
CIW_OUTSIDE[4, :3] = True


def by_ciw(seed, start, end):
    """Return mean people at five doors and in five tiers.

    A door is a node of any number of servers and no service: who finds the tier behind it full is blocked there, in
    one line with those who are blocked in other tiers. Recalls come back to a door.
    """
    import ciw

    free, none = float("inf"), [None] * 5
    room = [free if beds == UNLIMITED else int(beds) for beds in CIW_BEDS]
    routing = np.zeros((10, 10))
    routing[:5, 5:] = np.eye(5)
    routing[5:, 5:], routing[5:, :5] = np.where(CIW_OUTSIDE, 0, CIW_ROUTING), np.where(CIW_OUTSIDE, CIW_ROUTING, 0)
    stays = [
        ciw.dists.HyperExponential([1 / short, 1 / long], [1 - share, share])
        for (short, long), share in zip(CIW_STAY, CIW_LONG, strict=True)
    ]
    ciw.seed(seed)
    simulation = ciw.Simulation(
        ciw.create_network(
            arrival_distributions=[ciw.dists.Exponential(rate) for rate in CIW_ARRIVALS] + none,
            service_distributions=[ciw.dists.Deterministic(0.0)] * 5 + stays, routing=routing.tolist(),
            number_of_servers=[free] * 5 + room,
            queue_capacities=[free] * 5 + [free if beds == free else 0 for beds in room],
        )
    )  # fmt: skip
    simulation.simulate_until_max_time(end)
    years = np.zeros(10)
    for record in simulation.get_all_records():
        years[record.node - 1] += max(0, min(end, record.exit_date) - max(start, record.arrival_date))
    for node in simulation.nodes[1:-1]:
        for person in node.all_individuals:
            years[node.id_number - 1] += end - max(start, person.arrival_date)
    return years / (end - start)


def test_five_tiers_by_another_simulator():
    start, end = 15, 75
    theirs = np.array([by_ciw(seed, start, end) for seed in range(30)])
    pathway = wards(CIW_ARRIVALS, CIW_BEDS, CIW_STAY, CIW_ROUTING, long=CIW_LONG, outside=CIW_OUTSIDE, years=end)
    found = simulate(pathway, 1000, seed=5).yearly[:, start:].mean(axis=1)
    ours = np.concatenate([found[..., 2], found[..., 0]], axis=1)
    assert within_four(theirs, ours.mean(axis=0), ours.std(axis=0) / 1000**0.5)
    assert theirs.mean(axis=0)[1] > 3  # there were queues to agree on


MONTHS = [0, 2, 5, 11, 23, 59, 119]


@pytest.mark.parametrize("census", [0, 40])
def test_a_tier_without_limit_on_its_way(census):
    draws = 4000
    stay = Stay(0.8, 5.0, 0.3)
    found = simulate(wards([12.0], [UNLIMITED], [(0.8, 5.0)], long=[0.3], active=[census]), draws, seed=6)
    exact = transient(12.0, stay, census, (np.array(MONTHS) + 1) / 12)
    shares = found.histogram[0, MONTHS, 0] / draws
    people = np.arange(shares.shape[1]) * found.width[0, 0]
    mean = shares @ people
    variance = (shares * (people - mean[:, None]) ** 2).sum(axis=1)
    assert (np.abs(mean - exact.mean) <= 4 * np.sqrt(exact.variance / draws)).all()
    # of a Poisson count the variance has the variance (m + 2 m^2) / n; of a mixture with binomial counts no more
    assert (np.abs(variance - exact.variance) <= 4 * np.sqrt((exact.mean + 2 * exact.mean**2) / draws)).all()
    if not census:
        assert exact.variance == pytest.approx(exact.mean)


def test_a_start_without_limits_stays_as_it_is():
    draws = 3000
    routing, stay, long = (
        np.array([[0, 0.5, 0.1], [0.1, 0, 0.3], [0, 0.2, 0]]),
        [(1, 6), (0.5, 2), (1, 1)],
        [0.2, 0.4, 0],
    )
    arrivals = np.array([6.0, 3, 1])
    mean = np.array([2.0, 1.1, 1.0])
    load = np.linalg.solve(np.eye(3) - routing.T, arrivals) * mean
    start = np.random.default_rng(7).poisson(load, (draws, 3))
    found = simulate(
        wards(arrivals, [UNLIMITED] * 3, stay, routing, long=long, active=start), draws, seed=7
    )  # fmt: skip
    for year in range(10):
        assert within_four(found.yearly[:, year, :, 0], load), year
    last = found.histogram[0, -1] / draws  # and Poisson at the end
    people = np.arange(last.shape[1])
    spread = (last * people**2).sum(axis=1) - (last @ people) ** 2
    assert (np.abs(spread - load) <= 4 * np.sqrt((load + 2 * load**2) / draws)).all()


def test_a_start_with_a_queue_stays_as_it_is():
    draws, load, beds = 6000, 17.0, 20
    occupied, waiting = in_system(load, beds, np.random.default_rng(8), (draws, 1))
    found = simulate(wards([load / 2], [beds], [2.0], active=occupied, queue=waiting), draws, seed=8)
    expected = mmc(load, beds)
    for measure, mean in (("occupied", load), ("waiting", float(expected.queue))):
        years = found.year(measure, "a")
        assert within_four(years, mean)
        assert within_four(years - years[:, :1], 0.0)  # no dip after the start, pair by pair
    # Who waits longest is counted last: let referrals end, so that every wait does.
    arrivals = np.full((22, 1), load / 2)
    arrivals[8:] = 0
    ward = wards(arrivals, [beds], [2.0], years=22, active=occupied, queue=waiting)
    found = simulate(ward, draws, seed=8)
    assert found.year("waiting")[:, -1].max() == 0
    for standard in (14, 28):
        counted, early = found.year("counted").sum(axis=1), found.year(f"bed_{standard}").sum(axis=1)
        assert within_four(early - float(within(load, beds, 2.0, standard / DAYS)) * counted, 0.0)
        assert (early == found.year(f"whole_{standard}").sum(axis=1)).all()  # nobody was assessed


ROUND = {"routing": [[0, 0.5, 0], [0.2, 0, 0.4], [0.1, 0.2, 0.1]], "long": [0.3, 0, 0.2]}
BUSY = wards(
    [9.0, 4, 2], [8, 6, 5], [(0.5, 2), (1, 1), (0.5, 2)], **ROUND, active=[7, 3, 2], queue=[2, 1, 0],
    blocked=[[0, 1, 0], [0, 0, 1], [0, 0, 0]], pools=2,
)  # fmt: skip


def test_admissions_less_discharges_are_the_change_of_the_stock():
    start = BUSY.census.occupied[0]
    for pools in ([0], [1], [0, 1]):
        for seed in range(20):
            found = simulate(BUSY, 1, seed=seed, pools=pools)
            moved = np.cumsum(people_at(found, "admissions") - people_at(found, "discharges"), axis=0)
            assert (start[pools].sum(axis=0) + moved == people_at(found, "occupied")).all()
            years = found.yearly[0]
            assert (people_at(found, "admissions").reshape(10, 12, 3).sum(axis=1) == years[..., 3]).all()
    many = simulate(BUSY, 60, paths=2, seed=1)
    end = (many.histogram[0, -1] * np.arange(256)[None] * many.width[0, :, None]).sum()
    assert 120 * start.sum() + (many.year("admissions") - many.year("discharges")).sum() == end


def test_moves_are_admissions_and_discharges():
    found = simulate(BUSY, 50, paths=2, seed=2)
    moves, entries = found.moves, found.entries
    within_tiers = moves[:, :, :3] * (1 - np.eye(3))
    assert (found.year("discharges", "b") >= 0).all()
    assert (within_tiers.sum(axis=1) + entries.sum(axis=2) == found.yearly[..., 3].sum(axis=1)).all()
    assert (within_tiers.sum(axis=2) + moves[:, :, 3] == found.yearly[..., 4].sum(axis=1)).all()


def test_littles_law_to_the_last_day():
    # Referrals end after year 3 and all queues empty, so that every wait has ended.
    arrivals = np.zeros((14, 3))
    arrivals[:3] = [9, 5, 3]
    outside = np.zeros((3, 3), bool)
    outside[1:, 0] = True
    pathway = wards(arrivals, [4, 3, 3], [(0.3, 1), (0.4, 0.4), (0.3, 0.9)], **ROUND, years=14, outside=outside)
    found = simulate(pathway, 200, paths=2, seed=9)
    assert found.year("waiting")[:, -1].max() == 0
    assert found.year("waiting").sum(axis=1).min() > 0
    for tier in pathway.tiers:
        waited, queue = found.year("bed_wait", tier).sum(axis=1), found.year("waiting", tier).sum(axis=1)
        assert waited == pytest.approx(queue, rel=1e-9, abs=1e-9)
        prison = found.year("prison_bed_wait", tier).sum(axis=1), found.year("prison_waiting", tier).sum(axis=1)
        assert prison[0] == pytest.approx(prison[1], rel=1e-9, abs=1e-9)
    assert (found.entries.sum(axis=2) == found.yearly[..., 5].sum(axis=1)).all()
    assert found.entries[:, 0, 1].sum() > 0  # some came again, through the queue outside
    assert found.mean["waits"][..., 1].sum() == pytest.approx(found.year("bed_wait").sum() / 400)


def test_person_years_in_beds_are_stays_and_waits_for_the_next():
    # mean time in a tier, the wait for the next bed included: W = L / lambda in the long run
    pair = wards([16.0, 0], [20, 12], [1, 1], [[0, 0.55], [0, 0]], years=60)
    late = simulate(pair, 400, seed=10).yearly[:, 20:].mean(axis=1)
    assert within_four(late[:, 0, 0] - late[:, 0, 1] - late[:, 0, 4] * 1.0, 0.0)
    assert within_four(late[:, 1, 0] - late[:, 1, 4] * 1.0, 0.0)


@pytest.mark.parametrize("keep", [True, False])
def test_the_same_bytes_for_any_number_of_threads(keep):
    one = simulate(BUSY, 130, paths=2, seed=11, threads=1, keep=keep)
    for threads in (2, 5):
        assert same(one, simulate(BUSY, 130, paths=2, seed=11, threads=threads, keep=keep))
    assert same(one, simulate(BUSY, 130, paths=2, seed=11, keep=keep))
    assert not same(one, simulate(BUSY, 130, paths=2, seed=12, keep=keep))


def test_measures_by_draw_add_up_to_those_of_all():
    kept, added = simulate(BUSY, 60, seed=13), simulate(BUSY, 60, seed=13, keep=False)
    assert added.yearly.shape[0] == 1
    np.testing.assert_allclose(kept.yearly.sum(axis=0), added.yearly[0], rtol=1e-9, atol=1e-9)
    assert (kept.moves.sum(axis=0) == added.moves[0]).all()
    assert (kept.histogram == added.histogram).all()


def test_earlier_draws_do_not_depend_on_later_ones():
    few, many = simulate(BUSY, 30, paths=2, seed=14), simulate(BUSY, 70, paths=2, seed=14)
    assert (few.yearly == many.yearly[:60]).all()
    assert (few.moves == many.moves[:60]).all()


PLAIN = """
import sys, warnings
if sys.argv[1] == "plain":
    sys.modules["numba"] = None
import hashlib
from known_answers.test_flow import BUSY
from wards import content
from needs.methods import flow, flow_kernel
assert flow_kernel.COMPILED == (sys.argv[1] != "plain")
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    found = flow.simulate(BUSY, 4, paths=2, seed=15)
print(hashlib.sha256(b"".join(content(found))).hexdigest(), len(told), *[str(one.message)[:22] for one in told])
try:
    found = flow.simulate(BUSY, 1000 if sys.argv[1] == "plain" else 10, seed=15, keep=False)
    print("done")
except ValueError as error:
    print(error)
"""


def test_the_same_bytes_without_the_compiler():
    tests = Path(__file__).parents[1]

    def run(how):
        environment = os.environ | {"PYTHONPATH": str(tests)}
        command = [sys.executable, "-c", PLAIN, how]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        first, second = done.stdout.splitlines()
        return *first.split(maxsplit=2), second

    plain, compiled = run("plain"), run("compiled")
    assert plain[0] == compiled[0]
    assert plain[1:3] == ("1", "numba is not installed")
    assert compiled[1:] == ("0", "done")
    assert "too many without the compiler; install numba" in plain[-1]


def test_waits_for_assessments_alone():
    days, draws = 11.0, 300
    for number in (2.0, 1.5):
        ward = wards([30.0], [UNLIMITED], [1.0], years=5, assessment=np.full((1, 2), days / DAYS),
                     assessments=np.full((1, 2), number))  # fmt: skip
        found = simulate(ward, draws, seed=16)
        more, counted = number - int(number), found.year("counted", "a").sum(axis=1)
        for standard in (14, 28):
            shares = [stats.gamma.cdf(standard, int(number) + extra, scale=days) for extra in (0, 1)]
            share = (1 - more) * shares[0] + more * shares[1]
            for prefix in ("", "prison_"):
                assert within_four(found.year(f"{prefix}whole_{standard}", "a").sum(axis=1) - share * counted, 0.0)
                assert (found.year(f"{prefix}bed_{standard}", "a").sum(axis=1) == counted).all()
        whole = found.year("whole_wait", "a").sum(axis=1) * DAYS
        assert within_four(whole - number * days * counted, 0.0)


def test_assessments_come_before_the_wait_for_a_bed():
    draws, days = 400, 20.0
    assessment = np.full((1, 2), days / DAYS)
    ward = wards([10.0], [9], [1.0], years=6, active=[9], assessment=assessment, assessments=np.full((1, 2), 3.0))
    several = simulate(ward, draws, seed=17)
    single = simulate(replace(ward, assessments=np.ones((1, 2))), draws, seed=17)
    for found, number in ((several, 3), (single, 1)):
        counted = found.year("counted", "a").sum(axis=1)
        before = (found.year("whole_wait", "a") - found.year("bed_wait", "a")).sum(axis=1) * DAYS
        assert within_four(before - number * days * counted, 0.0)
    assert several.histogram.tobytes() == single.histogram.tobytes()
    for name in ("occupied", "waiting", "admissions", "discharges"):
        assert several.mean[name].tobytes() == single.mean[name].tobytes()
    for measure in ("waiting", "counted", "bed_wait", "bed_14", "bed_28"):
        assert several.year(measure).tobytes() == single.year(measure).tobytes()
    assert several.year("whole_28").sum() < single.year("whole_28").sum()
    for measure in [name for name in MEASURES if name.startswith("prison_")]:
        everyone = several.year(measure.removeprefix("prison_"))
        assert (several.year(measure) == everyone).all(), measure  # all came from prison
        assert everyone.sum() > 0, measure
        assert simulate(replace(ward, prisons=()), 10, seed=17).year(measure).max() == 0
