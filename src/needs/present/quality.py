"""Words of the quality dashboard: periods, figures in their unit, and what a control chart says."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from needs.methods.disclosure import Released
from needs.present import words

__all__ = [
    "ASSURANCE",
    "NONE",
    "NOT_GIVEN",
    "NO_FIGURE",
    "VARIATION",
    "against",
    "finding",
    "meets",
    "one_frame",
    "period_name",
    "standard",
    "written",
]

NOT_GIVEN = "not in the data given"
"""What a row says whose table was not given."""

NO_FIGURE = "nobody to count"
"""What a row says where there is nothing to divide by."""

NONE = "-"
"""What a cell says where no standard was told."""

VARIATION = {
    "special improving": "special cause, improvement",
    "special concerning": "special cause, concern",
    "special high": "special cause, high",
    "special low": "special cause, low",
    "common cause": "common cause",
    "too few points": "too few points",
    "suppressed": "suppressed",
}
"""How variation is written; :class:`needs.methods.spc.Xmr` says what each is."""

ASSURANCE = {
    "passes consistently": "passes consistently",
    "hit and miss": "hit and miss",
    "fails consistently": "fails consistently",
    "too few points": "too few points",
    "no standard": NONE,
    "suppressed": "suppressed",
}
"""How assurance is written."""

_MOST = 3


def one_frame(released: Sequence[Released]) -> pd.DataFrame:
    """Put released figures of indicators one under another; ``star`` says which values were suppressed.

    Examples
    --------
    >>> one_frame([]).columns.tolist()
    ['label', 'value', 'variation', 'carries_over', 'star']
    """
    parts = [each.frame.assign(star=each.hidden["value"]) for each in released if len(each)]
    if not parts:
        return pd.DataFrame({name: [] for name in ("label", "value", "variation", "carries_over", "star")})
    return pd.concat(parts, ignore_index=True)


def period_name(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """Name a period by its first and last day: a month, some months, or a financial year.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> period_name(day("2024-03-01"), day("2024-03-31")), period_name(day("2024-01-01"), day("2024-03-31"))
    ('Mar 2024', 'Jan to Mar 2024')
    >>> period_name(day("2023-04-01"), day("2024-03-31")), period_name(day("2023-10-01"), day("2024-01-31"))
    ('2023-24', 'Oct 2023 to Jan 2024')
    """
    if (first.year, first.month) == (last.year, last.month):
        return f"{last:%b %Y}"
    if first.month == 4 and (last.year, last.month) == (first.year + 1, 3):
        return f"{first.year}-{last:%y}"
    begun = f"{first:%b}" if first.year == last.year else f"{first:%b %Y}"
    return f"{begun} to {last:%b %Y}"


def written(value: float, unit: str) -> str:
    """Write a figure of an indicator in its unit.

    Examples
    --------
    >>> written(0.87, "share"), written(25.0, "people"), written(1.4, "ratio"), written(531.25, "GBP")
    ('87%', '25', '1.4', '£531')
    """
    if unit == "share":
        return words.percent(value, 0)
    if unit in ("people", "per 1,000 person-years"):
        return words.count(value)
    return words.money(value, 1) if unit == "GBP" else f"{value:,.1f}"


def standard(value: float, unit: str, better: str, level: str) -> str:
    """Write a standard, with its side and whether it is core or developmental.

    Examples
    --------
    >>> standard(0.85, "share", "higher", "core"), standard(float("nan"), "share", "higher", "")
    ('85% or more (core)', '-')
    """
    if pd.isna(value):
        return NONE
    side = "or more" if better == "higher" else "or less"
    number = f"{100 * value:.4g}%" if unit == "share" else f"£{value:,.0f}" if unit == "GBP" else f"{value:,.4g}"
    return f"{number} {side} ({level})"


def meets(value: float, standard: float, better: str) -> bool:
    """Say whether a figure meets its standard.

    Examples
    --------
    >>> meets(0.15, 0.15, "lower"), meets(0.8, 0.85, "higher")
    (True, False)
    """
    return bool(value >= standard if better == "higher" else value <= standard)


def against(assurance: str, value: float, standard: float, better: str) -> str:
    """Write assurance, which rests on the limits of the baseline, and say so where the latest figure goes against it.

    Parameters
    ----------
    assurance : str
        As :class:`needs.methods.spc.Xmr` says it.
    value, standard : float
        Latest figure and standard, in the same unit; missing where there is none.
    better : {"higher", "lower"}
        Which side is better.

    Examples
    --------
    >>> against("fails consistently", 0.15, 0.15, "lower"), against("fails consistently", 0.2, 0.15, "lower")
    ('fails by the limits of the baseline; the latest meets it', 'fails consistently')
    """
    word, met = ASSURANCE[assurance], meets(value, standard, better)
    if pd.isna(value) or pd.isna(standard) or assurance not in ("passes consistently", "fails consistently"):
        return word
    if met == (assurance == "passes consistently"):
        return word
    latest = "meets it" if met else "does not meet it"
    return f"{word.split()[0]} by the limits of the baseline; the latest {latest}"


def finding(
    labels: Sequence[str], variation: Sequence[str], place: str, what: str = "indicators with enough points"
) -> str:
    """Say of how many indicators a chart can judge the latest period, and which vary for a special cause and are a concern.

    Parameters
    ----------
    labels, variation : sequence of str
        Name of each indicator whose latest figure is shown, and its variation as :class:`needs.methods.spc.Xmr` says it.
    place : str
        Where.
    what : str
        What they are.

    Examples
    --------
    >>> finding(["Women", "Admissions"], ["special concerning", "common cause"], "London")
    'By the rules of control charts, 1 of 2 indicators with enough points in London shows a concern in its latest period (women)'
    >>> finding(["Women", "Admissions"], ["too few points", "common cause"], "London", "indicators charted with enough points")
    'By the rules of control charts, 0 of 1 indicator charted with enough points in London shows a concern in its latest period'
    >>> finding(["Women"], ["too few points"], "London")
    'No indicator of London has enough points to be judged by a control chart'
    >>> finding([], [], "London")
    'No indicator of London has a figure that can be shown'
    """
    if not labels:
        return f"No indicator of {place} has a figure that can be shown"
    told = [pair for pair in zip(labels, variation, strict=True) if pair[1] not in ("too few points", "suppressed")]
    if not told:
        return f"No indicator of {place} has enough points to be judged by a control chart"
    worse, better = (
        [label for label, word in told if word == f"special {kind}"] for kind in ("concerning", "improving")
    )
    one = len(worse) == 1 or len(told) == 1
    what = what if len(told) > 1 else what.replace("indicators", "indicator")
    sentence = (
        f"By the rules of control charts, {len(worse)} of {len(told)} {what} in {place} {'shows' if one else 'show'} a concern "
        f"in {'its' if one else 'their'} latest period"
    )
    if 0 < len(worse) <= _MOST:
        sentence += f" ({words.listed([words.lower(label) for label in worse])})"
    if better:
        sentence += f"; {len(better)} {'shows' if len(better) == 1 else 'show'} an improvement"
    return sentence
