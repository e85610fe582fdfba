"""Tables of the quality dashboard: each indicator at its latest, and standards that units do not meet."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from needs.data.geography import Region
from needs.methods.disclosure import Released
from needs.present import quality, words
from needs.present.artefact import Artefact
from needs.present.released import SUPPRESSED, data_of, empty_table, note
from needs.present.spark import OVER_TIME, Spark, series_words, spark
from needs.present.tables.layout import Column, laid_out
from needs.values import Provenance, records

__all__ = ["dashboard", "standards"]

NOT_HELD = "The data set holds no incidents, restraint or seclusion, so that safety is readmissions and deaths alone."
"""What the dashboard cannot show."""

NOT_CHARTED = "not charted"
"""What a row says whose indicator has no control chart, or too few points that may be shown."""

_FEWEST = 2


def dashboard(
    released: Sequence[Released],
    meanings: Sequence[tuple[str, str]],
    region: Region,
    points: Sequence[Released] = (),
) -> Artefact:
    """Tabulate each indicator at its latest, with its standard, its variation and its assurance in words.

    Parameters
    ----------
    released : sequence of Released
        Of :func:`needs.methods.service.indicators_released.released_latest`.
    meanings : sequence of (str, str)
        Name and meaning of the indicators, in the order of the rows; they go into the data beside the table.
    region : Region
        Where.
    points : sequence of Released
        Of :func:`needs.methods.service.indicators_released.released_points`, which the control charts show; each
        becomes a small picture in the row of its indicator.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> row = {"theme": "flow", "name": "admissions", "label": "Admissions to secure care", "unit": "people", "every": "month",
    ...        "given": True, "period": pd.Timestamp("2024-03-01"), "last": pd.Timestamp("2024-03-31"), "value": 22.0,
    ...        "standard": 15.0, "better": "lower", "level": "core", "carries_over": False, "variation": "common cause",
    ...        "assurance": "hit and miss"}
    >>> safe = release(pd.DataFrame([row]), Provenance("derived", ("x#y",)), counts=["value"], public=["standard"])
    >>> table = dashboard([safe], [("admissions", "Admissions.")], Region("2023-24", "london", "London", "E40000003"))
    >>> table.rows.to_numpy().tolist()
    [['Flow', 'Admissions to secure care', '20', 'not charted', 'Mar 2024', '15 or less (core)', 'common cause', 'hit and miss']]
    """
    frame, known = quality.one_frame(released), Provenance.of(*(each.known for each in released))
    frame["has"] = frame["value"].notna() | frame["star"]
    shown = pd.DataFrame({
        "theme": [theme[:1].upper() + theme[1:] for theme in frame["theme"]],
        "label": frame["label"],
        "value": [_value(row) for row in records(frame)],
        "period": [quality.period_name(r.period, r.last) if r.has else "" for r in records(frame)],
        "standard": [quality.standard(r.standard, r.unit, r.better, r.level) for r in records(frame)],
        "variation": [_variation(row) for row in records(frame)],
        "assurance": [
            quality.against(r.assurance, r.value, r.standard, r.better) if r.has else "" for r in records(frame)
        ],
    })  # fmt: skip
    columns: dict[str, Column] = {
        "theme": ("Theme", None), "label": ("Indicator", None), "value": ("Latest", words.count), "period": ("Period", None),
        "standard": ("Standard", None), "variation": ("Variation", None), "assurance": ("Against the standard", None),
    }  # fmt: skip
    told = frame[frame["value"].notna()]
    title = quality.finding(list(told["label"]), list(told["variation"]), words.place(region.name))
    title += _held(told)
    caption = (
        f"Indicators of quality of people that {words.place(region.name)} is responsible for: the latest period with enough time "
        f"after it, its standard ({quality.NONE}: no standard was told), variation of that period by the control chart of the "
        "series, and whether what varies by chance, by the limits of the baseline, lies within the standard. Carries over: each "
        "period tells much of the next, so that limits are narrow and a special cause is found too easily. Charts rest on the "
        "exact figures. Over time: points of the control chart of the indicator, where it has one, each on its own scale; the "
        f"dot is the last, the band the limits, the broken line the standard. {NOT_HELD} {note(released[0].rule)}"
    )
    data = pd.concat([data_of(each) for each in released], ignore_index=True).merge(
        pd.DataFrame(list(meanings), columns=["name", "meaning"]), on="name", how="left"
    )
    rows = laid_out(shown, columns)
    rows.insert(3, OVER_TIME, [_series(name, points) for name in frame.get("name", [])])
    return Artefact("table", title, caption, known.kind, known.sources, data, rows=rows, released=True)


def _series(name: str, points: Sequence[Released]) -> Spark | str:
    """Draw the released points of an indicator; words where it has too few."""
    told = [each.frame for each in points if len(each) and each.frame["name"].iloc[0] == name]
    if not told or told[0]["value"].notna().sum() < _FEWEST:
        return NOT_CHARTED
    part = told[0]
    first, last = (
        quality.period_name(row.period, row.last) for row in records(part[part["value"].notna()].iloc[[0, -1]])
    )
    words_of = series_words(
        part["value"].tolist(),
        lambda value: quality.written(value, str(part["unit"].iloc[0])),
        first,
        last,
        str(part["every"].iloc[0]),
    )
    low, high, standard = (float(part[end].iloc[-1]) for end in ("lower", "upper", "standard"))
    limits = None if pd.isna(low) or pd.isna(high) else (low, high)
    return spark(part["value"].tolist(), words_of, limits, None if pd.isna(standard) else standard)


def _held(told: pd.DataFrame) -> str:
    """Say how many indicators fail their standard by the limits, those whose latest figure meets it apart."""
    judged = told[~told["assurance"].isin(["no standard", "too few points"])]
    if judged.empty:
        return ""
    failing = [row for row in records(judged) if row.assurance == "fails consistently"]
    better = [row.label for row in failing if quality.meets(row.value, row.standard, row.better)]
    failed, which = len(failing) - len(better), words.plural(len(judged), "indicator")
    fail = "fails" if failed == 1 or len(judged) == 1 else "fail"
    title = f". {failed} of {len(judged)} {which} held against a standard {fail} it consistently"
    if better:
        named = words.listed([words.lower(label) for label in better])
        title += (
            f"; {len(better)} more {'fails' if len(better) == 1 else 'fail'} it by the limits of the baseline, though the latest "
            f"figure meets it ({named})"
        )
    return title


def _value(row: object) -> str:
    if getattr(row, "star", False):
        return SUPPRESSED
    if not getattr(row, "has", False):
        return quality.NO_FIGURE if getattr(row, "given", False) else quality.NOT_GIVEN
    return quality.written(float(getattr(row, "value", 0.0)), str(getattr(row, "unit", "")))


def _variation(row: object) -> str:
    if not getattr(row, "has", False):
        return ""
    told = quality.VARIATION[str(getattr(row, "variation", ""))]
    special = told.startswith("special")
    return f"{told} (carries over)" if special and getattr(row, "carries_over", False) else told


def standards(released: Released, region: Region) -> Artefact:
    """Tabulate standards that some unit does not meet in full, those of most units first.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.indicators_released.released_standards`; standards are about units, not people.
    region : Region
        Where.

    Examples
    --------
    >>> from needs.methods.disclosure import release
    >>> frame = pd.DataFrame({"level": ["core"], "standard": ["S1"], "units": [6], "met": [3], "partly": [1], "not_met": [2]})
    >>> safe = release(frame, Provenance("derived", ("x#y",)), public=["units", "met", "partly", "not_met"])
    >>> table = standards(safe, Region("2023-24", "london", "London", "E40000003"))
    >>> table.title, table.rows.to_numpy().tolist()
    ('In London 1 of 1 standard is not fully met in at least one unit', [['Core', 'S1', '6', '3', '1', '2']])
    """
    frame, known = released.frame, released.known
    here = words.place(region.name)
    caption = (
        f"Standards that are not met in full by every unit of {here}: units by how they met it when it was last assessed there, "
        "core standards first, then those that most units do not meet."
    )
    if not len(frame):
        return empty_table("No standards were given.", "Standards", caption, known)
    rows = frame[frame["met"] < frame["units"]].reset_index(drop=True)
    if not len(rows):
        return empty_table(
            f"Every standard that was assessed in {here} is met by every unit.", "Standards", caption, known
        )
    columns: dict[str, Column] = {
        "level": ("Level", None), "standard": ("Standard", None), "units": ("Units assessed", words.count),
        "met": ("Met", words.count), "partly": ("Partly met", words.count), "not_met": ("Not met", words.count),
    }  # fmt: skip
    shown = rows.assign(level=rows["level"].str.capitalize())
    are = "is" if len(rows) == 1 else "are"
    which = words.plural(len(frame), "standard")
    title = f"In {here} {len(rows)} of {len(frame)} {which} {are} not fully met in at least one unit"
    return Artefact(
        "table", title, caption, known.kind, known.sources, rows, rows=laid_out(shown, columns), released=True
    )
