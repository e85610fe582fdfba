"""How long the steps of past runs took, from which a run foretells how long it will take."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from needs.data.whole import whole
from needs.run.telling import REPORT

if TYPE_CHECKING:
    from needs.run.plan import Request

__all__ = ["Times", "usual"]

FILE = Path(".kept", "times.json")
"""Where they are, in the output folder."""

LAST = 9
"""Runs of a step that are remembered."""


def usual(request: Request, step: str) -> str:
    """Name a step by what its time depends on: not the edition or region, but own data, the engine, the formats.

    Examples
    --------
    >>> from needs.data.geography import find_region
    >>> from needs.params.load import load
    >>> from needs.run.plan import Request
    >>> request = Request(find_region("london"), load("2023-24", "london"), ("html", "pdf"), "auto", Path("build"))
    >>> usual(request, "demand"), usual(request, REPORT)
    ('demand', 'report auto html pdf')
    """
    words = [step]
    if step == REPORT:
        words += [request.renderer, *request.formats]
    elif request.how.engine == "jupyter":
        words.append("jupyter")
    return " ".join(words + ["own"] * request.own)


class Times:
    """Seconds that steps took, by name: those of past runs in a file, and those of this run.

    A file that is missing, or that is no such file, foretells nothing.

    Parameters
    ----------
    out : Path, optional
        Output folder; without one nothing is remembered.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> out = Path(mkdtemp())
    >>> times = Times(out)
    >>> for seconds in (2.0, 3.0, 40.0):
    ...     times.note("demand", seconds)
    >>> times.save()
    >>> Times(out).expected("demand"), Times(out).expected("costs")
    (3.0, None)
    """

    def __init__(self, out: Path | None = None) -> None:
        self.file = out / FILE if out else None
        self.past = _read(self.file)
        self.new: dict[str, list[float]] = {}
        self._medians: dict[str, float | None] = {}

    def expected(self, name: str) -> float | None:
        """Return the seconds that a step is likely to take: the median of its last runs; None where it has none."""
        if name not in self._medians:
            from statistics import median

            known = self._last(self.past, name)
            self._medians[name] = median(known) if known else None
        return self._medians[name]

    def note(self, name: str, seconds: float) -> None:
        """Remember how long a step took."""
        self.new.setdefault(name, []).append(round(seconds, 3))
        self._medians.pop(name, None)

    def save(self) -> None:
        """Write what is new to the file, beside what other runs wrote meanwhile; a folder that refuses is left alone."""
        if self.file is None or not self.new:
            return
        past = _read(self.file)
        content = {name: self._last(past, name) for name in sorted({*past, *self.new})}
        with suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with whole(self.file) as file:
                file.write_text(json.dumps(content, indent=0), encoding="utf-8")
            self.past, self.new = content, {}

    def _last(self, past: dict[str, list[float]], name: str) -> list[float]:
        return [*past.get(name, []), *self.new.get(name, [])][-LAST:]


def _read(file: Path | None) -> dict[str, list[float]]:
    """Return what a file holds, or nothing where any of it is not seconds by name."""
    try:
        content = json.loads(file.read_text(encoding="utf-8")) if file else {}
        past = {str(name): [float(seconds) for seconds in taken] for name, taken in content.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}
    return past if all(math.isfinite(s) and s >= 0 for taken in past.values() for s in taken) else {}
