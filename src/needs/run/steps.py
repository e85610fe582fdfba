"""Run the notebooks of one region one after another, or take what an earlier run kept of them."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from needs.run import notebook, store
from needs.run.plan import plan
from needs.run.telling import Event, Progress

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from needs.run.kept import Shelf
    from needs.run.plan import Request

__all__ = ["execute"]


def execute(
    request: Request, shelf: Shelf, folder: Path, failed: Path, root: Path, progress: Progress
) -> dict[str, NotebookNode]:
    """Execute the notebooks of a region, or take what is kept of them.

    Parameters
    ----------
    request : Request
        The region and its parameters.
    shelf : Shelf
        What earlier runs kept. What this one gives is put there; about patients it waits there for the door.
    folder : Path
        Folder of the run; executed notebooks go to ``notebooks/`` in it.
    failed : Path
        Folder that keeps a notebook which failed.
    root : Path
        Project folder.
    progress : callable
        Hears which step begins, why, and when it ends.

    Returns
    -------
    dict
        Executed notebooks by the name of their step, in reading order.

    Raises
    ------
    NeedsError
        NotebookError or what a notebook raised; RenderError where the folder refuses.
    """
    steps = plan(root, request.own)
    executed = {}
    for number, step in enumerate(steps, 1):
        event = Event(request.region, "begins", step.name, number, len(steps) + 1)
        found, why = shelf.find(step, request.how)
        if found is None:
            progress(replace(event, detail=why))
            start = time.monotonic()
            ran = notebook.execute(
                *(step.notebook, request.parameters.canonical_json()),
                root=root,
                kept=failed,
                private=request.own,
                engine=request.how.engine,
                timeout=request.how.timeout,
                memory=request.how.memory,
            )
            shelf.put(step, ran)
            found = ran.notebook
            progress(replace(event, state="ends", seconds=time.monotonic() - start))
        else:
            progress(replace(event, state="kept"))
        if not request.own:
            shelf.keep()
        executed[step.name] = found
        with store.writing(request.folder):
            (folder / "notebooks").mkdir(exist_ok=True)
            nbformat.write(found, folder / "notebooks" / step.notebook.name)  # type: ignore[no-untyped-call]
    return executed
