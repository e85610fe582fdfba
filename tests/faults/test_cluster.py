"""A real scheduler and real workers on this machine: regions run there, travel, and outlive a worker that is killed."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import tiny

import needs
from needs.errors import DisclosureError, NeedsError, NotebookError, ParamsError
from needs.run import cluster, plan, pool, remote, travel
from needs.run.telling import silent

pytestmark = pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="paths that each process sees otherwise")

TESTS = Path(tiny.__file__).parent
HERE = Path(needs.__file__).parents[1]
LEAVES_A_TRACE = "import pathlib\npathlib.Path('ran-here').touch()\n" + tiny.shows("number")
SLEEPS_FIRST = (
    "import os, pathlib, time\npid = pathlib.Path('pid')\n"
    "if 'london' in parameters and not pid.exists():\n"
    "    part = pid.with_suffix('.part')\n    part.write_text(str(os.getpid()))\n    part.rename(pid)\n    time.sleep(120)\n"
) + tiny.shows("number")
"""A cell that says where it runs and does not end, unless it was begun before."""


def until(found, seconds=60.0):
    """Wait for something to be found."""
    end = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
    return result


def environment(code):
    """Return the environment of a process that finds needs in a folder."""
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(code), str(TESTS)])}


class Crew:
    """A scheduler on 127.0.0.1 and its workers, each a process in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.workers, self.started = folder, [], []
        where = folder / "scheduler.json"
        self._start("scheduler", "--port", "0", "--scheduler-file", str(where))
        self.address = str(where)
        until(where.exists)

    def _start(self, what, *words, code=HERE):
        here = self.folder / f"{what}-{len(self.started)}"
        here.mkdir(parents=True)
        command = [
            sys.executable,
            "-m",
            f"distributed.cli.dask_{what}",
            "--host",
            "127.0.0.1",
            "--no-dashboard",
            *words,
        ]
        with (here / "log").open("wb") as log:
            pipes = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            process = subprocess.Popen(command, cwd=here, env=environment(code), **pipes)
        self.started.append(process)
        return process

    def worker(self, code=HERE):
        words = "--scheduler-file", self.address, "--no-nanny", "--nthreads", "1", "--memory-limit", "4GB"
        self.workers.append(self._start("worker", *words, code=code))

    def fill(self, count=2):
        """Have so many workers that live."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < count:
            self.worker()
        self.await_workers(count)

    def await_workers(self, count):
        from distributed import Client

        with Client(scheduler_file=self.address, set_as_default=False) as client:
            until(lambda: len(client.scheduler_info(n_workers=-1)["workers"]) == count)

    def end(self):
        for process in reversed(self.started):
            process.kill()
            process.wait(10)


@pytest.fixture(scope="module")
def crew(tmp_path_factory):
    crew = Crew(tmp_path_factory.mktemp("crew"))
    yield crew
    crew.end()


@pytest.fixture(scope="module", autouse=True)
def unchecked():
    """Leave out what is checked before a run, which is no matter of the cluster."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("needs.data.check.check", lambda *_: None)
        patch.setattr(pool, "rehearse", lambda *_: None)
        yield


def run(crew, root, out, *regions, progress=silent):
    requests = [tiny.request(root, out, region) for region in regions]
    with cluster.executor_of(crew.address) as executor:
        return pool.run_regions(requests, tiny.publish, None, root, progress, executor)


def content(out):
    """Return every file of finished regions; what is hidden are locks and results kept for the next run."""
    files = [path.relative_to(out) for path in out.rglob("*") if path.is_file()]
    return {str(path): (out / path).read_bytes() for path in files if not any(p.startswith(".") for p in path.parts)}


def hidden(out):
    """Return what a run must not leave: tokens, half-made folders."""
    return [
        path.name for path in out.rglob(".*") if not path.name.endswith((".lock", ".holder")) and path.name != ".kept"
    ]


@pytest.fixture(scope="module")
def project(unchecked, tmp_path_factory):
    """Return a project, and what two of its regions give when they run here."""
    base = tmp_path_factory.mktemp("project")
    cell = "assert 'north-west' not in parameters, 'not here'\n" + LEAVES_A_TRACE
    root = tiny.project(base / "p", population_and_need={"num-people": cell})
    requests = [tiny.request(root, base / "local", region) for region in ("london", "midlands")]
    assert all(outcome.folder for outcome in pool.run_regions(requests, tiny.publish, 2, root))
    (root / "notebooks" / "ran-here").unlink()
    return root, content(base / "local")


