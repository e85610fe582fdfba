"""Real processes that are stopped, killed or refused half way: the last good report stays."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import tiny

from needs.errors import RenderError
from needs.run import plan

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

SLEEPS = "import os, pathlib, time\npathlib.Path('pid-' + str(os.getpid())).touch()\ntime.sleep(60)"
"""A cell that says that it runs, beside its notebook, and does not end."""


def start(root: Path, *regions: str, **options) -> subprocess.Popen:
    command = [sys.executable, tiny.__file__, str(root), str(root / "build"), *regions]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, start_new_session=True, **pipes, **options)


def project(tmp_path: Path, cell: str) -> Path:
    """Make a project whose first notebook runs a cell, with a good report of two regions."""
    root = tiny.project(tmp_path / "p", population_and_need={"num-people": cell})
    for region in ("london", "midlands"):
        report = root / "build" / "2023-24" / region / "report.html"
        report.parent.mkdir(parents=True)
        report.write_text("good")
    return root


def until(found, seconds: float = 90.0):
    """Wait for something to be found."""
    end = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
    return result


def kernels(root: Path, count: int) -> list[int]:
    """Return the processes of the kernels that run the cell that sleeps."""
    found = until(lambda: (p := list((root / "notebooks").glob("pid-*"))) and len(p) == count and p)
    return [int(path.name.removeprefix("pid-")) for path in found]


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")  # an orphan that nobody has waited for is a zombie
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z"


def children(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [p for child in map(int, listed) for p in (child, *children(child))]


def good(root: Path, *regions: str) -> bool:
    return all((root / "build" / "2023-24" / r / "report.html").read_text() == "good" for r in regions)


def left_over(root: Path) -> set[str]:
    return {p.name for p in (root / "build" / "2023-24").iterdir() if p.is_dir()} - {"london", "midlands"}


@pytest.mark.parametrize(
    ("regions", "send", "end"),
    [
        (("london",), os.killpg, signal.SIGINT),
        (("london",), os.kill, signal.SIGTERM),
        (("london",), os.killpg, signal.SIGHUP),
        (("london", "midlands"), os.killpg, signal.SIGINT),
        (("london", "midlands"), os.kill, signal.SIGINT),
        (("london", "midlands"), os.kill, signal.SIGTERM),
        (("london", "midlands"), os.killpg, signal.SIGHUP),
    ],
)
def test_stopped(tmp_path, regions, send, end):
    root = project(tmp_path, SLEEPS)
    scratch = Path(tempfile.mkdtemp())  # a short path: sockets stand in it
    with start(root, *regions, env=os.environ | {"TMPDIR": str(scratch)}) as run:
        pids = kernels(root, len(regions)) + children(run.pid)
        send(run.pid, end)
        _, errors = run.communicate(timeout=15)
    assert (run.returncode, errors) == (130, "")
    until(lambda: all(map(gone, pids)), 5)
    assert good(root, *regions)
    assert left_over(root) == set()
    assert not list(scratch.glob("needs-*"))
    shutil.rmtree(scratch)


def test_command_is_interrupted_in_the_second_notebook(tmp_path):
    root = tiny.project(tmp_path / "p", demand={"num-demand": SLEEPS})
    report = root / "build" / "2023-24" / "london" / "report.html"
    report.parent.mkdir(parents=True)
    report.write_text("good")
    command = [
        sys.executable,
        "-c",
        "from needs.cli import main; main()",
        "run",
        "london",
        "--formats",
        "html",
        "--trust",
    ]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    environment = os.environ | {"NEEDS_PROJECT": str(root)}
    with subprocess.Popen(command, cwd=root, env=environment, start_new_session=True, **pipes) as run:
        pids = kernels(root, 1) + children(run.pid)
        os.killpg(run.pid, signal.SIGINT)
        said, errors = run.communicate(timeout=15)
    of = len(plan.NOTEBOOKS) + 1
    assert said.splitlines() == [f"london: population_and_need (1 of {of})", f"london: demand (2 of {of})"]
    assert errors == "\nStopped. The last good report is as it was, and finished steps are kept.\n"
    assert run.returncode == 130
    until(lambda: all(map(gone, pids)), 5)
    assert good(root, "london")
    assert left_over(root) == set()


@pytest.fixture
def read_only(tmp_path):
    """Give a folder that refuses every writer, even one that may do everything."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    if os.geteuid():
        folder.chmod(0o500)
        yield folder
        folder.chmod(0o700)
        return
    mount = ["mount", "-t", "tmpfs", "-o", "ro", "none", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this user may write everywhere, and may not mount a folder that is read-only")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_read_only_output_folder(tmp_path, read_only):
    root = tiny.project(tmp_path / "p")
    with pytest.raises(RenderError, match=r"read-only/2023-24/london cannot be written: 1 problem\n") as caught:
        plan.run_region(tiny.request(root, read_only), tiny.publish, root)
    assert "--out" in caught.value.remedy


@pytest.mark.parametrize("regions", [("london",), ("london", "midlands")])
def test_killed_then_run_again(tmp_path, regions):
    root = project(tmp_path, SLEEPS)
    with start(root, *regions) as run:
        pids = kernels(root, len(regions)) + children(run.pid)
        run.kill()
        run.wait(10)
        until(lambda: all(map(gone, pids)), 10)  # no stray worker or kernel
    assert good(root, *regions)
    tiny.write_notebook(root / "notebooks" / "population_and_need.ipynb", {"num-people": tiny.shows("number")})
    plan.run_region(tiny.request(root, root / "build"), tiny.publish, root)
    assert (root / "build" / "2023-24" / "london" / "report.html").read_text().startswith("London")
    assert left_over(root) <= {".midlands.new"}


def test_killed_between_the_two_renames(tmp_path):
    root = project(tmp_path, tiny.shows("number"))
    script = (
        "import os, pathlib, signal, sys\nfrom needs.run import store\nrename = pathlib.Path.rename\n"
        "def die(self, target):\n    rename(self, target)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "pathlib.Path.rename = die\n"
        "with store.staged(pathlib.Path(sys.argv[1])) as folder:\n    (folder / 'report.html').write_text('new')\n"
    )
    target = root / "build" / "2023-24" / "london"
    ended = subprocess.run([sys.executable, "-c", script, target], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert not target.exists()
    assert left_over(root) == {".london.old", ".london.new"}

    def publish(folder, formats, renderer):
        assert good(root, "london")  # the next run has put it back before it does anything
        return tiny.publish(folder, formats, renderer)

    plan.run_region(tiny.request(root, root / "build"), publish, root)
    assert (target / "report.html").read_text().startswith("London")
    assert left_over(root) == set()


def test_full_disk(tmp_path):
    root = project(tmp_path, tiny.shows("number", csv="a\n" + "1\n" * 200_000))

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    with start(root, "london", preexec_fn=small_files) as run:
        said, errors = run.communicate(timeout=30)
    assert (run.returncode, errors) == (13, "")
    assert "build/2023-24/london cannot be written: 1 problem\n" in said
    assert "File too large" in said
    assert good(root, "london")
    assert left_over(root) == set()


def test_one_region_fails_and_the_other_goes_on(tmp_path):
    root = project(tmp_path, "assert 'midlands' not in parameters, 'not here'\n" + tiny.shows("number"))
    with start(root, "midlands", "london") as run:
        said, errors = run.communicate(timeout=60)
    assert (run.returncode, errors) == (12, "")
    assert "notebook population_and_need, cell num-people failed: 1 problem\n  AssertionError: not here\nNext" in said
    assert good(root, "midlands")
    assert (root / "build" / "2023-24" / "london" / "report.html").read_text().startswith("London")
    assert left_over(root) == {"midlands.failed"}
