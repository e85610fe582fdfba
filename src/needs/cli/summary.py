"""What a run says at its end: a row a region, a line for the whole; the same as one JSON object."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from needs.cli.course import Course, Track
from needs.cli.durations import took
from needs.cli.log import error_of
from needs.cli.rows import GAP, fitting
from needs.report.outputs import files

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from needs.errors import NeedsError
    from needs.run.pool import Outcome

__all__ = ["as_object", "say_summary"]

SPARE = ("seconds", "steps", "folder")
"""Columns that may fall away, the most needed first."""

ENDLESS = 10_000
"""Width of a log."""


def say_summary(course: Course, outcomes: Sequence[Outcome], console: Console | None = None) -> None:
    """Print how each region ended and what was made; the errors of those that failed are for others to say."""
    from rich.console import Console

    console = console or Console(highlight=False)
    terminal = console.is_terminal and not console.is_dumb_terminal
    states = Counter(_state(course, outcome) for outcome in outcomes)
    if states["unchanged"] == len(outcomes):
        lines = [_nothing_changed(course, outcomes)]
    elif len(outcomes) == 1:
        lines = _one(course, outcomes[0])
    else:
        lines = _rows(course, outcomes, console.width if terminal else ENDLESS, console.encoding if terminal else "")
        lines.append(_whole(course, outcomes, states))
    for line in lines:
        console.print(line, soft_wrap=True, markup=False)


def as_object(
    course: Course, outcomes: Sequence[Outcome] = (), error: NeedsError | None = None, code: int = 0
) -> dict[str, Any]:
    """Return the summary as JSON tells it.

    Parameters
    ----------
    course : Course
        The run.
    outcomes : sequence of Outcome
        How each region ended; none where the run was not begun or was stopped.
    error : NeedsError, optional
        What stopped the whole run.
    code : int
        Exit code of the command.

    Examples
    --------
    >>> as_object(Course({}), code=130)["exit"]
    130
    """
    regions = []
    for outcome in outcomes:
        track, region = _track(course, outcome), outcome.request.region
        regions.append(
            {
                "region": region.slug,
                "edition": region.edition,
                "state": _state(course, outcome),
                "ran": len(track.ran),
                "kept": len(track.kept),
                "seconds": round(track.seconds(course.clock()), 3),
                "folder": None if outcome.folder is None else os.fspath(outcome.folder),
                "error": error_of(outcome.error),
            }
        )
    return {
        "state": "summary",
        "seconds": round(course.elapsed, 3),
        "exit": code,
        "regions": regions,
        "error": error_of(error),
    }


def _track(course: Course, outcome: Outcome) -> Track:
    return course.tracks.get(outcome.request.region) or Track(outcome.request.region.slug)


def _state(course: Course, outcome: Outcome) -> str:
    if outcome.error is not None:
        return "failed"
    return "unchanged" if _track(course, outcome).state == "unchanged" else "done"


def _steps(track: Track) -> str:
    """Say how many steps ran and how many were kept."""
    ran, kept = len(track.ran), len(track.kept)
    words = [f"{ran} step{'s' if ran != 1 else ''}"] if ran or not kept else []
    return ", ".join(words + [f"{kept} kept"] * bool(kept)) if ran or kept else ""


def _place(outcomes: Sequence[Outcome]) -> str:
    return ", ".join(dict.fromkeys(os.fspath(outcome.request.folder.parent) for outcome in outcomes))


def _nothing_changed(course: Course, outcomes: Sequence[Outcome]) -> Text:
    from rich.text import Text

    many = len(outcomes) > 1
    what = f"{len(outcomes)} reports are" if many else f"{os.fspath(outcomes[0].request.folder)} is"
    return Text(f"Nothing has changed since the last run: {what} up to date ({took(course.elapsed)})")


def _one(course: Course, outcome: Outcome) -> list[Text]:
    """Return the files of the only region; nothing where it failed, as the error says it all."""
    from rich.text import Text

    if outcome.folder is None:
        return []
    region, steps = outcome.request.region, _steps(_track(course, outcome))
    told = f"{steps} in {took(course.elapsed)}" if steps else took(course.elapsed)
    head = Text.assemble((f"{region.name}, {region.edition}", "bold"), f": {told}")
    return [head, *(Text(f"  {outcome.folder / file}") for file in files(outcome.request.formats))]


def _rows(course: Course, outcomes: Sequence[Outcome], most: int, encoding: str) -> list[Text]:
    from rich.text import Text

    from needs.cli.live import STYLES, marks

    signs = marks(encoding) if encoding else {}
    rows = []
    for outcome in outcomes:
        track, state = _track(course, outcome), _state(course, outcome)
        steps = f"in {track.step}" if state == "failed" and track.running else _steps(track)
        folder = "" if outcome.folder is None else os.fspath(outcome.folder)
        seconds = took(track.seconds(course.clock())) if track.ran or state == "failed" else ""
        rows.append({"name": track.label, "state": state, "steps": steps, "seconds": seconds, "folder": folder})
    widest = {column: max(len(row[column]) for row in rows) for column in rows[0]}
    columns = fitting({c: w + 2 * (c == "name") for c, w in widest.items() if w}, most, SPARE)
    lines = []
    for row in rows:
        line = Text(f"{signs.get(row['state'], ' ')} ", STYLES[row["state"]])
        for column, width in columns.items():
            wide = width - 2 * (column == "name")
            text = row[column][:wide]
            style = STYLES[text] if column == "state" else "dim" if column == "seconds" else ""
            line.append(f"{text:>{wide}}" if column == "seconds" else f"{text:{wide}}", style).append(" " * GAP)
        line.rstrip()
        lines.append(line)
    return lines


def _whole(course: Course, outcomes: Sequence[Outcome], states: Counter[str]) -> Text:
    from rich.text import Text

    good = len(outcomes) - states["failed"]
    counts = ", ".join(f"{many} {state}" for state, many in sorted(states.items()))
    line = f"{good} of {len(outcomes)} reports in {_place(outcomes)}, {took(course.elapsed)}"
    return Text(f"{line}: {counts}" if len(states) > 1 else line, "bold")