def test_workers_that_share_the_folders(crew, project, tmp_path):
    root, local = project
    crew.fill()
    events = []
    outcomes = run(crew, root, tmp_path / "out", "london", "midlands", progress=events.append)
    assert [outcome.folder for outcome in outcomes] == [
        tmp_path / "out" / "2023-24" / r for r in ("london", "midlands")
    ]
    assert content(tmp_path / "out") == local
    assert hidden(tmp_path / "out") == []
    for region in ("london", "midlands"):
        told = [(e.step or e.state) for e in events if e.region.slug == region and e.state != "ends"]
        assert told == [*plan.NOTEBOOKS, "report", "done"]
    (root / "notebooks" / "ran-here").unlink()  # a worker ran the notebooks where they are


def test_workers_that_see_nothing(crew, project, tmp_path, monkeypatch):
    root, local = project
    crew.fill()
    shutil.copytree(root, tmp_path / "p")
    monkeypatch.chdir(tmp_path)
    here = Path("/proc/self/cwd")  # another folder for each process
    outcomes = run(crew, here / "p", here / "out", "london", "north-west", "midlands")
    assert [outcome.folder and outcome.folder.name for outcome in outcomes] == ["london", None, "midlands"]
    failed = outcomes[1].error
    assert "notebook population_and_need, cell num-people failed" in failed.headline
    kept = here / "out" / "2023-24" / "north-west.failed" / "population_and_need.ipynb"
    assert str(kept) in failed.remedy
    assert "not here" in kept.read_text()
    shutil.rmtree(kept.parent)
    assert content(tmp_path / "out") == local
    assert hidden(tmp_path / "out") == []
    assert not (tmp_path / "p" / "notebooks" / "ran-here").exists()


def test_own_service_data_never_travel(crew, project, tmp_path, monkeypatch):
    root, _ = project
    crew.fill()
    monkeypatch.chdir(tmp_path)
    asked = tiny.request(root, tmp_path / "out", "north-west")
    told = asked.parameters.service.model_copy(update={"folder": "mine"})
    own = replace(asked, parameters=asked.parameters.model_copy(update={"service": told}))
    away = replace(own, out=Path("/proc/self/cwd/out"))
    with cluster.executor_of(crew.address) as executor:
        refused, ran = (
            executor.submit_heard(silent, pool.Task(each, tiny.publish, root)).result() for each in (away, own)
        )
    assert isinstance(refused.error, DisclosureError)
    assert "which never travel" in refused.error.headline
    assert isinstance(ran.error, NotebookError)  # that of the first notebook, which ran
    assert "not here" not in str(ran.error)


def test_own_service_data_run_where_the_folder_is_shared(crew, project, tmp_path, monkeypatch):
    root, _ = project
    crew.fill()
    monkeypatch.chdir(
        psutil.Process(crew.workers[0].pid).cwd()
    )  # the folder of one worker, so that it alone sees the other
    asked = tiny.request(root, Path("/proc/self/cwd/out"), "north-west")
    told = asked.parameters.service.model_copy(update={"folder": "mine"})
    own = replace(asked, parameters=asked.parameters.model_copy(update={"service": told}))
    with cluster.executor_of(crew.address) as executor:
        ended = [executor.submit_heard(silent, pool.Task(own, tiny.publish, root)) for _ in range(4)]
        errors = [future.result().error for future in ended]
    assert {type(error) for error in errors} == {NotebookError}  # that of the first notebook, which ran


def test_broken_parcel_does_not_hide_why_a_region_failed(crew, project, tmp_path):
    root, _ = project
    crew.fill()
    task = pool.Task(tiny.request(root, tmp_path / "out", "north-west"), tiny.publish, root)
    away, ended = Future(), Future()
    away.set_result(remote.Landed(pool.Outcome(task.request, error=NotebookError("why it failed")), b"broken"))
    with cluster.executor_of(crew.address) as executor:
        executor._land("name", away, task.request, executor._place(task), ended)
    assert ended.result().error.headline == "why it failed"


def test_parcels_of_equal_files_with_other_names(crew, tmp_path):
    crew.fill()
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("same")
    with cluster.executor_of(crew.address) as executor:
        for name in ("a.txt", "b.txt"):
            place = travel.Place(tmp_path, tmp_path, "", {name: "digest"})
            travel.unpack(executor._parcel(place).result(), tmp_path / f"of-{name}")
    assert [path.name for path in (tmp_path / "of-b.txt").iterdir()] == ["b.txt"]


