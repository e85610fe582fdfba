"""Sentences about what is uncertain: which figure it is, what it does to the choice, and what knowing it is worth."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from needs.data.geography import Region
from needs.methods.sensitivity import LEFT
from needs.methods.uncertainty import NORMAL_95
from needs.present import words
from needs.present.choices import quoted
from needs.present.money_words import MILLION, stepped
from needs.present.uncertain import GROUPS, OUTCOMES, at_value, input_label, two_digits
from needs.values import records

__all__ = [
    "NONE_SHOWN",
    "as_option",
    "collect_finding",
    "either",
    "instead",
    "lead_finding",
    "no_choice",
    "part_text",
    "turns",
    "variance_finding",
    "worth_finding",
    "worth_in",
    "worth_text",
]

NONE_SHOWN = "none shown"
"""What is written where the draws do not show that knowing more is worth anything."""


def as_option(label: str) -> str:
    """Write the name of an option inside a sentence.

    Examples
    --------
    >>> as_option("One assessment"), as_option("today")
    ('‘One assessment’', 'going on as today')
    """
    return "going on as today" if label == "today" else quoted(label)


def no_choice(region: Region) -> str:
    """Say that there is nothing to choose between.

    Examples
    --------
    >>> no_choice(Region("2023-24", "north-west", "North West", "E40000010"))
    'No option whose own cost is counted was weighed for the North West, so no figure can change a choice'
    """
    return f"No option whose own cost is counted was weighed for {words.place(region.name)}, so no figure can change a choice"


def turns(row: Any, end: str) -> str:
    """Say whether the lead is lost at an end of an input: ``yes``, ``near`` (not told from chance) or ``no``.

    Parameters
    ----------
    row
        ``low, low_error, high, high_error``: the lead and its standard error.
    end : {"low", "high"}
        Which end.

    Examples
    --------
    >>> from types import SimpleNamespace as told
    >>> row = told(low=-3.0, low_error=1.0, high=1.0, high_error=1.0)
    >>> turns(row, "low"), turns(row, "high"), turns(told(low=3.0, low_error=1.0), "low")
    ('yes', 'near', 'no')
    """
    lead, error = float(getattr(row, end)), NORMAL_95 * float(getattr(row, f"{end}_error"))
    return "yes" if lead + error < 0 else "near" if lead - error < 0 else "no"


def lead_finding(frame: pd.DataFrame, best: str, labels: Mapping[str, str], region: Region, tied: str = "") -> str:
    """Say which figures, at an end of their range, would take the lead from the best option, or would give one.

    Parameters
    ----------
    frame : DataFrame
        See :func:`needs.methods.sensitivity.turning`; those that are clear.
    best : str
        Name of the option that leads.
    labels : mapping of str to str
        Labels of options by name.
    region : Region
        The region.
    tied : str
        Name of an option that cannot be told apart from it, see :func:`needs.methods.choice.lead`.

    Examples
    --------
    >>> row = {"name": "use.step_down", "low_input": 0.8, "high_input": 0.97, "low": -3.0, "low_error": 1.0, "high": 9.0,
    ...        "high_error": 1.0, "low_choice": "shut", "high_choice": "more"}
    >>> london, labels = Region("2023-24", "london", "London", "E40000003"), {"more": "More places", "shut": "A closed ward"}
    >>> print(lead_finding(pd.DataFrame([row]), "more", labels, london))  # doctest: +NORMALIZE_WHITESPACE
    For London, ‘More places’ is expected to be the best option compared, but not with step-down places in use at 80%
    >>> print(lead_finding(pd.DataFrame([row | {"low": 1.0}]), "more", labels, london))  # doctest: +NORMALIZE_WHITESPACE
    For London, ‘More places’ is expected to be the best option compared; no single figure clearly changes that, and step-down
    places in use at 80% comes closest
    >>> print(lead_finding(pd.DataFrame([row | {"low": 8.0}]), "more", labels, london))  # doctest: +NORMALIZE_WHITESPACE
    For London, ‘More places’ is expected to be the best option compared, and no single figure at either end of its range
    is shown to change that
    >>> print(lead_finding(pd.DataFrame([row]), "more", labels, london, "shut"))  # doctest: +NORMALIZE_WHITESPACE
    For London, ‘More places’ and ‘A closed ward’ cannot be told apart as the best of the options compared; with step-down
    places in use at 97%, ‘More places’ is expected to be the best
    """
    if tied:
        return (
            f"For {words.place(region.name)}, {_pair(best, tied, labels)} cannot be told apart {_told(frame, labels)}"
        )
    here, chosen = words.place(region.name), as_option(labels.get(best, best))
    start = f"For {here}, {chosen} is expected to be the best option compared"
    ends = [(row, end, turns(row, end)) for row in records(frame) for end in ("low", "high")]
    lost = sorted((e for e in ends if e[2] == "yes"), key=lambda e: float(getattr(e[0], e[1])))
    if lost:
        row, end, _ = lost[0]
        both = [at for one, at, _ in lost if one.name == row.name]
        more = len({one.name for one, *_ in lost}) - 1
        others = f", or any of {more} other figures" if more > 1 else ", or one other figure" if more else ""
        return f"{start}, but not with {_with(row, *both)}{others}"
    if near := [e for e in ends if e[2] == "near"]:
        row, end, _ = min(near, key=lambda e: float(getattr(e[0], e[1])))
        return f"{start}; no single figure clearly changes that, and {_with(row, end)} comes closest"
    return f"{start}, and no single figure at either end of its range is shown to change that"


def _told(frame: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Say at which figure one option is clearly the best, where two cannot be told apart."""
    start = "as the best of the options compared"
    ends = [(row, end) for row in records(frame) for end in ("low", "high")]
    clear = [
        (abs(lead), row, end)
        for row, end in ends
        if abs(lead := float(getattr(row, end))) > NORMAL_95 * float(getattr(row, f"{end}_error"))
    ]
    if not clear:
        return f"{start}, and no single figure at either end of its range is shown to change that"
    _, row, end = max(clear, key=lambda told: told[0])
    name = str(getattr(row, f"{end}_choice"))
    return f"{start}; with {_with(row, end)}, {as_option(labels.get(name, name))} is expected to be the best"


