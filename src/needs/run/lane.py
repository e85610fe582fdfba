"""The fast lane: each notebook in a fresh process, forked from one that has the slow imports done.

Python's own fork server imports once what notebooks need, starts no thread, and forks a process for each notebook and for
each region at work. A forked process shares nothing that it changes, so no notebook sees what another did. Its cells run
in IPython's shell; outputs come back cell by cell. A guard stays with each notebook, so what it starts ends with it.
Where there is no fork the Jupyter engine does the same, slower.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any, cast

from needs.run import guard, reads
from needs.run.limits import Limits
from needs.run.reads import Reads
from needs.run.surroundings import STEADY, only, surroundings

__all__ = ["HANG_UP", "STEADY", "Output", "available", "context", "hidden_main", "run_cells"]

PRELOAD = "needs.run.preload"
"""Module that imports what every notebook needs."""

LONGEST = 72
"""Bytes of a temporary folder in which a fork server can still listen: the system ends the name of a socket at 107."""

HANG_UP = getattr(signal, "SIGHUP", signal.SIGTERM)
"""A closed terminal, where there is such a signal."""

MOST = 2**29
"""Bytes of one message: what looks longer is text that the notebook wrote to a descriptor which is not its own."""

Output = dict[str, Any]
"""One output of a cell, as a notebook keeps it."""

_HIDING = threading.Lock()


def available() -> bool:
    """Return whether processes can be forked here from one that has the imports done.

    Examples
    --------
    >>> available() == (context().get_start_method() == "forkserver")
    True
    """
    far = len(os.fsencode(tempfile.gettempdir())) > LONGEST
    return not far and "forkserver" in multiprocessing.get_all_start_methods()


def context() -> Any:
    """Return the way to start processes: forked from the fork server where there is one, which is then running.

    Examples
    --------
    >>> context().get_start_method() in ("forkserver", "spawn")
    True
    """
    if not available():
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver

    if _is_served(forkserver):
        return multiprocessing.get_context("forkserver")
    forkserver.set_forkserver_preload([PRELOAD])
    ours = threading.current_thread() is threading.main_thread()
    ends = (signal.SIGINT, HANG_UP) if ours else ()
    handlers = {end: signal.signal(end, signal.SIG_IGN) for end in ends}  # which the server inherits
    with only(surroundings()):
        forkserver.ensure_running()
    for end, handler in handlers.items():
        signal.signal(end, handler)
    return multiprocessing.get_context("forkserver")


def _is_served(forkserver: Any) -> bool:
    """Let a process that a fork server made ask the same server for others, which Python itself would start anew.

    The server outlives no process that may ask it. Where Python keeps its address elsewhere, a new server is started.
    """
    server = getattr(forkserver, "_forkserver", None)
    served = multiprocessing.parent_process() is not None and bool(getattr(server, "_forkserver_address", None))
    if served:
        server.ensure_running = resource_tracker.ensure_running  # type: ignore[union-attr]
    return served


@contextlib.contextmanager
def hidden_main() -> Iterator[None]:
    """Hide where the main module came from, so that a process that is started meanwhile does not run it again.

    A script without a guard would otherwise run once more in the child, and one from standard input could not be found.

    Examples
    --------
    >>> with hidden_main():
    ...     hasattr(sys.modules["__main__"], "__file__"), sys.modules["__main__"].__spec__
    (False, None)
    """
    with _HIDING:
        names = vars(sys.modules["__main__"])
        before: dict[str, Any] = {name: names[name] for name in ("__file__", "__spec__") if name in names}
        names.pop("__file__", None)
        names["__spec__"] = None
        try:
            yield
        finally:
            names.update(before)


def run_cells(
    sources: Sequence[str], folder: Path, told: Mapping[str, str], log: Path, limits: Limits | None = None
) -> Generator[tuple[list[Output], int, bool], None, Reads | None]:
    """Run the cells of a notebook in a process of its own, up to the first that fails.

    Parameters
    ----------
    sources : sequence of str
        Code of the cells.
    folder : Path
        Working folder.
    told : mapping of str to str
        Environment beside the one that every notebook has.
    log : Path
        File for what the process prints outside cells.
    limits : Limits, optional
        What the notebook may take.

    Yields
    ------
    outputs, execution count, success
        Of each cell, as it ends.

    Returns
    -------
    Reads or None
        What the cells read of the project; None where one failed.

    Raises
    ------
    RuntimeError
        If the process ended before its cells did; LimitError where it was ended for what it took.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as scratch:
    ...     ran = run_cells(["a = 1", "a + 1"], Path(scratch), {}, Path(scratch, "log"))
    ...     [(len(outputs), count, well) for outputs, count, well in ran]
    [(0, 1, True), (1, 2, True)]
    """
    forked = context()
    ours, theirs = forked.Pipe()  # both ways, so that a process hears that nobody hears it
    environment = {**surroundings(), **told}
    process = forked.Process(target=_serve, args=(list(sources), str(folder), environment, str(log), theirs))
    limits = limits or Limits()
    try:
        with hidden_main():
            process.start()
        theirs.close()
        for _ in sources:
            outputs, count, well = _hear(ours, process, limits, log)
            yield outputs, count, well
            if not well:
                return None
        return cast(Reads, _hear(ours, process, limits, log))
    except (EOFError, ConnectionError):
        process.join()
        code = process.exitcode
        how = f"killed by signal {-code}" if code and code < 0 else f"ended with status {code}"
        raise RuntimeError(f"the notebook's process died: {how}") from None
    finally:
        ours.close()
        _end(process)


def _hear(pipe: Connection, process: BaseProcess, limits: Limits, log: Path) -> Any:
    """Return what a process says next, until it has ended: a child of it may hold its pipe open."""
    limits.wait(process.pid or 0, lambda seconds: bool(wait([pipe, process.sentinel], seconds)), log)
    if not pipe.poll():
        _kill_group(process.pid)
        if not pipe.poll():  # its last words
            raise EOFError
    try:
        return ForkingPickler.loads(pipe.recv_bytes(MOST))
    except EOFError:
        raise
    except (pickle.UnpicklingError, OSError):
        raise RuntimeError("the notebook's process died: it wrote to descriptors that are not its own") from None


def _end(process: BaseProcess) -> None:
    """End a notebook's process, by its guard where there is one: it has been let go."""
    if process.pid:
        process.join(guard.PATIENCE if guard.HERE else 0)
        _kill_group(process.pid)
        process.kill()
        process.join()


