"""Keep what a run makes: artefacts out of notebooks, and a folder that is whole or untouched.

A region's folder is made beside its place and moved there by renames, so an interrupted run
leaves the last good report. What an interruption left behind is put right by the next run.
"""

from __future__ import annotations

import base64
import binascii
import getpass
import json
import os
import platform
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from needs.data.whole import copied
from needs.errors import DisclosureError, NotebookError, Problem, RenderError
from needs.present.artefact import MIME
from needs.run.door import unreleased
from needs.run.fault import explain, refusal
from needs.run.plan import PRIVATE
from needs.values import KINDS

__all__ = ["LOCK_WAIT", "collect", "kept", "staged", "write_json", "writing"]

LOCK_WAIT = 5.0
"""Seconds that a second run of the same region waits for the first."""

FORMS = {"fig": "figure", "tbl": "table", "num": "number"}
"""What a cell shows, by the start of its id."""

_NAME = re.compile(rf"({'|'.join(FORMS)})-[a-z0-9]+(-[a-z0-9]+)*")


def collect(notebooks: Mapping[str, Mapping[str, Any]], folder: Path) -> dict[str, dict[str, Any]]:
    r"""Write the artefacts of a region's executed notebooks as files.

    Parameters
    ----------
    notebooks : mapping of str to notebook
        Executed notebooks by name, in reading order.
    folder : Path
        Region's folder; files go to ``artefacts/`` in it.

    Returns
    -------
    dict
        Record of each artefact by its id, as written to ``artefacts/<id>.json``.

    Raises
    ------
    NotebookError
        With every problem: a cell named as an artefact that shows none or several, an artefact
        in a cell not named as one, two of one name, a form that is not what the name says, or
        a title, caption, kind, source, alternative text or picture that is missing.
    DisclosureError
        If an artefact rests on service data and does not say that it was released.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> record = {"form": "number", "title": "Adults: 10", "caption": "Adults", "kind": "published",
    ...           "sources": ["common/t#s"], "csv": "value\n10\n", "number": {"value": 10}}
    >>> cell = {"id": "num-adults", "outputs": [{"data": {MIME: record}}]}
    >>> collect({"demand": {"cells": [cell]}}, Path(mkdtemp()))["num-adults"]["files"]
    ['num-adults.csv']
    """
    problems: list[Problem] = []
    bare: list[Problem] = []
    found: dict[str, dict[str, Any]] = {}
    (folder / "artefacts").mkdir(parents=True, exist_ok=True)
    for notebook, content in notebooks.items():
        for cell in content["cells"]:
            name = str(cell.get("id", ""))
            bundles = [o["data"] for o in cell.get("outputs", []) if MIME in o.get("data", {})]
            if not bundles and name.partition("-")[0] not in FORMS:
                continue
            wrong = _faults(name, bundles)
            if name in found:
                wrong.append(f"the name is taken by notebook {found[name]['notebook']}")
            where = f"notebook {notebook}, cell {name}"
            problems += [Problem(where, fault) for fault in wrong]
            bare += [
                Problem(where, "rests on service data and was not released") for b in bundles if unreleased(b[MIME])
            ]
            if not (wrong or bare):
                found[name] = _write(name, notebook, bundles[0], folder / "artefacts")
    if bare:
        remedy = "make these artefacts of needs.methods.disclosure.release"
        raise DisclosureError("artefacts cannot be collected", bare, remedy)
    if problems:
        raise NotebookError("artefacts cannot be collected", problems, "mend these cells")
    return found


def _faults(name: str, bundles: list[Mapping[str, Any]]) -> list[str]:
    """Say what is wrong with the artefact of a cell."""
    if not _NAME.fullmatch(name):
        return ["the name of a cell that shows an artefact is fig-, tbl- or num- and words in lower case"]
    if len(bundles) != 1:
        return [f"shows {len(bundles) or 'no'} artefact{'s' if bundles else ''}, not exactly one"]
    record, form = bundles[0][MIME], FORMS[name[:3]]
    if record.get("form") != form:
        return [f"the name says {form}, the artefact says {record.get('form')}"]
    required = ["title", "caption", "sources", "csv", *{"figure": ["alt"]}.get(form, [form])]
    faults = [f"{key} is missing" for key in required if not (str(record.get(key) or "")).strip()]
    if record.get("kind") not in KINDS:
        faults.append(f"kind {record.get('kind')} is not one of {', '.join(KINDS)}")
    if form == "figure":
        faults += [f"{mime} is missing" for mime in ("image/svg+xml", "image/png") if not bundles[0].get(mime)]
        faults += ["image/png is not base64"] if _bitmap(bundles[0]) is None else []
    for each in (record.get("table") or {}).get("sparks", []):
        whole = each.keys() >= {"row", "column", "alt", "svg", "png"} and _bitmap({"image/png": each["png"]})
        faults += [] if whole else ["a picture in a cell is not whole"]
    return faults


def _bitmap(bundle: Mapping[str, Any]) -> bytes | None:
    try:
        return base64.b64decode("".join(bundle.get("image/png", "")).strip())
    except (binascii.Error, ValueError):
        return None


