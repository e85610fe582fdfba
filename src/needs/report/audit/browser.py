"""Web pages in a browser: the rules of axe for WCAG 2.2 AA, and whether a page ever scrolls sideways.

The browser and axe are no part of an ordinary install. Where they are absent, that is said, and is no fault.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from needs.report.audit.rows import Check

__all__ = ["VIEWS", "View", "absent", "browser", "browser_checks", "chromium"]

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
_OPEN = "document.querySelectorAll('details').forEach(part => { part.open = true; })"
_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_CHAPTER = """target => {
  const node = document.querySelector(target);
  const before = Array.from(document.querySelectorAll('h1, h2')).filter(
    heading => node && heading.compareDocumentPosition(node) & (Node.DOCUMENT_POSITION_FOLLOWING | 16));
  return before.length ? before[before.length - 1].textContent.trim() : 'the top of the page';
}"""


@dataclass(frozen=True)
class View:
    """How wide a page is shown.

    Parameters
    ----------
    name : str
        As the table says it.
    width, height : int
        CSS pixels.
    scale : float
        Pixels of the screen in one of them.

    Examples
    --------
    >>> [view.name for view in VIEWS]
    ['320 px', '1280 px', '400% zoom']
    """

    name: str
    width: int
    height: int
    scale: float = 1.0

    @property
    def settings(self) -> dict[str, Any]:
        """The same for a page of Playwright."""
        return {"viewport": {"width": self.width, "height": self.height}, "device_scale_factor": self.scale}


VIEWS = (View("320 px", 320, 800), View("1280 px", 1280, 800), View("400% zoom", 320, 256, 4.0))
"""A phone, a desk, and a desk of 1280 by 1024 px at 400% zoom."""


def chromium() -> str | None:
    """Return the path of Chromium or of a browser made from it; None where there is none.

    Examples
    --------
    >>> chromium() is None or len(chromium()) > 0
    True
    """
    return next((path for name in _PROGRAMS if (path := shutil.which(name))), None)


def absent() -> str:
    """Say what is missing for a test in a browser, and how to get it; empty where nothing is.

    Examples
    --------
    >>> isinstance(absent(), str)
    True
    """
    if any(importlib.util.find_spec(name) is None for name in ("playwright", "axe_playwright_python")):
        return "axe is not installed: pip install 'needs[audit]'"
    return "" if chromium() else "Chromium is not installed"


@contextmanager
def browser() -> Iterator[Any]:
    """Give a browser without a window, closed afterwards; only where :func:`absent` says nothing.

    Examples
    --------
    >>> if not absent():
    ...     with browser() as opened:
    ...         assert opened.is_connected()
    """
    from playwright.sync_api import sync_playwright

    root = getattr(os, "geteuid", lambda: 1)() == 0  # Chromium has no sandbox for root
    options = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium(), args=[*options, *["--no-sandbox"] * root])
        try:
            yield opened
        finally:
            opened.close()


def browser_checks(pages: Sequence[Path], root: Path, opened: Any = None) -> list[Check]:
    """Check web pages by axe at each of :data:`VIEWS`, everything that can be opened opened.

    Parameters
    ----------
    pages : sequence of Path
        The pages.
    root : Path
        Folder from which they are named.
    opened : Browser, optional
        A browser that is open already, see :func:`browser`.

    Returns
    -------
    list of Check
        One a page; where a browser or axe is absent, one that says so.

    Examples
    --------
    >>> browser_checks([], Path("."))
    []
    """
    if not pages:
        return []
    if missing := absent():
        name = pages[0].relative_to(root).as_posix()
        more = f" and {len(pages) - 1} more" if len(pages) > 1 else ""
        return [Check("accessibility", f"{name}{more}", f"not tested: {missing}", "not tested")]
    with nullcontext(opened) if opened else browser() as shown:
        return [_check(shown, page, page.relative_to(root).as_posix()) for page in pages]


def _check(opened: Any, path: Path, name: str) -> Check:
    """Check one page at every width."""
    from axe_playwright_python.sync_playwright import Axe

    problems: list[str] = []
    said, chapters = "", 0
    for view in VIEWS:
        page = opened.new_page(**view.settings)
        page.goto(path.resolve().as_uri())
        page.evaluate(_OPEN)
        chapters = page.locator("main h2").count()
        found = Axe().run(page, options=_OPTIONS).response
        said = f"axe {found['testEngine']['version']}, {len(found['passes']) + len(found['violations'])} rules"
        problems += [f"{view.name}: {text}" for rule in found["violations"] for text in _broken(page, rule)]
        if page.evaluate(_SIDEWAYS):
            problems.append(f"{view.name}: the page scrolls sideways")
        page.close()
    many = f"{chapters} chapters" if chapters != 1 else "1 chapter"
    widths = ", ".join(view.name for view in VIEWS)
    return Check.of("accessibility", name, f"{said}: {many} at {widths}, {len(problems)} faults", problems)


def _broken(page: Any, rule: dict[str, Any]) -> Iterator[str]:
    """Say where a rule is broken, chapter by chapter."""
    chapters: dict[str, list[str]] = {}
    for node in rule["nodes"]:
        target = node["target"][0] if isinstance(node["target"][0], str) else node["target"][0][0]
        chapters.setdefault(page.evaluate(_CHAPTER, target), []).append(node["html"])
    for chapter, nodes in chapters.items():
        yield f"{rule['id']} ({rule['help']}): {len(nodes)} in {chapter}, such as {nodes[0][:80]}"
