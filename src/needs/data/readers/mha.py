"""Mental Health Act Statistics, annual figures: the data file with a row a measure, group of people and organisation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from needs.data.readers.figures import ENGLAND, SEXES, apart, figures, numbers, once, refuse, slug, unknown_words
from needs.data.readers.form import Head, Reading
from needs.data.readers.found import Found, find_tables, heads
from needs.data.readers.header import Column
from needs.data.readers.periods import year_of
from needs.data.sidecar import Citation
from needs.errors import Problem

__all__ = ["MentalHealthAct"]

COLUMNS = (
    Column("year", "Year", needed=False, also=("Reporting year", "Financial year", "Reporting period")),
    Column("measure", "Measure"),
    Column("sub", "MeasureSubcategory", needed=False),
    Column("group", "Demographic"),
    Column("people", "DemographicBreakdown"),
    Column("level", "OrganisationBreakdown"),
    Column("source", "DataSource", needed=False),
    Column("org", "OrgID", also=("OrgCode", "OrganisationCode", "OrganisationID")),
    Column("org_name", "OrgName", needed=False, also=("OrganisationName",)),
    Column("total", "Total_Count", also=("Total", "Count", "Value")),
    Column("mhsds", "MHSDS_Count", needed=False),
    Column("acute", "Acute_Count", needed=False, also=("ECDS_Count",)),
    Column("crude", "CrudeRate", needed=False, also=("CR",)),
    Column("standardised", "StdRate", needed=False, also=("StandardisedRate", "SR")),
    Column("interval", "Confidence_interval", needed=False, also=("CI",)),
)
PARTS = {
    "total": ("", "count", 6),
    "mhsds": (" mhsds", "count", 4),
    "acute": (" acute", "count", 6),
    "crude": (" crude rate", "per 100,000", None),
    "standardised": (" standardised rate", "per 100,000", None),
    "interval": (" interval half width", "per 100,000", None),
}
"""What each column of numbers adds to the name of a measure, its unit, and the most that a suppressed cell may be."""

PUBLISHED = (
    "Year,Measure,measureSubcategory,Demographic,DemographicBreakdown,OrganisationBreakdown,DataSource,OrgID,OrgName,"
    "MHSDS_Count,Acute_Count,Total_Count,CrudeRate,StdRate,Confidence_interval"
)
KEYS = ["year", "measure", "sub", "group", "people", "level", "org", "part"]
MEASURES = {
    "all_detentions", "cto_recalls_to_hospital", "detentions_following_admission_to_hospital",
    "detentions_following_revocation_of_cto", "detentions_following_use_of_place_of_safety_order",
    "detentions_on_admission_to_hospital", "discharges_following_detention", "discharges_from_cto",
    "people_detained_in_hospital_on_31st_march", "people_subject_to_community_treatment_orders_ctos_on_31st_march",
    "people_subject_to_repeat_detentions", "people_subject_to_the_act_on_31st_march", "revocations_of_cto",
    "short_term_orders", "transfers_on_section", "uses_of_ctos", "uses_of_section_2", "uses_of_section_3",
}  # fmt: skip
GROUPS = {"all", "age", "ethnicity", "gender", "imd"}
LEVELS = {
    "all_submissions",
    "ccg",
    "sub_icb",
    "stp",
    "icb",
    "nhs_trust",
    "independent_health_provider",
    "region",
    "england",
}
ALL_PROVIDERS = ("all prov", "all", "england")
CITED = Citation(
    publisher="NHS England",
    title="Mental Health Act Statistics, Annual Figures (data file)",
    date="not stated",
    licence="Open Government Licence v3.0",
    url="https://digital.nhs.uk/data-and-information/publications/statistical/mental-health-act-statistics-annual-figures",
)


def _headless(row: Sequence[str]) -> str:
    cells = [cell.strip() for cell in row]
    known = len(cells) >= len(KEYS) and bool(year_of(cells[0])) and slug(cells[1]) in MEASURES
    return PUBLISHED if known else ""


@dataclass(frozen=True)
class MentalHealthAct:
    r"""Reader of the annual data file of detentions.

    Examples
    --------
    >>> names = ("year", "measure", "sub", "group", "people", "level", "org", "org_name", "total")
    >>> header = ",".join(column.name for column in COLUMNS if column.key in names)
    >>> row = "2023/24,All detentions,All,All,All,ICB,QWE,SW LONDON ICB,1410"
    >>> path = getfixture("tmp_path") / "mha.csv"
    >>> _ = path.write_text(header + "\n" + row + "\n")
    >>> MentalHealthAct().read(path).frame[["region_code", "measure", "period", "value"]].values.tolist()
    [['QWE', 'all_detentions_icb', '2023-24', 1410.0]]
    """

    name: str = "mha"
    title: str = "Mental Health Act Statistics"
    looks_for: str = "a table with Measure, Demographic, OrganisationBreakdown, OrgID and Total_Count"

    def matches(self, head: Head) -> bool:
        """Say whether a file is of this format."""
        return heads(head, COLUMNS, _headless)

    def read(self, path: Path) -> Reading:
        """Read a file; see :class:`needs.data.readers.form.Reader`."""
        tables, notes = find_tables(path, COLUMNS, _headless)
        problems: list[Problem] = []
        parts = [_part(table, path.stem, problems) for table in tables]
        refuse(path.name, problems)
        frame = pd.concat(parts)
        rows = sum(len(table.frame) for table in tables)
        frame, repeats = once(frame, KEYS, path.name, "the same measure of the same people and organisation")
        made, kept = _figures(frame)
        notes += [*repeats, *kept, *_notes(frame)]
        total = frame[frame["part"] == "total"]
        words = {
            "Measure": ("measure", MEASURES),
            "Demographic": ("group", GROUPS),
            "OrganisationBreakdown": ("level", LEVELS),
        }
        unknown = {name: _strange(total[key], known) for name, (key, known) in words.items()}
        period = " to ".join(sorted({str(frame["year"].min()), str(frame["year"].max())}))
        return Reading(
            made, period, CITED, rows, int(frame["hidden"].sum()), {k: v for k, v in unknown.items() if v}, notes
        )


def _strange(column: pd.Series, known: Collection[str]) -> Counter[str]:
    return unknown_words(column.astype("category"), lambda word: slug(word) in known)


def _part(table: Found, stem: str, problems: list[Problem]) -> pd.DataFrame:
    """Return the numbers of each row, a row each; a rate that is not given is left out, a count never."""
    frame = pd.DataFrame(
        {column.key: table.get(column.key).astype("str") for column in COLUMNS if column.key not in PARTS}
    )
    named = year_of(f"{table.name} {table.title}") or year_of(stem) or "not stated"
    frame["year"] = frame["year"].map(lambda word: year_of(word) or word or named)
    for key, name in (("measure", "Measure"), ("org", "OrgID"), ("level", "OrganisationBreakdown")):
        problems += [Problem(f"{table.where} {row}", f"{name} is blank") for row in frame.index[frame[key] == ""]]
    parts = []
    for key in PARTS:
        found = numbers(table.get(key))
        name = next(column.name for column in COLUMNS if column.key == key)
        problems += [
            Problem(f"{table.where} {row}", f"{name} {cell!r} is no number") for row, cell in found.wrong.items()
        ]
        held = frame.assign(part=key, value=found.value, hidden=found.hidden)
        parts.append(held if key == "total" else held[found.value.notna() | found.hidden])
    return pd.concat(parts)


def _figures(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    whole = frame["org"].str.casefold().isin(ALL_PROVIDERS)
    sub = (" " + frame["sub"]).where(~frame["sub"].str.casefold().isin(["all", ""]), "")
    level = (" " + frame["level"]).where(frame["level"].map(slug) != "all_submissions", "")
    group = (" " + frame["group"] + " " + frame["people"]).where(frame["group"].str.casefold() != "all", "")
    measure, kept = apart(
        frame["measure"] + sub + level + group + frame["part"].map(lambda part: PARTS[part][0]), "measures"
    )
    gender = frame["people"].str.casefold().where(frame["group"].str.casefold() == "gender", "")
    bounds = frame["part"].map(
        lambda part: f"; suppressed, 0 to {PARTS[part][2]}" if PARTS[part][2] else "; suppressed"
    )
    name = frame["org_name"].where(frame["org_name"] != "", frame["org"])
    made = figures(
        "mha",
        region_code=frame["org"].mask(whole, ENGLAND),
        region_name=name.mask(whole, "England"),
        measure=measure,
        sex=gender.map(lambda word: SEXES.get(word, "persons")),
        period=frame["year"],
        value=frame["value"],
        unit=frame["part"].map(lambda part: PARTS[part][1]),
        note=(frame["level"] + "; " + frame["people"]) + bounds.where(frame["hidden"], ""),
    )
    return made, kept


def _notes(frame: pd.DataFrame) -> list[str]:
    total = frame[frame["part"] == "total"]
    levels = ", ".join(f"{name} {count:,}" for name, count in total["level"].value_counts().items())
    notes = [f"Rows by organisation: {levels}.", "Detentions are of every kind of hospital, not of secure care alone."]
    below = total[~total["org"].str.casefold().isin(ALL_PROVIDERS)]["value"].dropna()
    if len(below) and bool((below % 5 == 0).all()):
        notes.append("Counts of organisations are rounded to 5, so that their sums are of rounded counts.")
    blank = int((total["value"].isna() & ~total["hidden"]).sum())
    if blank:
        notes.append(f"{blank:,} rows have no count, and not a suppressed one.")
    if not any(re.search("region", level, re.IGNORECASE) for level in total["level"].unique()):
        notes.append("No row is of an NHS England region.")
    return notes
