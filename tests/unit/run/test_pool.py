"""Many regions at once: order, progress, and failures that stay with their region."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import tiny

from needs.errors import DataError, NeedsError, NotebookError, RenderError
from needs.run import plan, pool

REGIONS = ("london", "midlands", "north-west")


def publish_or_die(folder, formats, renderer):
    """Stand in for a renderer: one region is killed, one meets a fault of the code."""
    region = folder.name.split(".")[1]
    if region == "midlands":
        os.kill(os.getpid(), signal.SIGKILL)
    if region == "north-west":
        raise ZeroDivisionError("a fault")
    return tiny.publish(folder, formats, renderer)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Return a project whose notebooks are the least that runs."""
    return tiny.project(tmp_path_factory.mktemp("project"))


def test_each_region_runs_to_its_end_whatever_the_others_do(root):
    requests = [tiny.request(root, root / "build", region) for region in REGIONS]
    events = []
    outcomes = pool.run_regions(requests, publish_or_die, 2, root, events.append)
    assert [outcome.request for outcome in outcomes] == requests
    for slug, end in zip(REGIONS, ("done", "failed", "failed"), strict=True):
        assert [e.step or e.state for e in events if e.region.slug == slug and e.state != "ends"] == [
            *plan.NOTEBOOKS,
            "report",
            end,
        ]
    london, midlands, north_west = outcomes
    assert london.error is None
    assert (london.folder / "report.html").read_text().startswith("London: ")
    assert isinstance(midlands.error, NotebookError)
    assert "killed by signal 9" in str(midlands.error)
    assert type(north_west.error) is NeedsError
    assert "ZeroDivisionError: a fault" in str(north_west.error)
    assert "publish_or_die" in north_west.error.__notes__[0]  # the traceback, for --debug
    assert not midlands.request.folder.exists()
    assert not north_west.request.folder.exists()


def test_one_region_runs_in_this_process(root, monkeypatch):
    monkeypatch.setattr(plan, "NOTEBOOKS", ("demand",))
    here = []

    def publish(folder, formats, renderer):
        here.append(os.getpid())
        raise RenderError("no font")

    events = []
    asked = tiny.request(root, root / "one")
    (outcome,) = pool.run_regions([asked], publish, None, root, events.append)
    assert (events[-1].region, events[-1].state) == (asked.region, "failed")
    assert here == [os.getpid()]
    assert str(outcome.error).startswith("no font")


def test_evidence_is_checked_once_before_any_notebook(tmp_path):
    root = tiny.project(tmp_path / "p")
    with (root / "data_raw" / "2023-24" / "prison.csv").open("a") as stream:
        stream.write("rubbish\n")
    requests = [tiny.request(root, root / "build", region) for region in REGIONS]
    events = []
    with pytest.raises(DataError, match=r"prison\.csv"):
        pool.run_regions(requests, tiny.publish, 2, root, events.append)
    assert events == []
    assert not (root / "build").exists()


def test_evidence_of_every_edition_is_checked_at_once(tmp_path):
    root = tiny.project(tmp_path / "p")
    for table in ("2023-24/prison", "2009-10/prison"):
        path = root / "data_raw" / f"{table}.csv"
        path.write_text(path.read_text() + "rubbish\n")
    requests = [tiny.request(root, root / "build", "london", edition) for edition in ("2023-24", "2009-10")]
    with pytest.raises(DataError) as caught:
        pool.run_regions(requests, tiny.publish, 2, root)
    assert "data_raw/2023-24/prison.csv" in str(caught.value)
    assert "data_raw/2009-10/prison.csv" in str(caught.value)


UNGUARDED = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import tiny
from needs.run import lane, pool
print("once", flush=True)
root = Path({root!r})
requests = [tiny.request(root, root / "build", region) for region in ("london", "midlands")]
outcomes = pool._Pool(requests, tiny.publish, root, print).run(2)
print(*["missing" in str(outcome.error) for outcome in outcomes])
"""


def test_script_without_a_guard(tmp_path):
    root = tiny.project(tmp_path / "p")
    for notebook in (root / "notebooks").iterdir():
        notebook.unlink()
    tests = str(Path(tiny.__file__).parent)
    script = UNGUARDED.format(tests=tests, root=str(root))
    environment = os.environ | {"NEEDS_PROJECT": str(root)}
    ended = subprocess.run(
        [sys.executable, "-"], input=script, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    said = ended.stdout.splitlines()
    assert (said.count("once"), said[-1], ended.returncode, ended.stderr) == (1, "True True", 0, "")
