"""What every folder of tests shares."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from needs.project import EDITIONS

sys.path.insert(0, str(Path(__file__).parent))  # tests import tiny.py, and so do worker processes
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)  # CI draws the same cases each time
settings.load_profile("house")


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files; review the diff")
    parser.addoption("--update-docs", action="store_true", help="rewrite the generated pages of the documentation")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the evidence as first gathered and of trial boundaries, where there is one."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("NEEDS_SHARED", beside))
    if not folder.is_dir():
        pytest.skip("no folder of shared evidence: set NEEDS_SHARED or put it beside the checkout")
    return folder


FOOTPRINTS = ("reach-out", "thames-valley-and-wessex")
"""Footprints that are reported like regions: one inside a region, one across three."""


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> dict[tuple[str, str], Path]:
    """Every region of every edition and two footprints in every format, made by the production runner once a session."""
    from needs.data.geography import Regions, find_region
    from needs.params.load import load
    from needs.report.publish import publish
    from needs.run.plan import Request
    from needs.run.pool import run_regions

    out = tmp_path_factory.mktemp("built")
    places = [region for edition in EDITIONS for region in Regions.open(edition)] + [*map(find_region, FOOTPRINTS)]
    requests = [
        Request(place, load(place.edition, place.slug), ("html", "pdf", "docx"), "embedded", out) for place in places
    ]
    outcomes = run_regions(requests, publish)
    assert not [str(outcome.error) for outcome in outcomes if outcome.error]
    return {(o.request.region.edition, o.request.region.slug): o.folder for o in outcomes}
