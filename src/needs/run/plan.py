"""What a run of one region does, step by step, from its parameters to a report in its place."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from needs.errors import DataError, NotebookError, Problem
from needs.project import project_root
from needs.run.fault import refusal
from needs.run.telling import REPORT, Event, Progress, silent

if TYPE_CHECKING:
    from needs.data.geography import Region
    from needs.data.snapshot import Evidence
    from needs.params.model import RunParameters
    from needs.run.manifest import Origin

__all__ = ["NOTEBOOKS", "OWN", "PRIVATE", "How", "Publish", "Request", "Step", "plan", "run_region"]

NOTEBOOKS = (
    "population_and_need", "demand", "groups", "validation", "projection", "pathways", "transfers", "step_down", "costs",
    "options", "explorer", "confidence",
)  # fmt: skip
"""Notebooks of a report, in reading order."""

OWN = ("own_data", "monitoring", "equity", "outcomes", "dashboard")
"""Notebooks of a region's own service data, where it has any."""

PRIVATE = "private"
"""Folder of a region's run that tells of single people and is copied nowhere."""

MEND = "restore a file that is missing; free space in the output folder and in the temporary folder"
"""What to do when the machine refuses a file while the report is made."""

Publish = Callable[[Path, tuple[str, ...], str], Mapping[str, str]]
"""Writes report.* into a folder with formats and renderer; returns the versions it used."""

Artefacts = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class How:
    """How a run is carried out, which changes no figure.

    Parameters
    ----------
    engine : str
        ``auto``, ``fork`` or ``jupyter``: what runs the notebooks.
    force : bool
        Whether every step is run, whatever an earlier run has kept.
    trust : bool
        Whether notebooks from outside the project may run.
    timeout : float
        Seconds that one cell may take.
    memory : int, optional
        Bytes that one notebook may use; without it a share of the machine's memory.
    programs : mapping of str to str
        Versions of the programs that will typeset the report, as far as they are known before.

    Examples
    --------
    >>> How().engine, How().force
    ('auto', False)
    """

    engine: str = "auto"
    force: bool = False
    trust: bool = False
    timeout: float = 3600.0
    memory: int | None = None
    programs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """One region to be reported.

    Parameters
    ----------
    region : Region
        The region, of its edition.
    parameters : RunParameters
        Its parameters, checked.
    formats : tuple of str
        ``html``, ``pdf``, ``docx``.
    renderer : str
        ``auto``, ``quarto`` or ``embedded``.
    out : Path
        Output folder; the region's is ``<out>/<edition>/<slug>``.
    how : How
        How it is carried out.

    Examples
    --------
    >>> from needs.data.geography import find_region
    >>> from needs.params.load import load
    >>> told = load("2023-24", "london")
    >>> Request(find_region("london"), told, ("html",), "embedded", Path("build")).folder.as_posix()
    'build/2023-24/london'
    """

    region: Region
    parameters: RunParameters
    formats: tuple[str, ...]
    renderer: str
    out: Path
    how: How = field(default_factory=How)

    @property
    def folder(self) -> Path:
        """Where the region's report goes."""
        return self.out / self.region.edition / self.region.slug

    @property
    def own(self) -> bool:
        """Whether the region has service data of its own, which are about patients."""
        return self.parameters.service.folder is not None


@dataclass(frozen=True)
class Step:
    """One notebook to execute.

    Parameters
    ----------
    name : str
        Its name in progress, errors and artefacts.
    notebook : Path
        Its source.

    Examples
    --------
    >>> Step("demand", Path("notebooks/demand.ipynb")).notebook.stem
    'demand'
    """

    name: str
    notebook: Path


def plan(root: Path | None = None, own: bool = False) -> tuple[Step, ...]:
    """Return the notebooks of a report in reading order, with those of ``own`` service data after the others.

    Examples
    --------
    >>> [step.name for step in plan()][-4:]
    ['costs', 'options', 'explorer', 'confidence']
    """
    root = root or project_root()
    return tuple(Step(name, root / "notebooks" / f"{name}.ipynb") for name in (*NOTEBOOKS, *(OWN if own else ())))


