"""A real region, every notebook, own data included: the same bytes by both engines, and in another environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from needs.data.geography import find_region
from needs.params.load import load
from needs.project import project_root
from needs.run import lane
from needs.run.measured import measure
from needs.run.plan import How, Request, run_region

OTHER = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7"} | dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "2"
)
ONE = ("step-down-40",)


def asked(out, engine):
    """One region with own data, few draws and one option."""
    region = find_region("eastvale", "example")
    told = load(region.edition, region.slug, scenarios=ONE)
    told = load(region.edition, region.slug, scenarios=ONE, measured=measure(told, project_root()))
    told = told.model_copy(update={"flow": told.flow.model_copy(update={"parameter_draws": 40})})
    return Request(region, told, (), "embedded", out, How(engine=engine))


def composed_nowhere(_folder, _formats, _renderer):
    return {"renderer": "embedded"}


def made(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def forked(tmp_path_factory):
    if not lane.available():
        pytest.skip("there is no fork here")
    return made(run_region(asked(tmp_path_factory.mktemp("here"), "fork"), composed_nowhere))


def test_both_engines_give_the_same_bytes(forked, tmp_path):
    other = made(run_region(asked(tmp_path, "jupyter"), composed_nowhere))
    assert len(forked) > 200
    assert sorted(forked) == sorted(other)
    assert [name for name, content in forked.items() if content != other[name]] == []


def test_another_environment_gives_the_same_bytes(forked, tmp_path):
    """Another working folder, home, time zone, locale, hash seed and number of threads, in a process of its own."""
    (tmp_path / "elsewhere").mkdir()
    told = os.environ | OTHER | {"HOME": str(tmp_path / "elsewhere"), "NEEDS_PROJECT": str(project_root())}
    command = [sys.executable, __file__, str(tmp_path / "out")]
    subprocess.run(command, cwd=tmp_path / "elsewhere", env=told, check=True)
    other = made(tmp_path / "out" / "example" / "eastvale")
    assert sorted(forked) == sorted(other)
    assert [name for name, content in forked.items() if content != other[name]] == []
    assert [name for name, content in other.items() if os.fsencode(tmp_path) in content] == []


if __name__ == "__main__":
    run_region(asked(Path(sys.argv[1]), "fork"), composed_nowhere)
