"""Groups compared, in words: who is meant, which way a difference goes, and how many would differ by chance."""

from __future__ import annotations

from typing import Any

import pandas as pd

from needs.data.geography import Region
from needs.methods.disclosure import Released
from needs.methods.service.equity_cases import MEASURES
from needs.present import words
from needs.values import records

__all__ = [
    "CAUTION",
    "GROUPS_AGAINST",
    "GROUP_NAMES",
    "REFERENCES",
    "REFERENCE_NAMES",
    "differs",
    "equity_finding",
    "funnel_finding",
    "name_of",
    "slope_finding",
    "times",
]

GROUP_NAMES = {
    ("sex", "female"): "Women",
    ("sex", "other"): "Other sex",
    ("ethnicity", "asian"): "Asian people",
    ("ethnicity", "black"): "Black people",
    ("ethnicity", "mixed"): "People of mixed ethnicity",
    ("ethnicity", "other"): "People of other ethnic groups",
    ("learning_disability", "yes"): "People with a learning disability",
    ("autism", "yes"): "Autistic people",
    ("deprivation", "1"): "Most deprived fifth",
    ("deprivation", "2"): "Second most deprived fifth",
    ("deprivation", "3"): "Middle fifth",
    ("deprivation", "4"): "Second least deprived fifth",
}
"""Name of each group that is compared."""

REFERENCE_NAMES = {
    "sex": "men",
    "ethnicity": "White people",
    "learning_disability": "people without one",
    "autism": "people who are not autistic",
    "deprivation": "the least deprived fifth",
}
"""Whom they are compared with."""

GROUPS_AGAINST = {
    ("sex", "female"): "Women against men",
    ("sex", "other"): "Other sex against men",
    ("ethnicity", "asian"): "Asian against White people",
    ("ethnicity", "black"): "Black against White people",
    ("ethnicity", "mixed"): "Mixed against White ethnicity",
    ("ethnicity", "other"): "Other against White ethnicity",
    ("learning_disability", "yes"): "Learning disability against none",
    ("autism", "yes"): "Autistic against not autistic",
    ("deprivation", "1"): "Most against least deprived",
    ("deprivation", "2"): "Second against least deprived",
    ("deprivation", "3"): "Third against least deprived",
    ("deprivation", "4"): "Fourth against least deprived",
}
"""Each group with whom it is compared, in few words; deprivation by fifths, the most deprived first."""

REFERENCES = (
    "Women are compared with men, ethnic groups with White people, people with a learning disability or autism with people "
    "without, and fifths of deprivation with the least deprived."
)
CAUTION = "Rates by ethnic group say who was detained, not who needed care."
"""What a reader must know of detention by ethnic group."""

_BY_CHANCE = 20


def differs(lower: float, upper: float) -> str:
    """Say which way a ratio differs from 1, where its interval leaves 1 out.

    Examples
    --------
    >>> differs(1.2, 3.0), differs(0.5, 0.9), differs(0.9, 1.4), differs(1.0, 2.0), differs(float("nan"), 2.0)
    ('higher', 'lower', '', '', '')
    """
    if lower > 1:
        return "higher"
    return "lower" if upper < 1 else ""


def times(row: Any) -> str:
    """Write a ratio with its interval.

    Examples
    --------
    >>> times(pd.Series({"ratio": 1.5, "ratio_lower": 1.2, "ratio_upper": 2.0}))
    '1.50 (1.20 to 2.00)'
    """
    return f"{row.ratio:.2f} ({row.ratio_lower:.2f} to {row.ratio_upper:.2f})"


