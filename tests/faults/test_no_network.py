"""A run asks no other computer for anything: with every way out shut it makes the same report, in every format."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
import tiny

HOOK = """
import sys

def refuse(event, told):
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"):
        shut = told[0].family.name != "AF_UNIX"
    else:
        shut = event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "urllib.Request")
    if shut:
        raise ConnectionRefusedError(f"{event} is shut here: {told[1:]}")

sys.addaudithook(refuse)
"""
"""What every Python process of a run imports as it starts."""

ASK = "import socket, sys\nsocket.create_connection(('127.0.0.1', int(sys.argv[1])), timeout=5).close()"
"""A program that asks a server of this computer."""

EXECUTE = """
import sys
from pathlib import Path

from needs.run.notebook import execute

path = Path(sys.argv[1])
execute(path, "{}", root=path.parents[1], kept=path.parents[1] / "kept")
"""
"""A program that executes a notebook as a run does."""

REPORT = """
import sys
from pathlib import Path

from needs.cli import main
from needs.data.geography import find_region
from needs.params.load import load
from needs.project import project_root
from needs.report.publish import publish
from needs.report.quarto import find_quarto
from needs.run.measured import measure
from needs.run.plan import Request, run_region

out, one = Path(sys.argv[1]), ("step-down-40",)
region = find_region("eastvale", "example")
told = load(region.edition, region.slug, scenarios=one)
told = load(region.edition, region.slug, scenarios=one, measured=measure(told, project_root()))
told = told.model_copy(update={"flow": told.flow.model_copy(update={"parameter_draws": 40})})
formats = ("html", "pdf", "docx", "xlsx")
folder = run_region(Request(region, told, formats, "embedded", out), publish)
if find_quarto():
    publish(folder, formats, "quarto")
main(["audit", str(folder), "--no-browser"])
"""
"""A program that makes a report of every notebook in every format with every renderer, and audits it."""


def namespace() -> list[str]:
    """Return what starts a program where there is no network, or nothing where the system does not let us."""
    for begin in (["unshare", "-n"], ["unshare", "-rn"]):
        if (
            shutil.which("unshare")
            and not subprocess.run([*begin, "true"], capture_output=True, check=False).returncode
        ):
            return begin
    return []


@pytest.fixture(scope="module")
def hook(tmp_path_factory) -> dict[str, str]:
    """The environment of a process that has the hook, and of all that it starts."""
    folder = tmp_path_factory.mktemp("hook")
    (folder / "sitecustomize.py").write_text(HOOK)
    return {**os.environ, "PYTHONPATH": str(folder)}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server of this computer that takes any connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        open_still = threading.Event()
        open_still.set()

        def take() -> None:
            while open_still.is_set():
                try:
                    server.accept()[0].close()
                except TimeoutError:
                    continue

        taking = threading.Thread(target=take)
        taking.start()
        yield server.getsockname()[1]
        open_still.clear()
        taking.join()


def ran(command: list[str], environment: dict[str, str], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False, **options)


def test_a_program_reaches_a_server_where_nothing_is_shut(port):
    assert ran([sys.executable, "-c", ASK, str(port)], dict(os.environ)).returncode == 0


@pytest.mark.parametrize(
    "between", [[], ["-c", "import subprocess, sys\nsys.exit(subprocess.run(sys.argv[1:]).returncode)"]]
)
def test_the_hook_shuts_the_way_out_of_a_process_and_of_what_it_starts(port, hook, between):
    through = [sys.executable, *between] if between else []
    ended = ran([*through, sys.executable, "-c", ASK, str(port)], hook)
    assert ended.returncode == 1
    assert "is shut here" in ended.stderr


def test_the_namespace_shuts_the_way_out_of_any_program(port):
    if not (begin := namespace()):
        pytest.skip("this system does not let us make a network namespace")
    ended = ran([*begin, sys.executable, "-I", "-c", ASK, str(port)], dict(os.environ))
    assert ended.returncode == 1
    assert "OSError" in ended.stderr


@pytest.mark.parametrize("shut", [False, True])
def test_the_block_reaches_the_cells_of_a_notebook(tmp_path, port, hook, shut):
    cell = ASK.replace("sys.argv[1]", str(port))
    path = tiny.write_notebook(tmp_path / "notebooks" / "demand.ipynb", {"num-people": cell})
    ended = ran([sys.executable, "-c", EXECUTE, str(path)], hook if shut else dict(os.environ))
    assert ended.returncode == int(shut), ended.stderr
    assert ("cell num-people failed: 1 problem\n  ConnectionRefusedError: socket" in ended.stderr) == shut


def test_a_report_in_every_format_with_every_way_out_shut(tmp_path, hook):
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
    ended = ran([*namespace(), sys.executable, "-c", REPORT, str(tmp_path)], hook | proxies)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stderr == ""
    assert ended.stdout.endswith("No fault found.\n")
    made = {path.name: path.read_bytes()[:4] for path in (tmp_path / "example" / "eastvale").glob("*.*")}
    assert {made["report.html"], made["report.pdf"], made["report.docx"]} == {b"<!DO", b"%PDF", b"PK\x03\x04"}
    assert [made[name] for name in made if name.endswith(".xlsx")] == [b"PK\x03\x04"]
