"""Run a finished region again from its manifest and compare, artefact by artefact."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from needs.errors import NotebookError, ParamsError, Problem, ReproduceError
from needs.project import project_root
from needs.run.plan import Progress, Publish, Request, silent
from needs.run.pool import run_regions

if TYPE_CHECKING:
    from needs.run.manifest import Manifest

__all__ = ["Comparison", "Row", "changes", "difference", "reproduce"]

SAME = "same"


@dataclass(frozen=True)
class Row:
    """One artefact, or one other file, of both runs.

    Parameters
    ----------
    name : str
        Artefact id, or path of the file.
    verdict : str
        ``same``, or the first difference.

    Examples
    --------
    >>> Row("num-adults", "same").same
    True
    """

    name: str
    verdict: str

    @property
    def same(self) -> bool:
        """Whether both runs gave the same."""
        return self.verdict == SAME


@dataclass(frozen=True)
class Comparison:
    """What a second run gave beside the first.

    Parameters
    ----------
    folder : Path
        The first run.
    changed : tuple of str
        What is no longer as it was when the first run was made.
    rows : tuple of Row
        Artefacts, then the other files.
    """

    folder: Path
    changed: tuple[str, ...]
    rows: tuple[Row, ...]

    def check(self) -> None:
        """Raise when anything differs.

        Raises
        ------
        ReproduceError
            Naming the first artefact that differs.

        Examples
        --------
        >>> rows = (Row("tbl-beds", "same"), Row("num-spend", "row 1, value: 10 became 11"))
        >>> try:
        ...     Comparison(Path("build/2023-24/london"), ("evidence changed: a.csv",), rows).check()
        ... except ReproduceError as error:
        ...     print(error)
        build/2023-24/london is not reproduced, 1 of 2 differ: 1 problem
          num-spend  row 1, value: 10 became 11
        Next: look first at what changed since (evidence changed: a.csv)        [exit 14]
        """
        different = [row for row in self.rows if not row.same]
        if different:
            first = Problem(different[0].name, different[0].verdict)
            since = f"look first at what changed since ({'; '.join(self.changed)})"
            remedy = since if self.changed else "nothing it is made from changed: report this as a fault of needs"
            headline = f"{self.folder} is not reproduced, {len(different)} of {len(self.rows)} differ"
            raise ReproduceError(headline, [first], remedy)


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
        Is told first what changed since, then how the run goes on.

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
    from needs.run.manifest import Manifest

    root = root or project_root()
    record = Manifest.read(folder)
    changed = changes(record, root)
    for change in changed:
        progress(record.region, "changed since", change)
    with TemporaryDirectory(prefix="needs-") as scratch:
        request = _request(record, folder, Path(scratch), root)
        (outcome,) = run_regions([request], publish, 1, root, progress)
        if isinstance(outcome.error, NotebookError):
            remedy = f"needs run {record.region} --edition {record.edition} keeps the notebook for a look"
            raise NotebookError(outcome.error.headline, outcome.error.problems, remedy)
        if outcome.error:
            raise outcome.error
        return Comparison(folder, changed, tuple(_rows(record, folder, request.folder)))


def changes(record: Manifest, root: Path) -> tuple[str, ...]:
    """Say what a run was made from and with that is no longer the same.

    Parameters
    ----------
    record : Manifest
        Manifest of the run.
    root : Path
        Project folder.

    Returns
    -------
    tuple of str
        One line for each kind of thing that changed.

    Examples
    --------
    >>> from needs.run.manifest import Manifest, software, trace
    >>> root = project_root()
    >>> now = trace("2023-24", "london", {}, root).model_dump()
    >>> rest = {"fingerprint": "", "formats": (), "outputs": {}, "artefacts": {}}
    >>> versions = software() | {"python": "3.0.0"}
    >>> changes(Manifest(**now, **rest, edition="2023-24", region="london", versions=versions), root)[0][:19]
    'python 3.0.0 is now'
    """
    from needs.run.manifest import software, trace

    now = trace(record.edition, record.region, record.parameters, root)
    versions = {k: v for k, v in software().items() if record.versions.get(k) != v}
    lines = [
        _changed("evidence and parameter files", record.inputs, now.inputs),
        _changed("code", record.code, now.code),
    ]
    lines += ["requirements.lock"] if record.lock != now.lock else []
    lines += [f"{name} {record.versions.get(name, 'unknown')} is now {v}" for name, v in versions.items()]
    return tuple(line for line in lines if line)


def _changed(what: str, then: Mapping[str, str], now: Mapping[str, str]) -> str:
    names = [name for name in sorted({*then, *now}) if then.get(name) != now.get(name)]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{what}: {', '.join(names[:3])}{more}" if names else ""


def _request(record: Manifest, folder: Path, out: Path, root: Path) -> Request:
    from pydantic import ValidationError

    from needs.data.geography import find_region
    from needs.params.model import RunParameters

    try:
        parameters = RunParameters.model_validate(record.parameters)
        region = find_region(record.region, record.edition, root)
    except (ValidationError, ParamsError) as error:
        problems = (
            error.problems
            if isinstance(error, ParamsError)
            else [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        )
        remedy = "use the version of needs that made it (manifest.json names it)"
        raise ReproduceError(f"{folder}: its parameters are not ones of this version", problems, remedy) from error
    return Request(region, parameters, record.formats, record.versions.get("renderer", "auto"), out)


def _rows(record: Manifest, folder: Path, again: Path) -> Iterable[Row]:
    """Compare artefact by artefact, then the other files one by one."""
    from needs.run.manifest import Manifest

    second = Manifest.read(again)
    files = sorted({*record.outputs, *second.outputs})
    verdicts = {file: _verdict(file, record.outputs, second.outputs, folder, again) for file in files}
    artefacts = {*record.artefacts, *second.artefacts}
    groups: dict[str, list[str]] = {name: [] for name in sorted(artefacts)}
    for file in files:
        name = Path(file).stem
        groups.setdefault(name if name in artefacts else file, []).append(file)
    for name, members in groups.items():
        yield Row(name, next((verdicts[file] for file in members if verdicts[file] != SAME), SAME))


def _verdict(file: str, then: Mapping[str, str], second: Mapping[str, str], folder: Path, again: Path) -> str:
    from needs.run.manifest import hashes

    name = Path(file).name
    if file not in then:
        return f"{name}: only the second run makes it"
    if not (folder / file).is_file():
        return f"{name}: removed after the run"
    if hashes([folder / file], folder)[file] != then[file]:
        return f"{name}: edited after the run"
    if file not in second:
        return f"{name}: the second run does not make it"
    return SAME if then[file] == second[file] else f"{name}: {difference(folder / file, again / file)}"


def difference(first: Path, second: Path) -> str:
    r"""Put the first difference of two files into words.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> a, b = (Path(mkdtemp(), "tbl.csv") for _ in "ab")
    >>> _ = a.write_text("tier,beds\nhigh,715\n"), b.write_text("tier,beds\nhigh,716\n")
    >>> difference(a, b)
    'row 1, column beds: 715 became 716'
    """
    old, new = first.read_bytes(), second.read_bytes()
    if first.suffix in (".png", ".svg", ".pdf", ".docx"):
        return f"bytes differ ({len(old):,} and {len(new):,})"
    before, after = old.decode(errors="replace"), new.decode(errors="replace")
    if first.suffix == ".csv":
        return _cell_difference(before, after)
    lines = zip_longest(before.splitlines(), after.splitlines(), fillvalue="nothing")
    for number, (a, b) in enumerate(lines, 1):
        if a != b:
            start = max(next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 0) - 20, 0)
            return f"line {number}: {a[start : start + 60]} became {b[start : start + 60]}"
    return "line endings differ"


def _cell_difference(before: str, after: str) -> str:
    old, new = (list(csv.reader(io.StringIO(text))) for text in (before, after))
    header = old[0] if old else []
    for number, (a, b) in enumerate(zip_longest(old, new)):
        if a is None or b is None:
            return f"row {number}: only in the {'second' if a is None else 'first'} run"
        for column, (x, y) in enumerate(zip_longest(a, b, fillvalue="nothing")):
            if x != y:
                place = f"row {number}, column {header[column]}" if number and column < len(header) else "columns"
                return f"{place}: {x} became {y}"
    return "the same cells, written another way"
