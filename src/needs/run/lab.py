"""Open a region's executed notebooks in JupyterLab, with the parameters and the kernel of its report.

What is opened are copies in a folder of their own beside the report, which stays as it was. The server listens on this
computer alone and wants a token; its kernel is the running Python, told what a run tells every notebook.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from needs.errors import NeedsError, RenderError, ReproduceError
from needs.project import EDITIONS, project_root
from needs.run import lane, manifest, store
from needs.run.plan import NOTEBOOKS, OWN

if TYPE_CHECKING:
    from needs.data.geography import Region

__all__ = ["Desk", "prepare", "serve"]

HOST = "127.0.0.1"
"""The only address listened on: this computer."""

COPIED = ".copied.json"
"""What was copied: SHA-256 of each notebook, as the report has it."""

UNSEEN = ".ipynb_checkpoints"
"""Folder in which JupyterLab keeps what was saved before."""

LONGEST = 55
"""Bytes of a folder in which a kernel of the server can still listen: the system ends the name of a socket at 107."""

NOT_RELEASED = (
    "Careful: these notebooks read data about patients. What cells show here is not released: do not pass it on."
)
KEPT = "{folder} is kept as you left it; --fresh copies the notebooks anew"
NEWER = "The report was made anew since these notebooks were copied: they show the one before; --fresh copies them anew"
CHANGED = (
    "Code, evidence or lock have changed since the report: Run All may give other figures; `{again}` makes it anew"
)
ASIDE = "What you had worked on is now in {folder}"


@dataclass(frozen=True)
class Desk:
    """Copies of a region's executed notebooks, to be worked on.

    Parameters
    ----------
    folder : Path
        Where they are.
    title : str
        What their kernel is called.
    first : str
        The notebook that is opened first.
    notes : tuple of str
        What the user should know before.

    Examples
    --------
    >>> Desk(Path("build/2023-24/london.lab"), "needs: London, 2023-24", "demand.ipynb", ()).folder.name
    'london.lab'
    """

    folder: Path
    title: str
    first: str
    notes: tuple[str, ...]


def prepare(region: Region, out: Path, fresh: bool = False, root: Path | None = None) -> Desk:
    """Copy a region's executed notebooks where they can be worked on; copies that are there already are kept.

    Parameters
    ----------
    region : Region
        The region, which was run.
    out : Path
        Output folder of the run.
    fresh : bool
        Whether to copy anew. What was worked on in the copies is put aside.
    root : Path, optional
        Project folder.

    Raises
    ------
    NeedsError
        If JupyterLab is not installed.
    RenderError
        If the region was not run, its notebooks are not as the run left them, or the copies cannot be written.

    Examples
    --------
    >>> from needs.data.geography import find_region
    >>> prepare(find_region("london"), Path("nowhere"))
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: there is no finished run in nowhere/2023-24/london
    Next: needs run london --out nowhere        [exit 13]
    """
    if find_spec("jupyterlab") is None:
        raise NeedsError("JupyterLab is not installed", [], "install the extra: pip install 'needs[lab]'")
    root = root or project_root()
    report = out / region.edition / region.slug
    again = _command(region, out)
    record = _record(report, again)
    notebooks = _notebooks(report, record, again)
    own = bool(record.parameters.get("service", {}).get("folder"))
    folder, notes = report.with_name(f"{region.slug}.lab"), [NOT_RELEASED] * own
    if fresh and (aside := _put_aside(folder)):
        notes.append(ASIDE.format(folder=aside))
    if fresh or not folder.exists():
        _copy(notebooks, folder, own)
    else:
        notes.append(KEPT.format(folder=folder) if _copied(folder) == _digests(notebooks) else NEWER)
    now = manifest.trace(region.edition, region.slug, record.parameters, root)
    if manifest.fingerprint(now) != record.fingerprint:
        notes.append(CHANGED.format(again=again))
    first = next((name for known in (*NOTEBOOKS, *OWN) if (name := f"{known}.ipynb") in notebooks), min(notebooks))
    return Desk(folder, f"needs: {region.name}, {region.edition}", first, tuple(notes))


def _command(region: Region, out: Path) -> str:
    """Return the command that makes a region's report."""
    edition = "" if region.edition == EDITIONS[0] else f" --edition {region.edition}"
    return f"needs run {region.slug}{edition}" + ("" if out == Path("build") else f" --out {out.as_posix()}")


def _record(report: Path, again: str) -> manifest.Manifest:
    if not (report / manifest.FILE).is_file():
        raise RenderError(f"there is no finished run in {report}", [], again)
    try:
        return manifest.Manifest.read(report)
    except ReproduceError as error:
        raise RenderError(f"{report} cannot be opened", error.problems, again) from error


