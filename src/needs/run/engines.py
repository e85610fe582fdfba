"""Two engines of papermill that run the cells of a notebook: the fast lane, and Jupyter's with a kernel of this Python.

Jupyter's is the reference, and the one where there is no fork. Both keep the same limits, and both leave nothing behind.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import nbformat
import psutil
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NBClientEngine, papermill_engines

from needs.run import guard, lane
from needs.run.limits import PRINTED, LimitError, Limits, printed_too_much
from needs.run.reads import Reads
from needs.run.surroundings import surroundings

__all__ = ["Error", "Stopped"]

START_TIMEOUT = 120
"""Seconds that a kernel may take to answer: a cold disk is slow."""

LONGEST = 85
"""Bytes of a folder whose files a kernel can still talk over: the system ends the name of a socket at 107."""

TAIL = 65_536
"""Bytes of the end of a log in which its last lines are looked for."""

_SILENT = logging.getLogger("needs.kernel")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_WARNING = re.compile(r"\w*Warning: .*")

Error = tuple[str, str]
"""Class and words of an error raised in a cell."""


class Stopped(Exception):
    """A notebook that did not reach its end, with what it had done.

    Parameters
    ----------
    notebook : NotebookNode
        As far as it came.
    cell : str
        Where it stopped, if that is known.
    what, brief : str
        Why; and the same without anything that a cell said.
    trace : str
        Frames of the cell.
    error : Error
        What the cell raised.
    remedy : str
        What to do, where that is known.

    Examples
    --------
    >>> Stopped(NotebookNode(), "num-beds", "ValueError: odd", "ValueError").cell
    'num-beds'
    """

    def __init__(
        self,
        notebook: NotebookNode,
        cell: str,
        what: str,
        brief: str,
        trace: str = "",
        error: Error = ("", ""),
        remedy: str = "",
    ) -> None:
        self.notebook, self.cell, self.what, self.brief = notebook, cell, what, brief
        self.error, self.remedy = error, remedy
        super().__init__(trace or what)


def _ended(notebook: NotebookNode, error: RuntimeError, log: Path | None = None) -> Stopped:
    """Put into words that the process of a notebook ended; for no limit, with its last words."""
    remedy = error.remedy if isinstance(error, LimitError) else ""
    what = "\n".join([str(error), *(_last_lines(log) if log and not remedy else [])])
    return Stopped(notebook, _current(notebook), what, str(error), remedy=remedy)


class _Forked(Engine):  # type: ignore[misc]
    """papermill's engine of the fast lane."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, *_: Any, root: Path, folder: Path, heard: list[Reads], limits: Limits, **__: Any
    ) -> None:
        code = [(number, cell) for number, cell in enumerate(nb_man.nb.cells) if cell.cell_type == "code"]
        with TemporaryDirectory(prefix="needs-", ignore_cleanup_errors=True) as scratch:
            log = Path(scratch, "log")
            ran = lane.run_cells([cell.source for _, cell in code], folder, {"NEEDS_PROJECT": str(root)}, log, limits)
            try:
                for number, cell in code:
                    nb_man.cell_start(cell, cell_index=number)
                    outputs, cell.execution_count, well = next(ran)
                    cell.outputs = [nbformat.from_dict(output) for output in outputs]  # type: ignore[no-untyped-call]
                    nb_man.cell_complete(cell, cell_index=number)
                    if not well:
                        break
                else:
                    heard += _rest(ran)
            except RuntimeError as error:
                raise _ended(nb_man.nb, error, log) from error
            finally:
                ran.close()
        _stop_at_error(nb_man.nb)


def _rest(ran: Generator[Any, None, Reads | None]) -> list[Reads]:
    """Return what a process says after its last cell."""
    try:
        next(ran)
    except StopIteration as end:
        return [end.value] if end.value else []
    raise AssertionError("a notebook gave more cells than it has")


class _Jupyter(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine with a kernel of the running Python and no time stamps."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, *_: Any, root: Path, folder: Path, limits: Limits, **__: Any
    ) -> None:
        with (
            TemporaryDirectory(prefix="needs-", ignore_cleanup_errors=True) as scratch,
            Path(scratch, "log").open("wb") as log,
            _kernel(Path(scratch)) as (manager, leash),
        ):
            client = _Client(
                nb_man,
                km=manager,
                log=_SILENT,
                coalesce_streams=True,
                record_timing=False,
                shutdown_kernel="immediate",
                startup_timeout=START_TIMEOUT,
                timeout_func=lambda _: limits.timeout,
                on_cell_executed=_left,
            )
            try:
                with limits.watched(partial(_leader, manager), client.end, Path(log.name)):
                    client.execute(
                        cleanup_kc=True, cwd=str(folder), env=surroundings(root), stdin=leash, stdout=log, stderr=log
                    )
            except CellTimeoutError as error:
                raise _ended(nb_man.nb, limits.late()) from error
            except RuntimeError as error:  # a kernel that died, was ended or never answered
                raise _ended(nb_man.nb, client.why or error, Path(log.name)) from error
        if client.why:
            raise _ended(nb_man.nb, client.why)
        _stop_at_error(nb_man.nb)


