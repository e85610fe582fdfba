"""Indicators made safe to show: their latest figures, and the points and limits of their control charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from needs.methods.disclosure import RULE, Released, Rule, half_up, release
from needs.methods.service.indicators import Measured, latest
from needs.methods.service.indicators_defined import Definition
from needs.methods.service.indicators_told import standards_latest
from needs.params.costs import DAYS_IN_YEAR
from needs.values import Provenance

__all__ = ["HIDDEN", "released_latest", "released_points", "released_standards"]

HIDDEN = "suppressed"
"""What is said of the variation of a figure that is suppressed."""

_DIGITS = {"share": 2, "people": 0, "ratio": 1, "GBP": 0, "per 1,000 person-years": 0}


def released_latest(found: Sequence[Measured], known: Provenance, rule: Rule = RULE) -> tuple[Released, ...]:
    """Release the latest figure of each indicator, with the standard and what the control chart says.

    Parameters
    ----------
    found : sequence of Measured
        Indicators of :func:`needs.methods.service.indicators.assess`.
    known : Provenance
        Kind and sources of the tables.
    rule : Rule
        What is too small to show.

    Returns
    -------
    tuple of Released
        One an indicator, of one row: ``theme, name, label, unit, every, given, period, last, value, standard, better, level,
        carries_over, variation, assurance``. Where the figure is suppressed, so is what is said of it; deaths are judged by the
        days between 12 or more of them, not by the latest figure.

    Examples
    --------
    >>> from needs.methods.service.indicators_defined import INDICATORS
    >>> from needs.methods.spc import xmr
    >>> days = pd.to_datetime(["2024-01-01", "2024-01-31"]).astype("datetime64[s]")
    >>> told = pd.DataFrame({"period": days[:1], "last": days[1:], "numerator": 22.0, "denominator": np.nan, "value": 22.0})
    >>> admissions = next(each for each in INDICATORS if each.name == "admissions")
    >>> measured = Measured(admissions, told, "month", xmr(told["value"]), None, True)
    >>> released_latest([measured], Provenance("derived", ("x#y",)))[0].frame[["value", "variation"]].to_numpy().tolist()
    [[20.0, 'too few points']]
    """
    return tuple(_latest(each, known, rule) for each in found)


def _latest(each: Measured, known: Provenance, rule: Rule) -> Released:
    definition, target = each.definition, each.target
    last = latest(each.series).reindex([0])
    frame = pd.DataFrame({
        "theme": definition.theme, "name": definition.name, "label": definition.label, "unit": definition.unit,
        "every": each.every, "given": each.given,
        **{name: last[name] for name in ("period", "last", "numerator", "denominator", "value")},
        "standard": target.value if target else np.nan, "better": target.better if target else definition.better or "",
        "level": target.level if target else "", "carries_over": each.carries_over, "variation": each.chart.variation,
        "assurance": each.chart.assurance,
    })  # fmt: skip
    frame = frame.astype(dict.fromkeys(("theme", "name", "label", "unit", "better", "level"), "str"))
    hidden = _released(frame, definition, known, rule, {}).hidden["value"]
    if hidden.any() and not definition.rare:
        frame["variation"] = HIDDEN
        frame["assurance"] = frame["assurance"].where(frame["assurance"] == "no standard", HIDDEN)
    return _released(frame, definition, known, rule, {})


def released_points(found: Sequence[Measured], known: Provenance, rule: Rule = RULE) -> tuple[Released, ...]:
    """Release the points of control charts with their means and limits.

    Parameters
    ----------
    found, known, rule
        See :func:`released_latest`; give indicators with values, not of rare events.

    Returns
    -------
    tuple of Released
        One an indicator, one row a point: ``name, label, unit, every, period, last, value, mean, lower, upper, standard, better,
        special, baseline, carries_over, variation``. Means, limits and rules are of the exact figures; means and limits are then
        rounded and kept within what is possible. The number behind a mean or limit is that of all points of the baseline.

    Notes
    -----
    A mean times the number of points, less the points that are shown, is the sum of those that are hidden. So mean and limits
    are suppressed where any point of the baseline is; of too few points there are none, and no point is called special.
    Where the latest point is suppressed, so is what is said of it.

    Examples
    --------
    >>> from needs.methods.service.indicators_defined import INDICATORS
    >>> from needs.methods.spc import xmr
    >>> days = pd.date_range("2024-01-01", periods=2, freq="MS").astype("datetime64[s]")
    >>> told = pd.DataFrame({"period": days, "last": days, "numerator": [22.0, 3.0], "denominator": np.nan, "value": [22.0, 3.0]})
    >>> admissions = next(each for each in INDICATORS if each.name == "admissions")
    >>> measured = Measured(admissions, told, "month", xmr(told["value"]), None, True)
    >>> released_points([measured], Provenance("derived", ("x#y",)))[0].frame[["value", "mean", "lower"]].to_numpy().tolist()
    [[20.0, nan, nan], [nan, nan, nan]]
    """
    return tuple(_points(each, known, rule) for each in found)


def _points(each: Measured, known: Provenance, rule: Rule) -> Released:
    definition, known_at = each.definition, np.flatnonzero(each.series["value"].notna())
    told, chart = (part.iloc[known_at[0] :].reset_index(drop=True) for part in (each.series, each.chart.frame))
    enough = each.chart.variation != "too few points"
    within = (0.0, 1.0 if definition.unit == "share" and definition.name != "occupancy" else np.inf)
    base = told[chart["baseline"].to_numpy()]
    some, every = (float(base[name].sum()) for name in ("numerator", "denominator"))
    both = definition.unit == "share" and definition.known == "people"
    behind = min([some, *([every] if every > 0 else []), *([every - some] if both else [])])
    frame = pd.DataFrame({
        "name": definition.name, "label": definition.label, "unit": definition.unit, "every": each.every,
        "better": each.target.better if each.target else definition.better or "", "variation": each.chart.variation,
        "carries_over": each.carries_over, "period": told["period"], "last": told["last"],
        "special": chart["special"] if enough else "-",
        "baseline": chart["baseline"],
        "numerator": told["numerator"], "denominator": told["denominator"], "value": told["value"],
        **{name: chart[name].clip(*within) if enough else np.nan for name in ("mean", "lower", "upper")},
        "standard": each.target.value if each.target else np.nan,
        "behind": behind,
    })  # fmt: skip
    frame = frame.astype(dict.fromkeys(("name", "label", "unit", "every", "better", "variation", "special"), "str"))
    lines = dict.fromkeys(("mean", "lower", "upper"), "behind")
    small = _released(frame, definition, known, rule, lines).hidden["value"].to_numpy()
    frame["special"] = frame["special"].where(~small, "-")
    if (small & frame["baseline"].to_numpy(bool)).any():  # the mean would give the hidden points back
        frame["behind"] = 0.0
    if small[np.flatnonzero(told["value"].notna())[-1]] and not definition.rare:
        frame["variation"] = HIDDEN
    return _released(frame, definition, known, rule, lines)


def released_standards(standards: pd.DataFrame, known: Provenance) -> Released:
    """Release standards by how units met them; they are about units, not people, and pass as they are.

    Parameters
    ----------
    standards : DataFrame
        Table of standards.
    known : Provenance
        Kind and sources.

    Returns
    -------
    Released
        ``level, standard, units, met, partly, not_met`` of :func:`needs.methods.service.indicators_told.standards_latest`.

    Examples
    --------
    >>> rows = pd.DataFrame({"unit": ["a", "b"], "standard": "S1", "level": "core", "status": ["met", "partly"],
    ...                      "assessed": pd.to_datetime(["2024-01-01", "2024-01-01"])})
    >>> released_standards(rows, Provenance("derived", ("x#y",))).frame.to_numpy().tolist()
    [['core', 'S1', 2, 1, 1, 0]]
    """
    return release(standards_latest(standards), known, public=["units", "met", "partly", "not_met"])


def _released(
    frame: pd.DataFrame, definition: Definition, known: Provenance, rule: Rule, lines: dict[str, str]
) -> Released:
    """Release by what the figure is: a share, a number of people, a rate, or nothing about people."""
    parts = ["numerator", "denominator"]
    told: dict[str, Any] = {"statistics": lines, "public": ["standard"]}
    if (
        definition.name == "occupancy" or definition.rare
    ):  # beds are public and years nearly so: the people are rounded first
        some = half_up(frame["numerator"], rule.rounded_to)
        frame["value"] = (1 if definition.unit == "share" else 1000) * some / frame["denominator"]
        told |= {"statistics": {"value": tuple(parts), **lines}}
    elif definition.known == "public":
        if definition.unit == "GBP":  # spend is public: pounds a bed-day would be bed-days, so people are rounded
            people = half_up(frame["denominator"] / DAYS_IN_YEAR, rule.rounded_to)
            frame["value"] = frame["numerator"] / np.where(people >= rule.smallest, people * DAYS_IN_YEAR, np.nan)
        told = {"public": ["value", "standard", *lines]}
        frame = frame.drop(columns=[*parts, *(["behind"] if lines else [])])
    elif definition.unit == "share":
        told |= {"shares": {"value": parts}, "one_sided": ["value"] if definition.known == "open" else []}
        frame = frame.drop(columns="value")
    elif definition.unit == "people":
        told |= {"counts": ["value"]}
        frame = frame.drop(columns=parts)
    else:
        told |= {"statistics": {"value": tuple(parts), **lines}}
    digits = dict.fromkeys(["value", *lines], _DIGITS[definition.unit])
    safe = release(frame, known, digits=digits, rule=rule, **told)
    return safe.only(columns=[name for name in _ORDER if name in safe.frame])


_ORDER = ("theme", "name", "label", "unit", "every", "given", "period", "last", "value", "mean", "lower", "upper", "standard",
          "better", "level", "special", "baseline", "carries_over", "variation", "assurance")  # fmt: skip
