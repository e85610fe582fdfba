"""Calls in processes of their own, behind the interface of Python's executors.

Each call has a fresh process, forked where that can be done, and a pipe of its own, on which it tells how it goes on. A process
that dies takes nothing with it; one whose parent is gone ends.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from abc import abstractmethod
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from needs.run import lane

__all__ = ["STOP_WAIT", "Hear", "Processes", "Telling", "heard_by", "interrupt", "say"]

STOP_WAIT = 10.0
"""Seconds that a worker may take to end its kernel and clear its folder when it is stopped."""

Hear = Callable[[Any], None]
"""Hears what a call says while it runs."""

_HEARS: list[Hear] = []


def say(what: object) -> None:
    """Tell whoever handed in the call that this process carries out, where somebody listens.

    Examples
    --------
    >>> say("begun")
    """
    for hear in _HEARS:
        hear(what)


def heard_by(hear: Hear) -> None:
    """Name who hears what is said in this process from now on.

    Examples
    --------
    >>> heard_by(print)
    >>> say("begun")
    begun
    >>> _HEARS.clear()
    """
    _HEARS[:] = [hear]


class Telling(Executor):
    """An executor whose calls can tell how they go on."""

    @abstractmethod
    def submit_heard(self, hear: Hear, call: Callable[[], Any]) -> Future[Any]:
        """Hand in a picklable call; ``hear`` is told, in any thread, all that it says before it has ended."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand in a call to which nobody listens."""
        return self.submit_heard(_nobody, partial(fn, *args, **kwargs))


class Processes(Telling):
    """Runs each call in a fresh process, some at a time.

    Left by an exception, it ends what runs; the processes can clear up.

    Parameters
    ----------
    most : int
        Calls at a time.

    Examples
    --------
    >>> with Processes(2) as processes:
    ...     [processes.submit(pow, 2, exponent) for exponent in (3, 4)][1].result()
    16
    """

    def __init__(self, most: int) -> None:
        self._context = lane.context()  # here, in the thread that may set signals
        self._threads = ThreadPoolExecutor(most, "needs")
        self._guard = threading.Lock()
        self._running: set[BaseProcess] = set()
        self._ended = False

    def submit_heard(self, hear: Hear, call: Callable[[], Any]) -> Future[Any]:
        """Hand in a picklable call; ``hear`` is told all that it says before it has ended.

        A process that ends before its call gives a :class:`concurrent.futures.BrokenExecutor`, which says how.
        """
        return self._threads.submit(self._attend, hear, call)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls. With ``cancel_futures`` those that wait are dropped, and those that run are ended."""
        self._threads.shutdown(False, cancel_futures=cancel_futures)
        if cancel_futures:
            with self._guard:
                self._ended = True
            self._stop()
        self._threads.shutdown(wait)

    def __exit__(self, kind: object, *_: object) -> None:
        self.shutdown(cancel_futures=kind is not None)

    def _attend(self, hear: Hear, call: Callable[[], Any]) -> Any:
        """Start the process of a call and hear it out."""
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_serve, args=(call, theirs))
        needed = b"__main__" in pickle.dumps(call)  # by a script that has a call of its own, and a guard
        with self._guard, nullcontext() if needed else lane.hidden_main():
            if self._ended:
                raise CancelledError
            process.start()
            self._running.add(process)
        theirs.close()
        with ours:
            try:
                while (message := ours.recv())[0] == "says":
                    hear(message[1])
            except EOFError:
                message = "raised", None
            process.join()
        with self._guard:
            self._running.discard(process)
        how, content = message
        if how == "raised":
            raise content or BrokenExecutor(_end_of(process.exitcode))
        return content

    def _stop(self) -> None:
        with self._guard:
            running = [process for process in self._running if process.pid]
        for process in running:
            process.terminate()
        patience = threading.Timer(STOP_WAIT, _kill, [running])
        patience.start()
        self._threads.shutdown(True)
        patience.cancel()


def _nobody(_: object) -> None:
    pass


def _kill(processes: list[BaseProcess]) -> None:
    for process in processes:
        process.kill()


def _end_of(code: int | None) -> str:
    return f"its process was killed by signal {-code}" if code and code < 0 else f"its process ended with status {code}"


def _serve(call: Callable[[], Any], pipe: Connection) -> None:
    """Carry out a call in a worker, telling the parent; end when the parent says so or is gone."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # where workers are not forked; the parent hears Ctrl-C
        signal.signal(signal.SIGTERM, interrupt)
        threading.Thread(target=_follow_parent, daemon=True).start()
        heard_by(lambda what: pipe.send(("says", what)))
        try:
            ended = "gave", call()
        except Exception as error:
            ended = "raised", error
        pipe.send(ended)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(130)


def interrupt(*_: object) -> None:
    """Handle a signal that ends a process as Ctrl-C is handled: once, so that the clearing up is not interrupted.

    Examples
    --------
    >>> signal.signal(signal.SIGTERM, interrupt)  # doctest: +SKIP
    """
    for end in (signal.SIGTERM, lane.HANG_UP):
        signal.signal(end, signal.SIG_IGN)
    raise KeyboardInterrupt


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
