"""The record of a run: what went in, what made it and what came out, each by its hash.

Nothing in a manifest depends on when or where the run happened, so equal runs have equal bytes.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path, PureWindowsPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

import needs
from needs.errors import ReproduceError
from needs.project import EDITIONS

__all__ = [
    "FILE",
    "Entry",
    "Manifest",
    "Origin",
    "code",
    "fingerprint",
    "hashes",
    "loaded",
    "software",
    "trace",
    "tree",
]

FILE = "manifest.json"
LIBRARIES = ("geopandas", "matplotlib", "needs", "numpy", "pandas", "scipy", "statsmodels")
"""Libraries whose version can change a figure."""

RENDERERS = ("embedded", "quarto")


def _inside(name: str) -> str:
    path = PureWindowsPath(name)  # which knows the separators of every system
    if path.anchor or ".." in path.parts:
        raise ValueError(f"{name} is not a path inside the folder")
    return name


Inside = Annotated[str, AfterValidator(_inside)]
"""Path of a file in the region's folder."""


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Origin(_Record):
    """What a run is made from; equal origins give equal reports.

    Parameters
    ----------
    inputs : dict
        SHA-256 of each evidence and parameter file, by path in the project.
    parameters : dict
        Canonical parameters.
    code : dict
        SHA-256 of each source file, notebook and report template.
    lock : str
        SHA-256 of ``requirements.lock``.

    Examples
    --------
    >>> Origin(inputs={}, parameters={"region": "london"}, code={}, lock="").parameters
    {'region': 'london'}
    """

    inputs: dict[str, str]
    parameters: dict[str, Any]
    code: dict[str, str]
    lock: str