def _left(execute_reply: Any, **_: Any) -> None:
    """Stop where a cell asked the kernel to end: it would, when nobody looks any more."""
    if any(told.get("source") == "ask_exit" for told in execute_reply["content"].get("payload", [])):
        raise RuntimeError("the notebook's process died: ended with status 0")


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client, which ends a kernel that goes over a limit and shows every error."""

    why: RuntimeError | None = None
    printed = 0

    def end(self, why: RuntimeError) -> None:
        """End the kernel, which the client then finds dead."""
        self.why = self.why or why
        self.km.let_go()

    def execute_cell(self, cell: NotebookNode, *told: Any, **named: Any) -> Any:
        self.printed = 0
        try:
            return super().execute_cell(cell, *told, **named)
        except CellExecutionError as error:
            if all(output.output_type != "error" for output in cell.outputs):  # IPython only prints some
                shown = {"ename": error.ename, "evalue": error.evalue, "traceback": []}
                cell.outputs.append(nbformat.v4.new_output("error", **shown))  # type: ignore[no-untyped-call]
            raise

    def process_message(self, msg: Any, *told: Any) -> Any:
        if msg["msg_type"] == "stream":
            self.printed += len(msg["content"]["text"])
            if self.printed > PRINTED:
                self.end(printed_too_much())
                return None
        return super().process_message(msg, *told)


class _Manager(AsyncKernelManager):
    """A manager of one kernel under guard, which ends when its leash is let go."""

    holder: BinaryIO

    def let_go(self) -> None:
        """Have the guard end the kernel and all that it started."""
        self.holder.close()
        if not guard.HERE and (kernel := _leader(self)):
            with suppress(psutil.Error):
                psutil.Process(kernel).kill()

    async def _async_kill_kernel(self, restart: bool = False) -> None:
        self.let_go()
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._async_wait(), guard.PATIENCE)
        await super()._async_kill_kernel(restart)

    _kill_kernel = _async_kill_kernel


def _leader(manager: _Manager) -> int:
    """Return the process from which all of a kernel descends, 0 where there is none yet."""
    return getattr(manager.provisioner, "pid", None) or 0


@contextmanager
def _kernel(scratch: Path) -> Iterator[tuple[_Manager, BinaryIO]]:
    """Make a manager of one kernel that runs this Python, with the leash of its guard; at the end all of it is gone.

    They talk over files instead of network ports where their path is short.
    """
    transport = "tcp" if os.name == "nt" or len(os.fsencode(scratch)) > LONGEST else "ipc"
    manager = _Manager(connection_file=str(scratch / "kernel.json"), transport=transport, log=_SILENT)
    manager._kernel_spec = KernelSpec(
        argv=[sys.executable, "-m", guard.__name__, "ipykernel_launcher", "-f", "{connection_file}"],
        language="python",
        env={"IPYTHONDIR": str(scratch / "ipython")},
    )
    near, far = os.pipe()
    with os.fdopen(near, "rb") as leash, os.fdopen(far, "wb") as manager.holder:
        try:
            yield manager, leash
        finally:
            if manager.has_kernel:
                run_sync(manager.shutdown_kernel)(now=True)


_ENGINES = {"fork": _Forked, "jupyter": _Jupyter}
for _name, _engine in _ENGINES.items():
    papermill_engines.register(f"needs-{_name}", _engine)


def _stop_at_error(notebook: NotebookNode) -> None:
    """Raise at the first cell that raised, or that showed a warning: a warning is an error here."""
    for cell, output in _outputs(notebook):
        if output.output_type == "error":
            what = f"{output.ename}: {output.evalue}".splitlines()[0]
            trace = _ANSI.sub("", "\n".join([what, *output.traceback]))
            raise Stopped(notebook, cell.id, what, output.ename, trace, (output.ename, output.evalue))
        if output.get("name") == "stderr" and (warning := _WARNING.search(output.text)):
            what = f"a warning is an error here: {warning.group()}"
            raise Stopped(notebook, cell.id, what, what.partition("Warning:")[0] + "Warning")


def _outputs(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, NotebookNode]]:
    return ((cell, output) for cell in notebook.cells for output in cell.get("outputs", []))


def _current(notebook: NotebookNode) -> str:
    """Return the id of the last cell that was started, or nothing when none was."""
    begun = [cell.id for cell in notebook.cells if cell.metadata.papermill.start_time]
    return str(begun[-1]) if begun else ""


def _last_lines(log: Path, count: int = 8) -> list[str]:
    """Return the last lines of a log that a process may have filled without end."""
    if not log.exists():
        return []
    with log.open("rb") as file:
        file.seek(-min(log.stat().st_size, TAIL), os.SEEK_END)
        text = file.read(TAIL).decode(errors="replace")
    return [line.rstrip() for line in _ANSI.sub("", text).splitlines() if line.strip(" -")][-count:]
