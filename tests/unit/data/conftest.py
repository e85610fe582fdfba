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
    """Return a project folder with a copy of the evidence and the parameters."""
    shutil.copytree(project_root() / "data_raw", tmp_path / "data_raw", ignore=shutil.ignore_patterns("boundaries"))
    shutil.copytree(project_root() / "params", tmp_path / "params")
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
def seal(root: Path, edit: Edit) -> Callable[[str], None]:
    """Return a function that writes the new hash of a changed table in its sidecar."""

    def write(name: str) -> None:
        sidecar = (root / "data_raw" / name).with_suffix(".yaml")
        before = next(line for line in sidecar.read_text(encoding="utf-8").splitlines() if line.startswith("sha256: "))
        edit(name.replace(".csv", ".yaml"), before, f"sha256: {hash_file(root / 'data_raw' / name)}")

    return write


@pytest.fixture
def change(edit: Edit, seal: Callable[[str], None]) -> Edit:
    """Return a function that replaces text in a table and writes its new hash in the sidecar."""

    def replace(name: str, old: str, new: str) -> Path:
        path = edit(name, old, new)
        seal(name)
        return path

    return replace
