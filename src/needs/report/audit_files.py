"""What can be checked of one finished file without opening it in a program: a web page, a PDF, a Word file."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from needs.report.audit_rows import Check
from needs.report.contrast import chart_pairs
from needs.report.page_colours import page_pairs

__all__ = ["LIMITS", "docx_checks", "html_checks", "outside", "pdf_checks", "size_check"]

LIMITS = {"html": 1_000_000, "pdf": 2_000_000, "docx": 2_000_000, "xlsx": 2_000_000}
"""Bytes that a file of each format stays under."""

_LEFTOVER = re.compile(r"@(?:fig|tbl|sec|src)-[\w-]*|\?(?:meta|var):\w*|\{\{|src-[\w-]+\?")
_LANDMARKS = ("h1", "main", "title")
_CSS_RESOURCE = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])(?!data:|["'#])([^"')]+)""")
_ADDRESS = re.compile(  # of the forms known, those that are written right; any other form
    r"(?i)(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[:/?#]|$)|mailto:[^@\s]+@[^@\s]+\.|(?!https?:|mailto:|//)"
)
_PICTURE = re.compile(r"<wp:docPr\b[^>]*>")


def html_checks(report: Path, root: Path | None = None, recoloured: Mapping[str, str] | None = None) -> list[Check]:
    """Check a web page: landmarks, pictures, links, what it fetches, colours, and anything left unresolved.

    Parameters
    ----------
    report : Path
        The page.
    root : Path, optional
        Folder of a site: the page may load files inside it; without one it must hold all it needs itself.
    recoloured : mapping of str to str, optional
        Colours of a brand in charts by those whose place they take.
    """
    text = report.read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    name = _named(report, root)
    return [
        Check.of("structure", name, f"{page.headings} headings", _structure(page)),
        _alternatives(name, page.alts),
        _links(report, page, root),
        _fetched(report, page, root),
        _contrast(name, text, recoloured),
        _leftovers(name, page.text),
    ]


def pdf_checks(report: Path, root: Path | None = None) -> list[Check]:
    """Check that a PDF is whole, declares PDF/UA and describes its pictures.

    Parameters
    ----------
    report, root
        See :func:`html_checks`.
    """
    data, name = report.read_bytes(), _named(report, root)
    whole = data.startswith(b"%PDF-") and b"%%EOF" in data[-32:]
    wrong = [] if whole else ["is not a whole PDF"]
    if b"pdfuaid:part" not in data:
        wrong.append("is not tagged as PDF/UA")
    pictures = [bool(re.search(rb"/Alt\b", each)) for each in _objects(data) if re.search(rb"/S\s*/Figure\b", each)]
    return [
        Check.of("tags", name, "no PDF/UA" if wrong else "PDF/UA-1", wrong),
        _alternatives(name, ["told" if described else "" for described in pictures]),
    ]


def docx_checks(report: Path, root: Path | None = None) -> list[Check]:
    """Check that a Word file describes its pictures, that its links lead somewhere, and that nothing is left unresolved.

    Parameters
    ----------
    report, root
        See :func:`html_checks`.
    """
    name = _named(report, root)
    try:
        with zipfile.ZipFile(report) as archive:
            body = archive.read("word/document.xml").decode("utf-8")
    except (zipfile.BadZipFile, KeyError):
        return [Check.of("structure", name, "not readable", ["is not a whole Word file"])]
    alts = [(re.search(r'\bdescr="([^"]*)"', picture) or ["", ""])[1] for picture in _PICTURE.findall(body)]
    anchors = re.findall(r'<w:hyperlink\b[^>]*\bw:anchor="([^"]*)"', body)
    marks = set(re.findall(r'<w:bookmarkStart\b[^>]*\bw:name="([^"]*)"', body))
    lost = [f"link to #{anchor} leads nowhere" for anchor in dict.fromkeys(anchors) if anchor not in marks]
    return [
        _alternatives(name, alts),
        Check.of("links", name, f"{len(anchors)} inside", lost),
        _leftovers(name, re.sub(r"<[^>]+>", "", body)),
    ]


def size_check(path: Path, root: Path | None = None) -> Check:
    """Check the size of a file.

    Parameters
    ----------
    path, root
        See :func:`html_checks`.
    """
    size, limit = path.stat().st_size, LIMITS[path.suffix[1:]]
    told = f"{size / 1e6:.2f} MB"
    problems = [f"has {told}, which is not under {limit / 1e6:g} MB"] if size >= limit else []
    return Check.of("size", _named(path, root), told, problems, 1 - size / limit)


def outside(report: Path) -> Counter[str]:
    """Count the addresses outside that a web page points to, which are not followed, by their site.

    Parameters
    ----------
    report : Path
        The page.
    """
    page = _Page()
    page.feed(report.read_text(encoding="utf-8"))
    return Counter(
        urlsplit(link).netloc or urlsplit(link).scheme for link in dict.fromkeys(page.links) if _elsewhere(link)
    )


