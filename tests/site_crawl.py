"""A crawl over a site: every page that its links reach, and what leads nowhere."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote


class Links(HTMLParser):
    """What a page points to, loads and marks."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.loads: list[str] = []
        self.ids: set[str] = set()
        self.here: list[str] = []
        self.headings = 0
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.ids |= {told["id"]} if "id" in told else set()
        self.headings += tag == "h1"
        if tag == "a" and told.get("href"):
            self.hrefs.append(told["href"])
            self.here += [told["href"]] if told.get("aria-current") == "page" else []
        self.loads += [told[part] for part in ("src", "srcset", "action") if part in told]
        self.loads += [told["href"]] if tag == "link" and "href" in told else []


def crawl(site: Path) -> tuple[dict[Path, Links], list[str]]:
    """Follow every link from the front page; return the pages reached, and what leads nowhere."""
    read = cache(Links)
    reached: dict[Path, Links] = {}
    waiting, lost = [site / "index.html"], []
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        found = reached[page] = read(page)
        for href in found.hrefs:
            if re.match(r"(https?|mailto):", href):
                continue
            path, _, mark = unquote(href).partition("#")
            target = (page.parent / path).resolve() if path else page
            if not (target.is_file() and target.is_relative_to(site.resolve())):
                lost.append(f"{page.name}: {href}")
            elif target.suffix == ".html":
                waiting.append(target)
                if mark and mark not in read(target).ids:
                    lost.append(f"{page.name}: {href} has no such place")
    return reached, lost
