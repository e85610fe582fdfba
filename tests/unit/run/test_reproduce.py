"""A second run beside the first: what changed since, what differs, what was edited."""

import json
import re
import shutil

import pytest
import tiny

from needs.errors import NotebookError, ReproduceError
from needs.run import manifest, plan
from needs.run.difference import Difference, compare
from needs.run.reproduce import reproduce
from needs.run.reproduction import Pair, Reproduction, Row


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
    assert str(comparison).splitlines() == [
        "reproduced: 4 artefacts and files", "  4 same byte for byte", "formats that the manifest names: html",
    ]  # fmt: skip
    assert sorted(path.name for path in (root / "build" / "2023-24").iterdir() if path.is_dir()) == ["london"]


def test_first_difference_and_what_changed_since(root):
    changed = {"num-demand": tiny.shows("number", csv="tier,beds\nhigh,11\n")}
    tiny.write_notebook(root / "notebooks" / "demand.ipynb", changed)
    (root / "requirements.lock").write_text("other")
    events = []
    comparison = again(root, events)
    assert comparison.changed == ("code: notebooks/demand.ipynb", "requirements.lock")
    assert (events[0].state, events[0].detail) == ("says", "changed since: code: notebooks/demand.ipynb")
    assert str(comparison.rows[0]) == 'row "high", column beds: 10 became 11 (in "London has 10 beds")'
    with pytest.raises(ReproduceError, match=r'2 of 4 differ.*\n  num-demand  row "high", column beds: 10') as caught:
        comparison.check()
    assert "notebooks/demand.ipynb" in caught.value.remedy


def test_files_edited_or_removed_after_the_run(root):
    folder = root / "build" / "2023-24" / "london"
    (folder / "artefacts" / "num-demand.csv").write_text("tier,beds\nhigh,99\n")
    (folder / "report.html").unlink()
    comparison = again(root)
    assert {row.name: str(row) for row in comparison.rows if row.differs} == {
        "num-demand": "num-demand.csv: edited after the run; beside the second run, "
        'row "high", column beds: 99 became 10 (in "London has 10 beds")',
        "report.html": "report.html: removed after the run",
    }
    with pytest.raises(ReproduceError, match="num-demand") as caught:
        comparison.check()
    assert caught.value.remedy.startswith("the folder was edited after the run: ")


def test_artefacts_that_come_and_go(root):
    tiny.write_notebook(root / "notebooks" / "demand.ipynb", {"num-other": tiny.shows("number")})
    verdicts = {row.name: row.detail for row in again(root).rows}
    assert verdicts["num-demand"] == "num-demand.csv: the second run does not make it"
    assert verdicts["num-other"] == "num-other.csv: only the second run makes it"


