"""What a run looks like on a terminal and in a log."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from needs.errors import NeedsError

if TYPE_CHECKING:
    from needs.data.geography import Region
    from needs.run.telling import Event

__all__ = ["labels_of", "say_error", "telling"]


def labels_of(regions: Sequence[Region]) -> dict[Region, str]:
    """Name each region, with its edition where there are several."""
    several = len({region.edition for region in regions}) > 1
    return {region: f"{region.slug}, {region.edition}" if several else region.slug for region in regions}


def line(event: Event) -> str:
    """Say in a few words what happened."""
    words = {"begins": f"{event.step} ({event.number} of {event.of})", "ends": "", "says": event.detail}
    return words.get(event.state, event.state)


def _say(label: str, event: Event) -> None:
    if words := line(event):
        click.echo(f"{label}: {words}")


class telling:  # noqa: N801 (reads as a verb where it is used)
    """One live line a region on a terminal; a plain line a step in a log."""

    def __init__(self, labels: Mapping[Region, str]) -> None:
        self.labels = labels
        self.live: Any = None

    def __enter__(self) -> Callable[[Event], None]:
        if not sys.stdout.isatty():
            return lambda event: _say(self.labels.get(event.region, event.region.slug), event)
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = SpinnerColumn(finished_text=" "), TextColumn("{task.description}"), TimeElapsedColumn()
        self.live = Progress(*columns, console=Console())
        self.live.start()
        width = max(map(len, self.labels.values()))
        names = {region: f"{label:{width}}" for region, label in self.labels.items()}
        tasks = {region: self.live.add_task(f"{name}  waiting", total=1, start=False) for region, name in names.items()}

        def told(event: Event) -> None:
            task, ended = tasks[event.region], not event.step
            self.live.start_task(task)
            if words := line(event):
                self.live.update(task, description=f"{names[event.region]}  {words}", completed=int(ended))

        return told

    def __exit__(self, *_: object) -> None:
        if self.live is not None:
            self.live.stop()


def say_error(error: NeedsError, debug: bool, before: str = "") -> None:
    """Print an error, with its traceback where that was asked for."""
    if debug:
        import traceback

        notes = getattr(error, "__notes__", None)  # what a worker saw
        click.echo("".join(notes or traceback.format_exception(error)), err=True)
    click.echo(f"{before}{error}", err=True)
