"""A run as a crate: whole, alike each time, without what tells of people, and by the profile that it names."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import tiny

from needs.errors import ParamsError, RenderError, ReproduceError
from needs.run import plan
from needs.run.crate import METADATA, WORKFLOW, write_crate
from needs.run.plan import PRIVATE

VALIDATOR = tiny.REPOSITORY / ".venv-tools" / "bin" / "python"
CHECK = tiny.REPOSITORY / "tests" / "reproduce" / "profile_check.py"
CITES = ["2023-24/national_secure_facts#lords-hl3021-2024", "common/need_coefficients#coid-2001"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Return the folder of one finished region, with something private in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "NOTEBOOKS", ("demand", "costs"))
        cells = {"num-demand": tiny.shows("number", sources=CITES), "fig-need": tiny.shows("figure")}
        root = tiny.project(tmp_path_factory.mktemp("project"), demand=cells)
        folder = plan.run_region(tiny.request(root, root / "build"), tiny.publish, root)
        (folder / PRIVATE).mkdir()
        (folder / PRIVATE / "excluded.csv").write_text("person\nA1234\n")
        (folder / "a note of mine.txt").write_text("for nobody else")
        yield folder


@pytest.fixture
def folder(finished, tmp_path):
    """Return a copy of it that a test may change."""
    return shutil.copytree(finished, tmp_path / "handed over" / "london")


@pytest.fixture(scope="module")
def crate(finished, tmp_path_factory):
    """Return its crate."""
    return write_crate(finished, tmp_path_factory.mktemp("crate") / "london.crate.zip")


def described(crate):
    with zipfile.ZipFile(crate) as packed:
        graph = json.loads(packed.read(METADATA))["@graph"]
    return {entity["@id"]: entity for entity in graph}


def pointed_at(node):
    """Return every identifier that something points at."""
    if isinstance(node, dict):
        own = {node["@id"]} if node.keys() == {"@id"} else set()
        return own.union(*map(pointed_at, node.values()))
    return set().union(*map(pointed_at, node)) if isinstance(node, list) else set()


def test_every_file_of_the_run_is_packed_and_nothing_else(finished, crate):
    record = json.loads((finished / "manifest.json").read_text())
    with zipfile.ZipFile(crate) as packed:
        names = packed.namelist()
        assert sorted(names) == sorted({*record["outputs"], "manifest.json", WORKFLOW, METADATA})
        assert all(packed.read(name) == (finished / name).read_bytes() for name in record["outputs"])
        whole = b"".join(map(packed.read, names))
    assert names[0] == METADATA
    assert b"A1234" not in whole
    assert os.fsencode(finished) not in whole
    told = described(crate)
    assert {name: told[name]["sha256"] for name in record["outputs"]} == record["outputs"]
    assert pointed_at(told["./"]["hasPart"]) == {*record["outputs"], "manifest.json", WORKFLOW}


def test_what_the_run_was_made_from_and_with(finished, crate):
    record, told = json.loads((finished / "manifest.json").read_text()), described(crate)
    run = told["#run"]
    assert run["instrument"] == told["./"]["mainEntity"] == {"@id": WORKFLOW}
    assert pointed_at(told[WORKFLOW]["hasPart"]) == {"notebooks/demand.ipynb", "notebooks/costs.ipynb"}
    inputs = {told[i]["name"]: told[i]["sha256"] for i in pointed_at(told["#evidence"]["hasPart"])}
    assert inputs == record["inputs"]
    cited = [told[i] for i in pointed_at(told["#input-data_raw/common/need_coefficients.csv"]["citation"])]
    assert [(source["license"] != "", "name" in source) for source in cited] == [(True, True)]
    values = {i for i in pointed_at(run["object"]) if i.startswith("#value-")}
    assert {told[i]["name"] for i in values} == set(record["parameters"])
    assert json.loads(told["#value-demand"]["value"]) == record["parameters"]["demand"]
    programs = {
        told[i]["name"]: told[i].get("softwareVersion") for i in pointed_at(told[WORKFLOW]["softwareRequirements"])
    }
    assert programs["pandas"] == record["versions"]["pandas"]
    assert told["#lock"]["sha256"] == record["lock"]
    assert pointed_at(run["result"]) == {*record["outputs"], "manifest.json"}


def test_everything_pointed_at_is_described_and_rocrate_reads_it_back(crate):
    from rocrate.rocrate import ROCrate

    told = described(crate)
    lost = pointed_at(list(told.values())) - {*told, "https://jupyter.org/", "https://w3id.org/ro/crate/1.1"}
    assert lost == set()
    read = ROCrate(crate)
    assert read.mainEntity.id == WORKFLOW
    assert len(read.data_entities) == len(pointed_at(told["./"]["hasPart"]))


PACK = """
import sys
from pathlib import Path
from needs.run.crate import write_crate
write_crate(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_same_folder_gives_the_same_bytes(folder, crate, tmp_path):
    for path in folder.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    told = os.environ | {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    out = tmp_path / "again.zip"
    subprocess.run([sys.executable, "-c", PACK, folder, out], env=told, cwd=tmp_path, check=True)
    assert out.read_bytes() == crate.read_bytes()


def test_date_is_the_newest_of_the_sources_or_what_is_said(folder, crate, tmp_path):
    about = json.loads((folder / "about.json").read_text())
    assert described(crate)["./"]["datePublished"] == max(s["date"] for s in about["sources"].values())
    said = write_crate(folder, tmp_path / "said.zip", "2026-11-22")
    assert described(said)["./"]["datePublished"] == "2026-11-22"
    with pytest.raises(ParamsError, match="'yesterday' is no date"):
        write_crate(folder, tmp_path / "never.zip", "yesterday")


def test_folder_that_is_not_as_the_run_left_it_is_refused(folder, tmp_path):
    (folder / "report.html").unlink()
    (folder / "artefacts" / "num-demand.csv").write_text("tier,beds\nhigh,99\n")
    with pytest.raises(ReproduceError) as caught:
        write_crate(folder, tmp_path / "never.zip")
    told = [str(problem) for problem in caught.value.problems]
    assert told == ["artefacts/num-demand.csv  was edited after the run", "report.html  is not there"]
    assert not (tmp_path / "never.zip").exists()


def test_what_was_packed_before_outlives_a_refusal(folder, tmp_path, monkeypatch):
    out = tmp_path / "london.crate.zip"
    out.write_bytes(b"before")

    def refused(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(RenderError, match="No space left"):
        write_crate(folder, out)
    monkeypatch.undo()
    assert {path.name: path.is_file() and path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == {
        out.name: b"before"
    }


@pytest.mark.skipif(not VALIDATOR.exists(), reason="no environment of tools: make tools makes it")
def test_validator_of_the_profile_finds_nothing_and_would(crate, tmp_path):
    def validated(path):
        return subprocess.run([VALIDATOR, CHECK, path], capture_output=True, text=True, check=False)

    well = validated(crate)
    assert (well.returncode, well.stdout) == (0, "63 checks of workflow-run-crate\n"), well.stderr
    with zipfile.ZipFile(crate) as packed:
        packed.extractall(tmp_path / "wrong")
    graph = json.loads((tmp_path / "wrong" / METADATA).read_text())
    for entity in graph["@graph"]:
        entity.pop("instrument", None)
    (tmp_path / "wrong" / METADATA).write_text(json.dumps(graph))
    wrong = validated(tmp_path / "wrong")
    assert wrong.returncode == 1
    assert "The Action MUST have an instrument property" in wrong.stdout
