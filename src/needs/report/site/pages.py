"""The pages of a site, composed: templates and artefacts, and the project's own documents, become code-free sources."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from needs.dataset import TABLES
from needs.errors import RenderError
from needs.report import markdown
from needs.report.bibliography import Bibliography
from needs.report.compose import fill, read_about, read_records
from needs.report.page import Page, Record
from needs.report.site.documents import DOCUMENTS, document
from needs.report.source_check import check_source

__all__ = ["MENU", "SitePage", "compose_site", "file_link", "site_pages", "with_menu"]

MENU = {
    "index": "England",
    "regions": "Regions",
    "reconciliation": "Adding up",
    "dashboards": "Quality",
    "methods": "Methods",
    "data-log": "Sources",
    "assumptions": "Assumptions",
    "downloads": "Downloads",
    "search": "Search",
    "about": "About",
}
"""Pages of the menu and their names there."""

FILES = {
    "report.html": "Report",
    "summary.pdf": "Summary (PDF)",
    "report.pdf": "PDF",
    "report.docx": "Word",
    "workbook.xlsx": "Workbook",
}
"""Files of a region's report, in the order and by the name in which a site offers them."""


@dataclass(frozen=True)
class SitePage:
    """One page of a site.

    Parameters
    ----------
    name : str
        Its file is ``<name>.html``.
    template : str
        Template in ``reports/``; empty where a document of the project is the page.
    menu : str
        The page of the menu that it belongs to.
    more : mapping
        Words that its template may use beside those of every page.

    Examples
    --------
    >>> SitePage("regions", "site-regions.qmd.j2", "regions").file
    'regions.html'
    """

    name: str
    template: str
    menu: str
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The finished page."""
        return f"{self.name}.html"


class _Page(Page):
    """The words of a site's templates: assumptions have a page of their own."""

    def _assumed(self, names: Sequence[str]) -> list[str]:
        return ["[assumptions](assumptions.html)"] if names else []


def site_pages(about: Mapping[str, Any]) -> list[SitePage]:
    """Return the pages of a site, but the one that searches the others.

    Parameters
    ----------
    about : mapping
        What the site says about itself: ``nation.places``.

    Examples
    --------
    >>> [page.name for page in site_pages({"nation": {"places": [{"area": "ash"}]}})][:5]
    ['index', 'regions', 'reconciliation', 'dashboards', 'dashboard-ash']
    """
    names = ("index", "regions", "reconciliation", "dashboards", "methods", "downloads", "about")
    pages = [SitePage(name, f"site-{name}.qmd.j2", name) for name in names]
    for place in reversed(about["nation"]["places"]):
        more = {"place": markdown.escape_all(dict(place))}
        pages.insert(4, SitePage(f"dashboard-{place['area']}", "site-dashboard.qmd.j2", "dashboards", more))
    documents = [SitePage(name, "", name if name in MENU else "methods") for name in DOCUMENTS]
    return [*pages, *documents]


def compose_site(folder: Path, root: Path) -> list[SitePage]:
    """Write the sources of a site's pages, and ``references.bib``.

    Parameters
    ----------
    folder : Path
        Folder with ``artefacts/``, ``about.json`` and ``regions/``.
    root : Path
        Project folder.

    Returns
    -------
    list of SitePage
        The pages whose sources were written.

    Raises
    ------
    RenderError
        With everything that is missing, or that one of the renderers cannot read.

    Examples
    --------
    >>> compose_site(Path("nowhere"), Path("nowhere"))
    Traceback (most recent call last):
    ...
    needs.errors.RenderError: ...about.json cannot be read: 1 problem
    ...
    """
    about, records = read_about(folder), read_records(folder)
    every, cited = site_pages(about), set()
    words = _words(about, records)
    for each in every:
        page = _Page(records, about)
        if each.template:
            text = fill(root / "reports" / each.template, page, **words, **each.more)
        else:
            text = _from_document(each.name, root, about)
        text = with_menu(text, each.menu, about)
        (folder / f"{each.name}.qmd").write_text(text, encoding="utf-8", newline="\n")
        if each.template and (problems := page.problems(root / "notebooks") or check_source(text, folder, page.keys)):
            remedy = f"mend reports/{each.template}"
            raise RenderError(f"page {each.name} of the site cannot be composed", problems, remedy)
        cited |= page.cited
    entries = Bibliography(about["sources"]).bibtex(cited)
    (folder / "references.bib").write_text(f"{entries}\n", encoding="utf-8", newline="\n")
    return every