def test_worker_killed_during_a_run(crew, tmp_path):
    root = tiny.project(tmp_path / "p", population_and_need={"num-people": SLEEPS_FIRST})
    regions = "london", "midlands", "north-west"
    crew.fill()
    killed = []

    def kill():
        pid = root / "notebooks" / "pid"
        until(pid.exists)
        at_work = psutil.Process(int(pid.read_text()))
        (worker,) = {parent.pid for parent in at_work.parents()} & {worker.pid for worker in crew.workers}
        killed.extend(psutil.Process(worker).children(recursive=True))
        os.kill(worker, signal.SIGKILL)

    events = []
    killer = threading.Thread(target=kill)
    killer.start()
    outcomes = run(crew, root, tmp_path / "out", *regions, progress=events.append)
    killer.join()
    assert [str(outcome.error) for outcome in outcomes if outcome.error] == []
    began = [event.region.slug for event in events if (event.state, event.number) == ("begins", 1)]
    assert sorted(began) == sorted([*regions, "london"])
    assert len(killed) >= 3
    psutil.wait_procs(killed, 10)
    assert not [process for process in killed if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    assert hidden(tmp_path / "out") == []
    pool.run_regions([tiny.request(root, tmp_path / "local", "london")], tiny.publish, 1, root)
    local, ran = content(tmp_path / "local"), content(tmp_path / "out")
    assert local == {file: ran[file] for file in ran if "london" in file}


PARENT = """
import sys
from pathlib import Path
import tiny
from needs.run import cluster, pool
address, root = sys.argv[1], Path(sys.argv[2])
with cluster.executor_of(address) as executor:
    try:
        pool.run_regions([tiny.request(root, root / "build", "london")], tiny.publish, None, root, executor=executor)
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_parent_stopped(crew, tmp_path, end):
    root = tiny.project(tmp_path / "p", population_and_need={"num-people": SLEEPS_FIRST})
    crew.fill()
    command = [sys.executable, "-c", PARENT, crew.address, str(root)]
    with subprocess.Popen(command, env=environment(HERE), stderr=subprocess.PIPE, text=True) as parent:
        until((root / "notebooks" / "pid").exists)
        started = [child for worker in crew.workers for child in psutil.Process(worker.pid).children(recursive=True)]
        os.kill(parent.pid, end)
        errors = parent.communicate(timeout=20)[1]
    assert (parent.returncode, errors) == (130 if end == signal.SIGTERM else -end, "")
    assert len(started) >= 3
    assert psutil.wait_procs(started, 15)[1] == []
    assert not list((root / "build" / "2023-24").glob(".london.new"))
    assert all(worker.poll() is None for worker in crew.workers)


def test_no_cluster_to_use(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_WAIT", 0.5)
    with pytest.raises(ParamsError, match=r"cluster tcp://127\.0\.0\.1:9 cannot be used") as caught:
        cluster.executor_of("tcp://127.0.0.1:9").__enter__()
    assert "dask scheduler" in caught.value.remedy
    with pytest.raises(ParamsError, match="cannot be used"):
        cluster.executor_of("no address at all").__enter__()
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ParamsError, match="distributed is not installed") as caught:
        cluster.executor_of("tcp://127.0.0.1:9").__enter__()
    assert "pip install" in caught.value.remedy


def test_no_workers_and_workers_with_other_code(tmp_path, monkeypatch):
    crew = Crew(tmp_path / "crew")
    try:
        with monkeypatch.context() as patched:
            patched.setattr(cluster, "CONNECT_WAIT", 2.0)
            with pytest.raises(ParamsError, match="it has no workers"):
                cluster.executor_of(crew.address).__enter__()
        shutil.copytree(Path(needs.__file__).parent, tmp_path / "other" / "needs")
        with (tmp_path / "other" / "needs" / "values.py").open("a") as stream:
            stream.write("# other\n")
        (tmp_path / "hollow" / "needs").mkdir(parents=True)
        (tmp_path / "hollow" / "needs" / "__init__.py").touch()
        crew.worker(tmp_path / "other")
        crew.worker(tmp_path / "hollow")
        crew.await_workers(2)
        with pytest.raises(NeedsError) as caught:
            cluster.executor_of(crew.address).__enter__()
    finally:
        crew.end()
    told = sorted(problem.what for problem in caught.value.problems)
    assert len(told) == 2
    assert told[0].startswith("code of needs is ")
    assert "needs cannot be used there: " in told[1]
    assert "No module named" in told[1]
    assert "checkout" in caught.value.remedy
