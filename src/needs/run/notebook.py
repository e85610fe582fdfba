"""Execute one notebook through papermill, in a process of its own, and make it reproducible.

Two engines do it (:mod:`needs.run.engines`). What they and papermill write that differs run by run (times, paths, random
ids) is scrubbed, so the same inputs give the same bytes. papermill is slow to import: import this module late.
"""

from __future__ import annotations

import builtins
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
from nbformat import NotebookNode

from needs.data.whole import whole
from needs.errors import NeedsError, NotebookError, Problem
from needs.run import lane
from needs.run.door import cleaned
from needs.run.engines import Stopped
from needs.run.limits import Limits
from needs.run.reads import Reads
from needs.run.scrub import scrub

__all__ = ["Executed", "execute"]


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


def execute(
    notebook: Path,
    parameters: str,
    *,
    root: Path,
    kept: Path,
    private: bool = False,
    engine: str = "auto",
    timeout: float = 3600.0,
    memory: int | None = None,
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
    timeout : float
        Seconds that one cell may take.
    memory : int, optional
        Bytes that the notebook and all that it starts may use; without it there is no limit.

    Returns
    -------
    Executed
        The executed notebook, scrubbed, and what it read.

    Raises
    ------
    NotebookError
        If the notebook is missing or not readable, a cell raises or warns, goes over a limit, or the process dies.
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
            limits=Limits(timeout, memory),
        )
    except Stopped as stopped:
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


def _keep(notebook: NotebookNode, path: Path) -> str:
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as part:
            nbformat.write(notebook, part)  # type: ignore[no-untyped-call]
        return str(path)
    return ""


def _failure(stopped: Stopped, name: str, kept: str) -> NeedsError:
    """Put a failure into words; an error of needs keeps its class, problems and remedy."""
    classes = {error.__name__: error for error in NeedsError.__subclasses__()}
    ename, evalue = stopped.error
    place = f"notebook {name}" + (f", cell {stopped.cell}" if stopped.cell else "")
    if ename in classes and (
        parts := re.fullmatch(r"(.+?)(?:: \d+ problems?)?\n((?:  .*\n)*)Next: (.*?)\s*\[exit \d+]", evalue)
    ):
        headline, problems, remedy = parts.groups()
        return classes[ename](f"{place}: {headline}", [line.strip() for line in problems.splitlines()], remedy)
    see = f"open {kept} to see it in place" if kept else "run again with --debug: the notebook could not be kept"
    return NotebookError(f"{place} failed", [stopped.what], "; ".join(filter(None, [stopped.remedy, see])))


def _private_failure(stopped: Stopped, name: str, kept: str) -> NeedsError:
    """Put a failure of a run with data about patients into words: where and of which class, not what the cell said."""
    known = _failure(stopped, name, kept)
    plain = hasattr(builtins, stopped.brief) or stopped.brief in {
        error.__name__ for error in NeedsError.__subclasses__()
    }
    brief = stopped.brief if plain or " " in stopped.brief else "an error"
    headline = f"{known.headline.partition(':')[0].removesuffix(' failed')} failed"
    remedy = "open the notebook where the data may be seen and run it cell by cell; what it said is left out here"
    remedy = "; ".join(filter(None, [stopped.remedy, remedy]))
    return type(known)(headline, [brief], f"{remedy}; {kept} keeps the rest" if kept else remedy)