def test_parameters_of_the_manifest_count_not_those_of_today(root):
    edition = root / "params" / "2023-24" / "_edition.yaml"
    edition.write_text(edition.read_text() + "# a note\n")
    comparison = again(root)
    assert comparison.changed == ("evidence and parameter files: params/2023-24/_edition.yaml",)
    assert [file.path for file in comparison.inputs] == ["params/2023-24/_edition.yaml"]
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
    why = "it holds hashes or versions that changed since"
    assert [str(row).endswith(why) for row in comparison.rows if row.state != "same"] == [True]
    assert str(comparison).splitlines() == [
        "reproduced, but for 1 file that is not compared: 6 artefacts and files",
        "  5 same byte for byte",
        "  1 not compared",
        "not compared: report.pdf",
        "formats that the manifest names: html",
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


def test_tolerance_lets_last_digits_pass_and_pictures_stand_for_their_data(root):
    csv, svg = "tier,beds\nhigh,10.00000001\n", "<svg><path d='M0'/></svg>\n"
    drawn = tiny.bundle("figure", csv=csv) | {"image/svg+xml": svg}
    cells = {
        "num-demand": tiny.shows("number", csv=csv),
        "fig-need": f"from IPython.display import display\ndisplay({json.dumps(drawn)}, raw=True)",
    }
    tiny.write_notebook(root / "notebooks" / "demand.ipynb", {n: tiny.shows(f) for n, f in FORMS})
    folder = plan.run_region(tiny.request(root, root / "build"), tiny.publish, root)
    tiny.write_notebook(root / "notebooks" / "demand.ipynb", cells)
    near = reproduce(folder, tiny.publish, root, tolerance=1e-6)
    near.check()
    assert near.verdict == "within tolerance"
    states = {row.name: row.state for row in near.rows}
    assert (states["num-demand"], states["fig-need"], states["report.html"]) == ("close", "by data", "same")
    assert near.largest.name in ("num-demand", "fig-need")
    assert near.largest.largest == pytest.approx(1e-9)
    far = reproduce(folder, tiny.publish, root, tolerance=1e-12)
    with pytest.raises(ReproduceError, match=r"column beds: 10 became 10\.00000001"):
        far.check()


FORMS = (("num-demand", "number"), ("fig-need", "figure"))


def record_of(*rows, **changes):
    made = {"edition": "2023-24", "region": "london", "fingerprint": Pair(first="a", second="a"), "versions": {}}
    return Reproduction(**made | changes, rows=rows)


SPEND = Row(
    name="tbl-spend",
    state="different",
    title="What secure care costs [London]",
    detail='row "medium", column cost: 10.2 became 10.3',
    first=Difference('row "medium", column cost', "10.2", "10.3", 0.0097),
)
WORDS = Row(name="a" * 60, state="different", detail="line 1: x became y", first=Difference("line 1", "x", "y"))


def test_first_difference_is_that_of_a_number():
    with pytest.raises(ReproduceError) as caught:
        record_of(Row(name="num-a"), WORDS, SPEND).check()
    told = 'tbl-spend  row "medium", column cost: 10.2 became 10.3 (in "What secure care costs [London]")'
    assert str(caught.value.problems[0]) == told
    assert record_of(WORDS).first == WORDS


def test_another_platform_is_told_of_the_tolerance():
    versions = {"platform": Pair(first="Linux x86_64", second="Darwin arm64")}
    for tolerance, told in ((None, True), (1e-6, False)):
        with pytest.raises(ReproduceError) as caught:
            record_of(SPEND, versions=versions, tolerance=tolerance).check()
        assert ("--tolerance" in caught.value.remedy) == told


def test_record_is_whole_and_says_it_all(tmp_path):
    path = tmp_path / "london.reproduction.json"
    record_of(Row(name="num-a"), SPEND, packages=["numpy 1 instead of 2"]).write(path)
    told = json.loads(path.read_text())
    assert (told["schema_version"], told["verdict"], told["counts"]) == (1, "different", {"same": 1, "different": 1})
    assert told["first_difference"] == told["rows"][1]
    assert told["first_difference"]["first"] == {
        "place": 'row "medium", column cost', "before": "10.2", "after": "10.3", "relative": 0.0097,
    }  # fmt: skip
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("terminal", [True, False])
def test_table_fits_a_terminal_of_80_columns(monkeypatch, capsys, terminal):
    from needs.cli.review import _print

    if terminal:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("COLUMNS", "80")
    _print(record_of(Row(name="num-a", title="t" * 200), WORDS, SPEND))
    told = capsys.readouterr().out
    plain = re.sub(r"\x1b\[[0-9;]*m", "", told)
    assert (plain != told) == terminal
    assert "10.2 became" in " ".join(plain.split())
    assert "[London]" in " ".join(plain.split())
    assert not terminal or max(map(len, plain.splitlines())) <= 80


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("a.csv", "a,b\n1,2\n", "a,c\n1,2\n", "columns: b became c"),
        ("a.csv", "a\n1\n", "a\n1\n2\n", "row 2: only in the second run"),
        ("a.csv", "a\n1\n2\n", "a\n1\n", "row 2: only in the first run"),
        ("a.csv", "a\n1\n", "a\n1,5\n", 'row "1", cell 2: nothing became 5'),
        ("a.csv", "a\n1\n", "a\n2\n", "row 1, column a: 1 became 2"),
        ("a.csv", "t,y,n\na,1,5\na,2,6\n", "t,y,n\na,1,5\na,2,7\n", 'row "a, 2", column n: 6 became 7'),
        ("a.csv", "t,n,m\na,x,6\n", "t,n,m\na,y,7\n", 'row "a", column m: 6 became 7'),  # a number before words
        ("a.csv", "a\n1\n", 'a\n"1"\n', "the same content, written another way"),
        ("a.json", '{"a": {"b": [1, 2]}}', '{"a": {"b": [1, 3]}}', "a.b[1]: 2 became 3"),
        ("a.json", '{"a": 1}', '{"a": 1, "b": []}', "b: nothing became []"),
        ("a.json", "{", "{}", "line 1: { became {}"),
        (
            "a.qmd",
            "x\nLondon has 10 beds",
            "x\nLondon has 11 beds",
            "line 2: London has 10 beds became London has 11 beds",
        ),
        ("a.qmd", "x" * 99 + "1", "x" * 99 + "2", f"line 1: {'x' * 20}1 became {'x' * 20}2"),
        ("a.qmd", "x", "x\ny", "line 2: nothing became y"),
        ("a.qmd", "x\n", "x\r\n", "the same content, written another way"),
        ("a.svg", "<svg/>", "<svg></svg>", "bytes differ (6 and 11)"),
    ],
)
def test_differences_in_words(name, old, new, told):
    assert str(compare(name, old.encode(), new.encode()).first) == told
    assert compare(name, old.encode(), old.encode()).first is None