def equity_finding(compared: Released, region: Region) -> str:
    """Say how many comparisons differ, and which differs most.

    Parameters
    ----------
    compared : Released
        Of :func:`needs.methods.service.equity.release_groups`.
    region : Region
        Where.

    Returns
    -------
    str
        Says ``higher`` or ``lower`` only of a ratio whose interval leaves out 1.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> empty = release(pd.DataFrame({"measure": pd.Series(dtype="str")}), Provenance("derived", ("x#y",)))
    >>> equity_finding(empty, Region("2023-24", "london", "London", "E40000003"))
    'No comparison between groups from London rests on enough people to be shown'
    """
    here, shown = words.place(region.name), _shown(compared)
    if shown.empty:
        return f"No comparison between groups from {here} rests on enough people to be shown"
    found = shown.assign(way=[differs(row.ratio_lower, row.ratio_upper) for row in records(shown)])
    found = found[found["way"] != ""]
    many = f"{len(shown)} {words.plural(len(shown), 'comparison')} between groups from {here}"
    if found.empty:
        return f"None of {many} differs by more than chance would have it" if len(shown) > 1 else (
            f"The only comparison between groups from {here} that can be shown does not differ by more than chance would have it"
        )  # fmt: skip
    lead = max(records(found), key=lambda row: max(row.ratio_lower, 1 / max(row.ratio_upper, 1e-9)))
    told = (
        f"{MEASURES[lead.measure].label}: {lead.way} for {name_of(lead)} than for {REFERENCE_NAMES[lead.group_of]}, "
        f"{lead.ratio:.2f} times ({lead.ratio_lower:.2f} to {lead.ratio_upper:.2f})"
    )
    if len(shown) == 1:
        return f"{told}; no other comparison between groups from {here} can be shown"
    verb = words.plural(len(found), "differs", "differ")
    return f"{told}; {len(found)} of {many} {verb} at the 95% level, where chance alone gives about one in {_BY_CHANCE}"


def name_of(row: Any) -> str:
    """Write the name of a group inside a sentence.

    Examples
    --------
    >>> name_of(pd.Series({"group_of": "deprivation", "group": "1"}))
    'the most deprived fifth'
    """
    name = GROUP_NAMES[row.group_of, row.group]
    told = words.lower(name) if row.group_of != "ethnicity" or name.startswith("People") else name
    return f"the {told}" if row.group_of == "deprivation" else f"people of {told}" if name == "Other sex" else told


def _shown(compared: Released) -> pd.DataFrame:
    frame = compared.frame
    if frame.empty:
        return frame
    return frame[frame[["ratio", "ratio_lower", "ratio_upper"]].notna().all(axis=1)].reset_index(drop=True)


def slope_finding(slopes: Released, region: Region) -> str:
    """Say of how many measures the most and the least deprived ends differ.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> empty = release(pd.DataFrame({"measure": pd.Series(dtype="str")}), Provenance("derived", ("x#y",)))
    >>> slope_finding(empty, Region("2023-24", "london", "London", "E40000003"))
    'No slope over deprivation can be shown for London'
    """
    here, frame = words.place(region.name), slopes.frame
    known = frame[frame[["sii_lower", "sii_upper"]].notna().all(axis=1)] if len(frame) else frame
    if known.empty:
        return f"No slope over deprivation can be shown for {here}"
    up = [MEASURES[row.measure].label for row in records(known) if row.sii_lower > 0]
    down = [MEASURES[row.measure].label for row in records(known) if row.sii_upper < 0]
    level = len(known) - len(up) - len(down)
    parts = [
        f"{len(names)} {words.plural(len(names), one, more)} ({'; '.join(words.lower(name) for name in names)})"
        for names, one, more in ((up, "rises", "rise"), (down, "falls", "fall"))
        if names
    ]
    told = words.listed(parts) or "none rises or falls"
    rest = f"; {level} {words.plural(level, 'does', 'do')} neither by more than chance" if parts and level else ""
    many = f"Of {len(known)} {words.plural(len(known), 'measure')} in {here}"
    return f"{many}, {told} with deprivation{rest if parts else ' by more than chance'}"


def funnel_finding(units: int, outside: int, region: Region) -> str:
    """Say how many units lie outside the limits.

    Parameters
    ----------
    units, outside : int
        Units shown, and those outside the limits that hold 95% of units.
    region : Region
        Where.

    Examples
    --------
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> funnel_finding(12, 1, london)
    '1 of 12 units that serve London lies outside the limits that hold 95% of units by chance'
    >>> funnel_finding(0, 0, london)
    'No unit that serves London has enough moves to be shown'
    """
    here = words.place(region.name)
    if units == 0:
        return f"No unit that serves {here} has enough moves to be shown"
    who = "The only unit" if units == 1 else f"{outside} of {units} units" if outside else f"None of {units} units"
    serves = "serve" if units > 1 else "serves"
    one = units == 1 or outside <= 1
    verb = "lies" if one else "lie"
    where = "inside" if units == 1 and not outside else "outside"
    shown = " and can be shown" if units == 1 else ""
    return f"{who} that {serves} {here}{shown} {verb} {where} the limits that hold 95% of units by chance"
