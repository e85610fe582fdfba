"""Regions on many machines: an executor over a scheduler of dask.distributed that is there already.

Workers that see the project and the output folder work in them. To others the inputs travel, once to each, and what they made
comes back and appears in its place by one move. Service data of a region's own never travel.
"""

from __future__ import annotations

import importlib
import logging
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from needs.errors import ParamsError, Problem
from needs.run import remote, travel
from needs.run.pool import Outcome, Task
from needs.run.workers import Hear, Telling

if TYPE_CHECKING:
    from needs.run.plan import Request

Client = Any
"""A client of dask.distributed, which may not be installed."""

__all__ = ["Cluster", "executor_of"]

CONNECT_WAIT = 10.0
"""Seconds that a scheduler may take to answer, and workers to appear."""

RETRIES = 2
"""How often a region whose process ended is run again, on whichever worker is free."""


@contextmanager
def executor_of(address: str) -> Iterator[Cluster]:
    """Connect to a cluster that is there already, and carry out calls on it.

    Parameters
    ----------
    address : str
        Address of the scheduler, such as ``tcp://10.0.0.1:8786``, or its file.

    Yields
    ------
    Cluster
        An executor, for :func:`needs.run.pool.run_regions`.

    Raises
    ------
    ParamsError
        If distributed is not installed, the scheduler cannot be reached, it has no workers, or one of them has other code.

    Examples
    --------
    >>> with executor_of("tcp://10.0.0.1:8786") as cluster:  # doctest: +SKIP
    ...     cluster.submit(pow, 2, 3).result()
    8
    """
    with _connected(address) as client:
        like = remote.versions()
        _check_workers(client, address, like)
        with Cluster(client, like) as cluster:
            yield cluster


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        remedy = "pip install -e '.[cluster]' in the checkout, here and for the workers"
        raise _unusable(address, ["dask.distributed is not installed"], remedy) from None
    place = {"scheduler_file": address} if Path(address).is_file() else {"address": address}
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it would say is said below, or in an outcome
    try:
        client = distributed.Client(**place, timeout=CONNECT_WAIT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        remedy = "look whether dask scheduler runs there and its port is open: tcp://HOST:8786"
        raise _unusable(address, [str(error)], remedy) from error
    try:
        yield client
    finally:
        client.close(CONNECT_WAIT)


def _check_workers(client: Client, address: str, like: dict[str, str]) -> None:
    """Refuse a cluster without workers, or with one whose results could be others than those made here."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_WAIT)
    except TimeoutError:
        remedy = f"start some: dask worker {address} --nthreads 1"
        raise _unusable(address, ["it has no workers"], remedy) from None
    problems = []
    for worker, found in client.run(remote.versions, on_error="return").items():
        if isinstance(found, dict):
            wrong = remote.differences(like, found)
        else:
            wrong = [f"needs cannot be used there: {type(found).__name__}: {found}"]
        problems += [Problem(worker, what) for what in wrong]
    if problems:
        remedy = (
            "give every worker the same checkout of needs and an environment of the same lock file, and start it again"
        )
        raise _unusable(address, problems, remedy)


def _unusable(address: str, problems: list[Any], remedy: str) -> ParamsError:
    return ParamsError(f"cluster {address} cannot be used", problems, remedy)


class Cluster(Telling):
    """Carries out calls on the workers of a cluster; regions tell how they go on.

    Left by an exception, it takes back what is not finished; the workers then end it.

    Parameters
    ----------
    client : distributed.Client
        Connection to the scheduler.
    like : dict
        What every worker must have, see :func:`needs.run.remote.versions`.
    """

    def __init__(self, client: Client, like: dict[str, str]) -> None:
        self._client, self._like = client, like
        self._executor = client.get_executor(pure=False, retries=RETRIES)
        self._topic = f"needs-{uuid4().hex}"
        self._hears: dict[str, Hear] = {}
        self._landing = ThreadPoolExecutor(1, "needs")
        self._tokens: dict[Path, str] = {}
        self._parcels: dict[tuple[tuple[str, str], ...], Any] = {}
        self._ends = ExitStack()
        client.subscribe_topic(self._topic, self._hear)

    def submit_heard(self, hear: Hear, call: Callable[[], Any]) -> Future[Any]:
        """Hand in a call; a :class:`needs.run.pool.Task` runs wherever its inputs are or can travel to."""
        if not isinstance(call, Task):
            return self._executor.submit(call)  # type: ignore[no-any-return]
        request = call.request
        task = replace(call, root=call.root.absolute(), request=replace(request, out=request.out.absolute()))
        place = self._place(task)
        name = f"needs-{request.region.edition}-{request.region.slug}-{uuid4().hex[:8]}"
        own = request.parameters.service.folder is not None
        pinned = {"workers": self._sharing(place)} if own else {}
        ended: Future[Outcome] = Future()
        if own and not pinned["workers"]:
            ended.set_result(Outcome(request, error=remote.unseen(request.region.slug)))
            return ended
        self._hears[name] = hear
        work = remote.Work(name, self._topic, task, place, self._like)
        away = self._executor.submit(remote.attend, work, None if own else self._parcel(place), key=name, **pinned)
        ended.add_done_callback(lambda future: future.cancelled() and away.cancel())
        away.add_done_callback(lambda future: self._back(name, future, request, place, ended))
        return ended

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls. With ``cancel_futures`` all that is not finished is taken back."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._landing.shutdown(wait)
        self._ends.close()

    def __exit__(self, kind: object, *_: object) -> None:
        self.shutdown(cancel_futures=kind is not None)

    def _place(self, task: Task) -> travel.Place:
        out = task.request.out
        if out not in self._tokens:
            self._tokens[out] = self._ends.enter_context(travel.token(out))
        return travel.Place(task.root, out, self._tokens[out], travel.inputs(task.request, task.root))

    def _sharing(self, place: travel.Place) -> list[str]:
        """Return the addresses of workers that see the folders of this run."""
        return [worker for worker, sees in self._client.run(place.seen, on_error="return").items() if sees is True]

    def _parcel(self, place: travel.Place) -> Any:
        """Return what a run reads, packed once for all runs that read the same; a task, so that a lost copy is made anew."""
        known = tuple(place.inputs.items())
        if known not in self._parcels:
            packed = travel.pack(place.root, place.inputs)
            self._parcels[known] = self._client.submit(bytes, packed, key=f"needs-inputs-{uuid4().hex}")
        return self._parcels[known]

    def _hear(self, event: tuple[float, Any]) -> None:
        name, said = event[1]
        if hear := self._hears.get(name):
            hear(pickle.loads(said))  # noqa: S301 (from our own workers, as are all results)

    def _back(self, *arrived: Any) -> None:
        with suppress(RuntimeError):  # shut down: nobody waits for it
            self._landing.submit(self._land, *arrived)

    def _land(
        self, name: str, away: Future[remote.Landed], request: Request, place: travel.Place, ended: Future[Outcome]
    ) -> None:
        """Put what came back in its place, and say how the region ended."""
        self._hears.pop(name, None)
        if not ended.set_running_or_notify_cancel():
            return
        try:
            landed = away.result()
            error = landed.outcome.error
            if landed.content and error is None:
                travel.land(landed.content, request, place.inputs)
            elif landed.content:
                travel.keep(landed.content, request)
            ended.set_result(Outcome(request, None if error else request.folder, error))
        except BaseException as error:
            ended.set_exception(error)