@pytest.mark.parametrize(
    ("name", "old", "new", "counts"),
    [
        ("a.csv", "a\n100.0\n", "a\n100.00005\n", False),
        ("a.csv", "a\n100.0\n", "a\n100.0002\n", True),
        ("a.csv", "a\n10\n", "a\n11\n", True),  # data are not rounded
        ("a.csv", "a\n0.0\n", "a\n-1e-17\n", False),
        ("a.csv", "a\n1\n", "a\n\n", True),
        ("a.csv", "a\nnan\n", "a\n1\n", True),
        ("a.csv", "a\n£33.0 million\n", "a\n£33.1 million\n", True),
        ("a.csv", "code,beds\nE40000003,5\n", "code,beds\nE40000004,5\n", True),
        ("a.csv", "a1\n5\n", "a2\n5\n", True),
        ("a.json", '{"a": 1.0, "b": "1,230 to 4"}', '{"a": 1.0000001, "b": "1,240 to 4"}', False),
        ("a.json", '{"b": "1,234"}', '{"b": "1,236"}', True),
        ("a.json", '{"b": true}', '{"b": false}', True),
        ("a.qmd", "10 beds", "10 wards", True),
        ("a.qmd", "£33.0 million", "£33.1 million", False),  # words are rounded
        ("a.qmd", "£33.0 million", "£33.2 million", True),
        ("a.qmd", "19% of people", "20% of people", False),
        ("a.qmd", "10% of people", "20% of people", True),
        ("a.qmd", "1,000 beds", "1,001 beds", False),
        ("a.qmd", "1,000 beds", "2,000 beds", True),
        ("a.qmd", "1,230,000 people", "1,240,000 people", False),
        ("a.qmd", "1,000,000 people", "1,100,000 people", True),
        ("a.qmd", "in 2023-24", "in 2024-25", True),
        ("a.qmd", "in 2022/23", "in 2023/23", True),
        ("a.qmd", "on 2026-11-22", "on 2026-11-23", True),
        ("a.qmd", "in 2020.", "in 2021.", True),
        ("a.qmd", "2,020 beds", "2,021 beds", False),
        ("a.qmd", "ward E40000003", "ward E40000004", True),
        ("a.qmd", "IL-2", "IL-3", True),
        ("a.qmd", "release 1.2.3", "release 1.2.4", True),
        ("a.bib", "year = {2020}", "year = {2021}", True),
        ("a.qmd", "of 5 beds", "of -5 beds", True),
        ("a.html", "<p>1.5<svg>7</svg><script>8</script></p>", "<p>1.6<svg>9</svg><script>0</script></p>", False),
        ("a.html", "<p>1.5</p>", "<p>1.7</p>", True),
    ],
)
def test_what_a_tolerance_of_a_millionth_lets_pass(name, old, new, counts):
    found = compare(name, old.encode(), new.encode(), 1e-6)
    assert (found.first is not None) == counts
    assert found.largest <= 1e-6
    assert compare(name, old.encode(), new.encode()).first is not None