def run_region(request: Request, publish: Publish, root: Path | None = None, progress: Progress = silent) -> Path:
    """Make one region's report, from checked evidence to a folder in its place.

    A notebook checks each table once more when it reads it.

    Parameters
    ----------
    request : Request
        What to make.
    publish : callable
        Composes and typesets the report in the staging folder.
    root : Path, optional
        Project folder.
    progress : callable, optional
        Hears how the run goes on.

    Returns
    -------
    Path
        The region's folder.

    Raises
    ------
    NeedsError
        DataError for evidence, NotebookError for a notebook or artefact, RenderError for the
        report and its folder. The last good report then stays as it was, and
        ``<region>.failed`` beside it keeps what this run made.

    Examples
    --------
    >>> from needs.data.geography import find_region
    >>> from needs.params.load import load
    >>> request = Request(find_region("london"), load("2023-24", "london"), ("html",), "auto", Path("build"))
    >>> run_region(request, publish)  # doctest: +SKIP
    PosixPath('build/2023-24/london')
    """
    from needs.data.snapshot import Evidence
    from needs.params.branding import keep_logo, load_branding
    from needs.run import door, manifest, private, steps, store
    from needs.run.kept import Shelf
    from needs.run.trust import trusted

    root = trusted(root, request.how.trust)
    slug = request.region.slug
    failed = request.folder.with_name(f"{slug}.failed")
    evidence = Evidence.open(request.region.edition, root)
    origin = manifest.trace(request.region.edition, slug, json.loads(request.parameters.canonical_json()), root)
    _refuse_other_code(origin)
    shelf = Shelf.of(request, origin, root)
    with store.staged(request.folder) as folder:
        shutil.rmtree(failed, ignore_errors=True)
        executed = steps.execute(request, shelf, folder, failed, root, progress)
        with store.writing(request.folder), private.unspoken(request.own):
            if own := private.read(request, root):
                door.inspect(executed, door.keys_of(own.tables))
                private.write(folder / PRIVATE, own)
        _refuse_two_versions(request, origin, root)
        shelf.keep()
        with store.kept(folder, failed):
            with store.writing(request.folder):
                artefacts = store.collect(executed, folder)
                keep_logo(load_branding(root), root, folder)
            about = _about(request, evidence, origin, artefacts, root)
            with store.writing(request.folder):
                store.write_json(folder / "about.json", about)
            versions = _publish(request, folder, publish, len(executed) + 1, progress)
            _refuse_two_versions(request, origin, root)
            with store.writing(request.folder):
                store.write_json(folder / manifest.FILE, _record(request, folder, origin, artefacts, versions))
    return request.folder


def _refuse_other_code(origin: Origin) -> None:
    """Raise where this process runs other code than the files hold, which the manifest would name."""
    from needs.run import manifest

    if changed := sorted(name for name, digest in manifest.loaded().items() if origin.code.get(name) != digest):
        raise NotebookError(
            "the code changed since this run began", [Problem(name, "") for name in changed[:5]], "run again"
        )


def _refuse_two_versions(request: Request, origin: Origin, root: Path) -> None:
    """Raise where what the report is made from is no longer what it was at the start."""
    from needs.run import manifest

    now = manifest.trace(request.region.edition, request.region.slug, origin.parameters, root)
    before, after = ({**each.inputs, **each.code, "requirements.lock": each.lock} for each in (origin, now))
    if changed := sorted({name for name, _ in before.items() ^ after.items()}):
        problems = [Problem(name, "it is not what it was when the run began") for name in changed]
        raise DataError("evidence or code changed while the report was made", problems, "run the region again")


def _publish(request: Request, folder: Path, publish: Publish, number: int, progress: Progress) -> Mapping[str, str]:
    progress(Event(request.region, "begins", REPORT, number, number))
    start = time.monotonic()
    with refusal("the report cannot be made", MEND):
        versions = publish(folder, request.formats, request.renderer)
    progress(Event(request.region, "ends", REPORT, number, number, time.monotonic() - start))
    return versions


def _about(request: Request, evidence: Evidence, origin: Origin, artefacts: Artefacts, root: Path) -> dict[str, Any]:
    """Return what the report says about itself."""
    from needs.params.branding import load_branding
    from needs.params.load import overrides
    from needs.run import manifest
    from needs.run.measured import replaced

    refs = dict.fromkeys(ref for artefact in artefacts.values() for ref in artefact["sources"])
    fields = ("publisher", "title", "date", "licence", "url", "table")
    return {
        "edition": request.region.edition,
        "edition_label": request.parameters.label,
        "region": request.region.slug,
        "region_name": request.region.name,
        "parameters": origin.parameters,
        "overrides": [o.model_dump(mode="json") for o in overrides(request.parameters, root)],
        "measured": replaced(request.parameters, root),
        "sources": {ref: {f: getattr(s, f) for f in fields} for ref, s in evidence.sources(refs).items()},
        "branding": load_branding(root).model_dump(mode="json"),
        "versions": manifest.software(),
        "fingerprint": manifest.fingerprint(origin),
    }


def _record(
    request: Request, folder: Path, origin: Origin, artefacts: Artefacts, versions: Mapping[str, str]
) -> dict[str, Any]:
    from needs.run import manifest

    record = manifest.Manifest(
        **origin.model_dump(),
        edition=request.region.edition,
        region=request.region.slug,
        formats=request.formats,
        fingerprint=manifest.fingerprint(origin),
        versions=manifest.software(versions),
        outputs=manifest.hashes(
            (f for f in manifest.tree(folder) if PRIVATE not in f.relative_to(folder).parts), folder
        ),
        artefacts={name: {f: a[f] for f in manifest.Entry.model_fields} for name, a in artefacts.items()},
    )
    return record.model_dump(mode="json")
