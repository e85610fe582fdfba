"""Copies of a report's notebooks, to be worked on: what is copied, kept, put aside and said."""

import hashlib
import json
import socket
from functools import cache

import finished_runs
import pytest

from needs import cli
from needs.data.geography import find_region
from needs.errors import NeedsError, RenderError
from needs.params.load import load
from needs.project import project_root
from needs.run import lab, manifest

LONDON = find_region("london")


@cache
def told_and_origin(edition, region):
    """Return the parameters of a region and what a run of it is made from, as the tests began."""
    told = json.loads(load(edition, region, scenarios=[]).canonical_json())
    return told, trace(edition, region, told, project_root())


trace = manifest.trace


@pytest.fixture(autouse=True)
def _steady(monkeypatch):
    monkeypatch.setattr(manifest, "trace", lambda edition, region, *_: told_and_origin(edition, region)[1])


def finish(out, region="london", edition="2023-24", text="one", **changes):
    """Leave a finished run of two notebooks."""
    folder = out / edition / region
    (folder / "notebooks").mkdir(parents=True, exist_ok=True)
    for name in ("groups", "demand"):
        (folder / "notebooks" / f"{name}.ipynb").write_text(f"{name} {text}")
    told, now = told_and_origin(edition, region)
    finished_runs.record(
        folder, told, project_root(), **{"inputs": now.inputs, "code": now.code, "lock": now.lock, **changes}
    )
    return folder


def files(folder):
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


@pytest.mark.parametrize(
    ("region", "edition", "out", "remedy"),
    [
        ("london", "2023-24", "build", "needs run london"),
        ("london", "2009-10", "build", "needs run london --edition 2009-10"),
        ("reach-out", "2023-24", "made", "needs run reach-out --out made"),
    ],
)
def test_a_region_that_was_not_run(tmp_path, monkeypatch, region, edition, out, remedy):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RenderError, match=f"there is no finished run in {out}/{edition}/{region}") as caught:
        lab.prepare(find_region(region, edition), lab.Path(out), root=project_root())
    assert caught.value.remedy == remedy
    assert not (tmp_path / out).exists()


def test_jupyterlab_is_not_installed(tmp_path, monkeypatch):
    finish(tmp_path)
    monkeypatch.setattr(lab, "find_spec", lambda name: None)
    with pytest.raises(NeedsError, match="JupyterLab is not installed") as caught:
        lab.prepare(LONDON, tmp_path)
    assert "needs[lab]" in caught.value.remedy
    assert not (tmp_path / "2023-24" / "london.lab").exists()


def test_copies_are_the_notebooks_of_the_report_and_it_stays_as_it_was(tmp_path):
    report = finish(tmp_path)
    before = files(report)
    desk = lab.prepare(LONDON, tmp_path)
    assert desk == lab.Desk(tmp_path / "2023-24" / "london.lab", "needs: London, 2023-24", "demand.ipynb", ())
    assert {n: c for n, c in files(desk.folder).items() if n != lab.COPIED} == {
        "demand.ipynb": b"demand one",
        "groups.ipynb": b"groups one",
    }
    assert files(report) == before


def test_work_is_kept(tmp_path):
    finish(tmp_path)
    folder = lab.prepare(LONDON, tmp_path).folder
    (folder / "demand.ipynb").write_text("mine")
    notes = lab.prepare(LONDON, tmp_path).notes
    assert notes == (f"{folder} is kept as you left it; --fresh copies the notebooks anew",)
    assert (folder / "demand.ipynb").read_text() == "mine"


def test_a_newer_report_is_said_and_work_is_kept(tmp_path):
    finish(tmp_path)
    folder = lab.prepare(LONDON, tmp_path).folder
    (folder / "demand.ipynb").write_text("mine")
    finish(tmp_path, text="two")
    assert lab.prepare(LONDON, tmp_path).notes == (lab.NEWER,)
    assert (folder / "demand.ipynb").read_text() == "mine"


@pytest.mark.parametrize("spoilt", ["", "[1]", "{"])
def test_copies_of_which_nothing_is_known_are_kept(tmp_path, spoilt):
    finish(tmp_path)
    folder = lab.prepare(LONDON, tmp_path).folder
    (folder / lab.COPIED).write_text(spoilt)
    assert lab.prepare(LONDON, tmp_path).notes == (lab.NEWER,)
    aside = folder.with_name("london.lab.1")
    assert lab.prepare(LONDON, tmp_path, fresh=True).notes == (lab.ASIDE.format(folder=aside),)
    assert (aside / "demand.ipynb").read_text() == "demand one"


def test_fresh_copies_put_work_aside(tmp_path):
    finish(tmp_path)
    folder = lab.prepare(LONDON, tmp_path, fresh=True).folder
    for number in (1, 2):
        (folder / "demand.ipynb").write_text(f"mine {number}")
        aside = folder.with_name(f"london.lab.{number}")
        assert lab.prepare(LONDON, tmp_path, fresh=True).notes == (f"What you had worked on is now in {aside}",)
        assert (aside / "demand.ipynb").read_text() == f"mine {number}"
        assert (folder / "demand.ipynb").read_text() == "demand one"


