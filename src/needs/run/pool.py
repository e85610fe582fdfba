"""Many regions at once: each in its own process, each to its end whatever the others do."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from needs.errors import NeedsError, NotebookError
from needs.project import project_root
from needs.run import lane
from needs.run.fault import explain
from needs.run.plan import Publish, Request, run_region
from needs.run.rehearsal import rehearse
from needs.run.telling import Event, Progress, silent

__all__ = ["Outcome", "cores", "run_regions", "stopping_cleanly"]

STOP_WAIT = 10.0
"""Seconds that a worker may take to end its kernel and clear its folder when it is stopped."""


@dataclass(frozen=True)
class Outcome:
    """How the run of one region ended.

    Parameters
    ----------
    request : Request
        What was asked.
    folder : Path or None
        The finished folder.
    error : NeedsError or None
        Why there is none; its notes hold the traceback.

    Examples
    --------
    >>> from needs.data.geography import find_region
    >>> from needs.params.load import load
    >>> asked = Request(find_region("london"), load("2023-24", "london"), ("html",), "auto", Path("build"))
    >>> Outcome(asked, folder=asked.folder).error is None
    True
    """

    request: Request
    folder: Path | None = None
    error: NeedsError | None = None


def cores() -> int:
    """Return the number of processors that this process may use.

    Examples
    --------
    >>> cores() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_regions(
    requests: Sequence[Request],
    publish: Publish,
    jobs: int | None = None,
    root: Path | None = None,
    progress: Progress = silent,
) -> list[Outcome]:
    """Check evidence and parameters once, run regions, several at a time, and say how each one ended.

    Parameters
    ----------
    requests : sequence of Request
        Regions to make.
    publish : callable
        Composes and typesets a report; picklable, so a function of a module.
    jobs : int, optional
        Regions at a time, by default one for each processor. One region, or one at a time,
        runs in this process.
    root : Path, optional
        Project folder.
    progress : callable, optional
        Hears how the runs go on, in this process.

    Returns
    -------
    list of Outcome
        In the order of the requests.

    Raises
    ------
    DataError
        Before anything runs, with every problem of the evidence of every edition.
    ParamsError
        Before anything runs, where the methods cannot use parameters together.
    KeyboardInterrupt
        When interrupted or told to end, after workers and kernels have ended and their folders
        are cleared.

    Examples
    --------
    >>> run_regions([], print)
    []
    """
    from needs.data.check import check

    root = root or project_root()
    editions = dict.fromkeys(request.region.edition for request in requests)
    check(root, editions, [request.parameters for request in requests])
    rehearse([request.parameters for request in requests], root)
    jobs = min(jobs or cores(), len(requests))
    with stopping_cleanly():
        if jobs <= 1:
            return [_tell(_run(request, publish, root, progress), progress) for request in requests]
        return _Pool(requests, publish, root, progress).run(jobs)


@contextmanager
def stopping_cleanly() -> Iterator[None]:
    """Let the signals that end a process act as Ctrl-C does, unless somebody has set them otherwise.

    Examples
    --------
    >>> before = signal.getsignal(signal.SIGTERM)
    >>> with stopping_cleanly():
    ...     pass
    >>> signal.getsignal(signal.SIGTERM) is before
    True
    """
    ours = threading.current_thread() is threading.main_thread()
    ends = {end for end in (signal.SIGTERM, lane.HANG_UP) if ours and signal.getsignal(end) is signal.SIG_DFL}
    for end in ends:
        signal.signal(end, _interrupt)
    try:
        yield
    finally:
        for end in ends:
            signal.signal(end, signal.SIG_DFL)


def _tell(outcome: Outcome, progress: Progress) -> Outcome:
    progress(Event(outcome.request.region, "failed" if outcome.error else "done"))
    return outcome


def _run(request: Request, publish: Publish, root: Path, progress: Progress) -> Outcome:
    try:
        return Outcome(request, folder=run_region(request, publish, root, progress))
    except Exception as error:
        known = explain(error)
        known.add_note(traceback.format_exc())
        return Outcome(request, error=known)


class _Pool:
    """One process for each region, ``jobs`` at a time, each with a pipe of its own."""

    def __init__(self, requests: Sequence[Request], publish: Publish, root: Path, progress: Progress) -> None:
        self.requests, self.publish, self.root, self.progress = requests, publish, root, progress
        self.context = lane.context()
        self.running: dict[Connection, tuple[int, BaseProcess]] = {}
        self.outcomes: dict[int, Outcome] = {}

    def run(self, jobs: int) -> list[Outcome]:
        waiting = deque(range(len(self.requests)))
        try:
            while waiting or self.running:
                while waiting and len(self.running) < jobs:
                    self._start(waiting.popleft())
                for pipe in wait(list(self.running)):
                    self._hear(pipe)  # type: ignore[arg-type]
        finally:
            self._stop()
        return [self.outcomes[index] for index in range(len(self.requests))]

    def _start(self, index: int) -> None:
        ours, theirs = self.context.Pipe(duplex=False)
        process = self.context.Process(target=_work, args=(self.requests[index], self.publish, self.root, theirs))
        self.running[ours] = index, process
        needed = b"__main__" in pickle.dumps(self.publish)  # by a script that has a publisher of its own, and a guard
        with nullcontext() if needed else lane.hidden_main():
            process.start()
        theirs.close()

    def _hear(self, pipe: Connection) -> None:
        index, process = self.running[pipe]
        try:
            message = pipe.recv()
        except EOFError:
            process.join()
            pipe.close()
            del self.running[pipe]
            if index not in self.outcomes:
                self.outcomes[index] = _tell(_died(self.requests[index], process.exitcode), self.progress)
        else:
            if isinstance(message, Outcome):
                self.outcomes[index] = _tell(message, self.progress)
            else:
                self.progress(message)

    def _stop(self) -> None:
        processes = [process for _, process in self.running.values() if process.pid]
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(STOP_WAIT)
            process.kill()


def _died(request: Request, code: int | None) -> Outcome:
    how = f"killed by signal {-code}" if code and code < 0 else f"ended with status {code}"
    what = f"its process was {how}" if code and code < 0 else f"its process {how}"
    remedy = "run this region again; if it dies again, give it more memory or fewer --jobs"
    return Outcome(request, error=NotebookError("the run was not finished", [what], remedy))


def _work(request: Request, publish: Publish, root: Path, pipe: Connection) -> None:
    """Run a region in a worker, telling the parent; end when the parent says so or is gone."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # where workers are not forked; the parent hears Ctrl-C
        signal.signal(signal.SIGTERM, _interrupt)
        threading.Thread(target=_follow_parent, daemon=True).start()
        pipe.send(_run(request, publish, root, pipe.send))
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(130)


def _interrupt(*_: object) -> None:
    for end in (signal.SIGTERM, lane.HANG_UP):
        signal.signal(end, signal.SIG_IGN)  # once: the clearing up is not interrupted
    raise KeyboardInterrupt


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
