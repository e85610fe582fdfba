"""Chart of how complete the region's own data are."""

from __future__ import annotations

from needs.methods.disclosure import Released
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.own_names import column_name, completeness_finding, file_name, inside
from needs.present.released import data_of, empty_figure, note
from needs.present.style import BLUE, INK, LIGHT, ORANGE, canvas, drawn, named_rows, tell
from needs.values import records

__all__ = ["own_completeness"]

MOST = 15
"""Columns drawn at most, the least complete of all."""


def own_completeness(released: Released) -> Artefact:
    """Draw the share of cells filled, the least complete columns, the worst on top.

    Parameters
    ----------
    released : Released
        ``completeness`` of :class:`needs.methods.service.data_quality_released.ReleasedQuality`.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"table": ["health", "all"], "column": ["bmi", "all"], "rows": [400, 400], "filled": [300, 300]})
    >>> safe = release(frame, Provenance("derived", ("x#y",)), counts=["rows"], shares={"share": ("filled", "rows")})
    >>> own_completeness(safe).alt
    'Bars of the share of cells filled, from the least complete column: body mass index (physical health) 75%.'
    """
    frame = released.frame
    parts = frame[(frame["column"] != "all") & frame["share"].notna()]
    caption = (
        "Share of cells that tell something, of columns that may be blank; a word for not known tells nothing. Columns whose "
        f"share is suppressed are not drawn. {note(released.rule)}"
    )
    if parts.empty:
        return empty_figure(f"{completeness_finding(released)}.", caption, released.known)
    rows = parts.sort_values(["share", "table", "column"], ignore_index=True).head(MOST)
    if len(rows) < len(parts):
        caption = f"The {len(rows)} least complete of {len(parts)} columns with a share. {caption}"
    labels = [f"{column_name(row.column)} ({file_name(row.table).lower()})" for row in records(rows)]
    shares = [words.percent(row.share, 0) for row in records(rows)]
    with canvas(1.1 + 0.4 * len(rows)) as (figure, (axis,)):
        for y, row, told, label in zip(range(len(rows))[::-1], records(rows), shares, labels, strict=True):
            tell(axis, row.share, y, f"{label}: {told} of cells filled")
            worst = row.share == rows["share"].iloc[0] and rows["share"].iloc[0] < rows["share"].iloc[-1]
            axis.barh(y, 1, height=0.6, color="white", edgecolor=LIGHT, linewidth=1)
            axis.barh(y, row.share, height=0.6, color=ORANGE if worst else BLUE, hatch="//" if worst else "", edgecolor=INK,
                      linewidth=0)  # fmt: skip
            axis.annotate(
                f"{told}, least complete" if worst else told, (1, y), xytext=(8, 0), textcoords="offset points", va="center",
                fontsize=13, color=INK, weight="bold" if worst else "normal", annotation_clip=False,
            )  # fmt: skip
        named_rows(axis, labels)
        axis.tick_params(axis="y", labelsize=13)
        axis.set_xlim(0, 1)
        axis.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"])
        axis.set_xlabel("Cells filled", loc="left")
        image = drawn(figure)
    told_rows = [f"{inside(label)} {share}" for label, share in zip(labels, shares, strict=True)]
    alt = f"Bars of the share of cells filled, from the least complete column: {', '.join(told_rows)}."
    known, title = released.known, completeness_finding(released)
    return Artefact("figure", title, caption, known.kind, known.sources, data_of(released), alt, image, released=True)