def test_fresh_copies_replace_what_nobody_worked_on(tmp_path):
    finish(tmp_path)
    folder = lab.prepare(LONDON, tmp_path).folder
    (folder / lab.UNSEEN).mkdir()
    (folder / lab.UNSEEN / "demand-checkpoint.ipynb").write_text("demand one")
    finish(tmp_path, text="two")
    assert lab.prepare(LONDON, tmp_path, fresh=True).notes == ()
    assert (folder / "demand.ipynb").read_text() == "demand two"
    assert {path.name for path in tmp_path.glob("2023-24/[!.]*")} == {"london", "london.lab"}


def test_a_file_that_a_person_added_is_work(tmp_path):
    finish(tmp_path)
    folder = lab.prepare(LONDON, tmp_path).folder
    (folder / "mine").mkdir()
    (folder / "mine" / "notes.txt").write_text("mine")
    lab.prepare(LONDON, tmp_path, fresh=True)
    assert (folder.with_name("london.lab.1") / "mine" / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("change", "said"), [("edit", "groups.ipynb was edited"), ("remove", "groups.ipynb was removed")]
)
def test_a_report_that_is_not_as_the_run_left_it(tmp_path, change, said):
    notebook = finish(tmp_path) / "notebooks" / "groups.ipynb"
    notebook.write_text("import os") if change == "edit" else notebook.unlink()
    with pytest.raises(RenderError, match="are not as the run left them") as caught:
        lab.prepare(LONDON, tmp_path)
    assert [str(problem) for problem in caught.value.problems] == [said]
    assert caught.value.remedy == f"needs run london --out {tmp_path}"
    assert not (tmp_path / "2023-24" / "london.lab").exists()


def test_a_report_that_cannot_be_read(tmp_path):
    (finish(tmp_path) / manifest.FILE).write_text("{}")
    with pytest.raises(RenderError, match="2023-24/london cannot be opened") as caught:
        lab.prepare(LONDON, tmp_path)
    assert caught.value.remedy.startswith("needs run london")


@pytest.mark.parametrize("part", ["inputs", "code", "lock"])
def test_what_changed_since_the_report_is_said(tmp_path, part):
    finish(tmp_path, **{part: "00" if part == "lock" else {"data_raw/common/beds.csv": "00"}})
    (note,) = lab.prepare(LONDON, tmp_path).notes
    assert note.endswith(f"Run All may give other figures; `needs run london --out {tmp_path}` makes it anew")


def test_own_data_are_warned_of_and_read_by_nobody_else(tmp_path):
    report = finish(tmp_path, "eastvale", "example")
    before = files(report)
    desk = lab.prepare(find_region("eastvale", "example"), tmp_path)
    assert desk.notes[0] == lab.NOT_RELEASED
    assert desk.folder.stat().st_mode & 0o077 == 0
    assert files(report) == before
    again = lab.prepare(find_region("eastvale", "example"), tmp_path)
    assert again.notes[0] == lab.NOT_RELEASED


def test_a_port_that_is_taken(tmp_path):
    desk = lab.Desk(tmp_path, "needs: London, 2023-24", "demand.ipynb", ())
    with socket.create_server((lab.HOST, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(RenderError, match=f"port {port} cannot be used") as caught:
            lab.serve(desk, port, False, pytest.fail)
    assert "--port" in caught.value.remedy


def test_command(tmp_path, monkeypatch, capsys):
    finish(tmp_path)
    asked = []

    def serve(desk, port, browser, ready):
        asked.append((desk, port, browser))
        ready("http://127.0.0.1:1/lab?token=t")

    monkeypatch.setattr(lab, "serve", serve)
    told = ["lab", "Q36", "--out", str(tmp_path)]
    for more in (["--edition", "2023-24"], ["--port", "8123", "--no-browser"]):
        with pytest.raises(SystemExit):
            cli.main(["lab", "London", "--out", str(tmp_path), *more])
    out, errors = capsys.readouterr()
    assert [(port, browser) for _, port, browser in asked] == [(0, True), (8123, False)]
    assert out.splitlines() == ["http://127.0.0.1:1/lab?token=t  (Ctrl-C ends it)", "Stopped."] * 2
    assert errors == f"{asked[0][0].folder} is kept as you left it; --fresh copies the notebooks anew\n"
    with pytest.raises(SystemExit) as end:
        cli.main(told)
    out, errors = capsys.readouterr()
    assert end.value.code == 13
    assert out == "Q36 is London of edition 2009-10\n"
    assert f"there is no finished run in {tmp_path}/2009-10/london\nNext: needs run london --edition 2009-10" in errors


def test_what_was_copied_is_told_by_its_hash(tmp_path):
    finish(tmp_path)
    told = json.loads((lab.prepare(LONDON, tmp_path).folder / lab.COPIED).read_text())
    assert told["demand.ipynb"] == hashlib.sha256(b"demand one").hexdigest()