@pytest.mark.parametrize("tolerance", [None, 1e-6])
def test_version_of_a_program_counts_only_where_it_is_no_version(tolerance):
    versions = {"pandas": ("3.1.0", "3.1.1"), "platform": ("Linux x86_64", "Linux aarch64"), "python": ("3.11", "3.14")}
    alike = [
        ("about.json", '{"versions": {"pandas": "3.1.0"}}', '{"versions": {"pandas": "3.1.1"}}'),
        ("a.qmd", "| platform | Linux x86\\_64 |", "| platform | Linux aarch64 |"),
        ("a.html", "<td>pandas</td>\n<td>3.1.0</td>", "<td>pandas</td>\n<td>3.1.1</td>"),
    ]
    for name, old, new in alike:
        assert compare(name, old.encode(), new.encode(), tolerance, versions).first is None
    other = [
        ("a.csv", "pandas\n3.11\n", "pandas\n3.14\n"),
        ("a.csv", "n,v\npython 3.11,3\n", "n,v\npython 3.14,3\n"),
        ("a.qmd", "cost 3.11", "cost 3.14 and"),
        ("a.qmd", "python is why 1 bed costs 3.11", "python is why 1 bed costs 3.14"),
        ("a.qmd", "pythons 3.11", "pythons 3.14"),
        ("a.qmd", "python 13.111", "python 13.141"),
    ]
    for name, old, new in other:
        assert compare(name, old.encode(), new.encode(), tolerance, versions).first is not None


FORGED = [
    ("report.html", "London", "The region of London", {"London": "The region of London", "of": "The region of "}),
    ("report.html", "London", "The region of London", {"numpy": "The region of "}),
    ("artefacts/num-demand.csv", "10", "1760", {"": "76"}),
    ("artefacts/num-demand.csv", "10", "1760", {"": "1760"}),
    ("notebooks/demand.ipynb", "10 beds", "99 beds", {"numpy": "1.0"}),
    ("notebooks/demand.ipynb", "parameters = ", "forged = ", {"numpy": "1.0"}),
]


def forge(root, file, old, new, **changes):
    """Change a file of the folder, and the manifest so that it agrees."""
    folder = root / "build" / "2023-24" / "london"
    path = folder / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    record = json.loads((folder / "manifest.json").read_text())
    return rewrite(root, outputs=record["outputs"] | manifest.hashes([path], folder), **changes)


@pytest.mark.parametrize(("file", "old", "new", "versions"), FORGED)
def test_forged_versions_hide_nothing(root, file, old, new, versions):
    said = rewrite(root)["versions"] | versions
    forge(root, file, old, new, versions=said)
    assert [row.state for row in again(root).rows if row.name in (file, "num-demand", "report.html") and row.differs]


def test_notebook_of_other_versions_or_code_is_held_to_its_outputs(root):
    notebook = root / "notebooks" / "demand.ipynb"
    notebook.write_text(notebook.read_text().replace("parameters = ", "# a note\\nparameters = "))
    rewrite(root, versions=rewrite(root)["versions"] | {"python": "3.9"})
    comparison = again(root)
    comparison.check()
    assert {row.name: row.state for row in comparison.rows if row.state != "same"} == {
        "notebooks/demand.ipynb": "close",
    }
    assert comparison.verdict == "reproduced"
    near = reproduce(root / "build" / "2023-24" / "london", tiny.publish, root, tolerance=1e-6)
    assert {row.name: row.state for row in near.rows}["notebooks/demand.ipynb"] == "close"


def test_files_that_the_manifest_does_not_list(root):
    folder = root / "build" / "2023-24" / "london"
    (folder / "private").mkdir()
    (folder / "private" / "one.svg").write_text("one's own")
    (folder / "report.pdf").write_text("forged")
    assert [(row.name, str(row)) for row in again(root).rows if row.state == "edited"] == [
        ("report.pdf", "report.pdf: not in the manifest")
    ]


def test_artefact_without_any_file(root):
    record = rewrite(root)
    rewrite(root, artefacts=record["artefacts"] | {"num-lost": record["artefacts"]["num-demand"]})
    assert [(row.name, str(row)) for row in again(root).rows if row.differs] == [
        ("num-lost", "num-lost: the manifest names it, and there is no file of it")
    ]


def test_files_that_are_not_compared_are_named(tmp_path):
    made = {"formats": ("html", "pdf"), "tolerance": 1e-6}
    rows = [Row(name=f"{name}.pdf", state="not compared") for name in ("report", "summary")]
    record = record_of(Row(name="num-a", state="close"), *rows, **made)
    assert str(record).startswith("within tolerance (1e-06), but for 2 files that are not compared: 3 ")
    assert "not compared: report.pdf, summary.pdf\nformats that the manifest names: html, pdf" in str(record)
    record.write(tmp_path / "a.json")
    told = json.loads((tmp_path / "a.json").read_text())
    assert told["verdict"] == "within tolerance, but for 2 files that are not compared"
    assert (told["not_compared"], told["formats"]) == (["report.pdf", "summary.pdf"], ["html", "pdf"])
