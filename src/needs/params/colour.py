"""Colours: how they contrast, and the nearest one that contrasts enough."""

from __future__ import annotations

import math
from collections.abc import Iterator

__all__ = ["INK", "WASHED", "WHITE", "contrast", "nearest", "wash"]

WHITE, INK = "#ffffff", "#0b0c0c"
"""Paper, and the text on it."""

WASHED = 0.06
"""Share of a colour in the lightest wash of it, at most."""

_LEVELS, _STEPS = 800, 50  # of lightness and of chroma that are tried; finer than a byte
_GREY = 0.004  # chroma below which a colour has no hue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, by their relative luminance.

    Parameters
    ----------
    one, other : str
        Colours as ``#rrggbb``.

    Returns
    -------
    float
        From 1, the same luminance, to 21, black on white.

    References
    ----------
    Web Content Accessibility Guidelines 2.2, definitions of contrast ratio and relative luminance.

    Examples
    --------
    >>> contrast("#000000", "#ffffff"), round(contrast("#767676", "#ffffff"), 2)
    (21.0, 4.54)
    """
    darker, lighter = sorted((_luminance(_linear(one)), _luminance(_linear(other))))
    return (lighter + 0.05) / (darker + 0.05)


def nearest(colour: str, least: float) -> str:
    """Return the colour nearest to one, of its hue, that contrasts enough with white.

    Near is by distance in OKLab, where equal steps look equal. The hue stays: a red becomes a darker red.

    Parameters
    ----------
    colour : str
        Colour as ``#rrggbb``.
    least : float
        Contrast ratio that is asked for, from 1 to 21.

    References
    ----------
    Ottosson (2020), A perceptual color space for image processing.

    Examples
    --------
    >>> nearest("#767676", 4.5), nearest("#777777", 4.5)
    ('#767676', '#767676')
    >>> nearest("#ff0000", 4.5)
    '#ed0805'
    """
    if contrast(colour, WHITE) >= least:
        return colour.lower()
    lightness, a, b = _oklab(_linear(colour))
    chroma = math.hypot(a, b)
    passing = set(_passing(chroma if chroma > _GREY else 0.0, math.atan2(b, a), least))

    def distance(other: str) -> float:
        return math.dist((lightness, a, b), _oklab(_linear(other)))

    return min(sorted(passing), key=distance)


def wash(colour: str, least: float) -> str:
    """Return the strongest light wash of a colour, for a background, on which text in the colour contrasts enough.

    Parameters
    ----------
    colour : str
        Colour as ``#rrggbb``.
    least : float
        Contrast ratio that is asked for.

    Examples
    --------
    >>> wash("#12436d", 4.5), wash("#767676", 4.5)
    ('#f1f4f6', '#fefefe')
    """
    red, green, blue = _bytes(colour)
    for percent in range(round(100 * WASHED), 0, -1):
        mixed = "#" + "".join(f"{round(255 + (part - 255) * percent / 100):02x}" for part in (red, green, blue))
        if contrast(mixed, colour) >= least:
            return mixed
    return WHITE


def _passing(chroma: float, hue: float, least: float) -> Iterator[str]:
    """Give, for one lightness after another, the colour of a hue nearest to a chroma that contrasts enough with white."""
    for level in range(_LEVELS + 1):
        for step in range(_STEPS + 1):
            a, b = (chroma * (1 - step / _STEPS) * turn(hue) for turn in (math.cos, math.sin))
            written = _written(_rgb(level / _LEVELS, a, b))
            if written and contrast(written, WHITE) >= least:
                yield written
                break


def _bytes(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (part / 255 for part in _bytes(colour))
    return _unbent(red), _unbent(green), _unbent(blue)


def _unbent(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _luminance(linear: tuple[float, float, float]) -> float:
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _oklab(linear: tuple[float, float, float]) -> tuple[float, float, float]:
    red, green, blue = linear
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _rgb(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _written(linear: tuple[float, float, float]) -> str | None:
    """Write a colour; None where no screen shows it."""
    if any(part < -0.0005 or part > 1.0005 for part in linear):
        return None
    parts = (min(1.0, max(0.0, part)) for part in linear)
    bent = (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in parts)
    return "#" + "".join(f"{round(255 * part):02x}" for part in bent)
