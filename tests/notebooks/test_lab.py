"""A region opened by `needs lab`, through the interfaces of a real Jupyter server: Run All gives what the run gave."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import nbformat
import psutil
import pytest
import tiny

from needs.project import project_root
from needs.run import lane, plan

pytest.importorskip("jupyterlab")
websocket = pytest.importorskip("websocket")

REAL = ("population_and_need", "groups")
"""Notebooks of the real project; the others show one number each."""

LOOSE = """
c = get_config()
c.ServerApp.ip = "0.0.0.0"
c.ServerApp.root_dir = "/"
c.ServerApp.allow_remote_access = True
c.IdentityProvider.token = ""
c.PasswordIdentityProvider.token = ""
c.KernelSpecManager.ensure_native_kernel = True
"""
"""A user's own configuration, which lets anybody in."""

WHERE = "import json, os, sys\nprint(json.dumps([sys.executable, dict(os.environ)]))"


@dataclass
class Server:
    """A server as its user meets it."""

    process: subprocess.Popen[str]
    base: str
    token: str
    page: str

    def ask(self, path: str, content: Any = None, token: str | None = None) -> Any:
        body = None if content is None else json.dumps(content).encode()
        headers = {"Authorization": f"token {self.token if token is None else token}"}
        with urlopen(Request(f"{self.base}{path}", body, headers), timeout=20) as answer:
            return json.load(answer)

    def kernel_of(self, notebook: str) -> str:
        """Open a notebook as JupyterLab does and return its kernel."""
        content = {"path": notebook, "name": notebook, "type": "notebook", "kernel": {"name": "python3"}}
        return self.ask("/api/sessions", content)["kernel"]["id"]

    @contextmanager
    def channel(self, kernel: str) -> Iterator[Any]:
        place = self.base.replace("http://", "ws://")
        header = [f"Authorization: token {self.token}"]
        with closing(
            websocket.create_connection(f"{place}/api/kernels/{kernel}/channels", timeout=60, header=header)
        ) as opened:
            yield opened


def send(channel: Any, code: str) -> str:
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": "execute_request",
        "version": "5.3",
        "username": "",
        "session": "s",
    }
    content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}
    told = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    channel.send(json.dumps(told))
    return header["msg_id"]


def run(channel: Any, code: str) -> list[dict[str, Any]]:
    """Run a cell and return its outputs."""
    asked, outputs = send(channel, code), []
    while True:
        message = json.loads(channel.recv())
        if message["parent_header"].get("msg_id") != asked:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind in ("display_data", "execute_result", "stream", "error"):
            outputs.append(content)
        if kind == "status" and content["execution_state"] == "idle":
            return outputs


@contextmanager
def opened(root: Path, region: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """Open a region as a user does and end it with Ctrl-C; nothing that it started is left."""
    command = [sys.executable, "-c", "from needs.cli import main; main()", "lab", region, "--no-browser"]
    told = {**os.environ, "NEEDS_PROJECT": str(root), **environment}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=root, env=told, start_new_session=True, **pipes) as process:
        try:
            said = []
            while not said or "(Ctrl-C ends it)" not in said[-1]:
                said.append(process.stdout.readline())
                assert said[-1], "".join(said)
            address = urlsplit(said[-1].split()[0])
            (token,) = parse_qs(address.query)["token"]
            yield Server(process, f"http://{address.netloc}", token, address.path)
            end(process, signal.SIGINT)
        finally:
            process.kill()


