"""Which colours a web page puts on one another, by its own style sheet: a small cascade, without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import NamedTuple

from needs.report.audit.contrast import TEXT, Pair

__all__ = ["page_pairs"]

_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b|\b(?:white|black)\b")
_BLOCK = re.compile(r"([^{}]+)\{([^{}]*)\}")
_OTHER = re.compile(
    r"@(?:media[^{]*(?:print|forced-colors|prefers-color-scheme)[^{]*|font-face|keyframes[^{]*|page[^{]*)\{"
)
_INNER = re.compile(r"@(?:media|supports|container|layer)[^{]*\{((?:[^{}]*\{[^{}]*\})*)\s*\}")
_STATE = re.compile(r":(?:hover|focus|active|visited|checked|target)[\w-]*|\[[^\]]*\]")
_NO_TEXT = re.compile(r"::|:(?:disabled|before|after)")
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Element(NamedTuple):
    """A tag as selectors see it."""

    tag: str
    name: str
    classes: frozenset[str]


Path = tuple[Element, ...]


@dataclass(frozen=True)
class _Rule:
    """One selector with the two colours it sets; empty where it sets none."""

    selector: str
    parts: tuple[Element, ...]
    colour: str
    ground: str
    order: int

    @property
    def weight(self) -> tuple[int, int, int, int]:
        names = sum(bool(part.name) for part in self.parts)
        return (
            names,
            sum(len(part.classes) for part in self.parts),
            sum(part.tag != "" for part in self.parts),
            self.order,
        )

    def matches(self, path: Path) -> bool:
        """Say whether the last element of a path, inside the others, is meant."""
        if not _is(path[-1], self.parts[-1]):
            return False
        wanted = list(self.parts[:-1])
        for element in reversed(path[:-1]):
            if wanted and _is(element, wanted[-1]):
                wanted.pop()
        return not wanted


def page_pairs(page: str) -> list[Pair]:
    """Return the colours of text on a page, each with the ground behind it, as its own style sheets set them.

    Print, forced colours and a dark scheme are other pages and are left out, and so is what a script adds later: of those
    only rules that set both colours are seen.

    Parameters
    ----------
    page : str
        Text of the web page with its styles inside.

    Returns
    -------
    list of Pair
        In order of contrast, the least first.

    Examples
    --------
    >>> style = "a{color:#1a5c96} .top{background:#12436d;color:#fff} .top a{color:#ccc} a:hover{color:#888}"
    >>> page = f"<style>{style}</style><body><p>Text <a>link</a></p><div class='top'><a>home</a></div></body>"
    >>> [(pair.where, pair.fore, pair.back, pair.enough) for pair in page_pairs(page)][:3]
    [('a:hover', '#888888', '#12436d', False), ('a:hover', '#888888', '#ffffff', False), ('.top a', '#cccccc', '#12436d', True)]
    """
    parsed = _Parsed()
    parsed.feed(page)
    rules = list(_rules(parsed.style))
    still = [rule for rule in rules if not _STATE.search(rule.selector)]
    moving = [rule for rule in rules if _STATE.search(rule.selector)]
    found: dict[tuple[str, str], str] = {}
    known: dict[Path, tuple[str, str, str]] = {(): ("#000000", "#ffffff", "page")}
    for path in parsed.paths:
        known[path] = colour, ground, where = _computed(path, known[path[:-1]], still)
        if path in parsed.told:
            found.setdefault((colour, ground), where)
            for rule in moving:
                if rule.matches(path):
                    found.setdefault((rule.colour or colour, rule.ground or ground), rule.selector)
    for rule in rules:
        if rule.colour and rule.ground:
            found.setdefault((rule.colour, rule.ground), rule.selector)
    return sorted((Pair(where, *pair, TEXT) for pair, where in found.items()), key=lambda pair: pair.ratio)


def _computed(path: Path, above: tuple[str, str, str], rules: Sequence[_Rule]) -> tuple[str, str, str]:
    """Return colour, ground and the rule of the colour for the last element of a path."""
    colour, ground, where = above
    for rule in sorted((rule for rule in rules if rule.matches(path)), key=lambda rule: rule.weight):
        if rule.colour:
            colour, where = rule.colour, rule.selector
        ground = rule.ground or ground
    return colour, ground, where


def _is(element: Element, part: Element) -> bool:
    return part.tag in ("", element.tag) and part.name in ("", element.name) and part.classes <= element.classes


class _Parsed(HTMLParser):
    """Styles of a page, and the paths of its elements: parents first, each once."""

    def __init__(self) -> None:
        super().__init__()
        self.style = ""
        self.paths: dict[Path, None] = {}
        self.told: set[Path] = set()
        self._path: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        element = Element(
            tag, values.get("id", "") if tag != "section" else "", frozenset(values.get("class", "").split())
        )
        self.paths[(*self._path, element)] = None
        if tag not in _VOID:
            self._path.append(element)

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self._path):
            while self._path.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        inside = self._path[-1].tag if self._path else ""
        if inside == "style":
            self.style += data
        elif inside not in ("script", "title") and data.strip() and self._path:
            self.told.add(tuple(self._path))


def _rules(style: str) -> Iterator[_Rule]:
    """Yield each selector that sets a colour."""
    text = _shown(re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL))
    blocks = [(names, _declared(body)) for names, body in _BLOCK.findall(text)]
    told: dict[str, str] = {}
    for _, body in blocks:
        for name, value in body.items():
            if name.startswith("--") and (colour := _value(value, told)):
                told[name] = colour
    for order, (names, body) in enumerate(blocks):
        colour, ground = _value(body.get("color", ""), told), _ground(body, told)
        for selector in names.rpartition(";")[2].split(",") if colour or ground else ():
            if not _NO_TEXT.search(selector):
                yield _Rule(selector.strip(), _parts(selector), colour, ground, order)


def _declared(body: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in body.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if value}


def _shown(text: str) -> str:
    """Leave out what is for paper, forced colours or a dark scheme; take what is for some widths as it is."""
    while found := _OTHER.search(text):
        depth, end = 1, found.end()
        while depth and end < len(text):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        text = text[: found.start()] + text[end:]
    return _INNER.sub(r"\1", text)


def _parts(selector: str) -> tuple[Element, ...]:
    """Read a selector: its compounds from the outside in, what follows a sibling sign alone."""
    selector = re.sub(r"\[[^\]]*\]|::?[\w-]+(?:\([^()]*\))?", "", selector)
    compounds = re.split(r"[+~]", selector)[-1].replace(">", " ").split() or [""]
    return tuple(
        Element(
            (re.match(r"[a-zA-Z][\w-]*", one) or [""])[0].lower(),
            (re.search(r"#([\w-]+)", one) or ["", ""])[1],
            frozenset(re.findall(r"\.([\w-]+)", one)),
        )
        for one in compounds
    )


def _value(text: str, told: Mapping[str, str]) -> str:
    """Return the first colour in a value; empty where there is none, or it cannot be told without a browser."""
    if re.search(r"(?i)currentcolor|inherit|rgba?\(|gradient\(|color-mix", text):
        return ""
    text = re.sub(r"var\((--[\w-]+)[^)]*\)", lambda name: told.get(name[1], ""), text)
    found = _COLOUR.search(text)
    return _full(found[0].lower()) if found else ""


def _full(colour: str) -> str:
    """Write a colour with six digits."""
    colour = {"white": "#ffffff", "black": "#000000"}.get(colour, colour)
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])


def _ground(body: Mapping[str, str], told: Mapping[str, str]) -> str:
    return _value(body.get("background-color", "") or body.get("background", ""), told)
