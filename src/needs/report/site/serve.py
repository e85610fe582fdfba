"""Show a finished site on this computer alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from needs.errors import RenderError

__all__ = ["HOST", "serve_folder", "server_of"]

HOST = "127.0.0.1"
"""The only address listened on: this computer."""

PRIVATE = "private"
"""Folder of a run that tells of single people; a site has none, and none is shown."""


class _Handler(SimpleHTTPRequestHandler):
    """Gives the files of one folder: no list of a folder, nothing outside it, nothing hidden, nothing for another host."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> Any:
        """Refuse what is not a file of the site before it is opened."""
        named = (self.headers.get("Host") or "").rpartition(":")[0] or self.headers.get("Host")
        if (named or "").casefold() not in (HOST, "localhost"):
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return None
        if not self._given():
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def _given(self) -> bool:
        """Whether what is asked for is inside the site, by its own path and by where links lead, and nothing kept back."""
        site, named = Path(self.directory), Path(self.translate_path(self.path))
        try:
            kept = [*named.relative_to(site).parts, *named.resolve().relative_to(site.resolve()).parts]
        except (ValueError, OSError, RuntimeError):  # outside, or no path: a zero in it, a loop of links
            return False
        return not any(part.startswith(".") or part.casefold() == PRIVATE for part in kept)

    def list_directory(self, path: Any) -> None:  # noqa: ARG002 (the base class gives it)
        """Say that a folder without a page is not there."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        """Let nothing be kept, so that a site made again is seen."""
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing of each request."""


class _Server(ThreadingHTTPServer):
    """Answers each browser in a thread."""

    def handle_error(self, *_: Any) -> None:
        """Say nothing of a browser that went away."""


def server_of(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """Return a server of a finished site, listening on this computer alone.

    Parameters
    ----------
    folder : Path
        The site.
    port : int
        Port; 0 takes a free one.

    Raises
    ------
    RenderError
        If there is no site, or the port is taken.

    Examples
    --------
    >>> server_of(Path("build/2023-24/nowhere"))
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: there is no site in build/2023-24/nowhere
    Next: make it with `needs site`        [exit 13]
    """
    if not (folder / "index.html").is_file():
        raise RenderError(f"there is no site in {folder}", [], "make it with `needs site`")
    try:
        return _Server((HOST, port), partial(_Handler, directory=str(folder)))
    except OSError as error:
        said = error.strerror or str(error)
        raise RenderError(f"port {port} cannot be used", [said], "name another with --port, or none") from error


def serve_folder(server: ThreadingHTTPServer, ready: Callable[[str], object]) -> None:
    """Answer until the user stops it, then free the port.

    Parameters
    ----------
    server : ThreadingHTTPServer
        See :func:`server_of`.
    ready : callable
        Is told the address before the first answer.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> site = Path(mkdtemp())
    >>> _ = (site / "index.html").write_text("")
    >>> def stop(address):
    ...     raise KeyboardInterrupt
    >>> serve_folder(server_of(site), stop)
    """
    try:
        ready(f"http://{HOST}:{server.server_address[1]}/")
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
