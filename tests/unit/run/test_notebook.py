"""One notebook: what it is told, what it leaves behind and how it fails."""

import json
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import v4
from tiny import write_notebook

from needs.errors import DataError, NeedsError, NotebookError
from needs.run import lane
from needs.run.notebook import execute
from needs.run.scrub import scrub

ENGINE = "jupyter"


@pytest.fixture(params=["fork", "jupyter"], autouse=True)
def engine(request, monkeypatch):
    if request.param == "fork" and not lane.available():
        pytest.skip("there is no fork here")
    monkeypatch.setattr(sys.modules[__name__], "ENGINE", request.param)
    return request.param


def run(root: Path, cells: dict[str, str], parameters: str = "{}") -> nbformat.NotebookNode:
    notebook = write_notebook(root / "notebooks" / "demand.ipynb", cells)
    return execute(notebook, parameters, root=root, kept=root / "build" / "london.failed", engine=ENGINE).notebook


def fails(root: Path, cells: dict[str, str]) -> NeedsError:
    with pytest.raises(NeedsError) as caught:
        run(root, cells)
    return caught.value


def test_kernel_is_the_running_python_with_a_steady_environment(tmp_path, monkeypatch, capfd):
    specs = tmp_path / "jupyter" / "kernels" / "python3"
    specs.mkdir(parents=True)
    (specs / "kernel.json").write_text(
        json.dumps({"argv": ["/bin/false"], "display_name": "elsewhere", "language": "python"})
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    told = json.dumps({"region": 'it\'s "{x}" \\ é'})
    names = ["NEEDS_PROJECT", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "PYTHONHASHSEED", "MPLBACKEND", "TZ"]
    code = f"import json, os, sys\nprint(json.dumps([sys.executable, parameters, *map(os.environ.get, {names})]))"
    executed = run(tmp_path, {"look": code}, told)
    seen = json.loads(executed.cells[-1].outputs[0].text.replace("<python>", sys.prefix))
    assert seen == [sys.executable, told, str(tmp_path), "1", "1", "0", "agg", "UTC"]
    assert capfd.readouterr() == ("", "")  # no notice of the kernel reaches the terminal


def test_executed_notebook_is_scrubbed_and_valid(tmp_path):
    look = "import sys\nprint(object(), __file__ if '__file__' in dir() else '')\nprint('no' + 'ise', file=sys.stderr)"
    told = {"look": look, "path": "import os; print(os.environ['NEEDS_PROJECT'] + '/data_raw/x.csv')"}
    text = nbformat.writes(run(tmp_path, told))
    notebook = nbformat.reads(text, 4)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells] == ["parameters", "injected-parameters", "look", "path"]
    assert [o.text for o in notebook.cells[2].outputs] == ["<object object at 0x0> \n"]
    assert notebook.cells[3].outputs[0].text == "data_raw/x.csv\n"
    for trace in (str(tmp_path), "start_time", "iopub", "papermill", "0x7", "noise"):
        assert trace not in text


def test_scrub_leaves_results_alone():
    data = {"image/png": "iVBOR /p/", "text/plain": "'/p/data', https://x.uk/p/data"}
    cell = v4.new_code_cell("x", id="a", outputs=[v4.new_output("display_data", data)], metadata={"tags": ["keep"]})
    scrubbed = scrub(v4.new_notebook(cells=[cell]), Path("/p")).cells[0]
    assert scrubbed.outputs[0].data == {"image/png": "iVBOR /p/", "text/plain": "'data', https://x.uk/p/data"}
    assert scrubbed.metadata == {"tags": ["keep"]}


def test_cell_that_raises_is_named_and_kept(tmp_path):
    error = fails(tmp_path, {"fig-map": "def share(a, b):\n    return a / b\nshare(1, 0)", "after": "1"})
    assert isinstance(error, NotebookError)
    kept = tmp_path / "build" / "london.failed" / "demand.ipynb"
    assert str(error).splitlines() == [
        "notebook demand, cell fig-map failed: 1 problem",
        "  ZeroDivisionError: division by zero",
        f"Next: open {kept} to see it in place        [exit 12]",
    ]
    assert "ZeroDivisionError" in kept.read_text()
    frames = str(error.__cause__)  # for --debug
    assert "return a / b" in frames
    assert "\x1b" not in frames


def test_notebook_that_cannot_be_kept_still_says_why(tmp_path):
    (tmp_path / "build").write_text("a file in place of the folder")
    error = fails(tmp_path, {"fig-map": "1 / 0"})
    assert "ZeroDivisionError" in str(error)
    assert "could not be kept" in error.remedy


def test_error_of_needs_keeps_its_class_and_words(tmp_path):
    code = (
        "from needs.errors import DataError, Problem\n"
        "raise DataError('prices.csv cannot be used', [Problem('row 3', '-1 is below 0'), 'and: this'], 'mend it')"
    )
    error = fails(tmp_path, {"tbl-prices": code})
    assert isinstance(error, DataError)
    assert str(error).splitlines() == [
        "notebook demand, cell tbl-prices: prices.csv cannot be used: 2 problems",
        "  row 3  -1 is below 0",
        "  and: this",
        "Next: mend it        [exit 11]",
    ]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import warnings; warnings.warn('odd', RuntimeWarning)", "a warning is an error here: RuntimeWarning: odd"),
        ("import os; os._exit(3)", "died"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("x = (", "SyntaxError: incomplete input"),
    ],
)
def test_other_ways_to_fail(tmp_path, code, told):
    error = fails(tmp_path, {"fine": "1", "num-beds": code})
    assert isinstance(error, NotebookError)
    assert "cell num-beds" in error.headline
    assert told in str(error)


def test_kernel_that_cannot_start_says_its_last_words(tmp_path, monkeypatch, engine):
    if engine == "fork":
        pytest.skip("no kernel is started")
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho No module named ipykernel >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    error = fails(tmp_path, {"num-beds": "1"})
    assert error.headline == "notebook demand failed"
    assert "No module named ipykernel" in str(error)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "the file is missing"),
        ("", "not a notebook"),
        ("[]", "not a notebook"),
        ("{}", "not a notebook"),
        ('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "sets the name parameters"),
    ],
)
def test_notebook_that_cannot_be_read(tmp_path, content, told):
    notebook = tmp_path / "demand.ipynb"
    if content is not None:
        notebook.write_text(content)
    with pytest.raises(NotebookError, match=told):
        execute(notebook, "{}", root=tmp_path, kept=tmp_path / "kept")
