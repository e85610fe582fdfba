"""What can be searched for on a site: headings, findings and captions of its finished pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path
from typing import Any

from needs.report import markdown

__all__ = ["Found", "index", "listed", "read_page"]

_HEADINGS = ("h2", "h3")
_CAPTIONS = ("figcaption", "caption")
_NUMBERED = re.compile(r"^(?:Figure|Table)\s[\d.]+:\s*|^[\d.]+\s+")


@dataclass(frozen=True)
class Found:
    """A heading, or a figure or table with its finding.

    Parameters
    ----------
    text : str
        The heading, or the finding.
    href : str
        Where it stands, from the folder of the site.
    page : str
        Title of its page.
    measure : str
        What a figure or table measures; empty for a heading.
    finding : bool
        Whether it is the finding of a figure or table.
    """

    text: str
    href: str
    page: str
    measure: str = ""
    finding: bool = False


def read_page(page: Path, site: Path, title: str = "") -> list[Found]:
    """Read what a finished page has to be found.

    Parameters
    ----------
    page : Path
        The page.
    site : Path
        Folder of the site.
    title : str
        Title of the page; its own first heading without one.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> site = Path(mkdtemp())
    >>> caption = "<figcaption>Figure 1: <strong>Few.</strong> Beds.</figcaption>"
    >>> text = f'<h1>Ash</h1><h2 id="sec-b">1 Beds</h2><figure id="fig-b">{caption}'
    >>> _ = (site / "a.html").write_text(text, encoding="utf-8")
    >>> [(found.text, found.href, found.measure) for found in read_page(site / "a.html", site)]
    [('Beds', 'a.html#sec-b', ''), ('Few', 'a.html#fig-b', 'Beds')]
    """
    reader = _Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    href, named = page.relative_to(site).as_posix(), title or reader.title
    found = []
    for tag, anchor, strong, text in reader.parts:
        words = _clean(strong) if strong and tag in _CAPTIONS else _clean(text)
        measure = _clean(text)[len(words) :].lstrip(". ") if strong and tag in _CAPTIONS else ""
        if words:
            found.append(Found(words, f"{href}#{anchor}", named, measure, finding=bool(strong) and tag in _CAPTIONS))
    return found


def _clean(text: str) -> str:
    return _NUMBERED.sub("", " ".join(text.split())).rstrip(".")


def index(found: Sequence[Found]) -> dict[str, Any]:
    """Return the index that the search page holds: pages once, and what stands on each.

    Parameters
    ----------
    found : sequence of Found
        Everything, in reading order.

    Returns
    -------
    dict
        ``pages``, each ``href, title``; ``entries``, each page, anchor, text, measure, and 1 for a finding.

    Examples
    --------
    >>> index([Found("Beds", "a.html#sec-b", "Ash")])
    {'pages': [['a.html', 'Ash']], 'entries': [[0, 'sec-b', 'Beds', '', 0]]}
    """
    pages: dict[tuple[str, str], int] = {}
    entries = []
    for each in found:
        href, _, anchor = each.href.partition("#")
        page = pages.setdefault((href, each.page), len(pages))
        entries.append([page, anchor, each.text, each.measure, int(each.finding)])
    return {"pages": [list(page) for page in pages], "entries": entries}


def listed(found: Iterable[Found]) -> list[tuple[str, list[dict[str, str]]]]:
    """Return the findings from A to Z by their first letters, as a template writes them.

    Parameters
    ----------
    found : iterable of Found
        Everything.

    Examples
    --------
    >>> [(letter, len(each)) for letter, each in listed([Found("few beds", "a.html#fig-b", "Ash", "Beds", True)])]
    [('F', 1)]
    """
    once = {
        (each.text, each.page): each for each in reversed([*found]) if each.finding
    }  # a figure and its table say the same
    findings = sorted(once.values(), key=lambda each: (_key(each.text), each.page))
    return [
        (
            letter,
            [
                {"text": markdown.escape(each.text), "href": each.href, "page": markdown.escape(each.page)}
                for each in group
            ],
        )
        for letter, group in groupby(findings, key=lambda each: _letter(each.text))
    ]


def _key(text: str) -> tuple[bool, str]:
    """Sort findings that open with a number before those that open with a letter."""
    plain = re.sub(r"^\W+", "", text).casefold()
    return plain[:1].isalpha(), plain


def _letter(text: str) -> str:
    first = re.sub(r"^\W+", "", text)[:1].upper()
    return first if first.isalpha() else "Numbers"


class _Reader(HTMLParser):
    """Gathers headings and captions with the ids they stand under."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[tuple[str, str, str, str]] = []
        self.title = ""
        self._section = self._float = self._in = self._anchor = ""
        self._text = self._strong = ""
        self._bold = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("id") or ""
        if re.match(r"(fig|tbl)-", name):
            self._float = name
        elif name:
            self._section = name
        if tag in (*_HEADINGS, *_CAPTIONS, "h1"):
            self._in, self._text, self._strong = tag, "", ""
            self._anchor = self._float if tag in _CAPTIONS else name or self._section
        self._bold += tag == "strong"

    def handle_endtag(self, tag: str) -> None:
        self._bold -= tag == "strong" and self._bold > 0
        if tag != self._in:
            return
        if tag == "h1":
            self.title = " ".join(self._text.split())
        elif self._anchor:
            self.parts.append((tag, self._anchor, self._strong, self._text))
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in:
            self._text += data
            self._strong += data if self._bold else ""