def _notebooks(report: Path, record: manifest.Manifest, again: str) -> dict[str, bytes]:
    """Return the executed notebooks of a report, which are to be as the run left them."""
    told = {Path(name).name: digest for name, digest in record.outputs.items() if name.startswith("notebooks/")}
    there = {name: file.read_bytes() for name in told if (file := report / "notebooks" / name).is_file()}
    now = _digests(there)
    changed = [f"{name} was {'edited' if name in now else 'removed'}" for name in told if now.get(name) != told[name]]
    if changed or not told:
        raise RenderError(f"notebooks of {report} are not as the run left them", changed or ["there are none"], again)
    return there


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def _copied(folder: Path) -> dict[str, str]:
    """Return what was copied into a folder, or nothing where that cannot be told."""
    try:
        return dict(json.loads((folder / COPIED).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _copy(notebooks: Mapping[str, bytes], folder: Path, own: bool) -> None:
    """Write copies, all or none; of a region with ``own`` data for nobody else to read."""
    with store.staged(folder) as made, store.writing(folder):
        made.chmod(0o700 if own else 0o755)
        for name, content in notebooks.items():
            (made / name).write_bytes(content)
        store.write_json(made / COPIED, _digests(notebooks))


def _put_aside(folder: Path) -> Path | None:
    """Move copies that were worked on to the first free name; return it, or None where there is nothing to keep."""
    if not folder.exists():
        return None
    files = {f.relative_to(folder) for f in folder.rglob("*") if f.is_file()}
    kept = {f.as_posix(): (folder / f).read_bytes() for f in files if UNSEEN not in f.parts and f.name != COPIED}
    if _digests(kept) == _copied(folder):
        return None
    taken = {path.name for path in folder.parent.iterdir()}
    aside = folder.with_name(
        next(name for n in range(1, len(taken) + 2) if (name := f"{folder.name}.{n}") not in taken)
    )
    with store.writing(folder):
        folder.rename(aside)
    return aside


def serve(desk: Desk, port: int, browser: bool, ready: Callable[[str], object], root: Path | None = None) -> None:
    """Show a desk in JupyterLab until the user ends it; its kernels end with it.

    Parameters
    ----------
    desk : Desk
        See :func:`prepare`.
    port : int
        Port; 0 takes a free one.
    browser : bool
        Whether to open the browser.
    ready : callable
        Is told the address, with its token, before the first answer.
    root : Path, optional
        Project folder.

    Raises
    ------
    RenderError
        If the port is taken.

    Examples
    --------
    >>> desk = Desk(Path("build/2023-24/london.lab"), "needs: London, 2023-24", "demand.ipynb", ())
    >>> serve(desk, 8888, True, print)  # doctest: +SKIP
    http://127.0.0.1:8888/lab/tree/demand.ipynb?token=...
    """
    _try_port(port)
    from jupyterlab.labapp import LabApp  # which notes the user's own settings, such as theme and keys: they hold

    token, page = secrets.token_urlsafe(24), f"/lab/tree/{desk.first}"
    with TemporaryDirectory(prefix="needs-", ignore_cleanup_errors=True) as scratch, _no_configuration():
        kernels = Path(scratch, "kernels")
        _write_kernel(kernels / "python3", desk.title, root or project_root())
        _write_habits(Path(scratch, "settings"))
        told = _settings(desk, port, browser, Path(scratch)) | {
            "IdentityProvider.token": token,
            "LabApp.default_url": page,
        }
        app = LabApp.initialize_server([f"--{name}={value}" for name, value in told.items()], runtime_dir=scratch)
        app.kernel_spec_manager.kernel_dirs = [str(kernels)]
        for end in (signal.SIGINT, signal.SIGTERM, lane.HANG_UP):
            signal.signal(end, lambda *_: app.stop(from_signal=True))
        app.io_loop.add_callback(ready, f"http://{HOST}:{app.port}{page}?token={token}")  # after it listens
        app.start()


@contextmanager
def _no_configuration() -> Iterator[None]:
    """Let Jupyter read no configuration: a careless one could let others in, or run kernels elsewhere."""
    from jupyter_core.paths import jupyter_config_dir

    os.environ["JUPYTER_NO_CONFIG"] = "1"
    try:
        yield
    finally:
        shutil.rmtree(jupyter_config_dir(), ignore_errors=True)  # an empty one, made for this process
        del os.environ["JUPYTER_NO_CONFIG"]


def _try_port(port: int) -> None:
    try:
        with socket.create_server((HOST, port)):
            pass
    except OSError as error:
        said = error.strerror or str(error)
        raise RenderError(f"port {port} cannot be used", [said], "name another with --port, or none") from error


def _write_kernel(folder: Path, title: str, root: Path) -> None:
    """Describe the kernel: this Python, told what a run tells a notebook, without the user's own start-up files."""
    folder.mkdir(parents=True)
    told = {**lane.STEADY, "NEEDS_PROJECT": str(root), "IPYTHONDIR": str(folder.parent / "ipython")}
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel = {"argv": argv, "display_name": title, "language": "python", "env": told}
    store.write_json(folder / "kernel.json", kernel)


def _write_habits(folder: Path) -> None:
    """Let JupyterLab not ask whether to fetch news; a setting of the user's own still wins."""
    folder.mkdir()
    store.write_json(folder / "overrides.json", {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}})


def _settings(desk: Desk, port: int, browser: bool, scratch: Path) -> dict[str, object]:
    """Return what the server is told.

    It asks no other computer for news, updates, extensions or kernels. Kernels talk over files where there are such sockets.
    """
    far = os.name == "nt" or len(os.fsencode(scratch)) > LONGEST
    return {
        "ServerApp.ip": HOST,
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": desk.folder.resolve(),
        "ServerApp.open_browser": browser,
        "ServerApp.allow_root": True,
        "ServerApp.answer_yes": True,
        "ServerApp.terminals_enabled": False,
        "ServerApp.log_level": "ERROR",
        "GatewayClient.url": "",
        "KernelManager.transport": "tcp" if far else "ipc",
        "LabApp.log_level": "ERROR",
        "LabApp.app_settings_dir": scratch / "settings",
        "LabApp.workspaces_dir": scratch / "workspaces",
        "LabApp.extension_manager": "readonly",
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.news_url": "None",
    }
