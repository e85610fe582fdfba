"""Whole runs in real processes, each forked from this program, which has the imports done and adopts whatever a run leaves.

Each line of standard input is an order, answered with a line: ``start OUT LOG FORCE REGION...`` gives the process of a run,
``end PID`` how it ended, ``left`` the processes that live. A test uses it by :class:`Runs`.
"""

from __future__ import annotations

import importlib
import itertools
import multiprocessing.forkserver
import multiprocessing.util
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import tiny

import needs.data.check
from needs.run import guard, plan, pool, store, telling

LATE = ("door", "manifest", "notebook", "preload", "private", "shell")
"""What a run imports late, and this program before it forks."""

for _name in LATE:
    importlib.import_module(f"needs.run.{_name}")

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else ".")


def _fork(_: str, words: list[bytes], kept: list[int]) -> int:
    """Fork where multiprocessing would start Python anew: its programs are the same, without two seconds of imports."""
    if child := os.fork():
        return child
    first = 3
    for number in sorted(kept):
        os.closerange(first, number)
        first = number + 1
    os.closerange(first, 4096)
    multiprocessing.forkserver._forkserver.__init__()  # that of this process is held by the one that it was forked from
    try:
        exec(os.fsdecode(words[-1]), {})
    finally:
        os._exit(0)


def publish(folder: Path, formats: tuple[str, ...], renderer: str) -> dict[str, str]:
    """Write a report in pieces, so that it can be interrupted."""
    for number in range(10):
        (folder / f"piece-{number}.html").write_text("x" * 10_000)
        time.sleep(0.005)
    return tiny.publish(folder, formats, renderer)


def run(out: str, log: str, force: str, *regions: str) -> int:
    """Run regions, two at a time, and return the exit code."""
    os.setsid()
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(file, stream)
    sys.stdin.close()
    os.environ["NEEDS_PROJECT"] = str(ROOT)
    if (ROOT / "clock").exists():
        ticks = itertools.count(int(time.time()), -60)
        time.time = lambda: float(next(ticks))  # inherited by all that is forked
    how = plan.How(force=force == "force")
    requests = [replace(tiny.request(ROOT, Path(out), region), how=how) for region in regions]
    try:
        outcomes = pool.run_regions(requests, sys.modules["runs_forked"].publish, 2, ROOT, _say)
    except KeyboardInterrupt:
        return 130
    for outcome in outcomes:
        _tell(outcome.error or outcome.folder)
    return max(outcome.error.exit_code if outcome.error else 0 for outcome in outcomes)


def _tell(words: object) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _say(event: telling.Event) -> None:
    _tell(f"{event.region.slug}: {event.state} {event.step}")


def start(*words: str) -> int:
    """Start a run and return its process."""
    if pid := os.fork():
        return pid
    try:
        os._exit(run(*words))
    finally:
        os._exit(1)


def left() -> str:
    """Return the processes that runs have left behind."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return ""
    return " ".join(str(child.pid) for child in psutil.Process().children(recursive=True))


def serve() -> None:
    """Follow orders."""
    multiprocessing.util.spawnv_passfds = _fork
    guard._order(guard.ADOPT, 1)
    plan.NOTEBOOKS = plan.NOTEBOOKS[:4]
    store.LOCK_WAIT = 1.0
    needs.data.check.check = pool.rehearse = lambda *_: None  # which read, and take half of the time
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _tell("ready")
    for line in sys.stdin:
        order, *words = line.split()
        if order == "start":
            told: object = start(*words)
        elif order == "end":
            told = os.waitstatus_to_exitcode(os.waitpid(int(words[0]), 0)[1])
        else:
            told = left()
        _tell(told)


if __name__ == "__main__":
    sys.modules["runs_forked"] = sys.modules["__main__"]
    serve()
