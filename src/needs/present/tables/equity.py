"""Tables of groups compared on access, stay, restriction and outcome, of what was counted, and of slopes over deprivation."""

from __future__ import annotations

import pandas as pd

from needs.data.geography import Region
from needs.methods.disclosure import Released
from needs.methods.service.equity import NO_DENOMINATOR
from needs.methods.service.equity_cases import MEASURES
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.equity_words import (
    CAUTION,
    GROUPS_AGAINST,
    differs,
    equity_finding,
    slope_finding,
    times,
)
from needs.present.released import cell, data_of, laid_out_released, note
from needs.values import records

__all__ = ["equity", "equity_denominators", "slopes"]

_NO_DENOMINATOR, _NO_FIGURE = "no denominator", "\u2013"
_HEADINGS = (
    "Measure, and group against its reference",
    "People",
    "Rate (reference)",
    "Ratio (95% interval)",
    "Beyond expected",
)


def equity(compared: Released, region: Region) -> Artefact:
    """Tabulate every comparison between groups that can be shown.

    Parameters
    ----------
    compared : Released
        Of :func:`needs.methods.service.equity.release_groups`.
    region : Region
        Where.

    Examples
    --------
    >>> from needs.methods.disclosure import Rule
    >>> from needs.methods.service.equity import _ENDS, release_groups
    >>> from needs.values import Provenance
    >>> row = dict.fromkeys(["people", "numerator", "reference_numerator", "behind", "rate", "reference_rate"], 20.0)
    >>> row |= dict(zip(_ENDS, (1.5, 1.2, 2.0, 6.7, 3.3, 10.0))) | {"measure": "delayed", "form": "share", "method": "exact"}
    >>> row |= {"group_of": "ethnicity", "group": "black", "reference": "white", "side": "restriction"}
    >>> safe = release_groups(pd.DataFrame([row]), Provenance("derived", ("x#y",)), Rule())
    >>> print(equity(safe, Region("2023-24", "london", "London", "E40000003")).title)  # doctest: +NORMALIZE_WHITESPACE
    Clinically ready and still there: higher for Black people than for White people, 1.50 times (1.20 to 2.00); no other
    comparison between groups from London can be shown
    """
    frame = compared.frame
    counted = frame["method"] == NO_DENOMINATOR if len(frame) else pd.Series(dtype=bool)
    known = (
        frame["ratio"].notna() & frame["ratio_lower"].notna() & frame["ratio_upper"].notna() if len(frame) else counted
    )
    shown = frame[known | counted]
    hidden = compared.hidden.loc[shown.index, "numerator"] if len(shown) else []
    lines: list[tuple[str, ...]] = []
    measure = ""
    for row, hide in zip(records(shown), hidden, strict=True):
        if row.measure != measure:
            measure = row.measure
            lines.append((_heading(measure), *[""] * (len(_HEADINGS) - 1)))
        people = cell(row.numerator, hide, words.count)
        lines.append((GROUPS_AGAINST[row.group_of, row.group], people, _rates(row), _ratio(row), _excess(row)))
    rows = pd.DataFrame(lines, columns=list(_HEADINGS))
    rows.attrs["numeric"] = list(_HEADINGS[1:])
    left_out = int((~(known | counted)).sum())
    caption = (
        f"People from {words.place(region.name)} by measure and group, deprivation by fifths from the most "
        "deprived; higher or lower where the interval leaves out 1. Ratios "
        "of rates hold strata equal (see what each measure counts), with exact limits; ratios of shares are those of Mantel and "
        "Haenszel, or crude with score limits where fewer than 10 people have the event or have it not; ratios of time are of "
        "restricted means. Beyond expected: people observed less what the rates of the reference would give, rounded as numbers "
        "of people are. Dash: no such figure. "
        f"{left_out} {words.plural(left_out, 'comparison')} with too few people {words.plural(left_out, 'is', 'are')} left out. "
        f"{CAUTION} {note(compared.rule)}"
    )
    return _table(equity_finding(compared, region), caption, compared, rows)


def _table(title: str, caption: str, released: Released, rows: pd.DataFrame) -> Artefact:
    known = released.known
    return Artefact("table", title, caption, known.kind, known.sources, data_of(released), rows=rows, released=True)


def _heading(measure: str) -> str:
    told = MEASURES[measure]
    return f"{told.label}, {told.unit}:"


def _rates(row: object) -> str:
    mine, theirs = row.rate, row.reference_rate  # type: ignore[attr-defined]
    if pd.isna(mine) or pd.isna(theirs):
        return _NO_DENOMINATOR
    digits = 1 if MEASURES[row.measure].form == "rate" else 0  # type: ignore[attr-defined]
    return f"{mine:,.{digits}f} ({theirs:,.{digits}f})"


def _ratio(row: object) -> str:
    if row.method == NO_DENOMINATOR:  # type: ignore[attr-defined]
        return _NO_FIGURE
    way = differs(row.ratio_lower, row.ratio_upper)  # type: ignore[attr-defined]
    return f"{times(row)}, {way}" if way else times(row)


def _excess(row: object) -> str:
    value, lower, upper = row.excess, row.excess_lower, row.excess_upper  # type: ignore[attr-defined]
    if pd.isna([value, lower, upper]).any():
        return _NO_FIGURE
    return _signed(value, lower, upper, 0)


