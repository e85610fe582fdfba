"""Out of area placements open data: a question and up to two breakdowns a row."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from needs.data.readers.figures import ENGLAND, apart, each, figures, numbers, once, refuse, sexes, slug, unknown_words
from needs.data.readers.form import Head, Reading
from needs.data.readers.found import Found, find_tables, heads
from needs.data.readers.header import Column
from needs.data.readers.secure_codes import read_codes
from needs.data.sidecar import Citation
from needs.errors import Problem

__all__ = ["Oap"]

COLUMNS = (
    Column("question", "Question"),
    Column("first", "Breakdown1"),
    Column("first_code", "Breakdown1Code"),
    Column("first_name", "Breakdown1Description", needed=False, also=("Breakdown1Name",)),
    Column("second", "Breakdown2"),
    Column("second_code", "Breakdown2Code"),
    Column("second_name", "Breakdown2Description", needed=False, also=("Breakdown2Name",)),
    Column("value", "value"),
    Column("period", "ReportingPeriod", needed=False, also=("PublicationPeriod", "Period", "Month")),
)
KEYS = ["question", "first", "first_code", "second", "second_code", "period"]
AREAS = {"england", "ccg", "subicb", "icb", "stp", "region", "sendingprovider", "receivingprovider", "provider"}
KINDS = AREAS | {
    "bedtype",
    "gender",
    "ageband",
    "mhastatus",
    "outofareareason",
    "primarydiagnosis",
    "primaryreason",
    "ethnicity",
}
QUESTIONS = {
    "oaps_active_at_period_end", "oaps_started_in_period", "oaps_ended_during_period", "average_stay_days",
    "total_number_of_oap_days_over_the_period", "total_recorded_costs_over_the_period",
    "average_recorded_daily_cost_over_the_period", "percentage_of_oap_days_with_cost_recorded", "average_distance_km",
    "lower_quartile_daily_cost_over_the_period", "upper_quartile_daily_cost_over_the_period",
    "lower_quartile_distance_km", "upper_quartile_distance_km",
}  # fmt: skip
UNITS = (("%", "percentage"), ("GBP", "cost"), ("km", r"\(km\)"), ("days", "days"), ("placements", "oaps"))
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
BOUND = 4
TITLE = "Out of area placements in mental health services, open data"
CITED = Citation(
    publisher="NHS England",
    title=TITLE,
    date="not stated",
    licence="Open Government Licence v3.0",
    url="https://digital.nhs.uk/data-and-information/publications/statistical/out-of-area-placements-in-mental-health-services",
)


def _headless(row: Sequence[str]) -> str:
    cells = [cell.strip() for cell in row]
    known = len(cells) >= len(KEYS) and slug(cells[0]) in QUESTIONS and cells[1].casefold() in KINDS
    return ",".join(column.name for column in COLUMNS if column.needed) if known else ""


@dataclass(frozen=True)
class Oap:
    r"""Reader of the open data of out of area placements.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "oaps_2016_10.csv"
    >>> rows = ["OAPs started in period,Region,Y56,BedType,12,7", "OAPs started in period,region,Y56,Gender,1,*"]
    >>> _ = path.write_text("\n".join(["Question,Breakdown1,Breakdown1Code,Breakdown2,Breakdown2Code,value", *rows]))
    >>> found = Oap().read(path)
    >>> found.period, found.suppressed, found.frame["measure"].tolist()
    ('2016-10', 1, ['oaps_started_in_period_region_bedtype_12', 'oaps_started_in_period_region_2_gender_1'])
    """

    name: str = "oap"
    title: str = "Out of area placements"
    looks_for: str = "a CSV file with Question, Breakdown1 and Breakdown2"

    def matches(self, head: Head) -> bool:
        """Say whether a file is of this format."""
        return heads(head, COLUMNS, _headless)

    def read(self, path: Path) -> Reading:
        """Read a file; see :class:`needs.data.readers.form.Reader`."""
        tables, notes = find_tables(path, COLUMNS, _headless)
        problems: list[Problem] = []
        month = _month(path.stem)
        frame = pd.concat([_part(table, problems) for table in tables])
        refuse(path.name, problems)
        if (frame["period"] == "").all():
            notes.append(
                f"No column says the month; {month} is read from its name."
                if month
                else "Neither a column nor its name says the month."
            )
        frame["period"] = frame["period"].mask(frame["period"] == "", month or "not stated")
        rows = len(frame)
        frame, repeats = once(frame, KEYS, path.name, "the same question and breakdowns")
        made, kept = _figures(frame, month)
        unknown = {
            "Question": unknown_words(frame["question"].astype("category"), lambda word: slug(word) in QUESTIONS),
            "Breakdown1": unknown_words(frame["first"].astype("category"), lambda word: word.casefold() in KINDS),
            "Breakdown2": unknown_words(
                frame["second"].astype("category"), lambda word: not word or word.casefold() in KINDS
            ),
        }
        beds, strange = _services(frame, month)
        notes += [*repeats, *kept, *beds]
        unknown["BedType"] = strange
        found = ", ".join(f"{name} {count:,}" for name, count in frame["first"].value_counts().items())
        notes.append(f"Figures by breakdown: {found}.")
        period = " to ".join(sorted({str(frame["period"].min()), str(frame["period"].max())}))
        return Reading(
            made, period, CITED, rows, int(frame["hidden"].sum()), {k: v for k, v in unknown.items() if v}, notes
        )


def _part(table: Found, problems: list[Problem]) -> pd.DataFrame:
    frame = pd.DataFrame({column.key: table.get(column.key).astype("str") for column in COLUMNS})
    found = numbers(table.get("value"))
    problems += [Problem(f"{table.where} {row}", f"value {cell!r} is no number") for row, cell in found.wrong.items()]
    problems += [Problem(f"{table.where} {row}", "Question is blank") for row in frame.index[frame["question"] == ""]]
    return frame.assign(value=found.value, hidden=found.hidden)


def _month(stem: str) -> str:
    """Return the month that the name of a file says, or ``""``.

    Examples
    --------
    >>> _month("oaps_open_data_2016_10"), _month("OAPs October 2016"), _month("oaps")
    ('2016-10', '2016-10', '')
    """
    if found := re.search(r"(?<!\d)(20\d\d)[-_ ]?(0[1-9]|1[0-2])(?!\d)", stem):
        return f"{found[1]}-{found[2]}"
    if found := re.search(rf"(?i)\b({'|'.join(MONTHS)})[a-z]*[ -]*(20\d\d)", stem.replace("_", " ")):
        return f"{found[2]}-{MONTHS.index(found[1].casefold()) + 1:02d}"
    return ""


def _figures(frame: pd.DataFrame, month: str) -> tuple[pd.DataFrame, list[str]]:
    of_area = frame["first"].str.casefold().isin(AREAS)
    whole = (frame["first"].str.casefold() == "england") | (frame["first_code"].str.casefold() == "england") | ~of_area
    own, kept = apart(frame["first"], "breakdowns")
    first = (" " + own).where(frame["first"].str.casefold() != "england", "")
    first += (" " + frame["first_code"]).where(~of_area & (frame["first_code"] != ""), "")
    second = (" " + frame["second"] + " " + frame["second_code"]).where(frame["second"] != "", "")
    measure, more = apart(frame["question"] + first + second, "figures")
    coded = frame["second_code"].where(
        frame["second"].str.casefold() == "gender", frame["first_code"].where(frame["first"] == "Gender", "")
    )
    sex, _ = sexes(coded.astype("category"))
    unit = each(frame["question"].astype("category"), _unit)
    bound = pd.Series("; suppressed", index=frame.index).where(unit != "placements", f"; suppressed, 0 to {BOUND}")
    note = frame["first"] + ("; " + frame["second"]).where(frame["second"] != "", "") + bound.where(frame["hidden"], "")
    name = frame["first_name"].where(frame["first_name"] != "", frame["first_code"])
    made = figures(
        "oap",
        region_code=frame["first_code"].mask(whole, ENGLAND),
        region_name=name.mask(whole, "England"),
        measure=measure,
        tier=_tiers(frame, month),
        sex=sex,
        period=frame["period"],
        value=frame["value"],
        unit=unit,
        note=note,
    )
    return made, [*kept, *more]


def _unit(question: str) -> str:
    return next((unit for unit, words in UNITS if re.search(words, question.casefold())), "as published")


def _bed_codes(frame: pd.DataFrame) -> pd.Series:
    """Return the code of the service of each row, or ``""``."""
    first, second = (frame[key].str.casefold() == "bedtype" for key in ("first", "second"))
    code = frame["second_code"].where(second, frame["first_code"].where(first, ""))
    return code.where(~code.str.casefold().isin(["england", "0"]), "")


def _told(frame: pd.DataFrame, month: str) -> dict[str, tuple[str, str]]:
    codes = read_codes()
    day = dt.date.fromisoformat(f"{month or '2016-10'}-01")
    return {word: codes.service(word, day, day) for word in _bed_codes(frame).unique() if word}


def _tiers(frame: pd.DataFrame, month: str) -> pd.Series:
    told = _told(frame, month)
    return _bed_codes(frame).map(lambda word: told[word][0] if word else "all").astype("str")


def _services(frame: pd.DataFrame, month: str) -> tuple[list[str], Counter[str]]:
    """Say what the bed types are, and count those that are not known."""
    told, codes = _told(frame, month), _bed_codes(frame)
    strange = Counter({wrong: int((codes == word).sum()) for word, (_, wrong) in told.items() if wrong})
    if not told:
        return ["No figure is by bed type."], strange
    tiers = sorted({tier for tier, wrong in told.values() if not wrong})
    if not {"low", "medium", "high"} & set(tiers):
        return [f"Bed types {', '.join(sorted(told))} are acute: nothing in it tells of secure care."], strange
    return [f"Bed types are of these tiers: {', '.join(tiers)}."], strange
