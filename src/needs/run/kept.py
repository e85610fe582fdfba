"""What steps gave, kept so that a later run need not do again what would give the same.

A kept step carries notes of what it came from: the code that it imports, the lock, the files and folders that it read, the
parameters that it read. Where all of these are as they were, its notebook is taken as it stands, with the parameters of this
run written into it. Nothing else decides: no times of files, no clock.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode

from needs.data.whole import whole
from needs.run.imports import PACKAGE, modules_of, reads_parameters_only_to_open
from needs.run.reads import WHOLE

if TYPE_CHECKING:
    from needs.run.manifest import Origin
    from needs.run.notebook import Executed
    from needs.run.plan import How, Request, Step

__all__ = ["FOLDER", "Shelf"]

FOLDER = ".kept"
"""Folder of the output folder that holds what steps gave; it may be removed at any time."""

MOST = 4
"""Results of one step of one region that are kept, so that a change and its undoing cost nothing."""

SHOWN = 3
"""Reasons of one kind that are named."""

Notes = dict[str, dict[str, str]]
"""What a step came from: for each kind, the hash of each thing by its name."""

_WORDS = {
    "code": "code changed",
    "tools": "tools changed",
    "files": "files changed",
    "folders": "files came or went in",
    "parameters": "parameters changed",
}


@dataclass
class Shelf:
    """The kept steps of one region in one output folder.

    Parameters
    ----------
    folder : Path
        Where they are.
    root : Path
        Project folder.
    origin : Origin
        What the run is made from, as it was when it started.
    """

    folder: Path
    root: Path
    origin: Origin
    _waiting: list[tuple[Path, str, str, Notes]] = field(default_factory=list)

    @classmethod
    def of(cls, request: Request, origin: Origin, root: Path) -> Shelf:
        """Return the shelf of a region."""
        region = request.region
        return cls(request.out / FOLDER / region.edition / region.slug, root, origin)

    def find(self, step: Step, how: How) -> tuple[NotebookNode | None, str]:
        """Look for a result of a step that came from what is there now.

        Returns
        -------
        NotebookNode or None
            What running the step would give; None where it has to be run.
        str
            Why it has to be run.
        """
        if how.force or how.engine == "jupyter":
            return None, "every step was asked for" if how.force else "the engine of reference runs every step"
        why = ""
        for path in self._entries(step.name):
            try:
                entry = json.loads(path.read_bytes())
                if path.stem != _name_of(entry["notes"]):
                    raise ValueError("not the notes that were kept")
                changed = _changes(entry["notes"], self._now(step, entry["notes"]))
                if not changed:
                    text = path.with_suffix(".ipynb").read_bytes()
                    if hashlib.sha256(text).hexdigest() != entry["sha256"]:
                        raise ValueError("not the notebook that was kept")
                    notebook = nbformat.reads(text.decode(), 4)  # type: ignore[no-untyped-call]
                    return self._told(notebook, entry["parameters"]), ""
            except Exception:  # whatever a damaged file makes of itself
                changed = "what was kept of it is damaged"
                _remove(path)
            why = why or changed
        return None, why or "nothing is kept of it"

    def put(self, step: Step, executed: Executed) -> None:
        """Have the result of a step kept by :meth:`keep`; not where it is not known what the step read.

        Nor where an input or the code is no longer what it was when the run started: what the step read may be either.
        """
        read, sources = executed.reads, _sources(step.notebook)
        if read is None or self._trace() != self.origin:
            return
        near = {Path(name).parent.as_posix() for name in read.files}
        fields = read.fields if reads_parameters_only_to_open(sources) else {WHOLE}
        notes: Notes = {
            "code": self._code(step, sources),
            "tools": self._tools(),
            "files": self._files(read.files),
            "folders": {name: _hash_names(self.root / name) for name in sorted({*read.folders, *near})},
            "parameters": {name: _hash_field(self.origin.parameters, name) for name in sorted(fields)},
        }
        text = nbformat.writes(executed.notebook, 4)  # type: ignore[no-untyped-call]
        place = self.folder / step.name / f"{_name_of(notes)}.json"
        self._waiting.append((place, text, self._parameters, notes))

    def keep(self) -> None:
        """Write what was put, each by a rename; a machine that refuses leaves it to the next run to do it again."""
        for path, text, parameters, notes in self._waiting:
            content = text.encode()
            entry = {"notes": notes, "parameters": parameters, "sha256": hashlib.sha256(content).hexdigest()}
            with suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                for place, written in ((path.with_suffix(".ipynb"), content), (path, json.dumps(entry).encode())):
                    with whole(place) as file:
                        file.write_bytes(written)
                for old in [each for each in self._entries(path.parent.name) if each != path][MOST - 1 :]:
                    _remove(old)
        self._waiting.clear()

    @property
    def _parameters(self) -> str:
        return json.dumps(self.origin.parameters, sort_keys=True, separators=(",", ":"), allow_nan=False)

    def _entries(self, step: str) -> list[Path]:
        """Return what is kept of a step, the last kept first."""
        found = (self.folder / step).glob("*.json")
        return sorted(found, key=lambda path: (_kept_at(path), path.name), reverse=True)

    def _trace(self) -> Origin:
        from needs.run.manifest import trace

        return trace(self.folder.parent.name, self.folder.name, self.origin.parameters, self.root)

    def _now(self, step: Step, notes: Notes) -> Notes:
        """Return what the same notes would say now."""
        return {
            "code": self._code(step, _sources(step.notebook)),
            "tools": self._tools(),
            "files": self._files(notes["files"]),
            "folders": {name: _hash_names(self.root / name) for name in notes["folders"]},
            "parameters": {name: _hash_field(self.origin.parameters, name) for name in notes["parameters"]},
        }

    def _files(self, names: Iterable[str]) -> dict[str, str]:
        """Return the hashes of files as they were when the run started."""
        return {name: self.origin.inputs.get(name) or _hash_file(self.root / name) for name in sorted(names)}

    def _code(self, step: Step, sources: list[str]) -> dict[str, str]:
        """Return the hashes of the notebook and of all that it and its runner import."""
        runner = ["from needs.run import notebook, preload"]
        files = modules_of([*sources, *runner])
        names = [f"src/needs/{path.relative_to(PACKAGE).as_posix()}" for path in files]
        return {n: self.origin.code.get(n, "") for n in (f"notebooks/{step.notebook.name}", *sorted(names))}

    def _tools(self) -> dict[str, str]:
        from needs.run.manifest import software

        return {"requirements.lock": self.origin.lock} | software()

    def _told(self, notebook: NotebookNode, parameters: str) -> NotebookNode:
        """Write the parameters of this run into a notebook that was run with others."""
        if parameters != self._parameters:
            from papermill.translators import PythonTranslator

            (cell,) = (c for c in notebook.cells if "injected-parameters" in c.metadata.get("tags", []))
            cell.source = PythonTranslator.codify({"parameters": self._parameters})
        return notebook


def _sources(notebook: Path) -> list[str]:
    """Return the code of the cells of a notebook file, or what stands for anything where it cannot be read."""
    try:
        cells = json.loads(notebook.read_bytes())["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return ["%unreadable"]


def _changes(then: Notes, now: Notes) -> str:
    """Say what is no longer as it was noted."""
    found = []
    for kind, words in _WORDS.items():
        names = sorted(n for n in {*then[kind], *now[kind]} if then[kind].get(n) != now[kind].get(n))
        if names:
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            found.append(f"{words}: {', '.join(name or 'any' for name in names[:SHOWN])}{more}")
    return "; ".join(found)


def _hash_file(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return type(error).__name__


def _hash_names(folder: Path) -> str:
    """Return the hash of the names in a folder; notebooks, and what is hidden or compiled, are no inputs of another one."""
    try:
        names = sorted(path.name for path in folder.iterdir() if path.suffix != ".ipynb")
    except OSError as error:
        return type(error).__name__
    return _hash([name for name in names if not name.startswith((".", "__pycache__"))])


def _hash_field(parameters: Mapping[str, Any], name: str) -> str:
    """Return the hash of one parameter by its dotted name; of a block, with a dot after it, of its names, which tell its kind."""
    value: Any = parameters
    for part in name.rstrip(".").split(".") if name != WHOLE else ():
        if not isinstance(value, Mapping) or part not in value:
            return "absent"
        value = value[part]
    return _hash(sorted(value) if name.endswith(".") and isinstance(value, Mapping) else value)


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, allow_nan=False).encode()).hexdigest()


def _name_of(notes: Notes) -> str:
    return _hash(notes)[:16]


def _kept_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _remove(entry: Path) -> None:
    for path in (entry, entry.with_suffix(".ipynb")):
        with suppress(OSError):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
