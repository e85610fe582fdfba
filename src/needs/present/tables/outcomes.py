"""Tables of what becomes of people who left secure care, and of what patients and carers say."""

from __future__ import annotations

from typing import Any

import pandas as pd

from needs.data.geography import Region
from needs.methods.disclosure import Released
from needs.methods.service.followed_up_rates import HORIZONS
from needs.methods.service.hazards import Hazards
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.outcome_words import (
    EVENTS,
    FIRST_YEAR,
    LEAVING,
    RESPONDENTS,
    WHO,
    after_finding,
    experience_finding,
    group_name,
    incidence_finding,
    person_years_finding,
)
from needs.present.released import MISSING, SUPPRESSED, cell, data_of, empty_table, note
from needs.values import records

__all__ = ["after_discharge", "cumulative_incidence", "experience", "hazard_ratios", "person_years"]

_TERMS = {
    "medium": "Left medium secure (against low)",
    "high": "Left high secure (against low)",
    "step_down": "To a step-down place (against any other)",
    "female": "Women (against men)",
    "age": "Ten years older",
}
_LASTS = {"readmission": "readmission", "reconviction": "conviction", "death": "death before readmission"}


def cumulative_incidence(found: Released, event: str, region: Region, given: bool = True) -> Artefact:
    """Tabulate the share with an event within 1, 2 and 5 years of leaving secure care, by pathway and care package.

    Parameters
    ----------
    found : Released
        Of :func:`needs.methods.service.followed_up_released.release_incidence`.
    event : str
        ``readmission`` or ``reconviction``.
    region : Region
        Where.
    given : bool
        Whether the region gave what the event is known from.

    Examples
    --------
    >>> from needs.methods.disclosure import Rule
    >>> from needs.methods.service.followed_up_rates import incidence
    >>> from needs.methods.service.followed_up_released import release_incidence
    >>> from needs.values import Provenance
    >>> followed = pd.DataFrame({"readmission": ["readmission"] * 6 + [None] * 14, "readmission_days": [20.0] * 6 + [400.0] * 14})
    >>> safe = release_incidence(incidence(followed, "readmission", []), Provenance("derived", ("x#y",)), Rule())
    >>> shown = cumulative_incidence(safe, "readmission", Region("2023-24", "london", "London", "E40000003"))
    >>> shown.rows.iloc[0].tolist()
    ['Everybody', '20', '5', '*', '1.1', '30% (15% to 55%)', '*', '*']
    """
    title = incidence_finding(found, event, region, given)
    here, what = words.place(region.name), EVENTS[event]
    caption = (
        f"People from {here} {what} after leaving {LEAVING[event]}, with death as the other end (Aalen-Johansen), by tier left, "
        f"by where to and by care package of the last review: {WHO}. Follow-up is the median to the last day of the data "
        f"(reverse Kaplan-Meier). Shares with 95% intervals, where enough people have the event, do not, and are still followed. "
        f"{note(found.rule)}"
    )
    if not given or not len(found):
        return empty_table(f"{title}.", "Finding", caption, found.known)
    frame, hidden = found.frame, found.hidden
    rows = _counts(found, {"people": "People", "events": "With the event", "deaths": "Died first"})
    rows["Median follow-up, years"] = _cells(found, "follow_up_years", "{:.1f}".format)
    for year in HORIZONS:
        name = f"within_{year}"
        rows[f"Within {year} {words.plural(year, 'year')} (95% interval)"] = [
            SUPPRESSED if hide else "not followed so long" if pd.isna(row[name]) else _ranged(row, name)
            for (_, row), hide in zip(frame.iterrows(), hidden[name], strict=True)
        ]
    return _table(title, caption, found, rows)


def _cells(found: Released, name: str, write: Any) -> list[str]:
    return [cell(value, hide, write) for value, hide in zip(found.frame[name], found.hidden[name], strict=True)]


def _counts(found: Released, names: dict[str, str]) -> pd.DataFrame:
    """Begin a table by group: its name, then numbers of people."""
    groups = [group_name(of, group) for of, group in found.frame[["of", "group"]].itertuples(index=False)]
    return pd.DataFrame(
        {"People who left": groups} | {title: _cells(found, name, words.count) for name, title in names.items()}
    )


def _ranged(row: Any, name: str) -> str:
    value, lower, upper = (row[f"{name}{end}"] for end in ("", "_lower", "_upper"))
    told = words.percent(value, 0)
    return told if pd.isna([lower, upper]).any() else f"{told} ({words.percent(lower, 0)} to {words.percent(upper, 0)})"


def _table(title: str, caption: str, found: Released, rows: pd.DataFrame, words_in: int = 1) -> Artefact:
    """Make a table whose first columns are words."""
    rows.attrs["numeric"] = [str(name) for name in rows.columns[words_in:]]
    known = found.known
    return Artefact("table", title, caption, known.kind, known.sources, data_of(found), rows=rows, released=True)


