"""Put files of evidence into data_raw with their sidecars: a file with its sidecar, or nothing."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from ruamel.yaml import YAML

from needs.data.sidecar import Sidecar, hash_file, read_sidecar
from needs.errors import DataError, Problem

__all__ = ["Filed", "Outcome", "file_away", "sha256_of"]

LOCK, SCRATCH = ".adding.lock", ".adding-"
LOCK_WAIT = 5.0  # seconds
TOP = 2  # parts of the folder that holds lock and scratch: data_raw and the one in it, which git does not keep

Outcome = Literal["new", "replaced", "unchanged"]


@dataclass(frozen=True)
class Filed:
    """A file and its sidecar, ready to be put away.

    Parameters
    ----------
    place : str
        Where it goes, from the project folder.
    content : bytes
        What it holds.
    sidecar : Sidecar
        What stands beside it; its hash is that of the content.
    rows : int
        Rows below the header.
    beside : mapping of str to bytes
        Files made from it, by name.
    """

    place: str
    content: bytes
    sidecar: Sidecar
    rows: int
    beside: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def sidecar_place(self) -> str:
        """Where its sidecar goes."""
        return str(Path(self.place).with_suffix(".yaml").as_posix())


def sha256_of(content: bytes, suffix: str) -> str:
    r"""Return the hash that a sidecar gives of a file with some ending, see :func:`needs.data.sidecar.hash_file`.

    Examples
    --------
    >>> sha256_of(b"a\r\n", ".csv") == sha256_of(b"a\n", ".csv") != sha256_of(b"a\r\n", ".xlsx")
    True
    """
    content = content.replace(b"\r\n", b"\n") if suffix in {".csv", ".yaml"} else content
    return hashlib.sha256(content).hexdigest()


def file_away(files: Sequence[Filed], root: Path, replace: bool = False) -> dict[str, Outcome]:
    """Put files into the project folder.

    Parameters
    ----------
    files : sequence of Filed
        Each into the folder that its place names, which is made where it is not there.
    root : Path
        Project folder.
    replace : bool
        Whether a file that holds something else may be replaced.

    Returns
    -------
    dict of str to Outcome
        What was done, by place.

    Raises
    ------
    DataError
        If a place is taken and ``replace`` is not said, is a link, or someone else is adding to the folder; then nothing
        is put away.

    Notes
    -----
    Everything is written beside its place first. Then each file takes its place in one rename, its sidecar last. Should the
    process die between the two, the hash of the sidecar is not that of the file, which whoever reads them next is told.

    Examples
    --------
    >>> root = getfixture("tmp_path")
    >>> side = Sidecar(title="T", sha256=sha256_of(b"a", ".csv"), status=["published"], caveats=[], sources={})
    >>> filed = Filed("data_raw/received/x/a.csv", b"a", side, 1)
    >>> file_away([filed], root), file_away([filed], root)
    ({'data_raw/received/x/a.csv': 'new'}, {'data_raw/received/x/a.csv': 'unchanged'})
    """
    folders = sorted({root.joinpath(*Path(file.place).parts[:TOP]) for file in files})
    if problems := [problem for file in files for problem in _linked(file, root)]:
        raise DataError("nothing can be kept there", problems, "put the folder itself in place of the link")
    if problems := [problem for file in files for problem in _namesakes(file, root)]:
        raise DataError("files cannot be kept under these names", problems, "rename them, and add them again")
    done: dict[str, Outcome] = {file.place: _outcome(file, root) for file in files}
    with _alone(folders):
        if not replace and (taken := [p for file in files for p in _taken(file, root, done)]):
            raise DataError("other rows are kept already", taken, "add --replace to keep the new ones in their place")
        with _staged([file for file in files if done[file.place] != "unchanged"], root) as moves:
            for made, place in moves:
                made.replace(place)
    return done


def _linked(file: Filed, root: Path) -> Iterator[Problem]:
    place = root / file.place
    for path in (place, place.with_suffix(".yaml"), *place.parents):
        if path == root:
            break
        if path.is_symlink():
            yield Problem(path.relative_to(root).as_posix(), "it is a link")


def _namesakes(file: Filed, root: Path) -> Iterator[Problem]:
    """Give files that would share the sidecar."""
    place = root / file.place
    for other in sorted(place.parent.glob("*")):
        if other.stem == place.stem and other.suffix not in {place.suffix, ".yaml"}:
            yield Problem(file.place, f"{other.name} is kept there under the same name")


def _outcome(file: Filed, root: Path) -> Outcome:
    place = root / file.place
    if not place.exists() and not (root / file.sidecar_place).exists():
        return "new"
    whole = place.is_file() and hash_file(place) == file.sidecar.sha256 == _said_hash(root / file.sidecar_place)
    return "unchanged" if whole else "replaced"


def _said_hash(sidecar: Path) -> str:
    try:
        return read_sidecar(sidecar).sha256
    except DataError:
        return ""


def _taken(file: Filed, root: Path, done: Mapping[str, Outcome]) -> Iterator[Problem]:
    """Say what stands in the place of a file, and how the new one differs."""
    place = root / file.place
    if done[file.place] != "replaced":
        return
    if not place.is_file():
        yield Problem(file.place, "its sidecar is there without it")
        return
    changed = "" if _said_hash(root / file.sidecar_place) == hash_file(place) else " (changed since they were added)"
    if place.suffix != ".csv":
        yield Problem(file.place, f"a file of the same name and other bytes is kept{changed}")
        return
    old, new = (Counter(content.splitlines()[1:]) for content in (place.read_bytes(), file.content))
    same = (old & new).total()
    told = f"rows kept{changed}: {old.total():,}; rows of the new file: {new.total():,}; in both: {same:,}"
    yield Problem(file.place, told)


@contextmanager
def _alone(folders: Sequence[Path]) -> Iterator[None]:
    """Keep others from adding to some folders, and clear away what a run that died left in them."""
    locks: list[FileLock] = []
    try:
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / LOCK)
            lock.acquire(timeout=LOCK_WAIT)
            locks.append(lock)
            for left in folder.glob(f"{SCRATCH}*"):
                shutil.rmtree(left)
        yield
    except Timeout:
        raise DataError(
            "someone else is adding to this folder", [], "wait until they are done, and add the file again"
        ) from None
    finally:
        for lock in locks:
            lock.release()


@contextmanager
def _staged(files: Sequence[Filed], root: Path) -> Iterator[list[tuple[Path, Path]]]:
    """Write files into folders beside their places; give what is to be renamed to what, each sidecar after its file."""
    with ExitStack() as stack:
        moves = []
        for file in files:
            place = root / file.place
            place.parent.mkdir(parents=True, exist_ok=True)
            held = {**file.beside, place.name: file.content, place.with_suffix(".yaml").name: _yaml(file.sidecar)}
            scratch = Path(
                stack.enter_context(
                    tempfile.TemporaryDirectory(prefix=SCRATCH, dir=root.joinpath(*Path(file.place).parts[:TOP]))
                )
            )
            for name, content in held.items():
                with (scratch / name).open("wb") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                moves.append((scratch / name, place.parent / name))
        yield moves


def _yaml(sidecar: Sidecar) -> bytes:
    yaml = YAML()
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.BytesIO()
    yaml.dump(sidecar.model_dump(exclude_defaults=True), stream)
    return stream.getvalue()