def _from_document(name: str, root: Path, about: Mapping[str, Any]) -> str:
    title, text = document(name, root, about["edition"])
    told = [
        json.dumps(markdown.escape(each), ensure_ascii=False) for each in (title, f"Edition {about['edition_label']}")
    ]
    return f"---\ntitle: {told[0]}\nsubtitle: {told[1]}\n---\n\n{text}"


def with_menu(text: str, here: str, about: Mapping[str, Any]) -> str:
    r"""Put the menu of the site into the front matter of a page.

    Parameters
    ----------
    text : str
        Source of the page, which opens with its front matter.
    here : str
        Page of the menu that it belongs to.
    about : mapping
        What the site says about itself.

    Examples
    --------
    >>> about = {"edition_label": "2023-24", "nation": {"country": "England"}}
    >>> print(with_menu("---\ntitle: A\n---\n", "about", about).splitlines()[2][-36:])
    "href": "about.html", "here": true}]
    """
    items: list[dict[str, Any]] = []
    for name, label in MENU.items():
        shown = about["nation"]["country"] if name == "index" else label
        items.append({"text": shown, "href": f"{name}.html", **({"here": True} if name == here else {})})
    told = f"needs-site: {json.dumps(about['edition_label'])}\nneeds-menu: {json.dumps(items, ensure_ascii=False)}\n"
    return text.replace("---\n", f"---\n{told}", 1)


def _words(about: Mapping[str, Any], records: Mapping[str, Record]) -> dict[str, Any]:
    """Return what the templates of a site may say beside the words of every page."""
    places = about["nation"]["places"]
    return {
        "nation": markdown.escape_all(about["nation"]),
        "mark": "Synthetic data. " if about["edition"] == "example" else "",
        "reports": lambda: _reports(places),
        "regional": lambda name, label: _regional(places, name, label),
        "runs": lambda: _runs(places),
        "data_set": _data_set,
        "tables": [
            (name, markdown.escape(record["title"]))
            for name, record in records.items()
            if record["form"] != "number" and not record["notebook"]
        ],
    }


def file_link(place: Mapping[str, Any], name: str, label: str) -> str:
    """Write a link to a file of a region's report, with its size; say so where it was not made.

    Parameters
    ----------
    place : mapping
        ``area, name, files`` of a region.
    name, label : str
        The file, and what the link says.

    Examples
    --------
    >>> place = {"area": "ash", "name": "Ash", "files": {"report.pdf": 1456114}}
    >>> file_link(place, "report.pdf", "PDF"), file_link(place, "report.docx", "Word")
    ('[PDF](regions/ash/report.pdf) 1.5 MB', 'not made')
    """
    size = place["files"].get(name)
    if not size:
        return "not made"
    told = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"
    return f"[{label}](regions/{place['area']}/{name}) {told}"


def _reports(places: Sequence[Mapping[str, Any]]) -> str:
    """Write the table of the regions' reports, a file a column."""
    rows = [
        [
            markdown.escape(place["name"]),
            *(file_link(place, name, label) for name, label in FILES.items()),
            f"[Dashboard](dashboard-{place['area']}.html)",
        ]
        for place in places
    ]
    caption = "**Reports of the regions.** The report is a web page; the workbook has every table as numbers"
    columns = ["Region", "To read", "Two pages", "To print", "To edit", "Data", "Quality"]
    return markdown.table("tbl-reports", caption, columns, rows)


def _regional(places: Sequence[Mapping[str, Any]], name: str, label: str) -> Iterator[str]:
    """Give a link to one file of every region that has it."""
    for place in places:
        if place["files"].get(name):
            yield file_link(place, name, f"{markdown.escape(place['name'])}, {label}")


def _runs(places: Sequence[Mapping[str, Any]]) -> str:
    """Write the table of the runs behind the site."""
    rows = [[markdown.escape(place["name"]), f"`{place['fingerprint']}`"] for place in places]
    caption = "Runs that the site is made of: equal fingerprints mean equal data, parameters and code"
    return markdown.table("tbl-runs", caption, ["Region", "Fingerprint of its run"], rows)


def _data_set() -> str:
    """Write what each table of the service data set is a row of."""
    rows = [[f"`{table.name}`", markdown.escape(table.meaning)] for table in TABLES]
    return markdown.table("tbl-data-set", "Tables of own service data, every one of which may be left out",
                          ["Table", "What one row is"], rows)  # fmt: skip
