"""What a notebook reads of its project: files, folders and parameters, noted while its cells run.

A step whose notes still hold gives what it gave before, so it need not run again. Notes are taken by the process of the
notebook: an audit hook hears of files and folders, and the parameters tell of the fields that are read.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Reads", "found", "watch"]

WHOLE = ""
"""Stands for all parameters, where something read them that does not say which."""

_OTHERS = {"src", "build", ".git", ".venv"}
"""Folders of a project whose files are no inputs of a notebook: code is told of apart, and results are not read."""

_ASIDE = frozenset({"__class__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__"})
"""What Python and pydantic ask of a block without reading a parameter."""


@dataclass
class Reads:
    """Names of what was read.

    Parameters
    ----------
    files : set of str
        Files, by path in the project.
    folders : set of str
        Folders that were listed, by path in the project.
    fields : set of str
        Parameters, by dotted name; of a block that was entered, with a dot after it, that it is one and of which kind.

    Examples
    --------
    >>> Reads(files={"data_raw/common/unit_costs.csv"}).fields
    set()
    """

    files: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)


_NOTED = Reads()


def watch(root: Path) -> None:
    """Note from now on what this process reads of the project at ``root``; it cannot be undone."""
    bases = {os.path.abspath(root) + os.sep, os.path.realpath(root) + os.sep}  # noqa: PTH100 (links stay as they are)

    def hear(event: str, told: tuple[Any, ...]) -> None:
        if event not in ("open", "os.listdir", "os.scandir") or isinstance(told[0], int | None):
            return
        if event != "open" or not _only_writes(*told[1:]):
            (_NOTED.files if event == "open" else _NOTED.folders).update(_inside(bases, os.fsdecode(told[0])))

    sys.addaudithook(hear)
    _follow_parameters()


def found() -> Reads:
    """Return what was noted in this process."""
    return _NOTED


def _only_writes(mode: str | None, flags: int) -> bool:
    return bool(set(mode) & set("wxa")) and "+" not in mode if mode else flags & os.O_ACCMODE == os.O_WRONLY


def _inside(bases: set[str], name: str) -> set[str]:
    """Return the paths in the project of a file or folder, as it was opened and as links lead; none where it is no input."""
    paths = {os.path.abspath(name), os.path.realpath(name)}  # noqa: PTH100
    inside = {Path(path.removeprefix(base)) for path in paths for base in bases if path.startswith(base)}
    return {path.as_posix() for path in inside if path.parts[0] not in _OTHERS and "__pycache__" not in path.parts}


def _follow_parameters() -> None:
    """Let parameters that are opened from now on note which of their fields are read.

    A block inside a list or a mapping is not followed: the whole list counts as read. What reads a block as one thing, to
    write or to compare it, reads all of it.
    """
    from pydantic import BaseModel

    from needs.params.figures import Block
    from needs.params.model import RunParameters

    plain, opened = object.__getattribute__, RunParameters.from_json
    places: dict[int, tuple[Block, str]] = {}
    everything = frozenset(dir(BaseModel)) - _ASIDE

    def enter(block: Block, place: str) -> None:
        places[id(block)] = block, place
        for name, value in plain(block, "__dict__").items():
            if isinstance(value, Block):
                enter(value, f"{place}.{name}".lstrip("."))

    def reading(block: Block, name: str) -> Any:
        value = plain(block, name)
        if known := places.get(id(block)):
            if name in type(block).__pydantic_fields__:
                inner = isinstance(value, Block) and id(value) in places
                _NOTED.fields.add(f"{known[1]}.{name}".lstrip(".") + ("." if inner else ""))
            elif name in everything:
                _NOTED.fields.add(known[1])
        return value

    def noting(text: str) -> RunParameters:
        told = opened(text)
        enter(told, WHOLE)
        return told

    Block.__getattribute__ = reading  # type: ignore[method-assign,assignment]
    RunParameters.from_json = staticmethod(noting)  # type: ignore[method-assign]
