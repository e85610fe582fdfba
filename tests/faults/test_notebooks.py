"""Notebooks that never end, take too much, end themselves, or leave something behind."""

import os
import resource
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest
import tiny

from needs.errors import NotebookError
from needs.run import lane
from needs.run.notebook import execute

ENGINES = [
    pytest.param("fork", marks=pytest.mark.skipif(not lane.available(), reason="there is no fork here")),
    "jupyter",
]

pytestmark = [
    pytest.mark.parametrize("engine", ENGINES),
    pytest.mark.skipif(os.name == "nt", reason="processes of POSIX"),
]

MARK = "needs-stray"

ARGUMENTS = f"args = [sys.executable, '-c', 'import time; time.sleep(60)', '{MARK}']\n"
"""A process that can be found again."""

SETSID = f"import subprocess, sys\n{ARGUMENTS}p = subprocess.Popen(args, start_new_session=True)"
FORKED = f"import os, sys\n{ARGUMENTS}if not os.fork():\n    os.setsid()\n    os.execv(sys.executable, args)"
DAEMON = (
    f"import os, sys\n{ARGUMENTS}pid = os.fork()\nif not pid:\n    os.setsid()\n    if os.fork(): os._exit(0)\n"
    "    os.execve(sys.executable, args, {})\nos.waitpid(pid, 0)"
)


def strays() -> list[psutil.Process]:
    return [p for p in psutil.process_iter() if MARK in _words(p)]


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline() if process.status() != psutil.STATUS_ZOMBIE else []
    except psutil.Error:
        return []


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch):
    """Give a folder for temporary files of this test alone; that of pytest is where it was."""
    if lane.available():
        lane.context()  # its own files are where they were
    with TemporaryDirectory() as folder:
        monkeypatch.setattr("tempfile.tempdir", folder)
        yield Path(folder)
        assert not list(Path(folder).glob("needs-*"))
        monkeypatch.undo()


def run(root: Path, engine: str, cells: dict[str, str], **limits: float):
    notebook = tiny.write_notebook(root / "notebooks" / "demand.ipynb", cells)
    return execute(notebook, "{}", root=root, kept=root / "failed", engine=engine, **limits).notebook


def fails(root: Path, engine: str, cell: str, **limits: float) -> NotebookError:
    """Return how a notebook fails; nothing of it is left, and the next one runs."""
    with pytest.raises(NotebookError) as caught:
        run(root, engine, {"fine": "1", "num-beds": cell}, **limits)
    assert strays() == []
    assert caught.value.headline == "notebook demand, cell num-beds failed"
    assert run(root, engine, {"num-beds": "print(1)"}).cells[-1].outputs[0].text == "1\n"
    return caught.value


@pytest.mark.parametrize(
    "cell",
    [
        "while True: pass",
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)",
        "import ctypes\nctypes.PyDLL(None).sleep(60)",  # holds the interpreter: no thread of Python runs
    ],
)
def test_cell_that_never_ends(tmp_path, engine, cell):
    error = fails(tmp_path, engine, cell, timeout=1.5)
    assert [problem.what for problem in error.problems] == [
        "took longer than 1.5 seconds, which is the limit of a cell"
    ]
    assert error.remedy.startswith("give it longer with --timeout SECONDS; open ")


@pytest.mark.parametrize("cell", ["b = bytearray(10**9)\nimport time; time.sleep(60)"])
def test_notebook_that_eats_memory(tmp_path, engine, cell):
    error = fails(tmp_path, engine, cell, memory=500_000_000)
    what = "used more than 500 MB of memory, which is the limit of a notebook"
    assert [problem.what for problem in error.problems] == [what]
    assert error.remedy.startswith("allow more with --memory, or run fewer regions at a time with --jobs; open ")


def test_children_count_as_memory_of_the_notebook(tmp_path, engine):
    child = "if not os.fork():\n        b = bytearray(3 * 10**8)\n        time.sleep(60)\n"
    cell = f"import os, time\nfor _ in range(3):\n    {child}time.sleep(60)"
    assert "used more than 600 MB" in str(fails(tmp_path, engine, cell, memory=600_000_000))


def test_notebook_that_prints_too_much(tmp_path, engine):
    error = fails(tmp_path, engine, "for n in range(100): print('x' * 999_999)")
    assert "printed more than 20 million characters" in str(error)
    assert sum(kept.stat().st_size for kept in (tmp_path / "failed").iterdir()) < 21_000_000


