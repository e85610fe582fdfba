"""What every folder of tests shares."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))  # tests import tiny.py, and so do worker processes


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the evidence as first gathered and of trial boundaries, where there is one."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("NEEDS_SHARED", beside))
    if not folder.is_dir():
        pytest.skip("no folder of shared evidence: set NEEDS_SHARED or put it beside the checkout")
    return folder


settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)  # CI draws the same cases each time
settings.load_profile("house")


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files; review the diff")
    parser.addoption("--update-docs", action="store_true", help="rewrite the generated pages of the documentation")
