"""How long a cell may take, how much memory a notebook may use, how much a cell may print."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

__all__ = ["LOOK", "PRINTED", "LimitError", "Limits", "printed_too_much", "used"]

LOOK = 0.2
"""Seconds between two looks at what a notebook uses and prints: it can fill about half a gigabyte meanwhile."""

PRINTED = 20_000_000
"""Characters that one cell may print, and bytes that a notebook may write past its cells."""


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


def _size(memory: int) -> str:
    return f"{memory / 1e9:,.4g} GB" if memory >= 10**9 else f"{memory / 1e6:,.4g} MB"


@dataclass(frozen=True)
class Limits:
    """What one notebook may take.

    Parameters
    ----------
    timeout : float
        Seconds of one cell.
    memory : int, optional
        Bytes of the notebook and all that it starts; without it nobody looks at that.

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

    def over(self, pid: int, log: Path | None = None) -> LimitError | None:
        """Return the error of a notebook that uses too much memory or prints too much, if it does.

        Parameters
        ----------
        pid : int
            Its process, from which all that it starts descends.
        log : Path, optional
            File for what it prints past its cells.

        Examples
        --------
        >>> import os
        >>> print(Limits(memory=5 * 10**12).over(os.getpid()))
        None
        """
        if log and log.exists() and log.stat().st_size > PRINTED:
            return LimitError(str(printed_too_much()), "let it print less")
        if self.memory is None or used(pid) <= self.memory or _total(pid, _shared_out) <= self.memory:
            return None
        what = f"used more than {_size(self.memory)} of memory, which is the limit of a notebook"
        return LimitError(what, "allow more with --memory, or run fewer regions at a time with --jobs")

    def wait(self, pid: int, ready: Callable[[float], bool], log: Path | None = None) -> None:
        """Wait until something is ready, or say which limit the process has gone over meanwhile.

        Parameters
        ----------
        pid : int
            Process of the notebook.
        ready : callable
            Waits for some seconds and returns whether it is ready.
        log : Path, optional
            File for what the process prints past its cells.

        Raises
        ------
        LimitError
            If it takes too long, or the process uses too much memory or prints too much.

        Examples
        --------
        >>> Limits(timeout=0.01).wait(0, lambda seconds: False)
        Traceback (most recent call last):
        ...
        needs.run.limits.LimitError: took longer than 0.01 seconds, which is the limit of a cell
        """
        end = time.monotonic() + self.timeout
        while (left := end - time.monotonic()) > 0:
            if ready(min(left, LOOK)):
                return
            if error := self.over(pid, log):
                raise error
        raise self.late()

    @contextmanager
    def watched(
        self, pid: Callable[[], int], end: Callable[[LimitError], None], log: Path | None = None
    ) -> Iterator[None]:
        """Look in another thread meanwhile at what a process uses and prints, and have it ended where that is too much.

        Parameters
        ----------
        pid : callable
            Returns the process, 0 while there is none.
        end : callable
            Ends it; is told why.
        log : Path, optional
            File for what it prints past its cells.

        Examples
        --------
        >>> with Limits().watched(lambda: 0, print):
        ...     pass
        """
        over = threading.Event()

        def look() -> None:
            while not over.wait(LOOK):
                if (leader := pid()) and (error := self.over(leader, log)):
                    end(error)
                    return

        watcher = threading.Thread(target=look, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()