def _pair(best: str, tied: str, labels: Mapping[str, str]) -> str:
    """Name two options."""
    return " and ".join(as_option(labels.get(name, name)) for name in (best, tied))


def instead(frame: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Say which option is best where the lead is lost, for captions; empty where it is nowhere, or to several.

    Examples
    --------
    >>> row = {"low": -3.0, "low_error": 1.0, "high": 9.0, "high_error": 1.0, "low_choice": "shut", "high_choice": "more"}
    >>> instead(pd.DataFrame([row]), {"shut": "A closed ward"}), instead(pd.DataFrame([row | {"low": 1.0}]), {})
    (' Where the lead is lost, it goes to ‘A closed ward’.', '')
    """
    ends = [(row, end) for row in records(frame) for end in ("low", "high")]
    others = {str(getattr(row, f"{end}_choice")) for row, end in ends if turns(row, end) == "yes"}
    if len(others) != 1:
        return ""
    only = next(iter(others))
    return f" Where the lead is lost, it goes to {as_option(labels.get(only, only))}."


def either(items: Sequence[str]) -> str:
    """Join words of which one is enough.

    Examples
    --------
    >>> either(["a"]), either(["a", "b", "c"])
    ('a', 'a, b or c')
    """
    return " or ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def _with(row: Any, *ends: str) -> str:
    """Write an input at an end of its range, or at either."""
    values = [at_value(row.name, float(getattr(row, f"{end}_input"))) for end in ends]
    return f"{words.lower(input_label(row.name))} at {either(values)}"


def part_text(share: float, error: float = 0.0) -> str:
    """Write a share of what is uncertain in steps of five in a hundred; one that chance could make only has an upper end.

    Examples
    --------
    >>> part_text(0.618, 0.03), part_text(0.03, 0.02), part_text(0.06, 0.04), part_text(0.0), part_text(0.985)
    ('60%', 'under 10%', 'under 15%', 'under 5%', 'over 95%')
    """
    if share < max(NORMAL_95 * error, 0.05):
        most = math.ceil(20 * (share + NORMAL_95 * error) - 1e-9) / 20
        return f"under {words.percent(max(most, 0.05), 0)}"
    return "over 95%" if share > 0.95 else words.percent(round(share * 20) / 20, 0)


def variance_finding(frame: pd.DataFrame, region: Region) -> str:
    """Say which group makes the largest part of what is uncertain, outcome by outcome.

    Parameters
    ----------
    frame : DataFrame
        ``outcome, group, share``.
    region : Region
        The region.

    Examples
    --------
    >>> frame = pd.DataFrame({"outcome": ["spend", "blocked", "blocked"], "group": ["bed_cost", "places", "stay"],
    ...                       "share": [0.02, 0.61, 0.2]})
    >>> print(variance_finding(frame, Region("2023-24", "london", "London", "E40000003")))  # doctest: +NORMALIZE_WHITESPACE
    For London, the uncertainty of blocked beds comes most from step-down places and their use (60%)
    >>> variance_finding(frame[:1], Region("2023-24", "london", "London", "E40000003"))
    'No one group of figures makes a large part of what is uncertain in London'
    """
    here = words.place(region.name)
    found: dict[str, list[tuple[str, str]]] = {}
    for outcome, rows in frame[frame["group"] != LEFT].groupby("outcome", sort=False):
        top = rows.sort_values("share", ascending=False, kind="stable").iloc[0]
        if top["share"] >= 0.2:
            found.setdefault(str(top["group"]), []).append(
                (OUTCOMES[str(outcome)].lower(), part_text(float(top["share"])))
            )
    if not found:
        return f"No one group of figures makes a large part of what is uncertain in {here}"
    parts = [
        f"of {words.listed([name for name, _ in told])} {'from' if n else 'comes most from'} {words.lower(GROUPS[group])} "
        f"({words.listed([part for _, part in told])})"
        for n, (group, told) in enumerate(found.items())
    ]
    return f"For {here}, the uncertainty {', '.join(parts)}"


def worth_text(worth: float, lower: float, upper: float, shown: bool = True) -> str:
    """Write what knowing more is worth a year, to one digit of its interval.

    Examples
    --------
    >>> worth_text(0.882e6, 0.68e6, 1.21e6), worth_text(3e4, 1e4, 4e5), worth_text(3e4, 0, 4e5, False)
    ('£900,000 (£700,000 to £1.2 million)', '£30,000 (£10,000 to £400,000)', 'none shown')
    """
    if not shown:
        return NONE_SHOWN
    to = _worth_step(worth, lower, upper)
    told = words.money(worth, to) if worth >= to / 2 else f"under {words.money(to, to)}"
    return f"{told} ({words.money(lower, to)} to {words.money(upper, to)})" if upper > lower else told


def worth_in(worth: float, lower: float, upper: float, shown: bool = True, scale: float = MILLION) -> str:
    """Write what knowing more is worth as a cell whose heading has the unit; a dash where it is not shown.

    Examples
    --------
    >>> worth_in(0.882e6, 0.68e6, 1.21e6), worth_in(3e4, 1e4, 4e5, scale=1e3), worth_in(3e4, 0, 4e5, False)
    ('0.9 (0.7 to 1.2)', '30 (10 to 400)', '–')
    """
    if not shown:
        return "\u2013"
    to = _worth_step(worth, lower, upper)
    told = stepped(worth, to, scale) if worth >= to / 2 else f"under {stepped(to, to, scale)}"
    return f"{told} ({stepped(lower, to, scale)} to {stepped(upper, to, scale)})" if upper > lower else told


def _worth_step(worth: float, lower: float, upper: float) -> float:
    """Return the step in which worth is written: one digit of its interval."""
    to = 10.0 ** math.floor(math.log10((upper - lower) / 2)) if upper > lower else two_digits(worth)
    return to / 10 if 0 < lower < to / 2 else to  # a lower end above nothing is not written as nothing


def worth_finding(row: Any, options: Sequence[str], region: Region) -> str:
    """Say what it would be worth to know everything before choosing.

    Parameters
    ----------
    row
        ``worth, worth_lower, worth_upper, shown``.
    options : sequence of str
        Options to choose from, today the first.
    region : Region
        The region.

    Examples
    --------
    >>> from types import SimpleNamespace as told
    >>> row = told(worth=2.2e6, worth_lower=1.7e6, worth_upper=2.7e6, shown=True)
    >>> print(worth_finding(row, ["today", "more"], Region("2023-24", "london", "London", "E40000003")))
    ... # doctest: +NORMALIZE_WHITESPACE
    Knowing every figure before choosing whether to change anything in London would be worth about £2.2 million (£1.7 million
    to £2.7 million) a year
    """
    what = f"one of {len(options) - 1} options or none" if len(options) > 2 else "whether to change anything"
    start = f"Knowing every figure before choosing {what} in {words.place(region.name)}"
    if not row.shown:
        return f"{start} is not shown to be worth anything"
    told = f"about {worth_text(row.worth, row.worth_lower, row.worth_upper)}".replace("about under", "under")
    return f"{start} would be worth {told} a year"


def collect_finding(
    first: Mapping[str, Any] | None, best: str, labels: Mapping[str, str], region: Region, tied: str = "",
    given: Collection[str] = (),
) -> str:  # fmt: skip
    """Say which figure is most worth collecting locally, and what knowing it would be worth.

    Parameters
    ----------
    first : mapping or None
        See :func:`needs.methods.value_of_information.collect_first`.
    best, labels, region, tied
        See :func:`lead_finding`.

    Examples
    --------
    >>> first = {"group": "places", "option": "", "worth": 0.88e6, "lower": 0.68e6, "upper": 1.21e6}
    >>> london, labels = Region("2023-24", "london", "London", "E40000003"), {"more": "More places"}
    >>> print(collect_finding(first, "more", labels, london))  # doctest: +NORMALIZE_WHITESPACE
    The figure most worth collecting in London is step-down places and their use; knowing it would be worth about £900,000
    (£700,000 to £1.2 million) a year
    >>> print(collect_finding(first | {"option": "more"}, "today", labels, london))  # doctest: +NORMALIZE_WHITESPACE
    No single figure is shown to change the choice of going on as today for London; to decide on ‘More places’ alone, collect
    step-down places and their use first, worth about £900,000 (£700,000 to £1.2 million) a year
    >>> print(collect_finding(None, "more", labels, london))
    No single figure is shown to change the choice of ‘More places’ for London, or whether any other option is worth it
    >>> print(collect_finding(None, "more", labels, london, "today"))  # doctest: +NORMALIZE_WHITESPACE
    No single figure is shown to settle the choice between ‘More places’ and going on as today for London, or whether any
    other option is worth it
    """
    here, chosen = words.place(region.name), as_option(labels.get(best, best))
    to = f"settle the choice between {_pair(best, tied, labels)}" if tied else f"change the choice of {chosen}"
    none = f"No single figure is shown to {to} for {here}"
    if first is None:
        return f"{none}, or whether any other option is worth it"
    more = "more years of its own figures on " if first["group"] in given else ""
    what = more + words.lower(GROUPS[str(first["group"])])
    worth = f"worth about {worth_text(first['worth'], first['lower'], first['upper'])} a year".replace(
        "about under", "under"
    )
    if not first["option"]:
        start = "What is" if more else "The figure"
        return f"{start} most worth collecting in {here} is {what}; knowing it would be {worth}"
    option = as_option(labels.get(str(first["option"]), str(first["option"])))
    return f"{none}; to decide on {option} alone, collect {what} first, {worth}"
