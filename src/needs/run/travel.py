"""What a run needs and makes, packed to travel to a worker that does not see the project, and back."""

from __future__ import annotations

import io
import json
import os
import secrets
import shutil
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from needs.errors import RenderError

if TYPE_CHECKING:
    from needs.run.manifest import Manifest
    from needs.run.plan import Request

__all__ = ["Place", "inputs", "keep", "land", "pack", "token", "unpack"]

MOST = 10**9
"""Bytes that an archive may unpack to."""

LONGEST = 255
"""Bytes that the name of a file in an archive may have."""

FOOTPRINTS = "params/*/footprints.yaml"
"""What is sent, but named by no manifest."""


@dataclass(frozen=True)
class Place:
    """Where a run is at home: its folders, and how another process proves that it sees the same ones.

    Parameters
    ----------
    root : Path
        Project folder.
    out : Path
        Output folder, of every region.
    token : str
        Name of a file in the output folder, which is also its content.
    inputs : dict
        SHA-256 of everything that the run reads, by path in the project.

    Examples
    --------
    >>> Place(Path("nowhere"), Path("build"), ".cluster-1f", {}).seen()
    False
    """

    root: Path
    out: Path
    token: str
    inputs: Mapping[str, str]

    def seen(self) -> bool:
        """Return whether this process sees that output folder, and the same inputs where the project is."""
        from needs.run.manifest import hashes

        with suppress(OSError):
            named = (self.out / self.token).read_text(encoding="ascii") == self.token
            return named and hashes((self.root / name for name in self.inputs), self.root) == self.inputs
        return False


@contextmanager
def token(out: Path) -> Iterator[str]:
    """Leave a file that nobody can guess in the output folder meanwhile; return its name, which is its content.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> out = Path(mkdtemp())
    >>> with token(out) as name:
    ...     (out / name).read_text() == name
    True
    >>> list(out.iterdir())
    []
    """
    from needs.run.store import writing

    name = f".cluster-{secrets.token_hex(16)}"
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(name, encoding="ascii")
    try:
        yield name
    finally:
        with suppress(OSError):
            (out / name).unlink()


def inputs(request: Request, root: Path) -> dict[str, str]:
    """Return the SHA-256 of everything in the project that a run reads, as its manifest will name it, by path.

    Examples
    --------
    >>> from needs.data.geography import find_region
    >>> from needs.params.load import load
    >>> from needs.project import project_root
    >>> from needs.run.plan import Request
    >>> asked = Request(find_region("london"), load("2023-24", "london"), ("html",), "auto", Path("build"))
    >>> read = inputs(asked, project_root())
    >>> sorted({name.partition("/")[0] for name in read})
    ['data_raw', 'notebooks', 'params', 'reports', 'requirements.lock']
    >>> [name for name in read if "/service/" in name]
    []
    """
    from needs.run import manifest

    told = json.loads(request.parameters.canonical_json())
    origin = manifest.trace(request.region.edition, request.region.slug, told, root)
    code = {name: digest for name, digest in origin.code.items() if not name.startswith("src/")}
    footprints = manifest.hashes(root.glob(FOOTPRINTS), root)
    return {**origin.inputs, **footprints, **code, "requirements.lock": origin.lock}


