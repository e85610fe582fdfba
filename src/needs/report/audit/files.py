"""What can be checked of one finished file without opening it in a program: a web page, a Word file."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from needs.params.branding import REFERENCE
from needs.report.audit.contrast import chart_pairs
from needs.report.audit.page import WebPage, read_page
from needs.report.audit.page_colours import page_pairs
from needs.report.audit.rows import Check, alternatives, named

__all__ = ["docx_checks", "html_checks", "outside"]

_LANDMARKS = ("h1", "main", "title")
_ADDRESS = re.compile(  # of the forms that a report may hold, those that are written right
    r"(?i)(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[:/?#]|$)|mailto:[^@\s]+@[^@\s]+\.|tel:\+?[0-9().-]+$"
)
_SCHEMES = ("http", "https", "mailto", "tel")
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
    text, wrong = read_page(report)
    page = WebPage(text)
    name = named(report, root)
    if page.broken:
        return [Check.of("structure", name, "not readable", [*wrong, "cannot be read as a web page"])]
    return [
        Check.of("structure", name, f"{page.headings} headings", [*wrong, *_structure(page)]),
        alternatives(name, page.alts),
        _links(report, page, root),
        _fetched(report, page, root),
        _contrast(name, text, recoloured),
        _leftovers(name, page.text),
    ]


def docx_checks(report: Path, root: Path | None = None) -> list[Check]:
    """Check that a Word file describes its pictures, that its links lead somewhere, and that nothing is left unresolved.

    Parameters
    ----------
    report, root
        See :func:`html_checks`.
    """
    name = named(report, root)
    try:
        with zipfile.ZipFile(report) as archive:
            body = archive.read("word/document.xml").decode("utf-8")
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, KeyError, RuntimeError):
        return [Check.of("structure", name, "not readable", ["is not a whole Word file"])]
    alts = [(re.search(r'\bdescr="([^"]*)"', picture) or ["", ""])[1] for picture in _PICTURE.findall(body)]
    anchors = re.findall(r'<w:hyperlink\b[^>]*\bw:anchor="([^"]*)"', body)
    marks = set(re.findall(r'<w:bookmarkStart\b[^>]*\bw:name="([^"]*)"', body))
    lost = [f"link to #{anchor} leads nowhere" for anchor in dict.fromkeys(anchors) if anchor not in marks]
    return [
        alternatives(name, alts),
        Check.of("links", name, f"{len(anchors)} inside", lost),
        _leftovers(name, re.sub(r"<[^>]+>", "", body)),
    ]


def outside(report: Path) -> Counter[str]:
    """Count the addresses outside that a web page points to, which are not followed, by their site.

    Parameters
    ----------
    report : Path
        The page.
    """
    page = WebPage(read_page(report)[0])
    return Counter(_site(link) for link in dict.fromkeys(page.links) if _elsewhere(link))


def _site(link: str) -> str:
    try:
        return urlsplit(link).netloc or urlsplit(link).scheme
    except ValueError:  # half of an address
        return link[:40]


def _structure(page: WebPage) -> Iterator[str]:
    yield from (f"has {page.tags[tag]} <{tag}>, needs 1" for tag in _LANDMARKS if page.tags[tag] != 1)
    if not page.language:
        yield "names no language"
    if not page.labelled_nav:
        yield "has no labelled <nav>"
    yield from (f"id {name} is used {times} times" for name, times in page.ids.items() if times > 1)


def _links(report: Path, page: WebPage, root: Path | None) -> Check:
    """Check links to places of the page and to other files; those to the outside are counted."""
    inside = [link[1:] for link in page.links if link.startswith("#")]
    away = [link for link in page.links if _elsewhere(link)]
    files = [link for link in page.links if not link.startswith("#") and not _elsewhere(link)]
    lost = [f"link to #{link} leads nowhere" for link in inside if unquote(link) not in page.ids]
    for link in dict.fromkeys(files):
        path, _, mark = unquote(link).replace("\0", "").partition("#")
        target = report.parent / path.partition("?")[0]
        if target.is_dir():
            target /= "index.html"
        if not target.is_file() or (root is not None and not target.resolve().is_relative_to(root.resolve())):
            lost.append(f"link to {link} leads nowhere")
        elif mark and target.suffix == ".html" and mark not in _ids(target):
            lost.append(f"link to {link}: {target.name} has no such place")
    lost += [f"link to {link[:80]} {_refused(link)}" for link in dict.fromkeys(away) if not _ADDRESS.match(link)]
    told = f"{len(inside)} inside, {len(files)} to files; {len(dict.fromkeys(away))} outside, not followed"
    return Check.of("links", named(report, root), told, lost)


def _ids(target: Path) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', read_page(target)[0]))


def _refused(link: str) -> str:
    scheme = link.partition(":")[0].lower()
    known = link.startswith("//") or scheme in _SCHEMES
    return "is no address" if known else f"begins with {scheme}:; only {', '.join(_SCHEMES)} are allowed"


def _elsewhere(link: str) -> bool:
    return bool(re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", link))


def _fetched(report: Path, page: WebPage, root: Path | None) -> Check:
    """Check that a page loads nothing, or on a site only files that are there."""
    wrong = [
        reached.told
        for reached in page.reached
        if root is None or _elsewhere(reached.address) or not _is_there(report, reached.address)
    ]
    kept = "holds all it needs" if not page.reached else f"loads {len(page.reached)} files"
    return Check.of("self-contained", named(report, root), kept, wrong)


def _is_there(report: Path, address: str) -> bool:
    path = unquote(address).partition("?")[0].partition("#")[0]
    return "\0" not in path and (report.parent / path).is_file()


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
    found = list(dict.fromkeys(REFERENCE.findall(text)))
    return Check.of(
        "leftovers", name, f"{len(found)} found", [f"shows {word}, which was not resolved" for word in found]
    )
