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

_OTHERS = {"src", "build", ".git", ".venv", "__pycache__"}
"""Folders whose files are no inputs of a notebook: code is told of apart, and results are not read."""

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
        Parameters, by dotted name.

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
    base = os.path.realpath(root) + os.sep

    def hear(event: str, told: tuple[Any, ...]) -> None:
        if event not in ("open", "os.listdir", "os.scandir") or not isinstance(told[0], (str, bytes)):
            return
        if (event == "open" and _writes(*told[1:])) or not (place := _inside(base, told[0])):
            return
        (_NOTED.files if event == "open" else _NOTED.folders).add(place)

    sys.addaudithook(hear)
    _follow_parameters()


def found() -> Reads:
    """Return what was noted in this process."""
    return _NOTED


def _writes(mode: str | None, flags: int) -> bool:
    return bool(set(mode) & set("wxa+")) if mode else flags & os.O_ACCMODE != os.O_RDONLY


def _inside(base: str, name: str | bytes) -> str:
    """Return the path in the project of a file or folder, or nothing where it is elsewhere or no input."""
    path = os.path.realpath(os.fsdecode(name))
    inside = Path(path.removeprefix(base)) if path.startswith(base) else Path()
    return "" if _OTHERS & {*inside.parts} or not inside.parts else inside.as_posix()


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
        if (known := places.get(id(block))) and not (isinstance(value, Block) and id(value) in places):
            if name in type(block).__pydantic_fields__:
                _NOTED.fields.add(f"{known[1]}.{name}".lstrip("."))
            elif name in everything:
                _NOTED.fields.add(known[1])
        return value

    def noting(text: str) -> RunParameters:
        told = opened(text)
        enter(told, WHOLE)
        return told

    Block.__getattribute__ = reading  # type: ignore[method-assign,assignment]
    RunParameters.from_json = staticmethod(noting)  # type: ignore[method-assign]
