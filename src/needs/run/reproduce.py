"""Run a finished region again from its manifest and compare, artefact by artefact."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from needs.errors import DataError, NotebookError, RenderError, ReproduceError
from needs.run.difference import Compared, Difference, compare
from needs.run.plan import NOTEBOOKS, OWN, PRIVATE, How, Publish, Request
from needs.run.pool import run_regions
from needs.run.reproduction import STATES, Input, Pair, Reproduction, Row, State
from needs.run.telling import Event, Progress, silent

if TYPE_CHECKING:
    from needs.run.manifest import Manifest, Origin

__all__ = ["changes", "reproduce"]

OPAQUE = (".pdf", ".docx", ".xlsx")
"""Files that hold the fingerprint packed: compared only byte for byte, when nothing they are made from changed."""

DRAWN = (".svg", ".png")
"""Pictures that show what artefacts hold as data: within a tolerance the data are compared in their place."""


def reproduce(
    folder: Path,
    publish: Publish,
    root: Path | None = None,
    progress: Progress = silent,
    tolerance: float | None = None,
    engine: str = "auto",
    trust: bool = False,
) -> Reproduction:
    """Run a region again with the parameters of its manifest, in a scratch folder, and compare.

    Nothing that an earlier run has kept is used.

    Parameters
    ----------
    folder : Path
        Folder that a run made.
    publish : callable
        Composes and typesets the report, as for the first run.
    root : Path, optional
        Project folder.
    progress : callable, optional
        Hears first what is not as it was, every file of evidence by name, then how the run goes on.
    tolerance : float, optional
        By how much of the larger a number may differ; without it every byte counts.
    engine : str
        What runs the notebooks.
    trust : bool
        Whether programs from elsewhere may run.

    Returns
    -------
    Reproduction
        What differs; :meth:`Reproduction.check` raises when anything does.

    Raises
    ------
    ReproduceError
        If the folder has no manifest that can be used.
    NeedsError
        If the region cannot be run again.

    Examples
    --------
    >>> reproduce(Path("build/2023-24/london"), publish).check()  # doctest: +SKIP
    """
    from needs.run.doctor import unlike
    from needs.run.manifest import Manifest, software, trace
    from needs.run.trust import trusted

    root = trusted(root, trust)
    record = Manifest.read(folder)
    with TemporaryDirectory(prefix="needs-") as scratch:
        request = _request(record, folder, Path(scratch), root, How(engine=engine, force=True, trust=trust))
        now = trace(record.edition, record.region, record.parameters, root)
        packages, inputs = tuple(unlike(root / "requirements.lock")), _inputs(record, now)
        told = [f"not as requirements.lock has it: {package}" for package in packages]
        told += [f"changed since: {file}" for file in inputs]
        told += [f"changed since: {change}" for change in changes(record, now, software())[bool(inputs) :]]
        for words in told:
            progress(Event(request.region, "says", detail=words))
        second = _again(request, publish, root, progress)
        changed = changes(record, second, second.versions)
        rows = _rows(_Run(folder, record), _Run(request.folder, second), changed, tolerance)
        versions = {name: _pair(record.versions, second.versions, name) for name in second.versions}
        return Reproduction(
            edition=record.edition, region=record.region, tolerance=tolerance, versions=versions, packages=packages,
            fingerprint=Pair(first=record.fingerprint, second=second.fingerprint), inputs=inputs, changed=changed,
            formats=record.formats, rows=tuple(rows),
        )  # fmt: skip


def _again(request: Request, publish: Publish, root: Path, progress: Progress) -> Manifest:
    """Run a region and return its manifest; the folder is a scratch one, so that an error names another."""
    from needs.run.manifest import Manifest

    (outcome,) = run_regions([request], publish, 1, root, progress)
    error = outcome.error
    if isinstance(error, NotebookError | RenderError):
        remedy = f"needs run {request.region.slug} --edition {request.region.edition} keeps what it made for a look"
        raise type(error)(error.headline, error.problems, remedy) from error
    if error:
        raise error
    return Manifest.read(request.folder)


def _pair(first: Mapping[str, str], second: Mapping[str, str], name: str) -> Pair:
    return Pair(first=first.get(name, "unknown"), second=second.get(name, "unknown"))


def _inputs(record: Manifest, now: Origin) -> tuple[Input, ...]:
    """Return every file of evidence and parameters that is not what the first run read."""
    paths = [path for path in sorted({*record.inputs, *now.inputs}) if record.inputs.get(path) != now.inputs.get(path)]
    return tuple(Input(path=p, before=record.inputs.get(p, ""), after=now.inputs.get(p, "")) for p in paths)


def changes(record: Manifest, now: Origin, versions: Mapping[str, str]) -> tuple[str, ...]:
    """Say what a run was made from and with that is no longer the same.

    Parameters
    ----------
    record : Manifest
        Manifest of the run.
    now : Origin
        What it would be made from now.
    versions : mapping
        What it would be made with now.

    Returns
    -------
    tuple of str
        One line for each kind of thing that changed.

    Examples
    --------
    >>> from needs.run.manifest import Manifest, Origin
    >>> origin = {"inputs": {}, "parameters": {}, "code": {}, "lock": "00"}
    >>> made = {"fingerprint": "", "formats": (), "outputs": {}, "artefacts": {}, "versions": {"pandoc": "3.8"}}
    >>> record = Manifest(**origin, **made, edition="2023-24", region="london")
    >>> changes(record, Origin(**origin | {"code": {"notebooks/costs.ipynb": "01"}}), {"pandoc": "3.9"})
    ('code: notebooks/costs.ipynb', 'pandoc 3.8 is now 3.9')
    """
    lines = [
        _changed("evidence and parameter files", record.inputs, now.inputs),
        _changed("code", record.code, now.code),
    ]
    lines += ["requirements.lock"] if record.lock != now.lock else []
    other = {name: version for name, version in versions.items() if record.versions.get(name) != version}
    lines += [f"{name} {record.versions.get(name, 'unknown')} is now {version}" for name, version in other.items()]
    return tuple(line for line in lines if line)


def _changed(what: str, then: Mapping[str, str], now: Mapping[str, str]) -> str:
    names = [name for name in sorted({*then, *now}) if then.get(name) != now.get(name)]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{what}: {', '.join(names[:3])}{more}" if names else ""


def _request(record: Manifest, folder: Path, out: Path, root: Path, how: How) -> Request:
    """Ask for the run that a manifest tells of; a footprint is as it was then, whatever its file says now."""
    from pydantic import ValidationError

    from needs.data.footprints import as_region
    from needs.data.geography import Regions, key_of
    from needs.params.model import RunParameters

    regions = Regions.open(record.edition, root)
    known = {region.slug: region for region in regions}
    footprint = record.parameters.get("footprint") is not None and key_of(record.region) == record.region
    problems = [] if footprint or record.region in known else [f"region: {record.region} is none of {', '.join(known)}"]
    try:
        parameters = RunParameters.model_validate(record.parameters)
        if footprint and parameters.footprint is not None:
            known[record.region] = as_region(regions, record.region, parameters.footprint)
    except ValidationError as error:
        problems += [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
    except DataError as error:
        problems += [f"footprint: {problem}" for problem in error.problems]
    if problems:
        remedy = "use the version of needs that made it (manifest.json names it)"
        raise ReproduceError(f"{folder}: its parameters are not ones of this version", problems, remedy)
    return Request(known[record.region], parameters, record.formats, record.versions["renderer"], out, how)


@dataclass(frozen=True)
class _Run:
    """A finished run: its folder and its manifest."""

    folder: Path
    record: Manifest

    def content(self, file: str) -> bytes | None:
        """Return a file without the fingerprint of the run, or None where it is not there."""
        path = self.folder / file
        there = file in self.record.outputs and path.is_file()
        return path.read_bytes().replace(self.record.fingerprint.encode(), b"") if there else None

    def extras(self) -> set[str]:
        """Return the files of the folder that its manifest does not list, private ones aside."""
        from needs.run.manifest import FILE, tree

        files = (file.relative_to(self.folder) for file in tree(self.folder))
        there = {file.as_posix() for file in files if file.parts[0] != PRIVATE}
        return there - {FILE, *self.record.outputs}

    def title(self, artefact: str) -> str:
        """Return the title of an artefact; empty where its record cannot be read."""
        try:
            record = json.loads((self.folder / "artefacts" / f"{artefact}.json").read_bytes())
            return str(record["title"])
        except (OSError, ValueError, LookupError, TypeError):
            return ""

    def is_edited(self, file: str) -> bool:
        from needs.run.manifest import hashes

        return hashes([self.folder / file], self.folder)[file] != self.record.outputs[file]


def _rows(first: _Run, second: _Run, changed: tuple[str, ...], tolerance: float | None) -> Iterator[Row]:
    """Compare artefact by artefact in the order in which the notebooks make them, then the other files one by one."""
    made = {**second.record.artefacts, **first.record.artefacts}
    order = {name: number for number, name in enumerate((*NOTEBOOKS, *OWN))}
    artefacts = sorted(made, key=lambda name: (order.get(made[name].notebook, len(order)), made[name].notebook, name))
    groups: dict[str, list[Row]] = {name: [] for name in artefacts}
    beside, extras = _Beside(first, second, changed, tolerance), first.extras()
    for file in sorted({*first.record.outputs, *second.record.outputs, *extras}):
        name = Path(file).stem
        row = beside.differs(file, f"{file}: not in the manifest", "edited") if file in extras else beside.file(file)
        groups.setdefault(name if name in made else file, []).append(row)
    gravity = list(STATES)
    for name, found in groups.items():
        members = found or [beside.differs(name, f"{name}: the manifest names it, and there is no file of it")]
        row = max(members, key=lambda row: gravity.index(row.state))
        title = first.title(name) or second.title(name) if name in made else ""
        largest = max(row.largest for row in members)
        yield row.model_copy(update={"name": name, "title": title, "largest": largest})


def _results(notebook: bytes, *, code: bool) -> bytes:
    """Return a notebook without the version of Python, and where its code is left out, the outputs of its cells alone."""
    try:
        content = json.loads(notebook)
        content["metadata"].get("language_info", {}).pop("version", None)
        if not code:
            content["cells"] = [
                {"id": cell["id"], "outputs": [{k: o[k] for k in o if k != "execution_count"} for o in cell["outputs"]]}
                for cell in content["cells"]
                if cell.get("outputs")
            ]
        return json.dumps(content).encode()
    except (ValueError, LookupError, TypeError, AttributeError):
        return notebook


@dataclass(frozen=True)
class _Beside:
    """Two runs beside each other."""

    first: _Run
    second: _Run
    changed: tuple[str, ...]
    tolerance: float | None

    def file(self, file: str) -> Row:
        """Compare one file of both, fingerprints and versions of programs aside."""
        name, old, new = Path(file).name, self.first.content(file), self.second.content(file)
        if file not in self.first.record.outputs:
            return self.differs(file, f"{name}: only the second run makes it")
        if old is None:
            return self.differs(file, f"{name}: removed after the run", "edited")
        gone = Difference("the second run does not make it")
        found = Compared(gone) if new is None else self._compared(file, old, new)
        if self.first.is_edited(file):
            beside = found.first or "it is the same"
            return self.differs(file, f"{name}: edited after the run; beside the second run, {beside}", "edited", found)
        if new is None:
            return self.differs(file, f"{name}: {gone}")
        return Row(name=file) if old == new else self._other(file, found)

    def _other(self, file: str, found: Compared) -> Row:
        """Say how a file stands to one with other bytes."""
        name = Path(file).name
        if self.tolerance is not None and name.endswith(DRAWN):
            return Row(name=file, state="by data", detail=f"{name}: drawn from data that are compared")
        if name.endswith(OPAQUE) and (self.changed or self.tolerance is not None):
            why = "it holds hashes or versions that changed since" if self.changed else "its bytes are not the same"
            return Row(name=file, state="not compared", detail=f"{name}: {why}")
        if found.first is None:
            return Row(name=file, state="close", largest=found.largest)
        return self.differs(file, f"{'' if name.endswith('.csv') else f'{name}: '}{found.first}", found=found)

    def _compared(self, file: str, old: bytes, new: bytes) -> Compared:
        first, second = self.first.record, self.second.record
        versions = {n: (first.versions[n], v) for n, v in second.versions.items() if first.versions.get(n, v) != v}
        if file.endswith(".ipynb") and self.changed:
            code = first.code.get(file) == second.code.get(file)
            old, new = (_results(notebook, code=code) for notebook in (old, new))
        return compare(Path(file).name, old, new, self.tolerance, versions)

    @staticmethod
    def differs(file: str, detail: str, state: State = "different", found: Compared | None = None) -> Row:
        return Row(name=file, state=state, detail=detail, first=found.first if found else None)
