"""A copy of the evidence that a test may spoil."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from needs.data.sidecar import hash_file
from needs.project import project_root

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a project folder with a copy of the evidence."""
    shutil.copytree(project_root() / "data_raw", tmp_path / "data_raw", ignore=shutil.ignore_patterns("boundaries"))
    return tmp_path


@pytest.fixture
def edit(root: Path) -> Edit:
    """Return a function that replaces text in a file of the copy, once."""

    def replace(name: str, old: str, new: str) -> Path:
        path = root / "data_raw" / name
        content = path.read_text(encoding="utf-8")
        assert content.count(old) >= 1, f"{name} does not hold {old!r}"
        path.write_text(content.replace(old, new, 1), encoding="utf-8", newline="\n")
        return path

    return replace


@pytest.fixture
def change(root: Path, edit: Edit) -> Edit:
    """Return a function that replaces text in a table and writes its new hash in the sidecar."""

    def replace(name: str, old: str, new: str) -> Path:
        before = hash_file(root / "data_raw" / name)
        path = edit(name, old, new)
        edit(name.replace(".csv", ".yaml"), before, hash_file(path))
        return path

    return replace
