"""A region's own parameters change the report everywhere, and the report says so."""

import json
import shutil

import pytest

from needs.data.geography import Regions
from needs.params.load import load
from needs.project import project_root
from needs.report.publish import publish
from needs.run.plan import Request, run_region

OWN = """
demand:
  rule: smi_register
step_down:
  waiting_probability: 0.10
  local_places:
    step_down: {value: 60, lower: 50, upper: 70, kind: published, source: the collaborative's register of September 2026}
    low: {value: 900, kind: derived, source: commissioned beds for the region's own residents}
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    for name in ("data_raw", "params", "notebooks", "reports"):
        shutil.copytree(project_root() / name, root / name)
    shutil.copy(project_root() / "requirements.lock", root)
    (root / "params" / "2023-24" / "london.yaml").write_text(OWN, encoding="utf-8")
    region = Regions.open("2023-24", root).resolve("london")
    request = Request(region, load("2023-24", "london", root), ("html",), "embedded", root / "build")
    return run_region(request, publish, root)


def text(report):
    return (report / "report.qmd").read_text(encoding="utf-8")


def test_the_overrides_are_listed(report):
    for row in ("| `demand.rule` | smi_register | need |", "| `step_down.waiting_probability` | 0.1 | 0.05 |"):
        assert row in text(report).replace("\\_", "_")
    assert "No parameter differs" not in text(report)


def test_the_gap_is_told_with_its_range(report):
    gap = json.loads((report / "artefacts" / "tbl-gap.json").read_text(encoding="utf-8"))
    assert gap["title"].startswith("For people from London now in secure care: ")
    assert "step-down places missing (" in gap["title"]
    assert "low secure places more than needed (" in gap["title"]
    rows = {row[0]: row for row in gap["table"]["rows"]}
    assert rows["Step-down"][3] == "60"
    assert " to " in rows["Step-down"][5]
    assert rows["High secure"][3] == "no published figure"
    assert "params/2023-24#step_down.local_places.step_down" in gap["sources"]


def test_the_rule_used_is_marked_and_the_interval_holds_the_others(report):
    rules = json.loads((report / "artefacts" / "tbl-allocation-rules.json").read_text(encoding="utf-8"))
    used = [row for row in rules["table"]["rows"] if "(used)" in row[0]]
    assert [row[0] for row in used] == ["Severe mental illness register (used)"]
    number = json.loads((report / "artefacts" / "num-demand-all.json").read_text(encoding="utf-8"))["number"]
    assert number["value"] == pytest.approx(1246, abs=1)
    assert number["lower"] <= 927


def test_the_chosen_probability_is_on_the_page(report):
    assert "at most 10%" in text(report)
    assert "at most 5%" not in text(report)
