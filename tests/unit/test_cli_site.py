"""The command `needs site`: what it refuses, and where the site is."""

from __future__ import annotations

import pytest
from nation_runs import finish_nation

from needs import cli
from needs.report import site
from needs.run import manifest


@pytest.fixture
def needs(capsys, monkeypatch, tmp_path):
    """Run a command; return exit code, output and errors. The pages are left to other tests."""
    monkeypatch.setattr(manifest, "code", lambda _root: {"src/needs/x.py": "00"})
    monkeypatch.setattr(site, "build_site", lambda folder, renderer: (folder / "index.html").write_text(renderer))

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
