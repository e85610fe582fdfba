"""Chart of standards met."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from needs.data.geography import Region
from needs.methods.disclosure import Released
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.released import empty_figure
from needs.present.style import BLUE, INK, canvas, drawn, tell
from needs.values import records

__all__ = ["standards"]

_STYLES = (
    ("met", "Met", BLUE, "", "white"),
    ("partly", "Partly met", "#BFE3E0", "//", INK),
    ("not_met", "Not met", "#FFFFFF", "", INK),
)
"""How standards were met: column, name, colour, hatch and ink of the number."""


def standards(released: Released, region: Region) -> Artefact:
    """Draw how core and developmental standards were met when last assessed, all units together.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.indicators_released.released_standards`.
    region : Region
        Where.

    Examples
    --------
    >>> import pandas as pd
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"level": ["core"], "standard": ["S1"], "units": [6], "met": [3], "partly": [1], "not_met": [2]})
    >>> safe = release(frame, Provenance("derived", ("x#y",)), public=["units", "met", "partly", "not_met"])
    >>> standards(safe, Region("2023-24", "london", "London", "E40000003")).title
    'When last assessed, units in London met 3 of 6 core standards'
    """
    frame, known = released.frame, released.known
    here = words.place(region.name)
    caption = (
        f"Standards of service specifications in {here}, as each unit met them when last assessed; a standard counts once for "
        "each unit in which it was assessed."
    )
    if not len(frame):
        return empty_figure("No standards were given.", caption, known)
    sums = frame.groupby("level")[["units", "met", "partly", "not_met"]].sum()
    sums = sums.reindex([level for level in ("core", "developmental") if level in sums.index])
    with canvas(1.5 + 0.8 * len(sums)) as (figure, (axis,)):
        _bars(axis, sums)
        axis.set_yticks(range(len(sums)), [level.capitalize() for level in sums.index])
        axis.invert_yaxis()
        axis.spines["left"].set_visible(False)
        axis.tick_params(axis="y", length=0, labelsize=13)
        axis.set(xlim=(0, 1.12), xticks=[])
        handles = [
            axis.barh(0, 0, height=0.6, color=c, edgecolor=INK, hatch=h, label=label) for _, label, c, h, _ in _STYLES
        ]
        figure.legend(
            handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, fontsize=12.5, frameon=False
        )
        image = drawn(figure)
    parts = [
        f"{words.count(r.met)} of {words.count(r.units)} {level}"
        for level, r in zip(sums.index, records(sums), strict=True)
    ]
    title = f"When last assessed, units in {here} met {words.listed(parts)} standards"
    alt = "Stacked bars of standards by how units met them. " + "; ".join(
        f"{level.capitalize()}: {words.count(r.met)} met, {words.count(r.partly)} partly met, {words.count(r.not_met)} not met"
        for level, r in zip(sums.index, records(sums), strict=True)
    )
    return Artefact(
        "figure", title, caption, known.kind, known.sources, sums.reset_index(), f"{alt}.", image, released=True
    )


def _bars(axis: Axes, sums: pd.DataFrame) -> None:
    """Draw a bar a level, parted by how standards were met."""
    for y, row in enumerate(records(sums)):
        left = 0.0
        for name, label, colour, hatch, ink in _STYLES:
            width = getattr(row, name) / row.units
            if width:
                told = f"{words.count(getattr(row, name))} of {words.count(row.units)} {label.lower()}"
                tell(axis, left + width / 2, y, f"{sums.index[y].capitalize()} standards: {told}")
            axis.barh(y, width, left=left, height=0.6, color=colour, edgecolor=INK, hatch=hatch, linewidth=1)
            if width >= 0.022 * len(words.count(getattr(row, name))):
                box = {"facecolor": colour, "edgecolor": "none", "pad": 1.5}
                axis.text(
                    left + width / 2,
                    y,
                    words.count(getattr(row, name)),
                    ha="center",
                    va="center",
                    color=ink,
                    fontsize=13,
                    bbox=box,
                )
            left += width
        axis.text(1.01, y, f"of {words.count(row.units)}", va="center", fontsize=13, color=INK)
