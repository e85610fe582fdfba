"""A logo that may go into a report: inside its folder, small, and a picture that can only be looked at."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from urllib.parse import unquote
from xml.etree import ElementTree

__all__ = ["LARGEST", "faults"]

LARGEST = 200_000
"""Bytes of a logo, at most."""

_PIXELS = 4_000_000  # of a bitmap, so that no small file unfolds into a huge picture
_DRAWN = 10_000  # elements of a drawing, those counted again that it uses again
_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = "http://www.w3.org/2000/svg"
_DRAWING = (_SVG, "", "http://www.w3.org/1999/xhtml")  # namespaces whose elements a reader's program acts on
_SHAPES = {
    "a", "circle", "clipPath", "defs", "desc", "ellipse", "g", "line", "linearGradient", "mask", "metadata", "path", "pattern",
    "polygon", "polyline", "radialGradient", "rect", "stop", "style", "svg", "switch", "symbol", "text", "textPath", "title",
    "tspan", "use",
}  # fmt: skip
_OUTSIDE = re.compile(r"url\(\s*[\"']?\s*(?!#)[^)]|@import|expression\(", re.IGNORECASE)


def faults(name: str, params: Path) -> Iterator[str]:
    """Say why a file cannot be the logo; nothing where it can.

    Parameters
    ----------
    name : str
        Path of the file in ``params``.
    params : Path
        Folder of the parameters, which it may not leave.

    Examples
    --------
    >>> list(faults("../secret.svg", Path("params")))
    ['../secret.svg is not a path inside params/']
    """
    told = PureWindowsPath(name)  # which knows the separators of every system
    path = params / name
    if told.anchor or ".." in told.parts or "\\" in name or not path.resolve().is_relative_to(params.resolve()):
        yield f"{name} is not a path inside params/"
    elif path.suffix.lower() not in (".svg", ".png"):
        yield f"{name} is neither .svg nor .png"
    elif not path.is_file():
        yield f"there is no params/{name}"
    elif (size := path.stat().st_size) > LARGEST:
        yield f"{name} has {size:,} bytes; up to {LARGEST:,} are allowed"
    else:
        yield from (_bitmap if path.suffix.lower() == ".png" else _drawing)(name, path.read_bytes())


def _bitmap(name: str, data: bytes) -> Iterator[str]:
    if not data.startswith(_PNG) or data[12:16] != b"IHDR" or len(data) < 24:
        yield f"{name} does not begin as a PNG does"
        return
    width, height = struct.unpack(">II", data[16:24])
    if not 0 < width * height <= _PIXELS:
        yield f"{name} has {width:,} by {height:,} dots; up to {_PIXELS:,} in all are allowed"
    elif not _whole(data):
        yield f"{name} is not a whole PNG; save it again"


def _whole(data: bytes) -> bool:
    """Whether a PNG can be read to its end."""
    import PIL.Image

    try:
        with PIL.Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            picture.verify()
        with PIL.Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            picture.load()
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        IndexError,
        struct.error,
        zlib.error,
        PIL.Image.DecompressionBombError,
    ):
        return False
    return True


def _drawing(name: str, data: bytes) -> Iterator[str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield f"{name} is not UTF-8 text"
        return
    if re.search(r"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet", text, re.IGNORECASE):
        yield f"{name} has a DOCTYPE, an entity or an outside style; save it as plain SVG"
        return
    try:
        tree = ElementTree.fromstring(text)  # noqa: S314 - no DOCTYPE, so no entity unfolds
    except (ElementTree.ParseError, ValueError) as error:
        yield f"{name} cannot be read as SVG: {error}"
        return
    if tree.tag != f"{{{_SVG}}}svg":
        yield f"{name} is not an SVG picture"
    yield from dict.fromkeys(f"{name} {what}" for element in tree.iter() for what in _element(element))
    yield from (f"{name} {what}" for what in _used(tree))


def _used(tree: ElementTree.Element) -> Iterator[str]:
    """Refuse what unfolds into more than it says: a use of a use, and very many elements."""
    known: dict[str, list[ElementTree.Element]] = {}
    uses, many = [], 0
    for element in tree.iter():
        many += 1
        known.setdefault(element.get("id", ""), []).append(element)
        uses += [element] if _is_use(element) else []
    if many <= _DRAWN:
        sizes = {}
        for target in {place for use in uses for place in _places(use)} & known.keys():
            inside = [each for element in known[target] for each in element.iter()]
            sizes[target] = len(inside)
            if any(map(_is_use, inside)):
                yield f"uses #{target[:40]} again, which holds <use> itself"
                return
        many += sum(sizes.get(place, 0) for use in uses for place in _places(use))
    if many > _DRAWN:
        yield f"draws {many:,} elements; up to {_DRAWN:,} are allowed"


def _is_use(element: ElementTree.Element) -> bool:
    return isinstance(element.tag, str) and element.tag.rpartition("}")[2] == "use"


def _places(use: ElementTree.Element) -> set[str]:
    """Return the ids that an element points at."""
    pointed = (value.strip() for key, value in use.attrib.items() if key.rpartition("}")[2].lower() == "href")
    return {unquote(value[1:]) for value in pointed if value.startswith("#")}


def _element(element: ElementTree.Element) -> Iterator[str]:
    if not isinstance(element.tag, str):
        return
    space, _, local = element.tag.rpartition("}")
    if space.removeprefix("{") in _DRAWING and local not in _SHAPES:
        yield f"holds <{local}>, which a logo does not need"
    for attribute, value in element.attrib.items():
        key = attribute.rpartition("}")[2].lower()
        if key.startswith("on"):
            yield f"holds {key}, which is a script"
        if key in ("href", "src") and not value.strip().startswith("#"):
            yield f"refers to {value.strip()[:40]}, outside itself"
        elif _OUTSIDE.search(value) or "javascript:" in value.lower():
            yield f"refers outside itself in {key}"
    if local == "style" and _OUTSIDE.search(element.text or ""):
        yield "refers outside itself in its style"
