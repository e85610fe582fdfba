"""YAML of names and values, whoever wrote it: small, flat, and nothing in it that does something.

A file may come from anywhere. What would keep the reader busy or fill the memory is refused before it is built: a large file,
blocks in blocks in blocks, parts that repeat each other until there are a billion of them. A tag, which asks for an object of
some class, is refused whatever the class.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, ComposerError, MaxDepthExceededError
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor, SafeConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent

__all__ = ["DEEPEST", "LARGEST", "MOST", "Unreadable", "read_yaml"]

LARGEST = 200_000
"""Bytes of a file, at most: several times the largest that is shipped."""

MOST = 10_000
"""Names and values in a file, at most, those counted again that it repeats."""

DEEPEST = 30
"""Blocks inside one another, at most."""


class Unreadable(Exception):
    """A file that cannot be read as YAML.

    Parameters
    ----------
    what : str
        What is wrong.
    remedy : str
        What to do about it.
    line : int, optional
        Where.

    Examples
    --------
    >>> Unreadable("it is no file", "put a file there").where
    ''
    """

    def __init__(self, what: str, remedy: str, line: int | None = None) -> None:
        self.what, self.remedy = what, remedy
        self.where = f"line {line}" if line else ""
        super().__init__(what, remedy, line)


def read_yaml(path: Path, *, with_lines: bool = False) -> Any:
    r"""Read a file of YAML.

    Parameters
    ----------
    path : Path
        The file.
    with_lines : bool
        Whether maps and lists keep their line numbers.

    Raises
    ------
    Unreadable
        If it is no file, no UTF-8 text, no YAML, larger or deeper than any of ours, or holds a tag.
    FileNotFoundError
        If there is none.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "a.yaml"
    >>> _ = path.write_text("beds: [1, 2]")
    >>> read_yaml(path)
    {'beds': [1, 2]}
    >>> _ = path.write_text("beds: !!python/name:os.system")
    >>> try:
    ...     read_yaml(path)
    ... except Unreadable as error:
    ...     print(error.where, error.what, sep=": ")
    line 1: the tag !!python/name:os.system is not allowed here
    """
    try:
        return _parsed(_text(path), with_lines)
    except MaxDepthExceededError:
        what = f"it is nested too deep: more than {DEEPEST} blocks in one another"
        raise Unreadable(what, "write names and values, as the shipped files do") from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = str(getattr(error, "problem", None) or error).splitlines()[0]
        raise Unreadable(what, "mend the YAML at that line", mark.line + 1 if mark else None) from None


@lru_cache(maxsize=128)
def _parsed(text: str, with_lines: bool) -> Any:
    """Parse a text; one that many regions share is parsed once, and nobody changes what it gives."""
    yaml = YAML(typ="rt" if with_lines else "safe", pure=True)
    yaml.allow_duplicate_keys = False
    yaml.max_depth = DEEPEST
    yaml.Composer = _Counting
    yaml.Constructor = _WithLines if with_lines else _Plain
    return yaml.load(text)


def _text(path: Path) -> str:
    if path.exists() and not path.is_file():  # a pipe or a device would never end
        raise Unreadable("it is no file", "put a file of names and values there")
    with path.open("rb") as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        what = f"it has more than {LARGEST:,} bytes"
        raise Unreadable(what, "leave out what is no parameter; the shipped files are far smaller")
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Unreadable(f"byte {error.start} is not UTF-8 text", "save it as UTF-8") from None


class _Counting(Composer):
    """Counts names and values as they would be with everything in its place that is repeated."""

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self.count = 0
        self.counts: dict[str, int] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        name, before = event.anchor, self.count
        self.count += self._repeated(event) if isinstance(event, AliasEvent) else 1
        if self.count > MOST:
            raise _refused(f"there are more than {MOST:,} names and values, with those that are repeated", event)
        if getattr(event, "ctag", None) is not None:
            raise _refused(f"the tag {_shown(str(event.ctag))} is not allowed here", event)
        if name is not None and name in self.anchors and not isinstance(event, AliasEvent):
            raise _refused(f"the anchor &{name} stands there twice", event)
        node = super().compose_node(parent, index)
        if name is not None:
            self.counts.setdefault(name, self.count - before)
        return node

    def _repeated(self, event: Any) -> int:
        if event.anchor in self.anchors and event.anchor not in self.counts:
            raise _refused(f"*{event.anchor} stands inside what it repeats", event)
        return self.counts.get(event.anchor, 1)


def _refused(what: str, event: Any) -> ComposerError:
    return ComposerError(None, None, what, event.start_mark)


def _shown(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")


class _Told:
    """Says where a value is that cannot be: a day of a thirteenth month, a number of thousands of digits."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)  # type: ignore[misc]
        except ValueError as error:
            what = str(error).partition(";")[0]
            raise ConstructorError(None, None, f"a value cannot be read: {what}", node.start_mark) from None


class _WithLines(_Told, RoundTripConstructor):
    """Keeps line numbers."""


class _Plain(_Told, SafeConstructor):
    """Keeps nothing but values."""