def _write(name: str, notebook: str, bundle: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    record = dict(bundle[MIME])
    files = {f"{name}.csv": record.pop("csv").encode()}
    if record["form"] == "figure":
        files[f"{name}.svg"] = "".join(bundle["image/svg+xml"]).encode()
        files[f"{name}.png"] = _bitmap(bundle) or b""
    if sparks := record.get("table", {}).get("sparks"):
        for each in sparks:
            place = f"{name}-{each['row']}-{each['column']}"
            files |= {f"{place}.svg": each["svg"].encode(), f"{place}.png": _bitmap({"image/png": each["png"]}) or b""}
        kept = [{part: each[part] for part in ("row", "column", "alt")} for each in sparks]
        record["table"] = {**record["table"], "sparks": kept}
    record |= {"id": name, "notebook": notebook, "cell": name, "files": list(files)}
    for file, content in files.items():
        (folder / file).write_bytes(content)
    write_json(folder / f"{name}.json", record)
    return record


def write_json(path: Path, content: Any) -> None:
    r"""Write JSON whose bytes depend on its content only.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp(), "a.json")
    >>> write_json(path, {"b": 1, "a": "é"})
    >>> path.read_text(encoding="utf-8")
    '{\n "a": "é",\n "b": 1\n}\n'
    """
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Make a folder beside its place and move it there when all of it is done.

    Only one run at a time holds a target; another waits :data:`LOCK_WAIT` seconds and then says
    who holds it. After a failure, an interruption or a full disk the target is as it was; after
    a kill between the two renames the next run puts the last good folder back.

    Parameters
    ----------
    target : Path
        Place of the finished folder, replaced as a whole.

    Yields
    ------
    Path
        Empty folder on the same file system.

    Raises
    ------
    RenderError
        If another run holds the target, or the disk refuses (no permission, no space, ...).

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> target = Path(mkdtemp(), "london")
    >>> with staged(target) as folder:
    ...     _ = (folder / "report.html").write_text("good")
    >>> [file.name for file in target.iterdir()]
    ['report.html']
    """
    new, old = (target.with_name(f".{target.name}.{state}") for state in ("new", "old"))
    with _held(target):
        try:
            with writing(target):
                _put_right(target, new, old)
                new.mkdir()
            yield new
            with writing(target):
                if target.exists():
                    target.rename(old)
                new.rename(target)
        finally:
            with writing(target):
                _put_right(target, new, old)


def writing(target: Path) -> AbstractContextManager[None]:
    """Say of a refusal inside the block that the output folder cannot be written.

    Examples
    --------
    >>> with writing(Path("build/2023-24/london")):
    ...     raise OSError(28, "No space left on device")
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: build/2023-24/london cannot be written: 1 problem
      No space left on device
    Next: free space, close programs that have its files open, or choose another folder with --out        [exit 13]
    """
    remedy = "free space, close programs that have its files open, or choose another folder with --out"
    return refusal(f"{target} cannot be written", remedy)


@contextmanager
def kept(folder: Path, place: Path) -> Iterator[None]:
    """Keep a copy of what a run made when it cannot be finished; the error says where.

    Parameters
    ----------
    folder : Path
        Folder of the run, not finished.
    place : Path
        Where the copy goes.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> try:
    ...     with kept(folder, folder.with_suffix(".failed")):
    ...         raise RenderError("no font", [], "mend it")
    ... except RenderError as error:
    ...     print(error.remedy)  # doctest: +ELLIPSIS
    mend it; ...failed keeps what the run made
    """
    try:
        yield
    except Exception as error:
        known = explain(error)
        remedies = [known.remedy] if known.remedy else []
        with suppress(OSError):
            shutil.copytree(
                folder, place, dirs_exist_ok=True, copy_function=copied, ignore=shutil.ignore_patterns(PRIVATE)
            )
            remedies.append(f"{place} keeps what the run made")
        raise type(known)(known.headline, known.problems, "; ".join(remedies)) from error


def _put_right(target: Path, new: Path, old: Path) -> None:
    """Bring back the last good folder if a run died between two renames, and clear what it left."""
    if old.exists() and not target.exists():
        old.rename(target)
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)


@contextmanager
def _held(target: Path) -> Iterator[None]:
    lock, holder = (target.with_name(f".{target.name}.{part}") for part in ("lock", "holder"))
    with ExitStack() as stack:
        with writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                stack.enter_context(FileLock(lock, timeout=LOCK_WAIT))
            except Timeout:
                who = holder.read_text(encoding="utf-8") if holder.exists() else "another process"
                remedy = "wait until it ends, stop it, or choose another folder with --out"
                raise RenderError(f"{target} is being made by another run", [who], remedy) from None
            holder.write_text(f"process {os.getpid()} of {_user()} on {platform.node()}", encoding="utf-8")
        yield


def _user() -> str:
    with suppress(OSError, KeyError):
        return getpass.getuser()
    return "an unknown user"
