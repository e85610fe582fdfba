"""Charts of expected patients by sex and age."""

from __future__ import annotations

import pandas as pd
from matplotlib.colors import to_rgba

from needs.data.geography import Region
from needs.present import movement, words
from needs.present.artefact import Artefact
from needs.present.style import BLUE, INK, TEAL, canvas, drawn, tell
from needs.values import Provenance, records

__all__ = ["expected_pyramid"]


def expected_pyramid(by_age: pd.DataFrame, region: Region, known: Provenance, notes: str) -> Artefact:
    """Draw expected patients in secure care by sex and age, with intervals.

    Parameters
    ----------
    by_age : DataFrame
        ``sex, group, patients, mean_lower_95, mean_upper_95`` of :meth:`needs.methods.demand.Demand.by_age`.
    region, known
        See :func:`population_pyramid`.
    notes : str
        How the ages of each sex are known.
    """
    groups = list(dict.fromkeys(by_age["group"]))
    longest = by_age.groupby("sex")["mean_upper_95"].max().clip(lower=1.0)
    room = 0.4 * float(longest.sum())  # for labels; both panels have one scale, so their widths differ
    widths = [float(longest[sex]) + room for sex in ("male", "female")]
    with canvas(0.9 + 0.72 * len(groups), 2, widths) as (figure, axes):
        for axis, sex, width, colour in zip(axes, ("male", "female"), widths, (BLUE, TEAL), strict=True):
            left = sex == "male"
            for y, row in enumerate(records(by_age[by_age["sex"] == sex])):
                axis.barh(y, row.patients, height=0.66, color=to_rgba(colour, 0.35), edgecolor=colour, linewidth=1.5)
                axis.hlines(y, row.mean_lower_95, row.mean_upper_95, color=INK, linewidth=2.5)
                axis.annotate(
                    _told(row), (max(row.mean_upper_95, row.patients), y), xytext=(-8 if left else 8, 0),
                    textcoords="offset points", va="center", ha="right" if left else "left", fontsize=12.5,
                )  # fmt: skip
                who = f"{'Men' if left else 'Women'} aged {words.ages(row.group)}, {region.name}"
                ends = (row.patients, row.mean_lower_95, row.mean_upper_95)
                tell(axis, row.patients, y, f"{who}: {movement.people(*ends)}")
            axis.set_xlim((width, 0) if left else (0, width))
            axis.set_title("Men" if left else "Women", loc="right" if left else "left", fontsize=14)
            axis.set_yticks(range(len(groups)), [""] * len(groups) if left else [words.ages(g) for g in groups])
            axis.tick_params(length=0)
            axis.set_xticks([])
        axes[1].tick_params(axis="y", pad=6)
        axes[0].set_xlabel("Bar: expected patients.  Line: 95% interval", loc="right")
        image = drawn(figure)
    here = words.place(region.name)
    sums = by_age.groupby("sex")["patients"].sum()
    women = words.percent(sums["female"] / sums.sum(), 0)
    title = f"About {women} of the secure patients expected from {here} would be women"
    parts = [
        f"{name}: "
        + ", ".join(f"{words.ages(row.group)} {_told(row)}" for row in records(by_age[by_age["sex"] == sex]))
        for sex, name in (("male", "Men"), ("female", "women"))
    ]
    alt = f"Paired bars of expected patients in secure care by age, men and women, with 95% intervals. {'; '.join(parts)}."
    caption = (
        f"Expected patients from {here} in secure care by sex and age, all tiers, both sexes on one scale; intervals without "
        f"the play of chance. {notes[:1].upper()}{notes[1:].rstrip('.')}."
    )
    return Artefact("figure", title, caption, known.kind, known.sources, by_age, alt, image)


def _told(row: object) -> str:
    return words.ranged(*(getattr(row, name) for name in ("patients", "mean_lower_95", "mean_upper_95")))
