"""How many regions a machine carries at a time, and how much memory is left for each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["NOTEBOOK", "REGION", "Capacity", "available", "capacity", "cores"]

REGION = 1_000_000_000
"""Bytes that each region at work needs: measured were 1.0 GB for one and 2.0 GB for two, all formats, shared pages once."""

NOTEBOOK = 2_000_000_000
"""Bytes that a notebook may always use: most hold 0.6 GB at their peak; two million stays of own data take 1.9."""

_LIMITS = {
    "": ("memory.max", "memory.current", "inactive_file"),
    "memory": ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}
"""Limit, use and what of it can be given back, by the folder of a group of processes: version 2, version 1."""


@dataclass(frozen=True)
class Capacity:
    """What a machine carries.

    Parameters
    ----------
    jobs : int
        Regions at a time.
    memory : int
        Bytes that one notebook may use.
    note : str
        Why there are fewer regions at a time than there could be; empty where memory does not matter.

    Examples
    --------
    >>> Capacity(2, NOTEBOOK).note
    ''
    """

    jobs: int
    memory: int
    note: str = ""


def capacity(regions: int, jobs: int | None = None, free: int | None = None) -> Capacity:
    """Say how many regions run at a time: as many as asked for, or as there are processors and memory for.

    Parameters
    ----------
    regions : int
        Regions to run.
    jobs : int, optional
        Regions at a time, as asked for.
    free : int, optional
        Bytes of memory, by default those that are free.

    Examples
    --------
    >>> capacity(7, jobs=3, free=6_000_000_000)
    Capacity(jobs=3, memory=2000000000, note='')
    >>> capacity(7, free=0).jobs
    1
    """
    free = available() if free is None else free
    wanted = max(1, min(jobs or cores(), regions))
    carried = wanted if jobs else max(1, min(wanted, free // REGION))
    note = ""
    if carried < wanted:
        at_once = "1 region" if carried == 1 else f"{carried} regions"
        note = f"{at_once} at a time, not {wanted}: {free / 1e9:.1f} GB of memory are free, and each needs {REGION / 1e9:.1f}"
    return Capacity(carried, max(free // carried, NOTEBOOK), note)


def cores() -> int:
    """Return the number of processors that this process may use.

    Examples
    --------
    >>> cores() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def available(system: Path = Path("/")) -> int:
    """Return the bytes of memory that this process may still use: those of the machine, or of a container's limit.

    Parameters
    ----------
    system : Path
        Where the system tells about groups of processes and their limits.

    Examples
    --------
    >>> available() > 0
    True
    """
    import psutil

    return max(0, min([int(psutil.virtual_memory().available), *_left(system)]))


def _left(system: Path) -> Iterator[int]:
    """Give the bytes left to each group of processes that this one is in, where it has a limit."""
    with suppress(OSError):
        for line in (system / "proc/self/cgroup").read_text(encoding="ascii", errors="replace").splitlines():
            _, kinds, place = line.split(":", 2)
            kind = "memory" if "memory" in kinds.split(",") else kinds
            if kind in _LIMITS:
                top = system / "sys/fs/cgroup" / kind
                inner = top / place.lstrip("/")
                groups = [folder for folder in (inner, *inner.parents) if folder.is_relative_to(top)]
                yield from (left for folder in groups if (left := _left_in(folder, *_LIMITS[kind])) is not None)


def _left_in(group: Path, limit: str, used: str, given_back: str) -> int | None:
    """Return the bytes left to a group; None where it has no limit, which its files say by a word or by being absent."""
    with suppress(OSError, ValueError):
        most, now = (int((group / name).read_text()) for name in (limit, used))
        stat = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        return most - now + int(stat.get(given_back, 0))
    return None
