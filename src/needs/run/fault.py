"""What goes wrong outside the house's own errors, put into the house's words."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from needs.errors import NeedsError, Problem, RenderError

__all__ = ["explain", "refusal", "refused"]

LONGEST = 300
"""Characters of one problem that are shown."""


def refused(error: OSError) -> Problem:
    """Say what the machine refused and where; of many refusals, the first.

    Examples
    --------
    >>> print(refused(PermissionError(13, "Permission denied", "build/2023-24")))
    build/2023-24  Permission denied
    >>> print(refused(shutil.Error([("a.csv", "b.csv", "No space left on device"), ("c.csv", "d.csv", "the same")])))
    a.csv  No space left on device
    """
    where, what = error.filename, error.strerror or str(error)
    if isinstance(error, shutil.Error) and error.args and isinstance(error.args[0], list):
        where, _, what = error.args[0][0]
    return Problem(str(where or ""), str(what)[:LONGEST])


def explain(error: Exception) -> NeedsError:
    """Put an exception that nobody expected into words: a refusal of the machine, or a fault of needs.

    Examples
    --------
    >>> print(explain(ZeroDivisionError("division by zero")))
    this is a fault of needs: ZeroDivisionError: division by zero
    Next: run again with --debug and report it        [exit 1]
    """
    if isinstance(error, NeedsError):
        return error
    if isinstance(error, OSError):
        remedy = "mend that and run again; --debug shows where it was met"
        return NeedsError("a file or folder cannot be used", [refused(error)], remedy)
    what = f"this is a fault of needs: {type(error).__name__}: {error}"
    return NeedsError(what, [], "run again with --debug and report it")


@contextmanager
def refusal(headline: str, remedy: str) -> Iterator[None]:
    """Turn what the machine refuses inside the block into a RenderError.

    Examples
    --------
    >>> with refusal("the report cannot be made", "restore the file"):
    ...     open("nowhere/_quarto.yml")
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: the report cannot be made: 1 problem
      nowhere/_quarto.yml  No such file or directory
    Next: restore the file        [exit 13]
    """
    try:
        yield
    except OSError as error:
        raise RenderError(headline, [refused(error)], remedy) from error
