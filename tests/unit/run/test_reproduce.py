"""A second run beside the first: what changed since, what differs, what was edited."""

import json
import shutil

import pytest
import tiny

from needs.errors import NotebookError, ReproduceError
from needs.run import plan
from needs.run.reproduce import difference, reproduce


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Return a project of one notebook with one finished region."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "NOTEBOOKS", ("demand",))
        root = tiny.project(tmp_path_factory.mktemp("project"))
        plan.run_region(tiny.request(root, root / "build"), tiny.publish, root)
        yield root


@pytest.fixture
def root(finished, tmp_path):
    """Return a copy of it that a test may change."""
    return shutil.copytree(finished, tmp_path / "p")


def again(root, events=None):
    told = events if events is not None else []
    return reproduce(root / "build" / "2023-24" / "london", tiny.publish, root, lambda *event: told.append(event))


def test_same_again(root):
    comparison = again(root)
    assert comparison.changed == ()
    assert [(row.name, row.verdict) for row in comparison.rows] == [
        ("num-demand", "same"),
        ("about.json", "same"),
        ("notebooks/demand.ipynb", "same"),
        ("report.html", "same"),
    ]
    comparison.check()
    assert sorted(path.name for path in (root / "build" / "2023-24").iterdir() if path.is_dir()) == ["london"]


def test_first_difference_and_what_changed_since(root):
    changed = {"num-demand": tiny.shows("number", csv="tier,beds\nhigh,11\n")}
    tiny.write_notebook(root / "notebooks" / "demand.ipynb", changed)
    (root / "requirements.lock").write_text("other")
    events = []
    comparison = again(root, events)
    assert comparison.changed == ("code: notebooks/demand.ipynb", "requirements.lock")
    assert events[0] == ("london", "changed since", "code: notebooks/demand.ipynb")
    assert comparison.rows[0].verdict == "num-demand.csv: row 1, column beds: 10 became 11"
    with pytest.raises(ReproduceError, match=r"3 of 4 differ.*\n  num-demand  num-demand.csv: row 1") as caught:
        comparison.check()
    assert "notebooks/demand.ipynb" in caught.value.remedy


def test_files_edited_or_removed_after_the_run(root):
    folder = root / "build" / "2023-24" / "london"
    (folder / "artefacts" / "num-demand.csv").write_text("tier,beds\nhigh,99\n")
    (folder / "report.html").unlink()
    verdicts = {row.name: row.verdict for row in again(root).rows if not row.same}
    assert verdicts == {
        "num-demand": "num-demand.csv: edited after the run",
        "report.html": "report.html: removed after the run",
    }


def test_artefacts_that_come_and_go(root):
    tiny.write_notebook(root / "notebooks" / "demand.ipynb", {"num-other": tiny.shows("number")})
    verdicts = {row.name: row.verdict for row in again(root).rows}
    assert verdicts["num-demand"] == "num-demand.csv: the second run does not make it"
    assert verdicts["num-other"] == "num-other.csv: only the second run makes it"


def test_parameters_of_the_manifest_count_not_those_of_today(root):
    edition = root / "params" / "2023-24" / "_edition.yaml"
    edition.write_text(edition.read_text() + "# a note\n")
    comparison = again(root)
    assert comparison.changed == ("evidence and parameter files: params/2023-24/_edition.yaml",)
    assert [row.name for row in comparison.rows if not row.same] == ["about.json"]  # its fingerprint


def test_parameters_of_another_version(root):
    path = root / "build" / "2023-24" / "london" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["parameters"]["horizon"] = 9
    path.write_text(json.dumps(manifest))
    with pytest.raises(ReproduceError, match="horizon"):
        again(root)


def test_run_that_fails_keeps_nothing_and_says_how_to_look(root):
    tiny.write_notebook(root / "notebooks" / "demand.ipynb", {"num-demand": "1 / 0"})
    with pytest.raises(NotebookError, match="ZeroDivisionError") as caught:
        again(root)
    assert caught.value.remedy == "needs run london --edition 2023-24 keeps the notebook for a look"


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("a.csv", "a,b\n1,2\n", "a,c\n1,2\n", "columns: b became c"),
        ("a.csv", "a\n1\n", "a\n1\n2\n", "row 2: only in the second run"),
        ("a.csv", "a\n1\n2\n", "a\n1\n", "row 2: only in the first run"),
        ("a.csv", "a\n1\n", "a\n1,5\n", "columns: nothing became 5"),
        ("a.csv", "a\n1\n", 'a\n"1"\n', "the same cells, written another way"),
        (
            "a.qmd",
            "x\nLondon has 10 beds",
            "x\nLondon has 11 beds",
            "line 2: London has 10 beds became London has 11 beds",
        ),
        ("a.qmd", "x", "x\ny", "line 2: nothing became y"),
        ("a.qmd", "x\n", "x\r\n", "line endings differ"),
        ("a.svg", "<svg/>", "<svg></svg>", "bytes differ (6 and 11)"),
    ],
)
def test_differences_in_words(tmp_path, name, old, new, told):
    files = [tmp_path / place / name for place in ("old", "new")]
    for file, text in zip(files, (old, new), strict=True):
        file.parent.mkdir()
        file.write_text(text, newline="")
    assert difference(*files) == told
