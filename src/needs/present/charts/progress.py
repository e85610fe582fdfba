"""One person's way through services as a picture for those who treat them; it is no artefact, so no report can carry it."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import ConciseDateFormatter, YearLocator

from needs.dataset import table
from needs.dataset.words import TIER
from needs.methods.service.progress import Progress
from needs.present.artefact import Image
from needs.present.style import BLUE, GREY, INK, LIGHT, ORANGE, PURPLE, TEAL, canvas, drawn
from needs.values import records

__all__ = ["PRIVATE", "progress"]

PRIVATE = "Private: one person's record; not for the report"
"""What stands over the picture and in its file."""

_TIERS = ("community", "step_down", "low", "medium", "high")
_LEAVES = tuple(word for word in table("reviews").column("leave").words if word != "unknown")
_SCORES = (
    ("dundrum_total", "DUNDRUM-1 security (of 44)", BLUE, "o"),
    ("honos_secure_total", "HoNOS-secure (of 48)", PURPLE, "s"),
)
_CHECKS = {
    "done": ("o", TEAL, "full check"),
    "declined": ("X", ORANGE, "declined"),
    "not_done": ("v", GREY, "not done"),
}


def progress(found: Progress) -> Image:
    """Draw stays by tier over time, the tier each review found needed, scores, leave, health checks and outcomes.

    Parameters
    ----------
    found : Progress
        What the data hold of one person.

    Returns
    -------
    Image
        A picture, not an artefact: the report takes none.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> stays = pd.DataFrame({"tier": ["medium"], "unit": ["a"], "admitted": [day("2022-01-01")], "end": [day("2023-05-01")],
    ...                       "ended": [False], "clinically_ready": [pd.NaT], "to": [None]})
    >>> none = pd.DataFrame()
    >>> PRIVATE in progress(Progress(stays, none, none, none)).svg
    True
    """
    kinds = 0.5 + 0.6 * found.outcomes["event"].nunique() if len(found.outcomes) else 0.0
    parts = [
        (_tiers, 3.0, True),
        (_scores, 2.2, _has(found.reviews, "dundrum_total", "honos_secure_total")),
        (_leave, 2.2, _has(found.reviews, "leave")),
        (_health, 1.8, len(found.health) > 0),
        (_events, kinds, len(found.outcomes) > 0),
    ]
    drawn_parts = [(draw, height) for draw, height, has in parts if has]
    first, last = found.stays["admitted"].min(), found.stays["end"].max()
    dated = ((found.reviews, "reviewed"), (found.health, "checked"), (found.outcomes, "day"))
    days = [rows[name].dropna() for rows, name in dated if len(rows)]
    told = pd.concat([pd.Series([first, last]), *days]).astype("datetime64[s]")
    pad = pd.Timedelta(days=max(10, int((told.max() - told.min()).days * 0.02)))
    with canvas(sum(height for _, height in drawn_parts) + 0.6 * len(drawn_parts)) as (figure, (whole,)):
        whole.remove()
        axes = figure.subplots(
            len(drawn_parts), 1, squeeze=False, sharex=True, height_ratios=[height for _, height in drawn_parts]
        ).ravel()
        figure.suptitle(PRIVATE, x=0.01, ha="left", fontsize=14, weight="bold", color=PURPLE)
        for axis, (draw, _) in zip(axes, drawn_parts, strict=True):
            draw(axis, found)
            axis.tick_params(labelsize=12, labelbottom=True)
            axis.spines["bottom"].set_visible(True)
            axis.spines["left"].set_visible(False)
            axis.set_xlim(told.min() - pad, told.max() + 6 * pad)
        locator = YearLocator(base=max(1, round((told.max() - told.min()).days / 365 / 8)))  # type: ignore[no-untyped-call]
        axes[-1].xaxis.set_major_locator(locator)
        axes[-1].xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]
        return drawn(figure)


def _has(rows: pd.DataFrame, *names: str) -> bool:
    return any(name in rows and rows[name].notna().any() for name in names)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 24)


def _title(axis: Axes, text: str) -> None:
    axis.set_title(text, loc="left", fontsize=13, weight="bold", color=INK)


def _tiers(axis: Axes, found: Progress) -> None:
    """Draw each stay as a bar at its tier, stairs between them, readiness and what reviews found needed."""
    needed = found.reviews["tier_needed"].astype(object) if len(found.reviews) else pd.Series([], dtype=object)
    tiers = (("none",) if (needed == "none").any() else ()) + _TIERS
    place = {tier: y for y, tier in enumerate(tiers)}
    before: tuple[Any, int] | None = None
    for row in records(found.stays):
        y = place[str(row.tier)]
        if before is not None:
            axis.plot([before[0], row.admitted], [before[1], y], color=GREY, linewidth=1.2)
        axis.plot([row.admitted, row.end], [y, y], color=BLUE, linewidth=9, solid_capstyle="butt")
        if pd.notna(row.clinically_ready):
            axis.plot([row.clinically_ready, row.end], [y, y], color=ORANGE, linewidth=3)
            axis.plot(row.clinically_ready, y, "v", color=ORANGE, markeredgecolor=INK, markersize=9)
        before = (row.end, y)
    last = found.stays.iloc[-1]
    if not last["ended"]:
        axis.annotate(
            "there still",
            (last["end"], place[str(last["tier"])]),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=12,
        )
    if len(needed):
        axis.plot(
            found.reviews["reviewed"], needed.map(place), "D", color="white", markeredgecolor=PURPLE, markeredgewidth=2,
            markersize=7,
        )  # fmt: skip
    names = {"none": "No secure or forensic care", **TIER}
    axis.set_yticks(range(len(tiers)), [_wrapped(names[tier].partition(":")[0]) for tier in tiers])
    axis.set_ylim(-0.6, len(tiers) - 0.4)
    axis.grid(axis="y", color=LIGHT)
    _title(axis, "Stays (bars), ready (triangle), tier needed at review (diamond)")


def _scores(axis: Axes, found: Progress) -> None:
    for name, label, colour, shape in _SCORES:
        rows = found.reviews.dropna(subset=[name])
        if len(rows):
            axis.plot(
                rows["reviewed"], rows[name], color=colour, marker=shape, linewidth=1.8, markersize=7, label=label
            )
    axis.set_ylim(0, 50)
    axis.set_yticks([0, 20, 40])
    axis.legend(loc="upper left", bbox_to_anchor=(0.0, 1.0), ncols=2, fontsize=12, frameon=False)
    _title(axis, "Scores at review, lower is less risk or need")


def _leave(axis: Axes, found: Progress) -> None:
    rows = found.reviews[found.reviews["leave"].isin(_LEAVES)]
    place = {word: y for y, word in enumerate(_LEAVES)}
    axis.plot(
        rows["reviewed"],
        rows["leave"].astype(str).map(place),
        color=TEAL,
        marker="o",
        drawstyle="steps-post",
        linewidth=1.8,
        markersize=7,
    )
    axis.set_yticks(range(len(_LEAVES)), [table("reviews").column("leave").codes[word] for word in _LEAVES])
    axis.set_ylim(-0.5, len(_LEAVES) - 0.5)
    axis.grid(axis="y", color=LIGHT)
    _title(axis, "Leave at review")


def _health(axis: Axes, found: Progress) -> None:
    rows = found.health
    known = rows["bmi"].dropna()
    level = float(known.median()) if len(known) else 25.0
    for word, (shape, colour, label) in _CHECKS.items():
        some = rows[rows["annual_check"] == word]
        if len(some):
            axis.plot(
                some["checked"],
                some["bmi"].fillna(level),
                shape,
                color=colour,
                markeredgecolor=INK,
                markersize=8,
                label=label,
            )
    axis.axhspan(18.5, 25, color=LIGHT, alpha=0.6, linewidth=0, zorder=0)
    low, high = (float(known.min()), float(known.max())) if len(known) else (18.5, 25.0)
    axis.set_ylim(min(17.0, low - 2), max(27.0, high + 0.5 * (high - low) + 6))
    axis.legend(loc="upper left", ncols=3, fontsize=12, frameon=False)
    _title(axis, "Body mass index at health checks (grey: healthy)")


def _events(axis: Axes, found: Progress) -> None:
    names = list(dict.fromkeys(found.outcomes["event"].astype(str)))
    codes = table("outcomes").column("event").codes
    axis.plot(
        found.outcomes["day"],
        [names.index(event) for event in found.outcomes["event"].astype(str)],
        "D",
        color=PURPLE,
        markersize=9,
    )
    axis.set_yticks(range(len(names)), [_wrapped(codes[name].partition(" after")[0]) for name in names])
    axis.set_ylim(-0.6, len(names) - 0.4)
    _title(axis, "What happened after discharge")
