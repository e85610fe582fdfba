"""A shell in which the cells of a notebook run, and what they show, as a Jupyter kernel would send it."""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

__all__ = ["Shell"]

Output = dict[str, Any]


class _Stream(io.TextIOBase):
    """Standard output or error of cells."""

    encoding = "utf-8"

    def __init__(self, name: str, outputs: list[Output]) -> None:
        self.name, self.outputs = name, outputs

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last["name"] == self.name:
            last["text"] += text
        elif text:
            self.outputs.append({"output_type": "stream", "name": self.name, "text": text})
        return len(text)


def _encoded(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        kind: base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value
        for kind, value in data.items()
    }


class _Publisher(DisplayPublisher):
    """Keeps what ``display`` shows."""

    outputs: list[Output]

    def publish(self, data: Any, metadata: Any = None, **_: Any) -> None:  # type: ignore[override]
        shown = {"output_type": "display_data", "data": _encoded(data), "metadata": metadata or {}}
        self.outputs.append(shown)

    def clear_output(self, wait: bool = False) -> None:  # noqa: ARG002 (the name is IPython's)
        self.outputs.clear()


class _Hook(DisplayHook):
    """Keeps the value of a cell's last line."""

    outputs: list[Output]
    shown: Output

    def start_displayhook(self) -> None:
        self.shown = {}

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shown = {
            "output_type": "execute_result",
            "data": _encoded(format_dict),
            "metadata": md_dict or {},
            "execution_count": self.prompt_count,
        }

    def finish_displayhook(self) -> None:
        if self.shown.get("data"):
            self.outputs.append(self.shown)


class _Interactive(InteractiveShell):
    """IPython's shell with the two keepers above."""

    outputs: list[Output]
    leaving = False

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        error = {"output_type": "error", "ename": str(etype.__name__), "evalue": str(evalue), "traceback": stb}
        self.outputs.append(error)

    def ask_exit(self) -> None:
        self.leaving = True


class Shell:
    """Runs cells one after another.

    Parameters
    ----------
    shell : _Interactive
        IPython's shell of this process.
    outputs : list of dict
        Where the shell keeps what the present cell shows.
    """

    def __init__(self, shell: _Interactive, outputs: list[Output]) -> None:
        self._shell, self._outputs = shell, outputs

    @classmethod
    def open(cls, folder: Path) -> Shell:
        """Make the shell of this process; standard output and error go to its cells from here on.

        Parameters
        ----------
        folder : Path
            Folder for IPython's own files.
        """
        quiet = Config()
        quiet.HistoryManager.enabled = False
        quiet.InteractiveShell.colors = "nocolor"
        _Interactive.displayhook_class = _Hook  # type: ignore[assignment]
        _Interactive.display_pub_class = _Publisher  # type: ignore[assignment]
        shell = _Interactive.instance(config=quiet, ipython_dir=str(folder))
        outputs: list[Output] = []
        for keeper in (shell, shell.displayhook, shell.display_pub):
            keeper.outputs = outputs  # type: ignore[union-attr]
        sys.stdout, sys.stderr = _Stream("stdout", outputs), _Stream("stderr", outputs)
        return cls(shell, outputs)

    @property
    def leaving(self) -> bool:
        """Whether a cell asked the process to end."""
        return self._shell.leaving

    def run(self, source: str) -> tuple[list[Output], int, bool]:
        """Run one cell; return what it showed, its number and whether it ended well."""
        self._outputs.clear()
        result = self._shell.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
        return [dict(output) for output in self._outputs], self._shell.execution_count - 1, bool(result.success)
