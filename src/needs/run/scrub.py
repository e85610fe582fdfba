"""Remove from an executed notebook what differs run by run."""

from __future__ import annotations

import os
import platform
import re
import sys
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

__all__ = ["scrub"]

_ADDRESS = re.compile(r"(?<= at )0x[0-9a-f]+")


def scrub(notebook: NotebookNode, root: Path) -> NotebookNode:
    """Remove what differs run by run, so that two runs give the same bytes.

    Times and paths that papermill and the kernel record, what only a kernel knows of its language, the random id of
    the injected cell, text on standard error, memory addresses and the folders of this machine go; results stay.

    Parameters
    ----------
    notebook : NotebookNode
        Executed notebook, changed in place.
    root : Path
        Project folder, which output shall not name.

    Returns
    -------
    NotebookNode
        The same notebook.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook, new_output
    >>> cell = new_code_cell("1", id="a", outputs=[new_output("stream", text="/home/me/needs/data_raw/x.csv")])
    >>> cell.metadata.papermill = {"start_time": "2026-01-01"}
    >>> scrub(new_notebook(cells=[cell]), Path("/home/me/needs")).cells[0].outputs[0].text
    'data_raw/x.csv'
    >>> cell.metadata
    {}
    """
    notebook.metadata.pop("papermill", None)
    notebook.metadata.language_info = {"name": "python", "version": platform.python_version()}
    for cell in notebook.cells:
        for stamp in ("papermill", "execution"):
            cell.metadata.pop(stamp, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
        if "outputs" in cell:
            cell.outputs = [_anonymous(o, root) for o in cell.outputs if o.get("name") != "stderr"]
    return notebook


def _anonymous(node: Any, root: Path) -> Any:
    """Return outputs without this machine's folders and memory addresses; bitmaps as they are."""
    if isinstance(node, dict):
        return type(node)({k: v if k == "image/png" else _anonymous(v, root) for k, v in node.items()})
    if isinstance(node, list):
        return [_anonymous(item, root) for item in node]
    if isinstance(node, str):
        for folder, name in ((sys.prefix, "<python>/"), (str(root), "")):
            node = re.sub(rf"(?<![\w./-]){re.escape(folder + os.sep)}", name, node)  # not inside an address of the web
        return _ADDRESS.sub("0x0", node)
    return node