def end(process: subprocess.Popen[str], sent: signal.Signals) -> None:
    """End a server and see that its kernels, and what they started, end with it."""
    started = psutil.Process(process.pid).children(recursive=True)
    assert started
    os.kill(process.pid, sent)
    said, _ = process.communicate(timeout=30)
    assert (process.returncode, said.splitlines()[-1]) == (0, "Stopped."), said
    assert "Traceback" not in said
    assert psutil.wait_procs(started, timeout=5)[1] == []


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(f): (f.read_bytes(), f.stat().st_mtime_ns) for f in folder.rglob("*") if f.is_file()}


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A project with a report of London; two of its notebooks are real."""
    root = tiny.project(tmp_path_factory.mktemp("lab") / "p")
    for name in REAL:
        shutil.copy(project_root() / "notebooks" / f"{name}.ipynb", root / "notebooks")
    plan.run_region(tiny.request(root, root / "build"), tiny.publish, root)
    return root


@pytest.fixture(scope="module")
def report(root) -> Path:
    return root / "build" / "2023-24" / "london"


@pytest.fixture(scope="module")
def server(root, report, tmp_path_factory) -> Iterator[Server]:
    """That report opened by a user whose own configuration is careless, and whose environment is odd."""
    own = tmp_path_factory.mktemp("own")
    (own / "jupyter_server_config.py").write_text(LOOSE)
    settings = own / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension" / "themes.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"theme": "JupyterLab Dark"}')
    startup = own / "ipython" / "profile_default" / "startup" / "first.py"
    startup.parent.mkdir(parents=True)
    startup.write_text("import needs.values\nneeds.values.Estimate = None\n")
    odd = {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "MPLBACKEND": "svg", "JUPYTER_GATEWAY_URL": "http://127.0.0.1:9"}
    before = files(report)
    with opened(root, "london", odd | {"JUPYTER_CONFIG_DIR": str(own), "IPYTHONDIR": str(own / "ipython")}) as found:
        yield found
        assert files(report) == before


def test_the_notebooks_of_the_region_are_listed_and_the_first_is_opened(server, report):
    listed = {item["name"]: item["type"] for item in server.ask("/api/contents")["content"]}
    assert listed == {path.name: "notebook" for path in (report / "notebooks").iterdir()}
    assert len(listed) == len(plan.NOTEBOOKS)
    assert server.page == "/lab/tree/population_and_need.ipynb"
    with urlopen(f"{server.base}{server.page}?token={server.token}", timeout=20) as page:
        assert "jupyter-config-data" in page.read().decode()


@pytest.mark.parametrize("path", ["/api/contents", "/api/kernels", "/api/kernelspecs"])
@pytest.mark.parametrize("token", ["", "guessed"])
def test_nobody_comes_in_without_the_token(server, path, token):
    with pytest.raises(HTTPError, match="403") as refused:
        server.ask(path, token=token)
    refused.value.close()
    with urlopen(f"{server.base}/files/groups.ipynb?token={token}", timeout=20) as page:
        assert urlsplit(page.url).path == "/login"


def test_only_this_computer_is_listened_to(server):
    open_ports = [
        c for c in psutil.Process(server.process.pid).net_connections("inet") if c.status == psutil.CONN_LISTEN
    ]
    assert {(c.laddr.ip, c.laddr.port) for c in open_ports} == {("127.0.0.1", urlsplit(server.base).port)}


def test_there_is_one_kernel_and_it_is_named_for_the_region(server):
    found = server.ask("/api/kernelspecs")
    assert found["default"] == "python3"
    assert {name: k["spec"]["display_name"] for name, k in found["kernelspecs"].items()} == {
        "python3": "needs: London, 2023-24"
    }


def test_a_users_own_theme_holds_and_no_news_are_asked_for(server):
    place = "/lab/api/settings/@jupyterlab/apputils-extension"
    assert server.ask(f"{place}:themes")["settings"] == {"theme": "JupyterLab Dark"}
    assert server.ask(f"{place}:notification")["schema"]["properties"]["fetchNews"]["default"] == "false"


@pytest.mark.parametrize("name", [*REAL, "demand"])
def test_run_all_gives_what_the_run_gave(server, report, root, name):
    ran = nbformat.read(report / "notebooks" / f"{name}.ipynb", as_version=4)
    opened = server.ask(f"/api/contents/{name}.ipynb")["content"]
    assert [cell["id"] for cell in opened["cells"]] == [cell.id for cell in ran.cells]
    with server.channel(server.kernel_of(f"{name}.ipynb")) as channel:
        pictures = 0
        for cell in ran.cells:
            if cell.cell_type != "code":
                continue
            outputs = run(channel, cell.source)
            assert [o["data"] for o in outputs] == [o["data"] for o in cell.outputs], cell.id
            pictures += sum("image/png" in o["data"] and "image/svg+xml" in o["data"] for o in outputs)
            shows = cell.id.startswith(("fig-", "tbl-", "num-"))
            assert ["application/vnd.needs.artefact+json" in o["data"] for o in outputs] == [True] * shows
        assert (pictures > 0) == (name in REAL)
        (said,) = run(channel, WHERE)
    executable, told = json.loads(said["text"])
    assert executable == sys.executable
    assert told | lane.STEADY | {"NEEDS_PROJECT": str(root)} == told


def test_ctrl_c_ends_kernels_that_are_busy_and_what_they_started(root, report):
    before = files(report)
    busy = "import pathlib, subprocess, time\nsubprocess.Popen(['sleep', '60'])\npathlib.Path('on').touch()\ntime.sleep(60)"
    with opened(root, "london", {}) as server, server.channel(server.kernel_of("costs.ipynb")) as channel:
        send(channel, busy)
        until_there(report.with_name("london.lab") / "on")
    assert files(report) == before


def until_there(path: Path) -> None:
    """Wait until there is a file."""
    until = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < until, f"{path} never came"
        time.sleep(0.05)
