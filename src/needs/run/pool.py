"""Many regions at once: each one call to an executor, each to its end whatever the others do."""

from __future__ import annotations

import signal
import threading
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from needs.errors import NeedsError, NotebookError
from needs.run import lane
from needs.run.capacity import capacity
from needs.run.fault import explain
from needs.run.plan import Publish, Request, run_region
from needs.run.rehearsal import rehearse
from needs.run.telling import REPORT, Event, Progress, silent
from needs.run.unchanged import unchanged
from needs.run.workers import Processes, Telling, interrupt, say

__all__ = ["Outcome", "Task", "run_regions", "stopping_cleanly"]

LOOK = 1.0
"""Seconds after which a run that hears nothing looks whether it was stopped."""


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


@dataclass(frozen=True)
class Task:
    """The run of one region as one call that can be pickled, for any executor; it gives back an Outcome and never raises.

    Parameters
    ----------
    request : Request
        What to make.
    publish : callable
        Composes and typesets the report.
    root : Path
        Project folder.
    memory : int, optional
        Bytes that a notebook may use where the request does not say.

    Examples
    --------
    >>> from needs.data.geography import find_region
    >>> from needs.params.load import load
    >>> asked = Request(find_region("london"), load("2023-24", "london"), ("html",), "auto", Path("build"))
    >>> Task(asked, print, Path("nowhere"))().error.exit_code
    11
    """

    request: Request
    publish: Publish
    root: Path
    memory: int | None = None

    def __call__(self, progress: Progress = say) -> Outcome:
        """Run the region; ``progress`` hears how it goes on, by default whoever listens to this process."""
        how = self.request.how
        bounded = replace(self.request, how=replace(how, memory=how.memory or self.memory))
        try:
            return Outcome(self.request, folder=run_region(bounded, self.publish, self.root, progress))
        except Exception as error:
            known = explain(error)
            known.add_note(traceback.format_exc())
            return Outcome(self.request, error=known)


def run_regions(
    requests: Sequence[Request],
    publish: Publish,
    jobs: int | None = None,
    root: Path | None = None,
    progress: Progress = silent,
    executor: Executor | None = None,
) -> list[Outcome]:
    """Check evidence and parameters once, run regions, several at a time, and say how each one ended.

    A region whose report is what a run would make again is left as it is.

    Parameters
    ----------
    requests : sequence of Request
        Regions to make.
    publish : callable
        Composes and typesets a report; picklable, so a function of a module.
    jobs : int, optional
        Regions at a time, by default as many as there are processors and memory for. One region, or one at a time,
        runs in this process.
    root : Path, optional
        Project folder.
    progress : callable, optional
        Hears how the runs go on, in the thread of the caller.
    executor : Executor, optional
        What carries the runs out in place of processes of this machine; ``jobs`` then means nothing. One that is a
        :class:`needs.run.workers.Telling` tells every step; of another, only that a region was handed in and how it ended.

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
        When interrupted or told to end, after workers and kernels of this machine have ended and
        their folders are cleared.

    Examples
    --------
    >>> run_regions([], print)
    []
    """
    from needs.run.trust import trusted

    root = trusted(root, all(request.how.trust for request in requests))
    same = unchanged(requests, root)
    for request, is_same in zip(requests, same, strict=True):
        if is_same:
            progress(Event(request.region, "unchanged"))
    changed = [request for request, is_same in zip(requests, same, strict=True) if not is_same]
    made = iter(_make(changed, publish, jobs, root, progress, executor) if changed else ())
    return [Outcome(r, folder=r.folder) if is_same else next(made) for r, is_same in zip(requests, same, strict=True)]


def _make(
    requests: Sequence[Request],
    publish: Publish,
    jobs: int | None,
    root: Path,
    progress: Progress,
    executor: Executor | None,
) -> list[Outcome]:
    from needs.data.check import check
    from needs.run.manifest import loaded

    loaded()
    if executor is None:
        lane.context()  # whose server imports what notebooks need while the evidence is checked
    editions = dict.fromkeys(request.region.edition for request in requests)
    check(root, editions, [request.parameters for request in requests])
    rehearse([request.parameters for request in requests], root)
    with stopping_cleanly():
        if executor is not None:
            return _gather(executor, [Task(request, publish, root) for request in requests], progress)
        able = capacity(len(requests), jobs)
        if able.note:
            progress(Event(requests[0].region, "says", detail=able.note))
        tasks = [Task(request, publish, root, able.memory) for request in requests]
        if able.jobs == 1:
            return [_tell(task(progress), progress) for task in tasks]
        with Processes(able.jobs) as processes:
            return _gather(processes, tasks, progress)


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
        signal.signal(end, interrupt)
    try:
        yield
    finally:
        for end in ends:
            signal.signal(end, signal.SIG_DFL)


def _gather(executor: Executor, tasks: Sequence[Task], progress: Progress) -> list[Outcome]:
    """Hand tasks in, pass on what they say, and wait for all of them; drop those that wait when this is interrupted."""
    heard: SimpleQueue[Event | Future[Outcome]] = SimpleQueue()
    handed: dict[Future[Outcome], int] = {}
    outcomes: dict[int, Outcome] = {}
    try:
        for number, task in enumerate(tasks):
            if isinstance(executor, Telling):
                future: Future[Outcome] = executor.submit_heard(heard.put, task)
            else:
                future = executor.submit(task)
                progress(Event(task.request.region, "begins", REPORT, 1, 1))
            handed[future] = number
            future.add_done_callback(heard.put)
        while len(outcomes) < len(tasks):
            message = _next(heard)
            if isinstance(message, Event):
                progress(message)
            else:
                number = handed[message]
                outcomes[number] = _tell(_outcome(tasks[number].request, message), progress)
    finally:
        for future in handed:
            future.cancel()
    return [outcomes[number] for number in range(len(tasks))]


def _next(heard: SimpleQueue[Any]) -> Any:
    """Return what is heard next, looking up now and then: a wait without end may not notice Ctrl-C."""
    while True:
        with suppress(Empty):
            return heard.get(timeout=LOOK)


def _tell(outcome: Outcome, progress: Progress) -> Outcome:
    progress(Event(outcome.request.region, "failed" if outcome.error else "done", error=outcome.error))
    return outcome


def _outcome(request: Request, ended: Future[Outcome]) -> Outcome:
    """Return how a task ended, in the words of its request, also where its worker was lost."""
    try:
        return replace(ended.result(), request=request)
    except NeedsError as error:
        return Outcome(request, error=error)
    except (CancelledError, Exception) as error:
        remedy = "run this region again; if it dies again, give it more memory or fewer --jobs"
        lost = NotebookError("the run was not finished", [str(error) or type(error).__name__], remedy)
        lost.add_note("".join(traceback.format_exception(error)))
        return Outcome(request, error=lost)
