"""Mark pictures of synthetic data as such, so that none is taken for a picture of patients."""

from __future__ import annotations

import io
import re

import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
from matplotlib.font_manager import findfont

from needs.present.artefact import Image
from needs.present.style import COLOURS, FONTS, PURPLE

__all__ = ["NOTICE", "stamped"]

NOTICE = "Synthetic data: made up, about nobody"
"""What a picture of synthetic data says."""

_STRIP, _SIZE = 20.0, 11.0
"""Height of the strip below the picture and of its letters, points."""


def stamped(image: Image) -> Image:
    """Return a picture with a strip below it that says that its data are synthetic.

    Parameters
    ----------
    image : Image
        A picture as :func:`needs.present.style.drawn` makes it.

    Examples
    --------
    >>> from needs.present.style import canvas, drawn
    >>> with canvas() as (figure, _):
    ...     plain = drawn(figure)
    >>> marked = stamped(plain)
    >>> NOTICE in marked.svg, PIL.Image.open(io.BytesIO(marked.png)).height > PIL.Image.open(io.BytesIO(plain.png)).height
    (True, True)
    """
    svg, share = _on_lines(image.svg)
    points = tuple((x, round(y * share, 1), text) for x, y, text in image.points)
    return Image(svg, _on_dots(image.png), points)


def _on_lines(svg: str) -> tuple[str, float]:
    """Make the picture taller and write the notice below it; return it and the share of its height it had before."""
    start = svg.index("<svg ")
    head = svg[start : svg.index(">", start) + 1]
    width, height = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', head)[0])
    taller = height + _STRIP
    grown = re.sub(r'viewBox="[^"]*"', f'viewBox="0 0 {width:.6g} {taller:.6g}"', head)
    grown = re.sub(r'height="[\d.]+pt"', f'height="{taller:.6g}pt"', grown)
    words = (
        f'<rect x="0" y="{height:.6g}" width="{width:.6g}" height="{_STRIP:g}" fill="#ffffff"/>'
        f'<text x="2" y="{taller - 6:.6g}" style="font-size: {_SIZE:g}px; font-family: {FONTS}; fill: {PURPLE}">{NOTICE}</text>'
    )
    return svg.replace(head, grown, 1).replace("</svg>", f"{words}\n</svg>"), height / taller


def _on_dots(png: bytes) -> bytes:
    picture = PIL.Image.open(io.BytesIO(png)).convert("RGB")
    scale = picture.width / 648
    strip = round(_STRIP * scale)
    taller = PIL.Image.new("RGB", (picture.width, picture.height + strip), "white")
    taller.paste(picture)
    font = PIL.ImageFont.truetype(findfont("DejaVu Sans"), round(_SIZE * scale))
    PIL.ImageDraw.Draw(taller).text((round(2 * scale), picture.height), NOTICE, fill=PURPLE, font=font)
    few = io.BytesIO()
    taller.quantize(COLOURS, dither=PIL.Image.Dither.NONE).save(few, format="png", optimize=True)
    return few.getvalue()
