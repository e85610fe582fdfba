"""A second run beside the first: what changed since, what differs, what was edited."""

import json
import shutil

import pytest
import tiny

from needs.errors import NotebookError, ReproduceError
from needs.run import manifest, plan
from needs.run.difference import difference
from needs.run.reproduce import reproduce


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
    return reproduce(root / "build" / "2023-24" / "london", tiny.publish, root, told.append)


def test_same_again(root):
    comparison = again(root)
    assert comparison.changed == ()
    assert [(row.name, row.state) for row in comparison.rows] == [
        ("num-demand", "same"),
        ("about.json", "same"),
        ("notebooks/demand.ipynb", "same"),
        ("report.html", "same"),
    ]
    comparison.check()
    assert str(comparison) == "results: 4 artefacts or files are the same, none differs"
    assert sorted(path.name for path in (root / "build" / "2023-24").iterdir() if path.is_dir()) == ["london"]


def test_first_difference_and_what_changed_since(root):
    changed = {"num-demand": tiny.shows("number", csv="tier,beds\nhigh,11\n")}
    tiny.write_notebook(root / "notebooks" / "demand.ipynb", changed)
    (root / "requirements.lock").write_text("other")
    events = []
    comparison = again(root, events)
    assert comparison.changed == ("code: notebooks/demand.ipynb", "requirements.lock")
    assert (events[0].state, events[0].detail) == ("says", "changed since: code: notebooks/demand.ipynb")
    assert str(comparison.rows[0]) == "num-demand.csv: row 1, column beds: 10 became 11"
    with pytest.raises(ReproduceError, match=r"1 of 4 differ.*\n  num-demand  num-demand.csv: row 1") as caught:
        comparison.check()
    assert "notebooks/demand.ipynb" in caught.value.remedy


def test_files_edited_or_removed_after_the_run(root):
    folder = root / "build" / "2023-24" / "london"
    (folder / "artefacts" / "num-demand.csv").write_text("tier,beds\nhigh,99\n")
    (folder / "report.html").unlink()
    comparison = again(root)
    assert {row.name: str(row) for row in comparison.rows if row.differs} == {
        "num-demand": "num-demand.csv: edited after the run; beside the second run, row 1, column beds: 99 became 10",
        "report.html": "report.html: removed after the run",
    }
    with pytest.raises(ReproduceError, match="num-demand") as caught:
        comparison.check()
    assert caught.value.remedy.startswith("the folder was edited after the run: ")


def test_artefacts_that_come_and_go(root):
    tiny.write_notebook(root / "notebooks" / "demand.ipynb", {"num-other": tiny.shows("number")})
    verdicts = {row.name: str(row) for row in again(root).rows}
    assert verdicts["num-demand"] == "num-demand.csv: the second run does not make it"
    assert verdicts["num-other"] == "num-other.csv: only the second run makes it"


def test_parameters_of_the_manifest_count_not_those_of_today(root):
    edition = root / "params" / "2023-24" / "_edition.yaml"
    edition.write_text(edition.read_text() + "# a note\n")
    comparison = again(root)
    assert comparison.changed == ("evidence and parameter files: params/2023-24/_edition.yaml",)
    assert {row.state for row in comparison.rows} == {"same"}  # the fingerprint of about.json aside
    comparison.check()
    assert str(comparison).endswith(f"\nchanged since the run: {comparison.changed[0]}")


def shows_fingerprint(folder, formats, renderer):
    mark = json.loads((folder / "about.json").read_text())["fingerprint"]
    versions = tiny.publish(folder, formats, renderer)
    (folder / "report.qmd").write_text(f"10 beds, {mark}\n")
    (folder / "report.html").write_text(f"<p>10 beds, {mark}")
    (folder / "report.pdf").write_bytes(mark[::-1].encode())  # as one that packs it
    return versions


def test_other_code_with_the_same_results_is_no_failure(root):
    folder = plan.run_region(tiny.request(root, root / "build"), shows_fingerprint, root)
    template = root / "reports" / "report.qmd.j2"
    template.write_text(template.read_text(encoding="utf-8") + "<# a note #>", encoding="utf-8")
    comparison = reproduce(folder, shows_fingerprint, root)
    comparison.check()
    assert {row.name: row.state for row in comparison.rows if row.state != "same"} == {"report.pdf": "not compared"}
    why = "differs because of code: reports/report.qmd.j2"
    assert [str(row).endswith(why) for row in comparison.rows if row.state != "same"] == [True]
    assert str(comparison).splitlines() == [
        "results: 5 artefacts or files are the same, none differs; 1 is not compared",
        "changed since the run: code: reports/report.qmd.j2",
    ]


