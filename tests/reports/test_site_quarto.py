"""Quarto's website project against a recording stand-in for its command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from quarto_shapes import stand_in
from ruamel.yaml import YAML

from needs.errors import RenderError
from needs.project import project_root
from needs.report.site.website import QuartoWebsite, choose_website, website_project

STAND_IN = """
import json, os, pathlib, sys
here = pathlib.Path.cwd()
with pathlib.Path(os.environ["QUARTO_LOG"]).open("a", encoding="utf-8") as lines:
    files = sorted(path.relative_to(here).as_posix() for path in here.rglob("*") if path.is_file())
    project = (here / "_quarto.yml").read_text(encoding="utf-8") if (here / "_quarto.yml").is_file() else ""
    print(json.dumps({"arguments": sys.argv[1:], "folder": str(here), "files": files, "project": project}), file=lines)
if sys.argv[1:] == ["--version"]:
    print("1.9.38")
    sys.exit(0)
mode, kind = os.environ.get("QUARTO_MODE", ""), "website" if "type: website" in project else "default"
if mode in ("fail", f"fail {kind}"):
    print("ERROR: about.qmd: unexpected end of file", file=sys.stderr)
    sys.exit(1)
sources = [line.strip()[2:] for line in project.splitlines() if line.strip().endswith(".qmd")]
(here / "_site").mkdir()
bare = '<script src="site_libs/a.js"></script>' if mode == f"bare {kind}" else ""
for source in sources[: 1 if mode in ("short", f"short {kind}") else None]:
    (here / "_site" / source.replace(".qmd", ".html")).write_text(f"<p>{source}</p>{bare}")
(here / "about.html").write_text("left beside its source")
(here / "_site" / "sitemap.xml").write_text("")
"""
PAGES = ["index.html", "about.html"]


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """Put a stand-in for Quarto first on PATH; return a function that gives its calls."""
    return stand_in(STAND_IN, tmp_path, monkeypatch)


@pytest.fixture
def composed(tmp_path: Path) -> Path:
    """A folder with two composed pages."""
    folder = tmp_path / "site"
    (folder / "artefacts").mkdir(parents=True)
    (folder / "about.json").write_text("{}", encoding="utf-8")
    (folder / "references.bib").write_text("", encoding="utf-8")
    for page in PAGES:
        (folder / page.replace(".html", ".qmd")).write_text("---\ntitle: A\n---\n", encoding="utf-8")
    return folder


def kinds(calls: Callable[[], list[dict[str, Any]]]) -> list[str]:
    """Return the types of the projects rendered, in order."""
    rendered = [call for call in calls() if call["arguments"][0] == "render"]
    return [YAML(typ="safe").load(call["project"])["project"]["type"] for call in rendered]


def test_one_render_of_one_website(composed: Path, calls: Callable[[], list[dict[str, Any]]]) -> None:
    assert QuartoWebsite().render(composed, PAGES) == {"quarto": "1.9.38"}
    assert [call["arguments"] for call in calls()] == [["render", ".", "--to", "html"], ["--version"]]
    assert [(composed / page).read_text(encoding="utf-8") for page in PAGES] == ["<p>index.qmd</p>", "<p>about.qmd</p>"]
    assert not (composed / "sitemap.xml").exists()
    first = calls()[0]
    assert not Path(first["folder"]).exists()
    assert {"index.qmd", "about.qmd", "theme/html.template", "theme/site.css", "theme/report.css"} <= set(
        first["files"]
    )
    told = YAML(typ="safe").load(first["project"])
    ours = YAML(typ="safe").load((project_root() / "reports" / "_quarto.yml").read_text(encoding="utf-8"))
    assert told["project"] == {"type": "website", "output-dir": "_site", "render": ["index.qmd", "about.qmd"]}
    assert told["website"]["search"] is False
    assert "navbar" not in told["website"]
    assert told["format"]["html"] == ours["format"]["html"]
    assert told["format"]["html"]["theme"] == "none"


def test_a_page_that_is_left_out_is_a_failure(
    composed: Path, calls: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUARTO_MODE", "short")
    with pytest.raises(RenderError, match=r"left out: 1 problem\n  about\.html"):
        QuartoWebsite().render(composed, PAGES)
    assert not (composed / "index.html").exists()
    assert kinds(calls) == ["website", "default"]


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        ("fail website", r"quarto failed (status 1): ERROR: about.qmd: unexpected end of file"),
        ("short website", "about.html was left out"),
        ("bare website", "index.html does not hold all it needs"),
    ],
)
def test_a_website_that_is_not_whole_is_rendered_as_a_default_project(
    composed: Path, calls: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch, mode: str, why: str
) -> None:
    monkeypatch.setenv("QUARTO_MODE", mode)
    note = f"Quarto made no whole website ({why}); the pages are of a project of type default instead"
    assert QuartoWebsite().render(composed, PAGES) == {"quarto": "1.9.38", "note": note}
    assert [(composed / page).read_text(encoding="utf-8") for page in PAGES] == ["<p>index.qmd</p>", "<p>about.qmd</p>"]
    assert kinds(calls) == ["website", "default"]
    told = YAML(typ="safe").load(calls()[1]["project"])
    assert told["project"] == {"type": "default", "output-dir": "_site", "render": ["index.qmd", "about.qmd"]}
    assert "website" not in told
    assert not {"_site/about.html", "about.html"} & set(calls()[1]["files"])


def test_pages_without_a_front_page_are_no_website(composed: Path, calls: Callable[[], list[dict[str, Any]]]) -> None:
    assert QuartoWebsite().render(composed, ["about.html"]) == {"quarto": "1.9.38"}
    assert kinds(calls) == ["default"]


def test_failure_says_why(
    composed: Path, calls: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUARTO_MODE", "fail")
    with pytest.raises(RenderError, match=r"(?s)quarto failed \(status 1\).*about\.qmd: unexpected end of file"):
        QuartoWebsite().render(composed, PAGES)
    assert kinds(calls) == ["website", "default"]


def test_choice(calls: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert isinstance(choose_website("auto"), QuartoWebsite)
    assert choose_website("embedded").name == "embedded"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose_website("auto").name == "embedded"
    with pytest.raises(RenderError, match="Quarto is not on PATH"):
        QuartoWebsite().render(tmp_path, ["index.html"])


def test_settings_of_the_reports_are_kept() -> None:
    made = website_project("project:\n  type: default\nlang: en-GB\nformat:\n  html:\n    toc: true\n", ["a.qmd"])
    assert YAML(typ="safe").load(made)["format"] == {"html": {"toc": True}}
