"""Many regions at once: order, progress, and failures that stay with their region."""

import multiprocessing
import os
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
import tiny

from needs.errors import DataError, NeedsError, NotebookError, RenderError
from needs.run import capacity, plan, pool

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


@pytest.fixture(scope="module")
def local(root, tmp_path_factory):
    """Return what two regions give in this process, one after the other."""
    requests = [tiny.request(root, tmp_path_factory.mktemp("here"), region) for region in REGIONS[:2]]
    return [outcome.folder for outcome in pool.run_regions(requests, tiny.publish, 1, root)]


def broken(_, formats, renderer):
    """Stand in for a renderer whose process dies."""
    os._exit(7)


@pytest.mark.parametrize(
    "executor",
    [
        lambda: ThreadPoolExecutor(2),
        lambda: ProcessPoolExecutor(2, multiprocessing.get_context("forkserver")),
    ],
    ids=["threads", "processes"],
)
def test_any_executor(root, local, tmp_path, executor):
    requests = [tiny.request(root, tmp_path / "out", region) for region in REGIONS[:2]]
    events = []
    with executor() as chosen:
        outcomes = pool.run_regions(requests, tiny.publish, None, root, events.append, chosen)
    assert [str(outcome.error) for outcome in outcomes if outcome.error] == []
    for here, outcome in zip(local, outcomes, strict=True):
        files = [path.relative_to(here) for path in here.rglob("*") if path.is_file()]
        assert all((outcome.folder / file).read_bytes() == (here / file).read_bytes() for file in files)
    for region in REGIONS[:2]:
        assert [event.state for event in events if event.region.slug == region] == ["begins", "done"]


def test_executor_that_breaks(root, tmp_path):
    requests = [tiny.request(root, tmp_path / "out", region) for region in REGIONS[:2]]
    with ProcessPoolExecutor(1, multiprocessing.get_context("forkserver")) as chosen:
        outcomes = pool.run_regions(requests, broken, None, root, executor=chosen)
    assert all(outcome.error.headline == "the run was not finished" for outcome in outcomes)


def test_memory_is_shared_out_and_a_lack_of_it_is_told(root, tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr(pool, "run_region", lambda request, *_: given.append(request.how.memory) or request.folder)
    monkeypatch.setattr(capacity, "cores", lambda: 4)
    monkeypatch.setattr(capacity, "available", lambda: capacity.REGION * 3 // 2)
    events = []
    requests = [tiny.request(root, tmp_path / "out", region) for region in REGIONS]
    outcomes = pool.run_regions(requests, tiny.publish, None, root, events.append)
    assert [outcome.request for outcome in outcomes] == requests
    assert given == [max(capacity.REGION * 3 // 2, capacity.NOTEBOOK)] * 3
    assert (events[0].state, events[0].detail.partition(":")[0]) == ("says", "1 region at a time, not 3")


UNGUARDED = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import tiny
from needs.run.pool import Task
from needs.run.workers import Processes
print("once", flush=True)
root = Path({root!r})
requests = [tiny.request(root, root / "build", region) for region in ("london", "midlands")]
with Processes(2) as processes:
    futures = [processes.submit(Task(request, tiny.publish, root)) for request in requests]
print(*["missing" in str(future.result().error) for future in futures])
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
