"""The fast lane: each notebook in a fresh process, forked from one that has the slow imports done.

Python's own fork server imports once what notebooks need, starts no thread, and forks a process for each notebook and for
each region at work. A forked process shares nothing that it changes, so no notebook sees what another did. Its cells run
in IPython's shell; outputs come back cell by cell. Where there is no fork the Jupyter engine does the same, slower.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

__all__ = ["HANG_UP", "STEADY", "Output", "available", "context", "run_cells"]

PRELOAD = "needs.run.preload"
"""Module that imports what every notebook needs."""

LONGEST = 72
"""Bytes of a temporary folder in which a fork server can still listen: the system ends the name of a socket at 107."""

HANG_UP = getattr(signal, "SIGHUP", signal.SIGTERM)
"""A closed terminal, where there is such a signal."""

STEADY = {
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONSTARTUP": "",
    "TZ": "UTC",
}
"""What every notebook is told, so that results do not depend on who runs it and where."""

Output = dict[str, Any]
"""One output of a cell, as a notebook keeps it."""


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

    if multiprocessing.parent_process() is None:  # a forked process asks the server that it came from
        forkserver.set_forkserver_preload([PRELOAD])
        ours = threading.current_thread() is threading.main_thread()
        ends = (signal.SIGINT, HANG_UP) if ours else ()
        handlers = {end: signal.signal(end, signal.SIG_IGN) for end in ends}  # which the server inherits
        with _environment(STEADY):
            forkserver.ensure_running()
        for end, handler in handlers.items():
            signal.signal(end, handler)
    return multiprocessing.get_context("forkserver")


@contextlib.contextmanager
def _environment(told: Mapping[str, str]) -> Iterator[None]:
    """Set variables for what is started meanwhile."""
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def run_cells(
    sources: Sequence[str], folder: Path, told: Mapping[str, str], log: Path
) -> Generator[tuple[list[Output], int, bool]]:
    """Run the cells of a notebook in a process of its own, up to the first that fails.

    Parameters
    ----------
    sources : sequence of str
        Code of the cells.
    folder : Path
        Working folder.
    told : mapping of str to str
        Environment beside that of this process.
    log : Path
        File for what the process prints outside cells.

    Yields
    ------
    outputs, execution count, success
        Of each cell, as it ends.

    Raises
    ------
    RuntimeError
        If the process ended before its cells did.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as scratch:
    ...     ran = run_cells(["a = 1", "a + 1"], Path(scratch), {}, Path(scratch, "log"))
    ...     [(len(outputs), count, well) for outputs, count, well in ran]
    [(0, 1, True), (1, 2, True)]
    """
    forked = context()
    ours, theirs = forked.Pipe(duplex=False)
    environment = {**os.environ, **STEADY, **told}
    process = forked.Process(target=_serve, args=(list(sources), str(folder), environment, str(log), theirs))
    process.start()
    theirs.close()
    try:
        for _ in sources:
            outputs, count, well = ours.recv()
            yield outputs, count, well
            if not well:
                return
    except EOFError:
        process.join()
        code = process.exitcode
        how = f"killed by signal {-code}" if code and code < 0 else f"ended with status {code}"
        raise RuntimeError(f"the notebook's process died: {how}") from None
    finally:
        ours.close()
        process.kill()
        process.join()


def _serve(sources: list[str], folder: str, environment: dict[str, str], log: str, pipe: Connection) -> None:
    """Run cells in this process and send what they show."""
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

    shell = Shell.open(Path(log).with_name("ipython"))
    for source in sources:
        outputs, count, well = shell.run(source)
        if shell.leaving:
            os._exit(0)
        pipe.send((outputs, count, well))
        if not well:
            break
    pipe.close()
    os._exit(0)  # threads and files of a notebook do not hold its process


def _forget_draws() -> None:
    """Seed the generators of this process anew: a fork copies them, and every notebook would draw the same numbers."""
    import numpy as np

    random.seed()
    np.random.seed()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