@pytest.mark.parametrize("descriptor", [1, 2])
def test_notebook_that_prints_too_much_past_its_cells(tmp_path, engine, descriptor):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    error = fails(tmp_path, engine, f"import os\nwhile True: os.write({descriptor}, b'x' * 10**6)", timeout=30)
    assert [problem.what for problem in error.problems] == ["printed more than 20 million characters"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # KB on Linux


@pytest.mark.parametrize("junk", ["b'\\0\\0\\0\\4junk'", "b'junk' * 9"])
def test_notebook_that_writes_to_every_descriptor(tmp_path, engine, junk):
    if engine == "jupyter":
        pytest.skip("its kernel talks over sockets")
    cell = f"import os, time\nfor n in range(3, 64):\n    try: os.write(n, {junk})\n    except OSError: pass\ntime.sleep(60)"
    assert "the notebook's process died: it wrote to descriptors" in str(fails(tmp_path, engine, cell, timeout=20))


@pytest.mark.parametrize(
    "cell",
    ["exit()", "quit()", "import sys; sys.exit(3)", "import os; os._exit(3)", "import os; os.kill(os.getpid(), 9)"],
)
def test_notebook_that_ends_itself(tmp_path, engine, cell):
    error = fails(tmp_path, engine, cell)
    assert "died" in str(error) or "SystemExit: 3" in str(error)


@pytest.mark.parametrize("stray", [SETSID, FORKED, DAEMON])
@pytest.mark.parametrize("last", ["1", "import os; os.kill(os.getpid(), 9)"])
@pytest.mark.skipif(sys.platform != "linux", reason="orphans can only be adopted on Linux")
def test_what_left_the_session_of_a_notebook_ends_with_it(tmp_path, engine, stray, last):
    if last == "1":
        run(tmp_path, engine, {"stray": stray, "num-beds": last})
    else:
        with pytest.raises(NotebookError):
            run(tmp_path, engine, {"stray": stray, "num-beds": last})
    assert strays() == []


def test_threads_do_not_keep_a_notebook(tmp_path, engine):
    cell = "import threading, time\nt = threading.Thread(target=time.sleep, args=(60,))\nt.start()"
    run(tmp_path, engine, {"num-beds": cell})


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("raise ExceptionGroup('many', [ValueError('odd')])", "ExceptionGroup: many (1 sub-exception)"),
        ("%nothing", "UsageError: Line magic function `%nothing` not found."),
        ("%%nothing\n1", "UsageError: Cell magic `%%nothing` not found."),
    ],
)
def test_failure_that_is_only_printed_is_told(tmp_path, engine, cell, what):
    assert [problem.what for problem in fails(tmp_path, engine, cell).problems] == [what]


CHANGES = (
    "import os, sys, warnings, numpy, pandas, locale, random\n"
    "sys.stdout = open(os.devnull, 'w')\nos.chdir('/')\nos.environ['NEEDS_ODD'] = '1'\nos.environ.pop('TZ')\n"
    "numpy.mean = lambda *_: 42\nnumpy.seterr(all='raise')\npandas.set_option('display.precision', 1)\n"
    "sys.path.insert(0, '/odd')\nrandom.seed(1)\nnumpy.random.seed(1)\nsys.setrecursionlimit(99_999)\n"
    "import builtins; builtins.odd = 1\nimport needs.errors; needs.errors.odd = 1"
)
LOOKS = (
    "import os, sys, numpy, pandas, builtins, needs.errors\n"
    "print(os.path.basename(os.getcwd()), 'NEEDS_ODD' in os.environ, os.environ.get('TZ'), numpy.mean([1.0, 2.0]),\n"
    "      numpy.geterr()['divide'], pandas.get_option('display.precision'), '/odd' in sys.path,\n"
    "      sys.getrecursionlimit() < 99_999, hasattr(builtins, 'odd'), hasattr(needs.errors, 'odd'))"
)


def test_next_notebook_is_untouched(tmp_path, engine):
    run(tmp_path, engine, {"num-beds": CHANGES})
    (said,) = run(tmp_path, engine, {"num-beds": LOOKS}).cells[-1].outputs
    assert said.text == "notebooks False UTC 1.5 warn 6 False True False False\n"
