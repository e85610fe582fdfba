"""The process of a notebook in the fast lane: what it starts, how it dies, what it shows."""

import json
import os
import select
import subprocess
import sys

import pytest

from needs.run import lane

pytestmark = pytest.mark.skipif(not lane.available(), reason="there is no fork here")

FORKS = ("os.fork()", "ctypes.PyDLL(None).fork()")
"""Of Python, which says so to what asks; and of a library, which does not."""

HELD = "import ctypes, os, subprocess, time\nheld = open('held', 'wb')\nos.set_inheritable(held.fileno(), True)"
"""A cell after which the notebook, and whatever it starts, holds a pipe of the test."""


def ran(folder, *cells):
    return list(lane.run_cells(cells, folder, {}, folder / "log"))


def shown(folder, *cells):
    """Return what the last of some cells showed; all ended well."""
    *_, (outputs, _, well) = told = ran(folder, *cells)
    assert (well, len(told)) == (True, len(cells))
    return outputs


def failed(folder, cell):
    """Return how a cell failed, and what it showed before."""
    (((*before, error), _, well),) = ran(folder, cell)
    assert not well
    assert error["output_type"] == "error"
    return f"{error['ename']}: {error['evalue']}", before


@pytest.fixture
def held(tmp_path):
    """Return a question: whether all that held the pipe have ended, or end within ten seconds."""
    os.mkfifo(tmp_path / "held")
    pipe = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)

    def ended():
        return bool(select.select([pipe], [], [], 10)[0]) and os.read(pipe, 1) == b""

    yield ended
    os.close(pipe)


@pytest.mark.parametrize("fork", FORKS)
@pytest.mark.parametrize("end", ["None", "exec('raise ValueError')", "exit(3)", "exec('raise KeyboardInterrupt')"])
def test_child_forked_by_a_cell_ends_with_the_cell(tmp_path, fork, end):
    cells = [
        f"import ctypes, os\nmain = os.getpid()\npid = {fork}\nprint(pid > 0)\nif not pid: {end}",
        "if os.getpid() == main: print(os.waitpid(pid, 0)[1])",
        "open(f'ran-{os.getpid()}', 'w').close()",
        "1 + 1",
    ]
    told = ran(tmp_path, *cells)
    assert [count for _, count, well in told if well] == [1, 2, 3, 4]
    assert [outputs[0]["text"] for outputs, *_ in told[:2]] == ["True\n", "0\n"]
    assert len(list(tmp_path.glob("ran-*"))) == 1


@pytest.mark.parametrize("fork", FORKS)
def test_notebook_that_dies_is_reported_while_a_child_of_it_lives(tmp_path, held, fork):
    cell = f"if {fork} == 0: time.sleep(60)\nos._exit(3)"
    told = lane.run_cells([HELD, cell], tmp_path, {}, tmp_path / "log")
    assert next(told)[2]
    with pytest.raises(RuntimeError, match="died: ended with status 3"):
        next(told)
    assert held()


@pytest.mark.parametrize(
    "stray", ["subprocess.Popen(['sleep', '60'], close_fds=False)", "if os.fork() == 0: time.sleep(60)"]
)
@pytest.mark.parametrize("last", ["pass", "1 / 0", "exit()"])
def test_what_a_notebook_started_ends_with_it(tmp_path, held, stray, last):
    told = lane.run_cells(
        [HELD, f"process = {stray}" if "Popen" in stray else stray, last], tmp_path, {}, tmp_path / "l"
    )
    if last == "exit()":
        with pytest.raises(RuntimeError, match="ended with status 0"):
            list(told)
    else:
        assert [well for *_, well in told] == [True, True, last == "pass"]
    assert held()


