"""What a run looks like on a terminal and in a log, and how errors are said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from needs.errors import NeedsError

if TYPE_CHECKING:
    from needs.cli.course import Course
    from needs.data.geography import Region
    from needs.run.pool import Outcome
    from needs.run.telling import Event

__all__ = ["INTERRUPTED", "labels_of", "say_error", "say_failures", "telling"]

INTERRUPTED = 130
"""Exit code of a command that was stopped."""

NAMED = 6
"""Regions that an error which they share names."""


def labels_of(regions: Sequence[Region]) -> dict[Region, str]:
    """Name each region, with its edition where there are several."""
    several = len({region.edition for region in regions}) > 1
    return {region: f"{region.slug}, {region.edition}" if several else region.slug for region in regions}


@contextmanager
def telling(
    labels: Mapping[Region, str], course: Course | None = None, form: str = "text", why: bool = False
) -> Iterator[Callable[[Event], None]]:
    """Tell of a run: one live line a region on a terminal, a plain line a step or JSON in a log."""
    from needs.cli.course import Course
    from needs.cli.live import View, lively
    from needs.cli.log import Log

    course = course or Course(labels)
    if form == "text" and lively():
        with View(course, why) as view:
            yield view.hear
    else:
        yield Log(course, form, why).hear


def say_error(error: NeedsError, debug: bool, before: str = "") -> None:
    """Print an error, with its traceback where that was asked for."""
    if debug:
        import traceback

        notes = getattr(error, "__notes__", None)  # what a worker saw
        click.echo("".join(notes or traceback.format_exception(error)), err=True)
    click.echo(f"{before}{error}", err=True)


def say_failures(outcomes: Sequence[Outcome], labels: Mapping[Region, str], debug: bool) -> None:
    """Print the error of each region that failed; one that several share, but for their own folders, once."""
    shared: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.error is not None:
            shared.setdefault(str(outcome.error).replace(str(outcome.request.folder), ""), []).append(outcome)
    for same in shared.values():
        names = [labels[outcome.request.region] for outcome in same]
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        if len(outcomes) > 1:
            click.echo(err=True)
        say_error(same[0].error, debug, f"{', '.join(names[:NAMED])}{more}: ")  # type: ignore[arg-type]
