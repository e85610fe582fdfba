"""Many regions at once: order, progress, and failures that stay with their region."""

import os
import signal

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


def test_regions_run_in_their_processes_and_tell_this_one(root):
    requests = [tiny.request(root, root / "build", region) for region in REGIONS]
    events = []
    outcomes = pool.run_regions(requests, tiny.publish, 2, root, lambda *event: events.append(event))
    assert [outcome.request for outcome in outcomes] == requests
    assert [outcome.error for outcome in outcomes] == [None] * 3
    for outcome in outcomes:
        slug = outcome.request.region.slug
        assert [step for region, step, _ in events if region == slug] == [*plan.NOTEBOOKS, "report"]
        assert (outcome.folder / "report.html").read_text().startswith(outcome.request.region.name)


def test_others_go_on_when_a_worker_dies_or_meets_a_fault(root):
    requests = [tiny.request(root, root / "other", region) for region in REGIONS]
    london, midlands, north_west = pool.run_regions(requests, publish_or_die, 2, root)
    assert london.error is None
    assert london.folder == root / "other" / "2023-24" / "london"
    assert isinstance(midlands.error, NotebookError)
    assert "killed by signal 9" in str(midlands.error)
    assert type(north_west.error) is NeedsError
    assert "ZeroDivisionError: a fault" in str(north_west.error)
    assert "publish_or_die" in north_west.error.__notes__[0]  # the traceback, for --debug
    assert not list((root / "other").rglob("report.html"))[1:]


def test_one_region_runs_in_this_process(root, monkeypatch):
    monkeypatch.setattr(plan, "NOTEBOOKS", ("demand",))
    here = []

    def publish(folder, formats, renderer):
        here.append(os.getpid())
        raise RenderError("no font")

    (outcome,) = pool.run_regions([tiny.request(root, root / "one")], publish, None, root)
    assert here == [os.getpid()]
    assert str(outcome.error).startswith("no font")


def test_evidence_is_checked_once_before_any_notebook(tmp_path):
    root = tiny.project(tmp_path / "p")
    with (root / "data_raw" / "2023-24" / "prison.csv").open("a") as stream:
        stream.write("rubbish\n")
    requests = [tiny.request(root, root / "build", region) for region in REGIONS]
    events = []
    with pytest.raises(DataError, match=r"prison\.csv"):
        pool.run_regions(requests, tiny.publish, 2, root, lambda *event: events.append(event))
    assert events == []
    assert not (root / "build").exists()
