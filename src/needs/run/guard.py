"""A guard over the process of a notebook: whatever that starts, however it hides, ends with it.

A process that leaves its session and is left by its parent would outlive its notebook. On Linux the guard adopts such
orphans and finds them all. Elsewhere a notebook leads a session of its own, and what has left that is not found.

As a program, ``python -m needs.run.guard MODULE ARGUMENT...`` runs a module under guard until standard input ends.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys
import time
from contextlib import suppress
from multiprocessing.connection import wait
from pathlib import Path

import psutil

__all__ = ["HERE", "PATIENCE", "stand"]

HERE = sys.platform == "linux"
"""Whether this system lets a process adopt orphans."""

PATIENCE = 10.0
"""Seconds that a guard may take to end what it guards."""

PAUSE = 0.005
"""Seconds between two looks at processes that are being killed."""

ADOPT, DIE_WITH_PARENT = 36, 1
"""Orders to Linux: PR_SET_CHILD_SUBREAPER and PR_SET_PDEATHSIG."""


def stand(leash: int) -> None:
    """Go on in a child of this process, which stays behind as the guard of the child.

    When the child ends, or the leash is let go, the guard ends all that descends from it, and then as the child did.

    Parameters
    ----------
    leash : int
        Descriptor that can be read once its other end is closed, or whoever held that has died.

    Examples
    --------
    >>> leash, holder = os.pipe()
    >>> if not (guard := os.fork()):
    ...     stand(leash)
    ...     os._exit(3)
    >>> os.waitstatus_to_exitcode(os.waitpid(guard, 0)[1])
    3
    """
    if hasattr(os, "setsid") and os.getsid(0) != os.getpid():
        os.setsid()
    if not HERE:
        return
    _order(ADOPT, 1)
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes)
    guard, child = os.getpid(), os.fork()
    if child:
        for end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(end, signal.SIG_IGN)
        _end_as(_watch(child, leash, woken))
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.close(woken)
    os.close(wakes)
    _order(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != guard:
        os._exit(1)
    os.setsid()


def _order(order: int, value: int) -> None:
    ctypes.CDLL(None).prctl(order, value, 0, 0, 0)


def _watch(child: int, leash: int, woken: int) -> int:
    """Wait until the child ends or the leash is let go, end all there is, and return how the child ended."""
    ended: dict[int, int] = {}
    while child not in ended and leash not in wait([leash, woken]):
        os.read(woken, 512)
        _reap(ended)
    while _reap(ended):
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                process.kill()
        time.sleep(PAUSE)
    return os.waitstatus_to_exitcode(ended[child])


def _reap(ended: dict[int, int]) -> bool:
    """Note the children that have ended; return whether others have not."""
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            ended.update([found])
        return True
    return False


def _end_as(code: int) -> None:
    if code < 0:
        with suppress(OSError):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(abs(code))


def main() -> None:
    """Run a module under guard."""
    module, *_ = sys.argv = sys.argv[1:]
    stand(0)
    if HERE:
        os.environ["JPY_PARENT_PID"] = str(os.getppid())
    with Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), 0)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
