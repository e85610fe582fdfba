"""Charts of readmission after secure care, and of what patients and carers say."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MultipleLocator

from needs.data.geography import Region
from needs.methods.disclosure import Released
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.told import MOST, spaced
from needs.present.outcome_words import RESPONDENTS, WHO, experience_finding, group_name, incidence_finding
from needs.present.released import data_of, empty_figure, note
from needs.present.style import BLUE, GREY, INK, LIGHT, PURPLE, TEAL, canvas, drawn, named_rows, tell
from needs.values import records

__all__ = ["experience", "readmission"]

_LINES = {
    "all": (INK, "-"), "high": (PURPLE, (0, (1, 1.2))), "medium": (BLUE, (0, (5, 2))), "low": (TEAL, (0, (7, 2, 1.5, 2))),
}  # fmt: skip
_SHARES = ("share", "lower", "upper", "lowest", "highest")
_APART = 0.055
"""Least distance between two labels, as a share of the height."""


def readmission(curves: Released, totals: Released, region: Region) -> Artefact:
    """Draw the share readmitted against time since leaving secure care, by tier left.

    Parameters
    ----------
    curves : Released
        Of :func:`needs.methods.service.followed_up_released.release_curves`.
    totals : Released
        Of :func:`needs.methods.service.followed_up_released.release_incidence`, for the finding.
    region : Region
        Where.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> empty = release(pd.DataFrame({"of": pd.Series(dtype="str")}), Provenance("derived", ("x#y",)))
    >>> readmission(empty, empty, Region("2023-24", "london", "London", "E40000003")).title
    'Nobody from London left secure care for a place outside it in the days of the data'
    """
    title = incidence_finding(totals, "readmission", region)
    caption = (
        f"Cumulative share of people from {words.place(region.name)} readmitted to secure care by years since they left it, with "
        f"death as the other end (Aalen-Johansen), by tier left; the band is the 95% interval of everybody: {WHO}. Lines join "
        f"the months by which {curves.rule.smallest} or more further events had come together; names tell the last such month. "
        "Thin dotted end: fewer further events than that, counted in the table that follows, until fewer than "
        f"{curves.rule.smallest} people are still followed. {note(curves.rule)}"
    )
    frame = curves.frame
    shown = frame[frame["share"].notna()] if len(frame) else frame
    lines = (
        [(str(group), part) for group, part in shown.groupby("group", sort=False) if len(part) > 1]
        if len(shown)
        else []
    )
    if not lines:
        return empty_figure(f"{title}.", caption, curves.known)
    lines.sort(key=lambda line: list(_LINES).index(line[0]))
    with canvas(4.6) as (figure, (axis,)):
        top = max(float(part[["share", "upper"]].max().max()) for _, part in lines) * 1.1
        for group, part in lines:
            _line(axis, group, part)
            _tell_line(axis, group, part, MOST // len(lines))
        _labels(axis, lines, top)
        last = max(float(part["months"].max()) for _, part in lines) / 12
        axis.set_xlim(0, last * 1.58)
        axis.set_ylim(0, top)
        axis.set_xticks(np.arange(0, np.floor(last) + 1))
        axis.yaxis.set_major_formatter(FuncFormatter(lambda share, _: words.percent(share, 0)))
        axis.set_xlabel("Years since leaving secure care", loc="left")
        axis.spines["bottom"].set_visible(True)
        image = drawn(figure)
    told = [_end(group, part) for group, part in lines]
    alt = f"Lines of the share readmitted by years since leaving secure care. {'; '.join(told)}."
    known = curves.known
    return Artefact("figure", title, caption, known.kind, known.sources, data_of(curves), alt, image, released=True)


def _percent(share: float) -> str:
    return words.percent(share, 0)


def _of(group: str) -> str:
    return "all" if group == "all" else "tier"


def _stepped(part: pd.DataFrame) -> pd.DataFrame:
    """Leave out the level end of a curve, which repeats its last step at a month by which more may have come."""
    last, before = (part[["share", "lower", "upper", "at_risk"]].iloc[at] for at in (-1, -2))
    return part.iloc[:-1] if last.eq(before).all() else part


def _end(group: str, part: pd.DataFrame) -> str:
    """Say which share a curve comes to, and by when that is known."""
    row = _stepped(part).iloc[-1]
    return f"{group_name(_of(group), group)} {_percent(row['share'])} by {row['months'] / 12:.1f} years"


def _line(axis: Axes, group: str, part: pd.DataFrame) -> None:
    colour, dashes = _LINES[group]
    steps = _stepped(part)
    years = steps["months"] / 12
    axis.plot(years, steps["share"], color=colour, linestyle=dashes, linewidth=2.4 if group == "all" else 2)
    axis.plot(
        part["months"].iloc[len(steps) - 1 :] / 12, part["share"].iloc[len(steps) - 1 :], ":", color=colour, linewidth=1
    )
    if group == "all":
        known = steps[["lower", "upper"]].notna().all(axis=1)
        axis.fill_between(years[known], steps["lower"][known], steps["upper"][known], color=LIGHT, zorder=0)


def _tell_line(axis: Axes, group: str, part: pd.DataFrame, most: int) -> None:
    """Tell the share readmitted at the steps of a line after its start."""
    steps = _stepped(part)
    for row in records(spaced(steps[steps["months"].gt(0)], most)):
        ends = f" ({_percent(row.lower)} to {_percent(row.upper)})" if pd.notna([row.lower, row.upper]).all() else ""
        when = f"{row.months / 12:.1f} years after leaving"
        told = f"{group_name(_of(group), group)}, {when}: {_percent(row.share)} readmitted{ends}"
        tell(axis, row.months / 12, row.share, told)


def _labels(axis: Axes, lines: list[tuple[str, pd.DataFrame]], top: float) -> None:
    """Name lines at their end, apart from one another."""
    ends = sorted(
        (float(part["share"].iloc[-1]), float(part["months"].iloc[-1]) / 12, group, _end(group, part))
        for group, part in lines
    )
    below = -np.inf
    right = max(end[1] for end in ends)
    for share, years, group, label in ends:
        at = max(share, below + _APART * top)
        below = at
        colour = _LINES[group][0]
        axis.plot([years, right * 1.03], [share, at], color=colour, linewidth=1.2)
        axis.text(right * 1.04, at, label, color=INK, fontsize=13, va="center")


def _answered(row: object) -> str:
    """Say the share of one question, and what silence leaves open."""
    share, lower, upper, least, most = (_percent(getattr(row, n)) if pd.notna(getattr(row, n)) else "" for n in _SHARES)
    ends = f" ({lower} to {upper})" if lower and upper else ""
    who = f"{row.question} {RESPONDENTS[row.respondent]}, {row.period}"  # type: ignore[attr-defined]
    return f"{who}: {share} positive{ends}; of all asked {least} to {most}"


def experience(found: Released, region: Region) -> Artefact:
    """Draw the positive share of answers by question and year, patients and carers apart, with what silence could change.

    Parameters
    ----------
    found : Released
        Of :func:`needs.methods.service.experience.release_answers`.
    region : Region
        Where.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> empty = release(pd.DataFrame({"question": pd.Series(dtype="str")}), Provenance("derived", ("x#y",)))
    >>> experience(empty, Region("2023-24", "london", "London", "E40000003")).title
    'No answers of patients or carers were given for London'
    """
    title, here = experience_finding(found, region), words.place(region.name)
    caption = (
        f"Positive share of the answers of patients and carers from {here}, by question, in the last financial year that can be "
        "shown for each: mark, with Wilson's 95% interval (thick line). The thin line is the share of all who were asked that "
        "would be positive if nobody, or everybody, who did not answer were. Earlier years stand in the table that follows. "
        f"{note(found.rule)}"
    )
    frame = found.frame
    known = frame[frame[["share", "lowest", "highest"]].notna().all(axis=1)] if len(frame) else frame
    if known.empty:
        return empty_figure(f"{title}.", caption, found.known)
    last = known.sort_values("period", kind="stable").drop_duplicates(["question", "respondent"], keep="last")
    last = last.sort_values(["question", "respondent"], ascending=[True, False], kind="stable").reset_index(drop=True)
    labels = [
        "\n".join([*textwrap.wrap(str(row.question), 38), f"{RESPONDENTS[row.respondent]}, {row.period}"])
        for row in records(last)
    ]
    with canvas(1.1 + 0.36 * (len(last) + sum(label.count("\n") for label in labels))) as (figure, (axis,)):
        for at, row in enumerate(records(last.iloc[::-1])):
            colour, mark = (BLUE, "o") if row.respondent == "patient" else (PURPLE, "D")
            axis.plot([row.lowest, row.highest], [at, at], color=GREY, linewidth=1.2)
            if not pd.isna([row.lower, row.upper]).any():
                axis.plot([row.lower, row.upper], [at, at], color=colour, linewidth=4)
            axis.plot(row.share, at, mark, color=colour, markersize=9, markeredgecolor="white")
            tell(axis, row.share, at, _answered(row))
            axis.text(
                row.share, at + 0.2, words.percent(row.share, 0), ha="center", va="bottom", fontsize=12.5, color=INK
            )
        named_rows(axis, labels)
        axis.tick_params(axis="y", labelsize=12.5)
        axis.set_xlim(0, 1)
        axis.xaxis.set_major_locator(MultipleLocator(0.2))
        axis.xaxis.set_major_formatter(FuncFormatter(lambda share, _: words.percent(share, 0)))
        axis.set_xlabel("Positive share of answers; thin line: of all asked", loc="left")
        image = drawn(figure)
    told = [
        f"{row.question} {RESPONDENTS[row.respondent].lower()} {words.percent(row.share, 0)}, of all asked "
        f"{words.percent(row.lowest, 0)} to {words.percent(row.highest, 0)}"
        for row in records(last)
    ]
    alt = f"Positive shares of answers by question, with the range that silence leaves open. {'; '.join(told)}."
    return Artefact(
        "figure", title, caption, found.known.kind, found.known.sources, data_of(found), alt, image, released=True
    )
