"""The data log: every table of evidence with its sources, licence and caveats, for the documentation."""

from __future__ import annotations

from pathlib import Path

from needs.data.sidecar import read_sidecar
from needs.project import EDITIONS, project_root

__all__ = ["page"]


def page(root: Path | None = None) -> str:
    """Return the data log in Markdown, made from the sidecars.

    Examples
    --------
    >>> page().splitlines()[0]
    '# Data log'
    """
    data = (root or project_root()) / "data_raw"
    lines = ["# Data log", "", "Made from the sidecars in `data_raw/` by `make docs`; do not edit.", ""]
    for folder in (*EDITIONS, "common"):
        lines += [f"## {folder}", ""]
        for path in sorted((data / folder).glob("*.csv")):
            sidecar = read_sidecar(path.with_suffix(".yaml"))
            rows = len(path.read_text(encoding="utf-8").splitlines()) - 1
            lines += [f"### {path.stem}", "", f"{sidecar.title}. {rows} rows, status {', '.join(sidecar.status)}.", ""]
            lines += [f"- Caveat: {caveat}" for caveat in sidecar.caveats]
            lines += [
                f"- `{key}`: {source.publisher}, {source.title} ({source.date}). {source.licence}. <{source.url}>"
                for key, source in sidecar.sources.items()
            ]
            lines.append("")
    return "\n".join(lines)
