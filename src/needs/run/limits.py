"""How long a cell may take, how much memory a notebook may use, how much a cell may print."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil

__all__ = ["LOOK", "PRINTED", "LimitError", "Limits", "printed_too_much", "used"]

LOOK = 0.2
"""Seconds between two looks at what a notebook uses: it can fill about half a gigabyte meanwhile."""

PRINTED = 20_000_000
"""Characters that one cell may print."""


class LimitError(RuntimeError):
    """A notebook went over a limit and was ended.

    Parameters
    ----------
    what : str
        Which limit.
    remedy : str
        How to move it.

    Examples
    --------
    >>> LimitError("used more than 2.0 GB", "allow more with --memory").remedy
    'allow more with --memory'
    """

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


def printed_too_much() -> RuntimeError:
    """Return the error of a cell that prints without end.

    Examples
    --------
    >>> printed_too_much()
    RuntimeError('printed more than 20 million characters')
    """
    return RuntimeError(f"printed more than {PRINTED // 1_000_000} million characters")


def used(pid: int) -> int:
    """Return the bytes of memory that a process and its descendants hold; what they share counts once for each.

    Examples
    --------
    >>> import os
    >>> used(os.getpid()) > 1_000_000
    True
    """
    return _total(pid, lambda process: process.memory_info().rss)


def _shared_out(process: psutil.Process) -> int:
    """Return what a process holds, with its part of what it shares with others where the system tells that."""
    told = process.memory_full_info()
    return int(getattr(told, "pss", told.uss))


def _total(pid: int, of: Callable[[psutil.Process], int]) -> int:
    total = 0
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                total += of(each)
    return total


@dataclass(frozen=True)
class Limits:
    """What one notebook may take.

    Parameters
    ----------
    timeout : float
        Seconds of one cell.
    memory : int, optional
        Bytes of the notebook and all that it starts; without it nobody looks.

    Examples
    --------
    >>> Limits().timeout
    3600.0
    """

    timeout: float = 3600.0
    memory: int | None = None

    def late(self) -> LimitError:
        """Return the error of a cell that takes too long.

        Examples
        --------
        >>> print(Limits(timeout=1.5).late())
        took longer than 1.5 seconds, which is the limit of a cell
        """
        what = f"took longer than {self.timeout:,g} seconds, which is the limit of a cell"
        return LimitError(what, "give it longer with --timeout SECONDS")

    def over(self, pid: int) -> LimitError | None:
        """Return the error of a notebook that uses too much memory, if it does.

        Parameters
        ----------
        pid : int
            Its process, from which all that it starts descends.

        Examples
        --------
        >>> import os
        >>> print(Limits(memory=5 * 10**12).over(os.getpid()))
        None
        """
        if self.memory is None or used(pid) <= self.memory or _total(pid, _shared_out) <= self.memory:
            return None
        what = f"used more than {self.memory / 1e9:.1f} GB of memory, which is the limit of a notebook"
        return LimitError(what, "allow more with --memory, or run fewer regions at a time with --jobs")

    def wait(self, pid: int, ready: Callable[[float], bool]) -> None:
        """Wait until something is ready, or say which limit the process has gone over meanwhile.

        Parameters
        ----------
        pid : int
            Process of the notebook.
        ready : callable
            Waits for some seconds and returns whether it is ready.

        Raises
        ------
        LimitError
            If it takes too long, or the process uses too much memory.

        Examples
        --------
        >>> Limits(timeout=0.01).wait(0, lambda seconds: False)
        Traceback (most recent call last):
        ...
        needs.run.limits.LimitError: took longer than 0.01 seconds, which is the limit of a cell
        """
        end = time.monotonic() + self.timeout
        while (left := end - time.monotonic()) > 0:
            if ready(min(left, 60.0 if self.memory is None else LOOK)):
                return
            if error := self.over(pid):
                raise error
        raise self.late()

    @contextmanager
    def watched(self, pid: Callable[[], int], end: Callable[[LimitError], None]) -> Iterator[None]:
        """Look at the memory of a process in another thread meanwhile, and have it ended where it uses too much.

        Parameters
        ----------
        pid : callable
            Returns the process, 0 while there is none.
        end : callable
            Ends it; is told why.

        Examples
        --------
        >>> with Limits().watched(lambda: 0, print):
        ...     pass
        """
        over = threading.Event()

        def look() -> None:
            while not over.wait(LOOK):
                if (leader := pid()) and (error := self.over(leader)):
                    end(error)
                    return

        watcher = threading.Thread(target=look, daemon=True)
        if self.memory is not None:
            watcher.start()
        try:
            yield
        finally:
            over.set()
            if watcher.ident:
                watcher.join()