def _kill_group(leader: int | None) -> None:
    """End a notebook's process and all that it started; it may have ended, or not lead a group yet."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if leader:
            os.killpg(leader, signal.SIGKILL)


def _serve(sources: list[str], folder: str, environment: dict[str, str], log: str, pipe: Connection) -> None:
    """Run cells in this process and send what they show."""
    guard.stand(pipe.fileno())
    os.register_at_fork(after_in_child=pipe.close)
    for end in (signal.SIGINT, HANG_UP):
        signal.signal(end, signal.SIG_DFL)
    threading.Thread(target=_follow_parent, daemon=True).start()
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(file, stream)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    _forget_draws()
    sys.path[:] = ["", *(path for path in sys.path if path not in ("", folder))]
    from needs.run.shell import Shell

    reads.watch(Path(environment.get("NEEDS_PROJECT", folder)))
    shell = Shell.open(Path(log).with_name("ipython"))
    here = os.getpid()
    for source in sources:
        try:
            outputs, count, well = shell.run(source)
        finally:
            if os.getpid() != here:  # forked by the cell, which was all that it had to do
                os._exit(0)
        if shell.leaving:
            os._exit(0)
        pipe.send((outputs, count, well))
        if not well:
            break
    else:
        pipe.send(reads.found())
    pipe.close()
    _kill_group(here)  # nothing of a notebook holds its process, or outlives it


def _forget_draws() -> None:
    """Seed the generators of this process anew: a fork copies them, and every notebook would draw the same numbers."""
    import numpy as np

    random.seed()
    np.random.seed()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        _kill_group(os.getpid())
        os._exit(1)
