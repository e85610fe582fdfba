"""Let a finished web page answer its reader: values of charts, tables that sort, a scenario explorer.

The page is complete without this. What is added stands at its end: scripts and the data that they show, so that
nothing is loaded from anywhere and either renderer's page takes it. A policy in its head forbids the browser to load
anything and to run any other script.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from needs.project import project_root

__all__ = ["make_interactive"]

_ADDED = re.compile(
    r'<script (?:type="application/json" )?id="needs-[a-z]+">.*?</script>\n|<meta http-equiv="Content-Security-Policy"[^>]*>\n',
    re.DOTALL,
)
_HEAD = re.compile(r"<head\b[^>]*>\s*(?:<meta charset=[^>]*>\n?)?")
_FIGURE = re.compile(r'\bid="(fig-[a-z0-9-]+)"')
_EXPLORER = re.compile(r'\bid="(?:fig|tbl)-explorer"')
_GRID = "tbl-explorer"
_MOST = 0.52  # share of gaps that are alike where marks stand evenly
_GRID_LIKE = 0.8
_FILLED = 33.0  # percent of a picture's height that its rows fill at the least


def make_interactive(page: Path, root: Path | None = None, site: Mapping[str, Any] | None = None) -> None:
    """Add the scripts of ``reports/theme/`` and the values they show to a finished page.

    Done again, it replaces what it added; the same page and artefacts give the same bytes. A page without an end of
    its body stays as it is.

    Parameters
    ----------
    page : Path
        The page, in the folder of its ``artefacts/``: the points of its figures and the grid of its explorer.
    root : Path, optional
        Project folder.
    site : mapping, optional
        What a page of a site shows with the script of sites.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     page = Path(folder, "report.html")
    ...     _ = page.write_text("<html><head></head><body><p>Beds</p></body></html>", encoding="utf-8")
    ...     make_interactive(page)
    ...     made = page.read_text(encoding="utf-8")
    >>> made[made.index("<p>") : made.index("</script>")]
    '<p>Beds</p><script type="application/json" id="needs-data">{"points":{},"ways":{},"tables":{}}'
    """
    text = _ADDED.sub("", page.read_text(encoding="utf-8"))
    start, end, rest = text.rpartition("</body>")
    if not end:
        return
    data = _data(page.parent / "artefacts", start)
    theme = (root or project_root()) / "reports" / "theme"
    scripts = _scripts(theme, explorer=bool(data["tables"]), site=site is not None)
    data |= {"site": dict(site)} if site else {}
    added = [f'<script type="application/json" id="needs-data">{_json(data)}</script>\n']
    added += [f'<script id="needs-{name}">{script}</script>\n' for name, script in scripts.items()]
    start = _HEAD.sub(lambda head: head[0] + _policy(scripts), start, count=1)
    page.write_text("".join([start, *added, end, rest]), encoding="utf-8", newline="\n")


def _data(artefacts: Path, page: str) -> dict[str, dict[str, Any]]:
    """Return the points of the figures of a page, which way they stand, and the grid of its explorer as CSV."""
    points: dict[str, list[tuple[float, float, str]]] = {}
    for name in dict.fromkeys(_FIGURE.findall(page)):
        record = artefacts / f"{name}.json"
        told = json.loads(record.read_text(encoding="utf-8")).get("points") if record.is_file() else None
        if told:
            points[name] = told
    grid = artefacts / f"{_GRID}.csv"
    shown = _EXPLORER.search(page) and grid.is_file()
    ways = {name: way for name, told in points.items() if (way := _way(told))}
    return {"points": points, "ways": ways, "tables": {_GRID: grid.read_text(encoding="utf-8")} if shown else {}}


def _way(points: Sequence[tuple[float, float, str]]) -> list[Any]:
    """Tell what decides which mark a pointer means: ``rows``, as of bars, or ``columns``, as of years; or nothing does.

    Rows bring their usual gap in percent of the height and, where marks fill a grid, that of the width; or 0. Rows
    fill the picture; marks of a line that happen to lie at even heights do not.
    """
    across, down = sorted({point[0] for point in points}), sorted({point[1] for point in points})
    (wide, even_across), (high, even_down) = _even(across), _even(down)
    fills = min((b - a for a, b in pairwise(down)), default=0) * len(down) >= _FILLED
    tied = even_down == even_across and len(across) < max(3, len(points))
    if fills and even_down > _MOST and (even_down > even_across or tied):
        grid = even_across > _GRID_LIKE and max(len(across), len(down)) < len(points)
        return ["rows", round(high, 1), round(wide, 1) if grid else 0]
    return ["columns"] if even_across > _MOST else []


def _even(places: list[float]) -> tuple[float, float]:
    """Return the usual gap between places, and the share of the gaps that are like it."""
    gaps = [b - a for a, b in pairwise(places)]
    alike = [(sum(abs(other - gap) < 0.15 + gap / 20 for other in gaps), gap) for gap in gaps]
    number, gap = max(alike, default=(0, 0.0))
    return gap, number / max(1, len(gaps))


def _scripts(theme: Path, *, explorer: bool, site: bool) -> dict[str, str]:
    """Return the scripts by name, as the page holds them; that of the explorer only where there is a grid."""
    names = ["report", *(["explorer"] if explorer and (theme / "explorer.js").is_file() else []), *["site"] * site]
    return {name: f"\n{(theme / f'{name}.js').read_text(encoding='utf-8')}" for name in names}


def _json(data: dict[str, Any]) -> str:
    """Write data so that no text in it ends the script element that holds it."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)  # ASCII: U+2028 and its like are escaped
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _policy(scripts: dict[str, str]) -> str:
    """Write what the browser may load: pictures, styles and fonts in the page itself, and these scripts."""
    allowed = " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in scripts.values())
    policy = (
        f"default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline' data:; script-src {allowed}; "
        "base-uri 'none'; form-action 'none'"
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