def pack(folder: Path, names: Iterable[str]) -> bytes:
    """Return files of a folder as one archive.

    Parameters
    ----------
    folder : Path
        The folder.
    names : iterable of str
        Paths in it.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> here, there = Path(mkdtemp()), Path(mkdtemp())
    >>> _ = (here / "a.txt").write_text("sent")
    >>> unpack(pack(here, ["a.txt"]), there)
    >>> (there / "a.txt").read_text()
    'sent'
    """
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=4) as archive:
        for name in sorted(names):
            content = (folder / name).read_bytes()
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def unpack(content: bytes, folder: Path) -> None:
    """Write the files of an archive into a folder, and nowhere else.

    Raises
    ------
    RenderError
        If it is broken or unpacks to more than 1 GB, or holds anything but files that stay inside the folder; nothing of
        that is written.

    Examples
    --------
    >>> try:
    ...     unpack(b"", Path("nowhere"))
    ... except RenderError as error:
    ...     print(error.headline)
    what a worker sent cannot be used
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            members = list(_plain(archive, folder))
            archive.extractall(folder, members, filter="data")
    except (tarfile.TarError, EOFError) as error:
        remedy = "run this region again; if it happens again, run it without --cluster"
        raise RenderError("what a worker sent cannot be used", [str(error)], remedy) from error


def _plain(archive: tarfile.TarFile, folder: Path) -> Iterator[tarfile.TarInfo]:
    """Yield the members of an archive, each looked at before more is unpacked."""
    size, files, folders = 0, set(), {PurePosixPath()}
    for member in archive:
        size += member.size
        if size > MOST:
            raise tarfile.TarError(f"it unpacks to more than {MOST:,} bytes")
        if not member.isfile() or ".." in PurePosixPath(member.name).parts:
            raise tarfile.TarError(f"{member.name} is no file of this folder")
        if len(os.fsencode(member.name)) > LONGEST:
            raise tarfile.TarError(f"{member.name[:20]}... is a name of more than {LONGEST} bytes")
        yield (plain := tarfile.data_filter(member, str(folder)))
        path = PurePosixPath(plain.name)
        files.add(path)
        folders.update(path.parents)
    if both := files & folders:
        raise tarfile.TarError(f"{min(both)} is a file and a folder")


def land(content: bytes, request: Request, sent: Mapping[str, str]) -> None:
    """Put a region that came back in its place, in one move, if it is what was asked and what its manifest says.

    Parameters
    ----------
    content : bytes
        The region's folder, packed.
    request : Request
        What was asked.
    sent : mapping
        What :func:`inputs` gave when it was sent.

    Raises
    ------
    NeedsError
        If it is not whole or another, or the output folder cannot be written; the last good report then stays.
    """
    from needs.run import manifest, store

    with store.staged(request.folder) as folder, store.writing(request.folder):
        unpack(content, folder)
        record, remedy = manifest.Manifest.read(folder), "run this region again"
        if record.outputs != manifest.hashes((f for f in manifest.tree(folder) if f.name != manifest.FILE), folder):
            raise RenderError(f"{request.folder} came back otherwise than its manifest says", [], remedy)
        if other := _others(record, request, sent):
            raise RenderError(f"{request.folder} came back otherwise than it was asked", other, remedy)
    shutil.rmtree(_failed(request), ignore_errors=True)


def _others(record: Manifest, request: Request, sent: Mapping[str, str]) -> list[str]:
    """Return what a manifest names otherwise than it was sent."""
    told = json.loads(request.parameters.canonical_json())
    asked = {"edition": request.region.edition, "region": request.region.slug, "parameters": told}
    asked |= {name: digest for name, digest in sent.items() if not PurePosixPath(name).match(FOOTPRINTS)}
    code = {name: digest for name, digest in record.code.items() if not name.startswith("src/")}
    read = {**record.inputs, **code, "requirements.lock": record.lock}
    made = {"edition": record.edition, "region": record.region, "parameters": record.parameters, **read}
    return sorted(name for name in asked.keys() | made.keys() if asked.get(name) != made.get(name))


def keep(content: bytes, request: Request) -> None:
    """Put beside its place what a region that failed had made.

    Parameters
    ----------
    content : bytes
        Its folder, packed.
    request : Request
        What was asked.
    """
    shutil.rmtree(_failed(request), ignore_errors=True)
    with suppress(OSError, RenderError):  # which would hide why it failed
        unpack(content, _failed(request))


def _failed(request: Request) -> Path:
    return request.folder.with_name(f"{request.folder.name}.failed")