def person_years(found: Released, region: Region) -> Artefact:
    """Tabulate events per 1,000 person-years after leaving secure care.

    Parameters
    ----------
    found : Released
        Of :func:`needs.methods.service.followed_up_released.release_person_years`.
    region : Region
        Where.

    Examples
    --------
    >>> from needs.methods.disclosure import Rule
    >>> from needs.methods.service.followed_up_released import release_person_years
    >>> from needs.values import Provenance
    >>> row = {"event": "death", "of": "all", "group": "all", "people": 40, "events": 8, "years": 80.0, "rate": 100.0}
    >>> frame = pd.DataFrame([row | {"rate_lower": 43.2, "rate_upper": 197.0}])
    >>> safe = release_person_years(frame, Provenance("derived", ("x#y",)), Rule())
    >>> person_years(safe, Region("2023-24", "london", "London", "E40000003")).rows.iloc[0].tolist()
    ['Death before readmission', 'Everybody', '40', '10', '80', '125 (60 to 230)']
    """
    title = person_years_finding(found, region)
    caption = (
        f"Events per 1,000 person-years of people from {words.place(region.name)} after leaving secure care, with exact 95% "
        f"intervals: {WHO}. Each person is watched to the first event, death or the last day of the data. Rates and "
        f"intervals are of rounded numbers of events. {note(found.rule)}"
    )
    if not len(found):
        return empty_table(f"{title}.", "Finding", caption, found.known)
    frame = found.frame
    rows = _counts(found, {"people": "People", "events": "Events"})
    rows["Person-years"] = _cells(found, "years", words.count)
    rows["Per 1,000 person-years (95% interval)"] = [
        SUPPRESSED if hide else MISSING if pd.isna(row.rate) else
        f"{words.count(row.rate)} ({words.count(row.rate_lower)} to {words.count(row.rate_upper)})"
        for row, hide in zip(records(frame), found.hidden["rate"], strict=True)
    ]  # fmt: skip
    rows.insert(0, "Event", [_LASTS[event].capitalize() for event in frame["event"]])
    return _table(title, caption, found, rows, 2)


def after_discharge(found: Released, region: Region, given: bool = True) -> Artefact:
    """Tabulate who is recorded in work, settled accommodation or with a community team within a year of leaving.

    Parameters
    ----------
    found : Released
        Of :func:`needs.methods.service.followed_up_released.release_after_a_year`.
    region : Region
        Where.
    given : bool
        Whether the region gave outcomes.

    Examples
    --------
    >>> from needs.methods.disclosure import Rule
    >>> from needs.methods.service.followed_up_released import release_after_a_year
    >>> from needs.values import Provenance
    >>> row = {"event": "employment", "of": "all", "group": "all", "people": 40.0, "numerator": 8.0, "lower": 0.1, "upper": 0.35}
    >>> safe = release_after_a_year(pd.DataFrame([row]), Provenance("derived", ("x#y",)), Rule())
    >>> after_discharge(safe, Region("2023-24", "london", "London", "E40000003")).rows.iloc[0].tolist()
    ['In work, training or education', 'Everybody', '40', '10', '20% (10% to 35%)']
    """
    title = after_finding(found, region, given)
    caption = (
        f"People from {words.place(region.name)} of whom it is recorded within a year of leaving secure care, with Wilson's 95% "
        f"interval, among those who left a year or more before the last day of the data: {WHO}. Who died or came back within the "
        f"year counts as not recorded, and so does what nobody wrote down. {note(found.rule)}"
    )
    if not given or not len(found):
        return empty_table(f"{title}.", "Finding", caption, found.known)
    frame = found.frame.assign(share_lower=found.frame["lower"], share_upper=found.frame["upper"])
    rows = _counts(found, {"people": "People", "numerator": "Recorded"})
    rows["Share (95% interval)"] = [
        SUPPRESSED if hide else _ranged(row, "share")
        for (_, row), hide in zip(frame.iterrows(), found.hidden["share"], strict=True)
    ]
    rows.insert(0, "Within a year", [FIRST_YEAR[event] for event in frame["event"]])
    return _table(title, caption, found, rows, 2)


