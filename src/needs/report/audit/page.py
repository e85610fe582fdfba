"""A web page as the checks see it: its headings, pictures and links, and every address that it would reach."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

__all__ = ["Reached", "WebPage", "read_page"]

_CSS = re.compile(r"""(?i)(?:(?:url|image-set)\(\s*["']?|@import\s+["'])\s*(?!data:|[\s"'#])([^"')]+)""")
_SCRIPT = re.compile(
    r"""(?:\b(?:fetch|import|importScripts|sendBeacon|EventSource|WebSocket|Worker)\(|\.open\(\s*["'`]\w+["'`]\s*,)"""
    r"""\s*["'`]((?:https?:|wss?:)?//[^"'`]+)"""
)
_SRCSET = re.compile(r"(\S+)(?:\s+[\d.]+[wx])?\s*(?:,|$)")
_REFRESH = re.compile(r"(?i)url\s*=\s*[\"']?\s*([^\"']+)")
_LOADING = ("src", "poster", "background", "ping", "manifest", "longdesc", "codebase", "archive", "classid")
_HREFS = {"link", "image", "feimage", "use", "base", "script", "pattern", "lineargradient", "radialgradient", "mpath"}
_STYLED = (
    "style",
    "fill",
    "stroke",
    "filter",
    "mask",
    "clip-path",
    "cursor",
    "marker-start",
    "marker-mid",
    "marker-end",
)
_LOADS, _SENDS, _MOVES, _FETCHES = (
    "loads {} from outside",
    "sends a form to {}",
    "moves on to {}",
    "has a script that fetches {}",
)


class Reached(NamedTuple):
    """An address that a page would reach by itself, and how a fault says it.

    Examples
    --------
    >>> Reached("loads {} from outside", "//x.org/a.js").told
    'loads //x.org/a.js from outside'
    """

    how: str
    address: str

    @property
    def told(self) -> str:
        """The fault."""
        return self.how.format(self.address[:80])


def read_page(path: Path) -> tuple[str, list[str]]:
    """Read a text file that may hold anything, and say where it is not UTF-8.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    tuple of str and list of str
        Its text, with a mark for what is no letter, and its fault if it has one.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp(), "a.html")
    >>> _ = path.write_bytes(b"a" + bytes([255]))
    >>> read_page(path)[1]
    ['is not UTF-8']
    """
    data = path.read_bytes()
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        return data.decode("utf-8", errors="replace"), ["is not UTF-8"]


class WebPage(HTMLParser):
    """What the checks need to know of a web page.

    Parameters
    ----------
    text : str
        The page.

    Examples
    --------
    >>> page = WebPage('<h1>T</h1><video poster="https://x.org/a.png"></video><a href="#a">A</a>')
    >>> page.headings, page.links, [reached.told for reached in page.reached]
    (1, ['#a'], ['loads https://x.org/a.png from outside'])
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.alts: list[str] = []
        self.links: list[str] = []
        self.reached: list[Reached] = []
        self.language = ""
        self.labelled_nav = False
        self.text = ""
        self.broken = False
        self._inside = ""
        try:
            self.feed(text)
            self.close()
        except AssertionError:  # a marked section that no page holds
            self.broken = True

    @property
    def headings(self) -> int:
        """Headings of every level."""
        return sum(self.tags[f"h{level}"] for level in range(1, 7))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an element."""
        values = {name: value or "" for name, value in attrs}
        self.tags[tag] += 1
        self._inside = tag if tag in ("style", "script") else ""
        if "id" in values:
            self.ids[values["id"]] += 1
        if tag == "html":
            self.language = values.get("lang", "")
        elif tag == "img":
            self.alts.append(values.get("alt", ""))
        elif tag == "nav":
            self.labelled_nav |= bool(values.keys() & {"aria-label", "aria-labelledby"})
        elif tag in ("a", "area"):
            self.links += [link for name in ("href", "xlink:href") if (link := _bare(values.get(name, "")))]
        for how, address in _reached(tag, values):
            if (bare := _bare(address)) and not bare.lower().startswith(("data:", "#")):
                self.reached.append(Reached(how, bare))

    def handle_endtag(self, tag: str) -> None:
        """Leave a style or a script."""
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        """Take note of words, of what a style loads and of what a script fetches."""
        if self._inside == "style":
            self.reached += [Reached(_LOADS, address) for address in _CSS.findall(data)]
        elif self._inside == "script":
            self.reached += [Reached(_FETCHES, address) for address in _SCRIPT.findall(data)]
        else:
            self.text += data


def _bare(address: str) -> str:
    """Return an address as a browser reads it: without spaces round it, or line breaks in it."""
    return re.sub(r"[\t\r\n]", "", address).strip("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x1b\x1f ")


def _reached(tag: str, values: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield every address in the attributes of an element that a browser would reach without being asked."""
    for name in _LOADING:
        yield _LOADS, values.get(name, "")
    for name in ("srcset", "imagesrcset"):
        yield from ((_LOADS, address) for address in _SRCSET.findall(values.get(name, "")))
    if tag in _HREFS:
        yield from ((_LOADS, values.get(name, "")) for name in ("href", "xlink:href"))
    if tag == "object":
        yield _LOADS, values.get("data", "")
    for name in _STYLED:
        yield from ((_LOADS, address) for address in _CSS.findall(values.get(name, "")))
    if tag == "form":
        yield _SENDS, values.get("action", "")
    yield _SENDS, values.get("formaction", "")
    if tag == "meta" and values.get("http-equiv", "").strip().lower() == "refresh":
        yield from ((_MOVES, address) for address in _REFRESH.findall(values.get("content", "")))
    for name, value in values.items():
        if name.startswith("on"):
            yield from ((_FETCHES, address) for address in _SCRIPT.findall(value))
