"""A run as a log: a plain line a step, or one JSON object for each event."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from needs.cli.course import Course
    from needs.errors import NeedsError
    from needs.run.telling import Event

__all__ = ["Log", "as_json", "error_of", "say_json", "words"]


def words(event: Event, why: bool = False) -> str:
    """Say in a few words what happened; nothing where the summary says it.

    Examples
    --------
    >>> from needs.data.geography import find_region
    >>> from needs.run.telling import Event
    >>> event = Event(find_region("london"), "begins", "demand", 2, 13, detail="params: demand.rule")
    >>> words(event), words(event, why=True)
    ('demand (2 of 13)', 'demand (2 of 13): params: demand.rule')
    """
    place = f"{event.step} ({event.number} of {event.of})"
    if event.state == "begins":
        return f"{place}: {event.detail}" if why and event.detail else place
    if event.state == "kept":
        return f"{place} is kept" if why else ""
    return {"ends": "", "unchanged": "", "says": event.detail}.get(event.state, event.state)


def error_of(error: NeedsError | None) -> dict[str, Any] | None:
    """Return an error as JSON tells it.

    Examples
    --------
    >>> from needs.errors import ParamsError
    >>> error_of(ParamsError("no region named", [], "needs regions"))["code"]
    10
    """
    if error is None:
        return None
    return {
        "class": type(error).__name__,
        "code": error.exit_code,
        "headline": error.headline,
        "problems": [str(problem) for problem in error.problems],
        "remedy": error.remedy,
    }


def as_json(event: Event) -> dict[str, Any]:
    """Return an event as JSON tells it, with the error of a region that failed.

    Examples
    --------
    >>> from needs.data.geography import find_region
    >>> from needs.run.telling import Event
    >>> as_json(Event(find_region("london"), "ends", "demand", 2, 13, 1.23456))["seconds"]
    1.235
    """
    told: dict[str, Any] = {"region": event.region.slug, "edition": event.region.edition}
    told |= {name: getattr(event, name) for name in ("state", "step", "number", "of", "seconds", "detail")}
    told["seconds"] = round(event.seconds, 3)
    return told | ({"error": error_of(event.error)} if event.state == "failed" else {})


def say_json(told: dict[str, Any]) -> None:
    """Print one object on one line, after the time."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    click.echo(json.dumps({"time": now} | told, ensure_ascii=False, allow_nan=False, default=str))


class Log:
    """Hears a run for a log.

    Parameters
    ----------
    course : Course
        Is kept up to date.
    form : str
        ``text`` or ``json``.
    why : bool
        Whether text says why each step runs; JSON always does.

    Examples
    --------
    >>> from needs.cli.course import Course
    >>> from needs.data.geography import find_region
    >>> from needs.run.telling import Event
    >>> Log(Course({})).hear(Event(find_region("london"), "begins", "demand", 2, 13))
    london: demand (2 of 13)
    """

    def __init__(self, course: Course, form: str = "text", why: bool = False) -> None:
        self.course, self.form, self.why = course, form, why

    def hear(self, event: Event) -> None:
        """Take in an event and print it."""
        with self.course.lock:
            track = self.course.hear(event)
            if self.form == "json":
                say_json(as_json(event))
            elif said := words(event, self.why and not track.again):
                click.echo(f"{track.label}: {said}")
