"""Tables and numbers of what is uncertain and what it would be worth to know."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.confidence import (
    as_option,
    collect_finding,
    no_choice,
    part_text,
    variance_finding,
    worth_finding,
    worth_in,
    worth_text,
)
from needs.present.money_words import unit_of
from needs.present.tables.layout import Column, laid_out, nothing
from needs.present.uncertain import GIVEN, GROUPS, OUTCOMES, RECORDS
from needs.values import Provenance, records

__all__ = ["collect_first", "information", "perfect_information", "variance"]

_COUNTED = "Only options whose own cost is counted in full are compared."


def variance(shares: pd.DataFrame, best: str, labels: Mapping[str, str], region: Region, known: Provenance) -> Artefact:
    """Tabulate the share of what is uncertain that each group of figures makes, by outcome.

    Parameters
    ----------
    shares : DataFrame
        See :func:`needs.methods.sensitivity.variance_shares`; outcomes of :data:`needs.present.uncertain.OUTCOMES`.
    best : str
        Name of the option whose net benefit is an outcome; empty without one.
    labels : mapping of str to str
        Labels of options by name.
    region, known
        See :func:`needs.present.charts.tornado`.

    Examples
    --------
    >>> shares = pd.DataFrame({"outcome": "blocked", "group": ["places", "stay", "left"], "share": [0.61, 0.02, 0.35],
    ...                        "error": [0.03, 0.01, 0.04]})
    >>> london, known = Region("2023-24", "london", "London", "E40000003"), Provenance("modelled", ("x#y",))
    >>> variance(shares, "", {}, london, known).rows.to_numpy().tolist()  # doctest: +NORMALIZE_WHITESPACE
    [['Length of stay', 'under 5%'], ['Step-down places and their use', '60%'],
     ['Several together, or not told apart', '35%']]
    """
    texts = {(row.group, row.outcome): part_text(row.share, row.error) for row in records(shares)}
    groups, outcomes = [group for group in GROUPS if group in set(shares["group"])], shares["outcome"].unique()
    shown = pd.DataFrame({outcome: [texts[group, outcome] for group in groups] for outcome in outcomes})
    shown = shown.assign(label=[GROUPS[group] for group in groups])
    columns: dict[str, Column] = {"label": ("What is uncertain", None)}
    columns |= {outcome: (OUTCOMES[outcome], words.percent) for outcome in outcomes}
    benefit = f" Net benefit: {as_option(labels.get(best, best))} against going on as today." if best else ""
    caption = (
        "Share of what is uncertain about each outcome that a group of figures makes, chance apart, in steps of 5% (under: "
        f"chance alone could make it). Figures may count in several groups, so that columns need not add up.{benefit}"
    )
    return Artefact(
        "table",
        variance_finding(shares, region),
        caption,
        known.kind,
        known.sources,
        shares,
        rows=laid_out(shown, columns),
    )


def information(
    found: pd.DataFrame,
    best: str,
    labels: Mapping[str, str],
    region: Region,
    known: Provenance,
    price_year: str,
    tied: str = "",
    given: Collection[str] = (),
) -> Artefact:
    """Tabulate what it would be worth to know each group of figures before choosing, and the record that would tell.

    Parameters
    ----------
    found : DataFrame
        See :func:`needs.methods.value_of_information.information`; empty where there is no choice.
    best : str
        Name of the option that would be chosen now.
    labels : mapping of str to str
        Labels of options by name.
    region, known, price_year, tied
        See :func:`needs.present.charts.tornado`.
    given : collection of str
        Groups of which the region gave figures.

    Examples
    --------
    >>> worth = {"worth": 0.9e6, "worth_lower": 0.7e6, "worth_upper": 1.2e6, "shown": True}
    >>> alone = {"alone_option": "more", "alone": 0.1, "alone_lower": 0.0, "alone_upper": 2.0, "alone_shown": False}
    >>> frame = pd.DataFrame([{"group": group} | worth | alone for group in ("all", "places")])
    >>> london, known = Region("2023-24", "london", "London", "E40000003"), Provenance("modelled", ("x#y",))
    >>> table = information(frame, "more", {"more": "More places"}, london, known, "2024-25")
    >>> table.rows.iloc[0].tolist()
    ['Everything at once', '900 (700 to 1,200)', '–', 'All records below']
    """
    about = f"What it would be worth to know more before choosing, {region.name}"
    if not _choice(found):
        return nothing(f"{no_choice(region)}.", "Worth of knowing more", about, known)
    rows = records(found)
    told = [found.loc[found[shown], name] for name, shown in (("worth", "shown"), ("alone", "alone_shown"))]
    scale, unit = unit_of(pd.DataFrame({"told": pd.concat(told)}).fillna(0.0))
    options = {row.alone_option for row in rows if row.alone_shown}
    shown = pd.DataFrame(
        {
            "label": [GROUPS[row.group] for row in rows],
            "worth": [worth_in(row.worth, row.worth_lower, row.worth_upper, row.shown, scale) for row in rows],
            "alone": [_alone(row, labels if len(options) > 1 else {}, scale) for row in rows],
            "record": [(GIVEN if row.group in given else RECORDS)[row.group] for row in rows],
        }
    )
    only = next(iter(options)) if len(options) == 1 else ""
    whom = as_option(labels.get(only, only)) if only else "one option"
    columns: dict[str, Column] = {
        "label": ("What would be known", None),
        "worth": (f"Worth for the choice, {unit} a year", words.money),
        "alone": (f"Worth for {whom} alone, {unit} a year", words.money),
        "record": ("Local record that would tell", None),
    }
    if np.allclose(found["worth"], found["alone"], rtol=1e-6):  # one option: both choices are the same
        columns.pop("alone")
    caption = (
        f"How much better the choice would be expected to be, before the cost of collecting; 95% intervals, {price_year} prices. "
        f"Dash: chance alone could make as much. {_COUNTED} What a day's wait is worth is held at its central value."
    )
    title = collect_finding(_first(found), best, labels, region, tied, given)
    return Artefact("table", title, caption, known.kind, known.sources, found, rows=laid_out(shown, columns))


def _alone(row: Any, labels: Mapping[str, str], scale: float) -> str:
    """Write what knowing is worth for one option alone, and for which where labels tell."""
    told = worth_in(row.alone, row.alone_lower, row.alone_upper, row.alone_shown, scale)
    return (
        f"{told}: {as_option(labels.get(row.alone_option, row.alone_option))}" if row.alone_shown and labels else told
    )


def _choice(found: pd.DataFrame) -> bool:
    """Say whether there is anything to choose between."""
    return not found.empty and bool((found["alone_option"] != "").any())


def _first(found: pd.DataFrame) -> dict[str, Any] | None:
    from needs.methods.value_of_information import collect_first as most

    return most(found)


def perfect_information(
    found: pd.DataFrame, options: Sequence[str], region: Region, known: Provenance, price_year: str
) -> Artefact:
    """Make the number of what it would be worth to know everything before choosing.

    Parameters
    ----------
    found : DataFrame
        See :func:`information`.
    options : sequence of str
        Names of the options, today the first.
    region, known, price_year
        See :func:`needs.present.charts.tornado`.

    Examples
    --------
    >>> worth = {"worth": 0.9e6, "worth_lower": 0.7e6, "worth_upper": 1.2e6, "shown": True, "alone_option": "more"}
    >>> london, known = Region("2023-24", "london", "London", "E40000003"), Provenance("modelled", ("x#y",))
    >>> perfect_information(pd.DataFrame([worth]), ["today", "more"], london, known, "2024-25").number["text"]
    '£900,000'
    """
    caption = (
        f"Expected worth of knowing every figure before choosing, {region.name}, {price_year} prices: how much better the choice "
        f"would be, a year. {_COUNTED}"
    )
    if not _choice(found):
        return _number("Worth of knowing everything", None, no_choice(region), caption, known)
    row = records(found)[0]
    ends = (row.worth, row.worth_lower, row.worth_upper) if row.shown else None
    return _number("Worth of knowing everything", ends, worth_finding(row, options, region), caption, known)


def collect_first(
    found: pd.DataFrame,
    best: str,
    labels: Mapping[str, str],
    region: Region,
    known: Provenance,
    price_year: str,
    tied: str = "",
    given: Collection[str] = (),
) -> Artefact:
    """Make the number of what it would be worth to collect the figure that matters most.

    Parameters
    ----------
    found, best, labels, region, known, price_year, tied, given
        See :func:`information`.

    Examples
    --------
    >>> london, known = Region("2023-24", "london", "London", "E40000003"), Provenance("modelled", ("x#y",))
    >>> print(collect_first(pd.DataFrame(), "", {}, london, known, "2024-25").title)
    No option whose own cost is counted was weighed for London, so no figure can change a choice
    """
    caption = (
        f"Expected worth of knowing the group of figures that matters most before choosing, {region.name}, {price_year} prices: "
        f"how much better the choice would be, a year. {_COUNTED}"
    )
    if not _choice(found):
        return _number("Most worth collecting", None, no_choice(region), caption, known)
    first = _first(found)
    ends = (first["worth"], first["lower"], first["upper"]) if first else None
    label = f"Worth of knowing {words.lower(GROUPS[first['group']])}" if first else "Most worth collecting"
    return _number(label, ends, collect_finding(first, best, labels, region, tied, given), caption, known)


def _number(
    label: str, ends: tuple[float, float, float] | None, title: str, caption: str, known: Provenance
) -> Artefact:
    """Make a number of what knowing more is worth, or of there being nothing to show."""
    value, lower, upper = ends or (0.0, 0.0, 0.0)
    text, _, interval = worth_text(value, lower, upper, ends is not None).partition(" (")
    content = {
        "label": label, "value": value, "lower": lower if ends else None, "upper": upper if ends else None, "unit": "GBP",
        "text": text, "interval": interval.rstrip(")"),
    }  # fmt: skip
    data = pd.DataFrame([{"label": label, "unit": "GBP a year", "value": value, "value_lower": content["lower"],
                          "value_upper": content["upper"], "kind": known.kind, "source": "; ".join(known.sources)}])  # fmt: skip
    return Artefact("number", title, caption, known.kind, known.sources, data, number=content)
