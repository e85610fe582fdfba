"""What must hold after every fault of a run, asked by one function; and runs to which faults can happen."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import tiny

RUNS = Path(__file__).with_name("runs_forked.py")
EDITION = "2023-24"


def until(found: Callable[[], Any], seconds: float = 90.0) -> Any:
    """Wait for something to be found."""
    end = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
    return result


def digests(folder: Path) -> dict[str, str]:
    """Return the hash of each file of a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


FAULT = (
    "import os, pathlib\nfault = pathlib.Path(os.environ['NEEDS_PROJECT'], 'fault.py')\n"
    "if fault.exists(): exec(fault.read_text())\n"
)
"""The start of a cell that does what a test says, when it says so."""


class Runs:
    """Runs of one tiny project, with a good report of two regions to lose."""

    regions = ("london", "midlands")

    def __init__(self, folder: Path) -> None:
        cell = {"num-people": FAULT + tiny.shows("number")}
        self.folder, self.root, self.out = folder, tiny.project(folder / "p", demand=cell), folder / "out"
        self.scratch = Path(tempfile.mkdtemp())  # a short path: sockets stand in it
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        pipes["env"] = os.environ | {"TMPDIR": str(self.scratch)}
        self.program = subprocess.Popen([sys.executable, str(RUNS), str(self.root)], **pipes)
        assert self._answer() == "ready"
        assert self.end(self.start(*self.regions)) == 0, self.said()
        self.lines = len(self.said().splitlines())
        until(lambda: not self.left())
        self.good = {region: digests(self.place(region)) for region in self.regions}
        assert all("manifest.json" in files for files in self.good.values())

    def place(self, region: str) -> Path:
        return self.out / EDITION / region

    def fault(self, code: str) -> None:
        """Have the next runs meet a fault in their second notebook, or none."""
        (self.root / "fault.py").write_text(code)

    def start(self, *regions: str, force: bool = True) -> int:
        """Start a run and return its process."""
        log = self.folder / "said"
        log.write_text("")
        return int(self._order("start", self.out, log, "force" if force else "keep", *regions))

    def reaches(self, pid: int, line: int) -> None:
        """Wait until a run has said so many lines, or has ended."""
        until(lambda: len(self.said().splitlines()) >= line or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)

    def end(self, pid: int) -> int:
        """Wait for the end of a run and return its exit code."""
        return int(self._order("end", pid))

    def said(self) -> str:
        """Return what the last run said."""
        return (self.folder / "said").read_text()

    def left(self) -> list[int]:
        """Return processes of runs that live."""
        return [int(pid) for pid in self._order("left").split()]

    def close(self) -> None:
        assert self.program.stdin
        assert self.program.stdout
        self.program.stdin.close()
        self.program.wait(10)
        self.program.stdout.close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _order(self, *words: object) -> str:
        assert self.program.stdin
        self.program.stdin.write(" ".join(map(str, words)) + "\n")
        self.program.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        assert self.program.stdout
        return self.program.stdout.readline().strip()


def assert_sound(runs: Runs, code: int, region: str, *, lost: bool = False) -> None:
    """Assert all five after a fault: the last good report is there (unless somebody took it away), no process is left, what
    was said is clear, the next run of a region succeeds, and then no half file stands about.
    """
    said = runs.said()
    runs.fault("")
    assert "Traceback" not in said, said
    assert code <= 0 or "\nNext: " in said
    until(lambda: not runs.left())
    for name, files in ({} if lost else runs.good).items():
        old = runs.place(name).with_name(f".{name}.old")  # killed between two renames: the next run puts it back
        assert digests(runs.place(name) if runs.place(name).exists() else old) == files
    assert runs.end(runs.start(region)) == 0, runs.said()
    assert digests(runs.place(region)) == runs.good[region]
    names = {path.name for path in (runs.out / EDITION).iterdir()}
    assert {name for name in names if region in name} <= {region, f".{region}.lock", f".{region}.holder"}
