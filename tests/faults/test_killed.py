"""Runs whose processes are killed at random moments: nothing is lost, nothing stays behind, the next run succeeds.

``NEEDS_FAULTS`` says how many are killed (20 without it, 200 by ``make faults``), ``NEEDS_SEED`` repeats a series.
"""

import os
import random
import signal
import sys
import time

import psutil
import pytest
from sound import Runs, assert_sound

from needs.run import lane

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the processes of a run are told apart as on Linux"),
    pytest.mark.skipif(not lane.available(), reason="there is no fork here"),
]

COUNT = int(os.environ.get("NEEDS_FAULTS", "20"))
SEED = int(os.environ.get("NEEDS_SEED", random.SystemRandom().randrange(1_000_000)))

DEPTHS = {"parent": {0}, "worker": {2}, "kernel": {4, 5}}
"""Generations below a run: two servers that fork stand between; a notebook's process stands under its guard."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    found = Runs(tmp_path_factory.mktemp("killed"))
    yield found
    found.close()


def generations(pid: int) -> dict[int, int]:
    """Return how far below a run each of its processes is."""
    found = {pid: 0}
    try:
        for child in psutil.Process(pid).children(recursive=True):
            found[child.pid] = found[child.ppid()] + 1
    except (psutil.Error, KeyError):
        pass
    return found


def victim(pid: int, role: str, chance: random.Random) -> tuple[str, int]:
    """Return a process of a role, or the run itself where there is none now."""
    found = sorted(process for process, depth in generations(pid).items() if depth in DEPTHS[role])
    return (role, chance.choice(found)) if found else ("parent", pid)


def test_killed_at_random_moments(runs, capsys):
    chance = random.Random(SEED)
    told: list[str] = []
    with capsys.disabled():
        sys.stdout.write(f"\n{COUNT} kills, NEEDS_SEED={SEED}\n")
    moments = [(number + chance.random()) / COUNT for number in range(COUNT)]
    chance.shuffle(moments)
    for number, moment in enumerate(moments):
        pid = runs.start(*runs.regions)
        runs.reaches(pid, int(moment * runs.lines))
        time.sleep(chance.random() * 0.1)
        role, process = victim(pid, list(DEPTHS)[number % 3], chance)
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            role = "nobody"
        code = runs.end(pid)
        told.append(f"NEEDS_SEED={SEED}, kill {number}: {role} at {moment:.0%}, exit code {code}")
        assert code in {0, -signal.SIGKILL if role == "parent" else 12}, (told[-1], runs.said())
        try:
            assert_sound(runs, code, runs.regions[number % 2])
        except AssertionError as error:
            error.add_note(told[-1])
            raise
    ended = [line.rpartition(" ")[2] for line in told]
    assert {"12", "-9"} <= set(ended)
    with capsys.disabled():
        sys.stdout.write("\n".join(told) + "\n")
