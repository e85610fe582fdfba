"""Whether this machine can do the job: what is there, what is not, and what to do about it."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from needs.project import project_root

__all__ = ["Finding", "examine", "locked", "unlike"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    name : str
        What was looked at.
    ok : bool
        Whether it serves; an optional thing that is absent is still ok.
    detail : str
        What was found, and what to do where it does not serve.
    """

    name: str
    ok: bool
    detail: str


def locked(text: str) -> dict[str, str]:
    r"""Return the version of every package that a lock pins for this Python.

    Examples
    --------
    >>> locked("pandas==3.1.1 \\\n    --hash=sha256:00\nnumpy==9 ; python_full_version < '3'\n")
    {'pandas': '3.1.1'}
    """
    from packaging.markers import Marker

    found = {}
    for name, pinned, marker in re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)(?: ; ([^\\\n]+))?", text, re.MULTILINE):
        if not marker or Marker(marker.strip()).evaluate():
            found[name] = pinned
    return found


def unlike(lock: Path) -> list[str]:
    r"""Say which installed packages are not what a lock pins.

    Parameters
    ----------
    lock : Path
        The lock.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> lock = Path(mkdtemp(), "requirements.lock")
    >>> _ = lock.write_text("no-such-package==1.0 \\\n    --hash=sha256:00\n")
    >>> unlike(lock)
    ['no-such-package missing instead of 1.0']
    """
    wrong = []
    for name, pinned in locked(lock.read_text(encoding="utf-8")).items():
        try:
            found = version(name)
        except PackageNotFoundError:
            found = "missing"
        if found != pinned:
            wrong.append(f"{name} {found} instead of {pinned}")
    return wrong


def examine(out: Path) -> Iterator[Finding]:
    """Look at the machine, thing by thing.

    Parameters
    ----------
    out : Path
        Output folder that reports would go to.
    """
    here = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 11), f"{here} (3.11 or later is needed)")
    root = project_root()
    yield Finding("project", True, str(root))
    yield _packages(root / "requirements.lock")
    yield _kernel()
    yield _embedded()
    quarto = shutil.which("quarto")
    yield Finding("Quarto", True, quarto or "not on PATH; the embedded renderer typesets the reports")
    yield _writable(out)


def _packages(lock: Path) -> Finding:
    try:
        wrong = unlike(lock)
    except (OSError, ValueError) as error:
        return Finding("packages", False, f"{lock.name} cannot be read ({error}); restore it from the repository")
    remedy = f"{', '.join(wrong[:5])}{' ...' if len(wrong) > 5 else ''}; run make clean, then make report"
    return Finding("packages", not wrong, remedy if wrong else "as requirements.lock has them")


def _kernel() -> Finding:
    try:
        return Finding("kernel", True, f"ipykernel {version('ipykernel')} of this Python")
    except PackageNotFoundError:
        return Finding("kernel", False, "ipykernel is missing; notebooks cannot run")


def _embedded() -> Finding:
    try:
        import pypandoc
        import typst  # noqa: F401

        return Finding("embedded renderer", True, f"Pandoc {pypandoc.get_pandoc_version()}, Typst {version('typst')}")
    except (ImportError, OSError, PackageNotFoundError) as error:
        return Finding("embedded renderer", False, f"{error}; PDF and Word need it where Quarto is absent")


def _writable(out: Path) -> Finding:
    nearest = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            free = shutil.disk_usage(nearest).free / 1e9
        return Finding("output folder", free > 0.2, f"{out}, {free:.0f} GB free")
    except OSError as error:
        return Finding("output folder", False, f"{out} cannot be written ({error.strerror}); choose another with --out")
