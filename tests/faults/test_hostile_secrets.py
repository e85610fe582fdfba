"""Secrets of whoever runs a report stay with them: no notebook is told them, so that none can write them down."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import tiny

from needs.run import lane

MARK = "hunter2-never-written"
SECRETS = {
    "AWS_SECRET_ACCESS_KEY": MARK,
    "GITHUB_TOKEN": MARK,
    "NEEDS_DB_PASSWORD": MARK,
    "DATABASE_URL": f"postgres://u:{MARK}@h/d",
    "PYTHON_KEYRING_PASSWORD": MARK,
    "LEEDS_TOKEN": MARK,
    "QUARTO_TOKEN": MARK,
}
LOOKS = """
import os, pathlib, subprocess, sys
print(dict(os.environ))
told = pathlib.Path('/proc/self/environ')
print(told.read_bytes() if told.exists() else '')
print(subprocess.run([sys.executable, '-c', 'import os; print(dict(os.environ))'], capture_output=True, text=True).stdout)
"""
FAILS = LOOKS + "raise ValueError(f'{dict(os.environ)} {told.read_bytes() if told.exists() else 0}')"
RUN = """
import sys
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, {tests!r})
import tiny
from needs.run import plan, pool
root, engine, regions = Path({root!r}), {engine!r}, {regions!r}
asked = [replace(tiny.request(root, root / "build", region), how=plan.How(engine=engine)) for region in regions]
if __name__ == "__main__":
    for outcome in pool.run_regions(asked, tiny.publish, 2, root, print):
        print(outcome.error or outcome.folder, *getattr(outcome.error, "__notes__", []))
"""
ENGINES = [
    pytest.param("fork", marks=pytest.mark.skipif(not lane.available(), reason="there is no fork here")),
    "jupyter",
]


def holds_mark(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and MARK.encode() in path.read_bytes()]


def ran(root: Path, engine: str, *regions: str) -> str:
    """Run regions as a program of its own, with secrets in its environment, and return all that it printed."""
    script = root / "run.py"
    script.write_text(RUN.format(tests=str(Path(tiny.__file__).parent), root=str(root), engine=engine, regions=regions))
    told = {**os.environ, **SECRETS}
    ended = subprocess.run([sys.executable, script], env=told, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout + ended.stderr


@pytest.mark.skipif(not lane.available(), reason="there is no fork here")
def test_a_worker_of_many_regions_and_its_notebooks_know_no_secret(tmp_path):
    root = tiny.project(tmp_path / "p", demand={"look": LOOKS, "num-demand": tiny.shows("number")})
    said = ran(root, "fork", "london", "midlands")
    assert "NEEDS_PROJECT" in (root / "build" / "2023-24" / "midlands" / "notebooks" / "demand.ipynb").read_text()
    assert MARK not in said
    assert holds_mark(root) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_notebook_that_fails_with_its_environment_keeps_no_secret(tmp_path, engine):
    root = tiny.project(tmp_path / "p", population_and_need={"num-people": FAILS})
    command = [sys.executable, "-c", "from needs.cli import main; main()", "run", "london", "--trust", "--debug"]
    told = {**os.environ, **SECRETS, "NEEDS_PROJECT": str(root)}
    for form in ("text", "json"):
        ended = subprocess.run(
            [*command, "--engine", engine, "--log-format", form],
            cwd=root, env=told, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        said = ended.stdout + ended.stderr
        assert ended.returncode == 12, said
        assert "ValueError" in said
        assert MARK not in said
    assert "NEEDS_PROJECT" in (root / "build" / "2023-24" / "london.failed" / "population_and_need.ipynb").read_text()
    assert holds_mark(root) == []
