"""A program that fails, hangs or is absent gives an error with its own last words."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from needs.errors import RenderError
from needs.report.program import run_program


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_failure_carries_the_last_lines_of_stderr(tmp_path: Path) -> None:
    code = "import sys; [print(f'line {n}', file=sys.stderr) for n in range(20)]; sys.exit(3)"
    with pytest.raises(RenderError) as caught:
        run_program(python(code), tmp_path, remedy="mend it")
    assert "failed (status 3)" in caught.value.headline
    assert [problem.what for problem in caught.value.problems] == [f"line {n}" for n in range(12, 20)]
    assert caught.value.remedy == "mend it"


def test_failure_without_stderr_shows_what_was_printed(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="only here"):
        run_program(python("print('only here'); raise SystemExit(1)"), tmp_path, remedy="")


def test_program_that_hangs_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"was stopped after 0\.2 seconds"):
        run_program(python("import time; time.sleep(30)"), tmp_path, remedy="", timeout=0.2)


def test_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="cannot be started"):
        run_program([tmp_path / "nothing"], tmp_path, remedy="")


def test_folder_clock_and_characters(tmp_path: Path) -> None:
    code = "import os, pathlib; print(pathlib.Path.cwd().name, os.environ['SOURCE_DATE_EPOCH'], 'é')"
    said = run_program(python(f"import sys; sys.stdout.reconfigure(encoding='utf-8'); {code}"), tmp_path, remedy="")
    assert said.split() == [tmp_path.name, "315532800", "é"]
