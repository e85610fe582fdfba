"""Files that are whole or not there: written beside their place and moved to it in one rename."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["copied", "whole"]


@contextmanager
def whole(place: Path) -> Iterator[Path]:
    """Give a file to write, which takes its place when the block ends well; else the place is as it was.

    Parameters
    ----------
    place : Path
        Where the file goes; one that is there is replaced.

    Yields
    ------
    Path
        A file with the same ending, in a folder of its own beside the place.

    Raises
    ------
    OSError
        If it cannot be written.

    Examples
    --------
    >>> place = getfixture("tmp_path") / "a.txt"
    >>> with whole(place) as file:
    ...     _ = file.write_text("good")
    >>> with whole(place) as file:
    ...     _ = file.write_text("half")
    ...     raise OSError("no space left")
    Traceback (most recent call last):
    ...
    OSError: no space left
    >>> [file.read_text() for file in place.parent.iterdir()]
    ['good']
    """
    with tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent) as scratch:
        file = Path(scratch, place.name)
        yield file
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
        file.replace(place)


def copied(source: str, target: str) -> str:
    """Copy a file as :func:`shutil.copy2` does, whole or not at all.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> _ = (folder / "a").write_text("good")
    >>> copied(str(folder / "a"), str(folder / "b")).endswith("b")
    True
    """
    with whole(Path(target)) as file:
        shutil.copy2(source, file)
    return target
