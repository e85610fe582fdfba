"""What a command costs with everything that it starts: wall and CPU seconds, and memory over time. Linux alone tells.

CPU is exact: this process adopts what the command leaves behind, waits for it, and asks the system for the sum. Memory is
the proportional set size (PSS) of all processes together, in which a page that several share counts once; a sum of resident
sizes (RSS) would count the imports of forked processes again and again. Looking costs time too, so the pause between two
looks is a tenth of a second or ten times as long as a look took, whichever is longer.
"""

from __future__ import annotations

import ctypes
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import psutil
from machine import busy

ADOPT = 36  # PR_SET_CHILD_SUBREAPER
PAUSE, SHARE = 0.1, 10


@dataclass(frozen=True)
class Spent:
    """What a command cost.

    Parameters
    ----------
    wall, cpu : float
        Seconds; CPU of all processes together.
    peak_mb : float
        Most memory at one time, PSS of all processes.
    memory : list of pairs
        Seconds since the start, and MB.
    every : float
        Median seconds between two looks at the memory.
    load : float
        Load of the machine before the start.
    when : str
        Date and minute.
    """

    wall: float
    cpu: float
    peak_mb: float
    memory: list[tuple[float, int]] = field(repr=False)
    every: float
    load: float
    when: str


def spend(command: Sequence[str], cwd: Path, log: Path, environment: Mapping[str, str] | None = None) -> Spent:
    """Run a command to its end, and that of all it started.

    Raises
    ------
    SystemExit
        If the command fails, with the last lines that it said.
    """
    if sys.platform != "linux":
        raise SystemExit("only Linux tells what a tree of processes costs")
    ctypes.CDLL(None).prctl(ADOPT, 1, 0, 0, 0)
    before, load, when = _used(), busy(), time.strftime("%Y-%m-%d %H:%M")
    memory: list[tuple[float, int]] = []
    others = {child.pid for child in psutil.Process().children()}
    over = threading.Event()
    begun = time.monotonic()
    with log.open("w") as said:
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=said, stderr=said)
        looking = threading.Thread(target=_look, args=(psutil.Process(), begun, memory, over))
        looking.start()
        code = process.wait()
        wall = time.monotonic() - begun
        _bury(others)
        over.set()
        looking.join()
    if code:
        last = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
        raise SystemExit(f"{' '.join(command)[:200]} ended with status {code}:\n{last}")
    pauses = [later - earlier for (earlier, _), (later, _) in pairwise(memory)] or [wall]
    peak = max((size for _, size in memory), default=0)
    return Spent(wall, _used() - before, peak, memory, statistics.median(pauses), load, when)


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _bury(others: Collection[int]) -> None:
    """Wait for what the command left behind, and for nobody else."""
    while left := [child.pid for child in psutil.Process().children() if child.pid not in others]:
        for pid in left:
            os.waitpid(pid, 0)


def _look(here: psutil.Process, begun: float, memory: list[tuple[float, int]], over: threading.Event) -> None:
    pause = 0.0
    while not over.wait(pause):
        start = time.monotonic()
        size = sum(_size(child.pid) for child in here.children(recursive=True))
        memory.append((round(start - begun, 1), size // 1024))
        pause = max(PAUSE, SHARE * (time.monotonic() - start))


def _size(pid: int) -> int:
    """Return the PSS of a process in kB; nothing where it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
