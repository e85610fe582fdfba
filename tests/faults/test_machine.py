"""What a machine does to a run: full disks, folders that go, another run, a clock that is set back, evidence that changes."""

import os
import shutil
import signal
import subprocess
import sys

import pytest
from sound import EDITION, Runs, assert_sound, until

from needs.run import lane

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the processes of a run are told apart as on Linux"),
    pytest.mark.skipif(not lane.available(), reason="there is no fork here"),
]

FILLS = (
    "import contextlib\nwith open({!r}, 'wb', 0) as file, contextlib.suppress(OSError):\n"
    "    while file.write(bytes(65_536)): pass\n"
    "    while file.write(b' '): pass\n"
)
"""A fault that fills the disk of a file."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    found = Runs(tmp_path_factory.mktemp("machine"))
    yield found
    found.close()


@pytest.fixture
def small(runs):
    """Return a function that puts a small disk in the place of a folder, with what the folder holds."""
    mounted = []

    def mount(folder):
        aside = runs.folder / "aside"
        shutil.copytree(folder, aside, ignore=shutil.ignore_patterns("pymp-*"))
        made = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(folder)]
        if not shutil.which("mount") or subprocess.run(made, capture_output=True, check=False).returncode:
            shutil.rmtree(aside)
            pytest.skip("this user may not mount a small disk")
        mounted.append(folder)
        shutil.copytree(aside, folder, dirs_exist_ok=True)
        shutil.rmtree(aside)

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_output_disk_is_full(runs, small):
    small(runs.out)
    runs.fault(FILLS.format(str(runs.out / "filler")))
    code = runs.end(runs.start("london"))
    said = runs.said()
    assert code == 13, said
    assert "2023-24/london cannot be written: 1 problem\n" in said
    assert "No space left on device" in said
    (runs.out / "filler").unlink()
    assert_sound(runs, code, "london")


def test_temporary_disk_is_full(runs, small):
    small(runs.scratch)
    runs.fault(FILLS.format(str(runs.scratch / "filler")))
    code = runs.end(runs.start("london"))
    said = runs.said()
    (runs.scratch / "filler").unlink()
    assert code == 0 or "No space left on device" in said
    assert_sound(runs, code, "london")


def test_output_folder_is_removed(runs):
    runs.fault(f"import shutil; shutil.rmtree({str(runs.out / EDITION)!r})")
    code = runs.end(runs.start("london"))
    assert code == 13, runs.said()
    assert "2023-24/london cannot be written: 1 problem\n" in runs.said()
    assert "No such file or directory" in runs.said()
    assert_sound(runs, code, "london", lost=True)
    assert runs.end(runs.start("midlands")) == 0


def test_temporary_folder_is_removed(runs):
    runs.fault(f"import shutil; shutil.rmtree({str(runs.scratch)!r})")
    code = runs.end(runs.start("london"))
    runs.scratch.mkdir()
    assert code, runs.said()
    assert "No such file or directory" in runs.said()
    assert_sound(runs, code, "london")


def test_second_run_says_who_makes_the_region(runs):
    runs.fault("import time; fault.with_name('holds').touch()\nwhile fault.read_text(): time.sleep(0.01)")
    first = runs.start("london")
    until((runs.root / "holds").exists)
    (runs.root / "holds").unlink()
    second = runs.end(runs.start("london"))
    said = runs.said()
    assert second == 13, said
    assert "2023-24/london is being made by another run: 1 problem\n" in said
    assert f"process {first} of " in said
    runs.fault("")
    assert runs.end(first) == 0
    assert_sound(runs, 0, "london")


def test_run_that_was_killed_holds_nothing(runs):
    runs.fault("import time; fault.with_name('holds').touch()\nwhile fault.read_text(): time.sleep(0.01)")
    first = runs.start("london")
    until((runs.root / "holds").exists)
    (runs.root / "holds").unlink()
    os.kill(first, signal.SIGKILL)
    assert runs.end(first) == -signal.SIGKILL
    assert_sound(runs, -signal.SIGKILL, "london")


def test_clock_is_set_back(runs):
    """Every file is of the next decade, and each look at the clock finds it a minute earlier."""
    later = 10 * 365 * 86_400
    files = [path for folder in (runs.root, runs.out) for path in folder.rglob("*")]
    for path in files:
        os.utime(path, (path.stat().st_mtime + later,) * 2)
    (runs.root / "clock").touch()
    code = runs.end(runs.start(*runs.regions))
    assert code == 0, runs.said()
    assert_sound(runs, code, "midlands")
    (runs.root / "clock").unlink()
    assert runs.end(runs.start("london", force=False)) == 0


def test_evidence_changes(runs):
    file = runs.root / "params" / EDITION / "_edition.yaml"
    before = file.read_text()
    runs.fault(f"import pathlib; pathlib.Path({str(file)!r}).write_text({before + '# changed'!r})")
    code = runs.end(runs.start("london"))
    assert code == 11, runs.said()
    said = runs.said()
    assert "evidence or code changed while the report was made: 1 problem\n" in said
    assert f"params/{EDITION}/_edition.yaml  it is not what it was when the run began\n" in said
    file.write_text(before)
    assert_sound(runs, code, "london")
