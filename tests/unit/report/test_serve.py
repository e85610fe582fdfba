"""The local server: files of one folder, for this computer, and nothing else."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from needs.errors import RenderError
from needs.report.site.serve import HOST, server_of


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "example" / "site"
    (folder / "artefacts").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / "private").mkdir()
    (folder / "regions" / "ash" / "Private").mkdir(parents=True)
    for name in ("private/a.txt", "regions/ash/Private/a.txt"):
        (folder / name).write_text("secret", encoding="utf-8")
    for name in ("index.html", "artefacts/tbl-a.csv", ".hidden/a.txt"):
        (folder / name).write_text(name, encoding="utf-8")
    (tmp_path / "example" / "secret.txt").write_text("secret", encoding="utf-8")
    return folder


@pytest.fixture
def server(site: Path) -> Iterator[ThreadingHTTPServer]:
    started = server_of(site)
    thread = threading.Thread(target=started.serve_forever, daemon=True)
    thread.start()
    yield started
    started.shutdown()
    started.server_close()
    thread.join()


def ask(server: ThreadingHTTPServer, path: str, host: str = "") -> tuple[int, str]:
    connection = http.client.HTTPConnection(HOST, server.server_address[1], timeout=10)
    connection.putrequest("GET", path, skip_host=True)
    connection.putheader("Host", host or f"{HOST}:{server.server_address[1]}")
    connection.endheaders()
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def test_pages_and_files_are_given(server: ThreadingHTTPServer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert ask(server, "/") == (200, "index.html")
    assert ask(server, "/artefacts/tbl-a.csv?x=1") == (200, "artefacts/tbl-a.csv")
    for host in ("localhost:1", "LocalHost:1", "LOCALHOST"):
        assert ask(server, "/", host) == (200, "index.html")


@pytest.mark.parametrize(
    "path",
    [
        "/artefacts/",
        "/artefacts",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/.hidden/a.txt",
        "/no",
        "/%00",
        "/a%00b.html",
        "/private/a.txt",
        "/regions/ash/Private/a.txt",
    ],
)
def test_nothing_else_is(server: ThreadingHTTPServer, path: str) -> None:
    status, text = ask(server, path)
    assert status in (301, 404)
    assert "secret" not in text
    assert "tbl-a" not in text


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_out_of_the_folder_is_not_followed(server: ThreadingHTTPServer, site: Path) -> None:
    (site / "out.txt").symlink_to(site.parent / "secret.txt")
    assert ask(server, "/out.txt")[0] == 404


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_what_is_private_is_not_shown_by_another_name(server: ThreadingHTTPServer, site: Path) -> None:
    (site / "open.txt").symlink_to(site / "private" / "a.txt")
    assert ask(server, "/open.txt")[0] == 404


def test_no_request_prints_anything(server: ThreadingHTTPServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(server, "/%00")[0] == 404
    try:
        raise ConnectionResetError(104, "Connection reset by peer")
    except ConnectionResetError:
        with socket.socket() as gone:
            server.handle_error(gone, (HOST, 1))
    assert capsys.readouterr() == ("", "")


def test_another_host_is_not_answered(server: ThreadingHTTPServer) -> None:
    assert ask(server, "/", "example.org")[0] == 421


def test_a_taken_port_and_a_missing_site_say_so(server: ThreadingHTTPServer, site: Path, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=rf"port {server.server_address[1]} cannot be used"):
        server_of(site, server.server_address[1])
    with pytest.raises(RenderError, match="make it with `needs site`"):
        server_of(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="signals differ there")
def test_the_command_says_where_and_stops_on_ctrl_c(site: Path) -> None:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from needs.cli import main; main()", "serve", "example", "--no-browser"]
    command += ["--out", str(site.parents[1]), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        first = running.stdout.readline()
        assert re.fullmatch(rf"http://127\.0\.0\.1:{port}/  \(Ctrl-C ends it\)\n", first)
        running.send_signal(signal.SIGINT)
        rest, errors = running.communicate(timeout=20)
    assert (running.returncode, rest, errors) == (0, "Stopped.\n", "")
