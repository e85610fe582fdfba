"""A finished region as a Workflow Run RO-Crate: every file of it, and what made it from what, for any archive.

All that is said comes from the folder itself, so that the same folder gives the same bytes, wherever and whenever.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from needs.errors import ParamsError, Problem, ReproduceError

if TYPE_CHECKING:
    from rocrate.model.entity import Entity
    from rocrate.rocrate import ROCrate

    from needs.run.manifest import Manifest

__all__ = ["METADATA", "WORKFLOW", "write_crate"]

METADATA, WORKFLOW = "ro-crate-metadata.json", "workflow.json"
"""What a crate has and its folder has not: what it says of itself, and what ran, in order."""

SPECIFICATION = "1.1"  # of RO-Crate: the one that the profiles of runs build on

PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
BIOSCHEMAS = {
    "workflow": "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE",
    "parameter": "https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE",
}
TERMS = {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}

OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    ".bib": "application/x-bibtex", ".csv": "text/csv", ".docx": f"{OFFICE}.wordprocessingml.document", ".html": "text/html",
    ".ipynb": "application/x-ipynb+json", ".json": "application/json", ".pdf": "application/pdf", ".png": "image/png",
    ".qmd": "text/markdown", ".svg": "image/svg+xml", ".xlsx": f"{OFFICE}.spreadsheetml.sheet",
}  # fmt: skip

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold: a crate does not tell when it was packed
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def write_crate(folder: Path, path: Path, published: str | None = None) -> Path:
    """Pack a region's folder as a crate, in a zip that appears whole.

    Evidence is named with its hash, citation and licence, and is not packed: own data never leave by this way.

    Parameters
    ----------
    folder : Path
        Folder that a run made, as it left it.
    path : Path
        Where the zip goes.
    published : str, optional
        Date of publication; without it the newest date that a source of the report states, which is no later.

    Returns
    -------
    Path
        The zip.

    Raises
    ------
    ReproduceError
        If the folder has no manifest, or is not as the run left it.
    ParamsError
        If ``published`` is no date.
    RenderError
        If the zip cannot be written.

    Examples
    --------
    >>> write_crate(Path("build/2023-24/london"), Path("london.crate.zip"))  # doctest: +SKIP
    PosixPath('london.crate.zip')
    """
    from needs.run.manifest import FILE, Manifest
    from needs.run.reproduction import write_whole

    if published is not None and not _DATE.fullmatch(published):
        raise ParamsError("published cannot be used", [f"{published!r} is no date"], "write it as 2026-11-22")
    record = Manifest.read(folder)
    contents = _contents(folder, record)
    contents[FILE] = (folder / FILE).read_bytes()
    contents[WORKFLOW] = _json(_workflow(record))
    contents[METADATA] = _json(_described(record, contents, published).metadata.generate())
    write_whole(path, _zipped(contents))
    return path


def _contents(folder: Path, record: Manifest) -> dict[str, bytes]:
    """Read what the manifest names, and nothing else; all that is not as it was, at once."""
    from needs.run.plan import PRIVATE

    contents, problems = {}, []
    for name, digest in sorted(record.outputs.items()):
        if PRIVATE in Path(name).parts:
            problems.append(Problem(name, "tells of single people"))
            continue
        path = folder / name
        if not path.is_file() or path.is_symlink():
            problems.append(Problem(name, "is not there"))
            continue
        contents[name] = path.read_bytes()
        if _sha256(contents[name]) != digest:
            problems.append(Problem(name, "was edited after the run"))
    if problems:
        raise ReproduceError(
            f"{folder} cannot be packed", problems, "make it again with needs run, or pack an unedited copy"
        )
    return contents


def _workflow(record: Manifest) -> dict[str, Any]:
    """Say what ran, in order, and how to run it again."""
    return {
        "name": f"Needs assessment, {record.region}, {record.edition}",
        "notebooks": _notebooks(record),
        "parameters": "manifest.json",
        "again": "needs reproduce FOLDER",
    }


def _notebooks(record: Manifest) -> list[str]:
    """Return the notebooks of a run in reading order."""
    from needs.run.plan import NOTEBOOKS, OWN

    order = {name: number for number, name in enumerate((*NOTEBOOKS, *OWN))}
    files = (name for name in record.outputs if name.startswith("notebooks/"))
    return sorted(files, key=lambda name: (order.get(Path(name).stem, len(order)), name))


def _described(record: Manifest, contents: Mapping[str, bytes], published: str | None) -> ROCrate:
    """Describe the files of a crate and the run that made them."""
    from rocrate.rocrate import ROCrate

    about = json.loads(contents["about.json"])
    crate = ROCrate(version=SPECIFICATION)
    crate.metadata.extra_terms.update(TERMS)
    described = _Described(crate, record, about)
    described.root(published)
    files = {name: described.file(name, content) for name, content in contents.items()}
    described.run(files)
    return crate


class _Described:
    """The description of a run as it grows."""

    def __init__(self, crate: ROCrate, record: Manifest, about: Mapping[str, Any]) -> None:
        self.crate, self.record, self.about = crate, record, about

    def add(self, identifier: str, kind: str, **properties: Any) -> Entity:
        """Add something that is no file."""
        from rocrate.model.contextentity import ContextEntity

        told = {name: _compact(value) for name, value in properties.items() if value not in (None, "", [])}
        return self.crate.add(ContextEntity(self.crate, identifier, {"@type": kind, **told}))

    def root(self, published: str | None) -> None:
        """Describe the whole: name, date, licence and the profiles it follows."""
        about, record, crate = self.about, self.record, self.crate
        stated = [date for source in about["sources"].values() if _DATE.fullmatch(date := str(source["date"]))]
        if not (published or stated):
            raise ParamsError(f"{about['region_name']}: no source states a date", [], "say one with --published")
        crate.name = f"Needs assessment for adult secure mental health services: {about['region_name']}, {about['edition_label']}"
        crate.description = (
            "A report, its artefacts with their data, and the executed notebooks, as one run of needs left them. "
            f"Fingerprint of what it is made from: {record.fingerprint}. "
            + ("" if published else "The run keeps no time: the date given is the newest that a source states.")
        ).strip()
        crate.datePublished = published or max(stated)
        crate.root_dataset["identifier"] = record.fingerprint
        licences = sorted({source["licence"] for source in about["sources"].values()})
        crate.license = self.add(
            "#licence", "CreativeWork", name="The licences of its sources",
            description="Figures stand under the licences of the sources they cite: " + "; ".join(licences),
        )  # fmt: skip
        for identifier, (name, version) in PROFILES.items():
            profile = self.add(identifier, "CreativeWork", name=name, version=version)
            crate.root_dataset.append_to("conformsTo", profile)
        crate.metadata["conformsTo"] = [
            {"@id": f"https://w3id.org/ro/crate/{SPECIFICATION}"},
            {"@id": "https://w3id.org/workflowhub/workflow-ro-crate/1.0"},
        ]
        organisation = (about.get("branding") or {}).get("organisation")
        if organisation:
            crate.publisher = self.add("#organisation", "Organization", name=organisation)

    def file(self, name: str, content: bytes) -> Entity:
        """Describe a file: what it is, how large, its hash, and of an artefact its title and sources."""
        entry = self.record.artefacts.get(Path(name).stem) if name.startswith("artefacts/") else None
        properties: dict[str, Any] = {
            "name": name,
            "sha256": _sha256(content),
            "contentSize": str(len(content)),
            "encodingFormat": FORMATS.get(Path(name).suffix, "application/octet-stream"),
        }
        if name.endswith(".json") and entry:
            shown = json.loads(content)
            properties |= {"name": f"{name}: {shown['title']}", "description": shown["caption"]}
        if name.startswith("notebooks/"):
            properties["@type"] = ["File", "SoftwareSourceCode"]
        if name == WORKFLOW:
            properties["@type"] = ["File", "SoftwareSourceCode", "ComputationalWorkflow"]
        return self.crate.add_file(io.BytesIO(content), name, properties=properties)

    def run(self, files: Mapping[str, Entity]) -> None:
        """Describe the run: the workflow, what it was told, what it read, what it made and with what."""
        workflow = files[WORKFLOW]
        steps = [files[name] for name in _notebooks(self.record)]
        language = self.add(
            "#jupyter", "ComputerLanguage", name="Jupyter Notebook", url={"@id": "https://jupyter.org/"}
        )
        for source in (workflow, *steps):
            source["programmingLanguage"], source["version"] = language, self.record.versions.get("needs", "unknown")
        parameters = [self.parameter(name, value) for name, value in sorted(self.record.parameters.items())]
        evidence = self.evidence()
        results = [file for name, file in files.items() if name != WORKFLOW]
        workflow["name"] = f"{WORKFLOW}: the notebooks of needs in order"
        workflow["conformsTo"] = self.add(BIOSCHEMAS["workflow"], "CreativeWork", name="ComputationalWorkflow profile")
        workflow["hasPart"] = _compact(steps)
        workflow["softwareRequirements"] = self.software()
        workflow["input"] = [self.formal("evidence", "Collection", evidence), *(formal for formal, _ in parameters)]
        workflow["output"] = self.formal("report", "File", files["manifest.json"])
        self.crate.mainEntity = workflow
        action = self.add(
            "#run", "CreateAction", name=f"The run {self.record.fingerprint}", instrument=workflow,
            description="The same inputs, parameters, code and lock give the same bytes; `needs reproduce` shows it.",
            object=[evidence, *(value for _, value in parameters)], result=results,
            agent=self.crate.publisher, actionStatus="http://schema.org/CompletedActionStatus",
        )  # fmt: skip
        self.crate.root_dataset["mentions"] = [action, evidence]

    def parameter(self, name: str, value: Any) -> tuple[Entity, Entity]:
        """Describe a parameter and the value it had."""
        told = value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
        given = self.add(f"#value-{name}", "PropertyValue", name=name, value=told)
        return self.formal(name, "Text" if isinstance(value, str) else "PropertyValue", given), given

    def formal(self, name: str, kind: str, given: Entity) -> Entity:
        """Describe what the workflow takes or gives, with what it was in this run."""
        conforms = self.add(BIOSCHEMAS["parameter"], "CreativeWork", name="FormalParameter profile")
        formal = self.add(
            f"#parameter-{name}",
            "FormalParameter",
            name=name,
            additionalType=kind,
            conformsTo=conforms,
            workExample=given,
        )
        given["exampleOfWork"] = formal
        return formal

    def evidence(self) -> Entity:
        """Describe every file that the run read: its hash, and the citation and licence of each source in it."""
        cited: dict[str, list[Entity]] = {}
        for reference, source in sorted(self.about["sources"].items()):
            work = self.add(
                f"#source-{reference.replace('#', '/')}", "CreativeWork", name=source["title"], license=source["licence"],
                publisher=source["publisher"], dateCreated=source["date"], url=source["url"],
            )  # fmt: skip
            cited.setdefault(f"data_raw/{source['table']}.csv", []).append(work)
        files = [
            self.add(f"#input-{path}", "CreativeWork", name=path, sha256=digest, citation=cited.get(path))
            for path, digest in sorted(self.record.inputs.items())
        ]
        return self.add(
            "#evidence", "Collection", name="Evidence and parameter files, in the repository of needs", hasPart=files
        )

    def software(self) -> list[Entity]:
        """Describe the programs of the run, and the lock that pins the rest."""
        versions = {
            name: version for name, version in self.record.versions.items() if name not in ("platform", "renderer")
        }
        programs = [
            self.add(f"#program-{name}", "SoftwareApplication", name=name, softwareVersion=version)
            for name, version in sorted(versions.items())
        ]
        lock = self.add("#lock", "CreativeWork", name="requirements.lock", sha256=self.record.lock)
        platform = self.record.versions.get("platform", "")
        programs[0]["operatingSystem"] = platform
        return [*programs, lock]


def _compact(value: Any) -> Any:
    """Return the only one of a list by itself, as the standard likes it."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def _zipped(contents: Mapping[str, bytes]) -> bytes:
    """Pack files; the description comes first."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents, key=lambda name: (name != METADATA, name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr, entry.create_system, entry.compress_type = 0o644 << 16, 3, zipfile.ZIP_DEFLATED
            archive.writestr(entry, contents[name])
    return packed.getvalue()
