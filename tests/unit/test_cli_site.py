"""The command `needs site`: what it refuses, and where the site is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from nation_runs import finish_nation

from needs import cli
from needs.report.site import build as site
from needs.run import manifest

STOPPED = """
import os, signal, sys, tempfile
from needs import cli
from needs.report.site import build
from needs.run import manifest

def stop(folder, renderer):
    with tempfile.TemporaryDirectory(prefix="needs-report-"):
        (folder / "index.html").write_text("half")
        os.kill(os.getpid(), signal.SIGTERM)

manifest.code = lambda _root: {"src/needs/x.py": "00"}
build.build_site = stop
cli.main(["site", "example", "--out", sys.argv[1]])
"""


def page_of(folder, renderer):
    (folder / "index.html").write_text(renderer)
    return {"renderer": renderer, **({"note": "no whole website"} if renderer == "quarto" else {})}


@pytest.fixture
def needs(capsys, monkeypatch, tmp_path):
    """Run a command; return exit code, output and errors. The pages are left to other tests."""
    monkeypatch.setattr(manifest, "code", lambda _root: {"src/needs/x.py": "00"})
    monkeypatch.setattr(site, "build_site", page_of)

    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            cli.main(["site", *arguments, "--out", str(tmp_path)])
        return end.value.code, *capsys.readouterr()

    return run


def test_the_site_is_where_it_says(needs, tmp_path):
    finish_nation(tmp_path)
    code, out, errors = needs("example", "--renderer", "embedded")
    page = tmp_path / "example" / "site" / "index.html"
    assert (code, errors) == (0, "")
    assert out.splitlines() == [str(page), f"needs serve example --out {tmp_path} shows it"]
    assert page.read_text(encoding="utf-8") == "embedded"


def test_missing_regions_are_refused_unless_partial(needs, tmp_path):
    finish_nation(tmp_path, regions=("eastvale",))
    code, out, errors = needs("example")
    assert (code, out) == (10, "")
    assert "northmark@example  there is no finished run" in errors
    assert f"needs run --all --edition example --out {tmp_path.as_posix()}; or --partial" in errors
    assert needs("example", "--partial")[0] == 0


def test_an_unknown_edition_is_named(needs):
    code, _, errors = needs("2024-25")
    assert code == 10
    assert "edition '2024-25' is not known" in errors


def test_what_the_renderer_notes_is_said_once(needs, tmp_path):
    finish_nation(tmp_path)
    assert needs("example", "--renderer", "quarto")[2] == "no whole website\n"


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_told_to_end_it_leaves_nothing_half_made(tmp_path, monkeypatch):
    monkeypatch.setattr(manifest, "code", lambda _root: {"src/needs/x.py": "00"})
    out = finish_nation(tmp_path / "out")
    (out / "example" / "site").mkdir()
    (out / "example" / "site" / "index.html").write_text("good")
    (scratch := tmp_path / "t").mkdir()
    environment = os.environ | {"TMPDIR": str(scratch)}
    command = [sys.executable, "-c", STOPPED, str(out)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (130, False)
    assert list(scratch.glob("needs-report-*")) == []
    folders = {path.name for path in Path(out / "example").iterdir() if path.is_dir()}
    assert folders == {"northmark", "eastvale", "southmoor", "site"}
    assert (out / "example" / "site" / "index.html").read_text() == "good"
