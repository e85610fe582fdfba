"""One region on a worker of a cluster: a process of its own, wherever the worker is, with the ordinary code.

A worker of dask runs calls in threads and often may not have children through multiprocessing, so it starts a program. Its
standard input brings the region and ends when the worker does or wants no more of it; the region then ends too.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from needs.errors import DisclosureError, NeedsError, ParamsError, Problem
from needs.run import travel
from needs.run.capacity import NOTEBOOK
from needs.run.pool import Outcome, Task
from needs.run.workers import STOP_WAIT, heard_by, interrupt

__all__ = ["Landed", "Work", "attend", "differences", "main", "unseen", "versions"]

LOOK = 0.5
"""Seconds between two looks whether a region is still wanted."""

_READ_ALL = 65536


@dataclass(frozen=True)
class Work:
    """A region that is sent to a worker.

    Parameters
    ----------
    name, topic : str
        Its name, and where it tells how it goes on.
    task : Task
        What to do, at home.
    place : travel.Place
        Where home is.
    like : dict
        What the worker must have: see :func:`versions`.
    """

    name: str
    topic: str
    task: Task
    place: travel.Place
    like: Mapping[str, str]


@dataclass(frozen=True)
class Landed:
    """A region that ended on a worker.

    Parameters
    ----------
    outcome : Outcome
        How it ended.
    content : bytes
        Its folder, packed, or the folder that a failed run kept; empty where the worker wrote both in their places.
    """

    outcome: Outcome
    content: bytes = b""


def versions() -> dict[str, str]:
    """Return what must be the same on every worker, or its results could differ: code, libraries, programs.

    Examples
    --------
    >>> sorted(versions())[:3]
    ['Quarto', 'code of needs', 'geopandas']
    """
    import hashlib
    import shutil

    import needs
    from needs.run import manifest

    package = Path(needs.__file__).parent
    code = "".join(manifest.hashes(manifest.tree(package), package).values())
    quarto = "there" if shutil.which("quarto") else "absent"
    return manifest.software({"code of needs": hashlib.sha256(code.encode()).hexdigest()[:12], "Quarto": quarto})


def differences(like: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """Say what of a worker is other than here.

    Examples
    --------
    >>> differences({"pandas": "3.0.1"}, {"pandas": "3.0.0"})
    ['pandas is 3.0.0, here 3.0.1']
    """
    return [
        f"{name} is {found.get(name, 'absent')}, here {here}" for name, here in like.items() if found.get(name) != here
    ]


def unseen(region: str) -> DisclosureError:
    """Return the refusal to send a region's own service data to a worker that does not see their folder.

    Examples
    --------
    >>> print(unseen("northmark"))
    northmark has service data of its own, which never travel
    Next: run it without --cluster, or on workers that share the project and output folders        [exit 15]
    """
    remedy = "run it without --cluster, or on workers that share the project and output folders"
    return DisclosureError(f"{region} has service data of its own, which never travel", [], remedy)


def attend(work: Work, parcel: bytes | None) -> Landed:
    """Carry out a region in a process of its own; called by a worker of dask, in a thread.

    Parameters
    ----------
    work : Work
        The region.
    parcel : bytes or None
        What it reads, packed; None where that never travels.

    Raises
    ------
    BrokenExecutor
        If the process ends before the region does, so that dask tries again.
    """
    from distributed import get_worker

    worker = get_worker()
    command = [sys.executable, "-P", "-c", "from needs.run.remote import main; main()"]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process,  # noqa: S603 (this Python)
        _watched(process, worker),
        suppress(EOFError, OSError, pickle.UnpicklingError),
    ):
        pickle.dump((_bounded(work, worker), parcel), process.stdin)  # type: ignore[arg-type]
        process.stdin.flush()  # type: ignore[union-attr]
        while True:
            kind, content = pickle.load(process.stdout)  # type: ignore[arg-type] # noqa: S301 (from our own child)
            if kind == "gave":
                return content  # type: ignore[no-any-return]
            worker.log_event(work.topic, [work.name, pickle.dumps(content)])
    raise BrokenExecutor(f"its process on {worker.address} ended with status {process.returncode}")


def _bounded(work: Work, worker: Any) -> Work:
    """Give each notebook an equal share of the memory that the worker was promised."""
    limit = worker.memory_manager.memory_limit
    share = max(limit // worker.state.nthreads, NOTEBOOK) if limit else None
    return replace(work, task=replace(work.task, memory=share))


@contextmanager
def _watched(process: subprocess.Popen[bytes], worker: Any) -> Iterator[None]:
    """End the process when nobody wants the region any more: its task was cancelled, or the worker closes."""
    key, over = worker.get_current_task(), threading.Event()

    def watch() -> None:
        while not over.wait(LOOK):
            task = worker.state.tasks.get(key)
            if task is None or task.state == "cancelled" or worker.status.name in ("closing", "closed"):
                process.stdin.close()  # type: ignore[union-attr]
                if not over.wait(STOP_WAIT):
                    process.kill()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def main() -> None:
    """Carry out the region that standard input brings; tell on standard output what is said, and how it ended."""
    words = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed meanwhile is no message
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, interrupt)

    def tell(kind: str, content: object) -> None:
        pickle.dump((kind, content), words)
        words.flush()

    try:
        work, parcel = pickle.load(sys.stdin.buffer)  # noqa: S301 (from the worker that started this)
        threading.Thread(target=_follow, daemon=True).start()
        heard_by(lambda what: tell("says", what))
        tell("gave", _carry_out(work, parcel))
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(130)


def _follow() -> None:
    """End this process as soon as its standard input ends."""
    while os.read(0, _READ_ALL):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _carry_out(work: Work, parcel: bytes | None) -> Landed:
    """Run the region at home where this worker sees it, or else in a scratch folder."""
    request = work.task.request
    if wrong := differences(work.like, versions()):
        remedy = "give the workers the same version of needs, with the same lock file"
        return Landed(Outcome(request, error=ParamsError("a worker has other code", wrong, remedy)))
    if work.place.seen():
        os.environ["NEEDS_PROJECT"] = str(work.place.root)
        return Landed(work.task())
    if parcel is None:
        return Landed(Outcome(request, error=unseen(request.region.slug)))
    with TemporaryDirectory(prefix="needs-") as scratch:
        project, out = Path(scratch, "project"), Path(scratch, "out")
        travel.unpack(parcel, project)
        os.environ["NEEDS_PROJECT"] = str(project)
        away = replace(work.task, request=replace(request, out=out), root=project)
        outcome = away()
        folder = (
            away.request.folder if outcome.folder else away.request.folder.with_name(f"{request.region.slug}.failed")
        )
        names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
        content = travel.pack(folder, names)
        error = outcome.error and _at_home(
            outcome.error, {str(out): str(request.out), str(project): str(work.task.root)}
        )
        return Landed(replace(outcome, request=request, error=error), content)


def _at_home(error: NeedsError, places: Mapping[str, str]) -> NeedsError:
    """Return an error that names the folders of home in place of those of the worker."""

    def at_home(text: str) -> str:
        for away, home in places.items():
            text = text.replace(away, home)
        return text

    problems = [Problem(at_home(problem.where), at_home(problem.what)) for problem in error.problems]
    known = type(error)(at_home(error.headline), problems, at_home(error.remedy))
    for note in getattr(error, "__notes__", ()):
        known.add_note(note)
    return known