def test_words_of_the_report_that_differ_are_a_failure_whatever_the_fingerprint(root):
    folder = plan.run_region(tiny.request(root, root / "build"), shows_fingerprint, root)
    (root / "requirements.lock").write_text("other")

    def other(folder, formats, renderer):
        versions = shows_fingerprint(folder, formats, renderer)
        (folder / "report.qmd").write_text((folder / "report.qmd").read_text().replace("10", "11"))
        return versions

    with pytest.raises(ReproduceError, match=r"report.qmd: line 1: 10 beds,  became 11 beds, "):
        reproduce(folder, other, root).check()


def test_version_of_the_renderer_is_compared(root):
    def newer(*arguments):
        return tiny.publish(*arguments) | {"pandoc": "4.0"}

    comparison = reproduce(root / "build" / "2023-24" / "london", newer, root)
    assert comparison.changed == ("pandoc 3.9 is now 4.0",)
    comparison.check()


def rewrite(root, **changes):
    path = root / "build" / "2023-24" / "london" / "manifest.json"
    record = json.loads(path.read_text()) | changes
    origin = manifest.Origin(**{name: record[name] for name in manifest.Origin.model_fields})
    path.write_text(json.dumps(record | {"fingerprint": manifest.fingerprint(origin)}))
    return record


def test_region_that_is_not_known(root):
    parameters = rewrite(root)["parameters"] | {"region": "atlantis"}
    rewrite(root, region="atlantis", parameters=parameters)
    with pytest.raises(ReproduceError, match="region: atlantis is none of north-east-and-yorkshire, ") as caught:
        again(root)
    assert caught.value.exit_code == 14


def test_footprint_is_reproduced_as_it_was_then(root, monkeypatch):
    monkeypatch.setattr(plan, "NOTEBOOKS", ("demand",))
    folder = plan.run_region(tiny.request(root, root / "build", "reach-out"), tiny.publish, root)
    assert (folder.name, manifest.Manifest.read(folder).parameters["footprint"]["name"]) == ("reach-out", "Reach Out")
    assert json.loads((folder / "about.json").read_text())["overrides"] == []
    (root / "params/2023-24/footprints.yaml").unlink()
    comparison = reproduce(folder, tiny.publish, root)
    comparison.check()
    assert comparison.changed == ()


@pytest.mark.parametrize(
    ("region", "footprint", "told"),
    [
        ("mine", {"name": "Mine", "icbs": ["E54000010", "QHL"]}, "footprint: 'QHL' is no integrated care board's code"),
        ("mine", {"name": "Mine"}, "footprint.icbs: Field required"),
        ("../mine", {"name": "Mine", "icbs": ["E54000010"]}, "region: ../mine is none of north-east-and-yorkshire"),
    ],
)
def test_footprint_that_cannot_be_used(root, region, footprint, told):
    parameters = rewrite(root)["parameters"] | {"region": region, "footprint": footprint}
    rewrite(root, region=region, parameters=parameters)
    with pytest.raises(ReproduceError) as caught:
        again(root)
    assert told in str(caught.value)


def test_parameters_of_another_version(root):
    rewrite(root, parameters=rewrite(root)["parameters"] | {"horizon": 9})
    with pytest.raises(ReproduceError, match="horizon"):
        again(root)


def test_run_that_fails_keeps_nothing_and_says_how_to_look(root):
    tiny.write_notebook(root / "notebooks" / "demand.ipynb", {"num-demand": "1 / 0"})
    with pytest.raises(NotebookError, match="ZeroDivisionError") as caught:
        again(root)
    assert caught.value.remedy == "needs run london --edition 2023-24 keeps what it made for a look"


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
        ("a.qmd", "x", "x", "nothing differs"),
        ("a.svg", "<svg/>", "<svg></svg>", "bytes differ (6 and 11)"),
    ],
)
def test_differences_in_words(name, old, new, told):
    assert difference(name, old.encode(), new.encode()) == told