def hazard_ratios(found: Released, model: Hazards, event: str, region: Region) -> Artefact:
    """Tabulate hazard ratios of an event after leaving secure care, or say why there are none.

    Parameters
    ----------
    found : Released
        Of :func:`needs.methods.service.followed_up_released.release_hazards`.
    model : Hazards
        Of :func:`needs.methods.service.hazards.hazards`, for why no model was fitted.
    event : str
        ``readmission`` or ``reconviction``.
    region : Region
        Where.

    Examples
    --------
    >>> from needs.methods.disclosure import Rule
    >>> from needs.methods.service.followed_up_released import release_hazards
    >>> from needs.values import Provenance
    >>> none = Hazards(pd.DataFrame(columns=["term", "people", "events", "ratio", "lower", "upper"]), 9, 2, 3, "Too few events")
    >>> safe = release_hazards(none, Provenance("derived", ("x#y",)), Rule())
    >>> hazard_ratios(safe, none, "readmission", Region("2023-24", "london", "London", "E40000003")).title
    'No model of who from London is readmitted to secure care was fitted: too few events'
    """
    here, what = words.place(region.name), EVENTS[event]
    caption = (
        f"Ratio of the rate at which people from {here} are {what} after leaving {LEAVING[event]}, with 95% interval, other "
        f"terms held equal (Cox's model, death ending the watch), fitted only with 10 events or more for each term: {WHO}. A "
        f"ratio is no cause: who is placed where depends on risk. {note(found.rule)}"
    )
    if model.why_not:
        title = f"No model of who from {here} is {what} was fitted: {words.lower(model.why_not)}"
        return empty_table(f"{title}.", "Finding", caption, found.known)
    frame = found.frame
    known = frame[frame[["ratio", "lower", "upper"]].notna().all(axis=1)]
    apart = [
        f"{words.lower(_TERMS[row.term])}, {row.ratio:.2f} times ({row.lower:.2f} to {row.upper:.2f})"
        for row in records(known)
        if row.lower > 1 or row.upper < 1
    ]
    title = f"Of people from {here}, these are {what} at another rate: {'; '.join(apart)}" if apart else (
        f"No term of the model of who from {here} is {what} differs from 1 by more than chance, as far as can be shown"
    )  # fmt: skip
    rows = pd.DataFrame({"Term": [_TERMS[term] for term in frame["term"]]})
    for name, heading in (("people", "People"), ("events", "Events")):
        rows[heading] = _cells(found, name, words.count)
    rows["Ratio (95% interval)"] = [
        SUPPRESSED if hide else f"{row.ratio:.2f} ({row.lower:.2f} to {row.upper:.2f})"
        for row, hide in zip(records(frame), found.hidden["ratio"], strict=True)
    ]
    return _table(title, caption, found, rows)


def experience(found: Released, region: Region) -> Artefact:
    """Tabulate what patients and carers answer, with what those who did not answer could change.

    Parameters
    ----------
    found : Released
        Of :func:`needs.methods.service.experience.release_answers`.
    region : Region
        Where.

    Examples
    --------
    >>> from needs.methods.disclosure import Rule
    >>> from needs.methods.service.experience import answers, release_answers
    >>> from needs.values import Provenance
    >>> told = pd.DataFrame({"quarter": pd.to_datetime(["2024-04-01"]), "respondent": "patient", "question": "Safe?",
    ...                      "asked": [100.0], "answered": [50.0], "positive": [40.0]})
    >>> safe = release_answers(answers(told), Provenance("derived", ("x#y",)), Rule())
    >>> experience(safe, Region("2023-24", "london", "London", "E40000003")).rows.iloc[0].tolist()
    ['Safe?', 'Patients', '2024-25', '100', '50', '50%', '80% (67% to 89%)', '40% to 90%']
    """
    title = experience_finding(found, region)
    caption = (
        f"Answers of patients and carers from {words.place(region.name)} by question and financial year: people asked, those who "
        "answered, and the positive share of answers with Wilson's 95% interval. The last column is the share of all who were "
        "asked that would be positive if nobody, or everybody, who did not answer were: no guess about them can lie outside it. "
        f"{note(found.rule)}"
    )
    if not len(found):
        return empty_table(f"{title}.", "Finding", caption, found.known)
    frame = found.frame
    answer = frame.assign(share_lower=frame["lower"], share_upper=frame["upper"])
    rows = pd.DataFrame(
        {
            "Question": frame["question"],
            "Who": frame["respondent"].map(RESPONDENTS),
            "Year": frame["period"],
            "Asked": _cells(found, "asked", words.count),
            "Answered": _cells(found, "answered", words.count),
            "Response": _cells(found, "response", lambda share: words.percent(share, 0)),
            "Positive (95% interval)": [
                cell(row["share"], hide, None) if hide or pd.isna(row["share"]) else _ranged(row, "share")
                for (_, row), hide in zip(answer.iterrows(), found.hidden["share"], strict=True)
            ],
            "If those who did not answer were": [
                cell(low, hide) if hide or pd.isna(low) else f"{words.percent(low, 0)} to {words.percent(high, 0)}"
                for low, high, hide in zip(frame["lowest"], frame["highest"], found.hidden["lowest"], strict=True)
            ],
        }
    )
    return _table(title, caption, found, rows, 3)
