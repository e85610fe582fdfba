"""The site of an edition: its pages composed, typeset, made searchable, checked, and rid of what they were made from."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from needs.errors import RenderError
from needs.project import project_root
from needs.report.audit.checks import checks
from needs.report.audit.rows import faults
from needs.report.compose import fill, read_about
from needs.report.interactive import make_interactive
from needs.report.page import Page
from needs.report.pictures import lighten
from needs.report.renderer import Renderer
from needs.report.site.documents import DOCUMENTS
from needs.report.site.pages import SitePage, compose_site, with_menu
from needs.report.site.search import Found, index, listed, read_page
from needs.report.site.website import choose_website

__all__ = ["build_site"]

SEARCH = "search"
FRONT = 500_000
"""Bytes that the front page stays under."""

_WORKING = ("*.qmd", "references.bib", "about.json", "pairs.json")
"""What pages are made from and a site does not need."""


def build_site(folder: Path, renderer: str = "auto", root: Path | None = None) -> dict[str, str]:
    """Make the pages of a site from the material that ``needs.run.nation`` left in its folder.

    Parameters
    ----------
    folder : Path
        Folder with ``about.json``, ``pairs.json``, ``artefacts/`` and ``regions/``.
    renderer : {"auto", "quarto", "embedded"}
        What typesets the pages.
    root : Path, optional
        Project folder.

    Returns
    -------
    dict
        Renderer and versions, and a ``note`` of the renderer if it has any.

    Raises
    ------
    RenderError
        If a page cannot be composed or typeset, or the finished site has a fault.

    Examples
    --------
    >>> build_site(Path("nowhere"), "embedded")
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: ...about.json cannot be read: 1 problem
    ...
    """
    root = root or project_root()
    chosen = choose_website(renderer, root)
    pages = compose_site(folder, root)
    about = read_about(folder)
    versions = chosen.render(folder, [page.file for page in pages])
    _point_home(folder, about)
    found = _found(folder, pages, about)
    versions = {**_add_search(folder, root, chosen, about, found), **versions}
    told = {
        "regions.html": {"pairs": json.loads((folder / "pairs.json").read_text(encoding="utf-8"))},
        f"{SEARCH}.html": {"search": index(found)},
    }
    for page in (*(page.file for page in pages), f"{SEARCH}.html"):
        lighten(folder / page)
        make_interactive(folder / page, root, told.get(page))
    for name in (SEARCH, *DOCUMENTS):
        (folder / f"{name}.qmd").unlink()  # numbers of other pages and of documents, which no artefact of the site has
    _check(folder)
    _tidy(folder)
    return {"renderer": chosen.name, **versions}


def _found(folder: Path, pages: Sequence[SitePage], about: Mapping[str, Any]) -> list[Found]:
    """Read everything that can be found: on the pages of the site, then in the reports of the regions."""
    found = [each for page in pages for each in read_page(folder / page.file, folder)]
    for place in about["nation"]["places"]:
        report = folder / "regions" / place["area"] / "report.html"
        if report.is_file():
            found += read_page(report, folder, f"{place['name']}, report")
    return found


def _add_search(
    folder: Path, root: Path, chosen: Renderer, about: Mapping[str, Any], found: Sequence[Found]
) -> dict[str, str]:
    """Compose and typeset the page that lists every finding; return versions."""
    page = Page({}, about)
    text = fill(root / "reports" / "site-search.qmd.j2", page, findings=listed(found))
    (folder / f"{SEARCH}.qmd").write_text(with_menu(text, SEARCH, about), encoding="utf-8", newline="\n")
    return chosen.render(folder, [f"{SEARCH}.html"])


def _point_home(folder: Path, about: Mapping[str, Any]) -> None:
    """Put a way back to the site on top of every region's report."""
    country = html.escape(about["nation"]["country"])
    for place in about["nation"]["places"]:
        report = folder / "regions" / place["area"] / "report.html"
        if report.is_file():
            links = (
                ("index.html", f"{country}: all regions"),
                (f"dashboard-{place['area']}.html", "Quality dashboard"),
            )
            items = "".join(f'<li><a href="../../{href}">{label}</a></li>' for href, label in links)
            bar = f'<nav aria-label="Site" style="{_BAR}"><ul style="{_ITEMS}">{items}</ul></nav>'
            page = report.read_text(encoding="utf-8")
            at = _after_skip_link(page, report.relative_to(folder).as_posix())
            report.write_text(f"{page[:at]}\n{bar}{page[at:]}", encoding="utf-8", newline="\n")


def _after_skip_link(page: str, name: str) -> int:
    """Return where the first link of a page ends, which skips to its content; what follows is reached by keyboard next."""
    body = _BODY.search(page)
    end = page.rfind("</html>")
    found = _SKIP.search(page, body.end() if body else 0, end if end >= 0 else len(page))
    if found is None:
        told = [f"{name} has no link of class skip in its body"]
        raise RenderError("a way back to the site cannot be put into a report", told, "run the region again")
    return found.end()


_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_SKIP = re.compile(
    r"""<a\s[^>]*\bclass=["']?(?:[^"'>]*\s)?skip(?=["'\s>])[^>]*>.*?</a\s*>""", re.IGNORECASE | re.DOTALL
)


_BAR = "padding: .5rem 1.25rem; background: #fff;"
_ITEMS = "display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 0; padding: 0; list-style: none;"


def _check(folder: Path) -> None:
    """Refuse a site with a fault; how large a region's report is, is not the site's."""
    problems = faults([check for check in checks(folder, in_browser=False) if check.name != "size"])
    size = (folder / "index.html").stat().st_size
    if problems or size > FRONT:
        told = [f"index.html has {size:,} bytes, needs fewer than {FRONT:,}"] if size > FRONT else []
        raise RenderError("the site is not sound", [*problems, *told], "mend the template of the page in reports/")


def _tidy(folder: Path) -> None:
    """Leave pages, reports and data; take away what they were made from."""
    for pattern in _WORKING:
        for path in folder.glob(pattern):
            path.unlink()
    for path in (folder / "artefacts").iterdir():
        if path.suffix != ".csv":
            path.unlink()
    shutil.rmtree(folder / "branding", ignore_errors=True)
