"""A project as small as can be run: the real evidence and parameters, notebooks of a few cells.

As a program, ``python tiny.py ROOT OUT REGION...`` runs regions as the command line does.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import needs
from needs.data.geography import find_region
from needs.params.load import load
from needs.run import plan, pool

REPOSITORY = Path(needs.__file__).parents[2]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def record(form: str, **changes: Any) -> dict[str, Any]:
    """Return a complete artefact record."""
    content: dict[str, Any] = {
        "form": form,
        "title": "London has 10 beds",
        "caption": "Beds in London",
        "kind": "published",
        "alt": "A bar of ten beds",
        "sources": ["params/2023-24#demand.rule"],
        "csv": "tier,beds\nhigh,10\n",
        "table": {"columns": ["tier", "beds"], "align": ["l", "r"], "rows": [["high", "10"]]},
        "number": {"label": "Beds", "value": 10, "text": "10", "interval": ""},
    }
    return content | changes


def bundle(form: str, **changes: Any) -> dict[str, Any]:
    """Return the output of a cell that shows an artefact."""
    shown: dict[str, Any] = {"application/vnd.needs.artefact+json": record(form, **changes)}
    if form == "figure":
        shown |= {"image/svg+xml": "<svg/>\n", "image/png": PIXEL}
    return shown


def shows(form: str, **changes: Any) -> str:
    """Return the source of a cell that shows an artefact."""
    text = json.dumps(bundle(form, **changes))
    return f"from IPython.display import display\ndisplay({text}, raw=True)"


def write_notebook(path: Path, cells: Mapping[str, str], *, parameters: bool = True) -> Path:
    """Write a notebook of named cells after the cell of parameters."""
    first = [{"id": "parameters", "source": "parameters = '{}'", "metadata": {"tags": ["parameters"]}}]
    content = [
        {"cell_type": "code", "execution_count": None, "outputs": [], "metadata": {}} | cell
        for cell in (first if parameters else []) + [{"id": name, "source": text} for name, text in cells.items()]
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": content, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def project(root: Path, **notebooks: Mapping[str, str]) -> Path:
    """Make a project whose notebooks each show one number, but for those given."""
    for folder in ("data_raw", "params", "reports"):
        shutil.copytree(REPOSITORY / folder, root / folder)
    shutil.copy(REPOSITORY / "requirements.lock", root)
    for name in plan.NOTEBOOKS:
        cells = notebooks.get(name) or {f"num-{name.replace('_', '-')}": shows("number")}
        write_notebook(root / "notebooks" / f"{name}.ipynb", cells)
    return root


def request(root: Path, out: Path, region: str = "london", edition: str = "2023-24") -> plan.Request:
    """Ask for one region."""
    return plan.Request(find_region(region, edition, root), load(edition, region, root), ("html",), "auto", out)


def publish(folder: Path, formats: tuple[str, ...], renderer: str) -> dict[str, str]:
    """Stand in for composing and typesetting."""
    names = sorted(path.stem for path in (folder / "artefacts").glob("*.json"))
    (folder / "report.html").write_text(f"{json.loads((folder / 'about.json').read_text())['region_name']}: {names}\n")
    return {"renderer": "embedded", "pandoc": "3.9"}


def _say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(root: str, out: str, *regions: str) -> int:
    """Run regions and return the exit code."""
    requests = [request(Path(root), Path(out), region) for region in regions]
    try:
        outcomes = pool.run_regions(requests, publish, 2, Path(root), _say)
    except KeyboardInterrupt:
        return 130
    for outcome in outcomes:
        _say(outcome.error or outcome.folder)
    return max(outcome.error.exit_code if outcome.error else 0 for outcome in outcomes)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