def equity_denominators(counted: Released, region: Region) -> Artefact:
    """Tabulate what each measure counts against whom, and of how many the group is not known.

    Parameters
    ----------
    counted : Released
        ``measure`` and counts ``people, sex, ethnicity, learning_disability, autism, deprivation`` of
        :func:`needs.methods.service.equity.counted`.
    region : Region
        Where.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> names = ["people", "sex", "ethnicity", "learning_disability", "autism", "deprivation"]
    >>> told = pd.DataFrame([{"measure": "delayed"} | dict.fromkeys(names, 40.0)])
    >>> safe = release(told, Provenance("derived", ("x#y",)), counts=names)
    >>> equity_denominators(safe, Region("2023-24", "london", "London", "E40000003")).rows.iloc[0, 4]
    '40'
    """
    frame = counted.frame
    told = [MEASURES[name] for name in frame["measure"]]
    shown = laid_out_released(
        counted,
        {
            "people": ("People or stays", words.count),
            "ethnicity": ("Ethnic group not known", words.count),
            "learning_disability": ("Learning disability not known", words.count),
            "autism": ("Autism not known", words.count),
            "deprivation": ("Deprivation not known", words.count),
        },
    )
    numeric = shown.attrs["numeric"]
    texts = {"Measure": "label", "Counted": "counted", "Against": "against", "Held equal": "held_equal"}
    for at, (heading, name) in enumerate(texts.items()):
        shown.insert(at, heading, pd.Series([getattr(measure, name) for measure in told], dtype="str"))
    shown.attrs["numeric"] = numeric
    many = len(frame)
    title = (
        f"{many} {words.plural(many, 'measure')} {words.plural(many, 'counts', 'count')} people from {words.place(region.name)} "
        "whose group is known; who is in no group is left out of that comparison"
        if many
        else f"Nothing was counted by group for {words.place(region.name)}"
    )
    caption = (
        "What each measure counts, against whom, what its ratio holds equal, and of how many people the group is not known. "
        "Adults by sex and age are those of the edition. Ethnic groups are counted among residents of all ages; adults are "
        "taken to be split alike, without age. Adults by tenth of deprivation are spread from the published shares of the most "
        "deprived tenth and fifth. Residents with a learning disability or autism are not counted here: admissions of them have "
        f"no denominator. {note(counted.rule)}"
    )
    return _table(title, caption, counted, shown)


def slopes(found: Released, region: Region) -> Artefact:
    """Tabulate the slope of each measure over the tenths of deprivation.

    Parameters
    ----------
    found : Released
        Of :func:`needs.methods.service.equity_spread.release_slopes`.
    region : Region
        Where.

    Examples
    --------
    >>> from needs.methods.disclosure import Rule
    >>> from needs.methods.service.equity_spread import release_slopes
    >>> from needs.values import Provenance
    >>> row = {"measure": "delayed", "groups": 10, "events": 40.0, "overall": 20.0, "behind": 40.0, "sii": 9.0, "sii_lower": 2.0}
    >>> safe = release_slopes(pd.DataFrame([row | {"sii_upper": 16.0}]), Provenance("derived", ("x#y",)), Rule())
    >>> slopes(safe, Region("2023-24", "london", "London", "E40000003")).title
    'Of 1 measure in London, 1 rises (clinically ready and still there) with deprivation'
    """
    frame, hidden = found.frame, found.hidden
    shown = found.frame.assign(
        name=[MEASURES[name].label for name in frame["measure"]],
        unit=[MEASURES[name].unit for name in frame["measure"]],
    )
    rows = pd.DataFrame(
        {
            "Measure": shown["name"],
            "Unit": shown["unit"],
            "People": [cell(n, h, words.count) for n, h in zip(frame["events"], hidden["events"], strict=True)],
            "Tenths": [f"{n:.0f}" for n in frame["groups"]],
            "Overall": [cell(n, h, "{:,.1f}".format) for n, h in zip(frame["overall"], hidden["overall"], strict=True)],
            "Most less least deprived (95% interval)": [
                _slope(row, hide) for row, hide in zip(records(frame), hidden["overall"], strict=True)
            ],
        }
    )
    rows.attrs["numeric"] = [str(name) for name in rows.columns[2:]]
    caption = (
        f"Slope index of inequality of people from {words.place(region.name)}: how much a line through the crude rates of the "
        "tenths of deprivation, each as wide as whom it is counted against, differs from the least to the most deprived end, "
        "with 95% interval. Among patients the ranking is that of patients, not of residents. The residents of each tenth are "
        f"modelled from two published shares. {note(found.rule)}"
    )
    return _table(slope_finding(found, region), caption, found, rows)


def _slope(row: object, hidden: bool) -> str:
    value, lower, upper = row.sii, row.sii_lower, row.sii_upper  # type: ignore[attr-defined]
    if hidden:
        return cell(value, hidden)
    if pd.isna([value, lower, upper]).any():
        return "fewer than 5 tenths"
    return _signed(value, lower, upper, 1)


def _signed(value: float, lower: float, upper: float, digits: int) -> str:
    """Write a difference with its interval; nought has no sign."""
    told = [f"{end:+,.{digits}f}" for end in (value, lower, upper)]
    mid, low, high = (text[1:] if not float(text.replace(",", "")) else text.replace("-", "\u2212") for text in told)
    return f"{mid} ({low} to {high})"
