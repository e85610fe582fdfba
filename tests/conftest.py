"""What every folder of tests shares."""

import json
import os
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from needs.project import EDITIONS, project_root

sys.path.insert(0, str(Path(__file__).parent))  # tests import tiny.py, and so do worker processes
settings.register_profile(
    "house", deadline=None, max_examples=60, derandomize="CI" in os.environ
)  # CI draws the same cases each time
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


FULL = {("2023-24", "north-east-and-yorkshire"), ("2009-10", "london"), ("2023-24", "london")}
"""Places whose reports are built as a user builds them; others have fewer draws and options, to keep the tests short."""

FEW, OPTIONS = 40, ("close-12-medium", "shorter-stays", "single-assessment", "step-down-40")
"""Draws of the flow in those, and options."""

SIZES = {"wards": (0, 1, 2), "places": (0, 40), "occupancy": (0.9,)}
"""Sizes of the explorer in those."""


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> dict[tuple[str, str], Path]:
    """Every region of every edition and two footprints in every format, made by the production runner once a session.

    Of several workers the first makes them, on all processors; the others wait for it.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with FileLock(shared / "built.lock"):
        if not (shared / "built.json").exists():
            made = {" ".join(place): str(folder) for place, folder in build(shared / "built").items()}
            (shared / "built.json").write_text(json.dumps(made), encoding="utf-8")
        made = json.loads((shared / "built.json").read_text(encoding="utf-8"))
    return {tuple(place.split(" ")): Path(folder) for place, folder in made.items()}


def build(out: Path) -> dict[tuple[str, str], Path]:
    """Make the reports of every place."""
    from needs.data.geography import Regions, find_region
    from needs.params.load import load
    from needs.report.publish import publish
    from needs.run.measured import measure
    from needs.run.plan import Request
    from needs.run.pool import run_regions

    def told(place):
        if (place.edition, place.slug) in FULL:
            return load(place.edition, place.slug)
        asked = load(place.edition, place.slug, scenarios=OPTIONS)
        asked = load(place.edition, place.slug, scenarios=OPTIONS, measured=measure(asked, project_root()))
        few, small = {"parameter_draws": FEW}, asked.explorer.model_copy(update=SIZES)
        return asked.model_copy(update={"flow": asked.flow.model_copy(update=few), "explorer": small})

    places = [region for edition in EDITIONS for region in Regions.open(edition)] + [*map(find_region, FOOTPRINTS)]
    requests = [Request(place, told(place), ("html", "pdf", "docx", "xlsx"), "embedded", out) for place in places]
    outcomes = run_regions(requests, publish)
    assert not [str(outcome.error) for outcome in outcomes if outcome.error]
    return {(o.request.region.edition, o.request.region.slug): o.folder for o in outcomes}