def _named(path: Path, root: Path | None) -> str:
    return path.name if root is None else path.relative_to(root).as_posix()


def _structure(page: _Page) -> Iterator[str]:
    yield from (f"has {page.tags[tag]} <{tag}>, needs 1" for tag in _LANDMARKS if page.tags[tag] != 1)
    if not page.language:
        yield "names no language"
    if not page.labelled_nav:
        yield "has no labelled <nav>"
    yield from (f"id {name} is used {times} times" for name, times in page.ids.items() if times > 1)


def _alternatives(name: str, alts: Iterable[str]) -> Check:
    told = [bool(alt.strip()) for alt in alts]
    silent = [f"picture {number} has no alternative text" for number, there in enumerate(told, 1) if not there]
    return Check.of("alternative text", name, f"{sum(told)} of {len(told)} described", silent)


def _links(report: Path, page: _Page, root: Path | None) -> Check:
    """Check links to places of the page and to other files; those to the outside are counted."""
    inside = [link[1:] for link in page.links if link.startswith("#")]
    away = [link for link in page.links if _elsewhere(link)]
    files = [link for link in page.links if not link.startswith("#") and not _elsewhere(link)]
    lost = [f"link to #{link} leads nowhere" for link in inside if unquote(link) not in page.ids]
    for link in dict.fromkeys(files):
        path, _, mark = unquote(link).partition("#")
        target = report.parent / path.partition("?")[0]
        if target.is_dir():
            target /= "index.html"
        if not target.is_file() or (root is not None and not target.resolve().is_relative_to(root.resolve())):
            lost.append(f"link to {link} leads nowhere")
        elif mark and target.suffix == ".html" and mark not in _ids(target):
            lost.append(f"link to {link}: {target.name} has no such place")
    lost += [f"link to {link} is no address" for link in dict.fromkeys(away) if not _ADDRESS.match(link)]
    told = f"{len(inside)} inside, {len(files)} to files; {len(dict.fromkeys(away))} outside, not followed"
    return Check.of("links", _named(report, root), told, lost)


def _ids(target: Path) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', target.read_text(encoding="utf-8")))


def _elsewhere(link: str) -> bool:
    return bool(re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", link))


def _fetched(report: Path, page: _Page, root: Path | None) -> Check:
    """Check that a page loads nothing, or on a site only files that are there."""
    wrong = [
        f"loads {address[:80]} from outside"
        for address in page.resources
        if root is None or _elsewhere(address) or not (report.parent / unquote(address).partition("?")[0]).is_file()
    ]
    kept = "holds all it needs" if not page.resources else f"loads {len(page.resources)} files"
    return Check.of("self-contained", _named(report, root), kept, wrong)


def _contrast(name: str, text: str, recoloured: Mapping[str, str] | None) -> Check:
    """Check the colours of the page's own styles, and those of charts."""
    pairs = [*page_pairs(text), *chart_pairs(recoloured)]
    wrong = [
        f"{pair.where}: {pair.fore} on {pair.back} has a contrast of {pair.ratio:.2f}:1, needs {pair.least:g}:1"
        for pair in pairs
        if not pair.enough
    ]
    least = {
        limit: min((pair for pair in pairs if pair.least == limit), key=lambda pair: pair.ratio) for limit in (4.5, 3.0)
    }
    told = f"text {least[4.5].ratio:.1f}:1, marks {least[3.0].ratio:.1f}:1 at least"
    return Check.of("contrast", name, told, wrong, min(pair.ratio / pair.least for pair in pairs))


def _leftovers(name: str, text: str) -> Check:
    found = list(dict.fromkeys(_LEFTOVER.findall(text)))
    return Check.of(
        "leftovers", name, f"{len(found)} found", [f"shows {word}, which was not resolved" for word in found]
    )


def _objects(data: bytes) -> Iterator[bytes]:
    """Yield the objects of a PDF that are not streams."""
    for found in re.finditer(rb"\bobj\b(.*?)\b(?:endobj|stream)\b", data, re.DOTALL):
        yield found[1]


class _Page(HTMLParser):
    """What the checks need to know of a web page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.alts: list[str] = []
        self.links: list[str] = []
        self.resources: list[str] = []
        self.language = ""
        self.labelled_nav = False
        self.text = ""
        self._inside = ""

    @property
    def headings(self) -> int:
        """Headings of every level."""
        return sum(self.tags[f"h{level}"] for level in range(1, 7))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
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
        elif tag == "a" and values.get("href"):
            self.links.append(values["href"])
        loaded = [values.get("src", ""), values.get("href", "") if tag == "link" else "", values.get("srcset", "")]
        self.resources += [address for address in loaded if address and not address.startswith("data:")]

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.resources += _CSS_RESOURCE.findall(data)
        elif self._inside != "script":
            self.text += data
