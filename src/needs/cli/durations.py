"""Lengths of time in words that keep their width while they change."""

from __future__ import annotations

import math

__all__ = ["clock", "left", "took"]


def clock(seconds: float) -> str:
    """Return a time that runs.

    Examples
    --------
    >>> clock(34.6), clock(150), clock(3725)
    ('0:34', '2:30', '1:02:05')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def left(seconds: float | None) -> str:
    """Say what is left, no finer than it is known; nothing where it is not known or over.

    Examples
    --------
    >>> left(3), left(42), left(200), left(8000), left(None), left(0)
    ('5 s left', '45 s left', '4 min left', '3 h left', '', '')
    """
    if not seconds:
        return ""
    if seconds <= 90:
        return f"{math.ceil(seconds / 5) * 5} s left"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} min left" if minutes < 100 else f"{math.ceil(minutes / 60)} h left"


def took(seconds: float) -> str:
    """Say how long something took.

    Examples
    --------
    >>> took(1.23), took(41.2), took(130), took(3725)
    ('1.2 s', '41 s', '2 min 10 s', '1 h 2 min')
    """
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"
