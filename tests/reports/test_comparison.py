"""`needs compare` on real reports: editions, England, and a scenario; the page holds every step."""

import csv
import shutil

import pytest

from needs.report.publish import publish
from needs.run.compare import compare

PAIRS = {
    "editions": ("2009-10/london", "2023-24/london"),
    "England": ("2023-24/london:england", "2023-24/london"),
    "a scenario": ("2023-24/london", "2023-24/london:step-down-40"),
}


@pytest.fixture(scope="module")
def out(built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("compared")
    for edition in ("2009-10", "2023-24"):
        shutil.copytree(built[edition, "london"], folder / edition / "london")
    return folder


@pytest.mark.parametrize("pair", PAIRS)
def test_every_step_is_on_the_page_and_they_add_up(pair, out):
    found = compare(*(str(out / side) for side in PAIRS[pair]), out, publish)
    with (found.page.parent / "artefacts" / "fig-comparison.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    page = found.page.read_text(encoding="utf-8")
    changes = [float(row["value"]) for row in rows if row["total"] == "False"]
    totals = [float(row["value"]) for row in rows if row["total"] == "True"]
    start = totals[0] if len(totals) > 1 else 0.0
    assert start + sum(changes) == pytest.approx(totals[-1])
    assert all(row["label"] in page for row in rows)
