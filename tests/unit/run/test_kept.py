"""Incremental runs: what changed runs again, what did not is taken as it was, and the result is the same either way."""

import json
import os
import shutil

import pytest
import tiny

from needs.errors import DataError, NotebookError
from needs.params.load import load
from needs.params.model import Given
from needs.run import plan
from needs.run.kept import FOLDER
from needs.run.unchanged import unchanged

NOTES = ("code", "tools", "files", "folders", "parameters")
OPENS = "from needs.data.inputs import Inputs\ninputs = Inputs.open(parameters)\n"
READS_A_TABLE = OPENS + "beds = inputs.by_tier('demand.beds')\n" + tiny.shows("number")
READS_A_FIELD = OPENS + "rule = inputs.parameters.step_down.flat_occupancy\nprint(rule)\n" + tiny.shows("number")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Give a project of few notebooks: demand reads evidence, step_down reads one parameter."""
    monkeypatch.setattr(plan, "NOTEBOOKS", ("demand", "pathways", "step_down", "costs"))
    changed = {"demand": {"num-demand": READS_A_TABLE}, "step_down": {"num-step-down": READS_A_FIELD}}
    return tiny.project(tmp_path / "p", **changed)


def run(root, out="build", **changes):
    """Run London; return the steps that ran, with why."""
    how = plan.How(**{name: changes.pop(name) for name in ("force", "engine") if name in changes})
    parameters = load("2023-24", "london", root).model_copy(update=changes)
    request = plan.Request(tiny.request(root, root).region, parameters, ("html",), "embedded", root / out, how)
    events = []
    plan.run_region(request, tiny.publish, root, events.append)
    states = {e.step: e.state for e in events if e.state in ("begins", "kept")}
    assert list(states) == [*plan.NOTEBOOKS, "report"]
    return {e.step: e.detail for e in events if e.state == "begins" and e.step != "report"}


def made(root, out="build"):
    folder = root / out / "2023-24" / "london"
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def step_down(root, **changes):
    return load("2023-24", "london", root).step_down.model_copy(update=changes)


def test_nothing_changed_runs_nothing(project):
    assert run(project) == dict.fromkeys(plan.NOTEBOOKS, "nothing is kept of it")
    first = made(project)
    assert run(project) == {}
    assert made(project) == first


def test_a_parameter_runs_what_reads_it_and_the_whole_is_as_if_all_had_run(project):
    run(project)
    changed = {"step_down": step_down(project, flat_occupancy=0.8)}
    assert run(project, **changed) == {"step_down": "parameters changed: step_down.flat_occupancy"}
    assert run(project, "again", force=True, **changed) == dict.fromkeys(plan.NOTEBOOKS, "every step was asked for")
    assert made(project) == made(project, "again")
    assert b"0.8" in made(project)["notebooks/step_down.ipynb"]
    assert run(project) == {}  # back to what it was: kept as well
    assert b"0.85" in made(project)["notebooks/step_down.ipynb"]


def test_a_parameter_that_no_step_reads_runs_none(project):
    run(project)
    changed = {"step_down": step_down(project, waiting_probability=0.1)}
    assert run(project, **changed) == {}
    run(project, "again", force=True, **changed)
    assert made(project) == made(project, "again")


def test_evidence_runs_what_reads_it(project):
    run(project)
    read = project / "data_raw" / "2023-24" / "national_secure_facts.yaml"
    read.write_text(read.read_text(encoding="utf-8") + "# looked at again\n", encoding="utf-8")
    assert run(project) == {"demand": "files changed: data_raw/2023-24/national_secure_facts.yaml"}
    other = project / "data_raw" / "2023-24" / "prison.yaml"
    other.write_text(other.read_text(encoding="utf-8") + "# looked at again\n", encoding="utf-8")
    assert run(project) == {}


def test_a_new_table_may_hide_another(project):
    run(project)
    for end in ("csv", "yaml"):
        shutil.copy(project / "data_raw" / "common" / f"unit_costs.{end}", project / "data_raw" / "2023-24")
    assert run(project) == dict.fromkeys(("demand", "step_down"), "files came or went in: data_raw/2023-24")


def test_a_notebook_runs_when_it_or_the_lock_changes(project):
    run(project)
    tiny.write_notebook(project / "notebooks" / "costs.ipynb", {"num-costs": tiny.shows("number", title="Other")})
    assert run(project) == {"costs": "code changed: notebooks/costs.ipynb"}
    lock = project / "requirements.lock"
    lock.write_text(lock.read_text(encoding="utf-8") + "#\n", encoding="utf-8")
    assert run(project) == dict.fromkeys(plan.NOTEBOOKS, "tools changed: requirements.lock")


def test_code_runs_what_imports_it(project, monkeypatch):
    from needs.run import manifest

    run(project)
    code = manifest.code(project)
    changed = {"src/needs/data/inputs.py": "0", "src/needs/methods/spc.py": "0", "src/needs/run/crate.py": "0"}
    assert code.keys() >= changed.keys() - {"src/needs/run/crate.py"}
    monkeypatch.setattr(manifest, "code", lambda _: code | changed)
    monkeypatch.setattr(manifest, "loaded", dict)
    assert run(project) == dict.fromkeys(("demand", "step_down"), "code changed: src/needs/data/inputs.py")


def test_a_notebook_that_looks_at_all_parameters_runs_whenever_one_changes(project):
    look = {"num-costs": "print(len(parameters))\n" + tiny.shows("number")}
    tiny.write_notebook(project / "notebooks" / "costs.ipynb", look)
    run(project)
    why = run(project, step_down=step_down(project, waiting_probability=0.1))
    assert why == {"costs": "parameters changed: any"}


def test_the_reference_engine_runs_every_step(project, monkeypatch):
    run(project)
    monkeypatch.setattr(plan, "NOTEBOOKS", ("costs",))
    assert run(project, engine="jupyter") == {"costs": "the engine of reference runs every step"}


def test_what_was_done_before_a_failure_is_kept(project):
    tiny.write_notebook(project / "notebooks" / "pathways.ipynb", {"num-pathways": "1 / 0"})
    with pytest.raises(Exception, match="ZeroDivisionError"):
        run(project)
    tiny.write_notebook(project / "notebooks" / "pathways.ipynb", {"num-pathways": tiny.shows("number")})
    assert [*run(project)] == [*plan.NOTEBOOKS[plan.NOTEBOOKS.index("pathways") :]]


@pytest.mark.parametrize("spoil", ["cut", "other", "empty", "gone", "notes", "no notes", "deep", "link", "folder"])
def test_a_damaged_result_is_made_again(project, spoil):
    run(project)
    first = made(project)
    (entry,) = (project / "build" / FOLDER / "2023-24" / "london" / "demand").glob("*.json")
    kept = entry.with_suffix(".ipynb")
    if spoil in ("cut", "other", "empty"):
        text = kept.read_bytes()
        kept.write_bytes({"cut": text[:-9], "other": text.replace(b"London", b"Leeds"), "empty": b""}[spoil])
    elif spoil == "notes":
        entry.write_text(json.dumps({"notes": {"code": {}}, "parameters": 3, "sha256": None}))
    elif spoil == "no notes":
        entry.write_text(json.dumps(json.loads(entry.read_text()) | {"notes": {kind: {} for kind in NOTES}}))
    elif spoil == "deep":
        entry.write_text("[" * 200_000)
    elif spoil == "link":
        entry.unlink()
        entry.symlink_to("nowhere")
    elif spoil == "folder":
        kept.unlink()
        kept.mkdir()
    else:
        kept.unlink()
    assert run(project) == {"demand": "what was kept of it is damaged"}
    assert made(project) == first
    assert run(project) == {}


def test_a_notebook_that_is_edited_while_it_runs_is_not_kept(project):
    path = project / "notebooks" / "costs.ipynb"
    edits = f"import pathlib\npath = pathlib.Path({str(path)!r})\npath.write_text(path.read_text() + ' ')\n"
    tiny.write_notebook(path, {"num-costs": edits + tiny.shows("number")})
    with pytest.raises(DataError, match=r"notebooks/costs\.ipynb"):
        run(project)
    assert not (project / "build" / FOLDER / "2023-24" / "london" / "costs").exists()
    tiny.write_notebook(path, {"num-costs": tiny.shows("number")})
    assert run(project).keys() == {"costs"}


def test_code_that_changed_since_the_run_began_is_refused(project, monkeypatch):
    from needs.run import manifest

    before = manifest.loaded()
    monkeypatch.setattr(manifest, "loaded", lambda: before | {"src/needs/values.py": "0"})
    with pytest.raises(NotebookError, match="the code changed since this run began") as caught:
        run(project)
    assert "src/needs/values.py" in str(caught.value)


def test_evidence_behind_a_link_is_noted(project):
    (project / "data_raw").rename(project.parent / "shared drive")
    (project / "data_raw").symlink_to(project.parent / "shared drive")
    run(project)
    read = project / "data_raw" / "2023-24" / "national_secure_facts.yaml"
    read.write_text(read.read_text(encoding="utf-8") + "# looked at again\n", encoding="utf-8")
    assert run(project) == {"demand": "files changed: data_raw/2023-24/national_secure_facts.yaml"}


def test_the_kind_of_a_figure_counts(project):
    asks = OPENS + "print(type(inputs.parameters.demand.beds.high).__name__)\n" + tiny.shows("number")
    tiny.write_notebook(project / "notebooks" / "costs.ipynb", {"num-costs": asks})
    run(project)
    told = load("2023-24", "london", project).demand
    given = Given(value=700, kind="assumed", source="a reason")
    beds = told.beds.model_copy(update={"high": given})
    why = run(project, demand=told.model_copy(update={"beds": beds}))
    assert why["costs"] == "parameters changed: demand.beds.high."
    assert b"Given" in made(project)["notebooks/costs.ipynb"]


def test_a_clock_that_was_set_back_loses_nothing(project):
    for hundredths in range(80, 84):
        run(project, step_down=step_down(project, flat_occupancy=hundredths / 100))
    for path in (project / "build" / FOLDER).rglob("*.*"):
        os.utime(path, (2**32, 2**32))
    changed = {"step_down": step_down(project, flat_occupancy=0.9)}
    assert run(project, **changed).keys() == {"step_down"}
    assert run(project, **changed) == {}


def test_times_of_files_decide_nothing(project):
    run(project)
    for number, path in enumerate(sorted(project.rglob("*"))):
        os.utime(path, (number, number) if number % 2 else (2**32, 2**32))
    assert run(project) == {}


def test_few_results_of_a_step_are_kept(project):
    for hundredths in range(80, 86):
        run(project, step_down=step_down(project, flat_occupancy=hundredths / 100))
    assert len([*(project / "build" / FOLDER).rglob("step_down/*.ipynb")]) == 4
    assert len([*(project / "build" / FOLDER).rglob("demand/*.ipynb")]) == 1


def test_a_folder_that_cannot_be_written_keeps_nothing_and_says_nothing(project):
    (project / "build").mkdir()
    (project / "build" / FOLDER).write_text("a file")
    assert len(run(project)) == len(run(project)) == len(plan.NOTEBOOKS)


def asked(root, **changes):
    told = {"formats": ("html",), "renderer": "embedded", "how": plan.How()} | changes
    request = tiny.request(root, root / "build")
    return plan.Request(request.region, told.get("parameters", request.parameters), told["formats"],
                        told["renderer"], root / "build", told["how"])  # fmt: skip


def test_a_report_is_up_to_date_until_anything_changes(project):
    def current(**changes):
        return unchanged([asked(project, **changes)], project)

    assert current() == [False]
    run(project)
    assert current() == [True]
    assert current(formats=("html", "pdf")) == current(renderer="quarto") == current(renderer="auto") == [False]
    assert current(how=plan.How(force=True)) == [False]
    assert current(how=plan.How(programs={"pandoc": "3.9"})) == [True]
    assert current(how=plan.How(programs={"pandoc": "4"})) == [False]
    told = load("2023-24", "london", project).model_copy(update={"label": "other"})
    assert current(parameters=told) == [False]
    for name in ("report.html", "artefacts/num-demand.csv"):
        path = project / "build" / "2023-24" / "london" / name
        before = path.read_bytes()
        path.write_bytes(before + b" ")
        assert current() == [False]
        path.unlink()
        assert current() == [False]
        path.write_bytes(before)
        assert current() == [True]
    for other in ("report.pdf", "artefacts/num-other.csv", "notebooks/other.ipynb"):
        path = project / "build" / "2023-24" / "london" / other
        path.write_text("from elsewhere")
        assert current() == [False]
        path.unlink()
    assert current(how=plan.How(engine="jupyter")) == [False]
    assert current() == [True]
    theme = next((project / "reports").rglob("*.css"))
    theme.write_text(theme.read_text() + "\n")
    assert current() == [False]
