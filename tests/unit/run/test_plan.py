"""A run of one region, from checked evidence to its folder; its manifest and what it says of itself."""

import hashlib
import json
import platform
import shutil
import subprocess
import sys

import pytest
import tiny

from needs.errors import NotebookError, RenderError, ReproduceError
from needs.run import plan
from needs.run.manifest import Manifest, fingerprint, trace


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a project, and the folder of a region that was run in it with its progress."""
    root = tiny.project(tmp_path_factory.mktemp("project"))
    events = []
    request = tiny.request(root, root / "build")
    folder = plan.run_region(request, tiny.publish, root, events.append)
    return root, folder, events


def test_region_has_its_place_and_its_progress(made):
    root, folder, events = made
    assert folder == root / "build" / "2023-24" / "london"
    steps = [*plan.NOTEBOOKS, "report"]
    assert [(e.step, e.state) for e in events] == [(step, state) for step in steps for state in ("begins", "ends")]
    assert {(e.region, e.of) for e in events} == {(tiny.request(root, root).region, len(steps))}
    assert [e.number for e in events[::2]] == [*range(1, len(steps) + 1)]
    assert all(e.seconds > 0 for e in events[1::2])
    assert sorted(path.name for path in folder.iterdir()) == [
        "about.json",
        "artefacts",
        "manifest.json",
        "notebooks",
        "report.html",
    ]
    assert {path.name for path in folder.parent.iterdir()} == {"london", ".london.lock", ".london.holder"}


def test_about_says_what_the_report_shows(made):
    root, folder, _ = made
    about = json.loads((folder / "about.json").read_text())
    assert (about["edition"], about["region"], about["region_name"]) == ("2023-24", "london", "London")
    assert about["parameters"] == json.loads(tiny.request(root, root).parameters.canonical_json())
    assert about["overrides"] == []
    assert about["sources"] == {}
    assert about["versions"]["python"] == platform.python_version()
    assert len(about["fingerprint"]) == 12


def test_manifest_names_everything_by_its_hash(made):
    root, folder, _ = made
    manifest = Manifest.read(folder)
    assert manifest.fingerprint == json.loads((folder / "about.json").read_text())["fingerprint"]
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {"manifest.json"}
    assert manifest.outputs.keys() == files
    report = (folder / "report.html").read_bytes()
    assert manifest.outputs["report.html"] == hashlib.sha256(report).hexdigest()
    assert manifest.artefacts["num-demand"].notebook == "demand"
    assert manifest.artefacts["num-demand"].files == ("num-demand.csv",)
    assert {"data_raw/2023-24/regions.csv", "params/2023-24/_edition.yaml"} <= manifest.inputs.keys()
    assert {"src/needs/run/plan.py", "notebooks/costs.ipynb"} <= manifest.code.keys()
    assert manifest.versions["renderer"] == "embedded"
    assert str(root) not in (folder / "manifest.json").read_text()


def test_fingerprint_follows_evidence_parameters_and_notebooks(tmp_path):
    root = tiny.project(tmp_path / "p")

    def now(**parameters):
        return fingerprint(trace("2023-24", "london", parameters, root))

    first = now()
    assert now() == first
    seen = {first, now(rule="deprivation")}
    for file in ("notebooks/costs.ipynb", "data_raw/2023-24/regions.yaml", "requirements.lock"):
        with (root / file).open("a") as stream:
            stream.write("\n")
        seen.add(now())
    assert len(seen) == 5


def test_failed_notebook_is_kept_until_the_next_run(tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "NOTEBOOKS", ("demand",))
    root = tiny.project(tmp_path / "p", demand={"num-beds": "1 / 0"})
    request = tiny.request(root, root / "build")
    with pytest.raises(NotebookError, match="cell num-beds failed"):
        plan.run_region(request, tiny.publish, root)
    kept = root / "build" / "2023-24" / "london.failed"
    assert [path.name for path in kept.iterdir()] == ["demand.ipynb"]
    assert not request.folder.exists()
    tiny.write_notebook(root / "notebooks" / "demand.ipynb", {"num-beds": tiny.shows("number")})
    plan.run_region(request, tiny.publish, root)
    assert not kept.exists()


def no_font(folder, formats, renderer):
    (folder / "report.qmd").write_text("line 1")
    raise RenderError("the PDF cannot be typeset", ["no font"], "mend it")


def test_report_that_cannot_be_made_leaves_the_last_good_one_and_is_kept_for_a_look(made, tmp_path):
    root, good, _ = made
    request = tiny.request(root, tmp_path)
    shutil.copytree(good, request.folder)
    before = {path: path.read_bytes() for path in request.folder.rglob("*") if path.is_file()}
    with pytest.raises(RenderError, match="no font") as caught:
        plan.run_region(request, no_font, root)
    assert {path: path.read_bytes() for path in request.folder.rglob("*") if path.is_file()} == before
    failed = request.folder.with_name("london.failed")
    assert caught.value.remedy == f"mend it; {failed} keeps what the run made"
    assert (failed / "report.qmd").read_text() == "line 1"
    assert (failed / "artefacts" / "num-demand.csv").is_file()
    assert (failed / "notebooks" / "demand.ipynb").is_file()
    assert {path.name for path in request.folder.parent.iterdir() if path.is_dir()} == {"london", "london.failed"}


def refuses(*arguments, of=OSError):
    raise of(*arguments)


@pytest.mark.parametrize(
    ("publish", "told"),
    [
        (lambda *_: refuses(2, "No such file", "reports/_quarto.yml"), "  reports/_quarto.yml  No such file"),
        (lambda *_: refuses(28, "No space left on device", "temporary/report.typ"), "temporary/report.typ  No space"),
        (lambda *_: refuses("x" * 5000), "x" * 300),
        (lambda *_: refuses([("a", "b", "gone")] * 99, of=shutil.Error), "  a  gone"),
    ],
)
def test_refusal_while_the_report_is_made_is_not_laid_on_the_output_folder(made, tmp_path, monkeypatch, publish, told):
    monkeypatch.setattr(plan, "NOTEBOOKS", ("demand",))
    with pytest.raises(RenderError) as caught:
        plan.run_region(tiny.request(made[0], tmp_path / "build"), publish, made[0])
    assert caught.value.headline == "the report cannot be made"
    assert told in str(caught.value)
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "there is no manifest.json"), ("{", "Invalid JSON"), ('{"edition": "x"}', "region: Field required")],
)
def test_manifest_that_cannot_be_used(tmp_path, content, told):
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(ReproduceError, match=told):
        Manifest.read(tmp_path)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"edition": "../.."}, "edition: ../.. is none of 2023-24, 2009-10"),
        ({"edition": "2009-10"}, "edition: 2009-10 is not the 2023-24 of the parameters"),
        ({"region": "../london"}, "region: ../london is not the london of the parameters"),
        ({"formats": ["exe"]}, "formats.0: Input should be 'html', 'pdf', 'docx' or 'xlsx'"),
        ({"versions": {"renderer": "latex"}}, "versions.renderer: latex is none of embedded, quarto"),
        ({"versions": {}}, "versions.renderer: None is none of embedded, quarto"),
        ({"outputs": {"../secret.txt": ""}}, "../secret.txt is not a path inside the folder"),
        ({"outputs": {"/etc/passwd": ""}}, "/etc/passwd is not a path inside the folder"),
        ({"outputs": {"C:\\secret.txt": ""}}, "is not a path inside the folder"),
        ({"lock": "other"}, "fingerprint: it is not that of"),
    ],
)
def test_manifest_that_was_tampered_with(made, tmp_path, changes, told):
    manifest = json.loads((made[1] / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | changes))
    with pytest.raises(ReproduceError) as caught:
        Manifest.read(tmp_path)
    assert told in str(caught.value)


def test_manifest_whose_artefact_names_a_file_elsewhere(made, tmp_path):
    manifest = json.loads((made[1] / "manifest.json").read_text())
    manifest["artefacts"]["num-demand"]["files"] = ["../../num-demand.csv"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ReproduceError, match="is not a path inside the folder"):
        Manifest.read(tmp_path)


def test_command_line_can_import_it_quickly():
    code = "import sys, needs.run.plan, needs.run.pool; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"papermill", "nbformat", "nbclient", "pandas", "numpy", "pydantic"} & set(loaded)
