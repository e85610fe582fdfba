"""A shell in which the cells of a notebook run, and what they show, as a Jupyter kernel would send it."""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Callable
from numbers import Integral, Rational, Real
from pathlib import Path
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from needs.run.limits import PRINTED, printed_too_much

__all__ = ["Shell"]

Output = dict[str, Any]

DEEPEST = 100
"""Lists and dictionaries inside one another that an output keeps."""


class _Shown(list[Output]):
    """What the present cell shows. The text of a stream is kept in parts until the cell ends."""

    printed = 0

    def clear(self) -> None:
        super().clear()
        self.printed = 0

    def say(self, name: str, text: str) -> None:
        self.printed += len(text)
        if self.printed > PRINTED:
            raise printed_too_much()
        last = self[-1] if self else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"].append(text)
        elif text:
            self.append({"output_type": "stream", "name": name, "text": [text]})

    def fail(self, error: BaseException, traceback: list[str]) -> None:
        words = _safely(str, error)
        self.append({"output_type": "error", "ename": type(error).__name__, "evalue": words, "traceback": traceback})

    def plain(self) -> list[Output]:
        """Return outputs as a notebook file can keep them."""
        joined = [{**shown, "text": "".join(shown["text"])} if "text" in shown else shown for shown in self]
        return [_plain({name: shown[name] for name in shown if name != "transient"}) for shown in joined]


def _safely(put: Callable[[object], str], value: object) -> str:
    """Put a value of a cell into words, whatever its class makes of that."""
    try:
        return put(value)
    except Exception:
        return f"<{type(value).__name__}>"


def _plain(value: Any, within: tuple[int, ...] = ()) -> Any:
    """Return text, numbers, lists and dictionaries of exactly those types; of anything else, what it says of itself."""
    inner = (*within, id(value))
    nested = id(value) not in within and len(within) < DEEPEST
    plain: Any
    match value:
        case None | bool():
            plain = value
        case str():
            plain = str.encode(value, "utf-8", "backslashreplace").decode()
        case bytes():
            plain = base64.b64encode(value).decode("ascii")
        case Integral():
            plain = int(value)
        case Real() if not isinstance(value, Rational):
            plain = float(value)
        case dict() if nested:
            pairs = [(key if isinstance(key, str) else _safely(str, key), item) for key, item in dict.items(value)]
            plain = {_plain(key): _plain(item, inner) for key, item in pairs}
        case list() | tuple() if nested:
            plain = [_plain(item, inner) for item in value]
        case _:
            plain = _plain(_safely(repr, value))
    return plain


class _Stream(io.TextIOBase):
    """Standard output or error of cells."""

    encoding = "utf-8"

    def __init__(self, name: str, outputs: _Shown) -> None:
        self.name, self.outputs = name, outputs

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"only text can be printed, not {type(text).__name__}")
        self.outputs.say(self.name, text)
        return len(text)


class _Publisher(DisplayPublisher):
    """Keeps what ``display`` shows."""

    outputs: _Shown

    def publish(  # type: ignore[override]
        self, data: Any, metadata: Any = None, *, transient: Any = None, update: bool = False, **_: Any
    ) -> None:
        shown = {"data": dict(data), "metadata": metadata or {}}
        name = (transient or {}).get("display_id")
        same = [output for output in self.outputs if update and name and output.get("transient") == name]
        for output in same:
            output.update(shown)
        if not same:  # an update of what an earlier cell showed comes after it
            self.outputs.append({"output_type": "display_data", **shown, "transient": name})

    def clear_output(self, wait: bool = False) -> None:  # noqa: ARG002 (the name is IPython's)
        self.outputs.clear()


class _Hook(DisplayHook):
    """Keeps the value of a cell's last line."""

    outputs: _Shown
    shown: Output

    def start_displayhook(self) -> None:
        self.shown = {}

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shown = {
            "output_type": "execute_result",
            "data": dict(format_dict),
            "metadata": md_dict or {},
            "execution_count": self.prompt_count,
        }

    def finish_displayhook(self) -> None:
        if self.shown.get("data"):
            self.outputs.append(self.shown)


class _Interactive(InteractiveShell):
    """IPython's shell with the two keepers above."""

    outputs: _Shown
    leaving = False

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:  # noqa: ARG002 (the name is IPython's)
        self.outputs.fail(evalue, stb)

    def ask_exit(self) -> None:
        self.leaving = True


class Shell:
    """Runs cells one after another.

    Parameters
    ----------
    shell : _Interactive
        IPython's shell of this process.
    outputs : _Shown
        Where the shell keeps what the present cell shows.
    """

    def __init__(self, shell: _Interactive, outputs: _Shown) -> None:
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
        outputs = _Shown()
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
        shown = self._outputs
        shown.clear()
        result = self._shell.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
        error = result.error_before_exec or result.error_in_exec
        if error is None and shown.printed > PRINTED:  # the cell, or a thread of it, went on in spite of that
            error = printed_too_much()
        if error is not None and all(output["output_type"] != "error" for output in shown):
            shown.fail(error, [])  # IPython only prints some
        return shown.plain(), self._shell.execution_count - 1, error is None
