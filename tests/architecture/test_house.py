"""The house stands as drawn: floors, docstrings, and generated pages in step with the code."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from needs.project import project_root
from needs.run.doctor import locked

ROOT = project_root()
MODULES = sorted((ROOT / "src" / "needs").rglob("*.py"))
ONE_FILE = {"flow_kernel.py": 780}
"""Longer rooms: what is compiled together stands in one file, because the compiler's cache watches that file alone."""


def test_floors():
    """The contract of import-linter is kept."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT / "src").as_posix())
def test_a_room_can_be_held_in_mind(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= ONE_FILE.get(path.name, 350), f"{len(lines)} lines: split the room"


def public(tree):
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT / "src").as_posix())
def test_public_names_are_documented(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "a room says what it is for"
    for node in public(tree):
        assert ast.get_docstring(node), f"{node.name} has no docstring"


@pytest.mark.parametrize("room", ["values", "errors", "project"])
def test_ground_has_doctests(room):
    tree = ast.parse((ROOT / "src" / "needs" / f"{room}.py").read_text(encoding="utf-8"))
    missing = [n.name for n in public(tree) if isinstance(n, ast.FunctionDef) and ">>>" not in ast.get_docstring(n)]
    assert not missing


@pytest.mark.parametrize("path", sorted((ROOT / "src" / "needs" / "methods").rglob("[a-z]*.py")), ids=lambda p: p.stem)
def test_every_method_has_a_doctest(path):
    missing = [
        node.name
        for node in public(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and ">>>" not in ast.get_docstring(node)
    ]
    assert not missing


def test_environment_and_lock_are_in_step():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    names = {
        re.split(r"[\[>=<]", need)[0].lower().replace("_", "-").replace(".", "-") for need in project["dependencies"]
    }
    assert names <= locked(lock).keys()
    assert not re.search(r"https?://|file:", lock), "a lock names no address"
    assert lock.count("--hash=sha256:") > len(names)
    environment = (ROOT / "environment.yml").read_text(encoding="utf-8")
    for needed in ("python", "quarto", "-r requirements.lock"):
        assert needed in environment


def test_development_lock_agrees_with_the_main_one():
    main, dev = (
        locked((ROOT / name).read_text(encoding="utf-8")) for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert {name: dev[name] for name in main} == main


def test_help_answers_at_once_without_heavy_modules():
    script = (
        "import sys; from needs.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas', 'numpy', 'matplotlib', 'papermill', 'scipy', 'pydantic', 'nbformat', 'rich'} & sys.modules.keys()\n"
        "sys.exit(' '.join(heavy) or None)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
