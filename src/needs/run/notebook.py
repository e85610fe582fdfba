"""Execute one notebook through papermill, in a process of its own, and make it reproducible.

Two engines do it: the fast lane, which forks a process that has the imports done (:mod:`needs.run.lane`), and Jupyter's, with
a kernel of the running Python, whatever kernelspecs are installed. Jupyter's is the reference, and the one where there is no
fork. What they and papermill write that differs run by run (times, paths, random ids) is scrubbed, so the same inputs give
the same bytes. papermill is slow to import: import this module late.
"""

from __future__ import annotations

import builtins
import logging
import os
import re
import sys
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import papermill
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NBClientEngine, papermill_engines

from needs.errors import NeedsError, NotebookError, Problem
from needs.run import lane
from needs.run.door import cleaned
from needs.run.reads import Reads
from needs.run.scrub import scrub

__all__ = ["Executed", "execute"]

START_TIMEOUT = 120
"""Seconds that a kernel may take to answer: a cold disk is slow."""

LONGEST = 85
"""Bytes of a folder whose files a kernel can still talk over: the system ends the name of a socket at 107."""

_SILENT = logging.getLogger("needs.kernel")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_WARNING = re.compile(r"\w*Warning: .*")


@dataclass(frozen=True)
class Executed:
    """A notebook that was executed.

    Parameters
    ----------
    notebook : NotebookNode
        The notebook with its outputs, scrubbed.
    reads : Reads or None
        What its cells read of the project; None where the engine does not say.
    """

    notebook: NotebookNode
    reads: Reads | None


Error = tuple[str, str]
"""Class and words of an error raised in a cell."""


class _Stopped(Exception):
    """A notebook that did not reach its end, with what it had done."""

    def __init__(
        self, notebook: NotebookNode, cell: str, what: str, brief: str, trace: str = "", error: Error = ("", "")
    ) -> None:
        self.notebook, self.cell, self.what, self.brief, self.error = notebook, cell, what, brief, error
        super().__init__(trace or what)


