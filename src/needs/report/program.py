"""Run an outside program to its end: no shell, a time limit, and its own words when it fails."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from needs.errors import RenderError

__all__ = ["TIMEOUT", "pandoc", "run_program"]

TIMEOUT = 180.0
"""Seconds after which a program is stopped."""
_LAST_LINES = 8
_EPOCH = "315532800"  # 1980-01-01, the first day a zip file can name: a document holds no clock time


def run_program(
    command: Sequence[str | Path], folder: Path, *, text: str | None = None, remedy: str, timeout: float = TIMEOUT
) -> str:
    """Run a program in a folder and return what it printed.

    Parameters
    ----------
    command : sequence of str or Path
        Program and arguments.
    folder : Path
        Working folder; arguments name files relative to it.
    text : str, optional
        Standard input.
    remedy : str
        What to do when it fails.
    timeout : float
        Seconds allowed.

    Raises
    ------
    RenderError
        If it cannot start, takes too long or ends with another status than 0; the last lines that
        it printed are the problems.

    Examples
    --------
    >>> import sys
    >>> run_program([sys.executable, "-c", "print(input())"], Path("."), text="well", remedy="").strip()
    'well'
    """
    name = Path(command[0]).stem
    try:
        done = subprocess.run(  # noqa: S603 - a list, never a shell
            [str(part) for part in command],
            cwd=folder,
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
            env={**os.environ, "SOURCE_DATE_EPOCH": _EPOCH},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RenderError(f"{name} was stopped after {timeout:g} seconds", [], remedy) from None
    except OSError as error:
        raise RenderError(f"{name} cannot be started", [str(error)], remedy) from error
    if done.returncode:
        said = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise RenderError(f"{name} failed (status {done.returncode})", said[-_LAST_LINES:], remedy)
    return done.stdout


def pandoc(arguments: Sequence[str], folder: Path, text: str | None = None) -> str:
    """Run the Pandoc that came with the environment.

    Examples
    --------
    >>> pandoc(["--to", "plain"], Path("."), "*Beds* by tier").strip()
    'Beds by tier'
    """
    import pypandoc

    remedy = "mend what Pandoc names in reports/ or report.qmd; `needs doctor` checks the programs"
    return run_program([pypandoc.get_pandoc_path(), *arguments], folder, text=text, remedy=remedy)
