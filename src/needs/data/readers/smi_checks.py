"""Physical health checks for people with severe mental illness, quarterly: a column a measure, or a row a measure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from needs.data.readers.figures import ENGLAND, apart, figures, numbers, once, refuse
from needs.data.readers.form import Head, Reading
from needs.data.readers.found import Found, find_tables, heads, listed
from needs.data.readers.header import Column
from needs.data.readers.periods import day, quarter
from needs.data.sidecar import Citation
from needs.errors import DataError, Problem

__all__ = ["SmiChecks"]

KINDS = {
    "Sub-ICB": ("SICBL", "Sub ICB location", "CCG", "SubICB"),
    "ICB": (),
    "STP": (),
    "Region": ("NHSER", "NHS region"),
    "Org": ("Organisation",),
}
"""Areas from small to large, and how else they are called."""

AREAS = tuple(
    Column(
        f"{kind} {what}",
        f"{kind} {what}",
        needed=False,
        also=tuple(f"{name} {alias}" for name in (kind, *others) for alias in (what, f"ODS {what}", f"ONS {what}"))[1:],
    )
    for kind, others in KINDS.items()
    for what in ("code", "name")
)
COLUMNS = (
    *AREAS,
    Column("measure", "Measure", needed=False, also=("Measure name", "Measure description", "Indicator", "Metric")),
    Column("value", "Value", needed=False, also=("Measure value", "Metric value")),
    Column(
        "period",
        "Reporting period",
        needed=False,
        also=("Period", "Quarter", "Reporting quarter", "Reporting period end", "Effective snapshot date"),
    ),
)
SUBJECT = re.compile(r"(?i)\bsmi\b|phsmi|severe mental|serious mental")
CHECKS = re.compile(r"(?i)health check|register|checks")
FULL = re.compile(r"(?i)all (?:six|6|five|5)|full|comprehensive|complete|every (?:one )?of the")
ONE = {
    "alcohol": "alcohol",
    "blood_glucose": "glucose|hba1c",
    "blood_lipid": "lipid|cholesterol",
    "blood_pressure": "blood pressure",
    "weight": r"\bbmi\b|weight|body mass",
    "smoking": "smok",
}
REGISTER, FULL_CHECKS = "smi_register_people", "smi_full_checks_people"
NATIONAL = {"england", "national", "total", "england total"}
CITED = Citation(
    publisher="NHS England",
    title="Physical health checks for people with severe mental illness (quarterly)",
    date="not stated",
    licence="Open Government Licence v3.0",
    url="https://www.england.nhs.uk/statistics/statistical-work-areas/serious-mental-illness-smi/",
)


@dataclass(frozen=True)
class SmiChecks:
    r"""Reader of physical health checks for people with severe mental illness.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "SMI health checks Q3 2023-24.csv"
    >>> header = "Region code,Region name,Number of people on the GP SMI register,% who had all six checks"
    >>> _ = path.write_text(header + "\nY56,London,110653,0.55\n")
    >>> found = SmiChecks().read(path)
    >>> found.period, found.frame[["measure", "value", "unit"]].values.tolist()
    ('2023-24 Q3', [['smi_register_people', 110653.0, 'people'], ['smi_full_checks_percent', 0.55, 'share']])
    """

    name: str = "smi_checks"
    title: str = "Physical health checks for people with severe mental illness"
    looks_for: str = "a table with areas, and measures of the SMI register and of health checks"

    def matches(self, head: Head) -> bool:
        """Say whether a file is of this format."""
        words = " ".join(
            (head.name.replace("_", " "), *(cell for rows in head.sheets.values() for row in rows for cell in row))
        )
        return bool(SUBJECT.search(words) and CHECKS.search(words)) and heads(head, COLUMNS) and _has_measures(head)

    def read(self, path: Path) -> Reading:
        """Read a file; see :class:`needs.data.readers.form.Reader`."""
        tables, notes = find_tables(path, COLUMNS)
        problems: list[Problem] = []
        held = [table for table in tables if table.has("measure", "value") or any(map(_is_measure, table.others))]
        if not held:
            what = ["no column is of the SMI register or of health checks"]
            raise DataError(f"{path.name} cannot be read", what, "take the file of data, not that of notes")
        parts = [_part(table, path.stem, problems) for table in held]
        refuse(path.name, problems)
        frame = pd.concat(parts)
        frame, repeats = once(
            frame, ["area", "period", "named"], path.name, "the same measure of the same area and quarter"
        )
        known, strange = _known(frame)
        frame = frame.assign(measure=known)
        measure, kept = apart(frame["measure"], "measures")
        share = frame["named"].isin([name for name in frame["named"].unique() if _is_percent(name)])
        most = frame.groupby("named")["value"].transform("max")
        unit = pd.Series("people", index=frame.index).mask(share & (most <= 1), "share").mask(share & (most > 1), "%")
        made = figures(
            "smi_checks",
            region_code=frame["area"],
            region_name=frame["area_name"],
            measure=measure,
            period=frame["period"],
            value=frame["value"],
            unit=unit,
            note=frame["named"] + pd.Series("; suppressed", index=frame.index).where(frame["hidden"], ""),
        )
        notes += [*repeats, *kept, *_notes(frame, held)]
        rows = sum(len(table.frame) for table in held)
        unknown = {"measure": strange} if strange else {}
        return Reading(
            made, listed(sorted(frame["period"].unique()), 4), CITED, rows, int(frame["hidden"].sum()), unknown, notes
        )


def _has_measures(head: Head) -> bool:
    cells = [cell for rows in head.sheets.values() for row in rows for cell in row]
    return any(_is_measure(cell) for cell in cells) or head.has("measure", "value")


def _is_measure(text: str) -> bool:
    return bool(
        CHECKS.search(text) or any(re.search(words, text, re.IGNORECASE) for words in ONE.values()) or FULL.search(text)
    )


def _is_percent(text: str) -> bool:
    return bool(re.search(r"(?i)%|percent|proportion|per cent", text))


def _part(table: Found, stem: str, problems: list[Problem]) -> pd.DataFrame:
    """Return the measures of a table, a row each."""
    area, name = _areas(table)
    blank = area.index[area == ""]
    problems += [Problem(f"{table.where} {row}", "it names no area") for row in blank]
    named = quarter(f"{table.name} {table.title}") or quarter(stem) or "not stated"
    period = table.get("period").astype("str").map(lambda word: quarter(word) or _end(word) or word or named)
    frame = pd.DataFrame({"area": area, "area_name": name, "period": period})
    if table.has("measure", "value"):
        found = numbers(table.get("value"))
        problems += [
            Problem(f"{table.where} {row}", f"Value {cell!r} is no number") for row, cell in found.wrong.items()
        ]
        return frame.assign(named=table.get("measure").astype("str"), value=found.value, hidden=found.hidden)
    parts = []
    for column in table.others:
        found = numbers(table.frame[column])
        if found.value.isna().all() and not found.hidden.any():
            continue
        problems += [
            Problem(f"{table.where} {row}", f"{column} {cell!r} is no number") for row, cell in found.wrong.items()
        ]
        parts.append(frame.assign(named=column, value=found.value, hidden=found.hidden))
    return pd.concat(parts) if parts else frame.assign(named="", value=0.0, hidden=False).iloc[:0]


def _end(word: str) -> str:
    """Return the quarter that ends on a day, or ``""``."""
    last = day(word)
    if last is None:
        return ""
    year = last.year if last.month > 3 else last.year - 1
    return f"{year}-{(year + 1) % 100:02d} Q{(last.month - 4) % 12 // 3 + 1}"


def _areas(table: Found) -> tuple[pd.Series, pd.Series]:
    """Return code and name of the smallest area that each row names."""
    code = pd.Series("", index=table.frame.index, dtype="str")
    name = code.copy()
    for kind in KINDS:
        codes, names = (table.get(f"{kind} {what}").astype("str") for what in ("code", "name"))
        codes = codes.where(codes != "", names).mask(codes.str.casefold().isin(["-", "n/a"]), "")
        free = (code == "") & (codes != "")
        code, name = code.mask(free, codes), name.mask(free, names.where(names != "", codes))
    whole = name.str.casefold().isin(NATIONAL) | code.str.casefold().isin(NATIONAL)
    return code.mask(whole, ENGLAND), name.mask(whole, "England")


def _known(frame: pd.DataFrame) -> tuple[pd.Series, Counter[str]]:
    """Return the name of each measure in the evidence; one that is not known, or is a second of its kind, keeps its own."""
    made: dict[str, str] = {}
    for name in map(str, frame["named"].unique()):
        measure = _measure(name)
        made[name] = "" if measure in made.values() else measure
    strange = frame["named"][frame["named"].map(lambda name: not made[name])]
    return frame["named"].map(lambda name: made[name] or name), Counter(strange.tolist())


def _measure(name: str) -> str:
    kind = "percent" if _is_percent(name) else "people"
    single = [check for check, words in ONE.items() if re.search(words, name, re.IGNORECASE)]
    if len(single) == 1:
        return f"smi_check_{single[0]}_{kind}"
    if FULL.search(name):
        return f"smi_full_checks_{kind}"
    return REGISTER if "register" in name.casefold() and kind == "people" and not single else ""


def _notes(frame: pd.DataFrame, tables: Sequence[Found]) -> list[str]:
    notes = [
        f"{frame['area'].nunique():,} areas; people on GP registers with schizophrenia, bipolar disorder or another psychosis."
    ]
    wide = frame.pivot_table(index=["area", "period"], columns="measure", values="value", aggfunc="first")
    if {REGISTER, FULL_CHECKS} <= set(wide):
        over = wide.index[wide[FULL_CHECKS] > wide[REGISTER]]
        if len(over):
            notes.append(
                f"More people had all checks than are on the register in {listed([str(area) for area, _ in over], 6)}."
            )
    empty = [
        name
        for table in tables
        for name in table.others
        if name not in set(frame["named"]) and not table.has("measure", "value")
    ]
    if empty:
        notes.append(f"Columns without numbers are left out: {listed(list(dict.fromkeys(empty)), 6)}.")
    return notes
