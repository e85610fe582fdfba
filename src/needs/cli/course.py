"""The course of a run: what every region has done of its steps, and what is left by the times of past runs."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from needs.run.times import Times, usual

if TYPE_CHECKING:
    from needs.data.geography import Region
    from needs.run.plan import Request
    from needs.run.telling import Event

__all__ = ["ENDS", "Course", "Track"]

ENDS = ("done", "unchanged", "failed")
"""How a region ends."""

UNDER_WAY = 0.95
"""Most of a step that counts as done while it runs."""


@dataclass
class Track:
    """How far one region is.

    Parameters
    ----------
    label : str
        Its name in the run.
    names : dict of str to str
        Its steps, and the name of each among the times.
    state : str
        ``waiting``, ``running``, or how it ended.
    step : str
        Step that began last.
    of : int
        Number of its steps.
    began, ended : float, optional
        By the clock of the course.
    ran, kept : set of str
        Steps that are over.
    running : dict of str to float
        When each step that runs began.
    reason : str
        Why the step that began last runs.
    again : bool
        Whether the last event is a step that begins for the reason of the one before.

    Examples
    --------
    >>> Track("london").state
    'waiting'
    """

    label: str
    names: dict[str, str] = field(default_factory=dict)
    state: str = "waiting"
    step: str = ""
    of: int = 0
    began: float | None = None
    ended: float | None = None
    ran: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    running: dict[str, float] = field(default_factory=dict)
    reason: str = ""
    again: bool = False

    @property
    def over(self) -> bool:
        """Whether the region has ended."""
        return self.state in ENDS

    def seconds(self, now: float) -> float:
        """Return the seconds since the region began, until it ended."""
        return 0.0 if self.began is None else (now if self.ended is None else self.ended) - self.began


class Course:
    """How a run goes on, as its events tell.

    Parameters
    ----------
    labels : mapping of Region to str
        Name of each region; one that is not there goes by its slug.
    requests : sequence of Request
        What was asked for; foretells the steps.
    out : Path, optional
        Output folder, with the times of past runs.
    clock : callable
        Seconds.

    Examples
    --------
    >>> from needs.data.geography import find_region
    >>> from needs.run.telling import Event
    >>> london, course = find_region("london"), Course({})
    >>> for number, name in enumerate(("demand", "costs"), 1):
    ...     track = course.hear(Event(london, "kept", name, number, 4))
    >>> course.share(track), course.left() is None
    (0.5, True)
    """

    def __init__(
        self,
        labels: Mapping[Region, str],
        requests: Sequence[Request] = (),
        out: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.times, self.clock, self.lock = Times(out), clock, threading.RLock()
        self.start = clock()
        self.tracks = {region: Track(label) for region, label in labels.items()}
        self._at_once = 1
        for request in requests:
            names = _steps(request)
            self.tracks[request.region].names, self.tracks[request.region].of = names, len(names)

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self.clock() - self.start

    def hear(self, event: Event) -> Track:
        """Take in an event, in any thread; return the track of its region."""
        with self.lock:
            return self._hear(event)

    def _hear(self, event: Event) -> Track:
        track = self.tracks.setdefault(event.region, Track(event.region.slug))
        now = self.clock()
        track.of = event.of or track.of
        if event.number == 1 and event.state in ("begins", "kept"):  # again, where a worker was lost
            for steps in (track.ran, track.kept, track.running):
                steps.clear()
        if event.step:
            track.names.setdefault(event.step, event.step)
        if track.began is None and event.state != "says":
            track.began = now
        track.again = event.state == "begins" and event.detail == track.reason
        if event.state == "begins":
            track.reason = event.detail
            track.state, track.step, track.running[event.step] = "running", event.step, now
            self._at_once = max(self._at_once, sum(t.state == "running" for t in self.tracks.values()))
        elif event.state == "ends":
            track.running.pop(event.step, None)
            track.ran.add(event.step)
            self.times.note(track.names[event.step], event.seconds)
        elif event.state == "kept":
            track.kept.add(event.step)
        elif event.state in ENDS and track.state != "unchanged":
            track.state, track.ended = event.state, now
            self.times.save()
        return track

    def share(self, track: Track) -> float:
        """Return the part of a region's work that is done, by the times of its steps, or by their number."""
        if track.state in ("done", "unchanged"):
            return 1.0
        weights, total = self._weights(track)
        now = self.clock() if track.ended is None else track.ended
        part = sum(weights[step] for step in track.ran | track.kept)
        for step, began in track.running.items():
            known = self.times.expected(track.names[step])
            part += min(now - began, UNDER_WAY * known) if known else 0.0
        return min(part / total, 0.99) if total else 0.0

    def whole(self) -> float:
        """Return the part of the whole run that is done; a region that failed leaves nothing to do."""
        totals = {id(track): self._weights(track)[1] for track in self.tracks.values()}
        part = sum(totals[id(t)] * (1.0 if t.over else self.share(t)) for t in self.tracks.values())
        return part / (sum(totals.values()) or 1.0)

    def left(self, track: Track | None = None) -> float | None:
        """Return the seconds that a region, or the whole run, still needs; None where no past run tells.

        Regions that wait are dealt to the next free place, as many at a time as have run at once; they
        are expected to keep as many steps as the regions before them did, with one that kept none added.
        """
        if track is not None:
            return self._left(track)
        shares = [self._run_share(t) for t in self.tracks.values() if t.state in ("done", "unchanged")]
        share = (1 + sum(shares)) / (1 + len(shares))
        needed = {id(t): self._left(t) for t in self.tracks.values() if not t.over}
        if None in needed.values():
            return None
        busy = [needed[id(t)] or 0.0 for t in self.tracks.values() if t.state == "running"]
        places = busy + [0.0] * (self._at_once - len(busy))
        heapq.heapify(places)
        for waits in (t for t in self.tracks.values() if t.state == "waiting"):
            heapq.heapreplace(places, places[0] + share * (needed[id(waits)] or 0.0))
        return max(places)

    def _left(self, track: Track) -> float | None:
        if track.over:
            return 0.0
        if not track.of or track.of > len(track.names):
            return None
        left, now = 0.0, self.clock()
        for step in track.names.keys() - track.ran - track.kept:
            known = self.times.expected(track.names[step])
            if known is None:
                return None
            left += max(known - (now - track.running.get(step, now)), 0.0)
        return left

    def _run_share(self, track: Track) -> float:
        weights, total = self._weights(track)
        return sum(weights[step] for step in track.ran) / total if total else 0.0

    def _weights(self, track: Track) -> tuple[dict[str, float], float]:
        """Return the weight of each step that is named, and of all; a step that nobody timed weighs as the others do."""
        known = {step: self.times.expected(name) for step, name in track.names.items()}
        timed = [seconds for seconds in known.values() if seconds]
        mean = sum(timed) / len(timed) if timed else 1.0
        weights = {step: seconds or mean for step, seconds in known.items()}
        return weights, sum(weights.values()) + mean * max(track.of - len(weights), 0)


def _steps(request: Request) -> dict[str, str]:
    from needs.run.plan import plan
    from needs.run.telling import REPORT

    return {step: usual(request, step) for step in (*(step.name for step in plan(own=request.own)), REPORT)}
