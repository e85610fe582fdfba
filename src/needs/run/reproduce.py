"""Run a finished region again from its manifest and compare, artefact by artefact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from needs.errors import DataError, NotebookError, Problem, RenderError, ReproduceError
from needs.project import project_root
from needs.run.difference import difference
from needs.run.plan import Publish, Request
from needs.run.pool import run_regions
from needs.run.telling import Event, Progress, silent

if TYPE_CHECKING:
    from needs.run.manifest import Manifest, Origin

__all__ = ["Comparison", "Row", "changes", "reproduce"]

OPAQUE = (".pdf", ".docx", ".xlsx", ".ipynb")
"""Files that hold the fingerprint packed, or the code itself: compared only when nothing they are made from changed."""


@dataclass(frozen=True)
class Row:
    """One artefact, or one other file, of both runs.

    Parameters
    ----------
    name : str
        Artefact id, or path of the file.
    state : {"same", "different", "edited", "not compared"}
        How the two runs compare; ``edited`` when the folder changed after the first one.
    detail : str
        The first difference, or why the file is not compared.

    Examples
    --------
    >>> Row("num-adults").differs
    False
    """

    name: str
    state: Literal["same", "different", "edited", "not compared"] = "same"
    detail: str = ""

    @property
    def differs(self) -> bool:
        """Whether the second run gave something else."""
        return self.state in ("different", "edited")

    def __str__(self) -> str:
        return self.detail or self.state


@dataclass(frozen=True)
class Comparison:
    """What a second run gave beside the first; as text, the verdict.

    Parameters
    ----------
    folder : Path
        The first run.
    changed : tuple of str
        What is no longer as it was when the first run was made.
    rows : tuple of Row
        Artefacts, then the other files.

    Examples
    --------
    >>> rows = (Row("num-spend"), Row("report.pdf", "not compared", "its fingerprint is another"))
    >>> print(Comparison(Path("build/2023-24/london"), ("code: src/needs/values.py",), rows))
    results: 1 artefact or file is the same, none differs; 1 is not compared
    changed since the run: code: src/needs/values.py
    """

    folder: Path
    changed: tuple[str, ...]
    rows: tuple[Row, ...]

    def __str__(self) -> str:
        states = [row.state for row in self.rows]
        same, left = states.count("same"), states.count("not compared")
        lines = [f"results: {same} artefact{'s or files are' if same != 1 else ' or file is'} the same, none differs"]
        lines[0] += f"; {left} {'are' if left != 1 else 'is'} not compared" if left else ""
        lines += [f"changed since the run: {'; '.join(self.changed)}"] if self.changed else []
        return "\n".join(lines)

    def check(self) -> None:
        """Raise when anything differs.

        Raises
        ------
        ReproduceError
            Naming the first artefact that differs.

        Examples
        --------
        >>> rows = (Row("tbl-beds"), Row("num-spend", "different", "row 1, value: 10 became 11"))
        >>> try:
        ...     Comparison(Path("build/2023-24/london"), ("evidence changed: a.csv",), rows).check()
        ... except ReproduceError as error:
        ...     print(error)
        build/2023-24/london is not reproduced, 1 of 2 differ: 1 problem
          num-spend  row 1, value: 10 became 11
        Next: look first at what changed since (evidence changed: a.csv)        [exit 14]
        """
        different = [row for row in self.rows if row.differs]
        if not different:
            return
        if different[0].state == "edited":
            remedy = "the folder was edited after the run: make it again with needs run, or compare an unedited copy"
        elif self.changed:
            remedy = f"look first at what changed since ({'; '.join(self.changed)})"
        else:
            remedy = "nothing it is made from changed: report this as a fault of needs"
        headline = f"{self.folder} is not reproduced, {len(different)} of {len(self.rows)} differ"
        raise ReproduceError(headline, [Problem(different[0].name, str(different[0]))], remedy)


def reproduce(folder: Path, publish: Publish, root: Path | None = None, progress: Progress = silent) -> Comparison:
    """Run a region again with the parameters of its manifest, in a scratch folder, and compare.

    Parameters
    ----------
    folder : Path
        Folder that a run made.
    publish : callable
        Composes and typesets the report, as for the first run.
    root : Path, optional
        Project folder.
    progress : callable, optional
        Hears first what changed since, then how the run goes on.

    Returns
    -------
    Comparison
        What differs; :meth:`Comparison.check` raises when anything does.

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
    from needs.run.manifest import Manifest, software, trace

    root = root or project_root()
    record = Manifest.read(folder)
    with TemporaryDirectory(prefix="needs-") as scratch:
        request = _request(record, folder, Path(scratch), root)
        now = trace(record.edition, record.region, record.parameters, root)
        for change in changes(record, now, software()):
            progress(Event(request.region, "says", detail=f"changed since: {change}"))
        (outcome,) = run_regions([request], publish, 1, root, progress)
        error = outcome.error
        if isinstance(error, NotebookError | RenderError):
            remedy = f"needs run {record.region} --edition {record.edition} keeps what it made for a look"
            raise type(error)(error.headline, error.problems, remedy) from error
        if error:
            raise error
        second = Manifest.read(request.folder)
        changed = changes(record, second, second.versions)
        rows = _rows(_Run(folder, record), _Run(request.folder, second), changed)
        return Comparison(folder, changed, tuple(rows))


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


def _request(record: Manifest, folder: Path, out: Path, root: Path) -> Request:
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
    return Request(known[record.region], parameters, record.formats, record.versions["renderer"], out)


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

    def is_edited(self, file: str) -> bool:
        from needs.run.manifest import hashes

        return hashes([self.folder / file], self.folder)[file] != self.record.outputs[file]


def _rows(first: _Run, second: _Run, changed: tuple[str, ...]) -> Iterable[Row]:
    """Compare artefact by artefact, then the other files one by one."""
    artefacts = {*first.record.artefacts, *second.record.artefacts}
    groups: dict[str, list[Row]] = {name: [] for name in sorted(artefacts)}
    for file in sorted({*first.record.outputs, *second.record.outputs}):
        name = Path(file).stem
        groups.setdefault(name if name in artefacts else file, []).append(_compare(file, first, second, changed))
    for name, members in groups.items():
        row = next((row for row in members if row.state != "same"), Row(name))
        yield Row(name, row.state, row.detail)


def _compare(file: str, first: _Run, second: _Run, changed: tuple[str, ...]) -> Row:
    """Compare one file of two runs, their fingerprints aside."""
    name, old, new = Path(file).name, first.content(file), second.content(file)
    if file not in first.record.outputs:
        return Row(file, "different", f"{name}: only the second run makes it")
    if old is None:
        return Row(file, "edited", f"{name}: removed after the run")
    found = "the second run does not make it" if new is None else difference(name, old, new)
    if first.is_edited(file):
        return Row(file, "edited", f"{name}: edited after the run; beside the second run, {found}")
    if old == new:
        return Row(file)
    if name.endswith(OPAQUE) and first.record.fingerprint != second.record.fingerprint:
        why = f"not compared: the fingerprint or code in it differs because of {'; '.join(changed)}"
        return Row(file, "not compared", why)
    return Row(file, "different", f"{name}: {found}")