class _Forked(Engine):  # type: ignore[misc]
    """papermill's engine of the fast lane."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, *_: Any, root: Path, folder: Path, heard: list[Reads], **__: Any
    ) -> None:
        code = [(number, cell) for number, cell in enumerate(nb_man.nb.cells) if cell.cell_type == "code"]
        with TemporaryDirectory(prefix="needs-") as scratch:
            log = Path(scratch, "log")
            ran = lane.run_cells([cell.source for _, cell in code], folder, {"NEEDS_PROJECT": str(root)}, log)
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
                said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
                raise _Stopped(
                    nb_man.nb, _current(nb_man.nb), "\n".join([str(error), *_last_lines(said)]), str(error)
                ) from error
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
    def execute_managed_notebook(cls, nb_man: Any, *_: Any, root: Path, folder: Path, **__: Any) -> None:
        with TemporaryDirectory(prefix="needs-") as scratch, Path(scratch, "log").open("w+b") as log:
            manager = _kernel_manager(Path(scratch), root)
            client = PapermillNotebookClient(
                nb_man,
                km=manager,
                log=_SILENT,
                coalesce_streams=True,
                record_timing=False,
                shutdown_kernel="immediate",
                startup_timeout=START_TIMEOUT,
            )
            try:
                client.execute(cleanup_kc=True, cwd=str(folder), stdout=log, stderr=log)
            except RuntimeError as error:  # a kernel that died or never answered
                log.seek(0)
                last = _last_lines(log.read().decode(errors="replace"))
                raise _Stopped(nb_man.nb, _current(nb_man.nb), "\n".join([str(error), *last]), str(error)) from error
            finally:
                if manager.has_kernel:
                    run_sync(manager.shutdown_kernel)(now=True)
        _stop_at_error(nb_man.nb)


_ENGINES = {"fork": _Forked, "jupyter": _Jupyter}
for _name, _engine in _ENGINES.items():
    papermill_engines.register(f"needs-{_name}", _engine)


def _kernel_manager(scratch: Path, root: Path) -> AsyncKernelManager:
    """Return a manager of one kernel that runs this Python, over files instead of network ports where their path is short."""
    transport = "tcp" if os.name == "nt" or len(os.fsencode(scratch)) > LONGEST else "ipc"
    manager = AsyncKernelManager(connection_file=str(scratch / "kernel.json"), transport=transport, log=_SILENT)
    manager._kernel_spec = KernelSpec(
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        language="python",
        env={**lane.STEADY, "NEEDS_PROJECT": str(root), "IPYTHONDIR": str(scratch / "ipython")},
    )
    return manager


def execute(
    notebook: Path, parameters: str, *, root: Path, kept: Path, private: bool = False, engine: str = "auto"
) -> Executed:
    """Execute a notebook with a region's parameters.

    Parameters
    ----------
    notebook : Path
        Source notebook with a cell tagged ``parameters`` that sets ``parameters``.
    parameters : str
        Canonical JSON of the parameters.
    root : Path
        Project folder; the kernel finds it as ``NEEDS_PROJECT``.
    kept : Path
        Folder that keeps a notebook which failed.
    private : bool
        Whether the run uses data about patients: what a failed notebook said is then neither kept nor shown, only where it
        failed and the class of the error.
    engine : {"auto", "fork", "jupyter"}
        What runs its cells; ``auto`` is ``fork`` where there is one.

    Returns
    -------
    Executed
        The executed notebook, scrubbed, and what it read.

    Raises
    ------
    NotebookError
        If the notebook is missing or not readable, a cell raises or warns, or the kernel dies.
        An error of :mod:`needs` raised in a cell keeps its own class and exit code. The cause
        of the error holds the frames of the cell.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> try:
    ...     execute(folder / "demand.ipynb", "{}", root=folder, kept=folder)
    ... except NotebookError as error:
    ...     print(error)
    notebook demand cannot be read: 1 problem
      demand.ipynb  the file is missing
    Next: restore it from the repository        [exit 12]
    """
    source = _read(notebook, root)
    heard: list[Reads] = []
    try:
        executed: NotebookNode = papermill.execute_notebook(
            source,
            None,
            {"parameters": parameters},
            engine_name=f"needs-{_chosen(engine)}",
            kernel_name="python3",
            language="python",
            progress_bar=False,
            root=root,
            folder=notebook.parent,
            heard=heard,
        )
    except _Stopped as stopped:
        if private:
            failure = _private_failure(stopped, notebook.stem, _keep(cleaned(stopped.notebook), kept / notebook.name))
        else:
            raise _failure(stopped, notebook.stem, _keep(stopped.notebook, kept / notebook.name)) from stopped
    else:
        return Executed(scrub(executed, root), heard[0] if heard else None)
    raise failure  # out of the block, so that no traceback carries what a cell said


def _chosen(engine: str) -> str:
    if engine == "fork" and not lane.available():
        remedy = "use --engine jupyter, or a shorter path for temporary files (TMPDIR)"
        raise NotebookError("notebooks cannot run in forked processes here", [], remedy)
    return ("fork" if lane.available() else "jupyter") if engine == "auto" else engine


def _read(notebook: Path, root: Path) -> NotebookNode:
    headline = f"notebook {notebook.stem} cannot be read"
    where = Path(os.path.relpath(notebook, root)).as_posix()
    remedy = "restore it from the repository"
    try:
        source: NotebookNode = papermill.iorw.load_notebook_node(os.fspath(notebook))
    except FileNotFoundError:
        raise NotebookError(headline, [Problem(where, "the file is missing")], remedy) from None
    except (ValueError, AttributeError, KeyError, TypeError, nbformat.ValidationError) as error:
        raise NotebookError(headline, [Problem(where, f"not a notebook: {error}")], remedy) from None
    tagged = [cell.source for cell in source.cells if "parameters" in cell.metadata.get("tags", [])]
    if not any(re.search(r"^parameters\s*=", text, re.MULTILINE) for text in tagged):
        what = "no cell tagged 'parameters' sets the name parameters, so the region would be ignored"
        raise NotebookError(headline, [Problem(where, what)], remedy)
    return source


def _stop_at_error(notebook: NotebookNode) -> None:
    """Raise at the first cell that raised, or that showed a warning: a warning is an error here."""
    for cell, output in _outputs(notebook):
        if output.output_type == "error":
            what = f"{output.ename}: {output.evalue}".splitlines()[0]
            trace = _ANSI.sub("", "\n".join([what, *output.traceback]))
            raise _Stopped(notebook, cell.id, what, output.ename, trace, (output.ename, output.evalue))
        if output.get("name") == "stderr" and (warning := _WARNING.search(output.text)):
            what = f"a warning is an error here: {warning.group()}"
            raise _Stopped(notebook, cell.id, what, what.partition("Warning:")[0] + "Warning")


def _outputs(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, NotebookNode]]:
    return ((cell, output) for cell in notebook.cells for output in cell.get("outputs", []))


def _current(notebook: NotebookNode) -> str:
    """Return the id of the last cell that was started, or nothing when none was."""
    begun = [cell.id for cell in notebook.cells if cell.metadata.papermill.start_time]
    return str(begun[-1]) if begun else ""


def _last_lines(text: str, count: int = 8) -> list[str]:
    return [line.rstrip() for line in _ANSI.sub("", text).splitlines() if line.strip(" -")][-count:]


def _keep(notebook: NotebookNode, path: Path) -> str:
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
        return str(path)
    return ""


def _failure(stopped: _Stopped, name: str, kept: str) -> NeedsError:
    """Put a failure into words; an error of needs keeps its class, problems and remedy."""
    classes = {error.__name__: error for error in NeedsError.__subclasses__()}
    ename, evalue = stopped.error
    place = f"notebook {name}" + (f", cell {stopped.cell}" if stopped.cell else "")
    if ename in classes and (
        parts := re.fullmatch(r"(.+?)(?:: \d+ problems?)?\n((?:  .*\n)*)Next: (.*?)\s*\[exit \d+]", evalue)
    ):
        headline, problems, remedy = parts.groups()
        return classes[ename](f"{place}: {headline}", [line.strip() for line in problems.splitlines()], remedy)
    remedy = f"open {kept} to see it in place" if kept else "run again with --debug: the notebook could not be kept"
    return NotebookError(f"{place} failed", [stopped.what], remedy)


def _private_failure(stopped: _Stopped, name: str, kept: str) -> NeedsError:
    """Put a failure of a run with data about patients into words: where and of which class, not what the cell said."""
    known = _failure(stopped, name, kept)
    plain = hasattr(builtins, stopped.brief) or stopped.brief in {
        error.__name__ for error in NeedsError.__subclasses__()
    }
    brief = stopped.brief if plain or " " in stopped.brief else "an error"
    headline = f"{known.headline.partition(':')[0].removesuffix(' failed')} failed"
    remedy = "open the notebook where the data may be seen and run it cell by cell; what it said is left out here"
    return type(known)(headline, [brief], f"{remedy}; {kept} keeps the rest" if kept else remedy)