def fingerprint(origin: Origin) -> str:
    """Return twelve characters that name an origin.

    Examples
    --------
    >>> fingerprint(Origin(inputs={}, parameters={"region": "london"}, code={}, lock=""))
    'ae278ea85e36'
    """
    text = json.dumps(origin.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class Entry(_Record):
    """Where an artefact comes from: notebook, cell, kind, sources and its files.

    Examples
    --------
    >>> Entry(notebook="costs", cell="num-spend", kind="modelled", sources=("a/b#c",), files=("num-spend.csv",)).kind
    'modelled'
    """

    notebook: str
    cell: str
    kind: str
    sources: tuple[str, ...]
    files: tuple[Inside, ...]


class Manifest(Origin):
    """Everything that is needed to run a region again and to compare: the origin and what it gave.

    Parameters
    ----------
    edition, region : str
        Slugs.
    formats : tuple of str
        Formats of the report.
    fingerprint : str
        Short name of the origin, as shown in the report.
    versions : dict
        Python, platform, libraries and renderer.
    outputs : dict
        SHA-256 of each file of the region's folder but the manifest.
    artefacts : dict
        Origin of each artefact by its id.
    schema_version : int
        Version of this record's form.

    Examples
    --------
    >>> made = {"inputs": {}, "parameters": {}, "code": {}, "lock": "", "fingerprint": "", "versions": {}}
    >>> Manifest(**made, edition="2023-24", region="london", formats=(), outputs={}, artefacts={}).schema_version
    1
    """

    schema_version: int = 1
    edition: str
    region: str
    formats: tuple[Literal["html", "pdf", "docx", "xlsx"], ...]
    fingerprint: str
    versions: dict[str, str]
    outputs: dict[Inside, str]
    artefacts: dict[str, Entry]

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of a region's folder.

        Raises
        ------
        ReproduceError
            If there is none, it is not a manifest, or it does not agree with itself.

        Examples
        --------
        >>> try:
        ...     Manifest.read(Path("nowhere"))
        ... except ReproduceError as error:
        ...     print(error)
        nowhere cannot be reproduced: 1 problem
          there is no manifest.json
        Next: name a folder that `needs run` made, such as build/2023-24/london        [exit 14]
        """
        remedy = "name a folder that `needs run` made, such as build/2023-24/london"
        try:
            record = cls.model_validate_json((folder / FILE).read_bytes())
            problems = [f"{FILE}: {problem}" for problem in record._contradictions()]
        except FileNotFoundError:
            problems = [f"there is no {FILE}"]
        except OSError as error:
            problems = [f"{FILE}: {error.strerror}"]
        except ValidationError as error:
            problems = [f"{FILE}: {'.'.join(map(str, e['loc'])) or 'content'}: {e['msg']}" for e in error.errors()]
        if problems:
            raise ReproduceError(f"{folder} cannot be reproduced", problems, remedy)
        return record

    def _contradictions(self) -> Iterator[str]:
        if self.edition not in EDITIONS:
            yield f"edition: {self.edition} is none of {', '.join(EDITIONS)}"
        for name in ("edition", "region"):
            told, used = getattr(self, name), self.parameters.get(name)
            if told != used:
                yield f"{name}: {told} is not the {used} of the parameters"
        renderer = self.versions.get("renderer")
        if renderer not in RENDERERS:
            yield f"versions.renderer: {renderer} is none of {', '.join(RENDERERS)}"
        if self.fingerprint != fingerprint(Origin(**{name: getattr(self, name) for name in Origin.model_fields})):
            yield "fingerprint: it is not that of the inputs, parameters, code and lock named here"


def hashes(files: Iterable[Path], root: Path) -> dict[str, str]:
    """Return the SHA-256 of files by their path under ``root``.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> root = Path(mkdtemp())
    >>> _ = (root / "a.txt").write_bytes(b"")
    >>> hashes([root / "a.txt"], root)["a.txt"][:8]
    'e3b0c442'
    """
    return {f.relative_to(root).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(files)}


def tree(folder: Path) -> list[Path]:
    """Return the files of a folder and its folders, without hidden and compiled ones.

    Examples
    --------
    >>> "manifest.py" in [file.name for file in tree(Path(__file__).parent)]
    True
    """
    files = (f for f in folder.rglob("*") if f.is_file())
    return sorted(f for f in files if not any(p.startswith((".", "__pycache__")) for p in f.relative_to(folder).parts))


def code(root: Path) -> dict[str, str]:
    """Return the SHA-256 of everything that computes or writes: package, notebooks, templates.

    Examples
    --------
    >>> from needs.project import project_root
    >>> "src/needs/run/manifest.py" in code(project_root())
    True
    """
    return _package() | hashes((root / "notebooks").glob("*.ipynb"), root) | hashes(tree(root / "reports"), root)


def _package() -> dict[str, str]:
    package = Path(needs.__file__).parent
    return {f"src/needs/{path}": digest for path, digest in hashes(tree(package), package).items()}


@cache
def loaded() -> dict[str, str]:
    """Return the SHA-256 of each file of the package as it was when this process, or the one it was forked from, first asked.

    Processes that are forked have the modules of that time, whatever the files say now.

    Examples
    --------
    >>> loaded() is loaded()
    True
    """
    return _package()


def trace(
    edition: str, region: str, parameters: Mapping[str, Any], root: Path, known: Mapping[str, str] | None = None
) -> Origin:
    """Return what a run of a region is made from, as it is now; of service data the region's own alone.

    Every scenario of params/scenarios is an input, weighed or not: they say what a run weighs that names none. One that
    stands elsewhere is in the parameters alone.

    Parameters
    ----------
    edition, region : str
        Slugs.
    parameters : mapping
        Canonical parameters of the run.
    root : Path
        Project folder.
    known : mapping, optional
        What :func:`code` says, where it was asked just now.

    Examples
    --------
    >>> from needs.project import project_root
    >>> "params/2023-24/_edition.yaml" in trace("2023-24", "london", {}, project_root()).inputs
    True
    """
    from needs.data.files import evidence_hashes, table_files
    from needs.params.branding import branding_files
    from needs.params.load import files
    from needs.params.scenarios import shelved

    shelf = [path for path in shelved(root) if path.is_file()]
    told = hashes([*files(edition, region, root), *shelf, *branding_files(root)], root)
    if own := (parameters.get("service") or {}).get("folder"):
        told |= hashes(table_files(root / "data_raw" / "service" / own), root)
    inputs = dict(sorted({**evidence_hashes(root), **told}.items()))
    lock = hashes([root / "requirements.lock"], root)["requirements.lock"]
    return Origin(inputs=inputs, parameters=dict(parameters), code=dict(known or code(root)), lock=lock)


def software(renderer: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the versions that can explain a difference between two runs.

    Examples
    --------
    >>> software({"pandoc": "3.9"})["pandoc"]
    '3.9'
    """
    own = {"python": platform.python_version(), "platform": f"{platform.system()} {platform.machine()}"}
    return own | {name: version(name) for name in LIBRARIES} | dict(renderer or {})
