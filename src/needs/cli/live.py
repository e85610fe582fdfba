"""The live view of a run on a terminal: a line a region, and one for the whole."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions
from rich.live import Live
from rich.text import Text

from needs.cli.course import Course, Track
from needs.cli.durations import clock, left
from needs.cli.log import words
from needs.cli.rows import GAP, fitting

if TYPE_CHECKING:
    from needs.run.telling import Event

__all__ = ["View", "lively", "marks"]

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
FRAMES = 10
"""Frames a second."""

STYLES = {"done": "green", "unchanged": "green", "failed": "red", "running": "cyan", "waiting": "dim"}
WIDTHS = {"bar": 6, "percent": 4, "step": 19, "elapsed": 5, "left": 11}
"""Width of each column after the name; a bar grows."""

SPARE = ("left", "step", "bar", "elapsed")
"""Columns that may fall away, the most needed first."""

LONGEST_BAR = 40
CHECKING = "checking evidence and parameters"


def lively() -> bool:
    """Say whether the output is a terminal that can show lines that change.

    Examples
    --------
    >>> lively()
    False
    """
    return sys.stdout.isatty() and os.environ.get("TERM") not in ("dumb", "unknown") and not os.environ.get("CI")


def marks(encoding: str) -> dict[str, str]:
    """Return the mark of each state, in characters that a terminal can show.

    Examples
    --------
    >>> marks("utf-8")["done"], marks("ascii")["done"]
    ('✓', '+')
    """
    if encoding.lower().startswith("utf"):
        return {"done": "✓", "unchanged": "✓", "failed": "✗", "waiting": " ", "running": SPINNER, "bar": "━╸"}
    return {"done": "+", "unchanged": "+", "failed": "x", "waiting": " ", "running": "|/-\\", "bar": "=="}


class View:
    """What the course of a run looks like at this moment; as a context, kept on the terminal while it lasts.

    Where there are more regions than lines, only those that run are shown, and the line of the whole.

    Parameters
    ----------
    course : Course
        Is shown.
    why : bool
        Whether the reason of each step that runs is said.
    console : Console, optional
        Terminal.

    Examples
    --------
    >>> from needs.data.geography import find_region
    >>> course = Course({find_region("london"): "london", find_region("midlands"): "midlands"}, clock=lambda: 0.0)
    >>> Console(width=40).print(View(course))
    ⠋ checking evidence and parameters
    """

    def __init__(self, course: Course, why: bool = False, console: Console | None = None) -> None:
        self.course, self.why = course, why
        self.console = console or Console(highlight=False)
        self._most = 0.0

    @cached_property
    def _live(self) -> Live:
        return Live(self, console=self.console, refresh_per_second=FRAMES, transient=True)

    def __enter__(self) -> View:
        self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._live.transient = kind is None or not self._begun
        self._live.stop()

    @property
    def _begun(self) -> bool:
        return any(track.began is not None for track in self.course.tracks.values())

    def hear(self, event: Event) -> None:
        """Take in an event; say above the lines what is to stay."""
        track = self.course.hear(event)
        said = event.state == "says" or (self.why and event.detail and not track.again)
        if said and (line := words(event, self.why)):
            self.console.print(f"{track.label}: {line}", markup=False, soft_wrap=True)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        signs = marks(console.encoding)
        frames = signs["running"]
        signs = signs | {"running": frames[int(self.course.elapsed * FRAMES) % len(frames)]}
        with self.course.lock:
            if not self._begun:
                lines = [Text(f"{signs['running']} {CHECKING}")]
            else:
                lines = self._lines(console, options.max_width, options.size.height, signs)
        for line in lines:
            line.no_wrap, line.overflow = True, "ellipsis" if signs["done"] == "✓" else "crop"
            yield line

    def _lines(self, console: Console, width: int, height: int, signs: dict[str, str]) -> list[Text]:
        tracks = list(self.course.tracks.values())
        room = max(height - 2, 1)
        shown = tracks if len(tracks) <= room else [track for track in tracks if track.state == "running"][:room]
        name = max(len(track.label) for track in tracks)
        columns = fitting({"name": name + 2} | WIDTHS, width, SPARE)
        if "bar" in columns:
            spare = width - sum(columns.values()) - GAP * (len(columns) - 1)
            columns["bar"] = min(columns["bar"] + spare, LONGEST_BAR)
        lines = [self._row(track, columns, signs, console.no_color) for track in shown]
        return [*lines, self._whole(tracks, width)] if len(tracks) > 1 else lines

    def _row(self, track: Track, columns: dict[str, int], signs: dict[str, str], plain: bool) -> Text:
        share, style = self.course.share(track), STYLES[track.state]
        width = max(columns["name"] - 2, 0)
        cut = Text(track.label, "dim" if track.began is None else "")
        cut.truncate(width, overflow="ellipsis" if signs["done"] == "✓" else "crop", pad=True)
        waits = track.began is None
        cells = {
            "bar": Text() if waits else _bar(share, columns.get("bar", 0), signs["bar"], style, plain),
            "percent": Text("" if waits else f"{share:4.0%}"),
            "step": Text(track.step if track.state == "running" else track.state, style),
            "elapsed": Text("" if waits else f"{clock(track.seconds(self.course.clock())):>5}", "dim"),
            "left": Text("" if waits else f"{left(self.course.left(track)):>11}"),
        }
        row = Text.assemble((signs[track.state], style), " ", cut)
        for column, wide in columns.items():
            if cell := cells.get(column):
                cell.pad_right(max(wide - cell.cell_len, 0))
            if column != "name":
                row.append(" " * GAP).append_text(cells[column] if cells[column] else Text(" " * wide))
        row.rstrip()
        return row

    def _whole(self, tracks: list[Track], width: int) -> Text:
        """Return the line of the whole run: as much of it as fits."""
        over, failed = sum(track.over for track in tracks), sum(track.state == "failed" for track in tracks)
        self._most = max(self._most, self.course.whole())
        count, percent, remains = f"{over} of {len(tracks)}", f"{self._most:.0%}", left(self.course.left())
        whole = [f"{count} regions", percent, remains, f"{failed} failed" if failed else ""]
        elapsed = f"{clock(self.course.elapsed)} so far"
        for parts in ([*whole, elapsed], whole, whole[:3], [count, remains or percent], [percent]):
            line = ", ".join(part for part in parts if part)
            if len(line) + 2 <= width:
                break
        return Text(f"  {line}", "bold")


def _bar(share: float, width: int, signs: str, style: str, plain: bool) -> Text:
    halves = int(share * width * 2)
    full = signs[0] * (halves // 2) + signs[1] * (halves % 2)
    rest = (" " if plain or signs[0] == signs[1] else signs[0]) * (width - len(full))
    return Text.assemble((full, style), (rest, "bright_black"))