UNGUARDED = """
import os, signal, sys
from pathlib import Path
from needs.run import lane
lane.PRELOAD = "sys"  # quicker
before = __file__, __spec__
print("once", flush=True)
cells, folder = {cells!r}, Path({folder!r})
for outputs, count, well in lane.run_cells(cells, folder, {{}}, folder / "log"):
    print(count, well, (__file__, __spec__) == before, flush=True)
    if {killed}:
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("killed", [False, True])
def test_script_without_a_guard(tmp_path, held, killed):
    cells = [HELD + "\nstray = subprocess.Popen(['sleep', '60'], close_fds=False)"]
    script = UNGUARDED.format(cells=cells, folder=str(tmp_path), killed=killed)
    (tmp_path / "script.py").write_text(script)
    told = {"input": script} if killed else {}  # from standard input, or a file
    command = [sys.executable, "-"] if killed else [sys.executable, tmp_path / "script.py"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **told)
    assert ended.stdout.splitlines() == ["once", "1 True True"]
    assert (ended.returncode, ended.stderr) == (-9 if killed else 0, "")
    assert held()


def test_main_module_is_as_it_was():
    main = vars(sys.modules["__main__"])
    before = dict(main)
    with lane.hidden_main():
        assert main["__spec__"] is None
    assert main == before


def test_many_lines_are_kept(tmp_path):
    (output,) = shown(tmp_path, "for n in range(300_000): print('a line of text', n)")
    assert output["text"].splitlines() == [f"a line of text {n}" for n in range(300_000)]


def test_streams_keep_their_order(tmp_path):
    cell = "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c', end='')\nprint('d')\n5"
    *streams, value = shown(tmp_path, cell)
    assert [(s["name"], s["text"]) for s in streams] == [("stdout", "a\n"), ("stderr", "b\n"), ("stdout", "cd\n")]
    assert value["data"] == {"text/plain": "5"}


@pytest.mark.parametrize(
    "cell",
    [
        "while True: print('x' * 999_999)",
        "print('x' * 20_000_001)",
        "import contextlib\nfor _ in range(30):\n    with contextlib.suppress(RuntimeError): print('x' * 999_999)",
        "from threading import Thread\nt = Thread(target=print, args=('x' * 30_000_000,))\nt.start()\nt.join()",
    ],
)
def test_cell_that_prints_too_much_fails(tmp_path, cell):
    how, before = failed(tmp_path, cell)
    assert how == "RuntimeError: printed more than 20 million characters"
    assert sum(len(output["text"]) for output in before) <= 20_000_000


def test_each_cell_may_print_as_much(tmp_path):
    cell = "print('x' * 12_000_000)"
    assert len(shown(tmp_path, cell, cell)[0]["text"]) == 12_000_001


@pytest.mark.parametrize(
    ("cell", "how"),
    [
        ("raise ExceptionGroup('many', [ValueError('odd')])", "ExceptionGroup: many (1 sub-exception)"),
        ("%nothing", "UsageError: Line magic function `%nothing` not found."),
        ("import sys; sys.stdout.write(b'x')", "TypeError: only text can be printed, not bytes"),
    ],
)
def test_every_failure_is_an_output(tmp_path, cell, how):
    assert failed(tmp_path, cell)[0] == how


def test_outputs_are_plain(tmp_path):
    cell = (
        "import numpy as np\nclass Text(str): pass\nclass Bad:\n    def __repr__(self): return 1 / 0\n"
        "ring = [1]; ring.append(ring)\n"
        "data = {'f': Bad(), 1: np.int64(2), Text('t'): Text('\\ud800'), 'x': np.float64(.5), 'r': ring, 'y': np.float32(.5),\n"
        "        'l': (True, None, b'ab'), 's': {3}, 'm': {'n': 1j}}\n"
        "display({'application/json': data}, metadata={'application/json': {'of': Bad}}, raw=True)"
    )
    (output,) = shown(tmp_path, cell)
    assert json.loads(json.dumps(output)) == output
    assert output["output_type"] == "display_data"
    assert output["metadata"] == {"application/json": {"of": "<class '__main__.Bad'>"}}
    assert output["data"]["application/json"] == {
        "f": "<Bad>",
        "1": 2,
        "t": "\\ud800",
        "x": 0.5,
        "r": [1, "[1, [...]]"],
        "y": 0.5,
        "l": [True, None, "YWI="],
        "s": "{3}",
        "m": {"n": "1j"},
    }
    assert {type(value) for value in output["data"]["application/json"].values()} == {str, int, float, list, dict}


def test_update_takes_the_place_of_what_was_shown(tmp_path):
    cell = (
        "a = display('one', display_id=True); print('between'); b = display('two', display_id=True); a.update('three')"
    )
    first, between, second = shown(tmp_path, cell)
    assert [first["data"], second["data"]] == [{"text/plain": "'three'"}, {"text/plain": "'two'"}]
    assert between["text"] == "between\n"
    assert first.keys() == {"output_type", "data", "metadata"}
    (later,) = shown(tmp_path, cell, "b.update('four')")  # the earlier cell is told already
    assert later["data"] == {"text/plain": "'four'"}
