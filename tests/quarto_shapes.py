"""What Quarto hands to the project's filter, as far as Pandoc and Typst alone can make it: a stand-in where it is absent."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
import typst
from ruamel.yaml import YAML

from needs.project import project_root
from needs.report import program
from needs.report.workspace import workspace

PARTS = ["headings", "captions", "pictures", "tables", "references", "links", "numbers"]
"""What two renderings of one report must have alike; see read_contents in tests/reports/conftest.py."""

COMMON = [
    "report.qmd", "--standalone", "--data-dir=.", "--metadata=lang:en-GB", "--metadata=link-citations:true",
    "--lua-filter=quarto_shape.lua", "--lua-filter=common.lua",
    "--citeproc", "--bibliography=references.bib", "--csl=theme/report.csl",
]  # fmt: skip
KINDS = {
    "html": ["--to=html5", "--template=theme/html.template", "--css=theme/report.css", "--toc", "--embed-resources",
             "--output=report.html"],
    "docx": ["--to=docx", "--reference-doc=reference.docx", "--output=report.docx"],
    "pdf": ["--to=typst-citations", "--shift-heading-level-by=-1", "--include-in-header=header.typ",
            "--variable=section-numbering:1.1", "--output=report.typ"],
}  # fmt: skip


def settings() -> dict:
    """Return the project's settings of Quarto."""
    return YAML(typ="safe").load((project_root() / "reports" / "_quarto.yml").read_text(encoding="utf-8"))


def shape(made: Path, target: Path, kinds: tuple[str, ...] = ("html", "docx", "pdf")) -> Path:
    """Write the reports of a finished folder into another, in the shape that Quarto gives them."""
    folder = target / "report"
    shutil.copytree(made, folder)
    with workspace(folder, []) as scratch:
        shutil.copy(Path(__file__).parent / "reports" / "quarto_shape.lua", scratch)
        filters = (scratch / "filters" / "common.lua").read_text(encoding="utf-8")
        (scratch / "common.lua").write_text(f"quarto = {{}}\n{filters}", encoding="utf-8")
        header = settings()["format"]["typst"]["include-in-header"][0]["text"]
        (scratch / "header.typ").write_text(header, encoding="utf-8")
        for kind in kinds:
            program.pandoc([*COMMON, *KINDS[kind]], scratch)
            if kind == "pdf":
                typst.compile(
                    scratch / "report.typ", output=target / "report.pdf", root=scratch, pdf_standards="ua-1",
                    font_paths=[Path(mpl.get_data_path(), "fonts", "ttf")],
                )  # fmt: skip
            else:
                shutil.copy(scratch / f"report.{kind}", target)
    return target


def stand_in(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """Put a program of this text first on PATH as Quarto; return a function that gives its calls."""
    programs = tmp_path / "bin"
    programs.mkdir()
    script = programs / "stand_in.py"
    script.write_text(program, encoding="utf-8")
    if os.name == "nt":
        (programs / "quarto.cmd").write_text(f'@"{sys.executable}" "{script}" %*\n', encoding="utf-8")
    else:
        (programs / "quarto").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n', encoding="utf-8")
        (programs / "quarto").chmod(0o755)
    log = tmp_path / "calls.jsonl"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("QUARTO_LOG", str(log))
    return lambda: [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
