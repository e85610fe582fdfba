"""Tables of the quality of the region's own data: rows that cannot be right, timeliness, and full records."""

from __future__ import annotations

import pandas as pd

from needs.data.geography import Region
from needs.methods.disclosure import Released
from needs.methods.service.data_quality_findings import FINDINGS
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.own_names import file_name, whole_percent
from needs.present.released import MISSING, SUPPRESSED, data_of, note
from needs.present.tables.layout import DOES_NOT_APPLY, Column
from needs.present.tables.own_layout import folded, laid_with, own_table

__all__ = ["own_findings", "own_full_records", "own_timeliness"]

LOW = 0.8
"""Share of the rows of a usual month below which the last month may still be incomplete."""


def own_findings(released: Released) -> Artefact:
    """Tabulate rows that cannot be right, alone or beside others.

    Parameters
    ----------
    released : Released
        ``findings`` of :class:`needs.methods.service.data_quality_released.ReleasedQuality`.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"table": ["stays", "reviews"], "finding": ["sex_differs", "no_stay"], "rows": [12, 1]})
    >>> own_findings(release(frame, Provenance("derived", ("x#y",)), counts=["rows"])).title
    '1 of 2 checks finds 5 or more rows that cannot be right'
    """
    frame, least = released.frame, released.rule.smallest
    columns: dict[str, Column] = {
        "table": ("Table", None), "finding": ("What cannot be right", None), "rows": ("Rows", words.count),
    }  # fmt: skip
    told = {
        "table": [file_name(name) for name in frame["table"]],
        "finding": [FINDINGS[pair] for pair in zip(frame["table"], frame["finding"], strict=True)],
    }
    some = int(frame["rows"].notna().sum())
    title = (
        f"{some or 'None'} of {len(frame)} {words.plural(len(frame), 'check')} {'find' if some > 1 else 'finds'} {least} or more "
        "rows that cannot be right"
    )
    stars = released.hidden["rows"]
    caption = (
        "Rows that cannot be right alone or beside others, by check. They are used where no rule leaves them out, and listed for "
        f"the region alone, so that they can be put right at the source. Checks that stand together "
        f"each found fewer than {least}."
    )
    others = f"{stars.sum()} {'other ' if some else ''}checks"
    one = {"Table": "All tables", "What cannot be right": others, "Rows": SUPPRESSED}
    return own_table(title, caption, released, folded(laid_with(released, columns, told), list(stars), one))


def own_timeliness(released: Released) -> Artefact:
    """Tabulate how near to the last day the tables go, and whether their last month is as full as those before.

    Parameters
    ----------
    released : Released
        ``timeliness`` of :class:`needs.methods.service.data_quality_released.ReleasedQuality`.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"table": ["stays"], "rows": [400], "weeks_to_last": [1.0], "last_month_ratio": [0.4],
    ...     "months": [36.0], "months_without": [0.0], "units": [9.0], "units_silent": [1.0]})
    >>> safe = release(frame, Provenance("derived", ("x#y",)), counts=["rows"], digits={"last_month_ratio": 2},
    ...     statistics={"weeks_to_last": "rows", "last_month_ratio": "rows"},
    ...     public=["months", "months_without", "units", "units_silent"])
    >>> own_timeliness(safe).title
    'Rows of the last month may still be missing from the stays: there are 40% of those of a usual month'
    """
    frame = released.frame
    columns: dict[str, Column] = {
        "table": ("Table", None), "rows": ("Rows", words.count),
        "weeks_to_last": ("Whole weeks from the last event to the last day", words.count),
        "last_month_ratio": ("Last month, of a usual month", whole_percent),
    }  # fmt: skip
    shown = laid_with(released, columns, {"table": [file_name(name) for name in frame["table"]]})
    shown[columns["last_month_ratio"][0]] = shown[columns["last_month_ratio"][0]].replace(MISSING, DOES_NOT_APPLY)
    known = frame[frame["last_month_ratio"].notna()]
    if known.empty:
        title = "No table has enough rows in its last month to say whether it is full"
    else:
        least = known.iloc[int(known["last_month_ratio"].to_numpy().argmin())]
        ratio, which = float(least["last_month_ratio"]), file_name(least["table"]).lower()
        share = whole_percent(ratio)
        title = (
            f"Rows of the last month may still be missing from the {which}: there are {share} of those of a usual month"
            if ratio < LOW
            else f"The last month has at least {share} of the rows of a usual month in every table where there are enough"
        )
    caption = (
        "Weeks between the last event of each table and the last day of the data, and rows of the last whole month over the mean "
        f"of the whole months before.{_silence(frame)}"
    )
    return own_table(title, caption, released, shown)


def _silence(frame: pd.DataFrame) -> str:
    told = frame[frame["months"].notna()]
    if told.empty:
        return ""
    row = told.iloc[0]
    return (
        f" Stays: {words.count(row['months_without'])} of {words.count(row['months'])} whole months have no admission, and "
        f"{words.count(row['units_silent'])} of {words.count(row['units'])} {words.plural(row['units'], 'unit')} with people "
        "there had none for a year."
    )


def own_full_records(released: Released, region: Region) -> Artefact:
    """Show the share of stays that tell all by which people are compared, as a headline number.

    Parameters
    ----------
    released : Released
        ``records`` of :class:`needs.methods.service.data_quality_released.ReleasedQuality`.
    region : Region
        Where.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"what": ["full_records"], "full": [345], "stays": [383]})
    >>> safe = release(frame, Provenance("derived", ("x#y",)), counts=["stays"], shares={"share": ("full", "stays")})
    >>> own_full_records(safe, Region("2023-24", "london", "London", "E40000003")).title
    'Full records: 90%'
    """
    share = released.frame["share"].iloc[0]
    text = SUPPRESSED if pd.isna(share) else whole_percent(share)
    content = {
        "label": "Full records", "value": None if pd.isna(share) else float(share), "lower": None, "upper": None, "unit": "share",
        "text": text, "interval": "",
    }  # fmt: skip
    caption = (
        f"Share of the stays used for {words.place(region.name)} that tell home, sex, age, ethnic group, diagnosis, legal "
        f"section and source. {note(released.rule)}"
    )
    known, data = released.known, data_of(released)
    return Artefact(
        "number", f"Full records: {text}", caption, known.kind, known.sources, data, number=content, released=True
    )
